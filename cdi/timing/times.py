"""Times as people write them, and the moments that they mean on clocks in the United Kingdom.

The clock change is computed, since Windows keeps no table of time zones: from the last Sunday of March to the last
Sunday of October, at 01:00 UTC each, clocks are an hour ahead. So it has been since 1996; earlier years are refused.
"""

from __future__ import annotations

import calendar
import datetime
import functools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from cdi.audits import answers
from cdi.reading import engine

__all__ = ["YEARS", "Layout", "Times", "is_date_format", "layout_of", "parse_time", "read_times", "readings"]

HOUR = 3_600_000_000
"""Microseconds in an hour: moments are whole microseconds since 1970, in UTC."""

YEARS = range(1996, 2200)
"""The years that times may lie in."""

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
    if one.moment.year not in YEARS:
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


# ---- where the parts of a time stand in its text: an engine can take them out of all texts that are laid out alike


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of a time stand in texts of one shape, and what the shape itself says of them."""

    spelling: str
    spans: Mapping[str, tuple[int, int]]  # part -> the first of its digits, and how many there are
    said: Mapping[str, int]  # part -> what it is in all texts of the shape

    @property
    def has_offset(self) -> bool:
        """Whether it says how far its clock is ahead of UTC."""
        return "ahead" in self.spans or self.said.get("utc") == 1


def layout_of(shape: str, date_format: str | None = None, *, dates_are_midnight: bool = False) -> Layout | str | None:
    """Tell how a time is laid out whose digits are written as 0; else the code of the fault that all of these have.

    None stands for what only the text itself can tell. Cells of a workbook hold dates as ISO, those at midnight without
    their hours.
    """
    if dates_are_midnight and _CELL.match(shape):
        dated = _CELL.fullmatch(shape)
        found = _ISO.fullmatch(f"{shape} 00:00" if dated else shape)
        if found is not None:
            return _layout(found, "iso", dict.fromkeys(("hour", "minute"), 0) if dated else {})
    if date_format is not None:
        return _by_format(shape, date_format)
    found = _ISO.fullmatch(shape) or _DAY_FIRST.fullmatch(shape)
    if found is None:
        return "time-without-hours" if _DATE.fullmatch(shape) else "not-a-time"
    return _layout(found, "iso" if found.re is _ISO else "day-first")


def _layout(found: re.Match[str], spelling: str, said: Mapping[str, int] = MappingProxyType({})) -> Layout:
    """Take the places of the parts from a match."""
    parts = {name: text for name, text in found.groupdict().items() if text and name not in said}
    spans = {name: (found.start(name), len(text)) for name, text in parts.items() if text.isdigit()}
    signs = {"utc": 1} if parts.get("utc") else {}
    if "sign" in parts:
        signs["sign"] = -1 if parts["sign"] == "-" else 1
    offset = spelling == "iso" and ("ahead" in spans or "utc" in signs)
    return Layout("iso-offset" if offset else spelling, spans, {**said, **signs})


_WIDTHS = {"Y": ("year", 4, 4), "y": ("short_year", 2, 2), "m": ("month", 1, 2), "d": ("day", 1, 2),
           "H": ("hour", 1, 2), "I": ("half_hour", 1, 2), "M": ("minute", 1, 2), "S": ("second", 1, 2),
           "f": ("part", 1, 6)}  # fmt: skip
"""Directive of ``strptime`` -> the part that it stands for, and the least and most digits that it takes."""


def _by_format(shape: str, date_format: str) -> Layout | str | None:
    """Tell how a time in a format of ``strptime`` is laid out."""
    patterns = _patterns(date_format)
    if patterns is None or any(sign.isdecimal() and not sign.isascii() for sign in shape):
        return None
    exact, loose = patterns
    found = exact.fullmatch(shape)
    if found is None:
        return None if loose.fullmatch(shape) else "time-format"
    said: dict[str, int] = {}
    named = {name: text.casefold() for name, text in found.groupdict().items() if text and name in _NAMED}
    for name, text in named.items():
        if name != "weekday":
            said["month" if name == "month_name" else name] = _NAMED[name]()[text]
    layout = _layout(found, "format")
    return Layout("format", layout.spans, {**layout.said, **said})


def _months() -> dict[str, int]:
    names = [*enumerate(calendar.month_abbr), *enumerate(calendar.month_name)]
    return {name.casefold(): number for number, name in names if name}


def _halves() -> dict[str, int]:
    return {datetime.time(hour).strftime("%p").casefold(): half for half, hour in enumerate((1, 13))}


def _weekdays() -> dict[str, int]:
    names = [*enumerate(calendar.day_abbr), *enumerate(calendar.day_name)]
    return {name.casefold(): number for number, name in names}


_NAMED = {"month_name": _months, "half": _halves, "weekday": _weekdays}
"""Part that is written in letters -> what each of its words stands for, in the language that is set."""

_WORDS = {"b": "month_name", "B": "month_name", "p": "half", "a": "weekday", "A": "weekday"}
_OFFSET = "(?:(?P<utc>(?-i:Z))|(?P<sign>[+-])(?P<ahead>[0-9]{2}):?(?P<minutes>[0-9]{2}))"


@functools.cache
def _patterns(date_format: str) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    """Write what a format matches as it does for certain, and as it may; None where it holds other directives."""
    steps = re.findall(r"%.|\s+|[^%\s]+", date_format, re.DOTALL)
    exact: list[str] = []
    loose: list[str] = []
    for step, following in zip(steps, [*steps[1:], ""], strict=True):
        letter = step[1:] if step.startswith("%") else ""
        if letter in _WIDTHS:
            name, least, most = _WIDTHS[letter]
            # digits that stand side by side are told apart where each number is as long as it can be
            beside = following[1:] in _WIDTHS and following.startswith("%")
            exact.append(f"(?P<{name}>[0-9]{{{most if beside or _follows(steps, len(exact)) else least},{most}}})")
            loose.append(f" ?[0-9]{{{least},{most}}}")
        elif letter in _WORDS:
            words = _NAMED[_WORDS[letter]]()
            if any(sign.isdecimal() for word in words for sign in word):
                return None
            listed = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
            exact.append(f"(?P<{_WORDS[letter]}>{listed})")
            loose.append(f"(?:{listed})")
        elif letter == "z":
            exact.append(_OFFSET)
            loose.append("(?:Z|[+-][0-9:.]+)")
        elif letter and letter != "%":
            return None
        else:
            exact.append(r"\s+" if step.isspace() else re.escape(letter or step))
            loose.append(r"\s*" if step.isspace() else re.escape(letter or step))
    try:
        return re.compile("".join(exact), re.IGNORECASE), re.compile("".join(loose), re.IGNORECASE)
    except re.error:  # a part stands twice
        return None


def _follows(steps: Sequence[str], place: int) -> bool:
    """Tell whether a directive follows another one of digits."""
    before = steps[place - 1] if place else ""
    return before.startswith("%") and before[1:] in _WIDTHS
