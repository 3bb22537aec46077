"""Two readings of the same reports: how often intervals of the difference of their rates are right, and how wide.

    python -m tests.benchmarks.paired [DRAWS]

One is by limits of the two rates with their correlation and two pairs of crimes more that differ (what ``compare`` and
``agree`` print). The other is the delete-one jackknife with Student's t, which has no interval where nothing varies.

With one crime a report every sample is enumerated. Reports of 1 to 6 crimes are drawn: half of them have one fate for
all their crimes, and in "alike" the second reading also turns all crimes of a report or none. Both intervals are worked
out here, apart from the engine; the last line gives the largest difference from what ``cdi.compare`` prints.
"""

from __future__ import annotations

import itertools
import sys
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import gammaln, ndtri, stdtrit

import cdi

Floats: TypeAlias = npt.NDArray[np.float64]
Ends: TypeAlias = tuple[Floats, Floats]

SIZES = (30, 60, 100, 200)
RATES = (0.80, 0.85, 0.90, 0.95, 0.97)
ALIKE = (0.85, 0.90, 0.95, 0.97, 0.99)
ONE_WAY = (0.5, 0.75, 1.0)
"""Of the crimes on which the two differ, the share that the first alone takes as recorded."""

LEVEL = 0.95
Z = float(ndtri((1 + LEVEL) / 2))
ADDED = (2.0, 1.0)
"""Pairs of crimes that count as if they differed, one each way; one is method 10 of Newcombe (1998c)."""


def chances() -> Iterator[tuple[float, float, float, Floats]]:
    """Give the first rate, the agreement, the share one way, and the chance of both, first, second and neither."""
    for rate, alike, way in itertools.product(RATES, ALIKE, ONE_WAY):
        first, second = (1 - alike) * way, (1 - alike) * (1 - way)
        neither = 1 - rate - second
        if neither >= 0:
            yield rate, alike, way, np.array([rate - first, first, second, neither])


def wilson(rate: Floats, size: Floats | float) -> Ends:
    """Give Wilson's limits."""
    k = Z**2 / size
    centre, half = (rate + k / 2) / (1 + k), np.sqrt(k * (rate * (1 - rate) + k / 4)) / (1 + k)
    return centre - half, centre + half


def joined(one: Floats, other: Floats, ends: tuple[Ends, Ends], r: Floats) -> Ends:
    """Give the limits of one - other from those of the two (MOVER)."""
    (low, high), (under, over) = ends
    least = np.sqrt(np.maximum((one - low) ** 2 + (over - other) ** 2 - 2 * r * (one - low) * (over - other), 0))
    most = np.sqrt(np.maximum((high - one) ** 2 + (other - under) ** 2 - 2 * r * (high - one) * (other - under), 0))
    return one - other - least, one - other + most


# ---- one crime a report: every sample


def tables(n: int) -> Floats:
    """List the tables of n pairs; those with more pairs that differ than are ever likely are left out."""
    most = min(n, int(n * 0.15 + 6 * (n * 0.15 * 0.85) ** 0.5) + 3)
    found = []
    for first in range(most + 1):
        for second in range(most + 1 - first):
            neither = np.arange(n - first - second + 1)
            of = np.ones_like(neither)
            found.append(np.stack([n - first - second - neither, first * of, second * of, neither]))
    return np.concatenate(found, axis=1).astype(np.float64)


def of_tables(table: Floats) -> dict[str, tuple[Floats, Floats, Floats]]:
    """Give both intervals of second less first, and whether there is one."""
    both, first, second, neither = table
    n = both + first + second + neither
    one, other = both + second, both + first
    ends = wilson(one / n, n), wilson(other / n, n)
    products = both * neither - first * second
    root = np.sqrt(one * (n - one) * other * (n - other))
    found = {}
    for added in ADDED:
        left = np.where(products > 0, np.maximum(products - added * n / 2, 0), products)
        with np.errstate(divide="ignore", invalid="ignore"):
            r = np.clip(np.where(root > 0, left / root, 0.0), -1, 1)
        low, high = joined(one / n, other / n, ends, r)
        found[f"limits, {added:g} more"] = low, high, np.ones_like(low)
    change = (second - first) / n
    error = np.sqrt(np.maximum(first + second - (first - second) ** 2 / n, 0) / (n * (n - 1)))
    reach = stdtrit(n - 1, (1 + LEVEL) / 2) * error
    found["jackknife"] = change - reach, change + reach, (error > 1e-12).astype(np.float64)
    return found


def enumerated(results: dict[tuple[str, str, int], list[tuple[float, ...]]]) -> None:
    """Add the coverage in all samples of single crimes."""
    for n in SIZES:
        table = tables(n)
        ways = gammaln(n + 1) - gammaln(table + 1).sum(axis=0)
        intervals = of_tables(table)
        for *_, true in chances():
            with np.errstate(divide="ignore", invalid="ignore"):
                logs = np.where(table > 0, table * np.log(true)[:, None], 0.0).sum(axis=0)
            chance = np.exp(ways + logs)
            for name, (low, high, there) in intervals.items():
                _add(results["one crime", name, n], low, high, there, true[2] - true[1], chance)


def _add(found: list[tuple[float, ...]], low: Floats, high: Floats, there: Floats, true: float, chance: Floats) -> None:
    """Add how often an interval holds the true difference, how often there is none, and its mean width."""
    held = (low - 1e-12 <= true) & (true <= high + 1e-12) & (there > 0)
    known = float((chance * there).sum())
    width = float((chance * there * (high - low)).sum()) / known
    found.append((float(chance[held].sum()), float(chance[held].sum()) / known, 1 - known / float(chance.sum()), width))


