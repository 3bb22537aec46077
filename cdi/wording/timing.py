"""What is said of timeliness: times that cannot be read, shares in time and their bounds, delays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdi.wording.advising import Advised

__all__ = [
    "CURVE_TITLE",
    "DELAY_TITLE",
    "TIMELY_BOUNDS",
    "TIMELY_HEADINGS",
    "TIME_SPELLINGS",
    "delays_said",
    "one_pair_a_row",
    "shorter_readings",
    "timely_bounds",
    "timely_counted",
    "timely_said",
    "timely_title",
    "times_day_first",
    "unknown_times",
]

TIME_SPELLINGS: Mapping[str, str] = {
    "iso": "2024-03-05 14:03",
    "iso-offset": "2024-03-05T14:03Z",
    "day-first": "05/03/2024 14:03",
    "format": "the format named",
}
"""How the times of a column are written -> one of them."""


TIMELY_HEADINGS: Mapping[str, str] = {
    "rate": "rate %",
    "low": "from %",
    "high": "to %",
    "n": "crimes recorded",
    "n_due": "crimes due",
    "in_time": "of these in time",
    "lowest": "all late %",
    "highest": "all in time %",
    "median": "median",
    "90th": "90th per\u00adcentile",
    "from": "from",
    "to": "to",
    "hours": "hours",
    "share": "recorded by then %",
    "notes": "notes",
}

DELAY_TITLE = "hours from report to record"
_OF_KNOWN = "Of crimes with a known delay, "
CURVE_TITLE = "share recorded by hours since the report, of those recorded"
TIMELY_BOUNDS: Mapping[str, str] = {
    "timely": "of those recorded, counting unknown delays as late or as in time",
    "timely-due": "of all due, counting unknown delays as late or as in time",
}


def _hours(value: str) -> str:
    """Write a number of hours."""
    return f"{value} hour{'' if value == '1' else 's'}"


def timely_title(within: str, *, due: bool, given: bool) -> str:
    """Head a share: what is in time, and of what."""
    of = "all that should have been" if due else "those recorded"
    return f"recorded in time, of {of}" if given else f"recorded within {_hours(within)}, of {of}"


def timely_said(
    within: str, rate: str, low: str, high: str, level: str, *, due: bool, given: bool, in_sample: bool, whole: bool
) -> str:
    """Say a share with its interval; in a census there is none, and it may not be of the whole."""
    limit = "in time" if given else f"within {_hours(within)} of the report"
    of = "all that should have been recorded" if due else "the crimes recorded"
    interval = f" ({level} confidence interval {low} to {high})" if low and high and not in_sample else ""
    opening = "In the sample, " if in_sample else "We estimate that " if interval else "" if whole else _OF_KNOWN
    return f"{opening}{rate} of {of} were recorded {limit}{interval}."


def timely_counted(within: str, in_time: str, recorded: str, due: str, *, given: bool) -> str:
    """Say what was counted in a sample that stands for nothing but itself."""
    limit = "in time" if given else f"within {_hours(within)} of the report"
    return f"In the sample, {in_time} of {recorded} crimes recorded were recorded {limit}, of {due} due."


def timely_bounds(lowest: str, highest: str, *, due: bool) -> str:
    """Say what a share would be at either end."""
    of = "all that should have been recorded" if due else "those recorded"
    return f"If every unknown delay were late, {lowest} of {of} would be in time. If none were, it would be {highest}."


def unknown_times(missing: int, ambiguous: int, negative: int, recorded: int, *, given: bool) -> str:
    """Say how many crimes recorded have no known delay, and why."""
    causes = {
        f"{missing:,} without {'an answer' if given else 'a time'}": missing,
        f"{ambiguous:,} in the hour that came twice": ambiguous,
        f"{negative:,} recorded before the report": negative,
    }
    named = ", ".join(text for text, count in causes.items() if count)
    total = missing + ambiguous + negative
    return (
        f"Of {recorded:,} crimes recorded, {total:,} {'has' if total == 1 else 'have'} no known delay ({named}). The "
        "estimates assume that they are like the others. The bounds count them all as late, or all as in time."
    )


def delays_said(median: Sequence[str], percentile: Sequence[str], *, whole: bool, in_sample: bool) -> str:
    """Say the median and the 90th percentile of the delay; unknown ends are left out, and a sample's own has none."""
    half, most = (f"{value} hours{'' if in_sample else _span(*ends)}" for value, *ends in (median, percentile))
    opening = "In the sample, half" if in_sample else "Half" if whole else f"{_OF_KNOWN}half"
    return f"{opening} of the crimes recorded were recorded within {half} of the report, nine in ten within {most}."


def _span(low: str, high: str) -> str:
    if low and high:
        return f" ({low} to {high})"
    return f" ({low} or more)" if low else ""


def shorter_readings(crimes: int) -> str:
    """Say how delays were taken that the clock change leaves unclear."""
    return (
        f"The clock change makes the delay of {crimes:,} crime{'' if crimes == 1 else 's'} uncertain by an hour. The "
        "shorter delay is used, and either delay gives the same answer on whether in time."
    )


def one_pair_a_row(rows: int) -> str:
    """Say what a row with several crimes is taken for."""
    return f"{rows:,} row{' counts' if rows == 1 else 's count'} several crimes, which share one time of recording."


def times_day_first(times: Sequence[str]) -> str:
    """Say that times were read day first that could be month first."""
    said = f"Times are read day first: {' and '.join(times)}. If they are month first, use"
    return Advised(f"{said} --date-format.", f"{said} --date-format.", python=f"{said} date_format=.")
