"""What the command line says of itself: verbs and messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["VERBS", "columns_differ", "ignored", "several_files"]

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
        "column grounds (yes/no); several are put together. With --contrast groups are held against each other, with "
        "--residents also by searches per 1,000 residents."
        "\n\nIn Python: cdi.grounds(SEARCHES, ...), cdi.disparity(cdi.read_audit(SEARCHES, ...), ...)."
    ),
    "forces": (
        "Set the rates of forces side by side. The published lines of one standard deviation stand beside a second "
        "opinion that allows for chance: rates adjusted towards the average, and a funnel.\n\nRESULTS is a CSV or "
        "Parquet file or a workbook: published results with the columns force, rate, half_width, period, "
        "inspection_type and source (cdi template results), or an audit with a column force."
        "\n\nIn Python: cdi.forces(RESULTS, ...)."
    ),
    "init": (
        "Write the file that describes an inspection. What the header of the audit tells is filled in; everything "
        "else stands in it as a comment that says what it is.\n\nAUDIT is a CSV or Parquet file or a workbook "
        "(book.xlsx#Sheet). Fill in the name of the force, take the sign # from the lines that you need, and make the "
        "report: cdi report FILE -o FOLDER.\n\nIn Python: cdi.draft_inspection([AUDIT], ...)."
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
    "compare": (
        "Say what changed between two audits. The change has its interval and a verdict: higher, lower, broadly "
        "unchanged, or no clear change.\n\nEach side is a file, counts such as 159/182, or a published figure such as "
        "86.5%+-4.3%, whose interval is used as printed; a file that exists wins. THIS comes first, then LAST. More "
        "sides go on backwards in time, and each is compared with the one before it. Exact figures, such as 69% 55%, "
        "need --selection census.\n\nIn Python: cdi.compare(THIS, LAST); cdi.changes([OLDEST, ..., NEWEST]); "
        "cdi.contrast(RATES, A, B) for two categories of one sample."
    ),
    "methods": (
        "List the interval methods. When to use each, where it comes from, how often it is right.\n\nIn Python: "
        "cdi.describe_methods()."
    ),
    "report": (
        "Write everything that is published of an inspection. That is a page, charts, an accessible workbook, CSV and "
        "JSON, and where it all comes from.\n\nINSPECTION is the file that describes it (cdi init writes one). FOLDER "
        "is written whole or not at all; a report that is there is replaced. With --verify the report in FOLDER is "
        "made again and compared; what differs makes the exit status 1."
        "\n\nIn Python: cdi.write_report(cdi.assemble(cdi.read_inspection(INSPECTION)), FOLDER)."
    ),
    "reproduce": (
        "Set published figures beside ours. The whole engine runs on the data that ships with cdi; a line that differs "
        "makes the exit status 1.\n\n"
        "In Python: cdi.reproduce()."
    ),
    "timeliness": (
        "Estimate how soon crimes were recorded. That is the share within 24 hours of the report, of those recorded "
        "and of all that should have been, with the median and 90th percentile of the delay.\n\nAUDIT is as for cdi "
        "estimate, with columns reported_at and recorded_at, or one that says yes or no (--timely).\n\n"
        "In Python: cdi.timeliness(AUDIT, ...)."
    ),
    "trend": (
        "Follow a rate from month to month. Each month has its rate and interval, the rate of the 12 months to it, and "
        "control limits; a change is signalled where months differ by more than samples of their size do.\n\n"
        "FILE is an audit, one for all months or one each.\n\nIn Python: cdi.trend(cdi.read_audit(FILES, period=...))."
    ),
    "review": (
        "Estimate what a sample of case files shows. Each question is a column answered yes, no or not applicable; "
        "each has the share of the files asked with the answer counted.\n\nFILES is a CSV or Parquet file or a "
        "workbook with one row a file; several are put together. A column file is the file's number; every other "
        "column of answers is a question unless --question or --questions name them.\n\nIn Python: "
        "cdi.review(FILES, ...)."
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
