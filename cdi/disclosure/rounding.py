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

from cdi import wording
from cdi.printing import formats
from cdi.printing.lines import UNSAFE
from cdi.timing.timed_rates import QUANTILES

if TYPE_CHECKING:
    from cdi.printing.tables import Record

__all__ = ["ROUNDED", "UNSAFE", "as_printed", "plainly_counted", "without_estimate"]

ROUNDED = "rounded"
"""The note of a row that keeps no more digits than are printed."""

_ESTIMATED: Mapping[str, Any] = dict.fromkeys(("estimate", "low", "high", "se", "n_eff", "df", "deff"))
_NOISE = 1e-12  # of a ratio of sums

Three: TypeAlias = tuple[float | None, float | None, float | None]


def as_printed(record: Record) -> Record:
    """Keep of a total what is printed, unless it is the plain ratio of the counts that stand beside it.

    Parameters
    ----------
    record : Record
        A row over withheld ones.

    Returns
    -------
    Record
        Rates to 0.1 percentage points, counts to their unit with ends rounded outward, hours to tenths; no standard
        error, effective size, degrees of freedom and design effect; the note ``rounded``.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> sample = pd.DataFrame({"kind": ["a", "b"] * 20, "recorded": [1, 1, 1, 0] * 10})
    >>> table = cdi.estimate(sample, by="kind", volumes={"a": 500, "b": 2_000}).table
    >>> [round(record.estimate, 6) for record in table.records if record.label == ("all",)]
    [0.555556, 2000.0]
    >>> [as_printed(record).estimate for record in table.records if record.label == ("all",)]
    [0.556, 2000.0]
    """
    if ROUNDED in record.notes or plainly_counted(record):
        return record
    estimate, low, high = _WRITTEN[_scale(record)](record)
    notes = (*record.notes, ROUNDED)
    return replace(record, estimate=estimate, low=low, high=high, notes=notes, se=None, n_eff=None, df=None, deff=None)


def without_estimate(record: Record) -> Record:
    """Keep of a row its counts alone: even what is printed of its estimate would tell of others.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> sample = pd.DataFrame({"kind": ["a", "b"] * 20, "recorded": [1, 1, 1, 0] * 10})
    >>> records = cdi.estimate(sample, by="kind", volumes={"a": 500, "b": 2_000}).table.records
    >>> [(record.estimate, record.n) for record in map(without_estimate, records) if record.label == ("all",)]
    [(None, 40), (None, 40)]
    """
    if UNSAFE in record.notes:
        return record
    notes = (*(code for code in record.notes if code != ROUNDED), UNSAFE)
    return replace(record, notes=notes, **_ESTIMATED)


def plainly_counted(record: Record) -> bool:
    """Tell whether a rate is the ratio of its counts, in a sample that was not parted, and so tells of no part.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> plainly_counted(cdi.estimate(pd.DataFrame({"recorded": [1, 1, 0, 1]})).table.records[0])
    True
    """
    if "volumes-weigh" in record.notes or not record.n or record.recorded is None or record.clusters is None:
        return False
    plain = record.estimate is None or math.isclose(record.estimate, record.recorded / record.n, rel_tol=_NOISE)
    return plain and record.df in (None, 0, record.clusters - 1)


def _scale(record: Record) -> tuple[str, bool]:
    kind = "count" if record.is_count else "hours" if record.kind in QUANTILES else "rate"
    return kind, record.method == "published"


def _rate(record: Record) -> Three:
    return _in_percent(record.estimate), _in_percent(record.low), _in_percent(record.high)


def _in_percent(value: float | None) -> float | None:
    return None if value is None else float(Decimal(formats.percent(value)) / 100)


def _rate_and_half(record: Record) -> Three:
    """Round a rate and the half width beside it, as the published style prints them."""
    if record.estimate is None or record.low is None or record.high is None:
        return _rate(record)
    rate, half = (
        Decimal(text) for text in (formats.percent(record.estimate), formats.half_width(record.low, record.high))
    )
    return float(rate / 100), float((rate - half) / 100), float((rate + half) / 100)


def _hours(record: Record) -> Three:
    estimate, low, high = (None if v is None else round(v, 1) for v in (record.estimate, record.low, record.high))
    return estimate, low, high


def _count(record: Record) -> Three:
    """Round a count to its unit, and its ends outward; of one that rounds to nothing only the ends are left."""
    if record.estimate is None:
        return None, None, None
    unit = formats.unit_of(record.estimate)
    text = formats.count(record.estimate, unit)
    return None if text == wording.fewer_than(unit) else _number(text), *_ends(record, unit)


def _more_than(record: Record) -> Three:
    """Round a count down, as the published style prints it, and its ends outward."""
    if record.estimate is None:
        return None, None, None
    return float(formats.round_down(record.estimate, record.label[-1])), *_ends(
        record, formats.unit_of(record.estimate)
    )


def _ends(record: Record, unit: int) -> tuple[float | None, float | None]:
    low = None if record.low is None else _number(formats.outward(record.low, record.low, unit)[0])
    high = None if record.high is None else _number(formats.outward(record.high, record.high, unit)[1])
    return low, high


def _number(text: str) -> float:
    return float(text.replace(",", ""))


_WRITTEN: Mapping[tuple[str, bool], Callable[[Record], Three]] = {
    ("count", False): _count,
    ("count", True): _more_than,
    ("hours", False): _hours,
    ("rate", False): _rate,
    ("rate", True): _rate_and_half,
}
"""Of what a total is, and whether it is in the published style -> what it is rounded to."""
