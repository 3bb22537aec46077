"""What the command line says of itself: verbs, options and messages."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["OPTIONS", "SEARCHES", "VERBS", "ignored"]

VERBS: Mapping[str, str] = {
    "cdi": (
        "The statistics of crime data integrity: recording rates with intervals from audited samples, and the crimes "
        "that were not recorded.\n\nStart with: cdi check AUDIT.csv, then cdi estimate AUDIT.csv."
    ),
    "estimate": (
        "Estimate recording rates from an audited sample. Each has its interval; with --volumes also the crimes that "
        "were reported and not recorded.\n\nAUDIT is a CSV or Parquet file, one row a crime or one row a report. "
        "Columns named stratum, cluster, case, due, recorded and weight need no options; an empty name (--stratum '') "
        "leaves a role out.\n\nIn Python: cdi.estimate(AUDIT, ...)."
    ),
    "grounds": (
        "Estimate the share of searches with grounds recorded. That is whether a stop and search record states "
        "reasonable grounds.\n\nSEARCHES is a CSV or Parquet file with one row a record and a column grounds (yes/no)."
        "\n\nIn Python: cdi.grounds(SEARCHES, ...)."
    ),
    "interval": (
        "Give the interval of a proportion from counts. They are written x/n: cdi interval 159/182.\n\n"
        "In Python: cdi.of_counts(159, 182).interval()."
    ),
    "check": (
        "Check audit files and say what was understood. The faults of a file are shown at once, the first 20 of them. "
        "For searches, add --recorded grounds; volumes are checked by cdi estimate.\n\nIn Python: "
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
}

OPTIONS: Mapping[str, str] = {
    "stratum": "Column that reports were drawn by (route, month); repeat for several.",
    "cluster": "Column with the report's number (incident): the unit that was drawn.",
    "case": "Column with a row's own id, checked for duplicates.",
    "due": "Column with the crimes that should have been recorded; without it one a row.",
    "recorded": "Column with the crimes recorded of those: a count, or yes/no.",
    "volumes": "File with population (how many reports the sample was drawn from) by stratum, or recorded_crime by "
    "category; repeat for several.",
    "population": "How many reports the sample was drawn from, where it has no strata; or the column of AUDIT with the "
    "number for each stratum.",
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
