"""What is said of an audit file before anything is estimated: roles, decisions, strata, and what is assumed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

from cdi.wording.faults import Place
from cdi.wording.help import ignored

__all__ = [
    "ASSUMED",
    "ASSUMPTIONS",
    "CHECK_HEADINGS",
    "CHECK_ROLES",
    "CRIMES_HEADINGS",
    "CRIMES_TITLES",
    "DECISIONS",
    "DECISIONS_TITLE",
    "DECISION_HEADINGS",
    "FRAME",
    "NOT_TOGETHER",
    "ROLE_HEADINGS",
    "SPELLINGS_TITLE",
    "STRATA_TITLE",
    "TOGETHER",
    "check_title",
    "in_sheet",
    "passed_over",
    "progress",
]

CHECK_ROLES: Mapping[str, str] = {
    "stratum": "drawn by stratum",
    "cluster": "report (unit drawn)",
    "case": "case id",
    "due": "crimes due",
    "recorded": "recorded",
    "decision": "decision",
    "recorded_as": "recorded in class",
    "category": "should be in class",
    "classification": "the wrong class counts",
    "period": "period from",
    "weight": "weight",
    "population": "reports on the frame",
}
"""What each role is called when an audit is described."""

CHECK_HEADINGS: Mapping[str, str] = {
    "stratum": "stratum",
    "reports": "reports audited",
    "rows": "rows, taken as independent",
    "population": "on the frame",
    "due": "crimes due",
    "recorded": "recorded",
}

CRIMES_HEADINGS: Mapping[str, tuple[str, str]] = {
    "reports": ("crimes due", "reports"),
    "rows": ("crimes due", "rows"),
}

ASSUMPTIONS: Mapping[str, str] = {
    "one-a-row": "Each row is one crime that should have been recorded, since no column gives the number due.",
    "row-drawn": "Each row was drawn separately, since no column names the reports: crimes are taken as independent.",
    "unstratified": "Reports are a simple random sample, since no column names the strata.",
    "no-frame": "There is no finite population correction, since the reports on the sampling frame are not known.",
    "no-overall": "Strata cannot be weighted together, since the reports on the sampling frame are not known. The "
    "overall rate describes only the sample.",
    "only-reports-with-crimes": "Reports without a crime are not in the file. Reports audited are the rest.",
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


class Read(Protocol):
    """What a sentence needs to know of a file that was read."""

    @property
    def name(self) -> str | None: ...
    @property
    def blank_rows(self) -> int: ...
    @property
    def trimmed(self) -> int: ...
    @property
    def day_first(self) -> str | None: ...


def passed_over(read: Read, unplayed: Sequence[str], number_ids: Sequence[Place]) -> list[str]:
    """Say what was passed over, and what was taken as it stands, while a file was read."""
    ignored_line = ignored(read.name or FRAME, read.blank_rows, read.trimmed)
    said = [ignored_line] if ignored_line else []
    if unplayed:
        said.append(f"Empty columns, which are ignored: {', '.join(unplayed)}.")
    if read.day_first:
        day, month = re.split("[/.]", read.day_first)[:2]
        said.append(f"Dates are read day first: {read.day_first} as day {int(day)} of month {int(month)}.")
    return said + [
        f"{place.file}, sheet {place.sheet}, cell {place.cell}, column {place.column}: the ids in this column are "
        "numbers in the workbook. An id typed as 0012 has become 12."
        for place in number_ids
    ]


def progress(decided: int, rows: int) -> str:
    """Say how far the auditors are."""
    if decided == rows:
        return f"All {rows:,} rows have a decision."
    left = rows - decided
    verb = "does" if left == 1 else "do"
    return f"{decided:,} of {rows:,} rows have a decision, {left:,} {verb} not. Estimates need one on every row."


ROLE_HEADINGS = ("role", "column")

STRATA_TITLE = "What was audited"

CRIMES_TITLES: Mapping[str, str] = {
    "reports": "Crimes in each report that should have been recorded",
    "rows": "Crimes in each row that should have been recorded",
}

ASSUMED = "Assumed:"


def check_title(name: str, rows: int) -> str:
    """Head the description of an audit file."""
    return f"{name}: {rows:,} row{'s' if rows != 1 else ''}, no faults found"
