"""What each row counts, checked before it is used, and the sums over reports that every estimate is made of.

Rows become reports, and reports become sums of products: two group-bys that run in the user's own engine. What is
collected is one row for each combination of keys.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.audits import answers, checks
from cdi.audits.answers import DECISIONS, UNDECIDED, Decision, likely_decision, parse_decision
from cdi.audits.checks import Check, Findings
from cdi.audits.design import PERIOD
from cdi.errors import DataError, Fault, Where, fault
from cdi.reading import engine
from cdi.reading.grouped import GroupedRows, Groups

if TYPE_CHECKING:
    from cdi.audits.checks import NumberColumn
    from cdi.audits.design import Design
    from cdi.reading.engine import Expr, Rows
    from cdi.reading.sources import Source

__all__ = [
    "DRAWS", "DUE", "LARGEST", "MOST_WHOLE", "OVER", "PLACED", "RECORDED", "RIGHT", "SUM", "SUMS", "WEIGHT",
    "CountedRows", "Found", "HeldReports", "Reports", "Tally", "by_report", "count_rows", "reports_of", "sum_each",
    "sum_products", "sum_rows", "sum_whole", "whole_sums", "zero_of",
]  # fmt: skip


DUE, RECORDED, WEIGHT = "_cdi_due", "_cdi_recorded", "_cdi_weight"
"""The columns that an audit adds to the user's rows: crimes due, recorded, the report's weight."""

PLACED, RIGHT, OVER = "_cdi_placed", "_cdi_right", "_cdi_over"
"""And where they are known: recorded in their own category, recorded in the right class, recorded with nothing due."""

DRAWS = "_cdi_draws"
"""And in a table of counts: how many draws a row stands for, which are its records or the reports they lie in."""

SUM = "_cdi_sum_"
"""Stands before the name of a sum, to keep it apart from the keys that it is by."""

LARGEST = "largest"
"""What stands beside the sums: the largest y of a report."""

SUMS = ("due", "recorded", "due_due", "due_recorded", "recorded_recorded", "with_crimes", "reports")
"""What is summed over reports: y, x, yy, xy, xx, whether y > 0, and 1."""

Found: TypeAlias = Mapping[str, npt.NDArray[Any]]

Tally: TypeAlias = tuple[Mapping[str, int], int]
"""The rows with each fault, by the name of its check, and all rows."""


def zero_of(column: Expr) -> Expr:
    """Make a zero of a column itself: a number of Python's, handed to DuckDB, would make it load pandas."""
    return column - column


