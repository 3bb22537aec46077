"""The records that are drawn from: each with its ticket, its stratum and a hash of its id, and nothing else of it.

A CSV or Parquet file is read by the embedded engine, once. It writes the JSON arrays, and hashes them, in SQL. What is
kept of a record is some 20 bytes, so that frames may be larger than memory. Only records that can be among the drawn
keep their texts. Data frames and workbooks go the same way, in the columns that a draw asks for.

An id that stands twice is found however far apart its rows are: all hashes of ids are sorted.
"""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.errors import SHOWN, DataError, DesignError, Fault, Where, fault, suggestion
from cdi.planning.bands import band_of
from cdi.reading import engine, opening
from cdi.reading.recognition import roles_by_name
from cdi.reading.sources import Workbook, row_keys
from cdi.selection.tickets import json_sql, prefix_of

if TYPE_CHECKING:
    from cdi.reading.sources import Source
    from cdi.selection.plans import DrawPlan

__all__ = ["Asked", "Hashed", "Opened", "hashed", "open_frame", "unit_column"]

Longs: TypeAlias = npt.NDArray[np.uint64]
Codes: TypeAlias = npt.NDArray[np.int32]
Doubles: TypeAlias = npt.NDArray[np.float64]

_ROWS, _FRAME, _WANTED = "_cdi_hashed", "_cdi_frame", "_cdi_wanted"

MEMORY = "1GB"
"""What the engine may hold before it writes to the user's own temporary folder."""

PATIENCE = 2_000
"""Milliseconds after which who watches is shown how far it is."""

TOP = 1 << 64
"""One more than the first 64 bits of a ticket can be."""


def _no_faults(_column: str) -> tuple[list[tuple[int, Fault]], int]:
    return [], 0


@dataclass(frozen=True, slots=True)
class Opened:
    """A frame that was opened: its columns, and how the engine reads them."""

    connection: Any
    columns: tuple[str, ...]
    name: str | None  # of its file, as the user gave it
    # columns, and those of ids and strata -> the SQL that reads them, where :func:`cdi.reading.engine.inner` names the
    # columns by their places
    read: Callable[[Sequence[str], Sequence[str]], str] = field(repr=False)
    place: Callable[[Sequence[int]], Mapping[int, Where]] = field(repr=False)  # rows, from 1 -> where they stand
    refused: Callable[[Exception], DataError] = field(repr=False)  # why the engine does not read it
    # column -> the kind of its values, where they have no one way to be written: no ids, and no strata
    other_kinds: Mapping[str, str] = field(default_factory=dict)
    header: int | None = None
    sheet: str | None = None
    size: int | None = None  # how many rows it has, where that is known before they are read
    # a column of ids -> what a workbook made of some of them, each with its place, and how many there are
    own_faults: Callable[[str], tuple[list[tuple[int, Fault]], int]] = field(default=_no_faults, repr=False)

    @property
    def where(self) -> Where:
        """Where its columns are named."""
        return Where(self.name, self.header, sheet=self.sheet)

    def inner(self, name: str) -> str:
        """Give the name that the engine knows a column by."""
        return engine.inner(self.columns.index(name))

    def texts_at(self, numbers: Sequence[int], name: str, asked: Asked) -> dict[int, str | None]:
        """Read what stands in a column of some rows, as it is written there."""
        text = engine.trimmed_sql(f"{self.inner(name)}::varchar")
        rows = f"select row_number() over () as n, {text} as text from {self.read(asked.all, asked.own)}"
        wanted = ", ".join(map(str, numbers))
        return dict(self.connection.execute(f"select n, text from ({rows}) where n in ({wanted})").fetchall())

    def put(self, faults: Sequence[tuple[int, Fault]]) -> list[Fault]:
        """Add to faults the places of their rows; row 0 stands for none."""
        places = self.place([row for row, _ in faults if row])
        return [
            replace(each, where=replace(places.get(row, Where(self.name)), column=each.where.column))
            for row, each in faults
        ]


