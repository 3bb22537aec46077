"""What a report says: its headings, its headlines in two styles, and the sentence of each number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdi.wording.advising import for_readers
from cdi.wording.charting import capital
from cdi.wording.dates import in_words
from cdi.wording.sentences import listed, spelled

__all__ = [
    "BY_CHANCE",
    "CRIMES",
    "EXHIBITS",
    "HEADLINE_OF_ALL",
    "REPORT_PARTS",
    "THESE_CRIMES",
    "THE_FORCE",
    "THIS",
    "WHY_NO_MARK",
    "all_by",
    "answered",
    "base_of_both",
    "charted",
    "counted_in",
    "earlier_result",
    "files_base",
    "forces_said",
    "grounds_reviewed",
    "more_than_not_recorded",
    "not_recorded",
    "not_weighed_by_volumes",
    "plain_column",
    "previous_found",
    "recording",
    "report_title",
    "said_of_months",
    "unrecorded_more_than",
    "unrecorded_said",
]

REPORT_PARTS: Mapping[str, str] = {
    "recording": "Recording reported crime",
    "previous": "Comparison with earlier results",
    "forces": "Comparison with other forces",
    "searches": "Stop and search",
    "reviews": "Case files",
    "times": "Time to record",
    "monthly": "Month by month",
}
"""The parts of a report, in order, with their headings."""

EXHIBITS: Mapping[str, str] = {
    "recording": "Recording rate and crimes not recorded",
    "rates": "Recording rate",
    "unrecorded": "Reported crimes recorded and not recorded",
    "searches": "Searches with reasonable grounds recorded",
    "reviews": "Answers in the case files",
    "times": "Time from report to recording",
    "monthly": "Recording rate by month",
    "forces": "Recording rate by force",
    "previous-recording-rate": "Recording rate compared with {name}",
    "previous-grounds": "Searches with reasonable grounds recorded, compared with {name}",
    "sequence-recording-rate": "Recording rate: this audit and earlier ones",
    "sequence-grounds": "Searches with reasonable grounds recorded: now and earlier",
}
"""What a table or chart shows."""

CRIMES, THESE_CRIMES, THE_FORCE, THIS = "crimes", "of these crimes", "the force", "this inspection"

WHY_NO_MARK: Mapping[str, str] = {
    "suppressed": "suppressed",
    "unsafe": "not published",
    "judgement": "judgement sample: no rate",
    "voluntary": "voluntary sample: no rate",
    "total-refused": "no total: a category has no rate, or a rate of 0%",
}
"""Note that says why there is no rate -> what stands in the place of a mark, where there is no room for the note."""

HEADLINE_OF_ALL = "all reported crime (excluding fraud)"

_OWN: Mapping[str, str] = {HEADLINE_OF_ALL: "all reported crime excluding fraud"}
"""What inspection reports say of all crime -> the same, where an interval in brackets follows."""

_NO_PERIOD = "period not stated"


BY_CHANCE = "within"
"""That a force does not differ from the average by more than chance explains."""

_OF_FUNNEL: Mapping[str, str] = {
    "": "",
    "within": " Chance and the usual spread of forces are enough to explain how far it is from their average.",
    "high": " It is higher than chance and the usual spread of forces can explain.",
    "low": " It is lower than chance and the usual spread of forces can explain.",
}

_SPANS = {"year", "12", "twelve", "months", "quarter"}
"""How a period begins that is named by its length: year to June 2024."""

_COMPARED: Mapping[str, str] = {
    "higher": "is higher than",
    "lower": "is lower than",
    "higher-within-margin": "is higher, but by less than the margin, than",
    "lower-within-margin": "is lower, but by less than the margin, than",
    "broadly-unchanged": "is broadly unchanged compared with",
    "no-clear-change": "shows no clear change compared with",
    "same": "is the same as",
}
"""Verdict -> how it is said of this figure and an earlier one."""

_REVIEWED: Mapping[str, tuple[str, str]] = {
    "grounds": ("This", "the findings from our previous review of records from {name}"),
    "recording-rate": ("The recording rate of all reported crime", "the findings from our previous audit ({name})"),
}


def plain_column(name: str) -> str:
    """Write the name of a column for people."""
    return name.replace("_", " ")


def report_title(force: str) -> str:
    """Head a report that has no title of its own."""
    return f"Crime recording by {force}"


def all_by(title: str, columns: Sequence[str]) -> str:
    """Head a table or chart by the columns that it is by."""
    return f"{title} by {listed([plain_column(name) for name in columns])}" if columns else title


def charted(level: str, method: str, printed: Sequence[str] = ()) -> str:
    """Say what the whiskers of a chart are, and which are not of that method but as an earlier report printed them."""
    bars = f"Whiskers show {level} confidence intervals ({method})."
    if not printed:
        return bars
    those = "That" if len(printed) == 1 else "Those"
    return (
        f"{bars} {those} for {listed(printed)} {'is' if len(printed) == 1 else 'are'} as printed in an earlier report."
    )


def files_base(files: int) -> str:
    """Say how many files were reviewed."""
    return f"Base: {files:,} case file{'' if files == 1 else 's'}."


def base_of_both(this: str, earlier: str, *, searches: bool, published: bool) -> str:
    """Say how many were counted on both sides of a comparison; of what was published, that is not known."""
    unit = "records" if searches else "crimes due"
    parts = [f"{number} {unit} {when}" for number, when in ((this, "now"), (earlier, "earlier")) if number]
    parts += ["earlier figure as published"] if published else []
    return f"Base: {', '.join(parts)}." if parts else ""


def _for_period(period: str | None) -> str:
    return f"for {_the_period(period)}" if period else f"({_NO_PERIOD})"


def _the_period(period: str) -> str:
    said = in_words(period)
    return f"the {said}" if said.split(" ")[0].casefold() in _SPANS else f"the period {said}"


_NO_WIDTH = "0.0"


def _about(rate: str) -> str:
    """Begin a sentence with a rate that was estimated."""
    return f"An estimated {rate}%" if rate[:1].isdecimal() else f"We estimate that {spelled(rate)}%"


def _half(half: str) -> str:
    """Write half the width of an interval as inspection reports do."""
    if half == _NO_WIDTH:
        return " (the published style has no interval at 0 or 100 percent)"
    return f" (with a confidence interval of +/- {half} percent)"


def _interval(low: str, high: str, level: str) -> str:
    """Write an interval by its ends; there may be none."""
    return f" ({level} confidence interval {low}% to {high}%)" if low and high else ""


def not_weighed_by_volumes(all_of_them: str) -> str:
    """Say why the overall row of one table is not that of another."""
    return (
        f"The row {all_of_them} is not weighted by recorded crime. The rate at the start of this part is, so the two "
        "can differ."
    )


def said_of_months(statement: str) -> str:
    """Say of the monthly samples whether they signal a change."""
    said = for_readers(statement)
    return f"In the monthly samples, {said[:1].lower()}{said[1:]}"


def recording(force: str, rate: str, low: str, high: str, half: str, level: str, of: str) -> str:
    """Say what a force records; percentages without their sign."""
    if half:
        return f"We estimate that {force} is recording {spelled(rate)} percent{_half(half)} of {of}."
    what = f"of {_OWN.get(of, of)}{_interval(low, high, level)}"
    if not rate[:1].isdecimal():
        return f"We estimate that {force} recorded {spelled(rate)}% {what}."
    return f"{capital(force)} recorded an estimated {rate}% {what}."


def unrecorded_more_than(count: str, of: str, period: str | None) -> str:
    """Say a count of crimes not recorded as inspection reports do."""
    return f"We estimate that this means the force didn't record more than {count} {of} {_for_period(period)}."


def unrecorded_said(count: str, low: str, high: str, level: str, of: str, period: str | None) -> str:
    """Say a count of crimes not recorded with its interval; there may be no upper limit."""
    span = f"{low} to {high}" if high else f"{low} or more"
    interval = f"{level} confidence interval {span}" if low else ""
    when = f" in {_the_period(period)}" if period else ""
    beside = "; ".join(text for text in ("" if period else _NO_PERIOD, interval) if text)
    means = "That means an estimated" if count[:1].isdecimal() else "We estimate that this means"
    return f"{means} {count} {of} were not recorded{when}{f' ({beside})' if beside else ''}."


def grounds_reviewed(records: str, period: str | None, rate: str, low: str, high: str, half: str, level: str) -> str:
    """Say what share of searches has reasonable grounds recorded."""
    span = f" from {in_words(period)}" if period else f" ({_NO_PERIOD})"
    during = " during this period" if period else ""
    sample = f"During our inspection, we reviewed a sample of {records} stop and search records{span}."
    if half:
        return (
            f"{sample} Based on this sample, we estimate that {spelled(rate)} percent{_half(half)} of stop and "
            f"searches by the force{during} had reasonable grounds recorded."
        )
    return (
        f"{sample} {_about(rate)} of searches by the force{during} had reasonable grounds recorded"
        f"{_interval(low, high, level)}."
    )


def previous_found(verdict: str, measure: str, name: str, rate: str, low: str, high: str, half: str, level: str) -> str:
    """Say what a comparison with an earlier result comes to."""
    this, earlier = _REVIEWED[measure]
    change = f"{this} {_COMPARED[verdict]} {earlier.format(name=name)}"
    if half:
        return f"{change}, where we found {spelled(rate)} percent{_half(half)}."
    return f"{change}. We found {spelled(rate)}% then{_interval(low, high, level)}."


def earlier_result(name: str) -> str:
    """Name an earlier result of whose source nothing is said."""
    return f"the earlier result {name}"


def answered(answer: str, counted: str) -> str:
    """Write beside the mark of a question which answer is counted, and in how many files it was given."""
    return f"{answer}, {counted}"


def counted_in(question: str, answer: str, counted: str, asked: str) -> str:
    """Say in how many case files a question has the answer counted."""
    end = "" if question.endswith((".", "?", "!")) else "."
    return f"In {counted} of {asked} case files, the answer was {answer}: {question}{end}"


def forces_said(force: str, rate: str, side: str, funnel: str, forces: int) -> str:
    """Say where a force lies among others: by the published lines, and by what allows for chance if that is known."""
    lines = f"{side}, outside the published lines" if side else "within the published lines"
    return (
        f"{capital(force)} ({rate}) is {lines}: one standard deviation either side of the average of {forces} forces."
        f"{_OF_FUNNEL[funnel]}"
    )


def not_recorded(count: str) -> str:
    """Say beside a mark how many crimes were not recorded."""
    return f"{count} not recorded"


def more_than_not_recorded(count: str) -> str:
    """Say the same where the count is rounded down."""
    return f"more than {count} not recorded"
