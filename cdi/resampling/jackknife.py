"""The jackknife of a rate over reports: each left out in turn, the others of its stratum standing in for it.

Reports of a kind give the same number when one of them is left out, and so do all that hold nothing of the rate. So a
national audit has one number for each kind. The variance is ``sum_h (1 - f_h) (n_h - 1) / n_h sum_i (t_hi - mean_h)^2``
with t_hi the number without report i of stratum h (Wolter 2007, Introduction to Variance Estimation, chapter 4).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.resampling.units import Ratio, Units

__all__ = ["LeftOut", "leave_out"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a rate is without each report; one element for each number that there is."""

    rate: Floats
    group: Ints
    times: Ints  # how many reports give it when they are left out
    estimate: float  # the rate with all of them
    drawn: Ints
    left: Floats

    def squares(self, scale: Callable[[Floats], Floats] = lambda rate: rate) -> Floats:
        """Add up, in each group, how far the rates, or what follows from them, lie from their mean: the squares."""
        values, groups = scale(self.rate), len(self.drawn)
        mean = np.bincount(self.group, self.times * values, groups) / self.drawn
        # a report that is alone in its stratum is held against the number of the whole
        centre = np.where(self.drawn > 1, mean, scale(np.array([self.estimate]))[0])
        apart = self.times * (values - centre[self.group]) ** 2
        return np.bincount(self.group, apart, groups).astype(np.float64)

    def variance(self, scale: Callable[[Floats], Floats] = lambda rate: rate) -> float:
        """Give the variance of the rate, or of what follows from it; nan where leaving a report out leaves nothing."""
        share = np.where(self.drawn > 1, (self.drawn - 1) / self.drawn, 1.0)
        return float((self.left * share * self.squares(scale)).sum())


def leave_out(units: Units, ratio: Ratio) -> LeftOut:
    """Work a rate out without each report of the strata that are not audited in full."""
    place = np.full(units.columns, -1)
    place[ratio.columns] = np.arange(len(ratio.columns))
    held = (place[units.column] >= 0) & (units.left[units.group[units.kind]] > 0)
    kind, column = units.kind[held], place[units.column[held]]
    due, recorded, times = units.due[held], units.recorded[held], units.reports[kind]
    all_due, all_recorded = (each[ratio.columns] for each in units.sums())
    estimate = float(ratio.rate(all_due, all_recorded))
    # a block is a column within a group: what it comes to without a report that holds nothing of it, and without one
    # of each kind that does
    size = len(ratio.columns)
    blocks, at = np.unique(units.group[kind] * size + column, return_inverse=True)
    group, of = blocks // size, blocks % size
    own_due, own_recorded = (np.bincount(at, times * each, len(blocks)) for each in (due, recorded))
    n = units.drawn[group]
    more = np.where(n > 1, 1 / np.maximum(n - 1, 1), -1.0)  # what the others stand in for, in shares of their sum
    without = all_due[of] + more * own_due, all_recorded[of] + more * own_recorded
    factor = np.where(n > 1, n / np.maximum(n - 1, 1), 0.0)[at]
    left_due = all_due[column] - own_due[at] + factor * (own_due[at] - due)
    left_recorded = all_recorded[column] - own_recorded[at] + factor * (own_recorded[at] - recorded)
    kinds, of_kind = np.unique(kind, return_inverse=True)
    groups = np.unique(group)
    if size == 1:
        rate, base = ratio.rate(left_due[None], left_recorded[None]), ratio.rate(without[0][None], without[1][None])
    else:
        # the crimes that there are change by what those of each column do
        crimes = ratio.volumes * ratio.share(all_due, all_recorded)
        moved = ratio.volumes[of] * ratio.share(*without)
        further = ratio.volumes[column] * ratio.share(left_due, left_recorded) - moved[at]
        of_group = crimes.sum() + np.bincount(np.searchsorted(groups, group), moved - crimes[of], len(groups))
        base = ratio.of_crimes(of_group)
        own = of_group[np.searchsorted(groups, units.group[kinds])]
        rate = ratio.of_crimes(own + np.bincount(of_kind, further, len(kinds)))
    holding, others = units.group[kinds], units.drawn[groups]
    others = others - np.bincount(np.searchsorted(groups, holding), units.reports[kinds], len(groups)).astype(np.int64)
    there = others > 0
    return LeftOut(
        np.r_[rate, base[there]],
        np.r_[holding, groups[there]],
        np.r_[units.reports[kinds], others[there]],
        estimate,
        units.drawn,
        units.left,
    )
