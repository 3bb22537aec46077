"""The part on timeliness: shares recorded in time, and how long recording took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.charts.delay_charts import delay_chart
from cdi.disclosure.findings import protect_timeliness
from cdi.disclosure.standards import noted
from cdi.report.contents import Exhibit, Part
from cdi.report.exhibits import Chapter, base_of, columns_of, exhibit_of, key_by, source_of
from cdi.report.record_sentences import sentence
from cdi.report.samples import described, noticed
from cdi.report.shown_before import as_shown
from cdi.survey.estimates import ALL
from cdi.timing.recording_times import Timeliness, timeliness
from cdi.timing.timed_rates import OF_DUE, OF_RECORDED
from cdi.timing.timeliness_pages import lay_out_timeliness

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection, Times
    from cdi.printing.tables import Table
    from cdi.report.known_volumes import Known

__all__ = ["times_part"]

SAID = (OF_RECORDED, OF_DUE)
"""The measures that open the part."""


def times_part(inspection: Inspection, known: Known, before: Sequence[Table]) -> Chapter | None:
    """Estimate how soon crimes were recorded, by each column of the sample.

    Parameters
    ----------
    inspection : Inspection
        The inspection.
    known : Known
        Its volumes, with the reports on the frame of the audit.
    before : sequence of Table
        What is shown of the audit: where the times are of its rows, what is withheld there is withheld here.

    Returns
    -------
    Chapter or None
        None where no times are to be reported.

    Raises
    ------
    DataError, DesignError, MethodError
        As :func:`cdi.timeliness`.
    """
    times = inspection.times
    if times is None:
        return None
    own = inspection.audit is None or times.sample.files != inspection.audit.files
    read = [_timed(inspection, times, None if own else known, column) for column in times.sample.by or ("",)]
    found = [_protected(each, inspection, () if own else before) for each in read]
    headlines = _headlines(found[0])
    exhibits = tuple(
        _exhibit(inspection, times, each, spoken=i == 0 and len(headlines) == len(SAID)) for i, each in enumerate(found)
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
    days = (wording.read_day_first(wording.short_name(audit.name)),) if read[0].day_first else ()
    said = described("times", audit, tables[0], OF_DUE) if own else ()
    return Chapter(part, said, (*(noticed(audit, tables[0], OF_DUE) if own else ()), *days), tables)


def _protected(found: Timeliness, inspection: Inspection, before: Sequence[Table]) -> Timeliness:
    """Withhold what is too small; the time of a row, named where times were read day first, is told to nobody."""
    table = as_shown(noted(found.table), before)
    return protect_timeliness(replace(found, table=table, day_first=()), inspection.disclosure)


def _timed(inspection: Inspection, times: Times, known: Known | None, column: str) -> Timeliness:
    terms: dict[str, Any] = {**times.sample.roles, **times.terms}
    return timeliness(
        list(times.sample.files),
        by=column or None,
        level=inspection.level,
        method=inspection.method or "wilson",
        **(terms if known is None else known.frame(terms)),
    )


def _exhibit(inspection: Inspection, times: Times, found: Timeliness, *, spoken: bool) -> Exhibit:
    return exhibit_of(
        key_by("times", found.table),
        found.table,
        inspection,
        lambda printed: lay_out_timeliness(replace(found, table=printed), spoken=spoken),
        title=wording.all_by(wording.EXHIBITS["times"], columns_of(found.table)),
        source=source_of(times.sample),
        base=base_of(found.table, OF_DUE),
        in_time=_in_time(found),
    )


def _in_time(found: Timeliness) -> str:
    return wording.IN_TIME if found.by_answers else wording.in_time_within(f"{found.within:,.12g}")


def _headlines(found: Timeliness) -> tuple[str, ...]:
    overall = [record for record in found.table.records if set(record.label) == {ALL}]
    said = (sentence(record, _in_time(found)) for record in overall if record.kind in SAID)
    return tuple(text for text in said if text)
