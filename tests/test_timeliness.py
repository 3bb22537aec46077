"""Timeliness: both shares against reference values, bounds, delays, faults, and laws."""

from __future__ import annotations

import csv
import datetime
import functools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

import cdi
from cdi import wording
from cdi.cli.app import cli
from cdi.facts import Release
from cdi.measures import Role, told
from cdi.printing import formats
from cdi.printing.layout import SURFACES
from cdi.printing.tables import Row
from cdi.timing.delays import QUANTILES
from cdi.timing.timeliness import Timeliness, write_curve
from tests.reference import reference

FIXTURE = Path(__file__).parent / "goldens" / "fixtures" / "audit_incidents.csv"
EXAMPLE = Path(__file__).parents[1] / "data" / "examples" / "times.csv"
START = datetime.datetime(2024, 6, 3, 9)


def rows(delays: Sequence[float | None], unrecorded: int = 0, start: datetime.datetime = START) -> pd.DataFrame:
    """One row a crime, recorded after so many hours; None: recorded, and the time is not known."""
    late = [
        None if hours is None else f"{start + datetime.timedelta(hours=hours):%Y-%m-%d %H:%M:%S}" for hours in delays
    ]
    return pd.DataFrame(
        {
            "recorded": [1] * len(delays) + [0] * unrecorded,
            "reported_at": [f"{start:%Y-%m-%d %H:%M:%S}"] * (len(delays) + unrecorded),
            "recorded_at": pd.Series([*late, *[None] * unrecorded], dtype=object),
        }
    )


@functools.cache
def example(by: str | None = None) -> Timeliness:
    return cdi.timeliness(EXAMPLE, by=by)


def by_order(crimes: int, share: float, level: float = 0.95) -> tuple[float | None, float | None]:
    """The limits by order statistics, of delays of 1, 2, 3 ... hours: no code of ours."""
    below = [float(binom.cdf(k, crimes, share)) for k in range(crimes)]
    tail = (1 - level) / 2
    low = max((k + 1 for k in range(crimes) if below[k] <= tail), default=None)
    high = min((k for k in range(1, crimes + 1) if 1 - below[k - 1] <= tail), default=None)
    return low, high


def by_kind(found: Timeliness) -> dict[str, Row]:
    """The overall rows."""
    return {row.measure.key: row for row in found.table.rows if row.whole}


def pair(reported: str, recorded: str, **terms: Any) -> Timeliness:
    """Two crimes alike, and one recorded at once."""
    data = {"recorded": [1, 1, 1], "reported_at": [reported, reported, "2024-06-03T09:00"]}
    return cdi.timeliness(pd.DataFrame({**data, "recorded_at": [recorded, recorded, "2024-06-03T09:01"]}), **terms)


def faults(data: pd.DataFrame, **terms: Any) -> list[str]:
    with pytest.raises(cdi.DataError) as error:
        cdi.timeliness(data, **terms)
    return [fault.code for fault in error.value.faults]


def said(data: pd.DataFrame, **terms: object) -> str:
    return " ".join(cdi.timeliness(data, **terms).page().statements)  # type: ignore[arg-type]


class TestReference:
    @pytest.mark.parametrize(("kind", "key"), [("timely", "recorded"), ("timely-due", "should")])
    def test_shares_of_counts(self, kind: str, key: str) -> None:
        data = pd.read_csv(FIXTURE)
        found = cdi.timeliness(
            data, timely="within24", stratum="stratum", cluster="incident", due="should", recorded="recorded",
            population=data.groupby("stratum")["N_h"].first().to_dict(),
        )  # fmt: skip
        record, expected = by_kind(found)[kind], reference(f"audit/timeliness_of_{key}")
        assert record.estimate == pytest.approx(expected["p"], rel=1e-12)
        assert record.se == pytest.approx(expected["se"], rel=1e-12)


