"""The monthly sample over time: the rate of each month, of 12 months together, and what signals a change.

Each month is a stratum of the pooled rates, so a rolling rate is a ratio of totals over the samples of its months. All
numbers stand in one table; the points of the trend, its centre and its page are read from there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias, Unpack, cast

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.arguments import checked, chosen, text_of
from cdi.audits import answers
from cdi.audits.audit import Audit, check_audit, read_audit, sample_of
from cdi.audits.design import PERIOD, OtherRoles, Roles, roles_of
from cdi.audits.periods import MONTHS, Period, parse_period, with_period
from cdi.errors import CdiError, DataError, Fault, Where, fault
from cdi.facts import Facts, Release, Scope
from cdi.measures import MEASURES, Measure, Role
from cdi.monitoring.control import NOMINAL, RULES, ControlChart, p_chart
from cdi.parameters import LEVEL, METHOD
from cdi.printing.layout import Column, Grid, Kind, Notes, Page, grid_of
from cdi.printing.lines import high_rate, low_rate, percent, rate, titled, weighted_once, whole
from cdi.printing.tables import Row, Table, arrange, wide_of
from cdi.reading import opening
from cdi.showing import Shown
from cdi.survey.basis import FEWEST, of_groups
from cdi.survey.estimates import Estimates, Subject
from cdi.survey.sampling import share, with_facts

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from cdi.survey.totals import Totals

__all__ = [
    "ENOUGH", "LIMITS", "WINDOWS", "Point", "Trend", "in_full", "in_numbers", "monthly_sample", "span_of", "trend",
]  # fmt: skip

Ints: TypeAlias = npt.NDArray[np.int64]

ENOUGH = 12
"""Months that a baseline should have: fewer do not show what is usual."""

MONTH = "month"
"""The column with the month of each report, unless another is named."""

LIMITS = MEASURES["control-limits"]
"""The measure of the limits of the chart."""

WINDOWS: Mapping[str, Measure] = {each.of: each for each in MEASURES.values() if each.role is Role.WINDOW}
"""The key of a measure that can be followed -> the measure of its 12 months."""

P_CHART = "p-chart"


Named: TypeAlias = Callable[[Period], str]
"""What names months and spans of them."""


def in_numbers(months: Period) -> str:
    """Name months as a table does: 2024-03, 2024-03 to 2024-05."""
    first, last = (Period(month, month).label for month in (months.first, months.last))
    return wording.from_to(first, last)


def in_full(months: Period) -> str:
    """Name months as a report does: March 2024, March to May 2024."""
    return wording.months_in_words(divmod(months.first, MONTHS), divmod(months.last, MONTHS))


def span_of(points: Sequence[Point]) -> Period:
    """Give the months from the first point to the last."""
    return Period(points[0].month.first, points[-1].month.last)


@dataclass(frozen=True, slots=True)
class Point:
    """One month of a trend, read from its table."""

    month: Period  # when
    rate: Row  # its rate with the interval
    rolling: Row | None  # the rate over the 12 months that end with it; None before 12 months have passed
    limits: Row | None  # the centre of the chart with the limits of this month; None where there are none

    @property
    def signals(self) -> tuple[str, ...]:
        """The rules that signal a change in this month, by their names in ``cdi.monitoring.control.RULES``."""
        return () if self.limits is None else self.limits.facts.found


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Trend(Shown):
    """The rates of monthly samples, and whether they signal a change. It prints as the page of ``cdi trend``.

    Attributes
    ----------
    table : Table
        The rates by month and overall, the rates over 12 months and the control limits, unrounded.
    months : tuple of Period
        The months with a sample, in order.
    unaudited : tuple of Period
        The months in which nothing could be audited.
    baseline : int
        The number of months, from the first, that set the centre.
    widened : float
        How much more the months of the baseline vary than sampling explains: 1 or more.
    varied : bool
        Whether a test at 5% says that they do. If not, chance alone may have made them differ.
    estimates : Estimates
        The rates by month and overall.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> recorded = {"2024-01": 9, "2024-02": 8, "2024-03": 9, "2024-04": 10, "2024-05": 2}
    >>> rows = [{"month": month, "recorded": int(i < n)} for month, n in recorded.items() for i in range(10)]
    >>> found = cdi.trend(pd.DataFrame(rows), baseline=4)
    >>> [(point.month.label, point.signals) for point in found.signalled]
    [('2024-05', ('outside-limits',))]
    """

    table: Table
    months: tuple[Period, ...]
    unaudited: tuple[Period, ...]
    baseline: int
    widened: float
    varied: bool
    estimates: Estimates

    @property
    def measure(self) -> Measure:
        """What the rates are of."""
        return self.table.rows[0].measure

    @property
    def searches(self) -> bool:
        """Whether the rates are of searches, and not of crimes."""
        return self.measure.of_searches

    @property
    def points(self) -> tuple[Point, ...]:
        """One point for each month with a sample, in order."""
        rates = {row.label: row for row in self.table.of(self.measure.key) if not row.whole}
        windows = {row.label: row for row in self.table.rows if row.measure.role is Role.WINDOW}
        # limits that are suppressed hold nothing against a month
        limits = {row.label: row for row in self.table.of(LIMITS.key) if row.estimate is not None}
        labels = {month: (month.label,) for month in self.months}
        return tuple(Point(month, rates[at], windows.get(at), limits.get(at)) for month, at in labels.items())

    @property
    def signalled(self) -> tuple[Point, ...]:
        """The months that signal a change."""
        return tuple(point for point in self.points if point.signals)

    @property
    def centre(self) -> float:
        """The centre of the chart: the rate over the baseline, moved by half a crime if it is 0 or 1.

        It is nan if nothing was sampled in the baseline, or the limits are suppressed.
        """
        centres = (row.estimate for row in self.table.of(LIMITS.key) if row.estimate is not None)
        return next(centres, math.nan)

    @property
    def factor(self) -> float:
        """How much more the months of the baseline vary than sampling explains: 1 or more.

        If rows are suppressed it has only the digits that are printed, since it was computed from those rows too.
        """
        return round(self.widened, 2) if any(row.withheld for row in self.table.rows) else self.widened

    @property
    def gaps(self) -> tuple[Period, ...]:
        """The months without a sample, between the first and the last."""
        there = {month.first for month in (*self.months, *self.unaudited)}
        return tuple(Period(month, month) for month in range(min(there), max(there)) if month not in there)

    @property
    def represents(self) -> bool:
        """Whether rates over several months are estimates for the force, and not only for the samples as drawn."""
        return self.table.whole(self.measure.key, Scope.SAMPLE) is None

    @property
    def statement(self) -> str:
        """A sentence that says whether a change is signalled. It is empty if too much is suppressed to say so.

        Examples
        --------
        >>> import pandas as pd, cdi
        >>> sample = pd.DataFrame({"month": ["2024-01"] * 4 + ["2024-02"] * 4, "recorded": [1, 1, 1, 0] * 2})
        >>> cdi.trend(sample).statement
        'No change is signalled: the months differ no more than samples of this size do.'
        """
        return self.stated(in_numbers)

    def stated(self, name: Named) -> str:
        """Say whether a change is signalled, with its months named in a way."""
        points = self.points
        if not any(point.limits for point in points):
            hidden = any(point.rate.facts.release in (Release.NOTHING, Release.COUNTS) for point in points)
            return "" if hidden else wording.no_limits(searches=self.searches)
        signalled = [point for point in points if point.signals]
        if not signalled:
            return wording.no_change_signalled(widened=self.factor > 1)
        by_rule = {rule: [point.month for point in signalled if rule in point.signals] for rule in RULES}
        spans = {rule: _spans(months, name) for rule, months in by_rule.items() if months}
        return wording.change_signalled(_spans([point.month for point in signalled], name), spans)

    def draw(self, axes: Axes) -> None:
        """Draw the months with their intervals, the rolling rates, the limits and the signals."""
        from cdi.charts.trend_charts import draw_months

        draw_months(axes, self)
        title = wording.chart_title(wording.trend_of(self.measure.name), in_full(span_of(self.points)))
        axes.set_title(title, loc="left")
        axes.legend(fontsize="small")

    def wide(self) -> pd.DataFrame:
        """Give one row for each month, with its rate, the rate over 12 months, the limits and any signal.

        Returns
        -------
        pandas.DataFrame
            ``period``, ``rate``, ``low``, ``high``, ``due``, ``recorded``; ``rolling`` with its ends once 12 months
            have passed; ``centre``, ``limit_low``, ``limit_high``, ``signal`` and ``notes``. Proportions, unrounded.
        """
        parts = {"rate": self.measure, "rolling": WINDOWS[self.measure.key], "limit": LIMITS}
        frame = wide_of(self.table, parts).rename(columns={"limit": "centre"})
        signalled = {point.month.label for point in self.signalled}
        frame.insert(len(frame.columns) - 1, "signal", frame[self.table.keys[0]].isin(signalled))
        return frame

    def page(self, *, name: Named | None = None, spoken: bool = False, **_options: Any) -> Page:
        """Lay the months out for people. A month in which nothing was audited is a line without numbers.

        Parameters
        ----------
        name : callable, optional
            What names months: ``2024-03`` unless given.
        spoken : bool
            Whether it is said elsewhere if a change is signalled.

        Returns
        -------
        Page
            What the surfaces write.

        Examples
        --------
        >>> import pandas as pd, cdi
        >>> sample = pd.DataFrame({"month": ["2024-01"] * 4 + ["2024-03"] * 4, "recorded": [1, 1, 1, 0] * 2})
        >>> [row[:2] for row in cdi.trend(sample).page().grids[0].rows]
        [('2024-01', '75.0'), ('2024-02', ''), ('2024-03', '75.0')]
        """
        table, remarks = weighted_once(self.table, lambda row: row.measure == self.measure and not row.whole)
        lines = _lines(replace(self, table=table))
        notes = Notes.of((self.measure, line.facts) for line in lines)
        name = name or in_numbers
        statements = _statements(self, name, spoken=spoken)
        return Page(self.table, (_grid(self, lines, notes, name),), notes, statements, remarks)


@checked
def trend(
    source: object,
    period: str | None = None,
    *,
    level: float = LEVEL,
    method: str = METHOD,
    baseline: int | None = None,
    measure: str = "recording-rate",
    **roles: Unpack[OtherRoles],
) -> Trend:
    """Follow a rate from month to month, with intervals, rates over 12 months and a control chart.

    Parameters
    ----------
    source : Audit, Result, or what :func:`cdi.read_audit` takes
        The monthly samples.
    period : str, optional
        The column with the month or date of each report, or ``"FILENAME"`` for the month in the name of each file. If
        None, it is ``month``, or the period that an audit was read with.
    level, method : float, str
        See :meth:`Estimates.interval`.
    baseline : int, optional
        The number of months, from the first, that set the centre and the control limits. At least 8 are advised, and 12
        are better. If None, all months are used.
    measure : {"recording-rate", "grounds"}
        What the rates measure. ``"grounds"`` is for searches.
    **roles
        The other fields of :class:`cdi.Design`.

    Returns
    -------
    Trend
        One point for each month: its rate with its interval, the rate over the 12 calendar months that end with it, and
        the control limits. All are proportions. Chance alone puts a month outside the limits as rarely as outside three
        standard errors. Months without a sample, or in which nothing could be audited, have no point.

    Raises
    ------
    DataError
        If a column does not exist or holds no months, there is only one month, a report is in two months, or the
        baseline is out of range.
    DesignError
        As for :func:`cdi.read_audit`.
    MethodError
        As for :meth:`Estimates.interval`, and if the measure is unknown.

    Notes
    -----
    This is a p' chart (Laney 2002) of normal scores of binomial mid-P (Lancaster 1961). It uses the effective size of
    each month, so crimes in one report count as related. The limits need not lie evenly about the centre.

    Where nothing changes, chance alone makes 1 to 2 in 100 charts of 12 months signal a change, 7 to 10 in 100 of 24
    months and 15 to 19 in 100 of 36 months. With a baseline of 12 months it is 6 to 9 in 100 of 18
    months, 13 to 17 in 100 of 24 months and 24 to 29 in 100 of 36 months (docs/trend.md).

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> recorded = [1] * 9 + [0] + [1] * 8 + [0] * 2
    >>> sample = pd.DataFrame({"month": ["2024-01"] * 10 + ["2024-02"] * 10, "recorded": recorded})
    >>> found = cdi.trend(sample)
    >>> [point.rate.estimate for point in found.points], found.centre
    ([0.9, 0.8], 0.85)
    """
    chosen(measure, WINDOWS, "no-trend-of")
    if period is not None:
        text_of(period, "period")
    audit, column = monthly_sample(source, period, MEASURES[measure], roles)
    found = share(audit, column, measure=measure)
    found.refuse_unrepresentative()
    months, unaudited = _months(found, audit)
    totals = _of(found)
    if totals.sharing:
        raise DataError.of("report-in-two-months", where=Where(audit.name, column=column))
    order = np.argsort(months)
    first = _baseline(baseline, len(months))
    chart = _charted(found, totals, order, first)
    rates = _in_order(found, order, months[order])
    rolling = _rolling(rates, totals, months)
    table = arrange(*(part for part in (rates, rolling) if len(part)), level=level, method=method)
    table = replace(table, rows=(*table.rows, *_limits(chart, table.rows[: len(months)])))
    held = tuple(Period(month, month) for month in months[order].tolist())
    return Trend(table, held, unaudited, first, chart.factor, chart.varied, rates)


def monthly_sample(source: object, period: str | None, measure: Measure, roles: Mapping[str, Any]) -> tuple[Audit, str]:
    """Take the audit, or read it as ``cdi trend`` does, and name the column of its months."""
    audit = sample_of(source)
    if isinstance(audit, Audit):
        if roles:  # the same rows in other roles; their column of periods has been made
            known = replace(audit.design, period=PERIOD if audit.design.period else None)
            audit = check_audit(audit.source, *roles_of(audit.source, known, cast("Roles", roles)))
        return audit, period or (PERIOD if PERIOD in audit.columns else MONTH)
    column = period or opening.role_by_mapping(source, "period") or MONTH
    answer = {"recorded": measure.answers} if measure.of_searches else {}
    try:
        return read_audit(source, **{**answer, **roles, "period": column}), PERIOD
    except CdiError:
        _refuse_other_periods(source, column)
        raise


def _refuse_other_periods(source: object, column: str) -> None:
    """Refuse periods that are no months before what follows from them: a quarter is a stratum of its own."""
    opened = with_period(opening.open_source(source), column)
    labels, where = answers.values_of(opened.rows, opened.inner(PERIOD)), Where(opened.name, column=column)
    faults = [_no_month(label, where) for label in labels if not _month_of(label)]
    if faults:
        raise DataError(faults)


def _of(found: Estimates) -> Totals:
    if found.totals is None:
        raise TypeError("no totals")
    return found.totals


def _month_of(label: str) -> Period | None:
    period = parse_period(label)
    return period if period is not None and period.months == 1 else None


def _no_month(label: str, where: Where) -> Fault:
    """Tell a longer period from what is no period at all: it has rates, if no chart of months."""
    return fault("not-a-month" if parse_period(label) is None else "longer-than-a-month", got=label, where=where)


def _months(found: Estimates, audit: Audit) -> tuple[Ints, tuple[Period, ...]]:
    """Read the month of each domain, and those with nothing but what could not be audited, each in one spelling."""
    labels = [row.label[0] for row in found.rows if not row.whole]
    where = Where(audit.name, column=found.keys[0])
    written: dict[int, str] = {}
    faults: list[Fault] = []
    aside = [] if audit.aside is None else answers.values_of(audit.aside, audit.source.inner(found.keys[0]))
    for label in dict.fromkeys((*labels, *aside)):
        period = _month_of(label)
        if period is None:
            faults.append(_no_month(label, where))
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
    if baseline is not None and not (isinstance(baseline, int) and 2 <= baseline <= months):
        raise DataError.of("baseline", got=baseline, most=months)
    return baseline or months


def _charted(found: Estimates, totals: Totals, order: Ints, first: int) -> ControlChart:
    """Set the limits of the months, in order, by the first of them."""
    in_baseline = np.arange(len(order)) < first
    members = np.zeros((1, len(order)), dtype=bool)
    members[0, order[:first]] = True
    centre = float(of_groups(totals, members).rate[0])
    basis = found.basis.take(order.tolist())
    return p_chart(basis.rate, basis.worth.crimes(FEWEST), centre, in_baseline)


def _in_order(found: Estimates, order: Ints, months: Ints) -> Estimates:
    """Put the months in order, each under its plain label, and the overall row last."""
    places = [*order.tolist(), len(order)]
    labels = [*((Period(month, month).label,) for month in months.tolist()), found.rows[-1].label]
    rows = tuple(replace(found.rows[i], label=label) for i, label in zip(places, labels, strict=True))
    return replace(found, rows=rows, basis=found.basis.take(places))


def _rolling(rates: Estimates, totals: Totals, months: Ints) -> Estimates:
    """Estimate the rate over the 12 calendar months that end with each month, once 12 have passed."""
    ends = np.sort(months)
    ends = ends[ends - ends[0] >= MONTHS - 1]
    members = (months > ends[:, None] - MONTHS) & (months <= ends[:, None])
    window = WINDOWS[rates.measure.key]
    rows = tuple(
        Subject((Period(end, end).label,), window, Facts(reasons=("window-gap",) if held < MONTHS else ()))
        for end, held in zip(ends.tolist(), members.sum(axis=1), strict=True)
    )
    found = replace(rates, rows=rows, basis=of_groups(totals, members))
    return with_facts(found, totals, [True] * len(rows)) if rows else found


def _limits(chart: ControlChart, rates: Sequence[Row]) -> list[Row]:
    """Write the limits of each month that has any as a row of the table."""
    lows, highs = chart.limits()
    return [
        replace(
            row,
            measure=LIMITS,
            estimate=chart.centre,
            low=float(lows[i]),
            high=float(highs[i]),
            level=NOMINAL,
            method=P_CHART,
            se=None,
            n_eff=float(chart.size[i]),
            df=None,
            deff=None,
            facts=Facts(found=tuple(code for code, points in chart.signals.items() if points[i])),
        )
        for i, row in enumerate(rates)
        if not np.isnan(chart.z[i])
    ]


@dataclass(frozen=True, slots=True)
class _MonthLine:
    """What the page shows of a month, and what is true of it; one of which nothing was audited has no point."""

    month: Period
    facts: Facts
    point: Point | None = None

    @property
    def rate(self) -> Row | None:
        return None if self.point is None else self.point.rate

    @property
    def rolling(self) -> Row | None:
        return None if self.point is None else self.point.rolling

    @property
    def limits(self) -> Row | None:
        return None if self.point is None else self.point.limits


def _lines(found: Trend) -> list[_MonthLine]:
    """List the months from the first to the last."""
    gaps, unaudited = found.gaps, found.unaudited
    lines = [_MonthLine(month, Facts(reasons=("no-sample",))) for month in gaps]
    lines += [_MonthLine(month, Facts(reasons=("unaudited",))) for month in unaudited]
    missed = [month.first for month in (*gaps, *unaudited)]
    lines += [_MonthLine(point.month, _told(point, missed), point) for point in found.points]
    return sorted(lines, key=lambda line: line.month)


def _told(point: Point, missed: Sequence[int]) -> Facts:
    """State what is told of a month; of its 12 months only a gap, since else it would be read as the month's."""
    facts, end = point.rate.facts, point.month.last
    if point.rate.withheld:
        return facts
    shows = point.rolling is not None and not point.rolling.withheld
    gap = shows and any(end - MONTHS < month <= end for month in missed)
    # that months are mixed as they were sampled is said once of all the rolling rates
    return replace(facts, found=point.signals, mixed=False).because(["window-gap"] if gap else [])


