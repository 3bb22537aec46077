"""Lines, funnels and shrinkage of many forces: reference values, laws, edges, and how often intervals are right."""

from __future__ import annotations

import csv
import importlib.util
import itertools
import math
from pathlib import Path
from types import ModuleType
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import betaincinv, gammaln, logit, ndtri, psi
from scipy.stats import binom, false_discovery_control, shapiro

import tests.strategies  # noqa: F401 (the profile of Hypothesis)
from cdi.errors import DataError, MethodError
from cdi.variation.funnel import TRANSFORMS, adjusted, exact_limits, funnel
from cdi.variation.outliers import outlier_lines, shapiro_wilk
from cdi.variation.samples import read_samples
from cdi.variation.shrinkage import MODELS, Shrunken, Spreads, beta_binomial, log_likelihood, logit_normal, shrink
from tests.reference import keys, reference

Floats: TypeAlias = npt.NDArray[np.float64]

CLOSED = 1e-12
ROOT = Path(__file__).resolve().parents[1]
ROWS = list(
    csv.DictReader((Path(__file__).parent / "goldens/fixtures/forces43.csv").read_text(encoding="utf-8").splitlines())
)
SIZES = np.array([float(row["n"]) for row in ROWS])
COUNTS = np.array([float(row["x"]) for row in ROWS])
RATES = COUNTS / SIZES

CUT = float(ndtri(0.9))
DRAWN_IN = 2 * quad(lambda z: z * z * math.exp(-z * z / 2) / math.sqrt(2 * math.pi), 0, CUT)[0] + 0.2 * CUT**2
"""The mean of the squares of normal variables, a tenth at either end drawn in."""

grid = st.lists(st.integers(1, 400), min_size=3, max_size=20)
samples = st.lists(
    st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=3, max_size=12
)


class TestShapiroWilk:
    @pytest.mark.parametrize("key", keys("shapiro/"))
    def test_agrees_with_r(self, key: str) -> None:
        expected = reference(key)
        test = shapiro_wilk(np.sort(expected["values"]))
        assert pytest.approx(expected["W"], rel=CLOSED) == test.W
        assert test.p == pytest.approx(expected["p"], rel=CLOSED)

    @given(st.integers(3, 5000), st.sampled_from(["normal", "exponential", "uniform"]), st.integers(0, 9))
    def test_agrees_with_scipy(self, size: int, shape: str, seed: int) -> None:
        # scipy takes normal quantiles that are right to seven digits; the values of R above are met to twelve
        values = np.sort(getattr(np.random.default_rng(seed), shape)(size=size))
        test, expected = shapiro_wilk(values), shapiro(values)
        assert pytest.approx(expected.statistic, rel=1e-7) == test.W
        assert test.p == pytest.approx(expected.pvalue, rel=1e-4, abs=1e-15)

    @pytest.mark.parametrize("values", [[1, 2, 3], [0, 0, 1], [0, 0, 0, 0, 1], [1e-200, 2e-200, 4e-200], [-1, 0, 0, 1]])
    def test_is_never_nan(self, values: list[float]) -> None:
        test = shapiro_wilk(np.array(values, dtype=float))
        assert 0 < test.W <= 1
        assert 0 <= test.p <= 1


