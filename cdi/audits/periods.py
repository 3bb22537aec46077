"""Months, and spans of them, as people write them: in columns, in words, in the names of files.

A span is counted in whole months, year * 12 + month - 1. A text that could mean two things is not read at all: dates
are day first, two bare years around a stroke or hyphen may be one financial year, a month needs its year.
"""

from __future__ import annotations

import contextlib
import datetime
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from cdi import wording
from cdi.audits import checks
from cdi.audits.design import FILENAME, PERIOD
from cdi.errors import DataError, DesignError, Where, fault
from cdi.reading import engine, sources
from cdi.reading.mapping import BY_SHEET, BY_TITLE
from cdi.reading.sources import FILE

if TYPE_CHECKING:
    from cdi.reading.sources import Source, Titles

__all__ = [
    "MONTHS",
    "Period",
    "alike",
    "around",
    "in_file_name",
    "in_sheet_name",
    "in_titles",
    "joined_label",
    "parse_period",
    "read_span",
    "with_period",
]


Key = TypeVar("Key")

MONTHS = 12
"""Months in a year."""


_APRIL = 3  # months before it in a year

_GRID: Mapping[str, tuple[int, int]] = {
    "month": (1, 0),
    "quarter": (3, 0),
    "financial-quarter": (3, _APRIL),
    "year": (MONTHS, 0),
    "financial-year": (MONTHS, _APRIL),
}
"""A kind of period -> its months, and how many months of a year come before its first."""

