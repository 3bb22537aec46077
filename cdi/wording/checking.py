"""What is said of the data: when a file is checked, as background of a report, and beside published figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Protocol

from cdi.wording.faults import Place, describe_place, shorten
from cdi.wording.inspecting import ignored
from cdi.wording.samples import drawn_together, mixed_strata
from cdi.wording.sentences import Advised, for_readers, in_a_row, in_words, listed

__all__ = [
    "ASSUMED", "ASSUMED_OF_SAMPLES", "ASSUMPTIONS", "CHECK_OF_CRIMES", "CHECK_OF_SEARCHES",
    "DECISIONS", "DECISIONS_TITLE", "DECISION_HEADINGS", "EXACT_HEADINGS", "EXACT_TITLE",
    "EXCLUDES_UNREPORTED", "FRAME", "NOT_SHOWN", "NOT_TOGETHER", "NO_INTERVAL",
    "REPRODUCTION_HEADINGS", "REPRODUCTION_TITLE",
    "ROLES", "ROLE_HEADINGS", "ROWS_FILLED",
    "SHOWS", "SOLVED_BACK", "SPELLINGS_TITLE", "STRATA_TITLE", "TOGETHER", "agreement", "check_title",
    "columns_empty", "count_and_interval", "count_of_other_period", "crime_read", "drawn_by", "exact_before",
    "figure_subject", "frame_read", "in_file", "in_sheet", "intervals_are",
    "left_out", "months_followed", "no_data_left_out", "not_audited",
    "not_compared", "not_earlier", "not_seen", "number_ids", "number_in", "out_of", "over", "paragraph", "passed_over",
    "period_of", "period_of_earlier", "period_shared", "periods_apart", "plus_minus", "progress",
    "published_figures", "rate_and_interval", "rate_taken_to_hold", "read_day_first", "review_subject",
    "rows_alike", "sample_of", "verdict", "verdict_and_interval", "volumes_of_other_period",
]  # fmt: skip

ROLES: Mapping[str, str] = {
    "stratum": "drawn by stratum",
    "cluster": "report (unit drawn)",
    "nest": "numbers begin anew in",
    "case": "case id",
    "due": "crimes due",
    "recorded": "recorded",
    "decision": "decision",
    "recorded_as": "recorded in class",
    "category": "should be in class",
    "classification": "the wrong class counts",
    "period": "period from",
    "weight": "weight",
    "count": "how many a row counts",
    "reports": "reports that crimes lie in",
    "population": "reports on the frame",
}
"""What each role is called when an audit is described."""

_HEADINGS: Mapping[str, str] = {
    "stratum": "stratum",
    "reports": "reports audited",
    "rows": "rows, taken as independent",
    "counts": "records, taken as independent",
    "population": "on the frame",
    "due": "crimes due",
    "recorded": "recorded",
}

ASSUMPTIONS: Mapping[str, str] = {
    "counts": "Rows are counts of many crimes, which are taken as independent: no column shows which came from one "
    "report.",
    "counts-in-reports": "Rows are counts of many crimes. Intervals are as if the crimes of one report fared alike.",
    "counts-deff": "Rows are counts of many crimes. Intervals are widened by the stated design effect.",
    "one-a-row": "Each row is one crime that should have been recorded, since no column gives the number due.",
    "row-drawn": "Each row was drawn separately, since no column names the reports: crimes are taken as independent.",
    "unstratified": drawn_together("reports"),
    "no-frame": "There is no finite population correction, since the reports on the sampling frame are not known.",
    "no-overall": for_readers(mixed_strata("reports", estimated=False)),
    "only-reports-with-crimes": "Reports without a crime are not in the file, so they are not among the reports "
    "audited.",
    "weighted": "Each report stands for as many reports as its weight says.",
}
"""What is assumed where the file does not say."""

DECISIONS: Mapping[str, str] = {
    "recorded": "due, recorded",
    "not recorded": "due, not recorded",
    "wrongly cancelled": "due, not recorded",
    "wrong class": "due, recorded, in the wrong class",
    "no crime": "nothing due",
    "transferred": "nothing due",
    "duplicate": "nothing due",
    "over-recorded": "recorded, nothing due",
    "not auditable": "left out",
    "undecided": "not yet",
}
"""What each decision counts as."""

SPELLINGS_TITLE = "Decisions that are read, in capital or small letters"

TOGETHER = "These files cannot be estimated together:"

NOT_TOGETHER = "These files have different columns. Each can be estimated separately, but not together."

DECISIONS_TITLE = "What the auditors decided"

DECISION_HEADINGS = ("decision", "counts as", "also written", "rows")

FRAME = "data frame"


def in_sheet(name: str, sheet: str | None) -> str:
    """Name a file with its sheet."""
    return f"{name}, sheet {sheet}" if sheet else name


class ReadFile(Protocol):
    """What a sentence needs to know of a file that was read."""

    @property
    def name(self) -> str | None: ...
    @property
    def blank_rows(self) -> int: ...
    @property
    def trimmed(self) -> int: ...
    @property
    def untidy(self) -> int: ...
    @property
    def day_first(self) -> str | None: ...
    @property
    def set_aside(self) -> Sequence[RowAside]: ...
    @property
    def unseen(self) -> Sequence[str]: ...


class RowAside(Protocol):
    """What a sentence needs to know of a row that is no data."""

    @property
    def kind(self) -> str: ...
    @property
    def label(self) -> str | None: ...
    @property
    def where(self) -> Place: ...
    @property
    def sums(self) -> Mapping[str, int]: ...


def passed_over(read: ReadFile, unplayed: Sequence[str], number_ids: Sequence[Place]) -> list[str]:
    """Say what was passed over, and what was taken as it stands, while a file was read."""
    ignored_line = ignored(read.name or FRAME, read.blank_rows, read.trimmed, read.untidy)
    said = [ignored_line] if ignored_line else []
    said += [not_seen(name) for name in read.unseen]
    said += no_data_left_out(read.set_aside)
    if unplayed:
        said.append(f"Empty columns, which are ignored: {in_a_row(unplayed)}.")
    if read.day_first:
        day, month = re.split("[/.]", read.day_first)[:2]
        said.append(f"Dates are read day first: {read.day_first} as day {int(day)} of month {int(month)}.")
    return said + [
        f"{place.file}, sheet {place.sheet}, cell {place.cell}, column {place.column}: the ids in this column are "
        "numbers in the workbook. An id typed as 0012 has become 12."
        for place in number_ids
    ]


MOST_PLACES = 3


def no_data_left_out(rows: Sequence[RowAside]) -> list[str]:
    """Say which rows were left out, since they are no data, and how they were checked; those of one kind together."""
    files = list(dict.fromkeys(row.where.file for row in rows))
    return [text for file in files for text in _left_out_of(file, [row for row in rows if row.where.file == file])]


def _left_out_of(file: str | None, rows: Sequence[RowAside]) -> Iterator[str]:
    for text in _left_out(rows):
        yield f"{file}: {text}" if file else f"{text[0].upper()}{text[1:]}"


def _left_out(rows: Sequence[RowAside]) -> Iterator[str]:
    checked = [row for row in rows if row.kind == "total" and row.sums]
    if len(checked) == 1:
        sums = listed([f"{number:,} in {column}" for column, number in checked[0].sums.items()])
        yield f"the total in {_place(checked[0])} adds up and is left out ({sums})."
    elif checked:
        yield f"{len(checked)} totals add up and are left out: {_places(checked)}."
    unchecked = [row for row in rows if row.kind == "total" and not row.sums]
    if len(unchecked) == 1:
        yield f"the total in {_place(unchecked[0])} holds no number to check and is left out."
    elif unchecked:
        yield f"{len(unchecked)} totals hold no number to check and are left out: {_places(unchecked)}."
    shares = [row for row in rows if row.kind == "share"]
    if shares:
        several = "a row of averages or percentages is" if len(shares) == 1 else "rows of averages or percentages are"
        yield f"{several} left out: {_places(shares)}."
    notes = [row for row in rows if row.kind == "note"]
    if notes:
        yield f"text under the table is left out ({_places(notes)}): '{shorten(notes[0].label or '')}'."


def _place(row: RowAside) -> str:
    """Name a row in its file."""
    where = row.where
    number = f"{'line' if where.sheet is None else 'row'} {where.line:,}" if where.line is not None else where.key or ""
    return number if where.sheet is None else f"{where.sheet}, {number}"


def _places(rows: Sequence[RowAside]) -> str:
    return f"{'; '.join(map(_place, rows[:MOST_PLACES]))}{'; ...' if len(rows) > MOST_PLACES else ''}"


class RowsAlike(Protocol):
    """What a sentence needs to know of rows that are alike."""

    @property
    def rows(self) -> int: ...
    @property
    def records(self) -> int: ...
    @property
    def standing(self) -> tuple[int, int]: ...
    @property
    def once(self) -> tuple[int, int]: ...
    @property
    def first(self) -> Place | None: ...
    @property
    def reports(self) -> int: ...


def rows_alike(found: RowsAlike) -> str:
    """Say that rows are alike in every column, what it does to rate and interval, and what to do."""
    if found.reports:
        return _reports_alike(found)
    at = "" if found.first is None else f", the first in {describe_place(found.first)}"
    records = "one record" if found.records == 1 else f"{found.records:,} records"
    once, standing = (f"{recorded:,} of {due:,}" for recorded, due in (found.once, found.standing))
    said = (
        f"{found.rows:,} rows are alike in every column{at}. If they are {records}, the rate is {once} and not "
        f"{standing}, and its interval is too narrow."
    )
    return Advised(said, " Then keep one row of each. If they were drawn together, name what was drawn: {cluster=COL}.")


def _reports_alike(found: RowsAlike) -> str:
    """Say that reports of a worksheet have rows that are alike, which may be crimes or copies."""
    at = "" if found.first is None else f", the first in {describe_place(found.first)}"
    reports = "1 report has" if found.reports == 1 else f"{found.reports:,} reports have"
    once, standing = (f"{recorded:,} of {due:,}" for recorded, due in (found.once, found.standing))
    return (
        f"{reports} more than one row that is alike in every column{at}. Check that each of these rows is a crime of "
        f"its own. If all are copies, delete them: the rate is then {once} and not {standing}."
    )


def not_seen(name: str) -> str:
    """Say what the reader of a workbook in another format than .xlsx does not see."""
    return (
        f"{name}: in this format hidden rows and struck-through values are read like others. Merged cells are not "
        "always seen. Errors, and "
        "formulas without a stored value, are read as blank. Save it as .xlsx to have them checked."
    )


class CrimeRead(Protocol):
    """What a sentence needs to know of a table of recorded crime."""

    @property
    def name(self) -> str | None: ...
    @property
    def sheet(self) -> str | None: ...
    @property
    def header(self) -> int | None: ...
    @property
    def force(self) -> str | None: ...
    @property
    def period(self) -> str | None: ...
    @property
    def parts(self) -> Sequence[str]: ...
    @property
    def fraud(self) -> int | None: ...
    @property
    def by_code(self) -> bool: ...
    @property
    def gaps(self) -> Sequence[tuple[str, str]]: ...
    @property
    def total(self) -> tuple[str, int] | None: ...
    @property
    def unchecked(self) -> Sequence[str]: ...
    @property
    def unseen(self) -> Sequence[str]: ...


_MOST_LISTED = 4  # parts of a period: the quarters of a year


def crime_read(read: CrimeRead) -> list[str]:
    """Say what was chosen, added and left out of a table of recorded crime."""
    said = _table_read(read, "Recorded crime")
    if read.force:
        said.append(f"Recorded crime is that of {read.force}.")
    if len(read.parts) > _MOST_LISTED:
        ends = f"{len(read.parts)} parts, {read.parts[0]} to {read.parts[-1]}"
        said.append(f"Recorded crime is of {in_words(read.period or '')}: {ends}, added up.")
    elif len(read.parts) > 1:
        said.append(f"Recorded crime is of {in_words(read.period or '')}: {listed(read.parts)} added up.")
    elif read.parts:
        said.append(f"Recorded crime is of {in_words(read.parts[0])}.")
    if read.by_code:
        said.append("Offence codes are put into the offence groups of the Home Office, because the table names none.")
    if read.fraud is not None:
        said.append(f"Recorded crime leaves out fraud ({read.fraud:,}).")
    for part in dict.fromkeys(part for _, part in read.gaps):
        lacking = [label for label, other in read.gaps if other == part]
        said.append(f"There is no row for {part} of {listed(lacking)}: taken as none.")
    said += _total_read(read, "the recorded crime")
    said += [
        f"The row '{name}' is a total, of which a part has no number here. It is left out unchecked."
        for name in read.unchecked
    ]
    return said


def frame_read(read: CrimeRead) -> list[str]:
    """Say where the numbers of reports on the frame stand, and which of them is their total."""
    return [*_table_read(read, "The number of reports on the frame"), *_total_read(read, "the reports on the frame")]


def _table_read(read: CrimeRead, what: str) -> list[str]:
    said = [not_seen(PurePath(name).name) for name in read.unseen]
    if read.header:
        said.append(
            f"{what} is read from {in_sheet(PurePath(read.name or '').name, read.sheet)}, below row {read.header}."
        )
    return said


def _total_read(read: CrimeRead, of: str) -> list[str]:
    if read.total is None:
        return []
    name, total = read.total
    row = f"The row '{name}'" if name else "A row without a label"
    return [f"{row} is the total of {of} ({total:,}). It adds up, and is left out."]


def not_audited(left: Sequence[tuple[str, int | str]]) -> str:
    """Say of which categories there is recorded crime and no audit."""
    named = listed([f"{name} {count if isinstance(count, str) else f'{count:,}'}" for name, count in left])
    return f"Recorded crime of categories that were not audited is left out: {named}. The results do not cover them."


def number_in(number: str, places: Sequence[str]) -> str:
    """Name a number with some of the places in which it stands."""
    few = list(places[:_FEW_PLACES])
    more = len(places) - len(few)
    return f"{number} in {listed([*few, f'{more:,} more'] if more else few)}"


_FEW_PLACES = 3


def progress(decided: int, rows: int) -> str:
    """Say how far the auditors are."""
    if decided == rows:
        return f"All {rows:,} rows have a decision."
    left = rows - decided
    verb = "does" if left == 1 else "do"
    return f"{decided:,} of {rows:,} rows have a decision, {left:,} {verb} not. Estimates need one on every row."


ROLE_HEADINGS = ("role", "column")

STRATA_TITLE = "What was audited"


@dataclass(frozen=True, slots=True)
class CheckWords:
    """What a file is described with: the words for its rows."""

    roles: Mapping[str, str]
    headings: Mapping[str, str]
    titles: Mapping[str, str]  # of the table of how many rows each unit drawn holds
    units: str  # what was drawn, where a column names it
    assumptions: Mapping[str, str]
    opening: tuple[str, ...] = ()  # what is said first


CHECK_OF_CRIMES = CheckWords(
    ROLES,
    _HEADINGS,
    {
        "reports": "Crimes in each report that should have been recorded",
        "rows": "Crimes in each row that should have been recorded",
    },
    "reports",
    ASSUMPTIONS,
)

CHECK_OF_SEARCHES = CheckWords(
    {
        **ROLES,
        "cluster": "unit drawn",
        "due": "number of records",
        "recorded": "grounds recorded",
        "population": "records on the frame",
    },
    {**_HEADINGS, "reports": "units drawn", "due": "records", "recorded": "with grounds"},
    {
        "reports": "Stop and search records in each unit drawn",
        "rows": "Stop and search records in each row",
    },
    "units drawn",
    {
        **ASSUMPTIONS,
        "one-a-row": "Each row is one stop and search record, since no column gives their number.",
        "counts": "Rows are counts of many records, which are taken as independent.",
        "counts-in-reports": "Rows are counts of many records. Intervals are as if those of one unit fared alike.",
        "counts-deff": "Rows are counts of many records. Intervals are widened by the stated design effect.",
        "row-drawn": "Each record was drawn separately, since no column names another unit that was drawn: records "
        "are taken as independent.",
        "unstratified": drawn_together("records"),
        "no-frame": "There is no finite population correction, since the records on the sampling frame are not known.",
        "no-overall": for_readers(mixed_strata("records", estimated=False)),
        "only-reports-with-crimes": "Units without a search are not in the file, so they are not among the units "
        "drawn.",
        "weighted": "Each unit drawn stands for as many units as its weight says.",
    },
    ("Rows are read as stop and search records. The rate is the share with reasonable grounds recorded.",),
)

ASSUMED = "Assumed:"

ROWS_FILLED = "Rows that name no report are taken as further crimes of the report above."


def check_title(name: str, rows: int) -> str:
    """Head the description of an audit file."""
    return f"{name}: {rows:,} row{'s' if rows != 1 else ''}, no faults found"


_UNITS: Mapping[str, tuple[str, str]] = {
    "reports": ("crime due to be recorded", "crimes due to be recorded"),
    "records": ("stop and search record", "stop and search records"),
    "files": ("case file", "case files"),
}
_READ: Mapping[str, str] = {"reports": "audited", "records": "reviewed", "files": "reviewed"}
_DRAWN: Mapping[str, str] = {"reports": "Reports", "records": "Records", "files": "Files"}

_COLUMNS: Mapping[str, str] = {"period": "month"}
"""What a column that cdi makes itself is called."""

_NO_FRAME = "There is no finite population correction, since the {units} on the sampling frame are not known."

ASSUMED_OF_SAMPLES: Mapping[str, Mapping[str, str]] = {
    "reports": {
        "one-a-row": "Each row of the audit is one crime that should have been recorded.",
        "row-drawn": "Each crime was drawn separately, so crimes are taken as independent.",
        "unstratified": drawn_together("reports"),
        "no-frame": _NO_FRAME.format(units="reports"),
        "only-reports-with-crimes": "Reports without a crime are not in the file, so they are not among the reports "
        "audited.",
        "weighted": "Each report stands for as many reports as its weight says.",
    },
    "records": {"no-frame": _NO_FRAME.format(units="records")},
    "files": {"no-frame": _NO_FRAME.format(units="files")},
}
"""What the sampling frame holds -> what is assumed where the file does not say, by the keys of ASSUMPTIONS."""

_PERIODS: Mapping[str, str] = {
    "audit": "Audit",
    "count": "Count of crimes not recorded",
    "searches": "Stop and search records",
    "reviews": "Case files",
    "volumes": "Recorded crime",
}

_NO_PERIOD = "period not stated"

EXCLUDES_UNREPORTED = "Crimes that were never reported to the police are not in these figures."

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def sample_of(frame: str, number: int, reports: int, *, clustered: bool) -> str:
    """Say how much was audited."""
    one, several = _UNITS[frame]
    beside = f" in {reports:,} {'reports' if frame == 'reports' else 'draws'}" if clustered else ""
    was = "was" if number == 1 else "were"
    return f"{number:,} {one if number == 1 else several}{beside} {was} {_READ[frame]}."


def paragraph(heading: str, sentences: Sequence[str]) -> str:
    """Write sentences one after the other, under what they are of."""
    return f"{heading}: {' '.join(sentences)}"


def drawn_by(frame: str, columns: Sequence[str], strata: int) -> str:
    """Say what the sample was drawn by; the name of the usual column says nothing of it."""
    named = [_COLUMNS.get(column, column) for column in columns]
    by = f" by {listed(named)}," if named != ["stratum"] else ""
    return f"{_DRAWN[frame]} were drawn{by} in {strata:,} {'stratum' if strata == 1 else 'strata'}."


def months_followed(first: str, last: str) -> str:
    """Say which months a monthly sample covers."""
    return f"The samples are of {in_words(f'{first} to {last}' if first != last else first)}."


def intervals_are(level: str, method: str) -> str:
    """Say what the intervals are."""
    return f"Intervals are {level} confidence intervals ({method})."


def published_figures(names: Sequence[str]) -> str:
    """Say which earlier results are figures, and not recomputed from rows."""
    return f"The earlier results of {listed(names)} are taken as printed, and not recomputed from rows."


def period_of(what: str, period: str | None) -> str:
    """Say what period something is of."""
    return f"{_PERIODS[what]}: {in_words(period or _NO_PERIOD)}."


_EARLIER: Mapping[str, str] = {"recording-rate": "Earlier recording rate", "grounds": "Earlier grounds of searches"}


def period_of_earlier(name: str, period: str | None, measure: str) -> str:
    """Say what period an earlier result is of."""
    said = in_words(period or _NO_PERIOD)
    return f"{_EARLIER[measure]}: {name}." if said == name else f"{_EARLIER[measure]} ({name}): {said}."


_MEASURED: Mapping[str, str] = {"recording-rate": "the audit", "grounds": "the stop and search records"}


def not_earlier(name: str, period: str, own: str, measure: str) -> str:
    """Say that an earlier result is not of earlier months."""
    return (
        f"Mismatch: the earlier result {name} is of {in_words(period)}, and {_MEASURED[measure]} of {in_words(own)}. "
        "Some of its months are not earlier."
    )


def period_shared(period: str) -> str:
    """Say that audit and count are of one period."""
    return f"Audit and count are of the same period, {in_words(period)}."


def count_of_other_period(audited: str, counted: str) -> str:
    """Say that audit and count are of different periods, and what follows."""
    return (
        f"The audit is of {in_words(audited)}, and the count of {in_words(counted)}. The audited rate is assumed to "
        "hold for the whole period of the count."
    )


def periods_apart(audited: str, counted: str) -> str:
    """Say that audit and count have no month in common, and what follows."""
    return (
        f"Mismatch: the audit is of {in_words(audited)}, and the count of {in_words(counted)}. They have no month in "
        "common. The audited rate is assumed to hold for the count too."
    )


def rate_taken_to_hold(months: int, audited: str, counted_months: int, counted: str) -> str:
    """Say that a count is of more or fewer months than the audit, and what follows."""
    return (
        f"The audit covers {_months(months)} ({in_words(audited)}), and the count {_months(counted_months)} "
        f"({in_words(counted)}). The audited rate is assumed to hold for all of the count."
    )


def _months(number: int) -> str:
    written = _NUMBERS[number - 1] if 0 < number <= len(_NUMBERS) else f"{number:,}"
    return f"{written} month{'' if number == 1 else 's'}"


def volumes_of_other_period(recorded: str, counted: str) -> str:
    """Say that recorded crime is not of the period that crimes not recorded are counted for."""
    return f"Mismatch: recorded crime is of {in_words(recorded)}, while the count is given for {in_words(counted)}."


def in_file(file: str, text: str) -> str:
    """Say something of a file."""
    return f"{file}: {text}"


def columns_empty(file: str, columns: Sequence[str]) -> str:
    """Name the columns that hold nothing."""
    return f"{file}: empty columns, which are ignored: {in_a_row(columns)}."


def read_day_first(file: str) -> str:
    """Say that dates were read day first."""
    return f"{file}: dates that could be read either way are read day first."


def number_ids(file: str, columns: Sequence[str]) -> str:
    """Say that ids are numbers in a workbook."""
    return f"{file}: ids are numbers in the workbook, and may have lost leading zeros: {in_a_row(columns)}."


REPRODUCTION_TITLE = (
    "Avon and Somerset Constabulary, PEEL 2021/22 (HMICFRS 2023): published figures and ours. "
    "Published style: the formula is inferred, as none has been published."
)

REPRODUCTION_HEADINGS = ("figure", "published", "ours", "our default, 95% interval", "")

EXACT_TITLE = "Published figures of a census: exact, and printed without counts"

EXACT_HEADINGS = ("figure", "published", "change", "interval")

NO_INTERVAL = "census: no interval"

SOLVED_BACK = "s: an input was worked back from the printed figure, so agreement is not evidence."

SHOWS = (
    "What agreement shows: the arithmetic is consistent. One set of whole-number samples and volumes gives every "
    "printed rate, half width and count at once, by the formulas of this project."
)

NOT_SHOWN = (
    "What it does not show: that the inspectorate used this method. The audit's rows and the volumes are synthetic, "
    "built to agree with the printed figures. The clustering in the rows is invented, so our intervals there show the "
    "method and are not a finding. For 21 of 24 the counts are real, and so is the interval. The same holds for the "
    "file reviews."
)


def plus_minus(rate: str, half_width: str) -> str:
    """Write a rate with its half width."""
    return f"{rate} ± {half_width}"


def verdict_and_interval(verdict: str, change: str, low: str, high: str) -> str:
    """Write a verdict with the change in percentage points and its interval."""
    return f"{verdict}: {change} ({low} to {high})"


def exact_before(before: str, change: str, *, down: bool) -> str:
    """Say what an exact figure was before, by the size of the change that was printed with it."""
    return f"{'down' if down else 'up'} {change} points from {before}%"


def over(count: str) -> str:
    """Write a count that was rounded down."""
    return f"more than {count}"


def out_of(part: int, whole: int) -> str:
    """Write a count of a count."""
    return f"{part} of {whole}"


def rate_and_interval(rate: str, low: str, high: str) -> str:
    """Write a rate in percent with its interval."""
    return f"{rate}% ({low} to {high})"


def count_and_interval(count: str, low: str, high: str) -> str:
    """Write a count with its interval."""
    return f"{count} ({low} to {high})"


def figure_subject(measure: str, category: str, year: str = "") -> str:
    """Name a published figure."""
    return f"{measure}{f' {year}' if year else ''}: {category}"


def review_subject(question: str, answer: str) -> str:
    """Name a question of the file reviews, and the answer that was counted."""
    return f"{question} ({answer})"


def left_out(measure: str, category: str, printed: str, unit: str) -> str:
    """Name a published figure that cannot be computed, with the unit of a number."""
    return f"{measure}, {category}: {printed}{f' {unit}' if unit else ''}"


def not_compared(figures: Sequence[str]) -> str:
    """List the published figures that cannot be computed."""
    return f"Not compared, since printed without counts: {'; '.join(figures)}."


def agreement(*, agrees: bool, solved_back: bool) -> str:
    """Mark a line."""
    return f"{'' if agrees else 'DIFFERS '}{'s' if solved_back else ''}".strip()


def verdict(agreeing: int, all_lines: int) -> str:
    """Count the lines that agree."""
    if agreeing == all_lines:
        return f"All {all_lines} lines agree at the printed precision."
    return f"{all_lines - agreeing} of {all_lines} lines DIFFER."
