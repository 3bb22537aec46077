"""Bets against a standard: a capital that grows only by luck if the rate is on the other side of it.

Someone claims that the rate is at most p0. Each report read pays back a bet on it: ``most - due + recorded / p0``. If
the claim is true, the reports of the frame pay back no more than ``most`` on average. So whoever stakes a share of
their capital on every report, and pays the mean of what is left on the frame, plays a game that is fair at best. The
chance that the capital ever reaches 1 / alpha is then at most alpha (Ville), however often one looks. That the rate is
at least p0 is the same claim of the crimes missed and 1 - p0.

Reports are drawn without replacement within strata, and strata are independent. So capitals multiply over strata, given
what each stratum pays back in all. The claim only says what that comes to over all strata: it is out where no way to
share it out keeps the capital below 1 / alpha. The logarithm of the capital is convex in those shares, so the least
capital is found, with a bound that holds where the search stops.

References
----------
Waudby-Smith and Ramdas (2024), Estimating means of bounded random variables by betting, Journal of the Royal
Statistical Society B 86:1-27, and (2020), Confidence sequences for sampling without replacement. Spertus, Sridhar and
Stark (2024), Sequential stratified inference for the mean.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["ABOVE", "BELOW", "SHARES", "Game", "Readings", "sequence", "stakes"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

ABOVE, BELOW = "above", "below"
"""What can be decided of a rate: that it is above the standard, or below it."""

SHARES = {
    ABOVE: {0.25: 1, 0.5: 2, 0.8: 2},
    BELOW: {0.02: 1, 0.05: 4, 0.1: 4, 0.25: 2},
}
"""The shares that are staked on a report of one crime, each by a part of the capital; and how large these parts are.

A share s is best against a rate that is s below what is claimed: of the crimes recorded, or of those missed. Crimes
missed are few, so a rate above the standard may leave a small part of them, while one below it takes little from those
recorded. Most of the capital is where a decision takes a sample as audits have it: what lies far from the standard is
clear soon by a small part, and what lies next to it is hardly ever clear. None depends on the standard: that keeps the
capital rising with the distance from it.
"""

MOST_STAKED = 0.98
"""The largest share of the capital that is staked on a report: whoever stakes all is out by one that pays nothing."""

_EXACT = 1e-9
"""Crimes that sums of what was read are off by, at the most."""

_LEAST = 1e-12
"""What a report of which nothing is left pays on average: it pays nothing, whatever the stake."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What was read, in the order in which it was drawn."""

    stratum: Ints  # of each report, the place of its stratum
    due: Ints
    recorded: Ints
    population: Ints  # of each stratum, the reports on the frame
    most: int  # the crimes that a report can hold at the most

    def __len__(self) -> int:
        return len(self.stratum)

    def first(self, number: int) -> Readings:
        """Take the first so many reports."""
        stratum, due, recorded = (each[:number] for each in (self.stratum, self.due, self.recorded))
        return replace(self, stratum=stratum, due=due, recorded=recorded)

    def earlier(self, values: Ints) -> Ints:
        """Add up, for each report, a number of those read before it."""
        return np.concatenate([[0], np.cumsum(values)[:-1]]).astype(np.int64) if len(values) else values


@dataclass(frozen=True, slots=True)
class Found:
    """The least capital that the claim allows after some reports, by the parts that stake each share."""

    totals: Floats  # what each stratum pays back in all, where the capital is least: strata by parts
    bound: Floats  # below the logarithm of the capital of each part


