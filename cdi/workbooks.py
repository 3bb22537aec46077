"""Reads a table from an Excel workbook: nothing is guessed, and what cannot be read is named with its cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import compress, islice, zip_longest
from pathlib import Path
from typing import Any

from cdi.errors import SHOWN, DataError, Fault, Where, fault, suggestion
from cdi.grids import TEXTS, Grid, Kind, is_blank, refuse, words
from cdi.packages import Book, open_book, rows_of
from cdi.sheets import letters_of

__all__ = ["Sheet", "id_faults", "read_sheet", "where"]

TABLE_NAME = "cdi_table"  # the defined name by which a workbook says where its table begins
# as Excel writes what a name refers to, and as LibreOffice may
REFERENCES = (
    re.compile(r"=?\$?(?:'((?:[^']|'')+)'|([^'!]+))!\$?[A-Z]{1,3}\$?(\d+)"),
    re.compile(r"=?\$?(?:'((?:[^']|'')+)'|([^'.]+))\.\$?[A-Z]{1,3}\$?(\d+)"),
)
ID_FAULTS = {
    Kind.LONG: "id-too-long",
    Kind.FRACTION: "id-not-whole",
    Kind.BOOLEAN: "id-is-boolean",
    Kind.DATE: "id-is-date",
}
NUMBERS = (Kind.WHOLE, Kind.LONG, Kind.FRACTION)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table that was read from a worksheet.

    Attributes
    ----------
    name : str
        The file as the user gave it.
    title : str
        The sheet.
    header_row : int
        The row of the names; the first row of a sheet is 1.
    columns : tuple of str
        The names, trimmed.
    letters : tuple of str
        The letter of each column.
    values : tuple of list
        For each column the text of each row, trimmed, None where blank. Rows without any value are left out.
    rows : sequence of int
        The row of the sheet on which each stands.
    blank_rows, trimmed : int
        Rows without any value between others, and values whose surrounding spaces were taken off.
    kinds : tuple of bytes
        For each column the :class:`cdi.grids.Kind` of each value.
    """

    name: str
    title: str
    header_row: int
    columns: tuple[str, ...]
    letters: tuple[str, ...]
    values: tuple[list[str | None], ...] = field(repr=False)
    rows: Sequence[int] = field(repr=False)
    blank_rows: int = 0
    trimmed: int = 0
    kinds: tuple[bytes, ...] = field(default=(), repr=False)


def read_sheet(path: str | Path, *, sheet: str | None = None, header_row: int | None = None) -> Sheet:
    """Read the table that a workbook holds.

    Parameters
    ----------
    path : str or Path
        An ``.xlsx`` or ``.xlsm`` workbook.
    sheet : str, optional
        The sheet to read. Left out: the one with the defined name ``cdi_table``, or else the only visible one with any
        value.
    header_row : int, optional
        The row of the names, 1 for the first of the sheet. Left out: that of ``cdi_table``, or else the first with any
        value.

    Returns
    -------
    Sheet
        Its columns as text: whole numbers in digits, dates as 2021-03-01, with a time as 2021-03-01T14:30:00, durations
        in hours as 26:30:00, ``true`` and ``false``; numbers as they are stored, whatever their format shows.

    Raises
    ------
    DataError
        The file is no workbook that can be read, or does not say which sheet is meant; and with all faults at once:
        columns without a name or of one name, merged cells, hidden rows, error values and formulas without a value.

    Notes
    -----
    Hidden columns are read like others, since nothing is left out of the rows; hidden rows are refused, since a filter
    or a person may have meant to leave them out.

    Examples
    --------
    >>> import openpyxl, tempfile
    >>> book = openpyxl.Workbook()
    >>> for row in (["incident", "recorded"], ["A1", 1], ["A2", 0]):
    ...     book.active.append(row)
    >>> file = Path(tempfile.mkdtemp()) / "audit.xlsx"
    >>> book.save(file)
    >>> table = read_sheet(file)
    >>> table.columns, table.values
    (('incident', 'recorded'), (['A1', 'A2'], ['1', '0']))
    """
    name = str(path)
    if header_row is not None and header_row < 1:
        raise DataError.of("header-row", got=header_row, where=Where(name))
    with open_book(Path(path), name) as book:
        chosen, marked = _choose(book, sheet)
        grid = _grid(book, chosen, header_row or marked)
    refuse(grid)
    return _table(grid)


def where(sheet: Sheet, row_index: int, column: str | None = None) -> Where:
    """Say where a value of a sheet stands.

    Parameters
    ----------
    sheet : Sheet
        The table.
    row_index : int
        One of its rows, 0 for the first below the header that holds any value.
    column : str, optional
        The column; the whole row is meant when it is left out or not there.

    Returns
    -------
    Where
        File, sheet, row, column and cell.

    Examples
    --------
    >>> table = Sheet("audit.xlsx", "audit", 1, ("incident",), ("A",), (["A1"],), [2])
    >>> where(table, 0, "incident").cell
    'A2'
    """
    row = sheet.rows[row_index]
    cell = f"{sheet.letters[sheet.columns.index(column)]}{row}" if column in sheet.columns else None
    return Where(sheet.name, row, column, sheet=sheet.title, cell=cell)


