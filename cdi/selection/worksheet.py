"""The worksheet of the auditors: a workbook with the sample, its reserves on a sheet apart, and guidance.

Ids are text, so that 0012 stays as it is. Decisions are chosen from a list. ``cdi estimate`` reads it filled in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cdi import wording
from cdi.audits import answers as words
from cdi.errors import DataError
from cdi.selection.draws import COUNTS, ORDER, WEIGHT, Draw, DrawnRecord
from cdi.worksheets import (
    GUIDANCE_WIDTHS,
    TABLE,
    TEXT,
    WRITTEN,
    Holds,
    WorksheetColumn,
    explain,
    guard,
    lay_out,
    numbered,
    packed,
)

__all__ = ["RESERVES", "SHEET", "book_of"]

SHEET, RESERVES = "sample", "reserves"
"""The sheets with the sample and with those that stand by."""

_NUMBERS = {ORDER: "0", WEIGHT: "General"}
_WIDEST = 40
_LONGEST = 32_767  # signs of a cell


def book_of(found: Draw, answers: str) -> bytes:
    """Make the worksheet of a draw, with the columns that auditors fill in."""
    from openpyxl import Workbook
    from openpyxl.packaging.core import DocumentProperties
    from openpyxl.workbook.defined_name import DefinedName

    book: Any = Workbook()
    book.properties = DocumentProperties(
        creator="cdi", title=wording.DRAW_WORKSHEET, language=wording.LANGUAGE, created=WRITTEN
    )
    _fill(book.active, SHEET, found, found.sample, answers)
    guidance = book.create_sheet(wording.GUIDANCE_SHEET)
    lay_out(guidance, wording.GUIDANCE_HEADINGS, GUIDANCE_WIDTHS)
    explain(guidance, _guidance(found, answers))
    if found.reserves:
        _fill(book.create_sheet(RESERVES), RESERVES, found, found.reserves, answers)
    book.defined_names[TABLE] = DefinedName(TABLE, attr_text=f"'{SHEET}'!$A$1")
    return packed(book)


def _fill(sheet: Any, title: str, found: Draw, records: Sequence[DrawnRecord], answers: str) -> None:
    """Write records on a sheet, with the columns to fill in beside them."""
    from openpyxl.utils import get_column_letter

    sheet.title = title
    rows = [found.row(record) for record in records]
    holds: Holds = "count" if answers == COUNTS else "choice"
    empty = [WorksheetColumn(name, holds, choices=_choices(answers)) for name in found.open(answers)]
    longest = [max(len(str(row[i])) for row in rows) for i in range(len(found.fixed))]
    widths = [min(_WIDEST, max(len(name), most) + 4) for name, most in zip(found.fixed, longest, strict=True)]
    lay_out(sheet, [*found.fixed, *(each.name for each in empty)], [*widths, *(each.width for each in empty)])
    for place, name in enumerate(found.fixed, 1):
        sheet.cell(1, place).data_type = "s"
        sheet.column_dimensions[get_column_letter(place)].number_format = _NUMBERS.get(name, TEXT)
    for place, each in enumerate(empty, len(found.fixed) + 1):
        guard(sheet, place, each)
    for number, row in enumerate(rows, 2):
        for place, (name, value) in enumerate(zip(found.fixed, row, strict=True), 1):
            _put(sheet, number, place, value, _NUMBERS.get(name, TEXT))
        for place, each in enumerate(empty, len(found.fixed) + 1):
            sheet.cell(number, place).number_format = "0" if each.holds == "count" else TEXT


def _put(sheet: Any, row: int, place: int, value: object, kind: str) -> None:
    """Write a value into a cell; a text that begins as a formula does is none."""
    from openpyxl.utils.exceptions import IllegalCharacterError

    if isinstance(value, str) and len(value) > _LONGEST:
        raise DataError.of("draw-no-cell", got=value[:20])
    try:
        cell = sheet.cell(row, place, value)
    except IllegalCharacterError as error:
        raise DataError.of("draw-no-cell", got=ascii(value)) from error
    cell.number_format = kind
    if kind == TEXT:
        cell.data_type = "s"


def _choices(answers: str) -> tuple[str, ...]:
    return () if answers == COUNTS else tuple(words.DECISIONS)


def _guidance(found: Draw, answers: str) -> tuple[tuple[str, str, str], ...]:
    """Say what each column holds, what can be chosen, and what to do with the worksheet."""
    about = {
        **dict.fromkeys(found.keys, wording.DRAW_COLUMNS["stratum"]),
        **dict.fromkeys(found.keep, wording.DRAW_COLUMNS["kept"]),
        found.unit: wording.DRAW_COLUMNS["id"],
    }
    columns = [(name, about.get(name) or wording.DRAW_COLUMNS[name]) for name in (*found.fixed, *found.open(answers))]
    parts = {
        "purpose": [(SHEET, wording.DRAW_PURPOSE)],
        "column": columns,
        "choice": [] if answers == COUNTS else list(wording.TEMPLATE_CHOICES["audit"].items()),
        "rule": numbered(wording.DRAW_RULES[answers]),
        "next": numbered(wording.draw_next(found.unit, found.keys, weighted=bool(found.size))),
    }
    return tuple((wording.guidance_part(part), *row) for part, rows in parts.items() for row in rows)
