"""Texts that keep what they were made of, so that no one has to take a printed text apart to find it again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

__all__ = ["Advised", "Marks", "NoteLine", "for_readers"]


class Advised(str):
    """A statement for the analyst, with what it says to the readers of a report: less the advice, or nothing."""

    readers: str

    def __new__(cls, text: str, readers: str = "") -> Self:
        """Keep both."""
        self = super().__new__(cls, text)
        self.readers = readers
        return self


class NoteLine(str):
    """A note under a table, with its number and its text."""

    number: int
    text: str

    def __new__(cls, number: int, text: str) -> Self:
        """Write the number before the text."""
        self = super().__new__(cls, f"[{number}] {text}")
        self.number, self.text = number, text
        return self


class Marks(str):
    """The numbers of notes in a cell."""

    numbers: tuple[int, ...]

    def __new__(cls, numbers: Iterable[int]) -> Self:
        """Write them in order."""
        ordered = tuple(sorted(numbers))
        self = super().__new__(cls, " ".join(map(str, ordered)))
        self.numbers = ordered
        return self


def for_readers(text: str) -> str:
    """Say to the readers of a report what is said to an analyst, without advice; nothing may be left.

    Examples
    --------
    >>> for_readers(Advised("The margin is 3 points (--margin gives another).", "The margin is 3 points."))
    'The margin is 3 points.'
    """
    return text.readers if isinstance(text, Advised) else text
