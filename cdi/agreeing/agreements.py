"""Agreement of two auditors: how often they decide alike, beyond chance too, and what their differences do to the rate.

Percent agreement and the rates of the two are shares of the crimes that both read, estimated as every rate is, and the
difference of the two rates is that of a comparison. Kappa and AC1 are functions of one table of answers, with the
jackknife over reports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, Unpack

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.agreeing.coefficients import (
    Held,
    Statistic,
    ac1,
    against_the_rest,
    jackknife,
    kappa,
    limits_below_one,
)
from cdi.agreeing.matching import SIDES, Answer, Matched, Side, disagreements, match
from cdi.arguments import checked, names_of, text_of, truth_of
from cdi.audits.audit import Audit, check_audit, naming_answers, read_audit, sample_of
from cdi.audits.design import PERIOD, Design, Roles, Selection
from cdi.audits.strata import count as count_strata
from cdi.audits.volumes import POPULATION, Label, Volumes, ranked
from cdi.binomial.intervals import tail_of
from cdi.comparing.comparison import chance, differences
from cdi.errors import DataError, DesignError, Where
from cdi.facts import Facts, Presentation
from cdi.measures import MEASURES, Measure
from cdi.parameters import LEVEL, METHOD
from cdi.printing import formats
from cdi.printing.layout import Column, Grid, Kind, Notes, Page, csv_of, grid_of
from cdi.printing.lines import AS_RATE, level_text, named, percent, rate, whole
from cdi.printing.tables import CATEGORY, Row, Table, arrange, describe_table, wide_of
from cdi.reading import engine
from cdi.reading.sources import Source
from cdi.showing import Shown
from cdi.survey.estimates import ALL, Estimates
from cdi.survey.sampling import FEW_DF, GROUNDS, share
from cdi.survey.totals import order_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from cdi.explaining.explanation import Explanation
    from cdi.reading.engine import Expr

__all__ = [
    "AC1", "AGREEMENT", "FIRST", "KAPPA", "OF_ALL", "ON_ANSWER", "PAIR", "P_VALUE", "SECOND", "SHIFT", "Agreement",
    "agreement", "coefficient", "is_against_the_rest", "shares_of", "write_disagreements",
]  # fmt: skip

AGREEMENT, KAPPA, AC1 = (MEASURES[key] for key in ("agreement", "kappa", "ac1"))
FIRST, SECOND, SHIFT, P_VALUE = (MEASURES[key] for key in ("rate-first", "rate-second", "rate-shift", "p-value"))
OF_ALL: Label = (ALL, ALL)
"""The label of what is of all answers of both."""

ON_ANSWER = {
    each: MEASURES[key] for each, key in ((AGREEMENT, "answer-agreement"), (KAPPA, "answer-kappa"), (AC1, "answer-ac1"))
}
"""What is measured of all answers -> the same of one answer against all others."""

PAIR = MEASURES["pair-of-answers"]
BESIDE = tuple(
    MEASURES[key] for key in ("only-first", "only-first-found", "only-second", "only-second-found", "undecided")
)
"""What rows are counted as that are not of a crime of which both decided."""

FEW_DISAGREEMENTS = 3
"""Below it the jackknife has little to go by."""

FAR_APART = 0.2
"""By how much kappa lies below AC1 before it is said why."""

_CLOSED = (
    "single_cluster", "collapse", "recorded_as", "category", "classification", "count", "reports", "deff",
)  # fmt: skip
"""Roles that tell nothing of what two auditors say of the same crimes."""

Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Agreement(Shown):
    """How far two auditors agree on the same crimes. It prints as the page of ``cdi agree``.

    Attributes
    ----------
    names : tuple of str
        What the two sides are called. It is empty if they have no names.
    table : Table
        All numbers, unrounded. The columns ``first`` and ``second`` hold the answers that a row is of, and are ``all``
        in rows of all answers. Rows of one answer have it in both.
    searches : bool
        Whether the rows are stop and search records.
    way : str
        How rows were matched: by ``case``, ``report``, ``report-order`` or ``report-class-order``.
    reclassed : int
        The crimes that the second puts into another class than the first.
    weighted : bool
        Whether the first sample has weights or a sampling frame: the two rates and their difference take them, and
        agreement counts each crime once.
    sides : tuple of Side
        The two audits. A pickle holds no rows.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> first = pd.DataFrame({"cluster": list("ABCDEF"), "recorded": [1, 1, 0, 1, 0, 1]})
    >>> second = first.assign(recorded=[1, 1, 0, 0, 0, 1])
    >>> found = cdi.agreement(first, second)
    >>> round(found.agreed, 3), round(found.kappa, 3), round(found.ac1, 3)
    (0.833, 0.667, 0.676)
    """

    names: tuple[str, ...]
    table: Table
    searches: bool
    way: str
    reclassed: int
    weighted: bool
    sides: tuple[Side, ...] = field(default=(), repr=False, compare=False)

    def __repr__(self) -> str:
        """Say in a line what it is: rows that stand beside the agreement are not counted."""
        shown = _by_category(self.table)
        return f"<cdi.Agreement: {describe_table(replace(shown, rows=shown.of(AGREEMENT.key)))}>"

    @property
    def agreed(self) -> float | None:
        """The share of the crimes read by both on which they agree, as a proportion."""
        return self.whole(AGREEMENT).estimate

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa over all crimes and answers. It is None where it does not exist."""
        return self.whole(KAPPA).estimate

    @property
    def ac1(self) -> float | None:
        """Gwet's AC1 over all crimes and answers."""
        return self.whole(AC1).estimate

    @property
    def shift(self) -> float | None:
        """The rate by the second auditor less that by the first, on the same crimes, as a proportion."""
        return self.whole(SHIFT).estimate

    def whole(self, measure: Measure) -> Row:
        """Give the row of a measure over all crimes and answers."""
        return next(row for row in self.table.of(measure.key) if row.whole)

    def explain(self, row: str | Sequence[str] | None = None) -> Explanation:
        """Work out the agreement on a category, or on one answer, step by step; see :func:`cdi.explain`.

        Parameters
        ----------
        row : str or sequence of str, optional
            The category, or one of more than two answers, as it is printed. If None, all crimes and answers.

        Examples
        --------
        >>> import pandas as pd, cdi
        >>> first = pd.DataFrame({"cluster": list("ABCDEF"), "recorded": [1, 1, 0, 1, 0, 1]})
        >>> found = cdi.agreement(first, first.assign(recorded=[1, 1, 0, 0, 0, 1])).explain()
        >>> [step.working for step in found.steps if step.symbol == "kappa"]
        ['kappa = (p_o - p_e) / (1 - p_e) = (0.83333333 - 0.5) / (1 - 0.5) = 0.666666667']
        """
        from cdi.explaining.explanation import explain

        return explain(self, row)

    def page(self, **_options: Any) -> Page:
        """Lay the agreement out for people."""
        return _page(self)

    def wide(self) -> pd.DataFrame:
        """Give one row a category, with the measures side by side.

        Returns
        -------
        pandas.DataFrame
            The category columns (``category`` without any), then ``agreement``, ``low``, ``high``, ``crimes``,
            ``alike``, and each of ``kappa``, ``ac1``, ``rate_first``, ``rate_second`` and ``difference`` with the ends
            of its interval; then ``notes``. Proportions, unrounded.

        Examples
        --------
        >>> import pandas as pd, cdi
        >>> first = pd.DataFrame({"cluster": list("ABCDEF"), "recorded": [1, 1, 0, 1, 0, 1]})
        >>> found = cdi.agreement(first, first.assign(recorded=[1, 1, 0, 0, 0, 1]))
        >>> found.wide()[["category", "crimes", "alike", "kappa"]].round(3).values.tolist()
        [['all', 6, 5, 0.667]]
        """
        parts = {
            "agreement": AGREEMENT, "kappa": KAPPA, "ac1": AC1, "rate_first": FIRST, "rate_second": SECOND,
            "difference": SHIFT,
        }  # fmt: skip
        return wide_of(_by_category(self.table), parts).rename(columns={"due": "crimes", "recorded": "alike"})

    def draw(self, axes: Axes) -> None:
        """Draw the percent agreement of each category, and over all."""
        from cdi.charts.rate_charts import draw_rates

        shown = _by_category(self.table)
        draw_rates(axes, replace(shown, rows=shown.of(AGREEMENT.key)))


