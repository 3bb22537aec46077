"""What is said in and of the files of a report: the workbook, where it came from, the folder, and whether it agrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdi.wording.sentences import listed

__all__ = [
    "CONTENTS",
    "CONTENTS_SHEET",
    "COVER_SHEET",
    "CUT",
    "DISAGREEMENTS",
    "LIBRARIES_DIFFER",
    "NOTES_SHEET",
    "NOTE_HEADINGS",
    "NOT_MADE_AGAIN",
    "NO_NOTE",
    "SHEET_HEADINGS",
    "SYMBOLS",
    "VERIFIED",
    "columns_note",
    "cover_about",
    "cover_intro",
    "files_written",
    "library_differs",
    "sheet_holds",
    "sheet_source",
    "sheet_title",
]

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

NOT_MADE_AGAIN = "The report could not be made again:"

VERIFIED = "The report is verified: the same inputs give the same files."

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


def sheet_title(title: str, plurals: Sequence[str]) -> str:
    """Head one of several sheets that a table is parted into, by what its numbers are called.

    Examples
    --------
    >>> sheet_title("Recording rate", ["rates", "rates", "differences"])
    'Recording rate: rates and differences'
    """
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


def files_written(folder: str, names: Sequence[str]) -> str:
    """Say what was written."""
    return "\n".join([f"{folder}: {len(names)} files written.", *(f"  {name}" for name in names)])
