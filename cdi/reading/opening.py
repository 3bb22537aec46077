"""Opens whatever the user brings: a file, several below each other, or a data frame, which keeps its engine.

Files are loaded into the embedded engine, DuckDB. What is known of each is kept, so that a faulty row is found again in
its own file.
"""

from __future__ import annotations

import contextlib
import os
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from cdi import wording
from cdi.errors import SHOWN, DataError, Fault, Where, Worded, fault, suggestion
from cdi.reading import engine, folders, limits, progress
from cdi.reading.frame_totals import without_totals
from cdi.reading.mapping import SheetMapping, apply_mapping
from cdi.reading.recognition import HEAD, find_header
from cdi.reading.set_aside import MOST, SPOKEN, RawTable, Signs, TableCounts, rows_aside
from cdi.reading.shelf import Shelf, shelf_of
from cdi.reading.sources import FILE, ReadAs, Source, Titles, Workbook, refuse_names, row_keys

if TYPE_CHECKING:
    import narwhals as nw

    from cdi.reading.delimited import Layout
    from cdi.reading.engine import Rows
    from cdi.reading.other_workbooks import OtherBook
    from cdi.reading.set_aside import SetAside
    from cdi.reading.sheets import SheetCells
    from cdi.reading.workbooks import Book

__all__ = [
    "SOUGHT",
    "Loaded",
    "LoadedFile",
    "Look",
    "Seen",
    "TableText",
    "csv_refused",
    "csv_sql",
    "is_folder",
    "is_marked",
    "is_parquet",
    "is_workbook",
    "load_table",
    "load_text",
    "looked_through",
    "named_files",
    "open_files",
    "open_part",
    "open_source",
    "parquet_sql",
    "parted",
]


def is_workbook(path: str | Path) -> bool:
    """Tell a workbook by the ending of its name."""
    return Path(path).suffix.casefold() in folders.WORKBOOKS


def is_parquet(path: str | Path) -> bool:
    """Tell a Parquet file by the ending of its name."""
    return Path(path).suffix.casefold() in folders.PARQUET


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """One file in the engine."""

    source: Source  # its rows
    table: str  # the table they stand in
    last: int  # the number of the last row, blank rows counted


@dataclass(frozen=True, slots=True)
class Loaded:
    """The table of a file or sheet, and its rows that are no data."""

    raw: RawTable
    aside: Mapping[int, SetAside]


def open_part(
    connection: Any, table: str, book: Workbook, *, with_totals: bool = False, known: Loaded | None = None
) -> LoadedFile:
    """Open one file as a table of the engine; its text is trimmed and its rows are numbered.

    Totals are set aside, unless they are wanted: known counts are read with the total that they add up to. What is
    known of the file already is not read again.
    """
    with limits.letting_out(), progress.asking("read", book.path):
        return _open_part(connection, table, book, known, with_totals=with_totals)


def _open_part(connection: Any, table: str, book: Workbook, known: Loaded | None, *, with_totals: bool) -> LoadedFile:
    if is_parquet(book.path) and book.mapping is None:
        loaded = _open_parquet(connection, table, Path(book.path))
        return loaded if with_totals else _without_totals(connection, loaded)
    try:
        if known is None:
            raw = load_table(connection, table, book)
            known = Loaded(raw, {} if with_totals else rows_aside(connection, raw))
        loaded = _finished(connection, known, book.mapping)
        return replace(loaded, source=replace(loaded.source, titles=partial(_titles, book, loaded.source.header)))
    except DataError as error:
        if book.header_row is None and book.mapping is None and _NAMELESS & {item.code for item in error.faults}:
            _refuse_titles(book)
        raise


_NAMELESS = frozenset(
    ["column-unnamed", "header-blank", "header-merged", "header-not-text", "header-unnamed", "ragged-row"]
)
"""Faults that titles above a table bring about."""


def _refuse_titles(book: Workbook) -> None:
    """Refuse a table that begins further down once, and say where its names seem to be."""
    rows = head(book)
    found = find_header(rows)
    if found is not None and found.titles:
        title = next((cell for cell in rows[0][1] if cell is not None), None)
        where = Where(book.path, rows[0][0], sheet=book.sheet)
        raise DataError.of("titles-above", got=title, where=where, row=found.row)


def _titles(book: Workbook, header: int | None) -> tuple[Titles, ...]:
    """Read what stands above the header of a file or sheet."""
    rows = (cells for row, cells in head(book) if header is not None and row < header)
    return ([[cell for cell in cells if cell is not None] for cells in rows],)


def _file(path: Path) -> str:
    """Write a path as SQL text that names this file only: the engine takes * ? [ for patterns, ~ for a home folder."""
    try:
        name = os.fsencode(path.absolute()).decode("utf-8")
    except UnicodeError:
        raise DataError.of("name-not-utf-8", where=Where(str(path))) from None
    return engine.literal("".join(f"[{sign}]" if sign in "*?[" else sign for sign in name))


def _open_parquet(connection: Any, table: str, path: Path) -> LoadedFile:
    import duckdb

    name = str(path)
    if not path.is_file():
        raise DataError.of("no-file", where=Where(name))
    try:
        names = _written_names(connection, path)
        refuse_names(names, Where(name))
        held = dict(zip(engine.inner_names(names), names, strict=True))
        read, number = _read_parquet(path, names)
        rows = connection.sql(f"select {', '.join(held)} from {read}")
        nested = engine.nested(engine.from_relation(rows))
        usual = [each for each in held if each not in nested]
        shown = [f"{each} as {engine.inner(i)}" for i, each in enumerate(usual)]
        listed = ", ".join([*shown, f"{number} as {engine.ROW}"])
        connection.execute(f"create temp view {table} as select {listed} from {read}")
        # every value is read once, since what is damaged in the middle would show only later, as an error of the engine
        texts = [name for name, kind in zip(held, rows.types, strict=True) if kind == "VARCHAR"]
        loose = " or ".join(map(_is_loose, texts)) or "false"
        whole = f"select count(*), count(*) filter ({loose}), bit_xor(hash({', '.join(held)})) from {read}"
        last, untrimmed, _ = connection.sql(whole).fetchall()[0]
    except duckdb.Error as error:
        limits.let_out(error)
        raise DataError.of("not-parquet", where=Where(name)) from error
    source = Source(
        engine.from_relation(connection.table(table)),
        tuple(held[each] for each in usual),
        name,
        place=partial(row_keys, name=name),
        ordered=True,
        clean=not untrimmed,
        nested=tuple(held[each] for each in nested),
    )
    return LoadedFile(source, table, last)


