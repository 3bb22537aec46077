"""Opens a path or takes a frame, and runs expressions on it: the only room that knows engines.

A frame keeps its engine (narwhals speaks to pandas, Polars, PyArrow, DuckDB, Dask and PySpark); a path is opened by the
embedded engine, DuckDB. Lazy engines stay lazy until :func:`collect` fetches a small result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from cdi import wording
from cdi.errors import DataError, Where

if TYPE_CHECKING:
    import narwhals as nw
    import numpy as np

    Rows: TypeAlias = nw.LazyFrame[Any]
    Expr: TypeAlias = nw.Expr

__all__ = ["ROW", "Source", "all_of", "any_of", "collect", "hold", "is_source", "is_text", "open_source", "text"]

ROW = "_cdi_row"
"""Name of the column that numbers the rows of an opened file, from 1."""

_SPACES = " \t\u00a0"
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
    numbered : callable
        Gives the rows with the column ``ROW`` added, or None where the engine knows no order.
    """

    rows: Rows
    columns: tuple[str, ...]
    name: str | None = None
    blank_rows: int = 0
    trimmed: int = 0
    place: Callable[[Sequence[int]], Mapping[int, Where]] = field(default=_unplaced, repr=False)
    numbered: Callable[[], Rows | None] = field(default=lambda: None, repr=False)


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


def collect(rows: Rows) -> dict[str, np.ndarray[Any, Any]]:
    """Fetch a small result as numpy columns; text comes as objects, null as None.

    Examples
    --------
    >>> import narwhals as nw, pandas as pd
    >>> collect(nw.from_native(pd.DataFrame({"due": [2, 3]})).lazy().select(nw.col("due").sum()))
    {'due': array([5])}
    """
    import numpy as np

    native: Any = rows.to_native()
    if hasattr(native, "fetchnumpy"):  # DuckDB: straight to numpy, without the weight of pandas
        found = native.fetchnumpy()
        return {name: _unmasked(np, column) for name, column in found.items()}
    frame = rows.collect()
    return {name: _unmasked(np, frame[name].to_numpy()) for name in frame.columns}


def hold(rows: Rows) -> Rows:
    """Compute a frame once that is used twice, where its rows are in this machine's memory anyway."""
    import narwhals as nw

    return rows.collect().lazy() if rows.implementation is nw.Implementation.POLARS else rows


def is_text(rows: Rows, column: str) -> bool:
    """Tell whether a column holds text (and not numbers or truth values)."""
    dtype = rows.collect_schema()[column]
    return not (dtype.is_numeric() or str(dtype) in {"Boolean", "Unknown"})


def text(column: str) -> Expr:
    """Read a column as text without surrounding spaces; an empty text is null."""
    import narwhals as nw

    stripped = nw.col(column).cast(nw.String).str.strip_chars()
    return nw.when(stripped != "").then(stripped)


def any_of(conditions: Sequence[Expr]) -> Expr:
    """Join conditions with or; null counts as no."""
    import narwhals as nw

    return nw.any_horizontal(*conditions, ignore_nulls=True)


def all_of(conditions: Sequence[Expr]) -> Expr:
    """Join conditions with and; null counts as yes."""
    import narwhals as nw

    return nw.all_horizontal(*conditions, ignore_nulls=True)


def _unmasked(np: Any, column: Any) -> Any:
    if isinstance(column, np.ma.MaskedArray):
        return np.where(np.ma.getmaskarray(column), None, column.data) if column.mask.any() else column.data
    if column.dtype.kind in "OTU":
        return np.array([None if value is None or value != value else value for value in column], dtype=object)
    return column


