"""Intervals by the hundred thousand, against the bare formulae and the calls of scipy that they rest on.

Both sides take the same 100,000 counts, and are timed in turn in one process. The bare side is what somebody would
write in numpy for the formula alone: nothing is checked, and what does not exist at a rate of 0 or 1 is left as it is.

Run: python -m tests.benchmarks.kernel [ROUNDS]
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import betaincinv, expit
from scipy.special import logit as log_odds
from scipy.stats import hypergeom

import cdi

Floats: TypeAlias = npt.NDArray[np.float64]
Bare: TypeAlias = Callable[[Floats, Floats], tuple[Floats, Floats]]

MANY, SMALLEST, LARGEST = 100_000, 80, 400
TAIL, Z = 0.025, 1.959963984540054
EXACT, DRAWN, FRAME = 1_000, 200, 10_000
STRATA, LARGE = 129, 100_000
LOOPED = 100  # intervals that the loop finds, which is timed for each


def wilson(p: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Give the roots of the score equation."""
    centre, half = (p + Z**2 / (2 * n)), Z * np.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
    scale = 1 + Z**2 / n
    return (centre - half) / scale, (centre + half) / scale


def wald(p: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Go so many standard errors from the rate."""
    half = Z * np.sqrt(p * (1 - p) / n)
    return p - half, p + half


def agresti_coull(p: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Add records, half of them recorded."""
    more = n + Z**2
    return wald((n * p + Z**2 / 2) / more, more)


def logit(p: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Go so many standard errors on log-odds."""
    with np.errstate(divide="ignore", invalid="ignore"):
        centre, half = log_odds(p), Z / np.sqrt(n * p * (1 - p))
        low, high = expit(centre - half), expit(centre + half)
    return low.astype(np.float64), high.astype(np.float64)


def arcsine(p: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Go so many standard errors on angles."""
    centre, half = np.arcsin(np.sqrt(p)), Z / (2 * np.sqrt(n))
    return np.sin(np.maximum(centre - half, 0)) ** 2, np.sin(np.minimum(centre + half, np.pi / 2)) ** 2


def beta(more: float, less: float) -> Bare:
    """Take both quantiles of beta distributions."""

    def quantiles(p: Floats, n: Floats) -> tuple[Floats, Floats]:
        x = n * p
        low = np.asarray(betaincinv(x + more, n - x + less, TAIL), dtype=np.float64)
        return low, np.asarray(betaincinv(x + less, n - x + more, 1 - TAIL), dtype=np.float64)

    return quantiles


CLOSED: Mapping[str, Bare] = {
    "wilson": wilson, "wald": wald, "published": wald, "agresti-coull": agresti_coull, "logit": logit,
    "arcsine": arcsine,
}  # fmt: skip
BETA: Mapping[str, Bare] = {
    "clopper-pearson": beta(0, 1), "korn-graubard": beta(0, 1), "jeffreys": beta(0.5, 0.5),
}  # fmt: skip


def seconds(job: Callable[[], object]) -> float:
    """Time one round, by the time of processors: of a few milliseconds other work makes clocks useless."""
    start = time.process_time()
    job()
    return time.process_time() - start


def compared(named: str, target: float, ours: Callable[[], object], bare: Callable[[], object], rounds: int) -> None:
    """Time both in turn and print the median ratio."""
    pairs = [(seconds(ours), seconds(bare)) for _ in range(rounds + 1)][1:]
    ratio = statistics.median(a / b for a, b in pairs)
    a, b = (statistics.median(values) for values in zip(*pairs, strict=True))
    print(f"{named} (target {target:g}): {ratio:.2f} ({a:.4f} s / {b:.4f} s, {rounds} rounds)", flush=True)


def inverted(x: int, n: int, frame: int) -> tuple[int, int]:
    """Invert both tails of scipy's hypergeometric distribution, halving what is left."""

    def least(count: int) -> int:
        below, reached = count - 1, frame - n + count
        while reached - below > 1:
            middle = (below + reached) // 2
            if hypergeom.sf(count - 1, frame, middle, n) > TAIL:
                reached = middle
            else:
                below = middle
        return reached

    return least(x), frame - least(n - x)


def main(rounds: int) -> None:
    """Time each method against its formula, and exact limits against a loop."""
    rng = np.random.default_rng(20211231)
    n = rng.integers(SMALLEST, LARGEST + 1, MANY).astype(float)
    p = rng.binomial(n.astype(int), rng.beta(18, 2, MANY)) / n
    print(f"{MANY:,} intervals, {np.mean((p == 0) | (p == 1)):.1%} of them of a rate of 0 or 1")
    for target, several in ((2.0, CLOSED), (1.3, BETA), (5.0, {"mid-p": beta(0, 1)})):
        for name, bare in several.items():
            many = MANY if target < 5 else MANY // 10
            one, other = _ours(name, p[:many], n[:many]), _alone(bare, p[:many], n[:many])
            compared(f"cdi.interval, {name} / the formula alone", target, one, other, rounds)
    x = rng.hypergeometric(9_000, 1_000, DRAWN, EXACT)
    for name in cdi.EXACT:
        own = seconds(_exact(name, x))
        loop = seconds(lambda: [inverted(int(each), DRAWN, FRAME) for each in x[:LOOPED]]) * EXACT / LOOPED
        figures = f"{loop / own:.0f} ({loop:.2f} s / {own:.3f} s)"
        print(f"a loop over scipy.stats.hypergeom / {EXACT:,} intervals, {name} (target 20): {figures}", flush=True)

    for name in cdi.EXACT:
        own = seconds(_limits(_in_strata(rng), name))
        print(f"rates of {STRATA} strata of {LARGE:,} records each, {name} (target 2 s): {own:.2f} s", flush=True)


def _in_strata(rng: np.random.Generator) -> cdi.Estimates:
    """Estimate the rate of each of many strata; the one over all of them is beyond the reach of exact limits."""
    sizes = rng.integers(100, 301, STRATA)
    area = np.repeat([f"area {i}" for i in range(STRATA)], sizes)
    rows = pd.DataFrame({"area": area, "recorded": rng.random(len(area)) < 0.9})
    population = {f"area {i}": LARGE for i in range(STRATA)}
    audit = cdi.read_audit(rows.astype({"recorded": int}), stratum="area", population=population)
    return cdi.recording_rate(audit).take(range(STRATA))


def _limits(rates: cdi.Estimates, name: str) -> Callable[[], object]:
    return lambda: rates.interval(method=name)


def _ours(name: str, p: Floats, n: Floats) -> Callable[[], object]:
    return lambda: cdi.interval(p, n, method=name)


def _alone(bare: Bare, p: Floats, n: Floats) -> Callable[[], object]:
    return lambda: bare(p, n)


def _exact(name: str, x: npt.NDArray[np.int64]) -> Callable[[], object]:
    return lambda: cdi.count_interval(x, DRAWN, population=FRAME, method=name)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 21)
