"""The variance of a total over reports: stratified, clustered, with the finite population correction.

Everything that cdi estimates is a function of a few totals, so its linearised variance is that of one total of scores u
over reports (Särndal, Swensson and Wretman 1992, chapter 5): ``sum_h (1 - f_h) n_h / (n_h - 1) sum_i (u_i - mean)^2``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.survey.totals import ROUNDING

if TYPE_CHECKING:
    from cdi.audits.strata import Strata
    from cdi.survey.totals import Totals

__all__ = ["Blocks", "Spread", "blocks", "combined", "left_by_group", "spread"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Blocks:
    """Where cells fall: each block is a domain within a group of strata that share a variance."""

    of_cell: Ints  # the block of each cell
    # domain, group: of each block
    domain: Ints
    group: Ints

    def sum(self, values: npt.NDArray[np.generic]) -> Floats:
        """Add values of cells over each block."""
        return np.bincount(self.of_cell, values, len(self.domain)).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Spread:
    """The variance of a total, one element a domain."""

    without: Floats  # as if the frame were endless
    corrected: Floats  # with the finite population correction


def blocks(strata: Strata, domain: Ints, stratum: Ints) -> Blocks:
    """Find the blocks of a list of cells."""
    groups = int(strata.group.max()) + 1
    codes, of_cell = np.unique(domain * groups + strata.group[stratum], return_inverse=True)
    return Blocks(of_cell, codes // groups, codes % groups)


def spread(strata: Strata, where: Blocks, first: Floats, second: Floats, domains: int) -> Spread:
    """Compute the variance of a total of scores."""
    drawn, left = _of_groups(strata, strata.drawn_together), left_by_group(strata)
    n = drawn[where.group]
    total, squares = where.sum(first), where.sum(second)
    alone = n == 1
    factor = np.where(alone, 0.0, n / np.maximum(n - 1, 1))
    within = squares - total**2 / n
    # scores that are all alike leave rounding, and no variance
    part = factor * np.where(within > ROUNDING * squares, within, 0.0)
    lonely = alone & (left[where.group] > 0)
    if strata.single_cluster == "adjust":
        # the scores of a ratio add up to zero over the sample: the overall mean is zero
        part = np.where(lonely, squares, part)
    elif strata.single_cluster == "average":
        lonely_groups = int(((drawn == 1) & (left > 0)).sum())
        # a domain that lies wholly in other strata has nothing to make up for
        short = np.bincount(where.domain, lonely, domains) > 0
        part = part * np.where(short, len(drawn) / (len(drawn) - lonely_groups), 1.0)[where.domain]
    return Spread(
        np.bincount(where.domain, part, domains).astype(np.float64),
        np.bincount(where.domain, part * left[where.group], domains).astype(np.float64),
    )


def left_by_group(strata: Strata) -> Floats:
    """Give the finite population correction of each group of strata."""
    return _of_groups(strata, strata.left)


def _of_groups(strata: Strata, values: npt.NDArray[np.generic]) -> Floats:
    found = np.zeros(int(strata.group.max()) + 1)
    found[strata.group] = values
    return found


def combined(totals: Totals, of_due: Floats, of_recorded: Floats) -> Spread:
    """Compute the variance of a total over domains, with what they share through reports that hold crimes of two."""
    first, second = totals.cells.scores(of_due, of_recorded)
    stratum = totals.cells.stratum
    if totals.sharing:
        pairs = totals.pairs()
        a, b = of_due, of_recorded
        met = pairs.weight**2 * (
            a[pairs.one] * a[pairs.other] * pairs.due_due
            + 2 * a[pairs.one] * b[pairs.other] * pairs.due_recorded
            + b[pairs.one] * b[pairs.other] * pairs.recorded_recorded
        )
        first, second = np.r_[first, np.zeros(len(met))], np.r_[second, met]
        stratum = np.r_[stratum, pairs.stratum]
    where = blocks(totals.strata, np.zeros(len(stratum), dtype=np.int64), stratum)
    return spread(totals.strata, where, first, second, 1)
