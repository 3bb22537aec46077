"""The chart of a trend: what the months show, drawn and in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cdi import wording
from cdi.audits.periods import Period
from cdi.charts.chart import Chart
from cdi.charts.framing import Frame, framed
from cdi.charts.lettering import plain
from cdi.charts.plotting import in_percent, percent
from cdi.charts.style import BLUE, GREY, ORANGE, TEAL, UNNAMED, save
from cdi.monitoring.trend_pages import statement
from cdi.printing.lines import level_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cdi.monitoring.trends import Point, Trend
    from cdi.printing.tables import Record

__all__ = ["describe_trend", "draw_trend", "trend_chart"]

RISE, SIDE = 3.7, 0.75  # inches: of the plot, at its left
LABELS = 9  # of months, at the most
STEPS = 20  # of the axis from 0% to 100%


def describe_trend(trend: Trend) -> str:
    """Say in words what the chart of a trend shows: its alternative text.

    Parameters
    ----------
    trend : Trend
        From :func:`cdi.trend`.

    Returns
    -------
    str
        The measure, the months, the first and the last rate, and whether a change is signalled.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> sample = pd.DataFrame({"month": ["2024-01"] * 4 + ["2024-02"] * 4, "recorded": [1, 1, 1, 0] * 2})
    >>> cdi.describe_trend(cdi.trend(cdi.read_audit(sample, stratum="month"), "month")).split(". ")[0]
    'Recording rate by month, January to February 2024: 75.0% in January 2024, 75.0% in February 2024'
    """
    ends = [point for point in trend.points if point.rate.estimate is not None]
    rates = {
        wording.in_words(point.month.label): percent(point.rate.estimate or 0.0) for point in (*ends[:1], *ends[-1:])
    }
    said = wording.for_readers(statement(trend, wording.in_words))
    return wording.chart_summary(_title(trend), rates, said)


def draw_trend(trend: Trend, path: str | Path, *, source: str) -> None:
    """Draw a trend: rates with intervals, rolling 12 months, centre and limits, and the months that signal a change.

    Parameters
    ----------
    trend : Trend
        From :func:`cdi.trend`.
    path : str or pathlib.Path
        A file that ends in .svg or .png. It is written whole or not at all; the same trend gives the same bytes.
    source : str
        Where the numbers come from, as it is to stand on the chart.

    Returns
    -------
    None
        The file is what it gives.

    Raises
    ------
    DataError
        Another ending, or a place that cannot be written to.

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
    save(trend_chart(trend, source=source), path)


def trend_chart(found: Trend, *, source: str, name: str = "trend") -> Chart:
    """Prepare the chart of a trend.

    Parameters
    ----------
    found : Trend
        From :func:`cdi.trend`.
    source : str
        Where the numbers come from.
    name : str
        What the files of the chart are called, without the ending.

    Returns
    -------
    Chart
        What :func:`draw_trend` writes.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> sample = pd.DataFrame({"month": ["2024-01"] * 4 + ["2024-02"] * 4, "recorded": [1, 1, 1, 0] * 2})
    >>> trend_chart(cdi.trend(cdi.read_audit(sample, stratum="month"), "month"), source="a dip sample").title
    'Recording rate by month, January to February 2024'
    """

    def draw(axes: Axes) -> None:
        for part in (_limits, _rolling, _rates, _signals, _scales):
            part(axes, found)

    legend = tuple(wording.CHART_LEGEND.values())
    said = wording.for_readers(statement(found, wording.in_words))
    frame = Frame(_title(found), (said,), _below(found, source), RISE, SIDE, legend=legend)
    return Chart(name, frame.title, describe_trend(found), partial(framed, frame, draw))


def _title(trend: Trend) -> str:
    months = wording.from_to([point.month.label for point in trend.points])
    return wording.chart_title(wording.trend_of(wording.MEASURES[trend.measure]), wording.in_words(months))


def _below(trend: Trend, source: str) -> tuple[str, ...]:
    rates = [point.rate for point in trend.points]
    crimes, reports = sum(rate.n or 0 for rate in rates), sum(rate.clusters or 0 for rate in rates)
    named = reports if trend.table.reports else None
    limited = any(point.limits for point in trend.points)
    return (
        wording.chart_intervals(level_text(trend.table.level), trend.table.method, limits=limited),
        wording.chart_base(crimes, named, searches=trend.measure == "grounds"),
        wording.chart_source(plain(source)),
    )