class TestShares:
    def test_of_those_recorded_and_of_all_due(self) -> None:
        found = by_kind(cdi.timeliness(rows([1, 2, 24, 24.01], unrecorded=1)))
        assert (found["timely"].estimate, found["timely"].n) == (0.75, 4)
        assert (found["timely-due"].estimate, found["timely-due"].n) == (0.6, 5)
        assert "timely-lowest" not in found

    def test_are_the_rates_of_a_column_of_yes_and_no(self) -> None:
        data = rows([1, 2, 30, 80, 5], unrecorded=2)
        data["soon"] = ["yes", "yes", "no", "no", "yes", None, "no"]
        times, answers = by_kind(cdi.timeliness(data)), by_kind(cdi.timeliness(data, timely="soon"))
        for kind in ("timely", "timely-due"):
            assert times[kind] == answers[kind]
        assert "delay-median" not in answers

    def test_what_is_not_known_makes_bounds(self) -> None:
        found = by_kind(cdi.timeliness(rows([1, 2, 30, None], unrecorded=1)))
        assert found["timely"].estimate == pytest.approx(2 / 3)
        assert (found["timely-lowest"].estimate, found["timely-highest"].estimate) == (0.5, 0.75)
        # four in five recorded, two in three of those in time
        assert found["timely-due"].estimate == pytest.approx(4 / 5 * 2 / 3)
        assert (found["timely-due-lowest"].estimate, found["timely-due-highest"].estimate) == (0.4, 0.6)
        assert "times-missing" in told(found["timely"].facts)
        interval = cdi.of_counts(2, 4).interval()
        assert found["timely-lowest"].low == pytest.approx(float(interval.low[0]))

    def test_a_census_has_no_interval(self) -> None:
        found = by_kind(cdi.timeliness(rows([1, 2, 30, None], unrecorded=1), selection="census"))
        assert all(record.low is None for record in found.values())
        assert found["delay-median"].estimate == 2

    def test_a_census_with_times_missing_is_one_of_those_known(self) -> None:
        found = by_kind(cdi.timeliness(rows([1, 2, 30, None], unrecorded=1), selection="census"))
        for kind in ("timely", "timely-due", "delay-median", "delay-90th"):
            assert told(found[kind].facts) == ("census-known", "times-missing")
        assert told(found["timely-lowest"].facts) == ("census",)
        whole = by_kind(cdi.timeliness(rows([1, 2, 30]), selection="census"))
        assert told(whole["timely"].facts) == ("census",)

    def test_where_no_time_is_known_nothing_is_said_of_an_interval(self) -> None:
        data = rows([None, None, 1.0, 30.0]).assign(kind=["x", "x", "y", "y"])
        for terms in ({}, {"selection": "census"}):
            records = cdi.timeliness(data, by="kind", **terms).table.rows
            due = next(record for record in records if (record.label, record.measure.key) == (("x",), "timely-due"))
            assert (due.estimate, due.low, due.n, due.recorded) == (None, None, 2, 0)
            assert (due.df, due.n_eff) == (None, None)
            assert told(due.facts) == ("no-known-delay", "times-missing")

    def test_a_sample_by_judgement_gives_counts_alone(self) -> None:
        found = cdi.timeliness(rows([1, 2, 30, None], unrecorded=1), selection="judgement")
        assert {record.estimate for record in found.table.rows} == {None}
        assert (found.table.rows[0].recorded, found.table.rows[0].n) == (2, 3)
        assert found.curve == ()

    def test_by_decisions_what_was_cancelled_or_over_recorded_may_have_a_time(self) -> None:
        data = rows([1, 2, 30, 3, 4, 5])
        data["decision"] = [
            "recorded",
            "wrong class",
            "recorded",
            "wrongly cancelled",
            "over-recorded",
            "not auditable",
        ]
        found = by_kind(cdi.timeliness(data.drop(columns="recorded")))
        assert (found["timely"].recorded, found["timely"].n) == (2, 3)
        assert (found["timely-due"].recorded, found["timely-due"].n) == (2, 4)

    def test_rows_of_several_crimes_share_a_time(self) -> None:
        data = rows([1, 30, None], unrecorded=1)
        data["due"], data["recorded"] = [3, 2, 2, 1], [2, 2, 1, 0]
        found = cdi.timeliness(data)
        assert (by_kind(found)["timely"].recorded, by_kind(found)["timely"].n) == (2, 4)
        assert (found.timed.shared, found.timed.missing) == (2, 1)


class TestClockChange:
    def test_a_delay_is_the_time_that_passed(self) -> None:
        # 23 hours by the sun, 24 by the clock; 25 and 24
        assert by_kind(pair("2024-03-30 12:00", "2024-03-31 12:30"))["timely"].estimate == 1
        assert by_kind(pair("2024-10-26 12:00", "2024-10-27 11:30"))["timely"].estimate == pytest.approx(1 / 3)
        fixed = by_kind(pair("2024-10-26 12:00", "2024-10-27 11:30", clock="fixed"))
        assert fixed["timely"].estimate == 1

    def test_the_hour_that_comes_twice_counts_where_it_alters_nothing(self) -> None:
        found = pair("2024-10-27 01:30", "2024-10-27 05:00")
        assert (found.unknown, found.timed.shorter) == (0, 2)
        assert by_kind(found)["timely"].estimate == 1
        assert by_kind(found)["delay-median"].estimate == 3.5

    def test_and_enters_the_bounds_where_it_does(self) -> None:
        # 24.5 hours or 23.5
        found = pair("2024-10-27 01:30", "2024-10-28 01:00")
        assert (found.unknown, found.timed.ambiguous) == (2, 2)
        kinds = by_kind(found)
        assert kinds["timely-lowest"].estimate == pytest.approx(1 / 3)
        assert kinds["timely-highest"].estimate == 1

    def test_a_reading_before_the_report_cannot_be_meant(self) -> None:
        found = pair("2024-10-27 01:40", "2024-10-27 01:20")
        assert (found.unknown, found.timed.shorter) == (0, 0)
        assert by_kind(found)["delay-median"].estimate == pytest.approx(40 / 60)


