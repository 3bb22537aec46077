"""What a count of unrecorded crimes is uncertain by beside its rate, on the scale of 1 / n_eff.

Each part of the variance of U = R (1 - c) (1 - p) / p is expressed as a variance of p, V = p (1 - p) / n: the interval
of the count then comes from the same formula as that of the rate, at a smaller size.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.binomial.published import PublishedRate, is_published, parse_published
from cdi.errors import DesignError, Where
from cdi.measures import Bearing
from cdi.showing import Shown
from cdi.survey.estimates import Counts, Estimates

if TYPE_CHECKING:
    from cdi.reading.sources import Source
    from cdi.survey.basis import Basis

__all__ = [
    "FEW_CRIMES", "PRINTED", "OverRecording", "of_crimes", "of_share", "of_total", "over_recording_of",
    "same_sample",
]  # fmt: skip

Floats: TypeAlias = npt.NDArray[np.float64]

FEW_CRIMES = 1_000
"""Below so many recorded crimes the chance of the crimes themselves counts."""

PRINTED = 1.96
"""Standard errors in the half width of a printed interval."""


@dataclass(frozen=True, slots=True)
class OverRecording:
    """The share of recorded crimes that should not have been recorded, from an audit of its own."""

    share: float  # a proportion
    se: float  # its standard error
    source: Estimates | PublishedRate  # where it comes from


def of_crimes(basis: Basis, volumes: Floats, *, prediction: bool) -> Floats:
    """Give what the chance of the crimes themselves adds to 1 / n_eff of each domain.

    Given the rate and R, the crimes not recorded have the variance R (1 - p) / p^2, as counts until the R-th success.
    """
    counts = (volumes > 0) & (prediction | (~basis.census & (volumes < FEW_CRIMES)))
    with np.errstate(divide="ignore", invalid="ignore"):
        added = basis.rate / volumes
    return np.where(counts & np.isfinite(added), added, 0.0)


def of_total(total: Basis, domains: Basis, volumes: Floats, *, prediction: bool) -> Floats:
    """Give the same for the total of some domains: the variances of those that have one add up."""
    counts = of_crimes(domains, volumes, prediction=prediction) > 0
    overall, summed = total.rate, volumes.sum()
    alone = (np.count_nonzero(volumes) == 1) | (overall == 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.where(counts, volumes * (1 - domains.rate) / domains.rate**2, 0.0).sum()
        share = np.where(alone, volumes[counts].sum(), overall**2 * variance / (1 - overall))
        added = overall * share / summed**2
    return np.where(np.isfinite(added), added, 0.0)


def of_share(rate: Floats, over: OverRecording) -> Floats:
    """Give what the error of the share over-recorded adds to 1 / n_eff: p (1 - p) v / (1 - c)^2.

    It is what Var(log U) = v_c / (1 - c)^2 + v_p / (p (1 - p))^2 of two independent audits says of p.
    """
    return np.nan_to_num(rate * (1 - rate)) * (over.se / (1 - over.share)) ** 2


def over_recording_of(source: object, rates: Estimates) -> OverRecording:
    """Take the share over-recorded from an audit of its own, or as it was published, also as it is printed."""
    if isinstance(source, str) and is_published(source):
        source = parse_published(source)
    kept = getattr(source, "estimates", ()) if isinstance(source, Shown) else ()
    source = next((part for part in kept if part.measure.bearing is Bearing.SURPLUS), source)
    if isinstance(source, PublishedRate):
        share, se = source.rate, source.half_width_at(0.025) / PRINTED
    elif not isinstance(source, Estimates):
        raise DesignError.of("not-over-recording", got=type(source).__name__)
    else:
        _refuse_the_same(source, rates)
        source.refuse_unrepresentative()
        share, se = float(source.estimate[-1]), _se_of_share(source)
    if not 0 <= share < 1:
        raise DesignError.of("no-over-recording", got=share)
    return OverRecording(share, se, source)


def _se_of_share(source: Estimates) -> float:
    """Give the standard error of the share; where none was found, the one it may have had: q (1 - q) / size."""
    basis = source.basis.take([len(source) - 1])
    if basis.rate[0] > 0 or basis.census[0]:
        return float(basis.se[0])
    likely = (basis.due[0] + 0.5) / (basis.due[0] + 1)
    return float(np.sqrt(likely * (1 - likely) / (basis.size[0] * basis.inflation[0])))


def _refuse_the_same(source: Estimates, rates: Estimates) -> None:
    if isinstance(source, Counts) or source.measure.bearing not in (Bearing.SURPLUS, Bearing.EITHER):
        raise DesignError.of("not-over-recording", got=source.measure.key)
    if source.totals is not None and same_sample(source, rates):
        name = source.totals.audit.name
        raise DesignError.of("over-recording-same", got=name, where=Where(name))


def same_sample(a: Estimates, b: Estimates) -> bool:
    """Tell whether two estimates come from one sample: the same rows, or a sheet of a file that both hold."""
    if a.totals is None or b.totals is None:
        return False
    one, other = a.totals.audit.source, b.totals.audit.source
    return one is other or bool(_places(one) & _places(other))


def _places(opened: Source) -> set[tuple[Path, str | None]]:
    """Name the files that rows come from; none of a frame."""
    names = opened.files or ((opened.name,) if opened.name is not None else ())
    return {(Path(name).resolve(), opened.sheet) for name in names}
