"""What people are shown of a trend: one line a month, the notes, and the statement whether a change is signalled."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.audits.periods import Period
from cdi.monitoring.control import RULES
from cdi.monitoring.trends import ENOUGH
from cdi.printing.lines import BLANK, SUPPRESSED, UNSAFE, is_weighted, level_text, percent, rate, shown, whole, withheld
from cdi.printing.pages import Grid, Page, telling

if TYPE_CHECKING:
    from cdi.monitoring.trends import Point, Trend

__all__ = ["lay_out_trend", "statement"]

_POOLED = "sample-only"  # said once of all the rolling rates, not on each line
_OF_WINDOWS = ("window-gap",)  # their other notes would be read as the month's, whose line it is


@dataclass(frozen=True, slots=True)
class _Line:
    """A month, and the numbers of its notes; a month of which nothing was audited has no point."""

    month: str
    point: Point | None
    marks: str


def lay_out_trend(found: Trend, write: Callable[[str], str] = str) -> Page:
    """Lay a trend out for people; a month of which nothing was audited is a line without numbers.

    Parameters
    ----------
    found : Trend
        From :func:`cdi.trend`.
    write : callable
        How months are written; as they are, unless told.

    Returns
    -------
    Page
        What the formats write.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> sample = pd.DataFrame({"month": ["2024-01"] * 4 + ["2024-03"] * 4, "recorded": [1, 1, 1, 0] * 2})
    >>> page = lay_out_trend(cdi.trend(cdi.read_audit(sample, stratum="month"), "month"))
    >>> [row[:2] for row in page.grids[0].rows]
    [('2024-01', '75.0'), ('2024-02', ''), ('2024-03', '75.0')]
    """
    unaudited = {month.label for month in found.unaudited}
    codes = {month: _notes(point, missed=month in unaudited) for month, point in _months(found).items()}
    noted = dict.fromkeys(code for several in codes.values() for code in several)
    numbers = {code: i + 1 for i, code in enumerate(noted)}
    lines = [
        _Line(write(month), point, wording.Marks(numbers[code] for code in codes[month]))
        for month, point in _months(found).items()
    ]
    searches = found.measure == "grounds"
    columns = {name: [show(line) for line in lines] for name, show in _COLUMNS.items()}
    names = telling(columns, _ALWAYS)
    headings = [wording.TREND_HEADINGS[_SEARCHES.get(name, name) if searches else name] for name in names]
    rows = tuple(zip(*(columns[name] for name in names), strict=True))
    notes = tuple(wording.note_line(number, wording.note(code, found.measure)) for code, number in numbers.items())
    return Page(
        found.table, (Grid(_title(found), tuple(headings), rows),), notes, _statements(found, write, searches=searches)
    )


def _title(found: Trend) -> str:
    """Head the months with their intervals, unless there is none."""
    name, table = wording.trend_of(wording.MEASURES[found.measure]), found.table
    if all("census" in point.rate.notes for point in found.points if point.rate):
        return wording.census_title(name)
    return wording.title(name, level_text(table.level), table.method, table.side)


def statement(found: Trend, write: Callable[[str], str] = str) -> str:
    """Say whether a change is signalled, or why that cannot be said.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> sample = pd.DataFrame({"month": ["2024-01"] * 4 + ["2024-02"] * 4, "recorded": [1, 1, 1, 0] * 2})
    >>> statement(cdi.trend(cdi.read_audit(sample, stratum="month"), "month"))
    'No change is signalled: the months differ no more than samples of this size do.'
    """
    if not any(point.limits for point in found.points):
        if any(withheld(point.rate) or UNSAFE in point.rate.notes for point in found.points):
            return BLANK
        return wording.no_limits(searches=found.measure == "grounds")
    if found.signalled:
        by_rule = {rule: [point.month for point in found.signalled if rule in point.signals] for rule in RULES}
        held = {rule: _spans(months, write) for rule, months in by_rule.items() if months}
        return wording.change_signalled(_spans([point.month for point in found.signalled], write), held)
    return wording.no_change_signalled(widened=found.factor > 1)


def _spans(months: Sequence[Period], write: Callable[[str], str]) -> list[str]:
    """Write months, those that follow each other as one span."""
    spans: list[Period] = []
    for month in months:
        if spans and spans[-1].last + 1 == month.first:
            spans[-1] = Period(spans[-1].first, month.last)
        else:
            spans.append(month)
    return [write(span.label) for span in spans]


def _months(found: Trend) -> Mapping[str, Point | None]:
    """List the months from the first to the last."""
    points: dict[str, Point | None] = {point.month.label: point for point in found.points}
    missing = {month.label: None for month in (*found.gaps, *found.unaudited)}
    return dict(sorted({**points, **missing}.items()))


def _notes(point: Point | None, *, missed: bool) -> list[str]:
    if point is None:
        return ["unaudited" if missed else "no-sample"]
    if withheld(point.rate):
        return [SUPPRESSED]
    rolling = [code for code in (point.rolling.notes if point.rolling else ()) if code in _OF_WINDOWS]
    return [*point.signals, *(code for code in point.rate.notes if code != _POOLED), *rolling]


def _statements(found: Trend, write: Callable[[str], str], *, searches: bool) -> tuple[str, ...]:
    limited = any(point.limits for point in found.points)
    conditions = {
        statement(found, write): True,
        _centre(found, write, searches=searches): limited,
        wording.over_dispersed(f"{found.factor:.2f}"): limited and found.factor > 1,
        wording.too_few_months(found.baseline): limited and found.baseline < ENOUGH,
        wording.false_alarms(all_months=found.baseline == len(found.points)): limited and found.baseline >= ENOUGH,
        wording.WEIGHTED: any(is_weighted(point.rate) for point in found.points),
        wording.pooled_in_sample(searches=searches): not found.represents,
    }
    said = tuple(sentence for sentence, holds in conditions.items() if holds and sentence)
    missing = {wording.months_without_sample: found.gaps, wording.months_unaudited: found.unaudited}
    return (*said, *(name([write(month.label) for month in months]) for name, months in missing.items() if months))


def _centre(found: Trend, write: Callable[[str], str], *, searches: bool) -> str:
    held = found.points[: found.baseline]
    months = write(wording.from_to([point.month.label for point in held]))
    recorded, due = sum(point.rate.recorded or 0 for point in held), sum(point.rate.n or 0 for point in held)
    if due and recorded in (0, due) and not any(withheld(point.rate) for point in held):
        return wording.centre_beside(_percent(found.centre), _percent(recorded / due), months, searches=searches)
    return wording.the_centre(_percent(found.centre), months)


def _percent(value: float) -> str:
    return percent(value) if math.isfinite(value) else BLANK


def _of_rate(name: str, write: Callable[[Any], str]) -> Callable[[_Line], str]:
    return lambda line: BLANK if line.point is None else shown(line.point.rate, write(getattr(line.point.rate, name)))


def _of_limits(name: str) -> Callable[[_Line], str]:
    return lambda line: (
        BLANK
        if line.point is None
        else shown(
            line.point.rate, BLANK if line.point.limits is None else rate(getattr(line.point.limits, name), name)
        )
    )


def _rolling(line: _Line) -> str:
    if line.point is None or line.point.rolling is None:
        return BLANK
    return shown(line.point.rolling, rate(line.point.rolling.estimate))


_COLUMNS: Mapping[str, Callable[[_Line], str]] = {
    "month": lambda line: line.month,
    "rate": _of_rate("estimate", rate),
    "low": _of_rate("low", partial(rate, end="low")),
    "high": _of_rate("high", partial(rate, end="high")),
    "n": _of_rate("n", whole),
    "recorded": _of_rate("recorded", whole),
    "rolling": _rolling,
    "limit_low": _of_limits("low"),
    "limit_high": _of_limits("high"),
    "signal": lambda line: wording.SIGNAL if line.point is not None and line.point.signals else BLANK,
    "notes": lambda line: line.marks,
}

_ALWAYS = ("month", "rate", "n", "recorded")
_SEARCHES = {"n": "n_searches", "recorded": "recorded_searches"}
