"""Two auditors of the same reports: the coefficients, their jackknife, which rows are matched, and what is said."""

from __future__ import annotations

import csv
import io
import json
import math
import pickle
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import cdi
from cdi.agreeing.coefficients import (
    Held,
    ac1,
    against_the_rest,
    agreed,
    jackknife,
    kappa,
    limits_below_one,
)
from cdi.facts import Presentation
from cdi.measures import MEASURES
from cdi.printing.tables import Row
from tests import at_most
from tests.reference import keys, reference
from tests.test_cli import outcome, run_here

CASES = Path(__file__).parent / "cases"
FIRST, AGAIN, HALF = (
    CASES / name for name in ("first_audit.csv", "same_reports_again.csv", "half_the_same_reports.csv")
)

DECISIONS = ["recorded", "not recorded", "wrong class", "no crime", "not auditable"]

Table = npt.NDArray[np.float64]


def table(cells: Any) -> Table:
    return np.asarray(cells, dtype=np.float64)


def one_a_report(cells: Any) -> Held:
    """Put each crime of a table into a report of its own."""
    whole = table(cells)
    places = [(i, j) for i, j in product(range(len(whole)), repeat=2) if whole[i, j]]
    tables = np.zeros((len(places), *whole.shape))
    for k, (i, j) in enumerate(places):
        tables[k, i, j] = 1
    times = np.array([int(whole[place]) for place in places])
    return Held(tables, np.zeros(len(places), dtype=np.int64), times)


