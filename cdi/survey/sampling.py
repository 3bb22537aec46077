"""What an inspector asks of a sample: the share recorded, by category and overall, of audited cases or searches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import compress
from typing import Unpack

import numpy as np

from cdi import wording
from cdi.arguments import checked, counts_of, measure_of, names_of, shown
from cdi.audits.answers import WRONG_CLASS
from cdi.audits.audit import Audit, naming_answers, read_for, sample_of
from cdi.audits.counting import OVER, RECORDED, RIGHT
from cdi.audits.design import REPRESENTATIVE, Roles, check_selection
from cdi.binomial import intervals
from cdi.errors import DataError, DesignError, Where
from cdi.facts import Facts, Presentation, Scope
from cdi.measures import MEASURES, Bearing, Measure
from cdi.survey import basis
from cdi.survey.estimates import ALL, Estimates, Subject
from cdi.survey.totals import Totals, each_total, total

__all__ = [
    "GROUNDS", "classification_accuracy", "grounds_rate", "of_counts", "over_recording", "recording_rate", "share",
    "share_of", "shares", "shares_of", "with_facts",
]  # fmt: skip

_OF_COUNTS = ("no-crimes", "only-reports-with-crimes", "not-auditable", "own-class", "class-unknown")
SMALL_BASE = 30
FEW_UNRECORDED = 3
FEW_DF = 8
MANY_CRIMES = 6
"""Up to so many crimes a report, intervals hold as often as their level says."""
SMALL_PART = 0.002
"""What a larger report may hold of a row's crimes before its interval may be too narrow."""
GROUNDS = "grounds"
"""The default name of the column with the answer, yes or no."""


def _sample(source: object, by: str | Sequence[str] | None, roles: Roles) -> Audit:
    """Take an audit as it is where no other roles are asked for, and read anything else."""
    return read_for(names_of(by), source, **roles)


@checked
def recording_rate(audit: object, by: str | Sequence[str] | None = None, **roles: Unpack[Roles]) -> Estimates:
    """Estimate the share of reported crimes that were recorded.

    Parameters
    ----------
    audit : Audit, path, a list of them, or data frame
        The audited sample, from :func:`cdi.read_audit`, or anything that it reads.
    by : str or sequence of str, optional
        The category columns, such as the crime type. If None, there is one row for each stratum. If empty, there is
        only the overall rate.
    **roles
        The role of each column; see :func:`cdi.read_audit`.

    Returns
    -------
    Estimates
        One row for each category, with the overall rate last. Each rate is the weighted ratio of crimes recorded to
        crimes due, as a proportion.

    Raises
    ------
    DataError
        If a category column is not in the sample.

    Notes
    -----
    The rate is a ratio of totals (Cochran 1977, Sampling Techniques, chapter 6). The sampled unit is the report, so
    crimes in one report count as related.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> sample = pd.DataFrame({"incident": ["A", "A", "B", "C"], "recorded": [1, 0, 1, 1]})
    >>> cdi.recording_rate(cdi.read_audit(sample, cluster="incident")).estimate.tolist()
    [0.75]
    """
    return share(audit, by, measure="recording-rate", **roles)


@checked
def share(
    audit: object, by: str | Sequence[str] | None = None, *, measure: str = "share", **roles: Unpack[Roles]
) -> Estimates:
    """Estimate a ratio of totals under any name, as every rate of cdi is.

    Parameters
    ----------
    audit : Audit, path, a list of them, or data frame
        The sample. Its roles ``due`` and ``recorded`` say what is counted, and of what.
    by : str or sequence of str, optional
        The category columns. If None, there is one row for each stratum. If empty, there is only the overall share.
    measure : str
        The name of the share: a key of ``cdi.measures.MEASURES`` that is a rate, such as ``"recording-rate"``.
    **roles
        The role of each column; see :func:`cdi.read_audit`.

    Returns
    -------
    Estimates
        One row for each category, with the overall share last, as proportions.

    Raises
    ------
    MethodError
        If there is no such measure. The error lists those that there are.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> timely = pd.DataFrame({"recorded_crimes": [2, 1], "within_24h": [2, 0]})
    >>> cdi.share(cdi.read_audit(timely, due="recorded_crimes", recorded="within_24h")).estimate.round(3).tolist()
    [0.667]
    """
    named, audit = measure_of(measure, shares()), _sample(audit, by, roles)
    _refuse_undecided(audit)
    return share_of(total(audit, by), named)


