"""The shorter parts of a report: stop and search, timeliness, the monthly sample, and other forces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.audits.audit import read_audit
from cdi.charts.force_charts import forces_chart, funnel_chart, is_marked
from cdi.charts.rate_charts import Caption, rate_chart
from cdi.charts.style import Chart
from cdi.charts.trend_charts import delay_chart, trend_chart
from cdi.disclosure.results import protect_forces
from cdi.errors import DataError, suggestion
from cdi.monitoring.trends import Trend, trend
from cdi.peers.force_pages import label, lay_out_forces
from cdi.peers.side_by_side import Force, Forces, forces, score_rows
from cdi.printing.layouts import lay_out
from cdi.printing.lines import percent
from cdi.report.contents import Chapter, Exhibit, Part
from cdi.report.exhibits import (
    base_of,
    columns_of,
    counted_of,
    exhibit_of,
    interval_of,
    key_by,
    marks_of,
    path_of,
    source_of,
)
from cdi.report.sentences import described, headline_numbers, in_sample, noticed, overall, sentence
from cdi.results import Result, grounds
from cdi.timing.delays import OF_DUE, OF_RECORDED
from cdi.timing.timeliness import Timeliness, timeliness

if TYPE_CHECKING:
    from cdi.inspecting.inspection import ForceResults, Inspection, Sample, Times
    from cdi.printing.layout import Page
    from cdi.printing.tables import Table
    from cdi.report.recording import Known

__all__ = [
    "forces_part",
    "monthly_part",
    "monthly_result",
    "searches_part",
    "searches_results",
    "times_part",
    "times_results",
]

GROUNDS = "grounds"


def searches_results(inspection: Inspection) -> tuple[Result, ...]:
    """Estimate the share of searches with reasonable grounds recorded, by each column of the sample."""
    sample = inspection.searches
    return () if sample is None else tuple(_searched(inspection, sample, column) for column in sample.by or ("",))


def searches_part(inspection: Inspection, results: Sequence[Result]) -> Chapter | None:
    """Show the share of searches with reasonable grounds recorded."""
    sample = inspection.searches
    if sample is None:
        return None
    tables = tuple(found.table for found in results)
    exhibits = tuple(_of_searches(inspection, sample, found, main=i == 0) for i, found in enumerate(results))
    part = Part(
        "searches",
        wording.REPORT_PARTS["searches"],
        tuple(_said_of_searches(sample, exhibits[0].table)) or in_sample(exhibits[0].table, GROUNDS),
        exhibits,
        tuple(map(_chart_of_searches, exhibits)),
    )
    audit = results[0].audit
    return Chapter(part, described("searches", audit, tables[0], GROUNDS), noticed(audit, tables[0], GROUNDS), tables)


def _searched(inspection: Inspection, sample: Sample, column: str) -> Result:
    return grounds(
        list(sample.files),
        by=column or None,
        level=inspection.level,
        method=inspection.method,
        style=inspection.style,
        **sample.roles,
    )


def _of_searches(inspection: Inspection, sample: Sample, found: Result, *, main: bool) -> Exhibit:
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


def _chart_of_searches(exhibit: Exhibit) -> Chart:
    table = exhibit.table
    caption = Caption(interval_of(table), exhibit.base, exhibit.source)
    return rate_chart(key_by(GROUNDS, table), exhibit.title, marks_of(table, GROUNDS, counted_of), caption)


def _said_of_searches(sample: Sample, table: Table) -> Iterator[str]:
    record = overall(table, GROUNDS)
    if record is not None and record.n is not None:
        yield wording.grounds_reviewed(f"{record.n:,}", sample.period, *headline_numbers(record))


OPENING = (OF_RECORDED, OF_DUE)
"""The measures that open the part."""


def times_results(inspection: Inspection, known: Known) -> tuple[Timeliness, ...]:
    """Estimate how soon crimes were recorded, by each column of the sample."""
    times = inspection.times
    if times is None:
        return ()
    frame = None if _is_own(inspection, times) else known
    return tuple(_timed(inspection, times, frame, column) for column in times.sample.by or ("",))


def _is_own(inspection: Inspection, times: Times) -> bool:
    """Tell whether the times are of other rows than those of the audit."""
    return inspection.audit is None or times.sample.files != inspection.audit.files


def times_part(inspection: Inspection, results: Sequence[Timeliness]) -> Chapter | None:
    """Show how soon crimes were recorded."""
    times = inspection.times
    if times is None:
        return None
    # the time of a row, named where times were read day first, is told to nobody
    own, found = _is_own(inspection, times), [replace(each, day_first=()) for each in results]
    headlines = _said_of_times(found[0])
    exhibits = tuple(
        _of_times(inspection, times, each, spoken=i == 0 and len(headlines) == len(OPENING))
        for i, each in enumerate(found)
    )
    source = exhibits[0].source
    part = Part(
        "times",
        wording.REPORT_PARTS["times"],
        headlines,
        exhibits,
        (delay_chart(found[0], source=source, name="time_to_record"),) if found[0].curve else (),
    )
    tables = tuple(each.table for each in found)
    audit = found[0].audit
    days = (wording.read_day_first(wording.short_name(audit.name)),) if results[0].day_first else ()
    said = described("times", audit, tables[0], OF_DUE) if own else ()
    return Chapter(part, said, (*(noticed(audit, tables[0], OF_DUE) if own else ()), *days), tables)


def _timed(inspection: Inspection, times: Times, known: Known | None, column: str) -> Timeliness:
    terms: dict[str, Any] = {**times.sample.roles, **times.terms}
    return timeliness(
        list(times.sample.files),
        by=column or None,
        level=inspection.level,
        method=inspection.method or "wilson",
        **(terms if known is None else known.frame(terms)),
    )


def _of_times(inspection: Inspection, times: Times, found: Timeliness, *, spoken: bool) -> Exhibit:
    return exhibit_of(
        key_by("times", found.table),
        found.table,
        inspection,
        lambda printed: replace(found, table=printed).page(spoken=spoken),
        title=wording.all_by(wording.EXHIBITS["times"], columns_of(found.table)),
        source=source_of(times.sample),
        base=base_of(found.table, OF_DUE),
        in_time=_in_time(found),
    )


def _in_time(found: Timeliness) -> str:
    return wording.IN_TIME if found.by_answers else wording.in_time_within(f"{found.within:,.12g}")


def _said_of_times(found: Timeliness) -> tuple[str, ...]:
    overall = [record for record in found.table.rows if record.whole and record.main]
    said = (sentence(record, _in_time(found)) for record in overall if record.measure.key in OPENING)
    return tuple(text for text in said if text)


RATE = "recording-rate"


def monthly_result(inspection: Inspection) -> Trend | None:
    """Follow the recording rate from month to month."""
    monthly = inspection.monthly
    if monthly is None:
        return None
    audit = read_audit(list(monthly.sample.files), **monthly.sample.roles)
    method = inspection.method or "wilson"
    return trend(audit, level=inspection.level, method=method, baseline=monthly.baseline)


def monthly_part(inspection: Inspection, found: Trend | None) -> Chapter | None:
    """Show the monthly sample."""
    monthly, totals = inspection.monthly, None if found is None else found.estimates.totals
    if monthly is None or found is None or totals is None:
        return None
    audit = totals.audit
    source, said = source_of(monthly.sample), _in_words(found.statement)
    exhibit = exhibit_of(
        "monthly",
        found.table,
        inspection,
        lambda printed: replace(_months_in_words(found.page()), table=printed),
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


def _months_in_words(page: Page) -> Page:
    """Name the months in words, in the rows and in what is said of them."""
    grids = (
        replace(grid, cells=tuple((replace(first, write=wording.in_words), *rest) for first, *rest in grid.cells))
        for grid in page.grids
    )
    return replace(page, grids=tuple(grids), statements=tuple(map(_in_words, page.statements)))


def _in_words(text: str) -> str:
    """Say to the readers of a report what is said to an analyst, with the months in words."""
    return wording.in_words(wording.for_readers(text))


def forces_part(inspection: Inspection) -> Chapter | None:
    """Set the force beside the others."""
    results = inspection.forces
    if results is None:
        return None
    found = protect_forces(forces(results.file, level=inspection.level, **results.terms), inspection.disclosure)
    own = _own_force(inspection, results, found)
    source = results.source or path_of(results.file).name
    scores = score_rows(found, seed=inspection.seed)
    exhibit = exhibit_of(
        "forces",
        replace(found.table, rows=(*found.table.rows, *scores)),
        inspection,
        lambda _: lay_out_forces(found, detail=True, seed=inspection.seed),
        title=wording.EXHIBITS["forces"],
        source=source,
        base=wording.forces_base(len(found.rows), ()),
    )
    charts = [forces_chart(found, source=source, marked=own.name, name="forces")]
    charts += [funnel_chart(found, source=source, marked=own.name, name="funnel")] if found.funnel is not None else []
    part = Part("forces", wording.REPORT_PARTS["forces"], _said_of_forces(found, own), (exhibit,), tuple(charts))
    return Chapter(part, (), (), (found.table,))


def _own_force(inspection: Inspection, results: ForceResults, found: Forces) -> Force:
    own = [row for row in found.rows if is_marked(row, results.marked)]
    if not own:
        names = [row.name for row in found.rows]
        raise DataError.of(
            "marked-not-there",
            got=results.marked,
            where=inspection.where("forces.marked"),
            file=path_of(results.file).name,
            hint=suggestion(results.marked, names),
        )
    return own[0]


def _said_of_forces(found: Forces, own: Force) -> tuple[str, ...]:
    rate = percent(own.rate.row.estimate)
    if not rate or own.z is None:
        return ()
    side = label(found, own.side) if own.side else ""
    funnel = "" if own.adjusted is None else own.funnel or wording.BY_CHANCE
    return (wording.forces_said(own.name, rate, side, funnel, len(found.rows) - len(found.apart)),)
