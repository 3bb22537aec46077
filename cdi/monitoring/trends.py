"""Samples over time: the rate of each month, quarter or year, of 12 months together, and what signals a change.

Each period of the sample is a stratum of the pooled rates, so a rate over several is a ratio of totals over their
samples. All numbers stand in one table; the points of the trend, its centre and its page are read from there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, Unpack, cast

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.arguments import checked, chosen, text_of
from cdi.audits import answers
from cdi.audits.audit import Audit, check_audit, naming_answers, read_audit, sample_of
from cdi.audits.design import FILENAME, NOT_COLUMNS, PERIOD, OtherRoles, Roles, roles_of
from cdi.audits.periods import (
    MONTHS,
    Period,
    alike,
    around,
    in_file_name,
    in_sheet_name,
    in_titles,
    parse_period,
    with_period,
)
from cdi.errors import CdiError, DataError, Fault, Where, Worded, fault
from cdi.facts import Facts, Release, Scope
from cdi.measures import MEASURES, Measure, Role
from cdi.monitoring.control import NOMINAL, RULES, ControlChart, p_chart
from cdi.parameters import EVERY, LEVEL, METHOD
from cdi.printing.layout import Column, Grid, Kind, Notes, Page, grid_of
from cdi.printing.lines import AS_RATE, percent, rate, titled, weighted_once, whole
from cdi.printing.tables import Row, Table, arrange, wide_of
from cdi.reading import opening
from cdi.reading.mapping import BY_SHEET, BY_TITLE
from cdi.showing import Shown
from cdi.survey.basis import FEWEST, Basis, of_groups
from cdi.survey.estimates import Estimates, Subject
from cdi.survey.sampling import share, with_facts

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from cdi.explaining.explanation import Explanation
    from cdi.reading.sources import Source
    from cdi.survey.totals import Totals

__all__ = [
    "ENOUGH", "LIMITS", "WINDOWS", "Point", "Trend", "in_full", "in_numbers", "monthly_sample", "trend",
]  # fmt: skip

Bools: TypeAlias = npt.NDArray[np.bool_]

ENOUGH = 12
"""Periods that a baseline should have: fewer do not show what is usual."""

MONTH = "month"
"""The column with the month of each report, unless another is named."""

USUAL = (PERIOD, "quarter", "financial_quarter", "financial_year", "year")
"""What the column with the period may be called where there is none with the month."""

LIMITS = MEASURES["control-limits"]
"""The measure of the limits of the chart."""

WINDOWS: Mapping[str, Measure] = {each.of: each for each in MEASURES.values() if each.role is Role.WINDOW}
"""The key of a measure that can be followed -> the measure of its 12 months."""

P_CHART = "p-chart"


Named: TypeAlias = Callable[[Period, Period], str]
"""What names periods from the first to the last, which may be one."""


def in_numbers(first: Period, last: Period) -> str:
    """Name periods as a table does: 2024-03, 2024-03 to 2024-05, 2024/25 Q1."""
    return wording.from_to(first.label, last.label)


def in_full(first: Period, last: Period) -> str:
    """Name periods as a report does: March 2024, March to May 2024, Q1 2024/25."""
    if first.kind == "month":
        return wording.months_in_words(divmod(first.first, MONTHS), divmod(last.last, MONTHS))
    return wording.from_to(first.in_words, last.in_words)


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a trend, such as a month, read from its table."""

    period: Period  # when
    rate: Row  # its rate with the interval
    rolling: Row | None  # the rate over the 12 months that end with it; None before 12 months have passed
    limits: Row | None  # the centre of the chart with the limits of this period; None where there are none

    @property
    def signals(self) -> tuple[str, ...]:
        """The rules that signal a change in this period, by their names in ``cdi.monitoring.control.RULES``."""
        return () if self.limits is None else self.limits.facts.found


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Trend(Shown):
    """The rates of samples over time, and whether they signal a change. It prints as the page of ``cdi trend``.

    Attributes
    ----------
    table : Table
        The rates by period and overall, the rates over 12 months and the control limits, unrounded.
    periods : tuple of Period
        The months, quarters or years with a sample, in order.
    unaudited : tuple of Period
        The periods in which nothing could be audited.
    partial : tuple of Period
        The periods that lack the sample of some of their months.
    baseline : int
        The number of periods, from the first, that set the centre.
    widened : float
        How much more the periods of the baseline vary than sampling explains: 1 or more.
    varied : bool
        Whether a test at 5% says that they do. If not, chance alone may have made them differ.
    estimates : Estimates
        The rates by period and overall.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> recorded = {"2024-01": 9, "2024-02": 8, "2024-03": 9, "2024-04": 10, "2024-05": 2}
    >>> rows = [{"month": month, "recorded": int(i < n)} for month, n in recorded.items() for i in range(10)]
    >>> found = cdi.trend(pd.DataFrame(rows), baseline=4)
    >>> [(point.period.label, point.signals) for point in found.signalled]
    [('2024-05', ('outside-limits',))]
    """

    table: Table
    periods: tuple[Period, ...]
    unaudited: tuple[Period, ...]
    partial: tuple[Period, ...]
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
    def kind(self) -> str:
        """The kind of its periods: month, quarter, financial-quarter, year, financial-year; other spans have none."""
        return self.periods[0].kind

    @property
    def step(self) -> int:
        """The months of each of its periods."""
        return self.periods[0].months

    @property
    def points(self) -> tuple[Point, ...]:
        """One point for each period with a sample, in order."""
        rates = {row.label: row for row in self.table.of(self.measure.key) if not row.whole}
        windows = {row.label: row for row in self.table.rows if row.measure.role is Role.WINDOW}
        # limits that are suppressed hold nothing against a period
        limits = {row.label: row for row in self.table.of(LIMITS.key) if row.estimate is not None}
        labels = {period: (period.label,) for period in self.periods}
        return tuple(Point(period, rates[at], windows.get(at), limits.get(at)) for period, at in labels.items())

    @property
    def signalled(self) -> tuple[Point, ...]:
        """The periods that signal a change."""
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
        """How much more the periods of the baseline vary than sampling explains: 1 or more.

        If rows are suppressed it has only the digits that are printed, since it was computed from those rows too.
        """
        return round(self.widened, 2) if any(row.withheld for row in self.table.rows) else self.widened

    @property
    def gaps(self) -> tuple[Period, ...]:
        """The periods without a sample, between the first and the last."""
        there = {period.first for period in (*self.periods, *self.unaudited)}
        start = self.periods[0].first
        missing = [first for first in range(min(there), max(there), self.step) if first not in there]
        return tuple(self.after((first - start) // self.step) for first in missing)

    def after(self, steps: int) -> Period:
        """Give the period so many periods after the first."""
        first = self.periods[0].first + steps * self.step
        return Period(first, first + self.step - 1, self.periods[0].written)

    @property
    def represents(self) -> bool:
        """Whether rates over several periods are estimates for the force, and not only for the samples as drawn."""
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
        """Say whether a change is signalled, with its periods named in a way."""
        points = self.points
        if not any(point.limits for point in points):
            hidden = any(point.rate.facts.release in (Release.NOTHING, Release.COUNTS) for point in points)
            return "" if hidden else wording.no_limits(self.kind, searches=self.searches)
        signalled = [point for point in points if point.signals]
        if not signalled:
            return wording.no_change_signalled(self.kind, widened=self.factor > 1)
        by_rule = {rule: [point.period for point in signalled if rule in point.signals] for rule in RULES}
        spans = {rule: _spans(periods, name) for rule, periods in by_rule.items() if periods}
        return wording.change_signalled(_spans([point.period for point in signalled], name), spans, self.kind)

    def explain(self, row: str | Sequence[str] | None = None) -> Explanation:
        """Work out the rate and the control limits of a period step by step; see :func:`cdi.explain`.

        Examples
        --------
        >>> import pandas as pd, cdi
        >>> sample = pd.DataFrame({"month": ["2024-01"] * 4 + ["2024-02"] * 4, "recorded": [1, 1, 1, 0] * 2})
        >>> [step.working for step in cdi.trend(sample).explain("2024-02").steps if step.symbol == "f"]
        ['f = max(m / 1 / 1.128, 1) = max(0 / 1 / 1.128, 1) = 1']
        """
        from cdi.explaining.explanation import explain

        return explain(self, row)

    def draw(self, axes: Axes) -> None:
        """Draw the periods with their intervals, the rolling rates, the limits and the signals."""
        from cdi.charts.trend_charts import draw_points

        draw_points(axes, self)
        named = wording.trend_of(self.measure.name, self.kind)
        title = wording.chart_title(named, in_full(self.periods[0], self.periods[-1]))
        axes.set_title(title, loc="left")
        axes.legend(fontsize="small")

    def wide(self) -> pd.DataFrame:
        """Give one row for each period, with its rate, the rate over 12 months, the limits and any signal.

        Returns
        -------
        pandas.DataFrame
            ``period``, ``rate``, ``low``, ``high``, ``due``, ``recorded``; ``rolling`` with its ends once 12 months
            have passed; ``centre``, ``limit_low``, ``limit_high``, ``signal`` and ``notes``. Proportions, unrounded.
        """
        parts = {"rate": self.measure, "rolling": WINDOWS[self.measure.key], "limit": LIMITS}
        frame = wide_of(self.table, parts).rename(columns={"limit": "centre"})
        signalled = {point.period.label for point in self.signalled}
        frame.insert(len(frame.columns) - 1, "signal", frame[self.table.keys[0]].isin(signalled))
        return frame

    def page(self, *, name: Named | None = None, spoken: bool = False, **_options: Any) -> Page:
        """Lay the periods out for people. One in which nothing was audited is a line without numbers.

        Parameters
        ----------
        name : callable, optional
            What names periods: ``2024-03`` unless given.
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
    every: str | None = None,
    measure: str = "recording-rate",
    **roles: Unpack[OtherRoles],
) -> Trend:
    """Follow a rate by month, quarter or year, with intervals, rates over 12 months and a control chart.

    Parameters
    ----------
    source : Audit, Result, or what :func:`cdi.read_audit` takes
        The samples.
    period : str, optional
        The column with the period or date of each report, or ``"FILENAME"`` for the period in the name of each file. If
        None, it is ``month``, or the period that an audit was read with. Where there is no column ``month``, it is
        ``period``, ``quarter``, ``financial_quarter``, ``financial_year`` or ``year``; or the period in the name of
        every sheet, in the name of every file, or in the titles of every sheet.
    level, method : float, str
        See :meth:`Estimates.interval`.
    baseline : int, optional
        The number of periods, from the first, that set the centre and the control limits. At least 8 are advised, and
        12 are better. If None, all periods are used.
    every : {"month", "quarter", "financial-quarter", "year", "financial-year"}, optional
        What the points are of: the periods of the column are gathered into these. A month stays a stratum of its
        quarter or year. If None, the points are the periods that the column holds.
    measure : {"recording-rate", "grounds"}
        What the rates measure. ``"grounds"`` is for searches.
    **roles
        The other fields of :class:`cdi.Design`.

    Returns
    -------
    Trend
        One point for each period: its rate with its interval, the rate over the 12 calendar months that end with it
        (not for years), and the control limits. All are proportions. Chance alone puts a period outside the limits as
        rarely as outside three standard errors. Periods without a sample, or in which nothing could be audited, have no
        point.

    Raises
    ------
    DataError
        If a column does not exist, holds no periods or periods of several kinds, there is only one period, a report is
        in two periods, or the baseline is out of range.
    DesignError
        As for :func:`cdi.read_audit`.
    MethodError
        As for :meth:`Estimates.interval`, and if the measure is unknown.

    Notes
    -----
    This is a p' chart (Laney 2002) of normal scores of binomial mid-P (Lancaster 1961). It uses the effective size of
    each period, so crimes in one report count as related. The limits need not lie evenly about the centre.

    Where nothing changes, chance alone makes 1 to 2 in 100 charts of 12 months signal a change, 7 to 10 in 100 of 24
    months and 15 to 19 in 100 of 36 months. With a baseline of 12 months it is 6 to 9 in 100 of 18
    months, 13 to 17 in 100 of 24 months and 24 to 29 in 100 of 36 months (docs/trend.md). As many quarters or years do
    the same.

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
    if every is not None:
        chosen(every, EVERY, "no-such-every")
    if period is not None:
        text_of(period, "period")
    audit, column = monthly_sample(source, period, MEASURES[measure], roles, every)
    found = share(audit, column, measure=measure)
    found.refuse_unrepresentative()
    series = _series(found, audit, every)
    totals = _of(found)
    if totals.sharing:
        raise DataError.of("report-in-two-periods", where=Where(audit.name, column=column))
    first = _baseline(baseline, len(series.periods))
    rates = _in_order(found, totals, series)
    chart = _charted(rates, totals, series, first)
    rolling = _rolling(rates, totals, series)
    table = arrange(*(part for part in (rates, rolling) if len(part)), level=level, method=method)
    table = replace(table, rows=(*table.rows, *_limits(chart, table.rows[: len(series.periods)])))
    return Trend(table, series.periods, series.unaudited, series.partial, first, chart.factor, chart.varied, rates)


def monthly_sample(
    source: object, period: str | None, measure: Measure, roles: Mapping[str, Any], every: str | None = None
) -> tuple[Audit, str]:
    """Take the audit, or read it as ``cdi trend`` does, and name the column of its periods."""
    audit = sample_of(source)
    if isinstance(audit, Audit):
        if roles:  # the same rows in other roles; their column of periods has been made
            known = replace(audit.design, period=PERIOD if audit.design.period else None)
            audit = check_audit(audit.source, *roles_of(audit.source, known, cast("Roles", roles)))
        return audit, period or (PERIOD if PERIOD in audit.columns else MONTH)
    column = period or opening.role_by_mapping(source, "period") or MONTH
    answered = naming_answers(source, measure.answers, roles) if measure.of_searches else roles
    try:
        return read_audit(source, **{**answered, "period": column}), PERIOD
    except CdiError:
        opened = opening.open_source(source)
        usual = _usual(opened) if period is None and column not in (*opened.columns, *NOT_COLUMNS) else None
        if usual is not None:
            return monthly_sample(source, usual, measure, roles, every)
        _refuse_other_periods(opened, column, every)
        raise


def _usual(opened: Source) -> str | None:
    """Name what the periods stand in where no column is called month: another column, or every sheet or file."""
    named = next((name for name in USUAL if name in opened.columns), None)
    if named is not None or len(opened.files) < 2:
        return named
    if all(title is not None and in_sheet_name(title) for title in opened.sheets):
        return BY_SHEET
    if not any(opened.sheets) and all(in_file_name(Path(name).stem) for name in opened.files):
        return FILENAME
    return BY_TITLE if all(map(in_titles, opened.titles())) else None


def _refuse_other_periods(opened: Source, column: str, every: str | None) -> None:
    """Refuse periods that make no series before what follows from them: each is a stratum of its own."""
    opened = with_period(opened, column)
    labels, where = answers.values_of(opened.rows, opened.inner(PERIOD)), Where(opened.name, column=column)
    _read(labels, every, where)


def _of(found: Estimates) -> Totals:
    if found.totals is None:
        raise TypeError("no totals")
    return found.totals


# ---- from the periods of the sample to those of the chart


@dataclass(frozen=True, slots=True)
class _Series:
    """The periods of a trend, and which periods of the sample lie in each of them."""

    parts: tuple[Period, ...]  # the periods of the sample, one a domain, in the order of the domains
    periods: tuple[Period, ...]  # the points, in order
    unaudited: tuple[Period, ...]  # periods of which nothing could be audited

    @property
    def members(self) -> Bools:
        """Tell the domains of each point."""
        return self.within([(period.first, period.last) for period in self.periods])

    @property
    def partial(self) -> tuple[Period, ...]:
        """The points that lack the sample of some of their months."""
        pairs = zip(self.periods, self.members, strict=True)
        return tuple(period for period, own in pairs if self.held(own) < period.months)

    def within(self, spans: Sequence[tuple[int, int]]) -> Bools:
        """Tell the domains that lie in each span of months."""
        firsts, lasts = (np.array([getattr(part, end) for part in self.parts]) for end in ("first", "last"))
        start, end = np.array(spans, dtype=np.int64).reshape(-1, 2).T[:, :, None]
        return np.asarray((start <= firsts) & (lasts <= end))

    def held(self, members: Bools) -> int:
        """Count the months that some domains are of."""
        chosen = [part for part, member in zip(self.parts, members, strict=True) if member]
        return len({month for part in chosen for month in range(part.first, part.last + 1)})


def _series(found: Estimates, audit: Audit, every: str | None) -> _Series:
    """Read the period of each domain, and those with nothing but what could not be audited."""
    labels = [row.label[0] for row in found.rows if not row.whole]
    where = Where(audit.name, column=found.keys[0])
    aside = [] if audit.aside is None else answers.values_of(audit.aside, audit.source.inner(found.keys[0]))
    read = _read(dict.fromkeys((*labels, *aside)), every, where)
    points = {label: period if every is None else _around(period, every) for label, period in read.items()}
    audited = sorted({points[label] for label in labels})
    if len(audited) < 2:
        raise DataError.of("one-period", got=wording.in_a_row(period.label for period in audited) or None, where=where)
    unaudited = sorted(set(points.values()) - set(audited))
    return _Series(tuple(read[label] for label in labels), tuple(audited), tuple(unaudited))


def _read(labels: Iterable[str], every: str | None, where: Where) -> dict[str, Period]:
    """Read the labels of periods, each of which is written in one way, and refuse those that make no series."""
    read: dict[str, Period] = {}
    written: dict[Period, str] = {}
    faults: list[Fault] = []
    for label in labels:
        period = parse_period(label)
        if period is None:
            faults.append(fault("not-a-period-of-trend", got=label, where=where))
        elif period in written:
            faults.append(fault("period-twice", got=label, where=where, other=written[period]))
        else:
            written[period] = label
            read[label] = period
    faults += _unlike(list(read.values()), every, where)
    if faults:
        raise DataError(faults)
    return {label: period for label, period in alike(read).items() if period is not None}


def _around(period: Period, every: str) -> Period:
    found = around(period, every)
    if found is None:
        raise TypeError("too long")
    return found


def _unlike(periods: Sequence[Period], every: str | None, where: Where) -> list[Fault]:
    """Find periods that are longer than asked for, or of several kinds."""
    into = _gathers(periods)
    if every is not None:
        longer = [period.label for period in sorted(periods) if around(period, every) is None]
        code = "longer-than-every" if into else "longer-than-every-apart"
        return [fault(code, got=label, where=where, every=every, into=into) for label in longer]
    kinds = _by_kind(periods)
    if len(kinds) < 2:
        return []
    counted = Worded(
        wording.periods_counted, tuple((held[0].kind, held[0].months, len(held), held[0].label) for held in kinds)
    )
    return [fault("periods-mixed" if into else "periods-mixed-apart", where=where, counted=counted, into=into)]


def _by_kind(periods: Sequence[Period]) -> list[list[Period]]:
    """Part periods by how long they are and when they begin, the shortest first: those of a kind never overlap."""
    kinds: dict[tuple[int, int], list[Period]] = {}
    for period in sorted(periods):
        kinds.setdefault((period.months, period.first % period.months), []).append(period)
    return [kinds[key] for key in sorted(kinds)]


def _gathers(periods: Sequence[Period]) -> str | None:
    """Name a kind that all periods can be gathered into, that of the longest first; two or more must be left."""
    longest = max(periods, key=lambda period: period.months, default=None)
    for kind in (longest.kind if longest is not None else "", *EVERY):
        within = {around(period, kind) for period in periods} if kind else set()
        if None not in within and len(within) > 1:
            return kind
    return None


def _baseline(baseline: int | None, periods: int) -> int:
    if baseline is not None and not (isinstance(baseline, int) and 2 <= baseline <= periods):
        raise DataError.of("baseline", got=baseline, most=periods)
    return baseline or periods


def _in_order(found: Estimates, totals: Totals, series: _Series) -> Estimates:
    """Put the rates of the points in order, each under its plain label, and the overall row last."""
    members, last = series.members, len(found) - 1
    labels = [(period.label,) for period in series.periods]
    if len(labels) == len(series.parts):
        places = [*members.argmax(axis=1).tolist(), last]
        rows = tuple(replace(found.rows[i], label=label) for i, label in zip(places[:-1], labels, strict=True))
        return replace(found, rows=(*rows, found.rows[last]), basis=found.basis.take(places))
    facts = [Facts(reasons=("part-period",) if period in series.partial else ()) for period in series.periods]
    rows = tuple(Subject(label, found.measure, each) for label, each in zip(labels, facts, strict=True))
    gathered = with_facts(replace(found, rows=rows, basis=of_groups(totals, members)), totals, [True] * len(rows))
    both = Basis.joined([gathered.basis, found.basis.take([last])])
    return replace(gathered, rows=(*gathered.rows, found.rows[last]), basis=both)


def _charted(rates: Estimates, totals: Totals, series: _Series, first: int) -> ControlChart:
    """Set the limits of the points by the first of them."""
    points = len(series.periods)
    in_baseline = np.arange(points) < first
    centre = float(of_groups(totals, np.asarray([series.members[:first].any(axis=0)])).rate[0])
    basis = rates.basis.take(list(range(points)))
    return p_chart(basis.rate, basis.worth.crimes(FEWEST), centre, in_baseline)


def _rolling(rates: Estimates, totals: Totals, series: _Series) -> Estimates:
    """Estimate the rate over the 12 calendar months that end with each point, once 12 have passed; a year is its own.

    Periods that 12 months cannot be made of have none.
    """
    start, step = series.periods[0].first, series.periods[0].months
    whole = MONTHS % step == 0 and step < MONTHS
    ends = [period for period in series.periods if whole and period.last - start >= MONTHS - 1]
    members = series.within([(end.last - MONTHS + 1, end.last) for end in ends])
    window = WINDOWS[rates.measure.key]
    rows = tuple(
        Subject((end.label,), window, Facts(reasons=("window-gap",) if series.held(own) < MONTHS else ()))
        for end, own in zip(ends, members, strict=True)
    )
    found = replace(rates, rows=rows, basis=of_groups(totals, members))
    return with_facts(found, totals, [True] * len(rows)) if rows else found


def _limits(chart: ControlChart, rates: Sequence[Row]) -> list[Row]:
    """Write the limits of each period that has any as a row of the table."""
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
class _Line:
    """What the page shows of a period, and what is true of it; one of which nothing was audited has no point."""

    period: Period
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


def _lines(found: Trend) -> list[_Line]:
    """List the periods from the first to the last."""
    gaps, unaudited = found.gaps, found.unaudited
    lines = [_Line(period, Facts(reasons=("no-sample",))) for period in gaps]
    lines += [_Line(period, Facts(reasons=("unaudited",))) for period in unaudited]
    missed = (*gaps, *unaudited, *found.partial)
    lines += [_Line(point.period, _told(point, missed), point) for point in found.points]
    return sorted(lines, key=lambda line: line.period)


def _told(point: Point, missed: Sequence[Period]) -> Facts:
    """State what is told of a period; of its 12 months only a gap, since else it would be read as the period's."""
    facts, end = point.rate.facts, point.period.last
    if point.rate.withheld:
        return facts
    shows = point.rolling is not None and not point.rolling.withheld
    gap = shows and any(end - MONTHS < period.first <= end for period in missed)
    # that periods are mixed as they were sampled is said once of all the rolling rates
    return replace(facts, found=point.signals, mixed=False).because(["window-gap"] if gap else [])


def _grid(found: Trend, lines: Sequence[_Line], notes: Notes, named: Named) -> Grid:
    """Show each period with its rate, its 12 months and its limits."""
    headings = {**wording.TREND_HEADINGS, **found.measure.headings}
    hidden = any(line.rate is not None and line.rate.withheld for line in lines)

    def column(
        part: str, value: str, write: Callable[[Any], str], name: str = "", *, always: bool = hidden
    ) -> Column[_Line]:
        heading = headings[name or value]
        row: Callable[[_Line], Row | None] = (
            (lambda line: line.rolling) if part == "rolling" else (lambda line: line.rate)
        )
        return Column(heading, lambda line: getattr(getattr(line, part), value, None), write, row, always=always)

    signal = wording.SIGNAL
    unit = wording.PERIOD_HEADINGS[found.kind]
    windows = any(line.rolling is not None and line.rolling.withheld for line in lines)
    columns: list[Column[_Line]] = [
        Column(unit, lambda line: line.period, lambda at: named(at, at), kind=Kind.WORDS),
        column("rate", "estimate", rate, "rate", always=True),
        column("rate", "low", AS_RATE["low"]),
        column("rate", "high", AS_RATE["high"]),
        column("rate", "n", whole, always=True),
        column("rate", "recorded", whole, always=True),
        column("rolling", "estimate", rate, "rolling", always=windows),
        column("limits", "low", AS_RATE["low"], "limit_low"),
        column("limits", "high", AS_RATE["high"], "limit_high"),
        Column(headings["signal"], lambda line: signal if line.point is not None and line.point.signals else None),
        Notes.column(lambda line: notes.numbers([(found.measure, line.facts)])),
    ]
    name = wording.trend_of(found.measure.name, found.kind)
    exact = all(point.rate.facts.census for point in found.points)
    return grid_of(titled(name, found.table, alone=False, exact=exact), columns, lines, name=wording.capital(name))


def _statements(found: Trend, name: Named, *, spoken: bool) -> tuple[str, ...]:
    points = found.points
    limited, searches = any(point.limits for point in points), found.searches
    said = [] if spoken else [found.stated(name)]
    if limited:
        said.append(_centre(found, points[: found.baseline], name))
        if round(found.factor, 2) > 1:
            said.append(wording.limits_widened(f"{found.factor:.2f}", found.kind, varied=found.varied))
        if found.baseline < ENOUGH:
            said.append(wording.too_few_periods(found.baseline, found.kind))
        else:
            said.append(wording.false_alarms(found.kind, all_periods=found.baseline == len(points)))
    if not found.represents:
        said.append(wording.mixed_strata("records" if searches else "reports", estimated=False))
    if found.gaps:
        said.append(wording.periods_without_sample([name(period, period) for period in found.gaps]))
    if found.unaudited:
        said.append(wording.periods_unaudited([name(period, period) for period in found.unaudited]))
    return tuple(sentence for sentence in said if sentence)


def _centre(found: Trend, held: Sequence[Point], name: Named) -> str:
    """Say what the periods are held against, and what their rate was where that leaves chance no room."""
    span = name(held[0].period, held[-1].period)
    centre = percent(found.centre)
    recorded, due = sum(point.rate.recorded or 0 for point in held), sum(point.rate.n or 0 for point in held)
    if due and recorded in (0, due) and not any(point.rate.withheld for point in held):
        return wording.centre_beside(centre, percent(recorded / due), span, found.kind, searches=found.searches)
    return wording.the_centre(centre, span, found.kind)


def _spans(periods: Sequence[Period], name: Named) -> list[str]:
    """Write periods, those that follow each other as one span."""
    spans: list[tuple[Period, Period]] = []
    for period in periods:
        if spans and spans[-1][1].last + 1 == period.first:
            spans[-1] = (spans[-1][0], period)
        else:
            spans.append((period, period))
    return [name(first, last) for first, last in spans]
