"""The least number of disputed decisions that would have to go the other way for something to change.

What follows from the estimate alone is found exactly. A rate X / Y reaches a threshold t where X - t Y >= 0, and each
turn adds w (dx - t dy) to that, whatever else is turned. So the turns that add most are the best ones, and the furthest
rate of n turns is found by raising t to the rate that the best n turns for it give, until it rises no more (Dinkelbach
1967, Management Science 13, 492-498). An overall rate R / (R + U) that follows from volumes is a sum of R_k / p_k, each
of which only the turns of its own category change: the best way to share n turns among categories is found from that
of fewer categories (dynamic programming). What is printed changes at thresholds of the rate, so the least number is the
first n whose furthest rate, up or down, lies beyond one.

What follows from an interval depends on which reports the crimes are of. All ways to turn 1, 2, 3, ... are tried, each
kind of report once, as long as there are few. Beyond that the number is an upper limit: that of turns in the order of
what they add to the rate.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.disputing.sums import Effect, Turned

if TYPE_CHECKING:
    from cdi.disputing.sums import Line, Report, State
    from cdi.survey.estimates import Estimates

__all__ = ["Found", "furthest_of", "least_of_estimate", "least_of_interval", "state_of", "strongest"]

Floats: TypeAlias = npt.NDArray[np.float64]

TRIED, TRIED_OF_VOLUMES = 5_000, 1_100
"""Ways to turn decisions that are tried for what follows from an interval, at most; rates of volumes take longer."""

Changes: TypeAlias = Callable[["Estimates"], "npt.NDArray[np.bool_]"]
"""Tells of estimates in which rows an outcome is another than as audited."""

_WAYS = 64
"""Ways to turn decisions that change two categories at once that are tried, at most."""

_ROUNDS = 60  # of raising a threshold; each but the last raises it, and a few do
_NOISE = 1e-12  # of a rate: what a turn adds to a sum beside it is rounding


@dataclass(frozen=True, slots=True)
class Found:
    """The least number of turns that changes an outcome.

    Attributes
    ----------
    number : int or None
        How many. None: no number of them changes it.
    turned : mapping of Effect to int
        Which turns they are, by what they do.
    exact : bool
        Whether it is certain that no fewer do, or that none do.
    """

    number: int | None
    turned: Mapping[Effect, int]
    exact: bool = True


# ---- what follows from the estimate


@dataclass(frozen=True, slots=True)
class _Ratio:
    """A ratio of two sums, and what turns add to them."""

    top: float
    bottom: float
    effects: tuple[Effect, ...]
    held: npt.NDArray[np.int64]
    adds: Floats  # one row an effect: to the top, and to the bottom

    @property
    def number(self) -> int:
        """How many turns there are."""
        return int(self.held.sum())

    def furthest(self, number: int, sign: int) -> tuple[float, npt.NDArray[np.int64]]:
        """Give the highest (1) or lowest (-1) ratio of at most so many turns, and how often each effect is in it."""
        ratio, taken = self.top / self.bottom, np.zeros(len(self.held), dtype=np.int64)
        noise = _NOISE * np.abs(self.adds).sum(axis=1)
        for _ in range(_ROUNDS):
            gains = sign * (self.adds[:, 0] - ratio * self.adds[:, 1])
            order = np.argsort(-gains, kind="stable")
            useful = np.where(gains > noise, self.held, 0)[order]
            chosen = np.zeros(len(self.held), dtype=np.int64)
            chosen[order] = np.clip(number - (np.cumsum(useful) - useful), 0, useful)
            top, bottom = np.array([self.top, self.bottom]) + chosen @ self.adds
            if bottom <= 0 or sign * (top / bottom - ratio) <= _NOISE * max(1.0, abs(ratio)):
                break
            ratio, taken = float(top / bottom), chosen
        return ratio, taken


@dataclass(frozen=True, slots=True)
class _Part:
    """The sums of a category, and what turns that change no other add to them."""

    volume: float
    sums: Floats  # crimes recorded and due, and what recorded crime holds
    effects: tuple[Effect, ...]
    held: npt.NDArray[np.int64]
    adds: Floats  # one row an effect: to each of the sums

    @property
    def number(self) -> int:
        """How many turns there are."""
        return int(self.held.sum())

    def ratio(self, rate: float | None) -> _Ratio:
        """Give what is added up over categories: crimes due for each that recorded crime holds.

        Where not all that it holds was due: what is recorded beyond a share of that.
        """
        top = np.array([0.0, -1.0, 0.0] if rate is None else [1.0, -rate, 0.0])
        return _Ratio(float(self.sums @ top), float(self.sums[2]), self.effects, self.held, np.stack(
            [self.adds @ top, self.adds[:, 2]], axis=1
        ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Sum:
    """An overall rate that follows from the sums of categories and their recorded crime."""

    parts: tuple[_Part, ...]
    holds_all: bool  # whether all that recorded crime holds was due
    # a category, a number of turns, a way and a rate -> its furthest addend; each is worked out once
    _known: dict[tuple[int, int, int, float | None], float] = field(default_factory=dict, compare=False, repr=False)

    def rate(self, sums: Sequence[Floats]) -> float:
        """Give the rate: what recorded crime holds that was due, of the crimes due."""
        recorded = sum(part.volume * each[0] / each[2] for part, each in zip(self.parts, sums, strict=True))
        due = sum(part.volume * each[1] / each[2] for part, each in zip(self.parts, sums, strict=True))
        return float(recorded / due)

    def furthest(self, number: int, sign: int) -> tuple[float, dict[Effect, int]]:
        """Give the highest (1) or lowest (-1) rate of at most so many turns, and how often each effect is in it."""
        rate, found = self.rate([part.sums for part in self.parts]), dict[Effect, int]()
        for _ in range(_ROUNDS):
            shares = self._shared(number, sign, None if self.holds_all else rate)
            sums, taken = [], dict[Effect, int]()
            for part, n in zip(self.parts, shares, strict=True):
                chosen = part.ratio(None if self.holds_all else rate).furthest(n, sign)[1]
                sums.append(part.sums + chosen @ part.adds)
                taken |= _named(part.effects, chosen)
            other = self.rate(sums)
            if sign * (other - rate) <= _NOISE:
                break
            rate, found = other, taken
            if self.holds_all:
                break
        return rate, found

    def _shared(self, number: int, sign: int, rate: float | None) -> list[int]:
        """Share a number of turns among the categories in the best way."""
        best = np.zeros(1)  # the sum, by turns spent; sign times the most makes the furthest rate
        shares: list[npt.NDArray[np.int64]] = []
        for place, part in enumerate(self.parts):
            spent = min(number, part.number)
            sums = np.full(min(len(best) + spent, number + 1), -np.inf)
            share = np.zeros(len(sums), dtype=np.int64)
            for n in range(spent + 1):
                size = min(len(best), len(sums) - n)
                here = slice(n, n + size)
                more = best[:size] + sign * self._addend(place, n, sign, rate)
                share[here] = np.where(more > sums[here], n, share[here])
                sums[here] = np.maximum(sums[here], more)
            best = sums
            shares.append(share)
        left = int(np.argmax(best))
        found = []
        for share in shares[::-1]:
            found.append(int(share[left]))
            left -= found[-1]
        return found[::-1]

    def _addend(self, place: int, number: int, sign: int, rate: float | None) -> float:
        """Give what a category adds at its furthest of so many turns."""
        key = (place, number, sign, rate)
        if key not in self._known:
            part = self.parts[place]
            self._known[key] = part.volume * part.ratio(rate).furthest(number, sign)[0]
        return self._known[key]


Furthest: TypeAlias = Callable[[int, int], tuple[float, Mapping["Effect", int]]]
"""Gives the highest (1) or lowest (-1) rate of at most so many turns, and which they are."""


def _named(effects: Sequence[Effect], taken: npt.NDArray[np.int64]) -> dict[Effect, int]:
    return {effect: int(n) for effect, n in zip(effects, taken, strict=True) if n}


def least_of_estimate(line: Line, changed: Callable[[float], bool]) -> Found:
    """Find the least number of turns that changes what follows from the rate alone.

    ``changed`` tells it of a rate; the rates of which it is not true lie side by side, and that as audited is among
    them. Where no rate is left, it is changed too.
    """
    effects = line.effects()
    gone = _gone(line, effects)
    number = min(line.number, sum(effects.values())) if gone is None else sum(gone.values()) - 1
    found: list[tuple[int, Mapping[Effect, int]]] = [] if gone is None else [(number + 1, gone)]
    furthest, exact = _furthest_of(line, effects)
    for sign in (1, -1) if number else ():
        if not changed(furthest(number, sign)[0]):
            continue
        low, high = 0, 1  # low does not change it
        while not changed(furthest(high, sign)[0]):
            low, high = high, min(2 * high, number)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if changed(furthest(middle, sign)[0]) else (middle, high)
        found.append((high, furthest(high, sign)[1]))
    if not found:
        return Found(None, {}, exact)
    least, turned = min(found, key=lambda pair: pair[0])
    return Found(least, turned, exact or least == 1)


def furthest_of(line: Line, number: int, sign: int) -> tuple[float, Mapping[Effect, int]]:
    """Give the highest (1) or lowest (-1) rate with at most so many turns, and which they are."""
    return _furthest_of(line, line.effects())[0](number, sign)


def _gone(line: Line, effects: Mapping[Effect, int]) -> dict[Effect, int] | None:
    """Find the fewest turns after which nothing is left to estimate a rate from; None where no number of them does.

    A ratio needs a crime due, and a rate of volumes one recorded in each category that has recorded crime. A turn takes
    one of them at most.
    """
    recorded, due = line.numbers()
    needed = dict(enumerate(due)) if line.volumes is None else {
        place: recorded[place] for place in np.flatnonzero(line.volume_of > 0).tolist()
    }  # fmt: skip
    ways = []
    for place, crimes in needed.items():
        left, taken = int(crimes), dict[Effect, int]()
        for effect, n in effects.items():
            takes = any(add[0] == place and add[2 if line.volumes is None else 1] < 0 for add in effect.adds)
            if takes and left:
                taken[effect] = min(n, left)
                left -= taken[effect]
        if not left and taken:
            ways.append(taken)
    return min(ways, key=lambda taken: sum(taken.values()), default=None)


def _furthest_of(line: Line, effects: Mapping[Effect, int]) -> tuple[Furthest, bool]:
    """Give what finds the furthest rate of a number of turns, and whether it is certain that there is no further."""
    if line.volumes is None:
        ratio = _ratio_of(line, effects)

        def of_ratio(number: int, sign: int) -> tuple[float, Mapping[Effect, int]]:
            rate, taken = ratio.furthest(number, sign)
            return rate, _named(ratio.effects, taken)

        return of_ratio, True
    volumes = line.volume_of
    used = np.flatnonzero(volumes > 0).tolist()
    kept = {effect: n for effect, n in effects.items() if any(add[0] in used for add in effect.adds)}
    # a record that stands in one category and may come to lack in another changes both
    both = {effect: n for effect, n in kept.items() if sum(add[0] in used for add in effect.adds) > 1}
    alone = {effect: n for effect, n in kept.items() if effect not in both}
    ways = math.prod(n + 1 for n in both.values())
    tried = list(itertools.islice(itertools.product(*(range(n + 1) for n in both.values())), _WAYS))
    sums = [(dict(zip(both, taken, strict=True)), _sum_of(line, used, alone, both, taken)) for taken in tried]

    def of_sums(number: int, sign: int) -> tuple[float, Mapping[Effect, int]]:
        best: tuple[float, Mapping[Effect, int]] | None = None
        for taken, each in sums:
            left = number - sum(taken.values())
            if each is None or left < 0:
                continue
            rate, more = each.furthest(left, sign)
            if best is None or sign * (rate - best[0]) > 0:
                best = rate, {**{effect: n for effect, n in taken.items() if n}, **more}
        if best is None:
            raise TypeError("no rate")
        return best

    return of_sums, ways <= _WAYS


def _ratio_of(line: Line, effects: Mapping[Effect, int]) -> _Ratio:
    """Set the turns beside the two sums that they change."""
    recorded, due = line.sums()
    adds = [(each.weight * recorded_, each.weight * due_) for each in effects for _, recorded_, due_, _ in each.adds]
    held = np.array(list(effects.values()), dtype=np.int64)
    return _Ratio(
        float(recorded[0]), float(due[0]), tuple(effects), held, np.array(adds, dtype=np.float64).reshape(-1, 2)
    )


def _sum_of(
    line: Line, used: Sequence[int], alone: Mapping[Effect, int], both: Mapping[Effect, int], taken: Sequence[int]
) -> _Sum | None:
    """Set the turns beside the sums of each category, once some that change several are made."""
    recorded, due = line.sums()
    held = recorded if line.holding is None else line.holding.sums_of(line.totals.domains)
    base = np.stack([recorded, due, held], axis=1)
    for effect, n in zip(both, taken, strict=True):
        for place, *adds in effect.adds:
            base[place] += n * effect.weight * np.array(adds)
    if not (base[used][:, [0, 2]] > 0).all():
        return None
    volumes, parts = line.volume_of, []
    for place in used:
        own = {effect: n for effect, n in alone.items() if any(add[0] == place for add in effect.adds)}
        adds_ = [[effect.weight * each for each in add[1:]] for effect in own for add in effect.adds if add[0] == place]
        counts = np.array(list(own.values()), dtype=np.int64)
        table = np.array(adds_, dtype=np.float64).reshape(-1, 3)
        parts.append(_Part(float(volumes[place]), base[place], tuple(own), counts, table))
    return _Sum(tuple(parts), line.holding is None)


# ---- what follows from an interval


def least_of_interval(line: Line, changes: Sequence[Changes]) -> list[Found]:
    """Find the least number of turns that changes each of some outcomes of an interval, or an upper limit of it.

    ``changes`` tell of estimates in which rows an outcome is another.
    """
    limits = [_by_effect(line, changed) for changed in changes]
    most = max((line.number if limit is None else _number(limit) - 1 for limit in limits), default=0)
    found: list[Found | None] = [None] * len(changes)
    left = TRIED if line.volumes is None else TRIED_OF_VOLUMES
    states: list[State] = [{}]
    for number in range(1, most + 1):
        states = list(itertools.islice(_one_more(line, states), left + 1))
        left -= len(states)
        if left < 0:
            return [_or_limit(each, limit, number, line.number) for each, limit in zip(found, limits, strict=True)]
        flags = [line.estimated_all(batch) for batch in _batches(line, states)]
        for i, (changed, limit) in enumerate(zip(changes, limits, strict=True)):
            if found[i] is None and (limit is None or number < _number(limit)):
                hit = np.flatnonzero(np.concatenate([changed(batch) for batch in flags]))
                found[i] = Found(number, _effects_of(line, states[int(hit[0])])) if len(hit) else None
    return [_or_limit(each, limit, most + 1, line.number) for each, limit in zip(found, limits, strict=True)]


def _number(found: Found) -> int:
    return 0 if found.number is None else found.number


def _or_limit(found: Found | None, limit: Found | None, untried: int, number: int) -> Found:
    """Take the upper limit where nothing less was found: for certain where all fewer were tried."""
    if found is not None:
        return found
    if limit is None:
        return Found(None, {}, exact=untried > number)
    return replace(limit, exact=_number(limit) <= untried)


def _batches(line: Line, states: Sequence[State]) -> Iterator[Sequence[State]]:
    """Part states into as many as are estimated in one go."""
    for start in range(0, len(states), line.together):
        yield states[start : start + line.together]


def _one_more(line: Line, states: Sequence[State]) -> Iterator[State]:
    """Give each different way to turn one more."""
    known = set[frozenset[tuple[tuple[int, Turned], int]]]()
    limits = [_limits(report) for report in line.reports]
    for state in states:
        for kind, turned in _starts(line, state):
            for place, (times, rivals) in enumerate(limits[kind]):
                if turned[place] + sum(turned[other] for other in rivals) == times:
                    continue
                new = dict(state)
                more = (kind, (*turned[:place], turned[place] + 1, *turned[place + 1 :]))
                new[more] = new.get(more, 0) + 1
                if any(turned):
                    left = new.pop((kind, turned)) - 1
                    new |= {(kind, turned): left} if left else {}
                key = frozenset(new.items())
                if key not in known:
                    known.add(key)
                    yield new


def _limits(report: Report) -> list[tuple[int, tuple[int, ...]]]:
    """Give how many crimes of each kind can be turned, and which other turns are of the same crimes."""
    found = []
    for place, (crime, times) in enumerate(report.disputed):
        rivals = [
            other
            for other, (each, _) in enumerate(report.disputed)
            if other != place and each.second != crime.second and each.pool == crime.pool
        ]
        found.append((times, tuple(rivals)))
    return found


def _starts(line: Line, state: State) -> Iterator[tuple[int, Turned]]:
    """Give each kind of report as it stands, of which one more crime could be turned."""
    yield from state
    used: dict[int, int] = {}
    for (kind, _), n in state.items():
        used[kind] = used.get(kind, 0) + n
    for kind, held in enumerate(line.held):
        if used.get(kind, 0) < held:
            yield kind, (0,) * len(line.reports[kind].disputed)


def _by_effect(line: Line, changes: Changes) -> Found | None:
    """Turn decisions in the order of what they add to the rate, up and down, until something changes."""

    def changed(state: State) -> bool:
        return bool(changes(line.estimated(state))[0])

    found = []
    for sign in (1, -1):
        order = _ordered(line, sign)
        low, high = 0, 1
        while high < len(order) and not changed(_prefix(line, order, high)):
            low, high = high, min(2 * high, len(order))
        if not order or not changed(_prefix(line, order, high)):
            continue
        while high - low > 1:  # between one that does not change it and one that does
            middle = (low + high) // 2
            low, high = (low, middle) if changed(_prefix(line, order, middle)) else (middle, high)
        found.append((high, _prefix(line, order, high)))
    if not found:
        return None
    number, state = min(found, key=lambda pair: pair[0])
    return Found(number, _effects_of(line, state), exact=False)


def strongest(line: Line, number: int, sign: int) -> State:
    """Turn so many of the decisions that move the rate most one way, or all that move it so."""
    return _prefix(line, _ordered(line, sign), number)


def _ordered(line: Line, sign: int) -> list[tuple[int, int]]:
    """List every decision that can move the rate one way, by its report's kind and its place, the strongest first."""
    rate = float(line.found.basis.rate[0])
    steps: list[tuple[float, int, int]] = []
    sizes = _sizes(line)
    for kind, effects in enumerate(line.placed_effects()):
        for place, (effect, n) in enumerate(effects):
            gain = 0.0
            for category, recorded, due, held in effect.adds:
                of_recorded, of_due, of_held = sizes.get(category, (0.0, 0.0, 0.0)) if sizes else (1.0, -rate, 0.0)
                gain += of_recorded * recorded + of_due * due + of_held * held
            if sign * gain * effect.weight > 0:
                steps += [(-sign * gain * effect.weight, kind, place)] * n
    return [(kind, place) for _, kind, place in sorted(steps)]


