"""Reads the cells of workbooks that openpyxl does not know: OpenDocument (.ods), and Excel's .xls and .xlsb.

calamine reads them. It gives values only: what it does not see is said beside whatever is read through it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from cdi.errors import DataError, Where
from cdi.reading.plain_sheets import columns_in
from cdi.reading.sheets import Columns, SheetMarks, refuse_damage

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

__all__ = ["OtherBook", "open_other"]


class OtherBook:
    """An opened workbook, as :class:`cdi.reading.workbooks.Book` is one."""

    unseen = True  # whether hidden rows, errors and formulas without a value are not seen
    tables = ()  # the names in it are not told

    def __init__(self, name: str, book: CalamineWorkbook) -> None:
        from python_calamine import SheetTypeEnum, SheetVisibleEnum

        self.name, self._book = name, book
        sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        self.parts = {sheet.name: sheet.name for sheet in sheets}
        self.visible = {sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible}

    def rows(self, title: str, marks: SheetMarks) -> Iterator[tuple[int, dict[int, Any]]]:
        """Read the rows of a worksheet that hold something one by one."""
        sheet = self._sheet(title, marks)
        if sheet.start is None:  # python-calamine 0.6 fails where there are no rows
            return
        for number, values in enumerate(sheet.iter_rows(), start=1):
            cells = {place: value for place, value in enumerate(values, start=sheet.start[1] + 1) if value != ""}
            if cells:
                yield number, cells

    def columns(self, title: str, marks: SheetMarks) -> Columns:
        """Read the columns of a worksheet."""
        return columns_in(self._sheet(title, marks))

    def _sheet(self, title: str, marks: SheetMarks) -> CalamineSheet:
        """Take a worksheet, and find its merged cells where they are told."""
        from openpyxl.worksheet.cell_range import CellRange

        sheet = self._book.get_sheet_by_name(title)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
            marks.merged.append(CellRange(None, left + 1, top + 1, right + 1, bottom + 1))
        return sheet

    def totals(self, _title: str) -> list[int]:
        """List the totals of Excel tables: these are not told."""
        return []


@contextmanager
def open_other(path: Path, name: str, opened: Callable[[Path], BinaryIO] | None = None) -> Iterator[OtherBook]:
    """Open a workbook; ``opened`` gives what a file holds that is open already."""
    from python_calamine import CalamineWorkbook, PasswordError

    with refuse_damage(name):
        try:
            read = CalamineWorkbook.from_path(path) if opened is None else CalamineWorkbook.from_filelike(opened(path))
            with read as book:
                yield OtherBook(name, book)
        except PasswordError as error:
            raise DataError.of("workbook-locked", where=Where(name)) from error
