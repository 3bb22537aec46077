"""From the cells of a worksheet to columns of text, or to everything that keeps it from being read as a table.

openpyxl reads the cells. What it does not tell where it reads fast is found here: hidden rows, merged cells, errors,
formulas without a value, and cells in the wrong place.
"""

from __future__ import annotations

import datetime
import heapq
import math
import operator
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from typing import IO, Any, TypeAlias

from cdi.errors import SHOWN, DataError, Fault, Where, fault

__all__ = [
    "LAST_ROW", "TEXTS", "TOGETHER", "TRUE", "Broken", "CellKind", "Columns", "SheetCells", "SheetMarks", "columns_of",
    "is_blank", "is_filled", "letters_of", "refuse", "refuse_damage", "rows_of", "words",
]  # fmt: skip


LAST_ROW = 1_048_576
TRUE = {"1", "true"}  # as XML says it
TOGETHER = 512  # rows that are put into columns at once

Columns: TypeAlias = tuple[list[int], dict[int, list[Any]]]
"""The numbers of the rows that hold more than spaces, and the values of each column in them, 1 for A, None for none."""


class CellKind(IntEnum):
    """What a cell holds."""

    BLANK = 0
    TEXT = 1
    LOOSE = 2  # text whose surrounding spaces were taken off
    WHOLE = 3
    LONG = 4  # a whole number of more digits than Excel keeps
    FRACTION = 5
    BOOLEAN = 6
    DATE = 7
    UNREADABLE = 8
    ERROR = 9
    FORMULA = 10  # without a value


@dataclass(frozen=True, slots=True)
class Broken:
    """What stands in a cell that holds no value: why it does not, and its text."""

    kind: CellKind
    text: str | None = None


@dataclass(slots=True)
class SheetMarks:
    """What was found on a sheet beside its cells."""

    hidden: list[int] = field(default_factory=list)  # rows that are hidden or filtered out
    struck: list[int] = field(default_factory=list)  # rows of which every value is struck through
    # column, 1 for A -> the rows in which its value is struck through, beside others that are not
    struck_cells: dict[int, list[int]] = field(default_factory=dict)
    merged: list[Any] = field(default_factory=list)  # merged cells
    unseen: bool = False  # whether its reader sees neither hidden rows, nor errors, nor formulas without a value


