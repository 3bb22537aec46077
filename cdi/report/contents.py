"""What a report holds, before it is a page, a workbook or a listing: all of them are made of the same contents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cdi.printing.layout import Grid, Notes

if TYPE_CHECKING:
    from cdi.charts.style import Chart
    from cdi.inspecting.inspection import Inspection
    from cdi.printing.tables import Table

__all__ = ["Chapter", "Exhibit", "Input", "Method", "Part", "Report"]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is published of one inspection.

    Attributes
    ----------
    inspection : Inspection
        What it was made from.
    title, force : str
        The headings.
    date : datetime.date or None
        Of the report.
    headlines : tuple of str
        What it says first.
    judgment : str or None
        The inspector's grade, from the file.
    parts : tuple of Part
        The questions and their answers.
    audited : tuple of str
        What was audited and how.
    assumptions : tuple of str
        What was taken to hold, worded from the periods in the file.
    quality : tuple of str
        Notes on the data.
    disclosure : tuple of str
        What was withheld and why, and the exceptions.
    methods : tuple of Method
        The annex.
    inputs : tuple of Input
        The files read, each once.
    internal : bool
        Whether every page is headed as not for publication.
    """

    inspection: Inspection = field(repr=False)
    title: str
    force: str
    date: dt.date | None
    headlines: tuple[str, ...]
    judgment: str | None
    parts: tuple[Part, ...]
    audited: tuple[str, ...]
    assumptions: tuple[str, ...]
    quality: tuple[str, ...]
    disclosure: tuple[str, ...]
    methods: tuple[Method, ...]
    inputs: tuple[Input, ...]
    internal: bool

    @property
    def exhibits(self) -> tuple[Exhibit, ...]:
        """The tables of all parts."""
        return tuple(exhibit for part in self.parts for exhibit in part.exhibits)

    @property
    def charts(self) -> Mapping[str, Chart]:
        """The charts of all parts, by name."""
        return {chart.name: chart for part in self.parts for chart in part.charts}


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


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the report: one question, answered.

    Attributes
    ----------
    key : str
        Its anchor: ``recording``, ``previous``, ``forces``, ``searches``, ``reviews``, ``times``, ``monthly``.
    title : str
        Its heading.
    headlines : tuple of str
        The sentences that open it, and the report.
    exhibits : tuple of Exhibit
        Its tables.
    charts : tuple of Chart
        Its charts.
    details : tuple of str
        The sentences that follow the headlines here, and stand at the head of the report only where it has no other.
    """

    key: str
    title: str
    headlines: tuple[str, ...]
    exhibits: tuple[Exhibit, ...]
    charts: tuple[Chart, ...] = ()
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A table of the report.

    Attributes
    ----------
    key : str
        What it is called in links, sheets and listings: ``recording_by_crime_type``.
    title : str
        What it shows.
    table : Table
        The numbers, unrounded, after disclosure control, with printed names.
    grids : tuple of Grid
        What people are shown of them.
    notes : Notes
        The numbered notes under the grids.
    said : tuple of str
        The sentences under them.
    sentences : tuple of str
        For each record of the table its sentence; empty where there is none.
    source, base : str
        Where the numbers come from, and what they rest on.
    categories : tuple of tuple of str
        For each record of the table its label as in the data.
    """

    key: str
    title: str
    table: Table
    grids: tuple[Grid, ...]
    notes: Notes
    said: tuple[str, ...]
    sentences: tuple[str, ...]
    source: str
    base: str
    categories: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Method:
    """One entry of the methods annex.

    Attributes
    ----------
    name : str
        What is computed.
    formula : str
        How, in one line of text.
    reference : str
        Where the formula comes from.
    """

    name: str
    formula: str
    reference: str


@dataclass(frozen=True, slots=True)
class Input:
    """A file that was read.

    Attributes
    ----------
    path : str
        Relative to the folder of the inspection's file, with forward strokes.
    sha256 : str
        Of its bytes.
    """

    path: str
    sha256: str
