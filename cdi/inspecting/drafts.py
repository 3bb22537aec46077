"""Writes a new inspection's file: what the header of an audit tells is filled in, everything else is explained.

The module is longer than most: it recognises columns, by their names and values, before it writes.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.arguments import checked, path_of, several
from cdi.audits import answers
from cdi.audits.crime_tables import is_category, look_at
from cdi.audits.design import roles_of
from cdi.audits.periods import parse_period
from cdi.audits.volumes import POPULATION, RECORDED_CRIME
from cdi.disclosure.rules import Disclosure
from cdi.errors import CdiError
from cdi.inspecting.keys import INSPECTION, Key, Section, has_controls, meaning_of
from cdi.inspecting.understood import Understood, understood
from cdi.parameters import DESIGN, keys_of
from cdi.reading import opening
from cdi.reading.mapping import BY_SHEET, toml_value
from cdi.reading.sources import Workbook
from cdi.survey.sampling import GROUNDS

if TYPE_CHECKING:
    from cdi.reading.sources import Source

__all__ = ["Draft", "Recognised", "draft_inspection", "recognise"]


# ---- what columns hold

ROLES = keys_of("audit.columns")
TIMES = ("reported_at", "recorded_at")
MOST, LONGEST = 20, 40
"""The most categories that a column is offered for, and the longest of them: more is an id, longer is free text."""

_WORDS, _REMARK = re.compile(r"[^\W_]+"), re.compile(r"\([^)]*\)")
_USUAL = ("crime_type", "ethnicity")
_COUNTS = frozenset(["due", "recorded"])


@dataclass(frozen=True, slots=True)
class Recognised:
    """What the columns of a file are."""

    roles: Mapping[str, str]  # role -> its column
    domains: Mapping[str, tuple[str, ...]]  # columns of categories, those most asked for first -> their categories
    times: Mapping[str, str]  # ``reported_at`` and ``recorded_at`` -> their columns; empty unless both are there
    others: tuple[str, ...]  # columns that are none of these
    force: str | None  # the one force that a column of this name holds

    @property
    def answered(self) -> bool:
        """Whether it is known what was recorded."""
        return bool({"recorded", "decision"} & set(self.roles))


def recognise(
    files: Sequence[str | Path | Workbook],
    *,
    volumes: Sequence[str | Path | Workbook] = (),
    searches: bool = False,
    known: Understood | None = None,
) -> Recognised:
    r"""Recognise the columns of one file, or of several with the same columns; some roles may be known already."""
    opened = opening.open_source(list(files))
    known = Understood(tuple(files)) if known is None else known
    named = {**_fitting(known.columns, opened), **_by_name(opened, (*ROLES, *TIMES))}
    frame, crime = _known_by(opened, volumes)
    roles = _roles(opened, {role: named[role] for role in ROLES if role in named}, searches=searches, known=known)
    if frame and "stratum" not in roles:
        roles = {"stratum": frame[0], **roles}
    times: dict[str, str] = dict(known.times)
    if not searches and all(name in named for name in TIMES):
        times = {name: named[name] for name in TIMES}
    playing = {*roles.values(), *times.values()}
    values = _values(opened, [name for name in opened.columns if name not in playing])
    forces = values.pop("force", ())
    domains = _domains(values, [*crime, *([known.category] if known.category else [])])
    others = tuple(name for name in values if name not in domains)
    return Recognised(roles, domains, times, others, forces[0] if len(forces) == 1 else None)


def _fitting(columns: Mapping[str, str], opened: Source) -> dict[str, str]:
    """Take the roles that are known beside those of columns of just this name."""
    own = {name for name in _by_name(opened, ROLES) if name != columns.get(name)}
    closed: set[str] = set()
    if "decision" in own:
        closed = {*_COUNTS}
    elif own & _COUNTS:
        closed = {"decision"}
    return {role: name for role, name in columns.items() if role in ROLES and role not in closed}


def _domains(values: Mapping[str, tuple[str, ...]], crime: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Find the columns of categories: those that recorded crime is by first, those that look like answers last."""
    found = {name: words for name, words in values.items() if not has_controls(name) and _are_categories(words)}
    usual = (*crime, *_USUAL, *sorted(found, key=lambda name: _are_answers(found[name])))
    return {name: found[name] for name in usual if name in found}


