"""Normal scores of binomial counts: against sums in whole numbers, and what holds of all of them."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

import tests.strategies  # noqa: F401 (the profile of Hypothesis)
from cdi.binomial.scores import furthest, normal_score


class TestScores:
    @pytest.mark.parametrize(("size", "centre"), [(1, 0.5), (7, 0.3), (25, 0.92), (60, 0.97)])
    def test_are_those_of_the_mid_p(self, size: int, centre: float) -> None:
        """Summed term by term from the nearer end, in fractions of whole numbers."""
        terms = [
            Fraction(math.comb(size, k)) * Fraction(centre) ** k * (1 - Fraction(centre)) ** (size - k)
            for k in range(size + 1)
        ]
        counts = [k for k in range(size + 1) if terms[k] > Fraction(1, 10**280)]
        found = normal_score(np.array(counts) / size, np.full(len(counts), float(size)), centre)
        for k, score in zip(counts, found.tolist(), strict=True):
            lower = sum(terms[:k]) + terms[k] / 2
            known = ndtri(float(lower)) if lower < Fraction(1, 2) else -ndtri(float(1 - lower))
            assert score == pytest.approx(known, rel=1e-10, abs=1e-12)

    def test_tend_to_those_of_a_normal(self) -> None:
        rate = np.array([0.898, 0.9, 0.901])
        assert normal_score(rate, np.full(3, 1e8), 0.9) == pytest.approx((rate - 0.9) / np.sqrt(0.09 / 1e8), abs=0.3)

    @pytest.mark.parametrize("centre", [0.01, 0.5, 0.9, 0.999])
    @pytest.mark.parametrize("size", [0.7, 3.3, 50.0, 2e3, 1e6])
    def test_rise_with_the_rate_as_far_as_it_goes(self, size: float, centre: float) -> None:
        """Also where both tails are too small for a number, and with counts that are not whole."""
        rates = np.linspace(0, 1, 301)
        found = normal_score(rates, np.full(len(rates), size), centre)
        assert np.isfinite(found).all()
        assert (np.diff(found) >= 0).all()
        assert found[-1] - found[0] > 0.5

    @given(st.floats(0, 1), st.floats(0.5, 500), st.floats(0.02, 0.98))
    def test_of_what_was_not_recorded_are_the_opposite(self, rate: float, size: float, centre: float) -> None:
        one = normal_score(np.array([rate]), np.array([size]), centre)
        other = normal_score(np.array([1 - rate]), np.array([size]), 1 - centre)
        assert one == pytest.approx(-other, rel=1e-6, abs=1e-9)


class TestFurthest:
    @given(st.floats(0, 1), st.floats(0.01, 0.99))
    def test_is_the_last_within_on_the_way_to_an_end(self, limit: float, centre: float) -> None:
        low, high = furthest(lambda rate: np.abs(rate - centre) <= limit, centre, np.array([0.0, 1.0]))
        assert low == pytest.approx(max(centre - limit, 0), abs=1e-15)
        assert high == pytest.approx(min(centre + limit, 1), abs=1e-15)
