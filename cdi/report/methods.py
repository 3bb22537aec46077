"""The annex of methods: what was computed, the formula and where it comes from, for each number that a report holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cdi import wording
from cdi.binomial.intervals import describe_methods
from cdi.binomial.published import AS_PRINTED
from cdi.facts import Scope
from cdi.measures import Measure, Role
from cdi.parameters import WILSON
from cdi.report.contents import Method, Part
from cdi.report.sentences import PUBLISHED

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection
    from cdi.printing.tables import Row

__all__ = ["methods_of"]

OF_THEIR_OWN = (WILSON, PUBLISHED)
"""The interval methods that have an entry in words; the others are described by their cards."""

AFTER_RATES = "variance"
"""The entry before which those of rates stand."""


def methods_of(parts: Sequence[Part], inspection: Inspection) -> tuple[Method, ...]:
    """List the methods behind the numbers of a report: those of its measures, and of what else is true of its rows."""
    rows = [row for part in parts for exhibit in part.exhibits for row in exhibit.table.rows]
    rows = [row for row in rows if row.estimate is not None]
    # of a change the method is that of its sides
    intervals = {row.method for row in rows if row.measure.role is not Role.CHANGE and _has_interval(row)}
    measures = dict.fromkeys(row.measure for row in rows if not _is_taken(row))
    named = {key for measure in measures for key in measure.methods}
    named |= {key for key, holds in _conditions(rows, intervals, inspection).items() if holds}
    found = list[Method]()
    for key, entry in wording.REPORT_METHODS.items():
        if key == AFTER_RATES:
            found += [_of_rate(each) for each in measures if each.role is Role.RATE and not each.methods]
        if key in named:
            found.append(Method(*entry))
    others = [card for card in describe_methods() if card.name in intervals and card.name not in OF_THEIR_OWN]
    found += [Method(wording.method_card_name(card.name), card.summary, card.reference) for card in others]
    return tuple(found)


def _is_taken(row: Row) -> bool:
    """Tell whether a rate was taken as it was printed, so that no method here is behind it."""
    return row.measure.role is Role.RATE and row.method == AS_PRINTED


def _of_rate(measure: Measure) -> Method:
    """Describe a rate that has no entry of its own: the ratio of the counts that it heads."""
    headings = {**wording.HEADINGS, **measure.headings}
    return Method(*wording.method_of_rate(measure.name, headings["n"], headings["recorded"]))


def _has_interval(row: Row) -> bool:
    return row.low is not None or row.high is not None


def _conditions(rows: Sequence[Row], intervals: set[str], inspection: Inspection) -> Mapping[str, bool]:
    """Say of each entry that no measure names whether the report holds what it is of."""
    counts = [row for row in rows if row.counted]
    changed = any(row.measure.role is Role.CHANGE for row in rows)
    published = inspection.style == PUBLISHED
    return {
        "symbols": bool(rows),
        "frame": any(row.facts.scope is Scope.FRAME for row in rows),
        "variance": any(row.se is not None and row.method != AS_PRINTED for row in rows),
        "effective-size": any(row.n_eff is not None for row in rows),
        "design-effect": any(row.deff is not None for row in rows),
        WILSON: WILSON in intervals,
        "published": PUBLISHED in intervals,
        "as-printed": AS_PRINTED in intervals,
        # an overall rate follows from recorded crime by category
        "unrecorded-total": len(counts) > 1 and any(row.whole for row in counts),
        "route-share": any(row.facts.routes for row in counts),
        "net": any(row.facts.net for row in counts),
        "difference": changed,
        "verdict": changed and not published,
        "published-verdict": changed and published,
        "disclosure": inspection.disclosure.public,
        "standards": any(row.facts.short_of for row in rows),
        "rounding": not published,
        "rounding-published": published,
    }
