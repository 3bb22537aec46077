"""From numbers to what people read: rounding on the decimal that a number prints as, half away from zero.

.8735 prints 87.4. Nothing is rounded anywhere else.
"""

from __future__ import annotations

import contextlib
import secrets
import unicodedata
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from pathlib import Path

from cdi import wording
from cdi.errors import DataError, Where

__all__ = [
    "IN_SIGNS", "IN_WORDS", "count", "half_width", "harmless", "is_bound", "is_few", "is_nothing", "outward",
    "parse_proportion", "percent", "proportion", "round_down", "unit_of", "write",
]  # fmt: skip

DIGITS = 12  # of a count; what follows them is noise
NOISE = 1e-12  # of a proportion


def percent(rate: float, places: int = 1) -> str:
    """Write a proportion in percent, rounded half away from zero on the decimal it prints as."""
    return str(_in_percent(rate, places))


IN_SIGNS, IN_WORDS = (">", "<"), ("more than ", "less than ")
"""How it is written that a rate lies beyond what it is printed as: in a column, and in a sentence."""


def proportion(rate: float, end: str = "", beyond: tuple[str, str] = IN_SIGNS) -> str:
    """Write a proportion in percent that is 0.0 or 100.0 only where none or all are meant.

    What lies nearer to them than it can be written is given as a bound. An interval is never narrower as written: its
    ``low`` end near 100 is rounded down, and its ``high`` end near 0 is rounded up.
    """
    text, (more, less) = percent(rate), beyond
    if not is_bound(rate):
        return text
    if _in_percent(rate):
        return "99.9" if end == "low" else f"{more}99.9"
    return "0.1" if end == "high" else f"{less}0.1"


def is_bound(rate: float) -> bool:
    """Tell whether a rate is written as a bound, since it would print as none or all and is neither."""
    printed = _in_percent(rate)
    return (printed == 100 and rate < 1 - NOISE) or (printed == 0 and rate > NOISE)


def half_width(low: float, high: float, beyond: tuple[str, str] = IN_SIGNS) -> str:
    """Write half the width of an interval in percentage points; it is 0.0 only where there is no width."""
    half, (_, less) = (Decimal(repr(float(high))) - Decimal(repr(float(low)))) / 2, beyond
    printed = _rounded(half, 1)
    return f"{less}0.1" if not printed and half > NOISE else str(printed)


def unit_of(estimate: float) -> int:
    """Choose what a count is rounded to: 100, or 10 below 1,000."""
    return 100 if abs(_clean(estimate)) >= 1000 else 10


def count(value: float, unit: int) -> str:
    """Write a count rounded to a unit."""
    return wording.fewer_than(unit) if is_few(value, unit) else f"{_to_unit(value, unit, ROUND_HALF_UP):,}"


def is_few(value: float, unit: int) -> bool:
    """Tell whether a count is written as a bound, since it rounds to nothing and is not nothing."""
    return value > 0 and _to_unit(value, unit, ROUND_HALF_UP) == 0


def outward(low: float, high: float, unit: int) -> tuple[int, int]:
    """Round the ends of an interval of counts outward to a unit."""
    return _to_unit(low, unit, ROUND_FLOOR), _to_unit(high, unit, ROUND_CEILING)


def round_down(value: float, *, large: bool) -> int:
    """Round a count down as published reports do: what is large to hundreds, and from 1,000 all of it."""
    return _to_unit(value, 100 if large or _clean(value) >= 1000 else 10, ROUND_FLOOR)


def parse_proportion(text: str) -> float:
    """Read a proportion: 0.914, or 91.4% with its sign."""
    plain = text.strip()
    sign = plain.endswith("%")
    try:
        value = Decimal(plain.removesuffix("%").strip())
    except ArithmeticError:
        raise DataError.of("not-a-proportion-text", got=text) from None
    if not value.is_finite() or not 0 <= value <= 100:
        raise DataError.of("not-a-proportion-text", got=text)
    if not sign and value > 1:
        raise DataError.of("bare-percent", got=text, value=value, share=value / 100)
    return float(value / 100 if sign else value)


def write(content: str | bytes, path: Path | str) -> None:
    """Write a file whole or not at all; text is UTF-8."""
    target = Path(path)
    try:
        if target.exists() and not target.is_file():
            _put(content, target)  # a device or a pipe is written to, never replaced
        else:
            _replace(content, target)
    except OSError as error:
        raise DataError.of("cannot-write", got=error.strerror, where=Where(str(path))) from error


def _replace(content: str | bytes, target: Path) -> None:
    beside = target.with_name(f".cdi-{secrets.token_hex(8)}")
    try:
        _put(content, beside)
        beside.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def _put(content: str | bytes, path: Path) -> None:
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))


def is_nothing(rate: float) -> bool:
    """Tell whether a difference of proportions prints as 0.0, which has no sign."""
    return _in_percent(rate) == 0


def _in_percent(rate: float, places: int = 1) -> Decimal:
    return _rounded(Decimal(repr(float(rate))), places)


def _rounded(rate: Decimal, places: int) -> Decimal:
    """Round a proportion in percent; what rounds to nothing has no sign."""
    rounded = (rate * 100).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return rounded if rounded else abs(rounded)


def _clean(value: float) -> Decimal:
    """Take off the noise of floating-point sums: 9,000 (1 - .9) / .9 comes out as 999.9999999999998, and is 1,000."""
    return Decimal(f"{value:.{DIGITS}g}")


def _to_unit(value: float, unit: int, rounding: str) -> int:
    return int((_clean(value) / unit).quantize(Decimal(1), rounding)) * unit


def harmless(text: str) -> str:
    r"""Write a text of the user's on one line; signs that would steer a terminal or turn a line are shown as such."""
    if text.isprintable():
        return text
    signs = []
    for sign in text:
        if sign in "\t\n\r\v\f":
            signs.append(" ")
        elif sign in _NO_SIGNS or unicodedata.category(sign) in _STEERING:
            signs.append(repr(sign)[1:-1])
        else:
            signs.append(sign)
    return "".join(signs)


_STEERING = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Control characters, marks of direction, halves of characters, and separators of lines."""

_NO_SIGNS = "\ufffe\uffff"
"""What XML cannot hold beside them."""
