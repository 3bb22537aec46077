"""Comparisons: the reference tables, the covariance within a sample, verdicts, and the laws they keep."""

from __future__ import annotations

import math
import pickle
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

import cdi
from cdi.binomial.differences import WithLimits, product
from cdi.comparing.verdicts import verdict_of
from cdi.parameters import KINDS
from cdi.wording import NOTES, VERDICTS
from tests.reference import keys, reference, references
from tests.strategies import counts, levels, samples
from tests.test_basis import incidents

DIFFERENCES = keys("diff/")
LEVELS = levels().filter(lambda level: level > 0.75)
THIS, LAST = cdi.of_counts(159, 182), cdi.of_counts(211, 244)


def pair(key: str) -> tuple[cdi.Estimates, cdi.Estimates]:
    given_ = references()[key]["inputs"]
    return cdi.of_counts(given_["x1"], given_["n1"]), cdi.of_counts(given_["x2"], given_["n2"])


def codes(error: cdi.CdiError) -> list[str]:
    return [fault.code for fault in error.faults]


def refused(call: Any) -> list[str]:
    with pytest.raises(cdi.CdiError) as caught:
        call()
    return codes(caught.value)


class TestReferences:
    def test_there_are_twelve_tables_with_the_hardest(self) -> None:
        assert len(DIFFERENCES) == 12
        assert {"diff/0_10_vs_0_10", "diff/10_10_vs_0_20"} <= set(DIFFERENCES)

    @pytest.mark.parametrize("key", DIFFERENCES)
    @pytest.mark.parametrize(
        ("method", "name", "near"),
        [("wilson", "newcombe_method10", 1e-12), ("miettinen-nurminen", "miettinen_nurminen", 1e-9)],
    )
    def test_a_difference_of_two_simple_samples(self, key: str, method: str, name: str, near: float) -> None:
        row = cdi.compare(*pair(key), method=method).rows[0]
        assert row.estimate == pytest.approx(reference(key)["difference"], abs=1e-14)
        assert [row.low, row.high] == pytest.approx(reference(key)[name], abs=near)

    @pytest.mark.parametrize("key", ["56/70-48/80", "9/10-3/10", "6/7-2/7", "5/56-0/29", "10/10-0/20", "10/10-0/10"])
    def test_the_printed_table_of_newcombe(self, key: str) -> None:
        sides = [cdi.of_counts(*map(int, side.split("/"))) for side in key.split("-")]
        row = cdi.compare(*sides).rows[0]
        assert [row.low, row.high] == pytest.approx(reference("published_memory/newcombe1998b_table2")[key], abs=5.1e-5)

    def test_two_categories_of_one_sample(self) -> None:
        golden = reference("audit/domain_difference_A_minus_B")
        found = cdi.contrast(cdi.recording_rate(incidents(), by="group"), "A", "B")
        assert found.rows[0].estimate == pytest.approx(golden["diff"], rel=1e-12)
        assert found.rows[0].se == pytest.approx(golden["se"], rel=1e-12)
        assert found.table.rows[2].se == found.rows[0].se


class TestPValue:
    def test_stands_on_all_rows_but_those_without_a_ratio(self) -> None:
        without = {
            (key, kind) for key in DIFFERENCES for kind in KINDS if cdi.compare(*pair(key), kind=kind).rows[0].p is None
        }
        assert without == {(key, "ratio") for key in DIFFERENCES if "_vs_0_" in key}
        assert len(without) == 5

    @pytest.mark.parametrize(
        ("key", "kind"),
        [
            *(
                (key, kind)
                for key in ("56_70_vs_48_80", "9_10_vs_3_10", "6_7_vs_2_7", "88_90_vs_78_90")
                for kind in KINDS
            ),
            ("5_56_vs_0_29", "difference"),
            ("10_10_vs_0_10", "difference"),
        ],
    )
    def test_is_the_smallest_level_left_at_which_no_change_is_excluded(self, key: str, kind: str) -> None:
        sides = pair(f"diff/{key}")
        row = cdi.compare(*sides, kind=kind).rows[0]
        ends = cdi.compare(*sides, kind=kind, level=1 - row.p).rows[0]
        null = 0.0 if kind == "difference" else 1.0
        assert min(abs(float(ends.low) - null), abs(float(ends.high) - null)) < 1e-9

    def test_of_the_score_method_is_its_test(self) -> None:
        row = cdi.compare(*pair("diff/88_90_vs_78_90"), method="miettinen-nurminen").rows[0]
        chi2 = (88 / 90 - 78 / 90) ** 2 / (2 * (166 / 180) * (14 / 180) / 90 * 180 / 179)
        assert row.p == pytest.approx(math.erfc(math.sqrt(chi2 / 2)), rel=1e-12)

    def test_is_1_where_nothing_differs(self) -> None:
        assert cdi.compare(THIS, THIS).rows[0].p == 1.0

    def test_of_a_published_difference_is_the_normal_one(self) -> None:
        row = cdi.compare(cdi.PublishedRate(0.9, 0.02), cdi.PublishedRate(0.86, 0.03)).rows[0]
        z = 0.04 / math.hypot(0.02, 0.03) * 1.959963984540054
        assert row.p == pytest.approx(math.erfc(z / math.sqrt(2)), rel=1e-9)


