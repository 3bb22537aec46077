"""Disclosure control of tables of estimates: rows are withheld in all their numbers.

A cell is all rows of one category, with what is counted in each measure and what lies between their bases.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from cdi.disclosure.rounding import as_printed, plainly_counted, without_estimate
from cdi.disclosure.rules import FEW
from cdi.disclosure.suppression import (
    Columns,
    Counts,
    Gap,
    Place,
    Quantity,
    RowCounts,
    across,
    given_away,
    joined,
    same_in,
    sums_of,
    withheld,
    without_wholes,
)
from cdi.errors import DataError, fault
from cdi.facts import Facts, Release
from cdi.measures import Measure
from cdi.printing.tables import Row, Table

if TYPE_CHECKING:
    from cdi.disclosure.rules import Disclosure

__all__ = ["FILES", "Label", "Read", "blanked", "protect", "protect_all"]

Label: TypeAlias = tuple[str, ...]

Read: TypeAlias = Label | None
"""What a base is of: a category, or None, the whole."""

FILES = Measure("files", "files reviewed", frame="files")
"""Files by group: a base, and no share."""

NO_BASES: Mapping[Read, int] = {}
NONE_TOGETHER: Mapping[Columns, Collection[Columns]] = {}

_NUMBERS: Mapping[str, Any] = dict.fromkeys(
    ("estimate", "low", "high", "se", "n", "recorded", "clusters", "n_eff", "df", "deff")
)


def protect(table: Table, disclosure: Disclosure) -> Table:
    """Withhold the rows of a table that are too small to publish, and those that would give them back."""
    return protect_all([table], disclosure)[0]


def protect_all(
    tables: Sequence[Table],
    disclosure: Disclosure,
    *,
    strata: Collection[str] = (),
    told: Sequence[Table] = (),
    bases: Mapping[Read, int] = NO_BASES,
    held: Collection[Read] = (),
    together: Mapping[Columns, Collection[Columns]] = NONE_TOGETHER,
) -> tuple[Table, ...]:
    """Protect tables that are published together, so that none gives back what another withholds."""
    every = (*tables, *told)
    if not disclosure.public:
        return every
    laying = _Laying(disclosure, bases, frozenset(held), same_in(together))
    cells = joined(
        cell for place, table in enumerate(every) for cell in laying.cells(place, table, told=place >= len(tables))
    )
    sums = list(sums_of([table.keys for table in every], cells))
    cells, more = across(cells, together)
    sums += more
    cells = without_wholes(cells, sums)
    gone = withheld(cells, sums)
    _refuse_given_away([cells[i] for i in sorted(given_away(cells, sums, gone))])
    hidden = {place for i in gone for place in cells[i].places}
    parted = any(not set(strata).isdisjoint(every[place].keys) for place, _ in hidden)
    over = {each.whole for each in sums if not gone.isdisjoint(each.parts)} - gone
    totals = {place for i in over for place in cells[i].places}
    return tuple(_shown(table, i, hidden, totals, parted=parted) for i, table in enumerate(every))


@dataclass(frozen=True, slots=True)
class _Laying:
    """How the rows of tables become cells."""

    disclosure: Disclosure
    bases: Mapping[Read, int]  # what else is known of a row: a base that those of all its measures lie in
    held: frozenset[Read]  # what is withheld already
    same: Mapping[Columns, Columns]  # categories by the column that is usual, where they are the same by several

    def cells(self, place: int, table: Table, *, told: bool) -> Iterator[RowCounts]:
        """Put the rows of each label together; overall counts are those of the force, of nobody's characteristics."""
        by_label: dict[Label, list[Row]] = {}
        for row in table.rows:
            by_label.setdefault(row.label, []).append(row)
        read = {label: None if any(row.whole for row in rows) else label for label, rows in by_label.items()}
        counted = {label: _counts(rows, self.bases.get(read[label])) for label, rows in by_label.items()}
        gaps = _gaps(counted)
        for label, rows in by_label.items():
            whole = read[label] is None
            named = () if whole else tuple(zip(table.keys, label, strict=True))
            counts = {**counted[label], **_between(counted[label], gaps)}
            gone = read[label] in self.held or any(row.withheld for row in rows)
            if not counts and not gone:
                continue
            sensitive = self.disclosure.sensitive([key for key, _ in named])
            # two reports are two people, however many crimes they tell of
            few = sensitive and not told and any(row.clusters in FEW for row in rows)
            kept = not whole and self.disclosure.exempts(table.keys, label)
            usual = frozenset(self.same.get(pair, pair) for pair in named)
            yield RowCounts(counts, sensitive, kept, gone or few, told=told, named=usual, places=((place, label),))


def _counts(rows: Iterable[Row], base: int | None) -> dict[Quantity, Counts]:
    """Give the base of each measure, and how many of it were recorded; what lies between it and another base, too."""
    found: dict[Quantity, Counts] = {}
    for row in rows:
        if row.n is not None and row.recorded is not None:
            measured: Quantity = Gap(row.measure.key) if row.measure == FILES else row.measure.key
            found[measured] = (row.n, row.recorded)
            if base is not None:
                found[Gap(row.measure.key)] = (base, row.n)
    return found


def _gaps(counted: Mapping[Label, Mapping[Quantity, Counts]]) -> list[Gap]:
    """Name each two measures whose bases differ somewhere: what lies between them is a number of crimes, too."""
    every = sorted({measure for counts in counted.values() for measure in counts if isinstance(measure, str)})
    bases = {tuple(counts.get(measure, (None,))[0] for counts in counted.values()): measure for measure in every}
    return [Gap(*pair) for pair in itertools.combinations(sorted(bases.values()), 2)]


def _between(counts: Mapping[Quantity, Counts], gaps: Iterable[Gap]) -> dict[Quantity, Counts]:
    found: dict[Quantity, Counts] = {}
    for gap in gaps:
        if gap.one in counts and gap.other in counts:
            least, most = sorted((counts[gap.one][0], counts[gap.other][0]))
            found[gap] = (most, least)
    return found


def _refuse_given_away(lost: Sequence[RowCounts]) -> None:
    """Refuse exceptions that nothing else that could be withheld makes up for."""
    named = [", ".join(word for pair in sorted(cell.named) for word in pair) for cell in lost if cell.named]
    if named:
        raise DataError([fault("exception-gives-away", got=name) for name in named])


def _shown(table: Table, place: int, hidden: Collection[Place], totals: Collection[Place], *, parted: bool) -> Table:
    """Take from a table what is not shown, and from its totals what would tell of it."""
    counted = any(row.counted for row in table.rows)

    def of(row: Row) -> Row:
        here = (place, row.label)
        if here in hidden:
            return blanked(row)
        weighed = here in totals and (counted or row.facts.by_volumes)
        if weighed or (parted and not plainly_counted(row)):
            return without_estimate(row)
        return as_printed(row) if here in totals else row

    return replace(table, rows=tuple(map(of, table.rows)))


def blanked(row: Row) -> Row:
    """Take all numbers from a row, with the notes that tell of them."""
    facts = Facts(
        row.facts.scope, row.facts.census, row.facts.known_only, row.facts.alone,
        mixed=row.facts.mixed, release=Release.NOTHING, stated=row.facts.stated,
    )  # fmt: skip
    return replace(row, facts=facts, **_NUMBERS)
