"""What is said of wrong input: for each fault, what was expected and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

__all__ = ["FAULTS", "describe_fault", "describe_faults", "shorten", "suggest", "word_fault"]

# code -> (what was expected, what to do); {braces} are filled with the values that the raising room hands over.
FAULTS: Mapping[str, tuple[str, str]] = {
    "negative": ("a whole number, 0 or more", "Correct the count in this row."),
}

LONGEST_VALUE = 60


class Place(Protocol):
    """What a sentence needs to know of a place."""

    @property
    def file(self) -> str | None: ...
    @property
    def line(self) -> int | None: ...
    @property
    def column(self) -> str | None: ...
    @property
    def key(self) -> str | None: ...


def word_fault(code: str, values: Mapping[str, object]) -> tuple[str, str]:
    """Fill the two sentences of a fault with its values."""
    expected, hint = FAULTS[code]
    return expected.format_map(values), hint.format_map(values)


def describe_fault(expected: str, got: str | None, where: Place, hint: str) -> str:
    """Put one fault into a sentence: where, what was expected, what was got, what to do."""
    line = f"line {where.line:,}" if where.line is not None else None
    column = f"column {where.column}" if where.column is not None else None
    place = ", ".join(part for part in (where.file, line, where.key, column) if part)
    found = f", got {got}" if got is not None else ""
    return f"{place}{': ' if place else ''}expected {expected}{found}. {hint}".rstrip()


def describe_faults(shown: Sequence[str], hidden: int) -> str:
    """List the faults that are shown and say how many more there are."""
    more = [f"... and {hidden:,} more."] if hidden > 0 else []
    return "\n".join([*shown, *more])


def shorten(value: str) -> str:
    """Make a value of the input fit into a sentence: control characters escaped, long text cut."""
    plain = "".join(c if c.isprintable() else repr(c)[1:-1] for c in value[: LONGEST_VALUE + 1])
    return plain if len(plain) <= LONGEST_VALUE else f"{plain[:LONGEST_VALUE]}..."


def suggest(near: str | None, choices: Sequence[str]) -> str:
    """Say which known name was probably meant, and which there are."""
    listed = f"There are: {', '.join(choices)}." if choices else "There are none."
    return f"Did you mean '{near}'? {listed}" if near else listed
