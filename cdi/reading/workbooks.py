"""Reads a table from a workbook: nothing is guessed, and what cannot be read is named with its cell.

A workbook is a zip archive that may come from anywhere, so what is none is refused before openpyxl reads it.
"""

from __future__ import annotations

import re
import warnings
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

from cdi import wording
from cdi.errors import SHOWN, DataError, Fault, Where, fault, suggestion
from cdi.reading.plain_sheets import Plain, looked_through
from cdi.reading.sheets import (
    TEXTS,
    TRUE,
    CellKind,
    Columns,
    SheetCells,
    SheetMarks,
    columns_of,
    is_filled,
    letters_of,
    refuse,
    refuse_damage,
    rows_of,
    words,
)

if TYPE_CHECKING:
    from zipfile import ZipFile

    from cdi.reading.other_workbooks import OtherBook

    Opened: TypeAlias = Callable[[Path], BinaryIO]

__all__ = [
    "TABLE",
    "Book",
    "SheetTable",
    "cells_of",
    "date_faults",
    "first_number",
    "head",
    "head_of",
    "id_faults",
    "is_marked",
    "marked_table",
    "open_book",
    "read_cells",
    "read_sheet",
    "sheet_names",
    "sound_table",
    "struck_faults",
    "table_of",
    "unmerged",
    "where",
]  # fmt: skip


OLD = b"\xd0\xcf\x11\xe0"
LOCKED = "EncryptedPackage".encode("utf-16-le")
BINARY, OPEN_DOCUMENT = "xl/workbook.bin", "content.xml"  # parts of workbooks that openpyxl does not read
OPEN_TYPE = b"opendocument.spreadsheet"
TYPES, RELATIONS = "[Content_Types].xml", "_rels/.rels"
STRICT = b"purl.oclc.org/ooxml"  # a variant that openpyxl does not read
LARGEST, TIMES = 1 << 28, 400  # bytes of a part, and how many of them one packed byte may make
HEAD = 1 << 16

TABLE = "cdi_table"
"""The defined name by which a workbook says where its table begins: at the first cell of the header."""


@dataclass(frozen=True, slots=True)
class Book:
    """An opened workbook."""

    name: str  # the file as the user gave it
    parts: Mapping[str, str]  # name of a worksheet -> its part of the archive
    visible: set[str]  # names of the worksheets that show
    tables: Sequence[str]  # what its defined names ``cdi_table`` refer to
    stale: bool  # whether it asks for its formulas to be computed when it is opened, as their stored values are none
    reader: Any  # what reads it
    struck: frozenset[str] = frozenset()  # the styles that strike text through
    unseen: bool = False  # whether hidden rows, errors and formulas without a value are not seen

    def rows(self, title: str, marks: SheetMarks) -> Iterator[tuple[int, dict[int, Any]]]:
        """Read the rows of a worksheet one by one, as :func:`cdi.reading.sheets.rows_of` does."""
        if not self.reader.shared_strings:
            self.reader.read_strings()  # the texts of all sheets, which take long, and not to list the sheets
        with self.reader.archive.open(self.parts[title]) as stream:
            yield from rows_of(stream, self._parser(stream), marks, stale=self.stale, struck=self.struck)

    def columns(self, title: str, marks: SheetMarks) -> Columns:
        """Read the columns of a worksheet, faster where it holds nothing but values."""
        plain = self._plain(title)
        found = None if plain is None else plain.columns(self.reader.archive.fp, title)
        if plain is None or found is None:
            return columns_of(self.rows(title, marks))
        marks.merged += plain.merged
        return found

    def _plain(self, title: str) -> Plain | None:
        from openpyxl.utils.datetime import WINDOWS_EPOCH
        from openpyxl.xml.constants import SHARED_STRINGS

        if self.struck or self.reader.wb.epoch != WINDOWS_EPOCH:
            return None
        shared = self.reader.package.find(SHARED_STRINGS)
        path = None if shared is None else shared.PartName.removeprefix("/")
        return looked_through(self.reader.archive, self.parts[title], path, self._parser(None), stale=self.stale)

    def _parser(self, stream: Any) -> Any:
        from openpyxl.worksheet._reader import WorkSheetParser

        book = self.reader.wb
        return WorkSheetParser(
            stream,
            self.reader.shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,  # noqa: SLF001 - as openpyxl's own sheets do
            timedelta_formats=book._timedelta_formats,  # noqa: SLF001
        )

    def totals(self, title: str) -> list[int]:
        """List the rows of a worksheet that are the totals of Excel tables."""
        from openpyxl.packaging.relationship import get_dependents, get_rels_path
        from openpyxl.utils import range_boundaries
        from openpyxl.worksheet.table import Table
        from openpyxl.xml.functions import fromstring

        archive = self.reader.archive
        path: str = get_rels_path(self.parts[title])  # type: ignore[no-untyped-call]
        if path not in archive.namelist():
            return []
        links = [link for link in get_dependents(archive, path) if link.Type.endswith("/table")]
        tables: list[Any] = [Table.from_tree(fromstring(archive.read(link.target))) for link in links]
        return [int(range_boundaries(table.ref)[3] or 0) for table in tables if table.totalsRowCount]


