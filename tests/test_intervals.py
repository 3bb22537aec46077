"""The intervals against R, against statsmodels and against their own laws."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.special import ndtri, stdtrit
from statsmodels.stats.proportion import proportion_confint

from cdi.binomial.intervals import (
    EXACT,
    METHODS,
    Interval,
    count_interval,
    describe_methods,
    falls_back,
    interval,
    mover,
    tail_of,
)
from cdi.binomial.methods import UNBOUNDED, mid_p
from cdi.errors import DataError, MethodError
from tests.reference import keys, reference, references

CLOSED, QUANTILE = 1e-12, 1e-10
ORDERLY = [name for name in METHODS if name not in {"wald", "published"}]
BOUNDED = [name for name in METHODS if name not in UNBOUNDED]


def ends(found: Interval) -> list[float]:
    return [float(found.low), float(found.high)]


def close(found: Interval, wanted: list[float], tolerance: float) -> None:
    assert ends(found) == pytest.approx(wanted, rel=0, abs=tolerance)


# binom/*: R 4.2.2 stats, DescTools 0.99.59, binom 1.1-1.1, PropCIs 0.3-0

COUNTED = {
    "wilson": ("wilson", CLOSED),
    "agresti-coull": ("agresti_coull_unclipped", CLOSED),
    "clopper-pearson": ("clopper_pearson", QUANTILE),
    "korn-graubard": ("clopper_pearson", QUANTILE),
    "jeffreys": ("jeffreys_bcd", QUANTILE),
}


@pytest.mark.parametrize("key", keys("binom/"))
@pytest.mark.parametrize("method", COUNTED)
def test_counts_agree_with_r(key: str, method: str) -> None:
    inputs = references()[key]["inputs"]
    name, tolerance = COUNTED[method]
    found = count_interval(inputs["x"], inputs["n"], level=inputs["conf"], method=method)
    close(found, reference(key)[name], tolerance)


@pytest.mark.parametrize("key", keys("binom/"))
def test_mid_p_agrees_with_r(key: str) -> None:
    inputs = references()[key]["inputs"]
    found = count_interval(inputs["x"], inputs["n"], level=inputs["conf"], method="mid-p")
    close(found, reference(key)["midp"], QUANTILE)


INNER = [key for key in keys("binom/") if 0 < references()[key]["inputs"]["x"] < references()[key]["inputs"]["n"]]


@pytest.mark.parametrize("tail", [0.2, 0.025, 0.0005, 1e-9])
def test_mid_p_is_the_root_that_halving_finds(tail: float) -> None:
    """Also of sizes and counts that are not whole, far from and close to the ends."""
    from scipy.special import betainc

    rng = np.random.default_rng(20211231)
    size = np.concatenate([rng.uniform(1, 500, 400), 10 ** rng.uniform(0, 6, 200), np.full(183, 182.0)])
    count = np.concatenate([rng.uniform(0, 1, 600) * size[:600], np.arange(183.0)])
    count[:100], count[100:200] = size[:100] * 1e-3, size[100:200] * (1 - 1e-3)

    def low(x: Any, rest: Any) -> Any:
        none, every = x <= 0, rest <= 0
        below, above = np.zeros(len(x)), np.ones(len(x))
        for _ in range(70):
            middle = (below + above) / 2
            more = np.where(every, 0, betainc(x + 1, np.where(every, 1, rest), middle))
            high = betainc(np.where(none, 1, x), rest + 1, middle) + more > 2 * tail
            below, above = np.where(high, below, middle), np.where(high, middle, above)
        return np.where(none, 0, middle)

    found = mid_p(count / size, size, tail)
    np.testing.assert_allclose(found[0], low(count, size - count), rtol=0, atol=1e-12)
    np.testing.assert_allclose(found[1], 1 - low(size - count, count), rtol=0, atol=1e-12)


@pytest.mark.parametrize("key", INNER)
def test_wald_and_logit_agree_with_r_where_they_exist(key: str) -> None:
    inputs = references()[key]["inputs"]
    wald = count_interval(inputs["x"], inputs["n"], level=inputs["conf"], method="wald")
    close(wald, reference(key)["wald_unclipped"], CLOSED)
    logit = count_interval(inputs["x"], inputs["n"], level=inputs["conf"], method="logit")
    close(logit, reference(key)["logit_DescTools"], CLOSED)


@pytest.mark.parametrize("key", INNER)
def test_arcsine_agrees_with_r_at_the_shrunken_rate_that_r_uses(key: str) -> None:
    """DescTools puts (x + .375)/(n + .75) where ours puts x/n."""
    inputs = references()[key]["inputs"]
    found = interval((inputs["x"] + 0.375) / (inputs["n"] + 0.75), inputs["n"], level=inputs["conf"], method="arcsine")
    close(found, reference(key)["arcsine_DescTools"], CLOSED)


@pytest.mark.parametrize("key", ["binom/0_of_20/95", "binom/0_of_24/95"])
def test_arcsine_stops_at_zero_where_desctools_folds_back(key: str) -> None:
    """The angle goes below 0; squaring its sine makes the lower limit of DescTools positive again."""
    n = references()[key]["inputs"]["n"]
    p = 0.375 / (n + 0.75)
    folded, high = reference(key)["arcsine_DescTools"]
    close(interval(p, n, method="arcsine"), [0, high], CLOSED)
    close(interval(1 - p, n, method="arcsine"), [1 - high, 1], CLOSED)
    angle = np.arcsin(np.sqrt(p)) - ndtri(0.975) / (2 * np.sqrt(n))
    assert angle < 0
    assert np.sin(angle) ** 2 == pytest.approx(folded, rel=0, abs=CLOSED)


@pytest.mark.parametrize("key", [key for key in keys("binom/") if key.endswith("/95")])
def test_the_published_half_width_is_1_96_standard_errors(key: str) -> None:
    inputs = references()[key]["inputs"]
    low, high = ends(count_interval(inputs["x"], inputs["n"], method="published"))
    assert (high - low) / 2 == pytest.approx(reference(key)["wald_half_width_1.96"], rel=0, abs=CLOSED)
    assert (high + low) / 2 == pytest.approx(inputs["x"] / inputs["n"], rel=0, abs=CLOSED)


def test_the_printed_table_of_newcombe_1998a() -> None:
    """published_memory/newcombe1998a_table1: Statistics in Medicine 17:857, table I, four decimals."""
    names = {"wilson": "wilson", "clopper_pearson": "clopper-pearson", "midp": "mid-p", "wald": "wald"}
    seen = 0
    for pair, columns in reference("published_memory/newcombe1998a_table1").items():
        if pair == "note":
            continue
        x, n = map(int, pair.split("/"))
        for column in columns.keys() & names.keys():
            found = ends(count_interval(x, n, method=names[column]))
            assert found == pytest.approx(columns[column], rel=0, abs=0.5001e-4), (pair, column)
            seen += 1
    assert seen == 12


@pytest.mark.parametrize(("rate", "half_width"), [(87.4, 4.8), (86.5, 4.3)])
def test_the_counts_that_print_a_published_pair(rate: float, half_width: float) -> None:
    """published/implied_x_n: every (x, n) up to 400 whose rounded rate and half width are the published pair."""
    n = np.repeat(np.arange(1, 401), np.arange(1, 401))
    x = np.concatenate([np.arange(1, size + 1) for size in range(1, 401)])
    found = count_interval(x, n, method="published")
    fits = (np.round(100 * x / n, 1) == rate) & (np.round(50 * (found.high - found.low), 1) == half_width)
    pairs = [list(pair) for pair in zip(x[fits].tolist(), n[fits].tolist(), strict=True)]
    assert pairs == reference("published/implied_x_n")[f"{rate}_{half_width}"]


# survey/*, audit/crime_level_ciprop*, lohr/agstrat: svyciprop of the R package survey 4.1-1 at its (p, se, df)

# rows of the design, which svyciprop takes for the reference degrees of freedom of "beta" and "wilson"
ROWS = {
    "survey/apistrat/ell_zero": 200,
    "survey/apiclus1/ell_zero": 183,
    "survey/apiclus1/schwide_Yes": 183,
    "survey/apistrat/schwide_Yes": 200,
    "survey/apiclus2/schwide_Yes": 126,
    "lohr/agstrat": 300,
    "audit/crime_level_ciprop": 424,
    "audit/crime_level_ciprop/violence": 173,
    "audit/crime_level_ciprop/sexual": 134,
    "audit/crime_level_ciprop/other": 117,
}


def survey(key: str) -> tuple[dict[str, Any], float, float, float]:
    """Give the entry's intervals, rate, effective size p q / se^2 and t quantile."""
    value = reference(key)
    value = value.get("ciprop", value)
    p, se = value["mean"]["est"], value["mean"]["se"] if "se" in value["mean"] else value["logit"]["se"]
    return value, p, p * (1 - p) / se**2, float(stdtrit(value["degf"], 0.975))


