"""Exhibits: a table as it is counted becomes one as it is shown, with its sentences, its source and its base."""

from __future__ import annotations

import os
from collections.abc import Callable, Container
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cdi import wording
from cdi.charts.chart import Mark
from cdi.printing.lines import BLANK, SUPPRESSED, level_text, measure_of, rate
from cdi.printing.tables import CATEGORY
from cdi.report.contents import Exhibit
from cdi.report.file_names import plain_name
from cdi.report.printed_names import Names, for_people, in_order, printed
from cdi.report.record_sentences import half_of, sentence, sentences
from cdi.survey.estimates import ALL

SIDE, QUESTION = "side", "question"

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection, Sample
    from cdi.printing.pages import Page
    from cdi.printing.tables import Record, Table
    from cdi.reading.sources import Workbook
    from cdi.report.contents import Part

__all__ = [
    "Chapter", "base_of", "columns_of", "counted_of", "exhibit_of", "headline_numbers", "in_sample", "interval_of",
    "key_by", "marks_of", "overall", "path_of", "relative", "source_of", "without_mark",
]  # fmt: skip


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


def exhibit_of(
    key: str,
    table: Table,
    inspection: Inspection,
    lay: Callable[[Table], Page],
    *,
    title: str,
    source: str,
    base: str,
    group: Callable[[Record], str] | None = None,
    words: Names | None = None,
    in_time: str = wording.IN_TIME,
    unsaid: Container[str] = (),
) -> Exhibit:
    """Show a table: its categories in their order and by their printed names, laid out for people.

    Parameters
    ----------
    key, title, source, base
        As in :class:`Exhibit`.
    table : Table
        After disclosure control, with categories as in the data.
    inspection : Inspection
        With the printed names.
    lay : callable
        What lays the table out.
    group : callable, optional
        Which rows stay together when they are put in order.
    words : mapping, optional
        Other columns whose entries have words for people, which what lays the table out knows by itself.
    in_time : str
        What in time is.
    unsaid : container of str
        Sentences under the table that are said before it.

    Returns
    -------
    Exhibit
        With a sentence for each row.
    """
    ordered = in_order(table, inspection.categories, group)
    shown = printed(ordered, inspection.categories)
    page = lay(for_people(shown))
    worded = printed(shown, words or {})
    plain = (wording.without_options(text) for text in page.statements if text not in unsaid)
    said = tuple(wording.capital(wording.in_words(text)) for text in plain if text)
    categories = tuple(record.label for record in ordered.records)
    return Exhibit(
        key, title, worded, page.grids, page.notes, said, sentences(worded, in_time), source, base, categories
    )


def columns_of(table: Table) -> tuple[str, ...]:
    """Name the columns of categories that a table is by; none where it is over all."""
    return tuple(key for key in table.keys if key not in (CATEGORY, SIDE, QUESTION))


def key_by(name: str, table: Table) -> str:
    """Name a table or chart in links and files, with the columns that it is by."""
    by = columns_of(table)
    return plain_name(f"{name}_by_{'_'.join(by)}") if by else name


def overall(table: Table, measure: str) -> Record | None:
    """Find the overall row of a measure; None where it is no estimate for the force, or withheld."""
    found = [record for record in table.records if record.kind == measure and set(record.label) == {ALL}]
    return next((record for record in found if record.estimate is not None and "census" not in record.notes), None)


def in_sample(table: Table, measure: str) -> tuple[str, ...]:
    """Say the overall rate of a sample that is no estimate for the force, or of all there was."""
    said = (sentence(r) for r in table.records if measure_of(r.kind) == measure and set(r.label) == {ALL})
    return tuple(text for text in said if text)[:1]


def headline_numbers(record: Record, *, halved: bool = False) -> tuple[str, str, str, str, str]:
    """Write a rate for a headline: itself and its ends in percent, half its width where it is printed so, its level.

    Examples
    --------
    >>> import cdi
    >>> headline_numbers(cdi.printing.tables.compare_methods(159, 182, method="wilson").records[0])
    ('87.4', '81.8', '91.4', '', '95%')
    """
    half = half_of(record, printed=halved)
    return rate(record.estimate), rate(record.low), rate(record.high), half, level_text(record.level)


def marks_of(table: Table, measure: str, count: Callable[[Record], str]) -> list[Mark]:
    """Take the rates of one measure as the marks of a chart, the overall one marked; withheld ones say so.

    Parameters
    ----------
    table : Table
        With printed names.
    measure : str
        A key of ``cdi.wording.MEASURES``.
    count : callable
        What is written beside a mark.

    Returns
    -------
    list of Mark
        In the order of the table.
    """
    return [
        Mark(
            ", ".join(record.label),
            record.estimate,
            record.low,
            record.high,
            count(record) if record.estimate is not None else without_mark(record),
            marked=set(record.label) == {ALL},
        )
        for record in table.records
        if record.kind == measure
    ]


def counted_of(record: Record) -> str:
    """Write what a rate was counted from, for beside its mark."""
    return BLANK if record.recorded is None or record.n is None else wording.count_of(record.recorded, record.n)


def without_mark(record: Record | None) -> str:
    """Say why a row has no mark on a chart."""
    if record is None or not record.notes:
        return BLANK
    return wording.MARK_WITHHELD if SUPPRESSED in record.notes else wording.note(record.notes[0], record.kind)


def interval_of(table: Table) -> str:
    """Say what the bars of a chart are; nothing where no row has an interval."""
    held = [record for record in table.records if record.low is not None and not record.is_count]
    return wording.charted(level_text(held[0].level), held[0].method) if held else BLANK


def base_of(table: Table, measure: str, *, searches: bool = False) -> str:
    """Say what a table was counted from; nothing where the whole is withheld."""
    for record in table.records:
        if record.kind.startswith(measure) and set(record.label) == {ALL} and record.n is not None:
            return wording.chart_base(record.n, record.clusters or 0, searches=searches)
    return BLANK


def source_of(sample: Sample, *more: str | None) -> str:
    """Name where rows come from: what the inspection says, or else the names of the files."""
    said = [sample.source or wording.several_files([Path(path_of(file)).name for file in sample.files]), *more]
    return "; ".join(text for text in said if text)


def path_of(file: Path | Workbook | str) -> Path:
    """Give the path of a file, or of the workbook that a sheet is in."""
    return Path(file if isinstance(file, (str, Path)) else file.path)


def relative(file: Path, folder: Path) -> str:
    """Write a path as it lies from a folder, with forward strokes."""
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:  # another drive
        return file.name
