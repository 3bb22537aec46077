"""What is said of how a sample came about, and of samples that are not drawn by chance."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = [
    "SELECTIONS",
    "WHY_ALONE",
    "additional",
    "census_title",
    "counted",
    "counts_title",
    "net_error",
    "rate_exact",
    "unrecorded_exact",
]

SELECTIONS: Mapping[str, str] = {
    "judgement": "one chosen by judgement",
    "voluntary": "one of those who chose to answer",
}
"""What a sample is that is not representative, in a refusal."""

WHY_ALONE: Mapping[str, str] = {
    "judgement": "There is no rate or interval: the sample was chosen by judgement and may not be typical of the rest.",
    "voluntary": "There is no rate or interval: the sample is of those who chose to answer and may not be typical "
    "of the rest.",
}
"""Why nothing follows from a sample that is not representative."""


def census_title(measure: str) -> str:
    """Head a table of exact figures."""
    return f"{measure[:1].upper()}{measure[1:]} (census)"


def counts_title(measure: str) -> str:
    """Head a table of counts that stand for nothing but themselves."""
    return f"{measure[:1].upper()}{measure[1:]}: counts only, from a sample that is not representative"


def counted(subject: str, counted_: str, of: str) -> str:
    """Say what was counted in a sample that stands for nothing else."""
    return f"In the sample, {counted_} of {of} {subject}."


def rate_exact(subject: str, estimate: str, *, searches: bool) -> str:
    """Say the rate of a census."""
    unit = "record" if searches else "report"
    return (
        f"{estimate[:1].upper()}{estimate[1:]} of {subject}: every {unit} was audited, so there is no sampling error."
    )


def unrecorded_exact(count: str) -> str:
    """Say how many crimes were not recorded where the rate is that of a census."""
    return f"At that rate, {count} reported crimes were not recorded."


def _opening(count: str) -> str:
    return "An estimated" if count[:1].isdecimal() else "We estimate that"


def _span(low: str, high: str, ways: tuple[str, str]) -> str:
    """Write an interval; one that goes both ways names them, since a sign alone does not."""
    return f"{low[1:]} {ways[0]} to {high} {ways[1]}" if low.startswith("-") else f"{low} to {high}"


def net_error(over: str, net: str, low: str, high: str, level: str, *, too_high: bool) -> str:
    """Say what recorded crime lacks net of what it should not hold."""
    ways = ("too low", "too high") if too_high else ("too high", "too low")
    interval = f" ({level} confidence interval {_span(low, high, ways)})" if high else ""
    said = f"{_opening(over)} {over} recorded crimes should not have been recorded. Net of these, recorded crime is "
    return f"{said}{net} too {'high' if too_high else 'low'}{interval}."


def additional(count: str, low: str, high: str, level: str, *, fewer: bool) -> str:
    """Say how many crimes were recorded in addition, or fewer, since the rate changed."""
    ways = ("more", "fewer") if fewer else ("fewer", "more")
    interval = f" ({level} confidence interval {_span(low, high, ways)})" if high else ""
    return (
        f"{_opening(count)} {count} {'fewer' if fewer else 'more'} crimes were recorded than at the earlier rate"
        f"{interval}."
    )
