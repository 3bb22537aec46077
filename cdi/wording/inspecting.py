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
    "audit": "The audited reports, with one row for each crime or for each report.",
    "audit.columns": 'Your name for each column. A column named as its key needs no line; "" leaves the key out.',
    "audit.collapse": "Strata of one report, each with the stratum that it joins. Decide this before you see results.",
    "volumes": (
        "Reports on the sampling frame by stratum, and 12 months of recorded crime, for the crimes not recorded."
    ),
    "searches": "Stop and search records, and whether each states reasonable grounds.",
    "searches.columns": "As for the audit. recorded is the column with the grounds, if it is not called grounds.",
    "searches.collapse": "As for the audit.",
    "previous": (
        "An earlier result to compare with: a printed figure, or files. Repeat the table for each one, newest first."
    ),
    "previous.columns": "As for the audit, if you give files.",
    "previous.collapse": "As for the audit, if you give files.",
    "reviews": "Case files, with one row for each, and the questions asked of them.",
    "reviews.columns": "As for the audit. case is the number of the file.",
    "reviews.collapse": "As for the audit.",
    "times": "When crimes were reported and recorded.",
    "times.columns": "As for the audit, if the times are in separate files.",
    "times.collapse": "As for the audit, if the times are in separate files.",
    "monthly": "The recording rate month by month.",
    "monthly.columns": "As for the audit, if the months are in separate files.",
    "monthly.collapse": "As for the audit, if the months are in separate files.",
    "forces": "The results of other forces, for the bar chart and the funnel.",
    "periods": "The months audited and counted. If you leave one out, the report says period not stated.",
    "categories": "How categories are printed, with one table for each column. Tables list them in this order.",
    "disclosure": "What may be published. Small numbers are suppressed unless the report is internal.",
    "disclosure.exceptions": "A small number that is published as an exception. Someone must approve it.",
}
"""Heading -> what stands under it."""

_FILES = "CSV, Parquet or workbooks (book.xlsx#Sheet), read as one sample"

_SOURCE = "the source, as printed under tables and charts"

KEYS: Mapping[str, str] = {
    "force": "the inspected force, as named in sentences",
    "title": "the title of the report; without it, the name of the force",
    "date": "the date of the report; without it, or SOURCE_DATE_EPOCH, no date is printed",
    "grade": "the inspector's judgment, printed as given and never calculated",
    "notes": "notes on data quality for the report",
    "audit.files": _FILES,
    "audit.source": _SOURCE,
    "volumes.files": "files with a column population (by stratum) or recorded_crime (by category)",
    "volumes.source": _SOURCE,
    "searches.files": _FILES,
    "searches.source": _SOURCE,
    "previous.name": "its name, such as the year",
    "previous.measure": "what was measured",
    "previous.figure": "the rate as it was printed, or counts such as 211/244",
    "previous.files": _FILES,
    "previous.period": "the months that it covers",
    "previous.source": _SOURCE,
    "reviews.files": _FILES,
    "reviews.source": _SOURCE,
    "times.files": "files with the times; without them, those of the audit",
    "times.source": _SOURCE,
    "monthly.files": "files with monthly samples; without them, those of the audit",
    "monthly.source": _SOURCE,
    "forces.file": "a file with columns force, rate, half_width, period, inspection_type and source",
    "forces.marked": "this force as the file spells it; without it, found by name",
    "forces.source": _SOURCE,
    "periods.audit": "the months that the audit covers",
    "periods.count": "the months for which crimes not recorded are estimated",
    "periods.volumes": "the 12 months of recorded crime",
    "periods.searches": "the months that the searches cover",
    "periods.reviews": "the months that the case files cover",
    "categories.NAME.NAME": "how the category is printed",
    "disclosure.exceptions.column": "the column",
    "disclosure.exceptions.category": "the category, as in the data",
    "disclosure.exceptions.sample": "the sample; needed if several have this column",
    "disclosure.exceptions.reason": "why it is published",
    "disclosure.exceptions.approver": "who approved it",
}
"""Key -> what it means, where it is no option; the registry of options says the others."""


PLACEHOLDER = "Name of the force"
"""What stands for the force in a new file."""

_MOST_CHOICES = 4


def draft_head() -> tuple[str, ...]:
    """Say what a new file is, in the lines at its head."""
    return (
        "This file describes one inspection: what was audited, in which files, and what may be published.",
        "To make the report, run: cdi report inspection.toml -o out/",
        "",
        "Lines that begin with # are not read. Remove the # to use a line. Put text in quotation marks.",
        "A comment explains each key, with the default in brackets. Paths are relative to this file.",
        "The report says not stated for what you leave out. It never guesses.",
    )


def draft_columns(names: Sequence[str]) -> str:
    """List the columns of a file that a new file says nothing of."""
    return f"columns not used: {', '.join(names)}"


def explained(meaning: str, choices: Sequence[str], default: str) -> str:
    """Say in one line what a key is, what holds without it, and what else it can be."""
    plain = default.strip('"')
    others = [word for word in choices if word != plain] if len(choices) <= _MOST_CHOICES else []
    said = "; or ".join(filter(None, (plain, ", ".join(others))))
    return f"{meaning} ({said})" if said else meaning


def draft_written(file: str) -> str:
    """Say that a new file was written, and what to do next."""
    named = f'"{file}"' if " " in file else file
    return f"{file}: written. Fill in the name of the force, then run: cdi report {named} -o out/"


_LACKS: Mapping[str, tuple[str, str]] = {
    "audit": ("recorded or decision", "name yours"),
    "searches": ("grounds", "name yours as recorded"),
}


def draft_lacks(table: str) -> str:
    """Say that no column of answers was recognised among those of a table's files."""
    columns, name = _LACKS[table]
    return f"No column {columns} was found. Before you make the report, {name} in [{table}.columns]."


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
