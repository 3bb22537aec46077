"""How a table is laid out for people: columns are described once, cells keep their values until a surface renders them.

A page is what every surface is made of: the terminal, Markdown, HTML, the report. Nothing here is text but what is text
in itself: a title, a heading, the name of a category, a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from cdi import wording
from cdi.facts import SUPPRESSED
from cdi.measures import told

if TYPE_CHECKING:
    from cdi.facts import Facts
    from cdi.measures import Measure
    from cdi.printing.tables import Row, Table

__all__ = ["Cell", "Column", "Grid", "Head", "Kind", "Note", "Notes", "Page", "grid_of", "words_of"]

Line = TypeVar("Line")


class Kind(Enum):
    """What stands in a column."""

    WORDS = "words"
    NUMBERS = "numbers"
    NOTES = "notes"


@dataclass(frozen=True, slots=True)
class _Written:
    """A text that stands for a function which has written it: functions of a layout cannot be pickled."""

    text: str

    def __call__(self, _value: object) -> str:
        return self.text


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A value with the way it is written; two are equal where they hold the same and read the same."""

    value: object = None  # none where there is nothing to show. Of a column of notes, their numbers
    write: Callable[[Any], str] = str  # turns the value into text, where a surface renders it
    withheld: bool = False  # whether it is suppressed

    @property
    def blank(self) -> bool:
        """Whether it holds nothing."""
        return self.value is None or self.value == ()

    @property
    def text(self) -> str:
        """What people read."""
        if self.withheld:
            return wording.WITHHELD
        return "" if self.blank else self.write(self.value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Cell):
            return NotImplemented
        return (self.value, self.withheld, self.text) == (other.value, other.withheld, other.text)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle it as it reads."""
        return Cell, (self.value, _Written("" if self.blank else self.write(self.value)), self.withheld)


@dataclass(frozen=True, slots=True)
class Column(Generic[Line]):
    """What one column shows of each line."""

    heading: str  # what stands above it, short; a ``wording.Parted`` where a long word may be parted
    value: Callable[[Line], object]  # takes the value out of a line
    write: Callable[[Any], str] = str  # turns a value into text
    # gives the row that the value is of: where that is suppressed, so is the cell
    row: Callable[[Line], Row | None] | None = None
    kind: Kind = Kind.NUMBERS  # what stands in it
    always: bool = False  # whether it stands although no line has anything in it
    # name, within: its name, and the name of the column that it belongs to: the end of an interval belongs to what it
    # is an end of
    name: str = ""
    within: str = ""
    cut: bool = False  # whether a table that is too wide is cut before it

    def cell(self, line: Line) -> Cell:
        """Take the cell of a line."""
        row = None if self.row is None else self.row(line)
        return Cell(self.value(line), self.write, row is not None and row.withheld)


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above a column."""

    text: str  # as in :class:`Column`
    kind: Kind = Kind.NUMBERS  # what stands below it
    owner: str = ""  # the heading of the column that it belongs to, where it is an end of an interval


@dataclass(frozen=True, slots=True)
class Grid:
    """A laid-out table."""

    title: str  # what stands above it
    heads: tuple[Head, ...]  # one a column; columns of words come first
    cells: tuple[tuple[Cell, ...], ...]  # one tuple a row
    cut: int = 0  # the column before which a table too wide for the page is cut in two; 0: nowhere
    name: str = ""  # what it shows, without what its intervals are; empty: the title says no more

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings."""
        return tuple(head.text for head in self.heads)

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The cells as people read them."""
        return tuple(tuple(cell.text for cell in row) for row in self.cells)

    @property
    def words(self) -> int:
        """How many columns, from the left, hold words."""
        kinds = [head.kind for head in self.heads]
        return next((i for i, kind in enumerate(kinds) if kind is not Kind.WORDS), len(kinds))

    @property
    def withholds(self) -> bool:
        """Whether some cell is suppressed."""
        return any(cell.withheld for row in self.cells for cell in row)

    def taking(self, columns: Sequence[int]) -> Grid:
        """Take some columns, and the rows that hold anything in those of numbers."""
        kept = [tuple(row[i] for i in columns) for row in self.cells]
        words = sum(i < self.words for i in columns)
        rows = tuple(row for row in kept if any(cell.withheld or not cell.blank for cell in row[words:]))
        return replace(self, heads=tuple(self.heads[i] for i in columns), cells=rows, cut=0)


