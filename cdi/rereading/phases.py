"""Two readings of a sample: the auditors' of all reports, and a panel's of some, summed up as one.

A sum over all reports is that of what the auditors said, corrected by what the panel says otherwise of those that it
read: each of them stands for all reports of its class in its stratum. So the sums are those that the panel would have
found, had it read every report, but for the chance of which it read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.audits import answers, checks
from cdi.audits.counting import DUE, RECORDED, by_report
from cdi.audits.volumes import Label, in_order, label_of
from cdi.errors import DataError, Where
from cdi.reading import engine
from cdi.rereading.classes import CLASSES, Classes
from cdi.survey.recorded_crime import finds_surplus
from cdi.survey.second import Differences, Drawn, Phase, Phases, Scores
from cdi.survey.totals import Cells, Pairs, Totals, left_by_group, order_of, placing, total, weights_of
from cdi.wording import NO_LABEL

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.reading.engine import Rows

__all__ = ["Found", "Readings", "Reread"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reread:
    """Which reports the panel read, by the classes of the auditors' reading."""

    classes: Classes
    read: npt.NDArray[np.bool_]  # whether the panel read it; one element a report of the audit

    @property
    def reports(self) -> Ints:
        """Count the reports of each cell."""
        return np.bincount(self.classes.cells(), minlength=self._size).astype(np.int64)

    @property
    def again(self) -> Ints:
        """Count those of them that the panel read."""
        return np.bincount(self.classes.cells(), self.read, self._size).astype(np.int64)

    @property
    def times(self) -> Floats:
        """Say how many reports each report that was read stands for; 0 where it was not."""
        cells = self.classes.cells()
        stands = self.reports / np.maximum(self.again, 1)
        return np.where(self.read, stands[cells], 0.0)

    @property
    def _size(self) -> int:
        return len(self.classes.labels) * len(CLASSES)


@dataclass(frozen=True, slots=True)
class Found:
    """What a reading found: one element a report and domain that it holds rows of."""

    report: Ints
    domain: Ints
    due: Ints
    recorded: Ints
    named: npt.NDArray[np.bool_]  # whether the domain has a name, so that a row in it without crimes counts


