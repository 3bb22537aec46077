"""Rates of many forces drawn towards their mean, with intervals that admit that the mean and the spread are estimated.

Nothing here orders forces: on rates that are uncertain a league table is mostly noise. What can be said is how
probable it is that a force is among the lowest or the highest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from cdi.binomial.intervals import Interval, tail_of
from cdi.errors import DataError
from cdi.variation.priors import Prior, beta_binomial, logit_normal
from cdi.variation.samples import Samples, choose, read_samples

__all__ = ["MODELS", "Shrunken", "shrink"]

Floats: TypeAlias = npt.NDArray[np.float64]

MODELS: Mapping[str, Callable[[Samples], Prior]] = {"beta-binomial": beta_binomial, "logit-normal": logit_normal}
"""Name of a model -> its fit."""


@dataclass(frozen=True, slots=True)
class Shrunken:
    """Rates drawn towards the mean of the forces; arrays have one element a force.

    Attributes
    ----------
    model : str
        "beta-binomial" or "logit-normal".
    names : tuple of str
        The forces.
    rates, sizes : float array
        What they were drawn from.
    mean : float
        The mean of the forces, towards which rates are drawn.
    estimates : float array
        The rates drawn towards it, proportions.
    notes : tuple of str
        "no-spread" (forces vary no more than by chance: all estimates are the mean), "widest-prior" (rates vary so much
        that none is drawn far), "zero-or-one" (on logits rates of 0 or 1 are taken as (x + 1/2) / (n + 1)).
    prior : Prior
        The distribution that was fitted, with its parameters.
    """

    model: str
    names: tuple[str, ...]
    rates: Floats
    sizes: Floats
    mean: float
    estimates: Floats
    notes: tuple[str, ...]
    prior: Prior = field(repr=False)

    @property
    def se(self) -> Floats:
        """Standard errors of the estimates, proportions, with the doubt about mean and spread in."""
        return np.asarray(np.sqrt(self._squares()) * self.prior.slope(self.estimates))

    def interval(self, level: float = 0.95) -> Interval:
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


def shrink(
    rates: ArrayLike, sizes: ArrayLike, names: Sequence[str] | None = None, *, model: str = "beta-binomial"
) -> Shrunken:
    """Draw the rates of forces towards their mean, the more so the less each is known (empirical Bayes).

    Parameters
    ----------
    rates, sizes : array_like
        Proportions and the effective sizes of their samples.
    names : sequence of str, optional
        The forces; their numbers from 1 unless given.
    model : {"beta-binomial", "logit-normal"}
        Counts with a beta prior, by maximum likelihood; or logits with known variances and a normal prior, by
        restricted maximum likelihood, for effective sizes that are no counts.

    Returns
    -------
    Shrunken
        The estimates; intervals and probabilities of places are computed when asked for.

    Raises
    ------
    DataError
        Fewer than three forces, no proportion, no effective size.
    MethodError
        An unknown model.

    Notes
    -----
    An estimate lies between the rate and the mean. With the beta-binomial model forces of equal size keep the order of
    their rates. On logits they need not: the variance 1 / (n p (1 - p)) is larger towards 0 and 1.

    References
    ----------
    Morris (1983) and Laird and Louis (1987), see :meth:`Shrunken.interval`.

    Examples
    --------
    >>> drawn = shrink([0.9, 0.7, 0.95, 0.8], [100, 80, 120, 90])
    >>> round(drawn.mean, 3), drawn.estimates.round(3).tolist()
    (0.84, [0.892, 0.723, 0.937, 0.806])
    """
    choose("model", model, MODELS)
    samples = read_samples(rates, sizes, names)
    prior = MODELS[model](samples)
    return Shrunken(
        model, samples.names, samples.rates, samples.sizes, prior.mean, prior.estimates(), prior.notes, prior
    )
