"""The page of groups held against each other: rates, differences and ratios, searches for each resident, bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from cdi import wording
from cdi.grouping.disparities import ALLOCATED, Disparity, Group
from cdi.printing import formats
from cdi.printing.lines import (
    BLANK,
    is_weighted,
    level_text,
    lines_of,
    marks,
    measure_of,
    note_lines,
    numbered,
    percent,
    rate,
    rates,
    shown,
    whole,
    withheld,
)
from cdi.printing.pages import Grid, Page
from cdi.printing.tables import Record, Table

__all__ = ["lay_out_disparity"]

RATIO = wording.SEARCH_HEADINGS["ratio"]
_CONTRASTS = frozenset(["grounds-difference", "grounds-ratio", *list(ALLOCATED.values())[:2]])


def lay_out_disparity(found: Disparity, *, contrasts: bool = True) -> Page:
    """Lay out how groups differ.

    Parameters
    ----------
    found : Disparity
        From :func:`cdi.disparity`.
    contrasts : bool
        Whether to show how the grounds recorded differ, and not only how many searches there were.

    Returns
    -------
    Page
        What the formats write.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> rows = {"ethnicity": ["white"] * 158 + ["black"] * 24, "grounds": [1] * 138 + [0] * 20 + [1] * 21 + [0] * 3}
    >>> page = lay_out_disparity(cdi.disparity(cdi.read_audit(pd.DataFrame(rows), recorded="grounds")))
    >>> page.grids[1].rows
    (('black', '0.2', '-18.8', '10.3', '1.00', '0.79', '1.12'),)
    """
    table = found.table
    if not contrasts:
        table = replace(table, records=tuple(record for record in table.records if record.kind not in _CONTRASTS))
    numbers = numbered(table.records)
    grids = [_rates(found, table, numbers)]
    if contrasts:
        grids.append(_differences(found, numbers))
    if found.held.residents is not None:
        grids.append(_searches(found, numbers))
    bounded = [group for group in found.others if _bounds_of(group, contrasts=contrasts)]
    if bounded:
        grids.append(_bounds(found, bounded, contrasts=contrasts))
    said = tuple(_said(found, contrasts=contrasts, bounded=bool(bounded)))
    return Page(table, tuple(grids), note_lines(numbers), tuple(dict.fromkeys(said)))


def _intervals(found: Disparity, records: Iterable[Record | None]) -> str:
    """Say in a title what the intervals are, where there are any."""
    if all(record is None or record.low is record.high is None for record in records):
        return BLANK
    return wording.group_intervals(level_text(found.table.level), found.table.method)


def _rates(found: Disparity, table: Table, numbers: Mapping[str, int]) -> Grid:
    """Show each group, those that state none, and all together."""
    headings = [wording.GROUP_HEADINGS[name] for name in ("share", "rate", "low", "high", "n", "recorded", "notes")]
    lines = {line.rate.label: line for line in lines_of(table, "grounds", numbers)}
    rows = []
    for group in found.groups:
        record = lines[(group.name,)].rate if group.grounds is not None else None
        records = (group.share,) if record is None else (group.share, record)
        share = shown(group.share, rate(group.share.estimate))
        rows.append((group.name, share, *_of_rate(record), marks(records, numbers)))
    last = lines[found.rates.rows[-1].label]
    rows.append((last.label[0], BLANK, *_of_rate(last.rate), last.marks))
    intervals = _intervals(found, (line.rate for line in lines.values()))
    return _grid(wording.groups_title(found.held.by, intervals), found.held.by, headings, rows)


def _of_rate(record: Record | None) -> tuple[str, ...]:
    if record is None:
        return (BLANK, BLANK, BLANK, whole(0), whole(0))
    return tuple(shown(record, text) for text in (*rates(record), whole(record.n), whole(record.recorded)))


def _differences(found: Disparity, numbers: Mapping[str, int]) -> Grid:
    """Show the grounds recorded for each group against the reference."""
    ends = [wording.CONTRAST_HEADINGS[name] for name in ("low", "high")]
    headings = [wording.CONTRAST_HEADINGS["difference"], *ends, wording.CONTRAST_HEADINGS["ratio"], *ends]
    rows = [
        (
            group.name,
            *_three(group.difference, rate),
            *_three(group.ratio, _ratio),
            marks(tuple(record for record in (group.difference, group.ratio) if record) or (group.share,), numbers),
        )
        for group in found.others
    ]
    both = (record for group in found.others for record in (group.difference, group.ratio))
    title = wording.contrast_title(found.reference, _intervals(found, both))
    return _grid(title, found.held.by, [*headings, wording.CONTRAST_HEADINGS["notes"]], rows)


def _searches(found: Disparity, numbers: Mapping[str, int]) -> Grid:
    """Show the searches for each resident, and their ratio to that of the reference."""
    names = ("residents", "searches", "rate", "low", "high", "ratio", "low", "high", "notes")
    rows = [
        (
            group.name,
            whole(group.residents),
            _counted(group),
            *_three(group.searches, _ratio),
            *_three(group.search_ratio, _ratio),
            marks(tuple(record for record in (group.searches, group.search_ratio) if record is not None), numbers),
        )
        for group in found.groups
        if group.stated
    ]
    both = (record for group in found.groups for record in (group.searches, group.search_ratio))
    title = wording.searches_title(found.reference, _intervals(found, both))
    return _grid(title, found.held.by, [wording.SEARCH_HEADINGS[name] for name in names], rows, cut=RATIO)


def _counted(group: Group) -> str:
    """Write how many searches there were of a group, by count or by estimate."""
    if withheld(group.searches):
        return wording.WITHHELD
    if group.searches is None or group.searches.estimate is None or group.residents is None:
        return BLANK
    return f"{group.searches.estimate * group.residents / 1000:,.0f}"


def _bounds(found: Disparity, groups: Sequence[Group], *, contrasts: bool) -> Grid:
    """Show between what the differences and ratios could lie."""
    kinds = [kind for kind in _BOUNDED if contrasts or kind not in _CONTRASTS]
    headings = [wording.ALLOCATED_HEADINGS[f"{_BOUNDED[kind][0]}_{end}"] for kind in kinds for end in ("low", "high")]
    rows = []
    for group in groups:
        known = {record.kind: record for record in group.bounds}
        cells = [
            BLANK if kind not in known else _BOUNDED[kind][1](getattr(known[kind], end))
            for kind in kinds
            for end in ("low", "high")
        ]
        rows.append((group.name, *cells))
    title = wording.allocated_title(found.held.unstated, found.reference)
    return _grid(title, found.held.by, headings, rows)


def _bounds_of(group: Group, *, contrasts: bool) -> list[Record]:
    return [record for record in group.bounds if contrasts or record.kind not in _CONTRASTS]


def _ratio(value: float | None) -> str:
    if value is None or 0 < value < 0.005:
        return BLANK if value is None else wording.BELOW_HUNDREDTH
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.2f}"


def _three(record: Record | None, write: Callable[[float | None], str]) -> tuple[str, ...]:
    """Write an estimate with its interval."""
    if record is None:
        return (BLANK,) * 3
    return tuple(shown(record, write(value)) for value in (record.estimate, record.low, record.high))


_BOUNDED: Mapping[str, tuple[str, Callable[[float | None], str]]] = dict(
    zip(ALLOCATED.values(), (("difference", rate), ("ratio", _ratio), ("searches", _ratio)), strict=True)
)
"""What is bounded -> the name of its columns, and how they are written."""


def _grid(title: str, by: str, headings: Sequence[str], rows: Sequence[tuple[str, ...]], *, cut: str = "") -> Grid:
    """Leave out the columns that say nothing; where the others are too wide, they are cut before one of them."""
    used = [i for i in range(len(headings)) if any(row[i + 1] for row in rows)]
    kept = tuple((row[0], *(row[i + 1] for i in used)) for row in rows)
    named = (by, *(headings[i] for i in used))
    return Grid(title, named, kept, cut=named.index(cut) if cut in named else 0)


def _said(found: Disparity, *, contrasts: bool, bounded: bool) -> Iterator[str]:
    held, residents = found.held, found.held.residents
    yield wording.reference_statement(found.reference, chosen=found.chosen)
    if contrasts:
        yield from (_contrast(group, found.reference) for group in found.others if _compared(group))
    if found.unstated is None:
        yield wording.all_stated(held.by)
    elif not withheld(found.unstated):
        yield wording.unstated_statement(held.unstated, percent(found.unstated.estimate))
    if bounded:
        exact = all(record.low is record.high is None for record in found.table.records if record.level != 1)
        yield wording.allocation_statement(held.unstated, found.reference, exact=exact)
    if residents is not None:
        yield wording.residents_statement(residents.sources, residents.years)
        if found.frame.exact:
            yield wording.ALL_SEARCHES
        elif found.frame.total is None and not found.frame.drawn_by_group:
            yield wording.NO_SEARCH_FRAME
    conditions = {
        wording.WEIGHTED: any(is_weighted(row) for row in found.table.records if measure_of(row.kind) == "grounds"),
        wording.sample_only(searches=True): any("sample-only" in record.notes for record in found.table.records),
        wording.published_formula(searches=True): found.table.method == "published",
    }
    yield from (text for text, holds in conditions.items() if holds)
    yield from (wording.RESIDENTS_STATEMENT, wording.DISPARITY_STATEMENT, wording.GROUNDS_STATEMENT)


def _compared(group: Group) -> bool:
    return group.change is not None and group.change.verdict is not None and group.difference is not None


def _contrast(group: Group, reference: str) -> str:
    """Say whether grounds were recorded more or less often than for the reference."""
    if group.change is None or group.change.verdict is None or group.difference is None:
        raise TypeError("no verdict")
    points, low, high = _three(group.difference, rate)
    margin = formats.percent(group.change.margin, 0)
    return wording.contrast_statement(group.name, reference, group.change.verdict, points, low, high, margin)
