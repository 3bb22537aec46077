"""What adds up to what: rows to their total, and the categories of one column to those of another that holds them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from cdi.disclosure.suppression import Cell, Sum
from cdi.disclosure.table_rows import Columns, Joint, Named
from cdi.printing.tables import Table

__all__ = ["across", "same_in", "sums_of"]


def sums_of(tables: Sequence[Table], rows: Sequence[Joint]) -> Iterator[Sum]:
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


def _parted(rows: Sequence[Joint], leaves: Sequence[int], columns: frozenset[str]) -> dict[Named, list[int]]:
    found: dict[Named, list[int]] = {}
    for i in leaves:
        found.setdefault(frozenset(pair for pair in rows[i].named if pair[0] in columns), []).append(i)
    return found


def _adding_up(rows: Sequence[Joint], whole: int, parts: Sequence[int]) -> Iterator[Sum]:
    """Give the measures in which the bases of the parts are that of the whole; what is withheld already may be any."""
    for measure, (base, _) in rows[whole].cell.counts.items():
        measured = [i for i in parts if measure in rows[i].cell.counts or not rows[i].cell.counts]
        known = sum(rows[i].cell.counts.get(measure, (0, 0))[0] for i in measured)
        if known == base or (known < base and any(not rows[i].cell.counts for i in measured)):
            yield Sum(measure, whole, tuple(measured))


def same_in(together: Mapping[Columns, Collection[Columns]]) -> dict[Columns, Columns]:
    """Find the categories that are the same by two columns, such as a month by two names of it."""
    found: dict[Columns, Columns] = {}
    for (column, other), pairs in together.items():
        for a, b in _connected(pairs):
            if len(a) == len(b) == 1:
                one = (column, min(a))
                found.setdefault((other, min(b)), found.get(one, one))
    return found


def across(rows: Sequence[Joint], together: Mapping[Columns, Collection[Columns]]) -> tuple[list[Joint], list[Sum]]:
    """Find what adds up across two columns, one of whose categories lie in those of the other.

    Several that come to the same as several others do so by way of a number that is nowhere shown.
    """
    found, sums, same = list(rows), list[Sum](), same_in(together)
    at = {row.named: i for i, row in enumerate(rows)}
    for columns, pairs in together.items():
        for groups in _connected(pairs):
            named = [[(column, word) for word in sorted(words)] for column, words in zip(columns, groups, strict=True)]
            sides = [[at.get(frozenset([same.get(pair, pair)])) for pair in side] for side in named]
            one, other = sorted(([i for i in side if i is not None] for side in sides), key=len)
            if None in sides[0] or None in sides[1] or one == other:
                continue
            if len(one) > 1:
                found.append(_unseen(rows, one))
                sums += _adding_up(found, len(found) - 1, one)
                one = [len(found) - 1]
            sums += _adding_up(found, one[0], other)
    return found, sums


def _connected(pairs: Collection[Columns]) -> list[tuple[set[str], set[str]]]:
    """Part the categories of two columns into the least groups that lie in each other whole."""
    groups: list[tuple[set[str], set[str]]] = []
    for a, b in sorted(pairs):
        touched = [group for group in groups if a in group[0] or b in group[1]]
        groups = [group for group in groups if group not in touched]
        groups.append(({a}.union(*(group[0] for group in touched)), {b}.union(*(group[1] for group in touched))))
    return groups


def _unseen(rows: Sequence[Joint], parts: Sequence[int]) -> Joint:
    """Make a row that no table shows, of what some rows come to."""
    cells = [rows[i].cell.counts for i in parts]
    measures = [measure for measure in cells[0] if all(measure in cell for cell in cells)]
    counts = {
        measure: (sum(cell[measure][0] for cell in cells), sum(cell[measure][1] for cell in cells))
        for measure in measures
    }
    return Joint((), frozenset(), frozenset(), Cell(counts, kept=True, unseen=True))
