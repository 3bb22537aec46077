"""One sample in several places: what is withheld of it in one is withheld in the others too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cdi.disclosure.rounding import COARSE, ROUNDED, UNSAFE, without_estimate
from cdi.disclosure.tables import blanked
from cdi.printing.lines import SUPPRESSED
from cdi.survey.estimates import ALL

if TYPE_CHECKING:
    from cdi.printing.tables import Record, Table

__all__ = ["as_shown"]

_PRINTED = 0.0005  # half of the last place of a rate that is printed
_NUMBERS = ("estimate", "low", "high", "se", "n_eff", "df", "deff")


def as_shown(table: Table, before: Sequence[Table], side: str) -> Table:
    """Withhold of a side what other tables of its sample withhold, and keep no more digits than they do.

    Parameters
    ----------
    table : Table
        Of several sides, which its first column names; not protected yet.
    before : sequence of Table
        Tables of the same sample, after disclosure control.
    side : str
        The side that is of this sample.

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
    >>> found = cdi.estimate(sample, by="kind")
    >>> both = cdi.compare(found.estimates[0], cdi.recording_rate(cdi.read_audit(sample), by="kind"), names=("a", "b"))
    >>> shown = as_shown(both.table, [protect(found.table, Disclosure())], "a")
    >>> [record.n for record in shown.records if record.label[0] == "a"]
    [None, None, 30, 55]
    """
    gone = {(each.keys, record.label) for each in before for record in each.records if SUPPRESSED in record.notes}
    others = [record for each in before for record in each.records if COARSE & set(record.notes)]

    def shown(record: Record) -> Record:
        if record.label[0] != side:
            return record
        label, keys = record.label[1:], table.keys[1:]
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
