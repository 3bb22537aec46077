"""Names of measures and columns, and the notes that stand on a row."""

from __future__ import annotations

from collections.abc import Mapping

from cdi.wording.comparing import NOTES_OF_CHANGES
from cdi.wording.disclosing import DISCLOSURE_NOTES
from cdi.wording.forces import FORCE_NOTES
from cdi.wording.timing import DELAY_NOTES, TIMELY_DUE_NOTES, TIMELY_NOTES, TIMING_MEASURES

__all__ = ["ALL", "COLUMNS", "HEADINGS", "LANGUAGE", "MEASURES", "NOTES", "WHOLE", "note"]

LANGUAGE = "en-GB"

ALL = "all"
"""The label of the overall row in every domain column, and of the total in volumes."""

MEASURES: Mapping[str, str] = {
    "recording-rate": "recording rate",
    "recording-rate-frame": "recording rate (weighted by frame)",
    "recording-rate-in-sample": "recording rate in the sample (not an estimate for the force)",
    "unrecorded": "unrecorded crimes",
    "recording-rate-lowest": "recording rate, counting crimes not auditable as unrecorded",
    "recording-rate-lowest-frame": "recording rate, counting crimes not auditable as unrecorded (weighted by frame)",
    "recording-rate-lowest-in-sample": "recording rate in the sample, counting crimes not auditable as unrecorded",
    "recording-rate-highest": "recording rate, counting crimes not auditable as recorded",
    "recording-rate-highest-frame": "recording rate, counting crimes not auditable as recorded (weighted by frame)",
    "recording-rate-highest-in-sample": "recording rate in the sample, counting crimes not auditable as recorded",
    "classification": "classification accuracy",
    "classification-frame": "classification accuracy (weighted by frame)",
    "classification-in-sample": "classification accuracy in the sample (not an estimate for the force)",
    "over-recording": "over-recording",
    "over-recording-frame": "over-recording (weighted by frame)",
    "over-recording-in-sample": "over-recording in the sample (not an estimate for the force)",
    "grounds": "reasonable grounds recorded",
    "grounds-frame": "reasonable grounds recorded (weighted by frame)",
    "grounds-in-sample": "reasonable grounds recorded in the sample (not an estimate for the force)",
    "share": "share",
    "share-frame": "share (weighted by frame)",
    "share-in-sample": "share in the sample (not an estimate for the force)",
    "review": "share of files with the answer counted",
    "review-frame": "share of files with the answer counted (weighted by frame)",
    "review-in-sample": "share of files with the answer counted in the sample (not an estimate for the force)",
    **TIMING_MEASURES,
    "recording-rate-rolling": "recording rate over the 12 months to the period",
    "grounds-rolling": "reasonable grounds recorded over the 12 months to the period",
    "control-limits": "control limits",
    "outlier-lines": "published lines of one standard deviation",
    "adjusted-rate": "rate adjusted towards the average of forces",
    "z-score": "standard deviations from the average of forces",
    "among-lowest": "probability of being truly among the lowest",
    "among-highest": "probability of being truly among the highest",
    "additionally-recorded": "additional crimes recorded",
    "search-share": "share of records",
    "grounds-difference": "difference in reasonable grounds recorded",
    "grounds-ratio": "ratio of reasonable grounds recorded",
    "searches-per-1000": "searches per 1,000 residents",
    "search-ratio": "ratio of searches per 1,000 residents",
    "grounds-difference-allocated": "difference in reasonable grounds recorded, records that state no group allocated",
    "grounds-ratio-allocated": "ratio of reasonable grounds recorded, records that state no group allocated",
    "search-ratio-allocated": "ratio of searches per 1,000 residents, records that state no group allocated",
    "odds-ratio": "odds ratio of being recorded",
    "marginal-difference": "average difference in recording rate",
    "difference": "difference",
    "ratio": "ratio",
    "margin": "margin",
    "p-value": "p-value",
    "q-value": "q-value",
}

