"""Disclosure control of a monthly sample: its months, what is pooled of them, and the limits of the chart."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cdi.audits.periods import MONTHS
from cdi.disclosure.findings import labels_withheld
from cdi.disclosure.tables import blanked, protect_all
from cdi.monitoring.trends import LIMITS
from cdi.printing.lines import SUPPRESSED
from cdi.printing.tables import Row, Table
from cdi.survey.estimates import ALL

if TYPE_CHECKING:
    from cdi.audits.periods import Period
    from cdi.disclosure.rules import Disclosure
    from cdi.monitoring.trends import Trend

__all__ = ["protect_trend", "shown_trend", "tables_of_trend"]

_PLACES = 3  # of proportions as they are printed
_ROLLING = "-rolling"


def protect_trend(found: Trend, disclosure: Disclosure) -> Trend:
    """Withhold months of small bases, and as many more as keep them from being worked out of what is pooled.

    Parameters
    ----------
    found : Trend
        From :func:`cdi.trend`.
    disclosure : Disclosure
        The rules.

    Returns
    -------
    Trend
        The same with months withheld, the 12 months that hold one of them, and their limits. Centre and limits of the
        other months are then no finer than they are printed.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> from cdi.disclosure.rules import Disclosure
    >>> drawn = {"2024-01": 20, "2024-02": 12, "2024-03": 5, "2024-04": 15}
    >>> rows = [{"month": month, "recorded": int(i % 4 > 0)} for month, n in drawn.items() for i in range(n)]
    >>> shown = protect_trend(cdi.trend(cdi.read_audit(pd.DataFrame(rows), stratum="month"), "month"), Disclosure())
    >>> [point.rate.n for point in shown.points]
    [20, None, None, 15]
    """
    return shown_trend(found, protect_all(tables_of_trend(found), disclosure))


def tables_of_trend(found: Trend) -> tuple[Table, ...]:
    """Give the tables of a trend: its months, and where fewer set the centre, those with what they come to."""
    return (found.table, *_baseline(found))


def shown_trend(found: Trend, tables: Sequence[Table]) -> Trend:
    """Take what is shown of a trend from its tables after disclosure control."""
    table, *baseline = tables
    gone = labels_withheld(table)
    if table == found.table:
        return found
    months = [point.month for point in found.points if (point.month.label,) in gone]
    kept = not any(SUPPRESSED in part.rows[-1].notes for part in baseline)
    ends: dict[tuple[str, ...], Period] = {(point.month.label,): point.month for point in found.points}
    records = {
        (record.label, record.measure.key): _shown(record, ends.get(record.label), months, centre=kept)
        for record in table.rows
    }

    def of(record: Row | None) -> Row | None:
        return None if record is None else records[record.label, record.measure.key]

    points = tuple(
        replace(
            point,
            rate=records[point.rate.label, point.rate.kind],
            rolling=of(point.rolling),
            limits=_unless_withheld(of(point.limits)),
        )
        for point in found.points
    )
    centre = round(found.centre, _PLACES) if kept else math.nan
    factor = round(found.factor, _PLACES - 1)
    shown = replace(table, rows=tuple(records.values()))
    return replace(found, points=points, centre=centre, factor=factor, table=shown)


def _baseline(found: Trend) -> list[Table]:
    """Give the months of the baseline with their sum, which the centre of the chart tells."""
    held = [point.rate for point in found.points[: found.baseline]]
    if len(held) == len(found.points):
        return []
    recorded, due = (sum(getattr(record, name) or 0 for record in held) for name in ("recorded", "n"))
    whole = replace(held[0], label=(ALL,), n=due, recorded=recorded)
    return [replace(found.table, records=(*held, whole))]


def _shown(record: Row, end: Period | None, months: Collection[Period], *, centre: bool) -> Row:
    """Withhold what is pooled over withheld months, and the digits of the limits that no chart shows."""
    if record.withheld or end is None:
        return record
    if record.measure.key == LIMITS:
        return _rounded(record) if centre else blanked(record)
    pooled = record.measure.key.endswith(_ROLLING)
    return (
        blanked(record) if pooled and any(end.last - MONTHS < month.first <= end.last for month in months) else record
    )


def _rounded(limits: Row) -> Row:
    ends = (limits.estimate, limits.low, limits.high)
    estimate, low, high = (None if value is None else round(value, _PLACES) for value in ends)
    return replace(limits, estimate=estimate, low=low, high=high)


def _unless_withheld(limits: Row | None) -> Row | None:
    return None if limits is None or limits.estimate is None else limits
