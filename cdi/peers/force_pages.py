"""What people are shown of forces: one line a force, the published lines beside the second opinion, and sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cdi import wording
from cdi.binomial.published import PRINTED_LEVEL
from cdi.peers.force_results import APART, TERRITORIAL, near, usual
from cdi.peers.side_by_side import DRAWS, chances, most
from cdi.printing.layout import Column, Grid, Kind, Notes, Page, grid_of
from cdi.printing.lines import AS_RATE, BLANK, level_text, percent, rate, unweighted
from cdi.variation.outliers import tests_said

if TYPE_CHECKING:
    from cdi.facts import Facts
    from cdi.peers.side_by_side import Force, Forces
    from cdi.printing.tables import Row

__all__ = ["caution", "findings", "intervals_of", "label", "lay_out_forces", "second_opinion"]

_SAID = ("mixed-results", "no-interval")
"""Reasons that a column or a sentence says."""

EQUAL = "all-equal"


def lay_out_forces(found: Forces, *, detail: bool = False, k: int = 5, seed: int = 1) -> Page:
    """Lay forces out for people: one line each, in the order of the rows."""
    rows = found.rows
    told = {row.name: _told(row.rate.row) for row in rows}
    notes = Notes.of((found.measure, told[row.name]) for row in rows)
    title = wording.forces_title(found.measure.name, *intervals_of(found))
    noted: Column[Force] = Notes.column(lambda row: notes.numbers([(found.measure, told[row.name])]))
    grids = [grid_of(title, [*_columns(found), noted], rows, name=wording.forces_title(found.measure.name, "", ""))]
    drawn = []
    if detail:
        k = most(found, k)
        grids.append(_details(found, k, seed))
        drawn = [wording.rank_draws(k, DRAWS, seed)] if found.shrunken is not None else []
    return Page(found.table, tuple(grids), notes, (*_statements(found), *drawn))


def _told(row: Row) -> Facts:
    """Take what no column and no sentence says of a rate; the counts that it may not be the ratio of are not shown."""
    return replace(unweighted(row).facts.without(_SAID), found=())


def _columns(found: Forces) -> list[Column[Force]]:
    heads = wording.FORCE_HEADINGS

    def of_rate(name: str, end: str) -> Column[Force]:
        return Column(
            heads[name],
            lambda row: getattr(row.rate.row, end),
            AS_RATE[end],
            lambda row: row.rate.row,
            always=name == "rate",
            name="rate" if end == "estimate" else "",
            within="" if end == "estimate" else "rate",
        )

    def of_adjusted(name: str, end: str, *, cut: bool = False) -> Column[Force]:
        return Column(
            heads[name],
            lambda row: None if row.adjusted is None else getattr(row.adjusted, end),
            AS_RATE[end],
            cut=cut,
            name="adjusted" if end == "estimate" else "",
            within="" if end == "estimate" else "adjusted",
        )

    def against(row: Force) -> str | None:
        return wording.AGAINST[row.side, found.direction(row.side)] if row.side else None

    return [
        Column(heads["force"], lambda row: row.name, kind=Kind.WORDS),
        of_rate("rate", "estimate"),
        of_rate("low", "low"),
        of_rate("high", "high"),
        Column(heads["flag"], against, always=True),
        of_adjusted("adjusted", "estimate", cut=True),
        of_adjusted("adjusted_low", "low"),
        of_adjusted("adjusted_high", "high"),
        Column(heads["funnel"], lambda row: wording.FUNNEL_SIDES.get(row.funnel)),
    ]


def _details(found: Forces, k: int, seed: int) -> Grid:
    """Show the z scores, and the probabilities of being among the lowest and the highest."""
    drawn = chances(found, k, seed)

    def chance(place: int) -> Callable[[Force], float | None]:
        return lambda row: drawn[row.name][place] if row.name in drawn else None

    def heading(name: str) -> str:
        return wording.FORCE_HEADINGS[name].format(k=k)

    columns: list[Column[Force]] = [
        Column(heading("force"), lambda row: row.name, kind=Kind.WORDS),
        Column(heading("z"), lambda row: row.z, _score, lambda row: row.rate.row),
        Column(heading("lowest"), chance(0), rate, lambda row: row.rate.row),
        Column(heading("highest"), chance(1), rate, lambda row: row.rate.row),
    ]
    return grid_of(wording.DETAILS_OF_FORCES, columns, found.rows)


def intervals_of(found: Forces) -> tuple[str, str]:
    """Name level and method of the intervals of the rates; both are empty where there are none."""
    if all(row.rate.row.low is None for row in found.rows):
        return BLANK, BLANK
    level, method = found.table.level, found.table.method
    rescaled = found.rates.published and level != PRINTED_LEVEL
    return level_text(level), wording.printed_rescaled(method) if rescaled else method


def label(found: Forces, side: str) -> str:
    """Say in full what lying on one side of the average is."""
    return wording.WELL[side, found.direction(side)]


def findings(found: Forces) -> tuple[str, ...]:
    """Say which forces lie outside the published lines, and which the funnel names."""
    lines = found.lines
    low, high, centre = (percent(float(value)) for value in (lines.low, lines.high, lines.centre))
    said = [wording.published_lines(low, high, centre, len(lines.names), logs=lines.scale == "log")]
    for side in ("above", "below"):
        names = [row.name for row in found.rows if row.side == side]
        if names:
            said.append(wording.by_label(label(found, side), names))
    return tuple(said)


def caution(found: Forces) -> list[str]:
    """Say what the published lines are not."""
    lines = found.lines
    beyond = [] if 0 <= lines.low <= lines.high <= 1 else [wording.LINE_BEYOND]
    return [*beyond, wording.force_note(EQUAL) if lines.all_equal else wording.LINES_BY_CONSTRUCTION]


def second_opinion(found: Forces) -> list[str]:
    """Say what allows for chance: first which forces the funnel names."""
    if found.shrunken is None or found.funnel is None:
        return [wording.no_second_opinion(census=all(row.rate.row.facts.census for row in found.rows))]
    low, high = ([row.name for row in found.rows if row.funnel == end] for end in ("low", "high"))
    return [
        wording.funnel_finds(low, high, percent(float(found.funnel.target))),
        wording.adjusted_rates(level_text(found.table.level)),
        wording.CHANCE_MORE,
    ]


def _statements(found: Forces) -> tuple[str, ...]:
    said = [found.warning, *findings(found), *tests_said(found.lines), *caution(found), *second_opinion(found)]
    if found.sort == "value":
        said.append(wording.BY_VALUE)
    if found.rates.published and not found.rates.dated:
        said.append(wording.PERIODS_NOT_STATED)
    said += [*_odd(found), *_named(found)]
    return tuple(sentence for sentence in said if sentence)


def _odd(found: Forces) -> list[str]:
    """Say what is odd about the numbers, each once."""
    opinions = [part.notes for part in (found.funnel, found.shrunken) if part is not None]
    codes = dict.fromkeys(code for notes in (found.line_notes, *opinions) for code in notes)
    return [wording.force_note(code) for code in codes if code != EQUAL]


def _named(found: Forces) -> list[str]:
    """Say which forces have no data, which are others, and what is not stated of some."""
    names = [row.name for row in found.rows]
    blank = [name for name in found.rates.blank if usual(name) not in found.missing]
    others = [name for name in names if usual(name) is None]
    said = []
    if found.without_data:
        said.append(wording.without_result(found.without_data))
    if blank:
        said.append(wording.rates_blank(blank))
    if any(usual(name) == APART for name in names):
        said.append(wording.forces_apart(APART))
    if others and len(found.missing) < len(TERRITORIAL):
        said.append(wording.other_names(others))
    return said + _guessed(others) + _unstated(found)


def _guessed(others: Sequence[str]) -> list[str]:
    """Ask of names that are near those of forces whether those are meant."""
    meant: dict[str, str] = {}
    for name in others:
        force = near(name)
        if force is not None:
            meant[name] = force
    return [wording.did_you_mean(meant)] if meant else []


def _unstated(found: Forces) -> list[str]:
    """Say of which forces no interval or no source is stated."""
    unsized = [row.name for row in found.rows if row.z is not None and row.adjusted is None]
    unsourced = [row.name for row in found.rows if found.rates.published and not row.rate.source]
    said = []
    if unsized and found.shrunken is not None:
        said.append(wording.no_force_intervals(unsized))
    if len(unsourced) == len(found.rows):
        said.append(wording.SOURCES_NOT_STATED)
    elif unsourced:
        said.append(wording.sources_missing(unsourced))
    return said


def _score(z: float) -> str:
    """Write a z-score; what rounds to nothing has no sign."""
    return f"{round(z, 2) + 0.0:.2f}"
