"""Unrecorded crimes: the goldens, the categories that share reports, what is refused and why."""

from __future__ import annotations

import json
from math import isnan, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cdi
from cdi.measures import told
from tests.by_hand import effective_size, effective_size_of_total, limits, reports_of
from tests.reference import reference, references
from tests.test_basis import CLOSED, QUANTILES, STRATA, fixture, incidents, row
from tests.test_cli import run_here

DATA = Path(__file__).resolve().parents[1] / "data" / "avon_and_somerset_2021_22"


def golden_counts() -> cdi.Estimates:
    volumes = references()["recommended/unrecorded_total"]["inputs"]["R"]
    return cdi.unrecorded(cdi.recording_rate(incidents()), volumes)


def golden_reports() -> pd.DataFrame:
    return reports_of(fixture("audit_incidents.csv"))


def singles(**counts: tuple[int, int]) -> pd.DataFrame:
    """One row a crime, each its own report: category -> (recorded, due)."""
    return pd.DataFrame([{"type": kind, "recorded": int(i < x)} for kind, (x, n) in counts.items() for i in range(n)])


def by_type(rows: pd.DataFrame, **roles: Any) -> cdi.Estimates:
    return cdi.recording_rate(cdi.read_audit(rows, **roles), by="type")


class TestGoldens:
    @pytest.mark.parametrize("stratum", STRATA)
    def test_audit_unrecorded_by_stratum(self, stratum: str) -> None:
        golden, missing = reference("audit/unrecorded")["by_stratum"][stratum], golden_counts()
        i = row(missing, stratum)
        assert missing.estimate[i] == pytest.approx(golden["U"], **CLOSED)
        assert missing.se[i] == pytest.approx(golden["se"], **CLOSED)

    def test_audit_unrecorded_total_is_the_separate_ratio_estimator(self) -> None:
        golden, missing = reference("audit/unrecorded"), golden_counts()
        assert missing.estimate[-1] == pytest.approx(golden["total"], **CLOSED)
        assert missing.se[-1] == pytest.approx(golden["total_se"], **CLOSED)
        overall = cdi.overall_rate(missing)
        assert overall.estimate[0] == pytest.approx(golden["overall_rate_R_over_RplusU"], **CLOSED)
        assert overall.estimate[0] < golden["naive_R_weighted_mean_rate"]

    @pytest.mark.parametrize("stratum", STRATA)
    @pytest.mark.parametrize("method", ["wilson", "korn-graubard"])
    def test_recommended_stratum(self, stratum: str, method: str) -> None:
        golden, missing = reference(f"recommended/stratum/{stratum}"), golden_counts()
        i, interval = row(missing, stratum), missing.interval(method=method)
        assert missing.estimate[i] == pytest.approx(golden["U"], **CLOSED)
        reports = golden_reports()
        low, high = limits(method, golden["p"], effective_size(reports[reports["stratum"] == stratum]))
        counts = [missing.volumes[i] * (1 / end - 1) for end in (high, low)]
        assert [interval.low[i], interval.high[i]] == pytest.approx(counts, **QUANTILES)

    def test_recommended_unrecorded_total(self) -> None:
        golden, missing = reference("recommended/unrecorded_total"), golden_counts()
        overall = cdi.overall_rate(missing)
        assert missing.estimate[-1] == pytest.approx(golden["U"], **CLOSED)
        assert missing.se[-1] == pytest.approx(golden["se"], **CLOSED)
        assert overall.estimate[0] == pytest.approx(golden["p_R"], **CLOSED)
        volumes = dict(zip((item.label[0] for item in missing.rows), missing.volumes.tolist(), strict=True))
        total = volumes.pop("all")
        size = effective_size_of_total(golden_reports(), volumes)
        assert missing.n_eff()[-1] == pytest.approx(size, **QUANTILES)
        assert missing.basis.df[-1] == golden["df"]
        for method in ("wilson", "korn-graubard"):
            rate, count = overall.interval(method=method), missing.interval(method=method)
            low, high = limits(method, golden["p_R"], size)
            assert [rate.low[0], rate.high[0]] == pytest.approx([low, high], **QUANTILES)
            counts = [total * (1 / end - 1) for end in (high, low)]
            assert [count.low[-1], count.high[-1]] == pytest.approx(counts, **QUANTILES)

    def test_recommended_bias(self) -> None:
        golden = reference("recommended/unrecorded_total")
        bias = cdi.bias_estimate(golden_counts())
        assert bias[-1] == pytest.approx(golden["bias_estimate"], **CLOSED)
        assert bias[-1] == pytest.approx(bias[:-1].sum(), **CLOSED)

    def test_published_implied_volumes(self) -> None:
        """R = U p / (1 - p) of the printed figures: U from that R is the printed count again."""
        printed = {"overall": (0.914, 13_100), "violent": (0.866, 8_300), "sexual": (0.929, 420)}
        for name, (p, count) in printed.items():
            R = round(reference("published/implied_R")[name])
            recorded = round(p * 1000)
            found = cdi.unrecorded(by_type(singles(x=(recorded, 1000))), {"x": R})
            assert found.estimate[0] == pytest.approx(count, abs=0.1)


