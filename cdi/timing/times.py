"""Times as people write them, and the moments that they mean on clocks in the United Kingdom.

The clock change is computed, since Windows keeps no table of time zones: from the last Sunday of March to the last
Sunday of October, at 01:00 UTC each, clocks are an hour ahead. So it has been since 1996; earlier years are refused.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cdi.audits import answers
from cdi.reading import engine

__all__ = ["Times", "is_date_format", "parse_time", "read_times", "readings"]

HOUR = 3_600_000_000
"""Microseconds in an hour: moments are whole microseconds since 1970, in UTC."""

_YEARS = range(1996, 2200)
_EPOCH = datetime.datetime(1970, 1, 1)
_MICROSECOND = datetime.timedelta(microseconds=1)
_CLOCK = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<part>[0-9]{1,9}))?)?"
_ISO = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})(?:[Tt]|\s+)"
    + _CLOCK
    + r"\s*(?:(?P<utc>[Zz])|(?P<sign>[+-])(?P<ahead>[0-9]{2})(?::?(?P<minutes>[0-9]{2}))?)?"
)
_DAY_FIRST = re.compile(r"(?P<day>[0-9]{1,2})([/.-])(?P<month>[0-9]{1,2})\2(?P<year>[0-9]{4})(?:[Tt]|,?\s+)" + _CLOCK)
_CELL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}([/.-])[0-9]{1,2}\1[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Written:
    """A time as it was written."""

    moment: datetime.datetime  # what the clock showed; with its offset where one was written
    spelling: str  # how it was written
    unclear: bool = False  # whether it could be read month first too


@dataclass(frozen=True, slots=True)
class Times:
    """A column of times."""

    # the moments that each row can mean, in microseconds since 1970 (UTC): none where it is blank or at fault, two in
    # the hour that comes twice in October
    readings: tuple[tuple[int, ...], ...]
    faults: Mapping[int, str]  # position of a row -> the code of its fault; -1 stands for the whole column
    spelling: str | None  # how the times of the column are written; None where it holds none
    day_first: str | None  # the first time, where every one of them could be read month first


def parse_time(text: str, date_format: str | None = None) -> Written | str:
    """Read a date with its time; anything else gives the code of its fault."""
    if date_format is not None:
        try:
            return Written(datetime.datetime.strptime(text, date_format), "format")
        except ValueError:
            return "time-format"
    found = _ISO.fullmatch(text) or _DAY_FIRST.fullmatch(text)
    if found is None:
        return "time-without-hours" if _DATE.fullmatch(text) else "not-a-time"
    parts = found.groupdict()
    if found.re is _DAY_FIRST and int(parts["day"]) <= 12 < int(parts["month"]) <= 31:
        return "month-first-time"
    try:
        moment = _moment(parts)
    except ValueError:
        return "no-such-time"
    if found.re is _ISO:
        return Written(moment, "iso" if moment.tzinfo is None else "iso-offset")
    return Written(moment, "day-first", unclear=moment.day <= 12)


def is_date_format(date_format: str) -> bool:
    """Tell whether a format of ``strptime`` holds a date with its time of day, both of which it gives back."""
    afternoon = datetime.datetime(2024, 3, 5, 14, 3, tzinfo=datetime.UTC)
    try:
        read = datetime.datetime.strptime(afternoon.strftime(date_format), date_format)
    except ValueError:
        return False
    return read.replace(tzinfo=datetime.UTC) == afternoon


def _moment(parts: Mapping[str, str | None]) -> datetime.datetime:
    """Put the parts of a time together, with its offset where there is one."""
    year, month, day, *clock = (int(parts[name] or 0) for name in _PARTS)
    zone = datetime.UTC if parts.get("utc") else None
    if parts.get("sign"):
        ahead = datetime.timedelta(hours=int(parts["ahead"] or 0), minutes=int(parts["minutes"] or 0))
        zone = datetime.timezone(-ahead if parts["sign"] == "-" else ahead)
    part = int(f"{parts['part'] or '':0<6}"[:6])
    return datetime.datetime(year, month, day, clock[0], clock[1], clock[2], part, tzinfo=zone)


_PARTS = ("year", "month", "day", "hour", "minute", "second")


def readings(moment: datetime.datetime, clock: str = "uk") -> tuple[int, ...]:
    """Give the moments at which a clock showed a time, in microseconds since 1970 (UTC)."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(datetime.UTC).replace(tzinfo=None)
        return ((moment - _EPOCH) // _MICROSECOND,)
    shown = (moment - _EPOCH) // _MICROSECOND
    if clock == "fixed":
        return (shown,)
    start, end = _summer(moment.year)
    summer = (shown - HOUR,) if start <= shown - HOUR < end else ()
    return (*summer, *(() if start <= shown < end else (shown,)))


@functools.cache
def _summer(year: int) -> tuple[int, int]:
    """Give the moments at which clocks go forward and back in a year."""
    days = [datetime.datetime(year, month, 31, 1) for month in (3, 10)]
    start, end = (day - datetime.timedelta(days=(day.weekday() + 1) % 7) for day in days)
    return (start - _EPOCH) // _MICROSECOND, (end - _EPOCH) // _MICROSECOND


def read_times(
    values: Sequence[object], *, date_format: str | None = None, clock: str = "uk", dates_are_midnight: bool = False
) -> Times:
    """Read a column of times, which are all written alike."""
    written = [_written(value, date_format, midnight=dates_are_midnight) for value in values]
    times = [one for one in written if isinstance(one, Written)]
    spelling = Counter(one.spelling for one in times).most_common(1)[0][0] if times else None
    faults: dict[int, str] = {}
    if len(times) > 1 and all(one.moment.time() == datetime.time() for one in times):
        faults[-1] = "all-midnight"
    meant: list[tuple[int, ...]] = []
    for i, one in enumerate(written):
        moments = _meant(one, spelling, clock)
        if isinstance(moments, str):
            faults[i] = moments
            moments = ()
        meant.append(moments)
    day_first = None
    if times and all(one.unclear for one in times):
        day_first = next(answers.show(values[i]) for i, one in enumerate(written) if isinstance(one, Written))
    return Times(tuple(meant), faults, spelling, day_first)


def _meant(one: Written | str | None, spelling: str | None, clock: str) -> tuple[int, ...] | str:
    """Give the moments that a time can mean, none where it is blank; else the code of its fault."""
    if one is None:
        return ()
    if isinstance(one, str):
        return one
    if one.moment.year not in _YEARS:
        return "year-of-time"
    if one.spelling != spelling:
        return "mixed-times"
    return readings(one.moment, clock) or "skipped-hour"


def _written(value: object, date_format: str | None, *, midnight: bool) -> Written | str | None:
    if engine.absent(value) or not str(value).strip():
        return None
    if isinstance(value, datetime.datetime):
        exact = getattr(value, "to_pydatetime", None)  # of pandas, which knows nanoseconds
        moment: datetime.datetime = value if exact is None else exact(warn=False)
        return Written(moment, "iso" if moment.tzinfo is None else "iso-offset")
    text = answers.show(value)
    if midnight and _CELL.match(text):  # dates of a workbook come as ISO, those at midnight without their hours
        cell = parse_time(f"{text} 00:00" if _CELL.fullmatch(text) else text)
        if date_format is None or isinstance(cell, Written):
            return cell
    return parse_time(text, date_format)
