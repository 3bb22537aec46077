"""The exact limits against the reference values and, by enumeration, against their promise."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest

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
