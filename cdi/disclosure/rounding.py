"""Totals over withheld rows, with no more digits than are printed: their further ones follow from the withheld rows.

A rate that weighs its categories, and the sum of their unrecorded crimes, can be searched for the whole numbers that
give all of their digits; so can a standard error, an effective size, and degrees of freedom.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cdi.facts import Release
from cdi.measures import Role
from cdi.printing import formats

if TYPE_CHECKING:
    from cdi.printing.tables import Row

__all__ = ["as_printed", "plainly_counted", "without_estimate"]

_ESTIMATED: Mapping[str, Any] = dict.fromkeys(("estimate", "low", "high", "se", "n_eff", "df", "deff"))
_NOISE = 1e-12  # of a ratio of sums
_NEARLY_NONE, _NEARLY_ALL = 0.0004, 0.9996  # stand for all rates that are printed as <0.1 and as >99.9


def as_printed(row: Row) -> Row:
    """Keep of a total what is printed, unless it is the plain ratio of the counts that stand beside it."""
    if row.facts.release is Release.ROUNDED or plainly_counted(row):
        return row
    rate, low, high = row.estimate, row.low, row.high
    if row.measure.role is Role.QUANTILE:
        ends = tuple(None if hours is None else round(hours, 1) for hours in (rate, low, high))
    elif row.method == "published" and rate is not None and low is not None and high is not None:
        # reports print a rate and the half width beside it
        shown, half = Decimal(repr(_in_percent(rate))) * 100, Decimal(formats.half_width(low, high, ("", "")))
        ends = tuple(float(end / 100) for end in (shown, shown - half, shown + half))
    else:
        ends = tuple(None if end is None else _in_percent(end) for end in (rate, low, high))
    rounded = dict(zip(("estimate", "low", "high"), ends, strict=True))
    return replace(row, **{**_ESTIMATED, **rounded}).stating(release=Release.ROUNDED)


def _in_percent(value: float) -> float:
    """Round as is printed; what is printed as a bound, <0.1 or >99.9, must not become none or all."""
    text = formats.percent(value)
    if formats.proportion(value) != text:
        return _NEARLY_NONE if value < 0.5 else _NEARLY_ALL
    return float(Decimal(text) / 100)


def without_estimate(row: Row) -> Row:
    """Keep of a row its counts alone: even what is printed of its estimate would tell of others."""
    return replace(row, **_ESTIMATED).stating(release=Release.COUNTS)


def plainly_counted(row: Row) -> bool:
    """Tell whether a rate is the ratio of its counts, in a sample that was not parted, and so tells of no part."""
    if row.facts.by_volumes or not row.n or row.recorded is None or row.clusters is None:
        return False
    plain = row.estimate is None or math.isclose(row.estimate, row.recorded / row.n, rel_tol=_NOISE)
    return plain and row.df in (None, 0, row.clusters - 1)
