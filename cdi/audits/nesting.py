"""Report numbers that begin anew in each month, force or route: report 1 of April is not report 1 of May.

Where that is said, a report is known by its number and what it is nested in. Where it is not said and looks so, nobody
can tell whether the same numbers are the same reports, so it is asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cdi import wording
from cdi.audits import answers
from cdi.audits.design import FILENAME, NOT_COLUMNS
from cdi.errors import Fault, Where, fault
from cdi.reading import engine
from cdi.reading.mapping import BY_SHEET
from cdi.reading.recognition import plain_name, roles_by_name
from cdi.reading.sources import FILE

if TYPE_CHECKING:
    from cdi.audits.design import Design
    from cdi.reading.engine import Rows
    from cdi.reading.grouped import GroupedRows
    from cdi.reading.sources import Source

__all__ = ["CASE", "REPORT", "counts_from_one", "id_of", "ids_anew", "nested", "number_of", "places"]

REPORT, CASE = "_cdi_report", "_cdi_case"
"""The columns that tell reports and cases apart where their numbers begin anew."""


def nested(opened: Source, design: Design) -> Source:
    """Add a column that tells reports apart by their number and what they are nested in, and one for cases."""
    within = [FILE if name in NOT_COLUMNS else opened.inner(name) for name in design.nest or ()]
    if not opened.files:  # a single file is one for all
        within = [name for name in within if name != FILE]
    rows = opened.rows
    for column, made in ((design.cluster, REPORT), (design.case, CASE)):
        if column is not None and design.nest:
            rows = engine.together(rows, [*within, opened.inner(column)], made)
    return replace(opened, rows=rows)


def id_of(opened: Source, design: Design, column: str) -> str:
    """Name what tells reports or cases apart, as the rows know it."""
    if not design.nest:
        return opened.inner(column)
    return REPORT if column == design.cluster else CASE


def number_of(report: object) -> str:
    """Write the number of a report or case as its user wrote it, without what it is nested in."""
    return answers.show(report).rpartition(engine.APART)[2]


# ---- where nothing is said


_OF_REPORTS = re.compile(
    r"\b(?:month|quarter|period|year|force|route|source|station|area|district|division|borough|region|sheet)\b"
)
"""What a column is called that says of a report where or when it was drawn: a report has one of each."""

_MANY = 0.5  # the share of the numbers that stand in several places, from which they look as if they began anew
_FEW = 3  # numbers in several places, below which they are told one by one, or are chance


def ids_anew(
    opened: Source,
    design: Design,
    rows: Rows | None = None,
    groups: GroupedRows | None = None,
    *,
    split: bool,
    of_cases: bool = False,
) -> Fault | None:
    """Find numbers of reports, or of cases, that look as if they began anew, where nothing is said of it.

    Files and strata are looked at only where reports are split between them. ``rows`` are asked in the place of those
    that were opened, where they say the same, and ``groups`` of the same rows in memory before them.
    """
    column = design.case if of_cases else design.cluster
    if column is None or design.nest is not None:
        return None
    ids = opened.inner(column)
    sites = places(opened, design, split=split)
    rows = opened.rows if rows is None else rows
    for name, inner in sites.items():
        if _follows(rows, groups, ids, inner):
            continue
        found = engine.collect(engine.sums(rows, [inner, ids], (), count="_cdi_n"))
        held: dict[object, set[str]] = {}
        for place, number in zip(found[inner], found[ids], strict=True):
            if not engine.absent(place) and not engine.absent(number):
                held.setdefault(place, set()).add(answers.show(number))
        if _look_anew(held, of_reports=of_cases or _is_of_reports(column)):
            return _asked(opened, design, column, name, held)
    return None


def _follows(rows: Rows, groups: GroupedRows | None, key: str, column: str) -> bool:
    if groups is not None and groups.tells(column):
        return groups.follows(key, column)
    return engine.follows(rows, key, column)


def places(opened: Source, design: Design, *, split: bool) -> dict[str, str]:
    """Name what may say where a report was drawn, and how rows know it: the files, strata, and columns of that name."""
    files = {BY_SHEET: FILE} if opened.files and split else {}
    strata = design.strata if split else ()
    taken = {design.due, design.recorded, design.decision, design.recorded_as, design.category, design.case}
    taken.add(design.cluster)
    named = [name for name in opened.columns if _OF_REPORTS.search(plain_name(name)) and name not in taken]
    others = [name for name in named if name not in design.strata]
    return files | {name: opened.inner(name) for name in (*strata, *others)}


def _is_of_reports(column: str) -> bool:
    """Tell whether a column is called as reports are; an officer or a day may well stand in several months."""
    return plain_name(column) == "cluster" or "cluster" in roles_by_name([column])


def _look_anew(held: Mapping[object, set[str]], *, of_reports: bool) -> bool:
    """Tell whether numbers look as if they began anew: in each place they are 1 to n, or most stand in several."""
    times = list(_times(held).values())
    repeated = sum(each > 1 for each in times)
    if repeated < _FEW:
        return False
    many = of_reports and repeated >= _MANY * len(times)
    return many or all(counts_from_one(numbers) for numbers in held.values())


def _times(held: Mapping[object, set[str]]) -> dict[str, int]:
    """Count the places in which each number stands."""
    times: dict[str, int] = {}
    for numbers in held.values():
        for number in numbers:
            times[number] = times.get(number, 0) + 1
    return times


def counts_from_one(numbers: set[str]) -> bool:
    """Tell whether numbers are 1 to n, with the same signs before them or none."""
    parts = [re.fullmatch(r"(.*?)([0-9]+)", number) for number in numbers]
    if len({part[1] for part in parts if part}) != 1 or None in parts:
        return False
    return {int(part[2]) for part in parts if part} == set(range(1, len(numbers) + 1))


def _asked(opened: Source, design: Design, column: str, name: str, held: Mapping[object, set[str]]) -> Fault:
    """Ask whether the same numbers are the same reports; a case stands in one row alone."""
    times = _times(held)
    repeated = sorted((number for number, count in times.items() if count > 1), key=_in_order)
    places = [place for place, numbers in held.items() if repeated[0] in numbers]
    into, place = name, name
    if name == BY_SHEET:
        into, place = (BY_SHEET, "sheet") if any(opened.sheets) else (FILENAME, "file")
    apart = name == BY_SHEET or name in design.strata or column == design.case
    code = "ids-anew-apart" if apart else "ids-anew"
    got = wording.number_in(repeated[0], _named(opened, name, places))
    where = Where(opened.name, opened.header, column=column, sheet=opened.sheet)
    return fault(code, got=got, where=where, repeated=len(repeated), reports=len(times), into=into, place=place)


def _in_order(number: str) -> tuple[int, str]:
    return len(number), number


def _named(opened: Source, name: str, places: Sequence[object]) -> list[str]:
    """Name places: sheets and files by their names."""
    if name != BY_SHEET:
        return sorted(map(answers.show, places))
    return [opened.sheets[at] or opened.files[at] for at in sorted(int(str(place)) for place in places)]
