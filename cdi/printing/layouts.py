"""The page of estimates: rates beside the counts that follow from them, their notes, and what they come to in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.facts import Scope
from cdi.measures import Measure, Role, Unit
from cdi.printing import formats
from cdi.printing.layout import Column, Grid, Kind, Notes, Page, grid_of, words_of
from cdi.printing.lines import (
    AS_RATE,
    Line,
    count,
    counted_alone,
    crime_covered,
    drawn_alone,
    end,
    half,
    is_few,
    level_text,
    lines_of,
    more_than,
    named,
    of_sample,
    percent,
    percents,
    rate,
    rate_heading,
    titled,
    weighted_once,
    whole,
)
from cdi.printing.tables import Row, Table

if TYPE_CHECKING:
    from cdi.binomial.intervals import MethodCard
    from cdi.survey.extrapolation import NetError

__all__ = [
    "lay_out", "lay_out_method_cards", "lay_out_methods", "lay_out_net", "lay_out_published", "lay_out_table",
    "said_of_net",
]  # fmt: skip

_BOUNDED = {"low": "upper", "high": "lower"}
"""An end of an interval -> the one-sided limit that leaves it open."""

_BOUNDS_KEYS = ("recording-rate-lowest", "recording-rate-highest")


def lay_out(
    table: Table,
    *,
    style: str = "default",
    detail: bool = False,
    extra: Sequence[str] = (),
    overall: bool = True,
) -> Page:
    """Lay a table out for people."""
    numbers = table
    table, remarks = weighted_once(table, lambda row: row.measure.role is Role.RATE)
    notes = Notes.on(table.rows)
    grids: list[Grid] = []
    said: list[str] = []
    lines: list[Line] = []
    for measure in dict.fromkeys(row.measure for row in table.rows):
        if measure.role is not Role.RATE:
            continue
        lines = lines_of(table, measure)
        grids.append(_rates(table, measure, lines, notes, style, weighted=bool(remarks)))
        said += _statements(table, measure, lines, style, spoken=not overall)
    alone = _counts_alone(table)
    if alone:
        grids.append(_counts(table, alone, notes))
        said += [*(f"{text} {wording.EXCLUDES}" for text in _said_of_counts(table, alone)), _assumption(alone)]
    lowest, highest = ([row for row in table.rows if row.measure.end == end] for end in ("lowest", "highest"))
    if lowest:
        grids.append(_bounds(table, lowest, highest))
        said += _said_of_bounds(lowest, highest)
    if detail and not all(line.rate.facts.alone for line in lines):
        grids.append(_detail(table, numbers.rows))
    return Page(numbers, tuple(grids), notes, (*dict.fromkeys(said), *extra), remarks)


def _rates(table: Table, measure: Measure, lines: Sequence[Line], notes: Notes, style: str, *, weighted: bool) -> Grid:
    """Lay out the rates of one measure, with the counts that follow from them."""
    columns = _PUBLISHED if style == "published" else _DEFAULT
    alone = all(line.rate.facts.alone for line in lines)
    counts = any(line.missing for line in lines)
    headings = dict(measure.headings)
    headings["rate"] = rate_heading(headings.get("rate", wording.HEADINGS["rate"]), weighted=weighted)
    if not table.reports:
        drawn = "crimes_drawn" if all(drawn_alone(line.rate) for line in lines) else "rows_drawn"
        headings["clusters"] = wording.HEADINGS[drawn]
    described = [
        replace(
            column,
            heading=headings.get(column.name, column.heading),
            always=column.always and not (alone and column.name == "rate"),
        )
        for column in columns
        # where no number of a report is known to be drawn, records are all that was drawn, and so is what is counted
        if column.name != "clusters" or (not measure.of_searches and (measure.frame or table.reports))
    ]
    # a table of counts is too wide already for a column that holds nothing
    noted: Column[Line] = Notes.column(lambda line: notes.marks(line.rows), always=bool(notes.texts) or not counts)
    title = titled(measure.name, table, alone=alone, exact=all(line.exact for line in lines))
    return grid_of(title, [*_labels(table), *described, noted], lines, name=wording.capital(measure.name))


def _labels(table: Table) -> list[Column[Line]]:
    return [
        Column(key, lambda line, place=place: line.label[place], kind=Kind.WORDS)  # type: ignore[misc]
        for place, key in enumerate(table.keys)
    ]


def _number(
    name: str, value: Callable[[Line], object], write: Callable[[Any], str], *, always: bool = False,
    within: str = "", cut: bool = False,
) -> Column[Line]:  # fmt: skip
    return Column(wording.HEADINGS[name], value, write, lambda line: line.rate, Kind.NUMBERS, always, name, within, cut)


_RATE = _number("rate", lambda line: line.rate.estimate, AS_RATE["estimate"], always=True)
_BASE = (
    _number("n", lambda line: line.rate.n, whole, always=True),
    _number("recorded", lambda line: line.rate.recorded, whole, always=True),
)

_DEFAULT = (
    _RATE,
    _number("low", lambda line: line.rate.low, AS_RATE["low"], within="rate"),
    _number("high", lambda line: line.rate.high, AS_RATE["high"], within="rate"),
    *_BASE,
    _number("clusters", lambda line: line.rate.clusters, whole),
    _number("unrecorded", lambda line: count(line.missing) or None, str, cut=True),
    _number("unrecorded_low", lambda line: end(line.missing, low=True) or None, str, within="unrecorded"),
    _number("unrecorded_high", lambda line: end(line.missing, low=False) or None, str, within="unrecorded"),
)

_PUBLISHED = (
    _RATE,
    _number("half_width", lambda line: half(line.rate) or None, str),
    *_BASE,
    _number("more_than", lambda line: more_than(line.missing) or None, str, cut=True),
)


def _counts_alone(table: Table) -> list[Row]:
    """Take the counts whose rates the table does not hold."""
    measured = {row.measure.key for row in table.rows}
    return [row for row in table.rows if row.counted and row.measure.of not in measured]


def _counts(table: Table, rows: Sequence[Row], notes: Notes) -> Grid:
    """Lay out crimes not recorded that stand without their rates."""
    columns: list[Column[Row]] = [
        Column(key, lambda row, i=i: named(row)[i], kind=Kind.WORDS)  # type: ignore[misc]
        for i, key in enumerate(table.keys)
    ]
    columns += [
        Column(wording.HEADINGS["unrecorded"], lambda row: count(row) or None, str, _itself, always=True, name="count"),
        Column(
            wording.HEADINGS["unrecorded_low"], lambda row: end(row, low=True) or None, str, _itself, within="count"
        ),
        Column(
            wording.HEADINGS["unrecorded_high"], lambda row: end(row, low=False) or None, str, _itself, within="count"
        ),
        Column(wording.HEADINGS["n"], lambda row: row.n, whole, _itself),
        Column(wording.HEADINGS["recorded"], lambda row: row.recorded, whole, _itself),
        Notes.column(lambda row: notes.marks([row])),
    ]
    measure, exact = rows[0].measure, all(row.exact for row in rows)
    title = titled(measure.name, table, alone=False, exact=exact, method=rows[0].method)
    return grid_of(title, columns, rows, name=wording.capital(measure.name))


def _itself(row: Row) -> Row:
    return row


def _said_of_counts(table: Table, rows: Sequence[Row]) -> list[str]:
    """Say how many crimes were not recorded in all."""
    whole_rows = [row for row in rows if row.whole and not row.withheld]
    said = [_counted(row, level_text(table.level), table.side) for row in whole_rows]
    return [text for text in said if text]


def _bounds(table: Table, lowest: Sequence[Row], highest: Sequence[Row]) -> Grid:
    """Set side by side what the rates could have been, with their intervals."""
    of_highest = {(row.label, row.facts.scope): row for row in highest}
    pairs = [(low, of_highest[low.label, low.facts.scope]) for low in lowest]
    ends = [name for name, side in _BOUNDED.items() if side != table.side]
    columns: list[Column[tuple[Row, Row]]] = [
        Column(key, lambda pair, i=i: named(pair[0])[i], kind=Kind.WORDS)  # type: ignore[misc]
        for i, key in enumerate(table.keys)
    ]
    for side, owner in enumerate(("lowest", "highest")):
        columns += [
            Column(
                wording.BOUNDS_HEADINGS[owner if name == "estimate" else name],
                lambda pair, side=side, name=name: getattr(pair[side], name),  # type: ignore[misc]
                AS_RATE[name],
                lambda pair: pair[0],
                always=True,
                name=owner if name == "estimate" else "",
                within="" if name == "estimate" else owner,
            )
            for name in ("estimate", *ends)
        ]
    title = wording.title(wording.BOUNDS, level_text(table.level), table.method, table.side)
    return grid_of(title, columns, pairs)


def _said_of_bounds(lowest: Sequence[Row], highest: Sequence[Row]) -> list[str]:
    """Say between what the overall rate lies, unless it is not known."""
    ends = [
        percent(row.estimate, places=row.facts.places)
        for rows in (lowest, highest)
        for row in rows
        if row.whole and row.facts.scope is not Scope.FRAME
    ]
    return [wording.bounds(*ends)] if all(ends) else []


def _detail(table: Table, rows: Sequence[Row]) -> Grid:
    """Show what the design did: the columns that the first grid leaves out."""

    def column(name: str, value: Callable[[Row], object], write: Callable[[Any], str] = str) -> Column[Row]:
        return Column(wording.HEADINGS[name], value, write, lambda row: row, always=True)

    columns: list[Column[Row]] = [
        Column(key, lambda row, i=i: row.label[i], kind=Kind.WORDS)  # type: ignore[misc]
        for i, key in enumerate(table.keys)
    ]
    columns.append(Column(wording.HEADINGS["measure"], lambda row: row.name, kind=Kind.WORDS))
    if any(counted_alone(row) is not None for row in rows):
        columns.append(column("counts_alone", counted_alone, rate))
    columns += [
        column("se", lambda row: _spread(row)),
        column("n_eff", lambda row: row.n_eff, lambda value: f"{value:,.1f}"),
        column("df", lambda row: row.df, lambda value: f"{value:,.0f}"),
        column("deff", lambda row: row.deff, lambda value: f"{value:,.2f}"),
    ]
    return grid_of(wording.DESIGN_TITLE, columns, rows)


def _spread(row: Row) -> str | None:
    """Write a standard error in the unit of its row."""
    if row.se is None:
        return None
    return f"{row.se:,.1f}" if row.counted else f"{formats.percent(row.se, 2)}%"


def lay_out_methods(table: Table, population: int | None) -> Page:
    """Lay out the intervals of one rate by several methods."""
    notes, first = Notes.on(table.rows), table.rows[0]
    marks: Column[Row] = Notes.column(lambda row: notes.marks([row]), always=True)
    label: Column[Row] = Column(table.keys[0], lambda row: row.label[0], kind=Kind.WORDS)
    estimate: Column[Row] = Column(wording.HEADINGS["rate"], lambda row: row.estimate, rate, always=True)
    if all(row.facts.alone or row.exact for row in table.rows):
        # counts without an interval stand once, whatever the method: the rate where it is exact, and else none
        title = titled(first.measure.name, table, alone=bool(first.facts.alone), exact=first.exact)
        columns = [label, estimate, marks] if first.exact else [label, marks]
        why = of_sample([first], first.measure.frame)
        return Page(table, (grid_of(title, columns, [first]),), notes, why)
    ends = [name for name, side in _BOUNDED.items() if side != table.side]
    columns = [label, Column(wording.HEADINGS["method"], lambda row: row.method, kind=Kind.WORDS), estimate]
    columns += [
        Column(wording.HEADINGS[name], lambda row, name=name: getattr(row, name), AS_RATE[name], always=True)  # type: ignore[misc]
        for name in ends
    ]
    if population is not None:
        heads = wording.of_the_frame(f"{population:,}")
        columns += [
            Column(
                heads[name],
                lambda row, name=name: _records(getattr(row, name), population, name),  # type: ignore[misc]
                always=True,
            )
            for name in ends
        ]
    method = wording.BY_METHOD if len(table.rows) > 1 else first.method
    title = wording.title(first.measure.name, level_text(table.level), method, table.side)
    return Page(table, (grid_of(title, [*columns, marks], table.rows),), notes)


def _records(value: float | None, population: int, end: str) -> str | None:
    """Write an end of an interval as records on the frame, rounded outward."""
    if value is None:
        return None
    low, high = formats.outward(value * population, value * population, 1)
    return f"{low if end == 'low' else high:,}"


def _statements(table: Table, measure: Measure, lines: Sequence[Line], style: str, *, spoken: bool) -> list[str]:
    """Say the overall result of one measure in sentences, and what must be known to read it."""
    searches = measure.of_searches
    overall = [line for line in lines if line.overall]
    said: list[str] = []
    for line in overall or lines[-1:]:
        facts = line.rate.facts
        if facts.withheld or (spoken and not facts.alone):
            continue
        if facts.alone:
            counts = wording.counted(measure.subject or measure.said, whole(line.rate.recorded), whole(line.rate.n))
            said += [counts, *of_sample([line.rate], measure.frame)]
        elif style == "published" and measure.published and not line.in_sample and not facts.census:
            said += _as_published(line, searches=searches)
        else:
            said += _by_default(table, line)
    if any(line.missing for line in lines):
        said.append(_assumption([line.missing for line in lines if line.missing]))
    said += of_sample((line.rate for line in lines if not line.rate.facts.alone), measure.frame)
    if any(line.rate.facts.scope is Scope.FRAME for line in lines):
        said.append(wording.FRAME_EXPLAINED)
    if table.method == "published" and not all(line.rate.facts.alone or line.exact for line in lines):
        said.append(wording.published_formula(searches=searches))
    return said


def _assumption(counts: Sequence[Row]) -> str:
    return wording.assumption(partial=any(row.facts.partial for row in counts))


def _by_default(table: Table, line: Line) -> list[str]:
    level, row = level_text(table.level), line.rate
    subject = row.measure.subject or row.measure.said
    estimate, low, high = percents(row)
    said = []
    if row.estimate is None:
        pass
    elif row.facts.census:
        said.append(wording.rate_exact(subject, estimate, row.measure.frame))
    elif line.in_sample:
        said.append(wording.rate_in_sample(subject, estimate, forces=row.facts.scope is Scope.SAMPLES))
    elif row.low is not None and row.high is not None:
        said.append(wording.rate(subject, estimate, low, high, level, bound=formats.is_bound(row.estimate)))
    elif table.side != "both":
        limit, bound = low if table.side == "lower" else high, formats.is_bound(row.estimate)
        said.append(wording.rate_bound(subject, estimate, limit, level, table.side, bound=bound))
    counted = "" if line.missing is None else _counted(line.missing, level, table.side)
    return [*said, f"{counted} {wording.EXCLUDES}"] if counted else said


def _counted(missing: Row, level: str, side: str) -> str:
    """Say how many crimes were not recorded, or nothing where that cannot be said."""
    least, most = end(missing, low=True), end(missing, low=False)
    if missing.estimate is None:
        return ""
    if missing.low is missing.high is None:
        return wording.unrecorded_exact(count(missing))
    if side != "both":
        bound, say = (least, wording.at_least) if side == "lower" else (most, wording.at_most)
        return say(bound, level) if bound else ""
    if missing.estimate == 0:
        return wording.none_unrecorded(least, most, level)
    return wording.unrecorded(count(missing), least, most, level, bound=is_few(missing))


def _as_published(line: Line, *, searches: bool) -> list[str]:
    if line.rate.estimate is None:
        return []
    rate_said = formats.proportion(line.rate.estimate, beyond=formats.IN_WORDS)
    of = "" if searches else crime_covered(line.rate, line.missing)
    said = [wording.published_rate(rate_said, half(line.rate, formats.IN_WORDS), of)]
    more = more_than(line.missing)
    return [*said, wording.more_than(more)] if more else said


def said_of_net(net: NetError | None) -> tuple[str, ...]:
    """Say what recorded crime lacks, net of what it should not hold; nothing where that is not known."""
    if net is None or net.estimate is None:
        return ()
    unit, too_high = formats.unit_of(net.estimate), net.estimate < 0
    missing = formats.count(abs(net.estimate), unit)
    unit_over = formats.unit_of(net.over_recorded)
    over, bound = formats.count(net.over_recorded, unit_over), formats.is_few(net.over_recorded, unit_over)
    ends = None
    if net.low is not None and net.high is not None:
        ends = formats.outward(*((-net.high, -net.low) if too_high else (net.low, net.high)), unit)
    return (wording.net_error(over, missing, ends, level_text(net.level), too_high=too_high, bound=bound),)


def lay_out_net(net: NetError) -> Page:
    """Lay out what recorded crime lacks, net of what it should not hold."""
    return replace(lay_out_table(net.table), statements=said_of_net(net))


def lay_out_published(table: Table) -> Page:
    """Lay out a figure as it was printed."""
    row = table.rows[0]
    columns: list[Column[Row]] = [
        Column(wording.HEADINGS["rate"], lambda row: row.estimate, AS_RATE["estimate"], always=True, name="rate"),
        Column(wording.HEADINGS["low"], lambda row: row.low, AS_RATE["low"], within="rate"),
        Column(wording.HEADINGS["high"], lambda row: row.high, AS_RATE["high"], within="rate"),
    ]
    label: Column[Row] = Column(table.keys[0], lambda row: row.label[0], kind=Kind.WORDS)
    title = titled(row.measure.name, table, alone=False, exact=row.exact)
    estimate, low, high = percents(row)
    said = wording.figure_printed(str(estimate), (low, high) if low and high else None, level_text(row.level))
    return Page(table, (grid_of(title, [label, *columns], [row]),), Notes.on([row]), (said,))


_LAID_OUT = (Role.RATE, Role.COUNT)


def lay_out_table(table: Table) -> Page:
    """Lay out a table that stands without its result: rates as ever, everything else a line a number."""
    page = lay_out(table)
    known = (
        row.measure.projects if row.measure.role is Role.BOUND else row.measure.role in _LAID_OUT for row in table.rows
    )
    if page.grids and all(known):
        return page
    notes = Notes.on(table.rows)
    columns: list[Column[Row]] = [
        Column(key, lambda row, i=i: row.label[i], kind=Kind.WORDS)  # type: ignore[misc]
        for i, key in enumerate(table.keys)
    ]
    columns += [
        Column(wording.HEADINGS["measure"], lambda row: row.name, kind=Kind.WORDS),
        Column(wording.HEADINGS["estimate"], lambda row: _in_unit(row, "estimate"), str, _itself, always=True),
        Column(wording.SIDE_HEADINGS["count_low"], lambda row: _in_unit(row, "low"), str, _itself),
        Column(wording.SIDE_HEADINGS["count_high"], lambda row: _in_unit(row, "high"), str, _itself),
        Notes.column(lambda row: notes.marks([row])),
    ]
    title = titled(wording.NUMBERS, table, alone=False, exact=False)
    return Page(table, (grid_of(title, columns, table.rows),), notes)


def _in_unit(row: Row, name: str) -> str | None:
    """Write a number of a row in its unit."""
    value = getattr(row, name)
    if value is None:
        return None
    if row.measure.unit in (Unit.PROPORTION, Unit.POINTS):
        return f"{formats.percent(value)}%"
    if row.measure.unit is Unit.CRIMES:
        return count(row) if name == "estimate" else end(row, low=name == "low")
    return f"{value:.4g}"


def lay_out_method_cards(cards: Sequence[MethodCard]) -> Page:
    """Lay out what is known of each interval method."""
    return Page(
        None,
        tuple(
            words_of(card.name, wording.CARD_HEADINGS, zip(wording.CARD_ROWS, _card(card), strict=True), words=2)
            for card in cards
        ),
    )


def _card(card: MethodCard) -> tuple[str, ...]:
    return tuple(" ".join(text.split()) for text in (card.summary, card.when, card.reference, card.coverage))