class TestOutlierLines:
    @pytest.mark.parametrize("key", ["forces43_rate", "lognormal43", "bimodal43"])
    def test_agree_with_r(self, key: str) -> None:
        expected = reference(f"outlier/{key}")
        lines = outlier_lines(expected.get("values", RATES))
        scale = "log" if key == "lognormal43" else "raw"
        assert lines.scale == scale
        assert [lines.low, lines.high] == pytest.approx(expected[f"{scale}_lines"], rel=CLOSED)
        assert lines.raw_test is not None
        assert [lines.raw_test.W, lines.raw_test.p] == pytest.approx(
            [expected["raw"]["W"], expected["raw"]["p"]], rel=CLOSED
        )

    def test_p05_asks_that_logs_look_normal(self) -> None:
        # logs look more normal than the values, and still not normal
        values = np.exp(np.exp(np.linspace(-1, 1.5, 30)))
        assert outlier_lines(values).scale == "log"
        assert shapiro(np.log(values)).pvalue < 0.05
        assert outlier_lines(values, rule="p05").scale == "raw"

    @given(grid, st.sampled_from([0.125, 0.5, 2.0, 1024.0]))
    def test_flags_depend_on_neither_order_nor_scale(self, values: list[int], factor: float) -> None:
        order = np.random.default_rng(len(values)).permutation(len(values))
        lines, moved = outlier_lines(values), outlier_lines(np.array(values)[order] * factor)
        assert moved.scale == lines.scale
        assert moved.z == pytest.approx(lines.z[order], abs=1e-9)
        near = np.abs(np.abs(lines.z[order]) - 1) < 1e-9
        assert ((moved.above == lines.above[order]) | near).all()
        assert ((moved.below == lines.below[order]) | near).all()

    @given(grid, st.integers(1, 500))
    def test_on_raw_values_a_shift_changes_nothing(self, values: list[int], shift: int) -> None:
        lines, moved = outlier_lines(values), outlier_lines(np.array(values) + shift)
        assume(lines.scale == moved.scale == "raw")
        assert moved.z == pytest.approx(lines.z, abs=1e-9)

    def test_edges(self) -> None:
        two = outlier_lines([0.8, 0.9])
        assert (two.scale, two.raw_test, two.notes) == ("raw", None, ("too-few",))
        same = outlier_lines([0.9] * 5)
        assert (same.low, same.high, same.z.tolist(), same.notes) == (0.9, 0.9, [0.0] * 5, ("all-equal",))
        assert not (same.above | same.below).any()
        zero = outlier_lines([0, 1, 1, 1, 1, 1, 1, 50])
        assert (zero.scale, zero.log_test, zero.notes) == ("raw", None, ("no-logs",))
        gone = outlier_lines([0.1, None, 0.2, math.nan, 0.4], list("ABCDE"))
        assert (gone.names, gone.missing, gone.notes) == (("A", "C", "E"), ("B", "D"), ("missing",))
        assert "many-values" in outlier_lines(np.arange(1.0, 5002.0)).notes

    @pytest.mark.parametrize("values", [[0.9], [None, 0.9], [0.9, math.inf, 0.8]])
    def test_what_has_no_spread_is_refused(self, values: list[float | None]) -> None:
        with pytest.raises(DataError):
            outlier_lines(values)

    def test_what_differs_by_rounding_only_is_equal(self) -> None:
        lines = outlier_lines([0.3, 0.3, 0.1 + 0.2, 0.3])
        assert (lines.notes, lines.low, lines.high, lines.raw_test) == (("all-equal",), 0.3, 0.3, None)
        assert not (lines.above | lines.below).any()
        assert outlier_lines([1.0, 1.0, 1.0 + 1e-9, 1.0]).above.tolist() == [False, False, True, False]

    @pytest.mark.parametrize("key", ["forces43_rate", "lognormal43", "bimodal43"])
    def test_gives_both_tests_wherever_there_are_logs(self, key: str) -> None:
        # the rates look normal themselves, so that the rule asks for no logs
        expected = reference(f"outlier/{key}")
        test = outlier_lines(expected.get("values", RATES)).log_test
        assert test is not None
        assert [test.W, test.p] == pytest.approx([expected["log"]["W"], expected["log"]["p"]], rel=CLOSED)

    @pytest.mark.parametrize(
        ("values", "got", "force"),
        [
            (["a", 0.9, 0.8], "a", "1"),
            (["0.9", 0.9, 0.8], "0.9", "1"),
            ([0.9, math.inf, 0.8], "inf", "2"),
            ([0.9, 0.8, [0.7]], "[0.7]", "3"),
            ({"A": 0.9, "B": 0.8}, "dict", None),
            (0.9, "float", None),
            ("0.9", "str", None),
            ([[0.9, 0.8], [0.7, 0.6], [0.5, 0.4]], "[0.9, 0.8]", "1"),
            (np.full((3, 2), 0.9), "[0.9 0.9]", "1"),
        ],
    )
    def test_says_which_value_is_no_number(self, values: object, got: str, force: str | None) -> None:
        for make in (outlier_lines, lambda given: funnel(given, [90] * 3), lambda given: shrink(given, [90] * 3)):
            with pytest.raises(DataError) as caught:
                make(values)  # type: ignore[no-untyped-call]
            found = caught.value.faults[0]
            assert (found.got, found.where.key) == (got, force)
        assert "number" in str(caught.value) or "proportion" in str(caught.value)

    def test_says_of_rates_and_sizes_at_once_what_is_no_number(self) -> None:
        with pytest.raises(DataError) as caught:
            shrink(["a", 0.9, 10**400], [10, 20, "c"])
        assert [found.got for found in caught.value.faults] == ["a", "1" + "0" * 59 + "...", "c"]

    def test_infinite_is_said_to_be_no_number_of_a_force(self) -> None:
        with pytest.raises(DataError, match="a number for each force"):
            outlier_lines([0.9, math.inf, 0.8])

    def test_unknown_rule(self) -> None:
        with pytest.raises(MethodError, match="published, p05"):
            outlier_lines([1, 2, 3], rule="p5")