def _sizes(line: Line) -> dict[int, tuple[float, float, float]]:
    """Give how much an overall rate of volumes moves with each sum of a category: R (a - t d) / h, linearised."""
    if line.volumes is None:
        return {}
    rate = float(line.found.basis.rate[0])
    recorded, due = line.sums()
    held = recorded if line.holding is None else line.holding.sums_of(line.totals.domains)
    found = {}
    for place in np.flatnonzero((line.volume_of > 0) & (held > 0)).tolist():
        size = line.volume_of[place] / held[place]
        beyond = (recorded[place] - rate * due[place]) / held[place]
        found[place] = (size, -rate * size, -beyond * size)
    return found


def _prefix(line: Line, order: Sequence[tuple[int, int]], number: int) -> State:
    """Turn the first decisions of a list, in as few reports of each kind as hold them."""
    wanted: dict[int, Counter[int]] = {}
    for kind, place in order[:number]:
        wanted.setdefault(kind, Counter())[place] += 1
    state = Counter[tuple[int, tuple[int, ...]]]()
    for kind, places in wanted.items():
        disputed = line.reports[kind].disputed
        left = [places[place] for place in range(len(disputed))]
        while any(left):
            turned = tuple(min(n, times) for n, (_, times) in zip(left, disputed, strict=True))
            reports = min(n // t for n, t in zip(left, turned, strict=True) if t)
            state[kind, turned] += reports
            left = [n - reports * t for n, t in zip(left, turned, strict=True)]
    return dict(state)


def _effects_of(line: Line, state: State) -> dict[Effect, int]:
    """Say which turns a state is made of, by what they do."""
    found, effects = Counter[Effect](), line.placed_effects()
    for (kind, turned), n in state.items():
        for place, times in enumerate(turned):
            found[effects[kind][place][0]] += n * times
    return {effect: n for effect, n in found.items() if n}


def state_of(line: Line, turned: Mapping[Effect, int]) -> State:
    """Turn decisions of such effects, in as few reports as hold them."""
    order = []
    effects = line.placed_effects()
    for effect, number in turned.items():
        places = [
            (kind, place)
            for kind, each in enumerate(effects)
            for place, (other, n) in enumerate(each)
            if other == effect
            for _ in range(n)
        ]
        order += places[:number]
    return _prefix(line, order, len(order))