@pytest.mark.parametrize("key", ROWS)
@pytest.mark.parametrize(
    ("method", "theirs", "tolerance"),
    [
        ("wald", "mean", QUANTILE),
        ("logit", "xlogit", QUANTILE),
        ("logit", "logit", 1e-8),
        ("wilson", "wilson", QUANTILE),
    ],
)
def test_a_design_enters_through_its_effective_size(key: str, method: str, theirs: str, tolerance: float) -> None:
    value, p, n, t = survey(key)
    close(interval(p, n * (ndtri(0.975) / t) ** 2, method=method), value[theirs]["ci"], tolerance)


@pytest.mark.parametrize("key", ROWS)
def test_korn_graubard_is_svyciprop_beta_with_its_own_reference_degrees_of_freedom(key: str) -> None:
    value, p, n, t = survey(key)
    found = interval(p, n * (stdtrit(ROWS[key] - 1, 0.975) / t) ** 2, method="korn-graubard")
    close(found, value["beta"]["ci"], QUANTILE)


@pytest.mark.parametrize("key", [key for key in ROWS if key != "survey/apiclus1/ell_zero"])
def test_arcsine_agrees_with_svyciprop(key: str) -> None:
    value, p, n, t = survey(key)
    close(interval(p, n * (ndtri(0.975) / t) ** 2, method="arcsine"), value["asin"]["ci"], QUANTILE)


