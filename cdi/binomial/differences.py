"""Two rates held against each other: limits of a difference, a ratio and a product, and their p-values.

From the limits of each side (MOVER): Zou and Donner (2008), Statistics in Medicine 27:1693-1702; Donner and Zou (2012),
Statistical Methods in Medical Research 21:347-359. Two sides of one sample have a correlation; independent ones have
none. Of two simple random samples also the score interval of Miettinen and Nurminen (1985): that of statsmodels 0.15
gives other limits, by up to 0.009, and fails in some tables.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from cdi.binomial import normal
from cdi.parameters import LEVEL

__all__ = [
    "WithLimits", "difference", "fits", "likeliest", "log_ratio", "miettinen_nurminen", "p_value", "product", "ratio",
    "score_p",
]  # fmt: skip

Floats: TypeAlias = npt.NDArray[np.float64]

Ends: TypeAlias = tuple[Floats, Floats]

FURTHEST = 8.0
"""Standard errors beyond which a p-value is not told from 1e-15."""


@dataclass(frozen=True, slots=True)
class WithLimits:
    """An estimate with its limits, one element a row.

    Attributes
    ----------
    estimate, low, high : float array
        On one scale.
    """

    estimate: Floats
    low: Floats
    high: Floats


def difference(a: WithLimits, b: WithLimits, correlation: Floats | float = 0.0) -> Ends:
    """Give the limits of a - b.

    Examples
    --------
    >>> a, b = (WithLimits(*(np.array(x) for x in ends)) for ends in ((0.8, 0.692, 0.877), (0.6, 0.490, 0.700)))
    >>> [round(float(end), 3) for end in difference(a, b)]
    [0.053, 0.334]
    """
    down, up = a.estimate - a.low, a.high - a.estimate
    under, over = b.estimate - b.low, b.high - b.estimate
    least, most = _joined(down, over, correlation), _joined(up, under, correlation)
    middle = a.estimate - b.estimate
    return middle - least, middle + most


def _joined(one: Floats, other: Floats, correlation: Floats | float) -> Floats:
    with np.errstate(invalid="ignore"):
        joined = np.sqrt(np.maximum(one**2 + other**2 - 2 * correlation * one * other, 0))
    # an end without limit leaves the difference without one
    return np.where(np.isinf(one) | np.isinf(other), np.inf, joined)


def product(a: WithLimits, b: WithLimits) -> Ends:
    """Give the limits of a b, both above or at 0 and independent.

    Examples
    --------
    >>> a, b = (WithLimits(*(np.array(x) for x in ends)) for ends in ((0.9, 0.85, 0.94), (0.8, 0.7, 0.88)))
    >>> [round(float(end), 3) for end in product(a, b)]
    [0.622, 0.799]
    """
    middle = a.estimate * b.estimate
    least = _joined(b.estimate * (a.estimate - a.low), a.estimate * (b.estimate - b.low), 0.0)
    most = _joined(b.estimate * (a.high - a.estimate), a.estimate * (b.high - b.estimate), 0.0)
    return np.maximum(middle - least, 0), middle + most


def ratio(a: WithLimits, b: WithLimits, correlation: Floats | float = 0.0) -> Ends:
    """Give the limits of a / b, both above or at 0; infinite where b may be 0.

    Examples
    --------
    >>> a, b = (WithLimits(*(np.array(x) for x in ends)) for ends in ((0.8, 0.692, 0.877), (0.6, 0.490, 0.700)))
    >>> [round(float(end), 3) for end in ratio(a, b)]
    [1.079, 1.664]
    """
    low = _quotient(a.estimate, a.low, b.estimate, b.high, correlation)
    with np.errstate(divide="ignore"):
        # the upper limit of a / b is the lower limit of b / a, turned over
        high = 1 / _quotient(b.estimate, b.low, a.estimate, a.high, correlation)
    return low, high


def _quotient(over: Floats, low: Floats, under: Floats, high: Floats, correlation: Floats | float) -> Floats:
    """Solve for the ratio R at which over - R under has its lower limit at 0: the smaller root, nothing cancelling."""
    product = over * under - correlation * (over - low) * (high - under)
    ends = low * (2 * over - low), high * (2 * under - high)
    root = np.sqrt(np.maximum(product**2 - ends[0] * ends[1], 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        found = ends[0] / (product + root)
    return np.where(ends[0] > 0, found, 0.0)


def log_ratio(a: WithLimits, b: WithLimits, correlation: Floats | float = 0.0) -> Ends:
    """Give the limits of a / b by those of the difference of logarithms; 0 and infinite where an end has none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = [WithLimits(np.log(side.estimate), np.log(side.low), np.log(side.high)) for side in (a, b)]
        low, high = difference(logs[0], logs[1], correlation)
        return np.exp(low), np.exp(high)


def p_value(limits: Callable[[float], tuple[float, float]], null: float) -> float:
    """Find the smallest 1 - level at which the interval excludes a value: 0 for a difference, 1 for a ratio.

    The interval is given for a probability left out on each side; below 1e-15 and above 0.9999 nothing is told apart.

    Examples
    --------
    >>> from cdi.binomial.normal import quantile
    >>> round(p_value(lambda tail: (1 + quantile(tail), 1 - quantile(tail)), 0), 4)
    0.3173
    """

    def excluded(z: float) -> float:
        low, high = limits(normal.beyond(z))
        # an end that is infinite excludes nothing, and the search needs a number
        return float(min(max(low - null, null - high, -FURTHEST), FURTHEST))

    nearest = 1e-4
    if excluded(nearest) <= 0:
        return 1.0
    if excluded(FURTHEST) > 0:
        return 2 * normal.beyond(FURTHEST)
    return 2 * normal.beyond(normal.root(excluded, nearest, FURTHEST, within=_CLOSE))


