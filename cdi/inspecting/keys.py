"""The keys of an inspection's file, from the registry of options and beyond it, and how the value of each is read.

The module is long because every key stands in it, and what reads it.
"""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cdi import wording
from cdi.audits.periods import read_span
from cdi.binomial.intervals import tail_of
from cdi.binomial.published import has_half_width, parse_published
from cdi.comparing.figures import read_figure
from cdi.disclosure.rules import SAMPLES
from cdi.errors import CdiError, DataError, Fault, suggestion
from cdi.measures import MEASURES
from cdi.parameters import LAYOUTS, PARAMETERS, Parameter
from cdi.printing.formats import parse_proportion
from cdi.reading.opening import is_workbook, named_files, parted
from cdi.reading.sources import Workbook
from cdi.reviewing.questions import parse_question

__all__ = ["EARLIER", "INSPECTION", "KINDS", "Key", "Section", "every_key", "has_controls", "meaning_of"]

EARLIER = tuple(key for key, each in MEASURES.items() if each.published)
"""What an earlier result can be of: what inspection reports print."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key."""

    name: str
    kind: str  # what it holds, by its name in ``cdi.inspecting.keys.KINDS`` and ``cdi.wording.KEY_KINDS``
    example: str = ""  # a value as it is written
    choices: tuple[str, ...] = ()  # the words that it can be, where they are few
    default: str = ""  # what holds where it is not there, as it is written; empty: nothing
    required: bool = False  # whether it must be there
    meaning: str = ""  # what it means, if it is an option too; of the others ``cdi.wording.KEYS`` says it


@dataclass(frozen=True, slots=True)
class Section:
    """One table."""

    name: str  # its name; empty for the head of the file
    keys: tuple[Key, ...] = ()  # what stands in it
    tables: tuple[Section, ...] = ()
    repeated: bool = False  # whether it can stand several times: ``[[previous]]``
    # what any other name in it holds, where the user chooses the names
    each: Key | Section | None = field(default=None)

    def item(self, name: str) -> Key | Section | None:
        """Give what a name stands for; None where it stands for nothing."""
        items: tuple[Key | Section, ...] = (*self.keys, *self.tables)
        return next((item for item in items if item.name == name), self.each)

    @property
    def names(self) -> tuple[str, ...]:
        """The names that are known."""
        return (*(key.name for key in self.keys), *(table.name for table in self.tables))


_QUOTED = frozenset(["choice", "choices", "column", "level"])
_EXAMPLES: Mapping[str, str] = {
    "searches.by": '["ethnicity"]',
    "reviews.by": '["outcome"]',
    "searches.columns.recorded": '"grounds"',
}
"""Key -> a value as it is written, where that of the option is of other rows."""


_SEVERAL = {"choice": "choices", "folder": "folders"}
"""Kind of an option -> the kind of a key that holds several."""

_BY_NAME = frozenset(["pairs", "reasons"])
"""The kinds of options that are a table in the file, whose keys the user chooses."""


def _options(table: str) -> tuple[Key, ...]:
    """List the options that a table takes, in the order of the registry."""
    taken = (each for each in PARAMETERS.values() if table in each.tables and each.kind not in _BY_NAME)
    return tuple(_option(each, table) for each in taken)


def _option(each: Parameter, table: str) -> Key:
    name = str(each.in_file)
    meaning = each.words.get("toml") or each.said(table.partition(".")[0])
    default = f'"{each.default}"' if each.default and each.kind in _QUOTED else each.default
    example = _EXAMPLES.get(f"{table}.{name}", each.example)
    kind = _SEVERAL.get(each.kind, each.kind) if each.multiple else each.kind
    return Key(name, kind, example, each.choices, default, meaning=f"{meaning[0].lower()}{meaning[1:-1]}")


def _named(each: Parameter, kind: str) -> Key:
    """Give what stands under the names of a table, which the user chooses."""
    option = _option(each, "")
    return Key("", kind, option.example, meaning=option.meaning)


def _files(example: str, *, required: bool = True) -> Key:
    return Key("files", "files", example, required=required)


def _source(example: str) -> Key:
    return Key("source", "text", f'"{example}"')


READING = Section(
    "reading",
    (
        Key("sheets", "texts", '["* 24"]'),
        Key("header_row", "whole", "5"),
        Key("upper_row", "whole", "4"),
        Key("fill_down", "names", '["Incident No"]'),
        Key("layout", "choice", '"counts"', LAYOUTS),
    ),
    (
        Section("columns", each=Key("", "column", '"Incident No"')),
        Section("words", each=Key("", "text", '"recorded"')),
    ),
)
"""How sheets are read that were not made for it, as :class:`cdi.reading.mapping.SheetMapping` says."""