def is_against_the_rest(row: Row) -> bool:
    """Tell whether a row is of one answer against all others."""
    return row.measure in ON_ANSWER.values()


def _is_of_answers(row: Row) -> bool:
    """Tell whether a row is of some answers, and not of all of them."""
    return row.measure == PAIR or is_against_the_rest(row)


def _by_category(table: Table) -> Table:
    """Take the rows over all answers, by their categories."""
    rows = [replace(row, label=row.label[2:] or (ALL,)) for row in table.rows if not _is_of_answers(row)]
    return replace(table, keys=table.keys[2:] or (CATEGORY,), rows=tuple(rows))


@checked
def agreement(
    first: object,
    second: object,
    by: str | Sequence[str] | None = None,
    *,
    level: float = LEVEL,
    searches: bool = False,
    second_answers: str | None = None,
    **roles: Unpack[Roles],
) -> Agreement:
    """Tell how far two auditors who read the same reports agree, and what their differences do to the rate.

    Parameters
    ----------
    first, second : path, Workbook, a list of them, data frame, Audit or Result
        The two readings, with one row for each crime and its decision, or yes or no. Rows are matched by the crime's
        own number (role ``case``) where both have one. Otherwise they are matched by report (role ``cluster``) and,
        within a report, by class (``crime_type``, or the columns of ``by``) and then by order.
    by : str or sequence of str, optional
        The category columns, such as the crime type, as the first has them. If None, there is only the overall result.
    level : float
        The confidence level.
    searches : bool
        Whether the rows are stop and search records, with a column ``grounds``.
    second_answers : str, optional
        The column with the decisions or answers of the second, if it has another name there, as in one sheet that holds
        both. If None, it has the same name.
    **roles
        The fields of :class:`cdi.Design` that say how both are read. Strata, weights and the sampling frame are those
        of the first.

    Returns
    -------
    Agreement
        For each category and overall: the share decided alike, Cohen's kappa, Gwet's AC1, the rate by each auditor and
        the difference of the two. The same for each answer against all others, and how often each pair of answers
        stands.

    Raises
    ------
    DataError
        If no report is in both, rows of a report cannot be matched, or a row counts several crimes.
    DesignError
        If a role is given that tells nothing of agreement, or both sides are the same answers.
    MethodError
        If the level is none.

    Notes
    -----
    Kappa and AC1 are (a - c) / (1 - c), with a the share decided alike and c agreement by chance. For kappa c is the
    sum of the products of the two shares of each answer. For AC1 it is the sum of m (1 - m) / (q - 1), with m the mean
    of the two shares and q the number of answers given. The share decided alike and the rates have the interval
    ``wilson``, and the difference of the two has that of :func:`compare`. Kappa and AC1 have the delete-one jackknife
    over reports, with Student's t on reports less strata, on the scale of log(1 - kappa), on which they are less
    skewed. Weights and the sampling frame count in the two rates and their difference. In agreement each crime counts
    once.

    References
    ----------
    Cohen (1960), Educational and Psychological Measurement 20:37-46. Gwet (2008), British Journal of Mathematical and
    Statistical Psychology 61:29-48. Wolter (2007), Introduction to Variance Estimation, chapter 4.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> sheet = pd.DataFrame({
    ...     "cluster": list("ABCDEFGH"), "auditor": ["recorded"] * 5 + ["not recorded"] * 3,
    ...     "panel": ["recorded"] * 6 + ["not recorded", "no crime"],
    ... })
    >>> found = cdi.agreement(sheet, sheet, decision="auditor", second_answers="panel")
    >>> found.agreed, round(found.shift, 3)
    (0.75, 0.232)
    """
    truth_of(searches, "searches")
    tail_of(level, "both")
    keys = names_of(by)
    sides = _read(first, second, roles, keys, searches=searches, second_answers=second_answers)
    one, other = (side.audit for side in sides)
    selection = _selection(first, roles)
    if selection == "census" and one.design.weight is not None:
        raise DesignError.of("census-weight", got=one.design.weight, where=Where(one.name))
    keys = tuple(map(one.source.written, keys))
    matched = match(one, other, keys, searches=searches)
    if not matched.first:
        raise DataError.of("agree-undecided", got=matched.undecided, where=Where(other.name))
    rows = _rows(one, matched, keys, level, selection)
    named = all(audit.design.cluster is not None for audit in (one, other))
    table = Table((*SIDES, *keys), tuple(rows), level, METHOD, "both", named, order_of(one, keys))
    weighted = one.design.weight is not None or one.design.population is not None
    names = tuple(side.name for side in sides if side.name)
    return Agreement(names, table, searches, matched.way, matched.reclassed, weighted, sides)


