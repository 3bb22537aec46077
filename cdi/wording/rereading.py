"""What is said of reports that a panel read again: headings, notes, and sentences on what the auditors' error was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdi.wording.disparities import Points
from cdi.wording.sentences import InPercent, in_a_row

__all__ = [
    "AGAIN_HEADINGS", "AGAIN_TITLE", "CLASSES_READ", "DRAWN_AGAIN", "ERRORS_TITLE", "ERROR_HEADINGS",
    "NOTES_OF_REREADING", "NO_FRAME_TO_DRAW_FROM", "NO_RECEIPT_OF_PANEL", "ORDER_COLUMN", "OTHER_ANSWERS",
    "PANEL_COLUMNS", "PANEL_HEADINGS", "PANEL_PURPOSE", "PANEL_RULES", "PANEL_TITLE", "PANEL_WORKSHEET",
    "RECEIPT_OF_PANEL", "RECEIPT_WITHOUT_KEY", "agreed_again", "aside_again", "error_said", "panel_drawn",
    "panel_unwritten", "panel_written", "read_again", "report_called", "reports_of_class",
]  # fmt: skip

CLASSES_READ: Mapping[str, str] = {
    "missing": "something not recorded",
    "recorded": "all recorded",
    "nothing": "nothing due",
}
"""Class of reports -> what was found in them."""

NOTES_OF_REREADING: Mapping[str, str] = {
    "reread": "freed of the auditors' errors: counts are estimates of what the panel would have found in all reports",
    "reread-beyond": "what the panel changed goes beyond what a rate can be: read more reports again",
    "reread-none": "no estimate: what the panel changed leaves nothing due here",
    "reread-unlike": "no error: one of the two readings has no rate here",
}

DRAWN_AGAIN = (
    "Of each class of each stratum, the reports with the smallest tickets: SHA-256 of the UTF-8 of the JSON array "
    "[seed, stratum..., class, report] without spaces. Read in the order of the tickets of [seed, worksheet, report]."
)
"""How reports are drawn, as the receipt says it."""

AGAIN_TITLE = "Reports read again, by what the auditors found"
AGAIN_HEADINGS: Mapping[str, str] = {
    "class": "the auditors found",
    "reports": "reports",
    "read": "read again",
    "missing": "panel: something not recorded",
    "recorded": "panel: all recorded",
    "nothing": "panel: nothing due",
}

ERRORS_TITLE = "The auditors' rate, and by how much it is too high"
ERROR_HEADINGS: Mapping[str, str] = {
    "auditors": InPercent("by the auditors"),
    "freed": InPercent("freed of errors"),
    "error": "error, points",
    "from": "from",
    "to": "to",
}

NO_FRAME_TO_DRAW_FROM = "Missing argument 'FRAME'. To draw what a panel reads again: cdi draw --reread AUDIT."

ORDER_COLUMN = "order"
"""The column with the order in which reports are read."""

PANEL_WORKSHEET = "Reports to read again"
PANEL_PURPOSE = (
    "Reports that a panel reads again, without knowing what the auditors decided. From this, cdi works out by how much "
    "the auditors' rate is too high or too low."
)
PANEL_COLUMNS: Mapping[str, str] = {
    "stratum": "What the report was sampled by. Leave it as it is.",
    "report": "The number of the report. Leave it as it is.",
    "order": "The order in which reports are read. Leave it as it is.",
    "class": "The class of the crime, as you find it. Leave it empty if no crime is due.",
    "due": "The number of crimes in the report that should have been recorded.",
    "recorded": "The number of these crimes that were recorded.",
    "decision": "Your decision on the crime. Choose it from the list.",
}
PANEL_RULES: Mapping[str, tuple[str, ...]] = {
    "counts": (
        "Read the reports in their order, and decide each by yourself.",
        "Do not look at what the auditors decided, and do not ask them.",
        "Fill in every row. Write 0 where no crime was due.",
    ),
    "decision": (
        "Read the reports in their order, and decide each by yourself.",
        "Do not look at what the auditors decided, and do not ask them.",
        "Write one row for each crime. If a report has several, copy its row.",
        "Fill in every row. If no crime was due, the decision is no crime.",
    ),
}

PANEL_TITLE = "Reports drawn for the panel"
PANEL_HEADINGS: Mapping[str, str] = {"class": "the auditors found", "reports": "reports", "drawn": "drawn"}
OTHER_ANSWERS = "other reports, strata or answers"
"""What an audit holds that was changed since reports were drawn from it."""

NO_RECEIPT_OF_PANEL = (
    "There is no receipt beside the panel's file. The estimate assumes that its reports were drawn by chance from each "
    "class of each stratum."
)
RECEIPT_OF_PANEL = "The receipt shows that the panel's reports are those drawn, from the audit as it is."
RECEIPT_WITHOUT_KEY = (
    "The receipt shows that the panel's reports are those drawn. Its key is not there, so a change of the audit that "
    "leaves its classes as they were would not be seen."
)


def read_again(read: int, reports: int) -> str:
    """Say how many reports a panel read."""
    if read == reports:
        return f"A panel read all {reports:,} reports again, so the result is the panel's own."
    return f"A panel read {read:,} of the {reports:,} reports again."


def aside_again(rows: int) -> str:
    """Say that the panel could not audit some rows."""
    noun = "1 row" if rows == 1 else f"{rows:,} rows"
    return f"The panel could not audit {noun} of its file. {'It is' if rows == 1 else 'They are'} left out."


def error_said(error: Points, ends: tuple[Points, Points] | None, level: str) -> str:
    """Say whether the auditors were lenient or strict, and by how much."""
    if not error.way:
        said = "The auditors' rate is the same as the rate freed of their errors"
    else:
        way, how = ("higher", "lenient") if error.way > 0 else ("lower", "strict")
        clear = ends is None or ends[0].way == ends[1].way == error.way
        sure = f": they were {how}" if clear else ""
        said = f"The auditors' rate is {error.size} percentage points too {_TOO[way]}{sure}"
    if ends is None:
        return f"{said}."
    unclear = "" if ends[0].way == ends[1].way else " So it is not clear whether they were lenient or strict."
    return f"{said} ({level} confidence interval {_end(ends[0])} to {_end(ends[1])}).{unclear}"


_TOO: Mapping[str, str] = {"higher": "high", "lower": "low"}
_WAYS: Mapping[int, str] = {1: "too high", -1: "too low"}


def _end(points: Points) -> str:
    return f"{points.size} {_WAYS[points.way]}" if points.way else points.size


def agreed_again(share: str, ends: tuple[str, str] | None, kappa: str, ac1: str, level: str) -> str:
    """Say how far the panel agrees with the auditors, over all reports of the audit."""
    interval = f" ({level} confidence interval {ends[0]} to {ends[1]})" if ends else ""
    beyond = [f"kappa {kappa}" if kappa else "", f"AC1 {ac1}" if ac1 else ""]
    told = ", ".join(each for each in beyond if each)
    return f"The panel finds what the auditors found in {share} of reports{interval}{f': {told}' if told else ''}."


def panel_drawn(read: int, reports: int) -> str:
    """Say how many reports were drawn."""
    return f"{read:,} of the {reports:,} reports were drawn to be read again."


def panel_unwritten() -> str:
    """Say how to keep what was drawn."""
    return "Nothing was written. To write the worksheet and its receipt: -o panel.csv, or -o panel.xlsx."


def panel_written(files: Sequence[str]) -> str:
    """Say which files were written, and that the panel gets one of them."""
    sheet, *others = files
    return f"Written: {sheet}, {in_a_row(others)}. Give the panel {sheet} alone, and not the table above."


def reports_of_class(reports: int, kind: str, stratum: str) -> str:
    """Say how many reports of a class an audit has."""
    noun = "1 report" if reports == 1 else f"{reports:,} reports"
    return f"{noun} with {kind}{f' in {stratum}' if stratum else ''}"


def report_called(number: str) -> str:
    """Name a report by its number."""
    return f"report {number}"
