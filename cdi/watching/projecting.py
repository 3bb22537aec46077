"""How many more reports are likely until it is clear: what was read, continued at random."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.watching.bets import Game, Readings

__all__ = ["DRAWS", "FARTHEST", "Likely", "likely"]

Ints: TypeAlias = npt.NDArray[np.int64]

DRAWS = 200
"""Continuations that are drawn: enough to say in tens how many reports they take."""

FARTHEST = 1000
"""Reports that are looked ahead at the most: what is farther than that is not near."""

_SEED = 1
"""Where the draws start, so that the same sample always gives the same answer."""

_DOUBT = ((1, 1), (1, 0))
"""A report that was recorded and one that was missed, each counted as half a report read: few were read, and it may be
otherwise."""


@dataclass(frozen=True, slots=True)
class Likely:
    """How many more reports it takes until it is clear, if the rest is like what was read.

    Attributes
    ----------
    half, most : int or None
        Within how many half of the continuations were clear, and nine in ten. None where they were not.
    ahead : int
        How many reports were looked ahead.
    left : int
        How many reports of the sample are left to read.
    clear : float
        The share of continuations that are clear when the sample ends.
    draws : int
        How many continuations were drawn.
    """

    half: int | None
    most: int | None
    ahead: int
    left: int
    clear: float
    draws: int


def likely(read: Readings, following: Sequence[int], standard: float, capitals: Mapping[str, float]) -> Likely | None:
    """Continue a sample at random until it is clear; None where nothing is left on the frame.

    ``following`` are the strata of the reports that are read next, ``capitals`` what each side must reach.
    """
    rng = np.random.default_rng(_SEED)
    places = _places(read, following)
    if not len(places):
        return None
    known = [_known(read, h) for h in range(len(read.population))]
    taken: list[int] = []
    shared = None
    for _ in range(DRAWS):
        future = _continued(read, places, known, rng)
        games = {side: Game(future, side, standard) for side in capitals}
        if shared is None:
            shared = {side: _shared(game, len(read)) for side, game in games.items()}
        ends = [_clear(game, shared[side], len(read), capitals[side]) for side, game in games.items()]
        taken.append(min(ends))
    ahead, left = len(places), len(following)
    counts = np.sort(taken)
    half, most = (int(counts[int(np.ceil(share * DRAWS)) - 1]) for share in (0.5, 0.9))
    return Likely(
        half if half <= ahead else None,
        most if most <= ahead else None,
        ahead,
        left,
        float((counts <= left).mean()),
        DRAWS,
    )


def _places(read: Readings, following: Sequence[int]) -> Ints:
    """List the strata of the reports ahead: those of the sample, and then as many of each as were in it before."""
    left = read.population - np.bincount(read.stratum, minlength=len(read.population))
    pattern = [*following, *[*read.stratum.tolist(), *following] * (1 + FARTHEST // max(len(read), 1))]
    found: list[int] = []
    for h in pattern[:FARTHEST]:
        if left[h]:
            left[h] -= 1
            found.append(h)
    return np.array(found, dtype=np.int64)


def _known(read: Readings, h: int) -> tuple[Ints, npt.NDArray[np.float64]]:
    """Give the reports that a stratum is known to hold, each with its weight; of all strata where it has none yet."""
    own = read.stratum == h
    own = own if own.any() else np.ones(len(read), dtype=bool)
    seen = np.stack([read.due[own], read.recorded[own]], axis=1)
    kinds, counts = np.unique(np.concatenate([seen, _DOUBT]), axis=0, return_counts=True)
    doubt = np.array([tuple(kind) in _DOUBT for kind in kinds.tolist()])
    return kinds, counts - 0.5 * doubt


def _continued(
    read: Readings, places: Ints, known: Sequence[tuple[Ints, npt.NDArray[np.float64]]], rng: np.random.Generator
) -> Readings:
    """Draw the reports ahead, of a frame that is as likely as any other after what was read."""
    due, recorded = (np.zeros(len(places), dtype=np.int64) for _ in range(2))
    for h, (kinds, weights) in enumerate(known):
        own = np.flatnonzero(places == h)
        if len(own):
            drawn = kinds[rng.choice(len(kinds), size=len(own), p=rng.dirichlet(weights))]
            due[own], recorded[own] = drawn[:, 0], drawn[:, 1]
    return replace(
        read,
        stratum=np.concatenate([read.stratum, places]),
        due=np.concatenate([read.due, due]),
        recorded=np.concatenate([read.recorded, recorded]),
    )


def _shared(game: Game, read: int) -> list[npt.NDArray[np.float64]]:
    """Find ways to share the total out over strata that are near the least now, and at the end."""
    found = [game.even()]
    if len(game.read.population) > 1:
        ends = [game.least(number) for number in (read, (read + len(game.read)) // 2, len(game.read))]
        found += [each.totals for each in ends if each is not None]
    return found


def _clear(game: Game, shared: Sequence[npt.NDArray[np.float64]], read: int, capital: float) -> int:
    """Count the reports ahead until the capital is reached by each of some ways to share the total out."""
    paths = [game.mixed(game.path(totals)) for totals in shared]
    over = np.flatnonzero(np.min(paths, axis=0)[read:] >= np.log(capital))
    return int(over[0]) + 1 if len(over) else len(game.read)
