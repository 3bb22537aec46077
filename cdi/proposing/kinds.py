"""What a table holds: an audit, searches, volumes, case files, times or the results of forces.

It is told by the names of the columns and by the words in them, and proposed; nothing is read by it unseen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cdi.audits import answers
from cdi.audits.ambiguous import is_called_count
from cdi.audits.crime_tables import (
    POPULATION,
    RECORDED_CRIME,
    ROUTE_SHARE,
    SAMPLE,
    count_column,
    is_of_place_or_time,
    label_columns,
    names_counts,
)
from cdi.audits.periods import read_span
from cdi.reading import engine
from cdi.reading.mapping import holds
from cdi.reading.recognition import plain_name, roles_by_name

if TYPE_CHECKING:
    from cdi.reading.set_aside import RawTable

__all__ = [
    "AUDIT", "FORCES", "MOST", "PLAYED", "REVIEW", "SEARCHES", "TIMES", "VOLUMES", "Looked", "kinds_of", "labels_of",
    "questions_of", "roles_in", "taken",
]  # fmt: skip

AUDIT, SEARCHES, VOLUMES, REVIEW, TIMES, FORCES = "audit", "searches", "volumes", "review", "times", "forces"

MOST = 40
"""The words of a column that are counted, at the most: a column with more holds ids, numbers or free text."""

PLAYED: Mapping[str, tuple[str, ...]] = {
    AUDIT: ("cluster", "decision", "due", "recorded", "count"),
    TIMES: ("cluster", "decision", "due", "recorded", "reported_at", "recorded_at", "timely"),
    SEARCHES: ("due", "recorded", "count"),
    REVIEW: ("case",),
    VOLUMES: ("category", POPULATION, RECORDED_CRIME),
    FORCES: (),
}
"""Kind -> the roles without which nothing can be counted; others are a choice."""

_EXACT = ("stratum", "case", "cluster", "weight", "recorded_as")
"""The roles that a column of just this name plays in every verb, without being asked for."""


@dataclass(frozen=True, eq=False)
class Looked:
    """A table that is looked at: its columns, and the words of each, counted when they are asked for."""

    columns: tuple[str, ...]
    connection: Any = field(repr=False)
    raw: RawTable = field(repr=False)
    aside: tuple[int, ...] = ()  # rows that are no data
    _words: dict[str, Mapping[str | None, int]] = field(default_factory=dict, repr=False)
    _numbers: dict[str, bool] = field(default_factory=dict, repr=False)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Each column with its name in small letters, without signs."""
        return {name: plain_name(name) for name in self.columns}

    @cached_property
    def blank(self) -> frozenset[str]:
        """The columns that hold nothing, of a table with rows."""
        counts = ", ".join(f"count({self.raw.inner(name)})" for name in self.columns)
        rows = f"from {self.raw.table} where {holds(self.columns)} and {engine.ROW} not in ({self._left})"
        number, *held = self.connection.execute(f"select count(*), {counts} {rows}").fetchone()
        return frozenset(name for name, count in zip(self.columns, held, strict=True) if number and not count)

    def words(self, column: str) -> Mapping[str | None, int]:
        """Count the words of a column, the most frequent first; None is a blank. One more than MOST are too many."""
        if column not in self._words:
            name, left = self.raw.inner(column), self._left
            rows = f"from {self.raw.table} where {holds(self.columns)} and {engine.ROW} not in ({left})"
            query = f"select {name}, count(*) {rows} group by 1 order by 2 desc, min({engine.ROW}) limit {MOST + 2}"
            self._words[column] = dict(self.connection.execute(query).fetchall())
        return self._words[column]

    def texts(self, column: str) -> dict[str, int]:
        """Count the words of a column without blanks; none where they are too many."""
        found = {word: rows for word, rows in self.words(column).items() if word is not None}
        return found if len(found) <= MOST else {}

    def replies(self, column: str) -> bool:
        """Tell a column of which at least half of the words are yes, no or not applicable; numbers are 0 and 1."""
        found = self.texts(column)
        if self.numbers(column):
            return set(found) <= {"0", "1"}
        right = sum(rows for word, rows in found.items() if not isinstance(answers.parse_reply(word), str))
        return bool(found) and 2 * right >= sum(found.values())

    def decides(self, column: str) -> bool:
        """Tell a column of which some words are decisions, or are like one, and most of them are texts."""
        found = self.texts(column)
        decided = sum(rows for word, rows in found.items() if answers.parse_decision(word))
        likely = sum(rows for word, rows in found.items() if answers.likely_decision(word))
        return bool(found) and 3 * (decided + likely) >= sum(found.values())

    def numbers(self, column: str) -> bool:
        """Tell a column of nearly nothing but whole numbers."""
        if column not in self._numbers:
            name, left = self.raw.inner(column), self._left
            whole = f"regexp_full_match(replace({name}, ',', ''), '[0-9]+([.]0*)?')"
            query = f"select count({name}), count(*) filter ({whole}) from {self.raw.table} "
            held, right = self.connection.execute(f"{query} where {engine.ROW} not in ({left})").fetchone()
            self._numbers[column] = bool(held) and 10 * right >= 9 * held
        return self._numbers[column]

    def differs(self, count: str) -> bool:
        """Tell whether no two rows are of the same, but for a count: so it is in a table of counts."""
        names = [self.raw.inner(name) for name in self.columns if name != count]
        if not names:
            return False
        rows = f"from {self.raw.table} where {holds(self.columns)} and {engine.ROW} not in ({self._left})"
        every, different = self.connection.execute(
            f"select count(*), count(distinct ({', '.join(names)})) {rows}"
        ).fetchone()
        return bool(every == different)

    @property
    def _left(self) -> str:
        return ", ".join(map(str, self.aside)) or "0"

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The columns of ethnic groups, the one that people say of themselves first."""
        found = [name for name, plain in self.names.items() if re.search(r"\bethnic", plain)]
        return tuple(sorted(found, key=lambda name: "self" not in self.names[name]))

    @cached_property
    def grounds(self) -> str | None:
        """The column of grounds, unless it holds texts about them."""
        clear = roles_by_name(self.columns).get("grounds")
        named = [clear[0]] if clear else [name for name, plain in self.names.items() if _GROUNDS.search(plain)]
        return next((name for name in named if clear or 0 < len(self.texts(name)) <= _FEW), None)

    @cached_property
    def counts(self) -> tuple[str, ...]:
        """The columns that are called a count."""
        return tuple(name for name in self.columns if is_called_count(name) and self.numbers(name))


# ---- what a table seems to hold


_GROUNDS = re.compile(r"\bgrounds\b")
_FEW = 8  # words of an answer
_POLICE_UK = frozenset([
    "object of search", "legislation", "outcome linked to object of search", "self defined ethnicity",
    "officer defined ethnicity", "removal of more than just outer clothing", "part of a policing operation",
])  # fmt: skip
_SEARCHES = re.compile(r".*\b(?:search(?:es)?|stops?|stop and search)\b.*")
_FORCE = re.compile(r"(?:police )?force(?: name| area)?")
_RATE = re.compile(r"(?:recording )?rate(?: %)?")
_FILES = re.compile(r"file(?: (?:no|number|id|ref))?|case file.*")


def kinds_of(table: Looked) -> tuple[str, ...]:
    """List what a table can hold, the likeliest first; more than one only where nobody can tell."""
    if _of_forces(table):
        return (FORCES,)
    searches, audited = _of_searches(table), _of_audit(table)
    if searches:
        asked = "decision" in audited or {"due", "recorded"} <= audited
        return (SEARCHES, AUDIT) if asked and "grounds" in table.columns else (SEARCHES,)
    if audited:
        return (AUDIT,)
    if _of_volumes(table):
        return (VOLUMES,)
    if _of_review(table):
        return (REVIEW,)
    return (TIMES,) if {"reported_at", "recorded_at"} <= set(roles_by_name(table.columns)) else ()


def _of_forces(table: Looked) -> bool:
    names = table.names.values()
    return any(map(_FORCE.fullmatch, names)) and any(map(_RATE.fullmatch, names))


def _of_searches(table: Looked) -> bool:
    names = table.names.values()
    if table.grounds is not None or len(_POLICE_UK & set(names)) > 1:
        return True
    return bool(table.groups) and (any(map(_SEARCHES.fullmatch, names)) or bool(table.counts))


def _of_audit(table: Looked) -> set[str]:
    """Tell by which roles a table is an audit: by a column of decisions, or of what was recorded."""
    roles = {role: name for role, (name, _) in roles_by_name(table.columns).items()}
    if "decision" in roles and table.decides(roles["decision"]):
        return {"decision"}
    recorded = roles.get("recorded")
    if recorded is None:
        return set()
    if "due" in roles:
        return {"due", "recorded"}
    return {"recorded"} if table.replies(recorded) or table.decides(recorded) or "cluster" in roles else set()


def _of_volumes(table: Looked) -> bool:
    known = {POPULATION, RECORDED_CRIME, ROUTE_SHARE, "recorded"}
    if names_counts(table.columns):
        return True
    named = {name.replace(" ", "_") for name in table.names.values()}
    numbered = [name for name in table.columns if table.names[name].replace(" ", "_") in known and table.numbers(name)]
    return bool(named & known) and bool(numbered)


def questions_of(table: Looked) -> tuple[str, ...]:
    """List the columns that may be questions."""
    return tuple(name for name in table.columns if table.replies(name) and len(table.texts(name)) > 1)


def _of_review(table: Looked) -> bool:
    named = any(map(_FILES.fullmatch, table.names.values()))
    return len(questions_of(table)) >= (1 if named else 2)


# ---- which column plays which role


def roles_in(table: Looked, kind: str) -> dict[str, tuple[str, bool]]:
    """Find the column of each role in a table of some kind, and whether that is clear."""
    found = roles_by_name(table.columns)
    held = {role: pair for role, pair in found.items() if pair[0] not in table.blank}
    found = {role: (name, sure or name == role) for role, (name, sure) in held.items()}
    if kind == SEARCHES:
        return _roles_of_searches(table, found)
    if kind in (AUDIT, TIMES):
        return _roles_of_audit(table, found)
    if kind == REVIEW:
        case = next((name for name in table.columns if _FILES.fullmatch(table.names[name])), None)
        own = (case, True) if case else found.get("case") or found.get("cluster")
        return {"case": own} if own else {}
    return _roles_of_volumes(table) if kind == VOLUMES else {}


def _roles_of_volumes(table: Looked) -> dict[str, tuple[str, bool]]:
    named = {plain.replace(" ", "_"): name for name, plain in table.names.items()}
    roles = {role: (named[role], True) for role in (POPULATION, RECORDED_CRIME) if role in named}
    if not roles and not any(read_span(name) for name in table.columns):
        count = count_column(table.columns)
        name = count or next((name for name in table.columns if table.numbers(name)), None)
        roles |= {} if name is None else {RECORDED_CRIME: (name, count is not None)}
    labels = labels_of(table)
    if len(labels) == 1 and POPULATION not in roles:
        roles = {"category": (labels[0], True), **roles}
    return roles


def labels_of(table: Looked) -> tuple[str, ...]:
    """Name the columns that known counts are by: that of offence groups, or else those of texts."""
    known = label_columns(table.columns)
    if known:
        return known[:1]
    numbers = {POPULATION, SAMPLE, RECORDED_CRIME, ROUTE_SHARE}
    return tuple(
        name
        for name in table.columns
        if not (is_of_place_or_time(name) or read_span(name) or table.names[name].replace(" ", "_") in numbers)
        and not table.numbers(name)
    )


def _roles_of_audit(table: Looked, found: Mapping[str, tuple[str, bool]]) -> dict[str, tuple[str, bool]]:
    roles = {role: pair for role, pair in found.items() if role != "grounds"}
    if "decision" in roles and not table.decides(roles["decision"][0]) and {"due", "recorded"} & set(roles):
        del roles["decision"]
    recorded = roles.get("recorded")
    plain = "due" not in roles and "decision" not in roles
    if recorded is not None and plain and not table.replies(recorded[0]) and table.decides(recorded[0]):
        roles["decision"] = roles.pop("recorded")
    answered = "due" not in roles and bool({"decision", "recorded"} & set(roles))
    if answered and "cluster" not in roles and "case" not in roles and table.counts and table.differs(table.counts[0]):
        roles["count"] = (table.counts[0], True)
    return roles


def _roles_of_searches(table: Looked, found: Mapping[str, tuple[str, bool]]) -> dict[str, tuple[str, bool]]:
    roles = {role: found[role] for role in ("case", "cluster", "weight", "stratum", "period") if role in found}
    if "cluster" in roles and not roles["cluster"][1]:
        del roles["cluster"]  # the id of a search, which is no unit that holds several
    answer = found.get("grounds") or ((table.grounds, False) if table.grounds else None) or found.get("recorded")
    if answer is None:
        asked = [name for name in questions_of(table) if table.names[name] not in _POLICE_UK]
        answer = (asked[0], False) if len(asked) == 1 else None
    if answer is not None:
        roles["recorded"] = answer
        of_counts = [name for name in table.counts if name != answer[0] and table.differs(name)]
        if of_counts:
            roles["due" if table.numbers(answer[0]) and not table.replies(answer[0]) else "count"] = (
                of_counts[0],
                True,
            )
    if table.groups:
        roles["category"] = (table.groups[0], True)
    return roles


def taken(kind: str, roles: Mapping[str, tuple[str, bool]]) -> dict[str, str]:
    """Take the roles that are needed to count, and those of columns that every verb takes by their names."""
    plain = {role: name for role, (name, _) in roles.items()}
    columns = {role: plain[role] for role in PLAYED[kind] if role in plain}
    if "decision" in columns and {"due", "recorded"} & set(columns):
        del columns["decision"]
    if kind in (AUDIT, TIMES, SEARCHES):
        columns |= {role: name for role, name in plain.items() if role in _EXACT and role == name}
    return columns
