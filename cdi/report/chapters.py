"""Chapters: a part of the report with what is said of its sample, and the tables that it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cdi.printing.tables import Table
    from cdi.report.contents import Part

__all__ = ["Chapter"]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the report, with what its files say of themselves.

    Attributes
    ----------
    part : Part
        What is shown.
    audited, quality : tuple of str
        How its sample came about, and what is to be known of its data.
    tables : tuple of Table
        What it is made of, after disclosure control, with categories as in the data.
    """

    part: Part
    audited: tuple[str, ...] = ()
    quality: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
