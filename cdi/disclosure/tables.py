"""Disclosure control of tables of estimates: rows are withheld in all their numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cdi.disclosure.rounding import as_printed, plainly_counted, without_estimate
from cdi.disclosure.sums import across, same_in, sums_of
from cdi.disclosure.suppression import Cell, Sum, given_away, withheld
from cdi.disclosure.table_rows import Columns, Joint, Label, Place, joined, rows_of
from cdi.errors import DataError, fault
from cdi.facts import Facts, Release
from cdi.printing.tables import Row, Table

if TYPE_CHECKING:
    from cdi.disclosure.rules import Disclosure

__all__ = ["NO_BASES", "blanked", "protect", "protect_all"]

NO_BASES: Mapping[Label, int] = {}

NONE_TOGETHER: Mapping[Columns, Collection[Columns]] = {}

_NUMBERS: Mapping[str, Any] = dict.fromkeys(
    ("estimate", "low", "high", "se", "n", "recorded", "clusters", "n_eff", "df", "deff")
)
_STATED = frozenset([
    "counts-no", "counts-yes", "higher-better", "higher-neither", "higher-not-stated",
    "higher-worse", "lower-only", "upper-only",
])  # fmt: skip
"""Notes on how the sample came about and what was asked of it, which say nothing of a row's numbers."""


def protect(table: Table, disclosure: Disclosure) -> Table:
    """Withhold the rows of a table that are too small to publish, and those that would give them back."""
    return protect_all([table], disclosure)[0]


def protect_all(
    tables: Sequence[Table],
    disclosure: Disclosure,
    *,
    strata: Collection[str] = (),
    told: Sequence[Table] = (),
    bases: Mapping[Label, int] = NO_BASES,
    held: Collection[Label] = (),
    together: Mapping[Columns, Collection[Columns]] = NONE_TOGETHER,
) -> tuple[Table, ...]:
    """Protect tables that are published together, so that none gives back what another withholds."""
    every, same = (*tables, *told), same_in(together)
    if not disclosure.public:
        return every
    rows = joined(
        row
        for place, table in enumerate(every)
        for row in rows_of(place, table, disclosure, bases, same, told=place >= len(tables), held=held)
    )
    sums = list(sums_of(every, rows))
    rows, more = across(rows, together)
    sums += more
    cells = _with_told([row.cell for row in rows], sums)
    gone = withheld(cells, sums)
    _refuse_given_away(rows, given_away(cells, sums, gone))
    hidden = {place for i in gone for place in rows[i].places}
    parted = any(not set(strata).isdisjoint(every[place].keys) for place, _ in hidden)
    over = {each.whole for each in sums if not gone.isdisjoint(each.parts)} - gone
    totals = {place for i in over for place in rows[i].places}
    return tuple(_shown(table, i, hidden, totals, parted=parted) for i, table in enumerate(every))


def _with_told(cells: Sequence[Cell], sums: Sequence[Sum]) -> list[Cell]:
    """Keep what cells that are shown all the same come to, and count a category that is the whole as the whole."""
    told = {each.whole for each in sums if all(cells[i].kept for i in each.parts)}
    whole = {each.parts[0] for each in sums if len(each.parts) == 1 and not cells[each.whole].sensitive}
    return [
        replace(cell, kept=cell.kept or (i in told and bool(cell.counts)), sensitive=cell.sensitive and i not in whole)
        for i, cell in enumerate(cells)
    ]


def _refuse_given_away(rows: Sequence[Joint], lost: Collection[int]) -> None:
    """Refuse exceptions that nothing else that could be withheld makes up for."""
    cells = [", ".join(word for pair in sorted(rows[i].named) for word in pair) for i in sorted(lost) if rows[i].named]
    if cells:
        raise DataError([fault("exception-gives-away", got=cell) for cell in cells])


def _shown(table: Table, place: int, hidden: Collection[Place], totals: Collection[Place], *, parted: bool) -> Table:
    """Take from a table what is not shown, and from its totals what would tell of it."""
    counted = any(record.counted for record in table.rows)

    def of(record: Row) -> Row:
        here = (place, record.label)
        if here in hidden:
            return blanked(record)
        weighed = here in totals and (counted or record.facts.weighted)
        if weighed or (parted and not plainly_counted(record)):
            return without_estimate(record)
        return as_printed(record) if here in totals else record

    return replace(table, rows=tuple(map(of, table.rows)))


def blanked(record: Row) -> Row:
    """Take all numbers from a row, with the notes that tell of them."""
    reasons = tuple(reason for reason in record.facts.reasons if reason in _STATED)
    facts = Facts(
        record.facts.scope, record.facts.census, record.facts.known_only, record.facts.alone,
        mixed=record.facts.mixed, release=Release.NOTHING, reasons=reasons,
    )  # fmt: skip
    return replace(record, facts=facts, **_NUMBERS)
