"""Charts of how often intervals are right: by true rate as lines, or of each row as a dot with its error."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

from cdi import wording
from cdi.charts.style import BLUE, CLARET, ORANGE, TEAL, WIDTH, in_percent
from cdi.errors import DataError
from cdi.printing import formats
from cdi.printing.lines import level_text
from cdi.simulating.results import ERRORS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from cdi.binomial.coverage import Enumerated
    from cdi.simulating.results import Coverage, Covered

__all__ = ["LOWEST", "draw_coverage"]

LOWEST = 0.8
"""Where the axis of coverage ends: what lies lower leaves the picture, as the table says by how much."""

HEIGHT = 3.0  # inches, of the axis of coverage

_COLOURS = (BLUE, ORANGE, TEAL, CLARET)


def draw_coverage(axes: Axes, found: Coverage) -> None:
    """Draw coverage against the level."""
    rows = [row for row in found.rows if row.coverage is not None]
    if not rows:
        raise DataError.of("nothing-to-plot")
    if found.curves:
        _curves(axes, found.curves)
        axes.axhline(found.level, color="black", linewidth=1, zorder=0)
    else:
        _dots(axes, rows)
        axes.axvline(found.level, color="black", linewidth=1, zorder=0)
    counts = any(row.counts for row in rows)
    axes.set_title(wording.coverage_plot(level_text(found.level), counts=counts), loc="left")


def _curves(axes: Axes, curves: Mapping[str, Enumerated]) -> None:
    """Draw a line for each method, by true rate."""
    for (method, each), colour in zip(curves.items(), cycle(_COLOURS), strict=False):
        axes.plot(each.rate, each.coverage, color=colour, linewidth=1, label=method)
    rates = [rate for each in curves.values() for rate in (float(each.rate[0]), float(each.rate[-1]))]
    in_percent(axes, "x", min(rates), max(rates), WIDTH)
    in_percent(axes, "y", LOWEST, 1.0, HEIGHT)
    axes.set_xlabel(wording.COVERAGE_HEADINGS["axis"])
    if len(curves) > 1:
        axes.legend(loc="lower left", ncols=2)


def _dots(axes: Axes, rows: list[Covered]) -> None:
    """Draw a dot for each row, with three standard errors where it was simulated."""
    several = len({row.method for row in rows}) > 1
    names = []
    for place, row in enumerate(rows):
        error = ERRORS * (row.se or 0.0)
        colour, shape = (ORANGE, "D") if row.facts.whole else (BLUE, "o")
        share = row.coverage or 0.0
        axes.plot([max(share - error, 0), min(share + error, 1)], [place, place], color=colour, linewidth=2, zorder=1)
        axes.plot([share], [place], shape, color=colour, zorder=2)
        names.append(f"{row.name}, {row.method}" if several else row.name)
    axes.set_yticks(range(len(rows)), names)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.xaxis.set_major_formatter(lambda value, _: f"{formats.percent(value, 0)}%")
    axes.grid(visible=False, axis="y")
