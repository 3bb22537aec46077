"""What a sample of so many reports is expected to show: the interval that will estimate, held against each target.

The sums over reports of a sample go through the estimators that serve an audit. Those of a sample that shows just what
is expected give the width that is expected. Those of samples that are drawn give the chance to meet a target; where a
sample is one of single crimes, every sample that can come is counted instead.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.audits.audit import read_audit
from cdi.audits.strata import Strata
from cdi.binomial.differences import WithLimits, difference
from cdi.facts import PLAIN
from cdi.measures import MEASURES
from cdi.planning.outlooks import Outlook
from cdi.survey.basis import Basis, of_domains, of_volumes
from cdi.survey.estimates import ALL, Estimates, Subject, counted_between, fewest_missed, holding_parts
from cdi.survey.totals import Cells, Totals, total

if TYPE_CHECKING:
    from cdi.audits.volumes import Label

__all__ = ["ASKED", "DRAWS", "Ends", "Field", "Target", "Terms"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]

DRAWS = 2_000
"""Samples that are drawn to find the chance to meet a target: its error is then a point at the most."""

SEED = 1

ROUNDING = 1e-9
"""A width that is over its target by no more, as a share of it, meets it."""

RATE, COUNT, FALL, STANDARD = "rate", "count", "fall", "standard"
ASKED = (RATE, COUNT, FALL, STANDARD)
"""The kinds of target: the half-width of a rate or of unrecorded crimes; a fall or a standard that is to be found."""


class Terms(NamedTuple):
    """How intervals are made."""

    level: float
    method: str


@dataclass(frozen=True, slots=True)
class Target:
    """What a sample is to reach.

    Attributes
    ----------
    name : str
        What it is of: ``all``, a category, or what is to be found.
    kind : {"rate", "count", "fall", "standard"}
        What is asked for.
    wanted : float
        The half-width, as a proportion or in crimes; the fall, or the standard, as a proportion.
    members : tuple of bool arrays
        Of each stratum, the kinds of report whose crimes it counts.
    """

    name: str
    kind: str
    wanted: float
    members: tuple[Bools, ...]

    @property
    def of_width(self) -> bool:
        """Whether it is a half-width that is asked for."""
        return self.kind in (RATE, COUNT)


@dataclass(frozen=True, slots=True)
class Ends:
    """Estimates and limits of one target in some samples, and how likely each sample is."""

    estimate: Floats
    low: Floats
    high: Floats
    chance: Floats

    @property
    def half(self) -> Floats:
        """Half of the width; limits of a frame that is read nearly to its end cross, if a report counts in part."""
        return np.maximum(self.high - self.low, 0.0) / 2


class Drawn(NamedTuple):
    """Samples: how often each kind of report comes, by stratum, sample and kind; and how likely each sample is."""

    times: Sequence[Floats]
    chance: Floats


@dataclass(frozen=True, slots=True)
class Field:
    """The strata as they are expected to be, and how they will be estimated.

    Attributes
    ----------
    labels : tuple
        The strata.
    population : float array or None
        The reports on the frame; None where it has no end.
    outlooks : tuple of Outlook
        What is expected of each.
    fallen : tuple of Outlook
        The same after the fall that is to be found; empty where none is.
    recorded_crime : float array or None
        Recorded crime: one figure, or of each stratum.
    terms : Terms
        How intervals are made.
    before : Ends or None
        What the audit before found, which a fall is held against. If None, it is one by the same plan.
    """

    labels: tuple[Label, ...]
    population: Floats | None
    outlooks: tuple[Outlook, ...]
    fallen: tuple[Outlook, ...]
    recorded_crime: Floats | None
    terms: Terms
    before: Ends | None = None

    @property
    def rate(self) -> float:
        """The overall rate that is expected."""
        weight = np.ones(len(self.labels)) if self.population is None else self.population
        due, recorded = _sums(self.outlooks, weight)
        return recorded / due

    def half_widths(self, sample: Ints, targets: Sequence[Target]) -> Floats:
        """Give the half-width that is expected of each target, if the audit finds what is expected."""
        return np.array([float(ends.half[0]) for ends in self.ends(sample, self._as_expected(sample), targets)])

    def error(self, sample: Ints, target: Target) -> float:
        """Give the standard error of a rate, if the audit finds what is expected."""
        return float(self._basis(sample, self._as_expected(sample), [target]).se[0])

    def _as_expected(self, sample: Ints) -> Drawn:
        """Give the sample that shows just what is expected."""
        times = [n * each.chance[None, :] for n, each in zip(sample, self.outlooks, strict=True)]
        return Drawn(times, np.ones(1))

    def chances(self, sample: Ints, targets: Sequence[Target]) -> Floats:
        """Give the chance that each target is met, and last that all half-widths are."""
        drawn = self.drawn(sample, self.outlooks, SEED)
        found: list[float] = []
        every = np.ones(len(drawn.chance), dtype=bool)
        for target, ends in zip(targets, self.ends(sample, drawn, targets), strict=True):
            if target.kind == FALL:
                found.append(self._found_fall(sample, ends, target))
                continue
            met = _meets(ends, target, self.rate)
            found.append(_chance_of(drawn, met))
            every &= met if target.of_width else True
        return np.array([*found, _chance_of(drawn, every)])

    def _found_fall(self, sample: Ints, same: Ends, target: Target) -> float:
        """Give the chance that this audit is found to be lower than the one before, by the interval of the change."""
        drawn = self.drawn(sample, self.fallen, SEED + 1)
        now = replace(self, outlooks=self.fallen).ends(sample, drawn, [target])[0]
        before = same if self.before is None else self.before
        if len(before.chance) == len(now.chance) == DRAWS:
            return float(now.chance[_upper(now, before) < 0].sum())
        # every sample of one beside every sample of the other
        found = _upper(_beside(now, (-1, 1)), _beside(before, (1, -1))) < 0
        return float(now.chance @ found @ before.chance)

    # ---- samples

    def drawn(self, sample: Ints, outlooks: Sequence[Outlook], seed: int) -> Drawn:
        """Draw samples; where there are two kinds of report in all, list every one that can come."""
        if len(outlooks) == 1 and len(outlooks[0].chance) == 2:
            return self._every(int(sample[0]), outlooks[0])
        rng = np.random.default_rng(seed)
        times = []
        for h, (n, each) in enumerate(zip(sample.tolist(), outlooks, strict=True)):
            if self.population is None:
                times.append(rng.multinomial(n, each.chance, size=DRAWS).astype(np.float64))
                continue
            held = _on_frame(each.chance, int(self.population[h]))
            drawn = rng.multivariate_hypergeometric(held, n, size=DRAWS, method="marginals")
            times.append(drawn.astype(np.float64))
        return Drawn(times, np.full(DRAWS, 1 / DRAWS))

    def _every(self, n: int, each: Outlook) -> Drawn:
        first = np.arange(n + 1)
        if self.population is None:
            chance = _binomial(first, n, float(each.chance[0]))
        else:
            held = _on_frame(each.chance, int(self.population[0]))
            chance = _hypergeometric(first, n, int(held[0]), int(held.sum()))
        # what is left out is less than the rounding of a target
        kept = chance > ROUNDING / (n + 1)
        times = np.stack([first, n - first], axis=1)[kept].astype(np.float64)
        return Drawn([times], np.asarray(chance[kept] / chance[kept].sum()))

    # ---- their estimates

    def ends(self, sample: Ints, drawn: Drawn, targets: Sequence[Target]) -> list[Ends]:
        """Estimate targets in samples, with their limits."""
        if not targets:
            return []
        samples = len(drawn.chance)
        basis = self._basis(sample, drawn, targets)
        low, high = self._limits(basis, "both")
        found = []
        for t, target in enumerate(targets):
            own = range(t * samples, (t + 1) * samples)
            ends = Ends(basis.rate[own], low[own], high[own], drawn.chance)
            if target.kind == STANDARD:
                part = basis.take(own)
                ends = replace(ends, low=self._limits(part, "lower")[0], high=self._limits(part, "upper")[1])
            if target.kind == COUNT:
                ends = self._counts(sample, drawn, target, basis.take(own), ends)
            found.append(ends)
        return found

    def _basis(self, sample: Ints, drawn: Drawn, targets: Sequence[Target]) -> Basis:
        """Sum samples up: first all of the first target, then of the next."""
        sums = self._sums(drawn, targets)
        _, size, strata = sums.shape
        domain, stratum = np.repeat(np.arange(size), strata), np.tile(np.arange(strata), size)
        return of_domains(self._totals(sample, domain, stratum, sums.reshape(len(sums), -1), size))

    def _sums(self, drawn: Drawn, targets: Sequence[Target]) -> Floats:
        """Add up what the reports of samples hold of targets: the sums of the engine, by sum, sample and stratum."""
        due = np.concatenate([each.due for each in self.outlooks])
        recorded = np.concatenate([each.recorded for each in self.outlooks])
        starts = np.cumsum([0, *(len(each.chance) for each in self.outlooks)])[:-1]
        times = np.concatenate(drawn.times, axis=1)
        found = []
        for target in targets:
            members = np.concatenate(target.members)
            y, x = due * members, recorded * members
            columns = (y, x, y * y, x * y, x * x, np.ones(len(y)), y > 0)
            found.append([np.add.reduceat(times * column, starts, axis=1) for column in columns])
        return np.concatenate(found, axis=1)

    def _totals(self, sample: Ints, domain: Ints, stratum: Ints, sums: Floats, size: int) -> Totals:
        """Lay sums out as the engine does, by domain and then by stratum."""
        strata = self._strata(sample)
        there = sums[5] > 0
        domain, stratum, sums = domain[there], stratum[there], sums[:, there]
        cells = Cells(domain, stratum, strata.weight[stratum], *sums[:5], sums[5], sums[6], np.zeros(len(domain)))  # type: ignore[call-arg]
        return replace(_bare(), strata=strata, domains=((),) * size, cells=cells, whole=cells)

    def _strata(self, sample: Ints) -> Strata:
        group = np.arange(len(self.labels))
        return Strata(("stratum",), self.labels, sample, self.population, False, group, "error")  # noqa: FBT003

    def _limits(self, basis: Basis, side: str) -> tuple[Floats, Floats]:
        rows = (Subject((ALL,), MEASURES["recording-rate"], PLAIN),) * len(basis)
        found = Estimates((), rows, basis, _bare()).interval(self.terms.level, self.terms.method, side)
        return found.low, found.high

    def _counts(self, sample: Ints, drawn: Drawn, target: Target, basis: Basis, ends: Ends) -> Ends:
        """Turn rates into crimes not recorded, by one figure of recorded crime or by that of each stratum."""
        volumes = np.zeros(1) if self.recorded_crime is None else self.recorded_crime
        if len(volumes) > 1:
            basis, low, high = self._by_stratum(sample, drawn, target, volumes)
            ends = Ends(basis.rate, low, high, drawn.chance)
        recorded = np.full(len(drawn.chance), float(volumes.sum()))
        estimate = recorded * (1 - ends.estimate) / ends.estimate
        fewest = fewest_missed(basis, estimate)
        least, most = counted_between(recorded, ends.low, ends.high, fewest, self.terms.method, "both")
        return Ends(estimate, least, most, drawn.chance)

    def _by_stratum(self, sample: Ints, drawn: Drawn, target: Target, volumes: Floats) -> tuple[Basis, Floats, Floats]:
        """Estimate the overall rate that the recorded crime of all strata implies."""
        strata, sums = np.arange(len(self.labels)), self._sums(drawn, [target])
        found = []
        low, high = np.zeros((2, len(drawn.chance)))
        for i in range(len(drawn.chance)):
            totals = self._totals(sample, strata, strata, sums[:, i], len(strata))
            totals = replace(totals, whole=replace(totals.cells, domain=np.zeros_like(totals.cells.domain)))
            rates = of_domains(totals)
            whole = of_volumes(totals, rates, volumes)
            ends, of_whole = self._limits(rates, "both"), self._limits(whole, "both")
            columns = (ends[0][:, None], ends[1][:, None])
            low[i : i + 1], high[i : i + 1] = holding_parts(volumes[:, None], columns, *of_whole)
            found.append(whole)
        return Basis.joined(found), low, high


def _chance_of(drawn: Drawn, met: Bools) -> float:
    """Add up how likely samples are; rounding alone could take all of them beyond 1."""
    return min(float(drawn.chance[met].sum()), 1.0)


def _sums(outlooks: Sequence[Outlook], weight: Floats) -> tuple[float, float]:
    due = sum(float(w * (each.chance @ each.due)) for w, each in zip(weight, outlooks, strict=True))
    recorded = sum(float(w * (each.chance @ each.recorded)) for w, each in zip(weight, outlooks, strict=True))
    return due, recorded


def _meets(ends: Ends, target: Target, rate: float) -> Bools:
    """Tell in which samples a target is met."""
    if target.kind == STANDARD:
        return ends.high < target.wanted if rate < target.wanted else ends.low >= target.wanted
    return ends.half <= target.wanted * (1 + ROUNDING)


def _upper(now: Ends, before: Ends) -> Floats:
    """Give the upper limit of a change between two audits."""
    sides = [WithLimits(each.estimate, each.low, each.high) for each in (now, before)]
    return difference(sides[0], sides[1])[1]


def _beside(ends: Ends, shape: tuple[int, int]) -> Ends:
    """Lay samples out as rows or columns of a table."""
    return Ends(*(part.reshape(shape) for part in (ends.estimate, ends.low, ends.high, ends.chance)))


def _on_frame(chance: Floats, population: int) -> Ints:
    """Say how many reports of each kind a frame holds, as near to their chances as whole numbers come."""
    upto = np.minimum(np.cumsum(chance), 1.0)
    upto[-1] = 1.0
    reached = np.floor(population * upto + 0.5).astype(np.int64)
    return np.asarray(reached - np.r_[0, reached[:-1]])


def _binomial(first: Ints, n: int, share: float) -> Floats:
    from scipy.special import gammaln, xlog1py, xlogy

    ways = gammaln(n + 1) - gammaln(first + 1) - gammaln(n - first + 1)
    return np.asarray(np.exp(ways + xlogy(first, share) + xlog1py(n - first, -share)))


def _hypergeometric(first: Ints, n: int, held: int, population: int) -> Floats:
    from scipy.special import gammaln

    def ways(of: Floats | int, chosen: Ints | int) -> Floats:
        return np.asarray(gammaln(of + 1) - gammaln(chosen + 1) - gammaln(of - chosen + 1))

    possible = (first <= held) & (n - first <= population - held)
    own = first[possible]
    chance = np.zeros(len(first))
    chance[possible] = np.exp(ways(held, own) + ways(population - held, n - own) - ways(population, n))
    return chance


@functools.cache
def _bare() -> Totals:
    """Give sums of a sample that holds nothing to be known: the design in it is put in place of its own."""
    import pandas as pd

    found = total(read_audit(pd.DataFrame({"recorded": [1, 1]})), ())
    return replace(found, audit=found.audit.without_rows())
