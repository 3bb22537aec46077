"""What the page of a report says beside its contents: the headings of its sections, and the names of its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdi.wording.charting import capital
from cdi.wording.labels import HEADINGS
from cdi.wording.timing import TIMELY_HEADINGS

__all__ = ["PAGE_WORDS", "REPORT_FILES", "figure_label", "headings_of", "table_label"]

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

_ENDS = ("from", "to", "from %", "to %")
"""What heads the ends of an interval."""


_WHOLE: Mapping[str, str] = {
    TIMELY_HEADINGS["90th"]: "90th percentile",
    HEADINGS["recorded_over"]: "over-recorded",
}
"""A heading whose word a narrow table parts -> the same where there is room."""


def headings_of(columns: Sequence[str], words: int = 1) -> tuple[str, ...]:
    """Head the columns of a table: no two alike, since the ends of several intervals say of what they are.

    The first columns, of words, bear names of the user's and are left as they are, but for a capital.

    Examples
    --------
    >>> headings_of(("to", "median", "from", "to", "90th per- centile", "from", "to"))
    ('To', 'Median', 'Median, from', 'Median, to', '90th percentile', '90th percentile, from', '90th percentile, to')
    """
    plain = [_WHOLE.get(column, column) for column in columns[words:]]
    several = sum(column in _ENDS for column in plain) > 2
    found, owner = list(map(_headed, columns[:words])), ""
    for column in plain:
        ends = column in _ENDS
        owner = owner if ends else column.removesuffix(" %")
        found.append(_headed(f"{owner}, {column}" if several and ends else column))
    return tuple(found)


def _headed(text: str) -> str:
    return text if len(text) == 1 else capital(text)


def table_label(number: int, title: str) -> str:
    """Write what stands above a table."""
    return f"Table {number}. {capital(title)}"


def figure_label(number: int, title: str) -> str:
    """Write what stands above a chart."""
    return f"Figure {number}. {title}"