class TestPublishedStyle:
    """Avon and Somerset: what was printed, from the rows that ship."""

    @staticmethod
    def counts() -> cdi.Estimates:
        rates = cdi.recording_rate(cdi.read_audit(DATA / "audit.csv"), by="crime_type")
        return cdi.unrecorded(rates, DATA / "volumes.csv")

    @pytest.mark.parametrize(
        ("label", "rate", "half", "more_than", "unit"),
        [("violent", 86.6, 4.6, 8_300, 100), ("sexual", 92.9, 4.5, 420, 10), ("all", 91.4, 2.6, 13_100, 100)],
    )
    def test_figures(self, label: str, rate: float, half: float, more_than: int, unit: int) -> None:
        missing = self.counts()
        i = row(missing, label)
        p = missing.basis.rate[i]
        rates = cdi.recording_rate(cdi.read_audit(DATA / "audit.csv"), by="crime_type")
        if label == "all":
            interval, j = cdi.overall_rate(missing).interval(method="published"), 0
        else:
            interval, j = rates.interval(method="published"), i
        assert round(100 * p, 1) == rate
        assert round(50 * (interval.high[j] - interval.low[j]), 1) == half
        assert missing.estimate[i] // unit * unit == more_than

    def test_formula_of_the_total(self) -> None:
        """p_R plus or minus 1.96 sqrt(sum W^2 p q / m), W = (R / p) / sum(R / p), written out."""
        R = {"violent": 53_654, "sexual": 5_495, "other": 80_077}
        x, m = {"violent": 181, "sexual": 117, "other": 162}, {"violent": 209, "sexual": 126, "other": 171}
        p = {kind: x[kind] / m[kind] for kind in R}
        due = sum(R[kind] / p[kind] for kind in R)
        half = 1.96 * sqrt(sum((R[k] / p[k] / due) ** 2 * p[k] * (1 - p[k]) / m[k] for k in R))
        interval = cdi.overall_rate(self.counts()).interval(method="published")
        overall = sum(R.values()) / due
        assert [interval.low[0], interval.high[0]] == pytest.approx([overall - half, overall + half], **CLOSED)