@contextmanager
def open_book(path: Path, name: str, opened: Opened | None = None) -> Iterator[Book | OtherBook]:
    """Open a workbook, with what reads its format; ``opened`` gives what a file holds that is open already."""
    from cdi.reading.other_workbooks import open_other

    is_other = _is_other(path, name, opened)
    with open_other(path, name, opened) if is_other else _open_excel(path, name, opened) as book:
        yield book


def _stream(path: Path, opened: Opened | None) -> BinaryIO:
    return path.open("rb") if opened is None else opened(path)


@contextmanager
def _open_excel(path: Path, name: str, opened: Opened | None) -> Iterator[Book]:
    from openpyxl.reader.excel import ExcelReader

    with _stream(path, opened) as stream, warnings.catch_warnings(), refuse_damage(name):
        warnings.simplefilter("ignore")  # they tell of parts that play no role here
        reader = ExcelReader(stream, read_only=True, data_only=True, keep_links=False)
        _refuse_other_archives(reader.archive, name)
        yield _read(reader, name)


def _read(reader: Any, name: str) -> Book:
    """Read what a table needs; a fault in a chart, a picture or the author's name is none of it."""
    from openpyxl.styles.stylesheet import apply_stylesheet
    from openpyxl.xml.constants import ARC_STYLE, STYLES_TYPE

    reader.read_manifest()
    reader.read_workbook()
    styles = reader.package.find(STYLES_TYPE)
    if styles and {styles.PartName.removeprefix("/")} != {ARC_STYLE} & {*reader.valid_files}:
        raise ValueError(styles.PartName)  # openpyxl would go on without it, and take dates for numbers
    apply_stylesheet(reader.archive, reader.wb)
    sheets = [(sheet, part) for sheet, part in reader.parser.find_sheets() if part.Type.endswith("/worksheet")]
    return Book(
        name,
        {sheet.name: part.target for sheet, part in sheets},
        {sheet.name for sheet, _ in sheets if sheet.state == "visible"},
        [item.value or "" for item in reader.parser.defined_names.definedName if item.name.casefold() == TABLE],
        _is_stale(reader),
        reader,
        _struck_styles(reader.wb),
    )


def _struck_styles(book: Any) -> frozenset[str]:
    """List the styles that strike text through, as cells name them: hardly any workbook has one."""
    fonts = {i for i, font in enumerate(book._fonts) if font.strike}  # noqa: SLF001
    styles = book._cell_styles  # noqa: SLF001
    return frozenset(str(i) for i, style in enumerate(styles) if style.fontId in fonts)