# ---- the two sides


def _read(
    first: object, second: object, roles: Roles, keys: Sequence[str], *, searches: bool, second_answers: str | None
) -> tuple[Side, Side]:
    """Read both sides in the same roles; the strata are those of the first."""
    closed = [name for name in _CLOSED if roles.get(name) is not None]
    if closed:
        raise DesignError.of("roles-of-agreement", got=wording.in_a_row(closed))
    given: dict[str, Any] = {**roles}
    if PERIOD in keys:
        given.setdefault("period_as", "domain")
    one = _audit(first, given, _AS_READ, searches=searches)
    own: dict[str, Any] = {}
    if second_answers is not None:
        own = {"recorded" if one.design.decision is None else "decision": text_of(second_answers, "second_answers")}
    given = {name: role for name, role in given.items() if name not in _OF_FIRST}
    unstratified = {**_AS_READ, "stratum": None, "weight": None, "period_as": "domain"}
    other = _audit(second, {**given, **own}, unstratified, searches=searches)
    if (first is second or _are_same(one.source, other.source)) and _answered(one) == _answered(other):
        raise DesignError.of("agree-same", got=_answered(one), where=Where(other.name))
    names = _names(one, other)
    return Side(names[0], one), Side(names[1], other)


def _names(one: Audit, other: Audit) -> Sequence[str]:
    """Call the sides by their files, those of one file by their sheets or columns, and frames by their place."""
    files = [audit.source.short_name if audit.name is not None else None for audit in (one, other)]
    sheets = [audit.source.sheet for audit in (one, other)]
    for names in (files, sheets, [_answered(one), _answered(other)]):
        known = [name for name in names if name is not None]
        if len(set(known)) == len(SIDES):
            return known
    return "", ""


_AS_READ: Mapping[str, Any] = {"selection": "judgement"}
"""Each side is read as it stands: whether it shows how reports vary is asked of what both read."""

_OF_FIRST = ("population", "weight")
"""Roles of the first alone: how its reports were drawn."""


def _selection(first: object, roles: Roles) -> Selection:
    """Say how the reports were chosen: as is said, or as an audit knows."""
    known = sample_of(first)
    return roles.get("selection") or (known.design.selection if isinstance(known, Audit) else "random")


def _audit(source: object, given: Mapping[str, Any], fixed: Mapping[str, Any], *, searches: bool) -> Audit:
    """Read one side; an audit is taken as it is, unless roles are given."""
    known = sample_of(source)
    if isinstance(known, Audit):
        return read_audit(known, **given) if given else known
    named = naming_answers(source, GROUNDS, given) if searches else given
    return read_audit(source, **{**dict.fromkeys(("recorded_as", "category")), **named, **fixed})


