"""The rows of tables as cells: all records of one category, with what is counted in each measure and between them."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from cdi.disclosure.rules import FEW
from cdi.disclosure.suppression import GAP, Cell, Counts
from cdi.survey.estimates import ALL

if TYPE_CHECKING:
    from cdi.disclosure.rules import Disclosure
    from cdi.printing.tables import Row, Table

__all__ = ["Columns", "Joint", "Label", "Named", "Place", "joined", "rows_of"]

Label: TypeAlias = tuple[str, ...]
Place: TypeAlias = tuple[int, Label]
"""A table, and a label in it."""

Columns: TypeAlias = tuple[str, str]
"""Two columns, a category of each, or two measures."""

Named: TypeAlias = frozenset[tuple[str, str]]
"""The columns of a row that hold a category, with it: what is left when those that hold ``all`` are taken away."""


@dataclass(frozen=True, slots=True)
class Joint:
    """The records of one label, in all tables that hold the same of it, as a cell."""

    places: tuple[Place, ...]  # where they stand
    named: Named  # of what they are
    leaf_of: frozenset[int]  # the tables of which it is one of the least parts
    cell: Cell  # what is counted


def rows_of(
    place: int,
    table: Table,
    disclosure: Disclosure,
    bases: Mapping[Label, int],
    same: Mapping[Columns, Columns],
    *,
    told: bool,
    held: Collection[Label],
) -> Iterator[Joint]:
    """Put the records of each label together; overall counts are those of the force, of nobody's characteristics."""
    by_label: dict[Label, list[Row]] = {}
    for record in table.rows:
        by_label.setdefault(record.label, []).append(record)
    counted = {label: _counts(records, bases.get(label)) for label, records in by_label.items()}
    gaps = _gaps(counted)
    for label, records in by_label.items():
        named = frozenset((key, part) for key, part in zip(table.keys, label, strict=True) if part != ALL)
        counts = {**counted[label], **_between(counted[label], gaps)}
        gone = label in held or any(record.withheld for record in records)
        if counts or gone:
            usual = frozenset(same.get(pair, pair) for pair in named)
            sensitive, kept = disclosure.sensitive([key for key, _ in named]), disclosure.exempts(table.keys, label)
            # two reports are two people, however many crimes they tell of
            few = sensitive and not told and any(record.clusters in FEW for record in records)
            leaf_of = frozenset([place] if len(named) == len(table.keys) else [])
            yield Joint(((place, label),), usual, leaf_of, Cell(counts, sensitive, kept, gone or few, told=told))


def joined(rows: Iterable[Joint]) -> list[Joint]:
    """Make one of rows that are the same in several tables."""
    found: dict[Named, list[Joint]] = {}
    for row in rows:
        same = found.setdefault(row.named, [])
        place = next((i for i, other in enumerate(same) if _agree(other.cell, row.cell)), len(same))
        same[place:] = [_both(same[place], row) if place < len(same) else row, *same[place + 1 :]]
    return [row for same in found.values() for row in same]


def _agree(one: Cell, other: Cell) -> bool:
    return all(other.counts.get(measure, counts) == counts for measure, counts in one.counts.items())


def _both(one: Joint, other: Joint) -> Joint:
    a, b = one.cell, other.cell
    cell = Cell(
        {**a.counts, **b.counts},
        a.sensitive or b.sensitive,
        a.kept or b.kept,
        a.gone or b.gone,
        told=a.told and b.told,
    )
    return Joint((*one.places, *other.places), one.named, one.leaf_of | other.leaf_of, cell)


def _counts(records: Iterable[Row], base: int | None) -> dict[str, Counts]:
    """Give the base of each measure, and how many of it were recorded; what lies between it and another base, too."""
    found = {
        record.measure.key: (record.n, record.recorded)
        for record in records
        if record.n is not None and record.recorded is not None
    }
    return found if base is None else {**found, **{f"{name}{GAP}": (base, n) for name, (n, _) in found.items()}}


def _gaps(counted: Mapping[Label, Mapping[str, Counts]]) -> list[Columns]:
    """Name each two measures whose bases differ somewhere: what lies between them is a number of crimes, too."""
    every = sorted({measure for counts in counted.values() for measure in counts if GAP not in measure})
    bases = {tuple(counts.get(measure, (None,))[0] for counts in counted.values()): measure for measure in every}
    return list(itertools.combinations(sorted(bases.values()), 2))


def _between(counts: Mapping[str, Counts], gaps: Iterable[Columns]) -> dict[str, Counts]:
    bases = {(a, b): sorted((counts[a][0], counts[b][0])) for a, b in gaps if a in counts and b in counts}
    return {f"{a}{GAP}{b}": (most, least) for (a, b), (least, most) in bases.items()}