class Game:
    """The bets against one claim: that the rate is at most the standard (``above``), or at least (``below``).

    Examples
    --------
    >>> import numpy as np
    >>> missed = np.array([0, 1, 1, 0, 1, 1, 1, 1])
    >>> one = np.ones(8, dtype=np.int64)
    >>> read = Readings(one - 1, one, one - missed, np.array([500]), 1)
    >>> Game(read, "below", 0.95).reached(20), Game(read, "below", 0.5).reached(20)
    (5, None)
    """

    def __init__(self, read: Readings, side: str, standard: float) -> None:
        self.read, self.side, self.standard = read, side, standard
        share = standard if side == ABOVE else 1 - standard
        counted = read.recorded if side == ABOVE else read.due - read.recorded
        self.pays = read.most - read.due + counted / share
        self.stakes = stakes(read, side)
        sizes = np.array(list(SHARES[side].values()), dtype=np.float64)
        self.parts = sizes / sizes.sum()
        self.budget = float(read.most * read.population.sum())
        places = [np.flatnonzero(read.stratum == h) for h in range(len(read.population))]
        self.places = places
        # crimes of the kind counted beyond what the claim allows; it is out where the unread cannot make up for them
        allowed = share * np.cumsum(read.due)
        unread = read.population.sum() - np.arange(1, len(read) + 1)
        certain = np.flatnonzero(np.cumsum(counted) > (allowed + share * read.most * unread) * (1 + _EXACT) + _EXACT)
        self.certain = int(certain[0]) + 1 if len(certain) else None

    # ---- the capital

    def reached(self, capital: float) -> int | None:
        """Tell after how many reports the capital first reached a sum; None where it has not."""
        found = self._reached(float(np.log(capital)))
        known = [each for each in (found, self.certain) if each is not None]
        return min(known, default=None)

    def _reached(self, wanted: float) -> int | None:
        totals, start = self.even(), 0
        while True:
            # any way to share the total out is as good as the least, or above it
            path = self.mixed(self.path(totals))
            over = np.flatnonzero(path[start:] >= wanted)
            if not len(over):
                return None
            number = start + int(over[0]) + 1
            if len(self.places) == 1:
                return number
            found = self.least(number)
            if found is None or self.mixed(found.bound[None])[0] >= wanted:
                return number
            totals, start = found.totals, number

    def wealth(self, number: int | None = None) -> float:
        """Give the logarithm of the capital after some reports, or all."""
        number = len(self.read) if number is None else number
        if self.certain is not None and number >= self.certain:
            return float("inf")
        if number == 0:
            return 0.0
        found = self.least(number)
        return float("inf") if found is None else float(self.mixed(found.bound[None])[0])

    def path(self, totals: Floats) -> Floats:
        """Give the logarithm of the capital of each part after each report, were these the totals of the strata."""
        found = np.zeros((len(self.read), totals.shape[1]))
        for h, places in enumerate(self.places):
            found[places] = _logs(*self._stratum(h, len(places)), totals[h])
        return np.asarray(np.cumsum(found, axis=0))

    def mixed(self, logs: Floats) -> Floats:
        """Add up the capital of all parts."""
        highest = logs.max(axis=1)
        finite = np.where(np.isfinite(highest), highest, 0.0)
        with np.errstate(over="ignore"):
            together = np.log(np.exp(logs - finite[:, None]) @ self.parts) + finite
        return np.where(np.isposinf(highest), np.inf, together)

    def even(self) -> Floats:
        """Share the total out by the reports on the frame."""
        totals = self.read.most * self.read.population.astype(np.float64)
        return np.repeat(totals[:, None], self.stakes.shape[1], axis=1)

    def _stratum(self, h: int, number: int) -> tuple[Floats, Floats, Floats, Floats]:
        """Give of the first so many reports of a stratum: the pay, the pay before, the reports left, and the stakes."""
        places = self.places[h][:number]
        pays = self.pays[places]
        before = np.cumsum(pays) - pays
        left = self.read.population[h] - np.arange(len(places))
        return pays, before, left.astype(np.float64), self.stakes[places]

    # ---- the least capital over all ways to share the total out

    def least(self, number: int) -> Found | None:
        """Find the least capital after some reports, with a bound below it; None where no way is left."""
        sizes = [int(np.searchsorted(places, number)) for places in self.places]
        parts = [self._stratum(h, size) for h, size in enumerate(sizes)]
        paid = np.array([pays.sum() for pays, *_ in parts])
        spare = self.budget - float(paid.sum())
        if spare < -_EXACT * (1 + self.budget):
            return None
        spare = max(spare, 0.0)
        if len(parts) == 1:
            totals = self.even()
            return Found(totals, np.asarray(_logs(*parts[0], totals[0]).sum(axis=0)))
        low = np.repeat(paid[:, None], self.stakes.shape[1], axis=1)
        slopes = functools.partial(_slopes, parts)
        price, totals = _shared(slopes, low, spare, self.budget)
        slope = slopes(totals)[0] + price
        inside = (totals > low) & (totals < low + spare)
        short = np.where(inside, np.abs(slope), 0.0).sum(axis=0) * spare
        value = sum(_logs(*part, totals[h]).sum(axis=0) for h, part in enumerate(parts))
        # by duality: whatever the price of a total is, no way to share it out is below this
        bound = value + price * (totals.sum(axis=0) - self.budget) - short
        given = (totals - low).sum(axis=0)
        # where no total matters, each is as large as it can be by itself
        kept = np.minimum(1.0, spare / np.maximum(given, _LEAST))
        return Found(low + (totals - low) * kept, bound)


