"""A beta prior for counts: rates of forces vary by a beta distribution that maximum likelihood fits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.variation.force_samples import Samples
from cdi.variation.priors import Nodes, normed, spreads

__all__ = ["BetaBinomial", "beta_binomial", "log_likelihood"]

Floats: TypeAlias = npt.NDArray[np.float64]

_ROUNDS = 200
_LONGEST = 2.0  # the longest step on logit mu, and on the scale of the spread
_LAST_GAIN = 1e-9  # in log-likelihood: a step of Newton that promises less ends at the maximum, but for rounding
_WEAKEST = 1.0  # a prior worth less than an observation would give 0 of 50 an interval without width
_WEAKEST_OF_ALL = 0.2  # of those that the data could come from: an intraclass correlation of 5/6
_STRENGTHS, _STRONGEST = 32, 1e3  # that are looked at, up to this many times the usual size
_NARROWEST = 1e-6  # n / M below which nothing changes any more
_LARGEST_PART = 0.9  # of the spread on its scale that one step may take away: the end is neared, not jumped to
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
        p, n, usual = self.samples.rates, self.samples.sizes, self.samples.usual_size
        ratio, log_step = spreads(usual / self.strength, n / usual, usual / _WEAKEST_OF_ALL)
        strength = usual / ratio
        worth = n + strength[:, None]
        kept = n / worth
        centre, total = _means(self.samples, kept, strength)
        doubt = centre * (1 - centre) / total
        uniform = -2 * np.log(ratio + usual)  # the derivative of 1 / (1 + strength) by the ratio, but for a factor
        likely = log_likelihood(self.samples, centre[:, None], strength[:, None])
        mean = centre[:, None] + kept * (p - centre[:, None])
        variance = mean * (1 - mean) / (worth + 1) + (1 - kept) ** 2 * doubt[:, None]
        return Nodes(normed(likely + np.log(doubt) / 2 + uniform + log_step), centre, doubt, strength, mean, variance)

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


def _means(samples: Samples, kept: Floats, strength: Floats) -> tuple[Floats, Floats]:
    """Give the mean of the forces under priors of these strengths, and how many observations it is worth."""
    total = kept.sum(axis=1)
    centre = kept @ samples.rates / total
    if not 0 < samples.pooled < 1:
        size = samples.sizes.sum()
        centre = (centre * size + 0.5) / (size + 1)
    return centre, total * (1 + strength)


def log_likelihood(samples: Samples, mean: float | Floats, strength: float | Floats) -> Floats:
    """Give the beta-binomial log-likelihood, without what does not depend on the prior.

    Examples
    --------
    >>> from cdi.variation.force_samples import read_samples
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
    """Fit a beta distribution to the rates of forces by maximum likelihood, with Newton's method.

    The scales are logit mu and log(1 + n / M), n the usual size of a sample: on the second the likelihood is near to a
    parabola both where the prior is weak and where it is so strong that only 1 / M counts.

    Examples
    --------
    >>> from cdi.variation.force_samples import read_samples
    >>> fitted = beta_binomial(read_samples([0.9, 0.7, 0.95, 0.8], [100, 80, 120, 90]))
    >>> round(fitted.mean, 3), round(fitted.strength, 1)
    (0.84, 15.7)
    """
    x, n, mean = samples.rates * samples.sizes, samples.sizes, samples.pooled_within
    rest = n - x
    none = BetaBinomial(samples, mean, math.inf, ("no-spread",))
    if mean != samples.pooled:
        return none
    # the slope of the likelihood in 1 / M where M is infinite: where it falls there may be another maximum far away
    rises = x @ (x - 1) / mean + rest @ (rest - 1) / (1 - mean) - n @ (n - 1) > 0
    start = (mean, _first_strength(samples, mean)) if rises else _apart(samples)
    if start is None:
        return none
    # a last column without counts is the prior alone, which is taken away once a force
    k = len(n)
    counts, each = np.zeros((3, k + 1)), np.ones(k + 1)
    counts[:, :k], each[k] = (x, rest, n), -k
    mean, strength = _climb(counts, each, samples.usual_size, *start)
    if samples.usual_size / strength <= 2 * _NARROWEST or not (rises or _above_chance(samples, mean, strength)):
        return none
    return BetaBinomial(samples, mean, strength, ("widest-prior",) if math.isclose(strength, _WEAKEST) else ())


def _first_strength(samples: Samples, mean: float) -> float:
    """Start from the moments: how much the squares of distances exceed those by chance."""
    p, n = samples.rates, samples.sizes
    away, size, rest = p - mean, float(n.sum()), len(n) - 1
    squares = float(n @ (away * away)) / (mean * (1 - mean))
    rho = (squares - rest) / max(size - float(n @ n) / size - rest, 1.0)
    return 1 / min(max(rho, 1e-4), 0.5) - 1


