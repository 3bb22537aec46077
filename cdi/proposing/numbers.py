"""What follows from a file as it is proposed: it is read by the verb of its kind, and nothing is estimated of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from cdi.audits import answers
from cdi.audits.audit import Audit, naming_answers, read_audit
from cdi.audits.counting import DUE, RECORDED, SUM
from cdi.audits.crime_tables import POPULATION, RECORDED_CRIME, CrimeTerms, open_table
from cdi.audits.strata import stratum_name
from cdi.audits.volumes import Volumes, label_of, read_volumes
from cdi.peers.force_results import ForceRates, read_forces
from cdi.proposing.kinds import FORCES, REVIEW, SEARCHES, TIMES, VOLUMES
from cdi.reading import engine
from cdi.reading.mapping import SheetMapping
from cdi.reading.opening import Look
from cdi.reading.sources import Workbook
from cdi.reviewing.reviews import Review, review
from cdi.survey.sampling import GROUNDS
from cdi.timing.timeliness import Timeliness, timeliness

__all__ = ["MOST_LINES", "Line", "Read", "lines_of", "read_as"]

Read: TypeAlias = Audit | Volumes | Review | Timeliness | ForceRates
"""What a file is, once it is read."""

MOST_LINES = 24
"""The lines of numbers that are shown."""


@dataclass(frozen=True, slots=True)
class Line:
    """Some numbers under a label; None is the whole."""

    label: str | None
    numbers: tuple[int | float | None, ...]


def read_as(
    kind: str,
    books: Sequence[Workbook],
    mapping: SheetMapping,
    *,
    labels: Sequence[str] = (),
    ignore: Sequence[str] = (),
    terms: Mapping[str, Any],
    look: Look,
) -> Read:
    """Read files as what they hold; samples as they were loaded for a look at them."""
    if kind == VOLUMES:
        meant = CrimeTerms(terms.get("volumes_period"), terms.get("force"), dict(mapping.words), mapping)
        counts = (POPULATION,) if POPULATION in mapping.columns else (RECORDED_CRIME,)
        return read_volumes(open_table(list(books), labels, meant), labels, counts)
    if kind == REVIEW:
        return review(list(books), ignore=ignore)
    if kind == TIMES:
        return timeliness(list(books))
    if kind == FORCES:
        return read_forces(list(books))
    roles = naming_answers(books, GROUNDS, {}) if kind == SEARCHES else {}
    return read_audit(look.over(books), **roles)


def lines_of(read: Read, by: str | None = None) -> list[Line]:
    """List the numbers that follow, those of parts first and of the whole last."""
    if isinstance(read, Audit):
        return _of_audit(read, by)
    if isinstance(read, Volumes):
        return _of_volumes(read)
    if isinstance(read, Review):
        return [
            Line(question.wording, _of_question(read, question.column, question.counted)) for question in read.questions
        ]
    if isinstance(read, Timeliness):
        timed = read.timed
        recorded, in_time = timed.recorded, timed.in_time
        return [Line(None, (recorded, in_time, recorded - in_time - read.unknown, read.unknown))]
    return [Line(each.force, (each.rate,)) for each in read.rates]


def _of_audit(audit: Audit, by: str | None) -> list[Line]:
    """Count reports, crimes due and recorded by stratum, or rows by a column."""
    counted = audit.counted
    whole = (int(audit.strata.sampled.sum()), *(int(counted[SUM + name].sum()) for name in ("due", "recorded")))
    if by is not None:
        inner = audit.source.inner(by)
        found = engine.collect(engine.sums(audit.rows, [inner], [DUE, RECORDED], count="_cdi_n"))
        names = [None if engine.absent(word) else answers.show(word) for word in found[inner]]
        numbers = zip(*(map(int, found[name]) for name in ("_cdi_n", DUE, RECORDED)), strict=True)
        parts = sorted(zip(names, numbers, strict=True), key=lambda pair: (pair[0] is None, pair[0] or ""))
        lines = [Line(name or "", each) for name, each in parts]
        return [*lines, Line(None, (sum(line.numbers[0] or 0 for line in lines), *whole[1:]))]
    strata, keys = audit.strata, audit.source.inner_names(audit.strata.keys)
    if not keys or len(strata.labels) < 2:
        return [Line(None, whole)]
    drawn = zip(strata.labels, strata.sampled, strict=True)
    added: dict[tuple[str, ...], list[int]] = {label: [int(n), 0, 0] for label, n in drawn}
    for i, parts_ in enumerate(zip(*(counted[key] for key in keys), strict=True)):
        label = label_of(parts_)
        if label in added:
            added[label][1] += int(counted[SUM + "due"][i])
            added[label][2] += int(counted[SUM + "recorded"][i])
    return [*(Line(stratum_name(label), tuple(numbers)) for label, numbers in added.items()), Line(None, whole)]


def _of_volumes(known: Volumes) -> list[Line]:
    name = POPULATION if known.has(POPULATION) else RECORDED_CRIME
    counts, marks = known.counts[name], known.marks.get(name, {})
    lines = [Line(", ".join(label), (count,)) for label, count in counts.items() if label]
    lines += [Line(", ".join(label), (None,)) for label in marks if label not in counts]
    total = known.totals.get(name, sum(counts.values()))
    return [*lines, Line(None, (total,))]


def _of_question(found: Review, column: str, counted: str) -> tuple[int | None, ...]:
    row = next(row for row in found.table.rows if row.whole and row.label[0] == column)
    asked, right = row.n or 0, row.recorded or 0
    yes = right if counted == "yes" else asked - right
    return asked, yes, asked - yes, found.not_asked(row)
