"""What samples are drawn from: the kinds of report in each stratum, of a scenario or of an audit that was made.

A kind of report is how many crimes of each category it holds and how many of them were recorded. A stratum holds a few
hundred kinds at the most, each with its chance, so that a sample is a draw of how often each kind comes: thousands of
samples take one call, however many reports there are.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.audits.answers import spaced
from cdi.audits.counting import DRAWS, DUE, OVER, RECORDED, WEIGHT
from cdi.audits.volumes import label_of
from cdi.binomial.chances import binomial
from cdi.errors import DesignError
from cdi.planning.bands import band_of
from cdi.reading import engine
from cdi.simulating.scenarios import sizes_of
from cdi.survey.kinds import kinds_of
from cdi.survey.recorded_crime import finds_surplus, moves
from cdi.survey.totals import weights_of

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.audits.counting import Found
    from cdi.audits.volumes import Label
    from cdi.planning.bands import Band
    from cdi.simulating.scenarios import Stratum
    from cdi.survey.kinds import Kinds
    from cdi.survey.totals import Totals

__all__ = [
    "KindsOfStratum",
    "Rates",
    "Reports",
    "Sorts",
    "Standing",
    "chances_in_band",
    "chances_of_reports",
    "correlation_of",
    "groups_of",
    "kinds_of_audit",
    "kinds_of_stratum",
    "kinds_of_table",
    "on_frame",
    "rates_of_audit",
    "reports_of",
    "sorts_of_table",
    "standing_of",
]  # fmt: skip

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

MOST_KINDS = 200_000
"""Kinds of report of one stratum, at the most: more would not fit in memory with the samples."""

_PARTS = 160  # of equal chance, in which the rates of reports vary
_TAILS = np.geomspace(1e-9, 1 / _PARTS, 40)[:-1]  # finer parts at both ends, where rates near 0 and 1 vary


_LITTLE = 1e-6  # a correlation no further than this from none, or from one, makes no difference that can be computed

Varying: TypeAlias = tuple[Floats, Floats]
"""The share of reports in each part, and their rates by part and category."""


@dataclass(frozen=True, slots=True)
class Sorts:
    """The sorts of crime that reports hold, and of records with nothing due: their categories and classes as recorded.

    All are positions in one list of labels: the categories that have rows of their own, then others that records stand
    in. Where nothing says so, a crime is recorded in its own category.
    """

    labels: tuple[Label, ...]
    # category, recorded_as: of each sort of crime
    category: Ints
    recorded_as: Ints
    # surplus_in, surplus_as: the category and class of each sort of record with nothing due
    surplus_in: Ints
    surplus_as: Ints

    @classmethod
    def plain(cls, labels: Sequence[Label]) -> Sorts:
        """Give those of crimes that are all recorded in their own category."""
        none, own = np.zeros(0, dtype=np.int64), np.arange(max(len(labels), 1))
        return cls(tuple(labels), own, own, none, none)


@dataclass(frozen=True, slots=True)
class KindsOfStratum:
    """The kinds of report that a stratum holds; arrays have a row for each kind, and a column for each sort of crime.

    A table of counts has records, or groups of records of one fate, in the place of reports.
    """

    places: Ints  # the sorts of crime that occur
    due: Ints  # crimes due, by kind and sort
    recorded: Ints  # those of them that were recorded
    surplus: Ints  # records of which nothing was due, by kind and sort of such record
    weight: Floats  # what a report of each kind counts
    chance: Floats  # how common each kind is among those of its size; they add up to 1
    size: Ints  # the draws that each stands for: 1, or the records of a group

    @classmethod
    def joined(cls, parts: Sequence[KindsOfStratum], shares: Floats) -> KindsOfStratum:
        """Put kinds below each other, each part as common among those of its size as its share."""
        names = ("due", "recorded", "surplus", "weight", "size")
        columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
        chance = np.concatenate([share * part.chance for share, part in zip(shares, parts, strict=True)])
        _, of_size = np.unique(columns["size"], return_inverse=True)
        return cls(parts[0].places, **columns, chance=chance / np.bincount(of_size, chance)[of_size])

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes that there are, the smallest first."""
        return tuple(int(size) for size in np.unique(self.size))


