"""How numbers of rows are written, and a rate beside the count that follows from it as one line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from cdi import wording
from cdi.facts import Scope
from cdi.measures import Measure
from cdi.printing import formats
from cdi.printing.tables import Row, Table

__all__ = [
    "AS_RATE", "BLANK", "Line", "count", "drawn_alone", "end", "half", "high_rate", "is_few", "level_text", "lines_of",
    "low_rate", "more_than", "named", "percent", "percents", "rate", "rates", "rounded_down", "shows_overall", "titled",
    "unweighted", "weighted_once", "whole",
]  # fmt: skip

BLANK = ""

WEIGHTED = "weighted"
"""The note that a rate is not the ratio of the counts beside it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A rate and the count that follows from it, side by side."""

    label: tuple[str, ...]  # what it is of, named for people
    rate: Row
    missing: Row | None = None  # the count

    @property
    def rows(self) -> tuple[Row, ...]:
        """Both."""
        return (self.rate,) if self.missing is None else (self.rate, self.missing)

    @property
    def overall(self) -> bool:
        """Whether it is the overall result, and not the one by the sampling frame that stands beside it."""
        return self.rate.whole and self.rate.facts.scope is not Scope.FRAME

    @property
    def in_sample(self) -> bool:
        """Whether it describes the sample only."""
        return self.rate.facts.scope is Scope.SAMPLE

    @property
    def exact(self) -> bool:
        """Whether it has no interval since it is of all there was."""
        return self.rate.facts.census and all(row.low is row.high is None for row in self.rows)


def shows_overall(rows: Iterable[Row]) -> bool:
    """Tell whether the whole is shown; what is said of it beside the table would tell it otherwise."""
    return any(row.whole and row.n is not None for row in rows)


def lines_of(table: Table, measure: Measure) -> list[Line]:
    """Take the lines of one measure, with the counts that follow from it."""
    counts = {row.label: row for row in table.rows if row.counted and row.measure.of == measure.key}
    lines = []
    for row in table.rows:
        if row.measure != measure:
            continue
        lines.append(Line(named(row), row, counts.pop(row.label, None) if row.main else None))
    return lines


def named(row: Row) -> tuple[str, ...]:
    """Name a row for people, the overall one for what it is."""
    first, *rest = row.label
    return (wording.label_in_scope(first, row.facts.scope.value), *rest)


def weighted_once(table: Table, beside: Callable[[Row], bool]) -> tuple[Table, tuple[str, ...]]:
    """Take a table as a page notes it: where all rates are weighted, one remark says so, and no row.

    ``beside`` tells the rates that the page shows beside their counts; of others it is not noted.
    """
    rates = [row for row in table.rows if beside(row) and row.measure.of_its_counts and row.estimate is not None]
    noted = [row for row in rates if WEIGHTED in row.facts.codes]
    throughout = bool(noted) and all(row.facts.weighted or row.facts.by_volumes for row in rates if row.n)

    def as_noted(row: Row) -> Row:
        if not beside(row):
            return unweighted(row)
        return row.stating(weighted=False) if throughout else row

    remarks: tuple[str, ...] = ()
    if throughout:
        remarks = (wording.weighted_throughout(noted[0].measure.note(WEIGHTED), several=len(noted) > 1),)
    return replace(table, rows=tuple(map(as_noted, table.rows))), remarks


def unweighted(row: Row) -> Row:
    """Take a row without the note that its rate is weighted."""
    return row.stating(weighted=False, by_volumes=False)


def titled(name: str, table: Table, *, alone: bool, exact: bool, method: str = "") -> str:
    """Head a table: with its intervals, unless its sample gives none."""
    if alone:
        return wording.counts_title(name)
    if exact:
        return wording.census_title(name)
    return wording.title(name, level_text(table.level), method or table.method, table.side)


def level_text(level: float) -> str:
    """Write a confidence level."""
    return f"{(Decimal(repr(float(level))) * 100).normalize():f}%"


def whole(value: int | None) -> str:
    """Write what was counted."""
    return BLANK if value is None else f"{value:,}"


def rate(value: float | None, end: str = "", beyond: tuple[str, str] = formats.IN_SIGNS) -> str:
    """Write a rate, or the low or high end of its interval, where the sign for percent stands apart."""
    return BLANK if value is None else formats.proportion(value, end, beyond)


def low_rate(value: float) -> str:
    """Write the low end of the interval of a rate for a column."""
    return formats.proportion(value, "low")


def high_rate(value: float) -> str:
    """Write the high end of the interval of a rate for a column."""
    return formats.proportion(value, "high")


AS_RATE: Mapping[str, Callable[[Any], str]] = {"estimate": rate, "low": low_rate, "high": high_rate}
"""A number of a rate -> how it is written in a column."""


def percent(value: float | None, end: str = "") -> str:
    """Write a rate, or the low or high end of its interval, for a sentence."""
    return BLANK if value is None else f"{formats.proportion(value, end, formats.IN_WORDS)}%"


def rates(row: Row) -> tuple[str, str, str]:
    """Write a rate and the ends of its interval for columns."""
    return rate(row.estimate), rate(row.low, "low"), rate(row.high, "high")


def percents(row: Row) -> tuple[str, str, str]:
    """Write a rate and the ends of its interval for a sentence."""
    return percent(row.estimate), percent(row.low, "low"), percent(row.high, "high")


def drawn_alone(row: Row) -> bool:
    """Tell whether as many crimes as rows were drawn, so that each row is a crime."""
    return row.clusters == row.n


def count(row: Row | None) -> str:
    """Write a count, rounded."""
    if row is None or row.estimate is None:
        return BLANK
    return formats.count(row.estimate, formats.unit_of(row.estimate))


def is_few(row: Row) -> bool:
    """Tell whether a count is written as a bound, fewer than a number."""
    return row.estimate is not None and formats.is_few(row.estimate, formats.unit_of(row.estimate))


def end(row: Row | None, low: bool) -> str:
    """Write an end of the interval of a count, rounded outward."""
    if row is None:
        return BLANK
    value = row.low if low else row.high
    if value is None:
        return BLANK
    unit = formats.unit_of(value if row.estimate is None else row.estimate)
    return f"{formats.outward(value, value, unit)[0 if low else 1]:,}"


def half(row: Row, beyond: tuple[str, str] = formats.IN_SIGNS) -> str:
    """Write half the width of a rate's interval."""
    return BLANK if row.low is None or row.high is None else formats.half_width(row.low, row.high, beyond)


def rounded_down(row: Row | None) -> int:
    """Round a count down, as published reports do; 0 where there is none."""
    if row is None or row.estimate is None:
        return 0
    return formats.round_down(row.estimate, large=row.whole or row.facts.hundreds)


def more_than(row: Row | None) -> str:
    """Write a count rounded down, as published reports do; nothing where that is 0."""
    floored = rounded_down(row)
    return f"{floored:,}" if floored else BLANK
