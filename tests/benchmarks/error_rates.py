"""How often limits of adjusted rates hold the true ones, and how often a funnel names a force of which nothing is odd.

The figures of "Many forces" in docs/statistics.md, as its tables. Some minutes; the seed is fixed.

Run: python tests/benchmarks/error_rates.py [REPETITIONS] [SETS]
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import betaincinv, expit, logit, ndtr
from scipy.stats import false_discovery_control

import cdi
from cdi.variation.funnel import BY_CHANCE
from cdi.variation.samples import read_samples
from cdi.variation.shrinkage import MODELS, beta_binomial

Floats: TypeAlias = npt.NDArray[np.float64]

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


SIZES: Mapping[str, Callable[[np.random.Generator, int], Floats]] = {
    "25": lambda _, k: np.full(k, 25.0),
    "25 to 80": lambda rng, k: rng.integers(25, 81, k).astype(float),
    "60 to 200": lambda rng, k: rng.integers(60, 201, k).astype(float),
    "60 to 400": lambda rng, k: rng.integers(60, 401, k).astype(float),
    "about 400": lambda rng, k: np.round(np.exp(rng.normal(6, 0.5, k))),
    "1,000": lambda _, k: np.full(k, 1000.0),
}
"""Effective sizes of the samples of forces: equal, evenly spread, log-normal."""

RATES = (0.85, 0.90, 0.95, 0.97, 0.99)
STRENGTHS = (math.inf, 300, 100, 30)
ODD = ((0.90, 0.80, 300), (0.95, 0.85, 100), (0.90, 0.97, 300))
"""The rate of all forces but one, that of the one, and the size of each."""
SPREAD = ((0.87, "about 400"), (0.95, "60 to 400"))

Way: TypeAlias = Callable[[Floats, Floats], Sequence[object]]


def by_logits(rates: Floats, sizes: Floats) -> list[bool]:
    """Say which forces a funnel of logits over their standard errors names, which is what the funnel did before."""
    held = read_samples(rates, sizes)
    p, t = held.within, held.pooled_within
    v = 1 / (sizes * t * (1 - t))
    away = logit(p) - logit(t)
    z = away / np.sqrt(v)
    squares = np.clip(z, *np.quantile(z, [0.1, 0.9])) ** 2 / BY_CHANCE * v

    def beyond(tau2: float) -> float:
        return float((squares / (v + tau2)).sum()) - (len(v) - 1)

    tau2 = brentq(beyond, 0, squares.sum()) if beyond(0) > 0 else 0.0
    return (false_discovery_control(2 * ndtr(-np.abs(away) / np.sqrt(v + tau2))) < 0.10).tolist()


def by_funnel(**options: str) -> Way:
    """Say which forces the funnel names."""
    return lambda rates, sizes: cdi.funnel(rates, sizes, **options).flags


WAYS: Mapping[str, Way] = {
    "before": by_logits, "now": by_funnel(), "factor": by_funnel(dispersion="multiplicative"),
    "arcsine": by_funnel(transform="arcsine"), "raw": by_funnel(transform="raw"),
}  # fmt: skip


def named(
    k: int, rate: float, size: str, sets: int, *, strength: float = math.inf, ways: Sequence[str] = ("before", "now")
) -> dict[str, float]:
    """Give the shares of sets of forces in which one or more are named, though all are of one normal distribution."""
    rng, counts = np.random.default_rng(SEED), dict.fromkeys(ways, 0)
    spread = 0.0 if math.isinf(strength) else 1 / math.sqrt(strength * rate * (1 - rate))
    for _ in range(sets):
        sizes = SIZES[size](rng, k)
        rates = rng.binomial(sizes.astype(int), expit(rng.normal(logit(rate), spread, k))) / sizes
        for way in ways:
            counts[way] += any(WAYS[way](rates, sizes))
    return {way: count / sets for way, count in counts.items()}


def found(rate: float, odd: float, size: float, sets: int) -> dict[str, float]:
    """Give the shares of sets in which one odd force among 42 others is named."""
    rng, ways = np.random.default_rng(SEED), ("before", "now")
    counts, sizes = dict.fromkeys(ways, 0), np.full(43, size)
    for _ in range(sets):
        rates = rng.binomial(int(size), [*[rate] * 42, odd]) / size
        for way in ways:
            counts[way] += bool(WAYS[way](rates, sizes)[-1])
    return {way: count / sets for way, count in counts.items()}


def show(label: str, shares: dict[str, float]) -> None:
    """Print a line of shares."""
    print(label, *(f"{name} {share:.3f}" for name, share in shares.items()), sep=" | ", flush=True)


def line(first: str, cells: Iterable[str]) -> None:
    """Print a line of a table."""
    print("|", " | ".join([first, *cells]), "|", flush=True)


def funnels(sets: int) -> None:
    """Print the tables of the funnel."""
    for k in (43, 10, 5):
        line(f"{k} forces, rate", SIZES)
        for rate in RATES:
            shares = [named(k, rate, size, sets) for size in SIZES]
            line(f"{rate:.2f}", (f"{share['before']:.3f} / {share['now']:.3f}" for share in shares))
    ways = tuple(WAYS)
    line("spread", (f"{rate:.2f}, {size}, {way}" for rate, size in SPREAD for way in ways))
    for strength in STRENGTHS:
        shares = [named(43, *each, sets, strength=strength, ways=ways) for each in SPREAD]
        line(f"M = {strength:g}", (f"{share[way]:.3f}" for share in shares for way in ways))
    for each in ODD:
        show(f"found, {each}", found(*each, sets))


def main(repetitions: int = 400, sets: int = 1000) -> None:
    """Print all tables."""
    funnels(sets)
    for each in SETS:
        show(f"covered, {each}", covered(*each, repetitions))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
