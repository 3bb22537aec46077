"""What is placed is decided by an attack on the finished files, together with those that were published before.

A public report that gives a count of people away is made again, with tables rounded or withheld further. Of all ways,
those that lose least of what it shows are tried first, with what the other tables that give counts away will lose at
the least. Where none of them helps, there is no report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from typing import TYPE_CHECKING, TypeAlias

from cdi.disclosure.rounding import STEP
from cdi.disclosure.rules import STEPS, Coarser
from cdi.errors import DataError, Where, fault
from cdi.keyed import Key
from cdi.report.making import listing, outputs
from cdi.report.nesting import nested_in
from cdi.report.weighing import told_by_weights

if TYPE_CHECKING:
    from pathlib import Path

    from cdi.disclosure.findings import Attack, Finding
    from cdi.disclosure.reading_published import Published
    from cdi.disclosure.tabulated import Nested
    from cdi.report.contents import Report

__all__ = ["Decided", "decided", "refuse_given_away"]

_TRIES = 24
"""How often a report is made again, at the most."""

Further: TypeAlias = tuple[Coarser, ...]
"""What is done beyond the rules, by the columns of tables."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A report that may be placed, and its files."""

    report: Report
    files: Mapping[str, bytes]
    given: tuple[Finding, ...] = ()  # what it would have given away by the rules alone


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known beside the report: what was published before, and which columns are nested."""

    earlier: Sequence[Published]
    nested: Sequence[Nested]


def decided(report: Report, key: Key, folder: str, printer: str = "") -> Decided:
    """Give a report and its files as they may be placed; one that is not to be published is placed as it is."""
    if report.internal:
        return Decided(report, outputs(report, key, printer))
    earlier = _read(report.inspection.published)
    nested = nested_in(report)
    first = report.inspection.disclosure.coarser
    waiting: list[tuple[float, int, int, Further]] = [(0.0, 0, 0, first)]
    met = {first}
    found: list[Attack] = []
    while waiting and len(found) < _TRIES:
        further = heappop(waiting)[-1]
        now = report if further == first else _made_with(report, further)
        left, files = _attacked(now, key, _Known(earlier, nested), printer)
        found.append(left)
        if not left.findings and not left.too_fine:
            return Decided(now, files, found[0].findings)
        if left.too_fine or any(each.excepted for each in left.findings):
            break  # no rounding helps against these
        for each, lost in _weighed(further, left, now, report):
            if each not in met:
                met.add(each)
                # of those that lose as much, one that has come further goes first
                heappush(waiting, (round(lost, 9), -len(found), len(met), each))
    raise _refused(found[0], found[-1], folder)


def refuse_given_away(files: Mapping[str, bytes], published: Sequence[Path], folder: str) -> None:
    """Refuse figures of all forces from which a count follows that a force withholds: they cannot be rounded."""
    from cdi.disclosure.findings import attacked
    from cdi.disclosure.reading_published import read_files

    earlier = _read(published)
    found = attacked([read_files(files.items()), *earlier])
    if found.too_fine:
        raise _refused(found, found, folder)
    told = [fault("national-gives-away", where=Where(folder), given=each) for each in found.findings]
    unplaced = [fault("published-of-no-force", where=Where(name)) for name in found.unread]
    if told or unplaced:
        raise DataError([*told, *unplaced])


def _read(published: Sequence[Path]) -> list[Published]:
    """Read what was published before; what cannot be read is refused, since what it would tell is not known."""
    from cdi.disclosure.reading_published import read_published

    earlier = [read_published(each) for each in published]
    unread = [
        fault("published-unread", got=name, where=Where(folder.name)) for folder in earlier for name in folder.unread
    ]
    if unread:
        raise DataError(unread)
    return earlier


def _made_with(report: Report, further: Further) -> Report:
    """Make a report again, with more of it rounded or withheld."""
    from cdi.report.assembling import assemble

    inspection = report.inspection
    again = assemble(replace(inspection, disclosure=replace(inspection.disclosure, coarser=further)))
    return replace(again, date=report.date)


def _attacked(report: Report, key: Key, known: _Known, printer: str) -> tuple[Attack, Mapping[str, bytes]]:
    """Attack the listing, which is soon made, and where it gives nothing away all files."""
    from cdi.disclosure.findings import attacked
    from cdi.disclosure.reading_published import read_files

    found = attacked([read_files(listing(report, key).items()), *known.earlier], known.nested)
    found = replace(found, findings=(*found.findings, *told_by_weights(report)))
    if found.findings or found.too_fine:
        return found, {}
    files = outputs(report, key, printer)
    return attacked([read_files(files.items()), *known.earlier], known.nested), files


def _weighed(further: Further, found: Attack, now: Report, report: Report) -> Iterator[tuple[Further, float]]:
    """Give each way to go on, with what is lost by it and at the least by the other tables that give counts away.

    Without these, all ways to mend one table would be tried before any that mends two.
    """
    before = _lost(report, further)
    lost = [[(each, _lost(report, each) - before) for each in ways] for ways in _steps_on(further, found, now)]
    least = [min(more for _, more in ways) for ways in lost]
    for i, ways in enumerate(lost):
        others = sum(least) - least[i]
        yield from ((each, before + more + others) for each, more in ways)


def _steps_on(further: Further, found: Attack, report: Report) -> Iterator[list[Further]]:
    """Go one step on from what is done already, table by table, in each way that could help."""
    rules = report.inspection.disclosure
    for now in dict.fromkeys(rules.coarser_of(each.columns) for each in found.findings):
        columns = now.columns
        others = [each for each in further if each.columns != columns]
        own = [each.table for each in report.exhibits if Coarser.of(each.table.keys).columns == columns]
        step = max((table.rounded_to or 0 for table in own), default=0)
        coarser = [replace(now, step=higher) for higher in STEPS if higher > max(now.step, step)][:1]
        yield [
            tuple(sorted((*others, each), key=lambda one: sorted(one.columns)))
            for each in (*coarser, replace(now, rows=now.rows + 1))
        ]


def _lost(report: Report, further: Further) -> float:
    """Say how much is lost of what a report shows of people: of a row all, or how far off rounding may put its base."""
    lost = 0.0
    for table in (each.table for each in report.exhibits if each.table.rounded_to):
        more = next((each for each in further if each.columns == Coarser.of(table.keys).columns), None)
        if more is None:
            continue
        bases = sorted({row.label: row.n for row in table.rows if not row.whole and row.n}.values())
        lost += min(more.rows, len(bases))
        for base in bases[more.rows :]:
            # of a base below the step nothing is left that is of use
            lost += more.step / 2 / base if base >= max(more.step, STEP) else 1.0
    return lost


def _refused(first: Attack, last: Attack, folder: str) -> DataError:
    """Say what gives what away, and what to do."""
    where = Where(folder)
    if last.too_fine:
        return DataError([
            fault("report-too-fine", got=each.example, where=Where(each.file, column=each.column))
            for each in last.too_fine
        ])  # fmt: skip
    return DataError([
        fault(
            "exception-gives-away" if each.excepted else "report-gives-away",
            where=where,
            given=each,
            columns=each.columns,
            row=each.row,
        )
        for each in first.findings
    ])  # fmt: skip
