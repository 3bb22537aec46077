"""Charts of forces: a bar each with the published lines, and the funnel of rates against the sizes of samples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.arguments import checked, refuse_other
from cdi.audits.force_names import usual
from cdi.charts.style import (
    BLUE,
    EDGE,
    GREY,
    LIGHT,
    NARROW,
    ORANGE,
    PALE,
    SMALL,
    SPACING,
    TEAL,
    UNNAMED,
    WIDTH,
    Chart,
    Frame,
    at_print,
    cased_intervals,
    framed,
    height,
    in_percent,
    names_before,
    percent,
    plain,
    save,
    shortened,
    width,
)  # fmt: skip
from cdi.errors import DataError, Where
from cdi.parameters import LEVEL
from cdi.peers.side_by_side import caution, findings, intervals_of, label, second_opinion, taking_part

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from cdi.peers.side_by_side import Force, Forces
    from cdi.variation.funnel import Funnel
    from cdi.variation.outliers import OutlierLines

__all__ = [
    "describe_forces", "draw_forces", "draw_funnel", "draw_limits", "draw_lines", "forces_chart", "funnel_chart",
    "is_marked",
]  # fmt: skip

BAR, NAME = 0.22, 2.9  # inches: of a force, of its name at the most
BESIDE = 0.15  # inches, between a name and its bar
SIGN = "► "  # before the name of the force that is marked
_STYLES = {
    "within": (LIGHT, BLUE, None, ""),
    "above": (TEAL, "white", "//", "▲"),
    "below": (ORANGE, "white", "\\\\", "▼"),
    "apart": (PALE, GREY, None, ""),
}
"""How a force lies to the lines -> colour and edge of its bar, hatching, and its sign."""


@checked
def describe_forces(found: Forces) -> str:
    """Say in words what the chart of forces shows: its alternative text.

    Parameters
    ----------
    found : Forces
        From :func:`cdi.forces`.

    Returns
    -------
    str
        The measure, the published lines, the forces outside them, those without data, and the warning.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> results = {"force": ["Kent", "Essex", "Surrey"], "rate": [0.9, 0.91, 0.8], "half_width": [0.02, 0.02, 0.02]}
    >>> cdi.describe_forces(cdi.forces(pd.DataFrame(results))).split(". ")[0]
    'Recording rate by force'
    """
    refuse_other(found, "Forces", "cdi.forces(...)")
    return wording.forces_summary(_title(found), _said(found))


@checked
def draw_forces(found: Forces, path: str | Path, *, source: str) -> None:
    """Draw one bar a force, with the published lines; bars outside them are hatched and bear a mark.

    Parameters
    ----------
    found : Forces
        From :func:`cdi.forces`; the bars stand in the order of its rows.
    path : str or pathlib.Path
        A file that ends in .svg or .png. It is written whole or not at all; the same forces give the same bytes.
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
    >>> found = cdi.forces(pd.DataFrame({"force": list("ABC"), "rate": [0.9, 0.8, 0.85]}))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     cdi.draw_forces(found, pathlib.Path(folder) / "forces.svg", source="three audits")
    ...     (pathlib.Path(folder) / "forces.svg").read_text(encoding="utf-8").count("Source: three audits.")
    1
    """
    refuse_other(found, "Forces", "cdi.forces(...)")
    save(forces_chart(found, source=source), path)


def forces_chart(found: Forces, *, source: str, marked: str = "", name: str = "forces") -> Chart:
    """Prepare the chart of forces."""
    bold = [is_marked(row, marked) for row in found.rows]
    signed = [f"{SIGN if own else ''}{row.name}" for row, own in zip(found.rows, bold, strict=True)]
    title, above, below = _title(found), (found.warning, *findings(found)), _below(found, source)
    most = max(float(found.lines.high), *(row.rate.row.high or row.rate.rate for row in found.rows))
    # no rate lies beyond 100%
    end = 1.0 if most > 0.5 else max(math.ceil(most * 20), 1) / 20

    def figure(wide: float = WIDTH, marking: str = "") -> Figure:
        room = min(NAME, 0.56 * wide)
        names = [shortened(name, room, SMALL, bold=own) for name, own in zip(signed, bold, strict=True)]
        left = EDGE + max(width(name, SMALL, bold=own) for name, own in zip(names, bold, strict=True)) + BESIDE

        def draw(axes: Axes) -> None:
            _bars(axes, found)
            _intervals(axes, found)
            draw_lines(axes, found.lines)
            _mark(axes, found, marked)
            names_before(axes, names, bold, SMALL)
            in_percent(axes, "x", 0.0, end, wide - left)

        return framed(Frame(title, above, below, BAR * len(names) + 0.2, left), draw, marking, wide)

    description = wording.forces_summary(title, [*said_of_marked(found.rows, marked), *_said(found)])
    return Chart(name, title, description, figure, partial(figure, NARROW))


def is_marked(row: Force, marked: str) -> bool:
    """Tell whether a force is the one that stands out, in whatever way its name is written."""
    return bool(marked) and (usual(row.name) or row.name) == (usual(marked) or marked)


def said_of_marked(rows: Sequence[Force], marked: str) -> tuple[str, ...]:
    """Name the force that stands out, with its rate."""
    return tuple(
        wording.marked_force(plain(row.name), percent(row.rate.rate)) for row in rows if is_marked(row, marked)
    )


def _said(found: Forces) -> list[str]:
    warning = found.warning
    return [part for part in (warning, *findings(found), *caution(found), *_base(found)) if part]


def _title(found: Forces) -> str:
    return wording.forces_bars(found.measure.name)


def _base(found: Forces) -> tuple[str, ...]:
    return (wording.forces_base(len(found.rows) - len(found.apart), found.without_data), *taking_part(found))


def _below(found: Forces, source: str) -> tuple[str, ...]:
    level, _ = intervals_of(found)
    return (
        wording.forces_drawn(found.sort),
        wording.forces_intervals(level) if level else "",
        *caution(found),
        *_base(found),
        wording.chart_source(plain(source)),
    )


def _bars(axes: Axes, found: Forces) -> None:
    kinds = ["apart" if row.z is None else row.side or "within" for row in found.rows]
    for kind, (colour, edge, hatch, sign) in _STYLES.items():
        places = [i for i, of in enumerate(kinds) if of == kind]
        rates = [at_print(found.rows[i].rate.rate) for i in places]
        if not places:
            continue
        named = f"{sign} {label(found, kind)}" if sign else wording.FORCE_LEGEND[kind]
        axes.barh(places, rates, height=0.72, color=colour, hatch=hatch, edgecolor=edge, linewidth=0.8, label=named)
        for place in places if sign else ():
            axes.text(
                0.012, place, sign, transform=axes.get_yaxis_transform(), va="center", fontsize=9, color="black",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1}, zorder=6,
            )  # fmt: skip


def _intervals(axes: Axes, found: Forces) -> None:
    rows = [(i, row.rate.row) for i, row in enumerate(found.rows)]
    ends = [
        (i, at_print(row.low), at_print(row.high)) for i, row in rows if row.low is not None and row.high is not None
    ]
    cased_intervals(axes, ends, wording.FORCE_LEGEND["interval"], clipped=True)


def draw_lines(axes: Axes, lines: OutlierLines) -> None:
    """Draw the published lines and the average on axes of rates."""
    centre, low, high = (at_print(float(value)) for value in (lines.centre, lines.low, lines.high))
    axes.axvline(centre, color=GREY, linewidth=1.2, zorder=4, label=wording.FORCE_LEGEND["average"])
    for value, named in ((low, wording.FORCE_LEGEND["lines"]), (high, UNNAMED)):
        axes.axvline(value, color="black", linewidth=1.6, linestyle=(0, (1, 1.5)), zorder=4, label=named)


def _mark(axes: Axes, found: Forces, marked: str) -> None:
    """Draw an outline about the bar of the force that stands out."""
    places = [i for i, row in enumerate(found.rows) if is_marked(row, marked)]
    if places:
        rates = [at_print(found.rows[i].rate.rate) for i in places]
        named = f"{SIGN}{wording.FORCE_LEGEND['marked']}"
        axes.barh(places, rates, height=0.9, fill=False, edgecolor="black", linewidth=2, zorder=5, label=named)


Floats: TypeAlias = npt.NDArray[np.float64]
RISE, SIDE, FOOT = 5.0, 0.75, 0.6  # inches: of the plot, at its left, under it
NAME_IN_FUNNEL = 2.4  # inches, at the most
AROUND, FURTHER = 0.08, 0.16  # inches: about what a name should not cover, next try
INNER, OUTER = LEVEL, 0.998


@checked
def draw_funnel(found: Forces, path: str | Path, *, source: str) -> None:
    """Draw the rates against the sizes of their samples, between the limits of chance and of the usual spread.

    Parameters
    ----------
    found : Forces
        From :func:`cdi.forces`.
    path, source
        As for :func:`cdi.draw_forces`.

    Returns
    -------
    None
        The file is what it gives.

    Raises
    ------
    DataError
        Fewer than three forces have a half width; another ending, or a place that cannot be written to.

    Examples
    --------
    >>> import pathlib, tempfile, pandas as pd, cdi
    >>> results = {"force": ["Kent", "Essex", "Surrey"], "rate": [0.9, 0.91, 0.8], "half_width": [0.02, 0.03, 0.02]}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "funnel.svg"
    ...     cdi.draw_funnel(cdi.forces(pd.DataFrame(results)), file, source="three audits")
    ...     file.read_text(encoding="utf-8").count("99.8% limits")
    1
    """
    refuse_other(found, "Forces", "cdi.forces(...)")
    save(funnel_chart(found, source=source), path)


def funnel_chart(found: Forces, *, source: str, marked: str = "", name: str = "funnel") -> Chart:
    """Prepare the funnel of forces."""
    funnel = found.funnel
    if funnel is None:
        raise DataError.of("no-funnel", got=len(found.sized), where=Where(found.rates.name))

    above = (found.warning, *second_opinion(found)[:1])
    below = (wording.funnel_drawn(), *_base_of_funnel(found), wording.chart_source(plain(source)))
    title = wording.funnel_title(found.measure.name)
    said = [part for part in (*said_of_marked(found.sized, marked), *above, *_base_of_funnel(found)) if part]
    frame = Frame(title, above, below, RISE, SIDE, foot=FOOT)

    def figure(wide: float = WIDTH, marking: str = "") -> Figure:
        def draw(axes: Axes) -> None:
            draw_limits(axes, funnel, [row.rate.size for row in found.sized])
            _dots(axes, found, marked)
            axes.set_xlabel(wording.FUNNEL_AXES["size"])
            axes.xaxis.set_major_formatter(lambda size, _: f"{size:,.0f}")
            in_percent(axes, "y", *axes.get_ylim(), RISE)
            _names(axes, found, marked, wide - frame.left - frame.right)

        return framed(frame, draw, marking, wide)

    return Chart(name, title, wording.forces_summary(title, said), figure, partial(figure, NARROW))


def _base_of_funnel(found: Forces) -> tuple[str, ...]:
    unsized = [row.name for row in found.rows if row.z is not None and row.adjusted is None]
    said = (wording.forces_base(len(found.sized), found.without_data),)
    return (*said, wording.not_in_funnel(unsized)) if unsized else said


def _dots(axes: Axes, found: Forces, marked: str) -> None:
    kinds = (
        ([row for row in found.sized if not row.funnel], "o", 7, BLUE, wording.FORCE_LEGEND["rate"]),
        ([row for row in found.sized if row.funnel], "D", 8, ORANGE, wording.FORCE_LEGEND["named"]),
        ([row for row in found.sized if is_marked(row, marked)], "o", 15, "none", wording.FORCE_LEGEND["marked"]),
    )
    for rows, marker, size, colour, text in kinds:
        if rows:
            sizes, rates = [row.rate.size for row in rows], [at_print(row.rate.rate) for row in rows]
            axes.plot(
                sizes, rates, linestyle="none", marker=marker, markersize=size, color=colour, markeredgecolor="black",
                label=text, zorder=5,
            )  # fmt: skip


def _names(axes: Axes, found: Forces, marked: str, across: float) -> None:
    """Write names beside dots, each on the side where it covers the fewest others, on a plot so many inches wide."""
    (first, last), (low, high) = axes.get_xlim(), axes.get_ylim()
    room = np.array([across, RISE])
    size = room / (last - first, high - low)
    at = {row.name: (np.array([row.rate.size - first, row.rate.rate - low]) * size) for row in found.sized}
    taken = list(at.values())
    for row in found.sized:
        bold = is_marked(row, marked)
        if not (row.funnel or bold):
            continue
        text = shortened(row.name, min(NAME_IN_FUNNEL, 0.7 * across), SMALL, bold=bold)
        box = np.array([width(text, SMALL, bold=bold), height(1, SMALL) / SPACING])
        near = 0.2 if bold else 0.13
        away = [side * (box / 2 + gap) for gap in (near, near + FURTHER) for side in _SIDES]
        centre = min((at[row.name] + each for each in away), key=lambda middle: _covered(middle, box, taken, room))
        taken += [centre + box * end for end in ((-0.5, 0), (-0.25, 0), (0, 0), (0.25, 0), (0.5, 0))]
        x, y = centre / size + (first, low)
        axes.text(
            x, y, text, fontsize=SMALL, fontweight="bold" if bold else "normal", ha="center",
            va="center", zorder=6,
        )  # fmt: skip


_SIDES = np.array([(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)])
"""Where a name may stand: to the right of its dot first."""


def _covered(middle: Floats, box: Floats, taken: Sequence[Floats], room: Floats) -> int:
    """Count what a name would cover; the edge of the plot counts for more than anything."""
    outside = bool(np.any(middle - box / 2 < 0) or np.any(middle + box / 2 > room))
    return sum(bool(np.all(np.abs(middle - each) < box / 2 + AROUND)) for each in taken) + outside * len(taken)


def draw_limits(axes: Axes, funnel: Funnel, sizes: Sequence[float]) -> None:
    """Draw the target and the limits of a funnel over samples of these sizes."""
    grid = np.geomspace(min(sizes) * 0.85, max(sizes) * 1.1, 200)
    average = at_print(float(funnel.target))
    axes.axhline(average, color=TEAL, linewidth=2, linestyle=(0, (1, 1.5)), label=wording.FORCE_LEGEND["average"])
    for level, style, text in ((INNER, (0, (4, 3)), "inner"), (OUTER, "solid", "outer")):
        limits = funnel.limits(grid, level)
        axes.plot(grid, limits.low, color=GREY, linestyle=style, linewidth=1.2, label=wording.FORCE_LEGEND[text])
        axes.plot(grid, limits.high, color=GREY, linestyle=style, linewidth=1.2, label=UNNAMED)
