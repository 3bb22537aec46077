"""The rules of what may be published: which tables are of people, what is small, the exceptions, and what is said."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cdi import wording
from cdi.arguments import checked_class, chosen, names_of, shown
from cdi.disclosure.columns import kind_of_categories, known_by_name, words_of
from cdi.errors import DesignError
from cdi.facts import Presentation, Release
from cdi.measures import Role, Unit
from cdi.parameters import MODES

if TYPE_CHECKING:
    from cdi.printing.tables import Row, Table

__all__ = [
    "FEWEST_REPORTS", "SAMPLES", "SMALLEST_BASE", "SMALLEST_OF_PEOPLE", "STEPS", "Coarser", "Disclosure", "Exemption",
    "cells_of", "disclosure_statements", "is_small", "is_withheld", "noted", "noted_row", "unused_exemptions",
]  # fmt: skip

SMALLEST_BASE = 10
"""Of fewer no rate is shown."""

SMALLEST_OF_PEOPLE = 13
"""Rows about people with a base below it are withheld: a base shown as 10 could be 10, 11 or 12 only."""

FEWEST_REPORTS = 8
"""So are those from fewer reports: a report is a person, however many crimes it holds, and 5 could be 5 to 7 only."""

NOT_BY = frozenset(["question", "side"])
"""Columns of a table that it is not by: its rows are of several questions or sides."""

STEPS = (5, 10, 20, 50, 100)
"""What counts of people may be rounded to."""

_STEP_BY_LOT, _ROW_BY_LOT = 8, 32
"""One table in so many is rounded to the next step by lot, and one in so many loses its smallest row."""

SAMPLES = ("audit", "searches", "reviews", "times", "monthly", "previous")
"""What an exception can be of: the samples of an inspection, by the names of their tables in its file."""


def is_small(base: int | None) -> bool:
    """Tell whether a base is too small to show a rate; what has no base is not."""
    return base is not None and base < SMALLEST_BASE


def is_withheld(row: Row) -> bool:
    """Tell whether a row about people is of too few to be shown, even rounded."""
    if row.n is None:
        return False
    return row.n < SMALLEST_OF_PEOPLE or (row.clusters is not None and row.clusters < FEWEST_REPORTS)


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


@dataclass(frozen=True, slots=True)
class Coarser:
    """What is done beyond the rules to all tables by some columns: by lot, or since they would give a count away."""

    columns: frozenset[tuple[str, ...]]  # in words, however their names are written
    step: int = 0  # counts are rounded to it at the least
    rows: int = 0  # the smallest rows that are withheld beside those that the rules withhold

    @classmethod
    def of(cls, columns: Iterable[str], step: int = 0, rows: int = 0) -> Coarser:
        """Name the columns that a table is by."""
        return cls(frozenset(words_of(column) for column in columns if column not in NOT_BY), step, rows)

    @classmethod
    def drawn(cls, columns: Iterable[str], lot: str) -> Coarser:
        """Draw what is done to the tables by some columns; without a lot nothing is.

        If a table were rounded further only where it must be, the rounding would tell that it must. What could be by
        lot tells nothing (Kenthapadi, Mishra and Nissim 2005, Simulatable auditing, PODS).
        """
        own = cls.of(columns)
        if not lot:
            return own
        ticket = hashlib.sha256(repr((lot, sorted(own.columns))).encode()).digest()
        step = next((i for i, byte in enumerate(ticket[: len(STEPS) - 1]) if byte % _STEP_BY_LOT), len(STEPS) - 1)
        rows = next((i for i, byte in enumerate(ticket[len(STEPS) :]) if byte % _ROW_BY_LOT), 0)
        return replace(own, step=STEPS[step], rows=rows)


@checked_class
@dataclass(frozen=True, slots=True)
class Disclosure:
    """The rules that say what may be published of a table.

    Attributes
    ----------
    mode : {"public", "internal"}
        Whether small numbers are suppressed, or shown under the marking "Not for publication".
    personal : tuple of str
        Columns of personal characteristics, beside those that are known by their names or categories.
    small_areas : tuple of str
        Columns of small areas, beside those that are known by their names or categories.
    exemptions : tuple of Exemption
        The small numbers that are published as exceptions.
    not_personal : mapping of str to str
        Columns that are of neither, although their names or categories look like it, each with the reason.
    by_categories : mapping of str to str
        The columns that are known by their categories, with what these are. :meth:`seeing` finds them.
    coarser : tuple
        What is done beyond the rules to the tables of a report, found by the attack on it.
    lot : str
        What nobody knows but who has the files of a report. Some of its tables are rounded further by it.

    Examples
    --------
    >>> Disclosure().mode
    'public'
    """

    mode: str = "public"
    personal: tuple[str, ...] = ()
    small_areas: tuple[str, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    not_personal: Mapping[str, str] = field(default_factory=dict, hash=False)
    by_categories: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)
    coarser: tuple[Coarser, ...] = field(default=(), repr=False)
    lot: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        chosen(self.mode, MODES, "no-disclosure", DesignError)
        for columns in ("personal", "small_areas"):
            object.__setattr__(self, columns, names_of(getattr(self, columns), columns))
        object.__setattr__(self, "not_personal", _reasons(self.not_personal))
        declared = {words_of(name) for name in (*self.personal, *self.small_areas)}
        for name in self.not_personal:
            if words_of(name) in declared:
                raise DesignError.of("personal-and-not", got=name)

    @property
    def public(self) -> bool:
        """Whether small numbers are suppressed."""
        return self.mode == "public"

    @property
    def marking(self) -> str:
        """The marking at the head of every page. It is empty if the page may be published."""
        return "" if self.public else wording.NOT_FOR_PUBLICATION

    def sensitive(self, columns: Collection[str]) -> bool:
        """Tell whether any column is of a personal characteristic or a small area: declared, or known as one.

        Examples
        --------
        >>> Disclosure().sensitive(["crime_type"]), Disclosure().sensitive(["crime_type", "victim_ethnicity"])
        (False, True)
        >>> Disclosure().sensitive(["WD22NM"]), Disclosure(personal=("Care status",)).sensitive(["care_status"])
        (True, True)
        >>> Disclosure(not_personal={"sector": "sectors of the economy"}).sensitive(["sector"])
        False
        """
        return any(map(self._is_sensitive, columns))

    def _is_sensitive(self, column: str) -> bool:
        words = words_of(column)
        if words in map(words_of, (*self.personal, *self.small_areas)):
            return True
        if self.reason_for(column):
            return False
        return known_by_name(column) or column in self.by_categories

    def coarser_of(self, columns: Iterable[str]) -> Coarser:
        """Give what is done beyond the rules to a table by these columns."""
        own = Coarser.drawn(columns, self.lot)
        return next((each for each in self.coarser if each.columns == own.columns), own)

    def alike(self, tables: Iterable[Table]) -> Disclosure:
        """Give the rules that round all tables by the same columns to the coarsest step of any: two would tell more.

        Examples
        --------
        >>> from dataclasses import replace
        >>> from cdi.printing.tables import Table
        >>> one = Table(("ward",), (), 0.95, "wilson", "both", rounded_to=5)
        >>> held = Disclosure().alike([one, replace(one, keys=("question", "ward"), rounded_to=10)])
        >>> held.coarser_of(["ward"]).step, Disclosure().alike([one]) == Disclosure()
        (10, True)
        """
        steps: dict[Coarser, set[int]] = {}
        for table in tables:
            if table.rounded_to is not None:
                steps.setdefault(self.coarser_of(table.keys), set()).add(table.rounded_to)
        more = [replace(own, step=max(found)) for own, found in steps.items() if len(found) > 1]
        columns = {each.columns for each in more}
        return replace(self, coarser=(*(each for each in self.coarser if each.columns not in columns), *more))

    def reason_for(self, column: str) -> str:
        """Give the reason why a column is of neither people nor small areas; empty where none was given.

        Examples
        --------
        >>> Disclosure(not_personal={"Sector": "sectors of the economy"}).reason_for("sector")
        'sectors of the economy'
        """
        words = words_of(column)
        return next((reason for name, reason in self.not_personal.items() if words_of(name) == words), "")

    def seeing(self, cells: Iterable[tuple[Sequence[str], Sequence[str]]]) -> Disclosure:
        """Give the rules for tables of these cells, each columns and a category of each: some are known by them.

        Examples
        --------
        >>> Disclosure().seeing([(["group"], ["White British"]), (["group"], ["Indian"])]).sensitive(["group"])
        True
        """
        categories: dict[str, set[str]] = {}
        for columns, label in cells:
            for column, category in zip(columns, label, strict=False):
                if column not in categories:
                    categories[column] = set()
                categories[column].add(category)
        kinds = {column: kind_of_categories(frozenset(of)) for column, of in categories.items()}
        found = {column: kind for column, kind in kinds.items() if kind and column not in self.by_categories}
        return replace(self, by_categories={**self.by_categories, **found}) if found else self

    def strange(self, columns: Collection[str]) -> tuple[str, ...]:
        """List the declared columns that are not among these, however their names are written.

        Examples
        --------
        >>> Disclosure(personal=("Care leaver", "knid")).strange(["care_leaver", "kind"])
        ('knid',)
        """
        held = {words_of(column) for column in columns}
        declared = (*self.personal, *self.small_areas, *self.not_personal)
        return tuple(name for name in declared if words_of(name) not in held)

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
        if not self.exemptions:
            return False
        cell = set(zip(columns, label, strict=True))
        return any({(each.column, each.category)} == cell for each in self.exemptions)


def _reasons(given: object) -> dict[str, str]:
    """Take the columns that are not personal, each with its reason."""
    if not isinstance(given, Mapping):
        raise DesignError.of("no-reasons", got=shown(given))
    for name, reason in given.items():
        if not isinstance(name, str) or not name.strip() or not isinstance(reason, str) or not reason.strip():
            raise DesignError.of("no-reason", got=shown(name))
    return dict(given)


def cells_of(tables: Iterable[Table]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Give the columns and the categories of each row but those of all categories together.

    "All" in one of several columns is no category: what the others hold is told by them alone.
    """
    for table in tables:
        for row in table.rows:
            if row.whole:
                continue
            held = [(key, name) for key, name in zip(table.keys, row.label, strict=True) if name != wording.ALL]
            if held:
                yield tuple(key for key, _ in held), tuple(name for _, name in held)


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
    return replace(table, rows=tuple(map(noted_row, table.rows)))


