"""Crimes not recorded, net of those recorded that should not have been."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cdi.binomial.differences import WithLimits, ratio
from cdi.binomial.intervals import Interval
from cdi.binomial.published import PublishedRate
from cdi.errors import DesignError
from cdi.survey.chance import PRINTED, OverRecording, of_share, over_recording_of
from cdi.survey.estimates import Counts, Estimates
from cdi.survey.extrapolation import overall_rate

__all__ = ["NetError", "net_unrecorded"]


@dataclass(frozen=True, slots=True)
class NetError:
    """By how much recorded crime falls short of the crimes reported, overall.

    Attributes
    ----------
    over_recorded : float
        Recorded crimes that should not have been recorded, R c.
    estimate : float or None
        Crimes not recorded less those, R ((1 - c) / p - 1); negative where recorded crime is too high. None where the
        count has no total.
    low, high : float or None
        Its interval; None where an end has no limit.
    level : float
        Confidence level.

    Examples
    --------
    >>> import cdi
    >>> found = cdi.NetError(21.0, 80.0, 20.0, 160.0, 0.95)
    >>> found.estimate
    80.0
    """

    over_recorded: float
    estimate: float | None
    low: float | None
    high: float | None
    level: float


def net_unrecorded(
    missing: Estimates, over_recording: Estimates | PublishedRate, *, level: float = 0.95, method: str = "wilson"
) -> NetError:
    """Estimate the crimes not recorded net of those recorded that should not have been, U - R c, in total.

    Parameters
    ----------
    missing : Estimates
        Unrecorded crimes, from ``unrecorded(..., over_recording=...)``.
    over_recording : Estimates or PublishedRate
        The share c that was given there.
    level, method
        As in :meth:`Estimates.interval`.

    Returns
    -------
    NetError
        Crimes; the interval is that of the ratio of (1 - c) to the overall rate, by MOVER, with the sampling errors of
        both audits and, where the count has it, the chance of the crimes themselves.

    Raises
    ------
    DesignError
        Estimates that are not unrecorded crimes net of over-recording, or a share from the same sample.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> rates = cdi.recording_rate(cdi.read_audit(pd.DataFrame({"recorded": [1] * 90 + [0] * 10})))
    >>> over = cdi.PublishedRate(0.02, 0.01)
    >>> found = cdi.net_unrecorded(cdi.unrecorded(rates, 9_000, over_recording=over), over)
    >>> round(found.estimate), round(found.low), round(found.high)
    (800, 325, 1689)
    """
    if not isinstance(missing, Estimates):
        raise DesignError.of("not-net", got=type(missing).__name__)
    if not isinstance(missing, Counts) or not missing.rows[-1].facts.net:
        raise DesignError.of("not-net", got=missing.measure.key)
    over = over_recording_of(over_recording, missing)
    recorded = float(missing.volumes[-1] / (1 - over.share))
    rates = replace(overall_rate(missing), realised=missing.chance[-1:] - of_share(missing.basis.rate[-1:], over))
    by_chance = 1 / recorded if missing.rows[-1].facts.chance else 0.0
    own, other = rates.interval(level, method), _share_interval(over, by_chance, level, method)
    kept = WithLimits(
        np.array([1 - over.share]),
        1 - np.minimum(np.atleast_1d(other.high)[-1:], 1),
        1 - np.maximum(np.atleast_1d(other.low)[-1:], 0),
    )
    low, high = ratio(kept, WithLimits(rates.estimate, own.low, own.high))
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = [recorded * (float(x[0]) - 1) for x in (kept.estimate / rates.estimate, low, high)]
    estimate, least, most = (float(end) if np.isfinite(end) else None for end in ends)
    return NetError(recorded * over.share, estimate, least, most, level)


def _share_interval(over: OverRecording, by_chance: float, level: float, method: str) -> Interval:
    """Give the interval of the share over-recorded, with the chance of the crimes themselves where it counts."""
    source = over.source
    if isinstance(source, Estimates):
        return replace(source, realised=np.full(len(source), by_chance)).interval(level, method)
    added = over.share * (1 - over.share) * by_chance
    if added == 0:
        return source.interval(level)
    widened = PRINTED * float(np.sqrt(over.se**2 + added))
    return replace(source, half_width=widened).interval(level)
