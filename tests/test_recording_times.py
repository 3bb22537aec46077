"""Timeliness: both shares against reference values, bounds, delays, faults, and laws."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cdi
from cdi.printing.tables import Record
from cdi.timing.recording_times import Timeliness
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


def by_kind(found: Timeliness) -> dict[str, Record]:
    """The overall rows."""
    return {record.kind: record for record in found.table.records if set(record.label) == {"all"}}


def pair(reported: str, recorded: str, **terms: Any) -> Timeliness:
    """Two crimes alike, and one recorded at once."""
    data = {"recorded": [1, 1, 1], "reported_at": [reported, reported, "2024-06-03T09:00"]}
    return cdi.timeliness(pd.DataFrame({**data, "recorded_at": [recorded, recorded, "2024-06-03T09:01"]}), **terms)


def faults(data: pd.DataFrame, **terms: Any) -> list[str]:
    with pytest.raises(cdi.DataError) as error:
        cdi.timeliness(data, **terms)
    return [fault.code for fault in error.value.faults]


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
        assert "times-missing" in found["timely"].notes
        interval = cdi.of_counts(2, 4).interval()
        assert found["timely-lowest"].low == pytest.approx(float(interval.low[0]))

    def test_a_census_has_no_interval(self) -> None:
        found = by_kind(cdi.timeliness(rows([1, 2, 30, None], unrecorded=1), selection="census"))
        assert all(record.low is None for record in found.values())
        assert found["delay-median"].estimate == 2

    def test_a_census_with_times_missing_is_one_of_those_known(self) -> None:
        found = by_kind(cdi.timeliness(rows([1, 2, 30, None], unrecorded=1), selection="census"))
        for kind in ("timely", "timely-due", "delay-median", "delay-90th"):
            assert found[kind].notes == ("census-known", "times-missing")
        assert found["timely-lowest"].notes == ("census",)
        assert by_kind(cdi.timeliness(rows([1, 2, 30]), selection="census"))["timely"].notes == ("census",)

    def test_where_no_time_is_known_nothing_is_said_of_an_interval(self) -> None:
        data = rows([None, None, 1.0, 30.0]).assign(kind=["x", "x", "y", "y"])
        for terms in ({}, {"selection": "census"}):
            records = cdi.timeliness(data, by="kind", **terms).table.records
            due = next(record for record in records if (record.label, record.kind) == (("x",), "timely-due"))
            assert (due.estimate, due.low, due.n, due.recorded) == (None, None, 2, 0)
            assert (due.df, due.n_eff, due.notes) == (None, None, ("no-known-delay", "times-missing"))

    def test_a_sample_by_judgement_gives_counts_alone(self) -> None:
        found = cdi.timeliness(rows([1, 2, 30, None], unrecorded=1), selection="judgement")
        assert {record.estimate for record in found.table.records} == {None}
        assert (found.table.records[0].recorded, found.table.records[0].n) == (2, 3)
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
    def test_of_many(self) -> None:
        found = by_kind(cdi.timeliness(rows([float(hours) for hours in range(1, 201)])))
        median, late = found["delay-median"], found["delay-90th"]
        assert (median.estimate, median.low, median.high, median.method) == (100, 87, 114, "woodruff")
        assert (late.estimate, late.low, late.high) == (180, 171, 187)

    def test_an_upper_end_beyond_the_longest_is_blank(self) -> None:
        late = by_kind(cdi.timeliness(rows([float(hours) for hours in range(1, 11)])))["delay-90th"]
        assert (late.estimate, late.high) == (9, None)
        assert "delay-beyond" in late.notes

    def test_weigh_by_the_frame(self) -> None:
        data = pd.concat([rows([1.0] * 10), rows([100.0] * 10)])
        data["stratum"] = ["calls"] * 10 + ["letters"] * 10
        found = by_kind(cdi.timeliness(data, population={"calls": 100, "letters": 900}))
        assert found["delay-median"].estimate == 100
        assert found["timely"].estimate == pytest.approx(0.1)

    def test_by_category(self) -> None:
        data = rows([1.0, 2.0, 3.0, 40.0, 50.0, 60.0])
        data["crime_type"] = ["violent"] * 3 + ["other"] * 3
        found = cdi.timeliness(data, by="crime_type").table.records
        medians = {record.label: record.estimate for record in found if record.kind == "delay-median"}
        assert medians == {("other",): 50, ("violent",): 2, ("all",): 3}

    def test_the_curve_goes_through_the_share(self) -> None:
        found = cdi.timeliness(EXAMPLE)
        frame = found.to_pandas()
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
            **{kind: folder / f"audit.{kind}" for kind in ("csv", "parquet", "xlsx")},
        }

    def test_all_say_the_same(self, tmp_path: Path) -> None:
        expected = cdi.timeliness(self.DATA).table.records
        for name, source in self.frames(tmp_path).items():
            assert cdi.timeliness(source).table.records == expected, name


DELAYS = st.lists(st.one_of(st.none(), st.integers(0, 200).map(lambda quarters: quarters / 4)), min_size=2, max_size=15)


class TestLaws:
    @given(DELAYS, st.integers(0, 60 * 24 * 60))
    def test_a_shift_of_both_times_alters_nothing(self, delays: list[float | None], minutes: int) -> None:
        shifted = START + datetime.timedelta(minutes=minutes)  # into August: no clock changes
        one, other = (cdi.timeliness(rows(delays, 1, start)) for start in (START, shifted))
        assert one.table == other.table
        assert one.curve == other.curve

    @given(DELAYS)
    def test_utc_and_local_times_of_one_moment_agree(self, delays: list[float | None]) -> None:
        local, utc = rows(delays, 1), rows(delays, 1, START - datetime.timedelta(hours=1))
        for name in ("reported_at", "recorded_at"):
            utc[name] = utc[name].map(lambda text: f"{text}Z", na_action="ignore")
        assert cdi.timeliness(local).table == cdi.timeliness(utc).table

    @given(DELAYS, st.integers(0, 4))
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
            assert found.timed.in_time[:2].tolist() == [int(hours <= 24)] * 2
