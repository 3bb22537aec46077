"""Recorded crime as it is published: tables of forces, quarters and offence groups, with notes, fraud and totals.

Such a table becomes one count for each group: the force and the period that are meant are chosen, quarters are added,
fraud is left out. What was chosen, added and left out is kept as data, and said beside the results.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cdi import wording
from cdi.arguments import text_of
from cdi.audits import answers
from cdi.audits.design import PERIOD
from cdi.audits.offences import FRAUD_GROUP, group_of_code
from cdi.audits.periods import MONTHS, Period, read_span
from cdi.errors import DataError, Fault, Where, fault, suggestion
from cdi.reading import engine, opening
from cdi.reading.mapping import SheetMapping, read_mapping
from cdi.reading.recognition import find_header, plain_name
from cdi.reading.set_aside import is_total_label
from cdi.reading.sources import Source, Workbook

if TYPE_CHECKING:
    from cdi.reading.recognition import Cells

__all__ = [
    "ALL_OTHERS", "PLAIN_TERMS", "POPULATION", "RECORDED_CRIME", "ROUTE_SHARE", "SAMPLE", "CrimeRead", "CrimeTable",
    "CrimeTerms", "count_column", "is_category", "is_of_place_or_time", "is_total", "label_columns", "look_at",
    "names_counts", "open_table", "span_of", "terms_of",
]  # fmt: skip

POPULATION, SAMPLE, RECORDED_CRIME, ROUTE_SHARE = "population", "sample", "recorded_crime", "route_share"

ALL_OTHERS = "*"
"""What stands for every group that is not named."""


@dataclass(frozen=True, slots=True)
class CrimeTerms:
    """What is meant of a table of recorded crime."""

    period: str | None = None  # the months that are added up
    force: str | None = None  # whose crime it is, where the table holds several
    groups: Mapping[str, str] = field(default_factory=dict)  # offence group, subgroup, offence or code -> category
    mapping: SheetMapping = field(default_factory=SheetMapping)  # where the table stands, and what its columns are
    listed: bool = False  # whether the groups are a list for any table, which need not hold all of them

    @property
    def given(self) -> bool:
        """Whether anything was said."""
        return self != CrimeTerms()


PLAIN_TERMS = CrimeTerms()
"""Where nothing is said of a table."""


def terms_of(
    period: str | None = None,
    force: str | None = None,
    groups: Mapping[str, str] | str | Path | SheetMapping | None = None,
) -> CrimeTerms:
    """Take the terms as a caller gives them; groups may be in a mapping, or in the file of one."""
    for name, given in (("volumes_period", period), ("force", force)):
        if given is not None:
            text_of(given, name)
    if isinstance(groups, (str, Path)) and Path(groups).suffix.casefold() in _LISTS:
        return CrimeTerms(period, force, _listed_groups(groups), listed=True)
    if isinstance(groups, (str, Path)):
        groups = read_mapping(groups)
    if isinstance(groups, SheetMapping):
        return CrimeTerms(period, force, dict(groups.words), groups)
    if groups is None:
        return CrimeTerms(period, force)
    if not isinstance(groups, Mapping) or not all(isinstance(word, str) for pair in groups.items() for word in pair):
        raise DataError.of("not-groups", got=type(groups).__name__)
    return CrimeTerms(period, force, dict(groups))


_LISTS = frozenset([".csv", ".xlsx", ".xlsm", ".xls", ".ods", ".tsv", ".txt"])


def _listed_groups(path: str | Path) -> dict[str, str]:
    """Read the category of each code or group from a file with a row for each."""
    opened = opening.open_source(path)
    plain = {name: plain_name(name) for name in opened.columns}
    categories = [name for name, shown in plain.items() if shown == _CATEGORY]
    others = {name: shown for name, shown in plain.items() if name not in categories}
    named = next((name for each in _LABELS if (name := _first(each, others, ())) is not None), None)
    if named is None and len(others) == 1:
        named = next(iter(others))
    where = Where(opened.name, opened.header, sheet=opened.sheet)
    if len(categories) != 1 or named is None:
        raise DataError.of("groups-file", got=wording.in_a_row(opened.columns), where=where)
    names, meant = opened.inner(named), opened.inner(categories[0])
    rows = engine.numbered(opened.rows)
    found = engine.collect(rows.select(names, meant, engine.ROW).sort(engine.ROW))
    groups: dict[str, str] = {}
    faults: list[tuple[int, Fault]] = []
    cells = (map(_cell_text, found[each]) for each in (names, meant))
    for row, name, category in zip(map(int, found[engine.ROW]), *cells, strict=True):
        lacking = None
        if not name:
            lacking = named
        elif not category:
            lacking = categories[0]
        at = Where(opened.name, column=lacking or named, sheet=opened.sheet)
        if lacking:
            faults.append((row, fault("missing", got=answers.show(None), where=at, column=lacking)))
        elif groups.setdefault(name, category) != category:
            faults.append((row, fault("group-placed-twice", got=name, where=at)))
    if faults:
        raise DataError(opened.put(faults))
    return groups


def _cell_text(value: object) -> str:
    return "" if engine.absent(value) else " ".join(answers.show(value).split())


@dataclass(frozen=True, slots=True)
class CrimeRead:
    """What was done to a table of recorded crime on the way to one count for each group."""

    name: str | None = None
    sheet: str | None = None  # the sheet that was chosen, and the row of the names, where titles stand above it
    header: int | None = None
    force: str | None = None  # the force that was chosen among several
    period: str | None = None  # the period that was added up
    parts: tuple[str, ...] = ()  # what was added, as the table names it
    fraud: int | None = None  # crimes of fraud that were left out
    gaps: tuple[tuple[str, str], ...] = ()  # group, and the part of the period of which it has no row
    total: tuple[str, int] | None = None  # the name of the row that adds up the others, with its number
    unseen: tuple[str, ...] = ()  # workbooks whose reader does not see all, as in :class:`Source`
    by_code: bool = False  # whether its offence codes were put into the offence groups of the Home Office
    unchecked: tuple[str, ...] = ()  # totals of which a part has no number: fraud, or a category with a mark


@dataclass(frozen=True, slots=True)
class CrimeTable:
    """A table that was opened, and what was done to it."""

    source: Source
    terms: CrimeTerms = PLAIN_TERMS
    read: CrimeRead = CrimeRead()
    added_up: bool = False  # whether its rows are what a published table comes to

    @property
    def is_one_figure(self) -> bool:
        """Whether it was added up over all categories."""
        return self.added_up and self.source.columns == (RECORDED_CRIME,)


# ---- the names and marks of published tables

_FORCE = re.compile(r"(?:police )?force(?: name| area(?: name)?)?|pfa(?: name)?|area name")
_YEAR = re.compile(r"(?:financial )?year|fy")
_QUARTER = re.compile(r"(?:financial )?quarter|fq|qtr|month(?: year)?|year month")
_COUNT = re.compile(
    r"recorded crimes?|(?:force )?(?:offence|crime)s? (?:count|number)|number of (?:recorded )?(?:offences|crimes)"
    r"|(?:police )?recorded (?:crimes?|offences)|number|count|(?:total )?(?:offences|crimes)"
    r"|(?:offences|crimes) recorded"
)
_TOTAL = re.compile(r"total(?: recorded)?|volumes?|no of (?:recorded )?(?:offences|crimes)")
"""How the column of counts is called where none has a plainer name."""

_LABELS = (
    re.compile(r"(?:offence|ho|home office|crime)?(?: ?offence)? ?code"),
    re.compile(r"offence(?: description| name)?|description(?: of offence)?"),
    re.compile(r"(?:offence |crime )?sub ?(?:group|type|category)"),
    re.compile(r"(?:offence|crime)(?: |_)?(?:group|type|category)|offence classification|crime|category|group"),
)
"""How columns of labels are called, the finest first."""

_CODE, _OFFENCE, _CATEGORY = _LABELS[0], _LABELS[1], "category"

_FRAUD = re.compile(r"fraud\b.*")
_WITH_FRAUD = re.compile(r".*\binclud\w* fraud.*")
_ALL_FORCES = "england and wales"


def is_total(label: str, keys: Sequence[str]) -> bool:
    """Tell the label of a total; that of all forces is one in a table by force."""
    plain = " ".join(label.casefold().split())
    by_force = any(_FORCE.fullmatch(plain_name(key)) for key in keys)
    return is_total_label(plain) or (by_force and plain.replace("&", "and") == _ALL_FORCES)


def is_category(column: str) -> bool:
    """Tell a column whose categories are kinds of crime by its name."""
    return any(pattern.fullmatch(plain_name(column)) for pattern in _LABELS)


# ---- where the table stands


def open_table(source: object, keys: Sequence[str], terms: CrimeTerms = PLAIN_TERMS) -> CrimeTable:
    """Open known counts: find their table, name its columns as they are read, and add up what is published."""
    if isinstance(source, CrimeTable):
        return source
    found = source if isinstance(source, Source) else opening.open_source(_placed(source, terms), with_totals=True)
    chosen = found.header if isinstance(found.header, int) and found.header > 1 else None
    read = CrimeRead(found.name, found.sheet, chosen, unseen=found.unseen)
    named = _named(found, keys, terms.mapping.columns)
    shape = _shape(named, keys, terms)
    if shape is None:
        return CrimeTable(named, terms, read)
    return _added_up(named, shape, terms, read)


def look_at(source: object, keys: Sequence[str]) -> tuple[Source, bool]:
    """Open known counts as they stand, and tell whether they are a published table of recorded crime."""
    found = _named(opening.open_source(_placed(source, PLAIN_TERMS), with_totals=True), keys, {})
    return found, _shape(found, keys, PLAIN_TERMS) is not None


def _placed(source: object, terms: CrimeTerms) -> object:
    """Say of files where their tables stand; frames are taken as they are."""
    given = source if isinstance(source, (list, tuple)) else [source]
    if not all(isinstance(each, (str, Path, Workbook)) for each in given):
        return source
    return [_with_table(book, terms.mapping) for book in opening.workbooks_of(source)]


def _with_table(book: Workbook, mapping: SheetMapping) -> Workbook:
    """Find the sheet and the row of the names, unless they were said."""
    own = book.mapping or replace(mapping, columns={}, words={})
    path = Path(book.path)
    if path.suffix.casefold() in {".parquet", ".pq"} or not path.is_file():
        return book  # what is not there is refused when it is opened
    if book.header_row is not None or own.header_row is not None or own.sheets:
        return replace(book, mapping=own)
    if opening.is_workbook(book.path) and book.sheet is None:
        if opening.is_marked(book):
            return book
        book = _sheet_of_counts(book)
        if book.sheet is None:
            return book
    rows = opening.head(book)
    header = find_header(rows)
    if header is None or not header.titles:
        return book
    return replace(book, header_row=header.row, mapping=SheetMapping(upper_row=header.upper))


def _sheet_of_counts(book: Workbook) -> Workbook:
    """Choose the sheet with a table of counts; covers and notes have none."""
    sheets = [(each, opening.head(each)) for each in opening.every_sheet(book)]
    tables = [(each, rows) for each, rows in sheets if rows]
    if len(tables) == 1:
        return tables[0][0]
    named = [each for each, rows in tables if _has_counts(rows)]
    if len(named) > 1:
        raise DataError.of(
            "several-tables", got=wording.in_a_row(str(each.sheet) for each in named), where=Where(book.path)
        )
    return named[0] if named else book


def _has_counts(rows: Sequence[tuple[int, Cells]]) -> bool:
    header = find_header(rows)
    if header is None:
        return False
    names = next(cells for number, cells in rows if number == header.row)
    return names_counts([name for name in names if name])


def names_counts(names: Sequence[str]) -> bool:
    """Tell whether some columns are of known counts: reports on the frame, recorded crime, or periods of it."""
    shown = [answers.without_marks(name) for name in names]
    known = {POPULATION, SAMPLE}
    return any(plain_name(name) in known or _COUNT.fullmatch(plain_name(name)) or read_span(name) for name in shown)


def count_column(names: Sequence[str]) -> str | None:
    """Name the column of recorded crime by how it is called; None where there is none."""
    return next((name for name in names if _COUNT.fullmatch(plain_name(answers.without_marks(name)))), None)


def label_columns(names: Sequence[str]) -> tuple[str, ...]:
    """Name the columns of kinds of crime by how they are called, the coarsest first."""
    plain = {name: plain_name(answers.without_marks(name)) for name in names}
    return tuple(name for pattern in reversed(_LABELS) for name in names if pattern.fullmatch(plain[name]))


def is_of_place_or_time(name: str) -> bool:
    """Tell a column of forces, years, quarters or months by its name."""
    plain = plain_name(answers.without_marks(name))
    return any(pattern.fullmatch(plain) for pattern in (_FORCE, _YEAR, _QUARTER)) or plain == PERIOD


# ---- what its columns are


def _named(opened: Source, keys: Sequence[str], roles: Mapping[str, str]) -> Source:
    """Call columns by the names that are read: without notes, in small letters, by the roles of a mapping."""
    wanted = [*keys, RECORDED_CRIME, SAMPLE, ROUTE_SHARE, PERIOD]
    plain = {name: answers.without_marks(name) or name for name in opened.columns}
    given = {name: role for role, name in roles.items()}
    names: dict[str, str] = {}
    for old, shown in plain.items():
        role = given.get(old) or given.get(shown)
        meant = {RECORDED_CRIME: RECORDED_CRIME, POPULATION: POPULATION, PERIOD: PERIOD}.get(role or "")
        if meant is None and role == "category" and len(keys) == 1:
            meant = keys[0]
        names[old] = meant or shown
    counts_crime = RECORDED_CRIME in names.values() or any(
        _COUNT.fullmatch(plain_name(name)) for name in plain.values()
    )
    if not counts_crime:
        wanted.append(POPULATION)
    for name in wanted:
        alike = [old for old, new in names.items() if plain_name(new) == plain_name(name)]
        if name not in names.values() and len(alike) == 1:
            names[alike[0]] = name
    changed = {old: new for old, new in names.items() if old != new}
    if not changed or len(set(names.values())) < len(names):
        return opened
    back = {new: old for old, new in changed.items()}
    return replace(
        opened,
        columns=tuple(names.values()),
        cell=partial(_cell_under, opened.cell, back),
        empty=tuple(names[name] for name in opened.empty),
    )


def _cell_under(
    cell: Callable[[int, str | None], str | None], back: Mapping[str, str], row: int, column: str | None
) -> str | None:
    return cell(row, None if column is None else back.get(column, column))


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the columns of a published table are."""

    labels: tuple[str, ...]  # columns of labels, the finest first
    group: str | None  # the one whose words are the categories
    keys: tuple[str, ...]  # those that are asked for, in the table's own columns where they are there
    count: str | None  # the column of counts; None where periods are columns
    wide: Mapping[str, Period]  # columns that are periods
    force: str | None = None
    year: str | None = None
    quarter: str | None = None
    period: str | None = None


