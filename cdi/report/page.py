"""The report as one page: no network, no script, the same bytes for the same report."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import TYPE_CHECKING

from cdi import wording
from cdi.facts import SUPPRESSED
from cdi.printing.formats import harmless
from cdi.printing.layout import Kind
from cdi.printing.lines import level_text

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from cdi.charts.style import Chart, Drawn
    from cdi.printing.layout import Grid
    from cdi.report.contents import Exhibit, Part, Report

__all__ = ["Link", "page", "table_numbers"]

TEMPLATE = "report.html"
SHORT = 15  # rows, of a table that is not cut by the end of a page
MANY = 10  # columns, that stand closer together


@dataclass(frozen=True, slots=True)
class _TableOfPage:
    """A grid under its number."""

    number: int
    grid: Grid
    level: str  # of its intervals; empty where it has none
    named: str = ""  # what it is called, if not as the grid is

    @property
    def label(self) -> str:
        """What stands above it: what it shows and the level of its intervals, whose method is named once elsewhere."""
        title = self.named or self.grid.name or self.grid.title
        if self.level and (self.named or self.grid.name):
            title = wording.with_intervals(title, self.level)
        return wording.table_label(self.number, title)

    @property
    def kinds(self) -> str:
        """What the style sheet knows it by: short is kept together on paper, many stands closer together."""
        short, many = len(self.grid.cells) <= SHORT, len(self.grid.heads) >= MANY
        return " ".join(["short"] * short + ["many"] * many)

    @property
    def of_notes(self) -> list[int]:
        """The places of its columns of notes."""
        return [place for place, head in enumerate(self.grid.heads) if head.kind is Kind.NOTES]

    @property
    def headings(self) -> list[str]:
        """What heads the columns, no two alike: where there are several intervals, their ends say of what they are."""
        several = len({head.owner for head in self.grid.heads if head.owner}) > 1
        texts = []
        for head in self.grid.heads:
            text = wording.end_of(head.owner, head.text) if several and head.owner else head.text
            texts.append(text if len(text) == 1 else wording.capital(text))
        return texts


@dataclass(frozen=True, slots=True)
class _Figure:
    """A chart under its number."""

    number: int
    chart: Chart
    drawn: Drawn
    finding: str  # what the chart shows, in a sentence; empty where nothing is said of it alone
    alone: bool  # whether no table stands beside it

    @property
    def label(self) -> str:
        """What stands above it."""
        return wording.figure_label(self.number, self.chart.title)

    @property
    def picture(self) -> str:
        """An address that holds it whole."""
        return _address(self.drawn.untitled or self.drawn.svg)

    @property
    def narrow(self) -> str:
        """The address of the one for a narrow window; empty where there is none."""
        return _address(self.drawn.narrow) if self.drawn.narrow else ""


def _address(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode('utf-8')).decode('ascii')}"


@dataclass(frozen=True, slots=True)
class _ExhibitOfPage:
    """An exhibit under its number: its tables, and what stands under them."""

    number: int
    exhibit: Exhibit
    tables: tuple[_TableOfPage, ...]
    said: tuple[str, ...]  # what the part has not said before
    beside_chart: bool = False  # whether a chart of it, which names its base and source, stands above

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is noted of all rows."""
        return self.exhibit.remarks

    @property
    def title(self) -> str:
        """What stands above it, unless its table says the same."""
        return "" if len(self.tables) == 1 else self.exhibit.title

    @property
    def notes(self) -> Mapping[int, str]:
        """The notes by their numbers."""
        return {i: wording.capital(text) for i, text in enumerate(self.exhibit.notes.texts, 1)}

    @property
    def source(self) -> str:
        """What the numbers rest on, and where they come from."""
        source = self.exhibit.source
        if self.beside_chart:
            return ""
        return " ".join((self.exhibit.base, wording.chart_source(source) if source else "")).strip()

    @property
    def marked(self) -> frozenset[int]:
        """The notes that a row bears, to which there is a way back."""
        cells = (row[place] for each in self.tables for place in each.of_notes for row in each.grid.cells)
        return frozenset(mark for cell in cells if isinstance(cell.value, tuple) for mark in cell.value)

    @property
    def symbols(self) -> list[str]:
        """What the symbols mean that stand where there is no number."""
        shown = {cell.missing for each in self.tables for row in each.grid.cells for cell in row if not cell.text}
        return [text for symbol, text in wording.SYMBOLS.items() if symbol in shown]

    @property
    def withheld(self) -> bool:
        """Whether it has to be explained what is suppressed: no note does."""
        return not self.exhibit.notes.tell(SUPPRESSED) and any(grid.withholds for grid in self.exhibit.grids)


