"""What the page of a report says beside its contents: the headings of its sections, and the names of its parts."""

from __future__ import annotations

from collections.abc import Mapping

from cdi.wording.charting import capital

__all__ = ["PAGE_WORDS", "REPORT_FILES", "end_of", "figure_label", "table_label"]

PAGE_WORDS: Mapping[str, str] = {
    "skip": "Skip to the findings",
    "kind": "Crime data integrity: inspection statistics",
    "marking_why": "Nothing is suppressed on this page.",
    "summary": "Summary",
    "judgment": "Inspector's judgment",
    "contents": "Contents",
    "audited": "What was audited and how",
    "assumptions": "Periods and assumptions",
    "quality": "Data quality",
    "disclosure": "Disclosure control",
    "methods": "Methods",
    "formula": "Formula",
    "reference": "Reference",
    "files": "Files",
    "files_read": "Files read",
    "files_made": "Files made with this page",
    "path": "File",
    "sha256": "SHA-256 hash",
    "holds": "What it contains",
    "notes": "Notes",
    "note": "note",
    "withheld": "[c] marks a number that is suppressed to protect the people it describes.",
    "page": "Page",
    "footer": "Produced with cdi. Not official statistics.",
}
"""The fixed texts of the page."""

REPORT_FILES: Mapping[str, str] = {
    "tables.xlsx": "The tables and their notes, as a workbook",
    "estimates.csv": "The estimates, one to a row. They are unrounded unless a note says otherwise",
    "estimates.json": "The same estimates, for programs",
    "charts/": "Each chart as SVG and as PNG",
    "provenance.json": "The versions, inputs and options used, and the command that makes the report again",
}
"""What is made with the page -> what it holds."""


def end_of(owner: str, end: str) -> str:
    """Head the end of an interval where there are several: say of what it is an end; both have the same unit.

    The first columns, of words, bear names of the user's and are left as they are, but for a capital.

    Examples
    --------
    >>> end_of("lowest rate %", "from %")
    'lowest rate, from %'
    """
    return f"{owner.removesuffix(' %')}, {end}"


def _headed(text: str) -> str:
    return text if len(text) == 1 else capital(text)


def table_label(number: int, title: str) -> str:
    """Write what stands above a table."""
    return f"Table {number}. {capital(title)}"


def figure_label(number: int, title: str) -> str:
    """Write what stands above a chart."""
    return f"Figure {number}. {title}"
