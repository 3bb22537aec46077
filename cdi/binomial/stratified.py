"""Exact limits for a yes/no count over several strata, each a simple random sample from a known frame.

Records are drawn from each stratum by themselves; how many of the records of all strata are yes? The total is what is
asked for, and how it falls on the strata is not known, so every way in which it can fall has to be allowed for
(Wendell and Schmee 1996). Ways are not listed: strata are added one after the other, each with the worst share of what
is left, given what the others hold so far. That bounds the probability of the worst way from above, closely, and costs
sums of products alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from math import floor
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.binomial import exact as single
from cdi.binomial.chances import hypergeometric

__all__ = ["EXACT_IN_STRATA", "LARGEST_FRAME", "MOST_STATES", "equal_tailed_in_strata", "exact_in_strata", "states"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Counts: TypeAlias = Sequence[int]
Drawn: TypeAlias = tuple[tuple[int, int], ...]
"""Records sampled and records on the frame, n and N, of each stratum."""

OfOne: TypeAlias = Callable[[int, int, int, float], single.Limits]
SharedOut: TypeAlias = Callable[[Floats, float], Ints]

MOST_STATES = 65_000_000_000
"""What is summed at the most: about as much as five seconds allow."""

LARGEST_FRAME = 20_000
"""Records on the frame at the most: a table has a row for each number of them that can be yes."""

FINEST = 400
"""Steps of the score between no record with yes and all, at the least; and for each record sampled at the least:"""

STEPS = 3

DRAWN_IN = 0.5
"""How much a sample's own spread counts in its score, as a share of what would make a score of a normal variable."""

TYPICAL = 0.9
"""The rate whose spread stands for the spread of a sample, which only the score needs."""

Z = 1.959963984540054

ROUNDING = 1e-9
"""Probabilities count as larger by this share of the tail: sums of rounded numbers never cut a limit short."""

UNLIKELY = 1e-20
"""Probabilities below it are left out of sums, and LOST is more than they come to."""

LOST = 1e-15

CERTAIN = 1 - 1e-12
"""A probability above it counts as 1."""

AT_ONCE = 250_000
"""Products of one call: of more the library makes threads, which on a busy machine wait longer than they work."""


def exact_in_strata(x: Counts, n: Counts, N: Counts, tail: float) -> single.Limits:
    """Give the narrow two-sided limits of the records with yes on the frame of several strata.

    Parameters
    ----------
    x, n, N : sequence of int
        Count in the sample, size of the sample, size of the frame, one a stratum; 0 <= x <= n <= N, n >= 1.
    tail : float
        Half of what may be missed, below 1/2.

    Returns
    -------
    tuple of int
        The smallest and the largest number of records with yes on the frame of all strata together.

    References
    ----------
    Wendell and Schmee (1996), Journal of the American Statistical Association 91:825-830, for the worst way in which a
    total can fall on strata.

    Examples
    --------
    >>> exact_in_strata((18, 27), (20, 30), (80, 120), 0.025)
    (162, 190)
    """
    return _limits(x, n, N, tail, single.exact, _close)


def equal_tailed_in_strata(x: Counts, n: Counts, N: Counts, tail: float) -> single.Limits:
    """Give limits each of which keeps its guarantee by itself; see :func:`exact_in_strata`.

    Examples
    --------
    >>> equal_tailed_in_strata((18, 27), (20, 30), (80, 120), 0.025)
    (160, 191)
    """
    return _limits(x, n, N, tail, single.exact_equal_tailed, _each)


EXACT_IN_STRATA: Mapping[str, Callable[[Counts, Counts, Counts, float], single.Limits]] = {
    "exact": exact_in_strata,
    "exact-equal-tailed": equal_tailed_in_strata,
}


def states(n: Counts, N: Counts) -> int:
    """Count the products that the limits of such a sample are sums of.

    Examples
    --------
    >>> states((20, 30), (80, 120))
    121836231
    """
    drawn = sorted((_place(sampled, size) for sampled, size in zip(n, N, strict=True) if sampled < size))
    steps = _steps([sampled for _, sampled, _ in drawn])
    found = before = 0
    for place, (_, sampled, size) in enumerate(drawn):
        found += (before + 1) * (size + 1) * (sampled + 1) * (steps + 1) if place else 0
        before += size
    return found


