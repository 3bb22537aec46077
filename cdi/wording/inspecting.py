"""What the command line says of itself, and what the file that describes an inspection says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdi.wording.faults import for_shell
from cdi.wording.sentences import in_a_row, one_of

__all__ = [
    "KEYS", "KEY_KINDS", "NO_FOLDER", "NO_TABLES", "PLACEHOLDER", "TABLES", "TOML_REMEDIES", "VERBS",
    "at_character", "at_key", "columns_differ", "draft_columns", "draft_head", "draft_lacks", "draft_sensitive",
    "draft_words", "draft_written", "either", "explained", "explains", "ignored", "is_folder", "several_files",
    "table_of",
]  # fmt: skip

MOST_NAMED = 3

VERBS: Mapping[str, str] = {
    "cdi": (
        "The statistics of crime data integrity: recording rates from audited samples, with confidence intervals, and "
        "the crimes that were not recorded.\n\nStart with cdi check AUDIT.csv, then cdi estimate AUDIT.csv."
    ),
    "draw": (
        "Draw the records to audit, and prove the draw later. The sample goes to a CSV file or a worksheet, with "
        "reserves and a receipt. Anybody can work out with other software what is drawn."
        "\n\nIn Python: cdi.draw(FRAME, PLAN, seed=TEXT)."
    ),
    "estimate": (
        "Estimate recording rates from an audited sample. Each rate has a confidence interval. With --volumes, also "
        "estimate the crimes that were reported and not recorded.\n\nAUDIT is a CSV or Parquet file or a workbook, "
        "with one row for each crime or for each report. Several files are read as one sample. Columns called stratum, "
        "cluster, case, due, recorded, decision, recorded_as and weight need no options. To ignore such a column, give "
        "an empty name: --stratum ''."
        "\n\nIn Python: cdi.estimate(AUDIT, ...)."
    ),
    "dispute": (
        "Show what hangs on the decisions that a force disputes. The rates are given as audited and with all of them "
        "the other way. The least number that changes the grade, the verdict or what is printed is given too.\n\nAUDIT "
        "is as for cdi estimate, with one row for each crime. A column disputed marks disputed decisions: by yes, or "
        "by the decision that the force holds. A row with the decision 'disputed' counts as not recorded as audited."
        "\n\nIn Python: cdi.dispute(AUDIT, ...)."
    ),
    "plan": (
        "Find the smallest sample that meets every target at once. The targets are half-widths: 3 points overall "
        "unless others are given. The interval that will estimate is the one that is planned on.\n\nSTRATA is a table "
        "with a row for each stratum: its name and population (reports on the frame). It may have columns rate, "
        "crimes, correlation, without_crime, not_auditable, recorded_crime, cost, minimum and maximum. Instead, "
        "--population and --rate will do, or a frame to be counted, or the audit before. -o plan.csv writes the plan, "
        "which cdi coverage checks."
        "\n\nIn Python: cdi.plan(STRATA, ...)."
    ),
    "national": (
        "Estimate the national rate and those of all forces. With --volumes, also estimate the crimes that were not "
        "recorded. The forces are set side by side, as by cdi forces.\n\nAUDITS is a folder with a file for each "
        "force, of rows or of its inspection, or files with a column force. With -o, a folder is written: a page with "
        "the national figures, a page for each force, a workbook, CSV and JSON."
        "\n\nIn Python: cdi.national(AUDITS, ...)."
    ),
    "resample": (
        "Give a second opinion on standard errors and intervals. Each report is left out in turn (jackknife), and "
        "samples are drawn again from the reports of the audit (bootstrap). Both are set beside the standard error "
        "that cdi estimate gives.\n\nAUDIT and its options are as for cdi estimate."
        "\n\nIn Python: cdi.resample(AUDIT, ...)."
    ),
    "attack": (
        "Try to work out what a published folder withholds and rounds. Every number in its pages, workbooks, listings "
        "and charts is put together, as a reader who knows the rules would do it.\n\nFOLDER is the folder of a report "
        "before it is published. Nothing in it is changed. The exit status is 1 if a count that is rounded or withheld "
        "keeps fewer than five possible values. The tables that give it away are named."
        "\n\nIn Python: cdi.attack(FOLDER, ...)."
    ),
    "explain": (
        "Work out a printed figure step by step. Each step has its formula, its own numbers and its source, so that it "
        "can be followed with a pocket calculator. The rate and the count of a row are both worked out.\n\nAUDIT is "
        "what cdi estimate takes, with the same options. With --searches, it is what cdi grounds takes. X/N are counts "
        "without rows, and X%+-Y% is a published figure: cdi explain 159/182.\n\nTo explain what another command "
        "prints, write explain before it: cdi explain compare THIS LAST --row violent. This goes with agree, compare, "
        "coverage, dispute, estimate, forces, grounds, interval, national, resample, review, timeliness and trend."
        "\n\nIn Python: cdi.estimate(AUDIT, ...).explain(ROW), cdi.explain(cdi.of_counts(159, 182))."
    ),
    "grounds": (
        "Estimate the share of searches with grounds recorded. A search counts if its record states reasonable "
        "grounds.\n\nSEARCHES is a CSV file, a Parquet file or a workbook, with one row for each search and a column "
        "grounds (yes or no). Several files are read as one sample. With --contrast, groups are compared with each "
        "other. With --residents, they are also compared by searches per 1,000 residents."
        "\n\nIn Python: cdi.grounds(SEARCHES, ...), cdi.disparity(cdi.read_audit(SEARCHES, ...), ...)."
    ),
    "forces": (
        "Compare the rates of forces. The table shows the published lines of one standard deviation. Beside them, "
        "rates adjusted towards the average and a funnel plot allow for chance.\n\nRESULTS is a CSV file, a Parquet "
        "file or a workbook. It holds published results, or an audit with a column force. Published results are in the "
        "columns force, rate, half_width, period, inspection_type and source (cdi template results writes an empty "
        "file).\n\nIn Python: cdi.forces(RESULTS, ...)."
    ),
    "init": (
        "Write the file that describes an inspection. What cdi open finds in the audit is filled in. Everything "
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
        "several files, they are then checked together. For stop and search records, add --searches. Of volumes and "
        "case files, cdi open shows what they hold.\n\nIn Python: cdi.describe(cdi.read_audit(FILE))."
    ),
    "open": (
        "Show what a file or workbook holds and how it can be read. It can be an audit, stop searches, volumes, case "
        "files, times or results of forces. Every sheet and every row stands under one kind, such as titles, data, "
        "further rows of a report or totals. Option -o keeps this as a mapping. With --mapping, every other verb then "
        "reads this file and next month's.\n\nIn Python: cdi.open_sheets(FILE)."
    ),
    "compare": (
        "Show what changed between two audits. The change has a confidence interval and a verdict: higher, lower, "
        "broadly unchanged, or no clear change.\n\nEach side is a file, counts such as 159/182, or a published figure "
        "such as 86.5%+-4.3%, whose interval is used as printed. A file of that name takes precedence. Give the newest "
        "side first. With more than two sides, each is compared with the one before it in time. Exact figures, such as "
        "69% 55%, need --selection census. Reports that are in both samples are allowed for.\n\nIn the place "
        "of LAST, 95% is a fixed standard: the rate is below it, above it, or the sample cannot tell. For grades, give "
        "one audit and --grades.\n\nIn Python: cdi.compare(THIS, LAST); cdi.changes([OLDEST, ..., NEWEST]); "
        "cdi.contrast(RATES, A, B) for two categories of one sample."
    ),
    "agree": (
        "Show how far two auditors who read the same reports agree. Beside the share decided alike stand kappa and "
        "AC1, and what their differences do to the rate.\n\nFIRST and SECOND are CSV or Parquet files or workbooks, "
        "with one row for each crime and its decision, or yes or no. Rows are matched by --case where both have it. "
        "Otherwise they are matched by --cluster and, within a report, by class and then by order. If one sheet holds "
        "both, give it twice, and name the column of the second with --second-answers."
        "\n\nIn Python: cdi.agreement(FIRST, SECOND, ...)."
    ),
    "coverage": (
        "Find how often an interval is right. The answer is exact for a simple sample of records, and simulated for "
        "any other design.\n\nSAMPLE is a number of records (182), an audit, a plan, or a scenario (a .toml file). A "
        "plan is a table of strata with the columns sample and population. With a sample like that, how often does "
        "the interval hold the true rate? The output gives this share, how the others miss it, and the mean "
        "width.\n\nIn Python: cdi.coverage(SAMPLE, ...)."
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
        "recorded crimes and among all that should have been recorded. The median and 90th percentile of the delay "
        "stand beside it.\n\nAUDIT is as for cdi estimate, with columns reported_at and recorded_at, or one column "
        "that says yes or no (--timely).\n\n"
        "In Python: cdi.timeliness(AUDIT, ...)."
    ),
    "watch": (
        "Tell when a sample is clear against a standard. On which side of it the recording rate lies may be asked "
        "after every report, while the sample is still being read.\n\nSAMPLE is what cdi draw wrote, in "
        "its order, with the first rows filled in. The receipt beside it is read too. --standard and --most are "
        "needed. Without a receipt, --population is needed.\n\n"
        "In Python: cdi.watch(SAMPLE, 0.95, most=1)."
    ),
    "trend": (
        "Follow a rate by month, quarter or year. Each has a rate with its interval, the rate of the 12 months that "
        "end with it, and control limits. A change is signalled if they differ by more than chance would explain.\n\n"
        "FILE is an audit: one file for all periods, or one for each.\n\n"
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


def ignored(file: str, blank_rows: int, trimmed: int, untidy: int = 0) -> str | None:
    """Say what was passed over while a file was read."""
    rows = f"{blank_rows:,} blank row{'s' if blank_rows != 1 else ''}" if blank_rows else ""
    fields = f"spaces around {_values(trimmed)}" if trimmed else ""
    signs = f"stray spaces or signs in {_values(untidy)}" if untidy else ""
    passed = [part for part in (rows, fields, signs) if part]
    if not passed:
        return None
    *most, last = passed
    return f"{file}: {', '.join(most)} and {last} ignored." if most else f"{file}: {last} ignored."


def _values(number: int) -> str:
    return f"{number:,} value{'s' if number != 1 else ''}"


def several_files(names: Sequence[str]) -> str:
    """Name several files together."""
    return in_a_row(names) if len(names) <= MOST_NAMED else f"{len(names)} files ({names[0]} to {names[-1]})"


def columns_differ(lacking: Sequence[str], more: Sequence[str]) -> str:
    """Say which columns a file lacks and which it has beside those of the first."""
    parts = [f"It lacks {in_a_row(lacking)}." if lacking else "", f"It also has {in_a_row(more)}." if more else ""]
    return f"{' '.join(part for part in parts if part)} Give all files the same columns."


TOML_REMEDIES: Mapping[str, str] = {
    "value": "Put text between straight quotation marks. Write yes and no as true and false. Begin a number "
    "with a digit.",
    "text-open": "The text is not closed on its line. Add the quotation mark at its end.",
    "backslash": "A backslash has a special meaning in text. Write paths with forward slashes: data/a.csv.",
    "sign": "The text holds a sign that cannot be printed. Remove it.",
    "key-twice": "This key is in its table twice. Remove one of them.",
    "heading-twice": "This heading is in the file twice. Put all its keys under one. Only [[previous]] and "
    "[[disclosure.exceptions]] can be repeated, with two brackets on each side.",
    "equals": "Put = between a key and its value. Put a key of several words in quotation marks.",
    "newline": "Write one key on a line. Begin a comment with #. Text ends at its second quotation mark.",
    "list": "A list that begins with [ is not closed. Add ] at its end, and commas between its values.",
    "braces": "Write a table that begins with { on one line, with commas between its keys and } at its end.",
    "heading": "Close the heading with ], or with ]] if it begins with [[.",
    "statement": "Write a heading in brackets, a key with = and its value, or a comment after #.",
    "date": "There is no such day. Write a date as 2024-06-30, without quotation marks.",
}
"""What is wrong with a file -> what to do, for someone who writes such a file the first time."""


NO_FOLDER = "There is no such folder: paths are relative to the folder of this file."

NO_TABLES = "There is no table in that folder: paths are relative to the folder of this file."

KEY_KINDS: Mapping[str, str] = {
    "choice": "a word in quotation marks",
    "choices": "a word in quotation marks, or a list of them",
    "column": "a name in quotation marks",
    "date": "a date without quotation marks",
    "factor": "a number, 1 or more",
    "figure": "a printed figure or counts, in quotation marks",
    "file": "the name of a file, in quotation marks",
    "files": "names of files, folders or patterns, in quotation marks",
    "folders": "names of folders, in quotation marks",
    "hours": "a number of hours",
    "level": "a level between 0.5 and 1, or in percent",
    "months": "a number of points, 2 or more",
    "name": "a name in quotation marks, or an empty one",
    "names": "names of columns, in quotation marks",
    "period": "a period in quotation marks",
    "population": "a number, or the name of a column or file",
    "published": "a printed share, in quotation marks",
    "questions": "the name of a file, or a list of questions",
    "share_known": "a proportion from 0 to 1, or in percent; an estimate with its half width",
    "text": "a text in quotation marks",
    "texts": "texts in quotation marks",
    "crimes": "a whole number",
    "whole": "a whole number",
    "yes": "true or false",
}

TABLES: Mapping[str, str] = {
    "audit": "The audited reports, with one row for each crime or for each report.",
    "audit.columns": 'Your name for each column. A column named as its key needs no line; "" leaves the key out.',
    "audit.collapse": "Strata of one report, each with the stratum that it joins. Decide this before you see results.",
    "draw": "How the audit was planned, drawn and read again. The draw is made again, and said to be proved.",
    "volumes": (
        "Reports on the sampling frame by stratum, and 12 months of recorded crime, for the crimes not recorded."
    ),
    "volumes.reading": "Where the table stands, if it is a published one: its sheet and the row of its names.",
    "volumes.reading.columns": "As for the audit: category, recorded_crime, population or force.",
    "volumes.reading.words": 'The category of each offence group, offence or code. "*" is all other groups.',
    "searches": "Stop and search records, and whether each states reasonable grounds.",
    "searches.columns": "As for the audit. recorded is the column with the grounds, if it is not called grounds.",
    "searches.collapse": "As for the audit.",
    "previous": (
        "An earlier result to compare with: a printed figure, or files. Repeat the table for each one, newest first."
    ),
    "previous.columns": "As for the audit, if you give files.",
    "previous.collapse": "As for the audit, if you give files.",
    "reviews": "Case files, with one row for each, and the questions asked of them.",
    "reviews.columns": "As for the audit. case is the number of the file.",
    "reviews.collapse": "As for the audit.",
    "times": "When crimes were reported and recorded.",
    "times.columns": "As for the audit, if the times are in separate files.",
    "times.collapse": "As for the audit, if the times are in separate files.",
    "monthly": "The recording rate by month, quarter or year.",
    "monthly.columns": "As for the audit, if the months are in separate files.",
    "monthly.collapse": "As for the audit, if the months are in separate files.",
    **{
        f"{sample}.reading{table}": said
        for sample in ("audit", "volumes", "searches", "previous", "reviews", "times", "monthly")
        for table, said in (
            ("", "How the sheets are read, where they were not made for it. cdi open FILE -o mapping.toml writes it."),
            (".columns", "The column that plays each role."),
            (".words", "What the auditors' words mean."),
        )
    },
    "forces": "The results of other forces, for the bar chart and the funnel.",
    "periods": "The months audited and counted. If you leave one out, the report says period not stated.",
    "glossary": "Terms to explain in the report, beside those that cdi explains.",
    "categories": "How categories are printed, with one table for each column. Tables list them in this order.",
    "disclosure": "What may be published. Small numbers are suppressed unless the report is internal.",
    "disclosure.not_personal": "Columns that are recognised as personal characteristics or small areas, but are not.",
    "disclosure.exceptions": "A small number that is published as an exception. Someone must approve it.",
}
"""Heading -> what stands under it."""

_READING: Mapping[str, str] = {
    "sheets": "the sheets that hold data, by name or pattern; without it, the only one that holds anything",
    "header_row": "the row with the names of the columns; without it, the first that names them",
    "upper_row": "the row with names of groups of columns, where the header has two rows",
    "fill_down": "columns that are blank in further rows of a report, that of the reports first",
    "layout": "whether a row is one record (records), or counts of many (counts)",
    "columns.NAME": "the column that plays this role; the period may be SHEET (the name of the sheet) or TITLE "
    "(above the table)",
    "words.NAME": "what this word means: a decision, yes, no or a category",
}
"""Key of ``reading`` -> what it means."""

_FILES = "CSV, Parquet or workbooks (book.xlsx#Sheet), read as one sample"

_SOURCE = "the source, as printed under tables and charts"

KEYS: Mapping[str, str] = {
    "force": "the inspected force, as named in sentences",
    "title": "the title of the report; without it, the name of the force",
    "date": "the date of the report; without it, or SOURCE_DATE_EPOCH, no date is printed",
    "grade": "the inspector's judgment, printed in a sentence and never calculated",
    "findings": "what the inspection found, as it is to be printed",
    "areas_for_improvement": "areas for improvement, as they are to be printed",
    "contact": "whom to ask about the report",
    "glossary.NAME": "what the term means",
    "notes": "notes on data quality for the report",
    "audit.files": _FILES,
    "audit.source": _SOURCE,
    "draw.plan": "the plan that the sample was drawn by",
    "draw.frame": "the sampling frame that it was drawn from; with the receipt, the draw is verified",
    "draw.receipt": "the receipt of the draw, as cdi draw wrote it, with its private key beside it",
    "draw.panel": "what a panel read again, as cdi draw --reread wrote it, filled in",
    "volumes.files": "files with population (by stratum) or recorded_crime (by category), or published tables",
    "volumes.source": _SOURCE,
    "searches.files": _FILES,
    "searches.source": _SOURCE,
    **{
        f"{sample}.reading.{key}": meaning
        for sample in ("audit", "volumes", "searches", "previous", "reviews", "times", "monthly")
        for key, meaning in _READING.items()
    },
    "previous.name": "its name, such as the year",
    "previous.measure": "what was measured",
    "previous.figure": "the rate as it was printed, or counts such as 211/244",
    "previous.files": _FILES,
    "previous.period": "the months that it covers",
    "previous.source": _SOURCE,
    "reviews.files": _FILES,
    "reviews.source": _SOURCE,
    "times.files": "files with the times; without them, those of the audit",
    "times.source": _SOURCE,
    "monthly.files": "files with monthly samples; without them, those of the audit",
    "monthly.source": _SOURCE,
    "forces.file": "a file with columns force, rate, half_width, period, inspection_type and source",
    "forces.marked": "this force as the file spells it; without it, found by name",
    "forces.source": _SOURCE,
    "periods.audit": "the months that the audit covers",
    "periods.count": "the months for which crimes not recorded are estimated",
    "periods.volumes": "the 12 months of recorded crime",
    "periods.searches": "the months that the searches cover",
    "periods.reviews": "the months that the case files cover",
    "categories.NAME.NAME": "how the category is printed",
    "disclosure.exceptions.column": "the column",
    "disclosure.exceptions.category": "the category, as in the data",
    "disclosure.exceptions.sample": "the sample; needed if several have this column",
    "disclosure.exceptions.reason": "why it is published",
    "disclosure.exceptions.approver": "who approved it",
}
"""Key -> what it means, where it is no option; the registry of options says the others."""


PLACEHOLDER = "Name of the force"
"""What stands for the force in a new file."""

_MOST_CHOICES = 4


def draft_head() -> tuple[str, ...]:
    """Say what a new file is, in the lines at its head."""
    return (
        "This file describes one inspection: what was audited, in which files, and what may be published.",
        "To make the report, run: cdi report inspection.toml -o out/",
        "",
        "Lines that begin with # are not read. Remove the # to use a line. Put text in quotation marks.",
        "A comment explains each key, with the default in brackets. Paths are relative to this file.",
        "The report says not stated for what you leave out. It never guesses.",
    )


def draft_columns(names: Sequence[str]) -> str:
    """List the columns of a file that a new file says nothing of."""
    return f"columns not used: {in_a_row(names)}"


def explains(verb: str) -> str:
    """Say what the working of another verb's figures is."""
    return (
        f"Work out a figure that cdi {verb} prints, step by step. The options are those of cdi {verb}; --row names the "
        "row."
    )


