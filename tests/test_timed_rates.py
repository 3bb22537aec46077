"""Quantiles of a weighted sample, and their limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from cdi.parameters import SIDES
from cdi.timing.delays import Distribution, distribution, woodruff
from tests import strategies  # noqa: F401 - its settings

PAIRS = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 4)), min_size=1, max_size=40)


def of_pairs(pairs: list[tuple[int, int]]) -> Distribution:
    """The distribution of values with weights."""
    values, weights = (np.array(side, dtype=float) for side in zip(*pairs, strict=True))
    return distribution(values, weights)


def ends(limits: tuple[float, float]) -> tuple[float, float]:
    """Limits of which an open one lies beyond all."""
    low, high = limits
    return -math.inf if math.isnan(low) else low, math.inf if math.isnan(high) else high


class TestDistribution:
    @given(PAIRS, st.floats(0.01, 0.99))
    def test_a_quantile_is_the_least_value_that_holds_the_share(
        self, pairs: list[tuple[int, int]], share: float
    ) -> None:
        values, weights = (np.array(side, dtype=float) for side in zip(*pairs, strict=True))
        found = distribution(values, weights).quantile(share)
        total = weights.sum()
        assert weights[values <= found].sum() / total >= share - 1e-9
        assert weights[values < found].sum() / total < share

    @given(PAIRS)
    def test_weights_are_repetitions(self, pairs: list[tuple[int, int]]) -> None:
        values, weights = (np.array(side, dtype=float) for side in zip(*pairs, strict=True))
        repeated = np.repeat(values, weights.astype(int))
        weighted, plain = distribution(values, weights), distribution(repeated, np.ones(len(repeated)))
        assert weighted.values.tolist() == plain.values.tolist()
        assert weighted.shares == pytest.approx(plain.shares)
        assert weighted.share(25) == pytest.approx(np.mean(repeated <= 25))

    def test_of_nothing(self) -> None:
        assert math.isnan(distribution(np.array([]), np.array([])).quantile(0.5))


class TestWoodruff:
    def test_gives_order_statistics(self) -> None:
        of = distribution(np.arange(1.0, 201.0), np.ones(200))
        low, high = woodruff(of, 0.9, 200.0)
        # so few by the value before, and so many by the value itself, are each rarer than 2.5%
        assert binom.cdf(low - 1, 200, 0.9) <= 0.025 < binom.cdf(low, 200, 0.9)
        assert binom.sf(high - 1, 200, 0.9) <= 0.025 < binom.sf(high - 2, 200, 0.9)

    @pytest.mark.parametrize(("side", "known"), [("lower", (True, False)), ("upper", (False, True))])
    def test_gives_one_limit_at_twice_the_tail(self, side: str, known: tuple[bool, bool]) -> None:
        of = distribution(np.arange(1.0, 201.0), np.ones(200))
        both = woodruff(of, 0.9, 200.0, 0.9)
        one = woodruff(of, 0.9, 200.0, 0.95, side)
        assert one == pytest.approx(
            [end if has else math.nan for end, has in zip(both, known, strict=True)], nan_ok=True
        )

    def test_leaves_an_end_open_that_the_largest_value_does_not_rule_out(self) -> None:
        of = distribution(np.arange(1.0, 11.0), np.ones(10))
        low, high = woodruff(of, 0.9, 10.0)
        assert low == 7
        assert math.isnan(high)

    def test_leaves_an_end_open_that_the_smallest_value_does_not_rule_out(self) -> None:
        of = distribution(np.arange(1.0, 11.0), np.ones(10))
        low, high = woodruff(of, 0.1, 10.0)
        assert math.isnan(low)
        assert high == 4

    def test_gives_the_largest_value_where_more_are_not_needed(self) -> None:
        of = distribution(np.arange(1.0, 7.0), np.ones(6))
        assert woodruff(of, 0.5, 6.0) == (1, 6)
        assert all(map(math.isnan, woodruff(of, 0.5, 5.0)))

    @pytest.mark.parametrize("size", [float("nan"), 0.0, 1.0, 3.0, 3.9])
    def test_gives_none_where_the_sample_tells_as_little_as_three_crimes(self, size: float) -> None:
        assert all(map(math.isnan, woodruff(distribution(np.arange(9.0), np.ones(9)), 0.9, size)))

    @given(PAIRS, st.floats(0.02, 0.98), st.floats(4, 400), st.floats(0.501, 0.999), st.sampled_from(SIDES))
    def test_holds_the_estimate(
        self, pairs: list[tuple[int, int]], share: float, size: float, level: float, side: str
    ) -> None:
        of = of_pairs(pairs)
        low, high = woodruff(of, share, size, level, side)
        assert not low > of.quantile(share)
        assert not high < of.quantile(share)

    @given(PAIRS, st.floats(0.02, 0.98), st.floats(4, 400), st.floats(0.501, 0.999), st.floats(0.501, 0.999))
    def test_widens_with_the_level(
        self, pairs: list[tuple[int, int]], share: float, size: float, one: float, other: float
    ) -> None:
        narrow, wide = (ends(woodruff(of_pairs(pairs), share, size, level)) for level in sorted((one, other)))
        assert wide[0] <= narrow[0]
        assert narrow[1] <= wide[1]

    @given(PAIRS, st.floats(0.02, 0.98), st.floats(0.02, 0.98), st.floats(4, 400), st.floats(0.501, 0.999))
    def test_rises_with_the_share(
        self, pairs: list[tuple[int, int]], one: float, other: float, size: float, level: float
    ) -> None:
        low, high = (ends(woodruff(of_pairs(pairs), share, size, level)) for share in sorted((one, other)))
        assert low[0] <= high[0]
        assert low[1] <= high[1]

    @given(PAIRS, st.floats(0.02, 0.98), st.floats(4, 400), st.floats(0.501, 0.999))
    def test_turns_round_with_the_values(
        self, pairs: list[tuple[int, int]], share: float, size: float, level: float
    ) -> None:
        """The upper limit is the lower one of values that run the other way."""
        values, weights = (np.array(side, dtype=float) for side in zip(*pairs, strict=True))
        low, high = woodruff(distribution(values, weights), share, size, level)
        back = woodruff(distribution(-values, weights), 1 - share, size, level)
        assert (low, high) == pytest.approx((-back[1], -back[0]), nan_ok=True)
