"""What a file or frame becomes when it is opened: rows in an engine, and where each of them stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

from cdi import wording
from cdi.arguments import checked_class, path_of
from cdi.errors import DataError, Fault, Where, fault, suggestion
from cdi.reading import engine

if TYPE_CHECKING:
    from cdi.reading.engine import Rows
    from cdi.reading.mapping import SheetMapping
    from cdi.reading.set_aside import SetAside

__all__ = [
    "FILE", "ReadAs", "Source", "Titles", "Workbook", "no_column", "refuse_names", "refuse_spelling", "row_keys",
]  # fmt: skip

FILE = "_cdi_file"
"""Name of the column that numbers the files that rows come from, from 0, where there are several."""


@checked_class
@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook with the sheet and the header row to read, or a CSV file with titles above its table.

    Attributes
    ----------
    path : str
        The file.
    sheet : str, optional
        The name of the sheet. If None, it is the one with the defined name ``cdi_table``, or else the only visible
        sheet that holds anything.
    header_row : int, optional
        The row or line with the column names, counted from 1. If None, it is that of ``cdi_table``, or else the first
        that holds anything.
    mapping : SheetMapping, optional
        How the file is read, where it was not made for it.

    Examples
    --------
    >>> Workbook("audits.xlsx", sheet="June", header_row=3).sheet
    'June'
    """

    path: str
    sheet: str | None = None
    header_row: int | None = None
    mapping: SheetMapping | None = field(default=None, hash=False)

    def __post_init__(self) -> None:
        path_of(self.path)


Titles: TypeAlias = Sequence[Sequence[str]]
"""The texts of the rows above a table."""


@runtime_checkable
class ReadAs(Protocol):
    """What stands for some files, and says how each is read."""

    @property
    def workbooks(self) -> tuple[Workbook, ...]:
        """The files and sheets."""


def _unplaced(_rows: Sequence[int]) -> Mapping[int, Where]:
    return {}


def _no_titles() -> tuple[Titles, ...]:
    return ()


def _no_cell(_row: int, _column: str | None) -> str | None:
    return None


def _no_number(_column: str) -> Where | None:
    return None


def _no_faults(_column: str) -> tuple[list[tuple[int, Fault]], int]:
    return [], 0