class TestTotal:
    def test_one_category_in_one_stratum_is_the_total(self) -> None:
        missing = cdi.unrecorded(by_type(singles(violent=(20, 24)), population=60), {"violent": 900})
        assert missing.estimate[0] == missing.estimate[1]
        assert missing.n_eff()[0] == missing.n_eff()[1]
        interval = missing.interval()
        assert (interval.low[0], interval.high[0]) == (interval.low[1], interval.high[1])

    def test_one_category_with_recorded_crime_is_the_total(self) -> None:
        missing = cdi.unrecorded(by_type(singles(a=(20, 24), b=(3, 9))), {"a": 900, "b": 0})
        assert missing.estimate[-1] == missing.estimate[0]
        assert missing.se[-1] == missing.se[0]
        assert told(missing.rows[-1].facts) == told(missing.rows[0].facts)
        assert missing.basis.due[-1] == 24

    def test_all_recorded_everywhere_has_width_from_crimes_as_if_missed(self) -> None:
        missing = cdi.unrecorded(by_type(singles(a=(40, 40), b=(60, 60))), {"a": 1_000, "b": 1_000})
        interval = missing.interval()
        assert missing.estimate.tolist() == [0, 0, 0]
        assert interval.low.tolist() == [0, 0, 0]
        # each crime counts with its volume: Kish's size of 40 crimes at 25 each and 60 at 16.7 each
        kish = 2_000**2 / (40 * 25**2 + 60 * (1_000 / 60) ** 2)
        assert missing.n_eff()[-1] == pytest.approx(kish, **CLOSED)
        assert missing.basis.rate[-1] == 1
        assert (interval.high > 0).all()

    def test_a_category_where_all_was_recorded_holds_no_more_than_the_total(self) -> None:
        """Its standard error is 0, and so is its part of the total's. Both intervals have crimes as if missed."""
        rows = singles(a=(40, 40), b=(50, 60)).assign(stratum=lambda table: table["type"])
        missing = cdi.unrecorded(by_type(rows), {"a": 7_000, "b": 1_000})
        p = 50 / 60
        assert missing.se[0] == 0
        assert missing.se[-1] == pytest.approx(sqrt(1_000**2 * (p * (1 - p) / 59) / p**4), **CLOSED)
        reports = rows.assign(weight=1.0, due=1)
        size = effective_size_of_total(reports, {"a": 7_000, "b": 1_000})
        assert missing.n_eff()[-1] == pytest.approx(size, **QUANTILES)
        high = missing.interval().high
        assert high[-1] > high[0] > 500

    def test_a_category_audited_in_full_adds_nothing(self) -> None:
        rows = singles(a=(40, 40), b=(50, 60)).assign(stratum=lambda table: table["type"])
        missing = cdi.unrecorded(by_type(rows, population={"a": 40, "b": 600}), {"a": 7_000, "b": 1_000})
        assert missing.se[-1] == pytest.approx(missing.se[1], **CLOSED)

    def test_categories_with_recorded_crime_audited_in_full_have_no_error(self) -> None:
        rows = singles(a=(38, 40), b=(50, 60), c=(7, 9)).assign(stratum=lambda table: table["type"])
        rates = by_type(rows, population={"a": 40, "b": 60, "c": 900})
        missing = cdi.unrecorded(rates, {"a": 7_000, "b": 1_000, "c": 0})
        interval = missing.interval()
        assert "census" in told(missing.rows[-1].facts)
        assert interval.low[-1] == pytest.approx(missing.estimate[-1], **CLOSED)
        assert interval.high[-1] == pytest.approx(missing.estimate[-1], **CLOSED)
        assert isnan(missing.n_eff()[-1])
        assert missing.basis.df[-1] == 0

    def test_strata_as_categories_need_no_frame_for_the_total(self) -> None:
        """Volumes weigh the strata: the total is not "mixed as sampled", though the rate of the sample is."""
        rows = singles(a=(38, 40), b=(50, 60)).assign(stratum=lambda table: table["type"])
        rates = by_type(rows)
        assert "sample-only" in told(rates.rows[-1].facts)
        assert "sample-only" not in told(cdi.unrecorded(rates, {"a": 70, "b": 10}).rows[-1].facts)

    def test_categories_that_mix_strata_without_a_frame_say_so(self) -> None:
        rows = singles(a=(38, 40), b=(50, 60)).assign(stratum=lambda table: np.arange(len(table)) % 2)
        missing = cdi.unrecorded(by_type(rows), {"a": 70, "b": 10})
        assert all("sample-only" in told(item.facts) for item in missing.rows)

    def test_weights_enter_the_size(self) -> None:
        """(sum w y)^2 / sum w^2 y."""
        rows = pd.DataFrame({"recorded": [1] * 6, "weight": [1, 1, 1, 1, 1, 5]})
        assert cdi.recording_rate(cdi.read_audit(rows), by=()).n_eff()[0] == pytest.approx(10**2 / 30, **CLOSED)


