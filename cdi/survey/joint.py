"""Intervals that hold together: the level of each at which all of a table are right as often as is stated.

With R intervals at 95% each, the chance that one of them misses is more than 5%. Each is therefore computed at a higher
level, 2 Phi(c) - 1, where c is the quantile of the largest of R normal scores that go together as the estimates do
(max-t). Their correlations follow from the linearised rates. Categories that share reports go together, and so does an
overall rate with its categories, so c is less than Bonferroni's. Any method is computed at that level, and so keeps its
shape, its own degrees of freedom and its bounds; counts are those of the rates, mapped.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.survey.estimates import Counts, Estimates
from cdi.survey.totals import Totals, combined

__all__ = ["correlations", "level_of_each", "level_together"]

Floats: TypeAlias = npt.NDArray[np.float64]

MOST = 60
"""Rows of which the correlations are worked out; of more they are taken as independent, which makes wider intervals."""

_POINTS, _SEED = 15, 1  # 2^15 points of a scrambled Sobol sequence: the same for every sample of as many rows


def level_of_each(rates: Estimates, counts: Counts | None, level: float) -> float:
    """Give the level of each interval at which those of all rates hold together; a count holds where its rate does."""
    return level_together(correlations(rates, counts), level)


def level_together(correlation: Floats, level: float) -> float:
    """Give the level of each of some intervals at which all hold together, by how their estimates go together.

    Examples
    --------
    >>> import numpy as np
    >>> round(level_together(np.eye(1), 0.95), 4), round(level_together(np.ones((3, 3)), 0.95), 4)
    (0.95, 0.95)
    >>> round(level_together(np.eye(3), 0.95), 4), round(0.95 ** (1 / 3), 4)
    (0.983, 0.983)
    """
    from scipy.special import erf, ndtri
    from scipy.stats import qmc

    size = len(correlation)
    independent = level ** (1 / max(size, 1))
    if size <= 1 or np.array_equal(correlation, np.eye(size)):
        return float(independent)
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    points = qmc.Sobol(size, seed=_SEED).random_base2(_POINTS)
    scores = ndtri(np.clip(points, 1e-12, 1 - 1e-12)) @ root.T
    largest = np.quantile(np.abs(scores).max(axis=1), level)
    # no more than of independent estimates, no less than of one (Sidak 1967)
    return float(np.clip(erf(largest / np.sqrt(2)), level, independent))


def correlations(rates: Estimates, counts: Counts | None) -> Floats:
    """Give the correlations of the rates that are shown with an interval: categories, the overall rate, and others."""
    totals = rates.totals
    if totals is None:
        return np.eye(len(rates))
    forms = list(_forms(rates, counts, totals))
    size = len(forms)
    found = np.eye(size)
    if not 1 < size <= MOST:
        return found
    scaled: dict[int, Form] = {}
    for i, form in enumerate(forms):
        spread = 0.0 if form is None else _variance(totals, form)
        if form is not None and spread > 0:
            scaled[i] = (form[0] / np.sqrt(spread), form[1] / np.sqrt(spread))
    for i, j in itertools.combinations(scaled, 2):
        (one_due, one_recorded), (other_due, other_recorded) = scaled[i], scaled[j]
        both = _variance(totals, (one_due + other_due, one_recorded + other_recorded))
        found[i, j] = found[j, i] = np.clip(both / 2 - 1, -1, 1)
    return found


Form: TypeAlias = tuple[Floats, Floats]
"""What a rate is of the crimes of each category, linearised: so much for each due, and so much for each recorded."""


def _forms(rates: Estimates, counts: Counts | None, totals: Totals) -> Iterator[Form | None]:
    """Linearise each rate that varies; None where nothing is known of how it goes with the others."""
    cells, size = totals.cells, len(totals.domains)
    due, recorded = (
        np.bincount(cells.domain, cells.weight * each, size).astype(np.float64) for each in (cells.due, cells.recorded)
    )
    for i in range(size):
        if _varies(rates, i):
            own = np.zeros(size)
            own[i] = 1 / due[i]
            yield -rates.basis.rate[i] * own, own
    # where a crime counts as recorded in its own class by category, and in any class overall, the sums are not the same
    apart = totals.audit.places(totals.keys)
    several = counts is not None and len(counts) > 1
    if several and counts is not None and _varies(counts, len(counts) - 1):
        with np.errstate(divide="ignore", invalid="ignore"):
            scale = np.where(counts.volumes[:-1] > 0, counts.volumes[:-1] / recorded, 0.0)
            by_rate = np.where(scale > 0, scale * due / recorded, 0.0)
        yield None if apart or counts.held is not None else (-scale, by_rate)
    last = len(rates) - 1
    if (not several or totals.strata.weighs) and _varies(rates, last):
        each = np.full(size, 1 / due.sum()) if size else np.zeros(0)
        yield None if apart or not size else (-rates.basis.rate[last] * each, each)


def _varies(part: Estimates, row: int) -> bool:
    """Tell whether a row has an interval that could miss."""
    return bool(np.isfinite(part.basis.rate[row])) and not part.exact[row]


def _variance(totals: Totals, form: Form) -> float:
    return float(combined(totals, *form).corrected[0])
