"""What charts are put together from: the frame of text round a plot, an axis in percent, names and intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from cdi.charts.style import (
    CLARET,
    GREY,
    HEADING,
    INCH,
    SMALL,
    SPACING,
    TEXT,
    TITLE,
    UNNAMED,
    height,
    width,
    wrapped,
)  # fmt: skip
from cdi.printing import formats

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["BESIDE", "EDGE", "WIDTH", "Frame", "cased_intervals", "framed", "in_percent", "names_before", "percent"]

WIDTH, EDGE, GAP = 8.5, 0.15, 0.14  # inches: of a chart, at its edges, between its parts
HANDLE, COLUMN = 2.5, 1.4  # sizes of the letters: what stands before a name in a legend, and between two
BESIDE = 0.12  # inches, between a plot and its text
LABEL, STEPS = 0.6, 6  # inches of a step, steps of an axis at the most
FINE = 0.05  # an axis no longer than this has steps within a per cent


@dataclass(frozen=True, slots=True)
class Frame:
    """What is said on a chart, and the room that its plot takes."""

    title: str  # what stands above it
    # above, below: the sentences above the plot, and the lines below it; empty ones are left out
    above: tuple[str, ...]
    below: tuple[str, ...]
    plot: float  # the height of the plot, in inches
    # left, right: the room beside it, in inches
    left: float
    right: float = 0.3
    foot: float = 0.3  # the room under it for its axis, in inches
    legend: tuple[str, ...] = ()  # the order of what its legend names; what is not drawn is not named


def framed(frame: Frame, draw: Callable[[Axes], None], marking: str = "") -> Figure:
    """Draw a plot within its frame; the lines of text decide the height of the chart."""
    from matplotlib.figure import Figure

    figure = Figure()
    axes = figure.add_axes((0, 0, 1, 1))
    draw(axes)
    names, columns = _named(axes, frame.legend)
    room = WIDTH - 2 * EDGE
    head = [marking] if marking else []
    title = wrapped([frame.title], room, HEADING, bold=True)
    said, noted = wrapped(frame.above, room), wrapped(frame.below, room, SMALL)
    tops = [
        EDGE,
        height(len(head), HEADING),
        height(len(title), HEADING),
        height(len(said)),
        GAP * 0.7,
        height(-(-len(names) // columns)),
        GAP,
    ]
    bottoms = [EDGE, height(len(noted), SMALL), GAP, frame.foot]
    total = sum(tops) + frame.plot + sum(bottoms)
    figure.set_size_inches(WIDTH, total)
    axes.set_position(
        (frame.left / WIDTH, sum(bottoms) / total, 1 - (frame.left + frame.right) / WIDTH, frame.plot / total)
    )
    _legend(axes, names, columns, (EDGE / WIDTH, 1 - sum(tops[:5]) / total))
    heading = {"fontsize": HEADING, "fontweight": "bold", "gid": TITLE}
    texts: tuple[tuple[list[str], float, str, dict[str, Any]], ...] = (
        (head, 1 - EDGE / total, "top", {**heading, "color": CLARET}),
        (title, 1 - sum(tops[:2]) / total, "top", heading),
        (said, 1 - (sum(tops[:3]) + 0.03) / total, "top", {}),
        (noted, EDGE / total, "bottom", {"fontsize": SMALL, "color": GREY}),
    )
    for lines, y, align, style in texts:
        if lines:
            figure.text(EDGE / WIDTH, y, "\n".join(lines), va=align, linespacing=SPACING, **style)
    return figure


def _named(axes: Axes, order: Sequence[str]) -> tuple[dict[str, Artist], int]:
    """List what the legend names, in order, and in how many columns it fits."""
    handles, labels = axes.get_legend_handles_labels()
    found = dict(zip(labels, handles, strict=True))
    names = {name: found[name] for name in (*order, *found) if name in found}
    widths = [width(name) + (HANDLE + COLUMN) * TEXT / INCH for name in names]
    fitting = (columns for columns in range(len(names), 1, -1) if _spread(widths, columns) <= WIDTH - 2 * EDGE)
    return names, next(fitting, 1)


def _spread(widths: Sequence[float], columns: int) -> float:
    """Add up the columns of a legend, which are filled one after the other, the first ones with one more."""
    rows, longer = divmod(len(widths), columns)
    starts = [i * rows + min(i, longer) for i in range(columns + 1)]
    return sum(max(widths[start:end]) for start, end in pairwise(starts))


def _legend(axes: Axes, names: dict[str, Artist], columns: int, place: tuple[float, float]) -> None:
    if names:
        axes.legend(
            list(names.values()), list(names), loc="upper left", bbox_to_anchor=place, ncols=columns,
            bbox_transform=axes.figure.transFigure, handletextpad=0.5, columnspacing=COLUMN, borderpad=0,
            borderaxespad=0, labelspacing=SPACING - 1,
        )  # fmt: skip


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
