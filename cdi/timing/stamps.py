"""Two columns of times, read in the rows' own engine: the moments that each can mean, and what is wrong with it.

Texts of one shape, such as ``0000-00-00 00:00``, hold their parts in the same places. The few shapes of a column are
fetched, :mod:`cdi.timing.times` says where the parts stand, and the engine takes them out and reckons with them. What
only Python reads, such as a format with names of zones or a column of several kinds, is brought into memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from cdi import wording
from cdi.audits import answers, checks
from cdi.audits.checks import Check, Findings
from cdi.errors import DataError, Fault, Where, fault
from cdi.reading import engine, sources
from cdi.timing.times import HOUR, YEARS, Layout, layout_of, read_times

if TYPE_CHECKING:
    from cdi.reading.engine import Expr, Rows
    from cdi.reading.sources import Source

__all__ = ["Column", "Stamps", "in_memory", "read_stamps"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of times, and the names of the columns that say what it means."""

    name: str  # as its user calls it
    part: str

    def own(self, name: str) -> str:
        """Name a column that is made of it."""
        return f"_cdi_{self.part}_{name}"

    @property
    def first(self) -> str:
        """The earlier moment that a time can mean, in microseconds since 1970 (UTC); 0 where there is none."""
        return self.own("first")

    @property
    def last(self) -> str:
        """The later one, which is another only in the hour that comes twice."""
        return self.own("last")

    @property
    def known(self) -> str:
        """Whether there is one."""
        return self.own("known")

    @property
    def fault(self) -> str:
        """The code of the fault of a time; no text where it has none."""
        return self.own("fault")


@dataclass(frozen=True, slots=True)
class Stamps:
    """The rows, with what their times mean."""

    opened: Source
    reported: Column
    recorded: Column
    day_first: tuple[str, ...]  # the first time of each column in which every one could be read month first too
    faults: Findings = field(repr=False)


def read_stamps(
    opened: Source, reported_at: str, recorded_at: str, *, date_format: str | None, clock: str, key: str | None
) -> Stamps:
    """Read both columns of times, with the faults of all their values; ``key`` names a row where rows have no order."""
    absent = [name for name in (reported_at, recorded_at) if name not in opened.columns]
    if absent:
        raise DataError([sources.no_column(name, opened) for name in absent])
    columns = Column(reported_at, "reported"), Column(recorded_at, "recorded")
    # a workbook does not tell a date from its midnight
    terms = _Terms(date_format, clock, dates_are_midnight=opened.sheet is not None)
    found = _in_engine(opened, columns, terms)
    if found is None:
        opened = in_memory(opened)
        found = _one_by_one(opened, columns, terms)
    rows, reads = found
    # what was reckoned is asked of several times; a database of the user's keeps nothing of ours
    opened = replace(opened, rows=engine.kept(rows) if opened.name or opened.held else rows)
    counts = _faults(opened.rows, columns)
    faults = [pair for read in reads for pair in _of_column(opened, read, counts[read.column], date_format, key)]
    wrong = sum(sum(codes.values()) for codes in counts.values()) + sum(read.all_midnight for read in reads)
    day_first = tuple(read.day_first for read in reads if read.day_first)
    return Stamps(opened, *columns, day_first, Findings(sorted(faults, key=lambda pair: pair[0]), wrong))


@dataclass(frozen=True, slots=True)
class _Terms:
    date_format: str | None
    clock: str
    dates_are_midnight: bool


@dataclass(frozen=True, slots=True)
class _Read:
    """What is known of a column as a whole once it was read."""

    column: Column
    spelling: str | None  # how most of its times are written
    day_first: str | None
    all_midnight: bool


# ---- by the shapes of texts, and by types


SHAPES = 1000
"""Shapes of texts that are looked at, the most frequent first: a column with more of them holds no times."""

_NO_SHAPE = "\x1e"  # what no text is: an engine does not look for one in an empty list
_INSTANT = "moment"  # the column of a time that has a type
_PLACED = ("year", "month", "day", "hour", "minute", "second", "part", "sign", "ahead", "minutes")
_LAST_SHORT = 68  # years of two digits up to this are of this century, as ``strptime`` takes them
_TO_1970 = 719_469  # days from the end of February of the year 0 to 1 January 1970