def _is_stale(reader: Any) -> bool:
    """Read what openpyxl takes for true where nothing is said."""
    from openpyxl.xml.constants import SHEET_MAIN_NS
    from openpyxl.xml.functions import fromstring

    book = fromstring(reader.archive.read(reader.parser.workbook_part_name))
    return any(item.get("fullCalcOnLoad") in TRUE for item in book.iter(f"{{{SHEET_MAIN_NS}}}calcPr"))


def _is_other(path: Path, name: str, opened: Opened | None) -> bool:
    """Refuse what is no workbook, and tell one that openpyxl does not read by its contents, whatever it is called."""
    try:
        with _stream(path, opened) as stream:
            return _holds_other(stream, name)
    except FileNotFoundError:
        raise DataError.of("no-file", where=Where(name)) from None
    except OSError as error:
        code = "is-a-folder" if path.is_dir() else "cannot-read"
        raise DataError.of(code, got=None if path.is_dir() else error.strerror, where=Where(name)) from None


def _holds_other(stream: BinaryIO, name: str) -> bool:
    from zipfile import ZipFile

    head = stream.read(4)
    rest = stream.read() if head == OLD else b""
    if LOCKED in rest:
        raise DataError.of("workbook-locked", where=Where(name))
    if head == OLD:
        return True
    if not head.startswith(b"PK"):
        raise DataError.of("not-a-workbook", where=Where(name))
    try:
        with ZipFile(stream) as archive:
            return _is_other_archive(archive, name)
    except (DataError, MemoryError):
        raise
    except Exception as error:  # a damaged archive raises whatever its method of compression does
        raise DataError.of("workbook-damaged", where=Where(name)) from error


def _is_other_archive(archive: ZipFile, name: str) -> bool:
    parts = set(archive.namelist())
    if not {BINARY, OPEN_DOCUMENT} & parts:
        return False
    _refuse_swollen(archive, name)
    if OPEN_DOCUMENT in parts and OPEN_TYPE not in (archive.read("mimetype") if "mimetype" in parts else b""):
        raise DataError.of("not-a-workbook", where=Where(name))
    return True


def _refuse_swollen(archive: ZipFile, name: str) -> None:
    """Refuse parts that swell beyond what a program packs, or could."""
    if any(part.file_size > max(LARGEST, TIMES * part.compress_size) for part in archive.infolist()):
        raise DataError.of("workbook-damaged", where=Where(name))
    if any(_declares_entities(archive, part) for part in archive.namelist() if part.endswith((".xml", ".rels"))):
        raise DataError.of("workbook-damaged", where=Where(name))


def _refuse_other_archives(archive: ZipFile, name: str) -> None:
    """Refuse documents, plain archives, and the variant of .xlsx that openpyxl does not read."""
    names = {part.filename for part in archive.infolist()}
    types = archive.read(TYPES) if TYPES in names else b""
    if b"spreadsheetml" not in types and b"ms-excel" not in types:
        raise DataError.of("not-a-workbook", where=Where(name))
    if RELATIONS in names and STRICT in archive.read(RELATIONS):
        raise DataError.of("workbook-strict", where=Where(name))
    _refuse_swollen(archive, name)


def _declares_entities(archive: ZipFile, part: str) -> bool:
    """Tell whether a part begins as no program writes it: with entities, which can swell."""
    with archive.open(part) as stream:
        return b"<!DOCTYPE" in stream.read(HEAD).replace(b"\0", b"")