@dataclass(frozen=True, slots=True)
class Source:
    """Rows that were opened and not yet understood."""

    # the rows, in their own engine, where :meth:`inner` names the columns. Those of a file are text, trimmed, with
    # blanks as null
    rows: Rows
    columns: tuple[str, ...]  # the user's names
    name: str | None = None  # the file's name as the user gave it, or the names of several; None for a frame
    # blank_rows, trimmed: rows without any value, left out, and fields whose surrounding spaces were taken off
    blank_rows: int = 0
    trimmed: int = 0
    untidy: int = 0  # values with several spaces in a row, or stray signs, that were read without them
    # row numbers (from 1) -> where they stand in their file
    place: Callable[[Sequence[int]], Mapping[int, Where]] = field(default=_unplaced, repr=False)
    # row number and column -> the address of the cell, in a workbook
    cell: Callable[[int, str | None], str | None] = field(default=_no_cell, repr=False)
    # a column that tells rows or reports apart -> what a workbook made of its ids, with the numbers of the rows, and
    # how many there are
    id_faults: Callable[[str], tuple[list[tuple[int, Fault]], int]] = field(default=_no_faults, repr=False)
    # a column of labels or periods -> dates among its texts, likewise
    date_faults: Callable[[str], tuple[list[tuple[int, Fault]], int]] = field(default=_no_faults, repr=False)
    # a column that plays a role -> its values that are struck through in rows that otherwise are not, likewise
    struck_faults: Callable[[str], tuple[list[tuple[int, Fault]], int]] = field(default=_no_faults, repr=False)
    # a column that tells rows or reports apart -> the first cell that a workbook holds as a number
    first_number: Callable[[str], Where | None] = field(default=_no_number, repr=False)
    # whether the rows have an order, so that :func:`cdi.reading.engine.numbered` can number them; lazy frames have none
    ordered: bool = False
    clean: bool = False  # whether text is trimmed already, with blanks as null
    header: int | None = None  # the line of a file on which the names stand
    # the rows above the table of each file, each with its texts: read when they are asked for
    titles: Callable[[], tuple[Titles, ...]] = field(default=_no_titles, repr=False)
    sheet: str | None = None  # the sheet of a workbook
    nested: tuple[str, ...] = ()  # columns of lists, structures or bytes, left out
    empty: tuple[str, ...] = ()  # columns of a file that hold no value at all
    files: tuple[str, ...] = ()  # the files, where there are several: the column ``FILE`` numbers them
    sheets: tuple[str | None, ...] = ()  # the sheet of each
    roles: Mapping[str, str] = field(default_factory=dict)  # role -> the column that a mapping gives it
    words: Mapping[str, str] = field(default_factory=dict)  # a word -> what a mapping says that it means
    layout: str | None = None  # whether a row is a record or counts of many, as a mapping says
    filled_down: int = 0  # rows that say what the row above says, where they are blank
    set_aside: tuple[SetAside, ...] = ()  # rows that are no data, and were left out: totals, averages, percentages
    # the workbooks whose reader sees neither hidden rows, nor errors, nor formulas without a value
    unseen: tuple[str, ...] = ()
    day_first: str | None = None  # the first of the dates that were read day first, and that could be read month first

    @property
    def held(self) -> bool:
        """Whether all rows lie in memory: they have an order then, which a question to a file or database has not."""
        return self.ordered and not engine.is_duckdb(self.rows)

    @property
    def short_name(self) -> str:
        """The name of the file without its folder; of several, each, or how many there are."""
        return wording.several_files([PurePath(name).name for name in self.files or (self.name or "",)])

    @property
    def places(self) -> frozenset[tuple[Path, str | None]]:
        """The files that the rows come from, each with its sheet; none of a frame."""
        names = self.files or ((self.name,) if self.name is not None else ())
        sheets = self.sheets or (self.sheet,) * len(names)
        return frozenset((Path(name).resolve(), sheet) for name, sheet in zip(names, sheets, strict=True))

    def inner(self, name: str) -> str:
        """Give the name that the rows know a column by: its position, so that no name of a user's can matter.

        What is no column of the user's is one that was added, and keeps its name.
        """
        return engine.inner(self.columns.index(name)) if name in self.columns else name

    def inner_names(self, names: Iterable[str]) -> list[str]:
        """Give the names that the rows know some columns by."""
        return [self.inner(name) for name in names]

    def adding(self, name: str) -> Source:
        """Make room for a column, if there is none of that name; its values are for the caller to write."""
        return self if name in self.columns else replace(self, columns=(*self.columns, name))

    def written(self, name: str) -> str:
        """Give the name that a column has here: that of a file is trimmed, and a line break in it is a space."""
        plain = wording.one_line(name).strip()
        return plain if name not in self.columns and plain in self.columns else name

    def without_rows(self, numbers: Mapping[str, Where]) -> Source:
        """Keep what is known of the whole, without the rows and where each stands; ``numbers`` are the first of ids."""
        return Source(
            engine.no_rows(),
            self.columns,
            self.name,
            self.blank_rows,
            self.trimmed,
            self.untidy,
            first_number=dict(numbers).get,
            header=self.header,
            sheet=self.sheet,
            nested=self.nested,
            empty=self.empty,
            files=self.files,
            sheets=self.sheets,
            roles=self.roles,
            words=self.words,
            layout=self.layout,
            filled_down=self.filled_down,
            set_aside=self.set_aside,
            unseen=self.unseen,
            day_first=self.day_first,
        )

    def put(self, faults: Sequence[tuple[int, Fault]]) -> list[Fault]:
        """Add to faults the place of their row, where it is known; row 0 stands for none."""
        places = self.place([row for row, _ in faults if row])
        return [self._placed(item, row, places[row]) if row in places else item for row, item in faults]

    def _placed(self, item: Fault, row: int, place: Where) -> Fault:
        where = replace(
            item.where,
            file=place.file or item.where.file,
            line=place.line,
            key=place.key,
            sheet=place.sheet,
            cell=self.cell(row, item.where.column),
        )
        return replace(item, where=where)


def no_column(name: str, source: Source) -> Fault:
    """Word the fault of a column that is not there, with the nearest name."""
    where = Where(source.name, source.header, sheet=source.sheet)
    if name in source.nested:
        return fault("column-nested", got=name, where=where)
    return fault("no-column", where=where, column=name, hint=suggestion(name, source.columns))


def refuse_names(columns: Sequence[object], where: Where) -> None:
    """Refuse names that are no text, or that stand twice."""
    times = Counter(columns)
    wrong = {
        "column-not-text": [column for column in columns if not isinstance(column, str)],
        "repeated-column": [column for column in columns if times[column] > 1],
    }
    faults = [fault(code, got=wording.in_a_row(map(str, names)), where=where) for code, names in wrong.items() if names]
    if faults:
        raise DataError(faults)


def refuse_spelling(source: Source, names: Collection[str], code: str, *, apart: Collection[str] = ()) -> None:
    """Refuse a column that would be read if its name were in small letters: it would be missed without a word."""
    where = Where(source.name, source.header, sheet=source.sheet)
    faults = [
        fault(code, got=name, where=where, name=meant) for name, meant in other_spellings(source, names, apart=apart)
    ]
    if faults:
        raise DataError(faults)


def other_spellings(source: Source, names: Collection[str], *, apart: Collection[str] = ()) -> list[tuple[str, str]]:
    """List the columns that would have one of some names in small letters, each with that name."""
    plain = {name: "_".join(name.casefold().replace("-", " ").split()) for name in source.columns if name not in apart}
    return [(name, meant) for name, meant in plain.items() if meant in names and meant not in source.columns]


def row_keys(rows: Sequence[int], name: str | None = None) -> Mapping[int, Where]:
    """Name rows by their position, where there are no lines."""
    return {row: Where(name, key=wording.row_key(row)) for row in rows}