@dataclass(frozen=True, slots=True)
class _Written:
    """How the times of a column are written: as texts of some shapes, or with a type of their own."""

    column: Column
    layouts: Mapping[str, Layout | str]  # shape -> where its parts stand, or the code of its fault
    spelling: str | None = None  # of times that have a type

    @property
    def placed(self) -> dict[str, Layout]:
        """The shapes that hold times."""
        return {shape: each for shape, each in self.layouts.items() if isinstance(each, Layout)}

    @property
    def spellings(self) -> tuple[str, ...]:
        """The ways in which times are written."""
        if self.spelling is not None:
            return (self.spelling,)
        return tuple(sorted({each.spelling for each in self.placed.values()}))

    def is_spelled(self, spelling: str) -> Expr:
        """Find the times that are written in one way."""
        if self.spelling is not None:
            return self.get("is_placed")
        return self.has_shape([shape for shape, each in self.placed.items() if each.spelling == spelling])

    def has_shape(self, shapes: Sequence[str]) -> Expr:
        """Find the texts of some shapes."""
        return self.get("shape").is_in(list(shapes) or [_NO_SHAPE]).fill_null(value=False)

    def get(self, name: str) -> Expr:
        """Take a column that was made of it."""
        import narwhals as nw

        return nw.col(self.column.own(name))


def _in_engine(opened: Source, columns: Sequence[Column], terms: _Terms) -> tuple[Rows, tuple[_Read, ...]] | None:
    """Read both columns in their engine; None where a value can only be read by itself."""
    if terms.dates_are_midnight and terms.date_format is not None:
        return None  # a cell is read as a date first, and by the format where it is none
    rows, ways = opened.rows, []
    for column in columns:
        found = _way(rows, opened.inner(column.name), column, terms)
        if found is None:
            return None
        rows = found[0]
        ways.append(found[1])
    for way in ways:
        rows = engine.row_by_row(rows, partial(_shown, way=way))
    counts, _ = engine.tally(rows, {name: each for way in ways for name, each in _asked(way).items()})
    reads = []
    for way in ways:
        times = {each: counts[way.column.own(f"n_{each}")] for each in way.spellings}
        spelling = _most(opened, rows, way, times)
        rows = engine.row_by_row(rows, partial(_meant, way=way, spelling=spelling, terms=terms))
        number = sum(times.values())
        clear = counts[way.column.own("n_clear")]
        first = _first_text(opened, rows, way) if number and not clear else None
        reads.append(_Read(way.column, spelling, first, number > 1 and not counts[way.column.own("n_late")]))
    given = opened.rows.collect_schema().names()
    kept = [name for column in columns for name in (column.first, column.last, column.known, column.fault)]
    # rows that were read before hold these columns already
    return rows.select(*dict.fromkeys([*given, *kept])), tuple(reads)


def _way(rows: Rows, inner: str, column: Column, terms: _Terms) -> tuple[Rows, _Written] | None:
    """Tell how a column is written, and add the parts of its times; None where that takes Python."""
    import narwhals as nw

    kind = rows.collect_schema()[inner]
    if isinstance(kind, nw.Datetime):
        way = _Written(column, {}, "iso" if kind.time_zone is None else "iso-offset")
        return engine.row_by_row(rows, partial(_parts_of_type, inner=inner, way=way)), way
    if not engine.holds_texts(rows, inner):
        return None
    text, shape = column.own("text"), column.own("shape")
    rows = engine.row_by_row(rows, partial(_with_shape, inner=inner, text=text, shape=shape))
    shapes = engine.sums(rows, [shape], (), count="_cdi_n").sort("_cdi_n", descending=True).head(SHAPES)
    layouts: dict[str, Layout | str] = {}
    for each in engine.collect(shapes)[shape]:
        if engine.absent(each) or not each:
            continue
        layout = layout_of(str(each), terms.date_format, dates_are_midnight=terms.dates_are_midnight)
        if layout is None:
            return None
        layouts[str(each)] = layout
    way = _Written(column, layouts)
    return engine.row_by_row(rows, partial(_parts_of_text, way=way)), way


def _with_shape(rows: Rows, inner: str, text: str, shape: str) -> Rows:
    """Add what a column holds as trimmed text, and the same with a 0 in the place of each digit."""
    rows = rows.with_columns(engine.written(rows, inner).alias(text))
    return engine.shaped(rows, text, shape)


