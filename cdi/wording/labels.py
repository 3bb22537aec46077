"""Names of measures and columns, and the notes that stand on a row."""

from __future__ import annotations

from collections.abc import Mapping

from cdi.wording.comparing import NOTES_OF_CHANGES
from cdi.wording.disclosing import DISCLOSURE_NOTES
from cdi.wording.forces import FORCE_NOTES

__all__ = ["ALL", "COLUMNS", "HEADINGS", "LANGUAGE", "NOTES", "label_in_scope", "measure_in_scope"]

LANGUAGE = "en-GB"

ALL = "all"
"""The label of the overall row in every domain column, and of the total in volumes."""

_IN_SCOPE: Mapping[str, str] = {
    "frame": "{name} ({frame})",
    "in the sample": "{name} in the sample (not an estimate for the force)",
}

_ALL_IN_SCOPE: Mapping[str, str] = {
    "frame": "{name} (reports frame)",
    "in the sample": "{name} (in the sample, not an estimate for the force)",
}


def measure_in_scope(name: str, frame: str, scope: str) -> str:
    """Name a measure with what part of the sample a row is of, in the column of measures."""
    return _IN_SCOPE.get(scope, "{name}").format(name=name, frame=f"{frame} frame".strip())


def label_in_scope(name: str, scope: str) -> str:
    """Name the overall row of a table for people, where it is not the overall estimate."""
    return _ALL_IN_SCOPE.get(scope, "{name}").format(name=name)


NOTES: Mapping[str, str] = {
    "no-crimes": "no crimes found in the sample",
    "all-recorded": "none found unrecorded",
    "none-recorded": "none found recorded: unrecorded crime has no upper limit",
    "census": "census: no sampling error",
    "judgement": "not representative: the sample was chosen by judgement",
    "voluntary": "not representative: those who answered chose themselves",
    "small-base": "small base: fewer than 30 in the sample",
    "few-unrecorded": "fewer than 3 found unrecorded: the interval may cover less often than its level says",
    "few-df": "fewer than 8 degrees of freedom: read the interval with care",
    "sample-only": "strata mixed as they were sampled, since the reports on the frame are not known",
    "only-reports-with-crimes": "reports audited are counted from those that hold crimes",
    "not-auditable": "what could not be audited is left out",
    "own-class": "recorded means in its own class; the overall rate counts any class",
    "class-unknown": "wrong class counts as recorded: no column says in which it was recorded",
    "frame-remainder": "one stratum's frame is what the others leave of the total",
    "any-class": "counts a crime recorded in any class: less than its categories add up to",
    "over-recorded": "over-recorded crimes were found: too high unless recorded crime is net of them",
    "net-of-over-recorded": "recorded crime is taken net of the share over-recorded",
    "chance": "the interval includes the chance of the crimes themselves: few are recorded, or they are predicted",
    "volume-below-sample": "recorded crime is less than the sample holds",
    "volume-remainder": "recorded crime is what the other categories leave of the total",
    "route-share": "limited to the share of recorded crime in audited routes",
    "period-differs": "recorded crime and audit are of different periods",
    "spelled-alike": "another category differs from this one in capitals only",
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
    "counts-yes": "counted: yes",
    "counts-no": "counted: no",
    "higher-better": "higher is better",
    "higher-worse": "higher is worse",
    "higher-neither": "higher is neither better nor worse",
    "higher-not-stated": "whether higher is better or worse is not stated",
    "no-searches": "no record of this group in the sample",
    "no-residents": "no resident population is given for this group",
    "no-reference-residents": "no ratio: no resident population is given for the group that it is held against",
    "drawn-by-group": "no searches for residents: each group was drawn from by itself, from how many is not known",
    "all-searches": "all searches counted: no sampling error",
    "no-search-limit": "no upper limit: the group that it is held against may have had no search",
    "census-known": "census: no sampling error, but the figure rests on those whose delay is known",
    "no-known-delay": "none recorded with a known delay in the sample",
    "times-missing": "those without a known delay are left out of the estimate",
    "delay-beyond": "no upper limit: it lies among the longest delays",
    "window-gap": "12 months of which some have no sample",
    "no-sample": "no sample in this month",
    "unaudited": "nothing could be audited in this month",
    "no-interval": "published without an interval",
    "well-above": "well above average",
    "well-above-better": "well above average (better)",
    "well-above-worse": "well above average (worse)",
    "well-below": "well below average",
    "well-below-better": "well below average (better)",
    "well-below-worse": "well below average (worse)",
    "funnel-high": "higher than chance and the usual spread of forces explain",
    "funnel-low": "lower than chance and the usual spread of forces explain",
    "mixed-results": "results of different kinds of inspection, or of periods that do not all overlap",
    "outside-limits": "signal: outside the control limits",
    "two-of-three": "signal: two of three successive months beyond two standard errors on one side",
    "eight-on-a-side": "signal: eight successive months on one side of the centre",
    "six-in-a-row": "signal: six successive months, each higher or each lower than the one before",
    **DISCLOSURE_NOTES,
    **FORCE_NOTES,
    **NOTES_OF_CHANGES,
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
    "rate": "rate %",
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
    "se": "standard error",
    "n_eff": "effective size",
    "df": "df",
    "deff": "design effect",
}
"""The headings of the tables for people; short, so that a table fits 80 columns."""
