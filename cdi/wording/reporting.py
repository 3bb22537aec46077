"""What a report says: its headlines, the sentence of each number, its page, and its files."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cdi.wording.charting import capital, hours
from cdi.wording.faults import for_shell
from cdi.wording.monitoring import samples_by
from cdi.wording.sentences import ALL_CRIME, AUDITED_CRIME, InPercent, for_readers, in_words, listed, rate_in_sample

__all__ = [
    "BY_CHANCE",
    "CONTENTS",
    "CONTENTS_HEADINGS",
    "CONTENTS_SHEET",
    "COVER_SHEET",
    "CRIMES",
    "CUT",
    "DISAGREEMENTS",
    "EXHIBITS",
    "GLOSSARY",
    "IN_TIME",
    "KEY_FILE",
    "LIBRARIES_DIFFER",
    "METHODS_HEADINGS",
    "METHODS_SHEET",
    "NOTES_SHEET",
    "NOTE_HEADINGS",
    "NOT_MADE_AGAIN",
    "NO_NOTE",
    "ON_LOGS",
    "PAGE_WORDS",
    "READ_AGAIN",
    "REPORT_PARTS",
    "SHARE_WITH_GROUNDS",
    "SHEET_HEADINGS",
    "SYMBOLS",
    "THESE_CRIMES",
    "THE_FORCE",
    "THIS",
    "VERIFIED",
    "WHY_NO_MARK",
    "RateWords",
    "all_by",
    "answered",
    "as_on_page",
    "base_of_both",
    "by_name",
    "call_verify",
    "charted",
    "columns_note",
    "compared",
    "cover_about",
    "cover_intro",
    "deviations",
    "drawn_and_proved",
    "earlier_result",
    "end_of",
    "few_of",
    "figure_label",
    "files_answered",
    "files_base",
    "files_beside",
    "files_written",
    "forces_said",
    "found_in",
    "found_in_share",
    "grounds_reviewed",
    "in_part",
    "in_time_within",
    "interval_said",
    "judged",
    "key_made",
    "left_behind",
    "less_than",
    "library_differs",
    "more_than_not_recorded",
    "more_than_recorded",
    "not_recorded",
    "not_weighed_by_volumes",
    "of_a_frame",
    "plain_column",
    "planned",
    "previous_found",
    "rates_by",
    "recording",
    "replaced_in_all",
    "report_title",
    "run_verify",
    "said_of_rate",
    "said_of_trend",
    "share_in_sample",
    "share_in_time",
    "sheet_holds",
    "sheet_source",
    "sheet_title",
    "table_label",
    "unrecorded_more_than",
    "unrecorded_said",
    "with_intervals",
    "without_errors",
]  # fmt: skip

REPORT_PARTS: Mapping[str, str] = {
    "recording": "Recording reported crime",
    "previous": "Comparison with earlier results",
    "forces": "Comparison with other forces",
    "searches": "Stop and search",
    "reviews": "Case files",
    "times": "Time to record",
}
"""The parts of a report, in order, with their headings; that of a trend is by the kind of its periods."""

CONTENTS_HEADINGS = ("part", "table", "rows")
"""What heads the contents of a report."""

EXHIBITS: Mapping[str, str] = {
    "recording": "Recording rate and crimes not recorded",
    "rates": "Recording rate",
    "unrecorded": "Reported crimes recorded and not recorded",
    "searches": "Searches with reasonable grounds recorded",
    "reviews": "Answers in the case files",
    "times": "Time from report to recording",
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
    "few-for-rate": "base under 10",
    "follows-from-rounded": "not published",
    "judgement": "judgement sample: no rate",
    "voluntary": "voluntary sample: no rate",
    "total-refused": "no total: a category has no rate, or a rate of 0%",
}
"""Note that says why there is no rate -> what stands in the place of a mark, where there is no room for the note."""

_OWN: Mapping[str, str] = {ALL_CRIME: "all reported crime excluding fraud"}
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

_QUARTER = re.compile(r"(\d{4}) Q([1-4])")
_PLACES = ("first", "second", "third", "fourth")

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
    "grounds": ("The share of searches with grounds recorded", "the findings from our previous review ({name})"),
    "recording-rate": ("The recording rate{of}", "the findings from our previous audit ({name})"),
}


def plain_column(name: str) -> str:
    """Write the name of a column for people."""
    return name.replace("_", " ")


_OF_ITS_OWN = ("requires", "needs", "does")
"""How a grade begins that is a verb already."""


def judged(force: str, grade: str) -> str:
    """Say the inspector's grade in a sentence, as inspection reports do."""
    says = grade.strip().rstrip(".")
    verb = "" if says.split(" ")[0].casefold() in _OF_ITS_OWN else "is "
    return f"{capital(force)} {verb}{says[:1].lower()}{says[1:]} at recording data about crime."


