"""What rates and ratios would be if records without a stated group belonged to one group or another.

The extremes are of the estimate: sampling variation comes on top. Two groups are looked at, and every record without a
group is taken to belong to one of the two.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cdi.survey.totals import Totals

__all__ = ["Counted", "Extremes", "allocated", "counted"]

Ends = tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Counted:
    """Records of a group, each weighted as the sample weighs it."""

    records: float = 0.0  # all of them
    yes: float = 0.0  # those with grounds recorded

    @property
    def no(self) -> float:
        """Those without."""
        return self.records - self.yes


@dataclass(frozen=True, slots=True)
class Extremes:
    """The lowest and the highest value over all allocations; None where an end cannot be computed."""

    # difference, ratio: of the rate of the group less, and over, that of the reference
    difference: Ends
    ratio: Ends
    searches: Ends  # of the searches of the group over those of the reference


def counted(totals: Totals) -> Mapping[str, Counted]:
    """Count the records of each group, weighted."""
    cells, size = totals.cells, len(totals.domains)
    records = np.bincount(cells.domain, cells.weight * cells.due, size).tolist()
    yes = np.bincount(cells.domain, cells.weight * cells.recorded, size).tolist()
    return {label[0]: Counted(*pair) for label, *pair in zip(totals.domains, records, yes, strict=True)}


def allocated(group: Counted, reference: Counted, unstated: Collection[Counted]) -> Extremes:
    """Find the extremes over all ways to share out the records without a group between two."""
    yes, no = sum(part.yes for part in unstated), sum(part.no for part in unstated)
    highest = _rate(group, yes=yes), _rate(reference, no=no)
    lowest = _rate(group, no=no), _rate(reference, yes=yes)
    least, most = _over(group.records, reference.records + yes + no), _over(group.records + yes + no, reference.records)
    rates = [*lowest, *highest]
    if any(rate is None for rate in rates):
        return Extremes(None, None, _both(least, most))
    low, low_reference, high, high_reference = (rate or 0.0 for rate in rates)
    ratios = _over(low, low_reference), _over(high, high_reference)
    return Extremes((low - low_reference, high - high_reference), _both(*ratios), _both(least, most))


def _rate(group: Counted, *, yes: float = 0.0, no: float = 0.0) -> float | None:
    return _over(group.yes + yes, group.records + yes + no)


def _over(value: float, base: float) -> float | None:
    return value / base if base > 0 else None


def _both(low: float | None, high: float | None) -> Ends:
    return None if low is None or high is None else (low, high)
