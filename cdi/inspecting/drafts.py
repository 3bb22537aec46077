"""Writes a new inspection's file: what the header of an audit tells is filled in, everything else is explained."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cdi import wording
from cdi.inspecting.keys import INSPECTION, Key, Section
from cdi.inspecting.recognition import Recognised, recognise
from cdi.inspecting.values import has_controls
from cdi.reading.sources import Workbook

__all__ = ["Draft", "draft_inspection"]

WIDTH = 40
"""Where the comments begin."""

EXAMPLE = "online"
"""A stratum, where an example needs the name of one."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_DESIGN = frozenset(["selection", "population", "single_cluster", "classification"])
_COLUMNS = frozenset(["columns", "collapse"])


@dataclass(frozen=True, slots=True)
class Draft:
    """A new file.

    Attributes
    ----------
    text : str
        What it holds.
    lacking : tuple of str
        What must be filled in before a report can be made.
    """

    text: str
    lacking: tuple[str, ...]


def draft_inspection(
    audit: Sequence[str | Path | Workbook],
    *,
    searches: Sequence[str | Path | Workbook] = (),
    volumes: Sequence[str | Path | Workbook] = (),
    folder: str | Path = ".",
) -> Draft:
    r"""Write the file of an inspection from the headers of what was audited.

    Parameters
    ----------
    audit : sequence of path or Workbook
        The audit.
    searches, volumes : sequence of path or Workbook
        Stop and search records, and known numbers.
    folder : str or pathlib.Path
        Where the file is to stand: its paths are relative to this.

    Returns
    -------
    Draft
        A file that :func:`cdi.read_inspection` reads.

    Raises
    ------
    DataError
        A file cannot be read as a table.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "audit.csv").write_text("recorded\nyes\nno\n", encoding="utf-8")
    >>> lines = draft_inspection([folder / "audit.csv"], folder=folder).text.splitlines()
    >>> [line.partition("  #")[0].rstrip() for line in lines if line[:1] > "#"]
    ['force = "Name of the force"', '[audit]', 'files = ["audit.csv"]', '[audit.columns]', 'recorded = "recorded"']
    """
    found = {"audit": recognise(audit, volumes=volumes)}
    if searches:
        found["searches"] = recognise(searches, searches=True)
    given = {"audit": audit, "searches": searches}
    filled = {"force": _text(found["audit"].force or wording.PLACEHOLDER)}
    for table, known in found.items():
        filled |= _sample(table, given[table], known, Path(folder))
    if volumes:
        filled["volumes.files"] = _files(volumes, Path(folder))
    filled |= {f"times.{name}": _text(column) for name, column in found["audit"].times.items()}
    head = [f"# {line}".rstrip() for line in wording.draft_head()]
    text = "\n".join([*head, "", *_section(INSPECTION, "", _Filled(filled, found))]).rstrip()
    lacking = (wording.draft_lacks(table) for table, known in found.items() if not known.answered)
    return Draft(f"{text}\n", tuple(lacking))


@dataclass(frozen=True, slots=True)
class _Filled:
    """What a new file holds beside its comments: keys with their values, and what was found in each sample."""

    values: Mapping[str, str]
    found: Mapping[str, Recognised]

    def uses(self, prefix: str) -> bool:
        return any(key.startswith(prefix) for key in self.values)

    def others(self, above: str) -> tuple[str, ...]:
        table = above.removesuffix(".")
        return self.found[table].others if table in self.found else ()

    @property
    def categories(self) -> Mapping[str, tuple[str, ...]]:
        """The first column of each sample with its categories."""
        first = (next(iter(known.domains.items()), None) for known in self.found.values())
        return dict(pair for pair in first if pair is not None)


def _sample(table: str, files: Sequence[str | Path | Workbook], found: Recognised, folder: Path) -> dict[str, str]:
    """Fill in a sample: its files, its columns of categories, of which the first is used, and its roles."""
    filled = {f"{table}.files": _files(files, folder)}
    if found.domains:
        first, *others = found.domains
        listed = [f"    {_text(first)},", *(f"    # {_text(name)}," for name in others)]
        filled[f"{table}.by"] = "\n".join(["[", *listed, "]"]) if others else f"[{_text(first)}]"
    return filled | {f"{table}.columns.{role}": _text(column) for role, column in found.roles.items()}


def _files(files: Iterable[str | Path | Workbook], folder: Path) -> str:
    return f"[{', '.join(_text(_relative(file, folder)) for file in files)}]"


def _relative(file: str | Path | Workbook, folder: Path) -> str:
    path = file.path if isinstance(file, Workbook) else file
    sheet = f"#{file.sheet}" if isinstance(file, Workbook) and file.sheet else ""
    try:
        return Path(os.path.relpath(path, folder)).as_posix() + sheet
    except ValueError:  # another drive
        return Path(path).resolve().as_posix() + sheet


def _text(text: str) -> str:
    """Write a text as TOML does."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _name(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _shown(name: str) -> str:
    """Write the name of a column in a comment; one that would break its line, as TOML does."""
    return _text(name) if has_controls(name) or len(name.splitlines()) > 1 else name


def _section(section: Section, above: str, filled: _Filled) -> Iterator[str]:
    """Write a table under what it is: its keys, filled in or shown, and the tables in it."""
    place = f"{above}{section.name}"
    prefix = f"{place}." if place else ""
    used, rows = filled.uses(prefix), f"{prefix}files" in filled.values
    if place:
        heading = f"[[{place}]]" if section.repeated else f"[{place}]"
        yield f"# {wording.TABLES[place]}"
        yield heading if used else f"#{heading}"
    for key in section.keys:
        if rows or key.name not in _DESIGN:
            yield from _key(key, f"{prefix}{key.name}", filled.values.get(f"{prefix}{key.name}"))
    if isinstance(section.each, Key):
        yield from _key(replace(section.each, name=EXAMPLE), f"{prefix}NAME", None)
    if section.name == "columns" and filled.others(above):
        yield f"# {wording.draft_columns([_shown(name) for name in filled.others(above)])}"
    yield ""
    for table in section.tables:
        if table.name == "categories":
            yield from _categories(filled.categories)
        elif rows or table.name not in _COLUMNS:
            yield from _section(table, prefix, filled)


def _key(key: Key, name: str, value: str | None) -> Iterator[str]:
    """Write a key with what it is behind it; one without a value as a comment with an example."""
    first, *rest = (f"#{key.name} = {key.example}" if value is None else f"{key.name} = {value}").split("\n")
    yield f"{first:<{WIDTH}}  # {wording.explained(wording.KEYS[name], key.choices, key.default)}"
    yield from rest


def _categories(named: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    yield f"# {wording.TABLES['categories']}"
    if not named:
        yield from ("#[categories.crime_type]", '#violent = "violence against the person"', "")
    for column, words in named.items():
        yield f"[categories.{_name(column)}]"
        yield from (f"{_name(word)} = {_text(word)}" for word in words)
        yield ""
