"""Charts in the style of the Government Analysis Function: what a trend shows, drawn and in words.

A chart says for itself what it shows, where the numbers come from and what its bars and lines are. Nothing is told
apart by colour alone, and the same numbers give the same bytes.
"""

from __future__ import annotations

import io
import math
import textwrap
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from cdi import wording
from cdi.audits.periods import Period
from cdi.errors import DataError
from cdi.monitoring.trend_pages import statement
from cdi.printing import formats
from cdi.printing.lines import level_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from cdi.monitoring.trends import Point, Trend
    from cdi.printing.tables import Record

__all__ = [
    "BLUE", "GREY", "LEFT", "LINE", "ORANGE", "TEAL", "UNNAMED", "WIDTH", "describe_trend", "draw_trend", "plain",
    "save", "wrapped",
]  # fmt: skip

STYLE = "afcharts.afcharts"
WIDTH, PLOT, LINE = 11.0, 4.2, 0.215  # inches: of the chart, the height of its plot, of a line of text
LEFT = 0.02
SIGNS = 118  # in a line of text
LABELS = 12  # of months, at the most
DOTS = 120  # an inch, in PNG
UNNAMED = "_"  # what begins so stands in no legend
BLUE, TEAL, ORANGE, GREY = "#12436D", "#28A197", "#F46A25", "#3D3D3D"
"""Of the Analysis Function's categorical palette."""

# DejaVu Sans comes with matplotlib: any other font may be absent elsewhere, and change the bytes
SETTINGS: dict[str, Any] = {
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 11,
    "svg.hashsalt": "cdi",
    "svg.fonttype": "none",
    "text.parse_math": False,
    "axes.formatter.use_mathtext": False,
}


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
    'Recording rate by month, 2024-01 to 2024-02: 75.0% in 2024-01, 75.0% in 2024-02'
    """
    ends = [point for point in trend.points if point.rate.estimate is not None]
    rates = {point.month.label: f"{formats.percent(point.rate.estimate or 0.0)}%" for point in (*ends[:1], *ends[-1:])}
    return wording.chart_summary(_title(trend), rates, statement(trend))


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
    save(path, lambda: _figure(trend, source), _title(trend), describe_trend(trend))


def save(path: str | Path, draw: Callable[[], Figure], title: str, description: str) -> None:
    """Draw a chart in the style of this room and write it, whole or not at all.

    Parameters
    ----------
    path : str or pathlib.Path
        A file that ends in .svg or .png.
    draw : callable
        What makes the figure.
    title, description : str
        Its title, and in words what it shows.

    Raises
    ------
    DataError
        Another ending, or a place that cannot be written to.
    """
    made = _BY_ENDING.get(Path(path).suffix.casefold())
    if made is None:
        raise DataError.of("chart-ending", got=str(path))
    import matplotlib as mpl
    import matplotlib.style

    # the style is kept to this chart: what the caller has set for others stays
    with mpl.rc_context(), matplotlib.style.context([STYLE, SETTINGS]), warnings.catch_warnings():
        # a letter that the font lacks is drawn as a box in PNG; SVG keeps it
        warnings.filterwarnings("ignore", message="Glyph")
        content = made(draw(), title, description)
    formats.write(content, path)


def plain(source: str) -> str:
    """Write a source on one line, without signs that cannot be printed."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in source).split())


def wrapped(text: str) -> list[str]:
    """Part a text into lines of a chart."""
    return textwrap.wrap(text, SIGNS)


def _title(trend: Trend) -> str:
    months = wording.from_to([point.month.label for point in trend.points])
    return wording.chart_title(wording.trend_of(wording.MEASURES[trend.measure]), months)


def _figure(trend: Trend, source: str) -> Figure:
    """Draw the parts of a chart; the lines of text above and below it decide its height."""
    from matplotlib.figure import Figure

    above = wrapped(statement(trend))
    below = [line for text in _footer(trend, source) for line in wrapped(text)]
    heights = (LINE * len(below) + 0.65, PLOT, LINE * len(above) + 1.05)
    total = sum(heights)
    figure = Figure(figsize=(WIDTH, total))
    axes = figure.add_axes((0.07, heights[0] / total, 0.9, PLOT / total))
    for draw in (_limits, _rolling, _rates, _signals, _scales):
        draw(axes, trend)
    handles, labels = axes.get_legend_handles_labels()
    order = sorted(range(len(labels)), key=lambda i: list(wording.CHART_LEGEND.values()).index(labels[i]))
    axes.legend(
        [handles[i] for i in order], [labels[i] for i in order], loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=5,
        handletextpad=0.5, columnspacing=1.4,
    )  # fmt: skip
    figure.text(LEFT, 1 - 0.2 / total, _title(trend), fontsize=15, fontweight="bold", va="top")
    figure.text(LEFT, 1 - 0.55 / total, "\n".join(above), va="top", linespacing=1.4)
    figure.text(LEFT, 0.15 / total, "\n".join(below), va="bottom", fontsize=10, color=GREY, linespacing=1.4)
    return figure


def _footer(trend: Trend, source: str) -> Sequence[str]:
    rates = [point.rate for point in trend.points]
    crimes, reports = sum(rate.n or 0 for rate in rates), sum(rate.clusters or 0 for rate in rates)
    limited = any(point.limits for point in trend.points)
    return (
        wording.chart_intervals(level_text(trend.table.level), trend.table.method, limits=limited),
        wording.chart_base(crimes, reports, searches=trend.measure == "grounds"),
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
    found = [(point.month.first, point.rate.estimate) for point in trend.signalled]
    if found:
        months, rates = zip(*found, strict=True)
        axes.plot(
            months, rates, linestyle="none", marker="D", markersize=11, color=ORANGE, markeredgecolor="black",
            clip_on=False, label=wording.CHART_LEGEND["signal"], zorder=5,
        )  # fmt: skip


def _scales(axes: Axes, trend: Trend) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    records = [record for point in trend.points for record in (point.rate, point.rolling, point.limits) if record]
    values = [value for record in records for value in (record.low, record.estimate, record.high)]
    ends = [value for value in values if value is not None] or [0.0, 1.0]
    # a step of 5% further than the ends, within 0% and 100%
    axes.set_ylim(max(math.ceil(min(ends) * 20) - 1, 0) / 20, min(math.floor(max(ends) * 20) + 1, 20) / 20)
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda rate, _: f"{formats.percent(rate, 0)}%"))
    first, last = trend.points[0].month.first, trend.points[-1].month.first
    months = range(first, last + 1, -(-(last - first + 1) // LABELS))
    axes.set_xlim(first - 0.6, last + 0.6)
    axes.set_xticks(list(months), [Period(month, month).label for month in months])


def _svg(figure: Figure, title: str, description: str) -> str:
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Title": title, "Date": None, "Creator": None})
    text = out.getvalue().replace("<svg ", '<svg role="img" ', 1)
    return text.replace("</title>", f"</title>\n <desc>{escape(description)}</desc>", 1)


def _png(figure: Figure, title: str, description: str) -> bytes:
    out = io.BytesIO()
    metadata = {"Title": title, "Description": description, "Software": None}
    figure.savefig(out, format="png", dpi=DOTS, metadata=metadata)
    return out.getvalue()


_BY_ENDING: Mapping[str, Callable[[Figure, str, str], str | bytes]] = {".svg": _svg, ".png": _png}
"""Ending of a file -> what saves a chart in its format, with title and alternative text."""
