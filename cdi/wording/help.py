"""What the command line says of itself: verbs and messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["VERBS", "columns_differ", "ignored", "several_files"]

MOST_NAMED = 3

VERBS: Mapping[str, str] = {
    "cdi": (
        "The statistics of crime data integrity: recording rates from audited samples, with confidence intervals, and "
        "the crimes that were not recorded.\n\nStart with cdi check AUDIT.csv, then cdi estimate AUDIT.csv."
    ),
    "estimate": (
        "Estimate recording rates from an audited sample. Each rate has a confidence interval. With --volumes, also "
        "estimate the crimes that were reported and not recorded.\n\nAUDIT is a CSV or Parquet file or a workbook, "
        "with one row for each crime or for each report. Several files are read as one sample. Columns called stratum, "
        "cluster, case, due, recorded, decision, recorded_as and weight need no options. To ignore such a column, give "
        "an empty name: --stratum ''."
        "\n\nIn Python: cdi.estimate(AUDIT, ...)."
    ),
    "grounds": (
        "Estimate the share of searches with grounds recorded. A search counts if its record states reasonable "
        "grounds.\n\nSEARCHES is a CSV file, a Parquet file or a workbook, with one row for each search and a column "
        "grounds (yes or no). Several files are read as one sample. With --contrast, groups are compared with each "
        "other. With --residents, they are also compared by searches per 1,000 residents."
        "\n\nIn Python: cdi.grounds(SEARCHES, ...), cdi.disparity(cdi.read_audit(SEARCHES, ...), ...)."
    ),
    "forces": (
        "Compare the rates of forces. The table shows the published lines of one standard deviation, and beside them "
        "what allows for chance: rates adjusted towards the average, and a funnel plot.\n\nRESULTS is a CSV file, a "
        "Parquet file or a workbook. It holds published results, in the columns force, rate, half_width, period, "
        "inspection_type and source (cdi template results writes an empty one), or an audit with a column force."
        "\n\nIn Python: cdi.forces(RESULTS, ...)."
    ),
    "init": (
        "Write the file that describes an inspection. What the column names of the audit show is filled in. Everything "
        "else is there as a comment that explains it.\n\nAUDIT is a CSV file, a Parquet file or a workbook "
        "(book.xlsx#Sheet). Fill in the name of the force, delete the # from the lines that you need, and make the "
        "report: cdi report FILE -o FOLDER.\n\nIn Python: cdi.draft_inspection([AUDIT], ...)."
    ),
    "interval": (
        "Give the confidence interval of a share from counts. Write the counts as x/n: cdi interval 159/182.\n\n"
        "In Python: cdi.of_counts(159, 182).interval()."
    ),
    "check": (
        "Check audit files and show how they were understood. The first 20 faults of a file are shown at once. For a "
        "column of decisions, the output shows how many are still to be made and how to spell each. If there are "
        "several files, they are then checked together. For searches, add --recorded grounds. Volumes are checked by "
        "cdi estimate.\n\nIn Python: cdi.describe(cdi.read_audit(FILE))."
    ),
    "compare": (
        "Show what changed between two audits. The change has a confidence interval and a verdict: higher, lower, "
        "broadly unchanged, or no clear change.\n\nEach side is a file, counts such as 159/182, or a published figure "
        "such as 86.5%+-4.3%, whose interval is used as printed. A file of that name takes precedence. Give the newest "
        "side first. With more than two sides, each is compared with the one before it in time. Exact figures, such as "
        "69% 55%, need --selection census.\n\nIn Python: cdi.compare(THIS, LAST); cdi.changes([OLDEST, ..., NEWEST]); "
        "cdi.contrast(RATES, A, B) for two categories of one sample."
    ),
    "methods": (
        "List the interval methods. For each: when to use it, its source, and how often its intervals are "
        "right.\n\nIn Python: cdi.describe_methods()."
    ),
    "report": (
        "Write the report of an inspection. It has a page, charts, an accessible workbook, CSV and JSON files, and a "
        "record of where everything comes from.\n\nINSPECTION is the file that describes the inspection (cdi init "
        "writes one). FOLDER is written completely or not at all, and replaces a report that is already there. With "
        "--verify, the report in FOLDER is made again and compared. The exit status is 1 if anything differs."
        "\n\nIn Python: cdi.write_report(cdi.assemble(cdi.read_inspection(INSPECTION)), FOLDER)."
    ),
    "reproduce": (
        "Compare published figures with ours. All calculations run on the data that comes with cdi. The exit status is "
        "1 if a figure differs.\n\n"
        "In Python: cdi.reproduce()."
    ),
    "timeliness": (
        "Estimate how soon crimes were recorded. The result is the share recorded within 24 hours of the report, among "
        "recorded crimes and among all that should have been recorded, with the median and 90th percentile of the "
        "delay.\n\nAUDIT is as for cdi estimate, with columns reported_at and recorded_at, or one column that says yes "
        "or no (--timely).\n\n"
        "In Python: cdi.timeliness(AUDIT, ...)."
    ),
    "trend": (
        "Follow a rate from month to month. Each month has a rate with its interval, the rate of the 12 months that "
        "end with it, and control limits. A change is signalled if months differ by more than chance would explain.\n\n"
        "FILE is an audit: one file for all months, or one for each.\n\n"
        "In Python: cdi.trend(cdi.read_audit(FILES, period=...))."
    ),
    "review": (
        "Estimate what a sample of case files shows. Each question is a column answered yes, no or not applicable. The "
        "result is the share of files with the answer counted, among files to which the question applies.\n\nFILES is "
        "a CSV or Parquet file or a workbook, with one row for each case file. Several are read as one sample. The "
        "column file is the number of the case file. Every other column of answers is a question, unless --question or "
        "--questions name them.\n\nIn Python: cdi.review(FILES, ...)."
    ),
    "template": (
        "Write an empty worksheet to fill in. KIND is audit, searches, review, volumes, results or trend. The workbook "
        "has the columns that cdi reads, lists to choose from, and a second sheet that explains them.\n\n"
        "In Python: cdi.write_template(KIND, FILE)."
    ),
}


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
