"""What went wrong, as data: its code, what was got, where, and what the raising room knows of it.

Nothing is worded until it is shown, and then for a surface: the command line, Python and an inspection's file each name
the remedy in their own terms. The sentences are in :mod:`cdi.wording`, the spellings of options in
:mod:`cdi.parameters`. A caller catches :class:`CdiError`, which is a ``ValueError``, and reads
:attr:`CdiError.faults`.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Self

from cdi import wording
from cdi.parameters import PARAMETERS, Parameter

__all__ = [
    "CdiError", "DataError", "DesignError", "Fault", "MethodError", "Suggestion", "Surface", "Where",
    "Worded", "fault", "suggestion",
]  # fmt: skip

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Where:
    """A place in the user's input; what is not known is None.

    Attributes
    ----------
    file : str or None
        Name of the file as the user gave it.
    line : int or None
        Physical line in the file, counted from 1, as an editor shows it.
    column : str or None
        Name of the column.
    key : str or None
        What identifies the row where there are no lines: ``"row 3"``, ``"report 2021-117"``, ``"stratum calls"``.
    sheet, cell : str or None
        The sheet of a workbook, and the address of the cell in it: ``"C7"``.
    """

    file: str | None = None
    line: int | None = None
    column: str | None = None
    key: str | None = None
    sheet: str | None = None
    cell: str | None = None


class Surface(StrEnum):
    """Where a fault is told: the names of options differ."""

    PYTHON = "python"
    COMMAND_LINE = "command_line"
    TOML = "toml"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with the input.

    Attributes
    ----------
    code : str
        Its name in the catalogue of :mod:`cdi.wording`, stable across languages.
    got : str or None
        The offending value, and nothing else of its row.
    where : Where
        The place.
    known : tuple of (str, object)
        What the raising room knows, by the names that the catalogue's sentences use; see :attr:`values`.
    terms : Surface or None
        Whose terms it is told in, whoever shows it: those of an inspection's file for what is wrong with its keys.
    rows : int
        How many rows hold this value where it cannot be, of which only the first are listed; 1 where all are.
    """

    code: str
    got: str | None = None
    where: Where = Where()
    known: tuple[tuple[str, object], ...] = ()
    terms: Surface | None = None
    rows: int = 1

    @property
    def values(self) -> Mapping[str, object]:
        """What the raising room knows of it."""
        return MappingProxyType(dict(self.known))

    @property
    def expected(self) -> str:
        """What a right value looks like, in Python's terms unless the fault has its own."""
        return self.said(Surface.PYTHON)[0]

    @property
    def hint(self) -> str:
        """What to do, in Python's terms unless the fault has its own."""
        return self.said(Surface.PYTHON)[1]

    def told(self, surface: Surface | str = Surface.PYTHON) -> str:
        """Say where, what was expected, what was found, and what to do.

        Parameters
        ----------
        surface : Surface or str
            Whose names of options the remedy uses.

        Returns
        -------
        str
            One line.

        Examples
        --------
        >>> found = fault("no-higher", got="up")
        >>> print(found.told("command_line"))
        expected better, worse or neither, but found up. Say what a higher rate is: --higher worse.
        >>> print(found.told())
        expected better, worse or neither, but found up. Say what a higher rate is: higher="worse".
        """
        expected, remedy = self.said(surface)
        return wording.describe_fault(expected, self.got, wording.describe_place(self.where), remedy)

    def said(self, surface: Surface | str) -> tuple[str, str]:
        """Word what was expected and what to do for a surface."""
        words = wording.FAULTS[self.code]
        here = self.terms or Surface(surface)
        there = here if here in words.only else Surface(words.only[0])
        known = [(name, value) for name, value in self.known if name not in {"beside", "roles"}]
        values = {name: wording.in_a_row(value) if isinstance(value, tuple) else value for name, value in known}
        filled = {**values, "option": _Option(there), "named": _Named(there), "verb": _VerbCall(there)}
        expected, remedy = words.on(there)
        return expected.format_map(filled), remedy.format_map(filled)

    def __str__(self) -> str:
        return self.told()


@dataclass(frozen=True, slots=True)
class _Option:
    """An option with its value, as a surface spells it: ``{option:decision}``, ``{option:by=period}``."""

    surface: Surface

    def __format__(self, spec: str) -> str:
        name, given, value = spec.partition("=")
        option = PARAMETERS[name]
        shown = value if given else option.metavar.split("|")[0]
        if self.surface is Surface.COMMAND_LINE:
            return f"{_spelled(option, self.surface)}{_as_word(shown, option)}"
        if option.kind in {"pairs", "reasons"}:
            one, _, other = shown.partition("=")
            if self.surface is Surface.PYTHON:
                return f'{_spelled(option, self.surface)}={{"{one}": "{other}"}}'
            return f'"{one}" = "{other}" under {_spelled(option, self.surface)}'
        if self.surface is Surface.PYTHON:
            return f"{_spelled(option, self.surface)}={_as_python(shown, option)}"
        return f"{_spelled(option, self.surface)} = {_as_toml(shown, option)}{_table_of(option)}"


