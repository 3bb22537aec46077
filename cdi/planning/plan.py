"""The plan of an audit: how many reports to read in each stratum, what they are expected to show, what that costs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeAlias, Unpack

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.arguments import checked, chosen, is_number, names_of, shown
from cdi.audits.audit import Audit, sample_of
from cdi.audits.design import Roles
from cdi.binomial import intervals
from cdi.errors import DesignError, MethodError, Where
from cdi.parameters import ALLOCATION, ALLOCATIONS, LEVEL, METHOD, POWER
from cdi.planning.allocation import allocate
from cdi.planning.earlier import NOTHING_BEFORE, Earlier, read_earlier
from cdi.planning.expected import RATE, STANDARD, Ends, Field, Target, Terms
from cdi.planning.outlooks import NONE, Outlook
from cdi.planning.results import Cost, Plan, Planned, Reached
from cdi.planning.saying import best_of, said_of
from cdi.planning.search import Bounds, Problem, first_of, smallest
from cdi.planning.strata import (
    FEWEST,
    Banding,
    Expected,
    Read,
    Said,
    bands_asked,
    of_earlier,
    of_frame,
    of_number,
    of_table,
)
from cdi.planning.targets import Asked, asked_of, targets_of
from cdi.printing.lines import percent
from cdi.reading.opening import open_source

__all__ = ["Plan", "plan"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

LADDER = (1 / 2, 2 / 3, 5 / 6, 1.0, 7 / 6, 4 / 3, 5 / 3, 2.0)
"""Half-widths whose cost is shown, as shares of those of the plan."""


@checked
def plan(
    strata: object = None,
    targets: object = None,
    *,
    by: str | Sequence[str] | None = None,
    frame: object = None,
    bands: str | None = None,
    in_full: int | None = None,
    previous: object = None,
    rate: float | None = None,
    crimes: float | Mapping[int, float] | None = None,
    correlation: float | None = None,
    without_crime: float | None = None,
    not_auditable: float | None = None,
    recorded_crime: int | None = None,
    cost: float | None = None,
    per_day: float | None = None,
    minimum: int | None = None,
    maximum: int | None = None,
    allocation: str = ALLOCATION,
    sample: int | None = None,
    assurance: float | None = None,
    fall: float | str | None = None,
    standard: float | str | None = None,
    power: float = POWER,
    level: float = LEVEL,
    method: str = METHOD,
    **roles: Unpack[Roles],
) -> Plan:
    """Find the smallest sample that meets every target at once.

    Parameters
    ----------
    strata : path, Workbook or data frame, optional
        A table with a row for each stratum: columns that name it, ``population`` (its reports on the frame) and, where
        they are known, ``rate``, ``crimes``, ``correlation``, ``without_crime``, ``not_auditable``,
        ``recorded_crime``, ``cost``, ``minimum`` and ``maximum``, as the arguments of these names. A column named in
        ``targets`` can hold the share of a category in the crimes of each stratum.
    targets : float, str or mapping, optional
        Half-widths that are wanted, as proportions or such as ``"3pp"``: one for the overall rate, or by name. A name
        is ``"all"``, a category, a stratum, or a column whose categories all get it. ``"unrecorded"`` is the number of
        unrecorded crimes, and its half-width is in crimes. Overall it is 0.03, if nothing else is asked of the whole.
    by : str or sequence of str, optional
        Columns of the strata, or of the audit before, whose categories each get a half-width of 0.05.
    frame : path, Workbook or data frame, optional
        The sampling frame with a row for each report, instead of a table. It is counted by the columns of ``stratum``.
    bands : str, optional
        The column of the frame with the crimes recorded for each report, whose bands become strata: ``"crimes"``, or
        ``"crimes=1,2,6"`` with the numbers at which bands begin after 0. These are 1, 2 and 6 unless given.
    in_full : int, optional
        From this number of recorded crimes on, all reports are read.
    previous : path, Workbook, data frame, Audit or Result, optional
        The audit before, from which rates, crimes a report and the correlation are taken by stratum. Without a table
        or frame, its strata and its own frame are planned.
    rate : float, optional
        The recording rate that is expected, above 0 and below 1.
    crimes : float or mapping, optional
        The crimes a report, as for :class:`cdi.Stratum`; 1 unless given.
    correlation : float, optional
        How much alike the crimes of one report fare: their intraclass correlation. Instead of it, ``deff`` says the
        design effect that follows from it. If nothing is said and reports hold several crimes, that is 1.2.
    without_crime, not_auditable : float, optional
        The share of reports in which no crime was due, and the share that cannot be audited.
    recorded_crime : int, optional
        Recorded crime, for the number of unrecorded crimes.
    cost : float, optional
        What a report costs, in any unit. What is made small is the cost of all.
    per_day : float, optional
        The reports that an auditor reads in a day.
    minimum, maximum : int, optional
        The least and the most reports of each stratum. The least is 2 unless given.
    allocation : {"optimal", "proportional", "neyman", "power", "sqrt", "equal", "fixed"}
        How reports are divided over strata. Fixed takes the column ``sample`` of the table.
    sample : int, optional
        A number of reports, of which the plan then says what it reaches.
    assurance : float, optional
        The chance with which each half-width is to be met, such as 0.8. If None, half-widths are met if the audit
        finds what is expected, which is about as likely as not.
    fall : float or str, optional
        A fall of the overall rate since the audit before that is to be found, such as ``"3pp"``.
    standard : float or str, optional
        A standard that the overall rate is to be told from by a one-sided limit, such as ``"95%"``.
    power : float
        The chance with which a fall or a standard is to be found.
    level, method : float, str
        The intervals that will estimate; see :meth:`Estimates.interval`.
    **roles
        The fields of :class:`cdi.Design`. ``stratum`` names columns of the frame. ``population`` is a number of
        reports, if there are no strata. Others say how the audit before is read.

    Returns
    -------
    Plan
        The reports of each stratum, with what is expected of each target.

    Raises
    ------
    DataError, DesignError
        If a value is missing or cannot be, or no sample meets the targets: the error says what the best possible is.
    MethodError
        If an argument is unknown or would change nothing.

    Notes
    -----
    The intervals are those that estimate: a sample that shows just what is expected goes through the estimators of an
    audit, with its effective size, finite population and degrees of freedom. The chance to meet a target is over the
    samples that can come: counted, for single crimes drawn one by one, and else 2,000 that are drawn. The crimes of a
    report are taken to be of one category.

    References
    ----------
    Cochran (1977), Sampling Techniques, chapters 4 and 5. Bethel (1989), Survey Methodology 15:47-57. Bankier (1988),
    The American Statistician 42:174-177. Wright (2012), Statistics and Probability Letters 82:1501-1507.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> strata = pd.DataFrame({"route": ["calls", "online"], "population": [41250, 3120], "rate": [0.9, 0.94]})
    >>> found = cdi.plan(strata, by="route")
    >>> [(each.label[0], each.sample) for each in found.strata]
    [('calls', 336), ('online', 92)]
    """
    values = {
        "rate": rate, "crimes": crimes, "correlation": correlation, "deff": roles.get("deff"),
        "without_crime": without_crime, "not_auditable": not_auditable, "recorded_crime": recorded_crime,
        "cost": cost, "minimum": minimum, "maximum": maximum,
    }  # fmt: skip
    terms = _terms(level, method)
    asked = asked_of(targets, by, fall, standard)
    how = _How(
        chosen(allocation, ALLOCATIONS, "plan-allocation"),
        None if sample is None else intervals.whole_number(sample, "sample", FEWEST),
        _chance(assurance, "assurance"),
        _chance(power, "power") or POWER,
        _above_nothing(per_day, "per_day"),
    )
    if power not in (None, POWER) and asked.fall is None and standard is None:
        raise MethodError.of("plan-power", got=shown(power))
    banding = bands_asked(bands, in_full)
    own = Roles(**{name: value for name, value in roles.items() if name != "deff"})  # type: ignore[typeddict-item]
    said = Said(
        {name: value for name, value in values.items() if value is not None},
        _before(previous, asked, own),
        asked.fall or 0.0,
    )
    return _planned(_read(strata, frame, banding, said, asked, own), said, asked, how, terms)


@dataclass(frozen=True, slots=True)
class _How:
    """How a sample is found."""

    rule: str
    total: int | None
    assurance: float | None
    power: float
    per_day: float | None


def _terms(level: float, method: str) -> Terms:
    """Take what intervals are, and refuse a method that has none for any design."""
    intervals.tail_of(level, "both")
    chosen(method, [*intervals.METHODS, *intervals.EXACT], "unknown-method")
    if method in intervals.EXACT:
        raise MethodError.of("coverage-exact", got=method)
    intervals.interval(0.5, 1, level=level, method=method)
    return Terms(level, method)


def _chance(given: float | None, name: str) -> float | None:
    if given is not None and not (is_number(given) and 0 < given < 1):
        raise MethodError.of("plan-chance", got=shown(given), name=name)
    return given


def _above_nothing(given: float | None, name: str) -> float | None:
    if given is not None and not (is_number(given) and 0 < given < math.inf):
        raise MethodError.of("plan-above-nothing", got=shown(given), name=name)
    return given


# ---- what is brought


_OF_AUDITS = ("cluster", "due", "recorded", "decision")
"""Roles that only an audit has."""


def _before(previous: object, asked: Asked, roles: Roles) -> Earlier:
    """Read the audit before, by the categories that it has."""
    if previous is None:
        idle = [name for name in _OF_AUDITS if roles.get(name) is not None]
        if idle:
            raise MethodError.of("plan-idle", got=wording.in_a_row(idle))
        population = roles.get("population")
        if population is not None and not is_number(population):
            raise MethodError.of("plan-population-text", got=shown(population))
        return NOTHING_BEFORE
    own: Any = {name: value for name, value in roles.items() if name != "population" or not is_number(value)}
    whole = read_earlier(previous, None, **own)
    named = [name for name in asked.widths if name in _columns(previous) and name not in whole.keys]
    return read_earlier(previous, named, **own) if named else whole


def _columns(source: object) -> Sequence[str]:
    """List the columns of an audit."""
    known = sample_of(source)
    return known.columns if isinstance(known, Audit) else open_source(known).columns


def _read(strata: object, frame: object, banding: Banding | None, said: Said, asked: Asked, roles: Roles) -> Read:
    """Read the strata from where they are."""
    population: Any = roles.get("population") if is_number(roles.get("population")) else None
    given = {"strata": strata, "frame": frame, "population": population}
    brought = [name for name, value in given.items() if value is not None]
    if len(brought) > 1:
        raise DesignError.of("plan-sources", got=wording.in_a_row(brought))
    if roles.get("stratum") is not None and frame is None and said.earlier.rates is None:
        raise DesignError.of("plan-stratum", got=wording.in_a_row(names_of(roles["stratum"], "stratum")))
    if banding is not None and frame is None:
        raise DesignError.of("plan-bands-frame", got=banding.column)
    if strata is not None:
        return of_table(open_source(strata), said, list(asked.widths))
    if frame is not None:
        keys: Any = roles.get("stratum")
        return of_frame(open_source(frame), names_of(keys, "stratum"), banding, said)
    if population is None and said.earlier.rates is not None:
        return of_earlier(said)
    if population is None and "rate" not in said.values:
        raise DesignError.of("plan-nothing")
    if said.earlier.keys and len(said.earlier.populations) > 1:  # one number is not that of each
        raise DesignError.of("plan-population", got=shown(population), where=Where(said.earlier.name))
    known = None if population is None else intervals.whole_number(population, "population", FEWEST)
    return of_number(known, said)


# ---- the sample that is found


def _planned(read: Read, said: Said, asked: Asked, how: _How, terms: Terms) -> Plan:
    """Find the sample, and say what it comes to."""
    field = _field(read, said, terms)
    targets = targets_of(asked, read, counted=field.recorded_crime is not None)
    _refuse_standard(targets, field)
    problem = Problem(field, targets, _bounds(read), how.rule, how.assurance, how.power)
    found, shares = _sample(problem, read, how)
    reached, every = _reached(problem, found)
    by_stratum = len(read.strata) == 1 or "recorded_crime" not in said.values
    strata = tuple(_stratum(each, int(n), by_stratum=by_stratum) for each, n in zip(read.strata, found, strict=True))
    plan_ = Plan(
        read.keys, strata, reached, every, tuple(_ladder(problem, read, found, shares, how)), terms.level,
        terms.method, how.rule, how.power, *_simple(problem, found),
    )  # fmt: skip
    return replace(plan_, said=tuple(said_of(plan_, problem, read, said)))


def _field(read: Read, said: Said, terms: Terms) -> Field:
    """Lay the strata out as the estimators take them."""
    order = [each.label or (wording.ALL,) for each in read.strata]
    known = [each.population for each in read.strata]
    population = None if None in known else np.array(known, dtype=np.float64)
    crimes = [each.values.get("recorded_crime") for each in read.strata]
    recorded = None if None in crimes else np.array(crimes, dtype=np.float64)
    if recorded is not None and "recorded_crime" in said.values:
        recorded = recorded[:1]  # one figure of all strata together
    fallen = tuple(each.fallen for each in read.strata if each.fallen is not None)
    before = None
    if said.earlier.rates is not None and said.fall:
        rates = said.earlier.rates.take([len(said.earlier.rates) - 1])
        ends = rates.interval(terms.level, terms.method)
        before = Ends(rates.estimate, ends.low, ends.high, np.ones(1))
    return Field(tuple(order), population, tuple(each.outlook for each in read.strata), fallen, recorded, terms, before)


def _bounds(read: Read) -> Bounds:
    """Give what strata may have; what cannot be audited is not there to be read."""
    most = np.array([min(each.available, each.values.get("maximum") or np.inf) for each in read.strata])
    least = np.array(
        [each.available if each.in_full else min(each.values.get("minimum") or FEWEST, most[h])
         for h, each in enumerate(read.strata)]
    )  # fmt: skip
    cost = np.array([float(each.values.get("cost") or 1.0) for each in read.strata])
    return Bounds(cost, least.astype(np.int64), np.maximum(most, least))


def _refuse_standard(targets: Sequence[Target], field: Field) -> None:
    """Refuse a standard that is the expected rate: no sample tells the two apart."""
    for target in targets:
        if target.kind == STANDARD and abs(target.wanted - field.rate) < 1e-9:
            raise DesignError.of("plan-standard", got=percent(target.wanted))


def _sample(problem: Problem, read: Read, how: _How) -> tuple[Ints, Floats]:
    """Find the reports of each stratum, and what sizes go by."""
    bounds = problem.bounds
    if how.rule == "fixed":
        fixed = [each.values.get("sample") for each in read.strata]
        if None in fixed or how.total is not None:
            raise DesignError.of("plan-fixed")
        own = np.array(fixed, dtype=np.int64)
        return own, own.astype(np.float64)
    if how.total is not None:
        most = int(bounds.all_read.sum())
        if not int(bounds.least.sum()) <= how.total <= most:
            raise DesignError.of("plan-total", got=f"{how.total:,}", least=int(bounds.least.sum()), most=most)
        shares = problem.shares()
        return allocate(how.total, shares, bounds.least, bounds.most), shares
    found, shares = smallest(problem)
    if found is None:
        missed = [each for each in _reached(problem, bounds.all_read)[0] if not each.met]
        got, best = best_of(missed, how.power, by_chance=how.assurance is not None)
        raise DesignError.of("plan-impossible", got=got, hint=best)
    return found, shares


def _reached(problem: Problem, sample: Ints) -> tuple[tuple[Reached, ...], float]:
    """Say what a sample comes to for each target, and the chance that all half-widths are met."""
    widths = dict(
        zip((each.name for each in problem.widths), problem.field.half_widths(sample, problem.widths), strict=True)
    )
    chances = problem.field.chances(sample, problem.targets)
    found = []
    for target, chance in zip(problem.targets, chances, strict=False):
        expected = float(widths[target.name]) if target.of_width else None
        if expected is None:
            met = bool(chance >= problem.power)
        elif problem.assurance is not None:
            met = bool(chance >= problem.assurance)
        else:
            met = expected <= target.wanted * (1 + 1e-9)
        found.append(Reached(target.name, target.kind, target.wanted, expected, float(chance), met))
    return tuple(found), float(chances[-1])


def _stratum(each: Expected, n: int, *, by_stratum: bool) -> Planned:
    """Say what is planned of a stratum; recorded crime of all together is not its own."""
    outlook = each.outlook
    crimes = each.values.get("crimes", 1.0)
    mean = float(crimes) if is_number(crimes) and not each.counts else None
    return Planned(
        each.label,
        each.population,
        n,
        outlook.rate if each.counts else float(each.values["rate"]),
        float(outlook.chance @ outlook.due),
        float(each.values["correlation"]),
        outlook.sizes,
        each.values.get("recorded_crime") if by_stratum else None,
        float(each.values.get("cost") or 1.0),
        mean,
        0.0 if mean is None else float(each.values.get("without_crime", 0.0)),
    )


def _ladder(problem: Problem, read: Read, found: Ints, shares: Floats, how: _How) -> Iterator[Cost]:
    """Give what narrower and wider intervals cost: the same plan with more reports, or fewer."""
    widths = problem.widths or [replace(problem.targets[0], kind=RATE)]
    now = problem.field.half_widths(found, widths)
    taken = np.array([1 / (1 - float(each.values.get("not_auditable", 0.0))) for each in read.strata])
    costs = any(each.values.get("cost") for each in read.strata)
    for part in LADDER:
        sample = found if part == 1 else _within(problem, widths, now * part, shares)
        if sample is None or (part != 1 and np.array_equal(sample, found)):
            continue
        reads = float((sample * taken).sum())
        yield Cost(
            float(problem.field.half_widths(sample, widths[:1])[0]),
            math.ceil(reads - _ROUNDING),
            None if how.per_day is None else reads / how.per_day,
            float((sample * taken) @ problem.bounds.cost) if costs else None,
            planned=part == 1,
        )


_ROUNDING = 1e-9


def _within(problem: Problem, widths: Sequence[Target], wanted: Floats, shares: Floats) -> Ints | None:
    """Give the first sample, as reports are added by their priorities, within half-widths; None where there is none."""
    bounds = problem.bounds
    sample_of = partial(allocate, shares=shares, least=bounds.least, most=bounds.most)

    def meets(total: int) -> bool:
        return bool(np.all(problem.field.half_widths(sample_of(total), widths) <= wanted))

    least, most = int(bounds.least.sum()), int(bounds.all_read.sum())
    # where the least that must be read is narrower, there is nothing to choose
    return sample_of(first_of(meets, least, most)) if meets(most) and not meets(least) else None


def _simple(problem: Problem, found: Ints) -> tuple[int | None, float | None]:
    """Give the reports of a simple sample with the same overall half-width; and how many a report read is worth.

    The first is by the interval, which allows for heavy reports and for few that were missed. The second is by the
    standard error alone.
    """
    population = problem.field.population
    if population is None or len(found) == 1:
        return None, None
    pooled = _pooled(problem.field.outlooks, population)
    target = Target(wording.PLAN_ALL, RATE, 1.0, (np.ones(len(pooled.chance), dtype=bool),))
    everything = tuple(np.ones(len(each.chance), dtype=bool) for each in problem.field.outlooks)
    whole = replace(target, members=everything)
    alone = Field(((wording.ALL,),), np.array([population.sum()]), (pooled,), (), None, problem.field.terms)
    half = problem.field.half_widths(found, [whole])[0]

    def meets(n: int) -> bool:
        return bool(alone.half_widths(np.array([n]), [target])[0] <= half * (1 + _ROUNDING))

    errors = (problem.field.error(found, whole), alone.error(np.array([int(found.sum())]), target))
    worth = (errors[1] / errors[0]) ** 2 if errors[0] > 0 else None
    return first_of(meets, FEWEST, int(population.sum())), worth


def _pooled(outlooks: Sequence[Outlook], population: Floats) -> Outlook:
    """Put all strata into one."""
    together: dict[tuple[int, int], float] = {}
    for each, reports in zip(outlooks, population, strict=True):
        for y, x, chance in zip(each.due.tolist(), each.recorded.tolist(), each.chance, strict=True):
            together[y, x] = together.get((y, x), 0.0) + float(chance * reports / population.sum())
    return Outlook.of([(y, x, 0 if y else NONE, chance) for (y, x), chance in sorted(together.items())])
