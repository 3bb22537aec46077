"""Pages: how a table is laid out for people, and how a terminal, Markdown, HTML, CSV and JSON show it.

Columns are described once, and cells keep their values until a surface renders them. Nothing in a page is text but what
is text in itself: a title, a heading, the name of a category, a sentence. The report is made of pages, too.

In a terminal of 80 columns words fold and numbers are never cut. A table that is too wide is cut in two where its
layout says; one that still does not fit makes its lines longer, since a number without its last digit would be a false
one. CSV and JSON are unrounded.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from cdi import wording
from cdi.facts import SUPPRESSED
from cdi.printing.columns import in_columns, widest, wrapped
from cdi.printing.formats import InPlaces, harmless

if TYPE_CHECKING:
    from cdi.facts import Facts
    from cdi.measures import Measure
    from cdi.printing.tables import Row, Table

__all__ = [
    "SURFACES", "Cell", "Column", "Grid", "Head", "Kind", "Listing", "Note", "Notes", "Page", "bare", "csv_of",
    "fragment", "grid_of", "joined", "symbol_of", "text", "words_of",
]  # fmt: skip

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
    missing: str = ""  # where it holds nothing: the symbol that says why, for a surface on which no cell is blank

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
        here, there = ((each.value, each.withheld, each.missing, each.text) for each in (self, other))
        return here == there

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle it as it reads."""
        return Cell, (self.value, _Written("" if self.blank else self.write(self.value)), self.withheld, self.missing)


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
        if self.row is None:
            return Cell(self.value(line), self.write)
        row = self.row(line)
        if row is None:
            return Cell(self.value(line), self.write, missing=wording.NOT_APPLICABLE)
        write, facts = self.write, row.facts
        if isinstance(write, InPlaces) and write.places != facts.places:
            write = replace(write, places=facts.places)
        withheld = facts.withheld
        return Cell(self.value(line), write, withheld, wording.WITHHELD if withheld else _symbol(row))


def symbol_of(row: Row) -> str:
    """Say why a row lacks numbers: withheld, not to be estimated, or not of a kind that has them."""
    return wording.WITHHELD if row.withheld else _symbol(row)