def grid_of(title: str, columns: Sequence[Column[Line]], lines: Sequence[Line], *, name: str = "") -> Grid:
    """Lay lines out in the columns that show anything."""
    cells = {column: [column.cell(line) for line in lines] for column in columns}
    shown = [column for column in columns if _shows(column, cells[column])]
    # alone, an end would seem to be one of whatever stands before it
    owners = {column.within for column in shown} - {""}
    kept = [column for column in columns if column in shown or column.name in owners]
    headings = {column.name: column.heading for column in columns if column.name}
    heads = tuple(Head(column.heading, column.kind, headings.get(column.within, "")) for column in kept)
    cuts = [place for place, column in enumerate(kept) if column.cut]
    rows = zip(*(cells[column] for column in kept), strict=True)
    return Grid(title, heads, tuple(rows), cuts[0] if cuts else 0, name)


def _shows(column: Column[Line], cells: Sequence[Cell]) -> bool:
    """Tell whether a column stands: columns of words always do, others where some line has anything in them."""
    if column.kind is Kind.WORDS or column.always:
        return True
    return any(not cell.blank for cell in cells)


def words_of(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[object]], words: int = 1, cut: int = 0
) -> Grid:
    """Lay out what is words and plain counts already: the roles of columns, a card of a method."""
    heads = tuple(Head(text, Kind.WORDS if i < words else Kind.NUMBERS) for i, text in enumerate(headings))
    cells = tuple(tuple(Cell(value if value != "" else None, _plain) for value in row) for row in rows)
    return Grid(title, heads, cells, cut)


def _plain(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


@dataclass(frozen=True, slots=True)
class Note:
    """A note that people are told: what it is of, and its key in ``cdi.wording.NOTES``; it is worded last."""

    measure: Measure
    code: str

    @property
    def text(self) -> str:
        """What people read."""
        return self.measure.note(self.code)


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes on some rows, in the order in which they come up; they are numbered as they are worded."""

    told: tuple[Note, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """What people read, each wording once."""
        return tuple(dict.fromkeys(note.text for note in self.told))

    def tell(self, code: str) -> bool:
        """Tell whether a note is among them."""
        return any(note.code == code for note in self.told)

    @classmethod
    def on(cls, rows: Iterable[Row]) -> Notes:
        """Collect the notes on rows."""
        return cls.of((row.measure, row.facts) for row in rows)

    @classmethod
    def of(cls, noted: Iterable[tuple[Measure, Facts]]) -> Notes:
        """Collect the notes on what is true of something, in the words of a measure."""
        return cls(tuple(dict.fromkeys(note for measure, facts in noted for note in _told(measure, facts))))

    def marks(self, rows: Iterable[Row]) -> tuple[int, ...]:
        """Give the numbers of the notes on some rows."""
        return self.numbers((row.measure, row.facts) for row in rows)

    def numbers(self, noted: Iterable[tuple[Measure, Facts]]) -> tuple[int, ...]:
        """Give the numbers of the notes on what is true of something."""
        place = {text: i + 1 for i, text in enumerate(self.texts)}
        return tuple(sorted({place[note.text] for measure, facts in noted for note in _told(measure, facts)}))

    @staticmethod
    def column(value: Callable[[Line], tuple[int, ...]], *, always: bool = False) -> Column[Line]:
        """Describe the column of the numbers of notes."""
        return Column(wording.HEADINGS["notes"], value, write_marks, kind=Kind.NOTES, always=always, name="notes")


def write_marks(numbers: Sequence[int]) -> str:
    """Write the numbers of notes."""
    return " ".join(map(str, numbers))


def _told(measure: Measure, facts: Facts) -> tuple[Note, ...]:
    """List the notes that people are told beside a row: of one that is suppressed, that alone."""
    return tuple(Note(measure, code) for code in ((SUPPRESSED,) if facts.withheld else told(facts)))


@dataclass(frozen=True, slots=True)
class Page:
    """Tables with what is said about them."""

    table: Table | None  # the numbers, unrounded; None where there are only words and counts
    grids: tuple[Grid, ...]  # what people are shown of them
    notes: Notes = Notes()  # the numbered notes under the grids
    statements: tuple[str, ...] = ()  # the sentences under them
    remarks: tuple[str, ...] = ()  # what is said before the sentences and has no number
    marking: str = ""  # what heads the page: that it is not for publication; empty where it may be published

    @property
    def numbers(self) -> Table:
        """The table, for the surfaces that are made of numbers."""
        if self.table is None:
            raise TypeError("no table")
        return self.table

    @property
    def name(self) -> str:
        """What the page is of."""
        return self.grids[0].name or self.grids[0].title

    @property
    def lines(self) -> tuple[str, ...]:
        """The notes and remarks as lines of text."""
        return (*(wording.note_line(i + 1, text) for i, text in enumerate(self.notes.texts)), *self.remarks)
