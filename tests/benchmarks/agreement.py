"""How often the intervals of agreement hold the true figure, in simulated pairs of auditors; prints a table.

    python -m tests.benchmarks.agreement [DRAWS]

Reports hold one crime, or 1 to 3 whose true answers are alike. The second auditor differs from the first at random in
some crimes, more often where the first says not recorded. The true figures are those of the table of chances.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from cdi.agreeing.coefficients import Held, ac1, jackknife, kappa, limits_below_one

Array = npt.NDArray[Any]

MEASURES: Mapping[str, Callable[[Array], Array]] = {"kappa": kappa, "AC1": ac1}

DESIGNS: Mapping[str, tuple[bool, float, tuple[float, float]]] = {
    "90% recorded, 95% alike": (False, 0.90, (0.04, 0.14)),
    "90% recorded, 85% alike": (False, 0.90, (0.12, 0.42)),
    "70% recorded, 90% alike": (False, 0.70, (0.08, 0.15)),
    "90% recorded, 95% alike, 1 to 3 crimes": (True, 0.90, (0.04, 0.14)),
    "70% recorded, 90% alike, 1 to 3 crimes": (True, 0.70, (0.08, 0.15)),
}
"""Name -> whether reports hold several crimes, the share recorded, how often the second differs from each answer."""

SIZES = (60, 120, 300)


def drawn(draw: np.random.Generator, size: int, several: bool, share: float, other: tuple[float, float]) -> Held:
    """Draw the tables of some reports."""
    crimes = draw.integers(1, 4, size) if several else np.ones(size, dtype=np.int64)
    report = np.repeat(np.arange(size), crimes)
    # three in five reports have one fate for all their crimes
    fate = draw.random(size)[report]
    own = np.where((draw.random(size) < 0.6)[report], fate, draw.random(len(report)))
    first = (own >= share).astype(np.int64)
    moved = draw.random(len(report)) < np.array(other)[first]
    tables = np.zeros((size, 2, 2))
    np.add.at(tables, (report, first, np.where(moved, 1 - first, first)), 1.0)
    return Held(tables, np.zeros(size, dtype=np.int64), np.ones(size, dtype=np.int64))


def chances(share: float, other: tuple[float, float]) -> Array:
    """Give the table that they are drawn from."""
    return np.array(
        [[share * (1 - other[0]), share * other[0]], [(1 - share) * other[1], (1 - share) * (1 - other[1])]]
    )


def main(draws: int) -> None:
    """Print the share of intervals that hold the true figure, and of samples without one."""
    print("| design | figure |", " | ".join(map(str, SIZES)), "|")
    print("|---|---|" + "---|" * len(SIZES))
    for name, (several, share, other) in DESIGNS.items():
        found = {key: [] for key in MEASURES}  # type: dict[str, list[str]]
        for size in SIZES:
            draw = np.random.default_rng(size)
            held, none = dict.fromkeys(MEASURES, 0), dict.fromkeys(MEASURES, 0)
            for _ in range(draws):
                sample = drawn(draw, size, several, share, other)
                for key, of in MEASURES.items():
                    ends = limits_below_one(jackknife(of, sample), 0.95)
                    if ends is None:
                        none[key] += 1
                    else:
                        held[key] += ends[0] <= float(of(chances(share, other))) <= ends[1]
            for key in MEASURES:
                found[key].append(f"{held[key] / (draws - none[key]):.3f} ({none[key] / draws:.3f})")
        for key in MEASURES:
            print(f"| {name} | {key} |", " | ".join(found[key]), "|", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4_000)
