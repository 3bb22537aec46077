"""The smallest sample that meets every target at once.

Half-widths fall as more reports of a stratum are read, nearly as the variance does: width squared is a sum of a_h / n_h
and what does not depend on n. So the least cost is a convex problem: Bethel (1989), Survey Methodology 15:47-57. It is
solved by its dual, with a_h taken anew from the interval itself until nothing moves. Whole reports follow by exact
priorities, and at last none can be left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle, islice, permutations
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.binomial import normal
from cdi.planning.allocation import allocate, shares_of
from cdi.planning.expected import ROUNDING, Field, Target

__all__ = ["Bounds", "Problem", "first_of", "smallest"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

MOST = 10**7
"""Reports of a sample from a frame without end, at the most."""

_ROUNDS = 12
_SETTLED = 0.01
_FARTHER = 0.5
"""By how much a stratum grows to see what it lowers."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What each stratum costs a report, and may have of reports."""

    cost: Floats
    least: Ints
    most: Floats

    @property
    def all_read(self) -> Ints:
        """The most reports that there can be, of each stratum."""
        return np.minimum(self.most, MOST).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is to be met, and how.

    Attributes
    ----------
    field : Field
        The strata, and the intervals.
    targets : tuple of Target
        What is to be met.
    bounds : Bounds
        What strata may have.
    rule : str
        The allocation.
    assurance : float or None
        The chance with which half-widths are to be met; None: they are met if the audit finds what is expected.
    power : float
        The chance with which a fall or a standard is to be found.
    """

    field: Field
    targets: tuple[Target, ...]
    bounds: Bounds
    rule: str
    assurance: float | None
    power: float

    @property
    def widths(self) -> list[Target]:
        """The targets that are half-widths."""
        return [target for target in self.targets if target.of_width]

    @property
    def by_chance(self) -> bool:
        """Whether a target is to be met with some chance."""
        return self.assurance is not None or len(self.widths) < len(self.targets)

    def meets(self, sample: Ints) -> bool:
        """Tell whether a sample meets every target."""
        if self.assurance is None and not self._meets_widths(sample):
            return False
        if not self.by_chance:
            return True
        chances = self.field.chances(sample, self.targets)
        if self.assurance is not None and any(
            chance < self.assurance for chance, each in zip(chances, self.targets, strict=False) if each.of_width
        ):
            return False
        return all(
            chance >= self.power for chance, each in zip(chances, self.targets, strict=False) if not each.of_width
        )

    def _meets_widths(self, sample: Ints) -> bool:
        wanted = np.array([target.wanted for target in self.widths])
        return bool(np.all(self.field.half_widths(sample, self.widths) <= wanted * (1 + ROUNDING)))

    def shares(self) -> Floats:
        """Give what sizes go by."""
        population = self.field.population
        known = np.ones(len(self.bounds.cost)) if population is None else population
        spread = np.array([each.spread(self.field.rate) for each in self.field.outlooks])
        return shares_of("neyman" if self.rule == "optimal" else self.rule, known, spread, self.bounds.cost)

    def in_widths(self) -> Problem:
        """Give the same with half-widths alone: how reports are divided best does not hang on the chance."""
        targets = tuple(_as_width(self, target) for target in self.targets)
        return replace(self, targets=targets, assurance=None)


def smallest(problem: Problem) -> tuple[Ints | None, Floats]:
    """Give the smallest sample that meets all targets, None where there is none; and what its priorities go by."""
    bounds = problem.bounds
    if not problem.meets(bounds.all_read):
        return None, np.ones(len(bounds.cost))
    if problem.rule != "optimal":
        shares = problem.shares()
        return _along(problem, shares)[0], shares
    shape = problem.in_widths()
    if not shape.meets(bounds.all_read):
        shape = problem
    found = _least_cost(shape)
    shares = found.astype(np.float64)
    return (_along(problem, shares)[0] if problem.by_chance else found), shares


def _along(problem: Problem, shares: Floats) -> tuple[Ints, float]:
    """Give the first sample, as reports are added by their priorities, that meets all targets; and its cost."""
    bounds = problem.bounds
    sample_of = partial(allocate, shares=shares, least=bounds.least, most=bounds.most)
    total = first_of(lambda n: problem.meets(sample_of(n)), int(bounds.least.sum()), int(bounds.all_read.sum()))
    found = sample_of(total)
    return found, float(found @ bounds.cost)


def first_of(meets: Callable[[int], bool], low: int, high: int) -> int:
    """Find the first number that meets what is asked for, between one that may and one that does."""
    if meets(low):
        return low
    step = max(low, 16)
    reached = low
    while reached + step < high and not meets(reached + step):
        reached += step
        step *= 2
    high = min(reached + step, high)
    while high - reached > 1:
        middle = (reached + high) // 2
        reached, high = (reached, middle) if meets(middle) else (middle, high)
    return high


def _without_spare(problem: Problem, sample: Ints) -> Ints:
    """Leave out every report that no target needs, those that cost most first."""
    found = sample.copy()
    for h in np.argsort(-problem.bounds.cost, kind="stable"):
        while found[h] > problem.bounds.least[h]:
            found[h] -= 1
            if not problem.meets(found):
                found[h] += 1
                break
    return found


def _exchanged(problem: Problem, sample: Ints, turns: Iterator[tuple[int, int]]) -> Ints:
    """Take reports from one stratum and fewer, or cheaper, from another, as long as that saves cost.

    How an interval weighs its heaviest reports has corners, in which the convex problem comes to a stop. Of few strata
    every pair is tried; many take their ``turns``.
    """
    found, tried, strata = sample.copy(), 0, range(len(sample))
    are_few = len(strata) * (len(strata) - 1) <= _TRIES
    for part in _PARTS:
        better = True
        while better and tried < _TRIES:
            better = False
            for h, g in permutations(strata, 2) if are_few else islice(turns, _TRIES // len(_PARTS)):
                tried += 1
                changed = _swapped(problem, found, h, g, part)
                if changed is not None:
                    found, better = changed, True
    return found


def _turns(strata: int) -> Iterator[tuple[int, int]]:
    """Let each stratum give to the next one, then each to the one after, without end."""
    for away in cycle(range(1, strata)):
        for h in range(strata):
            yield h, (h + away) % strata


def _swapped(problem: Problem, sample: Ints, h: int, g: int, part: float) -> Ints | None:
    """Give the sample with a part of one stratum's reports taken away and the fewest given to another; None: dearer."""
    bounds = problem.bounds
    less = min(max(int(sample[h] * part), 1), int(sample[h] - bounds.least[h]))
    room = int(bounds.all_read[g] - sample[g])
    more = min(int(np.ceil(less * bounds.cost[h] / bounds.cost[g])) - 1, room)
    if less < 1 or more < 0:
        return None

    def with_more(n: int) -> Ints:
        changed = sample.copy()
        changed[h] -= less
        changed[g] += n
        return changed

    if not problem.meets(with_more(more)):
        return None
    return with_more(first_of(lambda n: problem.meets(with_more(n)), 0, more) if more else 0)


