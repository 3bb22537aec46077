"""One more crime recorded: how often a limit falls, and by how much.

    python -m tests.benchmarks.one_more [PAIRS]

Samples of one to three strata are drawn, with up to four crimes of up to three categories in a report. Recorded crime
of a category is anything from 5 to 54,000, whatever its share of the sample. One of the missed crimes is then taken as
recorded, and both samples go through the engine: rates by category and over all, and the rate that recorded crime
implies. Its weights follow from what was recorded, so no law holds them.
"""

from __future__ import annotations

import sys
from collections import defaultdict

import numpy as np
import pandas as pd

import cdi

METHODS = ("wilson", "korn-graubard")
SIZES = ((2, 13), (10, 40))
"""The reports of a stratum, from and below."""

VOLUMES = (5, 20, 100, 900, 54_000)
ROUNDING = 1e-9


def sample(sizes: tuple[int, int], rng: np.random.Generator) -> tuple[pd.DataFrame, dict[str, int]]:
    """Draw the crimes of an audit, and the reports on the frame of its strata."""
    rate, most = rng.choice([0.6, 0.8, 0.9, 0.95, 0.98]), int(rng.integers(1, 5))
    kinds = list("xyz")[: rng.integers(1, 4)]
    rows, frame = [], {}
    for stratum in "abc"[: rng.integers(1, 4)]:
        reports = int(rng.integers(*sizes))
        frame[stratum] = reports * int(rng.choice([2, 5, 40])) + 1
        for report in range(reports):
            crimes = int(rng.integers(1, most + 1))
            rows += [
                (stratum, f"{stratum}{report}", rng.choice(kinds), int(rng.random() < rate)) for _ in range(crimes)
            ]
    return pd.DataFrame(rows, columns=["stratum", "incident", "type", "recorded"]), frame


def limits(rows: pd.DataFrame, frame: dict[str, int], volumes: dict[str, int]) -> dict[str, cdi.Estimates]:
    """Give the rates, and the rate that recorded crime implies."""
    rates = cdi.recording_rate(cdi.read_audit(rows, stratum="stratum", cluster="incident", population=frame), by="type")
    return {"rates": rates, "by recorded crime": cdi.overall_rate(cdi.unrecorded(rates, volumes))}


def main(pairs: int) -> None:
    """Print one line for each size of strata, rate and method."""
    rng = np.random.default_rng(20211231)
    for sizes in SIZES:
        falls, drawn = defaultdict(list), 0
        while drawn < pairs:
            rows, frame = sample(sizes, rng)
            missed = np.flatnonzero(rows["recorded"] == 0)
            if not len(missed) or (rows.groupby("type")["recorded"].sum() == 0).any():
                continue
            more = rows.copy()
            more.loc[rng.choice(missed), "recorded"] = 1
            volumes = {kind: int(rng.choice(VOLUMES)) for kind in sorted(set(rows["type"]))}
            before, after = (limits(each, frame, volumes) for each in (rows, more))
            drawn += 1
            for what, rates in before.items():
                for method in METHODS:
                    old, new = rates.interval(0.95, method), after[what].interval(0.95, method)
                    falls[what, method].append(max(np.max(old.low - new.low), np.max(old.high - new.high)))
        for (what, method), found in falls.items():
            fell = np.array(found) > ROUNDING
            said = f"{fell.sum()} of {drawn} fell, by at most {max(max(found), 0):.4f}"
            print(f"{sizes[0]} to {sizes[1] - 1} reports a stratum, {what}, {method}: {said}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
