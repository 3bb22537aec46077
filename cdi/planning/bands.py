"""Bands of whole numbers, such as the crimes recorded for a report: strata that a frame's own records make.

A plan names a band as people write it: ``0``, ``1``, ``2 to 5``, ``6 or more``. Each whole number is in one band.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cdi import wording

__all__ = ["Band", "band_of", "bands_from", "bands_of", "is_banded"]

_WRITTEN = re.compile(wording.BAND_PATTERN)


@dataclass(frozen=True, slots=True, order=True)
class Band:
    """Whole numbers from one to another, both included.

    Examples
    --------
    >>> [str(Band(*ends)) for ends in ((0, 0), (2, 5), (6, None))]
    ['0', '2 to 5', '6 or more']
    >>> 4 in Band(2, 5), 6 in Band(2, 5), 30 in Band(6, None)
    (True, False, True)
    """

    low: int
    high: int | None  # None: there is no highest number

    def __str__(self) -> str:
        return wording.band_called(self.low, self.high)

    def __contains__(self, number: int) -> bool:
        return self.low <= number and (self.high is None or number <= self.high)


def band_of(text: str) -> Band | None:
    """Read a band as a plan writes it; None where the text is no band.

    Examples
    --------
    >>> band_of("2 to 5"), band_of(" 6 Or  more "), band_of("1")
    (Band(low=2, high=5), Band(low=6, high=None), Band(low=1, high=1))
    >>> band_of("calls"), band_of("5 to 2"), band_of("-1")
    (None, None, None)
    """
    found = _WRITTEN.fullmatch(" ".join(str(text).casefold().split()))
    if found is None:
        return None
    low = int(found["low"])
    if found["open"]:
        return Band(low, None)
    high = int(found["high"] or low)
    return Band(low, high) if low <= high else None


def is_banded(values: Iterable[str]) -> bool:
    """Tell whether a column holds bands: all of it can be read as such, and some band has more than one number.

    A column of single whole numbers is what it says, such as the number of a district.

    Examples
    --------
    >>> is_banded(["0", "1", "2 to 5", "6 or more"]), is_banded(["1", "2"]), is_banded(["calls", "6 or more"])
    (True, False, False)
    """
    found = [band_of(value) for value in values]
    return None not in found and any(band is not None and band.high != band.low for band in found)


def bands_of(values: Iterable[str]) -> tuple[Band, ...]:
    """Read the bands of a column in rising order, each once; text that is no band is left to the caller's check.

    Examples
    --------
    >>> [str(band) for band in bands_of(["6 or more", "0", "2 to 5", "0", "1"])]
    ['0', '1', '2 to 5', '6 or more']
    """
    return tuple(sorted({band for value in values if (band := band_of(value)) is not None}, key=lambda each: each.low))


def bands_from(lowest: Sequence[int]) -> tuple[Band, ...]:
    """Make bands from the number at which each begins; the last is open, and the first begins at 0.

    Examples
    --------
    >>> [str(band) for band in bands_from([1, 2, 6])]
    ['0', '1', '2 to 5', '6 or more']
    """
    begins = sorted({0, *lowest})
    ends = [begin - 1 for begin in begins[1:]]
    return tuple(map(Band, begins, [*ends, None]))