def _parts_of_text(rows: Rows, way: _Written) -> Rows:
    """Take the parts out of texts: whole numbers, 0 where a part is not written."""
    import narwhals as nw

    own, placed, text = way.column.own, way.placed, way.get("text")
    made: dict[str, Expr] = {}
    for part in sorted({name for each in placed.values() for name in (*each.spans, *each.said)}):
        texts: dict[tuple[int, int] | int, list[str]] = {}
        for shape, each in placed.items():
            if part in each.spans:
                texts.setdefault(each.spans[part], []).append(shape)
            elif part in each.said:
                texts.setdefault(each.said[part], []).append(shape)
        # only what stands in the places of digits is made a number, whatever else an engine looks at
        terms = [
            nw.when(way.has_shape(shapes)).then(
                nw.lit(str(place)) if isinstance(place, int) else _digits(text, part, *place)
            )
            for place, shapes in texts.items()
        ]
        made[part] = nw.coalesce(*terms, nw.lit("0")).cast(nw.Int64)
    missing = [part for part in _PLACED if part not in made]
    made |= {part: nw.lit(0).cast(nw.Int64) for part in missing}
    rows = rows.with_columns(**{own(part): each for part, each in made.items()})
    also = {"is_placed": way.has_shape(list(placed))}
    if "short_year" in made:
        short = way.get("short_year")
        century = nw.when(short <= _LAST_SHORT).then(nw.lit(2000)).otherwise(nw.lit(1900))
        shapes = [shape for shape, each in placed.items() if "short_year" in each.spans]
        also["year"] = nw.when(way.has_shape(shapes)).then(short + century).otherwise(way.get("year"))
    if "half_hour" in made and "hour" not in {name for each in placed.values() for name in each.spans}:
        half = way.get("half_hour")
        after = way.get("half") * 12 if "half" in made else nw.lit(0)
        # 12 at night is 0, and what is no hour of half a day is none of a day
        also["hour"] = nw.when((half >= 1) & (half <= 12)).then(half % 12 + after).otherwise(nw.lit(24))
    return rows.with_columns(**{own(name): each for name, each in also.items()})


def _digits(text: Expr, part: str, start: int, length: int) -> Expr:
    """Take the digits of a part; those of a part of a second are brought to microseconds."""
    import narwhals as nw

    if part != "part":
        return text.str.slice(start, length)
    kept = min(length, 6)
    found = text.str.slice(start, kept)
    return found if kept == 6 else nw.concat_str(found, nw.lit("0" * (6 - kept)))


def _parts_of_type(rows: Rows, inner: str, way: _Written) -> Rows:
    """Take the parts out of times that have a type."""
    import narwhals as nw

    own, value = way.column.own, nw.col(inner)
    parts = {
        "year": value.dt.year(),
        "day": value.dt.day(),
        "hour": value.dt.hour(),
        "minute": value.dt.minute(),
        "second": value.dt.second(),
        "part": value.dt.microsecond(),
    }
    made = {own(name): each.fill_null(0).cast(nw.Int64) for name, each in parts.items()}
    return engine.since_1970(rows, inner, own(_INSTANT)).with_columns(**made, **{own("is_placed"): ~value.is_null()})


