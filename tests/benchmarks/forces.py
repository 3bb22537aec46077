"""Outlier lines, funnel and shrinkage of 43 forces by 20 measures, against the Shapiro-Wilk tests alone.

Both sides take the same rates and are timed in turn in one process. The tests alone are scipy.stats.shapiro on the
rates of each measure and on their logs; ours makes the same tests (by its own room, not by scipy), draws the lines, and
gives a funnel and adjusted rates with their intervals.

Run: python tests/benchmarks/forces.py [ROUNDS]
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.stats import shapiro

import cdi

FORCES, MEASURES = 43, 20

Measure = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]


def measures(seed: int = 20211231) -> list[Measure]:
    """Make rates and sizes; in every second measure rates are low and skewed, so that lines are taken on logs."""
    rng = np.random.default_rng(seed)
    made = []
    for i in range(MEASURES):
        size = rng.integers(150, 450, FORCES).astype(float)
        true = rng.beta(130, 13, FORCES) if i % 2 == 0 else 0.05 * np.exp(rng.normal(0, 0.7, FORCES))
        made.append(((rng.binomial(size.astype(int), np.minimum(true, 0.9)) + 0.0) / size, size))
    return made


def tests_alone(made: list[Measure]) -> None:
    """Test the rates of each measure and their logs."""
    for rates, _ in made:
        shapiro(rates)
        shapiro(np.log(np.maximum(rates, 1e-9)))


def ours(model: str) -> Callable[[list[Measure]], None]:
    """Name the whole job with one model of shrinkage."""

    def job(made: list[Measure]) -> None:
        for rates, sizes in made:
            cdi.outlier_lines(rates)
            cdi.funnel(rates, sizes)
            cdi.shrink(rates, sizes, model=model).interval(0.95)

    return job


def seconds(job: Callable[[list[Measure]], None], made: list[Measure]) -> float:
    """Time one round."""
    start = time.perf_counter()
    job(made)
    return time.perf_counter() - start


def main(rounds: int) -> None:
    """Time all in turn and print the median ratios."""
    made = measures()
    jobs = {model: ours(model) for model in ("beta-binomial", "logit-normal")}
    times: dict[str, list[float]] = {name: [] for name in ("tests", *jobs)}
    for _ in range(rounds + 1):
        times["tests"].append(seconds(tests_alone, made))
        for name, job in jobs.items():
            times[name].append(seconds(job, made))
    for name in jobs:
        pairs = list(zip(times[name], times["tests"], strict=True))[1:]
        ratio = statistics.median(a / b for a, b in pairs)
        a, b = (statistics.median(values) for values in zip(*pairs, strict=True))
        print(f"{name} / the tests alone (target 3): {ratio:.2f} ({a:.4f} s / {b:.4f} s, {rounds} rounds)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 21)