def _is_loose(name: str) -> str:
    """Write the condition that a text may be blank, or have spaces of some kind at an end; nearly none has."""
    return f"{name} < '!' or right({name}, 1) < '!' or strlen({name}) > length({name})"


def _without_totals(connection: Any, loaded: LoadedFile) -> LoadedFile:
    """Take the rows that are no data out of a Parquet file."""
    source = loaded.source
    _, aside = without_totals(source.rows, source.columns, source.place)
    if not aside:
        return loaded
    table = f"{loaded.table}_data"
    numbers = ", ".join(map(str, aside))
    query = f"select * from {loaded.table} where {engine.ROW} not in ({numbers})"
    connection.execute(f"create temp view {table} as {query}")
    rows = engine.from_relation(connection.table(table))
    return replace(loaded, source=replace(source, rows=rows, set_aside=tuple(aside.values())), table=table)


def _read_parquet(path: Path, names: Sequence[str]) -> tuple[str, str]:
    """Write SQL for the rows of a Parquet file, whose columns are named by position, and for the number of a row."""
    listed = ", ".join(engine.inner_names(names))
    # a path as a parameter would make the engine load pandas; as a literal it does not
    if _ROW_OF_FILE in map(str.casefold, names):
        return f"read_parquet({_file(path)}) as _({listed})", "row_number() over ()"
    return f"read_parquet({_file(path)}, {_ROW_OF_FILE} = true) as _({listed})", f"{_ROW_OF_FILE} + 1"


_ROW_OF_FILE = "file_row_number"
"""The engine's own column, for which a file with one of that name leaves no room."""


def _written_names(connection: Any, path: Path) -> tuple[str, ...]:
    """List a Parquet file's columns as they are written, before the engine renames those that differ in capitals."""
    query = f"select name, coalesce(num_children, 0) from parquet_schema({_file(path)})"
    names, below = [], 0
    for name, children in connection.sql(query).fetchall()[1:]:
        if below == 0:
            names.append(name)
        below += children - (below > 0)
    return tuple(names)


def parquet_sql(connection: Any, path: Path) -> tuple[tuple[str, ...], str]:
    """List the columns of a Parquet file, and write SQL for its rows, whose columns are named by position."""
    import duckdb

    if not path.is_file():
        raise DataError.of("no-file", where=Where(str(path)))
    try:
        names = _written_names(connection, path)
    except duckdb.Error as error:
        raise DataError.of("not-parquet", where=Where(str(path))) from error
    refuse_names(names, Where(str(path)))
    return names, f"read_parquet({_file(path)}) as _({', '.join(engine.inner_names(names))})"


def _load_parquet(connection: Any, table: str, book: Workbook) -> RawTable:
    """Load a Parquet file as texts, as sheets are looked at and read by a mapping."""
    found = _open_parquet(connection, f"{table}_values", Path(book.path)).source
    texts = [f"{engine.trimmed_sql(f'{name}::varchar')} as {name}" for name in engine.inner_names(found.columns)]
    listed = ", ".join([engine.ROW, "0 as _cdi_loose", *texts])
    connection.execute(f"create temp table {table} as select {listed} from {table}_values")
    return RawTable(table, found.columns, Where(found.name), found.place, (), None, lambda _aside: {})


def load_table(connection: Any, table: str, book: Workbook, opened: Book | OtherBook | None = None) -> RawTable:
    """Load the table of a CSV file, of a Parquet file or of a sheet, whose workbook may be open."""
    if is_parquet(book.path):
        return _load_parquet(connection, table, book)
    if is_workbook(book.path):
        return _load_sheet(connection, table, book, opened)
    return _load_csv(connection, table, book)


def _finished(connection: Any, known: Loaded, mapping: SheetMapping | None) -> LoadedFile:
    """Take the rows that are no data out of a table, refuse what is wrong with the rest, and read it by its mapping."""
    raw, aside = known.raw, known.aside
    has_words = mapping is not None and bool(mapping.words)
    if raw.is_view and (has_words or raw.signs.untidy or raw.has_blank_rows or len(aside) > _NAMED):
        _written_out(connection, raw.table)
        raw = replace(raw, is_view=False)
    if aside and raw.is_view:
        _numbered(connection, raw.table, without=list(aside))
    elif aside:
        connection.execute(f"delete from {raw.table} where {engine.ROW} in ({', '.join(map(str, aside))})")
    if aside or mapping is not None:
        raw = replace(raw, held=None)  # what it holds is no more what was counted
    about = raw.checked(aside) | {"untidy": _tidy(connection, raw)}
    if mapping is not None:
        filled = apply_mapping(connection, raw, mapping)
        about |= {"roles": mapping.columns, "words": mapping.words, "layout": mapping.layout, "filled_down": filled}
    return _loaded(connection, raw, set_aside=tuple(aside.values()), **about)


_NAMED = 100
"""Rows that are left out by their numbers each time: a table of the others takes longer to write than a few to skip."""


def csv_refused(layout: Layout, error: Exception) -> DataError:
    """Say why the engine does not read a CSV file."""
    from cdi.reading import delimited

    faults, total = delimited.ragged(layout)
    if faults:
        return DataError(faults, total)
    return DataError.of("unreadable", got=str(error).splitlines()[0], where=Where(str(layout.path)))


def _load_csv(connection: Any, table: str, book: Workbook) -> RawTable:
    import duckdb

    from cdi.reading import delimited

    shelf = shelf_of(book)
    layout = delimited.examine(book.path, header_row=book.header_row, opened=_text_of(book), sought=SOUGHT)
    name = str(Path(book.path))
    at = Where(name, layout.header_lines)
    refuse_names(layout.columns, at)
    try:
        with delimited.body_of(layout) as body:
            load_text(connection, body, table)
            signs, held = looked_through(connection, table, layout)
    except duckdb.Error as error:
        limits.let_out(error)
        raise csv_refused(layout, error) from error
    if shelf is not None:
        head(book)  # what may be asked for later, while the text is at hand
        shelf.done(layout.path)

    def place(rows: Sequence[int]) -> Mapping[int, Where]:
        return {row: Where(name, line) for row, line in delimited.physical_lines(layout, rows).items()}

    def checked(_aside: Collection[int]) -> dict[str, Any]:
        text = TableText(connection, table, name, layout)
        if signs.errors:
            text.refuse_errors(place)
        return {"id_faults": text.id_faults, "date_faults": text.date_faults}

    return RawTable(
        table, layout.columns, at, place, (), None, checked, signs=signs, held=held, is_view=held is not None
    )


