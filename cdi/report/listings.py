"""The listings of a report: every number of its tables, unrounded, each with its sentence, as CSV and as JSON.

A text in the CSV that a spreadsheet would take for a formula has an apostrophe before it; the JSON holds texts as they
are. Numbers are the shortest text that reads back to them, and the same in both.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cdi import wording
from cdi.printing import surfaces

if TYPE_CHECKING:
    from cdi.report.contents import Exhibit, Report

__all__ = ["COLUMNS", "SCHEMA", "estimates_csv", "estimates_json"]

SCHEMA = "cdi.report-estimates/1"
"""Name and version of the columns."""

COLUMNS = ("schema", "part", "exhibit", "domain", "category", "printed", *wording.COLUMNS, "sentence")
"""The columns, in order."""

_JOINT = "; "


def estimates_csv(report: Report) -> bytes:
    """Write the numbers of a report as CSV in UTF-8; what is not known is blank.

    Parameters
    ----------
    report : Report
        From :func:`cdi.report.assembling.assemble`.

    Returns
    -------
    bytes
        One row a number: ``schema``, ``part``, ``exhibit``, ``domain`` (the columns that it is by), ``category`` (as in
        the data), ``printed`` (its printed name), the fixed columns of every table, ``sentence``.
    """
    return surfaces.csv_of(COLUMNS, _rows(report)).encode("utf-8")


def estimates_json(report: Report) -> bytes:
    """Write the numbers of a report as JSON, with its headlines; what is not known is null.

    Parameters
    ----------
    report : Report
        As in :func:`estimates_csv`.

    Returns
    -------
    bytes
        ``schema``, ``force``, ``date``, ``marking`` (null where it may be published), ``rows`` and ``headlines``; the
        rows have the columns of the CSV but the first.
    """
    document = {
        "schema": SCHEMA,
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
            yield from ((SCHEMA, part.key, *row) for row in _of_exhibit(exhibit))


def _of_exhibit(exhibit: Exhibit) -> Iterator[tuple[object, ...]]:
    domain = _JOINT.join(exhibit.table.keys)
    for record, label, sentence in zip(exhibit.table.rows, exhibit.categories, exhibit.sentences, strict=True):
        yield (exhibit.key, domain, _JOINT.join(label), _JOINT.join(record.label), *record.values(), sentence)
