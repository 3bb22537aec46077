"""What a report says: its headings, its headlines in two styles, and the sentence of each number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdi.wording.advising import for_readers
from cdi.wording.dates import in_words
from cdi.wording.sentences import listed

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
    "previous": "Compared with earlier results",
    "forces": "Beside other forces",
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
    "searches": "Reasonable grounds recorded",
    "reviews": "Answers of the case files",
    "times": "Time from report to record",
    "monthly": "Recording rate by month",
    "forces": "Recording rate by force",
    "previous-recording-rate": "Recording rate compared with that of {name}",
    "previous-grounds": "Reasonable grounds recorded compared with those of {name}",
    "sequence-recording-rate": "Recording rate in this audit and earlier ones",
    "sequence-grounds": "Reasonable grounds recorded, now and earlier",
}
"""What a table or chart shows."""

CRIMES, THESE_CRIMES, THE_FORCE, THIS = "crimes", "of these crimes", "the force", "this inspection"

WHY_NO_MARK: Mapping[str, str] = {
    "suppressed": "withheld",
    "unsafe": "not published",
    "judgement": "chosen by judgement: no rate",
    "voluntary": "chosen by themselves: no rate",
    "total-refused": "no total: a category has no rate, or a rate of 0",
}
"""Note that says why there is no rate -> what stands in the place of a mark, where there is no room for the note."""

HEADLINE_OF_ALL = "all reported crime (excluding fraud)"

_NO_PERIOD = "period not stated"


BY_CHANCE = "within"
"""That a force does not differ from the average by more than chance explains."""

_OF_FUNNEL: Mapping[str, str] = {
    "": "",
    "within": "; it does not differ from their average by more than chance and the usual spread of forces explain",
    "high": "; it is higher than chance and the usual spread of forces explain",
    "low": "; it is lower than chance and the usual spread of forces explain",
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
    bars = f"Whiskers are {level} confidence intervals ({method})"
    if not printed:
        return f"{bars}."
    return f"{bars}; {'that' if len(printed) == 1 else 'those'} of {listed(printed)} as printed in an earlier report."


def files_base(files: int) -> str:
    """Say how many files were reviewed."""
    return f"Base: {files:,} case file{'' if files == 1 else 's'}."


def base_of_both(this: str, earlier: str, *, searches: bool, published: bool) -> str:
    """Say how many were counted on both sides of a comparison; of what was published, that is not known."""
    unit = "records" if searches else "crimes due"
    parts = [f"{number} {unit} {when}" for number, when in ((this, "now"), (earlier, "earlier")) if number]
    parts += ["the earlier figure as it was published"] if published else []
    return f"Base: {', '.join(parts)}." if parts else ""


def _for_period(period: str | None) -> str:
    return f"for {_the_period(period)}" if period else f"({_NO_PERIOD})"


def _the_period(period: str) -> str:
    said = in_words(period)
    return f"the {said}" if said.split(" ")[0].casefold() in _SPANS else f"the period {said}"


_NO_WIDTH = "0.0"


def _interval(low: str, high: str, half: str, level: str) -> str:
    """Write an interval in a headline: half its width where it is printed so, its ends otherwise; there may be none."""
    if half == _NO_WIDTH:
        return " (the published style has no interval at 0 or 100 percent)"
    if half:
        return f" (with a confidence interval of +/- {half} percent)"
    return f" ({level} confidence interval: between {low} and {high} percent)" if low and high else ""


def not_weighed_by_volumes(all_of_them: str) -> str:
    """Say why the overall row of one table is not that of another."""
    return (
        f"The row {all_of_them} is not weighed by recorded crime, as the rate that this part opens with is: the two "
        "can differ."
    )


def said_of_months(statement: str) -> str:
    """Say of the monthly samples whether they signal a change."""
    said = for_readers(statement)
    return f"In the monthly samples, {said[:1].lower()}{said[1:]}"


def recording(force: str, rate: str, low: str, high: str, half: str, level: str, of: str) -> str:
    """Say what a force records; percentages without their sign."""
    return f"We estimate that {force} is recording {rate} percent{_interval(low, high, half, level)} of {of}."


def unrecorded_more_than(count: str, of: str, period: str | None) -> str:
    """Say a count of crimes not recorded as inspection reports do."""
    return f"We estimate that this means the force didn't record more than {count} {of} {_for_period(period)}."


def unrecorded_said(count: str, low: str, high: str, level: str, of: str, period: str | None) -> str:
    """Say a count of crimes not recorded with its interval; there may be no upper limit."""
    span = f"between {low} and {high}" if high else f"{low} or more"
    interval = f"{level} confidence interval: {span}" if low else ""
    when = f" for {_the_period(period)}" if period else ""
    beside = "; ".join(text for text in ("" if period else _NO_PERIOD, interval) if text)
    what = f"the force didn't record {count} {of}" if count[:1].isdecimal() else f"{count} {of} were not recorded"
    return f"We estimate that this means {what}{when}{f' ({beside})' if beside else ''}."


def grounds_reviewed(records: str, period: str | None, rate: str, low: str, high: str, half: str, level: str) -> str:
    """Say what share of searches has reasonable grounds recorded."""
    span = f" from {in_words(period)}" if period else f" ({_NO_PERIOD})"
    during = " during this period" if period else ""
    return (
        f"During our inspection, we reviewed a sample of {records} stop and search records{span}. Based on this "
        f"sample, we estimate that {rate} percent{_interval(low, high, half, level)} of stop and searches by the force"
        f"{during} had reasonable grounds recorded."
    )


def previous_found(verdict: str, measure: str, name: str, rate: str, low: str, high: str, half: str, level: str) -> str:
    """Say what a comparison with an earlier result comes to."""
    this, earlier = _REVIEWED[measure]
    found = f"{rate} percent{_interval(low, high, half, level)}"
    return f"{this} {_COMPARED[verdict]} {earlier.format(name=name)}, where we found {found}."


def earlier_result(name: str) -> str:
    """Name an earlier result of whose source nothing is said."""
    return f"the earlier result {name}"


def answered(answer: str, counted: str) -> str:
    """Write beside the mark of a question which answer is counted, and in how many files it was given."""
    return f"{answer}, {counted}"


def counted_in(question: str, answer: str, counted: str, asked: str) -> str:
    """Say in how many case files a question has the answer counted."""
    end = "" if question.endswith((".", "?", "!")) else "."
    return f"In {counted} of {asked} cases, the answer was {answer}: {question}{end}"


def forces_said(force: str, rate: str, side: str, funnel: str, forces: int) -> str:
    """Say where a force lies among others: by the published lines, and by what allows for chance if that is known."""
    lines = f"{side}: outside the published lines" if side else "within the published lines"
    return (
        f"Among {forces} forces, {force} ({rate}) is {lines}, one standard deviation below and above their average"
        f"{_OF_FUNNEL[funnel]}."
    )


def not_recorded(count: str) -> str:
    """Say beside a mark how many crimes were not recorded."""
    return f"{count} not recorded"


def more_than_not_recorded(count: str) -> str:
    """Say the same where the count is rounded down."""
    return f"more than {count} not recorded"
