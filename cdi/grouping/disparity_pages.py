"""The page of groups held against each other: rates, differences and ratios, searches for each resident, bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.comparing.verdicts import MARGINS
from cdi.grouping.disparities import ALLOCATED, DIFFERENCE, GROUNDS, GROUNDS_RATIO
from cdi.grouping.search_rates import RATIO, SHARE
from cdi.printing import formats
from cdi.printing.layout import Column, Grid, Kind, Notes, Page, grid_of
from cdi.printing.lines import (
    BLANK,
    high_rate,
    level_text,
    low_rate,
    named,
    percent,
    rate,
    weighted_once,
    whole,
)

if TYPE_CHECKING:
    from cdi.grouping.disparities import Disparity, Group
    from cdi.measures import Measure
    from cdi.printing.tables import Row, Table

__all__ = ["lay_out_disparity"]

_CONTRASTS = frozenset([DIFFERENCE, GROUNDS_RATIO, ALLOCATED[DIFFERENCE], ALLOCATED[GROUNDS_RATIO]])
"""The measures that hold the grounds of a group against those of the reference."""


def lay_out_disparity(found: Disparity, *, contrasts: bool = True) -> Page:
    """Lay the comparison of groups out for people, as a page."""
    numbers = found.table if contrasts else _without_contrasts(found.table)
    marked, remarks = weighted_once(found.table, lambda row: row.measure == GROUNDS)
    found = replace(found, table=marked)
    table = marked if contrasts else _without_contrasts(marked)
    notes = Notes.on(table.rows)
    grids = [_rates(found, table, notes)]
    if contrasts:
        grids.append(_differences(found, notes))
    if found.held.residents is not None:
        grids.append(_searches(found, notes))
    bounded = [group for group in found.others if _bounds_of(group, contrasts=contrasts)]
    if bounded:
        grids.append(_bounds(found, bounded, contrasts=contrasts))
    said = tuple(_said(found, contrasts=contrasts, bounded=bool(bounded)))
    return Page(numbers, tuple(grids), notes, tuple(dict.fromkeys(said)), remarks)


def _without_contrasts(table: Table) -> Table:
    return replace(table, rows=tuple(row for row in table.rows if row.measure not in _CONTRASTS))


def _intervals(found: Disparity, rows: Iterable[Row | None]) -> str:
    """Say in a title what the intervals are, or why there are none: a table without them has no columns for them."""
    there = [row for row in rows if row is not None]
    if any(row.low is not None or row.high is not None for row in there):
        return wording.group_intervals(level_text(found.table.level), found.table.method)
    if any(row.facts.census for row in there):
        return wording.GROUPS_OF_CENSUS
    return BLANK


@dataclass(frozen=True, slots=True)
class _GroupLine:
    """A group, or all together: its share of the records, and the share of its records with grounds."""

    name: str
    share: Row | None  # none of all together
    grounds: Row | None  # none of a group without a record


def _rates(found: Disparity, table: Table, notes: Notes) -> Grid:
    """Show each group, those that state none, and all together."""
    heads = wording.GROUP_HEADINGS
    rows = [row for row in table.rows if row.measure == GROUNDS]
    rates = {row.label: row for row in rows if not row.whole}
    shares = {row.label: row for row in table.rows if row.measure == SHARE}
    names = [group.name for group in found.groups]
    lines = [_GroupLine(name, shares[(name,)], rates.get((name,))) for name in names]
    lines += [_GroupLine(named(row)[0], None, row) for row in rows if row.whole]

    def of_rate(end: str, write: Callable[[Any], str], heading: str) -> Column[_GroupLine]:
        return Column(heads[heading], lambda line: getattr(line.grounds, end, None), write, lambda line: line.grounds)

    def count(heading: str) -> Column[_GroupLine]:
        # a group without a record has none, which is known
        return Column(heads[heading], lambda line: getattr(line.grounds, heading, 0), whole, lambda line: line.grounds)

    columns: list[Column[_GroupLine]] = [
        Column(found.held.by, lambda line: line.name, kind=Kind.WORDS),
        Column(heads["share"], lambda line: getattr(line.share, "estimate", None), rate, lambda line: line.share),
        of_rate("estimate", rate, "rate"),
        of_rate("low", low_rate, "low"),
        of_rate("high", high_rate, "high"),
        count("n"),
        count("recorded"),
        Notes.column(lambda line: notes.marks(row for row in (line.share, line.grounds) if row is not None)),
    ]
    title = wording.groups_title(found.held.by, _intervals(found, rows))
    return grid_of(title, columns, lines, name=wording.groups_title(found.held.by, ""))


def _three(
    headings: Sequence[str], row: Callable[[Group], Row | None], write: Callable[[Any], str], *, cut: bool = False
) -> list[Column[Group]]:
    """Describe the columns of an estimate with its interval."""
    name = headings[0]

    def column(heading: str, end: str) -> Column[Group]:
        def value(group: Group) -> object:
            found = row(group)
            return None if found is None else getattr(found, end)

        if end == "estimate":
            return Column(heading, value, write, row, name=name, cut=cut)
        return Column(heading, value, write, row, within=name)

    return [column(heading, end) for heading, end in zip(headings, ("estimate", "low", "high"), strict=True)]


def _name(found: Disparity) -> Column[Group]:
    return Column(found.held.by, lambda group: group.name, kind=Kind.WORDS)


def _differences(found: Disparity, notes: Notes) -> Grid:
    """Show the grounds recorded for each group against the reference."""
    heads = wording.CONTRAST_HEADINGS
    ends = (heads["low"], heads["high"])

    def marks(group: Group) -> tuple[int, ...]:
        rows = [row for row in (group.difference, group.ratio) if row is not None]
        return notes.marks(rows or [group.share])

    columns = [
        _name(found),
        *_three((heads["difference"], *ends), lambda group: group.difference, rate),
        *_three((heads["ratio"], *ends), lambda group: group.ratio, _ratio),
        Notes.column(marks),
    ]
    both = (row for group in found.others for row in (group.difference, group.ratio))
    title = wording.contrast_title(found.reference, _intervals(found, both))
    return grid_of(title, columns, found.others)


def _searches(found: Disparity, notes: Notes) -> Grid:
    """Show the searches for each resident, and their ratio to that of the reference."""
    heads = wording.SEARCH_HEADINGS
    ends = (heads["low"], heads["high"])

    def marks(group: Group) -> tuple[int, ...]:
        return notes.marks(row for row in (group.searches, group.search_ratio) if row is not None)

    columns = [
        _name(found),
        Column(heads["residents"], lambda group: group.residents, whole),
        Column(heads["searches"], _counted, lambda count: f"{count:,.0f}", lambda group: group.searches),
        *_three((heads["rate"], *ends), lambda group: group.searches, _ratio),
        *_three((heads["ratio"], *ends), lambda group: group.search_ratio, _ratio, cut=True),
        Notes.column(marks),
    ]
    groups = [group for group in found.groups if group.stated]
    intervals = wording.OF_ALL_SEARCHES
    if not found.frame.exact:
        intervals = _intervals(found, (row for group in groups for row in (group.searches, group.search_ratio)))
    return grid_of(wording.searches_title(found.reference, intervals), columns, groups)


def _counted(group: Group) -> float | None:
    """Give how many searches there were of a group, by count or by estimate."""
    if group.searches is None or group.searches.estimate is None or group.residents is None:
        return None
    return group.searches.estimate * group.residents / 1000


def _bounds(found: Disparity, groups: Sequence[Group], *, contrasts: bool) -> Grid:
    """Show between what the differences and ratios could lie."""
    described = {DIFFERENCE: ("difference", rate), GROUNDS_RATIO: ("ratio", _ratio), RATIO: ("searches", _ratio)}

    def column(measure: Measure, end: str) -> Column[Group]:
        name, write = described[measure]

        def value(group: Group) -> object:
            row = next((row for row in group.bounds if row.measure == ALLOCATED[measure]), None)
            return None if row is None else getattr(row, end)

        return Column(wording.ALLOCATED_HEADINGS[f"{name}_{end}"], value, write)

    measures = [measure for measure in described if contrasts or measure not in _CONTRASTS]
    columns = [_name(found), *(column(measure, end) for measure in measures for end in ("low", "high"))]
    return grid_of(wording.allocated_title(found.held.unstated, found.reference), columns, groups)


def _bounds_of(group: Group, *, contrasts: bool) -> list[Row]:
    return [row for row in group.bounds if contrasts or row.measure not in _CONTRASTS]


def _ratio(value: float) -> str:
    if 0 < value < 0.005:
        return wording.BELOW_HUNDREDTH
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.2f}"


def _said(found: Disparity, *, contrasts: bool, bounded: bool) -> Iterator[str]:
    held, residents, rows = found.held, found.held.residents, found.table.rows
    yield wording.reference_statement(found.reference, chosen=found.chosen)
    if contrasts:
        for group in found.others:
            if group.verdict is not None and group.difference is not None:
                yield _contrast(group.name, found.reference, group.verdict, group.difference)
    if not held.unstated:
        yield wording.all_stated(held.by)
    elif found.unstated is not None:
        yield wording.unstated_statement(held.unstated, percent(found.unstated))
    if bounded:
        exact = all(row.low is row.high is None for row in rows if row.measure not in ALLOCATED.values())
        yield wording.allocation_statement(held.unstated, found.reference, exact=exact)
    if residents is not None:
        yield wording.residents_statement(residents.sources, residents.years)
        yield from _said_of_frame(found)
    yield from _said_of_rates(found.table)
    yield from (wording.RESIDENTS_STATEMENT, wording.DISPARITY_STATEMENT, wording.GROUNDS_STATEMENT)


def _said_of_rates(table: Table) -> Iterator[str]:
    """Say how the rates of grounds came about."""
    if any(row.facts.mixed for row in table.rows):
        yield wording.sample_only(searches=True)
    if table.method == "published":
        yield wording.published_formula(searches=True)


def _said_of_frame(found: Disparity) -> Iterator[str]:
    """Say whether rates per resident have a sampling error, or why there are none."""
    if found.frame.exact:
        yield wording.ALL_SEARCHES
    elif found.frame.total is None and not found.frame.drawn_by_group:
        yield wording.NO_SEARCH_FRAME


def _contrast(name: str, reference: str, verdict: str, difference: Row) -> str:
    """Say whether grounds were recorded more or less often than for the reference."""
    ends = None
    if difference.low is not None and difference.high is not None:
        ends = _points(difference.low), _points(difference.high)
    margin = formats.percent(MARGINS["category"], 0)
    return wording.contrast_statement(name, reference, verdict, _points(difference.estimate or 0.0), ends, margin)


def _points(value: float) -> wording.Points:
    """Part a difference into its size and which way it goes; what is written as 0.0 goes no way."""
    way = 0
    if abs(value) > formats.NOISE:
        way = 1 if value > 0 else -1
    return wording.Points(rate(abs(value)), way)
