"""Opens an Excel workbook, a zip archive that may come from anywhere, with openpyxl, and refuses what is none."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cdi.errors import DataError, Where
from cdi.reading.sheets import TRUE, Marks, rows_of

if TYPE_CHECKING:
    from zipfile import ZipFile

__all__ = ["TABLE", "Book", "open_book"]

OLD = b"\xd0\xcf\x11\xe0"
LOCKED = "EncryptedPackage".encode("utf-16-le")
OLD_SUFFIXES = {".xls", ".xlsb", ".ods"}
OLD_PARTS = {"xl/workbook.bin", "content.xml"}
TYPES, RELATIONS = "[Content_Types].xml", "_rels/.rels"
STRICT = b"purl.oclc.org/ooxml"  # a variant that openpyxl does not read
LARGEST, TIMES = 1 << 28, 400  # bytes of a part, and how many of them one packed byte may make
HEAD = 1 << 16

TABLE = "cdi_table"
"""The defined name by which a workbook says where its table begins: at the first cell of the header."""


@dataclass(frozen=True, slots=True)
class Book:
    """An opened workbook.

    Attributes
    ----------
    name : str
        The file as the user gave it.
    parts : mapping of str to str
        Name of a worksheet -> its part of the archive.
    visible : set of str
        Names of the worksheets that show.
    tables : sequence of str
        What its defined names ``cdi_table`` refer to.
    stale : bool
        Whether it asks for its formulas to be computed when it is opened, as their stored values are none.
    reader : openpyxl.reader.excel.ExcelReader
        What reads it.
    """

    name: str
    parts: Mapping[str, str]
    visible: set[str]
    tables: Sequence[str]
    stale: bool
    reader: Any

    def rows(self, title: str, marks: Marks) -> Iterator[tuple[int, dict[int, Any]]]:
        """Read the rows of a worksheet as :func:`cdi.reading.sheets.rows_of` does."""
        from openpyxl.worksheet._reader import WorkSheetParser

        book = self.reader.wb
        with self.reader.archive.open(self.parts[title]) as stream:
            parser = WorkSheetParser(
                stream,
                self.reader.shared_strings,
                data_only=True,
                epoch=book.epoch,
                date_formats=book._date_formats,  # noqa: SLF001 - as openpyxl's own sheets do
                timedelta_formats=book._timedelta_formats,  # noqa: SLF001
            )
            yield from rows_of(stream, parser, marks, stale=self.stale)

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
def open_book(path: Path, name: str) -> Iterator[Book]:
    """Open a workbook.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        What to call it in messages.

    Yields
    ------
    Book
        The workbook, open until the block is left.

    Raises
    ------
    DataError
        The file is not there, cannot be read, is of another or an older format, is locked or damaged.

    Examples
    --------
    >>> with open_book(Path("none.xlsx"), "none.xlsx") as book:
    ...     pass
    Traceback (most recent call last):
    cdi.errors.DataError: none.xlsx: expected a file that exists. Check the path.
    """
    from openpyxl.reader.excel import ExcelReader

    _refuse_other_files(path, name)
    with path.open("rb") as stream, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they tell of parts that play no role here
        try:
            reader = ExcelReader(stream, read_only=True, data_only=True, keep_links=False)
            _refuse_other_archives(reader.archive, name)
            yield _read(reader, name)
        except (DataError, MemoryError):
            raise
        except Exception as error:  # there is no end to what a damaged part raises inside openpyxl
            raise DataError.of("workbook-damaged", where=Where(name)) from error


def _read(reader: Any, name: str) -> Book:
    """Read what a table needs; a fault in a chart, a picture or the author's name is none of it."""
    from openpyxl.styles.stylesheet import apply_stylesheet
    from openpyxl.xml.constants import ARC_STYLE, STYLES_TYPE

    reader.read_manifest()
    reader.read_strings()
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
    )


def _is_stale(reader: Any) -> bool:
    """Read what openpyxl takes for true where nothing is said."""
    from openpyxl.xml.constants import SHEET_MAIN_NS
    from openpyxl.xml.functions import fromstring

    book = fromstring(reader.archive.read(reader.parser.workbook_part_name))
    return any(item.get("fullCalcOnLoad") in TRUE for item in book.iter(f"{{{SHEET_MAIN_NS}}}calcPr"))


def _refuse_other_files(path: Path, name: str) -> None:
    try:
        with path.open("rb") as stream:
            head = stream.read(4)
            rest = stream.read() if head == OLD else b""
    except FileNotFoundError:
        raise DataError.of("no-file", where=Where(name)) from None
    except OSError as error:
        code = "is-a-folder" if path.is_dir() else "cannot-read"
        raise DataError.of(code, got=None if path.is_dir() else error.strerror, where=Where(name)) from None
    if LOCKED in rest:
        raise DataError.of("workbook-locked", where=Where(name))
    if head == OLD or path.suffix.casefold() in OLD_SUFFIXES:
        raise DataError.of("workbook-old", where=Where(name))
    if not head.startswith(b"PK"):
        raise DataError.of("not-a-workbook", where=Where(name))


def _refuse_other_archives(archive: ZipFile, name: str) -> None:
    """Refuse older workbooks, documents and plain archives, and parts that swell beyond what a program packs."""
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if OLD_PARTS & names:
        raise DataError.of("workbook-old", where=Where(name))
    if any(part.file_size > max(LARGEST, TIMES * part.compress_size) for part in parts):
        raise DataError.of("workbook-damaged", where=Where(name))
    types = archive.read(TYPES) if TYPES in names else b""
    if b"spreadsheetml" not in types and b"ms-excel" not in types:
        raise DataError.of("not-a-workbook", where=Where(name))
    if RELATIONS in names and STRICT in archive.read(RELATIONS):
        raise DataError.of("workbook-old", where=Where(name))
    if any(_declares_entities(archive, part) for part in names if part.endswith((".xml", ".rels"))):
        raise DataError.of("workbook-damaged", where=Where(name))


def _declares_entities(archive: ZipFile, part: str) -> bool:
    """Tell whether a part begins as no program writes it: with entities, which can swell."""
    with archive.open(part) as stream:
        return b"<!DOCTYPE" in stream.read(HEAD).replace(b"\0", b"")
