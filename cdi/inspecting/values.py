"""Reads what stands behind a key: one function for each kind of value, whose faults say how it is written."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.audits.periods import parse_period
from cdi.binomial.intervals import tail_of
from cdi.binomial.published import parse_published
from cdi.comparing.figures import read_figure
from cdi.errors import CdiError, DataError, Fault, suggestion
from cdi.printing.formats import parse_proportion
from cdi.reading.opening import is_workbook, named_files, parted
from cdi.reading.sources import Workbook
from cdi.reviewing.questions import parse_question

if TYPE_CHECKING:
    from cdi.inspecting.keys import Key

__all__ = ["KINDS", "has_controls"]

FEWEST_MONTHS = 2
_TABLES = (".csv", ".parquet", ".pq")


def _wrong(key: Key, given: object) -> DataError:
    return DataError.of(
        "toml-kind", got=_shown(given), kind=wording.KEY_KINDS[key.kind], name=key.name, example=key.example
    )


def _shown(given: object) -> str:
    """Write a value as it stands in the file."""
    return str(given).lower() if isinstance(given, bool) else repr(given) if isinstance(given, str) else str(given)


def _plain(given: object, key: Key) -> str:
    """Take a text that people read: line ends in it are spaces, and signs that nobody sees are refused."""
    if not isinstance(given, str):
        raise _wrong(key, given)
    return _seen(" ".join(given.split()), key)


def _name(given: object, key: Key, _folder: Path) -> str:
    """Take a name as it stands in a file; an empty one leaves a role out."""
    if not isinstance(given, str):
        raise _wrong(key, given)
    return _seen(given, key, blank=True)


def _column(given: object, key: Key, _folder: Path) -> str:
    if not isinstance(given, str):
        raise _wrong(key, given)
    return _seen(given, key)


def has_controls(text: str) -> bool:
    r"""Tell whether a text holds signs that no page can show, such as a tab, a line end or a bell.

    Examples
    --------
    >>> has_controls("data\tables.csv"), has_controls("data/tables.csv")
    (True, False)
    """
    return any(unicodedata.category(sign) == "Cc" for sign in text)


def _seen(text: str, key: Key, *, blank: bool = False) -> str:
    if has_controls(text):
        raise DataError.of("toml-control", got=text)
    if not blank and not text:
        raise DataError.of("toml-blank", name=key.name, example=key.example)
    return text


def _text(given: object, key: Key, _folder: Path) -> str:
    return _plain(given, key)


def _texts(given: object, key: Key, _folder: Path) -> tuple[str, ...]:
    return _each(given, key, lambda one: _plain(one, key))


def _names(given: object, key: Key, folder: Path) -> tuple[str, ...]:
    """Take the names of columns, each once; an empty text for none."""
    return tuple(dict.fromkeys(name for name in _each(given, key, lambda one: _name(one, key, folder)) if name))


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


def _period(given: object, key: Key, _folder: Path) -> str:
    """Take a period as it is to be printed; one that cannot be read could not be held against another."""
    text = _plain(given, key)
    if parse_period(text) is None:
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


def _files(given: object, key: Key, folder: Path) -> tuple[Path | Workbook, ...]:
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
    text = _column(given, key, folder)
    found: list[Path | Workbook] = []
    for name, sheet in named_files(text, folder):
        path = folder / name
        if not path.is_file():
            raise DataError.of("toml-no-file", got=name, hint=_nearby(name, path))
        found.append(Workbook(str(path), sheet) if is_workbook(path) else path)
    return found


def _nearby(name: str, path: Path) -> str:
    """Say which file was probably meant: one of the same folder, among those that can be read."""
    if path.is_dir():
        return wording.is_folder(name)
    if not path.parent.is_dir():
        return wording.NO_FOLDER
    there = sorted(file.name for file in path.parent.iterdir() if _is_table(file))
    return str(suggestion(Path(name).name, there)) if there else wording.NO_TABLES


def _is_table(file: Path) -> bool:
    return file.suffix.casefold() in _TABLES or is_workbook(file)


def _population(given: object, key: Key, folder: Path) -> int | str | Path | Workbook:
    """Take the reports on the frame: a number, a file, or else the name of a column."""
    if not isinstance(given, str):
        return _whole(given, key, folder, 1)
    text = _column(given, key, folder)
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
    "column": _column,
    "date": _date,
    "figure": _figure,
    "file": _file,
    "files": _files,
    "hours": _hours,
    "level": _level,
    "months": _months,
    "name": _name,
    "names": _names,
    "period": _period,
    "population": _population,
    "published": _published,
    "questions": _questions,
    "share": _share,
    "text": _text,
    "texts": _texts,
    "whole": _whole,
    "yes": _yes,
}
"""What a key holds -> what reads it: the value, the key, and the folder that paths are relative to."""
