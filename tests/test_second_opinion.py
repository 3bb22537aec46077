"""Every formula derived a second time, in plain loops over reports with exact fractions, and compared.

Nothing here is shared with the engine but the data: sums are Python fractions (so that a variance of 0 is 0), quantiles
come from scipy.stats, which the engine does not use, and the formulae are written as statistics.md states them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import inf, isnan, nan, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

import cdi
from cdi.measures import told
from tests.strategies import KINDS, Report, Sample, crimes_by_kind, levels, samples

EXACT = 1e-12  # closed forms
QUANTILES = 1e-10  # beta and t quantiles

Held = Callable[[Report], int]


@dataclass
class Design:
    """What the effective size follows from, as sums over reports with weights w (of a total: of its volumes too)."""

    size: Fraction  # (sum w y)^2 / sum w^2 y
    seen: Fraction  # the variance of sum w (x - p y), without and with the finite population correction
    corrected: Fraction
    alone: Fraction  # the same if crimes were drawn one by one: sum n / (n - 1) w^2 y p (1 - p)
    together: Fraction  # sum (w y)^2 / sum w^2 y
    heavy: Fraction  # the w^2 of a crime as if missed
    left: Fraction  # the mean of 1 - f over crimes, each with w^2
    frame: Fraction | None = None  # (N - n) / (N - 1) where a single stratum holds all crimes

    def n_eff(self, level: float) -> float:
        missed = max(2.0, float(stats.norm.ppf(0.5 + level / 2)) ** 2 - 1)
        c = missed * float(self.together * self.heavy)
        target = 1 + 0.6 * float(self.together - 1)
        seen = float(self.seen) + c * target
        n = float(self.size) * (float(self.alone) + c) / seen
        if self.frame is not None:
            return n / float(self.frame)
        return n * seen / (float(self.corrected) + c * target * float(self.left))


@dataclass
class Opinion:
    """A rate and what its interval rests on; None where nothing can be said."""

    rate: Fraction | None
    variance: Fraction = Fraction(0)
    design: Design | None = None
    df: int = 0
    due: int = 0
    census: bool = False
    chance: float = 0.0

    def n_eff(self, level: float = 0.95) -> float:
        if self.rate is None or self.census or self.design is None:
            return nan
        n = self.design.n_eff(level)
        return 1 / (1 / n + self.chance) if self.chance else n

    def wilson(self, level: float = 0.95) -> tuple[float, float]:
        if self.rate is None:
            return nan, nan
        p = float(self.rate)
        if self.census:
            return p, p
        k = stats.norm.ppf(0.5 + level / 2) ** 2 / self.n_eff(level)
        centre, half = (p + k / 2) / (1 + k), sqrt(k * (p * (1 - p) + k / 4)) / (1 + k)
        return (0.0 if p == 0 else centre - half), (1.0 if p == 1 else centre + half)

    def korn_graubard(self, level: float = 0.95) -> tuple[float, float]:
        if self.rate is None or self.census:
            return self.wilson(level)
        p, n, tail = float(self.rate), self.n_eff(level), (1 - level) / 2
        low = 0.0 if p == 0 else float(stats.beta.ppf(tail, n * p, n * (1 - p) + 1))
        return low, (1.0 if p == 1 else float(stats.beta.isf(tail, n * p + 1, n * (1 - p))))


def drawn(sample: Sample, h: str) -> tuple[int, Fraction]:
    """n_h and 1 - f_h."""
    n = len(sample.strata[h])
    return n, Fraction(1) if sample.population is None else 1 - Fraction(n, sample.population[h])


def spread(sample: Sample, score: Callable[[Report], Fraction]) -> tuple[Fraction, Fraction]:
    """The variance of a total of scores, without and with the finite population correction."""
    plain = corrected = Fraction(0)
    for h, reports in sample.strata.items():
        n, left = drawn(sample, h)
        mean = sum((score(report) for report in reports), Fraction(0)) / n
        if n == 1:  # only a stratum that was audited in full can stand here
            assert left == 0
            continue
        part = Fraction(n, n - 1) * sum((score(report) - mean) ** 2 for report in reports)
        plain, corrected = plain + part, corrected + left * part
    return plain, corrected


Worths = Callable[[Report], list[Fraction]]  # the w of each of a report's crimes


def designed(
    sample: Sample, p: Fraction, score: Callable[[Report], Fraction], worths: Worths, heavy: Fraction
) -> Design:
    """Sum up a design: the score of a report, and the worth of each of its crimes."""
    each = {r: worths(r) for r in sample.reports}
    squares = sum((w**2 for ws in each.values() for w in ws), Fraction(0))
    together = sum((sum(ws, Fraction(0)) ** 2 for ws in each.values()), Fraction(0)) / squares
    size = sum((w for ws in each.values() for w in ws), Fraction(0)) ** 2 / squares
    alone = left = Fraction(0)
    for h, reports in sample.strata.items():
        n, remains = drawn(sample, h)
        part = sum((w**2 for r in reports for w in each[r]), Fraction(0))
        alone += part * p * (1 - p) * (Fraction(n, n - 1) if n > 1 else 1)
        left += remains * part / squares
    seen, corrected = spread(sample, score)
    holding = [h for h, reports in sample.strata.items() if any(each[r] for r in reports)]
    frame = None
    if len(holding) == 1:
        n, remains = drawn(sample, holding[0])
        N = sample.population[holding[0]] if sample.population else None
        frame = Fraction(1) if N is None or not remains else Fraction(N - n, N - 1)
    return Design(size, seen, corrected, alone, together, heavy, left, frame)


def freedom(sample: Sample, due: Held) -> tuple[int, bool]:
    """Degrees of freedom, and whether there is no sampling error."""
    with_crimes = {h: sum(due(report) > 0 for report in reports) for h, reports in sample.strata.items()}
    present = {h for h, n in with_crimes.items() if n}
    uncertain = {h for h in present if drawn(sample, h)[1] > 0}
    return max(sum(with_crimes[h] - 1 for h in uncertain), 1) if uncertain else 0, not uncertain


def opine(sample: Sample, kind: str | None = None, stratum: str | None = None) -> Opinion:
    """Formulae (1), (2) and (4): the rate of a crime type, of a stratum, or of all."""

    def due(r: Report) -> int:
        return r.due(kind) if stratum in (None, r.stratum) else 0

    def recorded(r: Report) -> int:
        return r.recorded(kind) if stratum in (None, r.stratum) else 0

    m = sum(due(r) for r in sample.reports)
    if m == 0:
        return Opinion(None)
    of_due = sum(sample.weight(r) * due(r) for r in sample.reports)
    p = sum(sample.weight(r) * recorded(r) for r in sample.reports) / of_due
    _, corrected = spread(sample, lambda r: sample.weight(r) * (recorded(r) - p * due(r)) / of_due)
    df, census = freedom(sample, due)
    heavy = max(sample.weight(r) ** 2 for r in sample.reports if due(r))
    design = designed(
        sample,
        p,
        lambda r: sample.weight(r) * (recorded(r) - p * due(r)),
        lambda r: [sample.weight(r)] * due(r),
        heavy,
    )
    return Opinion(p, corrected, design, df, m, census)


def opine_total(sample: Sample, volumes: dict[str, int]) -> tuple[Opinion, float]:
    """Formulae (3) and (6): the overall rate R / (R + U), and the standard error of U, by crime type."""
    used = [kind for kind, R in volumes.items() if R]
    each = {kind: opine(sample, kind) for kind in used}
    if len(used) == 1:
        only = each[used[0]]
        if not only.rate:
            return Opinion(None), nan
        return only, float(volumes[used[0]]) * sqrt(only.variance) / float(only.rate) ** 2
    if any(not opinion.rate for opinion in each.values()):
        return Opinion(None), nan
    rates = {kind: Fraction(each[kind].rate or 0) for kind in used}
    R = sum(volumes[kind] for kind in used)
    p = R / sum(volumes[kind] / rates[kind] for kind in used)
    of_recorded = {k: sum(sample.weight(r) * r.recorded(k) for r in sample.reports) for k in used}

    def score(r: Report) -> Fraction:
        w = sample.weight(r)
        missed = {k: r.due(k) - r.recorded(k) - (1 - rates[k]) / rates[k] * r.recorded(k) for k in used}
        return sum((volumes[k] * w * missed[k] / of_recorded[k] for k in used), Fraction(0))

    _, corrected = spread(sample, score)
    to_rate = (p**2 / R) ** 2
    worth = {k: Fraction(volumes[k]) / of_recorded[k] for k in used}

    def worths(r: Report) -> list[Fraction]:
        return [sample.weight(r) * worth[k] for k in used for _ in range(r.due(k))]

    every = [w for r in sample.reports for w in worths(r)]
    heavy = sum((w**4 for w in every), Fraction(0)) / sum((w**2 for w in every), Fraction(0))
    # the rate is R / sum of the worths, so that a score of U is one of the rate, p times as large and turned
    design = designed(sample, p, lambda r: p * score(r), worths, heavy)
    df, census = freedom(sample, lambda r: r.due())
    m = sum(r.due(k) for r in sample.reports for k in used)
    census = all(each[k].census for k in used)
    return Opinion(p, to_rate * corrected, design, df, m, census), sqrt(corrected)


def of_another_period(volumes: dict[str, int], opinion: Opinion, se: float, sample: Sample) -> tuple[Opinion, float]:
    """Unrecorded crimes of another period have the variance R (1 - p) / p^2 too, times the design effect.

    There is no finite population: that of what was seen is taken away again. It is put on the scale of the rate.
    """
    R, p = sum(volumes.values()), opinion.rate
    if not p or not R or opinion.design is None:
        return opinion, se
    endless = replace(opinion.design, corrected=opinion.design.seen, left=Fraction(1), frame=None)
    missed = 2 * float(endless.together * endless.heavy)
    seen = float(endless.seen) + missed * (1 + 0.6 * float(endless.together - 1))
    deff = max(seen / (float(endless.alone) + missed), 1.0)
    each = {kind: opine(sample, kind).rate or Fraction(1) for kind, known in volumes.items() if known}
    process = deff * float(sum(volumes[kind] * (1 - rate) / rate**2 for kind, rate in each.items()))
    chance = deff / R if p == 1 else float((p**2 / R) ** 2 / (p * (1 - p))) * process
    return replace(opinion, design=endless, chance=chance, census=False), sqrt(se**2 + process)


def agree(found: Any, expected: float, tolerance: float) -> bool:
    return (isnan(expected) and isnan(found)) or found == pytest.approx(expected, rel=tolerance, abs=tolerance)


def compare(rates: cdi.Estimates, opinions: list[Opinion], level: float = 0.95) -> None:
    """Set every number of each row beside the second opinion."""
    wilson, cautious = rates.interval(level), rates.interval(level, "korn-graubard")
    sizes = rates.n_eff(level=level)
    for i, opinion in enumerate(opinions):
        known = opinion.rate is not None
        assert agree(rates.estimate[i], float(opinion.rate) if opinion.rate is not None else nan, EXACT)
        assert agree(rates.se[i], sqrt(opinion.variance) if known else nan, EXACT)
        assert rates.basis.due[i] == opinion.due
        if not known:
            assert isnan(wilson.low[i])
            assert isnan(wilson.high[i])
            continue
        assert rates.basis.df[i] == opinion.df
        assert agree(sizes[i], opinion.n_eff(level), QUANTILES)
        low, high = opinion.wilson(level)
        if not np.isfinite(rates.basis.frame[i]):
            assert agree(wilson.low[i], low, QUANTILES)
            assert agree(wilson.high[i], high, QUANTILES)
            low, high = opinion.korn_graubard(level)
            assert agree(cautious.low[i], low, QUANTILES)
            assert agree(cautious.high[i], high, QUANTILES)
        else:  # single records from a known frame: within what is logically possible
            least = rates.basis.recorded[i] / rates.basis.frame[i]
            most = 1 - (opinion.due - rates.basis.recorded[i]) / rates.basis.frame[i]
            assert agree(wilson.low[i], max(low, least), QUANTILES)
            assert agree(wilson.high[i], min(high, most), QUANTILES)


def in_thirds(*recorded: int, strata: int = 1) -> Sample:
    """Reports of three crimes each, as many recorded as said: without any variation where these are the same."""
    return Sample(
        tuple(
            Report(f"{h}-{i}", f"route {h}", tuple(("violent", int(j < x)) for j in range(3)))
            for h in range(strata)
            for i, x in enumerate(recorded)
        )
    )


class TestRates:
    @given(samples(), levels())
    @example(in_thirds(2, 2, 2, 2, 2), 0.95)
    @example(in_thirds(1, 1, 1, 1, 1, 1, 1), 0.95)
    @example(in_thirds(2, 2, 2, strata=3), 0.95)
    def test_of_strata_and_overall(self, sample: Sample, level: float) -> None:
        rates = cdi.recording_rate(sample.audit())
        strata = [row.label[0] for row in rates.rows[:-1]]
        assert strata == sorted(sample.strata)
        compare(rates, [*(opine(sample, stratum=h) for h in strata), opine(sample)], level)

    @given(samples(), levels())
    def test_of_categories_that_cut_across_strata_and_share_reports(self, sample: Sample, level: float) -> None:
        rates = cdi.recording_rate(sample.audit(), by="type")
        kinds = [row.label[0] for row in rates.rows[:-1]]
        assert kinds == list(crimes_by_kind(sample))
        compare(rates, [*(opine(sample, kind) for kind in kinds), opine(sample)], level)

    @given(samples(crimes=(1, 1), strata=(1, 1)), levels())
    def test_of_single_records(self, sample: Sample, level: float) -> None:
        compare(cdi.recording_rate(sample.audit(), by=()), [opine(sample)], level)


def volumes_for(sample: Sample, numbers: tuple[int, ...]) -> dict[str, int]:
    """Some recorded crime for each crime type that the sample holds."""
    kinds = crimes_by_kind(sample)
    return dict(zip(kinds, numbers[: len(kinds)], strict=True))


R = st.tuples(*[st.sampled_from([0, 1, 900, 54_000])] * len(KINDS)).filter(any)


class TestUnrecorded:
    @given(samples(), R, levels())
    def test_total_with_covariance(self, sample: Sample, numbers: tuple[int, ...], level: float) -> None:
        volumes = volumes_for(sample, numbers)
        if not any(volumes.values()):
            volumes = dict.fromkeys(volumes, 700)
        missing = cdi.unrecorded(cdi.recording_rate(sample.audit(), by="type"), volumes)
        opinion, se = opine_total(sample, volumes)
        total, used = sum(volumes.values()), [kind for kind, R_k in volumes.items() if R_k]
        assert agree(missing.se[-1], se, 1e-11)
        if opinion.rate is None:
            assert isnan(missing.estimate[-1])
            assert {"total-refused", "none-recorded"} & set(told(missing.rows[-1].facts))
            return
        p = opinion.rate
        # 1 - p has lost what digits of p it stands on
        rounding = float(np.spacing(1.0) / (1 - p)) if p < 1 else 0.0
        assert agree(missing.estimate[-1], float(total * (1 - p) / p), EXACT + rounding)
        assert agree(missing.n_eff(level=level)[-1], opinion.n_eff(level), QUANTILES)
        low, high = opinion.wilson(level)
        overall = cdi.overall_rate(missing)
        possible = overall.basis.frame[0]
        if np.isfinite(possible) or np.isfinite(missing.basis.frame).any():
            return  # the limits are cut to what is possible: compared in TestRates
        # no category holds more than the total
        ends = [(R_k, opine(sample, kind).wilson(level)) for kind, R_k in volumes.items() if R_k]
        most, least = (max(R_k * (1 / pair[end] - 1) if pair[end] else np.inf for R_k, pair in ends) for end in (0, 1))
        low, high = min(low, total / (total + most)), min(high, total / (total + least))
        assert agree(overall.interval(level).low[0], low, QUANTILES)
        assert agree(overall.interval(level).high[0], high, QUANTILES)
        counted = missing.interval(level)
        # those that were seen missing are missing
        seen = min(opinion.due - sum(r.recorded(kind) for r in sample.reports for kind in used), total * (1 - p) / p)
        assert agree(counted.low[-1], max(total * (1 / high - 1), float(seen)), QUANTILES)
        assert agree(counted.high[-1], total * (1 / low - 1) if low else nan, QUANTILES)

    @given(samples(), R)
    def test_of_each_category(self, sample: Sample, numbers: tuple[int, ...]) -> None:
        volumes = volumes_for(sample, numbers)
        rates = cdi.recording_rate(sample.audit(), by="type")
        missing = cdi.unrecorded(rates, volumes)
        bias = cdi.bias_estimate(missing)
        for i, (kind, known) in enumerate(volumes.items()):
            opinion = opine(sample, kind)
            p = opinion.rate
            if not p:
                assert isnan(missing.estimate[i])
                continue
            assert agree(missing.estimate[i], float(known * (1 - p) / p), EXACT)
            assert agree(missing.se[i], sqrt(known**2 * opinion.variance / p**4), 1e-11)  # (5)
            assert agree(bias[i], float(known * opinion.variance / p**3), 1e-11)

    @given(samples(frame=True, kinds=("violent",)))
    def test_covariance_vanishes_where_categories_are_strata(self, sample: Sample) -> None:
        volumes = {h: 1000 * (i + 1) for i, h in enumerate(sample.strata)}
        missing = cdi.unrecorded(cdi.recording_rate(sample.audit()), volumes)
        each = [opine(sample, stratum=h) for h in sample.strata]
        if len(each) == 1 or not all(opinion.rate and opinion.rate < 1 for opinion in each):
            return
        parts = [R**2 * o.variance / (o.rate or 1) ** 4 for R, o in zip(volumes.values(), each, strict=True)]
        assert agree(missing.se[-1], sqrt(sum(parts)), 1e-11)


ROUTES = {"route 0": 20_000, "route 1": 20_000}


def mixed_counts(rng: np.random.Generator, samples: int, reports: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Due and recorded of violence and of other crime, by sample and report; missed together more often than not.

    Six reports in ten hold a crime of each, and nine in ten of the misses are of the report, not of the crime.
    """
    shape = (samples, reports)
    both, first = rng.random(shape) < 0.6, rng.random(shape) < 0.5
    together = rng.random(shape) < 0.85
    due = np.stack([both | first, both | ~first])
    recorded = due & np.where(rng.random((2, *shape)) < 0.9, together, rng.random((2, *shape)) < 0.85)
    return np.stack([due[0], recorded[0], due[1], recorded[1]], axis=-1).astype(np.int64)