def on_frame(kinds: KindsOfStratum, reports: int, size: int = 1) -> Ints:
    """Say how many reports of each kind of a size a frame holds, as near to their chances as whole numbers come."""
    own = np.flatnonzero(kinds.size == size)
    order = own[np.lexsort((kinds.recorded[own].sum(axis=1), kinds.due[own].sum(axis=1)))]
    upto = np.minimum(np.cumsum(kinds.chance[order]), 1.0)
    upto[-1] = 1.0
    found = np.zeros(len(kinds.size), dtype=np.int64)
    found[order] = np.diff(np.floor(reports * upto + 0.5).astype(np.int64), prepend=0)
    return found


def chances_of_reports(due: Sequence[int], rates: Floats, correlation: float) -> tuple[Ints, Floats]:
    """List how many of the crimes of a report can be recorded, by category, and the chance of each.

    The rates of reports vary by beta distributions of the stated mean and correlation. A report that fares well in one
    category fares well in all. With one category that is the beta-binomial distribution, in parts so fine that its
    mean is right and its correlation nearly.
    """
    return _chances(due, _varying(rates, correlation))


def _chances(due: Sequence[int], varying: Varying) -> tuple[Ints, Floats]:
    share, own = varying
    combinations = np.array(list(itertools.product(*(range(y + 1) for y in due))), dtype=np.int64)
    chance = np.ones((len(share), len(combinations)))
    for k, y in enumerate(due):
        chance *= binomial(y, own[:, k])[:, combinations[:, k]]
    found = share @ chance
    return combinations, found / found.sum()


def _varying(rates: Floats, correlation: float) -> Varying:
    """Give rates that reports can have, by part and category, with the share of reports in each part."""
    from scipy.special import betainc, betaincinv

    if correlation < _LITTLE:
        return np.ones(1), rates[None, :]
    if correlation > 1 - _LITTLE:  # all crimes of a report share one fate
        ends = np.unique(np.r_[0.0, rates, 1.0])
        return np.diff(ends), (ends[:-1, None] < rates[None, :]).astype(np.float64)
    ends = np.unique(np.r_[0.0, _TAILS, np.arange(1, _PARTS) / _PARTS, 1 - _TAILS, 1.0])
    own = np.empty((len(ends) - 1, len(rates)))
    for k, p in enumerate(rates):
        if p in (0, 1):
            own[:, k] = p
            continue
        a, b = (each * (1 - correlation) / correlation for each in (p, 1 - p))
        # the mean up to a quantile, from the side on which the quantile is not rounded away
        low, high = betaincinv(a, b, ends), betaincinv(b, a, 1 - ends)
        upto = np.where(low <= 0.5, p * betainc(a + 1, b, low), p - (1 - ends) + (1 - p) * betainc(b + 1, a, high))
        own[:, k] = np.clip(np.diff(upto) / np.diff(ends), 0, 1)
    return np.diff(ends), own


def chances_in_band(
    sizes: Mapping[int, float], band: Band, rate: float, correlation: float
) -> tuple[Ints, Ints, Floats]:
    """List the crimes due and recorded of reports in a band of recorded crimes, and the chance of each.

    Crimes are recorded as in other reports, of which only those with so many recorded crimes are in the band. The
    chance to be recorded is the one by which the rate within the band is the one that is stated.
    """
    pairs = [
        (size, recorded)
        for size in sizes
        for recorded in range(band.low, (size if band.high is None else min(size, band.high)) + 1)
    ]
    due, kept = np.array(pairs, dtype=np.int64).T
    share = np.array([sizes[int(size)] for size in due])
    # crimes that are all alike leave a report nothing between none and all, which no band may hold
    correlation = min(correlation, _MOST_ALIKE)

    def at(chance: float) -> Floats:
        of_size = {size: chances_of_reports([size], np.array([chance]), correlation)[1] for size in sizes}
        found = np.array([of_size[size][recorded] for size, recorded in pairs])
        # a size that cannot come within the band at this chance has its fewest, however unlikely they are
        found = np.maximum(found, _NEVER * (kept == band.low))
        within = np.array([found[due == size].sum() for size in due])
        return np.asarray(share * found / within)

    low, high = _LEAST_CHANCE, 1 - _LEAST_CHANCE
    wanted = rate * float(sum(size * part for size, part in sizes.items()))
    for _ in range(_HALVINGS if band.low != band.high else 1):
        middle = (low + high) / 2
        low, high = (middle, high) if float(at(middle) @ kept) < wanted else (low, middle)
    found = at((low + high) / 2)
    there = found > 0
    return due[there], kept[there], found[there]


