"""Forces side by side: the published lines of one standard deviation, and beside them what allows for chance.

British Transport Police is outside the totals of England and Wales: it is shown, and takes no part in lines and funnel.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Unpack

from cdi import wording
from cdi.audits.design import Roles
from cdi.binomial.published import AS_PRINTED
from cdi.errors import DataError, MethodError, Where, fault
from cdi.peers.force_names import APART, TERRITORIAL, usual
from cdi.peers.force_results import FORCE, ForceRate, ForceRates, read_forces
from cdi.printing.tables import Record, Table
from cdi.reviewing.questions import HIGHER
from cdi.variation.funnel import Funnel, funnel
from cdi.variation.outliers import OutlierLines, outlier_lines
from cdi.variation.shrinkage import Shrunken, shrink

__all__ = ["FEWEST", "ORDERS", "Force", "Forces", "forces", "set_out"]

FEWEST = 3
"""Forces without which no average says what is usual."""

ORDERS = ("name", "value")
"""What forces are ordered by."""

MODEL = "beta-binomial"
LOOKS_NORMAL = 0.05  # and above, of p-values
LINES, ADJUSTED = "outlier-lines", "adjusted-rate"
WITHIN_ONE_SD = math.erf(math.sqrt(0.5))
_SIDES: Mapping[tuple[str, str], str] = {
    ("above", "better"): "well-above-better",
    ("above", "worse"): "well-above-worse",
    ("above", ""): "well-above",
    ("below", "better"): "well-below-better",
    ("below", "worse"): "well-below-worse",
    ("below", ""): "well-below",
}
_NAMED = {"high": "funnel-high", "low": "funnel-low"}


@dataclass(frozen=True, slots=True)
class Force:
    """One force among others.

    Attributes
    ----------
    rate : ForceRate
        Its rate, and what is stated of it.
    z : float or None
        How many standard deviations it lies above the average, on the scale of the lines; None where it takes no part.
    side : {"above", "below", ""}
        Outside which of the published lines it lies.
    adjusted : Record or None
        The rate drawn towards the average, with its interval; None where the size of the sample is not known.
    funnel : {"high", "low", ""}
        Whether it differs from the average by more than chance and the usual spread of forces explain.
    """

    rate: ForceRate
    z: float | None = None
    side: str = ""
    adjusted: Record | None = None
    funnel: str = ""

    @property
    def name(self) -> str:
        """The force, as it was written."""
        return self.rate.force


@dataclass(frozen=True, slots=True)
class Forces:
    """The rates of forces side by side; they are in no order of merit.

    Attributes
    ----------
    measure : str
        A key of ``cdi.wording.MEASURES``.
    rows : tuple of Force
        In the order asked for.
    lines : OutlierLines
        The published lines.
    funnel : Funnel or None
        None where fewer than three forces have an effective size.
    shrunken : Shrunken or None
        Likewise.
    missing : tuple of str
        Territorial forces without data.
    mixed : mapping of str to str
        In what ways the results are not of one kind and time; empty where they are.
    higher : {"better", "worse", "neither"}
        What a higher rate is.
    sort : {"name", "value"}
        What the rows are ordered by.
    table : Table
        The rates, the published lines, the adjusted rates; unrounded.
    rates : ForceRates
        What was read.
    rule : {"published", "p05"}
        When the lines are taken on logs.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> results = {"force": ["Kent", "Essex", "Surrey"], "rate": [0.9, 0.91, 0.8], "half_width": [0.02, 0.02, 0.02]}
    >>> found = cdi.forces(pd.DataFrame(results))
    >>> [(row.name, row.side) for row in found.rows], len(found.missing)
    ([('Essex', ''), ('Kent', ''), ('Surrey', 'below')], 40)
    """

    measure: str
    rows: tuple[Force, ...]
    lines: OutlierLines
    funnel: Funnel | None
    shrunken: Shrunken | None
    missing: tuple[str, ...]
    mixed: Mapping[str, str]
    higher: str
    sort: str
    table: Table
    rates: ForceRates = field(repr=False)
    rule: str = "published"

    @property
    def warning(self) -> str:
        """What to know before comparing; empty where the results are of one kind and time."""
        return wording.mixed_results([wording.mixed_part(*part) for part in self.mixed.items()]) if self.mixed else ""

    @property
    def apart(self) -> tuple[Force, ...]:
        """The forces that are shown and take no part."""
        return tuple(row for row in self.rows if row.z is None)

    @property
    def sized(self) -> tuple[Force, ...]:
        """The forces that the funnel and the adjusted rates are of, in the order of their rows."""
        return tuple(row for row in self.rows if row.adjusted is not None)

    @property
    def without_data(self) -> tuple[str, ...]:
        """The territorial forces without data, where any has some."""
        return self.missing if len(self.missing) < len(TERRITORIAL) else ()

    @property
    def line_notes(self) -> tuple[str, ...]:
        """What is odd about the lines; that there are no logs matters only where they were wanted."""
        asked = self.lines.raw_test is not None and self.lines.raw_test.p < LOOKS_NORMAL
        return tuple(code for code in self.lines.notes if code != "no-logs" or asked)

    def direction(self, side: str) -> str:
        """Say what lying on one side of the average is: better, worse, or nothing where that is not known."""
        if self.higher == "neither":
            return ""
        return "better" if (side == "above") == (self.higher == "better") else "worse"


def forces(
    source: object,
    *,
    sort: str = "name",
    higher: str = "better",
    mixed_periods: bool = False,
    rule: str = "published",
    level: float = 0.95,
    method: str | None = None,
    measure: str = "recording-rate",
    **roles: Unpack[Roles],
) -> Forces:
    """Set the rates of forces side by side: the published lines, and a second opinion that allows for chance.

    Parameters
    ----------
    source : path, Workbook, a list of them, or data frame
        Published results with the columns ``force``, ``rate`` and, as they are known, ``half_width`` (of a 95%
        interval), ``period``, ``inspection_type`` and ``source``, as in the worksheet ``results``; or an audit with a
        column ``force``, each of whose samples was drawn in its force.
    sort : {"name", "value"}
        The order of the rows: that of the alphabet, or the highest rate first.
    higher : {"better", "worse", "neither"}
        What a higher rate is; it decides the words beside "well above average".
    mixed_periods : bool
        Whether published results of several kinds of inspection, or of periods that do not overlap, are compared; a
        warning then stands on table and chart.
    rule : {"published", "p05"}
        When the lines are taken on logs, as in :func:`cdi.outlier_lines`.
    level : float
        Confidence level of the intervals.
    method : str, optional
        Interval method for the rates of an audit, wilson unless named; published intervals stay as they were printed.
    measure : {"recording-rate", "grounds"}
        What the rates are of.
    **roles
        For an audit: the fields of :class:`cdi.Design`.

    Returns
    -------
    Forces
        The rows, the lines, the funnel and the adjusted rates. Proportions.

    Raises
    ------
    DataError
        Fewer than three forces; a force that stands twice; no proportion; results that are not of one kind and time.
    DesignError
        The sample was chosen by judgement, or is of those who answered: nothing follows for the force.
    MethodError
        An unknown order, direction or rule; a method for published rates.

    Notes
    -----
    The lines are those of inspection reports: one standard deviation about the unweighted mean. They flag about 32% of
    forces whatever is measured. The second opinion is a funnel with over-dispersion (Spiegelhalter 2005) at a false
    discovery rate of 10%, and rates drawn towards the mean by empirical Bayes.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> rows = [{"force": f, "recorded": int(i < n)} for f, n in {"A": 18, "B": 19, "C": 10}.items() for i in range(20)]
    >>> found = cdi.forces(pd.DataFrame(rows), sort="value")
    >>> [(row.name, row.rate.rate, row.side) for row in found.rows]
    [('B', 0.95, ''), ('A', 0.9, ''), ('C', 0.5, 'below')]
    """
    if higher not in HIGHER:
        raise MethodError.of("no-higher", got=higher)
    if sort not in ORDERS:
        raise MethodError.of("no-order", got=sort)
    read = read_forces(source, level=level, method=method, measure=measure, **roles)
    if read.mixed and not mixed_periods:
        raise DataError([fault(code, got=found, where=Where(read.name)) for code, found in read.mixed.items()])
    shown = AS_PRINTED if read.published else method or "wilson"
    return set_out(read, sort=sort, higher=higher, rule=rule, level=level, method=shown)


def set_out(read: ForceRates, *, sort: str, higher: str, rule: str, level: float, method: str) -> Forces:
    """Set rates that were read side by side, as :func:`forces` does; one without a number takes no part."""
    among = [rate for rate in read.rates if usual(rate.force) != APART and not math.isnan(rate.rate)]
    apart = [rate for rate in read.rates if rate not in among]
    if len(among) < FEWEST:
        raise DataError.of("few-forces", got=len(among), where=Where(read.name, column=FORCE))
    lines = outlier_lines([rate.rate for rate in among], [rate.force for rate in among], rule=rule)
    rows = [
        Force(rate, float(lines.z[i]), "above" if lines.above[i] else "below" if lines.below[i] else "")
        for i, rate in enumerate(among)
    ]
    rows, held, drawn = _second_opinion(rows, level)
    ordered = tuple(sorted([*rows, *map(Force, apart)], key=_ORDER[sort]))
    there = {usual(row.name) for row in ordered}
    missing = tuple(name for name in TERRITORIAL if name not in there)
    found = Forces(read.measure, ordered, lines, held, drawn, missing, read.mixed, higher, sort, _EMPTY, read, rule)
    return replace(found, table=Table((FORCE,), tuple(_records(found)), level, method, "both"))


_ORDER: Mapping[str, Callable[[Force], Any]] = {
    "name": lambda row: row.name.casefold(),
    "value": lambda row: (math.isnan(row.rate.rate), -row.rate.rate, row.name.casefold()),
}
_EMPTY = Table((FORCE,), (), 0.95, AS_PRINTED, "both")


def _second_opinion(rows: Sequence[Force], level: float) -> tuple[list[Force], Funnel | None, Shrunken | None]:
    """Hold the forces whose size is known against chance; fewer than three of them cannot be."""
    sized = [i for i, row in enumerate(rows) if math.isfinite(row.rate.size)]
    if len(sized) < FEWEST:
        return list(rows), None, None
    rates, sizes = [rows[i].rate.rate for i in sized], [rows[i].rate.size for i in sized]
    names = [rows[i].name for i in sized]
    held, drawn = funnel(rates, sizes, names), shrink(rates, sizes, names, model=MODEL)
    interval = drawn.interval(level)
    found = list(rows)
    for place, i in enumerate(sized):
        adjusted = replace(
            rows[i].rate.record, kind=ADJUSTED, estimate=float(drawn.estimates[place]), low=float(interval.low[place]),
            high=float(interval.high[place]), level=level, method=MODEL, se=float(drawn.se[place]), notes=(),
        )  # fmt: skip
        found[i] = replace(rows[i], adjusted=adjusted, funnel=str(held.flags[place] or ""))
    return found, held, drawn


def _records(found: Forces) -> Iterator[Record]:
    """Write the rates with what is found of each, the published lines, and the adjusted rates."""
    mixed = ("mixed-results",) if found.mixed else ()
    for row in found.rows:
        side = (_SIDES[row.side, found.direction(row.side)],) if row.side else ()
        named = (_NAMED[row.funnel],) if row.funnel else ()
        odd = found.funnel.notes if found.funnel and row.adjusted and row.rate.rate in {0.0, 1.0} else ()
        yield replace(row.rate.record, notes=(*row.rate.record.notes, *side, *named, *odd, *mixed))
    lines = found.lines
    yield Record(
        label=(wording.ALL,), kind=LINES, estimate=float(lines.centre), low=float(lines.low), high=float(lines.high),
        level=WITHIN_ONE_SD, method=f"one-sd-{lines.scale}", se=None, n=None, recorded=None, clusters=None, n_eff=None,
        df=None, deff=None, notes=(*found.line_notes, *mixed),
    )  # fmt: skip
    drawn = found.shrunken.notes if found.shrunken is not None else ()
    yield from (replace(row.adjusted, notes=(*drawn, *mixed)) for row in found.rows if row.adjusted is not None)
