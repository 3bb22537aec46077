"""A rate held against a fixed standard, and against the grades that a force uses."""

from __future__ import annotations

import json
import math
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

import cdi
from cdi.printing.layout import SURFACES
from tests.strategies import counts
from tests.test_cli import outcome

FIRST = Path(__file__).parent / "cases" / "first_audit.csv"
GRADES = {"Excellent": 0.95, "Good": 0.9, "Fair": 0.8}
TEXT = "Excellent=95%,Good=90%,Fair=80%"


def codes(call: Callable[[], object]) -> list[str]:
    with pytest.raises(cdi.CdiError) as caught:
        call()
    return [fault.code for fault in caught.value.faults]


def run(*args: str) -> tuple[int, str, str]:
    return outcome("compare", *args)


class TestStandard:
    @pytest.mark.parametrize("standard", ["95%", "0.95", " 95 % ", "95.0%", cdi.Standard(0.95)])
    def test_is_written_in_its_ways(self, standard: object) -> None:
        found = cdi.compare("159/182", standard)
        assert (found.names, found.verdict) == (("159/182", "95%"), "below the standard")

    @pytest.mark.parametrize(
        ("standard", "verdict"),
        [("95%", "below the standard"), ("80%", "above the standard"), ("85%", "cannot tell"), ("90%", "cannot tell")],
    )
    def test_is_held_against_one_sided_limits(self, standard: str, verdict: str) -> None:
        found, value = cdi.compare("159/182", standard), float(standard.rstrip("%")) / 100
        row, own = found.rows[0], cdi.of_counts(159, 182)
        assert found.verdict == verdict
        limits = own.interval(side="lower").low[0] - value, own.interval(side="upper").high[0] - value
        assert (row.low, row.high) == pytest.approx(limits, abs=1e-14)
        assert row.estimate == pytest.approx(159 / 182 - value)
        assert row.row.se == pytest.approx(own.se[0])
        assert (row.margin, row.held, row.q) == (None, None, None)

    def test_of_a_wilson_limit_p_is_that_of_the_score_test(self) -> None:
        """The limits invert the score test of one proportion: z = (p - s) / sqrt(s (1 - s) / n), one-sided."""
        for standard in (0.8, 0.85, 0.9, 0.95):
            z = (159 / 182 - standard) / math.sqrt(standard * (1 - standard) / 182)
            row = cdi.compare("159/182", cdi.Standard(standard)).rows[0]
            assert row.p == pytest.approx(norm.sf(abs(z)), rel=1e-6)

    @given(counts(), st.floats(0.02, 0.98), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
    def test_the_verdict_is_that_of_the_limits_and_of_p(
        self, pair: tuple[int, int], standard: float, level: float
    ) -> None:
        row = cdi.compare(cdi.of_counts(*pair), cdi.Standard(standard), level=level).rows[0]
        below, above = float(row.high) < 0, float(row.low) > 0
        assert row.verdict == ("below-standard" if below else "above-standard" if above else "not-told")
        if abs(float(row.p) - (1 - level)) > 1e-9:
            assert (row.verdict == "not-told") == (float(row.p) > 1 - level)
        assert float(row.p) <= 0.5

    @given(counts(), st.floats(0.02, 0.9), st.floats(0.001, 0.09))
    def test_a_higher_standard_is_no_easier(self, pair: tuple[int, int], standard: float, more: float) -> None:
        order = ["above-standard", "not-told", "below-standard"]
        low, high = (
            order.index(str(cdi.compare(cdi.of_counts(*pair), cdi.Standard(each)).rows[0].verdict))
            for each in (standard, standard + more)
        )
        assert low <= high

    def test_every_category_is_held_against_it(self) -> None:
        found = cdi.compare(FIRST, "73%", by="crime_type")
        assert [(row.label[0], row.verdict) for row in found.rows] == [
            ("other", "not-told"), ("violent", "above-standard"), ("all", "above-standard"),
        ]  # fmt: skip
        frame = found.wide()
        assert frame[["crime_type", "b", "estimate_b", "verdict"]].to_numpy().tolist()[1] == [
            "violent", "73%", 0.73, "above the standard",
        ]  # fmt: skip

    @pytest.mark.parametrize(("standard", "verdict"), [(0.8, "below"), (0.75, "at"), (0.7, "above")])
    def test_a_census_is_exact(self, standard: float, verdict: str) -> None:
        row = cdi.compare(cdi.of_counts(150, 200, selection="census"), cdi.Standard(standard)).rows[0]
        assert (row.verdict, row.exact, row.low, row.high, row.p) == (f"{verdict}-standard", True, None, None, None)

    def test_two_percentages_of_a_census_are_figures(self) -> None:
        assert cdi.compare("69%", "55%", selection="census").verdict == "higher"
        assert cdi.compare("159/182", "95%", selection="census").verdict == "below the standard"
        assert codes(lambda: cdi.compare("69%", "55%+-3%", selection="census")) == ["census-width"]

    def test_a_published_figure_has_its_printed_interval_scaled(self) -> None:
        row = cdi.compare("87.4%+-4.8%", "95%").rows[0]
        assert row.high == pytest.approx(0.874 + 0.048 * norm.ppf(0.95) / norm.ppf(0.975) - 0.95)

    def test_an_exact_method_has_no_p(self) -> None:
        row = cdi.compare(cdi.of_counts(60, 80, population=400), "95%", method="exact").rows[0]
        assert (row.verdict, row.p) == ("below-standard", None)

    def test_is_a_value_that_shows_itself(self) -> None:
        standard = cdi.Standard(0.95)
        assert repr(standard) == "<cdi.Standard: 95%>"
        assert "census" not in str(standard)
        assert pickle.loads(pickle.dumps(standard)) == standard  # noqa: S301 - its own

    @pytest.mark.parametrize(
        ("call", "code"),
        [
            (lambda: cdi.compare("95%", "159/182"), "standard-place"),
            (lambda: cdi.compare(cdi.Standard(0.95), "159/182"), "standard-place"),
            (lambda: cdi.changes(["159/182", cdi.Standard(0.95)]), "standard-place"),
            (lambda: cdi.additionally_recorded(900, "159/182", cdi.Standard(0.95)), "standard-place"),
            (lambda: cdi.changes(["159/182", "211/244", "95%"]), "no-half-width"),
            (lambda: cdi.compare("159/182", "0%"), "standard-range"),
            (lambda: cdi.compare("159/182", "100%"), "standard-range"),
            (lambda: cdi.compare("159/182", "140%"), "not-a-proportion-text"),
            (lambda: cdi.compare("159/182", "95"), "not-a-side"),
            (lambda: cdi.Standard(1.2), "standard-range"),
            (lambda: cdi.Standard(0.9, 0.02), "standard-range"),
            (lambda: cdi.compare("159/182", "95%", margin=0.03), "standard-margin"),
            (lambda: cdi.compare("159/182", "95%", kind="ratio"), "standard-kind"),
            (lambda: cdi.compare("159/182", "95%", method="miettinen-nurminen"), "score-needs-simple"),
            (lambda: cdi.compare(cdi.unrecorded(cdi.of_counts(80, 100), 900), "95%"), "measures-differ"),
        ],
    )
    def test_what_cannot_be_is_refused(self, call: Callable[[], object], code: str) -> None:
        assert codes(call) == [code]


class TestGrades:
    @pytest.mark.parametrize("grades", [GRADES, TEXT, {"Fair": "80%", "Good": "90%", "Excellent": "95%"}])
    def test_are_written_in_their_ways(self, grades: object) -> None:
        found = cdi.compare("159/182", grades)
        whole = found.grades[-1]
        assert (found.verdict, whole.grade) == ("Good or Fair", "Fair")
        assert (whole.allowed, whole.not_allowed) == (("Good", "Fair"), ("Excellent", "below Fair"))

    @pytest.mark.parametrize(
        ("pair", "allowed", "grade"),
        [
            ((500, 500), ("Excellent",), "Excellent"),
            ((485, 500), ("Excellent",), "Excellent"),
            ((475, 500), ("Excellent", "Good"), "Excellent"),
            ((462, 500), ("Good",), "Good"),
            ((425, 500), ("Fair",), "Fair"),
            ((402, 500), ("Fair", "below Fair"), "Fair"),
            ((300, 500), ("below Fair",), "below Fair"),
            ((9, 10), ("Excellent", "Good", "Fair", "below Fair"), "Good"),
        ],
    )
    def test_are_allowed_where_the_limits_reach(
        self, pair: tuple[int, int], allowed: tuple[str, ...], grade: str
    ) -> None:
        whole = cdi.compare(cdi.of_counts(*pair), GRADES).grades[-1]
        assert (whole.allowed, whole.grade) == (allowed, grade)

    @given(counts(), st.sampled_from([0.8, 0.95, 0.99]))
    def test_are_those_whose_range_meets_the_limits(self, pair: tuple[int, int], level: float) -> None:
        own = cdi.of_counts(*pair)
        low, high = own.interval(level, side="lower").low[0], own.interval(level, side="upper").high[0]
        ranges = {"Excellent": (0.95, 2.0), "Good": (0.9, 0.95), "Fair": (0.8, 0.9), "below Fair": (-1.0, 0.8)}
        if min(abs(end - edge) for end in (low, high) for edge in (0.95, 0.9, 0.8)) < 1e-9:
            return
        meets = tuple(name for name, (begin, end) in ranges.items() if high >= begin and low < end)
        found = cdi.compare(own, GRADES, level=level).grades[-1]
        assert found.allowed == meets
        assert found.grade in found.allowed

    def test_of_a_census_are_one(self) -> None:
        found = cdi.compare(cdi.of_counts(180, 200, selection="census"), GRADES)
        assert (found.verdict, found.grades[-1].grade) == ("Good", "Good")
        assert "180/200: Good." in found.sentences

    def test_stand_in_the_data_frame_with_the_limits(self) -> None:
        frame = cdi.compare(FIRST, TEXT, by="crime_type").wide()
        assert list(frame.columns) == ["crime_type", "a", "rate", "at_least", "at_most", "grade", "allowed", "notes"]
        assert frame["allowed"].tolist() == ["Fair or below Fair"] * 3
        own = cdi.recording_rate(cdi.read_audit(FIRST), by=())
        assert frame["at_most"].iloc[-1] == pytest.approx(own.interval(side="upper").high[0])

    def test_are_suppressed_with_the_rate(self) -> None:
        rows = pd.DataFrame({"kind": ["x"] * 60 + ["y"] * 60 + ["z"] * 4, "recorded": [1, 1, 1, 0] * 31})
        found = cdi.protect(cdi.compare(rows, GRADES, by="kind"), cdi.Disclosure())
        gone = next(row for row in found.grades if row.label == ("z",))
        assert (gone.grade, gone.allowed) == (None, ())
        assert all(change.estimate is None for change in gone.changes)
        assert found.names[0] == "the audit"
        assert {row.grade for row in found.grades} == {None, "below Fair"}

    def test_outlive_pickling_and_are_drawn(self) -> None:
        found = cdi.compare(FIRST, TEXT, by="crime_type")
        assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301 - its own
        assert "Excellent" in {text.get_text() for text in cdi.compare("159/182", TEXT).plot().get_yticklabels()}
        assert "Fair or below Fair" in found._repr_html_()

    @pytest.mark.parametrize(
        ("grades", "found"),
        [
            ("Good=90%,Fair=95%,Bad=60%", ["grades-order"]),
            ("Good=90%,Fair=90%", ["grades-alike"]),
            ("Good=90%,Good=80%", ["grade-twice"]),
            ("Good=nine,=70%,Bad=100%,Low=0%", ["grade-text", "grade-text", "grade-range", "grade-range"]),
            ({"Good": True}, ["grade-text"]),
            ({7: 0.9}, ["grade-text"]),
            ({}, ["grade-text"]),
        ],
    )
    def test_all_that_is_wrong_is_told_at_once(self, grades: Any, found: list[str]) -> None:
        assert codes(lambda: cdi.compare("159/182", grades)) == found


class TestCommandLine:
    def test_prints_where_the_audit_stands(self) -> None:
        code, text, error = run(str(FIRST), "90%", "--by", "crime_type")
        assert (code, error) == (0, "")
        assert max(map(len, text.splitlines())) <= 80
        assert "Recording rate against a standard of 90%, one-sided 95% limits (wilson)" in text
        assert "first_audit.csv: below the standard of 90%. With 95% confidence the rate is at most 87.0%." in " ".join(
            text.split()
        )
        assert not any(word in text for word in ("margin", "Change in"))

    def test_prints_the_grades(self) -> None:
        code, text, error = run(str(FIRST), "--grades", TEXT)
        assert (code, error) == (0, "")
        said = " ".join(text.split())
        assert "first_audit.csv: Fair or below Fair; not Excellent or Good. The estimate, 81.1%, is Fair." in said
        assert "Grades: Excellent from 95%, Good from 90%, Fair from 80%." in said

    def test_gives_every_number(self) -> None:
        code, text, _ = run(str(FIRST), "90%", "--format", "json")
        rows = json.loads(text)["rows"]
        assert code == 0
        assert [row["measure"] for row in rows] == ["recording rate", "standard", "difference", "p-value"]
        assert rows[1]["estimate"] == 0.9
        assert rows[2]["notes"] == "verdict: below the standard; each limit is one-sided, at this level"

    @pytest.mark.parametrize(
        ("args", "said"),
        [
            (("159/182", "211/244", "--grades", TEXT), "Name one audit with --grades, and no other side."),
            (("159/182", "--grades", "Good"), 'Name the grades like this: --grades "Good=90%,Fair=80%".'),
            (("159/182", "--grades", ""), "but found a blank."),
            (("95%", "159/182"), "Give the audit first and the standard last, such as 95%."),
            (("159/182", "95%", "--margin", "3pp"), "Leave out --margin."),
            (("159/182",), "or a fixed standard such as 95%."),
        ],
    )
    def test_refuses_what_cannot_be(self, args: tuple[str, ...], said: str) -> None:
        code, text, error = run(*args)
        assert (code, text) == (2, "")
        assert said in " ".join(error.split())
        assert "Traceback" not in error


def test_a_sample_that_stands_for_itself_is_said_to() -> None:
    rows = pd.DataFrame({"route": ["a", "b"] * 40, "recorded": [1, 1, 1, 0] * 20})
    found = cdi.compare(cdi.recording_rate(cdi.read_audit(rows, stratum="route")), "95%")
    text = " ".join(SURFACES["text"](found.page()).split())
    assert "This is of the sample as it was drawn. It is not an estimate for the force." in text
