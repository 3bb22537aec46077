"""The vocabulary of auditors: what is read, what is not, and what each decision counts as."""

from __future__ import annotations

import pytest

from cdi import wording
from cdi.audits.answers import DECISIONS, SYNONYMS, UNDECIDED, parse_decision


def test_each_word_means_one_decision() -> None:
    words = [word for decision, others in SYNONYMS.items() for word in (decision, *others)]
    assert len(set(words)) == len(words)
    assert all(word == word.casefold().strip() for word in words)
    assert set(SYNONYMS) == set(DECISIONS)


@pytest.mark.parametrize("decision", DECISIONS)
def test_spelling_and_case_are_forgiven_for_the_list_only(decision: str) -> None:
    for word in (decision, *SYNONYMS[decision]):
        for spelled in (word, word.upper(), word.title(), f" {word} ", f"{word}.", word.replace(" ", " \u00a0")):
            assert parse_decision(spelled) == decision
        for other in (f"{word}s", f"{word} ?", f"x{word}", ""):
            assert parse_decision(other) is None


@pytest.mark.parametrize("word", ["yes", "no", "1", "0", "record", "crime", "not", "maybe", "recorded?", "n/a"])
def test_other_words_are_no_decisions(word: str) -> None:
    assert parse_decision(word) is None


@pytest.mark.parametrize(
    ("decision", "due", "recorded", "wrong_class", "over_recorded", "auditable"),
    [
        ("recorded", 1, 1, 0, 0, 1),
        ("not recorded", 1, 0, 0, 0, 1),
        ("wrongly cancelled", 1, 0, 0, 0, 1),
        ("wrong class", 1, 1, 1, 0, 1),
        ("no crime", 0, 0, 0, 0, 1),
        ("transferred", 0, 0, 0, 0, 1),
        ("duplicate", 0, 0, 0, 0, 1),
        ("over-recorded", 0, 0, 0, 1, 1),
        ("not auditable", 0, 0, 0, 0, 0),
    ],
)
def test_what_each_counts_as(
    decision: str, due: int, recorded: int, wrong_class: int, over_recorded: int, auditable: int
) -> None:
    found = DECISIONS[decision]
    assert (found.due, found.recorded, found.wrong_class, found.over_recorded, found.auditable) == (
        due, recorded, wrong_class, over_recorded, auditable,
    )  # fmt: skip


def test_each_is_explained() -> None:
    assert set(wording.DECISIONS) == {*DECISIONS, UNDECIDED}
