"""The report as one page: no network, no script, the same bytes for the same report."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from cdi import wording
from cdi.printing.formats import harmless
from cdi.printing.layout import Kind

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from cdi.charts.style import Chart, Drawn
    from cdi.printing.layout import Cell, Grid, Head
    from cdi.report.contents import Exhibit, Part, Report

__all__ = ["page"]

TEMPLATE = "report.html"
SHORT = 15  # rows, of a table that is not cut by the end of a page
MANY = 10  # columns, that stand closer together


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell: its text, and the numbers of the notes where it is made of them."""

    text: str
    words: bool
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A table under its number."""

    anchor: str
    label: str
    headings: tuple[_Cell, ...]
    rows: tuple[tuple[_Cell, ...], ...]

    @property
    def kinds(self) -> str:
        """What the style sheet knows it by: short is kept together on paper, many stands closer together."""
        holds = {"short": len(self.rows) <= SHORT, "many": len(self.headings) >= MANY}
        return " ".join(kind for kind, held in holds.items() if held)


@dataclass(frozen=True, slots=True)
class _Shown:
    """An exhibit: its tables, and what stands under them."""

    anchor: str
    title: str
    sheets: tuple[_Sheet, ...]
    notes: Mapping[str, str]
    said: tuple[str, ...]
    source: str
    withheld: bool


@dataclass(frozen=True, slots=True)
class _Figure:
    """A chart under its number, with its picture as an address that holds it whole."""

    anchor: str
    label: str
    description: str
    picture: str


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The next number of each kind of thing that is numbered through the page."""

    tables: Iterator[int] = field(default_factory=lambda: count(1))
    figures: Iterator[int] = field(default_factory=lambda: count(1))
    exhibits: Iterator[int] = field(default_factory=lambda: count(1))


@dataclass(frozen=True, slots=True)
class _Section:
    """A part of the report."""

    key: str
    title: str
    said: tuple[str, ...]
    figures: tuple[_Figure, ...]
    exhibits: tuple[_Shown, ...]


def page(report: Report, drawn: Mapping[str, Drawn]) -> bytes:
    """Write a report as one page that needs nothing else."""
    numbers = _Numbers()
    text = (
        _environment()
        .get_template(TEMPLATE)
        .render(
            report=report,
            sections=[_section(part, drawn, numbers) for part in report.parts],
            remarks={key: said for key in _REMARKS if (said := getattr(report, key))},
            made={name: what for name, what in wording.REPORT_FILES.items() if drawn or name != "charts/"},
            date=None if report.date is None else wording.long_date(report.date),
            marking=wording.NOT_FOR_PUBLICATION,
            words=wording.PAGE_WORDS,
            language=wording.LANGUAGE,
        )
    )
    return text.encode("utf-8")


_REMARKS = ("audited", "assumptions", "quality", "disclosure")
"""The lists of sentences that follow the parts: fields of a report, and keys of PAGE_WORDS."""


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("cdi", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_visible,
    )
    environment.filters |= {"isolated": _isolated, "style_text": _style_text}
    return environment


def _visible(value: object) -> object:
    """Show control signs and marks of direction in every text, wherever it comes from."""
    return harmless(value) if type(value) is str else value


_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_RUN = re.compile(rf"[{_RIGHT_TO_LEFT}](?:[\W{_RIGHT_TO_LEFT}]*[{_RIGHT_TO_LEFT}])?")


def _isolated(text: str) -> Markup:
    """Keep a name written from right to left from turning the numbers round that stand beside it."""
    from markupsafe import Markup, escape

    return Markup(_RUN.sub(r"<bdi>\g<0></bdi>", str(escape(harmless(text)))))  # noqa: S704 (escaped just here)


def _style_text(text: str) -> Markup:
    """Write a text inside quotes of a style sheet: every sign that could mean something there by its number."""
    from markupsafe import Markup

    plain = harmless(text)
    return Markup("".join(c if c == " " or (c.isascii() and c.isalnum()) else f"\\{ord(c):x} " for c in plain))  # noqa: S704 (letters, digits, backslashes)


def _section(part: Part, drawn: Mapping[str, Drawn], numbers: _Numbers) -> _Section:
    return _Section(
        key=part.key,
        title=part.title,
        said=(*part.headlines, *part.details),
        figures=tuple(_figure(chart, drawn[chart.name], next(numbers.figures)) for chart in part.charts),
        exhibits=tuple(_shown(exhibit, (*part.headlines, *part.details), numbers) for exhibit in part.exhibits),
    )


def _figure(chart: Chart, drawn: Drawn, number: int) -> _Figure:
    picture = base64.b64encode((drawn.untitled or drawn.svg).encode("utf-8")).decode("ascii")
    return _Figure(
        anchor=f"figure-{number}",
        label=wording.figure_label(number, chart.title),
        description=chart.description,
        picture=f"data:image/svg+xml;base64,{picture}",
    )


def _shown(exhibit: Exhibit, headlines: Sequence[str], numbers: _Numbers) -> _Shown:
    notes = {str(i + 1): wording.capital(text) for i, text in enumerate(exhibit.notes.texts)}
    explained = any(wording.WITHHELD in text for text in exhibit.notes.texts)
    return _Shown(
        anchor=f"exhibit-{next(numbers.exhibits)}",
        title="" if exhibit.title in {grid.title for grid in exhibit.grids} else exhibit.title,
        sheets=tuple(_sheet(grid, next(numbers.tables)) for grid in exhibit.grids),
        notes=notes,
        said=tuple(sentence for sentence in exhibit.said if sentence not in headlines),
        source=" ".join((exhibit.base, wording.chart_source(exhibit.source) if exhibit.source else "")).strip(),
        withheld=any(grid.withholds for grid in exhibit.grids) and not explained,
    )


def _sheet(grid: Grid, number: int) -> _Sheet:
    words = [head.kind is Kind.WORDS for head in grid.heads]
    headings = tuple(_Cell(text, of_words) for text, of_words in zip(_headings(grid.heads), words, strict=True))
    rows = tuple(
        tuple(
            _Cell(cell.text, words[i], _marks(cell) if grid.heads[i].kind is Kind.NOTES else ())
            for i, cell in enumerate(row)
        )
        for row in grid.cells
    )
    return _Sheet(f"table-{number}", wording.table_label(number, grid.title), headings, rows)


def _headings(heads: Sequence[Head]) -> list[str]:
    """Head the columns so that no two are alike: where there are several intervals, their ends say of what they are."""
    several = len({head.owner for head in heads if head.owner}) > 1
    texts = [wording.end_of(head.owner, head.plain) if several and head.owner else head.plain for head in heads]
    return [text if len(text) == 1 else wording.capital(text) for text in texts]


def _marks(cell: Cell) -> tuple[str, ...]:
    """Take the numbers of notes out of a cell."""
    return tuple(map(str, cell.value)) if isinstance(cell.value, tuple) else ()