# ---- opening


def open_frame(source: object) -> Opened:
    """Open a frame: a CSV or Parquet file of any size, a workbook, several files, or a data frame of any engine."""
    given = source[0] if isinstance(source, (list, tuple)) and len(source) == 1 else source
    books = opening.workbooks_of(given) if isinstance(given, (str, Path, Workbook)) else []
    if len(books) != 1 or books[0].mapping is not None or opening.is_workbook(books[0].path):
        return _taken(opening.open_source(source))
    return _parquet(Path(books[0].path)) if opening.is_parquet(books[0].path) else _csv(books[0])


def _csv(book: Workbook) -> Opened:
    from cdi.reading import delimited

    layout = delimited.examine(book.path, header_row=book.header_row)
    if layout.header_lines != layout.skip:  # a name holds a line break, which the engine does not pass over
        return _taken(opening.open_source(book))
    at = Where(str(book.path), layout.header_lines)
    if not layout.records:
        raise DataError.of("header-only", where=at)
    rows = opening.csv_sql(layout, 2 * delimited.LONGEST_ROW)

    def place(numbers: Sequence[int]) -> Mapping[int, Where]:
        return {row: Where(at.file, line) for row, line in delimited.physical_lines(layout, numbers).items()}

    refused = partial(opening.csv_refused, layout)
    columns, size = layout.columns, layout.records
    return Opened(engine.connect(), columns, at.file, lambda _all, _own: rows, place, refused, {}, at.line, size=size)


def _parquet(path: Path) -> Opened:
    connection = engine.connect()
    names, rows = opening.parquet_sql(connection, path)
    relation = connection.sql(f"select * from {rows}")
    kinds = _kinds(relation, names, engine.inner_names(names))
    size = connection.sql(f"select count(*) from {rows}").fetchall()[0][0]
    if not size:
        raise DataError.of("empty-frame", where=Where(str(path)))

    def refused(_error: Exception) -> DataError:
        return DataError.of("not-parquet", where=Where(str(path)))

    place = partial(row_keys, name=str(path))
    return Opened(connection, names, str(path), lambda _all, _own: rows, place, refused, kinds, size=size)


def _taken(source: Source) -> Opened:
    """Take what another engine holds: the columns that are asked for are handed to the embedded one as texts."""
    connection = engine.connect()
    numbers: list[int] = []

    def read(names: Sequence[str], own: Sequence[str]) -> str:
        found, rows = _fetched(source, names)
        order = np.argsort(rows, kind="stable")
        numbers[:] = rows[order].tolist()
        texts = {source.inner(name): values[order] for name, values in found.items()}
        wrong = [(name, row) for name in own for row in _no_texts(texts[source.inner(name)])]
        if wrong:
            faults = [
                (
                    row,
                    fault(
                        "draw-id-kind", got=type(texts[source.inner(name)][row - 1]).__name__, where=Where(column=name)
                    ),
                )
                for name, row in wrong[:SHOWN]
            ]
            raise DataError(_put(faults), len(wrong))
        connection.register(_FRAME, {name: _as_texts(values) for name, values in texts.items()})
        return f"(select {', '.join(f'{name}::varchar as {name}' for name in texts)} from {_FRAME})"

    def place(rows: Sequence[int]) -> Mapping[int, Where]:
        found = source.place([numbers[row - 1] for row in rows]) or row_keys([numbers[row - 1] for row in rows])
        return {row: found[numbers[row - 1]] for row in rows}

    def _put(faults: Sequence[tuple[int, Fault]]) -> list[Fault]:
        places = place([row for row, _ in faults])
        return [replace(each, where=replace(places[row], column=each.where.column)) for row, each in faults]

    def refused(error: Exception) -> DataError:
        return DataError.of("unreadable", got=str(error).splitlines()[0], where=Where(source.name))

    kinds = _kinds(source.rows, source.columns, source.inner_names(source.columns))
    name, header, sheet = source.name, source.header, source.sheet
    return Opened(
        connection, source.columns, name, read, place, refused, kinds, header, sheet, own_faults=source.id_faults
    )