GLOSSARY: Mapping[str, str] = {
    "Recording rate": "Of the crimes that were reported to the police and should have been recorded, the share that "
    "were.",
    "Confidence interval": "A range for the figure that a check of every report would give, as only a sample was "
    "checked. If many samples were drawn, 95 in 100 such ranges (at 95%) would hold that figure.",
    "Crimes due": "Crimes in the reports checked that the rules say should have been recorded.",
    "Weighted": "Each report or category counts for as many as it stands for, so a rate can differ from the counts "
    "beside it.",
}
"""Term -> what it means, for readers of a report."""


def report_title(force: str) -> str:
    """Head a report that has no title of its own."""
    return f"Crime recording by {force}"


def all_by(title: str, columns: Sequence[str]) -> str:
    """Head a table or chart by the columns that it is by."""
    return f"{title} by {listed([plain_column(name) for name in columns])}" if columns else title


def charted(level: str, printed: Sequence[str] = ()) -> str:
    """Say what the whiskers of a chart are, and which are not ours but as an earlier report printed them."""
    bars = f"Whiskers show {level} confidence intervals."
    if not printed:
        return bars
    those, are = ("That", "is") if len(printed) == 1 else ("Those", "are")
    return f"{bars} {those} for {listed(printed)} {are} as printed in an earlier report."


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
    said = _in_english(period)
    return said if said.startswith("the ") else f"the period {said}"


def _in_english(period: str) -> str:
    """Write a period as English has it: the year to June 2024, the first quarter of 2024."""
    said = in_words(period)
    quarter = _QUARTER.fullmatch(said)
    if quarter:
        return f"the {_PLACES[int(quarter[2]) - 1]} quarter of {quarter[1]}"
    return f"the {said}" if said.split(" ")[0].casefold() in _SPANS else said


def _during(period: str) -> str:
    """Say when: in a month, year or span of them, from one month to another."""
    said = _in_english(period)
    return f"from {said}" if " to " in said and not said.startswith("the ") else f"in {said}"


@dataclass(frozen=True, slots=True)
class RateWords:
    """A rate as a sentence writes it: in percent, without the sign."""

    rate: str  # in words where it is a bound: more than 99.9
    bound: bool  # whether it is one
    # low, high: the ends of its interval; empty where it has none
    low: str
    high: str
    half: str  # half the width of its interval, where that is printed in the place of the ends
    wide: bool  # whether its interval has a width
    level: str

    @property
    def interval(self) -> str:
        """The interval by its ends; there may be none."""
        if not self.low or not self.high:
            return ""
        return f" ({self.level} confidence interval {self.low}% to {self.high}%)"

    @property
    def as_published(self) -> str:
        """The interval by half its width, as inspection reports write it."""
        if not self.wide:
            return " (the published style has no interval at 0 or 100 percent)"
        return f" (with a confidence interval of +/- {self.half} percent)"


def not_weighed_by_volumes(all_of_them: str) -> str:
    """Say why the overall row of one table is not that of another."""
    return (
        f"The row {all_of_them} is not weighted by recorded crime. The rate at the start of this part is, so the two "
        "can differ."
    )


def said_of_trend(statement: str, kind: str) -> str:
    """Say of the samples of a trend whether they signal a change."""
    said = for_readers(statement)
    return f"In the {samples_by(kind)}, {said[:1].lower()}{said[1:]}"


def recording(force: str, rate: RateWords, of: str) -> str:
    """Say what a force records."""
    if rate.half:
        return f"We estimate that {force} is recording {rate.rate} percent{rate.as_published} of {of}."
    what = f"of {_OWN.get(of, of)}{rate.interval}"
    if rate.bound:
        return f"We estimate that {force} recorded {rate.rate}% {what}."
    return f"{capital(force)} recorded an estimated {rate.rate}% {what}."