@dataclass(frozen=True, slots=True)
class _Named:
    """The name of an option, as a surface spells it: ``{named:decision}``."""

    surface: Surface

    def __format__(self, spec: str) -> str:
        return _spelled(PARAMETERS[spec], self.surface)


@dataclass(frozen=True, slots=True)
class _VerbCall:
    """A verb, as a surface calls it: ``{verb:check}``; whoever writes an inspection's file is at the command line."""

    surface: Surface

    def __format__(self, spec: str) -> str:
        return wording.VERB_CALLS[spec][self.surface is Surface.PYTHON]


def _spelled(option: Parameter, surface: Surface) -> str:
    if surface is Surface.COMMAND_LINE:
        return option.spelled[0]
    name = option.in_python if surface is Surface.PYTHON else option.in_file
    if name is None:
        raise KeyError(option.name)  # a catalogue that names an option where there is none: see its tests
    return name


def _as_word(value: str, option: Parameter) -> str:
    """Write a value for a shell: in quotation marks that those of Windows and Linux take."""
    if option.kind == "yes":
        return ""
    return f" {wording.for_shell(value)}"


def _as_python(value: str, option: Parameter) -> str:
    if option.kind == "yes":
        return "True"
    if not value:
        return "None"
    return _quoted(value, option)


def _as_toml(value: str, option: Parameter) -> str:
    return "true" if option.kind == "yes" else _quoted(value, option)


def _quoted(value: str, option: Parameter) -> str:
    if option.kind in {"whole", "count", "months", "hours", "factor"}:
        return value
    return f'["{value}"]' if option.multiple or option.kind == "questions" else f'"{value}"'


def _table_of(option: Parameter) -> str:
    """Say under which heading of the file a key is, where that does not go without saying."""
    if all(table.endswith(".columns") for table in option.tables):
        return " under columns"
    return f" under [{option.tables[0]}]" if len(option.tables) == 1 and option.tables[0] else ""


class CdiError(ValueError):
    """The base of every error that a user of cdi can put right.

    Parameters
    ----------
    faults : iterable of Fault
        Everything that is wrong, with one fault for each row, in the order of the input. Of many rows, the first twenty
        are here, and the first with each other value.
    total : int, optional
        The number of faults, if only the first were collected. The message tells the same fault of several rows once,
        and shows at most twenty faults.

    Examples
    --------
    >>> import cdi
    >>> try:
    ...     cdi.of_counts(11, 10)
    ... except cdi.CdiError as error:
    ...     print(error)
    expected recorded no larger than due (10), but found 11. Check both counts. Give the crimes recorded before the
    crimes due.
    """

    def __init__(self, faults: Iterable[Fault], total: int | None = None) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        self.total = len(self.faults) if total is None else total
        super().__init__(self.faults, self.total)

    def told(self, surface: Surface | str = Surface.PYTHON, command: str | None = None) -> str:
        """Say what is wrong, with one line for each fault and each remedy once, in the terms of a surface.

        Faults that ask what words mean are closed by one line that answers them all; ``command`` is what was typed.
        """
        shown: list[str] = []
        known: set[str] = set()
        hidden = self.total
        for alike in _alike(self.faults):
            first, rows = alike[0], max(len(alike), alike[0].rows)
            places = [item.where for item in alike]
            place = wording.describe_place(first.where) if rows == 1 else wording.describe_rows(places, rows)
            expected, remedy = first.said(surface)
            shown.append(wording.describe_fault(expected, first.got, place, "" if remedy in known else remedy))
            known.add(remedy)
            hidden -= rows
        return wording.describe_faults(shown, hidden, _answers_to(self.faults, Surface(surface), command))

    def __str__(self) -> str:
        return self.told()

    @classmethod
    def of(cls, code: str, *, got: object = None, where: Where | None = None, **values: object) -> Self:
        """Make the error of a single fault, named by its code in the catalogue."""
        return cls([fault(code, got=got, where=where, **values)])


class DataError(CdiError):
    """The file or data frame holds something that an audit cannot hold. ``faults`` lists every place."""


class DesignError(CdiError):
    """The sample, as described, allows no honest estimate: for example, it has a stratum of one report."""


class MethodError(CdiError):
    """The method asked for does not exist, or does not fit this sample."""


