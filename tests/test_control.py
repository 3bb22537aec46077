"""Control charts: limits by hand, each rule on series made for it, how often they signal where nothing changes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cdi
import tests.strategies  # noqa: F401 (the profile of Hypothesis)
from cdi import wording
from cdi.control import RULES, Chart, p_chart

ROOT = Path(__file__).parents[1]


def chart(
    rates: Sequence[float], size: float = 50.0, centre: float | None = None, baseline: int | None = None
) -> Chart:
    rate = np.array(rates, dtype=float)
    held = float(np.nanmean(rate)) if centre is None else centre
    return p_chart(rate, np.full(len(rate), size), held, np.arange(len(rate)) < (baseline or len(rate)))


def signalled(rule: str, z: Sequence[float]) -> list[int]:
    """Hold a series of distances against a rule; the rates go the same way."""
    values = np.array(z, dtype=float)
    return np.flatnonzero(RULES[rule](values, 0.5 + values / 100)).tolist()


class TestLimits:
    def test_by_hand(self) -> None:
        found = p_chart(np.array([0.9, 0.92]), np.array([25.0, 100.0]), 0.91, np.array([True, True]))
        sigma = np.sqrt(0.91 * 0.09 / np.array([25, 100]))
        assert found.factor == 1
        assert found.sigma == pytest.approx(sigma, rel=1e-14)
        assert found.z == pytest.approx([-0.01 / sigma[0], 0.01 / sigma[1]], rel=1e-12)
        assert found.low == pytest.approx(0.91 - 3 * sigma, rel=1e-14)
        assert found.high.tolist() == pytest.approx([1.0, 0.91 + 3 * sigma[1]], rel=1e-14)

    def test_are_widened_by_laneys_factor(self) -> None:
        """The mean moving range of z over 1.128, worked out by hand: z alternates between -2 and 2."""
        sigma = np.sqrt(0.25 / 100)
        found = chart([0.5 - 2 * sigma, 0.5 + 2 * sigma] * 4, size=100, centre=0.5)
        assert found.factor == pytest.approx(4 / 1.128, rel=1e-14)
        assert found.sigma[0] == pytest.approx(sigma * 4 / 1.128, rel=1e-14)
        assert np.abs(found.z) == pytest.approx(np.full(8, 2 * 1.128 / 4), rel=1e-12)

    def test_are_never_narrowed(self) -> None:
        assert chart([0.9, 0.901, 0.9, 0.901]).factor == 1

    def test_come_from_the_baseline_alone(self) -> None:
        before = chart([0.9, 0.92, 0.91], centre=0.91)
        after = chart([0.9, 0.92, 0.91, 0.1, 0.9], centre=0.91, baseline=3)
        assert after.factor == before.factor == 1
        assert after.low[:3].tolist() == before.low.tolist()

    @pytest.mark.parametrize("centre", [0.0, 1.0, float("nan")])
    def test_are_not_there_where_nothing_can_be_held_against_the_centre(self, centre: float) -> None:
        found = chart([1.0, 1.0, 0.0], centre=centre)
        assert np.isnan(found.sigma).all()
        assert np.isnan(found.low).all()
        assert not any(points.any() for points in found.signals.values())

    def test_leave_out_a_point_without_a_sample(self) -> None:
        found = chart([0.9, float("nan"), 0.5, 0.9], centre=0.9)
        without = chart([0.9, 0.5, 0.9], centre=0.9)
        assert np.isnan([found.z[1], found.low[1], found.high[1]]).all()
        assert found.z[[0, 2, 3]].tolist() == without.z.tolist()
        assert not any(points[1] for points in found.signals.values())

    @given(
        st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=30),
        st.floats(0.05, 0.95),
    )
    def test_of_what_was_not_recorded_mirror_those_of_what_was(
        self, pairs: list[tuple[int, int]], centre: float
    ) -> None:
        due = np.array([x + y for x, y in pairs], dtype=float)
        with np.errstate(invalid="ignore"):
            rate = np.array([x for x, _ in pairs]) / due
        size, every = np.where(due > 0, due, np.nan), np.ones(len(due), dtype=bool)
        found, other = p_chart(rate, size, centre, every), p_chart(1 - rate, size, 1 - centre, every)
        assert found.factor == pytest.approx(other.factor, rel=1e-9)
        assert found.factor >= 1
        known = np.isfinite(rate)
        assert found.low[known] == pytest.approx(1 - other.high[known], abs=1e-12)
        assert ((found.low[known] >= 0) & (found.low[known] <= centre) & (found.high[known] <= 1)).all()
        assert np.isfinite(found.z).tolist() == known.tolist()


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

    def test_are_all_worded(self) -> None:
        assert set(RULES) <= set(wording.NOTES)
        assert wording.change_signalled(["2024-03"], {rule: ["2024-03"] for rule in RULES}).count(";") == len(RULES) - 1


# ---- how often a chart of 24 months signals a change where there is none: 5,000 series of each kind, seed 20240301

MONTHS, SERIES = 24, 5_000


def alarms(rates: np.ndarray, size: float, centre: float | None = None) -> float:
    """Give the share of series with any signal, each held against its own rate where no centre is known."""
    found = 0
    sizes, own = np.full(MONTHS, size), np.ones(MONTHS, dtype=bool)
    for rate in rates:
        known = p_chart(rate, sizes, float(rate.mean()) if centre is None else centre, own if centre is None else ~own)
        found += any(points.any() for points in known.signals.values())
    return found / len(rates)


class TestFalseAlarms:
    def test_are_as_often_as_it_is_said(self) -> None:
        rng = np.random.default_rng(20240301)
        normal = 0.5 + 0.5 / np.sqrt(1e6) * rng.standard_normal((SERIES, MONTHS))
        small = rng.binomial(25, 0.92, (SERIES, MONTHS)) / 25
        shares = (alarms(normal, 1e6), alarms(small, 25), alarms(normal, 1e6, centre=0.5))
        said = [f"{100 * share:.0f} percent" for share in shares]
        assert said == ["10 percent", "16 percent", "19 percent"]
        page = " ".join((ROOT / "docs" / "trend.md").read_text(encoding="utf-8").split())
        note = " ".join(str(cdi.trend.__doc__).split())
        for text in said:
            assert text in page
            assert text in note
        assert all(text in wording.false_alarms(searches=False) for text in said[:2])
