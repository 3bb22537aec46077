"""Recorded crime set beside the domains of some rates: what fits, what is missing, and which share of it counts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.audits.volumes import RECORDED_CRIME, ROUTE_SHARE, Volumes, read_volumes
from cdi.errors import DataError, Fault, Where, fault, suggestion
from cdi.survey.estimates import Estimates

if TYPE_CHECKING:
    from cdi.audits.volumes import Label

__all__ = ["known_crime", "limits_of", "periods_of", "volumes_of"]

Floats: TypeAlias = npt.NDArray[np.float64]


def known_crime(rates: Estimates, recorded_crime: object) -> Volumes:
    """Read the recorded crime for the domains of some rates; of categories that are put together, what it comes to."""
    if isinstance(recorded_crime, Volumes):
        return recorded_crime
    known = read_volumes(recorded_crime, rates.keys, (RECORDED_CRIME,), dated=_is_dated(rates))
    for pool in () if rates.totals is None else rates.totals.audit.pools:
        known = pool.of_volumes(known)
    return known


def _is_dated(rates: Estimates) -> bool:
    return rates.totals is not None and rates.totals.audit.design.period is not None


def volumes_of(rates: Estimates, volumes: Volumes) -> tuple[Floats, Label | None]:
    """Set the recorded crime beside each domain, and refuse what does not fit; name the one that got the remainder.

    Raises
    ------
    DataError
        A domain has no volume, or a volume no domain.
    """
    if not rates.keys:
        return np.array([volumes.counts[RECORDED_CRIME].get((), 0)], dtype=np.float64), None
    labels = _labels(rates)
    # a category without any crime due needs no volume
    needed = [label for label, due in zip(labels, rates.basis.due, strict=False) if due]
    known, remainder = volumes.filled(RECORDED_CRIME, needed)
    lacking = [label for label in needed if label not in known]
    audited = set(labels)
    unaudited = [label for label, count in sorted(known.items()) if count and label not in audited]
    if lacking or unaudited:
        faults = _faults("domain-not-in-volumes", lacking, volumes, sorted(known))
        raise DataError(faults + _faults("volume-not-audited", unaudited, volumes, labels))
    return np.array([known.get(label, 0) for label in labels], dtype=np.float64), remainder


def limits_of(rates: Estimates, volumes: Volumes, route_share: float | None) -> Floats:
    """Give each domain the share of its recorded crime that comes through audited routes; 1 where nothing limits it.

    Raises
    ------
    DataError
        No share, or one beside those that the volumes give.
    """
    labels = _labels(rates) or [()]
    whole = volumes.shares.get((wording.ALL,) * len(rates.keys)) if rates.keys else None
    if route_share is None:
        return np.array([volumes.shares.get(label, 1.0 if whole is None else whole) for label in labels])
    if not 0 < route_share <= 1:
        raise DataError.of("not-a-share", got=route_share)
    if volumes.shares:
        raise DataError.of("share-twice", where=Where(volumes.name, column=ROUTE_SHARE))
    return np.full(len(labels), route_share)


def _faults(code: str, labels: list[Label], volumes: Volumes, others: list[Label]) -> list[Fault]:
    """Name each label that does not fit, where it stands, and the one that was probably meant."""
    places = volumes.places(labels, ", ".join(volumes.keys))
    choices = [", ".join(other) for other in others]
    names = {label: ", ".join(label) for label in labels}
    return [
        fault(code, got=names[label], where=replace(places[label], key=None), hint=suggestion(names[label], choices))
        for label in labels
    ]


def _labels(rates: Estimates) -> list[Label]:
    """Name the domains: all rows but the last, which is the overall row."""
    return [row.label for row in rates.rows[:-1]] if rates.keys else []


def periods_of(estimates: Estimates, volumes: Volumes) -> tuple[str, str] | None:
    """Compare the period of an audit with that of volumes; None where they agree, or one of them is not known.

    Parameters
    ----------
    estimates : Estimates
        What was estimated from the audit.
    volumes : Volumes
        Known counts, with their periods.

    Returns
    -------
    tuple of str or None
        The period of the audit and that of the volumes, where they differ.
    """
    audited = estimates.totals.audit.periods() if estimates.totals is not None and volumes.periods else ()
    if not audited:
        return None
    from cdi.audits.periods import joined_label

    one, other = joined_label(audited), joined_label(volumes.periods)
    return None if one == other else (one, other)
