"""Times as people write them, and the moments that they mean when clocks change."""

from __future__ import annotations

import datetime
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdi.timing.times import HOUR, parse_time, read_times, readings
from tests import strategies  # noqa: F401 - its settings

at = datetime.datetime
LATE_OCTOBER, LATE_MARCH = at(2024, 10, 27), at(2024, 3, 31)

AROUND = ((0, 59), (1, 0), (1, 59), (2, 0))
MOMENTS = st.datetimes(at(1997, 1, 1), at(2150, 1, 1)).map(lambda moment: moment.replace(second=0, microsecond=0))


def codes(values: list[Any], **terms: Any) -> dict[int, str]:
    return dict(read_times(values, **terms).faults)


class TestSpellings:
    @pytest.mark.parametrize(
        "text",
        [
            "2024-03-05T14:03",
            "2024-03-05 14:03",
            "2024-03-05t14:03:00",
            "2024-03-05 14:03:00.000",
            "05/03/2024 14:03",
            "5/3/2024 14:03",
            "5.3.2024 14:03:00",
            "05-03-2024, 14:03",
        ],
    )
    def test_mean_the_same(self, text: str) -> None:
        found = parse_time(text)
        assert not isinstance(found, str)
        assert found.moment == at(2024, 3, 5, 14, 3)

    def test_parts_of_a_second_are_kept(self) -> None:
        found = parse_time("2024-03-05T14:03:22.5")
        assert not isinstance(found, str)
        assert found.moment == at(2024, 3, 5, 14, 3, 22, 500_000)

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("2024-03-05", "time-without-hours"),
            ("5/3/2024", "time-without-hours"),
            ("03/25/2024 14:03", "month-first-time"),
            ("30/02/2024 14:03", "no-such-time"),
            ("2024-03-05 24:00", "no-such-time"),
            ("2024-03-05 14:60", "no-such-time"),
            ("5/3/2024 2:03 PM", "not-a-time"),
            ("5/3-2024 14:03", "not-a-time"),
            ("05/03/24 14:03", "not-a-time"),
            ("45356.58", "not-a-time"),
        ],
    )
    def test_others_are_named(self, text: str, code: str) -> None:
        assert parse_time(text) == code

    def test_a_format_may_be_named(self) -> None:
        found = parse_time("03/25/2024 2:03 PM", "%m/%d/%Y %I:%M %p")
        assert not isinstance(found, str)
        assert found.moment == at(2024, 3, 25, 14, 3)
        assert parse_time("2024-03-25", "%m/%d/%Y") == "time-format"

    @given(MOMENTS)
    def test_day_first_and_iso_agree(self, moment: datetime.datetime) -> None:
        iso, day_first = f"{moment:%Y-%m-%d %H:%M}", f"{moment.day}/{moment.month}/{moment.year} {moment:%H:%M}"
        assert read_times([iso]).readings == read_times([day_first]).readings


