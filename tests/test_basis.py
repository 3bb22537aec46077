"""The goldens of R's survey package, and the defaults that were decided on them: estimates, errors, n_eff, limits."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import cdi
from cdi.measures import told
from cdi.survey import basis
from tests.by_hand import effective_size, limits, reports_of
from tests.reference import GOLDENS, keys, reference

CLOSED = {"rel": 1e-12, "abs": 1e-12}  # closed forms
QUANTILES = {"rel": 1e-10, "abs": 1e-10}  # beta and t quantiles
STRATA = ("other", "sexual", "violence")


@cache
def fixture(name: str) -> pd.DataFrame:
    return pd.read_csv(GOLDENS / "fixtures" / name)


def frame_volumes() -> pd.DataFrame:
    """Reports on the frame and reports audited, as the fixture states them."""
    stated = fixture("audit_incidents.csv")[["stratum", "N_h", "n_h"]].drop_duplicates()
    return stated.rename(columns={"N_h": "population", "n_h": "sample"})


def incidents(**roles: Any) -> cdi.Audit:
    named = {"stratum": "stratum", "cluster": "incident", "due": "should", "population": "N_h", **roles}
    return cdi.read_audit(fixture("audit_incidents.csv"), **named)


def weighed(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(weight=rows["N_h"] / rows.groupby("stratum")["incident"].transform("size"))


def row(rates: cdi.Estimates, label: str) -> int:
    return [item.label[0] for item in rates.rows].index(label)


class TestSurvey:
    """Estimates and standard errors: ``audit/*``."""

    @pytest.mark.parametrize("stratum", STRATA)
    def test_stratum(self, stratum: str) -> None:
        golden = reference(f"audit/stratum/{stratum}")
        rates = cdi.recording_rate(incidents())
        i = row(rates, stratum)
        assert rates.estimate[i] == pytest.approx(golden["p"], **CLOSED)
        assert rates.se[i] == pytest.approx(golden["se"], **CLOSED)

    def test_combined_ratio_fpc(self) -> None:
        golden = reference("audit/combined_ratio_fpc")
        rates = cdi.recording_rate(incidents(), by=())
        assert rates.estimate[0] == pytest.approx(golden["p"], **CLOSED)
        assert rates.se[0] == pytest.approx(golden["se"], **CLOSED)

    def test_combined_ratio_nofpc(self) -> None:
        """Weights without a frame: there is nothing to correct for."""
        golden = reference("audit/combined_ratio_nofpc")
        rows = weighed(fixture("audit_incidents.csv"))
        audit = cdi.read_audit(rows, stratum="stratum", cluster="incident", due="should", weight="weight")
        rates = cdi.recording_rate(audit, by=())
        assert rates.estimate[0] == pytest.approx(golden["p"], **CLOSED)
        assert rates.se[0] == pytest.approx(golden["se"], **CLOSED)

    @pytest.mark.parametrize("key", keys("audit/crime_level_ciprop"))
    def test_crime_level_has_the_same_error_and_its_own_df(self, key: str) -> None:
        golden = reference(key)
        rates = cdi.recording_rate(incidents())
        i = row(rates, key.partition("ciprop/")[2] or "all")
        assert rates.estimate[i] == pytest.approx(golden["mean"]["est"], **CLOSED)
        assert rates.se[i] == pytest.approx(golden["mean"]["se"], **CLOSED)
        assert rates.basis.df[i] == golden["degf"]

    def test_wald_is_svyciprop_mean(self) -> None:
        golden = reference("audit/crime_level_ciprop")["mean"]["ci"]
        interval = cdi.recording_rate(incidents(), by=()).interval(method="wald")
        assert [interval.low[0], interval.high[0]] == pytest.approx(golden, **QUANTILES)

    @pytest.mark.parametrize("group", ["A", "B"])
    def test_domain_that_cuts_across_strata(self, group: str) -> None:
        golden = reference(f"audit/domain_group/{group}")
        rates = cdi.recording_rate(incidents(), by="group")
        i = row(rates, group)
        assert rates.estimate[i] == pytest.approx(golden["p"], **CLOSED)
        assert rates.se[i] == pytest.approx(golden["se"], **CLOSED)

    @pytest.mark.parametrize(("key", "of"), [("of_recorded", "recorded"), ("of_should", "should")])
    def test_timeliness(self, key: str, of: str) -> None:
        golden = reference(f"audit/timeliness_{key}")
        rates = cdi.share(incidents(due=of, recorded="within24"), by=())
        assert rates.estimate[0] == pytest.approx(golden["p"], **CLOSED)
        assert rates.se[0] == pytest.approx(golden["se"], **CLOSED)

    def test_jackknife_and_bootstrap_are_near(self) -> None:
        """Other variance estimators of the same thing: within 0.5%, and the 3% that 4,000 replicates need."""
        se = cdi.recording_rate(incidents(), by=()).se[0]
        assert se == pytest.approx(reference("audit/jackknife_JKn")["se"], rel=0.005)
        assert se == pytest.approx(reference("audit/rao_wu_bootstrap_4000")["se"], rel=0.03)


class TestLonelyReport:
    """``audit/lonely_psu`` keeps the first report with crimes of stratum sexual, and lets it stand for all 3,120.

    R was given the weights N_h / n_h with n_h as they are then (so 3,120 for the one that is left), and no fpc.
    """

    @staticmethod
    def rows() -> pd.DataFrame:
        rows = fixture("audit_incidents.csv")
        lonely = rows.index[(rows["stratum"] == "sexual") & (rows["should"] > 0)][0]
        return weighed(rows[(rows["stratum"] != "sexual") | (rows.index == lonely)])

    def audit(self, rule: Any, **roles: Any) -> cdi.Audit:
        named = {"weight": "weight", "due": "should", "cluster": "incident", **roles}
        return cdi.read_audit(self.rows(), stratum="stratum", single_cluster=rule, **named)

    def test_error_is_the_default(self) -> None:
        with pytest.raises(cdi.DesignError) as caught:
            cdi.read_audit(self.rows(), stratum="stratum", cluster="incident", due="should", weight="weight")
        assert [(item.code, item.where.key) for item in caught.value.faults] == [("single-cluster", "sexual")]

    @pytest.mark.parametrize("rule", ["adjust", "average"])
    def test_rules(self, rule: str) -> None:
        golden = reference("audit/lonely_psu")[rule]
        rates = cdi.recording_rate(self.audit(rule), by=())
        assert rates.estimate[0] == pytest.approx(golden["p"], **CLOSED)
        assert rates.se[0] == pytest.approx(golden["se"], **CLOSED)
        assert f"single-{rule}" in told(rates.rows[0].facts)

    def test_with_a_frame_only_the_correction_differs(self) -> None:
        rates = cdi.recording_rate(self.audit("adjust", weight=None, population="N_h"), by=())
        plain = cdi.recording_rate(self.audit("adjust"), by=())
        assert rates.estimate[0] == pytest.approx(plain.estimate[0], **CLOSED)
        assert plain.se[0] * np.sqrt(1 - 200 / 41_250) < rates.se[0] < plain.se[0]

    @pytest.mark.parametrize("rule", ["adjust", "average"])
    def test_a_stratum_of_its_own_has_the_error_that_it_has_without_the_lonely_one(self, rule: str) -> None:
        rows = fixture("audit_incidents.csv")
        rates = cdi.recording_rate(self.audit(rule))
        alone = cdi.recording_rate(
            cdi.read_audit(weighed(rows[rows["stratum"] == "violence"]), due="should", cluster="incident"), by=()
        )
        assert rates.se[row(rates, "violence")] == pytest.approx(alone.se[0], **CLOSED)

    @pytest.mark.parametrize("others", [0, 1, 5, 100])
    def test_average_is_over_the_strata_that_hold_the_domain(self, others: int) -> None:
        """As in R, where strata without the category make no difference to it."""
        rows = [("a", "x", 1), ("b", "x", 1), ("b", "x", 0), ("b", "x", 1), ("c", "x", 1), ("c", "x", 0)]
        rows += [(f"other {i}", "y", j) for i in range(others) for j in (0, 1)]
        frame = pd.DataFrame(rows, columns=["stratum", "type", "recorded"])
        audit = cdi.read_audit(frame.assign(weight=1.0), stratum="stratum", weight="weight", single_cluster="average")
        rates = cdi.recording_rate(audit, by="type")
        scores = {"b": [1 / 3, -2 / 3, 1 / 3], "c": [1 / 3, -2 / 3]}
        found = sum(len(u) * np.var(u, ddof=1) for u in scores.values())
        assert rates.se[0] == pytest.approx(np.sqrt(found * 3 / 2) / 6, **CLOSED)

    def test_collapse_joins_what_was_declared(self) -> None:
        audit = self.audit("collapse", collapse={"sexual": "violence"})
        rates = cdi.recording_rate(audit, by=())
        # written out: the two strata as one of 201 reports, each with its own weight
        rows = self.rows()
        p = (rows.weight * rows.recorded).sum() / (rows.weight * rows.should).sum()
        rows["u"] = rows.weight * (rows.recorded - p * rows.should) / (rows.weight * rows.should).sum()
        parts = [rows[rows.stratum == "other"].u, rows[rows.stratum != "other"].u]
        assert rates.estimate[0] == pytest.approx(p, **CLOSED)
        assert rates.se[0] == pytest.approx(np.sqrt(sum(len(u) * u.var() for u in parts)), **CLOSED)
        assert "collapsed" in told(rates.rows[0].facts)


class TestRecommended:
    """The defaults: ``recommended/*``."""

    @pytest.mark.parametrize("stratum", STRATA)
    def test_stratum(self, stratum: str) -> None:
        golden = reference(f"recommended/stratum/{stratum}")
        rates = cdi.recording_rate(incidents())
        i = row(rates, stratum)
        rests = rates.basis
        counted = [rests.reports[i], rests.due[i], rests.recorded[i], rests.df[i]]
        assert counted == [golden["n"], golden["m"], golden["x"], golden["df"]]
        assert rates.estimate[i] == pytest.approx(golden["p"], **CLOSED)
        assert rates.se[i] ** 2 == pytest.approx(golden["v"], **CLOSED)
        assert rests.deff[i] == pytest.approx(golden["deff"], **CLOSED)
        reports = reports_of(fixture("audit_incidents.csv"))
        own = reports[reports["stratum"] == stratum]
        for level in (0.8, 0.95, 0.999):
            size = effective_size(own, level)
            assert rates.n_eff(level=level)[i] == pytest.approx(size, **QUANTILES)
            for method in ("wilson", "korn-graubard"):
                interval = rates.interval(level, method)
                expected = limits(method, golden["p"], size, level)
                assert [interval.low[i], interval.high[i]] == pytest.approx(expected, **QUANTILES)

    def test_overall(self) -> None:
        golden = reference("recommended/overall_combined_ratio")
        rates = cdi.recording_rate(incidents(), by=())
        assert (rates.basis.due[0], rates.basis.df[0]) == (golden["M"], golden["df"])
        size = effective_size(reports_of(fixture("audit_incidents.csv")))
        assert rates.n_eff()[0] == pytest.approx(size, **QUANTILES)
        p = float(rates.estimate[0])
        expected = {method: limits(method, p, size) for method in ("wilson", "korn-graubard")}
        expected["wald"] = golden["wald_t"]
        for method, ends in expected.items():
            interval = rates.interval(method=method)
            assert [interval.low[0], interval.high[0]] == pytest.approx(ends, **QUANTILES)


class TestLohr:
    """``lohr/agstrat``: a stratified sample of single records, from its counts."""

    @staticmethod
    def rates() -> cdi.Estimates:
        golden = reference("lohr/agstrat")
        rows = [
            {"stratum": h, "recorded": int(i < golden["x_h"][h])} for h, n in golden["n_h"].items() for i in range(n)
        ]
        return cdi.recording_rate(cdi.read_audit(pd.DataFrame(rows), population=golden["N_h"]))

    def test_proportion(self) -> None:
        golden, rates = reference("lohr/agstrat"), self.rates()
        assert rates.estimate[-1] == pytest.approx(golden["prop"], **CLOSED)
        assert rates.se[-1] == pytest.approx(golden["prop_se"], **CLOSED)
        assert rates.basis.df[-1] == golden["df"]

    def test_wald_is_svyciprop_mean(self) -> None:
        golden, interval = reference("lohr/agstrat")["ciprop"]["mean"]["ci"], self.rates().interval(method="wald")
        assert [interval.low[-1], interval.high[-1]] == pytest.approx(golden, **QUANTILES)

    def test_stratification_pays_as_it_does_in_r(self) -> None:
        """300 records are worth 368 drawn at random. R's limits are a little wider by its t quantile."""
        golden, rates = reference("lohr/agstrat"), self.rates()
        strata = {h: (golden["N_h"][h], n, golden["x_h"][h]) for h, n in golden["n_h"].items()}
        rows = [(h, N, N / n, 1, int(i < x)) for h, (N, n, x) in strata.items() for i in range(n)]
        reports = pd.DataFrame(rows, columns=["stratum", "N_h", "weight", "due", "recorded"])
        assert rates.n_eff()[-1] == pytest.approx(effective_size(reports), **QUANTILES)
        ours, theirs = rates.interval(), golden["ciprop"]["wilson"]["ci"]
        assert [ours.low[-1], ours.high[-1]] == pytest.approx(theirs, abs=5e-4)
        assert theirs[0] < ours.low[-1] < ours.high[-1] < theirs[1]

    def test_each_stratum_is_a_simple_sample(self) -> None:
        golden, rates = reference("lohr/agstrat"), self.rates()
        interval = rates.interval()
        for i, item in enumerate(rates.rows[:-1]):
            (h,) = item.label
            direct = cdi.count_interval(golden["x_h"][h], golden["n_h"][h], population=golden["N_h"][h])
            assert [interval.low[i], interval.high[i]] == pytest.approx(
                [float(direct.low), float(direct.high)], **CLOSED
            )


def alike(one: basis.Basis, other: basis.Basis) -> list[tuple[Any, Any, list[str]]]:
    """The arrays of two bases, and of what their effective sizes follow from."""
    assert one.strata.tolist() == other.strata.tolist()
    names = [name for name in basis.Basis.__slots__ if name not in {"worth", "strata"}]
    return [(one, other, names), (one.worth, other.worth, list(basis.Worth.__slots__))]


class TestOfCounts:
    @pytest.mark.parametrize("population", [None, 40, 300, 5_000])
    def test_is_what_rows_give(self, population: int | None) -> None:
        rows = pd.DataFrame({"recorded": [1] * 21 + [0] * 3})
        by_rows = cdi.share(cdi.read_audit(rows, population=population)).basis
        by_counts = basis.of_counts(21, 24, population)
        for one, other, names in alike(by_counts, by_rows):
            for name in names:
                np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-12, err_msg=name)

    @pytest.mark.parametrize(("recorded", "population"), [(24, None), (0, None), (24, 24), (20, 24), (24, 60)])
    def test_at_the_ends(self, recorded: int, population: int | None) -> None:
        rows = pd.DataFrame({"recorded": [1] * recorded + [0] * (24 - recorded)})
        by_rows = cdi.share(cdi.read_audit(rows, population=population)).basis
        by_counts = basis.of_counts(recorded, 24, population)
        for one, other, names in alike(by_counts, by_rows):
            for name in names:
                np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-12, err_msg=name)

    def test_the_standard_error_divides_by_n_less_one(self) -> None:
        assert basis.of_counts(21, 24, None).se[0] == pytest.approx(np.sqrt(0.875 * 0.125 / 23), **CLOSED)


class TestWorth:
    """What the effective size comes to in samples small enough to see."""

    @staticmethod
    def size(*reports: tuple[int, int], level: float = 0.95) -> float:
        rows = pd.DataFrame(list(reports), columns=["due", "recorded"])
        return float(cdi.recording_rate(cdi.read_audit(rows), by=()).n_eff(level=level)[0])

    @pytest.mark.parametrize("level", [0.6, 0.95, 0.9999])
    @pytest.mark.parametrize("recorded", [0, 1, 17, 20])
    def test_of_single_crimes_it_is_their_number(self, recorded: int, level: float) -> None:
        reports = [(1, 1)] * recorded + [(1, 0)] * (20 - recorded) + [(0, 0)] * 7
        assert self.size(*reports, level=level) == pytest.approx(20, **CLOSED)

    @pytest.mark.parametrize(("due", "recorded"), [(3, 0), (3, 3), (3, 2), (5, 1), (7, 3), (9, 2), (11, 10)])
    @pytest.mark.parametrize("reports", [2, 3, 5, 7, 30])
    def test_reports_all_alike_keep_some_of_what_they_may_have_varied_by(
        self, due: int, recorded: int, reports: int
    ) -> None:
        """No variance is seen: the rest is (m + c) / c of the size that crimes fare as if missed have."""
        p, c = recorded / due, (stats.norm.ppf(0.975) ** 2 - 1) * due
        alone = reports / (reports - 1) * p * (1 - p) * due * reports
        expected = due * reports * (alone + c) / (c * (1 + 0.6 * (due - 1)))
        assert self.size(*[(due, recorded)] * reports) == pytest.approx(expected, **CLOSED)

    def test_lies_below_that_of_crimes_that_vary_one_by_one(self) -> None:
        """All or nothing in reports of three: a third of the crimes, and a little more."""
        size = self.size(*[(3, 3)] * 50, *[(3, 0)] * 10)
        assert 180 / 3 < size < 180 / 2.5

    def test_a_design_effect_that_was_seen_often_is_believed(self) -> None:
        """One crime in 18 is missed, and never two of a report: many such reports show that they are not alike."""
        few, many = ([(2, 1)] * n + [(2, 2)] * 8 * n for n in (1, 100))
        assert 18 * 0.6 < self.size(*few) < 18
        assert self.size(*many) > 1_800
