"""Disclosure control of tables of estimates: rows are withheld in all their numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from cdi import wording
from cdi.disclosure.rounding import as_printed
from cdi.disclosure.suppression import Cell, Sum, withheld
from cdi.printing.lines import SUPPRESSED, measure_of
from cdi.printing.tables import Record, Table
from cdi.survey.estimates import ALL

if TYPE_CHECKING:
    from cdi.disclosure.rules import Disclosure

__all__ = ["SUPPRESSED", "blanked", "protect", "protect_all"]

Label: TypeAlias = tuple[str, ...]
Place: TypeAlias = tuple[int, Label]
"""A table, and a label in it."""

Named: TypeAlias = frozenset[tuple[str, str]]
"""The columns of a row that hold a category, with it: what is left when those that hold ``all`` are taken away."""

_NUMBERS: Mapping[str, Any] = dict.fromkeys(
    ("estimate", "low", "high", "se", "n", "recorded", "clusters", "n_eff", "df", "deff")
)
_STATED = frozenset([
    *wording.SELECTIONS, "census", "counts-no", "counts-yes", "higher-better", "higher-neither", "higher-not-stated",
    "higher-worse", "lower-only", "sample-only", "upper-only",
])  # fmt: skip
"""Notes on how the sample came about and what was asked of it, which say nothing of a row's numbers."""


def protect(table: Table, disclosure: Disclosure) -> Table:
    """Withhold the rows of a table that are too small to publish, and those that would give them back.

    Parameters
    ----------
    table : Table
        From :func:`cdi.printing.tables.arrange`; rows of one category are withheld together, whatever they measure.
    disclosure : Disclosure
        The rules.

    Returns
    -------
    Table
        The same rows; one that is withheld has no numbers and the note ``suppressed``. Where a total lies over withheld
        rows and is not plainly counted, it keeps its numbers as they are printed, with the note ``rounded``.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> from cdi.disclosure.rules import Disclosure
    >>> sample = pd.DataFrame({"kind": ["a"] * 5 + ["b"] * 20 + ["c"] * 30, "recorded": [1, 1, 0, 1, 1] * 11})
    >>> found = protect(cdi.estimate(sample, by="kind").table, Disclosure())
    >>> [(record.label[0], record.n) for record in found.records]
    [('a', None), ('b', None), ('c', 30), ('all', 55)]
    """
    return protect_all([table], disclosure)[0]


def protect_all(tables: Sequence[Table], disclosure: Disclosure) -> tuple[Table, ...]:
    """Protect tables that are published together, so that none gives back what another withholds.

    Parameters
    ----------
    tables : sequence of Table
        Tables of one sample, by several columns.
    disclosure : Disclosure
        The rules.

    Returns
    -------
    tuple of Table
        As :func:`protect` gives each.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> from cdi.disclosure.rules import Disclosure
    >>> sample = pd.DataFrame({"kind": ["a", "b"] * 20, "area": ["x"] * 3 + ["y"] * 37, "recorded": [1, 0] * 20})
    >>> found = protect_all([cdi.estimate(sample, by=by).table for by in ("kind", "area")], Disclosure())
    >>> [[record.n for record in table.records] for table in found]
    [[20, 20, 40], [None, None, 40]]
    """
    if not disclosure.public:
        return tuple(tables)
    rows = _joined(row for place, table in enumerate(tables) for row in _rows(place, table, disclosure))
    sums = list(_sums(tables, rows))
    gone = withheld([row.cell for row in rows], sums)
    over = {each.whole for each in sums if not gone.isdisjoint(each.parts)} - gone
    hidden, totals = ({place for i in several for place in rows[i].places} for several in (gone, over))
    return tuple(_shown(table, i, hidden, totals) for i, table in enumerate(tables))


def _shown(table: Table, place: int, hidden: Collection[Place], totals: Collection[Place]) -> Table:
    """Take from a table what is not shown, and from its totals what would tell of it."""
    weighed = any(record.is_count for record in table.records)
    records = [
        blanked(record)
        if (place, record.label) in hidden
        else as_printed(record, weighed=weighed)
        if (place, record.label) in totals
        else record
        for record in table.records
    ]
    return replace(table, records=tuple(records))


