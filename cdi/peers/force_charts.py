"""Charts of forces in the style of the Government Analysis Function: bars with the published lines, and a funnel.

As in :mod:`cdi.monitoring.charts`: everything is said on the chart, nothing is told apart by colour alone, and the same
numbers give the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cdi import wording
from cdi.errors import DataError, Where
from cdi.monitoring.charts import BLUE, GREY, LEFT, LINE, ORANGE, TEAL, UNNAMED, WIDTH, plain, save, wrapped
from cdi.peers.force_names import APART
from cdi.peers.force_pages import caution, findings, intervals_of, label, second_opinion
from cdi.printing import formats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from cdi.peers.side_by_side import Forces

__all__ = ["describe_forces", "draw_forces", "draw_funnel"]

BAR = 0.22  # inches, of a force
FUNNEL = 5.6  # inches, of a funnel
LEGEND = 0.3  # inches, of a line of the legend
NAMES, LETTER = 0.17, 0.0075  # of the width, for the names of forces; for a letter of longer ones
LONGEST = 40  # letters of a name that are shown
LIGHT, PALE = "#A6BDD9", "#D9D9D9"
INNER, OUTER = 0.95, 0.998


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
    parts = [found.warning, *findings(found), *caution(found), *_base(found)]
    return wording.forces_summary(_title(found), [part for part in parts if part])


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
    save(path, lambda: _bars(found, source), _title(found), describe_forces(found))


def draw_funnel(found: Forces, path: str | Path, *, source: str) -> None:
    """Draw the rates against the sizes of their samples, between the limits of chance and of the usual spread.

    Parameters
    ----------
    found : Forces
        From :func:`cdi.forces`.
    path : str or pathlib.Path
        A file that ends in .svg or .png, written as by :func:`cdi.draw_forces`.
    source : str
        Where the numbers come from, as it is to stand on the chart.

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
    if found.funnel is None:
        raise DataError.of("no-funnel", got=len(found.sized), where=Where(found.rates.name))
    title = wording.funnel_title(wording.MEASURES[found.measure])
    parts = [found.warning, *second_opinion(found)[:1], *_base_of_funnel(found)]
    save(path, lambda: _funnel(found, source), title, wording.forces_summary(title, [part for part in parts if part]))


def _title(found: Forces) -> str:
    return wording.forces_bars(wording.MEASURES[found.measure])


def _base(found: Forces) -> tuple[str, ...]:
    apart = (wording.forces_apart(APART),) if found.apart else ()
    return (wording.forces_base(len(found.rows) - len(found.apart), found.without_data), *apart)


def _base_of_funnel(found: Forces) -> tuple[str, ...]:
    unsized = [row.name for row in found.rows if row.z is not None and row.adjusted is None]
    said = (wording.forces_base(len(found.sized), found.without_data),)
    return (*said, wording.not_in_funnel(unsized)) if unsized else said


def _framed(
    title: str, above: Sequence[str], below: Sequence[str], plot: float, left: float, legend: int
) -> tuple[Figure, Axes]:
    """Set out a chart between its lines of text, which decide its height."""
    from matplotlib.figure import Figure

    said = [line for text in above if text for line in wrapped(text)]
    noted = [line for text in below if text for line in wrapped(text)]
    heights = (LINE * len(noted) + 0.85, plot, LINE * len(said) + 0.75 + LEGEND * legend)
    total = sum(heights)
    figure = Figure(figsize=(WIDTH, total))
    axes = figure.add_axes((left, heights[0] / total, 0.97 - left, plot / total))
    figure.text(LEFT, 1 - 0.2 / total, title, fontsize=15, fontweight="bold", va="top")
    figure.text(LEFT, 1 - 0.55 / total, "\n".join(said), va="top", linespacing=1.4)
    figure.text(LEFT, 0.15 / total, "\n".join(noted), va="bottom", fontsize=10, color=GREY, linespacing=1.4)
    return figure, axes


def _legend(axes: Axes, columns: int) -> None:
    axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=columns, handletextpad=0.5, columnspacing=1.4)


def _bars(found: Forces, source: str) -> Figure:
    """Draw a bar for each force, from the top in the order of the rows."""
    from matplotlib.ticker import FuncFormatter

    level, method = intervals_of(found)
    below = (
        wording.forces_drawn(found.sort),
        wording.forces_intervals(level, method) if level else "",
        *caution(found),
        *_base(found),
        wording.chart_source(plain(source)),
    )
    names = [_shown(row.name) for row in found.rows]
    left = max(NAMES, LEFT + LETTER * max(map(len, names)))
    above, height = (found.warning, *findings(found)), BAR * len(names) + 0.2
    figure, axes = _framed(_title(found), above, below, height, left, legend=2)
    _draw_bars(axes, found)
    _draw_lines(axes, found)
    axes.set_yticks(range(len(names)), names, fontsize=10)
    axes.set_ylim(len(names) - 0.4, -0.6)
    most = max(float(found.lines.high), *(row.rate.record.high or row.rate.rate for row in found.rows))
    axes.set_xlim(0, 1 if most > 0.5 else max(math.ceil(most * 20), 1) / 20)  # no rate lies beyond 100%
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{formats.percent(value, 0)}%"))
    axes.grid(axis="y", visible=False)
    _legend(axes, 3)
    return figure


