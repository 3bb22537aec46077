"""Normal quantiles and tails of one number, and a root: what intervals need of scipy takes longer to load than they do.

Arrays of either are worked out by scipy where they are needed.
"""

from __future__ import annotations

import math
from collections.abc import Callable

__all__ = ["beyond", "quantile", "root"]

_STEPS = 200
_ROUNDING = 4 * 2.0**-52  # as a share of a root, what no search tells apart


def quantile(share: float) -> float:
    """Give the value below which a share of a standard normal variable lies.

    Examples
    --------
    >>> round(quantile(0.975), 12)
    1.95996398454
    """
    from statistics import NormalDist

    return NormalDist().inv_cdf(share)


def beyond(value: float) -> float:
    """Give the share of a standard normal variable that lies above a value.

    Examples
    --------
    >>> round(beyond(1.959963984540054), 12)
    0.025
    """
    return math.erfc(value / math.sqrt(2)) / 2


def root(of: Callable[[float], float], low: float, high: float, within: float) -> float:
    """Find where a function changes its sign between two ends, by Chandrupatla's method.

    Chandrupatla (1997), "A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear function",
    Advances in Engineering Software 28, 145-149: three points are interpolated where they bend little, else the way is
    halved.

    Examples
    --------
    >>> round(root(lambda x: x * x - 2, 0.0, 2.0, within=1e-12), 10)
    1.4142135624
    """
    newest, other = low, high
    at_newest, at_other = of(newest), of(other)
    part = 0.5
    for _ in range(_STEPS):
        place = newest + part * (other - newest)
        value = of(place)
        if (value > 0) == (at_newest > 0):
            before, at_before = newest, at_newest
        else:
            before, at_before, other, at_other = other, at_other, newest, at_newest
        newest, at_newest = place, value
        nearest, least = (newest, at_newest) if abs(at_newest) < abs(at_other) else (other, at_other)
        shortest = (within + _ROUNDING * abs(nearest)) / abs(other - newest)
        if least == 0 or shortest > 0.5:
            return nearest
        part = _part((newest, at_newest), (other, at_other), (before, at_before))
        part = min(max(part, shortest), 1 - shortest)
    return nearest


def _part(newest: tuple[float, float], other: tuple[float, float], before: tuple[float, float]) -> float:
    """Say how far to go towards the other end: where a parabola through three points is 0, or half the way."""
    (x, f), (x_other, f_other), (x_before, f_before) = newest, other, before
    along, up = (x - x_other) / (x_before - x_other), (f - f_other) / (f_before - f_other)
    if not 1 - math.sqrt(1 - along) < up < math.sqrt(along):
        return 0.5
    apart = (x_before - x) / (x_other - x)
    first = f / (f - f_other) * f_before / (f_before - f_other)
    return first - apart * f / (f_before - f) * f_other / (f_other - f_before)
