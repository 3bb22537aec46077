"""What another effective size would do: coverage and width beside those of today's, on the same simulated samples.

Run: python -m tests.benchmarks.effective_size [DESIGNS] [DRAWS] [SEED]

A design effect that was seen rests on few missed crimes, and is often too small by chance. The other size draws it
towards that of C more missed crimes in reports that fare much alike (an intraclass correlation of r), smoothly, without
floors and caps. With w for weights, e = x - p y and sums over reports:

    m = (sum w y)^2 / sum w^2 y          d = sum (w y)^2 / sum w^2 y
    A = sum_h n_h / (n_h - 1) sum (w e - mean)^2         B = p (1 - p) sum_h n_h / (n_h - 1) sum w^2 y
    c = C d max w^2,  C = max(2, z^2 - 1)
    size = m (B + c) / (A + c (1 + r (d - 1)))

There is no adjustment by quantiles of t. One crime a report in one stratum gives textbook Wilson. With z^2 - 1 crimes
as if missed, recording one more lowered no limit in 5,000 random designs at five levels.

For the rate that volumes imply, w is the weight times R_k / sum w x_k of the crime's category, e is the sum over
categories of w_k (p / p_k) (x_k - p_k y_k), and the mean of w^2 over crimes, each with w^2, takes the place of max w^2.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

import cdi
from cdi.binomial.methods import METHODS
from tests.benchmarks.coverage import KINDS, LEAST_MISSED, cells_of, design, drawn, rates_of, template

Floats: TypeAlias = npt.NDArray[np.float64]
Sample: TypeAlias = tuple[float, Floats, Floats]  # weight; due and recorded by sample and report

ALIKE = 0.7
FEWEST = 2.0
TAIL = 0.025


def size_of(samples: list[Sample]) -> tuple[Floats, Floats]:
    """Give the rate and the other size of many samples."""
    from scipy.special import ndtri

    weighted = sum(w * y.sum(axis=1) for w, y, _ in samples)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = sum(w * x.sum(axis=1) for w, _, x in samples) / weighted
        squares = sum(w**2 * y.sum(axis=1) for w, y, _ in samples)
        together = sum(w**2 * (y**2).sum(axis=1) for w, y, _ in samples) / squares
        heaviest = np.max([np.where(y.sum(axis=1) > 0, w**2, 0.0) for w, y, _ in samples], axis=0)
        seen = alone = np.zeros(len(rate))
        for w, y, x in samples:
            n = y.shape[1]
            score = w * (x - rate[:, None] * y)
            seen = seen + n * score.var(axis=1, ddof=1)
            alone = alone + n / (n - 1) * rate * (1 - rate) * w**2 * y.sum(axis=1)
        c = max(FEWEST, float(ndtri(TAIL)) ** 2 - 1) * together * heaviest
        return rate, weighted**2 / squares * (alone + c) / (seen + c * (1 + ALIKE * (together - 1)))


def main(designs: int, draws: int, seed: int) -> None:
    """Print, by kind of cell and method, the coverage of both and the median ratio of their widths."""
    rng = np.random.default_rng(seed)
    found: dict[tuple[str, str], list[tuple[float, float, float]]] = defaultdict(list)
    for _ in range(designs):
        strata = design(rng)
        totals, weights = template(strata), [each.weight * 1e6 for each in strata]
        samples = [drawn(rng, each, draws) for each in strata]
        masses = [each.weight * each.expected for each in strata]
        cells = [
            ("stratum", [h], slice(None), each.rate, each.expected * (1 - each.rate)) for h, each in enumerate(strata)
        ]
        places = list(range(len(strata)))
        for kind in (None, *range(KINDS)):
            own = np.array([1.0 if kind is None else each.kinds[kind] for each in strata])
            rate = float(np.average([each.rate for each in strata], weights=np.multiply(masses, own)))
            missed = sum(each.expected * part * (1 - each.rate) for each, part in zip(strata, own, strict=True))
            chosen = slice(None) if kind is None else slice(kind, kind + 1)
            cells.append(("overall" if kind is None else "category", places, chosen, rate, float(missed)))
        for name, where, kinds, true, likely in cells:
            if likely < LEAST_MISSED:
                continue
            part = [(samples[h][0][..., kinds].sum(axis=2), samples[h][1][..., kinds].sum(axis=2)) for h in where]
            today = rates_of(totals, cells_of(part, where, [weights[h] for h in where]), draws)
            rate, size = size_of([(weights[h], due, recorded) for h, (due, recorded) in zip(where, part, strict=True)])
            for method in ("wilson", "korn-graubard"):
                limits = METHODS[method](np.nan_to_num(rate), np.where(np.isfinite(size), size, 1.0), TAIL)
                found[name, method].append(compared(today, limits, true, method))
    print(f"{designs} designs, {draws:,} samples each, seed {seed}; at least {LEAST_MISSED} missed crimes expected")
    for (name, method), results in sorted(found.items()):
        now, other, width = np.array(results).T
        print(
            f"{name:9} {method:14} cells {len(now):4}  today mean {now.mean():.3f} least {now.min():.3f}"
            f"  other mean {other.mean():.3f} least {other.min():.3f}  width {np.median(width):.3f} of today's"
        )


def compared(
    today: cdi.Estimates, limits: tuple[Floats, Floats], true: float, method: str
) -> tuple[float, float, float]:
    """Say how often both intervals hold the true rate, and give the ratio of their mean widths."""
    interval = today.interval(method=method)
    known = np.isfinite(interval.low)
    one = interval.low[known], interval.high[known]
    other = limits[0][known], limits[1][known]
    held = [float(((low <= true) & (true <= high)).mean()) for low, high in (one, other)]
    return held[0], held[1], float((other[1] - other[0]).mean() / (one[1] - one[0]).mean())


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    main(*(given + [60, 4_000, 20_261_129][len(given) :]))
