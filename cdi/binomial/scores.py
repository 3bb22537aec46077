"""Normal scores of proportions: how far one is from a rate that it is held against, and how far chance goes.

A score is the normal value whose tail is the binomial mid-P of the count (Lancaster 1961, "Significance tests in
discrete distributions", Journal of the American Statistical Association 56, 223-234). Proportions near 1 of few crimes
are skewed, so distances in standard errors mislead there. Counts and sizes need not be whole.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["LEAST", "furthest", "normal_score"]

Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]

LEAST = 1e-290
"""The tail below which one soon is no number."""

_HALVINGS = 64


def normal_score(rate: Floats, size: Floats, centre: float) -> Floats:
    """Say how far proportions are from a centre, as the normal value whose tail is their binomial mid-P."""
    from scipy.special import ndtri, rel_entr

    above = rate > centre
    count, rest = np.where(above, rate, 1 - rate) * size, np.where(above, 1 - rate, rate) * size
    tail = _mid_p(count, rest, np.where(above, centre, 1 - centre))
    score = -ndtri(np.maximum(tail, LEAST))
    gone = tail <= LEAST
    if gone.any():
        # where a tail is no number any more the deviance, whose root a normal score tends to, stands for it
        deviance = 2 * size * (rel_entr(rate, centre) + rel_entr(1 - rate, 1 - centre))
        score = np.where(gone, np.sqrt(np.maximum(deviance, ndtri(LEAST) ** 2)), score)
    return np.asarray(np.where(above, score, -score))


def _mid_p(count: Floats, rest: Floats, chance: Floats) -> Floats:
    """Give the probability of more than a count, and half that of the count itself; it need not be whole."""
    from scipy.special import betainc

    # none is reached by every sample, and none goes beyond all; beta functions of 0 are no numbers
    some, short = np.maximum(count, LEAST), np.maximum(rest, LEAST)
    at_least, beyond = betainc(some, rest + 1, chance), betainc(count + 1, short, chance)
    if not (count.all() and rest.all()):
        at_least, beyond = np.where(count > 0, at_least, 1.0), np.where(rest > 0, beyond, 0.0)
    return np.asarray((at_least + beyond) / 2)


def furthest(within: Callable[[Floats], Bools], centre: float, end: Floats) -> Floats:
    """Halve the way from the centre to an end until the last rate that is within is found."""
    holds = within(end)
    inside, outside = np.where(holds, end, centre), end
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        holds = within(middle)
        inside, outside = np.where(holds, middle, inside), np.where(holds, outside, middle)
    return inside
