"""The text of a comma-separated file: its header, its health, and the physical lines of its records.

A fast engine reads the body, but it skips blank lines, drops surplus empty fields and loses count of lines where a
quoted value holds a line break. So the text is examined here first, in constant memory, and lines are counted here
again only when there is a fault to place.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cdi.errors import SHOWN, DataError, Fault, Where, fault
from cdi.reading.quoting import OPEN, Record, open_text, records, split_fields
from cdi.reading.scanning import Scan

__all__ = ["Layout", "examine", "physical_lines", "ragged"]

HEAD = 4096

# How files that are not text begin, in small letters -> the fault that says what they are.
SIGNATURES = {
    b"pk\x03\x04": "is-workbook",
    b"pk\x05\x06": "is-workbook",
    b"\xd0\xcf\x11\xe0": "is-workbook",
    b"par1\x15": "is-parquet",
    b"%pdf-": "is-document",
    b"{\\rtf": "is-document",
    b"sqlite format 3": "is-database",
    b"\x1f\x8b": "is-packed",
    b"<!doctype": "is-web-page",
    b"<html": "is-web-page",
    b"<table": "is-web-page",
    b"<?xml": "is-web-page",
    b'{"': "is-json",
    b"[{": "is-json",
    b"\xff\xfe": "is-utf-16",
    b"\xfe\xff": "is-utf-16",
}
DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}
CONTROLS = bytes(set(range(1, 32)) - set(b"\t\n\v\f\r\x1a"))


@dataclass(frozen=True, slots=True)
class Layout:
    r"""How the text of an accepted file is laid out.

    Attributes
    ----------
    path : Path
        The file.
    name : str
        Its name as the user gave it, for messages.
    columns : tuple of str
        Names in the header, without surrounding spaces.
    header_lines : int
        Physical lines up to the end of the header, blank lines before it included.
    skip : int
        Records up to the header, it and blank lines included: below ``header_lines`` where a name holds a line break.
    records : int
        Data records. Entirely empty lines are none, except in a file of one column, where each is an empty value.
    has_bom : bool
        Whether the file begins with the byte order mark of UTF-8.
    line_end : str
        ``"\n"`` or ``"\r\n"``.
    plain : bool
        Whether every line is one record: no empty lines, and no line break inside quotation marks.
    """

    path: Path
    name: str
    columns: tuple[str, ...]
    header_lines: int
    skip: int
    records: int
    has_bom: bool
    line_end: str
    plain: bool


@dataclass(frozen=True, slots=True)
class _Header:
    columns: tuple[str, ...] = ()
    lines: int = 0
    skip: int = 0
    blank: int = 0
    line: int = 0


def examine(path: str | Path, *, name: str | None = None) -> Layout:
    r"""Read a file once, in constant memory, and say how it is laid out or everything that is wrong with its text.

    Parameters
    ----------
    path : str or Path
        The file.
    name : str, optional
        What to call it in messages; the path as given, when left out.

    Returns
    -------
    Layout
        Header and line ends of a file that holds a header and at least one record.

    Raises
    ------
    DataError
        With every fault of the text: not a file, not comma-separated text, not UTF-8, no rows, NUL bytes, a row that
        never ends, mixed line ends, misplaced quotation marks, rows of a wrong length where an engine would not tell,
        columns without a name or of one name.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "audit.csv"
    >>> _ = file.write_text("incident, recorded\n1,yes\n2,no\n", encoding="utf-8")
    >>> layout = examine(file)
    >>> layout.columns, layout.header_lines, layout.records
    (('incident', 'recorded'), 1, 2)
    """
    path, name = Path(path), name or str(path)
    try:
        return _examine(path, name)
    except FileNotFoundError:
        raise DataError.of("no-file", where=Where(name)) from None
    except OSError as error:
        code = "is-a-folder" if path.is_dir() else "cannot-read"
        raise DataError.of(code, got=None if path.is_dir() else error.strerror, where=Where(name)) from None


def _examine(path: Path, name: str) -> Layout:
    stream, has_bom = open_text(path)
    with stream:
        start = stream.tell()
        _refuse_other_formats(stream.read(HEAD), name)
        stream.seek(start)
        header = _read_header(stream)
        stream.seek(start)
        scan = Scan(name, header.columns)
        scan.read(stream)
    if header.line == 0 and not scan.faults and scan.state != OPEN:
        raise DataError.of("empty-file", where=Where(name))
    data = scan.rows - scan.blank - (header.skip - header.blank)
    records_ = scan.rows - header.skip if len(header.columns) == 1 else data
    end, plain = scan.line_end.decode() or "\n", scan.plain and not scan.blank
    layout = Layout(path, name, header.columns, header.lines, header.skip, records_, has_bom, end, plain)
    if header.line:
        scan.faults += _header_faults(header, name)
        if not data and scan.state != OPEN:
            scan.faults.append(fault("header-only", where=Where(name, header.lines)))
    faults, total = _with_rows(scan, layout, data + 1)
    if faults:
        raise DataError(sorted(faults, key=lambda item: (item.where.line or 0, item.code)), total)
    return layout


def _refuse_other_formats(head: bytes, name: str) -> None:
    """Refuse what is not text at all, or text of two bytes a character."""
    small = head.lstrip().lower()
    code = next((code for start, code in SIGNATURES.items() if small.startswith(start)), None)
    fewer, more = sorted((head[::2].count(0), head[1::2].count(0)))
    if code is None and more > 0.7 * len(head[1::2]) and fewer < 0.1 * more:
        code = "is-utf-16"
    if code is None and len(head) - len(head.translate(None, CONTROLS)) > 0.02 * len(head):
        code = "is-binary"
    if code is not None:
        raise DataError.of(code, where=Where(name))


def _read_header(stream: BinaryIO) -> _Header:
    """Find the first record that is more than spaces; line 0 where there is none, or it does not end."""
    blank = 0
    for skip, record in enumerate(records(stream), start=1):
        if record.text.strip():
            if not record.complete:
                break
            names = split_fields(record.text.decode("utf-8", "replace"))
            columns = tuple(name.strip() for name in names)
            return _Header(columns, record.last, skip, blank, record.first)
        blank += not record.text.strip(b"\r\n")
    return _Header()


def _header_faults(header: _Header, name: str) -> list[Fault]:
    """Find names that are missing or stand twice, and a header that is not parted by commas."""
    where = Where(name, header.line)
    if len(header.columns) == 1:
        codes = [code for mark, code in DELIMITERS.items() if mark in header.columns[0]]
        return [fault(code, where=where) for code in codes[:1]]
    unnamed = ", ".join(str(place) for place, column in enumerate(header.columns, start=1) if not column)
    faults = [fault("column-unnamed", where=where, places=unnamed)] if unnamed else []
    first: dict[str, int] = {}
    for place, column in enumerate(header.columns, start=1):
        known = first.setdefault(column.casefold(), place)
        if column and known != place:
            other = header.columns[known - 1]
            faults.append(fault("column-twice", got=column, where=where, place=place, other=other, first=known))
    return faults


def _with_rows(scan: Scan, layout: Layout, rows: int) -> tuple[list[Fault], int]:
    """Add the faults of single rows where the counts of commas or the quotation marks show that there are some."""
    faults = list(scan.faults)
    if scan.state == OPEN:
        faults = [item for item in faults if item.code != "row-too-long" or (item.where.line or 0) < scan.opened]
        faults.append(fault("unclosed-quote", where=Where(layout.name, scan.opened)))
    codes = {item.code for item in faults}
    uneven = scan.commas != rows * (len(layout.columns) - 1)
    hopeless = scan.seen & {"row-too-long", "lone-return"} or codes & set(DELIMITERS.values())
    if not layout.columns or hopeless or not (uneven or scan.misquoted):
        return faults, len(faults)
    found, total = ragged(layout)
    new = [item for item in found if item.code not in codes]
    return faults + new, len(faults) + total - (len(found) - len(new))


def ragged(layout: Layout) -> tuple[list[Fault], int]:
    r"""Find the rows that have more or fewer fields than the header, or misplaced quotation marks.

    Parameters
    ----------
    layout : Layout
        What :func:`examine` found.

    Returns
    -------
    faults : list of Fault
        The first twenty, with their physical lines.
    total : int
        How many there are.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "audit.csv"
    >>> _ = file.write_text("incident,recorded\n1,yes\n2\n", encoding="utf-8")
    >>> layout = Layout(file, "audit.csv", ("incident", "recorded"), 1, 1, 2, False, "\n", True)
    >>> faults, total = ragged(layout)
    >>> print(faults[0])
    audit.csv, line 3: expected 2 values, one for each column, got 1. Look for a comma that is missing, or one
    inside a value: a value with a comma stands in quotation marks.
    """
    faults: list[Fault] = []
    total = 0
    stream, _ = open_text(layout.path)
    with stream:
        for number, record in enumerate(records(stream), start=1):
            code = _row_fault(record, len(layout.columns), in_body=number > layout.skip)
            if code is None:
                continue
            total += 1
            if total <= SHOWN:
                line = record.opened if code == "unclosed-quote" else record.first
                got = record.commas + 1 if code == "ragged-row" else None
                faults.append(fault(code, got=got, where=Where(layout.name, line), columns=len(layout.columns)))
    return faults, total


def _row_fault(record: Record, columns: int, *, in_body: bool) -> str | None:
    if not record.complete:
        return "unclosed-quote"
    if record.misquoted:
        return "misplaced-quote"
    if in_body and record.commas + 1 != columns and record.text.strip(b"\r\n"):
        return "ragged-row"
    return None


def physical_lines(layout: Layout, rows: Collection[int]) -> dict[int, int]:
    r"""Find the physical line on which each of some records starts.

    Parameters
    ----------
    layout : Layout
        What :func:`examine` found.
    rows : collection of int
        Numbers of records, 1 for the first after the header. Entirely empty lines have no number, except in a file of
        one column, where each is an empty value.

    Returns
    -------
    dict of int to int
        The line of each record that exists, counted from 1 as an editor shows it.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "audit.csv"
    >>> _ = file.write_text('incident,note\n1,"two\nlines"\n\n2,\n', encoding="utf-8")
    >>> physical_lines(examine(file), [1, 2])
    {1: 2, 2: 5}
    """
    if layout.plain:
        return {row: layout.header_lines + row for row in rows if 1 <= row <= layout.records}
    wanted, last = set(rows), max(rows, default=0)
    lines: dict[int, int] = {}
    number = 0
    stream, _ = open_text(layout.path)
    with stream:
        for position, record in enumerate(records(stream), start=1):
            empty = len(layout.columns) > 1 and not record.text.strip(b"\r\n")
            if position <= layout.skip or empty:
                continue
            number += 1
            if number in wanted:
                lines[number] = record.first
            if number >= last:
                break
    return lines