@contextmanager
def refuse_damage(name: str) -> Iterator[None]:
    """Refuse a workbook in which something else goes wrong than what is said of it."""
    try:
        yield
    except (DataError, MemoryError, KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:  # there is no end to what a damaged part raises inside its reader
        # what fails inside the reader of another language is no Exception
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise DataError.of("workbook-damaged", where=Where(name)) from error


def rows_of(
    stream: IO[bytes], parser: Any, marks: SheetMarks, *, stale: bool = False, struck: Collection[str] = ()
) -> Iterator[tuple[int, dict[int, Any]]]:
    """Read the rows of a worksheet that hold something; ``struck`` are the styles that strike text through."""
    from openpyxl.worksheet._reader import MERGE_TAG, ROW_TAG
    from openpyxl.worksheet.merge import MergeCells
    from openpyxl.xml.constants import SHEET_MAIN_NS
    from openpyxl.xml.functions import iterparse

    tag = None
    for _, element in iterparse(stream):
        tag = element.tag
        if tag == ROW_TAG:
            number = int(element.get("r") or parser.row_counter + 1)
            if not parser.row_counter < number <= LAST_ROW:
                raise ValueError(number)
            parser.row_counter, parser.col_counter = number, 0
            if element.get("hidden") in TRUE or float(element.get("ht") or 1) == 0:
                marks.hidden.append(number)
            cells = _cells(element, parser, stale=stale)
            if struck:
                _note_struck(number, cells, _in_styles(element, struck), marks)
            element.clear()
            if cells:
                yield number, cells
        elif tag == MERGE_TAG:
            areas: Any = MergeCells.from_tree(element)
            marks.merged += areas.mergeCell
    if tag != f"{{{SHEET_MAIN_NS}}}worksheet":
        raise ValueError(tag)


def _in_styles(row: Any, styles: Collection[str]) -> set[int]:
    """Find the columns of the cells that have one of some styles."""
    from openpyxl.utils.cell import coordinate_to_tuple

    found = set()
    for place, element in enumerate(row, start=1):
        if element.get("s") in styles:
            address = element.get("r")
            found.add(coordinate_to_tuple(address)[1] if address else place)
    return found


def _note_struck(number: int, cells: Mapping[int, Any], struck: Collection[int], marks: SheetMarks) -> None:
    """Note a row whose values are all struck through, or those of its values that are."""
    held = [place for place, value in cells.items() if not is_blank(value)]
    through = [place for place in held if place in struck]
    if through and len(through) == len(held):
        marks.struck.append(number)
        return
    for place in through:
        marks.struck_cells.setdefault(place, []).append(number)


def _cells(row: Any, parser: Any, *, stale: bool) -> dict[int, Any]:
    from openpyxl.worksheet._reader import FORMULA_TAG

    stale = stale and next(row.iter(FORMULA_TAG), None) is not None
    cells: dict[int, Any] = {}
    for element in row:
        try:
            cell = parser.parse_cell(element)
        except (ArithmeticError, LookupError, TypeError, ValueError):
            cell = _unreadable(element, parser)
        value = cell["value"]
        if cell["data_type"] == "e" or stale or (value is None and len(element)):
            value = _value(element, cell, stale=stale)
        if value is not None:
            if cell["row"] != parser.row_counter or cell["column"] in cells:
                raise ValueError(element.get("r"))
            cells[cell["column"]] = value
    return cells


def _unreadable(element: Any, parser: Any) -> dict[str, Any]:
    from openpyxl.utils.cell import coordinate_to_tuple

    address = element.get("r")
    row, column = coordinate_to_tuple(address) if address else (parser.row_counter, parser.col_counter)
    return {"row": row, "column": column, "value": None, "data_type": "e"}


def _value(element: Any, cell: dict[str, Any], *, stale: bool) -> Any:
    """Take the value of a cell, or say why it holds none."""
    from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG

    value, kind, text = cell["value"], element.get("t"), element.findtext(VALUE_TAG)
    if kind == "e":
        return Broken(CellKind.ERROR, value)
    if cell["data_type"] == "e":
        return Broken(CellKind.UNREADABLE, None if kind == "s" else text)  # that is no text, but the number of one
    if element.find(FORMULA_TAG) is not None:
        stored = value is not None or (kind == "str" and text is not None)  # its value may be an empty text
        return value if stored and not stale else Broken(CellKind.FORMULA)
    lost = "" if value is not None else "".join(element.itertext()).strip()
    return Broken(CellKind.UNREADABLE, lost) if lost else value


def letters_of(place: int) -> str:
    """Write the letters of a column."""
    from openpyxl.utils import get_column_letter

    return get_column_letter(place)


DIGITS_KEPT = 15
RETURN = "_x000D_"  # a carriage return, as Excel writes it
ADDRESSES = 5

Placed = tuple[int, int, Fault]


TEXTS = {CellKind.TEXT, CellKind.LOOSE}
BROKEN = {
    CellKind.ERROR: "cell-error",
    CellKind.FORMULA: "formula-without-value",
    CellKind.UNREADABLE: "cell-unreadable",
}


@dataclass(frozen=True, slots=True)
class SheetCells:
    """A worksheet from its header down."""

    # name, title: the file as the user gave it, and the sheet
    name: str
    title: str
    header: int  # the row of the names
    # for each column, 1 for A, what its cell of the header holds, as text and kind
    names: Mapping[int, tuple[str | None, CellKind]]
    # for each of these columns the texts and the kinds of its values
    columns: Mapping[int, tuple[list[str | None], bytes]]
    rows: Sequence[int]  # the rows of the sheet on which they stand; each holds some value
    marks: SheetMarks  # what else was found on the sheet
    totals: Sequence[int] = ()  # the rows that are totals of Excel tables
    upper: int | None = None  # the row with the names of groups of columns, where the header has two rows

    def cell(self, row: int, place: int) -> Where:
        """Say where a cell is; columns count from 1."""
        text, kind = self.names.get(place, (None, CellKind.BLANK))
        column = text if kind in TEXTS and row != self.header else None
        return Where(self.name, row, column, sheet=self.title, cell=f"{letters_of(place)}{row}")

    def line(self, row: int) -> Where:
        """Say where a row is."""
        return Where(self.name, row, sheet=self.title)


def is_blank(value: object) -> bool:
    """Tell whether a cell holds nothing but spaces."""
    return value is None or (isinstance(value, str) and not value.strip())


def is_filled(values: Iterable[object]) -> bool:
    """Tell whether a row holds more than spaces."""
    return not all(map(is_blank, values))


def columns_of(rows: Iterable[tuple[int, Mapping[int, Any]]]) -> Columns:
    """Put rows into columns."""
    numbers: list[int] = []
    columns: dict[int, list[Any]] = {}
    held: list[Mapping[int, Any]] = []  # rows that are not yet put into their columns
    for number, cells in rows:
        if not is_filled(cells.values()):
            continue
        numbers.append(number)
        held.append(cells)
        if len(held) == TOGETHER:
            _put(held, columns, len(numbers))
            held.clear()
    _put(held, columns, len(numbers))
    for column in columns.values():
        column.extend([None] * (len(numbers) - len(column)))
    return numbers, columns


def _put(rows: Sequence[Mapping[int, Any]], columns: dict[int, list[Any]], count: int) -> None:
    """Put the last of so many rows into columns, together, which is faster than one by one."""
    for place in {place for cells in rows for place in cells}:
        column = columns.setdefault(place, [])
        column.extend([None] * (count - len(rows) - len(column)))
        column.extend([cells.get(place) for cells in rows])


def words(values: Sequence[Any]) -> tuple[list[str | None], bytes]:
    """Write the values of a column as text, and say of which kind each is."""
    if _are_texts(values):
        return [*values], bytes([CellKind.TEXT]) * len(values)
    word = lru_cache(maxsize=None, typed=True)(_word)  # typed, since 1, 1.0 and True are equal
    pairs = [word(value) for value in values]
    return [text for text, _ in pairs], bytes([kind for _, kind in pairs])


def _are_texts(values: Sequence[Any]) -> bool:
    """Tell whether all values are texts that are written as they stand, which many columns are."""
    if {*map(type, values)} != {str} or "" in values:
        return False
    return all(map(operator.is_, map(str.strip, values), values)) and not any(RETURN in value for value in values)


def _word(value: Any) -> tuple[str | None, CellKind]:
    return WORDS[type(value)](value)


def _text(value: str) -> tuple[str | None, CellKind]:
    text = value.replace(RETURN, "\r").strip()
    if not text:
        return None, CellKind.BLANK
    return text, CellKind.TEXT if len(text) == len(value) else CellKind.LOOSE


def _whole(value: int) -> tuple[str | None, CellKind]:
    return str(value), CellKind.WHOLE if len(str(abs(value))) <= DIGITS_KEPT else CellKind.LONG


def _number(value: float) -> tuple[str | None, CellKind]:
    if not math.isfinite(value):
        return str(value), CellKind.UNREADABLE
    return _whole(int(value)) if value.is_integer() else (repr(value), CellKind.FRACTION)


def _moment(value: datetime.datetime) -> tuple[str | None, CellKind]:
    if value.year < 1900:
        return str(value), CellKind.UNREADABLE  # a negative number as a date, which Excel shows as #####
    return (value if value.time() != datetime.time() else value.date()).isoformat(), CellKind.DATE


def _duration(value: datetime.timedelta) -> tuple[str | None, CellKind]:
    seconds = round(abs(value.total_seconds()))
    sign = "-" if value < datetime.timedelta() else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}", CellKind.DATE


