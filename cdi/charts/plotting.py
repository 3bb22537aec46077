"""The parts of plots of rates: an axis in percent, dots with intervals, names at the left and figures at the right."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.charts.chart import Mark
from cdi.charts.framing import EDGE
from cdi.charts.lettering import TEXT, height, plain, stacked, width
from cdi.charts.style import BLUE, ORANGE, UNNAMED
from cdi.printing import formats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

__all__ = [
    "beginning", "begins", "cased_intervals", "describe_marks", "dots", "embolden", "ending", "figures_beside",
    "in_percent", "name_marks", "names_before", "percent", "rise_of", "room_after", "room_before", "weight",
]  # fmt: skip

NAME, FIGURES = 2.9, 3.1  # inches, at the most: of the name of a mark, of what stands beside it
LINES = 2  # of a name, of what stands beside a mark
BESIDE = 0.12  # inches, between a plot and its text
STEP = 10  # per cent, of the axis of rates
LABEL, STEPS = 0.6, 6  # inches of a step, steps of an axis at the most
FINE = 0.05  # an axis no longer than this has steps within a per cent
HALF = 0.4  # an axis begins nowhere between this and 0%

_DOTS: Mapping[bool, tuple[str, str, float, str]] = {
    False: (BLUE, "o", 8, BLUE),
    True: (ORANGE, "D", 9.5, "black"),
}
"""Whether a mark stands out -> colour, shape and size of its dot, and the colour of its edge and interval."""


def in_percent(axes: Axes, axis: str, low: float, high: float, room: float) -> None:
    """Scale an axis of rates that takes up some inches, write its steps in percent, and draw lines across it only."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    places = 0 if high - low > FINE else 1
    (axes.set_xlim if axis == "x" else axes.set_ylim)(low, high)
    of = axes.xaxis if axis == "x" else axes.yaxis
    of.set_major_locator(MaxNLocator(min(max(int(room / LABEL), 1), STEPS), steps=[1, 2, 5, 10]))
    of.set_major_formatter(FuncFormatter(lambda rate, _: f"{formats.percent(rate, places)}%"))
    axes.grid(visible=False, axis="both")
    of.grid(visible=True)


def percent(rate: float, end: str = "") -> str:
    """Write a rate, or the low or high end of its interval, as it stands on a chart."""
    return f"{formats.proportion(rate, end)}%"


def beginning(marks: Sequence[Mark]) -> float:
    """Choose where an axis begins: a step below all intervals, or at 0% where that is near.

    A published interval may reach below 0%.

    Examples
    --------
    >>> beginning([Mark("violent", 0.866, 0.813, 0.906)]), beginning([Mark("violent", 0.4)])
    (0.7, 0.0)
    """
    ends = [end for mark in marks for end in (mark.rate, mark.low) if end is not None]
    lowest = min(ends, default=0.0)
    step = (math.floor(lowest * 100 / STEP + 1e-9) - 1) * STEP / 100
    return step if step >= HALF else min(lowest, 0.0)


def begins(begin: float) -> tuple[str, ...]:
    """Say where an axis begins, unless that is at 0%."""
    return (wording.axis_begins(f"{formats.percent(begin, 0)}%"),) if begin > 0 else ()


def describe_marks(title: str, marks: Sequence[Mark], of: Callable[[str], str] = str) -> str:
    """Say in words what each mark shows, and of which there is none."""
    said = []
    for mark in marks:
        label, count = plain(mark.label), plain(mark.count)
        ends = None if mark.low is None or mark.high is None else (percent(mark.low, "low"), percent(mark.high, "high"))
        if mark.rate is None:
            said.append(wording.mark_not_drawn(label, count))
        else:
            said.append(wording.mark_said(label, of(percent(mark.rate)), ends, count))
    return wording.marks_said(plain(title), said)


def weight(mark: Mark) -> str:
    """Write what stands out in bold letters."""
    return "bold" if mark.marked else "normal"


def ending(marks: Sequence[Mark]) -> float:
    """Choose where an axis ends: at 100%, or with a published interval that reaches beyond.

    Examples
    --------
    >>> ending([Mark("violent", 0.866, 0.813, 0.906)]), ending([Mark("minority", 0.875, 0.743, 1.007)])
    (1.0, 1.007)
    """
    return max(1.0, *(mark.high or 0.0 for mark in marks), 0.0)


def embolden(texts: Sequence[Text], marks: Sequence[Mark]) -> None:
    """Write the names on an axis in the letters of their marks."""
    for text, mark in zip(texts, marks, strict=True):
        text.set_fontweight(weight(mark))


def room_before(marks: Sequence[Mark]) -> float:
    """Give the room for the names of marks, in inches."""
    lines = [(line, mark) for mark in marks for line in _name(mark).splitlines()]
    return EDGE + max((width(line, bold=mark.marked) for line, mark in lines), default=0.0) + BESIDE + 0.05


