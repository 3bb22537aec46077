"""The part on stop and search: the share of records with reasonable grounds recorded, over all and by groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cdi import wording
from cdi.charts.rate_charts import Caption, rate_chart
from cdi.charts.style import Chart
from cdi.printing.layouts import lay_out
from cdi.report.captions import base_of, interval_of, source_of
from cdi.report.chapters import Chapter
from cdi.report.chart_marks import counted_of, marks_of
from cdi.report.contents import Exhibit, Part
from cdi.report.exhibits import columns_of, exhibit_of, key_by
from cdi.report.overall_rows import headline_numbers, in_sample, overall
from cdi.report.samples import described, noticed
from cdi.results import Result, grounds

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection, Sample
    from cdi.printing.tables import Table

__all__ = ["searches_part", "searches_results"]

GROUNDS = "grounds"


def searches_results(inspection: Inspection) -> tuple[Result, ...]:
    """Estimate the share of searches with reasonable grounds recorded, by each column of the sample.

    Parameters
    ----------
    inspection : Inspection
        The inspection.

    Returns
    -------
    tuple of Result
        One a column, before disclosure control; none without searches.

    Raises
    ------
    DataError, DesignError, MethodError
        As :func:`cdi.grounds`.
    """
    sample = inspection.searches
    return () if sample is None else tuple(_estimated(inspection, sample, column) for column in sample.by or ("",))


def searches_part(inspection: Inspection, results: Sequence[Result]) -> Chapter | None:
    """Show the share of searches with reasonable grounds recorded.

    Parameters
    ----------
    inspection : Inspection
        The inspection.
    results : sequence of Result
        From :func:`searches_results`, after disclosure control.

    Returns
    -------
    Chapter or None
        None without searches.
    """
    sample = inspection.searches
    if sample is None:
        return None
    tables = tuple(found.table for found in results)
    exhibits = tuple(_exhibit(inspection, sample, found, main=i == 0) for i, found in enumerate(results))
    part = Part(
        "searches",
        wording.REPORT_PARTS["searches"],
        tuple(_headlines(sample, exhibits[0].table)) or in_sample(exhibits[0].table, GROUNDS),
        exhibits,
        tuple(map(_chart, exhibits)),
    )
    audit = results[0].audit
    return Chapter(part, described("searches", audit, tables[0], GROUNDS), noticed(audit, tables[0], GROUNDS), tables)


def _estimated(inspection: Inspection, sample: Sample, column: str) -> Result:
    return grounds(
        list(sample.files),
        by=column or None,
        level=inspection.level,
        method=inspection.method,
        style=inspection.style,
        **sample.roles,
    )


def _exhibit(inspection: Inspection, sample: Sample, found: Result, *, main: bool) -> Exhibit:
    table = found.table
    spoken = main and overall(table, GROUNDS) is not None
    return exhibit_of(
        key_by("searches", table),
        table,
        inspection,
        lambda printed: lay_out(printed, style=inspection.style, extra=found.said, overall=not spoken),
        title=wording.all_by(wording.EXHIBITS["searches"], columns_of(table)),
        source=source_of(sample),
        base=base_of(table, GROUNDS, searches=True),
    )


def _chart(exhibit: Exhibit) -> Chart:
    table = exhibit.table
    caption = Caption(interval_of(table), exhibit.base, exhibit.source)
    return rate_chart(key_by(GROUNDS, table), exhibit.title, marks_of(table, GROUNDS, counted_of), caption)


def _headlines(sample: Sample, table: Table) -> Iterator[str]:
    record = overall(table, GROUNDS)
    if record is not None and record.n is not None:
        yield wording.grounds_reviewed(f"{record.n:,}", sample.period, *headline_numbers(record))
