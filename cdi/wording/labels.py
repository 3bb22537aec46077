"""Names of measures and columns, and the notes that stand on a row."""

from __future__ import annotations

from collections.abc import Mapping

from cdi.wording.agreeing import AGREEMENT_NOTES
from cdi.wording.comparing import NOTES_OF_CHANGES
from cdi.wording.disclosing import DISCLOSURE_NOTES
from cdi.wording.disputing import NOTES_OF_DISPUTES
from cdi.wording.forces import FORCE_NOTES
from cdi.wording.rereading import NOTES_OF_REREADING
from cdi.wording.resampling import NOTES_OF_RESAMPLING
from cdi.wording.sentences import InPercent

__all__ = [
    "ALL", "COLUMNS", "FRAME_EXPLAINED", "FRAME_EXPLAINED_OF_ALL", "HEADINGS", "LANGUAGE", "LIMITS", "NOTES", "NUMBERS",
    "label_in_scope", "measure_in_scope",
]  # fmt: skip

LANGUAGE = "en-GB"

LIMITS, NUMBERS = "limits", "numbers"
"""What is shown where no more is known of it."""

ALL = "all"
"""The label of the overall row in every domain column, and of the total in volumes."""

_IN_SCOPE: Mapping[str, str] = {
    "frame": "{name} (weighted by frame)",
    "in the sample": "{name} in the sample (not an estimate for the force)",
    "in the samples": "{name} in the samples (not an estimate for all forces)",
}

_BY_FRAME = "by reports audited, without recorded crime"
"""The rate that stands below the overall one and takes no account of recorded crime."""

_FRAME_COUNTS = (
    f"The row '{_BY_FRAME}' counts each report for those that it stands for on the sampling frame. The row 'all' also "
    "counts each category by its recorded crime."
)
FRAME_EXPLAINED = f"{_FRAME_COUNTS} It is the rate for the force."
FRAME_EXPLAINED_OF_ALL = f"{_FRAME_COUNTS} It is the national rate."

_ALL_IN_SCOPE: Mapping[str, str] = {
    "frame": _BY_FRAME,
    "in the sample": "{name} (in the sample, not an estimate for the force)",
    "in the samples": "{name} (in the samples, not an estimate for all forces)",
}


def measure_in_scope(name: str, scope: str) -> str:
    """Name a measure with what part of the sample a row is of, in the column of measures."""
    return _IN_SCOPE.get(scope, "{name}").format(name=name)


def label_in_scope(name: str, scope: str) -> str:
    """Name the overall row of a table for people, where it is not the overall estimate."""
    return _ALL_IN_SCOPE.get(scope, "{name}").format(name=name)


