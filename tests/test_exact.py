"""The exact limits against the reference values and, by enumeration, against their promise."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from cdi.binomial import exact as room
from cdi.binomial.exact import EXACT, exact, exact_equal_tailed
from cdi.binomial.intervals import count_interval
from tests.reference import keys, reference, references

SMALL = [(n, N) for N in (1, 2, 3, 7, 10, 16, 20, 41) for n in range(1, N + 1)] + [(24, 60), (12, 100), (60, 90)]
LEVELS = {0.025: Fraction(19, 20), 0.05: Fraction(9, 10), 0.005: Fraction(99, 100)}


def weight(k: int, n: int, N: int, M: int) -> int:
    return comb(M, k) * comb(N - M, n - k)


# R gave none where the sample is the population, and none where its table would have been too large
AUTHORS = [key for key in keys("hyper/") if reference(key)["bartroff_M"] is not None]


@pytest.mark.parametrize("key", AUTHORS)
def test_exact_agrees_with_the_authors_program(key: str) -> None:
    inputs = references()[key]["inputs"]
    assert exact(inputs["x"], inputs["n"], inputs["N"], 0.025) == tuple(reference(key)["bartroff_M"])


@pytest.mark.parametrize("key", keys("hyper/"))
def test_equal_tails_agree_with_inversion_in_r(key: str) -> None:
    inputs, value = references()[key]["inputs"], reference(key)
    assert exact_equal_tailed(inputs["x"], inputs["n"], inputs["N"], 0.025) == tuple(value["exact_equal_tail_M"])


@pytest.mark.parametrize("key", ["hyper/3_of_10_N50", "hyper/5_of_12_N100", "hyper/21_of_24_N200"])
def test_the_entries_where_minimal_width_differs_from_equal_tails(key: str) -> None:
    value = reference(key)
    low, high = value["exact_equal_tail_M"]
    assert low < value["bartroff_M"][0] < value["bartroff_M"][1] < high


@pytest.mark.parametrize(("n", "N"), SMALL)
@pytest.mark.parametrize("tail", LEVELS)
@pytest.mark.parametrize("name", EXACT)
def test_coverage_never_falls_below_the_level(name: str, tail: float, n: int, N: int) -> None:
    limits = [EXACT[name](x, n, N, tail) for x in range(n + 1)]
    for M in range(N + 1):
        covered = sum(weight(x, n, N, M) for x, (low, high) in enumerate(limits) if low <= M <= high)
        assert covered >= LEVELS[tail] * comb(N, n), (M, limits)


@pytest.mark.parametrize(("n", "N"), SMALL)
@pytest.mark.parametrize("name", EXACT)
def test_monotone_in_the_count_mirrored_and_possible(name: str, n: int, N: int) -> None:
    limits = [EXACT[name](x, n, N, 0.025) for x in range(n + 1)]
    assert limits == sorted(limits)
    assert [high for _, high in limits] == sorted(high for _, high in limits)
    assert limits == [(N - high, N - low) for low, high in reversed(limits)]
    assert all(x <= low <= high <= N - n + x for x, (low, high) in enumerate(limits))
    # the nearest whole numbers to x N / n are always among them
    assert all(low <= -(-x * N // n) and x * N // n <= high for x, (low, high) in enumerate(limits))


@pytest.mark.parametrize(("n", "N"), SMALL)
def test_equal_tails_keep_exactly_the_populations_that_both_tails_allow(n: int, N: int) -> None:
    tail = Fraction(1, 40) * comb(N, n)
    for x in range(n + 1):
        kept = [
            M
            for M in range(N + 1)
            if sum(weight(k, n, N, M) for k in range(x, n + 1)) > tail
            and sum(weight(k, n, N, M) for k in range(x + 1)) > tail
        ]
        assert exact_equal_tailed(x, n, N, 0.025) == (kept[0], kept[-1])


@pytest.mark.parametrize(("n", "N"), [(5, 17), (10, 31), (24, 61), (12, 101)])
def test_no_set_of_acceptance_runs_is_narrower(n: int, N: int) -> None:
    """For odd N every M takes the narrowest run there is, so the total width cannot be beaten."""
    total = sum(high - low + 1 for low, high in (exact(x, n, N, 0.025) for x in range(n + 1)))
    least = 0
    for M in range(N + 1):
        weights = [weight(k, n, N, M) for k in range(n + 1)]
        needed = Fraction(19, 20) * comb(N, n)
        least += next(w for w in range(1, n + 2) if any(sum(weights[a : a + w]) >= needed for a in range(n + 2 - w)))
    assert total == least


def test_a_tail_is_read_as_the_decimal_that_was_meant() -> None:
    """P(X = 0 | M = 1) is .95 exactly for one of twenty: a limit that turned on rounding would lose it."""
    assert exact(0, 1, 20, 0.025) == exact(0, 1, 20, (1 - 0.95) / 2) == exact(0, 1, 20, 0.02500000000000002)
    assert exact_equal_tailed(1, 1, 20, 0.05) == exact_equal_tailed(1, 1, 20, 1 - 0.95) == (2, 20)


def test_a_large_population_is_served_and_no_wider_than_with_equal_tails() -> None:
    low, high = reference("hyper/159_of_182_N5000")["exact_equal_tail_M"]
    assert exact_equal_tailed(159, 182, 5000, 0.025) == (low, high)
    narrow_low, narrow_high = exact(159, 182, 5000, 0.025)
    assert narrow_high - narrow_low < high - low
    assert low < 159 / 182 * 5000 < high


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize(("n", "N"), [(24, 200), (182, 1000)])
def test_the_docstrings_state_the_enumerated_coverage(name: str, n: int, N: int) -> None:
    limits = [EXACT[name](x, n, N, 0.025) for x in range(n + 1)]
    coverage = [
        sum(weight(x, n, N, M) for x, (low, high) in enumerate(limits) if low <= M <= high) / comb(N, n)
        for M in range(N * 80 // 100, N * 99 // 100 + 1)
    ]
    stated = f"{sum(coverage) / len(coverage):.3f}/{min(coverage):.3f} for {n} of {N:,}".replace("0.", ".")
    assert stated in (EXACT[name].__doc__ or "")


def test_one_limit_uses_the_whole_tail() -> None:
    bound = count_interval(21, 24, population=200, method="exact-equal-tailed", side="lower")
    assert float(bound.low) * 200 == exact_equal_tailed(21, 24, 200, 0.05)[0]
    assert bound.low > count_interval(21, 24, population=200, method="exact-equal-tailed").low


# ---- held against whole numbers and against scipy, whatever the sample


@st.composite
def samples(draw: st.DrawFn, largest: int) -> tuple[int, int, int]:
    N = draw(st.integers(1, largest))
    n = draw(st.integers(1, min(N, 400)))
    return draw(st.integers(0, n)), n, N


TAILS = st.sampled_from([0.025, 0.05, 0.005, 0.1, 0.24, 0.0005])


def accepted_in_whole_numbers(n: int, N: int, level: Fraction) -> list[tuple[int, int]]:
    """Write out the run of every M as the docstring says it, from weights in whole numbers."""
    needed = ceil(level * comb(N, n))

    def run(M: int) -> tuple[int, int]:
        weights = [weight(k, n, N, M) for k in range(n + 1)]
        low = high = (n + 1) * (M + 1) // (N + 2)
        while sum(weights[low : high + 1]) < needed:
            below, above = (weights[low - 1] if low else 0), (weights[high + 1] if high < n else 0)
            low, high = (low, high + 1) if above > below else (low - 1, high)
        return low, high

    found: list[tuple[int, int]] = []
    for M in range((N + 1) // 2):
        low, high = run(M)
        shift = max(0, found[-1][0] - low) if found else 0
        found.append((low + shift, high + shift))
    middle = []
    if N % 2 == 0:
        low, high = run(N // 2)
        low = min(low, n - high)
        middle = [(low, n - low)]
    return [*found, *middle, *((n - high, n - low) for low, high in reversed(found))]


@pytest.mark.parametrize("table", [room.TABLE, 0])
@given(samples(120), TAILS)
def test_narrow_limits_are_those_of_whole_numbers(table: int, sample: tuple[int, int, int], tail: float) -> None:
    x, n, N = sample
    runs = accepted_in_whole_numbers(n, N, 1 - 2 * Fraction(tail).limit_denominator(10**12))
    kept = [M for M, (low, high) in enumerate(runs) if low <= x <= high]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "TABLE", table)
        assert exact(x, n, N, tail) == (kept[0], kept[-1])


@given(samples(3_000), TAILS)
def test_narrow_limits_are_the_same_from_a_table_and_without_one(sample: tuple[int, int, int], tail: float) -> None:
    whole = exact(*sample, tail)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "TABLE", 0)
        assert exact(*sample, tail) == whole


@given(samples(10**6), TAILS)
def test_equal_tails_are_where_those_of_scipy_are(sample: tuple[int, int, int], tail: float) -> None:
    x, n, N = sample
    low, high = exact_equal_tailed(x, n, N, tail)
    for count, least in ((x, low), (n - x, N - high)):
        assert hypergeom.sf(count - 1, N, least, n) > tail * (1 - 1e-6)
        assert least == 0 or hypergeom.sf(count - 1, N, least - 1, n) < tail * (1 + 1e-6)


def test_chances_too_close_to_tell_are_counted_in_whole_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """If every chance were in doubt, the limits would be the same."""
    asked = [(x, 24, 200) for x in range(25)] + [(159, 182, 5_000)]
    usual = [(exact(*each, 0.025), exact_equal_tailed(*each, 0.025)) for each in asked]
    monkeypatch.setattr(room, "TABLE", 0)
    monkeypatch.setattr(room, "_doubt", lambda _: 2.0)
    assert [(exact(*each, 0.025), exact_equal_tailed(*each, 0.025)) for each in asked] == usual


def test_limits_of_many_samples_keep_their_shape_and_their_order() -> None:
    x, n, N = np.array([[21, 3], [0, 10]]), np.array([[24, 10], [5, 10]]), np.array([[200, 50], [90, 10]])
    for name, of_one in EXACT.items():
        low, high = room.of_many(name, x, n, N, 0.025)
        each = [of_one(int(a), int(b), int(c), 0.025) for a, b, c in zip(x.flat, n.flat, N.flat, strict=True)]
        assert low.shape == high.shape == (2, 2)
        assert list(zip(low.ravel().tolist(), high.ravel().tolist(), strict=True)) == each


def test_a_frame_of_ten_million_is_served() -> None:
    low, high = exact(900, 1_000, 10_000_000, 0.025)
    assert 0.878 < low / 1e7 < 0.9 < high / 1e7 < 0.919
