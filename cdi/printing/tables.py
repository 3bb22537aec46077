"""The table that every result becomes: fixed columns, one row an estimate, unrounded.

``tabulate`` gives it as a pandas DataFrame; :class:`Table` holds the same without pandas, for the formats.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import compress
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.arguments import checked
from cdi.binomial import intervals
from cdi.binomial.published import PRINTED_LEVEL
from cdi.errors import DataError, DesignError
from cdi.facts import PLAIN, Facts, Scope
from cdi.measures import Measure, Role
from cdi.parameters import LEVEL, METHOD
from cdi.showing import Shown
from cdi.survey.estimates import Counts, Estimates
from cdi.survey.extrapolation import overall_rate
from cdi.survey.sampling import of_counts

if TYPE_CHECKING:
    import pandas as pd

    from cdi.printing.layout import Page

__all__ = [
    "CATEGORY", "NUMBERS", "Row", "Table", "arrange", "compare_methods", "describe_table", "kinds_of", "order_of",
    "serving", "tabulate", "wide", "wide_of", "with_overall", "with_rates",
]  # fmt: skip

Floats: TypeAlias = npt.NDArray[np.float64]

NUMBERS: Mapping[str, str] = {
    **dict.fromkeys(("estimate", "low", "high", "level", "se", "n_eff", "df", "deff"), "Float64"),
    **dict.fromkeys(("n", "recorded", "clusters"), "Int64"),
}
"""The fixed columns that hold numbers -> how a data frame holds them."""

CATEGORY = "category"
"""The domain column of an estimate without domains."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table; what cannot be estimated is None.

    Attributes
    ----------
    label : tuple of str
        The domain; ``all`` in overall rows.
    measure : Measure
        What it measures.
    estimate, low, high, se : float or None
        In the unit of the measure: proportions for rates, crimes for counts.
    level : float
        Confidence level.
    method : str
        Name of the interval method.
    n, recorded, clusters : int or None
        Crimes due (or records), those recorded, reports audited; None where a row is of two samples.
    n_eff, df, deff : float or None
        Effective size in crimes, degrees of freedom, design effect.
    facts : Facts
        What is true of it.
    """

    label: tuple[str, ...]
    measure: Measure
    estimate: float | None
    low: float | None
    high: float | None
    level: float
    method: str
    se: float | None = None
    n: int | None = None
    recorded: int | None = None
    clusters: int | None = None
    n_eff: float | None = None
    df: float | None = None
    deff: float | None = None
    facts: Facts = PLAIN

    @property
    def whole(self) -> bool:
        """Whether it is of all categories together."""
        return self.facts.whole

    @property
    def identity(self) -> tuple[tuple[str, ...], Measure, Scope, float]:
        """What tells it from the other rows of a table, and finds it in another: a label can have two overall rates."""
        return self.label, self.measure, self.facts.scope, self.level

    @property
    def main(self) -> bool:
        """Whether it is the rate to be said of the force, and not one beside it or of the sample alone."""
        return self.facts.scope.main

    @property
    def counted(self) -> bool:
        """Whether its estimate counts crimes."""
        return self.measure.counted

    @property
    def withheld(self) -> bool:
        """Whether its numbers are not published."""
        return self.facts.withheld

    @property
    def exact(self) -> bool:
        """Whether it has no interval since it is of all there was."""
        return self.facts.census and self.low is None and self.high is None

    @property
    def name(self) -> str:
        """What it measures and of what part of the sample, in words."""
        return self.measure.name_of(self.facts.scope)

    @property
    def notes(self) -> tuple[str, ...]:
        """What people are told of it, in words."""
        return self.measure.notes_of(self.facts)

    def because(self, *reasons: str) -> Self:
        """Add reasons to its notes."""
        return replace(self, facts=self.facts.because(reasons))

    def stating(self, **facts: Any) -> Self:
        """Replace some of its facts."""
        return replace(self, facts=self.facts.changed(**facts))

    def values(self) -> tuple[object, ...]:
        """Give the row in the order of the fixed columns, after its label."""
        return (
            self.name, self.estimate, self.low, self.high, self.level, self.method, self.se, self.n,
            self.recorded, self.clusters, self.n_eff, self.df, self.deff, "; ".join(self.notes),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class Table(Shown):
    """Estimates with their intervals, unrounded: what every surface is made of.

    Attributes
    ----------
    keys : tuple of str
        The domain columns.
    rows : tuple of Row
        The rows.
    level, method, side : float, str, str
        What the intervals are.
    reports : bool
        Whether a column names the reports, or each row counts the crimes of one; else crimes are taken as independent.
    order : mapping of str to tuple of str
        Domain column -> its categories as the user ordered them, where they are: rows follow it, and data frames know
        it.
    each : float or None
        The level of each interval by itself, where all of them hold together at the level; None where they do not.
    rounded_to : int or None
        What counts of people in it are rounded to; None where none are.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> table = cdi.estimate(pd.DataFrame({"recorded": [1, 1, 0, 1]})).table
    >>> table.columns[:3], table.values()[0][:3]
    (('category', 'measure', 'estimate'), ('all', 'recording rate', 0.75))
    """

    keys: tuple[str, ...]
    rows: tuple[Row, ...]
    level: float
    method: str
    side: str
    reports: bool = True
    order: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)
    each: float | None = None
    rounded_to: int | None = field(default=None, repr=False, compare=False)

    @property
    def table(self) -> Self:
        """Itself: what every result has."""
        return self

    def page(self, **_options: Any) -> Page:
        """Lay it out for people, as far as it can be read without its result."""
        from cdi.printing.layouts import lay_out_table

        return lay_out_table(self)

    @property
    def columns(self) -> tuple[str, ...]:
        """The domain columns and the fixed ones, in order."""
        return (*self.keys, *wording.COLUMNS)

    def values(self) -> list[tuple[object, ...]]:
        """Give the values, with one tuple for each row, and None where a value cannot be estimated."""
        return [(*row.label, *row.values()) for row in self.rows]

    def of(self, key: str) -> tuple[Row, ...]:
        """Take the rows of one measure."""
        return tuple(row for row in self.rows if row.measure.key == key)

    def whole(self, key: str, scope: Scope | None = None) -> Row | None:
        """Take the first overall row of one measure, of a scope where one is named."""
        rows = (row for row in self.of(key) if row.whole and scope in (None, row.facts.scope))
        return next(rows, None)

    def to_pandas(self) -> pd.DataFrame:
        """Give the table as a pandas data frame, with NA where a value cannot be estimated."""
        import pandas as pd

        kinds = {**NUMBERS, **kinds_of(self)}
        frame = pd.DataFrame(self.values(), columns=list(self.columns), dtype=object)
        return frame.astype({name: kinds.get(name, "string") for name in self.columns})


def kinds_of(table: Table) -> dict[str, Any]:
    """Give the columns that the user ordered as ordered categoricals, the whole last."""
    import pandas as pd

    kinds: dict[str, Any] = {}
    for place, key in enumerate(table.keys):
        if key in table.order:
            parts = [row.label[place] for row in table.rows if not row.whole]
            # of several columns, the parts of one are wholes of another
            whole, *words = dict.fromkeys([wording.ALL, *table.order[key], *parts])
            kinds[key] = pd.CategoricalDtype([*words, whole], ordered=True)
    return kinds


def _in_order(rows: list[Row], keys: Sequence[str], order: Mapping[str, tuple[str, ...]]) -> list[Row]:
    if not keys:
        return rows
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.label[len(row.label) - len(keys)], []).append(row)
    places = {category: place for place, category in enumerate(order.get(keys[0], ()))}

    def place(name: str) -> tuple[bool, int]:
        return all(row.whole for row in groups[name]), places.get(name, len(places))

    return [row for name in sorted(groups, key=place) for row in _in_order(groups[name], keys[1:], order)]


def describe_table(table: Table) -> str:
    """Say in a few words what a table holds.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> sample = pd.DataFrame({"kind": ["a", "b"] * 9, "recorded": [1, 0, 1] * 6})
    >>> describe_table(cdi.estimate(sample, by="kind").table)
    'recording rate by kind, 3 rows, wilson 95%'
    """
    main = [row.measure for row in table.rows if row.measure.role in _MAIN] or [row.measure for row in table.rows]
    # what stands beside the main measure, or is the whole a second time, is no row of its own
    lines = [row for row in table.rows if row.measure == main[0] and row.facts.scope is not Scope.FRAME]
    by = [key for key in table.keys if key not in (CATEGORY, "side", "question", "counts")]
    what = " by ".join([main[0].name if main else "nothing", *([" and ".join(by)] if by else [])])
    rows = f"{len(lines):,} row{'' if len(lines) == 1 else 's'}"
    method = table.rows[0].method if table.rows else table.method
    return f"{what}, {rows}, {method} {table.level * 100:.10g}%"


_MAIN = (Role.RATE, Role.CHANGE)


def wide(table: Table) -> pd.DataFrame:
    """Give the main numbers of a table as a data frame with one row a category; see :meth:`cdi.showing.Shown.wide`.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> sample = pd.DataFrame({"kind": ["a", "b"] * 9, "recorded": [1, 0, 1] * 6})
    >>> wide(cdi.estimate(sample, by="kind").table)[["kind", "rate", "due", "recorded"]].round(3).values.tolist()
    [['a', 0.667, 9, 6], ['b', 0.667, 9, 6], ['all', 0.667, 18, 12]]
    """
    import pandas as pd

    rates = [row for row in table.rows if row.measure.role is Role.RATE] or table.rows
    counts = {(row.label, row.measure.of): row for row in table.rows if row.counted}
    rows = []
    for row in rates:
        rate: Row | None = row
        missing = None
        if row.counted:
            # counts that stand without their rates
            rate, missing = None, row
        elif row.main:
            missing = counts.get((row.label, row.measure.key))
        both = [(None, None, None) if x is None else (x.estimate, x.low, x.high) for x in (rate, missing)]
        notes = dict.fromkeys((*row.notes, *(() if missing is None else missing.notes)))
        rows.append((*row.label, row.name, *both[0], row.n, row.recorded, *both[1], "; ".join(notes)))
    columns = [*table.keys, *_WIDE]
    kinds = _WIDE_KINDS | kinds_of(table)
    frame = pd.DataFrame(rows, columns=columns, dtype=object)
    frame = frame.astype({name: kinds.get(name, "string") for name in columns})
    if not counts:
        frame = frame.drop(columns=["unrecorded", "unrecorded_low", "unrecorded_high"])
    if len(set(frame["measure"])) <= 1:
        frame = frame.drop(columns="measure")
    return frame


def with_rates(counts: Counts) -> Table:
    """Set counts below the rates that they follow from."""
    table = arrange(counts)
    rates = _rows(counts.follows_from, table.level, table.method, table.side)
    return replace(table, rows=(*rates, *table.rows))


def wide_of(table: Table, parts: Mapping[str, Measure]) -> pd.DataFrame:
    """Set measures of a table side by side, each under its name with the ends of its interval: one row a category.

    The counts are those of the first measure, and ``low`` and ``high`` are its ends; one without rows is left out.
    """
    import pandas as pd

    held: dict[str, dict[tuple[str, ...], Row]] = {}
    for name, measure in parts.items():
        rows = {row.label: row for row in table.rows if row.measure == measure}
        if rows:
            held[name] = rows
    lines = _in_order(_some_of_each(list(held.values())), table.keys, table.order)
    columns: dict[str, pd.Series] = {}
    kinds = kinds_of(table)
    for place, key in enumerate(table.keys):
        columns[key] = pd.Series([row.label[place] for row in lines], dtype=kinds.get(key, "string"))
    for i, (name, rows) in enumerate(held.items()):
        before = f"{name}_" if i else ""
        beside = [rows.get(row.label) for row in lines]
        columns[name] = _taken(beside, "estimate", "Float64")
        columns[f"{before}low"] = _taken(beside, "low", "Float64")
        columns[f"{before}high"] = _taken(beside, "high", "Float64")
        if not before and any(row.n is not None for row in rows.values()):
            columns["due"], columns["recorded"] = (_taken(beside, count, "Int64") for count in ("n", "recorded"))
    columns["notes"] = pd.Series([_noted(row.label, list(held.values())) for row in lines], dtype="string")
    return pd.DataFrame(columns)


def _some_of_each(parts: Sequence[Mapping[tuple[str, ...], Row]]) -> list[Row]:
    """Take one row of each category: of the first part that has it."""
    first: dict[tuple[str, ...], Row] = {}
    for rows in parts:
        for label, row in rows.items():
            first.setdefault(label, row)
    return list(first.values())


def _taken(rows: Sequence[Row | None], name: str, kind: str) -> pd.Series:
    """Take a number of each row; none where there is no row."""
    import pandas as pd

    return pd.Series([getattr(row, name, None) for row in rows], dtype=kind)


def _noted(label: tuple[str, ...], parts: Sequence[Mapping[tuple[str, ...], Row]]) -> str:
    """Join the notes on the rows of one category, each once."""
    rows = [rows[label] for rows in parts if label in rows]
    return "; ".join(dict.fromkeys(text for row in rows for text in row.notes))


_WIDE = (
    "measure", "rate", "low", "high", "due", "recorded", "unrecorded", "unrecorded_low", "unrecorded_high", "notes",
)  # fmt: skip
_WIDE_KINDS: dict[str, Any] = {
    **dict.fromkeys(("rate", "low", "high", "unrecorded", "unrecorded_low", "unrecorded_high"), "Float64"),
    **dict.fromkeys(("due", "recorded"), "Int64"),
}


@checked
def tabulate(
    *estimates: Estimates | Shown, level: float = LEVEL, method: str = METHOD, side: str = "both"
) -> pd.DataFrame:
    """Put estimates into one tidy data frame.

    Parameters
    ----------
    *estimates : Estimates or Result
        Rates and, from them, unrecorded crimes. Or a result of :func:`cdi.estimate`, which holds both.
    level, method, side : float, str, str
        See :meth:`Estimates.interval`.

    Returns
    -------
    pandas.DataFrame
        The category columns, then ``measure``, ``estimate``, ``low``, ``high``, ``level``, ``method``, ``se``, ``n``,
        ``recorded``, ``clusters``, ``n_eff``, ``df``, ``deff`` and ``notes``. Numbers are unrounded, and NA where there
        is no estimate. With unrecorded crimes, the overall recording rate is the one that the volumes imply.

    Raises
    ------
    MethodError
        As for :meth:`Estimates.interval`.
    DesignError
        If a category column has the name of a fixed column, or the estimates are by different categories.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> rates = cdi.recording_rate(cdi.read_audit(pd.DataFrame({"recorded": [1] * 159 + [0] * 23})))
    >>> cdi.tabulate(rates)[["category", "measure", "n"]].values.tolist()
    [['all', 'recording rate', 182]]
    """
    parts = [part for each in estimates for part in _estimates_of(each)]
    return arrange(*parts, level=level, method=method, side=side).to_pandas()


def _estimates_of(given: object) -> tuple[Any, ...]:
    """Take estimates as they are, and of a result those that it keeps."""
    kept = getattr(given, "estimates", None)
    if isinstance(given, Estimates) or not isinstance(given, Shown) or not isinstance(kept, tuple):
        return (given,)
    given.refuse_suppressed()
    return kept


def arrange(
    *estimates: Estimates,
    level: float = LEVEL,
    method: str = METHOD,
    side: str = "both",
    each: float | None = None,
) -> Table:
    """Put estimates into one table, as :func:`tabulate` does, without pandas.

    ``each`` is the level of each interval where all of them hold together at the level.
    """
    wrong = [type(part).__name__ for part in estimates if not isinstance(part, Estimates)]
    if wrong or not estimates:
        raise DataError.of("no-estimates", got=wrong[0] if wrong else None)
    keys = estimates[0].keys
    clash = [name for name in keys if name in wording.COLUMNS]
    if clash:
        raise DesignError.of("column-name-taken", got=wording.in_a_row(clash))
    if any(part.keys != keys for part in estimates):
        raise DesignError.of("domains-differ", got="; ".join(", ".join(part.keys) for part in estimates))
    rows = [
        row for part in with_overall(estimates) for row in _rows(part, level if each is None else each, method, side)
    ]
    if each is not None:
        rows = [replace(row, level=level) for row in rows]
        rows = [row if row.low is None else row.stating(stated=("joint", *row.facts.stated)) for row in rows]
    reports = any(part.totals is not None and part.totals.names_reports for part in estimates)
    return Table(keys or (CATEGORY,), tuple(rows), level, method, side, reports, order_of(*estimates), each)


def order_of(*estimates: Estimates) -> dict[str, tuple[str, ...]]:
    """Take the order of categories that users gave, by their columns."""
    return {key: names for part in estimates if part.totals is not None for key, names in part.totals.order.items()}


def compare_methods(
    recorded: int,
    due: int,
    *,
    population: int | None = None,
    level: float = LEVEL,
    method: str = "all",
    side: str = "both",
    selection: str = "random",
) -> Table:
    """Give the interval of counts without rows, by one method or by all that serve them.

    Parameters
    ----------
    recorded, due : int
        The counts, as in :func:`cdi.of_counts`.
    population : int, optional
        Records on the frame.
    level, method, side : float, str, str
        As in :meth:`Estimates.interval`; ``all`` gives every method that serves these counts and terms.
    selection : {"random", "census", "judgement", "voluntary"}
        How the sample came about, as in :class:`cdi.Design`.

    Returns
    -------
    Table
        One row a method; one alone where there is no interval to give.

    Examples
    --------
    >>> [round(row.low, 3) for row in compare_methods(21, 24, method="wilson").rows]
    [0.69]
    """
    counted = of_counts(recorded, due, population=population, selection=selection)
    several = method == "all" and selection == "random"
    names = serving(population, level, side) if several else [METHOD if method == "all" else method]
    parts = [arrange(counted, level=level, method=name, side=side) for name in names]
    rows = tuple(row for part in parts for row in part.rows)
    return Table(counted.keys, rows, level, method, side, reports=False)


def serving(population: int | None, level: float, side: str) -> list[str]:
    """Name the methods that can answer: the exact ones need the population, the published style its own terms."""
    names = [name for name in intervals.METHODS if name != "published" or (level == PRINTED_LEVEL and side == "both")]
    exact = [name for name in intervals.EXACT if name != "exact" or side == "both"]
    return names + (exact if population is not None else [])


def with_overall(estimates: Sequence[Estimates]) -> list[Estimates]:
    """Set the overall rate that the volumes imply in the place of the sample's own, where the counts follow from it."""
    counts = [part for part in estimates if isinstance(part, Counts) and len(part) > 1]
    result = []
    for part in estimates:
        projected = [other for other in counts if other.totals is part.totals]
        if isinstance(part, Counts) or not projected:
            result.append(part)
            continue
        last = len(part) - 1
        result.append(part.take(range(last)))
        whole = overall_rate(projected[0])
        result.append(replace(whole, rows=(replace(whole.rows[0], measure=part.measure),)))
        if part.totals is not None and part.totals.strata.weighs:
            frame = part.take([last])
            facts = replace(frame.rows[0].facts, scope=Scope.FRAME)
            result.append(replace(frame, rows=(replace(frame.rows[0], facts=facts),)))
    return result


