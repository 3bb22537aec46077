"""Scales on which proportions are compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["TRANSFORMS", "Transform"]

Floats: TypeAlias = npt.NDArray[np.float64]


class Transform(NamedTuple):
    """A scale: from proportions and back, the variance for one observation at a rate, what it takes no 0 and 1 of."""

    scale: Callable[[Floats], Floats]
    back: Callable[[Floats], Floats]
    variance: Callable[[float], float]
    corrects: bool


def _logit(p: Floats) -> Floats:
    return np.asarray(np.log(p / (1 - p)))


def _expit(y: Floats) -> Floats:
    from scipy.special import expit

    return np.asarray(expit(y))


def _arcsine(p: Floats) -> Floats:
    return np.asarray(np.arcsin(np.sqrt(p)))


def _sine(y: Floats) -> Floats:
    return np.asarray(np.sin(np.clip(y, 0.0, np.pi / 2)) ** 2)


def _as_it_is(p: Floats) -> Floats:
    return p


def _clipped(y: Floats) -> Floats:
    return np.clip(y, 0.0, 1.0)


TRANSFORMS: Mapping[str, Transform] = {
    "logit": Transform(_logit, _expit, lambda p: 1 / (p * (1 - p)), corrects=True),
    "arcsine": Transform(_arcsine, _sine, lambda _: 0.25, corrects=False),
    "raw": Transform(_as_it_is, _clipped, lambda p: p * (1 - p), corrects=False),
}
"""The scales on which forces are held against the target."""
