"""How often the interval of a rate freed of the auditors' errors holds the true rate, for auditors of many kinds.

``python -m tests.benchmarks.rereading 2000`` draws so many audits and panels of each kind (and ``2000 5`` from the
sixth plan on). The truth is what the panel would find in every report of the frame. The figures that it gave stand in
docs/reread.md; the seed is fixed.

What is simulated is what ``cdi estimate AUDIT --reread PANEL`` computes, from the reports on: classes, allocation and
sums are those of the package. Reports are drawn here by numpy, as their tickets would be.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

import cdi
from cdi.measures import MEASURES
from cdi.rereading.classes import Classes
from cdi.rereading.drawing import allocated
from cdi.rereading.phases import Found, Readings, Reread
from cdi.survey.estimates import Estimates
from cdi.survey.sampling import share_of
from cdi.survey.second import UNSEEN

Ints = npt.NDArray[np.int64]

ONE, SOME, NONE, HEAVY = (0, 1), (0, 0.78, 0.16, 0.06), (0.30, 0.55, 0.11, 0.04), (0, 0.5, 0.2, 0.1, 0.1, 0.05, 0.05)
"""Shares of reports of 0, 1, 2... crimes: one each; some with more; a third with none; many with up to six."""


@dataclass(frozen=True)
class Auditors:
    """How auditors err, as shares of the crimes or reports that they can err on."""

    forgiving: float = 0.0  # of the crimes not recorded, those that they take for recorded
    blind: float = 0.0  # of the crimes not recorded, those that they do not see at all
    harsh: float = 0.0  # of the crimes recorded, those that they take for not recorded
    eager: float = 0.0  # of the reports, those in which they see a crime that is none


AUDITORS: Mapping[str, Auditors] = {
    "usual": Auditors(forgiving=0.10, harsh=0.01, blind=0.01, eager=0.01),
    "lenient": Auditors(forgiving=0.30, eager=0.01),
    "blind": Auditors(blind=0.40),
    "strict": Auditors(harsh=0.04, eager=0.01),
    "faultless": Auditors(),
}


@dataclass(frozen=True)
class Stratum:
    """A stratum of the frame."""

    frame: int
    audited: int
    rate: float
    crimes: Sequence[float] = SOME
    alike: float = 0.3  # how much alike the crimes of a report fare


@dataclass(frozen=True)
class Plan:
    """What is audited and read again."""

    name: str
    strata: Sequence[Stratum]
    read: int


PLANS = (
    Plan("350 of 20,000, 120 again", [Stratum(20_000, 350, 0.90)], 120),
    Plan("high rate, third without crimes", [Stratum(20_000, 350, 0.96, NONE)], 120),
    Plan("up to six crimes a report", [Stratum(20_000, 350, 0.92, HEAVY)], 120),
    Plan("350 of 800, up to six crimes", [Stratum(800, 350, 0.92, HEAVY)], 120),
    Plan("one crime a report, 80 of 200", [Stratum(20_000, 200, 0.85, ONE, 0.0)], 80),
    Plan("few again: 60 of 600", [Stratum(20_000, 600, 0.93)], 60),
    Plan("census of 1,000, 120 again", [Stratum(1_000, 1_000, 0.90)], 120),
    Plan(
        "three strata, 480, 150 again",
        [Stratum(9_000, 200, 0.866), Stratum(900, 120, 0.929), Stratum(20_000, 160, 0.95)],
        150,
    ),
    Plan(
        "three small strata, 180, 60 again",
        [Stratum(9_000, 60, 0.85), Stratum(1_500, 60, 0.93), Stratum(19_500, 60, 0.97)],
        60,
    ),
)


def frame_of(stratum: Stratum, auditors: Auditors, rng: np.random.Generator) -> tuple[Ints, Ints, Ints, Ints]:
    """Make the reports of a frame: crimes due and recorded as the panel finds them, and as the auditors do."""
    due = rng.choice(len(stratum.crimes), size=stratum.frame, p=stratum.crimes)
    chance = np.full(stratum.frame, stratum.rate)
    if stratum.alike:
        much = (1 - stratum.alike) / stratum.alike
        chance = rng.beta(stratum.rate * much, (1 - stratum.rate) * much, stratum.frame)
    recorded = rng.binomial(due, chance)
    missed = due - recorded
    forgiven = rng.binomial(missed, auditors.forgiving)
    unseen = rng.binomial(missed - forgiven, auditors.blind)
    turned = rng.binomial(recorded, auditors.harsh)
    more = rng.binomial(1, auditors.eager, stratum.frame)
    return due, recorded, due - unseen + more, recorded + forgiven - turned


@dataclass(frozen=True)
class Simulated:
    """A frame, and an audit of its size whose strata every draw shares."""

    plan: Plan
    frames: Sequence[tuple[Ints, Ints, Ints, Ints]]
    audit: cdi.Audit

    @property
    def truth(self) -> float:
        """The rate that the panel would find in the whole frame."""
        return sum(int(each[1].sum()) for each in self.frames) / sum(int(each[0].sum()) for each in self.frames)


def simulated(plan: Plan, auditors: Auditors, rng: np.random.Generator) -> Simulated:
    """Make a frame, and what all its audits share."""
    frames = [frame_of(each, auditors, rng) for each in plan.strata]
    names = [f"s{i}" for i, each in enumerate(plan.strata) for _ in range(each.audited)]
    rows = pd.DataFrame({"stratum": names, "cluster": [f"{i:05d}" for i in range(len(names))], "recorded": 1})
    population = {f"s{i}": each.frame for i, each in enumerate(plan.strata)}
    return Simulated(plan, frames, cdi.read_audit(rows, stratum="stratum", cluster="cluster", population=population))


def drawn(of: Simulated, rng: np.random.Generator, *, alone: bool = False) -> tuple[Estimates, Estimates | None]:
    """Draw an audit and its panel; give the rate freed of errors and, if asked, that of the panel's reports alone."""
    taken, stratum = [], []
    for i, (each, frame) in enumerate(zip(of.plan.strata, of.frames, strict=True)):
        places = rng.choice(each.frame, each.audited, replace=False)
        taken.append(np.stack([column[places] for column in frame]))
        stratum.append(np.full(each.audited, i))
    due, recorded, seen, counted = np.concatenate(taken, axis=1)
    kind = np.where(counted < seen, 0, np.where(seen > 0, 1, 2))
    ids = tuple(f"{i:05d}" for i in range(len(due)))
    classes = Classes(ids, np.concatenate(stratum), kind, seen, counted, None, of.audit.strata.labels)
    return _freed(of, classes, due, recorded, rng), _by_panel(of, classes, due, recorded, rng) if alone else None


