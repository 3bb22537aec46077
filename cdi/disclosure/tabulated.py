"""The tables of published folders, each once, by however many files it is shown and whatever its columns are called."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TypeAlias

from cdi import wording
from cdi.audits.ethnicity import group_of
from cdi.disclosure.reading_published import COUNTS, Published, PublishedRow, PublishedTable
from cdi.disclosure.rounding import STEP

__all__ = [
    "AUDIT", "Label", "Nested", "Reading", "Tabulated", "call_alike", "column_name", "folded", "gathered",
    "groups_of_five",
]  # fmt: skip

AUDIT = frozenset(["recording", "times", "previous"])
"""Parts of a report that are of one sample."""

_SAME_WORDS = 3  # categories that two columns have in common at the least, if they are one by two names
_NEAR_SPELT = 0.8  # of the letters of two words, those that they share, if one is the other with a slip

Label: TypeAlias = frozenset[tuple[str, str]]
"""The columns of a cell with its category in each; none where it is over all."""

# ---- tables that are the same in several files


def folded(text: str) -> str:
    """Write a text as categories are compared."""
    return " ".join(text.casefold().split())


def column_name(text: str) -> str:
    """Write the name of a column as names are compared."""
    return re.sub(r"\W+", "_", text.casefold()).strip("_")


@dataclass(frozen=True, slots=True)
class Reading:
    """A row of a table in one file."""

    source: str
    row: PublishedRow


@dataclass(slots=True)
class Tabulated:
    """A table, and what each file shows of it."""

    release: int
    sample: str
    measure: str
    columns: tuple[str, ...]  # as they are compared
    named: tuple[str, ...]  # as they are written
    name: str
    readings: dict[tuple[str, ...], list[Reading]]  # by the categories of a row, as they are compared
    words: dict[tuple[str, ...], tuple[str, ...]]  # every way to write the categories of a row -> as they are compared
    shown: dict[tuple[str, ...], str]  # the categories of a row, as they are written
    files: set[str]
    names: set[str]  # what files call it
    called: dict[tuple[str, str], str] = field(default_factory=dict)  # a column and a category -> its name later on

    @classmethod
    def of(cls, table: PublishedTable, release: int) -> Tabulated:
        """Begin with what a file says of its columns; its rows are added."""
        sample = "audit" if table.part in AUDIT else table.part
        columns = tuple(map(column_name, table.columns))
        name = ", ".join(text for text in (table.measure, table.name) if text)
        return cls(release, sample, table.measure, columns, table.columns, name, {}, {}, {}, set(), set())

    def add(self, table: PublishedTable, source: str) -> None:
        """Add what another file shows."""
        self.files.add(table.file)
        self.names.add(table.name)
        for row in table.rows:
            written = tuple(map(folded, row.label))
            label = self.words.get(written, written)
            self.words[written] = label
            if row.printed:
                self.words.setdefault(tuple(map(folded, row.printed)), label)
            self.shown.setdefault(label, " ".join(
                f"{column} {word}" for column, word in zip(self.named, row.label, strict=True)
                if folded(word) != wording.ALL
            ))  # fmt: skip
            self.readings.setdefault(label, []).append(Reading(source, row))

    def cell(self, label: tuple[str, ...]) -> Label:
        """Name the cell of a row: what is over all of a column is not by it."""
        pairs = zip(self.columns, label, strict=True)
        return frozenset((pair[0], self.called.get(pair, pair[1])) for pair in pairs if pair[1] != wording.ALL)

    def likeness(self, table: PublishedTable) -> int:
        """Count the numbers that another file's table has in common, and one more; -1 where it is another table."""
        if tuple(map(column_name, table.columns)) != self.columns or table.file in self.files:
            return -1
        labels = [self.words.get(tuple(map(folded, row.label))) for row in table.rows]
        if None in labels:
            return -1
        found = [
            _alike(row, reading.row)
            for row, label in zip(table.rows, labels, strict=True)
            for reading in self.readings[label or ()][:1]
        ]
        return -1 if -1 in found else 1 + sum(found)