def _shape(opened: Source, keys: Sequence[str], terms: CrimeTerms) -> _Shape | None:
    """Recognise a published table of recorded crime; None for one that can be read as it is."""
    if PERIOD in keys or {POPULATION, SAMPLE, ROUTE_SHARE} & set(opened.columns):
        return None
    names = {name: plain_name(name) for name in opened.columns}
    force = terms.mapping.columns.get("force") or _first(_FORCE, names, keys)
    year, quarter = _first(_YEAR, names, keys), _first(_QUARTER, names, keys)
    wide = {name: span for name in opened.columns if name not in keys and (span := read_span(name)) is not None}
    count = None if wide else _first(_COUNT, names, keys) or _first(_TOTAL, names, keys)
    count = RECORDED_CRIME if RECORDED_CRIME in opened.columns else count
    if count is None and not wide:
        return None
    taken = {force, year, quarter, count, *wide}
    labels = [name for pattern in _LABELS if (name := _first(pattern, names, taken)) is not None]
    labels = list(dict.fromkeys([*labels, *(key for key in keys if key in opened.columns)]))
    of_keys = [key for key in keys if key in opened.columns]
    dated = (
        terms.period is not None
        and PERIOD in opened.columns
        and engine.count_distinct(opened.rows, opened.inner(PERIOD)) > 1
    )
    period = PERIOD if dated else None
    is_plain = count == RECORDED_CRIME and not (force or year or quarter or period or terms.groups)
    others = [key for key in keys if key not in of_keys]
    if is_plain and not (labels and others and all(map(is_category, others))):
        return None
    group = next(iter(of_keys or labels[::-1]), None)
    return _Shape(tuple(labels), group, tuple(keys), count, {} if count else wide, force, year, quarter, period)


