"""What is said of wrong input: every fault has its sentence, and a sentence says where, what and what to do."""

from __future__ import annotations

import ast
import pickle
import string
from pathlib import Path

import pytest

import cdi
from cdi.errors import SHOWN, CdiError, DataError, DesignError, Fault, MethodError, Where, fault, suggestion
from cdi.wording import FAULTS

PACKAGE = Path(cdi.__file__).parent
SOURCES = [path for path in PACKAGE.rglob("*.py") if not path.stem.endswith("faults")]


def constants() -> set[str]:
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES)
    return {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def raised() -> set[str]:
    """Name the codes that stand where a fault is made."""
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            first = node.args[0]
            known = name in {"fault", "Check", "_fault"} or (
                name == "of" and getattr(getattr(node.func, "value", None), "id", "").endswith("Error")
            )
            if known and isinstance(first, ast.Constant):
                found.add(first.value)
    return found


def test_every_fault_that_is_raised_has_its_sentence() -> None:
    assert len(raised()) > 30
    assert raised() <= set(FAULTS)


def test_every_sentence_is_used() -> None:
    assert set(FAULTS) <= constants()


@pytest.mark.parametrize("code", FAULTS)
def test_a_sentence_says_what_is_expected_and_what_to_do(code: str) -> None:
    expected, hint = FAULTS[code]
    assert expected
    assert hint.endswith((".", "}"))
    names = {name for text in (expected, hint) for _, name, _, _ in string.Formatter().parse(text) if name}
    made = fault(code, **dict.fromkeys(names, 7))
    assert "{" not in made.expected + made.hint


def test_a_fault_says_file_line_column_value_and_remedy() -> None:
    made = fault("negative", got=-1, where=Where("audit.csv", 1234, "due"))
    assert str(made) == (
        "audit.csv, line 1,234, column due: expected a whole number, 0 or more, got -1. Correct the count in this row."
    )


def test_a_fault_without_a_place_begins_with_what_is_expected() -> None:
    assert str(fault("empty-frame")).startswith("expected at least one row")


@pytest.mark.parametrize("kind", [DataError, DesignError, MethodError])
def test_errors_are_value_errors_with_their_faults(kind: type[CdiError]) -> None:
    error = kind.of("negative", got=-1)
    assert isinstance(error, CdiError)
    assert isinstance(error, ValueError)
    assert [item.code for item in error.faults] == ["negative"]
    assert error.total == 1


def test_twenty_faults_are_shown_and_the_rest_is_counted() -> None:
    faults = [fault("negative", got=-n, where=Where("a.csv", n)) for n in range(1, 26)]
    lines = str(DataError(faults)).splitlines()
    assert len(lines) == SHOWN + 1 == 21
    assert lines[0].startswith("a.csv, line 1:")
    assert lines[-1] == "... and 5 more."
    assert str(DataError(faults[:20])).count("more.") == 0
    assert str(DataError(faults[:20], 1234)).splitlines()[-1] == "... and 1,214 more."


def test_errors_survive_being_sent_to_another_process() -> None:
    error = DataError([fault("negative", got=-1, where=Where("a.csv", 3, "due"))], 9)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (type(again), str(again), again.total, again.faults) == (DataError, str(error), 9, error.faults)


def test_a_value_cannot_disturb_the_terminal_or_flood_it() -> None:
    made = fault("negative", got="\x1b[31m\n" + "9" * 500)
    assert made.got is not None
    assert made.got.startswith("\\x1b[31m\\n999")
    assert made.got.endswith("...")
    assert len(made.got) < 80
    assert made.got.isprintable()


def test_a_value_with_braces_is_taken_as_it_is() -> None:
    made = fault("no-column", column="{x}", hint=suggestion("{x}", ["{y}"]))
    assert isinstance(made, Fault)
    assert str(made) == "expected a column named '{x}'. Did you mean '{y}'? There are: {y}."


@pytest.mark.parametrize(
    ("name", "choices", "said"),
    [
        ("Recorded", ["due", "recorded"], "Did you mean 'recorded'? There are: due, recorded."),
        ("recorded ", ["recorded"], "Did you mean 'recorded'? There are: recorded."),
        ("violnt", ["other", "violent"], "Did you mean 'violent'? There are: other, violent."),
        ("x", ["due", "recorded"], "There are: due, recorded."),
        ("x", [], "There are none."),
    ],
)
def test_the_nearest_name_is_suggested(name: str, choices: list[str], said: str) -> None:
    assert suggestion(name, choices) == said
