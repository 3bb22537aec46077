"""Opens a path or takes a frame: what comes out is rows in an engine, with what is needed to say where a fault stands.

A frame keeps its engine; a path is opened by the embedded one, DuckDB, after its text was examined.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from cdi import engine, wording
from cdi.errors import DataError, Fault, Where, fault, suggestion

if TYPE_CHECKING:
    from cdi.delimited import Layout
    from cdi.engine import Rows

__all__ = ["Named", "Source", "is_source", "no_column", "open_source"]

# a line break at an end of a value comes from where the engine's buffers meet, never from a row
_SPACES = " \t\u00a0\r\n"
_WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".ods"}


def _unplaced(_rows: Sequence[int]) -> Mapping[int, Where]:
    return {}


@dataclass(frozen=True, slots=True)
class Source:
    """Rows that were opened and not yet understood.

    Attributes
    ----------
    rows : narwhals.LazyFrame
        The rows, in their own engine. A file's columns are text, trimmed, with blanks as null.
    columns : tuple of str
        Their names.
    name : str or None
        The file's name as the user gave it; None for a frame.
    blank_rows, trimmed : int
        Rows without any value, left out, and fields whose surrounding spaces were taken off.
    place : callable
        Row numbers (from 1) -> where they stand in the file.
    ordered : bool
        Whether the rows have an order, so that :func:`cdi.engine.numbered` can number them; lazy frames have none.
    clean : bool
        Whether text is trimmed already, with blanks as null.
    header : int or None
        The line of a file on which the names stand.
    unusable : tuple of str
        Columns that were left out, since narwhals cannot name them to DuckDB: those with a dot or a quotation mark.
    """

    rows: Rows
    columns: tuple[str, ...]
    name: str | None = None
    blank_rows: int = 0
    trimmed: int = 0
    place: Callable[[Sequence[int]], Mapping[int, Where]] = field(default=_unplaced, repr=False)
    ordered: bool = False
    clean: bool = False
    header: int | None = None
    unusable: tuple[str, ...] = ()


class Named(Protocol):
    """Anything that knows the columns of a file or frame."""

    @property
    def columns(self) -> tuple[str, ...]:
        """As in :class:`Source`."""
        ...

    @property
    def name(self) -> str | None:
        """As in :class:`Source`."""
        ...

    @property
    def header(self) -> int | None:
        """As in :class:`Source`."""
        ...

    @property
    def unusable(self) -> tuple[str, ...]:
        """As in :class:`Source`."""
        ...


def is_source(value: object) -> bool:
    """Tell whether a value is a path or a frame that :func:`open_source` can open.

    Examples
    --------
    >>> is_source("audit.csv"), is_source({"calls": 120})
    (True, False)
    """
    if isinstance(value, (str, Path)):
        return True
    import narwhals as nw

    return isinstance(nw.from_native(value, pass_through=True), (nw.DataFrame, nw.LazyFrame))


def open_source(source: object) -> Source:
    """Open a CSV or Parquet file, or take a data frame as it is.

    Parameters
    ----------
    source : str, pathlib.Path or data frame
        A path, or a frame of pandas, Polars, PyArrow, DuckDB, Dask or PySpark.

    Returns
    -------
    Source
        The rows with what is needed to say where a fault stands.

    Raises
    ------
    DataError
        The file cannot be read as a table (all its faults at once), or the object is no data frame.

    Examples
    --------
    >>> import pandas as pd
    >>> open_source(pd.DataFrame({"recorded": [1, 0]})).columns
    ('recorded',)
    """
    if isinstance(source, (str, Path)):
        path = Path(source)
        if path.suffix.casefold() in _WORKBOOKS:
            raise DataError.of("workbook", where=Where(str(source)))
        return _open_parquet(path) if path.suffix.casefold() in {".parquet", ".pq"} else _open_csv(path)
    return _take_frame(source)


def no_column(name: str, source: Named) -> Fault:
    """Word the fault of a column that is not there, with the nearest name.

    Examples
    --------
    >>> import pandas as pd
    >>> no_column("Recorded", open_source(pd.DataFrame({"recorded": [1]}))).hint
    "Did you mean 'recorded'? There are: recorded."
    """
    where = Where(source.name, source.header)
    if name in source.unusable:
        return fault("column-name", got=name, where=where)
    return fault("no-column", where=where, column=name, hint=suggestion(name, source.columns))


def _connect() -> Any:
    import tempfile

    import duckdb

    # a spill of case rows belongs into the user's own temporary folder, not beside the data
    return duckdb.connect(config={"temp_directory": str(Path(tempfile.gettempdir()) / "cdi-spill")})


def _file(path: Path) -> str:
    """Write a path as SQL text that names this file only: the engine takes * ? [ for patterns, ~ for a home folder."""
    try:
        name = os.fsencode(path.absolute()).decode("utf-8")
    except UnicodeError:
        raise DataError.of("name-not-utf-8", where=Where(str(path))) from None
    return engine.literal("".join(f"[{sign}]" if sign in "*?[" else sign for sign in name))


def _open_parquet(path: Path) -> Source:
    import duckdb

    if not path.is_file():
        raise DataError.of("no-file", where=Where(str(path)))
    # a path as a parameter would make the engine load pandas; as a literal it does not
    read = f"read_parquet({_file(path)}, file_row_number = true)"
    connection = _connect()
    try:
        names = _written_names(connection, path)
        _refuse_names(names, Where(str(path)), folded=True)
        columns, unusable = _parted(names)
        shown = "".join(f"{engine.quoted(name)}, " for name in columns)
        relation = connection.sql(f"select {shown}file_row_number + 1 as {engine.ROW} from {read}")
    except duckdb.Error as error:
        raise DataError.of("not-parquet", where=Where(str(path))) from error

    def place(rows: Sequence[int]) -> Mapping[int, Where]:
        return {row: Where(str(path), key=wording.row_key(row)) for row in rows}

    return Source(engine.from_relation(relation), columns, str(path), place=place, ordered=True, unusable=unusable)


def _parted(columns: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tell the columns that narwhals can name to DuckDB from those that it cannot."""
    unusable = tuple(name for name in columns if "." in name or '"' in name)
    return tuple(name for name in columns if name not in unusable), unusable


def _written_names(connection: Any, path: Path) -> tuple[str, ...]:
    """List a Parquet file's columns as they are written, before the engine renames those that differ in capitals."""
    query = f"select name, coalesce(num_children, 0) from parquet_schema({_file(path)})"
    names, below = [], 0
    for name, children in connection.sql(query).fetchall()[1:]:
        if below == 0:
            names.append(name)
        below += children - (below > 0)
    return tuple(names)


def _open_csv(path: Path) -> Source:
    import duckdb

    from cdi import delimited

    layout = delimited.examine(path)
    _refuse_names(layout.columns, Where(str(path), layout.header_lines), folded=True)
    connection = _connect()
    try:
        connection.execute(_load(layout))
    except duckdb.Error as error:
        faults, total = delimited.ragged(layout)
        if faults:
            raise DataError(faults, total) from error
        raise DataError.of("unreadable", got=str(error).splitlines()[0], where=Where(str(path))) from error
    blank = " and ".join(f"{engine.quoted(name)} is null" for name in layout.columns)
    blank_rows, trimmed, rows = connection.execute(
        f"select count(*) filter ({blank}), coalesce(sum(_cdi_loose), 0)::bigint, count(*) from loaded"
    ).fetchone()
    if rows == blank_rows:
        raise DataError.of("header-only", where=Where(str(path), layout.header_lines))
    if blank_rows:
        connection.execute(f"delete from loaded where {blank}")
    columns, unusable = _parted(layout.columns)
    frame = engine.from_relation(
        connection.table("loaded").project(", ".join([engine.ROW, *map(engine.quoted, columns)]))
    )

    def place(rows: Sequence[int]) -> Mapping[int, Where]:
        return {row: Where(str(path), line) for row, line in delimited.physical_lines(layout, rows).items()}

    return Source(
        frame,
        columns,
        str(path),
        blank_rows,
        trimmed,
        place,
        ordered=True,
        clean=True,
        header=layout.header_lines,
        unusable=unusable,
    )


def _load(layout: Layout) -> str:
    """Write the statement that reads a file's body as text, trims it and numbers its rows."""
    names = [engine.quoted(name) for name in layout.columns]
    shape = ", ".join(f"{engine.literal(name)}: 'VARCHAR'" for name in layout.columns)
    trimmed = ", ".join(f"nullif(trim({name}, '{_SPACES}'), '') as {name}" for name in names)
    loose = " + ".join(f"coalesce({name} <> trim({name}, '{_SPACES}'), false)::int" for name in names)
    return (
        f"create temp table loaded as select row_number() over () as {engine.ROW}, {loose} as _cdi_loose, {trimmed} "
        f"from read_csv({_file(layout.path)}, header = false, skip = {layout.skip}, auto_detect = false, "
        f"columns = {{{shape}}}, delim = ',', quote = '\"', escape = '\"', null_padding = false, strict_mode = true, "
        f"max_line_size = 16777216, parallel = {str(layout.plain).lower()})"
    )


def _take_frame(source: object) -> Source:
    import narwhals as nw

    try:
        frame = nw.from_native(source, pass_through=True)
    except nw.exceptions.DuplicateError as error:
        raise DataError.of("repeated-column", got=str(error).splitlines()[0]) from error
    if not isinstance(frame, (nw.DataFrame, nw.LazyFrame)):
        raise DataError.of("not-a-frame", got=type(source).__name__)
    _refuse_names(frame.collect_schema().names(), Where())
    if isinstance(frame, nw.LazyFrame):
        return _take_lazy(frame)
    if frame.is_empty():
        raise DataError.of("empty-frame")

    def place(rows: Sequence[int]) -> Mapping[int, Where]:
        return {row: Where(key=wording.row_key(row)) for row in rows}

    return Source(frame.lazy(), tuple(frame.columns), place=place, ordered=True)


def _take_lazy(frame: Rows) -> Source:
    names = tuple(frame.collect_schema().names())
    columns, unusable = _parted(names) if engine.is_duckdb(frame) else (names, ())
    if unusable:
        native: Any = frame.to_native()
        frame = engine.from_relation(native.project(", ".join(map(engine.quoted, columns))))
    return Source(frame, columns, unusable=unusable)


def _refuse_names(columns: Sequence[object], where: Where, *, folded: bool = False) -> None:
    """Refuse names that are no text, that cdi uses itself or, where the engine ignores capitals, that stand twice."""
    plain = [str(column).casefold() if folded else column for column in columns]
    wrong = {
        "column-not-text": [column for column in columns if not isinstance(column, str)],
        "reserved-column": [column for column in columns if str(column).casefold().startswith("_cdi_")],
        "repeated-column": [column for column, name in zip(columns, plain, strict=True) if plain.count(name) > 1],
    }
    faults = [fault(code, got=", ".join(map(str, names)), where=where) for code, names in wrong.items() if names]
    if faults:
        raise DataError(faults)
