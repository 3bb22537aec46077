"""What the files of a published folder say: every table in them as rows of numbers, whatever the kind of file.

Pages, workbooks, listings and charts are read as anybody could read them. Nothing is written, no link is followed out
of the folder, and what is too large to be a report is refused.
"""

from __future__ import annotations

import base64
import codecs
import csv
import io
import json
import math
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, TypeAlias
from xml.etree import ElementTree

from cdi import wording
from cdi.arguments import path_of
from cdi.audits.force_names import is_same_force
from cdi.errors import DataError, Where
from cdi.facts import SUPPRESSED, Scope

__all__ = [
    "COUNTS",
    "MARKS",
    "RATES",
    "Number",
    "Published",
    "PublishedRow",
    "PublishedTable",
    "TooFine",
    "of_one_force",
    "read_files",
    "read_published",
]

COUNTS = ("n", "recorded", "clusters")
RATES = ("estimate", "low", "high")
MARKS = "marks"
"""What is read: counts, rates, and the marks of a chart."""

Number: TypeAlias = tuple[float, float]
"""A number as it stands there, and how far from it what was written down may lie."""

_LARGEST, _FILES = 64 * 2**20, 2_000
"""Bytes of a file, or of all that is packed in one, and how many files a report has at most."""

_FINE = 3  # decimals of a proportion that is printed to 0.1 points
_STAND_INS = frozenset([0.0004, 0.9996])  # of all rates that are printed as <0.1 and as >99.9
_EXACT, _DRAWN = 1e-9, 2e-6  # how far a number of a listing, and a mark of a chart, lie from what was computed


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """A row of a table: its categories, and the numbers that stand in it."""

    label: tuple[str, ...]
    numbers: Mapping[str, Number]  # a count or a rate -> what is shown of it; what is withheld is not in it
    printed: tuple[str, ...] = ()  # its categories as people read them, if they are other words
    notes: str = ""
    withheld: bool = False

    @property
    def whole(self) -> bool:
        """Whether it is over all."""
        return all(word.casefold() == wording.ALL for word in self.label)


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """Rows of one measure, by some columns, in one file."""

    file: str
    name: str
    part: str  # of the report, by which samples are told apart; empty where the file does not say
    measure: str
    columns: tuple[str, ...]
    rows: tuple[PublishedRow, ...]

    @property
    def whole(self) -> PublishedRow | None:
        """Its overall row."""
        return next((row for row in self.rows if row.whole), None)


@dataclass(frozen=True, slots=True)
class TooFine:
    """Numbers with more digits than the page prints, in one column of a file."""

    file: str
    column: str
    number: int  # how many there are
    example: str


@dataclass(frozen=True, slots=True)
class Published:
    """What a folder says."""

    name: str
    tables: tuple[PublishedTable, ...]
    too_fine: tuple[TooFine, ...]
    personal: tuple[str, ...] = ()
    small_areas: tuple[str, ...] = ()
    not_personal: Mapping[str, str] = field(default_factory=dict)  # a column that could be taken for one -> why not
    exceptions: tuple[tuple[str, str, str], ...] = ()  # column, category, sample
    steps: Mapping[str, int] | None = None  # what counts of people are rounded to, by table; None where it does not say
    periods: Mapping[str, str | None] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()  # files that should hold tables, and cannot be read
    passed_over: tuple[str, ...] = ()  # files of other kinds, and those that no table was seen in
    force: str = ""  # whose figures they are, where it says so
    national: bool = False  # whether they are of all forces, each with rows of its own


# ---- the folder


def read_published(folder: str | Path) -> Published:
    """Read every number of a published folder."""
    root = path_of(folder)
    where = Where(str(folder))
    if not root.is_dir():
        raise DataError.of("attack-no-folder", where=where)
    found = read_files(((name, _content(path, name)) for name, path in _files(root, where)), str(folder))
    if not found.tables:
        raise DataError.of("attack-nothing", where=where)
    return found