def rise_of(marks: Sequence[Mark], one: float, text: Callable[[Mark], str]) -> float:
    """Give the height of marks one under the other, in inches, each of them so high where no text takes two lines."""
    stacked_up = any("\n" in part for mark in marks for part in (_name(mark), _beside(mark, text)))
    return (one + height(1) * stacked_up * 0.6) * max(len(marks), 1) + 0.1


def _name(mark: Mark) -> str:
    return stacked(wording.capital(mark.label), NAME, LINES, bold=mark.marked)


def _beside(mark: Mark, text: Callable[[Mark], str]) -> str:
    return stacked(text(mark), FIGURES, LINES, bold=mark.marked)


def room_after(marks: Sequence[Mark], text: Callable[[Mark], str]) -> float:
    """Give the room for what stands beside marks, in inches."""
    widest = max((width(plain(text(mark)), bold=mark.marked) for mark in marks), default=0.0)
    return min(widest, FIGURES) + BESIDE + EDGE + 0.15


def names_before(axes: Axes, names: Sequence[str], marked: Sequence[bool], size: float = TEXT) -> None:
    """Write names at the left of a plot, from the top, those that are marked in bold letters."""
    from matplotlib.transforms import ScaledTranslation

    aside = ScaledTranslation(-BESIDE / 2, 0, axes.figure.dpi_scale_trans)
    # ticks would take as long again to lay out as all the rest
    axes.set_yticks([])
    for place, (name, bold) in enumerate(zip(names, marked, strict=True)):
        axes.text(
            0, place, name, transform=axes.get_yaxis_transform() + aside, ha="right", va="center_baseline",
            fontsize=size, fontweight="bold" if bold else "normal",
        )  # fmt: skip
    axes.set_ylim(max(len(names), 1) - 0.4, -0.6)


def name_marks(axes: Axes, marks: Sequence[Mark]) -> None:
    """Name marks at the left."""
    names_before(axes, list(map(_name, marks)), [mark.marked for mark in marks])


def figures_beside(axes: Axes, marks: Sequence[Mark], text: Callable[[Mark], str]) -> None:
    """Write at the right of each mark."""
    for place, mark in enumerate(marks):
        axes.annotate(
            _beside(mark, text), (1.0, place), (BESIDE * 72, 0),
            xycoords=axes.get_yaxis_transform(), textcoords="offset points", va="center_baseline",
            fontweight=weight(mark), annotation_clip=False,
        )  # fmt: skip


def dots(axes: Axes, marks: Sequence[Mark], *, across: bool) -> None:
    """Draw rates with their intervals along the axis of rates; where there is no rate nothing is drawn."""
    for marked, (colour, shape, size, edge) in _DOTS.items():
        found = [(place, mark) for place, mark in enumerate(marks) if mark.rate is not None and mark.marked == marked]
        if not found:
            continue
        places = [place for place, _ in found]
        rates = [mark.rate or 0.0 for _, mark in found]
        lows = [rate if mark.low is None else mark.low for rate, (_, mark) in zip(rates, found, strict=True)]
        highs = [rate if mark.high is None else mark.high for rate, (_, mark) in zip(rates, found, strict=True)]
        ends: Any = [
            [rate - low for rate, low in zip(rates, lows, strict=True)],
            [high - rate for rate, high in zip(rates, highs, strict=True)],
        ]
        # what is of a census has no interval to draw
        bare = all(mark.low is mark.high is None for _, mark in found)
        x, y = (rates, places) if across else (places, rates)
        axes.errorbar(
            x, y, xerr=ends if across and not bare else None, yerr=None if across or bare else ends, fmt=shape,
            markersize=size, color=colour, markeredgecolor=edge, ecolor=edge, elinewidth=1.8, capsize=4, clip_on=False,
            zorder=4,
        )  # fmt: skip


def cased_intervals(axes: Axes, ends: Sequence[tuple[int, float, float]], label: str, *, clipped: bool) -> None:
    """Draw intervals across bars, black within white, to be seen on any colour: place, low, high.

    Published ones may reach beyond the axis, and are clipped.
    """
    if not ends:
        return
    places, lows, highs = zip(*ends, strict=True)
    middles = [(low + high) / 2 for low, high in zip(lows, highs, strict=True)]
    halves = [(high - low) / 2 for low, high in zip(lows, highs, strict=True)]
    for colour, line, named in (("white", 3.6, UNNAMED), ("black", 1.4, label)):
        axes.errorbar(
            middles, places, xerr=halves, fmt="none", ecolor=colour, elinewidth=line, capthick=line, capsize=3.5,
            clip_on=clipped, zorder=5, label=named,
        )  # fmt: skip
