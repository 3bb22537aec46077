"""What openpyxl does not show of a worksheet where it reads fast: hidden rows, merged cells, errors, empty formulas.

The sheet's bytes are scanned once, in chunks. Text cannot be mistaken for a tag, since XML escapes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

__all__ = ["Area", "Marks", "Spot", "letters_of", "scan"]

CHUNK = 1 << 20
LAST_ROW = 1_048_576
ROW_END = re.compile(rb"</(?:\w+:)?row\s*>")
ROOT = re.compile(rb"<(\w+:)?worksheet\b[^>]*>")
STRICT = b"purl.oclc.org/ooxml"
ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})", re.ASCII)

# what to look for, and bytes without which it cannot be there; P is the prefix of the namespace
TAGS = {
    "row": (rb"<Prow(?=[\s/>])(?: r=\"(\d+)\")?([^>]*)>", (b"row",)),
    "error": (
        rb"<Pc\b([^>]*\bt\s*=\s*[\"']e[\"'][^>]*)>(?:\s*<Pf(?:\s[^>]*)?(?:/>|>[^<]*</Pf\s*>))?\s*<Pv[^>]*>([^<]*)",
        (b'"e"', b"'e'"),
    ),
    "formula": (
        rb"<Pc\b([^>]*)>\s*<Pf(?:\s[^>]*)?(?:/>|>[^<]*</Pf\s*>)\s*((?:<Pv\s*/>|<Pv(?:\s[^>]*)?></Pv\s*>)?)\s*</Pc\s*>",
        (b"<f", b":f"),
    ),
    "merged": (rb"<PmergeCell\b([^>]*)>", (b"mergeCell",)),
}
ATTRIBUTES = {
    name: re.compile(rf"(?<![\w:]){name}\s*=\s*[\"']([^\"']*)".encode()) for name in ("r", "hidden", "t", "ref")
}


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell: its row, its column from 1, and what stands there."""

    row: int
    place: int
    got: str | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """Cells from a first row and column to a last one."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Marks:
    """What was found on a sheet.

    Attributes
    ----------
    hidden : list of int
        Rows that are hidden or filtered out.
    merged : list of Area
        Merged cells.
    errors, formulas : list of Spot
        Cells with an error value, and with a formula whose value is not stored.
    sound : bool
        Whether rows come in order, within the bounds of a sheet, and cells have addresses.
    strict : bool
        Whether the sheet is in the strict variant, which openpyxl does not read.
    row : int
        The last row so far.
    """

    hidden: list[int] = field(default_factory=list)
    merged: list[Area] = field(default_factory=list)
    errors: list[Spot] = field(default_factory=list)
    formulas: list[Spot] = field(default_factory=list)
    sound: bool = True
    strict: bool = False
    row: int = 0

    def take_row(self, found: re.Match[bytes]) -> None:
        """Count a row, and note whether it is hidden."""
        number = found[1].decode() if found[1] else _attribute(found[2], "r") or str(self.row + 1)
        if not (number.isdecimal() and self.row < int(number) <= LAST_ROW):
            self.sound = False
            return
        self.row = int(number)
        if b"hidden" in found[2] and _attribute(found[2], "hidden") in {"1", "true"}:
            self.hidden.append(self.row)

    def take_error(self, found: re.Match[bytes]) -> None:
        """Note a cell with an error value."""
        self._take_cell(self.errors, found[1], found[2].decode("utf-8", "replace"))

    def take_formula(self, found: re.Match[bytes]) -> None:
        """Note a formula without a value; an empty text that is stored as such is one."""
        if not (found[2] and _attribute(found[1], "t") == "str"):
            self._take_cell(self.formulas, found[1], None)

    def take_merged(self, found: re.Match[bytes]) -> None:
        """Note an area of merged cells."""
        ends = [_spot(end) for end in (_attribute(found[1], "ref") or "").split(":")]
        first, last = ends[0], ends[-1]
        if first is None or last is None:
            self.sound = False
        else:
            self.merged.append(Area(first.row, first.place, last.row, last.place))

    def _take_cell(self, spots: list[Spot], attributes: bytes, got: str | None) -> None:
        spot = _spot(_attribute(attributes, "r") or "", got)
        if spot is None:
            self.sound = False
        else:
            spots.append(spot)


def scan(stream: IO[bytes]) -> Marks:
    """Find what openpyxl does not show of a worksheet.

    Parameters
    ----------
    stream : binary file
        The sheet's XML.

    Returns
    -------
    Marks
        What was found.

    Examples
    --------
    >>> import io
    >>> sheet = b'<worksheet><sheetData><row r="3" hidden="1"><c r="B3"><f>1+1</f></c></row></sheetData></worksheet>'
    >>> marks = scan(io.BytesIO(sheet))
    >>> marks.hidden, marks.formulas
    ([3], [Spot(row=3, place=2, got=None)])
    """
    marks, patterns = Marks(), None
    takers = {
        "row": marks.take_row,
        "error": marks.take_error,
        "formula": marks.take_formula,
        "merged": marks.take_merged,
    }
    for text in _pieces(stream):
        if patterns is None:
            root = ROOT.search(text)
            marks.sound = root is not None and b"\0" not in text
            marks.strict = STRICT in text[: root.end() if root else 0]
            prefix = root[1] or b"" if root else b""
            patterns = {key: re.compile(tag.replace(b"P", prefix)) for key, (tag, _) in TAGS.items()}
        marks.sound &= b"<!DOCTYPE" not in text  # no program writes it, and its entities can swell
        for key, pattern in patterns.items():
            if any(needed in text for needed in TAGS[key][1]):
                for found in pattern.finditer(text):
                    takers[key](found)
    return marks


def letters_of(place: int) -> str:
    """Write the letters of a column.

    Examples
    --------
    >>> [letters_of(place) for place in (1, 26, 27, 703)]
    ['A', 'Z', 'AA', 'AAA']
    """
    letters = ""
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """Cut the text behind rows, so that no tag or cell lies in two pieces."""
    held = b""
    while chunk := stream.read(CHUNK):
        held += chunk
        if end := _end_of_rows(held):
            yield held[:end]
            held = held[end:]
    yield held


def _end_of_rows(text: bytes) -> int:
    """Find where the last whole row ends, 0 if there is none."""
    place = len(text)
    while (place := text.rfind(b"</", 0, place)) >= 0:
        if found := ROW_END.match(text, place):
            return found.end()
    return 0


def _attribute(attributes: bytes, name: str) -> str | None:
    found = ATTRIBUTES[name].search(attributes)
    return found[1].decode("utf-8", "replace") if found else None


def _spot(address: str, got: str | None = None) -> Spot | None:
    found = ADDRESS.fullmatch(address)
    if found is None:
        return None
    place = 0
    for letter in found[1]:
        place = 26 * place + ord(letter) - 64
    return Spot(int(found[2]), place, got)