def _apart(samples: Samples) -> tuple[float, float] | None:
    """Find the start of a climb where the likelihood falls at first: a far larger force can hide the spread of others.

    The likelihood of that one falls wherever the mean is not its own rate, that of the others rises.
    """
    strength = np.geomspace(_WEAKEST, _STRONGEST * samples.usual_size, _STRENGTHS)
    centre, _ = _means(samples, samples.sizes / (samples.sizes + strength[:, None]), strength)
    value = log_likelihood(samples, centre[:, None], strength[:, None])
    tops = np.flatnonzero(value[:-1] > value[1:])
    if not len(tops):
        return None
    top = tops[value[tops].argmax()]
    return float(centre[top]), float(strength[top])


def _above_chance(samples: Samples, mean: float, strength: float) -> bool:
    p, n, pooled = samples.rates, samples.sizes, samples.pooled
    by_chance = float(n @ (p * math.log(pooled) + (1 - p) * math.log1p(-pooled)))
    return float(log_likelihood(samples, mean, strength)) > by_chance


def _climb(counts: Floats, each: Floats, usual: float, mean: float, strength: float) -> tuple[float, float]:
    """Go to the maximum from a first mean and strength, halving steps that do not rise."""
    at = _Place(math.log(mean / (1 - mean)), math.log1p(usual / strength))
    here = _slopes(counts, each, usual, at)
    widest = math.log1p(usual / _WEAKEST)
    step, gain = _newton_step(here, at.spread, widest)
    for _ in range(_ROUNDS):
        moved = _Place(at.centre + step.centre, at.spread + step.spread)
        if gain < _LAST_GAIN:
            at = moved
            break
        there = _slopes(counts, each, usual, moved)
        if there.value >= here.value:
            at, here = moved, there
            step, gain = _newton_step(here, at.spread, widest)
        else:
            step, gain = _Place(step.centre / 2, step.spread / 2), gain / 2
    return at.mean, usual / math.expm1(at.spread)


class _Place(NamedTuple):
    """Where the search is, or a step of it: on logit mu, and on log(1 + n / M)."""

    centre: float
    spread: float

    @property
    def mean(self) -> float:
        return 1 / (1 + math.exp(-self.centre))


class _Slopes(NamedTuple):
    """The log-likelihood at a place, its slopes along both scales, and how these change."""

    value: float
    centre: float
    spread: float
    centre2: float
    both: float
    spread2: float


def _slopes(counts: Floats, each: Floats, usual: float, at: _Place) -> _Slopes:
    from scipy.special import gammaln, psi

    m, strength = at.mean, usual / math.expm1(at.spread)
    a = m * strength
    b = strength - a
    grown = counts + np.array([[a], [b], [strength]])
    a0, b0, n0 = (gammaln(grown) @ each).tolist()
    a1, b1, n1 = (psi(grown) @ each).tolist()
    a2, b2, n2 = (_trigamma(grown) @ each).tolist()
    d, apart = a * (1 - m), a1 - b1
    # along log M, and then along the scale of the spread
    slope = a * a1 + b * b1 - strength * n1
    bend = a * a * a2 + b * b * b2 - strength * strength * n2 + slope
    both = d * (a * a2 - b * b2 + apart)
    turn = -(1 + strength / usual)
    return _Slopes(
        a0 + b0 - n0,
        d * apart,
        turn * slope,
        d * d * (a2 + b2) + d * (1 - 2 * m) * apart,
        turn * both,
        turn * turn * (bend + slope * strength / (strength + usual)),
    )


def _newton_step(here: _Slopes, spread: float, widest: float) -> tuple[_Place, float]:
    """Solve for the step that keeps the spread within its ends, and say what it should gain at most.

    The spread goes first, along the ridge of the best means; the mean follows it.
    """
    bend = _downward(here.centre2)
    along = here.spread - here.both * here.centre / bend
    wanted = -along / _downward(here.spread2 - here.both * here.both / bend)
    narrower, wider = max(-_LARGEST_PART * spread, _NARROWEST - spread), widest - spread
    taken = min(max(_short(wanted), narrower), wider)
    centre = _short(-(here.centre + here.both * taken) / bend)
    return _Place(centre, taken), along * taken - here.centre * here.centre / bend


def _downward(bend: float) -> float:
    """Keep a bend that leads to a maximum; where it is the other way go along the slope."""
    return bend if bend < 0 else -max(bend, 1.0)


def _short(step: float) -> float:
    return min(max(step, -_LONGEST), _LONGEST)


def _trigamma(x: Floats) -> Floats:
    """Give the trigamma function by its series one step further on: near enough to say how the likelihood bends."""
    r = 1 / (x + 1)
    square = r * r
    return np.asarray(1 / (x * x) + r + square * (0.5 + r * (1 / 6 - square / 30)))