_APART = "\x1f"
_HARD_SPACE = "\u00a0"
_SIGNS = " .,;"
_BREAKS = ("\n", "\r")
_CONTROLS = tuple(sign for sign in engine.SPACES if sign < _APART and sign not in _BREAKS)
_STRAY = tuple(_SIGNS.strip())

SOUGHT = (*_CONTROLS, _APART, '"', *SPOKEN, "%", "#", "  ", *_STRAY, "+", "-")
"""What is sought while the text of a file is examined: what is not there need not be looked for in its rows."""


def looked_through(connection: Any, table: str, layout: Layout) -> tuple[Signs, TableCounts | None]:
    """Look once through the texts of a table: take the spaces off their ends where there are some, tell what to expect.

    Also count what it holds, unless that changed. Nearly every file is tidy, and a search in all cells of a row
    together is fast.
    """
    names = engine.inner_names(layout.columns)
    first, *rest = _parts(names)
    found = [_signs_in(connection, table, first, layout, also=_counts_of(names))]
    if len(names) > engine.MANY:
        found.append(_signs_below(connection, table, names[len(first) :], layout))
    else:
        found += [_signs_in(connection, table, part, layout) for part in rest]
    of_kinds = [sum(of_kind) for of_kind in zip(*(signs for signs, *_ in found), strict=True)]
    controls, totals, errors, untidy, shares = of_kinds
    speaking = {row for *_, rows in found for row in rows}
    of_each = [count for _, counts, *_ in found for count in counts]
    trimmed = [name for name, count in zip(names, of_each, strict=True) if count or controls]
    if trimmed:
        # what is fast to do with millions of rows takes long to plan for hundreds of columns
        bare = engine.trimmed_sql if len(trimmed) <= _TOGETHER else _trimmed
        made = ", ".join(f"{bare(name)} as {name}_bare" for name in trimmed)
        taken = _added([f"coalesce({name} <> coalesce({name}_bare, ''), false)::int" for name in trimmed])
        put = {name: f"{name}_bare as {name}" for name in trimmed}
        listed = ", ".join([engine.ROW, f"{taken} as _cdi_loose", *(put.get(name, name) for name in names)])
        _written_out(connection, table, listed, f"(select *, {made} from {table})")
    # which percentages speak of a row that is no data depends on what else is in it
    known = None if shares else tuple(sorted(speaking))
    signs = Signs(bool(totals or shares), bool(errors), bool(untidy or trimmed), known)
    return signs, None if trimmed else TableCounts.of(found[0][2])


def _trimmed(name: str) -> str:
    return f"nullif(trim({name}, {engine.literal(engine.SPACES)}), '')"


_TOGETHER = 32
"""The columns that are asked about at once: the engine's plan for hundreds takes longer than many plans for few."""


def _parts(names: Sequence[str]) -> list[Sequence[str]]:
    return [names[start : start + _TOGETHER] for start in range(0, len(names), _TOGETHER)]


def _signs_in(
    connection: Any, table: str, names: Sequence[str], layout: Layout, also: Sequence[str] = ()
) -> tuple[Sequence[int], Sequence[int], Sequence[int], Sequence[int]]:
    """Count the rows in which some columns hold signs of each kind, those with signs at an end of each, and more.

    The rows that speak of a total are listed too, or enough of them to tell that they are too many.
    """
    inside = _worth_looking_for(layout)
    text = f"concat_ws({_SIGN[_APART]}, '', {', '.join(names)}, '')" if any(inside) else "''"
    held = [" or ".join(f"contains(_cdi_text, {each})" for each in some) or "false" for some in inside]
    counted = [f"count(*) filter ({each})" for each in held]
    counted[_TOTALS] = f"list({engine.ROW}) filter ({held[_TOTALS]})[1:{MOST + 1}]"
    loose = [f"count(*) filter ({each})" for each in _loose(names, layout)]
    query = f"select {', '.join([*counted, *loose, *also])} from "
    columns = "*" if also else ", ".join([engine.ROW, *names])
    found = list(connection.execute(f"{query} (select {text} as _cdi_text, {columns} from {table})").fetchone())
    rows = found[_TOTALS] or ()
    found[_TOTALS] = len(rows)
    kinds, columns_end = len(inside), len(inside) + len(names)
    return found[:kinds], found[kinds:columns_end], found[columns_end:], rows


_TOTALS = 1  # the place of what speaks of totals among what is worth looking for


def _signs_below(
    connection: Any, table: str, names: Sequence[str], layout: Layout
) -> tuple[Sequence[int], Sequence[int], Sequence[int], Sequence[int]]:
    """Count the same of many columns: the texts that hold signs of each kind, and those with signs at an end."""
    apart = _SIGN[_APART]
    held = [
        " or ".join(f"contains(_cdi_text, {each})" for each in some) or "false" for some in _worth_looking_for(layout)
    ]
    counted = [f"count(*) filter ({each})" for each in held]
    [loose] = _loose(["_cdi_value"], layout)
    listed = f"list({engine.ROW}) filter ({held[_TOTALS]})[1:{MOST + 1}]"
    below = engine.below_each_other(table, names, beside=[engine.ROW])
    texts = f"select *, {apart} || _cdi_value || {apart} as _cdi_text from ({below})"
    query = f"select _cdi_name, {', '.join([*counted, listed])}, count(*) filter ({loose}) from ({texts}) group by 1"
    found = {name: counts for name, *counts in connection.execute(query).fetchall()}
    none = [0] * len(held) + [None, 0]
    each = [found.get(name, none) for name in names]
    kinds = [sum(counts[i] for counts in each) for i in range(len(held))]
    rows = [row for counts in each for row in counts[-2] or ()]
    return kinds, [counts[-1] for counts in each], (), rows[: MOST + 1]


_SIGN = {sign: engine.literal(sign) for sign in (*_CONTROLS, *_BREAKS, _APART, "#", "%", "  ", _HARD_SPACE, *_STRAY)}


def _worth_looking_for(layout: Layout) -> list[list[str]]:
    """List what to look for in the rows, for the engine: control signs, totals, errors, untidy values, percentages."""
    may_hold = layout.may_hold
    # a break of line is inside a value where a record has several lines; two signs apart are a value of nothing
    controls = [_SIGN[sign] for sign in _CONTROLS if may_hold(sign)]
    controls += [] if layout.plain else [_SIGN[sign] for sign in _BREAKS]
    controls += [f"{_SIGN[_APART]} || {_SIGN[_APART]}"] if may_hold(_APART, '"') else []
    totals = [engine.literal(text) for text in SPOKEN if may_hold(text)]
    shares = [_SIGN["%"]] if may_hold("%") else []
    errors = [_SIGN["#"]] if may_hold("#") else []
    untidy = [_SIGN["  "]] if may_hold("  ") else []
    untidy += [] if layout.is_ascii else [_SIGN[_HARD_SPACE]]
    # a comma inside a value is inside quotation marks
    stray = [sign for sign in _STRAY if may_hold('"' if sign == "," else sign)]
    untidy += [f"{_SIGN[sign]} || {_SIGN[_APART]}" for sign in stray]
    return [controls, totals, errors, untidy, shares]


