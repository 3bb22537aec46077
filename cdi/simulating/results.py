"""How intervals fare, as a result: the shares of samples, their table, page and data frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.binomial.coverage import ROUNDING, Enumerated
from cdi.facts import PLAIN, Facts, Release, Scope
from cdi.measures import MEASURES, Measure
from cdi.printing.formats import count
from cdi.printing.layout import Column, Kind, Notes, Page, grid_of
from cdi.printing.lines import BLANK, level_text, percent, rate
from cdi.printing.tables import Row, Table
from cdi.showing import Shown

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from cdi.explaining.explanation import Explanation
    from cdi.wording import Drawn

__all__ = ["ERRORS", "Coverage", "Covered"]

ERRORS = 3
"""The standard errors of a simulation beyond which a share is below its level."""

MOST_SAID = 3
"""Lines of a table that are said in sentences, at the most: more are read faster in the table."""

BELOW = "below-level"
"""The note on a rate whose intervals hold it less often than their level says."""

_OF_RATES: Mapping[str, Measure] = {
    "coverage": MEASURES["coverage"],
    "truth": MEASURES["true-rate"],
    "above": MEASURES["too-low"],
    "below": MEASURES["too-high"],
    "width": MEASURES["mean-width"],
    "blank": MEASURES["no-interval"],
}
"""Number of a row -> its measure, where it is of a rate."""

_OF_COUNTS: Mapping[str, Measure] = {
    "coverage": MEASURES["count-coverage"],
    "truth": MEASURES["true-count"],
    "above": MEASURES["count-too-low"],
    "below": MEASURES["count-too-high"],
    "width": MEASURES["count-mean-width"],
    "blank": MEASURES["count-no-interval"],
}
"""The same where it is of unrecorded crimes."""


@dataclass(frozen=True, slots=True)
class Covered:
    """How the intervals of one rate or count fare by one method; shares are of the samples with an interval.

    Attributes
    ----------
    label : tuple of str
        What the rate is of: a category, or ``all``; for a number of records, the true rate or the range of them.
    method : str
        The interval method.
    truth : float or None
        The true rate, or the true number of unrecorded crimes; None over a range.
    coverage : float or None
        The share of intervals that hold the true rate; over a range, its mean. None where no sample has an interval.
    above, below : float or None
        The share of intervals wholly below the true rate, which it lies above, and of those wholly above it.
    width : float or None
        The mean width, as a proportion or in crimes; None for a one-sided limit, which has none.
    blank : float
        The share of samples without an interval.
    se : float or None
        The standard error of the coverage by simulation; None where it is exact.
    least, least_at : float or None
        Over a range, the lowest coverage, and the true rate at which it is found.
    n : int or None
        The crimes due of it in the audit, or the records of a simple sample; None of a scenario.
    facts : Facts
        What part of the sample the rate is of.
    counts : bool
        Whether it is of unrecorded crimes, and not of a rate.
    """

    label: tuple[str, ...]
    method: str
    truth: float | None
    coverage: float | None
    above: float | None
    below: float | None
    width: float | None
    blank: float = 0.0
    se: float | None = None
    least: float | None = None
    least_at: float | None = None
    n: int | None = None
    facts: Facts = PLAIN
    counts: bool = False

    @property
    def measures(self) -> Mapping[str, Measure]:
        """The measure of each of its numbers."""
        return _OF_COUNTS if self.counts else _OF_RATES

    @property
    def name(self) -> str:
        """What it is of, in words."""
        label, facts = ", ".join(self.label), self.facts
        if self.counts:
            return wording.name_of_count(label)
        return wording.name_of_rate(label, facts.scope.value, by_volumes=facts.by_volumes)

    def short_of(self, level: float) -> bool:
        """Tell whether the interval holds the truth less often than its level says, by more than errors explain."""
        worst = self.coverage if self.least is None else self.least
        return worst is not None and worst + ERRORS * (self.se or 0.0) < level - ROUNDING

    def withheld(self) -> Covered:
        """Take all numbers from it, since they would tell of what is too small to publish."""
        facts = replace(self.facts, release=Release.NOTHING)
        return Covered(self.label, self.method, None, None, None, None, None, facts=facts, counts=self.counts)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Coverage(Shown):
    """How often intervals hold the true rate.

    Attributes
    ----------
    keys : tuple of str
        The columns that name the rows.
    rows : tuple of Covered
        One for each rate and method.
    level, side : float, str
        What the intervals are.
    drawn : cdi.wording.Drawn
        What samples were drawn from, and how.
    curves : mapping of str to Enumerated
        For each method, the coverage over a range of true rates.
    bases : Table or None
        The rates of the audit, by which :func:`cdi.protect` tells what may be published.

    Examples
    --------
    >>> import cdi
    >>> cdi.coverage(24, rates=[0.9])
    <cdi.Coverage: share of intervals that hold the true rate by true rate, 1 row, wilson 95%>
    """

    keys: tuple[str, ...]
    rows: tuple[Covered, ...]
    level: float
    side: str
    drawn: Drawn
    curves: Mapping[str, Enumerated] = field(default_factory=dict, repr=False)
    bases: Table | None = field(default=None, repr=False)

    @property
    def table(self) -> Table:
        """All numbers, unrounded: a row for each rate, method and number. Over a range, ``low`` is the least."""
        rows = tuple(row for covered in self.rows for row in _table_rows(covered, self.level))
        methods = dict.fromkeys(covered.method for covered in self.rows)
        return Table(self.keys, rows, self.level, next(iter(methods)), self.side)

    def explain(self, row: str | Sequence[str] | None = None) -> Explanation:
        """Work the shares out: the sum over all samples that can come, or the count of samples drawn.

        Parameters
        ----------
        row : str or sequence of str, optional
            The true rate or the category, as it is printed. If None, every true rate, or the whole.

        Examples
        --------
        >>> import cdi
        >>> [step.working for step in cdi.coverage(2, rates=[0.5]).explain().steps if step.symbol == "coverage"]
        ['coverage = sum of c_h = 0.25 + 0.5 + 0.25 = 1']
        """
        from cdi.explaining.explanation import explain

        return explain(self, row)

    def page(self, **_options: Any) -> Page:
        """Lay the shares out for people, a line for each rate and method."""
        return _page(self)

    def wide(self) -> pd.DataFrame:
        """Give one row for each rate and method.

        Returns
        -------
        pandas.DataFrame
            The columns that name the rows, ``measure`` (the rate, or the unrecorded crimes), ``method``, ``truth``,
            ``coverage``, ``too_low``, ``too_high``, ``mean_width``, ``no_interval``, ``se``, ``samples`` and, over a
            range of true rates, ``least`` and ``least_at``. Shares are proportions; truth and width are crimes where
            crimes are counted. Unrounded.
        """
        return _wide(self)

    def draw(self, axes: Axes) -> None:
        """Draw coverage by true rate, or that of each row with three standard errors."""
        from cdi.charts.coverage_charts import draw_coverage

        draw_coverage(axes, self)


# ---- as it is shown


def _table_rows(covered: Covered, level: float) -> Iterator[Row]:
    """Give a row for each number, that of the coverage first."""
    yield _row_of(covered, level)
    for name, measure in covered.measures.items():
        value = getattr(covered, name)
        if name != "coverage" and value is not None and not covered.facts.withheld:
            yield Row(covered.label, measure, value, None, None, level, covered.method, facts=covered.facts)


def _row_of(covered: Covered, level: float) -> Row:
    """Give the row of the coverage; the least over a range stands where an interval begins."""
    facts = covered.facts.because([BELOW]) if covered.short_of(level) else covered.facts
    share, least, se, n = covered.coverage, covered.least, covered.se, covered.n
    return Row(
        covered.label, covered.measures["coverage"], share, least, None, level, covered.method, se, n, facts=facts
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """A row as the page shows it, with its row of the table, which says whether it may be shown."""

    covered: Covered
    row: Row


def _page(found: Coverage) -> Page:
    lines = [_Line(covered, _row_of(covered, found.level)) for covered in found.rows]
    notes = Notes.on(line.row for line in lines)
    methods = list(dict.fromkeys(covered.method for covered in found.rows))
    alone = methods[0] if len(methods) == 1 else ""
    grids = []
    for counts in (False, True):
        own = [line for line in lines if line.covered.counts is counts]
        if own:
            title = wording.coverage_title(level_text(found.level), alone, found.side, found.drawn, counts=counts)
            grids.append(grid_of(title, _columns(found, methods, notes, counts=counts), own))
    return Page(found.table, tuple(grids), notes, (*_said(found), *wording.drawing(found.drawn)))


def _columns(found: Coverage, methods: Sequence[str], notes: Notes, *, counts: bool) -> list[Column[_Line]]:
    """Describe the columns that show anything."""
    heading = wording.COVERAGE_HEADINGS
    columns: list[Column[_Line]] = [
        Column(key, lambda line, i=i: _named(line)[i], kind=Kind.WORDS)  # type: ignore[misc]
        for i, key in enumerate(found.keys)
    ]
    if len(methods) > 1:
        columns.append(Column(heading["method"], lambda line: line.covered.method, kind=Kind.WORDS))
    for name in ("truth", "coverage", "se", "least", "least_at", "above", "below", "width", "blank"):
        if name == "truth" and found.drawn.kind == "counts":
            continue  # it names the row
        head = "mean" if name == "coverage" and found.curves else name
        crimes = counts and name in ("truth", "width")
        columns.append(
            Column(
                heading[f"count_{head}" if crimes else head],
                lambda line, name=name: _shown(line, name),  # type: ignore[misc]
                _crimes if crimes else rate,
                lambda line: line.row,
            )
        )
    return [*columns, Notes.column(lambda line: notes.marks([line.row]))]


def _crimes(value: float | None) -> str:
    """Write a number of crimes."""
    return BLANK if value is None else count(value, 1)


def _named(line: _Line) -> tuple[str, ...]:
    """Name a rate, the overall one for what it is."""
    first, *rest = line.covered.label
    facts = line.covered.facts
    if line.covered.counts:
        return line.covered.label
    return (wording.name_of_rate(first, facts.scope.value, by_volumes=facts.by_volumes), *rest)


def _shown(line: _Line, name: str) -> float | None:
    """Take a number to be shown: three standard errors, and nothing where no sample lacks an interval."""
    value: float | None = getattr(line.covered, name)
    if name == "se":
        return None if value is None else ERRORS * value
    return None if name == "blank" and not value else value


def _said(found: Coverage) -> Iterator[str]:
    """Say of a few lines what the table shows: of the overall rate and the total, or of each true rate."""
    shown = [row for row in found.rows if row.coverage is not None]
    exact = found.drawn.kind == "counts"
    spoken = shown if exact else [row for row in shown if row.facts.whole and row.facts.scope is not Scope.FRAME]
    for row in spoken if len(spoken) <= MOST_SAID else ():
        yield _sentence(found, row)
    for method in () if exact else dict.fromkeys(row.method for row in shown):
        names = [row.name for row in shown if row.method == method and row.short_of(found.level)]
        if names:
            yield wording.short_of_level(method, level_text(found.level), names)


def _sentence(found: Coverage, row: Covered) -> str:
    share = percent(row.coverage)
    if row.se is not None and row.counts:
        return wording.coverage_of_total(row.method, share, rate(ERRORS * row.se))
    if row.se is not None:
        return wording.coverage_sentence(row.method, share, rate(ERRORS * row.se), by_volumes=row.facts.by_volumes)
    records = found.drawn.records
    if row.least is None:
        return wording.coverage_of_records(records, row.method, row.label[0], share)
    return wording.coverage_range(records, row.method, row.label[0], share, percent(row.least), percent(row.least_at))


def _wide(found: Coverage) -> pd.DataFrame:
    import pandas as pd

    numbers = {
        "truth": "truth", "coverage": "coverage", "too_low": "above", "too_high": "below", "mean_width": "width",
        "no_interval": "blank", "se": "se", "least": "least", "least_at": "least_at",
    }  # fmt: skip
    rows = found.rows
    frame = pd.DataFrame(
        {key: pd.Series([each.label[i] for each in rows], dtype="string") for i, key in enumerate(found.keys)}
    )
    of = [("unrecorded" if each.counts else "recording-rate") for each in rows]
    frame["measure"] = pd.Series(of, dtype="string")
    frame["method"] = pd.Series([each.method for each in rows], dtype="string")
    for name, held in numbers.items():
        frame[name] = pd.Series([getattr(each, held) for each in rows], dtype="Float64")
    frame["samples"] = pd.Series([found.drawn.draws or None] * len(rows), dtype="Int64")
    return frame if found.curves else frame.drop(columns=["least", "least_at"])
