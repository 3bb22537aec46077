"""Opens an Excel workbook, a zip archive that may come from anywhere, with openpyxl, and refuses what is none."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cdi.errors import DataError, Where
from cdi.sheets import Marks, scan

if TYPE_CHECKING:
    from zipfile import ZipFile

__all__ = ["Book", "open_book", "rows_of"]

OLD = b"\xd0\xcf\x11\xe0"
LOCKED = "EncryptedPackage".encode("utf-16-le")
OLD_SUFFIXES = {".xls", ".xlsb", ".ods"}
OLD_PARTS = {"xl/workbook.bin", "content.xml"}
TYPES = "[Content_Types].xml"
LARGEST, TIMES = 1 << 28, 400  # bytes of a part, and how many of them one packed byte may make


@dataclass(frozen=True, slots=True)
class Book:
    """An opened workbook.

    Attributes
    ----------
    name : str
        The file as the user gave it.
    native : openpyxl.Workbook
        What openpyxl reads.
    archive : zipfile.ZipFile
        Its parts.
    parts : mapping of str to str
        Name of a sheet -> its part.
    seen : dict of str to Marks
        Name of a sheet -> what was found when it was first looked at.
    """

    name: str
    native: Any
    archive: ZipFile
    parts: Mapping[str, str]
    seen: dict[str, Marks] = field(default_factory=dict)

    def marks(self, sheet: Any) -> Marks:
        """Find what openpyxl does not show of a sheet, before it reads the rows that are listed there."""
        if sheet.title not in self.seen:
            with self.archive.open(self.parts[sheet.title]) as stream:
                self.seen[sheet.title] = scan(stream)
        marks = self.seen[sheet.title]
        if marks.strict or not marks.sound:
            raise DataError.of("workbook-old" if marks.strict else "workbook-damaged", where=Where(self.name))
        return marks


def rows_of(sheet: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Read the rows of a sheet with any value, without the empty cells at their end."""
    sheet.reset_dimensions()  # what a file says of its size may be wrong
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        width = len(row)
        while width and row[width - 1] is None:
            width -= 1
        if width:
            yield number, row if width == len(row) else row[:width]


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
            reader.read()
            parts = {sheet.name: related.target for sheet, related in reader.parser.find_sheets()}
            yield Book(name, reader.wb, reader.archive, parts)
        except (DataError, MemoryError):
            raise
        except Exception as error:  # there is no end to what a damaged part raises inside openpyxl
            raise DataError.of("workbook-damaged", where=Where(name)) from error


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