# ---- reports of several crimes: drawn


def drawn(draw: np.random.Generator, n: int, draws: int, true: Floats, *, alike: bool) -> tuple[Floats, Floats, Floats]:
    """Draw crimes due, and recorded by the first and the second reading, by sample and report."""
    due = draw.integers(1, 7, (draws, n))
    crime = np.arange(6) < due[..., None]
    shape = crime.shape

    def fates(together: Any) -> Floats:
        return np.where(together, draw.random((*shape[:2], 1)), draw.random(shape))

    same = draw.random((*shape[:2], 1)) < 0.5
    both, first, second, neither = true
    recorded = fates(same) < both + first
    turned = fates(draw.random((*shape[:2], 1)) < 0.5 if alike else np.zeros((*shape[:2], 1), dtype=bool))
    moved = turned < np.where(recorded, first / (both + first), second / (second + neither))
    again = recorded ^ moved
    return tuple((each & crime).sum(axis=2).astype(np.float64) for each in (crime, recorded, again))  # type: ignore[return-value]


def of_reports(due: Floats, first: Floats, second: Floats) -> dict[str, tuple[Floats, Floats, Floats]]:
    """Give both intervals of second less first in samples of reports, one stratum and no frame."""
    n, m = due.shape[1], due.sum(axis=1)
    rates = [x.sum(axis=1) / m for x in (second, first)]
    scores = [(x - p[:, None] * due) / m[:, None] for x, p in zip((second, first), rates, strict=True)]
    centred = [u - u.mean(axis=1, keepdims=True) for u in scores]
    products = [[n / (n - 1) * (a * b).sum(axis=1) for b in centred] for a in centred]
    met = (due**2).sum(axis=1) / m
    ends = []
    for p, own in zip(rates, (products[0][0], products[1][1]), strict=True):
        c = max(2.0, Z**2 - 1) * met
        seen, alone = own * m**2, p * (1 - p) * n / (n - 1) * m
        effect = (seen + c * (1 + 0.6 * (met - 1))) / (alone + c)
        ends.append(wilson(p, m / effect))
    error = np.sqrt(products[0][0] * products[1][1])
    found = {}
    for added in ADDED:
        # in reports that hold as many crimes on either side the reach of one is its crimes over all crimes
        apart = added / 2 * n / (n - 1) * met / m**2
        likely = np.maximum(products[0][1] - apart, np.minimum(products[0][1], 0.0))
        with np.errstate(divide="ignore", invalid="ignore"):
            r = np.clip(np.where(error > 0, likely / error, 0.0), -1, 1)
        low, high = joined(rates[0], rates[1], (ends[0], ends[1]), r)
        found[f"limits, {added:g} more"] = low, high, np.ones_like(low)
    left = m[:, None] - due
    without = ((second - first).sum(axis=1)[:, None] - (second - first)) / left
    spread = np.sqrt((n - 1) / n * ((without - without.mean(axis=1, keepdims=True)) ** 2).sum(axis=1))
    reach, change = stdtrit(n - 1, (1 + LEVEL) / 2) * spread, rates[0] - rates[1]
    found["jackknife"] = change - reach, change + reach, (spread > 1e-12).astype(np.float64)
    return found


def simulated(results: dict[tuple[str, str, int], list[tuple[float, ...]]], draws: int) -> float:
    """Add the coverage in samples that are drawn, and give the largest difference from the engine."""
    furthest = 0.0
    for kind, n in itertools.product((False, True), SIZES):
        draw = np.random.default_rng(n)
        for rate, _, _, true in chances():
            if rate not in (0.80, 0.90, 0.97):
                continue
            due, first, second = drawn(draw, n, draws, true, alike=kind)
            intervals = of_reports(due, first, second)
            name = "1 to 6 crimes, alike" if kind else "1 to 6 crimes"
            for way, (low, high, there) in intervals.items():
                _add(results[name, way, n], low, high, there, true[2] - true[1], np.full(draws, 1 / draws))
            sides = [
                pd.DataFrame({"cluster": [f"R{i}/24" for i in range(n)], "due": due[0], "recorded": x[0]})
                for x in (second, first)
            ]
            row = cdi.compare(*(side.astype({"due": int, "recorded": int}) for side in sides), due="due").rows[0]
            low, high, _ = intervals["limits, 2 more"]
            furthest = max(furthest, abs(float(row.low or 0) - low[0]), abs(float(row.high or 0) - high[0]))
    return furthest


def main(draws: int) -> None:
    """Print the coverage of each interval, at the least and on average over all chances, and its width."""
    results: dict[tuple[str, str, int], list[tuple[float, ...]]] = defaultdict(list)
    enumerated(results)
    furthest = simulated(results, draws)
    print("| reports | interval |", " | ".join(f"{n} pairs" for n in SIZES), "|")
    print("|---|---|" + "---|" * len(SIZES))
    for kind, name in dict.fromkeys((kind, name) for kind, name, _ in results):
        cells = []
        for n in SIZES:
            held, of_those, none, width = np.array(results[kind, name, n]).T
            cell = f"{held.min():.3f} / {held.mean():.3f}, {100 * width.mean():.1f}"
            if none.max() > 1e-9:
                cell += f" ({of_those.min():.3f}; none {none.max():.3f})"
            cells.append(cell)
        print(f"| {kind} | {name} |", " | ".join(cells), "|")
    print(f"\nlargest difference from cdi.compare: {furthest:.1e}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4_000)
