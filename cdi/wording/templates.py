"""What stands in empty worksheets: the columns of each, their explanations, and the guidance."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = [
    "ENTRY_PROMPTS", "ENTRY_REFUSALS", "GUIDANCE_HEADINGS", "GUIDANCE_SHEET", "TEMPLATE_CHOICES",
    "TEMPLATE_COLUMNS", "TEMPLATE_COMMANDS", "TEMPLATE_PURPOSES", "TEMPLATE_RULES", "guidance_part",
    "needed_or_not", "template_title", "template_written",
]  # fmt: skip

GUIDANCE_SHEET = "guidance"

GUIDANCE_HEADINGS = ("about", "name", "explanation")

_PARTS: Mapping[str, str] = {
    "purpose": "what this is for",
    "column": "column",
    "choice": "word to choose",
    "rule": "rule",
    "next": "what to do next",
}

TEMPLATE_PURPOSES: Mapping[str, str] = {
    "audit": (
        "The decisions of a crime recording audit. For each report in the sample, it says which crimes should have "
        "been recorded and what happened to each. It gives recording rates and, with volumes, the crimes not "
        "recorded."
    ),
    "searches": (
        "The review of a sample of stop and search records: whether each one states reasonable grounds. It gives the "
        "share of searches with reasonable grounds recorded, by group."
    ),
    "review": (
        "The review of a sample of case files, with the same questions asked of each. For each question, it gives the "
        "share of files with the answer that you count, by outcome."
    ),
    "volumes": (
        "The number of crimes that the force recorded, by category. It turns a recording rate into a number of "
        "reported crimes that were not recorded."
    ),
    "results": ("Published recording rates of several forces, each with its source, so that they can be compared."),
    "trend": (
        "A dip sample drawn each month, such as a crime registrar's. It gives the recording rate for each month and "
        "says whether there is a signal of change."
    ),
}

_CASE = (
    "An id for the row, different in every row. You can use the report's number with the number of the crime: "
    "2024/117-1."
)
_CLUSTER = (
    "The number of the sampled report (incident number). All crimes from one report have the same number. A report "
    "with one crime has a number too."
)
_STRATUM = (
    "The stratum that the report was sampled from, such as its reporting route or month. Each report has one. Leave "
    "the column empty if the sample came from a single list."
)
_CRIME_TYPE = (
    "The type of crime that should have been recorded, such as violent, sexual or other. Leave empty if there was none."
)
_DECISION = "What the audit found for this crime. Choose a word from the list: each is explained below."
_QUESTION = (
    "The answer to one question of the review. Rename the column to a short name for the question, such as "
    "victim_updated. You can add more columns like this, or leave them empty."
)

TEMPLATE_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "audit": {
        "case": _CASE,
        "cluster": _CLUSTER,
        "stratum": _STRATUM,
        "crime_type": _CRIME_TYPE,
        "recorded_as": (
            "The class that the crime was recorded under, in the same words as crime_type. Leave empty if it was not "
            "recorded."
        ),
        "decision": _DECISION,
    },
    "searches": {
        "case": "The number of the search record, different in every row.",
        "stratum": "The stratum that the record was sampled from, such as the station or the month.",
        "ethnicity": (
            "The ethnicity that the record states, in the same words throughout. Write not stated if it does not say."
        ),
        "grounds": "Whether the record states reasonable grounds: yes or no.",
    },
    "review": {
        "file": "The number of the case file, different in every row.",
        "outcome": "How the case ended, in the same words throughout. Answers are compared between these groups.",
        "question_1": _QUESTION,
        "question_2": _QUESTION,
        "question_3": _QUESTION,
    },
    "volumes": {
        "crime_type": "The category, in the same words as in the audit. Use one row for each.",
        "recorded_crime": ("Crimes recorded in the period as a whole number, without fraud and cancelled crimes."),
        "route_share": (
            "The share of these crimes that came through the audited routes, such as 0.8. Leave blank if the audit "
            "covers all routes. The estimate covers only this share."
        ),
        "period": "The months that the count covers, such as year to Mar 2024.",
    },
    "results": {
        "force": "The usual short name of the force, such as Avon and Somerset.",
        "rate": "The recording rate as a proportion: 0.914 for 91.4%.",
        "half_width": (
            "Half the width of its 95% confidence interval, as a proportion: 0.026 for 2.6 percentage points."
        ),
        "period": "The months that the audit covered, such as 2023-01 to 2023-06.",
        "inspection_type": "The kind of inspection, such as PEEL or crime data integrity.",
        "source": "Where the figures were published: title, year and page.",
    },
    "trend": {
        "month": (
            "The month that the report was sampled for, such as 2024-03. You can also give a date, such as 2024-03-15."
        ),
        "case": _CASE,
        "cluster": _CLUSTER,
        "crime_type": _CRIME_TYPE,
        "decision": _DECISION,
    },
}
"""Worksheet -> column -> what goes in."""

_DECISIONS: Mapping[str, str] = {
    "recorded": "There was a crime and it was recorded. It counts as due and as recorded.",
    "not recorded": "There was a crime and no record was made. It counts as due and as not recorded.",
    "wrongly cancelled": (
        "There was a crime, but its record was cancelled without good reason. It counts as due and as not recorded."
    ),
    "wrong class": (
        "There was a crime and it was recorded, but in the wrong class. It counts as due and as recorded. If a column "
        "recorded_as names the class, it counts as not recorded in its own class."
    ),
    "no crime": (
        "The report contained no crime that should have been recorded. It counts as a report but not as a crime."
    ),
    "transferred": (
        "The crime was rightly passed to another force to record. It counts as a report but not as a crime."
    ),
    "duplicate": (
        "The crime had already been recorded from another report. It counts as a report but not as a crime, so that no "
        "crime is counted twice."
    ),
    "over-recorded": (
        "A crime was recorded although there was none. It counts as a report but not as a crime. Over-recorded "
        "crimes are counted separately."
    ),
    "not auditable": (
        "There is not enough evidence to decide, because the call recording is lost or the log is empty, for "
        "example. The row is left out of the rate, and the report says how many there are."
    ),
}

_GROUNDS: Mapping[str, str] = {
    "yes": "The record states reasonable grounds.",
    "no": "The record states no grounds, or grounds that are not reasonable.",
}

_REVIEW: Mapping[str, str] = {
    "yes": "The file shows that it was done.",
    "no": "The file does not show that it was done, though it should have been.",
    "not applicable": "The question does not apply to this file, so the file is left out of the rate.",
}

TEMPLATE_CHOICES: Mapping[str, Mapping[str, str]] = {
    "audit": _DECISIONS,
    "searches": _GROUNDS,
    "review": _REVIEW,
    "volumes": {},
    "results": {},
    "trend": _DECISIONS,
}
"""Worksheet -> word of its lists -> what it means and how it counts."""

_ROW_A_CRIME = "Use one row for each crime that should have been recorded. A report of three crimes has three rows."
_EMPTY_REPORT = (
    "Give a report without any crime one row, with the decision no crime. It still counts as a sampled report."
)
_DOUBTFUL = "If you cannot decide, choose not auditable. Do not guess, and do not take the report out of the sample."
_NO_NAMES = (
    "Do not enter people's names, addresses, telephone numbers or free text about victims. Report numbers are enough."
)
_IDS = "The id columns are formatted as text, so 0012, 1-2 and 2021/03 stay as you type them. Paste values only."
_ALL_OR_NONE = "Fill in ids and strata in every row or in none. A column that is completely empty is ignored."
_NAMES_STAY = "Do not change the names in the first row. You can add columns of your own: give each a name."
_SHEET_STAYS = (
    "Do not put notes, totals or merged cells on the first sheet. Show all rows and clear filters before you save."
)

TEMPLATE_RULES: Mapping[str, tuple[str, ...]] = {
    "audit": (_ROW_A_CRIME, _EMPTY_REPORT, _DOUBTFUL, _NO_NAMES, _IDS, _ALL_OR_NONE, _NAMES_STAY, _SHEET_STAYS),
    "searches": (
        "Use one row for each search record.",
        "If several records were sampled together, such as an officer's day, add a column cluster that identifies "
        "the group.",
        _NO_NAMES,
        _IDS,
        _ALL_OR_NONE,
        _NAMES_STAY,
        _SHEET_STAYS,
    ),
    "review": (
        "Use one row for each case file.",
        "Answer every question that you keep, in every row. Do not leave cells blank.",
        "Keep the column names file and outcome. Name questions with letters, digits and _ only.",
        (
            "Before the review, decide which answer to each question is counted. Decide too whether a higher rate is "
            "better, worse or neither."
        ),
        _NO_NAMES,
        _IDS,
        _SHEET_STAYS,
    ),
    "volumes": (
        "Use one row for each category of crime. A row named all is the total. One category can then be blank: it gets "
        "the remainder.",
        "Recorded crime should cover the same routes, crimes and period as the audit.",
        (
            "Put reports by stratum in a file of their own, with the columns stratum and population (reports on the "
            "sampling frame). If the audit leaves out reports without crimes, add the column sample (reports "
            "audited). Give both files: you can repeat --volumes."
        ),
        _NAMES_STAY,
        _SHEET_STAYS,
    ),
    "results": (
        "Use one row for each published result of a force.",
        "Enter the figures as they were published. Leave blank what was not published.",
        "Give each force one row: its latest result, or the one that compares best with the other forces.",
        _NAMES_STAY,
        _SHEET_STAYS,
    ),
    "trend": (
        _ROW_A_CRIME,
        _EMPTY_REPORT,
        "Add each month below the last, so that one sheet contains all months.",
        _DOUBTFUL,
        _NO_NAMES,
        _IDS,
        _ALL_OR_NONE,
        _NAMES_STAY,
        _SHEET_STAYS,
    ),
}

_SAVE = "Save the workbook as .xlsx. Then run these commands in the folder where you saved it."

TEMPLATE_COMMANDS: Mapping[str, tuple[str, ...]] = {
    "audit": (_SAVE, "cdi check audit.xlsx", "cdi estimate audit.xlsx --by crime_type"),
    "searches": (_SAVE, "cdi check searches.xlsx --searches", "cdi grounds searches.xlsx --by ethnicity"),
    "review": (
        _SAVE,
        "cdi review review.xlsx --by outcome",
        "To count the answer no, and say that more of it is worse, add --question question_1=no:worse. Repeat this "
        "for each question.",
    ),
    "volumes": (_SAVE, "cdi estimate audit.xlsx --by crime_type --volumes volumes.xlsx"),
    "results": (
        _SAVE,
        "cdi forces results.xlsx",
        "Add --mixed-periods if the results come from several kinds of inspection, or from periods that do not "
        "overlap.",
    ),
    "trend": (_SAVE, "cdi check trend.xlsx", "cdi trend trend.xlsx"),
}

ENTRY_PROMPTS: Mapping[str, str] = {
    "choice": "Choose from the list. The guidance sheet explains each word.",
    "count": "A whole number, 0 or more, without commas.",
    "proportion": "A proportion from 0 to 1: 0.914 for 91.4%.",
    "period": "A month, such as 2024-03, or a range of months, such as 2024-01 to 2024-06.",
}
"""What a cell says when it is entered, by what its column holds."""

ENTRY_REFUSALS: Mapping[str, str] = {
    "choice": "Choose one of the words in the list. The guidance sheet explains each word.",
    "count": "Enter a whole number, 0 or more, without commas.",
    "proportion": "Enter a proportion from 0 to 1: 0.914 for 91.4%.",
}
"""What a cell says when it refuses an entry."""


def guidance_part(part: str) -> str:
    """Name a part of the guidance."""
    return _PARTS[part]


def needed_or_not(about: str, *, needed: bool) -> str:
    """Say of a column whether it is needed, and what goes in."""
    return f"{'Required.' if needed else 'Optional.'} {about}"


def template_title(kind: str) -> str:
    """Name a worksheet, in the properties of its file."""
    return f"cdi worksheet: {kind}"


def template_written(file: str, kind: str) -> str:
    """Say that an empty worksheet was written, and where it is explained."""
    return f"{file}: empty worksheet written ({kind}). Its second sheet, {GUIDANCE_SHEET}, says how to fill it in."
