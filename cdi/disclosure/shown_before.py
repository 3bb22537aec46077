"""One sample in several places: what is withheld of it in one is withheld in the others too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cdi.disclosure.rounding import without_estimate
from cdi.disclosure.tables import blanked
from cdi.facts import Release

if TYPE_CHECKING:
    from cdi.printing.tables import Row, Table

__all__ = ["as_shown"]

_PRINTED = 0.0005  # half of the last place of a rate that is printed
_NUMBERS = ("estimate", "low", "high", "se", "n_eff", "df", "deff")


def as_shown(table: Table, before: Sequence[Table], side: str) -> Table:
    """Withhold of a side what other tables of its sample withhold, and keep no more digits than they do."""
    gone = {(each.keys, record.label) for each in before for record in each.rows if record.withheld}
    whole_gone = any(record.whole and record.withheld for each in before for record in each.rows)
    others = [record for each in before for record in each.rows if record.facts.coarse]

    def shown(record: Row) -> Row:
        if record.label[0] != side:
            return record
        label, keys = record.label[1:], table.keys[1:]
        if (record.whole and whole_gone) or (keys, label) in gone:
            return blanked(record)
        return _as_told(record, label, others)

    return replace(table, rows=tuple(map(shown, table.rows)))


def _as_told(record: Row, label: tuple[str, ...], others: Sequence[Row]) -> Row:
    """Take no more of a row than was told of it before."""
    for other in others:
        same = other.label == label or (record.whole and other.whole)
        if not same or (other.measure, other.facts.scope) != (record.measure, record.facts.scope):
            continue
        if other.facts.release is Release.COUNTS:
            return without_estimate(record)
        if _near(record.estimate, other.estimate):
            rounded = replace(record, **{name: getattr(other, name) for name in _NUMBERS})
            return rounded.stating(release=Release.ROUNDED)
    return record


def _near(exact: float | None, printed: float | None) -> bool:
    return exact is not None and printed is not None and abs(exact - printed) <= _PRINTED + 1e-9
