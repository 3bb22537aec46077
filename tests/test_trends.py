"""The monthly sample: its months are those of any estimate, its windows those of a sample of their months alone.

Then what people read of it: its lines, its notes, and the statement whether a change is signalled.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cdi
from cdi.binomial.scores import normal_score
from cdi.facts import Release, Scope
from cdi.monitoring.trends import Trend
from cdi.printing import formats
from cdi.printing.layout import SURFACES, Page
from cdi.survey.basis import FEWEST
from tests.strategies import Report, Sample
from tests.test_cli import outcome

SAMPLE = Path(__file__).parents[1] / "data" / "examples" / "dip_sample.csv"


def rows(months: Sequence[str], reports: int = 12, rate: float = 0.85, seed: int = 1) -> list[dict[str, Any]]:
    """Draw reports with their counts, one row each; a tenth holds no crime."""
    rng = np.random.default_rng(seed)
    found = []
    for month in months:
        for i in range(reports):
            due = int(rng.choice([0, 1, 1, 1, 1, 1, 2, 2, 3, 1]))
            recorded = int(rng.binomial(due, rate))
            found.append({"month": month, "id": f"{month}-{i}", "due": due, "recorded": recorded})
    return found


def months(count: int, first: int = 2022 * 12, without: Sequence[int] = ()) -> list[str]:
    return [f"{m // 12}-{m % 12 + 1:02}" for m in range(first, first + count) if m - first not in without]


def read(found: list[dict[str, Any]], **roles: Any) -> cdi.Audit:
    return cdi.read_audit(pd.DataFrame(found), **{"cluster": "id", "stratum": "month", **roles})


def follow(found: list[dict[str, Any]], **terms: Any) -> Trend:
    return cdi.trend(read(found), "month", **terms)


def counts(pairs: Sequence[tuple[int, int]]) -> list[dict[str, Any]]:
    """Make months of single crimes, so many recorded of so many due; a month with none holds two empty reports."""
    found = []
    for month, (recorded, due) in zip(months(len(pairs)), pairs, strict=True):
        crimes = [(1, int(i < recorded)) for i in range(due)] or [(0, 0)] * 2
        found += [{"month": month, "id": f"{month}-{i}", "due": d, "recorded": x} for i, (d, x) in enumerate(crimes)]
    return found


def decided(names: Sequence[str], words: dict[str, str]) -> list[dict[str, Any]]:
    """Make months of six decisions: one not recorded and one not auditable, or all the word that is given."""
    usual = ["recorded"] * 4 + ["not recorded", "not auditable"]
    return [{"period": name, "decision": words.get(name, word)} for name in names for word in usual]


def page_of(pairs: Sequence[tuple[int, int]], **terms: Any) -> Page:
    return follow(counts(pairs), **terms).page()


def said(page: Page) -> str:
    return " ".join(page.statements)


STEADY = [(18, 20), (19, 20), (17, 20), (18, 20)]


class TestMonths:
    @pytest.mark.parametrize(("level", "method"), [(0.95, "wilson"), (0.9, "korn-graubard")])
    def test_are_those_of_an_estimate_by_month(self, level: float, method: str) -> None:
        data = rows(months(14))
        found = follow(data, level=level, method=method)
        known = cdi.estimate(pd.DataFrame(data), by="month", cluster="id", stratum="month", level=level, method=method)
        assert found.table.rows[: len(known.table.rows)] == known.table.rows
        assert [point.rate for point in found.points] == list(known.table.rows[:14])

    def test_are_in_order_however_they_are_written(self) -> None:
        names = {"2022-01": "Jan 2022", "2022-02": "2022-02", "2022-03": "March 2022", "2022-04": "01/04/2022"}
        data = rows(months(4))
        written = [{**row, "month": names[row["month"]]} for row in data]
        one, other = (follow(each).table.to_pandas() for each in (written, data))
        # strata are added up in another order, which shows in the last digit
        pd.testing.assert_frame_equal(one, other, check_exact=False, rtol=1e-14)

    def test_serve_as_plain_categories_too(self) -> None:
        """Where the month is no stratum its reports are a domain of the whole sample, and the rates are the same."""
        data = rows(months(14))
        plain = cdi.trend(read(data, stratum=None), "month")
        strata = follow(data)
        for one, other in zip(plain.points, strata.points, strict=True):
            assert one.rate.estimate == other.rate.estimate
            assert (one.rolling is None) == (other.rolling is None)
            if one.rolling and other.rolling:
                assert one.rolling.estimate == other.rolling.estimate
        assert plain.centre == strata.centre

    def test_may_be_strata_beside_others(self) -> None:
        data = [{**row, "route": "ab"[i % 2]} for i, row in enumerate(rows(months(13)))]
        found = cdi.trend(read(data, stratum=["month", "route"]), "month")
        assert [point.rate.n for point in found.points] == [point.rate.n for point in follow(data).points]

    def test_without_a_sample_are_named(self) -> None:
        found = follow(rows(months(10, without=[2, 3, 7])))
        assert [month.label for month in found.gaps] == ["2022-03", "2022-04", "2022-08"]
        assert len(found.points) == 7

    def test_of_which_nothing_could_be_audited_are_gaps(self) -> None:
        words = {"2022-01": "not auditable", "2022-05": "not auditable"}
        found = cdi.trend(cdi.read_audit(pd.DataFrame(decided(months(14, without=[6]), words)), stratum="period"))
        assert [month.label for month in found.unaudited] == ["2022-01", "2022-05"]
        assert [month.label for month in found.gaps] == ["2022-07"]
        assert [point.period.label for point in found.points] == months(14, without=[0, 4, 6])
        assert all("not-auditable" in point.rate.facts.reasons for point in found.points)
        windows = [point.rolling.facts.reasons for point in found.points if point.rolling]
        assert len(windows) == 2
        assert all({"window-gap", "not-auditable"} <= set(reasons) for reasons in windows)

    def test_are_refused_where_nothing_at_all_could_be_audited(self) -> None:
        data = pd.DataFrame(decided(months(3), dict.fromkeys(months(3), "not auditable")))
        with pytest.raises(cdi.DataError, match="expected a report that could be audited"):
            cdi.read_audit(data, stratum="period")

    def test_are_read_from_dates_as_the_period(self) -> None:
        data = [{**row, "day": f"{row['month']}-{i % 28 + 1:02}"} for i, row in enumerate(rows(months(13)))]
        audit = cdi.read_audit(pd.DataFrame(data), cluster="id", period="day")
        assert cdi.trend(audit).points == follow(data).points


class TestWindows:
    @pytest.mark.parametrize("frame", [False, True])
    def test_are_the_rate_of_a_sample_of_their_months_alone(self, frame: bool) -> None:
        names = months(16, without=[5])
        data = rows(names)
        population = {name: 100 + 40 * i for i, name in enumerate(names)} if frame else None
        found = cdi.trend(read(data, population=population), "month")
        for point in found.points:
            held = [name for name in names if point.period.first - 12 < year_month(name) <= point.period.first]
            if point.period.first < year_month(names[0]) + 11:
                assert point.rolling is None
                continue
            part = {name: population[name] for name in held} if population else None
            alone = cdi.recording_rate(read([r for r in data if r["month"] in held], population=part), ())
            interval = alone.interval()
            assert point.rolling is not None
            assert point.rolling.estimate == pytest.approx(alone.estimate[0], rel=1e-14)
            assert point.rolling.se == pytest.approx(alone.se[0], rel=1e-12)
            assert point.rolling.low == pytest.approx(interval.low[0], rel=1e-12)
            assert point.rolling.high == pytest.approx(interval.high[0], rel=1e-12)
            assert (point.rolling.n, point.rolling.clusters) == (alone.basis.due[0], alone.basis.reports[0])
            assert point.rolling.df == alone.basis.df[0]
            assert ("window-gap" in point.rolling.facts.reasons) == (len(held) < 12)
            assert point.rolling.facts.mixed == (not frame)
            assert point.rolling.facts.without(["window-gap"]) == replace(alone.rows[0].facts, scope=Scope.CATEGORY)

    def test_are_of_the_calendar(self) -> None:
        """Twelve samples in two years are no window of twelve months."""
        found = follow(rows(months(23, without=range(1, 23, 2))))
        first = next(point for point in found.points if point.rolling)
        assert first.period.label == "2023-01"
        assert first.rolling is not None
        assert first.rolling.n == sum(point.rate.n for point in found.points[1:7])

    def test_begin_when_twelve_months_have_passed(self) -> None:
        assert [point.period.label for point in follow(rows(months(13))).points if point.rolling] == [
            "2022-12",
            "2023-01",
        ]
        assert not any(point.rolling for point in follow(rows(months(11))).points)


def year_month(name: str) -> int:
    return int(name[:4]) * 12 + int(name[5:]) - 1


class TestChart:
    def test_rests_on_the_pooled_rate_and_the_effective_sizes(self) -> None:
        data = rows(months(12))
        found, alone = follow(data), cdi.recording_rate(read(data))
        assert found.centre == pytest.approx(alone.estimate[-1], rel=1e-14)
        for point, size in zip(found.points, alone.basis.worth.crimes(FEWEST), strict=False):
            assert point.limits is not None
            assert point.limits.estimate == found.centre
            assert point.limits.se is None
            assert point.limits.n_eff == pytest.approx(size, rel=1e-14)
            for end, sign in ((point.limits.low, -1), (point.limits.high, 1)):
                assert end is not None
                score = float(normal_score(np.array([end]), np.array([size]), found.centre)[0]) / found.factor
                # an end of 0 or 1 is no limit: nothing beyond it could be seen
                assert score == pytest.approx(3 * sign, abs=1e-9) if 0 < end < 1 else 0 <= score * sign <= 3

    def test_counts_crimes_in_one_report_as_related(self) -> None:
        """Ten reports whose two crimes share their fate tell little more than ten crimes, and less than twelve."""
        pairs = [(8, 10), (9, 10), (7, 10)]
        ten = counts(pairs)
        double = [{**row, "due": 2, "recorded": 2 * row["recorded"]} for row in ten]
        sizes = [point.limits.n_eff for point in follow(double).points if point.limits]
        assert len(sizes) == 3
        assert all(size is not None and 10 < size < 12 for size in sizes)

    def test_rests_on_the_baseline_where_one_is_named(self) -> None:
        data = counts([(18, 20), (19, 20), (17, 20), (18, 20), (8, 20)])
        found = follow(data, baseline=4)
        assert found.centre == pytest.approx(72 / 80)
        assert [(point.period.label, point.signals) for point in found.signalled] == [("2022-05", ("outside-limits",))]
        assert follow(data).centre == pytest.approx(80 / 100)

    @pytest.mark.parametrize(("recorded", "centre"), [(0, 0.5 / 121), (10, 120.5 / 121)])
    def test_around_nothing_or_everything_leaves_half_a_crime_to_chance(self, recorded: int, centre: float) -> None:
        found = follow(counts([(recorded, 10)] * 12 + [(abs(recorded - 8), 10)] * 3), baseline=12)
        assert found.centre == pytest.approx(centre, rel=1e-14)
        assert [point.period.label for point in found.signalled] == ["2023-01", "2023-02", "2023-03"]
        assert all("outside-limits" in point.signals for point in found.signalled)
        assert not follow(counts([(recorded, 10)] * 15)).signalled

    def test_does_not_take_rounding_for_a_difference(self) -> None:
        """Months of 7 of 15 each are weighted by their frames, so that the centre is their rate up to a rounding."""
        data, names = counts([(7, 15)] * 12), months(12)
        frame = [615, 790, 771, 803, 294, 439, 570, 261, 842, 21, 769, 596]
        found = cdi.trend(read(data, population=dict(zip(names, frame, strict=True))), "month")
        assert all(0 < abs((point.rate.estimate or 0) - found.centre) < 1e-15 for point in found.points)
        assert not found.signalled

    def test_passes_over_a_month_without_crimes(self) -> None:
        found = follow(counts([(18, 20), (0, 0), (17, 20), (19, 20)]))
        empty = found.points[1]
        assert (empty.rate.estimate, empty.limits, empty.signals) == (None, None, ())
        assert empty.rate.clusters == 2
        assert all(point.limits for point in found.points if point != empty)

    def test_of_months_without_any_crime_says_nothing(self) -> None:
        found = follow(counts([(0, 0), (0, 0)]))
        assert np.isnan(found.centre)
        assert all(point.limits is None for point in found.points)

    @given(
        st.lists(
            st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=6), min_size=2, max_size=15
        )
    )
    def test_and_windows_hold_for_any_counts(self, data: list[list[tuple[int, int]]]) -> None:
        reports = [
            Report(f"{month}-{i}", month, (("other", 1),) * x + (("other", 0),) * y)
            for month, held in zip(months(len(data)), data, strict=True)
            for i, (x, y) in enumerate(held)
        ]
        found = cdi.trend(Sample(tuple(reports)).audit(), "stratum")
        assert [point.rate.n for point in found.points] == [sum(x + y for x, y in held) for held in data]
        for i, point in enumerate(found.points):
            assert (point.rolling is not None) == (i >= 11)
            if point.rolling:
                assert point.rolling.n == sum(x + y for held in data[i - 11 : i + 1] for x, y in held)
            for record in filter(None, (point.rate, point.rolling, point.limits)):
                if record.estimate is not None:
                    assert record.low is not None
                    assert record.high is not None
                    assert 0 <= record.low <= record.estimate <= record.high <= 1
                    outside = not record.low <= (point.rate.estimate or 0) <= record.high
                    assert record is not point.limits or outside == ("outside-limits" in point.signals)
            assert (point.limits is None) == (point.rate.n == 0 or np.isnan(found.centre))


class TestTable:
    def test_holds_rates_then_windows_then_limits(self) -> None:
        found = follow(rows(months(13)))
        kinds = [record.measure.key for record in found.table.rows]
        assert kinds == [
            *["recording-rate"] * 13,
            "recording-rate",
            *["recording-rate-rolling"] * 2,
            *["control-limits"] * 13,
        ]
        assert [row.facts.scope for row in found.table.rows if row.whole] == [Scope.SAMPLE]
        limits = [record for record in found.table.rows if record.measure.key == "control-limits"]
        assert {(record.method, record.level, record.df, record.deff) for record in limits} == {
            ("p-chart", 0.9973, None, None)
        }
        assert [record.label[0] for record in limits] == months(13)

    def test_carries_the_signals_as_notes_of_the_limits(self) -> None:
        frame = follow(counts([(18, 20)] * 4 + [(8, 20)]), baseline=4).table.to_pandas()
        last = frame[frame["measure"] == "control limits"].iloc[-1]
        assert last["notes"] == "signal: outside the control limits"

    def test_of_searches_speaks_of_grounds(self) -> None:
        searches = pd.DataFrame([{"month": m, "grounds": int(i < 7)} for m in months(12) for i in range(9)])
        found = cdi.trend(cdi.read_audit(searches, stratum="month", recorded="grounds"), "month", measure="grounds")
        assert [record.name for record in found.table.rows[-14:-11]] == [
            "reasonable grounds recorded in the sample (not an estimate for the force)",
            "reasonable grounds recorded over the 12 months to the period",
            "control limits",
        ]


def with_others(labels: Sequence[str]) -> list[dict[str, Any]]:
    """Make two months, and samples of other periods, each report with an id of its own."""
    data = rows(months(2)) + [{**row, "month": label} for label in labels for row in rows(["x"])]
    return [{**row, "id": i} for i, row in enumerate(data)]


class TestPeriods:
    """Quarters and years are followed as months are; months are gathered into them, and stay strata."""

    @pytest.mark.parametrize(
        ("written", "labels", "kind", "unit"),
        [
            (["2022 Q1", "Q2 2022", "2022 Q3"], ["2022 Q1", "2022 Q2", "2022 Q3"], "quarter", "quarter"),
            (
                ["Q1 2022/23", "2022/23 Q2", "2022-23 Q3"],
                ["2022/23 Q1", "2022/23 Q2", "2022/23 Q3"],
                "financial-quarter",
                "quarter",
            ),
            (["2021-22", "2022/23", "2023/24"], ["2021/22", "2022/23", "2023/24"], "financial-year", "financial year"),
            (["2021", "2022", "2023"], ["2021", "2022", "2023"], "year", "year"),
            (["202201", "2022M02", "Mar 22"], ["2022-01", "2022-02", "2022-03"], "month", "month"),
            (
                ["2022-02 to 2022-03", "2022-04 to 2022-05", "2022-06 to 2022-07"],
                ["2022-02 to 2022-03", "2022-04 to 2022-05", "2022-06 to 2022-07"],
                "",
                "period",
            ),
        ],
    )
    def test_of_a_column_are_followed_in_their_order(
        self, written: list[str], labels: list[str], kind: str, unit: str
    ) -> None:
        names = dict(zip(months(3), written, strict=True))
        data = [{**row, "month": names[row["month"]]} for row in reversed(rows(months(3)))]
        found = cdi.trend(pd.DataFrame(data), cluster="id")
        assert [point.period.label for point in found.points] == labels
        assert (found.kind, found.gaps) == (kind, ())
        assert [row.label for row in found.table.rows[:3]] == [(label,) for label in labels]
        page = found.page()
        assert page.grids[0].title.startswith(f"Recording rate by {unit}")
        assert page.grids[0].headings[0] == unit
        assert [row[0] for row in page.grids[0].rows] == labels
        assert f"The limits rest on 3 {unit}s" in said(page)

    @pytest.mark.parametrize(("kind", "length"), [("quarter", 3), ("financial-quarter", 3), ("year", 12)])
    def test_are_the_rate_of_a_sample_of_their_months_alone(self, kind: str, length: int) -> None:
        names = months(24)
        data = rows(names)
        population = {name: 100 + 40 * i for i, name in enumerate(names)}
        found = cdi.trend(read(data, population=population), "month", every=kind)
        assert len(found.points) == 24 // length
        for point in found.points:
            held = [name for name in names if point.period.first <= year_month(name) <= point.period.last]
            assert len(held) == length
            alone = cdi.recording_rate(
                read(
                    [row for row in data if row["month"] in held], population={name: population[name] for name in held}
                ),
                (),
            )
            assert point.rate.estimate == pytest.approx(alone.estimate[0], rel=1e-14)
            assert point.rate.se == pytest.approx(alone.se[0], rel=1e-12)
            assert (point.rate.n, point.rate.clusters) == (alone.basis.due[0], alone.basis.reports[0])
            assert "part-period" not in point.rate.facts.reasons

    def test_have_the_same_12_months_as_their_months_do(self) -> None:
        data = rows(months(24))
        by_month, by_quarter = (cdi.trend(read(data), "month", every=every) for every in (None, "quarter"))
        windows = {point.period.last: point.rolling for point in by_month.points if point.rolling}
        for point in by_quarter.points:
            other = windows.get(point.period.last)
            assert (point.rolling is None) == (other is None)
            if point.rolling and other:
                assert (point.rolling.estimate, point.rolling.low) == pytest.approx((other.estimate, other.low))

    def test_written_as_quarters_are_months_gathered_into_them(self) -> None:
        """Where the months are no strata, it is the same whether the column holds months or quarters."""
        data = rows(months(9))
        names = {name: f"2022 Q{i // 3 + 1}" for i, name in enumerate(months(9))}
        written = pd.DataFrame([{**row, "month": names[row["month"]]} for row in data])
        one = cdi.trend(cdi.read_audit(written, cluster="id"), "month")
        other = cdi.trend(cdi.read_audit(pd.DataFrame(data), cluster="id"), "month", every="quarter")
        for mine, theirs in zip(one.points, other.points, strict=True):
            assert mine.period == theirs.period
            assert (mine.rate.estimate, mine.rate.se) == pytest.approx((theirs.rate.estimate, theirs.rate.se))
            assert mine.limits is not None
            assert theirs.limits is not None
            assert mine.limits.low == pytest.approx(theirs.limits.low)

    def test_of_a_year_have_no_12_months_beside_them(self) -> None:
        found = follow(rows(months(24)), every="year")
        assert [point.rolling for point in found.points] == [None, None]
        assert "12 months %" not in found.page().grids[0].headings

    def test_that_lack_a_month_say_so(self) -> None:
        found = follow(rows(months(9, without=[4, 8])), every="quarter")
        assert ["part-period" in point.rate.facts.reasons for point in found.points] == [False, True, True]
        assert "some months of the period have no sample" in " ".join(found.page().lines)

    def test_without_a_sample_are_named(self) -> None:
        found = follow(rows(months(15, without=range(3, 9))), every="financial-quarter")
        assert [period.label for period in found.gaps] == ["2022/23 Q1", "2022/23 Q2"]
        assert "There is no sample in 2022/23 Q1 and 2022/23 Q2." in said(found.page())

    def test_of_which_nothing_could_be_audited_are_gaps(self) -> None:
        words = dict.fromkeys(months(3, first=2022 * 12 + 3), "not auditable")
        audit = cdi.read_audit(pd.DataFrame(decided(months(9), words)), stratum="period")
        found = cdi.trend(audit, every="quarter")
        assert [period.label for period in found.unaudited] == ["2022 Q2"]
        assert [point.period.label for point in found.points] == ["2022 Q1", "2022 Q3"]

    def test_signal_as_months_do(self) -> None:
        data = counts([*STEADY, (8, 20)])
        names = dict(zip(months(5), ["2022/23", "2023/24", "2024/25", "2025/26", "2026/27"], strict=True))
        found = cdi.trend(pd.DataFrame([{**r, "month": names[r["month"]]} for r in data]), cluster="id", baseline=4)
        known = follow(data, baseline=4)
        assert [point.signals for point in found.points] == [point.signals for point in known.points]
        assert found.statement == ("A change is signalled in 2026/27: outside the limits. Find out why before acting.")

    def test_are_said_in_full_for_readers(self) -> None:
        found = follow(counts([*STEADY, (8, 20)] * 3), every="financial-quarter", baseline=2)
        assert cdi.describe_trend(found).startswith("Recording rate by quarter, Q4 2021/22 to Q4 2022/23: ")

    @pytest.mark.parametrize("name", ["period", "quarter", "financial_quarter", "financial_year", "year"])
    def test_are_looked_for_under_their_usual_names(self, name: str, tmp_path: Path) -> None:
        data = pd.DataFrame(rows(months(3))).rename(columns={"month": name})
        path = tmp_path / "dip.csv"
        data.to_csv(path, index=False)
        assert len(cdi.trend(path, cluster="id").points) == 3

    @pytest.mark.parametrize(
        ("name", "roles", "every", "points"),
        [
            ("quarters", {}, None, {"2024 Q1": 90, "2024 Q2": 90, "2024 Q3": 90, "2024 Q4": 90}),
            ("months_yyyymm", {}, "quarter", {"2024 Q1": 90, "2024 Q2": 90, "2024 Q3": 90, "2024 Q4": 90}),
            ("month_counts", {"layout": "counts"}, "financial-year", {"2022/23": 89, "2023/24": 360, "2024/25": 91}),
        ],
    )
    def test_of_files_as_people_keep_them(
        self, name: str, roles: dict[str, Any], every: str | None, points: dict[str, int]
    ) -> None:
        found = cdi.trend(Path(__file__).parent / "cases" / f"{name}.csv", every=every, **roles)
        assert {point.period.label: point.rate.n for point in found.points} == points

    def test_of_counts_are_followed(self) -> None:
        table = pd.DataFrame(
            {"quarter": ["2023 Q4", "2024 Q1", "2024 Q2"], "due": [90, 80, 85], "recorded": [80, 70, 80]}
        )
        found = cdi.trend(table, layout="counts")
        assert [point.rate.n for point in found.points] == [90, 80, 85]


class TestViews:
    """All of a trend is read from its table, so that whoever replaces the table replaces all of it."""

    def test_follow_a_table_whose_rows_are_suppressed(self) -> None:
        found = follow(counts([*STEADY, (8, 20)]), baseline=4)
        gone = [row.stating(release=Release.NOTHING) for row in found.table.rows]
        blank = [replace(row, estimate=None, low=None, high=None, n=None, recorded=None) for row in gone]
        hidden = replace(found, table=replace(found.table, rows=tuple(blank)))
        assert [point.rate.n for point in hidden.points] == [None] * 5
        assert (hidden.signalled, hidden.statement) == ((), "")
        assert np.isnan(hidden.centre)
        assert found.signalled

    def test_give_a_factor_no_finer_than_it_is_printed_where_a_month_is_suppressed(self) -> None:
        found = follow(counts([(20, 30), (29, 30)] * 7))
        first, *others = found.table.rows
        hidden = replace(found, table=replace(found.table, rows=(first.stating(release=Release.NOTHING), *others)))
        assert hidden.factor == round(found.factor, 2) != found.factor


class TestSources:
    DATA = rows(months(3))
    ROLES: ClassVar[dict[str, Any]] = {"cluster": "id"}

    def test_may_be_a_path_a_frame_or_an_audit(self, tmp_path: Path) -> None:
        frame, path = pd.DataFrame(self.DATA), tmp_path / "dip.csv"
        frame.to_csv(path, index=False)
        known = cdi.trend(cdi.read_audit(path, period="month", **self.ROLES)).table
        assert cdi.trend(path, **self.ROLES).table == known
        assert cdi.trend(frame, period="month", **self.ROLES).table == known
        assert cdi.trend([path], "month", **self.ROLES).table == known

    def test_an_audit_with_months_as_strata_needs_no_name(self) -> None:
        assert cdi.trend(read(self.DATA)).table == follow(self.DATA).table

    def test_of_searches_have_their_answer_in_grounds(self) -> None:
        searches = pd.DataFrame([{"month": m, "grounds": int(i < 7)} for m in months(3) for i in range(9)])
        known = cdi.trend(cdi.read_audit(searches, period="month", recorded="grounds"), measure="grounds")
        assert cdi.trend(searches, measure="grounds").table == known.table

    def test_may_be_a_result_or_an_audit_in_other_roles(self) -> None:
        frame, known = pd.DataFrame(self.DATA), follow(self.DATA).table
        assert cdi.trend(cdi.estimate(frame, stratum="month", **self.ROLES)).table == known
        assert cdi.trend(cdi.read_audit(frame, stratum="month"), **self.ROLES).table == known

    def test_that_are_no_source_are_refused(self) -> None:
        with pytest.raises(cdi.CdiError):
            cdi.trend(42)


class TestGrid:
    def test_shows_each_month_and_leaves_a_line_blank_where_there_is_no_sample(self) -> None:
        grid = follow(rows(months(5, without=[2]))).page().grids[0]
        assert [row[0] for row in grid.rows] == months(5)
        assert set(grid.rows[2][1:-1]) == {""}
        assert all(row[1] for i, row in enumerate(grid.rows) if i != 2)
        assert grid.headings[-1] == "notes"

    @pytest.mark.parametrize("count", [2, 3, 12, 36])
    def test_fits_a_screen(self, count: int) -> None:
        pairs = [(20, 20) if i % 3 else (11, 20) for i in range(count)]
        text = SURFACES["text"](page_of(pairs))
        assert max(map(len, text.splitlines())) <= 80

    def test_holds_what_the_trend_holds(self) -> None:
        found = follow(rows(months(13)), level=0.9)
        page = found.page()
        last, point = dict(zip(page.grids[0].headings, page.grids[0].rows[-1], strict=True)), found.points[-1]
        assert point.rolling is not None
        assert last["12 months %"] == formats.percent(point.rolling.estimate or 0)
        assert last["crimes due"] == str(point.rate.n)
        assert page.grids[0].title == "Recording rate by month, 90% confidence intervals (wilson)"
        assert page.table is found.table

    def test_has_no_columns_that_stay_empty(self) -> None:
        headings = page_of(STEADY).grids[0].headings
        assert "12 months %" not in headings
        assert "signal" not in headings
        assert "limits from %" in headings
        assert "limits from %" not in page_of([(0, 0)] * 3).grids[0].headings

    def test_marks_the_signals_and_words_them_below(self) -> None:
        page = page_of([*STEADY, (8, 20)], baseline=4)
        assert [row[page.grids[0].headings.index("signal")] for row in page.grids[0].rows] == [*[""] * 4, "signal"]
        number = page.grids[0].rows[-1][-1].split()
        note = next(line for line in page.lines if "outside the control limits" in line)
        assert note.split()[0].strip("[]") in number

    @pytest.mark.parametrize("form", ["markdown", "html", "json", "csv"])
    def test_is_written_in_every_format(self, form: str) -> None:
        assert "2022-01" in SURFACES[form](page_of(STEADY))


class TestStatements:
    def test_of_a_change(self) -> None:
        assert page_of([*STEADY, (8, 20)], baseline=4).statements[0] == (
            "A change is signalled in 2022-05: outside the limits. Find out why before acting."
        )

    def test_of_several_signals(self) -> None:
        text = page_of([*STEADY, (8, 20), (8, 20), (18, 20), (8, 20)], baseline=4).statements[0]
        assert text == (
            "A change is signalled in 2022-05 to 2022-06 and 2022-08. Outside the limits: 2022-05 to 2022-06 "
            "and 2022-08. Two of three months beyond two standard errors on one side: 2022-06 and 2022-08. Find out "
            "why before acting."
        )

    def test_of_no_change(self) -> None:
        assert page_of(STEADY).statements[0] == (
            "No change is signalled: the months differ no more than samples of this size do."
        )

    def test_of_no_change_where_months_vary_more_than_samples(self) -> None:
        page = page_of([(20, 30), (29, 30)] * 7)
        assert page.statements[0] == ("No change is signalled: the months differ no more than is usual in this series.")
        assert "times as much as sampling alone explains" in said(page)

    def test_of_limits_that_chance_may_have_widened(self) -> None:
        """Months that differ by a crime or two more than usual are no reason to look for causes."""
        found = follow(counts([(27, 30), (29, 30), (26, 30), (29, 30)] * 3))
        assert found.factor > 1
        assert not found.varied
        assert f"The limits are widened {found.factor:.2f} times to allow for differences" in said(found.page())
        assert "times as much" not in said(found.page())
        assert "Look for" not in said(found.page())

    @pytest.mark.parametrize(("months_held", "is_short"), [(11, True), (12, False)])
    def test_of_a_short_baseline(self, months_held: int, is_short: bool) -> None:
        page = page_of([(18, 20)] * months_held + [(17, 20)] * 3, baseline=months_held)
        assert (f"The limits rest on {months_held} months" in said(page)) == is_short

    def test_of_no_limits(self) -> None:
        page = page_of([(0, 0)] * 3)
        assert page.statements[0].startswith("There are no control limits: the baseline has no crimes")
        assert "signal" not in said(page)

    def test_of_the_centre(self) -> None:
        assert "The centre of the chart is 90.0%, the rate over 2022-01 to 2022-04. By chance, a month" in said(
            page_of([*STEADY, (17, 20)], baseline=4)
        )

    @pytest.mark.parametrize(("recorded", "rate", "centre"), [(10, "100.0%", "98.4%"), (0, "0.0%", "1.6%")])
    def test_of_a_centre_beside_everything_or_nothing(self, recorded: int, rate: str, centre: str) -> None:
        assert (
            f"The rate over 2022-01 to 2022-03 is {rate}. The centre of the chart is {centre}, which adds half a crime "
            "on each side. By chance, a month falls"
        ) in said(page_of([(recorded, 10)] * 3))

    @pytest.mark.parametrize(
        ("months_held", "baseline", "beginning"),
        [
            (12, None, "Chance alone makes 1 to 2 in 100 charts of 12 months signal"),
            (13, 12, "With a baseline of 12 months, chance alone makes 6 to 9 in 100 charts of 18 months"),
            (12, 12, "Chance alone makes 1 to 2 in 100 charts of 12 months signal"),
            (11, None, None),
            (24, 11, None),
        ],
    )
    def test_of_false_alarms_where_it_is_true(
        self, months_held: int, baseline: int | None, beginning: str | None
    ) -> None:
        page = page_of([(18, 20)] * months_held, baseline=baseline)
        found = [text for text in page.statements if "hance alone makes" in text]
        assert [text[: len(beginning or "")] for text in found] == ([beginning] if beginning else [])

    def test_of_months_without_a_sample(self) -> None:
        assert "There is no sample in 2022-03 and 2022-04." in said(follow(rows(months(6, without=[2, 3]))).page())

    def test_of_months_of_which_nothing_could_be_audited(self) -> None:
        data = pd.DataFrame(decided(months(6, without=[4]), {"2022-03": "not auditable"}))
        page = cdi.trend(cdi.read_audit(data, stratum="period")).page()
        assert "There is no sample in 2022-05. Nothing could be audited in 2022-03." in said(page)
        marks = {row[0]: row[-1] for row in page.grids[0].rows}
        notes = {number: line for line in page.lines for number in [line.split()[0].strip("[]")]}
        assert notes[marks["2022-03"]].endswith("nothing could be audited in this period")
        assert notes[marks["2022-05"]].endswith("no sample in this period")

    def test_of_pooled_rates_only_where_the_frame_is_not_known(self) -> None:
        data = rows(months(3))
        known = cdi.read_audit(
            pd.DataFrame(data), cluster="id", stratum="month", population=dict.fromkeys(months(3), 500)
        )
        assert "Strata are mixed as they were sampled" in said(follow(data).page())
        assert "Strata are mixed as they were sampled" not in said(cdi.trend(known, "month").page())

    def test_of_searches_do_not_speak_of_crimes(self) -> None:
        searches = pd.DataFrame(
            [{"m": m, "grounds": int(i % 5 > 0)} for m in months(13, without=[4]) for i in range(9)]
        )
        audit = cdi.read_audit(searches, stratum="m", recorded="grounds")
        page = cdi.trend(audit, "m", measure="grounds").page()
        assert "crime" not in SURFACES["text"](page)
        assert "records" in page.grids[0].headings

    def test_the_first_is_that_of_the_chart(self) -> None:
        found = follow(counts(STEADY))
        assert found.statement == found.page().statements[0]


class TestFaults:
    def test_of_periods_are_all_named(self) -> None:
        with pytest.raises(cdi.DataError) as caught:
            follow(with_others(["spring", "2022", "2022 Q1"]))
        assert [fault.code for fault in caught.value.faults] == ["not-a-period-of-trend", "periods-mixed-apart"]
        assert caught.value.faults[0].got == "spring"
        assert "not 2 months (2022-01), 1 quarter (2022 Q1) and 1 year (2022). Write" in str(caught.value)
        assert caught.value.faults[0].where.column == "month"

    @pytest.mark.parametrize(
        ("others", "code", "got", "every"),
        [
            (["2022 Q2"], "periods-mixed", "2 months (2022-01) and 1 quarter (2022 Q2)", "quarter"),
            (["2022/23 Q1"], "periods-mixed", "2 months (2022-01) and 1 quarter (2022/23 Q1)", "financial-quarter"),
            (["2020/21"], "periods-mixed", "2 months (2022-01) and 1 financial year (2020/21)", "financial-year"),
            (["2022-01 to 2022-02"], "periods-mixed-apart", "2 months (2022-01) and 1 period of 2 months", None),
            (
                ["2022", "2022/23"],
                "periods-mixed-apart",
                "2 months (2022-01), 1 year (2022) and 1 financial year (2022/23)",
                None,
            ),
        ],
    )
    def test_of_periods_of_several_kinds_give_their_counts_and_what_gathers_them(
        self, others: list[str], code: str, got: str, every: str | None
    ) -> None:
        data = with_others(others)
        with pytest.raises(cdi.DataError) as caught:
            follow(data)
        (item,) = caught.value.faults
        assert item.code == code
        assert f"and not {got}" in str(caught.value)
        if every is not None:
            assert f'every="{every}"' in str(caught.value)
            assert follow(data, every=every).kind == every

    def test_of_periods_longer_than_asked_for_are_all_named(self) -> None:
        with pytest.raises(cdi.DataError) as caught:
            follow(with_others(["2022", "2022 Q1", "2022/23"]), every="quarter")
        assert [(fault.code, fault.got) for fault in caught.value.faults] == [
            ("longer-than-every-apart", "2022"),
            ("longer-than-every-apart", "2022/23"),
        ]
        with pytest.raises(cdi.DataError, match='every="year"'):
            follow(with_others(["2022", "2023-03"]), every="quarter")
        assert follow(with_others(["2022", "2023-03"]), every="year").kind == "year"

    def test_give_no_advice_that_leaves_one_period(self) -> None:
        with pytest.raises(cdi.DataError, match="Write all periods in one way"):
            follow(with_others(["2022 Q2", "2022"]))

    def test_of_a_kind_that_there_is_not(self) -> None:
        with pytest.raises(cdi.MethodError, match="financial-quarter"):
            follow(rows(months(3)), every="fortnight")

    def test_of_a_month_in_two_spellings(self) -> None:
        data = rows(["2022-01", "Jan 2022", "2022-02"])
        with pytest.raises(cdi.DataError, match="Write it like 2022-01"):
            follow(data)

    def test_of_a_single_month(self) -> None:
        with pytest.raises(cdi.DataError, match="One period cannot show a change"):
            follow(rows(["2022-01"]))

    def test_of_a_column_that_is_not_there(self) -> None:
        with pytest.raises(cdi.DataError, match="Did you mean 'month'"):
            cdi.trend(read(rows(months(2))), "mnth")

    def test_of_a_report_in_two_months(self) -> None:
        data = [{**row, "id": i % 12, "due": 1, "recorded": 1} for i, row in enumerate(rows(months(2)))]
        with pytest.raises(cdi.DataError, match="expected each report in one period"):
            cdi.trend(read(data, stratum=None, nest=()), "month")

    @pytest.mark.parametrize("baseline", [1, 0, -1, 4, "3", 2.5])
    def test_of_a_baseline_out_of_range(self, baseline: Any) -> None:
        with pytest.raises(cdi.DataError, match="expected a baseline of 2 to 3 points"):
            follow(rows(months(3)), baseline=baseline)

    def test_of_a_measure_without_a_trend(self) -> None:
        with pytest.raises(cdi.MethodError, match="There are: recording-rate, grounds"):
            follow(rows(months(3)), measure="unrecorded")


class TestVerb:
    ARGS = ("trend", str(SAMPLE), "--period", "month")

    def test_prints_what_python_gives(self, tmp_path: Path) -> None:
        target = tmp_path / "trend.csv"
        assert outcome(*self.ARGS, "--baseline", "12", "--level", "90%", "-o", str(target)) == (0, "", "")
        found = cdi.trend(cdi.read_audit(SAMPLE, period="month"), baseline=12, level=0.9)
        with target.open(encoding="utf-8", newline="") as file:
            printed = list(csv.reader(file))
        assert tuple(printed[0]) == found.table.columns
        known = [
            ["" if v is None else repr(v) if isinstance(v, float) else str(v) for v in row]
            for row in found.table.values()
        ]
        assert printed[1:] == known

    def test_follows_one_file_a_month(self, tmp_path: Path) -> None:
        table = pd.read_csv(SAMPLE, dtype=str)
        files = []
        for month, part in table.groupby("month"):
            files.append(str(tmp_path / f"dip sample {month}.csv"))
            part.drop(columns="month").to_csv(files[-1], index=False)
        code, text, _ = outcome("trend", *files, "--period", "FILENAME", "--format", "json")
        assert code == 0
        assert json.loads(text)["rows"] == json.loads(outcome(*self.ARGS, "--format", "json")[1])["rows"]

    def test_draws_a_chart_that_names_its_file(self, tmp_path: Path) -> None:
        target = tmp_path / "trend.svg"
        code, text, _ = outcome(*self.ARGS, "--chart", str(target))
        assert code == 0
        assert "A change is signalled" in text
        assert f"Source: {SAMPLE.name}." in " ".join(target.read_text(encoding="utf-8").split())

    def test_follows_searches(self, tmp_path: Path) -> None:
        target = tmp_path / "searches.csv"
        lines = [f"{month},{'no' if i == 3 else 'yes'}" for month in months(3) for i in range(9)]
        target.write_text("\n".join(["when,grounds", *lines, ""]), encoding="utf-8")
        code, text, _ = outcome("trend", str(target), "--period", "when", "--searches")
        assert code == 0
        assert text.startswith("Reasonable grounds recorded by month")
        assert "crime" not in text

    @pytest.mark.parametrize(
        ("more", "message"),
        [
            (("--baseline", "19"), "expected a baseline of 2 to 18 points"),
            (("--chart", "trend.pdf"), "expected a chart file that ends in .svg or .png"),
            (("--chart", str(SAMPLE)), "This file is one of those to be read. Name another."),
            (("-o", str(SAMPLE)), "This file is one of those to be read. Name another."),
            (("--chart", "one.svg", "-o", "one.svg"), "This file is one of those to be read. Name another."),
            (("--period", "recorded"), "expected"),
        ],
    )
    def test_refuses_in_a_sentence(self, more: tuple[str, ...], message: str) -> None:
        code, text, errors = outcome(*self.ARGS, *more)
        assert (code, text) == (2, "")
        assert message in errors

    def test_takes_the_column_month_unless_another_is_named(self) -> None:
        assert outcome("trend", str(SAMPLE)) == outcome("trend", str(SAMPLE), "--period", "month")


def test_the_example_is_what_its_script_writes(tmp_path: Path) -> None:
    import runpy
    import sys

    script, known = SAMPLE.with_name("build.py"), sys.argv
    try:
        sys.argv = [str(script), str(tmp_path)]
        runpy.run_path(str(script), run_name="__main__")
    finally:
        sys.argv = known
    assert (tmp_path / SAMPLE.name).read_bytes() == SAMPLE.read_bytes()


def test_periods_of_several_kinds_are_named_before_what_follows_from_them() -> None:
    rows = pd.DataFrame({"month": ["2024-01", "2024-01 to 2024-03", "2024-02", "2024-01"], "recorded": [1, 0, 0, 1]})
    with pytest.raises(cdi.DataError) as caught:
        cdi.trend(rows)
    assert [item.code for item in caught.value.faults] == ["periods-mixed-apart"]
    assert "not 2 months (2024-01) and 1 quarter (2024-01 to 2024-03)" in str(caught.value)


def test_a_report_in_two_months_is_named_with_its_months() -> None:
    rows = pd.DataFrame({"month": ["2024-01", "2024-02", "2024-02", "2024-01"], "cluster": ["r1", "r1", "r2", "r3"]})
    with pytest.raises(cdi.DataError) as caught:
        cdi.trend(rows.assign(recorded=1))
    assert [(item.code, item.got) for item in caught.value.faults] == [("cluster-periods", "2024-01 and 2024-02")]
