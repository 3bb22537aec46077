"""What an inspector asks of a sample: the share recorded, by category and overall, of audited cases or searches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Unpack

import numpy as np

from cdi import wording
from cdi.audits.answers import WRONG_CLASS
from cdi.audits.audit import Audit, read_audit, sample_of
from cdi.audits.counting import OVER, RECORDED, RIGHT
from cdi.audits.design import REPRESENTATIVE, Roles, check_selection
from cdi.binomial import intervals
from cdi.errors import DataError, DesignError, Where
from cdi.facts import Facts, Scope
from cdi.measures import MEASURES, Measure, Role, measure_of
from cdi.survey import basis
from cdi.survey.estimates import ALL, Estimates, Subject
from cdi.survey.totals import Totals, total

__all__ = [
    "GROUNDS", "classification_accuracy", "grounds_rate", "of_counts", "over_recording", "recording_rate", "share",
    "with_facts",
]  # fmt: skip

_OF_COUNTS = ("no-crimes", "only-reports-with-crimes", "not-auditable", "own-class", "class-unknown")
SMALL_BASE = 30
FEW_UNRECORDED = 3
FEW_DF = 8
GROUNDS = "grounds"
"""The default name of the column with the answer, yes or no."""


def _sample(source: object, roles: Roles) -> Audit:
    """Take an audit as it is where no other roles are asked for, and read anything else."""
    known = sample_of(source)
    return known if isinstance(known, Audit) and not roles else read_audit(known, **roles)


def recording_rate(audit: object, by: str | Sequence[str] | None = None, **roles: Unpack[Roles]) -> Estimates:
    """Estimate the share of crimes reported that were recorded.

    Parameters
    ----------
    audit : Audit, path, a list of them, or data frame
        The sample, from :func:`cdi.read_audit`, or what it reads in the roles of its columns' names.
    by : str or sequence of str, optional
        Domain columns, such as the crime type. None: the strata; an empty sequence: overall only.
    **roles
        The roles of columns, as in :func:`cdi.read_audit`.

    Returns
    -------
    Estimates
        One row a domain, and the overall rate last: the design-weighted ratio of crimes recorded to crimes due.
        Proportions.

    Raises
    ------
    DataError
        A domain column is not there.

    Notes
    -----
    A ratio of totals (Cochran 1977, chapter 6); the drawn unit is the report, so crimes in one report count as related.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> sample = pd.DataFrame({"incident": ["A", "A", "B", "C"], "recorded": [1, 0, 1, 1]})
    >>> cdi.recording_rate(cdi.read_audit(sample, cluster="incident")).estimate.tolist()
    [0.75]
    """
    return share(audit, by, measure="recording-rate", **roles)


def share(
    audit: object, by: str | Sequence[str] | None = None, *, measure: str = "share", **roles: Unpack[Roles]
) -> Estimates:
    """Estimate a ratio of totals under any name: what every rate of cdi is.

    Parameters
    ----------
    audit : Audit, path, a list of them, or data frame
        The sample; its roles ``due`` and ``recorded`` say what is counted of what.
    by : str or sequence of str, optional
        Domain columns; None: the strata; ``[]``: overall only.
    measure : str
        What the share is called: a key of ``cdi.measures.MEASURES`` that is a rate, such as ``"recording-rate"``.
    **roles
        The roles of columns, as in :func:`cdi.read_audit`.

    Returns
    -------
    Estimates
        One row a domain, and the overall share last. Proportions.

    Raises
    ------
    MethodError
        No such measure; the error lists those there are.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> timely = pd.DataFrame({"recorded_crimes": [2, 1], "within_24h": [2, 0]})
    >>> cdi.share(cdi.read_audit(timely, due="recorded_crimes", recorded="within_24h")).estimate.round(3).tolist()
    [0.667]
    """
    named, audit = measure_of(measure, RATES), _sample(audit, roles)
    if audit.undecided:
        raise DataError.of("undecided", got=wording.undecided(audit.undecided), where=audit.first_undecided)
    totals = total(audit, by)
    whole = basis.of_whole(totals)
    everything = (ALL,) * max(len(totals.keys), 1)
    if everything in totals.domains:
        raise DataError.of("label-taken", got=ALL, where=Where(audit.name, column=", ".join(totals.keys)), label=ALL)
    stands = totals.strata.represents and audit.design.representative
    overall = Subject(everything, named, Facts(Scope.OVERALL if stands else Scope.SAMPLE))
    rows = tuple(Subject(label, named) for label in totals.domains)
    both = basis.Basis.joined([basis.of_domains(totals), whole]) if rows else whole
    found = Estimates(totals.keys, (*rows, overall), both, totals, selection=audit.design.selection)
    mixed = [_several_strata(found, totals, i) for i in range(len(found))]
    return with_facts(found, totals, mixed)


RATES: Mapping[str, Measure] = {key: each for key, each in MEASURES.items() if each.role in (Role.RATE, Role.BOUND)}
"""What a share can be called."""


def classification_accuracy(audit: object, by: str | Sequence[str] | None = None, **roles: Unpack[Roles]) -> Estimates:
    """Estimate the share of recorded crimes that were recorded in the right class.

    Parameters
    ----------
    audit : Audit, path, a list of them, or data frame
        The sample, with decisions or with the class in which each crime was recorded.
    by : str or sequence of str, optional
        Domain columns; None: the strata; ``[]``: overall only.
    **roles
        The roles of columns, as in :func:`cdi.read_audit`.

    Returns
    -------
    Estimates
        One row a domain, and the overall share last. Proportions of the crimes that were due and recorded.

    Raises
    ------
    DesignError
        Neither decisions nor classes are known.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> sample = pd.DataFrame({"decision": ["recorded", "recorded", "wrong class", "not recorded"]})
    >>> cdi.classification_accuracy(cdi.read_audit(sample)).estimate.round(3).tolist()
    [0.667]
    """
    import narwhals as nw

    audit = _sample(audit, roles)
    if RIGHT not in audit.known:
        raise DesignError.of("no-classes", where=Where(audit.name, sheet=audit.source.sheet))
    return share(audit.measuring(nw.col(RECORDED), nw.col(RIGHT)), by, measure="classification")


def over_recording(audit: object, by: str | Sequence[str] | None = None, **roles: Unpack[Roles]) -> Estimates:
    """Estimate the share of recorded crimes that should not have been recorded: recorded with nothing due.

    Parameters
    ----------
    audit : Audit, path, a list of them, or data frame
        The sample, with decisions.
    by : str or sequence of str, optional
        Domain columns; None: the strata; ``[]``: overall only. By category, records count in the
        class in which they were recorded, where that is known.
    **roles
        The roles of columns, as in :func:`cdi.read_audit`.

    Returns
    -------
    Estimates
        One row a domain, and the overall share last. Proportions of all crimes recorded, rightly or not.

    Raises
    ------
    DesignError
        Decisions are not known.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> sample = pd.DataFrame({"decision": ["recorded", "recorded", "over-recorded", "not recorded"]})
    >>> cdi.over_recording(cdi.read_audit(sample)).estimate.round(3).tolist()
    [0.333]
    """
    import narwhals as nw

    audit = _sample(audit, roles)
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


def grounds_rate(searches: object, by: str | Sequence[str] | None = None, **roles: Unpack[Roles]) -> Estimates:
    """Estimate the share of stop and search records with reasonable grounds recorded.

    It measures the grounds as recorded on the form, not whether they were reasonable at the time.

    Parameters
    ----------
    searches : Audit, path, a list of them, or data frame
        The records, from ``cdi.read_audit(..., recorded="grounds")``: one row a record. Of anything else that it reads,
        the column ``grounds`` is taken.
    by : str or sequence of str, optional
        Domain columns, such as ethnicity. None: the strata.
    **roles
        The roles of columns, as in :func:`cdi.read_audit`.

    Returns
    -------
    Estimates
        One row a domain, and the overall share last. Proportions.

    Notes
    -----
    With the population known and single records, the interval is Wilson's with the finite population correction,
    n_eff = n (N - 1) / (N - n), within what is logically possible (O'Neill 2021). A subgroup of unknown size takes the
    sampling fraction of the whole.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> records = pd.DataFrame({"grounds": ["yes"] * 159 + ["no"] * 23})
    >>> cdi.grounds_rate(cdi.read_audit(records, recorded="grounds")).estimate.round(3).tolist()
    [0.874]
    """
    known = sample_of(searches)
    if not isinstance(known, Audit):
        roles = {**Roles(recorded=GROUNDS), **roles}
    return share(known, by, measure="grounds", **roles)


def of_counts(
    recorded: int, due: int, *, population: int | None = None, measure: str = "share", selection: str = "random"
) -> Estimates:
    """Take counts without rows, as a simple random sample of single records unless said otherwise.

    Parameters
    ----------
    recorded, due : int
        The counts: 159 of 182.
    population : int, optional
        Records on the frame that the sample was drawn from.
    measure : str
        As in :func:`share`.
    selection : {"random", "census", "judgement", "voluntary"}
        How the sample came about, as in :class:`cdi.Design`.

    Returns
    -------
    Estimates
        One row, a proportion.

    Raises
    ------
    DataError
        Counts that cannot be: 11 of 10, a population below the sample.
    DesignError
        A census of fewer records than its population.

    Examples
    --------
    >>> import cdi
    >>> cdi.of_counts(21, 24).interval().low.round(3).tolist()
    [0.69]
    """
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
    row = Subject((f"{recorded}/{due}",), measure_of(measure, RATES), facts)
    return Estimates(("counts",), (row,), counted, None, selection=selection)


def with_facts(found: Estimates, totals: Totals, mixed: Sequence[bool]) -> Estimates:
    """State on each row what is true of it, and what is odd about it."""
    rests = found.basis
    missed = rests.due - rests.recorded
    # what is looked for is rare: crimes not recorded, in the wrong class, or over-recorded
    rare = rests.recorded if found.measure.key == "over-recording" else missed
    sampled = (rests.due > 0) & ~rests.census
    conditions = {
        "no-crimes": rests.due == 0,
        "all-recorded": sampled & (missed == 0),
        "none-recorded": (rests.due > 0) & (rests.recorded == 0),
        "small-base": sampled & (rests.due < SMALL_BASE),
        "few-unrecorded": (rare > 0) & (rare < FEW_UNRECORDED) & ~rests.census,
        "few-df": (rests.df > 0) & (rests.df < FEW_DF) & (rests.due > 0),
        "only-reports-with-crimes": np.full(len(found), not totals.audit.counts_empty_reports),
        "not-auditable": np.full(len(found), fill_value=totals.audit.left_out > 0),
        "frame-remainder": np.full(len(found), fill_value=totals.strata.remainder),
        **_class_notes(found, totals),
        **_rule_notes(found, totals),
    }
    alone = "" if found.representative else found.selection
    if alone:
        # what is said of intervals and of frames is not said of a sample that has neither
        conditions = {code: holds for code, holds in conditions.items() if code in _OF_COUNTS}
    rows, weighted = [], _weighted(found, totals)
    for i, row in enumerate(found.rows):
        reasons = tuple(code for code, holds in conditions.items() if holds[i])
        facts = replace(
            row.facts,
            census=bool(rests.census[i]) and not alone,
            weighted=bool(weighted[i]) and not alone,
            mixed=mixed[i] and not totals.strata.represents and not alone,
            alone=alone,
        )
        rows.append(replace(row, facts=facts.because(reasons)))
    return replace(found, rows=tuple(rows))


def _weighted(found: Estimates, totals: Totals) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Find the rows whose reports with crimes count by weights that differ; rows that are no domain go by the whole."""
    whole = totals.whole.weight[totals.whole.due > 0]
    differ = np.full(len(found), len(whole) > 0 and bool(np.ptp(whole) > 0))
    if len(found) > len(totals.domains):
        held = totals.cells.due > 0
        domain, weight = totals.cells.domain[held], totals.cells.weight[held]
        least, most = np.full(len(totals.domains), np.inf), np.full(len(totals.domains), -np.inf)
        np.minimum.at(least, domain, weight)
        np.maximum.at(most, domain, weight)
        differ[: len(totals.domains)] = most > least
    return differ


def _class_notes(found: Estimates, totals: Totals) -> dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Say where crimes in the wrong class count as not recorded, and where no column says in which they are."""
    audit = totals.audit
    domains = np.array([not row.whole for row in found.rows])
    wrong = (audit.decisions or {}).get(WRONG_CLASS, 0) > 0
    strict = audit.design.classification == "strict"
    unknown = wrong and strict and audit.design.recorded_as is None and not totals.by_strata
    counted = "recording-rate" in (found.measure.key, found.measure.of)
    return {
        "own-class": domains & (audit.places(totals.keys)),
        "class-unknown": domains & (unknown and counted),
    }


def _several_strata(found: Estimates, totals: Totals, i: int) -> bool:
    """Tell whether a row mixes strata whose weights are not known."""
    if found.rows[i].whole:
        return len(totals.strata.labels) > 1
    return len(np.unique(totals.cells.stratum[totals.cells.domain == i])) > 1


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
