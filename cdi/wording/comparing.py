"""What is said when two figures are compared: verdicts, the margin they are held against, what cannot be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdi.wording.advising import Advised

__all__ = [
    "CENSUS_EXACT",
    "CHANGE_HEADINGS",
    "COMPARING_FAULTS",
    "IN_SAMPLES",
    "NOTES_OF_CHANGES",
    "SIDE_HEADINGS",
    "SIDE_LABELS",
    "VERDICTS",
    "against",
    "change_title",
    "changes_found",
    "coverage_said",
    "exact_change",
    "figures_title",
    "margin_said",
    "published_verdict",
    "ratio_span",
    "size_of_change",
    "span_of_points",
    "the_change",
]

COMPARING_FAULTS: Mapping[str, tuple[str, str]] = {
    "half-width": (
        "a half width above 0 and below 1",
        "4.3 percentage points are 0.043, or 4.3% on the command line; a figure of a census has none.",
    ),
    "not-a-side": (
        "counts such as 159/182, a published figure such as 86.5%+-4.3%, or a file that exists",
        "Write a point before decimals, no commas, and both percentages with their sign; put the text in quotation "
        "marks if the shell takes it apart.",
    ),
    "not-published": (
        "a published figure such as 86.5%+-4.3%",
        "Write both percentages with their sign, and a point before decimals; put the text in quotation marks if the "
        "shell takes it apart.",
    ),
    "no-half-width": (
        "a published figure with its half width, such as {rate}%+-4.3%",
        "Add the half width as printed. A figure of all there was has none: cdi compare takes it with --selection "
        "census.",
    ),
    "census-width": (
        "a figure without a half width, since a census was declared",
        "A census has no sampling error: write {rate}%, or leave out --selection census.",
    ),
    "margin": (
        "a margin above 0 and below 1",
        "A margin of 3 percentage points is 0.03, or 3pp on the command line.",
    ),
    "margin-text": ("a margin such as 3pp or 0.03", "A bare number is not clear: write 3pp, 3% or 0.03."),
    "no-comparison-kind": ("a difference or a ratio", "{hint}"),
    "counts-need-ratio": (
        "rates, since a difference is asked for",
        "Unrecorded crimes are compared as a ratio: --kind ratio, or kind='ratio'.",
    ),
    "measures-differ": ("two figures of one measure", "A rate is compared with a rate, and counts with counts."),
    "categories-differ": (
        "audits of the same categories",
        "Compare by a column that both have: --by, and the same name in both files.",
    ),
    "no-shared-category": (
        "a category that both sides have",
        "Spell the categories alike in both, or compare overall: --by ''.",
    ),
    "side-column": ("no column named {name}", "The sides stand under that name: call the column something else."),
    "score-needs-simple": (
        "two simple random samples from frames that are not known",
        "This method takes counts drawn one by one: leave out --method, and the design of each side is kept.",
    ),
    "score-ratio": ("a difference, since that is what this method gives", "Leave out --kind or --method."),
    "no-domain": ("a category of the sample", "{hint}"),
    "same-domain": ("two different categories", "Name two, such as contrast(rates, 'violent', 'other')."),
    "no-figure": (
        "rates or counts, such as cdi.recording_rate() or cdi.of_counts() give, or a cdi.PublishedRate",
        "A text such as 86.5%+-4.3% is read by cdi.parse_published().",
    ),
    "same-sample": (
        "two samples, drawn apart from each other",
        "This is one sample twice: name another file. Two categories of one sample are compared by cdi.contrast().",
    ),
    "no-sample": ("rates of a sample", "Two figures without their rows are compared by compare()."),
    "too-few-sides": ("two sides or more", "Name what it is compared with."),
    "names-differ": ("as many names as sides, each once", "Give a name for each side, or none."),
    "false-discovery": ("a false discovery rate above 0 and below 1", "10% is written 0.1."),
    "false-discovery-alone": (
        "three sides or more, since a false discovery rate is that of several periods",
        "Leave out --false-discovery, or name what the second side is compared with.",
    ),
    "method-of-printed": (
        "rates of a sample, since a method is named",
        "Published figures keep the interval that was printed with them: leave out the method.",
    ),
    "level-of-change": (
        "a level above 75%, since the margin is held against an interval that leaves out twice as much",
        "Leave out the level: 95% is usual.",
    ),
    "coverage-format": (
        "text, markdown, html or json, since --coverage is said in a sentence",
        "A CSV table has no sentences: leave out --coverage, or take another format.",
    ),
    "coverage-size": (
        "samples whose sizes multiply to a million at the most",
        "Larger samples cover what their level says: leave out --coverage.",
    ),
    "coverage-of-counts": (
        "two sides of counts, such as 159/182 211/244",
        "Coverage is enumerated for simple samples: leave out --coverage.",
    ),
    "coverage-of-ratio": ("a difference, whose coverage is enumerated", "Leave out --coverage or --kind ratio."),
    "figures-only": (
        "a side that is a file, for these options to speak of",
        "Leave them out: counts and published figures have no columns and no sheets.",
    ),
    "searches-with-volumes": (
        "no volumes beside --searches",
        "Recorded crime says nothing of searches: leave out --volumes or --searches.",
    ),
    "volumes-a-side": (
        "volumes for each side that is a file, in their order",
        "Repeat --volumes once for each of these sides; counts and published figures take none.",
    ),
    "style-with-margin": (
        "no margin with the published style",
        "The published verdict knows no margin: leave out --margin or --style.",
    ),
}

VERDICTS: Mapping[str, str] = {
    "higher": "higher",
    "lower": "lower",
    "higher-within-margin": "higher, but by less than the margin",
    "lower-within-margin": "lower, but by less than the margin",
    "broadly-unchanged": "broadly unchanged",
    "no-clear-change": "no clear change",
    "same": "the same",
}
"""What a comparison comes to."""

NOTES_OF_CHANGES: Mapping[str, str] = {
    **{key: f"verdict: {text}" for key, text in VERDICTS.items()},
    "as-printed": "interval as printed, and so rounded",
    "as-printed-scaled": "interval printed at 95%, and so rounded; scaled to this level",
    "overall-only": "overall only: the other side is not by category",
    "volumes-weigh": "categories weighed by their recorded crime: not the ratio of the counts beside it",
    "one-side": "on one side only: nothing to compare it with",
    "not-comparable": "no figure on one side: nothing to compare",
    "no-ratio": "no ratio: one side is 0",
    "ratio-no-limit": "no upper limit: the other side may be 0",
    "in-samples": "compares the samples as they were drawn, no estimates for the force",
}

SIDE_LABELS: tuple[str, str] = ("this", "last")
"""The two sides of a comparison where they have no names."""

SIDE_HEADINGS: Mapping[str, str] = {
    "side": "side",
    "rate": "rate %",
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

CENSUS_EXACT = "Figures of a census are exact: they have no interval."

IN_SAMPLES = "This compares the samples as they were drawn, which are no estimates for the force."


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


def _movement(points: str) -> str:
    return f"a fall of {points[1:]}" if points.startswith("-") else f"a rise of {points}"


def span_of_points(low: str, high: str) -> str:
    """Write a range of changes, in percentage points with one decimal."""
    ends = [_movement(low), _movement(high)]
    if low.startswith("-") and high.startswith("-"):
        ends = [_movement(high), low[1:]]
    elif not low.startswith("-"):
        ends[1] = high
    return f"{ends[0]} to {ends[1]} percentage points"


def size_of_change(size: str, kind: str) -> str:
    """Write a change itself."""
    return f"{size} percentage points" if kind == "difference" else f"a ratio of {size}"


def ratio_span(low: str, high: str) -> str:
    """Write a range of ratios; without an upper end it has no limit."""
    return f"a ratio of {low} to {high}" if high else f"a ratio of {low} or more"


def the_change(verdict: str, names: Sequence[str], size: str, span: str, inner: str, levels: Sequence[str]) -> str:
    """Say what a comparison comes to.

    ``size`` is the change itself, ``span`` its interval and ``inner`` the one that the margin is held against.
    """
    opening = f"{against(names)}: {VERDICTS[verdict]}"
    if verdict == "no-clear-change":
        return f"{opening}: anything from {span} fits."
    if verdict == "broadly-unchanged":
        return f"{opening} (the {levels[1]} interval, {inner}, lies inside the margin)."
    return f"{opening} ({size}; {levels[0]} confidence interval {span.removeprefix('a ratio of ')})."


def exact_change(verdict: str, names: Sequence[str], size: str) -> str:
    """Say by how much two exact figures differ."""
    by = "" if verdict == "same" else f" by {size}"
    return f"{against(names)}: {VERDICTS[verdict]}{by}."


def margin_said(margins: Mapping[str, str], *, chosen: bool, kind: str) -> str:
    """Say what margin was used, and why; ``margins`` holds it for overall rates, for categories, or both."""
    unit = " percentage points" if kind == "difference" else ""
    if chosen:
        said = f"The margin is {next(iter(margins.values()))}{unit}, as given"
        return Advised(f"{said}; fix it before seeing results.", f"{said}.")
    named = {"overall": "the margin for an overall rate", "category": "the margin for a category"}
    parts = [f"{text}{unit}, {named[what]}" for what, text in margins.items()]
    said = f"The margin is {', and '.join(parts)}"
    return Advised(f"{said} (--margin gives another); fix it before seeing results.", f"{said}.")


def published_verdict(verdict: str) -> str:
    """Give the verdict as inspection reports do, labelled."""
    read = " (no significant difference, which reports read so)" if verdict == "broadly-unchanged" else ""
    return f"Published style: {VERDICTS[verdict]}{read}."


def changes_found(found: Sequence[str], tested: int, rate: str) -> str:
    """Name the changes that stand out among several."""
    stand = "stands" if len(found) == 1 else "stand"
    named = f"{len(found)} of {tested} changes {stand} out: {'; '.join(found)}" if found else "No change stands out"
    return f"{named}. The false discovery rate is held to {rate} (Benjamini-Hochberg): q is p adjusted for that."


def coverage_said(method: str, level: str, sizes: Sequence[int], least: str, mean: str, found: str) -> str:
    """Say how often the interval of two simple samples holds the true difference."""
    return (
        f"Samples of {sizes[0]:,} and {sizes[1]:,}: a {level} interval ({method}) holds the true difference in {found} "
        f"of samples at the rates found; over true rates of 80% to 99%, each with each in steps of 1 point, in {least} "
        f"at the least and {mean} on average. By exact enumeration."
    )
