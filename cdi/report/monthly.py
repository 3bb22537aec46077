"""The part on the monthly sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cdi import wording
from cdi.audits.audit import read_audit
from cdi.charts.trend_charts import trend_chart
from cdi.monitoring.trends import Trend, in_full, trend
from cdi.parameters import METHOD
from cdi.report.contents import About, Part, base_of, exhibit_of, source_of, told_of

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection
    from cdi.printing.layout import Page
    from cdi.printing.tables import Table

__all__ = ["monthly_part", "monthly_results"]

RATE = "recording-rate"


def monthly_results(inspection: Inspection) -> tuple[Trend, ...]:
    """Follow the recording rate over time."""
    monthly = inspection.monthly
    if monthly is None:
        return ()
    shelf, sample = inspection.shelf, monthly.sample
    audit = read_audit(shelf.books(sample.files), **shelf.roles(sample.roles))
    method = inspection.method or METHOD
    found = trend(audit, level=inspection.level, method=method, baseline=monthly.baseline, every=monthly.every)
    return (found,)


def monthly_part(inspection: Inspection, results: Sequence[Trend]) -> Part | None:
    """Show the monthly sample."""
    if inspection.monthly is None:
        return None
    found, source = results[0], source_of(inspection.monthly.sample)
    said = wording.for_readers(found.stated(in_full))

    def lay(shown: Table) -> Page:
        """Name the periods in words, in the rows and in what is said of them; the headline is not said again."""
        return replace(found.page(name=in_full, spoken=True), table=shown)

    title = wording.capital(wording.trend_of(found.measure.name, found.kind))
    about = About("monthly", title, source, base_of(found.table, RATE))
    exhibit = exhibit_of(found.table, about, inspection, lay)
    headlines = (wording.said_of_trend(said, found.kind),) if said else ()
    chart = trend_chart(found, source=source, name="monthly_rate")
    title = wording.trend_part(found.kind)
    part = Part("monthly", title, headlines, (exhibit,), (chart,), tables=(found.table,), findings=headlines)
    totals = found.estimates.totals
    return part if totals is None else told_of(part, totals.audit, found.table, RATE)
