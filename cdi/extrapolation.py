"""From rates and known volumes of recorded crime to the crimes that were never recorded, and the overall rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.basis import Basis
from cdi.errors import DataError, DesignError, Fault, fault, suggestion
from cdi.estimates import Estimates, Row
from cdi.projections import of_volumes
from cdi.volumes import RECORDED_CRIME, Volumes, read_volumes

if TYPE_CHECKING:
    from cdi.volumes import Label

__all__ = ["bias_estimate", "overall_rate", "unrecorded"]

Floats: TypeAlias = npt.NDArray[np.float64]


def unrecorded(rates: Estimates, recorded_crime: object) -> Estimates:
    """Estimate the crimes that were reported and not recorded, R (1 - p) / p, by domain and in total.

    Parameters
    ----------
    rates : Estimates
        Recording rates, from :func:`cdi.recording_rate`.
    recorded_crime : path, data frame, mapping, int or Volumes
        Recorded crime R of each domain of the rates, net of cancelled crimes, for the routes and period that the audit
        covers: a volumes file with the domain columns and ``recorded_crime``, or the numbers.

    Returns
    -------
    Estimates
        Crimes, one row a domain and the total last. Interval ends are those of the rates, mapped; the total's come from
        the overall rate R / (R + U), with the covariance between domains that share reports.

    Raises
    ------
    DataError
        A domain has no volume, or a volume no domain.
    DesignError
        The estimates are not recording rates.

    Notes
    -----
    The classical ratio estimator with a known total of the auxiliary variable (Cochran 1977, chapter 6): R is constant.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> answers = [1] * 8 + [0] * 2 + [1] * 9 + [0]
    >>> sample = pd.DataFrame({"type": ["violent"] * 10 + ["other"] * 10, "recorded": answers})
    >>> rates = cdi.recording_rate(cdi.read_audit(sample), by="type")
    >>> cdi.unrecorded(rates, {"violent": 8_000, "other": 9_000}).estimate.round().tolist()
    [1000.0, 2000.0, 3000.0]
    """
    if rates.volumes is not None or rates.totals is None:
        raise DesignError.of("not-rates", got=rates.rows[0].measure)
    volumes = _volumes(rates, recorded_crime)
    domains = rates.basis.take(_domain_rows(rates))
    if not len(domains):
        domains = rates.basis
        total = domains
    else:
        total = of_volumes(rates.totals, domains, volumes)
        domains = Basis.joined([domains, total])
        volumes = np.r_[volumes, volumes.sum()]
    notes = [row.notes for row in rates.rows]
    if len(notes) > 1:
        notes[-1] = _notes_of_total(notes, np.flatnonzero(volumes[:-1] > 0))
    rows = tuple(Row(row.label, "unrecorded", own) for row, own in zip(rates.rows, notes, strict=True))
    found = Estimates(rates.keys, rows, domains, rates.totals, volumes)
    return found.with_notes(_notes(found))


def overall_rate(missing: Estimates) -> Estimates:
    """Estimate the overall recording rate that the volumes imply, R / (R + U): a harmonic mean, not an arithmetic one.

    Parameters
    ----------
    missing : Estimates
        Unrecorded crimes, from :func:`unrecorded`.

    Returns
    -------
    Estimates
        One row, a proportion.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> answers = [1] * 8 + [0] * 2 + [1] * 9 + [0]
    >>> sample = pd.DataFrame({"type": ["violent"] * 10 + ["other"] * 10, "recorded": answers})
    >>> rates = cdi.recording_rate(cdi.read_audit(sample), by="type")
    >>> missing = cdi.unrecorded(rates, {"violent": 8_000, "other": 9_000})
    >>> cdi.overall_rate(missing).estimate.tolist()
    [0.85]
    """
    if missing.volumes is None:
        raise DesignError.of("not-counts", got=missing.rows[0].measure)
    last = len(missing) - 1
    row = Row(missing.rows[last].label, "recording-rate", missing.rows[last].notes)
    return Estimates(missing.keys, (row,), missing.basis.take([last]), missing.totals)


def bias_estimate(missing: Estimates) -> Floats:
    """Estimate how far R (1 - p) / p overstates on average, because 1 / p is curved: R v / p^3, in crimes.

    Parameters
    ----------
    missing : Estimates
        Unrecorded crimes, from :func:`unrecorded`.

    Returns
    -------
    float array
        One element a row; the total's is the sum over the domains.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> rates = cdi.recording_rate(cdi.read_audit(pd.DataFrame({"recorded": [1] * 9 + [0]})))
    >>> cdi.bias_estimate(cdi.unrecorded(rates, 9_000)).round(1).tolist()
    [123.5]
    """
    if missing.volumes is None:
        raise DesignError.of("not-counts", got=missing.rows[0].measure)
    with np.errstate(divide="ignore", invalid="ignore"):
        each = missing.volumes * missing.basis.se**2 / missing.basis.rate**3
    if len(each) > 1:
        # a total that is refused has no bias either
        each[-1] = np.where(missing.volumes[:-1] > 0, each[:-1], 0.0).sum()
    return each


def _domain_rows(rates: Estimates) -> list[int]:
    """Find the rows of domains: all but the last, which is the overall row."""
    return list(range(len(rates) - 1)) if rates.keys else []


def _volumes(rates: Estimates, recorded_crime: object) -> Floats:
    """Set the recorded crime beside each domain, and refuse what does not fit."""
    if not rates.keys:
        volumes = read_volumes(recorded_crime, (), (RECORDED_CRIME,))
        return np.array([volumes.counts[RECORDED_CRIME].get((), 0)], dtype=np.float64)
    volumes = (
        recorded_crime
        if isinstance(recorded_crime, Volumes)
        else read_volumes(recorded_crime, rates.keys, (RECORDED_CRIME,))
    )
    known = volumes.counts[RECORDED_CRIME]
    labels = [rates.rows[i].label for i in _domain_rows(rates)]
    # a category without any crime due needs no volume
    wanted = [label for label, due in zip(labels, rates.basis.due, strict=False) if due and label not in known]
    faults = [_fault("domain-not-in-volumes", label, volumes, sorted(known)) for label in wanted]
    faults += [
        _fault("volume-not-audited", label, volumes, labels)
        for label, count in sorted(known.items())
        if label not in labels and count
    ]
    if faults:
        raise DataError(faults)
    return np.array([known.get(label, 0) for label in labels], dtype=np.float64)


def _fault(code: str, label: Label, volumes: Volumes, choices: list[Label]) -> Fault:
    name, at = ", ".join(label), volumes.where(label, ", ".join(volumes.keys))
    return fault(
        code, got=name, where=replace(at, key=None), hint=suggestion(name, [", ".join(choice) for choice in choices])
    )


def _notes_of_total(notes: Sequence[tuple[str, ...]], used: npt.NDArray[np.intp]) -> tuple[str, ...]:
    """Give the total the notes of what it rests on: of one domain, or of the whole sample.

    Volumes weigh the domains: strata are mixed as they were sampled only where they are mixed within a domain.
    """
    if len(used) == 1:
        return notes[int(used[0])]
    mixed = any("sample-only" in notes[i] for i in used)
    return tuple(code for code in notes[-1] if code != "sample-only" or mixed)


def _notes(found: Estimates) -> list[tuple[str, ...]]:
    """Say why a count is blank, and that a total has no error where the categories with recorded crime have none."""
    nothing = np.isnan(found.basis.rate)
    total = np.array([row.overall for row in found.rows]) & (found.basis.due > 0) & nothing
    none = np.full(len(found), fill_value=found.volumes is not None and not np.any(found.volumes))
    census = found.basis.census & np.array(["census" not in row.notes for row in found.rows])
    conditions = {"total-refused": total & ~none, "no-volume": total & none, "census": census}
    return [tuple(code for code, holds in conditions.items() if holds[i]) for i in range(len(found))]