class TestVerdicts:
    def test_the_published_pair(self) -> None:
        found = cdi.compare(THIS, LAST)
        assert found.verdict == "no clear change"
        assert found.rows[0].published == "broadly-unchanged"
        assert found.rows[0].margin == 0.03

    @pytest.mark.parametrize(
        ("a", "b", "verdict"),
        [
            ((880, 1000), (780, 1000), "higher"),
            ((780, 1000), (880, 1000), "lower"),
            ((9100, 10000), (9000, 10000), "higher, but by less than the margin"),
            ((9000, 10000), (9100, 10000), "lower, but by less than the margin"),
            ((9010, 10000), (9000, 10000), "broadly unchanged"),
            ((90, 100), (88, 100), "no clear change"),
        ],
    )
    def test_are_four_with_directions(self, a: tuple[int, int], b: tuple[int, int], verdict: str) -> None:
        assert cdi.compare(cdi.of_counts(*a), cdi.of_counts(*b)).verdict == verdict
        assert cdi.compare(cdi.of_counts(*a), cdi.of_counts(*b), kind="ratio", margin=0.04).verdict == verdict

    def test_rest_on_the_interval_at_twice_the_tail(self) -> None:
        row = cdi.compare(THIS, LAST).rows[0]
        inner = cdi.compare(THIS, LAST, level=0.90).rows[0]
        assert row.inner == pytest.approx((inner.low, inner.high), abs=1e-14)
        assert cdi.compare(THIS, LAST, margin=0.0621).verdict == "no clear change"
        assert cdi.compare(THIS, LAST, margin=0.0622).verdict == "broadly unchanged"

    def test_a_category_has_a_wider_margin(self) -> None:
        rows = {"kind": ["x", "y"] * 50, "recorded": [1, 1, 1, 0] * 25}
        found = cdi.compare(*(cdi.recording_rate(cdi.read_audit(pd.DataFrame(rows)), "kind") for _ in range(2)))
        assert [(row.label, row.margin) for row in found.rows] == [(("x",), 0.05), (("y",), 0.05), (("all",), 0.03)]

    def test_all_are_worded_and_noted(self) -> None:
        assert set(VERDICTS) <= set(NOTES)


class TestLaws:
    @given(counts(), counts(), LEVELS, st.sampled_from(["wilson", "korn-graubard", "miettinen-nurminen"]))
    def test_a_difference_is_antisymmetric(
        self, a: tuple[int, int], b: tuple[int, int], level: float, method: str
    ) -> None:
        one, other = cdi.of_counts(*a), cdi.of_counts(*b)
        this = cdi.compare(one, other, level=level, method=method).rows[0]
        last = cdi.compare(other, one, level=level, method=method).rows[0]
        near = 0 if method != "miettinen-nurminen" else 1e-12
        assert [this.estimate, this.low, this.high] == pytest.approx(
            [-float(last.estimate), -float(last.high), -float(last.low)], abs=near
        )
        assert this.p == pytest.approx(last.p, rel=1e-9)
        turned = {"higher": "lower", "lower": "higher", "broadly": "broadly", "no": "no"}
        words = [str(row.verdict).partition("-") for row in (this, last)]
        assert (turned[words[0][0]], words[0][2]) == (words[1][0], words[1][2])

    @given(counts(), counts())
    def test_a_ratio_turns_over(self, a: tuple[int, int], b: tuple[int, int]) -> None:
        one, other = cdi.of_counts(*a), cdi.of_counts(*b)
        this, last = (cdi.compare(*sides, kind="ratio").rows[0] for sides in ((one, other), (other, one)))
        if a[0] and b[0]:
            assert this.estimate * last.estimate == pytest.approx(1)
            for end, opposite in ((this.low, last.high), (last.low, this.high)):
                assert (end == 0 and opposite is None) or end * opposite == pytest.approx(1)
        elif not b[0]:
            assert (this.estimate, this.verdict, this.facts.reasons) == (None, None, ("no-ratio",))

    @given(counts(), counts(), st.sampled_from(KINDS), st.lists(st.floats(0.001, 0.6), min_size=2, max_size=5))
    def test_a_wider_margin_makes_a_verdict_milder_and_never_turns_it(
        self, a: tuple[int, int], b: tuple[int, int], kind: str, margins: list[float]
    ) -> None:
        """In order of the margin: no clear change, then broadly unchanged; higher, then higher within the margin."""
        found = [
            cdi.compare(cdi.of_counts(*a), cdi.of_counts(*b), kind=kind, margin=margin).rows[0].verdict
            for margin in sorted(margins)
        ]
        milder = {
            "no-clear-change": "broadly-unchanged", "higher": "higher-within-margin", "lower": "lower-within-margin",
        }  # fmt: skip
        for narrow, wide in pairwise(found):
            assert wide in (narrow, milder.get(str(narrow)))

    @given(counts(), counts(), LEVELS)
    def test_the_interval_holds_the_change_and_p_says_whether_it_holds_none(
        self, a: tuple[int, int], b: tuple[int, int], level: float
    ) -> None:
        row = cdi.compare(cdi.of_counts(*a), cdi.of_counts(*b), level=level).rows[0]
        assert -1 <= float(row.low) <= float(row.estimate) <= float(row.high) <= 1
        if abs(float(row.p) - (1 - level)) > 1e-9:
            assert (float(row.low) <= 0 <= float(row.high)) == (float(row.p) > 1 - level)

    @given(samples(kinds=("violent", "other"), reports=(4, 9)))
    def test_a_contrast_is_antisymmetric_and_its_se_is_that_of_the_shares_difference(self, sample: Any) -> None:
        rates = cdi.recording_rate(sample.audit(), by="type")
        if len(rates) < 3:
            return
        this, last = (cdi.contrast(rates, *names).rows[0] for names in (("violent", "other"), ("other", "violent")))
        assert this.estimate == -float(last.estimate)
        assert this.se == pytest.approx(last.se, abs=1e-12)
        if this.low is not None:
            assert [this.low, this.high] == pytest.approx([-float(last.high), -float(last.low)], abs=1e-9)

    @pytest.mark.parametrize("level", [0.8, 0.95])
    def test_verdicts_know_no_margin_that_turns_a_direction(self, level: float) -> None:
        for low, high in ((0.01, 0.2), (-0.2, -0.01), (-0.1, 0.1)):
            for margin in (0.001, 0.05, 0.5, 0.999):
                verdict = verdict_of((low, high), (low * level, high * level), margin)
                assert verdict.startswith("higher") == (low > 0)
                assert verdict.startswith("lower") == (high < 0)


