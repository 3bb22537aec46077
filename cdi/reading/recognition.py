"""What a sheet is made of: where its header stands, which column plays which role, and why.

Auditors' workbooks begin with titles, and name their columns as they please. What is found here is proposed to its
user and kept in a mapping; nothing is read by it until somebody has seen it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
_BEFORE = r"(?:(?:was|were|number of|no of|total|auditor s?|audit) )*"
_SURE, _LIKELY = "certain", "likely"
_NAMES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "cluster": (
        (_SURE, rf"(?:incident|nicl|niche|storm|log|cad|report|occurrence|call){_ID}|cluster|incident log{_ID}|urn"),
        (_LIKELY, rf"(?:event|record|command and control|stop|search|form|card){_ID}|unique{_ID}|(?:our )?ref(?:erence)?{_ID}|id"),
    ),
    "case": ((_LIKELY, rf"crime{_ID[:-1]}+|crime ref(?:erence)?{_ID}|case{_ID}"),),
    "decision": ((_SURE, rf"{_BEFORE}(?:decision|determination)|audit(?:or)?s? (?:decision|outcome|finding|result)"),
                 (_LIKELY, r"outcome|finding|compliance|compliant(?: y n)?|result|ncrs compliant(?: y n)?")),
    "due": ((_SURE, rf"{_BEFORE}(?:crimes? )?(?:required|due)(?: y n)?|{_BEFORE}crimes? (?:should have been recorded|expected|to be recorded)"),
            (_LIKELY, r"(?:crimes? )?(?:needed|expected|identified|disclosed)(?: y n)?|should (?:have been|be) recorded(?: y n)?")),
    "recorded": ((_SURE, rf"{_BEFORE}(?:crimes? )?recorded(?: y n)?|recorded correctly(?: y n)?"),
                 (_LIKELY, r"crimed(?: y n)?|crime created(?: y n)?|(?:is|was) it recorded(?: y n)?")),
    "grounds": ((_SURE, r"(?:reasonable )?grounds(?: reasonable| recorded| sufficient)*(?: y n)?|with grounds"),),
    "category": ((_SURE, r"crime type|crime category|offence (?:type|group|required|category)"),
                 (_LIKELY, r"offences?|ho class(?:ification)?|class(?:ification)?(?: required)?|category|type of crime")),
    "recorded_as": ((_LIKELY, r"recorded (?:as|class|offence|classification)|offence recorded|class(?:ification)? recorded"),),
    "stratum": ((_LIKELY, r"stratum|strata|reporting route|route"),),
    "period": ((_LIKELY, r"period|month|quarter|year(?: month)?|month of report"),),
    "reported_at": ((_LIKELY, r"(?:date|time|datetime|date time|date and time) (?:of report|reported)|reported (?:at|on|date)|report date"),),
    "recorded_at": ((_LIKELY, r"(?:date|time|datetime|date time|date and time) (?:of recording|recorded)|recorded (?:at|on|date)"),),
    "timely": ((_LIKELY, r"(?:recorded )?(?:with)?in (?:the )?24 ?h(?:ou)?rs?(?: y n)?|(?:recorded )?in time"),),
    "population": ((_SURE, r"population|(?:reports )?on the frame|frame"),),
    "weight": ((_SURE, r"weights?"),),
}  # fmt: skip
"""Role -> how its column is called, and whether that name is clear."""

_MEANT = {role: [(sure, re.compile(pattern)) for sure, pattern in names] for role, names in _NAMES.items()}


def roles_by_name(names: Sequence[str]) -> dict[str, tuple[str, bool]]:
    """Find the column that plays each role by how it is called, and whether its name is clear.

    A column plays one role, a clear name goes before a likely one, and of several the first is taken.
    """
    found: dict[str, tuple[str, bool]] = {}
    taken: set[str] = set()
    for wanted in (_SURE, _LIKELY):
        for role, patterns in _MEANT.items():
            if role in found:
                continue
            of_role = [pattern for sure, pattern in patterns if sure == wanted]
            name = next(
                (name for name in names if name not in taken and any(p.fullmatch(plain_name(name)) for p in of_role)),
                None,
            )
            if name is not None:
                found[role] = name, wanted == _SURE
                taken.add(name)
    return found


def plain_name(name: str) -> str:
    """Write the name of a column in small letters, with one space for all signs that are no letters or digits."""
    return " ".join(re.findall(r"[a-z0-9]+", re.sub(r"\[(?:note|x|c|z)[^]]*\]", " ", name.casefold())))