def _first(pattern: re.Pattern[str], names: Mapping[str, str], taken: Collection[str | None]) -> str | None:
    return next((name for name, plain in names.items() if name not in taken and pattern.fullmatch(plain)), None)


# ---- what it adds up to


@dataclass(frozen=True, slots=True)
class _Cell:
    """One count of a table."""

    row: int  # the number of its row; 0 where rows have none
    column: str
    texts: tuple[str, ...]  # what its row says, in the columns of labels
    group: str  # what it says in the column whose words are the categories
    label: tuple[str, ...]  # the category, in the columns that are asked for
    span: Period | None
    value: int | str  # the count, or the mark that stands in its place


def _added_up(opened: Source, shape: _Shape, terms: CrimeTerms, read: CrimeRead) -> CrimeTable:
    """Turn a published table into one with a row for each category."""
    absent = [key for key in shape.keys if key not in opened.columns]
    if len(absent) > 1 or (absent and shape.group is None):
        return CrimeTable(opened, terms, read)  # refused as a column that is not there
    found = _texts(opened, shape)
    shape, found = _with_groups_of_codes(shape, found)
    rows, force = _of_force(opened, shape, found, terms)
    parts = _parts(opened, shape, found, rows)
    chosen, period = _chosen(opened, parts, terms)
    cells = list(_cells(opened, shape, found, rows, chosen, terms))
    if not cells:
        raise DataError.of("volumes-without-counts", where=Where(opened.name, opened.header, sheet=opened.sheet))
    _refuse_other_groups(opened, shape, cells, terms)
    _refuse_unknown_codes(opened, shape, cells, terms)
    _refuse_twice(opened, shape, cells)
    sums = _Sums(opened, shape, cells, terms)
    read = replace(
        read,
        force=force,
        period=period,
        parts=tuple(parts[span] for span in chosen if span is not None),
        fraud=sums.fraud,
        by_code=shape.group == _OF_CODES,
        unchecked=sums.unchecked,
        gaps=tuple((label, parts[span]) for label, span in sums.gaps(chosen)),
        total=sums.total if sums.adds_up else None,
    )
    return CrimeTable(sums.source(), terms, read, added_up=True)


