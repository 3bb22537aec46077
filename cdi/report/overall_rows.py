"""Overall rows: what a table holds of all that was audited, and how it is said in a headline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdi.printing.lines import level_text, rates
from cdi.report.record_sentences import half_of, sentence

if TYPE_CHECKING:
    from cdi.printing.tables import Row, Table

__all__ = ["headline_numbers", "in_sample", "overall"]


def overall(table: Table, measure: str) -> Row | None:
    """Find the overall row of a measure; None where it is no estimate for the force, or withheld."""
    found = [record for record in table.rows if record.measure.key == measure and record.whole and record.main]
    return next((record for record in found if record.estimate is not None and not record.facts.census), None)


def in_sample(table: Table, measure: str) -> tuple[str, ...]:
    """Say the overall rate of a sample that is no estimate for the force, or of all there was."""
    said = (sentence(r) for r in table.rows if r.measure.key == measure and r.whole)
    return tuple(text for text in said if text)[:1]


def headline_numbers(record: Row, *, halved: bool = False) -> tuple[str, str, str, str, str]:
    """Write a rate for a headline: itself and its ends in percent, half its width where it is printed so, its level.

    Examples
    --------
    >>> import cdi
    >>> headline_numbers(cdi.printing.tables.compare_methods(159, 182, method="wilson").rows[0])
    ('87.4', '81.8', '91.4', '', '95%')
    """
    half = half_of(record, printed=halved)
    return *rates(record), half, level_text(record.level)
