"""The lines of a table as text: a rate beside the count that follows from it, and how each number is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from cdi import wording
from cdi.printing import formats
from cdi.printing.tables import Record, Table

__all__ = [
    "BLANK", "SUPPRESSED", "UNSAFE", "Line", "Noted", "alone", "count", "drawn_alone", "end", "half", "is_weighted",
    "level_text", "lines_of", "marks", "measure_of", "more_than", "named", "note_lines", "numbered", "percent",
    "percents", "rate", "rates", "shown", "shows_overall", "titled", "whole", "withheld",
]  # fmt: skip

BLANK = ""
VISIBLE = 0.0005
"""The least difference of two rates that can be seen when they are printed."""

SUPPRESSED = "suppressed"
"""The note of a row of which nothing is published."""

UNSAFE = "unsafe"
"""The note of a row that keeps its counts alone."""


class Noted(Protocol):
    """What bears notes: a record, or a change."""

    @property
    def kind(self) -> str:
        """What it measures, in whose words its notes are."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Keys of NOTES."""


class Span(Protocol):
    """An estimate with its interval."""

    @property
    def estimate(self) -> float | None: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Line:
    """A rate and the count that follows from it, side by side.

    Attributes
    ----------
    label : tuple of str
        What it is of, named for people.
    rate : Record
        The rate.
    missing : Record or None
        The count.
    marks : str
        The numbers of their notes.
    """

    label: tuple[str, ...]
    rate: Record
    missing: Record | None
    marks: str

    @property
    def withheld(self) -> bool:
        """Whether its numbers are not published."""
        return withheld(self.rate)

    @property
    def in_sample(self) -> bool:
        """Whether it describes the sample only."""
        return self.rate.kind.endswith("-in-sample")

    @property
    def exact(self) -> bool:
        """Whether it has no interval since it is of all there was."""
        records = (self.rate, self.missing) if self.missing else (self.rate,)
        return "census" in self.rate.notes and all(record.low is record.high is None for record in records)

    @property
    def alone(self) -> str | None:
        """Why it stands for nothing but itself, a key of NOTES; None where the sample is representative."""
        return alone(self.rate)


def measure_of(kind: str) -> str:
    """Take out of a kind what it says of the overall row.

    Examples
    --------
    >>> measure_of("recording-rate-frame"), measure_of("grounds-in-sample")
    ('recording-rate', 'grounds')
    """
    for suffix in wording.WHOLE:
        kind = kind.removesuffix(suffix)
    return kind


def shows_overall(records: Iterable[Record]) -> bool:
    """Tell whether the whole is shown; what is said of it beside the table would tell it otherwise."""
    return any(set(record.label) == {wording.ALL} and record.n is not None for record in records)


def numbered(rows: Iterable[Noted]) -> dict[str, int]:
    """Give numbers to the notes on some rows, as they are worded, in the order in which they come up."""
    said = dict.fromkeys(wording.note(code, row.kind) for row in rows for code in _told(row))
    return {text: i + 1 for i, text in enumerate(said)}


def marks(rows: Iterable[Noted], numbers: Mapping[str, int]) -> str:
    """Write the numbers of the notes on some rows."""
    found = {numbers[wording.note(code, row.kind)] for row in rows for code in _told(row)}
    return wording.Marks(found)


def withheld(row: Noted | None) -> bool:
    """Tell whether the numbers of a row are not published."""
    return row is not None and SUPPRESSED in row.notes


def shown(row: Noted | None, text: str) -> str:
    """Write a number of a row, or that it is withheld."""
    return wording.WITHHELD if withheld(row) else text


def _told(row: Noted) -> tuple[str, ...]:
    """Name the notes that people are told: of a row that is withheld, that alone."""
    return (SUPPRESSED,) if withheld(row) else row.notes


def note_lines(numbers: Mapping[str, int]) -> tuple[str, ...]:
    """Write the notes under a table."""
    return tuple(wording.note_line(number, text) for text, number in numbers.items())


