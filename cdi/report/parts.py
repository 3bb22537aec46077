"""What parts of a report share, and the part on stop and search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from cdi import wording
from cdi.printing.layouts import lay_out
from cdi.report.contents import (
    Exhibit,
    Part,
    about_of,
    base_of,
    counted_of,
    exhibit_of,
    marks_of,
    rates_drawn,
    source_of,
    told_of,
)
from cdi.report.sentences import by_groups, in_sample, overall, written
from cdi.results import Result, grounds

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection, SampleFiles

__all__ = ["by_each", "searches_part", "searches_results"]

Estimated = TypeVar("Estimated")


def by_each(
    sample: SampleFiles, verb: Callable[..., Estimated], inspection: Inspection, **terms: Any
) -> tuple[Estimated, ...]:
    """Estimate by each column of a sample, or over all where it names none."""
    files, terms = inspection.shelf.books(sample.files), inspection.shelf.roles(terms)
    return tuple(verb(files, by=column or None, level=inspection.level, **terms) for column in sample.by or ("",))


GROUNDS = "grounds"


def searches_results(inspection: Inspection) -> tuple[Result, ...]:
    """Estimate the share of searches with reasonable grounds recorded, by each column of the sample."""
    sample = inspection.searches
    if sample is None:
        return ()
    return by_each(sample, grounds, inspection, method=inspection.method, style=inspection.style, **sample.roles)


def searches_part(inspection: Inspection, results: Sequence[Result]) -> Part | None:
    """Show the share of searches with reasonable grounds recorded."""
    sample = inspection.searches
    if sample is None:
        return None
    first = results[0].table
    row = overall(first, GROUNDS)
    headlines = in_sample(first, GROUNDS)
    if row is not None and row.estimate is not None and row.n is not None:
        headlines = (wording.grounds_reviewed(f"{row.n:,}", sample.period, written(row, row.estimate)),)
    exhibits = [
        # what opens the part is not said again under the table
        _of_searches(inspection, sample, found, spoken=i == 0 and row is not None)
        for i, found in enumerate(results)
    ]
    charts = [rates_drawn(GROUNDS, each.title, each, marks_of(each.table, GROUNDS, counted_of)) for each in exhibits]
    title, tables = wording.REPORT_PARTS["searches"], tuple(found.table for found in results)
    groups = tuple(text for each in exhibits for text in by_groups(each.table, GROUNDS, wording.SHARE_WITH_GROUNDS))
    findings = (*headlines[:1], *groups[1:])
    part = Part("searches", title, headlines, tuple(exhibits), tuple(charts), groups, tables=tables, findings=findings)
    return told_of(part, results[0].audit, first, GROUNDS)


def _of_searches(inspection: Inspection, sample: SampleFiles, found: Result, *, spoken: bool) -> Exhibit:
    base = base_of(found.table, GROUNDS, searches=True)
    return exhibit_of(
        found.table,
        about_of("searches", "searches", found.table, source_of(sample), base),
        inspection,
        lambda shown: lay_out(shown, style=inspection.style, extra=found.said, overall=not spoken),
    )