_LEAST_CHANCE, _HALVINGS, _NEVER = 1e-9, 40, 1e-300
"""The chances to be recorded that are tried, how often their range is halved, and what stands for a chance of 0."""

_MOST_ALIKE = 1 - 1e-6
"""The highest correlation of the crimes of a report within a band."""


def kinds_of_stratum(stratum: Stratum, place: int) -> KindsOfStratum:
    """Give the kinds of report of a scenario's stratum, whose crimes are one category."""
    sizes = sizes_of(stratum.crimes)
    places, none = np.array([place]), np.zeros(0, dtype=np.int64)
    band = None if stratum.band is None else band_of(stratum.band)
    if band is not None:
        due, recorded, chance = chances_in_band(sizes, band, stratum.rate, stratum.correlation)
        weight, ones = np.full(len(chance), stratum.weight or 1.0), np.ones(len(chance), dtype=np.int64)
        return KindsOfStratum(
            places, due[:, None], recorded[:, None], np.zeros((len(due), 0), dtype=np.int64), weight, chance, ones
        )
    varying = _varying(np.array([stratum.rate]), stratum.correlation)
    parts = [_kinds(places, [size], none, varying, stratum.weight or 1.0) for size in sizes]
    return KindsOfStratum.joined(parts, np.array(list(sizes.values())))


def _kinds(
    places: Ints, due: Sequence[int], surplus: Ints, varying: Varying, weight: float, size: int = 1
) -> KindsOfStratum:
    """Give the kinds of report with these crimes due and these records of nothing due."""
    recorded, chance = _chances(due, varying)
    recorded, chance = recorded[chance > 0], chance[chance > 0]
    held = np.broadcast_to(np.asarray(due, dtype=np.int64), recorded.shape)
    kinds = len(chance)
    over = np.broadcast_to(surplus, (kinds, len(surplus)))
    return KindsOfStratum(places, held, recorded, over, np.full(kinds, float(weight)), chance, np.full(kinds, size))


# ---- from an audit


@dataclass(frozen=True, slots=True)
class Rates:
    """The true rates that an audit is taken to have come from, by stratum and category."""

    of: Floats  # by stratum and category
    crossed: bool  # whether categories have rates of their own within a stratum

    def by_sort(self, sorts: Sorts) -> Floats:
        """Give them by sort of crime; of a category without any crime due no rate is needed."""
        more = max(len(sorts.labels) - self.of.shape[1], 0)
        padded: Floats = np.pad(self.of, ((0, 0), (0, more)), constant_values=0.5)
        return padded[:, sorts.category]


