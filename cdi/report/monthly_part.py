"""The part on the monthly sample: its rates, and whether they signal a change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cdi import wording
from cdi.audits.audit import read_audit
from cdi.charts.trend_charts import trend_chart
from cdi.monitoring.trends import Trend, trend
from cdi.report.captions import base_of, source_of
from cdi.report.chapters import Chapter
from cdi.report.contents import Part
from cdi.report.exhibits import exhibit_of
from cdi.report.samples import described, noticed

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection
    from cdi.printing.layout import Page

__all__ = ["monthly_part", "monthly_result"]

RATE = "recording-rate"


def monthly_result(inspection: Inspection) -> Trend | None:
    """Follow the recording rate from month to month.

    Parameters
    ----------
    inspection : Inspection
        The inspection.

    Returns
    -------
    Trend or None
        Before disclosure control; None without a monthly sample.

    Raises
    ------
    DataError, DesignError, MethodError
        As :func:`cdi.trend`.
    """
    monthly = inspection.monthly
    if monthly is None:
        return None
    audit = read_audit(list(monthly.sample.files), **monthly.sample.roles)
    method = inspection.method or "wilson"
    return trend(audit, level=inspection.level, method=method, baseline=monthly.baseline)


def monthly_part(inspection: Inspection, found: Trend | None) -> Chapter | None:
    """Show the monthly sample.

    Parameters
    ----------
    inspection : Inspection
        The inspection.
    found : Trend or None
        From :func:`monthly_result`, after disclosure control.

    Returns
    -------
    Chapter or None
        None without a monthly sample.
    """
    monthly, totals = inspection.monthly, None if found is None else found.estimates.totals
    if monthly is None or found is None or totals is None:
        return None
    audit = totals.audit
    source, said = source_of(monthly.sample), _in_words(found.statement)
    exhibit = exhibit_of(
        "monthly",
        found.table,
        inspection,
        lambda printed: replace(_named(found.page()), table=printed),
        title=wording.EXHIBITS["monthly"],
        source=source,
        base=base_of(found.table, RATE),
        unsaid=(said,),
    )
    part = Part(
        "monthly",
        wording.REPORT_PARTS["monthly"],
        (wording.said_of_months(said),) if said else (),
        (exhibit,),
        (trend_chart(found, source=source, name="monthly_rate"),),
    )
    return Chapter(
        part, described("monthly", audit, found.table, RATE), noticed(audit, found.table, RATE), (found.table,)
    )


def _named(page: Page) -> Page:
    """Name the months in words, in the rows and in what is said of them."""
    grids = (
        replace(grid, cells=tuple((replace(first, write=wording.in_words), *rest) for first, *rest in grid.cells))
        for grid in page.grids
    )
    return replace(page, grids=tuple(grids), statements=tuple(map(_in_words, page.statements)))


def _in_words(text: str) -> str:
    """Say to the readers of a report what is said to an analyst, with the months in words."""
    return wording.in_words(wording.for_readers(text))
