"""Rows of a table that are no data: totals of the rows above them, averages and percentages.

A total that is read as data counts everything twice. It is known by its label, or by what it holds, and held against
the rows that it adds up. What adds up is set aside and said; what does not is refused with both numbers.
"""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from cdi.errors import SHOWN, DataError, Fault, Where, fault
from cdi.reading import engine

__all__ = [
    "MOST", "TAIL", "ColumnSums", "RawTable", "RowKind", "SetAside", "Signs", "TableRows", "is_share_label",
    "is_total_label", "label_of", "rows_aside", "sums_of_cells",
]  # fmt: skip


class RowKind(StrEnum):
    """What a row is that is no data."""

    TOTAL = "total"
    SHARE = "share"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row that was left out of the data."""

    kind: RowKind
    label: str | None  # what it calls itself; None where it has no label
    where: Where
    sums: Mapping[str, int]  # column -> the number that the rows above add up to, as it says; empty where none stands


_ALL = r"all(?: (?:reports|crimes|records|incidents|months|offences|forces|searches))?"
_TOTAL = re.compile(
    r"(?:(?:grand|sub|overall|column|final|running|monthly|yearly|annual|force|sheet)[ -]?)*totals?(?:\b.*)?"
    rf"|{_ALL}|sum|overall|sub[ -]?tot(?:al)?s?|tot"
)
_SHARE = re.compile(
    r"(?:overall |monthly |total )?(?:averages?|avg|means?|medians?|per ?cent(?:ages?)?|pct|%"
    r"|compliance(?: rate| %)?|(?:recording|compliance|accuracy|error) rate|accuracy|rates?)(?: \(?%\)?)?"
)
_NOTE = re.compile(
    r"(?:notes?|sources?|n\.?b|key|prepared|produced|printed|last updated|end of)\b.*|[*†[(].*", re.DOTALL
)
_WHOLE = re.compile(r"[0-9]{1,15}(?:\.0*)?|[0-9]{1,3}(?:,[0-9]{3})+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+) ?%?|[0-9]{1,3}(?:,[0-9]{3})+")
_YES = ("y", "yes", "true", "1")

_APART = "\x1f"

_SENTENCE = 5  # words; ids and categories have fewer

TAIL = 12
"""Rows at the end of a table that are looked at one by one: a total may have any label there, or none."""

MOST = 2000  # rows that name a total; a table has fewer, a column of texts that speak of totals may have more


def is_total_label(text: str) -> bool:
    """Tell the label of a total."""
    return _TOTAL.fullmatch(_plain(text)) is not None


def is_share_label(text: str) -> bool:
    """Tell the label of a row of averages or percentages."""
    return _SHARE.fullmatch(_plain(text)) is not None


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" :.*-=")


@dataclass(frozen=True, slots=True)
class Signs:
    """What a look through all texts of a table found: what is not there need not be looked for again."""

    totals: bool = True  # whether a text may speak of a total
    errors: bool = True  # whether one may be the error of a formula
    untidy: bool = True  # whether one may hold several spaces in a row, or end in a stray sign


@dataclass(frozen=True, slots=True)
class RawTable:
    """The table of a file as it stands there, loaded as texts: totals, blank rows and titles of others included."""

    table: str  # the table that it stands in
    columns: tuple[str, ...]
    at: Where  # the header
    place: Callable[[Sequence[int]], Mapping[int, Where]]  # numbers of rows -> where they stand
    marked: tuple[int, ...]  # the rows that the file itself calls totals
    sheet_rows: Sequence[int] | None  # the rows of the sheet, where blank ones are not in the table
    # rows that are no data -> what else is known of the file, once nothing is wrong with the rest
    checked: Callable[[Collection[int]], dict[str, Any]]
    # columns -> the table with the value of merged cells written into each of them; None where none are merged
    unmerged: Callable[[Collection[str]], RawTable | None] = lambda _columns: None
    signs: Signs = Signs()

    def inner(self, column: str) -> str:
        """Give the name that the engine knows a column by."""
        return engine.inner(self.columns.index(column))


def rows_aside(connection: Any, raw: RawTable) -> dict[int, SetAside]:
    """Find the rows of a table that are no data, by their numbers.

    Raises
    ------
    DataError
        A total does not add up.
    """
    return TableRows(connection, raw).aside()


class TableRows:
    """A table of the engine, and what its rows are."""

    def __init__(self, connection: Any, raw: RawTable) -> None:
        self.connection, self.raw = connection, raw
        self.table, self.columns = raw.table, raw.columns
        self.names = engine.inner_names(raw.columns)

    def aside(self) -> dict[int, SetAside]:
        """Find the rows that are no data."""
        marked = self.raw.marked
        rows = self._candidates()
        kinds = {row: kind for row, cells in rows.items() if (kind := self._kind(cells, is_marked=row in marked))}
        for row in sorted(rows, reverse=True):
            if row not in kinds:
                if not self._is_note(rows[row]):
                    break
                kinds[row] = RowKind.NOTE
        bare = [row for row, cells in rows.items() if row not in kinds and self._may_add_up(cells)]
        totals = [row for row, kind in kinds.items() if kind is RowKind.TOTAL]
        if not kinds and not bare:
            return {}
        ends = sorted([*totals, *bare])
        above = self._above(ends, _numbers_in([rows[row] for row in ends]), kinds)
        for row in bare:
            if above[row].adds_up(rows[row]):
                kinds[row] = RowKind.TOTAL
        places = self.raw.place(sorted(kinds))
        found: dict[int, SetAside] = {}
        faults: list[Fault] = []
        for row in sorted(kinds):
            cells = rows[row]
            sums, wrong = above[row].held_against(cells) if kinds[row] is RowKind.TOTAL else ({}, {})
            found[row] = SetAside(kinds[row], label_of(cells), places[row], sums)
            faults += [
                fault("total-row-differs", got=cells[name], where=replace(places[row], column=name), added=added)
                for name, added in wrong.items()
            ]
        if faults:
            raise DataError(faults[:SHOWN], len(faults))
        return found

    # ---- which rows come into question

    def _candidates(self) -> dict[int, dict[str, str]]:
        """Fetch the rows that speak of a total, and the last ones, each with the cells that hold something."""
        names = ", ".join(self.names)
        text = f"concat_ws({engine.literal(_APART)}, {names})"
        speaks = f"contains({text}, 'otal') or contains({text}, 'OTAL')" if self.raw.signs.totals else "false"
        # of the last rows those that hold something: blank ones are still there
        last = f"coalesce({names}) is not null"
        listed = ", ".join(map(str, self.raw.marked)) or "0"
        cells = f"select {engine.ROW}, {names} from {self.table}"
        query = (
            f"({cells} where {speaks} order by {engine.ROW} limit {MOST}) union "
            f"({cells} where {last} order by {engine.ROW} desc limit {TAIL}) union "
            f"({cells} where {engine.ROW} in ({listed}))"
        )
        found = self.connection.execute(query).fetchall()
        return {
            row: {name: cell for name, cell in zip(self.columns, cells, strict=True) if cell is not None}
            for row, *cells in sorted(found)
        }

    # ---- what a row is

    def _kind(self, cells: Mapping[str, str], *, is_marked: bool) -> RowKind | None:
        if is_marked:
            return RowKind.TOTAL
        if not cells:
            return None
        numbers = [cell for cell in cells.values() if _NUMBER.fullmatch(cell)]
        texts = [cell for cell in cells.values() if cell not in numbers]
        first = next(iter(cells.values()))
        if not texts:
            # a fraction without a sign may be the rate of a row whose name is missing
            shares = all(cell.endswith("%") for cell in numbers)
            return RowKind.SHARE if shares and self._lacks(cells) else None
        label = next((cell for cell in texts if is_total_label(cell)), None)
        if label is not None and (texts == [label] or _is_bare(label)):
            # a label behind other cells may be a word of the auditor's about a case
            if label == first or (texts == [label] and self._lacks(cells)):
                return RowKind.TOTAL if len(texts) == 1 or numbers else None
            return None
        if len(texts) == 1 and is_share_label(texts[0]) and (texts[0] == first or self._lacks(cells)):
            whole = [cell for cell in numbers if _WHOLE.fullmatch(cell)]
            # whole numbers alone may be counts of a category of that name
            if len(whole) < len(numbers) or not whole or (len(whole) == 1 and self._lacks(cells)):
                return RowKind.SHARE
        return None

    def _is_note(self, cells: Mapping[str, str]) -> bool:
        """Tell a footnote: it stands alone under the table, and begins as one or is a sentence."""
        if len(cells) != 1 or len(self.filled) < 2:
            return False
        text = next(iter(cells.values()))
        return _NOTE.fullmatch(text.casefold()) is not None or len(text.split()) >= _SENTENCE

    def _may_add_up(self, cells: Mapping[str, str]) -> bool:
        """Tell a row of nothing but whole numbers that lacks what every other row has."""
        return bool(cells) and all(map(_WHOLE.fullmatch, cells.values())) and self._lacks(cells)

    def _lacks(self, cells: Mapping[str, str]) -> bool:
        """Tell whether a row is blank in a column that nearly every row fills: the ids, the categories, the dates."""
        return any(name not in cells for name in self.filled)

    @functools.cached_property
    def filled(self) -> tuple[str, ...]:
        """The columns that are blank in a few rows at the most."""
        counts = ", ".join(f"count({name})" for name in self.names)
        held = f"coalesce({', '.join(self.names)})"
        query = f"select count({held}), {counts} from {self.table}"
        rows, *found = self.connection.execute(query).fetchone()
        least = max(rows - TAIL, rows / 2)
        return tuple(name for name, count in zip(self.columns, found, strict=True) if count >= least)

    # ---- what the rows above it add up to

    def _above(self, ends: Sequence[int], columns: Sequence[str], kinds: Mapping[int, RowKind]) -> dict[int, _Above]:
        """Add up the rows between totals, each column in every way that a total may mean: in one pass."""
        if not columns:
            return dict.fromkeys(ends, _Above(({},)))
        parts = self._added(ends, columns, kinds)
        nothing = [ColumnSums(0.0, 0, 0, 0)] * len(columns)
        found: dict[int, _Above] = {}
        starts = [0]
        for i, end in enumerate(ends):
            runs = [[parts.get(k, nothing) for k in range(start, i + 1)] for start in starts]
            added = [[functools.reduce(operator.add, column) for column in zip(*run, strict=True)] for run in runs]
            found[end] = _Above(tuple(dict(zip(columns, each, strict=True)) for each in added))
            if end in kinds:
                starts.append(i + 1)
        return found

    def _added(
        self, ends: Sequence[int], columns: Sequence[str], kinds: Mapping[int, RowKind]
    ) -> dict[int, list[ColumnSums]]:
        """Add up some columns over the data rows before the first end, and between it and the next."""
        part = " ".join(f"when {engine.ROW} < {end} then {i}" for i, end in enumerate(ends))
        sums = ", ".join(_sums_of(self.raw.inner(name)) for name in columns)
        others = ", ".join(map(str, kinds)) or "0"
        query = (
            f"select case {part} end as part, {sums} from {self.table} where {engine.ROW} < {ends[-1]} "
            f"and {engine.ROW} not in ({others}) group by part"
        )
        parts: dict[int, list[ColumnSums]] = {}
        for number, *values in self.connection.execute(query).fetchall():
            fours = [values[i : i + 4] for i in range(0, len(values), 4)]
            parts[number] = [ColumnSums(float(added or 0), *rest) for added, *rest in fours]
        return parts


@dataclass(frozen=True, slots=True)
class ColumnSums:
    """What some rows hold in one column."""

    added: float  # the sum of the numbers
    yes: int  # cells that say yes
    filled: int
    words: int  # filled cells that are no numbers

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


@dataclass(frozen=True, slots=True)
class _Above:
    """What the rows above a total hold: all of them, or those behind one of the totals before it."""

    runs: tuple[Mapping[str, ColumnSums], ...]

    def adds_up(self, cells: Mapping[str, str]) -> bool:
        """Tell whether every cell is the sum of at least two rows: what has no label is a total only if it fits."""
        return any(
            all(sums[name].filled > 1 and sums[name].total == _number(cell) for name, cell in cells.items())
            for sums in self.runs
        )

    def held_against(self, cells: Mapping[str, str]) -> tuple[dict[str, int], dict[str, int]]:
        """Part the whole numbers of a total into those that add up and those that do not, with what they should be."""
        numbers = {name: _number(cell) for name, cell in cells.items() if _WHOLE.fullmatch(cell)}
        best: tuple[dict[str, int], dict[str, int]] = {}, {}
        for i, sums in enumerate(self.runs):
            right: dict[str, int] = {}
            wrong: dict[str, int] = {}
            for name, number in numbers.items():
                held = sums[name]
                if number in (held.total, held.filled):
                    right[name] = int(number)
                elif held.total is not None:
                    wrong[name] = int(held.total)
            if i == 0 or len(right) > len(best[0]):
                best = right, wrong
        return best


def _sums_of(name: str) -> str:
    """Write SQL for what rows hold in one column."""
    number = f"try_cast(replace({name}, ',', '') as double)"
    yes = ", ".join(map(engine.literal, _YES))
    return (
        f"sum({number}), count(*) filter (lower({name}) in ({yes})), count({name}), "
        f"count(*) filter ({name} is not null and {number} is null)"
    )


def _numbers_in(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """List the columns in which some rows hold whole numbers."""
    return list(dict.fromkeys(name for cells in rows for name, cell in cells.items() if _WHOLE.fullmatch(cell)))


def sums_of_cells(cells: Mapping[str, int]) -> ColumnSums:
    """Add up what cells hold that were counted: text -> in how many rows it stands."""
    added, yes, words = 0.0, 0, 0
    for cell, times in cells.items():
        try:
            added += float(cell.replace(",", "")) * times
        except ValueError:
            words += times
        if cell.casefold() in _YES:
            yes += times
    return ColumnSums(added, yes, sum(cells.values()), words)


def label_of(cells: Mapping[str, str]) -> str | None:
    """Give the first text of a row, which says what it is."""
    return next((cell for cell in cells.values() if not _NUMBER.fullmatch(cell)), None)


def _number(cell: str) -> float:
    return float(cell.replace(",", ""))


def _is_bare(label: str) -> bool:
    """Tell a label that is nothing else: no word of an auditor's about a case, and no name of a category."""
    return _plain(label) in {"total", "totals", "grand total", "subtotal", "sub-total", "sub total", "overall total"}
