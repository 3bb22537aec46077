"""The bootstrap over reports: samples of one report fewer than were drawn in each stratum, and rates of each of them.

Rao and Wu (1988), Journal of the American Statistical Association 83, 231-241: of n reports n - 1 are drawn again with
replacement, and each counts ``1 - l + l n / (n - 1) t``, with t the times it was drawn and l the root of the finite
population correction. The variance of a sum is then on average just that of the textbooks. A sample is a draw of how
often each kind of report comes, so none is ever held by its reports. Blocks of samples are drawn and summed up in turn;
what is kept is a rate for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.resampling.units import Ratio, Units

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["Spread", "draw_again", "spread_of"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

HELD = 2**20
"""Numbers of a block of samples: a weight for each kind of report and sample."""

FEWEST, MOST = 16, 512
"""Samples of a block."""


def draw_again(
    units: Units,
    ratios: Sequence[Ratio],
    replicates: int,
    rng: np.random.Generator,
    progress: Callable[[int], object] | None = None,
) -> Floats:
    """Give rates of samples drawn again: a row for each rate, a column for each sample; nan where there is none."""
    block = int(np.clip(HELD // max(len(units.group), 1), FEWEST, MOST))
    held = _by_column(units)
    found = np.empty((len(ratios), replicates))
    for start in range(0, replicates, block):
        size = min(block, replicates - start)
        sums = held @ _weights(units, size, rng)
        due, recorded = sums[: units.columns], sums[units.columns :]
        for i, ratio in enumerate(ratios):
            found[i, start : start + size] = ratio.rate(due[ratio.columns], recorded[ratio.columns])
        if progress is not None:
            progress(size)
    return found


def _by_column(units: Units) -> csr_array:
    """Give what a report of each kind holds: crimes due by column and, below, those recorded."""
    from scipy.sparse import csr_array

    values = np.r_[units.due, units.recorded]
    places = np.r_[units.column, units.column + units.columns], np.r_[units.kind, units.kind]
    return csr_array((values, places), shape=(2 * units.columns, len(units.group)))


def _weights(units: Units, size: int, rng: np.random.Generator) -> Floats:
    """Draw how much the reports of each kind count together, by kind and sample."""
    weights = np.repeat(units.reports.astype(np.float64)[:, None], size, axis=1)
    for own, n, left in _groups(units):
        root = np.sqrt(left)
        if n == 1:
            # a report that is alone counts twice or not at all, so that its square is the variance it stands for
            weights[own] = 1 + root * rng.choice([-1.0, 1.0], size=size)
            continue
        times = rng.multinomial(n - 1, units.reports[own] / n, size=size).T
        weights[own] = (1 - root) * units.reports[own, None] + root * n / (n - 1) * times
    return weights


def _groups(units: Units) -> Iterator[tuple[Ints, int, float]]:
    """List the groups that are drawn again: their kinds, reports, and finite population correction."""
    order = np.argsort(units.group, kind="stable")
    ends = np.cumsum(np.bincount(units.group, minlength=len(units.drawn)))
    for place, own in enumerate(np.split(order, ends[:-1])):
        if units.left[place] > 0:
            yield own, int(units.drawn[place]), float(units.left[place])


@dataclass(frozen=True, slots=True)
class Spread:
    """How the figures of samples drawn again are spread."""

    se: float
    error: float  # the standard error of that, by the number of samples
    # low, high: the quantiles between which as many lie as the level says
    low: float
    high: float


def spread_of(values: Floats, level: float) -> Spread | None:
    """Sum samples up; None where in some of them there is no such figure."""
    if not np.isfinite(values).all():
        return None
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    apart = values - values.mean()
    se = float(np.sqrt((apart**2).sum() / max(len(values) - 1, 1)))
    # the variance of a variance by the fourth moment, and its root's by the delta method
    kurtosis = float((apart**4).mean() / (apart**2).mean() ** 2) if se > 0 else 1.0
    error = se / 2 * float(np.sqrt(max(kurtosis - 1, 0.0) / len(values)))
    return Spread(se, error, float(low), float(high))