def crimes(n: int, **columns: Any) -> cdi.Estimates:
    return cdi.recording_rate(cdi.read_audit(pd.DataFrame({"recorded": [1, 1, 1, 0] * n, **columns})), by=None)


class TestContrast:
    def by_hand(self, x: list[int], y: list[int]) -> tuple[float, float]:
        """The variance of a difference of two ratios over reports, with its covariance, from the scores themselves."""
        e = np.array(x) - np.mean(x) - (np.array(y) - np.mean(y))
        return float(np.mean(x) - np.mean(y)), float(np.sqrt((e**2).sum() * len(x) / (len(x) - 1)) / len(x))

    def test_counts_do_not_share_the_chance_of_their_crimes(self) -> None:
        """Two categories recorded alike in every report: their rates move together, their few crimes do not."""
        recorded = np.repeat([1] * 180 + [0] * 20, 2)
        rows = pd.DataFrame({"i": np.repeat(range(200), 2), "kind": ["x", "y"] * 200, "recorded": recorded})
        rates = cdi.recording_rate(cdi.read_audit(rows, cluster="i"), by="kind")
        missing = cdi.unrecorded(rates, {"x": 100, "y": 100}, prediction=True)
        row = cdi.contrast(missing, "x", "y", kind="ratio").rows[0]
        assert (row.estimate, row.low, row.high) == pytest.approx((1, 0.425, 2.352), abs=5e-4)

    def test_reports_that_hold_both_are_related(self) -> None:
        x, y = [1, 1, 0, 0, 1, 1, 0, 1, 1, 1, 0, 1], [1, 1, 0, 0, 1, 0, 0, 1, 1, 1, 1, 1]
        rows = {"incident": [*range(12)] * 2, "kind": ["x"] * 12 + ["y"] * 12, "recorded": x + y}
        rates = cdi.recording_rate(cdi.read_audit(pd.DataFrame(rows), cluster="incident"), by="kind")
        row = cdi.contrast(rates, "x", "y").rows[0]
        assert (row.estimate, row.se) == pytest.approx(self.by_hand(x, y), rel=1e-12)
        alone = cdi.compare(cdi.of_counts(sum(x), 12), cdi.of_counts(sum(y), 12)).rows[0]
        assert float(row.high) - float(row.low) < 0.8 * (float(alone.high) - float(alone.low))

    def test_a_ratio_with_the_covariance_has_the_p_of_the_difference(self) -> None:
        rates = cdi.recording_rate(incidents(), by="group")
        both = [cdi.contrast(rates, "A", "B", kind=kind).rows[0].p for kind in KINDS]
        assert both[0] == pytest.approx(both[1], rel=1e-8)

    def test_what_is_no_category_is_refused(self) -> None:
        rates = cdi.recording_rate(incidents(), by="group")
        assert refused(lambda: cdi.contrast(rates, "A", "C")) == ["no-domain"]
        assert refused(lambda: cdi.contrast(rates, "A", "all")) == ["no-domain"]
        assert refused(lambda: cdi.contrast(rates, "A", "A")) == ["same-domain"]
        assert refused(lambda: cdi.contrast(THIS, "A", "B")) == ["no-sample"]

    def test_a_category_without_crimes_has_no_comparison(self) -> None:
        rows = {"kind": ["x", "x", "y"], "due": [1, 1, 0], "recorded": [1, 0, 0]}
        rates = cdi.recording_rate(cdi.read_audit(pd.DataFrame(rows), due="due"), by="kind")
        row = cdi.contrast(rates, "x", "y").rows[0]
        assert (row.estimate, row.verdict, row.facts.reasons) == (None, None, ("not-comparable",))