def simulation() -> ModuleType:
    """Load the script that makes the tables of docs/statistics.md."""
    spec = importlib.util.spec_from_file_location("error_rates", Path(__file__).parent / "benchmarks/error_rates.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SETS = 400


def at_most(share: float) -> float:
    """Give what a share of so many sets may be, three standard errors up."""
    return share + 3 * math.sqrt(share * (1 - share) / SETS)


def by_hand(rates: Floats, sizes: Floats, target: float) -> tuple[Floats, Floats]:
    """Give the normal scores of whole counts, by sums of probabilities, and the empirical logits about the target's."""
    x, chance = np.round(rates * sizes), binom(sizes.astype(int), target)
    above = chance.sf(x) + chance.pmf(x) / 2
    return ndtri(1 - above), logit((x + 0.5) / (sizes + 1)) - logit((sizes * target + 0.5) / (sizes + 1))


class TestFunnel:
    @given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 500)), min_size=3, max_size=50))
    def test_q_is_p_adjusted_as_scipy_does(self, forces: list[tuple[float, int]]) -> None:
        """Benjamini and Hochberg (1995)."""
        held = funnel([rate for rate, _ in forces], [size for _, size in forces])
        assert held.q == pytest.approx(false_discovery_control(held.p), rel=CLOSED)

    def test_agrees_with_the_reference(self) -> None:
        expected = reference("funnel/forces43")
        held = funnel(RATES, SIZES, transform="raw", dispersion="multiplicative")
        assert held.target == pytest.approx(expected["target"], rel=CLOSED)
        assert held.z == pytest.approx(expected["z"], abs=CLOSED)
        assert [held.phi, held.phi_winsorised] == pytest.approx(
            [expected["phi_raw"], expected["phi_winsor10"]], rel=CLOSED
        )
        # Spiegelhalter's own factor, phi of drawn in distances; ours is what phi exceeds its mean by chance alone by
        assert held.z / math.sqrt(held.phi_winsorised) == pytest.approx(expected["z_adj"], abs=CLOSED)
        assert held.factor == pytest.approx(expected["phi_winsor10"] / DRAWN_IN, rel=CLOSED)

    def test_finds_no_spread_where_there_is_chance_alone(self) -> None:
        # normal quantiles: just as far apart as by chance, and the least bit further
        chance = ndtri((np.arange(1000) + 0.5) / 1000)
        for stretched, spread in ((0.99, False), (1.02, True)):
            rates, sizes = 0.5 + chance * stretched / 200, [10000] * 1000
            for transform in TRANSFORMS:
                assert (funnel(rates, sizes, transform=transform, target=0.5).tau2 > 0) is spread
                held = funnel(rates, sizes, transform=transform, dispersion="multiplicative")
                assert (held.factor > 1) is spread

    @pytest.mark.parametrize("rate", [0.85, 0.92, 0.97, 0.99])
    @pytest.mark.parametrize("size", ["25", "60 to 200", "60 to 400", "1,000"])
    def test_seldom_names_a_force_where_all_are_equal(self, rate: float, size: str) -> None:
        """Whoever is named is named wrongly."""
        assert simulation().named(43, rate, size, SETS, ways=("now",))["now"] <= at_most(0.08)

    @pytest.mark.parametrize(("k", "most"), [(10, 0.05), (5, 0.02)])
    def test_seldom_names_one_of_few(self, k: int, most: float) -> None:
        for rate in (0.9, 0.97):
            assert simulation().named(k, rate, "60 to 400", SETS, ways=("now",))["now"] <= at_most(most)

    @pytest.mark.parametrize(("rate", "size"), [(0.87, "about 400"), (0.95, "60 to 400")])
    @pytest.mark.parametrize("strength", [300, 30])
    def test_seldom_names_a_force_of_the_usual_spread(self, rate: float, size: str, strength: float) -> None:
        share = simulation().named(43, rate, size, SETS, strength=strength, ways=("now",))["now"]
        assert share <= at_most(0.15)

    def test_logits_over_their_standard_error_would_name_many(self) -> None:
        """The simulation can tell a funnel that errs from one that does not."""
        assert simulation().named(43, 0.97, "60 to 200", 100, ways=("before",))["before"] > 0.25

    @pytest.mark.parametrize(("odd", "flag"), [(0.80, "low"), (0.97, "high")])
    def test_names_a_force_that_is_odd(self, odd: float, flag: str) -> None:
        rng, right = np.random.default_rng(4), 0
        for _ in range(SETS):
            rates = rng.binomial(300, [*[0.9] * 42, odd]) / 300
            right += funnel(rates, [300.0] * 43).flags[-1] == flag
        assert right / SETS > 0.85

    def test_chance_alone_seldom_looks_like_more(self) -> None:
        rng, over = np.random.default_rng(20211231), 0
        for _ in range(SETS):
            over += funnel(rng.binomial(400, 0.87, 43) / 400, [400] * 43).over_dispersion < 0.05
        assert over / SETS < 0.01

    def test_scores_are_those_of_the_mid_p(self) -> None:
        held = funnel(RATES, SIZES, dispersion="none")
        z, _ = by_hand(RATES, SIZES, held.target)
        assert held.z == pytest.approx(z, rel=1e-8, abs=1e-10)
        assert held.z_adjusted.tolist() == held.z.tolist()

    def test_factor_multiplies_the_variances_of_chance(self) -> None:
        held = funnel(RATES, SIZES, dispersion="multiplicative")
        z, apart = by_hand(RATES, SIZES, held.target)
        more = (held.factor - 1) / (SIZES * held.target * (1 - held.target))
        away = np.sign(z) * np.abs(apart) / np.sqrt((apart / z) ** 2 + more)
        assert held.factor > 1
        assert held.z_adjusted == pytest.approx(away, rel=1e-7)
        squares = np.clip(away, *np.quantile(away, [0.1, 0.9])) ** 2
        assert squares.mean() == pytest.approx(DRAWN_IN, rel=1e-8)
        raw = funnel(RATES, SIZES, transform="raw", dispersion="multiplicative")
        assert raw.z_adjusted == pytest.approx(raw.z / math.sqrt(raw.factor), rel=CLOSED)

    def test_names_a_force_whose_q_is_the_rate_of_false_discoveries(self) -> None:
        rates, sizes = [0.9, 0.91, 0.89, 0.9, 0.6], [100, 200, 150, 120, 100]
        held = funnel(rates, sizes, dispersion="none")
        least = float(held.q.min())
        assert funnel(rates, sizes, dispersion="none", fdr=least).flagged("low") == ("5",)
        assert not any(funnel(rates, sizes, dispersion="none", fdr=least * (1 - 1e-9)).flags)

    @given(samples)
    def test_of_what_was_not_recorded_is_the_opposite(self, drawn: list[tuple[int, int]]) -> None:
        x, n = np.array(drawn, dtype=float).T
        one, other = funnel(x / n, n, target=0.8), funnel((n - x) / n, n, target=0.2)
        assert other.z_adjusted == pytest.approx(-one.z_adjusted, rel=1e-6, abs=1e-6)

    def test_p_and_q_agree_with_r(self) -> None:
        expected = reference("multiplicity/forces43")
        held = funnel(RATES, SIZES, transform="raw", dispersion="none")
        assert held.p == pytest.approx(expected["p"], rel=1e-11)
        assert held.q == pytest.approx(expected["BH"], rel=1e-11)
        assert held.q == pytest.approx(false_discovery_control(held.p), rel=CLOSED)

    @pytest.mark.parametrize("size", ["24", "90", "182", "400"])
    def test_exact_limits_agree_with_r(self, size: str) -> None:
        found = exact_limits(0.9, int(size), [0.001, 0.025, 0.975, 0.999])[0]
        assert found == pytest.approx(reference("funnel/binom_exact_limits")[size], abs=CLOSED)

    def test_exact_limits_of_tails_that_no_count_reaches(self) -> None:
        assert exact_limits(0.5, 1, [0.1, 0.9]).tolist() == [[0.0, pytest.approx(0.8)]]

    @pytest.mark.parametrize("transform", ["mid-p", "arcsine", "raw"])
    def test_tau2_solves_its_equation(self, transform: str) -> None:
        """Distances over the root of both variances, drawn in, are spread as far as by chance."""
        held = funnel(RATES, SIZES, transform=transform)
        z, apart = by_hand(RATES, SIZES, held.target)
        if transform == "arcsine":
            apart = np.arcsin(np.sqrt(RATES)) - math.asin(math.sqrt(held.target))
            z = apart * np.sqrt(4 * SIZES)
        elif transform == "raw":
            apart = RATES - held.target
            z = apart / np.sqrt(held.target * (1 - held.target) / SIZES)
        away = np.sign(z) * np.abs(apart) / np.sqrt((apart / z) ** 2 + held.tau2)
        assert held.tau2 > 0
        assert held.z_adjusted == pytest.approx(away, rel=1e-7)
        squares = np.clip(away, *np.quantile(away, [0.1, 0.9])) ** 2
        assert squares.sum() / DRAWN_IN == pytest.approx(len(z) - 1, rel=1e-8)

    @pytest.mark.parametrize("transform", ["mid-p", "arcsine", "raw"])
    @pytest.mark.parametrize("dispersion", ["additive", "multiplicative", "none"])
    def test_limits_are_where_the_distance_is_the_normal_quantile(self, transform: str, dispersion: str) -> None:
        held, sizes = funnel(RATES, SIZES, transform=transform, dispersion=dispersion), np.array([150.0, 303.3, 1000.0])
        limits = held.limits(sizes, 0.95)
        scale = TRANSFORMS[transform]
        more = held.tau2 + (held.factor - 1) * scale.variance(sizes, held.target)
        for ends, quantile in ((limits.low, -1.959963984540054), (limits.high, 1.959963984540054)):
            z, apart = scale.score(ends, sizes, held.target), scale.apart(ends, sizes, held.target)
            assert adjusted(z, apart, more) == pytest.approx(np.full(3, quantile), rel=1e-9)
        assert (np.diff(limits.high - limits.low) < 0).all()

    @given(samples, st.sampled_from(["additive", "multiplicative", "none"]), st.floats(0.6, 0.999))
    def test_a_rate_is_beyond_the_limits_where_its_distance_is(
        self, drawn: list[tuple[int, int]], dispersion: str, level: float
    ) -> None:
        x, n = np.array(drawn, dtype=float).T
        held = funnel(x / n, n, dispersion=dispersion)
        limits, most = held.limits(n, level), ndtri((1 + level) / 2)
        away, rates = np.abs(held.z_adjusted), held.samples.rates
        assert ((limits.low <= held.target) & (held.target <= limits.high)).all()
        beyond = (rates < limits.low) | (rates > limits.high)
        assert (beyond == (away > most))[np.abs(away - most) > 1e-9].all()

    def test_an_end_that_no_sample_could_pass_is_no_limit(self) -> None:
        """Of 20 at 0.97, 20 have a mid-P of 0.27."""
        held = funnel([1, 0.95, 0.95, 1], [20] * 4, target=0.97, dispersion="none")
        assert held.z[0] == pytest.approx(-ndtri(0.97**20 / 2), rel=1e-9)
        assert held.limits([20], 0.95).high.tolist() == [1.0]

    @given(samples)
    def test_is_never_nan(self, drawn: list[tuple[int, int]]) -> None:
        x, n = np.array(drawn, dtype=float).T
        for transform in TRANSFORMS:
            held = funnel(x / n, n, transform=transform)
            assert np.isfinite([held.z, held.z_adjusted, held.p, held.q]).all()
            assert ((held.q >= held.p - 1e-12) & (held.q <= 1)).all()

    def test_says_where_it_moved_the_target(self) -> None:
        assert funnel([1, 0.9, 0.8], [10, 20, 30]).notes == ()
        for transform in TRANSFORMS:
            held = funnel([1, 1, 1], [10, 20, 30], transform=transform)
            assert (held.notes, held.target) == (("target-moved",), 60.5 / 61)

    def test_knows_no_other_scale(self) -> None:
        with pytest.raises(MethodError, match="mid-p, arcsine, raw"):
            funnel([1, 0.9, 0.8], [10, 20, 30], transform="logit")

    @pytest.mark.parametrize("dispersion", ["additive", "multiplicative"])
    def test_forces_that_are_known_exactly_differ_by_their_spread_alone(self, dispersion: str) -> None:
        held = funnel([0.3, 0.7, 0.7, 0.3], [1e30] * 4, target=0.5, dispersion=dispersion)
        assert np.ptp(np.abs(held.z_adjusted)) < 1e-9
        assert 0.5 < abs(held.z_adjusted[0]) < 1
        assert not any(held.flags)

    @pytest.mark.parametrize("size", [1e-9, 0.3, 1e12])
    def test_holds_for_any_size(self, size: float) -> None:
        held = funnel([0.0, 0.5, 0.9, 1.0], [size, size, 50.5, 3.3])
        limits = held.limits([size, 2.5], 0.998)
        assert np.isfinite([held.z, held.z_adjusted, held.p, held.q]).all()
        assert (limits.low <= held.target).all()
        assert (limits.high >= held.target).all()


