"""Stopping when clear: how many reports it takes, how often it errs, and what it costs.

Reports are drawn with one chance of being recorded, from a frame of 10,000. One looks after every ten reports up to
400, by the 95% Wilson interval of what was read, and at every report by the confidence sequence. Either misses where
the true rate ever lay outside. The count of reports until it is clear is of every report.

Run: python -m tests.benchmarks.watch [SAMPLES]
"""

from __future__ import annotations

import sys

import numpy as np
import numpy.typing as npt

from cdi.binomial.intervals import interval
from cdi.watching.bets import ABOVE, BELOW, Game, Readings, sequence

FRAME, LONGEST, LOOK = 10_000, 400, 10
CRIMES = {
    "one crime a report": {1: 1.0},
    "one to three": {1: 0.6, 2: 0.3, 3: 0.1},
    "none to six": {0: 0.2, 1: 0.6, 2: 0.1, 4: 0.07, 6: 0.03},
}
CLEAR = ((0.95, 0.87, BELOW), (0.95, 0.80, BELOW), (0.9, 0.8, BELOW), (0.9, 0.97, ABOVE), (0.95, 0.99, ABOVE))
STRATA = (0.5, 0.3, 0.2)


def drawn(
    rng: np.random.Generator, crimes: dict[int, float], rate: float, strata: tuple[float, ...] = (1.0,)
) -> Readings:
    """Draw reports, each stratum in its turn."""
    due = rng.choice(list(crimes), size=LONGEST, p=list(crimes.values())).astype(np.int64)
    sizes = [round(share * LONGEST) for share in strata]
    turns = sorted(((i + 0.5) / n, h) for h, n in enumerate(sizes) for i in range(n))
    population = np.array([round(share * FRAME) for share in strata])
    return Readings(np.array([h for _, h in turns]), due, rng.binomial(due, rate), population, max(crimes))


def clear(samples: int, crimes: dict[int, float], case: tuple[float, float, str], strata: tuple[float, ...]) -> str:
    """Say after how many reports it is clear, by both sides and by one."""
    standard, rate, side = case
    rng = np.random.default_rng(1)
    taken = []
    for _ in range(samples):
        game = Game(drawn(rng, crimes, rate, strata), side, standard)
        taken.append([game.reached(capital) or LONGEST + 1 for capital in (40, 20)])
    both, one = np.array(taken).T
    parts = [
        f"{np.minimum(each, LONGEST).mean():.0f} on average, {np.median(each):.0f} at the middle, "
        f"{(each > LONGEST).mean():.1%} not by {LONGEST}"
        for each in (both, one)
    ]
    return f"{parts[0]}; one side alone: {parts[1]}"


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
            standard, rate, side = case
            print(f"{name}, rate {rate}, {side} {standard}: {clear(samples, crimes, case, (1.0,))}")
    one = CRIMES["one crime a report"]
    print(f"one crime a report in three strata, as the first: {clear(samples // 5, one, CLEAR[0], STRATA)}")
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
