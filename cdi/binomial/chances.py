"""The probability of each count that a simple sample can give, of an endless frame and of one of known size."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["binomial", "hypergeometric"]

Floats: TypeAlias = npt.NDArray[np.float64]


def binomial(due: int, rates: Floats) -> Floats:
    """Give the binomial probability of each count at each rate."""
    from scipy.special import betaln, xlog1py, xlogy

    counts = np.arange(due + 1.0)
    ways = -np.log(due + 1.0) - betaln(due - counts + 1, counts + 1)
    p = rates[:, None]
    return np.asarray(np.exp(ways + xlogy(counts, p) + xlog1py(due - counts, -p)), dtype=np.float64)


def hypergeometric(due: int, recorded: Floats, population: int) -> Floats:
    """Give the hypergeometric probability of each count, of frames with so many records that were recorded."""
    from scipy.special import gammaln

    def ways(of: Floats, taken: Floats) -> Floats:
        """Give the logarithm of the number of ways to take some."""
        return np.asarray(gammaln(of + 1) - gammaln(taken + 1) - gammaln(of - taken + 1))

    counts, known = np.arange(due + 1.0)[None, :], recorded[:, None]
    missed = population - known
    can = (counts <= known) & (due - counts <= missed)
    # what cannot come has no number of ways, and a probability of 0
    taken, left = np.where(can, counts, 0.0), np.where(can, due - counts, 0.0)
    every = ways(np.array(float(population)), np.array(float(due)))
    chance = np.where(can, np.exp(ways(known, taken) + ways(missed, left) - every), 0.0)
    # logarithms of factorials of large numbers leave rounding, which a common factor takes out
    return np.asarray(chance / chance.sum(axis=1, keepdims=True))