def steepest(mean: float, strength: float) -> float:
    """Give the largest slope of the likelihood of the forces, on logit mu and on log M."""
    a, b = mean * strength, (1 - mean) * strength
    ours, theirs = (psi(COUNTS + a) - psi(a)).sum(), (psi(SIZES - COUNTS + b) - psi(b)).sum()
    both = (psi(SIZES + strength) - psi(strength)).sum()
    return max(abs(a * (1 - mean) * (ours - theirs)), abs(a * ours + b * theirs - strength * both))


def restricted(y: Floats, v: Floats, tau2: float) -> float:
    """Give the restricted log-likelihood of logits, but for a constant."""
    w = 1 / (v + tau2)
    away = y - w @ y / w.sum()
    return float(np.log(w).sum() - np.log(w.sum()) - w @ (away * away)) / 2


def widths(found: Shrunken) -> Floats:
    held = found.interval()
    return held.high - held.low


class TestShrink:
    @pytest.mark.parametrize("rate", [0.0, 1.0])
    def test_ranks_are_drawn_where_every_rate_is_at_an_end(self, rate: float) -> None:
        """A mean that is drawn as 1 itself left no beta distribution: numpy said b <= 0."""
        places = shrink([rate] * 3, [60, 60, 60]).rank_probabilities(10_000, np.random.default_rng(1))
        assert places.sum(axis=1) == pytest.approx(1)

    def test_beta_binomial_agrees_with_r(self) -> None:
        ours, nlm, vgam = (
            beta_binomial(read_samples(RATES, SIZES)),
            reference("shrink/forces43_beta_binomial_ml"),
            reference("shrink/forces43_beta_binomial_VGAM"),
        )
        # nlm stops at 1.2e-8 in mu, VGAM at 3.4e-9 in rho: the likelihood is most level here
        assert [ours.mean, ours.rho] == pytest.approx([vgam["mu"], vgam["rho"]], abs=1e-8)
        assert ours.mean == pytest.approx(nlm["mu"], abs=2e-8)
        assert ours.estimates() == pytest.approx(nlm["eb_mean"], abs=1e-8)
        here = float(log_likelihood(ours.samples, ours.mean, ours.strength))
        slope = steepest(ours.mean, ours.strength)
        assert slope < 1e-6
        assert slope < steepest(nlm["mu"], nlm["M"]) / 10
        assert slope < steepest(vgam["mu"], 1 / vgam["rho"] - 1) / 10
        ways = gammaln(SIZES + 1) - gammaln(COUNTS + 1) - gammaln(SIZES - COUNTS + 1)
        assert here + ways.sum() == pytest.approx(nlm["loglik"], abs=1e-9)

    @pytest.mark.parametrize(("tau", "tolerance"), [("REML", 1e-7), ("PM", 3e-5)])
    def test_logit_normal_agrees_with_metafor(self, tau: str, tolerance: float) -> None:
        # metafor stops its search for PM at 8e-6 in tau2; the equation itself is held below to 1e-11
        ours, expected = logit_normal(read_samples(RATES, SIZES), tau), reference("shrink/forces43_logit_normal")[tau]
        assert [ours.centre, ours.tau2] == pytest.approx([expected["mu"], expected["tau2"]], abs=tolerance)
        assert logit(ours.estimates()) == pytest.approx(expected["blup"], abs=tolerance)
        kept = ours.tau2 / (ours.tau2 + ours.v)
        se = np.sqrt(kept * ours.v + (1 - kept) ** 2 * ours.doubt)
        assert se == pytest.approx(expected["blup_se"], abs=tolerance)

    @pytest.mark.parametrize(
        ("counts", "sizes", "tau2"),
        [
            ([151, 227, 181, 131, 215, 171, 196, 181], [152, 227, 186, 131, 216, 172, 196, 181], 0.532660),
            ([123, 44, 521, 74, 72, 120, 60], [123, 44, 564, 74, 72, 121, 60], 1.210265),
            ([22, 27, 259260, 7907, 94, 10, 6, 15, 3], [24, 30, 322072, 8585, 107, 11, 7, 17, 3], 0.181015),
        ],
    )
    def test_restricted_likelihood_is_highest(self, counts: list[int], sizes: list[int], tau2: float) -> None:
        """Two maxima, or a likelihood that Fisher's scoring runs around without an end."""
        ours = logit_normal(read_samples(np.array(counts) / sizes, sizes))
        assert ours.tau2 == pytest.approx(tau2, rel=1e-5)
        assert restricted(ours.y, ours.v, ours.tau2) >= max(
            restricted(ours.y, ours.v, other) for other in (0.0, *np.geomspace(1e-9, 1e4, 3000))
        )

    @given(samples, st.lists(st.integers(0, 4), min_size=12, max_size=12))
    def test_no_variance_between_forces_is_more_probable(self, drawn: list[tuple[int, int]], larger: list[int]) -> None:
        x, n = np.array(drawn, dtype=float).T
        ours = logit_normal(read_samples(x / n, n * 10.0 ** np.array(larger[: len(n)])))
        here = restricted(ours.y, ours.v, ours.tau2)
        for other in (0.0, *np.geomspace(1e-9, 1e4, 300)):
            assert here >= restricted(ours.y, ours.v, other) - 1e-9

    def test_paule_and_mandels_equation_holds(self) -> None:
        ours = logit_normal(read_samples(RATES, SIZES), "PM")
        assert ((ours.y - ours.centre) ** 2 / (ours.v + ours.tau2)).sum() == pytest.approx(len(SIZES) - 1, rel=1e-11)

    @given(samples)
    def test_goes_towards_the_mean_and_never_past(self, drawn: list[tuple[int, int]]) -> None:
        x, n = np.array(drawn, dtype=float).T
        for model in ("beta-binomial", "logit-normal"):
            found = shrink(x / n, n, model=model)
            raw = x / n if model == "beta-binomial" else found.prior.samples.within
            low, high = np.minimum(raw, found.mean), np.maximum(raw, found.mean)
            assert ((found.estimates >= low - 1e-9) & (found.estimates <= high + 1e-9)).all()
            held = found.interval(0.9)
            assert ((held.low >= 0) & (held.low <= held.high) & (held.high <= 1)).all()
            assert np.isfinite(found.se).all()

    @given(st.lists(st.integers(0, 40), min_size=3, max_size=12))
    def test_keeps_the_order_of_equal_sizes(self, counts: list[int]) -> None:
        found = shrink(np.array(counts) / 40, [40] * len(counts))
        order = np.argsort(counts, kind="stable")
        assert (np.diff(found.estimates[order]) >= -1e-12).all()

    def test_without_more_spread_than_chance_all_are_the_mean(self) -> None:
        found = shrink([0.9, 0.91, 0.89], [100, 100, 100])
        assert found.estimates == pytest.approx([0.9] * 3, abs=CLOSED)
        assert found.notes == ("no-spread",)
        assert (found.interval().high - found.interval().low > 0.03).all()

    @pytest.mark.parametrize("k", [10, 43])
    def test_intervals_cover_as_often_as_they_say(self, k: int) -> None:
        """True rates vary by the prior; limits at the estimated prior, taken as known, cover too seldom."""
        rng, covered, naive, repeats = np.random.default_rng(20211231), 0.0, 0.0, 200
        for _ in range(repeats):
            true = rng.beta(27, 3, k)
            rates = rng.binomial(60, true) / 60
            found = shrink(rates, [60] * k)
            held, prior = found.interval(), beta_binomial(read_samples(rates, [60] * k))
            covered += float(((held.low <= true) & (true <= held.high)).mean()) / repeats
            if math.isfinite(prior.strength):
                a = prior.strength * prior.mean + 60 * rates
                b = prior.strength + 60 - a
                low, high = betaincinv(a, b, 0.025), betaincinv(a, b, 0.975)
                naive += float(((low <= true) & (true <= high)).mean()) / repeats
        assert 0.92 < covered < 0.98
        assert naive < covered

    def test_intervals_on_logits_cover_rates_near_one(self) -> None:
        """With variances at the own rates of forces they covered 87% here."""
        rng, covered, repeats = np.random.default_rng(20211231), 0.0, 100
        for _ in range(repeats):
            true = rng.beta(27, 3, 43)
            held = shrink(rng.binomial(60, true) / 60, [60] * 43, model="logit-normal").interval()
            covered += float(((held.low <= true) & (true <= held.high)).mean()) / repeats
        assert 0.925 < covered < 0.975

    def test_widths_are_those_of_many_priors(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Sixteen priors at even shrinkages gave widths up to 31 times too wide where samples are large."""
        rng = np.random.default_rng(20211231)
        published = list(csv.DictReader((ROOT / "data/published/forces.csv").read_text(encoding="utf-8").splitlines()))
        rates, half = (np.array([float(row[name]) for row in published]) for name in ("rate", "half_width"))
        sets = [(rates, rates * (1 - rates) * (1.959963984540054 / half) ** 2)]
        for k, size, strength in itertools.product((5, 10, 43), (30, 300, 3000, None), (5, 35, 1000)):
            sizes = np.full(k, size) if size else np.round(np.exp(rng.normal(5.7, 1.2, k))).astype(int) + 20
            sets.append((rng.binomial(sizes, rng.beta(0.9 * strength, 0.1 * strength, k)) / sizes, sizes))
        found = [shrink(rates, sizes, model=model) for rates, sizes in sets for model in MODELS]
        ours = [widths(each) for each in found]
        drawn = (np.arange(4000) + 0.5) / 4000
        many = Spreads((1 - drawn) / drawn, -2 * np.log(drawn))
        monkeypatch.setattr("cdi.variation.shrinkage.spreads", lambda *_: many)
        for each, width in zip(found, ours, strict=True):
            assert width == pytest.approx(widths(each), rel=0.03)

    @pytest.mark.parametrize("size", [1500, 100_000])
    @pytest.mark.parametrize("model", ["beta-binomial", "logit-normal"])
    def test_large_samples_are_not_drawn_far(self, size: int, model: str) -> None:
        rng = np.random.default_rng(20211231)
        rates = rng.binomial(size, rng.beta(8, 2, 43)) / size
        plain = 2 * 1.959963984540054 * np.sqrt(rates * (1 - rates) / size)
        assert widths(shrink(rates, [size] * 43, model=model)) == pytest.approx(plain, rel=0.05)

    @given(samples)
    def test_no_prior_is_more_probable(self, drawn: list[tuple[int, int]]) -> None:
        x, n = np.array(drawn, dtype=float).T
        assume(0 < x.sum() < n.sum())
        ours = beta_binomial(read_samples(x / n, n))
        centre = logit(ours.samples.pooled_within if ours.notes == ("no-spread",) else ours.mean)
        mean = (1 / (1 + np.exp(-centre - np.linspace(-1, 1, 21))))[:, None, None]
        strength = np.geomspace(1, 1e5, 60)[:, None]
        best = float(log_likelihood(ours.samples, mean, strength).max())
        here = float(log_likelihood(ours.samples, ours.mean, min(ours.strength, 1e6)))
        assert here >= best - 1e-6

    @pytest.mark.parametrize(
        ("counts", "sizes", "mean", "strength"),
        [
            ([68, 85, 94, 68, 203, 7335], [77, 101, 115, 82, 226, 9059], 0.841929, 161.269),
            ([48, 140, 1295, 42], [48, 140, 1324, 42], 0.992086, 49.791),
            ([63, 1395, 48], [75, 1523, 57], 0.883625, 121.660),
        ],
    )
    def test_a_far_larger_force_does_not_hide_the_spread(
        self, counts: list[int], sizes: list[int], mean: float, strength: float
    ) -> None:
        # the likelihood falls where the spread is next to none, and rises further on
        found = beta_binomial(read_samples(np.array(counts) / sizes, sizes))
        assert found.notes == ()
        # maxima that a simplex finds
        assert found.mean == pytest.approx(mean, abs=1e-6)
        assert found.strength == pytest.approx(strength, rel=1e-5)
        assert log_likelihood(found.samples, found.mean, found.strength) > log_likelihood(
            found.samples, found.samples.pooled, 1e7
        )

    @pytest.mark.parametrize(
        ("counts", "sizes", "strength"),
        [
            ([38, 57, 74, 20, 34, 78, 58, 76], [40, 60, 80, 20, 40, 80, 60, 80], 547.664),
            ([20, 59, 17, 75, 19, 55, 19, 78], [20, 60, 20, 80, 20, 60, 20, 80], 771.908),
        ],
    )
    def test_little_spread_is_not_taken_for_none(self, counts: list[int], sizes: list[int], strength: float) -> None:
        # the first step of Newton would go past all that is finite
        found = beta_binomial(read_samples(np.array(counts) / sizes, sizes))
        assert (found.notes, found.strength) == ((), pytest.approx(strength, rel=1e-4))

    def test_the_weakest_prior_has_the_mean_that_is_best_with_it(self) -> None:
        found = beta_binomial(
            read_samples(
                np.array([104, 29, 190, 0, 89, 50]) / [200, 50, 200, 100, 200, 50], [200, 50, 200, 100, 200, 50]
            )
        )
        assert found.notes == ("widest-prior",)
        around = np.array([[found.mean - 1e-3], [found.mean], [found.mean + 1e-3]])
        assert log_likelihood(found.samples, around, 1.0).argmax() == 1

    @pytest.mark.parametrize("rate", [0.0, 1.0])
    def test_all_or_none_of_sizes_that_are_not_whole(self, rate: float) -> None:
        # the pooled rate of ones was less than 1 by rounding, and intervals had no number
        for seed in range(100):
            sizes = np.random.default_rng(seed).uniform(1, 500, 12)
            assert read_samples([rate] * 12, sizes).pooled == rate
            assert np.isfinite(widths(shrink([rate] * 12, sizes))).all()

    def test_all_or_none_everywhere_still_has_width(self) -> None:
        found = shrink([0, 0, 1], [50, 60, 70])
        assert found.notes == ("widest-prior",)
        assert (found.interval().high - found.interval().low > 0.02).all()

    def test_probabilities_of_places(self) -> None:
        found = shrink(RATES, SIZES)
        chances = found.rank_probabilities(4000, np.random.default_rng(1))
        assert chances.sum(axis=0) == pytest.approx(np.ones(43))
        assert chances.sum(axis=1) == pytest.approx(np.ones(43))
        lowest = found.probability_among(5, 4000, np.random.default_rng(1))
        assert lowest == pytest.approx(chances[:, :5].sum(axis=1))
        assert lowest.argmax() == RATES.argmin()
        expected = found.expected_ranks(4000, np.random.default_rng(1))
        assert expected == pytest.approx(chances @ np.arange(1, 44))
        with pytest.raises(DataError, match="from 1 to 43"):
            found.probability_among(44, 10, np.random.default_rng(1))

    @pytest.mark.parametrize("make", [funnel, shrink])
    def test_what_cannot_be_held_is_refused(self, make: object) -> None:
        assert callable(make)
        for rates, sizes in (([0.9, 0.8], [9, 9]), ([0.9, 1.2, 0.8], [9, 9, 9]), ([0.9, 0.8, 0.7], [9, 0, 9]),
                             ([0.9, 0.8, 0.7], [9, 9]), ([0.9, math.nan, 0.7], [9, 9, 9])):  # fmt: skip
            with pytest.raises(DataError):
                make(rates, sizes)
