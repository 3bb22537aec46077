"""A plan as a result: its strata, what it reaches, what it costs; its page, its file and its data frame."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from cdi import wording
from cdi.planning.expected import COUNT, FALL, RATE, STANDARD
from cdi.printing import formats
from cdi.printing.layout import Column, Grid, Kind, Listing, Page, grid_of
from cdi.printing.lines import level_text, rate
from cdi.showing import Printed, checked_axes, same_values

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["Cost", "Plan", "Planned", "Reached", "days_text", "half_text", "target_name", "wanted_text"]

SCHEMA = "cdi.plan/1"


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
    mean : float or None
        The crimes of a report that holds any, where no more was said of ``sizes`` than that.
    without : float
        The share of reports without any crime, beside ``mean``.
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
    mean: float | None = None
    without: float = 0.0

    @property
    def holding(self) -> object:
        """What reports hold, as a cell of a plan."""
        return wording.sizes_written(self.sizes) if self.mean is None else self.mean


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
    power : float
        The chance with which a fall or a standard is to be found.
    simple : int or None
        The reports of a simple sample with the same overall half-width; None where the plan is one.
    worth : float or None
        How many reports of a simple sample one of the plan is worth, by the standard error of the overall rate.
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
    power: float
    simple: int | None = None
    worth: float | None = None
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
        without = any(each.without for each in self.strata)
        columns += [] if bare else ["crimes", *(["without_crime"] if without else []), "correlation"]
        columns += ["recorded_crime"] if crime else []
        rows = []
        for each in self.strata:
            values: list[object] = [*each.label, *([each.population] if known else []), each.sample, _digits(each.rate)]
            values += [] if bare else [each.holding, *([each.without] if without else []), _digits(each.correlation)]
            values += [each.recorded_crime] if crime else []
            rows.append(tuple(values))
        return Listing(SCHEMA, tuple(columns), tuple(rows))

    def to_pandas(self) -> pd.DataFrame:
        """Give the plan as a data frame, with one row for each stratum.

        Returns
        -------
        pandas.DataFrame
            The columns that name the strata, then ``population``, ``sample``, ``rate`` and, if reports hold other
            numbers than one crime, ``crimes`` and ``correlation``; ``recorded_crime`` if it is known. ``crimes`` is the
            mean where one was given (``without_crime`` then holds reports without any), and else the share of reports
            with each number of crimes. It is what :func:`cdi.coverage` reads.
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

        return plotted_plan(self, checked_axes(ax))


def _digits(share: float) -> float:
    """Write a share in as many digits as anybody reads, unless that would make it certain."""
    found = round(share, 6)
    return share if found in (0.0, 1.0) else found


# ---- as it is shown


def half_text(kind: str, value: float) -> str:
    """Write a half-width in its unit."""
    if kind == COUNT:
        return wording.crimes_within(formats.count(value, 1))
    return wording.points_within(formats.half_width(0.0, 2 * value))


def target_name(each: Reached) -> str:
    """Name a target."""
    if each.kind == FALL:
        return wording.fall_called(formats.percent(each.wanted))
    if each.kind == STANDARD:
        return wording.standard_called(level_text(each.wanted))
    return wording.PLAN_TARGETS.get(each.name, each.name)


def wanted_text(each: Reached, power: float) -> str:
    """Write what is wanted: a half-width, or the chance with which something is found."""
    return wording.found_with(level_text(power)) if each.expected is None else half_text(each.kind, each.wanted)


def _expected(each: Reached) -> str | None:
    return None if each.expected is None else half_text(each.kind, each.expected)


def _targets(found: Plan) -> Grid:
    """Lay out what is to be reached."""
    heading = wording.TARGET_HEADINGS
    columns: list[Column[Reached]] = [
        Column(heading["target"], target_name, kind=Kind.WORDS),
        Column(heading["wanted"], lambda each: wanted_text(each, found.power)),
        Column(heading["expected"], _expected),
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
        Column(heading["share"], lambda each: None if each.population is None else each.sample / each.population, rate),
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
        Column(heading["half"], lambda each: half_text(kind, each.half_width), kind=Kind.WORDS),
        Column(heading["reports"], lambda each: each.reports, _whole),
        Column(heading["days"], lambda each: each.days, days_text),
        Column(heading["cost"], lambda each: each.cost, _whole_cost),
        Column(heading["plan"], lambda each: wording.THE_PLAN if each.planned else None),
    ]
    # of several that are written alike one is enough, and the plan itself is one of them
    shown = {half_text(kind, each.half_width): each for each in sorted(found.costs, key=lambda each: each.planned)}
    return grid_of(wording.COST_TITLE, columns, [each for each in found.costs if each in shown.values()])


def days_text(value: float) -> str:
    """Write a number of days."""
    return f"{value:,.1f}"


def _whole_cost(value: float) -> str:
    return f"{value:,.0f}"
