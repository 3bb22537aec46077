"""The chart of delays: the share of crimes that were recorded within so many hours of the report."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from cdi import wording
from cdi.charts.chart import Chart, Mark
from cdi.charts.framing import Frame, framed
from cdi.charts.lettering import plain
from cdi.charts.plotting import describe_marks, in_percent
from cdi.charts.style import BLUE, CLARET, GREY, LIGHT
from cdi.errors import DataError, Where
from cdi.printing.lines import level_text
from cdi.timing.timed_rates import OF_RECORDED, QUANTILES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cdi.printing.tables import Row
    from cdi.timing.timed_rates import CurvePoint
    from cdi.timing.timeliness import Timeliness

__all__ = ["delay_chart", "draw_delays"]

RISE, SIDE, FOOT = 3.6, 0.75, 0.6  # inches: of the plot, at its left, under it
ASIDE = 1.35  # hours whose ratio is less have no room for both their names
MEDIAN = next(iter(QUANTILES))


def delay_chart(found: Timeliness, *, source: str, name: str = "delays") -> Chart:
    """Prepare the chart of delays; no delay of a single crime can be read from it.

    Parameters
    ----------
    found : Timeliness
        From :func:`cdi.timeliness`, with a curve.
    source : str
        Where the numbers come from.
    name : str
        What the files of the chart are called, without the ending.

    Returns
    -------
    Chart
        The share recorded within some even hours, with its band, the limit and the median.

    Raises
    ------
    DataError
        There is no curve.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> times = {"reported_at": ["2024-03-05 14:00"] * 3, "recorded_at": ["2024-03-05 16:30", "2024-03-05 14:40", None]}
    >>> found = cdi.timeliness(pd.DataFrame({"recorded": [1, 1, 0], **times}))
    >>> delay_chart(found, source="an audit").title
    'Share recorded by hours since the report, of those recorded'
    """
    points = [point for point in found.curve if point.even]
    if not points:
        raise DataError.of("no-curve", where=Where(found.audit.name))
    title = wording.capital(wording.CURVE_TITLE)
    median = _overall(found, MEDIAN)
    marks = [Mark(wording.hours(_text(each.hours)), each.share, each.low, each.high) for each in points]
    ends = () if median is None else tuple(map(_tenths, (median.estimate, median.low, median.high)))

    said = (wording.median_said(*ends),) if ends else ()
    frame = Frame(title, said, _below(found, points, source), RISE, SIDE, foot=FOOT)
    drawn = partial(framed, frame, lambda axes: draw_delays(axes, found))
    return Chart(name, title, " ".join((describe_marks(title, marks), *said)), drawn)


def draw_delays(axes: Axes, found: Timeliness) -> None:
    """Draw the share recorded within some even hours on axes, with the limit and the median."""
    points = [point for point in found.curve if point.even]
    median = _overall(found, MEDIAN)
    _curve(axes, points)
    label = wording.within_hours(_text(found.within))
    axes.axvline(found.within, color=CLARET, linewidth=1.8, linestyle=(0, (5, 2)), label=label, zorder=2)
    if median is not None and median.estimate:
        named = wording.median_hours(_tenths(median.estimate))
        axes.axvline(median.estimate, color=GREY, linewidth=2.2, linestyle=(0, (1, 1.5)), label=named, zorder=2)
    _scales(axes, points, found.within)


def _overall(found: Timeliness, measure: str) -> Row | None:
    """Find the estimate of all, where there is one and it is not withheld."""
    row = found.table.whole(measure)
    return None if row is None or row.estimate is None else row


def _text(hours: float) -> str:
    return f"{hours:,.12g}"


def _tenths(hours: float | None) -> str:
    return "" if hours is None else f"{hours:,.1f}"


def _below(found: Timeliness, points: Sequence[CurvePoint], source: str) -> tuple[str, ...]:
    share = _overall(found, OF_RECORDED)
    table = found.table
    return (
        wording.delays_drawn(whole=points[-1].share == 1),
        wording.delay_band(level_text(table.level), table.method) if any(point.low for point in points) else "",
        "" if share is None or share.n is None else wording.delay_base(share.n),
        wording.chart_source(plain(source)),
    )


def _curve(axes: Axes, points: Sequence[CurvePoint]) -> None:
    hours = [point.hours for point in points]
    axes.plot(
        hours, [point.share for point in points], color=BLUE, marker="o", markersize=6, linewidth=1.8, clip_on=False,
        label=wording.DELAY_LEGEND["share"], zorder=4,
    )  # fmt: skip
    held = [
        (point.hours, point.low, point.high) for point in points if point.low is not None and point.high is not None
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


def _scales(axes: Axes, points: Sequence[CurvePoint], within: float) -> None:
    """Set hours on a scale on which each doubling is as far, and name the limit before others near it."""
    hours = [point.hours for point in points]
    axes.set_xscale("log")
    axes.minorticks_off()
    named = [each for each in hours if each == within or max(each / within, within / each) > ASIDE]
    axes.set_xticks(named, [_text(each) for each in named])
    axes.set_xlim(min(hours) / math.sqrt(2), max(hours) * math.sqrt(2))
    axes.set_xlabel(wording.DELAY_AXIS)
    in_percent(axes, "y", 0.0, 1.0, RISE)
