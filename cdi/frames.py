"""Opens a path or takes a frame, and runs expressions on it: the only room that knows engines.

A frame keeps its engine (narwhals speaks to pandas, Polars, PyArrow, DuckDB, Dask and PySpark); a path is opened by the
embedded engine, DuckDB. Lazy engines stay lazy until :func:`collect` fetches a small result.

A Python value handed to DuckDB as part of an expression makes it load pandas, which takes longer than a whole estimate.
So the way of a right file through the engine uses columns only; values come in as SQL text, or where there are faults.
"""

from __future__ import annotations

import functools
import operator
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from cdi import wording
from cdi.errors import DataError, Fault, Where, fault, suggestion

if TYPE_CHECKING:
    import narwhals as nw
    import numpy as np

    from cdi.delimited import Layout

    Rows: TypeAlias = nw.LazyFrame[Any]
    Expr: TypeAlias = nw.Expr

__all__ = [
    "ROW",
    "Source",
    "absent",
    "any_of",
    "collect",
    "count_distinct",
    "count_rows",
    "distinct",
    "hold",
    "is_empty_text",
    "is_source",
    "mapped",
    "no_column",
    "numbered",
    "open_source",
    "sums",
    "tally",
]

ROW = "_cdi_row"
"""Name of the column that numbers the rows of an opened file, from 1."""

_SPACES = " \t\u00a0"
_ROWS = "_cdi_rows"
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
        Whether the rows have an order, so that :func:`numbered` can number them; lazy frames have none.
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
    def columns(self) -> tuple[str, ...]: ...
    @property
    def name(self) -> str | None: ...
    @property
    def header(self) -> int | None: ...
    @property
    def unusable(self) -> tuple[str, ...]: ...


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


def absent(value: object) -> bool:
    """Tell whether a value is the nothing of some engine: None, NaN, NaT or NA.

    Examples
    --------
    >>> absent(None), absent(float("nan")), absent(0)
    (True, True, False)
    """
    return value is None or type(value).__name__ == "NAType" or bool(value != value)


def hold(rows: Rows) -> Rows:
    """Compute a frame once that is used twice, where its rows are in this machine's memory anyway."""
    return rows.collect().lazy() if rows.implementation.name == "POLARS" else rows


def any_of(conditions: Sequence[Expr]) -> Expr:
    """Join conditions with or."""
    return functools.reduce(operator.or_, conditions)


def numbered(rows: Rows) -> Rows:
    """Add the column ``ROW``, the number of each row from 1, where it is not there; only faults need it."""
    import narwhals as nw

    if ROW in rows.collect_schema().names():
        return rows
    return rows.collect().with_row_index(ROW).with_columns(nw.col(ROW) + 1).lazy()


def is_empty_text(rows: Rows, column: str) -> Expr:
    """Find texts of nothing but spaces."""
    import narwhals as nw

    text = nw.col(column)
    empty = text.str.strip_chars() == ""
    if not _is_duckdb(rows):
        return empty
    # DuckDB is slow to strip, and does so only where a text sorts before every printed sign
    return nw.when(text < "!").then(empty).fill_null(value=False)


def distinct(rows: Rows, column: str) -> list[object]:
    """List the values of a column, each once; null as None.

    Examples
    --------
    >>> import narwhals as nw, pandas as pd
    >>> sorted(distinct(nw.from_native(pd.DataFrame({"recorded": ["yes", "no", "yes"]})).lazy(), "recorded"))
    ['no', 'yes']
    """
    return list(collect(sums(rows, [column], (), count="_cdi_times"))[column])


def count_rows(rows: Rows) -> int:
    """Count the rows."""
    return int(collect(sums(rows, (), (), count="_cdi_n"))["_cdi_n"][0])


def count_distinct(rows: Rows, column: str) -> int:
    """Count the values of a column, each once."""
    import narwhals as nw

    if _is_duckdb(rows):
        native: Any = rows.to_native()
        return int(native.aggregate(f"count(distinct {_quoted(column)}) as n").fetchnumpy()["n"][0])
    return int(collect(rows.select(_cdi_n=nw.col(column).n_unique()))["_cdi_n"][0])


def mapped(rows: Rows, column: str, values: Mapping[object, int], name: str) -> Rows:
    """Add a column of whole numbers that stand for the values of another; a value that is not named becomes null.

    Examples
    --------
    >>> import narwhals as nw, pandas as pd
    >>> rows = nw.from_native(pd.DataFrame({"recorded": ["yes", "no"]})).lazy()
    >>> mapped(rows, "recorded", {"yes": 1, "no": 0}, "n").collect()["n"].to_list()
    [1, 0]
    """
    import narwhals as nw

    native: Any = rows.to_native()
    if _is_duckdb(rows) and all(isinstance(value, str) for value in values):
        cases = " ".join(f"when {_literal(str(value))} then {number}" for value, number in values.items())
        found = native.project(f"*, cast(case {_quoted(column)} {cases} end as bigint) as {_quoted(name)}")
        return _opened(found)
    read = nw.col(column).replace_strict(list(values), list(values.values()), default=None, return_dtype=nw.Int64)
    return rows.with_columns(read.alias(name))


