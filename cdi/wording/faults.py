"""How a fault is said: where, what was expected, what was found, and what to do in the terms of who called."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from cdi.wording.sentences import in_a_row, listed

__all__ = [
    "BLANK", "LEFT_OPEN", "NOT_STATED_GROUP", "NO_LABEL", "OPEN_ANSWER", "OPEN_CATEGORY", "OPEN_GROUP",
    "OPEN_MEANING", "OPEN_NAME", "VERB_CALLS", "OwnWords", "Words",
    "answer_together", "describe_fault", "describe_faults",
    "describe_place", "describe_rows", "for_shell", "is_row_key", "list_spellings", "one_line", "row_called",
    "row_key", "shorten", "suggest",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of one fault.

    Braces are filled with the values that the raising room hands over. ``{option:decision}`` is an option with a value,
    ``{option:decision=}`` one that is left empty, ``{named:decision}`` its name alone and ``{verb:check}`` a verb, each
    as the surface spells it.
    """

    expected: str  # what a right value looks like
    remedy: str  # what to do
    # command_line, python, toml: what to do instead on one surface, where options alone do not make the difference
    command_line: str = ""
    python: str = ""
    toml: str = ""
    # the surfaces that such a fault is found on, where it is not on all
    only: tuple[str, ...] = ("command_line", "python", "toml")
    # the option that takes the answers to all faults that ask the same: a line below them gives it, ready to be typed
    answers: str = ""

    def on(self, surface: str) -> tuple[str, str]:
        """Give what is expected and what to do, with the braces still to be filled."""
        return self.expected, getattr(self, surface) or self.remedy


VERB_CALLS: Mapping[str, tuple[str, str]] = {
    "check": ("cdi check FILE", 'cdi.describe(cdi.read_audit("FILE"))'),
    "compare": ("cdi compare", "cdi.compare()"),
    "init": ("cdi init AUDIT.csv", 'cdi.draft_inspection(["AUDIT.csv"])'),
    "open": ("cdi open FILE", 'cdi.open_sheets("FILE")'),
    "mapping": ("cdi open FILE", 'cdi.open_sheets("FILE").save("mapping.toml")'),
    "verify_draw": (
        "cdi draw --verify RECEIPT FRAME SAMPLE",
        'cdi.verify_draw("RECEIPT", "FRAME", "SAMPLE")',
    ),
    "report": ("cdi report inspection.toml -o out/", 'cdi.assemble(cdi.read_inspection("inspection.toml"))'),
    "anew": (
        "cdi report inspection.toml -o new/",
        'cdi.write_report(cdi.assemble(cdi.read_inspection("inspection.toml")), "new/")',
    ),
}
"""Verb -> how the command line and Python call it."""

_PLAIN = re.compile(r"[\w./:=,+@-]+")


def for_shell(word: str) -> str:
    """Write a word of a command, in quotation marks where a shell needs them."""
    if _PLAIN.fullmatch(word):
        return word
    # within double marks, a shell of Linux still reads these signs
    return shlex.quote(word) if os.name != "nt" and set(word) & set('"$`\\!') else f'"{word}"'


LONGEST_VALUE = 60

MOST_NAMES = 30
"""The names that are listed where one is not known: a folder can hold thousands."""

BLANK = "a blank"
"""What is said instead of a value that is not there."""

NO_LABEL = "(blank)"
"""The label of rows without a category."""

NOT_STATED_GROUP = "Not stated"
"""The label of records that state no ethnic group, where they are gathered into five."""


class Place(Protocol):
    """What a sentence needs to know of a place."""

    @property
    def file(self) -> str | None: ...
    @property
    def line(self) -> int | None: ...
    @property
    def column(self) -> str | None: ...
    @property
    def key(self) -> str | None: ...
    @property
    def sheet(self) -> str | None: ...
    @property
    def cell(self) -> str | None: ...


def describe_place(where: Place) -> str:
    """Name a place in the user's input, as exactly as it is known."""
    return _placed(where, [_row(where)])


def describe_rows(places: Sequence[Place], rows: int) -> str:
    """Name the place of one fault in several rows: how many they are, and the first of them."""
    first, shown = places[0], places[:_FIRST]
    if len(places) == 1:
        named = [_row(first)] if _row(first) else []
        return _placed(first, [f"{rows:,} rows", *(f"such as {each}" for each in named)])
    if first.cell is not None:
        few = f"cells {', '.join(str(place.cell) for place in shown)}"
    elif first.line is not None:
        few = f"{_line_name(first)}s {', '.join(f'{place.line:,}' for place in shown)}"
    else:
        few = in_a_row(str(place.key).removesuffix(_COUNTED) for place in shown if place.key)
    if few and rows > len(shown):
        few += ", ..."
    return _placed(first, [f"{rows:,} rows ({few})" if few else f"{rows:,} rows"])


_FIRST = 3  # rows that are named of many


def _row(where: Place) -> str:
    line = None if where.line is None else f"{_line_name(where)} {where.line:,}"
    row = line if where.cell is None else f"cell {where.cell}"
    return ", ".join(part for part in (row, where.key) if part)


