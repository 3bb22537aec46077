"""What an interval rests on: a rate, what it was counted from, and the effective size of the sample behind it.

Rates are ratios of two totals: of each domain, of the whole sample, and the overall rate that known volumes imply. The
bounds of the effective size are our own and answer Franco, Little, Louis and Slud (2019), who found every interval to
undercover where the design effect is estimated without any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.survey.totals import Blocks, Spread, blocks, combined, left_by_group, spread

if TYPE_CHECKING:
    from cdi.audits.strata import Strata
    from cdi.survey.totals import Cells, Totals

__all__ = ["Basis", "Shared", "bounded", "of_counts", "of_domains", "of_groups", "of_volumes", "of_whole", "shared"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Basis:
    """What the interval of each row rests on; all arrays have one element a row, nan where nothing can be said."""

    rate: Floats  # the estimated proportion
    se: Floats  # its standard error under the design
    # due, recorded, reports: crimes that should have been recorded, those recorded, and reports audited; unweighted
    due: Ints
    recorded: Ints
    reports: Ints
    df: Floats  # degrees of freedom: reports with crimes less strata with crimes; 0 in a census
    size: Floats  # the bounded effective size, in crimes, before the adjustment for df and the finite population
    inflation: Floats  # what the finite population multiplies the size with, 1 or more
    deff: Floats  # design effect of the clustering, strata and weights against as many crimes drawn one by one
    independent: Floats  # the size if crimes were independent and the frame endless, for the published style
    census: Bools  # whether every report on the frame was audited
    simple: Bools  # whether the row is a simple random sample of single records: what the exact methods need
    frame: Floats  # for those, the records on the frame; nan where it is not known
    # whether reports with crimes count by weights that differ: then the rate is not recorded / due by design
    weighted: Bools

    def __len__(self) -> int:
        return len(self.rate)

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Put the rows of several below each other."""
        return cls(*(np.concatenate([getattr(part, item.name) for part in parts]) for item in fields(cls)))

    def take(self, rows: Sequence[int]) -> Self:
        """Pick rows."""
        chosen = list(rows)
        return type(self)(*(getattr(self, item.name)[chosen] for item in fields(self)))

    def endless(self) -> Self:
        """Describe the same sample as one of an endless frame, such as the reports of another period."""
        with np.errstate(invalid="ignore"):
            spread = np.sqrt(self.rate * (1 - self.rate) / self.size)
        return replace(
            self,
            se=np.where(self.census, spread, self.se * np.sqrt(self.inflation)),
            df=np.where(self.census, np.maximum(self.reports - 1, 1), self.df),
            inflation=np.ones(len(self)),
            census=np.zeros(len(self), dtype=bool),
            frame=np.full(len(self), np.nan),
        )

    def effective(self, tail: float) -> Floats:
        """Compute the effective sample size, which depends on the level."""
        from scipy.special import stdtrit

        with np.errstate(invalid="ignore"):
            of_size = stdtrit(np.maximum(self.due - 1, 1).astype(np.float64), 1 - tail)
            of_design = stdtrit(np.maximum(self.df, 1), 1 - tail)
        size = self.size * (of_size / of_design) ** 2 * self.inflation
        return np.where(self.census, np.nan, size)


def of_counts(recorded: int, due: int, population: int | None) -> Basis:
    """Describe a simple random sample of single records by its counts alone."""
    rate = recorded / due
    left = 1.0 if population is None else 1 - due / population
    one = np.ones(1)
    return Basis(
        rate=one * rate,
        se=np.sqrt(one * rate * (1 - rate) / max(due - 1, 1) * left),
        due=np.array([due]),
        recorded=np.array([recorded]),
        reports=np.array([due]),
        df=one * (max(due - 1, 1) if left > 0 else 0),
        size=one * due,
        inflation=one * (1.0 if population is None or not left else (population - 1) / (population - due)),
        deff=one * (due / max(due - 1, 1) if 0 < rate < 1 else np.nan),
        independent=one * due,
        census=np.array([left == 0]),
        simple=np.array([True]),
        frame=one * (np.nan if population is None else population),
        weighted=np.array([False]),
    )


def of_domains(totals: Totals) -> Basis:
    """Estimate the rate of each domain."""
    return _ratios(totals.strata, totals.cells, len(totals.domains), whole_strata=totals.by_strata)


