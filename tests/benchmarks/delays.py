"""How often the limits of delays hold the true quantile, and how often an end is open, in simulated audits.

Run: python -m tests.benchmarks.delays [DRAWS] [SEED]

Each sample goes through the engine as one domain, so that thousands take one call: the share recorded by the estimated
quantile has its effective size from there. Delays are log-normal; those of a report are more or less alike.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.parameters import LEVEL
from cdi.timing.delays import distribution, woodruff
from tests.benchmarks.coverage import Stratum, cells_of, rates_of, template

Floats: TypeAlias = npt.NDArray[np.float64]

SHARES = (0.5, 0.9, 0.95)
REPORTS = (20, 30, 40, 80, 150, 300)
SCALE = 6.0  # hours: the median delay
SPREAD = 1.5  # the standard deviation of its logarithm
WHOLE = 400_000  # crimes drawn to find the true quantiles


@dataclass(frozen=True)
class Kind:
    """How crimes and their delays come in reports; one element a stratum."""

    name: str
    crimes: Sequence[float]  # the chance of 1, 2, 3 ... crimes in a report
    alike: float  # the correlation of the logarithms of delays of one report
    weights: Sequence[float] = (1.0,)
    slower: float = 0.0  # how much longer delays are in each stratum than in the one before, on logarithms
    hourly: bool = False  # whether times are written in whole hours


KINDS = (
    Kind("one crime a report", [1.0], 0.0),
    Kind("one crime a report, whole hours", [1.0], 0.0, hourly=True),
    Kind("1 to 3 crimes, alike", [0.6, 0.25, 0.15], 0.8),
    Kind("1 to 3 crimes, recorded together", [0.6, 0.25, 0.15], 1.0),
    Kind("1 to 3 crimes, unlike", [0.6, 0.25, 0.15], 0.0),
    Kind("two strata, weights 1 and 4", [0.7, 0.3], 0.6, weights=(1.0, 4.0), slower=1.0),
)


@dataclass(frozen=True)
class Held:
    """How often limits held, in one kind of sample and for one quantile."""

    kind: str
    reports: int
    share: float
    below: float  # the share of intervals that lie below the true quantile
    above: float  # the share that lie above it
    open_low: float
    open_high: float

    @property
    def coverage(self) -> float:
        """The share of intervals that hold it; an open end does."""
        return 1 - self.below - self.above


def drawn(rng: np.random.Generator, kind: Kind, shape: tuple[int, int], stratum: int) -> Floats:
    """Draw the delays of the crimes of reports, in hours; nan where a report has no further crime."""
    crimes = rng.choice(np.arange(1, len(kind.crimes) + 1), size=shape, p=kind.crimes)
    common, own = rng.normal(size=(*shape, 1)), rng.normal(size=(*shape, len(kind.crimes)))
    normal = np.sqrt(kind.alike) * common + np.sqrt(1 - kind.alike) * own
    hours = SCALE * np.exp(SPREAD * normal + kind.slower * stratum)
    hours = np.ceil(hours) if kind.hourly else hours
    return np.where(np.arange(len(kind.crimes)) < crimes[..., None], hours, np.nan)


def true_quantiles(rng: np.random.Generator, kind: Kind) -> list[float]:
    """Find the quantiles of the frame."""
    parts = [drawn(rng, kind, (1, WHOLE), h).ravel() for h in range(len(kind.weights))]
    parts = [part[np.isfinite(part)] for part in parts]
    weights = np.concatenate([np.full(len(part), w) for part, w in zip(parts, kind.weights, strict=True)])
    frame = distribution(np.concatenate(parts), weights)
    return [frame.quantile(share) for share in SHARES]


def held(rng: np.random.Generator, kind: Kind, reports: int, draws: int, true: Sequence[float]) -> list[Held]:
    """Draw samples of so many reports in all, and hold their limits against the truth."""
    each = reports // len(kind.weights)
    size = len(kind.crimes)
    samples = [drawn(rng, kind, (draws, each), h) for h in range(len(kind.weights))]
    totals = template([Stratum(each, w, np.ones(size), np.ones(1), 1.0, 0.0) for w in kind.weights])
    weights = np.repeat(np.asarray(kind.weights), each * size)
    hours = np.concatenate([sample.reshape(draws, -1) for sample in samples], axis=1)
    spreads = [distribution(row[np.isfinite(row)], weights[np.isfinite(row)]) for row in hours]
    found = []
    for share, at in zip(SHARES, true, strict=True):
        estimates = np.array([of.quantile(share) for of in spreads])
        parts = [
            (np.isfinite(sample).sum(axis=2), (sample <= estimates[:, None, None]).sum(axis=2)) for sample in samples
        ]
        strata = list(range(len(parts)))
        sizes = rates_of(totals, cells_of(parts, strata, [w * 1e6 for w in kind.weights]), draws).n_eff(level=LEVEL)
        ends = np.array([woodruff(of, share, n, LEVEL) for of, n in zip(spreads, sizes.tolist(), strict=True)])
        low, high = ends.T
        outside = (high < at).mean(), (low > at).mean()
        found.append(Held(kind.name, reports, share, *outside, np.isnan(low).mean(), np.isnan(high).mean()))
    return found


def simulated(kinds: Sequence[Kind], reports: Sequence[int], draws: int, seed: int) -> list[Held]:
    """Find how often limits hold in each kind of sample, at each size and for each quantile."""
    rng = np.random.default_rng(seed)
    found = []
    for kind in kinds:
        true = true_quantiles(rng, kind)
        for n in reports:
            found += held(rng, kind, n, draws, true)
    return found


def main(draws: int, seed: int) -> None:
    """Print the coverage in each kind of sample, as a table of docs/statistics.md."""
    print(f"{draws:,} samples each, seed {seed}; in brackets, how often the upper end is open")
    for kind in KINDS:
        found = simulated([kind], REPORTS, draws, seed)
        for share in SHARES:
            cells = [f"{each.coverage:.3f} ({each.open_high:.2f})" for each in found if each.share == share]
            print(f"| {kind.name} | {share:.0%} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    main(*(given + [4_000, 20_261_129][len(given) :]))
