"""From numbers to what is printed: rounding, and tables as text, CSV, JSON, Markdown and HTML.

CSV and JSON are unrounded, with the shortest text that reads back to the same number. Only what people read is rounded,
on the decimal that the number prints as, half away from zero: .8735 prints 87.4.
"""

from __future__ import annotations

import contextlib
import csv
import json
import secrets
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

from cdi import wording
from cdi.errors import DataError, Where
from cdi.printing import terminal

if TYPE_CHECKING:
    from cdi.printing.pages import Page

__all__ = [
    "FORMATS",
    "count",
    "csv_of",
    "half_width",
    "harmless",
    "outward",
    "parse_proportion",
    "percent",
    "proportion",
    "round_down",
    "write",
]

SCHEMA = "cdi.estimates/1"
DIGITS = 12  # of a count; what follows them is noise
NOISE = 1e-12  # of a proportion


def percent(rate: float, places: int = 1) -> str:
    """Write a proportion in percent, rounded half away from zero on the decimal it prints as.

    Examples
    --------
    >>> percent(0.8735), percent(0.9), percent(-0.0005)
    ('87.4', '90.0', '-0.1')
    """
    return _in_percent(Decimal(repr(float(rate))), places)


def proportion(rate: float, end: str = "") -> str:
    """Write a proportion in percent that is 0.0 or 100.0 only where none or all are meant.

    An estimate near them is written as a bound; an end of an interval, ``low`` or ``high``, is rounded outward.

    Examples
    --------
    >>> proportion(0.9996), proportion(0.9996, "low"), proportion(0.9996, "high"), proportion(1.0)
    ('>99.9', '99.9', '100.0', '100.0')
    >>> proportion(0.0002), proportion(0.0002, "low"), proportion(0.0002, "high"), proportion(0.0)
    ('<0.1', '0.0', '0.1', '0.0')
    """
    text = percent(rate)
    if text == "100.0" and rate < 1 - NOISE:
        return {"": ">99.9", "low": "99.9", "high": text}[end]
    if text == "0.0" and rate > NOISE:
        return {"": "<0.1", "low": text, "high": "0.1"}[end]
    return text


def half_width(low: float, high: float) -> str:
    """Write half the width of an interval in percentage points, as published reports print it.

    Examples
    --------
    >>> half_width(0.826, 0.922)
    '4.8'
    """
    return _in_percent((Decimal(repr(float(high))) - Decimal(repr(float(low)))) / 2, 1)


def unit_of(estimate: float) -> int:
    """Choose what a count is rounded to: 100, or 10 below 1,000.

    Examples
    --------
    >>> unit_of(13_112.4), unit_of(436)
    (100, 10)
    """
    return 100 if abs(_clean(estimate)) >= 1000 else 10


def count(value: float, unit: int) -> str:
    """Write a count rounded to a unit.

    Examples
    --------
    >>> count(13_112.4, 100), count(2.0, 10)
    ('13,100', 'fewer than 10')
    """
    whole = _to_unit(value, unit, ROUND_HALF_UP)
    return wording.fewer_than(unit) if whole == 0 and value > 0 else f"{whole:,}"


def outward(low: float, high: float, unit: int) -> tuple[str, str]:
    """Write the ends of an interval of counts, rounded outward to a unit.

    Examples
    --------
    >>> outward(9_412.2, 18_140.9, 100)
    ('9,400', '18,200')
    """
    return f"{_to_unit(low, unit, ROUND_FLOOR):,}", f"{_to_unit(high, unit, ROUND_CEILING):,}"


def round_down(value: float, category: str) -> int:
    """Round a count down as published reports do; the unit goes by category.

    Parameters
    ----------
    value : float
        Crimes.
    category : str
        To 100 for all crime and violence, and from 1,000 up; else to 10.

    Returns
    -------
    int
        Crimes, 0 where nothing is left.

    Examples
    --------
    >>> round_down(13_155, "all"), round_down(436, "all"), round_down(429.9, "sexual")
    (13100, 400, 420)
    """
    hundreds = wording.is_all_or_violence(category) or _clean(value) >= 1000
    return _to_unit(value, 100 if hundreds else 10, ROUND_FLOOR)


def parse_proportion(text: str) -> float:
    """Read a proportion: 0.914, or 91.4% with its sign.

    Parameters
    ----------
    text : str
        What the user wrote.

    Returns
    -------
    float
        A proportion, 0 to 1.

    Raises
    ------
    DataError
        A bare number above 1, or no number; the message shows both spellings.

    Examples
    --------
    >>> parse_proportion("95%"), parse_proportion("0.914")
    (0.95, 0.914)
    """
    plain = text.strip()
    sign = plain.endswith("%")
    try:
        value = Decimal(plain.removesuffix("%").strip())
    except ArithmeticError:
        raise DataError.of("not-a-proportion-text", got=text) from None
    if not value.is_finite() or not 0 <= value <= 100:
        raise DataError.of("not-a-proportion-text", got=text)
    if not sign and value > 1:
        raise DataError.of("bare-percent", got=text, percent=f"{value:f}%", proportion=f"{value / 100:f}")
    return float(value / 100 if sign else value)


