"""How numbers of rows are written, and a rate beside the count that follows from it as one line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from cdi import wording
from cdi.facts import Scope
from cdi.measures import Measure
from cdi.printing import formats
from cdi.printing.tables import Row, Table

__all__ = [
    "AS_RATE", "BLANK", "Line", "are_weighted", "count", "counted_alone", "crime_covered",
    "drawn_alone", "end", "half", "is_few", "level_text", "lines_of", "more_than", "named",
    "of_sample", "percent", "percents", "rate", "rate_heading", "rates", "rounded_down", "shows_overall", "titled",
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
        return self.rate.facts.scope.of_sample

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
        if not row.facts.weighted and not row.facts.by_volumes:
            return row
        if not beside(row):
            return unweighted(row)
        return row.stating(weighted=False) if throughout else row

    remarks: tuple[str, ...] = ()
    if throughout:
        remarks = (wording.weighted_throughout(noted[0].measure.note(WEIGHTED), several=len(noted) > 1),)
    return replace(table, rows=tuple(map(as_noted, table.rows))), remarks


def of_sample(rows: Iterable[Row], frame: str) -> tuple[str, ...]:
    """Say what the sample behind rows stands for where that is not the force, as every page says it.

    ``frame`` is what a sampling frame of it holds.
    """
    known = list(rows)
    alone = next((row.facts.alone for row in known if row.facts.alone), BLANK)
    if alone:
        return (wording.WHY_ALONE[alone],)
    if not any(row.facts.mixed for row in known):
        return ()
    wholes = [row.facts.scope for row in known if row.whole]
    estimated = Scope.OVERALL in wholes and not any(scope.of_sample for scope in wholes)
    return (wording.mixed_strata(frame or wording.REPORTS, estimated=estimated, forces=Scope.SAMPLES in wholes),)


def crime_covered(rate: Row, missing: Row | None) -> str:
    """Say of what crime a rate is: of all only where recorded crime shows that the audit covers all of it."""
    if rate.facts.partial:
        return wording.AUDITED_CRIME
    if missing is None:
        return wording.OF_THE_AUDIT
    return wording.OF_THE_ROUTES if missing.facts.routes else wording.ALL_CRIME


def counted_alone(row: Row) -> float | None:
    """Give the ratio of the counts of a rate that is weighted, and need not be that ratio; None of any other."""
    if not (row.facts.weighted or row.facts.by_volumes) or row.withheld or not row.n or row.recorded is None:
        return None
    return row.recorded / row.n if row.measure.of_its_counts and row.estimate is not None else None


def are_weighted(rows: Iterable[Row]) -> bool:
    """Tell whether rates are weighted, all that have counts beside them."""
    shown = [row for row in rows if row.estimate is not None and row.n]
    return bool(shown) and all(counted_alone(row) is not None for row in shown)


def rate_heading(heading: str, *, weighted: bool) -> str:
    """Head a column of rates, as weighted where all of them are."""
    return wording.weighted_heading(heading) if weighted else heading


def unweighted(row: Row) -> Row:
    """Take a row without the note that its rate is weighted."""
    return row.stating(weighted=False, by_volumes=False)


def titled(name: str, table: Table, *, alone: bool, exact: bool, method: str = "") -> str:
    """Head a table: with its intervals, unless its sample gives none."""
    if alone:
        return wording.counts_title(name)
    if exact:
        return wording.census_title(name)
    return wording.title(
        name, level_text(table.level), method or table.method, table.side, together=table.each is not None
    )


def level_text(level: float) -> str:
    """Write a confidence level."""
    return f"{(Decimal(repr(float(level))) * 100).normalize():f}%"


def whole(value: int | None) -> str:
    """Write what was counted."""
    return BLANK if value is None else f"{value:,}"


def rate(value: float | None, end: str = "", beyond: tuple[str, str] = formats.IN_SIGNS, places: int = 1) -> str:
    """Write a rate, or the low or high end of its interval, where the sign for percent stands apart."""
    return BLANK if value is None else formats.proportion(value, end, beyond, places)


AS_RATE: Mapping[str, formats.InPlaces] = {
    "estimate": formats.InPlaces(rate),
    "low": formats.InPlaces(partial(rate, end="low")),
    "high": formats.InPlaces(partial(rate, end="high")),
}
"""A number of a rate -> how it is written in a column."""


def percent(value: float | None, end: str = "", places: int = 1) -> str:
    """Write a rate, or the low or high end of its interval, for a sentence."""
    return BLANK if value is None else f"{formats.proportion(value, end, formats.IN_WORDS, places)}%"


def rates(row: Row) -> tuple[str, str, str]:
    """Write a rate and the ends of its interval for columns."""
    write = partial(rate, places=row.facts.places)
    return write(row.estimate), write(row.low, "low"), write(row.high, "high")


def percents(row: Row) -> tuple[str, str, str]:
    """Write a rate and the ends of its interval for a sentence."""
    write = partial(percent, places=row.facts.places)
    return write(row.estimate), write(row.low, "low"), write(row.high, "high")


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