def rates_of_audit(totals: Totals, rate: float | None) -> Rates:
    """Give true rates near to those that were found, none of them 0 or 1: with one crime more.

    Of a stratum, half of that crime is recorded. Of a category that crosses several strata, it is recorded at the rate
    of the category, so that a category of few crimes in a stratum keeps near to it.
    """
    strata, categories = len(totals.strata.labels), max(len(totals.domains), 1)
    if rate is not None:
        return Rates(np.full((strata, categories), rate), crossed=False)
    if totals.by_strata:
        cells = totals.whole
        in_strata, of_them = (np.bincount(cells.stratum, part, strata) for part in (cells.due, cells.recorded))
        return Rates(np.repeat(((of_them + 0.5) / (in_strata + 1))[:, None], categories, axis=1), crossed=False)
    cells = totals.cells
    due, recorded = np.zeros((strata, categories)), np.zeros((strata, categories))
    np.add.at(due, (cells.stratum, cells.domain), cells.due)
    np.add.at(recorded, (cells.stratum, cells.domain), cells.recorded)
    own = (recorded.sum(axis=0) + 0.5) / (due.sum(axis=0) + 1)
    if strata == 1:
        return Rates(own[None, :], crossed=True)
    return Rates((recorded + own) / (due + 1), crossed=True)


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports of an audit: where each was drawn, what it counts, and what it holds by sort of crime.

    Reports that are alike may stand together. Of a crime that was missed the class is not known: it stands among those
    of its own category.
    """

    sorts: Sorts
    stratum: Ints
    weight: Floats
    due: Ints  # by report and sort
    recorded: Ints  # in any class
    surplus: Ints  # records of which nothing was due
    times: Ints  # how many reports are alike

    @property
    def missed(self) -> Ints:
        """The crimes missed, by report and category."""
        found = np.zeros((len(self.stratum), len(self.sorts.labels) or 1), dtype=np.int64)
        np.add.at(found.T, self.sorts.category, (self.due - self.recorded).T)
        return found

    @property
    def classed(self) -> Floats:
        """How the recorded crimes of each category divide into its sorts; all of one that has none, into the first."""
        return _shares((self.times @ self.recorded).astype(np.float64), self.sorts)


def _shares(recorded: Floats, sorts: Sorts) -> Floats:
    """Divide each category into its sorts as what was recorded of it; one of which nothing was, into its own class."""
    of_category = np.bincount(sorts.category, recorded)[sorts.category]
    own = sorts.category == sorts.recorded_as
    return np.where(of_category > 0, recorded / np.maximum(of_category, 1), own)


class Standing(NamedTuple):
    """How an audit says where records stand."""

    moves: bool = False  # whether what is recorded in another class stands there
    strict: bool = False  # whether a crime must be recorded in its own class to count in its category
    surplus: bool = False  # whether records were found of which nothing was due
    apart: bool = False  # whether each row is a report of its own

    @property
    def as_audited(self) -> bool:
        """Whether every record stands where it was audited."""
        return not self.moves and not self.surplus


def standing_of(totals: Totals) -> Standing:
    """Tell how an audit says where records stand, by its categories."""
    audit, keys = totals.audit, totals.keys
    return Standing(moves(audit, keys), audit.places(keys), finds_surplus(audit), audit.cluster is None)


def reports_of(audit: Audit, totals: Totals) -> Reports:
    """Bring together what each report holds; the names of reports are left behind."""
    standing = standing_of(totals)
    if standing.as_audited and not standing.strict:
        return _of_kinds(kinds_of(totals))
    rows = _Rows.of(audit, totals)
    size = len(rows.stratum)
    report = np.arange(size)
    if audit.cluster is not None:
        names = np.array([str(name) for name in rows.found[audit.cluster]])
        report = np.unique(np.stack([names, rows.stratum.astype(str)]), axis=1, return_inverse=True)[1].ravel()
    reports = int(report.max()) + 1
    due, recorded = np.zeros((2, reports, len(rows.sorts.category)), dtype=np.int64)
    surplus = np.zeros((reports, len(rows.sorts.surplus_in)), dtype=np.int64)
    np.add.at(recorded, (report, rows.sort), rows.counts(RECORDED))
    # a crime that was missed is of the first sort of its category, which is that recorded in its own class
    np.add.at(due, (report, rows.own), rows.counts(DUE) - rows.counts(RECORDED))
    np.add.at(due, (report, rows.sort), rows.counts(RECORDED))
    over = rows.over >= 0
    np.add.at(surplus, (report[over], rows.over[over]), rows.counts(OVER)[over])
    place, weight = np.zeros(reports, dtype=np.int64), np.ones(reports)
    place[report] = rows.stratum
    if totals.strata.weighted:
        weight[report] = weights_of(audit, rows.found[WEIGHT])
    return Reports(rows.sorts, place, weight, due, recorded, surplus, np.ones(reports, dtype=np.int64))


def _of_kinds(kinds: Kinds) -> Reports:
    """Take the kinds of report that an audit has, where each crime stands in its own category."""
    sorts, strata = Sorts.plain(kinds.domains), kinds.strata
    due, recorded = np.zeros((2, len(kinds), len(sorts.category)), dtype=np.int64)
    np.add.at(due, (kinds.kind, kinds.domain), kinds.due)
    np.add.at(recorded, (kinds.kind, kinds.domain), kinds.recorded)
    # what the frame gives a report is no part of its own weight
    weight = kinds.weight / strata.weight[kinds.stratum] if strata.weighted else np.ones(len(kinds))
    return Reports(sorts, kinds.stratum, weight, due, recorded, np.zeros((len(kinds), 0), np.int64), kinds.reports)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of an audit, summed up by report, stratum, category and class."""

    found: Found
    sorts: Sorts
    stratum: Ints
    # own, sort: the sort of what is recorded in its own class, and of what the row has recorded
    own: Ints
    sort: Ints
    over: Ints  # the sort of record with nothing due; -1 where there is none

    @classmethod
    def of(cls, audit: Audit, totals: Totals) -> _Rows:
        """Read them."""
        keys, strata = (audit.source.inner_names(names) for names in (totals.keys, totals.strata.keys))
        standing = standing_of(totals)
        written = audit.source.inner(str(audit.design.recorded_as)) if standing.moves or standing.strict else None
        found = _summed(audit, list(dict.fromkeys([*audit.apart, *keys, *([written] if written else [])])))
        size = len(found[DUE])
        at = {label: i for i, label in enumerate(totals.strata.labels)}
        stratum = np.array([at[label_of([found[key][i] for key in strata])] for i in range(size)], dtype=np.int64)
        labels = [tuple(map(spaced, label_of([found[key][i] for key in keys]))) for i in range(size)]
        over = np.asarray(found.get(OVER, np.zeros(size))).astype(np.int64)
        place = {tuple(map(spaced, label)): i for i, label in enumerate(totals.domains)} or {(): 0}
        holds = (np.asarray(found[DUE]) > 0) | (over > 0)
        # a report without crimes has no category, and nothing is due of it in any
        category = [place.setdefault(label, len(place)) if holds[i] else 0 for i, label in enumerate(labels)]
        classes = category
        if written is not None:
            at_key = totals.keys.index(str(audit.design.category))
            named = [_in_class(label, at_key, found[written][i]) for i, label in enumerate(labels)]
            classes = [place.setdefault(label, len(place)) if holds[i] else 0 for i, label in enumerate(named)]
        others = tuple(place)[len(totals.domains) :] if totals.domains else ()
        both = list(zip(category, classes, strict=True))
        pairs = [(i, i) for i in range(len(place))]
        pairs += sorted({pair for pair, due in zip(both, found[DUE], strict=True) if due} - set(pairs))
        beside = sorted({pair for pair, more in zip(both, over, strict=True) if more})
        sort_at, over_at = ({pair: i for i, pair in enumerate(each)} for each in (pairs, beside))
        sorts = Sorts((*totals.domains, *others), *_columns(pairs), *_columns(beside))
        sort = [sort_at.get(pair, pair[0]) for pair in both]
        surplus = [over_at[pair] if more else -1 for pair, more in zip(both, over, strict=True)]
        return cls(found, sorts, stratum, *(np.array(each, dtype=np.int64) for each in (category, sort, surplus)))

    def counts(self, name: str) -> Ints:
        """Give a column of whole numbers; nothing of what is not known."""
        if name not in self.found:
            return np.zeros(len(self.stratum), dtype=np.int64)
        return np.asarray(self.found[name]).astype(np.int64)


