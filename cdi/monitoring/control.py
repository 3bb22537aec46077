"""Control charts of proportions: the limits that chance keeps to, and the rules that signal a change.

The limits are those of the p' chart of Laney (2002), "Improved control charts for attributes", Quality Engineering
14(4), 531-537, with a binomial in the place of its normal: the distance of a point from the centre is the normal score
of its mid-P (Lancaster 1961, "Significance tests in discrete distributions", Journal of the American Statistical
Association 56, 223-234), since proportions near 1 of few crimes are skewed. The rules are three of Western Electric
(1956), Statistical Quality Control Handbook, and one of Nelson (1984), "The Shewhart control chart - tests for special
causes", Journal of Quality Technology 16(4), 237-239.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.binomial.scores import furthest, normal_score

__all__ = ["NOMINAL", "RANGE_TO_SIGMA", "RULES", "SIGMAS", "SIGNIFICANT", "ControlChart", "chance_of", "p_chart"]

Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]

SIGMAS = 3
NOMINAL = 0.9973
"""The share of points that limits of three sigma hold, where points are normal and nothing changes."""

SIGNIFICANT = 0.05
"""The probability at which points are said to vary by more than sampling explains."""

RANGE_TO_SIGMA = 1.128  # d2 of two points: the mean range of two normal values, in standard deviations
_SAME = 1e-12  # rates that differ by less differ in their rounding alone


@dataclass(frozen=True, slots=True)
class ControlChart:
    """The distances of points from their centre, and what they signal; arrays have one element a point."""

    centre: float  # the rate that the points are held against
    factor: float  # by how much the points of the baseline vary more than sampling explains; 1 or more
    varied: bool  # whether a test says that they do; else chance alone may have made the factor
    size: Floats  # the effective size of the sample behind each point
    z: Floats  # the distance of each point from the centre, in sigmas; nan where nothing can be held against it
    signals: Mapping[str, Bools]  # name of a rule -> the points that it signals

    def limits(self) -> tuple[Floats, Floats]:
        """Find the lowest and the highest rate of each point that is no more than three sigmas from the centre."""
        used = np.isfinite(self.z)
        size, ends = self.size[used], np.full((2, len(used)), np.nan)

        def within(rate: Floats) -> Bools:
            return np.asarray(np.abs(normal_score(rate, size, self.centre) / self.factor) <= SIGMAS)

        for row, end in enumerate((0.0, 1.0)):
            ends[row, used] = furthest(within, self.centre, np.full(len(size), end))
        return ends[0], ends[1]


def p_chart(rate: Floats, size: Floats, centre: float, baseline: Bools) -> ControlChart:
    """Hold a series of proportions against its centre, and find the points that signal a change."""
    used = np.isfinite(rate) & np.isfinite(size) & np.isfinite(centre)
    held = _off_the_ends(centre, float(size[used & baseline].sum()))
    z, side = np.full(len(rate), np.nan), rate - centre
    z[used] = normal_score(rate[used], size[used], held)
    ranges = np.abs(np.diff(z[used & baseline]))
    factor = max(float(ranges.mean()) / RANGE_TO_SIGMA, 1.0) if len(ranges) else 1.0
    varied = factor > 1 and chance_of(rate[used & baseline], size[used & baseline], held) <= SIGNIFICANT
    z /= factor
    signals = {}
    for name, rule in RULES.items():
        signals[name] = np.zeros(len(rate), dtype=bool)
        signals[name][used] = rule(z[used], side[used])
    return ControlChart(held, factor, varied, size, z, signals)


def chance_of(rate: Floats, size: Floats, centre: float) -> float:
    """Give the probability that sampling alone makes proportions vary as much about their centre, of two or more.

    Their squared distances add up to chi-squared only where many of either kind are expected. So the sum is scaled to
    the variance that it has by the binomial.
    """
    from scipy.special import chdtrc

    alike, freedom = centre * (1 - centre), len(rate) - 1
    distances = float((size * (rate - centre) ** 2).sum())
    # the variance of one crime, times half the mean variance of the squares: 1 for a normal, none for single crimes at
    # 50%
    spread = max(alike + float(((1 - 6 * alike) / size).mean()) / 2, alike / 2)
    return float(chdtrc(freedom * alike / spread, distances / spread))


def _off_the_ends(centre: float, size: float) -> float:
    """Move a centre of 0 or 1, around which nothing could vary, to (x + 1/2) / (m + 1)."""
    return centre if 0 < centre < 1 else (centre * size + 0.5) / (size + 1)


def _outside(z: Floats, _: Floats) -> Bools:
    """Signal a point beyond three sigmas."""
    return np.abs(z) > SIGMAS


def _two_of_three(z: Floats, _: Floats) -> Bools:
    """Signal the second of three successive points beyond two sigmas on the same side."""
    return _either_side(z, lambda up: (up > 2) & (_last(up > 2, 3) >= 2))


# the other two go by the rates that a reader sees: the mid-P of a rate at the centre is not quite a half, and where
# samples differ in size distances in sigmas may fall while rates rise
def _eight_on_a_side(_: Floats, side: Floats) -> Bools:
    """Signal the eighth successive point on the same side of the centre, and those that follow there."""
    return _either_side(side, lambda up: _last(up > _SAME, 8) == 8)


def _six_in_a_row(_: Floats, side: Floats) -> Bools:
    """Signal the sixth of successive points that each lie higher, or each lower, than the one before."""
    return _either_side(side, lambda up: _last(np.diff(up, prepend=np.inf) > _SAME, 5) == 5)


def _either_side(z: Floats, rule: Callable[[Floats], Bools]) -> Bools:
    return rule(z) | rule(-z)


def _last(holds: Bools, points: int) -> npt.NDArray[np.int64]:
    """Count how often something holds in each point and those just before it."""
    counted = np.cumsum(holds, dtype=np.int64)
    before = np.concatenate([np.zeros(points, dtype=np.int64), counted])[: len(holds)]
    return np.asarray(counted - before)


RULES: Mapping[str, Callable[[Floats, Floats], Bools]] = {
    "outside-limits": _outside,
    "two-of-three": _two_of_three,
    "eight-on-a-side": _eight_on_a_side,
    "six-in-a-row": _six_in_a_row,
}
"""Name of a rule -> the points that it signals, from their distances to the centre in sigmas and in rates."""