class TestRefused:
    @pytest.mark.parametrize("nothing", [{"a": (20, 24), "b": (0, 9)}])
    def test_no_total_over_a_rate_of_0(self, nothing: dict[str, tuple[int, int]]) -> None:
        missing = cdi.unrecorded(by_type(singles(**nothing)), {"a": 900, "b": 50})
        assert np.isnan(missing.estimate).tolist() == [False, True, True]
        assert "none-recorded" in told(missing.rows[1].facts)
        assert "total-refused" in told(missing.rows[2].facts)
        assert isnan(cdi.overall_rate(missing).estimate[0])
        assert np.isnan(missing.interval().low).tolist() == [False, False, True]
        assert isnan(cdi.bias_estimate(missing)[-1])

    def test_no_total_over_a_category_without_crimes(self) -> None:
        rows = pd.DataFrame({"type": ["a", "a", "a", "b"], "due": [2, 1, 1, 0], "recorded": [1, 1, 1, None]})
        missing = cdi.unrecorded(by_type(rows), {"a": 900, "b": 50})
        assert np.isnan(missing.estimate).tolist() == [False, True, True]
        assert "no-crimes" in told(missing.rows[1].facts)
        assert "total-refused" in told(missing.rows[2].facts)

    def test_a_category_without_crimes_and_without_recorded_crime_is_no_hindrance(self) -> None:
        rows = pd.DataFrame({"type": ["a", "a", "a", "b"], "due": [2, 1, 1, 0], "recorded": [1, 1, 1, None]})
        missing = cdi.unrecorded(by_type(rows), {"a": 900, "b": 0})
        assert missing.estimate[-1] == pytest.approx(300, **CLOSED)
        assert "total-refused" not in told(missing.rows[2].facts)

    def test_labels_must_match_both_ways(self) -> None:
        with pytest.raises(cdi.DataError) as caught:
            cdi.unrecorded(by_type(singles(violent=(8, 9), other=(9, 9))), {"violnt": 900, "other": 5})
        assert [(item.code, item.got) for item in caught.value.faults] == [
            ("domain-not-in-volumes", "violent"),
            ("volume-not-audited", "violnt"),
        ]
        assert "violnt" in caught.value.faults[0].hint

    def test_a_category_may_not_be_called_all(self) -> None:
        """A row of that name is a total, and these do not add up to anything."""
        with pytest.raises(cdi.DataError) as caught:
            by_type(singles(all=(8, 9), other=(9, 9)))
        assert {item.code for item in caught.value.faults} == {"total-head-differs"}

    def test_counts_of_counts(self) -> None:
        rates = by_type(singles(a=(8, 9)))
        missing = cdi.unrecorded(rates, {"a": 10})
        for function, argument in ((cdi.overall_rate, rates), (cdi.bias_estimate, rates)):
            with pytest.raises(cdi.DesignError) as caught:
                function(argument)
            assert caught.value.faults[0].code == "not-counts"
        with pytest.raises(cdi.DesignError) as caught:
            cdi.unrecorded(missing, {"a": 10})
        assert caught.value.faults[0].code == "not-rates"


class TestVolumes:
    def test_without_categories_a_number_is_enough(self) -> None:
        rates = cdi.recording_rate(cdi.read_audit(pd.DataFrame({"recorded": [1] * 9 + [0]})))
        missing = cdi.unrecorded(rates, 9_000)
        assert missing.estimate.tolist() == pytest.approx([1_000], **CLOSED)
        assert cdi.overall_rate(missing).estimate.tolist() == [0.9]

    def test_files_frames_and_mappings_say_the_same(self, tmp_path: Path) -> None:
        rates = by_type(singles(a=(8, 9), b=(20, 24)))
        table = pd.DataFrame({"type": ["b", "a"], "recorded_crime": [500, 70]})
        table.to_csv(tmp_path / "volumes.csv", index=False)
        for source in (table, tmp_path / "volumes.csv", {"a": 70, "b": 500}):
            assert cdi.unrecorded(rates, source).estimate.tolist() == cdi.unrecorded(rates, table).estimate.tolist()

    def test_the_fixture_has_incidents_without_crimes(self) -> None:
        """Else the goldens above would not show that they stay in n."""
        assert (fixture("audit_incidents.csv")["should"] == 0).sum() > 50