_QUARTERS = ("quarter", "financial-quarter")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A span of whole months, both ends included; periods are ordered by their first month."""

    # first, last: months, counted as year * 12 + month - 1
    first: int
    last: int
    # the kind that it was written as, such as a financial quarter; the span is the same however it is written
    written: str = field(default="", compare=False, repr=False)

    @property
    def months(self) -> int:
        """How many months it spans."""
        return self.last - self.first + 1

    @property
    def kind(self) -> str:
        """The kind of period that it is: month, quarter, year or one of the financial year; other spans have none."""
        fitting = [
            kind
            for kind, (length, start) in _GRID.items()
            if self.months == length and (self.first - start) % length == 0
        ]
        return self.written if self.written in fitting else next(iter(fitting), "")

    @property
    def label(self) -> str:
        """The period in a form that sorts, and that :func:`parse_period` reads back."""
        if self.written in _QUARTERS:
            return f"{self._year} Q{self._quarter}"
        if self.written == "financial-year":
            return self._year
        write = _year if self.whole_years else _month
        one, other = write(self.first), write(self.last)
        return one if one == other else f"{one} to {other}"

    @property
    def _year(self) -> str:
        """The year of the kind that it was written as."""
        return (_year if self.written == "quarter" else _financial_year)(self.first)

    @property
    def _quarter(self) -> int:
        return (self.first - _GRID[self.written][1]) % MONTHS // 3 + 1

    @property
    def whole_years(self) -> bool:
        """Whether it begins with a January and ends with a December."""
        return self.first % MONTHS == 0 and self.last % MONTHS == MONTHS - 1

    @property
    def in_words(self) -> str:
        """The period as people write it: its months by their names, years as numbers."""
        if self.written in _QUARTERS:
            return f"Q{self._quarter} {self._year}"
        if self.whole_years or self.written:
            return self.label
        return wording.months_in_words(divmod(self.first, MONTHS), divmod(self.last, MONTHS))


def _year(month: int) -> str:
    return f"{month // MONTHS:04}"


def _month(month: int) -> str:
    return f"{month // MONTHS:04}-{month % MONTHS + 1:02}"


def _financial_year(month: int) -> str:
    year = (month - _APRIL) // MONTHS
    return f"{year:04}/{(year + 1) % 100:02}"


def around(period: Period, kind: str) -> Period | None:
    """Find the period of a kind that a period lies in, such as its quarter; one that is longer lies in none."""
    length, start = _GRID[kind]
    first = period.first - (period.first - start) % length
    return Period(first, first + length - 1, kind) if period.last < first + length else None


_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_TIME = r"(?:[t ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]+)?)?\s*(?:z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"


def _of_date(found: Mapping[str, str]) -> Period:
    number = int(found["month"]) if "month" in found else _NAMES.index(found["name"][:3]) + 1
    year = int(found["year"]) if "year" in found else 2000 + int(found["short"])
    day = datetime.date(year, number, int(found.get("day", "1")))
    month = day.year * MONTHS + day.month - 1
    return Period(month, month)


def _of_quarter(found: Mapping[str, str]) -> Period:
    first = int(found["year"]) * MONTHS + 3 * (int(found["quarter"]) - 1)
    return Period(first, first + 2, "quarter")


def _of_financial_year(found: Mapping[str, str]) -> Period:
    """Read a financial year, from April to March, or a quarter of one; the second year must follow the first."""
    year = int(found["year"])
    if int(found["next"]) != (year + 1) % 100:
        raise ValueError(found["next"])
    first = year * MONTHS + _APRIL
    if found.get("quarter") is None:
        return Period(first, first + MONTHS - 1, "financial-year")
    first += 3 * (int(found["quarter"]) - 1)
    return Period(first, first + 2, "financial-quarter")


def _of_year(found: Mapping[str, str]) -> Period:
    first = int(found["year"]) * MONTHS
    return Period(first, first + MONTHS - 1)


_SPELLINGS: tuple[tuple[re.Pattern[str], Callable[[Mapping[str, str]], Period]], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (rf"{_YEAR}-(?P<month>[0-9]{{2}})", _of_date),
        (rf"{_YEAR}-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}}){_TIME}", _of_date),
        (rf"{_YEAR}/(?P<month>[0-9]{{1,2}})/(?P<day>[0-9]{{1,2}}){_TIME}", _of_date),
        (rf"(?P<month>[0-9]{{1,2}})/{_YEAR}", _of_date),
        (rf"(?P<day>[0-9]{{1,2}})(?P<sign>[/.-])(?P<month>[0-9]{{1,2}})(?P=sign){_YEAR}{_TIME}", _of_date),
        (rf"(?P<day>[0-9]{{1,2}})[ -]{_NAME}[ -]{_YEAR}{_TIME}", _of_date),
        (rf"{_YEAR}(?:-?m)?(?P<month>0[1-9]|1[0-2])", _of_date),
        (rf"{_NAME}[ -]?{_YEAR}", _of_date),
        (rf"{_NAME}-(?P<short>[0-9]{{2}})", _of_date),
        (rf"{_YEAR}[ -]?q(?P<quarter>[1-4])", _of_quarter),
        (rf"q(?P<quarter>[1-4])[ -]?{_YEAR}", _of_quarter),
        (rf"(?:fy ?)?{_YEAR}[/-](?P<next>[0-9]{{2}})", _of_financial_year),
        (rf"(?:fy ?)?{_YEAR}[/-](?P<next>[0-9]{{2}})[ -]?q(?P<quarter>[1-4])", _of_financial_year),
        (rf"q(?P<quarter>[1-4])[ -]?(?:fy ?)?{_YEAR}[/-](?P<next>[0-9]{{2}})", _of_financial_year),
        (_YEAR, _of_year),
    )
)
"""How one period may be written -> what reads it; impossible dates raise ValueError there."""

_BARE_YEARS = re.compile(r"[0-9]{4} ?[/-] ?[0-9]{4}")
_BETWEEN = re.compile(r" to | ?/ ?| - ")
_YEAR_TO = re.compile(r"(?:year|12 months) (?:to|ending|ended) ")


def parse_period(text: str) -> Period | None:
    """Read a period as people write it."""
    plain = " ".join(text.casefold().split())
    year_to = _YEAR_TO.match(plain)
    if year_to:
        end = _one(plain[year_to.end() :])
        return Period(end.last - MONTHS + 1, end.last) if end is not None and end.months == 1 else None
    return _one(plain) or _span(plain)


def _one(plain: str) -> Period | None:
    for spelling, read in _SPELLINGS:
        found = spelling.fullmatch(plain)
        if found:
            with contextlib.suppress(ValueError):
                return read(found.groupdict())
    return None


def _span(plain: str) -> Period | None:
    """Read two periods with a sign between them; dates hold strokes too, so each stroke is tried."""
    if _BARE_YEARS.fullmatch(plain):
        return None
    for sign in _BETWEEN.finditer(plain):
        one, other = _one(plain[: sign.start()]), _one(plain[sign.end() :])
        if one is not None and other is not None:
            return Period(one.first, other.last) if one.first <= other.first and one.last <= other.last else None
    return None


_FINANCIAL = re.compile(
    r"(?:fy|financial year)? ?(?P<year>(?:19|20)[0-9]{2}) ?(?P<sign>[/-]) ?(?:(?:19|20)(?=[0-9]{2}))?(?P<next>[0-9]{2})"
    r"(?:[ -]\(?(?:q|quarter|qtr) ?(?P<quarter>[1-4])\)?)?"
)
_QUARTER_FIRST = re.compile(r"(?:q|quarter|qtr) ?([1-4])(?: of)?,? (.*)")
_MONTHS_OF_YEAR = re.compile(
    rf"({_NAME.replace('?P<name>', '?:')})(?: to | ?[-–] ?)({_NAME.replace('?P<name>', '?:')}) {_YEAR}"
)
_CUT_YEAR = re.compile(r" ?['’]([0-9]{2})(?![0-9])")
_YEAR_ENDING = re.compile(r"y(?:ea)?r? ?(?:/|to|ending|ended|end) ")


def read_span(text: str) -> Period | None:
    """Read a period as tables of recorded crime write it: financial years and their quarters too, 2022/23 Q1.

    A financial year begins in April. A name of months with hyphens, such as 2011-12, is still the month.
    """
    plain = _CUT_YEAR.sub(r" 20\1", " ".join(text.casefold().replace("–", "-").split()))
    found = parse_period(_YEAR_ENDING.sub("year to ", plain, count=1))
    found = found or _financial(plain) or _months_of_year(plain) or _short_month(plain)
    if found is not None:
        return found
    first, sign, last = plain.partition(" to ")
    one, other = (read_span(first), read_span(last)) if sign else (None, None)
    return Period(one.first, other.last) if one is not None and other is not None and one.first <= other.first else None


def _financial(plain: str) -> Period | None:
    turned = _QUARTER_FIRST.fullmatch(plain)
    found = _FINANCIAL.fullmatch(f"{turned[2]} q{turned[1]}" if turned else plain)
    if found is None or (int(found["year"]) + 1) % 100 != int(found["next"]):
        return None
    return _of_financial_year(found.groupdict())


def _months_of_year(plain: str) -> Period | None:
    """Read months of one year: Apr to Jun 2022."""
    found = _MONTHS_OF_YEAR.fullmatch(plain)
    if found is None:
        return None
    one, other = (_one(f"{name} {found['year']}") for name in (found[1], found[2]))
    return Period(one.first, other.last) if one is not None and other is not None and one.first <= other.first else None


def joined_label(texts: Collection[str]) -> str:
    """Write several periods as one: the whole span where they leave no gap, otherwise a list."""
    read = [parse_period(text) for text in texts]
    periods = sorted({period for period in read if period is not None})
    if not periods or None in read:
        return ", ".join(sorted(set(texts)))
    last = periods[0].last
    for period in periods:
        if period.first > last + 1:
            return ", ".join(each.label for each in periods)
        last = max(last, period.last)
    return Period(periods[0].first, last).label


_SHORT = re.compile(rf"(?<![^\W_]){_NAME}-(?P<short>[0-9]{{2}})(?![0-9]|-[0-9])")
_LIKE_A_PERIOD = re.compile(rf"(?<![0-9])(?:19|20)[0-9]{{2}}(?![0-9])|(?<![^\W_]){_NAME}(?![^\W_])")
_LONGEST = 7  # words: 15 March 2024 to 15 April 2024


def in_file_name(stem: str) -> Period | None:
    """Find the one period that the name of a file speaks of."""
    words = _words(stem)
    found, left = set(), []
    while words:
        period, length = next(_at_the_head(words), (None, 1))
        if period is None:
            left.append(words[0])
        else:
            found.add(period)
        words = words[length:]
    unread = _LIKE_A_PERIOD.search(" ".join(left))
    return found.pop() if len(found) == 1 and not unread else None


def _words(stem: str) -> list[str]:
    """Part a name into words, with the signs between numbers as hyphens."""
    plain = re.sub(r"(?<![^\W_])([0-9]+)[_.](?=[0-9])", r"\1-", stem.casefold())
    plain = re.sub(r"[^\w-]|_", " ", plain)
    plain = _SHORT.sub(r"\g<name> 20\g<short>", plain)
    return re.sub(r"(?<=[^\W\d])-(?=\w)|(?<=\d)-(?=[^\W\d])", " ", plain).split()


def _at_the_head(words: list[str]) -> Iterator[tuple[Period, int]]:
    """Read the longest period that a list of words begins with."""
    for length in range(min(_LONGEST, len(words)), 0, -1):
        period = parse_period(" ".join(words[:length]))
        if period is not None:
            yield period, length


def with_period(opened: Source, column: str) -> Source:
    """Add the column ``period``, or put periods in the place of its dates."""
    if column != PERIOD and PERIOD in opened.columns:
        where = Where(opened.name, opened.header, sheet=opened.sheet)
        raise DesignError.of("period-column", got=PERIOD, where=where, column=column)
    if column == BY_SHEET:
        return _by_sheet(opened)
    if column == BY_TITLE:
        return _by_title(opened)
    if column == FILENAME:
        return _by_file(opened)
    if column not in opened.columns:
        raise DataError([sources.no_column(column, opened)])
    dates = checks.Findings(*opened.date_faults(column))
    checks.refuse(opened, [], [dates])
    # a year beside blanks is 2024.0 to some engines
    tail = ".0" if opened.rows.collect_schema()[opened.inner(column)].is_float() else ""
    opened = _with_texts(checks.as_text(opened, column), column)
    found = {str(word): str(word).strip().removesuffix(tail) for word in checks.words(opened, PERIOD)[1]}
    read = alike({word: _in_column(text) for word, text in found.items()})
    unread = [word for word, period in read.items() if period is None]
    if unread and (len(unread) < len(read) or any(map(_is_like_a_date, unread))):
        _refuse_others(opened, column, unread)
    labels: dict[object, str] = {word: period.label if (period := read[word]) else text for word, text in found.items()}
    unclear = sorted(filter(_DAY_OR_MONTH.match, found))
    return replace(_labelled(opened, opened.inner(PERIOD), labels), day_first=unclear[0] if unclear else None)


def _in_column(text: str) -> Period | None:
    """Read what stands in a column of periods; two bare years may be one financial year, or two years."""
    plain = " ".join(text.casefold().split())
    return None if _BARE_YEARS.fullmatch(plain) else read_span(plain)


def _short_month(plain: str) -> Period | None:
    """Read Apr 24 as a month, where periods stand: a day is written before its month."""
    found = _SHORT_YEAR.fullmatch(plain)
    return _of_date(found.groupdict()) if found else None


def alike(read: Mapping[Key, Period | None]) -> dict[Key, Period | None]:
    """Write each period in one way: quarters as they are written most, years by their name where they have one."""
    times = Counter(period.written for period in read.values() if period is not None)
    quarters = "financial-quarter" if times["financial-quarter"] > times["quarter"] else "quarter"
    named = {period: period.written for period in read.values() if period is not None and period.written}
    written = {period: quarters if "quarter" in kind else kind for period, kind in named.items()}
    return {word: period and replace(period, written=written.get(period, "")) for word, period in read.items()}


_SHORT_YEAR = re.compile(rf"{_NAME}[ '’-]*(?P<short>[0-9]{{2}})")
_DATE = re.compile(r"[0-9]{1,4}[/.-][0-9]{1,4}([/.-][0-9]{1,4})?([ T].*)?|[0-9]{5,8}")
_YEARS = re.compile(r"([0-9]{4})[/-](?:[0-9]{2})?([0-9]{2})")
_DAY_OR_MONTH = re.compile(r"(0?[1-9]|1[0-2])[/.](0?[1-9]|1[0-2])[/.][0-9]{4}(?![0-9])")


def _is_like_a_date(text: str) -> bool:
    """Tell a date that was not understood, or the number that Excel keeps of one, from a name such as 2023/24."""
    years = _YEARS.fullmatch(text)
    if years and (int(years[1]) + 1) % 100 == int(years[2]):
        return False
    return _DATE.fullmatch(text) is not None


def _with_texts(opened: Source, column: str) -> Source:
    """Write what the column holds, dates and numbers too, as text into the column ``period``."""
    texts, opened = engine.written(opened.rows, opened.inner(column)), opened.adding(PERIOD)
    return replace(opened, rows=opened.rows.with_columns(texts.alias(opened.inner(PERIOD))))


def _refuse_others(opened: Source, column: str, unread: Sequence[str]) -> None:
    import narwhals as nw

    checks.refuse(opened, [checks.Check("not-a-period", column, nw.col(opened.inner(PERIOD)).is_in(unread))])


def _labelled(opened: Source, inner: str, labels: Mapping[object, str]) -> Source:
    """Write a period for each value of a column of the rows."""
    opened = opened.adding(PERIOD)
    return replace(opened, rows=engine.relabelled(opened.rows, inner, labels, opened.inner(PERIOD)))


def _all_of(opened: Source, label: str) -> Source:
    """Write the same period in every row."""
    opened = opened.adding(PERIOD)
    return replace(opened, rows=engine.constant(opened.rows, label, opened.inner(PERIOD)))


def _by_file(opened: Source) -> Source:
    """Take the period of each row from the name of its file."""
    if opened.files:
        return _labelled(opened, FILE, dict(enumerate(_labels_of(opened.files))))
    if not opened.name:
        raise DesignError.of("no-file-names", got=FILENAME)
    return _all_of(opened, _labels_of([opened.name])[0])


def _by_sheet(opened: Source) -> Source:
    """Take the period of each row from the name of its sheet."""
    titles = [title for title in (opened.sheets if opened.files else (opened.sheet,)) if title is not None]
    if len(titles) < max(1, len(opened.files)):
        raise DesignError.of("no-sheet-names", got=BY_SHEET, where=Where(opened.name))
    found = alike({title: in_sheet_name(title) for title in titles})
    read = [found[title] for title in titles]
    unread = [title for title, period in zip(titles, read, strict=True) if period is None]
    if unread and len(unread) < len(read):
        raise DataError([fault("sheet-without-period", where=Where(opened.name, sheet=title)) for title in unread])
    labels = [title if period is None else period.label for title, period in zip(titles, read, strict=True)]
    if opened.files:
        return _labelled(opened, FILE, dict(enumerate(labels)))
    return _all_of(opened, labels[0])


def in_sheet_name(title: str) -> Period | None:
    """Find the one period that the name of a sheet speaks of."""
    return _short_month(" ".join(title.casefold().split())) or in_file_name(title)


def _by_title(opened: Source) -> Source:
    """Take the period of each row from the titles above its table."""
    read, faults = [], []
    for i, titles in enumerate(opened.titles()):
        period = in_titles(titles)
        if period is None:
            sheet = opened.sheets[i] if opened.files else opened.sheet
            where = Where(opened.files[i] if opened.files else opened.name, sheet=sheet)
            got = "; ".join(" ".join(row) for row in titles) or None
            faults.append(fault("title-without-period", got=got, where=where))
        else:
            read.append(period)
    if faults:
        raise DataError(faults)
    if not read:
        raise DesignError.of("no-titles", got=BY_TITLE, where=Where(opened.name))
    labels = [period.label for period in alike(dict(enumerate(read))).values() if period is not None]
    if opened.files:
        return _labelled(opened, FILE, dict(enumerate(labels)))
    return _all_of(opened, labels[0])


_OF_PERIOD = re.compile(r"\b(?:month|months|period|quarter|year)\b")
_OF_PAPER = re.compile(r"\b(?:printed|created|saved|updated|version|extracted|run|dated|report date|as at|author)\b")


def in_titles(titles: Titles) -> Period | None:
    """Find the one period that the titles above a table speak of, first in those that say so: Audit month: April 2024.

    A day on which something was printed is no period of the table.
    """
    rows = [[cell.casefold() for cell in row] for row in titles]
    named = [row for row in rows if _OF_PERIOD.search(" ".join(row))]
    others = [row for row in rows if not _OF_PAPER.search(" ".join(row))]
    for chosen in (named, others):
        found = {period for row in chosen if (period := _in_title(row)) is not None}
        if len(found) == 1:
            return found.pop()
        if found:
            return None
    return None


def _in_title(cells: Sequence[str]) -> Period | None:
    """Read the period of a row of titles, which may stand behind a colon or in a cell of its own."""
    ends = {period for cell in cells if (period := _in_column(cell.rpartition(": ")[2])) is not None}
    if ends:
        return ends.pop() if len(ends) == 1 else None
    return in_file_name(re.sub(r"(?<=[0-9])/(?=[0-9])", "-", " ".join(cells)))


def _labels_of(names: Sequence[str]) -> list[str]:
    """Read a period in the name of every file; where none has one, the names themselves tell the files apart."""
    found = alike({name: in_file_name(Path(name).stem) for name in names})
    read = [found[name] for name in names]
    if not any(read):
        return _told_apart(names)
    labels, faults = [], []
    for name, period in zip(names, read, strict=True):
        if period is None:
            faults.append(fault("file-without-period", where=Where(name)))
        else:
            labels.append(period.label)
    if faults:
        raise DataError(faults)
    return labels


def _told_apart(names: Sequence[str]) -> list[str]:
    """Take the names of files without folder and ending, and refuse two that are the same."""
    stems = [Path(name).stem for name in names]
    times = Counter(stems)
    twice = [name for name, stem in zip(names, stems, strict=True) if times[stem] > 1]
    if twice:
        raise DataError([fault("file-names-alike", where=Where(name)) for name in twice])
    return stems
