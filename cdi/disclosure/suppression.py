"""Which cells are withheld: those that are small, and as many more as keep the shown sums from giving them back.

Nothing here knows of tables. A sum says that one cell is what others add up to, in one measure; since crimes due and
recorded add up alike, what can be worked out of one can be worked out of both. A withheld cell is given back where the
sums, solved for the withheld ones, leave it a single value; and what is withheld together is small again where a total
less its shown parts is (Willenborg and de Waal 2001, Elements of Statistical Disclosure Control, chapter 4). So it is
where what is left was all recorded, or none of it: each withheld part then was, too.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

import numpy as np

from cdi.disclosure.rules import is_small

__all__ = [
    "Columns",
    "Counts",
    "Gap",
    "Named",
    "Place",
    "Quantity",
    "RowCounts",
    "Sum",
    "across",
    "given_away",
    "joined",
    "same_in",
    "sums_of",
    "withheld",
    "without_wholes",
]  # fmt: skip

Counts: TypeAlias = tuple[int, int]
"""A base, and how many of it were recorded."""

Place: TypeAlias = tuple[int, tuple[str, ...]]
"""One of several lists of cells, and what a cell is called in it."""

Columns: TypeAlias = tuple[str, str]
"""Two columns, or a category of each."""

Named: TypeAlias = frozenset[tuple[str, str]]
"""The columns that a cell holds a category of, with it; none where it is the whole."""

_NOTHING = 1e-9
_TRIED = 16  # ways to part a sum further, where its parts are parted in several

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """Two bases of one cell: their difference is a number of crimes too, and their ratio no share."""

    one: str
    other: str = ""  # nothing: all that there is


Quantity: TypeAlias = str | Gap
"""What is counted: a measure, or what lies between two bases."""


@dataclass(frozen=True, slots=True)
class RowCounts:
    """What is counted of one category, or of all."""

    counts: Mapping[Quantity, Counts]  # as far as they are known
    sensitive: bool = False  # whether it is of a personal characteristic or a small area
    kept: bool = False  # whether it is shown all the same
    gone: bool = False  # whether it is withheld already
    # whether it stands nowhere: what two lists of others both come to, known where one of them is
    unseen: bool = False
    told: bool = False  # whether it stands nowhere, and totals that weigh it tell of it: it may be small
    named: Named = frozenset()
    places: tuple[Place, ...] = ()  # where it stands

    @property
    def small(self) -> bool:
        """Whether it is not to be shown, for itself alone."""
        return self.gone or (not self.told and self._counts_are_small)

    @property
    def _counts_are_small(self) -> bool:
        return any(is_small(*each, sensitive=self.sensitive) for each in self.counts.values())

    def is_part_of(self, place: int) -> bool:
        """Tell whether it is one of the parts of a list, and not its whole."""
        return bool(self.named) and any(place == other for other, _ in self.places)


# ---- what adds up to what


@dataclass(frozen=True, slots=True)
class Sum:
    """That one cell is what others add up to."""

    measure: Quantity  # in what
    whole: int  # the place of the cell that is the sum
    parts: tuple[int, ...]  # the places of those that add up to it

    @property
    def places(self) -> tuple[int, ...]:
        """All its cells."""
        return (*self.parts, self.whole)


def joined(cells: Iterable[RowCounts]) -> list[RowCounts]:
    """Make one of cells that are the same in several lists."""
    found: dict[Named, list[RowCounts]] = {}
    for cell in cells:
        same = found.setdefault(cell.named, [])
        for place, other in enumerate(same):
            if all(cell.counts.get(measure, counts) == counts for measure, counts in other.counts.items()):
                same[place] = _both(other, cell)
                break
        else:
            same.append(cell)
    return [cell for same in found.values() for cell in same]


def _both(a: RowCounts, b: RowCounts) -> RowCounts:
    return RowCounts(
        {**a.counts, **b.counts},
        a.sensitive or b.sensitive,
        a.kept or b.kept,
        a.gone or b.gone,
        told=a.told and b.told,
        named=a.named,
        places=(*a.places, *b.places),
    )


def sums_of(lists: Sequence[Collection[str]], cells: Sequence[RowCounts]) -> Iterator[Sum]:
    """Find what adds up: a cell to those of any list that parts it further, by the columns of each list."""
    for place, columns in enumerate(lists):
        leaves = [i for i, cell in enumerate(cells) if cell.is_part_of(place)]
        parts: dict[frozenset[str], dict[Named, list[int]]] = {}
        for whole, cell in enumerate(cells):
            by = frozenset(column for column, _ in cell.named)
            if not by <= set(columns):
                continue
            if by not in parts:
                parts[by] = _parted(cells, leaves, by)
            found = parts[by].get(cell.named, [])
            if found and whole not in found:
                yield from _adding_up(cells, whole, found)


def _parted(cells: Sequence[RowCounts], leaves: Sequence[int], columns: frozenset[str]) -> dict[Named, list[int]]:
    found: dict[Named, list[int]] = {}
    for i in leaves:
        found.setdefault(frozenset(pair for pair in cells[i].named if pair[0] in columns), []).append(i)
    return found


def _adding_up(cells: Sequence[RowCounts], whole: int, parts: Sequence[int]) -> Iterator[Sum]:
    """Give the measures in which the bases of the parts are that of the whole; what is withheld already may be any."""
    for measure, (base, _) in cells[whole].counts.items():
        measured = [i for i in parts if measure in cells[i].counts or not cells[i].counts]
        known = sum(cells[i].counts.get(measure, (0, 0))[0] for i in measured)
        if known == base or (known < base and any(not cells[i].counts for i in measured)):
            yield Sum(measure, whole, tuple(measured))


def same_in(together: Mapping[Columns, Collection[Columns]]) -> dict[Columns, Columns]:
    """Find the categories that are the same by two columns, such as a month by two names of it."""
    found: dict[Columns, Columns] = {}
    for (column, other), pairs in together.items():
        for a, b in _blocks(pairs):
            if len(a) == len(b) == 1:
                one = (column, min(a))
                found.setdefault((other, min(b)), found.get(one, one))
    return found


def across(
    cells: Sequence[RowCounts], together: Mapping[Columns, Collection[Columns]]
) -> tuple[list[RowCounts], list[Sum]]:
    """Find what adds up across two columns, one of whose categories lie in those of the other.

    Several that come to the same as several others do so by way of a number that is nowhere shown.
    """
    found, sums, same = list(cells), list[Sum](), same_in(together)
    at = {cell.named: i for i, cell in enumerate(cells)}
    for columns, pairs in together.items():
        for block in _blocks(pairs):
            named = [[(column, word) for word in sorted(words)] for column, words in zip(columns, block, strict=True)]
            sides = [[at.get(frozenset([same.get(pair, pair)])) for pair in side] for side in named]
            one, other = sorted(([i for i in side if i is not None] for side in sides), key=len)
            if None in sides[0] or None in sides[1] or one == other:
                continue
            if len(one) > 1:
                found.append(_unseen([cells[i].counts for i in one]))
                sums += _adding_up(found, len(found) - 1, one)
                one = [len(found) - 1]
            sums += _adding_up(found, one[0], other)
    return found, sums


def _unseen(parts: Sequence[Mapping[Quantity, Counts]]) -> RowCounts:
    """Make a cell that stands nowhere, of what some come to."""
    measures = [measure for measure in parts[0] if all(measure in part for part in parts)]
    counts = {
        measure: (sum(part[measure][0] for part in parts), sum(part[measure][1] for part in parts))
        for measure in measures
    }
    return RowCounts(counts, kept=True, unseen=True)


def _blocks(pairs: Collection[Columns]) -> list[tuple[set[str], set[str]]]:
    """Part the categories of two columns into the least groups that lie in each other whole."""
    blocks = _connected(sorted(pairs), lambda pair: set(enumerate(pair)))
    return [({a for a, _ in block}, {b for _, b in block}) for block in blocks]


def _connected(items: Iterable[Item], keys: Callable[[Item], set[Hashable]]) -> list[list[Item]]:
    """Put together what shares keys, by however many steps."""
    groups: list[tuple[set[Hashable], list[Item]]] = []
    for item in items:
        own = keys(item)
        touched = [group for group in groups if group[0] & own]
        groups = [group for group in groups if not group[0] & own]
        together = [one for _, several in touched for one in several]
        groups.append((own.union(*(names for names, _ in touched)), [*together, item]))
    return [several for _, several in groups]


def without_wholes(cells: Sequence[RowCounts], sums: Sequence[Sum]) -> list[RowCounts]:
    """Keep what cells that are shown all the same come to, and count a category that is the whole as the whole."""
    told = {each.whole for each in sums if all(cells[i].kept for i in each.parts)}
    whole = {each.parts[0] for each in sums if len(each.parts) == 1 and not cells[each.whole].sensitive}
    return [
        replace(cell, kept=cell.kept or (i in told and bool(cell.counts)), sensitive=cell.sensitive and i not in whole)
        for i, cell in enumerate(cells)
    ]


# ---- what is withheld


def withheld(cells: Sequence[RowCounts], sums: Sequence[Sum]) -> frozenset[int]:
    """Choose the cells that are withheld."""
    # what makes up for a small part of a sum makes up for it in the larger ones too
    sums = sorted(sums, key=lambda each: len(each.parts))
    gone = {i for i, cell in enumerate(cells) if cell.small and not cell.kept}
    added: list[int] = []
    while leak := _leak(cells, sums, gone):
        enough = next((i for i in leak.choices if not _leak(cells, leak.sums, gone | {i})), leak.choices[0])
        gone.add(enough)
        added.append(enough)
    # a total is the last thing to be missed
    largest = {i: max((base for base, _ in cells[i].counts.values()), default=0) for i in added}
    for i in sorted(added, key=lambda i: -largest[i]):
        if not _leak(cells, sums, gone - {i}):
            gone.discard(i)
    return frozenset(gone)


def given_away(cells: Sequence[RowCounts], sums: Sequence[Sum], gone: Collection[int]) -> frozenset[int]:
    """Name the cells that are kept although what is withheld can be worked out of them."""
    leaks = _leaks(cells, sums, gone)
    return frozenset(
        i
        for leak in leaks
        for each in leak.sums
        for i in each.places
        if cells[i].kept and not cells[i].unseen and not leak.choices
    )


@dataclass(frozen=True, slots=True)
class _Leak:
    """Sums that give back what is withheld, and the cells that could be withheld against it."""

    sums: Sequence[Sum]
    choices: Sequence[int]


def _leak(cells: Sequence[RowCounts], sums: Sequence[Sum], gone: Collection[int]) -> _Leak | None:
    """Find the first leak that withholding another cell can mend."""
    return next((leak for leak in _leaks(cells, sums, gone) if leak.choices), None)


def _leaks(cells: Sequence[RowCounts], sums: Sequence[Sum], gone: Collection[int]) -> Iterator[_Leak]:
    unknown = {*gone, *_untold(cells, sums, gone)}
    touched = [each for each in sums if not unknown.isdisjoint(each.places)]
    return itertools.chain(
        _left_small(cells, [*touched, *_put_through(touched, unknown)], unknown), _given_back(cells, touched, unknown)
    )


def _put_through(sums: Sequence[Sum], unknown: Collection[int]) -> Iterator[Sum]:
    """Put for withheld parts what they are the sum of: wards for a district that is not shown."""
    parted: dict[tuple[Quantity, int], list[Sum]] = {}
    for each in sums:
        if each.whole in unknown:
            parted.setdefault((each.measure, each.whole), []).append(each)
    for each in sums:
        own = [parted[each.measure, i] for i in each.parts if (each.measure, i) in parted]
        for chosen in itertools.islice(itertools.product(*own), _TRIED if own else 0):
            inner = {one.whole: one.parts for one in chosen}
            yield replace(each, parts=tuple(dict.fromkeys(j for i in each.parts for j in inner.get(i, (i,)))))


def _untold(cells: Sequence[RowCounts], sums: Iterable[Sum], gone: Collection[int]) -> set[int]:
    """Name the unseen cells that no list of shown ones tells."""
    told = {each.whole for each in sums if all(i not in gone for i in each.parts)}
    return {i for i, cell in enumerate(cells) if cell.unseen} - told


def _left_small(cells: Sequence[RowCounts], sums: Iterable[Sum], gone: Collection[int]) -> Iterator[_Leak]:
    """Find the totals that, less their shown parts, leave a small number, although some parts are shown."""
    for each in sums:
        rest = [cells[i] for i in each.parts if i in gone]
        if each.whole in gone or len(rest) in (0, len(each.parts)):
            continue
        counts = [cell.counts[each.measure] for cell in rest if each.measure in cell.counts]
        left = sum(base for base, _ in counts), sum(recorded for _, recorded in counts)
        if len(counts) < len(rest):
            continue
        told = _one_sided(cells[each.whole].counts.get(each.measure, (0, 0)), each.measure)
        small = is_small(*left, sensitive=any(cell.sensitive for cell in rest))
        if small or (_one_sided(left, each.measure) and not told):
            yield _Leak([each], _choices(cells, [each], gone))


def _one_sided(left: Counts, measure: Quantity) -> bool:
    """Tell whether all of what is left was recorded, or none: so it was of each of its parts."""
    base, recorded = left
    return not isinstance(measure, Gap) and base > 0 and recorded in (0, base)


def _given_back(cells: Sequence[RowCounts], sums: Sequence[Sum], gone: Collection[int]) -> Iterator[_Leak]:
    """Find the withheld cells that the sums leave a single value."""

    def unknown(each: Sum) -> set[Hashable]:
        return {(each.measure, i) for i in each.places if i in gone}

    for part in _connected(sums, unknown):
        solved = _solved(part, sorted({i for each in part for i in each.places if i in gone}))
        for i in (i for i in solved if not cells[i].unseen):
            own = [each for each in part if i in each.places]
            free = any(j not in gone and not cells[j].kept for each in own for j in each.parts)
            yield _Leak(part, _choices(cells, own if free else part, gone))


def _choices(cells: Sequence[RowCounts], sums: Sequence[Sum], gone: Collection[int]) -> list[int]:
    """Order the cells of some sums that could be withheld too, the smallest first: a total where no part is left."""
    parts = {i: each.measure for each in sums for i in each.parts}
    wholes = {each.whole: each.measure for each in sums}
    for several in (parts, wholes):
        free = [i for i in several if i not in gone and not cells[i].kept]
        if free:
            return sorted(free, key=lambda i: (cells[i].counts.get(several[i], (0, 0))[0], i))
    return []


def _solved(sums: Sequence[Sum], unknown: Sequence[int]) -> list[int]:
    """List the unknowns that the sums leave a single value: those that no solution of their homogeneous form moves."""
    if len(sums) == 1:
        return list(unknown) if len(unknown) == 1 else []
    place = {i: column for column, i in enumerate(unknown)}
    rows = np.zeros((len(sums), len(unknown)))
    for row, each in zip(rows, sums, strict=True):
        for i in each.parts:
            if i in place:
                row[place[i]] += 1
        if each.whole in place:
            row[place[each.whole]] -= 1
    _, sizes, basis = np.linalg.svd(rows, full_matrices=True)
    rank = int((sizes > _NOTHING).sum())
    moved = np.abs(basis[rank:]).max(axis=0, initial=0.0)
    return [i for i in unknown if moved[place[i]] <= _NOTHING]
