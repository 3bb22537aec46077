"""Totals among the rows of a data frame or a Parquet file: found by the rules of text files, in the frame's own engine.

Values have types here, and rows may have no order. What could be a total is fetched and looked at: rows that speak of
one where rows are named, rows that lack what nearly all others hold, and the last ones. The rest of the rows is added
up only where there is a total to be held against them.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from cdi import wording
from cdi.errors import Where
from cdi.reading import engine
from cdi.reading.adding import ColumnSums, sums_of_cells
from cdi.reading.set_aside import MOST, SPOKEN, TAIL, RawTable, RowKind, SetAside, TableRows, label_of

if TYPE_CHECKING:
    from cdi.reading.engine import Rows

    Place = Callable[[Sequence[int]], Mapping[int, Where]]

__all__ = ["without_totals"]

_LAST = 200
"""Rows at each end, of which the outermost that hold something are looked at one by one."""

_NAMING = 3
"""Columns that are looked through for words while rows are counted: totals are named in the first of them."""

_SAYING = "_cdi_saying_"


def without_totals(rows: Rows, columns: Sequence[str], place: Place | None) -> tuple[Rows, dict[int, SetAside]]:
    """Take totals, averages and percentages out of rows, whose columns are named by position.

    ``place`` says where the row of a number stands, from 1; it is None of rows without an order, which have none.

    Raises
    ------
    DataError
        A total does not add up.
    """
    if not columns:
        return rows, {}
    table = _FrameRows(rows, columns, place)
    aside = table.aside()
    return (table.without(list(aside)), aside) if aside else (rows, {})


class _FrameRows(TableRows):
    """The rows of a frame, and which of them are no data."""

    def __init__(self, rows: Rows, columns: Sequence[str], place: Place | None) -> None:
        super().__init__(None, RawTable("", tuple(columns), Where(), place or self._told, (), None, _nothing_more))
        self.rows, self.ordered = rows, place is not None
        self.found: dict[int, dict[str, Any]] = {}  # the rows that come into question, with their values

    def without(self, numbers: Sequence[int]) -> Rows:
        """Leave out some of the rows that came into question."""
        import narwhals as nw

        if self.ordered:
            return engine.numbered(self.rows).filter(~nw.col(engine.ROW).is_in(numbers))
        return functools.reduce(lambda rows, number: engine.unlike(rows, self.found[number]), numbers, self.rows)

    @functools.cached_property
    def filled(self) -> tuple[str, ...]:
        """The columns that are blank in a few rows at the most."""
        rows, counts = self._counts
        least = max(rows - TAIL, rows / 2)
        return tuple(column for column, name in zip(self.columns, self.names, strict=True) if counts[name] >= least)

    @property
    def _counts(self) -> tuple[int, Mapping[str, int]]:
        """How many rows there are, and how many hold something in each column."""
        return self._found["_cdi_n"], self._found

    @functools.cached_property
    def _found(self) -> Mapping[str, int]:
        """What one question counts: all rows, those that hold something in each column, those that say a word.

        Words are counted along the way where each question may read all files of a cluster again.
        """
        import narwhals as nw

        terms = {name: nw.col(name).count() for name in self.names}
        if not self.ordered and not engine.is_duckdb(self.rows):
            kinds = self.rows.collect_schema()
            texts = [name for name in self.names[:_NAMING] if isinstance(kinds[name], nw.String)]
            terms |= {f"{_SAYING}{name}": engine.saying(name, SPOKEN).cast(nw.Int64).sum() for name in texts}
        found = engine.collect(self.rows.select(**terms, _cdi_n=nw.len()))
        return {name: 0 if engine.absent(values[0]) else int(values[0]) for name, values in found.items()}

    def _says_nothing(self, naming: Sequence[str]) -> bool:
        """Tell whether it was counted that no row speaks of a total in some columns."""
        kinds = self.rows.collect_schema()
        return all(self._found.get(f"{_SAYING}{name}", 0 if kinds[name].is_numeric() else 1) == 0 for name in naming)

    # ---- which rows come into question

    def _candidates(self) -> dict[int, dict[str, str]]:
        found = {**self._suspect(), **(self._at_ends() if self.ordered else {})}
        self.found = dict(sorted(found.items()))
        return {number: self._cells(values) for number, values in self.found.items()}

    def _suspect(self) -> dict[int, dict[str, Any]]:
        """Fetch the rows that speak of a total in the columns that name rows, and those that lack what others hold."""
        rows, counts = self._counts
        places = [self.columns.index(column) for column in self.filled]
        # rows are named in their first columns, of which a later one counts where those before it may be blank
        naming = self.names[: (places[0] if places else len(self.names)) + 1]
        lacking = [self.names[place] for place in places if counts[self.names[place]] < rows]
        if not lacking and self._says_nothing(naming):
            return {}
        suspect = functools.partial(engine.speaking, names=naming, words=SPOKEN, lacking=lacking)
        if not self.ordered or engine.is_duckdb(self.rows):
            return self._fetched(suspect(self.rows).head(MOST))
        # rows are numbered, which copies them, only where there is one to be named
        if engine.count_rows(suspect(self.rows)) == 0:
            return {}
        return self._fetched(suspect(engine.numbered(self.rows)).head(MOST))

    def doubtful(
        self, rows: Mapping[int, Mapping[str, str]], bare: Sequence[int], others: Collection[int]
    ) -> list[int]:
        """Doubt nothing: a frame has no further rows that are blank where the row above says the report."""
        del rows, bare, others
        return []

    def odd_last(self, rows: Mapping[int, Mapping[str, str]], others: Collection[int]) -> list[int]:
        """Take no last row of another name for a total: rows may have no order."""
        del rows, others
        return []

    def under_totals(self, rows: Mapping[int, Mapping[str, str]], kinds: Mapping[int, RowKind]) -> dict[int, str]:
        """Find nothing under a total, likewise."""
        del rows, kinds
        return {}

    def _at_ends(self) -> dict[int, dict[str, Any]]:
        """Take the first and the last rows that hold something; blank ones may stand beyond them."""
        rows = self._counts[0]
        ends = [self._held(end) for end in self._ends(TAIL)]
        if rows > TAIL and any(len(end) < TAIL for end in ends):
            ends = [self._held(end) for end in self._ends(_LAST)]
        return ends[0] | ends[1]

    def _held(self, end: Mapping[int, dict[str, Any]]) -> dict[int, dict[str, Any]]:
        """Take the outermost rows of an end that hold something."""
        held = (number for number, values in end.items() if self._cells(values))
        return {number: end[number] for number in islice(held, TAIL)}

    def _ends(self, reach: int) -> Iterator[dict[int, dict[str, Any]]]:
        """Fetch so many rows from either end, the outermost first."""
        if engine.is_duckdb(self.rows):
            for descending in (False, True):
                yield self._fetched(self.rows.sort(engine.ROW, descending=descending).head(reach))
            return
        rows = self._counts[0]
        first, last = range(min(reach, rows)), range(rows - 1, max(rows - reach, 0) - 1, -1)
        places = np.unique(np.array([*first, *last], dtype=np.int64))
        known = self._by_number(engine.taken(self.rows.select(*self.names), places), places + 1)
        for end in (first, last):
            yield {place + 1: known[place + 1] for place in end}

    def _fetched(self, rows: Rows) -> dict[int, dict[str, Any]]:
        wanted = [*self.names, *([engine.ROW] if self.ordered else [])]
        columns = engine.collect(rows.select(*wanted))
        count = len(columns[self.names[0]])
        numbers = columns[engine.ROW] if self.ordered else range(1, count + 1)
        return self._by_number(columns, numbers)

    def _by_number(
        self, columns: Mapping[str, np.ndarray[Any, Any]], numbers: Iterable[int]
    ) -> dict[int, dict[str, Any]]:
        """Put what was fetched by columns together by rows."""
        return {int(number): {name: columns[name][i] for name in self.names} for i, number in enumerate(numbers)}

    def _cells(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Write what a row holds, by the user's names."""
        cells = ((column, _cell(values[name])) for column, name in zip(self.columns, self.names, strict=True))
        return {column: cell for column, cell in cells if cell}

    def _told(self, numbers: Sequence[int]) -> dict[int, Where]:
        """Name rows without an order by their label."""
        labels = {number: label_of(self._cells(self.found[number])) for number in numbers}
        return {number: Where(key=wording.row_called(label)) for number, label in labels.items()}

    # ---- what the others add up to

    def _added(self, ends: Sequence[int], columns: Sequence[str], left: Collection[int]) -> dict[int, list[ColumnSums]]:
        """Add up some columns; rows without an order are all above each total."""
        names = [self.raw.inner(column) for column in columns]
        if self.ordered:
            held = engine.collect(engine.numbered(self.rows).select(engine.ROW, *names))
            rows = np.asarray(held[engine.ROW])
            parts = np.searchsorted(np.asarray(ends), rows, side="right")
            kept = ~np.isin(rows, list(left))
        else:
            held = engine.collect(self.without(sorted(left)).select(*names))
            parts = np.zeros(len(next(iter(held.values()), ())), dtype=np.int64)
            kept = np.ones(len(parts), dtype=bool)
        return {
            int(part): [_sums(held[name][kept & (parts == part)]) for name in names] for part in np.unique(parts[kept])
        }


def _sums(values: Sequence[object]) -> ColumnSums:
    return sums_of_cells(Counter(cell for value in values if (cell := _cell(value))))


def _nothing_more(_aside: object) -> dict[str, Any]:
    return {}


def _cell(value: object) -> str:
    """Write a value as a file would; what is absent, or nothing but spaces, is no text."""
    return "" if engine.absent(value) else str(value).strip(engine.SPACES)
