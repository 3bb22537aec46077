"""What is said of all forces together."""

from __future__ import annotations

from collections.abc import Sequence

from cdi.wording.labels import FRAME_EXPLAINED, FRAME_EXPLAINED_OF_ALL
from cdi.wording.sentences import listed

__all__ = [
    "FORCES_COMPARED", "audits_of", "for_all_forces", "forces_left_out", "forces_named", "forces_of_other_periods",
    "of_forces",
]  # fmt: skip

FORCES_COMPARED = "The forces side by side"
"""The heading of the part on them."""


def forces_named(number: int) -> str:
    """Name all forces together."""
    return f"{number} police forces"


def audits_of(forces: str) -> str:
    """Name the audits of them as a source."""
    return f"audits of {forces}"


def of_forces(number: int) -> str:
    """Say of how many forces the figures are."""
    return f"The national figures are of {number} forces. Each force is a stratum: its sample stands for it alone."


def forces_left_out(names: Sequence[str]) -> str:
    """Name the forces that are in no figure."""
    return f"Left out, as was asked: {listed(names)}. No figure counts {'it' if len(names) == 1 else 'them'}."


def forces_of_other_periods(found: str) -> str:
    """Say that the audits of forces are not of the same months."""
    return f"WARNING: the audits of the forces are not of the same periods: {found}."


def for_all_forces(text: str) -> str:
    """Say of all forces what is said of one."""
    return FRAME_EXPLAINED_OF_ALL if text == FRAME_EXPLAINED else text