Texts = Mapping[str, Sequence[str]]


def _texts(opened: Source, shape: _Shape) -> Texts:
    """Fetch what the columns say, as text, and the numbers of the rows."""
    wanted = [*shape.labels, shape.force, shape.year, shape.quarter, shape.period, shape.count, *shape.wide]
    names = list(dict.fromkeys(name for name in wanted if name is not None))
    rows = engine.numbered(opened.rows) if opened.ordered else opened.rows
    inner = opened.inner_names(names)
    found = engine.collect(rows.select(*inner, *([engine.ROW] if opened.ordered else [])))
    counts = {shape.count, *shape.wide}
    texts: dict[str, list[str]] = {}
    for name, each in zip(names, inner, strict=True):
        shown = ["" if engine.absent(value) else answers.show(value) for value in found[each]]
        texts[name] = shown if name in counts else [answers.without_marks(text) for text in shown]
    numbers = found[engine.ROW] if opened.ordered else [0] * len(texts[names[0]])
    return {**texts, engine.ROW: [str(int(number)) for number in numbers]}


_OF_CODES = "_cdi_group_of_code"
"""The column of offence groups that is made of codes, where a table has codes and no groups."""


def _with_groups_of_codes(shape: _Shape, found: Texts) -> tuple[_Shape, Texts]:
    """Name the offence group of each code of the Home Office, where a table has no column of groups."""
    code = next((name for name in shape.labels if _CODE.fullmatch(plain_name(name))), None)
    group = plain_name(str(shape.group))
    has_groups = not (_CODE.fullmatch(group) or _OFFENCE.fullmatch(group))
    if code is None or has_groups or {code, shape.group} & set(shape.keys):
        return shape, found
    groups = [group_of_code(text) or "" for text in found[code]]
    if not any(groups):
        return shape, found  # codes of somebody's own
    for i, known in enumerate(groups):
        totals = [text for name in shape.labels if is_total(text := found[name][i], ())]
        groups[i] = known or "".join(totals[:1])
    return replace(shape, labels=(*shape.labels, _OF_CODES), group=_OF_CODES), {**found, _OF_CODES: groups}


