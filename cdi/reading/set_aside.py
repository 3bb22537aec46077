"""Rows of a table that are no data: totals of the rows above or below them, averages and percentages.

A total that is read as data counts everything twice. It is known by its label, or by what it holds, and held against
the rows that it adds up. What adds up is set aside and said; what does not is refused with both numbers.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from cdi.errors import SHOWN, DataError, Fault, Where, fault
from cdi.reading import adding, engine
from cdi.reading.adding import WHOLE, YES, ColumnSums, Differs, number_of
from cdi.reading.recognition import roles_by_name

__all__ = [
    "MOST", "SPOKEN", "TAIL", "RawTable", "RowKind", "SetAside", "Signs", "TableCounts", "TableRows", "is_share_label",
    "is_total_label", "label_of", "rows_aside",
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
    sums: Mapping[str, int]  # column -> the number that its rows add up to, as it says; empty where none stands


_ALL = r"all(?: (?:reports|crimes|records|incidents|months|offences|forces|searches))?"
_ITSELF = (
    r"(?:(?:grand|sub|overall|column|final|running|monthly|yearly|annual|force|sheet)[ -]?)*totals?"
    rf"|(?:\S+ ){{1,4}}totals?|{_ALL}|sum|overall|sub[ -]?tot(?:al)?s?|tot"
)
_TOTAL = re.compile(rf"(?:{_ITSELF})(?: ?\(.*)?|(?:grand )?totals?\b.*")
_WHAT = r"for|of|in|this|per|crimes?|reports?|records?|incidents?|offences?|cases?|due|required|recorded|\(?[0-9].*"
_SUMS = re.compile(rf"(?:{_ITSELF})|(?:grand )?totals?(?: |:|=)+(?:{_WHAT})(?:\b.*)?")  # and not: total loss
_RATES = re.compile(r"%|\b(?:rates?|per ?cent(?:age)?s?|pct|averages?|means?|shares?|proportions?)\b", re.IGNORECASE)
_SHARE = re.compile(
    r"(?:overall |monthly |total )?(?:averages?|avg|means?|medians?|per ?cent(?:ages?)?|pct|%"
    r"|compliance(?: rate| %)?|(?:recording|compliance|accuracy|error) rate|accuracy|rates?)(?: \(?%\)?)?"
)
_NOTE = re.compile(
    r"(?:notes?|sources?|n\.?b|key|prepared|produced|printed|last updated|end of)\b.*|[*†[(].*|[a-z][a-z ]{1,30}:.+",
    re.DOTALL,
)
_LABEL = rf"(?i)^[ :.*=-]*(?:{_TOTAL.pattern}|{_SHARE.pattern})[ :.*=-]*$"
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+) ?%?|[0-9]{1,3}(?:,[0-9]{3})+")
_APART, _TEXT = "\x1f", "_cdi_text"

_MANY = 5  # times what any of its rows holds: more than a further row of a report would

SPOKEN = tuple(form for word in ("otal", "verage", "ercent", "ompliance") for form in (word, word.upper()))
"""Parts of the words by which rows between others say that they are no data."""

_SEVERAL, _FEW = 10, 3  # rows from which a rule is told, and rows that break it

_DIGIT = re.compile("[0-9]")

_SENTENCE = 5  # words; ids and categories have fewer

TAIL = 12
"""Rows at each end of a table that are looked at one by one: a total may have any label there, or none."""

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
    # the rows with texts that speak of one, or enough of them to tell that they are too many; None where not known
    speaking: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class TableCounts:
    """What a table of texts holds, as it was counted."""

    rows: int
    filled: int  # rows that hold something
    last: int  # the number of the last row
    loose: int  # values whose surrounding spaces were taken off
    counts: tuple[int, ...]  # of each column the rows that hold something there

    @classmethod
    def of(cls, found: Sequence[int]) -> TableCounts:
        """Take what a query gave: the whole, then each column."""
        rows, filled, last, loose, *counts = found
        return cls(rows, filled, last, loose, tuple(counts))


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
    held: TableCounts | None = None  # what it holds, where that was counted and nothing changed since
    is_view: bool = False  # whether its rows are numbered where they are looked at: they lie in another table

    @property
    def has_blank_rows(self) -> bool:
        """Whether rows are known that hold nothing."""
        return self.held is not None and self.held.filled < self.held.rows

    @property
    def lies_in(self) -> tuple[str, str]:
        """The table whose values can be changed, and how its rows are numbered."""
        return (f"{self.table}_text", "rowid + 1") if self.is_view else (self.table, engine.ROW)

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
        odd = self.odd_last(rows, {*kinds, *bare})
        if not kinds and not bare and not odd:
            return {}
        totals = [row for row, kind in kinds.items() if kind is RowKind.TOTAL]
        ends = {row: self._summed(rows[row]) for row in sorted([*totals, *bare, *odd])}
        columns = list(dict.fromkeys(name for cells in ends.values() for name in cells))
        parts = self._added(list(ends), columns, {*kinds, *bare, *odd}) if columns else {}
        settled = adding.settle(ends, totals, columns, parts)
        kinds |= dict.fromkeys(settled.totals, RowKind.TOTAL)
        unnamed = [row for row in settled.totals if row in bare]
        further, under = self.doubtful(rows, unnamed, kinds), self.under_totals(rows, kinds)
        places = self.raw.place(sorted({*kinds, *under}))
        faults = [_differs(wrong, places[row]) for row, wrong in settled.wrong]
        faults += [fault("total-or-further", where=places[row]) for row in further]
        faults += [fault("row-under-total", got=name, where=places[row]) for row, name in under.items()]
        if faults:
            raise DataError(faults[:SHOWN], len(faults))
        return {
            row: SetAside(kinds[row], label_of(rows[row]), places[row], settled.sums.get(row, {}))
            for row in sorted(kinds)
        }

    # ---- which rows come into question

    def _candidates(self) -> dict[int, dict[str, str]]:
        """Fetch the rows that speak of a total or share, and the outermost ones, with the cells that hold something."""
        found = {number: cells for ends in self._outermost for number, cells in self._rows_where(ends).items()}
        if self.raw.signs.totals:
            found |= self._rows_where(f"{engine.ROW} in ({', '.join(map(str, self._speaking())) or 0})")
        if self.raw.marked:
            found |= self._rows_where(f"{engine.ROW} in ({', '.join(map(str, self.raw.marked))})")
        return dict(sorted(found.items()))

    @property
    def _outermost(self) -> tuple[str, str]:
        """The conditions of the last and the first rows, of those that hold something: blank ones are still there."""
        held = self.raw.held
        if held is not None and not self.raw.has_blank_rows:
            # in the order of the table, which is that of its file, nothing need be sorted
            last, first = f"true limit {TAIL} offset {max(held.rows - TAIL, 0)}", f"true limit {TAIL}"
        else:
            order = f"{self._something} order by {engine.ROW}"
            last, first = f"{order} desc limit {TAIL}", f"{order} limit {TAIL}"
        if len(self.names) <= engine.MANY:
            return last, first
        # what holds many columns beside each other while it looks for a few rows takes up the memory of an engine
        return self._numbered(last), self._numbered(first)

    def _numbered(self, condition: str) -> str:
        """Name rows by their numbers."""
        rows = self.connection.execute(f"select {engine.ROW} from {self.table} where {condition}").fetchall()
        return f"{engine.ROW} in ({', '.join(str(row) for (row,) in rows) or 0})"

    def _rows_where(self, condition: str) -> dict[int, dict[str, str]]:
        found: dict[int, dict[str, str]] = {}
        for start in range(0, len(self.names), engine.MANY):
            names, columns = (each[start : start + engine.MANY] for each in (self.names, self.columns))
            query = f"select {engine.ROW}, {', '.join(names)} from {self.table} where {condition}"
            for row, *cells in self.connection.execute(query).fetchall():
                held = {name: cell for name, cell in zip(columns, cells, strict=True) if cell is not None}
                found.setdefault(row, {}).update(held)
        return found

    def _speaking(self) -> list[int]:
        """List the rows that have a word of a total or share, or percentages where rows are named."""
        known = self.raw.signs.speaking
        rows = self._with_words() if known is None else known
        if len(rows) <= MOST:
            return list(rows)
        # a column of remarks: what is nothing but a label is looked for
        labels = " or ".join(f"regexp_matches({name}, {engine.literal(_LABEL)})" for name in self.names)
        return [
            row
            for (row,) in self.connection.execute(f"select {engine.ROW} from {self.table} where {labels}").fetchall()
        ]

    def _with_words(self) -> Sequence[int]:
        apart = engine.literal(_APART)
        words = [f"contains({_TEXT}, {engine.literal(word)})" for word in SPOKEN]
        nameless = [f"{self.raw.inner(name)} is null" for name in self.naming]
        alone = " or ".join([*nameless, f"contains({_TEXT}, {apart} || '%' || {apart})"])
        speaks = f"{' or '.join(words)} or (contains({_TEXT}, '%') and ({alone}))"
        # asked as a sum, the engine joins the cells of a row once, and not for each word
        text = f"concat_ws({apart}, '', {', '.join(self.names)}, '') as {_TEXT}"
        rows = f"list({engine.ROW}) filter ({speaks})[1:{MOST + 1}]"
        query = f"select {rows} from (select *, {text} from {self.table})"
        return self.connection.execute(query).fetchone()[0] or ()

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
            if label == first or (_SUMS.fullmatch(_plain(label)) and texts == [label] and self._lacks(cells)):
                return RowKind.TOTAL if len(texts) == 1 or numbers else None
            return None
        if len(texts) == 1 and is_share_label(texts[0]) and (texts[0] == first or self._lacks(cells)):
            whole = [cell for cell in numbers if WHOLE.fullmatch(cell)]
            # whole numbers alone may be counts of a category of that name, but no report is called so
            if any(cells.get(name) == texts[0] for name in self._ids):
                return RowKind.SHARE
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
        if not cells or not all(map(WHOLE.fullmatch, cells.values())) or not self._lacks(cells):
            return False
        return not any(name in cells for name in self._ids)  # a report of that number

    def _summed(self, cells: Mapping[str, str]) -> dict[str, str]:
        """Take the whole numbers of a row; those of a column of rates are no sums."""
        return {name: cell for name, cell in cells.items() if WHOLE.fullmatch(cell) and not _RATES.search(name)}

    def _lacks(self, cells: Mapping[str, str]) -> bool:
        """Tell whether a row is blank in a column that names rows: the report, or what nearly every row fills."""
        return any(name not in cells for name in self.naming)

    @functools.cached_property
    def _ids(self) -> tuple[str, ...]:
        """The columns that seem to hold ids."""
        roles = roles_by_name(self.columns)
        return tuple(roles[role][0] for role in ("cluster", "case") if role in roles)

    @functools.cached_property
    def naming(self) -> tuple[str, ...]:
        """The columns that name a row: those that are blank in a few at the most, and that of the reports."""
        return tuple(dict.fromkeys([*self._ids[:1], *self.filled]))

    @functools.cached_property
    def _name(self) -> tuple[str, ...]:
        """The column that names a row, if there is one."""
        return self.naming[:1]

    @functools.cached_property
    def filled(self) -> tuple[str, ...]:
        """The columns that are blank in a few rows at the most."""
        rows = self.held[0]
        least = max(rows - TAIL, rows / 2)
        return tuple(name for name, count in self.held[1].items() if count >= least)

    @functools.cached_property
    def held(self) -> tuple[int, Mapping[str, int]]:
        """How many rows hold something, and how many do in each column."""
        if self.raw.held is not None:
            return self.raw.held.filled, dict(zip(self.columns, self.raw.held.counts, strict=True))
        counts = ", ".join(f"count({name})" for name in self.names)
        query = f"select count(coalesce({', '.join(self.names)})), {counts} from {self.table}"
        rows, *found = self.connection.execute(query).fetchone()
        return rows, dict(zip(self.columns, found, strict=True))

    # ---- what may be a total, and may be a further row of a report

    def doubtful(
        self, rows: Mapping[int, Mapping[str, str]], bare: Sequence[int], others: Collection[int]
    ) -> list[int]:
        """List the totals without a label that could be data: as other rows do, they leave the report to the row above.

        ``others`` are the rows that are no data.
        """
        return [
            row for row in bare if self._has_alike(rows, row, others) and not self._stands_out(row, rows[row], others)
        ]

    def odd_last(self, rows: Mapping[int, Mapping[str, str]], others: Collection[int]) -> list[int]:
        """List the last row where it may be a total of another name: of numbers many times those of any row above."""
        last = max((row for row in rows if row not in others), default=0)
        if not last or any(row > last and not self._is_note(rows[row]) for row in others):
            return []
        numbers = {name: cell for name, cell in self._summed(rows[last]).items() if name not in self._ids}
        if not numbers or len(numbers) == len(rows[last]):
            return []
        # the rows that are at hand tell it nearly always, without a look at all others
        known = [rows[row] for row in rows if row < last and row not in others]
        at_hand = [_largest(cells.get(name, "") for cells in known) for name in numbers]
        if not self._are_many_times(numbers, at_hand):
            return []
        above, _, *most = self._above(last, list(numbers), others)
        larger = above >= _SEVERAL and self._are_many_times(numbers, most)
        return [last] if larger and not self._is_named_alike(last, rows[last]) else []

    @staticmethod
    def _are_many_times(numbers: Mapping[str, str], most: Sequence[float | None]) -> bool:
        """Tell whether all numbers of a row are many times the largest of others."""
        return all(number_of(cell) > _MANY * (each or 0) for cell, each in zip(numbers.values(), most, strict=True))

    def under_totals(self, rows: Mapping[int, Mapping[str, str]], kinds: Mapping[int, RowKind]) -> dict[int, str]:
        """Find rows under the last total that are named unlike any report: with no digit, where all others have one."""
        total = max((row for row, kind in kinds.items() if kind is RowKind.TOTAL), default=0)
        under = [row for row in rows if row > total and row not in kinds] if total else []
        named = {row: rows[row][name] for row in under for name in self._name if name in rows[row]}
        if not 0 < len(under) == len(named) <= _FEW or any(map(_DIGIT.search, named.values())):
            return {}
        name, left = self.raw.inner(self._name[0]), ", ".join(map(str, [*kinds, *named]))
        plain = f"count(*) filter (not regexp_matches({name}, '[0-9]'))"
        query = f"select count({name}), {plain} from {self.table} where {engine.ROW} not in ({left})"
        reports, without = self.connection.execute(query).fetchone()
        return named if reports >= _SEVERAL and not without else {}

    def _is_named_alike(self, row: int, cells: Mapping[str, str]) -> bool:
        """Tell whether the name of a row is that of another but for its digits."""
        name = next((self.raw.inner(each) for each in self._name if each in cells), None)
        if name is None:
            return False
        form = f"regexp_replace(lower({name}), '[0-9]+', '0', 'g')"
        own = f"(select {form} from {self.table} where {engine.ROW} = {row})"
        query = f"select count(*) from {self.table} where {engine.ROW} < {row} and {form} = {own}"
        return bool(self.connection.execute(query).fetchone()[0])

    def _above(self, row: int, names: Sequence[str], others: Collection[int]) -> list[Any]:
        """Count the data rows above a row, and find the last of them and the largest number in some columns."""
        largest = ", ".join(f"max({_number_of(self.raw.inner(name))})" for name in names)
        found = f"count(*) filter ({self._something}), max({engine.ROW}) filter ({self._something}), {largest}"
        left = ", ".join(map(str, others)) or "0"
        before = f"{engine.ROW} < {row} and {engine.ROW} not in ({left})"
        return list(self.connection.execute(f"select {found} from {self.table} where {before}").fetchone())

    def _has_alike(self, rows: Mapping[int, Mapping[str, str]], bare: int, others: Collection[int]) -> bool:
        """Tell whether data rows lack what a row without a label lacks."""
        lacking = [name for name in self.naming if name not in rows[bare]]
        return all(
            self.held[0] - self.held[1][name] > sum(name not in rows[other] for other in others) for name in lacking
        )

    def _stands_out(self, row: int, cells: Mapping[str, str], others: Collection[int]) -> bool:
        """Tell whether a row stands apart from the row above it, or holds many times what any row above it does."""
        _, above, *most = self._above(row, list(cells), others)
        at = self.raw.sheet_rows
        if above is None or (row - above if at is None else at[row - 1] - at[above - 1]) > 1:
            return True
        return any(number_of(cell) > _MANY * (each or 0) for cell, each in zip(cells.values(), most, strict=True))

    @functools.cached_property
    def _something(self) -> str:
        """The condition that a row holds something."""
        return f"coalesce({', '.join(self.names)}) is not null"

    # ---- what the rows between totals hold

    def _added(self, ends: Sequence[int], columns: Sequence[str], left: Collection[int]) -> dict[int, list[ColumnSums]]:
        """Add up some columns over the data rows before the first end, between it and the next, and behind the last."""
        part = " ".join(f"when {engine.ROW} < {end} then {i}" for i, end in enumerate(ends))
        sums = ", ".join(_sums_of(self.raw.inner(name)) for name in columns)
        query = (
            f"select case {part} else {len(ends)} end as part, {sums} from {self.table} "
            f"where {engine.ROW} not in ({', '.join(map(str, left))}) group by part"
        )
        parts: dict[int, list[ColumnSums]] = {}
        for number, *values in self.connection.execute(query).fetchall():
            fours = [values[i : i + 4] for i in range(0, len(values), 4)]
            parts[number] = [ColumnSums(float(added or 0), *rest) for added, *rest in fours]
        return parts


def _sums_of(name: str) -> str:
    """Write SQL for what rows hold in one column."""
    number = _number_of(name)
    yes = ", ".join(map(engine.literal, YES))
    return (
        f"sum({number}), count(*) filter (lower({name}) in ({yes})), count({name}), "
        f"count(*) filter ({name} is not null and {number} is null)"
    )


def _number_of(name: str) -> str:
    return f"try_cast(replace({name}, ',', '') as double)"


def _largest(cells: Iterable[str]) -> float:
    return max((number_of(cell) for cell in cells if WHOLE.fullmatch(cell)), default=0.0)


def _differs(row: Differs, where: Where) -> Fault:
    """Say that a total does not add up, with what it was held against."""
    at = replace(where, column=row.column)
    if row.above is None:
        return fault("total-head-differs", got=row.got, where=at, added=row.below)
    if row.below is None:
        return fault("total-row-differs", got=row.got, where=at, added=row.above)
    return fault("total-fits-neither", got=row.got, where=at, above=row.above, below=row.below)


def label_of(cells: Mapping[str, str]) -> str | None:
    """Give the first text of a row, which says what it is."""
    return next((cell for cell in cells.values() if not _NUMBER.fullmatch(cell)), None)


def _is_bare(label: str) -> bool:
    """Tell a label that is nothing else: no word of an auditor's about a case, and no name of a category."""
    return _plain(label) in {"total", "totals", "grand total", "subtotal", "sub-total", "sub total", "overall total"}
