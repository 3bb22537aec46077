"""The monthly sample over time: the rate of each month, of 12 months together, and what signals a change.

Each month is a stratum of the pooled rates, so a rolling rate is a ratio of totals over the samples of its months.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.audits import answers
from cdi.audits.design import PERIOD
from cdi.audits.periods import MONTHS, Period, parse_period
from cdi.errors import DataError, Fault, MethodError, Where, fault, suggestion
from cdi.monitoring.control import NOMINAL, RULES, Chart, p_chart
from cdi.printing.tables import Record, Table, arrange
from cdi.survey import ratios
from cdi.survey.estimates import Estimates, Row
from cdi.survey.sampling import notes_of, share

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.survey.totals import Totals

__all__ = ["ENOUGH", "Point", "Trend", "trend"]

Ints: TypeAlias = npt.NDArray[np.int64]

ENOUGH = 12
"""Months that a baseline should have: fewer do not show what is usual."""

LIMITS = "control-limits"
P_CHART = "p-chart"
_ROLLING: Mapping[str, str] = {"recording-rate": "recording-rate-rolling", "grounds": "grounds-rolling"}


@dataclass(frozen=True, slots=True)
class Point:
    """One month of a trend.

    Attributes
    ----------
    month : Period
        When.
    rate : Record
        Its rate with the interval.
    rolling : Record or None
        The rate over the 12 months that end with it; None before 12 months have passed.
    limits : Record or None
        The centre of the chart with the limits of this month; None where there are none.
    """

    month: Period
    rate: Record
    rolling: Record | None
    limits: Record | None

    @property
    def signals(self) -> tuple[str, ...]:
        """The rules that signal a change in this month, by their names in ``cdi.monitoring.control.RULES``."""
        return tuple(code for code in (self.limits.notes if self.limits else ()) if code in RULES)


@dataclass(frozen=True, slots=True)
class Trend:
    """The rates of a monthly sample, and what they signal.

    Attributes
    ----------
    measure : str
        A key of ``cdi.wording.MEASURES``.
    points : tuple of Point
        One a month with a sample, in order.
    centre : float
        What the months are held against: the rate over the baseline, or half a crime beside it where that is 0 or
        1; nan where nothing was sampled in it.
    factor : float
        By how much the months of the baseline vary more than sampling explains; 1 or more.
    baseline : int
        How many months, from the first, set the centre.
    gaps : tuple of Period
        Months between the first and the last without a sample.
    unaudited : tuple of Period
        Months of which nothing could be audited.
    table : Table
        The rates by month and overall, then the rolling rates, then the control limits; unrounded.
    estimates : Estimates
        The rates by month and overall.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> recorded = {"2024-01": 9, "2024-02": 8, "2024-03": 9, "2024-04": 10, "2024-05": 2}
    >>> rows = [{"month": month, "recorded": int(i < n)} for month, n in recorded.items() for i in range(10)]
    >>> found = cdi.trend(cdi.read_audit(pd.DataFrame(rows), stratum="month"), "month", baseline=4)
    >>> [(point.month.label, point.signals) for point in found.signalled]
    [('2024-05', ('outside-limits',))]
    """

    measure: str
    points: tuple[Point, ...]
    centre: float
    factor: float
    baseline: int
    gaps: tuple[Period, ...]
    unaudited: tuple[Period, ...]
    table: Table
    estimates: Estimates = field(repr=False)

    @property
    def signalled(self) -> tuple[Point, ...]:
        """The months that signal a change."""
        return tuple(point for point in self.points if point.signals)

    @property
    def represents(self) -> bool:
        """Whether the pooled rates stand for the force, and not only for the samples as they were drawn."""
        return self.estimates.totals is None or self.estimates.totals.strata.represents


def trend(
    audit: Audit,
    period: str = PERIOD,
    *,
    level: float = 0.95,
    method: str = "wilson",
    baseline: int | None = None,
    measure: str = "recording-rate",
) -> Trend:
    """Follow a rate from month to month: intervals, rolling 12 months, and a control chart.

    Parameters
    ----------
    audit : Audit
        Monthly samples. Read with ``period=``, the audit holds its months in the column ``period``, as a stratum.
    period : str
        The column with the month of each report.
    level, method
        As in :meth:`Estimates.interval`.
    baseline : int, optional
        How many months, from the first, set the centre and the limits of the chart; 8 at the least are advised, 12
        are better. None: all.
    measure : {"recording-rate", "grounds"}
        What the rates are of; ``grounds`` for searches.

    Returns
    -------
    Trend
        One point a month: the rate with its interval, the rate over the 12 calendar months that end with it, and the
        limits, as unlikely by chance as three standard errors. Proportions. Months without a sample, and those of which
        nothing could be audited, have no point.

    Raises
    ------
    DataError
        A column that is not there or holds no months; a single month; a report in two months; a baseline out of range.
    MethodError
        As :meth:`Estimates.interval`, and an unknown measure.

    Notes
    -----
    A p' chart (Laney 2002) of normal scores of binomial mid-P (Lancaster 1961), at the effective size of each month, so
    that crimes in one report count as related. Its limits need not lie evenly about the centre. Where nothing changes,
    1 to 2 in 100 charts of 12 months, 7 to 10 in 100 of 24 and 15 to 19 in 100 of 36 signal a change nevertheless; with
    a baseline of 12, 6 to 9 in 100 of 18 months, 13 to 17 in 100 of 24 and 24 to 29 in 100 of 36 (docs/trend.md).

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> recorded = [1] * 9 + [0] + [1] * 8 + [0] * 2
    >>> sample = pd.DataFrame({"month": ["2024-01"] * 10 + ["2024-02"] * 10, "recorded": recorded})
    >>> found = cdi.trend(cdi.read_audit(sample, stratum="month"), "month")
    >>> [point.rate.estimate for point in found.points], found.centre
    ([0.9, 0.8], 0.85)
    """
    if measure not in _ROLLING:
        raise MethodError.of("no-trend-of", got=measure, hint=suggestion(measure, list(_ROLLING)))
    found = share(audit, period, measure=measure)
    found.refuse_unrepresentative()
    months, unaudited = _months(found, audit)
    totals = _of(found)
    if totals.sharing:
        raise DataError.of("report-in-two-months", where=Where(audit.name, column=period))
    order = np.argsort(months)
    first = _baseline(baseline, len(months))
    chart = _charted(found, totals, order, first)
    rates = _in_order(found, order, months[order])
    rolling = _rolling(rates, totals, months, measure)
    table = arrange(*(part for part in (rates, rolling) if len(part)), level=level, method=method)
    limits = _limits(chart, table.records[: len(months)])
    table = replace(table, records=(*table.records, *(record for record in limits if record is not None)))
    points = _points(months[order], table, limits)
    there = {*months.tolist(), *(month.first for month in unaudited)}
    gaps = tuple(Period(month, month) for month in range(min(there), max(there)) if month not in there)
    return Trend(measure, points, chart.centre, chart.factor, first, gaps, unaudited, table, rates)


def _of(found: Estimates) -> Totals:
    if found.totals is None:
        raise TypeError("no totals")
    return found.totals


def _months(found: Estimates, audit: Audit) -> tuple[Ints, tuple[Period, ...]]:
    """Read the month of each domain, and those with nothing but what could not be audited, each in one spelling."""
    labels = [row.label[0] for row in found.rows if not row.overall]
    where = Where(audit.name, column=found.keys[0])
    written: dict[int, str] = {}
    faults: list[Fault] = []
    aside = [] if audit.aside is None else answers.values_of(audit.aside, found.keys[0])
    for label in dict.fromkeys((*labels, *aside)):
        period = parse_period(label)
        if period is None or period.months > 1:
            faults.append(fault("not-a-month", got=label, where=where))
        elif period.first in written:
            faults.append(fault("month-twice", got=label, where=where, other=written[period.first]))
        else:
            written[period.first] = label
    if faults:
        raise DataError(faults)
    if len(labels) < 2:
        raise DataError.of("one-period", got=", ".join(labels) or None, where=where)
    months = list(written)
    return np.array(months[: len(labels)], dtype=np.int64), tuple(Period(m, m) for m in sorted(months[len(labels) :]))


def _baseline(baseline: int | None, months: int) -> int:
    if baseline is not None and not 2 <= baseline <= months:
        raise DataError.of("baseline", got=baseline, most=months)
    return baseline or months


def _charted(found: Estimates, totals: Totals, order: Ints, first: int) -> Chart:
    """Set the limits of the months, in order, by the first of them."""
    in_baseline = np.arange(len(order)) < first
    members = np.zeros((1, len(order)), dtype=bool)
    members[0, order[:first]] = True
    centre = float(ratios.of_groups(totals, members).rate[0])
    basis = found.basis.take(order.tolist())
    return p_chart(basis.rate, basis.size, centre, in_baseline)


def _in_order(found: Estimates, order: Ints, months: Ints) -> Estimates:
    """Put the months in order, each under its plain label, and the overall row last."""
    places = [*order.tolist(), len(order)]
    labels = [*((Period(month, month).label,) for month in months.tolist()), found.rows[-1].label]
    rows = tuple(replace(found.rows[i], label=label) for i, label in zip(places, labels, strict=True))
    return replace(found, rows=rows, basis=found.basis.take(places))


def _rolling(rates: Estimates, totals: Totals, months: Ints, measure: str) -> Estimates:
    """Estimate the rate over the 12 calendar months that end with each month, once 12 have passed."""
    ends = np.sort(months)
    ends = ends[ends - ends[0] >= MONTHS - 1]
    members = (months > ends[:, None] - MONTHS) & (months <= ends[:, None])
    rows = tuple(
        Row((Period(end, end).label,), _ROLLING[measure], ("window-gap",) if held < MONTHS else ())
        for end, held in zip(ends.tolist(), members.sum(axis=1), strict=True)
    )
    found = replace(rates, rows=rows, basis=ratios.of_groups(totals, members))
    return found.with_notes(notes_of(found, totals, [True] * len(rows))) if rows else found


def _limits(chart: Chart, rates: Sequence[Record]) -> list[Record | None]:
    """Write the limits of each month as a row of the table; none where there is no limit."""
    lows, highs = chart.limits()
    return [
        None
        if np.isnan(chart.z[i])
        else replace(
            record,
            kind=LIMITS,
            estimate=chart.centre,
            low=float(lows[i]),
            high=float(highs[i]),
            level=NOMINAL,
            method=P_CHART,
            se=None,
            n_eff=float(chart.size[i]),
            df=None,
            deff=None,
            notes=tuple(code for code, points in chart.signals.items() if points[i]),
        )
        for i, record in enumerate(rates)
    ]


def _points(months: Ints, table: Table, limits: Sequence[Record | None]) -> tuple[Point, ...]:
    rolling = {record.label: record for record in table.records if record.kind in _ROLLING.values()}
    rates = zip(months.tolist(), table.records[: len(months)], limits, strict=True)
    return tuple(Point(Period(month, month), rate, rolling.get(rate.label), limit) for month, rate, limit in rates)
