"""The report as one page: no network, no script, the same bytes for the same report."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from cdi import wording
from cdi.facts import SUPPRESSED
from cdi.printing.formats import harmless

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from cdi.charts.style import Chart, Drawn
    from cdi.printing.layout import Grid
    from cdi.report.contents import Exhibit, Part, Report

__all__ = ["page"]

TEMPLATE = "report.html"
SHORT = 15  # rows, of a table that is not cut by the end of a page
MANY = 10  # columns, that stand closer together


@dataclass(frozen=True, slots=True)
class _TableOfPage:
    """A grid under its number."""

    number: int
    grid: Grid

    @property
    def label(self) -> str:
        """What stands above it."""
        return wording.table_label(self.number, self.grid.title)

    @property
    def kinds(self) -> str:
        """What the style sheet knows it by: short is kept together on paper, many stands closer together."""
        short, many = len(self.grid.cells) <= SHORT, len(self.grid.heads) >= MANY
        return " ".join(["short"] * short + ["many"] * many)

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

    @property
    def label(self) -> str:
        """What stands above it."""
        return wording.figure_label(self.number, self.chart.title)

    @property
    def picture(self) -> str:
        """An address that holds it whole."""
        svg = (self.drawn.untitled or self.drawn.svg).encode("utf-8")
        return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode('ascii')}"


@dataclass(frozen=True, slots=True)
class _ExhibitOfPage:
    """An exhibit under its number: its tables, and what stands under them."""

    number: int
    exhibit: Exhibit
    tables: tuple[_TableOfPage, ...]
    said: tuple[str, ...]  # what the part has not said before

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is noted of all rows."""
        return self.exhibit.remarks

    @property
    def title(self) -> str:
        """What stands above it, unless its table says the same."""
        titles = {grid.title for grid in self.exhibit.grids}
        return "" if self.exhibit.title in titles else self.exhibit.title

    @property
    def notes(self) -> Mapping[int, str]:
        """The notes by their numbers."""
        return {i: wording.capital(text) for i, text in enumerate(self.exhibit.notes.texts, 1)}

    @property
    def source(self) -> str:
        """What the numbers rest on, and where they come from."""
        source = self.exhibit.source
        return " ".join((self.exhibit.base, wording.chart_source(source) if source else "")).strip()

    @property
    def withheld(self) -> bool:
        """Whether it has to be explained what is suppressed: no note does."""
        return not self.exhibit.notes.tell(SUPPRESSED) and any(grid.withholds for grid in self.exhibit.grids)


@dataclass(frozen=True, slots=True)
class _PartOfPage:
    """A part of the report."""

    part: Part
    said: tuple[str, ...]
    figures: tuple[_Figure, ...]
    exhibits: tuple[_ExhibitOfPage, ...]


def page(report: Report, drawn: Mapping[str, Drawn]) -> bytes:
    """Write a report as one page that needs nothing else."""
    text = (
        _environment()
        .get_template(TEMPLATE)
        .render(
            report=report,
            sections=_sections(report, drawn),
            remarks={key: said for key in _REMARKS if (said := getattr(report, key))},
            made={name: what for name, what in wording.REPORT_FILES.items() if drawn or name != "charts/"},
            date=None if report.date is None else wording.long_date(report.date),
            marking=wording.NOT_FOR_PUBLICATION,
            words=wording.PAGE_WORDS,
            language=wording.LANGUAGE,
        )
    )
    return text.encode("utf-8")


def _sections(report: Report, drawn: Mapping[str, Drawn]) -> list[_PartOfPage]:
    """Give numbers through the page to figures, tables, and the exhibits that hold them."""
    figures, tables, exhibits = count(1), count(1), count(1)
    sections = []
    for part in report.parts:
        said = (*part.headlines, *part.details)
        charts = tuple(_Figure(next(figures), chart, drawn[chart.name]) for chart in part.charts)
        shown = []
        for exhibit in part.exhibits:
            grids = tuple(_TableOfPage(next(tables), grid) for grid in exhibit.grids)
            left = tuple(sentence for sentence in exhibit.said if sentence not in said)
            shown.append(_ExhibitOfPage(next(exhibits), exhibit, grids, left))
        sections.append(_PartOfPage(part, said, charts, tuple(shown)))
    return sections


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