def shares_of(
    audit: Audit, counts: Sequence[tuple[str, str]], by: Sequence[str] | None, measures: Sequence[str]
) -> list[Estimates]:
    """Estimate shares of one column of counts in another, all of the same rows and in the passes of one."""
    _refuse_undecided(audit)
    totals = each_total(audit, counts, by)
    return [share_of(each, MEASURES[measure]) for each, measure in zip(totals, measures, strict=True)]


def _refuse_undecided(audit: Audit) -> None:
    if audit.undecided:
        raise DataError.of("undecided", got=wording.undecided(audit.undecided), where=audit.first_undecided)


def share_of(totals: Totals, named: Measure) -> Estimates:
    """Estimate a share of what was summed up."""
    audit = totals.audit
    everything = (ALL,) * max(len(totals.keys), 1)
    if everything in totals.domains:
        raise DataError.of("label-taken", got=ALL, where=Where(audit.name, column=", ".join(totals.keys)), label=ALL)
    stands = totals.strata.represents and audit.design.representative
    overall = Subject(everything, named, Facts(Scope.OVERALL if stands else Scope.SAMPLE))
    rows, whole = tuple(Subject(label, named) for label in totals.domains), basis.of_whole(totals)
    both = basis.Basis.joined([basis.of_domains(totals), whole]) if rows else whole
    found = Estimates(totals.keys, (*rows, overall), both, totals, selection=audit.design.selection)
    return with_facts(found, totals, _mixing_strata(totals))


def shares() -> Mapping[str, Measure]:
    """List what a share can be called, by key."""
    return {key: each for key, each in MEASURES.items() if each.shares}


@checked
def classification_accuracy(audit: object, by: str | Sequence[str] | None = None, **roles: Unpack[Roles]) -> Estimates:
    """Estimate the share of recorded crimes that were recorded in the right class.

    Parameters
    ----------
    audit : Audit, path, a list of them, or data frame
        The audited sample, with decisions or with the class in which each crime was recorded.
    by : str or sequence of str, optional
        The category columns. If None, there is one row for each stratum. If empty, there is only the overall share.
    **roles
        The role of each column; see :func:`cdi.read_audit`.

    Returns
    -------
    Estimates
        One row for each category, with the overall share last. Each share is a proportion of the crimes that were due
        and recorded.

    Raises
    ------
    DesignError
        If the sample has neither decisions nor classes.

    Notes
    -----
    The share is a ratio of totals, as in :func:`cdi.recording_rate`.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> sample = pd.DataFrame({"decision": ["recorded", "recorded", "wrong class", "not recorded"]})
    >>> cdi.classification_accuracy(cdi.read_audit(sample)).estimate.round(3).tolist()
    [0.667]
    """
    import narwhals as nw

    audit = _sample(audit, (), roles)
    if RIGHT not in audit.known:
        raise DesignError.of("no-classes", where=Where(audit.name, sheet=audit.source.sheet))
    return share(audit.measuring(nw.col(RECORDED), nw.col(RIGHT)), by, measure="classification")


@checked
def over_recording(audit: object, by: str | Sequence[str] | None = None, **roles: Unpack[Roles]) -> Estimates:
    """Estimate the share of recorded crimes that should not have been recorded.

    Parameters
    ----------
    audit : Audit, path, a list of them, or data frame
        The audited sample, with decisions.
    by : str or sequence of str, optional
        The category columns. If None, there is one row for each stratum. If empty, there is only the overall share. A
        crime counts in the class in which it was recorded, where that is known.
    **roles
        The role of each column; see :func:`cdi.read_audit`.

    Returns
    -------
    Estimates
        One row for each category, with the overall share last. Each share is a proportion of all crimes recorded,
        rightly or not.

    Raises
    ------
    DesignError
        If the sample has no decisions.

    Notes
    -----
    The share is a ratio of totals, as in :func:`cdi.recording_rate`.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> sample = pd.DataFrame({"decision": ["recorded", "recorded", "over-recorded", "not recorded"]})
    >>> cdi.over_recording(cdi.read_audit(sample)).estimate.round(3).tolist()
    [0.333]
    """
    import narwhals as nw

    audit = _sample(audit, (), roles)
    if OVER not in audit.known:
        raise DesignError.of("no-decisions", where=Where(audit.name, sheet=audit.source.sheet))
    kept = nw.col(RECORDED) + nw.col(OVER)
    measured = audit.measuring(kept, nw.col(OVER))
    category, recorded_as = audit.design.category, audit.design.recorded_as
    if recorded_as is not None and category is not None and category not in audit.strata.keys:
        # a record with nothing due belongs to the class it stands in; it has no other
        own, recorded = audit.source.inner_names([category, recorded_as])
        measured = replace(measured, rows=measured.rows.with_columns(**{own: nw.col(recorded)}))
    return share(measured, by, measure="over-recording")


