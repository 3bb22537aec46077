"""Which categories lie in which broader ones: wards in districts, as everybody knows who knows the places.

Nothing of it is published. Tables by both columns add up to each other, so the attack on a report has to know it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cdi.disclosure.unknowns import Nested
from cdi.results import estimate, grounds
from cdi.reviewing.reviews import review
from cdi.timing.timeliness import timeliness

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection, SampleFiles
    from cdi.report.contents import Report

__all__ = ["nested_in"]

_VERBS: Mapping[str, Callable[..., Any]] = {
    "audit": estimate, "searches": grounds, "reviews": review, "times": timeliness,
}  # fmt: skip


def nested_in(report: Report) -> tuple[Nested, ...]:
    """Find the columns of people in a report whose categories each lie in one category of another column."""
    found: dict[tuple[str, str], Nested] = {}
    for name, sample in report.inspection.samples.items():
        if name not in _VERBS or not _of_people(report, sample):
            continue
        labels = _labels(report.inspection, name, sample)
        for fine, coarse in itertools.permutations(range(len(sample.by)), 2):
            nested = _nested(sample.by[fine], sample.by[coarse], {(label[fine], label[coarse]) for label in labels})
            if nested is not None:
                found.setdefault((nested.fine, nested.coarse), nested)
    return tuple(found.values())


def _of_people(report: Report, sample: SampleFiles) -> bool:
    """Tell whether a sample has tables by several columns, and one of them is of people."""
    rounded = {key for each in report.exhibits if each.table.rounded_to for key in each.table.keys}
    return len(sample.by) > 1 and not rounded.isdisjoint(sample.by)


def _labels(inspection: Inspection, name: str, sample: SampleFiles) -> Sequence[tuple[str, ...]]:
    """List the categories that stand together in some row, of all columns of a sample."""
    terms = dict(sample.roles)
    if name == "reviews" and inspection.reviews is not None:
        terms["ignore"] = inspection.reviews.ignore
    if name == "times" and inspection.times is not None:
        terms |= inspection.times.terms
    table = _VERBS[name](list(sample.files), by=list(sample.by), **terms).table
    places = [table.keys.index(column) for column in sample.by]
    return [tuple(row.label[i] for i in places) for row in table.rows if not row.whole]


def _nested(fine: str, coarse: str, pairs: set[tuple[str, str]]) -> Nested | None:
    """Tell where each category lies; None where one lies in several, or all of them in one each."""
    within = dict(pairs)
    if len(within) < len(pairs) or not 1 < len(set(within.values())) < len(within):
        return None
    return Nested(fine, coarse, within)