def _answered(audit: Audit) -> str:
    """Name the column with the answers."""
    return audit.design.decision or audit.design.recorded


def _are_same(one: Source, other: Source) -> bool:
    """Tell whether both are the same rows, which agree without telling anything."""
    return one is other or bool(one.places and one.places == other.places)


# ---- the numbers

_JACKKNIFE, _COUNT = "jackknife", "count"
"""How a number came about that is no share: the method of its row."""

_REPORT, _RECORDED, _WEIGHT = "_cdi_read_report", "_cdi_read", "_cdi_read_weight"
_ALIKE, _ONE = "_cdi_alike", "_cdi_one"
_DUE, _COUNTED = ("_cdi_due_first", "_cdi_due_second"), ("_cdi_counted_first", "_cdi_counted_second")


@dataclass(frozen=True, slots=True)
class _Both:
    """What both said of the same crimes, as arrays and as a sample of its own."""

    known: tuple[Answer, ...]
    first: Ints
    second: Ints
    report: Ints  # the number of its report, from 0
    stratum: Ints  # the stratum of each report
    in_stratum: Ints  # how many reports there are in each stratum
    places: Mapping[Label, Ints]  # where the crimes of each category stand
    audit: Audit  # the crimes as a sample: each is due, and recorded where both said the same
    readings: tuple[Audit, Audit]  # the same as the first and the second read them, in the design of the first

    @property
    def scale(self) -> int:
        """The number of answers between which an auditor chooses: two at the least."""
        return max(len(self.known), 2)

    def held(self, label: Label | None) -> Held:
        """Put what both said of one category, or of all crimes, into tables of reports."""
        mine = slice(None) if label is None else self.places[label]
        reports, place = np.unique(self.report[mine], return_inverse=True)
        # the reports without a crime of this category are alike: one empty table a stratum stands for them all
        strata = np.arange(len(self.in_stratum))
        empty = self.in_stratum - np.bincount(self.stratum[reports], minlength=len(strata))
        tables = np.zeros((len(reports) + len(strata), self.scale, self.scale))
        np.add.at(tables, (place, self.first[mine], self.second[mine]), 1.0)
        times = np.concatenate([np.ones(len(reports), dtype=np.int64), empty])
        there = times > 0
        return Held(tables[there], np.concatenate([self.stratum[reports], strata])[there], times[there])


def _both(one: Audit, matched: Matched, keys: Sequence[str], selection: Selection) -> _Both:
    """Make a sample of the crimes that both read."""
    import pandas as pd

    first, second = np.array(matched.first, dtype=np.int64), np.array(matched.second, dtype=np.int64)
    _, where, report = np.unique(np.array(matched.reports), return_index=True, return_inverse=True)
    strata = list(dict.fromkeys(matched.strata))
    place = {label: i for i, label in enumerate(strata)}
    stratum = np.array([place[matched.strata[i]] for i in where], dtype=np.int64)
    if selection == "random" and len(where) <= len(strata):
        raise DesignError.of("agree-few-reports" if one.design.strata else "agree-one-report", got=len(where))
    due, counted = (np.array([getattr(each, name) for each in matched.known]) for name in ("due", "recorded"))
    columns: dict[str, Any] = {name: [label[i] for label in matched.strata] for i, name in enumerate(one.design.strata)}
    order = order_of(one, keys)
    for i, name in enumerate(keys):
        words = [label[i] for label in matched.labels]
        columns[name] = pd.Categorical(words, ranked(words, order[name])) if name in order else words
    columns |= {_REPORT: report, _RECORDED: first == second, _ONE: 1}
    for said, of_due, of_counted in zip((first, second), _DUE, _COUNTED, strict=True):
        columns |= {of_due: due[said], of_counted: counted[said]}
    columns |= {_alike(place): (first == place) == (second == place) for place in range(len(matched.known))}
    if matched.weights:
        columns[_WEIGHT] = pd.Series(matched.weights).groupby(report).transform("max")
    frame = pd.DataFrame(columns)
    design = Design(
        stratum=one.design.strata, cluster=_REPORT, recorded=_RECORDED, selection=selection,
        single_cluster="adjust", layout="records", nest=(),
    )  # fmt: skip
    # a report of which both decided nothing tells nothing of agreement
    audit = replace(_sample(frame.drop(columns=_WEIGHT, errors="ignore"), design, None), counts_empty_reports=True)
    weighted = replace(design, weight=_WEIGHT if matched.weights else None, population=_frame(one))
    auditable = np.array([each.auditable for each in matched.known])
    readings = [
        _reading(frame, weighted, auditable[said], (due, counted), one.name)
        for said, due, counted in zip((first, second), _DUE, _COUNTED, strict=True)
    ]
    places, both = _places(matched.labels), (readings[0], readings[1])
    return _Both(matched.known, first, second, report, stratum, np.bincount(stratum), places, audit, both)


def _places(labels: Sequence[Label]) -> dict[Label, Ints]:
    """Say where each label stands."""
    found: dict[Label, list[int]] = {}
    for place, label in enumerate(labels):
        found.setdefault(label, []).append(place)
    return {label: np.array(places) for label, places in found.items()}


