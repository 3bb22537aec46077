"""What stands in empty worksheets: the columns of each, their explanations, and the guidance."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = [
    "ENTRY_PROMPTS",
    "ENTRY_REFUSALS",
    "GUIDANCE_HEADINGS",
    "GUIDANCE_SHEET",
    "TEMPLATE_CHOICES",
    "TEMPLATE_COLUMNS",
    "TEMPLATE_COMMANDS",
    "TEMPLATE_PURPOSES",
    "TEMPLATE_RULES",
    "guidance_part",
    "needed_or_not",
    "template_title",
    "template_written",
]

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
        "The decisions of a crime recording audit: for each report that was drawn, which crimes should have been "
        "recorded and what was done with each. It gives recording rates, and with volumes the crimes not recorded."
    ),
    "searches": (
        "The review of a sample of stop and search records: whether each states reasonable grounds. It gives the share "
        "of searches with grounds recorded, by group."
    ),
    "review": (
        "The review of a sample of case files: the same questions asked of each file. It gives, for each question, the "
        "share of files with the answer that is counted, by outcome."
    ),
    "volumes": (
        "The crimes recorded by the force, by category: with them a recording rate becomes a number of crimes that "
        "were reported and not recorded."
    ),
    "results": (
        "Published recording rates of several forces in one shape, each with its source, so that they can be set side "
        "by side."
    ),
    "trend": (
        "A dip sample that is drawn anew each month, such as a crime registrar's. It gives the recording rate month by "
        "month and says whether a change is signalled."
    ),
}

_CASE = (
    "The row's own id; no two rows have the same. A report's number with the number of the crime will do: 2024/117-1."
)
_CLUSTER = (
    "The number of the report that was drawn (incident number). All crimes of a report have the same; a report with "
    "one crime has a number too."
)
_STRATUM = (
    "What reports were drawn by, such as the route they came by or the month. Each report has one; leave the column "
    "empty where the sample was drawn from one list."
)
_CRIME_TYPE = "The type of the crime that should have been recorded, such as violent, sexual, other. Empty where none."
_DECISION = "What was found for this crime: one of the words in the list, each explained below."
_QUESTION = (
    "The answer to one question of the review. Rename the column to a short name of the question (victim_updated); "
    "columns of this kind may be added or left empty."
)

TEMPLATE_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "audit": {
        "case": _CASE,
        "cluster": _CLUSTER,
        "stratum": _STRATUM,
        "crime_type": _CRIME_TYPE,
        "recorded_as": (
            "The class that the crime was recorded under, in the same words as crime_type. Empty where it was not "
            "recorded."
        ),
        "decision": _DECISION,
    },
    "searches": {
        "case": "The number of the search record; no two rows have the same.",
        "stratum": "What records were drawn by, such as the station or the month.",
        "ethnicity": "The group that the record states, in the same words throughout; not stated where it does not.",
        "grounds": "Whether the record states reasonable grounds: yes or no.",
    },
    "review": {
        "file": "The number of the case file; no two rows have the same.",
        "outcome": "How the case ended, in the same words throughout: the groups that answers are compared by.",
        "question_1": _QUESTION,
        "question_2": _QUESTION,
        "question_3": _QUESTION,
    },
    "volumes": {
        "crime_type": "The category, in the same words as in the audit. One row each.",
        "recorded_crime": (
            "Crimes recorded in the period, fraud excluded and net of cancelled ones, as a whole number."
        ),
        "route_share": (
            "The share of these crimes that comes through the routes that were audited, such as 0.8. Blank where the "
            "audit covers all routes; the count is limited to this share."
        ),
        "period": "The months that were counted, such as year to Mar 2024.",
    },
    "results": {
        "force": "The force by its usual short name, such as Avon and Somerset.",
        "rate": "The recording rate as a proportion: 0.914 for 91.4 percent.",
        "half_width": "Half the width of its 95% confidence interval, as a proportion: 0.026 for 2.6 points.",
        "period": "The months that were audited, such as 2023-01 to 2023-06.",
        "inspection_type": "The kind of inspection, such as PEEL or crime data integrity.",
        "source": "Where the figures were published: title, year and page.",
    },
    "trend": {
        "month": "The month that the report was drawn for, such as 2024-03; a date, such as 2024-03-15, will do.",
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
        "There was a crime; its record was cancelled without good reason. It counts as due and as not recorded."
    ),
    "wrong class": (
        "There was a crime and it was recorded, under a class that is not its own. It counts as due and as recorded; "
        "where a column recorded_as names that class, as not recorded in its own class."
    ),
    "no crime": "The report held no crime that should have been recorded. It counts as a report and not as a crime.",
    "transferred": (
        "The crime was rightly passed to the force that has to record it. It counts as a report and not as a crime."
    ),
    "duplicate": (
        "The crime was recorded already, from another report. It counts as a report and not as a crime, so that no "
        "crime is counted twice."
    ),
    "over-recorded": (
        "A record was made although there was no crime. It counts as a report and not as a crime; such records are "
        "counted by themselves."
    ),
    "not auditable": (
        "What is there does not allow a decision: the recording is lost, the log is empty. It is left out of the rate, "
        "and the number of such rows is given."
    ),
}

_GROUNDS: Mapping[str, str] = {
    "yes": "The record states reasonable grounds.",
    "no": "The record states grounds that are not reasonable, or none.",
}

_REVIEW: Mapping[str, str] = {
    "yes": "The file shows that it was done.",
    "no": "The file does not show that it was done, though it should have been.",
    "not applicable": "The question does not arise for this file, which is then no part of its rate.",
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

_ROW_A_CRIME = "One row is one crime that should have been recorded. A report that holds three crimes has three rows."
_EMPTY_REPORT = (
    "A report without any crime has one row, with the decision no crime: it was drawn and is counted as a report."
)
_DOUBTFUL = (
    "Where nothing can be decided, choose not auditable. Never guess, and never take the report out of the sample."
)
_NO_NAMES = (
    "Never enter names of people, addresses, telephone numbers or free text about victims. Numbers of reports are "
    "enough."
)
_IDS = (
    "Ids are text: 0012, 1-2 and 2021/03 stay as typed, since the columns are formatted as text. When pasting, paste "
    "values only."
)
_ALL_OR_NONE = "Fill in ids and strata in every row or in none: a column that stays entirely empty is left out."
_NAMES_STAY = "Keep the names in the first row as they are. Columns of your own may be added, each with a name."
_SHEET_STAYS = "Leave no notes, totals or merged cells on the first sheet, and hide and filter no rows when you save."

TEMPLATE_RULES: Mapping[str, tuple[str, ...]] = {
    "audit": (_ROW_A_CRIME, _EMPTY_REPORT, _DOUBTFUL, _NO_NAMES, _IDS, _ALL_OR_NONE, _NAMES_STAY, _SHEET_STAYS),
    "searches": (
        "One row is one search record.",
        "Where one draw holds several records, such as an officer's day, add the column cluster with what was drawn.",
        _NO_NAMES,
        _IDS,
        _ALL_OR_NONE,
        _NAMES_STAY,
        _SHEET_STAYS,
    ),
    "review": (
        "One row is one case file.",
        "Answer every question that you keep in every row: leave no cell blank.",
        "Keep the names file and outcome. A question has a name of letters, digits and _.",
        (
            "Say before the review which answer to a question is counted, and whether a higher rate is better, worse "
            "or neither."
        ),
        _NO_NAMES,
        _IDS,
        _SHEET_STAYS,
    ),
    "volumes": (
        "One row is one category of crime. A row all is the total; one category may then be blank: it is the rest.",
        "Recorded crime should be of the same routes, crimes and period as the audit.",
        (
            "Reports by stratum stand in a file of their own with the columns stratum, population (reports that the "
            "sample was drawn from) and, where the audit leaves out reports without crimes, sample (reports audited). "
            "Give both files: --volumes may be repeated."
        ),
        _NAMES_STAY,
        _SHEET_STAYS,
    ),
    "results": (
        "One row is one published result of one force.",
        "Enter the figures as they were published. What was not published stays blank.",
        "A force has one row: its latest result, or the one that can be compared with those of the others.",
        _NAMES_STAY,
        _SHEET_STAYS,
    ),
    "trend": (
        _ROW_A_CRIME,
        _EMPTY_REPORT,
        "Add each month below the last: one sheet holds all months.",
        _DOUBTFUL,
        _NO_NAMES,
        _IDS,
        _ALL_OR_NONE,
        _NAMES_STAY,
        _SHEET_STAYS,
    ),
}

_SAVE = "Save the workbook as .xlsx. The commands that follow are given in the folder where it lies."

TEMPLATE_COMMANDS: Mapping[str, tuple[str, ...]] = {
    "audit": (_SAVE, "cdi check audit.xlsx", "cdi estimate audit.xlsx --by crime_type"),
    "searches": (_SAVE, "cdi check searches.xlsx --recorded grounds", "cdi grounds searches.xlsx --by ethnicity"),
    "review": (
        _SAVE,
        "cdi review review.xlsx --by outcome",
        "To count no, and say that more of it is worse: --question question_1=no:worse. Repeat it for each question.",
    ),
    "volumes": (_SAVE, "cdi estimate audit.xlsx --by crime_type --volumes volumes.xlsx"),
    "results": (
        _SAVE,
        "cdi forces results.xlsx",
        "Results of several kinds of inspection, or of periods that do not overlap, need --mixed-periods.",
    ),
    "trend": (_SAVE, "cdi check trend.xlsx", "cdi trend trend.xlsx"),
}

ENTRY_PROMPTS: Mapping[str, str] = {
    "choice": "Choose from the list. The sheet guidance explains each word.",
    "count": "A whole number, 0 or more, without commas.",
    "proportion": "A proportion from 0 to 1: 0.914 for 91.4 percent.",
    "period": "A month, such as 2024-03, or months, such as 2024-01 to 2024-06.",
}
"""What a cell says when it is entered, by what its column holds."""

ENTRY_REFUSALS: Mapping[str, str] = {
    "choice": "Choose one of the words in the list. The sheet guidance explains each.",
    "count": "Enter a whole number, 0 or more, without commas.",
    "proportion": "Enter a proportion from 0 to 1: 0.914 for 91.4 percent.",
}
"""What a cell says when it refuses an entry."""


def guidance_part(part: str) -> str:
    """Name a part of the guidance."""
    return _PARTS[part]


def needed_or_not(about: str, *, needed: bool) -> str:
    """Say of a column whether it is needed, and what goes in."""
    return f"{'Needed.' if needed else 'May stay empty.'} {about}"


def template_title(kind: str) -> str:
    """Name a worksheet, in the properties of its file."""
    return f"cdi worksheet: {kind}"


def template_written(file: str, kind: str) -> str:
    """Say that an empty worksheet was written, and where it is explained."""
    return f"{file}: an empty worksheet ({kind}). Its second sheet, {GUIDANCE_SHEET}, says how to fill it in."