def _rows(part: Estimates, level: float, method: str, side: str) -> list[Row]:
    if part.representative:
        interval = part.interval(level=level, method=method, side=side)
        stated, exact = _ONE_SIDED.get(interval.side, ()), part.exact
        numbers, reasons, used = _numbers(part, interval), _reasons_of_intervals(part, interval), interval.method
    else:
        # the counts alone: a rate would be read as that of the force
        numbers, reasons, used = dict.fromkeys(_NUMBERS, np.full(len(part), np.nan)), [()] * len(part), method
        stated, exact = (), part.exact

    @cache  # rows are many, and kinds of them few
    def told(facts: Facts, why: tuple[str, ...], said: tuple[str, ...]) -> Facts:
        return replace(facts.because(why), stated=said)

    counts = [
        each.astype(np.int64).tolist() if part.sampled else [None] * len(part)
        for each in (part.basis.due, part.basis.recorded, part.basis.reports)
    ]
    # by lists, since a table may have many rows
    return [
        Row(
            row.label,
            row.measure,
            estimate,
            low,
            high,
            level,
            used,
            se,
            n,
            recorded,
            clusters,
            n_eff,
            df,
            deff,
            told(row.facts, why, () if is_exact else stated),
        )
        for row, why, is_exact, (n, recorded, clusters), (estimate, low, high, se, n_eff, df, deff) in zip(
            part.rows,
            reasons,
            exact.tolist(),
            zip(*counts, strict=True),
            zip(*(_known(numbers[name]) for name in _NUMBERS), strict=True),
            strict=True,
        )
    ]


