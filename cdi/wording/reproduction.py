"""What is said when published figures are set beside ours."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = [
    "EXACT_HEADINGS",
    "EXACT_TITLE",
    "NOT_SHOWN",
    "NO_INTERVAL",
    "REPRODUCTION_HEADINGS",
    "REPRODUCTION_TITLE",
    "SHOWS",
    "SOLVED_BACK",
    "agreement",
    "count_and_interval",
    "exact_before",
    "figure_subject",
    "left_out",
    "not_compared",
    "out_of",
    "over",
    "plus_minus",
    "rate_and_interval",
    "review_subject",
    "verdict",
    "verdict_and_interval",
]

REPRODUCTION_TITLE = (
    "Avon and Somerset Constabulary, PEEL 2021/22 (HMICFRS 2023): published figures and ours. "
    "Published style: the formula is inferred, as none has been published."
)

REPRODUCTION_HEADINGS = ("figure", "published", "ours", "our default, 95% interval", "")

EXACT_TITLE = "Published figures of a census: exact, and printed without counts"

EXACT_HEADINGS = ("figure", "published", "change", "interval")

NO_INTERVAL = "census: no interval"

SOLVED_BACK = "s: an input was worked back from the printed figure, so agreement is not evidence."

SHOWS = (
    "What agreement shows: the arithmetic is consistent. One set of whole-number samples and volumes gives every "
    "printed rate, half width and count at once, by the formulas of this project."
)

NOT_SHOWN = (
    "What it does not show: that the inspectorate used this method. The audit's rows and the volumes are synthetic, "
    "built to agree with the printed figures. The clustering in the rows is invented, so our intervals there show the "
    "method and are not a finding. For 21 of 24 the counts are real, and so is the interval. The same holds for the "
    "file reviews."
)


def plus_minus(rate: str, half_width: str) -> str:
    """Write a rate with its half width."""
    return f"{rate} ± {half_width}"


def verdict_and_interval(verdict: str, change: str, low: str, high: str) -> str:
    """Write a verdict with the change in percentage points and its interval."""
    return f"{verdict}: {change} ({low} to {high})"


def exact_before(before: str, change: str) -> str:
    """Say what an exact figure was before, by the change that was printed with it."""
    moved = f"down {change[1:]}" if change.startswith("-") else f"up {change}"
    return f"{moved} points from {before}%"


def over(count: str) -> str:
    """Write a count that was rounded down."""
    return f"more than {count}"


def out_of(part: int, whole: int) -> str:
    """Write a count of a count."""
    return f"{part} of {whole}"


def rate_and_interval(rate: str, low: str, high: str) -> str:
    """Write a rate in percent with its interval."""
    return f"{rate}% ({low} to {high})"


def count_and_interval(count: str, low: str, high: str) -> str:
    """Write a count with its interval."""
    return f"{count} ({low} to {high})"


def figure_subject(measure: str, category: str, year: str) -> str:
    """Name a published figure."""
    return f"{measure}{f' {year}' if year else ''}: {category}"


def review_subject(question: str, answer: str) -> str:
    """Name a question of the file reviews, and the answer that was counted."""
    return f"{question} ({answer})"


def left_out(measure: str, category: str, printed: str, unit: str) -> str:
    """Name a published figure that cannot be computed; one that is no number was printed in words."""
    return f"{measure}, {category}: {printed}{f' {unit}' if printed[:1].isdecimal() else ''}"


def not_compared(figures: Sequence[str]) -> str:
    """List the published figures that cannot be computed."""
    return f"Not compared, since printed without counts: {'; '.join(figures)}."


def agreement(*, agrees: bool, solved_back: bool) -> str:
    """Mark a line."""
    return f"{'' if agrees else 'DIFFERS '}{'s' if solved_back else ''}".strip()


def verdict(agreeing: int, all_lines: int) -> str:
    """Count the lines that agree."""
    if agreeing == all_lines:
        return f"All {all_lines} lines agree at the printed precision."
    return f"{all_lines - agreeing} of {all_lines} lines DIFFER."