@dataclass(frozen=True, slots=True)
class _PartOfPage:
    """A part of the report."""

    part: Part
    said: tuple[str, ...]
    pairs: tuple[tuple[tuple[_Figure, ...], _ExhibitOfPage | None], ...]  # charts, and the table that they are of


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another page of the same folder."""

    name: str  # what people read
    path: str  # from this page


def page(report: Report, drawn: Mapping[str, Drawn], links: Sequence[Link] = ()) -> bytes:
    """Write a report as one page that needs nothing else, with links to others where there are some."""
    text = (
        _environment()
        .get_template(TEMPLATE)
        .render(
            report=report,
            sections=_sections(report, drawn),
            links=links,
            many=len(links) > 1,
            remarks={key: said for key in _REMARKS if (said := getattr(report, key))},
            own={key: said for key in _OWN if (said := getattr(report, key))},
            date=None if report.date is None else wording.long_date(report.date),
            marking=wording.NOT_FOR_PUBLICATION,
            words=wording.PAGE_WORDS,
            language=wording.LANGUAGE,
        )
    )
    return text.encode("utf-8")


def _sections(report: Report, drawn: Mapping[str, Drawn]) -> list[_PartOfPage]:
    """Give numbers through the page to figures and tables, each chart before the table that it is of."""
    figures, tables, exhibits = count(1), count(1), count(1)
    told = {*report.headlines}
    sections = []
    for part in report.parts:
        findings = {chart.name: text for chart, text in zip(part.charts, part.findings, strict=False)}
        pairs: list[tuple[tuple[_Figure, ...], _ExhibitOfPage | None]] = []
        told |= {*part.details}
        for exhibit in part.exhibits:
            grids = shown_on_page(part, exhibit)
            charts = [chart for chart in part.charts if beside(chart.name, part.exhibits) is exhibit]
            drawings = tuple(
                _Figure(next(figures), chart, drawn[chart.name], findings.get(chart.name, ""), not grids)
                for chart in charts
            )
            held = next((row for row in exhibit.table.rows if row.low is not None), None)
            level = "" if held is None else level_text(held.level)
            laid = None
            if grids:
                # what was said before is not said again
                said = tuple(dict.fromkeys(text for text in exhibit.said if text not in told))
                told |= {*said}
                # a table alone is called what the whole is called
                named = exhibit.title if len(grids) == 1 else ""
                laid_out = tuple(_TableOfPage(next(tables), grid, level, named) for grid in grids)
                laid = _ExhibitOfPage(next(exhibits), exhibit, laid_out, said, beside_chart=bool(drawings))
            pairs.append((drawings, laid))
        said = tuple(text for text in part.details if text not in part.findings)
        sections.append(_PartOfPage(part, said, tuple(pairs)))
    return sections


def beside(chart: str, exhibits: Sequence[Exhibit]) -> Exhibit:
    """Find the table that a chart is of: by the columns in both names, or by how they begin; else the first."""
    _, _, columns = chart.partition("_by_")
    for exhibit in exhibits:
        if columns and exhibit.key.partition("_by_")[2] == columns:
            return exhibit
    return next((exhibit for exhibit in exhibits if exhibit.key.startswith(chart)), exhibits[0])


def table_numbers(report: Report) -> Iterator[tuple[int, ...]]:
    """Give the numbers that the tables of each exhibit have on the page, in the order of the exhibits."""
    tables = count(1)
    for part in report.parts:
        for exhibit in part.exhibits:
            yield tuple(next(tables) for _ in shown_on_page(part, exhibit))


def shown_on_page(part: Part, exhibit: Exhibit) -> tuple[Grid, ...]:
    """Choose the grids of a table that stand on the page; what only analysts want is in the workbook."""
    most = _GRIDS.get(part.key) if part.grids is None else part.grids
    return exhibit.grids if most is None else exhibit.grids[:most]


_GRIDS: Mapping[str, int] = {"previous": 0, "forces": 0, "monthly": 0, "times": 2, "reviews": 1}
"""Part -> how many grids of a table stand on the page, where its chart shows the rest."""

_OWN = ("findings", "areas_for_improvement")
"""The lists of the inspector's own sentences: fields of a report, and keys of PAGE_WORDS."""

_REMARKS = ("audited", "assumptions", "quality", "disclosure")
"""The lists of sentences that follow the parts: fields of a report, and keys of PAGE_WORDS."""


@cache
def _environment() -> Environment:
    """Give what writes pages; it reads each template once, for however many pages there are."""
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
