"""What is said of wrong input: for each fault, what was expected and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from cdi.wording.comparing import COMPARING_FAULTS
from cdi.wording.disclosing import DISCLOSURE_FAULTS
from cdi.wording.disparities import DISPARITY_FAULTS
from cdi.wording.file_faults import FILE_FAULTS
from cdi.wording.force_faults import FORCE_STATISTICS_FAULTS
from cdi.wording.forces import FORCE_FAULTS
from cdi.wording.inspecting import INSPECTION_FAULTS
from cdi.wording.interval_faults import INTERVAL_FAULTS
from cdi.wording.modelling import MODELLING_FAULTS
from cdi.wording.report_files import REPORT_FILE_FAULTS
from cdi.wording.reporting import NAME_FAULTS
from cdi.wording.reviewing import REVIEW_FAULTS
from cdi.wording.selecting import SELECTION_FAULTS
from cdi.wording.timing import TIMING_FAULTS
from cdi.wording.volume_faults import VOLUME_FAULTS

__all__ = [
    "BLANK",
    "FAULTS",
    "NO_LABEL",
    "describe_fault",
    "describe_faults",
    "row_key",
    "shorten",
    "suggest",
    "word_fault",
]

# code -> (what was expected, what to do); {braces} are filled with the values that the raising room hands over.
FAULTS: Mapping[str, tuple[str, str]] = {
    **COMPARING_FAULTS,
    **DISCLOSURE_FAULTS,
    **DISPARITY_FAULTS,
    **FILE_FAULTS,
    **FORCE_FAULTS,
    **FORCE_STATISTICS_FAULTS,
    **INSPECTION_FAULTS,
    **INTERVAL_FAULTS,
    **MODELLING_FAULTS,
    **REPORT_FILE_FAULTS,
    **NAME_FAULTS,
    **REVIEW_FAULTS,
    **SELECTION_FAULTS,
    **TIMING_FAULTS,
    **VOLUME_FAULTS,
    # values
    "negative": ("a whole number, 0 or more", "Correct the count in this row."),
    # roles of columns
    "no-column": ("a column named '{column}'", "{hint}"),
    "role-spelling": (
        "the name {name} for this column, or another name",
        "Spell it in small letters, or say what it is: --{option} COL, or --{option} '' where it is something else.",
    ),
    "two-stages": ("one column for the report that was drawn", "Samples drawn in two stages are out of scope."),
    "weight-and-population": (
        "either a weight for each report or the reports on the frame",
        "Leave one of the two out (--weight '' does not read the column weight): weights follow from the population.",
    ),
    "population-twice": (
        "the reports on the frame from one place",
        "Leave out --population, or the column population of the volumes.",
    ),
    "by-id": (
        "a category, such as crime_type",
        "This column tells reports or rows apart: a table by it would print them one by one.",
    ),
    "no-rule": ("a rule for strata of one report", "{hint}"),
    # counts and answers
    "missing": ("a value in column {column}", "Fill it in, or take the row out."),
    "missing-recorded": (
        "yes or no for each crime",
        "Fill it in. For a report without any crime, add the column due and put 0 there.",
    ),
    "missing-recorded-due": (
        "how many of the {due} crimes due were recorded",
        "Fill it in; only a row with due 0 may leave it blank.",
    ),
    "above-due": ("0 to {due}, the crimes due", "At most the crimes that were due can count as recorded."),
    "yes-of-several": ("how many of the {due} crimes due were recorded", "Write a number: yes does not say how many."),
    "not-yes-no": ("yes or no (or y/n, true/false, 1/0)", "Write one of these."),
    "fractional": ("a whole number", "Crimes are counted whole: correct the value."),
    "infinite": ("a finite number", "Correct the value."),
    "not-a-number": ("a whole number, 0 or more (or yes or no)", "Correct the value."),
    "not-whole": ("a whole number", "Correct the value."),
    "not-plain": (
        "a whole number written with digits only",
        "Write it like 1000: no signs or powers of ten; commas only between the thousands of volumes.",
    ),
    "not-a-weight": ("a weight, a number above 0", "Correct the weight, or take the row out."),
    "not-positive": ("a weight above 0", "Correct the weight, or take the row out."),
    "too-many": ("at most 1,000,000 crimes in one row", "Correct the count."),
    "case-twice": ("each case once", "Take out the row that stands twice, or correct its id."),
    # decisions and classes
    "not-a-decision": (
        "a decision: recorded, not recorded, wrongly cancelled, wrong class, no crime, transferred, duplicate, "
        "over-recorded or not auditable",
        "Write one of these; cdi check lists the other spellings that are read.",
    ),
    "undecided": (
        "a decision in every row",
        "Decide on the rows that are blank, or write 'not auditable'; cdi check shows how far the auditors are.",
    ),
    "decision-and-counts": (
        "either decisions or counts",
        "Leave the decisions out with --decision '', or name their column, --decision COL, to leave the counts out.",
    ),
    "no-decisions": ("a column of decisions", "Over-recording shows only in decisions such as 'over-recorded'."),
    "no-classes": (
        "decisions, or the class in which each crime was recorded",
        "Name the column of one of them: --decision COL or --recorded-as COL.",
    ),
    "no-bounds": ("a column of decisions", "Bounds come from rows that could not be audited: --decision COL."),
    "no-category": (
        "the column with the class that each crime should have been recorded in",
        "Name it: --category COL. Or leave out the class it was recorded in: --recorded-as ''.",
    ),
    "no-classification": ("a way to count crimes in the wrong class", "{hint}"),
    "needs-rate": (
        "recording rates, for bounds and volumes to go with",
        "Add them: --measure recording-rate.",
    ),
    "no-style": ("a style", "{hint}"),
    "category-alone": (
        "the class in which each crime was recorded, to compare {category} with",
        "Name its column, --recorded-as COL, or leave out --category.",
    ),
    "no-period-as": ("what the period is", "{hint}"),
    "no-measure": ("a measure", "{hint}"),
    "missing-class": (
        "the class in which the crime was recorded",
        "Fill it in; it may be blank only where the crime was not recorded.",
    ),
    "missing-category": (
        "the class in which the crime should have been recorded",
        "Fill it in; it is compared with the class in which it was recorded.",
    ),
    "class-of-unrecorded": (
        "a blank, since the crime counts as not recorded",
        "If it was recorded in another class, it was recorded: correct that, or take the class out.",
    ),
    "class-spelling": ("the class spelled as in the other column, '{own}'", "Spell it in one way."),
    "class-and-decision": (
        "the class '{own}', since the decision says recorded",
        "The decision of a crime recorded in another class is 'wrong class'.",
    ),
    "class-not-wrong": (
        "another class, since the decision is 'wrong class'",
        "Correct the class or the decision; both classes are written as finely as the decision was made.",
    ),
    "nothing-auditable": (
        "a report that could be audited in each stratum",
        "Nothing can be said of this one: audit others there, or take its rows out and say so.",
    ),
    # strata
    "cluster-files": (
        "report {cluster} in one file",
        "A report is drawn once: take it out of one file, or give other reports other numbers.",
    ),
    "cluster-strata": (
        "one stratum for all rows of report {cluster}",
        "A report was drawn from one stratum: correct the column, or make it a category (--by) if it describes crimes.",
    ),
    "cluster-weights": ("one weight for all rows of report {cluster}", "Correct the weights."),
    "single-cluster": (
        "two or more reports in each stratum, to see how they vary",
        "Audit more reports there, or choose a rule: --single-cluster adjust, average, or --collapse THIS=OTHER.",
    ),
    "single-cluster-all": ("two or more reports in some stratum", "One report alone shows no variation: audit more."),
    "no-stratum": ("a stratum of the audit", "{hint}"),
    "collapse-chain": (
        "a stratum joined to one that was audited and that stays",
        "Name the stratum at the end of the chain, one with audited reports.",
    ),
    "collapse-undeclared": ("which stratum joins which", "Declare it: --collapse THIS=OTHER."),
    # periods
    "period-column": (
        "no column period beside --period-from {column}",
        "The file has a column of this name: take the period from it, or rename it.",
    ),
    "no-file-names": ("files, to take the period from their names", "Name the column that holds the period."),
    "not-a-period": (
        "a month such as 2024-03, a date, or a period such as 2024 Q1, in every row",
        "Write it so; dates are ISO or day first, with a year of four digits.",
    ),
    "file-without-period": (
        "a period in the name of this file too, such as 2024-03",
        "The names of the others hold one: put the month into each, or take the period from a column.",
    ),
    "file-names-alike": (
        "a file name that no other file has",
        "The periods come from the names of the files: put the month into each, such as 2024-03.csv.",
    ),
    "not-a-month": (
        "a single month in each row, such as 2024-03, or a date",
        "Correct the value (a month needs its year), or take the period from another column or the names of the files.",
    ),
    "month-twice": (
        "each month written in one way",
        "{other} is of the same month: read the column as the period, which takes dates and months alike.",
    ),
    "one-period": ("two or more months", "One month cannot show a change: add the samples of others."),
    "report-in-two-months": ("each report in one month", "Some reports have crimes in several: correct the column."),
    "baseline": ("a baseline of 2 to {most} months", "Say how many of the first months set the centre."),
    "no-trend-of": ("a measure that has a trend", "{hint}"),
    "chart-ending": ("a chart file that ends in .svg or .png", "Name it so: the ending tells the kind of picture."),
    # estimates
    "not-rates": ("recording rates", "Unrecorded crime follows from a recording rate: pass those."),
    "not-counts": ("unrecorded crimes", "Pass what unrecorded() gave."),
    "not-a-proportion-text": ("a proportion such as 0.95, or a percentage such as 95%", "Write it either way."),
    "bare-percent": ("a proportion", "Write {percent} or {proportion}."),
    "not-counts-text": (
        "counts written x/n, such as 159/182",
        "Write the two whole numbers with a stroke between them.",
    ),
    "not-a-pair": ("two strata written A=B", "Write the stratum, =, and the one it joins."),
    "no-shipped-data": ("the data that ships with cdi", "Install cdi again."),
    "output-is-input": ("a new file to write to", "This one was given to be read: name another."),
    "cannot-write": ("a place where the file can be written", "Check the folder and its permissions."),
    "unusable-path": ("a file or place that this system can use", "Give it another name or place."),
    "unknown-format": ("a format: {formats}", "Choose one with --format."),
    "no-template": ("a kind of worksheet", "{hint}"),
    "template-unnamed": ("a file to write the worksheet to", "Name one: -o {name}."),
    "template-ending": ("a file name that ends in .xlsx", "The worksheet is a workbook: name it with this ending."),
    "template-exists": (
        "a new file to write to",
        "This one exists and is not overwritten, since it may be filled in: name another, or remove it yourself.",
    ),
    "style-and-method": ("no --method beside --style published", "The published style has a method of its own."),
    "volumes-twice": (
        "one source of {column}",
        "Leave one out, or name with --by the categories whose recorded crime is meant.",
    ),
    "volumes-unused": ("a column population or recorded_crime", "Give each volumes file one of these columns."),
    "column-name-taken": ("a category column with a name of its own", "Rename it: tables use this name themselves."),
    "domains-differ": ("estimates by the same categories", "Make a table for each."),
    "exact-needs-simple": (
        "a simple sample of single records from a frame",
        "Exact methods do not serve clustered, stratified or subgroup estimates: use wilson or korn-graubard.",
    ),
}

LONGEST_VALUE = 60

BLANK = "a blank"
"""What is said instead of a value that is not there."""

NO_LABEL = "(blank)"
"""The label of rows without a category."""


class Place(Protocol):
    """What a sentence needs to know of a place."""

    @property
    def file(self) -> str | None: ...
    @property
    def line(self) -> int | None: ...
    @property
    def column(self) -> str | None: ...
    @property
    def key(self) -> str | None: ...
    @property
    def sheet(self) -> str | None: ...
    @property
    def cell(self) -> str | None: ...


def word_fault(code: str, values: Mapping[str, object]) -> tuple[str, str]:
    """Fill the two sentences of a fault with its values."""
    expected, hint = FAULTS[code]
    return expected.format_map(values), hint.format_map(values)


def describe_fault(expected: str, got: str | None, where: Place, hint: str) -> str:
    """Put one fault into a sentence: where, what was expected, what was got, what to do."""
    sheet = f"sheet {where.sheet}" if where.sheet is not None else None
    line = f"{'line' if sheet is None else 'row'} {where.line:,}" if where.line is not None else None
    row = line if where.cell is None else f"cell {where.cell}"
    column = f"column {where.column}" if where.column is not None else None
    place = ", ".join(part for part in (where.file, sheet, row, where.key, column) if part)
    found = f", got {got}" if got is not None else ""
    return f"{place}{': ' if place else ''}expected {expected}{found}. {hint}".rstrip()


def describe_faults(shown: Sequence[str], hidden: int) -> str:
    """List the faults that are shown and say how many more there are."""
    more = [f"... and {hidden:,} more."] if hidden > 0 else []
    return "\n".join([*shown, *more])


def row_key(row: int) -> str:
    """Name a row of a frame, which has no lines, by its position."""
    return f"row {row:,} (counted from 1)"


def shorten(value: str) -> str:
    """Make a value of the input fit into a sentence: control characters escaped, long text cut."""
    plain = "".join(c if c.isprintable() else repr(c)[1:-1] for c in value[: LONGEST_VALUE + 1])
    return plain if len(plain) <= LONGEST_VALUE else f"{plain[:LONGEST_VALUE]}..."


def suggest(near: str | None, choices: Sequence[str]) -> str:
    """Say which known name was probably meant, and which there are."""
    named = [choice for choice in choices if choice]  # what is not told apart has no name
    listed = f"There are: {', '.join(named)}." if named else "There are none."
    return f"Did you mean '{near}'? {listed}" if near else listed