def unrecorded_more_than(count: str, of: str, period: str | None) -> str:
    """Say a count of crimes not recorded as inspection reports do."""
    return f"We estimate that this means the force didn't record more than {count} {of} {_for_period(period)}."


def unrecorded_said(count: str, low: str, high: str, level: str, of: str, period: str | None, *, bound: bool) -> str:
    """Say a count of crimes not recorded, or a bound of it, with its interval; there may be no upper limit."""
    span = f"{low} to {high}" if high else f"{low} or more"
    interval = f"{level} confidence interval {span}" if low else ""
    when = f" {_during(period)}" if period else ""
    beside = "; ".join(text for text in ("" if period else _NO_PERIOD, interval) if text)
    means = "We estimate that this means" if bound else "That means an estimated"
    return f"{means} {count} {of} were not recorded{when}{f' ({beside})' if beside else ''}."


def grounds_reviewed(records: str, period: str | None, rate: RateWords) -> str:
    """Say what share of searches has reasonable grounds recorded."""
    span = f" from {_in_english(period)}" if period else f" ({_NO_PERIOD})"
    during = " during this period" if period else ""
    sample = f"During our inspection, we reviewed a sample of {records} stop and search records{span}."
    if rate.half:
        return (
            f"{sample} Based on this sample, we estimate that {rate.rate} percent{rate.as_published} of stop and "
            f"searches by the force{during} had reasonable grounds recorded."
        )
    about = "We estimate that" if rate.bound else "An estimated"
    return (
        f"{sample} {about} {rate.rate}% of searches by the force{during} had reasonable grounds recorded"
        f"{rate.interval}."
    )


def previous_found(verdict: str, measure: str, name: str, rate: RateWords, *, partial: bool) -> str:
    """Say what a comparison with an earlier result comes to, and what that result was."""
    this, earlier = _REVIEWED[measure]
    this = this.format(of=f" of {AUDITED_CRIME}" if partial else "")
    change = f"{this} {_COMPARED[verdict]} {earlier.format(name=name)}"
    if rate.half:
        return f"{change}. We found {rate.rate} percent then{rate.as_published}."
    return f"{change}. We found {rate.rate}% then{rate.interval}."


def earlier_result(name: str) -> str:
    """Name an earlier result of whose source nothing is said."""
    return f"the earlier result {name}"


def answered(answer: str, counted: str) -> str:
    """Write beside the mark of a question which answer its share is of, and in how many files it was given."""
    return f"{answer}, {counted}"


def found_in(question: str, finding: str, counted: str, asked: str) -> str:
    """Say in how many case files the answer is yes: what was found, or else the question and its answer."""
    of = f"{counted} of {asked} case files"
    if finding:
        return f"{capital(finding)} in {of}."
    return f"{capital(question)} Yes in {of}." if question.endswith("?") else f"{capital(question)}: yes in {of}."


def found_in_share(question: str, finding: str, rate: str, counts: str) -> str:
    """Say the same where files count by weights: the share, and not the counts that it is not the ratio of."""
    of = f"an estimated {rate} of case files (weighted; {counts} reviewed)"
    if finding:
        return f"{capital(finding)} in {of}."
    return f"{capital(question)} Yes in {of}." if question.endswith("?") else f"{capital(question)}: yes in {of}."


_FEW = 3
"""The groups that a sentence names at the most."""

SHARE_WITH_GROUNDS = "share of searches with reasonable grounds recorded"


def share_in_time(in_time: str) -> str:
    """Name the share of crimes that were recorded in time."""
    return f"share recorded {in_time}"


def files_answered(answer: str) -> str:
    """Say what a share of case files is of."""
    return f"the files asked had the answer {answer}"


def rates_by(column: str, measure: str, rates: Sequence[tuple[str, str]]) -> str:
    """Say the rates of several groups, a few to a sentence."""
    parts = [f"{rate} ({name})" for name, rate in rates]
    few = [listed(parts[i : i + _FEW]) for i in range(0, len(parts), _FEW)]
    return " ".join(
        [f"By {plain_column(column)}, the {measure} was {few[0]}.", *(f"It was {each}." for each in few[1:])]
    )


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