def _columns(pairs: Sequence[tuple[int, int]]) -> tuple[Ints, Ints]:
    """Take pairs apart."""
    one, other = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return one, other


def _summed(audit: Audit, keys: Sequence[str]) -> Found:
    """Sum the rows up by report, or by these keys where rows are counts of many records."""
    numbers = [name for name in (DUE, RECORDED, OVER, DRAWS) if name in audit.known]
    if audit.design.counts:
        return engine.collect(engine.sums(audit.rows, keys, numbers))
    if audit.cluster is None:
        return engine.collect(audit.rows.select(*keys, *numbers))
    return engine.collect(engine.sums(audit.rows, list(dict.fromkeys([audit.cluster, *keys])), numbers))


def _in_class(label: Label, at: int, written: object) -> Label:
    """Name the class that a record stands in: its own, where no other is written."""
    if engine.absent(written) or not str(written).strip():
        return label
    return (*label[:at], spaced(*label_of([written])), *label[at + 1 :])


def correlation_of(reports: Reports, rates: Rates) -> float:
    """Estimate how much alike the crimes of one report fare, by the method of moments, from 0 to 1."""
    p = rates.by_sort(reports.sorts)[reports.stratum]
    alone = p * (1 - p)
    apart = (reports.due * alone).sum(axis=1)  # the variance of the crimes recorded, if they fared apart
    # what is added to it for each unit of correlation: twice the products of the standard deviations of two crimes
    together = (reports.due * np.sqrt(alone)).sum(axis=1) ** 2 - apart
    missed = (reports.recorded.sum(axis=1) - (reports.due * p).sum(axis=1)) ** 2
    several = reports.due.sum(axis=1) > 1
    if together[several].sum() <= 0:
        return 0.0
    times = reports.times[several]
    return float(np.clip((times @ (missed - apart)[several]) / (times @ together[several]), 0, 1))