def _shown(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


_STYLES = {
    "within": (LIGHT, None, ""),
    "above": (TEAL, "//", "▲"),
    "below": (ORANGE, "\\\\", "▼"),
    "apart": (PALE, None, ""),
}


def _draw_bars(axes: Axes, found: Forces) -> None:
    kinds = ["apart" if row.z is None else row.side or "within" for row in found.rows]
    for kind, (colour, hatch, sign) in _STYLES.items():
        places = [i for i, of in enumerate(kinds) if of == kind]
        rates = [found.rows[i].rate.rate for i in places]
        if not places:
            continue
        named = f"{sign} {label(found, kind)}" if sign else wording.FORCE_LEGEND[kind]
        axes.barh(
            places, rates, height=0.72, color=colour, hatch=hatch, edgecolor="white" if hatch else colour, label=named
        )
        for place in places if sign else ():
            axes.text(
                0.012, place, sign, transform=axes.get_yaxis_transform(), va="center", fontsize=9, color="black",
                zorder=6,
            )  # fmt: skip
    drawn = [(i, row.rate.record) for i, row in enumerate(found.rows)]
    ends = [(i, record.low, record.high) for i, record in drawn if record.low is not None and record.high is not None]
    if ends:
        at, lows, highs = zip(*ends, strict=True)
        middle, half = np.add(lows, highs) / 2, np.subtract(highs, lows) / 2
        axes.errorbar(
            middle, at, xerr=half, fmt="none", ecolor="black", elinewidth=1.2, capsize=3, zorder=5,
            label=wording.FORCE_LEGEND["interval"],
        )  # fmt: skip


def _draw_lines(axes: Axes, found: Forces) -> None:
    axes.axvline(float(found.lines.centre), color=GREY, linewidth=1.2, zorder=4, label=wording.FORCE_LEGEND["average"])
    for value, named in ((found.lines.low, wording.FORCE_LEGEND["lines"]), (found.lines.high, UNNAMED)):
        axes.axvline(float(value), color="black", linewidth=1.6, linestyle=(0, (1, 1.5)), zorder=4, label=named)


def _funnel(found: Forces, source: str) -> Figure:
    """Draw rates against sizes, with the limits as curves."""
    from matplotlib.ticker import FuncFormatter

    below = (wording.funnel_drawn(), *_base_of_funnel(found), wording.chart_source(plain(source)))
    above = (found.warning, *second_opinion(found)[:1])
    figure, axes = _framed(wording.funnel_title(wording.MEASURES[found.measure]), above, below, FUNNEL, 0.08, legend=1)
    _draw_limits(axes, found)
    named = [row for row in found.sized if row.funnel]
    for rows, marker, colour, text in (
        ([row for row in found.sized if not row.funnel], "o", BLUE, wording.FORCE_LEGEND["rate"]),
        (named, "D", ORANGE, wording.FORCE_LEGEND["named"]),
    ):
        if rows:
            axes.plot(
                [row.rate.size for row in rows], [row.rate.rate for row in rows], linestyle="none", marker=marker,
                markersize=7, color=colour, markeredgecolor="black", label=text, zorder=5,
            )  # fmt: skip
    for row in named:
        axes.annotate(row.name, (row.rate.size, row.rate.rate), (7, 4), textcoords="offset points", fontsize=9)
    axes.set_xlabel(wording.FUNNEL_AXES["size"])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda size, _: f"{size:,.0f}"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda rate, _: f"{formats.percent(rate, 0)}%"))
    _legend(axes, 5)
    return figure


def _draw_limits(axes: Axes, found: Forces) -> None:
    if found.funnel is None:
        raise TypeError
    sizes = [row.rate.size for row in found.sized]
    grid = np.geomspace(min(sizes) * 0.85, max(sizes) * 1.1, 200)
    axes.axhline(
        float(found.funnel.target),
        color=TEAL,
        linewidth=2,
        linestyle=(0, (1, 1.5)),
        label=wording.FORCE_LEGEND["average"],
    )
    for level, style, text in ((INNER, (0, (4, 3)), "inner"), (OUTER, "solid", "outer")):
        limits = found.funnel.limits(grid, level)
        axes.plot(grid, limits.low, color=GREY, linestyle=style, linewidth=1.2, label=wording.FORCE_LEGEND[text])
        axes.plot(grid, limits.high, color=GREY, linestyle=style, linewidth=1.2, label=UNNAMED)
