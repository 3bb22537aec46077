"""What is said of several forces side by side, in tables and on charts: what the lines are, and what they are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdi.wording.faults import OwnWords
from cdi.wording.sentences import InPercent, listed

__all__ = [
    "AGAINST", "BY_VALUE", "CHANCE_MORE", "DETAILS_OF_FORCES", "FORCE_HEADINGS", "FORCE_LEGEND", "FORCE_NOTES",
    "FUNNEL_AXES", "FUNNEL_SIDES", "LINES_BY_CONSTRUCTION", "LINE_BEYOND", "NOT_SAID", "PERIODS_NOT_STATED",
    "SOURCES_NOT_STATED", "WELL", "adjusted_rates", "adjusted_title", "average_of_forces", "by_label",
    "first_and_last", "force_note", "forces_apart", "forces_bars", "forces_base", "forces_drawn",
    "forces_intervals", "forces_summary", "forces_title", "funnel_drawn", "funnel_finds", "funnel_limits",
    "funnel_title", "lines_title", "marked_force", "mixed_part", "mixed_results", "national_left_out",
    "no_force_intervals", "no_own_result",
    "no_second_opinion", "no_values", "normality", "not_in_funnel", "other_names", "others_apart", "own_result",
    "printed_rescaled",
    "published_lines", "rank_draws", "rates_blank", "sources_missing", "without_result",
]  # fmt: skip

FORCE_HEADINGS: Mapping[str, str] = {
    "force": "force",
    "value": "value",
    "rate": InPercent("rate"),
    "low": "from %",
    "high": "to %",
    "flag": "published lines",
    "adjusted": InPercent("adjusted"),
    "adjusted_low": "from %",
    "adjusted_high": "to %",
    "funnel": "funnel",
    "z": "z",
    "lowest": "among lowest {k} %",
    "highest": "among highest {k} %",
    "notes": "notes",
}

AGAINST: Mapping[tuple[str, str], str] = {
    (side, direction): f"{side} ({direction})" if direction else side
    for side in ("above", "below")
    for direction in ("better", "worse", "")
}
"""Side of the average, and what it is -> what stands in the column headed "well above or below average"."""

WELL: Mapping[tuple[str, str], str] = {
    (side, direction): f"well {side} average{f' ({direction})' if direction else ''}" for side, direction in AGAINST
}
"""The same in full."""

LINES_BY_CONSTRUCTION = (
    "About 32% of forces lie outside such lines whatever is measured. The lines take no account of chance, so being "
    "outside them is not a finding in itself."
)

CHANCE_MORE = (
    "Use the adjusted rates and the funnel as a second opinion: they allow for chance. Neither gives a ranking of "
    "forces."
)

FORCE_NOTES: Mapping[str, str] = {
    "too-few": "too few forces for a test: the lines use the rates themselves",
    "all-equal": "all rates are equal: no force lies outside the lines",
    "no-logs": "a rate of 0% has no logarithm: the lines use the rates themselves",
    "many-values": "more than 5,000 values: the p-values of the tests are rough",
    "zero-or-one": "rates of 0% or 100% are moved by half a case before they are compared with the average",
    "target-moved": "the overall rate is 0% or 100%: the funnel is centred half a case away from it",
    "no-spread": "forces vary no more than chance explains: every adjusted rate is their average",
    "widest-prior": "forces vary so much that adjusted rates hardly move towards the average",
}
"""Notes of the statistics of forces -> their words, in tables and as sentences."""

NOT_SAID = "not stated"

LINE_BEYOND = "No force can lie outside a line that is below 0% or above 100%."

BY_VALUE = "Forces are in order of rate, highest first. This is not a ranking."

DETAILS_OF_FORCES = "Scores on the published lines, and probabilities of being among the lowest and the highest"

PERIODS_NOT_STATED = "No period is stated for any result, so the results may be of different times."

SOURCES_NOT_STATED = "No source is stated for any result."

FUNNEL_SIDES: Mapping[str, str] = {"high": "above", "low": "below"}
"""What stands in the column of the funnel, by the flag."""


def forces_title(measure: str, level: str, method: str) -> str:
    """Head the table; a level or method that is empty is that of rates without intervals."""
    return f"{forces_bars(measure)}, {level} confidence intervals ({method})" if level else forces_bars(measure)


def printed_rescaled(method: str) -> str:
    """Name intervals that were printed at 95% and are shown at another level."""
    return f"{method} at 95%, rescaled"


def forces_bars(measure: str) -> str:
    """Head the bars."""
    return f"{measure[:1].upper()}{measure[1:]} by force"


def mixed_results(parts: Sequence[str]) -> str:
    """Warn of results that were not made in one way at one time."""
    return (
        "WARNING: these results differ in kind or period, and differences between forces may be due to that. "
        f"{' '.join(parts)}"
    )


def mixed_part(code: str, found: str) -> str:
    """Say in what way results are mixed."""
    return {
        "mixed-kinds": f"Kinds of inspection: {found}.",
        "mixed-periods": f"Periods: {found}.",
        "unknown-periods": f"No readable period: {found}.",
    }[code]


def first_and_last(first: str, last: str) -> OwnWords:
    """Name the first of several periods and the last."""
    return OwnWords(f"the first is {first} and the last is {last}")


def published_lines(low: str, high: str, centre: str, forces: int, *, logs: bool) -> str:
    """Say what the published lines are."""
    average = "average, taken on logs," if logs else "unweighted average"
    return (
        f"The published lines are {low} and {high}: one standard deviation below and above {centre}, the {average} of "
        f"{forces} forces."
    )


def normality(raw: tuple[str, str], logs: tuple[str, str] | None, *, normal: bool, chosen: bool) -> str:
    """Say what the tests of normality said; logs are asked only where the rates do not look normal, and may be."""
    first = f"Shapiro-Wilk tests: rates W {raw[0]}, p {raw[1]}"
    way = "the lines use logs" if chosen else "the lines use the rates themselves"
    if normal:
        return f"{first}: they look normal, and {way}."
    return f"{first}: they do not look normal{f'; logs W {logs[0]}, p {logs[1]}' if logs else ''}; {way}."


def by_label(label: str, forces: Sequence[str]) -> str:
    """List the forces that bear a label."""
    return f"{label[:1].upper()}{label[1:]}: {listed(forces)}."


def adjusted_rates(level: str) -> str:
    """Say what adjusted rates are."""
    return (
        "Adjusted rates are drawn towards the average of forces: the smaller the sample, the more so. Their "
        f"{level} intervals allow for the average and the spread of forces being estimates."
    )


def funnel_finds(
    low: Sequence[str], high: Sequence[str], centre: str, false: str = "10%", *, by_chance: bool = False
) -> str:
    """Say which forces the funnel names, at a false discovery rate; by chance alone where nothing else is allowed."""
    allowed = "chance explains" if by_chance else "chance and the usual variation between forces explain"
    rule = f"from {centre} by more than {allowed}"
    found = [f"{side}: {listed(names)}." for side, names in (("Lower", low), ("Higher", high)) if names]
    if not found:
        return f"Funnel: no force differs {rule} (false discovery rate {false})."
    return f"Funnel: these differ {rule} (false discovery rate {false}). {' '.join(found)}"


def funnel_limits(level: str, centre: str) -> str:
    """Head a table of the rates of forces and the limits of a funnel."""
    return f"Rate by force, with the {level} limits of the funnel about {centre}"


def adjusted_title(level: str, model: str) -> str:
    """Head a table of the rates of forces and of those drawn towards their average."""
    return f"Rate by force, and adjusted towards the average, {level} confidence intervals ({model})"


def average_of_forces(rate: str) -> str:
    """Say what rates are drawn towards."""
    return f"The average of forces is estimated at {rate}."


def lines_title() -> str:
    """Head a table of values of forces and the published lines."""
    return "Value by force, and the published lines of one standard deviation"


def no_values(forces: Sequence[str]) -> str:
    """Name the forces without a value."""
    return f"No value is given for {listed(forces)}. Forces without one are not in the lines."


def no_second_opinion(*, census: bool) -> str:
    """Say why there are no adjusted rates."""
    why = "rates of a census" if census else "fewer than three forces have an interval"
    more = "have no sampling error to allow for" if census else "that says how large the sample was"
    return f"There is no second opinion: {why} {more}."


def no_force_intervals(forces: Sequence[str]) -> str:
    """Name the forces that stand in the lines only."""
    return f"These have no interval, so they are in the published lines only: {listed(forces)}."


def own_result(file: str, force: str, rate: str, *, listed: bool, printed: str, period: str) -> str:
    """Say that a force stands among others with what this inspection found, and what the file has for it."""
    if not printed:
        of_file = f"gives no rate for {force}" if listed else f"does not list {force}"
        return f"{file} {of_file}. This inspection's result, {rate}, is set beside the others."
    when = f" ({period})" if period else ""
    return f"{file} gives {force} {printed}{when}. This inspection's result, {rate}, stands in its place."


def no_own_result(file: str, *, printed: bool) -> str:
    """Say that this inspection has no rate to set beside others, and what is shown of the force."""
    shown = f"so the row of {file} is shown" if printed else "so it is not set beside the others"
    return f"This inspection has no recording rate for the force as a whole, {shown}."


def without_result(forces: Sequence[str]) -> str:
    """Name the forces without data."""
    return f"Forces without data ({len(forces)} of 43): {listed(forces)}."


def rates_blank(forces: Sequence[str]) -> str:
    """Name the other forces whose rate is blank."""
    return f"No rate is given for {listed(forces)}."


def forces_apart(force: str) -> str:
    """Say that a force is outside the totals."""
    return f"{force} is not in the totals for England and Wales. It is shown, but left out of the lines and the funnel."


def other_names(forces: Sequence[str]) -> str:
    """Name the bodies that are none of the 43, and take part."""
    return f"These are not among the 43 territorial forces of England and Wales, but are counted: {listed(forces)}."


def others_apart(forces: Sequence[str]) -> str:
    """Name the bodies that are none of the 43, and take no part."""
    return (
        f"These are not among the 43 territorial forces of England and Wales: {listed(forces)}. They are shown, but "
        "left out of the lines and the funnel."
    )


def national_left_out(names: Sequence[str]) -> str:
    """Name the rows of all forces together."""
    return f"These rows are not of a single force, and are left out: {listed(names)}."


def sources_missing(forces: Sequence[str]) -> str:
    """Name the forces whose figures have no source."""
    return f"No source is stated for {listed(forces)}."


def rank_draws(k: int, draws: int, seed: int) -> str:
    """Say what the columns of probabilities are."""
    return (
        f"Among lowest {k} and among highest {k}: the probability that a force is truly among them, from {draws:,} "
        f"draws with seed {seed}."
    )


def force_note(code: str) -> str:
    """Say a note as a sentence."""
    text = FORCE_NOTES[code]
    return f"{text[:1].upper()}{text[1:]}."


FORCE_LEGEND: Mapping[str, str] = {
    "rate": "rate",
    "within": "within the lines",
    "apart": "left out of the lines",
    "interval": "interval",
    "average": "average",
    "lines": "published lines",
    "named": "differs by more than chance",
    "inner": "95% limits",
    "outer": "99.8% limits",
    "marked": "the force of this report",
}

FUNNEL_AXES: Mapping[str, str] = {"size": "effective size of the sample"}


def forces_base(forces: int, missing: Sequence[str]) -> str:
    """Say how many forces there are, and which have no data."""
    return f"Base: {forces} forces.{f' Without data: {listed(missing)}.' if missing else ''}"


def forces_drawn(order: str) -> str:
    """Say what a bar is, and how bars are ordered."""
    ordered = {"name": "in alphabetical order", "value": "in order of rate, which is not a ranking"}[order]
    return f"One bar for each force, {ordered}. The axis begins at 0%."


def forces_intervals(level: str) -> str:
    """Say what the whiskers are."""
    return f"Whiskers are {level} confidence intervals."


def forces_summary(title: str, parts: Sequence[str]) -> str:
    """Say in words what a chart shows."""
    return f"{title}. {' '.join(parts)}"


def funnel_drawn() -> str:
    """Say what a funnel shows."""
    return (
        "Limits are about the average and allow for the usual variation between forces. Sizes are effective sample "
        "sizes."
    )


def marked_force(name: str, rate: str) -> str:
    """Name the force that stands out on a chart."""
    return f"Marked: {name}, {rate}."


def not_in_funnel(forces: Sequence[str]) -> str:
    """Name the forces that a funnel has no place for."""
    return f"No interval, so not shown here: {listed(forces)}."


def funnel_title(measure: str) -> str:
    """Head a funnel."""
    return f"{measure[:1].upper()}{measure[1:]} by force and size of the sample"
