"""From numbers to what people read: rounding on the decimal that a number prints as, half away from zero.

.8735 prints 87.4. Nothing is rounded anywhere else.
"""

from __future__ import annotations

import contextlib
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from cdi import wording
from cdi.errors import DataError, Where

__all__ = [
    "IN_SIGNS", "IN_WORDS", "SIGNED", "InPlaces", "count", "half_width", "harmless", "is_bound", "is_few",
    "is_nothing", "nearest", "outward", "parse_proportion", "percent", "points", "proportion", "round_down",
    "signed_points", "unit_of", "write",
]  # fmt: skip

DIGITS = 12  # of a count; what follows them is noise
NOISE = 1e-12  # of a proportion
_DECIMALS = 12  # of a difference of proportions; what follows them is noise


def percent(rate: float, places: int = 1) -> str:
    """Write a proportion in percent, rounded half away from zero on the decimal it prints as."""
    return str(_in_percent(rate, places))


@dataclass(frozen=True, slots=True)
class InPlaces:
    """What writes a number with some decimals, so that a column can ask it for as many as a row is published with."""

    write: Callable[..., str]  # takes a number, and the decimals by their name
    places: int = 1

    def __call__(self, value: Any) -> str:
        """Write a number."""
        return self.write(value, places=self.places)


IN_SIGNS, IN_WORDS = (">", "<"), ("more than ", "less than ")
"""How it is written that a rate lies beyond what it is printed as: in a column, and in a sentence."""


def proportion(rate: float, end: str = "", beyond: tuple[str, str] = IN_SIGNS, places: int = 1) -> str:
    """Write a proportion in percent that is 0.0 or 100.0 only where none or all are meant.

    What lies nearer to them than it can be written is given as a bound. An interval is never narrower as written: its
    ``low`` end near 100 is rounded down, and its ``high`` end near 0 is rounded up.
    """
    printed, (more, less) = _in_percent(rate, places), beyond
    if not _stands_for_more(rate, printed):
        return str(printed)
    step = Decimal(1).scaleb(-places)
    if printed:
        return f"{100 - step}" if end == "low" else f"{more}{100 - step}"
    return f"{step}" if end == "high" else f"{less}{step}"


def is_bound(rate: float, places: int = 1) -> bool:
    """Tell whether a rate is written as a bound, since it would print as none or all and is neither."""
    return _stands_for_more(rate, _in_percent(rate, places))


def _stands_for_more(rate: float, printed: Decimal) -> bool:
    return (printed == 100 and rate < 1 - NOISE) or (printed == 0 and rate > NOISE)


def half_width(low: float, high: float, beyond: tuple[str, str] = IN_SIGNS) -> str:
    """Write half the width of an interval in percentage points; it is 0.0 only where there is no width."""
    half, (_, less) = (Decimal(repr(float(high))) - Decimal(repr(float(low)))) / 2, beyond
    printed = _rounded(half, 1)
    return f"{less}0.1" if not printed and half > NOISE else str(printed)


def signed_points(difference: float, places: int = 1) -> str:
    """Write a difference of proportions in percentage points with its sign; what prints as 0.0 has none."""
    short = round(difference, _DECIMALS)
    text = percent(short, places)
    return f"+{text}" if short > 0 and not is_nothing(short, places) else text


SIGNED = InPlaces(signed_points)
"""The same for a column."""


def points(difference: float, places: int = 1) -> wording.Points:
    """Part a difference of proportions for a sentence into its size and which way it goes."""
    way = 0
    if abs(difference) > NOISE:
        way = 1 if difference > 0 else -1
    return wording.Points(proportion(abs(difference), places=places), way)


def unit_of(estimate: float) -> int:
    """Choose what a count is rounded to: 100, or 10 below 1,000."""
    return 100 if abs(_clean(estimate)) >= 1000 else 10


def count(value: float, unit: int) -> str:
    """Write a count rounded to a unit."""
    return wording.fewer_than(unit) if is_few(value, unit) else f"{nearest(value, unit):,}"


def nearest(value: float, unit: int) -> int:
    """Round a count to the nearest unit, a half up."""
    return _to_unit(value, unit, ROUND_HALF_UP)


def is_few(value: float, unit: int) -> bool:
    """Tell whether a count is written as a bound, since it rounds to nothing and is not nothing."""
    return value > 0 and nearest(value, unit) == 0


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


def is_nothing(rate: float, places: int = 1) -> bool:
    """Tell whether a difference of proportions prints as 0.0, which has no sign."""
    return _in_percent(rate, places) == 0


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
    return int((_clean(value) / unit).to_integral_value(rounding)) * unit


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
