"""Forces side by side: the published lines of one standard deviation, and beside them what allows for chance.

British Transport Police is outside the totals of England and Wales: it is shown, and takes no part in lines and funnel.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from cdi import wording
from cdi.arguments import checked, chosen, truth_of
from cdi.audits.design import Roles
from cdi.audits.force_names import APART, TERRITORIAL, usual
from cdi.binomial.published import AS_PRINTED, PRINTED_LEVEL
from cdi.errors import DataError, Where
from cdi.facts import PLAIN, Facts, Release, Scope
from cdi.measures import MEASURES, Measure
from cdi.parameters import HIGHER, LEVEL, METHOD, ORDERS, OTHER_FORCES
from cdi.peers.force_results import FORCE, ForceRate, ForceRates, read_forces
from cdi.printing.layout import Column, Grid, Kind, Notes, Page, grid_of
from cdi.printing.lines import AS_RATE, BLANK, level_text, percent, rate, unweighted
from cdi.printing.tables import Row, Table, wide_of
from cdi.showing import Shown
from cdi.variation.funnel import FOUND, Funnel, funnel
from cdi.variation.outliers import LOOKS_NORMAL, WITHIN_ONE_SD, OutlierLines, outlier_lines, tests_said
from cdi.variation.shrinkage import Shrunken, shrink

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from cdi.explaining.explanation import Explanation

__all__ = [
    "DRAWS", "FEWEST", "Force", "Forces", "caution", "chances", "findings", "forces", "intervals_of", "label",
    "lay_out_forces", "most", "score_rows", "second_opinion", "set_out", "taking_part",
]  # fmt: skip

FEWEST = 3
"""Forces without which no average says what is usual."""

MODEL = "beta-binomial"
DRAWS = 10_000
LINES, ADJUSTED, SCORE, LOWEST, HIGHEST = (
    MEASURES[key] for key in ("outlier-lines", "adjusted-rate", "z-score", "among-lowest", "among-highest")
)
_SIDES: Mapping[tuple[str, str], str] = {
    ("above", "better"): "well-above-better",
    ("above", "worse"): "well-above-worse",
    ("above", ""): "well-above",
    ("below", "better"): "well-below-better",
    ("below", "worse"): "well-below-worse",
    ("below", ""): "well-below",
}


@dataclass(frozen=True, slots=True)
class Force:
    """One force among others: a view of the rows of the table, and what is stated of it."""

    rate: ForceRate  # its rate, and what is stated of it
    # how many standard deviations it lies above the average, on the scale of the lines; None where it takes no part
    z: float | None = None
    side: str = ""  # outside which of the published lines it lies
    # the rate drawn towards the average, with its interval; None where the size of the sample is not known
    adjusted: Row | None = None
    funnel: str = ""  # whether it differs from the average by more than chance and the usual spread of forces explain

    @property
    def name(self) -> str:
        """The force, as it was written."""
        return self.rate.force


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Forces(Shown):
    """The rates of forces side by side, in no order of merit. It prints as the page of ``cdi forces``.

    Attributes
    ----------
    rates : ForceRates
        What was read, as far as it may be published.
    lines : OutlierLines
        The published lines.
    funnel : Funnel or None
        The funnel. It is None if fewer than three forces have an effective size.
    shrunken : Shrunken or None
        The adjusted rates. It is None in the same case.
    higher : {"better", "worse", "neither"}
        What a higher rate means.
    sort : {"name", "value"}
        What the rows are ordered by.
    rule : {"published", "p05"}
        When the lines are taken on logs.
    table : Table
        The rates, the published lines and the adjusted rates, unrounded.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> results = {"force": ["Kent", "Essex", "Surrey"], "rate": [0.9, 0.91, 0.8], "half_width": [0.02, 0.02, 0.02]}
    >>> found = cdi.forces(pd.DataFrame(results))
    >>> [(row.name, row.side) for row in found.rows], len(found.missing)
    ([('Essex', ''), ('Kent', ''), ('Surrey', 'below')], 40)
    """

    rates: ForceRates = field(repr=False)
    lines: OutlierLines
    funnel: Funnel | None
    shrunken: Shrunken | None
    higher: str
    sort: str
    rule: str
    table: Table

    @property
    def measure(self) -> Measure:
        """What the rates are of."""
        return self.rates.measure

    @property
    def rows(self) -> tuple[Force, ...]:
        """The forces, in the order that was asked for."""
        stated = {rate.force: rate for rate in self.rates.rates}
        place = {rate.force: i for i, rate in enumerate(_among(self.rates))}
        adjusted = {row.label[0]: row for row in self.table.of(ADJUSTED.key)}
        flags: Mapping[str, str] = {}
        if self.funnel is not None:
            flags = dict(zip(self.funnel.names, self.funnel.flags, strict=True))
        sides = self.lines.sides
        found = []
        for row in self.table.of(self.measure.key):
            name = row.label[0]
            force = Force(replace(stated[name], row=row))
            if name in place:
                i = place[name]
                z = float(self.lines.z[i])
                force = Force(force.rate, z, sides[i], adjusted.get(name), flags.get(name, ""))
            found.append(force)
        return tuple(found)

    @property
    def missing(self) -> tuple[str, ...]:
        """The territorial forces without data."""
        there = {usual(rate.force) for rate in self.rates.rates}
        return tuple(name for name in TERRITORIAL if name not in there)

    @property
    def mixed(self) -> Mapping[str, str]:
        """How the results differ in kind or period. It is empty if they do not."""
        return self.rates.mixed

    @property
    def warning(self) -> str:
        """A warning about comparing these results. It is empty if they are of one kind and period."""
        return wording.mixed_results([wording.mixed_part(*part) for part in self.mixed.items()]) if self.mixed else ""

    @property
    def apart(self) -> tuple[Force, ...]:
        """The forces that are shown but left out of the lines and the funnel."""
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

    def wide(self) -> pd.DataFrame:
        """Give one row for each force, with its rate, its adjusted rate, and where it lies.

        Returns
        -------
        pandas.DataFrame
            ``force``, ``rate``, ``low``, ``high``, of an audit ``due`` and ``recorded``; ``adjusted`` with its ends;
            ``z``, ``lines`` and ``funnel``: on which side of the published lines and of the funnel it lies, empty
            within; ``notes``. Proportions, unrounded, in the order of the rows.
        """
        import pandas as pd

        frame = wide_of(self.table, {"rate": self.measure, "adjusted": ADJUSTED})
        scores = [None if row.z is None or row.rate.row.withheld else row.z for row in self.rows]
        last = len(frame.columns) - 1
        frame.insert(last, "z", pd.Series(scores, dtype="Float64"))
        frame.insert(last + 1, "lines", pd.Series([row.side for row in self.rows], dtype="string"))
        sides = [wording.FUNNEL_SIDES.get(row.funnel, "") for row in self.rows]
        frame.insert(last + 2, "funnel", pd.Series(sides, dtype="string"))
        return frame

    def draw(self, axes: Axes) -> None:
        """Draw the rates with their intervals, and the published lines."""
        from cdi.charts.force_charts import draw_lines
        from cdi.charts.rate_charts import draw_rates

        draw_rates(axes, replace(self.table, rows=self.table.of(self.measure.key)))
        draw_lines(axes, self.lines)
        axes.legend(fontsize="small")

    def explain(self, row: str | Sequence[str] | None = None) -> Explanation:
        """Work out what is printed of a force step by step; see :func:`cdi.explain`.

        Parameters
        ----------
        row : str or sequence of str, optional
            The force, as it is printed: its rate, its distance from the published lines, the funnel at its size, and
            its adjusted rate. If None, the published lines of all forces.

        Examples
        --------
        >>> import pandas as pd, cdi
        >>> rates = {"force": ["Kent", "Essex", "Surrey"], "rate": [0.9, 0.91, 0.8], "half_width": [0.02, 0.02, 0.02]}
        >>> found = cdi.forces(pd.DataFrame(rates)).explain("Surrey")
        >>> [step.working for step in found.steps if step.symbol == "z_f"]
        ['z_f = (v_f - mean) / sd = (0.8 - 0.87) / 0.060827625 = -1.1507929']
        """
        from cdi.explaining.explanation import explain

        return explain(self, row)

    def page(self, **options: Any) -> Page:
        """Lay the forces out for people."""
        return lay_out_forces(self, **options)


@checked
def forces(
    source: object,
    *,
    sort: str = "name",
    higher: str = "better",
    mixed_periods: bool = False,
    other_forces: str | None = None,
    rule: str = "published",
    level: float = LEVEL,
    method: str | None = None,
    measure: str = "recording-rate",
    **roles: Unpack[Roles],
) -> Forces:
    """Compare the rates of forces: the published lines, and a second opinion that allows for chance.

    Parameters
    ----------
    source : path, Workbook, a list of them, data frame, Audit or Result
        Published results, with the columns ``force``, ``rate`` and, where known, ``half_width`` (of a 95% interval),
        ``period``, ``inspection_type`` and ``source``, as in the worksheet ``results``. Or an audit with a column
        ``force``, with a sample drawn in each force.
    sort : {"name", "value"}
        The order of the rows: alphabetical, or by rate with the highest first.
    higher : {"better", "worse", "neither"}
        What a higher rate means. It decides the words beside "well above average".
    mixed_periods : bool
        Whether to compare published results of several kinds of inspection, or of periods that do not overlap. The
        table and the chart then carry a warning.
    other_forces : {"include", "leave-out"}, optional
        What becomes of a body that is none of the 43 territorial forces, beside some that are: it takes part in the
        lines and the funnel, or it is shown and left out of both. If None, such a body is an error.
    rule : {"published", "p05"}
        When the lines are taken on logs; see :func:`cdi.outlier_lines`.
    level : float
        The confidence level of the intervals.
    method : str, optional
        The interval method for the rates of an audit. If None, it is wilson. Published intervals stay as they were
        printed.
    measure : {"recording-rate", "grounds"}
        What the rates measure.
    **roles
        The fields of :class:`cdi.Design`, for an audit.

    Returns
    -------
    Forces
        The rows, the lines, the funnel and the adjusted rates. Rates are proportions.

    Raises
    ------
    DataError
        If there are fewer than three forces, a force occurs twice, a rate is not a proportion, or the results are not
        of one kind and time.
    DesignError
        If the sample was chosen by judgement or is of those who answered, since it does not represent the force.
    MethodError
        If the order, the direction or the rule is unknown, or a method is given for published rates.

    Notes
    -----
    The lines are those of inspection reports: one standard deviation either side of the unweighted mean. About 32% of
    forces lie outside them whatever is measured. The second opinion is a funnel with over-dispersion (Spiegelhalter
    2005) at a false discovery rate of 10%, and rates drawn towards the mean by empirical Bayes.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> rows = [{"force": f, "recorded": int(i < n)} for f, n in {"A": 18, "B": 19, "C": 10}.items() for i in range(20)]
    >>> found = cdi.forces(pd.DataFrame(rows), sort="value")
    >>> [(row.name, row.rate.rate, row.side) for row in found.rows]
    [('B', 0.95, ''), ('A', 0.9, ''), ('C', 0.5, 'below')]
    """
    chosen(higher, HIGHER, "no-higher")
    chosen(sort, ORDERS, "no-order")
    mixed_periods = truth_of(mixed_periods, "mixed_periods")
    if other_forces is not None:
        chosen(other_forces, OTHER_FORCES, "no-other-forces")
    read = read_forces(
        source, level=level, method=method, measure=measure, mixed_periods=mixed_periods, other_forces=other_forces,
        **roles,
    )  # fmt: skip
    shown = AS_PRINTED if read.published else method or METHOD
    return set_out(read, sort=sort, higher=higher, rule=rule, level=level, method=shown)


def set_out(read: ForceRates, *, sort: str, higher: str, rule: str, level: float, method: str) -> Forces:
    """Set rates that were read side by side, as :func:`forces` does; one without a number takes no part."""
    among = _among(read)
    if len(among) < FEWEST:
        raise DataError.of("few-forces", got=len(among), where=Where(read.name, column=FORCE))
    lines = outlier_lines([rate.rate for rate in among], [rate.force for rate in among], rule=rule)
    sized = [rate for rate in among if math.isfinite(rate.size)]
    held, drawn = None, None
    if len(sized) >= FEWEST:
        terms = [rate.rate for rate in sized], [rate.size for rate in sized], [rate.force for rate in sized]
        held, drawn = funnel(*terms), shrink(*terms, model=MODEL)
    empty = Table((FORCE,), tuple(rate.row for rate in read.rates), level, method, "both")
    found = Forces(read, lines, held, drawn, higher, sort, rule, empty)
    return replace(found, table=replace(empty, rows=tuple(_rows(found, sized, level))))


def _among(read: ForceRates) -> list[ForceRate]:
    """Take the rates that lines and funnel are of."""
    out = {APART, *read.left_out}
    return [rate for rate in read.rates if not {rate.force, usual(rate.force)} & out and not math.isnan(rate.rate)]


_ORDER: Mapping[str, Callable[[Force], Any]] = {
    "name": lambda row: row.name.casefold(),
    "value": lambda row: (math.isnan(row.rate.rate), -row.rate.rate, row.name.casefold()),
}


def _rows(found: Forces, sized: Sequence[ForceRate], level: float) -> Iterator[Row]:
    """Write the rates with what is found of each, the published lines, and the adjusted rates."""
    mixed = ("mixed-results",) if found.mixed else ()
    adjusted = _adjusted(found, sized, level)
    order = sorted(found.rows, key=_ORDER[found.sort])
    for force in order:
        told: list[str] = []
        if force.side:
            told.append(_SIDES[force.side, found.direction(force.side)])
        if force.funnel:
            told.append(FOUND[force.funnel])
        row = force.rate.row.stating(found=tuple(told))
        if found.funnel and force.name in adjusted:
            row = row.because(*found.funnel.notes)
        yield row.because(*mixed)
    lines = found.lines
    yield Row(
        (wording.ALL,), LINES, float(lines.centre), float(lines.low), float(lines.high), WITHIN_ONE_SD,
        f"one-sd-{lines.scale}", facts=Facts(Scope.OVERALL, reasons=(*found.line_notes, *mixed)),
    )  # fmt: skip
    yield from (adjusted[force.name].because(*mixed) for force in order if force.name in adjusted)


def _adjusted(found: Forces, sized: Sequence[ForceRate], level: float) -> dict[str, Row]:
    """Write the rates drawn towards the average."""
    drawn = found.shrunken
    if drawn is None:
        return {}
    interval, estimates, se = drawn.interval(level), drawn.estimates, drawn.se
    return {
        rate.force: replace(
            rate.row, measure=ADJUSTED, estimate=float(estimates[i]), low=float(interval.low[i]),
            high=float(interval.high[i]), level=level, method=MODEL, se=float(se[i]),
            facts=Facts(reasons=tuple(drawn.notes)),
        )
        for i, rate in enumerate(sized)
    }  # fmt: skip


def most(found: Forces, k: int) -> int:
    """Say how many the lowest and the highest are: of few forces each would be among both fives."""
    return min(k, max(len(found.sized) // 2, 1))


def chances(found: Forces, k: int, seed: int) -> Mapping[str, tuple[float, float]]:
    """Draw how probable it is that a force is truly among the lowest, and among the highest."""
    if found.shrunken is None:
        return {}
    places = found.shrunken.rank_probabilities(DRAWS, np.random.default_rng(seed))
    lowest, highest = places[:, :k].sum(axis=1), places[:, -k:].sum(axis=1)
    return {name: (float(lowest[i]), float(highest[i])) for i, name in enumerate(found.shrunken.names)}


def score_rows(found: Forces, *, k: int = 5, seed: int = 1) -> tuple[Row, ...]:
    """Write the scores and chances of forces as rows of a table; those of a force that is withheld are too."""
    size = most(found, k)
    drawn = chances(found, size, seed)
    scored = [(row, SCORE, f"one-sd-{found.lines.scale}", row.z) for row in found.rows if row.z is not None]
    rows = [_row(*each) for each in scored]
    among = size, len(drawn)
    for place, kind in enumerate((LOWEST, HIGHEST)):
        for row in found.rows:
            if row.name in drawn:
                chance = _row(row, kind, f"{size}-of-{len(drawn)}", drawn[row.name][place])
                rows.append(chance.stating(among=among))
    return tuple(rows)


def _row(force: Force, measure: Measure, method: str, value: float) -> Row:
    gone = force.rate.row.withheld
    return Row(
        force.rate.row.label, measure, None if gone else value, None, None, force.rate.row.level, method,
        facts=Facts(release=Release.NOTHING) if gone else PLAIN,
    )  # fmt: skip


# ---- the page


_SAID = ("mixed-results", "no-interval")
"""Reasons that a column or a sentence says."""

EQUAL = "all-equal"


def lay_out_forces(found: Forces, *, detail: bool = False, k: int = 5, seed: int = 1) -> Page:
    """Lay forces out for people: one line each, in the order of the rows."""
    rows = found.rows
    told = {row.name: _told(row.rate.row) for row in rows}
    notes = Notes.of((found.measure, told[row.name]) for row in rows)
    title = wording.forces_title(found.measure.name, *intervals_of(found))
    noted: Column[Force] = Notes.column(lambda row: notes.numbers([(found.measure, told[row.name])]))
    grids = [grid_of(title, [*_columns(found), noted], rows, name=wording.forces_title(found.measure.name, "", ""))]
    drawn = []
    if detail:
        k = most(found, k)
        grids.append(_details(found, k, seed))
        drawn = [wording.rank_draws(k, DRAWS, seed)] if found.shrunken is not None else []
    return Page(found.table, tuple(grids), notes, (*_statements(found), *drawn))


def _told(row: Row) -> Facts:
    """Take what no column and no sentence says of a rate; the counts that it may not be the ratio of are not shown."""
    return replace(unweighted(row).facts.without(_SAID), found=())


def _columns(found: Forces) -> list[Column[Force]]:
    heads = wording.FORCE_HEADINGS

    def of_rate(name: str, end: str) -> Column[Force]:
        return Column(
            heads[name],
            lambda row: getattr(row.rate.row, end),
            AS_RATE[end],
            lambda row: row.rate.row,
            always=name == "rate",
            name="rate" if end == "estimate" else "",
            within="" if end == "estimate" else "rate",
        )

    def of_adjusted(name: str, end: str, *, cut: bool = False) -> Column[Force]:
        return Column(
            heads[name],
            lambda row: None if row.adjusted is None else getattr(row.adjusted, end),
            AS_RATE[end],
            cut=cut,
            name="adjusted" if end == "estimate" else "",
            within="" if end == "estimate" else "adjusted",
        )

    def against(row: Force) -> str | None:
        return wording.AGAINST[row.side, found.direction(row.side)] if row.side else None

    return [
        Column(heads["force"], lambda row: row.name, kind=Kind.WORDS),
        of_rate("rate", "estimate"),
        of_rate("low", "low"),
        of_rate("high", "high"),
        Column(heads["flag"], against, always=True),
        of_adjusted("adjusted", "estimate", cut=True),
        of_adjusted("adjusted_low", "low"),
        of_adjusted("adjusted_high", "high"),
        Column(heads["funnel"], lambda row: wording.FUNNEL_SIDES.get(row.funnel)),
    ]


def _details(found: Forces, k: int, seed: int) -> Grid:
    """Show the z scores, and the probabilities of being among the lowest and the highest."""
    drawn = chances(found, k, seed)

    def chance(place: int) -> Callable[[Force], float | None]:
        return lambda row: drawn[row.name][place] if row.name in drawn else None

    def heading(name: str) -> str:
        return wording.FORCE_HEADINGS[name].format(k=k)

    columns: list[Column[Force]] = [
        Column(heading("force"), lambda row: row.name, kind=Kind.WORDS),
        Column(heading("z"), lambda row: row.z, _score, lambda row: row.rate.row),
        Column(heading("lowest"), chance(0), rate, lambda row: row.rate.row),
        Column(heading("highest"), chance(1), rate, lambda row: row.rate.row),
    ]
    return grid_of(wording.DETAILS_OF_FORCES, columns, found.rows)


def intervals_of(found: Forces) -> tuple[str, str]:
    """Name level and method of the intervals of the rates; both are empty where there are none."""
    if all(row.rate.row.low is None for row in found.rows):
        return BLANK, BLANK
    level, method = found.table.level, found.table.method
    rescaled = found.rates.published and level != PRINTED_LEVEL
    return level_text(level), wording.printed_rescaled(method) if rescaled else method


def label(found: Forces, side: str) -> str:
    """Say in full what lying on one side of the average is."""
    return wording.WELL[side, found.direction(side)]


def findings(found: Forces) -> tuple[str, ...]:
    """Say which forces lie outside the published lines, and which the funnel names."""
    lines = found.lines
    low, high, centre = (percent(float(value)) for value in (lines.low, lines.high, lines.centre))
    said = [wording.published_lines(low, high, centre, len(lines.names), logs=lines.scale == "log")]
    for side in ("above", "below"):
        names = [row.name for row in found.rows if row.side == side]
        if names:
            said.append(wording.by_label(label(found, side), names))
    return tuple(said)


def caution(found: Forces) -> list[str]:
    """Say what the published lines are not."""
    lines = found.lines
    beyond = [] if 0 <= lines.low <= lines.high <= 1 else [wording.LINE_BEYOND]
    return [*beyond, wording.force_note(EQUAL) if lines.all_equal else wording.LINES_BY_CONSTRUCTION]


def second_opinion(found: Forces) -> list[str]:
    """Say what allows for chance: first which forces the funnel names."""
    if found.shrunken is None or found.funnel is None:
        return [wording.no_second_opinion(census=all(row.rate.row.facts.census for row in found.rows))]
    low, high = ([row.name for row in found.rows if row.funnel == end] for end in ("low", "high"))
    return [
        wording.funnel_finds(low, high, percent(float(found.funnel.target))),
        wording.adjusted_rates(level_text(found.table.level)),
        wording.CHANCE_MORE,
    ]


def _statements(found: Forces) -> tuple[str, ...]:
    said = [
        *taking_part(found),
        found.warning,
        *findings(found),
        *tests_said(found.lines),
        *caution(found),
        *second_opinion(found),
    ]
    if found.sort == "value":
        said.append(wording.BY_VALUE)
    if found.rates.published and not found.rates.dated:
        said.append(wording.PERIODS_NOT_STATED)
    said += [*_odd(found), *_named(found)]
    return tuple(sentence for sentence in said if sentence)


def _odd(found: Forces) -> list[str]:
    """Say what is odd about the numbers, each once."""
    opinions = [part.notes for part in (found.funnel, found.shrunken) if part is not None]
    codes = dict.fromkeys(code for notes in (found.line_notes, *opinions) for code in notes)
    return [wording.force_note(code) for code in codes if code != EQUAL]


def _named(found: Forces) -> list[str]:
    """Say which forces have no data, which are others, and what is not stated of some."""
    blank = [name for name in found.rates.blank if usual(name) not in found.missing]
    said = []
    if found.without_data:
        said.append(wording.without_result(found.without_data))
    if blank:
        said.append(wording.rates_blank(blank))
    return said + _unstated(found)


def taking_part(found: Forces) -> list[str]:
    """Say first what is no territorial force, and whether it takes part."""
    rows = found.rows
    said = wording.no_data_left_out(found.rates.set_aside)
    if found.rates.national:
        said.append(wording.national_left_out(found.rates.national))
    if any(usual(row.name) == APART for row in rows):
        said.append(wording.forces_apart(APART))
    left_out, counted_in = set(found.rates.left_out), set(found.rates.counted_in)
    names = [row.name for row in rows]
    out = [name for name in names if name in left_out]
    counted = [name for name in names if name in counted_in]
    if out:
        said.append(wording.others_apart(out))
    if counted:
        said.append(wording.other_names(counted))
    return said


def _unstated(found: Forces) -> list[str]:
    """Say of which forces no interval or no source is stated."""
    unsized = [row.name for row in found.rows if row.z is not None and row.adjusted is None]
    unsourced = [row.name for row in found.rows if found.rates.published and not row.rate.source]
    said = []
    if unsized and found.shrunken is not None:
        said.append(wording.no_force_intervals(unsized))
    if len(unsourced) == len(found.rows):
        said.append(wording.SOURCES_NOT_STATED)
    elif unsourced:
        said.append(wording.sources_missing(unsourced))
    return said


def _score(z: float) -> str:
    """Write a z-score; what rounds to nothing has no sign."""
    return f"{round(z, 2) + 0.0:.2f}"