def test_what_is_missing_of_a_category_without_recorded_crime_is_no_part_of_the_total() -> None:
    frame = singles(a=(49, 50), b=(49, 50), c=(50, 80))
    found = cdi.unrecorded(cdi.recording_rate(frame, by="type"), {"a": 60, "b": 60, "c": 0})
    assert found.estimate[-1] == pytest.approx(2 * 60 / 49)
    # two were seen missing, not 32
    assert found.interval().low[-1] == 2
    assert (found.basis.due[-1], found.basis.recorded[-1]) == (100, 98)


class TestLimitsThatAreNoCount:
    """A limit of a rate that is not told from 0 gives a count no upper limit: no number of thirty digits, no error."""

    @pytest.mark.parametrize("frame", [42, 1_002, 10**6])
    @pytest.mark.parametrize("method", ["clopper-pearson", "wilson", "korn-graubard", "jeffreys", "logit"])
    @pytest.mark.parametrize("crime", [{"violent": 600}, {"violent": 600, "other": 10}])
    def test_of_a_sample_that_stands_for_next_to_nothing(self, frame: int, method: str, crime: dict[str, int]) -> None:
        reports = [("a", 0, 0), ("a", 0, 0), ("b", 0, 0), ("b", 1, 1), ("c", 0, 0), ("c", 1, 0)]
        rows = pd.DataFrame([(f"R{i}", *each) for i, each in enumerate(reports)],
                            columns=["incident", "stratum", "due", "recorded"]).assign(type="violent")  # fmt: skip
        population = {"a": 2, "b": 2, "c": frame}
        audit = cdi.read_audit(rows, cluster="incident", stratum="stratum", population=population)
        found = cdi.estimate(audit, by="type", volumes=crime, method=method)
        for each in found.table.rows:
            if each.measure.key == "unrecorded" and each.estimate is not None:
                assert each.high is None or each.high < 1e15
                assert (each.high is None) == ("no-limit" in each.facts.reasons)
        for label in ("violent", "all"):
            assert found.explain(label).steps


def test_one_sided_limits_swap_sides() -> None:
    """A lower limit of the count is the upper limit of the rate, mapped."""
    rates = by_type(singles(a=(40, 48)))
    missing = cdi.unrecorded(rates, {"a": 1_000})
    lower, upper = missing.interval(side="lower"), missing.interval(side="upper")
    assert lower.low[0] == pytest.approx(1_000 * (1 / rates.interval(side="upper").high[0] - 1), **CLOSED)
    assert upper.high[0] == pytest.approx(1_000 * (1 / rates.interval(side="lower").low[0] - 1), **CLOSED)
    assert isnan(lower.high[0])
    assert upper.low[0] == 0
    assert missing.interval().low[0] < lower.low[0] < missing.estimate[0] < upper.high[0] < missing.interval().high[0]
    # those that were seen missing are missing
    assert cdi.unrecorded(rates, {"a": 45}).interval().low[0] == 8