IN_TIME = "in time"


def share_in_sample(subject: str, rate: RateWords, *, forces: bool = False) -> str:
    """Say a share of the sample, or those of all ``forces``, which is a fact and has no interval."""
    return rate_in_sample(subject, f"{rate.rate}%", forces=forces)


def said_of_rate(subject: str, rate: RateWords, *, of_frame: bool) -> str:
    """Say a rate with its interval; without one it is exact."""
    opening = ""
    if rate.interval or rate.half:
        opening = "We estimate that " if rate.bound else "An estimated "
    if of_frame:
        opening = f"Weighted by the sampling frame, {opening[:1].lower()}{opening[1:]}"
    if rate.half:
        return f"{opening}{rate.rate} percent (with a confidence interval of +/- {rate.half} percent) of {subject}."
    return f"{opening}{rate.rate}% of {subject}{rate.interval}."


def by_name(name: str) -> str:
    """Give the sentence of a measure that has none of its own."""
    return f"{capital(name)}: {{estimate}}{{interval}}."


def interval_said(low: str, high: str, level: str) -> str:
    """Say an interval in brackets, which may have no upper limit; nothing where there is none."""
    if not low:
        return ""
    return f" ({level} confidence interval {f'{low} to {high}' if high else f'{low} or more'})"


ON_LOGS = "logarithm of the "
"""What comes before a rate that is taken on logs."""


def less_than(number: str) -> str:
    """Write what is smaller than the smallest number that is printed."""
    return f"<{number}"


def few_of(number: int, of: int) -> str:
    """Write how many of all there are."""
    return f"{number} of {of}"


def deviations(score: str, *, below: bool) -> str:
    """Write how many standard deviations a rate lies from an average."""
    return f"{score} standard deviations {'below' if below else 'above'}"


def in_part(where: Sequence[str], text: str) -> str:
    """Put before a sentence what it is of, where that is anything."""
    if not where or not text:
        return text
    name = capital(", ".join(where))
    if where[0].endswith("?"):  # a question, and the group that its answers are of
        name = " ".join([where[0], capital(", ".join(where[1:]))]).strip()
    return f"{name} {capital(text)}" if name.endswith("?") else f"{name}: {text[:1].lower()}{text[1:]}"


def more_than_recorded(count: str) -> str:
    """Say a count rounded down, as inspection reports do."""
    return f"We estimate that more than {count} reported crimes were not recorded."


def in_time_within(number: float) -> str:
    """Say within how many hours something was in time."""
    return f"within {hours(number)} of the report"


PAGE_WORDS: Mapping[str, str] = {
    "skip": "Skip to the findings",
    "kind": "Crime data integrity: inspection statistics",
    "marking_why": "Nothing is suppressed on this page.",
    "summary": "Summary",
    "findings": "Findings",
    "areas_for_improvement": "Areas for improvement",
    "contents": "Contents",
    "about": "About these figures",
    "audited": "What was audited and how",
    "assumptions": "Periods and assumptions",
    "quality": "Data quality",
    "disclosure": "Disclosure control",
    "glossary": "Glossary",
    "contact": "Contact",
    "in_workbook": "The numbers behind this chart are in tables.xlsx.",
    "files": "Every table, with its notes and the formula of each number, is in tables.xlsx.",
    "notes": "Notes",
    "note": "note",
    "back": "Back to the table from note",
    "arrow": "↩",
    "withheld": "[c] marks a number that is suppressed to protect the people it describes.",
    "page": "Page",
    "pages": "A page for each force",
    "page_above": "All forces",
    "footer": "Produced with cdi. Not official statistics.",
}
"""The fixed texts of the page."""

METHODS_SHEET = "Methods"
METHODS_HEADINGS = ("Method", "Formula", "Reference")
"""The sheet of the workbook that says how each number is computed."""


def with_intervals(title: str, level: str) -> str:
    """Head a table of the page: the method of its intervals is named once, under what was audited."""
    return f"{title}, {level} confidence intervals"


