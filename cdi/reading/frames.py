"""Opens whatever the user brings: one file or several, or a data frame, which keeps its engine."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cdi.errors import DataError, Where
from cdi.reading import engine
from cdi.reading.sources import Source, Workbook, refuse_names, row_keys

if TYPE_CHECKING:
    from cdi.reading.engine import Rows

__all__ = ["open_source"]


def open_source(source: object) -> Source:
    """Open CSV files, Parquet files or workbooks, or take a data frame as it is.

    Parameters
    ----------
    source : str, pathlib.Path, Workbook, a list of them, or data frame
        A path, or several whose rows are put together; or a frame of pandas, Polars, PyArrow, DuckDB, Dask or PySpark.

    Returns
    -------
    Source
        The rows with what is needed to say where a fault stands.

    Raises
    ------
    DataError
        A file cannot be read as a table (all its faults at once), or the object is no data frame.

    Examples
    --------
    >>> import pandas as pd
    >>> open_source(pd.DataFrame({"recorded": [1, 0]})).columns
    ('recorded',)
    """
    files = source if isinstance(source, Sequence) and not isinstance(source, str) else [source]
    if files and all(isinstance(file, (str, Path, Workbook)) for file in files):
        from cdi.reading.files import open_files

        return open_files([file for file in files if isinstance(file, (str, Path, Workbook))])
    return _take_frame(source)


def _take_frame(source: object) -> Source:
    import narwhals as nw

    try:
        frame = nw.from_native(source, pass_through=True)
    except nw.exceptions.DuplicateError as error:
        raise DataError.of("repeated-column", got=str(error).splitlines()[0]) from error
    if not isinstance(frame, (nw.DataFrame, nw.LazyFrame)):
        raise DataError.of("not-a-frame", got=type(source).__name__)
    refuse_names(frame.collect_schema().names(), Where())
    if isinstance(frame, nw.LazyFrame):
        return _take_lazy(frame)
    if frame.is_empty():
        raise DataError.of("empty-frame")
    return Source(frame.lazy(), tuple(frame.columns), place=partial(row_keys, name=None), ordered=True)


def _take_lazy(frame: Rows) -> Source:
    names = tuple(frame.collect_schema().names())
    columns, unusable = engine.usable(names) if engine.is_duckdb(frame) else (names, ())
    if unusable:
        native: Any = frame.to_native()
        frame = engine.from_relation(native.project(", ".join(map(engine.quoted, columns))))
    return Source(frame, columns, unusable=unusable)
