"""What is said of all forces together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdi.wording.forces import forces_apart
from cdi.wording.labels import FRAME_EXPLAINED, FRAME_EXPLAINED_OF_ALL
from cdi.wording.sentences import assumption, listed

__all__ = [
    "FORCES_COMPARED", "NOT_SAID", "audits_of", "for_all_forces", "forces_left_out", "forces_named",
    "forces_of_other_periods", "of_forces", "over_recorded_of_one",
]  # fmt: skip

FORCES_COMPARED = "The forces side by side"
"""The heading of the part on them."""


TERRITORIAL = 43
"""The territorial forces of England and Wales."""


def forces_named(number: int, *, every: bool = False) -> str:
    """Name all forces together; ``every`` where they are the 43 of England and Wales, no more and no fewer."""
    return f"the {number} police forces of England and Wales" if every else f"{number} police forces"


def audits_of(forces: str) -> str:
    """Name the audits of them as a source."""
    return f"audits of {forces}"


def of_forces(number: int, missing: Sequence[str] = (), *, named: bool = True) -> str:
    """Say of how many forces the figures are, and how many of the 43 they lack, or which."""
    stands = "Each force is a stratum: its sample stands for it alone."
    if not missing:
        return f"The national figures are of {number} forces. {stands}"
    names = f": {listed(missing)}" if named else ""
    has = "has" if len(missing) == 1 else "have"
    lacking = f"{len(missing)} of the {TERRITORIAL} forces of England and Wales {has} no figures here{names}."
    return f"The national figures are of {number} forces. {lacking} {stands}"


NOT_SAID = "nothing"
"""What is shown of a term that an inspection does not state."""


def over_recorded_of_one(force: str) -> str:
    """Say that a share of one force is not used where forces are added up."""
    return f"{force}: the share of recorded crime that was over-recorded is in its inspection, and is not used here."


def forces_left_out(names: Sequence[str]) -> str:
    """Name the forces that are in no figure."""
    return f"Left out, as was asked: {listed(names)}. No figure counts {'it' if len(names) == 1 else 'them'}."


def forces_of_other_periods(found: str) -> str:
    """Say that the audits of forces are not of the same months."""
    return f"WARNING: the audits of the forces are not of the same periods: {found}."


def for_all_forces(text: str, apart: str = "") -> str:
    """Say of all forces what is said of one, and of a force ``apart`` that it is counted here."""
    if apart and text == forces_apart(apart):
        return (
            f"{apart} is not in the usual totals for England and Wales. It is counted in the national figures, as was "
            "asked, and left out of the lines and the funnel."
        )
    return _OF_ALL_FORCES.get(text, text)


_OF_ALL_FORCES: Mapping[str, str] = {
    FRAME_EXPLAINED: FRAME_EXPLAINED_OF_ALL,
    assumption(partial=False): "The count assumes that each force's audited rate holds for all its recorded "
    "crime: the whole period, every route and every type.",
    assumption(partial=True): "The count assumes that each force's audited rate holds for its recorded crime of the "
    "audited categories: the whole period and every route.",
}
"""What is said of one force -> what is said of all of them together."""
