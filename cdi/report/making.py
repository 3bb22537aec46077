"""Every file of a report, made in memory.

What is said of the files that were read are digests by the private key of the inspection. In the CSV, a text that a
spreadsheet would take for a formula has an apostrophe before it; the JSON holds texts as they are. Numbers are the
shortest text that reads back to them, and the same in both. The provenance names no clock and no machine.
"""

from __future__ import annotations

import json
import platform
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib import metadata
from typing import TYPE_CHECKING, Any

from cdi import __version__
from cdi.errors import DataError, Where
from cdi.inspecting.inspection import Inspection
from cdi.keyed import Key, digest, hash_of, made_key
from cdi.printing import layout
from cdi.reading.opening import is_workbook
from cdi.report.contents import LISTED, Report, listed_rows
from cdi.report.folder import PROVENANCE, PROVENANCE_SCHEMA, sealed
from cdi.report.pdf import PDF, printed, printed_by

if TYPE_CHECKING:
    from cdi.report.page import Link

__all__ = [
    "COLUMNS", "ESTIMATES_SCHEMA", "PAGE", "estimates_csv", "estimates_json", "files_of", "listing", "outputs",
    "provenance",
]  # fmt: skip

PAGE = "report.html"
"""The file's name in the folder of a report."""

ESTIMATES_SCHEMA = "cdi.report-estimates/1"
"""Name and version of the columns of the listings."""

COLUMNS = ("schema", *LISTED)
"""The columns of the listings, in order."""

LIBRARIES = ("click", "duckdb", "gptables", "Jinja2", "narwhals", "numpy", "pandas", "python-calamine", "rich", "scipy")
"""What every report is made and attacked with."""

DRAWING, READING = ("afcharts", "matplotlib"), ("openpyxl",)
"""What charts are drawn with beside it, and workbooks read."""

_NAME = re.compile(r"[^\w.-]")
_SAID = re.compile(r"^(Name|Version): (.*)$", re.MULTILINE)
_NEEDS = re.compile(r"^Requires-Dist: (.*)$", re.MULTILINE)


def outputs(report: Report, key: Key | None = None, printer: str = "") -> Mapping[str, bytes]:
    """Make every file of a report, with the private key of its inspection, which is made unless given or there.

    There is a PDF where a program is named that prints it.
    """
    made = files_of(report)
    if printer:
        made[PDF] = printed(made[PAGE], printer)
    return made | {PROVENANCE: provenance(report, made, key or made_key(report.inspection.path))}


def files_of(report: Report, links: Sequence[Link] = ()) -> dict[str, bytes]:
    """Make the page, the workbook, the listings and the charts of a report; the page may link to others."""
    from cdi.charts.style import drawn
    from cdi.report.page import page
    from cdi.report.workbook import workbook

    marking = report.inspection.disclosure.marking
    charts = {name: drawn(chart, marking) for name, chart in report.charts.items()}
    # nothing is written before all of them are made
    made = {
        PAGE: page(report, charts, links),
        "tables.xlsx": workbook(report),
        "estimates.csv": estimates_csv(report),
        "estimates.json": estimates_json(report),
    }
    for name, chart in charts.items():
        made |= {f"charts/{name}.svg": chart.svg.encode("utf-8"), f"charts/{name}.png": chart.png}
    return made


def listing(report: Report, key: Key) -> Mapping[str, bytes]:
    """Make of a report what says most of its numbers, and where it comes from: nothing is drawn."""
    made = {"estimates.csv": estimates_csv(report)}
    return made | {PROVENANCE: provenance(report, made, key)}


def estimates_csv(report: Report) -> bytes:
    """Write the numbers of a report as CSV in UTF-8; what is not known is blank."""
    return layout.csv_of(COLUMNS, _rows(report)).encode("utf-8")


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
    return ((ESTIMATES_SCHEMA, *row) for row in listed_rows(report))