def noted_row(row: Row) -> Row:
    """Note it on one rate."""
    of_sample = row.measure.role is Role.RATE and row.measure.unit is Unit.PROPORTION
    if not of_sample or row.withheld or not row.n:
        return row
    if row.estimate is None or row.low is None or row.high is None:
        return row
    size = row.n if row.n_eff is None else min(row.n_eff, row.n)
    found = _standing(row.estimate, row.high - row.low, row.n, size)
    few = row.df is not None and 0 < row.df < FEW_DF
    short = [*([] if found is None else [found]), *([Presentation.FEW_DF] if few else [])]
    return replace(row, facts=row.facts.falling_short(short)) if short else row


def _standing(rate: float, width: float, base: int, size: float) -> Presentation | None:
    """Name the first of the standards that a rate falls short of; None where it falls short of none."""
    conditions = (
        (Presentation.SMALL_BASE, base < SMALL_BASE),
        (Presentation.SIZE, size < SMALL_BASE),
        (None, width <= NARROW),
        (Presentation.WIDE, width >= WIDE),
        (Presentation.RELATIVE, width > RELATIVE * rate),
        (Presentation.COMPLEMENT, width > RELATIVE * (1 - rate)),
    )
    return next((standard for standard, holds in conditions if holds), None)


# ---- what is said: how much is withheld and why, and what is published although it is small


