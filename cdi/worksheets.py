"""Empty worksheets to fill in: a table with the columns that cdi reads, and a sheet of guidance.

The defined name ``cdi_table`` says which sheet holds the table, so that it is found again once it is filled in by Excel
or LibreOffice. Whole columns are formatted as text, so that 0012 and 1-2 stay as typed.
"""

from __future__ import annotations

import io
import os
import textwrap
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from cdi import wording
from cdi.arguments import checked, chosen, path_of
from cdi.audits import answers
from cdi.errors import DataError, Where
from cdi.printing import formats
from cdi.reading.sheets import LAST_ROW
from cdi.reading.workbooks import TABLE

__all__ = [
    "GUIDANCE_WIDTHS", "TABLE", "TEXT", "WORKSHEETS", "WRITTEN", "Holds", "Worksheet", "WorksheetColumn", "explain",
    "guard", "lay_out", "numbered", "packed", "worksheet", "write_template",
]  # fmt: skip

ENDING = ".xlsx"
WRITTEN = datetime(1980, 1, 1)  # the first day that a zip file can name: the same call writes the same bytes
A4 = 9
GUIDANCE_WIDTHS = (20, 20, 95)
FONT, LINE_HEIGHT = "Calibri", 15

Holds = Literal["id", "text", "choice", "count", "proportion", "period"]


