"""Disclosure control of a report: all that is found in the same rows is protected at once, and only then shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cdi.disclosure.results import files_of, shown_review, shown_trend, tables_of_trend
from cdi.disclosure.rules import noted
from cdi.disclosure.samples import Protected, protect_sample

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.disclosure.rules import Disclosure
    from cdi.inspecting.inspection import Inspection
    from cdi.monitoring.trends import Trend
    from cdi.results import Result
    from cdi.reviewing.reviews import Review
    from cdi.timing.timeliness import Timeliness

__all__ = ["Found", "Published", "protected"]


@dataclass(frozen=True, slots=True)
class Found:
    """What is found in the samples of an inspection that may share rows."""

    # recording, searches: one a column
    recording: tuple[Result, ...] = ()
    searches: tuple[Result, ...] = ()
    reviews: tuple[Review, ...] = ()  # one a column
    times: tuple[Timeliness, ...] = ()  # one a column
    monthly: Trend | None = None  # the monthly sample


@dataclass(frozen=True, slots=True)
class Published:
    """What may be published of it."""

    found: Found  # after disclosure control
    samples: Mapping[str, Protected]  # table of the inspection's file -> its sample, for what else is made of it


def protected(found: Found, inspection: Inspection) -> Published:
    """Withhold what is too small to publish, in all parts of a report."""
    shown, samples = found, dict[str, Protected]()
    for names in _by_rows(found, inspection):
        own = replace(Found(), **{_FIELDS[name]: getattr(found, _FIELDS[name]) for name in names})
        part, sample = _shown(own, inspection.disclosure.of_sample(names[0]))
        shown = replace(shown, **{_FIELDS[name]: getattr(part, _FIELDS[name]) for name in names})
        samples |= dict.fromkeys(names, sample)
    return Published(shown, samples)


_FIELDS: Mapping[str, str] = {
    "audit": "recording",
    "searches": "searches",
    "reviews": "reviews",
    "times": "times",
    "monthly": "monthly",
}
"""Table of the inspection's file -> what is found in it; the first of those that share files names the sample."""


def _by_rows(found: Found, inspection: Inspection) -> list[list[str]]:
    """Put together the samples that are of the same files."""
    borrowed = [each.sample if each else None for each in (inspection.reviews, inspection.times, inspection.monthly)]
    samples = (inspection.audit, inspection.searches, *borrowed)
    several: dict[tuple[object, ...], list[str]] = {}
    for name, sample in zip(_FIELDS, samples, strict=True):
        if sample is not None and getattr(found, _FIELDS[name]):
            several.setdefault(sample.files, []).append(name)
    return list(several.values())


def _shown(found: Found, rules: Disclosure) -> tuple[Found, Protected]:
    """Protect what is found in the same rows."""
    results = (*found.recording, *found.searches)
    months = () if found.monthly is None else tables_of_trend(found.monthly)
    times = [noted(each.table) for each in found.times]
    beside = [*times, *map(files_of, found.reviews), *months]
    audits = list(_audits(found))
    sample = protect_sample(audits[0], results, beside, rules, dated=audits[-1])
    left = iter(sample.beside)
    of_times, of_reviews = ([next(left) for _ in several] for several in (found.times, found.reviews))
    shown = Found(
        recording=sample.results[: len(found.recording)],
        searches=sample.results[len(found.recording) :],
        times=tuple(replace(one, table=table) for one, table in zip(found.times, of_times, strict=True)),
        reviews=tuple(shown_review(one, table, rules) for one, table in zip(found.reviews, of_reviews, strict=True)),
        monthly=None if found.monthly is None else shown_trend(found.monthly, list(left)),
    )
    return shown, sample


def _audits(found: Found) -> Iterator[Audit]:
    """Give the sample as each part understood it; the monthly one, which knows the months, last."""
    yield from (each.audit for each in (*found.recording, *found.searches))
    yield from (each.audit for each in found.reviews)
    yield from (each.audit for each in found.times)
    if found.monthly is not None and found.monthly.estimates.totals is not None:
        yield found.monthly.estimates.totals.audit