_PARTS = (0.3, 0.1, 0.03, 0.0)
"""How much of a stratum's reports is taken at a time, the last time one alone."""

_TRIES = 1_000


# ---- the least cost


def _least_cost(problem: Problem) -> Ints:
    """Give the sample of least cost that meets half-widths, of those that come up on the way to it the cheapest."""
    ways = {tuple(each): None for each in (*_convex(problem), problem.shares())}
    found = min((_along(problem, np.array(way)) for way in ways), key=lambda each: each[1])[0]
    turns = _turns(len(found))
    for _ in range(2):
        found = _without_spare(problem, _exchanged(problem, found, turns))
    return found


def _convex(problem: Problem) -> Iterator[Floats]:
    """Give the sizes that the convex problem comes to, round by round: what the priorities of reports go by."""
    targets = problem.targets
    wanted = np.array([target.wanted for target in targets]) ** 2
    bounds = problem.bounds
    cost = bounds.cost / bounds.cost.mean()
    sizes = _start(problem)
    for _ in range(_ROUNDS):
        whole = np.clip(np.rint(sizes), bounds.least, bounds.all_read).astype(np.int64)
        falls, now = _falls(problem.field, targets, whole, bounds)
        # what is left of each width once the strata have their part: reports cannot lower it
        left = now - (falls / whole).sum(axis=1)
        room = np.maximum(wanted - left, wanted * 1e-6)
        before = sizes
        sizes = np.sqrt(before * _dual(falls / room[:, None], cost, bounds))  # halfway, so that it comes to rest
        yield np.asarray(np.maximum(sizes, 1e-9))
        if np.max(np.abs(sizes / before - 1)) < _SETTLED:
            return


def _as_width(problem: Problem, target: Target) -> Target:
    """Take a fall or a standard as the half-width that finds it: where strata are concerned they need the same."""
    if target.of_width:
        return target
    z = normal.quantile((1 + problem.field.terms.level) / 2)
    apart = target.wanted / np.sqrt(2) if target.kind == "fall" else abs(target.wanted - problem.field.rate)
    return Target(target.name, "rate", float(z * apart / (z + normal.quantile(problem.power))), target.members)


def _start(problem: Problem) -> Floats:
    """Begin with a thousand reports, spread as the frame is."""
    population = problem.field.population
    part = np.ones(len(problem.bounds.cost)) if population is None else population
    return np.asarray(np.clip(1000 * part / part.sum(), problem.bounds.least, problem.bounds.all_read))


def _falls(field: Field, targets: Sequence[Target], sample: Ints, bounds: Bounds) -> tuple[Floats, Floats]:
    """Give a of each target and stratum, by which the square of its width falls as a / n; and the squares."""
    now = field.half_widths(sample, targets) ** 2
    found = np.zeros((len(targets), len(sample)))
    for h, n in enumerate(sample.tolist()):
        other = sample.copy()
        other[h] = min(n + max(int(n * _FARTHER), 1), int(bounds.all_read[h]))
        if other[h] == n:
            other[h] = max(n - max(int(n * _FARTHER), 1), 2)
        if other[h] != n:
            then = field.half_widths(other, targets) ** 2
            found[:, h] = np.maximum((now - then) / (1 / n - 1 / int(other[h])), 0.0)
    return found, now


def _dual(need: Floats, cost: Floats, bounds: Bounds) -> Floats:
    """Minimise the cost with sum of need / n no more than 1 for each target, by the multipliers of the targets."""
    from scipy.optimize import minimize

    # alone, a target has this multiplier where no bound matters
    alone = np.maximum((np.sqrt(need * cost).sum(axis=1)) ** 2, 1e-12)
    least, most = bounds.least.astype(np.float64), bounds.all_read.astype(np.float64)

    def sizes_at(weights: Floats) -> Floats:
        return np.asarray(np.clip(np.sqrt((weights * alone) @ need / cost), least, most))

    def lowered(weights: Floats) -> tuple[float, Floats]:
        sizes = sizes_at(weights)
        over = (need / sizes).sum(axis=1) - 1
        scale = alone.max()
        return float(-(cost @ sizes + (weights * alone) @ over) / scale), -(alone * over) / scale

    start = np.full(len(alone), 1 / len(alone))
    found = minimize(lowered, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(start), tol=1e-12)
    unbound = np.sqrt((found.x * alone) @ need / cost)
    return np.asarray(np.where(unbound > 0, np.clip(unbound, least, most), least))
