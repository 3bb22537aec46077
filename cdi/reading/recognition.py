"""What a sheet is made of: where its header stands, which column plays which role, and why.

Auditors' workbooks begin with titles, and name their columns as they please. What is found here is proposed to its
user and kept in a mapping; nothing is read by it until somebody has seen it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["HEAD", "Header", "find_header", "plain_name", "roles_by_name"]

HEAD = 60
"""Rows in which a header is looked for."""

Cells = Sequence[str | None]

_NUMBER = re.compile(
    r"[+-]?[0-9][0-9,]*(?:\.[0-9]+)?%?|[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}.*|[0-9]{1,2}:[0-9]{2}.*"
)
_LONGEST = 120  # signs of a name of a column; a title may be longer


@dataclass(frozen=True, slots=True)
class Header:
    """Where the names of a table stand.

    Attributes
    ----------
    row : int
        The last row of the header: what follows are the rows of the table.
    upper : int or None
        The row above it with names of groups of columns, where the header has two rows.
    titles : tuple of int
        The rows above the header that hold something.
    """

    row: int
    upper: int | None = None
    titles: tuple[int, ...] = ()


def find_header(rows: Sequence[tuple[int, Cells]]) -> Header | None:
    """Find the header among the first rows of a sheet, each with its number and its cells; None where there is none.

    A header is the first row of different texts that names nearly all columns which hold something below it.
    """
    filled = [(number, cells) for number, cells in rows if any(cell is not None for cell in cells)]
    for i, (number, cells) in enumerate(filled):
        below = [other for _, other in filled[i + 1 :]]
        if not below or not _names_columns(cells, below):
            continue
        titles = tuple(row for row, _ in filled[:i])
        second = filled[i + 1]
        if len(below) > 1 and _is_second(cells, second[1], below[1:]):
            return Header(second[0], number, titles)
        return Header(number, None, titles)
    return None


def _names_columns(cells: Cells, below: Sequence[Cells]) -> bool:
    """Tell whether a row names the columns of the rows below it."""
    texts = [cell for cell in cells if cell is not None]
    if not texts or any(_NUMBER.fullmatch(text) or len(text) > _LONGEST for text in texts):
        return False
    if len({text.casefold() for text in texts}) < len(texts):
        return False
    if texts[0].endswith(":"):  # a title with what it says in the next cell
        return False
    used = _columns(below)
    named = {place for place, cell in enumerate(cells) if cell is not None}
    wide = [place for place in used if sum(_cell(row, place) is not None for row in below) > len(below) / 4]
    if len(named) == 1 and len(used) > 1:
        return False
    return len(named & set(wide)) >= 0.6 * len(wide) and bool(named & used)


def _is_second(upper: Cells, lower: Cells, below: Sequence[Cells]) -> bool:
    """Tell whether the row under a row of names is a row of names too: it fills gaps, and no row below is like it."""
    texts = {place: cell for place, cell in enumerate(lower) if cell is not None}
    gaps = [place for place in texts if _cell(upper, place) is None]
    if not gaps or any(_NUMBER.fullmatch(cell) for cell in texts.values()):
        return False
    held = {cell.casefold() for row in below for cell in row if cell is not None}
    return not any(cell.casefold() in held for cell in texts.values())


def _columns(rows: Sequence[Cells]) -> set[int]:
    return {place for row in rows for place, cell in enumerate(row) if cell is not None}


def _cell(row: Cells, place: int) -> str | None:
    return row[place] if place < len(row) else None


_ID = r"(?: (?:no|nos|number|id|ids|ref|reference|urn))*"
_ASKED = r"(?: y n)?"  # a heading that says how it is answered
_OF = r"(?:(?:was|were|number of|no of|total|auditor s?|audit) )*"
_WHEN = r"(?:date|time|datetime|date time|date and time)"

_CLEAR: Mapping[str, str] = {
    "cluster": rf"(?:incident|nicl|niche|storm|log|cad|report|occurrence|call)(?: log)?{_ID}|cluster|urn",
    "decision": rf"{_OF}(?:decision|determination)|audit(?:or)?s? (?:decision|outcome|finding|result)",
    "due": rf"{_OF}(?:crimes? )?(?:required|due){_ASKED}|{_OF}crimes? (?:should have been recorded|to be recorded)",
    "recorded": rf"{_OF}(?:crimes? )?recorded{_ASKED}|recorded correctly{_ASKED}",
    "grounds": rf"(?:reasonable )?grounds(?: reasonable| recorded| sufficient)*{_ASKED}|with grounds",
    "category": r"crime (?:type|category)|offence (?:type|group|required|category)",
    "population": r"population|(?:reports )?on the frame|frame",
    "weight": r"weights?",
}
"""Role -> how its column is called, where its name is clear."""

_LIKELY: Mapping[str, str] = {
    "cluster": rf"(?:event|record|command and control|stop|search|form|card|unique|our|ref(?:erence)?){_ID}|id",
    "case": rf"crime(?: ref(?:erence)?)?{_ID[:-1]}+|case{_ID}",
    "decision": rf"outcome|finding|result|(?:ncrs )?complian(?:ce|t){_ASKED}",
    "due": rf"(?:crimes? )?(?:needed|expected|identified|disclosed){_ASKED}|should (?:have been|be) recorded{_ASKED}",
    "recorded": rf"(?:crimed|crime created|(?:is|was) it recorded){_ASKED}",
    "category": r"offences?|ho class(?:ification)?|class(?:ification)?(?: required)?|category|type of crime",
    "recorded_as": r"recorded (?:as|class|offence|classification)|(?:offence|class(?:ification)?) recorded",
    "stratum": r"stratum|strata|reporting route|route",
    "period": r"period|month(?: of report)?|quarter|year(?: month)?",
    "reported_at": rf"{_WHEN} (?:of report|reported)|reported (?:at|on|date)|report date",
    "recorded_at": rf"{_WHEN} (?:of recording|recorded)|recorded (?:at|on|date)",
    "timely": rf"(?:recorded )?(?:with)?in (?:the )?24 ?h(?:ou)?rs?{_ASKED}|(?:recorded )?in time{_ASKED}",
}
"""And where it is like that."""


def roles_by_name(names: Sequence[str]) -> dict[str, tuple[str, bool]]:
    """Find the column that plays each role by how it is called, and whether its name is clear.

    A column plays one role, a clear name goes before a likely one, and of several the first is taken.
    """
    found: dict[str, tuple[str, bool]] = {}
    for patterns, is_clear in ((_CLEAR, True), (_LIKELY, False)):
        for role, pattern in patterns.items():
            taken = {name for name, _ in found.values()}
            fitting = (name for name in names if name not in taken and re.fullmatch(pattern, plain_name(name)))
            name = None if role in found else next(fitting, None)
            if name is not None:
                found[role] = name, is_clear
    return found


@lru_cache(maxsize=1 << 13)
def plain_name(name: str) -> str:
    """Write the name of a column in small letters, with one space for all signs that are no letters or digits."""
    return " ".join(re.findall(r"[a-z0-9]+", _REMARK.sub(" ", name.casefold())))


_REMARK = re.compile(r"\[(?:note|x|c|z)[^]]*\]")  # as accessible tables mark a heading
