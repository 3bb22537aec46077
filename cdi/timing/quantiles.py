"""Quantiles of a weighted sample: the inverse of its distribution, which rises in steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.binomial import intervals

__all__ = ["Distribution", "distribution", "woodruff"]

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """The share of a weighted sample up to each of its values.

    Attributes
    ----------
    values : float array
        Each value once, in order.
    shares : float array
        The share at or below it; the last is 1.
    """

    values: Floats
    shares: Floats

    def quantile(self, share: float) -> float:
        """Give the least value up to which at least this share lies; nan where there are no values."""
        if not len(self.values):
            return float("nan")
        # sums of weights that should meet a share exactly miss it by rounding
        return float(self.values[min(int(np.searchsorted(self.shares, share - 1e-12)), len(self.values) - 1)])

    def share(self, value: float) -> float:
        """Give the share at or below a value."""
        place = int(np.searchsorted(self.values, value, side="right"))
        return float(self.shares[place - 1]) if place else 0.0


def distribution(values: Floats, weights: Floats) -> Distribution:
    """Add up the weights of the values.

    Examples
    --------
    >>> found = distribution(np.array([3.0, 1.0, 3.0]), np.array([1.0, 2.0, 1.0]))
    >>> found.values.tolist(), found.shares.tolist(), found.quantile(0.5)
    ([1.0, 3.0], [0.5, 1.0], 1.0)
    """
    each, place = np.unique(values, return_inverse=True)
    summed = np.bincount(place, weights=weights, minlength=len(each)).cumsum()
    return Distribution(each, summed / summed[-1] if len(each) else summed)


def woodruff(of: Distribution, share: float, n_eff: float, level: float = 0.95) -> tuple[float, float]:
    """Give limits for a quantile: the interval of its share, read back through the distribution.

    Parameters
    ----------
    of : Distribution
        The sample.
    share : float
        Which quantile: 0.5 for the median.
    n_eff : float
        The effective size of the sample at that share.
    level : float
        Confidence level.

    Returns
    -------
    tuple of float
        Both limits; the upper one is nan where it lies among the largest values and so may lie beyond them.

    References
    ----------
    Woodruff (1952), Journal of the American Statistical Association 47, 635-646; the interval of the share is Wilson's.

    Examples
    --------
    >>> woodruff(distribution(np.arange(1.0, 101.0), np.ones(100)), 0.5, 100.0)
    (41.0, 60.0)
    """
    if not len(of.values) or not np.isfinite(n_eff) or n_eff <= 0:
        return float("nan"), float("nan")
    ends = intervals.interval(share, n_eff, level=level, method="wilson")
    low, high = of.quantile(float(ends.low)), of.quantile(float(ends.high))
    return low, float("nan") if high == of.values[-1] else high
