"""The fast road to the values of a worksheet: calamine reads them, where nothing but values is to be seen on it.

calamine tells neither hidden rows nor errors, formulas without a value, numbers of too many digits, or damage. Whether
a sheet has any is seen by how it is written: nearly all programs write cells in one plain way, and in this way none of
it can be said. A sheet that is written in any other way is left to openpyxl.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cdi.reading.sheets import LAST_ROW, SheetMarks, rows_of

if TYPE_CHECKING:
    from zipfile import ZipFile

__all__ = ["SHARED", "Plain", "looked_through"]

SHARED = "xl/sharedStrings.xml"
"""The part of an archive in which calamine looks for the texts that sheets share."""

LARGEST = 1 << 27  # bytes of a part
SPARE = 1 << 20  # cells without a value; calamine keeps a place for each between the first and the last
TIMES = 8  # and as many for each cell that has one
DATES = 256  # styles that a pattern can name

_SIGN = r"[^<&\]\x00-\x1f\ufffe\uffff]|[\t\n]|\](?!\]>)|&(?:amp|lt|gt|quot|apos);"
_TEXT = f"(?:{_SIGN})*+"
# spaces at the ends are part of a text where that is said; where it is not, readers differ
_TOLD = rf'<t(?: xml:space="preserve">{_TEXT}|>(?!\s){_TEXT}(?<!\s))</t>'
_FORMULA = rf'(?:<f(?: t="shared"(?: ref="[A-Z0-9:]++")?+ si="[0-9]++")?+(?:/>|>{_TEXT}</f>))?+'
_NUMBER = r"-?+[0-9]{1,15}(?:\.[0-9]++)?+(?:[Ee][+-]?+[0-9]{1,2})?+"
_MOMENT = r"[0-9]{1,6}(?:\.[0-9]++)?+"
_SHARED = re.compile(rf"((?:<\?xml[^<>]*\?>\s*+)?+<sst(?: [^<>]*+)?+>)(?:<si>{_TOLD}</si>)*+</sst>\s*+")
_ENCODED = re.compile(r"""<\?xml[^<>]*\sencoding\s*=\s*["'](?!utf-?8["'])""", re.IGNORECASE)
_BEGIN, _END = "<sheetData>", "</sheetData>"
_LETTERS = re.compile(r'<c r="([A-Z]++)')
_FAILURES = (ArithmeticError, AttributeError, LookupError, SyntaxError, TypeError, ValueError)
_MOMENTS = {datetime.date, datetime.datetime, datetime.time, datetime.timedelta}


@dataclass(frozen=True, slots=True)
class Plain:
    """A worksheet that is written in the plain way."""

    # row and column of each cell whose style makes a date of a number -> whether it makes a length of time
    moments: Mapping[tuple[int, int], bool]
    merged: list[Any]

    def rows(self, stream: Any, title: str) -> list[tuple[int, dict[int, Any]]] | None:
        """Read the rows that hold something; None where calamine fails, or knows other styles of dates."""
        from python_calamine import CalamineError, CalamineWorkbook

        stream.seek(0)
        try:
            with CalamineWorkbook.from_filelike(stream) as book:
                if book.sheet_names.count(title) != 1:
                    return None
                values = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
        except CalamineError:
            return None  # openpyxl tells what is wrong
        moments = {
            (number, place): isinstance(value, datetime.timedelta)
            for number, each in enumerate(values, start=1)
            for place, value in enumerate(each, start=1)
            if type(value) in _MOMENTS
        }
        if moments != self.moments:
            return None
        found = (
            (number, {place: value for place, value in enumerate(each, start=1) if value != ""})
            for number, each in enumerate(values, start=1)
        )
        return [(number, cells) for number, cells in found if cells]


def looked_through(archive: ZipFile, part: str, shared: str | None, parser: Any, *, stale: bool) -> Plain | None:
    """Look through a worksheet and the texts that it shares; None where either is not written in the plain way."""
    from openpyxl.utils import column_index_from_string

    dates: Collection[int] = parser.date_formats
    if shared not in {None, SHARED} or 0 in dates or len(dates) > DATES:
        return None
    text, texts = _text_of(archive, part), _text_of(archive, shared) if shared else ""
    if text is None or texts is None or (stale and "<f" in text) or not _are_plain(texts):
        return None
    start, end = text.find(_BEGIN) + len(_BEGIN), text.rfind(_END)
    if start < len(_BEGIN) or end < start or "<!DOCTYPE" in text[:start]:
        return None
    attributes = _attributes(text, start, end, _pattern(tuple(sorted(dates))))
    if attributes is None:
        return None
    merged = _merged(text[:start], attributes, text[end:], parser)
    if merged is None:
        return None
    lengths = {str(each) for each in parser.timedelta_formats}
    cells = _of_date(dates).findall(text, start, end) if dates else []
    place = {letters: column_index_from_string(letters) for letters in {letters for letters, _, _ in cells}}
    return Plain({(int(row), place[letters]): style in lengths for letters, row, style in cells}, merged)


def _text_of(archive: ZipFile, part: str) -> str | None:
    """Read the text of a part that is not too large; None where it holds signs that are written by their numbers."""
    if archive.getinfo(part).file_size > LARGEST:
        return None
    try:
        text = archive.read(part).decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "_x" in text or _ENCODED.match(text) else text


def _are_plain(texts: str) -> bool:
    found = _SHARED.fullmatch(texts)
    if not texts or found is None:
        return not texts
    from openpyxl.xml.constants import SHEET_MAIN_NS
    from openpyxl.xml.functions import fromstring

    try:
        return bool(fromstring(f"{found[1]}</sst>".encode()).tag == f"{{{SHEET_MAIN_NS}}}sst")
    except _FAILURES:
        return False


def _attributes(text: str, start: int, end: int, row: re.Pattern[str]) -> dict[str, None] | None:
    """Gather what rows say of themselves; None where a row, or where it stands, is not as programs write it."""
    from openpyxl.utils import column_index_from_string

    found: dict[str, None] = {}
    last = {"A"}
    before = held = 0
    for number, attributes, cells in _rows(text, start, end, row):
        letters = _LETTERS.findall(cells or "")
        if not before < number <= LAST_ROW or len(letters) > len(set(letters)):
            return None
        before = number
        found[attributes] = None
        last.update(letters[-1:])
        held += len(letters)
    places = before * max(map(column_index_from_string, last))
    return found if 0 < places <= SPARE + TIMES * held else None


def _rows(text: str, start: int, end: int, row: re.Pattern[str]) -> Iterator[tuple[int, str, str | None]]:
    """Take the rows one by one; one of number 0 stands for anything else."""
    while start < end:
        found = row.match(text, start, end)
        if found is None:
            yield 0, "", None
            return
        yield int(found[1]), found[2], found[3]
        start = found.end()


def _merged(head: str, attributes: Collection[str], rest: str, parser: Any) -> list[Any] | None:
    """Find the merged cells of a sheet without its values; None where a row is hidden, or something is damaged."""
    rows = "".join(f'<row r="{i}"{each}/>' for i, each in enumerate(attributes, start=1))
    marks = SheetMarks()
    parser.row_counter = 0
    try:
        further = list(rows_of(io.BytesIO(f"{head}{rows}{rest}".encode()), parser, marks))
    except _FAILURES:
        return None
    return None if further or marks.hidden else marks.merged


def _of_date(dates: Collection[int]) -> re.Pattern[str]:
    return re.compile(rf'<c r="([A-Z]++)([0-9]++)" s="({"|".join(map(str, dates))})"(?: t="n")?+>{_FORMULA}<v>')


@lru_cache(maxsize=8)
def _pattern(dates: tuple[int, ...]) -> re.Pattern[str]:
    """Write how a row is written whose cells hold values and nothing else."""
    any_style, of_date = '(?: s="[0-9]++")?+', "|".join(map(str, dates))
    no_date = rf'(?: s="(?!(?:{of_date})")[0-9]++")?+' if dates else any_style
    cells = [
        rf'{no_date}(?: t="n")?+>{_FORMULA}<v>{_NUMBER}</v></c>',
        rf'{any_style} t="s"><v>[0-9]{{1,9}}</v></c>',
        rf'{any_style} t="b">{_FORMULA}<v>[01]</v></c>',
        rf'{any_style} t="str">{_FORMULA}<v>(?!<){_TEXT}</v></c>',
        rf'{any_style} t="inlineStr"><is>{_TOLD}</is></c>',
        rf'{any_style}(?: t="(?!e")[a-z]++")?+(?:/>|></c>)',
    ]
    if dates:
        cells.append(rf' s="(?:{of_date})"(?: t="n")?+>{_FORMULA}<v>{_MOMENT}</v></c>')
    return re.compile(
        r'<row r="([1-9][0-9]{0,6})"((?: (?!xmlns)[A-Za-z0-9:]++="[^"<&]*+")*+ ?)'
        rf'(?:/>|>((?:<c r="[A-Z]{{1,3}}\1"(?:{"|".join(cells)}))*+)</row>)'
    )
