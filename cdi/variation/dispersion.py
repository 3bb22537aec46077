"""How much more forces vary than by chance, from distances of which the outermost are drawn in (winsorised).

After Spiegelhalter (2005), "Handling over-dispersion of performance indicators", Quality and Safety in Health Care 14,
347-351; the variance between forces after Paule and Mandel (1982), "Consensus values and weighting factors", Journal of
Research of the National Bureau of Standards 87, 377-385, or DerSimonian and Laird (1986), "Meta-analysis in clinical
trials", Controlled Clinical Trials 7, 177-188.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["BY_CHANCE", "TAUS", "winsorised"]

Floats: TypeAlias = npt.NDArray[np.float64]

BY_CHANCE = 0.6786545589528747
"""The mean of the squares of normal variables of which a tenth at either end is drawn in."""

_WINSORISED = 0.10
_ROUNDS = 100
_SAME = 1e-13


def winsorised(z: Floats) -> Floats:
    """Draw the tenth at either end in to the quantiles there, interpolated as numpy and R do by default.

    Examples
    --------
    >>> winsorised(np.array([0.0, 3.0, 1.0, -1.0, -9.0])).round(2).tolist()
    [0.0, 2.2, 1.0, -1.0, -5.8]
    """
    ordered, place = np.sort(z), _WINSORISED * (len(z) - 1)
    i, part = int(place), place % 1
    low = ordered[i] + part * (ordered[i + 1] - ordered[i])
    high = ordered[-1 - i] + part * (ordered[-2 - i] - ordered[-1 - i])
    return np.asarray(np.minimum(np.maximum(z, low), high))


def _paule_mandel(z: Floats, v: Floats) -> float:
    """Solve sum of z^2 v / (v + tau2) = k - 1.

    One over the sum is concave, and linear where all v are equal: steps of Newton on it from 0 never pass the root.
    """
    squares, rest, tau2 = z * z * v, len(z) - 1, 0.0
    for _ in range(_ROUNDS):
        weight = 1 / (v + tau2)
        parts = squares * weight
        total = float(parts.sum())
        if total - rest <= _SAME * rest:
            break
        tau2 += total / rest * (total - rest) / float(parts @ weight)
    return tau2


def _dersimonian_laird(z: Floats, v: Floats) -> float:
    w = 1 / v
    return max((float(z @ z) - (len(z) - 1)) / float(w.sum() - (w @ w) / w.sum()), 0.0)


TAUS: Mapping[str, Callable[[Floats, Floats], float]] = {"PM": _paule_mandel, "DL": _dersimonian_laird}
"""Name of an estimator -> the variance between forces, from distances and the variances of chance.

Winsorised distances are to be over the root of BY_CHANCE first, or the variance comes out too small."""