def _reading(frame: pd.DataFrame, design: Design, auditable: Bools, roles: tuple[str, str], name: str | None) -> Audit:
    """Make a sample of what one of them said; what could not be audited is no part of it, as in every estimate."""
    kept = frame[auditable] if auditable.any() else frame
    due, counted = roles
    own = replace(design, due=due, recorded=counted)
    return replace(_sample(kept.astype({due: "int64", counted: "int64"}), own, name), counts_empty_reports=True)


def _sample(frame: pd.DataFrame, design: Design, name: str | None) -> Audit:
    import narwhals as nw

    names = tuple(frame.columns)
    # rows in an order are known to lie in memory, where they are grouped by number
    opened = Source(engine.by_position(nw.from_native(frame).lazy(), names), names, name, ordered=True)
    return check_audit(opened, design)


def _frame(one: Audit) -> Volumes | None:
    """Give the reports on the frame of the first, by stratum, whatever they were read from."""
    drawn = count_strata(one.counted, one.design, one.source, finished=False)
    if drawn.population is None:
        return None
    known = {label: int(n) for label, n in zip(drawn.labels, drawn.population, strict=True)}
    return Volumes(drawn.keys, {POPULATION: known}, one.name)


def _alike(place: int) -> str:
    return f"{_ALIKE}_{place}"


def _rows(one: Audit, matched: Matched, keys: Sequence[str], level: float, selection: Selection) -> Iterator[Row]:
    """Give all rows: by category and over all, then by answer, then what stands beside them."""
    both = _both(one, matched, keys, selection)
    alike = _shares(both, keys, AGREEMENT, _ONE, _RECORDED, level)
    beside = _two_rates(both, alike, keys, level)
    everything = both.held(None)
    pairs = [(int(i), int(j)) for i, j in np.argwhere(everything.whole)]
    for row in alike:
        held = everything if row.whole else both.held(row.label)
        category = row.label if keys else ()
        found = [row, *_beyond_chance(row, held, level), *beside[row.label]]
        yield from (replace(each, label=(ALL, ALL, *category)) for each in found)
        yield from _pairs_of(held, pairs, both.known, replace(row, label=category))
    yield from _by_answer(both, everything, keys, level)
    yield from _beside(matched, alike[-1], keys)


def _shares(both: _Both, keys: Sequence[str], measure: Measure, of: str, counted: str, level: float) -> list[Row]:
    """Give the rows of a share of the crimes that both read."""
    return list(arrange(_share(both, keys, measure, of, counted), level=level, method=METHOD).rows)


def _share(both: _Both, keys: Sequence[str], measure: Measure, of: str, counted: str) -> Estimates:
    """Estimate a share of the crimes that both read, as every share is."""
    audit = both.audit.measuring(_column(both, of), _column(both, counted))
    return share(audit, keys, measure=measure.key)


def shares_of(found: Agreement) -> dict[tuple[Measure, Label], Estimates]:
    """Estimate the shares of a result again, each by its measure and answers, for the sums behind them.

    A saved result has no rows to count, and gives none.
    """
    if not all(side.audit.has_rows for side in found.sides) or len(found.sides) < len(SIDES):
        return {}
    one, other = (side.audit for side in found.sides)
    keys, whole = found.table.keys[2:], found.whole(AGREEMENT).facts
    selection: Any = whole.alone or ("census" if whole.census else "random")
    both = _both(one, match(one, other, keys, searches=found.searches), keys, selection)
    shares: dict[tuple[Measure, Label], Estimates] = {}
    shares[AGREEMENT, OF_ALL] = _share(both, keys, AGREEMENT, _ONE, _RECORDED)
    for measure, audit in zip((FIRST, SECOND), both.readings, strict=True):
        shares[measure, OF_ALL] = share(audit, keys, measure=measure.key)
    of_one = ON_ANSWER[AGREEMENT]
    for place, answer in enumerate(both.known):
        shares[of_one, (answer.name, answer.name)] = _share(both, (), of_one, _ONE, _alike(place))
    return shares


def _column(both: _Both, name: str) -> Expr:
    import narwhals as nw

    return nw.col(both.audit.source.inner(name)).cast(nw.Int64)


def _two_rates(both: _Both, alike: Sequence[Row], keys: Sequence[str], level: float) -> dict[Label, list[Row]]:
    """Give the rate by each of them, and the second less the first, as every comparison is made, by category."""
    rates = [share(audit, keys, measure=each.key) for audit, each in zip(both.readings, (FIRST, SECOND), strict=True)]
    tables = [{row.label: row for row in arrange(each, level=level, method=METHOD).rows} for each in rates]
    changes: dict[Label, tuple[Row, float | None]] = {}
    if both.audit.design.representative:
        changes = {row.label: (row, p) for row, p in differences(rates[1], rates[0], level=level)}
    found: dict[Label, list[Row]] = {}
    for row in alike:
        # of a category of which one could audit nothing there is no rate by that one
        bare = Row(row.label, SHIFT, None, None, None, level, METHOD, n=row.n, clusters=row.clusters)
        own = [
            table.get(row.label, replace(bare, measure=measure, n=0, recorded=0))
            for table, measure in zip(tables, (FIRST, SECOND), strict=True)
        ]
        facts = own[0].facts
        bare = replace(bare, facts=Facts(row.facts.scope, census=facts.census, alone=facts.alone, mixed=facts.mixed))
        change, p = changes.get(row.label, (bare, None))
        shift = replace(bare, estimate=change.estimate, low=change.low, high=change.high, se=change.se)
        if change.estimate is None and not facts.alone:
            shift = shift.because("no-crimes")
        found[row.label] = [*own, shift]
        if p is not None:
            facts = Facts(row.facts.scope)
            found[row.label].append(Row(row.label, P_VALUE, p, None, None, level, METHOD, facts=facts))
    return found


