"""What the command line says of itself: verbs, options and messages."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["OPTIONS", "VERBS", "ignored"]

VERBS: Mapping[str, str] = {
    "cdi": (
        "The statistics of crime data integrity: recording rates with intervals from audited samples, and the crimes "
        "that were not recorded.\n\nStart with: cdi check AUDIT.csv, then cdi estimate AUDIT.csv."
    ),
    "estimate": (
        "Estimate recording rates with intervals from an audited sample; with volumes also the crimes not recorded.\n\n"
        "AUDIT is a CSV or Parquet file, one row a crime or one row a report. Columns named stratum, cluster, case, "
        "due, recorded and weight need no options; an empty name (--stratum '') leaves a role out.\n\nIn Python: "
        "cdi.estimate(AUDIT, ...)."
    ),
    "grounds": (
        "Estimate the share of stop and search records with reasonable grounds recorded.\n\nSEARCHES is a CSV or "
        "Parquet file with one row a record and a column grounds (yes/no).\n\nIn Python: cdi.grounds(SEARCHES, ...)."
    ),
    "interval": (
        "Give the interval of a proportion from counts, written x/n: cdi interval 159/182.\n\n"
        "In Python: cdi.of_counts(159, 182).interval()."
    ),
    "check": (
        "Check audit files and say what was understood; every fault of a file is shown at once.\n\nIn Python: "
        "cdi.describe(cdi.read_audit(FILE))."
    ),
    "methods": (
        "List the interval methods: when to use each, where it comes from, how often it is right.\n\nIn Python: "
        "cdi.describe_methods()."
    ),
    "reproduce": (
        "Run the whole engine on the data that ships with cdi and compare it with the published figures.\n\n"
        "In Python: cdi.reproduce()."
    ),
}

OPTIONS: Mapping[str, str] = {
    "stratum": "Column that reports were drawn by (route, month); repeat for several.",
    "cluster": "Column with the report's number (incident): the unit that was drawn.",
    "case": "Column with a row's own id, checked for duplicates.",
    "due": "Column with the crimes that should have been recorded; without it one a row.",
    "recorded": "Column with the crimes recorded of those: a count, or yes/no.",
    "grounds": "Column with the answer: yes or no.",
    "volumes": "File with population (and sample) by stratum or recorded_crime by category; repeat for several.",
    "population": "Reports on the frame, for an audit without strata; or the audit's column that holds them.",
    "searches_population": "Records on the frame that the sample was drawn from.",
    "weight": "Column with a weight for each report, instead of the population.",
    "single_cluster": "What to do with a stratum of one report.",
    "collapse": "Join stratum A to stratum B, declared before seeing results; repeat for several.",
    "by": "Category column, such as crime_type; repeat for several. Without it: by stratum.",
    "by_group": "Group column, such as ethnicity; repeat for several.",
    "level": "Confidence level.",
    "method": "Interval method; see cdi methods.",
    "method_or_all": "Interval method, or all.",
    "side": "Both ends, or a one-sided lower or upper limit.",
    "style": "The wording and rounding of tables: default, or as published reports print them.",
    "detail": "Show also what the design did: standard error, effective size, df, design effect.",
    "format": "How to print the result.",
    "output": "Write to a file instead; the format follows its ending.",
}


def ignored(file: str, blank_rows: int, trimmed: int) -> str | None:
    """Say what was passed over while a file was read."""
    rows = f"{blank_rows:,} blank row{'s' if blank_rows != 1 else ''}" if blank_rows else ""
    fields = f"spaces around {trimmed:,} value{'s' if trimmed != 1 else ''}" if trimmed else ""
    passed = " and ".join(part for part in (rows, fields) if part)
    return f"{file}: {passed} ignored." if passed else None