NOTES: Mapping[str, str] = {
    "no-crimes": "no crimes in the sample, so there is no rate",
    "all-recorded": "every crime found was recorded",
    "none-recorded": "no crime found was recorded: the number of unrecorded crimes has no upper limit",
    "census": "census: no sampling error",
    "judgement": "not representative: the sample was chosen by judgement",
    "voluntary": "not representative: the sample is of those who chose to answer",
    "small-base": "small base: fewer than 30 in the sample",
    "few-unrecorded": "fewer than 3 found unrecorded: the interval is less reliable than its level says",
    "few-df": "fewer than 8 degrees of freedom: read the interval with care",
    "sample-only": "not weighted, as the reports on the sampling frame are not known: the interval is for strata "
    "mixed as sampled",
    "large-report": "one report holds {0:,} of its {1:,} crimes: the interval may be too narrow",
    "weighted": "weighted: reports count for as many as they stand for, so the rate may differ from one count divided "
    "by the other",
    "volumes-weigh": "weighted: categories count by their recorded crime, so the rate may differ from one count "
    "divided by the other",
    "only-reports-with-crimes": "reports audited include only those with a crime due",
    "not-auditable": "rows that could not be audited are left out",
    "counts": "each counts as independent: a table of counts does not show which came from one report",
    "counts-in-reports": "interval as if all in one report fared alike",
    "counts-deff": "interval widened by the stated design effect",
    "own-class": "by category, recorded means recorded in the right class; overall, any class counts",
    "class-unknown": "those in the wrong class count as recorded: no column gives the class recorded",
    "frame-remainder": "one stratum's sampling frame is the total less the other strata",
    "any-class": "a crime recorded in any class counts: the total is less than the sum of the categories",
    "over-recorded": "over-recorded crimes were found: recorded crime is taken to hold the same share of them",
    "none-as-class": "no count: nothing in the sample was recorded as this category",
    "net-of-over-recorded": "recorded crime leaves out the share over-recorded",
    "chance": "wider interval, to allow for chance in the crimes of another period",
    "volume-below-sample": "recorded crime is lower than the number recorded in the sample: check the volumes",
    "volume-remainder": "recorded crime is the total less the other categories",
    "route-share": "covers only the share of recorded crime from audited routes",
    "forces-left-out": "some forces are left out, as was asked",
    "audited-only": "covers the audited categories only: the volumes have others",
    "period-differs": "recorded crime and the audit cover different periods",
    "spelled-alike": "another category differs from this one only in capital letters: check whether they are the same",
    "collapsed": "strata combined as declared",
    "single-adjust": "approximate interval: a stratum has one report, so its variance is taken about the overall rate",
    "single-average": "approximate interval: a stratum has one report, so it is given the average variance of "
    "the others",
    "total-refused": "no total: a category with recorded crime has no rate, or a rate of 0%",
    "no-volume": "no total: no recorded crime was given",
    "fallback": "interval by korn-graubard: the method chosen gives none at 0% or 100%",
    "beyond": "the interval by this method goes below 0% or above 100%",
    "as-category": "a limit is that of one category: the total cannot be fewer than one of them may be",
    "no-limit": "no upper limit: the rate's interval reaches 0%",
    "joint": "joint interval: those of all rows hold together at this level",
    "lower-only": "lower limit only",
    "upper-only": "upper limit only",
    "no-width": "the published style gives no interval at 0% or 100%",
    "counts-yes": "counted: yes",
    "counts-no": "counted: no",
    "higher-better": "higher is better",
    "higher-worse": "higher is worse",
    "higher-neither": "higher is neither better nor worse",
    "higher-not-stated": "whether higher is better or worse is not stated",
    "no-searches": "no records of this group in the sample",
    "no-residents": "no resident population is given for this group",
    "no-reference-residents": "no ratio: no resident population is given for the reference group",
    "drawn-by-group": "no searches per 1,000 residents: groups were sampled separately, from numbers not known",
    "all-searches": "all searches counted: no sampling error",
    "no-search-limit": "no upper limit: the reference group may have had no searches",
    "census-known": "census: no sampling error, but unknown delays are left out",
    "no-known-delay": "no known delay in the sample",
    "times-missing": "unknown delays are left out of the estimate",
    "delay-few": "no interval for a delay: the sample is too small to give one",
    "delay-before": "no lower limit for a delay: the sample is too small to give one",
    "delay-beyond": "no upper limit for a delay: the sample is too small to give one",
    "window-gap": "some of the 12 months have no sample",
    "part-period": "some months of the period have no sample",
    "no-sample": "no sample in this period",
    "unaudited": "nothing could be audited in this period",
    "no-interval": "published without an interval",
    "well-above": "well above average",
    "well-above-better": "well above average (better)",
    "well-above-worse": "well above average (worse)",
    "well-below": "well below average",
    "well-below-better": "well below average (better)",
    "well-below-worse": "well below average (worse)",
    "funnel-high": "higher than chance and the usual variation between forces explain",
    "funnel-low": "lower than chance and the usual variation between forces explain",
    "mixed-results": "results of different kinds of inspection, or of periods that do not all overlap",
    "outside-limits": "signal: outside the control limits",
    "two-of-three": "signal: two of three successive points beyond two standard errors on one side",
    "eight-on-a-side": "signal: eight successive points on one side of the centre",
    "six-in-a-row": "signal: six successive points, each higher or each lower than the one before",
    "below-level": "the interval holds the true rate less often than its level says",
    **DISCLOSURE_NOTES,
    **FORCE_NOTES,
    **NOTES_OF_CHANGES,
    **AGREEMENT_NOTES,
    **NOTES_OF_DISPUTES,
    **NOTES_OF_REREADING,
    **NOTES_OF_RESAMPLING,
}


COLUMNS: Mapping[str, str] = {
    "measure": "measure",
    "estimate": "estimate",
    "low": "from",
    "high": "to",
    "level": "level",
    "method": "method",
    "se": "standard error",
    "n": "crimes due",
    "recorded": "recorded",
    "clusters": "reports audited",
    "n_eff": "effective size",
    "df": "df",
    "deff": "design effect",
    "notes": "notes",
}
"""The fixed columns of every table, in order, with their headings for people."""

HEADINGS: Mapping[str, str] = {
    "category": "category",
    "method": "method",
    "rate": InPercent("rate"),
    "counts_alone": InPercent("counts alone"),
    "low": "from %",
    "high": "to %",
    "half_width": "± %",
    "n": "crimes due",
    "recorded": "of these recorded",
    "clusters": "reports audited",
    "crimes_drawn": "crimes, taken as independent",
    "rows_drawn": "rows, taken as independent",
    "unrecorded": "not recorded",
    "unrecorded_low": "from",
    "unrecorded_high": "to",
    "more_than": "not recorded, more than",
    "notes": "notes",
    "measure": "measure",
    "estimate": "estimate",
    "se": "standard error",
    "n_eff": "effective size",
    "df": "df",
    "deff": "design effect",
}
"""The headings of the tables for people; short, so that a table fits 80 columns."""