def _connect() -> Any:
    import tempfile

    import duckdb

    # a spill of case rows belongs into the user's own temporary folder, not beside the data
    return duckdb.connect(config={"temp_directory": str(Path(tempfile.gettempdir()) / "cdi-spill")})


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _open_parquet(path: Path) -> Source:
    import duckdb
    import narwhals as nw

    if not path.is_file():
        raise DataError.of("no-file", where=Where(str(path)))
    # a path as a parameter would make the engine load pandas; as a literal it does not
    read = f"read_parquet({_literal(str(path))})"
    connection = _connect()
    try:
        relation = connection.sql(f"select * from {read}")
    except duckdb.Error as error:
        raise DataError.of("not-parquet", where=Where(str(path))) from error
    frame = nw.from_native(relation).lazy()
    _refuse_repeated(relation.columns, str(path))

    def numbered() -> Rows:
        query = f"select *, row_number() over () as {ROW} from {read}"
        rows: Rows = nw.from_native(connection.sql(query)).lazy()
        return rows

    def place(rows: Sequence[int]) -> Mapping[int, Where]:
        return {row: Where(str(path), key=wording.row_key(row)) for row in rows}

    return Source(frame, tuple(relation.columns), str(path), place=place, numbered=numbered)


def _open_csv(path: Path) -> Source:
    import duckdb
    import narwhals as nw

    from cdi import delimited

    layout = delimited.examine(path)
    connection = _connect()
    try:
        connection.execute(_load(path, layout.columns, layout.header_lines))
    except duckdb.Error as error:
        faults, total = delimited.ragged(layout)
        if faults:
            raise DataError(faults, total) from error
        raise DataError.of("unreadable", got=str(error).splitlines()[0], where=Where(str(path))) from error
    blank = " and ".join(f"{_quoted(name)} is null" for name in layout.columns)
    blank_rows, trimmed, rows = connection.execute(
        f"select count(*) filter ({blank}), coalesce(sum(_cdi_loose), 0)::bigint, count(*) from loaded"
    ).fetchone()
    if rows == blank_rows:
        raise DataError.of("header-only", where=Where(str(path), layout.header_lines))
    if blank_rows:
        connection.execute(f"delete from loaded where {blank}")
    frame = nw.from_native(connection.table("loaded")).lazy()

    def place(rows: Sequence[int]) -> Mapping[int, Where]:
        return {row: Where(str(path), line) for row, line in delimited.physical_lines(layout, rows).items()}

    return Source(frame, layout.columns, str(path), blank_rows, trimmed, place=place, numbered=lambda: frame)


def _load(path: Path, columns: Sequence[str], header_lines: int) -> str:
    """Write the statement that reads a file's body as text, trims it and numbers its rows."""
    names = [_quoted(name) for name in columns]
    shape = ", ".join(f"{_literal(name)}: 'VARCHAR'" for name in columns)
    trimmed = ", ".join(f"nullif(trim({name}, '{_SPACES}'), '') as {name}" for name in names)
    loose = " + ".join(f"coalesce({name} <> trim({name}, '{_SPACES}'), false)::int" for name in names)
    return (
        f"create temp table loaded as select row_number() over () as {ROW}, {loose} as _cdi_loose, {trimmed} "
        f"from read_csv({_literal(str(path))}, header = false, skip = {header_lines}, auto_detect = false, columns = {{{shape}}}, "
        "delim = ',', quote = '\"', escape = '\"', null_padding = false, strict_mode = true, "
        "max_line_size = 16777216)"
    )


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _take_frame(source: object) -> Source:
    import narwhals as nw

    try:
        frame = nw.from_native(source, pass_through=True)
    except nw.exceptions.DuplicateError as error:
        raise DataError.of("repeated-column", got=str(error).splitlines()[0]) from error
    if isinstance(frame, nw.LazyFrame):
        return Source(frame, tuple(frame.collect_schema().names()))
    if not isinstance(frame, nw.DataFrame):
        raise DataError.of("not-a-frame", got=type(source).__name__)
    if frame.is_empty():
        raise DataError.of("empty-frame")

    def numbered() -> Rows:
        return frame.with_row_index(ROW).with_columns(nw.col(ROW) + 1).lazy()

    def place(rows: Sequence[int]) -> Mapping[int, Where]:
        return {row: Where(key=wording.row_key(row)) for row in rows}

    return Source(frame.lazy(), tuple(frame.columns), place=place, numbered=numbered)


def _refuse_repeated(columns: Sequence[str], name: str) -> None:
    folded = [column.casefold() for column in columns]
    twice = [column for column, plain in zip(columns, folded, strict=True) if folded.count(plain) > 1]
    if twice:
        raise DataError.of("repeated-column", got=", ".join(twice), where=Where(name))