_ONE_SIDED: Mapping[str, tuple[str, ...]] = {"lower": ("lower-only",), "upper": ("upper-only",)}
"""Side of an interval -> the note that the other limit was not asked for."""

_NUMBERS = ("estimate", "low", "high", "se", "n_eff", "df", "deff")


def _numbers(part: Estimates, interval: intervals.Interval) -> Mapping[str, Floats]:
    """Give the numbers of each row; what is exact has no interval."""
    blank = np.full(len(part), np.nan)
    level, side, exact = interval.level, interval.side, part.exact
    low, high = (blank if side == open_ else end for open_, end in (("upper", interval.low), ("lower", interval.high)))
    df = np.where(np.isfinite(part.basis.rate), part.basis.df, np.nan)
    sizes = (part.n_eff(level=level, side=side), df, part.basis.deff)
    low, high, n_eff, df, deff = (np.where(exact, blank, column) for column in (low, high, *sizes))
    return dict(zip(_NUMBERS, (part.estimate, low, high, part.se, n_eff, df, deff), strict=True))


def _known(values: Floats) -> list[float | None]:
    """Give the numbers that there are, and None for the others."""
    return [None if value != value else value for value in values.tolist()]


def _differ(one: Floats, other: Floats) -> npt.NDArray[np.bool_]:
    """Tell where limits differ; where there is none on either side they are the same."""
    return np.asarray((one != other) & np.isfinite(one))


def _reasons_of_intervals(part: Estimates, interval: intervals.Interval) -> list[tuple[str, ...]]:
    """Say on each row what is odd about its interval."""
    rate, exact = part.basis.rate, part.exact
    known = np.isfinite(rate)
    edge = known & ((rate == 0) | (rate == 1)) & ~exact
    alone = interval
    if part.parts is not None:
        alone = replace(part, parts=None).interval(interval.level, interval.method, interval.side)
    with np.errstate(invalid="ignore"):
        outside = (interval.low < 0) | ((interval.high > 1) & (not isinstance(part, Counts)))
    conditions = {
        "fallback": edge & np.full(len(part), fill_value=interval.method in {"logit", "arcsine", "wald"}),
        "no-width": edge & np.full(len(part), fill_value=interval.method == "published"),
        "beyond": known & outside,
        "as-category": known & (_differ(alone.low, interval.low) | _differ(alone.high, interval.high)),
        "no-limit": known & (rate > 0) & np.isnan(interval.high) & (interval.side != "lower"),
    }
    held = zip(*(holds.tolist() for holds in conditions.values()), strict=True)
    return [tuple(compress(conditions, holds)) for holds in held]