class TestNotesOfVolumes:
    ROWS = pd.DataFrame(
        {
            "crime_type": ["v"] * 50 + ["o"] * 50,
            "recorded_as": ["v"] * 40 + ["o"] * 8 + [None] * 2 + ["o"] * 45 + [None] * 5,
            "decision": ["recorded"] * 40 + ["wrong class"] * 8 + ["not recorded"] * 2
            + ["recorded"] * 45 + ["not recorded"] * 5,
        }
    )  # fmt: skip

    def missing(self, volumes: dict[str, int] | None = None, rows: pd.DataFrame = ROWS, **roles: Any) -> cdi.Estimates:
        rates = cdi.recording_rate(cdi.read_audit(rows, **roles), by="crime_type")
        return cdi.unrecorded(rates, volumes or {"v": 1_000, "o": 9_000})

    def test_the_total_and_its_bias_are_those_of_lenient_rates(self) -> None:
        strict, lenient = self.missing(), self.missing(classification="lenient")
        assert strict.estimate[-1] == lenient.estimate[-1] < strict.estimate[:-1].sum()
        assert cdi.bias_estimate(strict)[-1] == cdi.bias_estimate(lenient)[-1]
        assert cdi.bias_estimate(strict)[1] > cdi.bias_estimate(lenient)[1]
        assert ["any-class" in told(row.facts) for row in strict.rows] == [False, False, True]
        assert not any("any-class" in told(row.facts) for row in lenient.rows)

    def test_the_total_over_one_category_has_the_notes_of_its_lenient_rate(self) -> None:
        rows = self.ROWS.assign(decision=self.ROWS["decision"].where(self.ROWS["crime_type"] == "o", "recorded"))
        rows = rows.assign(
            recorded_as=["v"] * 46 + ["o"] * 4 + ["o"] * 45 + [None] * 5,
            decision=["recorded"] * 46 + ["wrong class"] * 4 + ["recorded"] * 45 + ["not recorded"] * 5,
        )
        found = self.missing({"v": 1_000, "o": 0}, rows)
        assert found.estimate[-1] == 0
        assert "all-recorded" in told(found.rows[-1].facts)
        assert "all-recorded" not in told(next(row for row in found.rows if row.label == ("v",)).facts)

    def test_over_recorded_crimes_are_said_beside_counts(self) -> None:
        rows = pd.concat([self.ROWS, pd.DataFrame({"recorded_as": ["v"], "decision": ["over-recorded"]})])
        assert all("over-recorded" in told(row.facts) for row in self.missing(rows=rows).rows)
        assert not any("over-recorded" in told(row.facts) for row in self.missing().rows)

    def test_a_volume_below_what_the_sample_holds_is_said(self) -> None:
        found = self.missing({"v": 12, "o": 9_000})
        assert ["volume-below-sample" in told(row.facts) for row in found.rows] == [False, True, False]

    def test_a_share_of_routes_stands_on_the_rows_that_it_limits(self, tmp_path: Path) -> None:
        file = tmp_path / "volumes.csv"
        file.write_text("crime_type,recorded_crime,route_share\nv,1000,80%\no,9000,\n", encoding="utf-8")
        result = cdi.estimate(self.ROWS, by="crime_type", volumes=file)
        noted = {record.label[0]: "route-share" in told(record.facts) for record in result.table.rows if record.counted}
        assert noted == {"o": False, "v": True, "all": True}
        assert any("as given in the volumes" in line for line in result.said)
        full = {record.label[0]: record.estimate for record in result.table.rows if record.counted}
        assert full["v"] == pytest.approx(0.8 * self.missing().estimate[1], rel=1e-12)


class TestNoCategoryHoldsMoreThanTheTotal:
    """What may be missing of one category may be missing of all: so say the limits of counts and of rates."""

    def found(self, counts: dict[str, tuple[int, int]], volumes: dict[str, int], **roles: Any) -> cdi.Result:
        rows = [(kind, 1) for kind, (x, _) in counts.items() for _ in range(x)]
        rows += [(kind, 0) for kind, (x, n) in counts.items() for _ in range(n - x)]
        return cdi.estimate(
            pl.DataFrame(rows, schema=["kind", "recorded"], orient="row"), "kind", volumes=volumes, **roles
        )

    def test_three_crimes_all_recorded_may_hide_many(self) -> None:
        found = self.found({"v": (54, 57), "o": (3, 3)}, {"v": 108_736, "o": 20_158})
        counts = {row.label[0]: row for row in found.table.rows if row.measure.counted}
        assert counts["o"].high == pytest.approx(20_158 * (1 / wilson_low(3, 3) - 1), rel=1e-9)
        assert counts["all"].high == pytest.approx(counts["o"].high, rel=1e-12)
        rate = next(row for row in found.table.rows if row.label == ("all",) and not row.measure.counted)
        recorded = 108_736 + 20_158
        assert rate.low == pytest.approx(recorded / (recorded + counts["o"].high), rel=1e-12)
        assert all("as-category" in told(row.facts) for row in (rate, counts["all"]))
        assert "as-category" not in told(counts["o"].facts)

    def test_in_an_ordinary_audit_the_total_has_limits_of_its_own(self) -> None:
        found = self.found({"v": (180, 200), "o": (276, 300)}, {"v": 9_000, "o": 20_000})
        assert not any("as-category" in told(row.facts) for row in found.table.rows)

    @settings(max_examples=40, deadline=None)
    @given(
        counts=st.lists(
            st.tuples(st.integers(1, 60), st.integers(0, 6), st.integers(100, 10**6)), min_size=2, max_size=4
        ),
        method=st.sampled_from(["wilson", "korn-graubard", "jeffreys", "mid-p", "logit"]),
        level=st.sampled_from([0.8, 0.95, 0.99]),
        prediction=st.booleans(),
    )
    def test_whatever_the_sample(
        self, counts: list[tuple[int, int, int]], method: str, level: float, prediction: bool
    ) -> None:
        sample = {f"k{i}": (x, x + missed) for i, (x, missed, _) in enumerate(counts)}
        volumes = {f"k{i}": volume for i, (*_, volume) in enumerate(counts)}
        found = self.found(sample, volumes, prediction=prediction, level=level, method=method).counts
        assert found is not None
        interval = found.interval(level, method)
        assert interval.high[-1] >= interval.high[:-1].max() * (1 - 1e-9)
        assert interval.low[-1] >= interval.low[:-1].max() * (1 - 1e-9)
        assert interval.low[-1] <= found.estimate[-1] * (1 + 1e-9) + 1e-9


