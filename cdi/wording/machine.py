"""What is said of the machine: amounts of memory, and how far a file is read."""

from __future__ import annotations

__all__ = ["DOING", "memory_amount", "progress_line"]

DOING = {
    "look": "Looking through {name}",
    "read": "Reading {name}",
    "draw": "Drawing from {name}",
    "count": "Adding up the rows",
}
"""What is under way."""

_CELLS = 24


def memory_amount(amount: int) -> str:
    """Write bytes as an option takes them, no more than there are."""
    if amount >= 10**9:
        whole, tenths = divmod(amount // 10**8, 10)
        return f"{whole}.{tenths}GB" if tenths else f"{whole}GB"
    return f"{amount // 10**6}MB"


def progress_line(doing: str, name: str, share: float | None, seconds: float) -> str:
    """Say what is under way, and how far it is where that is known."""
    text = DOING[doing].format(name=name)
    if share is None:
        return f"{text} ... {seconds:.0f} s"
    filled = round(_CELLS * share)
    return f"{text} [{'#' * filled}{'-' * (_CELLS - filled)}] {share:.0%}, {seconds:.0f} s"