class TestColumns:
    def test_of_one_spelling(self) -> None:
        assert codes(["2024-03-05 14:03", "2024-03-06 14:03", "05/03/2024 14:03"]) == {2: "mixed-times"}
        assert codes(["2024-03-05 14:03", "2024-03-06 14:03", "2024-03-05 14:03Z"]) == {2: "mixed-times"}
        assert codes(["2024-03-05 14:03+01:00", "2024-03-06 14:03Z", None, " "]) == {}

    def test_says_what_was_read_day_first_where_nothing_settles_it(self) -> None:
        assert read_times(["05/03/2024 14:03", "06/03/2024 14:03"]).day_first == "05/03/2024 14:03"
        assert read_times(["05/03/2024 14:03", "26/03/2024 14:03"]).day_first is None
        assert read_times(["2024-03-05 14:03"]).day_first is None

    def test_of_datetimes(self) -> None:
        aware = datetime.timezone(datetime.timedelta(hours=2))
        summer = at(2024, 7, 1, 12, 30)
        assert read_times([summer]).readings == read_times(["2024-07-01 12:30"]).readings
        assert read_times([pd.Timestamp(summer), pd.NaT]).readings[0] == read_times([summer]).readings[0]
        assert read_times([summer.replace(tzinfo=aware)]).readings == read_times(["2024-07-01T10:30Z"]).readings

    def test_of_dates_alone(self) -> None:
        assert codes([datetime.date(2024, 3, 5)]) == {0: "time-without-hours"}
        assert codes([at(2024, 3, 5), at(2024, 3, 6)]) == {-1: "all-midnight"}
        assert codes(["05/03/2024 00:00", "05/03/2024 00:01"]) == {}

    def test_of_a_workbook_are_dates_beside_a_format_for_texts(self) -> None:
        cells = ["2024-03-05T14:03:00", "2024-03-06"]
        assert codes(cells, dates_are_midnight=True, date_format="%m/%d/%Y %H:%M") == {}
        assert codes([*cells, "03/25/2024 14:03"], dates_are_midnight=True, date_format="%m/%d/%Y %H:%M") == {
            2: "mixed-times"
        }

    def test_of_a_workbook_that_are_texts_without_hours_are_refused(self) -> None:
        assert codes(["05/03/2024"], dates_are_midnight=True) == {0: "time-without-hours"}

    def test_of_a_workbook_may_hold_midnights(self) -> None:
        values = ["2024-03-05T14:03:00", "2024-03-06"]
        assert codes(values) == {1: "time-without-hours"}
        assert codes(values, dates_are_midnight=True) == {}
        assert codes(["2024-03-05", "2024-03-06"], dates_are_midnight=True) == {-1: "all-midnight"}

    @pytest.mark.parametrize("text", ["1924-03-05 14:03", "2924-03-05 14:03", "9999-12-31 23:59-23:00"])
    def test_of_years_that_cannot_be(self, text: str) -> None:
        assert codes([text]) == {0: "year-of-time"}


class TestClocks:
    def test_repeat_an_hour_in_october(self) -> None:
        early, late = readings(LATE_OCTOBER.replace(hour=1, minute=30))
        assert late - early == HOUR
        assert [len(readings(LATE_OCTOBER.replace(hour=h, minute=m))) for h, m in AROUND] == [1, 2, 2, 1]

    def test_leave_out_an_hour_in_march(self) -> None:
        assert [len(readings(LATE_MARCH.replace(hour=h, minute=m))) for h, m in AROUND] == [1, 0, 0, 1]
        assert codes(["2024-03-31 01:30"]) == {0: "skipped-hour"}
        assert codes(["2024-03-31 01:30"], clock="fixed") == {}
        assert codes(["2024-03-31 01:30Z"]) == {}

    @pytest.mark.parametrize(("before", "after"), [(at(2024, 3, 30, 12), 23), (at(2024, 10, 26, 12), 25)])
    def test_make_days_of_23_and_25_hours(self, before: datetime.datetime, after: int) -> None:
        (one,), (other,) = readings(before), readings(before + datetime.timedelta(days=1))
        assert (other - one) / HOUR == after
        (one,), (other,) = (readings(each, "fixed") for each in (before, before + datetime.timedelta(days=1)))
        assert (other - one) / HOUR == 24

    @given(MOMENTS)
    def test_agree_with_the_table_of_time_zones(self, moment: datetime.datetime) -> None:
        zoneinfo = pytest.importorskip("zoneinfo")
        try:
            london = zoneinfo.ZoneInfo("Europe/London")
        except zoneinfo.ZoneInfoNotFoundError:
            pytest.skip("no table of time zones here")
        utc = moment.replace(tzinfo=datetime.UTC)
        if moment.year > 2037:
            return  # tables end there on some machines
        local = utc.astimezone(london).replace(tzinfo=None)
        assert readings(utc)[0] in readings(local)
        assert len(readings(local)) == 1 or local.month == 10
