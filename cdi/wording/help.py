"""What the command line says of itself: verbs, options and messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["OPTIONS", "SEARCHES", "VERBS", "columns_differ", "ignored", "several_files"]

MOST_NAMED = 3

VERBS: Mapping[str, str] = {
    "cdi": (
        "The statistics of crime data integrity: recording rates with intervals from audited samples, and the crimes "
        "that were not recorded.\n\nStart with: cdi check AUDIT.csv, then cdi estimate AUDIT.csv."
    ),
    "estimate": (
        "Estimate recording rates from an audited sample. Each has its interval; with --volumes also the crimes that "
        "were reported and not recorded.\n\nAUDIT is a CSV or Parquet file or a workbook, one row a crime or one row a "
        "report; several are put together. Columns named stratum, cluster, case, due, recorded, decision, recorded_as "
        "and weight need no options; an empty name (--stratum '') leaves a role out."
        "\n\nIn Python: cdi.estimate(AUDIT, ...)."
    ),
    "grounds": (
        "Estimate the share of searches with grounds recorded. That is whether a stop and search record states "
        "reasonable grounds.\n\nSEARCHES is a CSV or Parquet file or a workbook with one row a record and a "
        "column grounds (yes/no); several are put together."
        "\n\nIn Python: cdi.grounds(SEARCHES, ...)."
    ),
    "interval": (
        "Give the interval of a proportion from counts. They are written x/n: cdi interval 159/182.\n\n"
        "In Python: cdi.of_counts(159, 182).interval()."
    ),
    "check": (
        "Check audit files and say what was understood. The faults of a file are shown at once, the first 20 of them; "
        "of decisions, how many are still to be made and how each may be spelled. Several files are then checked "
        "together. For searches, add --recorded grounds; volumes are checked by cdi estimate.\n\nIn Python: "
        "cdi.describe(cdi.read_audit(FILE))."
    ),
    "methods": (
        "List the interval methods. When to use each, where it comes from, how often it is right.\n\nIn Python: "
        "cdi.describe_methods()."
    ),
    "reproduce": (
        "Set published figures beside ours. The whole engine runs on the data that ships with cdi; a line that differs "
        "makes the exit status 1.\n\n"
        "In Python: cdi.reproduce()."
    ),
    "trend": (
        "Follow a rate from month to month. Each month has its rate and interval, the rate of the 12 months to it, and "
        "control limits; a change is signalled where months differ by more than samples of their size do.\n\n"
        "FILE is an audit, one for all months or one each.\n\nIn Python: cdi.trend(cdi.read_audit(FILES, period=...))."
    ),
    "template": (
        "Write an empty worksheet to fill in. KIND is audit, searches, review, volumes, results or trend. The workbook "
        "has the columns that cdi reads, lists to choose from, and a second sheet that explains them.\n\n"
        "In Python: cdi.write_template(KIND, FILE)."
    ),
}

OPTIONS: Mapping[str, str] = {
    "stratum": "Column that reports were drawn by (route, month); repeat for several.",
    "cluster": "Column with the report's number (incident): the unit that was drawn.",
    "case": "Column with a row's own id, checked for duplicates.",
    "due": "Column with the crimes that should have been recorded; without it one a row.",
    "recorded": "Column with the crimes recorded of those: a count, or yes/no.",
    "decision": "Column with the auditor's decision on each crime, instead of counts.",
    "recorded_as": "Column with the class in which each crime was recorded.",
    "category": "Column with the class that it should have been recorded in (crime_type unless named).",
    "classification": "Whether a crime in the wrong class counts as not recorded in its own (strict, the default) or "
    "as recorded (lenient).",
    "period_from": "Column with dates or months, or FILENAME; the period becomes a stratum, or a category with "
    "--by period.",
    "sheet": "Sheet of the workbook, where several hold something; or write FILE.xlsx#SHEET.",
    "header_row": "Row of the workbook with the names of the columns, where it is not the first.",
    "route_share": "Share of recorded crime that comes through audited routes; the count is limited to it.",
    "measure": "What to estimate: the recording rate unless named, the accuracy of classification, over-recording; "
    "repeat for several.",
    "bounds": "Add what the rates would be if none, or all, of what was not auditable had been recorded.",
    "volumes": "File with population (how many reports the sample was drawn from) by stratum, or recorded_crime by "
    "category; a row all is the total. A sheet of a workbook is written FILE.xlsx#SHEET. Repeat for several.",
    "population": "How many reports the sample was drawn from, where it has no strata; or the column with the number "
    "for each stratum.",
    "weight": "Column with a weight for each report, instead of the population.",
    "single_cluster": "What to do with a stratum of one report: stop (error, the default), centre it at the overall "
    "rate, give it the mean variance of the others, or join it as --collapse says.",
    "collapse": "Join stratum A to stratum B, declared before seeing results; repeat for several.",
    "by": "Category column, such as crime_type; repeat for several. Without it: by stratum.",
    "by_group": "Group column, such as ethnicity; repeat for several.",
    "level": "Confidence level.",
    "method": "Interval method, wilson unless named; cdi methods lists them.",
    "method_or_all": "Interval method, wilson unless named; all for every one. cdi methods lists them.",
    "side": "Both ends (the default), or a one-sided lower or upper limit.",
    "style": "Words, rounding and intervals: ours (default), or as inspection reports print them (published).",
    "detail": "Show also what the design did: standard error, effective size, df, design effect.",
    "format": "How to print the result: text unless named.",
    "output": "Write to a file instead; the format follows its ending.",
    "period_of_trend": "Column with the month or date of each report; FILENAME: the month in the name of each file.",
    "searches": "The files hold searches: follow the share with reasonable grounds recorded.",
    "baseline": "How many months, from the first, set the centre and the limits; all unless named.",
    "chart": "Draw a chart too, to a file that ends in .svg or .png.",
    "worksheet": "The new .xlsx file; one that exists is not overwritten.",
}


SEARCHES: Mapping[str, str] = {
    "stratum": "Column that records were drawn by (station, month); repeat for several.",
    "cluster": "Column with what was drawn, where one draw holds several records (officer, day).",
    "due": "Column with the records counted in a row; without it one a row.",
    "recorded": "Column with the answer: yes or no (by default grounds).",
    "population": "Records on the frame that the sample was drawn from.",
    "weight": "Column with a weight for each record, instead of the population.",
    "single_cluster": "What to do with a stratum of a single draw.",
}
"""The same options in the words of stop and search records."""


def ignored(file: str, blank_rows: int, trimmed: int) -> str | None:
    """Say what was passed over while a file was read."""
    rows = f"{blank_rows:,} blank row{'s' if blank_rows != 1 else ''}" if blank_rows else ""
    fields = f"spaces around {trimmed:,} value{'s' if trimmed != 1 else ''}" if trimmed else ""
    passed = " and ".join(part for part in (rows, fields) if part)
    return f"{file}: {passed} ignored." if passed else None


def several_files(names: Sequence[str]) -> str:
    """Name several files together."""
    return ", ".join(names) if len(names) <= MOST_NAMED else f"{len(names)} files ({names[0]} to {names[-1]})"


def columns_differ(lacking: Sequence[str], more: Sequence[str]) -> str:
    """Say which columns a file lacks and which it has beside those of the first."""
    parts = [f"It lacks {', '.join(lacking)}." if lacking else "", f"It has also {', '.join(more)}." if more else ""]
    return f"{' '.join(part for part in parts if part)} Give all files the same columns."
