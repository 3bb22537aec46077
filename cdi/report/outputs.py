"""Every file of a report, in memory: nothing is written before all of them are made."""

from __future__ import annotations

from collections.abc import Mapping

from cdi.report.contents import Report
from cdi.report.provenance import PROVENANCE, provenance

__all__ = ["outputs"]


def outputs(report: Report) -> Mapping[str, bytes]:
    """Make every file of a report.

    Parameters
    ----------
    report : Report
        From :func:`cdi.report.assembling.assemble`.

    Returns
    -------
    mapping of str to bytes
        Name in the folder of the report, with forward strokes -> what the file holds: ``report.html``, ``tables.xlsx``,
        ``estimates.csv``, ``estimates.json``, ``charts/NAME.svg`` and ``charts/NAME.png``, and ``provenance.json``,
        which says where the others come from. The same report gives the same bytes.
    """
    from cdi.charts.style import drawn
    from cdi.report.listings import estimates_csv, estimates_json
    from cdi.report.page import page
    from cdi.report.workbook_tables import workbook

    marking = report.inspection.disclosure.marking
    charts = {name: drawn(chart, marking) for name, chart in report.charts.items()}
    made = {
        "report.html": page(report, charts),
        "tables.xlsx": workbook(report),
        "estimates.csv": estimates_csv(report),
        "estimates.json": estimates_json(report),
    }
    for name, chart in charts.items():
        made |= {f"charts/{name}.svg": chart.svg.encode("utf-8"), f"charts/{name}.png": chart.png}
    return made | {PROVENANCE: provenance(report, made)}
