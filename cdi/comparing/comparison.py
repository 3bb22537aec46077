"""Two figures compared: of two audits, which can share reports, or of two categories of one sample, which can too.

All numbers stand in the table of a comparison: each side once, and then for each change its interval at the level and
at 1 - 2 (1 - level), the p-value, q and the margin. Changes are views of these rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, Unpack

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.arguments import checked, chosen, is_number, listed, text_of
from cdi.audits.crime_tables import terms_of
from cdi.audits.design import Roles
from cdi.audits.volumes import Label
from cdi.binomial.differences import WithLimits, difference, log_ratio, miettinen_nurminen, p_value, ratio, score_p
from cdi.binomial.exact import EXACT
from cdi.binomial.intervals import tail_of
from cdi.binomial.published import AS_PRINTED, PublishedRate
from cdi.comparing.figures import (
    ANY,
    INDEPENDENT,
    SIDE,
    Compared,
    Figures,
    Pair,
    Wanted,
    figures_of,
    paired,
    read_sides,
    refuse_complex,
    refuse_one_sample,
    refuse_unlike,
)
from cdi.comparing.overlaps import Linked, Overlap, linked
from cdi.comparing.standards import FIXED, STANDARD, Graded, Standard, grades_of, verdict_on
from cdi.comparing.verdicts import AS_READ, MARGINS, NULL, Change, exact_verdict, margin_from, verdict_of
from cdi.errors import DataError, DesignError, MethodError, Where, suggestion
from cdi.facts import Facts, Scope
from cdi.measures import MEASURES, Measure, Role
from cdi.parameters import KINDS, LEVEL, METHOD, SCORE
from cdi.printing import formats
from cdi.printing.layout import Column, Grid, Kind, Notes, Page, grid_of
from cdi.printing.lines import AS_RATE, BLANK, count, end, level_text, of_sample, rate_heading, weighted_once, whole
from cdi.printing.tables import Row, Table, kinds_of, order_of
from cdi.showing import Shown
from cdi.survey.basis import Shared, shared
from cdi.survey.estimates import ALL, Counts, Estimates

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from matplotlib.axes import Axes

    from cdi.explaining.explanation import Explanation
    from cdi.reading.mapping import SheetMapping

__all__ = [
    "FALSE_DISCOVERY", "WRITTEN", "Comparison", "base_columns", "chance", "changes", "compare", "contrast", "crimes",
    "differences", "is_side", "lay_out_comparison", "pairs_of_readings", "read_as_published", "sides_in",
    "statement",
]  # fmt: skip

Floats: TypeAlias = npt.NDArray[np.float64]
Ends: TypeAlias = tuple[float, float]
Groups: TypeAlias = "Mapping[str, str] | str | Path | SheetMapping | None"
Side = TypeVar("Side")
Combine: TypeAlias = Callable[[WithLimits, WithLimits, float], tuple[Floats, Floats]]

FALSE_DISCOVERY = 0.10
"""The share of changes found that may be none, where many are looked at."""

MARGIN, P_VALUE, Q_VALUE = (MEASURES[key] for key in ("margin", "p-value", "q-value"))

LOWEST_LEVEL = 0.75
"""The level that is too low: the interval that the margin is held against would be at 50%."""

_DECIMALS = 12
_COMBINED: Mapping[tuple[str, bool], Combine] = {
    ("difference", False): difference,
    ("ratio", False): ratio,
    ("ratio", True): log_ratio,
}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Comparison(Shown):
    """What changed between two sides or more, row by row. It prints as the page of ``cdi compare``.

    Attributes
    ----------
    kind : {"difference", "ratio"}
        How the change is measured.
    names : tuple of str
        The names of the sides, the newest first.
    margin : float or None
        The margin that was asked for. If None, the usual margins were used.
    table : Table
        All sides and changes, unrounded. For each change it holds the interval at its level and at 1 - 2 (1 - level),
        the margin and the p-value.
    false_discovery : float or None
        The false discovery rate. It is None if only two sides are compared.
    sides : tuple of Compared
        What was compared, in the order of ``names``. :func:`cdi.protect` estimates it again with suppressed categories
        combined. It is empty if the sides are of one sample, and after protection. A pickle holds no rows.
    overlaps : tuple of Overlap
        For each comparison, the reports whose numbers stand in both samples. The interval allows for what they share.
    graded : bool
        Whether an audit is held against grades. Its ``names`` are then that of the audit and those of the grades, the
        highest first.
    sample : Estimates or None
        The rates, or counts, that two categories were taken from. It is None if the sides are not of one sample.

    Examples
    --------
    >>> import cdi
    >>> found = cdi.compare("159/182", "211/244")
    >>> found.verdict, round(found.rows[-1].low, 3), round(found.rows[-1].high, 3)
    ('no clear change', -0.059, 0.072)
    """

    kind: str
    names: tuple[str, ...]
    margin: float | None
    table: Table
    false_discovery: float | None = None
    sides: tuple[Compared, ...] = field(default=(), repr=False, compare=False)
    overlaps: tuple[Overlap, ...] = ()
    graded: bool = False
    sample: Estimates | None = field(default=None, repr=False, compare=False)

    @property
    def rows(self) -> tuple[Change, ...]:
        """One change for each category compared, with the overall one last, and the newest comparison first."""
        return tuple(_changes_in(self.table, self.names))

    @property
    def newest(self) -> Change:
        """The overall change of the newest comparison."""
        rows = self.rows
        return [row for row in rows if row.names == rows[0].names][-1]

    @property
    def verdict(self) -> str | None:
        """The verdict on the overall change of the newest comparison, in words; the grades that are allowed."""
        if self.graded:
            whole = self.grades[-1]
            return wording.grades_allowed(whole.allowed) if whole.allowed else None
        key = self.newest.verdict
        return None if key is None else wording.VERDICTS[key]

    @property
    def grades(self) -> tuple[Graded, ...]:
        """The grades that the limits of each category allow, with the whole last; empty unless there are grades."""
        return grades_of(self.rows, self.names[1:]) if self.graded else ()

    @property
    def against_standard(self) -> bool:
        """Whether an audit is held against a fixed standard."""
        return any(FIXED in row.facts.stated for row in self.table.rows)

    @property
    def places(self) -> list[int]:
        """The rows of the sample that two categories of it are."""
        rows = () if self.sample is None else self.sample.rows
        labels = {", ".join(row.label): i for i, row in reversed([*enumerate(rows)]) if not row.whole}
        return [labels[name] for name in self.names] if rows else []

    def pairs(self) -> list[Pair]:
        """Put the rows of the sides together as they were compared; none where protection took the sides."""
        terms = _ComparisonTerms(self.kind, self.margin, self.table.level, self.table.method, self.false_discovery)
        if self.sample is not None:
            return [_contrasted(self.sample, self.places, self.names, terms)]
        links = [linked(a, b) for a, b in _couples(self.sides, fixed=self.against_standard)]
        return _pairs(self.sides, self.names, terms, links) if self.sides else []

    def explain(self, row: str | Sequence[str] | None = None) -> Explanation:
        """Work out the changes of a row step by step, with both sides; see :func:`cdi.explain`.

        Parameters
        ----------
        row : str or sequence of str, optional
            The category as it is printed. If None, the overall row; of two categories, their change.

        Returns
        -------
        Explanation
            The steps, each with its formula, its numbers and its source.

        Examples
        --------
        >>> import cdi
        >>> found = cdi.compare("159/182", "211/244").explain()
        >>> [step.working for step in found.steps if step.symbol == "d"]
        ['d = p_a - p_b = 0.8736263736 - 0.8647540984 = 0.0088722753']
        """
        from cdi.explaining.explanation import explain

        return explain(self, row)

    def page(self, **options: Any) -> Page:
        """Lay the changes out for people. ``style="published"`` gives the verdict as inspection reports do."""
        if self.against_standard:
            from cdi.comparing.standing import lay_out_standing

            return lay_out_standing(self, **options)
        return lay_out_comparison(self, **options)

    def draw(self, axes: Axes) -> None:
        """Draw the figures of the sides on axes, those of a category together."""
        from cdi.charts.rate_charts import draw_rates

        measure, rows = sides_in(self.table)
        draw_rates(axes, replace(self.table, rows=tuple(replace(row, measure=measure) for row in rows)))

    def wide(self) -> pd.DataFrame:
        """Give the changes as a data frame, with one row for each; of an audit and grades, one row a category.

        Returns
        -------
        pandas.DataFrame
            The category columns, then ``a`` and ``b`` (what the sides are called), ``estimate_a``, ``estimate_b``,
            ``change``, ``low``, ``high``, ``p``, ``q``, ``margin``, ``verdict`` and ``notes``; unrounded. With grades:
            ``a``, ``rate``, ``at_least``, ``at_most``, ``grade``, ``allowed`` and ``notes``.

        Examples
        --------
        >>> import cdi
        >>> cdi.compare("159/182", "211/244").wide()[["a", "b", "verdict"]].values.tolist()
        [['159/182', '211/244', 'no clear change']]
        """
        import pandas as pd

        if self.graded:
            from cdi.comparing.standing import wide_of_grades

            return wide_of_grades(self)
        keys = self.table.keys[1:]
        columns = (*keys, "a", "b", *_NUMBERS, "verdict", "notes")
        frame = pd.DataFrame([_wide(change, len(keys)) for change in self.rows], columns=list(columns), dtype=object)
        kinds = dict.fromkeys(_NUMBERS, "Float64") | kinds_of(self.table)
        return frame.astype({name: kinds.get(name, "string") for name in columns})


_NUMBERS = ("estimate_a", "estimate_b", "change", "low", "high", "p", "q", "margin")


def _wide(change: Change, width: int) -> tuple[object, ...]:
    sides = [None if side is None else side.estimate for side in (change.a, change.b)]
    verdict = None if change.verdict is None else wording.VERDICTS[change.verdict]
    # the verdict has a column
    rows = [row for row in (change.a, change.b, change.row.stating(found=())) if row is not None]
    notes = dict.fromkeys(note for row in rows for note in row.notes)
    numbers = (*sides, change.estimate, change.low, change.high, change.p, change.q, change.margin)
    return (*change.label[:width], *change.names, *numbers, verdict, "; ".join(notes))


def is_side(row: Row) -> bool:
    """Tell the figure of a side from what changed between two."""
    return not row.measure.role.of_change


def sides_in(table: Table) -> tuple[Measure, list[Row]]:
    """Take the figures of the sides, those of a category together, and what they measure."""
    sides = [row for row in table.rows if is_side(row)]
    places = {label: i for i, label in enumerate(dict.fromkeys(row.label[1:] for row in sides))}
    measure = next((row.measure for row in sides if row.measure not in (ANY, STANDARD)), ANY)
    return measure, sorted(sides, key=lambda row: places[row.label[1:]])


def _changes_in(table: Table, names: Sequence[str]) -> Iterator[Change]:
    """Read the changes out of a table: rows that are of the same sides and category belong together."""
    pairs = {wording.against(pair): pair for fixed in (True, False) for pair in _couples(names, fixed=fixed)}
    sides = {row.label: row for row in table.rows if is_side(row)}
    together: dict[Label, list[Row]] = {}
    for row in table.rows:
        if not is_side(row):
            together.setdefault(row.label, []).append(row)
    for label, rows in together.items():
        one, other = pairs[label[0]]
        # the first is at the level, and one that follows of the same measure holds the wider tail
        first, *others = rows
        tests = {row.measure.role: row.estimate for row in others if row.measure != first.measure}
        yield Change(
            (one, other),
            first,
            sides.get((one, *label[1:])),
            sides.get((other, *label[1:])),
            next((row for row in others if row.measure == first.measure), None),
            tests.get(Role.P_VALUE),
            tests.get(Role.Q_VALUE),
            tests.get(Role.MARGIN),
        )


@checked
def compare(
    a: object,
    b: object,
    *,
    kind: str = "difference",
    margin: float | str | None = None,
    level: float = LEVEL,
    method: str = METHOD,
    names: Sequence[str] | None = None,
    by: str | Sequence[str] | None = None,
    searches: bool = False,
    volumes: object = None,
    groups: Groups = None,
    **roles: Unpack[Roles],
) -> Comparison:
    """Compare two audits, or an audit and a fixed standard, category by category and overall: a less b, or a over b.

    Parameters
    ----------
    a, b : Estimates, Result, Audit, PublishedRate, str, path, Workbook, a list of them, or data frame
        The newer and the older side: rates of one measure, unrecorded crimes (for a ratio only), a published figure, or
        rows to estimate them from. A text is a figure (``"86.5%+-4.3%"``), counts (``"159/182"``) or a file. Categories
        are matched by name, and a single figure is compared with the overall row. A result with volumes gives its
        rates, with the overall rate that the volumes imply. For a ratio it gives its unrecorded crimes. Samples that
        share reports are compared with the covariance of their rates. ``b`` can also be a fixed standard (``"95%"`` or
        ``cdi.Standard(0.95)``), or the grades that a force uses (``{"Excellent": 0.95, "Good": 0.9, "Fair": 0.8}``, or
        text ``"Excellent=95%,Good=90%,Fair=80%"``). The limits are then one-sided.
    kind : {"difference", "ratio"}
        How the change is measured.
    margin : float or str, optional
        The largest change that is broadly unchanged, such as 0.03 or ``"3pp"``. Choose it before you see results. If
        None, it is 0.03 for an overall rate and 0.05 for a category. For a ratio it means 1 - margin to 1 / (1 -
        margin).
    level : float
        The confidence level, above 0.75. The margin is compared with the interval at 1 - 2 (1 - level).
    method : str
        The interval method of each side; see :meth:`Estimates.interval`. ``"miettinen-nurminen"`` is for the difference
        of two simple random samples.
    names : sequence of str, optional
        The names of the sides; those of grades are theirs.
    by, searches, volumes, **roles
        For sides that are files or frames: the category columns, as for :func:`cdi.estimate`; whether the rows are
        searches, as for :func:`cdi.grounds`; a volumes file for each of these sides, in order; and the fields of
        :class:`cdi.Design`.
    groups : mapping of str to str, path or SheetMapping, optional
        Each category and the group that it is gathered into, so that both sides have the same categories (``"*"`` for
        all others). Or a mapping file, whose words are these.

    Returns
    -------
    Comparison
        One row for each category, with the overall row last. Differences are proportions. ``compare(b, a)`` gives the
        same with the opposite sign, or the inverse ratio. With grades, there is one row for each grade and category,
        and ``grades`` says which are allowed.

    Raises
    ------
    DataError
        If the sides differ in measure or categories, or a side is not a figure.
    DesignError
        If a sample was chosen by judgement or is of those who answered, since it does not represent the force. Also if
        both sides are one sample, or they may share reports and the rows of one were not kept.
    MethodError
        If the kind or method is unknown or does not fit these sides, the margin is not between 0 and 1, or the level is
        0.75 or less.

    References
    ----------
    Newcombe (1998b, 1998c), Statistics in Medicine 17:873-890 and 17:2635-2650, method 10. Zou and Donner (2008) and
    Donner and Zou (2012), for MOVER. Tam (1984), The American Statistician 38:288-289, for samples that overlap.

    Examples
    --------
    >>> import cdi
    >>> cdi.compare("88/90", cdi.PublishedRate(0.867, 0.07)).verdict
    'higher'
    >>> folder = "data/avon_and_somerset_2021_22/"
    >>> cdi.compare(folder + "searches_2021.csv", "86.5%+-4.3%", searches=True, margin="3pp").verdict
    'no clear change'
    >>> cdi.compare("159/182", "95%").verdict
    'below the standard'
    >>> cdi.compare("159/182", {"Excellent": 0.95, "Good": 0.9, "Fair": 0.8}).verdict
    'Good or Fair'
    """
    terms = _terms(kind, margin, level, method)
    wanted = Wanted(by, searches, kind == "ratio", roles, terms_of(groups=groups).groups, standard=True)
    sides = read_sides((a, b), wanted, volumes)
    refuse_one_sample(sides)
    usual: Sequence[str] = wording.SIDE_LABELS
    if isinstance(sides[-1].figures, Standard):
        usual = [wording.UNNAMED_AUDIT, *(side.name for side in sides[1:])]
    return _compared(sides, _called(names, sides, usual), terms)


@checked
def contrast(
    rates: object,
    a: str | tuple[str, ...],
    b: str | tuple[str, ...],
    *,
    kind: str = "difference",
    margin: float | str | None = None,
    level: float = LEVEL,
    method: str = METHOD,
    by: str | Sequence[str] | None = None,
    searches: bool = False,
    **roles: Unpack[Roles],
) -> Comparison:
    """Compare two categories of one sample, allowing for reports that hold crimes of both.

    Parameters
    ----------
    rates : Estimates, Result, Audit, path, Workbook, a list of them, or data frame
        Rates of one sample, with its rows, such as ``cdi.recording_rate(audit, by="crime_type")``.
    a, b : str or tuple of str
        Two of the categories.
    kind, margin, level, method : str, float or str, float, str
        See :func:`cdi.compare`. The margin is 0.05 unless another is given.
    by, searches, **roles
        See :func:`cdi.compare`. They apply if the rates are to be estimated first.

    Returns
    -------
    Comparison
        One row: a less b, or a divided by b.

    Raises
    ------
    DataError
        If a category does not exist, or both are the same.
    DesignError, MethodError
        As for :func:`cdi.compare`, and if the rates come without their sample.

    Notes
    -----
    The interval is MOVER with correlation (Zou and Donner 2008). The correlation is that of the linearised rates.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> sample = pd.DataFrame({"type": ["x", "y"] * 10, "recorded": [1, 1, 1, 0] * 5})
    >>> cdi.contrast(sample, "x", "y", by="type").rows[0].estimate
    0.5
    """
    terms = _terms(kind, margin, level, method)
    sample = read_sides((rates,), Wanted(by, searches, kind == "ratio", roles))[0].figures
    sums = None if isinstance(sample, PublishedRate) else sample.sums
    if isinstance(sample, PublishedRate) or sums is None:
        raise DesignError.of("no-sample")
    if method == SCORE:
        raise MethodError.of("score-needs-simple", got=method)
    if isinstance(sample, Counts) and kind == "difference":
        raise MethodError.of("counts-need-ratio", got=kind)
    places = [_place(sample, name) for name in (a, b)]
    labels = [sample.rows[place].label for place in places]
    if places[0] == places[1]:
        raise DataError.of("same-domain", got=", ".join(labels[0]))
    names = (", ".join(labels[0]), ", ".join(labels[1]))
    pair = _contrasted(sample, places, names, terms)
    return Comparison(kind, names, terms.margin, _table([pair], terms), sample=sample)


def _contrasted(sample: Estimates, places: Sequence[int], names: Sequence[str], terms: _ComparisonTerms) -> Pair:
    """Put two categories of one sample together, with what they share."""
    sums, two = sample.sums, sample.take(places)
    if sums is None:
        raise DesignError.of("no-sample")
    one, other = (figures_of(two.take([place]), terms.level, terms.method) for place in (0, 1))
    together = shared(sums, two.basis, *(sums.domains.index(row.label) for row in two.rows))
    # what counts are uncertain by beside their rates, they do not share
    kept = math.prod(float(a / b) for a, b in zip(two.basis.se, two.spread, strict=True) if b > 0)
    together = replace(together, correlation=together.correlation * kept)
    return Pair((names[0], names[1]), one, other, 0, 0, shared=together)


@checked
def changes(
    sides: Sequence[object],
    *,
    kind: str = "difference",
    margin: float | str | None = None,
    level: float = LEVEL,
    method: str = METHOD,
    false_discovery: float = FALSE_DISCOVERY,
    names: Sequence[str] | None = None,
    by: str | Sequence[str] | None = None,
    searches: bool = False,
    volumes: object = None,
    groups: Groups = None,
    **roles: Unpack[Roles],
) -> Comparison:
    """Compare each of several periods with the one before it, and hold the false discovery rate.

    Parameters
    ----------
    sides : sequence
        The periods, from the oldest to the newest. Each can be anything that :func:`cdi.compare` takes.
    kind, margin, level, method : str, float or str, float, str
        See :func:`cdi.compare`.
    false_discovery : float
        The share of the changes found that may be due to chance, on average.
    names : sequence of str, optional
        The names of the periods.
    by, searches, volumes, groups, **roles
        See :func:`cdi.compare`.

    Returns
    -------
    Comparison
        The rows of each comparison, beginning with the newest period and the one before it. ``q`` is the p-value
        adjusted for the number of changes (Benjamini and Hochberg 1995). A change stands out if ``q`` is at most
        ``false_discovery``.

    Raises
    ------
    DataError, DesignError, MethodError
        As for :func:`cdi.compare`, and if there are fewer than two sides or the false discovery rate is not between 0
        and 1.

    Examples
    --------
    >>> import cdi
    >>> found = cdi.changes(["150/200", "152/200", "181/200"], names=["2021", "2022", "2023"])
    >>> [(row.names, round(row.q, 4)) for row in found.rows]
    [(('2023', '2022'), 0.0003), (('2022', '2021'), 0.8161)]
    """
    terms = replace(_terms(kind, margin, level, method), false_discovery=false_discovery)
    given = listed(sides, "sides")
    if len(given) < 2:
        raise DataError.of("too-few-sides", got=len(given))
    if not (is_number(false_discovery) and 0 < false_discovery < 1):
        raise MethodError.of("false-discovery", got=false_discovery)
    read = read_sides(given, Wanted(by, searches, kind == "ratio", roles, terms_of(groups=groups).groups), volumes)
    refuse_one_sample(read)
    called = _called(names, read, [str(i + 1) for i in range(len(read))])
    return _compared(read[::-1], called[::-1], terms)


@dataclass(frozen=True, slots=True)
class _ComparisonTerms:
    """How sides are compared."""

    kind: str
    margin: float | None
    level: float
    method: str
    false_discovery: float | None = None

    def margin_of(self, *, whole: bool) -> float:
        """Give the margin of a row: the one asked for, or the usual one."""
        if self.margin is not None:
            return self.margin
        return MARGINS["overall" if whole else "category"]


def _terms(kind: str, margin: float | str | None, level: float, method: str) -> _ComparisonTerms:
    chosen(kind, KINDS, "no-comparison-kind")
    text_of(method, "method")
    proportion = margin_from(margin)
    tail_of(level, "both")
    if level <= LOWEST_LEVEL:
        raise MethodError.of("level-of-change", got=level)
    if method == SCORE and kind != "difference":
        raise MethodError.of("score-ratio", got=kind)
    return _ComparisonTerms(kind, proportion, level, method)


def _called(names: Sequence[str] | None, sides: Sequence[Compared], usual: Sequence[str]) -> tuple[str, ...]:
    """Take the names of the sides as given; or call them by their own where these tell them apart, or as usual."""
    called = () if names is None else listed(names, "names")
    if not called:
        called = tuple(side.name or name for side, name in zip(sides, usual, strict=True))
        if len(set(called)) < len(called):
            called = tuple(usual)
    if len(called) != len(sides) or len(set(called)) < len(called):
        raise DataError.of("names-differ", got=wording.in_a_row(map(str, called)))
    return called


def _place(rates: Estimates, name: str | tuple[str, ...]) -> int:
    """Find a category by its name."""
    label = tuple(map(str, name)) if isinstance(name, tuple) else (str(name),)
    known = {row.label: i for i, row in enumerate(rates.rows) if not row.whole}
    if label not in known:
        choices = [", ".join(each) for each in known]
        hint = suggestion(", ".join(label), choices)
        raise DataError.of("no-domain", got=", ".join(label), where=Where(column=", ".join(rates.keys)), hint=hint)
    return known[label]


def _compared(sides: Sequence[Compared], names: tuple[str, ...], terms: _ComparisonTerms) -> Comparison:
    """Compare each side with the next; the newest is the first."""
    fixed = [side.figures for side in sides if isinstance(side.figures, Standard)]
    if fixed:
        _refuse_changing(terms)
    links = [linked(a, b) for a, b in _couples(sides, fixed=bool(fixed))]
    table = _table(_pairs(sides, names, terms, links), terms)
    overlaps = tuple(each.overlap for each in links)
    graded = any(each.grade for each in fixed)
    return Comparison(terms.kind, names, terms.margin, table, terms.false_discovery, tuple(sides), overlaps, graded)


def _couples(sides: Sequence[Side], *, fixed: bool) -> list[tuple[Side, Side]]:
    """Set each side beside the next; or one audit beside each fixed standard."""
    return [(sides[0], side) for side in sides[1:]] if fixed else list(pairwise(sides))


def _refuse_changing(terms: _ComparisonTerms) -> None:
    """Refuse what is of changes, where a rate is held against a standard."""
    if terms.kind != "difference":
        raise MethodError.of("standard-kind", got=terms.kind)
    if terms.margin is not None:
        raise MethodError.of("standard-margin", got=terms.margin)


def _pairs(
    sides: Sequence[Compared], names: Sequence[str], terms: _ComparisonTerms, links: Sequence[Linked]
) -> list[Pair]:
    """Put the rows of each side together with those of the next, with what they share."""
    found = list[Pair]()
    own = METHOD if terms.method == SCORE else terms.method
    fixed = isinstance(sides[-1].figures, Standard)
    couples, called_by = _couples(sides, fixed=fixed), _couples(names, fixed=fixed)
    for (a, b), called, link in zip(couples, called_by, links, strict=True):
        if terms.method == SCORE:
            refuse_complex((a.figures, b.figures), independent=not link.overlap.shared)
        one, other = (figures_of(side.figures, terms.level, own) for side in (a, b))
        refuse_unlike(one, other, terms.kind, called)
        found += [replace(pair, shared=_shared(pair, link)) for pair in paired(one, other, called, link.overlap.shared)]
    return found


def _shared(pair: Pair, link: Linked) -> Shared:
    """Tell how two rows go together through the reports that both samples hold."""
    a, b, i, j = pair.a.estimates, pair.b.estimates, pair.i, pair.j
    if a is None or b is None or i is None or j is None:
        return INDEPENDENT
    return link.between(a, i, b, j)


def _table(pairs: Sequence[Pair], terms: _ComparisonTerms) -> Table:
    """Put the figures of each side once, and then what belongs to each change, into one table."""
    keys = max((pair.keys for pair in pairs), key=len)
    figures: dict[Label, Row] = {}
    changed: list[Row] = []
    for pair in pairs:
        # what a single figure is held against is of the whole, in as many columns as there are
        place = pair.label if len(pair.label) == len(keys) else (ALL,) * len(keys)
        for name, row in zip(pair.names, pair.rows, strict=True):
            if row is not None:
                figures.setdefault((name, *place), replace(row, label=(name, *place)))
        label = (wording.against(pair.names), *place)
        changed += [replace(row, label=label) for row in _change(pair, terms)]
    if terms.false_discovery is not None:
        changed = _adjusted(changed)
    order = order_of(*(side.estimates for pair in pairs for side in (pair.b, pair.a) if side.estimates is not None))
    return Table((SIDE, *keys), (*figures.values(), *changed), terms.level, terms.method, "both", order=order)


def _change(pair: Pair, terms: _ComparisonTerms) -> Iterator[Row]:
    """Give the rows of one change: at its level, at the one that its margin is held against, and its tests."""
    a, b, i, j = pair.a, pair.b, pair.i, pair.j
    margin = terms.margin_of(whole=pair.whole)
    scope = Scope.OVERALL if pair.whole else Scope.CATEGORY
    estimate, reason = _estimate(pair.rows, terms.kind, counts=a.measure.counted)
    facts = Facts(scope, reasons=_reasons(pair)).because(reason)
    change = Row((), MEASURES[terms.kind], estimate, None, None, terms.level, terms.method, facts=facts)
    bare = replace(change, facts=Facts(scope))
    if i is None or j is None or estimate is None:
        yield change
        yield _test(bare, MARGIN, margin)
        return
    if b.standard is not None:
        yield from _held_against(pair, i, change, terms)
        return
    if all(row is not None and row.exact for row in pair.rows):
        yield change.stating(census=True, found=(exact_verdict(estimate, terms.kind),))
        return
    ends = _ends(pair, i, j, terms)
    (low, high), inner = ends((1 - terms.level) / 2), ends(1 - terms.level)
    if not (math.isfinite(low) and math.isfinite(high)):
        change = change.because("ratio-no-limit")
    se = _se(pair, terms.kind)
    change = change.stating(found=(verdict_of((low, high), inner, margin, terms.kind),))
    yield replace(change, low=_known(low), high=_known(high), se=se)
    level = round(1 - 2 * (1 - terms.level), _DECIMALS)
    yield replace(bare, low=_known(inner[0]), high=_known(inner[1]), se=se, level=level)
    p = _p_value(pair, (i, j), ends, terms)
    if p is not None:
        yield _test(bare, P_VALUE, p)
    yield _test(bare, MARGIN, margin)


def _p_value(
    pair: Pair, places: tuple[int, int], ends: Callable[[float], Ends], terms: _ComparisonTerms
) -> float | None:
    """Give the p-value of no change; exact limits, which are counts of records that no search can follow, have none."""
    if terms.method == SCORE:
        return float(score_p(*_counts(pair.a, places[0]), *_counts(pair.b, places[1])))
    return None if terms.method in EXACT else p_value(ends, NULL[terms.kind])


def differences(
    a: Estimates, b: Estimates, *, level: float, method: str = METHOD
) -> Iterator[tuple[Row, float | None]]:
    """Give the rates of one reading of some reports less those of another reading of the same, each with its p-value.

    They are what :func:`compare` gives of two such samples, without margin and verdict: at any level, and whatever the
    numbers of the reports are, since these are known to be the same.
    """
    terms = _ComparisonTerms("difference", None, level, method)
    for pair in pairs_of_readings(a, b, level=level, method=method):
        estimate, _ = _estimate(pair.rows, terms.kind, counts=False)
        facts = Facts(Scope.OVERALL if pair.whole else Scope.CATEGORY)
        label = pair.label or pair.a.rows[pair.a.whole].label
        change = Row(label, MEASURES[terms.kind], estimate, None, None, level, method, facts=facts)
        i, j = pair.i, pair.j
        if i is None or j is None or estimate is None:
            yield change, None
        elif _is_census(pair):
            yield change.stating(census=True), None
        else:
            ends = _ends(pair, i, j, terms)
            low, high = map(_known, ends((1 - level) / 2))
            p = _p_value(pair, (i, j), ends, terms)
            yield replace(change, low=low, high=high, se=_se(pair, terms.kind)), p


def pairs_of_readings(a: Estimates, b: Estimates, *, level: float, method: str = METHOD) -> list[Pair]:
    """Put the rates of one reading of some reports together with those of another of the same."""
    link = linked(Compared(a), Compared(b), same=True)
    one, other = (figures_of(side, level, method) for side in (a, b))
    found = paired(one, other, wording.SIDES_READ, link.overlap.shared)
    return [
        pair if _is_census(pair) or not _has_both(pair) else replace(pair, shared=_shared(pair, link)) for pair in found
    ]


def _has_both(pair: Pair) -> bool:
    """Tell whether there is a rate on either side."""
    return all(row is not None and row.estimate is not None for row in pair.rows)


def _is_census(pair: Pair) -> bool:
    """Tell whether neither rate has any sampling error."""
    return all(row is not None and row.exact for row in pair.rows)


def _held_against(pair: Pair, place: int, change: Row, terms: _ComparisonTerms) -> Iterator[Row]:
    """Give the rows of a rate held against a standard: what it is above it, each limit one-sided, and the test."""
    beyond = change.estimate or 0.0
    if pair.a.rows[place].exact:
        yield change.stating(census=True, found=(verdict_on(beyond, beyond),))
        return
    ends = _ends(pair, place, 0, terms)
    low, high = ends(1 - terms.level)
    change = replace(change, low=_known(low), high=_known(high), se=_se(pair, terms.kind))
    yield change.stating(found=(verdict_on(low, high),), stated=("limits-one-sided",))
    if terms.method not in EXACT:
        # half of what leaves out both sides is left out on the one where the estimate lies
        yield _test(
            replace(change, low=None, high=None, se=None, facts=Facts(change.facts.scope)),
            P_VALUE,
            p_value(ends, 0.0) / 2,
        )


def _test(bare: Row, measure: Measure, value: float) -> Row:
    return replace(bare, measure=measure, estimate=value)


def _adjusted(changed: Sequence[Row]) -> list[Row]:
    """Set beside each p-value the same adjusted for all changes together (Benjamini and Hochberg 1995)."""
    from statsmodels.stats.multitest import multipletests  # type: ignore[import-untyped]

    tested = [row.estimate for row in changed if row.measure.role is Role.P_VALUE]
    if not tested:
        return list(changed)
    adjusted = iter(multipletests(tested, method="fdr_bh")[1])
    found = list[Row]()
    for row in changed:
        found.append(row)
        if row.measure.role is Role.P_VALUE:
            found.append(_test(row, Q_VALUE, float(next(adjusted))))
    return found


def _reasons(pair: Pair) -> tuple[str, ...]:
    """Say what else has to be known of two rows that go together."""
    found = []
    if any(side is not None and side.facts.scope.of_sample for side in pair.rows):
        found.append("in-samples")
    if pair.overlap:
        found.append("shared-reports")
    if pair.a.single != pair.b.single and pair.b.standard is None:
        found.append("overall-only")
    if pair.i is None or pair.j is None:
        found.append("one-side")
        lacking = pair.a if pair.i is None else pair.b
        folded = {tuple(part.casefold() for part in row.label) for row in lacking.rows}
        if tuple(part.casefold() for part in pair.label) in folded:
            found.append("spelled-alike")
    return tuple(found)


def _estimate(sides: Sequence[Row | None], kind: str, *, counts: bool) -> tuple[float | None, tuple[str, ...]]:
    """Give the change itself, or the reason why there is none."""
    if None in sides:
        return None, ()
    one, other = (None if side is None else side.estimate for side in sides)
    if one is None or other is None:
        return None, ("not-comparable",)
    if kind == "difference":
        return one - other, ()
    if other == 0 or (counts and one == 0):
        return None, ("no-ratio",)
    return one / other, ()


def _ends(pair: Pair, i: int, j: int, terms: _ComparisonTerms) -> Callable[[float], Ends]:
    """Give the limits of a change as a function of the probability left out on each side."""
    a, b = pair.a, pair.b
    if terms.method == SCORE:
        counts = *_counts(a, i), *_counts(b, j)
        return lambda tail: _plain(miettinen_nurminen(*counts, level=1 - 2 * tail))
    combine, one, other = _COMBINED[terms.kind, a.measure.counted], a.of([i]), b.of([j])
    return lambda tail: _plain(combine(one(tail), other(tail), pair.shared.correlation))


def _plain(ends: tuple[Floats, Floats]) -> Ends:
    # of counts whose rate may be 0 there is no upper end
    low, high = (np.where(np.isnan(end), none, end) for end, none in zip(ends, (-math.inf, math.inf), strict=True))
    return float(np.ravel(low)[0]), float(np.ravel(high)[0])


def _counts(side: Figures, row: int) -> tuple[int, int]:
    if side.estimates is None:
        raise TypeError("no counts")
    return int(side.estimates.basis.recorded[row]), int(side.estimates.basis.due[row])


def _se(pair: Pair, kind: str) -> float | None:
    """Give the standard error of a difference, with what the sides share."""
    if kind != "difference":
        return None
    if not math.isnan(pair.shared.se):
        return pair.shared.se
    own = [side.se for side in pair.rows if side is not None and side.se is not None]
    return math.hypot(*own) if len(own) == 2 or (own and pair.b.standard is not None) else None


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def read_as_published(table: Table) -> Table:
    """Read what changed as reports do, which hold no change against a margin."""
    kept = [row for row in table.rows if is_side(row) or _is_read(row, table)]
    return replace(
        table,
        rows=tuple(row.stating(found=tuple(AS_READ.get(code, code) for code in row.facts.found)) for row in kept),
    )


def _is_read(row: Row, table: Table) -> bool:
    if row.measure.role is Role.CHANGE:
        return row.level == table.level
    return row.measure.role is not Role.MARGIN


# ---- the page


def lay_out_comparison(found: Comparison, *, style: str = "default", extra: Sequence[str] = ()) -> Page:
    """Lay a comparison out for people."""
    rows = found.rows
    table, remarks = weighted_once(found.table, is_side)
    sides = [row for row in table.rows if is_side(row)]
    shown = any(change.withheld or change.estimate is not None for change in rows)
    notes = Notes.on([*sides, *(_unsaid(change) for change in rows if shown)])
    grids = [_sides(table, rows, notes, remarks)]
    if shown:
        grids.append(_changes(found, rows, notes, style))
    why = () if shown else _not_shown(rows)
    return Page(found.table, tuple(grids), notes, (*why, *_statements(found, rows, style), *extra), remarks)


def _not_shown(rows: Sequence[Change]) -> Iterator[str]:
    """Say why there are no changes: a table of them would hold nothing."""
    alike: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for change in rows:
        for why in Notes.on([_unsaid(change)]).texts:
            labels = alike.setdefault((tuple(change.names), why), [])
            labels += [", ".join(change.label)] if len(rows) > 1 else []
    for (names, why), labels in alike.items():
        yield wording.change_not_shown(names, labels, why)


def _unsaid(change: Change) -> Row:
    """Take a change without the verdict, which has a column, and without the note of a census, which its sides have."""
    return change.row.stating(found=(), census=False)


def _sides(table: Table, rows: Sequence[Change], notes: Notes, remarks: tuple[str, ...]) -> Grid:
    """One line a side, those of a category together."""
    keys = table.keys[1:]
    measure, sides = sides_in(table)
    columns: list[Column[Row]] = [
        Column(key, lambda row, i=i: row.label[i + 1], kind=Kind.WORDS)  # type: ignore[misc]
        for i, key in enumerate(keys)
    ]
    columns.append(Column(wording.SIDE_HEADINGS["side"], lambda row: row.label[0], kind=Kind.WORDS))
    # where all is suppressed the columns stay, to say of what
    gone = all(row.withheld for row in sides)
    numbers = _RATES
    if any(row.counted for row in sides):
        numbers = crimes(wording.SIDE_HEADINGS["count"], "count")
    columns += [
        replace(
            column, always=gone, heading=rate_heading(column.heading, weighted=bool(remarks) and column.name == "rate")
        )
        for column in (*numbers, *base_columns(measure))
    ]
    columns.append(Notes.column(lambda row: notes.marks([row])))
    # of the score method the sides have another, and what was printed keeps its own
    method = next((row.method for row in sides if row.method != AS_PRINTED), AS_PRINTED)
    title = wording.title(measure.name, level_text(table.level), method, "both")
    name = wording.figures_title(measure.name)
    return grid_of(name if _exact(rows) else title, columns, sides, name=name)


def _itself(row: Row) -> Row:
    return row


_RATES: Sequence[Column[Row]] = (
    Column(wording.SIDE_HEADINGS["rate"], lambda row: row.estimate, AS_RATE["estimate"], _itself, name="rate"),
    Column(wording.SIDE_HEADINGS["low"], lambda row: row.low, AS_RATE["low"], _itself, within="rate"),
    Column(wording.SIDE_HEADINGS["high"], lambda row: row.high, AS_RATE["high"], _itself, within="rate"),
)


def crimes(heading: str, name: str) -> list[Column[Row]]:
    """Give the columns of a count of crimes and of its interval."""
    headings = wording.SIDE_HEADINGS
    return [
        Column(heading, lambda row: count(row) or None, str, _itself, name=name),
        Column(headings["count_low"], lambda row: end(row, low=True) or None, str, _itself, within=name),
        Column(headings["count_high"], lambda row: end(row, low=False) or None, str, _itself, within=name),
    ]


def base_columns(measure: Measure) -> list[Column[Row]]:
    """Give the columns of counts, in the words of a measure that has some."""
    # what a rate is a share of is known of some measures alone
    own = wording.HEADINGS if measure.subject or measure.counted else wording.SIDE_HEADINGS
    headings: Mapping[str, str] = {**own, **measure.headings}
    return [
        Column(headings["n"], lambda row: row.n, whole, _itself),
        Column(headings["recorded"], lambda row: row.recorded, whole, _itself),
    ]


def _changes(found: Comparison, rows: Sequence[Change], notes: Notes, style: str) -> Grid:
    """One line a change."""
    keys = found.table.keys[1:]
    several = len(found.names) > 2
    gone = all(change.withheld for change in rows)
    columns: list[Column[Change]] = [
        Column(key, lambda change, i=i: change.label[i], kind=Kind.WORDS)  # type: ignore[misc]
        for i, key in enumerate(keys)
    ]
    heading = wording.CHANGE_HEADINGS
    if several:
        columns.append(Column(heading["names"], lambda change: wording.against(change.names), kind=Kind.WORDS))
    if gone or any(change.verdict is not None for change in rows):
        columns.append(
            Column(
                heading["verdict"],
                lambda change: change.published if style == "published" else change.verdict,
                wording.VERDICTS.__getitem__,
                lambda change: change.row,
                Kind.WORDS,
            )
        )
    write: Callable[[float], str] = formats.SIGNED if found.kind == "difference" else _ratio

    def number(of: str, value: Callable[[Change], float | None], write: Callable[[float], str], **more: Any) -> None:
        columns.append(Column(heading[of], value, write, lambda change: change.row, **more))

    number(found.kind, lambda change: change.estimate, write, always=gone, name="change")
    number("low", lambda change: change.low, write, always=gone, within="change")
    number("high", lambda change: change.high, write, always=gone, within="change")
    number("p", lambda change: change.p, chance, always=gone)
    number("q", lambda change: change.q, chance)
    unknown = all(change.estimate is None for change in rows)
    columns.append(Notes.column(lambda change: notes.marks([_unsaid(change)]), always=unknown))
    printed = all(side.method == AS_PRINTED for row in rows for side in (row.a, row.b) if side is not None)
    method = AS_PRINTED if printed else found.table.method
    level = level_text(found.table.level)
    title = wording.change_title(found.kind, found.names, level, method, exact=_exact(rows))
    return grid_of(title, columns, rows, name=wording.change_title(found.kind, found.names, level, method, exact=True))


def statement(change: Change, level: float) -> str:
    """Say what a comparison comes to; nothing where nothing could be compared."""
    if change.verdict is None or change.estimate is None:
        return BLANK
    moved, write = _moved(change, change.estimate), WRITTEN[change.kind]
    if change.exact:
        return wording.exact_change(change.verdict, change.names, wording.size_of_change(moved, write))
    levels = [level_text(level), level_text(round(1 - 2 * (1 - level), _DECIMALS))]
    return wording.the_change(change.verdict, change.names, moved, levels, write)


def _moved(change: Change, size: float) -> wording.Moved:
    """Take the numbers of a change, differences without noise in their signs."""
    ends, inner = (change.low, change.high), change.inner or (None, None)
    if change.kind == "ratio":
        return wording.Moved(change.kind, size, ends, inner)
    low, high, inner_low, inner_high = (_noiseless(end or 0) for end in (*ends, *inner))
    return wording.Moved(change.kind, _noiseless(size), (low, high), (inner_low, inner_high))


def _statements(found: Comparison, rows: Sequence[Change], style: str) -> list[str]:
    """Say the overall result of the newest comparison, the margin, and what must be known to read them."""
    compared = [change for change in rows if change.verdict is not None]
    newest, exact = found.newest, _exact(rows)
    said = []
    if newest.verdict is not None and style == "default":
        said.append(statement(newest, found.table.level))
    if newest.published is not None and style == "published":
        said.append(wording.published_verdict(newest.published))
    if found.false_discovery is not None and any(change.q is not None for change in compared):
        said.append(_discovered(found, compared, found.false_discovery))
    if compared and not exact and style == "default":
        said.append(_margin(found, compared))
    if exact:
        said.append(wording.CENSUS_EXACT)
    measure, sides = sides_in(found.table)
    said += of_sample(sides, measure.frame)
    said += _apart(rows)
    for names, each in zip(pairwise(found.names), found.overlaps, strict=False):
        if each.shared:
            said.append(wording.reports_shared(names, each.shared, each.audited, cases=each.cases))
        elif each.from_one:
            said.append(wording.reports_from_one(names, each.audited[0], cases=each.cases))
    return said


def _apart(rows: Sequence[Change]) -> list[str]:
    """Name the categories that stand on one side of a comparison only."""
    alone: dict[str, list[str]] = {}
    for change in rows:
        if (change.a is None) != (change.b is None):
            only_in = change.names[0] if change.b is None else change.names[1]
            alone.setdefault(only_in, []).append(", ".join(change.label))
    return [wording.categories_apart(alone)] if alone else []


def _exact(rows: Sequence[Change]) -> bool:
    """Tell whether all that was compared is of a census."""
    compared = [change for change in rows if change.verdict is not None]
    return bool(compared) and all(change.exact for change in compared)


def _margin(found: Comparison, rows: Sequence[Change]) -> str:
    margins = {}
    for change in reversed(rows):
        if change.margin is None:
            continue
        of = "overall" if change.overall else "category"
        if found.kind == "difference":
            margins[of] = f"{(Decimal(str(change.margin)) * 100).normalize():f}"
        else:
            margins[of] = wording.range_of_ratios((1 - change.margin, 1 / (1 - change.margin)), _ratio)
    return wording.margin_said(margins, chosen=found.margin is not None, kind=found.kind)


def _discovered(found: Comparison, rows: Sequence[Change], held: float) -> str:
    named = []
    for change in rows:
        if change.q is not None and change.q <= held:
            label = change.label if len(found.table.keys) > 1 else ()
            named.append(", ".join([wording.against(change.names), *label]))
    return wording.changes_found(named, sum(change.q is not None for change in rows), level_text(held))


def _noiseless(value: float) -> float:
    """Free a change of the noise of a subtraction."""
    short = round(value, _DECIMALS)
    # what is printed as 0.0 has no sign
    return 0.0 if formats.is_nothing(short) else short


def _ratio(value: float) -> str:
    return f"{value:.3f}"


WRITTEN: Mapping[str, Callable[[float], str]] = {"difference": formats.percent, "ratio": _ratio}


def chance(p: float) -> str:
    """Write a p-value."""
    return "<0.001" if p < 0.0005 else f"{p:.3f}"
