"""Rows about people, as they are published: counts to the nearest 5, and all else worked out from these.

What follows from the rounded counts alone tells nothing more than they do. So that it is still true, an interval is as
wide as any that the counts before rounding can have had, and its ends are whole percents, rounded outward.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np

from cdi.binomial import intervals
from cdi.facts import Facts, Release
from cdi.measures import Role, Unit
from cdi.printing import formats
from cdi.printing.tables import Row, Table

__all__ = [
    "NO_PRECISION", "STEP", "as_printed", "before", "changed_by", "in_whole_percents", "percents", "recorded_crime",
    "released", "rounded", "rounded_count", "share_of",
]  # fmt: skip

STEP = 5
"""Counts of people are published to the nearest multiple of it."""

NO_PRECISION: Mapping[str, Any] = dict.fromkeys(("se", "n_eff", "df", "deff"))
"""The numbers that tell of the sizes of strata and reports."""

_FALLBACK = "korn-graubard"  # of a method that asks for more than a rate and a size: the conservative one


def rounded_count(count: int, step: int = STEP) -> int:
    """Round a count to the nearest multiple of a step.

    Examples
    --------
    >>> [rounded_count(count) for count in (0, 2, 3, 12, 13, 18)]
    [0, 0, 5, 10, 15, 20]
    """
    return step * ((count + step // 2) // step)


def changed_by(count: int, change: int, step: int) -> int:
    """Round a count and what it changed by, each by itself, so that their sum tells no more than both do.

    Examples
    --------
    >>> changed_by(47, 1, 10), changed_by(47, 6, 10), changed_by(47, -6, 10)
    (50, 60, 40)
    """
    turned = rounded_count(abs(change), step)
    return max(0, rounded_count(count, step) + (turned if change > 0 else -turned))


def before(count: int, step: int) -> tuple[int, int]:
    """Give the least and the greatest count that is rounded to this one.

    Examples
    --------
    >>> before(15, 5), before(20, 10), before(0, 5)
    ((13, 17), (15, 24), (0, 2))
    """
    return max(0, count - step // 2), count + (step - 1) // 2


def rounded(row: Row, effect: float, side: str, of: Row | None = None, step: int = STEP, *, terms: int = 1) -> Row:
    """Round the counts of a row, and work its other numbers out from them.

    ``effect`` is the design effect of the whole sample, ``of`` the rate that a count of crimes follows from. Each count
    may be the sum of several ``terms`` that were rounded: its ends are as far then.
    """
    counts = (row.n, row.recorded, row.clusters)
    n, recorded, reports = (None if count is None else rounded_count(count, step) for count in counts)
    if n and row.n is not None and row.estimate is not None and row.measure.unit is Unit.PROPORTION:
        # a weighted rate is not the ratio of the counts: it is rounded as the count would be that it implies
        as_if = rounded_count(round(row.estimate * row.n), step)
        if recorded in (0, n):
            as_if = recorded  # beside counts shown as all or none it would tell that these were not quite
        ends = share_of(min(as_if, n), n, row, effect, side, step=step * terms)
    elif row.counted and of is not None:
        ends = _following(row, of, rounded(of, effect, side, step=step, terms=terms))
    else:
        ends = _coarse(row)
    facts = _facts(row.facts)
    return replace(row, n=n, recorded=recorded, clusters=reports, facts=facts, **{**NO_PRECISION, **ends})


def _facts(facts: Facts) -> Facts:
    """Keep what was asked and declared of a row; what was found of its own counts tells of them."""
    return replace(facts, release=Release.ROUNDED, largest=None, short_of=(), found=(), reasons=())


def share_of(
    recorded: int, n: int, like: Row, effect: float, side: str, *, step: int = STEP, exactly: bool = False
) -> dict[str, Any]:
    """Give a rate of rounded counts, with the ends that no counts before rounding lie beyond.

    In whole percents, or ``exactly`` where something else is worked out from it.
    """

    def written(rate: float, to: Callable[[float], int]) -> float:
        return rate if exactly else percents(rate, to)

    rate = recorded / n
    found: dict[str, Any] = {"estimate": written(rate, round), "low": None, "high": None}
    if like.low is None and like.high is None:
        return found
    (fewest, most), (smallest, largest) = before(recorded, step), before(n, step)
    smallest = max(smallest, 1)
    lower = _limits(fewest / largest, largest / effect, like, side)[0]
    upper = _limits(min(most / smallest, 1.0), smallest / effect, like, side)[1]
    if like.low is not None:
        found["low"] = written(lower, math.floor)
    if like.high is not None:
        found["high"] = written(upper, math.ceil)
    return found


def _limits(rate: float, size: float, like: Row, side: str) -> tuple[float, float]:
    method = like.method if like.method in intervals.METHODS else _FALLBACK
    found = intervals.interval(np.array([rate]), np.array([size]), level=like.level, method=method, side=side)
    return float(np.clip(found.low[0], 0, 1)), float(np.clip(found.high[0], 0, 1))


def percents(rate: float, to: Callable[[float], int]) -> float:
    """Round to whole percents; what a sum of floating-point numbers leaves beyond a whole one is no part of it."""
    return float(to(round(rate * 100, 9)) / 100)


def _following(row: Row, of: Row, shown: Row) -> dict[str, Any]:
    """Work crimes not recorded out from a rounded rate: recorded crime is known, and (1 - p) / p of it is missing."""
    crime = recorded_crime(row, of)

    def missing(rate: float | None) -> float | None:
        return None if crime is None or not rate else crime * (1 - rate) / rate

    return {"estimate": missing(shown.estimate), "low": missing(shown.high), "high": missing(shown.low)}


def recorded_crime(row: Row, of: Row) -> float | None:
    """Give the recorded crime that a count was worked out from, by whichever of its numbers is above nothing."""
    for count, rate in ((row.estimate, of.estimate), (row.high, of.low)):
        if count and rate and rate < 1:
            return count * rate / (1 - rate)
    return None


def _coarse(row: Row) -> dict[str, Any]:
    """Round hours to whole ones; no other number that rests on further counts is shown, nor whether there is one."""
    hours = row.estimate if row.measure.role is Role.QUANTILE else None
    return {"estimate": None if hours is None else float(round(hours)), "low": None, "high": None}


_PLACES = 3  # of ratios, coefficients and chances as they are printed
_NEARLY_NONE, _NEARLY_ALL = 0.0004, 0.9996  # stand for all rates that are printed as <0.1 and as >99.9
_FEW = 0.4  # of the unit of a count: stands for all that are printed as fewer than it


def as_printed(row: Row) -> Row:
    """Keep no more digits of a row than are printed, and none of its precision."""
    return replace(row, **{**NO_PRECISION, **_as_shown(row)})


def in_whole_percents(row: Row) -> Row:
    """Round the ends of a rate outward to whole percents."""
    low = None if row.low is None else percents(row.low, math.floor)
    return replace(row, low=low, high=None if row.high is None else percents(row.high, math.ceil))


def released(table: Table) -> Table:
    """Keep no more digits of a table than are printed, its precision included, as detailed tables print it."""
    return replace(table, rows=tuple(map(_with_printed_digits, table.rows)))


def _with_printed_digits(row: Row) -> Row:
    places = {Unit.CRIMES: -1, Unit.HOURS: 2}.get(row.measure.unit, _PLACES)
    kept = {"se": places, "n_eff": 1, "df": 1, "deff": 2}
    precision = {name: _round(getattr(row, name), digits) for name, digits in kept.items()}
    return replace(row, **{**precision, **_as_shown(row)})


def _round(value: float | None, places: int) -> float | None:
    return None if value is None else round(value, places)


def _as_shown(row: Row) -> dict[str, Any]:
    rate, low, high = row.estimate, row.low, row.high
    halved = row.method == "published" and row.measure.of_its_counts
    if halved and rate is not None and low is not None and high is not None:
        # reports print a rate and the half width beside it
        shown, half = Decimal(repr(_in_percent(rate))) * 100, Decimal(formats.half_width(low, high, ("", "")))
        return dict(zip(_ENDS, (float(end / 100) for end in (shown, shown - half, shown + half)), strict=True))
    return {
        name: None if value is None else _shown(row, name, value)
        for name, value in zip(_ENDS, (rate, low, high), strict=True)
    }


_ENDS = ("estimate", "low", "high")


def _shown(row: Row, name: str, value: float) -> float:
    unit = row.measure.unit
    if unit is Unit.CRIMES:
        return _count(row, name, value)
    if unit is Unit.HOURS:
        return round(value, 1)
    if unit in (Unit.PROPORTION, Unit.POINTS):
        return _in_percent(value)
    return round(value, _PLACES)


def _in_percent(value: float) -> float:
    """Round as is printed; what is printed as a bound, <0.1 or >99.9, must not become none or all."""
    text = formats.percent(value)
    if 0 <= value <= 1 and formats.proportion(value) != text:
        return _NEARLY_NONE if value < 0.5 else _NEARLY_ALL
    return float(Decimal(text) / 100)


def _count(row: Row, name: str, value: float) -> float:
    unit = formats.unit_of(value if row.estimate is None else row.estimate)
    if name == "low":
        return float(formats.outward(value, value, unit)[0])
    if name == "high":
        return float(formats.outward(value, value, unit)[1])
    if row.method == "published":  # whose counts are rounded down
        value = float(formats.round_down(value, large=row.whole or row.facts.hundreds)) or value
    return _FEW * unit if formats.is_few(value, unit) else float(formats.nearest(value, unit))
