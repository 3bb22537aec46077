"""The plan of an audit: how many reports to read in each stratum, what they are expected to show, what that costs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, Unpack

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.arguments import checked, chosen, is_number, shown
from cdi.audits.design import Roles
from cdi.binomial import intervals
from cdi.errors import DataError, DesignError, MethodError
from cdi.parameters import ALLOCATION, ALLOCATIONS, LEVEL, METHOD, POWER
from cdi.planning.allocation import allocate
from cdi.planning.earlier import NOTHING_BEFORE, Earlier, read_earlier
from cdi.planning.expected import COUNT, FALL, RATE, STANDARD, Ends, Field, Target, Terms
from cdi.planning.outlooks import Outlook
from cdi.planning.search import Bounds, Problem, first_of, smallest
from cdi.planning.strata import (
    DEFF,
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
from cdi.printing import formats
from cdi.printing.layout import Column, Grid, Kind, Listing, Page, grid_of
from cdi.printing.lines import BLANK, level_text, percent, rate
from cdi.reading.opening import open_source
from cdi.showing import Printed, same_values

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["Cost", "Plan", "Planned", "Reached", "plan"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

SCHEMA = "cdi.plan/1"

FEWEST = 2
"""Reports of a stratum, at the least."""

LADDER = (1 / 2, 2 / 3, 5 / 6, 1.0, 7 / 6, 4 / 3, 5 / 3, 2.0)
"""Half-widths whose cost is shown, as shares of those of the plan."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A stratum of a plan.

    Attributes
    ----------
    label : tuple of str
        Its name, a text for each column.
    population : int or None
        The reports on the frame.
    sample : int
        The reports to read.
    rate, crimes, correlation : float
        What is expected: the recording rate, the crimes a report, and how much alike the crimes of one report fare.
    sizes : mapping of int to float
        The share of reports with each number of crimes.
    recorded_crime : int or None
        Its recorded crime.
    cost : float
        What a report costs.
    """

    label: tuple[str, ...]
    population: int | None
    sample: int
    rate: float
    crimes: float
    correlation: float
    sizes: Mapping[int, float]
    recorded_crime: int | None = None
    cost: float = 1.0


@dataclass(frozen=True, slots=True)
class Reached:
    """What a plan comes to for one target.

    Attributes
    ----------
    name : str
        What it is of.
    kind : {"rate", "count", "fall", "standard"}
        What is asked for.
    wanted : float
        The half-width, the fall or the standard.
    expected : float or None
        The half-width if the audit finds what is expected; None of a fall or a standard.
    chance : float
        The chance that it is met.
    met : bool
        Whether the plan meets it.
    """

    name: str
    kind: str
    wanted: float
    expected: float | None
    chance: float
    met: bool


@dataclass(frozen=True, slots=True)
class Cost:
    """What a half-width costs.

    Attributes
    ----------
    half_width : float
        Of the first target that is a half-width: a proportion, or crimes.
    reports : int
        The reports read, with those that turn out not to be auditable.
    days, cost : float or None
        The auditor-days, and what the reports cost.
    planned : bool
        Whether it is the plan itself.
    """

    half_width: float
    reports: int
    days: float | None
    cost: float | None
    planned: bool = False


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Plan(Printed):
    """How many reports to read in each stratum. It prints as the page of ``cdi plan``.

    Attributes
    ----------
    keys : tuple of str
        The columns that name the strata.
    strata : tuple of Planned
        The strata.
    targets : tuple of Reached
        What the sample is to reach, and what it is expected to.
    every : float
        The chance that all half-widths are met together.
    costs : tuple of Cost
        What narrower and wider intervals cost.
    level, method : float, str
        What the intervals are.
    allocation : str
        How reports are divided.
    simple : int or None
        The reports of a simple sample with the same overall half-width; None where the plan is one.
    said : tuple of str
        What is said below the tables.

    Examples
    --------
    >>> import cdi
    >>> found = cdi.plan(population=60_000, rate=0.9)
    >>> found.sample, round(found.targets[0].expected, 4)
    (385, 0.03)
    """

    keys: tuple[str, ...]
    strata: tuple[Planned, ...]
    targets: tuple[Reached, ...]
    every: float
    costs: tuple[Cost, ...]
    level: float
    method: str
    allocation: str
    simple: int | None = None
    said: tuple[str, ...] = ()

    @property
    def sample(self) -> int:
        """The reports to read in all."""
        return sum(each.sample for each in self.strata)

    @property
    def listing(self) -> Listing:
        """The plan as a file: what ``cdi coverage`` and ``cdi draw`` read."""
        bare = all(min(each.sizes) == max(each.sizes) == 1 for each in self.strata)
        known = self.strata[0].population is not None
        crime = self.strata[0].recorded_crime is not None and all(each.recorded_crime for each in self.strata)
        columns = [*self.keys, *(["population"] if known else []), "sample", "rate"]
        columns += [] if bare else ["crimes", "correlation"]
        columns += ["recorded_crime"] if crime else []
        rows = []
        for each in self.strata:
            values: list[object] = [*each.label, *([each.population] if known else []), each.sample, each.rate]
            values += [] if bare else [wording.sizes_written(each.sizes), each.correlation]
            values += [each.recorded_crime] if crime else []
            rows.append(tuple(values))
        return Listing(SCHEMA, tuple(columns), tuple(rows))

    def to_pandas(self) -> pd.DataFrame:
        """Give the plan as a data frame, with one row for each stratum.

        Returns
        -------
        pandas.DataFrame
            The columns that name the strata, then ``population``, ``sample``, ``rate`` and, if reports hold other
            numbers than one crime, ``crimes`` and ``correlation``; ``recorded_crime`` if it is known. It is what
            :func:`cdi.coverage` reads.
        """
        import pandas as pd

        return pd.DataFrame(list(self.listing.rows), columns=list(self.listing.columns))

    def __repr__(self) -> str:
        strata = f"{len(self.strata)} strat{'um' if len(self.strata) == 1 else 'a'}"
        return f"<cdi.Plan: {self.sample:,} reports, {strata}, {self.method} {self.level * 100:.10g}%>"

    def __eq__(self, other: object) -> bool:
        return same_values(self, other)

    __hash__ = None  # type: ignore[assignment]

    def page(self, **_options: Any) -> Page:
        """Lay the plan out for people: what is to be reached, the reports of each stratum, and what it would cost."""
        grids = [_targets(self), _strata(self), *([_costs(self)] if len(self.costs) > 1 else [])]
        return Page(None, tuple(grids), statements=self.said, listing=self.listing)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the half-width against the reports read, with the auditor-days above.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw. None: on axes of their own.

        Returns
        -------
        matplotlib.axes.Axes
            The axes; ``ax.figure`` is the picture.
        """
        from cdi.charts.plan_charts import plotted_plan

        if ax is not None and not hasattr(ax, "figure"):
            raise DataError.of("not-axes", got=type(ax).__name__)
        return plotted_plan(self, ax)


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
    [('calls', 359), ('online', 101)]
    """
    given = {
        "rate": rate, "crimes": crimes, "correlation": correlation, "deff": roles.get("deff"), "without_crime": without_crime,
        "not_auditable": not_auditable, "recorded_crime": recorded_crime, "cost": cost, "minimum": minimum,
        "maximum": maximum,
    }  # fmt: skip
    terms = _terms(level, method)
    asked = asked_of(targets, by, fall, standard)
    how = _How(
        chosen(allocation, ALLOCATIONS, "plan-allocation"),
        None if sample is None else intervals.whole_number(sample, "sample", FEWEST),
        _chance(assurance, "assurance"),
        _chance(power, "power") or POWER,
        None if per_day is None else _above_nothing(per_day, "per_day"),
    )
    own = Roles(**{name: value for name, value in roles.items() if name != "deff"})  # type: ignore[typeddict-item]
    before = _before(previous, asked, own)
    said = Said({name: value for name, value in given.items() if value is not None}, before, asked.fall or 0.0)
    read = _read(strata, frame, bands_asked(bands, in_full), said, asked, own)
    return _planned(read, said, asked, how, terms)


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


def _above_nothing(given: float, name: str) -> float:
    if not (is_number(given) and 0 < given < math.inf):
        raise MethodError.of("plan-above-nothing", got=shown(given), name=name)
    return float(given)


# ---- what is brought


_OF_AUDITS = ("cluster", "due", "recorded", "decision")
"""Roles that only an audit has."""


def _before(previous: object, asked: Asked, roles: Roles) -> Earlier:
    """Read the audit before, by the categories that it has."""
    if previous is None:
        idle = [name for name in _OF_AUDITS if roles.get(name) is not None]
        if idle:
            raise MethodError.of("plan-idle", got=wording.in_a_row(idle))
        return NOTHING_BEFORE
    own: Any = {name: value for name, value in roles.items() if name != "population" or not is_number(value)}
    whole = read_earlier(previous, None, **own)
    named = [name for name in asked.widths if name in _columns(previous) and name not in whole.keys]
    return read_earlier(previous, named, **own) if named else whole


def _columns(source: object) -> Sequence[str]:
    """List the columns of an audit."""
    from cdi.audits.audit import Audit, sample_of

    known = sample_of(source)
    return known.columns if isinstance(known, Audit) else open_source(known).columns


def _read(strata: object, frame: object, banding: Banding | None, said: Said, asked: Asked, roles: Roles) -> Read:
    """Read the strata from where they are."""
    population: Any = roles.get("population")
    brought = [name for name, value in (("strata", strata), ("frame", frame)) if value is not None]
    if is_number(population):
        brought.append("population")
    if len(brought) > 1:
        raise DesignError.of("plan-sources", got=wording.in_a_row(brought))
    if banding is not None and frame is None:
        raise DesignError.of("plan-bands-frame", got=banding.column)
    if strata is not None:
        return of_table(open_source(strata), said, list(asked.widths))
    if frame is not None:
        keys = roles.get("stratum")
        return of_frame(open_source(frame), [keys] if isinstance(keys, str) else list(keys or ()), banding, said)
    if is_number(population):
        return of_number(intervals.whole_number(population, "population", FEWEST), said)
    if said.earlier.rates is not None:
        return of_earlier(said)
    if said.values.get("rate") is not None:
        return of_number(None, said)
    raise DesignError.of("plan-nothing")


# ---- the sample that is found


def _planned(read: Read, said: Said, asked: Asked, how: _How, terms: Terms) -> Plan:
    field_ = _field(read, said, terms)
    targets = targets_of(asked, read, counted=field_.recorded_crime is not None)
    _refuse_standard(targets, field_)
    problem = Problem(field_, targets, _bounds(read), how.rule, how.assurance, how.power)
    found, shares = _sample(problem, read, how)
    reached = _reached(problem, found)
    by_stratum = len(read.strata) == 1 or "recorded_crime" not in said.values
    strata = tuple(_stratum(each, int(n), by_stratum=by_stratum) for each, n in zip(read.strata, found, strict=True))
    costs = tuple(_ladder(problem, read, found, shares, how))
    plan_ = Plan(
        read.keys, strata, reached[0], reached[1], costs, terms.level, terms.method, how.rule,
        _simple(problem, found, read) if len(strata) > 1 else None,
    )  # fmt: skip
    return replace(plan_, said=tuple(_said(plan_, problem, read, said, how)))


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


def _refuse_standard(targets: Sequence[Target], field_: Field) -> None:
    """Refuse a standard that is the expected rate: no sample tells the two apart."""
    for target in targets:
        if target.kind == STANDARD and abs(target.wanted - field_.rate) < 1e-9:
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
        shares = problem.by_priority()
        return allocate(how.total, shares, bounds.least, bounds.most), shares
    found, shares = smallest(problem)
    if found is None:
        raise DesignError.of("plan-impossible", got=_asked_too_much(problem), hint=_best(problem))
    return found, shares


def _asked_too_much(problem: Problem) -> str:
    missed = [each for each in _reached(problem, problem.bounds.all_read)[0] if not each.met]
    return wording.in_a_row([f"{_called(each)} {_wanted(each)}" for each in missed])


def _best(problem: Problem) -> str:
    """Say what is reached with every report that may be read."""
    missed = [each for each in _reached(problem, problem.bounds.all_read)[0] if not each.met]
    return wording.best_possible([(_called(each), _best_of(each, problem)) for each in missed])


def _best_of(each: Reached, problem: Problem) -> str:
    if each.expected is None or problem.assurance is not None:
        return wording.found_with(percent(each.chance, "low"))
    return _half(each.kind, each.expected)


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
    )


def _unread(read: Read) -> Floats:
    """Give the reports taken for each that can be audited."""
    return np.array([1 / (1 - float(each.values.get("not_auditable", 0.0))) for each in read.strata])


def _ladder(problem: Problem, read: Read, found: Ints, shares: Floats, how: _How) -> Iterator[Cost]:
    """Give what narrower and wider intervals cost: the same plan with more reports, or fewer."""
    widths = problem.widths or [replace(problem.targets[0], kind=RATE)]
    now = problem.field.half_widths(found, widths)
    bounds = problem.bounds
    costs = any(each.values.get("cost") for each in read.strata)
    again = _unread(read)
    for part in LADDER:
        sample: Ints = found
        if part != 1.0:
            at = partial(allocate, shares=shares, least=bounds.least, most=bounds.most)
            if np.any(problem.field.half_widths(bounds.all_read, widths) > now * part):
                continue
            total = first_of(
                lambda n, part=part, at=at: bool(np.all(problem.field.half_widths(at(n), widths) <= now * part)),
                int(bounds.least.sum()), int(bounds.all_read.sum()),
            )  # fmt: skip
            sample = at(total)
            if part > 1 and total <= int(bounds.least.sum()):
                break
        reads = float((sample * again).sum())
        yield Cost(
            float(problem.field.half_widths(sample, widths[:1])[0]),
            math.ceil(reads - 1e-9),
            None if how.per_day is None else reads / how.per_day,
            float((sample * again * bounds.cost).sum()) if costs else None,
            planned=part == 1.0,
        )


def _simple(problem: Problem, found: Ints, read: Read) -> int | None:
    """Give the reports of a simple sample with the same overall half-width."""
    population = problem.field.population
    if population is None:
        return None
    parts = [
        (int(y), int(x), 0, float(c * w))
        for each, w in zip(problem.field.outlooks, population, strict=True)
        for y, x, c in zip(each.due, each.recorded, each.chance, strict=True)
    ]
    pooled = _pooled(parts)
    members = (np.ones(len(pooled.chance), dtype=bool),)
    alone = Field(((wording.ALL,),), np.array([population.sum()]), (pooled,), (), None, problem.field.terms)
    whole = tuple(np.ones(len(each.chance), dtype=bool) for each in problem.field.outlooks)
    half = problem.field.half_widths(found, [Target(wording.PLAN_ALL, RATE, 1.0, whole)])[0]
    target = [Target(wording.PLAN_ALL, RATE, float(half), members)]
    if half <= 0:
        return int(population.sum())
    return first_of(lambda n: bool(alone.half_widths(np.array([n]), target)[0] <= half), FEWEST, int(population.sum()))


def _pooled(parts: Sequence[tuple[int, int, int, float]]) -> Outlook:
    together: dict[tuple[int, int], float] = {}
    for y, x, _, chance in parts:
        together[y, x] = together.get((y, x), 0.0) + chance
    total = sum(together.values())
    return Outlook.of([(y, x, 0 if y else -1, chance / total) for (y, x), chance in sorted(together.items())])


# ---- as it is shown


def _half(kind: str, value: float) -> str:
    if kind == COUNT:
        return wording.crimes_within(formats.count(value, 1))
    return wording.points_within(formats.half_width(0.0, 2 * value))


def _called(each: Reached) -> str:
    """Name a target."""
    if each.kind == FALL:
        return wording.fall_called(formats.percent(each.wanted))
    if each.kind == STANDARD:
        return wording.standard_called(level_text(each.wanted))
    return wording.PLAN_TARGETS.get(each.name, each.name)


def _wanted(each: Reached) -> str:
    return "" if each.expected is None else _half(each.kind, each.wanted)


def _targets(found: Plan) -> Grid:
    """Lay out what is to be reached."""
    heading = wording.TARGET_HEADINGS
    columns: list[Column[Reached]] = [
        Column(heading["target"], _called, kind=Kind.WORDS),
        Column(heading["wanted"], lambda each: _wanted(each) or None),
        Column(heading["expected"], lambda each: None if each.expected is None else _half(each.kind, each.expected)),
        Column(heading["chance"], lambda each: each.chance, partial(rate, end="low")),
    ]
    return grid_of(wording.targets_title(level_text(found.level), found.method), columns, found.targets)


def _strata(found: Plan) -> Grid:
    """Lay out the strata, with their sum."""
    heading = wording.PLAN_HEADINGS
    keys = found.keys or (heading["stratum"],)
    lines = list(found.strata)
    if len(lines) > 1:
        lines.append(_total(found))
    named: list[Column[Planned]] = [
        Column(key, lambda each, i=i: (each.label or (wording.ALL,))[i], kind=Kind.WORDS)  # type: ignore[misc]
        for i, key in enumerate(keys)
    ]
    columns: list[Column[Planned]] = [
        *named,
        Column(heading["population"], lambda each: each.population, _whole),
        Column(heading["sample"], lambda each: each.sample, _whole),
        Column(heading["share"], lambda each: each.population and each.sample / each.population, rate),
        Column(heading["rate"], lambda each: each.rate, rate),
        Column(heading["crimes"], lambda each: each.crimes, _two_places),
        Column(heading["correlation"], _alike, _two_places),
    ]
    return grid_of(wording.plan_title(found.allocation), columns, lines)


def _total(found: Plan) -> Planned:
    """Add the strata up."""
    population = [each.population or 0 for each in found.strata]
    weight = np.array(population, dtype=np.float64)
    crimes = np.array([each.crimes for each in found.strata])
    rates = np.array([each.rate for each in found.strata])
    due = float(weight @ crimes)
    return Planned(
        (wording.ALL,) * max(len(found.keys), 1), sum(population), found.sample, float(weight @ (crimes * rates)) / due,
        due / float(weight.sum()), math.nan, {},
    )  # fmt: skip


def _alike(each: Planned) -> float | None:
    """Show how much alike crimes fare where reports hold several."""
    return each.correlation if any(size > 1 for size in each.sizes) else None


def _whole(value: int) -> str:
    return f"{value:,}"


def _two_places(value: float) -> str:
    return f"{value:.2f}"


def _costs(found: Plan) -> Grid:
    """Lay out what narrower and wider intervals cost."""
    heading = wording.COST_HEADINGS
    kind = next((each.kind for each in found.targets if each.expected is not None), RATE)
    columns: list[Column[Cost]] = [
        Column(heading["half"], lambda each: _half(kind, each.half_width), kind=Kind.WORDS),
        Column(heading["reports"], lambda each: each.reports, _whole),
        Column(heading["days"], lambda each: each.days, _days),
        Column(heading["cost"], lambda each: each.cost, _whole_cost),
        Column(heading["plan"], lambda each: wording.THE_PLAN if each.planned else None),
    ]
    return grid_of(wording.COST_TITLE, columns, found.costs)


def _days(value: float) -> str:
    return f"{value:,.1f}"


def _whole_cost(value: float) -> str:
    return f"{value:,.0f}"


def _said(found: Plan, problem: Problem, read: Read, said: Said, how: _How) -> Iterator[str]:
    """Say the plan in sentences, and what it rests on."""
    population = None if found.strata[0].population is None else sum(each.population or 0 for each in found.strata)
    yield wording.read_reports(found.sample, population, len(found.strata))
    yield from _said_of_targets(found, problem, how)
    costs = next(each for each in found.costs if each.planned)
    if costs.reports > found.sample:
        share = 1 - found.sample / float((_sizes(found) * _unread(read)).sum())
        yield wording.cannot_audit(percent(share), found.sample, costs.reports - found.sample)
    if costs.days is not None:
        yield wording.plan_costs(_days(costs.days), costs.reports)
    if found.simple is not None:
        yield wording.simple_worth(found.simple, f"{found.simple / found.sample:.1f}")
    if read.deff and "deff" not in said.values:
        yield wording.took_deff(f"{DEFF:.10g}")
    yield from _said_of_bands(found, problem, read)
    yield wording.check_the_plan()


def _sizes(found: Plan) -> Floats:
    return np.array([each.sample for each in found.strata], dtype=np.float64)


def _said_of_targets(found: Plan, problem: Problem, how: _How) -> Iterator[str]:
    """Say how likely each target is met."""
    widths = [each for each in found.targets if each.expected is not None]
    missed = [_called(each) for each in found.targets if not each.met]
    if missed:
        yield wording.targets_missed(missed)
    elif widths:
        chance = found.every if len(widths) > 1 else widths[0].chance
        planned = how.assurance is not None
        yield wording.chance_of_widths(percent(chance, "low"), every=len(widths) > 1, planned=planned)
    for each in found.targets:
        likely = percent(each.chance, "low")
        if each.kind == FALL:
            before = problem.field.before is not None
            yield wording.chance_of_fall(formats.percent(each.wanted), likely, before=before)
        if each.kind == STANDARD:
            yield wording.chance_of_standard(percent(problem.field.rate), level_text(each.wanted), likely)


def _said_of_bands(found: Plan, problem: Problem, read: Read) -> Iterator[str]:
    """Say what strata by recorded crimes assume, and ask about heavy reports."""
    if not read.banded:
        if any(size > 1 for each in found.strata for size in each.sizes):
            yield wording.asks_of_sizes()
        return
    for each, planned in zip(read.strata, found.strata, strict=True):
        if each.in_full:
            yield wording.reads_in_full(planned.sample, ", ".join(each.label))
    yield from wording.PLAN_BANDS
    heavy = _heavy(found, problem, read)
    if heavy is not None:
        yield wording.asks_heavy(*heavy)


def _heavy(found: Plan, problem: Problem, read: Read) -> tuple[int, int, str, int] | None:
    """Find reports of so many crimes that all of them would be read, had they a stratum of their own."""
    if any(each.in_full for each in read.strata):
        return None
    counts: dict[int, int] = {}
    for each in read.strata:
        for recorded, reports in each.counts.items():
            counts[recorded] = counts.get(recorded, 0) + reports
    reached = problem.field.rate
    priority = min(
        planned.sample / planned.population / each.outlook.spread(reached)
        for each, planned in zip(read.strata, found.strata, strict=True)
        if planned.population and each.outlook.spread(reached) > 0
    )
    for least in sorted(counts):
        spread = _spread_from(least, read, reached)
        reports = sum(number for recorded, number in counts.items() if recorded >= least)
        if least > 1 and spread * priority >= 1 and reports >= FEWEST:
            if all(planned.sample == planned.population for planned in found.strata):
                return None
            everything = sum(recorded * number for recorded, number in counts.items())
            held = sum(recorded * number for recorded, number in counts.items() if recorded >= least)
            return reports, least, percent(held / everything), max(counts)
    return None


def _spread_from(least: int, read: Read, rate_: float) -> float:
    """Give how far reports of so many recorded crimes, or more, differ in what they have against the rate."""
    parts = [
        (int(y), int(x), 0, float(chance) * float(each.population or 0))
        for each in read.strata
        for y, x, chance in zip(each.outlook.due, each.outlook.recorded, each.outlook.chance, strict=True)
        if x >= least
    ]
    return _pooled(parts).spread(rate_) if parts else 0.0
