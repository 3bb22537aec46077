"""Charts over time: the points of a trend, and the share of crimes recorded within so many hours of the report."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.arguments import checked, refuse_other
from cdi.charts.rate_charts import Mark, describe_marks
from cdi.charts.style import (
    BLUE,
    CLARET,
    GREY,
    LIGHT,
    NARROW,
    ORANGE,
    TEAL,
    UNNAMED,
    Chart,
    Frame,
    framed,
    in_percent,
    percent,
    plain,
    save,
    width,
)
from cdi.errors import DataError, Where
from cdi.monitoring.trends import in_full
from cdi.printing.lines import level_text
from cdi.timing.delays import OF_RECORDED, QUANTILES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cdi.monitoring.trends import Point, Trend
    from cdi.printing.tables import Row
    from cdi.timing.delays import CurvePoint
    from cdi.timing.timeliness import Timeliness

__all__ = ["delay_chart", "describe_trend", "draw_delays", "draw_points", "draw_trend", "trend_chart"]

RISE, SIDE = 3.7, 0.75  # inches: of the plot, at its left
LABELS, LETTER = 9, 0.1  # of points, at the most; inches that a letter needs
STEPS = 20  # of the axis from 0% to 100%


@checked
def describe_trend(trend: Trend) -> str:
    """Say in words what the chart of a trend shows: its alternative text.

    Parameters
    ----------
    trend : Trend
        From :func:`cdi.trend`.

    Returns
    -------
    str
        The measure, the periods, the first and the last rate, and whether a change is signalled.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> sample = pd.DataFrame({"month": ["2024-01"] * 4 + ["2024-02"] * 4, "recorded": [1, 1, 1, 0] * 2})
    >>> cdi.describe_trend(cdi.trend(cdi.read_audit(sample, stratum="month"), "month")).split(". ")[0]
    'Recording rate by month, January to February 2024: 75.0% in January 2024, 75.0% in February 2024'
    """
    refuse_other(trend, "Trend", "cdi.trend(...)")
    ends = [point for point in trend.points if point.rate.estimate is not None]
    rates = {
        in_full(point.period, point.period): percent(point.rate.estimate or 0.0) for point in (*ends[:1], *ends[-1:])
    }
    return wording.chart_summary(_title(trend), rates, wording.for_readers(trend.stated(in_full)))


@checked
def draw_trend(trend: Trend, path: str | Path, *, source: str) -> None:
    """Draw a trend: rates with intervals, rolling 12 months, centre and limits, and where a change is signalled.

    Parameters
    ----------
    trend : Trend
        From :func:`cdi.trend`.
    path, source
        As for :func:`cdi.draw_forces`.

    Returns
    -------
    None
        The file is what it gives.

    Raises
    ------
    DataError
        As :func:`cdi.draw_forces`.

    Examples
    --------
    >>> import pathlib, tempfile, pandas as pd, cdi
    >>> sample = pd.DataFrame({"month": ["2024-01"] * 4 + ["2024-02"] * 4, "recorded": [1, 1, 1, 0] * 2})
    >>> found = cdi.trend(cdi.read_audit(sample, stratum="month"), "month")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     cdi.draw_trend(found, pathlib.Path(folder) / "trend.svg", source="a dip sample")
    ...     (pathlib.Path(folder) / "trend.svg").read_text(encoding="utf-8").count("Source: a dip sample.")
    1
    """
    refuse_other(trend, "Trend", "cdi.trend(...)")
    save(trend_chart(trend, source=source), path)


def trend_chart(found: Trend, *, source: str, name: str = "trend") -> Chart:
    """Prepare the chart of a trend."""
    legend = tuple(wording.chart_legend(found.kind).values())
    said = wording.for_readers(found.stated(in_full))
    frame = Frame(_title(found), (said,), _below(found, source), RISE, SIDE, legend=legend)
    figure = partial(framed, frame, lambda axes: draw_points(axes, found))
    return Chart(name, frame.title, describe_trend(found), figure, partial(figure, wide=NARROW))


def draw_points(axes: Axes, found: Trend) -> None:
    """Draw the points of a trend on axes."""
    for part in (_limits, _rolling, _rates, _signals, _scales):
        part(axes, found)


def _title(trend: Trend) -> str:
    named = wording.trend_of(trend.measure.name, trend.kind)
    return wording.chart_title(named, in_full(trend.periods[0], trend.periods[-1]))


def _below(trend: Trend, source: str) -> tuple[str, ...]:
    rates = [point.rate for point in trend.points]
    crimes, reports = sum(rate.n or 0 for rate in rates), sum(rate.clusters or 0 for rate in rates)
    limited = any(point.limits for point in trend.points)
    return (
        wording.chart_intervals(level_text(trend.table.level), trend.kind, limits=limited),
        wording.chart_base(crimes, reports, searches=trend.searches),
        wording.chart_source(plain(source)),
    )


def _at(trend: Trend, point: Point) -> int:
    """Place a point: the periods from the first to it."""
    return (point.period.first - trend.periods[0].first) // trend.step


def _runs(trend: Trend, name: str) -> list[list[tuple[int, Row]]]:
    """Part the records of a kind into runs of successive periods, so that no line is drawn across a gap."""
    runs: list[list[tuple[int, Row]]] = []
    for point in trend.points:
        record: Row | None = getattr(point, name)
        if record is None or record.estimate is None:
            continue
        place = _at(trend, point)
        if not runs or runs[-1][-1][0] + 1 < place:
            runs.append([])
        runs[-1].append((place, record))
    return runs


def _limits(axes: Axes, trend: Trend) -> None:
    legend = wording.chart_legend(trend.kind)
    label = iter([legend["centre"], legend["limits"]])
    for run in _runs(trend, "limits"):
        edges = [run[0][0] - 0.5, *(place + 0.5 for place, _ in run)]
        axes.hlines(trend.centre, edges[0], edges[-1], color=GREY, linewidth=1.2, label=next(label, UNNAMED))
        for end in ("low", "high"):
            values = [getattr(record, end) for _, record in run]
            named = next(label, UNNAMED)
            axes.stairs(values, edges, baseline=None, color=GREY, linestyle=(0, (4, 3)), linewidth=1.2, label=named)


def _rolling(axes: Axes, trend: Trend) -> None:
    label = iter([wording.chart_legend(trend.kind)["rolling"]])
    for run in _runs(trend, "rolling"):
        places = [place for place, _ in run]
        rates = [record.estimate or 0.0 for _, record in run]
        # a line of one point would not be seen
        marker = "s" if len(run) == 1 else None
        axes.plot(places, rates, color=TEAL, linewidth=3, marker=marker, label=next(label, UNNAMED), zorder=3)


def _rates(axes: Axes, trend: Trend) -> None:
    label = iter([wording.chart_legend(trend.kind)["rate"]])
    for run in _runs(trend, "rate"):
        places = [place for place, _ in run]
        rates = [record.estimate or 0.0 for _, record in run]
        # what is of a census has no interval to draw
        pairs = [(rate, record) for rate, (_, record) in zip(rates, run, strict=True)]
        below = [0.0 if record.low is None else rate - record.low for rate, record in pairs]
        above = [0.0 if record.high is None else record.high - rate for rate, record in pairs]
        axes.errorbar(
            places, rates, yerr=[below, above], color=BLUE, fmt="o-", markersize=6, linewidth=0.8, elinewidth=1.2,
            capsize=3, clip_on=False, label=next(label, UNNAMED), zorder=4,
        )  # fmt: skip


def _signals(axes: Axes, trend: Trend) -> None:
    found = [(_at(trend, point), point.rate.estimate) for point in trend.signalled if point.rate.estimate is not None]
    if found:
        places, rates = zip(*found, strict=True)
        axes.plot(
            places, rates, linestyle="none", marker="D", markersize=11, color=ORANGE, markeredgecolor="black",
            clip_on=False, label=wording.chart_legend(trend.kind)["signal"], zorder=5,
        )  # fmt: skip


def _scales(axes: Axes, trend: Trend) -> None:
    records = [record for point in trend.points for record in (point.rate, point.rolling, point.limits) if record]
    values = [value for record in records for value in (record.low, record.estimate, record.high)]
    ends = [value for value in values if value is not None] or [0.0, 1.0]
    # a step further than the ends, within 0% and 100%
    low, high = math.ceil(min(ends) * STEPS) - 1, math.floor(max(ends) * STEPS) + 1
    in_percent(axes, "y", max(low, 0) / STEPS, min(high, STEPS) / STEPS, RISE)
    last = _at(trend, trend.points[-1])
    figure: Any = axes.get_figure(root=True)
    room = axes.get_position().width * figure.get_figwidth()
    longest = max(len(period.label) for period in trend.periods)
    several = max(min(LABELS, int(room / (LETTER * longest))), 2)
    places = range(0, last + 1, -(-(last + 1) // several))
    axes.set_xlim(-0.6, last + 0.6)
    axes.set_xticks(list(places), [trend.after(place).label for place in places])


MEDIAN = next(iter(QUANTILES))
ASIDE = 0.08  # inches, between the names of two hours
DELAY_RISE, FOOT = 3.6, 0.6  # inches: of the plot of delays, under it


def delay_chart(found: Timeliness, *, source: str, name: str = "delays") -> Chart:
    """Prepare the chart of delays; no delay of a single crime can be read from it."""
    points = [point for point in found.curve if point.even]
    if not points:
        raise DataError.of("no-curve", where=Where(found.audit.name))
    title = wording.capital(wording.CURVE_TITLE)
    median = _overall(found, MEDIAN)
    marks = [Mark(wording.hours(each.hours), each.share, each.low, each.high) for each in points]
    ends = () if median is None else tuple(map(_tenths, (median.estimate, median.low, median.high)))

    said = (wording.median_said(*ends),) if ends else ()
    frame = Frame(title, said, _below_delays(found, points, source), DELAY_RISE, SIDE, foot=FOOT)
    figure = partial(framed, frame, lambda axes: draw_delays(axes, found))
    described = " ".join((describe_marks(title, marks), *said))
    return Chart(name, title, described, figure, partial(figure, wide=NARROW))


def draw_delays(axes: Axes, found: Timeliness) -> None:
    """Draw the share recorded within some even hours on axes, with the limit and the median."""
    points = [point for point in found.curve if point.even]
    median = _overall(found, MEDIAN)
    _curve(axes, points)
    label = wording.within_hours(found.within)
    axes.axvline(found.within, color=CLARET, linewidth=1.8, linestyle=(0, (5, 2)), label=label, zorder=2)
    if median is not None and median.estimate:
        named = wording.median_hours(_tenths(median.estimate))
        axes.axvline(median.estimate, color=GREY, linewidth=2.2, linestyle=(0, (1, 1.5)), label=named, zorder=2)
    _scales_of_delays(axes, points, found.within)


def _overall(found: Timeliness, measure: str) -> Row | None:
    """Find the estimate of all, where there is one and it is not withheld."""
    row = found.table.whole(measure)
    return None if row is None or row.estimate is None else row


def _hours(hours: float) -> str:
    return f"{hours:,.12g}"


def _room(one: float, other: float) -> float:
    """Give how far from each other two hours stand at the least whose names are both read, in inches."""
    return (width(_hours(one)) + width(_hours(other))) / 2 + ASIDE


def _tenths(hours: float | None) -> str:
    return "" if hours is None else f"{hours:,.1f}"


def _below_delays(found: Timeliness, points: Sequence[CurvePoint], source: str) -> tuple[str, ...]:
    share = _overall(found, OF_RECORDED)
    table = found.table
    return (
        wording.delays_drawn(whole=points[-1].share == 1),
        wording.delay_band(level_text(table.level)) if any(point.low for point in points) else "",
        "" if share is None or share.n is None else wording.delay_base(share.n),
        wording.chart_source(plain(source)),
    )


_PLACES = 3
"""Of a share as it is drawn: as many as are printed, since further ones tell of single crimes."""


def _curve(axes: Axes, points: Sequence[CurvePoint]) -> None:
    hours = [point.hours for point in points]
    axes.plot(
        hours, [round(point.share, _PLACES) for point in points], color=BLUE, marker="o", markersize=6, linewidth=1.8,
        clip_on=False, label=wording.DELAY_LEGEND["share"], zorder=4,
    )  # fmt: skip
    held = [
        (point.hours, round(point.low, _PLACES), round(point.high, _PLACES))
        for point in points
        if point.low is not None and point.high is not None
    ]
    if held:
        at, lows, highs = zip(*held, strict=True)
        axes.fill_between(
            at,
            lows,
            highs,
            facecolor=LIGHT,
            edgecolor=BLUE,
            linewidth=0.8,
            label=wording.DELAY_LEGEND["band"],
            zorder=1,
        )


def _scales_of_delays(axes: Axes, points: Sequence[CurvePoint], within: float) -> None:
    """Set hours on a scale on which each doubling is as far, and name those that have room, the limit first."""
    hours = [point.hours for point in points]
    axes.set_xscale("log")
    axes.minorticks_off()
    first, last = min(hours) / math.sqrt(2), max(hours) * math.sqrt(2)
    figure: Any = axes.get_figure(root=True)
    doubling = axes.get_position().width * figure.get_figwidth() / math.log2(last / first)
    named = [within]
    for each in sorted(hours, key=lambda hour: abs(math.log2(hour / within))):
        if all(abs(math.log2(each / other)) * doubling > _room(each, other) for other in named):
            named.append(each)
    named.sort()
    axes.set_xticks(named, [_hours(each) for each in named])
    axes.set_xlim(first, last)
    axes.set_xlabel(wording.DELAY_AXIS)
    in_percent(axes, "y", 0.0, 1.0, DELAY_RISE)