# what a name refers to, as Excel writes it and as LibreOffice may; a name of a sheet in quotes, or without
REFERENCE = re.compile(r"=?\$?(?:'((?:[^']|'')+)'|([^'!]+))[!.]\$?[A-Z]{1,3}\$?(\d+)", re.ASCII)
ID_FAULTS = {
    CellKind.LONG: "id-too-long",
    CellKind.FRACTION: "id-not-whole",
    CellKind.BOOLEAN: "id-is-boolean",
    CellKind.DATE: "id-is-date",
}
NUMBERS = (CellKind.WHOLE, CellKind.LONG, CellKind.FRACTION)


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A table that was read from a worksheet."""

    name: str  # the file as the user gave it
    title: str  # the sheet
    header_row: int  # the row of the names; the first row of a sheet is 1
    columns: tuple[str, ...]  # the names, trimmed
    letters: tuple[str, ...]  # the letter of each column
    # for each column the text of each row, trimmed, None where blank. Rows without any value are left out
    values: tuple[list[str | None], ...] = field(repr=False)
    rows: Sequence[int] = field(repr=False)  # the row of the sheet on which each stands
    # blank_rows, trimmed: rows without any value between others, and values whose surrounding spaces were taken off
    blank_rows: int = 0
    trimmed: int = 0
    # for each column the :class:`cdi.reading.sheets.CellKind` of each value
    kinds: tuple[bytes, ...] = field(default=(), repr=False)


def sheet_names(path: str | Path, opened: Opened | None = None) -> list[str]:
    """List the worksheets of a workbook that show."""
    with open_book(Path(path), str(path), opened) as book:
        return [title for title in book.parts if title in book.visible]


def is_marked(path: str | Path, opened: Opened | None = None) -> bool:
    """Tell whether a workbook says itself where its table begins."""
    with open_book(Path(path), str(path), opened) as book:
        return bool(_marked(book)[0])


def marked_table(path: str | Path) -> tuple[str, int | None]:
    """Give the sheet and the row at which a workbook says that its table begins; no name where it does not."""
    with open_book(Path(path), str(path)) as book:
        return _marked(book)


def head(
    path: str | Path, title: str | None, rows: int, opened: Opened | None = None
) -> list[tuple[int, list[str | None]]]:
    """Read the first rows of a sheet that hold something, each with its number and the text of its cells."""
    with open_book(Path(path), str(path), opened) as book:
        return head_of(book, title, rows)


def head_of(book: Book | OtherBook, title: str | None, rows: int) -> list[tuple[int, list[str | None]]]:
    """Read the first rows of a sheet of an opened workbook."""
    chosen, _ = _choose(book, title)
    found = []
    for number, cells in islice(book.rows(chosen, SheetMarks()), rows):
        texts, _ = words([cells.get(place) for place in range(1, max(cells) + 1)])
        found.append((number, texts))
    return found


def read_cells(
    path: str | Path,
    *,
    sheet: str | None = None,
    header_row: int | None = None,
    upper_row: int | None = None,
    opened: Opened | None = None,
) -> SheetCells:
    """Read the cells of the table that a workbook holds, and refuse what cannot be looked at as one."""
    name = str(path)
    if header_row is not None and header_row < 1:
        raise DataError.of("header-row", got=header_row, where=Where(name))
    with open_book(Path(path), name, opened) as book:
        return cells_of(book, sheet, header_row, upper_row)


def cells_of(
    book: Book | OtherBook, sheet: str | None, header_row: int | None, upper_row: int | None = None
) -> SheetCells:
    """Read the cells of the table that an opened workbook holds."""
    with refuse_damage(book.name):
        chosen, marked = _choose(book, sheet)
        grid = _grid(book, chosen, header_row or marked, upper_row)
    names = [text for text, _ in grid.names.values() if text is not None]
    if not grid.rows or not names or len(names) > len(set(names)):
        refuse(grid)
    return grid


def sound_table(grid: SheetCells, aside: Collection[int] = ()) -> SheetTable:
    """Take a sheet as a table without the rows that are no data, by their places; nothing may be wrong with the rest.

    Notes
    -----
    Hidden columns are read like others, since nothing is left out of the rows; hidden rows are refused, since a filter
    or a person may have meant to leave them out.
    """
    refuse(grid, {grid.rows[i] for i in aside})
    return table_of(grid, aside)


def read_sheet(path: str | Path, *, sheet: str | None = None, header_row: int | None = None) -> SheetTable:
    """Read the table that a workbook holds, every row of it."""
    return sound_table(read_cells(path, sheet=sheet, header_row=header_row))


def where(sheet: SheetTable, row_index: int, column: str | None = None) -> Where:
    """Say where a value of a sheet stands."""
    row = sheet.rows[row_index]
    cell = f"{sheet.letters[sheet.columns.index(column)]}{row}" if column in sheet.columns else None
    return Where(sheet.name, row, column, sheet=sheet.title, cell=cell)


def id_faults(sheet: SheetTable, column: str) -> tuple[list[tuple[int, Fault]], int]:
    """Find the cells of a column that cannot be ids as they were typed."""
    place = sheet.columns.index(column)
    values, kinds = sheet.values[place], sheet.kinds[place]
    codes = dict(ID_FAULTS)
    if TEXTS & set(kinds):
        codes |= dict.fromkeys(NUMBERS, "id-number-among-texts")
    total = sum(map(kinds.count, codes))
    rows = (row for row, kind in enumerate(kinds) if kind in codes)
    first = islice(rows, SHOWN if total else 0)
    faults = [
        (row, fault(codes[CellKind(kinds[row])], got=values[row], where=where(sheet, row, column))) for row in first
    ]
    return [(row + 1, item) for row, item in faults], total


def date_faults(sheet: SheetTable, column: str) -> tuple[list[tuple[int, Fault]], int]:
    """Find dates among texts, or the texts where they are fewer: Excel makes a date of 1-2, a wrong one of 3/2/2024."""
    kinds = sheet.kinds[place := sheet.columns.index(column)]
    dates, texts = kinds.count(CellKind.DATE), sum(map(kinds.count, TEXTS))
    # the fewer are the odd ones
    odd, total = ({CellKind.DATE}, dates) if dates <= texts else (TEXTS, texts)
    if not dates or not texts:
        return [], 0
    rows = islice((row for row, kind in enumerate(kinds) if kind in odd), SHOWN)
    faults = [
        (row + 1, fault("date-among-texts", got=sheet.values[place][row], where=where(sheet, row, column)))
        for row in rows
    ]
    return faults, total


def struck_faults(sheet: SheetTable, marks: SheetMarks, column: str) -> tuple[list[tuple[int, Fault]], int]:
    """Find the cells of a column that are struck through, in rows in which others are not."""
    if column not in sheet.columns:
        return [], 0  # it was made of others
    place = sheet.columns.index(column)
    rows = next((rows for each, rows in marks.struck_cells.items() if letters_of(each) == sheet.letters[place]), [])
    at = {row: i for i, row in enumerate(sheet.rows)} if rows else {}
    # what is no data is blank
    struck = [at[row] for row in rows if row in at and sheet.values[place][at[row]] is not None]
    faults = [
        (row + 1, fault("cell-struck", got=sheet.values[place][row], where=where(sheet, row, column)))
        for row in struck[:SHOWN]
    ]
    return faults, len(struck)


def first_number(sheet: SheetTable, column: str) -> Where | None:
    """Find the first cell of a column of ids that Excel holds as a number; None where they are text."""
    kinds = sheet.kinds[sheet.columns.index(column)]
    row = kinds.find(CellKind.WHOLE)
    return where(sheet, row, column) if row >= 0 else None


def _choose(book: Book | OtherBook, title: str | None) -> tuple[str, int | None]:
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
    code = "hidden-sheet" if hidden else "no-filled-sheet"
    if filled:
        code = "several-sheets"
    raise DataError.of(code, got=wording.in_a_row(filled or hidden) or None, where=Where(book.name))


def _marked(book: Book | OtherBook) -> tuple[str, int | None]:
    """Read the sheet and the row to which the workbook's defined name points, if there is such a sheet."""
    for found in filter(None, map(REFERENCE.match, book.tables)):
        title = (found[1] or found[2]).replace("''", "'")
        if title in book.parts:
            return title, int(found[3])
    return "", None


