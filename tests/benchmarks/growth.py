"""How long it takes as there is more of it: categories with bounds, forces, groups held against each other.

Each job is timed at sizes that double or quadruple, by the time of processors. The exponent is the slope of log seconds
over log sizes at the last step: 0 is flat, 1 grows with the size, 2 with its square.

Run: python -m tests.benchmarks.growth [bounds|forces|contrasts|exact ...]
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

import cdi

ROWS = 40_000


def audited(categories: int, *, bounds: bool, blank: float = 0.0) -> Callable[[], object]:
    """Estimate rates by so many categories of as many rows, of which one in twenty could not be audited."""
    rng = np.random.default_rng(20211231)
    said = rng.choice(["recorded", "not recorded", "not auditable"], ROWS, p=[0.85, 0.1, 0.05])
    kind = np.array([f"kind {i}" for i in range(categories)], dtype=object)[rng.integers(0, categories, ROWS)]
    kind[(said == "not auditable") & (rng.random(ROWS) < blank)] = None
    rows = pd.DataFrame({"cluster": rng.integers(0, ROWS // 2, ROWS), "kind": kind, "decision": said})
    audit = cdi.read_audit(rows, cluster="cluster")
    return lambda: cdi.estimate(audit, by="kind", bounds=bounds)


def forces(number: int) -> Callable[[], object]:
    """Set so many forces side by side, and lay them out."""
    rng = np.random.default_rng(20211231)
    rates = {"rate": np.clip(rng.normal(0.88, 0.03, number), 0.6, 0.99), "half_width": rng.uniform(0.01, 0.05, number)}
    rows = pd.DataFrame({"force": [f"Force {i}" for i in range(number)], **rates})
    return lambda: cdi.forces(rows).page()


def contrasts(groups: int) -> Callable[[], object]:
    """Hold so many groups against one of them, of records that lie in clusters."""
    rng = np.random.default_rng(20211231)
    names = np.array([f"group {i}" for i in range(groups)], dtype=object)
    rows = pd.DataFrame(
        {
            "cluster": rng.integers(0, ROWS // 4, ROWS // 2),
            "ethnicity": names[rng.integers(0, groups, ROWS // 2)],
            "grounds": np.where(rng.random(ROWS // 2) < 0.85, "yes", "no"),
        }
    )
    return lambda: cdi.disparity(rows, cluster="cluster")


def exact(frame: int) -> Callable[[], object]:
    """Give exact limits of 129 samples of 200 from as many frames."""
    x = np.random.default_rng(20211231).binomial(200, 0.9, 129)
    return lambda: cdi.count_interval(x, 200, population=frame + np.arange(129), method="exact")


JOBS: Mapping[str, tuple[Sequence[int], Mapping[str, Callable[[int], Callable[[], object]]]]] = {
    "bounds": (
        (625, 2_500, 10_000),
        {
            "categories, without bounds": lambda size: audited(size, bounds=False),
            "categories, with bounds": lambda size: audited(size, bounds=True),
            "categories, with bounds, a tenth of the rest in none": lambda size: audited(size, bounds=True, blank=0.1),
        },
    ),
    "forces": ((1_250, 2_500, 5_000), {"forces, read and laid out": forces}),
    "contrasts": ((25, 50, 100), {"groups in clusters, held against one": contrasts}),
    "exact": ((1_000, 10_000, 100_000), {"records on each of 129 frames, exact": exact}),
}


def main(named: Sequence[str]) -> None:
    """Print the seconds of each size, and how fast they grow."""
    for name in named:
        sizes, jobs = JOBS[name]
        for what, make in jobs.items():
            taken = []
            for size in sizes:
                job = make(size)
                start = time.process_time()
                job()
                taken.append(time.process_time() - start)
            slope = math.log(taken[-1] / taken[-2]) / math.log(sizes[-1] / sizes[-2])
            said = ", ".join(f"{size:,}: {each:.2f} s" for size, each in zip(sizes, taken, strict=True))
            print(f"{what}: {said}; exponent {slope:.2f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or list(JOBS))
