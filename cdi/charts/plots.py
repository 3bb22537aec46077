"""Plots of results on axes, for a notebook: rates with their intervals, in the style of the Analysis Function."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cdi.charts.style import BLUE, ORANGE, SETTINGS, STYLE
from cdi.errors import DataError
from cdi.measures import Role, Unit
from cdi.printing import formats
from cdi.printing.lines import level_text, named

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cdi.printing.tables import Row, Table
    from cdi.showing import Shown

__all__ = ["draw_rates", "plotted"]

LINE, AROUND, WIDTH = 0.36, 1.6, 7.5  # inches: of a row, around all of them, of a picture


def plotted(found: Shown, ax: Axes | None) -> Axes:
    """Draw a result on axes: those given, or new ones of a size that fits its rows.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> found = cdi.estimate(pd.DataFrame({"kind": ["a", "b"] * 9, "recorded": [1, 0, 1] * 6}), by="kind")
    >>> [text.get_text() for text in plotted(found, None).get_yticklabels()]
    ['a', 'b', 'all']
    """
    with _styled():
        if ax is None:
            from matplotlib.figure import Figure

            size = (WIDTH, AROUND + LINE * max(len(drawn_rows(found.table)), 3))
            ax = _new_axes(size) if _interactive() else Figure(figsize=size, layout="constrained").add_subplot()
        found.draw(ax)
    return ax


def _interactive() -> bool:
    """Tell whether pictures are shown by pyplot, as in a notebook: then it has to know of them."""
    import sys

    return "matplotlib.pyplot" in sys.modules


def _new_axes(size: tuple[float, float]) -> Axes:
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=size, layout="constrained")[1]


@contextlib.contextmanager
def _styled() -> Iterator[None]:
    import matplotlib as mpl
    import matplotlib.style

    with mpl.rc_context(), matplotlib.style.context([STYLE, dict(SETTINGS)]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")
        yield


def drawn_rows(table: Table) -> list[Row]:
    """Take the rows that a plot of a table shows: the rates of its first measure, or else what it begins with."""
    rates = [row for row in table.rows if row.measure.role is Role.RATE]
    first = (rates or list(table.rows))[:1]
    return table.ordered([row for row in (rates or table.rows) if first and row.measure == first[0].measure])


def draw_rates(axes: Axes, table: Table) -> None:
    """Draw the rates of a table with their intervals, one under the other, the overall one in another shape.

    Raises
    ------
    DataError
        No row of the table has a number.
    """
    rows = drawn_rows(table)
    if not any(row.estimate is not None for row in rows):
        raise DataError.of("nothing-to-plot")
    measure = rows[0].measure
    for place, row in enumerate(rows):
        if row.estimate is None:
            continue
        color, shape = (ORANGE, "D") if row.whole else (BLUE, "o")
        if row.low is not None and row.high is not None:
            axes.plot([row.low, row.high], [place, place], color=color, linewidth=2, zorder=1)
        edge = "black" if row.whole else color
        axes.plot([row.estimate], [place], shape, color=color, markeredgecolor=edge, zorder=2)
    axes.set_yticks(range(len(rows)), [", ".join(named(row)) for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    if measure.unit is Unit.PROPORTION:
        axes.xaxis.set_major_formatter(lambda value, _: f"{formats.percent(value, 0)}%")
    with_interval = any(row.low is not None for row in rows)
    interval = f", {level_text(table.level)} confidence intervals" if with_interval else ""
    axes.set_title(f"{measure.name[:1].upper()}{measure.name[1:]}{interval}", loc="left")
    axes.grid(visible=False, axis="y")
