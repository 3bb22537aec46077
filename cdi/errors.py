"""What went wrong, as data: what was expected, what was got, where, and what to do.

Nothing is rendered here. The sentences stand in :mod:`cdi.wording`; a caller catches :class:`CdiError`, which is a
``ValueError``, and reads :attr:`CdiError.faults`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Self

from cdi import wording

__all__ = ["CdiError", "DataError", "DesignError", "Fault", "MethodError", "Where", "fault", "is_number", "suggestion"]

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


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with the input.

    Attributes
    ----------
    code : str
        Its name in the catalogue of :mod:`cdi.wording`, stable across languages.
    expected, hint : str
        What a right value looks like, and what to do.
    got : str or None
        The offending value, and nothing else of its row.
    where : Where
        The place.
    """

    code: str
    expected: str
    got: str | None
    where: Where
    hint: str

    def __str__(self) -> str:
        return wording.describe_fault(self.expected, self.got, self.where, self.hint)


class CdiError(ValueError):
    """Base of every error that the user of cdi can mend.

    Parameters
    ----------
    faults : iterable of Fault
        Everything that is wrong, in the order of the input; the message shows the first twenty.
    total : int, optional
        How many there are, where only the first were collected.
    """

    def __init__(self, faults: Iterable[Fault], total: int | None = None) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        self.total = len(self.faults) if total is None else total
        super().__init__(self.faults, self.total)

    def __str__(self) -> str:
        shown = [str(item) for item in self.faults[:SHOWN]]
        return wording.describe_faults(shown, self.total - len(shown))

    @classmethod
    def of(cls, code: str, *, got: object = None, where: Where | None = None, **values: object) -> Self:
        """Make the error of a single fault, named by its code in the catalogue."""
        return cls([fault(code, got=got, where=where, **values)])


class DataError(CdiError):
    """The file or frame holds something that an audit cannot hold."""


class DesignError(CdiError):
    """The sample, as described, allows no honest estimate: a stratum with one report, a contradiction of roles."""


class MethodError(CdiError):
    """The method asked for does not exist or does not serve this sample."""


def fault(code: str, *, got: object = None, where: Where | None = None, **values: object) -> Fault:
    """Word one fault from the catalogue.

    Parameters
    ----------
    code : str
        A key of ``cdi.wording.FAULTS``.
    got : object, optional
        The offending value; shortened when long.
    where : Where, optional
        The place.
    **values
        What the catalogue's sentences name.

    Returns
    -------
    Fault
        The fault, worded.

    Examples
    --------
    >>> print(fault("negative", got=-1, where=Where("audit.csv", 7, "recorded")))
    audit.csv, line 7, column recorded: expected a whole number, 0 or more, got -1. Correct the count in this row.
    """
    expected, hint = wording.word_fault(code, values)
    return Fault(code, expected, None if got is None else wording.shorten(str(got)), where or Where(), hint)


def is_number(value: object) -> bool:
    """Tell whether a value is a number that can be held against others.

    Examples
    --------
    >>> is_number(0.03), is_number("3pp"), is_number(None)
    (True, False, False)
    """
    return isinstance(value, Real)


def suggestion(name: str, choices: Sequence[str]) -> str:
    """Say which known name was probably meant, and which there are.

    Examples
    --------
    >>> suggestion("recorded ", ["recorded", "due"])
    "Did you mean 'recorded'? There are: recorded, due."
    """
    folded = {choice.casefold().strip(): choice for choice in choices}
    near = difflib.get_close_matches(name.casefold().strip(), folded, n=1, cutoff=0.6)
    return wording.suggest(folded[near[0]] if near else None, choices)
