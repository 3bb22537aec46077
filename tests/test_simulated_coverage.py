"""How often intervals are right: exact against a second count, simulated against exact and the estimators."""

from __future__ import annotations

import itertools
import json
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

import cdi
from cdi.binomial.coverage import coverage_of_counts
from cdi.cli.app import cli
from cdi.facts import Scope
from cdi.simulating.draws import Frame, _drawn, figures_of, frame_of, truths_of
from cdi.simulating.reports import (
    Reports,
    chances_of_reports,
    correlation_of,
    groups_of,
    kinds_of_audit,
    kinds_of_stratum,
    on_frame,
    rates_of_audit,
    reports_of,
    standing_of,
)
from cdi.simulating.results import ERRORS
from cdi.simulating.scenarios import Stratum, sizes_of
from cdi.survey.totals import total

DATA = Path(__file__).parents[1] / "data"
AUDIT = DATA / "avon_and_somerset_2021_22"
SCENARIO = """
correlation = 0.2
crimes = {1 = 0.7, 2 = 0.2, 3 = 0.1}

[[strata]]
name = "online"
population = 600
sample = 40
rate = 0.84
recorded_crime = 900

[[strata]]
name = "calls"
population = 900
sample = 60
rate = 0.93
recorded_crime = 1_300
"""


