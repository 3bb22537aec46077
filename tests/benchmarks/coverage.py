"""How often intervals hold the true rate, and how wide they are, in simulated audits that no default was chosen on.

Run: python tests/benchmarks/coverage.py [DESIGNS] [DRAWS] [SEED]

Each design has one to five strata of 25 to 160 reports with up to six crimes, crimes of a report that fare more or less
alike, and true rates of 80% to 97%. Every sample of a design goes through the engine as one domain, so that thousands
take one call. A cell is a stratum, a category that cuts across strata, or the overall rate. It is looked at where at
least three crimes are expected to be missed. A contrast is the difference between two such categories of one sample,
with their covariance, and a comparison that between the overall rates of two designs.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

import cdi
from cdi.binomial.differences import WithLimits, difference
from cdi.measures import MEASURES
from cdi.survey import basis
from cdi.survey.estimates import Estimates, Subject
from cdi.survey.totals import Cells, Totals, total

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]

KINDS = 3
METHODS = ("wilson", "korn-graubard", "wald", "published", "logit", "arcsine", "jeffreys", "mid-p", "agresti-coull")
COMPARED = ("wilson", "korn-graubard")
LEAST_MISSED = 3  # crimes expected to be missed in a cell


@dataclass(frozen=True)
class Stratum:
    """A stratum of a frame without end."""

    reports: int
    weight: float
    crimes: Floats  # the chance of 0, 1, 2 ... crimes in a report
    kinds: Floats  # the chance that a crime is of each kind
    rate: float
    alike: float  # the intraclass correlation of the crimes of a report

    @property
    def expected(self) -> float:
        """Crimes due in the sample."""
        return float(self.reports * (self.crimes * np.arange(len(self.crimes))).sum())


def design(rng: np.random.Generator) -> list[Stratum]:
    """Make up the strata of an audit."""
    found = []
    for _ in range(rng.integers(1, 6)):
        sizes = np.arange(rng.integers(0, 2), rng.integers(4, 8))
        chances = np.zeros(sizes[-1] + 1)
        chances[sizes] = np.exp(-sizes * rng.uniform(0, 1.2))
        found.append(
            Stratum(
                int(rng.integers(25, 160)),
                float(rng.uniform(1, 20)),
                chances / chances.sum(),
                rng.dirichlet(np.full(KINDS, 2.0)),
                float(rng.choice([0.8, 0.85, 0.88, 0.9, 0.92, 0.94, 0.95, 0.97])),
                float(rng.choice([0, 0.1, 0.2, 0.3, 0.5, 0.7])),
            )
        )
    return found


def drawn(rng: np.random.Generator, stratum: Stratum, draws: int) -> tuple[Ints, Ints]:
    """Draw samples: crimes due and recorded by sample, report and kind."""
    shape = (draws, stratum.reports)
    crimes = rng.choice(len(stratum.crimes), size=shape, p=stratum.crimes)
    due = rng.multinomial(crimes, stratum.kinds)
    p, rho = stratum.rate, stratum.alike
    if rho:
        share = (1 - rho) / rho
        p = rng.beta(p * share, (1 - p) * share, size=shape)[..., None]
    return due, rng.binomial(due, p)


def cells_of(samples: list[tuple[Ints, Ints]], strata: list[int], weights: list[float]) -> Cells:
    """Sum up one kind of crime, or all, as the engine does: a domain for each sample."""
    parts = defaultdict(list)
    for (due, recorded), stratum, weight in zip(samples, strata, weights, strict=True):
        draws = len(due)
        sums = (due, recorded, due * due, due * recorded, recorded * recorded, due >= 0, due > 0)
        parts["domain"].append(np.arange(draws))
        parts["stratum"].append(np.full(draws, stratum))
        parts["weight"].append(np.full(draws, weight))
        for name, values in zip(Cells.__slots__[3:-1], sums, strict=True):
            parts[name].append(values.sum(axis=1))
        parts["largest"].append(due.max(axis=1))
    return Cells(**{name: np.concatenate(values) for name, values in parts.items()})


def template(strata: list[Stratum]) -> Totals:
    """Make an audit of this design, with a frame so large that it is without end."""
    rows = [(f"{h}", 1) for h, each in enumerate(strata) for _ in range(each.reports)]
    frame = {f"{h}": round(each.reports * each.weight * 1e6) for h, each in enumerate(strata)}
    return total(cdi.read_audit(pd.DataFrame(rows, columns=["stratum", "recorded"]), population=frame), ())


def rates_of(totals: Totals, cells: Cells, draws: int) -> Estimates:
    """Estimate the rate of every sample."""
    many = replace(totals, domains=tuple((str(i),) for i in range(draws)), cells=cells)
    rows = tuple(Subject((str(i),), MEASURES["recording-rate"]) for i in range(draws))
    return Estimates(("sample",), rows, basis.of_domains(many), many)


def simulated(designs: int, draws: int, seed: int) -> dict[tuple[str, str], list[tuple[float, float]]]:
    """Find coverage and mean width in each cell, by kind of cell and method."""
    rng = np.random.default_rng(seed)
    found: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    last: tuple[Estimates, float] | None = None
    for _ in range(designs):
        strata = design(rng)
        totals, weights = template(strata), [each.weight * 1e6 for each in strata]
        samples = [drawn(rng, each, draws) for each in strata]
        expected = [each.expected for each in strata]
        every = [(due.sum(axis=2), recorded.sum(axis=2)) for due, recorded in samples]
        cells = [
            ("stratum", [every[h]], [h], each.rate, expected[h] * (1 - each.rate)) for h, each in enumerate(strata)
        ]
        masses = [w * y for w, y in zip(weights, expected, strict=True)]
        places = list(range(len(strata)))
        overall = np.average([each.rate for each in strata], weights=masses)
        missed = [y * (1 - each.rate) for y, each in zip(expected, strata, strict=True)]
        cells.append(("overall", every, places, float(overall), sum(missed)))
        for kind in range(KINDS):
            own = [each.kinds[kind] for each in strata]
            rate = np.average([each.rate for each in strata], weights=np.multiply(masses, own))
            part = [(due[:, :, kind], recorded[:, :, kind]) for due, recorded in samples]
            cells.append(("category", part, places, float(rate), float(np.dot(missed, own))))
        kinds: list[tuple[Estimates, float, Floats]] = []
        for name, part, where, true, likely in cells:
            if likely < LEAST_MISSED:
                continue
            rates = rates_of(totals, cells_of(part, where, [weights[h] for h in where]), draws)
            for method in METHODS:
                found[name, method].append(held(rates, method, true))
            if name == "category":
                kinds.append((rates, true, scores(part, weights, rates.estimate)))
            if name == "overall":
                if last is not None:
                    note(found, "comparison", (rates, last[0]), true - last[1], 0.0)
                last = rates, true
        for (one, p, ours), (other, q, theirs) in combinations(kinds, 2):
            with np.errstate(divide="ignore", invalid="ignore"):
                together = np.clip((ours * theirs).sum(axis=1) / (one.se * other.se), -1, 1)
            note(found, "contrast", (one, other), p - q, np.nan_to_num(together))
    return found


def scores(part: list[tuple[Ints, Ints]], weights: list[float], rate: Floats) -> Floats:
    """Linearise the rates of many samples: one row a sample, whose squares add up to the variance of its rate."""
    weighted = sum(w * due.sum(axis=1) for w, (due, _) in zip(weights, part, strict=True))
    found = []
    for w, (due, recorded) in zip(weights, part, strict=True):
        n = due.shape[1]
        score = w * (recorded - rate[:, None] * due) / weighted[:, None]
        found.append(np.sqrt(n / (n - 1)) * (score - score.mean(axis=1, keepdims=True)))
    return np.concatenate(found, axis=1)


def note(
    found: dict[tuple[str, str], list[tuple[float, float]]],
    name: str,
    sides: tuple[Estimates, Estimates],
    true: float,
    together: Floats | float,
) -> None:
    """Note how often the interval of a difference holds the true one, and its mean width."""
    for method in COMPARED:
        ends = [side.interval(method=method) for side in sides]
        a, b = (WithLimits(side.estimate, end.low, end.high) for side, end in zip(sides, ends, strict=True))
        low, high = difference(a, b, together)
        known = np.isfinite(low) & np.isfinite(high)
        right = (low[known] <= true) & (true <= high[known])
        found[name, method].append((float(right.mean()), float((high - low)[known].mean())))


def main(designs: int, draws: int, seed: int) -> None:
    """Print the coverage and the median width."""
    found = simulated(designs, draws, seed)
    print(f"{designs} designs, {draws:,} samples each, seed {seed}; at least {LEAST_MISSED} missed crimes expected")
    for (name, method), results in sorted(found.items()):
        coverage, width = np.array(results)[:, 0], np.array(results)[:, 1]
        short = (coverage < 0.94 - 3 * np.sqrt(0.94 * 0.06 / draws)).sum()
        print(
            f"{name:10} {method:14} cells {len(coverage):4}  mean {coverage.mean():.3f}  least {coverage.min():.3f}"
            f"  below .94 by three standard errors {short:3}  width {np.median(width):.3f}"
        )


def held(rates: Estimates, method: str, true: float) -> tuple[float, float]:
    """Say how often an interval holds the true rate, and its mean width."""
    interval = rates.interval(method=method)
    known = np.isfinite(interval.low)
    low, high = interval.low[known], interval.high[known]
    return float(((low <= true) & (true <= high)).mean()), float((high - low).mean())


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    main(*(given + [60, 4_000, 20_261_129][len(given) :]))
