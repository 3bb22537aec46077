"""Reads a table from an Excel workbook: nothing is guessed, and what cannot be read is named with its cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from cdi.errors import SHOWN, DataError, Fault, Where, fault, suggestion
from cdi.reading.grids import TEXTS, Grid, is_blank, refuse, words
from cdi.reading.packages import Book, open_book
from cdi.reading.sheets import Kind, Marks, letters_of

__all__ = ["Sheet", "date_faults", "first_number", "id_faults", "read_sheet", "where"]

# what a name refers to, as Excel writes it and as LibreOffice may; a name of a sheet in quotes, or without
REFERENCE = re.compile(r"=?\$?(?:'((?:[^']|'')+)'|([^'!]+))[!.]\$?[A-Z]{1,3}\$?(\d+)", re.ASCII)
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
        For each column the :class:`cdi.reading.sheets.Kind` of each value.
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


def date_faults(sheet: Sheet, column: str) -> tuple[list[tuple[int, Fault]], int]:
    """Find dates among texts, or the texts where they are fewer: Excel makes a date of 1-2, a wrong one of 3/2/2024.

    Examples
    --------
    >>> table = Sheet(
    ...     "audit.xlsx", "audit", 1, ("route",), ("A",), (["calls", "2024-02-01"],), [2, 3], kinds=(bytes([1, 7]),)
    ... )
    >>> date_faults(table, "route")[0][0][1].where.cell
    'A3'
    """
    kinds = sheet.kinds[place := sheet.columns.index(column)]
    dates, texts = kinds.count(Kind.DATE), sum(map(kinds.count, TEXTS))
    # the fewer are the odd ones
    odd, total = ({Kind.DATE}, dates) if dates <= texts else (TEXTS, texts)
    if not dates or not texts:
        return [], 0
    rows = islice((row for row, kind in enumerate(kinds) if kind in odd), SHOWN)
    faults = [
        (row + 1, fault("date-among-texts", got=sheet.values[place][row], where=where(sheet, row, column)))
        for row in rows
    ]
    return faults, total


def first_number(sheet: Sheet, column: str) -> Where | None:
    """Find the first cell of a column of ids that Excel holds as a number; None where they are text."""
    kinds = sheet.kinds[sheet.columns.index(column)]
    row = kinds.find(Kind.WHOLE)
    return where(sheet, row, column) if row >= 0 else None


def _choose(book: Book, title: str | None) -> tuple[str, int | None]:
    """Choose the sheet to read, and the row of the names where the workbook says it."""
    marked, row = _marked(book)
    if title is not None:
        if title not in book.parts:
            raise DataError.of("no-sheet", got=title, where=Where(book.name), hint=suggestion(title, [*book.parts]))
        return title, row if title == marked else None
    if marked in book.visible:
        return marked, row
    filled = [item for item in book.parts if item in book.visible and _holds_values(book, item)]
    if len(filled) == 1:
        return filled[0], None
    hidden = [item for item in book.parts if not filled and item not in book.visible and _holds_values(book, item)]
    code = "several-sheets" if filled else "hidden-sheet" if hidden else "no-filled-sheet"
    raise DataError.of(code, got=", ".join(filled or hidden) or None, where=Where(book.name))


def _marked(book: Book) -> tuple[str, int | None]:
    """Read the sheet and the row to which the workbook's defined name points, if there is such a sheet."""
    for found in filter(None, map(REFERENCE.match, book.tables)):
        title = (found[1] or found[2]).replace("''", "'")
        if title in book.parts:
            return title, int(found[3])
    return "", None


def _holds_values(book: Book, title: str) -> bool:
    return any(_is_filled(cells) for _, cells in book.rows(title, Marks()))


def _is_filled(cells: dict[int, Any]) -> bool:
    return not all(map(is_blank, cells.values()))


def _grid(book: Book, title: str, header: int | None) -> Grid:
    """Read a sheet from its header down, without the rows that hold nothing but spaces."""
    marks = Marks()
    names: dict[int, Any] = {}
    numbers: list[int] = []
    columns: dict[int, list[Any]] = {}
    for number, cells in book.rows(title, marks):
        if (header is not None and number < header) or not _is_filled(cells):
            continue
        header = header or number
        if number == header:
            names = cells
            continue
        for place, value in cells.items():
            column = columns.setdefault(place, [])
            column.extend([None] * (len(numbers) - len(column)))
            column.append(value)
        numbers.append(number)
    if header is None:
        raise DataError.of("no-filled-sheet", where=Where(book.name, sheet=title))
    places = sorted({*names, *columns})
    texts, kinds = words([names.get(place) for place in places])
    titles = {place: (text, Kind(kind)) for place, text, kind in zip(places, texts, kinds, strict=True)}
    read = {place: _padded(columns.pop(place, []), len(numbers)) for place in places}
    return Grid(book.name, title, header, titles, read, numbers, marks, book.totals(title))


def _padded(values: list[Any], rows: int) -> tuple[list[str | None], bytes]:
    return words([*values, *[None] * (rows - len(values))])


def _table(grid: Grid) -> Sheet:
    """Take what a sheet holds as a table, once nothing is wrong with it."""
    named = {place: text for place, (text, _) in grid.names.items() if text is not None}
    found = [grid.columns[place] for place in named]
    return Sheet(
        grid.name,
        grid.title,
        grid.header,
        tuple(named.values()),
        tuple(map(letters_of, named)),
        tuple(texts for texts, _ in found),
        grid.rows,
        grid.rows[-1] - grid.header - len(grid.rows),
        sum(kinds.count(Kind.LOOSE) for _, kinds in found),
        tuple(kinds for _, kinds in found),
    )
