"""Loads one file into the embedded engine, DuckDB: text, Parquet or a sheet of a workbook becomes a table."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cdi.errors import DataError, Where
from cdi.reading import engine
from cdi.reading.sources import Source, Workbook, refuse_names, row_keys

if TYPE_CHECKING:
    from cdi.reading.delimited import Layout

__all__ = ["Part", "connect", "is_workbook", "open_part"]

# a line break at an end of a value comes from where the engine's buffers meet, never from a row
_SPACES = " \t\u00a0\r\n"
_WORKBOOKS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}
_PARQUET = {".parquet", ".pq"}


def is_workbook(path: str | Path) -> bool:
    """Tell a workbook by the ending of its name.

    Examples
    --------
    >>> is_workbook("June.XLSX"), is_workbook("June.csv")
    (True, False)
    """
    return Path(path).suffix.casefold() in _WORKBOOKS


@dataclass(frozen=True, slots=True)
class Part:
    """One file in the engine.

    Attributes
    ----------
    source : Source
        Its rows.
    table : str
        The table they stand in.
    last : int
        The number of the last row, blank rows counted.
    """

    source: Source
    table: str
    last: int


def open_part(connection: Any, table: str, book: Workbook) -> Part:
    """Open one file as a table of the engine; its text is trimmed and its rows are numbered."""
    path = Path(book.path)
    if is_workbook(path):
        return _open_workbook(connection, table, book)
    return (_open_parquet if path.suffix.casefold() in _PARQUET else _open_csv)(connection, table, path)


def connect() -> Any:
    """Start the engine, with its spills in the user's own temporary folder."""
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


def _open_parquet(connection: Any, table: str, path: Path) -> Part:
    import duckdb

    name = str(path)
    if not path.is_file():
        raise DataError.of("no-file", where=Where(name))
    # a path as a parameter would make the engine load pandas; as a literal it does not
    read = f"read_parquet({_file(path)}, file_row_number = true)"
    try:
        names = _written_names(connection, path)
        refuse_names(names, Where(name), folded=True)
        columns, unusable = engine.usable(names)
        shown = "".join(f"{engine.quoted(name)}, " for name in columns)
        connection.execute(f"create temp view {table} as select {shown}file_row_number + 1 as {engine.ROW} from {read}")
        last = connection.sql(f"select count(*) from {table}").fetchall()[0][0]
    except duckdb.Error as error:
        raise DataError.of("not-parquet", where=Where(name)) from error
    rows = engine.from_relation(connection.table(table))
    place = partial(row_keys, name=name)
    return Part(Source(rows, columns, name, place=place, ordered=True, unusable=unusable), table, last)


def _written_names(connection: Any, path: Path) -> tuple[str, ...]:
    """List a Parquet file's columns as they are written, before the engine renames those that differ in capitals."""
    query = f"select name, coalesce(num_children, 0) from parquet_schema({_file(path)})"
    names, below = [], 0
    for name, children in connection.sql(query).fetchall()[1:]:
        if below == 0:
            names.append(name)
        below += children - (below > 0)
    return tuple(names)


def _open_csv(connection: Any, table: str, path: Path) -> Part:
    import duckdb

    from cdi.reading import delimited

    layout = delimited.examine(path)
    name, at = str(path), Where(str(path), layout.header_lines)
    refuse_names(layout.columns, at, folded=True)
    try:
        connection.execute(_load(layout, table))
    except duckdb.Error as error:
        faults, total = delimited.ragged(layout)
        if faults:
            raise DataError(faults, total) from error
        raise DataError.of("unreadable", got=str(error).splitlines()[0], where=Where(name)) from error

    def place(rows: Sequence[int]) -> Mapping[int, Where]:
        return {row: Where(name, line) for row, line in delimited.physical_lines(layout, rows).items()}

    return _loaded(connection, table, layout.columns, at, place=place)