def read_files(files: Iterable[tuple[str, bytes]], name: str = "") -> Published:
    """Read every number of files by their names in a folder, which need not stand there yet."""
    tables: list[PublishedTable] = []
    fine, told = _Digits(), Published("", (), ())
    unread, passed_over, names = list[str](), list[str](), set[str]()
    for file, content in sorted(files, key=_first):
        ending = Path(file).suffix.casefold()
        names.add(file)
        try:
            found = _READERS[ending](file, content, fine) if ending in _READERS and file != _PROVENANCE else []
            told = _provenance(content) if file == _PROVENANCE else told
        except _UnreadableError:
            unread.append(file)
            continue
        tables += _of_force(file, found)
        if not found and file != _PROVENANCE and ending not in _DRAWN_TOO:
            passed_over.append(file)
    # a picture shows what the drawing beside it says
    passed_over += [file for file in names if file.endswith(_PICTURE) and f"{file[:-4]}.svg" not in names]
    return replace(
        told, name=name, tables=tuple(tables), too_fine=tuple(fine.found()),
        unread=tuple(unread), passed_over=tuple(sorted(passed_over)),
    )  # fmt: skip


def _of_force(file: str, tables: Sequence[PublishedTable]) -> Sequence[PublishedTable]:
    """Take the tables of the page of one force as rows of that force: its totals are not those of all forces."""
    if not file.startswith(_FORCES):
        return tables
    force = Path(file).stem.replace("_", " ")

    def under(label: tuple[str, ...]) -> tuple[str, ...]:
        return (force, *label) if label else ()

    return [
        replace(
            table,
            columns=(_FORCE, *table.columns),
            rows=tuple(replace(row, label=(force, *row.label), printed=under(row.printed)) for row in table.rows),
        )
        for table in tables
    ]


def of_one_force(folder: Published, force: str) -> Published:
    """Take from a folder of all forces what it says of one: its rows, as that force would publish them itself."""
    tables = []
    for table in folder.tables:
        if not table.columns or table.columns[0].casefold() != _FORCE:
            continue
        rows = [
            replace(row, label=row.label[1:], printed=row.printed[1:])
            for row in table.rows
            if is_same_force(row.label[0], force)
        ]
        if rows:
            # all that is counted of a force is of its audit, in whatever part of the page it stands
            tables.append(replace(table, part=_OF_AUDIT, columns=table.columns[1:], rows=tuple(rows)))
    return replace(folder, tables=tuple(tables), force=force, national=False)


class _UnreadableError(ValueError):
    """That a file cannot be read as what its name says."""


_FORCES, _FORCE = "forces/", "force"
"""The folder with a page for each force, and the column that the tables there are of."""

_OF_AUDIT = "recording"  # the part of a report that is of its audit

_PROVENANCE, _PICTURE = "provenance.json", ".png"
_DRAWN_TOO = (".svg", _PICTURE)  # a chart of months or delays has no categories


def _first(file: tuple[str, bytes]) -> tuple[int, str]:
    """Put listings first: they say most of each row."""
    order = {ending: place for place, ending in enumerate(_READERS)}
    return order.get(Path(file[0]).suffix.casefold(), len(order)), file[0]


def _files(root: Path, where: Where) -> list[tuple[str, Path]]:
    """List the files that are read."""
    inside = root.resolve()
    found = []
    for number, path in enumerate(sorted(root.rglob("*"))):
        if number >= _FILES:
            raise DataError.of("attack-too-many", got=f"{number + 1:,}", where=where, most=_FILES)
        if path.is_file() and path.resolve().is_relative_to(inside):
            found.append((path.relative_to(root).as_posix(), path))
    return found


def _content(path: Path, name: str) -> bytes:
    where = Where(name)
    if path.suffix.casefold() not in _READERS:
        return b""  # its name is told, and nothing else of it
    if path.stat().st_size > _LARGEST:
        raise DataError.of("attack-too-large", got=f"{path.stat().st_size:,}", where=where, most=_LARGEST)
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError.of("unusable-path", got=error.strerror, where=where) from error


def _provenance(content: bytes) -> Published:
    """Read which columns were taken as personal, what is an exception, and what the report was made from."""
    empty = Published("", (), ())
    known = _loaded(content)
    options = _mapping(_mapping(known).get("options"))
    disclosure = _mapping(options.get("disclosure"))
    exceptions = [_mapping(each) for each in _listed(disclosure.get("exceptions"))]
    return replace(
        empty,
        personal=tuple(map(str, _listed(disclosure.get("personal")))),
        small_areas=tuple(map(str, _listed(disclosure.get("small_areas")))),
        not_personal=_reasons(disclosure),
        exceptions=tuple(
            (str(each.get("column", "")), str(each.get("category", "")), str(each.get("sample", "")))
            for each in exceptions
        ),
        steps=_steps(disclosure.get("rounded_to")),
        periods=_mapping(options.get("periods")),
        inputs=_mapping(_mapping(known).get("inputs")),
        force=str(_mapping(known).get("force") or ""),
        national="national" in _mapping(known),
    )


