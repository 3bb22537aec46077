"""Two rates of one sample: the variance of their difference, with what they share through reports that hold both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.survey.variances import Spread, blocks, spread

if TYPE_CHECKING:
    from cdi.survey.basis import Basis
    from cdi.survey.totals import Totals

__all__ = ["Shared", "combined", "shared"]

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shared:
    """How two rates of one sample go together.

    Attributes
    ----------
    se : float
        The standard error of their difference under the design; a proportion.
    correlation : float
        Of the two estimates, -1 to 1; 0 where one of them does not vary.
    """

    se: float
    correlation: float


def shared(totals: Totals, rates: Basis, one: int, other: int) -> Shared:
    """Linearise the difference between the rates of two domains, with their covariance.

    Parameters
    ----------
    totals : Totals
        The sums.
    rates : Basis
        The two rates.
    one, other : int
        Which domains of the totals they are of.

    Returns
    -------
    Shared
        The standard error of the difference and the correlation of the rates.
    """
    counted = totals.cells.weight * totals.cells.due
    weighted = np.bincount(totals.cells.domain, counted, len(totals.domains))[[one, other]]
    if not np.isfinite(rates.rate).all():
        return Shared(float("nan"), 0.0)
    of_due, of_recorded = np.zeros(len(totals.domains)), np.zeros(len(totals.domains))
    of_recorded[[one, other]] = np.array([1, -1]) / weighted
    of_due[[one, other]] = -of_recorded[[one, other]] * rates.rate
    variance = float(combined(totals, of_due, of_recorded).corrected[0])
    product = float(rates.se[0] * rates.se[1])
    covariance = (float((rates.se**2).sum()) - variance) / 2
    return Shared(float(np.sqrt(variance)), float(np.clip(covariance / product, -1, 1)) if product > 0 else 0.0)


def combined(totals: Totals, of_due: Floats, of_recorded: Floats) -> Spread:
    """Compute the variance of a total over domains, with what they share through reports that hold crimes of two.

    Parameters
    ----------
    totals : Totals
        The sums.
    of_due, of_recorded : float array, one element a domain
        What each crime due, and each recorded, counts for in the total.

    Returns
    -------
    Spread
        One element.
    """
    first, second = totals.cells.scores(of_due, of_recorded)
    stratum = totals.cells.stratum
    if totals.sharing:
        pairs = totals.pairs()
        a, b = of_due, of_recorded
        met = pairs.weight**2 * (
            a[pairs.one] * a[pairs.other] * pairs.due_due
            + 2 * a[pairs.one] * b[pairs.other] * pairs.due_recorded
            + b[pairs.one] * b[pairs.other] * pairs.recorded_recorded
        )
        first, second = np.r_[first, np.zeros(len(met))], np.r_[second, met]
        stratum = np.r_[stratum, pairs.stratum]
    where = blocks(totals.strata, np.zeros(len(stratum), dtype=np.int64), stratum)
    return spread(totals.strata, where, first, second, 1)
