"""Where a report comes from: versions, inputs, options, and the command that makes it again. No clock, no machine."""

from __future__ import annotations

import hashlib
import json
import platform
import re
import shlex
from collections.abc import Mapping
from dataclasses import asdict
from importlib import metadata
from typing import TYPE_CHECKING, Any

from cdi import __version__
from cdi.reading.opening import is_workbook
from cdi.report.contents import Report

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection, Sample

__all__ = ["PROVENANCE", "SCHEMA", "digest", "provenance"]

SCHEMA = "cdi.provenance/1"
PROVENANCE = "provenance.json"
"""The file's name in the folder of a report."""

LIBRARIES = ("click", "duckdb", "gptables", "Jinja2", "narwhals", "numpy", "pandas", "rich", "scipy")
"""What every report is made with."""

DRAWING = ("afcharts", "matplotlib")
"""What charts are drawn with beside it."""

READING = ("openpyxl",)
"""What workbooks are read with beside it."""

_NAME = re.compile(r"[^\w.-]")


def provenance(report: Report, outputs: Mapping[str, bytes]) -> bytes:
    """Say where a report comes from, as JSON.

    Parameters
    ----------
    report : Report
        From :func:`cdi.report.assembling.assemble`.
    outputs : mapping of str to bytes
        The other files of the report, by name.

    Returns
    -------
    bytes
        UTF-8; the same report gives the same bytes.
    """
    inspection = report.inspection
    document = {
        "schema": SCHEMA,
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
    """Give the SHA-256 of bytes.

    Examples
    --------
    >>> digest(b"")[:8]
    'e3b0c442'
    """
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


def _samples(inspection: Inspection) -> dict[str, Sample]:
    """Name the samples of an inspection."""
    alone = {"audit": inspection.audit, "searches": inspection.searches}
    held = {"reviews": inspection.reviews, "times": inspection.times, "monthly": inspection.monthly}
    found = {name: sample for name, sample in alone.items() if sample is not None}
    return found | {name: holder.sample for name, holder in held.items() if holder is not None}


def _periods(inspection: Inspection) -> dict[str, str | None]:
    """Say of which months the samples and volumes are."""
    found = {name: sample.period for name, sample in _samples(inspection).items()}
    if inspection.volumes is not None:
        found |= {"recorded_crime": inspection.volumes.period, "counted": inspection.volumes.counted}
    return found
