"""Which categories lie in which broader ones: wards in districts, as everybody knows who knows the places.

Nothing of it is published. Tables by both columns add up to each other, so the attack on a report has to know it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cdi.disclosure.unknowns import Nested
from cdi.results import estimate

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection, SampleFiles
    from cdi.report.contents import Report

__all__ = ["nested_in"]


def nested_in(report: Report) -> tuple[Nested, ...]:
    """Find the columns of people in a report whose categories each lie in one category of another column."""
    found: dict[tuple[str, str], Nested] = {}
    for name, sample in report.inspection.samples.items():
        if name not in _BY_ALL or not _of_people(report, sample):
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
    table = _BY_ALL[name](inspection, sample).table
    places = [table.keys.index(column) for column in sample.by]
    return [tuple(row.label[i] for i in places) for row in table.rows if not row.whole]


def _audit(inspection: Inspection, sample: SampleFiles) -> Any:
    shelf = inspection.shelf
    return estimate(shelf.books(sample.files), by=list(sample.by), **shelf.roles(sample.roles))


def _searches(inspection: Inspection, sample: SampleFiles) -> Any:
    from cdi.report.parts import searches_results

    return searches_results(replace(inspection, searches=_by_all(sample)))[0]


def _reviews(inspection: Inspection, sample: SampleFiles) -> Any:
    from cdi.report.reviews import reviews_results

    own = inspection.reviews
    return reviews_results(replace(inspection, reviews=own and replace(own, sample=_by_all(sample))))[0]


def _times(inspection: Inspection, sample: SampleFiles) -> Any:
    from cdi.report.recording import Known
    from cdi.report.times import times_results

    own = inspection.times
    return times_results(replace(inspection, times=own and replace(own, sample=_by_all(sample))), Known(None, {}))[0]


def _by_all(sample: SampleFiles) -> SampleFiles:
    """Ask for one table by all columns, where there is one by each."""
    joint: Any = (sample.by,)
    return replace(sample, by=joint)


_BY_ALL: Mapping[str, Callable[[Inspection, SampleFiles], Any]] = {
    "audit": _audit, "searches": _searches, "reviews": _reviews, "times": _times,
}  # fmt: skip
"""Sample -> what is estimated in it by all its columns at once."""


def _nested(fine: str, coarse: str, pairs: set[tuple[str, str]]) -> Nested | None:
    """Tell where each category lies; None where one lies in several, or all of them in one each."""
    within = dict(pairs)
    if len(within) < len(pairs) or not 1 < len(set(within.values())) < len(within):
        return None
    return Nested(fine, coarse, within)