def test_arcsine_stops_at_zero_where_svyciprop_folds_back() -> None:
    """survey/apiclus1/ell_zero: the angle goes below 0; squaring its sine makes R's lower limit positive again."""
    value, p, n, t = survey("survey/apiclus1/ell_zero")
    found = interval(p, n * (ndtri(0.975) / t) ** 2, method="arcsine")
    folded = np.sin(np.arcsin(np.sqrt(p)) - t / (2 * np.sqrt(n))) ** 2
    assert ends(found) == [0, pytest.approx(value["asin"]["ci"][1], rel=0, abs=QUANTILE)]
    assert folded == pytest.approx(value["asin"]["ci"][0], rel=0, abs=QUANTILE)


@pytest.mark.parametrize(
    "key",
    ["recommended/overall_combined_ratio", *(f"recommended/stratum/{s}" for s in ("violence", "sexual", "other"))],
)
def test_the_default_and_the_conservative_interval_at_the_recommended_effective_size(key: str) -> None:
    value = reference(key)
    close(interval(value["p"], value["neff"]), value["wilson"], CLOSED)
    close(interval(value["p"], value["neff"], method="korn-graubard"), value["korn_graubard"], QUANTILE)


# hyper/*: base R; diff/*: R 4.2.2


@pytest.mark.parametrize("key", keys("hyper/"))
def test_wilson_in_a_finite_population(key: str) -> None:
    """The reference stands before the intersection with what is logically possible."""
    inputs = references()[key]["inputs"]
    x, n, N = inputs["x"], inputs["n"], inputs["N"]
    low, high = reference(key)["wilson_fpc_p"]
    close(count_interval(x, n, population=N), [max(low, x / N), min(high, (N - n + x) / N)], CLOSED)