def of_groups(totals: Totals, members: Bools) -> Basis:
    """Estimate the rate over each group of domains; groups may overlap, reports may not lie in two domains."""
    group, cell = np.nonzero(members[:, totals.cells.domain])
    names = [item.name for item in fields(totals.cells)]
    chosen = {name: getattr(totals.cells, name)[cell] for name in names}
    cells = replace(totals.cells, **{**chosen, "domain": group})
    return _ratios(totals.strata, cells, len(members), whole_strata=totals.by_strata)


def of_whole(totals: Totals) -> Basis:
    """Estimate the rate over all crimes: the design-weighted ratio."""
    return _ratios(totals.strata, totals.whole, 1, whole_strata=True)


def _ratios(strata: Strata, cells: Cells, domains: int, *, whole_strata: bool) -> Basis:
    """Estimate the ratio recorded / due of each domain: Cochran (1977), chapter 6."""

    def over(values: npt.NDArray[np.generic]) -> Floats:
        return np.bincount(cells.domain, values, domains).astype(np.float64)

    due, recorded = over(cells.due), over(cells.recorded)
    weighted = over(cells.weight * cells.due)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = over(cells.weight * cells.recorded) / weighted
        kish = weighted**2 / over(cells.weight**2 * cells.due_due)
    # where every crime was recorded the rate is 1 without rounding
    rate = np.where((due > 0) & (recorded == due), 1.0, rate)
    where = blocks(strata, cells.domain, cells.stratum)
    first, second = cells.scores(-np.nan_to_num(rate), np.ones(domains))
    counted = spread(strata, where, first, second, domains)
    floor = _floors(strata, cells, where, weighted)
    single, census = in_one_stratum(strata, cells, domains), _census(strata, cells, where, domains)
    alike = rate * (1 - rate)
    with np.errstate(divide="ignore", invalid="ignore"):
        plain, corrected = counted.without / weighted**2, counted.corrected / weighted**2
        floored = np.where(single, plain, plain + floor.without)
        size = bounded(rate, floored, due, kish, single)
        by_variance = floored / (corrected + floor.corrected)
        deff = np.where(alike > 0, due * plain / alike, np.nan)
    inflation = np.where(single, _frame_factor(strata, cells, where, domains), by_variance)
    simple, frame = _simple(strata, cells, domains)
    return Basis(
        rate,
        np.sqrt(corrected),
        due.astype(np.int64),
        recorded.astype(np.int64),
        _reports(strata, cells, domains, whole_strata=whole_strata),
        _degrees(strata, cells, where, domains),
        size,
        np.where(np.isfinite(inflation) & (inflation > 0), inflation, 1.0),
        deff,
        due,
        census,
        simple,
        frame,
        _weights_differ(cells, domains),
    )


def _weights_differ(cells: Cells, domains: int) -> Bools:
    """Tell whether reports with crimes count by different weights; those without any are no part of a rate."""
    held = cells.due > 0
    domain, weight = cells.domain[held], cells.weight[held]
    least, most = np.full(domains, np.inf), np.zeros(domains)
    np.minimum.at(least, domain, weight)
    np.maximum.at(most, domain, weight)
    return most > least


def bounded(rate: Floats, variance: Floats, due: npt.NDArray[np.generic], kish: Floats, single: Bools) -> Floats:
    """Bound the effective size: no larger than the crimes, and in one stratum no smaller than Kish's size."""
    with np.errstate(divide="ignore", invalid="ignore"):
        raw = rate * (1 - rate) / variance
    size = np.minimum(raw, due)
    size = np.where(single, np.maximum(size, kish), size)
    return np.where((variance > 0) & (rate > 0) & (rate < 1), size, kish)


def _floors(strata: Strata, cells: Cells, where: Blocks, weighted: Floats) -> Spread:
    """Give a stratum where all or none were recorded the variance it may have had: q(1 - q) / Kish's size."""
    due, recorded = where.sum(cells.due), where.sum(cells.recorded)
    mass = where.sum(cells.weight * cells.due)
    flat = (due > 0) & ((recorded == 0) | (recorded == due))
    with np.errstate(divide="ignore", invalid="ignore"):
        kish = mass**2 / where.sum(cells.weight**2 * cells.due_due)
        likely = (due + 0.5) / (due + 1)
        part = np.where(flat, (mass / weighted[where.domain]) ** 2 * likely * (1 - likely) / kish, 0.0)
    left = left_by_group(strata)[where.group]
    return Spread(
        np.bincount(where.domain, part, len(weighted)).astype(np.float64),
        np.bincount(where.domain, part * left, len(weighted)).astype(np.float64),
    )


