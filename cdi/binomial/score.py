"""The score interval of Miettinen and Nurminen (1985) for the difference of two proportions, vectorised.

Of two simple random samples only. statsmodels 0.15 gives other limits, by up to 0.009, and fails in some tables.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

__all__ = ["SCORE", "fits", "miettinen_nurminen", "score_p"]

Floats: TypeAlias = npt.NDArray[np.float64]
SCORE = "miettinen-nurminen"
"""Its name, beside those of the methods of single rates."""

HALVINGS = 60


def miettinen_nurminen(
    recorded_a: ArrayLike, due_a: ArrayLike, recorded_b: ArrayLike, due_b: ArrayLike, *, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Give the limits of the difference a - b of two proportions by inverting the score test.

    Parameters
    ----------
    recorded_a, due_a, recorded_b, due_b : array_like
        Counts of the two samples.
    level : float
        Confidence level.

    Returns
    -------
    tuple of float array
        Lower and upper limits, -1 to 1.

    References
    ----------
    Miettinen and Nurminen (1985), Statistics in Medicine 4:213-226, with the restricted maximum likelihood estimates in
    closed form and the variance times N / (N - 1).

    Examples
    --------
    >>> [end.round(4).tolist() for end in miettinen_nurminen(56, 70, 48, 80)]
    [0.0528, 0.3382]
    """
    from scipy.special import ndtri

    x, m, y, n = _floats(recorded_a, due_a, recorded_b, due_b)
    z = float(ndtri((1 + level) / 2))
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
    from scipy.special import ndtri

    x, m, y, n = _floats(recorded_a, due_a, recorded_b, due_b)
    reach = float(ndtri((1 + level) / 2)) ** 2 * _variance(x, m, y, n, np.full_like(x, true))
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
