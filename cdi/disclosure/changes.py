"""What is held against each other of people: worked out again, from the rates and counts that are shown.

A difference or ratio follows from the two rates and their intervals alone (MOVER), so it tells nothing that they do
not; no p-value is given, since that would.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cdi.binomial.differences import WithLimits, difference, log_ratio, ratio
from cdi.disclosure.rounding import NO_PRECISION, STEP, as_printed, percents, rounded_count, share_of
from cdi.disclosure.suppression import blanked, protect
from cdi.facts import Facts, Release
from cdi.measures import Role
from cdi.printing.tables import Row

if TYPE_CHECKING:
    from cdi.comparing.comparison import Comparison
    from cdi.comparing.verdicts import Change
    from cdi.disclosure.rules import Disclosure
    from cdi.grouping.disparities import Disparity
    from cdi.measures import Measure
    from cdi.printing.tables import Table

__all__ = ["changes_again", "disparity_again", "held_against"]

_COMBINED = {("difference", False): difference, ("ratio", False): ratio, ("ratio", True): log_ratio}


def changes_again(found: Comparison) -> Comparison:
    """Show of each change as much as of its sides."""
    changes = {change.row.label: change for change in found.rows}
    rows = tuple(_of_change(row, changes[row.label]) if row.measure.role.of_change else row for row in found.table.rows)
    return replace(found, table=replace(found.table, rows=rows))


def _of_change(row: Row, change: Change) -> Row:
    releases = {side.facts.release for side in (change.a, change.b) if side is not None}
    if Release.NOTHING in releases:
        return blanked(row)
    if row.measure.role is Role.MARGIN:
        return row
    counted = next((s for s in (change.a, change.b) if s is not None and s.facts.release is Release.COUNTS), None)
    if counted is not None:
        plain = replace(row, facts=Facts(row.facts.scope, release=Release.COUNTS, reasons=counted.facts.reasons))
        return replace(plain, estimate=None, low=None, high=None, se=None)
    if Release.ROUNDED not in releases:
        return row
    bare = replace(row, facts=replace(row.facts, release=Release.ROUNDED, found=()), **NO_PRECISION)
    if row.measure.role is not Role.CHANGE or change.a is None or change.b is None:
        return replace(bare, estimate=None)
    return held_against(bare, change, change.a, change.b, change.kind)


def held_against(row: Row, change: Change, a: Row, b: Row, kind: str) -> Row:
    """Hold two shown rates against each other: a less b, or a over b."""
    from cdi.comparing.standards import STANDARD, verdict_on
    from cdi.comparing.verdicts import exact_verdict, verdict_of

    if a.estimate is None or b.estimate is None or (kind == "ratio" and not b.estimate):
        return replace(row, estimate=None, low=None, high=None)
    estimate = a.estimate - b.estimate if kind == "difference" else a.estimate / b.estimate
    if change.exact:
        return replace(row, estimate=estimate).stating(found=(exact_verdict(estimate, kind),))
    low, high = _ends(a, b, kind)
    # the margin is held against the same interval: a narrower one would tell more
    found = verdict_of((low, high), (low, high), change.margin or 0.0, kind)
    if b.measure == STANDARD:
        found = verdict_on(low, high)
    least, most = (end if np.isfinite(end) else None for end in (low, high))
    if kind == "difference":
        least = None if least is None else percents(least, math.floor)
        most = None if most is None else percents(most, math.ceil)
    return as_printed(replace(row, estimate=estimate, low=least, high=most)).stating(found=(found,))


def _ends(a: Row, b: Row, kind: str) -> tuple[float, float]:
    one, other = _with_limits(a), _with_limits(b)
    low, high = _COMBINED[kind, a.counted](one, other, 0.0)
    return float(np.nan_to_num(low, nan=-np.inf)), float(np.nan_to_num(high, nan=np.inf))


def _with_limits(row: Row) -> WithLimits:
    """Take a rate with its interval; what has no interval is certain."""
    estimate = row.estimate or 0.0
    low, high = (estimate if end is None else end for end in (row.low, row.high))
    return WithLimits(np.array(estimate), np.array(low), np.array(high))


# ---- groups held against one of them


def disparity_again(found: Disparity, disclosure: Disclosure) -> Disparity:
    """Give groups of people with all that is held against each other worked out from what is shown of them."""
    table = protect(found.table, disclosure)
    if not (disclosure.public and disclosure.sensitive(table.keys)):
        return replace(found, table=table)
    return _Groups(found, table).again()


class _Groups:
    """Groups as they are shown: every row that holds one against another is worked out from their rounded rows."""

    def __init__(self, found: Disparity, table: Table) -> None:
        from cdi.grouping.groups import SHARE

        self.found, self.table = found, table
        self.before = {(row.label, row.measure): row for row in found.table.rows}
        self.shown = {(row.label[0], row.measure): row for row in table.rows if not row.whole}
        whole = next((row for row in found.table.rows if row.whole and row.n_eff and row.n), None)
        self.effect = 1.0 if whole is None else max(1.0, (whole.n or 0) / (whole.n_eff or 1.0))
        counts = found.frame.counts
        rounded_counts = None if counts is None else {name: rounded_count(count) for name, count in counts.items()}
        self.frame = replace(found.frame, counts=rounded_counts)
        self.share = SHARE
        self.step = table.rounded_to or STEP
        self.verdicts: dict[str, str] = {}

    def again(self) -> Disparity:
        """Work every row out again."""
        rows = [self._row(row) for row in self.table.rows]
        table = replace(self.table, rows=tuple(row for row in rows if row is not None))
        return replace(self.found, table=table, frame=self.frame, verdicts=self.verdicts)

    def _row(self, row: Row) -> Row | None:
        from cdi.grouping.disparities import ALLOCATED, DIFFERENCE
        from cdi.grouping.groups import RATE, RATIO

        if row.withheld or row.whole or self.before[row.label, row.measure].estimate is None:
            return row
        name, reference = row.label[0], self.found.reference
        against = row.measure.role is Role.CHANGE or row.measure in (RATIO, *ALLOCATED.values())
        if against and self._of(reference, self.share).withheld:
            return blanked(row)
        if row.measure in ALLOCATED.values():
            return self._bound(row, name)
        if row.measure == RATE:
            return self._per_resident(name)
        if row.measure == RATIO:
            return self._search_ratio(name)
        if row.measure.role is not Role.CHANGE:
            return row
        shown = self._change(row, name)
        if row.measure == DIFFERENCE and shown.facts.found:
            self.verdicts[name] = shown.facts.found[0]
        return shown.stating(found=())

    def _of(self, name: str, measure: Measure) -> Row:
        return self.shown[name, measure]

    def _change(self, row: Row, name: str) -> Row:
        from cdi.comparing.verdicts import MARGINS, Change
        from cdi.grouping.disparities import GROUNDS

        a, b = self._of(name, GROUNDS), self._of(self.found.reference, GROUNDS)
        change = Change((name, self.found.reference), row, a, b, margin=MARGINS["category"])
        return held_against(row, change, a, b, row.measure.key.rpartition("-")[2])

    def _fine(self, name: str, *others: str) -> Row:
        """Give the share of a group among all records, or among it and others, before it is put in percents."""
        like = self._of(name, self.share)
        recorded = like.recorded or 0
        n = like.n or 0
        if others:
            n = recorded + sum(self._of(other, self.share).recorded or 0 for other in others)
        return replace(
            like, n=n, **share_of(recorded, n, like, self.effect, self.table.side, step=self.step, exactly=True)
        )

    def _per_resident(self, name: str) -> Row:
        from cdi.grouping.groups import per_thousand

        return _kept(per_thousand(self._fine(name), self.found.held.residents_of(name) or 0, self.frame))

    def _search_ratio(self, name: str) -> Row | None:
        from cdi.grouping.groups import search_ratio

        reference, counts = self.found.reference, self.frame.counts
        residents = [self.found.held.residents_of(each) or 0 for each in (name, reference)]
        both = None if counts is None else [counts.get(each, 0) for each in (name, reference)]
        return _kept(search_ratio(self._fine(name, reference), residents, both))

    def _bound(self, row: Row, name: str) -> Row | None:
        """Work out between what a number could lie, from the rounded counts of those who state no group."""
        from cdi.grouping.disparities import DIFFERENCE, GROUNDS, GROUNDS_RATIO, Counted, allocated
        from cdi.grouping.groups import RATIO

        held, reference = self.found.held, self.found.reference
        if any(self._of(each, self.share).withheld for each in held.unstated):
            return None

        def counted(each: str) -> Counted:
            shown = self.shown.get((each, GROUNDS))
            return Counted() if shown is None else Counted(shown.n or 0, shown.recorded or 0)

        extremes = allocated(counted(name), counted(reference), [counted(each) for each in held.unstated])
        times = (held.residents_of(reference) or 0) / (held.residents_of(name) or 1)
        searches = None if extremes.searches is None else tuple(end * times for end in extremes.searches)
        ends = {
            DIFFERENCE.key: extremes.difference, GROUNDS_RATIO.key: extremes.ratio, RATIO.key: searches,
        }[row.measure.of]  # fmt: skip
        if ends is None:
            return None
        of = next(each for each in self.table.rows if (each.label, each.measure.key) == (row.label, row.measure.of))
        shown = self._row(of)
        estimate = None if shown is None else shown.estimate
        return as_printed(replace(row, estimate=estimate, low=ends[0], high=ends[1]))


def _kept(row: Row) -> Row:
    """Mark what was worked out from rounded counts as such, without its precision."""
    return as_printed(row).stating(release=Release.ROUNDED)