def in_one_stratum(strata: Strata, cells: Cells, domains: int) -> Bools:
    """Tell whether a domain's crimes lie in one stratum."""
    where = blocks(strata, cells.domain, cells.stratum)
    return np.asarray(np.bincount(where.domain[where.sum(cells.with_crimes) > 0], minlength=domains) == 1)


def _census(strata: Strata, cells: Cells, where: Blocks, domains: int) -> Bools:
    """Tell whether every stratum with crimes of the domain was audited in full."""
    open_ = (where.sum(cells.with_crimes) > 0) & (left_by_group(strata)[where.group] > 0)
    found = np.bincount(cells.domain, cells.with_crimes, domains) > 0
    return np.asarray(found & (np.bincount(where.domain, open_, domains) == 0))


def _degrees(strata: Strata, cells: Cells, where: Blocks, domains: int) -> Floats:
    """Count reports with crimes less strata with crimes; strata audited in full show no sampling variation."""
    with_crimes = where.sum(cells.with_crimes)
    counts = (with_crimes > 0) & (left_by_group(strata)[where.group] > 0)
    freedom = np.bincount(where.domain, np.where(counts, with_crimes - 1, 0.0), domains)
    any_open = np.bincount(where.domain, counts, domains) > 0
    return np.where(any_open, np.maximum(freedom, 1.0), 0.0)


def _frame_factor(strata: Strata, cells: Cells, where: Blocks, domains: int) -> Floats:
    """(N - 1) / (N - n) of the one stratum that a domain lies in."""
    if strata.population is None:
        return np.ones(domains)
    together = np.bincount(strata.group, strata.population)
    drawn = np.bincount(strata.group, strata.sampled)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = (together - 1) / (together - drawn)
    used = where.sum(cells.with_crimes) > 0
    result = np.ones(domains)
    result[where.domain[used]] = factor[where.group[used]]
    return result


def _simple(strata: Strata, cells: Cells, domains: int) -> tuple[Bools, Floats]:
    """Find the domains that are a whole stratum of single records, and the records on its frame."""
    due = np.bincount(cells.domain, cells.due, domains)
    ones = np.bincount(cells.domain, cells.due_due, domains) == due
    stratum = np.zeros(domains, dtype=np.int64)
    stratum[cells.domain] = cells.stratum
    alone = np.bincount(cells.domain, minlength=domains) == 1
    grouped = np.bincount(strata.group)[strata.group[stratum]] == 1
    simple = ones & alone & grouped & (due == strata.sampled[stratum]) & (due > 0) & (not strata.weighted)
    if strata.population is None:
        return simple, np.full(domains, np.nan)
    return simple, np.where(simple, strata.population[stratum], np.nan)


def _reports(strata: Strata, cells: Cells, domains: int, *, whole_strata: bool) -> Ints:
    """Count the reports audited: all of a domain made of strata, else those that hold the domain."""
    if not whole_strata:
        return np.bincount(cells.domain, cells.reports, domains).astype(np.int64)
    pairs = np.unique(np.stack([cells.domain, cells.stratum]), axis=1)
    return np.bincount(pairs[0], strata.sampled[pairs[1]], domains).astype(np.int64)


