"""What stands round the plot of every chart: title and sentences above, legend, and the lines below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from cdi.charts.lettering import HEADING, INCH, SMALL, SPACING, TEXT, height, width, wrapped
from cdi.charts.style import CLARET, GREY, TITLE

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["EDGE", "WIDTH", "Frame", "framed"]

WIDTH, EDGE, GAP = 8.5, 0.15, 0.14  # inches: of a chart, at its edges, between its parts
HANDLE, COLUMN = 2.5, 1.4  # sizes of the letters: what stands before a name in a legend, and between two


@dataclass(frozen=True, slots=True)
class Frame:
    """What is said on a chart, and the room that its plot takes.

    Attributes
    ----------
    title : str
        What stands above it.
    above, below : tuple of str
        The sentences above the plot, and the lines below it; empty ones are left out.
    plot : float
        The height of the plot, in inches.
    left, right : float
        The room beside it, in inches.
    foot : float
        The room under it for its axis, in inches.
    legend : tuple of str
        The order of what its legend names; what is not drawn is not named.
    """

    title: str
    above: tuple[str, ...]
    below: tuple[str, ...]
    plot: float
    left: float
    right: float = 0.3
    foot: float = 0.3
    legend: tuple[str, ...] = ()


def framed(frame: Frame, draw: Callable[[Axes], None], marking: str = "") -> Figure:
    """Draw a plot within its frame; the lines of text decide the height of the chart.

    Parameters
    ----------
    frame : Frame
        What stands round the plot.
    draw : callable
        What draws the plot.
    marking : str
        What heads it, where it is not for publication.

    Returns
    -------
    Figure
        In the style of the context.

    Examples
    --------
    >>> frame = Frame("Recording rate", (), ("Source: an audit.",), plot=2.0, left=1.0)
    >>> figure = framed(frame, lambda axes: None)
    >>> [text.get_text() for text in figure.texts]
    ['Recording rate', 'Source: an audit.']
    """
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
