"""The sentence of each number: what one row of a table says, in its own unit; nothing where it is withheld."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cdi import wording
from cdi.facts import Scope
from cdi.printing import formats
from cdi.printing.lines import count, end, level_text, percent, rates, whole
from cdi.printing.tables import Row, Table
from cdi.survey.estimates import ALL

__all__ = ["PUBLISHED", "half_of", "sentence", "sentences"]

PUBLISHED = "published"
"""The method whose intervals are written as half widths."""

_DECIMALS = 12  # of a difference; what follows them is noise


def sentences(table: Table, in_time: str = wording.IN_TIME) -> tuple[str, ...]:
    """Say each row of a table.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> sentences(cdi.estimate(pd.DataFrame({"recorded": [1] * 159 + [0] * 23})).table)
    ('An estimated 87.4% of reported crimes were recorded (95% confidence interval 81.8% to 91.4%).',)
    """
    return tuple(sentence(record, in_time) for record in table.rows)


def sentence(record: Row, in_time: str = wording.IN_TIME) -> str:
    """Say one row of a table; nothing where there is nothing to say.

    Parameters
    ----------
    record : Row
        The row, with printed names.
    in_time : str
        What in time is.

    Returns
    -------
    str
        A sentence with its unit.
    """
    if record.estimate is None and not (record.facts.alone and record.n is not None):
        return ""
    say = _SAY.get(record.measure.key)
    text = _rate(record, in_time) if say is None else say(record)
    return wording.in_part([word for word in record.label if word != ALL], text) if text else ""


def half_of(record: Row, *, printed: bool = False) -> str:
    """Write half the width of an interval, where it is printed so, or asked for.

    Examples
    --------
    >>> import cdi
    >>> half_of(cdi.printing.tables.compare_methods(159, 182, method="published").rows[0])
    '4.8'
    """
    if not (printed or record.method == PUBLISHED) or record.low is None or record.high is None:
        return ""
    # free of the noise of adding and taking away what was printed
    return formats.half_width(round(record.low, _DECIMALS), round(record.high, _DECIMALS))


def _rate(record: Row, in_time: str) -> str:
    subject = wording.SAID_OF_RATES[record.measure.key].format(in_time=in_time)
    if record.estimate is None:
        return wording.counted(subject, whole(record.recorded), whole(record.n))
    in_sample = record.facts.scope is Scope.SAMPLE
    estimate, low, high = rates(record)
    opening = wording.opening_of_rate(
        estimated=bool(low and high),
        bound=not estimate[:1].isdecimal(),
        in_sample=in_sample,
        of_frame=record.facts.scope is Scope.FRAME,
    )
    half = half_of(record)
    if in_sample:  # the share in the sample is a fact, and has no interval
        low, high, half = "", "", ""
    return wording.said_of_rate(
        subject, wording.spelled(estimate), low, high, half, level_text(record.level), opening=opening
    )


def _count(record: Row) -> str:
    estimate = record.estimate
    if estimate is None:
        return ""
    if record.method == PUBLISHED:
        floored = formats.round_down(estimate, record.label[-1])
        return wording.more_than_recorded(f"{floored:,}") if floored else ""
    least, most = end(record, low=True), end(record, low=False)
    level = level_text(record.level)
    if not least and not most:
        return wording.unrecorded_exact(count(record))
    if estimate == 0:
        return wording.none_unrecorded(least, most, level)
    return wording.unrecorded(count(record), least, most, level)


def _points(value: float | None) -> str:
    """Write a change in percentage points with its sign."""
    if value is None:
        return ""
    text = formats.percent(round(value, _DECIMALS))
    plain = text.removeprefix("-") if float(text) == 0 else text
    return plain if plain.startswith("-") or float(plain) == 0 else f"+{plain}"


def _difference(record: Row) -> str:
    ends = _points(record.low), _points(record.high)
    return wording.difference_said(_points(record.estimate), *ends, level_text(record.level))


def _ratio(record: Row) -> str:
    ratio, low, high = (_number(value, 3) for value in (record.estimate, record.low, record.high))
    return wording.a_ratio(ratio, low, high, level_text(record.level))


def _number(value: float | None, places: int) -> str:
    return "" if value is None else f"{value:,.{places}f}"


def _p_value(record: Row) -> str:
    p = record.estimate or 0.0
    return wording.a_p_value("<0.001" if p < 0.0005 else f"{p:.3f}", adjusted=record.measure.key == "q-value")


def _margin(record: Row) -> str:
    return wording.a_margin(formats.percent(record.estimate or 0.0))


def _delay(record: Row) -> str:
    hours, low, high = (_number(value, 1) for value in (record.estimate, record.low, record.high))
    return wording.a_delay(wording.PORTIONS[record.measure.key], hours, low, high, level_text(record.level))


def _lines(record: Row) -> str:
    return wording.between_lines(percent(record.low, "low"), percent(record.high, "high"), percent(record.estimate))


def _score(record: Row) -> str:
    score = record.estimate or 0.0
    return wording.a_score(_number(abs(score), 2), below=score < 0, logs=record.method.endswith("log"))


_ENDS: Mapping[str, str] = {"among-lowest": "lowest", "among-highest": "highest"}


def _chance(record: Row) -> str:
    return wording.a_chance(_ENDS[record.measure.key], percent(record.estimate), record.method.replace("-", " "))


def _limits(record: Row) -> str:
    return wording.between_limits(percent(record.low, "low"), percent(record.high, "high"), percent(record.estimate))


_SAY: Mapping[str, Callable[[Row], str]] = {
    "unrecorded": _count,
    "difference": _difference,
    "ratio": _ratio,
    "p-value": _p_value,
    "q-value": _p_value,
    "margin": _margin,
    "delay-median": _delay,
    "delay-90th": _delay,
    "outlier-lines": _lines,
    "z-score": _score,
    "among-lowest": _chance,
    "among-highest": _chance,
    "control-limits": _limits,
}
"""Measure -> what says a row of it; the others are rates."""
