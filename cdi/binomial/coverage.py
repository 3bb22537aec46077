"""How often the interval of a difference is right: exactly, by enumerating every pair of samples that can come."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from cdi.arguments import checked, chosen
from cdi.binomial import intervals
from cdi.binomial.differences import fits
from cdi.binomial.intervals import mover, tail_of
from cdi.binomial.methods import METHODS
from cdi.errors import MethodError
from cdi.parameters import LEVEL, METHOD, SCORE

__all__ = ["LARGEST", "coverage_of_difference"]

Floats: TypeAlias = npt.NDArray[np.float64]

LARGEST = 1_000_000
"""Pairs of samples that are enumerated at the most."""

_TRUE_RATES = np.round(np.arange(0.80, 0.995, 0.01), 2)
_DECIMALS = 12


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
    chances_a, chances_b = _chances(due_a, a), _chances(due_b, b)
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


def _chances(due: int, rates: Floats) -> Floats:
    """Give the binomial probability of each count at each rate."""
    from scipy.special import betaln, xlog1py, xlogy

    counts = np.arange(due + 1.0)
    ways = -np.log(due + 1.0) - betaln(due - counts + 1, counts + 1)
    p = rates[:, None]
    return np.asarray(np.exp(ways + xlogy(counts, p) + xlog1py(due - counts, -p)), dtype=np.float64)