def _beyond_chance(row: Row, held: Held, level: float) -> list[Row]:
    """Give kappa and AC1 of the crimes of a row."""
    return [_jackknifed(measure, of, row, held, level) for measure, of in ((KAPPA, kappa), (AC1, ac1))]


def _jackknifed(measure: Measure, statistic: Statistic, row: Row, held: Held, level: float) -> Row:
    """Give a number of the crimes of a row, with its interval or why it has none."""
    facts = Facts(row.facts.scope, census=row.facts.census, alone=row.facts.alone, mixed=row.facts.mixed)
    made = Row(row.label, measure, None, None, None, level, _JACKKNIFE, n=row.n, clusters=row.clusters, facts=facts)
    if facts.alone:  # its counts alone are shown, as of every sample that stands for nothing else
        return made
    found = jackknife(statistic, held)
    if not np.isfinite(found.estimate):
        return made.because("agree-none" if row.n and measure == KAPPA else "no-crimes")
    made = replace(made, estimate=found.estimate)
    if facts.census:
        return made
    ends = limits_below_one(found, level)
    if ends is None:
        return made.because("agree-steady" if np.isfinite(found.se) else "agree-fragile")
    apart = (row.n or 0) - (row.recorded or 0)
    reasons = {
        "agree-few": 0 < apart < FEW_DISAGREEMENTS,
        "beyond": ends[0] < -1 or ends[1] > 1,
        "agree-lone": held.lone,
    }
    made = replace(made, low=ends[0], high=ends[1], se=found.se, df=float(found.df))
    made = made.because(*(code for code, holds in reasons.items() if holds))
    few = [Presentation.FEW_DF] if found.df < FEW_DF else []
    return replace(made, facts=made.facts.falling_short(few))


def _pairs_of(held: Held, of: Sequence[tuple[int, int]], known: Sequence[Answer], row: Row) -> Iterator[Row]:
    """Count the pairs of answers on the crimes of a row, also those that stand elsewhere alone."""
    whole, crimes, alone = held.whole, row.n or 0, bool(row.facts.alone)
    for i, j in of:
        count = int(whole[i, j])
        # of a sample that stands for nothing else there are counts, and no shares
        made = _counted(row, PAIR, (known[i].name, known[j].name, *row.label), None if alone else count / crimes)
        yield replace(made, n=crimes, recorded=count, clusters=row.clusters)


def _by_answer(both: _Both, held: Held, keys: Sequence[str], level: float) -> Iterator[Row]:
    """Give each answer against all others, where there are more than two."""
    for place, answer in enumerate(both.known) if len(both.known) > 2 else ():
        (row,) = _shares(both, (), ON_ANSWER[AGREEMENT], _ONE, _alike(place), level)
        gathered = replace(held, tables=against_the_rest(place)(held.tables))
        found = [
            row,
            *(replace(each, measure=ON_ANSWER[each.measure]) for each in _beyond_chance(row, gathered, level)),
        ]
        yield from (replace(each, label=(answer.name, answer.name, *(ALL,) * len(keys))) for each in found)


def _beside(matched: Matched, whole: Row, keys: Sequence[str]) -> Iterator[Row]:
    """Count the rows that are not of a crime that both decided."""
    counts = (*matched.only_first, *matched.only_second, matched.undecided)
    for measure, rows in zip(BESIDE, counts, strict=True):
        yield _counted(whole, measure, (ALL, ALL, *(ALL,) * len(keys)), float(rows))


def _counted(row: Row, measure: Measure, label: Label, estimate: float | None) -> Row:
    """Make a row of what was counted of the crimes of another, which has no interval."""
    return Row(label, measure, estimate, None, None, row.level, _COUNT, facts=Facts(row.facts.scope))


# ---- the page


@dataclass(frozen=True, slots=True)
class _CategoryLine:
    """A category, or all together, in each of its measures."""

    row: Row  # percent agreement
    beside: Mapping[Measure, Row]


def _page(found: Agreement) -> Page:
    """Lay the agreement out: how far they agree, the two rates, each answer, and where they differ."""
    shown = _by_category(found.table)
    beside: dict[Label, dict[Measure, Row]] = {}
    for row in shown.rows:
        beside.setdefault(row.label, {})[row.measure] = row
    lines = [_CategoryLine(row, beside[row.label]) for row in shown.of(AGREEMENT.key)]
    answers_, pairs = _answers(found.table), _pairs(found.table)
    rows = [row for row in found.table.rows if row.measure not in (PAIR, *BESIDE)]
    notes = Notes.on(rows)
    grids = [_agreement_grid(found, shown, lines, notes)]
    if not lines[-1].row.facts.alone:
        grids.append(_rates_grid(found, shown, lines, notes))
    if answers_:
        grids.append(_answers_grid(answers_, notes))
    if any(row.label[0] != row.label[1] for row in pairs):
        grids.append(_disagreements_grid(pairs))
    return Page(found.table, tuple(grids), notes, tuple(_statements(found, lines[-1], pairs)))