def by_report(rows: Rows, keys: Sequence[str], cluster: str | None, numbers: Sequence[str] = (DUE, RECORDED)) -> Rows:
    """Add up the rows of each report, apart by the keys; without clusters each row is a report."""
    import narwhals as nw

    if cluster is None:
        return rows.select(*(nw.col(name) for name in (*keys, *numbers)))
    return engine.hold(engine.sums(rows, list(dict.fromkeys([cluster, *keys])), numbers))


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports of some rows, added up once: whatever is asked of reports is asked of these, and not of the rows."""

    of: Rows  # the rows
    keys: frozenset[str]  # what they are kept apart by
    rows: Rows  # a row for each report and combination of keys, with what it counts
    # likewise of all rows, those that could not be audited among them; None where these were not added up
    everything: Rows | None = None
    aside: Rows | None = None  # the rows that could not be audited, where they are apart

    @classmethod
    def kept(cls, rows: Rows, keys: Sequence[str], cluster: str, known: Collection[str], *, one_each: bool) -> Reports:
        """Add up the rows of each report, and keep what they come to; ``one_each``: each row is one crime due."""
        # to count rows is faster than to add up ones
        numbers = [name for name in _numbers(known) if name != DUE or not one_each]
        found = engine.sums(rows, list(dict.fromkeys([cluster, *keys])), numbers, count=DUE if one_each else None)
        return cls(rows, frozenset(keys), engine.kept(found))

    @classmethod
    def kept_with_faults(
        cls,
        opened: Rows,
        columns: Mapping[str, Expr],
        keys: Sequence[str],
        cluster: str | None,
        faults: Mapping[str, Expr],
        left_out: Expr | None,
    ) -> tuple[Reports, Tally]:
        """Read what each row counts, and count faults in the same pass; rows that could not be audited are apart."""
        import narwhals as nw

        rows = opened.with_columns(**columns)
        flags = {name: wrong.fill_null(value=False).cast(nw.Int8) for name, wrong in faults.items()}
        if left_out is not None:
            flags[_ASIDE] = left_out.fill_null(value=False).cast(nw.Int8)
        made = rows.with_columns(**flags, **{_ROWS: nw.lit(1)})
        if cluster is not None:
            made = engine.side_by_side(made, cluster)
        apart = keys if left_out is None else [*keys, _ASIDE]
        everything = engine.kept(by_report(made, apart, cluster, [*_numbers(columns), *faults, _ROWS]))
        found = engine.collect(engine.sums(everything, (), [*faults, _ROWS]))
        counts = {name: int(values[0] or 0) for name, values in found.items()}
        tally = counts, counts.pop(_ROWS)
        if left_out is None:
            return cls(rows, frozenset(keys), everything, everything), tally
        audited = everything.filter(nw.col(_ASIDE) == 0)
        return cls(rows.filter(~left_out), frozenset(keys), audited, everything, rows.filter(left_out)), tally


def _numbers(known: Collection[str]) -> list[str]:
    return [DUE, RECORDED, *([PLACED] if PLACED in known else [])]


_ROWS, _ASIDE = "_cdi_rows", "_cdi_aside"


@dataclass(frozen=True, slots=True)
class HeldReports:
    """The reports of rows in memory, for sums over those that are alike in some columns."""

    labels: Found  # the values of the columns, one element for each combination that there is
    parts: Groups  # the combination of each report
    numbers: Found  # what each report counts

    @classmethod
    def of(
        cls, held: GroupedRows, rows: Rows, keys: Sequence[str], cluster: str | None, numbers: Sequence[str]
    ) -> HeldReports:
        """Add up the numbers of the rows of each report, apart by the keys; without clusters each row is a report."""
        import narwhals as nw

        parts = held.by(keys)
        labels = engine.taken(held.rows.select(*keys), parts.one) if keys else {}
        counts = engine.collect(rows.select(nw.col(name).fill_null(0).cast(nw.Int64) for name in numbers))
        if cluster is None:
            return cls(labels, parts, counts)
        reports = held.by([cluster, *keys])
        added = {name: reports.added(values) for name, values in counts.items()}
        return cls(labels, parts.among(reports.one), added)

    def products(self, pairs: Sequence[tuple[str, str]], *, large: bool) -> Found:
        """Sum the products, as numbers with a point where they may be large."""
        found: dict[str, npt.NDArray[Any]] = {**self.labels, SUM + "reports": np.bincount(self.parts.of)}
        for i, (due, recorded) in enumerate(pairs):
            kinds = _Kinds.of(self.parts, self.numbers[due], self.numbers[recorded])
            terms = kinds.terms(np.float64 if large else np.int64)
            found |= {_named(i, term): kinds.parts.added(values) for term, values in terms.items()}
            found[_named(i, LARGEST)] = kinds.parts.largest(kinds.due)
        return found


@dataclass(frozen=True, slots=True)
class _Kinds:
    """Reports that are alike in their part and in what they count, with how often each comes."""

    parts: Groups
    due: npt.NDArray[np.int64]
    recorded: npt.NDArray[np.int64]
    times: npt.NDArray[np.int64]

    @classmethod
    def of(cls, parts: Groups, due: npt.NDArray[np.int64], recorded: npt.NDArray[np.int64]) -> _Kinds:
        """Count them where there are few; else each report is a kind of its own."""
        least = min(due.min(initial=0), recorded.min(initial=0))
        size = int(max(due.max(initial=0), recorded.max(initial=0))) + 1
        if least < 0 or len(parts) * size**2 > len(due):
            return cls(parts, due, recorded, np.ones_like(due))
        counts = np.bincount((parts.of * size + due) * size + recorded)
        held = np.flatnonzero(counts)
        part, rest = np.divmod(held, size**2)
        return cls(Groups.numbered(part), *np.divmod(rest, size), counts[held])

    def terms(self, kind: type) -> Found:
        """Give what is summed, for each kind as often as it comes."""
        y: npt.NDArray[Any] = self.due.astype(kind)
        x: npt.NDArray[Any] = self.recorded.astype(kind)
        products = {"due_due": y * y, "due_recorded": y * x, "recorded_recorded": x * x}
        terms = {"due": self.due, "recorded": self.recorded, "with_crimes": (self.due > 0).astype(np.int64)}
        return {name: self.times * values for name, values in {**terms, **products}.items()}


def sum_whole(
    rows: Rows,
    keys: Sequence[str],
    design: Design,
    cluster: str | None,
    also: Sequence[str] = (),
    held: GroupedRows | None = None,
) -> tuple[Found, bool]:
    """Sum the products over whole reports, and tell whether a report lies apart: it differs in the keys, or ``also``.

    ``also`` are columns of files, which the embedded engine reads; ``held`` are the rows where they are in memory.
    """
    if design.counts or cluster is None:
        return sum_rows(rows, keys, design, cluster, held), False
    if held is not None:
        found = sum_rows(rows, keys, design, cluster, held)
        return found, len(held.by([cluster, *keys])) > len(held.by([cluster]))
    if engine.is_duckdb(rows):
        found = sum_products(engine.by_key(rows, cluster, keys, [DUE, RECORDED], _SPLIT, also), keys, [_SPLIT])
        return found, bool(found[_SPLIT].any())
    reports = by_report(rows, keys, cluster)
    found = sum_products(reports, keys)
    return found, bool(keys) and int(found[SUM + "reports"].sum()) != engine.count_distinct(reports, cluster)


_SPLIT = "_cdi_split"


def reports_of(
    rows: Rows,
    keys: Sequence[str],
    cluster: str | None,
    numbers: Sequence[str] = (DUE, RECORDED),
    held: GroupedRows | None = None,
) -> Rows | HeldReports:
    """Add up the rows of each report, apart by the keys, for sums over them alone.

    ``held`` are the rows where they are in memory and were grouped before: with the same values, but for the numbers.
    """
    known = GroupedRows(rows) if held is None and engine.in_memory(rows) else held
    if known is None:
        return by_report(rows, keys, cluster, numbers)
    return HeldReports.of(known, rows, keys, cluster, numbers)


def sum_products(reports: Rows | HeldReports, keys: Sequence[str], also: Sequence[str] = ()) -> Found:
    """Sum the products over reports, and bring the few results into numpy; ``also`` are columns to add up."""
    return sum_each(reports, keys, [(DUE, RECORDED)], also)[0]


def sum_each(
    reports: Rows | HeldReports, keys: Sequence[str], pairs: Sequence[tuple[str, str]], also: Sequence[str] = ()
) -> list[Found]:
    """Sum the products of several pairs of counts over the same reports, in one pass."""

    def asked(*, large: bool) -> Found:
        if isinstance(reports, HeldReports):
            return reports.products(pairs, large=large)
        return _products(reports, keys, pairs, also, large=large)

    adds_large = refuses_large = False
    if not isinstance(reports, HeldReports):
        adds_large, refuses_large = engine.adds_large(reports), engine.refuses_large(reports)
    try:
        found = asked(large=refuses_large)
    except DataError:
        if not adds_large:
            raise
        # DuckDB adds up what is larger than 64 bits, but stops where a single product is
        found = asked(large=True)
    number = np.asarray(found[SUM + "reports"], dtype=np.float64)
    largest = [np.asarray(found[_named(i, LARGEST)], dtype=np.float64) for i in range(len(pairs))]
    # DuckDB adds up what is larger, and Spark, which stops there, was asked for numbers with a point
    if max((number * each**2).max(initial=0) for each in largest) >= MOST_WHOLE and not adds_large:
        found = asked(large=True)
    shared = {key: found[key] for key in (*keys, *also)} | {
        SUM + "reports": whole_sums(np.asarray(found[SUM + "reports"]))
    }
    terms = [term for term in (*SUMS, LARGEST) if term != "reports"]
    return [
        {**shared, **{SUM + term: whole_sums(np.asarray(found[_named(i, term)])) for term in terms}}
        for i in range(len(pairs))
    ]


def _named(place: int, term: str) -> str:
    """Name a sum of one of several pairs."""
    return f"{SUM}{place}_{term}"


def _products(
    reports: Rows, keys: Sequence[str], pairs: Sequence[tuple[str, str]], also: Sequence[str], *, large: bool
) -> Found:
    """Sum the products, as numbers with a point where they may be large."""
    import narwhals as nw

    made: dict[str, Expr] = {}
    most: dict[str, Expr] = {}
    wide: list[str] = []
    for i, pair in enumerate(pairs):
        due, recorded = map(nw.col, pair)
        y, x = (each.cast(nw.Float64) if large else each for each in (due, recorded))
        products = {"due_due": y * y, "due_recorded": y * x, "recorded_recorded": x * x}
        terms = {"due": due, "recorded": recorded, **products, "with_crimes": (due > zero_of(due)).cast(nw.Int8)}
        made |= {_named(i, term): value for term, value in terms.items()}
        most[_named(i, LARGEST)] = due
        wide += [_named(i, term) for term in products] if large or engine.adds_large(reports) else []
    listed = reports.select(*(nw.col(key) for key in (*keys, *also)), **made, **most)
    return engine.collect(engine.sums(listed, keys, [*made, *also], count=SUM + "reports", most=list(most), large=wide))


MOST_WHOLE = 2.0**62
"""What no sum of whole numbers of 64 bits may come near: an engine would begin again at the negative ones."""


def whole_sums(sums: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Take sums as whole numbers, unless they are too large for these."""
    return sums if sums.dtype.kind == "f" and (sums >= MOST_WHOLE).any() else sums.astype(np.int64)


