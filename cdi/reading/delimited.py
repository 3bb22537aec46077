"""The text of a comma-separated file: its header, its health, and the physical lines of its records.

A fast engine reads the body, but it skips blank lines, drops surplus empty fields and loses count of lines where a
quoted value holds a line break. So the text is examined here first, in constant memory, and lines are counted here
again only when there is a fault to place.

Fields are separated by commas and quoted as in RFC 4180: a field in quotation marks may hold commas, line breaks and
doubled quotation marks. A mark inside a field that does not begin with one is an ordinary character. Text is cut piece
by piece, so that neither a file nor a line of it need fit into memory.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, NamedTuple

from cdi import wording
from cdi.errors import SHOWN, DataError, Fault, Where, fault
from cdi.reading import progress

__all__ = [
    "CLOSED", "LARGE", "LONGEST_ROW", "OPEN", "START", "CsvRecord", "Layout", "Piece", "Scan", "body_of",
    "count_of", "cut", "examine", "holds", "open_text", "physical_lines", "ragged", "records", "split_fields",
]  # fmt: skip


LONGEST_ROW = 1_000_000

# What can stand for earlier text: at the start of a record, inside quotes, just behind a mark that may be half of two.
START = b"\n"
OPEN = b',"'
CLOSED = b',""'

# A whole quoted field with what leads to it, or any other quotation mark.
_QUOTED_OR_STRAY = re.compile(rb'[,\n] *+(?:"[^"]*+(?:"|\Z))++|"')
_FIELD = re.compile(r'(?:\A|,)(?:"((?:[^"]|"")*+)"|([^,]*))')


class Piece(NamedTuple):
    """Some text of the file: behind ``before``, which stands for what came earlier, and what lies outside of quotes."""

    before: bytes
    text: bytes
    outside: bytes  # each quoted stretch is one quotation mark; the first byte is that of ``before``
    misquoted: bool
    after: bytes

    def opening(self) -> int | None:
        """Count the line ends before the quoted field at the end; None if it began in earlier text."""
        marks = len(self.outside) - len(self.outside.rstrip(b'"'))
        ahead = self.text.rsplit(b'"', 2 * marks - (self.after == OPEN))[0]
        return None if len(ahead) < len(self.before) else ahead.count(b"\n", len(self.before))

    def lines_to(self, offset: int) -> int:
        """Count the line ends before a place in ``outside``."""
        stretches = self.outside.count(b'"', 0, offset)
        *ahead, last = self.text.split(b'"', 2 * stretches)
        rest = offset - self.outside.rfind(b'"', 0, offset) - 1
        return sum(part.count(b"\n") for part in ahead) + last.count(b"\n", 0, rest) - self.before.count(b"\n")


def cut(before: bytes, body: bytes) -> Piece:
    """Part what is quoted from what is not."""
    text = before + body
    if b'"' not in text:
        return Piece(before, text, text, misquoted=False, after=_after(text, 1))
    parts = text.split(b'"')
    outside = _outside(parts)
    misquoted = _misplaced(outside)
    if misquoted:  # stray marks would turn inside out all that follows
        text = _QUOTED_OR_STRAY.sub(lambda found: found[0] if len(found[0]) > 1 else b"'", text)
        parts = text.split(b'"')
        outside = _outside(parts)
        misquoted = _misplaced(outside)
    return Piece(before, text, outside, misquoted, _after(text, len(parts)))


def _outside(parts: list[bytes]) -> bytes:
    return b'"'.join(parts[::2]) + (b'"' if len(parts) % 2 == 0 else b"")


def _misplaced(outside: bytes) -> bool:
    """Whether a quoted stretch begins or ends elsewhere than at the edge of a field."""
    while b'""' in outside:
        outside = outside.replace(b'""', b'"')
    marks = outside.count(b'"')
    opened = outside.count(b',"') + outside.count(b'\n"')
    closed = outside.count(b'",') + outside.count(b'"\n') + outside.count(b'"\r') + outside.endswith(b'"')
    return opened != marks or closed != marks


def _after(text: bytes, parts: int) -> bytes:
    """Tell what must stand before the next text so that it is cut as if it were one with this."""
    if parts % 2 == 0:
        return OPEN
    if text.endswith(b'"'):
        return CLOSED
    bare = text.rstrip(b" ")
    if not bare.endswith((b",", b"\n")):
        return b"x"
    return bare[-1:] + (b" " if len(bare) < len(text) else b"")


class CsvRecord(NamedTuple):
    """One record: its first and last physical line, and the line of its latest field that went on to a next line."""

    first: int
    last: int
    opened: int
    text: bytes
    commas: int
    misquoted: bool
    complete: bool


def records(stream: BinaryIO) -> Iterator[CsvRecord]:
    """Read record by record, empty lines included; one that grows too long is the last."""
    last = 0
    while True:
        first, opened, state = last + 1, last + 1, START
        lines: list[bytes] = []
        commas, size, misquoted = 0, 0, False
        while size <= LONGEST_ROW and (line := stream.readline(LONGEST_ROW + 1)):
            last += 1
            piece = cut(state, line)
            lines.append(line)
            size += len(line)
            commas += piece.outside.count(b",") - state.count(b",")
            misquoted |= piece.misquoted
            state = piece.after
            if state != OPEN:
                break
            if piece.opening() is not None:
                opened = last
        if not lines:
            return
        complete = state != OPEN and size <= LONGEST_ROW
        yield CsvRecord(first, last, opened, b"".join(lines), commas, misquoted, complete)
        if not complete:
            return


def open_text(path: Path) -> tuple[BinaryIO, bool]:
    """Open a file behind its byte order mark, and say whether it has one."""
    return _behind_mark(path.open("rb"))


def _behind_mark(stream: BinaryIO) -> tuple[BinaryIO, bool]:
    has_bom = stream.read(3) == codecs.BOM_UTF8
    if not has_bom:
        stream.seek(0)
    return stream, has_bom


def split_fields(text: str) -> list[str]:
    r"""Take the fields out of one complete record."""
    found = _FIELD.finditer(text.rstrip("\r\n"))
    return [match[2] if match[1] is None else match[1].replace('""', '"') for match in found]


CHUNK = 1 << 18
_LONGEST_SOUGHT = 16  # bytes of a text that is sought

LARGE = 1 << 15
"""The bytes from which on a text is looked at by numpy, which takes many of them at once."""


def count_of(text: bytes, sign: bytes) -> int:
    """Count a sign."""
    if len(text) < LARGE:
        return text.count(sign)
    import numpy as np

    return int(np.count_nonzero(np.frombuffer(text, np.uint8) == sign[0]))


def holds(text: bytes, sought: bytes) -> bool:
    """Tell whether a text holds another one: most are ruled out by a sign, or by a few in a row, that nowhere stand."""
    if len(text) < LARGE or len(sought) == 1:
        return sought in text
    if not all(sign in text for sign in sought):
        return False
    width = 4 if len(sought) >= 4 else 2
    rows = (sought[i : i + width] for i in range(len(sought) - width + 1))
    return all(_holds_row(text, row) for row in rows) and (len(sought) == width or sought in text)


def _holds_row(text: bytes, row: bytes) -> bool:
    """Tell whether a text holds two or four signs in a row, as numbers of which numpy compares many at once."""
    import numpy as np

    kind = np.dtype(f"u{len(row)}")
    [wanted] = np.frombuffer(row, kind)
    return any(
        bool((np.frombuffer(text, kind, (len(text) - offset) // len(row), offset) == wanted).any())
        for offset in range(len(row))
    )


BEYOND_ASCII = "beyond ASCII"  # what is found where a file holds such a sign


@dataclass(slots=True)
class Scan:
    """What is known of a file after some of its text."""

    name: str
    columns: tuple[str, ...]
    faults: list[Fault] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    decoder: codecs.IncrementalDecoder = field(default_factory=codecs.getincrementaldecoder("utf-8"))
    state: bytes = START
    line: int = 1
    opened: int = 1
    ends: int = 0
    blank: int = 0
    commas: int = 0
    commas_in_record: int = 0
    bytes_in_line: int = 0
    bytes_in_record: int = 0
    line_end: bytes = b""
    misquoted: bool = False
    plain: bool = True
    sought: dict[str, bytes] = field(default_factory=dict)
    found: set[str] = field(default_factory=set)
    edge: bytes = b""

    def say(self, code: str, line: int, column: str | None = None, got: str | None = None, **values: object) -> None:
        """Note a fault, the first of its kind only."""
        if code not in self.seen:
            self.seen.add(code)
            self.faults.append(fault(code, got=got, where=Where(self.name, line, column), **values))

    def say_where(self, code: str, pattern: bytes, piece: Piece) -> None:
        """Note a fault at the first match of a pattern outside of quotes."""
        found = re.compile(pattern).search(piece.outside, 1)
        if found and code not in self.seen:
            self.say(code, self.line + piece.lines_to(found.start()))

    def read(self, stream: BinaryIO, done: Callable[[int], None] = lambda _size: None) -> None:
        """Take in a whole stream, and say what is done of it."""
        held = b""
        while body := stream.read(min(CHUNK, LONGEST_ROW)):
            done(len(body))
            body = held + body
            held = b"\r" if body.endswith(b"\r") else b""  # its line feed may be in the next chunk
            self.feed(body[: len(body) - len(held)])
        self.feed(held, last=True)

    def feed(self, body: bytes, *, last: bool = False) -> None:
        """Take in some text; only the last may end with a carriage return."""
        self.check_encoding(body, last=last)
        if not body:
            return
        if (nul := body.find(b"\0")) >= 0:
            self.say("nul-bytes", self.line + body.count(b"\n", 0, nul))
        piece = cut(self.state, body)
        ends = self.check_line_ends(piece)
        newlines = ends if piece.outside is piece.text else body.count(b"\n")
        self.misquoted |= piece.misquoted
        self.plain &= ends == newlines
        if piece.after in (OPEN, CLOSED) and (opening := piece.opening()) is not None:
            self.opened = self.line + opening
        self.check_length(body, ends)
        self.count_commas(piece)
        self.look(body)
        self.line += newlines
        self.ends += ends
        self.state = piece.after

    def look(self, body: bytes) -> None:
        """Note which of the texts that are sought stand here; each is sought until it is found."""
        if not self.sought:
            return
        body = self.edge + body
        for text, sign in list(self.sought.items()):
            if holds(body, sign):
                self.found.add(text)
                del self.sought[text]
        self.edge = body[-_LONGEST_SOUGHT:]

    def check_encoding(self, body: bytes, *, last: bool) -> None:
        """Find the first byte that is not UTF-8, and its column."""
        pending = len(self.decoder.getstate()[0])
        is_ascii = body.isascii()
        if not is_ascii:
            self.found.add(BEYOND_ASCII)
        if "not-utf-8" in self.seen or (is_ascii and not pending and not last):
            return
        try:
            self.decoder.decode(body, last)
        except UnicodeDecodeError as error:
            good = max(error.start - pending, 0)
            piece = cut(self.state, body[:good])
            position = self.commas_behind(piece)
            column = self.columns[position] if position < len(self.columns) else None
            line = self.line + body.count(b"\n", 0, good)
            self.say("not-utf-8", line, column, f"0x{error.object[error.start]:02x}")

    def check_line_ends(self, piece: Piece) -> int:
        """Count the line ends outside of quotes, find the first that differs, and count the empty lines."""
        outside = piece.outside
        plain = outside.replace(b"\r\n", b"\n") if b"\r" in outside else outside
        pairs = len(outside) - len(plain)
        ends = count_of(plain, b"\n") - piece.before.count(b"\n")
        if not self.line_end and ends:
            first = outside.find(b"\n", 1)
            self.line_end = b"\r\n" if outside[first - 1 : first] == b"\r" else b"\n"
        if b"\r" in plain:
            self.say_where("lone-return", rb"\r(?!\n)", piece)
        if ends and pairs != (ends if self.line_end == b"\r\n" else 0):
            self.say_where("mixed-line-ends", rb"(?<!\r)\n" if self.line_end == b"\r\n" else rb"\r\n", piece)
        if holds(plain, b"\n\n"):
            self.blank += len(re.findall(rb"\n(?=\n)", plain))
        return ends

    def check_length(self, body: bytes, ends: int) -> None:
        """Find a line, or a row of many lines, that is too long."""
        first = body.find(b"\n")
        if self.bytes_in_line + (first if first >= 0 else len(body)) > LONGEST_ROW:
            self.say("row-too-long", self.line, limit=LONGEST_ROW)
        self.bytes_in_line = self.bytes_in_line + len(body) if first < 0 else len(body) - body.rfind(b"\n") - 1
        self.bytes_in_record = 0 if ends else self.bytes_in_record + len(body)
        if self.bytes_in_record > LONGEST_ROW:
            self.say("row-too-long", self.opened if self.state == OPEN else self.line, limit=LONGEST_ROW)

    def count_commas(self, piece: Piece) -> None:
        """Count the commas outside of quotes."""
        self.commas += count_of(piece.outside, b",") - piece.before.count(b",")
        self.commas_in_record = self.commas_behind(piece)

    def commas_behind(self, piece: Piece) -> int:
        """Count the commas of the record that is not yet at its end."""
        end = piece.outside.rfind(b"\n")
        if end >= 0:
            return piece.outside.count(b",", end)
        return self.commas_in_record + piece.outside.count(b",") - piece.before.count(b",")

    @property
    def rows(self) -> int:
        """Records so far, header and empty lines included."""
        return self.ends + (self.state != START)


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
SEPARATOR_LINE = re.compile(rb"\"?sep=[,;|\t]\"?[\r\n]", re.IGNORECASE)  # as it tells Excel how to read what follows
DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}
CONTROLS = bytes(set(range(1, 32)) - set(b"\t\n\v\f\r\x1a"))


@dataclass(frozen=True, slots=True)
class Layout:
    r"""How the text of an accepted file is laid out."""

    path: Path  # the file
    name: str  # its name as the user gave it, for messages
    columns: tuple[str, ...]  # names in the header, without surrounding spaces
    header_lines: int  # physical lines up to the end of the header, blank lines before it included
    # records up to the header, it and blank lines included: below ``header_lines`` where a name holds a line break
    skip: int
    body: int  # bytes up to the end of the header
    # data records. Entirely empty lines are none, except in a file of one column, where each is an empty value
    records: int
    has_bom: bool  # whether the file begins with the byte order mark of UTF-8
    line_end: str  # ``"\n"`` or ``"\r\n"``
    plain: bool  # whether every line is one record: no empty lines, and no line break inside quotation marks
    # of the texts that were sought those that may stand in its rows; None where nothing was sought
    found: frozenset[str] | None = None

    @property
    def is_ascii(self) -> bool:
        """Whether its rows are known to hold no sign beyond ASCII."""
        return not self.may_hold(BEYOND_ASCII)

    def may_hold(self, *texts: str) -> bool:
        """Tell whether any of some texts, all of which were sought, may stand in its rows."""
        return self.found is None or not self.found.isdisjoint(texts)


@dataclass(frozen=True, slots=True)
class _Header:
    columns: tuple[str, ...] = ()
    lines: int = 0
    skip: int = 0
    size: int = 0
    blank: int = 0
    line: int = 0
    commas: int = 0  # outside of quotes, of it and of the titles above it


def examine(
    path: str | Path,
    *,
    name: str | None = None,
    header_row: int | None = None,
    opened: Callable[[Path], BinaryIO] | None = None,
    sought: Collection[str] | None = None,
) -> Layout:
    r"""Read a file once, in constant memory, and say how it is laid out or everything that is wrong with its text.

    The names stand in the first line that holds something, or in line ``header_row``. ``opened`` gives the text of a
    file that is open already. The layout says which of the texts that are ``sought`` may stand in it.
    """
    path, name = Path(path), name or str(path)
    try:
        return _examine(path, name, header_row, None if opened is None else opened(path), sought)
    except OSError as error:
        raise _unopened(path, name, error) from None


def _unopened(path: Path, name: str, error: OSError) -> DataError:
    """Say why a file cannot be opened."""
    if isinstance(error, FileNotFoundError):
        return DataError.of("no-file", where=Where(name))
    if error.errno == errno.ENAMETOOLONG:  # of who hands over what a file holds, and not its name
        return DataError.of("no-file", where=Where(wording.shorten(name)))
    code = "is-a-folder" if path.is_dir() else "cannot-read"
    return DataError.of(code, got=None if path.is_dir() else error.strerror, where=Where(name))


def _examine(
    path: Path, name: str, header_row: int | None, text: BinaryIO | None, sought: Collection[str] | None
) -> Layout:
    stream, has_bom = open_text(path) if text is None else _behind_mark(text)
    with stream:
        start = stream.tell()
        _refuse_other_formats(stream.read(HEAD), name)
        stream.seek(start)
        header = _read_header(stream, header_row or 1)
        stream.seek(start)
        scan = Scan(name, header.columns, sought={text: text.encode() for text in sought or ()})
        with progress.counting("look", name, path.stat().st_size) as done:
            scan.read(stream, done)
    if header.line == 0 and header_row is not None and scan.rows > scan.blank:
        raise DataError.of("header-row-beyond", got=header_row, where=Where(name))
    if header.line == 0 and not scan.faults and scan.state != OPEN:
        raise DataError.of("empty-file", where=Where(name))
    data = scan.rows - scan.blank - (header.skip - header.blank)
    records_ = scan.rows - header.skip if len(header.columns) == 1 else data
    end, plain = scan.line_end.decode() or "\n", scan.plain and not scan.blank
    body = start + header.size
    found = None if sought is None else frozenset(scan.found)
    layout = Layout(path, name, header.columns, header.lines, header.skip, body, records_, has_bom, end, plain, found)
    if header.line:
        scan.faults += _header_faults(header, name)
        if not data and scan.state != OPEN:
            scan.faults.append(fault("header-only", where=Where(name, header.lines)))
    commas = header.commas + data * (len(header.columns) - 1)
    faults, total = _with_rows(scan, layout, uneven=scan.commas != commas)
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
    if code is None and b"\r" in head and b"\n" not in head:
        code = "old-mac-lines"
    if code is not None:
        raise DataError.of(code, where=Where(name))
    if line := SEPARATOR_LINE.match(head):
        raise DataError.of("separator-line", got=line[0].decode().strip(), where=Where(name, 1))


def _read_header(stream: BinaryIO, first: int) -> _Header:
    """Find the first record from a line on that is more than spaces; line 0 where there is none, or it does not end."""
    blank = size = commas = 0
    for skip, record in enumerate(records(stream), start=1):
        size += len(record.text)
        commas += record.commas
        if record.text.strip() and record.last >= first:
            if not record.complete:
                break
            names = split_fields(record.text.decode("utf-8", "replace"))
            columns = tuple(wording.one_line(name).strip() for name in names)
            return _Header(columns, record.last, skip, size, blank, record.first, commas)
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
        known = first.setdefault(column, place)
        if column and known != place:
            faults.append(fault("column-twice", got=column, where=where, place=place, first=known))
    return faults


@contextlib.contextmanager
def body_of(layout: Layout) -> Iterator[Layout]:
    """Give a file whose header the engine can pass over.

    It takes the first break of line in a file for the one between all rows. Excel breaks lines inside a cell otherwise
    than rows, so that a name with a break would hide them: a copy is read then, with a line in the place of the header.
    """
    if layout.header_lines == layout.skip:
        yield layout
        return
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory(prefix="cdi-") as folder:
        copy = Path(folder) / "rows.csv"
        with layout.path.open("rb") as stream, copy.open("wb") as rows:
            rows.write(layout.line_end.encode())
            stream.seek(layout.body)
            shutil.copyfileobj(stream, rows)
        yield replace(layout, path=copy, skip=1)


def _with_rows(scan: Scan, layout: Layout, *, uneven: bool) -> tuple[list[Fault], int]:
    """Add the faults of single rows where the counts of commas or the quotation marks show that there are some."""
    faults = list(scan.faults)
    if scan.state == OPEN:
        faults = [item for item in faults if item.code != "row-too-long" or (item.where.line or 0) < scan.opened]
        faults.append(fault("unclosed-quote", where=Where(layout.name, scan.opened)))
    codes = {item.code for item in faults}
    hopeless = scan.seen & {"row-too-long", "lone-return"} or codes & set(DELIMITERS.values())
    if not layout.columns or hopeless or not (uneven or scan.misquoted):
        return faults, len(faults)
    found, total = ragged(layout)
    new = [item for item in found if item.code not in codes]
    return faults + new, len(faults) + total - (len(found) - len(new))


def ragged(layout: Layout) -> tuple[list[Fault], int]:
    r"""Find the rows that have more or fewer fields than the header, or misplaced quotation marks."""
    faults: list[Fault] = []
    total = 0
    under: list[int] = []  # the lines of text that nothing but such lines has followed so far
    stream, _ = open_text(layout.path)
    with stream:
        for number, record in enumerate(records(stream), start=1):
            code = _row_fault(record, len(layout.columns), in_body=number > layout.skip)
            if code is None:
                if record.text.strip():
                    under = []
                continue
            total += 1
            under = [*under, record.first] if code == "ragged-row" and _is_remark(record, len(layout.columns)) else []
            if total <= SHOWN:
                line = record.opened if code == "unclosed-quote" else record.first
                got = record.commas + 1 if code == "ragged-row" else None
                faults.append(fault(code, got=got, where=Where(layout.name, line), columns=len(layout.columns)))
    if not under:
        return faults, total
    rows = [item for item in faults if (item.where.line or 0) < under[0]]
    remark = fault("text-under-table", where=Where(layout.name, under[0]), lines=len(under))
    return [*rows, remark][:SHOWN], total - len(under) + 1


_REMARK = re.compile(r"(notes?|sources?|n\.?b)\b|[*†\[]", re.IGNORECASE)


def _is_remark(record: CsvRecord, columns: int) -> bool:
    """Tell a footnote from a row that lacks a value: it begins as one, or is a text of several words and no more."""
    if record.commas + 1 >= columns:
        return False
    filled = [field.strip() for field in split_fields(record.text.decode("utf-8", "replace")) if field.strip()]
    return bool(filled) and (_REMARK.match(filled[0]) is not None or (len(filled) == 1 and " " in filled[0]))


def _row_fault(record: CsvRecord, columns: int, *, in_body: bool) -> str | None:
    if not record.complete:
        return "unclosed-quote"
    if record.misquoted:
        return "misplaced-quote"
    if in_body and record.commas + 1 != columns and record.text.strip(b"\r\n"):
        return "ragged-row"
    return None


def head(
    path: str | Path, rows: int, opened: Callable[[Path], BinaryIO] | None = None
) -> list[tuple[int, list[str | None]]]:
    """Read the first records of a file that hold something, each with its line and its fields."""
    try:
        stream, _ = open_text(Path(path)) if opened is None else _behind_mark(opened(Path(path)))
    except OSError as error:
        raise _unopened(Path(path), str(path), error) from None
    found: list[tuple[int, list[str | None]]] = []
    with stream:
        _refuse_other_formats(stream.read(HEAD), str(path))
        stream.seek(0)
        for record in records(stream):
            fields = [field.strip() or None for field in split_fields(record.text.decode("utf-8-sig", "replace"))]
            if any(fields):
                found.append((record.last, fields))
            if len(found) == rows:
                break
    return found


def physical_lines(layout: Layout, rows: Collection[int]) -> dict[int, int]:
    r"""Find the physical line on which each of some records starts."""
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