def stakes(read: Readings, side: str) -> Floats:
    """Tell the share of the capital that each part stakes on each report, by what was read before it alone.

    A share is of a report of one crime. Where reports may hold many, one of them moves a report's pay by less, and as
    much more is staked.
    """
    mean = (1 + read.earlier(read.due)) / (1 + np.arange(len(read)))
    shares = np.array(list(SHARES[side]))
    return np.minimum(shares[None, :] * (read.most / mean)[:, None], MOST_STAKED)


def _logs(pays: Floats, before: Floats, left: Floats, stakes_: Floats, totals: Floats) -> Floats:
    """Give the logarithm of what each bet does to the capital, given what the stratum pays back in all."""
    mean = (totals[None, :] - before[:, None]) / left[:, None]
    paid = pays[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        grown = np.log(1 - stakes_ + stakes_ * paid / np.maximum(mean, _LEAST))
    # what has paid back more than there was cannot be so
    impossible = np.maximum.accumulate((totals[None, :] - before[:, None] - paid) < -_EXACT * (1 + before[:, None]))
    return np.where(impossible, np.inf, grown)


def _slopes(parts: list[tuple[Floats, Floats, Floats, Floats]], totals: Floats) -> tuple[Floats, Floats]:
    """Give how the logarithm of the capital changes with the total of each stratum, and how that change changes."""
    first, second = np.zeros_like(totals), np.zeros_like(totals)
    for h, (pays, before, left, stakes_) in enumerate(parts):
        mean = np.maximum((totals[h][None, :] - before[:, None]) / left[:, None], _LEAST)
        bet = stakes_ * pays[:, None]
        kept = (1 - stakes_) * mean
        each = bet / (mean * (kept + bet) * left[:, None])
        first[h] = -each.sum(axis=0)
        second[h] = (each * (2 * kept + bet) / (mean * (kept + bet) * left[:, None])).sum(axis=0)
    return first, second


def _shared(
    slopes: Callable[[Floats], tuple[Floats, Floats]], low: Floats, spare: float, budget: float
) -> tuple[Floats, Floats]:
    """Share a budget out so that one more of it changes every stratum alike; give that price too."""
    high = low + spare
    price, known = _nearly_shared(slopes, low, spare)

    def at(price: Floats) -> tuple[Floats, Floats]:
        nonlocal known

        def above(totals: Floats) -> tuple[Floats, Floats]:
            first, second = slopes(totals)
            return first + price, second

        known, bent = _root(above, low, high, known)
        inside = (known > low) & (known < high)
        falls = np.where(inside, 1 / np.maximum(bent, _LEAST**2), 0.0).sum(axis=0)
        # what is left of the budget rises with the price
        return budget - known.sum(axis=0), falls

    dearest = np.max(-slopes(low)[0], axis=0)
    price, _ = _root(at, np.zeros_like(dearest), dearest, price, _SETTLED * budget)
    at(price)
    return price, known


_NEARLY = 12
"""Newton's steps for all strata at once: they end near the answer, from where each stratum by itself has few to go."""

_PART = 0.9
"""The part of the way to an end of what is possible that one step may go."""


def _nearly_shared(
    slopes: Callable[[Floats], tuple[Floats, Floats]], low: Floats, spare: float
) -> tuple[Floats, Floats]:
    """Share a budget out nearly so, with the price; what no change of its total matters to has the least it can."""
    flat = slopes(low + spare)[1] <= 0
    open_ = np.maximum((~flat).sum(axis=0), 1)
    totals = low + np.where(flat, 0.0, spare / open_)
    price = np.zeros(low.shape[1])
    for _ in range(_NEARLY):
        first, second = slopes(totals)
        eased = np.where(flat, 0.0, 1 / np.maximum(second, _LEAST**2))
        price = -(first * eased).sum(axis=0) / np.maximum(eased.sum(axis=0), _LEAST**2)
        step = -(first + price) * eased
        with np.errstate(divide="ignore", invalid="ignore"):
            room = np.where(step < 0, (totals - low) / -step, np.inf).min(axis=0)
        totals = totals + np.minimum(1.0, _PART * room) * step
    return np.maximum(price, 0.0), totals


_STEPS = 100
"""Halvings that leave no room between two numbers, with some to spare."""

_TRIES = 3
"""How often an end is tried before the way is halved."""

_SETTLED = 1e-11
"""By how little of itself a number changes that is found: the bound allows for what is missing."""


def _root(
    function: Callable[[Floats], tuple[Floats, Floats]], low: Floats, high: Floats, start: Floats, near: float = 0.0
) -> tuple[Floats, Floats]:
    """Find where a rising function is 0 between two ends, or the end that is nearest: Newton's steps, else halving.

    It may be 0 all along a way, of which any place will do. What is ``near`` 0 is taken for it.
    """
    low, high = low.copy(), high.copy()
    place = np.clip(start, low, high)
    scale = np.maximum(np.abs(low), np.abs(high))
    for number in range(_STEPS):
        value, slope = function(place)
        high = np.where(value > 0, place, high)
        low = np.where(value <= 0, place, low)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            step = place - value / slope
        step = np.where(np.isfinite(step), step, np.where(value > 0, -np.inf, np.inf))
        inside = (step > low) & (step < high)
        # at first an end is tried, as it often is the answer
        other = np.clip(step, low, high) if number < _TRIES else (low + high) / 2
        following = np.where(np.abs(value) <= near, place, np.where(inside, step, other))
        settled = np.abs(following - place) <= _SETTLED * scale
        place = following
        if settled.all():
            break
    return place, slope


# ---- the confidence sequence: the standards that no bet has ruled out


def sequence(read: Readings, side: str, capital: float, looks: Sequence[int], finest: float) -> Floats:
    """Give the limit of the rate after each of some numbers of reports, as it stands from the first report on.

    The lower limit is the highest standard that the rate is known to be above, the upper the lowest that it is known to
    be below. A limit is a standard that was tried, so it errs on the safe side, by no more than ``finest``.
    """
    rising = side == ABOVE
    # a standard that is ruled out, and one that is not, for each look
    out = np.full(len(looks), 0.0 if rising else 1.0)
    left = 1 - out
    numbers = np.asarray(looks)
    while (np.abs(left - out) > finest).any():
        widest = int(np.argmax(np.abs(left - out)))
        standard = float(out[widest] + left[widest]) / 2
        reached = Game(read, side, standard).reached(capital)
        ruled_out = np.zeros(len(looks), dtype=bool) if reached is None else numbers >= reached
        out = np.where(ruled_out & ((standard > out) if rising else (standard < out)), standard, out)
        left = np.where(~ruled_out & ((standard < left) if rising else (standard > left)), standard, left)
    return out