def _loose(names: Sequence[str], layout: Layout) -> list[str]:
    """Write for each column the condition that something may have to be taken off the ends of its values."""
    # where the engine's own order and lengths say that nothing is to be taken off, it need not be tried
    found = [f"{name} < '!' or ends_with({name}, ' ')" for name in names]
    if not layout.is_ascii:
        found = [f"{each} or strlen({name}) > length({name})" for name, each in zip(names, found, strict=True)]
    # a break at an end of a row is left where the engine's buffers meet
    found[-1] += "".join(f" or ends_with({names[-1]}, {_SIGN[sign]})" for sign in _BREAKS)
    return found


_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!")
_SHORTENED = r"[0-9](\.[0-9]+)?[eE]\+[0-9]+"
_LONG = "[0-9]{15,}"
_CUT = "[0-9]{15}0+|[0-9]{11,}0000"  # of 15 or more digits; the second has 15 only beside others of that kind
_RANGE = "[0-9]{1,2} ?(-|–|to) ?[0-9]{1,2}"
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_MADE_DATE = f"(?i)[0-9]{{1,2}}-({_MONTHS})|({_MONTHS})-[0-9]{{2}}"


@dataclass(frozen=True, slots=True)
class TableText:
    """What a spreadsheet may have made of the values of a text file before it was saved."""

    connection: Any
    table: str
    name: str
    layout: Layout

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the file."""
        return self.layout.columns

    def refuse_errors(self, place: Callable[[Sequence[int]], Mapping[int, Where]]) -> None:
        """Refuse the values of formulas that gave an error, as in a workbook."""
        listed, names = ", ".join(map(engine.literal, _ERRORS)), engine.inner_names(self.columns)
        wrong = [f"{each} in ({listed})" for each in names]
        total = sum(
            self._query(f"select {', '.join(f'count(*) filter ({each})' for each in wrong)} from {self.table}")[0]
        )
        if not total:
            return
        either = " or ".join(wrong)
        first = self._query(
            f"select {engine.ROW}, {', '.join(names)} from {self.table} where {either} "
            f"order by {engine.ROW} limit {SHOWN}"
        )
        places = place([row for row, *_ in first])
        faults = [
            fault("value-error", got=value, where=replace(places[row], column=column))
            for row, *values in first
            for column, value in zip(self.columns, values, strict=True)
            if value in _ERRORS
        ]
        raise DataError(faults[:SHOWN], total)

    def id_faults(self, column: str) -> tuple[list[tuple[int, Fault]], int]:
        """Find ids that a spreadsheet shortened, and those that it cut where every long one ends in zeros."""
        name = self._inner(column)
        short, long, cut = (f"regexp_full_match({name}, {engine.literal(each)})" for each in (_SHORTENED, _LONG, _CUT))
        found, total = self._first(column, short, "id-scientific") if self.layout.may_hold("+") else ([], 0)
        # what is long is looked at by itself: a pattern takes longer than all else
        longer = f"(select {name} from {self.table} where strlen({name}) >= 15)"
        counts = self._query(f"select count(*) filter ({long}), count(*) filter ({cut}) from {longer}")[0]
        if counts[1] and counts[0] == counts[1]:
            more, others = self._first(column, cut, "id-cut")
            found, total = sorted([*found, *more], key=lambda item: item[0])[:SHOWN], total + others
        return found, total

    def date_faults(self, column: str) -> tuple[list[tuple[int, Fault]], int]:
        """Find the dates that a spreadsheet made of ranges such as 10-17."""
        if not self.layout.may_hold("-"):
            return [], 0
        name = self._inner(column)
        dates, ranges = (f"regexp_full_match({name}, {engine.literal(each)})" for each in (_MADE_DATE, _RANGE))
        values = f"(select {name} from {self.table} group by {name})"  # labels are few
        of_each = self._query(f"select count(*) filter ({dates}), count(*) filter ({ranges}) from {values}")[0]
        return self._first(column, dates, "date-among-texts") if all(of_each) else ([], 0)

    def _first(self, column: str, condition: str, code: str) -> tuple[list[tuple[int, Fault]], int]:
        found = self._query(
            f"select {engine.ROW}, {self._inner(column)}, count(*) over () from {self.table} where {condition} "
            f"order by {engine.ROW} limit {SHOWN}"
        )
        faults = [(row, fault(code, got=value, where=Where(self.name, column=column))) for row, value, _ in found]
        return faults, found[0][2] if found else 0

    def _inner(self, column: str) -> str:
        return engine.inner(self.columns.index(column))

    def _query(self, query: str) -> list[Any]:
        rows: list[Any] = self.connection.execute(query).fetchall()
        return rows


def load_text(connection: Any, layout: Layout, table: str) -> None:
    """Read a file's body as text, and number its rows where they are looked at.

    To number them while they are read takes as long again as to read them.
    """
    connection.execute(f"create temp table {table}_text as select * from {csv_sql(layout)}")
    _numbered(connection, table)


def _numbered(connection: Any, table: str, without: Sequence[int] = ()) -> None:
    """Give the rows of a text numbers where they are looked at, without some of them."""
    left_out = f" where rowid + 1 not in ({', '.join(map(str, without))})" if without else ""
    query = f"select rowid + 1 as {engine.ROW}, 0 as _cdi_loose, * from {table}_text{left_out}"
    connection.execute(f"create or replace temp view {table} as {query}")


def _written_out(connection: Any, table: str, listed: str = "*", source: str = "") -> None:
    """Write rows that are numbered where they are looked at into a table, which can be changed, with other values."""
    connection.execute(f"create temp table {table}_own as select {listed} from {source or table}")
    connection.execute(f"drop view {table}; drop table {table}_text; alter table {table}_own rename to {table}")


def csv_sql(layout: Layout, longest: int = 2_000_000) -> str:
    """Write SQL for the rows of a CSV file as text, whose columns are named by position.

    ``longest`` are the bytes that a row may have, above those that a file may. The engine's buffers are a multiple.
    """
    names = engine.inner_names(layout.columns)
    shape = ", ".join(f"{name}: 'VARCHAR'" for name in names)
    return (
        f"read_csv({_file(layout.path)}, header = false, skip = {layout.skip}, auto_detect = false, "
        f"columns = {{{shape}}}, delim = ',', quote = '\"', escape = '\"', null_padding = false, strict_mode = true, "
        f"max_line_size = {longest}, parallel = {str(layout.plain).lower()})"
    )


def _added(terms: Sequence[str]) -> str:
    """Write a sum by halves: one term after the other, the engine would nest thousands deep, which it refuses."""
    half = len(terms) // 2
    return f"({_added(terms[:half])} + {_added(terms[half:])})" if half else terms[0]


def _load_sheet(connection: Any, table: str, book: Workbook, opened: Book | OtherBook | None) -> RawTable:
    from cdi.reading import workbooks

    upper, filled = (book.mapping.upper_row, book.mapping.fill_down) if book.mapping else (None, ())
    if opened is None:
        text = _text_of(book)
        grid = workbooks.read_cells(
            book.path, sheet=book.sheet, header_row=book.header_row, upper_row=upper, opened=text
        )
    else:
        grid = workbooks.cells_of(opened, book.sheet, book.header_row, upper)
    return _load_cells(connection, table, book, workbooks.unmerged(grid, filled))


def _load_cells(connection: Any, table: str, book: Workbook, grid: SheetCells) -> RawTable:
    import numpy as np

    from cdi.reading import workbooks

    sheet = workbooks.table_of(grid)
    at = Where(sheet.name, sheet.header_row, sheet=sheet.title)
    refuse_names(sheet.columns, at)
    names = engine.inner_names(sheet.columns)
    cells = {name: np.array(values, dtype=object) for name, values in zip(names, sheet.values, strict=True)}
    connection.register(f"{table}_cells", {"row": np.arange(1, len(sheet.rows) + 1), **cells})
    named = ", ".join(f"{name}::varchar as {name}" for name in names)
    connection.execute(
        f"create or replace temp table {table} as "
        f"select row as {engine.ROW}, 0 as _cdi_loose, {named} from {table}_cells"
    )
    connection.unregister(f"{table}_cells")

    def place(rows: Sequence[int]) -> Mapping[int, Where]:
        return {row: workbooks.where(sheet, row - 1) for row in rows}

    def cell(row: int, column: str | None) -> str | None:
        return workbooks.where(sheet, row - 1, column).cell

    def checked(aside: Collection[int]) -> dict[str, Any]:
        sound = workbooks.sound_table(grid, [row - 1 for row in aside])
        return {
            "blank": sound.blank_rows,
            "trimmed": sound.trimmed,
            "cell": cell,
            "id_faults": partial(workbooks.id_faults, sound),
            "date_faults": partial(workbooks.date_faults, sound),
            "struck_faults": partial(workbooks.struck_faults, sound, grid.marks),
            "first_number": partial(workbooks.first_number, sound),
            "unseen": (str(book.path),) if grid.marks.unseen else (),
        }

    def unmerged(columns: Collection[str]) -> RawTable | None:
        written = workbooks.unmerged(grid, columns)
        return None if written is grid else _load_cells(connection, table, book, written)

    marked = tuple(i for i, row in enumerate(sheet.rows, start=1) if row in grid.totals)
    return RawTable(table, sheet.columns, at, place, marked, sheet.rows, checked, unmerged)


def _loaded(connection: Any, raw: RawTable, *, blank: int = 0, trimmed: int = 0, **about: Any) -> LoadedFile:
    """Count what a table of text holds, leave out its blank rows, and take it as the rows of a source."""
    table, names, at = raw.table, engine.inner_names(raw.columns), raw.at
    held = raw.held or TableCounts.of(
        connection.execute(f"select {', '.join(_counts_of(names))} from {table}").fetchone()
    )
    blanks = held.rows - held.filled
    if not held.filled:
        raise DataError.of("header-only", where=at)
    if blanks:
        connection.execute(f"delete from {table} where coalesce({', '.join(names)}) is null")
    source = Source(
        engine.from_relation(connection.table(table).project(", ".join([engine.ROW, *names]))),
        raw.columns,
        at.file,
        blank + blanks,
        trimmed + held.loose,
        place=raw.place,
        ordered=True,
        clean=True,
        header=at.line,
        sheet=at.sheet,
        empty=tuple(name for name, count in zip(raw.columns, held.counts, strict=True) if not count),
        **about,
    )
    return LoadedFile(source, table, held.last)


def _counts_of(names: Sequence[str]) -> list[str]:
    """Write SQL for what :class:`TableCounts` knows of a table."""
    filled = f"count(coalesce({', '.join(names)}))"
    whole = f"count(*), {filled}, max({engine.ROW}), coalesce(sum(_cdi_loose), 0)::bigint"
    return [whole, *(f"count({name})" for name in names)]


def _tidy(connection: Any, raw: RawTable) -> int:
    """Make one space of several in a row, and take a stray sign off the end of what stands there without it too.

    Gives how many values were changed. Nearly every file has none, so each column is only looked through.
    """
    if not raw.signs.untidy:
        return 0
    untidy = [_untidy(connection, raw.table, part) for part in _parts(engine.inner_names(raw.columns))]
    if sum(map(len, untidy)) <= _FEW:
        return sum(_tidied(connection, raw.table, some) for some in untidy)
    # a change has the engine look at all columns of its table: those of many are made in tables of few, and put back
    changed, put, parts = 0, list[str](), list[str]()
    for some in filter(None, untidy):
        part = f"{raw.table}_untidy_{len(parts)}"
        connection.execute(f"create or replace temp table {part} as select {', '.join(some)} from {raw.table}")
        changed += _tidied(connection, part, some)
        put += [f"{part}.{name} as {name}" for name in some]
        parts.append(part)
    beside = "".join(f" positional join {part}" for part in parts)
    query = f"select {raw.table}.* replace ({', '.join(put)}) from {raw.table}{beside}"
    connection.execute(f"create or replace temp table {raw.table} as {query}")
    for part in parts:
        connection.execute(f"drop table {part}")
    return changed


def _untidy(connection: Any, table: str, names: Sequence[str]) -> dict[str, Sequence[int]]:
    """Name the columns that hold spaces in a row, or a sign at an end, with how many values do."""
    of_each = []
    for name in names:
        spaced = f"contains({name}, '  ') or contains({name}, {engine.literal(_HARD_SPACE)})"
        signed = " or ".join(f"ends_with({name}, '{sign}')" for sign in _SIGNS.strip())
        of_each.append(f"count(*) filter ({spaced}), count(*) filter ({signed})")
    counts = connection.execute(f"select {', '.join(of_each)} from {table}").fetchone()
    both = zip(counts[::2], counts[1::2], strict=True)
    return {name: pair for name, pair in zip(names, both, strict=True) if any(pair)}


_FEW = 4  # columns that are changed where they are


def _tidied(connection: Any, table: str, untidy: Mapping[str, Sequence[int]]) -> int:
    """Change the values of columns that hold spaces in a row, or a sign at an end, and give how many were changed."""
    changed = 0
    for name, (spaced, signed) in untidy.items():
        if spaced:
            one = f"regexp_replace({name}, '[\\s{_HARD_SPACE}]+', ' ', 'g')"
            changed += _update(connection, table, name, one, f"{name} <> {one}")
        if signed:
            plain = f"rtrim({name}, {engine.literal(_SIGNS)})"
            twin = (
                f"{name} <> {plain} and {plain} in (select {name} from {table}) and regexp_matches({name}, '[A-Za-z]')"
            )
            changed += _update(connection, table, name, plain, twin)
    return changed


def _update(connection: Any, table: str, name: str, value: str, where: str) -> int:
    found: int = connection.execute(f"update {table} set {name} = {value} where {where}").fetchone()[0]
    return found


def open_files(
    sources: Sequence[str | Path | Workbook], *, with_totals: bool = False, look: Look | None = None
) -> Source:
    """Open one file, or several with the same columns.

    What was loaded for a look at them is not loaded again, nor what is on a shelf.
    """
    books = [source if isinstance(source, Workbook) else Workbook(str(source)) for source in sources]
    books = sheets_of(books)
    shelf = shelf_of(books)
    if shelf is not None:
        return _off_shelf(shelf, books, with_totals=with_totals)
    connection = engine.connect() if look is None else look.connection

    def part(place: int, book: Workbook) -> LoadedFile:
        known = None if look is None else look.known(book)
        return open_part(connection, f"_cdi_part_{place}", book, with_totals=with_totals, known=known)

    return _below_each_other(connection, "_cdi_all", books, part)


def _off_shelf(shelf: Shelf, books: Sequence[Workbook], *, with_totals: bool) -> Source:
    """Take files off their shelf, opened the first time."""

    def part(_place: int, book: Workbook) -> LoadedFile:
        opened = partial(open_part, shelf.connection, shelf.table(), book, with_totals=with_totals)
        return shelf.once(("part", book, with_totals), [book], opened)

    together = partial(_below_each_other, shelf.connection, shelf.table(), books, part)
    return shelf.once(("source", tuple(books), with_totals), books, together)


def _below_each_other(
    connection: Any, table: str, books: Sequence[Workbook], part: Callable[[int, Workbook], LoadedFile]
) -> Source:
    """Open each of some files, with the faults of all, and put their rows below each other."""
    parts: list[LoadedFile] = []
    errors: list[DataError] = []
    for place, book in enumerate(books):
        try:
            parts.append(part(place, book))
        except DataError as error:
            errors.append(error)
    if errors:
        raise DataError([item for error in errors for item in error.faults], sum(error.total for error in errors))
    if len(parts) == 1:
        return parts[0].source
    _refuse_differences(parts)
    return together(connection, table, parts)


def _refuse_differences(parts: Sequence[LoadedFile]) -> None:
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
        expected, held = ((*each.columns, *each.nested) for each in (first, source))
        lacking = [name for name in expected if name not in held]
        more = [name for name in held if name not in expected]
        if lacking or more:
            where = Where(source.name, source.header, sheet=source.sheet)
            hint = Worded(wording.columns_differ, (tuple(lacking), tuple(more)))
            faults.append(fault("columns-differ", where=where, first=first.name, hint=hint))
    if faults:
        raise DataError(faults)


def sheets_of(books: Sequence[Workbook]) -> list[Workbook]:
    """List the sheets that mappings and patterns mean, each with its header row."""
    return [each for book in books for each in _sheets_of(book)]


def role_by_mapping(source: object, role: str) -> str | None:
    """Name the column that plays a role, where the source comes with a mapping that says so."""
    given = source if isinstance(source, Sequence) and not isinstance(source, str) else [source]
    books = [book for each in given if isinstance(each, (Workbook, ReadAs)) for book in _meant(each)]
    return next((book.mapping.columns[role] for book in books if book.mapping and role in book.mapping.columns), None)


def _sheets_of(book: Workbook) -> list[Workbook]:
    """List the sheets that a mapping or a pattern means, each with its header row."""
    mapping = book.mapping
    books = [book]
    if is_workbook(book.path):
        if book.sheet is not None and any(sign in book.sheet for sign in "*?["):
            books = _named(book, SheetMapping(sheets=(book.sheet,)))
        elif book.sheet is None and mapping is not None and mapping.sheets:
            books = _named(book, mapping)
    if mapping is None or book.header_row is not None or is_parquet(book.path):
        return books
    return [replace(each, header_row=mapping.header_row or _header_row(each)) for each in books]


def _header_row(book: Workbook) -> int | None:
    """Find the row of the names, where a mapping leaves it open."""
    found = find_header(head(book))
    return None if found is None else found.row


def every_sheet(book: Workbook) -> list[Workbook]:
    """List the sheets of a workbook that show, or the one that is named; a file of text is one by itself."""
    if not is_workbook(book.path) or book.sheet is not None:
        return _sheets_of(book)
    from cdi.reading import workbooks

    return [replace(book, sheet=title) for title in workbooks.sheet_names(book.path, _text_of(book))]


class Look:
    """A look at files before they are read: what is loaded for it is what is read afterwards."""

    def __init__(self) -> None:
        self.connection = engine.connect()
        self.loaded: dict[tuple[object, ...], Loaded] = {}
        self.opened: Book | OtherBook | None = None
        self.tables = 0

    def sheets(self, book: Workbook) -> Iterator[tuple[Workbook, list[tuple[int, list[str | None]]]]]:
        """Go through the sheets of a workbook, or take a file of text, each with its first rows."""
        if not is_workbook(book.path):
            yield from ((each, [] if is_parquet(each.path) else head(each)) for each in every_sheet(book))
            return
        from cdi.reading import workbooks

        with workbooks.open_book(Path(book.path), str(book.path)) as self.opened:
            for each in every_sheet(book):
                yield each, workbooks.head_of(self.opened, each.sheet, HEAD)
        self.opened = None

    def table(self, book: Workbook) -> RawTable:
        """Load the table of the file or sheet that is looked at."""
        self.tables += 1
        with progress.asking("read", book.path):
            return load_table(self.connection, f"_cdi_look_{self.tables}", book, self.opened)

    def aside(self, book: Workbook, raw: RawTable) -> Mapping[int, SetAside]:
        """Find the rows of a table that are no data, and keep both for its reading."""
        loaded = self.loaded[_key(book)] = Loaded(raw, rows_aside(self.connection, raw))
        return loaded.aside

    def known(self, book: Workbook) -> Loaded | None:
        """Give what was loaded of a file or sheet, once: reading changes it. Merged cells may be filled down by now."""
        loaded = self.loaded.pop(_key(book), None)
        if loaded is None or book.mapping is None:
            return loaded
        raw = loaded.raw.unmerged(book.mapping.fill_down)
        return loaded if raw is None else Loaded(raw, rows_aside(self.connection, raw))

    def over(self, books: Sequence[Workbook]) -> Seen:
        """Stand for some of the files."""
        return Seen(tuple(books), self)


def _key(book: Workbook) -> tuple[object, ...]:
    return book.path, book.sheet, book.header_row, book.mapping and book.mapping.upper_row


@dataclass(frozen=True, slots=True)
class Seen:
    """Files after a look at them."""

    workbooks: tuple[Workbook, ...]
    look: Look


def head(book: Workbook) -> list[tuple[int, list[str | None]]]:
    """Read the first rows of a file or sheet, titles among them, each with its number and its cells."""
    shelf = shelf_of(book)
    if shelf is not None:
        return shelf.once(("head", book.path, book.sheet), [book], partial(_head, book))
    return _head(book)


def _head(book: Workbook) -> list[tuple[int, list[str | None]]]:
    if is_workbook(book.path):
        from cdi.reading import workbooks

        return workbooks.head(book.path, book.sheet, HEAD, _text_of(book))
    from cdi.reading import delimited

    return delimited.head(book.path, HEAD, _text_of(book))


def _text_of(book: Workbook) -> Callable[[Path], BinaryIO] | None:
    """Give what reads a file that is on a shelf; None of any other, which is opened."""
    shelf = shelf_of(book)
    return None if shelf is None else shelf.text


def is_marked(book: Workbook) -> bool:
    """Tell whether a workbook says itself where its table begins."""
    from cdi.reading import workbooks

    return workbooks.is_marked(book.path, _text_of(book))


def workbooks_of(source: object) -> list[Workbook]:
    """List the files that a source names, patterns among them; frames are none."""
    given = source if isinstance(source, Sequence) and not isinstance(source, str) else [source]
    files = [_meant(each) for each in given]
    if not files or not all(files):
        raise DataError.of("not-a-path", got=type(source).__name__)
    return [file for some in files for file in some]


def _named(book: Workbook, mapping: SheetMapping) -> list[Workbook]:
    from cdi.reading import workbooks

    titles = workbooks.sheet_names(book.path, _text_of(book))
    if book.sheet in titles:
        return [book]
    chosen = mapping.chosen(titles)
    if not chosen:
        got = wording.in_a_row(mapping.sheets)
        raise DataError.of("no-sheet", got=got, where=Where(book.path), hint=suggestion(got, titles))
    return [replace(book, sheet=title) for title in chosen]


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

    def titles(self) -> tuple[Titles, ...]:
        return tuple(titles for source in self.sources for titles in source.titles())

    def id_faults(self, column: str) -> tuple[list[tuple[int, Fault]], int]:
        return self._joined([source.id_faults(column) for source in self.sources])

    def date_faults(self, column: str) -> tuple[list[tuple[int, Fault]], int]:
        return self._joined([source.date_faults(column) for source in self.sources])

    def struck_faults(self, column: str) -> tuple[list[tuple[int, Fault]], int]:
        return self._joined([source.struck_faults(column) for source in self.sources])

    def _joined(self, each: Sequence[tuple[list[tuple[int, Fault]], int]]) -> tuple[list[tuple[int, Fault]], int]:
        found = [
            (row + start, item) for start, (items, _) in zip(self.starts, each, strict=False) for row, item in items
        ]
        return found, sum(total for _, total in each)

    def first_number(self, column: str) -> Where | None:
        found = (source.first_number(column) for source in self.sources)
        return next((where for where in found if where is not None), None)


def together(connection: Any, table: str, parts: Sequence[LoadedFile]) -> Source:
    """Put the rows of several files below each other, numbered on."""
    import duckdb

    sources = tuple(part.source for part in parts)
    chain = _Chain(sources, tuple(accumulate((part.last for part in parts), initial=0)))
    columns = sources[0].columns
    pieces = []
    for i, (part, start) in enumerate(zip(parts, chain.starts, strict=False)):
        names = ", ".join(f"{part.source.inner(name)} as {engine.inner(place)}" for place, name in enumerate(columns))
        pieces.append(f"select {engine.ROW} + {start} as {engine.ROW}, {i} as {FILE}, {names} from {part.table}")
    name = wording.several_files([wording.in_sheet(str(source.name), source.sheet) for source in sources])
    try:
        connection.execute(f"create temp table {table} as {' union all '.join(pieces)}")
    except duckdb.Error as error:
        limits.let_out(error)
        raise DataError.of("kinds-differ", where=Where(name)) from error
    return Source(
        engine.from_relation(connection.table(table)),
        columns,
        name,
        blank_rows=sum(source.blank_rows for source in sources),
        trimmed=sum(source.trimmed for source in sources),
        untidy=sum(source.untidy for source in sources),
        place=chain.place,
        cell=chain.cell,
        id_faults=chain.id_faults,
        date_faults=chain.date_faults,
        struck_faults=chain.struck_faults,
        first_number=chain.first_number,
        ordered=True,
        clean=all(source.clean for source in sources),
        nested=sources[0].nested,
        empty=tuple(column for column in columns if all(column in source.empty for source in sources)),
        files=tuple(str(source.name) for source in sources),
        sheets=tuple(source.sheet for source in sources),
        titles=chain.titles,
        roles=sources[0].roles,
        words=sources[0].words,
        layout=sources[0].layout,
        filled_down=sum(source.filled_down for source in sources),
        set_aside=tuple(row for source in sources for row in source.set_aside),
        unseen=tuple(dict.fromkeys(name for source in sources for name in source.unseen)),
    )


def named_files(text: str, folder: Path | None = None, *, whole_folders: bool = False) -> list[tuple[str, str | None]]:
    """List the files that a text names, each with the sheet that is meant.

    A folder stands for the files of rows in it, and with ``whole_folders`` for itself.
    """
    name, sheet = parted(text)
    if sheet is not None and not _is_there(text, folder):
        return [(name, sheet)]
    if is_folder(text, folder):
        return [(text, None)] if whole_folders else [(each, None) for each in _inside(text, folder)]
    return [(each, None) for each in _fitting(text, folder)]


def is_folder(text: str, folder: Path | None = None) -> bool:
    """Tell whether a text names a folder; one that is too long for a name names none."""
    with contextlib.suppress(OSError, ValueError):
        return _at(text, folder).is_dir()
    return False


def _inside(text: str, folder: Path | None) -> list[str]:
    """List the files of rows in a folder, as they would be named one by one."""
    return [str(Path(text) / path.name) for path in folders.rows_of(_at(text, folder))]


def parted(text: str) -> tuple[str, str | None]:
    """Part a workbook from the sheet that is named behind it, whatever signs the two hold."""
    signs = (i for i, sign in enumerate(text) if sign == "#")
    place = next((i for i in signs if is_workbook(text[:i])), None)
    return (text, None) if place is None else (text[:place], text[place + 1 :])


def _is_there(text: str, folder: Path | None) -> bool:
    """Tell whether a text names a file; one that is too long for a name names none."""
    with contextlib.suppress(OSError):
        return _at(text, folder).exists()
    return False


def _at(text: str, folder: Path | None) -> Path:
    return Path(text) if folder is None else folder / text


def _fitting(text: str, folder: Path | None) -> list[str]:
    """List the files that fit a pattern: not every shell does it, and Windows has none that does."""
    from glob import glob, has_magic

    if not has_magic(text) or _is_there(text, folder):
        return [text]
    deep = "**" in text
    names = sorted(glob(text, root_dir=folder, recursive=deep))  # noqa: PTH207 - it may begin at a drive or a root
    # hidden files are found by patterns only that ask for them
    names = [each for each in names if Path(each).name.startswith(".") or not folders.is_left_over(Path(each).name)]
    if deep:  # the files in folders of any depth, and not the folders too
        names = [each for each in names if not is_folder(each, folder)]
    if not names:
        raise DataError.of("no-match", got=text)
    folders.refuse_reserves([Path(each) for each in names])
    return names


def open_source(source: object, *, with_totals: bool = False) -> Source:
    """Open CSV files, Parquet files or workbooks, or take a data frame as it is."""
    given = source if isinstance(source, Sequence) and not isinstance(source, str) else [source]
    files = [_meant(each) for each in given]
    if files and all(files):
        look = source.look if isinstance(source, Seen) else None
        return open_files([file for some in files for file in some], with_totals=with_totals, look=look)
    if isinstance(source, (list, tuple)) and source and not any(files):
        return _take_frames(source, with_totals=with_totals)
    return _take_frames([source], with_totals=with_totals)


def _meant(source: object) -> list[Workbook]:
    """List the files that an entry names, as the command line reads it; none where it is no name of a file."""
    if isinstance(source, Workbook):
        if not is_folder(source.path):
            return [source]
        return [replace(source, path=name) for name in _inside(source.path, None)]
    if isinstance(source, (str, Path)):
        return [Workbook(name, sheet) for name, sheet in named_files(str(source))]
    if isinstance(source, ReadAs):
        return list(source.workbooks)
    return []


def _take_frames(sources: Sequence[object], *, with_totals: bool = False) -> Source:
    """Take a data frame as it is, or several of one engine with the same columns below each other."""
    import narwhals as nw

    connect = cache(engine.connect)  # what several connections hold cannot be put together
    given = [_frame(source, connect) for source in sources]
    frames = [frame if isinstance(frame, nw.DataFrame) else engine.settled(frame) for frame in given]
    names = [frame.collect_schema().names() for frame in frames]
    first = names[0]
    if any(set(each) != set(first) for each in names) or len({type(frame.to_native()) for frame in frames}) > 1:
        raise DataError.of("frames-differ", got="; ".join(map(wording.in_a_row, names)))
    in_memory = [frame for frame in frames if isinstance(frame, nw.DataFrame)]
    if in_memory and all(frame.is_empty() for frame in in_memory):
        raise DataError.of("empty-frame")
    nested = engine.nested(frames[0].lazy())
    columns = tuple(name for name in first if name not in nested)
    with engine.answering():  # what a relation was made of may have been altered since
        parts = [engine.by_position(frame.lazy(), columns) for frame in frames]
    starts = list(accumulate((len(frame) for frame in in_memory[:-1]), initial=0)) if in_memory else None
    parts, aside = (parts, ()) if with_totals else _data_of(parts, columns, starts)
    rows = parts[0]
    if len(parts) > 1:
        kept = [*engine.inner_names(columns), *([engine.ROW] if aside and in_memory else [])]
        rows = engine.one_below_the_other([part.select(*kept) for part in parts], columns)
    if in_memory:
        place = partial(row_keys, name=None)
        return Source(rows, columns, place=place, ordered=True, nested=nested, set_aside=aside)
    return Source(rows, columns, nested=nested, set_aside=aside)


def _data_of(
    parts: Sequence[Rows], columns: Sequence[str], starts: Sequence[int] | None
) -> tuple[list[Rows], tuple[SetAside, ...]]:
    """Take the rows that are no data out of frames, each of which may have totals; rows are numbered over all.

    ``starts`` are the rows before each; None where rows have no order.
    """
    import narwhals as nw

    found: list[Rows] = []
    aside: list[SetAside] = []
    for i, part in enumerate(parts):
        start = 0 if starts is None else starts[i]
        place = None if starts is None else partial(_rows_from, start=start)
        rows, out = without_totals(part, columns, place)
        aside += out.values()
        found.append(rows)
    if aside and starts is not None:
        found = [
            engine.numbered(rows).with_columns(nw.col(engine.ROW) + start)
            for rows, start in zip(found, starts, strict=True)
        ]
    return found, tuple(aside)


def _rows_from(rows: Sequence[int], start: int) -> Mapping[int, Where]:
    """Name rows of a frame that stands behind others by their position among all."""
    return {row: Where(key=wording.row_key(row + start)) for row in rows}


def _frame(source: object, connect: Callable[[], Any]) -> nw.DataFrame[Any] | nw.LazyFrame[Any]:
    import narwhals as nw

    try:
        frame = nw.from_native(engine.adopted(source, connect), pass_through=True)
    except nw.exceptions.DuplicateError as error:
        raise DataError.of("repeated-column", got=str(error).splitlines()[0]) from error
    if not isinstance(frame, (nw.DataFrame, nw.LazyFrame)):
        raise DataError.of("not-a-frame", got=type(source).__name__)
    with engine.answering():
        names = frame.collect_schema().names()
        refuse_names(names, Where())
        return engine.of_plain_kinds(frame)
