"""What a plan says: how many reports to read, what they are expected to show, and what that costs."""

from __future__ import annotations

__all__ = ["BAND_PATTERN", "band_called"]

BAND_PATTERN = r"(?P<low>\d+)(?: to (?P<high>\d+)| (?P<open>or more))?"
"""How a band of whole numbers is written, as a regular expression: the other way round of what follows."""


def band_called(low: int, high: int | None) -> str:
    """Write a band of whole numbers; one without a highest number is open."""
    if high is None:
        return f"{low} or more"
    return str(low) if low == high else f"{low} to {high}"
