"""The page of a comparison: one line a side, what changed, the verdict, and the margin that it was held against."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from cdi import wording
from cdi.binomial.published import AS_PRINTED
from cdi.comparing.comparison import Comparison, is_side, sides_in
from cdi.comparing.verdicts import Change
from cdi.measures import Measure
from cdi.printing import formats
from cdi.printing.layout import Column, Grid, Kind, Notes, Page, grid_of
from cdi.printing.lines import AS_RATE, BLANK, count, end, level_text, weighted_once, whole
from cdi.printing.tables import Row, Table

__all__ = ["crimes", "lay_out_comparison", "statement"]

_DECIMALS = 12


def lay_out_comparison(found: Comparison, *, style: str = "default", extra: Sequence[str] = ()) -> Page:
    """Lay a comparison out for people."""
    rows = found.rows
    table, remarks = weighted_once(found.table, is_side)
    sides = [row for row in table.rows if is_side(row)]
    notes = Notes.on([*sides, *(_unsaid(change) for change in rows)])
    grids = (_sides(table, rows, notes), _changes(found, rows, notes, style))
    return Page(found.table, grids, notes, (*_statements(found, rows, style), *extra), remarks)


def _unsaid(change: Change) -> Row:
    """Take a change without the verdict, which has a column, and without the note of a census, which its sides have."""
    return change.row.stating(found=(), census=False)


def _sides(table: Table, rows: Sequence[Change], notes: Notes) -> Grid:
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
    columns += [replace(column, always=gone) for column in (*numbers, *_base(measure))]
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


def _base(measure: Measure) -> list[Column[Row]]:
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
    write = _signed if found.kind == "difference" else _ratio

    def number(of: str, value: Callable[[Change], float | None], write: Callable[[float], str], **more: Any) -> None:
        columns.append(Column(heading[of], value, write, lambda change: change.row, **more))

    number(found.kind, lambda change: change.estimate, write, always=gone, name="change")
    number("low", lambda change: change.low, write, always=gone, within="change")
    number("high", lambda change: change.high, write, always=gone, within="change")
    number("p", lambda change: change.p, _chance, always=gone)
    number("q", lambda change: change.q, _chance)
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
    moved, write = _moved(change, change.estimate), _WRITTEN[change.kind]
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
    if any(change.in_samples for change in rows):
        said.append(wording.IN_SAMPLES)
    return said


def _exact(rows: Sequence[Change]) -> bool:
    """Tell whether all that was compared is of a census."""
    compared = [change for change in rows if change.verdict is not None]
    return bool(compared) and all(change.exact for change in compared)


def _margin(found: Comparison, rows: Sequence[Change]) -> str:
    write = _whole_points if found.kind == "difference" else _bounds
    margins = {
        ("overall" if change.overall else "category"): write(change.margin)
        for change in reversed(rows)
        if change.margin is not None
    }
    return wording.margin_said(margins, chosen=found.margin is not None, kind=found.kind)


def _whole_points(margin: float) -> str:
    return f"{(Decimal(str(margin)) * 100).normalize():f}"


def _bounds(margin: float) -> str:
    return wording.range_of_ratios((1 - margin, 1 / (1 - margin)), _ratio)


def _discovered(found: Comparison, rows: Sequence[Change], held: float) -> str:
    stand_out = [change for change in rows if change.q is not None and change.q <= held]
    keyed = len(found.table.keys) > 1
    named = [", ".join([wording.against(change.names), *(change.label if keyed else ())]) for change in stand_out]
    return wording.changes_found(named, sum(change.q is not None for change in rows), level_text(held))


def _noiseless(value: float) -> float:
    """Free a change of the noise of a subtraction."""
    short = round(value, _DECIMALS)
    # what is printed as 0.0 has no sign
    return 0.0 if float(formats.percent(short)) == 0 else short


def _signed(value: float) -> str:
    """Write a change in percentage points with its sign."""
    plain = _noiseless(value)
    return f"+{formats.percent(plain)}" if plain > 0 else formats.percent(plain)


def _ratio(value: float) -> str:
    return f"{value:.3f}"


_WRITTEN: Mapping[str, Callable[[float], str]] = {"difference": formats.percent, "ratio": _ratio}


def _chance(p: float) -> str:
    return "<0.001" if p < 0.0005 else f"{p:.3f}"
