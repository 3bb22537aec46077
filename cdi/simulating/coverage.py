"""How often an interval is right: for a simple sample exactly, for any other design by simulation.

For a number of records every sample that can come is counted. For a scenario, or for an audit that was made, samples
like it are drawn, and each goes through the estimators that served the audit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, Unpack

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.arguments import checked, chosen, is_number, names_of, several, shown
from cdi.audits.audit import Audit, read_audit, sample_of
from cdi.audits.design import Roles
from cdi.audits.volumes import POPULATION, one_figure, sort_out
from cdi.binomial import intervals
from cdi.binomial.coverage import LARGEST, Enumerated, coverage_of_counts
from cdi.binomial.intervals import EXACT, METHODS, tail_of
from cdi.errors import DataError, DesignError, MethodError
from cdi.facts import PLAIN, Facts, Scope
from cdi.parameters import LEVEL, METHOD
from cdi.printing.formats import parse_proportion
from cdi.printing.lines import level_text, percent
from cdi.printing.tables import CATEGORY, arrange, serving
from cdi.reading.opening import open_source
from cdi.results import with_frame
from cdi.simulating.draws import Fared, Frame, Terms, fared, frame_of, truths_of
from cdi.simulating.plans import is_plan, is_whole_plan, no_sample, scenario_of_plan
from cdi.simulating.reports import (
    KindsOfStratum,
    Sorts,
    correlation_of,
    groups_of,
    kinds_of_audit,
    kinds_of_stratum,
    kinds_of_table,
    rates_of_audit,
    reports_of,
    sorts_of_table,
    standing_of,
)
from cdi.simulating.results import Coverage, Covered
from cdi.simulating.scenarios import Scenario, read_scenario
from cdi.survey.estimates import ALL
from cdi.survey.extrapolation import known_crime, limits_of, volumes_of
from cdi.survey.kinds import Kinds
from cdi.survey.sampling import recording_rate
from cdi.survey.totals import total

if TYPE_CHECKING:
    from cdi.reading.sources import Source
    from cdi.survey.estimates import Estimates, Subject
    from cdi.survey.totals import Totals

__all__ = ["DRAWS", "RATES", "Coverage", "coverage", "rates_asked"]

Floats: TypeAlias = npt.NDArray[np.float64]

DRAWS = 4_000
"""Samples that are drawn unless another number is asked for."""

RATES = "80%-99%"
"""The true rates of a simple sample unless others are asked for."""

STEP = 0.0001
"""How far the true rates of a range lie apart."""


@checked
def coverage(
    sample: object,
    by: str | Sequence[str] | None = None,
    *,
    volumes: object = None,
    recorded_crime: int | None = None,
    rates: str | Sequence[float] | None = None,
    rate: float | None = None,
    correlation: float | None = None,
    method: str | Sequence[str] = METHOD,
    level: float = LEVEL,
    side: str = "both",
    draws: int | None = None,
    seed: int | None = None,
    processes: int | None = None,
    progress: Callable[[int], object] | None = None,
    **roles: Unpack[Roles],
) -> Coverage:
    """Find how often an interval holds the true rate, how it misses it, and how wide it is.

    Parameters
    ----------
    sample : int, Scenario, path, Workbook, a list of them, data frame, Audit, Kinds or Result
        A number of records, of which every sample that can come is counted. Or a scenario (or its ``.toml`` file), a
        plan, an audit or its kinds of report (:meth:`Audit.kinds`), of which samples like it are drawn. A plan is a
        table with a row for each stratum: columns ``sample`` and, where they are known, ``population``, ``rate``,
        ``crimes``, ``correlation`` and ``recorded_crime``, as in :class:`cdi.Stratum`.
    by : str or sequence of str, optional
        The category columns of the audit. If None, there is one row for each stratum. If empty, only the overall rate.
    volumes : path, Workbook, data frame, mapping, or a list of them, optional
        Reports on the frame, and recorded crime by category, as :func:`cdi.estimate` takes them. Recorded crime adds
        the rate that follows from it, and the unrecorded crimes by category and in total.
    recorded_crime : int, optional
        The recorded crime of all categories together, if one figure is all there is.
    rates : str or sequence of float, optional
        The true rates of a number of records: proportions, or text such as ``"80%,90%"`` or ``"80%-99%"``. A range is
        taken in steps of 0.01 points. It is 80% to 99% unless given.
    rate : float, optional
        The true rate of every stratum and category, instead of rates like those of the audit. Of a plan, that of the
        strata without one.
    correlation : float, optional
        How much alike the crimes of one report fare: the intraclass correlation. If None, it is as in the audit, and 0
        in a plan that does not say it.
    method : str or sequence of str
        The interval methods, or ``"all"``.
    level, side : float, str
        See :meth:`Estimates.interval`.
    draws : int, optional
        The number of samples that are drawn; 4,000 unless given.
    seed : int, optional
        What the draws start from; 1 unless given. The same seed gives the same numbers on any number of processes.
    processes : int, optional
        The processes that work side by side; one unless given. With more than one, a script calls this below
        ``if __name__ == "__main__":``.
    progress : callable, optional
        It is told how many more samples are done.
    **roles
        The fields of :class:`cdi.Design`. For a number of records, only ``population``.

    Returns
    -------
    Coverage
        One row for each rate or count, and method. Shares and widths of rates are proportions.

    Raises
    ------
    DataError, DesignError
        As for :func:`cdi.read_audit`; if a scenario is wrong; if the sample is a census, or a table of counts that does
        not say enough.
    MethodError
        If a method is unknown or does not fit the sample, or an argument would change nothing.

    References
    ----------
    Brown, Cai and DasGupta (2001), Statistical Science 16, 101-133, for enumeration. Franco, Little, Louis and Slud
    (2019), Journal of Survey Statistics and Methodology 7, 334-364, for simulated designs.

    Examples
    --------
    >>> import cdi
    >>> found = cdi.coverage(182, rates="80%-99%")
    >>> f"{found.rows[0].coverage:.3f} on average, {found.rows[0].least:.3f} at the least"
    '0.952 on average, 0.930 at the least'
    """
    tail_of(level, side)
    given = {
        "by": by, "volumes": volumes, "recorded_crime": recorded_crime, "rates": rates, "rate": rate,
        "correlation": correlation, "draws": draws, "seed": seed, **roles,
    }  # fmt: skip
    kind, opened = _kind_of(sample, roles)
    idle = [name for name, value in given.items() if value is not None and name not in _FITTING.get(kind, (name,))]
    if kind in ("audit", "kinds", "plan") and rates is not None:
        raise MethodError.of("rates-of-file", got=shown(rates))
    if idle:
        raise MethodError.of("coverage-idle", got=wording.in_a_row(idle), what=wording.COVERAGE_OF[kind])
    if kind == "counts":
        return _of_counts(sample, rates, roles.get("population"), method, level, side)
    if isinstance(sample, (bool, float)) or sample is None:
        raise DataError.of("coverage-sample", got=shown(sample))
    methods = _methods(method, None, level, side)
    exact = [name for name in methods if name in EXACT]
    if exact:
        raise MethodError.of("coverage-exact", got=wording.in_a_row(exact))
    if progress is not None and not callable(progress):
        raise DataError.of("coverage-progress", got=shown(progress))
    run = _Run(
        Terms(methods, level, side),
        intervals.whole_number(DRAWS if draws is None else draws, "draws", 1),
        intervals.whole_number(1 if seed is None else seed, "seed", 0),
        intervals.whole_number(1 if processes is None else processes, "processes", 1),
        progress,
    )
    if kind == "scenario":
        scenario = sample if isinstance(sample, Scenario) else read_scenario(sample)  # type: ignore[arg-type]
        return _of_scenario(scenario, run)
    _refuse_no_shares(rate, correlation)
    if kind == "plan" and opened is not None:
        said = scenario_of_plan(opened, rate, correlation)
        return _of_scenario(said.scenario, run, said.unbanded)
    like = sample if opened is None else opened
    return _of_audit(_Like(like, by, volumes, recorded_crime, rate, correlation), run, roles)


_FITTING: Mapping[str, tuple[str, ...]] = {
    "counts": ("rates", "population"), "scenario": ("draws", "seed"), "plan": ("rate", "correlation", "draws", "seed"),
    "kinds": ("volumes", "recorded_crime", "rate", "correlation", "draws", "seed"),
}  # fmt: skip
"""What is measured -> the arguments that have a place with it; an audit has one for all but rates."""


def _kind_of(sample: object, roles: Roles) -> tuple[str, Source | None]:
    """Tell a number of records from a scenario, a plan and an audit; the table of a plan or an audit is then open."""
    if not isinstance(sample, bool) and isinstance(sample, Integral):
        return "counts", None
    if isinstance(sample, Scenario):
        return "scenario", None
    if isinstance(sample, Kinds):
        return "kinds", None
    if isinstance(sample, (str, Path)) and Path(sample).suffix.casefold() == ".toml":
        return "scenario", None
    if sample is None or isinstance(sample, (bool, float, Audit)) or sample_of(sample) is not sample:
        return "audit", None
    if not roles.keys().isdisjoint(_ANSWERED):
        return "audit", None
    opened = open_source(sample)
    if not is_plan(opened.columns) or not opened.roles.keys().isdisjoint(_ANSWERED):
        return "audit", opened
    if is_whole_plan(opened.columns):
        return "plan", opened
    if roles:  # a plan has none
        return "audit", opened
    raise no_sample(opened)


_ANSWERED = ("recorded", "decision", "due")
"""Roles that only an audit has: a mapping, or who calls, gives it a column."""


def _refuse_no_shares(rate: float | None, correlation: float | None) -> None:
    if rate is not None and not (is_number(rate) and 0 <= rate <= 1):
        raise DataError.of("not-a-proportion", got=shown(rate))
    if correlation is not None and not (is_number(correlation) and 0 <= correlation <= 1):
        raise DesignError.of("coverage-correlation", got=shown(correlation))


def _methods(method: object, population: int | None, level: float, side: str) -> tuple[str, ...]:
    """Take the methods that are asked for, each once; of all, those that fit."""
    names = names_of(method, "method")
    for name in names:
        if chosen(name, [*METHODS, *EXACT, "all"], "unknown-method") != "all":
            intervals.check_method(name, side)
            # the room that knows on what terms a method has an interval
            if name not in EXACT:
                intervals.interval(0.5, 1, level=level, method=name, side=side)
    if "all" in names:
        names = (*names, *serving(population, level, side))
    return tuple(dict.fromkeys(name for name in names if name != "all")) or (METHOD,)


# ---- a simple sample of records


def rates_asked(
    given: str | Sequence[float] | None, population: int | None
) -> tuple[Floats, tuple[float, float] | None]:
    """Read true rates, and the ends of their range where they are one."""
    if given is None or isinstance(given, str):
        asked = RATES if given is None else given
        parts = asked.split(",")
        ends = parts[0].split("-") if len(parts) == 1 else []
        try:
            read = [parse_proportion(part) for part in (ends if len(ends) == 2 else parts)]
        except ValueError:
            raise MethodError.of("coverage-rates", got=asked) from None
        if len(ends) != 2:
            return np.array(read), None
        if read[0] >= read[1]:
            raise MethodError.of("coverage-rates", got=asked)
        return _between(read[0], read[1], population), (read[0], read[1])
    found = np.atleast_1d(intervals.numbers(given, "not-a-proportion"))
    intervals.interval(found, 1)  # the room that knows which rates can be
    return found, None


def _between(low: float, high: float, population: int | None) -> Floats:
    """List the true rates of a range: of a known number of records, all that there can be."""
    if population is None:
        return np.append(np.round(np.arange(round((high - low) / STEP)) * STEP + low, 12), high)
    can = np.arange(np.ceil(low * population - 1e-9), np.floor(high * population + 1e-9) + 1) / population
    return can if len(can) else np.array([low])


def _of_counts(
    sample: object, asked: str | Sequence[float] | None, population: Any, method: object, level: float, side: str
) -> Coverage:
    """Count every sample of some records that can come."""
    records = intervals.whole_number(sample, "sample", 1)
    if records > LARGEST // 10:
        raise MethodError.of("coverage-many", got=f"{records:,}", most=LARGEST // 10)
    if population is not None:
        population = intervals.whole_number(population, "population", 1)
    methods = _methods(method, population, level, side)
    # what cannot be asked for is told before anything is computed
    intervals.count_interval(records, records, population=population, level=level, side=side)
    true, ends = rates_asked(asked, population)
    found = {
        name: coverage_of_counts(records, true, population=population, method=name, level=level, side=side)
        for name in methods
    }
    drawn = wording.Drawn("counts", records, population)
    if ends is not None:
        label = (wording.between(level_text(ends[0]), level_text(ends[1])),)
        rows = [_over_range(label, name, each, side, records) for name, each in found.items()]
        return Coverage((wording.COVERAGE_KEYS["counts"],), tuple(rows), level, side, drawn, found)
    rows = [row for i in range(len(true)) for row in _at_rate(i, found, side, records)]
    return Coverage((wording.COVERAGE_KEYS["counts"],), tuple(rows), level, side, drawn)


def _over_range(label: tuple[str, ...], method: str, each: Enumerated, side: str, records: int) -> Covered:
    place = int(each.coverage.argmin())
    return Covered(
        label,
        method,
        None,
        float(each.coverage.mean()),
        float(each.above.mean()),
        float(each.below.mean()),
        float(each.width.mean()) if side == "both" else None,
        least=float(each.coverage[place]),
        least_at=float(each.rate[place]),
        n=records,
    )


def _at_rate(place: int, found: Mapping[str, Enumerated], side: str, records: int) -> Iterator[Covered]:
    for method, each in found.items():
        truth, share, above, below, width = (
            float(part[place]) for part in (each.rate, each.coverage, each.above, each.below, each.width)
        )
        label = (level_text(round(truth, 6)),)
        yield Covered(label, method, truth, share, above, below, width if side == "both" else None, n=records)


# ---- samples that are drawn


@dataclass(frozen=True, slots=True)
class _Run:
    """How samples are drawn and intervals made."""

    terms: Terms
    draws: int
    seed: int
    processes: int
    progress: Callable[[int], object] | None

    def of(self, frame: Frame) -> Fared:
        """Draw samples, and see how their intervals fare."""
        return fared(frame, self.terms, self.draws, self.seed, self.processes, self.progress)


@dataclass(frozen=True, slots=True)
class _Like:
    """What an audit is taken to have come from."""

    sample: object
    by: str | Sequence[str] | None
    volumes: object
    recorded_crime: int | None
    rate: float | None
    correlation: float | None


def _of_scenario(scenario: Scenario, run: _Run, unbanded: str = "") -> Coverage:
    """Draw samples of a scenario."""
    audit = _planned(scenario)
    several_strata = len(scenario.strata) > 1
    totals = total(audit, "stratum" if several_strata else ())
    by_name = {each.name: each for each in scenario.strata}
    order = [by_name[label[0]] for label in audit.strata.labels]
    kinds = [kinds_of_stratum(each, place) for place, each in enumerate(order)]
    known = all(each.recorded_crime is not None for each in order)
    crime = np.array([each.recorded_crime for each in order], dtype=np.float64) if known else None
    volumes, recorded = (crime, None) if several_strata else (None, None if crime is None else float(crime[0]))
    frame = frame_of(totals, kinds, volumes, recorded=recorded)
    labels = [*(label for label in totals.domains), (ALL,)]
    rows = _rows_of(frame, labels, run)
    place = {each.name: i for i, each in enumerate(scenario.strata)}
    rows.sort(key=lambda row: (row.counts, len(place) if row.facts.whole else place.get(row.label[0], len(place))))
    holds_two = any(kinds_.due.sum(axis=1).max() > 1 for kinds_ in kinds)
    drawn = wording.Drawn(
        "scenario",
        scenario.sample,
        draws=run.draws,
        seed=run.seed,
        framed=frame.held is not None,
        weighted=totals.strata.weighted,
        several=several_strata,
        correlation=0.0 if holds_two else None,
        volumes=known,
        blank=any(row.blank > 0 for row in rows),
        banded=any(each.band is not None for each in order),
        unbanded=unbanded,
    )
    return Coverage((wording.COVERAGE_KEYS["scenario"],), tuple(rows), run.terms.level, run.terms.side, drawn)


def _planned(scenario: Scenario) -> Audit:
    """Make an audit of the design of a scenario, in which nothing has been found yet."""
    import pandas as pd

    strata = scenario.strata
    rows: dict[str, list[Any]] = {"stratum": [each.name for each in strata for _ in range(each.sample)]}
    rows["recorded"] = [1] * len(rows["stratum"])
    if strata[0].weight is not None:
        rows["weight"] = [each.weight for each in strata for _ in range(each.sample)]
    if strata[0].population is None:
        return read_audit(pd.DataFrame(rows))
    return read_audit(pd.DataFrame(rows), population={each.name: int(each.population or 0) for each in strata})


def _of_audit(like: _Like, run: _Run, roles: Roles) -> Coverage:
    """Draw samples like an audit."""
    kept = like.sample if isinstance(like.sample, Kinds) else None
    domains = list(names_of(like.by) if kept is None else kept.keys)
    framed, crime = sort_out(several(like.volumes), domains)
    if like.recorded_crime is not None:
        crime = one_figure(like.recorded_crime, beside=crime)
    if kept is None:
        with_frame(roles, framed, domains)
        known = sample_of(like.sample)
        audit = known if isinstance(known, Audit) and not roles else read_audit(known, **roles)
        estimated = recording_rate(audit, like.by)
    else:
        if framed is not None:
            raise MethodError.of("coverage-idle", got=POPULATION, what=wording.COVERAGE_OF["kinds"])
        audit, estimated = kept.audit, kept.rates()
    estimated.refuse_unrepresentative()
    if audit.design.selection == "census":
        raise DesignError.of("coverage-census", got="census")
    totals = total(audit, like.by) if kept is None else kept.totals
    found = _table_like(like, totals) if audit.design.counts else _reports_like(like, totals)
    standing = standing_of(totals)
    volumes, recorded = (None, None) if crime is None else _projected(estimated, crime)
    frame = frame_of(
        totals, found.kinds, volumes, recorded=recorded, sorts=found.sorts, standing=standing, drawn=found.drawn
    )
    labels = [row.label for row in estimated.rows]
    due = dict(zip(labels, estimated.basis.due.tolist(), strict=True))
    rows = [replace(row, n=due[row.label]) for row in _rows_of(frame, labels, run, estimated.rows[-1])]
    drawn = wording.Drawn(
        "audit",
        int(totals.strata.sampled.sum()),
        draws=run.draws,
        seed=run.seed,
        framed=frame.held is not None,
        weighted=totals.strata.weighted,
        several=len(totals.strata.labels) > 1,
        correlation=found.alike,
        estimated=like.correlation is None,
        rate="" if like.rate is None else percent(like.rate),
        crossed=found.crossed,
        volumes=crime is not None,
        classes=bool((found.sorts.category != found.sorts.recorded_as).any()),
        surplus=standing.surplus and crime is not None,
        table=found.table,
        deff=f"{totals.strata.deff:.10g}",
        blank=any(row.blank > 0 for row in rows),
    )
    keys, bases = totals.keys or (CATEGORY,), arrange(estimated)
    return Coverage(keys, tuple(rows), run.terms.level, run.terms.side, drawn, bases=bases)


@dataclass(frozen=True, slots=True)
class _Alike:
    """Reports like those of an audit."""

    kinds: tuple[KindsOfStratum, ...]
    sorts: Sorts
    crossed: bool  # whether categories have rates of their own within a stratum
    alike: float | None  # how much alike the crimes of one report fare; None where no report holds two
    table: str = ""  # of a table of counts: what its draws are
    drawn: tuple[Mapping[int, int], ...] | None = None


def _reports_like(like: _Like, totals: Totals) -> _Alike:
    """Make up reports like those that were read."""
    lenient = totals.lenient
    reports, rates = reports_of(totals.audit, totals), rates_of_audit(lenient, like.rate)
    alike = correlation_of(reports, rates_of_audit(lenient, None)) if like.correlation is None else like.correlation
    holds_two = bool((reports.due.sum(axis=1) > 1).any())
    kinds = kinds_of_audit(reports, totals, rates, alike)
    return _Alike(kinds, reports.sorts, rates.crossed, alike if holds_two else None)


def _table_like(like: _Like, totals: Totals) -> _Alike:
    """Make up records, or reports, like those that a table counts."""
    audit, standing = totals.audit, standing_of(totals)
    in_reports, deff = audit.design.reports is not None, totals.strata.deff
    if in_reports and (standing.strict or not standing.as_audited):
        raise DesignError.of("coverage-table-classes", got=audit.design.reports)
    if like.correlation is not None and not in_reports:
        raise MethodError.of("coverage-table-correlation", got="correlation")
    # the variance of a table that counts reports is that of crimes of one report that share a fate
    alike = 1.0 if like.correlation is None else like.correlation
    rates = rates_of_audit(totals.lenient, like.rate)
    drawn = tuple({1: int(n)} if in_reports else groups_of(int(n), deff) for n in totals.strata.sampled)
    made = kinds_of_table(audit, totals, rates, alike, drawn)
    table = "groups" if deff > 1 else "records"
    if in_reports:
        table = "reports"
    return _Alike(
        made, sorts_of_table(audit, totals), rates.crossed, alike if in_reports else None, table=table, drawn=drawn
    )


def _projected(estimated: Estimates, crime: object) -> tuple[Floats | None, float | None]:
    """Give the recorded crime that counts follow from: by category, or all of it where it has none."""
    known = known_crime(estimated, crime)
    if not estimated.keys or not known.keys:
        estimated = replace(estimated.take([len(estimated) - 1]), keys=())
    volumes = volumes_of(estimated, known)[0] * limits_of(estimated, known, None)
    return (volumes, None) if estimated.keys else (None, float(volumes[0]))


def _rows_of(frame: Frame, labels: Sequence[tuple[str, ...]], run: _Run, whole: Subject | None = None) -> list[Covered]:
    """Give a row for each figure and method: rates, the overall ones last, then unrecorded crimes."""
    found, truths = run.of(frame), truths_of(frame)
    overall = Facts(Scope.OVERALL) if whole is None else Facts(whole.facts.scope)
    figures = [(label, PLAIN, False) for label in labels[:-1]]
    total_ = (labels[-1], Facts(Scope.OVERALL), True)
    if frame.volumes is None:
        figures += [(labels[-1], overall, False), *([total_] if frame.recorded is not None else [])]
    else:
        # the rate that recorded crime implies is the overall one, and that of the frame stands beside it
        beside = Scope.FRAME if frame.totals.strata.weighs else overall.scope
        figures += [(labels[-1], Facts(beside), False), (labels[-1], Facts(Scope.OVERALL, by_volumes=True), False)]
        figures += [*((label, PLAIN, True) for label in labels[:-1]), total_]
    return [
        replace(_drawn_row(found, (i, j), label, method, float(truths[i]), facts, run), counts=counts)
        for i, (label, facts, counts) in enumerate(figures)
        for j, method in enumerate(run.terms.methods)
    ]


def _drawn_row(
    found: Fared, at: tuple[int, int], label: tuple[str, ...], method: str, truth: float, facts: Facts, run: _Run
) -> Covered:
    held, above, below = (int(part[at]) for part in (found.held, found.above, found.below))
    known = held + above + below
    if not known or not np.isfinite(truth):
        # a category without any crime has no true rate either
        return Covered(label, method, truth if np.isfinite(truth) else None, None, None, None, None, 1.0, facts=facts)
    share = held / known
    # a share of none or all has an error too: that of one sample more, half of it on either side
    likely = (held + 0.5) / (known + 1)
    return Covered(
        label,
        method,
        truth,
        share,
        above / known,
        below / known,
        float(found.width[at]) / known if run.terms.side == "both" else None,
        1 - known / found.samples,
        float(np.sqrt(likely * (1 - likely) / known)),
        facts=facts,
    )