def as_sample(counts: np.ndarray[Any, np.dtype[np.int64]]) -> Sample:
    reports = []
    for i, (due, recorded, due_other, recorded_other) in enumerate(counts.tolist()):
        crimes = (("violent", recorded),) * due + (("other", recorded_other),) * due_other
        reports.append(Report(str(i), f"route {i % 2}", crimes))
    return Sample(tuple(reports), ROUTES)


def mixed_sample(seed: int, reports: int = 300) -> Sample:
    return as_sample(mixed_counts(np.random.default_rng(seed), 1, reports)[0])


VOLUMES = {"violent": 50_000, "other": 80_000}


def unrecorded_of(sums: np.ndarray[Any, Any]) -> Any:
    """U from due and recorded of violence and of other crime, in the last axis."""
    return VOLUMES["violent"] * (sums[..., 0] / sums[..., 1] - 1) + VOLUMES["other"] * (sums[..., 2] / sums[..., 3] - 1)


def counts_of(report: Report) -> np.ndarray[Any, np.dtype[np.int64]]:
    kinds = ("violent", "other")
    return np.array([count for kind in kinds for count in (report.due(kind), report.recorded(kind))])


class TestSharedReports:
    def test_jackknife(self) -> None:
        """Leave one report out: the same to first order, here within 1% at 300 reports. Deterministic."""
        sample = mixed_sample(1)
        missing = cdi.unrecorded(cdi.recording_rate(sample.audit(), by="type"), VOLUMES)
        of_strata = {h: sum(map(counts_of, reports)) for h, reports in sample.strata.items()}
        whole = unrecorded_of(sum(of_strata.values()))
        assert missing.estimate[-1] == pytest.approx(whole, rel=EXACT)
        variance = 0.0
        for report in sample.reports:
            n, left = drawn(sample, report.stratum)
            # the others of the stratum take the weight of the one left out
            kept = {**of_strata, report.stratum: (of_strata[report.stratum] - counts_of(report)) * n / (n - 1)}
            variance += float(left) * (n - 1) / n * (unrecorded_of(sum(kept.values())) - whole) ** 2
        assert missing.se[-1] == pytest.approx(sqrt(variance), rel=0.01)

    def test_simulation(self) -> None:
        """The variance of U over 20,000 samples against the mean of V_U over 20 of them.

        Monte Carlo error: the first has a relative standard error of sqrt(2 / 20,000) = 1%, the second of some 3%:
        10% are allowed. Taken as independent, the categories would make V_U smaller by a fifth and more.
        """
        counts = mixed_counts(np.random.default_rng(2), 20_000, 300)
        truth = np.var(unrecorded_of(counts.sum(axis=1)), ddof=1)
        claimed, naive = [], []
        for sample in map(as_sample, counts[:20]):
            missing = cdi.unrecorded(cdi.recording_rate(sample.audit(), by="type"), VOLUMES)
            claimed.append(missing.se[-1] ** 2)
            naive.append((missing.se[:-1] ** 2).sum())
        assert np.mean(claimed) == pytest.approx(truth, rel=0.1)
        assert np.mean(naive) < 0.8 * truth

    def test_bootstrap(self) -> None:
        """Reports drawn again within strata, 2,000 times: a relative standard error of 1.6%, so 5% are allowed."""
        rng = np.random.default_rng(3)
        sample = mixed_sample(3)
        missing = cdi.unrecorded(cdi.recording_rate(sample.audit(), by="type"), VOLUMES)
        strata = [np.array([counts_of(report) for report in reports]) for reports in sample.strata.values()]
        # n - 1 of n, as Rao and Wu: the variance of the design without its correction
        again = sum(rows[rng.integers(len(rows), size=(2000, len(rows) - 1))].sum(axis=1) for rows in strata)
        left = float(drawn(sample, "route 0")[1])
        assert missing.se[-1] == pytest.approx(np.std(unrecorded_of(again)) * sqrt(left), rel=0.05)


def test_weights_as_such_and_the_same_weights_from_a_frame_differ_by_the_correction_alone() -> None:
    sample = mixed_sample(4, 40)
    framed = cdi.recording_rate(sample.audit(), by="type")
    weighed = Sample(tuple(Report(r.name, r.stratum, r.crimes, 1000) for r in sample.reports), weighted=True)
    found = cdi.recording_rate(weighed.audit(), by="type")
    np.testing.assert_allclose(found.estimate, framed.estimate, rtol=EXACT)
    np.testing.assert_allclose(found.se * sqrt(1 - 20 / 20_000), framed.se, rtol=EXACT)


def test_an_upper_limit_that_does_not_exist_is_no_number() -> None:
    """R (1 - p) / p has no upper limit where the interval of p reaches 0."""
    sample = Sample(tuple(Report(str(i), "route 0", (("violent", 0),)) for i in range(5)))
    missing = cdi.unrecorded(cdi.recording_rate(sample.audit(), by="type"), {"violent": 100})
    high = opine(sample, "violent").wilson()[1]
    assert isnan(missing.interval().high[0])
    assert missing.interval().low[0] == pytest.approx(100 * (1 / high - 1), rel=QUANTILES)
    assert missing.interval().low[0] < inf
