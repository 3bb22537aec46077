"""Every file of a report, in memory: the page, the workbook, the listings, and where they come from.

Nothing is written before all of them are made. In the CSV, a text that a spreadsheet would take for a formula has
an apostrophe before it; the JSON holds texts as they are. Numbers are the shortest text that reads back to them, and
the same in both. The provenance names no clock and no machine.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from importlib import metadata
from typing import TYPE_CHECKING, Any

from cdi import __version__, wording
from cdi.printing import surfaces
from cdi.reading.opening import is_workbook
from cdi.report.contents import Report

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection
    from cdi.report.contents import Exhibit

__all__ = [
    "COLUMNS",
    "ESTIMATES_SCHEMA",
    "PROVENANCE",
    "PROVENANCE_SCHEMA",
    "digest",
    "estimates_csv",
    "estimates_json",
    "outputs",
]

ESTIMATES_SCHEMA = "cdi.report-estimates/1"
"""Name and version of the columns."""


COLUMNS = ("schema", "part", "exhibit", "domain", "category", "printed", *wording.COLUMNS, "sentence")
"""The columns, in order."""


PROVENANCE_SCHEMA = "cdi.provenance/1"


PROVENANCE = "provenance.json"
"""The file's name in the folder of a report."""


LIBRARIES = ("click", "duckdb", "gptables", "Jinja2", "narwhals", "numpy", "pandas", "rich", "scipy")
"""What every report is made with."""


DRAWING = ("afcharts", "matplotlib")
"""What charts are drawn with beside it."""


READING = ("openpyxl",)
"""What workbooks are read with beside it."""


def outputs(report: Report) -> Mapping[str, bytes]:
    """Make every file of a report."""
    from cdi.charts.style import drawn
    from cdi.report.page import page
    from cdi.report.workbook import workbook

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
    return made | {PROVENANCE: _provenance(report, made)}


_JOINT = "; "


def estimates_csv(report: Report) -> bytes:
    """Write the numbers of a report as CSV in UTF-8; what is not known is blank."""
    return surfaces.csv_of(COLUMNS, _rows(report)).encode("utf-8")


def estimates_json(report: Report) -> bytes:
    """Write the numbers of a report as JSON, with its headlines; what is not known is null."""
    document = {
        "schema": ESTIMATES_SCHEMA,
        "force": report.force,
        "date": None if report.date is None else report.date.isoformat(),
        "marking": report.inspection.disclosure.marking or None,
        "rows": [dict(zip(COLUMNS[1:], row[1:], strict=True)) for row in _rows(report)],
        "headlines": list(report.headlines),
    }
    return (json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode("utf-8")


def _rows(report: Report) -> Iterator[tuple[object, ...]]:
    for part in report.parts:
        for exhibit in part.exhibits:
            yield from ((ESTIMATES_SCHEMA, part.key, *row) for row in _of_exhibit(exhibit))


def _of_exhibit(exhibit: Exhibit) -> Iterator[tuple[object, ...]]:
    domain = _JOINT.join(exhibit.table.keys)
    for record, label, sentence in zip(exhibit.table.rows, exhibit.categories, exhibit.sentences, strict=True):
        yield (exhibit.key, domain, _JOINT.join(label), _JOINT.join(record.label), *record.values(), sentence)


_NAME = re.compile(r"[^\w.-]")


def _provenance(report: Report, outputs: Mapping[str, bytes]) -> bytes:
    """Say where a report comes from, as JSON."""
    inspection = report.inspection
    document = {
        "schema": PROVENANCE_SCHEMA,
        "cdi": __version__,
        "python": platform.python_version(),
        "libraries": _libraries(report),
        "inspection": inspection.path.name,
        "command": f"cdi report {_argument(inspection.path.name)}",
        "force": report.force,
        "date": None if report.date is None else report.date.isoformat(),
        "date_from": _date_from(report),
        "options": _options(inspection),
        "inputs": {entry.path: entry.sha256 for entry in sorted(report.inputs, key=lambda entry: entry.path)},
        "outputs": {name: digest(content) for name, content in sorted(outputs.items())},
    }
    return (json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode("utf-8")


def _argument(name: str) -> str:
    """Write the name of a file as a shell takes it."""
    return shlex.quote(f"./{name}" if name.startswith("-") else name)


def digest(content: bytes) -> str:
    """Give the SHA-256 of bytes."""
    return hashlib.sha256(content).hexdigest()


def _libraries(report: Report) -> dict[str, str]:
    """Name the libraries that a report is made with, and those that they need, with their versions."""
    books = any(is_workbook(entry.path) for entry in report.inputs)
    names = (*LIBRARIES, *(DRAWING if report.charts else ()), *(READING if books else ()))
    found: dict[str, str] = {}
    waiting = list(names)
    while waiting:
        try:
            known = metadata.distribution(waiting.pop())
        except metadata.PackageNotFoundError:
            continue  # needed on other systems only
        if known.name not in found:
            found[known.name] = known.version
            waiting += [_NAME.split(line)[0] for line in known.requires or () if "extra ==" not in line]
    return dict(sorted(found.items(), key=lambda item: item[0].casefold()))


def _date_from(report: Report) -> str | None:
    """Say where the date comes from: the clock is never asked."""
    if report.date is None:
        return None
    return "SOURCE_DATE_EPOCH" if report.inspection.date is None else report.inspection.path.name


def _options(inspection: Inspection) -> dict[str, Any]:
    """Write the inspection as it was understood, without what its files hold."""
    chosen = inspection.disclosure
    return {
        "level": inspection.level,
        "style": inspection.style,
        "method": inspection.method,
        "seed": inspection.seed,
        "disclosure": {
            "mode": chosen.mode,
            "personal": list(chosen.personal),
            "small_areas": list(chosen.small_areas),
            "exceptions": [
                {name: value for name, value in asdict(each).items() if value} for each in chosen.exemptions
            ],
        },
        "periods": _periods(inspection),
        "earlier": [
            {"name": each.name, "measure": each.measure, "figure": each.figure, "period": each.period}
            for each in inspection.previous
        ],
    }


def _periods(inspection: Inspection) -> dict[str, str | None]:
    """Say of which months the samples and volumes are."""
    earlier = {f"previous[{i}]" for i in range(1, len(inspection.previous) + 1)}  # each states its own
    found = {name: sample.period for name, sample in inspection.samples.items() if name not in earlier}
    if inspection.volumes is not None:
        found |= {"recorded_crime": inspection.volumes.period, "counted": inspection.volumes.counted}
    return found
