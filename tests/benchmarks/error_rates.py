"""How often limits of adjusted rates hold the true ones, and how often a funnel names a force of which nothing is odd.

The figures of "Many forces" in docs/statistics.md. A minute; the seed is fixed.

Run: python tests/benchmarks/error_rates.py [REPETITIONS] [SETS]
"""

from __future__ import annotations

import math
import sys

import numpy as np
from scipy.special import betaincinv, expit, logit

import cdi
from cdi.variation.samples import read_samples
from cdi.variation.shrinkage import MODELS, beta_binomial

SEED = 20211231
SETS = (
    (5, 100, 0.9, 300),
    (10, 100, 0.9, 150),
    (43, 100, 0.9, 150),
    (10, 60, 0.9, 30),
    (43, 60, 0.9, 30),
    (43, 50, 0.97, 50),
)
"""Forces, size of each, mean and strength of the beta distribution of their true rates."""


def covered(k: int, size: int, mean: float, strength: float, repetitions: int) -> dict[str, float]:
    """Give the shares of forces, and of the tenth with the lowest true rates, whose limits of 95% hold those."""
    rng, shares = (
        np.random.default_rng(SEED),
        dict.fromkeys((*MODELS, *(f"{name}, lowest" for name in MODELS), "known"), 0.0),
    )
    for _ in range(repetitions):
        true = rng.beta(mean * strength, (1 - mean) * strength, k)
        rates, lowest = rng.binomial(size, true) / size, true.argsort()[: max(1, k // 10)]
        for model in MODELS:
            limits = cdi.shrink(rates, [size] * k, model=model).interval()
            held = (limits.low <= true) & (true <= limits.high)
            shares[model] += held.mean() / repetitions
            shares[f"{model}, lowest"] += held[lowest].mean() / repetitions
        prior = beta_binomial(read_samples(rates, [size] * k))
        if math.isfinite(prior.strength):
            a = prior.strength * prior.mean + size * rates
            low, high = (betaincinv(a, prior.strength + size - a, tail) for tail in (0.025, 0.975))
            shares["known"] += ((low <= true) & (true <= high)).mean() / repetitions
    return shares


def named(k: int, strength: float, sets: int) -> dict[str, float]:
    """Give the shares of sets of forces in which one or more are named, though all are of one normal distribution."""
    ways = {"PM": {}, "DL": {"tau": "DL"}, "multiplicative": {"dispersion": "multiplicative"}}
    rng, shares = np.random.default_rng(SEED), dict.fromkeys((*ways, "over-dispersion"), 0.0)
    spread = 0.0 if math.isinf(strength) else 1 / math.sqrt(strength * 0.87 * 0.13)
    for _ in range(sets):
        sizes = np.round(np.exp(rng.normal(6, 0.5, k)))
        rates = rng.binomial(sizes.astype(int), expit(rng.normal(logit(0.87), spread, k))) / sizes
        held = {way: cdi.funnel(rates, sizes, **options) for way, options in ways.items()}
        for way in ways:
            shares[way] += any(held[way].flags) / sets
        shares["over-dispersion"] += (held["PM"].over_dispersion < 0.05) / sets
    return shares


def show(label: str, shares: dict[str, float]) -> None:
    """Print a line of shares."""
    print(label, *(f"{name} {share:.3f}" for name, share in shares.items()), sep=" | ", flush=True)


def main(repetitions: int = 400, sets: int = 10000) -> None:
    """Print both tables."""
    for each in SETS:
        show(f"covered, {each}", covered(*each, repetitions))
    for strength in (math.inf, 300, 100, 30):
        show(f"named, 43 forces, M {strength}", named(43, strength, sets))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