def _limits(x: Counts, n: Counts, N: Counts, tail: float, of_one: OfOne, shared_out: SharedOut) -> single.Limits:
    """Set aside what is known for certain, and look for the limits of the rest."""
    # a stratum that was sampled in full adds its count and no doubt
    certain = sum(count for count, sampled, size in zip(x, n, N, strict=True) if sampled == size)
    open_ = sorted(
        (_place(sampled, size), count) for count, sampled, size in zip(x, n, N, strict=True) if sampled < size
    )
    if not open_:
        return certain, certain
    drawn, counts = tuple((sampled, size) for (_, sampled, size), _ in open_), [count for _, count in open_]
    if len(open_) == 1:
        low, high = of_one(counts[0], *drawn[0], tail)
    else:
        low, high = _of_several(counts, drawn, tail, shared_out)
    return certain + low, certain + high


def _of_several(x: Counts, drawn: Drawn, tail: float, shared_out: SharedOut) -> single.Limits:
    missed = [sampled - count for count, (sampled, _) in zip(x, drawn, strict=True)]
    low, missed_low = (_least(counts, drawn, tail, shared_out) for counts in (x, missed))
    return low, sum(size for _, size in drawn) - missed_low


def _least(x: Counts, drawn: Drawn, tail: float, shared_out: SharedOut) -> int:
    """Give the smallest total that is not given up."""
    score = sum(int(of_stratum[count]) for of_stratum, count in zip(_scores(drawn), x, strict=True))
    kept = int(np.argmax(_cuts(drawn, tail, shared_out) > score))
    estimate = sum(Fraction(count * size, sampled) for count, (sampled, size) in zip(x, drawn, strict=True))
    # what was seen is there, and the whole numbers next to the estimate are never left out
    return max(min(kept, floor(estimate)), sum(x))


@lru_cache(maxsize=16)
def _cuts(drawn: Drawn, tail: float, shared_out: SharedOut) -> Ints:
    """Give the score from which on each total is given up."""
    return shared_out(_worst(drawn), tail * (1 - ROUNDING) - LOST)


def _place(sampled: int, size: int) -> tuple[float, int, int]:
    """Say when a stratum is added: one of which each record sampled stands for many comes last.

    The share of what is added last is fixed before anything else is seen, so the bound is closest where that is the
    stratum with most to gain from waiting.
    """
    return size / sampled, sampled, size


def _steps(sampled: Counts) -> int:
    return max(FINEST, STEPS * sum(sampled))


@lru_cache(maxsize=16)
def _scores(drawn: Drawn) -> tuple[Ints, ...]:
    """Give the score of each count in each stratum, in whole steps: what samples are ordered by.

    The estimate alone would order them by the total, and where a stratum has few records of many, the worst way to
    spread a total is then far worse than the likely ones. So a part of the sample's own variance is taken off, about
    what makes the ratio of the estimate to its standard error of it. Any order keeps the guarantee.
    """
    weights = [size / sampled for sampled, size in drawn]
    of_record = [weight**2 * (1 - 1 / weight) for weight in weights]
    variance = sum(sampled * part for (sampled, _), part in zip(drawn, of_record, strict=True))
    taken = DRAWN_IN * Z / np.sqrt(variance * TYPICAL * (1 - TYPICAL)) / 2
    found = []
    for (sampled, _), weight, part in zip(drawn, weights, of_record, strict=True):
        count = np.arange(sampled + 1)
        own = part * count * (1 - count / sampled)
        # one more yes never lowers a score
        found.append(np.maximum.accumulate(weight * count - taken * own))
    step = sum(float(score[-1]) for score in found) / _steps([sampled for sampled, _ in drawn])
    return tuple(np.rint(score / step).astype(np.int64) for score in found)


