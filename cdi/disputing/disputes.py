"""What hangs on disputed decisions: the rates both ways, one by one, and the least number that changes a result."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, Unpack

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.arguments import checked, chosen, names_of, several, text_of
from cdi.audits.answers import UNDECIDED
from cdi.audits.audit import Audit
from cdi.audits.crime_tables import terms_of
from cdi.audits.design import Roles
from cdi.audits.volumes import Label, one_figure, sort_out
from cdi.binomial.intervals import check_terms
from cdi.comparing.standards import Standard, grade_of, read_grades, standard_of, verdict_on
from cdi.disputing.decisions import DISPUTED, OTHER_WAY, Disputed, Turn, find_disputed
from cdi.disputing.least import Found, least_of_estimate, least_of_interval, state_of
from cdi.disputing.sums import Dispute, Effect, Line, Lines, State, lines_of
from cdi.errors import DesignError, Where
from cdi.facts import PLAIN, Facts, Scope
from cdi.measures import MEASURES
from cdi.parameters import LEVEL, METHOD, OTHER_WAYS
from cdi.printing import formats
from cdi.printing.layout import Column, Grid, Kind, Notes, Page, grid_of
from cdi.printing.lines import (
    AS_RATE,
    count,
    end,
    level_text,
    more_than,
    of_sample,
    percent,
    rate,
    weighted_once,
    whole,
)
from cdi.printing.lines import lines_of as beside
from cdi.printing.tables import Row, Table, wide_of
from cdi.results import Result, estimated_of, with_frame
from cdi.showing import Shown
from cdi.survey.estimates import ALL, Estimates
from cdi.survey.recorded_crime import moves

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from cdi.explaining.explanation import Explanation
    from cdi.reading.mapping import SheetMapping

__all__ = [
    "DECISIONS",
    "Behind",
    "Disputes",
    "Least",
    "Outcome",
    "Single",
    "dispute",
    "outcomes_of_rate",
    "row_of_least",
    "rows_of_single",
]

DECISIONS = "decisions"
"""The column of a table that says which decisions stand."""

Of = TypeVar("Of")

_RATE, _COUNT, _LEAST = MEASURES["recording-rate"], MEASURES["unrecorded"], MEASURES["least-disputed"]


@dataclass(frozen=True, slots=True)
class Single:
    """What one decision does that goes the other way: alike for all decisions of a kind, or within a range.

    Attributes
    ----------
    label : tuple of str
        The category.
    stratum : tuple of str
        The stratum of the reports; empty where there is one.
    before, after : str
        The decision, and the other way. A decision that is missing is ``undecided`` before.
    decisions : int
        How many decisions are of this kind.
    own : tuple of float, or None
        The rate of the category, from the least to the greatest.
    overall : tuple of float, or None
        The overall rate, likewise.
    own_interval, overall_interval : tuple of float, or None
        The interval of that rate. If it is a range, from the lowest limit to the highest.
    unrecorded : tuple of float, or None
        All crimes not recorded, likewise.
    """

    label: Label
    stratum: Label
    before: str
    after: str
    decisions: int
    own: tuple[float, float] | None
    overall: tuple[float, float] | None
    unrecorded: tuple[float, float] | None
    own_interval: tuple[float, float] | None = None
    overall_interval: tuple[float, float] | None = None
    disputes: tuple[Dispute, ...] = field(default=(), repr=False, compare=False)  # where the decisions stand


@dataclass(frozen=True, slots=True)
class Least:
    """The least number of decisions that changes one outcome, if they go the other way.

    Attributes
    ----------
    label : tuple of str
        The category; ``all`` of the overall rate.
    facts : Facts
        What is true of the rate.
    outcome : {"grade", "grades", "verdict", "rate", "count", "more-than"}
        What changes.
    number : int or None
        How many decisions. None: no number of them.
    of : int
        How many decisions are disputed that bear on it.
    exact : bool
        Whether it is certain that no fewer would do, or that none would.
    now, then : str
        What the outcome is as audited, and then, as it is printed.
    """

    label: Label
    facts: Facts
    outcome: str
    number: int | None
    of: int
    exact: bool
    now: str
    then: str
    turned: Mapping[Effect, int] = field(default_factory=dict, repr=False, compare=False)  # which decisions they are


@dataclass(frozen=True, slots=True)
class Behind:
    """What the numbers follow from, for their working."""

    lines: Lines
    asked: Asked
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Disputes(Shown):
    """What hangs on the disputed decisions of an audit. It prints as the page of ``cdi dispute``.

    Attributes
    ----------
    audit : Audit
        The sample as audited.
    audited, other : Table
        Rates and counts as audited, and with every disputed decision the other way.
    decisions : mapping of tuple of str to int
        How many decisions are disputed in each category, and in all.
    undecided : int
        How many decisions are missing. As audited, these rows count nothing.
    missing : mapping of tuple of str to int
        How many they are in each category, and in all.
    lowest, highest : Table, or None
        Rates and counts with all missing decisions not recorded, and recorded. None where no decision is missing.
    turns : tuple
        What the decisions become: before, after and how many.
    singles : tuple of Single
        What one decision of each kind does.
    least : tuple of Least
        The least numbers of decisions that change a result.
    said : tuple of str
        What a reader must know of the input.
    results : tuple of Result
        What all of these were estimated by, in this order.
    behind : Behind or None
        The sums of the reports with disputed decisions.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> rows = pd.DataFrame({"recorded": [1] * 17 + [0] * 3, "disputed": ["no"] * 18 + ["yes"] * 2})
    >>> found = cdi.dispute(rows, grades="Good=90%,Fair=80%")
    >>> [(each.outcome, each.now, each.number, each.then) for each in found.least if each.outcome == "grade"]
    [('grade', 'Fair', 1, 'Good')]
    """

    audit: Audit = field(repr=False, compare=False)
    audited: Table
    other: Table
    decisions: Mapping[Label, int]
    turns: tuple[tuple[str, str, int], ...]
    singles: tuple[Single, ...]
    least: tuple[Least, ...]
    undecided: int = 0
    missing: Mapping[Label, int] = field(default_factory=dict)
    lowest: Table | None = None
    highest: Table | None = None
    said: tuple[str, ...] = ()
    results: tuple[Result, ...] = field(default=(), repr=False, compare=False)
    behind: Behind | None = field(default=None, repr=False, compare=False)

    @property
    def number(self) -> int:
        """How many decisions are disputed."""
        return sum(number for *_, number in self.turns)

    @property
    def kind(self) -> str:
        """What the decisions are that could be otherwise: disputed, missing or both."""
        return wording.kind_of_decisions(disputed=self.number > 0, missing=self.undecided > 0)

    @property
    def parts(self) -> dict[str, Table]:
        """The rates and counts of all rows, by which decisions stand."""
        named = {
            wording.AS_AUDITED: self.audited,
            wording.OTHER_WAY_ROW: self.other if self.number else None,
            wording.MISSING_LOWEST: self.lowest,
            wording.MISSING_HIGHEST: self.highest,
        }
        return {name: part for name, part in named.items() if part is not None}

    @property
    def table(self) -> Table:
        """All numbers, unrounded: as audited, the other way, with one decision the other way, and least numbers."""
        rows = [replace(row, label=(name, *row.label)) for name, part in self.parts.items() for row in part.rows]
        rows += [row for single in self.singles for row in rows_of_single(single, self.audited)]
        rows += [row_of_least(least, self.audited) for least in self.least]
        return replace(self.audited, keys=(DECISIONS, *self.audited.keys), rows=tuple(rows))

    def __repr__(self) -> str:
        shown_ = f"{self.number:,} disputed decision{'' if self.number == 1 else 's'}"
        return f"<cdi.Disputes: {shown_}, {self.audited.method} {self.audited.level * 100:.10g}%>"

    def explain(self, row: str | Sequence[str] | None = None) -> Explanation:
        """Work out the rates both ways, what one decision does, and the least numbers; see :func:`cdi.explain`.

        Parameters
        ----------
        row : str or sequence of str, optional
            The category, as it is printed; or what the row of a table is called, such as ``"the other way, violent"``
            or ``"printed rate, violent"``. If None, all that is printed of the whole.

        Examples
        --------
        >>> import pandas as pd, cdi
        >>> rows = pd.DataFrame({"recorded": [1] * 17 + [0] * 3, "disputed": ["no"] * 18 + ["yes"] * 2})
        >>> found = cdi.dispute(rows, grades="Good=90%,Fair=80%").explain("grade, all")
        >>> [step.working for step in found.steps if step.symbol == "p_n"]
        ['p_n = X_n / Y_n = 18 / 20 = 0.9, printed Good']
        """
        from cdi.explaining.explanation import explain

        return explain(self, row)

    def wide(self) -> pd.DataFrame:
        """Give one row for each category, as audited and the other way.

        Returns
        -------
        pandas.DataFrame
            The category columns, ``rate`` with ``low``, ``high``, ``due`` and ``recorded`` as audited, and
            ``other_rate`` with its ends; with volumes ``unrecorded`` and ``other_unrecorded`` with theirs; ``disputed``
            is how many decisions are disputed. Proportions and crimes, unrounded.
        """
        other = {_RATE: replace(_RATE, key="other-rate"), _COUNT: replace(_COUNT, key="other-unrecorded")}
        rows = [row for row in self.audited.rows if _is_line(row)]
        rows += [replace(row, measure=other[row.measure]) for row in self.other.rows if _is_line(row)]
        parts = {"rate": _RATE, "other_rate": other[_RATE], "unrecorded": _COUNT, "other_unrecorded": other[_COUNT]}
        frame = wide_of(replace(self.audited, rows=tuple(rows)), parts)
        labels = list(dict.fromkeys(row.label for row in rows))
        frame.insert(len(frame.columns) - 1, "disputed", [self.decisions.get(label) for label in labels])
        return frame.astype({"disputed": "Int64"})

    def draw(self, axes: Axes) -> None:
        """Draw the rates as audited."""
        from cdi.charts.rate_charts import draw_rates

        draw_rates(axes, self.audited)

    def page(self, **_options: Any) -> Page:
        """Lay it out for people: both ways, one by one, and the least numbers."""
        given = (self.audited, self.other if self.number else None, self.lowest, self.highest)
        tables = [None if part is None else replace(part, rows=tuple(filter(_is_line, part.rows))) for part in given]
        lined = [None if part is None else weighted_once(part, lambda row: row.measure == _RATE) for part in tables]
        audited, remarks = lined[0] or (self.audited, ())
        other, lowest, highest = (None if part is None else part[0] for part in lined[1:])
        parts = [part for part in (audited, other, lowest, highest) if part is not None]
        least_rows = [row_of_least(each, audited) for each in self.least]
        notes = Notes.on((*(row for part in parts for row in part.rows), *least_rows))
        grids = []
        if other is not None:
            grids += _both_ways(self, _Beside.of(self.decisions, audited, (other,)), notes)
        if lowest is not None and highest is not None:
            grids += _while_missing(self, _Beside.of(self.missing, audited, (lowest, highest)), notes)
        if self.singles:
            grids.append(_singles(audited, self.singles, missing=self.undecided > 0))
        if self.least:
            grids.append(_least(audited, self.least, notes, self.kind))
        return Page(self.table, tuple(grids), notes, (*_statements(self), *self.said), remarks)


@checked
def dispute(
    source: object,
    by: str | Sequence[str] | None = None,
    *,
    column: str = DISPUTED,
    other_way: str = "recorded",
    volumes: object = None,
    recorded_crime: int | None = None,
    volumes_period: str | None = None,
    force: str | None = None,
    groups: Mapping[str, str] | str | Path | SheetMapping | None = None,
    standard: float | str | None = None,
    grades: Mapping[object, object] | str | None = None,
    level: float = LEVEL,
    method: str = METHOD,
    **roles: Unpack[Roles],
) -> Disputes:
    """Show what hangs on the decisions that a force disputes: the rates both ways, and how few decisions matter.

    Parameters
    ----------
    source : path, Workbook, a list of them, data frame, Audit or Result
        The audited sample, with one row for each crime; see :func:`cdi.read_audit`.
    by : str or sequence of str, optional
        The category columns; see :func:`cdi.estimate`.
    column : str
        The column that marks disputed decisions: by yes, or by the decision that the force holds. Blank and no: not
        disputed. A row whose decision is itself ``disputed`` is disputed too, and counts as not recorded as audited. A
        row without a decision counts nothing as audited, and may be recorded or not recorded.
    other_way : {"recorded", "not-due"}
        What a crime that was found not recorded becomes if the column does not say: recorded, or no crime due.
    volumes, recorded_crime, volumes_period, force, groups : path, int, str, str, mapping
        See :func:`cdi.estimate`.
    standard : float or str, optional
        A rate that the force should reach, such as ``0.95`` or ``"95%"``. The verdict is by one-sided limits.
    grades : mapping or str, optional
        Names of grades and the rates that they begin at, such as ``"Excellent=95%,Good=90%,Fair=80%"``.
    level, method : float, str
        See :meth:`Estimates.interval`.
    **roles
        The fields of :class:`cdi.Design`.

    Returns
    -------
    Disputes
        Rates (proportions) and crimes not recorded, as audited and with all disputed decisions the other way; what they
        can come to where decisions are missing; what one decision does; and the least numbers of decisions that change
        the grade, the verdict, or what is printed.

    Raises
    ------
    DataError
        If there is no such column, nothing is disputed, a word in the column is not known, or a disputed row could not
        be audited, counts several crimes, would be a crime of no category, or in a class that nobody names. All faults
        are reported at once.
    DesignError, MethodError
        As for :func:`cdi.estimate`, and if the file is a table of counts.

    Notes
    -----
    The least number that changes the grade of the estimate or a printed figure is exact (Dinkelbach 1967, Management
    Science 13, 492-498). The least number that changes what rests on an interval is exact as far as all ways to turn so
    many decisions were tried, and otherwise said to be an upper limit.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> rows = pd.DataFrame({"recorded": [1] * 17 + [0] * 3, "disputed": ["no"] * 18 + ["yes"] * 2})
    >>> found = cdi.dispute(rows)
    >>> found.audited.rows[0].estimate, found.other.rows[0].estimate
    (0.85, 0.95)
    """
    text_of(column, "column")
    chosen(other_way, OTHER_WAYS, "no-other-way", DesignError)
    check_terms(level, method)
    domains = list(names_of(by))
    frame, crime = sort_out(several(volumes), domains, terms_of(volumes_period, force, groups))
    if recorded_crime is not None:
        crime = one_figure(recorded_crime, beside=crime)
    with_frame(roles, frame, domains)
    asked = Asked.of(standard, grades, level=level, method=method)
    disputed = find_disputed(source, column, other_way, domains, roles, surplus=crime is not None)

    def estimated(audit: Audit) -> Result:
        return estimated_of(audit, by, crime, level=level, method=method)

    audited = estimated(disputed.audit)
    audited.rates.refuse_unrepresentative()
    if audited.counts is not None and _depends_on_surplus(disputed, audited.rates.keys):
        raise DesignError.of("disputes-of-records", where=Where(disputed.audit.name))
    if DECISIONS in audited.table.keys:
        raise DesignError.of("column-name-taken", got=DECISIONS)
    found = lines_of(disputed, audited)
    other = estimated(disputed.turned()) if disputed.pairs else audited
    decided = [estimated(disputed.decided(recorded=each)) for each in (False, True)] if disputed.missing else []
    least = tuple(each for line in found.lines for each in _least_of(line, asked))
    made = range(len(disputed.pairs))
    return Disputes(
        disputed.audit,
        audited.table,
        other.table,
        found.decisions(made),
        tuple((turn.before, turn.after, rows) for turn, rows in disputed.pairs),
        tuple(_singles_of(disputed, found, asked)),
        least,
        disputed.missing,
        found.decisions(range(len(made), len(disputed.turns))) if decided else {},
        decided[0].table if decided else None,
        decided[1].table if decided else None,
        said=tuple(_said(disputed, audited, other_way)),
        results=(audited, other, *decided),
        behind=Behind(found, asked, disputed.turns),
    )


def _depends_on_surplus(disputed: Disputed, keys: Sequence[str]) -> bool:
    """Tell whether counts are of another kind with records of nothing due than without: classes that are strata."""
    audit = disputed.audit
    return audit.places(keys) and not moves(audit, keys) and disputed.loses_surplus


# ---- what may change, and what is the same


@dataclass(frozen=True, slots=True)
class Asked:
    """What the rates are held against."""

    standard: float | None
    grades: tuple[Standard, ...]
    level: float
    method: str
    # the estimates whose limits were worked out last, and these
    _kept: list[tuple[Estimates, tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]] = field(default_factory=list)

    @classmethod
    def of(
        cls, standard: float | str | None, grades: Mapping[object, object] | str | None, *, level: float, method: str
    ) -> Asked:
        """Read the standard and the grades."""
        held = None if standard is None else standard_of(standard)
        return cls(held, () if grades is None else read_grades(grades), level, method)

    def of_rate(self) -> Iterator[Outcome[float]]:
        """List what follows from the rate alone."""
        if self.grades:
            yield Outcome("grade", self._grade, self._named)
        yield Outcome("rate", lambda rate_: formats.proportion(rate_, beyond=formats.IN_WORDS), "{}%".format)

    def of_count(self, line: Line) -> Iterator[Outcome[float]]:
        """List what follows from the rate that a count follows from."""
        crime, large = line.recorded_crime, line.large
        if crime is not None:
            yield Outcome("count", lambda rate_: _printed(crime, rate_), _or_unknown)
            yield Outcome("more-than", lambda rate_: _printed_down(crime, rate_, large=large), _or_unknown)

    def of_interval(self) -> Iterator[Outcome[Estimates]]:
        """List what follows from an interval, of each row of estimates."""
        if self.grades:
            yield Outcome("grades", self._grades, lambda ends: wording.grades_from(*map(self._named, ends)))
        if self.standard is not None:
            yield Outcome("verdict", functools.partial(self._verdicts, self.standard), wording.VERDICTS.__getitem__)

    def _grade(self, rate_: float) -> str | None:
        return grade_of(rate_, self.grades)

    def _named(self, grade: str | None) -> str:
        return grade or wording.below_grade(self.grades[-1].name)

    def _grades(self, found: Estimates) -> list[tuple[str | None, str | None]]:
        """Give the grades of both one-sided limits of each rate."""
        low, high = self._limits(found)
        return [(self._grade(least), self._grade(most)) for least, most in zip(low, high, strict=True)]

    def _limits(self, found: Estimates) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        # grades and verdicts ask for the limits of the same estimates
        if not self._kept or self._kept[0][0] is not found:
            low, high = (found.interval(level=self.level, method=self.method, side=side) for side in ("lower", "upper"))
            self._kept[:] = [(found, (low.low, high.high))]
        return self._kept[0][1]

    def _verdicts(self, standard: float, found: Estimates) -> list[str]:
        """Hold the one-sided limits of each rate against a standard."""
        ends = zip(*self._limits(found), strict=True)
        return [verdict_on(float(low - standard), float(high - standard)) for low, high in ends]


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Of]):
    """What may change."""

    name: str  # a key of ``cdi.wording.OUTCOMES``
    of: Callable[[Of], Any]  # what it is; two that are equal are the same outcome
    said: Callable[[Any], str]  # what people read


def _missing(crime: float, rate_: float) -> float | None:
    """Give the crimes not recorded; where none was recorded there is no number of them."""
    return crime * (1 - rate_) / rate_ if rate_ > 0 else None


def _printed(crime: float, rate_: float) -> str | None:
    found = _missing(crime, rate_)
    return None if found is None else formats.count(found, formats.unit_of(found))


def _printed_down(crime: float, rate_: float, *, large: bool) -> str | None:
    found = _missing(crime, rate_)
    return None if found is None else f"{formats.round_down(found, large=large):,}"


def _or_unknown(printed: str | None) -> str:
    return wording.UNKNOWN if printed is None else printed


def outcomes_of_rate(line: Line, asked: Asked) -> Iterator[tuple[Line, Outcome[float]]]:
    """List what follows from the rate of a line alone, each with the line whose rate that is: a count may have its own.

    In a census the interval is the rate.
    """
    counted = line.count_line
    if np.isfinite(line.found.basis.rate[0]) and line.number:
        yield from ((line, each) for each in asked.of_rate())
    if np.isfinite(counted.found.basis.rate[0]) and counted.number:
        yield from ((counted, each) for each in asked.of_count(counted))
    if np.isfinite(line.found.basis.rate[0]) and line.number and line.found.exact[0]:
        for outcome in asked.of_interval():
            yield line, Outcome(outcome.name, _at_the_rate(line, outcome), outcome.said)


def _least_of(line: Line, asked: Asked) -> Iterator[Least]:
    """Find the least number that changes each outcome of a rate, where there is a rate."""
    for counted, of_rate in outcomes_of_rate(line, asked):
        yield _least_rate(line, counted, of_rate)
    if not np.isfinite(line.found.basis.rate[0]) or not line.number or line.found.exact[0]:
        return
    outcomes = list(asked.of_interval())
    kept = [outcome.of(line.found)[0] for outcome in outcomes]
    changes = [_changes(outcome, now) for outcome, now in zip(outcomes, kept, strict=True)]
    for outcome, now, found in zip(outcomes, kept, least_of_interval(line, changes), strict=True):
        yield _found(line, line, outcome.name, found, outcome.said(now), _said_first(outcome))


def _least_rate(line: Line, counted: Line, outcome: Outcome[float]) -> Least:
    now = outcome.of(float(counted.found.basis.rate[0]))
    found = least_of_estimate(counted, lambda other: outcome.of(other) != now)

    def said(other: Estimates) -> str:
        rate_ = float(other.basis.rate[0])
        return outcome.said(outcome.of(rate_)) if np.isfinite(rate_) else wording.UNKNOWN

    return _found(line, counted, outcome.name, found, outcome.said(now), said)


def _at_the_rate(line: Line, outcome: Outcome[Estimates]) -> Callable[[float], object]:
    """Give what an interval without width comes to at a rate."""

    def of(rate_: float) -> object:
        basis = replace(line.found.basis, rate=np.array([rate_]))
        return outcome.of(replace(line.found, basis=basis, parts=None))[0]

    return of


def _changes(outcome: Outcome[Estimates], now: object) -> Callable[[Estimates], npt.NDArray[np.bool_]]:
    """Tell in which rows an outcome is another; where no rate is left, it is."""

    def changed(found: Estimates) -> npt.NDArray[np.bool_]:
        other = np.array([each != now for each in outcome.of(found)], dtype=bool)
        return np.asarray(~np.isfinite(found.basis.rate) | other)

    return changed


def _said_first(outcome: Outcome[Estimates]) -> Callable[[Estimates], str]:
    def said(found: Estimates) -> str:
        return outcome.said(outcome.of(found)[0]) if np.isfinite(found.basis.rate[0]) else wording.UNKNOWN

    return said


def _found(line: Line, counted: Line, name: str, found: Found, now: str, said: Callable[[Estimates], str]) -> Least:
    """Say what an outcome becomes, by what the engine estimates with these decisions turned."""
    then = "" if found.number is None else said(counted.estimated(state_of(counted, found.turned)))
    row = line.found.rows[0]
    return Least(row.label, row.facts, name, found.number, counted.number, found.exact, now, then, found.turned)


# ---- one decision at a time


def _singles_of(disputed: Disputed, found: Lines, asked: Asked) -> Iterator[Single]:
    """Say what one decision of each category, stratum and turn does."""
    *parts, overall = found.lines
    held: dict[tuple[int, int, int], list[Dispute]] = {}
    for each in found.disputes:
        held.setdefault((each.own, each.stratum, each.turn), []).append(each)
    known = {id(line): _One(line, asked) for line in (*found.lines, overall.count_line)}
    for each in found.disputes:
        for line in (overall, overall.count_line, *parts[each.own : each.own + 1]):
            known[id(line)].want(each)
    strata = disputed.audit.strata.labels
    for (own, stratum, turn), disputes in sorted(held.items()):
        part = parts[own] if 0 <= own < len(parts) else None
        after, both = disputed.turns[turn], known[id(overall)].rates(disputes)
        crime_ = overall.recorded_crime
        of_count = known[id(overall.count_line)].rates(disputes)
        counts = [] if crime_ is None else [_missing(crime_, each) for each, *_ in of_count]
        owned = [] if part is None else known[id(part)].rates(disputes)
        yield Single(
            overall.label if part is None else part.label,
            strata[stratum] if len(strata) > 1 else (),
            after.before,
            after.after,
            sum(each.times for each in disputes),
            _range([each for each, *_ in owned]),
            _range([each for each, *_ in both]),
            _range([each for each in counts if each is not None]),
            _range([end_ for _, *ends in owned for end_ in ends]),
            _range([end_ for _, *ends in both for end_ in ends]),
            tuple(disputes),
        )


@dataclass(slots=True)
class _One:
    """The rate of a line with one decision turned, and its interval; all that are asked for are estimated together."""

    line: Line
    asked: Asked
    states: dict[frozenset[Any], State] = field(default_factory=dict)
    known: dict[frozenset[Any], tuple[float, float, float]] = field(default_factory=dict)

    def want(self, dispute_: Dispute) -> None:
        """Ask for one."""
        state = self.line.one_turned(dispute_.report, dispute_.place)
        self.states[frozenset(state.items())] = state

    def rates(self, disputes: Sequence[Dispute]) -> list[tuple[float, float, float]]:
        """Give the rates with their limits."""
        if not self.known:
            self._estimate()
        states = (self.line.one_turned(each.report, each.place) for each in disputes)
        return [self.known[frozenset(state.items())] for state in states]

    def _estimate(self) -> None:
        states = list(self.states.values())
        for batch in (states[i : i + self.line.together] for i in range(0, len(states), self.line.together)):
            found = self.line.estimated_all(batch)
            ends = found.interval(level=self.asked.level, method=self.asked.method)
            for state, *numbers in zip(batch, found.basis.rate, ends.low, ends.high, strict=True):
                rate_, low, high = map(float, numbers)
                self.known[frozenset(state.items())] = (rate_, low, high)


def _range(values: Sequence[float]) -> tuple[float, float] | None:
    known = [value for value in values if np.isfinite(value)]
    return (min(known), max(known)) if known else None


def _said(disputed: Disputed, audited: Result, other_way: str) -> Iterator[str]:
    """Say what must be known of the input."""
    if disputed.pairs:
        yield wording.turns_said([(turn.before, turn.after, rows) for turn, rows in disputed.pairs])
    first = sum(rows for turn, rows in disputed.pairs if turn.before == DISPUTED)
    if first:
        yield wording.counted_first(first, disputed.first)
    if disputed.missing:
        yield wording.missing_said(disputed.missing)
    if disputed.assumed:
        yield wording.assumed_other(OTHER_WAY[other_way])
    if disputed.idle:
        yield wording.disputes_idle(disputed.idle)
    yield from audited.said


# ---- as rows of a table


def _is_line(row: Row) -> bool:
    """Tell whether a row has a line on the page: an overall rate by the sampling frame stands beside another."""
    return row.facts.scope is not Scope.FRAME


def rows_of_single(single: Single, like: Table) -> Iterator[Row]:
    """Write what one decision does as rows, the range as ends where there is one."""
    whole_label = (ALL,) * len(like.keys)
    of = [", ".join(label) for label in (single.label, single.stratum) if label and label != whole_label]
    name = wording.one_turned(single.before, single.after, of)
    wanted = [
        (_RATE, single.label, PLAIN, single.own, single.own_interval),
        (_RATE, whole_label, Facts(Scope.OVERALL), single.overall, single.overall_interval),
        (_COUNT, whole_label, Facts(Scope.OVERALL), single.unrecorded, None),
    ]
    for measure, label, facts, found, ends in wanted:
        if found is None:
            continue
        low, high = found
        least, most = ends or (None, None)
        row = Row((name, *label), measure, low, least, most, like.level, like.method, facts=facts)
        yield row if low == high else replace(row, estimate=None, low=low, high=high).because("turn-range")


def row_of_least(least: Least, like: Table) -> Row:
    """Write a least number as a row."""
    number = None if least.number is None else float(least.number)
    label = (wording.OUTCOMES[least.outcome], *least.label)
    row = Row(label, _LEAST, number, None, None, like.level, like.method, facts=Facts(least.facts.scope))
    if least.number is None:
        return row.because("least-none" if least.exact else "least-not-found")
    return row if least.exact else row.because("least-at-most")


# ---- as a page


@dataclass(frozen=True, slots=True)
class _Beside:
    """A category as audited, and with decisions otherwise."""

    label: Label
    number: int | None  # of decisions
    rates: tuple[Row | None, ...]  # as audited, then otherwise
    counts: tuple[Row | None, ...]

    @classmethod
    def of(cls, numbers: Mapping[Label, int], audited: Table, others: Sequence[Table]) -> list[_Beside]:
        """Set tables beside each other."""
        beside_ = [{line.rate.label: line for line in beside(other, _RATE)} for other in others]
        found = []
        for line in beside(audited, _RATE):
            label = line.rate.label
            lines = [line, *(lines.get(label) for lines in beside_)]
            rates = tuple(None if each is None else each.rate for each in lines)
            counts = tuple(None if each is None else each.missing for each in lines)
            found.append(cls(line.label, numbers.get(label), rates, counts))
        return found

    @property
    def rows(self) -> tuple[Row, ...]:
        """All its rows."""
        return tuple(row for row in (*self.rates, *self.counts) if row is not None)


def _labels(keys: Sequence[str], label: Callable[[Any], Label]) -> list[Column[Any]]:
    return [Column(key, lambda line, i=i: label(line)[i], kind=Kind.WORDS) for i, key in enumerate(keys)]  # type: ignore[misc]


_HEADS = wording.DISPUTE_HEADINGS


def _both_ways(found: Disputes, pairs: Sequence[_Beside], notes: Notes) -> list[Grid]:
    """Lay out what is as audited, and the other way."""
    audited = found.audited
    level = level_text(audited.level)
    exact = all(row.exact for pair in pairs for row in pair.rates[:1] if row is not None)
    title = wording.disputes_title(_RATE.name, found.number, level, audited.method, exact=exact)
    grids = [_rates(audited.keys, ("disputed", "audited", "other"), pairs, notes, title)]
    if any(pair.counts[0] is not None for pair in pairs):
        title = wording.unrecorded_title(_COUNT.name)
        grids.append(_counts(audited.keys, ("count", "other_count"), pairs, title, down=True))
    return grids


def _while_missing(found: Disputes, pairs: Sequence[_Beside], notes: Notes) -> list[Grid]:
    """Lay out what is without the decisions that are missing, and what they can come to."""
    audited = found.audited
    level, number = level_text(audited.level), found.undecided
    exact = all(row.exact for pair in pairs for row in pair.rates[:1] if row is not None)
    title = wording.missing_title(_RATE.name, number, level, audited.method, exact=exact)
    heads = ("missing", "without", "all_missed", "all_recorded")
    grids = [_rates(audited.keys, heads, pairs, notes, title)]
    if any(pair.counts[0] is not None for pair in pairs):
        title = wording.missing_counts_title(_COUNT.name)
        grids.append(_counts(audited.keys, ("count_without", "missed_count", "recorded_count"), pairs, title))
    return grids


def _rates(keys: Sequence[str], heads: Sequence[str], pairs: Sequence[_Beside], notes: Notes, title: str) -> Grid:
    """Lay rates out beside each other."""
    number, *names = heads
    columns: list[Column[_Beside]] = [
        *_labels(keys, lambda pair: pair.label),
        Column(_HEADS[number], lambda pair: pair.number, whole, lambda pair: pair.rates[0], always=True),
    ]
    for i, name in enumerate(names):

        def column(head: str, value: Callable[[Row], object], write: Any, i: int = i, **more: Any) -> Column[_Beside]:
            def of(pair: _Beside) -> object:
                row = pair.rates[i]
                return None if row is None else value(row)

            return Column(_HEADS[head], of, write, lambda pair: pair.rates[0], **more)

        columns += [
            column(name, lambda row: row.estimate, rate, name=name, always=True),
            column("low", lambda row: row.low, AS_RATE["low"], within=name),
            column("high", lambda row: row.high, AS_RATE["high"], within=name),
        ]
    columns.append(Notes.column(lambda pair: notes.marks(pair.rows)))
    return grid_of(title, columns, pairs, name=wording.capital(_RATE.name))


def _counts(
    keys: Sequence[str], names: Sequence[str], pairs: Sequence[_Beside], title: str, *, down: bool = False
) -> Grid:
    """Lay the crimes not recorded out beside each other; rounded down too, where there is room."""
    columns = _labels(keys, lambda pair: pair.label)
    for i, name in enumerate(names):

        def column(head: str, value: Callable[[Row | None], str], i: int = i, **more: Any) -> Column[_Beside]:
            return Column(
                _HEADS[head], lambda pair: value(pair.counts[i]) or None, str, lambda pair: pair.counts[i], **more
            )

        columns += [
            column(name, count, name=name, always=True),
            column("count_low", lambda row: end(row, low=True), within=name),
            column("count_high", lambda row: end(row, low=False), within=name),
        ]
        if down:
            columns.append(column("more_than", more_than, within=name))
    return grid_of(title, columns, pairs, name=wording.capital(_COUNT.name))


def _singles(table: Table, singles: Sequence[Single], *, missing: bool) -> Grid:
    """Lay out what one decision of each kind does."""
    several = any(single.own is not None for single in singles)
    columns: list[Column[Single]] = _labels(table.keys, lambda single: single.label) if several else []
    # where the categories are the strata, they are named already
    if any(single.stratum not in ((), single.label) for single in singles):
        columns.append(Column(_HEADS["stratum"], lambda single: ", ".join(single.stratum), kind=Kind.WORDS))
    columns += [
        Column(_HEADS["turn"], lambda single: wording.turn_said(single.before, single.after), kind=Kind.WORDS),
        Column(_HEADS["decisions"], lambda single: single.decisions, whole, always=True),
        *_with_ends("own", lambda single: single.own, lambda single: single.own_interval),
        *_with_ends("overall", lambda single: single.overall, lambda single: single.overall_interval),
        Column(_HEADS["overall_count"], lambda single: single.unrecorded, _spanned(_counted)),
    ]
    return grid_of(wording.one_title(missing=missing), columns, singles)


def _with_ends(
    name: str,
    value: Callable[[Single], tuple[float, float] | None],
    interval: Callable[[Single], tuple[float, float] | None],
) -> list[Column[Single]]:
    """Write a rate with its limits, which are left out where they are the rate itself."""

    def limit(single: Single, place: int) -> float | None:
        ends = interval(single)
        return None if ends is None or ends == value(single) else ends[place]

    return [
        Column(_HEADS[name], value, _spanned(rate), name=name, always=False),
        Column(_HEADS["low"], lambda single: limit(single, 0), AS_RATE["low"], within=name),
        Column(_HEADS["high"], lambda single: limit(single, 1), AS_RATE["high"], within=name),
    ]


def _spanned(write: Callable[[float], str]) -> Callable[[tuple[float, float]], str]:
    """Write a range, and once what is the same at both ends."""

    def written(ends: tuple[float, float]) -> str:
        low, high = map(write, ends)
        return low if ends[0] == ends[1] else wording.span(low, high)

    return written


def _counted(value: float) -> str:
    return formats.count(value, formats.unit_of(value))


def _least(table: Table, least: Sequence[Least], notes: Notes, kind: str) -> Grid:
    """Lay out the least numbers."""
    columns: list[Column[Least]] = [
        *_labels(table.keys, _named_label),
        Column(_HEADS["outcome"], lambda each: wording.OUTCOMES[each.outcome], kind=Kind.WORDS),
        Column(_HEADS["now"], lambda each: each.now, kind=Kind.WORDS),
        Column(_HEADS["then"], lambda each: each.then or None, kind=Kind.WORDS),
        Column(_HEADS["least"], lambda each: wording.least_number(each.number, exact=each.exact), always=True),
        Notes.column(lambda each: notes.marks([row_of_least(each, table)])),
    ]
    return grid_of(wording.least_title(kind), columns, least)


def _named_label(least: Least) -> Label:
    """Name a rate for people, the overall one for what it is."""
    first, *rest = least.label
    return (wording.label_in_scope(first, least.facts.scope.value), *rest)


def _of_missing(found: Disputes) -> Iterator[str]:
    """Say between what the overall rate and count will be once all is decided."""
    if found.lowest is None or found.highest is None:
        return
    for measure, write in ((_RATE, percent), (_COUNT, _counted)):
        ends = [
            row
            for table in (found.lowest, found.highest)
            for row in table.rows
            if row.measure == measure and row.whole and _is_line(row) and row.estimate is not None
        ]
        if all(ends) and len(ends) > 1:
            low, high = sorted(float(row.estimate or 0) for row in ends)
            yield wording.missing_range(measure.name, found.undecided, write(low), write(high))


def _statements(found: Disputes) -> tuple[str, ...]:
    """Say what hangs on the decisions overall, and what must be known to read it."""
    said = list(_of_missing(found))
    said += [
        wording.least_found(each.outcome, each.number, each.of, each.now, each.then, exact=each.exact, kind=found.kind)
        for each in found.least
        if each.facts.whole
    ]
    whole_ = [single for single in found.singles if single.overall is not None]
    for missing in (False, True):
        chosen = [single for single in whole_ if (single.before == UNDECIDED) == missing]
        ends = [end_ for single in chosen for end_ in single.overall or ()]
        limits = [end_ for single in chosen for end_ in single.overall_interval or ()]
        if ends:
            interval = (percent(min(limits)), percent(max(limits))) if limits and limits != ends else None
            said.append(wording.one_gives(percent(min(ends)), percent(max(ends)), interval, missing=missing))
    counts = [row for row in found.audited.rows if row.counted]
    if counts:
        said.append(wording.assumption(partial=any(row.facts.partial for row in counts)))
    return (*said, *of_sample(found.audited.rows, wording.REPORTS))