def id_faults(sheet: Sheet, column: str) -> tuple[list[tuple[int, Fault]], int]:
    """Find the cells of a column that cannot be ids as they were typed.

    Parameters
    ----------
    sheet : Sheet
        The table.
    column : str
        One of its columns, which tells cases or reports apart.

    Returns
    -------
    faults : list of tuple of int and Fault
        The first twenty, with the numbers of their rows, 1 for the first of the table: dates, fractions, ``true`` and
        ``false``, whole numbers of more than 15 digits, which is all that Excel keeps, and numbers among texts, since
        0012 may have become 12.
    total : int
        How many there are.

    Examples
    --------
    >>> table = Sheet(
    ...     "audit.xlsx", "audit", 1, ("incident",), ("A",), (["A1", "12"],), [2, 3], kinds=(bytes([1, 3]),)
    ... )
    >>> print(id_faults(table, "incident")[0][0][1])
    audit.xlsx, sheet audit, cell A3, column incident: expected text, as in other cells of this column, got 12. Excel
    may have changed the id, as it makes 12 of 0012: format the column as text and type the id again.
    """
    place = sheet.columns.index(column)
    values, kinds = sheet.values[place], sheet.kinds[place]
    codes = dict(ID_FAULTS)
    if TEXTS & set(kinds):
        codes |= dict.fromkeys(NUMBERS, "id-number-among-texts")
    total = sum(map(kinds.count, codes))
    rows = (row for row, kind in enumerate(kinds) if kind in codes)
    first = islice(rows, SHOWN if total else 0)
    faults = [(row, fault(codes[Kind(kinds[row])], got=values[row], where=where(sheet, row, column))) for row in first]
    return [(row + 1, item) for row, item in faults], total


def first_number(sheet: Sheet, column: str) -> Where | None:
    """Find the first cell of a column of ids that Excel holds as a number; None where they are text."""
    kinds = sheet.kinds[sheet.columns.index(column)]
    row = kinds.find(Kind.WHOLE)
    return where(sheet, row, column) if row >= 0 else None


def _choose(book: Book, title: str | None) -> tuple[Any, int | None]:
    """Choose the sheet to read, and the row of the names where the workbook says it."""
    sheets = book.native.worksheets
    titles = [item.title for item in sheets]
    marked, row = _marked(book)
    if title is not None:
        if title not in titles:
            raise DataError.of("no-sheet", got=title, where=Where(book.name), hint=suggestion(title, titles))
        return sheets[titles.index(title)], row if title == marked else None
    visible = [item for item in sheets if item.sheet_state == "visible"]
    for item in visible:
        if item.title == marked:
            return item, row
    filled = [item for item in visible if _holds_values(book, item)]
    if len(filled) == 1:
        return filled[0], None
    hidden = [item for item in sheets if not filled and item not in visible and _holds_values(book, item)]
    code = "several-sheets" if filled else "hidden-sheet" if hidden else "no-filled-sheet"
    named = ", ".join(item.title for item in filled or hidden) or None
    raise DataError.of(code, got=named, where=Where(book.name))


def _marked(book: Book) -> tuple[str | None, int | None]:
    """Read the sheet and the row to which the workbook's defined name points, if there is such a sheet."""
    names = [book.native.defined_names, *(item.defined_names for item in book.native.worksheets)]
    texts = [item.attr_text or "" for group in names for key, item in group.items() if key.casefold() == TABLE_NAME]
    for found in (pattern.match(text) for text in texts for pattern in REFERENCES):
        title = (found[1] or found[2]).replace("''", "'") if found else None
        if found and title in book.parts:
            return title, int(found[3])
    return None, None


def _holds_values(book: Book, sheet: Any) -> bool:
    marks = book.marks(sheet)
    return bool(marks.formulas) or any(not is_blank(value) for _, row in rows_of(sheet) for value in row)


def _grid(book: Book, sheet: Any, header_row: int | None) -> Grid:
    """Read a sheet from its header down."""
    marks = book.marks(sheet)
    unread = min((spot.row for spot in marks.formulas), default=None)
    header, names = header_row, ()
    numbers: list[int] = []
    rows: list[tuple[Any, ...]] = []
    for number, row in rows_of(sheet):
        if header is None and not all(map(is_blank, row)):
            header = number if unread is None else min(number, unread)
        if number == header:
            names = row
        elif header is not None and number > header:
            numbers.append(number)
            rows.append(row)
    header = header or unread
    if header is None:
        raise DataError.of("no-filled-sheet", where=Where(book.name, sheet=sheet.title))
    columns = [words(column[1:]) for column in zip_longest(names, *rows)]
    texts, kinds = words([*names, *[None] * (len(columns) - len(names))])
    titles = [(text, Kind(kind)) for text, kind in zip(texts, kinds, strict=True)]
    return _without_blanks(Grid(book.name, sheet.title, header, titles, columns, numbers, marks))


def _without_blanks(grid: Grid) -> Grid:
    """Leave out the rows that hold nothing but spaces."""
    filled = [any(row) for row in zip(*(texts for texts, _ in grid.columns), strict=True)]
    if all(filled):
        return grid
    columns = [(list(compress(texts, filled)), bytes(compress(kinds, filled))) for texts, kinds in grid.columns]
    return replace(grid, columns=columns, rows=list(compress(grid.rows, filled)))


def _table(grid: Grid) -> Sheet:
    """Take what a sheet holds as a table, once nothing is wrong with it."""
    named = [(place, text) for place, (text, _) in enumerate(grid.names) if text is not None]
    found = [grid.columns[place] for place, _ in named]
    return Sheet(
        grid.name,
        grid.title,
        grid.header,
        tuple(text for _, text in named),
        tuple(letters_of(place + 1) for place, _ in named),
        tuple(texts for texts, _ in found),
        grid.rows,
        grid.rows[-1] - grid.header - len(grid.rows),
        sum(kinds.count(Kind.LOOSE) for _, kinds in found),
        tuple(kinds for _, kinds in found),
    )