@pytest.mark.parametrize("key", ["hyper/159_of_182_N300", "hyper/21_of_24_N200"])
def test_wald_at_the_size_that_a_finite_standard_error_implies(key: str) -> None:
    value = reference(key)
    p, se = value["estimate"], value["wald_fpc"]["se"]
    close(interval(p, p * (1 - p) / se**2, method="wald"), value["wald_fpc"]["ci"], CLOSED)


@pytest.mark.parametrize("key", keys("diff/"))
def test_mover_with_wilson_is_newcombe_method_10(key: str) -> None:
    inputs = references()[key]["inputs"]
    (x1, n1), (x2, n2) = (inputs["x1"], inputs["n1"]), (inputs["x2"], inputs["n2"])
    low, high = mover(x1 / n1, count_interval(x1, n1), x2 / n2, count_interval(x2, n2))
    assert [float(low), float(high)] == pytest.approx(reference(key)["newcombe_method10"], rel=0, abs=CLOSED)


def test_mover_on_the_printed_table_of_newcombe_1998b() -> None:
    """published_memory/newcombe1998b_table2: Statistics in Medicine 17:873, method 10, four decimals."""
    for pair, wanted in reference("published_memory/newcombe1998b_table2").items():
        if pair == "note":
            continue
        (x1, n1), (x2, n2) = (map(int, side.split("/")) for side in pair.split("-"))
        found = mover(x1 / n1, count_interval(x1, n1), x2 / n2, count_interval(x2, n2))
        assert [float(end) for end in found] == pytest.approx(wanted, rel=0, abs=0.5001e-4), pair


# a second opinion

STATSMODELS = {
    "wilson": ("wilson", CLOSED),
    "clopper-pearson": ("beta", QUANTILE),
    "wald": ("normal", CLOSED),
    "agresti-coull": ("agresti_coull", CLOSED),
    "jeffreys": ("jeffreys", QUANTILE),
}


@pytest.mark.parametrize("method", STATSMODELS)
@given(st.data())
def test_statsmodels_agrees_inside(method: str, data: st.DataObject) -> None:
    """At 0 and n, and outside [0, 1], statsmodels has rules of its own (it clips)."""
    n = data.draw(st.integers(2, 2000))
    x = data.draw(st.integers(1, n - 1))
    level = data.draw(st.floats(0.51, 0.999))
    name, tolerance = STATSMODELS[method]
    wanted = proportion_confint(x, n, alpha=1 - level, method=name)
    found = np.clip(ends(count_interval(x, n, level=level, method=method)), 0, 1)
    assert found == pytest.approx(np.array(wanted), rel=0, abs=tolerance)


# laws

LEVELS = st.floats(0.501, 0.9999)
SIZES = st.floats(0.05, 1e6)
RATES = st.floats(0, 1).map(lambda p: round(p, 12))


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int]:
    n = draw(st.integers(1, 500))
    return draw(st.integers(0, n)), n


@pytest.mark.parametrize("method", BOUNDED)
@given(p=RATES, n=SIZES, level=LEVELS, side=st.sampled_from(["both", "lower", "upper"]))
@example(p=0.0, n=24.0, level=0.95, side="both")
@example(p=1.0, n=0.5, level=0.95, side="both")
def test_within_zero_and_one(method: str, p: float, n: float, level: float, side: str) -> None:
    low, high = ends(interval(p, n, level=level, method=method, side=side))
    assert 0 <= low <= high <= 1


@pytest.mark.parametrize("method", BOUNDED)
@given(p=RATES, n=SIZES, level=LEVELS)
@example(p=0.002, n=1.0, level=0.8)
def test_holds_its_rate(method: str, p: float, n: float, level: float) -> None:
    low, high = ends(interval(p, n, level=level, method=method))
    assert low <= p + 1e-12
    assert high >= p - 1e-12


@pytest.mark.parametrize("method", [name for name in METHODS if name != "published"])
@given(p=RATES, n=SIZES, level=LEVELS)
def test_mirrored_when_recorded_and_unrecorded_are_swapped(method: str, p: float, n: float, level: float) -> None:
    low, high = ends(interval(p, n, level=level, method=method))
    mirror_low, mirror_high = ends(interval(1 - p, n, level=level, method=method))
    assert [mirror_low, mirror_high] == pytest.approx([1 - high, 1 - low], rel=0, abs=1e-10)