def _runs(points: Sequence[Point], name: str) -> list[list[tuple[int, Record]]]:
    """Part the records of a kind into runs of successive months, so that no line is drawn across a gap."""
    runs: list[list[tuple[int, Record]]] = []
    for point in points:
        record: Record | None = getattr(point, name)
        if record is None or record.estimate is None:
            continue
        if not runs or runs[-1][-1][0] + 1 < point.month.first:
            runs.append([])
        runs[-1].append((point.month.first, record))
    return runs


def _limits(axes: Axes, trend: Trend) -> None:
    label = iter([wording.CHART_LEGEND["centre"], wording.CHART_LEGEND["limits"]])
    for run in _runs(trend.points, "limits"):
        edges = [run[0][0] - 0.5, *(month + 0.5 for month, _ in run)]
        axes.hlines(trend.centre, edges[0], edges[-1], color=GREY, linewidth=1.2, label=next(label, UNNAMED))
        for end in ("low", "high"):
            values = [getattr(record, end) for _, record in run]
            named = next(label, UNNAMED)
            axes.stairs(values, edges, baseline=None, color=GREY, linestyle=(0, (4, 3)), linewidth=1.2, label=named)


def _rolling(axes: Axes, trend: Trend) -> None:
    label = iter([wording.CHART_LEGEND["rolling"]])
    for run in _runs(trend.points, "rolling"):
        months = [month for month, _ in run]
        rates = [record.estimate or 0.0 for _, record in run]
        # a line of one month would not be seen
        marker = "s" if len(run) == 1 else None
        axes.plot(months, rates, color=TEAL, linewidth=3, marker=marker, label=next(label, UNNAMED), zorder=3)


def _rates(axes: Axes, trend: Trend) -> None:
    label = iter([wording.CHART_LEGEND["rate"]])
    for run in _runs(trend.points, "rate"):
        months = [month for month, _ in run]
        rates = [record.estimate or 0.0 for _, record in run]
        # what is of a census has no interval to draw
        exact = [record.low is None for _, record in run]
        ends = [
            [0.0 if exact[i] else rates[i] - (record.low or 0.0) for i, (_, record) in enumerate(run)],
            [0.0 if exact[i] else (record.high or 0.0) - rates[i] for i, (_, record) in enumerate(run)],
        ]
        axes.errorbar(
            months, rates, yerr=ends, color=BLUE, fmt="o-", markersize=6, linewidth=0.8, elinewidth=1.2, capsize=3,
            clip_on=False, label=next(label, UNNAMED), zorder=4,
        )  # fmt: skip


def _signals(axes: Axes, trend: Trend) -> None:
    found = [(point.month.first, point.rate.estimate) for point in trend.signalled if point.rate.estimate is not None]
    if found:
        months, rates = zip(*found, strict=True)
        axes.plot(
            months, rates, linestyle="none", marker="D", markersize=11, color=ORANGE, markeredgecolor="black",
            clip_on=False, label=wording.CHART_LEGEND["signal"], zorder=5,
        )  # fmt: skip


def _scales(axes: Axes, trend: Trend) -> None:
    records = [record for point in trend.points for record in (point.rate, point.rolling, point.limits) if record]
    values = [value for record in records for value in (record.low, record.estimate, record.high)]
    ends = [value for value in values if value is not None] or [0.0, 1.0]
    # a step further than the ends, within 0% and 100%
    low, high = math.ceil(min(ends) * STEPS) - 1, math.floor(max(ends) * STEPS) + 1
    in_percent(axes, "y", max(low, 0) / STEPS, min(high, STEPS) / STEPS, RISE)
    first, last = trend.points[0].month.first, trend.points[-1].month.first
    months = range(first, last + 1, -(-(last - first + 1) // LABELS))
    axes.set_xlim(first - 0.6, last + 0.6)
    axes.set_xticks(list(months), [Period(month, month).label for month in months])
