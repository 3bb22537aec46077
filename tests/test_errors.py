"""What is said of wrong input: every fault has its sentence, and a sentence says where, what and what to do."""

from __future__ import annotations

import ast
import inspect
import pickle
import re
import string
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

import cdi
from cdi.audits.design import Roles
from cdi.cli.app import cli
from cdi.errors import (
    SHOWN,
    CdiError,
    DataError,
    DesignError,
    Fault,
    MethodError,
    Surface,
    Where,
    fault,
    suggestion,
)
from cdi.inspecting.keys import every_key
from cdi.parameters import PARAMETERS, Parameter
from cdi.wording import FAULTS
from tests.source import tree_of, walk

PACKAGE = Path(cdi.__file__).parent
SOURCES = [path for path in PACKAGE.rglob("*.py") if not path.stem.endswith("faults")]


def constants() -> set[str]:
    trees = (tree_of(path) for path in SOURCES)
    return {
        node.value
        for tree in trees
        for node in walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def raised() -> set[str]:
    """Name the codes that stand where a fault is made."""
    found = set()
    for path in SOURCES:
        for node in walk(tree_of(path)):
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


def test_no_fault_is_worded_where_it_is_raised() -> None:
    """It keeps values, and a sentence with those it is said of; keys of an inspection are as they stand there."""
    early = []
    for path in SOURCES:
        for node in walk(tree_of(path)):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if path.parent.name == "inspecting" or not (called == "fault" or called.endswith("Error.of")):
                continue
            values = [each.value for each in node.keywords if each.arg not in {"got", "where"}]
            worded = [
                each for value in values for each in ast.walk(value) if isinstance(each, ast.Call | ast.JoinedStr)
            ]
            early += [path.name for each in worded if re.match(r"f['\"]|wording\.|'.*join\(", ast.unparse(each))]
    assert early == []


def test_every_sentence_is_used() -> None:
    assert set(FAULTS) <= constants()


def fields(text: str) -> set[str]:
    """Name what a sentence is filled with, also inside of what it names options by."""
    found: set[str] = set()
    for _, name, spec, _ in string.Formatter().parse(text):
        if name:
            found |= {name} | fields(spec or "")
    return found - {"option", "named", "verb"}


def every_text(code: str, surface: Surface) -> str:
    """Word a fault for a surface, with a value for all that its sentences name."""
    words = FAULTS[code]
    names = {name for text in words.on(surface) for name in fields(text)}
    stand_ins = dict.fromkeys(names, 7) | {"asked": "contrast"} | ({"name": "decision"} if "name" in names else {})
    return fault(code, **stand_ins).told(surface)


def texts_on(surface: Surface) -> dict[str, str]:
    return {code: every_text(code, surface) for code, words in FAULTS.items() if surface in words.only}


@pytest.mark.parametrize("code", FAULTS)
def test_a_sentence_says_what_is_expected_and_what_to_do(code: str) -> None:
    words = FAULTS[code]
    assert words.expected
    assert words.only
    assert set(words.only) <= set(Surface)
    assert all(words.on(surface)[1].endswith((".", "}")) for surface in Surface)


@pytest.mark.parametrize("surface", Surface)
def test_no_sentence_has_an_open_brace(surface: Surface) -> None:
    texts = {code: re.sub(r'=\{"\w+": "\w+"\}', "", text) for code, text in texts_on(surface).items()}
    assert not [code for code, text in texts.items() if re.search("[{}]", text)]


def test_python_and_the_file_know_no_flags() -> None:
    for surface in (Surface.PYTHON, Surface.TOML):
        assert not [code for code, text in texts_on(surface).items() if re.search(r"--\w|\B-o\b", text)]
    assert not [code for code, text in texts_on(Surface.PYTHON).items() if re.search(r"\bcdi [a-z]+ [A-Z-]", text)]


def test_only_python_is_told_of_calls() -> None:
    python = re.compile(r"\bcdi\.[A-Za-z_]+|\w=(\"|\[|True|None)")
    for surface in (Surface.COMMAND_LINE, Surface.TOML):
        assert not [code for code, text in texts_on(surface).items() if python.search(text)]


FLAGS = {flag for verb in cli.commands.values() for option in verb.params for flag in option.opts}
ARGUMENTS = {
    name
    for offered in map(partial(getattr, cdi), cdi.__all__)
    if callable(offered)
    for name in inspect.signature(offered).parameters
} | {*Roles.__annotations__, *inspect.signature(cdi.Audit.model).parameters}
KEYS = {name.rpartition(".")[2] for name, _ in every_key()}
SPELLINGS = {
    Surface.COMMAND_LINE: (r"(?<![\w/])--?[a-z][a-z-]*", FLAGS),
    Surface.PYTHON: (r"(\w+)=(?=[\"\[{N]|True|None|\d)", ARGUMENTS),
    Surface.TOML: (r"(\w+) = (?=[\"\[]|true|\d)", KEYS),
}


@pytest.mark.parametrize("surface", Surface)
def test_a_remedy_names_options_that_there_are(surface: Surface) -> None:
    pattern, known = SPELLINGS[surface]
    named = {code: set(re.findall(pattern, text)) for code, text in texts_on(surface).items()}
    assert sum(map(bool, named.values())) > 20
    assert {code: names - known for code, names in named.items() if names - known} == {}


@pytest.mark.parametrize("option", PARAMETERS.values(), ids=PARAMETERS)
def test_every_option_that_remedies_can_name_is_there(option: Parameter) -> None:
    """The names of the registry are those of the command line, of Python and of the file."""
    assert set(option.spelled) <= FLAGS
    assert option.in_file is None or option.in_file in KEYS | {"collapse", "not_personal"}


def test_a_fault_says_file_line_column_value_and_remedy() -> None:
    made = fault("negative", got=-1, where=Where("audit.csv", 1234, "due"))
    assert str(made) == (
        "audit.csv, line 1,234, column due: expected a whole number, 0 or more, but found -1. "
        "Correct the count in this row."
    )


def test_a_number_is_advised_as_one_in_python() -> None:
    assert "most=1," in fault("watch-most-range").told()
    assert 'most="1"' not in fault("watch-most").told()


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


def test_a_remedy_is_said_once() -> None:
    faults = [fault("negative", got=-n, where=Where("a.csv", n)) for n in (2, 3)]
    other = fault("not-yes-no", got="maybe", where=Where("a.csv", 4))
    first, second, third = str(DataError([faults[0], other, faults[1]])).splitlines()
    assert first.endswith("but found -2. Correct the count in this row.")
    assert "but found maybe. Enter one of these. " in second
    assert third == "a.csv, line 3: expected a whole number, 0 or more, but found -3."


def test_errors_survive_being_sent_to_another_process() -> None:
    error = DataError([fault("negative", got=-1, where=Where("a.csv", 3, "due"))], 9)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (type(again), str(again), again.total, again.faults) == (DataError, str(error), 9, error.faults)


def test_a_fault_with_values_is_equal_to_itself_and_survives_being_sent() -> None:
    made = fault("no-column", where=Where("a.csv", 1), column="due", hint=suggestion("due", ["Due", "case"]))
    again = pickle.loads(pickle.dumps(made))  # noqa: S301 - our own bytes
    assert again == made == fault("no-column", where=Where("a.csv", 1), column="due", hint=made.values["hint"])
    assert hash(again) == hash(made)
    assert made != fault("no-column", where=Where("a.csv", 1), column="recorded", hint=made.values["hint"])
    assert str(again) == str(made)
    with pytest.raises(TypeError):
        made.values["column"] = "x"  # type: ignore[index]


def test_nothing_is_worded_until_it_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("cdi.wording.suggest", lambda near, choices: asked.append(str(near)) or "")
    error = DataError([fault("no-column", column=f"x{i}", hint=suggestion(f"x{i}", ["due"])) for i in range(3000)])
    assert asked == []
    assert str(error)
    assert len(asked) == SHOWN


def test_a_fault_of_an_inspection_is_told_in_its_terms_by_everyone() -> None:
    made = replace(fault("no-classes"), terms=Surface.TOML)
    said = made.told(Surface.COMMAND_LINE)
    assert said == made.told() == str(made)
    assert 'decision = "COL" under columns' in said


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
    assert str(suggestion(name, choices)) == said
