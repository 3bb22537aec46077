"""How the files of a new inspection are read: as ``cdi open`` proposes it, where they were not made for cdi."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cdi.errors import CdiError
from cdi.proposal import Proposal, open_sheets
from cdi.proposing.kinds import TIMES
from cdi.reading.mapping import BY_SHEET, SheetMapping
from cdi.reading.sources import Workbook

__all__ = ["Understood", "understood"]

_OF_TIMES = ("reported_at", "recorded_at")


@dataclass(frozen=True, slots=True)
class Understood:
    """How some files are read."""

    files: tuple[str | Path | Workbook, ...]  # as they were given, or each sheet as the mapping reads it
    columns: Mapping[str, str] = field(default_factory=dict)  # role -> the column that seems to play it
    mapping: SheetMapping | None = None  # what the file must say of them, where they are not read without more
    words: tuple[tuple[str, str], ...] = ()  # words that are not known, with what they may mean; empty: nobody knows
    times: Mapping[str, str] = field(default_factory=dict)  # the columns of times, where they can be read
    category: str | None = None  # the column of offences or groups


def understood(files: Sequence[str | Path | Workbook], holds: str) -> Understood:
    """Find how files are read; of what cannot be opened nothing is known, and it is refused where it is read."""
    given = tuple(files)
    known = next((each.mapping for each in given if isinstance(each, Workbook) and each.mapping), None)
    try:
        found = open_sheets(list(given), mapping=known, holds=holds)
    except CdiError:
        return Understood(given)
    mapping = replace(found.mapping, sheets=found.unnamed_sheets)
    special = (mapping.sheets, mapping.header_row, mapping.upper_row, mapping.fill_down, mapping.layout, mapping.words)
    asked = tuple((each.word or "", each.likely or "") for each in found.asked)
    category = found.roles.get("category", (None, False))[0]
    if not any(special) and not asked:
        columns = {role: name for role, name in mapping.columns.items() if name != BY_SHEET}
        return Understood(given, columns, times=_times(given, known, found), category=category)
    return Understood(found.workbooks, mapping.columns, mapping, asked, _times(given, known, found), category)


def _times(files: Sequence[str | Path | Workbook], mapping: SheetMapping | None, found: Proposal) -> Mapping[str, str]:
    """Name the columns of times, if all of them can be read."""
    roles = {role: found.roles[role][0] for role in _OF_TIMES if role in found.roles}
    if len(roles) < len(_OF_TIMES) or found.holds != "audit":
        return {}
    timed = open_sheets(list(files), mapping=mapping, holds=TIMES)
    return roles if timed.read is not None else {}