_CLOSE = 1e-12  # standard errors

HALVINGS = 60


def miettinen_nurminen(
    recorded_a: ArrayLike, due_a: ArrayLike, recorded_b: ArrayLike, due_b: ArrayLike, *, level: float = LEVEL
) -> tuple[Floats, Floats]:
    """Give the limits of the difference a - b of two proportions by inverting the score test.

    Miettinen and Nurminen (1985), Statistics in Medicine 4:213-226, with the restricted maximum likelihood estimates in
    closed form and the variance times N / (N - 1).

    Examples
    --------
    >>> [end.round(4).tolist() for end in miettinen_nurminen(56, 70, 48, 80)]
    [0.0528, 0.3382]
    """
    x, m, y, n = _floats(recorded_a, due_a, recorded_b, due_b)
    z = normal.quantile((1 + level) / 2)
    estimate = x / m - y / n

    def limit(end: float) -> Floats:
        inside, outside = estimate.copy(), np.full_like(estimate, end)
        for _ in range(HALVINGS):
            middle = (inside + outside) / 2
            fits = (estimate - middle) ** 2 <= z**2 * _variance(x, m, y, n, middle)
            inside, outside = np.where(fits, middle, inside), np.where(fits, outside, middle)
        return inside

    low, high = limit(-1.0), limit(1.0)
    # at the ends of what can be there is no variance left, and the halvings stop just short of them
    return np.where(estimate == -1, -1.0, low), np.where(estimate == 1, 1.0, high)


def fits(
    recorded_a: ArrayLike, due_a: ArrayLike, recorded_b: ArrayLike, due_b: ArrayLike, true: float, *, level: float
) -> npt.NDArray[np.bool_]:
    """Tell whether a difference lies within the interval, without looking for its limits.

    Examples
    --------
    >>> bool(fits(56, 70, 48, 80, 0.06, level=0.95)), bool(fits(56, 70, 48, 80, 0.05, level=0.95))
    (True, False)
    """
    x, m, y, n = _floats(recorded_a, due_a, recorded_b, due_b)
    reach = normal.quantile((1 + level) / 2) ** 2 * _variance(x, m, y, n, np.full_like(x, true))
    return np.asarray((x / m - y / n - true) ** 2 <= reach)


def score_p(recorded_a: ArrayLike, due_a: ArrayLike, recorded_b: ArrayLike, due_b: ArrayLike) -> Floats:
    """Give the p-value of no difference by the score test that the interval inverts.

    Examples
    --------
    >>> score_p(56, 70, 48, 80).round(4).tolist()
    0.0083
    """
    from scipy.special import ndtr

    x, m, y, n = _floats(recorded_a, due_a, recorded_b, due_b)
    variance = _variance(x, m, y, n, np.zeros_like(x))
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.abs(x / m - y / n) / np.sqrt(variance)
    # without any variance both samples are all recorded, or none is, and nothing differs
    return np.where(variance > 0, 2 * ndtr(-np.nan_to_num(z)), 1.0)


def _floats(*counts: ArrayLike) -> list[Floats]:
    return [np.asarray(each, dtype=np.float64) for each in np.broadcast_arrays(*counts)]


def _variance(x: Floats, m: Floats, y: Floats, n: Floats, d: Floats) -> Floats:
    """Compute the variance of the difference where it is d, at the likeliest rates of the two."""
    first = _likeliest(x, m, y, n, d)
    second = np.clip(first - d, 0, 1)
    return (first * (1 - first) / m + second * (1 - second) / n) * (m + n) / (m + n - 1)


def likeliest(
    recorded_a: ArrayLike, due_a: ArrayLike, recorded_b: ArrayLike, due_b: ArrayLike, true: ArrayLike
) -> Floats:  # fmt: skip
    """Give the likeliest rate of the first where the difference is a true one.

    Examples
    --------
    >>> likeliest(56, 70, 48, 80, 0.0).round(4).tolist()
    0.6933
    """
    return _likeliest(*_floats(recorded_a, due_a, recorded_b, due_b, true))


def _likeliest(x: Floats, m: Floats, y: Floats, n: Floats, d: Floats) -> Floats:
    """Solve the cubic of the restricted likelihood for the first rate, in closed form (trigonometric)."""
    # written for the second rate q, with the first at q + d: L3 q^3 + L2 q^2 + L1 q + L0 = 0
    both = m + n
    l2 = (m + 2 * n) * d - both - x - y
    l1 = (n * d - both - 2 * y) * d + x + y
    l0 = y * d * (1 - d)
    a = l2 / (3 * both)
    q = a**3 - l1 * l2 / (6 * both**2) + l0 / (2 * both)
    p = np.where(q < 0, -1.0, 1.0) * np.sqrt(np.maximum(a**2 - l1 / (3 * both), 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        turn = np.where(p == 0, 0.0, q / p**3)
    angle = (np.pi + np.arccos(np.clip(np.nan_to_num(turn), -1, 1))) / 3
    second = np.clip(2 * p * np.cos(angle) - a, np.maximum(0, -d), np.minimum(1, 1 - d))
    return np.asarray(second + d, dtype=np.float64)