def sum_rows(
    rows: Rows, keys: Sequence[str], design: Design, cluster: str | None, held: GroupedRows | None = None
) -> Found:
    """Sum the products over the reports of some rows, apart by the keys; all of an audit is summed up here.

    Keys and cluster are named as the rows know them. ``held`` are the rows where they are in memory.
    """
    if design.counts:
        return _sum_counts(rows, keys, in_reports=design.reports is not None)
    return sum_products(reports_of(rows, keys, cluster, held=held), keys)


def _sum_counts(rows: Rows, keys: Sequence[str], *, in_reports: bool) -> Found:
    """Sum up counts as the single records that they count, each of which is drawn by itself: 1 and 0 are their squares.

    Where the reports are known, they are the draws; what records of one report share is allowed for with the variance.
    """
    import narwhals as nw

    due, draws = nw.col(DUE), nw.col(DRAWS)
    held = draws * (due > zero_of(due)).cast(nw.Int64) if in_reports else due
    columns = {"due": due, "recorded": nw.col(RECORDED), "with_crimes": held, "reports": draws}
    made = rows.select(*(nw.col(key) for key in keys), **{SUM + name: each for name, each in columns.items()})
    found = engine.collect(engine.sums(made, keys, [SUM + name for name in columns]))
    sums = {name: np.asarray(found[SUM + name]).astype(np.int64) for name in columns}
    products = {"due_due": sums["due"], "due_recorded": sums["recorded"], "recorded_recorded": sums["recorded"]}
    largest = {LARGEST: np.minimum(sums["due"], 1)}
    named = {SUM + name: {**sums, **products, **largest}[name] for name in (*SUMS, LARGEST)}
    return {**{key: found[key] for key in keys}, **named}


