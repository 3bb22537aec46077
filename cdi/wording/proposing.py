"""What is said of a file that was opened: what it holds, how it can be read, and what remains to be said of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from cdi.wording.checking import ROLES
from cdi.wording.faults import BLANK, for_shell, shorten
from cdi.wording.labels import ALL
from cdi.wording.sentences import Advised, in_a_row, listed

__all__ = [
    "COLUMNS_HEADINGS", "COLUMNS_TITLE", "HELD", "LAYOUTS_LEFT", "NUMBERS_HEADINGS", "NUMBERS_TITLE",
    "PROPOSED_ROLES", "ROW_KINDS", "SHEETS_HEADINGS", "SHEETS_TITLE", "SHEET_NAME", "SHEET_TITLE", "SHEET_USES",
    "WORDS_HEADINGS", "WORDS_TITLE", "by_another", "call", "command", "could_also_hold", "filled_down", "force_known",
    "holds_too", "mapping_head", "mapping_written", "meaning_of_word", "meanings_open", "names_asked",
    "no_group_stated", "not_in_plan", "proposed_role", "role_left", "role_state", "shown_label", "shown_word",
    "title_differs", "to_keep", "to_use", "word_left", "words_in_python",
]  # fmt: skip

ROW_KINDS: Mapping[str, str] = {
    "title": "titles",
    "header": "header",
    "data": "data",
    "continuation": "further rows",
    "total": "totals",
    "share": "shares",
    "note": "notes",
    "blank": "blank",
}
"""What the kinds of rows of a sheet are called."""

SHEETS_TITLE = "Sheets, with every row under one kind"
SHEETS_HEADINGS = ("sheet", "taken for")
HELD: Mapping[str, str] = {
    "audit": "audit",
    "searches": "stop searches",
    "volumes": "volumes",
    "review": "case files",
    "times": "times",
    "forces": "results of forces",
}
"""What each kind of file holds."""

_AS_OBJECT: Mapping[str, str] = {"audit": "an audit"}

SHEET_USES: Mapping[str, str] = {"other": "not read", "empty": "no table"}
COLUMNS_TITLE = "What the columns seem to be"
COLUMNS_HEADINGS = ("role", "column", "")
SHEET_NAME = "name of the sheet"
SHEET_TITLE = "title above the table"
WORDS_TITLE = "What the words mean"
WORDS_HEADINGS = ("column", "word", "means", "rows")
NUMBERS_TITLE = "What follows"
NUMBERS_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "reports": ("", "reports", "crimes due", "recorded"),
    "rows": ("", "rows", "crimes due", "recorded"),
    "counts": ("", "crimes due", "recorded"),
    "searches": ("", "records", "with grounds", "without"),
    "population": ("", "reports on the frame"),
    "recorded_crime": ("", "recorded crime"),
    "review": ("question", "files asked", "yes", "no", "not applicable"),
    "times": ("", "crimes recorded", "in time", "late", "not known"),
    "forces": ("force", "known as", "rate %"),
}
"""What the numbers of each kind are."""

PROPOSED_ROLES: Mapping[str, str] = {
    **ROLES,
    "category": "offence",
    "grounds": "grounds",
    "period": "period",
    "reported_at": "reported at",
    "recorded_at": "recorded at",
    "timely": "in time",
    "recorded_crime": "recorded crime",
    "force": "force",
}
"""What each role is called where it is proposed."""

_OTHERWISE: Mapping[str, Mapping[str, str]] = {
    "searches": {"due": "number of searches", "recorded": "grounds recorded", "category": "ethnic group"},
    "review": {"case": "case file"},
}
"""Kind -> what a role is called in it."""


def proposed_role(role: str, kind: str) -> str:
    """Name a role in a file of some kind."""
    return _OTHERWISE.get(kind, {}).get(role, PROPOSED_ROLES[role])


def role_state(*, taken: bool, sure: bool) -> str:
    """Say whether a column is taken for its role, and how clear its name is."""
    if not taken:
        return "left out: your choice"
    return "taken" if sure else "taken, since its name is like that: please check"


_MEANINGS: Mapping[str, str] = {
    "yes": "yes",
    "no": "no",
    "number": "so many",
    "idle": "the question does not arise",
    "blank": "nothing is said",
    "category": "a category",
    "not-stated": "no group is stated",
}
"""What a word can mean that is no decision."""


def meaning_of_word(meaning: str | None, likely: str | None, counted: Mapping[str, str]) -> str:
    """Say what a word means; where it is not known, what it may mean."""
    if meaning is None:
        return f"not known: {likely}?" if likely else "not known"
    if meaning in counted:
        return meaning if meaning == counted[meaning] else f"{meaning} ({counted[meaning]})"
    return _MEANINGS.get(meaning, meaning)


def title_differs(sheet: str, title: str) -> str:
    """Say that a sheet is called by one month and headed by another."""
    return f"Please check: sheet {sheet} is headed {title}. The period is taken from the name of the sheet."


def filled_down(rows: int, columns: Sequence[str]) -> str:
    """Say what rows without a report are taken for."""
    if rows == 1:
        taken = f"1 row names no report in {columns[0]} and is taken as a further crime"
    else:
        taken = f"{rows:,} rows name no report in {columns[0]} and are taken as further crimes"
    return f"Your choice: {taken} of the report above. Columns filled down: {in_a_row(columns)}."


def no_group_stated(column: str, rows: int, every: int, words: Sequence[tuple[str | None, int]]) -> str:
    """Say how many records state no group, and in which words."""
    named = listed([f"{count:,} {'blank' if word is None else shorten(word)}" for word, count in words])
    return f"{rows:,} of {every:,} records state no group in {column}: {named}."


def force_known(usual: str | None) -> str:
    """Say which force a name is read as."""
    return usual or "none of the 43"


def not_in_plan(names: Sequence[str]) -> str:
    """Say which names are of none of the forces."""
    return (
        f"Your choice: {listed(names)} {'is' if len(names) == 1 else 'are'} none of the 43 territorial forces. The "
        "averages count such a row like any other. To leave it out, remove its row."
    )


class _Spoken(Advised):
    """A statement with a command, and with a call for who reads it in Python."""

    def __new__(cls, said: str, python: str) -> _Spoken:
        """Keep both."""
        self = super().__new__(cls, said)
        self.python = python
        return self


def command(verb: str, files: Sequence[str], options: Sequence[tuple[str, str]]) -> str:
    """Write a command line that works as it is printed."""
    given = [f"{flag} {for_shell(value)}" if value else flag for flag, value in options]
    return " ".join(["cdi", verb, *map(for_shell, files), *given])


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def call(verb: str, options: Sequence[tuple[str, str]]) -> str:
    """Write a call of Python that reads what was found; an option that is given several times is a list."""
    named: dict[str, list[str]] = {}
    for name, value in options:
        named.setdefault(name, []).append(value)
    given = [f"{name}={_shown(values[0] if len(values) == 1 else values)}" for name, values in named.items()]
    return f"cdi.{verb}({', '.join(['found', *given])})"


def to_keep(run: str) -> str:
    """Say how what was found is kept."""
    return _Spoken(f"To keep this, run: {run}", 'To keep this: found.save("mapping.toml")')


def to_use(verb: str, run: str, call: str) -> str:
    """Say which verb reads a file, and how."""
    return _Spoken(f"{_USES[verb]}, run: {run}", f"{_USES[verb]}: {call}")


_USES: Mapping[str, str] = {
    "estimate": "For recording rates",
    "categories": "For recording rates by category",
    "periods": "For recording rates by period",
    "trend": "For the months",
    "timeliness": "For the time that recording took",
    "grounds": "For the share with grounds",
    "five": "For the five ethnic groups",
    "review": "For the share of each answer",
    "forces": "For the forces side by side",
    "volumes": "For the crimes not recorded, with your audit in place of AUDIT.csv",
    "frame": "For rates weighted by the sampling frame, with your audit in place of AUDIT.csv",
}
"""What each verb is used for."""


def could_also_hold(kind: str, run: str, call: str) -> str:
    """Say as what else a file could be read."""
    return _Spoken(f"It could also be read as {HELD[kind]}: {run}", f"It could also be read as {HELD[kind]}: {call}")


def holds_too(name: str, kind: str, run: str) -> str:
    """Say what a sheet or file holds that is not read."""
    return _Spoken(
        f"{name} seems to hold {_AS_OBJECT.get(kind, HELD[kind])} and is not read here: {run}",
        f"{name} seems to hold {_AS_OBJECT.get(kind, HELD[kind])} and is not read here.",
    )


def by_another(columns: Sequence[str]) -> str:
    """Say which other columns hold groups."""
    return f"Your choice: groups can also be read from {listed(columns)}."


def names_asked(words: Sequence[tuple[str, int]]) -> str:
    """List words with how often each stands."""
    shown = [f"{shorten(word)} ({rows:,})" for word, rows in words]
    return in_a_row(shown)


def meanings_open(of: str) -> str:
    """Say what a word can mean, where its meaning is left open."""
    return _MEANT.get(of, "")


_MEANT: Mapping[str, str] = {
    "answer": "Replace each MEANING by yes, no or n/a. ",
    "decision": "Replace each MEANING by recorded, not recorded, wrongly cancelled, wrong class, no crime, "
    "transferred, duplicate, over-recorded or not auditable. ",
}
"""What is asked for -> what a word can mean."""


def words_in_python(pairs: Sequence[tuple[str, str]]) -> str:
    """Write what words mean as an argument."""
    return f"words={_shown(dict(pairs))}"


def mapping_written(file: str, option: str = "--mapping") -> str:
    """Say that a mapping was written."""
    return f"Written: {file}. Use it with {option} {for_shell(file)}."


def mapping_head(files: Sequence[str]) -> tuple[str, ...]:
    """Head a mapping."""
    return (
        f"How {listed(files)} {'is' if len(files) == 1 else 'are'} read, as cdi open found it.",
        "Change what is wrong. Use it with --mapping for this file and the next ones.",
    )


def role_left(role: str, column: str) -> str:
    """Name a role that a mapping leaves out, as the line that would give it its column."""
    return f'{role} = "{column}"  # {PROPOSED_ROLES[role]}'


LAYOUTS_LEFT = (
    'layout = "counts"  # each row counts many crimes, as in a table by offence or month',
    'layout = "records"  # each row is one report',
)
"""The lines that would say what a row is, where it could be either."""


def word_left(word: str, times: int, likely: str | None) -> str:
    """Name a word that is not known, as the line that would say what it means."""
    shown = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{shown}" = "{likely or "MEANING"}"  # rows: {times}'


def shown_word(word: str | None) -> str:
    """Write a word as it stands; a blank by its name."""
    return BLANK if word is None else shorten(word)


def shown_label(label: str | None) -> str:
    """Write the label of a line of numbers; of the whole, and of a blank."""
    return ALL if label is None else label or BLANK
