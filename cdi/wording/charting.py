"""What is said on charts, and of them in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = [
    "DELAY_AXIS", "DELAY_LEGEND", "PARTS_LEGEND", "WHOLE_BARS", "axis_begins", "capital", "chart_source",
    "delay_band", "delay_base", "delays_drawn", "hours", "mark_not_drawn", "mark_said", "marks_said",
    "median_hours", "median_said", "named_mark", "plot_title", "rate_beside", "recorded_of_all", "within_hours",
]  # fmt: skip

PARTS_LEGEND: Mapping[str, str] = {
    "recorded": "recorded",
    "unrecorded": "not recorded",
    "interval": "interval of the share recorded",
}

WHOLE_BARS = "Each bar shows all crimes that should have been recorded (100%)."


DELAY_LEGEND: Mapping[str, str] = {"share": "share recorded", "band": "interval"}

DELAY_AXIS = "hours since the report"


def capital(text: str) -> str:
    """Write a heading with a capital letter."""
    return f"{text[:1].upper()}{text[1:]}"


def plot_title(measure: str, level: str) -> str:
    """Head the plot of a result, by the level of its intervals where it has any."""
    return f"{capital(measure)}, {level} confidence intervals" if level else capital(measure)


def chart_source(source: str) -> str:
    """Say where the numbers of a chart come from."""
    return f"Source: {source.removesuffix('.')}."


def axis_begins(rate: str) -> str:
    """Say where the axis of rates begins, where that is not at 0%."""
    return f"The axis starts at {rate}, not at 0%."


def recorded_of_all(rate: str) -> str:
    """Say which part of all crime was recorded."""
    return f"{rate} recorded"


def rate_beside(rate: str, count: str) -> str:
    """Write a rate beside its mark, and the count that belongs to it."""
    return f"{rate} ({count})" if count else rate


def mark_said(label: str, rate: str, ends: tuple[str, str] | None, count: str) -> str:
    """Say what one mark of a chart shows."""
    interval = f" ({ends[0]} to {ends[1]})" if ends else ""
    return f"{label} {rate}{interval}{f', {count}' if count else ''}"


def named_mark(label: str, beside: str) -> str:
    """Write above a mark what stands to its left and right where there is more room."""
    if not beside:
        return label
    return f"{label} {beside}" if label.endswith("?") else f"{label}: {beside}"


def mark_not_drawn(label: str, count: str) -> str:
    """Say why there is no mark of a name."""
    return f"{label}: {count or 'no rate'}"


def marks_said(title: str, marks: Sequence[str]) -> str:
    """Say in words what a chart of rates shows."""
    return " ".join(f"{capital(text)}." for text in (title, *(marks or ["no rate"])))


def hours(number: float) -> str:
    """Name a number of hours."""
    return f"{number:,.12g} hour{'' if number == 1 else 's'}"


def within_hours(number: float) -> str:
    """Name the limit that crimes are to be recorded within."""
    return f"limit: {hours(number)}"


def median_hours(number: str) -> str:
    """Name the median delay."""
    return f"median: {number} hours"


def median_said(number: str, low: str, high: str) -> str:
    """Say how long half of the crimes took to be recorded; an end that is not known is left out."""
    interval = ""
    if low:
        interval = f" ({low} to {high})" if high else f" ({low} or more)"
    return f"Half of the recorded crimes were recorded within {number} hours{interval}."


def delay_band(level: str) -> str:
    """Say what the band about a share is."""
    return f"The band shows {level} confidence intervals."


def delay_base(n: int) -> str:
    """Say what the shares were counted from."""
    return f"Base: {n:,} crime{'' if n == 1 else 's'} recorded with a known delay."


def delays_drawn(*, whole: bool) -> str:
    """Say at which hours a share is drawn, and on what scale."""
    later = "" if whole else " Crimes recorded after the last dot are not shown."
    return (
        "Each dot shows the share recorded by then; straight lines join the dots. Each doubling of the hours takes the "
        f"same space on the axis.{later}"
    )
