"""How often the interval of a rate or of a difference is right: exactly, by enumerating every sample that can come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from cdi.arguments import checked, chosen
from cdi.binomial import intervals
from cdi.binomial.chances import binomial, hypergeometric
from cdi.binomial.differences import fits
from cdi.binomial.intervals import mover, tail_of
from cdi.binomial.methods import METHODS
from cdi.errors import MethodError
from cdi.parameters import LEVEL, METHOD, SCORE

__all__ = ["LARGEST", "ROUNDING", "Enumerated", "coverage_of_counts", "coverage_of_difference"]

Floats: TypeAlias = npt.NDArray[np.float64]

LARGEST = 1_000_000
"""Pairs of samples that are enumerated at the most."""

_TRUE_RATES = np.round(np.arange(0.80, 0.995, 0.01), 2)
_DECIMALS = 12

ROUNDING = 1e-12
"""A limit that lies no further from the true rate than this lies on it."""


@dataclass(frozen=True, slots=True)
class Enumerated:
    """How the intervals of a simple sample fare; one element a true rate."""

    rate: Floats  # the true rates: of a known number of records, the nearest that there can be
    coverage: Floats  # the probability that the interval holds the true rate
    # above, below: the probability that it lies wholly below, or wholly above, the true rate, which it then misses
    above: Floats
    below: Floats
    width: Floats  # the mean width of the interval


def coverage_of_counts(
    due: int,
    rates: ArrayLike,
    *,
    population: int | None = None,
    method: str = METHOD,
    level: float = LEVEL,
    side: str = "both",
) -> Enumerated:
    """Compute how often the interval of a simple random sample holds the true rate.

    The counts are binomial or, of a known number of records, hypergeometric. Without rounding that is exact: each count
    that can come has its interval, and its probability at each true rate.
    """
    true = np.atleast_1d(np.asarray(rates, dtype=np.float64))
    counts = np.arange(due + 1)
    found = intervals.count_interval(counts, due, population=population, level=level, method=method, side=side)
    if population is None:
        chances = binomial(due, true)
    else:
        recorded = np.floor(true * population + 0.5)
        true, chances = recorded / population, hypergeometric(due, recorded, population)
    above = found.high[None, :] < true[:, None] - ROUNDING
    below = found.low[None, :] > true[:, None] + ROUNDING
    above, below = ((chances * missed).sum(axis=1) for missed in (above, below))
    return Enumerated(true, 1 - above - below, above, below, chances @ (found.high - found.low))


@checked
def coverage_of_difference(
    due_a: int,
    due_b: int,
    rate_a: ArrayLike | None = None,
    rate_b: ArrayLike | None = None,
    *,
    method: str = METHOD,
    level: float = LEVEL,
) -> Floats:
    """Compute how often the interval of a difference contains the true one, for two simple random samples.

    Parameters
    ----------
    due_a, due_b : int
        The sizes of the samples.
    rate_a, rate_b : array_like, optional
        The true rates, as proportions. If None, they are 0.80 to 0.99 in steps of 0.01, each of a with each of b.
    method : str
        The interval method; see :func:`cdi.compare`. It is MOVER with a method of ``cdi.METHODS``, or
        ``"miettinen-nurminen"``.
    level : float
        The confidence level of the interval.

    Returns
    -------
    float array
        The probability for each pair of rates. By default there is one row for each rate of a and one column for each
        rate of b. The lowest is ``.min()``.

    Raises
    ------
    DataError
        If a size is below 1, or a rate is not between 0 and 1.
    MethodError
        If the method or level is unknown, or there are more than a million pairs of samples.

    References
    ----------
    Newcombe (1998b), Statistics in Medicine 17:873-890, evaluates intervals in this way.

    Examples
    --------
    >>> import cdi
    >>> round(float(cdi.coverage_of_difference(60, 60).min()), 3)
    0.951
    """
    tail_of(level, "both")
    chosen(method, [name for name in (*METHODS, SCORE) if name != "published"], "unknown-method")
    due_a, due_b = (intervals.whole_number(due, "due", 1) for due in (due_a, due_b))
    if (due_a + 1) * (due_b + 1) > LARGEST:
        raise MethodError.of("coverage-size", got=f"{due_a:,} x {due_b:,}")
    true_a = intervals.numbers(_TRUE_RATES[:, None] if rate_a is None else rate_a, "not-a-proportion")
    true_b = intervals.numbers(_TRUE_RATES[None, :] if rate_b is None else rate_b, "not-a-proportion")
    for rates in (true_a, true_b):
        intervals.interval(rates, 1)  # the room that knows which rates can be
    a, b = intervals.together(true_a, true_b)
    found = _enumerated(due_a, due_b, a.ravel(), b.ravel(), method, level)
    return found.reshape(a.shape)


def _enumerated(due_a: int, due_b: int, a: Floats, b: Floats, method: str, level: float) -> Floats:
    """Add up the probabilities of the pairs whose interval holds the difference; equal differences are tried once."""
    held = _holding(due_a, due_b, method, level)
    differences, which = np.unique(np.round(a - b, _DECIMALS), return_inverse=True)
    chances_a, chances_b = binomial(due_a, a), binomial(due_b, b)
    found = np.empty(len(a))
    for i, true in enumerate(differences):
        at = np.flatnonzero(which == i)
        found[at] = np.einsum("ij,ij->i", chances_a[at] @ held(float(true)), chances_b[at])
    return found


def _holding(due_a: int, due_b: int, method: str, level: float) -> Callable[[float], Floats]:
    """Tell, for each pair of samples, whether its interval holds a difference."""
    x, y = np.arange(due_a + 1)[:, None], np.arange(due_b + 1)[None, :]
    if method == SCORE:
        return lambda true: fits(x, due_a, y, due_b, true, level=level).astype(np.float64)
    sides = [
        intervals.count_interval(counts, due, level=level, method=method) for counts, due in ((x, due_a), (y, due_b))
    ]
    low, high = mover(x / due_a, sides[0], y / due_b, sides[1])
    return lambda true: ((low <= true) & (true <= high)).astype(np.float64)