def draft_sensitive(names: Sequence[str]) -> str:
    """List the columns of categories that are known as of people or small areas without being declared."""
    return f"recognised as personal characteristics or small areas: {in_a_row(names)}"


def explained(meaning: str, choices: Sequence[str], default: str) -> str:
    """Say in one line what a key is, what holds without it, and what else it can be."""
    plain = default.strip('"')
    others = [word for word in choices if word != plain] if len(choices) <= _MOST_CHOICES else []
    said = "; or ".join(filter(None, (plain, ", ".join(others))))
    return f"{meaning} ({said})" if said else meaning


def draft_written(file: str) -> str:
    """Say that a new file was written, and what to do next."""
    return f"{file}: written. Fill in the name of the force, then run: cdi report {for_shell(file)} -o out/"


_LACKS: Mapping[str, tuple[str, str]] = {
    "audit": ("recorded or decision", "name yours"),
    "searches": ("grounds", "name yours as recorded"),
}


def draft_lacks(table: str) -> str:
    """Say that no column of answers was recognised among those of a table's files."""
    columns, name = _LACKS[table]
    return f"No column {columns} was found. Before you make the report, {name} in [{table}.columns]."


def draft_words(table: str, words: Sequence[str]) -> str:
    """Say which words of a table's files are not known."""
    return f"Not known: {in_a_row(words)}. Say what each means in [{table}.reading.words], and remove the # there."


def at_key(name: str) -> str:
    """Name the key of a fault."""
    return f"key {name}"


def at_character(place: int) -> str:
    """Name the place in a line."""
    return f"character {place}"


def is_folder(name: str) -> str:
    """Say that a folder stands where a file is named."""
    return f"It is a folder: name the files in it, {name.rstrip('/')}/*.csv."


def table_of(name: str, *, repeated: bool = False) -> str:
    """Name a table as its heading does; what is no table is named as it is."""
    return f"[[{name}]]" if repeated else f"[{name}]"


def either(*names: str) -> str:
    """Name things of which one will do."""
    return one_of(names)
