"""Dates and months as they are written in a sentence."""

from __future__ import annotations

import datetime as dt
import re

__all__ = ["in_words", "long_date"]

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_NUMBERED = re.compile(r"(?<![\w/.-])(\d{4})-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?(?![\w/-]|\.\w)")
_OF_ONE_YEAR = re.compile(rf"(?<!\d )\b({'|'.join(_MONTHS)}) (\d{{4}}) to ({'|'.join(_MONTHS)}) \2\b")
_CUT = re.compile(rf"\b(?:({'|'.join(month[:3] for month in _MONTHS)})|Sept)\.?(?= \d{{4}}\b)")


def long_date(date: dt.date) -> str:
    """Write a date as it stands under a title."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def in_words(text: str) -> str:
    """Write the months of a text in words where they are numbers, and in full where they are cut short.

    Examples
    --------
    >>> in_words("2023-07 to 2024-06"), in_words("2024-01 to 2024-06"), in_words("1 Oct 2015 to 2016-03-31")
    ('July 2023 to June 2024', 'January to June 2024', '1 October 2015 to 31 March 2016')
    """
    return _OF_ONE_YEAR.sub(r"\1 to \3 \2", _CUT.sub(_full, _NUMBERED.sub(_named, text)))


def _named(found: re.Match[str]) -> str:
    year, month, day = found.groups()
    return f"{f'{int(day)} ' if day else ''}{_MONTHS[int(month) - 1]} {year}"


def _full(found: re.Match[str]) -> str:
    return next(month for month in _MONTHS if month.startswith(found[0][:3]))
