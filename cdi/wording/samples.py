"""What is claimed of a sample: how it came about and what it stands for, in the same words wherever it is shown."""

from __future__ import annotations

from collections.abc import Mapping

from cdi.wording.sentences import WHY_ALONE, Advised

__all__ = ["OF_THE_AUDIT", "OF_THE_ROUTES", "REPORTS", "SELECTED", "drawn_together", "mixed_strata"]

SELECTED: Mapping[str, str] = {
    "random": "The sample is assumed to have been drawn at random.",
    "census": "This is a census: everything was audited, so there is no sampling error.",
    **WHY_ALONE,
}
"""How a sample came about."""

REPORTS = "reports"
"""What a sampling frame holds, unless it is said to hold something else."""

OF_THE_AUDIT = "the reported crime that the audit covers"
"""What a rate is of where no recorded crime shows that the audit covers all of it."""

OF_THE_ROUTES = "reported crime that comes through the audited routes"
"""What a rate is of where recorded crime of other routes was left out."""


def drawn_together(units: str) -> str:
    """Say how a sample was drawn of which no strata are known."""
    return f"{units.capitalize()} are taken as a simple random sample, since no column names the strata."


def mixed_strata(units: str, *, estimated: bool, forces: bool = False) -> str:
    """Say what strata stand for that cannot be weighted; ``units`` is what a sampling frame holds.

    ``estimated``: recorded crime gives an overall rate all the same. ``forces``: the samples are of several forces.
    """
    why = f"Strata are mixed as they were sampled, since the {units} on the sampling frame are not known."
    if estimated:
        said = (
            f"{why} The overall figures assume that each type of crime came through the strata as it did in the sample."
        )
    elif forces:
        said = f"{why} The overall rate describes the samples, not all forces together."
    else:
        said = f"{why} The overall rate describes the sample, not the force."
    how = (
        f" For an estimate, give the {units} on the sampling frame ({{population}}) or a weight for each ({{weight}})."
    )
    return Advised(said, how)