def _line_name(where: Place) -> str:
    return "line" if where.sheet is None else "row"


def _placed(where: Place, rows: Sequence[str]) -> str:
    sheet = f"sheet {where.sheet}" if where.sheet is not None else None
    column = f"column {where.column}" if where.column is not None else None
    return ", ".join(part for part in (where.file, sheet, *rows, column) if part)


def describe_fault(expected: str, got: str | None, place: str, hint: str) -> str:
    """Put one fault into a sentence: where, what was expected, what was got, what to do."""
    found = f", but found {got or BLANK}" if got is not None else ""
    return one_line(f"{place}{': ' if place else ''}expected {expected}{found}. {hint}".rstrip())


def describe_faults(shown: Sequence[str], hidden: int, closing: Sequence[str] = ()) -> str:
    """List the faults that are shown, say how many more there are, and close with what answers them together."""
    more = [f"... and {hidden:,} more."] if hidden > 0 else []
    return "\n".join([*shown, *more, *closing])


_TOGETHER: Mapping[str, str] = {
    "words": "To say what these words mean",
    "roles": "If these are the columns that are meant",
    "groups": "To say which category each group or code of the volumes is in",
}
"""Option that takes the answers -> what it is for."""

_TABLES: Mapping[str, str] = {
    "words": "in the table [reading] of these rows, such as [audit.reading]",
    "roles": "in the table columns of these rows, such as [audit.columns]",
    "groups": "in the table [volumes.reading]",
}
"""Option that takes the answers -> where an inspection's file holds them."""

OPEN_MEANING, OPEN_ANSWER, OPEN_GROUP, OPEN_CATEGORY, OPEN_NAME = "MEANING", "ANSWER", "GROUP", "CATEGORY", "NAME"
"""What stands in an answer for what nobody but the user can know."""

_OPEN: Mapping[str, str] = {
    OPEN_MEANING: "In place of MEANING, write recorded, not recorded, wrongly cancelled, wrong class, no crime, "
    "transferred, duplicate, over-recorded or not auditable.",
    OPEN_ANSWER: "In place of ANSWER, write yes, no or n/a.",
    OPEN_GROUP: "In place of GROUP, write Asian, Black, Mixed, Other, White or Not stated.",
    OPEN_CATEGORY: "In place of CATEGORY, write a category of the audit. To leave fraud out, write Fraud offences.",
    OPEN_NAME: "In place of NAME, write what the volumes call it.",
}

LEFT_OPEN = tuple(_OPEN)
"""What stands for what is to be filled in."""


def answer_together(option: str, surface: str, answers: str, command: str | None, left_open: Sequence[str]) -> str:
    """Close faults that ask the same with one line that answers them all, and say what is to be filled in."""
    begin = _TOGETHER[option]
    if surface == "toml":
        said = f"{begin}, write {_TABLES[option]}: {answers}"
    elif surface == "python":
        said = f"{begin}, add: {answers}"
    elif command is None:
        said = f"{begin}, add to the command: {answers}"
    else:
        said = f"{begin}, type:\n{command} {answers}"
    return "\n".join([said, *(_OPEN[each] for each in left_open)])


_COUNTED = " (counted from 1)"


def row_key(row: int) -> str:
    """Name a row of a frame, which has no lines, by its position."""
    return f"row {row:,}{_COUNTED}"


def row_called(label: str | None) -> str:
    """Name a row of a frame without an order by its label."""
    return f"the row '{shorten(label)}'" if label else "a row without a name"


def is_row_key(key: str) -> bool:
    """Tell the name of a row by its position."""
    return key.endswith(_COUNTED)


class OwnWords(str):
    """A text of ours, which an error shows in full; a value of the input may be as long as it likes, and is cut."""

    __slots__ = ()


def shorten(value: str) -> str:
    """Make a value of the input fit into a sentence: control characters escaped, long text cut."""
    plain = "".join(c if c.isprintable() else repr(c)[1:-1] for c in value[: LONGEST_VALUE + 1])
    return plain if len(plain) <= LONGEST_VALUE else f"{plain[:LONGEST_VALUE]}..."


_BREAK = re.compile(r"\s*[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]\s*")


def one_line(text: str) -> str:
    """Write a text on one line: people break the name of a column to fit a cell."""
    return _BREAK.sub(" ", text)


def list_spellings(counted: Sequence[tuple[str, int]]) -> str:
    """List spellings with how often each stands."""
    shown = [f"{shorten(name)} ({times:,})" for name, times in counted]
    return listed(shown)


def suggest(near: str | None, choices: Sequence[str]) -> str:
    """Say which known name was probably meant, and which there are."""
    named = [choice for choice in choices if choice]  # what is not told apart has no name
    more = f" and {len(named) - MOST_NAMES:,} more" if len(named) > MOST_NAMES else ""
    there = f"There are: {in_a_row(named[:MOST_NAMES])}{more}." if named else "There are none."
    return f"Did you mean '{near}'? {there}" if near else there
