"""What recording rates could have been, had everything been auditable: between none and all of the rest recorded.

A rate p was found in the share 1 - u of the crimes that could be audited. Whatever the others hold, the rate of all
lies between p (1 - u) and p (1 - u) + u (Manski 1989, Journal of Human Resources 24, 343-360). Interval ends are mapped
likewise, with u as it was found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cdi import engine, wording
from cdi.errors import DesignError, Where
from cdi.products import WEIGHT
from cdi.ratios import of_domains
from cdi.volumes import Label, label_of

if TYPE_CHECKING:
    from cdi.estimates import Estimates
    from cdi.tables import Record, Table
    from cdi.totals import Totals

__all__ = ["with_bounds"]

_RATE = "recording-rate"


@dataclass(frozen=True, slots=True)
class _Unknown:
    """What could not be audited: rows, and the share by which it could lower a rate, or lower its complement."""

    rows: int
    lowers: float
    raises: float


_ENDS: Mapping[str, Callable[[float, _Unknown], float]] = {
    "lowest": lambda rate, unknown: rate * (1 - unknown.lowers),
    "highest": lambda rate, unknown: rate + (1 - rate) * unknown.raises,
}
"""Which bound -> what it makes of a rate."""


def with_bounds(table: Table, rates: Estimates, missing: Estimates | None = None) -> Table:
    """Add to a table what its recording rates could have been.

    Parameters
    ----------
    table : Table
        With recording rates.
    rates : Estimates
        The rates of the sample, by the same categories.
    missing : Estimates, optional
        The unrecorded crimes that follow from them: their volumes then weigh the categories in the overall rate.

    Returns
    -------
    Table
        The same with two rows more for each recording rate.

    Raises
    ------
    DesignError
        The audit has no decisions, and so nothing that could not be audited.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> sample = pd.DataFrame({"decision": ["recorded", "recorded", "not recorded", "not auditable"]})
    >>> [record.estimate for record in cdi.estimate(sample, bounds=True).table.records[1:]]
    [0.5, 0.75]
    """
    totals = rates.totals
    if totals is None or totals.audit.decisions is None:
        raise DesignError.of("no-bounds", where=None if totals is None else Where(totals.audit.name))
    unknown = _unknown(rates, totals)
    overall = rates.rows[-1].label
    headline = _by_volumes(rates, totals, missing, unknown) if missing is not None and rates.keys else unknown[overall]

    def left(record: Record) -> _Unknown:
        return headline if record.label == overall and record.kind == _RATE else unknown[record.label]

    found = [record for record in table.records if record.kind.startswith(_RATE)]
    more = [_bound(record, end, left(record)) for end in _ENDS for record in found]
    return replace(table, records=(*table.records, *more))


def _bound(record: Record, end: str, unknown: _Unknown) -> Record:
    def moved(value: float | None) -> float | None:
        return None if value is None else _ENDS[end](value, unknown)

    spread = 1 - (unknown.lowers if end == "lowest" else unknown.raises)
    return replace(
        record,
        kind=f"{_RATE}-{end}{record.kind.removeprefix(_RATE)}",
        estimate=moved(record.estimate),
        low=moved(record.low),
        high=moved(record.high),
        se=None if record.se is None else record.se * spread,
        n=record.n + unknown.rows,
        recorded=record.recorded + unknown.rows * (end == "highest"),
    )


def _unknown(rates: Estimates, totals: Totals) -> dict[Label, _Unknown]:
    """Count the rows that could not be audited, and their weighted share of the crimes due, for each row of the rates.

    Each is taken as one crime; one without a category could be of any, and is in the share of each.
    """
    size = len(rates)
    rows, weight = np.zeros(size, dtype=np.int64), np.zeros(size)
    for label, count, each in _aside(totals):
        held = [i for i, row in enumerate(rates.rows) if row.overall or row.label == label or wording.NO_LABEL in label]
        rows[held] += count
        weight[held] += count * each
    due_of_domains = np.bincount(totals.cells.domain, totals.cells.weight * totals.cells.due, size - 1)
    due = np.r_[due_of_domains, (totals.whole.weight * totals.whole.due).sum()]
    shares = [float(part / (part + known)) if part else 0.0 for part, known in zip(weight, due, strict=True)]
    return {row.label: _Unknown(int(rows[i]), shares[i], shares[i]) for i, row in enumerate(rates.rows)}


def _by_volumes(rates: Estimates, totals: Totals, missing: Estimates, unknown: Mapping[Label, _Unknown]) -> _Unknown:
    """Weigh what is not known of each category by the crimes due that the volumes imply, R / p."""
    if missing.volumes is None:
        raise DesignError.of("not-counts", got=missing.rows[0].measure)
    rate = of_domains(totals.lenient).rate
    share = np.array([unknown[row.label].lowers for row in rates.rows[:-1]])
    with np.errstate(divide="ignore", invalid="ignore"):
        due = np.where(missing.volumes[:-1] > 0, missing.volumes[:-1] / rate, 0.0)
        found, missed = float((due * rate).sum()), float((due * (1 - rate)).sum())
        lowers = float((due * rate * share).sum()) / found if found else 0.0
        whole = float((due * share).sum()) / float(due.sum())
    raises = float((due * (1 - rate) * share).sum()) / missed if missed else whole
    return _Unknown(unknown[rates.rows[-1].label].rows, lowers, raises)


def _aside(totals: Totals) -> Iterator[tuple[Label, int, float]]:
    """List the rows that could not be audited: their category, how many they are, and what each stands for."""
    audit, strata = totals.audit, totals.strata
    if audit.aside is None:
        return
    apart = list(dict.fromkeys([*audit.apart, *totals.keys]))
    found = engine.collect(engine.sums(audit.aside, apart, (), count="_cdi_n"))
    place = {label: i for i, label in enumerate(strata.labels)}
    for i, count in enumerate(found["_cdi_n"]):
        stratum = place[label_of([found[key][i] for key in strata.keys])]
        own = float(found[WEIGHT][i]) if strata.weighted else 1.0
        yield label_of([found[key][i] for key in totals.keys]), int(count), own * float(strata.weight[stratum])