class TestRows:
    def table(self, kinds: str, recorded: list[int]) -> cdi.Estimates:
        return cdi.recording_rate(cdi.read_audit(pd.DataFrame({"kind": list(kinds), "recorded": recorded})), by="kind")

    def test_go_together_by_label_and_the_rest_stays_alone(self) -> None:
        found = cdi.compare(self.table("xxyy", [1, 0, 1, 1]), self.table("xxzz", [1, 1, 0, 1]))
        assert [row.label[0] for row in found.rows] == ["x", "y", "z", "all"]
        alone = [row for row in found.rows if row.facts.reasons == ("one-side",)]
        assert [(row.label[0], row.a is None, row.b is None) for row in alone] == [
            ("y", False, True),
            ("z", True, False),
        ]
        assert all(row.estimate is None and row.p is None and row.verdict is None for row in alone)
        assert found.table.keys == ("side", "kind")

    def test_no_shared_category_and_other_columns_are_refused(self) -> None:
        one = self.table("xxyy", [1, 0, 1, 1])
        assert refused(lambda: cdi.compare(one, self.table("vvww", [1, 0, 1, 1]))) == ["no-shared-category"]
        other = cdi.read_audit(pd.DataFrame({"type": ["x", "y"] * 2, "recorded": [1, 0, 1, 1]}))
        assert refused(lambda: cdi.compare(one, cdi.recording_rate(other, by="type"))) == ["categories-differ"]

    def test_a_single_figure_goes_with_the_whole(self) -> None:
        found = cdi.compare(self.table("xxyy", [1, 0, 1, 1]), cdi.PublishedRate(0.5, 0.1))
        assert [(row.label, row.estimate) for row in found.rows] == [(("all",), 0.25)]

    def test_measures_that_differ_are_refused(self) -> None:
        one, other = cdi.of_counts(9, 10, measure="grounds"), cdi.of_counts(9, 10, measure="recording-rate")
        assert refused(lambda: cdi.compare(one, other)) == ["measures-differ"]
        assert cdi.compare(one, cdi.of_counts(9, 10)).rows[0].estimate == 0

    @pytest.mark.parametrize("margin", [0, 1, -0.03, 3, math.nan])
    def test_a_margin_outside_0_to_1_is_refused(self, margin: Any) -> None:
        assert refused(lambda: cdi.compare(THIS, LAST, margin=margin)) == ["margin"]

    @pytest.mark.parametrize("method", ["wilson", "exact", "miettinen-nurminen"])
    @pytest.mark.parametrize("level", [0.6, 0.7, 0.75])
    def test_a_level_too_low_for_the_margin_is_refused_by_its_name(self, level: float, method: str) -> None:
        rates = cdi.recording_rate(incidents(), by="group")
        for call in (
            lambda: cdi.compare(THIS, LAST, level=level, method=method),
            lambda: cdi.changes([THIS, LAST], level=level, method=method),
            lambda: cdi.contrast(rates, "A", "B", level=level, method=method),
        ):
            with pytest.raises(cdi.MethodError) as caught:
                call()
            assert [(fault.code, fault.got) for fault in caught.value.faults] == [("level-of-change", str(level))]

    def test_the_lowest_level_serves_every_method(self) -> None:
        sides = [cdi.of_counts(x, 30, population=90) for x in (21, 25)]
        for method in (*cdi.METHODS, *cdi.EXACT):
            if method != "published":
                assert cdi.compare(*sides, level=0.751, method=method).rows[0].inner is not None

    def test_terms_that_are_no_numbers_are_refused(self) -> None:
        text: Any = "0.8"
        assert refused(lambda: cdi.compare(THIS, LAST, level=text)) == ["level"]
        assert refused(lambda: cdi.changes([THIS, LAST], false_discovery=text)) == ["false-discovery"]
        assert refused(lambda: cdi.PublishedRate(text, 0.03)) == ["not-a-proportion"]
        assert refused(lambda: cdi.PublishedRate(text, text)) == ["not-a-proportion", "half-width"]

    def test_other_terms_that_cannot_be_are_refused(self) -> None:
        printed = cdi.PublishedRate(0.9, 0.03)
        assert refused(lambda: cdi.compare(THIS, LAST, kind="odds")) == ["no-comparison-kind"]
        assert refused(lambda: cdi.compare(THIS, LAST, level=0.4)) == ["level"]
        assert refused(lambda: cdi.compare(THIS, LAST, method="wilsn")) == ["unknown-method"]
        score = {"method": "miettinen-nurminen"}
        assert refused(lambda: cdi.compare(THIS, printed, **score)) == ["score-needs-simple"]
        assert refused(lambda: cdi.compare(cdi.of_counts(9, 10, population=20), LAST, **score)) == [
            "score-needs-simple"
        ]
        assert refused(lambda: cdi.compare(THIS, LAST, kind="ratio", **score)) == ["score-ratio"]
        assert refused(lambda: cdi.compare(THIS, LAST, names=("one",))) == ["names-differ"]
        clustered = pd.DataFrame({"incident": [1, 1, 2, 3], "recorded": [1, 0, 1, 1]})
        rates = cdi.recording_rate(cdi.read_audit(clustered, cluster="incident"))
        assert refused(lambda: cdi.compare(rates, LAST, **score)) == ["score-needs-simple"]

    @pytest.mark.parametrize("other", [0.8, None, (80, 100), [], {"rate": 0.9}])
    def test_what_is_no_figure_is_refused(self, other: Any) -> None:
        if not isinstance(other, dict):  # of which a comparison of two makes grades
            assert refused(lambda: cdi.compare(THIS, other)) == ["no-figure"]
        assert refused(lambda: cdi.changes([THIS, LAST, other])) == ["no-figure"]

    def test_one_sample_on_two_sides_is_refused(self) -> None:
        rates = cdi.recording_rate(cdi.read_audit(pd.DataFrame({"recorded": [1, 0, 1, 1]})))
        assert refused(lambda: cdi.compare(rates, rates)) == ["same-sample"]
        assert refused(lambda: cdi.changes([rates, LAST, rates])) == ["same-sample"]
        assert cdi.compare(THIS, THIS).rows[0].estimate == 0


