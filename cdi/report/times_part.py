"""The part on timeliness: shares recorded in time, and how long recording took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.charts.trend_charts import delay_chart
from cdi.report.captions import base_of, source_of
from cdi.report.chapters import Chapter
from cdi.report.contents import Exhibit, Part
from cdi.report.exhibits import columns_of, exhibit_of, key_by
from cdi.report.record_sentences import sentence
from cdi.report.samples import described, noticed
from cdi.timing.timed_rates import OF_DUE, OF_RECORDED
from cdi.timing.timeliness import Timeliness, timeliness

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection, Times
    from cdi.report.known_volumes import Known

__all__ = ["times_part", "times_results"]

SAID = (OF_RECORDED, OF_DUE)
"""The measures that open the part."""


def times_results(inspection: Inspection, known: Known) -> tuple[Timeliness, ...]:
    """Estimate how soon crimes were recorded, by each column of the sample.

    Parameters
    ----------
    inspection : Inspection
        The inspection.
    known : Known
        Its volumes, with the reports on the frame of the audit.

    Returns
    -------
    tuple of Timeliness
        One a column, before disclosure control; none where no times are to be reported.

    Raises
    ------
    DataError, DesignError, MethodError
        As :func:`cdi.timeliness`.
    """
    times = inspection.times
    if times is None:
        return ()
    frame = None if _is_own(inspection, times) else known
    return tuple(_timed(inspection, times, frame, column) for column in times.sample.by or ("",))


def _is_own(inspection: Inspection, times: Times) -> bool:
    """Tell whether the times are of other rows than those of the audit."""
    return inspection.audit is None or times.sample.files != inspection.audit.files


def times_part(inspection: Inspection, results: Sequence[Timeliness]) -> Chapter | None:
    """Show how soon crimes were recorded.

    Parameters
    ----------
    inspection : Inspection
        The inspection.
    results : sequence of Timeliness
        From :func:`times_results`, after disclosure control.

    Returns
    -------
    Chapter or None
        None where no times are to be reported.
    """
    times = inspection.times
    if times is None:
        return None
    # the time of a row, named where times were read day first, is told to nobody
    own, found = _is_own(inspection, times), [replace(each, day_first=()) for each in results]
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


def _exhibit(inspection: Inspection, times: Times, found: Timeliness, *, spoken: bool) -> Exhibit:
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


def _headlines(found: Timeliness) -> tuple[str, ...]:
    overall = [record for record in found.table.rows if record.whole]
    said = (sentence(record, _in_time(found)) for record in overall if record.measure.key in SAID)
    return tuple(text for text in said if text)
