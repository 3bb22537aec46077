"""Control charts: limits by hand, each rule on series made for it, how often they signal where nothing changes."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.special import ndtri
from scipy.stats import binom, chi2, gamma

import cdi
import tests.strategies  # noqa: F401 (the profile of Hypothesis)
from cdi import wording
from cdi.binomial.scores import normal_score
from cdi.monitoring.control import RULES, SIGNIFICANT, ControlChart, chance_of, p_chart
from cdi.survey.basis import FEWEST

Floats: TypeAlias = npt.NDArray[np.float64]

ROOT = Path(__file__).parents[1]


def chart(
    rates: Sequence[float], size: float = 50.0, centre: float | None = None, baseline: int | None = None
) -> ControlChart:
    rate = np.array(rates, dtype=float)
    held = float(np.nanmean(rate)) if centre is None else centre
    return p_chart(rate, np.full(len(rate), size), held, np.arange(len(rate)) < (baseline or len(rate)))


def signalled(rule: str, z: Sequence[float]) -> list[int]:
    """Hold a series of distances against a rule; those in rates go the same way."""
    values = np.array(z, dtype=float)
    return np.flatnonzero(RULES[rule](values, values / 100)).tolist()


SERIES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=30)


def series_of(pairs: Sequence[tuple[int, int]]) -> tuple[Floats, Floats]:
    """Turn pairs of recorded and not recorded into rates and sizes; nan where nothing was due."""
    due = np.array([x + y for x, y in pairs], dtype=float)
    with np.errstate(invalid="ignore"):
        return np.array([x for x, _ in pairs]) / due, np.where(due > 0, due, np.nan)


class TestLimits:
    def test_by_hand(self) -> None:
        """Of 4 at 1/2, 0 has a mid-P of 1/32. Of 25, 5 and 20 are within three sigmas, 4 and 21 not."""
        found = p_chart(np.array([0.0, 0.5]), np.array([4.0, 25.0]), 0.5, np.array([True, True]))
        assert found.factor == pytest.approx(max(-ndtri(1 / 32) / 1.128, 1), rel=1e-12)
        steady = p_chart(np.array([0.5, 0.52]), np.array([4.0, 25.0]), 0.5, np.array([True, True]))
        low, high = steady.limits()
        assert (low[0], high[0]) == (0, 1)
        assert 4 < low[1] * 25 < 6
        assert 19 < high[1] * 25 < 21
        assert low[1] == pytest.approx(1 - high[1], abs=1e-12)

    @given(SERIES, st.floats(0, 1), st.integers(1, 30))
    @example([(0, 1), (1, 0)], 1.1125369292536007e-308, 2)
    def test_hold_the_points_whose_score_is_within_three_sigmas(
        self, pairs: list[tuple[int, int]], centre: float, first: int
    ) -> None:
        rate, size = series_of(pairs)
        found = p_chart(rate, size, centre, np.arange(len(rate)) < first)
        low, high = found.limits()
        assert ((rate < low) | (rate > high)).tolist() == found.signals["outside-limits"].tolist()
        known = np.isfinite(rate)
        if 0 < found.centre < 1:
            assert ((low[known] >= 0) & (low[known] <= found.centre)).all()
            assert ((high[known] >= found.centre) & (high[known] <= 1)).all()
            assert np.isfinite(found.z).tolist() == known.tolist()

    def test_are_where_the_score_is_three_sigmas(self) -> None:
        sizes = np.array([20.0, 33.3, 90.0, 5_000.0])
        found = p_chart(np.full(4, 0.9), sizes, 0.9, np.ones(4, dtype=bool))
        low, high = found.limits()
        assert normal_score(low, sizes, 0.9) == pytest.approx(np.full(4, -3.0), abs=1e-9)
        assert high[:2].tolist() == [1.0, 1.0]
        assert normal_score(high[2:], sizes[2:], 0.9) == pytest.approx(np.full(2, 3.0), abs=1e-9)
        assert (0.9 - low > high - 0.9).all()

    def test_are_widened_by_laneys_factor(self) -> None:
        """The mean moving range of z over 1.128: z alternates between two values."""
        found = chart([0.4, 0.6] * 4, size=100, centre=0.5)
        score = float(normal_score(np.array([0.6]), np.array([100.0]), 0.5)[0])
        assert found.factor == pytest.approx(2 * score / 1.128, rel=1e-12)
        assert np.abs(found.z) == pytest.approx(np.full(8, 1.128 / 2), rel=1e-12)
        assert found.limits()[0][0] < chart([0.5, 0.5], size=100).limits()[0][0]

    def test_are_never_narrowed(self) -> None:
        assert chart([0.9, 0.901, 0.9, 0.901]).factor == 1

    def test_come_from_the_baseline_alone(self) -> None:
        before = chart([0.9, 0.92, 0.91], centre=0.91)
        after = chart([0.9, 0.92, 0.91, 0.1, 0.9], centre=0.91, baseline=3)
        assert after.factor == before.factor == 1
        assert after.limits()[0][:3].tolist() == before.limits()[0].tolist()

    @pytest.mark.parametrize(("centre", "held"), [(1.0, 36.5 / 37), (0.0, 0.5 / 37)])
    def test_around_everything_or_nothing_leave_half_a_crime_to_chance(self, centre: float, held: float) -> None:
        found = chart([centre] * 12 + [abs(centre - 0.7)], size=3, centre=centre, baseline=12)
        assert found.centre == pytest.approx(held, rel=1e-14)
        assert [name for name, points in found.signals.items() if points.any()] == ["outside-limits"]
        assert found.signals["outside-limits"].tolist() == [False] * 12 + [True]

    def test_are_not_there_where_the_centre_is_not_known(self) -> None:
        found = chart([1.0, 1.0, 0.0], centre=float("nan"))
        assert np.isnan([found.z, *found.limits()]).all()
        assert not any(points.any() for points in found.signals.values())

    def test_leave_out_a_point_without_a_sample(self) -> None:
        found = chart([0.9, float("nan"), 0.5, 0.9], centre=0.9)
        without = chart([0.9, 0.5, 0.9], centre=0.9)
        assert np.isnan([found.z[1], *(end[1] for end in found.limits())]).all()
        assert found.z[[0, 2, 3]].tolist() == without.z.tolist()
        assert not any(points[1] for points in found.signals.values())

    @given(SERIES, st.floats(0.05, 0.95))
    def test_of_what_was_not_recorded_mirror_those_of_what_was(
        self, pairs: list[tuple[int, int]], centre: float
    ) -> None:
        rate, size = series_of(pairs)
        every, known = np.ones(len(rate), dtype=bool), np.isfinite(rate)
        found, other = p_chart(rate, size, centre, every), p_chart(1 - rate, size, 1 - centre, every)
        assert found.factor == pytest.approx(other.factor, rel=1e-9)
        assert found.factor >= 1
        assert found.limits()[0][known] == pytest.approx(1 - other.limits()[1][known], abs=1e-9)


class TestVariation:
    def test_of_points_about_their_centre(self) -> None:
        """A chi-squared of Pearson, scaled to the variance that the binomial gives it."""
        rate, size, centre = np.array([0.9, 0.8, 1.0, 0.86]), np.array([50.0, 40.0, 30.0, 50.0]), 0.88
        squares = sum(
            n * (r - centre) ** 2 / (centre * (1 - centre)) for r, n in zip(rate.tolist(), size.tolist(), strict=True)
        )
        terms = []
        for n in size.astype(int).tolist():
            counts = np.arange(n + 1)
            square = (counts - n * centre) ** 2 / (n * centre * (1 - centre))
            terms.append(float((binom.pmf(counts, n, centre) * (square - 1) ** 2).sum()))
        mean, variance = 3.0, 3 * float(np.mean(terms))
        expected = gamma.sf(squares, mean**2 / variance, scale=variance / mean)
        assert chance_of(rate, size, centre) == pytest.approx(expected, rel=1e-9)

    def test_is_of_normal_points_a_plain_chi_squared(self) -> None:
        size = np.full(9, 1e9)
        rate = 0.9 + np.linspace(-2, 2, 9) * np.sqrt(0.09 / size)
        assert chance_of(rate, size, 0.9) == pytest.approx(chi2.sf(float((np.linspace(-2, 2, 9) ** 2).sum()), 8), 1e-5)

    @pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
    def test_of_single_crimes_is_never_found(self, share: float) -> None:
        """One crime a month shows no more than that it was recorded or not."""
        recorded = (np.arange(20) < 20 * share).astype(float)
        assert not p_chart(recorded, np.ones(20), share, np.ones(20, dtype=bool)).varied

    def test_goes_with_a_factor_only(self) -> None:
        """A slow drift has small steps from month to month, and the limits are not widened for it."""
        found = chart([0.99 - 0.02 * i for i in range(12)], 200)
        assert (found.factor, found.varied) == (1, False)
        assert chart([0.8, 0.95] * 6, 200).varied


class TestRules:
    @pytest.mark.parametrize(
        ("z", "points"), [([0, 3.1, -3.1, 2.9], [1, 2]), ([3, -3], []), ([], [])]
    )  # fmt: skip
    def test_one_point_beyond_three_sigmas(self, z: list[float], points: list[int]) -> None:
        assert signalled("outside-limits", z) == points

    @pytest.mark.parametrize(
        ("z", "points"),
        [
            ([2.1, 2.1], [1]),
            ([2.1, 0, 2.1], [2]),
            ([-2.1, 0, -2.1, -2.1], [2, 3]),
            ([2.1, 0, 0, 2.1], []),
            ([2.1, -2.1, 0], []),
            ([2.1, 2.1, 0], [1]),
            ([2, 2, 2], []),
            ([2.1], []),
            ([], []),
        ],
    )
    def test_two_of_three_beyond_two_sigmas_on_a_side(self, z: list[float], points: list[int]) -> None:
        assert signalled("two-of-three", z) == points

    @pytest.mark.parametrize(
        ("z", "points"),
        [
            ([0.1] * 8, [7]),
            ([-0.1] * 9, [7, 8]),
            ([0.1] * 7, []),
            ([0.1] * 7 + [-0.1] + [0.1] * 7, []),
            ([0.1] * 4 + [0] + [0.1] * 4, []),
            ([-1] + [0.1] * 8 + [-1], [8]),
            ([], []),
        ],
    )
    def test_eight_on_one_side_of_the_centre(self, z: list[float], points: list[int]) -> None:
        assert signalled("eight-on-a-side", z) == points

    @pytest.mark.parametrize(
        ("z", "points"),
        [
            ([1, 2, 3, 4, 5, 6], [5]),
            ([6, 5, 4, 3, 2, 1, 0], [5, 6]),
            ([1, 2, 3, 4, 5], []),
            ([1, 2, 3, 3, 4, 5, 6], []),
            ([1, 2, 3, 2, 3, 4, 5, 6], []),
            ([1], []),
            ([], []),
        ],
    )
    def test_six_in_a_row_up_or_down(self, z: list[float], points: list[int]) -> None:
        assert signalled("six-in-a-row", z) == points

    def test_six_in_a_row_goes_by_the_rates_that_are_shown(self) -> None:
        """Where a sample is small its distance in sigmas is small too, however far the rate is from the centre."""
        rate, size = np.array([0.50, 0.52, 0.54, 0.56, 0.58, 0.60]), np.array([90, 80, 70, 60, 40, 9.0])
        found = p_chart(rate, size, 0.5, np.ones(6, dtype=bool))
        assert not (np.diff(found.z) > 0).all()
        assert found.signals["six-in-a-row"].tolist() == [False] * 5 + [True]

    def test_do_not_take_rounding_for_a_difference(self) -> None:
        """The same rate twelve times, its last digits apart, is neither above its centre nor rising."""
        rate = 7 / 15 + np.arange(12) * 1e-16
        found = p_chart(rate, np.full(12, 15.0), 7 / 15 - 1e-15, np.ones(12, dtype=bool))
        assert (np.diff(rate) >= 0).all()
        assert rate[-1] > rate[0]
        assert not any(points.any() for points in found.signals.values())

    def test_a_rate_at_the_centre_is_on_no_side(self) -> None:
        """Though its mid-P is not quite a half."""
        found = chart([0.92] * 12, size=25, centre=0.92)
        assert (found.z < 0).all()
        assert not any(points.any() for points in found.signals.values())

    def test_are_all_worded(self) -> None:
        assert set(RULES) <= set(wording.NOTES)
        said = wording.change_signalled(["2024-03"], {rule: ["2024-03"] for rule in RULES}, "month")
        assert said.count(": 2024-03.") == len(RULES)


# ---- how often a chart signals a change where there is none: 4,000 series of each kind, seed 20240301

REPEATS, MONTHS = 4_000, 36
Drawn: TypeAlias = tuple[Floats, Floats, Floats]


def single(rng: np.random.Generator, crimes: int, rate: float) -> Drawn:
    """Draw months of crimes one by one: their rates, sizes and crimes due."""
    due = np.full((REPEATS, MONTHS), float(crimes))
    return rng.binomial(crimes, rate, due.shape) / due, due, due


def clustered(rng: np.random.Generator, reports: int, rate: float, rho: float) -> Drawn:
    """Draw months of reports of one to three crimes that share a beta rate, with the size that an estimate has."""
    due = rng.choice([1, 2, 3], p=[0.78, 0.16, 0.06], size=(REPEATS, MONTHS, reports))
    share = (1 - rho) / rho
    recorded = rng.binomial(due, rng.beta(rate * share, (1 - rate) * share, size=due.shape))
    total = due.sum(axis=2).astype(float)
    found = recorded.sum(axis=2) / total
    return found, size_of(due, recorded, found), total


def size_of(due: Floats, recorded: Floats, rate: Floats) -> Floats:
    """The size that an estimate has, of reports in the last axis: two crimes as if missed, in reports much alike."""
    reports, total = due.shape[-1], due.sum(axis=-1).astype(float)
    together = (due**2).sum(axis=-1) / total
    sampled = reports / (reports - 1)
    seen = sampled * ((recorded - rate[..., None] * due) ** 2).sum(axis=-1)
    alone = sampled * rate * (1 - rate) * total
    return total * (alone + 2 * together) / (seen + 2 * together * (1 + 0.6 * (together - 1)))


DRAWN: Mapping[str, Callable[[np.random.Generator], Drawn]] = {
    "25 crimes at 92%": lambda rng: single(rng, 25, 0.92),
    "25 crimes at 97%": lambda rng: single(rng, 25, 0.97),
    "20 reports at 92%": lambda rng: clustered(rng, 20, 0.92, 0.3),
    "100,000 crimes": lambda rng: single(rng, 100_000, 0.9),
}


def alarms(drawn: Drawn, baseline: int, charts: Sequence[int]) -> list[float]:
    """Give the share of charts with any signal, for charts of several lengths; a chart is the start of a longer one."""
    first = np.zeros((REPEATS, len(charts)), dtype=bool)
    for i, (rate, size, due) in enumerate(zip(*drawn, strict=True)):
        held = slice(0, max(charts))
        centre = float((rate * due)[:baseline].sum() / due[:baseline].sum())
        found = p_chart(rate[held], size[held], centre, np.arange(max(charts)) < baseline)
        signalled = np.any(list(found.signals.values()), axis=0)
        first[i] = [signalled[:months].any() for months in charts]
    return [float(share) for share in first.mean(axis=0)]


@functools.cache
def simulated() -> Mapping[tuple[int, int], tuple[float, ...]]:
    """Map months and baseline to the share of charts with a signal, one a kind of series."""
    rng = np.random.default_rng(20240301)
    found: dict[tuple[int, int], tuple[float, ...]] = {}
    for draw in DRAWN.values():
        drawn = draw(rng)
        for baseline, charts in {12: [12, 18, 24, 36], 24: [24], 36: [36]}.items():
            for months, share in zip(charts, alarms(drawn, baseline, charts), strict=True):
                found[months, baseline] = (*found.get((months, baseline), ()), share)
    return found


def stated(text: str) -> dict[int, tuple[float, float]]:
    """Read what a text says: months of a chart -> the least and the largest share with a signal."""
    share = r"(\d+) to (\d+) in 100"
    before = re.findall(rf"{share} (?:charts )?of (\d+)", text)
    after = re.findall(rf"for (\d+) months (?:it is )?{share}", text, flags=re.IGNORECASE)
    found = [*before, *((least, most, months) for months, least, most in after)]
    assert len(found) == len(re.findall("in 100", text)), f"a share is said of no length of chart: {text}"
    return {int(months): (int(least) / 100, int(most) / 100) for least, most, months in found}


def found_varied(drawn: Drawn, months: int, series: int = 1_000) -> float:
    """Give the share of series of which it is said that their months vary by more than sampling explains."""
    found = []
    for rate, size, due in list(zip(*drawn, strict=True))[:series]:
        centre = float((rate * due)[:months].sum() / due[:months].sum())
        found.append(p_chart(rate[:months], size[:months], centre, np.ones(months, dtype=bool)).varied)
    return float(np.mean(found))


class TestVaried:
    @pytest.mark.parametrize("kind", DRAWN)
    @pytest.mark.parametrize("months", [6, 12, 36])
    def test_is_said_of_no_more_than_one_in_twenty_unchanged_series(self, kind: str, months: int) -> None:
        drawn = DRAWN[kind](np.random.default_rng(20240301))
        assert found_varied(drawn, months) <= SIGNIFICANT + 3 * math.sqrt(0.05 * 0.95 / 1_000)

    def test_is_said_where_the_rate_of_months_varies(self) -> None:
        """At 92%, with a standard deviation of 6 points between months, beside that of samples of 25 crimes."""
        rng = np.random.default_rng(20240301)
        due = np.full((1_000, 24), 25.0)
        rate = rng.binomial(25, rng.beta(0.92 * 19, 0.08 * 19, due.shape)) / due
        assert found_varied((rate, due, due), 24) > 0.6


class TestFalseAlarms:
    @pytest.mark.parametrize("all_months", [True, False])
    @pytest.mark.long
    def test_are_as_often_as_it_is_said(self, all_months: bool) -> None:
        said = stated(wording.false_alarms("month", all_periods=all_months))
        assert list(said) == ([12, 24, 36] if all_months else [18, 24, 36])
        for months, (least, most) in said.items():
            shares = simulated()[months, months if all_months else 12]
            # a figure is rounded to a whole percent, and a simulated one varies by three standard errors
            error = 3 * math.sqrt(most * (1 - most) / REPEATS) + 0.005
            assert min(shares) == pytest.approx(least, abs=error)
            assert max(shares) == pytest.approx(most, abs=error)

    def test_are_the_same_in_the_docs(self) -> None:
        known = [stated(wording.false_alarms("month", all_periods=all_months)) for all_months in (True, False)]
        page = " ".join((ROOT / "docs" / "trend.md").read_text(encoding="utf-8").split())
        part = page[page.index("**What a signal is worth.**") : page.index("## As data")]
        for text in (" ".join(str(cdi.trend.__doc__).split()), part):
            before, after = text[text.index("Where nothing changes") :].split("baseline of 12", 1)
            assert [stated(before), stated(after)] == known

    def test_are_simulated_with_the_sizes_of_an_estimate(self) -> None:
        """The sizes of the simulated reports are those that cdi finds in such rows."""
        rng = np.random.default_rng(1)
        due = rng.choice([1, 2, 3], size=20)
        recorded = rng.binomial(due, 0.8)
        rates = cdi.recording_rate(cdi.read_audit(pd.DataFrame({"due": due, "recorded": recorded})))
        size = size_of(due, recorded, np.array(recorded.sum() / due.sum()))
        assert rates.basis.worth.crimes(FEWEST) == pytest.approx(size, rel=1e-12)
