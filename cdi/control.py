"""Control charts of proportions: the limits that chance keeps to, and the rules that signal a change.

The limits are those of the p' chart of Laney (2002), "Improved control charts for attributes", Quality Engineering
14(4), 531-537: sampling error, widened where the points vary by more than it. The rules are three of Western Electric
(1956), Statistical Quality Control Handbook, and one of Nelson (1984), "The Shewhart control chart - tests for special
causes", Journal of Quality Technology 16(4), 237-239.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["NOMINAL", "RULES", "Chart", "p_chart"]

Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]

SIGMAS = 3
NOMINAL = 0.9973
"""The share of points that limits of three sigma hold, where points are normal and nothing changes."""

_RANGE_TO_SIGMA = 1.128  # d2 of two points: the mean range of two normal values, in standard deviations


@dataclass(frozen=True, slots=True)
class Chart:
    """The limits of each point, and what they signal; arrays have one element a point, nan where there is no limit.

    Attributes
    ----------
    centre : float
        The rate that the points are held against.
    factor : float
        By how much the points of the baseline vary more than sampling explains; 1 or more.
    size : float array
        The effective size of the sample behind each point.
    sigma : float array
        The standard deviation of each point around the centre, the factor included.
    z : float array
        The distance of each point from the centre, in sigmas.
    low, high : float array
        The limits, within 0 and 1.
    signals : mapping of str to bool array
        Name of a rule -> the points that it signals.
    """

    centre: float
    factor: float
    size: Floats
    sigma: Floats
    z: Floats
    low: Floats
    high: Floats
    signals: Mapping[str, Bools]


def p_chart(rate: Floats, size: Floats, centre: float, baseline: Bools) -> Chart:
    """Compute the limits of a series of proportions and the points that signal a change.

    Parameters
    ----------
    rate : float array
        Proportions, in the order of time; nan where nothing was sampled: such a point is left out.
    size : float array
        The effective size of the sample behind each.
    centre : float
        The pooled proportion of the baseline. At 0 or 1 there are no limits.
    baseline : bool array
        The points whose moving range says how much more than sampling error the points vary.

    Returns
    -------
    Chart
        The limits, centre ± 3 sigma, and the signals.

    Examples
    --------
    >>> rate, size = np.array([0.9, 0.92, 0.91, 0.6]), np.full(4, 50.0)
    >>> chart = p_chart(rate, size, 0.91, np.array([True, True, True, False]))
    >>> chart.factor, chart.low.round(3).tolist()[0], chart.signals["outside-limits"].tolist()
    (1.0, 0.789, [False, False, False, True])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        alone = np.sqrt(centre * (1 - centre) / size)
        distance = (rate - centre) / alone
    used = np.isfinite(distance)
    ranges = np.abs(np.diff(distance[used & baseline]))
    factor = max(float(ranges.mean()) / _RANGE_TO_SIGMA, 1.0) if len(ranges) else 1.0
    sigma = np.where(used, alone * factor, np.nan)
    z = np.where(used, distance / factor, np.nan)
    signals = {}
    for name, rule in RULES.items():
        signals[name] = np.zeros(len(rate), dtype=bool)
        signals[name][used] = rule(z[used], rate[used])
    low, high = np.maximum(centre - SIGMAS * sigma, 0.0), np.minimum(centre + SIGMAS * sigma, 1.0)
    return Chart(centre, factor, size, sigma, z, low, high, signals)


def _outside(z: Floats, _: Floats) -> Bools:
    """Signal a point beyond three sigmas."""
    return np.abs(z) > SIGMAS


def _two_of_three(z: Floats, _: Floats) -> Bools:
    """Signal the second of three successive points beyond two sigmas on the same side."""
    return _either_side(z, lambda up: (up > 2) & (_last(up > 2, 3) >= 2))


def _eight_on_a_side(z: Floats, _: Floats) -> Bools:
    """Signal the eighth successive point on the same side of the centre, and those that follow there."""
    return _either_side(z, lambda up: _last(up > 0, 8) == 8)


def _six_in_a_row(_: Floats, rate: Floats) -> Bools:
    """Signal the sixth of successive points that each lie higher, or each lower, than the one before."""
    # by the rates that a reader sees: where samples differ in size, distances in sigmas may go the other way
    return _either_side(rate, lambda up: _last(np.diff(up, prepend=np.inf) > 0, 5) == 5)


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
"""Name of a rule -> the points that it signals, from their distances to the centre in sigmas and from the rates."""
