"""What is said of monthly samples and of times: signals and charts, shares in time, delays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cdi.wording.charting import capital
from cdi.wording.sentences import Advised, InPercent, Parted, listed

__all__ = [
    "CURVE_TITLE", "DELAY_TITLE", "PERIOD_HEADINGS", "SIGNAL", "TIMELY_BOUNDS", "TIMELY_HEADINGS", "TIME_SPELLINGS",
    "TREND_HEADINGS", "Delay", "InTime", "centre_beside", "change_signalled", "chart_base", "chart_intervals",
    "chart_legend", "chart_summary", "chart_title", "delays_said", "false_alarms", "from_to", "limits_widened",
    "no_change_signalled", "no_limits", "one_pair_a_row", "periods_counted", "periods_unaudited",
    "periods_without_sample", "samples_by", "shorter_readings", "tenths", "the_centre",
    "timely_bounds", "timely_counted", "timely_said", "timely_title", "times_day_first", "too_few_periods",
    "trend_of", "trend_part", "unknown_times",
]  # fmt: skip

PERIOD_HEADINGS: Mapping[str, str] = {
    "month": "month",
    "quarter": "quarter",
    "financial-quarter": "quarter",
    "year": "year",
    "financial-year": "financial year",
    "": "period",
}
"""A kind of period -> what one is called, which heads their column."""

_SAMPLES: Mapping[str, str] = {"month": "monthly", "quarter": "quarterly", "year": "yearly", "financial year": "yearly"}


def periods_counted(*kinds: tuple[str, int, int, str]) -> str:
    """Say how many periods of each kind there are, with one of them: the kind, its months, their number, a label."""
    return listed([f"{_of_kind(kind, months, number)} ({label})" for kind, months, number, label in kinds])


def _of_kind(kind: str, months: int, number: int) -> str:
    span = "" if kind else f" of {months} months"
    return f"{number} {PERIOD_HEADINGS[kind]}{'' if number == 1 else 's'}{span}"


def samples_by(kind: str) -> str:
    """Name the samples that a trend is of: monthly samples."""
    unit = _SAMPLES.get(PERIOD_HEADINGS[kind])
    return f"{unit} samples" if unit else "samples"


def trend_part(kind: str) -> str:
    """Head the part of a report that follows the rate."""
    unit = PERIOD_HEADINGS[kind]
    return f"{capital(unit)} by {unit}"


TREND_HEADINGS: Mapping[str, str] = {
    "rate": InPercent("rate"),
    "low": "from %",
    "high": "to %",
    "n": "crimes due",
    "recorded": "of these recorded",
    "rolling": "12 months %",
    "limit_low": "limits from %",
    "limit_high": "limits to %",
    "signal": "signal",
    "notes": "notes",
}

SIGNAL = "signal"
"""What marks a period that signals a change."""

_RULES: Mapping[str, str] = {
    "outside-limits": "outside the limits",
    "two-of-three": "two of three {unit}s beyond two standard errors on one side",
    "eight-on-a-side": "eight {unit}s on one side of the centre",
    "six-in-a-row": "six {unit}s in a row up or down",
}


def chart_legend(kind: str) -> Mapping[str, str]:
    """Name what a chart of a trend shows."""
    return {
        "rate": f"rate for the {PERIOD_HEADINGS[kind]}, with interval",
        "signal": "signals a change",
        "rolling": "rate over the 12 months to then",
        "centre": "centre",
        "limits": "control limits",
    }


def _limits(kind: str) -> str:
    unit = PERIOD_HEADINGS[kind]
    return f"By chance, a {unit} falls outside the control limits as rarely as outside three standard errors."


def trend_of(measure: str, kind: str) -> str:
    """Name a measure that is followed over time."""
    return f"{measure} by {PERIOD_HEADINGS[kind]}"


def from_to(first: str, last: str) -> str:
    """Name the periods from the first to the last."""
    return first if first == last else f"{first} to {last}"


def change_signalled(periods: Sequence[str], by_rule: Mapping[str, Sequence[str]], kind: str) -> str:
    """Say in which periods a change is signalled, and by which rules in which of them."""
    said = f"A change is signalled in {listed(periods)}"
    rules = {code: _RULES[code].format(unit=PERIOD_HEADINGS[kind]) for code in by_rule}
    if len(by_rule) == 1:
        said = f"{said}: {', '.join(rules.values())}."
    else:
        parts = [f"{capital(rules[code])}: {listed(held)}." for code, held in by_rule.items()]
        said = f"{said}. {' '.join(parts)}"
    return Advised(said, " Find out why before acting.")


def no_change_signalled(kind: str, *, widened: bool) -> str:
    """Say that no change is signalled, and what the periods were held against."""
    usual = "is usual in this series" if widened else "samples of this size do"
    return f"No change is signalled: the {PERIOD_HEADINGS[kind]}s differ no more than {usual}."


def too_few_periods(number: int, kind: str) -> str:
    """Say that a baseline is short."""
    units = f"{PERIOD_HEADINGS[kind]}s"
    return (
        f"The limits rest on {number} {units}. A chart needs at least 8 {units}, and 12 or more to show what is usual."
    )


def limits_widened(factor: str, kind: str, *, varied: bool) -> str:
    """Say by how much the limits were widened, and why; what a test does not tell from chance is no finding."""
    units = f"{PERIOD_HEADINGS[kind]}s"
    if not varied:
        return (
            f"The limits are widened {factor} times to allow for differences between {units} (Laney 2002). Sampling "
            "alone can explain these differences."
        )
    said = (
        f"The {units} vary {factor} times as much as sampling alone explains. The limits are widened to allow for this "
        "(Laney 2002)."
    )
    return Advised(
        said, f" Look for what makes the {units} differ, such as the sample, the auditor or the mix of crimes."
    )


def false_alarms(kind: str, *, all_periods: bool) -> str:
    """Say how often a chart signals a change where there is none, as simulated."""
    units = f"{PERIOD_HEADINGS[kind]}s"
    if all_periods:
        return (
            f"Chance alone makes 1 to 2 in 100 charts of 12 {units} signal a change. For 24 {units} it is 7 to 10 in "
            f"100, and for 36 {units} 15 to 19 in 100."
        )
    return (
        f"With a baseline of 12 {units}, chance alone makes 6 to 9 in 100 charts of 18 {units} signal a change. For 24 "
        f"{units} it is 13 to 17 in 100, and for 36 {units} 24 to 29 in 100. A longer baseline gives fewer."
    )


def the_centre(rate: str, periods: str, kind: str) -> str:
    """Say what the chart is centred on."""
    return f"The centre of the chart is {rate}, the rate over {periods}. {_limits(kind)}"


def centre_beside(rate: str, found: str, periods: str, kind: str, *, searches: bool) -> str:
    """Say what the chart is centred on where the rate of the baseline leaves chance no room."""
    return (
        f"The rate over {periods} is {found}. The centre of the chart is {rate}, which adds half a "
        f"{'record' if searches else 'crime'} on each side. {_limits(kind)}"
    )


def no_limits(kind: str, *, searches: bool) -> str:
    """Say why there are no limits."""
    unit = "records" if searches else "crimes"
    return f"There are no control limits: the baseline has no {unit} to compare the {PERIOD_HEADINGS[kind]}s with."


def periods_without_sample(periods: Sequence[str]) -> str:
    """Name the periods that have no sample."""
    return f"There is no sample in {listed(periods)}."


def periods_unaudited(periods: Sequence[str]) -> str:
    """Name the periods of which nothing could be audited."""
    return f"Nothing could be audited in {listed(periods)}."


def chart_base(n: int, clusters: int | None, *, searches: bool) -> str:
    """Say what a chart was counted from; without a number of reports no column names them."""
    if searches:
        return f"Base: {n:,} record{'' if n == 1 else 's'}."
    if clusters is None:
        return f"Base: {n:,} crime{'' if n == 1 else 's'} due, taken as independent."
    return f"Base: {n:,} crime{'' if n == 1 else 's'} due in {clusters:,} report{'' if clusters == 1 else 's'}."


def chart_intervals(level: str, kind: str, *, limits: bool) -> str:
    """Say what the whiskers and lines of a chart are."""
    bars = f"Whiskers are {level} confidence intervals"
    return f"{bars}. {_limits(kind)}" if limits else f"{bars}."


def chart_title(measure: str, periods: str) -> str:
    """Head a chart."""
    return f"{measure[:1].upper()}{measure[1:]}, {periods}"


def chart_summary(title: str, rates: Mapping[str, str], statement: str) -> str:
    """Say in words what a chart shows."""
    found = ", ".join(f"{rate} in {period}" for period, rate in rates.items()) or "no rate"
    return f"{title}: {found}. {statement}"


TIME_SPELLINGS: Mapping[str, str] = {
    "iso": "2024-03-05 14:03",
    "iso-offset": "2024-03-05T14:03Z",
    "day-first": "05/03/2024 14:03",
    "format": "the format named",
}
"""How the times of a column are written -> one of them."""


TIMELY_HEADINGS: Mapping[str, str] = {
    "rate": InPercent("rate"),
    "low": "from %",
    "high": "to %",
    "n": "crimes recorded",
    "n_due": "crimes due",
    "in_time": "of these in time",
    "lowest": "all late %",
    "highest": "all in time %",
    "median": "median",
    "90th": Parted("90th per", "centile"),
    "from": "from",
    "to": "to",
    "hours": "hours",
    "share": InPercent("recorded by then"),
    "notes": "notes",
}

DELAY_TITLE = "hours from report to record"
_OF_KNOWN = "Of crimes with a known delay, "
CURVE_TITLE = "share recorded by hours since the report, of those recorded"
TIMELY_BOUNDS: Mapping[str, str] = {
    "timely": "of those recorded, counting unknown delays as late or as in time",
    "timely-due": "of all due, counting unknown delays as late or as in time",
}


@dataclass(frozen=True, slots=True)
class InTime:
    """What is said to be in time."""

    hours: float  # how soon after the report
    given: bool  # whether a column said so, and no times were read

    @property
    def limit(self) -> str:
        """How soon is in time."""
        return "in time" if self.given else f"within {self.written} of the report"

    @property
    def written(self) -> str:
        """Write the hours."""
        return f"{self.hours:,.12g} hour{'' if self.hours == 1 else 's'}"


def timely_title(soon: InTime, *, due: bool) -> str:
    """Head a share: what is in time, and of what."""
    of = "all that should have been" if due else "those recorded"
    return f"recorded in time, of {of}" if soon.given else f"recorded within {soon.written}, of {of}"


def timely_said(
    soon: InTime, rate: str, ends: tuple[str, str] | None, level: str, *, due: bool, in_sample: bool, whole: bool
) -> str:
    """Say a share with its interval; in a census there is none, and it may not be of the whole."""
    of = "all that should have been recorded" if due else "the crimes recorded"
    opening = "" if whole else _OF_KNOWN
    interval = ""
    if in_sample:
        opening = "In the sample, "
    elif ends is not None:
        opening = "We estimate that "
        interval = f" ({level} confidence interval {ends[0]} to {ends[1]})"
    return f"{opening}{rate} of {of} were recorded {soon.limit}{interval}."


def timely_counted(soon: InTime, in_time: str, recorded: str, due: str) -> str:
    """Say what was counted in a sample that stands for nothing but itself."""
    return f"In the sample, {in_time} of {recorded} crimes recorded were recorded {soon.limit}, of {due} due."


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


def delays_said(median: Delay, percentile: Delay, *, whole: bool, in_sample: bool) -> str:
    """Say the median and the 90th percentile of the delay; a sample's own have no interval."""
    opening = "Half" if whole else f"{_OF_KNOWN}half"
    if in_sample:
        opening = "In the sample, half"
        median, percentile = Delay(median.hours), Delay(percentile.hours)
    return (
        f"{opening} of the crimes recorded were recorded within {median.said} of the report. Nine in ten were recorded "
        f"within {percentile.said}."
    )


@dataclass(frozen=True, slots=True)
class Delay:
    """A quantile of the delay, in hours, with those ends of its interval that are known."""

    hours: float
    low: float | None = None
    high: float | None = None

    @property
    def said(self) -> str:
        """Say it with its interval."""
        span = ""
        if self.low is not None and self.high is not None:
            span = f" ({tenths(self.low)} to {tenths(self.high)})"
        elif self.low is not None:
            span = f" ({tenths(self.low)} or more)"
        elif self.high is not None:
            span = f" ({tenths(self.high)} or less)"
        return f"{tenths(self.hours)} hours{span}"


def tenths(hours: float) -> str:
    """Write hours to a tenth."""
    return f"{hours:,.1f}"


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
    return Advised(said, " {date_format}.").to_all()
