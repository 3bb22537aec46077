"""What a plan says: how many reports to read, what they are expected to show, and what that costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdi.wording.sentences import Advised, InPercent, in_a_row

__all__ = [
    "BAND_PATTERN", "COST_HEADINGS", "COST_TITLE", "PLAN_ALL", "PLAN_BANDS",
    "PLAN_HEADINGS", "PLAN_PICTURE", "PLAN_TARGETS", "PLAN_UNRECORDED", "TARGET_HEADINGS", "THE_PLAN",
    "asks_heavy", "asks_of_sizes", "band_called", "best_possible", "cannot_audit", "chance_of_fall",
    "chance_of_standard", "chance_of_widths", "check_the_plan", "crimes_within", "fall_called", "found_with",
    "picture_of_plan", "plan_costs", "plan_picture", "plan_title", "points_within", "read_reports",
    "reads_in_full", "simple_worth", "sizes_written", "standard_called", "strata_are_new",
    "target_with", "targets_missed", "targets_title", "took_deff",
]  # fmt: skip

BAND_PATTERN = r"(?P<low>\d+)(?: to (?P<high>\d+)| (?P<open>or more))?"
"""How a band of whole numbers is written, as a regular expression: the other way round of what follows."""

PLAN_ALL = "all"
"""What a target is called that is of all crimes."""

PLAN_UNRECORDED = "unrecorded"
"""What a target is called that is of the number of unrecorded crimes."""

PLAN_TARGETS: Mapping[str, str] = {"all": "overall rate", "unrecorded": "unrecorded crimes"}
"""Name of a target -> what it is called in the table, where it is no category."""

TARGET_HEADINGS: Mapping[str, str] = {
    "target": "target",
    "wanted": "wanted",
    "expected": "expected",
    "chance": InPercent("chance"),
}

PLAN_HEADINGS: Mapping[str, str] = {
    "stratum": "stratum",
    "population": "on the frame",
    "sample": "to read",
    "share": InPercent("of them"),
    "rate": InPercent("expected rate"),
    "crimes": "crimes a report",
    "correlation": "correlation",
}

COST_HEADINGS: Mapping[str, str] = {
    "half": "half-width",
    "reports": "reports read",
    "days": "auditor-days",
    "cost": "cost",
    "plan": "",
}

COST_TITLE = "What would it cost"

THE_PLAN = "this plan"
"""What marks the line of the plan among others."""

PLAN_PICTURE: Mapping[str, str] = {
    "reports": "reports read",
    "days": "auditor-days",
    "half": "half-width (points)",
    "count": "half-width (crimes)",
}
"""Axis of the picture -> what it is called."""

_PLAN_FOUND = "The targets are met if the audit finds what is expected."

_ALLOCATION_OF: Mapping[str, str] = {
    "optimal": "at the least cost that meets every target",
    "proportional": "in proportion to the frame",
    "neyman": "by Neyman: reports times their spread",
    "power": "by the root of reports times their spread",
    "sqrt": "by the root of reports",
    "equal": "the same number in each stratum",
    "fixed": "as the table says",
}
"""Allocation -> how reports are divided, as it is said."""

PLAN_BANDS: tuple[str, ...] = (
    "Strata by recorded crimes need the link from every report on the frame to its records. A record that is linked "
    "late moves its report to another stratum: draw from the frame as it was counted.",
    "What the reports of a stratum hold follows from the expected rate. A crime is taken to be missed as easily in a "
    "report of many crimes as in one of few.",
)
"""What a plan by the frame's own records assumes."""


def band_called(low: int, high: int | None) -> str:
    """Write a band of whole numbers; one without a highest number is open."""
    if high is None:
        return f"{low} or more"
    return str(low) if low == high else f"{low} to {high}"


_PARTS = 1_000_000  # shares are written in parts of a million: 12.3456%


def sizes_written(sizes: Mapping[int, float]) -> str:
    """Write the share of reports with each number of crimes, as a cell of a plan: percentages that add up to 100."""
    parts = {size: int(share * _PARTS) for size, share in sizes.items()}
    lost = sorted(sizes, key=lambda size: parts[size] - sizes[size] * _PARTS)
    for size in lost[: _PARTS - sum(parts.values())]:
        parts[size] += 1
    return ", ".join(f"{size}: {part * 100 / _PARTS:.6g}%" for size, part in parts.items() if part)


def targets_title(level: str, method: str) -> str:
    """Head the table of targets."""
    return f"What the sample is to reach, {level} confidence intervals ({method})"


def plan_title(rule: str) -> str:
    """Head the table of strata."""
    return f"Reports to read, {_ALLOCATION_OF[rule]}"


def points_within(points: str) -> str:
    """Write a half-width of a rate."""
    return f"±{points} points"


def crimes_within(crimes: str) -> str:
    """Write a half-width of a count."""
    return f"±{crimes} crimes"