def write(content: str | bytes, path: Path | str) -> None:
    """Write a file whole or not at all; text is UTF-8.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write("rate", pathlib.Path(folder) / "rates.txt")
    ...     print((pathlib.Path(folder) / "rates.txt").read_text(encoding="utf-8"))
    rate
    """
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


def _in_percent(rate: Decimal, places: int) -> str:
    rounded = (rate * 100).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return str(rounded if rounded else abs(rounded))


def _clean(value: float) -> Decimal:
    """Take off the noise of floating-point sums: 9,000 (1 - .9) / .9 comes out as 999.9999999999998, and is 1,000."""
    return Decimal(f"{value:.{DIGITS}g}")


def _to_unit(value: float, unit: int, rounding: str) -> int:
    return int((_clean(value) / unit).quantize(Decimal(1), rounding)) * unit


def _csv(page: Page) -> str:
    return csv_of(page.numbers.columns, page.numbers.rows())


def csv_of(columns: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """Write CSV: numbers as the shortest text that reads back to them, and no text that a spreadsheet would run.

    A text that begins with a sign of a formula gets an apostrophe before it, and so does one that begins with
    apostrophes and such a sign: who takes one apostrophe off each of these has the texts back as they were.

    Examples
    --------
    >>> print(csv_of(["crime_type", "rate"], [["=1+1", -0.5], ["'70s theft", None]]), end="")
    crime_type,rate
    '=1+1,-0.5
    '70s theft,
    """
    lines: list[str] = []
    # csv quotes a carriage return only where its own line ends hold one
    writer = csv.writer(SimpleNamespace(write=lines.append), lineterminator="\r\n")
    writer.writerows([_cell(value) for value in row] for row in (columns, *rows))
    return "".join(line.removesuffix("\r\n") + "\n" for line in lines)


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a text begins with that a spreadsheet takes for a formula, in any width."""


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.lstrip("'").startswith(_FORMULA) else value
    return repr(value) if isinstance(value, float) else value


def _json(page: Page) -> str:
    rows = [dict(zip(page.numbers.columns, row, strict=True)) for row in page.numbers.rows()]
    marking = {"marking": page.marking} if page.marking else {}
    document = {"schema": SCHEMA, **marking, "rows": rows, "statements": list(page.statements)}
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _text(page: Page) -> str:
    return terminal.draw(_legible(page))


def _legible(page: Page) -> Page:
    """Make the texts that come from the user's file harmless: no line breaks, no signs that steer a terminal."""
    grids = tuple(
        replace(
            grid,
            title=harmless(grid.title),
            headings=tuple(map(harmless, grid.headings)),
            rows=tuple(tuple(map(harmless, row)) for row in grid.rows),
        )
        for grid in page.grids
    )
    return replace(page, grids=grids, notes=tuple(map(harmless, page.notes)))


def harmless(text: str) -> str:
    r"""Write a text of the user's on one line, with the signs that would steer a terminal or turn a line shown as such.

    Examples
    --------
    >>> harmless("north\nand \u202esouth")
    'north and \\u202esouth'
    """
    if text.isprintable():
        return text
    return "".join(" " if sign in "\t\n\r\v\f" else _escaped(sign) for sign in text)


def _escaped(sign: str) -> str:
    return repr(sign)[1:-1] if sign in _NO_SIGNS or unicodedata.category(sign) in _STEERING else sign


_STEERING = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Control characters, marks of direction, halves of characters, and separators of lines."""

_NO_SIGNS = "\ufffe\uffff"
"""What XML cannot hold beside them."""


def _markdown(page: Page) -> str:
    page = _legible(page)
    parts = [f"**{_marked(page.marking)}**"] if page.marking else []
    for grid in page.grids:
        rule = ["---" if i < grid.words else "---:" for i in range(len(grid.headings))]
        lines = [_bar(grid.headings), _bar(rule), *(_bar(row) for row in grid.rows)]
        parts += [f"**{_marked(grid.title)}**", "\n".join(lines)]
    parts += [_marked(line) for line in (*page.notes, *page.statements)]
    return "\n\n".join(parts) + "\n"


def _bar(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell if set(cell) <= {"-", ":"} else _marked(cell) for cell in cells) + " |"


def _marked(text: str) -> str:
    """Keep the signs of Markdown and HTML in a text from being taken as such."""
    signs = {sign: f"\\{sign}" for sign in "\\`*_[]#|~$"} | {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
    return " ".join("".join(signs.get(sign, sign) for sign in text).split())


def _html(page: Page) -> str:
    from jinja2 import Environment, PackageLoader

    environment = Environment(
        loader=PackageLoader("cdi", "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("table.html").render(page=_legible(page), language=wording.LANGUAGE)


FORMATS: Mapping[str, Callable[[Page], str]] = {
    "text": _text,
    "csv": _csv,
    "json": _json,
    "markdown": _markdown,
    "html": _html,
}
"""Name of a format -> what writes a page in it."""
