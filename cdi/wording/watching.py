"""What is said of a sample that is watched while it is read: what is clear, and how many more reports are likely."""

from __future__ import annotations

from collections.abc import Mapping

from cdi.wording.sentences import InPercent

__all__ = [
    "DECIDED_BY_ONE_END", "READS", "WATCH_HEADINGS", "WATCH_STATEMENT", "confined", "decided", "is_known",
    "likely_more", "most_taken", "none_auditable", "not_near", "order_unchecked", "order_verified", "read_of",
    "sample_ends", "sequence_title", "still_open", "watch_plot",
]  # fmt: skip

READS = "reports read"
"""The column that says how many reports had been read."""

WATCH_HEADINGS: Mapping[str, str] = {
    "clusters": "reports read",
    "n": "crimes due",
    "recorded": "of these recorded",
    "rate": InPercent("rate"),
    "low": "from %",
    "high": "to %",
    "notes": "notes",
}

WATCH_STATEMENT = (
    "These limits hold at every look together, however often one looks. Do not publish them as an interval. For a rate "
    "to publish, read the sample to its end and estimate it."
)

DECIDED_BY_ONE_END = (
    "The standard still lies between these limits. They allow for both ends at once, and a decision needs one of them."
)

_SIDES: Mapping[str, str] = {"above": "at or above", "below": "below"}

_OPEN_SIDES: Mapping[str, str] = {"both": "on either side of", "lower": "below", "upper": "at or above"}
"""Which limits were asked for -> where the rate may still lie."""


def _reports(number: int) -> str:
    return f"{number:,} report{'' if number == 1 else 's'}"


def decided(side: str, standard: str, number: int) -> str:
    """Say what is clear, and since when."""
    return f"Clear: the recording rate is {_SIDES[side]} the standard of {standard}, after {_reports(number)}."


def still_open(side: str, standard: str, number: int) -> str:
    """Say that it is not clear yet."""
    where = _OPEN_SIDES[side]
    return f"Not clear yet, so read on: after {_reports(number)} the rate may lie {where} the standard of {standard}."


def is_known(side: str, standard: str, rate: str) -> str:
    """Say how a rate lies by the standard that is known, as every report was read."""
    lies = f"{side} the standard of {standard}" if side else f"the standard of {standard} itself"
    return f"Known: every report on the frame was read, and the rate is {rate}, {lies}."


def confined(side: str, low: str, high: str, level: str) -> str:
    """Say where the rate lies."""
    lies = {"both": f"from {low} to {high}", "lower": f"at {low} or above", "upper": f"at {high} or below"}[side]
    return f"The rate lies {lies}, by a {level} confidence sequence. It is wider than an interval."


def read_of(read: int, reports: int, frame: int, strata: int) -> str:
    """Say how much of the sample was read, and of what frame."""
    of = f" in {strata:,} strata" if strata > 1 else ""
    return f"Read so far: {read:,} of {_reports(reports)} in the sample, from a frame of {frame:,}{of}."


def likely_more(half: int, most: int | None, ahead: int, draws: int) -> str:
    """Say how many more reports are likely until it is clear."""
    further = f"and nine in ten after {most:,}" if most is not None else f"but fewer than nine in ten after {ahead:,}"
    return (
        f"If the rest is like what was read, it is likely to be clear after about {half:,} more. Of {draws:,} random "
        f"continuations, half were clear by then, {further}. This is likely, not promised."
    )


def not_near(ahead: int, draws: int) -> str:
    """Say that it is not likely to be clear soon."""
    return (
        "If the rest is like what was read, it is not likely to be clear soon. "
        f"Of {draws:,} random continuations, fewer than half were clear after {ahead:,} more."
    )


def sample_ends(left: int, share: str) -> str:
    """Say how often it is clear when the sample ends."""
    if not left:
        return "The sample is read to its end. To read on, draw a longer one with the same seed."
    return f"The sample has {left:,} more. By its end, {share} of the continuations were clear."


def most_taken(most: int) -> str:
    """Say what is taken for certain."""
    crimes = "1 crime" if most == 1 else f"{most:,} crimes"
    return f"This takes for certain that no report on the frame holds more than {crimes}."


def order_verified(receipt: str) -> str:
    """Say that the order is that of the draw."""
    of = f" ({receipt})" if receipt else ""
    return f"The order was checked: each ticket follows from the seed of the receipt{of}, and they rise."


def order_unchecked() -> str:
    """Say that the order was not held against a receipt."""
    return (
        "There is no receipt, so nobody checked that this is the order of the draw. In any other order these limits "
        "do not hold."
    )


def none_auditable(number: int) -> str:
    """Say how reports count that could not be audited."""
    count = "counts as one" if number == 1 else "count as reports"
    return f"{_reports(number)} could not be audited and {count} without a crime."


def sequence_title(level: str, side: str) -> str:
    """Head the table of what was known after so many reports."""
    what = {"both": "sequence", "lower": "sequence of lower limits", "upper": "sequence of upper limits"}[side]
    return f"Recording rate as it was read, {level} confidence {what} (betting)"


def watch_plot(standard: str) -> str:
    """Head the picture."""
    return f"What is known of the recording rate, against a standard of {standard}"