def _grid(found: Trend, lines: Sequence[_MonthLine], notes: Notes, named: Named) -> Grid:
    """Show each month with its rate, its 12 months and its limits."""
    headings = {**wording.TREND_HEADINGS, **found.measure.headings}
    hidden = any(line.rate is not None and line.rate.withheld for line in lines)

    def column(
        part: str, value: str, write: Callable[[Any], str], name: str = "", *, always: bool = hidden
    ) -> Column[_MonthLine]:
        heading = headings[name or value]
        row: Callable[[_MonthLine], Row | None] = (
            (lambda line: line.rolling) if part == "rolling" else (lambda line: line.rate)
        )
        return Column(heading, lambda line: getattr(getattr(line, part), value, None), write, row, always=always)

    signal = wording.SIGNAL
    windows = any(line.rolling is not None and line.rolling.withheld for line in lines)
    columns: list[Column[_MonthLine]] = [
        Column(headings["month"], lambda line: line.month, named, kind=Kind.WORDS),
        column("rate", "estimate", rate, "rate", always=True),
        column("rate", "low", low_rate),
        column("rate", "high", high_rate),
        column("rate", "n", whole, always=True),
        column("rate", "recorded", whole, always=True),
        column("rolling", "estimate", rate, "rolling", always=windows),
        column("limits", "low", low_rate, "limit_low"),
        column("limits", "high", high_rate, "limit_high"),
        Column(headings["signal"], lambda line: signal if line.point is not None and line.point.signals else None),
        Notes.column(lambda line: notes.numbers([(found.measure, line.facts)])),
    ]
    name = wording.trend_of(found.measure.name)
    exact = all(point.rate.facts.census for point in found.points)
    return grid_of(titled(name, found.table, alone=False, exact=exact), columns, lines, name=wording.capital(name))