_NO_WORD = "_cdi_no_word"


@dataclass(frozen=True, slots=True)
class CountedRows:
    """Rows with the numbers that were read from them."""

    rows: Rows  # the user's rows with the columns that ``known`` names; rows that could not be audited are left out
    known: frozenset[str]  # the columns that were added, named as in :mod:`cdi.audits.counting`
    # rows under each decision, every row under exactly one; None where there is no such column
    decisions: Mapping[str, int] | None
    undecided: Where | None = None  # the first row without a decision
    aside: Rows | None = None  # the rows that could not be audited, where there are some
    lost: Sequence[Fault] = ()  # the months of which nothing could be audited, where months are the strata
    untidy: int = 0  # rows whose decision or answer is written with stray signs or spaces
    reports: Reports | None = None  # where a cluster counted faults and reports in one pass


def count_rows(
    opened: Source,
    design: Design,
    also: Sequence[Findings],
    more: Callable[[], Findings],
    keep: Callable[[Rows, Mapping[str, Expr], Mapping[str, Expr], Expr | None], tuple[Reports | None, Tally | None]],
) -> CountedRows:
    """Read what each row counts, and refuse the rows that are wrong.

    ``keep`` adds up reports, and counts faults on the way, where a pass over the rows is dear.
    """
    import narwhals as nw

    weight = None
    if design.weight:
        opened, weight = checks.read(opened, design.weight, answers.parse_weight)
    opened, draws = _draws(opened, design)
    read = _by_decision(opened, design) if design.decision else _by_counts(opened, design)
    opened = read.opened
    within = [name for name in design.nest or () if name in opened.columns]
    named = (*design.strata, *within, design.cluster, design.case, design.weight, *(each.name for each in draws))
    labels = dict.fromkeys(named)
    found = [
        checks.missing(name, opened, "missing-report" if name == design.cluster else "missing")
        for name in labels
        if name
    ]
    found += read.checks
    found += [
        *_class_checks(read, design),
        *(check for each in [*draws, *([weight] if weight else [])] for check in each.checks),
        *(check for each in draws for check in _marked(each)),
    ]
    found += _report_checks(design, read, draws)
    columns = {DUE: read.due, RECORDED: read.recorded, **read.others, **_placed(read, design)}
    if weight is not None:
        columns[WEIGHT] = weight.value.cast(nw.Float64)
    wrong = checks.named(found)
    reports, tally = None, None
    if not design.counts:
        with contextlib.suppress(DataError):  # numbers at fault may stop the engine: faults are then sought first
            reports, tally = keep(opened.rows, columns, wrong, read.left_out)
    checks.refuse(opened, found, [*also, _unknown_words(read, design)], design.case or design.cluster, more, tally)
    undecided = _first_undecided(read, design)
    if design.counts:
        columns = _of_counts(columns, design, draws)
        read = replace(read, decisions=_tally_of_counts(read, design, columns[DRAWS]))
    known = frozenset(columns)
    if reports is not None and reports.everything is not None:
        lost = _unaudited(opened, reports.everything, reports.rows, design, read) if undecided is None else []
        return CountedRows(reports.of, known, read.decisions, undecided, reports.aside, lost, read.untidy, reports)
    rows, aside = opened.rows.with_columns(**columns), None
    if read.left_out is not None:
        rows, aside = rows.filter(~read.left_out), rows.filter(read.left_out)
    lost = _unaudited(opened, opened.rows, rows, design, read) if undecided is None else []
    return CountedRows(rows, known, read.decisions, undecided, aside, lost, read.untidy)