class TestSides:
    """Python takes on a side what the command line does, and what Python itself makes."""

    ROWS = pd.DataFrame({"kind": ["x", "y"] * 30, "recorded": [1, 1, 1, 0] * 15})
    EARLIER = pd.DataFrame({"kind": ["x", "y"] * 30, "recorded": [1, 1, 1, 0, 1, 1] * 10})

    def test_texts_are_the_figures_that_they_say(self) -> None:
        found = cdi.compare("159/182", "86.5%+-4.3%", margin="3pp")
        same = cdi.compare(THIS, cdi.PublishedRate(0.865, 0.043), margin=0.03, names=("159/182", "86.5%+-4.3%"))
        assert found == same
        assert cdi.compare("69%", "55%", selection="census").rows[0].exact
        assert cdi.changes(["150/200", "152/200"]).names == ("152/200", "150/200")

    @pytest.mark.parametrize("make", [pd.DataFrame, cdi.read_audit, cdi.estimate])
    def test_frames_audits_and_results_are_estimated_alike(self, make: Any) -> None:
        sides = [make(rows) for rows in (self.ROWS, self.EARLIER)]
        terms: dict[str, Any] = {} if make is cdi.estimate else {"by": ()}
        rates = [cdi.recording_rate(cdi.read_audit(rows)) for rows in (self.ROWS, self.EARLIER)]
        assert cdi.compare(*sides, **terms) == cdi.compare(*rates)

    def test_files_are_called_by_their_names(self, tmp_path: Path) -> None:
        for name, rows in (("this.csv", self.ROWS), ("last.csv", self.EARLIER)):
            rows.to_csv(tmp_path / name, index=False)
        found = cdi.compare(str(tmp_path / "this.csv"), tmp_path / "last.csv", by="kind")
        assert found.names == ("this.csv", "last.csv")
        assert [row.label for row in found.rows] == [("x",), ("y",), ("all",)]
        assert found.rows[-1].estimate == pytest.approx(-1 / 12)

    def test_a_result_with_volumes_gives_its_rates_and_for_a_ratio_its_crimes(self) -> None:
        volumes = {"x": 900, "y": 400}
        sides = [cdi.estimate(rows, by="kind", volumes=volumes) for rows in (self.ROWS, self.EARLIER)]
        found = cdi.compare(*sides)
        assert found.rows[-1].a is not None
        assert found.rows[-1].a.facts.by_volumes
        assert found.rows[-1].a.estimate == sides[0].table.rows[2].estimate
        assert cdi.compare(*sides, kind="ratio").rows[-1].a.measure.key == "unrecorded"
        assert found == cdi.compare(self.ROWS, self.EARLIER, by="kind", volumes=[volumes] * 2)

    def test_searches_are_read_as_such(self) -> None:
        rows = self.ROWS.rename(columns={"recorded": "grounds"})
        assert cdi.compare(rows, "86.5%+-4.3%", searches=True).rows[0].a.measure.key == "grounds"

    def test_a_contrast_reads_its_sample(self) -> None:
        rates = cdi.recording_rate(cdi.read_audit(self.ROWS), by="kind")
        assert cdi.contrast(self.ROWS, "x", "y", by="kind") == cdi.contrast(rates, "x", "y")
        assert refused(lambda: cdi.contrast("86.5%+-4.3%", "x", "y")) == ["no-sample"]

    @pytest.mark.parametrize(
        ("call", "code"),
        [
            (lambda: cdi.compare("159/182", "211/244", by="kind"), "figures-only"),
            (lambda: cdi.compare("159/182", "211/244", cluster="report"), "figures-only"),
            (lambda: cdi.compare(THIS, LAST, selection="census"), "figures-only"),
            (lambda: cdi.compare("159/182", "nosuch.csv"), "no-file"),
            (lambda: cdi.changes(["159/182", "86.5%"]), "no-half-width"),
            (lambda: cdi.compare("159/182", "211/244", margin="3"), "margin-bare"),
            (lambda: cdi.compare(TestSides.ROWS, "211/244", volumes=[{"x": 9}] * 2), "volumes-a-side"),
            (lambda: cdi.compare(TestSides.ROWS, "211/244", volumes={"x": 9}, searches=True), "searches-with-volumes"),
            (lambda: cdi.changes("159/182"), "too-few-sides"),
        ],
    )
    def test_what_would_be_passed_over_or_cannot_be_is_refused(self, call: Any, code: str) -> None:
        assert refused(call) == [code]