def kinds_of_audit(reports: Reports, totals: Totals, rates: Rates, correlation: float) -> tuple[KindsOfStratum, ...]:
    """Give the kinds of report of each stratum of an audit: reports as those audited, and what could come of them."""
    of_sorts, classed = rates.by_sort(reports.sorts), reports.classed
    made = []
    for h, n in enumerate(totals.strata.sampled):
        here = reports.stratum == h
        held = [part[here] for part in (reports.due, reports.missed, reports.surplus, reports.weight[:, None])]
        often = reports.times[here]
        without = max(int(n) - int(often.sum()), 0)  # reports that were stated beside the file hold no crime
        bare = np.zeros((int(without > 0), sum(part.shape[1] for part in held)))
        bare[:, -1:] = 1.0
        rows, at = np.unique(np.vstack([np.hstack(held), bare]), axis=0, return_inverse=True)
        times = np.bincount(at.ravel(), np.r_[often, np.full(len(bare), without)])
        found = [_Makeup.read(row, reports.sorts, float(n)) for row, n in zip(rows, times, strict=True)]
        alike = [each for one in found for each in one.classed(reports.sorts, classed)]
        made.append(_kinds_of(alike, of_sorts[h], correlation))
    return tuple(made)


@dataclass(frozen=True, slots=True)
class _Makeup:
    """What reports hold, and how many hold just that."""

    due: Ints  # by sort of crime
    missed: Ints  # by category; those of them whose class is not known yet
    surplus: Ints
    weight: float
    times: float
    size: int = 1

    @classmethod
    def read(cls, row: Floats, sorts: Sorts, times: float) -> _Makeup:
        """Read what stands side by side in a row."""
        crimes, over = len(sorts.category), len(sorts.surplus_in)
        held = row[:-1].astype(np.int64)
        return cls(held[:crimes], held[crimes : len(held) - over], held[len(held) - over :], float(row[-1]), times)

    def classed(self, sorts: Sorts, shares: Floats) -> list[_Makeup]:
        """Give the crimes missed, together for each category, the classes that those recorded have."""
        found = [self]
        for k in np.flatnonzero(self.missed):
            of_category = np.flatnonzero((sorts.category == k) & (shares > 0))
            own = int(np.flatnonzero((sorts.category == k) & (sorts.recorded_as == k))[0])
            if of_category.tolist() in ([], [own]):
                continue
            found = [each.moved(own, int(to), int(self.missed[k]), shares[to]) for each in found for to in of_category]
        return found

    def moved(self, own: int, to: int, crimes: int, share: float) -> _Makeup:
        """Put crimes missed into another sort, as often as it comes."""
        due = self.due.copy()
        due[own] -= crimes
        due[to] += crimes
        return replace(self, due=due, times=self.times * share)

    def holding(self, sort: int, crimes: int, times: int) -> _Makeup:
        """Give reports that hold just so many crimes of one sort."""
        due = np.zeros_like(self.due)
        due[sort] = crimes
        return replace(self, due=due, times=float(times))

    def times_over(self, size: int) -> _Makeup:
        """Give groups of so many of them, which share one fate."""
        return self if size == 1 else replace(self, due=self.due * size, surplus=self.surplus * size, size=size)

    @property
    def kinds(self) -> int:
        """How many kinds of report can come of it."""
        return math.prod(int(y) + 1 for y in self.due)