def _fetched(source: Source, names: Sequence[str]) -> tuple[dict[str, npt.NDArray[Any]], npt.NDArray[np.int64]]:
    """Fetch some columns as texts, or as the objects that they hold, with the numbers of the rows."""
    import narwhals as nw

    schema = source.rows.collect_schema()
    inner = source.inner_names(names)
    plain = [
        nw.col(each) if isinstance(schema[each], nw.Object) else engine.written(source.rows, each).alias(each)
        for each in inner
    ]
    numbered = [nw.col(engine.ROW)] if engine.ROW in schema.names() else []
    found = engine.collect(source.rows.select(*plain, *numbered))
    rows = found.pop(engine.ROW, None)
    n = len(next(iter(found.values())))
    numbers = np.arange(1, n + 1) if rows is None else np.asarray(rows, dtype=np.int64)
    return {name: found[each] for name, each in zip(names, inner, strict=True)}, numbers


def _no_texts(values: npt.NDArray[Any]) -> Iterator[int]:
    """Find the rows whose value has no one way to be written."""
    for row, value in enumerate(values, 1):
        whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
        if not (isinstance(value, str) or whole or engine.absent(value)):
            yield row


def _as_texts(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.array([None if engine.absent(value) else str(value) for value in values], dtype=object)


def _kinds(rows: Any, names: Sequence[str], inner: Sequence[str]) -> dict[str, str]:
    """Find the columns whose values have no one way to be written: decimals, dates, yes and no."""
    import narwhals as nw

    plain = (nw.String, nw.Categorical, nw.Enum, nw.Object)
    schema = nw.from_native(rows, pass_through=True).collect_schema()
    kinds = {name: schema[each] for name, each in zip(names, inner, strict=True)}
    return {name: str(kind) for name, kind in kinds.items() if not (isinstance(kind, plain) or kind.is_integer())}


# ---- which columns


def unit_column(opened: Opened, named: str | None, keys: Sequence[str]) -> str:
    """Find the column of ids: the one that is named, or else the one that is called like one.

    Raises
    ------
    DesignError
        There is none.
    """
    if named is not None:
        return _column(opened, named)
    found = roles_by_name([name for name in opened.columns if name not in keys])
    for role in ("cluster", "case"):
        if role in found:
            return found[role][0]
    raise DesignError.of("draw-no-id", got=wording.in_a_row(opened.columns), where=opened.where)


def _column(opened: Opened, name: str) -> str:
    if name in opened.columns:
        return name
    plain = wording.one_line(name).strip()
    if plain in opened.columns:
        return plain
    raise DesignError.of("no-column", where=opened.where, column=name, hint=suggestion(name, opened.columns))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a draw asks of a frame."""

    seed: str
    plan: DrawPlan
    unit: str
    keep: tuple[str, ...] = ()
    size: str | None = None  # the column of sizes, where records are drawn in proportion to them
    most: tuple[int, ...] = ()  # how many of each stratum are wanted, reserves among them

    def checked(self, opened: Opened) -> Asked:
        """Take the columns as the frame writes them, and refuse those that it has not, or of no fitting kind."""
        keys = [name for name in self.plan.keys if name not in opened.columns]
        if keys:
            faults = [
                fault("draw-key-missing", got=name, where=opened.where, hint=suggestion(name, opened.columns))
                for name in keys
            ]
            raise DesignError(faults)
        keep = tuple(_column(opened, name) for name in self.keep)
        size = None if self.size is None else _column(opened, self.size)
        strange = [name for name in (self.unit, *self.plan.keys) if name in opened.other_kinds]
        if strange:
            faults = [
                fault("draw-id-kind", got=opened.other_kinds[name], where=replace(opened.where, column=name))
                for name in strange
            ]
            raise DataError(faults)
        return replace(self, keep=keep, size=size)

    @property
    def own(self) -> tuple[str, ...]:
        """The columns that tickets are made of."""
        return tuple(dict.fromkeys([self.unit, *self.plan.keys]))

    @property
    def all(self) -> tuple[str, ...]:
        """All columns that are read."""
        return tuple(dict.fromkeys([*self.own, *self.keep, *([self.size] if self.size else [])]))


# ---- tickets of all records


@dataclass(frozen=True, slots=True)
class Hashed:
    """All records of a frame, in the order of its rows."""

    units: Longs  # a hash of the id, by which its texts are found again
    codes: Codes  # the place of its stratum in the plan
    tickets: Longs  # the first 64 bits of its ticket
    sizes: Doubles | None
    texts: Callable[[Longs], dict[int, tuple[str | None, ...]]] = field(repr=False)
    """Hashes of ids -> for each, the id and what is kept."""

    @property
    def digest(self) -> str:
        """A digest of the frame: of all tickets in the order of the rows, and of the sizes."""
        found = hashlib.sha256(self.tickets.astype("<u8").tobytes())
        if self.sizes is not None:
            found.update(self.sizes.astype("<f8").tobytes())
        return found.hexdigest()

    @property
    def checksum(self) -> int:
        """The sum of all tickets, whatever the order of the rows."""
        return int(self.tickets.sum(dtype=np.uint64))  # it goes round at 64 bits, and need not do else

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """How many records each stratum has."""
        return np.bincount(self.codes, minlength=int(self.codes.max(initial=0)) + 1)


SOUND, BLANK, SHORTENED, DATED, CUT, LONG, TOTAL = range(7)
"""What is found of an id: nothing wrong, or what a spreadsheet or a table made of it."""

_FLAWS = {
    BLANK: "draw-id-blank", SHORTENED: "id-scientific", DATED: "draw-id-date", CUT: "id-cut", TOTAL: "draw-total",
}  # fmt: skip


def hashed(opened: Opened, asked: Asked) -> Hashed:
    """Read a frame once: the ticket, the stratum and a hash of the id of every record.

    Raises
    ------
    DataError, DesignError
        An id is blank, stands twice or was changed by a spreadsheet; a record is in no stratum of the plan, a stratum
        has fewer records than are drawn, or none.
    """
    import duckdb

    connection = opened.connection
    rows = opened.read(asked.all, asked.own)
    try:
        connection.execute(f"set memory_limit = '{MEMORY}'")
        with _watched(connection):
            connection.execute(f"create or replace temp table {_ROWS} as {_query(opened, asked, rows)}")
    except duckdb.Error as error:
        raise opened.refused(error) from error
    found = _Rows(opened, asked, rows)
    found.refuse()
    columns = {name: found.column(name) for name in ("unit", "code", "ticket", *(["size"] if asked.size else []))}
    return Hashed(
        columns["unit"].astype(np.uint64),
        columns["code"].astype(np.int32),
        columns["ticket"].astype(np.uint64),
        columns["size"].astype(np.float64) if asked.size else None,
        found.texts,
    )


@contextmanager
def _watched(connection: Any) -> Iterator[None]:
    """Show how far it is, where a person watches and it takes its time."""
    if not (sys.stderr.isatty() and sys.stdout.isatty()):
        yield
        return
    connection.execute(f"set enable_progress_bar = true; set progress_bar_time = {PATIENCE}")
    try:
        yield
    finally:
        connection.execute("set enable_progress_bar = false")


def _query(opened: Opened, asked: Asked, rows: str) -> str:
    """Write SQL that makes of each record its ticket, its stratum, a hash of its id, and what is wrong with it."""
    unit = engine.trimmed_sql(f"{opened.inner(asked.unit)}::varchar")
    kept = [f"{opened.inner(name)}::varchar as k{i}" for i, name in enumerate(asked.keep)]
    sizes = [f"coalesce(try_cast({opened.inner(asked.size)} as double), 'nan'::double) as size"] if asked.size else []
    prefixes = ", ".join(engine.literal(prefix_of(asked.seed, label)) for label in asked.plan.labels())
    digest = f"sha256(([{prefixes}])[code + 1] || {json_sql('unit')} || ']')"
    cut = f"([{', '.join(_cuts(opened, asked))}])[code + 1]"
    texts = ", ".join(["unit", *(engine.trimmed_sql(f"k{i}") for i in range(len(kept)))])
    columns = ", ".join([f"{unit} as unit", f"{_code(opened, asked)} as code", *kept, *sizes])
    told = ["hash(unit) as unit", "code", "ticket", f"{_flaw('unit')} as flaw", *(["size"] if sizes else [])]
    return (
        f"select {', '.join(told)}, case when ticket < {cut} then [{texts}] end as texts "
        f"from (select *, ('0x' || left({digest}, 16))::ubigint as ticket from (select {columns} from {rows}))"
    )


def _cuts(opened: Opened, asked: Asked) -> list[str]:
    """Say below which ticket a record may be among the drawn, as far as it is known how many there are.

    It costs nothing to be wrong: texts that are not at hand are read again.
    """
    known = opened.size if len(asked.plan.strata) == 1 else None
    populations = [known if known is not None else stratum.population for stratum in asked.plan.strata]
    cuts = []
    for most, population in zip(asked.most, populations, strict=True):
        if asked.size is not None or not population:
            cuts.append(0)
        else:
            wanted = most + 6 * most**0.5 + 30  # six standard deviations of what chance brings
            cuts.append(min(TOP - 1, int(TOP * min(1.0, wanted / population))))
    return [f"{cut}::ubigint" for cut in cuts]


def _code(opened: Opened, asked: Asked) -> str:
    """Write SQL that gives the place of a record's stratum in the plan; null where it has none."""
    plan, connection = asked.plan, opened.connection
    if not plan.keys:
        return "0"
    names = ", ".join(engine.literal(engine.APART.join(label)) for label in plan.labels())
    connection.execute("drop type if exists _cdi_strata")
    connection.execute(f"create type _cdi_strata as enum ({names})")
    # nearly every value is tidy, so that it is tried as it is first
    ways = []
    for tidy in (False, True):
        parts = [_label(plan, key, f"{opened.inner(key)}::varchar", tidy=tidy) for key in plan.keys]
        joined = f" || {engine.literal(engine.APART)} || ".join(f"({part})" for part in parts)
        ways.append(f"enum_code(try_cast({joined} as _cdi_strata))::integer")
    return f"coalesce({', '.join(ways)})"


def _label(plan: DrawPlan, key: str, name: str, *, tidy: bool) -> str:
    """Write SQL that gives the value of a stratum as the plan writes it."""
    if key not in plan.bands:
        return engine.trimmed_sql(name) if tidy else name
    place = plan.keys.index(key)
    name = f"trim({name})"
    whole = f"case when {name} = try_cast({name} as ubigint)::varchar then {name}::ubigint end"
    cases = []
    for text in dict.fromkeys(label[place] for label in plan.labels()):
        band = band_of(text)
        if band is not None:
            above = f"number >= {band.low}" + ("" if band.high is None else f" and number <= {band.high}")
            cases.append(f"when {above.replace('number', whole)} then {engine.literal(text)}")
    return f"case {' '.join(cases)} end"


_SHORTENED = r"[0-9](\.[0-9]+)?[eE]\+[0-9]+"
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DATE = f"[0-9]{{1,2}}-({_MONTHS})(-[0-9]{{2,4}})?|({_MONTHS})-[0-9]{{2}}"
_DAY = r"[0-9]{2}/[0-9]{2}/[0-9]{4}( [0-9:]+)?"
_DIGITS = "[0-9]{15,}"
_ZEROS = "[0-9]{15}0+|[0-9]{11,}0000"
_TOTALS = ("total", "totals", "grand total", "sub total", "subtotal", "overall", "all")


def _flaw(name: str) -> str:
    """Write SQL that tells what is wrong with an id. Each search is made only where a quick look finds a reason."""

    def fits(pattern: str) -> str:
        return f"regexp_full_match({name}, {engine.literal(pattern)})"

    totals = ", ".join(map(engine.literal, _TOTALS))
    return (
        f"(case when {name} is null then {BLANK} when contains({name}, '+') and {fits(_SHORTENED)} then {SHORTENED} "
        f"when length({name}) < 12 and contains({name}, '-') and {fits(_DATE)} then {DATED} "
        f"when substr({name}, 3, 1) = '/' and substr({name}, 6, 1) = '/' and {fits(_DAY)} then {DATED} "
        f"when length({name}) >= 15 and {fits(_ZEROS)} then {CUT} "
        f"when length({name}) >= 15 and {fits(_DIGITS)} then {LONG} "
        f"when length({name}) < 12 and lower({name}) in ({totals}) then {TOTAL} else {SOUND} end)::utinyint"
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    """The table of what is known of each record, and what it is asked."""

    opened: Opened
    asked: Asked
    rows: str

    def column(self, name: str) -> npt.NDArray[Any]:
        """Fetch a column of numbers."""
        found: npt.NDArray[Any] = self.opened.connection.sql(f"select {name} from {_ROWS}").fetchnumpy()[name]
        return found

    def query(self, text: str) -> list[Any]:
        """Ask the engine."""
        found: list[Any] = self.opened.connection.execute(text).fetchall()
        return found

    # ---- what is wrong

    def refuse(self) -> None:
        """Refuse a frame whose records cannot be told apart, or that is not the one of the plan; all faults at once."""
        own, total = self.opened.own_faults(self.asked.unit)
        if own:
            raise DataError([each for _, each in own], total)
        flaws, total = self._flaws()
        if flaws:
            raise DataError(flaws, total)
        twice, total = self._twice()
        faults = [*twice, *self._unplanned(), *self._short()]
        if faults:
            raise DataError(faults[:SHOWN], total + len(faults) - len(twice))

    def _flaws(self) -> tuple[list[Fault], int]:
        """Find ids that are none, or that are no longer as they were."""
        counts: Counter[int] = Counter(dict(self.query(f"select flaw, count(*) from {_ROWS} group by flaw")))
        rows = counts.total()
        codes = {SHORTENED, TOTAL} | ({BLANK} if counts[BLANK] else set())
        codes |= {DATED} if counts[DATED] < rows else set()
        codes |= {CUT} if not counts[LONG] else set()
        wrong = sum(counts[code] for code in codes)
        if not wrong:
            return [], 0
        listed = ", ".join(map(str, sorted(codes)))
        query = f"select rowid + 1, flaw, unit from {_ROWS} where flaw in ({listed}) order by rowid limit {SHOWN}"
        first = self.query(query)
        texts = self._units({unit for _, _, unit in first})
        at = Where(column=self.asked.unit)
        return self.opened.put(
            [(row, fault(_FLAWS[flaw], got=texts.get(unit), where=at)) for row, flaw, unit in first]
        ), wrong

    def _twice(self) -> tuple[list[Fault], int]:
        """Find ids that stand twice, however far apart."""
        units = np.sort(self.column("unit"))
        again = units[1:][units[1:] == units[:-1]]
        if not len(again):
            return [], 0
        alike = np.unique(again)[: 10 * SHOWN]
        held = {unit: self._units({int(unit)}, several=True) for unit in alike.tolist()}
        wanted = ", ".join(f"{unit}::ubigint" for unit in held)
        places: dict[int, list[int]] = {}
        for unit, row in self.query(f"select unit, rowid + 1 from {_ROWS} where unit in ({wanted}) order by rowid"):
            places.setdefault(unit, []).append(row)
        same = [unit for unit, texts in held.items() if len(texts) < len(places[unit])]  # and no chance of the hash
        at_first = self.opened.place([places[unit][0] for unit in same])
        first = {unit: wording.describe_place(replace(at_first[places[unit][0]], file=None)) for unit in same}
        at = Where(column=self.asked.unit)
        faults = [
            (row, fault("draw-id-twice", got=next(iter(held[unit].values())), where=at, first=first[unit]))
            for unit in same
            for row in places[unit][1:]
        ]
        faults.sort(key=lambda item: item[0])
        return self.opened.put(faults[:SHOWN]), len(again) if len(same) == len(held) else len(faults)

    def _unplanned(self) -> list[Fault]:
        """Find strata of the frame that the plan does not have, and blanks, each with its first row."""
        if not self.query(f"select 1 from {_ROWS} where code is null limit 1"):
            return []
        keys = self.asked.plan.keys
        texts = ", ".join(engine.trimmed_sql(f"{self.opened.inner(key)}::varchar") for key in keys)
        columns = ", ".join(f"s{i}" for i in range(len(keys)))
        labels = f"select row_number() over (), {_code(self.opened, self.asked)}, {texts} from {self.rows}"
        found = self.query(
            f"select min(row), {columns}, count(*) as n from ({labels}) as _(row, code, {columns}) where code is null "
            f"group by {columns} order by n desc, {columns}"
        )
        known = [wording.stratum_of(label) for label in self.asked.plan.labels()]
        column = keys[0] if len(keys) == 1 else None
        faults = []
        for row, *label, rows in found:
            name = wording.stratum_of([each or wording.BLANK for each in label])
            code = "draw-stratum-blank" if None in label else "draw-stratum-unplanned"
            at = Where(column=column)
            faults.append((row, fault(code, got=name, where=at, records=rows, hint=suggestion(name, known))))
        return self.opened.put(faults)

    def _short(self) -> list[Fault]:
        """Find strata of the plan that the frame does not have, or has too few records of."""
        counts = dict(self.query(f"select code, count(*) from {_ROWS} where code is not null group by code"))
        plan = self.asked.plan
        faults = []
        for code, stratum in enumerate(plan.strata):
            held = counts.get(code, 0)
            if held >= stratum.sample:
                continue
            name = wording.stratum_of(stratum.label) if stratum.label else None
            code_ = "draw-stratum-empty" if not held else "draw-stratum-short"
            if not plan.keys:
                code_ = "draw-frame-short"
            faults.append(
                (
                    stratum,
                    fault(
                        code_, got=f"{stratum.sample:,}" if held or not plan.keys else name, held=held, name=name or ""
                    ),
                )
            )
        return plan.put(faults)

    # ---- texts

    def texts(self, units: Longs) -> dict[int, tuple[str | None, ...]]:
        """Give the id of some records, and what is kept of them; what is not at hand is read again."""
        connection = self.opened.connection
        connection.register(_WANTED, {"unit": units})
        wanted = f"(select unit from {_WANTED})"
        found = self.query(f"select unit, texts from {_ROWS} where texts is not null and unit in {wanted}")
        known = {unit: tuple(texts) for unit, texts in found}
        if len(known) < len(units):
            own = engine.trimmed_sql(f"{self.opened.inner(self.asked.unit)}::varchar")
            kept = [engine.trimmed_sql(f"{self.opened.inner(name)}::varchar") for name in self.asked.keep]
            listed = ", ".join([own, *kept])
            again = self.query(f"select hash({own}), {listed} from {self.rows} where hash({own}) in {wanted}")
            known = {unit: tuple(texts) for unit, *texts in again}
        connection.unregister(_WANTED)
        return known

    def _units(self, units: set[int], *, several: bool = False) -> dict[Any, str]:
        """Give the ids of some hashes; of one, each id once that it stands for."""
        own = engine.trimmed_sql(f"{self.opened.inner(self.asked.unit)}::varchar")
        listed = ", ".join(f"{unit}::ubigint" for unit in units)
        found = self.query(f"select distinct hash({own}), {own} from {self.rows} where hash({own}) in ({listed})")
        return {text if several else unit: text for unit, text in found}