def _tables(sample: str) -> tuple[Section, ...]:
    """Give the tables of a sample: its columns, and the strata that are joined."""
    joined = _option(PARAMETERS["collapse"], sample)
    each = Key("", "column", joined.example, meaning=joined.meaning)
    return Section("columns", _options(f"{sample}.columns")), Section("collapse", each=each), READING


INSPECTION = Section(
    "",
    keys=(
        Key("force", "text", '"Exampleshire Constabulary"', required=True),
        Key("title", "text", '"Crime data integrity 2024"'),
        Key("date", "date", "2024-11-30"),
        Key("grade", "text", '"good"'),
        Key("findings", "texts", '["Officers record violence promptly."]'),
        Key("areas_for_improvement", "texts", '["The force should record what is reported online."]'),
        Key("contact", "text", '"statistics@example.org"'),
        Key("notes", "texts", '["One week in May is missing."]'),
        *_options(""),
    ),
    tables=(
        Section(
            "audit", (_files('["audit.csv"]'), *_options("audit"), _source("audit of 456 reports")), _tables("audit")
        ),
        Section(
            "draw",
            (
                Key("plan", "file", '"plan.csv"'),
                Key("frame", "file", '"frame.csv"'),
                Key("receipt", "file", '"sample.receipt.json"'),
                Key("panel", "file", '"panel.csv"'),
            ),
        ),
        Section(
            "volumes",
            (_files('["volumes.csv"]', required=False), *_options("volumes"), _source("the force's crime system")),
            (READING,),
        ),
        Section(
            "searches",
            (_files('["searches.csv"]'), *_options("searches"), _source("300 of 6,180 searches")),
            _tables("searches"),
        ),
        Section(
            "previous",
            (
                Key("name", "text", '"2022"', required=True),
                Key("measure", "choice", '"grounds"', EARLIER, f'"{EARLIER[0]}"'),
                Key("figure", "figure", '"86.5%+-4.3%"'),
                _files('["audit_2022.csv"]', required=False),
                Key("period", "period", '"2022-01 to 2022-12"'),
                *_options("previous"),
                _source("the inspection of 2022"),
            ),
            _tables("previous"),
            repeated=True,
        ),
        Section(
            "reviews", (_files('["reviews.csv"]'), *_options("reviews"), _source("90 case files")), _tables("reviews")
        ),
        Section(
            "times",
            (_files('["times.csv"]', required=False), *_options("times"), _source("the force's command system")),
            _tables("times"),
        ),
        Section(
            "monthly",
            (_files('["2024-*.csv"]', required=False), *_options("monthly"), _source("the force's monthly audits")),
            _tables("monthly"),
        ),
        Section(
            "forces",
            (
                Key("file", "file", '"forces.csv"', required=True),
                Key("marked", "text", '"Exampleshire"'),
                *_options("forces"),
                _source("inspections since 2016"),
            ),
        ),
        Section(
            "periods",
            (
                Key("audit", "period", '"2024-01 to 2024-06"'),
                Key("count", "period", '"year to June 2024"'),
                Key("volumes", "period", '"year to June 2024"'),
                Key("searches", "period", '"2024-01 to 2024-06"'),
                Key("reviews", "period", '"2024-01 to 2024-06"'),
            ),
        ),
        Section("glossary", each=Key("", "text", '"the first record of a report"')),
        Section("categories", each=Section("", each=Key("", "text", '"violence against the person"'))),
        Section(
            "disclosure",
            _options("disclosure"),
            (
                Section("not_personal", each=_named(PARAMETERS["not_personal"], "text")),
                Section(
                    "exceptions",
                    (
                        Key("column", "column", '"ethnicity"', required=True),
                        Key("category", "column", '"black"', required=True),
                        Key("sample", "choice", '"searches"', SAMPLES),
                        Key("reason", "text", '"already published"', required=True),
                        Key("approver", "text", '"the force crime registrar"', required=True),
                    ),
                    repeated=True,
                ),
            ),
        ),
    ),
)
"""What can stand in the file."""


def meaning_of(name: str, key: Key) -> str:
    """Say what a key means, named with its tables."""
    return key.meaning or wording.KEYS[name]


def every_key(section: Section = INSPECTION, above: str = "") -> Iterator[tuple[str, Key]]:
    """List the keys of a table and of those in it, each with its whole name."""
    yield from ((f"{above}{key.name}", key) for key in section.keys)
    for table in section.tables:
        yield from every_key(table, f"{above}{table.name}.")
    if isinstance(section.each, Key):
        yield f"{above}NAME", section.each
    elif section.each is not None:
        yield from every_key(section.each, f"{above}NAME.")


