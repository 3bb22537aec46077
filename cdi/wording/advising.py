"""Texts that keep what they were made of, so that no one has to take a printed text apart to find it again."""

from __future__ import annotations

from typing import Self

__all__ = ["Advised", "for_readers", "in_python"]


class Advised(str):
    """A statement for the analyst, with what it says to the readers of a report: less the advice, or nothing.

    Its text names options as the command line does; ``python`` is the same with the arguments of Python.
    """

    readers: str
    python: str

    def __new__(cls, text: str, readers: str = "", *, python: str = "") -> Self:
        """Keep all of them."""
        self = super().__new__(cls, text)
        self.readers = readers
        self.python = python or str(self)
        return self


def for_readers(text: str) -> str:
    """Say to the readers of a report what is said to an analyst, without advice; nothing may be left.

    Examples
    --------
    >>> for_readers(Advised("The margin is 3 points (--margin gives another).", "The margin is 3 points."))
    'The margin is 3 points.'
    """
    return text.readers if isinstance(text, Advised) else text


def in_python(text: str) -> str:
    """Say to who calls from Python what is said at the command line.

    Examples
    --------
    >>> in_python(Advised("Use --margin to choose another.", python="Use margin= to choose another."))
    'Use margin= to choose another.'
    """
    return text.python if isinstance(text, Advised) else text
