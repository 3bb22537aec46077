"""The funnel of forces: rates against the sizes of their samples."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.charts.chart import Chart
from cdi.charts.force_charts import is_marked, said_of_marked
from cdi.charts.framing import WIDTH, Frame, framed
from cdi.charts.lettering import SMALL, SPACING, height, plain, shortened, width
from cdi.charts.plotting import in_percent
from cdi.charts.style import BLUE, GREY, ORANGE, TEAL, UNNAMED, save
from cdi.errors import DataError, Where
from cdi.peers.force_pages import second_opinion

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cdi.peers.side_by_side import Forces
    from cdi.variation.funnel import Funnel

__all__ = ["draw_funnel", "funnel_chart"]

Floats: TypeAlias = npt.NDArray[np.float64]

RISE, SIDE, FOOT = 5.0, 0.75, 0.6  # inches: of the plot, at its left, under it
NAME, AROUND, FURTHER = 2.4, 0.08, 0.16  # inches: of a name at the most, about what it should not cover, next try
ROOM = WIDTH - SIDE - 0.3
INNER, OUTER = 0.95, 0.998


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
    save(funnel_chart(found, source=source), path)


def funnel_chart(found: Forces, *, source: str, marked: str = "", name: str = "funnel") -> Chart:
    """Prepare the funnel of forces.

    Parameters
    ----------
    found, source, name
        As in :func:`forces_chart`.
    marked : str
        A force that is named and ringed; none if empty.

    Returns
    -------
    Chart
        What :func:`draw_funnel` writes.

    Raises
    ------
    DataError
        Fewer than three forces have a half width.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> results = {"force": ["Kent", "Essex", "Surrey"], "rate": [0.9, 0.91, 0.8], "half_width": [0.02, 0.03, 0.02]}
    >>> funnel_chart(cdi.forces(pd.DataFrame(results)), source="three audits").title
    'Recording rate by force and size of the sample'
    """
    funnel = found.funnel
    if funnel is None:
        raise DataError.of("no-funnel", got=len(found.sized), where=Where(found.rates.name))

    def draw(axes: Axes) -> None:
        _limits(axes, found, funnel)
        _dots(axes, found, marked)
        axes.set_xlabel(wording.FUNNEL_AXES["size"])
        axes.xaxis.set_major_formatter(lambda size, _: f"{size:,.0f}")
        in_percent(axes, "y", *axes.get_ylim(), RISE)
        _names(axes, found, marked)

    above = (found.warning, *second_opinion(found)[:1])
    below = (wording.funnel_drawn(), *_base(found), wording.chart_source(plain(source)))
    title = wording.funnel_title(found.measure.name)
    said = [part for part in (*said_of_marked(found.sized, marked), *above, *_base(found)) if part]
    frame = Frame(title, above, below, RISE, SIDE, foot=FOOT)
    return Chart(name, title, wording.forces_summary(title, said), partial(framed, frame, draw))


def _base(found: Forces) -> tuple[str, ...]:
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
            axes.plot(
                [row.rate.size for row in rows], [row.rate.rate for row in rows], linestyle="none", marker=marker,
                markersize=size, color=colour, markeredgecolor="black", label=text, zorder=5,
            )  # fmt: skip


def _names(axes: Axes, found: Forces, marked: str) -> None:
    """Write names beside dots, each on the side where it covers the fewest others."""
    (first, last), (low, high) = axes.get_xlim(), axes.get_ylim()
    size = np.array([ROOM / (last - first), RISE / (high - low)])
    at = {row.name: (np.array([row.rate.size - first, row.rate.rate - low]) * size) for row in found.sized}
    taken = list(at.values())
    for row in found.sized:
        bold = is_marked(row, marked)
        if not (row.funnel or bold):
            continue
        text = shortened(row.name, NAME, SMALL, bold=bold)
        box = np.array([width(text, SMALL, bold=bold), height(1, SMALL) / SPACING])
        near = 0.2 if bold else 0.13
        away = [side * (box / 2 + gap) for gap in (near, near + FURTHER) for side in _SIDES]
        centre = min((at[row.name] + each for each in away), key=lambda middle: _covered(middle, box, taken))
        taken += [centre + box * end for end in ((-0.5, 0), (-0.25, 0), (0, 0), (0.25, 0), (0.5, 0))]
        x, y = centre / size + (first, low)
        axes.text(
            x, y, text, fontsize=SMALL, fontweight="bold" if bold else "normal", ha="center",
            va="center", zorder=6,
        )  # fmt: skip


_SIDES = np.array([(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)])
"""Where a name may stand: to the right of its dot first."""


def _covered(middle: Floats, box: Floats, taken: Sequence[Floats]) -> int:
    """Count what a name would cover; the edge of the plot counts for more than anything."""
    room = np.array([ROOM, RISE])
    outside = bool(np.any(middle - box / 2 < 0) or np.any(middle + box / 2 > room))
    return sum(bool(np.all(np.abs(middle - each) < box / 2 + AROUND)) for each in taken) + outside * len(taken)


def _limits(axes: Axes, found: Forces, funnel: Funnel) -> None:
    sizes = [row.rate.size for row in found.sized]
    grid = np.geomspace(min(sizes) * 0.85, max(sizes) * 1.1, 200)
    axes.axhline(
        float(funnel.target), color=TEAL, linewidth=2, linestyle=(0, (1, 1.5)), label=wording.FORCE_LEGEND["average"]
    )
    for level, style, text in ((INNER, (0, (4, 3)), "inner"), (OUTER, "solid", "outer")):
        limits = funnel.limits(grid, level)
        axes.plot(grid, limits.low, color=GREY, linestyle=style, linewidth=1.2, label=wording.FORCE_LEGEND[text])
        axes.plot(grid, limits.high, color=GREY, linestyle=style, linewidth=1.2, label=UNNAMED)
