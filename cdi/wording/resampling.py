"""What is said of kinds of report, and of a second opinion by samples drawn again from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cdi.wording.sentences import InPercent, Parted

__all__ = [
    "COUNT_WHOLE", "KINDS_HEADINGS", "KINDS_SAID", "KINDS_TITLE", "NOTES_OF_RESAMPLING", "RATE_WHOLE",
    "RESAMPLED_COUNT_HEADINGS", "RESAMPLED_HEADINGS", "DrawnAgain", "bootstrap_agrees", "drawn_again",
    "jackknife_agrees", "resampled_title", "three_errors",
]  # fmt: skip

KINDS_TITLE = "Kinds of report"

KINDS_HEADINGS: Mapping[str, str] = {
    "kind": "kind",
    "weight": "weight",
    "due": "due",
    "recorded": "recorded",
    "placed": "in own class",
    "reports": "reports",
}
"""What heads the columns of numbers in a table of kinds."""

KINDS_SAID = (
    "Reports that are alike in their stratum, weight and crimes are one kind. A kind has a line for each category that "
    "its reports hold. A kind of one report tells of that report, so the table is as private as the audit."
)

NOTES_OF_RESAMPLING: Mapping[str, str] = {
    "opinions-differ": "bootstrap and linearisation differ by more than the error of the simulation",
    "no-jackknife": "no jackknife: without one of the reports there is no such figure",
    "no-bootstrap": "no bootstrap: in some samples drawn again there is no such figure",
    "nothing-varies": "all standard errors are 0, since nothing varies: only the first interval allows for that",
}
"""Key of a note on a second opinion -> what it says."""

RESAMPLED_HEADINGS: Mapping[str, str] = {
    "estimate": InPercent("rate"),
    "se": Parted("linear", "ised"),
    "low": "from %",
    "high": "to %",
    "jackknife_se": Parted("jack", "knife"),
    "jackknife_low": "from %",
    "jackknife_high": "to %",
    "bootstrap_se": Parted("boot", "strap"),
    "error": "error",
    "bootstrap_low": "from %",
    "bootstrap_high": "to %",
}
"""What heads the columns of standard errors of rates; each stands before its interval."""

RESAMPLED_COUNT_HEADINGS: Mapping[str, str] = {
    **RESAMPLED_HEADINGS,
    "estimate": "not recorded",
    **{
        f"{before}{end}": word
        for before in ("", "jackknife_", "bootstrap_")
        for end, word in (("low", "from"), ("high", "to"))
    },
}
"""The same of unrecorded crimes."""

RATE_WHOLE, COUNT_WHOLE = "the overall rate", "all unrecorded crimes"
"""What the whole is called in a sentence."""


@dataclass(frozen=True, slots=True)
class DrawnAgain:
    """How samples were drawn again."""

    replicates: int
    seed: int | None  # none where a Generator was handed over
    reports: int
    several: bool  # whether there are several strata
    framed: bool  # whether the reports on the frame are known
    alone: bool  # whether some stratum has one report


def resampled_title(name: str, level: str, method: str, replicates: int) -> str:
    """Head a table of standard errors."""
    return (
        f"Standard errors of the {name} three ways, with {level} intervals ({method}; bootstrap by percentiles, "
        f"{replicates:,} samples)"
    )


def three_errors(name: str, linear: str, jackknife: str, bootstrap: str, *, counted: bool) -> str:
    """Say what the standard error of the whole is three ways."""
    unit = "" if counted else " points"
    by_jackknife = f", {jackknife} by jackknife" if jackknife else ""
    return (
        f"The standard error of {name} is {linear}{unit} by linearisation{by_jackknife} and {bootstrap} by bootstrap."
    )


def bootstrap_agrees(agreeing: int, rows: int, name: str, apart: tuple[str, int]) -> str:
    """Say in how many rows the bootstrap agrees with linearisation, and how far it is from it at the most."""
    within = "Bootstrap and linearisation agree within the error of the simulation"
    if agreeing == rows:
        return f"{within}{'' if rows == 1 else f' in all {rows:,} rows'}."
    by = _apart(apart)
    if rows == 1:
        return (
            f"The bootstrap's standard error is {by} than the linearised one, by more than the error of the simulation."
        )
    return f"{within} in {agreeing:,} of {rows:,} rows. They differ most for {name}: the bootstrap is {by}."


def jackknife_agrees(rows: int, name: str, apart: tuple[str, int]) -> str:
    """Say how far the jackknife is from linearisation."""
    if not apart[1]:
        return "Jackknife and linearisation agree."
    if rows == 1:
        return f"The jackknife's standard error is {_apart(apart)} than the linearised one."
    return f"Jackknife and linearisation differ most for {name}: the jackknife is {_apart(apart)}."


def _apart(apart: tuple[str, int]) -> str:
    share, way = apart
    return f"{share} {'larger' if way >= 0 else 'smaller'}"


def drawn_again(of: DrawnAgain) -> list[str]:
    """Say how samples were drawn again."""
    seed = f", from seed {of.seed}" if of.seed is not None else ""
    stratum, frame = " in each stratum" if of.several else "", ", by the size of the frame" if of.framed else ""
    said = [
        f"{of.replicates:,} samples are drawn again from the {of.reports:,} reports{seed}.",
        f"Each has one report fewer than were audited{stratum}. What a report counts is scaled as Rao and Wu (1988) "
        f"do{frame}.",
    ]
    if of.alone:
        said.append("A report that is alone in its stratum counts twice or not at all, each as likely.")
    said.append("Error: three standard errors of the bootstrap's standard error, by the number of samples.")
    return said