WORDS: Mapping[type, Callable[[Any], tuple[str | None, CellKind]]] = {
    type(None): lambda _: (None, CellKind.BLANK),
    str: _text,
    bool: lambda value: (str(value).lower(), CellKind.BOOLEAN),
    int: _whole,
    float: _number,
    datetime.datetime: _moment,
    datetime.date: lambda value: (value.isoformat(), CellKind.DATE),
    datetime.time: lambda value: (value.isoformat(), CellKind.DATE),
    datetime.timedelta: _duration,
    Broken: lambda value: (value.text, value.kind),
}


def refuse(grid: SheetCells, aside: Collection[int] = ()) -> None:
    """Raise one error with every fault of a sheet, in the order of its cells, but for the rows that are no data."""
    found = [
        *_header(grid),
        *_merged(grid, aside),
        *_hidden(grid),
        *_struck(grid, aside),
        *_unread(grid, aside),
        *_totals(grid, aside),
    ]
    if not any(kind for _, kind in grid.names.values()):
        found = [(grid.header, 0, fault("header-blank", where=grid.line(grid.header)))]
    elif not grid.rows:
        found.append((grid.header, 0, fault("sheet-without-rows", where=grid.line(grid.header))))
    if found:
        first = heapq.nsmallest(SHOWN, found, key=lambda item: item[:2])
        raise DataError([item for *_, item in first], len(found))


