"""What people are shown of a table: which columns, in what order, with which notes and sentences under it.

The table itself stays unrounded; here its numbers become text, once, for every format that people read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cdi import formats, wording
from cdi.estimates import ALL
from cdi.pages import Grid, Page
from cdi.tables import Record, Table

__all__ = ["lay_out", "lay_out_methods"]

_BLANK = ""


@dataclass(frozen=True, slots=True)
class _Line:
    """A rate and the count that follows from it, side by side."""

    label: tuple[str, ...]
    rate: Record
    missing: Record | None
    marks: str

    @property
    def in_sample(self) -> bool:
        return self.rate.kind.endswith("-in-sample")


def lay_out(
    table: Table, *, style: str = "default", detail: bool = False, extra: Sequence[str] = (), searches: bool = False
) -> Page:
    """Lay a table out for people.

    Parameters
    ----------
    table : Table
        From :func:`cdi.tables.arrange`.
    style : {"default", "published"}
        ``published`` prints rate and half width, and "more than" counts, as inspection reports do.
    detail : bool
        Whether to show every column of the design in a second grid.
    extra : sequence of str
        Statements that stand with the table whatever it shows.
    searches : bool
        Whether the rows are records of searches and not crimes.

    Returns
    -------
    Page
        What the formats write.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> from cdi.tables import arrange
    >>> rates = cdi.recording_rate(cdi.read_audit(pd.DataFrame({"recorded": [1] * 159 + [0] * 23})))
    >>> lay_out(arrange(rates)).grids[0].rows
    (('all', '87.4', '81.8', '91.4', '182', '159', '182', ''),)
    """
    numbers = _numbered(table)
    lines = _lines(table, numbers)
    shown = _PUBLISHED if style == "published" else _DEFAULT
    columns = [name for name, column in shown.items() if any(column(line) for line in lines) or name in _ALWAYS]
    if not numbers:
        columns = [name for name in columns if name != "notes"] if any(line.missing for line in lines) else columns
    grids = [_grid(table, lines, columns, shown, searches=searches)]
    if detail:
        grids.append(_detail(table))
    said = _statements(table, lines, style, searches=searches)
    return Page(table, tuple(grids), _note_lines(table, numbers), (*said, *extra))


def lay_out_methods(table: Table, population: int | None) -> Page:
    """Lay out the intervals of one rate by several methods.

    Parameters
    ----------
    table : Table
        From :func:`cdi.tables.compare_methods`: one record a method.
    population : int or None
        Records on the frame; where it is known, the ends are also given as counts, rounded outward.

    Returns
    -------
    Page
        What the formats write.

    Examples
    --------
    >>> from cdi.tables import compare_methods
    >>> lay_out_methods(compare_methods(159, 182, method="wilson"), None).grids[0].rows
    (('159/182', 'wilson', '87.4', '81.8', '91.4', ''),)
    """
    numbers = _numbered(table)
    ends = [name for name, side in _BOUNDED.items() if side != table.side]
    headings = [*table.keys, *(wording.HEADINGS[name] for name in ("method", "rate", *ends))]
    rows = []
    for record in table.records:
        cells = [*record.label, record.method, *(_rate(getattr(record, name)) for name in ("estimate", *ends))]
        if population is not None:
            cells += [_records(getattr(record, name), population, name) for name in ends]
        rows.append((*cells, _marks(record.notes, numbers)))
    if population is not None:
        headings += [wording.of_the_frame(f"{population:,}")[name] for name in ends]
    method = wording.BY_METHOD if len(table.records) > 1 else table.records[0].method
    title = wording.title(table.records[0].measure, level_text(table.level), method, table.side)
    grid = Grid(title, (*headings, wording.HEADINGS["notes"]), tuple(rows), words=2)
    return Page(table, (grid,), _note_lines(table, numbers), ())


_BOUNDED = {"low": "upper", "high": "lower"}
"""An end of an interval -> the one-sided limit that leaves it open."""


def _records(value: float | None, population: int, end: str) -> str:
    """Write an end of an interval as records on the frame, rounded outward."""
    if value is None:
        return _BLANK
    low, high = formats.outward(value * population, value * population, 1)
    return low if end == "low" else high


def _numbered(table: Table) -> dict[str, int]:
    """Give numbers to the notes of a table in the order in which they come up."""
    codes = dict.fromkeys(code for record in table.records for code in record.notes)
    return {code: i + 1 for i, code in enumerate(codes)}


def _marks(codes: Iterable[str], numbers: Mapping[str, int]) -> str:
    return " ".join(str(number) for number in sorted(numbers[code] for code in codes))


def _note_lines(table: Table, numbers: Mapping[str, int]) -> tuple[str, ...]:
    kind = table.records[0].kind
    return tuple(wording.note_line(number, wording.note(code, kind)) for code, number in numbers.items())


def level_text(level: float) -> str:
    """Write a confidence level.

    Examples
    --------
    >>> level_text(0.95), level_text(0.999)
    ('95%', '99.9%')
    """
    return f"{(Decimal(repr(float(level))) * 100).normalize():f}%"


def _lines(table: Table, numbers: Mapping[str, int]) -> list[_Line]:
    counts = {record.label: record for record in table.records if record.is_count}
    lines = []
    for record in table.records:
        if record.is_count:
            continue
        missing = None if record.kind.endswith(tuple(wording.WHOLE)) else counts.pop(record.label, None)
        codes = dict.fromkeys((*record.notes, *(missing.notes if missing else ())))
        lines.append(_Line(_named(record), record, missing, _marks(codes, numbers)))
    return lines


def _named(record: Record) -> tuple[str, ...]:
    """Name the overall row for what it is."""
    for suffix, template in wording.WHOLE.items():
        if record.kind.endswith(suffix):
            return (template.format(name=record.label[0]), *record.label[1:])
    return record.label


def _rate(value: float | None) -> str:
    return _BLANK if value is None else formats.percent(value)


def _percent(value: float | None) -> str:
    return _BLANK if value is None else f"{formats.percent(value)}%"


def _count(record: Record | None) -> str:
    if record is None or record.estimate is None:
        return _BLANK
    return formats.count(record.estimate, formats.unit_of(record.estimate))


def _end(record: Record | None, low: bool) -> str:
    value = None if record is None else record.low if low else record.high
    if record is None or value is None:
        return _BLANK
    unit = formats.unit_of(value if record.estimate is None else record.estimate)
    return formats.outward(value, value, unit)[0 if low else 1]


def _half(line: _Line) -> str:
    record = line.rate
    return _BLANK if record.low is None or record.high is None else formats.half_width(record.low, record.high)


def _more_than(line: _Line) -> str:
    if line.missing is None or line.missing.estimate is None:
        return _BLANK
    floored = formats.round_down(line.missing.estimate, line.label[-1])
    return f"{floored:,}" if floored else _BLANK


_Show = Callable[[_Line], str]

_DEFAULT: Mapping[str, _Show] = {
    "rate": lambda line: _rate(line.rate.estimate),
    "low": lambda line: _rate(line.rate.low),
    "high": lambda line: _rate(line.rate.high),
    "n": lambda line: f"{line.rate.n:,}",
    "recorded": lambda line: f"{line.rate.recorded:,}",
    "clusters": lambda line: f"{line.rate.clusters:,}",
    "unrecorded": lambda line: _count(line.missing),
    "unrecorded_low": lambda line: _end(line.missing, low=True),
    "unrecorded_high": lambda line: _end(line.missing, low=False),
    "notes": lambda line: line.marks,
}

_PUBLISHED: Mapping[str, _Show] = {
    "rate": lambda line: _rate(line.rate.estimate),
    "half_width": _half,
    "n": lambda line: f"{line.rate.n:,}",
    "recorded": lambda line: f"{line.rate.recorded:,}",
    "more_than": _more_than,
    "notes": lambda line: line.marks,
}

_ALWAYS = ("rate", "n", "recorded", "notes")

_SEARCHES = {"n": "n_searches", "recorded": "recorded_searches"}


def _grid(
    table: Table, lines: Sequence[_Line], columns: Sequence[str], shown: Mapping[str, _Show], *, searches: bool
) -> Grid:
    columns = [name for name in columns if not (searches and name == "clusters")]
    headings = [wording.HEADINGS[_SEARCHES.get(name, name) if searches else name] for name in columns]
    rows = tuple((*line.label, *(shown[name](line) for name in columns)) for line in lines)
    first = next(record for record in table.records if not record.is_count)
    measure = wording.MEASURES[first.kind.removesuffix("-frame").removesuffix("-in-sample")]
    title = wording.title(measure, level_text(table.level), table.method, table.side)
    words = len(table.keys)
    cut = next((words + columns.index(name) for name in ("unrecorded", "more_than") if name in columns), 0)
    return Grid(title, (*table.keys, *headings), rows, words, cut)


def _detail(table: Table) -> Grid:
    """Show what the design did: the columns that the first grid leaves out."""
    names = ("measure", "se", "n_eff", "df", "deff")
    rows = []
    for record in table.records:
        se = record.se
        spread = _BLANK if se is None else f"{se:,.1f}" if record.is_count else formats.percent(se, 2) + "%"
        rests = zip((record.n_eff, record.df, record.deff), (1, 0, 2), strict=True)
        numbers = [_BLANK if value is None else f"{value:,.{places}f}" for value, places in rests]
        rows.append((*record.label, record.measure, spread, *numbers))
    headings = (*table.keys, *(wording.HEADINGS[name] for name in names))
    return Grid(wording.DESIGN_TITLE, headings, tuple(rows), words=len(table.keys) + 1)


def _statements(table: Table, lines: Sequence[_Line], style: str, *, searches: bool) -> list[str]:
    """Say the overall result in sentences, and what must be known to read it."""
    whole = [line for line in lines if set(line.rate.label) == {ALL} and not line.rate.kind.endswith("-frame")]
    said: list[str] = []
    for line in whole or lines[-1:]:
        # what holds in the sample only is not said of the force, in whatever style
        published = style == "published" and not line.in_sample
        said += _published(line, searches=searches) if published else _default(table, line, searches=searches)
    if any(line.missing for line in lines):
        said.append(wording.ASSUMPTION)
    if any(line.rate.kind.endswith("-frame") for line in lines):
        said.append(wording.TWO_OVERALL)
    if any("sample-only" in line.rate.notes for line in lines):
        said.append(wording.sample_only(searches=searches))
    if table.method == "published":
        said.append(wording.published_formula(searches=searches))
    return said


def _default(table: Table, line: _Line, *, searches: bool) -> list[str]:
    level, record = level_text(table.level), line.rate
    said = []
    subject = wording.subject(searches=searches)
    rate, low, high = (_percent(value) for value in (record.estimate, record.low, record.high))
    if rate and low and high:
        said.append(wording.rate(subject, rate, low, high, level, in_sample=line.in_sample))
    elif rate and table.side != "both":
        bound = low or high
        said.append(wording.rate_bound(subject, rate, bound, level, table.side, in_sample=line.in_sample))
    counted = "" if line.missing is None else _counted(line.missing, level, table.side)
    return [*said, f"{counted} {wording.EXCLUDES}"] if counted else said


def _counted(missing: Record, level: str, side: str) -> str:
    """Say how many crimes were not recorded, or nothing where that cannot be said."""
    least, most = _end(missing, low=True), _end(missing, low=False)
    if missing.estimate is None:
        return ""
    if side != "both":
        bound, say = (least, wording.at_least) if side == "lower" else (most, wording.at_most)
        return say(bound, level) if bound else ""
    if missing.estimate == 0:
        return wording.none_unrecorded(least, most, level)
    return wording.unrecorded(_count(missing), least, most, level)


def _published(line: _Line, *, searches: bool) -> list[str]:
    record = line.rate
    if record.estimate is None:
        return []
    said = [wording.published_rate(formats.percent(record.estimate), _half(line), searches=searches)]
    more = _more_than(line)
    return [*said, wording.more_than(more)] if more else said