class TestViews:
    """The table holds all numbers: what is changed there is changed everywhere."""

    FOUND = cdi.compare("159/182", "211/244")

    def test_changes_are_those_of_the_table(self) -> None:
        change, (a, b, row, held, p, margin) = self.FOUND.rows[0], self.FOUND.table.rows
        assert (change.a, change.b, change.row, change.held) == (a, b, row, held)
        assert (change.p, change.margin, change.q) == (p.estimate, margin.estimate, None)
        assert (held.level, change.inner) == (0.9, (held.low, held.high))

    def test_what_is_taken_from_the_table_is_gone_from_the_verdict_and_the_page(self) -> None:
        table = self.FOUND.table
        gone = tuple(replace(row, estimate=None, low=None, high=None).stating(found=()) for row in table.rows)
        found = replace(self.FOUND, table=replace(table, rows=gone))
        assert (found.verdict, found.rows[0].inner, found.rows[0].p) == (None, (None, None), None)
        assert "87.4" not in str(found)
        assert found.sentences == ()

    def test_wide_has_one_row_a_change(self) -> None:
        frame = cdi.changes(["150/200", "152/200", "181/200"], names=["2021", "2022", "2023"]).wide()
        assert list(zip(frame["a"], frame["b"], frame["verdict"], strict=True)) == [
            ("2023", "2022", "higher"), ("2022", "2021", "no clear change"),
        ]  # fmt: skip
        assert frame["change"].round(3).tolist() == [0.145, 0.01]

    def test_draws_both_sides_a_printed_figure_too(self) -> None:
        rows = pd.DataFrame({"recorded": [1, 1, 1, 0] * 15})
        axes = cdi.compare(rows, "86.5%+-4.3%").plot()
        assert [text.get_text() for text in axes.get_yticklabels()] == ["this", "86.5%+-4.3%"]

    def test_says_in_short_what_it_is(self) -> None:
        assert repr(self.FOUND).startswith("<cdi.Comparison: ")
        assert "159/182" in self.FOUND._repr_html_()
        assert pickle.loads(pickle.dumps(self.FOUND)) == self.FOUND  # noqa: S301


class TestSelection:
    def test_a_census_is_exact_and_has_no_interval(self) -> None:
        row = cdi.compare(cdi.PublishedRate(0.69), cdi.PublishedRate(0.55)).rows[0]
        assert row.estimate == pytest.approx(0.14)
        assert (row.low, row.high, row.p, row.verdict, row.exact) == (None, None, None, "higher", True)
        counted = [cdi.of_counts(x, 100, selection="census") for x in (69, 69, 55)]
        assert cdi.compare(counted[0], counted[1]).verdict == "the same"
        assert cdi.compare(counted[2], counted[0]).rows[0].verdict == "lower"
        assert not any(math.isnan(value) for row in cdi.compare(*counted[:2]).table.values() for value in row
                       if isinstance(value, float))  # fmt: skip

    def test_a_census_beside_a_sample_brings_no_width(self) -> None:
        row = cdi.compare(THIS, cdi.PublishedRate(0.80)).rows[0]
        own = THIS.interval()
        assert (row.low, row.high) == pytest.approx((own.low[0] - 0.8, own.high[0] - 0.8))

    @pytest.mark.parametrize("selection", ["judgement", "voluntary"])
    def test_others_are_refused_with_the_reason(self, selection: str) -> None:
        chosen = cdi.of_counts(9, 10, selection=selection)
        for sides in ((chosen, LAST), (LAST, chosen)):
            assert refused(lambda sides=sides: cdi.compare(*sides)) == ["not-representative"]


