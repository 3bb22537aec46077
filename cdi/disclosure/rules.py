"""The rules of what may be published, and the exceptions that somebody answers for."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from cdi import wording
from cdi.errors import DesignError, suggestion
from cdi.parameters import names_of

__all__ = ["FEW", "MODES", "SAMPLES", "SMALLEST_BASE", "Disclosure", "Exemption"]

MODES = ("public", "internal")
"""For whom: everybody, with cells withheld; or those who may see all, with every page headed as not for publication."""

SMALLEST_BASE = 10
"""Bases below it are withheld everywhere."""

SAMPLES = ("audit", "searches", "reviews", "times", "monthly", "previous")
"""What an exception can be of: the samples of an inspection, by the names of their tables in its file."""

FEW = range(1, 5)
"""The counts, and what they leave of a base, that are withheld where they are of people's characteristics."""


@dataclass(frozen=True, slots=True)
class Exemption:
    """A cell that is published all the same.

    Attributes
    ----------
    column, category : str
        The domain column, and the category in it, as in the data.
    reason, approver : str
        Why, and who answers for it.
    sample : str
        The sample that it is of, one of ``SAMPLES``; empty: every one.

    Examples
    --------
    >>> Exemption("ethnicity", "black", "already published", "the inspectorate", "searches").category
    'black'
    """

    column: str
    category: str
    reason: str
    approver: str
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What may be published of a table.

    Attributes
    ----------
    mode : {"public", "internal"}
        Whether cells are withheld.
    personal : tuple of str
        Columns of personal characteristics, beside those that are known by their names.
    small_areas : tuple of str
        Columns of small areas, beside those that are known by their names.
    exemptions : tuple of Exemption
        Cells that are published all the same.

    Examples
    --------
    >>> Disclosure().mode
    'public'
    """

    mode: str = "public"
    personal: tuple[str, ...] = ()
    small_areas: tuple[str, ...] = ()
    exemptions: tuple[Exemption, ...] = ()

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise DesignError.of("no-disclosure", got=self.mode, hint=suggestion(self.mode, MODES))
        for columns in ("personal", "small_areas"):
            object.__setattr__(self, columns, names_of(getattr(self, columns)))

    @property
    def public(self) -> bool:
        """Whether cells are withheld."""
        return self.mode == "public"

    @property
    def marking(self) -> str:
        """What heads every page; nothing where it may be published."""
        return "" if self.public else wording.NOT_FOR_PUBLICATION

    def sensitive(self, columns: Collection[str]) -> bool:
        """Tell whether some column is of a personal characteristic or a small area: declared, or known by its name.

        Examples
        --------
        >>> Disclosure().sensitive(["crime_type"]), Disclosure().sensitive(["crime_type", "victim_ethnicity"])
        (False, True)
        >>> Disclosure().sensitive(["LSOA21CD"]), Disclosure(personal=("Care leaver",)).sensitive(["care_leaver"])
        (True, True)
        """
        declared = {_words(name) for name in (*self.personal, *self.small_areas)}
        return any(_words(column) in declared or _is_known(_words(column)) for column in columns)

    def strange(self, columns: Collection[str]) -> tuple[str, ...]:
        """List the columns that are declared and are none of these, however their names are written.

        Examples
        --------
        >>> Disclosure(personal=("Care leaver", "knid")).strange(["care_leaver", "kind"])
        ('knid',)
        """
        held = {_words(column) for column in columns}
        return tuple(name for name in (*self.personal, *self.small_areas) if _words(name) not in held)

    def of_sample(self, sample: str) -> Disclosure:
        """Give the rules of one sample: without the exceptions that are of others.

        Examples
        --------
        >>> held = Disclosure(exemptions=(Exemption("ethnicity", "black", "already out", "the force", "searches"),))
        >>> len(held.of_sample("searches").exemptions), len(held.of_sample("audit").exemptions)
        (1, 0)
        """
        return replace(self, exemptions=tuple(each for each in self.exemptions if each.sample in ("", sample)))

    def exempts(self, columns: Collection[str], label: Collection[str]) -> bool:
        """Tell whether a cell is published all the same; a cell of two categories is another than that of one.

        Examples
        --------
        >>> held = Disclosure(exemptions=(Exemption("ethnicity", "black", "already published", "the inspectorate"),))
        >>> held.exempts(["ethnicity"], ["black"]), held.exempts(["ethnicity"], ["white"])
        (True, False)
        """
        cell = {pair for pair in zip(columns, label, strict=False) if pair[1] != wording.ALL}
        return any({(each.column, each.category)} == cell for each in self.exemptions)


def _words(column: str) -> tuple[str, ...]:
    """Part the name of a column into words and numbers: victim_ethnicity, AgeBand, LSOA21CD."""
    return tuple(word.casefold() for word in _WORD.findall(column))


_WORD = re.compile(r"[^\W\d_][a-z]+|[^\W\d_a-z]+(?![a-z])|[^\W\d_]|\d+")


def _is_known(words: tuple[str, ...]) -> bool:
    known = [tuple(name.split()) for name in (*wording.PERSONAL, *wording.SMALL_AREAS)]
    return any(words[i : i + len(name)] == name for name in known for i in range(len(words)))
