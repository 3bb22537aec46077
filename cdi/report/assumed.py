"""What a report takes to hold, worded from the periods of its file: what differs is said, and what is not stated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cdi import wording
from cdi.audits.periods import Period, parse_period

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection, Previous, Volumes

__all__ = ["assumed_of"]


def assumed_of(inspection: Inspection, *, counts: bool) -> tuple[str, ...]:
    """Say what is taken to hold.

    Parameters
    ----------
    inspection : Inspection
        With its periods.
    counts : bool
        Whether crimes not recorded are counted.

    Returns
    -------
    tuple of str
        Sentences.
    """
    return tuple(_assumed(inspection, counts=counts))


def _assumed(inspection: Inspection, *, counts: bool) -> Iterator[str]:
    if inspection.audit is not None and counts and inspection.volumes is not None:
        yield from _counted(inspection.audit.period, inspection.volumes)
        yield wording.ASSUMPTION
    elif inspection.audit is not None:
        yield wording.period_of("audit", inspection.audit.period)
    if inspection.audit is not None:
        yield wording.EXCLUDES_UNREPORTED
    if inspection.searches is not None:
        yield wording.period_of("searches", inspection.searches.period)
    if inspection.reviews is not None:
        yield wording.period_of("reviews", inspection.reviews.sample.period)
    for previous in inspection.previous:
        yield _of_earlier(inspection, previous)


def _of_earlier(inspection: Inspection, previous: Previous) -> str:
    """Say of what period an earlier result is, and whether it is earlier at all."""
    sample = inspection.searches if previous.measure == "grounds" else inspection.audit
    own, other = (parse_period(period or "") for period in (sample and sample.period, previous.period))
    if sample is None or own is None or other is None or other.last < own.first:
        return wording.period_of_earlier(previous.name, previous.period, previous.measure)
    return wording.not_earlier(previous.name, previous.period or "", sample.period or "", previous.measure)


def _counted(audited: str | None, volumes: Volumes) -> Iterator[str]:
    """Set the period of the audit beside that of the count, and that of recorded crime."""
    counted = volumes.counted or volumes.period
    if audited and counted:
        yield _of_both(audited, counted)
    else:
        yield wording.period_of("audit", audited)
        yield wording.period_of("count", counted)
    if not volumes.period:
        yield wording.period_of("volumes", None)
    elif volumes.counted and not _same(volumes.period, volumes.counted):
        yield wording.volumes_of_other_period(volumes.period, volumes.counted)


def _of_both(audited: str, counted: str) -> str:
    if _same(audited, counted):
        return wording.period_shared(audited)
    one, other = parse_period(audited), parse_period(counted)
    if one is None or other is None:
        return wording.count_of_other_period(audited, counted)
    if one.last < other.first or other.last < one.first:
        return wording.periods_apart(audited, counted)
    if one.months == other.months:
        return wording.count_of_other_period(audited, counted)
    return wording.rate_taken_to_hold(one.months, audited, other.months, counted)


def _same(one: str, other: str) -> bool:
    """Tell whether two periods are one, in whatever spelling."""
    found: list[Period | None] = [parse_period(text) for text in (one, other)]
    return one == other or (found[0] is not None and found[0] == found[1])
