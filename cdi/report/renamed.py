"""What was found, in printed names: the pages of comparisons and reviews read more than their table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cdi.report.printed_names import Names, ranks, translated
from cdi.survey.estimates import ALL

if TYPE_CHECKING:
    from cdi.comparing.comparison import Comparison
    from cdi.printing.tables import Table
    from cdi.reviewing.reviews import Review

__all__ = ["renamed_comparison", "renamed_review"]


def renamed_comparison(found: Comparison, shown: Table, names: Names) -> Comparison:
    """Write a comparison in printed names.

    Parameters
    ----------
    found : Comparison
        With categories as in the data.
    shown : Table
        Its table, in printed names.
    names : mapping
        The printed names.

    Returns
    -------
    Comparison
        The same, its changes in the order of the names.
    """
    keys = found.table.keys[1:]
    rows = [
        replace(row, label=translated(keys, row.label, names)) if len(row.label) == len(keys) else row
        for row in sorted(found.rows, key=lambda row: ranks(keys, row.label, names))
    ]
    return replace(found, rows=tuple(rows), table=shown)


def renamed_review(found: Review, shown: Table, names: Names) -> Review:
    """Write a review in printed names; its questions keep their columns.

    Parameters
    ----------
    found, shown, names
        As in :func:`renamed_comparison`.

    Returns
    -------
    Review
        The same.
    """
    keys = found.table.keys[1:]
    files = {
        translated(keys, label, names) if len(label) == len(keys) and set(label) != {ALL} else label: number
        for label, number in found.files.items()
    }
    return replace(found, table=shown, files=files)