@pytest.mark.parametrize("method", [name for name in METHODS if name not in {"published", "agresti-coull"}])
@given(pair=counts(), levels=st.tuples(LEVELS, LEVELS).map(sorted))
def test_nested_in_the_level(method: str, pair: tuple[int, int], levels: list[float]) -> None:
    narrow, wide = (ends(count_interval(*pair, level=level, method=method)) for level in levels)
    assert wide[0] <= narrow[0] + 1e-13
    assert narrow[1] <= wide[1] + 1e-13


@given(pair=st.integers(20, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), data=st.data())
def test_agresti_coull_nests_from_twenty_records_on(pair: tuple[int, int], data: st.DataObject) -> None:
    levels = sorted(data.draw(st.tuples(LEVELS, LEVELS)))
    narrow, wide = (ends(count_interval(*pair, level=level, method="agresti-coull")) for level in levels)
    assert wide[0] <= narrow[0] + 1e-13
    assert narrow[1] <= wide[1] + 1e-13


def test_agresti_coull_does_not_nest_in_a_handful_of_records() -> None:
    """Its centre moves towards one half faster than it widens: the docstring says so."""
    less, more = (count_interval(1, 1, level=level, method="agresti-coull") for level in (0.75, 0.875))
    assert more.high < less.high


@pytest.mark.parametrize("method", ORDERLY)
@given(n=st.integers(1, 300), level=LEVELS)
def test_monotone_in_the_count(method: str, n: int, level: float) -> None:
    if method in {"logit", "arcsine"}:
        level = min(level, 0.95)
    found = count_interval(np.arange(n + 1), n, level=level, method=method)
    assert np.all(np.diff(found.low) >= -1e-13)
    assert np.all(np.diff(found.high) >= -1e-13)


@pytest.mark.parametrize("method", ["logit", "arcsine"])
def test_logit_and_arcsine_are_not_monotone_at_99_percent(method: str) -> None:
    found = count_interval(np.arange(201), 200, level=0.99, method=method)
    assert np.diff(found.low).min() < -1e-6


@pytest.mark.parametrize("method", [name for name in METHODS if name != "published"])
@given(pair=counts(), level=LEVELS)
def test_contains_the_estimate(method: str, pair: tuple[int, int], level: float) -> None:
    low, high = ends(count_interval(*pair, level=level, method=method))
    assert low <= pair[0] / pair[1] + 1e-13
    assert pair[0] / pair[1] <= high + 1e-13


@pytest.mark.parametrize("method", [name for name in METHODS if name != "published"])
@given(p=RATES, n=SIZES, level=st.floats(0.51, 0.999))
def test_one_limit_is_the_end_of_the_two_sided_interval_at_twice_the_tail(
    method: str, p: float, n: float, level: float
) -> None:
    lower = interval(p, n, level=level, method=method, side="lower")
    upper = interval(p, n, level=level, method=method, side="upper")
    assert (float(lower.high), float(upper.low)) == (1, 0)
    if level > 0.76:
        both = interval(p, n, level=2 * level - 1, method=method)
        assert [float(lower.low), float(upper.high)] == pytest.approx(ends(both), rel=0, abs=1e-10)


@pytest.mark.parametrize("method", BOUNDED)
@given(pair=counts(), more=st.integers(0, 500), level=LEVELS, side=st.sampled_from(["both", "lower", "upper"]))
def test_a_population_keeps_limits_possible_and_around_the_estimate(
    method: str, pair: tuple[int, int], more: int, level: float, side: str
) -> None:
    (x, n), N = pair, pair[1] + more
    low, high = ends(count_interval(x, n, population=N, level=level, method=method, side=side))
    assert x / N <= low <= high <= (N - n + x) / N


@pytest.mark.parametrize("method", [name for name in [*METHODS, *EXACT] if name != "published"])
@given(pair=counts())
def test_a_census_has_no_width(method: str, pair: tuple[int, int]) -> None:
    assert ends(count_interval(*pair, population=pair[1], method=method)) == [pair[0] / pair[1]] * 2


