"""Charts of rates: side by side with their intervals, from audit to audit, and as shares of all crime."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from cdi import wording
from cdi.charts.chart import Caption, Chart, Mark
from cdi.charts.framing import EDGE, WIDTH, Frame, framed
from cdi.charts.lettering import SMALL, height, plain, stacked, width
from cdi.charts.plotting import (
    beginning,
    begins,
    cased_intervals,
    describe_marks,
    dots,
    embolden,
    ending,
    figures_beside,
    in_percent,
    name_marks,
    percent,
    rise_of,
    room_after,
    room_before,
    weight,
)
from cdi.charts.style import BLUE, CLARET

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["rate_chart", "sequence_chart", "unrecorded_chart"]

LINE, BAR, RISE = 0.36, 0.46, 3.2  # inches: of a mark, of a bar, of the plot of a sequence
SIDE, ROOMY = 0.75, 1.4  # inches: at the left of a sequence; of a mark and its number beside each other
LINES, STACKED = 3, 2  # of the name of a mark under its place, of why there is none


def rate_chart(name: str, title: str, marks: Sequence[Mark], caption: Caption) -> Chart:
    """Set rates with their intervals one under the other.

    Parameters
    ----------
    name : str
        What the files of the chart are called, without the ending.
    title : str
        What stands above it.
    marks : sequence of Mark
        From the top; a marked one is drawn in another shape and colour, and named in bold letters.
    caption : Caption
        What else is said on it.

    Returns
    -------
    Chart
        Its description names each rate.

    Examples
    --------
    >>> marks = [Mark("violent", 0.866, 0.813, 0.906), Mark("sexual", None, count="withheld")]
    >>> rate_chart("rates", "Recording rate", marks, Caption("", "Base: 456 reports.", "an audit")).description
    'Recording rate: violent 86.6% (81.3% to 90.6%); sexual: withheld.'
    """
    begin, end = beginning(marks), ending(marks)
    left, right = room_before(marks), room_after(marks, _figures)

    def draw(axes: Axes) -> None:
        dots(axes, marks, across=True)
        name_marks(axes, marks)
        figures_beside(axes, marks, _figures)
        in_percent(axes, "x", begin, end, WIDTH - left - right)

    frame = Frame(title, (), _below(caption, *begins(begin)), rise_of(marks, LINE, _figures), left, right)
    return Chart(name, title, describe_marks(title, marks), partial(framed, frame, draw))


def sequence_chart(name: str, title: str, marks: Sequence[Mark], caption: Caption) -> Chart:
    """Set rates with their intervals side by side, from the oldest to the newest.

    Parameters
    ----------
    name, title, caption
        As in :func:`rate_chart`.
    marks : sequence of Mark
        The oldest first.

    Returns
    -------
    Chart
        Its description names each rate.

    Examples
    --------
    >>> marks = [Mark("2016", 0.84, 0.82, 0.86), Mark("2021/22", 0.914, 0.888, 0.94, marked=True)]
    >>> sequence_chart("audits", "Audits", marks, Caption("", "", "two audits")).description
    'Audits: 2016 84.0% (82.0% to 86.0%); 2021/22 91.4% (88.8% to 94.0%).'
    """
    begin, end = beginning(marks), ending(marks)
    slot = (WIDTH - SIDE - 2 * EDGE) / max(len(marks), 1)
    names = [stacked(wording.capital(mark.label), slot - 0.1, LINES, bold=mark.marked) for mark in marks]
    lines = max((text.count("\n") + 1 for text in names), default=1)

    def draw(axes: Axes) -> None:
        dots(axes, marks, across=False)
        for place, mark in enumerate(marks):
            _number(axes, mark, place, slot, begin)
        axes.set_xticks(range(len(marks)), names)
        embolden(axes.get_xticklabels(), marks)
        axes.set_xlim(-0.5, max(len(marks), 1) - 0.5)
        in_percent(axes, "y", begin, end, RISE)

    below = _below(caption, *begins(begin))
    frame = Frame(title, (), below, RISE, SIDE, 2 * EDGE, foot=height(lines) + 0.15)
    return Chart(name, title, describe_marks(title, marks), partial(framed, frame, draw))


def unrecorded_chart(name: str, title: str, marks: Sequence[Mark], caption: Caption) -> Chart:
    """Draw all crime as bars, and the part that was not recorded hatched.

    Parameters
    ----------
    name, title, caption
        As in :func:`rate_chart`.
    marks : sequence of Mark
        The share recorded, with its interval; beside it how many crimes were not.

    Returns
    -------
    Chart
        Its description names each rate and count.

    Examples
    --------
    >>> marks = [Mark("violent", 0.866, 0.813, 0.906, "8,300 not recorded")]
    >>> unrecorded_chart("missing", "All crime", marks, Caption("", "", "an audit")).description
    'All crime: violent 86.6% recorded (81.3% to 90.6%), 8,300 not recorded.'
    """
    left, right = room_before(marks), room_after(marks, _count)

    def draw(axes: Axes) -> None:
        _parts(axes, marks)
        ends = [(place, mark.low, mark.high) for place, mark in enumerate(marks) if mark.rate is not None]
        known = [(place, low, high) for place, low, high in ends if low is not None and high is not None]
        cased_intervals(axes, known, wording.PARTS_LEGEND["interval"], clipped=False)
        name_marks(axes, marks)
        figures_beside(axes, marks, _count)
        in_percent(axes, "x", min(beginning(marks), 0.0), ending(marks), WIDTH - left - right)

    below, rise = (wording.WHOLE_BARS, *_below(caption)), rise_of(marks, BAR, _count)
    frame = Frame(title, (), below, rise, left, right, legend=tuple(wording.PARTS_LEGEND.values()))
    return Chart(name, title, describe_marks(title, marks, wording.recorded_of_all), partial(framed, frame, draw))


def _below(caption: Caption, *more: str) -> tuple[str, ...]:
    return caption.interval, *more, caption.base, wording.chart_source(plain(caption.source))


def _count(mark: Mark) -> str:
    return mark.count


def _figures(mark: Mark) -> str:
    """Write what stands beside a mark: its rate and its count, or why it has none."""
    return mark.count if mark.rate is None else wording.rate_beside(percent(mark.rate), mark.count)


def _number(axes: Axes, mark: Mark, place: int, slot: float, begin: float) -> None:
    """Write a rate beside its mark, or above its interval where that is too narrow; or why there is none."""
    if mark.rate is None:
        upright = width(plain(mark.count)) > slot
        text = stacked(mark.count, RISE - 0.3 if upright else slot, STACKED)
        axes.annotate(
            text, (place, begin), (0, 5), textcoords="offset points", ha="center", va="bottom",
            rotation=90.0 if upright else 0.0,
        )  # fmt: skip
    elif slot > ROOMY:
        axes.annotate(
            percent(mark.rate), (place, mark.rate), (11, 0), textcoords="offset points", va="center_baseline",
            fontweight=weight(mark),
        )  # fmt: skip
    elif slot > width(percent(mark.rate), SMALL):
        top = mark.rate if mark.high is None else mark.high
        axes.annotate(
            percent(mark.rate), (place, top), (0, 7), textcoords="offset points", ha="center", fontsize=SMALL,
            fontweight=weight(mark),
        )  # fmt: skip


def _parts(axes: Axes, marks: Sequence[Mark]) -> None:
    known = [(place, mark.rate) for place, mark in enumerate(marks) if mark.rate is not None]
    if known:
        places, rates = zip(*known, strict=True)
        axes.barh(places, rates, height=0.62, color=BLUE, label=wording.PARTS_LEGEND["recorded"])
        axes.barh(
            places, [1 - rate for rate in rates], left=rates, height=0.62, color="white", edgecolor=CLARET,
            hatch="////", label=wording.PARTS_LEGEND["unrecorded"],
        )  # fmt: skip