# ---- how values are read

FEWEST_MONTHS = 2
_TABLES = (".csv", ".parquet", ".pq")


def _wrong(key: Key, given: object) -> DataError:
    return DataError.of(
        "toml-kind", got=_shown(given), kind=wording.KEY_KINDS[key.kind], name=key.name, example=key.example
    )


def _shown(given: object) -> str:
    """Write a value as it stands in the file."""
    if isinstance(given, bool):
        return str(given).lower()
    return repr(given) if isinstance(given, str) else str(given)


def has_controls(text: str) -> bool:
    r"""Tell whether a text holds signs that no page can show, such as a tab, a line end or a bell."""
    return any(unicodedata.category(sign) == "Cc" for sign in text)


def _word(given: object, key: Key, *, blank: bool = False) -> str:
    """Take a text as it stands; signs that nobody sees are refused."""
    if not isinstance(given, str):
        raise _wrong(key, given)
    if has_controls(given):
        raise DataError.of("toml-control", got=given)
    if not blank and not given:
        raise DataError.of("toml-blank", name=key.name, example=key.example)
    return given


def _plain(given: object, key: Key) -> str:
    """Take a text that people read: line ends in it are spaces."""
    return _word(" ".join(given.split()) if isinstance(given, str) else given, key)


def _name(given: object, key: Key, _folder: Path) -> str:
    """Take a name as it stands in a file; an empty one leaves a role out."""
    return _word(given, key, blank=True)


def _column(given: object, key: Key, _folder: Path) -> str:
    return _word(given, key)


def _text(given: object, key: Key, _folder: Path) -> str:
    return _plain(given, key)


def _texts(given: object, key: Key, _folder: Path) -> tuple[str, ...]:
    return _each(given, key, lambda one: _plain(one, key))


def _names(given: object, key: Key, _folder: Path) -> tuple[str, ...]:
    """Take the names of columns, each once; an empty text for none."""
    names = _each(given, key, lambda one: _word(one, key, blank=True))
    return tuple(dict.fromkeys(name for name in names if name))


def _each(given: object, key: Key, read: Callable[[object], Any]) -> tuple[Any, ...]:
    """Read a list, or one value in its place; all its faults are reported."""
    found, faults = [], list[Fault]()
    for one in given if isinstance(given, list) else [given]:
        try:
            found.append(read(one))
        except CdiError as error:
            faults += error.faults
    if isinstance(given, list) and not given:
        raise _wrong(key, given)
    if faults:
        raise DataError(faults)
    return tuple(found)


def _choice(given: object, key: Key, _folder: Path) -> str:
    if not isinstance(given, str):
        raise _wrong(key, given)
    if given not in key.choices:
        raise DataError.of("toml-choice", got=_shown(given), name=key.name, hint=suggestion(given, key.choices))
    return given


def _choices(given: object, key: Key, folder: Path) -> tuple[str, ...]:
    """Take several words, each once."""
    return tuple(dict.fromkeys(_each(given, key, lambda one: _choice(one, key, folder))))


def _date(given: object, key: Key, _folder: Path) -> dt.date:
    if not isinstance(given, dt.date) or isinstance(given, dt.datetime):
        raise _wrong(key, given)
    return given


def _yes(given: object, key: Key, _folder: Path) -> bool:
    if not isinstance(given, bool):
        raise _wrong(key, given)
    return given


def _number(given: object, key: Key) -> float:
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not math.isfinite(given):
        raise _wrong(key, given)
    return given


def _share(given: object, key: Key, _folder: Path) -> float:
    """Take a proportion: 0.87, or "87%" with its sign."""
    return parse_proportion(given if isinstance(given, str) else str(_number(given, key)))


def _share_known(given: object, key: Key, folder: Path) -> float | str:
    """Take a proportion, or one that was estimated: "87%+-3%"."""
    if isinstance(given, str) and has_half_width(given):
        return _published(given, key, folder)
    return _share(given, key, folder)


def _level(given: object, key: Key, folder: Path) -> float:
    level = _share(given, key, folder)
    tail_of(level, "both")
    return level


def _whole(given: object, key: Key, _folder: Path, least: int = 0) -> int:
    if _number(given, key) < least or not isinstance(given, int):
        raise _wrong(key, given)
    return given


def _months(given: object, key: Key, folder: Path) -> int:
    return _whole(given, key, folder, FEWEST_MONTHS)


def _hours(given: object, key: Key, _folder: Path) -> float:
    hours = _number(given, key)
    if hours <= 0:
        raise DataError.of("within", got=given)
    return hours