class TestDelays:
    def test_of_many_have_the_limits_by_order_statistics(self) -> None:
        found = by_kind(cdi.timeliness(rows([float(hours) for hours in range(1, 201)])))
        median, late = found["delay-median"], found["delay-90th"]
        assert (median.estimate, median.method) == (100, "woodruff")
        assert (median.low, median.high) == by_order(200, 0.5)
        assert (late.estimate, late.low, late.high) == (180, *by_order(200, 0.9))

    @pytest.mark.parametrize("level", [0.8, 0.9, 0.99])
    def test_at_other_levels(self, level: float) -> None:
        found = by_kind(cdi.timeliness(rows([float(hours) for hours in range(1, 101)]), level=level))
        for measure, share in (("delay-median", 0.5), ("delay-90th", 0.9)):
            assert (found[measure].low, found[measure].high) == by_order(100, share, level)

    # all about the numbers from which an end is there, the others by ``-m long``
    @pytest.mark.parametrize(
        "crimes", [n if n in {*range(2, 8), *range(35, 38), 41} else pytest.param(n, marks=pytest.mark.long)
                   for n in range(2, 42)],
    )  # fmt: skip
    def test_an_end_that_the_sample_cannot_give_is_blank_and_said(self, crimes: int) -> None:
        found = by_kind(cdi.timeliness(rows([float(hours) for hours in range(1, crimes + 1)])))
        for measure, share in (("delay-median", 0.5), ("delay-90th", 0.9)):
            low, high = by_order(crimes, share) if crimes >= 4 else (None, None)
            row = found[measure]
            assert (row.low, row.high) == (low, high)
            missing = {(True, True): "few", (True, False): "before", (False, True): "beyond"}
            noted = missing.get((low is None, high is None))
            assert [each for each in row.facts.reasons if each.startswith("delay-")] == [f"delay-{noted}"] * bool(noted)

    def test_of_two_or_three_crimes_have_no_interval_though_they_are_most_of_the_frame(self) -> None:
        data = rows([1.0, 2.0, 3.0]).assign(stratum="s")
        found = by_kind(cdi.timeliness(data, population={"s": 4}))
        assert [(found[each].low, found[each].high) for each in QUANTILES] == [(None, None)] * 2

    def test_of_a_few_large_reports_tell_little(self) -> None:
        """Three reports of five crimes each, recorded together, tell little more than three crimes."""
        data = rows([1.0] * 5 + [2.0] * 5 + [3.0] * 5).assign(report=[str(i // 5) for i in range(15)])
        alone = by_kind(cdi.timeliness(data.drop(columns="report")))
        found = by_kind(cdi.timeliness(data, cluster="report"))
        assert (alone["delay-median"].low, alone["delay-median"].high) == (1, 3)
        assert [(found[each].low, found[each].high) for each in QUANTILES] == [(None, None), (2, None)]

    def test_of_a_census_have_none_and_no_excuse(self) -> None:
        found = by_kind(cdi.timeliness(rows([1.0, 2.0, 3.0]), selection="census"))
        assert [(found[each].low, found[each].high) for each in QUANTILES] == [(None, None)] * 2
        assert not any(reason.startswith("delay-") for each in QUANTILES for reason in found[each].facts.reasons)

    def test_weigh_by_the_frame(self) -> None:
        data = pd.concat([rows([1.0] * 10), rows([100.0] * 10)])
        data["stratum"] = ["calls"] * 10 + ["letters"] * 10
        found = by_kind(cdi.timeliness(data, population={"calls": 100, "letters": 900}))
        assert found["delay-median"].estimate == 100
        assert found["timely"].estimate == pytest.approx(0.1)

    def test_by_category(self) -> None:
        data = rows([1.0, 2.0, 3.0, 40.0, 50.0, 60.0])
        data["crime_type"] = ["violent"] * 3 + ["other"] * 3
        found = cdi.timeliness(data, by="crime_type").table.rows
        medians = {record.label: record.estimate for record in found if record.measure.key == "delay-median"}
        assert medians == {("other",): 50, ("violent",): 2, ("all",): 3}

    def test_the_curve_goes_through_the_share(self) -> None:
        found = example()
        frame = found.curve_to_pandas()
        assert frame["share"].is_monotonic_increasing
        assert frame["share"].iloc[-1] == 1
        record = by_kind(found)["timely"]
        at_24 = frame[frame["hours"] == 24].iloc[0]
        assert tuple(at_24[["share", "low", "high"]]) == pytest.approx((record.estimate, record.low, record.high))
        assert frame[~frame["hours"].isin([point.hours for point in found.curve if point.even])]["low"].isna().all()


class TestFaults:
    def test_are_told_at_once(self) -> None:
        data = rows([1.0, 2.0, 3.0, 4.0])
        data.loc[0, "reported_at"], data.loc[2, "recorded_at"], data.loc[3, "recorded"] = "soon", "2024-06-03", 7
        assert faults(data) == ["not-a-time", "time-without-hours", "not-yes-no"]

    def test_of_negative_delays(self) -> None:
        data = rows([1.0, -2.0, -3.0, 4.0])
        assert faults(data) == ["negative-delay"] * 2
        found = cdi.timeliness(data, negative_delay="missing")
        assert (found.timed.negative, found.timed.missing) == (2, 0)
        assert (by_kind(found)["timely-lowest"].estimate, by_kind(found)["timely"].estimate) == (0.5, 1)

    def test_of_a_time_beside_a_crime_not_recorded(self) -> None:
        data = rows([1.0, 2.0, 3.0])
        data.loc[1, "recorded"] = 0
        assert faults(data) == ["time-of-unrecorded"]

    def test_of_columns_that_are_not_there(self) -> None:
        assert faults(pd.DataFrame({"recorded": [1, 0]})) == ["no-column"] * 2
        assert faults(pd.DataFrame({"recorded": [1, 0]}), timely="soon") == ["no-column"]

    @pytest.mark.parametrize(
        ("value", "code"), [("4", "timely-above-recorded"), ("yes", "timely-of-several"), ("some", "not-a-number")]
    )
    def test_of_counts(self, value: str, code: str) -> None:
        data = pd.DataFrame({"due": [3, 3], "recorded": [3, 3], "soon": ["3", value]})
        assert faults(data, timely="soon") == [code]

    def test_name_line_and_value_of_a_file(self, tmp_path: Path) -> None:
        file = tmp_path / "audit.csv"
        file.write_text(
            "recorded,reported_at,recorded_at\nyes,2024-06-03 09:00,2024-06-03 08:00\nno,2024-06-03 09:00,\n",
            encoding="utf-8",
        )
        with pytest.raises(
            cdi.DataError, match=r"audit\.csv, line 2, column recorded_at: .* but found 2024-06-03 08:00"
        ):
            cdi.timeliness(file)

    @pytest.mark.parametrize(
        "terms",
        [{"within": 0}, {"within": float("nan")}, {"within": "24"}, {"clock": "moon"}, {"negative_delay": "drop"}],
    )
    def test_of_terms(self, terms: dict[str, Any]) -> None:
        with pytest.raises(cdi.MethodError):
            cdi.timeliness(rows([1.0, 2.0]), **terms)

    def test_of_times_beside_answers(self) -> None:
        with pytest.raises(cdi.DesignError, match="either a column that says yes or no"):
            cdi.timeliness(rows([1.0, 2.0]), timely="recorded", reported_at="reported_at")

    @pytest.mark.parametrize("term", [{"within": 48}, {"clock": "fixed"}, {"negative_delay": "missing"}])
    def test_of_terms_of_times_beside_answers(self, term: dict[str, Any]) -> None:
        with pytest.raises(cdi.DesignError, match="or leave out the times: reported_at"):
            cdi.timeliness(pd.DataFrame({"recorded": [1, 1], "soon": [1, 0]}), timely="soon", **term)

    @pytest.mark.parametrize("text", ["", "%", "%Q", "dd/mm/yyyy hh:mm", "%d/%m/%Y", "%d/%m/%Y %I:%M", "%H:%M"])
    def test_of_a_format_that_holds_no_date_and_time(self, text: str) -> None:
        with pytest.raises(cdi.MethodError, match="a format with day, month, year, hour and minute"):
            cdi.timeliness(rows([1.0, 2.0]), date_format=text)

    @pytest.mark.parametrize("text", ["%d %b %Y %H:%M", "%d/%m/%y %H:%M", "%m/%d/%Y %I:%M %p", "%Y-%m-%dT%H:%M:%S%z"])
    def test_of_a_format_that_holds_both_is_none(self, text: str) -> None:
        data = rows([1.0, 30.0])
        for column in ("reported_at", "recorded_at"):
            data[column] = [f"{pd.Timestamp(value, tz='UTC'):{text}}" for value in data[column]]
        assert by_kind(cdi.timeliness(data, date_format=text))["timely"].estimate == 0.5

    def test_of_one_column_for_both_times(self) -> None:
        with pytest.raises(cdi.DesignError, match="two columns"):
            cdi.timeliness(rows([1.0, 2.0]), recorded_at="reported_at")


class TestSources:
    DATA = rows([1.0, 2.0, 30.5, None, 7.25], unrecorded=2)

    def frames(self, folder: Path) -> dict[str, object]:
        typed = self.DATA.assign(**{name: pd.to_datetime(self.DATA[name]) for name in ("reported_at", "recorded_at")})
        self.DATA.to_csv(folder / "audit.csv", index=False)
        typed.to_parquet(folder / "audit.parquet")
        typed.to_excel(folder / "audit.xlsx", index=False)
        table = pa.Table.from_pandas(typed)
        return {
            "typed pandas": typed,
            "polars": pl.from_pandas(self.DATA),
            "typed polars": pl.from_arrow(table),
            "lazy polars": pl.from_pandas(self.DATA).lazy(),
            "pyarrow": table,
            "duckdb": duckdb.connect().from_arrow(table),
            "audit": cdi.read_audit(self.DATA),
            "result": cdi.estimate(self.DATA),
            "audit of a file": cdi.read_audit(folder / "audit.csv"),
            **{kind: folder / f"audit.{kind}" for kind in ("csv", "parquet", "xlsx")},
        }

    def test_all_say_the_same(self, tmp_path: Path) -> None:
        expected = cdi.timeliness(self.DATA).table.rows
        for name, source in self.frames(tmp_path).items():
            assert cdi.timeliness(source).table.rows == expected, name

    def test_an_audit_keeps_its_roles_and_its_periods(self) -> None:
        data = self.DATA.assign(day="2024-06-03", report=range(len(self.DATA)))
        roles: dict[str, Any] = {"period": "day", "cluster": "report"}
        known = cdi.timeliness(data, by="period", **roles)
        audit = cdi.read_audit(data, period_as="domain", **roles)
        assert cdi.timeliness(audit, by="period").table == known.table


class TestViews:
    """The curve follows the table, so that whoever replaces the table replaces all of it."""

    def hidden(self, found: Timeliness, label: str) -> Timeliness:
        rows_ = tuple(
            row.stating(release=Release.NOTHING) if row.label == (label,) else row for row in found.table.rows
        )
        return replace(found, table=replace(found.table, rows=rows_))

    def test_keep_even_hours_of_the_curve_where_a_category_is_suppressed(self) -> None:
        found = example("crime_type")
        shown = self.hidden(found, found.table.rows[0].label[0])
        assert shown.curve == tuple(point for point in found.curve if point.even)
        assert len(shown.curve) < len(found.curve)

    def test_have_no_curve_where_the_whole_is_suppressed(self) -> None:
        found = self.hidden(example(), "all")
        assert found.curve == ()
        assert found.curve_to_pandas().empty

    def test_are_a_tidy_table_in_pandas(self) -> None:
        found = example()
        assert list(found.to_pandas()["estimate"]) == [row.estimate for row in found.table.rows]


DELAYS = st.lists(st.one_of(st.none(), st.integers(0, 200).map(lambda quarters: quarters / 4)), min_size=2, max_size=15)


class TestLaws:
    @given(DELAYS, st.integers(0, 60 * 24 * 60))
    @pytest.mark.long
    def test_a_shift_of_both_times_alters_nothing(self, delays: list[float | None], minutes: int) -> None:
        shifted = START + datetime.timedelta(minutes=minutes)  # into August: no clock changes
        one, other = (cdi.timeliness(rows(delays, 1, start)) for start in (START, shifted))
        assert one.table == other.table
        assert one.curve == other.curve

    @given(DELAYS)
    @pytest.mark.long
    def test_utc_and_local_times_of_one_moment_agree(self, delays: list[float | None]) -> None:
        local, utc = rows(delays, 1), rows(delays, 1, START - datetime.timedelta(hours=1))
        for name in ("reported_at", "recorded_at"):
            utc[name] = utc[name].map(lambda text: f"{text}Z", na_action="ignore")
        assert cdi.timeliness(local).table == cdi.timeliness(utc).table

    @given(DELAYS, st.integers(0, 4))
    @pytest.mark.long
    def test_bounds_hold_the_estimate(self, delays: list[float | None], unrecorded: int) -> None:
        found = by_kind(cdi.timeliness(rows(delays, unrecorded)))
        for kind in ("timely", "timely-due"):
            record = found[kind]
            if f"{kind}-lowest" in found and record.estimate is not None:
                lowest, highest = (found[f"{kind}{end}"].estimate for end in ("-lowest", "-highest"))
                assert lowest is not None
                assert highest is not None
                assert lowest - 1e-12 <= record.estimate <= highest + 1e-12
            if record.estimate is not None and record.low is not None and record.high is not None:
                assert 0 <= record.low <= record.estimate <= record.high <= 1

    @given(DELAYS, st.integers(1, 60), st.integers(1, 60))
    @pytest.mark.long
    def test_a_longer_limit_finds_no_fewer_in_time(self, delays: list[float | None], one: int, other: int) -> None:
        short, long = (
            by_kind(cdi.timeliness(rows(delays, 1), within=hours))["timely"].recorded for hours in sorted((one, other))
        )
        assert short is not None
        assert long is not None
        assert short <= long

    @pytest.mark.parametrize("change", [datetime.datetime(2024, 3, 31), datetime.datetime(2024, 10, 27)])
    @pytest.mark.parametrize("clock", ["uk", "fixed"])
    def test_across_the_clock_changes_elapsed_time_decides(self, change: datetime.datetime, clock: str) -> None:
        ahead = datetime.timedelta(hours=1)
        for hours in (23.5, 24, 24.5):
            reported = change - datetime.timedelta(hours=12)
            recorded = reported + datetime.timedelta(hours=hours)
            in_summer = [clock == "uk" and change.month == 10, clock == "uk" and change.month == 3]
            shown = [at + ahead * summer for at, summer in zip((reported, recorded), in_summer, strict=True)]
            found = pair(*(f"{at:%Y-%m-%dT%H:%M}" for at in shown), clock=clock)
            assert found.timed.in_time == 2 * (hours <= 24) + 1  # the third crime was recorded at once


class TestPage:
    def test_holds_what_was_found(self) -> None:
        found = example("crime_type")
        page = found.page()
        record = by_kind(found)["timely"]
        row = page.grids[0].rows[-1]
        assert row[:2] == ("all", formats.percent(record.estimate or 0))
        assert row[4:6] == (str(record.n), str(record.recorded))
        lowest, highest = (by_kind(found)[f"timely-{end}"] for end in ("lowest", "highest"))
        bounds = page.grids[2].rows[-1]
        assert (bounds[1], bounds[4]) == tuple(formats.percent(end.estimate or 0) for end in (lowest, highest))
        assert len(page.grids) == 6
        assert page.table is found.table

    def test_fits_a_screen(self) -> None:
        text = SURFACES["text"](example("crime_type").page())
        assert max(map(len, text.splitlines())) <= 80

    def test_without_times_has_both_shares_alone(self) -> None:
        data = pd.DataFrame({"recorded": [1, 1, 0], "soon": ["yes", "no", None]})
        page = cdi.timeliness(data, timely="soon").page()
        assert [grid.title.split(",")[0] for grid in page.grids] == ["Recorded in time"] * 2
        assert "hour" not in SURFACES["text"](page)

    def test_without_a_known_delay_shows_none(self) -> None:
        page = cdi.timeliness(rows([None, None, None], unrecorded=1)).page()
        assert len(page.grids) == 4
        assert page.grids[2].rows[0][1:5:3] == ("0.0", "100.0")

    @pytest.mark.parametrize(
        ("form", "delays"),
        [
            ("markdown", "Hours from report to record"),
            ("html", "Hours from report to record"),
            ("json", "median delay in hours"),
            ("csv", "median delay in hours"),
        ],
    )
    def test_is_written_in_every_format(self, form: str, delays: str) -> None:
        page = example().page()
        assert delays in SURFACES[form](page)
        assert "late" in SURFACES[form](page)

    @pytest.mark.parametrize("method", ["wilson", "korn-graubard", "wald", "published"])
    def test_is_made_by_every_method(self, method: str) -> None:
        page = cdi.timeliness(EXAMPLE, method=method).page()
        assert f"({method})" in page.grids[0].title
        assert "(woodruff)" in page.grids[4].title

    @pytest.mark.parametrize("delays", [[None] * 4, [1.0, None, 30.0], [1.0] * 40, [30.0] * 5 + [None]])
    def test_every_note_stands_on_a_row(self, delays: list[float | None]) -> None:
        page = cdi.timeliness(rows(delays, unrecorded=2)).page()
        noted = [grid for grid in page.grids if grid.headings[-1] == "notes"]
        marked = {number for grid in noted for row in grid.rows for number in row[-1].split()}
        assert marked == {str(i + 1) for i in range(len(page.lines))}

    def test_without_a_known_delay_counts_none_in_time(self) -> None:
        page = cdi.timeliness(rows([None, None], unrecorded=1)).page()
        of_due = dict(zip(page.grids[1].headings, page.grids[1].rows[0], strict=True))
        assert (of_due["crimes due"], of_due["of these in time"]) == ("3", "0")

    def test_of_a_census_has_no_intervals(self) -> None:
        page = cdi.timeliness(rows([1.0, 2.0, 30.0], unrecorded=1), selection="census").page()
        assert all(grid.title.endswith("(census)") and "from" not in " ".join(grid.headings) for grid in page.grids)
        assert page.statements[0] == "66.7% of the crimes recorded were recorded within 24 hours of the report."

    def test_of_a_census_is_headed_so_where_its_first_category_has_no_known_delay(self) -> None:
        data = rows([None, None, 1.0, 2.0]).assign(kind=["x", "x", "y", "y"])
        page = cdi.timeliness(data, by="kind", selection="census").page()
        assert page.grids[0].rows[0][0] == "x"
        assert all(grid.title.endswith("(census)") for grid in page.grids)

    def test_of_a_sample_by_judgement_counts_only(self) -> None:
        page = cdi.timeliness(rows([1.0, 2.0, 30.0], unrecorded=1), selection="judgement").page()
        assert [grid.title.split(": ")[1] for grid in page.grids] == [
            "counts only, from a sample that is not representative"
        ] * 2
        assert "rate %" not in page.grids[0].headings
        counted = "In the sample, 2 of 3 crimes recorded were recorded within 24 hours of the report, of 4 due."
        assert page.statements[0] == counted
        assert page.statements[1].startswith("There is no rate or interval: the sample was chosen by judgement")

    def test_writes_large_limits_in_full(self) -> None:
        title = cdi.timeliness(rows([1.0, 2.0]), within=1e9).page().grids[0].title
        assert title.startswith("Recorded within 1,000,000,000 hours, of")


class TestWeighted:
    """As `cdi estimate` does, the page says on rows, or once for all, that shares are weighted."""

    NOTE = wording.NOTES["weighted"]

    strata = pd.concat(
        [rows([1.0] * 9 + [30.0], 2).assign(stratum="calls"), rows([1.0] * 5 + [30.0] * 5, 1).assign(stratum="letters")]
    )
    frame: ClassVar[dict[str, int]] = {"calls": 1_000, "letters": 100}

    def test_shares_are_said_to_be(self) -> None:
        found = cdi.timeliness(self.strata, stratum="stratum", population=self.frame)
        shares = [row for row in found.table.rows if row.measure.role is Role.RATE]
        assert [self.NOTE in row.notes for row in shares] == [row.whole for row in shares]
        assert found.page().notes.texts.count(self.NOTE) == 1
        # a delay is no share of its counts
        assert not any(self.NOTE in row.notes for row in found.table.rows if row.measure.role is Role.QUANTILE)

    def test_where_all_are_it_is_said_once(self) -> None:
        found = cdi.timeliness(self.strata, stratum="stratum", population=self.frame, by=())
        assert found.page().remarks == (f"The rates are {self.NOTE}.",)
        assert self.NOTE not in found.page().notes.texts

    def test_by_answers_too(self) -> None:
        data = self.strata.assign(soon=["yes"] * 9 + ["no"] * 3 + ["yes"] * 5 + ["no"] * 6)
        data.loc[data["recorded"] == 0, "soon"] = None
        found = cdi.timeliness(data[["recorded", "stratum", "soon"]], timely="soon", stratum="stratum",
                               population=self.frame)  # fmt: skip
        assert self.NOTE in found.page().notes.texts

    def test_with_unknown_times_are_by_what_has_its_counts(self) -> None:
        data = pd.concat([self.strata, rows([None]).assign(stratum="calls")])
        assert self.NOTE in cdi.timeliness(data, stratum="stratum", population=self.frame).page().notes.texts

    @pytest.mark.parametrize("delays", [[1.0, 30.0], [1.0, 30.0, None]])
    def test_those_of_one_stratum_are_not(self, delays: list[float | None]) -> None:
        """The share of all due is no ratio of the counts beside it where times are unknown: that is no weight."""
        assert "weighted: " not in str(cdi.timeliness(rows(delays, 2), population=500))

    def test_those_without_a_frame_are_not(self) -> None:
        assert "weighted: " not in str(cdi.timeliness(self.strata, stratum="stratum"))


class TestStatements:
    def test_of_shares(self) -> None:
        text = said(rows([1.0] * 30 + [30.0] * 10, unrecorded=10))
        assert "We estimate that 75.0% of the crimes recorded were recorded within 24 hours of the report (95%" in text
        assert "We estimate that 60.0% of all that should have been recorded were" in text
        assert "every unknown delay" not in text

    def test_of_what_is_not_known(self) -> None:
        data = rows([1.0, 2.0, 30.0, None, -1.0, None], unrecorded=2)
        text = said(data, negative_delay="missing")
        assert "Of 6 crimes recorded, 3 have no known delay (2 without a time, 1 recorded before the report)" in text
        start = "If every unknown delay were late"
        assert f"{start}, 33.3% of those recorded would be in time. If none were, it would be 83.3%." in text
        assert (
            f"{start}, 25.0% of all that should have been recorded would be in time. If none were, it would be 62.5%."
            in text
        )

    def test_of_a_census_with_times_missing_say_what_they_rest_on(self) -> None:
        text = said(rows([1.0, 2.0, 30.0, None], unrecorded=1), selection="census")
        assert "Of crimes with a known delay, 66.7% of the crimes recorded were recorded within" in text
        assert "Of crimes with a known delay, 53.3% of all that should have been recorded" in text
        assert "Of crimes with a known delay, half of the crimes recorded were recorded within 2.0 hours" in text
        whole = said(rows([1.0, 2.0, 30.0], unrecorded=1), selection="census")
        assert whole.startswith("66.7% of the crimes recorded were")
        assert "with a known delay" not in whole
        assert "with a known delay" not in said(rows([1.0, 2.0, 30.0, None], unrecorded=1))

    def test_of_the_hour_that_comes_twice(self) -> None:
        assert "2 in the hour that came twice" in " ".join(
            pair("2024-10-27 01:30", "2024-10-28 01:00").page().statements
        )
        assert "the delay of 2 crimes uncertain by an hour" in " ".join(
            pair("2024-10-27 01:30", "2024-10-27 05:00").page().statements
        )

    def test_of_delays_where_the_end_is_not_known(self) -> None:
        text = said(rows([float(hours) for hours in range(1, 11)]))
        assert "were recorded within 5.0 hours (2.0 to 9.0) of the report." in text
        assert "Nine in ten were recorded within 9.0 hours (7.0 or more)." in text

    def test_of_times_that_were_read_day_first(self) -> None:
        data = pd.DataFrame({"recorded": [1, 1], "reported_at": ["05/03/2024 14:03"] * 2})
        data["recorded_at"] = ["2024-03-05 14:05", "2024-03-05 15:05"]
        assert "Times are read day first: 05/03/2024 14:03." in said(data)
        data["reported_at"] = "2024-03-05 14:03"
        assert "day first" not in said(data)

    def test_of_several_crimes_in_a_row(self) -> None:
        data = rows([1.0, 2.0])
        data["due"], data["recorded"] = [2, 1], [2, 1]
        assert "1 row counts several crimes, which share one time" in said(data)

    def test_in_strata_without_a_frame_are_of_the_sample(self) -> None:
        data = rows([1.0, 2.0, 3.0, 30.0])
        data["stratum"] = ["a", "a", "b", "b"]
        assert said(data).startswith("In the sample, 75.0% of the crimes recorded")


class TestVerb:
    def run(self, *arguments: object) -> str:
        done = CliRunner().invoke(cli, ["timeliness", *map(str, arguments)])
        assert done.exit_code == 0, done.output
        return done.output

    def test_prints_the_page(self) -> None:
        page = cdi.timeliness(EXAMPLE, by="crime_type", within=12, level=0.9).page()
        text = self.run(EXAMPLE, "--by", "crime_type", "--within", 12, "--level", "90%")
        assert text.startswith(SURFACES["text"](page).rstrip())

    def test_writes_the_curve(self, tmp_path: Path) -> None:
        self.run(EXAMPLE, "--curve", tmp_path / "curve.csv")
        with (tmp_path / "curve.csv").open(encoding="utf-8", newline="") as file:
            read = list(csv.DictReader(file))
        points = example().curve
        assert [(float(row["hours"]), float(row["share"])) for row in read] == [(p.hours, p.share) for p in points]
        assert [row["low"] != "" for row in read] == [point.even for point in points]

    def test_refuses_a_curve_of_another_kind(self, tmp_path: Path) -> None:
        with pytest.raises(cdi.DataError, match=r"a file name that ends in \.csv, but found curve\.png"):
            write_curve(example(), tmp_path / "curve.png")

    def test_refuses_a_curve_of_nothing(self, tmp_path: Path) -> None:
        found = cdi.timeliness(rows([None, None]))
        with pytest.raises(cdi.DataError, match="crimes recorded with a known delay"):
            write_curve(found, tmp_path / "curve.csv")
        assert not (tmp_path / "curve.csv").exists()

    def test_refuses_one_file_for_page_and_curve(self, tmp_path: Path) -> None:
        file = str(tmp_path / "one.csv")
        done = CliRunner().invoke(cli, ["timeliness", str(EXAMPLE), "--curve", file, "-o", file])
        assert done.exit_code == 2
        assert not Path(file).exists()

    def test_refuses_to_write_over_the_audit(self, tmp_path: Path) -> None:
        file = tmp_path / "audit.csv"
        file.write_bytes(EXAMPLE.read_bytes())
        done = CliRunner().invoke(cli, ["timeliness", str(file), "--curve", str(file)])
        assert done.exit_code == 2
        assert file.read_bytes() == EXAMPLE.read_bytes()

    def test_takes_a_format_and_other_columns(self, tmp_path: Path) -> None:
        file = tmp_path / "audit.csv"
        file.write_text("recorded,in,out\n1,03/25/2024 10:00,03/26/2024 9:00\n1,03/25/2024 10:00,\n", encoding="utf-8")
        options = ("--reported-at", "in", "--recorded-at", "out", "--date-format", "%m/%d/%Y %H:%M")
        text = " ".join(self.run(file, *options, "--disclosure", "internal").split())
        assert "50.0% of those recorded would be in time. If none were, it would be 100.0%." in text
        done = CliRunner().invoke(cli, ["timeliness", str(file), *options[:4]])
        assert done.exit_code == 2
        assert '--date-format "%m/%d/%Y %H:%M"' in done.output