@checked
def grounds_rate(searches: object, by: str | Sequence[str] | None = None, **roles: Unpack[Roles]) -> Estimates:
    """Estimate the share of stop and search records with reasonable grounds recorded.

    It measures whether grounds were recorded on the form. It does not measure whether they were reasonable at the time.

    Parameters
    ----------
    searches : Audit, path, a list of them, or data frame
        The records, from ``cdi.read_audit(..., recorded="grounds")``, with one row for each. If a file or frame is
        given, the column ``grounds`` is read.
    by : str or sequence of str, optional
        The category columns, such as ethnicity. If None, there is one row for each stratum. If empty, there is only the
        overall share.
    **roles
        The role of each column; see :func:`cdi.read_audit`.

    Returns
    -------
    Estimates
        One row for each category, with the overall share last. Each share is a proportion of the records.

    Notes
    -----
    If the population is known and each record was drawn by itself, the interval is Wilson's with the finite population
    correction, n_eff = n (N - 1) / (N - n). It is kept within what is logically possible (O'Neill 2021). A subgroup of
    unknown size takes the sampling fraction of the whole.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> records = pd.DataFrame({"grounds": ["yes"] * 159 + ["no"] * 23})
    >>> cdi.grounds_rate(cdi.read_audit(records, recorded="grounds")).estimate.round(3).tolist()
    [0.874]
    """
    known = sample_of(searches)
    if not isinstance(known, Audit):
        roles = naming_answers(known, GROUNDS, roles)
    return share(known, by, measure="grounds", **roles)


@checked
def of_counts(
    recorded: int | str,
    due: int | None = None,
    *,
    population: int | None = None,
    measure: str = "share",
    selection: str = "random",
) -> Estimates:
    """Make a rate from counts, without rows.

    The counts are taken as a simple random sample of single records, unless ``selection`` says otherwise.

    Parameters
    ----------
    recorded, due : int, or a text alone
        The two counts, such as 159 of 182, also written ``"159/182"``.
    population : int, optional
        The number of records on the sampling frame. If None, it is not known.
    measure : str
        The name of the share; see :func:`cdi.share`.
    selection : {"random", "census", "judgement", "voluntary"}
        How the sample was selected; see :class:`cdi.Design`.

    Returns
    -------
    Estimates
        One row, a proportion.

    Raises
    ------
    DataError
        If the counts are impossible, such as 11 of 10, or the population is smaller than the sample.
    DesignError
        If a census has fewer records than its population.

    Examples
    --------
    >>> import cdi
    >>> cdi.of_counts(21, 24).interval().low.round(3).tolist()
    [0.69]
    """
    if due is None:
        counts = counts_of(recorded)
        if counts is None:
            raise DataError.of("counts-or-text", got=shown(recorded))
        recorded, due = counts
    recorded, due = intervals.whole_number(recorded, "recorded", 0), intervals.whole_number(due, "due", 1)
    if population is not None:
        population = intervals.whole_number(population, "population", 1)
    intervals.count_interval(recorded, due, population=population)  # the room that knows which counts go together
    check_selection(selection)
    if selection == "census" and population not in (None, due):
        raise DesignError.of("census-counts", got=population, due=due)
    counted = basis.of_counts(recorded, due, due if selection == "census" else population)
    alone = "" if selection in REPRESENTATIVE else selection
    facts = Facts(Scope.OVERALL, census=bool(counted.census[0]) and not alone, alone=alone)
    row = Subject((f"{recorded}/{due}",), measure_of(measure, shares()), facts)
    return Estimates(("counts",), (row,), counted, None, selection=selection)