def of_volumes(totals: Totals, domains: Basis, volumes: Floats) -> Basis:
    """Estimate the overall rate that known volumes imply, R / (R + U), with the covariance between domains."""
    used = np.flatnonzero(volumes > 0)
    if len(used) == 1:
        return domains.take(used.tolist())
    whole = of_whole(totals)
    rates = domains.rate[used]
    if not len(used) or not np.all(rates > 0):
        return _unknown(whole)
    recorded = volumes[used]
    overall = np.array([recorded.sum() / (recorded / rates).sum()])
    scale = _scale(totals, volumes)
    with np.errstate(divide="ignore", invalid="ignore"):
        of_recorded = np.where(volumes > 0, -scale / domains.rate, 0.0)
    counted = combined(totals, scale, of_recorded)
    floor = _volume_floor(domains, volumes)
    to_rate = (overall**2 / recorded.sum()) ** 2
    share = recorded / rates / (recorded / rates).sum()
    spent = (share**2 * rates * (1 - rates) / domains.due[used]).sum()
    kish = _kish_of_volumes(totals, scale)
    single = in_one_stratum(totals.strata, totals.whole, 1)
    census = np.array([domains.census[used].all()])
    without = to_rate * (counted.without + floor.without)
    corrected = to_rate * (counted.corrected + floor.corrected)
    size = bounded(overall, without, whole.due, kish, single)
    alike = overall * (1 - overall)
    with np.errstate(divide="ignore", invalid="ignore"):
        independent = np.where(alike > 0, alike / spent, whole.due)
        deff = np.where(alike > 0, whole.due * to_rate * counted.without / alike, np.nan)
        inflation = np.where(single, whole.inflation, np.where(corrected > 0, without / corrected, 1.0))
    return Basis(
        overall, np.sqrt(corrected), whole.due, whole.recorded, whole.reports, np.where(census, 0.0, whole.df), size,
        inflation, deff, independent, census, np.array([False]), np.array([np.nan]), whole.weighted,
    )  # fmt: skip


def _volume_floor(domains: Basis, volumes: Floats) -> Spread:
    """Give the same to a domain with a volume where every crime was recorded: R^2 q(1 - q) / Kish's size."""
    flat = (domains.rate == 1) & (volumes > 0) & ~domains.census
    likely = (domains.due + 0.5) / (domains.due + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(flat, volumes**2 * likely * (1 - likely) / domains.size, 0.0)
    return Spread(np.array([part.sum()]), np.array([(part / domains.inflation).sum()]))


def _scale(totals: Totals, volumes: Floats) -> Floats:
    """Give the recorded crime known for each weighted recorded crime of the sample, by domain."""
    cells = totals.cells
    counted = np.bincount(cells.domain, cells.weight * cells.recorded, len(totals.domains))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(volumes > 0, volumes / counted, 0.0)


def _kish_of_volumes(totals: Totals, scale: Floats) -> Floats:
    """Kish's size where each crime counts with its report's weight and its domain's volume."""
    cells = totals.cells
    first, second = cells.scores(scale, np.zeros(len(scale)))
    squares = second.sum()
    if totals.sharing:
        pairs = totals.pairs()
        squares += (pairs.weight**2 * scale[pairs.one] * scale[pairs.other] * pairs.due_due).sum()
    return np.array([first.sum() ** 2 / squares])


def _unknown(like: Basis) -> Basis:
    """Make a row of which nothing can be estimated, with what was counted."""
    blank = np.full(len(like), np.nan)
    no = np.zeros(len(like), dtype=bool)
    return replace(like, rate=blank, se=blank, size=blank, deff=blank, independent=blank, census=no, simple=no)


@dataclass(frozen=True, slots=True)
class Shared:
    """How two rates of one sample go together."""

    se: float  # the standard error of their difference under the design; a proportion
    correlation: float  # of the two estimates, -1 to 1; 0 where one of them does not vary


def shared(totals: Totals, rates: Basis, one: int, other: int) -> Shared:
    """Linearise the difference between the rates of two domains, with their covariance."""
    counted = totals.cells.weight * totals.cells.due
    weighted = np.bincount(totals.cells.domain, counted, len(totals.domains))[[one, other]]
    if not np.isfinite(rates.rate).all():
        return Shared(float("nan"), 0.0)
    of_due, of_recorded = np.zeros(len(totals.domains)), np.zeros(len(totals.domains))
    of_recorded[[one, other]] = np.array([1, -1]) / weighted
    of_due[[one, other]] = -of_recorded[[one, other]] * rates.rate
    variance = float(combined(totals, of_due, of_recorded).corrected[0])
    product = float(rates.se[0] * rates.se[1])
    covariance = (float((rates.se**2).sum()) - variance) / 2
    return Shared(float(np.sqrt(variance)), float(np.clip(covariance / product, -1, 1)) if product > 0 else 0.0)
