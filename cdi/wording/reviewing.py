"""What is said of a file review: its faults, its headings, its options, and the lines under its tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdi.wording.sentences import InPercent, in_a_row

__all__ = [
    "NOT_ASKED", "REVIEW_HEADINGS", "columns_aside", "count_of", "counted_assumed",
    "higher_assumed", "higher_is", "of_weighted", "question_title",
]  # fmt: skip

REVIEW_HEADINGS: Mapping[str, str] = {
    "question": "question",
    "answer": "counted",
    "higher": "higher is",
    "count": "files, of asked",
    "rate": InPercent("rate"),
    "low": "from %",
    "high": "to %",
    "not_asked": "not asked",
    "notes": "notes",
}

_HIGHER: Mapping[str | None, str] = {"better": "better", "worse": "worse", "neither": "neither", None: "not stated"}

NOT_ASKED = "Not asked: the question did not apply to these files, and they are not part of its rate."


def higher_is(higher: str | None) -> str:
    """Say what a higher rate is."""
    return _HIGHER[higher]


def count_of(counted: int, asked: int) -> str:
    """Write how many files have the answer counted, of those asked."""
    return f"{counted:,} of {asked:,}"


def of_weighted(counts: str) -> str:
    """Say beside counts that the rate is weighted, and not their ratio."""
    return f"{counts}, weighted"


def question_title(text: str, counted: str, higher: str | None) -> str:
    """Head the table of one question by groups of files."""
    return f"{text} (counted: {counted}; higher is {_HIGHER[higher]})"


def counted_assumed(questions: Sequence[str]) -> str:
    """Say for which questions the answer counted was not stated."""
    return f"The answer counted was not stated, so yes is counted: {in_a_row(questions)}."


def higher_assumed(questions: Sequence[str]) -> str:
    """Say for which questions nobody stated what a higher rate is."""
    return f"It was not stated whether higher is better, worse or neither: {in_a_row(questions)}."


def columns_aside(columns: Sequence[str]) -> str:
    """Name the columns that were not read as questions."""
    return f"Not read as questions: {in_a_row(columns)}."
