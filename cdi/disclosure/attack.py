"""What whole numbers published ones leave possible: the least and the greatest value of each count.

Nothing here knows of files or tables. A count is a whole number that lies between two ends; a relation says between
which ends a weighted sum of counts lies, and where that is published. The values that are left to a count are found by
whole-number programming, in three steps: bounds are passed along the relations until none moves; where the relations
that are left form no ring, and only add up, these bounds are what is possible; for the other counts a program is
solved, after some solutions have shown which of them are free.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["Count", "Key", "Relation", "Span", "candidates", "consistent", "sources_needed"]

Key: TypeAlias = Hashable
"""What a count is called."""

_MOST = 1_000_000  # what is larger is without an end: no sample is
_NEAR, _WHOLE = 1e-7, 1e-6  # of an end; of a whole number
_IMPOSSIBLE = 2  # the answer of the solver where nothing fits
_ROUNDS, _LOOKS, _SECONDS = 60, 6, 5.0
"""How often bounds are passed on, for how many weights both ends are looked for, and how long for one end."""


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number that is looked for, and between which ends it lies; None is without an end."""

    key: Key
    least: int = 0
    greatest: int | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """That a weighted sum of counts lies between two ends, and where that is published."""

    terms: tuple[tuple[Key, float], ...]
    least: float = -math.inf
    greatest: float = math.inf
    source: Hashable = ""  # nothing: true of all such counts


@dataclass(frozen=True, slots=True)
class Span:
    """The least and the greatest value that is left to a count; None is without an end.

    Between them each whole number is possible, unless ``possible`` names the few that are.
    """

    least: int
    greatest: int | None
    possible: tuple[int, ...] = ()

    @property
    def number(self) -> float:
        """How many values are left."""
        if self.possible:
            return len(self.possible)
        return math.inf if self.greatest is None else self.greatest - self.least + 1


def candidates(
    counts: Iterable[Count],
    relations: Iterable[Relation],
    asked: Collection[Key] | None = None,
    *,
    enough: int | None = None,
) -> dict[Key, Span] | None:
    """Give the least and the greatest value of each count that is asked for; None where nothing fits.

    With ``enough``, a count is looked at no further once it is sure to keep so many values; its span is then as wide as
    was found, and may be wider. Where relations are not plain sums, values between the ends may be impossible: with
    ``enough``, those of a count that has fewer are named.
    """
    programme = _Programme.of(counts, relations)
    if not programme.narrowed():
        return None
    wanted = {programme.place[key] for key in (programme.place if asked is None else asked)}
    spans: dict[int, Span] = {}
    for part in programme.parts():
        own = [i for i in part.counts if i in wanted]
        found = part.spans(own, enough)
        if found is None:
            return None
        spans |= found
    keys = list(programme.place)
    fixed = {i: _span(programme.low[i], programme.high[i]) for i in wanted if i not in spans}
    return {keys[i]: span for i, span in sorted((spans | fixed).items())}


def consistent(counts: Iterable[Count], relations: Iterable[Relation]) -> bool:
    """Tell whether any whole numbers fit."""
    return candidates(counts, relations, ()) is not None


def sources_needed(
    counts: Sequence[Count], relations: Sequence[Relation], key: Key, fewer: int
) -> tuple[Hashable, ...]:
    """Name a least list of sources that together leave a count fewer values: no one of them can be missed.

    Those that come first in the relations are kept rather than later ones.
    """
    near, own = _around(key, relations), {count.key: count for count in counts}

    def gives(left: Collection[Hashable]) -> bool:
        used = [each for each in near if each.source in left or each.source == ""]
        keys = {name for each in used for name, _ in each.terms} | {key}
        found = candidates([own[name] for name in keys], used, [key], enough=fewer)
        return found is None or found[key].number < fewer

    kept = dict.fromkeys(each.source for each in near if each.source != "")
    for source in reversed(list(kept)):
        left = dict.fromkeys(each for each in kept if each != source)
        if gives(left):
            kept = left
    return tuple(kept)


def _around(key: Key, relations: Sequence[Relation]) -> list[Relation]:
    """Keep the relations that a count is tied to by however many steps."""
    by_key: dict[Key, list[int]] = {}
    for i, each in enumerate(relations):
        for name, _ in each.terms:
            by_key.setdefault(name, []).append(i)
    seen, waiting, taken = {key}, [key], set[int]()
    while waiting:
        for i in by_key.get(waiting.pop(), []):
            if i not in taken:
                taken.add(i)
                fresh = {name for name, _ in relations[i].terms} - seen
                seen |= fresh
                waiting += fresh
    return [relations[i] for i in sorted(taken)]


def _span(low: float, high: float) -> Span:
    return Span(int(low), None if high >= _MOST else int(high))


@dataclass(frozen=True, slots=True)
class _Row:
    """A relation by the places of its counts."""

    places: tuple[int, ...]
    weights: tuple[float, ...]
    least: float
    greatest: float

    @property
    def adds_up(self) -> bool:
        """Whether it is a sum of whole numbers, each once."""
        whole = all(end.is_integer() for end in (self.least, self.greatest) if math.isfinite(end))
        return whole and all(abs(weight) == 1 for weight in self.weights)