def _freed(of: Simulated, classes: Classes, due: Ints, recorded: Ints, rng: np.random.Generator) -> Estimates:
    cells = classes.cells()
    kept, sizes = np.unique(cells, return_counts=True)
    weight = np.bincount(cells, of.audit.strata.weight[classes.stratum])
    number = allocated(
        {int(c): float(weight[c]) for c in kept},
        dict(zip(kept.tolist(), sizes.tolist(), strict=True)),
        of.plan.read,
        0.5,
    )
    read = np.zeros(len(due), dtype=bool)
    for cell in kept.tolist():
        read[rng.choice(np.flatnonzero(cells == cell), number[cell], replace=False)] = True
    every, again = np.arange(len(due)), np.flatnonzero(read)
    none, yes = np.zeros(0, dtype=np.int64), np.ones(len(due), dtype=bool)
    nothing = Found(none, none, none, none, none.astype(bool))
    bare = [
        Found(every, np.zeros_like(every), classes.due, classes.recorded, yes),
        Found(again, np.zeros_like(again), due[again], recorded[again], yes[again]),
    ]
    readings = Readings(of.audit, of.audit, Reread(classes, read))
    return share_of(readings.summed(of.audit, (), [nothing, nothing], bare), MEASURES["recording-rate"])


def _by_panel(of: Simulated, classes: Classes, due: Ints, recorded: Ints, rng: np.random.Generator) -> Estimates:
    """Estimate the rate from as many reports as the panel read, drawn at random and read by it alone."""
    share = of.plan.read / len(due)
    rows = []
    for i in range(len(of.plan.strata)):
        places = np.flatnonzero(classes.stratum == i)
        rows += rng.choice(places, max(2, round(share * len(places))), replace=False).tolist()
    frame = pd.DataFrame(
        {"stratum": [f"s{i}" for i in classes.stratum[rows]], "due": due[rows], "recorded": recorded[rows]}
    )
    population = {f"s{i}": each.frame for i, each in enumerate(of.plan.strata)}
    return cdi.recording_rate(cdi.read_audit(frame, stratum="stratum", due="due", population=population), ())


PANELS = 30
"""Draws of which the panel's reports alone are estimated too: their mean width needs no more."""


@dataclass(frozen=True)
class Held:
    """What came of many draws."""

    coverage: Mapping[str, float]  # by method
    bias: float
    width: float  # the mean width by wilson
    alone: float  # the same of the panel's reports alone, as far as they were drawn


def held(of: Simulated, draws: int, rng: np.random.Generator, *, alone: bool = True) -> Held:
    """Draw many audits and panels, and count the intervals that hold the truth."""
    methods = ("wilson", "korn-graubard")
    within = dict.fromkeys(methods, 0)
    bias, widths, own = 0.0, [], []
    for i in range(draws):
        freed, panel = drawn(of, rng, alone=alone and i < PANELS)
        for method in methods:
            ends = freed.interval(method=method)
            within[method] += int(ends.low[-1] <= of.truth <= ends.high[-1])
            if method == "wilson":
                widths.append(float(ends.high[-1] - ends.low[-1]))
        bias += float(freed.estimate[-1]) - of.truth
        if panel is not None:
            ends = panel.interval()
            own.append(float(ends.high[-1] - ends.low[-1]))
    coverage = {method: n / draws for method, n in within.items()}
    return Held(coverage, bias / draws, float(np.mean(widths)), float(np.mean(own)) if own else np.nan)


def lines(draws: int, plans: Sequence[Plan] = PLANS, seed: int = 2026) -> Iterator[str]:
    """Give a line for each plan and kind of auditors."""
    yield f"{UNSEEN:g} crimes in n + 1 as the least of a class; {draws:,} draws"
    for plan in plans:
        for name, auditors in AUDITORS.items():
            rng = np.random.default_rng([seed, PLANS.index(plan), list(AUDITORS).index(name)])
            of = simulated(plan, auditors, rng)
            found = held(of, draws, rng)
            wilson, korn = found.coverage.values()
            yield (
                f"{plan.name:34} {name:10} {of.truth:.3f} {wilson:.3f} {korn:.3f} {found.bias:+.4f} "
                f"{found.width:.3f} {found.width / found.alone:.2f}"
            )


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    for line in lines(given[0] if given else 2_000, PLANS[given[1] if given[1:] else 0 :]):
        print(line, flush=True)