# rules at the edges


@pytest.mark.parametrize("method", ["logit", "arcsine", "wald"])
def test_where_a_method_does_not_exist_korn_graubard_is_given(method: str) -> None:
    p, n = np.array([0, 0.5, 1]), 24.5
    found, cautious = interval(p, n, method=method), interval(p, n, method="korn-graubard")
    edge = falls_back(method, p)
    assert edge.tolist() == [True, False, True]
    assert (found.low == cautious.low).tolist() == edge.tolist()
    assert (found.high == cautious.high).tolist() == edge.tolist()


def test_the_other_methods_never_fall_back() -> None:
    for method in METHODS.keys() - {"logit", "arcsine", "wald"}:
        assert not falls_back(method, [0.0, 1.0]).any()


def test_published_has_no_width_at_a_rate_of_one_and_ignores_the_population_as_it_says() -> None:
    assert ends(count_interval(24, 24, method="published")) == [1, 1]
    assert ends(count_interval(21, 24, population=200, method="published")) == ends(
        count_interval(21, 24, method="published")
    )


@pytest.mark.parametrize("method", ["wald", "published", "agresti-coull"])
def test_what_leaves_zero_and_one_is_shown_as_it_is(method: str) -> None:
    assert count_interval(89, 90, method=method).high > 1
    assert count_interval(89, 90, population=5000, method=method).high > 1


@pytest.mark.parametrize("method", [name for name in METHODS if name != "published"])
def test_every_argument_changes_the_result(method: str) -> None:
    base = ends(count_interval(21, 24, population=200, level=0.95, method=method))
    for changed in (
        count_interval(20, 24, population=200, method=method),
        count_interval(21, 25, population=200, method=method),
        count_interval(21, 24, population=100, method=method),
        count_interval(21, 24, population=200, level=0.9, method=method),
        count_interval(21, 24, population=200, method=method, side="lower"),
        count_interval(21, 24, population=200, method=method, side="upper"),
    ):
        assert ends(changed) != base


def test_arrays_broadcast_and_equal_their_parts() -> None:
    found = count_interval([[1], [2]], [3, 4], population=[[5], [9]], method="exact")
    assert found.low.shape == found.high.shape == (2, 2)
    assert found.low[1, 0] == count_interval(2, 3, population=9, method="exact").low
    assert interval([], []).low.shape == (0,)


# what is refused

FAULTY: dict[str, Any] = {
    "unknown-method": lambda: count_interval(1, 2, method="wilso"),
    "level": lambda: count_interval(1, 2, level=95),
    "side": lambda: count_interval(1, 2, side="larger"),
    "published-terms": lambda: count_interval(1, 2, method="published", level=0.9),
    "exact-one-side": lambda: count_interval(1, 2, population=9, method="exact", side="lower"),
    "exact-population": lambda: count_interval(1, 2, method="exact"),
    "exact-from-counts": lambda: interval(0.5, 2, method="exact"),
    "mover-intervals": lambda: mover(0.5, interval(0.5, 2), 0.5, interval(0.5, 2, level=0.9)),
}
IMPOSSIBLE: dict[str, Any] = {
    "not-a-proportion": lambda: interval([0.5, 91.4], 182),
    "effective-size": lambda: interval(0.5, 0),
    "not-a-count": lambda: count_interval(1.5, 2),
    "recorded-above-due": lambda: count_interval(11, 10),
    "due-above-population": lambda: count_interval(1, 10, population=9),
}


@pytest.mark.parametrize("code", FAULTY)
def test_a_method_that_does_not_serve_is_refused(code: str) -> None:
    with pytest.raises(MethodError) as caught:
        FAULTY[code]()
    assert caught.value.faults[0].code == code
    assert str(caught.value)


@pytest.mark.parametrize("code", IMPOSSIBLE)
def test_impossible_numbers_are_refused(code: str) -> None:
    with pytest.raises(DataError) as caught:
        IMPOSSIBLE[code]()
    assert caught.value.faults[0].code == code