def _load(layout: Layout, table: str) -> str:
    """Write the statement that reads a file's body as text, trims it and numbers its rows."""
    names = [engine.quoted(name) for name in layout.columns]
    shape = ", ".join(f"{engine.literal(name)}: 'VARCHAR'" for name in layout.columns)
    trimmed = ", ".join(f"nullif(trim({name}, '{_SPACES}'), '') as {name}" for name in names)
    loose = _added([f"coalesce({name} <> trim({name}, '{_SPACES}'), false)::int" for name in names])
    return (
        f"create temp table {table} as select row_number() over () as {engine.ROW}, {loose} as _cdi_loose, {trimmed} "
        f"from read_csv({_file(layout.path)}, header = false, skip = {layout.skip}, auto_detect = false, "
        f"columns = {{{shape}}}, delim = ',', quote = '\"', escape = '\"', null_padding = false, strict_mode = true, "
        f"max_line_size = 16777216, parallel = {str(layout.plain).lower()})"
    )


def _added(terms: Sequence[str]) -> str:
    """Write a sum by halves: one term after the other, the engine would nest thousands deep, which it refuses."""
    half = len(terms) // 2
    return f"({_added(terms[:half])} + {_added(terms[half:])})" if half else terms[0]


def _open_workbook(connection: Any, table: str, book: Workbook) -> Part:
    import numpy as np

    from cdi.reading import workbooks

    sheet = workbooks.read_sheet(book.path, sheet=book.sheet, header_row=book.header_row)
    at = Where(sheet.name, sheet.header_row, sheet=sheet.title)
    refuse_names(sheet.columns, at, folded=True)
    cells = {f"c{i}": np.array(values, dtype=object) for i, values in enumerate(sheet.values)}
    connection.register(f"{table}_cells", {"row": np.arange(1, len(sheet.rows) + 1), **cells})
    named = ", ".join(f"c{i}::varchar as {engine.quoted(name)}" for i, name in enumerate(sheet.columns))
    connection.execute(
        f"create temp table {table} as select row as {engine.ROW}, 0 as _cdi_loose, {named} from {table}_cells"
    )
    connection.unregister(f"{table}_cells")

    def place(rows: Sequence[int]) -> Mapping[int, Where]:
        return {row: workbooks.where(sheet, row - 1) for row in rows}

    def cell(row: int, column: str | None) -> str | None:
        return workbooks.where(sheet, row - 1, column).cell

    return _loaded(
        connection,
        table,
        sheet.columns,
        at,
        blank=sheet.blank_rows,
        trimmed=sheet.trimmed,
        place=place,
        cell=cell,
        id_faults=partial(workbooks.id_faults, sheet),
        date_faults=partial(workbooks.date_faults, sheet),
        first_number=partial(workbooks.first_number, sheet),
    )


def _loaded(
    connection: Any, table: str, names: Sequence[str], at: Where, *, blank: int = 0, trimmed: int = 0, **about: Any
) -> Part:
    """Count what a table of text holds, leave out its blank rows, and take it as the rows of a source."""
    nothing = f"coalesce({', '.join(map(engine.quoted, names))}) is null"
    held = ", ".join(f"count({engine.quoted(name)})" for name in names)
    blanks, loose, rows, *counts = connection.execute(
        f"select count(*) filter ({nothing}), coalesce(sum(_cdi_loose), 0)::bigint, count(*), {held} from {table}"
    ).fetchone()
    if rows == blanks:
        raise DataError.of("header-only", where=at)
    if blanks:
        connection.execute(f"delete from {table} where {nothing}")
    columns, unusable = engine.usable(names)
    shown = ", ".join([engine.ROW, *map(engine.quoted, columns)])
    source = Source(
        engine.from_relation(connection.table(table).project(shown)),
        columns,
        at.file,
        blank + blanks,
        trimmed + loose,
        ordered=True,
        clean=True,
        header=at.line,
        sheet=at.sheet,
        unusable=unusable,
        empty=tuple(name for name, count in zip(names, counts, strict=True) if not count and name in columns),
        **about,
    )
    return Part(source, table, rows)
