"""What people are shown of a table: which columns, in what order, with which notes and sentences under it.

The table itself stays unrounded; here its numbers become text, once, for every format that people read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from cdi import wording
from cdi.printing import formats
from cdi.printing.lines import (
    BLANK,
    Line,
    count,
    drawn_alone,
    end,
    half,
    level_text,
    lines_of,
    marks,
    measure_of,
    more_than,
    note_lines,
    numbered,
    percent,
    rate,
    shown,
    titled,
    whole,
)
from cdi.printing.pages import Grid, Page
from cdi.printing.statements import statements
from cdi.printing.tables import Table
from cdi.survey.estimates import ALL

__all__ = ["lay_out", "lay_out_methods"]


def lay_out(
    table: Table,
    *,
    style: str = "default",
    detail: bool = False,
    extra: Sequence[str] = (),
    searches: bool = False,
    overall: bool = True,
) -> Page:
    """Lay a table out for people.

    Parameters
    ----------
    table : Table
        From :func:`cdi.printing.tables.arrange`.
    style : {"default", "published"}
        ``published`` prints rate and half width, and "more than" counts, as inspection reports do.
    detail : bool
        Whether to show every column of the design in a second grid.
    extra : sequence of str
        Statements that stand with the table whatever it shows.
    searches : bool
        Whether the rows are records of searches and not crimes.
    overall : bool
        Whether the overall result is said in sentences, which it need not be where it was said before.

    Returns
    -------
    Page
        What the formats write.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> from cdi.printing.tables import arrange
    >>> rates = cdi.recording_rate(cdi.read_audit(pd.DataFrame({"recorded": [1] * 159 + [0] * 23})))
    >>> lay_out(arrange(rates)).grids[0].rows
    (('all', '87.4', '81.8', '91.4', '182', '159', '182', ''),)
    """
    numbers = numbered(table.records)
    columns = _PUBLISHED if style == "published" else _DEFAULT
    grids: list[Grid] = []
    said: list[str] = []
    for measure in dict.fromkeys(measure_of(record.kind) for record in table.records if not record.is_count):
        if measure in _BOUNDS:
            continue
        lines = lines_of(table, measure, numbers)
        grids.append(_grid(table, lines, _columns(lines, columns, numbers), columns, searches=searches))
        said += statements(table, lines, style, searches=searches, spoken=not overall)
    lowest, highest = (lines_of(table, measure, numbers) for measure in _BOUNDS)
    if lowest:
        grids.append(_bounds(table, lowest, highest))
        said += _said_of_bounds(lowest, highest)
    if detail and not all(line.alone for line in lines):
        grids.append(_detail(table))
    return Page(table, tuple(grids), note_lines(numbers), (*dict.fromkeys(said), *extra))


_BOUNDS = ("recording-rate-lowest", "recording-rate-highest")
"""The measures that say what the rate could have been, had everything been auditable."""


def _columns(lines: Sequence[Line], texts: Mapping[str, _Show], numbers: Mapping[str, int]) -> list[str]:
    """Choose the columns that say anything."""
    always = [name for name in _ALWAYS if name != "rate" or not all(line.alone for line in lines)]
    said = {name for name, column in texts.items() if any(map(column, lines))}
    # alone, an end would seem to be one of whatever stands before it
    said |= {name for name, ends in _ENDS.items() if said & ends}
    columns = [name for name in texts if name in said or name in always]
    if not numbers and any(line.missing for line in lines):
        columns.remove("notes")
    return columns


def _said_of_bounds(lowest: Sequence[Line], highest: Sequence[Line]) -> list[str]:
    """Say between what the overall rate lies, unless it is not known."""
    ends = [
        percent(line.rate.estimate)
        for lines in (lowest, highest)
        for line in lines
        if set(line.rate.label) == {ALL} and not line.rate.kind.endswith("-frame")
    ]
    return [wording.bounds(*ends)] if all(ends) else []


def _bounds(table: Table, lowest: Sequence[Line], highest: Sequence[Line]) -> Grid:
    """Set side by side what the rates could have been, with their intervals."""
    ends = [name for name, side in _BOUNDED.items() if side != table.side]
    of_highest = {line.label: line for line in highest}
    names = ["estimate", *ends]
    rows = tuple(
        (
            *low.label,
            *(
                shown(line.rate, rate(getattr(line.rate, name), "" if name == "estimate" else name))
                for line in (low, of_highest[low.label])
                for name in names
            ),
        )
        for low in lowest
    )
    headings = tuple(wording.BOUNDS_HEADINGS[name] for name in ("lowest", *ends, "highest", *ends))
    title = wording.title(wording.BOUNDS, level_text(table.level), table.method, table.side)
    return Grid(title, (*table.keys, *headings), rows, len(table.keys))


def lay_out_methods(table: Table, population: int | None) -> Page:
    """Lay out the intervals of one rate by several methods.

    Parameters
    ----------
    table : Table
        From :func:`cdi.printing.tables.compare_methods`: one record a method.
    population : int or None
        Records on the frame; where it is known, the ends are also given as counts, rounded outward.

    Returns
    -------
    Page
        What the formats write.

    Examples
    --------
    >>> from cdi.printing.tables import compare_methods
    >>> lay_out_methods(compare_methods(159, 182, method="wilson"), None).grids[0].rows
    (('159/182', 'wilson', '87.4', '81.8', '91.4', ''),)
    """
    numbers = numbered(table.records)
    lines = lines_of(table, measure_of(table.counted), numbers)
    if all(line.exact or line.alone for line in lines):
        why = tuple(wording.WHY_ALONE[line.alone] for line in lines[:1] if line.alone)
        return Page(table, (_without_intervals(table, lines),), note_lines(numbers), why)
    ends = [name for name, side in _BOUNDED.items() if side != table.side]
    headings = [*table.keys, *(wording.HEADINGS[name] for name in ("method", "rate", *ends))]
    rows = []
    for record in table.records:
        cells = [*record.label, record.method, rate(record.estimate)]
        cells += [rate(getattr(record, name), name) for name in ends]
        if population is not None:
            cells += [_records(getattr(record, name), population, name) for name in ends]
        rows.append((*cells, marks((record,), numbers)))
    if population is not None:
        headings += [wording.of_the_frame(f"{population:,}")[name] for name in ends]
    method = wording.BY_METHOD if len(table.records) > 1 else table.records[0].method
    title = wording.title(table.records[0].measure, level_text(table.level), method, table.side)
    grid = Grid(title, (*headings, wording.HEADINGS["notes"]), tuple(rows), words=2)
    return Page(table, (grid,), note_lines(numbers), ())


def _without_intervals(table: Table, lines: Sequence[Line]) -> Grid:
    """Show counts that have no interval once, whatever the method: the rate where it is exact, and else none."""
    names = ("rate", "notes") if lines[0].exact else ("notes",)
    headings = (*table.keys, *(wording.HEADINGS[name] for name in names))
    row = (*lines[0].label, *(_DEFAULT[name](lines[0]) for name in names))
    return Grid(_title(table, measure_of(table.counted), lines[:1]), headings, (row,), words=1)


_BOUNDED = {"low": "upper", "high": "lower"}
"""An end of an interval -> the one-sided limit that leaves it open."""


def _records(value: float | None, population: int, end: str) -> str:
    """Write an end of an interval as records on the frame, rounded outward."""
    if value is None:
        return BLANK
    low, high = formats.outward(value * population, value * population, 1)
    return low if end == "low" else high


_Show = Callable[[Line], str]

_DEFAULT: Mapping[str, _Show] = {
    "rate": lambda line: rate(line.rate.estimate),
    "low": lambda line: rate(line.rate.low, "low"),
    "high": lambda line: rate(line.rate.high, "high"),
    "n": lambda line: whole(line.rate.n),
    "recorded": lambda line: whole(line.rate.recorded),
    "clusters": lambda line: whole(line.rate.clusters),
    "unrecorded": lambda line: count(line.missing),
    "unrecorded_low": lambda line: end(line.missing, low=True),
    "unrecorded_high": lambda line: end(line.missing, low=False),
    "notes": lambda line: line.marks,
}

_PUBLISHED: Mapping[str, _Show] = {
    "rate": lambda line: rate(line.rate.estimate),
    "half_width": half,
    "n": lambda line: whole(line.rate.n),
    "recorded": lambda line: whole(line.rate.recorded),
    "more_than": more_than,
    "notes": lambda line: line.marks,
}

_ALWAYS = ("rate", "n", "recorded", "notes")

_ENDS: Mapping[str, frozenset[str]] = {"unrecorded": frozenset(["unrecorded_low", "unrecorded_high"])}
"""What has ends that do not say of what they are -> these."""

_SEARCHES = {"n": "n_searches", "recorded": "recorded_searches"}

_NAMED: Mapping[str, Mapping[str, str]] = {
    "classification": {"n": "n_recorded", "recorded": "recorded_right"},
    "over-recording": {"n": "n_all_recorded", "recorded": "recorded_over"},
}
"""Measure -> what its counts are headed with, where they are not crimes due and recorded."""


def _grid(
    table: Table, lines: Sequence[Line], columns: Sequence[str], texts: Mapping[str, _Show], *, searches: bool
) -> Grid:
    columns = [name for name in columns if not (searches and name == "clusters")]
    measure = measure_of(lines[0].rate.kind)
    named = _SEARCHES if searches else _NAMED.get(measure, {})
    if not table.reports:
        named = {**named, "clusters": "crimes_drawn" if all(drawn_alone(line.rate) for line in lines) else "rows_drawn"}
    headings = [wording.HEADINGS[named.get(name, name)] for name in columns]
    rows = tuple((*line.label, *(_cell(line, name, texts[name]) for name in columns)) for line in lines)
    words = len(table.keys)
    cut = next((words + columns.index(name) for name in ("unrecorded", "more_than") if name in columns), 0)
    return Grid(_title(table, measure, lines), (*table.keys, *headings), rows, words, cut)


def _cell(line: Line, name: str, text: _Show) -> str:
    return text(line) if name == "notes" else shown(line.rate, text(line))


def _title(table: Table, measure: str, lines: Sequence[Line]) -> str:
    alone, exact = all(line.alone for line in lines), all(line.exact for line in lines)
    return titled(wording.MEASURES[measure], table, alone=alone, exact=exact)


def _detail(table: Table) -> Grid:
    """Show what the design did: the columns that the first grid leaves out."""
    names = ("measure", "se", "n_eff", "df", "deff")
    rows = []
    for record in table.records:
        se = record.se
        spread = BLANK if se is None else f"{se:,.1f}" if record.is_count else formats.percent(se, 2) + "%"
        rests = zip((record.n_eff, record.df, record.deff), (1, 0, 2), strict=True)
        numbers = [BLANK if value is None else f"{value:,.{places}f}" for value, places in rests]
        rows.append((*record.label, record.measure, *(shown(record, text) for text in (spread, *numbers))))
    headings = (*table.keys, *(wording.HEADINGS[name] for name in names))
    return Grid(wording.DESIGN_TITLE, headings, tuple(rows), words=len(table.keys) + 1)