def _shown(rows: Rows, way: _Written) -> Rows:
    """Add what the clock showed, in microseconds since 1970, and whether there is such a time."""
    import narwhals as nw

    own, get = way.column.own, way.get
    hour, minute, second, part = map(get, ("hour", "minute", "second", "part"))
    late = (hour != 0) | (minute != 0) | (second != 0) | (part != 0)
    if way.spelling is not None:
        shown, is_valid = get(_INSTANT), get("is_placed")
        return rows.with_columns(
            **{own("shown"): shown, own("is_valid"): is_valid, own("is_late"): late, own("offset"): nw.lit(0)}
        )
    year, month, day = map(get, ("year", "month", "day"))
    leap = ((_rest(year, 4) == 0) & (_rest(year, 100) != 0)) | (_rest(year, 400) == 0)
    february = leap.cast(nw.Int64) + 28
    length = nw.when(month == 2).then(february).otherwise(_rest(month + _part(month, 8), 2) + 30)
    offset = get("ahead") * 60 + get("minutes")
    limits = (month >= 1, month <= 12, day >= 1, day <= length, hour <= 23, minute <= 59, second <= 59, year >= 1)
    is_valid = engine.all_of([get("is_placed"), *limits, offset < 24 * 60])
    rows = rows.with_columns(**{own("days"): _days(year, month, day)})
    shown = (((get("days") * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000 + part
    return rows.with_columns(
        **{
            own("shown"): shown,
            own("is_valid"): is_valid,
            own("is_late"): late,
            own("offset"): get("sign") * offset * 60_000_000,
        }
    )


def _part(number: Expr, of: int) -> Expr:
    """Divide a small whole number, and round down; ``//`` is a long case distinction in DuckDB."""
    import narwhals as nw

    return (number / of).floor().cast(nw.Int64)


def _rest(number: Expr, of: int) -> Expr:
    """Give the rest of a division, which pandas has not for columns of PyArrow."""
    return number - _part(number, of) * of


def _days(year: Expr, month: Expr, day: Expr) -> Expr:
    """Count the days from 1 January 1970 to a date; years begin with March here, so that a leap day is their last."""
    import narwhals as nw

    years = year - (month <= 2).cast(nw.Int64)
    before = years * 365 + _part(years, 4) - _part(years, 100) + _part(years, 400)
    return before + _part(_rest(month + 9, 12) * 153 + 2, 5) + day - _TO_1970


def _asked(way: _Written) -> dict[str, Expr]:
    """Ask how many times are written in each way, are not at midnight, and cannot be read month first."""
    own, is_valid = way.column.own, way.get("is_valid")
    asked = {own(f"n_{each}"): is_valid & way.is_spelled(each) for each in way.spellings}
    if way.spellings:
        unclear = way.is_spelled(_DAY_FIRST) & (way.get("day") <= 12) if _DAY_FIRST in way.spellings else None
        asked[own("n_clear")] = is_valid if unclear is None else is_valid & ~unclear
    else:
        asked[own("n_clear")] = is_valid
    asked[own("n_late")] = is_valid & way.get("is_late")
    return asked


_DAY_FIRST = "day-first"


def _most(opened: Source, rows: Rows, way: _Written, times: Mapping[str, int]) -> str | None:
    """Give the way in which most times are written; of several, that of the first row."""
    import narwhals as nw

    most = max(times.values(), default=0)
    found = [spelling for spelling, number in times.items() if number == most]
    if not most:
        return None
    if len(found) == 1 or not opened.ordered:
        return found[0]
    numbered = engine.numbered(rows).filter(way.get("is_valid"))
    first = {
        spelling: engine.collect(numbered.filter(way.is_spelled(spelling)).select(nw.col(engine.ROW).min()))
        for spelling in found
    }
    return min(found, key=lambda spelling: int(first[spelling][engine.ROW][0]))


def _first_text(opened: Source, rows: Rows, way: _Written) -> str:
    """Fetch the first time of a column."""
    inner = opened.inner(way.column.name)
    order = engine.ROW if opened.ordered else way.column.own("text")
    held = engine.numbered(rows) if opened.ordered else rows
    found = engine.collect(held.filter(way.get("is_valid")).sort(order).select(inner).head(1))
    return answers.show(found[inner][0])


def _meant(rows: Rows, way: _Written, spelling: str | None, terms: _Terms) -> Rows:
    """Add the moments that each time can mean, and the code of its fault."""
    import narwhals as nw

    column, get = way.column, way.get
    shown = get("shown")
    moved = ["iso-offset"] if way.spelling is not None else []
    has_offset = [shape for shape, each in way.placed.items() if each.has_offset]
    if way.spelling is not None:
        is_moved: Expr | None = get("is_placed") if way.spelling in moved else None
    else:
        is_moved = way.has_shape(has_offset) if has_offset else None
    if terms.clock == "fixed" or (way.spelling is not None and is_moved is not None):
        first = last = shown
        meets = get("is_valid")
    else:
        rows = _with_summer(rows, way)
        early = (get("spring") <= shown - HOUR) & (shown - HOUR < get("autumn"))
        late = ~((get("spring") <= shown) & (shown < get("autumn")))
        first = nw.when(early).then(shown - HOUR).otherwise(shown)
        last = nw.when(late).then(shown).otherwise(shown - HOUR)
        meets = early | late
    if is_moved is not None:
        first, last = (nw.when(is_moved).then(shown - get("offset")).otherwise(each) for each in (first, last))
        meets = is_moved | meets
    fault_ = _fault_of(way, spelling, terms, meets)
    rows = rows.with_columns(**{column.own("meant_first"): first, column.own("meant_last"): last, column.fault: fault_})
    known = get("is_valid") & (nw.col(column.fault) == nw.lit(""))
    return rows.with_columns(
        **{
            column.known: known,
            column.first: nw.when(known).then(get("meant_first")).otherwise(nw.lit(0)),
            column.last: nw.when(known).then(get("meant_last")).otherwise(nw.lit(0)),
        }
    )


def _with_summer(rows: Rows, way: _Written) -> Rows:
    """Add when clocks go forward and back in the year of a time: at 1 in the morning of the last Sundays, in UTC."""
    import narwhals as nw

    year = way.get("year")
    months = {"spring": 3, "autumn": 10}
    lasts = {name: _days(year, nw.lit(month), nw.lit(31)) for name, month in months.items()}
    rows = rows.with_columns(**{way.column.own(name): days for name, days in lasts.items()})
    sundays = {name: way.get(name) - _rest(way.get(name) + 4, 7) for name in months}
    return rows.with_columns(**{way.column.own(name): (days * 24 + 1) * HOUR for name, days in sundays.items()})


def _fault_of(way: _Written, spelling: str | None, terms: _Terms, meets: Expr) -> Expr:
    """Write the code of the fault of each time."""
    import narwhals as nw

    get, is_valid = way.get, way.get("is_valid")
    found: list[tuple[Expr, str]] = []
    if way.spelling is None:
        unread = "not-a-time" if terms.date_format is None else "time-format"
        codes: dict[str, list[str]] = {}
        for shape, code in way.layouts.items():
            if isinstance(code, str):
                codes.setdefault(code, []).append(shape)
        found += [(way.has_shape(shapes), code) for code, shapes in codes.items()]
        is_blank = (get("text").is_null() | (get("text") == nw.lit(""))).fill_null(value=True)
        found.append((~is_blank & ~way.has_shape(list(way.layouts)), unread))
        if _DAY_FIRST in way.spellings:
            month_first = (get("day") <= 12) & (get("month") > 12) & (get("month") <= 31)
            found.append((way.is_spelled(_DAY_FIRST) & month_first, "month-first-time"))
        unmet = "no-such-time" if terms.date_format is None else "time-format"
        found.append((get("is_placed") & ~is_valid, unmet))
    year = get("year")
    found.append((is_valid & ((year < YEARS.start) | (year >= YEARS.stop)), "year-of-time"))
    if spelling is not None and len(way.spellings) > 1:
        found.append((is_valid & ~way.is_spelled(spelling), "mixed-times"))
    found.append((is_valid & ~meets, "skipped-hour"))
    return nw.coalesce(*(nw.when(wrong).then(nw.lit(code)) for wrong, code in found), nw.lit(""))


# ---- one by one


def in_memory(opened: Source) -> Source:
    """Bring the rows into memory."""
    frame = opened.rows.collect("pandas") if engine.is_duckdb(opened.rows) else opened.rows.collect()
    return replace(opened, rows=frame.lazy())


def _one_by_one(opened: Source, columns: Sequence[Column], terms: _Terms) -> tuple[Rows, tuple[_Read, ...]]:
    """Read each value of both columns by itself."""
    import narwhals as nw

    frame, reads = opened.rows.collect(), []
    series = partial(nw.new_series, backend=frame.implementation)
    for column in columns:
        values = list(frame[opened.inner(column.name)].to_list())
        times = read_times(
            values, date_format=terms.date_format, clock=terms.clock, dates_are_midnight=terms.dates_are_midnight
        )
        codes = dict(times.faults)
        reads.append(_Read(column, times.spelling, times.day_first, codes.pop(-1, None) is not None))
        frame = frame.with_columns(
            series(column.first, [each[0] if each else 0 for each in times.readings], nw.Int64),
            series(column.last, [each[-1] if each else 0 for each in times.readings], nw.Int64),
            series(column.known, [bool(each) for each in times.readings], nw.Boolean),
            series(column.fault, [codes.get(i, "") for i in range(len(values))], nw.String),
        )
    return frame.lazy(), tuple(reads)


# ---- what is wrong


def _faults(rows: Rows, columns: Sequence[Column]) -> dict[Column, dict[str, int]]:
    """Count the rows of each fault of both columns, in one pass."""
    names = [column.fault for column in columns]
    found = engine.collect(engine.sums(rows, names, (), count="_cdi_n"))
    counts: dict[Column, dict[str, int]] = {column: {} for column in columns}
    for column in columns:
        for code, number in zip(found[column.fault], found["_cdi_n"], strict=True):
            if code:
                counts[column][str(code)] = counts[column].get(str(code), 0) + int(number)
    return counts


def _of_column(
    opened: Source, read: _Read, counts: Mapping[str, int], date_format: str | None, key: str | None
) -> list[tuple[int, Fault]]:
    """Word the first faults of a column, each with the number of its row where there is one."""
    import narwhals as nw

    column, found = read.column, []
    values = {"spelled": wording.TIME_SPELLINGS.get(read.spelling or "", ""), "format": date_format or ""}
    if read.all_midnight:
        where = Where(opened.name, column=column.name, sheet=opened.sheet)
        found.append((0, fault("all-midnight", where=where, **values)))
    for code, number in counts.items():
        wrong = Check(code, column.name, nw.col(column.fault).is_in([code]), values)
        found += checks.first_of(opened, wrong, key, number)
    return found
