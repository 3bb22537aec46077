"""What the totals of a table add up: the rows above each, or those below it.

A total stands under its rows or heads them, and subtotals stand between others. So the rows between totals are added up
once, as parts, and each total is held against runs of parts that end or begin at it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

__all__ = ["WHOLE", "YES", "ColumnSums", "Differs", "Settled", "number_of", "settle", "sums_of_cells"]

WHOLE = re.compile(r"[0-9]{1,15}(?:\.0*)?|[0-9]{1,3}(?:,[0-9]{3})+")
YES = ("y", "yes", "true", "1")

_ID = 1000  # ids that are numbers are larger, counts of a report are not

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ColumnSums:
    """What some rows hold in one column."""

    added: float = 0.0  # the sum of the numbers
    yes: int = 0  # cells that say yes
    filled: int = 0
    words: int = 0  # filled cells that are no numbers

    def __add__(self, other: ColumnSums) -> ColumnSums:
        return ColumnSums(
            self.added + other.added, self.yes + other.yes, self.filled + other.filled, self.words + other.words
        )

    @property
    def total(self) -> float | None:
        """What a total says of the column: the sum of numbers, or how many say yes; None of other texts."""
        if not self.words:
            return self.added
        return float(self.yes) if self.yes else None

    @property
    def is_of_names(self) -> bool:
        """Whether a total says how many rows there are, since they hold texts, or ids that are numbers."""
        return self.words > 0 or self.added > _ID * self.filled


def sums_of_cells(cells: Mapping[str, int]) -> ColumnSums:
    """Add up what cells hold that were counted: text -> in how many rows it stands."""
    added, yes, words = 0.0, 0, 0
    for cell, times in cells.items():
        try:
            added += float(cell.replace(",", "")) * times
        except ValueError:
            words += times
        if cell.casefold() in YES:
            yes += times
    return ColumnSums(added, yes, sum(cells.values()), words)


def number_of(cell: str) -> float:
    """Read a number as a total writes it."""
    return float(cell.replace(",", ""))


Sums = Mapping[str, ColumnSums]


@dataclass(frozen=True, slots=True)
class Differs:
    """A number of a total that is not what its rows add up to: in a column, with what they do, above it or below."""

    column: str
    got: str
    above: int | None
    below: int | None


@dataclass(slots=True)
class Settled:
    """Which rows are totals, and how they were held against their rows."""

    totals: list[int] = field(default_factory=list)
    sums: dict[int, dict[str, int]] = field(default_factory=dict)  # row -> what adds up, by column
    wrong: list[tuple[int, Differs]] = field(default_factory=list)


def settle(
    ends: Mapping[int, Cells],
    labelled: Sequence[int],
    columns: Sequence[str],
    parts: Mapping[int, Sequence[ColumnSums]],
) -> Settled:
    """Find out which rows without a label are totals, and hold each total against the rows above it or below it.

    ``ends`` are the rows that may be totals, in their order, and ``parts`` what the data rows before each and behind
    the last hold in ``columns``.
    """
    table = _Parts(ends, columns, parts)
    totals = {*labelled}
    bare = [i for i, row in enumerate(ends) if row not in totals]
    first = [i for i in bare if not table.has_data(0, i + 1)]
    # what stands before all data can only be the total of what is below it, which is known once the others are
    for i in [*(i for i in bare if i not in first), *first]:
        sides = table.below(i, totals) if i in first else table.above(i, totals)
        if any(_fits(sums, table.cells[i]) for sums in sides):
            totals.add(table.rows[i])
        else:
            table.take_as_data(i)
    settled = Settled(sorted(totals))
    held = [_held(table, i, row, totals) for i, row in enumerate(ends) if row in totals]
    _choose(held, settled)
    return settled


class _Parts:
    """The data rows of a table in parts, each before one of the rows that may be totals, and the last behind them."""

    def __init__(
        self, ends: Mapping[int, Cells], columns: Sequence[str], parts: Mapping[int, Sequence[ColumnSums]]
    ) -> None:
        self.rows, self.cells, self.columns = list(ends), list(ends.values()), columns
        nothing = [ColumnSums()] * len(columns)
        self.parts = [list(parts.get(i, nothing)) for i in range(len(ends) + 1)]

    def has_data(self, first: int, last: int) -> bool:
        """Tell whether some parts hold any number or text."""
        return any(sums.filled for part in self.parts[first:last] for sums in part)

    def take_as_data(self, end: int) -> None:
        """Count a row that is no total with the rows behind it."""
        cells = self.cells[end]
        own = [sums_of_cells({cells[name]: 1} if name in cells else {}) for name in self.columns]
        self.parts[end + 1] = self._joined(self.parts[end + 1], own)

    def above(self, end: int, totals: set[int]) -> Iterator[Sums]:
        """Add up the rows above a row: all of them, and those behind each of the totals before it."""
        starts = {0, *(i + 1 for i in range(end) if self.rows[i] in totals)}
        yield from self._runs(range(end, -1, -1), starts)

    def below(self, end: int, totals: set[int]) -> Iterator[Sums]:
        """Add up the rows below a row: all of them, and those before each of the totals behind it."""
        stops = {len(self.rows), *(i for i in range(end + 1, len(self.rows)) if self.rows[i] in totals)}
        yield from self._runs(range(end + 1, len(self.rows) + 1), stops)

    def _runs(self, order: range, ends: set[int]) -> Iterator[Sums]:
        run = [ColumnSums()] * len(self.columns)
        for i in order:
            run = self._joined(run, self.parts[i])
            if i in ends:
                yield dict(zip(self.columns, run, strict=True))

    @staticmethod
    def _joined(one: Sequence[ColumnSums], other: Sequence[ColumnSums]) -> list[ColumnSums]:
        return [a + b for a, b in zip(one, other, strict=True)]


def _fits(sums: Sums, cells: Cells) -> bool:
    """Tell whether every cell is the sum of at least two rows: what has no label is a total only if it fits."""
    return bool(cells) and all(
        sums[name].filled > 1 and sums[name].total == number_of(cell) for name, cell in cells.items()
    )


@dataclass(frozen=True, slots=True)
class _Held:
    """A total with the sums that it comes closest to, above and below it; None where no rows are."""

    row: int
    cells: Cells
    above: tuple[dict[str, int], dict[str, int]] | None
    below: tuple[dict[str, int], dict[str, int]] | None

    def fits(self, side: str) -> bool:
        """Tell whether nothing of it differs on a side; where no rows are, it is held against the other."""
        held = getattr(self, side)
        return held is None or not held[1]


def _held(table: _Parts, i: int, row: int, totals: set[int]) -> _Held:
    cells = table.cells[i]
    has_below = table.has_data(i + 1, len(table.parts))
    above = _closest(cells, table.above(i, totals)) if table.has_data(0, i + 1) or not has_below else None
    return _Held(row, cells, above, _closest(cells, table.below(i, totals)) if has_below else None)


def _closest(cells: Cells, runs: Iterator[Sums]) -> tuple[dict[str, int], dict[str, int]]:
    """Part the whole numbers of a total into those that add up and those that do not, with what they should be.

    Of several runs of rows the one counts in which most is right: the nearest, and where nothing is, all rows.
    """
    numbers = {name: number_of(cell) for name, cell in cells.items() if WHOLE.fullmatch(cell)}
    best: tuple[dict[str, int], dict[str, int]] = {}, {}
    for sums in runs:
        right: dict[str, int] = {}
        wrong: dict[str, int] = {}
        for name, number in numbers.items():
            held = sums[name]
            if number == held.total or (number == held.filled and held.is_of_names):
                right[name] = int(number)
            elif held.total is not None:
                wrong[name] = int(held.total)
        if len(right) > len(best[0]) or not best[0]:
            best = right, wrong
        if len(right) == len(numbers):
            break
    return best


def _choose(held: Sequence[_Held], settled: Settled) -> None:
    """Hold all totals against the rows on one side: those of one table stand under their rows, or all head them.

    One with rows on a single side is held against these.
    """
    inner = [each for each in held if each.above is not None and each.below is not None]
    off = {side: sum(not each.fits(side) for each in inner) for side in ("above", "below")}
    side = "above" if off["above"] <= off["below"] else "below"
    for each in held:
        chosen = (each.above if side == "above" else each.below) or each.above or each.below or ({}, {})
        settled.sums[each.row] = chosen[0]
        for name in chosen[1]:
            above, below = (found[1].get(name) if found else None for found in (each.above, each.below))
            settled.wrong.append((each.row, Differs(name, each.cells[name], above, below)))
