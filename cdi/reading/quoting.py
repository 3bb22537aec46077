"""Comma-separated text, cut into what is quoted and what is not, and into records.

Fields are separated by commas and quoted as in RFC 4180: a field in quotation marks may hold commas, line breaks and
doubled quotation marks. A mark inside a field that does not begin with one is an ordinary character. Text is cut piece
by piece, so that neither a file nor a line of it need fit into memory.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

__all__ = ["CLOSED", "LONGEST_ROW", "OPEN", "START", "Piece", "Record", "cut", "open_text", "records", "split_fields"]

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


class Record(NamedTuple):
    """One record: its first and last physical line, and the line of its latest field that went on to a next line."""

    first: int
    last: int
    opened: int
    text: bytes
    commas: int
    misquoted: bool
    complete: bool


def records(stream: BinaryIO) -> Iterator[Record]:
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
        yield Record(first, last, opened, b"".join(lines), commas, misquoted, complete)
        if not complete:
            return


def open_text(path: Path) -> tuple[BinaryIO, bool]:
    """Open a file behind its byte order mark, and say whether it has one."""
    stream = path.open("rb")
    has_bom = stream.read(3) == codecs.BOM_UTF8
    if not has_bom:
        stream.seek(0)
    return stream, has_bom


def split_fields(text: str) -> list[str]:
    r"""Take the fields out of one complete record.

    Examples
    --------
    >>> split_fields('route,"crimes, due",\n')
    ['route', 'crimes, due', '']
    """
    found = _FIELD.finditer(text.rstrip("\r\n"))
    return [match[2] if match[1] is None else match[1].replace('""', '"') for match in found]