def _symbol(row: Row) -> str:
    return wording.NOT_AVAILABLE if row.estimate is None else wording.NOT_APPLICABLE


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
    numbers: tuple[int, ...] = ()  # those that it tells

    @property
    def text(self) -> str:
        """What people read."""
        return self.measure.note(self.code, self.numbers)


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes on some rows, in the order in which they come up; they are numbered as they are worded."""

    told: tuple[Note, ...] = ()
    # the number of each text: a table may have many rows that ask for theirs
    _number: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_number", {text: i + 1 for i, text in enumerate(self.texts)})

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
        kinds = dict.fromkeys(noted)
        return cls(tuple(dict.fromkeys(note for measure, facts in kinds for note in _told(measure, facts))))

    def marks(self, rows: Iterable[Row]) -> tuple[int, ...]:
        """Give the numbers of the notes on some rows."""
        return self.numbers((row.measure, row.facts) for row in rows)

    def numbers(self, noted: Iterable[tuple[Measure, Facts]]) -> tuple[int, ...]:
        """Give the numbers of the notes on what is true of something."""
        return tuple(sorted({self._number[note.text] for measure, facts in noted for note in _told(measure, facts)}))

    @staticmethod
    def column(value: Callable[[Line], tuple[int, ...]], *, always: bool = False) -> Column[Line]:
        """Describe the column of the numbers of notes."""
        return Column(wording.HEADINGS["notes"], value, write_marks, kind=Kind.NOTES, always=always, name="notes")


def write_marks(numbers: Sequence[int]) -> str:
    """Write the numbers of notes."""
    return " ".join(map(str, numbers))


@lru_cache(maxsize=1 << 10)
def _told(measure: Measure, facts: Facts) -> tuple[Note, ...]:
    """List the notes that people are told beside a row: of one that is suppressed, that alone."""
    codes = (SUPPRESSED,) if facts.withheld else measure.told_of(facts)
    return tuple(Note(measure, code, facts.numbers_in(code)) for code in codes)


@dataclass(frozen=True, slots=True)
class Listing:
    """What CSV and JSON hold, where that is not the table of numbers."""

    schema: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]

    def values(self) -> tuple[tuple[object, ...], ...]:
        """Give the rows."""
        return self.rows


@dataclass(frozen=True, slots=True)
class Page:
    """Tables with what is said about them."""

    table: Table | None  # the numbers, unrounded; None where there are only words and counts
    grids: tuple[Grid, ...]  # what people are shown of them
    notes: Notes = Notes()  # the numbered notes under the grids
    statements: tuple[str, ...] = ()  # the sentences under them
    remarks: tuple[str, ...] = ()  # what is said before the sentences and has no number
    marking: str = ""  # what heads the page: that it is not for publication; empty where it may be published
    listing: Listing | None = None  # what CSV and JSON hold instead of the table

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


def joined(pages: Sequence[Page], table: Table) -> Page:
    """Put pages below each other as one, of one table: their notes are numbered together, each wording once."""
    notes = Notes(tuple(dict.fromkeys(note for page in pages for note in page.notes.told)))
    place = {text: number for number, text in enumerate(notes.texts, 1)}
    grids = tuple(_renumbered(grid, page.notes, place) for page in pages for grid in page.grids)
    statements, remarks = (
        tuple(dict.fromkeys(text for page in pages for text in getattr(page, name)))
        for name in ("statements", "remarks")
    )
    return Page(table, grids, notes, statements, remarks)


def _renumbered(grid: Grid, notes: Notes, place: Mapping[str, int]) -> Grid:
    """Give the marks of a grid the numbers that its notes have among those of several pages."""
    columns = {i for i, head in enumerate(grid.heads) if head.kind is Kind.NOTES}
    new = {number: place[text] for number, text in enumerate(notes.texts, 1)}

    def cell(i: int, own: Cell) -> Cell:
        if i not in columns or not isinstance(own.value, tuple):
            return own
        return replace(own, value=tuple(sorted(new[number] for number in own.value)))

    return replace(grid, cells=tuple(tuple(cell(i, own) for i, own in enumerate(row)) for row in grid.cells))


# ---- on each surface


SCHEMA = "cdi.estimates/1"
PAGE = 80
NARROWEST = 10  # of a column of words that has to fold


def text(page: Page) -> str:
    """Write a page for a terminal of 80 columns, or of more where it is wider."""
    width = max(PAGE, shutil.get_terminal_size().columns if os.isatty(1) else PAGE)

    def prose(line: str) -> list[str]:
        return wrapped(harmless(line), width)

    lines = [*wrapped(page.marking, width), ""] if page.marking else []
    for grid in page.grids:
        lines += [*prose(grid.title), ""]
        for part in _parts(grid, width):
            lines += [*_table(part, width), ""]
    for line in page.lines:
        lines += prose(line)
    for i, line in enumerate(page.statements):
        if i or page.lines:
            lines.append("")
        lines += prose(line)
    return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"


@dataclass(frozen=True, slots=True)
class _Texts:
    """A table as a terminal shows it: its texts, each written once, and how wide its columns are."""

    headings: list[list[str]]
    rows: list[list[str]]
    widths: list[int]  # words on one line, the headings of numbers with a line for each word
    words: int  # how many columns, from the left, hold words

    @classmethod
    def of(cls, grid: Grid) -> Self:
        """Write the texts of a table."""
        headings, rows = _headings(grid), [[harmless(cell) for cell in row] for row in grid.rows]
        columns = zip(*rows, strict=True) if rows else [()] * len(headings)
        widths = [widest((*lines, *column)) for lines, column in zip(headings, columns, strict=True)]
        return cls(headings, rows, widths, grid.words)

    def least(self, gap: int) -> int:
        """Measure the narrowest that the table can be."""
        words = sum(min(width, NARROWEST) for width in self.widths[: self.words])
        return words + sum(self.widths[self.words :]) + gap * (len(self.widths) - 1)


def _parts(grid: Grid, width: int) -> list[_Texts]:
    """Cut a table that is wider than the page in two, each with the columns of words."""
    texts = _Texts.of(grid)
    if not grid.cut or texts.least(gap=1) <= width:
        return [texts]
    sides = (range(grid.words, grid.cut), range(grid.cut, len(grid.heads)))
    return [_Texts.of(grid.taking([*range(grid.words), *side])) for side in sides]


def _table(texts: _Texts, width: int) -> list[str]:
    gap = 1 if len(texts.headings) > texts.words + 6 or texts.least(gap=2) > width else 2
    widths = list(texts.widths)
    spare = width - sum(widths[texts.words :]) - gap * (len(widths) - 1)
    widths[: texts.words] = _shared(widths[: texts.words], spare)
    return in_columns(texts.headings, texts.rows, widths, texts.words, gap)


def _headings(grid: Grid) -> list[list[str]]:
    """Set each heading of numbers on as many lines as it has words; those of words stand on one."""
    found = []
    for head in grid.heads:
        if head.kind is Kind.WORDS:
            found.append([harmless(head.text)])
            continue
        *parts, last = head.text.parts if isinstance(head.text, wording.Parted) else (head.text,)
        found.append(harmless("".join([*(f"{part}- " for part in parts), last])).split(" "))
    return found


def _shared(wanted: Sequence[int], spare: int) -> list[int]:
    """Share the spare width: what wants little gets it, and the others divide the rest."""
    given = list(wanted)
    for place, i in enumerate(sorted(range(len(wanted)), key=lambda i: wanted[i])):
        fair = max(-(-spare // (len(wanted) - place)), NARROWEST)
        given[i] = min(wanted[i], fair)
        spare -= given[i]
    return given


def _csv(page: Page) -> str:
    held = page.listing or page.numbers
    return csv_of(held.columns, held.values())


def csv_of(columns: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """Write CSV: numbers as the shortest text that reads back to them, and no text that a spreadsheet would run.

    A text that begins with a sign of a formula gets an apostrophe before it, and so does one that begins with
    apostrophes and such a sign: who takes one apostrophe off each of these has the texts back as they were.
    """
    lines: list[str] = []
    # csv quotes a carriage return only where its own line ends hold one
    writer = csv.writer(SimpleNamespace(write=lines.append), lineterminator="\r\n")
    writer.writerows([_cell(value) for value in row] for row in (columns, *rows))
    return "".join(line.removesuffix("\r\n") + "\n" for line in lines)


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a text begins with that a spreadsheet takes for a formula, in any width."""


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.lstrip("'").startswith(_FORMULA) else value
    return repr(value) if isinstance(value, float) else value


