"""The overall rate that known volumes of recorded crime imply, with the covariance of domains that share reports."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.survey.basis import Basis
from cdi.survey.covariances import combined
from cdi.survey.ratios import bounded, in_one_stratum, of_whole
from cdi.survey.variances import Spread

if TYPE_CHECKING:
    from cdi.survey.totals import Totals

__all__ = ["of_volumes"]

Floats: TypeAlias = npt.NDArray[np.float64]


def of_volumes(totals: Totals, domains: Basis, volumes: Floats) -> Basis:
    """Estimate the overall rate that known volumes imply, R / (R + U), with the covariance between domains.

    Parameters
    ----------
    totals : Totals
        The sums.
    domains : Basis
        The rates of the domains.
    volumes : float array
        Recorded crime of each domain, R_k.

    Returns
    -------
    Basis
        One row; its rate is nan where a domain with recorded crime has no rate, or a rate of 0.
    """
    used = np.flatnonzero(volumes > 0)
    if len(used) == 1:
        return domains.take(used.tolist())
    whole = of_whole(totals)
    rates = domains.rate[used]
    if not len(used) or not np.all(rates > 0):
        return _unknown(whole)
    recorded = volumes[used]
    overall = np.array([recorded.sum() / (recorded / rates).sum()])
    scale = _scale(totals, volumes)
    with np.errstate(divide="ignore", invalid="ignore"):
        of_recorded = np.where(volumes > 0, -scale / domains.rate, 0.0)
    counted = combined(totals, scale, of_recorded)
    floor = _volume_floor(domains, volumes)
    to_rate = (overall**2 / recorded.sum()) ** 2
    share = recorded / rates / (recorded / rates).sum()
    spent = (share**2 * rates * (1 - rates) / domains.due[used]).sum()
    kish = _kish_of_volumes(totals, scale)
    single = in_one_stratum(totals.strata, totals.whole, 1)
    census = np.array([domains.census[used].all()])
    without = to_rate * (counted.without + floor.without)
    corrected = to_rate * (counted.corrected + floor.corrected)
    size = bounded(overall, without, whole.due, kish, single)
    alike = overall * (1 - overall)
    with np.errstate(divide="ignore", invalid="ignore"):
        independent = np.where(alike > 0, alike / spent, whole.due)
        deff = np.where(alike > 0, whole.due * to_rate * counted.without / alike, np.nan)
        inflation = np.where(single, whole.inflation, np.where(corrected > 0, without / corrected, 1.0))
    return Basis(
        overall, np.sqrt(corrected), whole.due, whole.recorded, whole.reports, np.where(census, 0.0, whole.df), size,
        inflation, deff, independent, census, np.array([False]), np.array([np.nan]),
    )  # fmt: skip


def _volume_floor(domains: Basis, volumes: Floats) -> Spread:
    """Give the same to a domain with a volume where every crime was recorded: R^2 q(1 - q) / Kish's size."""
    flat = (domains.rate == 1) & (volumes > 0) & ~domains.census
    likely = (domains.due + 0.5) / (domains.due + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(flat, volumes**2 * likely * (1 - likely) / domains.size, 0.0)
    return Spread(np.array([part.sum()]), np.array([(part / domains.inflation).sum()]))


def _scale(totals: Totals, volumes: Floats) -> Floats:
    """Give the recorded crime known for each weighted recorded crime of the sample, by domain."""
    cells = totals.cells
    counted = np.bincount(cells.domain, cells.weight * cells.recorded, len(totals.domains))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(volumes > 0, volumes / counted, 0.0)


def _kish_of_volumes(totals: Totals, scale: Floats) -> Floats:
    """Kish's size where each crime counts with its report's weight and its domain's volume."""
    cells = totals.cells
    first, second = cells.scores(scale, np.zeros(len(scale)))
    squares = second.sum()
    if totals.sharing:
        pairs = totals.pairs()
        squares += (pairs.weight**2 * scale[pairs.one] * scale[pairs.other] * pairs.due_due).sum()
    return np.array([first.sum() ** 2 / squares])


def _unknown(like: Basis) -> Basis:
    """Make a row of which nothing can be estimated, with what was counted."""
    blank = np.full(len(like), np.nan)
    no = np.zeros(len(like), dtype=bool)
    return replace(like, rate=blank, se=blank, size=blank, deff=blank, independent=blank, census=no, simple=no)