def lines_of(table: Table, measure: str, numbers: Mapping[str, int]) -> list[Line]:
    """Take the lines of one measure, with the counts that follow from it."""
    counts = {
        record.label: record for record in table.records if record.is_count and measure == measure_of(table.counted)
    }
    lines = []
    for record in table.records:
        if record.is_count or measure_of(record.kind) != measure:
            continue
        missing = None if record.kind.endswith(tuple(wording.WHOLE)) else counts.pop(record.label, None)
        both = (record, missing) if missing else (record,)
        lines.append(Line(named(record.kind, record.label), record, missing, marks(both, numbers)))
    return lines


def named(kind: str, label: tuple[str, ...]) -> tuple[str, ...]:
    """Name a row for people, the overall one for what it is.

    Examples
    --------
    >>> named("recording-rate-frame", ("all",)), named("recording-rate", ("violent",))
    (('all (weighted by the sampling frame)',), ('violent',))
    """
    for suffix, template in wording.WHOLE.items():
        if kind.endswith(suffix):
            return (template.format(name=label[0]), *label[1:])
    return label


def alone(record: Record) -> str | None:
    """Say why a sample stands for nothing but itself, a key of NOTES; None where it is representative."""
    return next((code for code in wording.SELECTIONS if code in record.notes), None)


def is_weighted(record: Record) -> bool:
    """Tell whether a rate is visibly another than the ratio of the counts beside it."""
    if withheld(record) or "rounded" in record.notes or record.estimate is None:
        return False
    if not record.n or record.recorded is None:
        return False
    return abs(record.estimate - record.recorded / record.n) > VISIBLE


def drawn_alone(record: Record) -> bool:
    """Tell whether as many crimes as rows were drawn, so that each row is a crime."""
    return record.clusters == record.n


def titled(name: str, table: Table, *, alone: bool, exact: bool, method: str = "") -> str:
    """Head a table: with its intervals, unless its sample gives none."""
    if alone:
        return wording.counts_title(name)
    if exact:
        return wording.census_title(name)
    return wording.title(name, level_text(table.level), method or table.method, table.side)


def level_text(level: float) -> str:
    """Write a confidence level.

    Examples
    --------
    >>> level_text(0.95), level_text(0.999)
    ('95%', '99.9%')
    """
    return f"{(Decimal(repr(float(level))) * 100).normalize():f}%"


def whole(value: int | None) -> str:
    """Write what was counted."""
    return BLANK if value is None else f"{value:,}"


def rate(value: float | None, end: str = "") -> str:
    """Write a rate, or the low or high end of its interval, for a column headed with the sign."""
    return BLANK if value is None else formats.proportion(value, end)


def percent(value: float | None, end: str = "") -> str:
    """Write a rate, or the low or high end of its interval, for a sentence.

    Examples
    --------
    >>> percent(0.874), percent(0.9996), percent(0.9996, "low")
    ('87.4%', 'more than 99.9%', '99.9%')
    """
    return BLANK if value is None else f"{wording.spelled(formats.proportion(value, end))}%"


def rates(row: Span) -> tuple[str, str, str]:
    """Write a rate and the ends of its interval for columns."""
    return rate(row.estimate), rate(row.low, "low"), rate(row.high, "high")


def percents(row: Span) -> tuple[str, str, str]:
    """Write a rate and the ends of its interval for a sentence."""
    return percent(row.estimate), percent(row.low, "low"), percent(row.high, "high")


def count(record: Record | None) -> str:
    """Write a count, rounded."""
    if record is None or record.estimate is None:
        return BLANK
    return formats.count(record.estimate, formats.unit_of(record.estimate))


def end(record: Record | None, low: bool) -> str:
    """Write an end of the interval of a count, rounded outward."""
    value = None if record is None else record.low if low else record.high
    if record is None or value is None:
        return BLANK
    unit = formats.unit_of(value if record.estimate is None else record.estimate)
    return formats.outward(value, value, unit)[0 if low else 1]


def half(line: Line) -> str:
    """Write half the width of a rate's interval."""
    record = line.rate
    return BLANK if record.low is None or record.high is None else formats.half_width(record.low, record.high)


def more_than(line: Line) -> str:
    """Write a count rounded down, as published reports do."""
    if line.missing is None or line.missing.estimate is None:
        return BLANK
    floored = formats.round_down(line.missing.estimate, line.label[-1])
    return f"{floored:,}" if floored else BLANK
