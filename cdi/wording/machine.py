"""What is said of the machine: how far a file is read."""

from __future__ import annotations

__all__ = ["progress_line"]

_DOING = {
    "look": "Looking through {name}",
    "read": "Reading {name}",
    "draw": "Drawing from {name}",
    "count": "Adding up the rows",
}
"""What is under way."""

_CELLS = 24


def progress_line(doing: str, name: str, share: float | None, seconds: float) -> str:
    """Say what is under way, and how far it is where that is known."""
    text = _DOING[doing].format(name=name)
    if share is None:
        return f"{text} ... {seconds:.0f} s"
    filled = round(_CELLS * share)
    return f"{text} [{'#' * filled}{'-' * (_CELLS - filled)}] {share:.0%}, {seconds:.0f} s"
