"""What rates of forces are drawn towards: a common distribution, estimated from all of them.

Each model gives its estimate by maximum likelihood, and how well other spreads between forces agree with the data: a
quadrature over the shrinkage of a force of usual size. The prior is uniform in the intraclass correlation, near 0 the
same as uniform in the variance between forces, which Morris (1983), "Parametric empirical Bayes inference", Journal of
the American Statistical Association 78, 47-55, takes since the intervals that follow cover as often as they say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Nodes", "Prior", "normed", "shrinkages"]

Floats: TypeAlias = npt.NDArray[np.float64]

_NODES = 16


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


def shrinkages() -> Floats:
    """Give the midpoints of equal parts of 0 to 1; for bell-shaped weights this rule is as good as any.

    Examples
    --------
    >>> len(shrinkages())
    16
    """
    return (np.arange(_NODES) + 0.5) / _NODES


def normed(log_weight: Floats) -> Floats:
    """Turn logs of weights into weights that add up to 1.

    Examples
    --------
    >>> normed(np.array([-1000.0, -1000.0])).tolist()
    [0.5, 0.5]
    """
    weight = np.exp(log_weight - log_weight.max())
    return np.asarray(weight / weight.sum())
