"""The mid-P interval against the pair of beta quantiles that Clopper and Pearson's takes.

Both sides take the same rates and sizes, and are timed in turn in one process.

Run: python -m tests.benchmarks.mid_p [ROUNDS]
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from cdi.binomial.methods import clopper_pearson, mid_p

COUNTS = np.tile(np.arange(183.0), 12)
SIZES = np.full(len(COUNTS), 182.0)


def seconds(interval: Callable[..., object]) -> float:
    """Time all counts of 182, twelve times over."""
    start = time.perf_counter()
    interval(COUNTS / SIZES, SIZES, 0.025)
    return time.perf_counter() - start


def main(rounds: int) -> None:
    """Time both in turn and print the median ratio."""
    pairs = [(seconds(mid_p), seconds(clopper_pearson)) for _ in range(rounds + 1)][1:]
    ratio = statistics.median(a / b for a, b in pairs)
    a, b = (statistics.median(values) for values in zip(*pairs, strict=True))
    print(f"mid-P / two beta quantiles (target 5): {ratio:.2f} ({a:.4f} s / {b:.4f} s, {rounds} rounds)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 41)
