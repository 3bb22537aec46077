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
    "over_recorded": "Share of recorded crime that should not have been recorded, from another audit, with the half "
    "width of its 95% interval: 2.1%+-0.8%. Counts are then net of it.",
    "prediction": "Let the intervals of counts include the chance of the crimes themselves, as for another period.",
    "measure": "What to estimate: the recording rate unless named, the accuracy of classification, over-recording; "
    "repeat for several.",
    "bounds": "Add what the rates would be if none, or all, of what was not auditable had been recorded.",
    "volumes": "File with population (how many reports the sample was drawn from) by stratum, or recorded_crime by "
    "category; a row all is the total. A sheet of a workbook is written FILE.xlsx#SHEET. Repeat for several.",
    "population": "How many reports the sample was drawn from, where it has no strata; or the column with the number "
    "for each stratum.",
    "weight": "Column with a weight for each report, instead of the population.",
    "selection": "How the sample came about: by chance (random, the default), census (all there is: exact, no "
    "interval), judgement or voluntary (counts only, as they stand for nothing else).",
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
    "question": "A question: its column, =yes or =no for the answer counted (yes unless named), and :better, :worse or "
    ":neither for what a higher rate is, such as needs_assessed=no:worse; repeat for several.",
    "questions": "File with the questions: columns question (the column of answers), text, counts (yes or no), higher "
    "(better, worse or neither).",
    "contrast": "Hold the groups of --by against each other: differences and ratios.",
    "reference": "Group that the others are held against; the one with the most records unless named.",
    "residents": "File with the resident population of each group of --by, for searches per 1,000 residents: columns "
    "residents, source, year, and that of the group.",
    "ignore": "Column that is no question; repeat for several.",
    "searches_of_forces": "The rates are of searches: the share with reasonable grounds recorded.",
    "sort": "Order of the forces: by name (the default), or by value, the highest first.",
    "higher_is": "What a higher rate is; it stands beside well above and well below average.",
    "mixed_periods": "Compare results of several kinds of inspection, or of periods that do not overlap or are not "
    "known; a warning stands on table and chart.",
    "outlier_rule": "When the lines are taken on logs: as published, where the logs look more normal than the rates, "
    "or p05, only where they also pass the test of normality.",
    "funnel": "Draw the funnel too, to a file that ends in .svg or .png.",
    "force_detail": "Show also z scores, and how probably each force is truly among the five lowest or highest.",
    "seed": "What the draws behind these probabilities start from.",
    "volumes_of_sides": "Volumes of a side, as cdi estimate takes them, once for each side that is a file, in their "
    "order: overall rates rest on them, and with --kind ratio the crimes not recorded are compared.",
    "searches_compared": "The files hold searches: compare the share with reasonable grounds recorded.",
    "by_compared": "Category column, such as crime_type; repeat for several. Without it: by stratum; --by '': overall.",
    "kind": "Whether the change is a difference (the default) or a ratio.",
    "margin": "What a change must keep within to be broadly unchanged: 3 points for an overall rate and 5 for a "
    "category unless given. Fix it before seeing results.",
    "method_compared": "Interval method of each side, wilson unless named; miettinen-nurminen for the difference of "
    "two simple samples.",
    "style_compared": "Intervals and verdict: ours (default), or as inspection reports print them (published).",
    "coverage": "Add in a sentence how often the interval holds the true difference, for two sides of counts.",
    "false_discovery": "With more than two sides: the share of the changes found that may be none.",
    "init_searches": "Stop and search records; repeat for several files.",
    "init_volumes": "Files with population or recorded_crime; repeat for several.",
    "init_sheet": "Sheet of AUDIT, where a workbook holds several; any file may be written FILE.xlsx#SHEET.",
    "init_file": "The new file, inspection.toml for instance; printed unless named.",
    "overwrite": "Replace a file of this name; what it holds is lost.",
    "report_folder": "The folder to write: a new or empty one, or one that holds a report of cdi.",
    "verify": "Make the report in this folder again, and compare.",
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