def _reasons(disclosure: Mapping[str, Any]) -> Mapping[str, str]:
    found = _mapping(disclosure.get("not_personal"))
    return {
        name: reason for name, reason in found.items() if isinstance(reason, str) and name.strip() and reason.strip()
    }


def _steps(found: Any) -> Mapping[str, int] | None:
    if not isinstance(found, dict):
        return None
    return {name: step for name, step in found.items() if isinstance(step, int) and step > 0}


def _mapping(found: Any) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def _listed(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


# ---- digits


class _Digits:
    """Numbers with more digits than the page prints, by file and column."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], list[str]] = {}

    def look(self, file: str, column: str, value: float) -> None:
        """Look at a number of a listing or a workbook."""
        if value not in _STAND_INS and round(value, _FINE) != value:
            self.add(file, column, f"{value!r}")

    def add(self, file: str, column: str, example: str) -> None:
        """Keep a number that has too many."""
        self._found.setdefault((file, column), []).append(example)

    def found(self) -> Iterator[TooFine]:
        """Give what was found, a column each."""
        for (file, column), examples in self._found.items():
            yield TooFine(file, column, len(examples), max(examples, key=len))


# ---- listings

_IN_SCOPE = [
    said("", scope.value) for said in (wording.measure_in_scope, wording.label_in_scope) for scope in Scope
    if said("", scope.value)
]  # fmt: skip
"""What stands behind the name of a measure, or of the overall row."""

_OTHERS = ("level", "method", "notes", "sentence", "schema", "part", "exhibit", "domain", "category", "printed")
_JOINT = "; "


def _csv(name: str, content: bytes, fine: _Digits) -> list[PublishedTable]:
    try:
        lines = list(csv.reader(io.StringIO(_text(content), newline=None)))
    except csv.Error as error:  # a table that no reader makes anything of
        raise _UnreadableError from error
    head, *body = lines or [[]]
    found = _listing(name, [dict(zip(head, row, strict=False)) for row in body], fine)
    if found or "measure" in head:
        return found
    table = _page_table(name, "", "", [head], body)
    return [] if table is None else [table]


def _json(name: str, content: bytes, fine: _Digits) -> list[PublishedTable]:
    found = _loaded(content)
    rows = _listed(found) or _listed(_mapping(found).get("rows"))
    return _listing(name, [_mapping(row) for row in rows], fine)


def _loaded(content: bytes) -> Any:
    try:
        return json.loads(_text(content))
    except (ValueError, RecursionError) as error:
        raise _UnreadableError from error


def _text(content: bytes) -> str:
    """Read a text in the encodings that spreadsheets write."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content:
        raise _UnreadableError
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


_SAID = re.compile(r"([<>]?\d[\d.]*)%")


def _listing(name: str, rows: Sequence[Mapping[str, Any]], fine: _Digits) -> list[PublishedTable]:
    """Read rows that name their columns: those of a report say what they are by, others have a column for each."""
    groups: dict[tuple[str, ...], list[PublishedRow]] = {}
    for row in rows:
        if "measure" not in row or "n" not in row:
            continue
        if "domain" in row:
            columns = tuple(str(row["domain"]).split(_JOINT))
            label, printed = (tuple(str(row.get(key) or "").split(_JOINT)) for key in ("category", "printed"))
        else:
            before = list(row)[: list(row).index("measure")]
            columns = tuple(key for key in before if key not in _OTHERS)
            label = printed = tuple(str(row[key]) for key in columns)
        head = (str(row.get("part") or ""), str(row.get("exhibit") or ""), _plain(str(row["measure"])), *columns)
        numbers = _numbers_of(name, row, fine)
        said = _SAID.search(str(row.get("sentence") or ""))
        if said and (rate := _percent(said[1])) is not None:
            numbers["said"] = rate
        notes = str(row.get("notes") or "")
        withheld = not any(key in numbers for key in (*COUNTS, *RATES))
        if len(label) == len(columns):
            groups.setdefault(head, []).append(PublishedRow(label, numbers, printed, notes, withheld))
    return [
        table
        for (part, exhibit, measure, *columns), found in groups.items()
        for table in _by_question(PublishedTable(name, exhibit or name, part, measure, tuple(columns), tuple(found)))
    ]


def _plain(text: str) -> str:
    """Name a measure, or the overall row of a page, without what it is weighted by: its counts are the same."""
    for suffix in _IN_SCOPE:
        text = text.removesuffix(suffix)
    return text or wording.ALL


def _numbers_of(name: str, row: Mapping[str, Any], fine: _Digits) -> dict[str, Number]:
    found: dict[str, Number] = {}
    for key, value in row.items():
        number = None if key in _OTHERS else _number(value)
        if number is None:
            continue
        fine.look(name, key, number)
        if key in COUNTS or key in RATES:
            found[key] = (number, 0.0 if key in COUNTS else _half_digit(value))
    return found


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(str(value).replace(",", ""))
    except ValueError:
        return None


def _half_digit(value: Any) -> float:
    """Say how far from a number what it was rounded from may lie."""
    text = str(value)
    decimals = len(text.partition(".")[2]) if "e" not in text else _FINE * 5
    return max(0.5 * 10.0**-decimals, _EXACT) if decimals > _FINE else 0.5 * 10.0**-_FINE


def _by_question(table: PublishedTable) -> list[PublishedTable]:
    """Part a table whose first column holds no overall row: each of its words is a measure of its own."""
    apart = len(table.columns) > 1 and table.whole is None and any(row.label[-1] == wording.ALL for row in table.rows)
    if not apart:
        return [table]
    words = dict.fromkeys(row.label[0] for row in table.rows)
    named = {word: f"{table.measure}: {word}" for word in words}
    return [
        replace(
            table,
            measure=named[word],
            columns=table.columns[1:],
            rows=tuple(
                replace(row, label=row.label[1:], printed=row.printed[1:]) for row in table.rows if row.label[0] == word
            ),
        )
        for word in words
    ]


# ---- workbooks

_HEADED = {heading.casefold(): key for key, heading in wording.SHEET_HEADINGS.items()}


def _xlsx(name: str, content: bytes, fine: _Digits) -> list[PublishedTable]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
        if unpacked > _LARGEST:
            raise DataError.of("attack-too-large", got=f"{unpacked:,}", where=Where(name), most=_LARGEST)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = {title: book.get_sheet_by_name(title).to_python() for title in book.sheet_names}
    except (zipfile.BadZipFile, CalamineError, OSError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        raise _UnreadableError from error
    return [table for title, cells in sheets.items() for table in _sheet(name, title, cells, fine)]


def _sheet(name: str, title: str, cells: Sequence[Sequence[Any]], fine: _Digits) -> list[PublishedTable]:
    """Read the table of a sheet below the row of its headings."""
    for at, row in enumerate(cells):
        headings = [str(cell).strip() for cell in row]
        keys = [_HEADED.get(heading.casefold(), heading) for heading in headings]
        if "measure" in keys and "n" in keys:
            rows = [dict(zip(keys, map(_shown, below), strict=False)) for below in cells[at + 1 :] if any(below)]
            found = _listing(name, rows, fine)
            return [replace(table, name=title) for table in found]
    return []


def _shown(cell: Any) -> Any:
    return None if isinstance(cell, str) and re.fullmatch(r"\[[a-z]\]", cell.strip()) else cell


# ---- pages


_RUNNING = ("p", "li", "dd", "figcaption", "h1", "h2", "h3", "h4")


class _PageParser(HTMLParser):
    """Collects tables, texts, and pictures with their alternative texts, by the section that they stand in."""

    def __init__(self) -> None:
        super().__init__()
        self.sections: list[str] = []
        self.tables: list[tuple[str, str, list[list[str]], list[list[str]]]] = []
        self.pictures: list[tuple[str, str, str]] = []  # section, text alternative, address
        self.texts: list[tuple[str, str]] = []
        self._running: list[str] | None = None
        self._text: list[str] | None = None
        self._caption = ""
        self._head = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "section":
            self.sections.append(given.get("aria-labelledby", ""))
        elif tag == "source":  # the same chart for another window: it says in itself what it shows
            self.pictures.append((self._section, "", given.get("srcset", "")))
        elif tag == "img":
            self.pictures.append((self._section, given.get("alt", ""), given.get("src", "")))
        elif tag == "table":
            self.tables.append((self._section, "", [], []))
        elif tag in ("thead", "tbody"):
            self._head = tag == "thead"
        elif tag == "tr" and self.tables:
            _, _, head, body = self.tables[-1]
            (head if self._head else body).append([])
        elif tag in ("th", "td", "caption"):
            self._text = []
        elif tag in _RUNNING:
            self._end_text()
            self._running = []

    def handle_endtag(self, tag: str) -> None:
        if tag in (*_RUNNING, "section"):
            self._end_text()
        if tag == "section" and self.sections:
            self.sections.pop()
        elif tag in ("th", "td", "caption") and self._text is not None and self.tables:
            text, self._text = " ".join("".join(self._text).split()), None
            section, _, head, body = self.tables[-1]
            lines = head if self._head else body
            if tag == "caption":
                self.tables[-1] = (section, text, head, body)
            elif lines:
                lines[-1].append(text)

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)
        elif self._running is not None:
            self._running.append(data)

    def _end_text(self) -> None:
        text, self._running = " ".join("".join(self._running or ()).split()), None
        if text:
            self.texts.append((self._section, text))

    @property
    def _section(self) -> str:
        return self.sections[-1] if self.sections else ""


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


_NAMED = re.compile(r"^((?:Table|Figure) \d+)\.? ?(.*)$")
_OF = re.compile(r"^(\d[\d,]*) of (\d[\d,]*)$")


def _html(name: str, content: bytes, fine: _Digits) -> list[PublishedTable]:
    parser = _PageParser()
    parser.feed(_text(content))
    found = [_page_table(name, *each) for each in parser.tables]
    shown = [table for table in found if table is not None and len(table.columns) == 1]
    found += [
        _sentence(f"{name} sentence {i}", *each, shown) for i, each in enumerate(_sentences(parser.texts), start=1)
    ]
    for number, (part, alt, source) in enumerate(parser.pictures, start=1):
        place = f"{name} figure {number}"
        drawn = base64.b64decode(source.partition("base64,")[2] or b"") if source.startswith("data:image/svg") else b""
        found += _svg(place, drawn, fine, alt=alt, part=part) if drawn else [_told(place, part, alt)]
    return [table for table in found if table is not None]


def _page_table(
    file: str, part: str, caption: str, head: Sequence[Sequence[str]], body: Sequence[Sequence[str]]
) -> PublishedTable | None:
    """Read a table of a page: its first columns hold words, then come rates, and counts in the order of the project."""
    headings = list(head[-1]) if head else []
    rows = [row for row in body if len(row) == len(headings)]
    if not rows or len(headings) < 2:
        return None
    columns = list(range(len(headings)))
    numeric = [i for i in columns[1:] if any(_cell(row[i]) or _OF.match(row[i]) for row in rows)]
    first = numeric[0] if numeric else len(headings)
    counts, rates = _headed(headings, numeric, rows)
    found = [_page_row(row, first, counts, rates) for row in rows]
    named = _NAMED.match(caption)
    name, measure = named.groups() if named else (caption or file, caption)
    table = PublishedTable(file, name, part, measure, tuple(headings[:first]), tuple(found))
    return table if counts else None


def _headed(
    headings: Sequence[str], numeric: Sequence[int], rows: Sequence[Sequence[str]]
) -> tuple[dict[int, str], dict[int, str]]:
    """Tell which columns hold counts of the sample, and which the first rate and its interval."""
    counts: dict[int, str] = {}
    rates: dict[int, str] = {}
    pairs = [i for i in numeric if any(_OF.match(row[i]) for row in rows)]
    for i in (i for i in numeric if _folded(headings[i]) != wording.SHEET_HEADINGS["notes"].casefold()):
        if i in pairs:
            counts[i] = "of"
        elif headings[i].endswith("%"):
            if len(rates) < len(RATES):
                rates[i] = RATES[len(rates)]
        elif rates and len(counts) < len(COUNTS) and not pairs and not _folded(headings[i]).startswith("not "):
            counts[i] = COUNTS[len(counts)]
    return counts or _named_counts(headings, numeric), rates


_COUNT_WORDS: Mapping[str, str] = {
    "recorded": "recorded|with grounds|in time", "clusters": "reports|incidents|clusters",
    "n": "due|base|n|count|total|number|crimes|searches|files|records",
}  # fmt: skip
"""A count -> words that the heading of its column has, where there is no rate that it stands beside."""


def _named_counts(headings: Sequence[str], numeric: Sequence[int]) -> dict[int, str]:
    """Tell columns of counts by their headings, each kind once."""
    found: dict[int, str] = {}
    for i in numeric:
        words = _folded(headings[i]).replace("_", " ")
        keys = [key for key, known in _COUNT_WORDS.items() if re.search(rf"\b(?:{known})\b", words)]
        if keys and keys[0] not in found.values() and not re.search(r"\bnot\b|%", words):
            found[i] = keys[0]
    return found


_WITHHELD = "[c]"


def _cell(text: str) -> float | None:
    return _number(text.lstrip("<>+"))


def _page_row(row: Sequence[str], first: int, counts: Mapping[int, str], rates: Mapping[int, str]) -> PublishedRow:
    numbers: dict[str, Number] = {}
    for i, key in counts.items():
        pair = _OF.match(row[i])
        if pair:
            numbers |= {"recorded": (float(_cell(pair[1]) or 0), 0.0), "n": (float(_cell(pair[2]) or 0), 0.0)}
        elif key != "of" and (value := _cell(row[i])) is not None:
            numbers[key] = (value, 0.0)
    for i, key in rates.items():
        rate = _percent(row[i])
        if rate is not None:
            numbers[key] = rate
    return PublishedRow(tuple(map(_plain, row[:first])), numbers, withheld=_WITHHELD in row)


def _percent(text: str) -> Number | None:
    """Read a rate as it is printed; one that is below or above a bound lies between that and the end."""
    value = _cell(text)
    if value is None:
        return None
    decimals = len(text.partition(".")[2])
    half = 0.5 * 10.0**-decimals / 100
    if text[:1] in "<>":
        end = 0.0 if text[0] == "<" else 1.0
        return (value / 100 + end) / 2, abs(value / 100 - end) / 2
    return value / 100, half


# ---- running text

_IN_BRACKETS = re.compile(r"([<>]?\d[\d.]*)% \(([^()]+)\)")
_SHARE = re.compile(r"([<>]?\d[\d.]*)%")
_COUNTED = re.compile(r"(\d[\d,]*) of (\d[\d,]*)")
_ASIDE = re.compile(r"\([^()]*confidence interval[^()]*\)|\d[\d.]*% confidence interval")


def _sentences(texts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for part, text in texts:
        yield from ((part, each) for each in re.split(r"(?<=[.?!]) ", _ASIDE.sub("", text)) if re.search(r"\d", each))


def _sentence(file: str, part: str, text: str, tables: Sequence[PublishedTable]) -> PublishedTable | None:
    """Read what a sentence says of a table: of the first that it agrees with, in its section if that has any."""
    parts = {table.part for table in tables}
    for table in tables:
        if table.part != part and part in parts:
            continue
        said = _said_of(text, [row.label[0] for row in table.rows if not row.whole])
        shown = {row.label[0]: row.numbers for row in table.rows}
        if said and all(_agrees(numbers, shown[label]) for label, numbers in said.items()):
            rows = tuple(PublishedRow((label,), numbers) for label, numbers in said.items())
            return PublishedTable(file, "", table.part, table.measure, table.columns, rows)
    return None


def _said_of(text: str, labels: Sequence[str]) -> dict[str, dict[str, Number]]:
    """Read rates behind which a category stands in brackets, or else what is said of the only one that is named."""
    known = {label.casefold(): label for label in labels}
    rates = {
        known[label.casefold()]: rate
        for share, label in _IN_BRACKETS.findall(text)
        if label.casefold() in known and (rate := _percent(share)) is not None
    }
    if rates:
        return {label: {"estimate": rate} for label, rate in rates.items()}
    named = [label for label in labels if label and re.search(rf"\b{re.escape(label)}\b", text, re.IGNORECASE)]
    shares, counts = _SHARE.findall(text), _COUNTED.findall(text)
    found: dict[str, Number] = {}
    if len(named) == len(shares) == 1 and (rate := _percent(shares[0])) is not None:
        found["estimate"] = rate
    if len(named) == len(counts) == 1:
        recorded, n = (float(_cell(each) or 0) for each in counts[0])
        found |= {"recorded": (recorded, 0.0), "n": (n, 0.0)}
    return {named[0]: found} if found else {}


def _agrees(said: Mapping[str, Number], shown: Mapping[str, Number]) -> bool:
    """Tell whether what is said of a row can be of what a table shows of it, rounded or not."""
    near = {"n": _ROUNDED, "recorded": _ROUNDED, "estimate": 0.005}
    return all(
        abs(value - shown[key][0]) <= off + shown[key][1] + near[key]
        for key, (value, off) in said.items()
        if key in shown
    )


_ROUNDED = 2  # how far a count lies from the multiple of 5 that it is rounded to


# ---- charts

# what stands there where nothing is withheld and there is no rate
_WHY_BLANK = "|".join(re.escape(text) for code, text in wording.WHY_NO_MARK.items() if code != SUPPRESSED)

_TOLD = re.compile(
    rf"(?P<label>.+?)(?:(?P<gone>: (?:suppressed|withheld)[^.]*)|: (?:{_WHY_BLANK})"
    r"| (?P<rate>[<>]?\d[\d.]*)%(?: recorded)? \((?P<low>[<>]?\d[\d.]*)% to (?P<high>[<>]?\d[\d.]*)%\)"
    r"(?:,\D*?(?P<recorded>\d[\d,]*) of \D*?(?P<n>\d[\d,]*))?(?P<weighted>, weighted)?(?:, \d[\d,]* not recorded)?"
    r")\.(?:\s|$)"
)


def _told(file: str, part: str, text: str) -> PublishedTable | None:
    """Read what an alternative text says of each category."""
    title, _, rest = text.partition(". ")
    column = title.rpartition(" by ")[2] if " by " in title else ""
    rows = []
    for found in _TOLD.finditer(rest):
        numbers: dict[str, Number] = {}
        for key in RATES:
            rate = _percent(found["rate" if key == "estimate" else key] or "")
            numbers |= {} if rate is None else {key: rate}
        for key in ("recorded", "n"):
            if found[key]:
                numbers[key] = (float(_cell(found[key]) or 0), 0.0)
        notes = "weighted" if found["weighted"] else ""
        rows.append(PublishedRow((found["label"],), numbers, notes=notes, withheld=bool(found["gone"])))
    return PublishedTable(file, "", part, title, (column,), tuple(rows)) if rows and column else None


def _svg(file: str, content: bytes, fine: _Digits, *, alt: str = "", part: str = "") -> list[PublishedTable]:
    """Read what a chart says in words, and where its marks lie on its axis."""
    if b"<!ENTITY" in content:
        raise _UnreadableError
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - without entities there is nothing to blow up
    except ElementTree.ParseError as error:
        raise _UnreadableError from error
    desc = next((each.text for each in root.iter() if _tag(each) == "desc" and each.text), None)
    table = _told(file, part, alt or desc or "")
    axis = _axis(root)
    if axis is None:
        return [] if table is None else [table]
    marks, bars = _marks(root), _bars(root, upright=axis.upright)
    for x, y in (*marks, *bars):
        value = axis.value(x, y)
        if value is not None and all(abs(each - value) > axis.near for each in (round(value, _FINE), *_STAND_INS)):
            fine.add(file, MARKS, f"{value:.7f}")
    return [] if table is None else [_with_marks(table, root, axis, marks, bars)]


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


@dataclass(frozen=True, slots=True)
class _Axis:
    """An axis in percent: two places on it and what they stand for."""

    upright: bool
    start: tuple[float, float]  # place, proportion
    end: tuple[float, float]

    def value(self, x: float, y: float) -> float | None:
        """Read what a place stands for; None where it lies off the axis."""
        (a, one), (b, other) = self.start, self.end
        share = ((y if self.upright else x) - a) / (b - a)
        return one + share * (other - one) if -_DRAWN <= share <= 1 + _DRAWN else None

    @property
    def near(self) -> float:
        """How far from a number its place lies by the digits of places alone."""
        (a, one), (b, other) = self.start, self.end
        return 2e-6 * abs((other - one) / (b - a)) + 1e-9


_EDGE = 0.01  # points: what lies on the edge of a plot lies in it
_TICK = re.compile(r"^(\d+(?:\.\d+)?)%$")


def _texts(root: ElementTree.Element) -> list[tuple[float, float, str]]:
    return [
        (float(each.get("x", "nan")), float(each.get("y", "nan")), (each.text or "").strip())
        for each in root.iter()
        if _tag(each) == "text" and each.get("x") is not None
    ]


def _axis(root: ElementTree.Element) -> _Axis | None:
    ticks = [(x, y, float(found[1]) / 100) for x, y, text in _texts(root) if (found := _TICK.match(text))]
    for upright, across in ((False, 1), (True, 0)):
        lines: dict[float, list[tuple[float, float, float]]] = {}
        for tick in ticks:
            lines.setdefault(round(tick[across], 1), []).append(tick)
        line = max(lines.values(), key=len, default=[])
        if len(line) > 1:
            places = sorted((tick[1 - across], tick[2]) for tick in line)
            if upright:  # a text stands below the line that it names: what is drawn there says where the line is
                places = [(_nearest(root, place), value) for place, value in places]
            if places[0][0] != places[-1][0]:
                return _Axis(upright, places[0], places[-1])
    return None


def _nearest(root: ElementTree.Element, place: float) -> float:
    """Find the tick that a text beside an upright axis belongs to."""
    ticks = {y for each in root.iter() if _tag(each) == "use" for y in [float(each.get("y", "nan"))]}
    return min(ticks, key=lambda y: abs(y + 4.5 - place), default=place)


def _marks(root: ElementTree.Element) -> list[tuple[float, float]]:
    """List where marks lie: those of axes are grey, and what lies beside the plot is of a legend."""
    marks = (
        (float(each.get("x", "nan")), float(each.get("y", "nan")))
        for each in root.iter()
        if _tag(each) == "use" and _GRID not in (each.get("style") or "")
    )
    return _within_plot(root, marks)


def _bars(root: ElementTree.Element, *, upright: bool) -> list[tuple[float, float]]:
    """List where bars end."""
    drawn = (
        each.get("d") or ""
        for each in root.iter()
        if _tag(each) == "path" and each.get("clip-path") and _GRID not in (each.get("style") or "")
    )
    return _within_plot(root, (end for each in drawn for end in _ends_of_bar(each, upright=upright)))


_GRID = "#cccccc"
_CORNER = re.compile(r"[ML] (-?[\d.]+) (-?[\d.]+)\s*")


def _ends_of_bar(drawn: str, *, upright: bool) -> list[tuple[float, float]]:
    """Give the middles of the two ends of a bar; nothing of another figure."""
    places = [(float(x), float(y)) for x, y in _CORNER.findall(drawn)]
    xs, ys = sorted({x for x, _ in places}), sorted({y for _, y in places})
    if not drawn.rstrip().endswith("z") or len(places) != 4 or (len(xs), len(ys)) != (2, 2):
        return []
    return [(sum(xs) / 2, y) for y in ys] if upright else [(x, sum(ys) / 2) for x in xs]


def _within_plot(root: ElementTree.Element, places: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    left, top, right, bottom = _plot(root)
    return [(x, y) for x, y in places if left <= x <= right and top <= y <= bottom]


def _plot(root: ElementTree.Element) -> tuple[float, float, float, float]:
    """Find the rectangle that a chart is drawn in: left, top, right, bottom; everything where none is named."""
    for each in root.iter():
        if _tag(each) == "clipPath" and len(each) and _tag(each[0]) == "rect":
            x, y, wide, high = (float(each[0].get(name, "nan")) for name in ("x", "y", "width", "height"))
            return x - _EDGE, y - _EDGE, x + wide + _EDGE, y + high + _EDGE
    return -math.inf, -math.inf, math.inf, math.inf


def _with_marks(
    table: PublishedTable,
    root: ElementTree.Element,
    axis: _Axis,
    marks: Sequence[tuple[float, float]],
    bars: Sequence[tuple[float, float]],
) -> PublishedTable:
    """Add what the marks beside the name of each category stand for, or else where its bars end."""
    if axis.upright:
        return table
    names = {text.casefold(): y for _, y, text in _texts(root)}

    def beside(at: float, places: Iterable[tuple[float, float]]) -> list[float]:
        found = sorted({x for x, y in places if abs(y + 4.56 - at) < 3})
        return [value for x in found if (value := axis.value(x, 0)) is not None]

    def of(row: PublishedRow) -> PublishedRow:
        at = names.get(row.label[0].casefold(), math.nan)
        values = beside(at, marks)
        middle = values[len(values) // 2] if len(values) in (1, 3) else None
        ends = [value for value in beside(at, bars) if axis.near < value < 1 - axis.near]  # bars begin at nothing
        if len(ends) == 1:
            middle = ends[0]
        if middle is None:
            return row
        return replace(row, numbers={**row.numbers, "mark": (middle, axis.near)})

    return replace(table, rows=tuple(map(of, table.rows)))


_READERS: Mapping[str, Callable[[str, bytes, _Digits], list[PublishedTable]]] = {
    ".json": _json,
    ".csv": _csv,
    ".xlsx": _xlsx,
    ".html": _html,
    ".htm": _html,
    ".svg": _svg,
}
"""The ending of a file -> how it is read, those first that say most of each row."""