def provenance(report: Report, outputs: Mapping[str, bytes], key: Key, command: str = "", **also: object) -> bytes:
    """Say where a report comes from, as JSON; the command is that of a report unless it is another."""
    inspection = report.inspection
    name, date_from = inspection.path.name, None
    if report.date is not None:  # the clock is never asked
        date_from = "SOURCE_DATE_EPOCH" if inspection.date is None else name
    digests = {name: digest(content) for name, content in sorted(outputs.items())}
    document = {
        "schema": PROVENANCE_SCHEMA,
        "cdi": __version__,
        "python": platform.python_version(),
        "libraries": _libraries(report),
        "inspection": name,
        # a shell would take what begins with a stroke for an option
        "command": command or f"cdi report {shlex.quote(f'./{name}' if name.startswith('-') else name)}",
        "force": report.force,
        "date": None if report.date is None else report.date.isoformat(),
        "date_from": date_from,
        "options": _options(report),
        "inputs": _digests(report, key),
        # whoever has the provenance has these files too
        "outputs": digests,
        # what the attack found is for who verifies alone: that a table had to be rounded tells of its counts
        "decided": key.hidden(_decided(report), json.dumps(digests)),
        **also,
    }
    if PDF in outputs:
        document["printed"] = {"from": digest(outputs[PAGE]), "by": printed_by(outputs[PDF])}
    return (json.dumps(sealed(document, key), ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode("utf-8")


def _decided(report: Report) -> str:
    """Say what the attack made of the rules."""
    return json.dumps([
        {"columns": sorted(map(" ".join, each.columns)), "step": each.step, "rows": each.rows}
        for each in report.inspection.disclosure.coarser
    ])  # fmt: skip


def _digests(report: Report, key: Key) -> dict[str, str]:
    """Give the digests that are published of the files that were read; those of a saved report are read again."""
    found = {}
    for entry in sorted(report.inputs, key=lambda entry: entry.path):
        file = report.inspection.path.parent / entry.path
        sha256 = entry.sha256 or hash_of(file)
        if sha256 is None:
            raise DataError.of("input-gone", where=Where(str(file)))
        found[entry.path] = key.of_input(entry.path, sha256)
    return found


def _libraries(report: Report) -> dict[str, str]:
    """Name the libraries that a report is made with, and those that they need, with their versions."""
    books = any(is_workbook(entry.path) for entry in report.inputs)
    names = (*LIBRARIES, *(DRAWING if report.charts else ()), *(READING if books else ()))
    found: dict[str, str] = {}
    waiting, looked_up = list(names), set[str]()
    while waiting:
        name = waiting.pop()
        if name in looked_up:
            continue  # many need the same ones, and each look-up reads files
        looked_up.add(name)
        try:
            own, version, needs = _installed(name)
        except metadata.PackageNotFoundError:
            continue  # needed on other systems only
        if own not in found:
            found[own] = version
            waiting += [_NAME.split(line)[0] for line in needs if "extra ==" not in line]
    return dict(sorted(found.items(), key=lambda item: item[0].casefold()))


def _installed(name: str) -> tuple[str, str, Sequence[str]]:
    """Give a library's own name, its version and what it needs.

    The first lines of its file say so. A message with all of that file inside, as the system makes one for each
    question, takes ten times as long.
    """
    known = metadata.distribution(name)
    head = (known.read_text("METADATA") or "").partition("\n\n")[0]
    said = dict(_SAID.findall(head))
    if "Name" not in said or "Version" not in said:
        return known.name, known.version, known.requires or ()
    return said["Name"], said["Version"], _NEEDS.findall(head)


def _options(report: Report) -> dict[str, Any]:
    """Write the inspection as it was understood, without what its files hold."""
    inspection, chosen = report.inspection, report.inspection.disclosure
    steps = {each.key: each.table.rounded_to for each in report.exhibits if each.table.rounded_to is not None}
    return {
        "level": inspection.level,
        "style": inspection.style,
        "method": inspection.method,
        "seed": inspection.seed,
        "disclosure": {
            "mode": chosen.mode,
            "personal": list(chosen.personal),
            "small_areas": list(chosen.small_areas),
            "not_personal": dict(chosen.not_personal),
            "exceptions": [
                {name: value for name, value in asdict(each).items() if value} for each in chosen.exemptions
            ],
            "rounded_to": steps,
        },
        "periods": _periods(inspection),
        "published": [each.name for each in inspection.published],
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
