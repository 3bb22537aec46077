"""Names of measures and columns, and the notes that stand on a row."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["COLUMNS", "HEADINGS", "LANGUAGE", "MEASURES", "NOTES", "WHOLE", "note"]

LANGUAGE = "en-GB"

MEASURES: Mapping[str, str] = {
    "recording-rate": "recording rate",
    "recording-rate-frame": "recording rate (reports frame)",
    "recording-rate-in-sample": "recording rate in the sample (not an estimate for the force)",
    "unrecorded": "unrecorded crimes",
    "grounds": "reasonable grounds recorded",
    "grounds-frame": "reasonable grounds recorded (records frame)",
    "grounds-in-sample": "reasonable grounds recorded in the sample (not an estimate for the force)",
    "share": "share",
    "share-frame": "share (frame)",
    "share-in-sample": "share in the sample (not an estimate for the force)",
}

WHOLE: Mapping[str, str] = {
    "-frame": "{name} (reports frame)",
    "-in-sample": "{name} (in the sample, not an estimate for the force)",
}
"""How the overall row is named where it is not the overall estimate, in tables for people."""

NOTES: Mapping[str, str] = {
    "no-crimes": "no crimes found in the sample",
    "all-recorded": "none found unrecorded",
    "none-recorded": "none found recorded: unrecorded crime has no upper limit",
    "census": "census: no sampling error",
    "small-base": "small base: fewer than 30 in the sample",
    "few-unrecorded": "fewer than 3 found unrecorded: the interval may cover less often than its level says",
    "few-df": "fewer than 8 degrees of freedom: read the interval with care",
    "sample-only": "strata mixed as they were sampled, since the reports on the frame are not known",
    "only-reports-with-crimes": "reports audited are counted from those that hold crimes",
    "collapsed": "strata joined as declared",
    "single-adjust": "strata of one report centred at the overall rate",
    "single-average": "strata of one report given the mean variance of the others",
    "total-refused": "no total: a category with recorded crime has no rate, or a rate of 0",
    "no-volume": "no total: no recorded crime was given",
    "fallback": "interval by korn-graubard: this method has none at 0% or 100%",
    "beyond": "this method reaches beyond 0% to 100%",
    "no-limit": "no upper limit: the rate's interval reaches 0%",
    "lower-only": "lower bound only",
    "upper-only": "upper bound only",
    "no-width": "the published style has no width at 0% or 100%",
}

_NOTES_OF_SEARCHES: Mapping[str, str] = {
    "no-crimes": "no records found in the sample",
    "all-recorded": "none found without grounds",
    "none-recorded": "none found with grounds",
    "few-unrecorded": "fewer than 3 found without grounds: the interval may cover less often than its level says",
    "sample-only": "strata mixed as they were sampled, since the records on the frame are not known",
    "only-reports-with-crimes": "units drawn are counted from those that hold records",
    "single-adjust": "strata of one record centred at the overall rate",
    "single-average": "strata of one record given the mean variance of the others",
}


def note(code: str, kind: str) -> str:
    """Word a note for a row of this kind, a key of MEASURES."""
    return _NOTES_OF_SEARCHES.get(code, NOTES[code]) if kind.startswith("grounds") else NOTES[code]


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
    "recorded": "of these recorded",
    "recorded_searches": "with grounds",
    "clusters": "reports audited",
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