def _totals(grid: SheetCells, aside: Collection[int]) -> Iterator[Placed]:
    """Find rows that are the total of an Excel table, and no case."""
    for row in sorted(set(grid.totals) & set(grid.rows) - set(aside)):
        yield row, 0, fault("totals-row", where=grid.line(row))


def _header(grid: SheetCells) -> Iterator[Placed]:
    """Find columns without a name, names that are no text, and names that stand twice."""
    first: dict[str, int] = {}
    for place, (text, kind) in grid.names.items():
        where = grid.cell(grid.header, place)
        if kind == CellKind.BLANK:
            if any(grid.columns[place][1]):
                yield grid.header, place, fault("header-unnamed", where=where)
        elif text is not None and kind in TEXTS:
            if (known := first.setdefault(text, place)) != place:
                letters = {"place": letters_of(place), "first": letters_of(known)}
                yield grid.header, place, fault("column-twice", got=text, where=where, **letters)
        elif kind not in BROKEN:
            yield grid.header, place, fault("header-not-text", got=text, where=where)


def _merged(grid: SheetCells, aside: Collection[int]) -> Iterator[Placed]:
    """Find merged cells in the header, and among the rows and columns with values below it: those are told once."""
    last, width = max([grid.header, *grid.rows[-1:]]), max(grid.names, default=0)
    held = [
        area
        for area in sorted(grid.marks.merged, key=lambda area: (area.min_row, area.min_col))
        if area.max_row >= grid.header and area.min_row <= last and area.min_col <= width
    ]
    for area in held:
        # in a header of two rows a merged cell names a group of columns, or a column
        if area.min_row <= grid.header and not (area.min_row == grid.upper and area.max_row <= grid.header):
            where = grid.cell(area.min_row, area.min_col)
            yield area.min_row, area.min_col, fault("header-merged", got=area.coord, where=where)
    below = [area for area in held if area.min_row > grid.header and not _is_within(area, aside)]
    if below:
        first = below[0]
        got = _listed([area.coord for area in below])
        where = grid.cell(first.min_row, first.min_col)
        yield first.min_row, first.min_col, fault("cells-merged", got=got, where=where)


def _is_within(area: Any, rows: Collection[int]) -> bool:
    return {*range(area.min_row, area.max_row + 1)} <= {*rows}


def _listed(addresses: Sequence[str]) -> str:
    """List the first few of many addresses."""
    more = f", ... ({len(addresses)} in all)" if len(addresses) > ADDRESSES else ""
    return f"{', '.join(addresses[:ADDRESSES])}{more}"


def _hidden(grid: SheetCells) -> Iterator[Placed]:
    """Say how many rows with values do not show, and which come first."""
    yield from _rows_told(grid, "rows-hidden", sorted({grid.header, *grid.rows} & set(grid.marks.hidden)))


def _struck(grid: SheetCells, aside: Collection[int]) -> Iterator[Placed]:
    """Say how many rows with values are struck through, and which come first."""
    yield from _rows_told(grid, "rows-struck", sorted({*grid.rows} & set(grid.marks.struck) - set(aside)))


def _rows_told(grid: SheetCells, code: str, rows: Sequence[int]) -> Iterator[Placed]:
    if rows:
        named = ", ".join(map(str, rows[:ADDRESSES]))
        more = ", ..." if len(rows) > ADDRESSES else ""
        yield rows[0], 0, fault(code, got=f"{named}{more}", where=grid.line(rows[0]), count=len(rows))


def _unread(grid: SheetCells, aside: Collection[int]) -> Iterator[Placed]:
    """Find error values, formulas without a value, and values that cannot be read."""
    for place, (texts, kinds) in grid.columns.items():
        name, first = grid.names[place]
        if {first, *kinds} & BROKEN.keys():
            for row, text, kind in zip([grid.header, *grid.rows], [name, *texts], [first, *kinds], strict=True):
                if kind in BROKEN and row not in aside:
                    yield row, place, fault(BROKEN[CellKind(kind)], got=text, where=grid.cell(row, place))
