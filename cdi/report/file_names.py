"""Names of tables and charts in links and files: plain whatever columns are called, and no two alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cdi.report.contents import Part

__all__ = ["plain_name", "told_apart"]

LONGEST = 60
"""The longest name, in characters: no system of files has room for less, whatever the letters."""


def plain_name(text: str) -> str:
    """Write a text as the name of a file: letters and numbers as they are, everything else as one low line.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        At most 60 letters, numbers, hyphens and low lines.

    Examples
    --------
    >>> plain_name("rates_by_crime type/offence")
    'rates_by_crime_type_offence'
    """
    return re.sub(r"[^\w-]+", "_", text)[:LONGEST]


def told_apart(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Give the tables of a report names of their own, and its charts: a number behind those that are alike.

    Parameters
    ----------
    parts : sequence of Part
        The parts of a report.

    Returns
    -------
    tuple of Part
        The same, with names of their own.
    """
    key, name = _numbering(), _numbering()
    return tuple(
        replace(
            part,
            exhibits=tuple(replace(exhibit, key=key(exhibit.key)) for exhibit in part.exhibits),
            charts=tuple(replace(chart, name=name(chart.name)) for chart in part.charts),
        )
        for part in parts
    )


def _numbering() -> Callable[[str], str]:
    taken: set[str] = set()

    def free(name: str) -> str:
        own, number = name, 1
        while own.casefold() in taken:
            number += 1
            own = f"{name}_{number}"
        taken.add(own.casefold())
        return own

    return free