def _holds_values(book: Book | OtherBook, title: str) -> bool:
    return any(is_filled(cells.values()) for _, cells in book.rows(title, SheetMarks()))


def _grid(book: Book | OtherBook, title: str, header: int | None, upper: int | None) -> SheetCells:
    """Read a sheet from its header down, without the rows that hold nothing but spaces."""
    marks = SheetMarks(unseen=book.unseen)
    numbers, columns = book.columns(title, marks)
    if not numbers and header is None:
        raise DataError.of("no-filled-sheet", where=Where(book.name, sheet=title))
    header = header or numbers[0]
    names = _row_of(columns, numbers, header)
    if upper and names:
        names = _with_groups(names, _row_of(columns, numbers, upper))
    start = bisect_right(numbers, header)
    below = {place: columns[place][start:] for place in sorted(columns)}
    read = {place: words(column) for place, column in below.items() if place in names or any(map(_is_held, column))}
    texts, kinds = words([names.get(place) for place in read])
    written = [text and wording.one_line(text) for text in texts]
    titles = {place: (text, CellKind(kind)) for place, text, kind in zip(read, written, kinds, strict=True)}
    return SheetCells(book.name, title, header, titles, read, numbers[start:], marks, book.totals(title), upper)


def _row_of(columns: Mapping[int, Sequence[Any]], numbers: Sequence[int], number: int) -> dict[int, Any]:
    """Take the values of one row, by its number; none where it holds nothing."""
    at = bisect_left(numbers, number)
    if at == len(numbers) or numbers[at] != number:
        return {}
    return {place: column[at] for place, column in columns.items() if column[at] is not None}


