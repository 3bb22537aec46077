"""The worksheet of a panel: a workbook with the reports to read, and guidance. It shows nothing of what was decided.

Ids are text, so that 0012 stays as it is. ``cdi estimate AUDIT --reread`` reads it filled in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cdi import wording
from cdi.audits import answers
from cdi.worksheets import (
    GUIDANCE_WIDTHS,
    TABLE,
    TEXT,
    WRITTEN,
    WorksheetColumn,
    explain,
    guard,
    lay_out,
    numbered,
    packed,
)

__all__ = ["Sheet", "book_of"]

SHEET = "panel"
_WIDEST = 40


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a panel is given: the reports, and the columns to fill in."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    report: str  # the column with the reports' numbers
    strata: tuple[str, ...]  # the columns of strata
    empty: tuple[str, ...]  # the columns to fill in
    decision: str | None  # the one of them with decisions, where there is one
    counts: tuple[str, ...]  # or those with crimes due and recorded


def book_of(panel: Sheet) -> bytes:
    """Make the worksheet."""
    from openpyxl import Workbook
    from openpyxl.packaging.core import DocumentProperties
    from openpyxl.workbook.defined_name import DefinedName

    book: Any = Workbook()
    book.properties = DocumentProperties(
        creator="cdi", title=wording.PANEL_WORKSHEET, language=wording.LANGUAGE, created=WRITTEN
    )
    _fill(book.active, panel)
    guidance = book.create_sheet(wording.GUIDANCE_SHEET)
    lay_out(guidance, wording.GUIDANCE_HEADINGS, GUIDANCE_WIDTHS)
    explain(guidance, _guidance(panel))
    book.defined_names[TABLE] = DefinedName(TABLE, attr_text=f"'{SHEET}'!$A$1")
    return packed(book)


def _fill(sheet: Any, panel: Sheet) -> None:
    """Write the reports, with the columns to fill in beside them."""
    from openpyxl.utils import get_column_letter

    sheet.title = SHEET
    fixed = panel.columns[: len(panel.columns) - len(panel.empty)]
    empty = [_column(name, panel) for name in panel.empty]
    longest = [max(len(row[i]) for row in panel.rows) for i in range(len(fixed))]
    widths = [min(_WIDEST, max(len(name), most) + 4) for name, most in zip(fixed, longest, strict=True)]
    lay_out(sheet, panel.columns, [*widths, *(each.width for each in empty)])
    for place, name in enumerate(fixed, 1):
        sheet.column_dimensions[get_column_letter(place)].number_format = "0" if name == wording.ORDER_COLUMN else TEXT
    for place, each in enumerate(empty, len(fixed) + 1):
        guard(sheet, place, each)
    for number, row in enumerate(panel.rows, 2):
        for place, (name, value) in enumerate(zip(fixed, row, strict=False), 1):
            _put(sheet, number, place, name, value)
        for place, each in enumerate(empty, len(fixed) + 1):
            sheet.cell(number, place).number_format = "0" if each.holds == "count" else TEXT


def _put(sheet: Any, row: int, place: int, name: str, value: str) -> None:
    """Write a value into a cell; a text that begins as a formula does is none."""
    cell = sheet.cell(row, place, int(value) if name == wording.ORDER_COLUMN else value)
    if name != wording.ORDER_COLUMN:
        cell.number_format, cell.data_type = TEXT, "s"


def _column(name: str, panel: Sheet) -> WorksheetColumn:
    if name == panel.decision:
        return WorksheetColumn(name, "choice", choices=tuple(answers.DECISIONS))
    return WorksheetColumn(name, "count" if name in panel.counts else "text")


def _guidance(panel: Sheet) -> tuple[tuple[str, str, str], ...]:
    """Say what each column holds, what can be chosen, and what to do with the worksheet."""
    said = wording.PANEL_COLUMNS
    about = {
        **dict.fromkeys(panel.strata, said["stratum"]),
        panel.report: said["report"],
        wording.ORDER_COLUMN: said["order"],
    }
    about |= dict.fromkeys(panel.empty, said["class"])
    about |= {name: said[kind] for kind, name in zip(("due", "recorded"), panel.counts, strict=False)}
    if panel.decision is not None:
        about[panel.decision] = said["decision"]
    parts: dict[str, Sequence[tuple[str, str]]] = {
        "purpose": [(SHEET, wording.PANEL_PURPOSE)],
        "column": [(name, about[name]) for name in panel.columns],
        "choice": [] if panel.decision is None else list(wording.TEMPLATE_CHOICES["audit"].items()),
        "rule": numbered(wording.PANEL_RULES["counts" if panel.decision is None else "decision"]),
    }
    return tuple((wording.guidance_part(part), *row) for part, rows in parts.items() for row in rows)
