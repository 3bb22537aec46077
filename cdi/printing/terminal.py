"""Pages as text for a terminal of 80 columns: words fold, numbers are never cut.

A table that is too wide for the page is cut in two where its layout says; one that still does not fit makes its lines
longer, since a number without its last digit would be a false one.
"""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

    from cdi.printing.pages import Grid, Page

__all__ = ["draw"]

PAGE = 80
NARROWEST = 10  # of a column of words that has to fold
UNLIMITED = 10**6


def draw(page: Page) -> str:
    """Draw the tables of a page, and the lines under them, for 80 columns, or for the terminal where it is wider.

    Examples
    --------
    >>> from cdi.printing.pages import Grid, Page
    >>> grid = Grid("Reports", ("route", "reports audited"), (("control room", "1,024"),))
    >>> print(draw(Page(None, (grid,), (), ("A sentence.",))))
    Reports
    <BLANKLINE>
                  reports
    route         audited
    ---------------------
    control room    1,024
    <BLANKLINE>
    A sentence.
    <BLANKLINE>
    """
    from rich.console import Console

    width = max(PAGE, Console().width if os.isatty(1) else PAGE)
    out = io.StringIO()
    console = Console(width=UNLIMITED, file=out, color_system=None, markup=False, highlight=False, emoji=False)
    if page.marking:
        console.print(page.marking, width=width)
        console.print()
    for grid in page.grids:
        console.print(grid.title, width=width)
        console.print()
        for part in _parts(grid, width):
            console.print(_table(part, width))
            console.print()
    for line in page.notes:
        console.print(line, width=width)
    for i, line in enumerate(page.statements):
        if i or page.notes:
            console.print()
        console.print(line, width=width)
    return "\n".join(line.rstrip() for line in out.getvalue().rstrip().splitlines()) + "\n"


def _parts(grid: Grid, width: int) -> list[Grid]:
    """Cut a table that is wider than the page in two, each with the columns of words."""
    if not grid.cut or _least(grid, gap=1) <= width:
        return [grid]
    sides = (range(grid.words, grid.cut), range(grid.cut, len(grid.headings)))
    return [_taken(grid, [*range(grid.words), *side]) for side in sides]


def _taken(grid: Grid, columns: Sequence[int]) -> Grid:
    """Take some columns, and the rows that say anything in them."""
    headings = tuple(grid.headings[i] for i in columns)
    rows = [tuple(row[i] for i in columns) for row in grid.rows]
    return replace(grid, headings=headings, rows=tuple(row for row in rows if any(row[grid.words :])), cut=0)


def _table(grid: Grid, width: int) -> Table:
    from rich.box import Box
    from rich.table import Table

    gap = 1 if len(grid.headings) > grid.words + 6 or _least(grid, gap=2) > width else 2
    widths = _widths(grid)
    spare = width - sum(widths[grid.words :]) - gap * (len(widths) - 1)
    widths[: grid.words] = _shared(widths[: grid.words], spare)
    ruled = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)
    table = Table(box=ruled, padding=(0, gap - 1, 0, 0), pad_edge=False, show_edge=False)
    table.show_header = any(grid.headings)
    table.header_style = "none"
    for i, heading in enumerate(grid.headings):
        words = i < grid.words
        shown = heading if words else heading.replace(" ", "\n")
        table.add_column(shown, width=widths[i], justify="left" if words else "right", overflow="fold")
    for row in grid.rows:
        table.add_row(*row)
    return table


def _widths(grid: Grid) -> list[int]:
    """Measure the columns: words on one line, the headings of numbers with a line for each word."""
    from rich.cells import cell_len

    headings = [[text] if i < grid.words else text.split(" ") for i, text in enumerate(grid.headings)]
    columns = [[*heading, *(row[i] for row in grid.rows)] for i, heading in enumerate(headings)]
    return [max(cell_len(text) for text in column) for column in columns]


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