def bare(text: str) -> str:
    """Take a text of CSV back as it was: without the apostrophe that keeps a spreadsheet from running it."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(_FORMULA) else text


def _json(page: Page) -> str:
    held = page.listing or page.numbers
    rows = [dict(zip(held.columns, row, strict=True)) for row in held.values()]
    marking = {"marking": page.marking} if page.marking else {}
    schema = SCHEMA if page.listing is None else page.listing.schema
    document = {"schema": schema, **marking, "rows": rows, "statements": list(page.statements)}
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _markdown(page: Page) -> str:
    parts = [f"**{_marked(page.marking)}**"] if page.marking else []
    for grid in page.grids:
        rule = _bar(["---" if head.kind is Kind.WORDS else "---:" for head in grid.heads])
        rows = [_bar(map(_marked, row)) for row in grid.rows]
        parts += [f"**{_marked(grid.title)}**", "\n".join([_bar(map(_marked, grid.headings)), rule, *rows])]
    parts += [_marked(line) for line in (*page.lines, *page.statements)]
    return "\n\n".join(parts) + "\n"


def _bar(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _marked(text: str) -> str:
    """Keep the signs of Markdown and HTML in a text from being taken as such."""
    signs = {sign: f"\\{sign}" for sign in "\\`*_[]#|~$"} | {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
    return " ".join("".join(signs.get(sign, sign) for sign in harmless(text)).split())


def _html(page: Page) -> str:
    return _rendered("table.html", page)


def fragment(page: Page) -> str:
    """Write a page as a part of another one, such as a notebook: tables with captions, notes and sentences.

    Each cell carries its own style, since not every notebook has one for tables, and some take a style sheet away.
    """
    return _rendered("tables.html", page, alone=True)


def _rendered(template: str, page: Page, *, alone: bool = False) -> str:
    from jinja2 import Environment, PackageLoader

    environment = Environment(
        loader=PackageLoader("cdi", "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        finalize=lambda value: harmless(value) if type(value) is str else value,
    )  # fmt: skip
    return environment.get_template(template).render(page=page, alone=alone, language=wording.LANGUAGE)


SURFACES: Mapping[str, Callable[[Page], str]] = {
    "text": text,
    "csv": _csv,
    "json": _json,
    "markdown": _markdown,
    "html": _html,
}
"""Name of a format -> what writes a page in it."""