@dataclass(frozen=True, slots=True)
class _RowsRead:
    """What was read of the rows: numbers, what a row says beside them, and the checks that they must pass."""

    opened: Source
    due: Expr
    recorded: Expr
    checks: Sequence[Check]
    is_recorded: Expr
    is_missed: Expr
    others: Mapping[str, Expr] = field(default_factory=dict)
    wrong_class: Expr | None = None
    left_out: Expr | None = None
    decisions: Mapping[str, int] | None = None
    unknown: tuple[tuple[object, int], ...] = ()  # words that are no decisions, with the rows of each
    untidy: int = 0  # rows whose word is written with stray signs or spaces


def _draws(opened: Source, design: Design) -> tuple[Source, list[NumberColumn]]:
    """Read how many records a row of counts stands for, or how many reports they lie in, where a column says so."""
    name = design.count or design.reports
    if name is None:
        return opened, []
    opened, number = checks.read(opened, name, answers.parse_volume)
    return opened, [number]


def _marked(number: NumberColumn) -> list[Check]:
    """Check that no mark says that a count is suppressed: its row would count nothing."""
    return [] if number.idle is None else [Check("count-not-there", number.name, number.idle)]


def _report_checks(design: Design, read: _RowsRead, draws: Sequence[NumberColumn]) -> list[Check]:
    """Check that crimes lie in reports, each of which may hold several."""
    if design.reports is None or design.due is None:
        return []
    reports, nothing = draws[0].value, zero_of(draws[0].value)
    of = {"due": f"={design.due}"}
    return [
        Check("reports-above-due", design.reports, (reports > read.due) & (read.due > zero_of(read.due)), of),
        Check("no-reports", design.reports, (reports <= nothing) & (read.due > zero_of(read.due)), of),
    ]


