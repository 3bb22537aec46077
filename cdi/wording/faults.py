"""What is said of wrong input: for each fault, what was expected and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

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
    # files and frames
    "workbook": ("a CSV or Parquet file", "Open the workbook and save the sheet as CSV UTF-8."),
    "name-not-utf-8": ("a file name in UTF-8", "Rename the file."),
    "no-file": ("a file that exists", "Check the path."),
    "not-parquet": ("a Parquet file", "Save the table again, or save it as CSV UTF-8."),
    "unreadable": ("rows of comma-separated values", "Save the file as CSV UTF-8 and try again."),
    "not-a-frame": ("a path or a data frame of pandas, Polars, PyArrow, DuckDB, Dask or PySpark", "Pass one of these."),
    "empty-frame": ("at least one row", "There is none: pass a table that holds rows."),
    "repeated-column": ("each column name once", "Rename or remove one of the columns."),
    "reserved-column": ("column names that do not begin with _cdi_", "cdi makes such columns itself: rename yours."),
    "column-name": ("a column name without dots and quotation marks", "Rename the column, with _ for example."),
    "column-not-text": ("text as the name of each column", "Rename the columns."),
    # the text of a file
    "is-a-folder": ("a file", "This is a folder: name a file in it."),
    "cannot-read": ("a file that can be read", "Close it in other programs and check its permissions."),
    "empty-file": ("a line of column names and a line for each row", "The file is empty: save it again."),
    "is-workbook": ("a CSV file", "This is an Excel workbook, whatever its name: save the sheet as CSV UTF-8."),
    "is-parquet": ("a CSV file", "This is a Parquet file: give it a name that ends in .parquet."),
    "is-document": ("a CSV file", "This is a document (PDF or RTF): save the table it came from as CSV UTF-8."),
    "is-database": ("a CSV file", "This is an SQLite database: export the table as CSV UTF-8."),
    "is-packed": ("a CSV file", "This is a compressed file: unpack it first."),
    "is-web-page": ("a CSV file", "This is a web page or XML: open it in Excel and save it as CSV UTF-8."),
    "is-json": ("a CSV file", "This is JSON: save the table as CSV UTF-8."),
    "is-binary": ("a CSV file", "This is not text: save the table as CSV UTF-8."),
    "is-utf-16": ("text in UTF-8", "This is UTF-16 ('Unicode text'): save the file as CSV UTF-8."),
    "not-utf-8": ("text in UTF-8", "Save the file as CSV UTF-8."),
    "nul-bytes": ("text", "NUL bytes are a sign of damage: save the file again from its source as CSV UTF-8."),
    "semicolons": ("commas between the columns", "This file has semicolons: save it as CSV UTF-8 with commas."),
    "tabs": ("commas between the columns", "This file has tabs: save it as CSV UTF-8 with commas."),
    "bars": ("commas between the columns", "This file has vertical bars: save it as CSV UTF-8 with commas."),
    "row-too-long": (
        "rows of at most {limit:,} bytes",
        "Look for a quotation mark that is never closed on this line, or line ends that were lost.",
    ),
    "unclosed-quote": ("a closing quotation mark", "A value that begins here has none: add it, or remove the first."),
    "misplaced-quote": (
        "quotation marks around a whole value and next to its commas",
        "Take out spaces and text between quotation mark and comma; write a mark inside a quoted value twice.",
    ),
    "mixed-line-ends": (
        "the same line ends throughout",
        "Lines up to here end differently: open the file in an editor and save it again with one kind.",
    ),
    "lone-return": (
        "lines that end with a line feed",
        "A carriage return stands here alone (an old Macintosh file, or a broken value): save the file as CSV UTF-8.",
    ),
    "ragged-row": (
        "{columns} values, one for each column",
        "Look for a comma that is missing, or one inside a value: a value with a comma stands in quotation marks.",
    ),
    "column-unnamed": (
        "a name for each column",
        "There is none in position {places}: name the column, or take out the surplus comma.",
    ),
    "column-twice": (
        "each column name once, whatever its capitals",
        "Column {place} has the name of column {first}, '{other}': rename or remove one.",
    ),
    "header-only": ("rows under the header", "The file holds column names only: save it again with its rows."),
    # intervals
    "unknown-method": ("the name of an interval method", "{suggestion}"),
    "level": ("a level between 0.5 and 1, such as 0.95", "A level of 95% is written 0.95."),
    "side": ("side 'both', 'lower' or 'upper'", "'lower' gives a lower bound only, 'upper' an upper bound only."),
    "not-a-proportion": ("a proportion from 0 to 1", "A rate of 91.4% is written 0.914."),
    "effective-size": ("an effective sample size above 0", "Leave out what was not sampled; it has no interval."),
    "not-a-count": ("{name} as a whole number, {least} or more", "Give counts, not rates."),
    "recorded-above-due": ("recorded no larger than due ({due})", "Check which count is which: recorded of due."),
    "due-above-population": ("a sample no larger than its population ({population})", "Check both counts."),
    "published-terms": ("level 0.95 and both sides with method published", "Choose another method, such as wald."),
    "exact-one-side": ("both sides with method exact", "For one bound only, use exact-equal-tailed."),
    "exact-population": ("a population with method {method}", "Where it is not known, use clopper-pearson."),
    "exact-from-counts": ("a method that serves a rate and an effective size", "{method} needs counts: x of n from N."),
    "mover-intervals": ("two two-sided intervals of one level", "Make both with the same level and side='both'."),
    # values
    "negative": ("a whole number, 0 or more", "Correct the count in this row."),
    # roles of columns
    "no-column": ("a column named '{column}'", "{hint}"),
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
    "not-plain": ("a whole number written with digits only", "Write it like 1000: no commas, signs or powers of ten."),
    "not-a-weight": ("a weight, a number above 0", "Correct the weight, or take the row out."),
    "not-positive": ("a weight above 0", "Correct the weight, or take the row out."),
    "too-many": ("at most 1,000,000 crimes in one row", "Correct the count."),
    "case-twice": ("each case once", "Take out the row that stands twice, or correct its id."),
    # strata
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
    # the frame and the volumes
    "population-varies": ("one number for the whole stratum", "Correct the column."),
    "sample-below-rows": (
        "at least the {rows} reports that the audit file holds",
        "Count the reports audited again, or check the audit file.",
    ),
    "stratum-not-audited": (
        "audited reports in every stratum of the frame",
        "Audit some, or join it to another stratum: --collapse THIS=OTHER.",
    ),
    "stratum-not-in-volumes": (
        "a row in the volumes for each stratum of the audit",
        "Add it, or correct the name. {hint}",
    ),
    "population-below-sample": (
        "at least the {sampled} reports that were audited",
        "A frame holds all reports that could be drawn: correct the number.",
    ),
    "label-parts": ("one value for each of: {keys}", "Give each stratum or category its own count, in a file."),
    "label-taken": ("categories with names of their own", "'{label}' names the overall row: rename the category."),
    "one-row": ("one row, since no stratum and no category is named", "Name the columns with --stratum or --by."),
    "label-twice": ("each label once", "Put its numbers into one row."),
    "domain-not-in-volumes": ("a volume of recorded crime for each category", "{hint}"),
    "volume-not-audited": ("a category that the audit holds", "{hint}"),
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
    "unknown-format": ("a format: {formats}", "Choose one with --format."),
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


def word_fault(code: str, values: Mapping[str, object]) -> tuple[str, str]:
    """Fill the two sentences of a fault with its values."""
    expected, hint = FAULTS[code]
    return expected.format_map(values), hint.format_map(values)


def describe_fault(expected: str, got: str | None, where: Place, hint: str) -> str:
    """Put one fault into a sentence: where, what was expected, what was got, what to do."""
    line = f"line {where.line:,}" if where.line is not None else None
    column = f"column {where.column}" if where.column is not None else None
    place = ", ".join(part for part in (where.file, line, where.key, column) if part)
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
    listed = f"There are: {', '.join(choices)}." if choices else "There are none."
    return f"Did you mean '{near}'? {listed}" if near else listed
