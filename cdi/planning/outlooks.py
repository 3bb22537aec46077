"""What is expected of the reports of a stratum: the kinds that it holds, and how common each is.

A kind of report is how many crimes it holds and how many of them were recorded. The crimes of one report are taken to
be of one category, which makes a sample worth less than if they were mixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.simulating.reports import chances_of_reports
from cdi.simulating.scenarios import sizes_of

__all__ = ["NONE", "Category", "Outlook", "alike_for", "alone", "by_recorded", "deff_of", "outlook_of", "sizes_with"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

NONE = -1
"""The category of a report without crime."""

_RARE = 1e-6
"""What comes less often than this among reports makes no difference that a plan could show."""

_ROUNDS = 400
"""Rounds of the search for what reports hold; later ones change no count of a frame by a hundredth."""


class Category(NamedTuple):
    """A category of crimes in a stratum."""

    place: int
    share: float  # of the reports with crimes
    rate: float


def alone(rate: float) -> tuple[Category, ...]:
    """Say that all crimes are of one category."""
    return (Category(0, 1.0, rate),)


@dataclass(frozen=True, slots=True)
class Outlook:
    """The kinds of report of a stratum; one element a kind."""

    due: Ints
    recorded: Ints
    category: Ints
    chance: Floats  # how common each kind is; they add up to 1

    @property
    def rate(self) -> float:
        """The share of crimes due that were recorded."""
        return float((self.chance @ self.recorded) / max(float(self.chance @ self.due), _RARE))

    @property
    def sizes(self) -> dict[int, float]:
        """The share of reports with each number of crimes due."""
        return {int(size): float(self.chance[self.due == size].sum()) for size in np.unique(self.due)}

    def spread(self, rate: float) -> float:
        """Give the standard deviation, over reports, of crimes recorded less those that a rate would have recorded."""
        apart = self.recorded - rate * self.due
        mean = self.chance @ apart
        return float(np.sqrt(max(float(self.chance @ (apart - mean) ** 2), 0.0)))

    @classmethod
    def of(cls, parts: Iterable[tuple[int, int, int, float]]) -> Self:
        """Put kinds together, without those that hardly ever come."""
        kept = [part for part in parts if part[3] > _RARE * _RARE]
        due, recorded, category = (np.array([part[i] for part in kept], dtype=np.int64) for i in range(3))
        chance = np.array([part[3] for part in kept])
        return cls(due, recorded, category, chance / chance.sum())


def sizes_with(crimes: Mapping[int, float] | float, without: float = 0.0) -> dict[int, float]:
    """Give the share of reports with each number of crimes, some of them without any."""
    found = {size: share * (1 - without) for size, share in sizes_of(crimes).items() if share > _RARE}
    found[0] = found.get(0, 0.0) + without
    total = sum(found.values())
    return {size: share / total for size, share in sorted(found.items()) if share > 0}


def alike_for(deff: float, sizes: Mapping[int, float]) -> float | None:
    """Give the correlation within reports that brings a design effect about; None where none would.

    It is 1 + correlation (m - 1), with m the crimes of the report of a crime, on average over crimes.
    """
    if deff <= 1:
        return 0.0
    more = deff_of(1.0, sizes) - 1
    return (deff - 1) / more if more >= deff - 1 else None


def deff_of(correlation: float, sizes: Mapping[int, float]) -> float:
    """Give the design effect that a correlation within reports brings about."""
    crimes = sum(size * share for size, share in sizes.items())
    return 1 + correlation * (sum(size**2 * share for size, share in sizes.items()) / crimes - 1)


def outlook_of(sizes: Mapping[int, float], categories: Sequence[Category], correlation: float) -> Outlook:
    """Give the kinds of report where crimes of each category are recorded at its rate."""
    parts: list[tuple[int, int, int, float]] = []
    for size, share in sizes.items():
        if not size:
            parts.append((0, 0, NONE, share))
            continue
        for place, part, rate in categories:
            recorded, chance = chances_of_reports([size], np.array([rate]), correlation)
            parts += [
                (size, int(x), place, share * part * float(c)) for x, c in zip(recorded[:, 0], chance, strict=True)
            ]
    return Outlook.of(parts)


def by_recorded(counts: Mapping[int, int], rate: float, correlation: float) -> dict[int, list[tuple[int, float]]]:
    """Tell from the crimes recorded for reports how many they hold: recorded -> (due, chance) of such a report.

    How many reports hold each number of crimes is not known. It is what makes the frame as it stands likeliest, where
    each crime is recorded at the rate: the EM algorithm of Dempster, Laird and Rubin (1977), Journal of the Royal
    Statistical Society B 39:1-38.
    """
    known = sorted(counts)
    most = int(np.ceil(known[-1] / rate)) + _MORE
    table = np.zeros((len(known), most + 1))
    for size in range(most + 1):
        chance = np.ones(1) if not size else chances_of_reports([size], np.array([rate]), correlation)[1]
        table[:, size] = [chance[k] if k <= size else 0.0 for k in known]
    held = np.array([counts[k] for k in known], dtype=np.float64)
    share = _first_guess(counts, rate, most)
    for _ in range(_ROUNDS):
        joint = table * share
        share = (held / np.maximum(joint.sum(axis=1), 1e-300)) @ joint / held.sum()
    joint = table * share
    of_known = joint / joint.sum(axis=1, keepdims=True)
    return {
        k: [(int(size), float(of_known[i, size])) for size in np.flatnonzero(of_known[i] > _RARE)]
        for i, k in enumerate(known)
    }


_MORE = 3
"""The crimes that the largest report may hold beyond what its recorded ones come to at the rate."""


def _first_guess(counts: Mapping[int, int], rate: float, most: int) -> Floats:
    """Spread each report over what it may hold: about as many crimes as its recorded ones come to, or none."""
    share = np.full(most + 1, _RARE)
    for recorded, reports in counts.items():
        share[min(round(recorded / rate), most)] += reports / 2
        share[min(recorded + (recorded == 0), most)] += reports / 2
    return np.asarray(share / share.sum())
