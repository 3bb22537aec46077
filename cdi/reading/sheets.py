"""The cells of a worksheet as openpyxl reads them, and what it does not tell where it reads fast.

That is: rows that are hidden, cells that are merged, errors, formulas without a value, and cells in the wrong place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import IO, Any

__all__ = ["LAST_ROW", "TRUE", "Broken", "Kind", "Marks", "letters_of", "rows_of"]

LAST_ROW = 1_048_576
TRUE = {"1", "true"}  # as XML says it


class Kind(IntEnum):
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

    kind: Kind
    text: str | None = None


@dataclass(slots=True)
class Marks:
    """What was found on a sheet beside its cells.

    Attributes
    ----------
    hidden : list of int
        Rows that are hidden or filtered out.
    merged : list of openpyxl.worksheet.cell_range.CellRange
        Merged cells.
    """

    hidden: list[int] = field(default_factory=list)
    merged: list[Any] = field(default_factory=list)


def rows_of(
    stream: IO[bytes], parser: Any, marks: Marks, *, stale: bool = False
) -> Iterator[tuple[int, dict[int, Any]]]:
    """Read the rows of a worksheet that hold something.

    Parameters
    ----------
    stream : binary file
        The sheet's XML.
    parser : openpyxl.worksheet._reader.WorkSheetParser
        What reads its cells.
    marks : Marks
        Takes down what else is found; complete once all rows are read.
    stale : bool, default False
        Whether the workbook asks for its formulas to be computed when it is opened, so that no stored value counts.

    Yields
    ------
    tuple of int and dict
        The number of a row, and its values by column; both count from 1.

    Raises
    ------
    ValueError
        The XML is no worksheet, rows or cells stand in the wrong place, or two cells in the same.

    Examples
    --------
    >>> import io
    >>> from openpyxl.worksheet._reader import WorkSheetParser
    >>> from openpyxl.xml.constants import SHEET_MAIN_NS
    >>> cells = '<row r="3" hidden="1"><c r="B3"><f>1+1</f></c></row>'
    >>> sheet = f'<worksheet xmlns="{SHEET_MAIN_NS}"><sheetData>{cells}</sheetData></worksheet>'
    >>> marks = Marks()
    >>> list(rows_of(io.BytesIO(sheet.encode()), WorkSheetParser(None, [], data_only=True), marks))
    [(3, {2: Broken(kind=<Kind.FORMULA: 10>, text=None)})]
    >>> marks.hidden
    [3]
    """
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
            element.clear()
            if cells:
                yield number, cells
        elif tag == MERGE_TAG:
            areas: Any = MergeCells.from_tree(element)
            marks.merged += areas.mergeCell
    if tag != f"{{{SHEET_MAIN_NS}}}worksheet":
        raise ValueError(tag)


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
        return Broken(Kind.ERROR, value)
    if cell["data_type"] == "e":
        return Broken(Kind.UNREADABLE, None if kind == "s" else text)  # that is no text, but the number of one
    if element.find(FORMULA_TAG) is not None:
        stored = value is not None or (kind == "str" and text is not None)  # its value may be an empty text
        return value if stored and not stale else Broken(Kind.FORMULA)
    lost = "" if value is not None else "".join(element.itertext()).strip()
    return Broken(Kind.UNREADABLE, lost) if lost else value


def letters_of(place: int) -> str:
    """Write the letters of a column.

    Examples
    --------
    >>> [letters_of(place) for place in (1, 26, 27, 703)]
    ['A', 'Z', 'AA', 'AAA']
    """
    from openpyxl.utils import get_column_letter

    return get_column_letter(place)