@pytest.mark.parametrize("bad", [-1, float("nan"), float("inf"), "7", None, True])
def test_what_is_no_count_is_refused(bad: object) -> None:
    with pytest.raises(DataError, match="recorded as a whole number, 0 or more"):
        count_interval(bad, 10)  # type: ignore[arg-type]
    with pytest.raises(DataError, match="due as a whole number, 1 or more"):
        count_interval(0, 0)


@pytest.mark.parametrize(
    ("recorded", "due", "told"),
    [
        (0, 0, "found 0. Where nothing is due, there is no rate. Give 1 or more."),
        (0, -3, "found -3. Give 1 or more."),
        (-1, 3, "found -1. Give 0 or more."),
        (0.9, 10, "found 0.9. Give counts, not rates."),
        (1.5, 10, "found 1.5. Give it without a fraction."),
        ("7", 10, "found 7. Give one number."),
        (True, 10, "found True. Give one number."),
        (3, float("nan"), "found nan. Give one number."),
    ],
)
def test_a_count_is_refused_for_what_is_wrong_with_it(recorded: object, due: object, told: str) -> None:
    with pytest.raises(DataError) as caught:
        count_interval(recorded, due)  # type: ignore[arg-type]
    assert str(caught.value).endswith(told)


@pytest.mark.parametrize("bad", [-0.01, 1.01, float("nan"), float("inf")])
def test_what_is_no_proportion_is_refused(bad: float) -> None:
    with pytest.raises(DataError, match=re.escape("0.914")):
        interval(bad, 10)


@pytest.mark.parametrize("bad", [0.5, 1, 0, float("nan"), 1.5])
def test_a_level_outside_its_range_is_refused(bad: float) -> None:
    with pytest.raises(MethodError, match=re.escape("as 0.95")):
        tail_of(bad, "both")


def test_the_fault_names_the_nearest_method_all_methods_and_the_row() -> None:
    with pytest.raises(MethodError, match=r"Did you mean 'jeffreys'.*wilson, korn-graubard.*exact-equal-tailed"):
        interval(0.5, 10, method="jeffrey")
    with pytest.raises(DataError, match=r"row 2 .*due \(10\), but found 11"):
        count_interval([1, 11], 10)


@pytest.mark.parametrize("side", ["lower", "upper"])
def test_published_and_mover_take_two_sided_intervals_only(side: str) -> None:
    with pytest.raises(MethodError, match="both sides with method published"):
        interval(0.5, 10, level=0.975, method="published", side=side)
    with pytest.raises(MethodError, match="two-sided"):
        mover(0.5, interval(0.5, 2, side=side), 0.5, interval(0.5, 2))


# the catalogue


def test_every_method_says_when_to_use_it_its_reference_and_its_coverage() -> None:
    cards = describe_methods()
    assert [card.name for card in cards] == [*METHODS, *EXACT]
    assert all(card.summary and card.when and card.reference for card in cards)
    assert all("nominal 95%" in card.coverage for card in cards)


@pytest.mark.parametrize("method", METHODS)
def test_the_docstrings_state_the_enumerated_coverage(method: str) -> None:
    card = next(card for card in describe_methods() if card.name == method)
    assert "exact enumeration over rates .80 to .99 by .0001" in card.coverage
    for n in (24, 182):
        mean, least = binomial_coverage(method, n)
        assert f"{mean:.3f}/{least:.3f} for {n}".replace("0.", ".") in card.coverage


def binomial_coverage(method: str, n: int) -> tuple[float, float]:
    """Enumerate how often the 95% interval holds the rate, over the grid: mean and minimum."""
    from scipy.special import gammaln

    rates, x = np.linspace(0.80, 0.99, 1901), np.arange(n + 1)[:, None]
    chance = np.exp(
        gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1) + x * np.log(rates) + (n - x) * np.log1p(-rates)
    )
    found = count_interval(x, n, method=method)
    covered = (chance * ((found.low <= rates) & (rates <= found.high))).sum(axis=0)
    return float(covered.mean()), float(covered.min())


def test_importing_the_room_loads_neither_scipy_nor_pandas() -> None:
    code = "import sys, cdi.binomial.intervals; print(sorted({'scipy', 'pandas', 'statsmodels'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
