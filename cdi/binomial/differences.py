"""Limits of a difference, a ratio and a product, recovered from the limits of each side (MOVER), and their p-values.

Zou and Donner (2008), Statistics in Medicine 27:1693-1702; Donner and Zou (2012), Statistical Methods in Medical
Research 21:347-359. Two sides of one sample have a correlation; independent ones have none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Side", "difference", "log_ratio", "p_value", "product", "ratio"]

Floats: TypeAlias = npt.NDArray[np.float64]
Ends: TypeAlias = tuple[Floats, Floats]

FURTHEST = 8.0
"""Standard errors beyond which a p-value is not told from 1e-15."""


@dataclass(frozen=True, slots=True)
class Side:
    """An estimate with its limits, one element a row.

    Attributes
    ----------
    estimate, low, high : float array
        On one scale.
    """

    estimate: Floats
    low: Floats
    high: Floats


def difference(a: Side, b: Side, correlation: Floats | float = 0.0) -> Ends:
    """Give the limits of a - b.

    Examples
    --------
    >>> a, b = (Side(*(np.array(x) for x in ends)) for ends in ((0.8, 0.692, 0.877), (0.6, 0.490, 0.700)))
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


def product(a: Side, b: Side) -> Ends:
    """Give the limits of a b, both above or at 0 and independent.

    Examples
    --------
    >>> a, b = (Side(*(np.array(x) for x in ends)) for ends in ((0.9, 0.85, 0.94), (0.8, 0.7, 0.88)))
    >>> [round(float(end), 3) for end in product(a, b)]
    [0.622, 0.799]
    """
    middle = a.estimate * b.estimate
    least = _joined(b.estimate * (a.estimate - a.low), a.estimate * (b.estimate - b.low), 0.0)
    most = _joined(b.estimate * (a.high - a.estimate), a.estimate * (b.high - b.estimate), 0.0)
    return np.maximum(middle - least, 0), middle + most


def ratio(a: Side, b: Side, correlation: Floats | float = 0.0) -> Ends:
    """Give the limits of a / b, both above or at 0; infinite where b may be 0.

    Examples
    --------
    >>> a, b = (Side(*(np.array(x) for x in ends)) for ends in ((0.8, 0.692, 0.877), (0.6, 0.490, 0.700)))
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


def log_ratio(a: Side, b: Side, correlation: Floats | float = 0.0) -> Ends:
    """Give the limits of a / b by those of the difference of logarithms; 0 and infinite where an end has none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = [Side(np.log(side.estimate), np.log(side.low), np.log(side.high)) for side in (a, b)]
        low, high = difference(logs[0], logs[1], correlation)
        return np.exp(low), np.exp(high)


def p_value(limits: Callable[[float], tuple[float, float]], null: float) -> float:
    """Find the smallest 1 - level at which the interval excludes a value.

    Parameters
    ----------
    limits : function
        Gives the interval for a probability left out on each side, 0 to 0.5.
    null : float
        The value: 0 for a difference, 1 for a ratio.

    Returns
    -------
    float
        0 to 1; what is below 1e-15 or above 0.9999 is not told apart.

    Examples
    --------
    >>> from scipy.special import ndtri
    >>> round(p_value(lambda tail: (1 + ndtri(tail), 1 - ndtri(tail)), 0), 4)
    0.3173
    """
    from scipy.optimize import brentq
    from scipy.special import ndtr

    def beyond(z: float) -> float:
        low, high = limits(float(ndtr(-z)))
        # an end that is infinite excludes nothing, and the search needs a number
        return float(np.clip(max(low - null, null - high), -FURTHEST, FURTHEST))

    nearest = 1e-4
    if beyond(nearest) <= 0:
        return 1.0
    if beyond(FURTHEST) > 0:
        return float(2 * ndtr(-FURTHEST))
    return float(2 * ndtr(-brentq(beyond, nearest, FURTHEST, xtol=1e-12)))
