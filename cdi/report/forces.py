"""The part on other forces, with this inspection among them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.binomial.published import AS_PRINTED
from cdi.charts.force_charts import forces_chart, funnel_chart
from cdi.disclosure.results import protect_forces
from cdi.inspecting.inspection import file_of
from cdi.parameters import HIGHER, LINES
from cdi.peers.force_results import read_forces, with_own
from cdi.peers.side_by_side import Force, Forces, label, lay_out_forces, score_rows, set_out
from cdi.printing.lines import percent
from cdi.report.contents import About, Part, exhibit_of

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection
    from cdi.printing.tables import Row

__all__ = ["forces_part", "said_of_force"]


def forces_part(inspection: Inspection, result: Row | None) -> Part | None:
    """Set the overall result of this inspection beside the results of other forces; there may be none."""
    results = inspection.forces
    if results is None:
        return None
    terms: dict[str, Any] = {**results.terms}
    higher, rule = terms.pop("higher", HIGHER[0]), terms.pop("rule", LINES[0])
    period = "" if inspection.audit is None else inspection.audit.period or ""
    read = read_forces(inspection.shelf.book(results.file), level=inspection.level, **{"mixed_periods": False, **terms})
    file = file_of(results.file).name
    read, name, of_own = with_own(read, file, results.marked or inspection.force, result, period)
    laid = set_out(read, sort="name", higher=higher, rule=rule, level=inspection.level, method=AS_PRINTED)
    found = protect_forces(laid, inspection.disclosure)
    own = next((row for row in found.rows if row.name == name), None)
    source = results.source or file
    table = replace(found.table, rows=(*found.table.rows, *score_rows(found, seed=inspection.seed)))
    about = About("forces", wording.EXHIBITS["forces"], source, wording.forces_base(len(found.rows), ()))
    page = lay_out_forces(found, detail=True, seed=inspection.seed)
    exhibit = exhibit_of(table, about, inspection, lambda _: page)
    charts = [forces_chart(found, source=source, marked=name, name="forces")]
    if found.funnel is not None:
        charts.append(funnel_chart(found, source=source, marked=name, name="funnel"))
    # what the file has for the force is no finding of this inspection
    said = () if result is None else said_of_force(found, own)
    title = wording.REPORT_PARTS["forces"]
    tables = (found.table,)
    return Part("forces", title, said, (exhibit,), tuple(charts), (of_own,), tables=tables, findings=said)


def said_of_force(found: Forces, own: Force | None) -> tuple[str, ...]:
    """Say where a force lies among the others; nothing where it takes no part."""
    rate = "" if own is None else percent(own.rate.row.estimate)
    if own is None or not rate or own.z is None:
        return ()
    side = label(found, own.side) if own.side else ""
    funnel = "" if own.adjusted is None else own.funnel or wording.BY_CHANCE
    return (wording.forces_said(own.name, rate, side, funnel, len(found.rows) - len(found.apart)),)
