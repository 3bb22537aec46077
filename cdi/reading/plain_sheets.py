"""The fast road to the values of a worksheet: calamine reads them, where nothing but values is to be seen on it.

calamine tells neither hidden rows nor errors, formulas without a value, numbers of too many digits, or damage. Whether
a sheet has any is seen by how it is written: nearly all programs write cells in one plain way, and in this way none of
it can be said. A sheet that is written in any other way is left to openpyxl.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from cdi.reading.sheets import LAST_ROW, TOGETHER, Columns, SheetMarks, is_filled, letters_of, rows_of

if TYPE_CHECKING:
    from zipfile import ZipFile

    from python_calamine import CalamineSheet

__all__ = ["SHARED", "Plain", "columns_in", "looked_through"]

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
_ENDS = "</v></c>", "</is></c>"  # of cells with a value
_FAILURES = (ArithmeticError, AttributeError, LookupError, SyntaxError, TypeError, ValueError)
_MOMENTS = {datetime.date, datetime.datetime, datetime.time, datetime.timedelta}


@dataclass(frozen=True, slots=True)
class Plain:
    """A worksheet that is written in the plain way."""

    held: int  # cells with a value
    # the addresses of the cells whose style makes a date of a number, and of those where it makes a length of time
    moments: Collection[str]
    lengths: Collection[str]
    merged: list[Any]

    def columns(self, stream: Any, title: str) -> Columns | None:
        """Read the columns; None where calamine fails, knows other styles of dates, or has fewer values.

        Fewer, where an address stands twice or a text is empty or in a row of spaces.
        """
        from python_calamine import CalamineError, CalamineWorkbook

        stream.seek(0)
        try:
            with CalamineWorkbook.from_filelike(stream) as book:
                if book.sheet_names.count(title) != 1:
                    return None
                found = columns_in(book.get_sheet_by_name(title))
        except CalamineError:
            return None  # openpyxl tells what is wrong
        held = sum(len(column) - column.count(None) for column in found[1].values())
        return found if held == self.held and _moments(found) == (self.moments, self.lengths) else None


def columns_in(sheet: CalamineSheet) -> Columns:
    """Read the columns of a worksheet by calamine, which gives an empty text for a cell without a value."""
    numbers: list[int] = []
    columns: dict[int, list[Any]] = {}
    if sheet.start is None:  # python-calamine 0.6 fails where there are no rows
        return numbers, columns
    rows, before, left = sheet.iter_rows(), 0, sheet.start[1] + 1
    while some := [*islice(rows, TOGETHER)]:
        filled = [i for i, row in enumerate(some, start=1) if is_filled(row)]
        numbers += [before + i for i in filled]
        for place, values in enumerate(zip(*[some[i - 1] for i in filled], strict=True), start=left):
            held = [None if value == "" else value for value in values] if "" in values else values
            columns.setdefault(place, []).extend(held)
        before += len(some)
    return numbers, columns


def _moments(found: Columns) -> tuple[set[str], set[str]]:
    """Find the addresses of the cells of which calamine made a date, and of those of which it made a length of time."""
    numbers, columns = found
    moments: dict[str, type] = {}
    for place, column in columns.items():
        if not _MOMENTS.isdisjoint(map(type, column)):
            letters = letters_of(place)
            held = zip(numbers, map(type, column), strict=True)
            moments |= {f"{letters}{number}": kind for number, kind in held if kind in _MOMENTS}
    return {*moments}, {address for address, kind in moments.items() if kind is datetime.timedelta}


def looked_through(archive: ZipFile, part: str, shared: str | None, parser: Any, *, stale: bool) -> Plain | None:
    """Look through a worksheet and the texts that it shares; None where either is not written in the plain way."""
    dates: Collection[int] = parser.date_formats
    if shared not in {None, SHARED} or 0 in dates or len(dates) > DATES:
        return None
    text, texts = _text_of(archive, part), _text_of(archive, shared) if shared else ""
    if text is None or texts is None or (stale and "<f" in text) or not _are_plain(texts):
        return None
    start, end = text.find(_BEGIN) + len(_BEGIN), text.rfind(_END)
    if start < len(_BEGIN) or end < start or "<!DOCTYPE" in text[:start]:
        return None
    attributes, last = _rows(text, start, end, _pattern(tuple(sorted(dates))))
    if not _are_close(text, start, end, last):
        return None
    merged = _merged(text[:start], attributes, text[end:], parser)
    if merged is None:
        return None
    moments, lengths = (
        {*_of_style(styles).findall(text, start, end)} if styles else set()
        for styles in (dates, {*dates} & {*parser.timedelta_formats})
    )
    return Plain(sum(text.count(each, start, end) for each in _ENDS), moments, lengths, merged)


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


def _rows(text: str, start: int, end: int, row: re.Pattern[str]) -> tuple[Collection[str], int]:
    """Gather what rows say of themselves, and the last number; 0 where a row is not as programs write it."""
    found: dict[str, None] = {}
    number = 0
    while start < end:
        match = row.match(text, start, end)
        if match is None or not number < int(match[1]) <= LAST_ROW:
            return found, 0
        number = int(match[1])
        found[match[2]] = None
        start = match.end()
    return found, number


def _are_close(text: str, start: int, end: int, last: int) -> bool:
    """Tell whether the places between the first and the last cell are not many more than the cells."""
    from openpyxl.utils import column_index_from_string

    letters = _LETTERS.findall(text, start, end)
    places = last * max(map(column_index_from_string, {*letters}), default=1)
    return 0 < places <= SPARE + TIMES * len(letters)


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


def _of_style(styles: Collection[int]) -> re.Pattern[str]:
    """Write how a number of one of some styles is written."""
    return re.compile(rf'<c r="([A-Z]++[0-9]++)" s="(?:{"|".join(map(str, styles))})"(?: t="n")?+>{_FORMULA}<v>')


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
        rf'(?:/>|>(?:<c r="[A-Z]{{1,3}}\1"(?:{"|".join(cells)}))*+</row>)'
    )
