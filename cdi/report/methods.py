"""The annex of methods: what was computed, the formula and where it comes from, for each number that a report holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cdi import wording
from cdi.binomial.intervals import describe_methods
from cdi.binomial.published import AS_PRINTED
from cdi.facts import Scope
from cdi.measures import Role
from cdi.report.contents import Method, Part
from cdi.report.sentences import PUBLISHED

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection
    from cdi.printing.tables import Row

__all__ = ["methods_of"]

OF_THEIR_OWN = ("wilson", PUBLISHED)
"""The interval methods that have an entry in words; the others are described by their cards."""


def methods_of(parts: Sequence[Part], inspection: Inspection) -> tuple[Method, ...]:
    """List the methods behind the numbers of a report."""
    rows = [row for part in parts for exhibit in part.exhibits for row in exhibit.table.rows]
    rows = [row for row in rows if row.estimate is not None]
    # of a change the method is that of its sides
    intervals = {row.method for row in rows if row.measure.role is not Role.CHANGE and _has_interval(row)}
    named = [key for key, holds in _conditions(rows, intervals, inspection).items() if holds]
    found = [Method(*wording.REPORT_METHODS[key]) for key in named]
    others = [card for card in describe_methods() if card.name in intervals and card.name not in OF_THEIR_OWN]
    found += [Method(wording.method_card_name(card.name), card.summary, card.reference) for card in others]
    return tuple(found)


def _has_interval(row: Row) -> bool:
    return row.low is not None or row.high is not None


def _conditions(rows: Sequence[Row], intervals: set[str], inspection: Inspection) -> Mapping[str, bool]:
    """Say of each entry, in order, whether the report holds what it is of."""
    measures = {row.measure.key for row in rows}
    estimated = {row.measure.key for row in rows if row.method != AS_PRINTED}
    counts = [row for row in rows if row.counted]
    changed = any(row.measure.role is Role.CHANGE for row in rows)
    published = inspection.style == PUBLISHED
    return {
        "symbols": bool(rows),
        "ratio": "recording-rate" in estimated,
        "frame": any(row.facts.scope is Scope.FRAME for row in rows),
        "ratio-grounds": "grounds" in estimated,
        "ratio-review": "review" in estimated,
        "variance": any(row.se is not None and row.method != AS_PRINTED for row in rows),
        "effective-size": any(row.n_eff is not None for row in rows),
        "design-effect": any(row.deff is not None for row in rows),
        "wilson": "wilson" in intervals,
        "published": PUBLISHED in intervals,
        "as-printed": AS_PRINTED in intervals,
        "unrecorded": bool(counts),
        # an overall rate follows from recorded crime by category
        "unrecorded-total": len(counts) > 1 and any(row.whole for row in counts),
        "route-share": any(row.facts.routes for row in counts),
        "net": any(row.facts.net for row in counts),
        "difference": changed,
        "verdict": changed and not published,
        "published-verdict": changed and published,
        "p-value": "p-value" in measures,
        "outlier-lines": "outlier-lines" in measures,
        "z-score": "z-score" in measures,
        "funnel": "adjusted-rate" in measures,
        "adjusted-rate": "adjusted-rate" in measures,
        "chances": "among-lowest" in measures,
        "timely": "timely" in measures,
        "timely-bounds": "timely-lowest" in measures,
        "delay": "delay-median" in measures,
        "curve": "delay-median" in measures,
        "control-limits": "control-limits" in measures,
        "run-rules": "control-limits" in measures,
        "rolling": "recording-rate-rolling" in measures,
        "disclosure": inspection.disclosure.public,
        "standards": any(row.facts.short_of for row in rows),
        "rounding": not published,
        "rounding-published": published,
    }
