"""Pages on every surface: a terminal of 80 columns, Markdown, HTML and, unrounded, CSV and JSON.

In a terminal words fold and numbers are never cut. A table that is too wide is cut in two where its layout says; one
that still does not fit makes its lines longer, since a number without its last digit would be a false one.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING

from cdi import wording
from cdi.printing.formats import harmless
from cdi.printing.layout import Grid, Kind, Page

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["SURFACES", "csv_of", "fragment", "text"]

SCHEMA = "cdi.estimates/1"
PAGE = 80
NARROWEST = 10  # of a column of words that has to fold
UNLIMITED = 10**6


def text(page: Page) -> str:
    """Write a page for a terminal of 80 columns, or of more where it is wider."""
    from rich.console import Console

    width = max(PAGE, Console().width if os.isatty(1) else PAGE)
    out = io.StringIO()
    console = Console(width=UNLIMITED, file=out, color_system=None, markup=False, highlight=False, emoji=False)
    if page.marking:
        console.print(page.marking, width=width)
        console.print()
    for grid in page.grids:
        console.print(harmless(grid.title), width=width)
        console.print()
        for part in _parts(grid, width):
            console.print(_table(part, width))
            console.print()
    lines = page.lines
    for line in lines:
        console.print(harmless(line), width=width)
    for i, line in enumerate(page.statements):
        if i or lines:
            console.print()
        console.print(harmless(line), width=width)
    return "\n".join(line.rstrip() for line in out.getvalue().rstrip().splitlines()) + "\n"


def _parts(grid: Grid, width: int) -> list[Grid]:
    """Cut a table that is wider than the page in two, each with the columns of words."""
    if not grid.cut or _least(grid, gap=1) <= width:
        return [grid]
    sides = (range(grid.words, grid.cut), range(grid.cut, len(grid.heads)))
    return [grid.taking([*range(grid.words), *side]) for side in sides]


def _table(grid: Grid, width: int) -> Table:
    from rich.box import Box
    from rich.table import Table

    gap = 1 if len(grid.heads) > grid.words + 6 or _least(grid, gap=2) > width else 2
    widths = _widths(grid)
    spare = width - sum(widths[grid.words :]) - gap * (len(widths) - 1)
    widths[: grid.words] = _shared(widths[: grid.words], spare)
    ruled = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)
    table = Table(box=ruled, padding=(0, gap - 1, 0, 0), pad_edge=False, show_edge=False)
    headings = _headings(grid)
    table.show_header = any(any(lines) for lines in headings)
    table.header_style = "none"
    for i, lines in enumerate(headings):
        justify = "left" if i < grid.words else "right"
        table.add_column("\n".join(lines), width=widths[i], justify=justify, overflow="fold")  # type: ignore[arg-type]
    for row in grid.rows:
        table.add_row(*map(harmless, row))
    return table


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


def _widths(grid: Grid) -> list[int]:
    """Measure the columns: words on one line, the headings of numbers with a line for each word."""
    from rich.cells import cell_len

    columns = [[*lines, *(harmless(row[i]) for row in grid.rows)] for i, lines in enumerate(_headings(grid))]
    return [max(cell_len(line) for line in column) for column in columns]


def _least(grid: Grid, gap: int) -> int:
    """Measure the narrowest that a table can be."""
    widths = _widths(grid)
    words = sum(min(width, NARROWEST) for width in widths[: grid.words])
    return words + sum(widths[grid.words :]) + gap * (len(widths) - 1)


def _shared(wanted: Sequence[int], spare: int) -> list[int]:
    """Share the spare width: what wants little gets it, and the others divide the rest."""
    given = list(wanted)
    for place, i in enumerate(sorted(range(len(wanted)), key=lambda i: wanted[i])):
        fair = max(-(-spare // (len(wanted) - place)), NARROWEST)
        given[i] = min(wanted[i], fair)
        spare -= given[i]
    return given


def _csv(page: Page) -> str:
    return csv_of(page.numbers.columns, page.numbers.values())


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


def _json(page: Page) -> str:
    rows = [dict(zip(page.numbers.columns, row, strict=True)) for row in page.numbers.values()]
    marking = {"marking": page.marking} if page.marking else {}
    document = {"schema": SCHEMA, **marking, "rows": rows, "statements": list(page.statements)}
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