def _statements(found: Trend, name: Named, *, spoken: bool) -> tuple[str, ...]:
    points = found.points
    limited, searches = any(point.limits for point in points), found.searches
    said = [] if spoken else [found.stated(name)]
    if limited:
        said.append(_centre(found, points[: found.baseline], name))
        if round(found.factor, 2) > 1:
            said.append(wording.limits_widened(f"{found.factor:.2f}", varied=found.varied))
        if found.baseline < ENOUGH:
            said.append(wording.too_few_months(found.baseline))
        else:
            said.append(wording.false_alarms(all_months=found.baseline == len(points)))
    if not found.represents:
        said.append(wording.pooled_in_sample(searches=searches))
    if found.gaps:
        said.append(wording.months_without_sample([name(month) for month in found.gaps]))
    if found.unaudited:
        said.append(wording.months_unaudited([name(month) for month in found.unaudited]))
    return tuple(sentence for sentence in said if sentence)


def _centre(found: Trend, held: Sequence[Point], name: Named) -> str:
    """Say what the months are held against, and what their rate was where that leaves chance no room."""
    months = name(span_of(held))
    centre = percent(found.centre)
    recorded, due = sum(point.rate.recorded or 0 for point in held), sum(point.rate.n or 0 for point in held)
    if due and recorded in (0, due) and not any(point.rate.withheld for point in held):
        return wording.centre_beside(centre, percent(recorded / due), months, searches=found.searches)
    return wording.the_centre(centre, months)


def _spans(months: Sequence[Period], name: Named) -> list[str]:
    """Write months, those that follow each other as one span."""
    spans: list[Period] = []
    for month in months:
        if spans and spans[-1].last + 1 == month.first:
            spans[-1] = Period(spans[-1].first, month.last)
        else:
            spans.append(month)
    return [name(span) for span in spans]
