"""Frames that are drawn from, opened: a CSV or Parquet file of any size, a workbook, or a data frame of any engine.

The embedded engine reads files where they are. Data frames and workbooks are handed to it, in the columns that a draw
asks for; Spark makes the tickets of its own frames.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.errors import SHOWN, DataError, DesignError, Fault, Where, fault, suggestion
from cdi.reading import engine, opening
from cdi.reading.recognition import roles_by_name
from cdi.reading.sources import Workbook, row_keys

if TYPE_CHECKING:
    from cdi.reading.sources import Source
    from cdi.selection.plans import DrawPlan

__all__ = ["Asked", "Opened", "open_frame", "unit_column"]

_FRAME = "_cdi_frame"


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
    source: Source | None = None  # a frame of Spark, which makes the tickets itself
    # a column of ids -> what a workbook made of some of them, each with its place, and how many there are
    own_faults: Callable[[str], tuple[list[tuple[int, Fault]], int]] = field(default=_no_faults, repr=False)

    @property
    def where(self) -> Where:
        """Where its columns are named."""
        return Where(self.name, self.header, sheet=self.sheet)

    def inner(self, name: str) -> str:
        """Give the name that the engine knows a column by."""
        return engine.inner(self.columns.index(name))

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
    if engine.is_spark(source.rows):
        return _of_spark(source)
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


def _of_spark(source: Source) -> Opened:
    """Leave a frame of Spark where it is."""
    kinds = _kinds(source.rows, source.columns, source.inner_names(source.columns))

    def read(_names: Sequence[str], _own: Sequence[str]) -> str:
        raise AssertionError  # the embedded engine reads nothing of it

    def place(rows: Sequence[int]) -> Mapping[int, Where]:
        return source.place(rows) or row_keys(rows)

    def refused(error: Exception) -> DataError:
        return DataError.of("unreadable", got=str(error).splitlines()[0], where=Where(source.name))

    return Opened(None, source.columns, source.name, read, place, refused, kinds, source=source)


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