def disclosure_statements(disclosure: Disclosure, tables: Iterable[Table]) -> tuple[str, ...]:
    """Say what is withheld and rounded and why, and which cells are published although they are of few people."""
    shown = list(tables)
    disclosure = disclosure.seeing(cells_of(shown))
    of_people = [table for table in shown if any(row.facts.release in _OF_PEOPLE for row in table.rows)]
    columns = dict.fromkeys(key for table in of_people for key in table.keys if disclosure.sensitive([key]))
    gone = sum(len(_withheld(table)) for table in shown)
    said = [wording.of_people_said(list(columns), gone, lots=bool(disclosure.lot))] if columns else []
    if any(row.facts.release is Release.COUNTS and is_small(row.n) for table in shown for row in table.rows):
        said.append(wording.FEW_SAID)
    exceptions = disclosure.exemptions if disclosure.public else ()
    told = (_exempted(each, disclosure, shown) for each in exceptions)
    return (*_taken(disclosure, shown), *said, *(text for text in told if text))


_BESIDE = frozenset(
    [
        "category",
        "counts",
        "decisions",
        "first",
        "force",
        "month",
        "period",
        "question",
        "reports read",
        "second",
        "side",
        "true rate",
    ]
)
"""Columns of tables of which nothing is said: what is held against what, what was typed, and when it was."""


def _taken(disclosure: Disclosure, tables: Sequence[Table]) -> Iterator[str]:
    """Say which columns that tables are by were taken as of people or small areas, why, and which were not."""
    columns = dict.fromkeys(key for table in tables for key in table.keys if key not in _BESIDE)
    if not disclosure.public or not columns:
        return
    sensitive = {column: disclosure.sensitive([column]) for column in columns}
    taken = [(column, _why(disclosure, column)) for column in columns if sensitive[column]]
    others = [(column, disclosure.reason_for(column)) for column in columns if not sensitive[column]]
    yield wording.columns_taken(taken, others)


def _why(disclosure: Disclosure, column: str) -> str:
    """Name what the categories of a column are, where it is known by them alone."""
    by_name = replace(disclosure, by_categories={}).sensitive([column])
    return "" if by_name else disclosure.by_categories[column]


_OF_PEOPLE = (Release.ROUNDED, Release.NOTHING)


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
    small = any(is_withheld(row) if disclosure.sensitive([column]) else is_small(row.n) for row in rows)
    return wording.exempted((column, category, exemption.sample), exemption.reason, exemption.approver, small=small)


def unused_exemptions(disclosure: Disclosure, tables: Iterable[Table]) -> tuple[Exemption, ...]:
    """Name the exemptions whose column and category stand in none of the tables."""
    there = {pair for table in tables for row in table.rows for pair in zip(table.keys, row.label, strict=True)}
    return tuple(each for each in disclosure.exemptions if (each.column, each.category) not in there)
