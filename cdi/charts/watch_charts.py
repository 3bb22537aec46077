"""The chart of a sample that is watched as it is read: what is known of the rate against the reports read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdi import wording
from cdi.charts.style import BLUE, ORANGE, at_print, in_percent
from cdi.errors import DataError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cdi.watching.watches import Watch

__all__ = ["draw_watch"]

HEIGHT = 3.0  # inches, of the axis of rates

ROOM = 0.02
"""What is left of the axis of rates beyond the lowest limit."""


def draw_watch(axes: Axes, found: Watch) -> None:
    """Draw the limits as they came together, the rate of what was read, and the standard."""
    looks = [row for row in found.looks if row.clusters is not None and not row.withheld]
    ends = [end for row in looks for end in (row.low, row.high, row.estimate) if end is not None]
    if not ends:
        raise DataError.of("nothing-to-plot")
    reports = [row.clusters or 0 for row in looks]
    low, high = (
        [at_print(default if end is None else end) for end in held]
        for default, held in ((0.0, [row.low for row in looks]), (1.0, [row.high for row in looks]))
    )
    axes.fill_between(reports, low, high, step="post", color=BLUE, alpha=0.2, linewidth=0)
    axes.step(reports, low, where="post", color=BLUE, linewidth=1)
    axes.step(reports, high, where="post", color=BLUE, linewidth=1)
    known = [(at, at_print(row.estimate)) for at, row in zip(reports, looks, strict=True) if row.estimate is not None]
    if known:
        axes.plot(*zip(*known, strict=True), "o", color=ORANGE, markersize=4)
    axes.axhline(found.standard, color="black", linewidth=1)
    in_percent(axes, "y", max(0.0, min(*low, found.standard) - ROOM), 1.0, HEIGHT)
    axes.set_xlabel(wording.READS)
    axes.set_title(wording.watch_plot(f"{found.standard * 100:.10g}%"), loc="left")
