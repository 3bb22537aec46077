"""The part on timeliness: how soon crimes were recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.charts.trend_charts import delay_chart
from cdi.measures import MEASURES
from cdi.parameters import METHOD
from cdi.report.contents import Exhibit, Part, about_of, base_of, exhibit_of, source_of, told_of
from cdi.report.parts import by_each
from cdi.report.sentences import by_groups, sentence, sentences
from cdi.timing.delays import OF_DUE, OF_RECORDED
from cdi.timing.timeliness import Timeliness, timeliness

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection, TimedFiles
    from cdi.report.recording import Known

__all__ = ["times_part", "times_results"]

OPENING = (MEASURES[OF_RECORDED], MEASURES[OF_DUE])
"""The measures that open the part."""


def times_results(inspection: Inspection, known: Known) -> tuple[Timeliness, ...]:
    """Estimate how soon crimes were recorded, by each column of the sample."""
    times = inspection.times
    if times is None:
        return ()
    terms: dict[str, Any] = {**times.sample.roles, **times.terms}
    if not _of_other_rows(inspection, times):
        terms = known.frame(terms)
    return by_each(times.sample, timeliness, inspection, method=inspection.method or METHOD, **terms)


def _of_other_rows(inspection: Inspection, times: TimedFiles) -> bool:
    """Tell whether the times are of other rows than those of the audit."""
    return inspection.audit is None or times.sample.files != inspection.audit.files


def times_part(inspection: Inspection, results: Sequence[Timeliness]) -> Part | None:
    """Show how soon crimes were recorded."""
    times = inspection.times
    if times is None:
        return None
    # the time of a row, named where times were read day first, is told to nobody
    found = [replace(each, day_first=()) for each in results]
    first, audit, tables = found[0], found[0].audit, tuple(each.table for each in found)
    opening = [row for row in first.table.rows if row.whole and row.main and row.measure in OPENING]
    headlines = tuple(filter(None, (sentence(row, _in_time(first)) for row in opening)))
    exhibits = tuple(
        _of_times(inspection, times, each, spoken=i == 0 and len(headlines) == len(OPENING))
        for i, each in enumerate(found)
    )
    charts = (delay_chart(first, source=exhibits[0].source, name="time_to_record"),) if first.curve else ()
    in_time = wording.share_in_time(_in_time(first))
    groups = tuple(text for each in exhibits for text in by_groups(each.table, OF_DUE, in_time))
    part = Part(
        "times",
        wording.REPORT_PARTS["times"],
        headlines,
        exhibits,
        charts,
        groups,
        tables=tables,
        findings=headlines[:1],
    )
    if _of_other_rows(inspection, times):
        part = told_of(part, audit, tables[0], OF_DUE)
    if results[0].day_first:
        part = replace(part, quality=(*part.quality, wording.read_day_first(audit.source.short_name)))
    return part


def _of_times(inspection: Inspection, times: TimedFiles, found: Timeliness, *, spoken: bool) -> Exhibit:
    about = about_of("times", "times", found.table, source_of(times.sample), base_of(found.table, OF_DUE))
    exhibit = exhibit_of(found.table, about, inspection, lambda shown: replace(found, table=shown).page(spoken=spoken))
    return replace(exhibit, sentences=sentences(exhibit.table, _in_time(found)))


def _in_time(found: Timeliness) -> str:
    return wording.IN_TIME if found.by_answers else wording.in_time_within(found.within)