class TestRatios:
    def missing(self, recorded: list[int]) -> cdi.Estimates:
        rows = {"kind": ["x"] * 40 + ["y"] * 40, "recorded": recorded}
        rates = cdi.recording_rate(cdi.read_audit(pd.DataFrame(rows)), by="kind")
        return cdi.unrecorded(rates, {"x": 1000, "y": 3000})

    def test_of_unrecorded_crimes_rest_on_logarithms_of_the_mapped_ends(self) -> None:
        one, other = self.missing(([1] * 36 + [0] * 4) * 2), self.missing(([1] * 32 + [0] * 8) * 2)
        found = cdi.compare(one, other, kind="ratio")
        ends = [side.interval() for side in (one, other)]
        logs = [
            [np.log(v) for v in (side.estimate, end.low, end.high)]
            for side, end in zip((one, other), ends, strict=True)
        ]
        d = logs[0][0] - logs[1][0]
        low = np.exp(d - np.hypot(logs[0][0] - logs[0][1], logs[1][2] - logs[1][0]))
        high = np.exp(d + np.hypot(logs[0][2] - logs[0][0], logs[1][0] - logs[1][1]))
        assert [row.low for row in found.rows] == pytest.approx(low.tolist(), rel=1e-12)
        assert [row.high for row in found.rows] == pytest.approx(high.tolist(), rel=1e-12)
        assert found.rows[0].estimate == pytest.approx((4 / 36) / (8 / 32))

    def test_a_zero_where_a_logarithm_is_needed_is_a_note(self) -> None:
        none, some = self.missing([1] * 80), self.missing(([1] * 32 + [0] * 8) * 2)
        for sides in ((none, some), (some, none)):
            found = cdi.compare(*sides, kind="ratio")
            assert all((row.estimate, row.facts.reasons) == (None, ("no-ratio",)) for row in found.rows)
        assert refused(lambda: cdi.compare(none, some)) == ["counts-need-ratio"]

    def test_an_end_that_may_be_0_leaves_no_upper_limit(self) -> None:
        row = cdi.compare(cdi.of_counts(5, 10), cdi.PublishedRate(0.02, 0.03), kind="ratio").rows[0]
        assert (row.high, row.facts.reasons) == (None, ("ratio-no-limit",))
        assert float(row.low) > 1

    def test_rates_by_mover_r(self) -> None:
        """Donner and Zou's closed form, written the other way round."""
        row = cdi.compare(THIS, LAST, kind="ratio").rows[0]
        (a, b), ends = (159 / 182, 211 / 244), [side.interval() for side in (THIS, LAST)]
        (la, ua), (lb, ub) = [(float(end.low[0]), float(end.high[0])) for end in ends]
        low = (a * b - math.sqrt((a * b) ** 2 - la * (2 * a - la) * ub * (2 * b - ub))) / (ub * (2 * b - ub))
        high = (a * b + math.sqrt((a * b) ** 2 - ua * (2 * a - ua) * lb * (2 * b - lb))) / (lb * (2 * b - lb))
        assert (row.low, row.high) == pytest.approx((low, high), rel=1e-12)


class TestProducts:
    @given(counts(), counts())
    def test_are_by_square_and_add_and_stay_within_0_and_1(self, a: tuple[int, int], b: tuple[int, int]) -> None:
        (p, p_low, p_high), (q, q_low, q_high) = sides = [
            (x / n, float(end.low), float(end.high)) for x, n in (a, b) for end in [cdi.count_interval(x, n)]
        ]
        low, high = map(float, product(*(WithLimits(*map(np.array, side)) for side in sides)))
        assert low == pytest.approx(max(p * q - math.hypot(q * (p - p_low), p * (q - q_low)), 0), abs=1e-14)
        assert high == pytest.approx(p * q + math.hypot(q * (p_high - p), p * (q_high - q)), abs=1e-14)
        assert 0 <= low <= p * q + 1e-15
        assert high <= 1 + 1e-15


class TestTake:
    def test_gives_rows_in_the_order_asked_for_with_all_that_is_of_them(self) -> None:
        rows = {"kind": ["x"] * 40 + ["y"] * 40, "recorded": ([1] * 36 + [0] * 4) + ([1] * 32 + [0] * 8)}
        missing = cdi.unrecorded(cdi.recording_rate(cdi.read_audit(pd.DataFrame(rows)), by="kind"), {"x": 90, "y": 300})
        taken = missing.take([1, 0])
        assert [row.label for row in taken.rows] == [("y",), ("x",)]
        assert taken.estimate.tolist() == missing.estimate[[1, 0]].tolist()
        assert taken.interval().low.tolist() == missing.interval().low[[1, 0]].tolist()


