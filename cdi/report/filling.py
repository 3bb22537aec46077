"""Fillings of tables by strata: counts that round as those of a table do, add up alike, and give the same rates.

The rate of a force weighs each stratum by the reports on its frame, which others may know. What values a count has in
any filling, others cannot rule out. Fillings are drawn near the counts and far from them; all that holds is kept.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Count", "Drawn", "Floats", "Ints", "Left", "Weighed"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]
Left: TypeAlias = tuple[set[int], set[int], set[int]]
"""The values that are left of a base, of the number recorded and of that not recorded."""

_HALF = 0.0005 + 1e-9  # a rate of the force is printed to 0.1 percentage points
_FILLINGS = 4000  # drawn at once
_ROUNDS = 8  # of fillings with each value of a row in turn
_MOST = 20_000  # values of a row that are tried at once
_NEAR = 3  # how far from the counts half of the fillings begin


@dataclass(frozen=True, slots=True)
class Count:
    """One count: of each stratum as it is, and of each row the least and the greatest that it can be."""

    cells: Ints
    least: Ints
    greatest: Ints

    @property
    def total(self) -> int:
        """What all strata come to, which is published."""
        return int(self.cells.sum())

    def possible(self, row: int) -> Ints:
        """Give the values that a row can have beside the others and the total."""
        low = self.total - int(self.greatest.sum() - self.greatest[row])
        high = self.total - int(self.least.sum() - self.least[row])
        return np.arange(max(low, int(self.least[row])), min(high, int(self.greatest[row])) + 1)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A rate of the force as it is printed: a product of ratios of weighted counts, each by their places."""

    ratios: tuple[tuple[int, int], ...]
    rate: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """The counts of a table of which each row is made of strata, and what is printed of all strata together."""

    rows: Ints  # the row of each stratum
    counts: tuple[Count, ...]
    pairs: tuple[tuple[int, int], ...]  # the places of a base, and of the number recorded of it
    weighed: tuple[Weighed, ...]
    population: Floats
    sampled: Ints  # the reports read of each stratum

    def enough(self, pair: tuple[int, int], number: int) -> tuple[int, int, int]:
        """How many values each count of a pair keeps at the least: all that a small total lets it have."""
        n, x = (self.counts[place].total for place in pair)
        return min(number, n + 1), min(number, x + 1), min(number, n - x + 1)

    def left(self, number: int, rng: np.random.Generator) -> list[list[Left]]:
        """Collect values of each pair of counts, row by row, until each has so many."""
        height = int(self.rows.max()) + 1
        values: list[list[Left]] = [[(set(), set(), set()) for _ in range(height)] for _ in self.pairs]
        self._collect(values, self._fillings({}, _FILLINGS, rng))
        for _, (place, pair), row in itertools.product(range(_ROUNDS), enumerate(self.pairs), range(height)):
            if any(len(own) < least for own, least in zip(values[place][row], self.enough(pair, number), strict=True)):
                n, x = self._candidates(pair, row, rng)
                self._collect(values, self._fillings({pair[0]: (row, n), pair[1]: (row, x)}, len(n), rng))
        return values

    def _candidates(self, pair: tuple[int, int], row: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
        """Give what a base and its number recorded could be in a row: each several times, or as many as are tried."""
        bases, recorded = (self.counts[place].possible(row) for place in pair)
        n, x = np.repeat(bases, len(recorded)), np.tile(recorded, len(bases))
        n, x = n[x <= n], x[x <= n]
        if len(n) > _MOST:
            some = rng.choice(len(n), _MOST, replace=False)
            n, x = n[some], x[some]
        times = max(1, _FILLINGS // max(1, len(n)))
        return np.repeat(n, times), np.repeat(x, times)

    def _in_rows(self, cells: Ints) -> Ints:
        """Add strata up to rows; the last axis is theirs."""
        within = self.rows == np.arange(int(self.rows.max()) + 1)[:, None]
        added: Ints = cells @ within.T.astype(np.int64)
        return added

    def _fillings(self, given: Mapping[int, tuple[int, Ints]], size: int, rng: np.random.Generator) -> list[Ints]:
        """Fill each count at random so that it adds up to its total, with those of some rows as they are given."""
        filled: dict[int, Ints] = {}
        # a part is filled after the whole that it is of
        for place in sorted(range(len(self.counts)), key=lambda each: -self.counts[each].total):
            wholes = [filled[n] for n, x in self.pairs if x == place and n in filled]
            most = np.minimum.reduce(wholes) if wholes else None
            filled[place] = self._filled(self.counts[place], size, given.get(place), most, rng)
        fit = np.ones(size, dtype=bool)
        for place, count in enumerate(self.counts):
            fit &= filled[place].sum(axis=1) == count.total
            rows = self._in_rows(filled[place])
            fit &= ((rows >= count.least) & (rows <= count.greatest)).all(axis=1)
        for n, x in self.pairs:
            fit &= (filled[x] <= filled[n]).all(axis=1)
        found = [filled[place][fit] for place in range(len(self.counts))]
        fit = self._gives_the_rates(found)
        return [each[fit] for each in found]

    def _filled(
        self, count: Count, size: int, given: tuple[int, Ints] | None, most: Ints | None, rng: np.random.Generator
    ) -> Ints:
        own = self._in_rows(count.cells)
        greatest = np.broadcast_to(count.greatest, (size, len(own)))
        if most is not None:
            greatest = np.minimum(greatest, self._in_rows(most))
        least = np.minimum(count.least, greatest)
        near = np.clip(own + rng.integers(-_NEAR, _NEAR + 1, least.shape), least, greatest)
        found = np.where(rng.random((size, 1)) < 0.5, near, rng.integers(least, greatest + 1))
        free = [j for j in rng.permutation(len(own)).tolist() if given is None or j != given[0]]
        if given is not None:
            found[:, given[0]] = given[1]
        for j in free:
            off = count.total - found.sum(axis=1)
            found[:, j] += np.clip(off, least[:, j] - found[:, j], greatest[:, j] - found[:, j])
        return self._parted(found, count, most, rng)

    def _parted(self, rows: Ints, count: Count, most: Ints | None, rng: np.random.Generator) -> Ints:
        """Part what each row holds among its strata."""
        greatest = rows[:, self.rows] if most is None else np.minimum(most, rows[:, self.rows])
        found: Ints = np.clip(count.cells + rng.integers(-_NEAR, _NEAR + 1, greatest.shape), 0, greatest)
        for j in rng.permutation(len(self.rows)).tolist():
            within = self.rows == self.rows[j]
            off = rows[:, self.rows[j]] - found[:, within].sum(axis=1)
            found[:, j] += np.clip(off, -found[:, j], greatest[:, j] - found[:, j])
        return found

    def _gives_the_rates(self, filled: Sequence[Ints]) -> Bools:
        """Tell which fillings give each rate of the force as it is printed."""
        # where each report is one crime due, the reports read are a count of the table
        alike = (filled[i] for i, count in enumerate(self.counts) if (count.cells == self.sampled).all())
        fit: Bools = np.ones(len(filled[0]), dtype=bool)
        with np.errstate(divide="ignore", invalid="ignore"):
            weight = self.population / next(alike, self.sampled)
            for each in self.weighed:
                rate = np.ones(len(fit))
                for x, n in each.ratios:
                    rate *= (weight * filled[x]).sum(axis=1) / (weight * filled[n]).sum(axis=1)
                fit &= np.abs(rate - each.rate) <= _HALF
        return fit

    def _collect(self, values: Sequence[Sequence[Left]], filled: Sequence[Ints]) -> None:
        """Keep the values of all rows in some fillings."""
        rows = [self._in_rows(each) for each in filled]
        for own, (n, x) in zip(values, self.pairs, strict=True):
            for row, left in enumerate(own):
                for known, counts in zip(left, (rows[n], rows[x], rows[n] - rows[x]), strict=True):
                    known.update(np.unique(counts[:, row]).tolist())
