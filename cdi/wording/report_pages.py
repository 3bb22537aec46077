"""What the page of a report says beside its contents: the headings of its sections, and the names of its parts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

__all__ = ["NOTE_PARTS", "PAGE_WORDS", "REPORT_FILES", "figure_label", "long_date", "table_label"]

PAGE_WORDS: Mapping[str, str] = {
    "skip": "Skip to the findings",
    "kind": "Crime data integrity: statistics of an inspection",
    "marking_why": "Nothing is withheld on this page.",
    "summary": "Summary",
    "judgment": "Inspector's judgment",
    "contents": "Contents",
    "audited": "What was audited and how",
    "assumptions": "What is taken to hold",
    "quality": "Quality of the data",
    "disclosure": "Disclosure control",
    "methods": "Methods",
    "formula": "Formula",
    "reference": "Reference",
    "files": "Files",
    "files_read": "Files that were read",
    "files_made": "Files made with this page",
    "path": "file",
    "sha256": "SHA-256 of its bytes",
    "holds": "what it holds",
    "notes": "Notes",
    "note": "note",
    "withheld": "[c] stands for a number that is withheld to protect the people it describes.",
    "page": "Page",
    "footer": "Produced with cdi. Not official statistics.",
}
"""The fixed texts of the page."""

REPORT_FILES: Mapping[str, str] = {
    "tables.xlsx": "the tables, with their notes, as a workbook",
    "estimates.csv": "the estimates, unrounded, one a row",
    "estimates.json": "the same estimates, for programs",
    "charts/": "each chart as SVG and as PNG",
    "provenance.json": "the versions, inputs and options, and the command that makes all this again",
}
"""What is made with the page -> what it holds."""

NOTE_PARTS = r"\[(\d+)\] (.*)"
"""How the number of a note and its text are told apart."""

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def long_date(date: dt.date) -> str:
    """Write a date as it stands under a title."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def table_label(number: int, title: str) -> str:
    """Write what stands above a table."""
    return f"Table {number}. {title}"


def figure_label(number: int, title: str) -> str:
    """Write what stands above a chart."""
    return f"Figure {number}. {title}"