@dataclass(frozen=True, slots=True)
class _Programme:
    """Counts by their places, the ends of each, and what ties them."""

    place: dict[Key, int]
    low: list[float]
    high: list[float]
    rows: list[_Row]

    @classmethod
    def of(cls, counts: Iterable[Count], relations: Iterable[Relation]) -> _Programme:
        known = list(counts)
        place = {count.key: i for i, count in enumerate(known)}
        rows = []
        for each in relations:
            terms: dict[int, float] = {}
            for key, weight in each.terms:
                terms[place[key]] = terms.get(place[key], 0.0) + weight
            terms = {i: weight for i, weight in terms.items() if weight}
            rows.append(_Row(tuple(terms), tuple(terms.values()), float(each.least), float(each.greatest)))
        low = [float(count.least) for count in known]
        return cls(place, low, [float(_MOST if count.greatest is None else count.greatest) for count in known], rows)

    def narrowed(self) -> bool:
        """Pass bounds along the relations until none moves; False where one leaves nothing."""
        touching: list[list[int]] = [[] for _ in self.low]
        for at, row in enumerate(self.rows):
            for i in row.places:
                touching[i].append(at)
        waiting = set(range(len(self.rows)))
        for _ in range(_ROUNDS):
            moved = {i for at in sorted(waiting) for i in self._narrowed_by(self.rows[at])}
            waiting = {at for i in moved for at in touching[i]}
            if not waiting or any(self.low[i] > self.high[i] for i in moved):
                break
        return all(low <= high for low, high in zip(self.low, self.high, strict=True)) and not any(
            self._broken(row) for row in self.rows
        )

    def _ends(self, row: _Row) -> tuple[list[float], list[float]]:
        """Give the least and the greatest of each term."""
        pairs = [
            (weight * self.low[i], weight * self.high[i]) for i, weight in zip(row.places, row.weights, strict=True)
        ]
        return [min(pair) for pair in pairs], [max(pair) for pair in pairs]

    def _broken(self, row: _Row) -> bool:
        lows, highs = self._ends(row)
        return sum(lows) > row.greatest + _NEAR or sum(highs) < row.least - _NEAR

    def _narrowed_by(self, row: _Row) -> list[int]:
        lows, highs = self._ends(row)
        least, greatest = sum(lows), sum(highs)
        if least >= row.least - _NEAR and greatest <= row.greatest + _NEAR:
            return []
        moved = []
        for i, weight, low, high in zip(row.places, row.weights, lows, highs, strict=True):
            ends = sorted(((row.least - (greatest - high)) / weight, (row.greatest - (least - low)) / weight))
            new_low = max(self.low[i], _up(ends[0]))
            new_high = min(self.high[i], _down(ends[1]))
            if new_low > self.low[i] or new_high < self.high[i]:
                self.low[i], self.high[i] = new_low, new_high
                moved.append(i)
        return moved

    def parts(self) -> list[_Part]:
        """Part what is still open into what hangs together."""
        open_rows = [row for row in map(self._without_fixed, self.rows) if row is not None]
        group = list(range(len(self.low)))

        def root(i: int) -> int:
            while group[i] != i:
                group[i] = group[group[i]]
                i = group[i]
            return i

        for row in open_rows:
            for i in row.places[1:]:
                group[root(i)] = root(row.places[0])
        rows: dict[int, list[_Row]] = {}
        for row in open_rows:
            rows.setdefault(root(row.places[0]), []).append(row)
        counts: dict[int, list[int]] = {}
        for i in sorted({i for row in open_rows for i in row.places}):
            counts.setdefault(root(i), []).append(i)
        return [_Part(tuple(counts[at]), tuple(rows[at]), self.low, self.high) for at in rows]

    def _without_fixed(self, row: _Row) -> _Row | None:
        """Take the known counts out of a relation; None where it says nothing more."""
        lows, highs = self._ends(row)
        if sum(lows) >= row.least - _NEAR and sum(highs) <= row.greatest + _NEAR:
            return None
        free = [k for k, i in enumerate(row.places) if self.low[i] < self.high[i]]
        known = sum(low for k, low in enumerate(lows) if k not in set(free))
        places, weights = tuple(row.places[k] for k in free), tuple(row.weights[k] for k in free)
        return _Row(places, weights, row.least - known, row.greatest - known) if free else None


def _up(value: float) -> float:
    return math.ceil(value - _NEAR) if math.isfinite(value) else value


def _down(value: float) -> float:
    return math.floor(value + _NEAR) if math.isfinite(value) else value


