"""Solve the printed figures backwards: the smallest whole-number samples that print every one of them at once.

A printed figure stands for a band: 91.4 % is any rate from 0.9135 up to, not including, 0.9145 (rounded half up), and
"more than 13,100" any count from 13,100 up to, not including, 13,200 (rounded down). Every test that accepts an answer
is made in exact fractions; numpy only rules out samples that cannot work.

The half width of a category is ``1.96 sqrt(p q / m)``. That of the overall rate is ``1.96 sqrt(sum W^2 p q / m)`` with
``W = (R / p) / sum(R / p)``. Nobody publishes either formula: both are inferred.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np
import numpy.typing as npt

__all__ = ["TYPES", "Band", "Sample", "Solution", "category_samples", "fits", "implied", "solve"]

Z = Fraction(196, 100)
TYPES = ("violent", "sexual", "other")
LARGEST = 2_000  # crimes audited, in all; the answer is 506
FARTHEST = 1_000  # crimes between the volumes chosen and the implied ones; the answer lies at 14
SLACK = 1e-9  # numpy may let a sample through that fails exactly, never the reverse

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Band:
    """What a printed figure can have been before it was rounded: ``low <= x < high``."""

    low: Fraction
    high: Fraction

    @classmethod
    def rounded(cls, percent: str) -> Band:
        """Band of a percentage printed with one decimal, as a proportion."""
        half = Fraction(5, 10_000)
        return cls(Fraction(percent) / 100 - half, Fraction(percent) / 100 + half)

    @classmethod
    def cut(cls, count: str, unit: int) -> Band:
        """Band of a count rounded down to a multiple of `unit`."""
        return cls(Fraction(count), Fraction(count) + unit)

    def __contains__(self, value: object) -> bool:
        return isinstance(value, Fraction) and self.low <= value < self.high

    def squared(self) -> Band:
        """Band of the square, so that a half width needs no root."""
        return Band(self.low**2, self.high**2)


@dataclass(frozen=True, slots=True, order=True)
class Sample:
    """Audited crimes of one type: `due` should have been recorded, `recorded` were."""

    due: int
    recorded: int

    @property
    def rate(self) -> Fraction:
        return Fraction(self.recorded, self.due)

    @property
    def odds(self) -> Fraction:
        """Recorded crimes for each crime that was missed."""
        return Fraction(self.recorded, self.due - self.recorded)

    @property
    def variance(self) -> Fraction:
        return self.rate * (1 - self.rate) / self.due


@dataclass(frozen=True, slots=True)
class Solution:
    """The samples by crime type, and the volumes of recorded crime that go with them."""

    samples: Mapping[str, Sample]
    recorded_crime: Mapping[str, int]


def category_samples(rate: Band, half_width: Band) -> list[Sample]:
    """All samples of one category that print its rate and half width, smallest first."""
    largest = int(Z**2 * rate.low * (1 - rate.low) / half_width.low**2) + 1
    every = (Sample(due, k) for due in range(1, largest + 1) for k in range(1, due))
    return [s for s in every if s.rate in rate and Z**2 * s.variance in half_width.squared()]


def implied(rate: str, unrecorded: str) -> int:
    """Recorded crime that the printed rate p and count U imply, U p / (1 - p), to the nearest whole crime."""
    p = Fraction(rate) / 100
    return int(Fraction(unrecorded) * p / (1 - p) + Fraction(1, 2))


def fits(samples: tuple[Sample, ...], volumes: tuple[int, ...], bands: Mapping[str, Band]) -> bool:
    """Whether three samples and three volumes (violent, sexual, other) print the counts and the overall row; exact."""
    missed = [r / s.odds for s, r in zip(samples, volumes, strict=True)]
    if missed[0] not in bands["violent.unrecorded"] or missed[1] not in bands["sexual.unrecorded"]:
        return False
    true = [r + u for r, u in zip(volumes, missed, strict=True)]
    if sum(missed, Fraction(0)) not in bands["all.unrecorded"] or sum(volumes) / sum(true) not in bands["all.rate"]:
        return False
    spread = sum((t**2 * s.variance for t, s in zip(true, samples, strict=True)), Fraction(0))
    return Z**2 * spread / sum(true) ** 2 in bands["all.half_width"].squared()


def whole_volumes(sample: Sample, unrecorded: Band) -> range:
    """Whole volumes of recorded crime for which the crimes missed fall in the band."""
    low, high = unrecorded.low * sample.odds, unrecorded.high * sample.odds
    return range(-int(-low // 1), -int(-high // 1))


def odds_range(violent: Sample, sexual: Sample, bands: Mapping[str, Band]) -> tuple[Fraction, Fraction]:
    """Ends of the odds of the other crimes, from the extremes that the printed counts and overall rate allow."""
    total, rate = bands["all.unrecorded"], bands["all.rate"]
    missed = [bands["violent.unrecorded"], bands["sexual.unrecorded"]]
    volumes = [whole_volumes(s, b) for s, b in zip((violent, sexual), missed, strict=True)]
    fewest = total.low - sum(b.high for b in missed)
    most = total.high - sum(b.low for b in missed)
    least = total.low * rate.low / (1 - rate.low) - sum(v[-1] for v in volumes)
    greatest = total.high * rate.high / (1 - rate.high) - sum(v[0] for v in volumes)
    return least / most, greatest / fewest


def samples_with_odds(due: int, odds: tuple[Fraction, Fraction]) -> Iterator[Sample]:
    """Samples of `due` crimes whose odds lie in the range, the most recorded first."""
    fewest, most = due / (1 + odds[1]), due / (1 + odds[0])
    for missed in range(max(1, -int(-fewest // 1)), int(most) + 1):
        yield Sample(due, due - missed)


def volumes_exist(samples: tuple[Sample, ...], bands: Mapping[str, Band]) -> bool:
    """Whether some volumes could print the overall row: all whole violent and sexual volumes, any volume of the rest.

    For given violent and sexual volumes the total and the overall rate confine the rest to an interval, on which the
    half width falls to one minimum and then rises. So its range is known, and no grid can step over an answer.
    """
    violent, sexual, other = samples
    volumes = (
        np.array(whole_volumes(violent, bands["violent.unrecorded"]), dtype=float)[:, None],
        np.array(whole_volumes(sexual, bands["sexual.unrecorded"]), dtype=float)[None, :],
    )
    recorded: Floats = volumes[0] + volumes[1]
    missed: Floats = volumes[0] / float(violent.odds) + volumes[1] / float(sexual.odds)
    low, high = other_missed(recorded, missed, float(other.odds), bands)
    spread = sum((v / float(s.rate)) ** 2 * float(s.variance) for v, s in zip(volumes, (violent, sexual), strict=True))
    true = recorded + missed
    scale = 1 + float(other.odds)

    def half_width(other_missed_crimes: Floats) -> Floats:
        t = other_missed_crimes * scale
        return np.asarray(float(Z) * np.sqrt(spread + t**2 * float(other.variance)) / (true + t))

    lowest = np.clip(spread / (float(other.variance) * true) / scale, low, high)
    narrow, wide = half_width(lowest), np.maximum(half_width(low), half_width(high))
    printed = bands["all.half_width"]
    return bool(np.any((low <= high) & (narrow < float(printed.high) + SLACK) & (wide > float(printed.low) - SLACK)))


def other_missed(recorded: Floats, missed: Floats, odds: float, bands: Mapping[str, Band]) -> tuple[Floats, Floats]:
    """Ends of the interval of missed other crimes that the printed total and overall rate leave.

    The overall odds must reach the printed ones: ``recorded + odds u >= k (missed + u)``, where `odds` is above both k
    because `odds_range` leaves none that is not.
    """
    total, rate = bands["all.unrecorded"], bands["all.rate"]
    k_low, k_high = (float(r / (1 - r)) for r in (rate.low, rate.high))
    low = np.maximum(float(total.low) - missed, (k_low * missed - recorded) / (odds - k_low))
    high = np.minimum(float(total.high) - missed, (k_high * missed - recorded) / (odds - k_high))
    return low - SLACK, high + SLACK


def nearby(centre: tuple[int, int, int], distance: int) -> Iterator[tuple[int, int, int]]:
    """Volumes whose violent, sexual and total recorded crime lie `distance` crimes from the centre's, added up."""
    for violent in range(-distance, distance + 1):
        left = distance - abs(violent)
        for sexual in range(-left, left + 1):
            rest = left - abs(sexual)
            for total in sorted({-rest, rest}):
                v, s = centre[0] + violent, centre[1] + sexual
                yield v, s, centre[2] + total - v - s


