"""What is said of the file that describes an inspection: its faults, its keys, and the comments of a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = [
    "KEYS",
    "KEY_KINDS",
    "NO_FOLDER",
    "NO_TABLES",
    "PLACEHOLDER",
    "TABLES",
    "at_character",
    "at_key",
    "draft_columns",
    "draft_head",
    "draft_lacks",
    "draft_written",
    "either",
    "explained",
    "is_folder",
    "table_of",
]

NO_FOLDER = "There is no such folder: paths are relative to the folder of this file."

NO_TABLES = "There is no table in that folder: paths are relative to the folder of this file."

KEY_KINDS: Mapping[str, str] = {
    "choice": "a word in quotation marks",
    "column": "a name in quotation marks",
    "date": "a date without quotation marks",
    "figure": "a printed figure or counts, in quotation marks",
    "file": "the name of a file, in quotation marks",
    "files": "names of files or patterns, in quotation marks",
    "hours": "a number of hours",
    "level": "a level between 0.5 and 1, or in percent",
    "months": "a number of months, 2 or more",
    "name": "a name in quotation marks, or an empty one",
    "names": "names of columns, in quotation marks",
    "period": "a period in quotation marks",
    "population": "a number, or the name of a column or file",
    "published": "a printed share, in quotation marks",
    "questions": "the name of a file, or a list of questions",
    "share": "a proportion from 0 to 1, or in percent",
    "text": "a text in quotation marks",
    "texts": "texts in quotation marks",
    "whole": "a whole number",
    "yes": "true or false",
}

TABLES: Mapping[str, str] = {
    "audit": "The audited reports: one row a crime, or one row a report.",
    "audit.columns": 'Which column plays which role; those named like the role need no line, "" leaves a role out.',
    "audit.collapse": "Strata of one report: each with the stratum that it joins, declared before results are seen.",
    "volumes": "Reports on the frame, by stratum, and recorded crime of 12 months: for the crimes not recorded.",
    "searches": "Stop and search records, of which some state reasonable grounds.",
    "searches.columns": "As for the audit; recorded is the column with the grounds, grounds unless named.",
    "searches.collapse": "As for the audit.",
    "previous": "An earlier result to compare with: a printed figure, or files. Several may stand below each other.",
    "previous.columns": "As for the audit, where there are files.",
    "previous.collapse": "As for the audit, where there are files.",
    "reviews": "Case files, one row a file, and the questions asked of them.",
    "reviews.columns": "As for the audit; case is the number of the file.",
    "reviews.collapse": "As for the audit.",
    "times": "When crimes were reported and recorded.",
    "times.columns": "As for the audit, where the times are in files of their own.",
    "times.collapse": "As for the audit, where the times are in files of their own.",
    "monthly": "The rate from month to month.",
    "monthly.columns": "As for the audit, where the months are in files of their own.",
    "monthly.collapse": "As for the audit, where the months are in files of their own.",
    "forces": "The results of other forces, for the bar chart and the funnel.",
    "periods": "Months of what was audited and counted; where one is not here, the report says period not stated.",
    "categories": "Printed names of categories, a table for each column; tables hold them in this order.",
    "disclosure": "What may be published: small numbers are withheld unless it is internal.",
    "disclosure.exceptions": "A cell that is published all the same; somebody answers for it.",
}
"""Heading -> what stands under it."""

_SAMPLE: Mapping[str, str] = {
    "files": "CSV, Parquet or workbooks (book.xlsx#Sheet), put together",
    "by": "columns with categories; each gets a table",
    "source": "where this comes from, as printed under tables and charts",
    "selection": "how the sample came about",
    "population": "reports on the frame: a number, a column, or a file",
    "single_cluster": "what to do with a stratum of one report",
    "classification": "a crime recorded in another class: not recorded in its own, or recorded",
}

_COLUMNS: Mapping[str, str] = {
    "stratum": "what reports were drawn by: route, initial class, month",
    "cluster": "the report that was drawn: the incident number",
    "case": "the row's own number, checked for duplicates",
    "weight": "a weight for each report, instead of a population",
    "due": "how many crimes should have been recorded; one a row unless named",
    "recorded": "how many of them were, or yes and no",
    "decision": "the auditor's decision in words, instead of due and recorded",
    "recorded_as": "the class in which each crime was recorded",
    "category": "the class in which it should have been; needed beside recorded_as",
}


def _under(table: str, meanings: Mapping[str, str]) -> dict[str, str]:
    return {f"{table}.{name}": meaning for name, meaning in meanings.items()}


KEYS: Mapping[str, str] = {
    "force": "whose crime recording was inspected, as it stands in sentences",
    "title": "title of the report; the name of the force unless given",
    "date": "date of the report; no date is printed unless given, here or as SOURCE_DATE_EPOCH",
    "grade": "the inspector's judgment, printed as such and never derived",
    "style": "words, rounding and intervals: ours, or those of inspection reports",
    "level": "confidence level",
    "method": "interval method; cdi methods lists them",
    "notes": "what is to be said of the quality of the data",
    "seed": "what random draws start from",
    **_under("audit", _SAMPLE),
    **_under("audit.columns", _COLUMNS),
    "audit.collapse.NAME": "the stratum that it joins",
    "volumes.files": "with a column population (by stratum) or recorded_crime (by category)",
    "volumes.route_share": "the share of recorded crime that came in by the routes audited",
    "volumes.over_recorded": "a printed share of recorded crimes that should not have been",
    "volumes.source": "where this comes from, as printed under tables and charts",
    **_under("searches", {name: _SAMPLE[name] for name in _SAMPLE if name != "classification"}),
    **_under("searches.columns", {name: _COLUMNS[name] for name in ("stratum", "cluster", "case", "weight", "due")}),
    "searches.columns.recorded": "whether the record states reasonable grounds, yes or no",
    "searches.collapse.NAME": "the stratum that it joins",
    "previous.name": "what it is called: the year",
    "previous.measure": "what was measured",
    "previous.figure": "the rate as it was printed, or counts such as 211/244",
    "previous.volumes": "the volumes that belong to the files",
    "previous.period": "the months that it is of",
    **_under("previous", _SAMPLE),
    **_under("previous.columns", _COLUMNS),
    "previous.collapse.NAME": "the stratum that it joins",
    "reviews.questions": 'a file, or a list: ["effective:better", "thrive=no:worse"]; all columns unless given',
    "reviews.ignore": "columns that are no questions",
    **_under("reviews", {name: _SAMPLE[name] for name in _SAMPLE if name != "classification"}),
    **_under("reviews.columns", {name: _COLUMNS[name] for name in ("stratum", "cluster", "case", "weight")}),
    "reviews.collapse.NAME": "the stratum that it joins",
    **_under("times", {**_SAMPLE, "files": "files with the times; those of the audit unless named"}),
    "times.reported_at": "column with the time of the report",
    "times.recorded_at": "column with the time of the record",
    "times.within": "hours within which a crime is recorded in time",
    "times.timely": "a column that says yes or no, instead of times",
    "times.date_format": "how times are written, if neither ISO nor day first",
    "times.clock": "clocks that change in summer, or that are left alone",
    "times.negative_delay": "a record before its report: an error, or a time not known",
    **_under("times.columns", _COLUMNS),
    "times.collapse.NAME": "the stratum that it joins",
    **_under("monthly", {name: meaning for name, meaning in _SAMPLE.items() if name != "by"}),
    "monthly.files": "files with monthly samples; those of the audit unless named",
    "monthly.period": "column with the month or date of each report, or FILENAME",
    "monthly.baseline": "how many months, from the first, set the limits; all unless given",
    **_under("monthly.columns", _COLUMNS),
    "monthly.collapse.NAME": "the stratum that it joins",
    "forces.file": "columns force, rate, half_width, period, inspection_type and source",
    "forces.marked": "this force as the file spells it; found by its name unless given",
    "forces.higher": "what a higher rate is",
    "forces.mixed_periods": "whether results of several kinds and periods stand together, under a warning",
    "forces.rule": "when the published lines are taken on logs",
    "forces.source": "where this comes from, as printed under tables and charts",
    "periods.audit": "months that the audit covers",
    "periods.count": "months for which crimes not recorded are counted",
    "periods.volumes": "the 12 months of the recorded crime",
    "periods.searches": "months that the searches cover",
    "periods.reviews": "months that the case files cover",
    "categories.NAME.NAME": "how the category is printed",
    "disclosure.mode": "small numbers withheld, or every page headed Not for publication",
    "disclosure.personal": "further columns of personal characteristics",
    "disclosure.small_areas": "further columns of small areas",
    "disclosure.exceptions.column": "the column",
    "disclosure.exceptions.category": "the category in it, as in the data",
    "disclosure.exceptions.sample": "the sample that it is of; needed where the column is in several",
    "disclosure.exceptions.reason": "why it is published",
    "disclosure.exceptions.approver": "who answers for it",
}
"""Key -> what it means."""


PLACEHOLDER = "Name of the force"
"""What stands for the force in a new file."""

_MOST_CHOICES = 4


def draft_head() -> tuple[str, ...]:
    """Say what a new file is, in the lines at its head."""
    return (
        "One inspection: what was audited, the files that hold it, and what may be published.",
        "cdi report inspection.toml -o out/ makes the report.",
        "",
        "Lines that begin with # are not read: take the sign away to use one. Text stands in quotation marks.",
        "Behind each key stands what it is, and in brackets what holds without it. Paths are relative to this file.",
        "What is not stated here is printed as not stated, never guessed.",
    )


def draft_columns(names: Sequence[str]) -> str:
    """List the columns of a file that a new file says nothing of."""
    return f"columns without a role: {', '.join(names)}"


def explained(meaning: str, choices: Sequence[str], default: str) -> str:
    """Say in one line what a key is, what holds without it, and what else it can be."""
    plain = default.strip('"')
    others = [word for word in choices if word != plain] if len(choices) <= _MOST_CHOICES else []
    said = "; or ".join(filter(None, (plain, ", ".join(others))))
    return f"{meaning} ({said})" if said else meaning


def draft_written(file: str) -> str:
    """Say that a new file was written, and what to do next."""
    named = f'"{file}"' if " " in file else file
    return f"{file}: written. Fill in the name of the force, then: cdi report {named} -o out/"


_LACKS: Mapping[str, tuple[str, str]] = {
    "audit": ("recorded or decision", "name yours"),
    "searches": ("grounds", "name yours, as recorded,"),
}


def draft_lacks(table: str) -> str:
    """Say that no column of answers was recognised among those of a table's files."""
    columns, name = _LACKS[table]
    return f"No column {columns} was found: {name} in [{table}.columns], or the report cannot be made."


def at_key(name: str) -> str:
    """Name the key of a fault."""
    return f"key {name}"


def at_character(place: int) -> str:
    """Name the place in a line."""
    return f"character {place}"


def is_folder(name: str) -> str:
    """Say that a folder stands where a file is named."""
    return f"It is a folder: name the files in it, {name.rstrip('/')}/*.csv."


def table_of(name: str, *, repeated: bool = False) -> str:
    """Name a table as its heading does; what is no table is named as it is."""
    return f"[[{name}]]" if repeated else f"[{name}]"


def either(*names: str) -> str:
    """Name things of which one will do."""
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else "".join(names)
