"""One normal quantile, one tail and one root, held against scipy's."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from cdi.binomial import normal

SHARES = st.floats(1e-300, 1, exclude_max=True)


@given(SHARES)
def test_a_quantile_is_scipys(share: float) -> None:
    assert normal.quantile(share) == pytest.approx(float(ndtri(share)), rel=2e-15, abs=1e-16)


@given(st.floats(-8, 37))
def test_a_tail_is_scipys(value: float) -> None:
    assert normal.beyond(value) == pytest.approx(float(ndtr(-value)), rel=5e-14)


@given(st.floats(0.01, 10), st.floats(-5, 5), st.sampled_from([1.0, 3.0, -1.0]))
def test_a_root_is_where_brents_is(bend: float, shift: float, power: float) -> None:
    def of(x: float) -> float:
        return math.copysign(1, power) * (math.tanh(bend * (x - shift)) + 0.1 * (x - shift) ** abs(power))

    found = normal.root(of, -6.0, 7.0, within=1e-13)
    assert found == pytest.approx(brentq(of, -6.0, 7.0, xtol=1e-14, rtol=1e-14), abs=1e-12)


def test_a_root_of_a_step_is_where_it_stands() -> None:
    assert normal.root(lambda x: float(np.sign(x - 0.3)), 0.0, 1.0, within=1e-14) == pytest.approx(0.3, abs=1e-13)


def test_few_steps_find_a_root() -> None:
    seen: list[float] = []

    def of(x: float) -> float:
        seen.append(x)
        return math.exp(-x) - 0.2

    assert normal.root(of, 0.0, 8.0, within=1e-12) == pytest.approx(math.log(5), abs=1e-12)
    assert len(seen) <= 14