def _of_counts(columns: Mapping[str, Expr], design: Design, draws: Sequence[NumberColumn]) -> dict[str, Expr]:
    """Count each row as often as it says, with how many draws it stands for."""
    import narwhals as nw

    wide = {name: each.cast(nw.Int64) for name, each in columns.items()}
    if not draws:
        return {**wide, DRAWS: wide[DUE]}
    number = draws[0].value.cast(nw.Int64)
    if design.reports is not None:
        return {**wide, DRAWS: number}
    return {**{name: each * number for name, each in wide.items()}, DRAWS: number}


def _tally_of_counts(read: _RowsRead, design: Design, draws: Expr) -> Mapping[str, int] | None:
    """Count the records under each decision, of which each row of counts holds many."""
    if read.decisions is None:
        return None
    column = read.opened.inner(str(design.decision))
    found = engine.collect(engine.sums(read.opened.rows.with_columns(**{DRAWS: draws}), [column], [DRAWS]))
    tally = dict.fromkeys(read.decisions, 0)
    for word, records in zip(found[column], found[DRAWS], strict=True):
        blank = engine.absent(word) or not str(word).strip()
        tally[UNDECIDED if blank else str(parse_decision(str(word)))] += int(records)
    return tally


def _by_counts(opened: Source, design: Design) -> _RowsRead:
    """Read the crimes due, one a row where no column says so, and those recorded."""
    import narwhals as nw

    due = None
    if design.due:
        opened, due = checks.read(opened, design.due, answers.parse_volume if design.counts else answers.parse_count)
    parse: Callable[[str], int | str | None] = answers.parse_answer
    if due is not None:
        parse = answers.parse_counted if design.counts else answers.parse_recorded
    opened, recorded = checks.read(opened, design.recorded, parse)
    # answers take a byte; their sums are as wide as counts
    kind = nw.Int8 if due is None else nw.Int64
    number = (~nw.col(opened.inner(design.recorded)).is_null()).cast(kind) if due is None else due.value.cast(kind)
    nothing = zero_of(recorded.value)
    found = [*_excesses(opened, design, due, recorded), *(due.checks if due else ()), *recorded.checks]
    if due:
        found[:0] = [checks.missing(due.name, opened), *_marked(due)]
    missed = recorded.value <= nothing
    return _RowsRead(
        opened,
        number,
        nw.coalesce(recorded.value, zero_of(number)).cast(kind),
        found,
        is_recorded=recorded.value > nothing,
        is_missed=missed & (due.value > zero_of(due.value)) if due else missed,
        untidy=recorded.untidy + (due.untidy if due else 0),
    )


