"""What a report says of its samples: how they came about, what was taken to hold, and what is known of the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from cdi.wording.dates import in_words
from cdi.wording.sentences import listed

__all__ = [
    "ASSUMED_OF_SAMPLES",
    "EXCLUDES_UNREPORTED",
    "SELECTED",
    "columns_empty",
    "count_of_other_period",
    "drawn_by",
    "in_file",
    "intervals_are",
    "months_followed",
    "not_earlier",
    "number_ids",
    "paragraph",
    "period_of",
    "period_of_earlier",
    "period_shared",
    "periods_apart",
    "published_figures",
    "rate_taken_to_hold",
    "read_day_first",
    "sample_of",
    "short_name",
    "volumes_of_other_period",
]

_UNITS: Mapping[str, tuple[str, str]] = {
    "reports": ("crime due to be recorded", "crimes due to be recorded"),
    "records": ("stop and search record", "stop and search records"),
    "files": ("case file", "case files"),
}
_READ: Mapping[str, str] = {"reports": "audited", "records": "reviewed", "files": "reviewed"}
_DRAWN: Mapping[str, str] = {"reports": "Reports", "records": "Records", "files": "Files"}

SELECTED: Mapping[str, str] = {
    "random": "The sample is assumed to have been drawn at random.",
    "census": "This is a census: everything was audited, so there is no sampling error.",
    "judgement": "The sample was chosen by judgement. It says nothing about what it leaves out.",
    "voluntary": "The sample is of those who chose to answer. It says nothing about the others.",
}
"""How a sample came about."""

_COLUMNS: Mapping[str, str] = {"period": "month"}
"""What a column that cdi makes itself is called."""

_NO_FRAME = "There is no finite population correction, since the {units} on the sampling frame are not known."

ASSUMED_OF_SAMPLES: Mapping[str, Mapping[str, str]] = {
    "reports": {
        "one-a-row": "Each row of the audit is one crime that should have been recorded.",
        "row-drawn": "Each crime was drawn separately, so crimes are taken as independent.",
        "unstratified": "Reports were drawn from all reports together, not by stratum.",
        "no-frame": _NO_FRAME.format(units="reports"),
        "no-overall": "Strata cannot be weighted together, so the overall rate describes only the sample.",
        "only-reports-with-crimes": "Reports without a crime are not in the file. Reports audited are the rest.",
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


def sample_of(frame: str, number: str, reports: str, *, clustered: bool) -> str:
    """Say how much was audited."""
    one, several = _UNITS[frame]
    beside = f" in {reports} {'reports' if frame == 'reports' else 'draws'}" if clustered else ""
    was = "was" if number == "1" else "were"
    return f"{number} {one if number == '1' else several}{beside} {was} {_READ[frame]}."


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
    return f"Intervals are {level} confidence intervals ({method}); see the methods annex."


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
        f"Mismatch: the earlier result {name} is of {in_words(period)}, and {_MEASURED[measure]} of {in_words(own)}: "
        "not all of its months come before."
    )


def period_shared(period: str) -> str:
    """Say that audit and count are of one period."""
    return f"Audit and count are of the same period, {in_words(period)}."


def count_of_other_period(audited: str, counted: str) -> str:
    """Say that audit and count are of different periods, and what follows."""
    return (
        f"The audit is of {in_words(audited)}, the count of {in_words(counted)}: the audited rate is assumed to hold "
        "for the whole period of the count."
    )


def periods_apart(audited: str, counted: str) -> str:
    """Say that audit and count have no month in common, and what follows."""
    return (
        f"Mismatch: the audit is of {in_words(audited)}, the count of {in_words(counted)}, which have no month in "
        "common. The audited rate is assumed to hold there too."
    )


def rate_taken_to_hold(months: int, audited: str, counted_months: int, counted: str) -> str:
    """Say that a count is of more or fewer months than the audit, and what follows."""
    return (
        f"The audit covers {_months(months)} ({in_words(audited)}), the count {_months(counted_months)} "
        f"({in_words(counted)}): the audited rate is assumed to hold for all of the count."
    )


def _months(number: int) -> str:
    written = _NUMBERS[number - 1] if 0 < number <= len(_NUMBERS) else f"{number:,}"
    return f"{written} month{'' if number == 1 else 's'}"


def volumes_of_other_period(recorded: str, counted: str) -> str:
    """Say that recorded crime is not of the period that crimes not recorded are counted for."""
    return f"Mismatch: recorded crime is of {in_words(recorded)}, while the count is given for {in_words(counted)}."


def short_name(name: str | None) -> str:
    """Write the name of a file without its folder; of several, each."""
    return ", ".join(PurePath(part).name for part in (name or "").split(", "))


def in_file(file: str, text: str) -> str:
    """Say something of a file."""
    return f"{file}: {text}"


def columns_empty(file: str, columns: Sequence[str]) -> str:
    """Name the columns that hold nothing."""
    return f"{file}: empty columns, which are ignored: {', '.join(columns)}."


def read_day_first(file: str) -> str:
    """Say that dates were read day first."""
    return f"{file}: dates that could be read either way are read day first."


def number_ids(file: str, columns: Sequence[str]) -> str:
    """Say that ids are numbers in a workbook."""
    return f"{file}: ids are numbers in the workbook, and may have lost leading zeros: {', '.join(columns)}."
