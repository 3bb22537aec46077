"""One sample in several places: what is withheld of it in one is withheld in the others too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cdi.disclosure.rounding import ROUNDED, UNSAFE, without_estimate
from cdi.disclosure.tables import blanked
from cdi.printing.lines import SUPPRESSED
from cdi.survey.estimates import ALL

if TYPE_CHECKING:
    from cdi.printing.tables import Record, Table

__all__ = ["as_shown"]

_PRINTED = 0.0005  # half of the last place of a rate that is printed
_NUMBERS = ("estimate", "low", "high", "se", "n_eff", "df", "deff")


def as_shown(table: Table, before: Sequence[Table], side: str = "") -> Table:
    """Withhold of a table what other tables of the same sample withhold, and keep no more digits than they do.

    Parameters
    ----------
    table : Table
        Not protected yet.
    before : sequence of Table
        Tables of the same sample, after disclosure control.
    side : str
        Where the first column names sides, the one that is of this sample.

    Returns
    -------
    Table
        The same rows, to be protected in turn: what is withheld here may call for more.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> from cdi.disclosure.rules import Disclosure
    >>> from cdi.disclosure.tables import protect
    >>> sample = pd.DataFrame({"kind": ["a"] * 5 + ["b"] * 20 + ["c"] * 30, "recorded": [1, 0] * 27 + [1]})
    >>> table = cdi.estimate(sample, by="kind").table
    >>> [record.n for record in as_shown(table, [protect(table, Disclosure())]).records]
    [None, None, 30, 55]
    """
    lead = 1 if side else 0
    gone = {(each.keys, record.label) for each in before for record in each.records if SUPPRESSED in record.notes}
    others = [record for each in before for record in each.records if {ROUNDED, UNSAFE} & set(record.notes)]

    def shown(record: Record) -> Record:
        if side and record.label[0] != side:
            return record
        label, keys = record.label[lead:], table.keys[lead:]
        whole = set(label) <= {ALL} and any(set(other) == {ALL} for _, other in gone)
        return blanked(record) if whole or (keys, label) in gone else _as_told(record, label, others)

    return replace(table, records=tuple(map(shown, table.records)))


def _as_told(record: Record, label: tuple[str, ...], others: Sequence[Record]) -> Record:
    """Take no more of a row than was told of it before."""
    for other in others:
        same = other.label == label or (set(label) <= {ALL} and set(other.label) == {ALL})
        if not same or other.kind != record.kind:
            continue
        if UNSAFE in other.notes:
            return without_estimate(record)
        if _near(record.estimate, other.estimate):
            return replace(record, notes=(*record.notes, ROUNDED), **{name: getattr(other, name) for name in _NUMBERS})
    return record


def _near(exact: float | None, printed: float | None) -> bool:
    return exact is not None and printed is not None and abs(exact - printed) <= _PRINTED + 1e-9
