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
    """A part of the report, with what its files say of themselves."""

    part: Part  # what is shown
    # audited, quality: how its sample came about, and what is to be known of its data
    audited: tuple[str, ...] = ()
    quality: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()  # what it is made of, after disclosure control, with categories as in the data


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the report: one question, answered."""

    key: str  # its anchor: ``recording``, ``previous``, ``forces``, ``searches``, ``reviews``, ``times``, ``monthly``
    title: str  # its heading
    headlines: tuple[str, ...]  # the sentences that open it, and the report
    exhibits: tuple[Exhibit, ...]  # its tables
    charts: tuple[Chart, ...] = ()
    # the sentences that follow the headlines here, and stand at the head of the report only where it has no other
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A table of the report."""

    key: str  # what it is called in links, sheets and listings: ``recording_by_crime_type``
    title: str  # what it shows
    table: Table  # the numbers, unrounded, after disclosure control, with printed names
    grids: tuple[Grid, ...]  # what people are shown of them
    notes: Notes  # the numbered notes under the grids
    said: tuple[str, ...]  # the sentences under them
    sentences: tuple[str, ...]  # for each record of the table its sentence; empty where there is none
    # source, base: where the numbers come from, and what they rest on
    source: str
    base: str
    categories: tuple[tuple[str, ...], ...] = ()  # for each record of the table its label as in the data


@dataclass(frozen=True, slots=True)
class Method:
    """One entry of the methods annex."""

    name: str  # what is computed
    formula: str  # how, in one line of text
    reference: str  # where the formula comes from


@dataclass(frozen=True, slots=True)
class Input:
    """A file that was read."""

    path: str  # relative to the folder of the inspection's file, with forward strokes
    sha256: str  # of its bytes
