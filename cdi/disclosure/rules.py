"""The rules of what may be published: what is small, the exceptions that somebody answers for, and what is said."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cdi import wording
from cdi.arguments import checked_class, chosen, names_of
from cdi.errors import DesignError
from cdi.facts import Standard
from cdi.measures import Role, Unit
from cdi.parameters import MODES

if TYPE_CHECKING:
    from cdi.printing.tables import Row, Table

__all__ = [
    "FEW", "SAMPLES", "SMALLEST_BASE", "Disclosure", "Exemption", "disclosure_statements", "is_small",
    "noted", "unused_exemptions",
]  # fmt: skip

SMALLEST_BASE = 10
"""Bases below it are withheld everywhere."""

SAMPLES = ("audit", "searches", "reviews", "times", "monthly", "previous")
"""What an exception can be of: the samples of an inspection, by the names of their tables in its file."""

FEW = range(1, 5)
"""The counts, and what they leave of a base, that are withheld where they are of people's characteristics."""


def is_small(base: int, recorded: int, *, sensitive: bool) -> bool:
    """Tell whether counts are too small to publish: their base, or where they are sensitive what they leave of it."""
    return base < SMALLEST_BASE or (sensitive and (recorded in FEW or abs(base - recorded) in FEW))


@checked_class
@dataclass(frozen=True, slots=True)
class Exemption:
    """A small number that is published as an exception.

    Attributes
    ----------
    column, category : str
        The category column, and the category in it, as in the data.
    reason, approver : str
        Why it is published, and who approved it.
    sample : str
        The sample that it belongs to, one of ``SAMPLES``. If empty, it applies to every sample.

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


@checked_class
@dataclass(frozen=True, slots=True)
class Disclosure:
    """The rules that say what may be published of a table.

    Attributes
    ----------
    mode : {"public", "internal"}
        Whether small numbers are suppressed, or shown under the marking "Not for publication".
    personal : tuple of str
        Columns of personal characteristics, beside those that are known by their names.
    small_areas : tuple of str
        Columns of small areas, beside those that are known by their names.
    exemptions : tuple of Exemption
        The small numbers that are published as exceptions.

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
        chosen(self.mode, MODES, "no-disclosure", DesignError)
        for columns in ("personal", "small_areas"):
            object.__setattr__(self, columns, names_of(getattr(self, columns), columns))

    @property
    def public(self) -> bool:
        """Whether small numbers are suppressed."""
        return self.mode == "public"

    @property
    def marking(self) -> str:
        """The marking at the head of every page. It is empty if the page may be published."""
        return "" if self.public else wording.NOT_FOR_PUBLICATION

    def sensitive(self, columns: Collection[str]) -> bool:
        """Tell whether any column is of a personal characteristic or a small area, declared or known by its name.

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
        """List the declared columns that are not among these, however their names are written.

        Examples
        --------
        >>> Disclosure(personal=("Care leaver", "knid")).strange(["care_leaver", "kind"])
        ('knid',)
        """
        held = {_words(column) for column in columns}
        return tuple(name for name in (*self.personal, *self.small_areas) if _words(name) not in held)

    def of_sample(self, sample: str) -> Disclosure:
        """Give the rules for one sample, without the exceptions for others.

        Examples
        --------
        >>> held = Disclosure(exemptions=(Exemption("ethnicity", "black", "already out", "the force", "searches"),))
        >>> len(held.of_sample("searches").exemptions), len(held.of_sample("audit").exemptions)
        (1, 0)
        """
        return replace(self, exemptions=tuple(each for each in self.exemptions if each.sample in ("", sample)))

    def exempts(self, columns: Collection[str], label: Collection[str]) -> bool:
        """Tell whether a small number is published as an exception. A cell of two categories is not that of one.

        Examples
        --------
        >>> held = Disclosure(exemptions=(Exemption("ethnicity", "black", "already published", "the inspectorate"),))
        >>> held.exempts(["ethnicity"], ["black"]), held.exempts(["ethnicity"], ["white"])
        (True, False)
        """
        cell = set(zip(columns, label, strict=True))
        return any({(each.column, each.category)} == cell for each in self.exemptions)


def _words(column: str) -> tuple[str, ...]:
    """Part the name of a column into words and numbers: victim_ethnicity, AgeBand, LSOA21CD."""
    return tuple(word.casefold() for word in _WORD.findall(column))


_WORD = re.compile(r"[^\W\d_][a-z]+|[^\W\d_a-z]+(?![a-z])|[^\W\d_]|\d+")


def _is_known(words: tuple[str, ...]) -> bool:
    known = [tuple(name.split()) for name in (*wording.PERSONAL, *wording.SMALL_AREAS)]
    return any(words[i : i + len(name)] == name for name in known for i in range(len(words)))


# ---- which rates are shown with a note, since they rest on few or say little: the standards of the NCHS

SMALL_BASE, FEW_DF = 30, 8
NARROW, WIDE, RELATIVE = 0.05, 0.30, 1.30
"""Widths of intervals: shown whatever the rate; too wide; too wide as a multiple of the rate."""


def noted(table: Table) -> Table:
    """Note on each rate that its base is small, or that it falls short of the NCHS standard for showing proportions.

    References
    ----------
    Parker and others (2017), National Center for Health Statistics data presentation standards for proportions, Vital
    and Health Statistics 2(175).
    """
    return replace(table, rows=tuple(map(_noted, table.rows)))


def _noted(row: Row) -> Row:
    of_sample = row.measure.role is Role.RATE and row.measure.unit is Unit.PROPORTION
    if not of_sample or row.withheld or not row.n:
        return row
    if row.estimate is None or row.low is None or row.high is None:
        return row
    size = row.n if row.n_eff is None else min(row.n_eff, row.n)
    found = _standing(row.estimate, row.high - row.low, row.n, size)
    few = row.df is not None and 0 < row.df < FEW_DF
    short = [*([] if found is None else [found]), *([Standard.FEW_DF] if few else [])]
    return replace(row, facts=row.facts.falling_short(short))


def _standing(rate: float, width: float, base: int, size: float) -> Standard | None:
    """Name the first of the standards that a rate falls short of; None where it falls short of none."""
    conditions = {
        Standard.SMALL_BASE: base < SMALL_BASE,
        Standard.SIZE: size < SMALL_BASE,
        None: width <= NARROW,
        Standard.WIDE: width >= WIDE,
        Standard.RELATIVE: width > RELATIVE * rate,
        Standard.COMPLEMENT: width > RELATIVE * (1 - rate),
    }
    return next((standard for standard, holds in conditions.items() if holds), None)


# ---- what is said: how much is withheld and why, and what is published although it is small


def disclosure_statements(disclosure: Disclosure, tables: Iterable[Table]) -> tuple[str, ...]:
    """Say what is withheld and why, and which cells are published although they are small."""
    shown = list(tables)
    gone = [_withheld(table) for table in shown]
    columns = [key for table, rows in zip(shown, gone, strict=True) if rows for key in table.keys]
    few = [key for key in dict.fromkeys(columns) if disclosure.sensitive([key])]
    # rows stand beside one that they add up to
    totals = any(rows and len({row.whole for row in table.rows}) > 1 for table, rows in zip(shown, gone, strict=True))
    said = [wording.withheld_said(sum(map(len, gone)), few, totals=totals)] if any(gone) else []
    exceptions = disclosure.exemptions if disclosure.public else ()
    told = (_exempted(each, disclosure, shown) for each in exceptions)
    return (*said, *(text for text in told if text))


def _withheld(table: Table) -> set[tuple[str, ...]]:
    """Name the rows of which nothing is left."""
    left = {row.label for row in table.rows if not row.withheld}
    return {row.label for row in table.rows} - left


def _exempted(exemption: Exemption, disclosure: Disclosure, tables: Sequence[Table]) -> str:
    """Word an exception: nothing where it publishes nothing, and of a cell that is not small not that it is."""
    column, category = exemption.column, exemption.category
    rows = [
        row
        for table in tables
        for row in table.rows
        if (column, category) in zip(table.keys, row.label, strict=True) and row.n is not None
    ]
    if not rows:
        return ""
    sensitive = disclosure.sensitive([column])
    small = any(is_small(row.n or 0, row.recorded or 0, sensitive=sensitive) for row in rows)
    return wording.exempted((column, category, exemption.sample), exemption.reason, exemption.approver, small=small)


def unused_exemptions(disclosure: Disclosure, tables: Iterable[Table]) -> tuple[Exemption, ...]:
    """Name the exemptions whose column and category stand in none of the tables."""
    there = {pair for table in tables for row in table.rows for pair in zip(table.keys, row.label, strict=True)}
    return tuple(each for each in disclosure.exemptions if (each.column, each.category) not in there)