def _alike(one: PublishedRow, other: PublishedRow) -> int:
    """Count the counts of two rows that agree; -1 where some are further apart than rounding takes them."""
    both = [
        (one.numbers[key][0], other.numbers[key][0]) for key in COUNTS if key in one.numbers and key in other.numbers
    ]
    apart = 0 if one.whole else STEP // 2
    if any(abs(a - b) > apart for a, b in both):
        return -1
    # there may be several overall rates, each weighted otherwise
    rates = [] if one.whole or not _have_rates(one, other) else [(one.numbers["estimate"], other.numbers["estimate"])]
    if any(abs(a - b) > e + f + 0.005 for (a, e), (b, f) in rates):
        return -1
    return sum(a == b for a, b in both)


def _have_rates(*rows: PublishedRow) -> bool:
    return all("estimate" in row.numbers for row in rows)


def gathered(folders: Sequence[Published]) -> list[Tabulated]:
    """Put together what several files show of the same table."""
    found: list[Tabulated] = []
    for release, folder in enumerate(folders):
        own: list[Tabulated] = []
        for table in folder.tables:
            named = (
                f"{table.file} {table.name}".strip() if table.file.casefold().endswith(("html", "htm")) else table.file
            )
            named = named.replace("Table ", "table ")
            source = f"{folder.name}/{named}" if release else named
            same = _same_table(own, table)
            if same is None:
                same = Tabulated.of(table, release)
                own.append(same)
            same.add(table, source)
        # rates without any count are no ratios of counts: differences, p-values
        found += [table for table in own if _counts_any(table)]
    return found


def _counts_any(table: Tabulated) -> bool:
    rows = itertools.chain.from_iterable(table.readings.values())
    return any(key in reading.row.numbers for reading in rows for key in COUNTS)


def _same_table(tables: Sequence[Tabulated], table: PublishedTable) -> Tabulated | None:
    sample = "audit" if table.part in AUDIT else table.part
    listed = table.file.casefold().endswith((".csv", ".json", ".xlsx"))
    fit = [
        (each.likeness(table), -i, each)
        for i, each in enumerate(tables)
        if (not sample or not each.sample or each.sample == sample) and (not listed or each.measure == table.measure)
    ]
    best = max(fit, key=lambda item: item[:2], default=None)
    return best[2] if best is not None and best[0] > 0 else None


# ---- columns that are the same by another name, and groups within groups


@dataclass(frozen=True, slots=True)
class Nested:
    """A column of which some categories lie in categories of another: wards in districts, ages in broader ones."""

    fine: str
    coarse: str
    within: Mapping[str, str]  # those of all that a category is made of, and of no others
    inside: Mapping[str, str] = field(default_factory=dict)  # those of a category that holds parts of others too
    across: Mapping[str, frozenset[str]] = field(default_factory=dict)  # the others, and in which they may lie

    def places(self) -> dict[str, frozenset[str]]:
        """Say in which categories each may lie, as they are compared."""
        one = {word: frozenset([broader]) for word, broader in (*self.within.items(), *self.inside.items())}
        several = one | dict(self.across)
        return {folded(word): frozenset(map(folded, broader)) for word, broader in several.items()}


def call_alike(tables: Sequence[Tabulated]) -> None:
    """Give columns and categories of earlier folders their names in the one that is attacked, if they are the same."""
    now = _categories(table for table in tables if not table.release)
    for release in {table.release for table in tables if table.release}:
        own = [table for table in tables if table.release == release]
        before = _categories(own)
        only_now = {column: words for column, words in now.items() if column not in before}
        names = {column: _same_column(words, only_now) for column, words in before.items() if column not in now}
        for table in own:
            table.columns = tuple(names.get(column) or column for column in table.columns)
        for column, words in _categories(own).items():
            called = _same_words(words, now.get(column, frozenset()))
            for table in own:
                table.called |= {(column, word): later for word, later in called.items()}


def _categories(tables: Iterable[Tabulated]) -> dict[str, frozenset[str]]:
    """Gather the categories of each column."""
    found: dict[str, frozenset[str]] = {}
    for table in tables:
        for label in table.readings:
            for column, word in zip(table.columns, label, strict=True):
                found[column] = found.get(column, frozenset()) | ({word} - {wording.ALL})
    return found


