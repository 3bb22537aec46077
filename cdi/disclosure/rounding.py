"""Totals over withheld rows, with no more digits than are printed: their further ones follow from the withheld rows.

A rate that weighs its categories, and the sum of their unrecorded crimes, can be searched for the whole numbers that
give all of their digits; so can a standard error, an effective size, and degrees of freedom.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from cdi.facts import Release
from cdi.measures import Role
from cdi.printing import formats

if TYPE_CHECKING:
    from cdi.printing.tables import Row

__all__ = ["as_printed", "plainly_counted", "without_estimate"]

_ESTIMATED: Mapping[str, Any] = dict.fromkeys(("estimate", "low", "high", "se", "n_eff", "df", "deff"))
_NOISE = 1e-12  # of a ratio of sums

Three: TypeAlias = tuple[float | None, float | None, float | None]


def as_printed(record: Row) -> Row:
    """Keep of a total what is printed, unless it is the plain ratio of the counts that stand beside it."""
    if record.facts.release is Release.ROUNDED or plainly_counted(record):
        return record
    estimate, low, high = _WRITTEN[_scale(record)](record)
    shown = replace(record, estimate=estimate, low=low, high=high, se=None, n_eff=None, df=None, deff=None)
    return shown.stating(release=Release.ROUNDED)


def without_estimate(record: Row) -> Row:
    """Keep of a row its counts alone: even what is printed of its estimate would tell of others."""
    return replace(record, **_ESTIMATED).stating(release=Release.COUNTS)


def plainly_counted(record: Row) -> bool:
    """Tell whether a rate is the ratio of its counts, in a sample that was not parted, and so tells of no part."""
    if record.facts.weighted or not record.n or record.recorded is None or record.clusters is None:
        return False
    plain = record.estimate is None or math.isclose(record.estimate, record.recorded / record.n, rel_tol=_NOISE)
    return plain and record.df in (None, 0, record.clusters - 1)


def _scale(record: Row) -> tuple[str, bool]:
    kind = "hours" if record.measure.role is Role.QUANTILE else "rate"
    return kind, record.method == "published"


def _rate(record: Row) -> Three:
    return _in_percent(record.estimate), _in_percent(record.low), _in_percent(record.high)


def _in_percent(value: float | None) -> float | None:
    return None if value is None else float(Decimal(formats.percent(value)) / 100)


def _rate_and_half(record: Row) -> Three:
    """Round a rate and the half width beside it, as the published style prints them."""
    if record.estimate is None or record.low is None or record.high is None:
        return _rate(record)
    rate, half = (
        Decimal(text) for text in (formats.percent(record.estimate), formats.half_width(record.low, record.high))
    )
    return float(rate / 100), float((rate - half) / 100), float((rate + half) / 100)


def _hours(record: Row) -> Three:
    estimate, low, high = (None if v is None else round(v, 1) for v in (record.estimate, record.low, record.high))
    return estimate, low, high


_WRITTEN: Mapping[tuple[str, bool], Callable[[Row], Three]] = {
    ("hours", False): _hours,
    ("rate", False): _rate,
    ("rate", True): _rate_and_half,
}
"""Of what a total is, and whether it is in the published style -> what it is rounded to."""
