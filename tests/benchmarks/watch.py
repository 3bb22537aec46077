"""Stopping when clear: how many reports it takes, how often it errs, and what it costs.

Reports are drawn with one chance of being recorded, from a frame of 10,000. How many are read until it is clear is
counted where one looks after every report, and after every ten. The least is Wald's (1945, Annals of Mathematical
Statistics 16:117-186): no test that errs in one of 20 audits reads fewer single crimes on average, even where it knows
which rate it is to tell from the standard. It is of a frame without end.

Then one looks after every ten reports up to 400, by the 95% Wilson interval of what was read, and at every report by
the confidence sequence. Either misses where the true rate ever lay outside.

Run: python -m tests.benchmarks.watch [SAMPLES]
"""

from __future__ import annotations

import sys

import numpy as np
import numpy.typing as npt

from cdi.binomial.intervals import interval
from cdi.watching.bets import ABOVE, BELOW, Game, Readings, sequence

FRAME, LONGEST, LOOK = 10_000, 400, 10
ALPHA = 0.05
CRIMES = {
    "one crime a report": {1: 1.0},
    "one to three": {1: 0.6, 2: 0.3, 3: 0.1},
    "none to six": {0: 0.2, 1: 0.6, 2: 0.1, 4: 0.07, 6: 0.03},
}
CLEAR = (
    (0.95, 0.87, BELOW, 400),
    (0.95, 0.80, BELOW, 400),
    (0.95, 0.85, BELOW, 400),
    (0.95, 0.90, BELOW, 1_000),
    (0.95, 0.93, BELOW, 4_000),
    (0.90, 0.80, BELOW, 400),
    (0.90, 0.85, BELOW, 1_000),
    (0.90, 0.93, ABOVE, 2_000),
    (0.90, 0.97, ABOVE, 600),
    (0.95, 0.99, ABOVE, 800),
)
"""The standard, the true rate, the side on which it lies, and how many reports are read at the most."""

STRATA = (0.5, 0.3, 0.2)
IN_STRATA = tuple(case for case in CLEAR if case[3] <= 800)


def drawn(
    rng: np.random.Generator,
    crimes: dict[int, float],
    rate: float,
    strata: tuple[float, ...] = (1.0,),
    longest: int = LONGEST,
) -> Readings:
    """Draw reports, each stratum in its turn."""
    due = rng.choice(list(crimes), size=longest, p=list(crimes.values())).astype(np.int64)
    sizes = [round(share * longest) for share in strata]
    turns = sorted(((i + 0.5) / n, h) for h, n in enumerate(sizes) for i in range(n))
    population = np.array([round(share * FRAME) for share in strata])
    return Readings(np.array([h for _, h in turns]), due, rng.binomial(due, rate), population, max(crimes))


def clear(
    samples: int, crimes: dict[int, float], case: tuple[float, float, str, int], strata: tuple[float, ...]
) -> str:
    """Say after how many reports it is clear, looking after every one and after every ten, with standard errors."""
    standard, rate, side, longest = case
    rng = np.random.default_rng(1)
    games = (Game(drawn(rng, crimes, rate, strata, longest), side, standard) for _ in range(samples))
    taken = np.array([game.reached(1 / ALPHA) or longest + 1 for game in games])
    parts = [_mean(np.minimum(each, longest)) for each in (taken, -(-taken // LOOK) * LOOK)]
    late = f", {(taken > longest).mean():.1%} not by {longest:,}" if (taken > longest).any() else ""
    return f"{parts[0]} on average, {np.median(taken):.0f} at the middle; looking every {LOOK}: {parts[1]}{late}"


def _mean(taken: npt.NDArray[np.int64]) -> str:
    return f"{taken.mean():.1f} (se {taken.std(ddof=1) / len(taken) ** 0.5:.1f})"


def least(case: tuple[float, float, str, int]) -> float:
    """Give the reports of one crime that no test can do with fewer of, on average."""
    standard, rate, *_ = case
    apart = rate * np.log(rate / standard) + (1 - rate) * np.log((1 - rate) / (1 - standard))
    return float(np.log(1 / ALPHA) / apart)


def missed(samples: int, crimes: dict[int, float], rate: float) -> tuple[float, float, npt.NDArray[np.float64]]:
    """Tell how often the true rate lay outside at some look, and how much wider the sequence is, by look."""
    rng = np.random.default_rng(2)
    looks = list(range(LOOK, LONGEST + 1, LOOK))
    wilson, betting, ratio = 0, 0, []
    for _ in range(samples):
        read = drawn(rng, crimes, rate)
        betting += any(Game(read, side, rate).reached(40) is not None for side in (ABOVE, BELOW))
        due, recorded = (np.cumsum(each)[np.array(looks) - 1] for each in (read.due, read.recorded))
        known = due > 0
        ends = interval(recorded[known] / due[known], due[known])
        wilson += bool(((ends.low > rate) | (ends.high < rate)).any())
        if len(ratio) < samples // 10:
            low, high = (sequence(read, side, 40, looks, 1e-3) for side in (ABOVE, BELOW))
            at = [looks.index(number) for number in (100, 200, 400)]
            ratio.append((high - low)[at] / (ends.high - ends.low)[np.array(at) - (len(looks) - len(ends.high))])
    return wilson / samples, betting / samples, np.median(ratio, axis=0)


def main(samples: int) -> None:
    """Print both tables."""
    for name, crimes in CRIMES.items():
        for case in CLEAR:
            standard, rate, side, _ = case
            floor = f"; the least {least(case):.1f}" if crimes == {1: 1.0} else ""
            print(f"{name}, rate {rate}, {side} {standard}: {clear(samples, crimes, case, (1.0,))}{floor}")
        for case in IN_STRATA:
            standard, rate, side, _ = case
            found = clear(samples // 5, crimes, case, STRATA)
            print(f"{name} in three strata, rate {rate}, {side} {standard}: {found}")
    for name, crimes in CRIMES.items():
        for rate in (0.87, 0.95):
            wilson, betting, ratio = missed(samples, crimes, rate)
            widths = ", ".join(f"{each:.2f}" for each in ratio)
            print(
                f"{name}, rate {rate}: missed at some look by Wilson {wilson:.3f}, by the sequence {betting:.3f}; "
                f"width at 100, 200 and 400 reports {widths} times Wilson's"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