def _excesses(opened: Source, design: Design, due: NumberColumn | None, recorded: NumberColumn) -> list[Check]:
    """Check recorded against due: a blank where crimes were due, and more recorded than due."""
    blank = checks.missing(design.recorded, opened, "missing-recorded")
    if recorded.idle is not None:
        blank = replace(blank, wrong=blank.wrong | recorded.idle.fill_null(value=False))
    if due is None:
        return [blank]
    none = zero_of(due.value)
    of = {"due": f"={design.due}"}
    above = (recorded.value > due.value) & (due.value >= none)
    unclear = [] if recorded.least is None else [(recorded.least > none) & (due.value >= recorded.least)]
    return [
        replace(blank, code="missing-recorded-due", wrong=blank.wrong & (due.value > none), values=of),
        Check("above-due", design.recorded, above, of),
        *(Check("yes-of-several", design.recorded, wrong, of) for wrong in unclear),
    ]


def _by_decision(opened: Source, design: Design) -> _RowsRead:
    """Read the auditor's decision on each row: a blank is undecided, and counts nothing."""
    import narwhals as nw

    column = str(design.decision)
    opened, words, number = checks.words_and_rows(checks.written(opened, column), column)
    inner = opened.inner(column)
    meant = {word: parse_decision(str(word)) for word in words}
    known = {word: DECISIONS[decision] for word, decision in meant.items() if decision is not None}
    rows = opened.rows
    for name, holds in _FLAGS.items():
        flagged = {word: 1 for word, decision in known.items() if holds(decision)}
        rows = engine.mapped(rows, inner, flagged or {_NO_WORD: 1}, f"_cdi_is_{name}")
    due, recorded, right, misclassified, over, missed, aside = (~nw.col(f"_cdi_is_{name}").is_null() for name in _FLAGS)
    return _RowsRead(
        replace(opened, rows=rows),
        due.cast(nw.Int8),
        recorded.cast(nw.Int8),
        (),
        is_recorded=right | misclassified,
        is_missed=missed,
        others={RIGHT: right.cast(nw.Int8), OVER: over.cast(nw.Int8)},
        wrong_class=misclassified,
        left_out=aside if any(not decision.auditable for decision in known.values()) else None,
        decisions=_tally(number, words, meant),
        unknown=tuple((word, words[word]) for word, decision in meant.items() if decision is None),
        untidy=sum(words[word] for word, decision in meant.items() if decision and answers.is_untidy(str(word))),
    )


_ASKED = 60  # words that are asked about: a column with more holds no decisions


def _unknown_words(read: _RowsRead, design: Design) -> Findings:
    """Ask once for the meaning of each word that is no decision, where it stands first."""
    import narwhals as nw

    if not read.unknown:
        return Findings()
    column, key = str(design.decision), design.case or design.cluster
    inner = nw.col(read.opened.inner(column))
    found: list[tuple[int, Fault]] = []
    for word, times in sorted(read.unknown, key=lambda pair: (-pair[1], str(pair[0])))[:_ASKED]:
        meaning = likely_decision(str(word))
        code = "not-a-decision" if meaning is None else "word-like-a-decision"
        of = {"word": answers.tidied(str(word)), "times": f"{times:,}", "meaning": meaning or wording.OPEN_MEANING}
        row, item = checks.first_of(read.opened, Check(code, column, inner.is_in([word]), of), key)[0]
        found.append((row, item))
    return Findings(found, len(read.unknown))


_FLAGS: Mapping[str, Callable[[Decision], bool]] = {
    "due": lambda decision: decision.due,
    "recorded": lambda decision: decision.recorded,
    "right": lambda decision: decision.recorded and not decision.wrong_class,
    "misclassified": lambda decision: decision.wrong_class,
    "over": lambda decision: decision.over_recorded,
    "missed": lambda decision: decision.due and not decision.recorded and not decision.cancelled,
    "aside": lambda decision: not decision.auditable,
}