def _alike(faults: Sequence[Fault]) -> list[list[Fault]]:
    """Put the same fault of several rows together, as many as are shown."""
    found: list[tuple[Fault, list[Fault]]] = []
    for item in faults:
        anywhere = replace(item, where=replace(item.where, line=None, key=None, cell=None))
        same = next((group for other, group in found if other == anywhere), None) if _is_of_a_row(item) else None
        if same is not None:
            same.append(item)
        elif len(found) < SHOWN:
            found.append((anywhere, [item]))
    return [group for _, group in found]


def _answers_to(faults: Sequence[Fault], surface: Surface, command: str | None) -> list[str]:
    """Close faults that ask the same with one line that answers them together."""
    asked: dict[tuple[str, Surface], list[tuple[str, str]]] = {}
    for item in faults:
        option = wording.FAULTS[item.code].answers
        given: Any = item.values.get("roles") or item.values.get("beside") or ()
        asks = [(str(item.values["word"]), str(item.values["meaning"]))] if "word" in item.values else []
        if option:
            pairs = asked.setdefault((option, item.terms or surface), [])
            # what stands beside a word must be said too, so that the answer holds
            pairs += [pair for pair in dict.fromkeys((*given, *asks)) if pair not in pairs]
    closing = []
    for (option, here), pairs in asked.items():
        if pairs:
            spelled = _roles(pairs, here) if option == "roles" else _pairs(PARAMETERS[option], pairs, here)
            left_open = [each for each in wording.LEFT_OPEN if any(each in pair for pair in pairs)]
            closing.append(wording.answer_together(option, here, spelled, command, left_open))
    return closing


def _roles(pairs: Sequence[tuple[str, str]], surface: Surface) -> str:
    """Write the columns of some roles, as one text for a surface."""
    if surface is Surface.COMMAND_LINE:
        return " ".join(f"{PARAMETERS[role].spelled[0]} {wording.for_shell(name)}" for role, name in pairs)
    texts = [(PARAMETERS[role], json.dumps(name, ensure_ascii=False)) for role, name in pairs]
    if surface is Surface.PYTHON:
        return ", ".join(f"{option.in_python}={name}" for option, name in texts)
    return ", ".join(f"{option.in_file} = {name}" for option, name in texts)


def _pairs(option: Parameter, pairs: Sequence[tuple[str, str]], surface: Surface) -> str:
    """Write the values of an option that takes pairs, as one text for a surface."""
    if surface is Surface.COMMAND_LINE:
        flag = option.spelled[0]
        return " ".join(f"{flag}{_as_word(f'{word}={meaning}', option)}" for word, meaning in pairs)
    # a text of JSON is one of Python and of TOML too
    texts = [[json.dumps(text, ensure_ascii=False) for text in pair] for pair in pairs]
    if surface is Surface.PYTHON:
        return f"{option.in_python}={{{', '.join(map(': '.join, texts))}}}"
    return f"words = {{ {', '.join(map(' = '.join, texts))} }}"


def _is_of_a_row(item: Fault) -> bool:
    """Tell a fault of a row of data from one of the header, of a stratum or of a whole file."""
    key = item.where.key
    return item.rows > 1 or (item.where.line is not None if key is None else wording.is_row_key(key))


def fault(code: str, *, got: object = None, where: Where | None = None, **values: object) -> Fault:
    """Make one fault; of a result that stands where it cannot, what kind it is is said, and not its page."""
    shown: str | None = None
    if isinstance(got, wording.OwnWords):
        shown = got
    elif got is not None:  # a value of the input may be of any length
        shown = wording.shorten(type(got).__name__ if hasattr(got, "to_pandas") else str(got))
    return Fault(code, shown, where or Where(), tuple(values.items()))


@dataclass(frozen=True, slots=True)
class Worded:
    """What a sentence of :mod:`cdi.wording` says of some values, once it is shown."""

    sentence: Callable[..., str]
    values: tuple[object, ...]

    def __str__(self) -> str:
        return self.sentence(*self.values)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name that is not known, and those that are; as text, which was probably meant."""

    name: str
    choices: tuple[str, ...]
    beside: tuple[str, ...] = ()  # what may have been meant too, and is not listed

    def __str__(self) -> str:
        folded = {choice.casefold().strip(): choice for choice in (*self.beside, *self.choices) if choice != self.name}
        near = difflib.get_close_matches(str(self.name).casefold().strip(), folded, n=1, cutoff=0.6)
        return wording.suggest(folded[near[0]] if near else None, self.choices)


def suggestion(name: str, choices: Sequence[str], beside: Iterable[str] = ()) -> Suggestion:
    """Say which known name was probably meant, and which there are."""
    return Suggestion(name, tuple(choices), tuple(beside))
