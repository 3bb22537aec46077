"""Agreement beyond chance, from tables of what the first said by what the second said; and its jackknife.

Each coefficient is a function of such tables, whole ones or with one report left out. It is NaN where it does not
exist; whoever shows it says why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = [
    "FARTHEST", "Held", "Jackknifed", "ac1", "against_the_rest", "agreed", "jackknife", "kappa", "limits_below_one",
]  # fmt: skip

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]

Statistic: TypeAlias = Callable[[Floats], Floats]
"""From tables, first by second in their last two axes, to one number each."""

ROUNDING = 1e-12
"""What is left of 1 less agreement by chance where that is complete."""


def agreed(tables: Floats) -> Floats:
    """Give the share of crimes of which both said the same.

    Examples
    --------
    >>> float(agreed(np.array([[8.0, 1.0], [1.0, 0.0]])))
    0.8
    """
    return _over(np.trace(tables, axis1=-2, axis2=-1), tables.sum(axis=(-2, -1)))


def kappa(tables: Floats) -> Floats:
    """Give Cohen's kappa (1960): chance is both giving each answer as often as they do, independently.

    Examples
    --------
    >>> round(float(kappa(np.array([[88.0, 10.0], [14.0, 88.0]]))), 4)
    0.7601
    """
    of_first, of_second = _shares(tables)
    return _beyond(agreed(tables), (of_first * of_second).sum(axis=-1))


def ac1(tables: Floats) -> Floats:
    """Give Gwet's AC1 (2008): chance is an answer guessed at random, as likely as answers are hard to tell apart.

    Examples
    --------
    >>> round(float(ac1(np.array([[118.0, 5.0], [2.0, 0.0]]))), 4)
    0.9408
    """
    of_first, of_second = _shares(tables)
    mean = (of_first + of_second) / 2
    return _beyond(agreed(tables), (mean * (1 - mean)).sum(axis=-1) / (tables.shape[-1] - 1))


def against_the_rest(place: int) -> Callable[[Floats], Floats]:
    """Gather all answers but one, so that tables tell whether each said that one.

    Examples
    --------
    >>> against_the_rest(0)(np.arange(9.0).reshape(3, 3)).tolist()
    [[0.0, 3.0], [9.0, 24.0]]
    """

    def of(tables: Floats) -> Floats:
        both = tables[..., place, place]
        first, second = tables[..., place, :].sum(axis=-1), tables[..., :, place].sum(axis=-1)
        neither = tables.sum(axis=(-2, -1)) - first - second + both
        return np.stack([np.stack([both, first - both], -1), np.stack([second - both, neither], -1)], -2)

    return of


def _shares(tables: Floats) -> tuple[Floats, Floats]:
    """Give the share of each answer among those of the first, and of the second."""
    total = tables.sum(axis=(-2, -1))[..., None]
    return _over(tables.sum(axis=-1), total), _over(tables.sum(axis=-2), total)


def _beyond(observed: Floats, chance: Floats) -> Floats:
    left = 1 - chance
    return _over(observed - chance, np.where(left > ROUNDING, left, 0.0))


def _over(value: Floats, base: Floats) -> Floats:
    """Divide; what has no base is NaN."""
    held = np.where(base > 0, base, np.nan)
    return np.asarray(value / held, dtype=np.float64)


# ---- the jackknife


@dataclass(frozen=True)
class Held:
    """What two said of the crimes of each report; reports of a stratum whose tables are alike may stand together."""

    tables: Floats  # first by second, one for each kind of report
    stratum: Ints  # the stratum of each kind, from 0
    times: Ints  # how many reports are of each kind

    @property
    def whole(self) -> Floats:
        """The table of all reports."""
        return np.asarray((self.tables * self.times[:, None, None]).sum(axis=0))

    @cached_property
    def sizes(self) -> Floats:
        """The number of reports in each stratum."""
        return np.bincount(self.stratum, self.times).astype(np.float64)

    @property
    def df(self) -> int:
        """Reports less strata."""
        return int(self.sizes.sum()) - len(self.sizes)

    @property
    def lone(self) -> bool:
        """Whether some stratum has one report."""
        return bool((self.sizes == 1).any())

    def without_each(self) -> Floats:
        """Give the whole table without one report of each kind; the others of its stratum stand in for it."""
        of_strata = np.zeros((len(self.sizes), *self.tables.shape[1:]))
        np.add.at(of_strata, self.stratum, self.tables * self.times[:, None, None])
        own, size = of_strata[self.stratum], self.sizes[self.stratum]
        # where a report is alone in its stratum nothing can stand in for it
        factor = np.where(size > 1, size / np.maximum(size - 1, 1), 0.0)[:, None, None]
        return np.asarray(self.whole - own + factor * (own - self.tables))


@dataclass(frozen=True, slots=True)
class Jackknifed:
    """A number with its standard error; NaN where there is none."""

    estimate: float
    se: float
    df: int


def jackknife(statistic: Statistic, held: Held) -> Jackknifed:
    """Give a number of the whole table, and its standard error by leaving out one report at a time.

    The variance is ``sum_h (n_h - 1) / n_h sum_i (t_hi - mean_h)^2`` with t_hi the number without report i of stratum
    h (Wolter 2007, Introduction to Variance Estimation, chapter 4). A report that is alone in its stratum is compared
    with the number of the whole. Without an interval where leaving a report out leaves no number.

    Examples
    --------
    >>> held = Held(np.array([[[1.0, 0.0], [0.0, 0.0]], [[0.0, 1.0], [0.0, 0.0]]]), np.array([0, 0]), np.array([8, 2]))
    >>> found = jackknife(agreed, held)
    >>> found.estimate, round(found.se, 6), found.df
    (0.8, 0.133333, 9)
    """
    estimate, replicates = float(statistic(held.whole)), statistic(held.without_each())
    size, times = held.sizes[held.stratum], held.times
    mean = (np.bincount(held.stratum, times * replicates) / held.sizes)[held.stratum]
    centre, share = np.where(size > 1, mean, estimate), np.where(size > 1, (size - 1) / size, 1.0)
    variance = float((share * times * (replicates - centre) ** 2).sum())
    return Jackknifed(estimate, float(np.sqrt(variance)), held.df)


def limits_below_one(found: Jackknifed, level: float) -> tuple[float, float] | None:
    """Give the ends of an interval by Student's t, for a number that is 1 at the most.

    It is on the scale of log(1 - number), on which such a number is less skewed. The upper end is then below 1. The
    lower may lie beyond what the number can be. There is none where nothing varies, or nothing can be said.

    Examples
    --------
    >>> low, high = limits_below_one(Jackknifed(0.9, 0.06, 60), 0.95)
    >>> round(low, 3), round(high, 3)
    (0.668, 0.97)
    """
    from scipy.special import stdtrit

    if not (np.isfinite(found.estimate) and np.isfinite(found.se)) or found.df < 1 or found.se <= ROUNDING:
        return None
    left = 1 - found.estimate
    factor = float(np.exp(min(stdtrit(found.df, (1 + level) / 2) * found.se / left, FARTHEST)))
    return 1 - left * factor, 1 - left / factor


FARTHEST = 700.0
"""A power of e that is still a number."""
