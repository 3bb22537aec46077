"""Rows that are alike in every column of a file without ids: one record many times, or several that are alike.

Two rows of a category and an answer are often alike. To the minute, or with the same reference, they hardly are: a form
was saved twice, or a table was joined to another. Nobody can tell, so nothing is dropped, and it is said.
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
_LOOKED_AT = 200
"""Rows that tell whether a column holds times to the minute."""


@dataclass(frozen=True, slots=True)
class Copies:
    """Rows that are alike in every column, where that is no chance."""

    rows: int  # rows that another row is like
    records: int  # records that they are, if those alike are one
    # recorded, and due: as the rows stand, and if those alike are one
    standing: tuple[int, int]
    once: tuple[int, int]
    first: Where | None  # the first of them, where rows have a place


def copies_of(opened: Source, rows: Rows, design: Design) -> Copies | None:
    """Find the rows that are alike in every column, among them one of times or references; None where ids tell rows."""
    if design.counts or design.cluster is not None or design.case is not None:
        return None
    names = opened.inner_names([*opened.columns, *([FILE] if opened.files else [])])
    if not _tells_rows_apart(opened, rows, design):
        return None
    held = engine.sums(rows, names, [DUE, RECORDED], count="_cdi_n")
    if engine.count_rows(held) == engine.count_rows(rows):
        return None
    return _counted(opened, rows, names)


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


def _counted(opened: Source, rows: Rows, names: Sequence[str]) -> Copies:
    import narwhals as nw

    sums = (RECORDED, DUE)
    terms = {_TIMES: nw.len(), **{f"{_SUM}{name}": nw.col(name).sum() for name in sums}}
    if opened.ordered:
        rows = engine.numbered(rows)
        terms[_FIRST] = nw.col(engine.ROW).min()
    held = rows.group_by(*names).agg(**terms).filter(nw.col(_TIMES) > 1)
    found = {name: [int(value) for value in column] for name, column in engine.collect(held.select(*terms)).items()}
    standing, once = [], []
    for name, column in engine.collect(engine.sums(rows, (), sums)).items():
        total = int(column[0])
        pairs = zip(found[_TIMES], found[f"{_SUM}{name}"], strict=True)
        standing.append(total)
        once.append(total - sum(each - each // times for times, each in pairs))
    first = None
    if opened.ordered:
        row = min(found[_FIRST])
        first = opened.place([row]).get(row)
    counts = (standing[0], standing[1]), (once[0], once[1])
    return Copies(sum(found[_TIMES]), len(found[_TIMES]), *counts, first)


_TIMES, _SUM, _FIRST = "_cdi_times", "_cdi_sum", "_cdi_first"
