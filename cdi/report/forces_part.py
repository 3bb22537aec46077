"""The part on other forces: rates side by side, the published lines, and what allows for chance."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cdi import wording
from cdi.charts.force_charts import forces_chart, funnel_chart, is_marked
from cdi.disclosure.results import protect_forces
from cdi.errors import DataError, suggestion
from cdi.peers.force_pages import label, lay_out_forces
from cdi.peers.side_by_side import Force, Forces, forces, score_rows
from cdi.printing.lines import percent
from cdi.report.captions import path_of
from cdi.report.chapters import Chapter
from cdi.report.contents import Part
from cdi.report.exhibits import exhibit_of

if TYPE_CHECKING:
    from cdi.inspecting.inspection import ForceResults, Inspection

__all__ = ["forces_part"]


def forces_part(inspection: Inspection) -> Chapter | None:
    """Set the force beside the others.

    Parameters
    ----------
    inspection : Inspection
        The inspection.

    Returns
    -------
    Chapter or None
        None without results of forces.

    Raises
    ------
    DataError
        As :func:`cdi.forces`; or the force of this inspection is not among them.
    """
    results = inspection.forces
    if results is None:
        return None
    found = protect_forces(forces(results.file, level=inspection.level, **results.terms), inspection.disclosure)
    own = _own(inspection, results, found)
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
    part = Part("forces", wording.REPORT_PARTS["forces"], _headlines(found, own), (exhibit,), tuple(charts))
    return Chapter(part, (), (), (found.table,))


def _own(inspection: Inspection, results: ForceResults, found: Forces) -> Force:
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


def _headlines(found: Forces, own: Force) -> tuple[str, ...]:
    rate = percent(own.rate.row.estimate)
    if not rate or own.z is None:
        return ()
    side = label(found, own.side) if own.side else ""
    funnel = "" if own.adjusted is None else own.funnel or wording.BY_CHANCE
    return (wording.forces_said(own.name, rate, side, funnel, len(found.rows) - len(found.apart)),)
