"""10,000 samples drawn again of a national audit, by kinds of report and by a plain loop over reports.

``python -m tests.benchmarks.replicates [--reports N] [--replicates N] [--loop N] [--rounds N]`` makes an audit of 43
forces by 3 strata, and prints the seconds of processors that its kinds of report, the jackknife and the bootstrap take,
by strata and by force and crime type. Beside it stands the same bootstrap by a loop of numpy over whole reports, of
fewer samples, since each takes as long as the others: what it would take is worked out from these. Medians, taken in
turn. The most memory of the process is that of both, and that of the draws alone is traced.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
import tracemalloc
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

import cdi
from cdi.resampling.bootstrap import draw_again, spread_of
from cdi.resampling.jackknife import leave_out
from cdi.resampling.units import Ratio, Units
from cdi.survey.kinds import kinds_of
from cdi.survey.totals import Totals, total

STRATA = 43 * 3
FRAME = 20
"""Reports on the frame for each that was drawn."""


def audited(reports: int) -> tuple[pd.DataFrame, dict[tuple[str, str], int]]:
    """Draw reports of 0 to 4 crimes each, in 43 forces by 3 routes, with the frame."""
    random = np.random.default_rng(7)
    stratum = random.integers(0, STRATA, reports)
    crimes = random.choice([0, 1, 2, 3, 4], reports, p=[0.1, 0.7, 0.14, 0.04, 0.02])
    report = np.repeat(np.arange(reports), np.maximum(crimes, 1))
    due = (crimes[report] > 0).astype(int)
    kind = np.array(["violent", "sexual", "other"])[random.choice(3, len(report), p=[0.4, 0.1, 0.5])]
    rows = pd.DataFrame({
        "incident": report, "force": stratum[report] // 3, "route": stratum[report] % 3,
        "crime_type": pd.Series(kind).where(due > 0, None), "due": due,
        "recorded": np.where(due > 0, random.random(len(report)) < 0.88, np.nan),
    })  # fmt: skip
    drawn = np.bincount(stratum, minlength=STRATA)
    return rows, {(str(h // 3), str(h % 3)): FRAME * int(n) for h, n in enumerate(drawn)}


def by_kinds(totals: Totals, replicates: int) -> list[float | None]:
    """Give the bootstrap's standard errors by kinds of report."""
    units = Units.of(kinds_of(totals))
    ratios = [Ratio.of_column(i) for i in range(units.columns)]
    spreads = [spread_of(row, 0.95) for row in draw_again(units, ratios, replicates, np.random.default_rng(4))]
    return [None if each is None else each.se for each in spreads]


def left_out(totals: Totals) -> list[float]:
    """Give the jackknife's standard errors by kinds of report."""
    units = Units.of(kinds_of(totals))
    return [leave_out(units, Ratio.of_column(i)).variance() ** 0.5 for i in range(units.columns)]


def by_reports(rows: pd.DataFrame, replicates: int) -> npt.NDArray[np.float64]:
    """Give the rates by strata and overall of samples drawn again, report by report."""
    held = rows.assign(recorded=rows["recorded"].fillna(0)).groupby("incident")
    stratum = (held["force"].first() * 3 + held["route"].first()).to_numpy()
    due, recorded = (held[name].sum().to_numpy(dtype=float) for name in ("due", "recorded"))
    random = np.random.default_rng(4)
    places = [np.flatnonzero(stratum == h) for h in range(STRATA)]
    root = np.sqrt(1 - 1 / FRAME)
    found = np.empty((STRATA + 1, replicates))
    for i in range(replicates):
        weight = np.empty(len(stratum))
        for own in places:
            n = len(own)
            times = np.bincount(random.integers(0, n, n - 1), minlength=n)
            weight[own] = FRAME * (1 - root + root * n / (n - 1) * times)
        y, x = (np.bincount(stratum, weight * each, STRATA) for each in (due, recorded))
        found[:, i] = [*(x / y), x.sum() / y.sum()]
    return found


def seconds(call: Callable[[], Any]) -> float:
    """Say how many seconds of processors a call takes."""
    start = time.process_time()
    call()
    return time.process_time() - start


def traced(call: Callable[[], Any]) -> float:
    """Say how many MB a call holds at the most."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    return peak


def told(name: str, times: Sequence[float]) -> float:
    """Print a median, and give it."""
    middle = statistics.median(times)
    print(f"{name}: {middle:.2f} s")
    return middle


def main() -> None:
    """Measure both in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=60_000)
    parser.add_argument("--replicates", type=int, default=10_000)
    parser.add_argument("--loop", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    rows, frame = audited(asked.reports)
    roles: dict[str, Any] = {"stratum": ["force", "route"], "cluster": "incident", "due": "due", "population": frame}
    audit = cdi.read_audit(rows, **roles)
    ways: dict[str, Any] = {"strata": ["force", "route"], "force and crime type": ["force", "crime_type"]}
    for name, by in ways.items():
        totals = total(audit, by)
        kinds = kinds_of(totals)
        print(f"by {name}: {kinds!r}, {len(kinds.kind):,} rows")
        calls: dict[str, Callable[[], Any]] = {
            "kinds": lambda totals=totals: kinds_of(totals),  # type: ignore[misc]
            "jackknife": lambda kinds=kinds: left_out(kinds.totals),  # type: ignore[misc]
            "bootstrap": lambda kinds=kinds: by_kinds(kinds.totals, asked.replicates),  # type: ignore[misc]
        }
        times = [{key: seconds(call) for key, call in calls.items()} for _ in range(asked.rounds)]
        found = {key: told(f"  {key}", [each[key] for each in times]) for key in calls}
        print(f"  bootstrap holds {traced(calls['bootstrap']):,.0f} MB at the most")
        if by == roles["stratum"]:
            loops = [seconds(lambda: by_reports(rows, asked.loop)) for _ in range(asked.rounds)]
            whole = statistics.median(loops) * asked.replicates / asked.loop
            print(f"  by a loop over reports: {whole:.1f} s; ratio {found['bootstrap'] / whole:.3f}")
            ours, theirs = by_kinds(totals, asked.loop), by_reports(rows, asked.loop).std(axis=1, ddof=1)
            print(f"  overall standard error of {asked.loop} samples: {ours[-1]:.6f}, by reports {theirs[-1]:.6f}")
    print(f"most memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