def _refuse_unknown_codes(opened: Source, shape: _Shape, cells: Sequence[_Cell], terms: CrimeTerms) -> None:
    """Ask for the category of each code that is in no offence group."""
    if shape.group != _OF_CODES:
        return
    named = {_folded(name) for name in terms.groups}
    unknown: dict[str, list[_Cell]] = {}
    for cell in cells:
        if not cell.group and any(cell.texts) and not named & set(map(_folded, cell.texts)):
            unknown.setdefault(next(text for text in cell.texts if text), []).append(cell)
    if unknown:
        raise DataError(
            fault(
                "offence-code", got=text, where=_at(opened, held[0].row, shape.labels[0]), word=text,
                meaning=wording.OPEN_CATEGORY, crimes=_sum(held),
            )
            for text, held in unknown.items()
        )  # fmt: skip


def _at(opened: Source, row: int, column: str | None) -> Where:
    """Say where a cell stands."""
    place = opened.place([row]).get(row, Where(opened.name)) if row else Where(opened.name)
    return replace(place, column=column, sheet=opened.sheet, cell=opened.cell(row, column))


def _of_force(opened: Source, shape: _Shape, found: Texts, terms: CrimeTerms) -> tuple[list[int], str | None]:
    """Choose the rows of a force."""
    every = list(range(len(found[engine.ROW])))
    where = Where(opened.name, opened.header, shape.force, sheet=opened.sheet)
    if shape.force is None:
        if terms.force is not None:
            raise DataError.of("force-without-column", got=terms.force, where=where)
        return every, None
    names = [name for name in dict.fromkeys(found[shape.force]) if name]
    if terms.force is None:
        if len(names) > 1:
            raise DataError.of("several-forces", got=wording.in_a_row(names), where=where)
        return every, None
    meant = [name for name in names if _plain_force(name) == _plain_force(terms.force)]
    if not meant:
        raise DataError.of("force-not-there", got=terms.force, where=where, hint=suggestion(terms.force, names))
    return [i for i in every if found[shape.force][i] in meant], meant[0]


