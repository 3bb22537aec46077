"""What rates of forces are drawn towards: a common distribution, estimated from all of them.

Each model gives its estimate by maximum likelihood, and how well other spreads between forces agree with the data: a
quadrature over the variance between forces. The prior is uniform in the intraclass correlation, near 0 the same as
uniform in the variance between forces, which Morris (1983), "Parametric empirical Bayes inference", Journal of the
American Statistical Association 78, 47-55, takes since the intervals that follow cover as often as they say.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Nodes", "Prior", "Spreads", "normed", "spreads"]

Floats: TypeAlias = npt.NDArray[np.float64]

_NODES = 10
_NEAR = 2.0  # asinh of the distance, in standard deviations, that nodes reach at least: 3.6 of them
_FAR = 6.0  # standard deviations that nodes reach upwards were all forces as well known as the usual one
_PULL = 1.0  # what prior and doubt about the mean move the peak by, in variances


@dataclass(frozen=True, slots=True)
class Nodes:
    """Priors that the data could come from; the first axis is the prior, the second the force.

    Attributes
    ----------
    weight : float array
        How probable each is; they add up to 1.
    centre, doubt : float array
        The mean of the forces under each, and the variance of that mean.
    spread : float array
        The strength of a beta prior, or the variance of a normal one.
    mean, variance : float array
        Of the rate of each force under each prior, the doubt about its mean included; on the scale of the model.
    """

    weight: Floats
    centre: Floats
    doubt: Floats
    spread: Floats
    mean: Floats
    variance: Floats


class Prior(Protocol):
    """A common distribution of rates, fitted to the samples of all forces."""

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
    """Nodes of a quadrature over the variance between forces, as a ratio to that of chance in a force of usual size.

    Attributes
    ----------
    ratio : float array
        The variances.
    log_step : float array
        The log of how much of the ratio each stands for, but for a constant.
    """

    ratio: Floats
    log_step: Floats


def spreads(fitted: float, sizes: Floats, most: float = math.inf) -> Spreads:
    """Place the nodes where the likelihood is not next to nothing.

    Parameters
    ----------
    fitted : float
        The ratio with the highest likelihood, 0 for no more spread than chance.
    sizes : float array
        The size of each force in units of the usual one, of which the variance by chance is one over this.
    most : float
        The largest ratio to take.

    Returns
    -------
    Spreads
        Nodes in ascending order.

    Notes
    -----
    The sum of squares of k forces of equal size is chi-squared times 1 + ratio: on the log of that the likelihood has
    the same shape whatever the ratio, a peak with a variance of 2 / k. Where sizes differ, the variance is that of
    normal theory. Equal steps of asinh put most nodes at the peak and some far above, since few forces, or few that are
    much larger than others, leave a long tail. The midpoint rule is as good as any for bell-shaped weights.

    Examples
    --------
    >>> spreads(0.0, np.ones(43)).ratio[[0, -1]].round(3).tolist()
    [0.031, 2.375]
    """
    known = sizes * (1 + fitted) / (1 + sizes * fitted)
    variance, few = 2 / float(known @ known), 1 / max(len(sizes) - 3, 1)
    unit, peak = math.sqrt(variance * len(sizes) * few), math.log1p(fitted) + _PULL * variance
    low = max(-_NEAR, -math.asinh(peak / unit))
    high = max(_NEAR, math.asinh(_FAR * math.sqrt(2 * few) / unit))
    high = min(high, math.asinh((math.log1p(most) - peak) / unit))
    at = low + (high - low) / _NODES * (np.arange(_NODES) + 0.5)
    scale = peak + unit * np.sinh(at)
    return Spreads(np.expm1(scale), scale + np.log(np.cosh(at)))


def normed(log_weight: Floats) -> Floats:
    """Turn logs of weights into weights that add up to 1.

    Examples
    --------
    >>> normed(np.array([-1000.0, -1000.0])).tolist()
    [0.5, 0.5]
    """
    weight = np.exp(log_weight - log_weight.max())
    return np.asarray(weight / weight.sum())
