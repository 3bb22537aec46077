"""How long it takes to simulate 12 designs by 4,000 samples, all methods: in seconds, and in seconds of processors.

Run: python -m tests.benchmarks.simulated_coverage [DESIGNS] [DRAWS] [PROCESSES]

The designs are those of docs/coverage: three of each of four kinds. The target is ten minutes on two cores.
"""

from __future__ import annotations

import os
import sys
import time

from tests.generated_coverage import KINDS, SEED, simulated


def processors() -> float:
    """Give the time of processors that this process and those that it started have used."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def main(designs: int, draws: int, processes: int) -> None:
    """Print what it takes, by kind and in all."""
    kinds = list(KINDS)[:4]
    begun, used = time.perf_counter(), processors()
    for kind in kinds:
        before, spent = time.perf_counter(), processors()
        cells = sum(1 for _ in simulated(kind, designs // len(kinds), draws, SEED, processes))
        took, of_processors = time.perf_counter() - before, processors() - spent
        took, of_processors = time.perf_counter() - before, processors() - spent
        print(f"{kind:8} {cells:4} cells  {took:6.1f} s  {of_processors:6.1f} s of processors")
    print(f"{'all':8} {designs} designs, {draws:,} samples each, {processes} processes: "
          f"{time.perf_counter() - begun:.1f} s, {processors() - used:.1f} s of processors")  # fmt: skip


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    main(*(given + [12, 4_000, 2][len(given) :]))