def _plain_force(name: str) -> str:
    plain = plain_name(name.replace("&", " and "))
    return re.sub(r" (?:constabulary|police(?: service| force)?)$", "", plain)


def _parts(opened: Source, shape: _Shape, found: Texts, rows: Sequence[int]) -> dict[Period | None, str]:
    """List the periods of which there are counts, each as the table names it."""
    if shape.wide:
        return {span: name for name, span in shape.wide.items()}
    if not (shape.year or shape.quarter or shape.period):
        return {None: ""}
    parts: dict[Period | None, str] = {}
    unread: dict[str, Fault] = {}
    for i in rows:
        text = _period_text(shape, found, i)
        span = read_span(text)
        if span is not None:
            parts.setdefault(span, text)
        elif text:
            at = _at(opened, int(found[engine.ROW][i]), shape.quarter or shape.year or shape.period)
            unread.setdefault(text, fault("volumes-period-unread", got=text, where=at))
    if unread:
        raise DataError(unread.values())
    return parts


def _period_text(shape: _Shape, found: Texts, i: int) -> str:
    """Write the period of a row in one text: 2022/23 Q1 where its year and its quarter stand apart."""
    year, quarter, period = (found[name][i] if name else "" for name in (shape.year, shape.quarter, shape.period))
    if not quarter or not year or read_span(quarter):
        return quarter or year or period
    if "month" in plain_name(str(shape.quarter)):
        # of a financial year, the first month may be April or January: only a name tells
        if (
            re.fullmatch("[0-9]{1,2}", quarter)
            and re.fullmatch("[0-9]{4}", year)
            and plain_name(str(shape.year)) == "year"
        ):
            return f"{year}-{int(quarter):02}"
        return f"{quarter} {_calendar_year(year, quarter)}"
    return f"{year} Q{re.sub('[^0-9]', '', quarter)}" if re.search("[0-9]", quarter) else f"{quarter} {year}"


_BEFORE_APRIL = ("jan", "feb", "mar")


