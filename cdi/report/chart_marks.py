"""Marks of charts: the rows of a table as they are drawn, or why they are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cdi import wording
from cdi.charts.rate_charts import Mark
from cdi.measures import told
from cdi.printing.lines import BLANK

if TYPE_CHECKING:
    from cdi.printing.tables import Row, Table

__all__ = ["counted_of", "marks_of", "without_mark"]


def marks_of(table: Table, measure: str, count: Callable[[Row], str]) -> list[Mark]:
    """Take the rates of one measure as the marks of a chart, the overall one marked; withheld ones say so.

    Parameters
    ----------
    table : Table
        With printed names.
    measure : str
        A key of ``cdi.wording.MEASURES``.
    count : callable
        What is written beside a mark.

    Returns
    -------
    list of Mark
        In the order of the table.
    """
    return [
        Mark(
            ", ".join(record.label),
            record.estimate,
            record.low,
            record.high,
            count(record) if record.estimate is not None else without_mark(record),
            marked=record.whole,
        )
        for record in table.rows
        if record.measure.key == measure
    ]


def counted_of(record: Row) -> str:
    """Write what a rate was counted from, for beside its mark."""
    return BLANK if record.recorded is None or record.n is None else wording.count_of(record.recorded, record.n)


def without_mark(record: Row | None) -> str:
    """Say why a row has no mark on a chart."""
    if record is None:
        return BLANK
    codes = told(record.facts)
    if not codes:
        return BLANK
    short = (text for code, text in wording.WHY_NO_MARK.items() if code in codes)
    return next(short, record.measure.note(codes[0]))