def _is_held(value: object) -> bool:
    return value is not None


def _with_groups(names: dict[int, Any], groups: dict[int, Any]) -> dict[int, Any]:
    """Put the name of its group before the name of a column; a name of a group goes on to the right until the next."""
    found: dict[int, Any] = {}
    group = None
    for place in range(1, max([*names, *groups], default=0) + 1):
        group = groups.get(place, group)
        own = names.get(place)
        if own is None:
            own = groups.get(place)
        elif isinstance(own, str) and isinstance(group, str):
            own = f"{group.strip()} {own.strip()}"
        if own is not None:
            found[place] = own
    return found


def unmerged(grid: SheetCells, columns: Collection[str]) -> SheetCells:
    """Write the value of merged cells into each of them, in columns that are filled down."""
    places = {place for place, (text, _) in grid.names.items() if text in columns}
    areas = [
        area
        for area in grid.marks.merged
        if area.min_col == area.max_col and area.min_col in places and area.min_row > grid.header
    ]
    if not areas:
        return grid
    at = {row: i for i, row in enumerate(grid.rows)}
    read = dict(grid.columns)
    for area in areas:
        texts, kinds = list(read[area.min_col][0]), bytearray(read[area.min_col][1])
        first = at.get(area.min_row)
        for row in range(area.min_row + 1, area.max_row + 1):
            if first is not None and row in at:
                texts[at[row]], kinds[at[row]] = texts[first], kinds[first]
        read[area.min_col] = texts, bytes(kinds)
    rest = [area for area in grid.marks.merged if area not in areas]
    return replace(grid, columns=read, marks=replace(grid.marks, merged=rest))


def table_of(grid: SheetCells, aside: Collection[int] = ()) -> SheetTable:
    """Take what a sheet holds as a table; rows that are no data are blank in it, so that others keep their places."""
    named = {place: text for place, (text, _) in grid.names.items() if text is not None}
    found = [_blanked(*grid.columns[place], aside) for place in named]
    return SheetTable(
        grid.name,
        grid.title,
        grid.header,
        tuple(named.values()),
        tuple(map(letters_of, named)),
        tuple(texts for texts, _ in found),
        grid.rows,
        grid.rows[-1] - grid.header - len(grid.rows),
        sum(kinds.count(CellKind.LOOSE) for _, kinds in found),
        tuple(kinds for _, kinds in found),
    )


def _blanked(texts: list[str | None], kinds: bytes, aside: Collection[int]) -> tuple[list[str | None], bytes]:
    if not aside:
        return texts, kinds
    shown, known = list(texts), bytearray(kinds)
    for row in aside:
        shown[row], known[row] = None, CellKind.BLANK
    return shown, bytes(known)