@dataclass(frozen=True, slots=True)
class Readings:
    """The two readings, and which reports both hold."""

    first: Audit = field(repr=False)
    panel: Audit = field(repr=False)
    reread: Reread

    def totals(self, keys: Sequence[str], change: Callable[[Audit], Audit] = lambda audit: audit) -> Totals:
        """Sum up both readings, with something else counted where that is asked for."""
        one, other = change(self.first), change(self.panel)
        # the checks of categories are those of every estimate
        total(one, keys)
        place = self.reread.classes.place()
        held = _labelled(one, placing(one, keys), keys, place, {})
        read = _labelled(other, placing(other, keys), keys, place, _of_reports(one, other, keys, held))
        order = order_of(one, keys)
        domains = in_order(held.named() | read.named(), keys, order) if keys else ()
        both = [rows.placed(domains) for rows in (held, read)]
        counts = np.bincount(both[0].domain, both[0].due, len(domains))
        counts = counts + np.bincount(both[1].domain, both[1].due, len(domains))
        checks.refuse_alike(one.source, keys, domains, counts)
        bare = [_labelled(audit, audit.rows, (), place, {}).placed([()]) for audit in (one, other)]
        found = self.summed(one, domains, both, bare)
        again = partial(self.totals, tuple(keys))
        second = None if found.second is None else replace(found.second, again=again, surplus=finds_surplus(self.panel))
        return replace(found, keys=tuple(keys), order=order, second=second)

    def summed(self, one: Audit, domains: Sequence[Label], both: Sequence[Found], bare: Sequence[Found]) -> Totals:
        """Sum up what both readings found: by domain, and over all crimes."""
        weight = self._weights(one)
        cells, whole = self._cells(both, weight), self._cells(bare, weight)
        second = Phases(
            self._phase(both, len(domains), weight, _shares(cells, len(domains))),
            self._phase(bare, 1, weight, np.ones(1)),
            self._pairs(both, weight),
            apart=partial(self._of_difference, both, weight),
            apart_in_all=partial(self._of_difference, bare, weight),
        )
        return Totals((), tuple(domains), one.strata, cells, whole, one, second=second)

    def kinds(self) -> Ints:
        """Give the class of each report as the panel found it; of one that it did not read, that of the auditors."""
        place = self.reread.classes.place()
        found = _labelled(self.panel, self.panel.rows, (), place, {})
        kind = self.reread.classes.kind.copy()
        kind[found.report] = np.where(found.recorded < found.due, 0, np.where(found.due > 0, 1, 2))
        return kind

    def _of_difference(self, both: Sequence[Found], weight: Floats, own: Scores, freed: Scores) -> float:
        """Give what drawing the audit's reports adds to the variance of a total of the auditors' less a freed one.

        Each total has what a crime due, and one recorded, counts in it: one element a domain. What a report counts is
        known of those that the panel read, and in part of all others.
        """
        times, strata, read = self.reread.times, self.first.strata, self.reread.read
        group, drawn = strata.group[self.reread.classes.stratum], np.bincount(strata.group, strata.sampled)
        mine, as_freed = (_scores(both[0], each, len(weight)) for each in (own, freed))
        base, moved = mine - as_freed, np.where(read, as_freed - _scores(both[1], freed, len(weight)), 0.0)
        scores = weight * (base + times * moved)
        squares = weight**2 * (base**2 + times * ((base + moved) ** 2 - base**2))
        total, sums = (np.bincount(group, each, len(drawn)) for each in (scores, squares))
        within = np.maximum(sums - total**2 / drawn, 0.0) * drawn / np.maximum(drawn - 1, 1)
        return float((within * left_by_group(strata)).sum())

    def _weights(self, audit: Audit) -> Floats:
        """Give the weight of each report."""
        classes = self.reread.classes
        weight = audit.strata.weight[classes.stratum]
        return weight if classes.own is None else weight * weights_of(audit, classes.own)

    def _cells(self, both: Sequence[Found], weight: Floats) -> Cells:
        """Sum both readings up over reports: what the auditors said, less it and more the panel's where both read."""
        stratum, times = self.reread.classes.stratum, self.reread.times
        first, panel = both
        parts = ((first, 1 - times[first.report]), (panel, times[panel.report]))
        report, domain, due, recorded, named = (
            np.concatenate([getattr(part, name) for part, _ in parts])
            for name in ("report", "domain", "due", "recorded", "named")
        )
        counts = np.concatenate([count for _, count in parts])
        # what the panel read is known by it alone
        stands = np.concatenate([~self.reread.read[first.report], np.ones(len(panel.report), dtype=bool)])
        weights, at = np.unique(weight, return_inverse=True)
        codes = (domain * len(self.reread.classes.labels) + stratum[report]) * len(weights) + at[report]
        held, cell = np.unique(codes, return_inverse=True)

        def over(values: npt.NDArray[Any]) -> Floats:
            return np.bincount(cell, counts * values, len(held)).astype(np.float64)

        largest = np.zeros(len(held), dtype=np.int64)
        np.maximum.at(largest, cell[stands], due[stands])
        with_crimes = np.maximum(np.rint(over(due > 0)), 0).astype(np.int64)
        rows = np.maximum(np.rint(over(named)), 0).astype(np.int64)
        of_stratum = held // len(weights)
        return Cells(
            of_stratum // len(self.reread.classes.labels),
            of_stratum % len(self.reread.classes.labels),
            weights[held % len(weights)],
            over(due),
            over(recorded),
            over(due * due),
            over(due * recorded),
            over(recorded * recorded),
            np.maximum(rows, with_crimes),
            with_crimes,
            largest,
        )

    def _phase(self, both: Sequence[Found], domains: int, weight: Floats, share: Floats) -> Phase:
        """Describe what was read again, and what the panel says otherwise."""
        read = self.reread.read
        first, panel = both
        kept, cell_of, cells = self._cells_read()
        strata = self.first.strata
        group = strata.group[kept // len(CLASSES)]
        squares = np.bincount(cell_of[read], weight[read] ** 2, cells) / np.maximum(self.reread.again[kept], 1)
        drawn_of = np.bincount(strata.group, strata.sampled)
        beside = 1 + left_by_group(strata)[group] / np.maximum(drawn_of[group] - 1, 1)
        drawn = Drawn(kept % len(CLASSES), self.reread.reports[kept], self.reread.again[kept], np.sqrt(squares), beside)
        report, domain, changes = _joined(first, panel, read, domains)
        found = Differences(report, cell_of[report], domain, weight[report], *changes)
        holds = first.due > 0
        held, held_read = (
            _counted(first.domain[mask], cell_of[first.report[mask]], domains, cells)
            for mask in (holds, holds & read[first.report])
        )
        return Phase(drawn, found, held, held_read, share)

    def _cells_read(self) -> tuple[Ints, Ints, int]:
        """Give the codes of the cells that hold reports, the place of each report's, and how many there are."""
        kept, cell_of = np.unique(self.reread.classes.cells(), return_inverse=True)
        return kept, cell_of.astype(np.int64), len(kept)

    def _pairs(self, both: Sequence[Found], weight: Floats) -> Pairs:
        """Sum the products between domains that share reports, in both readings."""
        times, stratum = self.reread.times, self.reread.classes.stratum
        made: list[list[npt.NDArray[Any]]] = []
        for found, counts in zip(both, (1 - times, times), strict=True):
            one, other = _within_reports(found)
            report = found.report[one]
            products = (
                counts[report] * found.due[one] * found.due[other],
                counts[report] * found.due[one] * found.recorded[other],
                counts[report] * found.recorded[one] * found.recorded[other],
            )
            made.append([found.domain[one], found.domain[other], stratum[report], weight[report], *products])
        return Pairs(*(np.concatenate(parts) for parts in zip(*made, strict=True)))


def _shares(cells: Cells, domains: int) -> Floats:
    """Give the part of all crimes that are of each domain."""
    crimes = np.maximum(np.bincount(cells.domain, cells.weight * cells.due, domains), 0.0)
    return crimes / crimes.sum() if crimes.sum() > 0 else np.ones(domains)


# ---- what a reading found, by report and domain


@dataclass(frozen=True, slots=True)
class _Labelled:
    """The rows of a reading by report and domain, before domains have places."""

    report: Ints
    labels: Sequence[Label]
    due: Ints
    recorded: Ints

    def named(self) -> set[Label]:
        """Name the domains; a report without crimes has a blank for its crime type, and is in none."""
        return {label for label, due in zip(self.labels, self.due, strict=True) if due or NO_LABEL not in label}

    def placed(self, domains: Sequence[Label]) -> Found:
        """Give each domain its place."""
        places = {label: i for i, label in enumerate(domains)}
        kept = [i for i, label in enumerate(self.labels) if label in places]
        domain = np.array([places[self.labels[i]] for i in kept], dtype=np.int64)
        named = np.array([NO_LABEL not in self.labels[i] for i in kept], dtype=bool)
        return Found(self.report[kept], domain, self.due[kept], self.recorded[kept], named)


Own: TypeAlias = "Mapping[str, Mapping[int, str]]"
"""Column of categories -> what it holds for each report, where it is the report's and not a crime's."""


def _labelled(audit: Audit, rows: Rows, keys: Sequence[str], place: Mapping[str, int], own: Own) -> _Labelled:
    """Add up the rows of each report by domain."""
    there = [key for key in keys if key not in own]
    inner = audit.source.inner_names(there)
    found = engine.collect(by_report(rows, inner, audit.cluster))
    ids = [answers.show(each) for each in found[str(audit.cluster)]]
    report = np.array([place[each] for each in ids], dtype=np.int64)
    columns = {key: _words(found[name]) for key, name in zip(there, inner, strict=True)}
    columns |= {key: [own[key][each] for each in report.tolist()] for key in keys if key in own}
    labels: list[Label] = list(zip(*(columns[key] for key in keys), strict=True)) if keys else [()] * len(ids)
    due, recorded = (np.asarray(found[name]).astype(np.int64) for name in (DUE, RECORDED))
    return _Labelled(report, labels, due, recorded)


def _words(values: npt.NDArray[Any]) -> list[str]:
    """Write the values of a column of categories, those that stand often once."""
    known: dict[object, str] = {}
    for value in values:
        if value not in known:
            known[value] = answers.spaced(label_of([value])[0])
    return [known[value] for value in values]


def _of_reports(one: Audit, other: Audit, keys: Sequence[str], held: _Labelled) -> Own:
    """Take what is a report's own from the audit: its stratum, and columns that the panel's file lacks."""
    own: dict[str, dict[int, str]] = {}
    for place, key in enumerate(keys):
        if key not in one.strata.keys and key in other.columns:
            continue
        words: dict[int, str] = {}
        for report, label in zip(held.report.tolist(), held.labels, strict=True):
            if words.setdefault(report, label[place]) != label[place]:
                raise DataError.of("reread-column", got=key, where=Where(other.name, other.source.header))
        own[key] = words
    return own


def _joined(
    first: Found, panel: Found, read: npt.NDArray[np.bool_], domains: int
) -> tuple[Ints, Ints, tuple[Floats, Floats]]:
    """Give the reports read again with each domain of either reading, and what the panel's says more."""
    mine = read[first.report]
    codes = np.concatenate([first.report[mine] * domains + first.domain[mine], panel.report * domains + panel.domain])
    kept, at = np.unique(codes, return_inverse=True)
    due, recorded = (
        np.bincount(at, np.concatenate([-getattr(first, name)[mine], getattr(panel, name)]), len(kept))
        for name in ("due", "recorded")
    )
    return kept // domains, kept % domains, (due.astype(np.float64), recorded.astype(np.float64))


def _scores(found: Found, of: Scores, reports: int) -> Floats:
    """Give the score of each report."""
    scores = of[0][found.domain] * found.due + of[1][found.domain] * found.recorded
    return np.bincount(found.report, scores, reports).astype(np.float64)


def _counted(domain: Ints, cell: Ints, domains: int, cells: int) -> Ints:
    """Count by domain and cell."""
    return np.bincount(domain * cells + cell, minlength=domains * cells).reshape(domains, cells).astype(np.int64)


def _within_reports(found: Found) -> tuple[Ints, Ints]:
    """Pair the rows of one report that are of two domains; each pair stands in both orders."""
    order = np.argsort(found.report, kind="stable")
    held = np.flatnonzero(found.due[order] > 0)
    rows = order[held]
    bounds = [0, *(np.flatnonzero(np.diff(found.report[rows])) + 1).tolist(), len(rows)]
    one: list[int] = []
    other: list[int] = []
    for start, end in pairwise(bounds):
        for i in range(start, end):
            for j in range(start, end):
                if i != j:
                    one.append(int(rows[i]))
                    other.append(int(rows[j]))
    return np.array(one, dtype=np.int64), np.array(other, dtype=np.int64)