def _first_undecided(read: _RowsRead, design: Design) -> Where | None:
    """Place the first row without a decision, so that its auditor finds it."""
    if not (read.decisions or {}).get(UNDECIDED):
        return None
    blank = checks.missing(str(design.decision), read.opened)
    return read.opened.put(checks.first_of(read.opened, blank, design.case or design.cluster))[0].where


def _tally(rows: int, words: Mapping[object, int], meant: Mapping[object, str | None]) -> dict[str, int]:
    """Count the rows under each decision; those without a word are undecided."""
    found = dict.fromkeys(DECISIONS, 0)
    for word, times in words.items():
        decision = meant[word]
        if decision is not None:
            found[decision] += times
    return {**found, UNDECIDED: rows - sum(words.values())}


def _class_checks(read: _RowsRead, design: Design) -> list[Check]:
    """Check the class in which a crime was recorded against whether it was, and against its own."""
    if design.recorded_as is None or design.category is None:
        return []
    name, own = design.recorded_as, design.category
    blank, nameless = checks.blank(read.opened, name), checks.blank(read.opened, own)
    written, meant = _classes(read.opened, design)
    differs = (written != meant) & ~blank & ~nameless
    of = {"own": f"={own}"}
    found = [
        Check("missing-class", name, read.is_recorded & blank),
        Check("missing-category", own, read.is_recorded & nameless),
        Check("class-of-unrecorded", name, read.is_missed & ~blank),
        Check("class-spelling", name, differs & (written.str.to_lowercase() == meant.str.to_lowercase()), of),
    ]
    if read.wrong_class is not None:
        found.append(Check("class-and-decision", name, read.is_recorded & ~read.wrong_class & differs, of))
        same = (written == meant) & ~blank & ~nameless
        found.append(Check("class-not-wrong", name, read.wrong_class & same))
    return found


def _classes(opened: Source, design: Design) -> tuple[Expr, Expr]:
    """Give the class in which each crime was recorded, and its own."""
    written, meant = opened.inner_names([str(design.recorded_as), str(design.category)])
    return engine.trimmed(opened.rows, written), engine.trimmed(opened.rows, meant)


def _placed(read: _RowsRead, design: Design) -> dict[str, Expr]:
    """Count the crimes recorded in their own category, and those recorded in the right class."""
    import narwhals as nw

    if design.recorded_as is None or design.category is None:
        return {}
    written, meant = _classes(read.opened, design)
    placed = nw.coalesce(nw.when(written == meant).then(read.recorded), zero_of(read.recorded))
    right = placed
    if read.wrong_class is not None:
        right = nw.coalesce(nw.when(~read.wrong_class).then(placed), zero_of(read.recorded))
    kind = nw.Int64 if design.due else nw.Int8
    return {PLACED: placed.cast(kind), RIGHT: right.cast(kind)}


def _unaudited(opened: Source, drawn: Rows, rows: Rows, design: Design, read: _RowsRead) -> list[Fault]:
    """Find the strata of which nothing could be audited: left out, they would be missed without a word."""
    if read.left_out is None:
        return []
    names = list(design.strata)
    keys = opened.inner_names(names)
    left: set[tuple[str, ...]] = set()
    if keys:
        all_, left = (_labels(engine.sums(part, keys, (), count="_cdi_n"), keys) for part in (drawn, rows))
        lost = sorted(all_ - left)
    else:
        lost = [] if engine.count_rows(rows) else [()]
    column = ", ".join(names) or None
    where = [Where(opened.name, column=column, key=", ".join(label) or None) for label in lost]
    faults = [fault("nothing-auditable", where=at) for at in where]
    # where months alone are strata, one that could not be audited is a gap among them
    if faults and not (names == [PERIOD] and left):
        raise DataError(faults)
    return faults


def _labels(rows: Rows, keys: Sequence[str]) -> set[tuple[str, ...]]:
    found = engine.collect(rows)
    return {tuple(answers.show(found[key][i]) for key in keys) for i in range(len(found[keys[0]]))}
