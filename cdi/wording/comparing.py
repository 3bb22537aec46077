"""What is said when two figures are compared: verdicts, the margin they are held against, what cannot be compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from cdi.wording.sentences import Advised, InPercent, in_a_row, one_of

__all__ = [
    "CENSUS_EXACT", "CHANGE_HEADINGS", "IN_THE_SAMPLE", "NOTES_OF_CHANGES", "SIDE_HEADINGS",
    "SIDE_LABELS", "STANDARD_HEADINGS", "UNNAMED_AUDIT", "VERDICTS", "Moved", "against", "below_grade",
    "categories_apart", "change_not_shown", "change_title", "changes_found", "coverage_said", "exact_change",
    "exact_standard", "figures_title", "grade_of_estimate", "graded", "grades_allowed", "grades_begin", "held_against",
    "margin_said",
    "published_verdict", "range_of_ratios", "reports_from_one", "reports_shared", "size_of_change",
    "standing_title", "the_change",
]  # fmt: skip

VERDICTS: Mapping[str, str] = {
    "higher": "higher",
    "lower": "lower",
    "higher-within-margin": "higher, but by less than the margin",
    "lower-within-margin": "lower, but by less than the margin",
    "broadly-unchanged": "broadly unchanged",
    "no-clear-change": "no clear change",
    "same": "the same",
    "below-standard": "below the standard",
    "above-standard": "above the standard",
    "at-standard": "at the standard",
    "not-told": "cannot tell",
}
"""What a comparison comes to."""

NOTES_OF_CHANGES: Mapping[str, str] = {
    **{key: f"verdict: {text}" for key, text in VERDICTS.items()},
    "as-printed": "interval as printed, so it is rounded",
    "as-printed-scaled": "interval printed at 95%, so it is rounded, and rescaled to this level",
    "overall-only": "overall only: the other side has no categories",
    "one-side": "on one side only: nothing to compare it with",
    "not-comparable": "no figure on one side: nothing to compare",
    "no-ratio": "no ratio: one side is 0",
    "ratio-no-limit": "no upper limit: the other side may be 0",
    "shared-reports": "the same report numbers are in both samples: the interval allows for what they share",
    "fixed-standard": "a fixed standard: no sampling error",
    "limits-one-sided": "each limit is one-sided, at this level",
    "in-samples": "compares the samples as they were drawn: these are not estimates for the force",
}

SIDE_LABELS: tuple[str, str] = ("this", "last")
"""The two sides of a comparison where they have no names."""

UNNAMED_AUDIT = "the audit"
"""What is held against a standard, where it has no name."""

SIDE_HEADINGS: Mapping[str, str] = {
    "side": "side",
    "rate": InPercent("rate"),
    "count": "not recorded",
    "low": "from %",
    "high": "to %",
    "count_low": "from",
    "count_high": "to",
    "n": "n",
    "recorded": "counted",
    "notes": "notes",
}

CHANGE_HEADINGS: Mapping[str, str] = {
    "names": "sides",
    "difference": "points",
    "ratio": "ratio",
    "low": "from",
    "high": "to",
    "verdict": "verdict",
    "p": "p",
    "q": "q",
    "notes": "notes",
}

CENSUS_EXACT = "Figures from a census are exact: they have no interval."


IN_THE_SAMPLE = "This is of the sample as it was drawn. It is not an estimate for the force."

STANDARD_HEADINGS: Mapping[str, str] = {
    "low": "at least %",
    "high": "at most %",
    "allowed": "allowed",
    "grade": "grade",
}
"""What heads the limits of a rate that is held against a standard, and its grades."""


def standing_title(
    measure: str, standards: Sequence[str], level: str, method: str, *, graded: bool, exact: bool
) -> str:
    """Head rates that are held against a standard, or graded."""
    against_ = "and its grades" if graded else f"against a standard of {standards[0]}"
    said = f"{measure[:1].upper()}{measure[1:]} {against_}"
    return said if exact else f"{said}, one-sided {level} limits ({method})"


def below_grade(lowest: str) -> str:
    """Name what is below the lowest grade."""
    return f"below {lowest}"


def grades_allowed(names: Sequence[str]) -> str:
    """List the grades that a rate may have."""
    return one_of(names)


def graded(name: str, allowed: Sequence[str], others: Sequence[str], *, exact: bool) -> str:
    """Say which grades a rate may have, and which not; an exact rate has one."""
    said = f"{name}: {grades_allowed(allowed)}"
    return f"{said}." if exact or not others else f"{said}; not {grades_allowed(others)}."


def grade_of_estimate(rate: str, grade: str, ends: Sequence[str], level: str) -> str:
    """Say what grade the estimate itself has, and how far it can be off."""
    return (
        f"The estimate, {rate}, is {grade}. The rate is at least {ends[0]} and at most {ends[1]}, each with {level} "
        "confidence."
    )


def grades_begin(names: Sequence[str], rates: Sequence[str]) -> str:
    """Say at what rate each grade begins."""
    begin = [f"{name} from {rate}" for name, rate in zip(names, rates, strict=True)]
    return f"Grades: {in_a_row(begin)}."


def held_against(verdict: str, names: Sequence[str], ends: Sequence[str], level: str) -> str:
    """Say where a rate lies by its one-sided limits."""
    name, standard = names
    low, high = f"at least {ends[0]}", f"at most {ends[1]}"
    if verdict == "below-standard":
        return f"{name}: below the standard of {standard}. With {level} confidence the rate is {high}."
    if verdict == "above-standard":
        return f"{name}: above the standard of {standard}. With {level} confidence the rate is {low}."
    return (
        f"{name}: the sample cannot tell whether the rate is below or above the standard of {standard}. It is {low} "
        f"and {high}, each with {level} confidence."
    )


def exact_standard(verdict: str, names: Sequence[str], size: str) -> str:
    """Say by how much an exact rate differs from a standard."""
    by = "" if verdict == "at-standard" else f" by {size} percentage points"
    return f"{names[0]}: {VERDICTS[verdict]} of {names[1]}{by}."


def reports_from_one(names: Sequence[str], number: int, *, cases: bool = False) -> str:
    """Say that two samples number their reports from 1, and what they are taken as."""
    what = "cases" if cases else "reports"
    return (
        f"{names[0]} and {names[1]} both number their {what} from 1 to {number:,}. They are taken as different {what}. "
        f"If they are the same {what}, cdi agree compares them as pairs."
    )


def reports_shared(names: Sequence[str], shared: int, audited: Sequence[int], *, cases: bool) -> str:
    """Say how many reports stand in both samples, and that the comparison allows for it."""
    one, several = ("case", "cases") if cases else ("report", "reports")
    if audited[0] == audited[1] == shared:
        all_of = f"The {one} is" if shared == 1 else f"All {shared:,} {several} are"
        return f"{all_of} in both {names[0]} and {names[1]}. They are compared as pairs."
    stand = f"1 {one} is" if shared == 1 else f"{shared:,} {several} are"
    said = (
        f"{stand} in both {names[0]} ({audited[0]:,}) and {names[1]} ({audited[1]:,}). "
        "The comparison allows for what the two share."
    )
    return Advised(
        said, f" If the same numbers are other {several}, say what tells them apart, such as {{nest=month}}."
    )


def categories_apart(alone: Mapping[str, Sequence[str]]) -> str:
    """Name the categories of each side that the other side does not have."""
    said = " ".join(f"Only in {name}: {in_a_row(labels)}." for name, labels in alone.items())
    return Advised(said, " If the sides name the same categories differently, gather them with {groups}.")


def change_not_shown(names: Sequence[str], labels: Sequence[str], why: str) -> str:
    """Say why no change is shown; of one alone there are no labels."""
    of = f", {in_a_row(labels)}" if labels else ""
    return f"No change is shown for {against(names)}{of} ({why})."


def against(names: Sequence[str]) -> str:
    """Name a comparison by its sides."""
    return f"{names[0]} against {names[1]}"


def change_title(kind: str, names: Sequence[str], level: str, method: str, *, exact: bool) -> str:
    """Head the changes: of what, and by what interval."""
    what = {"difference": "Change in percentage points", "ratio": "Change as a ratio"}[kind]
    sides = f", {names[0]} against {names[-1]}" if len(names) == 2 else ""
    return f"{what}{sides}" if exact else f"{what}{sides}, {level} confidence ({method})"


def figures_title(measure: str) -> str:
    """Head figures that are exact."""
    return f"{measure[:1].upper()}{measure[1:]}"


Write: TypeAlias = Callable[[float], str]
Ends: TypeAlias = tuple[float | None, float | None]


class Moved(NamedTuple):
    """By how much a figure changed; what is written as 0 is 0."""

    kind: str  # difference or ratio
    size: float
    ends: Ends  # its interval
    inner: Ends  # the interval that the margin is held against


_NAMED: Mapping[str, str] = {"difference": "", "ratio": "a ratio of "}
"""What a range is called where nothing before it says what it is of."""


def _range(kind: str, ends: Ends, write: Write) -> str:
    """Write a range of changes; a ratio without an upper end has no limit."""
    low, high = ends
    low = low or 0.0
    if kind == "ratio":
        return f"{write(low)} or more" if high is None else f"{write(low)} to {write(high)}"
    high = high or 0.0
    if high < 0:
        said = f"a fall of {write(-high)} to {write(-low)}"
    elif low < 0:
        said = f"a fall of {write(-low)} to a rise of {write(high)}"
    else:
        said = f"a rise of {write(low)} to {write(high)}"
    return f"{said} percentage points"


def range_of_ratios(ends: Ends, write: Write) -> str:
    """Write a range of ratios, and that it is one."""
    return _NAMED["ratio"] + _range("ratio", ends, write)


def size_of_change(moved: Moved, write: Write) -> str:
    """Write a change itself; the verdict says its direction."""
    if moved.kind == "ratio":
        return f"a ratio of {write(moved.size)}"
    return f"{write(abs(moved.size))} percentage points"


def the_change(verdict: str, names: Sequence[str], moved: Moved, levels: Sequence[str], write: Write) -> str:
    """Say what a comparison comes to; ``levels`` are those of its interval and of the inner one."""
    opening, named = f"{against(names)}: {VERDICTS[verdict]}", _NAMED[moved.kind]
    ends, inner = _range(moved.kind, moved.ends, write), _range(moved.kind, moved.inner, write)
    if verdict == "no-clear-change":
        return f"{opening}. The {levels[0]} confidence interval is from {named}{ends}."
    if verdict == "broadly-unchanged":
        return f"{opening} (the {levels[1]} interval, {named}{inner}, lies inside the margin)."
    return f"{opening} ({size_of_change(moved, write)}; {levels[0]} confidence interval {ends})."


def exact_change(verdict: str, names: Sequence[str], size: str) -> str:
    """Say by how much two exact figures differ."""
    by = "" if verdict == "same" else f" by {size}"
    return f"{against(names)}: {VERDICTS[verdict]}{by}."


_SET_BEFORE = "Choose the margin before seeing results."


def margin_said(margins: Mapping[str, str], *, chosen: bool, kind: str) -> str:
    """Say what margin was used, and why; ``margins`` holds it for overall rates, for categories, or both."""
    sizes = margins
    if kind == "difference":
        sizes = {what: f"{text} percentage point{'' if text == '1' else 's'}" for what, text in margins.items()}
    if chosen:
        said = f"The margin is {next(iter(sizes.values()))}, as given."
        return Advised(said, f" {_SET_BEFORE}")
    named = {"overall": "an overall rate", "category": "a category"}
    parts = [f"{size} for {named[what]}" for what, size in sizes.items()]
    said = f"The margin is {' and '.join(parts)}."
    return Advised(said, f" Use {{margin}} to choose another. {_SET_BEFORE}")


def published_verdict(verdict: str) -> str:
    """Give the verdict as inspection reports do, labelled."""
    read = (
        " (what inspection reports say where there is no significant difference)"
        if verdict == "broadly-unchanged"
        else ""
    )
    return f"Published style: {VERDICTS[verdict]}{read}."


def changes_found(found: Sequence[str], tested: int, rate: str) -> str:
    """Name the changes that stand out among several."""
    stand = "stands" if len(found) == 1 else "stand"
    named = f"{len(found)} of {tested} changes {stand} out: {'; '.join(found)}" if found else "No change stands out"
    return (
        f"{named}. The false discovery rate is held to {rate} (Benjamini-Hochberg). q is the p-value adjusted for this."
    )


def coverage_said(method: str, level: str, sizes: Sequence[int], least: str, mean: str, found: str) -> str:
    """Say how often the interval of two simple samples holds the true difference."""
    return (
        f"For samples of {sizes[0]:,} and {sizes[1]:,}, a {level} interval ({method}) contains the true difference in "
        f"{found} of samples at the rates found. Over true rates of 80% to 99%, in steps of 1 point, it does so in at "
        f"least {least}, and in {mean} on average. These figures are by exact enumeration."
    )
