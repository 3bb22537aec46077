"""Exact limits for a yes/no count in a finite population, in whole numbers of the population.

A simple random sample of n from N holds x; how many of the N are there? Chances are floating point numbers, of many
populations at once. Where one comes so close to what it is held against that rounding could turn the answer, it is
counted in exact integers (weights C(M, k) C(N - M, n - k) out of C(N, n)), so that a limit never turns on rounding. For
unclustered simple samples only; those of several strata are in :mod:`cdi.binomial.stratified`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import ceil, comb, exp, lgamma, log, pi
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["EXACT", "exact", "exact_equal_tailed", "of_many"]

Limits = tuple[int, int]
Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

TABLE = 20_000
"""Records on the frame up to which the runs of all M are worked out at once, and kept."""


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
    level = 1 - 2 * _decimal(tail)
    return _least_accepted(x, n, N, level), N - _least_accepted(n - x, n, N, level)


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


def of_many(method: str, x: Floats, n: Floats, N: Floats, tail: float) -> tuple[Floats, Floats]:
    """Give the limits of many samples, each as the function of its method gives them.

    Examples
    --------
    >>> low, high = of_many("exact", *(np.array(each) for each in ([21, 3], [24, 10], [200, 50])), 0.025)
    >>> low.tolist(), high.tolist()
    ([139.0, 6.0], [192.0, 30.0])
    """
    samples = list(zip(*(each.ravel().astype(np.int64).tolist() for each in (x, n, N)), strict=True))
    found = {sample: EXACT[method](sample[0], sample[1], sample[2], tail) for sample in dict.fromkeys(samples)}
    low, high = np.array([found[sample] for sample in samples], dtype=float).reshape(-1, 2).T
    return low.reshape(x.shape), high.reshape(x.shape)


def _decimal(tail: float) -> Fraction:
    """Read a probability as the short decimal that was meant: a coverage of exactly .95 must count as .95."""
    return Fraction(tail).limit_denominator(10**12)


# ---- chances as floating point numbers, with the doubt that rounding leaves


_LEAST = 2.0**-60  # a part of a sum that is no more than its rounding
_EPSILON = 2.0**-52


def _doubt(N: int) -> float:
    """Give the share by which rounding can make a chance wrong: logarithms of factorials lose their last digits."""
    return 64 * _EPSILON * (lgamma(N + 1) + 100)


def _at_least(x: int, n: int, N: int, M: int) -> tuple[float, float]:
    """Give P(X >= x | M), and how wrong it can be: what is summed up is the smaller end, from its largest term on."""
    above = x * (N + 2) > (n + 1) * (M + 1)
    # P(X < x | M) is P(X' > n - x | N - M) with yes and no swapped
    k, of = (x, M) if above else (n - x + 1, N - M)
    last, total = min(n, of), 0.0
    if k <= last:
        total = term = exp(_log_ways(of, k) + _log_ways(N - of, n - k) - _log_ways(N, n))
        while k < last and term > _LEAST * total:
            term *= (of - k) / (k + 1) * (n - k) / (N - of - n + k + 1)
            total += term
            k += 1
    return (total if above else 1 - total), total * _doubt(N)


def _log_ways(of: int, taken: int) -> float:
    return lgamma(of + 1) - lgamma(taken + 1) - lgamma(of - taken + 1)


def _least_population_count(x: int, n: int, N: int, tail: Fraction) -> int:
    """Find the smallest M with P(X >= x | M) > tail; the probability grows with M."""
    below, reached, wanted = x - 1, N - n + x, float(tail)
    while reached - below > 1:
        middle = (below + reached) // 2
        chance, doubt = _at_least(x, n, N, middle)
        more = chance > wanted
        if abs(chance - wanted) <= doubt + _EPSILON:
            more = _upper_weight(x, n, N, middle) > tail * comb(N, n)
        if more:
            reached = middle
        else:
            below = middle
    return reached


# ---- the same in whole numbers


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


# ---- acceptance runs


@lru_cache(maxsize=64)
def _acceptance_runs(n: int, N: int, level: Fraction) -> tuple[Ints, Ints]:
    """Give the ends of the acceptance run of every M from 0 to N, both nondecreasing in M."""
    low, high = _runs(n, N, np.arange((N + 1) // 2), level)
    lows = np.maximum.accumulate(low)
    highs = high + (lows - low)
    middle = [_middle_run(n, N, level)] if N % 2 == 0 else []
    return (
        np.concatenate([lows, *(np.array([run[0]]) for run in middle), n - highs[::-1]]),
        np.concatenate([highs, *(np.array([run[1]]) for run in middle), n - lows[::-1]]),
    )


def _middle_run(n: int, N: int, level: Fraction) -> Limits:
    """Give the run of M = N/2, which is its own mirror."""
    low, high = _most_probable_run(N // 2, n, N, ceil(level * comb(N, n)))
    low = min(low, n - high)
    return low, n - low


def _least_accepted(x: int, n: int, N: int, level: Fraction) -> int:
    """Find the least M whose run reaches up to x. Runs of M above N/2 mirror those below."""
    if N <= TABLE:
        return int(np.searchsorted(_acceptance_runs(n, N, level)[1], x))
    half = (N + 1) // 2
    found = _first_high(x, n, N, level)
    if found < half:
        return found
    if N % 2 == 0 and _middle_run(n, N, level)[1] >= x:
        return N // 2
    return N + 1 - _first_low_above(n - x, n, N, level)


def _first_high(x: int, n: int, N: int, level: Fraction) -> int:
    """Find the least M below N/2 whose run, shifted up where it falls back, reaches x; or the first beyond.

    The ends of runs never fall as M grows. So what is looked for lies between an M whose run ends below x and one at
    which x is so likely that no run can end below it.
    """
    half, missed = (N + 1) // 2, 1 - level
    if x == 0:
        return 0
    # fewer than x records with yes never give x of them
    if x >= half:
        return half
    least = missed
    last = min(_least_population_count(x, n, N, missed * (1 + _MARGIN)), half - 1)
    while True:
        least /= 4
        start = min(max(_least_population_count(x, n, N, least), x), last)
        first = start - 1
        lowest = _runs(n, N, np.array([first]), level)[0]
        # a run further down ends further up where this one's low end is too rare; elsewhere it begins no higher
        before = max(min(_rare_up_to(int(lowest[0]), n, N, missed * (1 + _MARGIN)), first), 0)
        low, high = _runs(n, N, np.arange(before, last + 1), level)
        ends = (high + np.maximum.accumulate(low) - low)[first - before :]
        if ends[0] < x or first < x:
            reached = np.flatnonzero(ends >= x)
            return first + int(reached[0]) if len(reached) else half


def _first_low_above(y: int, n: int, N: int, level: Fraction) -> int:
    """Find the least M below N/2 whose run begins above y, or the first beyond: y and what is less is rare then."""
    half, missed = (N + 1) // 2, 1 - level
    first, size = _rare_up_to(y, n, N, missed * (1 + _MARGIN)), _AT_ONCE
    while first < half:
        some = np.arange(first, min(first + size, half))
        above = np.flatnonzero(_runs(n, N, some, level)[0] > y)
        if len(above):
            return first + int(above[0])
        first += size
    return half


_MARGIN = Fraction(1, 10**6)  # beyond what rounding does to a probability
_AT_ONCE = 1024


def _rare_up_to(y: int, n: int, N: int, tail: Fraction) -> int:
    """Find the smallest M with P(X <= y | M) <= tail."""
    # which is the first beyond the largest with P(X' >= n - y | N - M) > tail, yes and no swapped
    return N - _least_population_count(n - y, n, N, tail) + 1


def _runs(n: int, N: int, M: Ints, level: Fraction) -> tuple[Ints, Ints]:
    """Grow the run of each M from the mode towards the larger neighbour until it is as likely as the level.

    The chances have one peak: the k largest are always neighbours, so the first run that is likely enough is the
    narrowest, and the most likely of its width. Where rounding could turn it, weights are counted in whole numbers.
    """
    wanted, doubt = float(level), _doubt(N)
    lows = (n + 1) * (M + 1) // (N + 2)
    highs = lows.copy()
    place, some, low, high = np.arange(len(M)), M, lows, highs
    total = _chances(low, n, N, M)
    below, above = total * _previous(low, n, N, M), total * _next(high, n, N, M)
    unsure: list[int] = []
    while len(place):
        lows[place], highs[place] = low, high
        up = above > below
        close = np.abs(total - wanted) <= doubt
        close |= (total < wanted) & (np.abs(above - below) <= _SAME * np.maximum(above, below))
        unsure += place[close].tolist()
        kept = np.flatnonzero((total < wanted) & ~close)
        place, some, up, low, high = place[kept], some[kept], up[kept], low[kept], high[kept]
        total, below, above = total[kept], below[kept], above[kept]
        total += np.where(up, above, below)
        low, high = low - ~up, high + up
        above = np.where(up, above * _next(high, n, N, some), above)
        below = np.where(up, below, below * _previous(low, n, N, some))
    if unsure:
        needed = ceil(level * comb(N, n))
        for i in unsure:
            lows[i], highs[i] = _most_probable_run(int(M[i]), n, N, needed)
    return lows, highs


_SAME = 1e-11  # chances that differ by no more, as a share of each other, may be the same


def _next(k: Ints, n: int, N: int, M: Ints) -> Floats:
    """Give the ratio of the chance of k + 1 to that of k."""
    found: Floats = (M - k) / (k + 1) * ((n - k) / (N - M - n + k + 1))
    return found


def _previous(k: Ints, n: int, N: int, M: Ints) -> Floats:
    """Give the ratio of the chance of k - 1 to that of k."""
    found: Floats = k / (M - k + 1) * ((N - M - n + k) / (n - k + 1))
    return found


def _chances(k: Ints, n: int, N: int, M: Ints) -> Floats:
    """Give the chance of a count at each M."""
    ways = _log_factorials(M) - _log_factorials(k) - _log_factorials(M - k)
    others = _log_factorials(N - M) - _log_factorials(n - k) - _log_factorials(N - M - n + k)
    found: Floats = np.exp(ways + others - _log_ways(N, n))
    return found


_IN_TABLE = 32
_SMALL = np.array([lgamma(k + 1) for k in range(_IN_TABLE)])


def _log_factorials(k: Ints) -> Floats:
    """Give the logarithms of k!: of large ones by Stirling's series, so that nothing has to be loaded for them."""
    x = np.maximum(k, _IN_TABLE) + 1.0
    series = (1 / 12 - (1 / 360 - 1 / 1260 / (x * x)) / (x * x)) / x
    large = (x - 0.5) * np.log(x) - x + (log(2 * pi) / 2 + series)
    return np.where(k < _IN_TABLE, _SMALL[np.minimum(k, _IN_TABLE - 1)], large)