@dataclass(frozen=True, slots=True)
class WorksheetColumn:
    """A column of a worksheet."""

    name: str  # as cdi reads it
    holds: Holds  # what goes in: it decides the format of the cells, and which entries they refuse
    needed: bool = False  # whether a filled-in sheet must have it
    choices: tuple[str, ...] = ()  # the words that can be chosen

    @property
    def width(self) -> int:
        """How wide it is, in characters: names and choices fit, with room for the arrow of a list."""
        return max(_LEAST_WIDTH[self.holds], *(len(word) + 5 for word in (self.name, *self.choices)))


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A table to fill in."""

    kind: str  # its name, and that of its sheet
    columns: tuple[WorksheetColumn, ...]  # from left to right

    @property
    def guidance(self) -> tuple[tuple[str, str, str], ...]:
        """The rows of its second sheet: what each is about, its name, the explanation."""
        about = wording.TEMPLATE_COLUMNS[self.kind]
        columns = [(c.name, wording.needed_or_not(about[c.name], needed=c.needed)) for c in self.columns]
        parts = {
            "purpose": [(self.kind, wording.TEMPLATE_PURPOSES[self.kind])],
            "column": columns,
            "choice": list(wording.TEMPLATE_CHOICES[self.kind].items()),
            "rule": numbered(wording.TEMPLATE_RULES[self.kind]),
            "next": numbered(wording.TEMPLATE_COMMANDS[self.kind]),
        }
        return tuple((wording.guidance_part(part), *row) for part, rows in parts.items() for row in rows)


_LEAST_WIDTH: Mapping[Holds, int] = {"id": 18, "text": 20, "choice": 12, "count": 14, "proportion": 12, "period": 22}

# text keeps what is typed: 0012, 1-2, 2024-03; numbers stay numbers
_CELL_FORMATS: Mapping[Holds, str] = {"count": "0", "proportion": "General"}
TEXT = "@"
"""The format of cells that keep what is typed."""

_ENTRIES: Mapping[Holds, Mapping[str, str]] = {
    "choice": {"type": "list"},
    "count": {"type": "whole", "operator": "greaterThanOrEqual", "formula1": "0"},
    "proportion": {"type": "decimal", "operator": "between", "formula1": "0", "formula2": "1"},
    "period": {},
}
"""What a column holds -> the entries that its cells take, in the words of a workbook; a period takes any text."""

_YES_NO, _ANSWERS = ("yes", "no"), ("yes", "no", "not applicable")

_CASE, _CLUSTER = WorksheetColumn("case", "id"), WorksheetColumn("cluster", "id", needed=True)
_STRATUM, _CRIME_TYPE = WorksheetColumn("stratum", "text"), WorksheetColumn("crime_type", "text")
_PERIOD = WorksheetColumn("period", "period")
_GROUNDS = WorksheetColumn("grounds", "choice", needed=True, choices=_YES_NO)
_DECISION = WorksheetColumn("decision", "choice", needed=True, choices=tuple(answers.DECISIONS))

WORKSHEETS: Mapping[str, Worksheet] = {
    kind: Worksheet(kind, columns)
    for kind, columns in {
        "audit": (_CASE, _CLUSTER, _STRATUM, _CRIME_TYPE, WorksheetColumn("recorded_as", "text"), _DECISION),
        "searches": (_CASE, _STRATUM, WorksheetColumn("ethnicity", "text"), _GROUNDS),
        "review": (
            WorksheetColumn("file", "id", needed=True),
            WorksheetColumn("outcome", "text"),
            WorksheetColumn("question_1", "choice", needed=True, choices=_ANSWERS),
            WorksheetColumn("question_2", "choice", choices=_ANSWERS),
            WorksheetColumn("question_3", "choice", choices=_ANSWERS),
        ),
        "volumes": (
            WorksheetColumn("crime_type", "text", needed=True),
            WorksheetColumn("recorded_crime", "count", needed=True),
            WorksheetColumn("route_share", "proportion"),
            _PERIOD,
        ),
        "results": (
            WorksheetColumn("force", "text", needed=True),
            WorksheetColumn("rate", "proportion", needed=True),
            WorksheetColumn("half_width", "proportion"),
            _PERIOD,
            WorksheetColumn("inspection_type", "text"),
            WorksheetColumn("source", "text", needed=True),
        ),
        "trend": (WorksheetColumn("month", "period", needed=True), _CASE, _CLUSTER, _CRIME_TYPE, _DECISION),
    }.items()
}
"""Kind -> the worksheet."""


def worksheet(kind: str) -> Worksheet:
    """Find a worksheet by its kind."""
    return WORKSHEETS[chosen(kind, WORKSHEETS, "no-template", DataError)]


@checked
def write_template(kind: str, path: str | Path) -> None:
    """Write an empty worksheet to fill in: a workbook with a table, drop-down lists and a sheet of guidance.

    Parameters
    ----------
    kind : {"audit", "searches", "review", "volumes", "results", "trend"}
        The kind of worksheet.
    path : str or pathlib.Path
        A new file that ends in .xlsx. It is written completely or not at all. The same call writes the same bytes.

    Returns
    -------
    None
        The file is the result.

    Raises
    ------
    DataError
        If there is no such kind, the file has another ending, or it cannot be written. Also if the file exists, since a
        filled-in worksheet is never overwritten.

    Examples
    --------
    >>> import tempfile, pathlib, cdi
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "audit.xlsx"
    ...     cdi.write_template("audit", file)
    ...     file.exists()
    True
    """
    found, target = worksheet(kind), path_of(path)
    if target.suffix.casefold() != ENDING:
        raise DataError.of("template-ending", got=target.suffix or None, where=Where(str(path)))
    if os.path.lexists(target):
        raise DataError.of("template-exists", where=Where(str(path)))
    formats.write(packed(_workbook(found)), target)


def numbered(texts: Sequence[str]) -> list[tuple[str, str]]:
    """Put a number before each of some texts."""
    return [(str(number), text) for number, text in enumerate(texts, 1)]


def _workbook(chosen: Worksheet) -> Any:
    from openpyxl import Workbook
    from openpyxl.packaging.core import DocumentProperties
    from openpyxl.workbook.defined_name import DefinedName

    book: Any = Workbook()
    book.properties = DocumentProperties(
        creator="cdi", title=wording.template_title(chosen.kind), language=wording.LANGUAGE, created=WRITTEN
    )
    table = book.active
    table.title = chosen.kind
    lay_out(table, [column.name for column in chosen.columns], [column.width for column in chosen.columns])
    for place, column in enumerate(chosen.columns, 1):
        guard(table, place, column)
    guidance = book.create_sheet(wording.GUIDANCE_SHEET)
    lay_out(guidance, wording.GUIDANCE_HEADINGS, GUIDANCE_WIDTHS)
    explain(guidance, chosen.guidance)
    book.defined_names[TABLE] = DefinedName(TABLE, attr_text=f"'{chosen.kind}'!$A$1")
    return book


def lay_out(sheet: Any, names: Sequence[str], widths: Sequence[int]) -> None:
    """Give a sheet its header, which stays in sight and stands on every page, and a page to be printed on."""
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.utils import get_column_letter

    for place, (name, width) in enumerate(zip(names, widths, strict=True), 1):
        cell = sheet.cell(1, place, name)
        cell.font, cell.border = Font(name=FONT, size=11, bold=True), Border(bottom=Side(style="medium"))
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.print_options.gridLines = True
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.left.text, sheet.oddFooter.right.text = "&A", "&P / &N"


def guard(sheet: Any, place: int, column: WorksheetColumn) -> None:
    """Format a whole column, and refuse entries that it cannot hold."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    letter = get_column_letter(place)
    sheet.column_dimensions[letter].number_format = _CELL_FORMATS.get(column.holds, TEXT)
    if column.holds not in _ENTRIES:
        return
    words = {"formula1": f'"{",".join(column.choices)}"'} if column.choices else {}
    taken: dict[str, Any] = {**_ENTRIES[column.holds], **words}
    check: Any = DataValidation(allow_blank=True, **taken)
    check.promptTitle, check.prompt, check.showInputMessage = column.name, wording.ENTRY_PROMPTS[column.holds], True
    if taken:
        check.errorTitle, check.error, check.showErrorMessage = column.name, wording.ENTRY_REFUSALS[column.holds], True
    check.add(f"{letter}2:{letter}{LAST_ROW}")
    sheet.add_data_validation(check)


def explain(sheet: Any, guidance: Sequence[tuple[str, str, str]]) -> None:
    """Write the rows of a sheet of guidance, whose texts are wrapped."""
    from openpyxl.styles import Alignment

    for number, row in enumerate(guidance, 2):
        sheet.append(row)
        for cell in sheet[number]:
            cell.number_format, cell.alignment = TEXT, Alignment(vertical="top", wrap_text=True)
        # LibreOffice does not fit a row to its wrapped text by itself
        lines = textwrap.wrap(row[-1], GUIDANCE_WIDTHS[-1])
        sheet.row_dimensions[number].height = LINE_HEIGHT * len(lines) + 3


def packed(book: Any) -> bytes:
    """Save a workbook without the time at which it was made."""
    from openpyxl.xml.constants import ARC_CORE
    from openpyxl.xml.functions import tostring

    saved, packed = io.BytesIO(), io.BytesIO()
    book.save(saved)
    book.properties.modified = WRITTEN
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, WRITTEN.timetuple()[:6])
            entry.create_system = 0  # the same on every machine
            content = tostring(book.properties.to_tree()) if name == ARC_CORE else old.read(name)
            new.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
