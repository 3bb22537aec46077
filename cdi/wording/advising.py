"""Texts that keep what they were made of, so that no one has to take a printed text apart to find it again."""

from __future__ import annotations

from typing import Self

__all__ = ["Advised", "for_readers"]


class Advised(str):
    """A statement for the analyst, with what it says to the readers of a report: less the advice, or nothing."""

    readers: str

    def __new__(cls, text: str, readers: str = "") -> Self:
        """Keep both."""
        self = super().__new__(cls, text)
        self.readers = readers
        return self


def for_readers(text: str) -> str:
    """Say to the readers of a report what is said to an analyst, without advice; nothing may be left.

    Examples
    --------
    >>> for_readers(Advised("The margin is 3 points (--margin gives another).", "The margin is 3 points."))
    'The margin is 3 points.'
    """
    return text.readers if isinstance(text, Advised) else text