def rows_of(cells: Any, words: list[str] | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write a table as two sheets, one row a crime and a report."""
    words = DECISIONS if words is None else words
    pairs = [(words[i], words[j]) for i, row in enumerate(cells) for j, n in enumerate(row) for _ in range(n)]
    reports = [f"R{i:04}" for i in range(len(pairs))]
    one, other = ([pair[side] for pair in pairs] for side in (0, 1))
    return (
        pd.DataFrame({"cluster": reports, "decision": one}),
        pd.DataFrame({"cluster": reports, "decision": other}),
    )


def row(found: cdi.Agreement, key: str, *label: str) -> Row:
    """Give the row of a measure, over all unless a label is named."""
    wanted = label or ("all",) * len(found.table.keys)
    (only,) = (each for each in found.table.of(key) if each.label == wanted)
    return only


def number(found: cdi.Agreement, key: str) -> float | None:
    """Give what was counted of one kind."""
    (only,) = found.table.of(key)
    return only.estimate


def refused(first: object, second: object, by: str | None = None, **terms: Any) -> list[cdi.Fault]:
    with pytest.raises(cdi.CdiError) as caught:
        cdi.agreement(first, second, by, **terms)
    return list(caught.value.faults)


def codes(first: object, second: object, by: str | None = None, **terms: Any) -> list[str]:
    return [fault.code for fault in refused(first, second, by, **terms)]


TABLES = keys("agree/")


class TestCoefficients:
    """Against R (irrCAC, epiR), statsmodels, and fractions worked by hand."""

    @pytest.mark.parametrize("key", TABLES)
    def test_are_those_of_r(self, key: str) -> None:
        value = reference(key)
        cells = table(value["table"])
        assert float(agreed(cells)) == pytest.approx(value["observed"], rel=1e-12)
        assert float(ac1(cells)) == pytest.approx(value["gwet2008"]["ac1"], rel=1e-12)
        expected = value["fleiss_cohen_everitt"]["kappa"]
        if expected == "NaN":
            assert math.isnan(kappa(cells))
        else:
            assert float(kappa(cells)) == pytest.approx(expected, rel=1e-12)

    def test_there_are_tables_of_r(self) -> None:
        assert len(TABLES) == 5

    @pytest.mark.parametrize("key", [key for key in TABLES if "one_cell" not in key])
    def test_kappa_is_that_of_statsmodels(self, key: str) -> None:
        from statsmodels.stats.inter_rater import cohens_kappa  # type: ignore[import-untyped]

        cells = table(reference(key)["table"])
        assert float(kappa(cells)) == pytest.approx(float(cohens_kappa(cells).kappa), rel=1e-13)

    def test_kappa_of_cohen_1960(self) -> None:
        """Cohen (1960), table 1: shares of 200 cases in three categories; he prints .49 without rounding in between."""
        cells = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
        total = 200
        observed = Fraction(88 + 40 + 12, total)
        of_first, of_second = [sum(each) for each in cells], [sum(each) for each in zip(*cells, strict=True)]
        chance = sum((Fraction(a * b, total**2) for a, b in zip(of_first, of_second, strict=True)), Fraction(0))
        expected = (observed - chance) / (1 - chance)
        assert round(float(expected), 2) == 0.49
        assert float(kappa(table(cells))) == pytest.approx(float(expected), rel=1e-14)

    def test_ac1_by_its_formula_in_fractions(self) -> None:
        """Gwet (2008), equations of section 3, by hand: 125 cases, of which 118 are rated positive by both."""
        cells = [[118, 5], [2, 0]]
        observed = Fraction(118, 125)
        mean = (Fraction(123, 125) + Fraction(120, 125)) / 2
        chance = 2 * mean * (1 - mean)
        expected = (observed - chance) / (1 - chance)
        assert float(ac1(table(cells))) == pytest.approx(float(expected), rel=1e-14)
        # and kappa is below 0 although 94 in 100 are alike, which is why AC1 was made
        assert float(kappa(table(cells))) == pytest.approx(-0.0234, abs=5e-5)

    def test_do_not_exist_of_nothing(self) -> None:
        nothing = np.zeros((2, 2))
        assert all(math.isnan(of(nothing)) for of in (agreed, kappa, ac1))

    def test_of_many_tables_are_those_of_each(self) -> None:
        many = np.random.default_rng(1).integers(0, 9, (4, 3, 3)).astype(float)
        for of in (agreed, kappa, ac1, lambda tables: kappa(against_the_rest(1)(tables))):
            assert of(many).tolist() == pytest.approx([float(of(each)) for each in many], rel=1e-14)

    def test_against_the_rest_gathers_all_other_answers(self) -> None:
        cells = table([[5, 1, 2], [3, 7, 4], [6, 8, 9]])
        assert against_the_rest(1)(cells).tolist() == [[7, 7], [9, 22]]
        assert float(against_the_rest(2)(cells).sum()) == cells.sum()


def explicit(statistic: Callable[[Table], Any], reports: Table, strata: list[int]) -> tuple[float, float]:
    """Leave out one report at a time, in a loop, with the others of its stratum weighted up."""
    whole = float(statistic(reports.sum(axis=0)))
    variance = 0.0
    for stratum in set(strata):
        own = [i for i, each in enumerate(strata) if each == stratum]
        size = len(own)
        without = []
        for left_out in own:
            kept = np.zeros_like(reports[0])
            for i, each in enumerate(strata):
                if i != left_out:
                    kept = kept + reports[i] * (size / (size - 1) if each == stratum else 1.0)
            without.append(float(statistic(kept)))
        if size == 1:
            variance += (without[0] - whole) ** 2
        else:
            mean = sum(without) / size
            variance += (size - 1) / size * sum((each - mean) ** 2 for each in without)
    return whole, math.sqrt(variance)


class TestJackknife:
    @pytest.mark.parametrize("of", [agreed, kappa, ac1])
    @pytest.mark.parametrize("strata", [[0] * 12, [0] * 5 + [1] * 7, [0] * 5 + [1] * 6 + [2]])
    def test_leaves_out_one_report_at_a_time(self, of: Callable[[Table], Any], strata: list[int]) -> None:
        draw = np.random.default_rng(len(set(strata)))
        reports = draw.integers(0, 4, (12, 3, 3)).astype(float)
        found = jackknife(of, Held(reports, np.array(strata), np.ones(12, dtype=np.int64)))
        estimate, se = explicit(of, reports, strata)
        assert (found.estimate, found.se) == pytest.approx((estimate, se), rel=1e-10)
        assert found.df == 12 - len(set(strata))

    def test_takes_reports_that_are_alike_together(self) -> None:
        kinds = table([[[1, 0], [0, 0]], [[0, 1], [0, 0]], [[0, 0], [0, 2]]])
        times, strata = np.array([6, 3, 4]), np.array([0, 0, 1])
        together = jackknife(kappa, Held(kinds, strata, times))
        apart = jackknife(kappa, Held(kinds.repeat(times, axis=0), strata.repeat(times), np.ones(13, dtype=np.int64)))
        assert (together.estimate, together.se) == pytest.approx((apart.estimate, apart.se), rel=1e-12)
        assert together.df == apart.df == 11

    @pytest.mark.parametrize("key", [key for key in TABLES if "one_cell" not in key])
    def test_of_single_crimes_is_near_the_large_sample_error(self, key: str) -> None:
        """Of n single crimes the jackknife tends to the variances of Fleiss, Cohen and Everitt, and of Gwet."""
        value = reference(key)
        held = one_a_report(value["table"])
        assert jackknife(kappa, held).se == pytest.approx(value["fleiss_cohen_everitt"]["ase"], rel=0.13)
        assert jackknife(ac1, held).se == pytest.approx(value["gwet2008"]["se_n_minus_1"], rel=0.005)

    def test_of_percent_agreement_is_the_standard_error_of_a_share(self) -> None:
        found = jackknife(agreed, one_a_report([[70, 10], [5, 15]]))
        assert found.se == pytest.approx(math.sqrt(0.85 * 0.15 / 99), rel=1e-12)

    def test_limits_of_coefficients_are_of_student_on_a_log_scale(self) -> None:
        found = jackknife(kappa, one_a_report([[40, 6], [4, 10]]))
        low, high = limits_below_one(found, 0.9) or (0.0, 0.0)
        reach = float(stats.t.ppf(0.95, 59)) * found.se / (1 - found.estimate)
        ends = [math.log(1 - found.estimate) + sign * reach for sign in (1, -1)]
        assert (low, high) == pytest.approx(tuple(1 - math.exp(end) for end in ends), rel=1e-12)

    @given(st.lists(st.integers(0, 30), min_size=4, max_size=4))
    def test_limits_of_coefficients_are_about_them_and_below_one(self, cells: list[int]) -> None:
        whole = table(cells).reshape(2, 2)
        if whole.sum() < 3:
            return
        for of in (kappa, ac1):
            found = jackknife(of, one_a_report(whole))
            ends = limits_below_one(found, 0.95)
            if ends is not None:
                assert ends[0] < found.estimate < ends[1] <= 1

    def test_has_no_limits_where_nothing_varies_or_a_number_is_lost(self) -> None:
        assert limits_below_one(jackknife(ac1, one_a_report([[9, 0], [0, 0]])), 0.95) is None
        lost = jackknife(kappa, one_a_report([[9, 0], [0, 1]]))
        assert (lost.estimate, math.isnan(lost.se)) == (1.0, True)
        assert limits_below_one(lost, 0.95) is None


class TestPublishedCases:
    """The shared cases: the same 90 reports read again, and half of them."""

    def test_counts_are_those_of_a_join(self) -> None:
        first, second = pd.read_csv(FIRST), pd.read_csv(AGAIN)
        both = first.merge(second, on="cluster", suffixes=("", "_again"))
        cells = pd.crosstab(both["recorded"], both["recorded_again"]).to_numpy()
        found = cdi.agreement(FIRST, AGAIN)
        assert row(found, "agreement").n == len(both) == 90
        assert row(found, "agreement").recorded == int(np.trace(cells))
        assert found.kappa == pytest.approx(float(kappa(cells.astype(float))), rel=1e-12)
        assert row(found, "rate-first").recorded == int(both["recorded"].sum())
        assert row(found, "rate-second").recorded == int(both["recorded_again"].sum())
        assert found.shift == pytest.approx(float((both["recorded_again"] - both["recorded"]).mean()), rel=1e-9)

    def test_by_class_each_is_that_of_its_rows(self) -> None:
        first, second = pd.read_csv(FIRST), pd.read_csv(AGAIN)
        found = cdi.agreement(first, second, "crime_type")
        for name in ("violent", "other"):
            alone = cdi.agreement(first[first.crime_type == name], second[second.crime_type == name])
            for key in ("agreement", "kappa", "ac1", "rate-first", "rate-second", "rate-shift"):
                assert row(found, key, "all", "all", name).estimate == row(alone, key).estimate

    def test_every_row_is_counted_once(self) -> None:
        found = cdi.agreement(FIRST, HALF)
        matched = row(found, "agreement").n or 0
        assert matched + (number(found, "only-first") or 0) == len(pd.read_csv(FIRST))
        assert matched + (number(found, "only-second") or 0) == len(pd.read_csv(HALF))
        assert (matched, number(found, "only-first-found"), number(found, "only-second-found")) == (45, 0, 0)

    def test_pairs_add_up(self) -> None:
        found = cdi.agreement(FIRST, AGAIN)
        pairs = found.table.of("pair-of-answers")
        assert len(pairs) == 4
        assert sum(each.recorded or 0 for each in pairs) == 90
        assert sum(each.estimate or 0 for each in pairs) == pytest.approx(1)
        assert {each.label: each.recorded for each in pairs} == {
            ("recorded", "recorded"): 71, ("recorded", "not recorded"): 2,
            ("not recorded", "recorded"): 1, ("not recorded", "not recorded"): 16,
        }  # fmt: skip


class TestShares:
    """Percent agreement and the rates are shares like any other, and the rest is the jackknife."""

    def test_of_single_crimes_have_the_textbook_interval(self) -> None:
        found = cdi.agreement(*rows_of([[70, 10], [5, 15]]))
        expected = cdi.of_counts(85, 100).interval()
        assert (row(found, "agreement").low, row(found, "agreement").high) == pytest.approx(
            (expected.low[0], expected.high[0]), rel=1e-12
        )
        by_first = cdi.of_counts(80, 100).interval()
        assert row(found, "rate-first").low == pytest.approx(by_first.low[0], rel=1e-12)

    def test_rates_are_those_of_an_estimate_of_the_same_rows(self) -> None:
        one, other = rows_of([[60, 3, 2, 1], [4, 20, 0, 1], [0, 1, 9, 0], [2, 0, 1, 6]])
        found = cdi.agreement(one, other)
        for key, frame in (("rate-first", one), ("rate-second", other)):
            (alone,) = cdi.estimate(frame).table.rows
            assert (row(found, key).estimate, row(found, key).n, row(found, key).recorded) == (
                alone.estimate, alone.n, alone.recorded,
            )  # fmt: skip

    def test_each_answer_is_held_against_all_others(self) -> None:
        cells = [[60, 3, 2], [4, 20, 0], [1, 1, 9]]
        found = cdi.agreement(*rows_of(cells))
        for place, name in enumerate(DECISIONS[:3]):
            gathered = against_the_rest(place)(table(cells))
            assert row(found, "answer-kappa", name, name).estimate == pytest.approx(float(kappa(gathered)), rel=1e-12)
            assert row(found, "answer-ac1", name, name).estimate == pytest.approx(float(ac1(gathered)), rel=1e-12)
            assert row(found, "answer-agreement", name, name).estimate == pytest.approx(
                float(agreed(gathered)), rel=1e-12
            )

    def test_intervals_are_the_jackknife_over_reports(self) -> None:
        draw = np.random.default_rng(5)
        size = draw.integers(1, 4, 40)
        reports = np.repeat(np.arange(40), size)
        first, second = (draw.integers(0, 2, len(reports)) for _ in range(2))
        frame = pd.DataFrame({
            "cluster": reports.astype(str), "case": np.arange(len(reports)).astype(str),
            "stratum": np.where(reports < 15, "calls", "online"), "recorded": first,
        })  # fmt: skip
        found = cdi.agreement(frame, frame.assign(recorded=second), level=0.9)
        tables = np.zeros((40, 2, 2))
        np.add.at(tables, (reports, 1 - first, 1 - second), 1)
        strata = [0] * 15 + [1] * 25
        wanted: dict[str, Callable[[Table], Any]] = {"kappa": kappa, "ac1": ac1}
        for key, of in wanted.items():
            estimate, se = explicit(of, tables, strata)
            half = float(stats.t.ppf(0.95, 38)) * se
            left = 1 - estimate
            ends = (1 - left * math.exp(half / left), 1 - left * math.exp(-half / left))
            held = row(found, key)
            assert (held.estimate, held.se, held.df) == pytest.approx((estimate, se, 38), rel=1e-9)
            assert (held.low, held.high) == pytest.approx(ends, rel=1e-9)


class TestTheDifferenceOfTheTwoRates:
    """One question has one answer: what the second less the first is, ``compare`` says of the same rows too."""

    @staticmethod
    def sheet(seed: int = 3, size: int = 60) -> tuple[pd.DataFrame, pd.DataFrame]:
        draw = np.random.default_rng(seed)
        report = np.repeat(np.arange(size), draw.integers(1, 4, size))
        first = draw.choice(DECISIONS, len(report), p=[0.7, 0.12, 0.06, 0.06, 0.06])
        second = np.where(draw.random(len(report)) < 0.15, draw.choice(DECISIONS, len(report)), first)
        one = pd.DataFrame({
            "cluster": [f"R{i}/24" for i in report], "case": [f"C{i}" for i in range(len(report))],
            "crime_type": draw.choice(["violent", "other"], len(report)), "decision": first,
            "route": np.where(report < 25, "calls", "online"), "wt": np.where(report < 25, 1.5, 4.25),
        })  # fmt: skip
        return one, one.assign(decision=second)

    @pytest.mark.parametrize(
        "roles",
        [
            {}, {"level": 0.9}, {"stratum": "route"}, {"weight": "wt"}, {"stratum": "route", "weight": "wt"},
            {"population": 90}, {"stratum": "route", "population": {"calls": 40, "online": 300}},
            {"selection": "census"},
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("by", ["crime_type", []])
    def test_is_that_of_a_comparison(self, roles: dict[str, Any], by: Any) -> None:
        one, other = self.sheet()
        found = cdi.agreement(one, other, by, **roles)
        for change in cdi.compare(other, one, by=by, **roles).rows:
            label = ("all", "all", *change.label) if by else ("all", "all")
            held = row(found, "rate-shift", *label)
            assert held.estimate == pytest.approx(change.estimate, abs=1e-12)
            assert (held.low, held.high, held.se) == pytest.approx((change.low, change.high, change.row.se), abs=1e-12)
            tested = [each.estimate for each in found.table.of("p-value") if each.label == label]
            assert tested == pytest.approx([] if change.p is None else [change.p], abs=1e-9)

    @given(st.tuples(*[st.integers(0, 12)] * 4), st.sampled_from([0.8, 0.95]))
    @pytest.mark.long
    def test_is_that_of_a_comparison_of_any_table(self, cells: tuple[int, ...], level: float) -> None:
        one, other = rows_of(table(cells).reshape(2, 2).astype(int))
        if len(one) < 2:
            return
        held = row(cdi.agreement(one, other, level=level), "rate-shift")
        names = {"cluster": [f"{name}/24" for name in one["cluster"]]}  # numbers from 0001 are no numbers to compare
        change = cdi.compare(other.assign(**names), one.assign(**names), level=level).rows[0]
        assert (held.estimate, held.low, held.high) == pytest.approx(
            (change.estimate, change.low, change.high), abs=1e-12
        )

    def test_is_of_crimes_that_both_read(self) -> None:
        one, other = self.sheet()
        some = other[other["route"] == "calls"]
        kept = one[one["case"].isin(some["case"])]
        held, change = row(cdi.agreement(one, some), "rate-shift"), cdi.compare(some, kept).rows[0]
        assert (held.estimate, held.low, held.high) == pytest.approx((change.estimate, change.low, change.high))

    def test_has_width_where_none_differs(self) -> None:
        held = row(cdi.agreement(*rows_of([[80, 0], [0, 10]])), "rate-shift")
        assert held.estimate == 0
        assert 0.04 < (held.high or 0) < 0.05
        assert held.low == pytest.approx(-(held.high or 0))

    def test_takes_the_weights_of_the_first(self) -> None:
        one, other = self.sheet()
        found = cdi.agreement(one.rename(columns={"wt": "weight"}), other.assign(weight=1))
        expected = cdi.agreement(one, other, weight="wt")
        assert found.shift == expected.shift
        assert found.weighted
        assert not cdi.agreement(one.drop(columns="wt"), other.rename(columns={"wt": "weight"})).weighted

    def test_weights_in_a_census_are_refused_by_their_own_name(self) -> None:
        with pytest.raises(cdi.CdiError, match="found wt") as caught:
            cdi.agreement(*self.sheet(), weight="wt", selection="census")
        assert [item.code for item in caught.value.faults] == ["census-weight"]

    def test_a_stratum_of_the_frame_that_the_second_did_not_read_is_refused(self) -> None:
        one, other = self.sheet()
        some = other[other["route"] == "calls"]
        roles: dict[str, Any] = {"stratum": "route", "population": {"calls": 40, "online": 300}}
        assert codes(one, some, **roles) == ["stratum-not-audited"]

    def test_of_a_category_of_which_one_could_audit_nothing(self) -> None:
        one, other = self.sheet()
        none = other.assign(decision=np.where(other["crime_type"] == "other", "not auditable", other["decision"]))
        found = cdi.agreement(one, none, "crime_type")
        label = ("all", "all", "other")
        assert (row(found, "rate-shift", *label).estimate, row(found, "rate-second", *label).n) == (None, 0)
        assert any(note.startswith("none due by one of the two") for note in row(found, "rate-shift", *label).notes)
        alone = one.iloc[[0]].assign(cluster="alone", case="alone", decision="recorded")
        nothing = pd.concat([other.assign(decision="not auditable"), alone])
        assert cdi.agreement(one, nothing, "crime_type").shift is None


class TestEdges:
    def test_both_say_the_same_throughout(self) -> None:
        one, _ = rows_of([[12]])
        found = cdi.agreement(one, one.copy())
        assert (found.agreed, found.kappa, found.ac1, found.shift) == (1.0, None, 1.0, 0.0)
        assert "no kappa: both gave one and the same answer throughout" in row(found, "kappa").notes
        assert "no disagreement" in row(found, "agreement").notes
        # where the jackknife sees nothing vary there is no interval, and percent agreement has one all the same
        assert (row(found, "ac1").low, row(found, "ac1").high) == (None, None)
        assert 0.7 < (row(found, "agreement").low or 0) < 0.8
        assert "nan" not in str(found).lower()

    def test_a_number_that_hangs_on_one_report_has_no_interval(self) -> None:
        found = cdi.agreement(*rows_of([[30, 0], [0, 1]]))
        assert (found.kappa, row(found, "kappa").low) == (1.0, None)
        assert any("does not exist without one of the reports" in note for note in row(found, "kappa").notes)

    def test_limits_are_not_clipped_in_silence(self) -> None:
        found = cdi.agreement(*rows_of([[6, 1], [1, 2]]))
        assert (row(found, "kappa").low or 0) < -1
        assert "the interval goes beyond what is possible" in row(found, "kappa").notes
        assert any(note.startswith("fewer than 3 disagreements") for note in row(found, "kappa").notes)

    def test_a_rate_without_a_crime_due_has_no_difference(self) -> None:
        found = cdi.agreement(*rows_of([[0, 0, 0, 9], [0, 0, 0, 4]]))
        assert (found.shift, row(found, "rate-second").estimate) == (None, None)
        assert any(note.startswith("none due by one of the two") for note in row(found, "rate-shift").notes)

    def test_few_reports_are_noted(self) -> None:
        found = cdi.agreement(*rows_of([[3, 1], [1, 1]]))
        assert Presentation.FEW_DF in row(found, "kappa").facts.short_of
        assert "fewer than 8 degrees of freedom: read the interval with care" in row(found, "kappa").notes

    def test_a_census_has_no_sampling_error(self) -> None:
        found = cdi.agreement(*rows_of([[30, 2], [3, 9]]), selection="census")
        assert row(found, "kappa").estimate == pytest.approx(float(kappa(table([[30, 2], [3, 9]]))))
        assert {(each.low, each.high) for each in found.table.rows} == {(None, None)}
        assert "census: no sampling error" in row(found, "kappa").notes

    @pytest.mark.parametrize("selection", ["judgement", "voluntary"])
    def test_a_sample_that_stands_for_nothing_has_counts_only(self, selection: Any) -> None:
        found = cdi.agreement(*rows_of([[30, 2], [3, 9]]), selection=selection)
        assert (found.agreed, found.kappa, found.ac1, found.shift) == (None, None, None, None)
        assert (row(found, "agreement").n, row(found, "agreement").recorded) == (44, 39)
        assert any("may not be typical" in said for said in found.sentences)
        assert "The first counts 32 of 44 as recorded, the second 33 of 44." in found.sentences
        assert {each.estimate for each in found.table.of("pair-of-answers")} == {None}

    def test_a_lone_report_of_a_stratum_is_noted(self) -> None:
        one, other = rows_of([[20, 2], [3, 9]])
        strata = ["calls"] * 33 + ["online"]
        found = cdi.agreement(one.assign(stratum=strata), other)
        said = "approximate interval: a report that is alone in its stratum is compared with the figure of all"
        assert said in row(found, "kappa").notes

    def test_strata_are_not_weighted_and_it_is_said(self) -> None:
        one, other = rows_of([[20, 2], [3, 9]])
        found = cdi.agreement(one.assign(stratum=["calls", "online"] * 17), other)
        assert "not weighted: strata count as they were read" in row(found, "kappa").notes

    def test_it_is_said_what_weights_count_in(self) -> None:
        one, other = rows_of([[20, 2], [3, 9]])
        said = "kappa and AC1 each crime counts once."
        audit = cdi.read_audit(one, population=500)
        assert any(said in each for each in cdi.agreement(audit, other).sentences)
        assert not any(said in each for each in cdi.agreement(one, other).sentences)

    def test_of_weighted_reports_a_rate_is_not_the_ratio_of_its_counts(self) -> None:
        one, other = rows_of([[20, 2], [3, 9]])
        found = cdi.agreement(one.assign(weight=[1] * 20 + [3] * 14), other)
        weighted = (20 + 2 * 3) / (20 + 14 * 3)
        assert row(found, "rate-first").estimate == pytest.approx(weighted)
        assert any("The rate is 41.9% by the first" in each for each in found.sentences)
        assert found.agreed == pytest.approx(29 / 34)

    def test_kappa_far_below_ac1_is_explained(self) -> None:
        told = "Kappa is far below AC1 here"
        assert any(told in said for said in cdi.agreement(*rows_of([[170, 5], [4, 3]])).sentences)
        assert not any(told in said for said in cdi.agreement(*rows_of([[40, 5], [4, 43]])).sentences)


ONE = pd.DataFrame({
    "cluster": ["A", "A", "A", "B", "B", "C", "D"], "crime_type": ["v", "v", "o", "v", "o", "o", "v"],
    "recorded": [1, 0, 1, 1, 1, 0, 1],
})  # fmt: skip


class TestMatching:
    def test_by_their_own_number_whatever_the_order(self) -> None:
        one = ONE.assign(case=list("1234567"))
        other = one.assign(recorded=[0, 0, 1, 1, 1, 0, 1]).iloc[::-1]
        found = cdi.agreement(one, other)
        assert (found.way, row(found, "agreement").n, row(found, "agreement").recorded) == ("case", 7, 6)

    def test_by_report_where_no_report_has_two_rows(self) -> None:
        one = ONE.drop_duplicates("cluster")
        found = cdi.agreement(one, one.assign(recorded=[1, 1, 1, 1], crime_type="x"), "crime_type")
        assert (found.way, row(found, "agreement").n, found.reclassed) == ("report", 4, 4)
        assert any("in another class in the second" in said for said in found.sentences)

    def test_by_class_and_then_by_order_within_a_report(self) -> None:
        other = ONE.assign(recorded=[1, 0, 1, 1, 1, 0, 1]).sort_values("crime_type", kind="stable")
        found = cdi.agreement(ONE, other)
        assert (found.way, found.agreed, row(found, "agreement").n) == ("report-class-order", 1.0, 7)

    def test_by_order_where_no_class_is_known(self) -> None:
        found = cdi.agreement(ONE.drop(columns="crime_type"), ONE.drop(columns="crime_type"))
        assert (found.way, found.agreed) == ("report-order", 1.0)

    def test_as_many_rows_on_both_sides_are_the_same_crimes_in_another_class(self) -> None:
        other = ONE.assign(crime_type=["v", "v", "theft", "v", "o", "o", "v"])
        found = cdi.agreement(ONE, other, "crime_type")
        assert (row(found, "agreement").n, found.reclassed) == (7, 1)
        assert row(found, "agreement", "all", "all", "o").n == 3  # by the class in the first

    def test_a_crime_that_one_alone_found_is_counted(self) -> None:
        other = pd.concat([ONE, pd.DataFrame({"cluster": ["A"], "crime_type": ["theft"], "recorded": [0]})])
        found = cdi.agreement(ONE, other)
        assert (row(found, "agreement").n, found.agreed) == (7, 1.0)
        assert (number(found, "only-second"), number(found, "only-second-found")) == (1, 1)
        said = "Only the second has 1 crime more, in reports that both read. The agreement leaves it out."
        assert said in found.sentences

    def test_more_rows_of_one_class_are_matched_where_it_does_not_matter_which(self) -> None:
        other = pd.concat([ONE, pd.DataFrame({"cluster": ["B"], "crime_type": ["v"], "recorded": [1]})])
        found = cdi.agreement(ONE, other)
        assert (row(found, "agreement").n, number(found, "only-second")) == (7, 1)

    def test_rows_without_reports_are_said_to_be_more_and_no_more(self) -> None:
        one = pd.DataFrame({"case": list("ABCDE"), "recorded": [1, 1, 0, 1, 1]})
        found = cdi.agreement(one, one.iloc[:4].assign(recorded=[1, 0, 0, 1]))
        assert "Only the first has 1 crime more, which the agreement leaves out." in found.sentences
        assert "report" not in " ".join(found.sentences)

    def test_reports_that_the_second_alone_names_are_the_units(self) -> None:
        one = ONE.assign(case=list("1234567"))
        again = one.assign(recorded=[0, 0, 1, 1, 1, 0, 1])
        found, named = cdi.agreement(one.drop(columns="cluster"), again), cdi.agreement(one, again)
        assert row(found, "ac1").se == row(named, "ac1").se
        assert row(found, "ac1").clusters == 4

    def test_and_are_refused_where_it_does(self) -> None:
        other = pd.concat([ONE, pd.DataFrame({"cluster": ["A"], "crime_type": ["v"], "recorded": [1]})])
        (fault,) = refused(ONE, other)
        assert (fault.code, fault.got) == ("agree-unclear", "A")
        assert "case=" in fault.hint

    def test_rows_without_an_order_are_refused_where_it_matters(self) -> None:
        one, swapped = duckdb.from_df(ONE), duckdb.from_df(ONE.assign(recorded=[0, 1, 1, 1, 1, 0, 1]))
        assert codes(one, swapped) == ["agree-unclear"]
        alike = duckdb.from_df(ONE.assign(recorded=[1, 1, 1, 1, 1, 0, 1]))
        assert cdi.agreement(one, alike).agreed == pytest.approx(6 / 7)

    def test_rows_without_a_decision_are_left_out_and_counted(self) -> None:
        one, other = rows_of([[8, 1], [1, 4]])
        other.loc[[0, 5], "decision"] = ""
        found = cdi.agreement(one, other)
        assert (row(found, "agreement").n, number(found, "undecided")) == (12, 2)
        assert "One or both gave no decision on 2 rows that both have, which are left out." in found.sentences

    def test_what_could_not_be_audited_is_an_answer(self) -> None:
        one, other = rows_of([[8, 0, 0, 0, 1], [1, 4, 0, 0, 0], [0] * 5, [0] * 5, [2, 0, 0, 0, 3]])
        found = cdi.agreement(one, other)
        assert row(found, "agreement").n == 19
        assert row(found, "pair-of-answers", "not auditable", "recorded").recorded == 2
        assert (row(found, "rate-first").n, row(found, "rate-second").n) == (14, 15)

    def test_a_report_without_a_crime_is_an_answer_too(self) -> None:
        one = pd.DataFrame({"cluster": list("ABCDE"), "due": [1, 1, 0, 1, 0], "recorded": [1, 0, None, 1, None]})
        other = one.assign(due=[1, 1, 1, 1, 0]).assign(recorded=pd.Series([1, 0, 0, 1, None], dtype="Float64"))
        found = cdi.agreement(one, other, layout="records")
        assert row(found, "pair-of-answers", "nothing due", "not recorded").recorded == 1
        assert (row(found, "rate-first").n, row(found, "rate-second").n) == (3, 4)

    def test_numbers_that_begin_anew_are_matched_within_what_they_are_nested_in(self) -> None:
        one = pd.DataFrame({"month": ["a"] * 4 + ["b"] * 4, "cluster": list("12341234"), "recorded": [1, 0] * 4})
        other = one.iloc[::-1].assign(recorded=[0, 1] * 3 + [1, 1])
        found = cdi.agreement(one, other, nest="month")
        assert (row(found, "agreement").n, row(found, "agreement").recorded) == (8, 7)

    def test_one_sheet_can_hold_both(self) -> None:
        one, other = rows_of([[8, 1], [1, 4]])
        sheet = one.rename(columns={"decision": "auditor"}).assign(panel=other["decision"])
        found = cdi.agreement(sheet, sheet, decision="auditor", second_answers="panel")
        assert (found.names, found.agreed) == (("auditor", "panel"), 12 / 14)

    def test_words_of_auditors_and_mappings_are_read(self) -> None:
        one, other = rows_of([[8, 1], [1, 4]], ["Crimed", "Missed"])
        words = {"Crimed": "recorded", "Missed": "not recorded"}
        assert cdi.agreement(one, other, words=words).agreed == 12 / 14

    def test_searches_are_of_grounds(self) -> None:
        one = pd.DataFrame({"case": list("ABCDEFGH"), "grounds": ["yes"] * 6 + ["no"] * 2})
        found = cdi.agreement(one, one.assign(grounds=["yes"] * 5 + ["no"] * 3), searches=True)
        assert row(found, "pair-of-answers", "grounds recorded", "no grounds recorded").recorded == 1
        assert "Reasonable grounds recorded on the same searches" in str(found)
        assert any(said.startswith("Both read 8 searches.") for said in found.sentences)

    @pytest.mark.parametrize(
        "other", [pl.from_pandas, pa.Table.from_pandas, duckdb.from_df, pd.DataFrame, "csv", "xlsx"]
    )
    def test_sides_may_be_in_any_two_engines(self, other: Any, tmp_path: Path) -> None:
        one = ONE.assign(case=[str(i) for i in range(7)])
        again = one.assign(recorded=[0, 0, 1, 1, 1, 0, 1])
        side: Any = tmp_path / f"again.{other}"
        if other == "csv":
            again.to_csv(side, index=False)
        elif other == "xlsx":
            again.to_excel(side, index=False, sheet_name="Moderation")
            side = f"{side}#Moderation"
        else:
            side = other(again)
        found, plain = cdi.agreement(one, side, "crime_type"), cdi.agreement(one, again, "crime_type")
        assert found.table.values() == plain.table.values()

    def test_categories_of_a_frame_keep_their_order(self) -> None:
        kinds = pd.Categorical(ONE["crime_type"], ["v", "o"], ordered=True)
        one = ONE.assign(crime_type=kinds, case=[str(i) for i in range(7)])
        found = cdi.agreement(one, one.copy(), "crime_type")
        assert [each.label[2] for each in found.table.of("agreement")] == ["v", "o", "all"]


class TestRefusals:
    def test_nothing_is_shared(self) -> None:
        one, other = rows_of([[3, 1], [1, 1]])
        assert codes(one, other.assign(cluster=[f"S{i}" for i in range(6)])) == ["agree-nothing-shared"]

    def test_no_column_tells_reports_or_crimes_apart(self) -> None:
        frame = pd.DataFrame({"incident_no": list("ABC"), "decision": ["recorded"] * 3})
        faults = refused(frame, frame.copy())
        assert [fault.code for fault in faults] == ["agree-no-id", "agree-no-id"]
        with pytest.raises(cdi.DataError, match=r'add: cluster = "incident_no"|cluster="incident_no"'):
            cdi.agreement(frame, frame.copy())

    def test_ids_of_one_side_only(self) -> None:
        one, other = rows_of([[3, 1], [1, 1]])
        assert codes(one, other.rename(columns={"cluster": "case"})) == ["agree-ids-differ"]

    def test_a_repeated_or_blank_number(self) -> None:
        one = ONE.assign(case=list("1234567"))
        assert codes(one, one.assign(case=list("1134567"))) == ["case-twice"]
        assert codes(one, one.assign(case=["", *"234567"])) == ["missing"]
        assert codes(ONE, ONE.assign(cluster=["", *"AABBCD"])) == ["missing-report"]

    def test_a_crime_under_two_reports(self) -> None:
        one = ONE.assign(case=list("1234567"))
        (fault,) = refused(one, one.assign(cluster=["A", "A", "A", "B", "B", "C", "Z"]))
        assert (fault.code, fault.got, fault.where.key) == ("agree-report-of-case", "D and Z", "crime 7")

    def test_words_that_are_no_decisions(self) -> None:
        one, other = rows_of([[3, 1], [1, 1]], ["recorded", "Nicked"])
        assert codes(one, other) == ["not-a-decision"]

    def test_decisions_on_one_side_only(self) -> None:
        one, other = rows_of([[3, 1], [1, 1]])
        yes = other.drop(columns="decision").assign(recorded=1)
        assert codes(one, yes) == ["agree-other-answers"]

    def test_counts_instead_of_crimes(self) -> None:
        counts = pd.DataFrame({"cluster": list("ABC"), "due": [3, 1, 1], "recorded": [2, 1, 0]})
        (fault,) = refused(ONE, counts)
        assert (fault.code, fault.got, fault.where.column) == ("agree-several", "3", "due")
        table_ = pd.DataFrame({"crime_type": ["v", "o"], "due": [300, 100], "recorded": [200, 90]})
        assert codes(table_, table_.copy(), layout="counts") == ["agree-counts", "agree-counts"]

    @pytest.mark.parametrize("name", ["single_cluster", "recorded_as", "deff"])
    def test_roles_that_tell_nothing_of_agreement(self, name: str) -> None:
        value: Any = {"deff": 1.2, "single_cluster": "adjust"}.get(name, "cluster")
        assert codes(ONE, ONE.copy(), **{name: value}) == ["roles-of-agreement"]

    def test_the_same_answers_twice(self) -> None:
        assert codes(FIRST, str(FIRST)) == ["agree-same"]
        audit = cdi.read_audit(ONE)
        assert codes(audit, audit) == ["agree-same"]
        assert codes(ONE, ONE) == ["agree-same"]

    def test_one_report_and_as_many_as_strata(self) -> None:
        alone = ONE[ONE.cluster == "A"]
        assert codes(alone, alone.copy()) == ["agree-one-report"]
        assert codes(ONE, ONE.assign(cluster=["A"] * 3 + list("WXYZ"))) == ["agree-one-report"]
        assert codes(ONE.assign(stratum=ONE.cluster), ONE.copy()) == ["agree-few-reports"]

    def test_nothing_was_decided_by_both(self) -> None:
        one, other = rows_of([[3, 1], [1, 1]])
        assert codes(one, other.assign(decision="")) == ["agree-undecided"]

    def test_files_and_sheets_that_numbers_begin_anew_in(self) -> None:
        assert codes(ONE, ONE.copy(), nest="FILENAME") == ["agree-nest", "agree-nest"]

    @pytest.mark.parametrize(
        ("by", "code"), [("cluster", "by-id"), ("kind", "no-column"), ("first", "column-name-taken")]
    )
    def test_columns_that_are_no_categories(self, by: str, code: str) -> None:
        assert codes(ONE.assign(first="x"), ONE.copy(), by) == [code]

    def test_a_level_that_is_none(self) -> None:
        assert codes(ONE, ONE.copy(), level=0.2, selection="judgement") == ["level"]

    def test_a_saved_audit_has_no_rows(self) -> None:
        one, other = rows_of([[3, 1], [1, 1]])
        saved = cdi.read_audit(one).without_rows()
        assert codes(saved, other) == ["rows-not-kept"]


A_FEW = at_most(4)
"""Each example reads two samples from end to end."""

SAID = st.sampled_from(DECISIONS)


@st.composite
def readings(draw: st.DrawFn) -> pd.DataFrame:
    """Draw a sheet with the decisions of two, some of its reports with several crimes."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=3, max_size=12))
    reports = [f"R{i}" for i, size in enumerate(sizes) for _ in range(size)]
    pairs = draw(st.lists(st.tuples(SAID, SAID), min_size=len(reports), max_size=len(reports)))
    return pd.DataFrame({
        "cluster": reports, "case": [str(i) for i in range(len(reports))],
        "one": [pair[0] for pair in pairs], "other": [pair[1] for pair in pairs],
    })  # fmt: skip


def sides(sheet: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    kept = sheet[["cluster", "case"]]
    return kept.assign(decision=sheet["one"]), kept.assign(decision=sheet["other"])


def numbers(found: cdi.Agreement, *measures: str) -> list[tuple[float | None, ...]]:
    return [(each.estimate, each.low, each.high) for key in measures for each in [row(found, key)]]


def close(one: list[tuple[float | None, ...]], other: list[tuple[float | None, ...]]) -> bool:
    return all(
        (a is None) == (b is None) and (a is None or b is None or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9))
        for pair in zip(one, other, strict=True)
        for a, b in zip(*pair, strict=True)
    )


def auditable(*frames: pd.DataFrame) -> bool:
    """Tell whether each side holds two reports that could be audited, without which it is no sample."""
    return all(len(set(frame.loc[frame["decision"] != "not auditable", "cluster"])) > 1 for frame in frames)


class TestLaws:
    @given(readings())
    @A_FEW
    def test_a_reading_agrees_with_itself(self, sheet: pd.DataFrame) -> None:
        one, _ = sides(sheet)
        if not auditable(one):
            return
        found = cdi.agreement(one, one.copy())
        assert (found.agreed, found.ac1) == (1.0, 1.0)
        assert found.kappa == (None if len(set(one["decision"])) == 1 else 1.0)
        assert found.shift in (0.0, None)

    @given(readings())
    @A_FEW
    def test_the_two_may_change_places(self, sheet: pd.DataFrame) -> None:
        one, other = sides(sheet)
        if not auditable(one, other):
            return
        there, back = cdi.agreement(one, other), cdi.agreement(other, one)
        assert close(numbers(there, "agreement", "kappa", "ac1"), numbers(back, "agreement", "kappa", "ac1"))
        assert close(numbers(there, "rate-first", "rate-second"), numbers(back, "rate-second", "rate-first"))
        if there.shift is not None:
            assert back.shift == pytest.approx(-there.shift)

    @pytest.mark.long
    @given(readings(), st.randoms(use_true_random=False))
    @A_FEW
    def test_the_order_of_rows_is_irrelevant(self, sheet: pd.DataFrame, draw: Any) -> None:
        one, other = sides(sheet)
        if not auditable(one, other):
            return
        order = draw.sample(range(len(sheet)), len(sheet))
        found, again = cdi.agreement(one, other), cdi.agreement(one, other.iloc[order])
        assert found.table.values() == again.table.values()

    @given(
        st.lists(st.lists(st.integers(0, 20), min_size=4, max_size=4), min_size=4, max_size=4),
        st.permutations(range(4)),
    )
    def test_coefficients_do_not_know_the_names_of_answers(self, cells: list[list[int]], order: list[int]) -> None:
        whole = table(cells)
        renamed = whole[np.ix_(order, order)]
        for of in (agreed, kappa, ac1):
            one, other = float(of(whole)), float(of(renamed))
            assert math.isnan(one) == math.isnan(other)
            assert math.isnan(one) or one == pytest.approx(other, rel=1e-9, abs=1e-12)

    @given(st.lists(st.lists(st.integers(0, 20), min_size=3, max_size=3), min_size=3, max_size=3))
    def test_coefficients_lie_within_their_range(self, cells: list[list[int]]) -> None:
        whole = table(cells)
        for of in (kappa, ac1):
            found = float(of(whole))
            assert math.isnan(found) or -1 - 1e-12 <= found <= float(agreed(whole)) + 1e-12

    @given(st.tuples(*[st.integers(0, 30)] * 4))
    def test_of_two_answers_each_against_the_rest_is_the_whole(self, cells: tuple[int, ...]) -> None:
        whole = table(cells).reshape(2, 2)
        for place in range(2):
            assert np.allclose(kappa(against_the_rest(place)(whole)), kappa(whole), equal_nan=True)


class TestShown:
    def test_no_report_is_named_on_any_surface(self, tmp_path: Path) -> None:
        one, other = rows_of([[20, 2], [3, 9]])
        for frame, name in ((one, "one.csv"), (other, "two.csv")):
            frame.assign(cluster="SECRET-" + frame["cluster"]).to_csv(tmp_path / name, index=False)
        for kind in ("text", "csv", "json", "markdown", "html"):
            for mode in ("public", "internal"):
                status, text, error = outcome(
                    "agree",
                    str(tmp_path / "one.csv"),
                    str(tmp_path / "two.csv"),
                    "--format",
                    kind,
                    "--disclosure",
                    mode,
                )
                assert (status, error) == (0, "")
                assert "SECRET" not in text

    def test_a_pickle_holds_no_row(self) -> None:
        one, other = (
            frame.assign(victim="Jane Doe", cluster="SECRET" + frame["cluster"]) for frame in rows_of([[9, 1], [1, 4]])
        )
        found = cdi.agreement(one, other)
        data = pickle.dumps(found)
        assert b"Jane Doe" not in data
        assert b"SECRET" not in data
        assert pickle.loads(data) == found  # noqa: S301 - written a moment ago

    def test_small_cells_of_characteristics_are_withheld_in_every_measure(self) -> None:
        one, other = rows_of([[60, 3], [2, 35]])
        groups = ["White"] * 70 + ["Black"] * 18 + ["Asian"] * 12
        found = cdi.agreement(one.assign(ethnicity=groups), other, "ethnicity")
        shown = cdi.protect(found, cdi.Disclosure())
        gone = {each.label[2] for each in shown.table.rows if each.withheld}
        assert "Asian" in gone
        assert "all" not in gone
        for each in shown.table.rows:
            if each.label[2] in gone and each.withheld:
                assert (each.estimate, each.n, each.recorded, each.low, each.se) == (None,) * 5
        assert "[c]" in str(shown)
        assert cdi.protect(found, cdi.Disclosure("internal")).table == found.table

    def test_of_people_all_counts_are_rounded_and_no_coefficient_is_shown(self) -> None:
        one, other = rows_of([[600, 30], [20, 350]])
        groups = [("White", "Black", "Asian")[i % 3] for i in range(1_000)]
        found = cdi.agreement(one.assign(ethnicity=groups), other, "ethnicity")
        shown = cdi.protect(found, cdi.Disclosure())
        people = [each for each in shown.table.rows if not each.whole and not each.withheld]
        assert people
        assert all(each.n is None or each.n % 5 == 0 for each in people)
        assert all(each.recorded is None or each.recorded % 5 == 0 for each in people)
        assert row(shown, "kappa", "all", "all", "White").estimate is None
        kinds = [("violent", "sexual", "other")[i % 3] for i in range(1_000)]
        plain = cdi.agreement(one.assign(crime_type=kinds), other, "crime_type")
        assert row(cdi.protect(plain, cdi.Disclosure()), "kappa", "all", "all", "violent").estimate is not None

    def test_of_a_small_base_no_rate_is_shown(self) -> None:
        shown = cdi.protect(cdi.agreement(*rows_of([[4, 1], [1, 2]])), cdi.Disclosure())
        assert row(shown, "agreement", "all", "all").estimate is None
        assert not any("%" in said for said in shown.sentences)

    def test_wide_has_one_row_a_category(self) -> None:
        found = cdi.agreement(FIRST, AGAIN, "crime_type").wide()
        assert found["crime_type"].tolist() == ["other", "violent", "all"]
        assert found[["crimes", "alike"]].to_numpy().tolist() == [[30, 30], [60, 57], [90, 87]]
        assert {"kappa", "kappa_low", "ac1_high", "rate_first", "rate_second", "difference_low"} <= set(found.columns)

    def test_is_drawn(self) -> None:
        from matplotlib.figure import Figure

        axes = cdi.agreement(FIRST, AGAIN, "crime_type").plot(Figure().subplots())
        assert "greement of two auditors" in axes.get_title(loc="left").replace("\n", " ")

    def test_sentences_say_the_two_rates_and_their_difference(self) -> None:
        found = cdi.agreement(FIRST, AGAIN)
        assert (
            "The rate is 81.1% (73 of 90) by the first and 80.0% (72 of 90) by the second. The second is 1.1 "
            "percentage points lower (95% confidence interval 6.5 lower to 4.2 higher)."
        ) in found.sentences

    def test_no_label_of_how_good_it_is_stands_anywhere(self) -> None:
        text = str(cdi.agreement(FIRST, AGAIN, "crime_type")).casefold()
        assert not any(word in text for word in ("substantial", "moderate", "almost perfect", "excellent", "poor"))

    def test_every_measure_is_of_the_registry(self) -> None:
        found = cdi.agreement(*rows_of([[20, 2, 1], [3, 9, 0], [1, 0, 5]]))
        assert {each.measure.key for each in found.table.rows} == {
            "agreement", "kappa", "ac1", "rate-first", "rate-second", "rate-shift", "pair-of-answers", "only-first",
            "only-first-found", "only-second", "only-second-found", "undecided", "answer-agreement", "answer-kappa",
            "answer-ac1", "p-value",
        } & set(MEASURES)  # fmt: skip


class TestCommandLine:
    """As a user runs it."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        one, other = rows_of([[20, 2, 1], [3, 9, 0], [1, 0, 5]])
        one.to_csv(tmp_path / "one.csv", index=False)
        other.to_csv(tmp_path / "two.csv", index=False)
        book = openpyxl.Workbook()
        for name, frame in (("Audit", one), ("Moderation", other)):
            sheet = book.create_sheet(name)
            for cells in [list(frame.columns), *frame.to_numpy().tolist()]:
                sheet.append(cells)
        book.save(tmp_path / "book.xlsx")
        return tmp_path

    def test_prints_a_page_of_80_columns(self, folder: Path) -> None:
        done = run_here("agree", "one.csv", "two.csv", cwd=folder)
        assert (done.returncode, done.stderr) == (0, "")
        text = done.stdout
        assert max(map(len, text.splitlines())) <= 80
        assert text.startswith("Agreement of one.csv and two.csv, 95% confidence intervals")
        assert "The first is one.csv, the second two.csv." in text

    def test_reads_two_sheets_of_a_workbook(self, folder: Path) -> None:
        text = run_here("agree", "book.xlsx#Audit", "book.xlsx#Moderation", cwd=folder).stdout
        assert text.startswith("Agreement of Audit and Moderation")
        printed = run_here("agree", "book.xlsx#Audit", "book.xlsx#Moderation", "--format", "csv", cwd=folder)
        plain = run_here("agree", "one.csv", "two.csv", "--format", "csv", cwd=folder)
        assert (printed.returncode, printed.stderr) == (0, "")
        assert printed.stdout == plain.stdout

    def test_gives_numbers_unrounded(self, folder: Path) -> None:
        text = run_here("agree", "one.csv", "two.csv", "--format", "json", "--level", "90%", cwd=folder).stdout
        held = [each for each in json.loads(text)["rows"] if each["measure"] == "Cohen's kappa"]
        found = cdi.agreement(folder / "one.csv", folder / "two.csv", level=0.9)
        assert (held[0]["estimate"], held[0]["low"]) == (found.kappa, row(found, "kappa").low)

    def test_refuses_what_cannot_be_matched_without_a_traceback(self, folder: Path) -> None:
        done = run_here("agree", "one.csv", "one.csv", cwd=folder)
        assert done.returncode == 2
        assert "These are the same answers twice." in done.stderr
        assert "Traceback" not in done.stderr

    def test_takes_a_column_of_the_second(self, folder: Path) -> None:
        one, other = pd.read_csv(folder / "one.csv"), pd.read_csv(folder / "two.csv")
        one.assign(panel=other["decision"]).to_csv(folder / "sheet.csv", index=False)
        done = run_here("agree", "sheet.csv", "sheet.csv", "--second-answers", "panel", cwd=folder)
        assert (done.returncode, done.stderr) == (0, "")
        assert "Agreement of decision and panel" in done.stdout

    def test_lists_the_disagreements_for_internal_use_alone(self, folder: Path) -> None:
        public = run_here("agree", "one.csv", "two.csv", "--list", "list.csv", cwd=folder)
        assert public.returncode == 2
        assert not (folder / "list.csv").exists()
        done = run_here("agree", "one.csv", "two.csv", "--list", "list.csv", "--disclosure", "internal", cwd=folder)
        assert done.returncode == 0
        assert "Private" in done.stderr
        assert done.stdout.startswith("Not for publication")
        listed = list(csv.DictReader(io.StringIO((folder / "list.csv").read_text(encoding="utf-8"))))
        one, other = pd.read_csv(folder / "one.csv"), pd.read_csv(folder / "two.csv")
        apart = one["decision"] != other["decision"]
        assert [each["report"] for each in listed] == one["cluster"][apart].tolist()
        assert [(each["first"], each["second"]) for each in listed] == list(
            zip(one["decision"][apart], other["decision"][apart], strict=True)
        )

    def test_lists_crimes_that_one_alone_found(self, folder: Path) -> None:
        more = pd.read_csv(folder / "two.csv")
        more = pd.concat([more, pd.DataFrame({"cluster": ["R0000"], "decision": ["recorded"]})])
        more.to_csv(folder / "more.csv", index=False)
        args = ("--list", "list.csv", "--disclosure", "internal")
        assert run_here("agree", "one.csv", "more.csv", *args, cwd=folder).returncode == 0
        listed = list(csv.DictReader(io.StringIO((folder / "list.csv").read_text(encoding="utf-8"))))
        assert {"report": "R0000", "crime": "", "first": "(not found)", "second": "recorded"} in listed

    @pytest.mark.parametrize("name", ["list.txt", "one.csv"])
    def test_refuses_a_list_that_is_no_new_csv_file(self, folder: Path, name: str) -> None:
        before = (folder / "one.csv").read_bytes()
        args = ("--list", name, "--disclosure", "internal")
        assert run_here("agree", "one.csv", "two.csv", *args, cwd=folder).returncode == 2
        assert (folder / "one.csv").read_bytes() == before
