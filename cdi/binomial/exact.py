"""Exact limits for a yes/no count in a finite population, in whole numbers of the population.

A simple random sample of n from N holds x; how many of the N are there? Everything is counted in exact integers
(weights C(M, k) C(N - M, n - k) out of C(N, n)), so that a limit never turns on rounding. For unclustered simple
samples only; those of several strata are in :mod:`cdi.binomial.stratified`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import ceil, comb

__all__ = ["EXACT", "exact", "exact_equal_tailed"]

Limits = tuple[int, int]


def exact(x: int, n: int, N: int, tail: float) -> Limits:
    """Exact minimal-width interval for a simple sample from a known population.

    For each possible M, the narrowest run of counts that holds 1 - 2 tail of the probability, and of these the most
    probable one, is the acceptance interval; runs that fall back behind those of a smaller M are shifted up, those
    above N/2 mirror those below, and the interval holds every M whose run holds x.

    When to use
    -----------
    Use it where you need a guarantee, records were drawn one by one at random, and the population is known. The sample
    can be simple, or from several strata such as areas. It is two-sided only. A higher level does not always give a
    wider interval.

    Parameters
    ----------
    x, n, N : int
        Count in the sample, size of the sample, size of the population; 0 <= x <= n <= N, n >= 1.
    tail : float
        Half of what may be missed, below 1/2; the decimal that was meant is used (0.025, not its binary neighbour).

    Returns
    -------
    tuple of int
        The smallest and the largest M, units of the population that count.

    References
    ----------
    Bartroff, Lorden and Wang (2021), Optimal and fast confidence intervals for hypergeometric successes,
    arXiv:2109.05624. Over strata: docs/exact.md; Wendell and Schmee (1996), Journal of the American Statistical
    Association 91:825-830.

    Coverage
    --------
    Never below the nominal 95%, by enumeration of every M. Mean/minimum coverage of nominal 95%, exact enumeration,
    rates .80 to .99: .971/.951 for 24 of 200, .958/.950 for 182 of 1,000. Over strata never below either, whatever
    each of them holds.

    Examples
    --------
    >>> exact(21, 24, 200, 0.025)
    (139, 192)
    """
    lows, highs = _acceptance_runs(n, N, 1 - 2 * _decimal(tail))
    return bisect_left(highs, x), bisect_right(lows, x) - 1


def exact_equal_tailed(x: int, n: int, N: int, tail: float) -> Limits:
    """Exact equal-tailed interval for a simple sample from a known population.

    Every M for which neither P(X >= x) nor P(X <= x) is as small as the tail.

    When to use
    -----------
    Use it as exact, where each end must keep its guarantee by itself, or you want only one end ("at least"). It serves
    the same samples.

    Parameters
    ----------
    x, n, N : int
        Count in the sample, size of the sample, size of the population; 0 <= x <= n <= N, n >= 1.
    tail : float
        What may be missed at each end, below 1/2; the decimal that was meant is used.

    Returns
    -------
    tuple of int
        The smallest and the largest M, units of the population that count.

    References
    ----------
    Inversion of the two hypergeometric tails; compare Wang (2015), Journal of the American Statistical Association
    110:1491-1499.

    Coverage
    --------
    Never below the nominal 95%, by enumeration of every M. Mean/minimum coverage of nominal 95%, exact enumeration,
    rates .80 to .99: .983/.965 for 24 of 200, .965/.950 for 182 of 1,000.

    Examples
    --------
    >>> exact_equal_tailed(21, 24, 200, 0.025)
    (138, 193)
    """
    level = _decimal(tail)
    # P(X <= x | M) is P(X' >= n - x | N - M) with yes and no swapped: one search serves both ends.
    return _least_population_count(x, n, N, level), N - _least_population_count(n - x, n, N, level)


EXACT: Mapping[str, Callable[[int, int, int, float], Limits]] = {
    "exact": exact,
    "exact-equal-tailed": exact_equal_tailed,
}


def _decimal(tail: float) -> Fraction:
    """Read a probability as the short decimal that was meant: a coverage of exactly .95 must count as .95."""
    return Fraction(tail).limit_denominator(10**12)


def _least_population_count(x: int, n: int, N: int, tail: Fraction) -> int:
    """Find the smallest M with P(X >= x | M) > tail; the probability grows with M."""
    bound = tail * comb(N, n)
    below, reached = x - 1, N - n + x
    while reached - below > 1:
        middle = (below + reached) // 2
        if _upper_weight(x, n, N, middle) > bound:
            reached = middle
        else:
            below = middle
    return reached


def _upper_weight(x: int, n: int, N: int, M: int) -> int:
    """Count the samples that hold x or more of the M."""
    first, last = max(x, n - (N - M)), min(n, M)
    if first > last:
        return 0
    weight = total = comb(M, first) * comb(N - M, n - first)
    for k in range(first, last):
        weight = _next_weight(weight, k, M, n, N)
        total += weight
    return total


def _next_weight(weight: int, k: int, M: int, n: int, N: int) -> int:
    """Step from the number of samples that hold k to the number that hold k + 1."""
    return weight * (M - k) * (n - k) // ((k + 1) * (N - M - n + k + 1))


def _previous_weight(weight: int, k: int, M: int, n: int, N: int) -> int:
    """Step from the number of samples that hold k to the number that hold k - 1."""
    return weight * k * (N - M - n + k) // ((M - k + 1) * (n - k + 1))


@lru_cache(maxsize=16)
def _acceptance_runs(n: int, N: int, level: Fraction) -> tuple[list[int], list[int]]:
    """Give the ends of the acceptance run of every M from 0 to N, both nondecreasing in M."""
    needed = ceil(level * comb(N, n))
    runs: list[Limits] = []
    furthest = 0
    for M in range((N + 1) // 2):
        low, high = _most_probable_run(M, n, N, needed)
        shift = max(0, furthest - low)
        runs.append((low + shift, high + shift))
        furthest = low + shift
    middle = []
    if N % 2 == 0:
        low, high = _most_probable_run(N // 2, n, N, needed)
        low = min(low, n - high)  # M = N/2 is its own mirror, so its run must be
        middle = [(low, n - low)]
    mirrored = [(n - high, n - low) for low, high in reversed(runs)]
    lows, highs = zip(*runs, *middle, *mirrored, strict=True)
    return list(lows), list(highs)


def _most_probable_run(M: int, n: int, N: int, needed: int) -> Limits:
    """Grow a run from the mode towards the larger neighbour until it holds the weight that is needed.

    The weights have one peak: the k largest are always neighbours, so the first run that is heavy enough is the
    narrowest, and the heaviest of its width.
    """
    low = high = (n + 1) * (M + 1) // (N + 2)
    weight = comb(M, low) * comb(N - M, n - low)
    below, above = _previous_weight(weight, low, M, n, N), _next_weight(weight, high, M, n, N)
    while weight < needed:
        if above > below:
            weight, high = weight + above, high + 1
            above = _next_weight(above, high, M, n, N)
        else:
            weight, low = weight + below, low - 1
            below = _previous_weight(below, low, M, n, N)
    return low, high
