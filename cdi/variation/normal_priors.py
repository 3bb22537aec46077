"""A normal prior on logits, for rates with effective sizes that are no counts."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.variation.force_samples import Samples
from cdi.variation.priors import Nodes, normed, spreads

__all__ = ["LogitNormal", "logit_normal"]

Floats: TypeAlias = npt.NDArray[np.float64]

_ROUNDS = 200
_SAME = 1e-12
_NEAR = 1e-9  # steps of Newton square what is left of the distance
_TRIED, _NEXT_TO_NONE = 32, 1e-2  # variances, from this part of the least variance by chance
_LOGISTIC = math.pi**2 / 3  # the variance of a logistic variable: tau2 / (tau2 + this) is the correlation on logits


@dataclass(frozen=True, slots=True)
class LogitNormal:
    """Logits of rates follow a normal distribution, estimated logits one with known variance 1 / (n p (1 - p)).

    Attributes
    ----------
    samples : Samples
        The data.
    y, v : float array
        The logits, and their variances.
    centre, doubt : float
        The mean of the logits, and its variance.
    tau2 : float
        The variance between forces.
    notes : tuple of str
        "no-spread" (tau2 is 0), "zero-or-one" (rates of 0 or 1 taken as (x + 1/2) / (n + 1)).
    """

    samples: Samples
    y: Floats
    v: Floats
    centre: float
    doubt: float
    tau2: float
    notes: tuple[str, ...]

    @property
    def mean(self) -> float:
        """The rate at the mean of the logits."""
        return 1 / (1 + math.exp(-self.centre))

    def estimates(self) -> Floats:
        """Draw the rate of each force towards the mean, on logits."""
        from scipy.special import expit

        return np.asarray(expit(self.centre + self.tau2 / (self.tau2 + self.v) * (self.y - self.centre)))

    def nodes(self) -> Nodes:
        """Give the priors that the data could come from, by their restricted likelihood.

        The variance at its own rate makes a force with a rate near 0 or 1 look less well known than others, and moves
        the mean away from it: here variances are those at the adjusted rates, and the logits those of Anscombe (1956),
        "On estimating binomial response relations", Biometrika 43, 461-464, which are nearly unbiased.
        """
        y, v = self._evened()
        usual, tried = float(v.mean()), _variances(y, v)
        nearest = float(tried[_restricted_likelihood(y, v, tried).value.argmax()])
        ratio, log_step = spreads(nearest / usual, usual / v)
        tau2 = usual * ratio
        value, w, total, away = _restricted_likelihood(y, v, tau2)
        uniform = -2 * np.log(tau2 + _LOGISTIC)  # the derivative of tau2 / (tau2 + _LOGISTIC), but for a factor
        centre, kept = w @ y / total, tau2[:, None] * w
        mean = centre[:, None] + kept * away
        variance = kept * v + (1 - kept) ** 2 / total[:, None]
        return Nodes(normed(value + uniform + log_step), centre, 1 / total, tau2, mean, variance)

    def proportions(self, centre: Floats, variance: Floats, tail: float) -> tuple[Floats, Floats]:
        """Give the limits of normal distributions on logits, as proportions."""
        from scipy.special import expit, logit, ndtri

        away = -float(ndtri(tail)) * np.sqrt(variance)
        return np.asarray(expit(logit(centre) - away)), np.asarray(expit(logit(centre) + away))

    def on_scale(self, rates: Floats) -> Floats:
        """Take logits."""
        from scipy.special import logit

        return np.asarray(logit(rates))

    def slope(self, rates: Floats) -> Floats:
        """Give the derivative of a proportion by its logit."""
        return np.asarray(rates * (1 - rates))

    def draw(self, nodes: Nodes, which: npt.NDArray[np.int64], rng: np.random.Generator) -> Floats:
        """Draw the mean of each prior, and then the logits of all forces."""
        y, v = self._evened()
        centre = rng.normal(nodes.centre[which], np.sqrt(nodes.doubt[which]))[:, None]
        tau2 = nodes.spread[which][:, None]
        kept = tau2 / (tau2 + v)
        return np.asarray(rng.normal(centre + kept * (y - centre), np.sqrt(kept * v)))

    def _evened(self) -> tuple[Floats, Floats]:
        """Give the logits with half a success and half a failure added, and their variances at the adjusted rates."""
        p, n, drawn = self.samples.rates, self.samples.sizes, self.estimates()
        x = p * n
        return np.log((x + 0.5) / (n - x + 0.5)), 1 / (n * drawn * (1 - drawn))


def logit_normal(samples: Samples, tau: str = "REML") -> LogitNormal:
    """Fit a normal distribution to the logits of rates.

    Examples
    --------
    >>> from cdi.variation.force_samples import read_samples
    >>> fitted = logit_normal(read_samples([0.9, 0.7, 0.95, 0.8], [100, 80, 120, 90]))
    >>> round(fitted.mean, 3), round(fitted.tau2, 3)
    (0.858, 0.716)
    """
    p, n = samples.within, samples.sizes
    y, v = np.log(p / (1 - p)), 1 / (n * p * (1 - p))
    tau2 = _FITS[tau](y, v)
    w = 1 / (v + tau2)
    holds = {"no-spread": tau2 == 0, "zero-or-one": bool(samples.at_ends.any())}
    notes = tuple(code for code, said in holds.items() if said)
    return LogitNormal(samples, y, v, float(w @ y / w.sum()), float(1 / w.sum()), tau2, notes)


class _Likelihood(NamedTuple):
    """The restricted log-likelihood, and its parts; the first axis is the variance, the second the force."""

    value: Floats
    weight: Floats
    total: Floats
    away: Floats


def _variances(y: Floats, v: Floats) -> Floats:
    """Give the variances between forces to try: 0, and up to what is more than any data can have."""
    least, widest = float(v.min()) * _NEXT_TO_NONE, 4 * float(np.ptp(y)) ** 2
    return np.concatenate(([0.0], np.geomspace(least, max(widest, least), _TRIED)))


def _restricted_likelihood(y: Floats, v: Floats, tau2: Floats) -> _Likelihood:
    w = 1 / (v + tau2[:, None])
    total = w.sum(axis=1)
    away = y - (w @ y / total)[:, None]
    value = (np.log(w).sum(axis=1) - np.log(total) - (w * away * away).sum(axis=1)) / 2
    return _Likelihood(value, w, total, away)


def _restricted(y: Floats, v: Floats) -> float:
    """Maximise the restricted likelihood: it can have two maxima, so the best of many variances is where to start."""
    tried = _variances(y, v)
    best = int(_restricted_likelihood(y, v, tried).value.argmax())
    low, tau2, high = tried[max(best - 1, 0)], tried[best], tried[min(best + 1, _TRIED)]
    return _polished(y, v, float(low), float(tau2), float(high))


def _polished(y: Floats, v: Floats, low: float, tau2: float, high: float) -> float:
    """Go to the maximum between two variances with Newton's method, and halve what is left where that leads outside."""
    for _ in range(_ROUNDS):
        slope, bend = _slope(y, v, tau2)
        if slope <= 0 and tau2 == 0:
            break
        low, high = (tau2, high) if slope > 0 else (low, tau2)
        moved = tau2 - slope / bend if bend < 0 else high
        if not low <= moved < high:
            moved = (low + high) / 2
        done = abs(moved - tau2) <= _NEAR * moved
        tau2 = moved
        if done:
            break
    return tau2


def _slope(y: Floats, v: Floats, tau2: float) -> tuple[float, float]:
    """Give twice the slope of the restricted likelihood, and how it changes."""
    w = 1 / (v + tau2)
    total, w2 = float(w.sum()), w * w
    away = y - float(w @ y) / total
    squares, shift, away2 = float(w2.sum()) / total, float(w2 @ away) / total, away * away
    slope = float(w2 @ away2) - total + squares
    w3 = w2 * w
    bend = squares * total - 2 * float(w3.sum()) / total + squares**2 - 2 * float(w3 @ away2) + 2 * shift**2 * total
    return slope, bend


def _paule_mandel(y: Floats, v: Floats) -> float:
    """Solve sum of w (y - mean)^2 = k - 1; steps of Newton from 0 never pass the root, since the sum is convex."""
    tau2, rest = 0.0, len(y) - 1
    for _ in range(_ROUNDS):
        w = 1 / (v + tau2)
        away = w * (y - w @ y / w.sum())
        excess = float(away @ (away / w)) - rest
        if excess <= _SAME * rest:
            break
        tau2 += excess / float(away @ away)
    return tau2


_FITS: Mapping[str, Callable[[Floats, Floats], float]] = {"REML": _restricted, "PM": _paule_mandel}
