"""Which cells are withheld: those that are small, and as many more as keep the shown sums from giving them back.

Nothing here knows of tables. A sum says that one cell is what others add up to, in one measure; since crimes due and
recorded add up alike, what can be worked out of one can be worked out of both. A withheld cell is given back where the
sums, solved for the withheld ones, leave it a single value; and what is withheld together is small again where a total
less its shown parts is (Willenborg and de Waal 2001, Elements of Statistical Disclosure Control, chapter 4). So it is
where what is left was all recorded, or none of it: each withheld part then was, too.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from cdi.disclosure.rules import FEW, SMALLEST_BASE

__all__ = ["GAP", "Cell", "Counts", "Sum", "given_away", "is_small", "withheld"]

Counts: TypeAlias = tuple[int, int]
"""A base, and how many of it were recorded."""

GAP = " and "
"""In the name of a measure: it is two bases of one row, which their difference tells of as counts do."""

_NOTHING = 1e-9
_TRIED = 16  # ways to part a sum further, where its parts are parted in several


@dataclass(frozen=True, slots=True)
class Cell:
    """A row of a table, in all its measures."""

    counts: Mapping[str, Counts]  # measure -> base and recorded, as far as they are known
    sensitive: bool = False  # whether it is of a personal characteristic or a small area
    kept: bool = False  # whether it is shown all the same
    gone: bool = False  # whether it is withheld already
    # whether it stands in no table: what two lists of others both come to, known where one of them is
    unseen: bool = False
    told: bool = False  # whether it stands in no table, and totals that weigh it tell of it: it may be small

    @property
    def small(self) -> bool:
        """Whether it is not to be shown, for itself alone."""
        return self.gone or (not self.told and self._counts_are_small)

    @property
    def _counts_are_small(self) -> bool:
        return any(is_small(each, sensitive=self.sensitive) for each in self.counts.values())


@dataclass(frozen=True, slots=True)
class Sum:
    """That one cell is what others add up to."""

    measure: str  # in which measure
    whole: int  # the place of the cell that is the sum
    parts: tuple[int, ...]  # the places of those that add up to it

    @property
    def places(self) -> tuple[int, ...]:
        """All its cells."""
        return (*self.parts, self.whole)


def withheld(cells: Sequence[Cell], sums: Sequence[Sum]) -> frozenset[int]:
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
    for i in sorted(added, key=lambda i: -_largest(cells[i])):
        if not _leak(cells, sums, gone - {i}):
            gone.discard(i)
    return frozenset(gone)


def _largest(cell: Cell) -> int:
    return max((base for base, _ in cell.counts.values()), default=0)


def is_small(counts: Counts, *, sensitive: bool) -> bool:
    """Tell whether counts are too small to publish: their base, or where they are sensitive what they leave of it."""
    base, recorded = counts
    return base < SMALLEST_BASE or (sensitive and (recorded in FEW or abs(base - recorded) in FEW))


def given_away(cells: Sequence[Cell], sums: Sequence[Sum], gone: Collection[int]) -> frozenset[int]:
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


def _leak(cells: Sequence[Cell], sums: Sequence[Sum], gone: Collection[int]) -> _Leak | None:
    """Find the first leak that withholding another cell can mend."""
    return next((leak for leak in _leaks(cells, sums, gone) if leak.choices), None)


def _leaks(cells: Sequence[Cell], sums: Sequence[Sum], gone: Collection[int]) -> Iterator[_Leak]:
    unknown = {*gone, *_untold(cells, sums, gone)}
    touched = [each for each in sums if not unknown.isdisjoint(each.places)]
    return itertools.chain(
        _left_small(cells, [*touched, *_put_through(touched, unknown)], unknown), _given_back(cells, touched, unknown)
    )


def _put_through(sums: Sequence[Sum], unknown: Collection[int]) -> Iterator[Sum]:
    """Put for withheld parts what they are the sum of: wards for a district that is not shown."""
    parted: dict[tuple[str, int], list[Sum]] = {}
    for each in sums:
        if each.whole in unknown:
            parted.setdefault((each.measure, each.whole), []).append(each)
    for each in sums:
        own = [parted[each.measure, i] for i in each.parts if (each.measure, i) in parted]
        for chosen in itertools.islice(itertools.product(*own), _TRIED if own else 0):
            inner = {one.whole: one.parts for one in chosen}
            yield replace(each, parts=tuple(dict.fromkeys(j for i in each.parts for j in inner.get(i, (i,)))))


def _untold(cells: Sequence[Cell], sums: Iterable[Sum], gone: Collection[int]) -> set[int]:
    """Name the unseen cells that no list of shown ones tells."""
    told = {each.whole for each in sums if all(i not in gone for i in each.parts)}
    return {i for i, cell in enumerate(cells) if cell.unseen} - told


def _left_small(cells: Sequence[Cell], sums: Iterable[Sum], gone: Collection[int]) -> Iterator[_Leak]:
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
        small = is_small(left, sensitive=any(cell.sensitive for cell in rest))
        if small or (_one_sided(left, each.measure) and not told):
            yield _Leak([each], _choices(cells, [each], gone))


def _one_sided(left: Counts, measure: str) -> bool:
    """Tell whether all of what is left was recorded, or none: so it was of each of its parts."""
    base, recorded = left
    return GAP not in measure and base > 0 and recorded in (0, base)


def _given_back(cells: Sequence[Cell], sums: Sequence[Sum], gone: Collection[int]) -> Iterator[_Leak]:
    """Find the withheld cells that the sums leave a single value."""
    for part in _connected(sums, gone):
        solved = _solved(part, sorted({i for each in part for i in each.places if i in gone}))
        for i in (i for i in solved if not cells[i].unseen):
            own = [each for each in part if i in each.places]
            yield _Leak(
                part, _choices(cells, own, gone) if _parts_free(cells, own, gone) else _choices(cells, part, gone)
            )


def _parts_free(cells: Sequence[Cell], sums: Sequence[Sum], gone: Collection[int]) -> bool:
    return any(i not in gone and not cells[i].kept for each in sums for i in each.parts)


def _choices(cells: Sequence[Cell], sums: Sequence[Sum], gone: Collection[int]) -> list[int]:
    """Order the cells of some sums that could be withheld too, the smallest first: a total where no part is left."""
    parts = {i: each.measure for each in sums for i in each.parts}
    wholes = {each.whole: each.measure for each in sums}
    for several in (parts, wholes):
        free = [i for i in several if i not in gone and not cells[i].kept]
        if free:
            return sorted(free, key=lambda i: (cells[i].counts.get(several[i], (0, 0))[0], i))
    return []


def _connected(sums: Sequence[Sum], gone: Collection[int]) -> list[list[Sum]]:
    """Put together the sums of one measure that share withheld cells."""
    groups: list[tuple[set[tuple[str, int]], list[Sum]]] = []
    for each in sums:
        unknown = {(each.measure, i) for i in each.places if i in gone}
        joined = [group for group in groups if group[0] & unknown]
        groups = [group for group in groups if not group[0] & unknown]
        merged = [one for _, several in joined for one in several]
        groups.append((unknown.union(*(names for names, _ in joined)), [*merged, each]))
    return [several for _, several in groups]


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