def _known_by(opened: Source, volumes: Sequence[str | Path | Workbook]) -> tuple[list[str], list[str]]:
    """Find what a frame is by, and what recorded crime is by, among the columns of the audit."""
    frame: list[str] = []
    crime: list[str] = []
    for file in volumes:
        kinds = [name for name in opened.columns if is_category(name)][:1]
        table, published = look_at(file, kinds)
        shared = [name for name in table.columns if name in opened.columns]
        frame += shared if POPULATION in table.columns else []
        if RECORDED_CRIME in table.columns and not published:
            crime += shared
        crime += kinds if published else []
    return frame, crime


def _by_name(opened: Source, names: Sequence[str]) -> dict[str, str]:
    """Find the columns that are called so, whatever their capitals, signs, and remarks in brackets."""
    usable = [name for name in reversed(opened.columns) if not has_controls(name)]
    plain = {"_".join(_WORDS.findall(_REMARK.sub("", name.casefold()))): name for name in usable}
    return {name: name if name in opened.columns else plain[name] for name in names if name in plain}


def _roles(opened: Source, named: Mapping[str, str], *, searches: bool, known: Understood) -> dict[str, str]:
    """Settle the roles as an audit does; where that cannot be, they stay as they were found."""
    given: dict[str, Any] = dict(named)
    if searches:
        given = {role: name for role, name in named.items() if role in ("stratum", "cluster", "case", "weight")}
        recorded = _by_name(opened, [GROUNDS]).get(GROUNDS, known.columns.get("recorded"))
        given |= {} if recorded is None else {"recorded": recorded}
    elif "decision" in given:
        given = {role: name for role, name in given.items() if role not in _COUNTS}
    if "recorded_as" not in given:
        given.pop("category", None)
    spelled: Any = {role: name for role, name in given.items() if role != name or role in ("recorded", "decision")}
    try:
        design, _ = roles_of(opened, None, spelled)
    except CdiError:
        return given
    settled = {role: getattr(design, role) for role in ROLES if role != "stratum"}
    settled = {"stratum": ", ".join(design.strata), **settled}
    if design.decision is not None:
        settled["recorded"] = None
    return {role: name for role, name in settled.items() if name}


