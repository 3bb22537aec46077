"""What is said of groups of people who were searched: headings, sentences, and what must always stand with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cdi.wording.sentences import Advised, InPercent

__all__ = [
    "ALLOCATED_HEADINGS", "ALL_SEARCHES", "BELOW_HUNDREDTH", "CONTRAST_HEADINGS", "DISPARITY_STATEMENT",
    "GROUPS_OF_CENSUS", "GROUP_HEADINGS", "NO_SEARCH_FRAME", "OF_ALL_SEARCHES", "RESIDENTS_STATEMENT",
    "SEARCH_HEADINGS", "Points", "all_stated", "allocated_title", "allocation_statement", "contrast_statement",
    "contrast_title", "group_intervals", "groups_title", "reference_statement", "residents_statement",
    "searches_title", "unstated_statement",
]  # fmt: skip

GROUP_HEADINGS: Mapping[str, str] = {
    "share": InPercent("share of records"),
    "rate": InPercent("rate"),
    "low": "from %",
    "high": "to %",
    "n": "records",
    "recorded": "with grounds",
    "notes": "notes",
}

CONTRAST_HEADINGS: Mapping[str, str] = {
    "difference": "difference, points",
    "ratio": "ratio",
    "low": "from",
    "high": "to",
    "notes": "notes",
}

ALLOCATED_HEADINGS: Mapping[str, str] = {
    "difference_low": "points from",
    "difference_high": "points to",
    "ratio_low": "ratio from",
    "ratio_high": "ratio to",
    "searches_low": "searches, ratio\u00a0from",
    "searches_high": "searches, ratio\u00a0to",
}

SEARCH_HEADINGS: Mapping[str, str] = {
    "residents": "residents",
    "searches": "searches",
    "rate": "per 1,000",
    "ratio": "ratio",
    "low": "from",
    "high": "to",
    "notes": "notes",
}

RESIDENTS_STATEMENT = (
    "Residents are not the same as the people available to be searched. Where people live does not show who is where "
    "police search, and leaves out visitors."
)

DISPARITY_STATEMENT = "A disparity alone does not show discrimination, and the absence of one does not rule it out."

ALL_SEARCHES = (
    "The file holds all searches, or their number is known, so rates per 1,000 residents have no sampling error."
)

NO_SEARCH_FRAME = Advised(
    "There are no searches per 1,000 residents: the number of searches that the sample was drawn from is not known.",
    " Give it with {population=N}, or use {selection=census} if the file holds all searches.",
).to_all()


def group_intervals(level: str, method: str) -> str:
    """Say in a title what the intervals are."""
    return f", {level} confidence intervals ({method})"


GROUPS_OF_CENSUS = " (census)"
"""What stands in a title in the place of the intervals where every record was audited."""

OF_ALL_SEARCHES = " (all searches counted)"
"""The same where the number of searches of each group is known."""


def groups_title(by: str, intervals: str) -> str:
    """Head the rates of the groups."""
    return f"Reasonable grounds recorded by {by}{intervals}"


def contrast_title(reference: str, intervals: str) -> str:
    """Head the differences and ratios."""
    return f"Each group against {reference}: reasonable grounds recorded{intervals}"


def allocated_title(unstated: Sequence[str], reference: str) -> str:
    """Head what the differences and ratios could be."""
    return f"Possible range if all '{_or(unstated)}' were in the group or in {reference}"


def searches_title(reference: str, intervals: str) -> str:
    """Head the searches per 1,000 residents."""
    return f"Searches per 1,000 residents, and their ratio to that of {reference}{intervals}"


def reference_statement(reference: str, *, chosen: bool) -> str:
    """Say what the groups are held against."""
    said = f"Differences and ratios are against {reference}"
    if chosen:
        return f"{said}."
    return Advised(said, ", the group with the most records (use {reference} to choose another).").to_all()


@dataclass(frozen=True, slots=True)
class Points:
    """A difference in percentage points, as sentences say it."""

    size: str  # how large it is, without a sign
    way: int  # 1: more often, -1: less often, 0: as often

    @property
    def often(self) -> str:
        """Size and way in words."""
        if self.way == 0:
            return "as often"
        return f"{self.size} percentage points {'less' if self.way < 0 else 'more'} often"


def contrast_statement(
    group: str, reference: str, verdict: str, points: Points, ends: tuple[Points, Points] | None, margin: str
) -> str:
    """Say whether grounds were recorded more or less often; without ends there is no sampling error."""
    span = "There is no sampling error" if ends is None else f"The difference could be anything {_between(*ends)}"
    if verdict in {"no-clear-change", "broadly-unchanged"}:
        alike = f"are alike to within {margin} percentage points" if verdict == "broadly-unchanged" else _NOT_CLEAR
        return f"Records of {group} and of {reference} {alike}. {span}."
    within = ""
    if verdict in {"higher-within-margin", "lower-within-margin"}:
        within = f", by less than the margin of {margin} points"
    than = "as" if points.way == 0 else "than"
    return f"Grounds were recorded {points.often} in records of {group} {than} of {reference}{within}. {span}."


BELOW_HUNDREDTH = "<0.01"

_NOT_CLEAR = "show no clear difference in grounds recorded"


def _between(low: Points, high: Points) -> str:
    """Name the word once where both ends lie on one side."""
    if low.way == high.way != 0:
        return f"from {low.size} to {high.often}"
    return f"from {low.often} to {high.often}"


def unstated_statement(unstated: Sequence[str], share: str) -> str:
    """Say how many records do not state a group."""
    return f"The group is '{_or(unstated)}' in {share} of records. These records are not compared with any group."


def all_stated(by: str) -> str:
    """Say that every record states a group."""
    return f"Every record states {by}."


def allocation_statement(unstated: Sequence[str], reference: str, *, exact: bool) -> str:
    """Say what the bounds are."""
    more = "" if exact else " The bounds are for the estimate, and do not include its confidence interval."
    return (
        f"If the records '{_or(unstated)}' had stated a group, a difference or ratio could be anywhere between its "
        f"bounds. The bounds put all of them in the group or in {reference}, to make it smallest and largest.{more}"
    )


def residents_statement(sources: Sequence[str], years: Sequence[str]) -> str:
    """Say where the resident population comes from."""
    return f"Residents: {'; '.join(sources)} ({', '.join(years)})."


def _or(parts: Sequence[str]) -> str:
    return "' or '".join(parts)
