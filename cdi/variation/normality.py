"""The test of Shapiro and Wilk, whether values look as if they came from a normal distribution.

As in Royston (1995), "Remark AS R94: a remark on algorithm AS 181, the W-test for normality", Applied Statistics 44,
547-551, which R and scipy follow too; scipy.stats takes longer to load than all that is done with many forces.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["TESTED", "Normality", "shapiro_wilk", "weights"]

Floats: TypeAlias = npt.NDArray[np.float64]

TESTED = (3, 5000)
"""The least and the most values that Royston's p-values were made for."""

_LEAST = 1e-300

# polynomials of Royston (1995), the constant first
_LAST_WEIGHT = (0.0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056)
_LAST_BUT_ONE = (0.0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633)
_FEW = 11
_FEW_BOUND = (-2.273, 0.459)
_FEW_MEAN, _FEW_LOG_SD = (0.5440, -0.39978, 0.025054, -6.714e-4), (1.3822, -0.77857, 0.062767, -0.0020322)
_MEAN, _LOG_SD = (-1.5861, -0.31082, -0.083751, 0.0038915), (-0.4803, -0.082676, 0.0030302)


@dataclass(frozen=True, slots=True)
class Normality:
    """A test of Shapiro and Wilk.

    Attributes
    ----------
    W : float
        The statistic; 1 is as normal as can be.
    p : float
        Its p-value (Royston 1995).
    """

    W: float
    p: float


def shapiro_wilk(ordered: Floats, weight: Floats | None = None) -> Normality:
    """Test whether values look normal.

    Parameters
    ----------
    ordered : float array
        Three values or more, in ascending order and not all equal.
    weight : float array, optional
        Their :func:`weights`, where several tests are of as many values.

    Returns
    -------
    Normality
        The statistic and its p-value, which is rough beyond 5,000 values.

    Examples
    --------
    >>> found = shapiro_wilk(np.array([0.80, 0.91, 0.92, 0.93]))
    >>> round(found.W, 4), round(found.p, 4)
    (0.7529, 0.0411)
    """
    k = len(ordered)
    weight = weights(k) if weight is None else weight
    x = (ordered - ordered[k // 2]) / (ordered[-1] - ordered[0])
    away = x - x.sum() / k
    spread = math.sqrt(float(away @ away))
    fit = float(weight @ (x[::-1][: k // 2] - x[: k // 2])) / math.sqrt(2 * float(weight @ weight))
    # W is close to 1: what it lacks is computed without taking it from 1, and is never 0 since its log is needed
    lacking = max((spread - fit) * (spread + fit) / (spread * spread), _LEAST)
    return Normality(1 - lacking, _p_value(lacking, k))


def weights(k: int) -> Floats:
    """Give the weights of the highest half of k values, the highest first; the lowest have the same with a minus.

    Examples
    --------
    >>> weights(4).round(4).tolist()
    [0.6873, 0.1663]
    """
    from scipy.special import ndtri

    if k == TESTED[0]:
        return np.array([math.sqrt(0.5)])
    expected = -ndtri((np.arange(1, k // 2 + 1) - 0.375) / (k + 0.25))
    squares, unit = 2 * float(expected @ expected), 1 / math.sqrt(k)
    ends = [_polynomial(_LAST_WEIGHT, unit) + float(expected[0]) / math.sqrt(squares)]
    if k > 5:
        ends.append(_polynomial(_LAST_BUT_ONE, unit) + float(expected[1]) / math.sqrt(squares))
    rest = squares - 2 * float(expected[: len(ends)] @ expected[: len(ends)])
    weight = expected / math.sqrt(rest / (1 - 2 * sum(end * end for end in ends)))
    weight[: len(ends)] = ends
    return np.asarray(weight)


def _p_value(lacking: float, k: int) -> float:
    if k == TESTED[0]:
        return max(6 / math.pi * (math.asin(math.sqrt(1 - lacking)) - math.asin(math.sqrt(0.75))), 0.0)
    y = math.log(lacking)
    if k > _FEW:
        mean, log_sd = _polynomial(_MEAN, math.log(k)), _polynomial(_LOG_SD, math.log(k))
    else:
        bound = _polynomial(_FEW_BOUND, k)
        if y >= bound:
            return 0.0
        y, mean, log_sd = -math.log(bound - y), _polynomial(_FEW_MEAN, k), _polynomial(_FEW_LOG_SD, k)
    return math.erfc((y - mean) / math.exp(log_sd) / math.sqrt(2)) / 2


def _polynomial(coefficients: tuple[float, ...], x: float) -> float:
    total = 0.0
    for coefficient in reversed(coefficients):
        total = total * x + coefficient
    return total