def with_facts(found: Estimates, totals: Totals, mixed: Sequence[bool]) -> Estimates:
    """State on each row what is true of it, and what is odd about it."""
    rests = found.basis
    missed = rests.due - rests.recorded
    # what is looked for is rare: crimes not recorded, in the wrong class, or over-recorded
    rare = rests.recorded if found.measure.rare else missed
    sampled = (rests.due > 0) & ~rests.census
    conditions = {
        "no-crimes": rests.due == 0,
        "all-recorded": sampled & (missed == 0),
        "none-recorded": (rests.due > 0) & (rests.recorded == 0),
        "few-unrecorded": (rare > 0) & (rare < FEW_UNRECORDED) & ~rests.census,
        "only-reports-with-crimes": np.full(len(found), not totals.audit.counts_empty_reports),
        "not-auditable": np.full(len(found), fill_value=totals.audit.left_out > 0),
        **_counts_notes(totals, sampled),
        "frame-remainder": np.full(len(found), fill_value=totals.strata.remainder),
        **_class_notes(found, totals),
        **_rule_notes(found, totals),
    }
    standards = {
        Presentation.SMALL_BASE: sampled & (rests.due < SMALL_BASE),
        Presentation.FEW_DF: (rests.df > 0) & (rests.df < FEW_DF) & (rests.due > 0),
    }
    alone = "" if found.representative else found.selection
    if alone:
        # what is said of intervals and of frames is not said of a sample that has neither
        conditions = {code: holds for code, holds in conditions.items() if code in _OF_COUNTS}
    # the design effect may rest on one report, or on its absence
    large = sampled & (rests.largest > MANY_CRIMES) & (rests.largest_share > SMALL_PART)
    unknown = np.array(mixed, dtype=bool) & (not totals.strata.represents)
    told = [rests.census, rests.weighted, unknown, *standards.values(), *conditions.values()]

    @cache  # rows are many, and kinds of them few
    def stated(facts: Facts, holds: tuple[bool, ...], largest: tuple[int, int] | None) -> Facts:
        census, weighted, mixes, *rest = holds
        short, reasons = rest[: len(standards)], rest[len(standards) :]
        if alone:
            facts = replace(facts, census=False, weighted=False, mixed=False, largest=None, alone=alone)
        else:
            facts = replace(facts, census=census, weighted=weighted, mixed=mixes, largest=largest, alone=alone)
            facts = facts.falling_short(compress(standards, short))
        return facts.because(compress(conditions, reasons))

    holding = zip(*(each.tolist() for each in told), strict=True)
    sizes = [
        (most, due) if is_large else None
        for most, due, is_large in zip(rests.largest.tolist(), rests.due.tolist(), large.tolist(), strict=True)
    ]
    rows = [
        Subject(row.label, row.measure, stated(row.facts, holds, size))
        for row, holds, size in zip(found.rows, holding, sizes, strict=True)
    ]
    return replace(found, rows=tuple(rows))


def _counts_notes(
    totals: Totals, sampled: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Say how crimes of a table of counts are taken, since it does not show which came from one report."""
    design = totals.audit.design
    if not design.counts:
        return {}
    if design.reports is not None:
        return {"counts-in-reports": sampled}
    return {"counts" if design.deff is None else "counts-deff": sampled}


def _class_notes(found: Estimates, totals: Totals) -> dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Say where crimes in the wrong class count as not recorded, and where no column says in which they are."""
    audit = totals.audit
    domains = np.array([not row.whole for row in found.rows])
    wrong = (audit.decisions or {}).get(WRONG_CLASS, 0) > 0
    strict = audit.design.classification == "strict"
    unknown = wrong and strict and audit.design.recorded_as is None and not totals.by_strata
    counted = found.measure.bearing is Bearing.LACKING
    return {
        "own-class": domains & (audit.places(totals.keys)),
        "class-unknown": domains & (unknown and counted),
    }


def _mixing_strata(totals: Totals) -> list[bool]:
    """Tell which rows mix several strata: of each domain, and overall."""
    cells, strata = totals.cells, len(totals.strata.labels)
    first, last = np.full(len(totals.domains), strata), np.full(len(totals.domains), -1)
    np.minimum.at(first, cells.domain, cells.stratum)
    np.maximum.at(last, cells.domain, cells.stratum)
    return [*(first < last).tolist(), strata > 1]


def _rule_notes(found: Estimates, totals: Totals) -> dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Name the rule that strata of one report were met with."""
    strata = totals.strata
    joined = bool(totals.audit.design.collapse)
    alone = bool(((strata.drawn_together == 1) & (strata.left > 0)).any())
    rule = f"single-{strata.single_cluster}"
    notes = {"collapsed": np.full(len(found), fill_value=joined)}
    if alone and strata.single_cluster != "error":
        notes[rule] = np.full(len(found), fill_value=True)
    return notes