@dataclass(frozen=True, slots=True)
class _Part:
    """Counts that hang together, apart from all others."""

    counts: tuple[int, ...]
    rows: tuple[_Row, ...]
    low: Sequence[float]
    high: Sequence[float]

    @property
    def adds_up(self) -> bool:
        """Whether all its relations are plain sums."""
        return all(row.adds_up for row in self.rows)

    @property
    def without_rings(self) -> bool:
        """Whether the relations only add up, and no two ways lead from one count to another.

        Then each value between the bounds that were passed on is possible.
        """
        ties = sum(len(row.places) for row in self.rows)
        return ties == len(self.counts) + len(self.rows) - 1 and self.adds_up

    def spans(self, asked: Sequence[int], enough: int | None) -> dict[int, Span] | None:
        """Find the ends of the counts that are asked for; None where nothing fits."""
        if self.without_rings:
            return {i: _span(self.low[i], self.high[i]) for i in asked}
        solver = _Solver(self)
        solver.ends(np.zeros(len(self.counts)))
        if solver.impossible:
            return None
        place = {i: k for k, i in enumerate(self.counts)}
        if enough is None:
            return {i: _span(*solver.extremes(place[i])) for i in asked}
        if len(asked) > _LOOKS:
            solver.look()
        return {i: solver.span(place[i], enough, plain=self.adds_up) for i in asked}


class _Solver:
    """The programme of one part, and what its solutions so far have shown of each count."""

    def __init__(self, part: _Part) -> None:
        from scipy.optimize import Bounds, LinearConstraint

        place = {i: k for k, i in enumerate(part.counts)}
        matrix = _matrix(part.rows, place)
        ends = np.array([[row.least, row.greatest] for row in part.rows])
        self.low = np.array([part.low[i] for i in part.counts])
        self.high = np.array([part.high[i] for i in part.counts])
        self.bounds: Any = Bounds(self.low, self.high)
        self.bounds.lb = np.array(self.low, dtype=float)  # one that may be written to
        self.tied: Any = LinearConstraint(matrix, ends[:, 0], ends[:, 1])
        self.least = np.full(len(part.counts), math.inf)
        self.greatest = np.full(len(part.counts), -math.inf)
        self.impossible = False

    def look(self) -> None:
        """See how far the counts can be apart: some weights show it of most of them."""
        draws = np.random.default_rng(1)  # any weights would do: the same ones give the same answer
        for _ in range(_LOOKS):
            weights = draws.normal(size=len(self.low))
            self.ends(weights)
            self.ends(-weights)

    def span(self, k: int, enough: int, *, plain: bool) -> Span:
        """Find the ends of a count as far as it must be known whether it keeps enough values."""
        if plain and self.greatest[k] - self.least[k] + 1 >= enough:
            return _span(self.least[k], self.greatest[k])
        low, high = self.extremes(k)
        first = () if plain else self.first_of(k, low, high, enough)
        return replace(_span(low, high), possible=first if len(first) < min(enough, high - low + 1) else ())

    def first_of(self, k: int, low: float, high: float, enough: int) -> tuple[int, ...]:
        """List the least values that a count can have, one after the other, as many as are enough."""
        found: list[int] = []
        weights = np.zeros(len(self.low))
        weights[k] = 1.0
        at, before = low, self.low[k]
        while at <= high and len(found) < enough:
            self.bounds.lb[k] = at
            solution = self.ends(weights)
            if solution is None:
                break
            found.append(int(solution[k]))
            at = solution[k] + 1
        self.bounds.lb[k] = before
        return tuple(found)

    def extremes(self, k: int) -> tuple[float, float]:
        """Find both ends of one count. What is not settled in time is as narrow as was seen, to be on the safe side."""
        weights = np.zeros(len(self.low))
        for sign in (1.0, -1.0):
            weights[k] = sign
            at_end = self.least[k] == self.low[k] if sign > 0 else self.greatest[k] == self.high[k]
            if not at_end:
                self.ends(weights)
        if self.least[k] > self.greatest[k]:  # no solution was found in time
            return float(self.low[k]), float(self.high[k])
        return float(self.least[k]), float(self.greatest[k])

    def ends(self, weights: np.ndarray[Any, Any]) -> np.ndarray[Any, Any] | None:
        """Solve for the least weighted sum, and keep what the solution shows, or that nothing fits."""
        from scipy.optimize import milp

        solution: np.ndarray[Any, Any] = np.empty(0)
        for whole in (0, 1):  # sums of tables mostly have whole ends by themselves, found much sooner
            found = milp(
                weights,
                constraints=self.tied,
                bounds=self.bounds,
                integrality=np.full(len(weights), whole),
                # what presolve makes of a solution is told on the screen, past every option
                options={"time_limit": _SECONDS, "mip_rel_gap": 0.0, "presolve": not whole},
            )
            if found.x is None:
                self.impossible = found.status == _IMPOSSIBLE
                return None
            solution = np.round(found.x)
            if np.abs(found.x - solution).max() <= _WHOLE:
                break
        self.least = np.minimum(self.least, solution)
        self.greatest = np.maximum(self.greatest, solution)
        return solution


def _matrix(rows: Sequence[_Row], place: Mapping[int, int]) -> csr_array:
    from scipy.sparse import csr_array

    at = [k for k, row in enumerate(rows) for _ in row.places]
    columns = [place[i] for row in rows for i in row.places]
    weights = [weight for row in rows for weight in row.weights]
    return csr_array((weights, (at, columns)), shape=(len(rows), len(place)))
