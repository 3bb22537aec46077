"""What each word of a column means: a decision, yes or no, a category; and what is not known and must be asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cdi.audits import answers
from cdi.audits.ethnicity import group_of, states_no_group
from cdi.proposing.kinds import SEARCHES, Looked

__all__ = ["ANSWERED", "Meaning", "meanings_of"]

ANSWERED = ("decision", "due", "recorded", "timely")
"""The roles whose words say what was found."""

_YES = {"recorded": "yes", "not recorded": "no"}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one word means."""

    role: str
    column: str
    word: str | None  # as it is written most often; None for a blank
    rows: int
    # a decision, yes, no, "number", "idle" (nothing to say), "blank", "category", "not-stated" or a group of the five;
    # None where it is not known
    meaning: str | None
    likely: str | None = None  # what it may mean, where it is not known

    @property
    def asked(self) -> bool:
        """Whether its meaning is not known."""
        return self.meaning is None


def meanings_of(
    tables: Sequence[Looked], columns: Mapping[str, str], words: Mapping[str, str], *, kind: str, groups: Sequence[str]
) -> tuple[Meaning, ...]:
    """List the words of the columns that say what was found, and those of some groups, with what they mean."""
    known = {_plain(word): meaning for word, meaning in words.items()}
    found: list[Meaning] = []
    for role in ANSWERED:
        if role in columns:
            found += _of_answers(role, columns[role], _counted(tables, columns[role]), known)
    for column in groups:
        found += _of_groups(column, _counted(tables, column), known, ethnic=kind == SEARCHES)
    return tuple(found)


def _plain(word: str) -> str:
    return answers.plain_word(word)


def _counted(tables: Sequence[Looked], column: str) -> dict[str | None, int]:
    """Add up the words of a column over sheets."""
    added: dict[str | None, int] = {}
    for table in tables:
        for word, rows in (table.words(column) if column in table.columns else {}).items():
            added[word] = added.get(word, 0) + rows
    return added


def _of_answers(
    role: str, column: str, counted: Mapping[str | None, int], known: Mapping[str, str]
) -> Iterator[Meaning]:
    """Tell what words of decisions or answers mean; numbers are one entry, and spellings of one word another."""
    spellings: dict[str, tuple[str, int]] = {}
    numbers: dict[int, int] = {}
    for word, rows in counted.items():
        number = None if word is None or role == "decision" else answers.parse_whole(word)
        if word is None:
            continue
        if isinstance(number, int):
            numbers[number] = numbers.get(number, 0) + rows
            continue
        first, before = spellings.get(_plain(word) or word, (answers.tidied(word) or word, 0))
        spellings[_plain(word) or word] = (first, before + rows)
    if numbers and (spellings or None in counted):  # of a column of nothing but numbers there is nothing to say
        ends = f"{min(numbers)} to {max(numbers)}" if len(numbers) > 1 else str(min(numbers))
        yield Meaning(role, column, ends, sum(numbers.values()), "number")
    for plain, (word, rows) in spellings.items():
        yield _of_word(role, column, word, rows, known.get(plain))
    if counted.get(None):
        yield Meaning(role, column, None, counted[None], "blank")


def _of_word(role: str, column: str, word: str, rows: int, given: str | None) -> Meaning:
    said = word if given is None else given
    likely = answers.likely_decision(word)
    if role == "decision":
        return Meaning(role, column, word, rows, answers.parse_decision(said), likely)
    if answers.is_idle(said):
        return Meaning(role, column, word, rows, "idle")
    answer = answers.parse_answer(answers.plain_word(said))
    meaning = None
    if not isinstance(answer, str):
        meaning = "yes" if answer else "no"
    return Meaning(role, column, word, rows, meaning, _YES.get(likely or ""))


def _of_groups(
    column: str, counted: Mapping[str | None, int], known: Mapping[str, str], *, ethnic: bool
) -> Iterator[Meaning]:
    """Tell what words are categories, and which of them state no group."""
    for word, rows in sorted(counted.items(), key=lambda pair: (pair[0] is None, -pair[1])):
        said = None if word is None else known.get(_plain(word), word)
        if said is None or (ethnic and states_no_group(said)):
            yield Meaning("category", column, word, rows, "not-stated" if ethnic else "blank")
        else:
            group = group_of(said) if ethnic else None
            yield Meaning("category", column, word, rows, group or "category")
