"""What is said of groups of people who were searched: headings, sentences, and what must always stand with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdi.wording.sentences import Advised

__all__ = [
    "ALLOCATED_HEADINGS",
    "ALL_SEARCHES",
    "BELOW_HUNDREDTH",
    "CONTRAST_HEADINGS",
    "DISPARITY_STATEMENT",
    "GROUP_HEADINGS",
    "NO_SEARCH_FRAME",
    "RESIDENTS_STATEMENT",
    "SEARCH_HEADINGS",
    "all_stated",
    "allocated_title",
    "allocation_statement",
    "contrast_statement",
    "contrast_title",
    "group_intervals",
    "groups_title",
    "reference_statement",
    "residents_statement",
    "searches_title",
    "unstated_statement",
]

GROUP_HEADINGS: Mapping[str, str] = {
    "share": "share of records %",
    "rate": "rate %",
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

_NO_FRAME = (
    "There are no searches per 1,000 residents: the number of searches that the sample was drawn from is not known."
)

NO_SEARCH_FRAME = Advised(
    f"{_NO_FRAME} Give it with --population N, or use --selection census if the file holds all searches.",
    f"{_NO_FRAME} Give it with --population N, or use --selection census if the file holds all searches.",
    python=f'{_NO_FRAME} Give it with population=N, or use selection="census" if the file holds all searches.',
)


def group_intervals(level: str, method: str) -> str:
    """Say in a title what the intervals are."""
    return f", {level} confidence intervals ({method})"


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
    text = f"{said}, the group with the most records (use --reference to choose another)."
    return Advised(text, text, python=f"{said}, the group with the most records (use reference= to choose another).")


def contrast_statement(group: str, reference: str, verdict: str, points: str, low: str, high: str, margin: str) -> str:
    """Say whether grounds were recorded more or less often; without ends there is no sampling error."""
    span = f"the difference could be anything {_between(low, high)}" if low and high else "no sampling error"
    if verdict in {"no-clear-change", "broadly-unchanged"}:
        alike = f"are alike to within {margin} percentage points" if verdict == "broadly-unchanged" else _NOT_CLEAR
        return f"Records of {group} and of {reference} {alike}: {span}."
    within = f", by less than the margin of {margin} points" if verdict.endswith("within-margin") else ""
    than = "than" if points.strip("-0.") else "as"
    return f"Grounds were recorded {_often(points)} in records of {group} {than} of {reference}{within} ({span})."


BELOW_HUNDREDTH = "<0.01"

_NOT_CLEAR = "show no clear difference in grounds recorded"


def _between(low: str, high: str) -> str:
    """Name the word once where both ends lie on one side."""
    if low.startswith("-") == high.startswith("-") and low.strip("-0.") and high.strip("-0."):
        return f"from {low.lstrip('-')} to {_often(high)}"
    return f"from {_often(low)} to {_often(high)}"


def _often(points: str) -> str:
    if not points.strip("-0."):
        return "as often"
    word = "less" if points.startswith("-") else "more"
    return f"{points.lstrip('-')} percentage points {word} often"


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
