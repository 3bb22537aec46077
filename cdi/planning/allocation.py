"""How a number of reports is divided over strata, in whole reports, and how many a simple sample of crimes needs.

Sizes come from a share for each stratum, between the least and the most that it may have. Whole numbers are those of
Wright (2012, Statistics and Probability Letters 82:1501-1507; 2017, same journal 127:152-157): each further report goes
where it lowers the variance most, which no other division in whole numbers does better.
"""

from __future__ import annotations

import heapq
import math
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.binomial import normal
from cdi.parameters import LEVEL

__all__ = ["allocate", "crimes_needed", "shares_of"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

_STEPS = 70
"""Halvings of the range of priorities, after which it is as narrow as doubles tell."""


def crimes_needed(rate: float, half_width: float, population: float = math.inf, *, level: float = LEVEL) -> float:
    """Give the crimes that a simple sample needs by the usual formula: Cochran (1977), 4.2 and 4.4.

    A plan does not rest on it: it inverts the interval that will estimate. It tells how far the two lie apart.

    Examples
    --------
    >>> round(crimes_needed(0.9, 0.03), 3), round(crimes_needed(0.9, 0.03, 2_000), 3)
    (384.146, 322.386)
    """
    z = normal.quantile((1 + level) / 2)
    endless = z**2 * rate * (1 - rate) / half_width**2
    # Cochran's 4.2 with N - 1: n0 is of draws with replacement, and N / (N - 1) of the variance is between records
    return endless if math.isinf(population) else endless / (1 + (endless - 1) / population)


def shares_of(rule: str, population: Floats, spread: Floats, cost: Floats | float = 1.0) -> Floats:
    """Give what the sizes of strata are proportional to, by one rule.

    The power is one half: Bankier (1988), The American Statistician 42:174-177, with strata of equal means.

    Examples
    --------
    >>> population, spread = np.array([100.0, 400.0]), np.array([0.5, 0.25])
    >>> [shares_of(rule, population, spread).tolist() for rule in ("neyman", "power", "sqrt")]
    [[50.0, 100.0], [5.0, 5.0], [10.0, 20.0]]
    """
    if rule == "proportional":
        return population
    if rule == "sqrt":
        return np.asarray(np.sqrt(population))
    if rule == "equal":
        return np.ones(len(population))
    weight = population if rule == "neyman" else np.sqrt(population)
    return np.asarray(weight * spread / np.sqrt(cost))


def allocate(total: int, shares: Floats, least: Ints, most: Floats) -> Ints:
    """Divide a number of reports over strata by their shares, in whole reports between the least and the most of each.

    A report more in a stratum of k has the priority share / sqrt(k (k + 1)), and the highest comes first. So a larger
    number never takes a report from a stratum. Where the least of all strata come to more, there are so many.

    Examples
    --------
    >>> shares = np.array([41250, 3120, 60840]) * np.array([0.42, 0.27, 0.24])
    >>> allocate(480, shares, np.array([2, 2, 2]), np.full(3, np.inf)).tolist()
    [254, 12, 214]
    """
    found = np.minimum(least, most).astype(np.int64)
    if found.sum() >= total:
        return found
    high, low = math.log(max(float(shares.max()), 1e-300) * 2), math.log(max(float(shares.max()), 1e-300)) - 60
    start = found
    for _ in range(_STEPS):
        middle = (low + high) / 2
        reached = _down_to(math.exp(middle), shares, found, most)
        left = total - int(reached.sum())
        if left >= 0:
            start, high = reached, middle
        else:
            low = middle
        if 0 <= left <= len(found):  # so few are given out one by one
            break
    return _one_by_one(start, total, shares, most)


def _down_to(priority: float, shares: Floats, least: Ints, most: Floats) -> Ints:
    """Give each stratum the reports whose priority is not below this one."""
    ratio = np.minimum(shares / priority, 1e9)
    before = np.floor((np.sqrt(1 + 4 * ratio**2) - 1) / 2)  # the largest k with k (k + 1) <= ratio^2
    # as np.clip does, in a fraction of its time
    return np.asarray(np.minimum(np.maximum(before + 1, least), most), dtype=np.int64)


def _one_by_one(start: Ints, total: int, shares: Floats, most: Floats) -> Ints:
    """Give out the reports that are left, each to the stratum of the highest priority."""
    found = start.copy()
    queue = [
        (-float(shares[h] / math.sqrt(n * (n + 1))) if n else -math.inf, h) for h, n in enumerate(found) if n < most[h]
    ]
    heapq.heapify(queue)
    left = total - int(found.sum())
    while left > 0 and queue:
        _, h = heapq.heappop(queue)
        found[h] += 1
        left -= 1
        if found[h] < most[h]:
            n = int(found[h])
            heapq.heappush(queue, (-float(shares[h] / math.sqrt(n * (n + 1))), h))
    return found
