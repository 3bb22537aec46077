"""Opens files, one or several with the same columns.

Several are put below each other. What is known of each is kept, so that a faulty row is found again in its own file.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from cdi import wording
from cdi.errors import DataError, Fault, Where, fault
from cdi.reading import engine
from cdi.reading.loading import Part, connect, open_part
from cdi.reading.sources import FILE, Source, Workbook

__all__ = ["open_files"]


def open_files(sources: Sequence[str | Path | Workbook]) -> Source:
    r"""Open one file, or several with the same columns.

    Parameters
    ----------
    sources : sequence of str, Path or Workbook
        The files.

    Returns
    -------
    Source
        Their rows, in the order of the files.

    Raises
    ------
    DataError
        A file cannot be read as a table, a file is given twice, or the columns of two files differ; all at once.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "audit.csv"
    >>> _ = file.write_text("incident, recorded\n1,yes\n2,no\n", encoding="utf-8")
    >>> open_files([file]).columns
    ('incident', 'recorded')
    """
    books = [source if isinstance(source, Workbook) else Workbook(str(source)) for source in sources]
    connection = connect()
    parts: list[Part] = []
    errors: list[DataError] = []
    for i, book in enumerate(books):
        try:
            parts.append(open_part(connection, f"_cdi_part_{i}", book))
        except DataError as error:
            errors.append(error)
    if errors:
        raise DataError([item for error in errors for item in error.faults], sum(error.total for error in errors))
    if len(parts) == 1:
        return parts[0].source
    _refuse_differences(parts)
    return _together(connection, parts)


def _refuse_differences(parts: Sequence[Part]) -> None:
    """Refuse a file that was given twice, and files whose columns are not those of the first."""
    first = parts[0].source
    faults: list[Fault] = []
    seen: dict[tuple[Path, str | None], str] = {}
    for part in parts:
        source = part.source
        known = (Path(str(source.name)).resolve(), source.sheet)
        if known in seen:
            faults.append(fault("file-twice", where=Where(source.name, sheet=source.sheet)))
        seen[known] = str(source.name)
        expected, held = ((*each.columns, *each.unusable) for each in (first, source))
        lacking = [name for name in expected if name not in held]
        more = [name for name in held if name not in expected]
        if lacking or more:
            where = Where(source.name, source.header, sheet=source.sheet)
            hint = wording.columns_differ(lacking, more)
            faults.append(fault("columns-differ", where=where, first=first.name, hint=hint))
    if faults:
        raise DataError(faults)


@dataclass(frozen=True, slots=True)
class _Chain:
    """Several files below each other: each begins where the one before it ended."""

    sources: tuple[Source, ...]
    starts: tuple[int, ...]

    def place(self, rows: Sequence[int]) -> Mapping[int, Where]:
        found: dict[int, Where] = {}
        for source, start, end in zip(self.sources, self.starts, self.starts[1:], strict=False):
            own = source.place([row - start for row in rows if start < row <= end])
            found |= {row + start: where for row, where in own.items()}
        return found

    def cell(self, row: int, column: str | None) -> str | None:
        i = bisect_right(self.starts, row - 1) - 1
        return self.sources[i].cell(row - self.starts[i], column)

    def id_faults(self, column: str) -> tuple[list[tuple[int, Fault]], int]:
        return self._joined([source.id_faults(column) for source in self.sources])

    def date_faults(self, column: str) -> tuple[list[tuple[int, Fault]], int]:
        return self._joined([source.date_faults(column) for source in self.sources])

    def _joined(self, each: Sequence[tuple[list[tuple[int, Fault]], int]]) -> tuple[list[tuple[int, Fault]], int]:
        found = [
            (row + start, item) for start, (items, _) in zip(self.starts, each, strict=False) for row, item in items
        ]
        return found, sum(total for _, total in each)

    def first_number(self, column: str) -> Where | None:
        found = (source.first_number(column) for source in self.sources)
        return next((where for where in found if where is not None), None)


def _together(connection: Any, parts: Sequence[Part]) -> Source:
    """Put the rows of several files below each other, numbered on."""
    import duckdb

    sources = tuple(part.source for part in parts)
    chain = _Chain(sources, tuple(accumulate((part.last for part in parts), initial=0)))
    columns = sources[0].columns
    names = ", ".join(map(engine.quoted, columns))
    pieces = [
        f"select {engine.ROW} + {start} as {engine.ROW}, {i} as {FILE}, {names} from {part.table}"
        for i, (part, start) in enumerate(zip(parts, chain.starts, strict=False))
    ]
    name = wording.several_files([str(source.name) for source in sources])
    try:
        connection.execute(f"create temp table _cdi_all as {' union all '.join(pieces)}")
    except duckdb.Error as error:
        raise DataError.of("kinds-differ", where=Where(name)) from error
    return Source(
        engine.from_relation(connection.table("_cdi_all")),
        columns,
        name,
        blank_rows=sum(source.blank_rows for source in sources),
        trimmed=sum(source.trimmed for source in sources),
        place=chain.place,
        cell=chain.cell,
        id_faults=chain.id_faults,
        date_faults=chain.date_faults,
        first_number=chain.first_number,
        ordered=True,
        clean=all(source.clean for source in sources),
        unusable=sources[0].unusable,
        empty=tuple(column for column in columns if all(column in source.empty for source in sources)),
        files=tuple(str(source.name) for source in sources),
    )
