"""Rates of a sample: measures, rows, and the notes that say what is odd about them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import cdi
from cdi.facts import Scope
from cdi.measures import told
from tests.test_basis import fixture, incidents


def noted(rows: dict[str, Any], by: Any = None, **roles: Any) -> dict[str, tuple[str, ...]]:
    rates = cdi.recording_rate(cdi.read_audit(pd.DataFrame(rows), **roles), by)
    return {row.label[0]: told(row.facts) for row in rates.rows}


class TestSpellings:
    def test_one_row_a_crime_with_the_sample_stated_is_one_row_a_report(self) -> None:
        """The fixture in both spellings, to the last bit but one: sums are whole numbers in both."""
        stated = fixture("audit_incidents.csv")[["stratum", "N_h", "n_h"]].drop_duplicates()
        volumes = stated.rename(columns={"N_h": "population", "n_h": "sample"})
        crimes = cdi.read_audit(fixture("audit_crimes.csv"), cluster="incident", population=volumes)
        for by in (None, "group", ()):
            found, expected = cdi.recording_rate(crimes, by), cdi.recording_rate(incidents(), by)
            assert found.estimate.tolist() == expected.estimate.tolist()
            assert found.se.tolist() == expected.se.tolist()
            assert found.n_eff().tolist() == expected.n_eff().tolist()
            assert found.interval().low.tolist() == expected.interval().low.tolist()
            assert found.basis.df.tolist() == expected.basis.df.tolist()

    def test_reports_without_crimes_that_are_not_stated_are_missed_and_noted(self) -> None:
        crimes = cdi.read_audit(fixture("audit_crimes.csv"), cluster="incident", population="N_h")
        found, expected = cdi.recording_rate(crimes), cdi.recording_rate(incidents())
        assert all("only-reports-with-crimes" in told(row.facts) for row in found.rows)
        assert not any("only-reports-with-crimes" in told(row.facts) for row in expected.rows)
        assert found.estimate[:-1].tolist() == pytest.approx(expected.estimate[:-1].tolist(), rel=1e-14)
        assert abs(found.estimate[-1] - expected.estimate[-1]) > 1e-4

    def test_yes_and_no(self) -> None:
        words = cdi.read_audit(pd.DataFrame({"recorded": ["Yes", "no", "TRUE", "0", " y "]}))
        assert cdi.recording_rate(words).estimate.tolist() == [0.6]


class TestRows:
    def test_by_two_columns(self) -> None:
        rows = pd.DataFrame({"force": list("aabb"), "type": list("xyxx"), "recorded": [1, 0, 1, 1]})
        rates = cdi.recording_rate(cdi.read_audit(rows), by=["force", "type"])
        assert rates.keys == ("force", "type")
        assert [row.label for row in rates.rows] == [("a", "x"), ("a", "y"), ("b", "x"), ("all", "all")]

    def test_the_overall_row_is_named_for_what_it_is(self) -> None:
        rows = pd.DataFrame({"stratum": list("aabb"), "recorded": [1, 0, 1, 1]})
        without = cdi.recording_rate(cdi.read_audit(rows))
        framed = cdi.recording_rate(cdi.read_audit(rows, population={"a": 9, "b": 9}))
        assert (without.rows[-1].measure.key, without.rows[-1].facts.scope) == ("recording-rate", Scope.SAMPLE)
        assert "sample-only" in told(without.rows[-1].facts)
        assert (framed.rows[-1].measure.key, framed.rows[-1].facts.scope) == ("recording-rate", Scope.OVERALL)
        assert "sample-only" not in told(framed.rows[-1].facts)

    def test_one_stratum_stands_for_its_frame(self) -> None:
        rates = cdi.recording_rate(cdi.read_audit(pd.DataFrame({"recorded": [1, 0]})))
        assert (rates.rows[0].measure.key, rates.rows[0].facts.scope) == ("recording-rate", Scope.OVERALL)

    @pytest.mark.parametrize("by", [None, "stratum", ["stratum"]])
    def test_strata_may_be_named_or_not(self, by: Any) -> None:
        rows = pd.DataFrame({"stratum": list("aabb"), "recorded": [1, 0, 1, 1]})
        assert [row.label for row in cdi.recording_rate(cdi.read_audit(rows), by).rows] == [("a",), ("b",), ("all",)]

    def test_reports_are_counted_by_stratum_and_by_category(self) -> None:
        """All that were audited in a stratum; those that hold the category elsewhere."""
        rows = pd.DataFrame(
            {
                "stratum": list("aaab"),
                "cluster": [1, 2, 3, 4],
                "type": ["x", "y", None, "x"],
                "due": [2, 1, 0, 1],
                "recorded": [1, 1, None, 1],
            }
        )
        audit = cdi.read_audit(rows, population={"a": 3, "b": 1})
        assert cdi.recording_rate(audit).basis.reports.tolist() == [3, 1, 4]
        assert cdi.recording_rate(audit, "type").basis.reports.tolist() == [2, 1, 4]


class TestNotes:
    def test_small_numbers(self) -> None:
        notes = noted({"recorded": [1] * 29 + [0]})["all"]
        assert notes == ("few-unrecorded",)
        assert noted({"recorded": [1] * 26 + [0] * 3})["all"] == ("small-base",)
        assert noted({"recorded": [1] * 27 + [0] * 3})["all"] == ()

    def test_few_degrees_of_freedom(self) -> None:
        for reports, few in ((8, True), (9, False)):
            rows = {"recorded": [1, 1, 1, 0, 0] * reports, "cluster": [i // 5 for i in range(5 * reports)]}
            assert ("few-df" in noted(rows)["all"]) is few

    def test_ends(self) -> None:
        assert noted({"recorded": [1] * 40})["all"] == ("all-recorded",)
        assert noted({"recorded": [0] * 40})["all"] == ("none-recorded",)

    def test_a_category_that_mixes_strata_without_a_frame(self) -> None:
        rows = {"stratum": list("ab") * 30, "type": ["x"] * 30 + ["y", "z"] * 15, "recorded": [1, 1, 0] * 20}
        found = noted(rows, "type")
        assert "sample-only" in found["x"]
        assert "sample-only" not in found["y"]


def test_counts_without_rows() -> None:
    counted = cdi.of_counts(21, 24, population=200)
    assert counted.estimate.tolist() == [0.875]
    assert counted.rows[0].label == ("21/24",)
    with pytest.raises(cdi.DataError):
        cdi.of_counts(25, 24)
    with pytest.raises(cdi.DataError):
        cdi.of_counts(21, 24, population=23)
    assert told(cdi.of_counts(24, 24, population=24).rows[0].facts) == ("census",)


def test_categories_that_differ_in_capitals_only_are_refused_with_their_counts() -> None:
    kinds = ["violent", "Violent", "other"] * 2 + ["violent", "theft  of", "theft of"]
    audit = cdi.read_audit(pd.DataFrame({"kind": kinds, "recorded": [1, 0, 1] * 3}))
    with pytest.raises(cdi.DataError) as caught:
        cdi.recording_rate(audit, by="kind")
    assert [(item.code, item.where.column) for item in caught.value.faults] == [("categories-alike", "kind")]
    assert "violent (3) and Violent (2)" in str(caught.value)
    spaced = cdi.read_audit(pd.DataFrame({"kind": ["theft  of", "theft of", "other"], "recorded": [1, 0, 1]}))
    assert cdi.recording_rate(spaced, by="kind").keys == ("kind",)
    assert [row.label for row in cdi.recording_rate(spaced, by="kind").rows] == [("other",), ("theft of",), ("all",)]


def test_strata_that_differ_in_capitals_only_are_refused() -> None:
    rows = pd.DataFrame({"route": ["calls", "Calls", "calls"], "recorded": [1, 0, 1]})
    with pytest.raises(cdi.DataError) as caught:
        cdi.read_audit(rows, stratum="route")
    assert [item.code for item in caught.value.faults] == ["categories-alike"]


def test_rates_are_weighted_where_the_weights_of_their_reports_differ() -> None:
    rows = pd.DataFrame(
        {"route": ["calls"] * 4 + ["web"] * 4, "kind": ["a", "a", "b", "b"] + ["b"] * 4, "recorded": [1, 0, 1, 1] * 2}
    )
    frame = cdi.read_audit(rows, stratum="route", population={"calls": 400, "web": 100})
    by_kind = cdi.recording_rate(frame, "kind")
    assert [row.facts.weighted for row in by_kind.rows] == [False, True, True]
    assert [row.facts.weighted for row in cdi.recording_rate(frame, "route").rows] == [False, False, True]
    alike = cdi.read_audit(rows, stratum="route", population={"calls": 400, "web": 400})
    assert not any(row.facts.weighted for row in cdi.recording_rate(alike, "kind").rows)
    own = cdi.recording_rate(rows.assign(weight=[300, 301, 301, 300] * 2), "kind", weight="weight")
    assert all(row.facts.weighted for row in own.rows)
    assert "The rates are weighted: " in str(own)


class TestLargeReports:
    """Intervals are not known to hold where one report has many crimes: the row says what it has."""

    def note(self, sizes: list[int], **roles: Any) -> list[tuple[int, int] | None]:
        rows = [(f"R{i}", "a" if i % 2 else "b", int(i % 9 > 0)) for i, size in enumerate(sizes) for _ in range(size)]
        sample = pd.DataFrame(rows, columns=["cluster", "kind", "recorded"])
        return [row.facts.largest for row in cdi.recording_rate(sample, by="kind", **roles).rows]

    def test_the_row_says_what_the_largest_holds(self) -> None:
        assert self.note([1, 2] * 40 + [14]) == [None, (14, 54), (14, 134)]
        found = cdi.estimate(pd.DataFrame({"cluster": ["x"] * 14 + list("abcdefgh") * 2, "recorded": [1] * 29 + [0]}))
        assert "one report holds 14 of its 30 crimes: the interval may be too narrow" in found.table.rows[-1].notes

    def test_six_crimes_are_not_many(self) -> None:
        assert self.note([1, 2] * 40 + [6]) == [None, None, None]

    def test_nor_is_a_report_that_is_a_small_part(self) -> None:
        assert self.note([2] * 2_000 + [8])[-1] is None
        assert self.note([2] * 1_990 + [9])[-1] == (9, 3_989)

    def test_a_census_has_no_interval(self) -> None:
        assert self.note([1, 2] * 40 + [14], population=81) == [None, None, None]
