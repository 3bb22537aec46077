"""Which table stands on which sheet of the workbook, cell by cell, before a library writes it.

Rates and counts of one table are parted into sheets of their own, since a column of a sheet has one unit. No cell is
blank: what has no number says why by a symbol.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cdi import wording
from cdi.printing import formats
from cdi.printing.tables import Row
from cdi.report.contents import Exhibit, Report

__all__ = ["NOTES_FROM_RIGHT", "Cell", "Sheet", "fitted", "sheets_of", "unit_of"]

NOTES_FROM_RIGHT = 2
"""How many columns the notes and the sentences are, at the right."""

LONGEST_NAME, LONGEST_HEADING, LONGEST_TEXT = 31, 250, 32_767

_WITHHELD, _NOT_AVAILABLE, _NOT_APPLICABLE = "[c]", "[x]", "[z]"

_UNITS: Mapping[str, str] = {
    "unrecorded": "count",
    "additionally-recorded": "count",
    "delay": "hours",
    "per-1000": "number",
    "ratio": "number",
    "-value": "number",
    "z-score": "number",
}
"""A part of the key of a measure -> what its numbers are; all others are proportions."""

_FORMATS: Mapping[str, tuple[str, str]] = {
    "rate": ("0.0%", "0.00%"),
    "count": ("#,##0", "#,##0"),
    "hours": ("#,##0.0", "#,##0.00"),
    "number": ("0.00", "0.000"),
}
"""What numbers are -> how they and their standard errors are shown."""

_SHOWN: Mapping[str, str] = {
    "n": "#,##0",
    "recorded": "#,##0",
    "clusters": "#,##0",
    "n_eff": "#,##0.0",
    "df": "#,##0.0",
    "deff": "0.00",
}
"""Column -> how its numbers are shown, whatever the measure."""

_NUMBERS = ("estimate", "low", "high", "level", "method", "se", "n", "recorded", "clusters", "n_eff", "df", "deff")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell.

    Attributes
    ----------
    value : str, int or float
        A text, or a number, unrounded.
    shown : str
        The format of a number, in the words of a workbook.
    numeric : bool
        Whether it stands in a column of numbers, as one or as the symbol of one that is not there.

    Examples
    --------
    >>> Cell(0.874, "0.0%").value
    0.874
    """

    value: str | int | float
    shown: str = ""
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table on its sheet.

    Attributes
    ----------
    name : str
        Of the sheet: legal, and its number makes it the only one.
    title, base, source : str
        What stands above the table.
    headings : tuple of str
        One a column, each different from the others.
    rows : tuple of tuple of Cell
        The cells before the notes.
    notes : tuple of tuple of str
        For each row the texts of its notes.
    sentences : tuple of str
        For each row its sentence.
    said : tuple of str
        What is said of the whole table.
    symbols : tuple of str
        The symbols that occur.
    """

    name: str
    title: str
    base: str
    source: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[tuple[str, ...], ...]
    sentences: tuple[str, ...]
    said: tuple[str, ...]
    symbols: tuple[str, ...]


def sheets_of(report: Report) -> tuple[Sheet, ...]:
    """Part the tables of a report into sheets.

    Parameters
    ----------
    report : Report
        From :func:`cdi.report.assembling.assemble`.

    Returns
    -------
    tuple of Sheet
        In the order of the report.
    """
    parts = [(exhibit, unit) for exhibit in report.exhibits for unit in _units(exhibit)]
    return tuple(_sheet(exhibit, unit, number) for number, (exhibit, unit) in enumerate(parts, 1))


def unit_of(kind: str) -> str:
    """Say what the numbers of a measure are.

    Examples
    --------
    >>> unit_of("unrecorded"), unit_of("delay-median"), unit_of("grounds-ratio"), unit_of("recording-rate-frame")
    ('count', 'hours', 'number', 'rate')
    """
    return next((unit for part, unit in _UNITS.items() if part in kind), "rate")


def fitted(text: str) -> str:
    r"""Make a text fit into a cell: on one line, without signs that a workbook cannot hold, cut if need be.

    Examples
    --------
    >>> fitted("=1+1\n\x00")
    '=1+1 \\x00'
    """
    plain = formats.harmless(text)
    return plain if _units_16(plain) <= LONGEST_TEXT else _cut(plain, LONGEST_TEXT - len(wording.CUT)) + wording.CUT


def _units_16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _cut(text: str, most: int) -> str:
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", errors="ignore")


def _units(exhibit: Exhibit) -> list[str]:
    return list(dict.fromkeys(unit_of(record.measure.key) for record in exhibit.table.rows))


def _sheet(exhibit: Exhibit, unit: str, number: int) -> Sheet:
    table = exhibit.table
    pairs = [
        (record, sentence)
        for record, sentence in zip(table.rows, exhibit.sentences, strict=True)
        if unit_of(record.measure.key) == unit
    ]
    rows = tuple(tuple(_cells(record, unit)) for record, _ in pairs)
    used = {cell.value for row in rows for cell in row[len(table.keys) :]}
    measures = [record.measure.key for record, _ in pairs]
    several = len(_units(exhibit)) > 1
    return Sheet(
        name=_name(exhibit.key, number),
        title=fitted(wording.sheet_title(exhibit.title, measures) if several else exhibit.title),
        base=fitted(exhibit.base),
        source=fitted(wording.sheet_source(exhibit.source)) if exhibit.source else "",
        headings=_headings(table.keys),
        rows=rows,
        notes=tuple(tuple(map(wording.capital, _notes(record))) for record, _ in pairs),
        sentences=tuple(fitted(sentence) for _, sentence in pairs),
        said=tuple(fitted(text) for text in exhibit.said if text not in exhibit.sentences),
        symbols=tuple(symbol for symbol in wording.SYMBOLS if symbol in used),
    )


def _notes(record: Row) -> list[str]:
    return list(record.notes)


def _name(key: str, number: int) -> str:
    """Name a sheet: letters, digits and underscores only, so that it is legal whatever the key is."""
    plain = "".join(sign if sign.isalnum() and ord(sign) < 0x10000 else "_" for sign in key)
    return f"{number}_{plain}"[:LONGEST_NAME].rstrip("_")


def _headings(keys: Sequence[str]) -> tuple[str, ...]:
    """Head the columns; one that is called as another is numbered, since capitals do not tell columns apart."""
    fixed = list(wording.SHEET_HEADINGS.values())
    taken = {name.casefold() for name in fixed}
    found: list[str] = []
    for key in keys:
        plain = _cut(fitted(wording.plain_column(key)).strip() or wording.NO_LABEL, LONGEST_HEADING)
        name, place = plain, 2
        while name.casefold() in taken:
            name, place = f"{plain} ({place})", place + 1
        taken.add(name.casefold())
        found.append(wording.capital(name))
    return (*found, *fixed)


def _cells(record: Row, unit: str) -> Iterator[Cell]:
    yield from (Cell(fitted(text) if text.strip() else wording.NO_LABEL) for text in record.label)
    yield Cell(record.name)
    missing = _symbol(record)
    rate, spread = _FORMATS[unit]
    shown = {"estimate": rate, "low": rate, "high": rate, "se": spread, "level": _level_format(record.level), **_SHOWN}
    for name in _NUMBERS:
        value = getattr(record, name)
        numeric = name != "method"
        yield Cell(missing, "", numeric) if value is None else Cell(value, shown.get(name, ""), numeric)


def _symbol(record: Row) -> str:
    """Say why a row lacks numbers: withheld, not to be estimated, or not of a kind that has them."""
    if record.withheld:
        return _WITHHELD
    return _NOT_AVAILABLE if record.estimate is None else _NOT_APPLICABLE


def _level_format(level: float) -> str:
    places = len(re.sub(r"^-?\d*\.?|0*$", "", f"{level * 100:.4f}"))
    return "0%" if not places else f"0.{'0' * places}%"
