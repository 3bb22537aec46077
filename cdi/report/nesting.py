"""Which categories lie in which broader ones: wards in districts, ages in others, as everybody knows of them.

Nothing of it is published. Tables by both columns add up to each other, so the attack on a report has to know it.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cdi.disclosure.rules import SMALLEST_OF_PEOPLE
from cdi.disclosure.tabulated import Nested
from cdi.inspecting.inspection import file_of
from cdi.results import estimate

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection, SampleFiles
    from cdi.report.contents import Report

__all__ = ["nested_in"]


def nested_in(report: Report) -> tuple[Nested, ...]:
    """Find the columns of a report whose categories make up categories of another column, in the rows of any sample."""
    found: dict[tuple[str, str], Nested] = {}
    of_people = {key for each in report.exhibits if each.table.rounded_to for key in each.table.keys}
    for name, sample in _by_file(report.inspection).items():
        if len(sample.by) < 2 or of_people.isdisjoint(sample.by):
            continue
        rows = _labels(report.inspection, name, sample)
        for fine, coarse in itertools.permutations(range(len(sample.by)), 2):
            pairs: Counter[tuple[str, str]] = Counter()
            for label, n in rows:
                pairs[label[fine], label[coarse]] += n
            nested = _nested(sample.by[fine], sample.by[coarse], pairs)
            if nested is not None:
                found.setdefault((nested.fine, nested.coarse), nested)
    return tuple(found.values())


def _by_file(inspection: Inspection) -> dict[str, SampleFiles]:
    """Give the first sample of each file, by the columns of all tables that are made of it."""
    first: dict[object, str] = {}
    found: dict[str, SampleFiles] = {}
    for name, sample in inspection.samples.items():
        if name in _BY_ALL:
            own = first.setdefault(tuple(map(file_of, sample.files)), name)
            known = found.get(own, sample)
            found[own] = replace(known, by=tuple(dict.fromkeys((*known.by, *sample.by))))
    return found


def _labels(inspection: Inspection, name: str, sample: SampleFiles) -> Sequence[tuple[tuple[str, ...], int]]:
    """List the categories that stand together in some row, of all columns of a sample, and in how many."""
    table = _BY_ALL[name](inspection, sample).table
    places = [table.keys.index(column) for column in sample.by]
    return [(tuple(row.label[i] for i in places), row.n or 0) for row in table.rows if not row.whole]


def _nested(fine: str, coarse: str, pairs: Counter[tuple[str, str]]) -> Nested | None:
    """Tell which categories lie in one broader one; None where they are too few to be known for it."""
    broader: dict[str, set[str]] = {}
    for word, one in pairs:
        broader.setdefault(word, set()).add(one)
    torn = set[str]().union(*(several for several in broader.values() if len(several) > 1))
    within = {word: one for word, one in pairs if one not in torn}
    inside = {word: one for (word, one), n in pairs.items()
              if one in torn and len(broader[word]) == 1 and n >= SMALLEST_OF_PEOPLE}  # fmt: skip
    # a small category may lie in one by chance, and most do where two columns cross
    if len(inside) + len(within) <= len(broader) / 2:
        inside = {}
    across = {word: frozenset(several) for word, several in broader.items() if word not in {**within, **inside}}
    if not within and not inside:
        return None
    return Nested(fine, coarse, within, inside, across if inside else {})


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
