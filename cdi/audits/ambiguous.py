"""Files that could be records or counts of many: they are refused until one is named, since nobody can tell.

A table of counts that is read as records makes each of its rows one draw, and its intervals mean nothing; a sample of
reports that is read as counts loses what the crimes of a report have in common.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cdi.audits import answers
from cdi.audits.counting import SUM, Found
from cdi.errors import DesignError, Where
from cdi.reading import engine
from cdi.reading.recognition import plain_name
from cdi.reading.sources import FILE

if TYPE_CHECKING:
    from cdi.audits.design import Design
    from cdi.reading.engine import Rows
    from cdi.reading.sources import Source

__all__ = ["FEW", "LARGE", "is_called_count", "refuse_either", "refuse_unread_counts"]

FEW = 1_000
"""Rows of a table of counts, at the most: what has more is a list of records."""

LARGE = 5
"""Crimes in a row, on average, of which a report has fewer."""

_NAMES = frozenset([
    "cases", "count", "counts", "crimes", "files", "freq", "frequency", "incidents", "n", "number", "numbers",
    "offences", "records", "reports", "searches", "stops", "total", "volume",
])  # fmt: skip
"""How a column of counts is called, alone or behind ``number of``."""

_LEADING = ("number of ", "no of ", "nos of ", "total ", "count of ")


def refuse_either(opened: Source, rows: Rows, design: Design, counted: Found) -> None:
    """Refuse few rows of many crimes each, whose labels never repeat; ``counted`` is what they come to as records."""
    if not _is_open(design):
        return
    reports, due = (int(counted[SUM + name].sum()) for name in ("reports", "due"))
    if design.due is None:
        refuse_unread_counts(opened, design)
    elif 0 < reports <= FEW and due >= LARGE * reports:
        labels = _labels(opened, design, [design.due, design.recorded])
        if labels and _all_differ(rows, opened.inner_names(labels)):
            where = Where(opened.name, opened.header, design.due, sheet=opened.sheet)
            raise DesignError.of("either-layout", where=where, rows=reports, due=due)


def refuse_unread_counts(opened: Source, design: Design) -> None:
    """Refuse a column of counts that plays no role beside answers or decisions: each row would count once."""
    if not _is_open(design) or design.due is not None:
        return
    answered = design.decision or design.recorded
    labels = _labels(opened, design, [answered])
    for name in labels:
        others = [answered, *(each for each in labels if each != name)]
        known = [each for each in others if each in opened.columns]
        if is_called_count(name) and _are_large(opened, name) and _all_differ(opened.rows, opened.inner_names(known)):
            where = Where(opened.name, opened.header, name, sheet=opened.sheet)
            raise DesignError.of("either-layout-of-answers", where=where, name=name)


def _is_open(design: Design) -> bool:
    """Tell whether nothing says what a row is: rows with ids, of reports or their own, are records."""
    return design.layout is None and not (design.cluster or design.case or design.weight)


def _labels(opened: Source, design: Design, numbers: Sequence[str]) -> list[str]:
    """List the columns that say what a row is of."""
    population = {str(design.population)} if isinstance(design.population, str) else set()
    return [name for name in opened.columns if name not in {*numbers, *population, FILE}]


def is_called_count(name: str) -> bool:
    """Tell a column of counts by its name: count, number of searches."""
    plain = plain_name(name)
    return next((plain.removeprefix(each) for each in _LEADING if plain.startswith(each)), plain) in _NAMES


def _are_large(opened: Source, name: str) -> bool:
    """Tell a column of large whole numbers."""
    inner = opened.inner(name)
    found = engine.collect(engine.sums(opened.rows, [inner], (), count="_cdi_n"))
    times: list[int] = [int(each) for each in found["_cdi_n"]]
    if sum(times) > FEW:
        return False
    read = [answers.parse_volume(answers.show(value)) for value in found[inner]]
    numbers = [number for number in read if isinstance(number, int)]
    if len(numbers) < len(read):
        return False
    return sum(n * number for n, number in zip(times, numbers, strict=True)) >= LARGE * sum(times)


def _all_differ(rows: Rows, labels: Sequence[str]) -> bool:
    """Tell whether no two rows are of the same."""
    found = engine.collect(engine.sums(rows, list(labels), (), count="_cdi_n"))["_cdi_n"]
    return len(labels) > 0 and all(int(times) == 1 for times in found)
