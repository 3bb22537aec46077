"""What is said on the charts of forces: legends, axes, and the lines above and below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdi.wording.sentences import listed

__all__ = [
    "FORCE_LEGEND",
    "FUNNEL_AXES",
    "forces_base",
    "forces_drawn",
    "forces_intervals",
    "forces_summary",
    "funnel_drawn",
    "funnel_title",
    "marked_force",
    "not_in_funnel",
]

FORCE_LEGEND: Mapping[str, str] = {
    "rate": "rate",
    "within": "within the lines",
    "apart": "left out of the lines",
    "interval": "interval",
    "average": "average",
    "lines": "published lines",
    "named": "differs by more than chance",
    "inner": "95% limits",
    "outer": "99.8% limits",
    "marked": "the force of this report",
}

FUNNEL_AXES: Mapping[str, str] = {"size": "effective size of the sample"}


def forces_base(forces: int, missing: Sequence[str]) -> str:
    """Say how many forces there are, and which have no data."""
    return f"Base: {forces} forces.{f' Without data: {listed(missing)}.' if missing else ''}"


def forces_drawn(order: str) -> str:
    """Say what a bar is, and how bars are ordered."""
    ordered = {"name": "in alphabetical order", "value": "in order of rate, which is not a ranking"}[order]
    return f"One bar for each force, {ordered}. The axis begins at 0%."


def forces_intervals(level: str, method: str) -> str:
    """Say what the whiskers are."""
    return f"Whiskers are {level} confidence intervals ({method})."


def forces_summary(title: str, parts: Sequence[str]) -> str:
    """Say in words what a chart shows."""
    return f"{title}. {' '.join(parts)}"


def funnel_drawn() -> str:
    """Say what a funnel shows."""
    return (
        "Limits are about the average and allow for the usual variation between forces. Sizes are effective sample "
        "sizes."
    )


def marked_force(name: str, rate: str) -> str:
    """Name the force that stands out on a chart."""
    return f"Marked: {name}, {rate}."


def not_in_funnel(forces: Sequence[str]) -> str:
    """Name the forces that a funnel has no place for."""
    return f"No interval, so not shown here: {listed(forces)}."


def funnel_title(measure: str) -> str:
    """Head a funnel."""
    return f"{measure[:1].upper()}{measure[1:]} by force and size of the sample"