def wilson_low(x: int, n: int) -> float:
    """Give the lower limit of Wilson's interval, from its own formula."""
    z, p = 1.959963984540054, x / n
    return (p + z**2 / (2 * n) - z * sqrt(p * (1 - p) / n + z**2 / (4 * n**2))) / (1 + z**2 / n)


class TestShareOfRoutes:
    """Of recorded crime only the share that comes through audited routes is counted; it may be an estimate itself."""

    RATES = "180/200"

    def test_its_error_is_that_of_a_product(self) -> None:
        """U = g R (1 - p) / p: the relative variances of independent factors add up."""
        known, estimated = (cdi.unrecorded(self.RATES, 9_000, route_share=g) for g in (0.8, "80%+-5%"))
        assert estimated.estimate.tolist() == known.estimate.tolist() == pytest.approx([800])
        relative = (0.05 / 1.96 / 0.8) ** 2
        assert (estimated.se[0] / 800) ** 2 == pytest.approx((known.se[0] / 800) ** 2 + relative, rel=1e-9)
        assert estimated.interval().low[0] < known.interval().low[0]
        assert estimated.interval().high[0] > known.interval().high[0]

    def test_one_without_error_is_as_known(self) -> None:
        same = cdi.unrecorded(self.RATES, 9_000, route_share=cdi.PublishedRate(0.8))
        assert same.interval().high[0] == cdi.unrecorded(self.RATES, 9_000, route_share=0.8).interval().high[0]

    @pytest.mark.parametrize("share", [0, 1.2, "-3%", "x", float("nan"), True, "0%+-3%"])
    def test_what_is_no_share_is_refused(self, share: Any) -> None:
        with pytest.raises(cdi.DataError) as caught:
            cdi.unrecorded(self.RATES, 9_000, route_share=share)
        assert [fault.code for fault in caught.value.faults] == ["not-a-share"]

    def test_in_a_file_of_an_inspection_and_at_the_command_line(self, tmp_path: Path) -> None:
        rows = pd.DataFrame({"recorded": [1] * 180 + [0] * 20})
        rows.to_csv(tmp_path / "a.csv", index=False)
        (tmp_path / "v.csv").write_text("recorded_crime\n9000\n", encoding="utf-8")
        done = run_here(
            "estimate", "a.csv", "--volumes", "v.csv", "--route-share", "80%±5%", "--format", "json", cwd=tmp_path
        )
        highs = [row["high"] for row in json.loads(done.stdout)["rows"] if row["measure"] == "unrecorded crimes"]
        assert highs == pytest.approx(cdi.unrecorded(self.RATES, 9_000, route_share="80%+-5%").interval().high.tolist())
        said = run_here("estimate", "a.csv", "--volumes", "v.csv", "--route-share", "80%±5%", cwd=tmp_path).stdout
        assert "(± 5.0%, which the interval allows for)" in " ".join(said.split())
