"""Rates as ratios of two totals: of each domain, and of the whole sample, with what their intervals rest on.

The bounds of the effective size are our own and answer Franco, Little, Louis and Slud (2019), who found every interval
to undercover where the design effect is estimated without any.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.survey.basis import Basis
from cdi.survey.variances import Blocks, Spread, blocks, spread

if TYPE_CHECKING:
    from cdi.audits.strata import Strata
    from cdi.survey.totals import Cells, Totals

__all__ = ["bounded", "in_one_stratum", "of_domains", "of_groups", "of_whole"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]


def of_domains(totals: Totals) -> Basis:
    """Estimate the rate of each domain."""
    return _ratios(totals.strata, totals.cells, len(totals.domains), whole_strata=totals.by_strata)


def of_groups(totals: Totals, members: Bools) -> Basis:
    """Estimate the rate over each of several groups of domains; groups may overlap, reports may not lie in two domains.

    Parameters
    ----------
    totals : Totals
        The sums by domain.
    members : bool array, one row a group and one column a domain
        Which domains each group holds.

    Returns
    -------
    Basis
        One row a group: the design-weighted ratio of the totals over its domains.
    """
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
    )


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
    left = _left(strata)[where.group]
    return Spread(
        np.bincount(where.domain, part, len(weighted)).astype(np.float64),
        np.bincount(where.domain, part * left, len(weighted)).astype(np.float64),
    )


def _left(strata: Strata) -> Floats:
    left = np.zeros(int(strata.group.max()) + 1)
    left[strata.group] = strata.left
    return left


def in_one_stratum(strata: Strata, cells: Cells, domains: int) -> Bools:
    """Tell whether a domain's crimes lie in one stratum."""
    where = blocks(strata, cells.domain, cells.stratum)
    return np.asarray(np.bincount(where.domain[where.sum(cells.with_crimes) > 0], minlength=domains) == 1)


def _census(strata: Strata, cells: Cells, where: Blocks, domains: int) -> Bools:
    """Tell whether every stratum with crimes of the domain was audited in full."""
    open_ = (where.sum(cells.with_crimes) > 0) & (_left(strata)[where.group] > 0)
    found = np.bincount(cells.domain, cells.with_crimes, domains) > 0
    return np.asarray(found & (np.bincount(where.domain, open_, domains) == 0))


def _degrees(strata: Strata, cells: Cells, where: Blocks, domains: int) -> Floats:
    """Count reports with crimes less strata with crimes; strata audited in full show no sampling variation."""
    with_crimes = where.sum(cells.with_crimes)
    counts = (with_crimes > 0) & (_left(strata)[where.group] > 0)
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
