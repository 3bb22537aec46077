"""Disclosure control of comparisons: each side by itself, and with a row of either side what changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.disclosure.findings import protect_parts
from cdi.disclosure.rounding import COARSE, ROUNDED, UNSAFE, without_estimate
from cdi.disclosure.samples import POOLED, Protected, protect_sample
from cdi.disclosure.shown_before import as_shown
from cdi.disclosure.tables import blanked
from cdi.printing.lines import SUPPRESSED
from cdi.survey.estimates import ALL

if TYPE_CHECKING:
    from cdi.binomial.published import PublishedRate
    from cdi.comparing.comparison import Comparison
    from cdi.comparing.sides import Side
    from cdi.comparing.verdicts import Change
    from cdi.disclosure.rules import Disclosure
    from cdi.printing.tables import Row
    from cdi.survey.estimates import Estimates

__all__ = ["protect_comparison", "protect_sides"]

_CHANGES = frozenset(["difference", "ratio", "p-value", "q-value", "margin"])
_PLACES = 3  # of proportions, ratios and chances as they are printed
NONE_KNOWN: Mapping[str, Protected] = {}

_NOTHING: Mapping[str, Any] = dict.fromkeys(
    ("estimate", "low", "high", "inner", "se", "p", "q", "verdict", "published")
)


def protect_sides(
    sides: Sequence[Side],
    names: Sequence[str],
    compared: Callable[[Sequence[Estimates | PublishedRate]], Comparison],
    rules: Sequence[Disclosure],
    known: Mapping[str, Protected] = NONE_KNOWN,
) -> Comparison:
    """Compare sides, with what is too small to publish withheld; the rest is then of what is shown alone.

    Parameters
    ----------
    sides, names : sequence of Side, sequence of str
        What is compared, and what each is called.
    compared : callable
        Compares the figures of the sides, in their order.
    rules : sequence of Disclosure
        Those of the first side, and of the others.
    known : mapping of str to Protected
        Name of a side -> what is published of it elsewhere.

    Returns
    -------
    Comparison
        A change between totals that weigh what is withheld is that of totals with it put together.
    """
    found, (this, others) = compared([side.figures for side in sides]), rules
    if not this.public:
        return found
    held = {
        name: known.get(name) or _protected(side, this if i == 0 else others)
        for i, (name, side) in enumerate(zip(names, sides, strict=True))
    }
    table = found.table
    for name, each in held.items():
        table = as_shown(table, [result.table for result in each.results], name)
    shown = protect_comparison(replace(found, table=table), this, others)
    if not any(each.pools for each in held.values()):
        return shown
    kept = {row.label for row in shown.rows if not row.withheld}
    again = [side.pooled(held[name].pools).only(kept) for name, side in zip(names, sides, strict=True)]
    return _taken(shown, compared(again))


def _protected(side: Side, rules: Disclosure) -> Protected:
    """Protect what a side was estimated from; a figure has no rows."""
    result = side.result
    return Protected((), ()) if result is None else protect_sample(result.audit, [result], (), rules)


def _taken(shown: Comparison, again: Comparison) -> Comparison:
    """Take the numbers that are shown from what was compared again."""
    rows = {(row.names, row.label): row for row in again.rows}
    records = {(record.label, record.measure.key, record.level): record for record in again.table.rows}

    def of_row(row: Change) -> Change:
        new = rows.get((row.names, row.label))
        return row if new is None or row.withheld else replace(new, notes=_notes(row, new))

    def of(record: Row) -> Row:
        new = records.get((record.label, record.measure.key, record.level))
        return record if new is None or record.withheld else replace(new, notes=_notes(record, new))

    table = replace(shown.table, rows=tuple(map(of, shown.table.rows)))
    return replace(shown, rows=tuple(map(of_row, shown.rows)), table=table)


def _notes(shown: Row | Change, again: Row | Change) -> tuple[str, ...]:
    """Say of a number that it is of categories put together, where that makes it another."""
    before, now = ((each.estimate, each.low, each.high) for each in (shown, again))
    other = before != now or COARSE & set(shown.notes)
    return (*again.notes, POOLED) if other and again.kind not in {"p-value", "q-value", "margin"} else again.notes


def protect_comparison(found: Comparison, disclosure: Disclosure, earlier: Disclosure | None = None) -> Comparison:
    """Withhold what is too small to publish of a comparison.

    Parameters
    ----------
    found : Comparison
        From :func:`cdi.compare` or :func:`cdi.changes`.
    disclosure : Disclosure
        The rules.
    earlier : Disclosure, optional
        Those of all sides but the first. None: the same.

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
    >>> [record.estimate is None for record in found.table.rows][:3], found.verdict
    ([True, False, True], None)
    """
    if not disclosure.public:
        return found
    sides = tuple(record for record in found.table.rows if record.measure.key not in _CHANGES)
    rules = dict.fromkeys(found.names[1:], earlier or disclosure)
    shown = protect_parts(replace(found.table, records=sides), disclosure, rules).records
    by_label = {record.label: record for record in shown}
    rows = tuple(_row(change, by_label, found.table.keys[1:]) for change in found.rows)
    of_row = {(wording.against(row.names), *_placed(row, found.table.keys[1:])): row for row in rows}
    changed = tuple(_of_change(record, of_row[record.label]) for record in found.table.rows[len(sides) :])
    return replace(found, rows=rows, table=replace(found.table, records=(*shown, *changed)))


def _placed(change: Change, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Name a row as the table does: a single figure is of the whole."""
    return change.label if len(change.label) == len(keys) else (ALL,) * len(keys)


def _row(change: Change, shown: Mapping[tuple[str, ...], Row], keys: tuple[str, ...]) -> Change:
    """Take the sides as they are shown, and from the change what would give them back."""
    label = _placed(change, keys)
    a, b = (
        None if record is None else replace(shown[name, *label], label=record.label)
        for name, record in zip(change.names, (change.a, change.b), strict=True)
    )
    notes = {code for record in (a, b) if record is not None for code in record.notes}
    for code in (SUPPRESSED, UNSAFE):
        if code in notes:
            return replace(change, a=a, b=b, **_NOTHING, notes=(code,))
    found = replace(change, a=a, b=b)
    return _rounded(found) if ROUNDED in notes else found


def _rounded(change: Change) -> Change:
    inner = None if change.inner is None else (_short(change.inner[0]), _short(change.inner[1]))
    values: Mapping[str, Any] = {name: _short(getattr(change, name)) for name in ("estimate", "low", "high", "p", "q")}
    return replace(change, **{**values, "se": None, "inner": inner, "notes": (*change.notes, ROUNDED)})


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, _PLACES)


def _of_change(record: Row, change: Change) -> Row:
    """Write a number of a change as its row has it."""
    if SUPPRESSED in change.notes:
        return blanked(record)
    if UNSAFE in change.notes:
        return without_estimate(replace(record, notes=()))
    if ROUNDED not in change.notes or record.measure.key == "margin":
        return record
    estimate, low, high = (_short(value) for value in (record.estimate, record.low, record.high))
    notes = (*record.notes, ROUNDED) if record.notes or record.measure.key in {"difference", "ratio"} else ()
    return replace(record, estimate=estimate, low=low, high=high, se=None, notes=notes)