def end_of(owner: str, end: str) -> str:
    """Head the end of an interval where there are several: say of what it is an end; both have the same unit.

    The first columns, of words, bear names of the user's and are left as they are, but for a capital.
    """
    return f"{owner.name if isinstance(owner, InPercent) else owner}, {end}"


def table_label(number: int, title: str) -> str:
    """Write what stands above a table."""
    return f"Table {number}. {capital(title)}"


def figure_label(number: int, title: str) -> str:
    """Write what stands above a chart."""
    return f"Figure {number}. {title}"


COVER_SHEET, CONTENTS_SHEET, NOTES_SHEET = "Cover", "Contents", "Notes"
"""The sheets beside those of tables."""

CONTENTS: Mapping[str, str] = {"name": "Sheet", "title": "What it shows", "heading": "Contents"}

NOTE_HEADINGS = ("Reference", "Note")

NO_NOTE = "none"
"""What stands in the columns of notes and sentences where there is nothing to be said."""

CUT = " ... (cut short: a cell holds no more text)"

SYMBOLS: Mapping[str, str] = {
    "[c]": "[c]: suppressed, because the number is small or would reveal a small number.",
    "[x]": "[x]: not available. The notes on the row say why.",
    "[z]": "[z]: not applicable.",
}
"""What stands in a cell without a number -> what it means."""

SHEET_HEADINGS: Mapping[str, str] = {
    "measure": "Measure",
    "estimate": "Estimate",
    "low": "Lower limit",
    "high": "Upper limit",
    "level": "Level",
    "method": "Method",
    "se": "Standard error",
    "n": "Base",
    "recorded": "Number counted",
    "clusters": "Units sampled",
    "n_eff": "Effective sample size",
    "df": "Degrees of freedom",
    "deff": "Design effect",
    "notes": "Notes",
    "sentence": "In words",
}
"""Column of a table -> what heads it in a workbook."""

READ_AGAIN = "Read again"
"""What stands before what a panel found that read some reports again."""


def planned(reports: int, strata: int) -> str:
    """Say how many reports were to be read."""
    where = f" in {strata:,} strata" if strata > 1 else ""
    return f"The plan asked for {_of(reports, 'report')}{where}."


def drawn_and_proved(records: int, rows: int, seed: str, date: str) -> str:
    """Say how the sample was drawn, and that the draw was made again."""
    day = dt.date.fromisoformat(date)
    return (
        f"{_of(records, 'report')} of {rows:,} on the frame {_were(records)} drawn on {day.day} {day:%B %Y}, by the "
        f"seed \u201c{seed}\u201d. The draw was made again for this report, and gives the same sample."
    )


def replaced_in_all(reasons: Mapping[str, int]) -> str:
    """Say how many reports could not be audited, and why."""
    number = sum(reasons.values())
    each = listed([f"{times:,} {reason}" for reason, times in sorted(reasons.items())])
    return f"{_of(number, 'report')} could not be audited and {_were(number)} replaced by the next in the draw: {each}."


def without_errors(sentence: str) -> str:
    """Say that a rate is freed of the auditors' errors."""
    return f"Without these errors, {sentence[0].lower()}{sentence[1:]}"