def _end(measure: Measure, end: str) -> Callable[[Any], object]:
    """Take a number of one measure out of a line."""
    return lambda line: getattr(line.beside.get(measure), end, None)


def _of(measure: Measure) -> Callable[[Any], Row | None]:
    return lambda line: line.beside.get(measure)


def _three(
    measure: Measure, headings: Sequence[str], write: Callable[[Any], str] | None = None, *, cut: bool = False
) -> list[Column[Any]]:
    """Describe the columns of an estimate with its interval, written as a rate unless it is told how."""
    name = measure.key
    estimate, low, high = (
        Column(
            heading,
            _end(measure, end),
            write or AS_RATE[end],
            _of(measure),
            name=name if end == "estimate" else "",
            within="" if end == "estimate" else name,
            cut=cut and end == "estimate",
        )
        for heading, end in zip(headings, AS_RATE, strict=True)
    )
    return [estimate, low, high]


def _coefficients() -> list[Column[Any]]:
    """Describe the columns of kappa and AC1."""
    heads = wording.AGREEMENT_HEADINGS
    ends = heads["from"], heads["to"]
    return [
        *_three(KAPPA, (heads["kappa"], *ends), coefficient, cut=True),
        *_three(AC1, (heads["ac1"], *ends), coefficient),
    ]


def coefficient(value: float) -> str:
    """Write kappa or AC1; it is 1.00 only where it is 1, and nothing has no sign."""
    rounded = round(value, 2) + 0.0
    return wording.ABOVE_99_HUNDREDTHS if rounded == 1 > value else f"{rounded:.2f}"


def _categories(table: Table) -> list[Column[Any]]:
    return [
        Column(key, lambda line, i=i: named(line.row)[i], kind=Kind.WORDS)  # type: ignore[misc]
        for i, key in enumerate(table.keys)
    ]


def _marks(notes: Notes, *measures: Measure) -> Column[Any]:
    return Notes.column(lambda line: notes.marks(line.beside[each] for each in measures if each in line.beside))


def _agreement_grid(found: Agreement, table: Table, lines: Sequence[_CategoryLine], notes: Notes) -> Grid:
    """Show how far they agree."""
    heads = wording.AGREEMENT_HEADINGS
    columns = [
        *_categories(table),
        Column(heads["n"], _end(AGREEMENT, "n"), whole, _of(AGREEMENT)),
        Column(heads["recorded"], _end(AGREEMENT, "recorded"), whole, _of(AGREEMENT)),
        *_three(AGREEMENT, (heads["rate"], heads["low"], heads["high"])),
        *_coefficients(),
        _marks(notes, AGREEMENT, KAPPA, AC1),
    ]
    exact = any(line.row.exact for line in lines)
    alone = any(line.row.facts.alone for line in lines)
    intervals = "" if exact or alone else wording.agreement_intervals(level_text(found.table.level), found.table.method)
    name = wording.agreement_title(found.names or wording.SIDES_READ)
    return grid_of(f"{name}{intervals}", columns, lines, name=name)


def _rates_grid(found: Agreement, table: Table, lines: Sequence[_CategoryLine], notes: Notes) -> Grid:
    """Show the rate by each of them on the same crimes, and the difference."""
    heads = wording.RATES_READ_HEADINGS
    ends = heads["low"], heads["high"]
    columns = [
        *_categories(table),
        *_three(FIRST, (heads["first"], *ends)),
        *_three(SECOND, (heads["second"], *ends)),
        *_three(SHIFT, (heads["difference"], heads["from"], heads["to"]), formats.signed_points, cut=True),
        Column(heads["p"], _end(P_VALUE, "estimate"), chance, _of(P_VALUE), within=SHIFT.key),
        _marks(notes, FIRST, SECOND, SHIFT),
    ]
    return grid_of(wording.RATES_READ_TITLE[found.searches], columns, lines)


@dataclass(frozen=True, slots=True)
class _AnswerLine:
    """One answer: how often each of them gave it, and how far they agree on it."""

    name: str
    # by the first, the second and both; the rows that they are counted in
    counts: tuple[int | None, int | None, int | None]
    withheld: Row | None
    beside: Mapping[Measure, Row]  # by what is measured of all answers


def _pairs(table: Table) -> tuple[Row, ...]:
    """Take the rows of pairs of answers over all crimes, those that stand most often first."""
    rows = [row for row in table.of(PAIR.key) if row.whole]
    return tuple(sorted(rows, key=lambda row: -(row.recorded or 0)))


def _answers(table: Table) -> list[_AnswerLine]:
    """Take the answers out of a table, in its order."""
    pairs = _pairs(table)
    lines = []
    for name in dict.fromkeys(word for row in pairs for word in row.label[:2]):
        own = [
            [row for row in pairs if row.label[0] == name],
            [row for row in pairs if row.label[1] == name],
            [row for row in pairs if row.label[:2] == (name, name)],
        ]
        first, second, both = (sum(row.recorded or 0 for row in rows) for rows in own)
        beside = {
            of_all: row
            for of_all, measure in ON_ANSWER.items()
            for row in table.of(measure.key)
            if row.label[0] == name
        }
        withheld = next((row for row in pairs if row.withheld), None)
        lines.append(_AnswerLine(name, (first, second, both), withheld, beside))
    return lines


