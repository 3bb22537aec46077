"""All forces at once beside each force by itself: a million reports of 43 forces.

``python tests/benchmarks/national.py [--rows N] [--rounds N]`` prints how long ``cdi.national`` takes on one frame, and
how long 43 calls of ``cdi.estimate`` take on its parts: medians, taken in turn. It also prints the most memory that the
process had. The figures of both are compared: they are the same.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

import cdi
from cdi.audits.force_names import TERRITORIAL

TYPES = np.array(["violent", "sexual", "other"])
STRATA = np.array(["phone", "online", "third party"])


def audits(rows: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Draw reports of all forces, with the frame and recorded crime."""
    random = np.random.default_rng(1)
    report = np.arange(rows) * 2 // 3  # three crimes in two reports
    force = np.array(TERRITORIAL)[report % len(TERRITORIAL)]
    stratum = STRATA[(report // len(TERRITORIAL)) % len(STRATA)]
    rate = 0.82 + 0.14 * (report % len(TERRITORIAL)) / len(TERRITORIAL)
    sample = pd.DataFrame({
        "force": force, "stratum": stratum, "cluster": report, "crime_type": random.choice(TYPES, rows),
        "recorded": (random.random(rows) < rate).astype(np.int8),
    })  # fmt: skip
    drawn = sample.groupby(["force", "stratum"])["cluster"].nunique()
    frame = (drawn * 9).rename("population").reset_index()
    crime = pd.MultiIndex.from_product([TERRITORIAL, TYPES], names=["force", "crime_type"]).to_frame(index=False)
    return sample, frame, crime.assign(recorded_crime=random.integers(2_000, 90_000, len(crime)))


def alone(sample: pd.DataFrame, frame: pd.DataFrame, crime: pd.DataFrame) -> dict[str, Any]:
    """Estimate each force by itself."""
    parts = [dict(tuple(part.groupby("force"))) for part in (sample, frame, crime)]
    own = {name: [part[name].drop(columns="force") for part in parts] for name in TERRITORIAL}
    return {name: cdi.estimate(part[0], by="crime_type", volumes=part[1:]) for name, part in own.items()}


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Say how long a call takes."""
    start = time.perf_counter()
    found = call()
    return time.perf_counter() - start, found


def main() -> None:
    """Measure both in turn."""
    import resource

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    sample, frame, crime = audits(asked.rows)
    times: dict[str, list[float]] = {"national": [], "each force": []}
    for _ in range(asked.rounds):
        seconds, together = timed(lambda: cdi.national(sample, by="crime_type", volumes=[frame, crime]))
        times["national"].append(seconds)
        seconds, each = timed(lambda: alone(sample, frame, crime))
        times["each force"].append(seconds)
    for name, found in each.items():
        own = together.results[name]
        pairs = zip(found.table.rows, own.table.rows, strict=True)
        assert all(one.estimate == other.estimate and one.low == other.low for one, other in pairs)
    one, other = (statistics.median(times[name]) for name in ("national", "each force"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{asked.rows:,} rows, {len(TERRITORIAL)} forces, medians of {asked.rounds}")
    print(f"cdi.national: {one:.2f} s; cdi.estimate {len(TERRITORIAL)} times: {other:.2f} s; ratio {one / other:.2f}")
    print(f"most memory of the process: {peak:,.0f} MB")


if __name__ == "__main__":
    main()
