"""The catalogues: every key that is used exists, every key is used, and no sentence stands outside them."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

import cdi
from cdi import wording
from cdi.cli.app import cli
from cdi.facts import Scope
from cdi.measures import MEASURES
from cdi.parameters import argument, flag
from cdi.wording.inspecting import ignored
from tests.source import tree_of, walk

ROOM = Path(cdi.__file__).parent
PATHS = {path.relative_to(ROOM).as_posix(): path for path in sorted(ROOM.rglob("*.py")) if "wording" not in path.parts}


def trees() -> Iterator[tuple[str, ast.Module]]:
    """Read what is no catalogue."""
    yield from ((name, tree_of(path)) for name, path in PATHS.items())


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def calls() -> Iterator[tuple[str, ast.Call]]:
    for name, tree in trees():
        yield from ((name, node) for node in walk(tree) if isinstance(node, ast.Call))


def texts(node: ast.AST) -> set[str]:
    return {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def used_texts(*, but: str = "") -> set[str]:
    """Every string in the code that is no docstring, leaving out one module."""
    found: set[str] = set()
    for tree in (tree for name, tree in trees() if name != but):
        bare = {id(node.value) for node in walk(tree) if isinstance(node, ast.Expr)}
        found |= {
            node.value
            for node in walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare
        }
    return found


def catalogue_of(name: str) -> Mapping[str, object]:
    return MEASURES if name == "MEASURES" else getattr(wording, name)  # type: ignore[no-any-return]


def named_in_wording(name: str) -> set[str]:
    """The keys by which the code looks into a catalogue, where they are written out."""
    return {
        node.slice.value
        for _, tree in trees()
        for node in walk(tree)
        if isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Attribute | ast.Name)
        and getattr(node.value, "attr", getattr(node.value, "id", "")) == name
        and isinstance(node.slice, ast.Constant)
    }


FAULT_MAKERS = {"of", "fault", "_fault"}


def raised() -> set[str]:
    """The codes that stand first in a call that makes a fault."""
    return {
        code
        for _, node in calls()
        if called(node) in FAULT_MAKERS and node.args
        for code in texts(node.args[0])
        if isinstance(node.args[0], (ast.Constant, ast.IfExp))
    }


class TestKeys:
    def test_there_are_faults_to_look_at(self) -> None:
        assert len(raised()) > 30

    def test_every_fault_that_is_raised_is_worded(self) -> None:
        assert raised() - set(wording.FAULTS) == set()

    def test_every_fault_that_is_worded_is_raised(self) -> None:
        assert set(wording.FAULTS) - used_texts() == set()

    @pytest.mark.parametrize("name", ["HEADINGS", "VERBS", "MEASURES", "NOTES"])
    def test_keys_written_out_exist(self, name: str) -> None:
        assert named_in_wording(name) - set(catalogue_of(name)) == set()

    @pytest.mark.parametrize("name", ["ASSUMPTIONS", "COLUMNS", "HEADINGS", "VERBS"])
    def test_every_key_is_used(self, name: str) -> None:
        assert set(getattr(wording, name)) - used_texts() == set()

    @pytest.mark.parametrize("name", ["roles", "headings", "titles", "assumptions"])
    def test_every_key_of_a_description_is_used(self, name: str) -> None:
        assert set(getattr(wording.CHECK_OF_CRIMES, name)) - used_texts() == set()

    def test_every_scope_is_used(self) -> None:
        said = "\n".join(ast.unparse(tree) for name, tree in trees() if name != "facts.py")
        assert set(Scope.__members__) - set(re.findall(r"\bScope\.(\w+)", said)) == set()

    def test_every_measure_is_made_of_none_or_of_another(self) -> None:
        assert all(key == entry.key for key, entry in MEASURES.items())
        assert {entry.of for entry in MEASURES.values() if entry.of} <= set(MEASURES)
        assert all(entry.of != entry.key for entry in MEASURES.values())

    def test_every_note_is_given_by_some_row(self) -> None:
        """Measures have their own words for notes: a code that stands among them alone is given to no row."""
        by_rule = {f"single-{rule}" for rule in ("adjust", "average")}
        assert set(wording.NOTES) - used_texts(but="measures.py") == by_rule

    def test_every_note_of_a_measure_is_worded_for_all(self) -> None:
        assert {code for entry in MEASURES.values() for code in entry.notes} <= set(wording.NOTES)

    def test_assumptions_are_those_that_can_be_made(self) -> None:
        tree = tree_of(PATHS["description.py"])
        made = next(node for node in walk(tree) if getattr(node, "name", "") == "_assumptions")
        keys = {key.value for node in ast.walk(made) if isinstance(node, ast.Dict) for key in node.keys
                if isinstance(key, ast.Constant)}  # fmt: skip
        assert keys == set(wording.ASSUMPTIONS)

    def test_every_name_of_the_package_is_used(self) -> None:
        offered = {name for name in vars(wording) if not name.startswith("_")}
        assert len(offered) > 200
        used = set(re.findall(r"\bwording\.(\w+)", "\n".join(ast.unparse(tree) for _, tree in trees())))
        inside = {
            alias.name
            for path in (ROOM / "wording").glob("*.py")
            for node in walk(tree_of(path))
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        modules = {path.stem for path in (ROOM / "wording").glob("*.py")}
        assert offered - used - inside - modules == set()

    def test_advice_names_options_as_they_are_spelled(self) -> None:
        """Flag and argument both follow from the name that stands in the advice."""
        named: set[str] = set()
        for path in (ROOM / "wording").glob("*.py"):
            for node in tree_of(path).body:
                if any(isinstance(each, ast.Name) and each.id == "Advised" for each in ast.walk(node)):
                    texts = [str(each.value) for each in ast.walk(node) if isinstance(each, ast.Constant)]
                    named |= {name for text in texts for name in re.findall(r"\{(\w+)(?:=\w+)?\}", text)}
        assert len(named) > 6
        for name in named:
            assert (flag(name), argument(name)) == (f"--{name.replace('_', '-')}", name)

    def test_columns_of_tables_have_a_heading(self) -> None:
        shown = {"n", "recorded", "clusters", "notes", "measure", "se", "n_eff", "df", "deff", "low", "high", "method"}
        assert shown <= set(wording.HEADINGS) & set(wording.COLUMNS)


def spoken(node: ast.Call) -> bool:
    return called(node) in {"echo", "print", "fail", "secho", "warn", "ClickException", "UsageError"}


class TestSentences:
    def test_stand_nowhere_else(self) -> None:
        """No text of four words or more is raised, echoed or printed but by the catalogue."""
        found = []
        for name, tree in trees():
            said = [node.exc for node in walk(tree) if isinstance(node, ast.Raise) and node.exc is not None]
            said += [node for node in walk(tree) if isinstance(node, ast.Call) and spoken(node)]
            found += [(name, text) for node in said for text in texts(node) if len(text.split()) >= 4]
        assert [
            pair for pair in found if pair[1] != " has no attribute "
        ] == []  # Python's own sentence, in __getattr__

    def test_of_faults_are_whole(self) -> None:
        for code, words in wording.FAULTS.items():
            expected = words.expected
            assert not expected.endswith("."), code
            assert not expected[:1].isupper() or expected.split()[0].rstrip(",").isupper(), code
            for text in {text for surface in words.only for text in words.on(surface)}:
                assert text == expected or text.endswith((".", "}")), code
                assert text == text.strip()
                assert "  " not in text

    def test_of_faults_are_filled_by_what_the_code_hands_over(self) -> None:
        """Every {name} in a sentence is handed over somewhere: a fault raised without it would end in a KeyError."""
        handed = {keyword.arg for _, node in calls() for keyword in node.keywords if keyword.arg}
        handed |= used_texts()
        handed |= {"option", "named", "verb"}  # what options and verbs are named by
        for code, words in wording.FAULTS.items():
            sentences = {text for surface in words.only for text in words.on(surface)}
            names = {field for text in sentences for _, field, _, _ in string.Formatter().parse(text) if field}
            assert names <= handed, code

    @pytest.mark.parametrize("catalogue", ["NOTES", "MEASURES", "HEADINGS", "COLUMNS"])
    def test_are_worded_once_each(self, catalogue: str) -> None:
        measures = {key: entry.name for key, entry in MEASURES.items()}
        found = measures if catalogue == "MEASURES" else getattr(wording, catalogue)
        assert all(text and text == text.strip() for text in found.values())
        if catalogue in {"NOTES", "MEASURES", "COLUMNS"}:
            assert len(set(found.values())) == len(found)

    def test_of_searches_do_not_speak_of_crimes(self) -> None:
        of_counts = {
            "total-refused",
            "no-volume",
            "volume-remainder",
            "volume-below-sample",
            "route-share",
            "period-differs",
        }
        of_counts |= {"any-class", "over-recorded", "net-of-over-recorded", "chance", "volumes-weigh"}
        for code in set(wording.NOTES) - of_counts:
            assert "crime" not in MEASURES["grounds"].note(code)
            assert MEASURES["recording-rate"].note(code) == wording.NOTES[code]

    def test_of_verbs_show_whole_in_the_list_of_commands(self) -> None:
        text = CliRunner().invoke(cli, ["--help"], terminal_width=80).output
        assert "..." not in text.split("Commands:")[1]
        for verb, sentence in wording.VERBS.items():
            if verb != "cdi":
                assert f"{sentence.split('. ')[0]}." in text
                assert "In Python: cdi." in sentence

    def test_name_no_workplace(self) -> None:
        source = "".join(path.read_text(encoding="utf-8") for path in ROOM.rglob("*.py")).casefold()
        assert not re.findall(r"/work/|pypi\.org|chatgpt|\btodo\b|\bfixme\b", source)


class TestFaults:
    def test_of_a_place(self) -> None:
        place = SimpleNamespace(file="a.csv", line=1234, column="due", key="report 7", sheet=None, cell=None)
        assert wording.describe_fault("a count", "x", wording.describe_place(place), "Mend it.") == (
            "a.csv, line 1,234, report 7, column due: expected a count, but found x. Mend it."
        )

    def test_of_several_rows(self) -> None:
        def places(**each: list[object]) -> list[SimpleNamespace]:
            usual = dict.fromkeys(("file", "line", "key", "sheet", "cell"))
            known = [dict(zip(each, values, strict=True)) for values in zip(*each.values(), strict=True)]
            return [SimpleNamespace(**{**usual, "column": "due", **place}) for place in known]

        def said(rows: int, **each: list[object]) -> str:
            return wording.describe_rows(places(**each), rows)

        assert said(2, file=["a.csv"] * 2, line=[3, 1_004]) == "a.csv, 2 rows (lines 3, 1,004), column due"
        assert said(400, line=[2, 3, 4, 5]) == "400 rows (lines 2, 3, 4, ...), column due"
        assert said(4, cell=["C2", "C3", "C4", "C5"]) == "4 rows (cells C2, C3, C4, ...), column due"
        assert said(2, sheet=["June"] * 2, line=[2, 3]) == "sheet June, 2 rows (rows 2, 3), column due"
        assert said(2, key=[wording.row_key(1), wording.row_key(9)]) == "2 rows (row 1, row 9), column due"
        assert said(30, line=[452]) == "30 rows, such as line 452, column due"
        assert said(30, key=[None]) == "30 rows, column due"

    def test_values_are_shortened_and_made_harmless(self) -> None:
        assert wording.shorten("x" * 100) == "x" * 60 + "..."
        assert wording.shorten("x" * 60) == "x" * 60
        assert wording.shorten("\x1b[31m\n") == "\\x1b[31m\\n"

    def test_the_rest_is_counted(self) -> None:
        assert wording.describe_faults(["one", "two"], 0) == "one\ntwo"
        assert wording.describe_faults(["one"], 1_200) == "one\n... and 1,200 more."

    @pytest.mark.parametrize(
        ("near", "choices", "text"),
        [
            ("due", ["due", "case"], "Did you mean 'due'? There are: due, case."),
            (None, ["due"], "There are: due."),
            (None, [], "There are none."),
            (
                "a0",
                [f"a{i}" for i in range(32)],
                f"Did you mean 'a0'? There are: {', '.join(f'a{i}' for i in range(30))} and 2 more.",
            ),
        ],
    )
    def test_suggestions(self, near: str | None, choices: list[str], text: str) -> None:
        assert wording.suggest(near, choices) == text

    @pytest.mark.parametrize(
        ("rows", "fields", "text"),
        [
            (0, 0, None),
            (1, 0, "a.csv: 1 blank row ignored."),
            (2, 1, "a.csv: 2 blank rows and spaces around 1 value ignored."),
            (0, 1_500, "a.csv: spaces around 1,500 values ignored."),
        ],
    )
    def test_what_was_ignored(self, rows: int, fields: int, text: str | None) -> None:
        assert ignored("a.csv", rows, fields) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2023-07 to 2024-06", "July 2023 to June 2024"),
        ("January 2024 to 2024-06", "January to June 2024"),
        ("1 Sept 2015 to 2016-03-31", "1 September 2015 to 31 March 2016"),
        ("1 January 2021 to 31 December 2021", "1 January 2021 to 31 December 2021"),
        ("audit-2023-07.csv, 2023-07.csv, audit_2023-07", "audit-2023-07.csv, 2023-07.csv, audit_2023-07"),
        ("PEEL 2021/22, 2024-13 and 12024-01", "PEEL 2021/22, 2024-13 and 12024-01"),
        ("in 2024-05.", "in May 2024."),
    ],
)
def test_months_are_written_in_words(text: str, said: str) -> None:
    assert wording.in_words(text) == said
