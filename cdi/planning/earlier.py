"""What the audit before found, from which the next is planned: rates, crimes a report, how much alike they fare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from cdi.arguments import names_of
from cdi.audits.audit import Audit, read_audit, sample_of
from cdi.audits.design import Roles
from cdi.errors import DesignError, Where
from cdi.planning.outlooks import Category
from cdi.simulating.reports import Reports, correlation_of, rates_of_audit, reports_of
from cdi.survey.sampling import recording_rate
from cdi.survey.totals import Totals, total

if TYPE_CHECKING:
    from cdi.audits.volumes import Label
    from cdi.survey.estimates import Estimates

__all__ = ["NOTHING_BEFORE", "Earlier", "expected_rate", "read_earlier"]

ENOUGH = 20
"""Reports with several crimes from which a stratum has a correlation of its own."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was found.

    Attributes
    ----------
    name : str or None
        The file.
    keys : tuple of str
        The columns that name its strata.
    values : mapping
        Stratum -> rate, crimes and correlation, by the names of the columns of a plan. The whole has no label.
    populations : mapping
        Stratum -> reports on its frame, if they are known.
    by : tuple of str
        The columns of categories.
    categories : tuple
        Their labels.
    shares : mapping
        Stratum -> what each category has of its crime, and its rate.
    rates : Estimates or None
        The rates that were estimated, the overall one last.
    """

    name: str | None = None
    keys: tuple[str, ...] = ()
    values: Mapping[Label, Mapping[str, Any]] = field(default_factory=dict)
    populations: Mapping[Label, int | None] = field(default_factory=dict)
    by: tuple[str, ...] = ()
    categories: tuple[Label, ...] = ()
    shares: Mapping[Label, tuple[Category, ...]] = field(default_factory=dict)
    rates: Estimates | None = field(default=None, repr=False)

    def of(self, keys: Sequence[str], label: Label) -> Mapping[str, Any]:
        """Give what was found of a stratum; of one that there was not, what was found of all."""
        return self.values.get(self._known(keys, label), self.values.get((), {}))

    def has(self, keys: Sequence[str], label: Label) -> bool:
        """Tell whether there was a stratum, where the audit had strata like these."""
        known = self._known(keys, label)
        return not known or known in self.values

    def categories_of(self, keys: Sequence[str], label: Label, rate: float, fall: float = 0.0) -> tuple[Category, ...]:
        """Give the categories of a stratum's crimes, with rates that come to the one that is expected of it."""
        known = self._known(keys, label)
        found = self.shares.get(known, self.shares.get((), ()))
        overall = sum(each.share * each.rate for each in found)
        # what is missing keeps its pattern: twice as much in one category stays twice as much
        scale = (1 - rate + fall) / (1 - overall) if overall < 1 else 1.0
        return tuple(each._replace(rate=float(np.clip(1 - (1 - each.rate) * scale, 0.001, 1))) for each in found)

    def _known(self, keys: Sequence[str], label: Label) -> Label:
        if not self.keys or not set(self.keys) <= set(keys):
            return ()
        return tuple(label[list(keys).index(key)] for key in self.keys)


NOTHING_BEFORE = Earlier()


def expected_rate(recorded: float, due: float) -> float:
    """Give the rate to plan on: where all crimes were recorded, or none, that with one more, half of it recorded.

    A rate of 100% would have no spread, and no report would be read where it was found.

    Examples
    --------
    >>> expected_rate(9, 10), round(expected_rate(10, 10), 4)
    (0.9, 0.9545)
    """
    if 0 < recorded < due:
        return recorded / due
    return (recorded + 0.5) / (due + 1)


def read_earlier(source: object, by: str | Sequence[str] | None, **roles: Unpack[Roles]) -> Earlier:
    """Read the audit before, by stratum."""
    given = sample_of(source)
    audit = given if isinstance(given, Audit) and not roles else read_audit(given, **roles)
    if audit.design.counts:
        raise DesignError.of("plan-from-counts", where=Where(audit.name))
    rates = recording_rate(audit, by)
    rates.refuse_unrepresentative()
    totals = total(audit, by or ())
    reports = reports_of(audit, totals)
    values: dict[Label, dict[str, Any]] = {(): _values(reports, totals, None)}
    shares: dict[Label, tuple[Category, ...]] = {(): _categories(reports, None)}
    for place, label in enumerate(totals.strata.labels):
        values[label] = _values(reports, totals, place)
        shares[label] = _categories(reports, place)
    known = totals.strata.population
    populations = {label: None if known is None else int(known[h]) for h, label in enumerate(totals.strata.labels)}
    domains = totals.domains if names_of(by) else ()
    return Earlier(audit.name, totals.strata.keys, values, populations, names_of(by), domains, shares, rates)


def _values(reports: Reports, totals: Totals, stratum: int | None) -> dict[str, Any]:
    """Give the rate, the crimes a report and the correlation of a stratum, or of all."""
    here = np.ones(len(reports.stratum), dtype=bool) if stratum is None else reports.stratum == stratum
    due, recorded, times = reports.due[here].sum(axis=1), reports.recorded[here].sum(axis=1), reports.times[here]
    sampled = totals.strata.sampled
    read = int(sampled.sum() if stratum is None else sampled[stratum])
    if not due.sum():
        return _values(reports, totals, None) if stratum is not None else {}
    sizes = {int(size): float(times[due == size].sum()) for size in np.unique(due)}
    # reports that were stated beside the file hold no crime
    sizes[0] = sizes.get(0, 0.0) + max(read - int(times.sum()), 0)
    crimes = {size: number / sum(sizes.values()) for size, number in sorted(sizes.items()) if number}
    several = int(times[due > 1].sum())
    alone = several < ENOUGH
    alike = correlation_of(_of(reports, None if alone else stratum), rates_of_audit(totals, None))
    return {"rate": expected_rate(float(times @ recorded), float(times @ due)), "crimes": crimes, "correlation": alike}


def _of(reports: Reports, stratum: int | None) -> Reports:
    """Take the reports of one stratum."""
    if stratum is None:
        return reports
    here = reports.stratum == stratum
    columns = (reports.stratum, reports.weight, reports.due, reports.recorded, reports.surplus, reports.times)
    return Reports(reports.sorts, *(part[here] for part in columns))


def _categories(reports: Reports, stratum: int | None) -> tuple[Category, ...]:
    """Give what each category has of the crimes, with its rate; those of which a stratum has none are none of it."""
    here = np.ones(len(reports.stratum), dtype=bool) if stratum is None else reports.stratum == stratum
    places = len(reports.sorts.labels) or 1
    due, recorded = np.zeros((2, places))
    np.add.at(due, reports.sorts.category, reports.times[here] @ reports.due[here])
    np.add.at(recorded, reports.sorts.category, reports.times[here] @ reports.recorded[here])
    return tuple(
        Category(place, float(due[place] / due.sum()), expected_rate(float(recorded[place]), float(due[place])))
        for place in np.flatnonzero(due).tolist()
    )
