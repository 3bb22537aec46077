"""Reads a TOML file so that every later fault can name its line: the text, what it says, and where each key stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cdi import wording
from cdi.errors import DataError, Where

__all__ = ["TomlFile", "lines_of", "read_toml"]

_WIDE = (b"\xff\xfe", b"\xfe\xff")
_AT = re.compile(r" \(at line (\d+), column (\d+)\)$| \(at end of document\)$")

_PART = r"""(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*')"""
_PATH = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_STATEMENT = re.compile(rf"\s*(?:(?P<open>\[\[?)[ \t]*(?P<table>{_PATH})[ \t]*\]\]?|(?P<key>{_PATH})[ \t]*=)")
_TOKEN = re.compile(r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|.', re.DOTALL)
_DEEPER = {"[": 1, "{": 1, "]": -1, "}": -1}


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A TOML file that was read."""

    path: Path  # the file
    values: Mapping[str, Any]  # what it says
    lines: Mapping[str, int]  # key or table, such as ``audit.columns.due`` or ``previous[2].name`` -> its line


def read_toml(path: str | Path) -> TomlFile:
    r"""Read a TOML file."""
    text = _text(Path(path))
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax(str(error), text, str(path)) from error
    return TomlFile(Path(path), values, lines_of(text))


def _text(path: Path) -> str:
    where = Where(str(path))
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        raise DataError.of("name-not-utf-8", where=where) from None
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise DataError.of("no-file", where=where) from None
    except OSError as error:
        raise DataError.of("is-a-folder" if path.is_dir() else "cannot-read", where=where) from error
    if content.startswith(_WIDE):
        raise DataError.of("toml-encoding", got="UTF-16", where=where)
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise DataError.of("toml-encoding", got=f"0x{content[error.start]:02x}", where=Where(str(path), line)) from None


def _syntax(said: str, text: str, path: str) -> DataError:
    """Say what is wrong with the text, in the words of someone who writes it for the first time."""
    found = _AT.search(said)
    plain = _AT.sub("", said)
    hint = next((hint for begin, hint in wording.TOML_REMEDIES.items() if plain.startswith(begin)), f"{plain}.")
    line, column = (int(found[1]), int(found[2])) if found and found[1] else _twice(plain, text)
    written = text.split("\n")[line - 1].strip() if line else ""
    key = wording.at_character(column) if column else None
    return DataError.of("toml-syntax", got=written or None, where=Where(path, line, key=key), hint=hint)


def _twice(said: str, text: str) -> tuple[int | None, int | None]:
    """Find the line of a fault for which the reader names none: a key that stands twice, or the end."""
    seen: set[str] = set()
    for name, at in _statements(text) if "overwrite" in said else ():
        if name in seen:
            return _line(text, at), None
        seen.add(name)
    return None, None


def lines_of(text: str) -> dict[str, int]:
    r"""Find the line of each key and table in a text that is TOML."""
    return {name: _line(text, at) for name, at in _statements(text)}


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _statements(text: str) -> Iterator[tuple[str, int]]:
    """Walk over the statements of a text: the name of each, and where it begins."""
    counts: dict[str, int] = {}
    table, at = "", 0
    while at < len(text):
        found = _STATEMENT.match(text, at)
        if found is None:
            at = _end(text, at)
            continue
        if found["table"]:
            table = _numbered(_parts(found["table"]), counts, again=len(found["open"]) == 2)
            yield table, found.start("open")
        else:
            yield ".".join([*([table] if table else []), *_parts(found["key"])]), found.start("key")
        at = _end(text, found.end())


def _end(text: str, at: int) -> int:
    """Find the end of a statement: the line end outside of brackets and texts."""
    depth = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            return len(text)
        at = token.end()
        depth += _DEEPER.get(token[0], 0)
        if token[0] == "\n" and depth <= 0:
            return at
    return at


def _parts(path: str) -> list[str]:
    """Part a dotted key; what stands in quotation marks may hold dots and signs of its own."""
    return [str(tomllib.loads(f"k = {part}")["k"]) if part[0] in "\"'" else part for part in re.findall(_PART, path)]


def _numbered(parts: list[str], counts: dict[str, int], *, again: bool) -> str:
    """Put its number behind each table that stands several times, here and on the way."""
    name = ""
    for place, part in enumerate(parts, 1):
        name = f"{name}.{part}" if place > 1 else part
        if again and place == len(parts):
            counts[name] = counts.get(name, 0) + 1
        name = f"{name}[{counts[name]}]" if name in counts else name
    return name
