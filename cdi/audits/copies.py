"""Rows that are alike in every column: one record many times, or several that are alike.

In a file without ids, two rows of a category and an answer are often alike. To the minute, or with the same reference,
they hardly are: a form was saved twice, or a table was joined to another. In a worksheet that was drawn, auditors copy
the row of a report for each of its crimes, and may copy it once too often. Nobody can tell, so nothing is dropped, and
it is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cdi.audits import answers
from cdi.audits.counting import DUE, RECORDED
from cdi.errors import Where
from cdi.reading import engine
from cdi.reading.recognition import roles_by_name
from cdi.reading.sources import FILE

if TYPE_CHECKING:
    from cdi.audits.design import Design
    from cdi.reading.engine import Rows
    from cdi.reading.sources import Source

__all__ = ["Copies", "copies_of"]

_MINUTE = re.compile(r".*\b[0-9]{1,2}:[0-9]{2}\b.*", re.DOTALL)
_MIDNIGHT = re.compile(r".*\b0?0:00(?::00)?\b.*", re.DOTALL)
ORDER = "order"
"""The column of a worksheet with the place of each report in its draw."""

_LOOKED_AT = 20
"""Rows that tell whether a column holds times to the minute."""

_COMPARED_FIRST = 20
"""Columns that are compared before all are: to hold those of a wide sheet beside each other takes much memory."""


@dataclass(frozen=True, slots=True)
class Copies:
    """Rows that are alike in every column, where that is no chance."""

    rows: int  # rows that another row is like
    records: int  # records that they are, if those alike are one
    # recorded, and due: as the rows stand, and if those alike are one
    standing: tuple[int, int]
    once: tuple[int, int]
    first: Where | None  # the first of them, where rows have a place
    reports: int = 0  # reports of a worksheet that they are in; 0 where nothing tells reports


def copies_of(opened: Source, rows: Rows, design: Design) -> Copies | None:
    """Find the rows that are alike in every column, among them one of times or references; None where ids tell rows.

    In a worksheet, which has the order of its draw, those of one report.
    """
    if design.counts or design.case is not None:
        return None
    if design.cluster is not None and ORDER not in opened.columns:
        return None
    names = opened.inner_names([*opened.columns, *([FILE] if opened.files else [])])
    if design.cluster is None and not _tells_rows_apart(opened, rows, design):
        return None
    if len(names) > _COMPARED_FIRST and _are_all_different(rows, names[:_COMPARED_FIRST]):
        return None
    if _are_all_different(rows, names):
        return None
    return _counted(opened, rows, names, None if design.cluster is None else opened.inner(design.cluster))


def _are_all_different(rows: Rows, names: Sequence[str]) -> bool:
    return engine.count_rows(engine.sums(rows, names, (), count=_TIMES)) == engine.count_rows(rows)


def _tells_rows_apart(opened: Source, rows: Rows, design: Design) -> bool:
    """Tell whether a column holds times to the minute, or is called as references are."""
    free = [name for name in opened.columns if name not in design.playing]
    if {"cluster", "case"} & set(roles_by_name(free)):
        return True
    names = opened.inner_names(opened.columns)
    found = engine.collect(rows.select(*names).head(_LOOKED_AT))
    return any(_are_times(found[name]) for name in names)


def _are_times(values: Any) -> bool:
    """Tell whether nearly all values say the minute, and are no dates that a spreadsheet gave midnight to."""
    texts = [answers.show(value) for value in values if not engine.absent(value)]
    timed = [text for text in texts if _MINUTE.fullmatch(text)]
    return len(timed) > 0.9 * len(texts) > 0 and not all(map(_MIDNIGHT.fullmatch, timed))


def _counted(opened: Source, rows: Rows, names: Sequence[str], cluster: str | None) -> Copies:
    import narwhals as nw

    counts = (RECORDED, DUE)
    terms = {_TIMES: nw.len()}
    for name in counts:
        terms |= {f"{_SUM}{name}": nw.col(name).sum(), f"{_BEYOND}{name}": nw.col(name).max()}
    if opened.ordered:
        rows = engine.numbered(rows)
        terms[_FIRST] = nw.col(engine.ROW).min()
    held = rows.group_by(*names).agg(**terms).filter(nw.col(_TIMES) > 1)
    # of rows that are alike all but one are too many
    beyond = {f"{_BEYOND}{name}": nw.col(f"{_SUM}{name}") - nw.col(f"{_BEYOND}{name}") for name in counts}
    held = held.with_columns(**beyond)
    found = _one_row(engine.sums(held, (), [_TIMES, *beyond], count=_GROUPS))
    standing = _one_row(engine.sums(rows, (), counts))
    once = {name: standing[name] - found[f"{_BEYOND}{name}"] for name in counts}
    first = None
    if opened.ordered:
        row = _one_row(held.select(nw.col(_FIRST).min()))[_FIRST]
        first = opened.place([row]).get(row)
    as_they_stand, if_one = ((each[RECORDED], each[DUE]) for each in (standing, once))
    reports = 0 if cluster is None else engine.count_rows(engine.sums(held, [cluster], (), count=_GROUPS))
    return Copies(found[_TIMES], found[_GROUPS], as_they_stand, if_one, first, reports)


def _one_row(rows: Rows) -> dict[str, int]:
    return {name: int(column[0]) for name, column in engine.collect(rows).items()}


_TIMES, _SUM, _BEYOND, _FIRST, _GROUPS = "_cdi_times", "_cdi_sum", "_cdi_beyond", "_cdi_first", "_cdi_groups"