def _answers_grid(lines: Sequence[_AnswerLine], notes: Notes) -> Grid:
    """Show each answer against all others."""
    heads, of_all = wording.ANSWER_HEADINGS, wording.AGREEMENT_HEADINGS
    columns = [
        Column(heads["answer"], lambda line: line.name, kind=Kind.WORDS),
        *(
            Column(heads[each], lambda line, i=i: line.counts[i], whole, lambda line: line.withheld)  # type: ignore[misc]
            for i, each in enumerate(("first", "second", "both"))
        ),
        *_three(AGREEMENT, (of_all["rate"], of_all["low"], of_all["high"])),
        *_coefficients(),
        _marks(notes, AGREEMENT, KAPPA, AC1),
    ]
    several = any(AGREEMENT in line.beside for line in lines)
    return grid_of(wording.ANSWER_TITLE[several], columns, lines)


def _itself(row: Row) -> Row:
    return row


def _disagreements_grid(pairs: Sequence[Row]) -> Grid:
    """Show which pairs of different answers there are, and how often; never of which report."""
    heads = wording.DISAGREEMENT_HEADINGS
    columns: list[Column[Row]] = [
        Column(heads["first"], lambda row: row.label[0], kind=Kind.WORDS),
        Column(heads["second"], lambda row: row.label[1], kind=Kind.WORDS),
        Column(heads["count"], lambda row: row.recorded, whole, _itself),
        Column(heads["share"], lambda row: row.estimate, rate, _itself),
    ]
    return grid_of(wording.DISAGREEMENTS_TITLE, columns, [row for row in pairs if row.label[0] != row.label[1]])


def _statements(found: Agreement, line: _CategoryLine, pairs: Sequence[Row]) -> Iterator[str]:
    """Say who is who, what was matched, and what the differences come to."""
    row = line.row
    selection = row.facts.alone
    if selection in wording.WHY_ALONE:
        yield wording.WHY_ALONE[selection]
    if found.names:
        yield wording.sides_said(found.names)
    if row.withheld:
        return
    yield wording.read_by_both(row.n or 0, row.clusters or 0, found.way, searches=found.searches)
    yield from _said_of_the_rest(found)
    yield from _said_of_rates(line, level_text(found.table.level))
    if all(pair.label[0] == pair.label[1] for pair in pairs):
        yield wording.NO_DISAGREEMENT
    elif not selection:
        yield wording.DISAGREEMENT_STATEMENT
    of_kappa, of_ac1 = (line.beside[each].estimate for each in (KAPPA, AC1))
    if of_kappa is not None and of_ac1 is not None and of_ac1 - of_kappa > FAR_APART:
        yield wording.KAPPA_AND_PREVALENCE
    if found.weighted:
        yield wording.WEIGHTED_RATES


def _said_of_the_rest(found: Agreement) -> Iterator[str]:
    """Say which rows are not of a crime that both decided; every row is counted once."""
    counts = [int(next(row for row in found.table.of(measure.key)).estimate or 0) for measure in BESIDE]
    for side in range(2):
        rows, in_shared = counts[2 * side : 2 * side + 2]
        if rows:
            told = in_shared if found.table.reports else None
            yield wording.alone_said(side, rows, told, searches=found.searches)
    if counts[-1]:
        yield wording.undecided_said(counts[-1])
    if found.reclassed and len(found.table.keys) > 2:
        yield wording.reclassed_said(found.reclassed, searches=found.searches)


def _said_of_rates(line: _CategoryLine, level: str) -> Iterator[str]:
    """Say the two rates and their difference, or the counts alone where there is none."""
    first, second, difference = (line.beside[each] for each in (FIRST, SECOND, SHIFT))
    counts = [(each.recorded or 0, each.n or 0) for each in (first, second)]
    if difference.estimate is None:
        yield wording.counts_read(counts)
        return
    ends = None
    if difference.low is not None and difference.high is not None:
        ends = formats.points(difference.low), formats.points(difference.high)
    rates = [percent(each.estimate) for each in (first, second)]
    # of reports that count by weights a rate is not the ratio of its counts
    told = [] if first.facts.weighted else counts
    yield wording.shift_said(rates, told, formats.points(difference.estimate), ends, level)


# ---- the list for the meeting that resolves disagreements: the one output that names reports, and it is private


def write_disagreements(found: Agreement, path: Path) -> None:
    """Write the crimes on which two auditors differ to a CSV file, with the numbers of their reports.

    Raises
    ------
    DataError
        If the file does not end in .csv, or the result was saved or protected and has no rows.
    """
    if path.suffix.casefold() != ".csv":
        raise DataError.of("disagreements-file", got=str(path))
    one, other = (side.audit for side in found.sides)
    rows = disagreements(one, other, found.table.keys[2:], searches=found.searches)
    formats.write(csv_of(wording.DISAGREEMENT_COLUMNS, rows), path)