def _factor(given: object, key: Key, _folder: Path) -> float:
    if _number(given, key) < 1:
        raise _wrong(key, given)
    return _number(given, key)


def _period(given: object, key: Key, _folder: Path) -> str:
    """Take a period as it is to be printed; one that cannot be read could not be held against another."""
    text = _plain(given, key)
    if read_span(text) is None:
        raise DataError.of("toml-period", got=text)
    return text


def _figure(given: object, key: Key, _folder: Path) -> str:
    text = _plain(given, key)
    read_figure(text)
    return text


def _published(given: object, key: Key, _folder: Path) -> str:
    text = _plain(given, key)
    parse_published(text)
    return text


def _read_files(given: object, key: Key, folder: Path) -> tuple[Path | Workbook, ...]:
    """Find files by their names or patterns, relative to the folder of the inspection's file; each once."""
    found = [file for files in _each(given, key, lambda one: _found(one, key, folder)) for file in files]
    seen: set[tuple[Path, str | None]] = set()
    for file in found:
        path, sheet = (Path(file.path), file.sheet) if isinstance(file, Workbook) else (file, None)
        if (path.resolve(), sheet) in seen:
            raise DataError.of("file-twice", got=path.name if sheet is None else f"{path.name}#{sheet}")
        seen.add((path.resolve(), sheet))
    return tuple(found)


def _file(given: object, key: Key, folder: Path) -> Path | Workbook:
    found = _found(given, key, folder)
    if len(found) > 1:
        raise DataError.of("toml-one-file", got=given, count=len(found))
    return found[0]


def _found(given: object, key: Key, folder: Path) -> list[Path | Workbook]:
    found: list[Path | Workbook] = []
    for name, sheet in named_files(_word(given, key), folder):
        path = folder / name
        if not path.is_file():
            raise DataError.of("toml-no-file", got=name, nearby=_nearby(name, path))
        found.append(Workbook(str(path), sheet) if is_workbook(path) else path)
    return found


def _folders(given: object, key: Key, folder: Path) -> tuple[Path, ...]:
    """Find folders by their names, relative to that of the inspection's file; each once."""

    def one(name: object) -> Path:
        found = folder / _word(name, key)
        if not found.is_dir():
            raise DataError.of("toml-no-folder", got=name)
        return found

    return tuple(dict.fromkeys(_each(given, key, one)))


@dataclass(frozen=True, slots=True)
class _Nearby:
    """What there is where a file is not; as text, which was probably meant."""

    name: str
    is_folder: bool = False  # whether a folder stands there
    tables: tuple[str, ...] | None = None  # the files of its folder that can be read; None: there is no such folder

    def __str__(self) -> str:
        if self.is_folder:
            return wording.is_folder(self.name)
        if self.tables is None:
            return wording.NO_FOLDER
        return str(suggestion(Path(self.name).name, self.tables)) if self.tables else wording.NO_TABLES


def _nearby(name: str, path: Path) -> _Nearby:
    if path.is_dir() or not path.parent.is_dir():
        return _Nearby(name, path.is_dir())
    return _Nearby(name, tables=tuple(sorted(file.name for file in path.parent.iterdir() if _is_table(file))))


def _is_table(file: Path) -> bool:
    return file.suffix.casefold() in _TABLES or is_workbook(file)


def _population(given: object, key: Key, folder: Path) -> int | str | Path | Workbook:
    """Take the reports on the frame: a number, a file, or else the name of a column."""
    if not isinstance(given, str):
        return _whole(given, key, folder, 1)
    text = _word(given, key)
    named = Path(parted(text)[0])
    return _file(text, key, folder) if _is_table(named) or (folder / text).is_file() else text


def _questions(given: object, key: Key, folder: Path) -> Path | Workbook | tuple[str, ...]:
    """Take a file of questions, or the questions themselves."""
    if not isinstance(given, list):
        return _file(given, key, folder)

    def one(text: object) -> str:
        question = _plain(text, key)
        parse_question(question)
        return question

    return _each(given, key, one)


KINDS: Mapping[str, Callable[[Any, Key, Path], Any]] = {
    "choice": _choice,
    "choices": _choices,
    "column": _column,
    "crimes": _whole,
    "date": _date,
    "factor": _factor,
    "figure": _figure,
    "file": _file,
    "files": _read_files,
    "folders": _folders,
    "hours": _hours,
    "level": _level,
    "months": _months,
    "name": _name,
    "names": _names,
    "period": _period,
    "population": _population,
    "published": _published,
    "questions": _questions,
    "share_known": _share_known,
    "text": _text,
    "texts": _texts,
    "whole": _whole,
    "yes": _yes,
}
"""What a key holds -> what reads it: the value, the key, and the folder that paths are relative to."""