WHOLE: Mapping[str, str] = {
    "-frame": "{name} (weighted by frame)",
    "-in-sample": "{name} (in the sample, not an estimate for the force)",
}
"""How the overall row is named where it is not the overall estimate, in tables for people."""

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
    "only-reports-with-crimes": "reports audited include only those with a crime due",
    "not-auditable": "rows that could not be audited are left out",
    "own-class": "by category, recorded means recorded in the right class; overall, any class counts",
    "class-unknown": "those in the wrong class count as recorded: no column gives the class recorded",
    "frame-remainder": "one stratum's sampling frame is the total less the other strata",
    "any-class": "a crime recorded in any class counts: the total is less than the sum of the categories",
    "over-recorded": "over-recorded crimes were found: the count is too high unless recorded crime leaves them out",
    "net-of-over-recorded": "recorded crime leaves out the share over-recorded",
    "chance": "the interval allows for chance in recorded crime itself, which is small or predicted",
    "volume-below-sample": "recorded crime is lower than the number recorded in the sample",
    "volume-remainder": "recorded crime is the total less the other categories",
    "route-share": "covers only the share of recorded crime from audited routes",
    "period-differs": "recorded crime and the audit cover different periods",
    "spelled-alike": "another category differs from this one only in capital letters",
    "collapsed": "strata combined as declared",
    "single-adjust": "strata with one report: variance taken about the overall rate",
    "single-average": "strata with one report: given the average variance of the others",
    "total-refused": "no total: a category with recorded crime has no rate, or a rate of 0%",
    "no-volume": "no total: no recorded crime was given",
    "fallback": "interval by korn-graubard: the method chosen gives none at 0% or 100%",
    "beyond": "the interval by this method goes below 0% or above 100%",
    "no-limit": "no upper limit: the rate's interval reaches 0%",
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
    "census-known": "census: no sampling error, but only those with a known delay are counted",
    "no-known-delay": "none recorded with a known delay in the sample",
    "times-missing": "those without a known delay are left out of the estimate",
    "delay-beyond": "no upper limit: the sample has too few long delays to give one",
    "window-gap": "some of the 12 months have no sample",
    "no-sample": "no sample in this month",
    "unaudited": "nothing could be audited in this month",
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
    "two-of-three": "signal: two of three successive months beyond two standard errors on one side",
    "eight-on-a-side": "signal: eight successive months on one side of the centre",
    "six-in-a-row": "signal: six successive months, each higher or each lower than the one before",
    **DISCLOSURE_NOTES,
    **FORCE_NOTES,
    **NOTES_OF_CHANGES,
}

_NOTES_OF_SEARCHES: Mapping[str, str] = {
    "no-crimes": "no records in the sample, so there is no rate",
    "all-recorded": "every record had grounds",
    "none-recorded": "no record had grounds",
    "few-unrecorded": "fewer than 3 found without grounds: the interval is less reliable than its level says",
    "sample-only": "not weighted, as the records on the sampling frame are not known: the interval is for strata "
    "mixed as sampled",
    "only-reports-with-crimes": "units drawn include only those with a record",
    "single-adjust": "strata with one record: variance taken about the overall rate",
    "single-average": "strata with one record: given the average variance of the others",
}


_NOTES_OF_CLASSES: Mapping[str, str] = {
    "no-crimes": "no recorded crimes in the sample, so there is no rate",
    "all-recorded": "every crime was in the right class",
    "none-recorded": "no crime was in the right class",
    "few-unrecorded": "fewer than 3 found in the wrong class: the interval is less reliable than its level says",
}

_NOTES_OF_OVER_RECORDING: Mapping[str, str] = {
    "no-crimes": "no recorded crimes in the sample, so there is no rate",
    "all-recorded": "every recorded crime was over-recorded",
    "none-recorded": "no recorded crime was over-recorded",
    "few-unrecorded": "fewer than 3 found over-recorded: the interval is less reliable than its level says",
}

_NOTES_OF_REVIEWS: Mapping[str, str] = {
    "no-crimes": "this question applied to no file",
    "all-recorded": "every file had the answer counted",
    "none-recorded": "no file had the answer counted",
    "small-base": "small base: fewer than 30 files asked",
    "few-unrecorded": "fewer than 3 files with the other answer: the interval is less reliable than its level says",
    "sample-only": "not weighted, as the files on the sampling frame are not known: the interval is for strata "
    "mixed as sampled",
    "only-reports-with-crimes": "units drawn include only those with a file",
    "single-adjust": "strata with one file: variance taken about the overall rate",
    "single-average": "strata with one file: given the average variance of the others",
}

_NOTES_BY_MEASURE: Mapping[str, Mapping[str, str]] = {
    "timely-due": TIMELY_DUE_NOTES,
    "timely": TIMELY_NOTES,
    "delay": DELAY_NOTES,
    "review": _NOTES_OF_REVIEWS,
    "grounds": _NOTES_OF_SEARCHES,
    "search": _NOTES_OF_SEARCHES,
    "classification": _NOTES_OF_CLASSES,
    "over-recording": _NOTES_OF_OVER_RECORDING,
}


def note(code: str, kind: str) -> str:
    """Word a note for a row of this kind, a key of MEASURES."""
    for measure, notes in _NOTES_BY_MEASURE.items():
        if kind.startswith(measure):
            return notes.get(code, NOTES[code])
    return NOTES[code]


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
    "rate": "rate %",
    "low": "from %",
    "high": "to %",
    "half_width": "± %",
    "n": "crimes due",
    "n_searches": "records",
    "n_recorded": "crimes recorded",
    "n_all_recorded": "all recorded",
    "recorded": "of these recorded",
    "recorded_right": "in the right class",
    "recorded_over": "over- recorded",
    "recorded_searches": "with grounds",
    "clusters": "reports audited",
    "crimes_drawn": "crimes, taken as independent",
    "rows_drawn": "rows, taken as independent",
    "unrecorded": "not recorded",
    "unrecorded_low": "from",
    "unrecorded_high": "to",
    "more_than": "not recorded, more than",
    "notes": "notes",
    "measure": "measure",
    "se": "standard error",
    "n_eff": "effective size",
    "df": "df",
    "deff": "design effect",
}
"""The headings of the tables for people; short, so that a table fits 80 columns."""