class TestPublished:
    @pytest.mark.parametrize("text", ["86.5%+-4.3%", "86.5% ± 4.3%", "86.5%+/-4.3pp", " 86.5 %±4.3 % "])
    def test_is_read_in_its_spellings(self, text: str) -> None:
        found = cdi.parse_published(text)
        assert (found.rate, found.half_width) == (0.865, 0.043)

    @pytest.mark.parametrize(
        ("text", "code"),
        [("86.5%–4.3%", "not-published"), ("86.5+-4.3", "not-published"), ("86.5%+-4.3", "not-published"),
         ("86.5%", "no-half-width"), ("101%+-4%", "not-a-proportion"), ("86.5%+-0%", "half-width")],
    )  # fmt: skip
    def test_else_is_refused(self, text: str, code: str) -> None:
        assert refused(lambda: cdi.parse_published(text)) == [code]

    def test_of_a_census_has_no_half_width(self) -> None:
        assert cdi.parse_published("69%", census=True) == cdi.PublishedRate(0.69, None, "69%")
        assert refused(lambda: cdi.parse_published("69%+-3%", census=True)) == ["census-width"]

    def test_its_interval_is_the_printed_one_and_its_size_what_that_implies(self) -> None:
        found = cdi.PublishedRate(0.865, 0.043)
        assert (float(found.interval().low), float(found.interval().high)) == (0.865 - 0.043, 0.865 + 0.043)
        narrower = found.interval(0.90)
        assert float(narrower.high) - 0.865 == pytest.approx(0.043 * 1.6448536269514722 / 1.959963984540054)
        assert found.size == pytest.approx(0.865 * 0.135 * (1.96 / 0.043) ** 2)
        assert math.isnan(cdi.PublishedRate(0.69).size)

    def test_two_are_compared_by_the_root_of_the_squares(self) -> None:
        row = cdi.compare(cdi.PublishedRate(0.874, 0.048), cdi.PublishedRate(0.865, 0.043)).rows[0]
        assert (row.low, row.high) == pytest.approx(
            (0.009 - math.hypot(0.048, 0.043), 0.009 + math.hypot(0.048, 0.043))
        )
        assert row.a is not None
        assert row.a.facts.reasons == ("as-printed",)


class TestChanges:
    SIDES = tuple(cdi.of_counts(x, 200) for x in (150, 152, 181))

    def test_each_period_is_held_against_the_one_before(self) -> None:
        found = cdi.changes(self.SIDES, names=["a", "b", "c"])
        assert [row.names for row in found.rows] == [("c", "b"), ("b", "a")]
        assert found.verdict == "higher"
        alone = cdi.compare(self.SIDES[2], self.SIDES[1]).rows[0]
        assert (found.rows[0].low, found.rows[0].p) == (alone.low, alone.p)
        assert [record.label for record in found.table.rows[:3]] == [("c",), ("b",), ("a",)]

    def test_q_is_that_of_benjamini_and_hochberg(self) -> None:
        sides = [cdi.of_counts(x, 200) for x in (150, 152, 181, 160, 170)]
        found = cdi.changes(sides)
        p = [row.p for row in found.rows]
        assert [row.q for row in found.rows] == pytest.approx(false_discovery_control(p).tolist())

    def test_where_no_change_has_a_p_value_none_is_adjusted(self) -> None:
        found = cdi.changes([cdi.of_counts(x, 200, population=900) for x in (150, 152, 181)], method="exact")
        assert [(row.p, row.q) for row in found.rows] == [(None, None)] * 2

    def test_what_cannot_be_is_refused(self) -> None:
        assert refused(lambda: cdi.changes(self.SIDES[:1])) == ["too-few-sides"]
        assert refused(lambda: cdi.changes(self.SIDES, names=["a", "b"])) == ["names-differ"]
        assert refused(lambda: cdi.changes(self.SIDES, names=["a", "b", "a"])) == ["names-differ"]
        assert refused(lambda: cdi.changes(self.SIDES, false_discovery=0)) == ["false-discovery"]


class TestCoverage:
    """True rates of .80 to .99 in steps of .01, each of one sample with each of the other."""

    @pytest.mark.parametrize(
        ("sizes", "mover", "score"),
        [((182, 244), 0.948, 0.942), ((24, 158), 0.950, 0.940), ((60, 60), 0.951, 0.936)],
    )
    def test_minima_are_those_of_the_specification(self, sizes: tuple[int, int], mover: float, score: float) -> None:
        assert round(float(cdi.coverage_of_difference(*sizes).min()), 3) == mover
        assert round(float(cdi.coverage_of_difference(*sizes, method="miettinen-nurminen").min()), 3) == score

    def test_is_what_enumeration_by_hand_gives(self) -> None:
        p, q, found = 0.9, 0.8, 0.0
        for x in range(8):
            for y in range(6):
                row = cdi.compare(cdi.of_counts(x, 7), cdi.of_counts(y, 5)).rows[0]
                chance = math.comb(7, x) * p**x * (1 - p) ** (7 - x) * math.comb(5, y) * q**y * (1 - q) ** (5 - y)
                found += chance * (float(row.low) <= p - q <= float(row.high))
        assert float(cdi.coverage_of_difference(7, 5, p, q)) == pytest.approx(found, abs=1e-12)

    def test_what_cannot_be_enumerated_is_refused(self) -> None:
        assert refused(lambda: cdi.coverage_of_difference(2000, 2000)) == ["coverage-size"]
        assert refused(lambda: cdi.coverage_of_difference(10, 10, method="exact")) == ["unknown-method"]
        assert refused(lambda: cdi.coverage_of_difference(0, 10)) == ["not-a-count"]
        assert refused(lambda: cdi.coverage_of_difference(5, 10, 1.2, 0.9)) == ["not-a-proportion"]
