"""The picture of a plan: half-width against reports read, with the auditor-days above."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.charts.style import BLUE, ORANGE, Chart, new_axes, save, styled
from cdi.printing.lines import level_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from cdi.planning.plan import Plan

__all__ = ["draw_plan", "plan_chart", "plotted_plan"]

SIZE = (7.5, 4.5)  # inches


def draw_plan(found: Plan, path: str | Path) -> None:
    """Draw what narrower and wider intervals cost, to a file."""
    save(plan_chart(found), path)


def plan_chart(found: Plan) -> Chart:
    """Prepare the chart of a plan."""
    said = wording.picture_of_plan([(each.reports, _shown(found, each.half_width)) for each in found.costs])
    return Chart("plan", wording.plan_picture(level_text(found.level)), said, partial(_figure, found))


def plotted_plan(found: Plan, ax: Axes | None) -> Axes:
    """Draw a plan on axes: those given, or new ones."""
    with styled():
        if ax is None:
            ax = new_axes(SIZE)
        _draw(ax, found)
    return ax


def _figure(found: Plan, marking: str = "", wide: float = SIZE[0]) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(wide, SIZE[1]), layout="constrained")
    axes = figure.add_subplot()
    _draw(axes, found)
    if marking:
        figure.suptitle(marking)
    return figure


def _of_crimes(found: Plan) -> bool:
    return next((each.kind for each in found.targets if each.expected is not None), "rate") == "count"


def _shown(found: Plan, half: float) -> float:
    """Give a half-width in what the axis counts: crimes, or points."""
    return half if _of_crimes(found) else 100 * half


def _draw(axes: Axes, found: Plan) -> None:
    """Draw the line, and mark the plan on it."""
    reports = [each.reports for each in found.costs]
    axes.plot(reports, [_shown(found, each.half_width) for each in found.costs], "o-", color=BLUE, linewidth=2)
    for each in found.costs:
        if each.planned:
            axes.plot([each.reports], [_shown(found, each.half_width)], "D", color=ORANGE, markeredgecolor="black")
            axes.annotate(wording.THE_PLAN, (each.reports, _shown(found, each.half_width)), (8, 8),
                          textcoords="offset points")  # fmt: skip
    axes.set_xlabel(wording.PLAN_PICTURE["reports"])
    axes.set_ylabel(wording.PLAN_PICTURE["count" if _of_crimes(found) else "half"])
    axes.set_ylim(bottom=0)
    axes.set_xlim(left=0)
    axes.set_title(wording.plan_picture(level_text(found.level)), loc="left")
    first = found.costs[-1]
    if first.days is not None and first.reports:
        a_day = first.reports / first.days
        ways: Any = (lambda reports: reports / a_day, lambda days: days * a_day)
        above = axes.secondary_xaxis("top", functions=ways)
        above.set_xlabel(wording.PLAN_PICTURE["days"])
