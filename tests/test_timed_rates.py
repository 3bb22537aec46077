"""Quantiles of a weighted sample, and their limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cdi
from cdi.timing.delays import distribution, woodruff
from tests import strategies  # noqa: F401 - its settings

PAIRS = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 4)), min_size=1, max_size=40)


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
    def test_reads_the_interval_of_the_share_back(self) -> None:
        of = distribution(np.arange(1.0, 201.0), np.ones(200))
        low, high = woodruff(of, 0.9, 200.0)
        ends = cdi.count_interval(180, 200)
        assert (low, high) == (math.ceil(200 * float(ends.low)), math.ceil(200 * float(ends.high)))

    def test_an_end_among_the_largest_values_is_not_known(self) -> None:
        of = distribution(np.arange(1.0, 11.0), np.ones(10))
        low, high = woodruff(of, 0.9, 10.0)
        assert low == 6
        assert math.isnan(high)

    def test_without_a_size_there_is_none(self) -> None:
        assert all(map(math.isnan, woodruff(distribution(np.ones(3), np.ones(3)), 0.5, float("nan"))))

    def test_covers_as_its_level_says(self) -> None:
        draws = np.random.default_rng(7).exponential(size=(600, 150))
        limits = [woodruff(distribution(np.sort(row), np.ones(150)), 0.5, 150.0) for row in draws]
        covered = np.mean([low <= math.log(2) <= high for low, high in limits])
        assert 0.925 <= covered <= 0.98
