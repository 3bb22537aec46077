"""Exact limits over strata: how long they take, and how wide they are beside Wilson's.

Designs are two to five strata of 60 to 200 records on the frame. Widths are averages over 400 samples at each of the
true rates .80 to .99, alike in all strata or 4 points above and below in turn. Wilson's interval is that of the
package, kept within what is possible.

Run: python -m tests.benchmarks.exact_strata [DESIGNS]
"""

from __future__ import annotations

import sys
import time

import numpy as np
import numpy.typing as npt
import pandas as pd

import cdi
from cdi.binomial import stratified

RATES = (0.80, 0.85, 0.90, 0.95, 0.97, 0.99)
SAMPLES = 400
TAIL = 0.025

Sizes = tuple[int, ...]


def designs(kind: str, strata: int, rng: np.random.Generator) -> tuple[Sizes, Sizes]:
    """Draw the numbers sampled and those on the frame."""
    frame = rng.integers(60, 201, strata)
    if kind == "in proportion":
        sampled = np.maximum(10, np.rint(frame * rng.uniform(0.15, 0.4)))
    elif kind == "as many in each":
        sampled = np.full(strata, rng.integers(15, 61))
    else:
        sampled = rng.integers(10, 61, strata)
    return tuple(int(n) for n in np.minimum(sampled, frame)), tuple(int(N) for N in frame)


def by_wilson(drawn: npt.NDArray[np.int64], n: Sizes, N: Sizes) -> float:
    """Give the mean width of the intervals of the package itself, of many samples at once."""
    from cdi.binomial.intervals import interval

    weight = np.array(N) / np.array(n)
    rate = (drawn * weight).sum(axis=1) / sum(N)
    own = drawn / np.array(n)
    left, factor = 1 - np.array(n) / np.array(N), np.array(n) / (np.array(n) - 1)
    ones = weight**2 * np.array(n)
    missed = stratified.Z**2 - 1
    seen = (factor * ones * left * own * (1 - own)).sum(axis=1) / weight.max() ** 2
    expected = rate * (1 - rate) * (factor * ones).sum() / weight.max() ** 2
    size = sum(N) ** 2 / ones.sum() * (expected + missed) / (seen + missed * (ones * left).sum() / ones.sum())
    found, x = interval(rate, size), drawn.sum(axis=1)
    low, high = np.maximum(found.low, x / sum(N)), np.minimum(found.high, 1 - (sum(n) - x) / sum(N))
    return float((high - low).mean())


def check_wilson(n: Sizes, N: Sizes) -> None:
    """Make sure that one sample has the interval that the package prints."""
    x = [round(0.9 * size) for size in n]
    answers = [answer for size, count in zip(n, x, strict=True) for answer in [1] * count + [0] * (size - count)]
    areas = [str(i) for i, size in enumerate(n) for _ in range(size)]
    frame = {str(i): size for i, size in enumerate(N)}
    rates = cdi.recording_rate(
        cdi.read_audit(pd.DataFrame({"recorded": answers, "area": areas}), stratum="area", population=frame), by=()
    )
    found = rates.interval()
    width = float(found.high[-1] - found.low[-1])
    if abs(width - by_wilson(np.array([x]), n, N)) > 1e-9:
        raise AssertionError(n, N)


def ratios(n: Sizes, N: Sizes, rng: np.random.Generator) -> tuple[float, float]:
    """Give the expected widths of both exact methods over Wilson's, averaged over rates."""
    found = []
    for rate in RATES:
        for apart in (0.0, 0.04):
            away = apart * (1 - 2 * (np.arange(len(n)) % 2))
            held = np.rint(np.clip(rate + away, 0, 1) * np.array(N)).astype(np.int64)
            drawn = np.stack(
                [rng.hypergeometric(M, N[i] - M, n[i], SAMPLES) for i, M in enumerate(held.tolist())], axis=1
            )
            usual = by_wilson(drawn, n, N) * sum(N)
            widths = []
            for limits in stratified.EXACT_IN_STRATA.values():
                ends = [limits(x, n, N, TAIL) for x in drawn.tolist()]
                widths.append(float(np.mean([high - low for low, high in ends])) / usual)
            found.append(widths)
    narrow, equal = np.mean(found, axis=0).tolist()
    return narrow, equal


def main(each: int) -> None:
    """Print one line for each kind of design and number of strata, then the times of the largest."""
    rng = np.random.default_rng(20211231)
    for kind in ("in proportion", "as many in each", "10 to 60 in each, whatever the frame"):
        for strata in (2, 3, 4, 5):
            several = [designs(kind, strata, rng) for _ in range(each)]
            check_wilson(*several[0])
            narrow, equal = np.array([ratios(n, N, rng) for n, N in several]).T
            means = f"exact {narrow.mean():.3f} (at most {narrow.max():.3f}), equal tails {equal.mean():.3f}"
            print(f"{kind}, {strata} strata, width / Wilson's: {means}, {each} designs", flush=True)
    for n, N in (((20,) * 2, (60,) * 2), ((60,) * 3, (200,) * 3), ((60,) * 5, (200,) * 5), ((100,) * 5, (200,) * 5)):
        wall, own = time.perf_counter(), time.process_time()
        stratified.exact_in_strata([round(0.9 * size) for size in n], n, N, TAIL)
        wall, own = time.perf_counter() - wall, time.process_time() - own
        said = f"{len(n)} strata, {n[0]} of {N[0]} in each"
        print(f"{said}: {wall:.2f} s, {own:.2f} s of processor, {stratified.states(n, N):.1e} products", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