def fall_called(points: str) -> str:
    """Name a fall that is to be found."""
    return f"find a fall of {points} points"


def standard_called(standard: str) -> str:
    """Name a standard that a rate is to be told from."""
    return f"tell the rate from {standard}"


def found_with(chance: str) -> str:
    """Write the chance with which something is to be found."""
    return f"{chance} chance"


def read_reports(reports: int, population: int | None, strata: int) -> str:
    """Say how many reports are read in all."""
    of = "" if population is None else f" of {population:,}"
    where = "" if strata == 1 else f" in {strata:,} strata"
    return f"Read {reports:,}{of} reports{where}."


def chance_of_widths(chance: str, *, every: bool, planned: bool) -> str:
    """Say how likely the half-widths are to be met."""
    what = "all half-widths are as narrow as wanted" if every else "the half-width is as narrow as wanted"
    said = f"In {chance} of such samples {what}."
    if planned:
        return said
    return Advised(f"{_PLAN_FOUND} {said}", " To plan on a higher chance, give {assurance}.")


def chance_of_fall(points: str, chance: str, *, before: bool) -> str:
    """Say how likely a fall is to be found."""
    against = "the audit before" if before else "an audit before that was as large"
    return f"If the rate falls by {points} points, the change against {against} is found with a chance of {chance}."


def chance_of_standard(rate: str, standard: str, chance: str) -> str:
    """Say how likely a rate is told from a standard."""
    return f"If the rate is {rate}, it is told from the standard of {standard} with a chance of {chance}."


def strata_are_new(names: Sequence[str]) -> str:
    """Say which strata the audit before did not have."""
    return f"The audit before has no reports of {in_a_row(names)}. What it found overall is expected there."


def took_deff(deff: str) -> str:
    """Say what is taken where nothing was said of how much alike the crimes of a report fare."""
    return Advised(
        f"How much alike the crimes of a report fare was not said. A design effect of {deff} is taken.",
        " To say it, give {correlation} or {deff}.",
    )


def cannot_audit(share: str, reports: int, more: int) -> str:
    """Say how many reports are needed where some cannot be audited."""
    return (
        f"About {share} of reports cannot be audited. To audit {reports:,}, about {more:,} more are taken from the "
        "reserves."
    )


def plan_costs(days: str, reports: int) -> str:
    """Say what the plan takes in days."""
    return f"With {reports:,} reports to read, this takes {days} auditor-days."


def simple_worth(simple: int, sample: int, worth: str) -> str:
    """Say what a simple sample would need."""
    instead = f" instead of {sample:,}" if simple != sample else ""
    return (
        f"For the same overall half-width a simple sample would need {simple:,} reports{instead}. By the standard "
        f"error alone, a report of this plan is worth {worth} of a simple sample."
    )


def reads_in_full(reports: int, band: str) -> str:
    """Say which reports are all read."""
    return f"All {reports:,} reports of {band} recorded crimes are read."


def asks_heavy(reports: int, least: int, share: str, largest: int) -> str:
    """Ask about reports of many crimes."""
    return Advised(
        f"Should every report of {least:,} or more recorded crimes be read? There are {reports:,}. They hold {share} "
        f"of recorded crime, and the largest holds {largest:,}.",
        " To read them all, give {in_full=" + str(least) + "}.",
    )


def asks_of_sizes() -> str:
    """Ask whether some reports hold many crimes, where the plan cannot tell."""
    return Advised(
        "Do some reports hold many crimes? A few of them can decide the result.",
        " Where the frame counts the crimes recorded for each report, give {frame} and {bands}.",
    )


_CHECK = "To see how often its intervals will be right"


def check_the_plan() -> str:
    """Say how a plan is checked."""
    said = Advised(f"{_CHECK}, write it with -o plan.csv and run cdi coverage plan.csv.")
    said.python = f"{_CHECK}: cdi.coverage(found.to_pandas())."
    return said


def targets_missed(names: Sequence[str]) -> str:
    """Say which targets a number of reports that was given misses."""
    return f"This sample is too small for: {in_a_row(names)}."


def best_possible(pairs: Sequence[tuple[str, str]]) -> str:
    """Say the best that can be had."""
    said = "; ".join(target_with(name, best) for name, best in pairs)
    return f"The best possible: {said}. Ask for no more, or let more reports be read."


def target_with(name: str, value: str) -> str:
    """Name a target, and what is wanted or reached of it."""
    return f"{name} ({value})"


def plan_picture(level: str) -> str:
    """Head the picture."""
    return f"Half-width of the {level} interval by reports read"


def picture_of_plan(points: Sequence[tuple[int, float]]) -> str:
    """Say what the picture shows."""
    return " ".join(f"{reports:,} reports: ±{half:.3g}." for reports, half in points)
