"""What people are shown, as text in rows and columns: every layout makes a page, every format writes one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cdi.printing.tables import Table

__all__ = ["Grid", "Page", "telling"]


@dataclass(frozen=True, slots=True)
class Grid:
    """Text in rows and columns.

    Attributes
    ----------
    title : str
        What stands above it.
    headings : tuple of str
        One a column.
    rows : tuple of tuple of str
        The cells.
    words : int
        How many columns, from the left, hold words and not numbers.
    cut : int
        The column before which a table too wide for the page is cut in two; 0: nowhere.
    """

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1
    cut: int = 0


def telling(columns: Mapping[str, Sequence[str]], always: Collection[str] = ()) -> list[str]:
    """Name the columns in which some cell says anything, and those that always stand.

    Examples
    --------
    >>> telling({"rate": ["90.0", ""], "notes": ["", ""], "n": ["", ""]}, always=("n",))
    ['rate', 'n']
    """
    return [name for name, cells in columns.items() if name in always or any(cells)]


@dataclass(frozen=True, slots=True)
class Page:
    """A table with what is said about it.

    Attributes
    ----------
    table : Table or None
        The numbers, unrounded; None where there are only words and counts.
    grids : tuple of Grid
        What people are shown of them.
    notes, statements : tuple of str
        The lines under the grids.
    marking : str
        What heads the page: that it is not for publication; empty where it may be published.
    """

    table: Table | None
    grids: tuple[Grid, ...]
    notes: tuple[str, ...]
    statements: tuple[str, ...]
    marking: str = ""

    @property
    def numbers(self) -> Table:
        """The table, for the formats that are made of numbers."""
        if self.table is None:
            raise TypeError("no table")
        return self.table