def _of(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


KEY_FILE = """\
# The private key of the inspection beside this file. cdi made it, and needs it to verify reports.
# Keep it with the inspection. Never publish it or send it with a report: with it, anybody
# could check guesses of what the files of the inspection hold.
"""
"""What stands above the key in its file."""

NOT_MADE_AGAIN = "The report could not be made again:"

VERIFIED = "The report is verified: the same inputs give the same files."


def compared(inputs: int, files: int) -> str:
    """Say what was compared: files that were read, and files of the report."""
    read = f"{inputs} input file{'' if inputs == 1 else 's'}"
    return f"Compared: {read} and {files} file{'' if files == 1 else 's'} of the report, all as they were."


def of_a_frame(text: str) -> str:
    """Say that national figures were not worked out again, since their rows are in no file."""
    return f"{text} The rows came from a data frame or terms that no file holds, so the figures were not made again."


LIBRARIES_DIFFER = (
    "Some software versions differ from those that made the report. Drawings and layout may differ as a result:"
)

DISAGREEMENTS: Mapping[str, str] = {
    "input-changed": "{name}: this input file has changed since the report was made.",
    "input-missing": "{name}: this input file is missing.",
    "input-added": "{name}: this input file was not used when the report was made.",
    "output-missing": "{name}: this file is missing from the report.",
    "output-added": "{name}: this file is not part of the report.",
    "output-changed": "{name}: this file has changed since the report was made.",
    "output-differs": "{name}: this file comes out differently when the report is made again.",
}
"""What does not agree -> how it is said."""


def as_on_page(numbers: Sequence[int], title: str) -> str:
    """Head a sheet by the numbers that its tables have on the page; what is not there has none."""
    if not numbers:
        return title
    named = "Table" if len(numbers) == 1 else "Tables"
    return f"{named} {listed([str(number) for number in numbers])} of the page. {title}"


def sheet_title(title: str, plurals: Sequence[str]) -> str:
    """Head one of several sheets that a table is parted into, by what its numbers are called."""
    return f"{title}: {listed(list(dict.fromkeys(plurals)))}"


def sheet_holds(marking: str) -> str:
    """Say what a sheet holds, after what it is marked with."""
    return f"{marking}. This sheet contains one table." if marking else "This sheet contains one table."


def sheet_source(source: str) -> str:
    """Name the source of a table."""
    return f"Source: {source}"


def cover_intro(force: str, date: str | None, marking: str) -> tuple[str, ...]:
    """Say on the cover what the workbook is."""
    dated = f"Date of the report: {date}." if date else "The date of the report is not stated."
    return tuple(
        text
        for text in (
            marking,
            f"Crime data integrity: {force}",
            dated,
            "This workbook contains the tables of the report, one to a sheet. Each row ends with a sentence that "
            "says it in words.",
        )
        if text
    )


def cover_about(footer: str, symbols: Sequence[str], disclosure: Sequence[str]) -> tuple[str, ...]:
    """Say on the cover how to read the tables."""
    return (
        footer,
        "Rates are stored as proportions and shown as percentages. Numbers are stored unrounded, unless a note on the "
        "row says otherwise.",
        *symbols,
        *disclosure,
    )


def columns_note() -> str:
    """Say what the columns of a table are."""
    return (
        "The estimate comes first, with the lower and upper limits of its confidence interval. The level and the "
        "method of the interval follow, then the standard error. The base is the number of crimes or records that "
        "the estimate is based on. The number counted is how many of these were recorded, or had the answer counted. "
        "The units sampled are the reports or records that were drawn. The effective sample size, degrees of freedom "
        "and design effect show how the sample design affects precision."
    )


def library_differs(name: str, then: str, now: str) -> str:
    """Say which version a library had, and which it has."""
    return f"{name}: {then or 'none'} then, {now or 'none'} now."


def run_verify(folder: str, inspection: str) -> str:
    """Write the command that verifies a report with the file of its inspection, wherever that is."""
    return f"cdi report --verify {for_shell(folder)} {for_shell(f'PATH/{inspection}')}"


def call_verify(folder: str, inspection: str) -> str:
    """Write the call that does the same."""
    paths = (json.dumps(path, ensure_ascii=False) for path in (folder, f"PATH/{inspection}"))
    return f"cdi.verify_report({', '.join(paths)})"


def key_made(path: str) -> str:
    """Say that a private key was made, and what it is for."""
    return f"{path}: made. This key is private: keep it with the inspection, and never publish it."


def files_beside(names: Sequence[str]) -> str:
    """Say what else lies in the folder of a report."""
    listed_names = "\n".join(f"  {name}" for name in names)
    return f"Not part of the report, and left in its folder. Check before you publish the folder:\n{listed_names}"


def left_behind(names: Sequence[str]) -> str:
    """Say what runs of cdi left that were ended half-way, and that this inspection cannot prove to be its own."""
    listed_names = "\n".join(f"  {name}" for name in names)
    return (
        "Left by a run of cdi that was ended half-way, for another folder or another inspection. It may hold numbers "
        f"that are not for publication. Make that report again, or delete what was left:\n{listed_names}"
    )


def files_written(folder: str, names: Sequence[str]) -> str:
    """Say what was written."""
    return "\n".join([f"{folder}: {len(names)} files written.", *(f"  {name}" for name in names)])