def _values(opened: Source, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """List the words of columns, sorted; none where there are too many, or where they do not come back."""
    from cdi.reading import engine

    held = engine.texts_of(opened.rows)
    texts = {opened.inner(name): name for name in names if opened.inner(name) in held}
    found: dict[str, tuple[str, ...]] = {}
    for inner, words in (engine.tallied(opened.rows, list(texts), MOST) if texts else {}).items():
        found[texts[inner]] = _coming_back([(answers.show(word), times) for word, times in words.items()])
    return {name: found[name] if name in found else _words_of(opened, name) for name in names}


def _words_of(opened: Source, column: str) -> tuple[str, ...]:
    """List the words of one column, whatever it holds."""
    import narwhals as nw

    from cdi.reading import engine

    column = opened.inner(column)
    # the engine is slow to ask one column of a table of hundreds
    rows = opened.rows.select(column).filter(~nw.col(column).is_null()).group_by(column).agg(nw.len().alias("_cdi_n"))
    found = engine.collect(rows.sort("_cdi_n", descending=True).head(MOST + 1))
    return _coming_back([(answers.show(word), int(n)) for word, n in zip(found[column], found["_cdi_n"], strict=True)])


def _coming_back(words: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    """Give the words of a column, sorted, if they are few and come back."""
    if len(words) > MOST or sum(times for _, times in words) < 2 * len(words):
        return ()
    return tuple(sorted(word for word, _ in words))


def _are_categories(words: Sequence[str]) -> bool:
    return (
        len(words) > 1
        and all(len(word) <= LONGEST and not has_controls(word) for word in words)
        and not all(parse_period(word) for word in words)
    )


def _are_answers(words: Sequence[str]) -> bool:
    return all(not isinstance(answers.parse_reply(word), str) for word in words)


# ---- what is written

WIDTH = 40
"""Where the comments begin."""

EXAMPLE = "online"
"""A stratum, where an example needs the name of one."""

_EXAMPLES: Mapping[str, str] = {"disclosure.not_personal.": "sector"}
"""Table -> a name in it, where that of a stratum is none."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_DESIGN = frozenset(keys_of("audit", DESIGN))
_COLUMNS = frozenset(["columns", "collapse"])


@dataclass(frozen=True, slots=True, repr=False)
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

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        lacking = f", {len(self.lacking)} to fill in" if self.lacking else ""
        return f"<cdi.Draft: {len(self.text.splitlines())} lines{lacking}>"


@checked
def draft_inspection(
    audit: str | Path | Workbook | Sequence[str | Path | Workbook],
    *,
    searches: str | Path | Workbook | Sequence[str | Path | Workbook] = (),
    volumes: str | Path | Workbook | Sequence[str | Path | Workbook] = (),
    folder: str | Path = ".",
) -> Draft:
    r"""Draft the file that describes an inspection, from the column names of its samples.

    Parameters
    ----------
    audit : path or Workbook, or a sequence of them
        The audited sample.
    searches, volumes : path or Workbook, or a sequence of them
        Stop and search records, and volumes.
    folder : str or pathlib.Path
        The folder that the file will be in. The paths in the file are relative to it.

    Returns
    -------
    Draft
        The text of a file that :func:`cdi.read_inspection` reads, and what it still lacks.

    Raises
    ------
    DataError
        If a file cannot be read as a table.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "audit.csv").write_text("recorded\nyes\nno\n", encoding="utf-8")
    >>> lines = draft_inspection([folder / "audit.csv"], folder=folder).text.splitlines()
    >>> [line.partition("  #")[0].rstrip() for line in lines if line[:1] > "#"]
    ['force = "Name of the force"', '[audit]', 'files = ["audit.csv"]', '[audit.columns]', 'recorded = "recorded"']
    """
    audit, searches, volumes = several(audit), several(searches), several(volumes)
    for file in (*audit, *searches, *volumes):
        if not isinstance(file, Workbook):
            path_of(file)
    home = path_of(folder)
    given = {"audit": audit, "searches": searches}
    read = {table: understood(files, table) for table, files in given.items() if files or table == "audit"}
    found = {
        table: recognise(
            known.files, volumes=volumes if table == "audit" else (), searches=table != "audit", known=known
        )
        for table, known in read.items()
    }
    filled = {"force": _text(found["audit"].force or wording.PLACEHOLDER)}
    for table, recognised in found.items():
        filled |= _sample(table, given[table], recognised, home, is_mapped=read[table].mapping is not None)
        filled |= _reading(table, read[table])
    if BY_SHEET in read["audit"].columns.values():
        filled["monthly.period"] = _text(BY_SHEET)
    if volumes:
        filled["volumes.files"] = _files(volumes, home)
    filled |= {f"times.{name}": _text(column) for name, column in found["audit"].times.items()}
    head = [f"# {line}".rstrip() for line in wording.draft_head()]
    text = "\n".join([*head, "", *_section(INSPECTION, "", _Filled(filled, found))]).rstrip()
    lacking = [wording.draft_lacks(table) for table, known in found.items() if not known.answered]
    lacking += [
        wording.draft_words(table, [word for word, _ in known.words]) for table, known in read.items() if known.words
    ]
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
    def sensitive(self) -> tuple[str, ...]:
        """The columns of categories that are known as of personal characteristics or small areas."""
        domains = [(column, words) for known in self.found.values() for column, words in known.domains.items()]
        rules = Disclosure().seeing(((column,), (word,)) for column, words in domains for word in words)
        return tuple(column for column in dict.fromkeys(column for column, _ in domains) if rules.sensitive([column]))

    @property
    def categories(self) -> Mapping[str, tuple[str, ...]]:
        """The first column of each sample with its categories."""
        first = (next(iter(known.domains.items()), None) for known in self.found.values())
        return dict(pair for pair in first if pair is not None)


def _reading(table: str, known: Understood) -> dict[str, str]:
    """Fill in how sheets are read that were not made for cdi; words that are not known are left to be said."""
    mapping = known.mapping
    if mapping is None:
        return {}
    above = f"{table}.reading"
    filled = {f"{above}.{name}": toml_value(value) for name, value in mapping.settings.items()}
    filled |= {f"{above}.columns.{role}": _text(name) for role, name in mapping.columns.items()}
    filled |= {f"{above}.words.{_name(word)}": _text(meaning) for word, meaning in mapping.words.items()}
    return filled | {f"{above}.words.{_OPEN}{_name(word)}": _text(likely or "MEANING") for word, likely in known.words}


_OPEN = "#"
"""What stands before a word whose meaning is still to be said."""


def _sample(
    table: str, files: Sequence[str | Path | Workbook], found: Recognised, folder: Path, *, is_mapped: bool
) -> dict[str, str]:
    """Fill in a sample: its files, its columns of categories, of which the first is used, and its roles."""
    files = [file.path if isinstance(file, Workbook) and file.mapping else file for file in files]
    filled = {f"{table}.files": _files(files, folder)}
    if found.domains:
        first, *others = found.domains
        listed = [f"    {_text(first)},", *(f"    # {_text(name)}," for name in others)]
        filled[f"{table}.by"] = "\n".join(["[", *listed, "]"]) if others else f"[{_text(first)}]"
    roles = {} if is_mapped else found.roles
    return filled | {f"{table}.columns.{role}": _text(column) for role, column in roles.items()}


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
        yield from _own_names(section.each, prefix, filled)
    yield from _remark(section, above, filled)
    yield ""
    for table in section.tables:
        if table.name == "reading" and not filled.uses(f"{prefix}reading."):
            continue
        if table.name == "categories":
            yield from _categories(filled.categories)
        elif rows or table.name not in _COLUMNS or filled.uses(f"{prefix}{table.name}."):
            yield from _section(table, prefix, filled)


def _remark(section: Section, above: str, filled: _Filled) -> Iterator[str]:
    """Say what was found in the files that the keys of a table do not say."""
    if section.name == "columns" and filled.others(above):
        yield f"# {wording.draft_columns([_shown(name) for name in filled.others(above)])}"
    if section.name == "disclosure" and filled.sensitive:
        yield f"# {wording.draft_sensitive([_shown(name) for name in filled.sensitive])}"


def _own_names(each: Key, prefix: str, filled: _Filled) -> Iterator[str]:
    """Write the keys of a table whose names are the user's; without any, an example."""
    own = {key.removeprefix(prefix): value for key, value in filled.values.items() if key.startswith(prefix)}
    yield from (f"{name} = {value}" for name, value in own.items())
    if not own:
        yield from _key(replace(each, name=_EXAMPLES.get(prefix, EXAMPLE)), f"{prefix}NAME", None)


def _key(key: Key, name: str, value: str | None) -> Iterator[str]:
    """Write a key with what it is behind it; one without a value as a comment with an example."""
    first, *rest = (f"#{key.name} = {key.example}" if value is None else f"{key.name} = {value}").split("\n")
    yield f"{first:<{WIDTH}}  # {wording.explained(meaning_of(name, key), key.choices, key.default)}"
    yield from rest


def _categories(named: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    yield f"# {wording.TABLES['categories']}"
    if not named:
        yield from ("#[categories.crime_type]", '#violent = "violence against the person"', "")
    for column, words in named.items():
        yield f"[categories.{_name(column)}]"
        yield from (f"{_name(word)} = {_text(word)}" for word in words)
        yield ""
