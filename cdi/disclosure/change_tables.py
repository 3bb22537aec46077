"""Disclosure control of comparisons: each side by itself, and with a row of either side what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.disclosure.findings import protect_parts
from cdi.disclosure.rounding import ROUNDED
from cdi.disclosure.tables import blanked
from cdi.printing.lines import SUPPRESSED
from cdi.survey.estimates import ALL

if TYPE_CHECKING:
    from cdi.comparing.comparison import Comparison
    from cdi.comparing.verdicts import Change
    from cdi.disclosure.rules import Disclosure
    from cdi.printing.tables import Record

__all__ = ["protect_comparison"]

_CHANGES = frozenset(["difference", "ratio", "p-value", "q-value", "margin"])
_PLACES = 3  # of proportions, ratios and chances as they are printed
_NOTHING: Mapping[str, Any] = {
    **dict.fromkeys(("estimate", "low", "high", "inner", "se", "p", "q", "verdict", "published")),
    "notes": (SUPPRESSED,),
}


def protect_comparison(found: Comparison, disclosure: Disclosure) -> Comparison:
    """Withhold what is too small to publish of a comparison.

    Parameters
    ----------
    found : Comparison
        From :func:`cdi.compare` or :func:`cdi.changes`.
    disclosure : Disclosure
        The rules.

    Returns
    -------
    Comparison
        The same; what changed in a row is withheld where either side is, and has no more digits than are printed where
        a side has no more.

    Examples
    --------
    >>> import cdi
    >>> from cdi.disclosure.rules import Disclosure
    >>> found = protect_comparison(cdi.compare(cdi.of_counts(7, 8), cdi.of_counts(211, 244)), Disclosure())
    >>> [record.estimate is None for record in found.table.records][:3], found.verdict
    ([True, False, True], None)
    """
    if not disclosure.public:
        return found
    sides = tuple(record for record in found.table.records if record.kind not in _CHANGES)
    shown = protect_parts(replace(found.table, records=sides), disclosure).records
    by_label = {record.label: record for record in shown}
    rows = tuple(_row(change, by_label, found.table.keys[1:]) for change in found.rows)
    of_row = {(wording.against(row.names), *_placed(row, found.table.keys[1:])): row for row in rows}
    changed = tuple(_of_change(record, of_row[record.label]) for record in found.table.records[len(sides) :])
    return replace(found, rows=rows, table=replace(found.table, records=(*shown, *changed)))


def _placed(change: Change, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Name a row as the table does: a single figure is of the whole."""
    return change.label if len(change.label) == len(keys) else (ALL,) * len(keys)


def _row(change: Change, shown: Mapping[tuple[str, ...], Record], keys: tuple[str, ...]) -> Change:
    """Take the sides as they are shown, and from the change what would give them back."""
    label = _placed(change, keys)
    a, b = (
        None if record is None else replace(shown[name, *label], label=record.label)
        for name, record in zip(change.names, (change.a, change.b), strict=True)
    )
    notes = {code for record in (a, b) if record is not None for code in record.notes}
    if SUPPRESSED in notes:
        return replace(change, a=a, b=b, **_NOTHING)
    found = replace(change, a=a, b=b)
    return _rounded(found) if ROUNDED in notes else found


def _rounded(change: Change) -> Change:
    inner = None if change.inner is None else (_short(change.inner[0]), _short(change.inner[1]))
    values: Mapping[str, Any] = {name: _short(getattr(change, name)) for name in ("estimate", "low", "high", "p", "q")}
    return replace(change, **{**values, "se": None, "inner": inner, "notes": (*change.notes, ROUNDED)})


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, _PLACES)


def _of_change(record: Record, change: Change) -> Record:
    """Write a number of a change as its row has it."""
    if SUPPRESSED in change.notes:
        return blanked(record)
    if ROUNDED not in change.notes or record.kind == "margin":
        return record
    estimate, low, high = (_short(value) for value in (record.estimate, record.low, record.high))
    notes = (*record.notes, ROUNDED) if record.notes or record.kind in {"difference", "ratio"} else ()
    return replace(record, estimate=estimate, low=low, high=high, se=None, notes=notes)
