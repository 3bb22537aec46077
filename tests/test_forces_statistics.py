"""Lines, funnels and shrinkage of many forces: reference values, laws, edges, and how often intervals are right."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.special import betaincinv, gammaln, logit, psi
from scipy.stats import false_discovery_control, shapiro

import tests.strategies  # noqa: F401 (the profile of Hypothesis)
from cdi.beta_priors import beta_binomial, log_likelihood
from cdi.errors import DataError, MethodError
from cdi.force_samples import read_samples
from cdi.funnels import exact_limits, funnel
from cdi.normal_priors import logit_normal
from cdi.normality import shapiro_wilk
from cdi.outliers import outlier_lines
from cdi.shrinkage import shrink
from tests.reference import keys, reference

CLOSED = 1e-12
ROWS = list(
    csv.DictReader((Path(__file__).parent / "goldens/fixtures/forces43.csv").read_text(encoding="utf-8").splitlines())
)
SIZES = np.array([float(row["n"]) for row in ROWS])
COUNTS = np.array([float(row["x"]) for row in ROWS])
RATES = COUNTS / SIZES

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

    def test_unknown_rule(self) -> None:
        with pytest.raises(MethodError, match="published, p05"):
            outlier_lines([1, 2, 3], rule="p5")


class TestFunnel:
    def test_agrees_with_the_reference(self) -> None:
        expected = reference("funnel/forces43")
        held = funnel(RATES, SIZES, transform="raw", dispersion="multiplicative")
        assert held.target == pytest.approx(expected["target"], rel=CLOSED)
        assert held.z == pytest.approx(expected["z"], abs=CLOSED)
        assert [held.phi, held.phi_winsorised] == pytest.approx(
            [expected["phi_raw"], expected["phi_winsor10"]], rel=CLOSED
        )
        assert held.z_adjusted == pytest.approx(expected["z_adj"], abs=CLOSED)

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

    @pytest.mark.parametrize("tau", ["PM", "DL"])
    def test_tau2_solves_its_equation(self, tau: str) -> None:
        held = funnel(RATES, SIZES, tau=tau)
        v = 1 / (SIZES * held.target * (1 - held.target))
        z2, w, k = np.clip(held.z, *np.quantile(held.z, [0.1, 0.9])) ** 2, 1 / v, len(v)
        if tau == "PM":
            assert (z2 * v / (v + held.tau2)).sum() == pytest.approx(k - 1, rel=1e-11)
        else:
            assert held.tau2 == pytest.approx((z2.sum() - (k - 1)) / (w.sum() - (w * w).sum() / w.sum()), rel=CLOSED)

    @pytest.mark.parametrize("transform", ["logit", "arcsine", "raw"])
    @pytest.mark.parametrize("dispersion", ["additive", "multiplicative", "none"])
    def test_limits_are_where_z_is_the_normal_quantile(self, transform: str, dispersion: str) -> None:
        held = funnel(RATES, SIZES, transform=transform, dispersion=dispersion)
        limits = held.limits([150.0, 300.0, 1000.0], 0.95)
        again = funnel(
            [limits.high[0], *RATES], [150.0, *SIZES], transform=transform, target=held.target, dispersion="none"
        )
        target = held.target
        unit = {"logit": 1 / (target * (1 - target)), "arcsine": 0.25, "raw": target * (1 - target)}[transform]
        kept = np.sqrt(held.factor + held.tau2 / (unit / 150))
        assert again.z[0] / kept == pytest.approx(1.959963984540054, rel=1e-9)
        assert (np.diff(limits.high - limits.low) < 0).all()

    @given(samples)
    def test_is_never_nan(self, drawn: list[tuple[int, int]]) -> None:
        x, n = np.array(drawn, dtype=float).T
        for transform in ("logit", "arcsine", "raw"):
            held = funnel(x / n, n, transform=transform)
            assert np.isfinite([held.z, held.z_adjusted, held.p, held.q]).all()
            assert ((held.q >= held.p - 1e-12) & (held.q <= 1)).all()

    def test_says_how_it_took_rates_of_one(self) -> None:
        assert funnel([1, 0.9, 0.8], [10, 20, 30]).notes == ("zero-or-one",)
        assert funnel([1, 1, 1], [10, 20, 30], transform="raw").notes == ("target-moved",)


def steepest(mean: float, strength: float) -> float:
    """Give the largest slope of the likelihood of the forces, on logit mu and on log M."""
    a, b = mean * strength, (1 - mean) * strength
    ours, theirs = (psi(COUNTS + a) - psi(a)).sum(), (psi(SIZES - COUNTS + b) - psi(b)).sum()
    both = (psi(SIZES + strength) - psi(strength)).sum()
    return max(abs(a * (1 - mean) * (ours - theirs)), abs(a * ours + b * theirs - strength * both))


class TestShrink:
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

    def test_paule_and_mandels_equation_holds(self) -> None:
        ours = logit_normal(read_samples(RATES, SIZES), "PM")
        assert ((ours.y - ours.centre) ** 2 / (ours.v + ours.tau2)).sum() == pytest.approx(len(SIZES) - 1, rel=1e-11)

    @given(samples)
    def test_goes_towards_the_mean_and_never_past(self, drawn: list[tuple[int, int]]) -> None:
        x, n = np.array(drawn, dtype=float).T
        for model in ("beta-binomial", "logit-normal"):
            found = shrink(x / n, n, model=model)
            raw = x / n if model == "beta-binomial" else found.prior.samples.within  # type: ignore[attr-defined]
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