def _calendar_year(year: str, month: str) -> str:
    """Give the year of a month: of a financial year, its second part from January to March."""
    span = read_span(year)
    if span is None or not re.fullmatch(r"[0-9]{4}[/-][0-9]{2,4}", year):
        return year
    return str(span.first // MONTHS + month.casefold().startswith(_BEFORE_APRIL))


def _chosen(
    opened: Source, parts: Mapping[Period | None, str], terms: CrimeTerms
) -> tuple[tuple[Period | None, ...], str | None]:
    """Choose the parts that make up the period that is meant: the one stated, or all that there are, up to a year."""
    spans = sorted(span for span in parts if span is not None)
    where = Where(opened.name, opened.header, sheet=opened.sheet)
    if not spans:
        return (None,), None
    there = ", ".join(parts[span] for span in spans)
    meant = Period(spans[0].first, max(span.last for span in spans))
    covered = _covered(spans, meant, parts)
    if terms.period is not None:
        meant = span_of(terms.period)
    elif meant.months > MONTHS:
        raise DataError.of("volumes-period-needed", got=there, where=where, covered=covered)
    tiles = _tiles(spans, meant)
    shown = terms.period or meant.label
    if tiles is None:
        raise DataError.of("volumes-period-not-there", got=there, where=where, period=shown, covered=covered)
    return tiles, shown


def _covered(spans: Sequence[Period], whole: Period, parts: Mapping[Period | None, str]) -> str:
    """Name a period that the table covers, up to its end: a year, or as much of one as there is."""
    for months in range(min(MONTHS, whole.months), 0, -1):
        tiles = _tiles(spans, Period(whole.last - months + 1, whole.last))
        if tiles is not None:
            named = parts[tiles[0]] if len(tiles) == 1 else f"{parts[tiles[0]]} to {parts[tiles[-1]]}"
            made = Period(tiles[0].first, tiles[-1].last)
            return named if read_span(named) == made else made.label
    return parts[spans[-1]]


def span_of(text: str) -> Period:
    """Read the period that a caller states."""
    found = read_span(text)
    if found is None:
        raise DataError.of("volumes-period-unread", got=text)
    return found


def _tiles(spans: Sequence[Period], meant: Period) -> tuple[Period, ...] | None:
    """Find the parts that make up a period without gap or overlap, the longest first; None where there are none."""
    if meant.months == 0:
        return ()
    begin = [each for each in spans if each.first == meant.first and each.last <= meant.last]
    for span in sorted(begin, reverse=True):
        rest = _tiles(spans, Period(span.last + 1, meant.last))
        if rest is not None:
            return (span, *rest)
    return None


def _cells(
    opened: Source,
    shape: _Shape,
    found: Texts,
    rows: Sequence[int],
    chosen: Sequence[Period | None],
    terms: CrimeTerms,
) -> Iterator[_Cell]:
    """Read the counts of the force and the period that are meant; a row without any number is none of the table."""
    groups = {_folded(name): category for name, category in terms.groups.items()}
    columns: dict[str, Period | None] = {name: span for name, span in shape.wide.items() if span in chosen}
    columns = columns or {str(shape.count): None}
    faults: list[Fault] = []
    for i in rows:
        own = read_span(_period_text(shape, found, i)) if None not in chosen and not shape.wide else None
        if own is not None and own not in chosen:
            continue
        texts = tuple(found[name][i] for name in shape.labels)
        group = found[shape.group][i] if shape.group else ""
        label = _label(shape, found, i, texts, groups)
        row = int(found[engine.ROW][i])
        for column, span in columns.items():
            text = found[column][i]
            value = answers.parse_volume(text) if text else None
            if isinstance(value, str):
                faults.append(fault(value, got=text, where=_at(opened, row, column)))
            elif text:
                yield _Cell(row, column, texts, group, label, span or own, text if value is None else value)
    if faults:
        raise DataError(faults)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _label(shape: _Shape, found: Texts, i: int, texts: Sequence[str], groups: Mapping[str, str]) -> tuple[str, ...]:
    """Name the category of a row: what its finest label is mapped to, or else its group."""
    own = found[shape.group][i] if shape.group else ""
    mapped = next((groups[_folded(text)] for text in texts if _folded(text) in groups), None)
    if mapped is None:
        is_rest = ALL_OTHERS in groups and own and not is_total(own, shape.keys) and not _FRAUD.fullmatch(_folded(own))
        mapped = groups[ALL_OTHERS] if is_rest else own
    return tuple(found[key][i] if key in found and key != shape.group else mapped for key in shape.keys)


def _refuse_other_groups(opened: Source, shape: _Shape, cells: Sequence[_Cell], terms: CrimeTerms) -> None:
    """Refuse groups that were named and are not there: a slip would leave their crimes out."""
    there = {_folded(text) for cell in cells for text in cell.texts}
    names = list(dict.fromkeys(cell.group for cell in cells))
    where = Where(opened.name, opened.header, shape.group, sheet=opened.sheet)
    wrong = [name for name in terms.groups if name != ALL_OTHERS and _folded(name) not in there]
    if wrong and not (terms.listed and len(wrong) < len(terms.groups)):
        raise DataError(
            [fault("group-not-there", got=name, where=where, hint=suggestion(name, names)) for name in wrong]
        )


def _refuse_twice(opened: Source, shape: _Shape, cells: Sequence[_Cell]) -> None:
    """Refuse rows that stand twice, and subtotals of a finer label: their crimes would count twice."""
    seen: dict[tuple[object, ...], _Cell] = {}
    faults = []
    for cell in cells:
        name = ", ".join(dict.fromkeys(cell.texts))
        if seen.setdefault((cell.texts, cell.span), cell) is not cell:
            faults.append(fault("label-twice", got=name, where=_at(opened, cell.row, cell.column)))
        if not is_total(cell.group, shape.keys) and any(is_total(text, ()) for text in cell.texts):
            faults.append(fault("partly-all", got=name, where=_at(opened, cell.row, cell.column), all=wording.ALL))
    if faults:
        raise DataError(faults)


class _Sums:
    """What the counts of a table come to: by category, of fraud, and as the table's own totals have it."""

    def __init__(self, opened: Source, shape: _Shape, cells: Sequence[_Cell], terms: CrimeTerms) -> None:
        self.opened, self.shape = opened, shape
        named = {_folded(name) for name in terms.groups}
        self.known: dict[tuple[str, ...], list[_Cell]] = {}
        fraud: list[_Cell] = []
        totals: dict[str, list[_Cell]] = {}
        for cell in cells:
            if is_total(cell.group, shape.keys) or (cell.texts and not any(cell.texts)):
                totals.setdefault(cell.group, []).append(cell)
            elif _is_fraud(cell, named):
                fraud.append(cell)
            else:
                self.known.setdefault(cell.label, []).append(cell)
        self.fraud = _sum(fraud) if fraud else None
        self.unchecked = tuple(name for name in totals if self.fraud is None and _WITH_FRAUD.fullmatch(_folded(name)))
        self.total = self._total({name: held for name, held in totals.items() if name not in self.unchecked})
        self.adds_up = self.total is not None and self.total[1] == sum(map(_sum, self.known.values()))
        if self.total is not None and any(map(_marked, self.known.values())):
            self.unchecked += (self.total[0],)
            self.adds_up = False

    def _total(self, totals: Mapping[str, Sequence[_Cell]]) -> tuple[str, int] | None:
        """Give the total without fraud: all rows that name one must agree, and one without a name must be one."""
        known = {name: held for name, held in totals.items() if not _marked(held)}
        complete = not any(map(_marked, self.known.values()))
        if not known or not complete:
            return next(((name, _sum(held)) for name, held in known.items()), None)
        added = sum(map(_sum, self.known.values()))
        fraud = {name: self._fraud_in(name, _sum(held), added) for name, held in known.items()}
        plain = {name: _sum(held) - fraud[name] for name, held in known.items()}
        agreed = next((total for total in plain.values() if total == added), next(iter(plain.values())))
        # where categories are asked for, one without a row may be what the others leave of the total
        for name, total in plain.items():
            if total == agreed and (total == added or (name and self.shape.keys and total > added)):
                continue
            at = _at(self.opened, known[name][0].row, known[name][0].column)
            if not name:
                raise DataError.of("missing", where=replace(at, column=self.shape.group), column=str(self.shape.group))
            raise DataError.of("total-differs", got=f"{_sum(known[name]):,}", where=at, added=added + fraud[name])
        return next(iter(plain)), agreed

    def _fraud_in(self, name: str, total: int, added: int) -> int:
        """Give the crimes of fraud that a total includes, by what it says or by what it comes to."""
        if self.fraud is None:
            return 0
        return self.fraud if _WITH_FRAUD.fullmatch(_folded(name)) or total == added + self.fraud else 0

    def gaps(self, chosen: Sequence[Period | None]) -> Iterator[tuple[str, Period | None]]:
        """List the categories that have no count in a part of the period."""
        for label, held in self.known.items():
            there = {cell.span for cell in held}
            yield from ((", ".join(label) or wording.ALL, span) for span in chosen if span not in there)

    def source(self) -> Source:
        """Give a table with a row for each category, and one for the total."""
        import pandas as pd

        keys = self.shape.keys
        firsts = [held[0].row for held in self.known.values()]
        marked = [_marked(held) for held in self.known.values()]
        counts = [mark or str(_sum(held)) for mark, held in zip(marked, self.known.values(), strict=True)]
        labels = list(self.known)
        if not keys and any(marked):
            held = next(held for held in self.known.values() if _marked(held))
            raise DataError.of(
                "count-not-there", got=_marked(held), where=_at(self.opened, held[0].row, held[0].column)
            )
        if keys and self.total is not None:
            labels.append((wording.ALL,) * len(keys))
            counts.append(str(self.total[1]))
            firsts.append(0)
        columns = {key: [label[i] for label in labels] for i, key in enumerate(keys)}
        made = opening.open_source(pd.DataFrame({**columns, RECORDED_CRIME: counts}, dtype=object), with_totals=True)
        opened = self.opened

        def place(rows: Sequence[int]) -> Mapping[int, Where]:
            return {row: _at(opened, firsts[row - 1], None) for row in rows}

        return replace(
            made, name=opened.name, header=opened.header, sheet=opened.sheet, place=place, unseen=opened.unseen
        )


def _is_fraud(cell: _Cell, named: set[str]) -> bool:
    """Tell fraud, unless it was given a category; a code that is not known may be said to be of the group."""
    if not cell.group:
        return FRAUD_GROUP in cell.label
    return bool(_FRAUD.fullmatch(_folded(cell.group))) and not named & set(map(_folded, cell.texts))


def _sum(cells: Sequence[_Cell]) -> int:
    return sum(cell.value for cell in cells if isinstance(cell.value, int))


def _marked(cells: Sequence[_Cell]) -> str | None:
    """Give the mark that stands in the place of one of the counts."""
    return next((cell.value for cell in cells if isinstance(cell.value, str)), None)