def blanked(record: Record) -> Record:
    """Take all numbers from a row, with the notes that tell of them."""
    return replace(record, notes=(*(code for code in record.notes if code in _STATED), SUPPRESSED), **_NUMBERS)


@dataclass(frozen=True, slots=True)
class _Row:
    """The records of one label, in all tables that hold the same of it, as a cell."""

    places: tuple[Place, ...]
    named: Named
    leaf_of: frozenset[int]
    cell: Cell


def _rows(place: int, table: Table, disclosure: Disclosure) -> Iterator[_Row]:
    """Put the records of each label together; overall counts are those of the force, of nobody's characteristics."""
    by_label: dict[Label, list[Record]] = {}
    for record in table.records:
        by_label.setdefault(record.label, []).append(record)
    for label, records in by_label.items():
        named = frozenset((key, part) for key, part in zip(table.keys, label, strict=True) if part != ALL)
        counts, gone = _counts(records), any(SUPPRESSED in record.notes for record in records)
        if counts or gone:
            sensitive, kept = disclosure.sensitive([key for key, _ in named]), disclosure.exempts(table.keys, label)
            leaf_of = frozenset([place] if len(named) == len(table.keys) else [])
            yield _Row(((place, label),), named, leaf_of, Cell(counts, sensitive, kept, gone))


def _joined(rows: Iterable[_Row]) -> list[_Row]:
    """Make one of rows that are the same in several tables."""
    found: dict[Named, list[_Row]] = {}
    for row in rows:
        same = found.setdefault(row.named, [])
        place = next((i for i, other in enumerate(same) if _agree(other.cell, row.cell)), len(same))
        same[place:] = [_both(same[place], row) if place < len(same) else row, *same[place + 1 :]]
    return [row for same in found.values() for row in same]


def _agree(one: Cell, other: Cell) -> bool:
    return all(other.counts.get(measure, counts) == counts for measure, counts in one.counts.items())


def _both(one: _Row, other: _Row) -> _Row:
    a, b = one.cell, other.cell
    cell = Cell({**a.counts, **b.counts}, a.sensitive or b.sensitive, a.kept or b.kept, a.gone or b.gone)
    return _Row((*one.places, *other.places), one.named, one.leaf_of | other.leaf_of, cell)


def _counts(records: Iterable[Record]) -> dict[str, tuple[int, int]]:
    """Give the base of each measure, and how many of it were recorded."""
    return {
        measure_of(record.kind): (record.n, record.recorded)
        for record in records
        if record.n is not None and record.recorded is not None
    }


def _sums(tables: Sequence[Table], rows: Sequence[_Row]) -> Iterator[Sum]:
    """Find what adds up: a row of one table to those of any table that parts it further."""
    for place, table in enumerate(tables):
        leaves = [i for i, row in enumerate(rows) if place in row.leaf_of]
        parts: dict[frozenset[str], dict[Named, list[int]]] = {}
        for whole, row in enumerate(rows):
            columns = frozenset(key for key, _ in row.named)
            if not columns <= set(table.keys):
                continue
            if columns not in parts:
                parts[columns] = _parted(rows, leaves, columns)
            found = parts[columns].get(row.named, [])
            if found and whole not in found:
                yield from _adding_up(rows, whole, found)


def _parted(rows: Sequence[_Row], leaves: Sequence[int], columns: frozenset[str]) -> dict[Named, list[int]]:
    found: dict[Named, list[int]] = {}
    for i in leaves:
        found.setdefault(frozenset(pair for pair in rows[i].named if pair[0] in columns), []).append(i)
    return found


def _adding_up(rows: Sequence[_Row], whole: int, parts: Sequence[int]) -> Iterator[Sum]:
    """Give the measures in which the bases of the parts are that of the whole; what is withheld already may be any."""
    for measure, (base, _) in rows[whole].cell.counts.items():
        measured = [i for i in parts if measure in rows[i].cell.counts or not rows[i].cell.counts]
        known = sum(rows[i].cell.counts.get(measure, (0, 0))[0] for i in measured)
        if known == base or (known < base and any(not rows[i].cell.counts for i in measured)):
            yield Sum(measure, whole, tuple(measured))
