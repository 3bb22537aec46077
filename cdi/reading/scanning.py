"""One pass over the text of a comma-separated file, in chunks: counts, and the first fault of each kind."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from typing import BinaryIO

from cdi.errors import Fault, Where, fault
from cdi.reading.quoting import CLOSED, LONGEST_ROW, OPEN, START, Piece, cut

__all__ = ["Scan"]

CHUNK = 1 << 18


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

    def read(self, stream: BinaryIO) -> None:
        """Take in a whole stream."""
        held = b""
        while body := stream.read(min(CHUNK, LONGEST_ROW)):
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
        self.line += newlines
        self.ends += ends
        self.state = piece.after

    def check_encoding(self, body: bytes, *, last: bool) -> None:
        """Find the first byte that is not UTF-8, and its column."""
        pending = len(self.decoder.getstate()[0])
        if "not-utf-8" in self.seen or (body.isascii() and not pending and not last):
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
        ends = plain.count(b"\n") - piece.before.count(b"\n")
        if not self.line_end and ends:
            first = outside.find(b"\n", 1)
            self.line_end = b"\r\n" if outside[first - 1 : first] == b"\r" else b"\n"
        if b"\r" in plain:
            self.say_where("lone-return", rb"\r(?!\n)", piece)
        if ends and pairs != (ends if self.line_end == b"\r\n" else 0):
            self.say_where("mixed-line-ends", rb"(?<!\r)\n" if self.line_end == b"\r\n" else rb"\r\n", piece)
        if b"\n\n" in plain:
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
        self.commas += piece.outside.count(b",") - piece.before.count(b",")
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