def sums(rows: Rows, keys: Sequence[str], columns: Sequence[str], count: str | None = None) -> Rows:
    """Add up columns of whole numbers over the rows that share their keys; null counts as nothing.

    Parameters
    ----------
    rows : narwhals.LazyFrame
        The rows.
    keys : sequence of str
        What to group by; empty: all rows together.
    columns : sequence of str
        The columns to add up, which keep their names.
    count : str, optional
        Name of a column for the number of rows.

    Returns
    -------
    narwhals.LazyFrame
        One row a group.

    Examples
    --------
    >>> import narwhals as nw, pandas as pd
    >>> rows = nw.from_native(pd.DataFrame({"report": ["A", "A"], "due": [2, 1]})).lazy()
    >>> sums(rows, ["report"], ["due"], count="n").collect().rows()
    [('A', 3, 2)]
    """
    import narwhals as nw

    if _is_duckdb(rows):
        named = ", ".join(_quoted(key) for key in keys)
        added = [f"cast(sum({_quoted(name)}) as bigint) as {_quoted(name)}" for name in columns]
        counted = [f"count(*) as {_quoted(count)}"] if count else []
        native: Any = rows.to_native()
        return _opened(native.aggregate(", ".join([*map(_quoted, keys), *added, *counted]), named))
    terms = [*(nw.col(name).sum() for name in columns), *([nw.len().alias(count)] if count else [])]
    return rows.group_by(*keys).agg(*terms) if keys else rows.select(*terms)


def tally(rows: Rows, conditions: Mapping[str, Expr]) -> tuple[dict[str, int], int]:
    """Count the rows that meet each condition, and all rows; null counts as no."""
    import narwhals as nw

    if not conditions:
        return {}, count_rows(rows)
    knows_null = _is_duckdb(rows)
    masks = {name: mask if knows_null else mask.fill_null(value=False) for name, mask in conditions.items()}
    counted = rows.select(**{name: mask.cast(nw.Int8) for name, mask in masks.items()})
    found = {name: int(counts[0] or 0) for name, counts in collect(sums(counted, (), list(conditions), _ROWS)).items()}
    return found, found.pop(_ROWS)


def _opened(relation: object) -> Rows:
    import narwhals as nw

    rows: Rows = nw.from_native(relation).lazy()  # type: ignore[call-overload]
    return rows


def _is_duckdb(rows: Rows) -> bool:
    return rows.implementation.name == "DUCKDB"


def _unmasked(np: Any, column: Any) -> Any:
    if isinstance(column, np.ma.MaskedArray):
        return np.where(np.ma.getmaskarray(column), None, column.data) if column.mask.any() else column.data
    if column.dtype.kind in "OTU":
        return np.array([None if absent(value) else value for value in column], dtype=object)
    return column


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
    return _literal("".join(f"[{sign}]" if sign in "*?[" else sign for sign in name))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


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
        shown = "".join(f"{_quoted(name)}, " for name in columns)
        relation = connection.sql(f"select {shown}file_row_number + 1 as {ROW} from {read}")
    except duckdb.Error as error:
        raise DataError.of("not-parquet", where=Where(str(path))) from error

    def place(rows: Sequence[int]) -> Mapping[int, Where]:
        return {row: Where(str(path), key=wording.row_key(row)) for row in rows}

    return Source(_opened(relation), columns, str(path), place=place, ordered=True, unusable=unusable)


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
    blank = " and ".join(f"{_quoted(name)} is null" for name in layout.columns)
    blank_rows, trimmed, rows = connection.execute(
        f"select count(*) filter ({blank}), coalesce(sum(_cdi_loose), 0)::bigint, count(*) from loaded"
    ).fetchone()
    if rows == blank_rows:
        raise DataError.of("header-only", where=Where(str(path), layout.header_lines))
    if blank_rows:
        connection.execute(f"delete from loaded where {blank}")
    columns, unusable = _parted(layout.columns)
    frame = _opened(connection.table("loaded").project(", ".join([ROW, *map(_quoted, columns)])))

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
    names = [_quoted(name) for name in layout.columns]
    shape = ", ".join(f"{_literal(name)}: 'VARCHAR'" for name in layout.columns)
    trimmed = ", ".join(f"nullif(trim({name}, '{_SPACES}'), '') as {name}" for name in names)
    loose = " + ".join(f"coalesce({name} <> trim({name}, '{_SPACES}'), false)::int" for name in names)
    return (
        f"create temp table loaded as select row_number() over () as {ROW}, {loose} as _cdi_loose, {trimmed} "
        f"from read_csv({_file(layout.path)}, header = false, skip = {layout.skip}, auto_detect = false, "
        f"columns = {{{shape}}}, delim = ',', quote = '\"', escape = '\"', null_padding = false, strict_mode = true, "
        f"max_line_size = 16777216, parallel = {str(layout.plain).lower()})"
    )


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


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
    columns, unusable = _parted(names) if _is_duckdb(frame) else (names, ())
    if unusable:
        native: Any = frame.to_native()
        frame = _opened(native.project(", ".join(map(_quoted, columns))))
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