def nearest_volumes(
    samples: tuple[Sample, ...], centre: tuple[int, int, int], bands: Mapping[str, Band]
) -> tuple[int, int, int] | None:
    """The fitting volumes nearest to the implied ones (violent, sexual, total); ties: fewest violent, sexual, total."""
    for distance in range(FARTHEST):
        for volumes in nearby(centre, distance):
            if fits(samples, volumes, bands):
                return volumes
    return None


def solve(bands: Mapping[str, Band], centre: tuple[int, int, int]) -> Solution:
    """The smallest samples, and volumes, that print all nine figures.

    Smallest is the fewest crimes in all; ties go to the fewest violent, then the fewest sexual, then the most recorded
    among the other crimes.
    """
    violent = category_samples(bands["violent.rate"], bands["violent.half_width"])
    sexual = category_samples(bands["sexual.rate"], bands["sexual.half_width"])
    pairs = [(v, s, odds_range(v, s, bands)) for v, s in product(violent, sexual)]
    for total in range(1, LARGEST):
        for v, s, odds in pairs:
            for other in samples_with_odds(total - v.due - s.due, odds):
                samples = (v, s, other)
                volumes = nearest_volumes(samples, centre, bands) if volumes_exist(samples, bands) else None
                if volumes is not None:
                    return Solution(dict(zip(TYPES, samples, strict=True)), dict(zip(TYPES, volumes, strict=True)))
    msg = f"no samples below {LARGEST} crimes print every figure"
    raise ArithmeticError(msg)
