"""What is said of disclosure control: how much is withheld and why, and what is published although it is small."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from cdi import wording
from cdi.disclosure.suppression import is_small

if TYPE_CHECKING:
    from cdi.disclosure.rules import Disclosure, Exemption
    from cdi.printing.tables import Table

__all__ = ["disclosure_statements", "unused_exemptions"]


def disclosure_statements(disclosure: Disclosure, tables: Iterable[Table]) -> tuple[str, ...]:
    """Say what is withheld and why, and which cells are published although they are small."""
    shown = list(tables)
    gone = [_withheld(table) for table in shown]
    columns = [key for table, rows in zip(shown, gone, strict=True) if rows for key in table.keys]
    few = [key for key in dict.fromkeys(columns) if disclosure.sensitive([key])]
    totals = any(rows and _has_total(table) for table, rows in zip(shown, gone, strict=True))
    said = [wording.withheld_said(sum(map(len, gone)), few, totals=totals)] if any(gone) else []
    exceptions = disclosure.exemptions if disclosure.public else ()
    told = (_exempted(each, disclosure, shown) for each in exceptions)
    return (*said, *(text for text in told if text))


def _exempted(exemption: Exemption, disclosure: Disclosure, tables: Sequence[Table]) -> str:
    """Word an exception: nothing where it publishes nothing, and of a cell that is not small not that it is."""
    column, category = exemption.column, exemption.category
    rows = [
        record
        for table in tables
        for record in table.rows
        if (column, category) in zip(table.keys, record.label, strict=True) and record.n is not None
    ]
    if not rows:
        return ""
    small = any(
        is_small((record.n or 0, record.recorded or 0), sensitive=disclosure.sensitive([column])) for record in rows
    )
    cell = (column, category, exemption.sample)
    return wording.exempted(cell, exemption.reason, exemption.approver, small=small)


def _has_total(table: Table) -> bool:
    """Tell whether rows stand beside one that they add up to."""
    return len({row.whole for row in table.rows}) > 1


def _withheld(table: Table) -> set[tuple[str, ...]]:
    """Name the rows of which nothing is left."""
    labels = {record.label: True for record in table.rows}
    for record in table.rows:
        labels[record.label] &= record.withheld
    return {label for label, gone in labels.items() if gone}


def unused_exemptions(disclosure: Disclosure, tables: Iterable[Table]) -> tuple[Exemption, ...]:
    """Name the exemptions whose column and category stand in none of the tables."""
    there = {pair for table in tables for record in table.rows for pair in zip(table.keys, record.label, strict=True)}
    return tuple(each for each in disclosure.exemptions if (each.column, each.category) not in there)
