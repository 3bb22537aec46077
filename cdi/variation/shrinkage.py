"""Rates of many forces drawn towards their mean, with intervals that admit that the mean and the spread are estimated.

Rates are drawn towards a common distribution that is estimated from all of them. Each model gives its estimate by
maximum likelihood, and how well other spreads between forces agree with the data: a quadrature over the variance
between forces. The prior is uniform in the intraclass correlation, near 0 the same as uniform in the variance between
forces, which Morris (1983), "Parametric empirical Bayes inference", Journal of the American Statistical Association 78,
47-55, takes since the intervals that follow cover as often as they say. Counts have a beta prior; rates with effective
sizes that are no counts have a normal one on logits.

Nothing here orders forces: on rates that are uncertain a league table is mostly noise. What can be said is how
probable it is that a force is among the lowest or the highest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from cdi import wording
from cdi.arguments import checked
from cdi.binomial import normal
from cdi.binomial.intervals import Interval, tail_of
from cdi.errors import DataError
from cdi.facts import Facts
from cdi.measures import MEASURES
from cdi.parameters import LEVEL
from cdi.showing import Shown
from cdi.variation.samples import FORCE, Samples, choose, read_samples

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from cdi.printing.layout import Page
    from cdi.printing.tables import Table

__all__ = [
    "LEAST_STRENGTH", "MODELS", "BetaBinomial", "LogitNormal", "Nodes", "Prior", "Shrunken", "Spreads", "beta_binomial",
    "log_likelihood", "logit_normal", "normed", "shrink", "spreads",
]  # fmt: skip

Floats: TypeAlias = npt.NDArray[np.float64]

SHARE, ADJUSTED = MEASURES["share"], MEASURES["adjusted-rate"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Shrunken(Shown):
    """Rates drawn towards the mean of the forces; arrays have one element a force.

    Attributes
    ----------
    model : str
        "beta-binomial" or "logit-normal".
    prior : Prior
        The distribution that was fitted to the samples, with its parameters.

    Examples
    --------
    >>> drawn = shrink([0.9, 0.7, 0.95, 0.8], [100, 80, 120, 90])
    >>> drawn
    <cdi.Shrunken: 4 forces, mean 84.0%, beta-binomial>
    """

    model: str
    prior: Prior

    @property
    def names(self) -> tuple[str, ...]:
        """The forces."""
        return self.prior.samples.names

    @property
    def rates(self) -> Floats:
        """The rates that were drawn towards the mean, proportions."""
        return self.prior.samples.rates

    @property
    def sizes(self) -> Floats:
        """The effective sizes of their samples."""
        return self.prior.samples.sizes

    @property
    def mean(self) -> float:
        """The mean of the forces, towards which rates are drawn."""
        return self.prior.mean

    @property
    def estimates(self) -> Floats:
        """The rates drawn towards it, proportions."""
        return self.prior.estimates()

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know of the fit.

        "no-spread" (forces vary no more than by chance: all estimates are the mean), "widest-prior" (rates vary so much
        that none is drawn far), "zero-or-one" (on logits rates of 0 or 1 are taken as (x + 1/2) / (n + 1)).
        """
        return self.prior.notes

    @property
    def se(self) -> Floats:
        """Standard errors of the estimates, proportions, with the doubt about mean and spread in."""
        return np.asarray(np.sqrt(self._squares()) * self.prior.slope(self.estimates))

    def interval(self, level: float = LEVEL) -> Interval:
        """Give the intervals of the estimates, with the doubt about mean and spread in.

        Parameters
        ----------
        level : float
            The probability within.

        Returns
        -------
        Interval
            Proportions, one pair a force.

        Notes
        -----
        The variance about the estimate is the expected one plus that of the expectations, over the priors that the
        data could come from (the law of total variance, as in Kass and Steffey 1989, Journal of the American
        Statistical Association 84, 717-726). Limits are those of a beta, or on logits a normal, distribution with it.
        Morris (1983), "Parametric empirical Bayes inference", ibid. 78, 47-55, and Laird and Louis (1987), "Empirical
        Bayes confidence intervals based on bootstrap samples", ibid. 82, 739-750, say why plain posterior limits at
        the estimated prior are too short.

        Examples
        --------
        >>> drawn = shrink([0.9, 0.7, 0.95, 0.8], [100, 80, 120, 90])
        >>> [end.round(2).tolist() for end in (drawn.interval().low, drawn.interval().high)]
        [[0.83, 0.62, 0.89, 0.72], [0.94, 0.82, 0.97, 0.88]]
        """
        low, high = self.prior.proportions(self.estimates, self._squares(), tail_of(level, "both"))
        return Interval(low, high, level, self.model)

    def rank_probabilities(self, draws: int, rng: np.random.Generator) -> Floats:
        """Say how probable each place is for each force.

        Parameters
        ----------
        draws : int
            How many sets of rates are drawn; 10,000 are right to about one percentage point.
        rng : numpy.random.Generator
            Where chance comes from: the same seed gives the same result.

        Returns
        -------
        float array
            One row a force, one column a place; place 0 is the lowest rate.

        Examples
        --------
        >>> drawn = shrink([0.9, 0.7, 0.95, 0.8], [100, 80, 120, 90])
        >>> drawn.rank_probabilities(2000, np.random.default_rng(1)).round(1)[1].tolist()
        [0.9, 0.1, 0.0, 0.0]
        """
        places, k = self._places(draws, rng), len(self.names)
        counted = np.bincount((places + k * np.arange(k)).ravel(), minlength=k * k)
        return np.asarray(counted.reshape(k, k) / draws)

    def probability_among(self, k: int, draws: int, rng: np.random.Generator, *, highest: bool = False) -> Floats:
        """Say how probable it is that each force is among the k lowest, or the k highest.

        Parameters
        ----------
        k : int
            How many forces.
        draws : int
            How many sets of rates are drawn.
        rng : numpy.random.Generator
            Where chance comes from.
        highest : bool
            Whether those with the highest rates are meant.

        Returns
        -------
        float array
            Probabilities; they add up to k.

        Examples
        --------
        >>> drawn = shrink([0.9, 0.7, 0.95, 0.8], [100, 80, 120, 90])
        >>> drawn.probability_among(1, 2000, np.random.default_rng(1), highest=True).round(1).tolist()
        [0.1, 0.0, 0.9, 0.0]
        """
        if not 1 <= k <= len(self.names):
            raise DataError.of("not-a-rank", got=k, forces=len(self.names))
        chances = self.rank_probabilities(draws, rng)
        return np.asarray(chances[:, -k:].sum(axis=1) if highest else chances[:, :k].sum(axis=1))

    def expected_ranks(self, draws: int, rng: np.random.Generator) -> Floats:
        """Give the place of each force that is to be expected, 1 for the lowest rate.

        Where forces can hardly be told apart all are near (k + 1) / 2.

        Parameters
        ----------
        draws : int
            How many sets of rates are drawn.
        rng : numpy.random.Generator
            Where chance comes from.

        Returns
        -------
        float array
            Expected places; not whole, and no order to publish.

        Examples
        --------
        >>> drawn = shrink([0.9, 0.7, 0.95, 0.8], [100, 80, 120, 90])
        >>> drawn.expected_ranks(2000, np.random.default_rng(1)).round(0).tolist()
        [3.0, 1.0, 4.0, 2.0]
        """
        return np.asarray(self._places(draws, rng).mean(axis=0) + 1)

    @property
    def table(self) -> Table:
        """The rates and the adjusted ones with their intervals; unrounded."""
        from cdi.printing.tables import Row, Table

        held, interval = self.prior.samples, self.interval(LEVEL)
        estimates, se, facts = self.estimates, self.se, Facts(reasons=self.notes)
        rows = [
            Row((name,), SHARE, float(held.rates[i]), None, None, LEVEL, self.model, n_eff=float(held.sizes[i]))
            for i, name in enumerate(held.names)
        ]
        rows += [
            Row(
                (name,), ADJUSTED, float(estimates[i]), float(interval.low[i]), float(interval.high[i]), LEVEL,
                self.model, float(se[i]), n_eff=float(held.sizes[i]), facts=facts,
            )
            for i, name in enumerate(held.names)
        ]  # fmt: skip
        return Table((FORCE,), tuple(rows), LEVEL, self.model, "both")

    def wide(self) -> pd.DataFrame:
        """Give one row for each force, with its rate, and the adjusted rate with its interval.

        Returns
        -------
        pandas.DataFrame
            ``force``, ``rate``, ``size``, ``adjusted``, ``low``, ``high``, ``notes``; proportions, unrounded.
        """
        import pandas as pd

        interval = self.interval(LEVEL)
        columns = {
            FORCE: list(self.names), "rate": self.rates, "size": self.sizes, "adjusted": self.estimates,
            "low": interval.low, "high": interval.high, "notes": "; ".join(map(wording.NOTES.__getitem__, self.notes)),
        }  # fmt: skip
        return pd.DataFrame(columns)

    def page(self, **_options: Any) -> Page:
        """Lay the forces out for people, with one line for each."""
        from cdi.printing.layout import Column, Grid, Kind, Page, grid_of
        from cdi.printing.lines import AS_RATE, level_text, percent, rate

        heads, interval = wording.FORCE_HEADINGS, self.interval(LEVEL)
        estimates, places = self.estimates, range(len(self.names))
        columns: list[Column[int]] = [
            Column(heads["force"], lambda i: self.names[i], kind=Kind.WORDS),
            Column(heads["rate"], lambda i: float(self.rates[i]), rate),
            Column(heads["adjusted"], lambda i: float(estimates[i]), AS_RATE["estimate"], name="adjusted"),
            Column(heads["adjusted_low"], lambda i: float(interval.low[i]), AS_RATE["low"], within="adjusted"),
            Column(heads["adjusted_high"], lambda i: float(interval.high[i]), AS_RATE["high"], within="adjusted"),
        ]
        grid: Grid = grid_of(wording.adjusted_title(level_text(LEVEL), self.model), columns, places)
        said = wording.adjusted_rates(level_text(LEVEL)), wording.average_of_forces(percent(self.mean))
        return Page(self.table, (grid,), statements=(*said, *map(wording.force_note, self.notes)))

    def draw(self, axes: Axes) -> None:
        """Draw the adjusted rates with their intervals, and the rates themselves beside them."""
        from cdi.charts.rate_charts import draw_rates

        table = self.table
        draw_rates(axes, replace(table, rows=table.of(ADJUSTED.key)))
        legend, places = wording.FORCE_LEGEND, range(len(self.rates))
        axes.plot(self.rates, places, "o", color="none", markeredgecolor="black", label=legend["rate"])
        axes.axvline(self.mean, color="black", linewidth=1, zorder=0, label=legend["average"])
        axes.legend(fontsize="small")

    def __repr__(self) -> str:
        from cdi.printing.lines import percent

        return f"<cdi.Shrunken: {len(self.names):,} forces, mean {percent(self.mean)}, {self.model}>"

    def _places(self, draws: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
        if draws < 1:
            raise DataError.of("not-draws", got=draws)
        nodes = self.prior.nodes()
        which = rng.choice(len(nodes.weight), size=draws, p=nodes.weight)
        drawn = self.prior.draw(nodes, which, rng)
        return np.asarray(drawn.argsort(axis=1).argsort(axis=1))

    def _squares(self) -> Floats:
        """Give the mean squares about the estimates over the priors that the data could come from, on the scale."""
        nodes = self.prior.nodes()
        away = nodes.mean - self.prior.on_scale(self.estimates)
        return np.asarray(nodes.weight @ (nodes.variance + away * away))


@checked
def shrink(
    rates: ArrayLike | Shown,
    sizes: ArrayLike | None = None,
    names: Sequence[str] | None = None,
    *,
    model: str = "beta-binomial",
) -> Shrunken:
    """Draw the rates of forces towards their mean, the more so the smaller the sample (empirical Bayes).

    Parameters
    ----------
    rates, sizes : array_like, or a result alone
        The rates, as proportions, and the effective sizes of their samples. A result by force, such as of
        :func:`cdi.forces`, has both.
    names : sequence of str, optional
        The names of the forces. If None, they are numbered from 1.
    model : {"beta-binomial", "logit-normal"}
        Counts with a beta prior, by maximum likelihood. Or logits with known variances and a normal prior, by
        restricted maximum likelihood, for effective sizes that are not counts.

    Returns
    -------
    Shrunken
        The adjusted rates, as proportions. Intervals and probabilities of ranks are computed when they are asked for.

    Raises
    ------
    DataError
        If there are fewer than three forces, a rate is not a proportion, or an effective size is missing.
    MethodError
        If the model is unknown.

    Notes
    -----
    An adjusted rate lies between the rate and the mean. With the beta-binomial model, forces of equal size keep the
    order of their rates. On logits they need not: the variance 1 / (n p (1 - p)) is larger towards 0 and 1.

    References
    ----------
    Morris (1983) and Laird and Louis (1987); see :meth:`Shrunken.interval`.

    Examples
    --------
    >>> drawn = shrink([0.9, 0.7, 0.95, 0.8], [100, 80, 120, 90])
    >>> round(drawn.mean, 3), drawn.estimates.round(3).tolist()
    (0.84, [0.892, 0.723, 0.937, 0.806])
    """
    choose("model", model, MODELS)
    return Shrunken(model, MODELS[model](read_samples(rates, sizes, names)))


# ---- the distributions that rates are drawn towards

_NODES = 10
_REACH = 2.0  # asinh of the distance, in standard deviations, that nodes reach at least: 3.6 of them
_FAR = 6.0  # standard deviations that nodes reach upwards were all forces as well known as the usual one
_PULL = 1.0  # what prior and doubt about the mean move the peak by, in variances


@dataclass(frozen=True, slots=True)
class Nodes:
    """Priors that the data could come from; the first axis is the prior, the second the force."""

    weight: Floats  # how probable each is; they add up to 1
    # centre, doubt: the mean of the forces under each, and the variance of that mean
    centre: Floats
    doubt: Floats
    spread: Floats  # the strength of a beta prior, or the variance of a normal one
    # mean, variance: of the rate of each force under each prior, the doubt about its mean included; on the scale of the
    # model
    mean: Floats
    variance: Floats


class Prior(Protocol):
    """A common distribution of rates, fitted to the samples of all forces."""

    @property
    def samples(self) -> Samples:
        """The data."""
        ...

    @property
    def mean(self) -> float:
        """The mean of the forces, a proportion."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know of the fit."""
        ...

    def estimates(self) -> Floats:
        """Draw the rate of each force towards the mean."""
        ...

    def nodes(self) -> Nodes:
        """Give the priors that the data could come from, and what each makes of the forces."""
        ...

    def proportions(self, centre: Floats, variance: Floats, tail: float) -> tuple[Floats, Floats]:
        """Give the limits of distributions with these means, proportions, and these variances on the scale."""
        ...

    def on_scale(self, rates: Floats) -> Floats:
        """Take proportions to the scale of the model."""
        ...

    def slope(self, rates: Floats) -> Floats:
        """Say by how much proportions change when the scale does."""
        ...

    def draw(self, nodes: Nodes, which: npt.NDArray[np.int64], rng: np.random.Generator) -> Floats:
        """Draw the rates of all forces once under each of these priors, on any scale that keeps their order."""
        ...


class Spreads(NamedTuple):
    """Nodes of a quadrature over the variance between forces, as a ratio to that of chance in a force of usual size."""

    ratio: Floats  # the variances
    log_step: Floats  # the log of how much of the ratio each stands for, but for a constant


def spreads(fitted: float, sizes: Floats, most: float = math.inf) -> Spreads:
    """Place the nodes, in ascending order, where the likelihood is not next to nothing.

    ``fitted`` is the ratio with the highest likelihood, 0 for no more spread than chance; ``sizes`` are in units of the
    usual one.

    The sum of squares of k forces of equal size is chi-squared times 1 + ratio: on the log of that the likelihood has
    the same shape whatever the ratio, a peak with a variance of 2 / k. Where sizes differ, the variance is that of
    normal theory. Equal steps of asinh put most nodes at the peak and some far above, since few forces, or few that are
    much larger than others, leave a long tail. The midpoint rule is as good as any for bell-shaped weights.
    """
    known = sizes * (1 + fitted) / (1 + sizes * fitted)
    variance, few = 2 / float(known @ known), 1 / max(len(sizes) - 3, 1)
    unit, peak = math.sqrt(variance * len(sizes) * few), math.log1p(fitted) + _PULL * variance
    low = max(-_REACH, -math.asinh(peak / unit))
    high = max(_REACH, math.asinh(_FAR * math.sqrt(2 * few) / unit))
    high = min(high, math.asinh((math.log1p(most) - peak) / unit))
    at = low + (high - low) / _NODES * (np.arange(_NODES) + 0.5)
    scale = peak + unit * np.sinh(at)
    return Spreads(np.expm1(scale), scale + np.log(np.cosh(at)))


def normed(log_weight: Floats) -> Floats:
    """Turn logs of weights into weights that add up to 1."""
    weight = np.exp(log_weight - log_weight.max())
    return np.asarray(weight / weight.sum())


_ROUNDS = 200
_LONGEST = 2.0  # the longest step on logit mu, and on the scale of the spread
_LAST_GAIN = 1e-9  # in log-likelihood: a step of Newton that promises less ends at the maximum, but for rounding
_WEAKEST = 1.0  # a prior worth less than an observation would give 0 of 50 an interval without width
_WEAKEST_OF_ALL = 0.2  # of those that the data could come from: an intraclass correlation of 5/6
_STRENGTHS, _STRONGEST = 32, 1e3  # that are looked at, up to this many times the usual size
_NARROWEST = 1e-6  # n / M below which nothing changes any more
_LARGEST_PART = 0.9  # of the spread on its scale that one step may take away: the end is neared, not jumped to
_NEXT_TO_END = 2.0**-52  # of a rate
LEAST_STRENGTH = 1e-3
"""The least number of observations that a beta distribution of limits is taken to be worth."""


@dataclass(frozen=True, slots=True)
class BetaBinomial:
    """Rates of forces follow a beta distribution, counts a binomial one."""

    samples: Samples  # the data
    mean: float  # the mean of the beta distribution
    # how many observations the prior is worth, a + b; infinite where forces vary no more than by chance
    strength: float
    # "no-spread" (the strength is infinite), "widest-prior" (it is 1, the least that is looked for)
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

        strength = np.maximum(centre * (1 - centre) / variance - 1, LEAST_STRENGTH)
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
        # a mean that rounds to 0 or 1 would leave a force that lies there no distribution
        centre = np.clip(rng.beta(mean * worth, (1 - mean) * worth), _NEXT_TO_END, 1 - _NEXT_TO_END)[:, None]
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
    """Give the beta-binomial log-likelihood, without what does not depend on the prior."""
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
    at = _Step(math.log(mean / (1 - mean)), math.log1p(usual / strength))
    here = _slopes(counts, each, usual, at)
    widest = math.log1p(usual / _WEAKEST)
    step, gain = _newton_step(here, at.spread, widest)
    for _ in range(_ROUNDS):
        moved = _Step(at.centre + step.centre, at.spread + step.spread)
        if gain < _LAST_GAIN:
            at = moved
            break
        there = _slopes(counts, each, usual, moved)
        if there.value >= here.value:
            at, here = moved, there
            step, gain = _newton_step(here, at.spread, widest)
        else:
            step, gain = _Step(step.centre / 2, step.spread / 2), gain / 2
    return at.mean, usual / math.expm1(at.spread)


class _Step(NamedTuple):
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


def _slopes(counts: Floats, each: Floats, usual: float, at: _Step) -> _Slopes:
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


def _newton_step(here: _Slopes, spread: float, widest: float) -> tuple[_Step, float]:
    """Solve for the step that keeps the spread within its ends, and say what it should gain at most.

    The spread goes first, along the ridge of the best means; the mean follows it.
    """
    bend = _downward(here.centre2)
    along = here.spread - here.both * here.centre / bend
    wanted = -along / _downward(here.spread2 - here.both * here.both / bend)
    narrower, wider = max(-_LARGEST_PART * spread, _NARROWEST - spread), widest - spread
    taken = min(max(_short(wanted), narrower), wider)
    centre = _short(-(here.centre + here.both * taken) / bend)
    return _Step(centre, taken), along * taken - here.centre * here.centre / bend


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


_SAME = 1e-12
_CLOSE = 1e-9  # steps of Newton square what is left of the distance
_TRIED, _NEXT_TO_NONE = 32, 1e-2  # variances, from this part of the least variance by chance
_LOGISTIC = math.pi**2 / 3  # the variance of a logistic variable: tau2 / (tau2 + this) is the correlation on logits


@dataclass(frozen=True, slots=True)
class LogitNormal:
    """Logits of rates follow a normal distribution, estimated logits one with known variance 1 / (n p (1 - p))."""

    samples: Samples  # the data
    # y, v: the logits, and their variances
    y: Floats
    v: Floats
    # centre, doubt: the mean of the logits, and its variance
    centre: float
    doubt: float
    tau2: float  # the variance between forces
    notes: tuple[str, ...]  # "no-spread" (tau2 is 0), "zero-or-one" (rates of 0 or 1 taken as (x + 1/2) / (n + 1))

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
        from scipy.special import expit, logit

        away = -normal.quantile(tail) * np.sqrt(variance)
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
    """Fit a normal distribution to the logits of rates."""
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
        done = abs(moved - tau2) <= _CLOSE * moved
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


MODELS: Mapping[str, Callable[[Samples], Prior]] = {"beta-binomial": beta_binomial, "logit-normal": logit_normal}
"""Name of a model -> its fit."""
