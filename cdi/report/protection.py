"""Disclosure control of a report: all that is found in the same rows is protected at once, and only then shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cdi.disclosure.findings import shown_timeliness
from cdi.disclosure.monthly import shown_trend, tables_of_trend
from cdi.disclosure.samples import protect_sample
from cdi.disclosure.standards import noted

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.inspecting.inspection import Inspection, Sample
    from cdi.monitoring.trends import Trend
    from cdi.results import Result
    from cdi.timing.recording_times import Timeliness

__all__ = ["Found", "protected"]


@dataclass(frozen=True, slots=True)
class Found:
    """What is found in the samples of an inspection that may share rows.

    Attributes
    ----------
    recording, searches : tuple of Result
        One a column.
    times : tuple of Timeliness
        One a column.
    monthly : Trend or None
        The monthly sample.
    """

    recording: tuple[Result, ...] = ()
    searches: tuple[Result, ...] = ()
    times: tuple[Timeliness, ...] = ()
    monthly: Trend | None = None


@dataclass(frozen=True, slots=True)
class _Shared:
    """What is found in one sample: in the files of a table of the inspection."""

    name: str
    audit: Audit
    results: tuple[Result, ...] = ()
    times: tuple[Timeliness, ...] = ()
    monthly: Trend | None = None

    @property
    def dated(self) -> Audit | None:
        """The sample with its months."""
        totals = None if self.monthly is None else self.monthly.estimates.totals
        return None if totals is None else totals.audit


def protected(found: Found, inspection: Inspection) -> Found:
    """Withhold what is too small to publish, in all parts of a report.

    Parameters
    ----------
    found : Found
        Before disclosure control.
    inspection : Inspection
        With its rules, and the files of each sample.

    Returns
    -------
    Found
        What may be published. What is withheld of some rows in one part is withheld of them in the others.

    Raises
    ------
    DataError
        Exceptions that give back what is withheld.
    """
    shown = [_shown(each, inspection) for each in _by_rows(found, inspection)]
    of = {each.name: each for each in shown}
    return Found(
        recording=of["audit"].results if "audit" in of else (),
        searches=of["searches"].results if "searches" in of else (),
        times=next((each.times for each in shown if each.times), ()),
        monthly=next((each.monthly for each in shown if each.monthly is not None), None),
    )


def _by_rows(found: Found, inspection: Inspection) -> list[_Shared]:
    """Put together what is found in the same files."""
    several: dict[tuple[object, ...], _Shared] = {}
    for sample, each in _each(found, inspection):
        known = several.setdefault(sample.files, each)
        if known is not each:
            results, times = (*known.results, *each.results), (*known.times, *each.times)
            several[sample.files] = replace(known, results=results, times=times, monthly=each.monthly or known.monthly)
    return list(several.values())


def _each(found: Found, inspection: Inspection) -> Iterator[tuple[Sample, _Shared]]:
    if inspection.audit is not None and found.recording:
        yield inspection.audit, _Shared("audit", found.recording[0].audit, found.recording)
    if inspection.searches is not None and found.searches:
        yield inspection.searches, _Shared("searches", found.searches[0].audit, found.searches)
    if inspection.times is not None and found.times:
        yield inspection.times.sample, _Shared("times", found.times[0].audit, times=found.times)
    totals = None if found.monthly is None else found.monthly.estimates.totals
    if inspection.monthly is not None and totals is not None:
        yield inspection.monthly.sample, _Shared("monthly", totals.audit, monthly=found.monthly)


def _shown(each: _Shared, inspection: Inspection) -> _Shared:
    months = () if each.monthly is None else tables_of_trend(each.monthly)
    beside = [*(noted(one.table) for one in each.times), *months]
    rules = inspection.disclosure.of_sample(each.name)
    results, tables = protect_sample(each.audit, each.results, beside, rules, dated=each.dated)
    size = len(each.times)
    times = tuple(shown_timeliness(one, table) for one, table in zip(each.times, tables[:size], strict=True))
    monthly = None if each.monthly is None else shown_trend(each.monthly, tables[size:])
    return replace(each, results=results, times=times, monthly=monthly)