def _same_column(words: frozenset[str], among: Mapping[str, frozenset[str]]) -> str:
    """Name the one column with these categories, or some more or fewer; nothing where there is none, or several."""
    alike = [column for column, own in among.items() if _are_same(frozenset(_bare(own)), frozenset(_bare(words)))]
    return alike[0] if len(alike) == 1 else ""


def _are_same(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether two columns are one: all categories of either are of both, but one that is spelt otherwise."""
    if len(one & other) < _SAME_WORDS:
        return False
    return one <= other or other <= one or _respelt(one, other) is not None


def _respelt(one: Collection[str], other: Collection[str]) -> tuple[str, str] | None:
    """Give the only category that is not of both, in either spelling; None where there is none, or it is another."""
    left = [sorted(set(a) - set(b)) for a, b in ((one, other), (other, one))]
    if [len(each) for each in left] != [1, 1]:
        return None
    (before,), (later,) = left
    return (before, later) if SequenceMatcher(None, before, later).ratio() >= _NEAR_SPELT else None


def _bare(words: Collection[str]) -> dict[str, str]:
    """Give categories without signs, and without a word that all begin or end with: Castle ward is Castle."""
    parts = {word: re.sub(r"\W+", " ", word).split() for word in words}
    several = [each for each in parts.values() if each]
    ends = {each[-1] for each in several}, {each[0] for each in several}
    if len(several) > 1 and all(len(each) > 1 for each in several):
        for shared, cut in zip(ends, (slice(None, -1), slice(1, None)), strict=True):
            if len(shared) == 1:
                parts = {word: each[cut] for word, each in parts.items()}
                break
    return {" ".join(each): word for word, each in parts.items()}


def _same_words(words: Collection[str], now: Collection[str]) -> dict[str, str]:
    """Say what categories of an earlier folder are called in a column that is the same."""
    before, later = _bare(words), _bare(now)
    if not _are_same(frozenset(before), frozenset(later)):
        return {}
    called = {before[each]: later[each] for each in before if each in later and before[each] != later[each]}
    respelt = _respelt(before, later)
    if respelt:
        called[before[respelt[0]]] = later[respelt[1]]
    return called


def groups_of_five(tables: Sequence[Tabulated]) -> list[Nested]:
    """Say which ethnic groups of one table lie in those of another, whose column gets a name of its own.

    Columns with two names are told from each other by release: in one report, they may be two ways to see people.
    """
    found = []
    for column in _categories(tables):
        by = [table for table in tables if column in table.columns]
        coarse = [table for table in by if _are_five(_categories([table])[column])]
        fine = [table for table in by if table not in coarse]
        of_five = f"{column}_of_five"
        nested = _in_five(column, of_five, _categories(fine).get(column, ()), _categories(coarse).get(column, ()))
        if nested:
            found.append(nested)
            for table in coarse:
                table.columns = tuple(of_five if each == column else each for each in table.columns)
    by_release = {
        release: _categories(table for table in tables if table.release == release)
        for release in {table.release for table in tables}
    }
    for one, other in itertools.permutations(by_release.values(), 2):
        for column, words in one.items():
            for broader, groups in other.items():
                if column not in other and broader not in one and _are_five(groups):
                    found += [nested for nested in [_in_five(column, broader, words, groups)] if nested]
    return found


def _in_five(fine: str, coarse: str, words: Collection[str], five: Collection[str]) -> Nested | None:
    """Say which words name groups in one of five; a word of the force's own may lie in any."""
    known = {word: _group(word) for word in words if _group(word)}
    strange = [word for word in words if word not in known]
    if not five or len(known) < _SAME_WORDS or len(known) <= len(strange) or _are_five(words):
        return None
    if not strange:
        return Nested(fine, coarse, known)
    return Nested(fine, coarse, {}, known, {word: frozenset(five) for word in strange})


def _are_five(words: Collection[str]) -> bool:
    return len(words) >= _SAME_WORDS and all(word == _group(word) for word in words)


def _group(word: str) -> str:
    return folded(group_of(word) or "")
