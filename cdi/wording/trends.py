"""What is said of a monthly sample: headings, signals, and the statement when a change is signalled and when not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdi.wording.advising import Advised
from cdi.wording.sentences import listed

__all__ = [
    "CHART_LEGEND",
    "SIGNAL",
    "TREND_HEADINGS",
    "centre_beside",
    "change_signalled",
    "chart_base",
    "chart_intervals",
    "chart_summary",
    "chart_title",
    "false_alarms",
    "from_to",
    "months_unaudited",
    "months_without_sample",
    "no_change_signalled",
    "no_limits",
    "over_dispersed",
    "pooled_in_sample",
    "the_centre",
    "too_few_months",
    "trend_of",
]

TREND_HEADINGS: Mapping[str, str] = {
    "month": "month",
    "rate": "rate %",
    "low": "from %",
    "high": "to %",
    "n": "crimes due",
    "n_searches": "records",
    "recorded": "of these recorded",
    "recorded_searches": "with grounds",
    "rolling": "12 months %",
    "limit_low": "limits from %",
    "limit_high": "limits to %",
    "signal": "signal",
    "notes": "notes",
}

SIGNAL = "signal"
"""What marks a month that signals a change."""

_RULES: Mapping[str, str] = {
    "outside-limits": "outside the limits",
    "two-of-three": "two of three months beyond two standard errors on one side",
    "eight-on-a-side": "eight months on one side of the centre",
    "six-in-a-row": "six months in a row up or down",
}

CHART_LEGEND: Mapping[str, str] = {
    "rate": "rate for the month, with interval",
    "signal": "signals a change",
    "rolling": "rate over the 12 months to then",
    "centre": "centre",
    "limits": "control limits",
}


_LIMITS = "By chance, a month falls outside the control limits as rarely as outside three standard errors."


def trend_of(measure: str) -> str:
    """Name a measure that is followed from month to month."""
    return f"{measure} by month"


def from_to(months: Sequence[str]) -> str:
    """Name the months from the first to the last."""
    return months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}"


def change_signalled(months: Sequence[str], by_rule: Mapping[str, Sequence[str]]) -> str:
    """Say in which months a change is signalled, and by which rules in which of them."""
    parts = [
        _RULES[code] if len(by_rule) == 1 else f"{_RULES[code]} ({', '.join(held)})" for code, held in by_rule.items()
    ]
    said = f"A change is signalled in {listed(months)}: {'; '.join(parts)}."
    return Advised(f"{said} Find out why before acting.", said)


def no_change_signalled(*, widened: bool) -> str:
    """Say that no change is signalled, and what the months were held against."""
    usual = "is usual in this series" if widened else "samples of this size do"
    return f"No change is signalled: the months differ no more than {usual}."


def too_few_months(months: int) -> str:
    """Say that a baseline is short."""
    return f"The limits rest on {months} months. A chart needs at least 8 months, and 12 or more to show what is usual."


def over_dispersed(factor: str) -> str:
    """Say by how much the limits were widened, and why."""
    said = (
        f"The months vary {factor} times as much as sampling alone explains. The limits are widened to allow for this "
        "(Laney 2002)."
    )
    return Advised(
        f"{said} Look for what makes the months differ, such as the sample, the auditor or the mix of crimes.",
        said,
    )


def false_alarms(*, all_months: bool) -> str:
    """Say how often a chart signals a change where there is none, as simulated."""
    if all_months:
        return (
            "Chance alone makes 1 to 2 in 100 charts of 12 months signal a change. For 24 months it is 7 to 10 in 100, "
            "and for 36 months 15 to 19 in 100."
        )
    return (
        "With a baseline of 12 months, chance alone makes 6 to 9 in 100 charts of 18 months signal a change. For 24 "
        "months it is 13 to 17 in 100, and for 36 months 24 to 29 in 100. A longer baseline gives fewer."
    )


def the_centre(rate: str, months: str) -> str:
    """Say what the chart is centred on."""
    return f"The centre of the chart is {rate}, the rate over {months}. {_LIMITS}"


def centre_beside(rate: str, found: str, months: str, *, searches: bool) -> str:
    """Say what the chart is centred on where the rate of the baseline leaves chance no room."""
    return (
        f"The rate over {months} is {found}. The centre of the chart is {rate}, which adds half a "
        f"{'record' if searches else 'crime'} on each side. {_LIMITS}"
    )


def no_limits(*, searches: bool) -> str:
    """Say why there are no limits."""
    unit = "records" if searches else "crimes"
    return f"There are no control limits: the baseline has no {unit} to compare the months with."


def months_without_sample(months: Sequence[str]) -> str:
    """Name the months that have no sample."""
    return f"There is no sample in {listed(months)}."


def months_unaudited(months: Sequence[str]) -> str:
    """Name the months of which nothing could be audited."""
    return f"Nothing could be audited in {listed(months)}."


def pooled_in_sample(*, searches: bool) -> str:
    """Say what the rates over several months describe where the frame is not known."""
    unit = "records" if searches else "reports"
    return f"Rates over several months are not weighted, since the {unit} on the sampling frame are not known."


def chart_base(n: int, clusters: int | None, *, searches: bool) -> str:
    """Say what a chart was counted from; without a number of reports no column names them."""
    if searches:
        return f"Base: {n:,} record{'' if n == 1 else 's'}."
    if clusters is None:
        return f"Base: {n:,} crime{'' if n == 1 else 's'} due, taken as independent."
    return f"Base: {n:,} crime{'' if n == 1 else 's'} due in {clusters:,} report{'' if clusters == 1 else 's'}."


def chart_intervals(level: str, method: str, *, limits: bool) -> str:
    """Say what the whiskers and lines of a chart are."""
    bars = f"Whiskers are {level} confidence intervals ({method})"
    return f"{bars}. {_LIMITS}" if limits else f"{bars}."


def chart_title(measure: str, months: str) -> str:
    """Head a chart."""
    return f"{measure[:1].upper()}{measure[1:]}, {months}"


def chart_summary(title: str, rates: Mapping[str, str], statement: str) -> str:
    """Say in words what a chart shows."""
    found = ", ".join(f"{rate} in {month}" for month, rate in rates.items()) or "no rate in any month"
    return f"{title}: {found}. {statement}"
