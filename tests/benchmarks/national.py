"""All forces at once beside each force by itself: a million reports of 43 forces.

``python tests/benchmarks/national.py [--rows N] [--rounds N]`` prints how long ``cdi.national`` takes on one frame, and
how long 43 calls of ``cdi.estimate`` take on its parts: medians, taken in turn. It also prints the most memory that the
process had. The figures of both are compared: they are the same.

With ``--growth`` it prints how the time of processors grows with forces and with rows, beside one call of
``cdi.estimate`` by force and type on the same rows, which is what all else is added to.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

import cdi
from cdi.audits.force_names import TERRITORIAL

TYPES = np.array(["violent", "sexual", "other"])
STRATA = np.array(["phone", "online", "third party"])


def audits(rows: int, names: Sequence[str] = TERRITORIAL) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Draw reports of all forces, with the frame and recorded crime."""
    random = np.random.default_rng(1)
    report = np.arange(rows) * 2 // 3  # three crimes in two reports
    force = np.array(names)[report % len(names)]
    stratum = STRATA[(report // len(names)) % len(STRATA)]
    rate = 0.82 + 0.14 * (report % len(names)) / len(names)
    sample = pd.DataFrame({
        "force": force, "stratum": stratum, "cluster": report, "crime_type": random.choice(TYPES, rows),
        "recorded": (random.random(rows) < rate).astype(np.int8),
    })  # fmt: skip
    drawn = sample.groupby(["force", "stratum"])["cluster"].nunique()
    frame = (drawn * 9).rename("population").reset_index()
    crime = pd.MultiIndex.from_product([names, TYPES], names=["force", "crime_type"]).to_frame(index=False)
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


def worked(call: Callable[[], Any]) -> float:
    """Say how much of the processors a call takes."""
    start = time.process_time()
    call()
    return time.process_time() - start


def growth(rounds: int) -> None:
    """Measure more forces with the same rows, and more rows of the same forces, in turn with a bare estimate."""
    forces = [(100_000, number) for number in (43, 100, 200, 400)]
    rows = [(number, 43) for number in (100_000, 300_000, 1_000_000)]
    for title, sizes in (("forces", forces), ("rows", rows)):
        medians = []
        for number, several in sizes:
            sample, frame, crime = audits(number, [f"Force {place:03d}" for place in range(several)])
            volumes = [frame, crime]
            strata: dict[str, Any] = {"stratum": ["force", "stratum"], "nest": "force"}
            calls: dict[str, Callable[[], Any]] = {
                "national": partial(cdi.national, sample, "crime_type", volumes=volumes),
                "estimate": partial(cdi.estimate, sample, ["force", "crime_type"], volumes=volumes, **strata),
            }
            times: dict[str, list[float]] = {name: [] for name in calls}
            for _ in range(rounds):
                for name, call in calls.items():
                    times[name].append(worked(call))
            one, other = (statistics.median(times[name]) for name in calls)
            medians.append(one)
            said = f"{number:,} rows, {several} forces: cdi.national {one:.2f} s, cdi.estimate {other:.2f} s"
            print(f"{said}, ratio {one / other:.2f}", flush=True)
        first, last = (sizes[end][title == "forces"] for end in (0, -1))
        print(f"exponent by {title}: {np.log(medians[-1] / medians[0]) / np.log(last / first):.2f}")


def main() -> None:
    """Measure both in turn."""
    import resource

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--growth", action="store_true")
    asked = parser.parse_args()
    if asked.growth:
        growth(asked.rounds)
        return
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
