"""How sheets are read that were not made for it: confirmed once, kept in a file, and used again next month.

A mapping says which sheets hold data, on which row their names stand, which column plays which role, which columns
are filled down from the row above, and what words mean. The file with the evidence is never changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.arguments import path_of
from cdi.errors import SHOWN, DataError, Fault, Where, fault, suggestion
from cdi.parameters import LAYOUTS
from cdi.reading import engine

if TYPE_CHECKING:
    from cdi.reading.set_aside import RawTable

__all__ = [
    "BY_SHEET", "BY_TITLE", "CRIME_TYPE", "MAPPED_ROLES", "NO_COLUMN", "SheetMapping", "apply_mapping", "holds",
    "mapping_of", "read_mapping", "toml_value",
]  # fmt: skip

BY_SHEET = "SHEET"
"""What stands for the name of the sheet where a column with the period is asked for."""

BY_TITLE = "TITLE"
"""What stands for a title above the table, where a column with the period is asked for."""

NO_COLUMN = frozenset([BY_SHEET, BY_TITLE])
"""What stands for no column, where one with the period is asked for."""

CRIME_TYPE = "crime_type"
"""What the column of categories is called where nothing else is said."""

MAPPED_ROLES = (
    "stratum", "cluster", "nest", "case", "due", "recorded", "decision", "recorded_as", "category", "weight", "period",
    "count", "reports", "reported_at", "recorded_at", "timely", "population", "recorded_crime", "force",
)  # fmt: skip
"""The roles that a mapping can give a column."""


@dataclass(frozen=True, slots=True)
class SheetMapping:
    """How a file or a workbook is read.

    Attributes
    ----------
    sheets : tuple of str
        The sheets that hold data, by name or pattern (``"* 24"``). Empty: the only one that holds anything.
    header_row : int or None
        The row with the names of the columns. None: the first that holds anything.
    upper_row : int or None
        The row with the names of groups of columns, where the header has two rows.
    fill_down : tuple of str
        Columns that are blank in further rows of a report: there they say what the row above says. The column of
        reports is the first.
    layout : {"records", "counts"} or None
        Whether a row is one record, or counts of many.
    columns : mapping of str to str
        Role -> the column that plays it; the period may be ``"SHEET"`` or ``"TITLE"``.
    words : mapping of str to str
        A word of the auditors' -> what it means: a decision, yes, no, or a category.
    name : str or None
        The file that it was read from.
    """

    sheets: tuple[str, ...] = ()
    header_row: int | None = None
    upper_row: int | None = None
    fill_down: tuple[str, ...] = ()
    layout: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    name: str | None = None

    def chosen(self, titles: Sequence[str]) -> list[str]:
        """List the sheets of a workbook that hold data, in its order."""
        patterns = [each.casefold() for each in self.sheets]
        return [
            title
            for title in titles
            if title in self.sheets or any(fnmatchcase(title.casefold(), pattern) for pattern in patterns)
        ]

    @property
    def settings(self) -> Mapping[str, object]:
        """What it says of sheets and rows, beside columns and words."""
        names = [each.name for each in fields(self) if each.name not in {"columns", "words", "name"}]
        return {name: value for name in names if (value := getattr(self, name))}

    def text(
        self,
        head: Sequence[str] = (),
        left: Sequence[str] = (),
        layouts: Sequence[str] = (),
        asked: Sequence[str] = (),
    ) -> str:
        """Write it as TOML, under lines that say what it is; what is open stands there as comments.

        These are the roles that are ``left`` out, the ``layouts`` to choose from, and the words that are ``asked`` for.
        """
        lines = [*(f"# {line}".rstrip() for line in head), "[reading]"]
        lines += [f"{name} = {toml_value(value)}" for name, value in self.settings.items()]
        lines += [f"# {line}" for line in layouts]
        for table in ("columns", "words"):
            pairs = getattr(self, table)
            if pairs or (table == "words" and asked):
                lines += [
                    "",
                    f"[reading.{table}]",
                    *(f"{_key(key)} = {toml_value(value)}" for key, value in pairs.items()),
                ]
            lines += [f"# {line}" for line in (left if table == "columns" else asked)]
        return "\n".join([*lines, ""])


def toml_value(value: object) -> str:
    """Write a value as TOML does."""
    plain = list(value) if isinstance(value, tuple) else value
    return json.dumps(plain, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else toml_value(name)


def read_mapping(path: str | Path) -> SheetMapping:
    """Read a mapping from its file, as ``cdi open -o FILE`` writes it.

    Raises
    ------
    DataError
        The file cannot be read, or a key is unknown or wrong: all at once.
    """
    import tomllib

    file = path_of(path)
    where = Where(str(file))
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DataError.of("no-file", where=where) from None
    except (OSError, UnicodeError) as error:
        raise DataError.of("mapping-unreadable", got=str(error), where=where) from None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError.of("mapping-unreadable", got=str(error), where=where) from None
    table = values.get("reading")
    if not isinstance(table, dict) or len(values) > 1:
        raise DataError.of("mapping-table", got=wording.in_a_row(values) or None, where=where)
    return mapping_of(table, str(file))


def mapping_of(table: Mapping[str, Any], name: str) -> SheetMapping:
    """Take a mapping from the table of a TOML file."""
    known = [each.name for each in fields(SheetMapping) if each.name != "name"]
    faults: list[Fault] = []
    given: dict[str, Any] = {}
    for key, value in table.items():
        where = Where(name, key=f"reading.{key}")
        if key not in known:
            faults.append(fault("mapping-key", where=where, hint=suggestion(key, known)))
            continue
        kind, right = _READ[key]
        taken = right(value)
        if taken is None:
            faults.append(fault("mapping-value", got=toml_value(value), where=where, kind=kind))
        given[key] = taken
    for role in given.get("columns") or ():
        if role not in MAPPED_ROLES:
            where = Where(name, key=f"reading.columns.{role}")
            faults.append(fault("mapping-key", where=where, hint=suggestion(role, list(MAPPED_ROLES))))
    for word, meaning in (given.get("words") or {}).items():
        if meaning == wording.OPEN_MEANING:
            where = Where(name, key=f"reading.words.{word}")
            faults.append(fault("mapping-value", got=meaning, where=where, kind=_MEANING_LEFT))
    if faults:
        raise DataError(faults)
    return SheetMapping(**given, name=name)


def _texts(value: object) -> tuple[str, ...] | None:
    listed = [value] if isinstance(value, str) else value
    if isinstance(listed, list) and listed and all(isinstance(each, str) and each.strip() for each in listed):
        return tuple(listed)
    return None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 1 else None


def _layout(value: object) -> str | None:
    return value if isinstance(value, str) and value in LAYOUTS else None


def _pairs(value: object) -> dict[str, str] | None:
    if isinstance(value, dict) and all(isinstance(each, str) and each for each in value.values()):
        return dict(value)
    return None


_READ: Mapping[str, tuple[str, Any]] = {
    "sheets": ('names of sheets, such as ["Apr 24", "May 24"] or ["* 24"]', _texts),
    "header_row": ("the number of a row, such as 5", _number),
    "upper_row": ("the number of a row, such as 4", _number),
    "fill_down": ('names of columns, such as ["Incident No"]', _texts),
    "layout": (f"a layout: {' or '.join(LAYOUTS)}", _layout),
    "columns": ('a role and a column in each line, such as recorded = "Crime recorded?"', _pairs),
    "words": ('a word and its meaning in each line, such as Compliant = "recorded"', _pairs),
}
"""What a key holds -> how that is said, and what reads it."""

_MEANING_LEFT = 'what this word means, such as "recorded"'


# ---- a table, read as its mapping says


def apply_mapping(connection: Any, raw: RawTable, mapping: SheetMapping) -> int:
    """Fill down what is blank in further rows of a report, and put meanings in the place of words.

    Gives how many rows were filled.
    """
    named = [*mapping.fill_down, *(name for name in mapping.columns.values() if name not in NO_COLUMN)]
    absent = [name for name in dict.fromkeys(named) if name not in raw.columns]
    if absent:
        hints = [(name, suggestion(name, raw.columns)) for name in absent]
        raise DataError([fault("no-column", where=raw.at, column=name, hint=hint) for name, hint in hints])
    filled = _fill_down(connection, raw, mapping.fill_down) if mapping.fill_down else 0
    if mapping.words:
        _put_meanings(connection, raw, mapping)
    return filled


def _fill_down(connection: Any, raw: RawTable, columns: Sequence[str]) -> int:
    """Repeat the report, and what is said of it, in its further rows; each stands right under another of the report."""
    import numpy as np

    report = raw.inner(columns[0])
    query = f"select {engine.ROW} as row, {report} is null as further from {raw.table} where {holds(raw.columns)}"
    found = connection.execute(query).fetchnumpy()
    held, is_further = np.asarray(found["row"]), np.asarray(found["further"], dtype=bool)
    order = np.argsort(held, kind="stable")  # nearly always they are in order, which the engine would not see
    held, is_further = held[order], is_further[order]
    further = held[is_further]
    if not len(further):
        return 0
    at = held if raw.sheet_rows is None else np.asarray(raw.sheet_rows)[held - 1]
    apart = np.diff(at, prepend=-1) > 1  # the row above it holds nothing
    alone = held[is_further & apart]
    if len(alone):
        shown = alone[:SHOWN].tolist()
        places = raw.place(shown)
        faults = [fault("continuation-alone", where=replace(places[row], column=columns[0])) for row in shown]
        raise DataError(faults, len(alone))
    # the last row before each that names a report; what that leaves blank stays blank
    first = held[np.maximum.accumulate(np.where(is_further, 0, np.arange(len(held))))][is_further]
    connection.register(f"{raw.table}_further", {"row": further, "first": first})
    put = ", ".join(f"{name} = coalesce(t.{name}, above.{name})" for name in map(raw.inner, columns))
    table, number = raw.lies_in
    connection.execute(
        f"update {table} as t set {put} from {raw.table}_further as f join {raw.table} as above "
        f"on above.{engine.ROW} = f.first where t.{number} = f.row"
    )
    connection.unregister(f"{raw.table}_further")
    return len(further)


def holds(columns: Sequence[str]) -> str:
    """Write the condition that a row holds something."""
    return f"coalesce({', '.join(engine.inner_names(columns))}) is not null"


def _put_meanings(connection: Any, raw: RawTable, mapping: SheetMapping) -> None:
    """Put what the auditors' words mean in their place, in the columns that play a role with words."""
    cases = " ".join(
        f"when {engine.literal(' '.join(word.casefold().split()))} then {engine.literal(meaning)}"
        for word, meaning in mapping.words.items()
    )
    # one that names no column is of those that play a role by their own names
    columns = mapping.columns or {name: name for name in raw.columns if name in MAPPED_ROLES or name == CRIME_TYPE}
    played = [name for role, name in columns.items() if role not in _WORDLESS and name not in NO_COLUMN]
    names = map(raw.inner, dict.fromkeys(played))
    plain = engine.literal(" .,;:!*'\"`")  # stray signs at the ends
    put = [f"case lower(trim({name}, {plain})) {cases} else {name} end as {name}" for name in names]
    _replace(connection, raw.table, put)


_WORDLESS = frozenset(["cluster", "case", "weight", "period", "count", "reports", "reported_at", "recorded_at"])
"""Roles whose columns hold no words with a meaning."""


def _replace(connection: Any, table: str, put: Sequence[str]) -> None:
    if put:
        connection.execute(f"create or replace temp table {table} as select * replace ({', '.join(put)}) from {table}")