@lru_cache(maxsize=4)
def _worst(drawn: Drawn) -> Floats:
    """Bound the probability of a score of y and more, whatever strata the records with yes fall on.

    One row a number of records with yes on the frame of all strata, from none to all; one column a score, from 0 to
    one above the highest. Rows grow downwards, columns fall to the right.
    """
    scores = _scores(drawn)
    found = _at_least(_chances(*drawn[0]), scores[0])
    for of_stratum, score in zip(drawn[1:], scores[1:], strict=True):
        found = _added(found, _chances(*of_stratum), score)
    found.setflags(write=False)
    return found


def _chances(sampled: int, size: int) -> Floats:
    """Give the probability of each count in the sample (columns) for each number on the frame (rows)."""
    return hypergeometric(sampled, np.arange(size + 1.0), size)


def _at_least(chances: Floats, score: Ints) -> Floats:
    """Give the probability of each score and more."""
    found = np.zeros((len(chances), int(score[-1]) + 2))
    for count, reached in enumerate(score):
        found[:, : reached + 1] += chances[:, [count]]
    return found


def _added(worst: Floats, chances: Floats, score: Ints) -> Floats:
    """Add a stratum: of each total, its share is the one for which a score is reached most often."""
    rows, columns = worst.shape
    wide = columns + int(score[-1])
    found = np.zeros((rows + len(chances) - 1, wide))
    # what the others need: a score of 0 is always reached, one above their highest never
    padded = np.concatenate([np.ones((rows, int(score[-1]))), worst, np.zeros((rows, int(score[-1])))], axis=1)
    back = score[-1] - score
    # the scores that the others reach for certain, and those that they reach at all
    certain, within = (worst > CERTAIN).sum(axis=1), (worst > UNLIKELY).sum(axis=1)
    blocks = _blocks(chances, wide)
    needed = np.empty((len(score), wide))
    for others in range(rows):
        for count, start in enumerate(back):
            needed[count] = padded[others, start : start + wide]
        for first, last, least, most in blocks:
            low, high = certain[others] + score[least], within[others] + score[most - 1]
            rows_of = found[others + first : others + last]
            rows_of[:, :low] = 1.0
            reached = rows_of[:, low:high]
            np.maximum(reached, chances[first:last, least:most] @ needed[least:most, low:high], out=reached)
    return found


def _blocks(chances: Floats, wide: int) -> list[tuple[int, int, int, int]]:
    """Cut the table of probabilities into rows of which the same counts are likely: first, last, least, most."""
    likely = chances > UNLIKELY
    least, most = likely.argmax(axis=1), chances.shape[1] - likely[:, ::-1].argmax(axis=1)
    found, first = [], 0
    while first < len(chances):
        last = first + 1
        while last < len(chances) and (last + 1 - first) * (most[last] - least[first]) * wide <= AT_ONCE:
            last += 1
        found.append((first, last, int(least[first]), int(most[last - 1])))
        first = last
    return found


def _each(worst: Floats, tail: float) -> Ints:
    """Give the least score that a total reaches too seldom."""
    return np.asarray((worst <= tail).argmax(axis=1))


def _close(worst: Floats, tail: float) -> Ints:
    """Share what may be missed between the two ends of each total so that they are closest together.

    The scores at which a total is given up from above are those of the swapped total from below, so each pair of
    mirrored totals is shared out at once. A limit is the first total whose score is high enough.
    """
    totals = len(worst) - 1
    found = np.zeros(totals + 1, dtype=np.int64)
    for total in range(totals // 2 + 1):
        below, above = worst[total], worst[totals - total]
        spare = 2 * tail - below
        ends = np.flatnonzero(spare >= 0)
        others = len(above) - np.searchsorted(above[::-1], spare[ends], side="right")
        if 2 * total == totals:
            found[total] = np.maximum(ends, others).min()
            continue
        missed = below[ends] + above[others]
        # of the closest ends those that are missed least
        best = np.lexsort((missed, ends + others))[0]
        found[total], found[totals - total] = ends[best], others[best]
    return found