def outcome(*args: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(cli, ["coverage", *args])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "scenario.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


# ---- exact


class TestExact:
    """Enumeration against another count: chances of scipy.stats, limits of statsmodels."""

    @pytest.mark.parametrize(
        ("method", "other"),
        [
            ("wilson", "wilson"),
            ("clopper-pearson", "beta"),
            ("jeffreys", "jeffreys"),
            ("agresti-coull", "agresti_coull"),
        ],
    )
    @pytest.mark.parametrize("due", [7, 24, 60])
    @pytest.mark.parametrize("level", [0.9, 0.95])
    def test_binomial(self, method: str, other: str, due: int, level: float) -> None:
        rates = [0.05, 0.5, 0.83, 0.9711]
        found = coverage_of_counts(due, rates, method=method, level=level)
        for i, rate in enumerate(rates):
            held = above = below = width = 0.0
            for x in range(due + 1):
                chance = float(stats.binom.pmf(x, due, rate))
                low, high = proportion_confint(x, due, 1 - level, method=other)
                if other == "jeffreys":  # ours has 0 and 1 as its ends where none or all were recorded
                    low, high = (0.0 if x == 0 else low), (1.0 if x == due else high)
                if other == "agresti_coull":  # statsmodels clips it, ours is shown as it is
                    low, high = unclipped(x, due, level)
                held += chance * (low <= rate <= high)
                above += chance * (high < rate)
                below += chance * (low > rate)
                width += chance * (high - low)
            got = [found.coverage[i], found.above[i], found.below[i], found.width[i]]
            np.testing.assert_allclose(got, [held, above, below, width], rtol=0, atol=1e-10)

    @pytest.mark.parametrize("method", ["wilson", "korn-graubard", "exact", "exact-equal-tailed", "wald"])
    @pytest.mark.parametrize(("due", "population"), [(20, 65), (40, 120), (12, 12)])
    def test_hypergeometric(self, method: str, due: int, population: int) -> None:
        recorded = [population, population - 1, round(0.9 * population), round(0.4 * population)]
        found = coverage_of_counts(due, np.array(recorded) / population, population=population, method=method)
        for i, known in enumerate(recorded):
            held = width = 0.0
            for x in range(max(0, due - (population - known)), min(due, known) + 1):
                limits = cdi.count_interval(x, due, population=population, method=method)
                chance = float(stats.hypergeom.pmf(x, population, known, due))
                held += chance * (limits.low - 1e-12 <= known / population <= limits.high + 1e-12)
                width += chance * (limits.high - limits.low)
            assert found.coverage[i] == pytest.approx(held, abs=1e-9)
            assert found.width[i] == pytest.approx(width, abs=1e-9)

    @given(
        due=st.integers(1, 80),
        rate=st.floats(0, 1),
        method=st.sampled_from(["wilson", "mid-p", "logit", "wald", "korn-graubard"]),
        side=st.sampled_from(["both", "lower", "upper"]),
    )
    @settings(max_examples=60, deadline=None)
    def test_every_sample_holds_or_misses_on_one_side(self, due: int, rate: float, method: str, side: str) -> None:
        found = coverage_of_counts(due, [rate], method=method, side=side)
        assert found.coverage[0] + found.above[0] + found.below[0] == pytest.approx(1, abs=1e-12)
        assert -1e-12 <= found.coverage[0] <= 1 + 1e-12
        if side == "lower":
            assert found.above[0] == 0

    @given(due=st.integers(1, 60), rate=st.floats(0.01, 0.99), method=st.sampled_from(["wilson", "mid-p", "jeffreys"]))
    @settings(max_examples=40, deadline=None)
    def test_is_the_same_with_recorded_and_unrecorded_swapped(self, due: int, rate: float, method: str) -> None:
        one, other = (coverage_of_counts(due, [p], method=method) for p in (rate, 1 - rate))
        assert one.above[0] == pytest.approx(other.below[0], abs=1e-9)
        assert one.width[0] == pytest.approx(other.width[0], abs=1e-9)

    def test_clopper_pearson_never_falls_below_its_level(self) -> None:
        for due in (5, 33, 100):
            row = cdi.coverage(due, rates="1%-99%", method="clopper-pearson").rows[0]
            assert row.least is not None
            assert row.least >= 0.95

    def test_a_range_is_that_of_its_rates(self) -> None:
        found = cdi.coverage(24, method=["wilson", "wald"])
        shares = {name: coverage_of_counts(24, each.rate, method=name).coverage for name, each in found.curves.items()}
        for row in found.rows:
            assert row.coverage == shares[row.method].mean()
            assert row.least == shares[row.method].min()
            assert len(shares[row.method]) == 1_901

    def test_of_known_records_every_rate_that_there_can_be_is_tried(self) -> None:
        found = cdi.coverage(10, rates="80%-99%", population=50)
        assert (found.curves["wilson"].rate * 50).round(9).tolist() == [40, 41, 42, 43, 44, 45, 46, 47, 48, 49]

    def test_a_census_is_always_right(self) -> None:
        row = cdi.coverage(9, rates=[8 / 9], population=9).rows[0]
        assert (row.coverage, row.width) == (1, 0)

    def test_a_limit_has_no_width(self) -> None:
        row = cdi.coverage(24, rates=[0.9], side="lower").rows[0]
        assert (row.width, row.above) == (None, 0)


def unclipped(x: int, due: int, level: float) -> tuple[float, float]:
    """The interval of Agresti and Coull by its own formula."""
    z = float(stats.norm.ppf((1 + level) / 2))
    n = due + z * z
    p = (x + z * z / 2) / n
    half = z * (p * (1 - p) / n) ** 0.5
    return p - half, p + half


# ---- what samples are drawn from


class TestReports:
    @pytest.mark.parametrize("size", [1, 2, 5, 30])
    @pytest.mark.parametrize("rate", [0.5, 0.8, 0.97])
    @pytest.mark.parametrize("correlation", [0.05, 0.3, 0.7])
    def test_of_one_category_are_beta_binomial(self, size: int, rate: float, correlation: float) -> None:
        recorded, chance = chances_of_reports([size], np.array([rate]), correlation)
        share = (1 - correlation) / correlation
        expected = stats.betabinom.pmf(recorded[:, 0], size, rate * share, (1 - rate) * share)
        np.testing.assert_allclose(chance, expected, rtol=0, atol=5e-4)
        assert chance @ recorded[:, 0] == pytest.approx(size * rate, abs=1e-9)

    @pytest.mark.parametrize("correlation", [0.0, 0.2, 0.7, 1.0])
    def test_have_the_rates_and_the_correlation_that_are_stated(self, correlation: float) -> None:
        rates = np.array([0.9, 0.7])
        recorded, chance = chances_of_reports([2, 3], rates, correlation)
        np.testing.assert_allclose(chance @ recorded, [1.8, 2.1], atol=1e-9)
        # of two crimes of one category: P(both) = p^2 + correlation p (1 - p)
        both = chance[recorded[:, 0] == 2].sum()
        assert both == pytest.approx(0.81 + correlation * 0.09, abs=3e-4)
        assert chance.sum() == pytest.approx(1, abs=1e-12)

    @pytest.mark.parametrize(("rate", "correlation"), [(0.93, 0.0), (0.85, 0.3), (0.7, 0.3)])
    def test_of_a_band_hold_what_reports_with_so_many_recorded_crimes_hold(
        self, rate: float, correlation: float
    ) -> None:
        """Held against reports that were made up one by one, and divided by what was recorded of them."""
        draw, n = np.random.default_rng(8), 200_000
        due = draw.choice(np.arange(1, 7), n, p=[0.7, 0.15, 0.08, 0.04, 0.02, 0.01])
        a, b = (each * (1 - correlation) / max(correlation, 1e-9) for each in (rate, 1 - rate))
        recorded = draw.binomial(due, draw.beta(a, b, n))
        for low, high, band in ((0, 0, "0"), (1, 1, "1"), (2, 5, "2 to 5")):
            y, x = (each[(recorded >= low) & (recorded <= high)] for each in (due, recorded))
            sizes = {int(size): float(np.mean(y == size)) for size in np.unique(y)}
            stratum = Stratum(band, 30, float(x.sum() / y.sum()), 900, sizes, correlation, band=band)
            kinds = kinds_of_stratum(stratum, 0)
            held, kept = kinds.due[:, 0], kinds.recorded[:, 0]
            assert kept.min() == low
            assert kept.max() <= high
            assert kinds.chance @ kept / (kinds.chance @ held) == pytest.approx(stratum.rate)
            error = 4 * np.sqrt(0.25 / len(y))
            for size, number in itertools.product(range(7), range(7)):
                share = kinds.chance[(held == size) & (kept == number)].sum()
                assert share == pytest.approx(np.mean((y == size) & (x == number)), abs=error)
            apart = kept - rate * held
            spread = np.sqrt(kinds.chance @ (apart - kinds.chance @ apart) ** 2)
            assert spread == pytest.approx(np.std(x - rate * y), rel=0.02)

    def test_of_a_band_are_not_as_if_each_crime_were_recorded_by_chance(self) -> None:
        """Which would make such a stratum differ more than it does, or less."""
        banded, by_chance = (
            kinds_of_stratum(Stratum("1", 30, 2 / 3, 900, {1: 0.5, 2: 0.5}, band=band), 0) for band in ("1", None)
        )
        assert set(banded.recorded[:, 0].tolist()) == {1}
        assert set(by_chance.recorded[:, 0].tolist()) == {0, 1, 2}

    def test_fare_alike_across_categories(self) -> None:
        apart, alike = (chances_of_reports([1, 1], np.array([0.8, 0.8]), each) for each in (0.0, 1.0))
        assert apart[1][apart[0].sum(axis=1) == 2].sum() == pytest.approx(0.64)
        assert alike[1][alike[0].sum(axis=1) == 2].sum() == pytest.approx(0.8)

    @given(reports=st.integers(2, 5_000), rate=st.floats(0, 1), mean=st.floats(1, 4), correlation=st.floats(0, 1))
    @settings(max_examples=15, deadline=None)
    def test_a_frame_holds_as_many_as_it_should(
        self, reports: int, rate: float, mean: float, correlation: float
    ) -> None:
        kinds = kinds_of_stratum(cdi.Stratum("a", sample=2, rate=rate, crimes=mean, correlation=correlation), place=0)
        held = on_frame(kinds, reports)
        assert held.sum() == reports
        assert held.min() >= 0
        # each a whole number beside what is expected of it
        assert np.abs(held - reports * kinds.chance).max() <= 1 + 1e-6

    def test_of_single_crimes_a_frame_has_the_rate_nearest_to_that_stated(self) -> None:
        kinds = kinds_of_stratum(cdi.Stratum("a", sample=2, rate=0.87), place=0)
        held = on_frame(kinds, 1_201)
        assert int(held @ kinds.recorded[:, 0]) == 1_045  # 0.87 x 1,201 = 1,044.87

    @given(mean=st.floats(1, 10))
    @settings(max_examples=30, deadline=None)
    def test_have_the_mean_that_is_stated(self, mean: float) -> None:
        sizes = sizes_of(mean)
        assert sum(sizes.values()) == pytest.approx(1, abs=1e-9)
        assert sum(size * share for size, share in sizes.items()) == pytest.approx(mean, abs=1e-6)

    def test_of_an_audit_are_those_that_were_read(self) -> None:
        audit = cdi.read_audit(AUDIT / "audit.csv", population=AUDIT / "frame.csv")
        totals = total(audit, "crime_type")
        reports = reports_of(audit, totals)
        rows = pd.read_csv(AUDIT / "audit.csv")
        assert reports.times.sum() == rows["cluster"].nunique()
        assert (reports.times @ reports.due).tolist() == [
            int(rows.loc[rows["crime_type"] == name, "due"].sum()) for (name,) in totals.domains
        ]
        kinds = kinds_of_audit(reports, totals, rates_of_audit(totals, None), 0.2)
        for h, label in enumerate(totals.strata.labels):
            own = rows[rows["stratum"] == label[0]].groupby("cluster")["due"].sum()
            assert kinds[h].chance @ kinds[h].due.sum(axis=1) == pytest.approx(own.mean(), abs=1e-9)

    def test_of_an_audit_show_how_much_alike_their_crimes_fared(self) -> None:
        """By hand: 10 reports of two crimes, of which 6 are both recorded, 3 half, 1 not at all; p = 0.75 is given."""
        outcomes = [(1, 1)] * 6 + [(1, 0)] * 3 + [(0, 0)]
        rows = pd.DataFrame([{"cluster": f"{i}", "recorded": x} for i, pair in enumerate(outcomes) for x in pair])
        audit = cdi.read_audit(rows)
        totals = total(audit, ())
        found = correlation_of(reports_of(audit, totals), rates_of_audit(totals, 0.75))
        # e = x - 1.5: 6 x 0.25 + 3 x 0.25 + 2.25 = 4.5; apart 20 x 0.1875 = 3.75; together the same
        assert found == pytest.approx((4.5 - 3.75) / 3.75)

    def test_rates_lie_beside_those_of_the_audit(self) -> None:
        rows = pd.DataFrame({"stratum": ["a"] * 9 + ["b"] * 19, "recorded": [1] * 9 + [1] * 10 + [0] * 9})
        totals = total(cdi.read_audit(rows, stratum="stratum"), "stratum")
        assert rates_of_audit(totals, None).of[:, 0].tolist() == [9.5 / 10, 10.5 / 20]
        assert set(rates_of_audit(totals, 0.9).of.ravel()) == {0.9}


# ---- samples that are drawn


class TestDraws:
    def frame(self) -> tuple[Frame, cdi.Audit]:
        audit = cdi.read_audit(AUDIT / "audit.csv", population=AUDIT / "frame.csv")
        totals = total(audit, "crime_type")
        reports, rates = reports_of(audit, totals), rates_of_audit(totals, None)
        volumes = np.array([40_000.0, 5_000.0, 53_000.0])
        return frame_of(totals, kinds_of_audit(reports, totals, rates, 0.3), volumes), audit

    def test_of_a_frame_leave_nothing_of_a_census_to_chance(self) -> None:
        one = cdi.Stratum("a", sample=30, rate=0.9, population=30, crimes={1: 0.5, 2: 0.5}, correlation=0.2)
        row = cdi.coverage(cdi.Scenario([one]), draws=20).rows[0]
        assert (row.coverage, row.width, row.blank) == (1.0, 0.0, 0.0)

    @pytest.mark.parametrize("method", ["wilson", "published", "mid-p"])
    @pytest.mark.parametrize("population", [None, 300])
    def test_of_single_crimes_fare_as_enumerated(self, method: str, population: int | None) -> None:
        # wald is left out: of rows it has Student's t, of counts alone its own formula
        sample, rate, samples = 60, 0.9, 4_000
        one = cdi.Stratum("a", sample=sample, rate=rate, population=population)
        found = cdi.coverage(cdi.Scenario([one]), method=method, draws=samples, seed=11).rows[0]
        exact = coverage_of_counts(sample, [rate], population=population, method=method)
        shares = (found.coverage, found.above, found.below)
        for share, true in zip(shares, (exact.coverage[0], exact.above[0], exact.below[0]), strict=True):
            assert share is not None
            assert abs(share - true) <= 3 * max((true * (1 - true) / samples) ** 0.5, 1 / samples)
        assert found.width == pytest.approx(float(exact.width[0]), rel=0.02)
        assert found.truth == rate

    def test_the_true_rates_are_those_of_the_frame(self) -> None:
        frame, _ = self.frame()
        assert frame.held is not None
        due = sum(h @ k.due.sum(axis=1) for h, k in zip(frame.held, frame.kinds, strict=True))
        recorded = sum(h @ k.recorded.sum(axis=1) for h, k in zip(frame.held, frame.kinds, strict=True))
        truths = truths_of(frame)
        assert truths[3] == pytest.approx(recorded / due, abs=1e-12)
        assert frame.volumes is not None
        assert truths[4] == pytest.approx(frame.volumes.sum() / (frame.volumes / truths[:3]).sum(), abs=1e-12)

    def test_the_mean_of_samples_is_the_truth(self) -> None:
        """The rates of drawn samples are right on average, by weights and by the frame."""
        frame, _ = self.frame()
        rng = np.random.default_rng(3)
        times = [_drawn(frame, h, 2_000, rng) for h in range(len(frame.kinds))]
        found = figures_of(replace(frame, volumes=None), times, 2_000)[0]
        rates = found.basis.rate[found.rows].reshape(4, 2_000)
        error = rates.std(axis=1) / 2_000**0.5
        # a ratio is off by little beside the spread of samples
        assert np.all(np.abs(rates.mean(axis=1) - truths_of(frame)[:4]) <= 3 * error + 0.001)

    def test_a_seed_gives_the_same_on_any_number_of_processes(self, scenario: Path) -> None:
        one, two = (cdi.coverage(scenario, draws=300, seed=4, processes=n, method=["wilson", "wald"]) for n in (1, 2))
        assert one == two
        assert one.rows == two.rows
        assert cdi.coverage(scenario, draws=300, seed=5, method=["wilson", "wald"]).rows != one.rows

    def test_progress_is_told_of_every_sample(self, scenario: Path) -> None:
        done: list[int] = []
        cdi.coverage(scenario, draws=320, progress=done.append)
        assert sum(done) == 320

    def test_where_nothing_can_be_said_that_is_counted(self) -> None:
        one = cdi.Stratum("a", sample=10, rate=0.9, crimes={0: 0.9, 1: 0.1})
        row = cdi.coverage(cdi.Scenario([one]), draws=2_000).rows[0]
        none = 0.9**10  # no report of the sample holds a crime
        assert abs(row.blank - none) <= 3 * (none * (1 - none) / 2_000) ** 0.5
        assert row.coverage is not None
        assert row.above is not None
        assert row.below is not None
        assert row.coverage + row.above + row.below == pytest.approx(1)

    def test_of_an_audit_with_weights_of_its_own(self) -> None:
        rows = pd.DataFrame({"cluster": [f"{i}" for i in range(80)], "recorded": [1, 1, 1, 0] * 20,
                             "weight": [1.0, 4.0] * 40})  # fmt: skip
        found = cdi.coverage(rows, draws=400)
        # reports of both weights have one rate, that of the only stratum: (60 + 1/2) / 81
        assert found.rows[0].truth == pytest.approx(60.5 / 81)
        assert found.drawn.weighted

    def test_reports_without_crimes_that_were_stated_are_drawn_too(self, tmp_path: Path) -> None:
        frame = tmp_path / "frame.csv"
        frame.write_text("stratum,population,sample\na,500,60\n", encoding="utf-8")
        rows = pd.DataFrame({"stratum": ["a"] * 40, "recorded": [1, 1, 1, 0] * 10})
        audit = cdi.read_audit(rows, stratum="stratum", population=frame)
        totals = total(audit, ())
        (kinds,) = kinds_of_audit(reports_of(audit, totals), totals, rates_of_audit(totals, None), 0.0)
        assert kinds.chance[kinds.due[:, 0] == 0].sum() == pytest.approx(1 / 3)


class TestHeld:
    """Records in other classes and with nothing due are drawn as often as they were found."""

    def frame(self) -> tuple[Reports, Frame]:
        rows = ["violent,violent,recorded"] * 60 + ["violent,other,wrong class"] * 20 + ["violent,,not recorded"] * 10
        rows += ["other,other,recorded"] * 80 + ["other,,not recorded"] * 20 + ["other,violent,over-recorded"] * 10
        columns = ("crime_type", "recorded_as", "decision")
        held = pd.DataFrame([dict(zip(columns, row.split(","), strict=True)) for row in rows]).replace("", None)
        totals = total(cdi.read_audit(held), "crime_type")
        reports = reports_of(totals.audit, totals)
        kinds = kinds_of_audit(reports, totals, rates_of_audit(totals.lenient, 0.8), 0.0)
        volumes = np.array([1_000.0, 2_000.0])
        return reports, frame_of(totals, kinds, volumes, sorts=reports.sorts, standing=standing_of(totals))

    def test_of_what_was_missed_the_class_is_that_of_what_was_recorded(self) -> None:
        reports, frame = self.frame()
        (kinds,) = frame.kinds
        due = dict(zip(zip(reports.sorts.category, reports.sorts.recorded_as, strict=True), kinds.chance @ kinds.due,
                       strict=True))  # fmt: skip
        # of 90 violent crimes in 200 reports, a quarter would be recorded as other crime
        assert due[1, 0] == pytest.approx(90 / 200 / 4)
        assert due[1, 1] == pytest.approx(90 / 200 * 3 / 4)
        assert (kinds.chance @ kinds.surplus).tolist() == pytest.approx([10 / 200])

    def test_true_values_are_those_of_recorded_crime_as_it_is_held(self) -> None:
        """By hand, at a rate of .8: of 90 violent crimes 72 are recorded, 18 of them as other; 80 of 100 others."""
        _, frame = self.frame()
        other, violent, whole, implied, missing_other, missing_violent, missing = truths_of(frame)
        assert (other, violent, whole) == pytest.approx((80 / 100, 54 / 90, 152 / 190))
        # recorded as other 80 + 18, as violent 54 + 10 that were not due; missing in their own class 20 and 18 + 18
        assert missing_other == pytest.approx(1_000 * 20 / 98)
        assert missing_violent == pytest.approx(2_000 * (18 + 18) / 64)
        assert missing == pytest.approx(1_000 * 20 / 98 + 2_000 * 18 / 64)
        due = 1_000 + 2_000 * 54 / 64  # what of recorded crime was due
        assert implied == pytest.approx(due / (1_000 * 118 / 98 + 2_000 * 54 / 64 * 72 / 54))

    @pytest.mark.parametrize(("draws", "deff"), [(100, 1.0), (100, 1.6), (97, 2.25), (40, 3.0), (3, 5.5)])
    def test_groups_have_the_design_effect_that_is_stated(self, draws: int, deff: float) -> None:
        found = groups_of(draws, deff)
        assert sum(size * number for size, number in found.items()) == draws
        if draws > 10 * deff:
            squares = sum(size**2 * number for size, number in found.items())
            assert squares / draws == pytest.approx(deff, abs=deff**2 / draws)

    def test_single_records_of_a_table_fare_as_enumerated(self) -> None:
        rows = pd.DataFrame({"crime_type": ["a"], "due": [60], "recorded": [54]})
        found = cdi.coverage(rows, layout="counts", rate=0.9, draws=4_000, seed=11).rows[0]
        exact = coverage_of_counts(60, [0.9])
        assert found.coverage is not None
        assert abs(found.coverage - exact.coverage[0]) <= 3 * (0.95 * 0.05 / 4_000) ** 0.5
        assert found.width == pytest.approx(float(exact.width[0]), rel=0.02)


# ---- as it is shown


class TestShown:
    def test_numbers_are_those_of_the_table(self, scenario: Path) -> None:
        found = cdi.coverage(scenario, draws=100, method=["wilson", "published"])
        wide = found.wide()
        categories = ["online", "online", "calls", "calls"]
        assert list(wide["stratum"]) == [*categories, *["all"] * 4, *categories, "all", "all"]
        assert list(wide["measure"]) == ["recording-rate"] * 8 + ["unrecorded"] * 6
        of_table = [row.estimate for row in found.table.rows if row.measure.key in ("coverage", "count-coverage")]
        assert list(wide["coverage"]) == of_table
        assert set(wide["samples"]) == {100}
        assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301

    def test_by_recorded_crime_stands_beside_by_the_frame(self, scenario: Path) -> None:
        rows = cdi.coverage(scenario, draws=50).rows
        wholes = [row for row in rows if row.facts.whole]
        assert [row.facts.scope for row in wholes] == [Scope.FRAME, Scope.OVERALL, Scope.OVERALL]
        assert [(row.facts.by_volumes, row.counts) for row in wholes] == [(False, False), (True, False), (False, True)]

    def test_a_share_below_the_level_is_said_beyond_three_errors(self, scenario: Path) -> None:
        row = cdi.coverage(scenario, draws=50).rows[0]
        assert ERRORS == 3
        assert replace(row, coverage=0.90, se=0.01).short_of(0.95)
        assert not replace(row, coverage=0.93, se=0.01).short_of(0.95)
        assert replace(row, coverage=0.9499, se=None).short_of(0.95)

    def test_sentences_speak_of_the_overall_rate(self) -> None:
        found = cdi.coverage(AUDIT / "audit.csv", draws=100, correlation=0.1)
        assert found.sentences[0].startswith("In a sample like this, the wilson interval of the overall rate")
        assert "Crimes of one report fare alike to a correlation of 0.10, as asked for." in found.sentences

    def test_of_a_small_category_nothing_is_published(self) -> None:
        rows = pd.DataFrame({"crime_type": ["a"] * 60 + ["b"] * 50 + ["c"] * 3 + ["d"] * 4, "recorded": [1, 1, 0] * 39})
        found = cdi.protect(cdi.coverage(rows, "crime_type", draws=60), cdi.Disclosure())
        withheld = {row.label for row in found.rows if row.facts.withheld}
        estimated = cdi.protect(cdi.estimate(rows, "crime_type"), cdi.Disclosure()).table.rows
        assert withheld == {row.label for row in estimated if row.estimate is None} >= {("c",), ("d",)}
        assert found.bases is None
        assert all(row.estimate is None for row in found.table.rows if row.label in withheld)
        assert "suppressed" in str(found)

    @pytest.mark.parametrize(
        "made", [lambda: cdi.coverage(24, method=["wilson", "wald"]), lambda: cdi.coverage(24, rates=[0.9])]
    )
    def test_is_drawn(self, made: object) -> None:
        axes = made().plot()  # type: ignore[operator]
        assert axes.get_title(loc="left") == "How often the 95% interval holds the true rate"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "counts.csv"
    rows = "crime_type,due,recorded,incidents\nviolent,100,90,70\nother,120,110,110\nsexual,30,29,30\n"
    path.write_text(rows, encoding="utf-8")
    return path


class TestCommandLine:
    def test_of_records(self) -> None:
        code, printed, _ = outcome("182", "--method", "wilson", "--format", "json")
        assert code == 0
        rows = json.loads(printed)["rows"]
        assert rows[0]["estimate"] == pytest.approx(0.95161, abs=5e-6)
        assert rows[0]["low"] == pytest.approx(0.93005, abs=5e-6)

    def test_of_a_scenario(self, scenario: Path) -> None:
        code, printed, told = outcome(str(scenario), "--draws", "100", "--processes", "1")
        assert (code, told) == (0, "")
        said = " ".join(printed.split())
        assert "In a sample like this, the wilson interval of the rate by recorded crime holds" in said
        assert "In a sample like this, the wilson interval of all unrecorded crimes holds their true number in" in said
        assert max(map(len, printed.splitlines())) <= 80

    def test_of_an_audit(self) -> None:
        given_ = ["--by", "crime_type", "--volumes", str(AUDIT / "volumes.csv"), "--volumes", str(AUDIT / "frame.csv")]
        code, printed, _ = outcome(str(AUDIT / "audit.csv"), *given_, "--draws", "50", "--processes", "1")
        assert code == 0
        assert "all (by recorded crime)" in printed
        assert max(map(len, printed.splitlines())) <= 80

    @pytest.mark.parametrize(
        ("given_", "said"),
        [
            (["182", "183"], "expected a number of records, an audit, a plan or a scenario, but found 182 183."),
            (["182", "--rates", "90"], "expected a range of true rates such as 80%-99%, or rates such as 80%,90%"),
            (["182", "--rates", "99%-80%"], "expected a range of true rates"),
            (["182", "--draws", "5"], "expected no such options with a number of records, but found --draws."),
            (["182", "--by", "kind"], "expected no such options with a number of records, but found --by."),
            (["182", "--method", "exact"], "expected a population with method exact"),
            (["182", "--population", "9"], "expected a sample no larger than its population (9)"),
            (["0"], "1 or more, but found 0. A sample of no records has no interval. Give 1 or more."),
            (["182", "--population", "0"], "1 or more, but found 0. Nothing can be drawn from none. Give 1 or more."),
            (["159/182"], "expected a number of records, an audit, a plan or a scenario, but found 159/182. Give a nu"),
            (["200000"], "expected a sample of 100,000 records at the most"),
            ([str(AUDIT / "audit.csv"), "--rates", "90%"], "true rates with a number of records only, but found 90%."),
            ([str(AUDIT / "audit.csv"), "--method", "exact"], "expected a method that has an interval for any design"),
            ([str(AUDIT / "audit.csv"), "--selection", "census"], "expected a sample that was drawn by chance"),
            ([str(AUDIT / "audit.csv"), "--selection", "judgement"], "expected a random sample or a census"),
            (["none.toml"], "none.toml: expected a file that exists"),
        ],
    )  # fmt: skip
    def test_refuses(self, given_: list[str], said: str) -> None:
        code, printed, told = outcome(*given_)
        assert (code, printed) == (2, "")
        assert said in " ".join(told.split())

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ([], "50 samples of 250 records are drawn at random, from seed 1."),
            (["--deff", "1.6"], "so large that the design effect is 1.6, as stated."),
            (["--reports", "incidents"], "The crimes of a row are divided evenly between its reports"),
            (["--recorded-crime", "9000"], "interval of all unrecorded crimes holds their true number"),
        ],
    )
    def test_a_table_of_counts(self, table: Path, options: list[str], said: str) -> None:
        given_ = ["--layout", "counts", "--by", "crime_type", "--draws", "50", "--processes", "1"]
        code, printed, told = outcome(str(table), *given_, *options)
        assert (code, told) == (0, "")
        assert said in " ".join(printed.split())

    @pytest.mark.parametrize(
        ("rows", "options", "said"),
        [
            ("crime_type,due,recorded\na,90,80\n", ["--correlation", "0.3"], "expected no correlation for a table"),
            ("crime_type,due,recorded,recorded_as,incidents\na,50,45,a,40\na,10,10,b,9\n", ["--reports", "incidents"],
             "where reports are counted and classes known"),
        ],
    )  # fmt: skip
    def test_a_table_that_does_not_say_enough(self, tmp_path: Path, rows: str, options: list[str], said: str) -> None:
        path = tmp_path / "counts.csv"
        path.write_text(rows, encoding="utf-8")
        code, printed, told = outcome(str(path), "--layout", "counts", "--by", "crime_type", *options)
        assert (code, printed) == (2, "")
        assert said in " ".join(told.split())

    def test_the_scenario_is_not_overwritten(self, scenario: Path) -> None:
        assert outcome(str(scenario), "-o", str(scenario))[0] == 2
        assert scenario.read_text(encoding="utf-8") == SCENARIO
