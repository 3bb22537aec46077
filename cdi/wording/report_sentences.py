"""The sentence of each number of a report: what one row of a table says, in its own unit."""

from __future__ import annotations

from collections.abc import Sequence

from cdi.wording.charting import capital

__all__ = [
    "IN_TIME",
    "a_chance",
    "a_delay",
    "a_margin",
    "a_p_value",
    "a_ratio",
    "a_score",
    "between_limits",
    "between_lines",
    "difference_said",
    "in_part",
    "in_time_within",
    "more_than_recorded",
    "opening_of_rate",
    "said_of_rate",
]

IN_TIME = "in time"


def opening_of_rate(*, estimated: bool, bound: bool, in_sample: bool, of_frame: bool) -> str:
    """Begin the sentence of a rate by what it is: of the sample, an estimate, or exact."""
    if in_sample:
        return "In the sample, "
    opening = "We estimate that " if estimated and bound else "An estimated " if estimated else ""
    return f"Weighted by the sampling frame, {opening[:1].lower()}{opening[1:]}" if of_frame else opening


def said_of_rate(subject: str, rate: str, low: str, high: str, half: str, level: str, *, opening: str) -> str:
    """Say a rate in percent with its interval, or with half its width; there may be none."""
    if half:
        return f"{opening}{rate} percent (with a confidence interval of +/- {half} percent) of {subject}."
    interval = f" ({level} confidence interval {low}% to {high}%)" if low and high else ""
    return f"{opening}{rate}% of {subject}{interval}."


def difference_said(points: str, low: str, high: str, level: str) -> str:
    """Say a difference in percentage points."""
    interval = f" ({level} confidence interval {low} to {high})" if low and high else ""
    return f"The difference is {points} percentage points{interval}."


def a_ratio(ratio: str, low: str, high: str, level: str) -> str:
    """Say a ratio; there may be no upper limit."""
    span = f"{low} to {high}" if high else f"{low} or more"
    return f"The ratio is {ratio}{f' ({level} confidence interval {span})' if low else ''}."


def a_p_value(p: str, *, adjusted: bool) -> str:
    """Say a p-value, or one that is adjusted for many changes."""
    return f"The p-value is {p}{', adjusted for the number of changes tested' if adjusted else ''}."


def a_margin(margin: str) -> str:
    """Say the margin that a change is held against."""
    return f"The margin is {margin} percentage points."


def a_delay(portion: str, hours: str, low: str, high: str, level: str) -> str:
    """Say by when a portion of the crimes recorded was recorded."""
    span = f"{low} to {high}" if high else f"{low} or more"
    interval = f" ({level} confidence interval {span} hours)" if low else ""
    return f"{portion} of the recorded crimes were recorded within {hours} hours of the report{interval}."


def a_score(score: str, *, below: bool, logs: bool) -> str:
    """Say how far a rate lies from the average of forces."""
    lies = f"{score} standard deviations {'below' if below else 'above'}"
    return f"The {'logarithm of the ' if logs else ''}rate is {lies} the average of all forces."


def a_chance(end: str, chance: str, of: str) -> str:
    """Say how probable it is that a force is truly among the lowest or the highest."""
    return f"The probability that the force is truly among the {end} {of} forces is {chance}."


def between_lines(low: str, high: str, centre: str) -> str:
    """Say the published lines."""
    return f"The published lines are {low} and {high}, either side of an average of {centre}."


def between_limits(low: str, high: str, centre: str) -> str:
    """Say the control limits of a month."""
    return f"The control limits are {low} and {high}, around a centre line of {centre}."


def in_part(where: Sequence[str], text: str) -> str:
    """Put before a sentence what it is of."""
    return f"{capital(', '.join(where))}: {text[:1].lower()}{text[1:]}" if where else text


def more_than_recorded(count: str) -> str:
    """Say a count rounded down, as inspection reports do."""
    return f"We estimate that more than {count} reported crimes were not recorded."


def in_time_within(hours: str) -> str:
    """Say within how many hours something was in time."""
    return f"within {hours} hour{'' if hours == '1' else 's'} of the report"
