"""Charts of rates: side by side with their intervals, from audit to audit, as shares of all crime, as plots of results.

A mark is a rate as it is drawn, or why it is not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.charts.style import (
    BESIDE,
    BLUE,
    CLARET,
    EDGE,
    INCH,
    NARROW,
    ORANGE,
    SMALL,
    SPACING,
    WIDTH,
    Chart,
    Frame,
    cased_intervals,
    framed,
    height,
    in_percent,
    names_before,
    new_axes,
    percent,
    plain,
    stacked,
    styled,
    width,
    wrapped,
)
from cdi.errors import DataError
from cdi.measures import Role, Unit
from cdi.printing import formats
from cdi.printing.lines import BLANK, level_text, named

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

    from cdi.printing.tables import Row, Table
    from cdi.showing import Shown

__all__ = [
    "Caption", "Mark", "beginning", "describe_marks", "draw_rates", "ending", "plotted", "rate_chart", "sequence_chart",
    "unrecorded_chart", "without_mark",
]  # fmt: skip

LINE, BAR, RISE = 0.36, 0.46, 3.2  # inches: of a mark, of a bar, of the plot of a sequence
SIDE, ROOMY = 0.75, 1.4  # inches: at the left of a sequence; of a mark and its number beside each other
LINES, STACKED = 3, 2  # of the name of a mark under its place, of why there is none
NAME, FIGURES = 2.9, 3.1  # inches, at the most: of the name of a mark, of what stands beside it
INDENT = 0.2  # inches, of marks below their names: half of what a per cent takes that stands under either end
THICK = 0.62  # of the room of a mark, of a bar
NAME_LINES = 2  # of a name, of what stands beside a mark
STEP = 10  # per cent, of the axis of rates
HALF = 0.4  # an axis begins nowhere between this and 0%
_DOTS: Mapping[bool, tuple[str, str, float, str]] = {
    False: (BLUE, "o", 8, BLUE),
    True: (ORANGE, "D", 9.5, "black"),
}
"""Whether a mark stands out -> colour, shape and size of its dot, and the colour of its edge and interval."""
PLOT_LINE, PLOT_AROUND, PLOT_WIDTH = 0.36, 1.6, 7.5  # inches: of a row, around all of them, of a picture
PLOT_NAMES, PLOT_MARGIN, PLOT_LETTER = 2.4, 0.8, 10  # inches: of names at the left, beside a title; points


@dataclass(frozen=True, slots=True)
class Mark:
    """One line of a chart of rates."""

    label: str
    # rate, low, high: proportions; a mark without a rate is named and not drawn
    rate: float | None
    low: float | None = None
    high: float | None = None
    count: str = ""  # what is written beside it: a count, or why there is no mark
    marked: bool = False  # whether it is drawn to stand out: the overall one, or this inspection's
    places: int = 1  # the decimals of its rate in percent that are published


@dataclass(frozen=True, slots=True)
class Caption:
    """What is said on a chart beside its title."""

    interval: str  # what its bars are; empty where there are none
    # base, source: what the numbers rest on, and where they come from
    base: str
    source: str


def rate_chart(name: str, title: str, marks: Sequence[Mark], caption: Caption) -> Chart:
    """Set rates with their intervals one under the other."""
    begin, end = beginning(marks), ending(marks)
    below = _below(caption, *begins(begin))

    def figure(wide: float = WIDTH, marking: str = "") -> Figure:
        rows = _rows(marks, LINE, _figures, wide)

        def draw(axes: Axes) -> None:
            dots(axes, marks, across=True)
            rows.write(axes)
            in_percent(axes, "x", begin, end, wide - rows.left - rows.right)

        return framed(Frame(title, (), below, rows.rise, rows.left, rows.right), draw, marking, wide)

    return Chart(name, title, describe_marks(title, marks), figure, partial(figure, NARROW))


def sequence_chart(name: str, title: str, marks: Sequence[Mark], caption: Caption) -> Chart:
    """Set rates with their intervals side by side, from the oldest to the newest."""
    begin, end = beginning(marks), ending(marks)
    below = _below(caption, *begins(begin))

    def figure(wide: float = WIDTH, marking: str = "") -> Figure:
        slot = (wide - SIDE - 2 * EDGE) / max(len(marks), 1)
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

        return framed(Frame(title, (), below, RISE, SIDE, 2 * EDGE, foot=height(lines) + 0.15), draw, marking, wide)

    return Chart(name, title, describe_marks(title, marks), figure, partial(figure, NARROW))


def unrecorded_chart(name: str, title: str, marks: Sequence[Mark], caption: Caption) -> Chart:
    """Draw all crime as bars, and the part that was not recorded hatched."""
    below, legend = (wording.WHOLE_BARS, *_below(caption)), tuple(wording.PARTS_LEGEND.values())
    ends = [(place, mark.low, mark.high) for place, mark in enumerate(marks) if mark.rate is not None]
    known = [(place, low, high) for place, low, high in ends if low is not None and high is not None]

    def figure(wide: float = WIDTH, marking: str = "") -> Figure:
        rows = _rows(marks, BAR, _count, wide)

        def draw(axes: Axes) -> None:
            _parts(axes, marks, THICK * rows.share)
            cased_intervals(axes, known, wording.PARTS_LEGEND["interval"], clipped=False)
            rows.write(axes)
            in_percent(axes, "x", min(beginning(marks), 0.0), ending(marks), wide - rows.left - rows.right)

        frame = Frame(title, (), below, rows.rise, rows.left, rows.right, legend=legend)
        return framed(frame, draw, marking, wide)

    described = describe_marks(title, marks, wording.recorded_of_all)
    return Chart(name, title, described, figure, partial(figure, NARROW))


def _below(caption: Caption, *more: str) -> tuple[str, ...]:
    return caption.interval, *more, caption.base, wording.chart_source(plain(caption.source))


def _count(mark: Mark) -> str:
    return mark.count


def _figures(mark: Mark) -> str:
    """Write what stands beside a mark: its rate and its count, or why it has none."""
    return mark.count if mark.rate is None else wording.rate_beside(percent(mark.rate, places=mark.places), mark.count)


def describe_marks(title: str, marks: Sequence[Mark], of: Callable[[str], str] = str) -> str:
    """Say in words what each mark shows, and of which there is none."""
    said = []
    for mark in marks:
        label, count, ends = plain(mark.label), plain(mark.count), None
        if mark.low is not None and mark.high is not None:
            ends = percent(mark.low, "low", mark.places), percent(mark.high, "high", mark.places)
        if mark.rate is None:
            said.append(wording.mark_not_drawn(label, count))
        else:
            said.append(wording.mark_said(label, of(percent(mark.rate, places=mark.places)), ends, count))
    return wording.marks_said(plain(title), said)


def beginning(marks: Sequence[Mark]) -> float:
    """Choose where an axis begins: a step below all intervals, or at 0% where that is near.

    A published interval may reach below 0%.
    """
    ends = [end for mark in marks for end in (mark.rate, mark.low) if end is not None]
    lowest = min(ends, default=0.0)
    step = (math.floor(lowest * 100 / STEP + 1e-9) - 1) * STEP / 100
    return step if step >= HALF else min(lowest, 0.0)


def begins(begin: float) -> tuple[str, ...]:
    """Say where an axis begins, unless that is at 0%."""
    return (wording.axis_begins(f"{formats.percent(begin, 0)}%"),) if begin > 0 else ()


def ending(marks: Sequence[Mark]) -> float:
    """Choose where an axis ends: at 100%, or with a published interval that reaches beyond."""
    return max(1.0, *(mark.high or 0.0 for mark in marks), 0.0)


def dots(axes: Axes, marks: Sequence[Mark], *, across: bool) -> None:
    """Draw rates with their intervals along the axis of rates; where there is no rate nothing is drawn."""
    for marked, (colour, shape, size, edge) in _DOTS.items():
        places, rates, below, above = list[int](), list[float](), list[float](), list[float]()
        bare = True
        for place, mark in enumerate(marks):
            if mark.rate is None or mark.marked != marked:
                continue
            places.append(place)
            rates.append(mark.rate)
            below.append(0.0 if mark.low is None else mark.rate - mark.low)
            above.append(0.0 if mark.high is None else mark.high - mark.rate)
            bare = bare and mark.low is mark.high is None
        if not places:
            continue
        # what is of a census has no interval to draw
        ends: Any = None if bare else [below, above]
        drawn = {"x": rates, "y": places, "xerr": ends} if across else {"x": places, "y": rates, "yerr": ends}
        axes.errorbar(
            **drawn, fmt=shape, markersize=size, color=colour, markeredgecolor=edge, ecolor=edge, elinewidth=1.8,
            capsize=4, clip_on=False, zorder=4,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Rows:
    """What is written of marks one under the other, and the room that it takes, in inches."""

    write: Callable[[Axes], None]
    rise: float
    left: float
    right: float
    share: float = 1.0  # how much of a row its mark takes, beside or below what is written


def _rows(marks: Sequence[Mark], one: float, text: Callable[[Mark], str], wide: float) -> _Rows:
    """Name marks at their left and write at their right; where that leaves no room for them, above each."""
    if wide < WIDTH:
        return _rows_below_names(marks, one, text, wide)

    def write(axes: Axes) -> None:
        name_marks(axes, marks)
        figures_beside(axes, marks, text)

    return _Rows(write, rise_of(marks, one, text), room_before(marks), room_after(marks, text))


def _rows_below_names(marks: Sequence[Mark], one: float, text: Callable[[Mark], str], wide: float) -> _Rows:
    """Write the name of each mark above it, and what else is said of it."""
    room = wide - 2 * EDGE
    said = [
        "\n".join(wrapped([wording.named_mark(wording.capital(mark.label), text(mark))], room, bold=mark.marked))
        for mark in marks
    ]
    above = height(max((lines.count("\n") + 1 for lines in said), default=1))
    each = above + one

    def write(axes: Axes) -> None:
        axes.set_yticks([])
        for place, (mark, lines) in enumerate(zip(marks, said, strict=True)):
            axes.annotate(
                lines, (0.0, place), (-INDENT * INCH, one / 2 * INCH), xycoords=axes.get_yaxis_transform(),
                textcoords="offset points", va="bottom", linespacing=SPACING, fontweight=weight(mark),
                annotation_clip=False,
            )  # fmt: skip
        axes.set_ylim(max(len(marks), 1) - 1 + one / 2 / each, -(above + one / 2) / each)

    return _Rows(write, each * max(len(marks), 1), EDGE + INDENT, EDGE + INDENT, one / each)


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


def room_before(marks: Sequence[Mark]) -> float:
    """Give the room for the names of marks, in inches."""
    lines = [(line, mark) for mark in marks for line in _name(mark).splitlines()]
    return EDGE + max((width(line, bold=mark.marked) for line, mark in lines), default=0.0) + BESIDE + 0.05


def room_after(marks: Sequence[Mark], text: Callable[[Mark], str]) -> float:
    """Give the room for what stands beside marks, in inches."""
    widest = max((width(plain(text(mark)), bold=mark.marked) for mark in marks), default=0.0)
    return min(widest, FIGURES) + BESIDE + EDGE + 0.15


def rise_of(marks: Sequence[Mark], one: float, text: Callable[[Mark], str]) -> float:
    """Give the height of marks one under the other, in inches, each of them so high where no text takes two lines."""
    stacked_up = any("\n" in part for mark in marks for part in (_name(mark), _beside(mark, text)))
    return (one + height(1) * stacked_up * 0.6) * max(len(marks), 1) + 0.1


def _name(mark: Mark) -> str:
    return stacked(wording.capital(mark.label), NAME, NAME_LINES, bold=mark.marked)


def _beside(mark: Mark, text: Callable[[Mark], str]) -> str:
    return stacked(text(mark), FIGURES, NAME_LINES, bold=mark.marked)


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
            percent(mark.rate, places=mark.places), (place, mark.rate), (11, 0), textcoords="offset points",
            va="center_baseline", fontweight=weight(mark),
        )  # fmt: skip
    elif slot > width(percent(mark.rate, places=mark.places), SMALL):
        top = mark.rate if mark.high is None else mark.high
        axes.annotate(
            percent(mark.rate, places=mark.places), (place, top), (0, 7), textcoords="offset points", ha="center",
            fontsize=SMALL, fontweight=weight(mark),
        )  # fmt: skip


def _parts(axes: Axes, marks: Sequence[Mark], thick: float) -> None:
    known = [(place, mark.rate) for place, mark in enumerate(marks) if mark.rate is not None]
    if known:
        places, rates = zip(*known, strict=True)
        axes.barh(places, rates, height=thick, color=BLUE, label=wording.PARTS_LEGEND["recorded"])
        axes.barh(
            places, [1 - rate for rate in rates], left=rates, height=thick, color="white", edgecolor=CLARET,
            hatch="////", label=wording.PARTS_LEGEND["unrecorded"],
        )  # fmt: skip


def weight(mark: Mark) -> str:
    """Write what stands out in bold letters."""
    return "bold" if mark.marked else "normal"


def embolden(texts: Sequence[Text], marks: Sequence[Mark]) -> None:
    """Write the names on an axis in the letters of their marks."""
    for text, mark in zip(texts, marks, strict=True):
        text.set_fontweight(weight(mark))


def plotted(found: Shown, ax: Axes | None) -> Axes:
    """Draw a result on axes: those given, or new ones of a size that fits its rows."""
    own = ax is None
    with styled():
        if ax is None:
            ax = new_axes((PLOT_WIDTH, PLOT_AROUND + PLOT_LINE * max(len(drawn_rows(found.table)), 3)))
        found.draw(ax)
        if own:
            _fit_title(ax)
    return ax


def _fit_title(axes: Axes) -> None:
    """Part a title into lines that fit between the names of the rows and the right edge."""
    names = [line for label in axes.get_yticklabels() for line in label.get_text().splitlines()]
    room = PLOT_WIDTH - PLOT_MARGIN - max((width(name, PLOT_LETTER) for name in names), default=0.0)
    title = axes.get_title(loc="left")
    axes.set_title("\n".join(wrapped([title], room, float(axes.title.get_fontsize()))), loc="left")


def without_mark(row: Row | None) -> str:
    """Say why a row has no mark on a chart: in few words where there are, or else in its first note."""
    codes = () if row is None else row.measure.told_of(row.facts)
    if row is None or not codes:
        return BLANK
    short = (text for code, text in wording.WHY_NO_MARK.items() if code in codes)
    return next(short, row.measure.note(codes[0], row.facts.numbers_in(codes[0])))


def drawn_rows(table: Table) -> list[Row]:
    """Take the rows that a plot of a table shows: the rates of its first measure, or else what it begins with."""
    rates = [row for row in table.rows if row.measure.role is Role.RATE]
    first = (rates or list(table.rows))[:1]
    return [row for row in (rates or table.rows) if first and row.measure == first[0].measure]


def draw_rates(axes: Axes, table: Table) -> None:
    """Draw the rates of a table with their intervals, one under the other, the overall one in another shape."""
    rows = drawn_rows(table)
    if not any(row.estimate is not None for row in rows):
        raise DataError.of("nothing-to-plot")
    measure = rows[0].measure
    for place, row in enumerate(rows):
        if row.estimate is None:
            why = without_mark(row)
            axes.text(0.01, place, why, transform=axes.get_yaxis_transform(), va="center", fontsize=SMALL)
            continue
        color, shape = (ORANGE, "D") if row.whole else (BLUE, "o")
        if row.low is not None and row.high is not None:
            axes.plot([row.low, row.high], [place, place], color=color, linewidth=2, zorder=1)
        edge = "black" if row.whole else color
        axes.plot([row.estimate], [place], shape, color=color, markeredgecolor=edge, zorder=2)
    names = ["\n".join(wrapped([", ".join(named(row))], PLOT_NAMES, PLOT_LETTER)) for row in rows]
    axes.set_yticks(range(len(rows)), names)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    if measure.unit is Unit.PROPORTION:
        axes.xaxis.set_major_formatter(lambda value, _: f"{formats.percent(value, 0)}%")
    level = level_text(table.level) if any(row.low is not None for row in rows) else ""
    axes.set_title(wording.plot_title(measure.name, level), loc="left")
    axes.grid(visible=False, axis="y")