def _kinds_of(makeups: Sequence[_Makeup], rates: Floats, correlation: float) -> KindsOfStratum:
    """Give the kinds that can come of the reports of a stratum."""
    several = sum(each.kinds for each in makeups)
    if several > MOST_KINDS:
        raise DesignError.of("coverage-kinds", got=f"{several:,}", most=MOST_KINDS)
    places = np.flatnonzero(sum(each.due for each in makeups))
    if not len(places):
        places = np.array([0])
    varying = _varying(rates[places], correlation)
    parts = [
        _kinds(places, each.due[places].tolist(), each.surplus, varying, each.weight, each.size) for each in makeups
    ]
    return KindsOfStratum.joined(parts, np.array([each.times for each in makeups]))


# ---- from a table of counts, whose rows are counts of many records


def groups_of(draws: int, deff: float) -> dict[int, int]:
    """Divide records into groups of one category and one fate, so that they have this design effect.

    Sum of squares over sum of the sizes is the design effect; sizes are the two whole numbers beside it, and one group
    of what is left over.
    """
    least = int(deff)
    groups: dict[int, int] = {}
    left = draws
    for size, share in ((least + 1, deff - least), (least, 1.0)):
        number = min(round(draws * share / size), left // size)
        if number:
            groups[size] = number
            left -= size * number
    if left:
        groups[left] = groups.get(left, 0) + 1
    return groups


def sorts_of_table(audit: Audit, totals: Totals) -> Sorts:
    """Give the sorts of crime in a table of counts."""
    return _Rows.of(audit, totals).sorts


def kinds_of_table(
    audit: Audit, totals: Totals, rates: Rates, correlation: float, groups: Sequence[Mapping[int, int]]
) -> tuple[KindsOfStratum, ...]:
    """Give the kinds of record of each stratum of a table of counts; of reports, where it says how many there are."""
    rows = _Rows.of(audit, totals)
    weight = weights_of(audit, rows.found[WEIGHT]) if totals.strata.weighted else np.ones(len(rows.stratum))
    own = [_of_row(rows, i, float(weight[i]), in_reports=audit.design.reports is not None) for i in range(len(weight))]
    recorded = np.zeros(len(rows.sorts.category))
    np.add.at(recorded, rows.sort, rows.counts(RECORDED))
    classed, of_sorts = _shares(recorded, rows.sorts), rates.by_sort(rows.sorts)
    made = []
    for h, sizes in enumerate(groups):
        held = [each for i in np.flatnonzero(rows.stratum == h) for each in own[i]]
        alike = [each for one in held for each in one.classed(rows.sorts, classed)]
        grouped = [each.times_over(size) for size in sizes for each in alike]
        made.append(_kinds_of(grouped, of_sorts[h], correlation))
    return tuple(made)


def _of_row(rows: _Rows, i: int, weight: float, *, in_reports: bool) -> list[_Makeup]:
    """Take a row of counts apart: into reports of as many crimes, or into single records."""
    due, recorded, draws = (int(rows.counts(name)[i]) for name in (DUE, RECORDED, DRAWS))
    over = int(rows.counts(OVER)[i]) if rows.over[i] >= 0 else 0
    nothing = _Makeup(
        np.zeros(len(rows.sorts.category), dtype=np.int64),
        np.zeros(len(rows.sorts.labels) or 1, dtype=np.int64),
        np.zeros(len(rows.sorts.surplus_in), dtype=np.int64),
        weight,
        0.0,
    )
    own, sort = int(rows.own[i]), int(rows.sort[i])
    if in_reports and due:
        each, more = divmod(due, draws)
        parts = [nothing.holding(own, each, draws - more), nothing.holding(own, each + 1, more)]
    elif due > draws:
        raise DesignError.of("coverage-table", got=f"{due:,} crimes in {draws:,} records")
    else:
        missed = replace(
            nothing.holding(own, 1, due - recorded), missed=np.eye(len(nothing.missed), dtype=np.int64)[own]
        )
        beside = (
            replace(nothing, surplus=np.eye(len(nothing.surplus), dtype=np.int64)[rows.over[i]], times=float(over))
            if over
            else nothing
        )
        parts = [nothing.holding(sort, 1, recorded), missed, beside, replace(nothing, times=float(draws - due - over))]
    return [part for part in parts if part.times > 0]
