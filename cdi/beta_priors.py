"""A beta prior for counts: rates of forces vary by a beta distribution that maximum likelihood fits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.force_samples import Samples
from cdi.priors import Nodes, normed, shrinkages

__all__ = ["BetaBinomial", "beta_binomial", "log_likelihood"]

Floats: TypeAlias = npt.NDArray[np.float64]

_ROUNDS = 200
_LONGEST = 2.0  # the longest step on logit mu and on log M
_LAST_GAIN = 1e-9  # in log-likelihood: a step of Newton that promises less ends at the maximum, but for rounding
_WEAKEST = 1.0  # a prior worth less than an observation would give 0 of 50 an interval without width
_STRONGEST = 1e9  # strength beyond which nothing changes any more
_LEAST = 1e-3


@dataclass(frozen=True, slots=True)
class BetaBinomial:
    """Rates of forces follow a beta distribution, counts a binomial one.

    Attributes
    ----------
    samples : Samples
        The data.
    mean : float
        The mean of the beta distribution.
    strength : float
        How many observations the prior is worth, a + b; infinite where forces vary no more than by chance.
    notes : tuple of str
        "no-spread" (the strength is infinite), "widest-prior" (it is 1, the least that is looked for).
    """

    samples: Samples
    mean: float
    strength: float
    notes: tuple[str, ...]

    @property
    def rho(self) -> float:
        """The correlation of two observations in one force, 1 / (1 + strength)."""
        return 1 / (1 + self.strength)

    def estimates(self) -> Floats:
        """Draw the rate of each force towards the mean."""
        kept = self.samples.sizes / (self.samples.sizes + self.strength)
        return np.asarray(self.mean + kept * (self.samples.rates - self.mean))

    def nodes(self) -> Nodes:
        """Give the priors that the data could come from, and what each makes of the forces.

        The mean under each strength is that of weights n / (1 + (n - 1) rho), with mu (1 - mu) / sum of weights.
        """
        p, n = self.samples.rates, self.samples.sizes
        drawn = shrinkages()[:, None]
        usual = len(n) / (1 / n).sum()
        strength = drawn / (1 - drawn) * usual
        weight = n * (1 + strength) / (n + strength)
        total = weight.sum(axis=1)
        size = n.sum()
        centre = (
            (weight @ p / total * size + 0.5) / (size + 1) if not 0 < self.samples.pooled < 1 else weight @ p / total
        )
        doubt = centre * (1 - centre) / total
        uniform = -2 * np.log(1 + (usual - 1) * drawn[:, 0])  # the derivative of 1 / (1 + strength), but for a factor
        log_weight = log_likelihood(self.samples, centre[:, None], strength) + np.log(doubt) / 2 + uniform
        mean = centre[:, None] + n / (n + strength) * (p - centre[:, None])
        variance = mean * (1 - mean) / (n + strength + 1) + (strength / (n + strength)) ** 2 * doubt[:, None]
        return Nodes(normed(log_weight), centre, doubt, strength[:, 0], mean, variance)

    def proportions(self, centre: Floats, variance: Floats, tail: float) -> tuple[Floats, Floats]:
        """Give the limits of beta distributions with these means and variances."""
        from scipy.special import betaincinv

        strength = np.maximum(centre * (1 - centre) / variance - 1, _LEAST)
        a, b = centre * strength, (1 - centre) * strength
        return np.asarray(betaincinv(a, b, tail)), np.asarray(betaincinv(a, b, 1 - tail))

    def on_scale(self, rates: Floats) -> Floats:
        """Keep proportions as they are."""
        return rates

    def slope(self, rates: Floats) -> Floats:
        """Say that proportions are the scale."""
        return np.ones_like(rates)

    def draw(self, nodes: Nodes, which: npt.NDArray[np.int64], rng: np.random.Generator) -> Floats:
        """Draw the mean of each prior, and then the rates of all forces."""
        p, n = self.samples.rates, self.samples.sizes
        mean, worth = nodes.centre[which], nodes.centre[which] * (1 - nodes.centre[which]) / nodes.doubt[which] - 1
        centre = rng.beta(mean * worth, (1 - mean) * worth)[:, None]
        strength = nodes.spread[which][:, None]
        return np.asarray(rng.beta(strength * centre + n * p, strength * (1 - centre) + n * (1 - p)))


def log_likelihood(samples: Samples, mean: float | Floats, strength: float | Floats) -> Floats:
    """Give the beta-binomial log-likelihood, without what does not depend on the prior.

    Examples
    --------
    >>> from cdi.force_samples import read_samples
    >>> float(log_likelihood(read_samples([0.5, 0.5, 1], [2, 2, 2]), 0.5, 2.0).round(4))
    -4.6821
    """
    from scipy.special import gammaln

    x, n = samples.rates * samples.sizes, samples.sizes
    a, b = mean * strength, (1 - mean) * strength
    rising = gammaln(x + a) + gammaln(n - x + b) - gammaln(n + strength)
    common = gammaln(a) + gammaln(b) - gammaln(strength)
    return np.asarray(rising.sum(axis=-1) - len(n) * np.asarray(common).reshape(rising.shape[:-1]))


def beta_binomial(samples: Samples) -> BetaBinomial:
    """Fit a beta distribution to the rates of forces by maximum likelihood, with Newton's method on (logit mu, log M).

    Examples
    --------
    >>> from cdi.force_samples import read_samples
    >>> fitted = beta_binomial(read_samples([0.9, 0.7, 0.95, 0.8], [100, 80, 120, 90]))
    >>> round(fitted.mean, 3), round(fitted.strength, 1)
    (0.84, 15.7)
    """
    x, n, mean = samples.rates * samples.sizes, samples.sizes, samples.pooled_within
    rest = n - x
    # the slope of the likelihood in 1 / M where M is infinite: unless it rises there is no more spread than chance
    slope = (x * (x - 1)).sum() / mean + (rest * (rest - 1)).sum() / (1 - mean) - (n * (n - 1)).sum()
    if slope <= 0 or not 0 < samples.pooled < 1:
        return BetaBinomial(samples, mean, math.inf, ("no-spread",))
    at = np.array([math.log(mean / (1 - mean)), math.log(_first_strength(samples))])
    value = _value(samples, at)
    for _ in range(_ROUNDS):
        step, gain = _newton_step(x, rest, at)
        moved = _bounded(at + step)
        if gain < _LAST_GAIN or (moved == at).all():
            at = moved
            break
        while (tried := _value(samples, moved)) < value:
            step = step / 2
            moved = _bounded(at + step)
        at, value = moved, tried
    mean, strength = 1 / (1 + math.exp(-at[0])), math.exp(at[1])
    if strength >= _STRONGEST / 2:
        return BetaBinomial(samples, samples.pooled, math.inf, ("no-spread",))
    return BetaBinomial(samples, mean, strength, ("widest-prior",) if strength <= _WEAKEST else ())


def _first_strength(samples: Samples) -> float:
    """Start from the moments: how much the squares of distances exceed those by chance."""
    p, n, mean = samples.rates, samples.sizes, samples.pooled
    squares = float(n @ (p - mean) ** 2) / (mean * (1 - mean))
    rho = (squares - (len(n) - 1)) / max(float(n.sum() - (n @ n) / n.sum()) - (len(n) - 1), 1.0)
    return 1 / min(max(rho, 1e-4), 0.5) - 1


def _bounded(at: Floats) -> Floats:
    return np.array([min(max(at[0], -40.0), 40.0), min(max(at[1], math.log(_WEAKEST)), math.log(_STRONGEST))])


def _value(samples: Samples, at: Floats) -> float:
    return float(log_likelihood(samples, 1 / (1 + math.exp(-at[0])), math.exp(at[1])))


def _newton_step(x: Floats, rest: Floats, at: Floats) -> tuple[Floats, float]:
    """Solve for the step and say what it should gain; go along the gradient where the bend is the wrong way."""
    from scipy.special import psi, zeta

    m, strength = 1 / (1 + math.exp(-at[0])), math.exp(at[1])
    a, b, k = m * strength, (1 - m) * strength, len(x)
    grown = np.stack([x + a, rest + b, x + rest + strength])
    start = np.array([a, b, strength])
    a1, b1, n1 = (psi(grown).sum(axis=1) - k * psi(start)).tolist()
    a2, b2, n2 = (_trigamma(grown).sum(axis=1) - k * zeta(2, start)).tolist()
    d = strength * m * (1 - m)
    g = (d * (a1 - b1), a * a1 + b * b1 - strength * n1)
    h = (
        d * d * (a2 + b2) + d * (1 - 2 * m) * (a1 - b1),
        d * (a * a2 - b * b2) + d * (a1 - b1),
        a * a * a2 + b * b * b2 - strength * strength * n2 + g[1],
    )
    determinant = h[0] * h[2] - h[1] * h[1]
    if h[0] < 0 and determinant > 0:
        step = np.array([(h[1] * g[1] - h[2] * g[0]), (h[1] * g[0] - h[0] * g[1])]) / determinant
    else:
        step = np.array([g[0] / max(abs(h[0]), 1.0), g[1] / max(abs(h[2]), 1.0)])
    step = np.clip(step, -_LONGEST, _LONGEST)
    return step, float(step @ g)


def _trigamma(x: Floats) -> Floats:
    """Give the trigamma function by its series one step further on: near enough to say how the likelihood bends."""
    r = 1 / (x + 1)
    square = r * r
    return np.asarray(1 / (x * x) + r + square * (0.5 + r * (1 / 6 - square * (1 / 30 - square / 42))))
