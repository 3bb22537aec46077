"""One declaration an option: what is declared, and that every surface says what is declared."""

from __future__ import annotations

import ast
import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pandas as pd
import pytest
from click.testing import CliRunner

import cdi
from cdi.arguments import names_of
from cdi.binomial import intervals
from cdi.cli.app import cli
from cdi.inspecting.keys import every_key
from cdi.parameters import LEVEL, METHOD, PARAMETERS, REGISTRY, Parameter, argument, flag, key, parameters_of
from cdi.printing import layout
from cdi.variation import outliers
from tests.generated_tables import TABLES, renewed
from tests.source import tree_of, walk

VERBS = {verb for each in PARAMETERS.values() for verb in each.verbs}

PLACE = Path(cdi.__file__).parent

# the callables of Python that take the arguments of each verb; roles of the sample are those of a design
TAKEN_BY: dict[str, tuple[object, ...]] = {
    "attack": (cdi.attack,),
    "agree": (cdi.agreement,),
    "watch": (cdi.watch,),
    "check": (),
    "compare": (cdi.compare, cdi.changes, cdi.recording_rate, cdi.estimate),
    "dispute": (cdi.dispute,),
    "draw": (cdi.draw, cdi.verify_draw, cdi.replace_drawn, cdi.write_draw, cdi.draw_panel),
    "coverage": (cdi.coverage,),
    "estimate": (cdi.estimate,),
    "explain": (cdi.estimate, cdi.grounds, cdi.explain),
    "forces": (cdi.forces,),
    "grounds": (cdi.grounds, cdi.disparity),
    "init": (cdi.draft_inspection,),
    "interval": (cdi.interval, cdi.of_counts),
    "methods": (),
    "national": (cdi.national, cdi.write_national),
    "open": (cdi.open_sheets,),
    "plan": (cdi.plan,),
    "report": (cdi.write_report, cdi.verify_report),
    "reproduce": (),
    "resample": (cdi.resample,),
    "review": (cdi.review,),
    "template": (cdi.write_template,),
    "timeliness": (cdi.timeliness,),
    "trend": (cdi.trend,),
}


def accepted(*callables: object) -> dict[str, inspect.Parameter]:
    """The arguments that some callables take."""
    found: dict[str, inspect.Parameter] = {}
    for each in callables:
        found |= inspect.signature(each).parameters  # type: ignore[arg-type]
    return found


class TestRegistry:
    def test_names_each_option_once(self) -> None:
        names = [each.name for group in REGISTRY.values() for each in group]
        assert [name for name, count in Counter(names).items() if count > 1] == []
        assert len(names) > 70

    def test_has_no_entry_without_a_verb_or_a_key(self) -> None:
        assert [each.name for each in PARAMETERS.values() if not each.verbs and not each.tables] == []

    @pytest.mark.parametrize("verb", sorted(VERBS))
    def test_gives_each_flag_of_a_verb_one_meaning(self, verb: str) -> None:
        flags = [name for group in parameters_of(verb).values() for each in group for name in each.spelled]
        assert [name for name, count in Counter(flags).items() if count > 1] == []

    def test_gives_each_key_of_a_table_one_meaning(self) -> None:
        keys = [(table, each.in_file) for each in PARAMETERS.values() for table in each.tables]
        assert [pair for pair, count in Counter(keys).items() if count > 1] == []

    @pytest.mark.parametrize("parameter", PARAMETERS.values(), ids=lambda each: each.name)
    def test_explains_each_option_in_one_plain_sentence(self, parameter: Parameter) -> None:
        for text in (parameter.help, *parameter.words.values()):
            assert text[0].isupper()
            assert text.endswith(".")
            assert ". " not in text
            assert len(text.split()) <= 26, text
            assert "e.g." not in text

    def test_shows_an_example_of_each_key(self) -> None:
        assert [each.name for each in PARAMETERS.values() if bool(each.tables) != bool(each.example)] == []

    def test_names_what_there_are_functions_for(self) -> None:
        """Help is to load no numerical library, so that the names stand here and the functions where they are."""
        held = {name: PARAMETERS[name].choices for name in PARAMETERS if PARAMETERS[name].choices}
        assert {*held["method"]} == {*intervals.METHODS, *intervals.EXACT}
        assert held["rule"] == tuple(outliers.RULES)
        assert held["format"] == tuple(layout.SURFACES)

    def test_spells_an_option_on_each_surface(self) -> None:
        assert [flag("decision"), argument("decision"), key("decision")] == ["--decision", "decision", "decision"]
        assert [flag("small_areas"), argument("small_areas"), key("small_areas")] == [
            None, "small_areas", "small_areas",
        ]  # fmt: skip
        with pytest.raises(KeyError):
            flag("no_such_option")

    def test_names_arguments_that_python_takes(self) -> None:
        shared = accepted(cdi.Design, cdi.Workbook, cdi.Disclosure, cdi.limits)
        for verb in VERBS:
            taken = {**shared, **accepted(*TAKEN_BY[verb])}
            named = {each.in_python for group in parameters_of(verb).values() for each in group}
            assert {name for name in named if name is not None} - set(taken) == set(), verb
        others = {each.in_python for each in PARAMETERS.values() if not each.verbs}
        assert others <= set(shared)

    @pytest.mark.parametrize("verb", sorted(VERBS))
    def test_says_the_defaults_of_python(self, verb: str) -> None:
        """What holds where an option is not given is settled by the signature, and said by the registry."""
        taken = {**accepted(cdi.Design, cdi.Disclosure), **accepted(*TAKEN_BY[verb][:1])}
        for group in parameters_of(verb).values():
            for each in group:
                usual = taken[each.in_python].default if each.in_python in taken else None
                # a factory makes an empty mapping
                if (
                    usual in (None, (), inspect.Parameter.empty)
                    or repr(usual) == "<factory>"
                    or each.name in {"month", "recorded"}
                ):
                    continue
                said = {"95%": 0.95, "80%": 0.8, "10%": 0.1, "": False, "false": False}
                number = int(each.default) if each.default.isdecimal() else each.default
                assert usual == said.get(each.default, number), each.name


class TestCommandLine:
    @pytest.mark.parametrize("verb", TAKEN_BY)
    def test_takes_each_option_from_the_registry(self, verb: str) -> None:
        declared = {each.name: each for group in parameters_of(verb).values() for each in group}
        options = {param.name: param for param in cli.commands[verb].params if isinstance(param, click.Option)}
        assert set(options) == set(declared)
        for name, each in declared.items():
            assert tuple(options[name].opts) == each.spelled
            assert options[name].multiple is each.repeats

    def test_builds_options_in_one_place(self) -> None:
        found = {
            path.name
            for path in PLACE.rglob("*.py")
            if re.search(r"click\.(option|Option)\(", path.read_text(encoding="utf-8"))
        }
        assert found == {"options.py"}

    def test_has_every_verb_of_the_registry(self) -> None:
        assert set(TAKEN_BY) == set(cli.commands)
        assert set(cli.commands) >= VERBS

    @pytest.mark.parametrize("verb", TAKEN_BY)
    def test_shows_every_option_within_80_columns(self, verb: str) -> None:
        text = CliRunner().invoke(cli, [verb, "--help"], terminal_width=80).output
        assert max(map(len, text.splitlines())) <= 80
        assert all(each.spelled[0] in text for group in parameters_of(verb).values() for each in group)
        assert "-h, --help" in text.splitlines()[-1]

    def test_hands_python_only_what_is_of_the_call(self) -> None:
        """The style of a comparison is one of its page, and the years of three sides are compared in one table."""
        run = CliRunner().invoke
        for args in (["--style", "published"], ["--kind", "ratio", "--level", "90%"], ["--margin", "4pp"]):
            done = run(cli, ["compare", "159/182", "150/182", *args])
            assert (done.exit_code, done.exception) == (0, None), args
        done = run(cli, ["compare", "159/182", "150/182", "140/180", "--false-discovery", "5%"])
        assert (done.exit_code, done.exception) == (0, None)


class TestFile:
    def test_takes_every_key_of_the_registry_and_words_no_other(self) -> None:
        declared = {
            f"{table}.{each.in_file}".removeprefix("."): each
            for each in PARAMETERS.values()
            for table in each.tables
            if each.kind not in {"pairs", "reasons"}
        }
        taken = {name: key for name, key in every_key() if key.meaning and not name.endswith(".NAME")}
        assert set(taken) == set(declared)
        assert all(key.choices == declared[name].choices for name, key in taken.items())
        joined = {name for name, key in every_key() if key.meaning and name.endswith(".NAME")}
        assert joined == {
            *(f"{table}.collapse.NAME" for table in PARAMETERS["collapse"].tables),
            *(f"{table}.not_personal.NAME" for table in PARAMETERS["not_personal"].tables),
        }

    @pytest.mark.parametrize("page", TABLES)
    def test_docs_hold_the_tables_of_the_registry(self, page: str) -> None:
        """Stale tables are written anew by: python -m tests.generated_tables."""
        there, renew = renewed(page)
        assert there == renew
        assert there.count("<!-- generated: ") == there.count("<!-- end of generated -->") == 1


class TestNames:
    @pytest.mark.parametrize(
        ("value", "names"),
        [
            ("ward", ("ward",)),
            (["ward", "route"], ("ward", "route")),
            (("ward", "ward"), ("ward",)),
            ([], ()),
            ("", ()),
            (None, ()),
        ],
    )
    def test_a_bare_text_is_one_name(self, value: object, names: tuple[str, ...]) -> None:
        assert names_of(value) == names

    def test_strata_of_a_design(self) -> None:
        assert cdi.Design(stratum="route").stratum == cdi.Design(stratum=["route"]).stratum == ("route",)
        assert cdi.Design(stratum="").strata == ()

    @pytest.mark.parametrize("verb", [cdi.estimate, cdi.grounds])
    def test_a_bare_text_in_python_is_one_column(self, verb: Callable[..., Any]) -> None:
        rows = {"kind": list("xxyz") * 9, "recorded": [1, 0, 1, 1] * 9, "grounds": [1, 0, 1, 1] * 9}

        def labels(by: object) -> list[tuple[str, ...]]:
            return [record.label for record in verb(pd.DataFrame(rows), by=by).table.rows]

        assert labels("kind") == labels(["kind"]) == labels(("kind", "kind"))
        assert len(labels("kind")) == 4
        assert len(labels([])) == len(labels(())) == 1

    def test_one_measure_and_one_column_of_disclosure_control(self) -> None:
        assert cdi.Disclosure(personal="care_leaver").personal == ("care_leaver",)
        assert cdi.Disclosure(small_areas=["ward", "ward"]).small_areas == ("ward",)
        rows = pd.DataFrame({"recorded": [1, 0, 1]})
        one = cdi.estimate(rows, measures="recording-rate").table.rows
        assert one == cdi.estimate(rows, measures=["recording-rate"]).table.rows

    def test_one_word_for_a_group_that_is_not_stated(self) -> None:
        rows = {"ethnicity": ["black", "white", "none given"] * 20, "grounds": [1, 0, 1, 1, 1, 0] * 10}
        audit = cdi.read_audit(pd.DataFrame(rows), recorded="grounds")
        found = [cdi.disparity(audit, not_stated=words) for words in ("none given", ["none given"])]
        assert found[0].table.rows == found[1].table.rows


class TestUsualTerms:
    """The level and the method that hold where none is given each stand once."""

    def test_are_written_nowhere_else(self) -> None:
        found = set()
        for path in sorted(PLACE.rglob("*.py")):
            tree = tree_of(path)
            offered = {id(each) for each in named_by_modules(tree)}
            for node in walk(tree):
                if isinstance(node, ast.Constant) and node.value in (LEVEL, METHOD) and id(node) not in offered:
                    found.add(f"{path.relative_to(PLACE).as_posix()}: {node.value}")
        # the words of the annex are keyed by the names of methods; wording imports nothing of the project
        assert found == {"parameters.py: 0.95", "parameters.py: wilson", "wording/report_methods.py: wilson"}

    def test_hold_wherever_a_level_or_a_method_can_be_given(self) -> None:
        usual = {"level": {LEVEL}, "method": {METHOD, None, "all"}}
        for name in cdi.__all__:
            held = getattr(cdi, name)
            if not callable(held):
                continue
            taken = accepted(held)
            for term, values in usual.items():
                if term in taken and taken[term].default is not inspect.Parameter.empty:
                    # a result that is explained has a level of its own
                    assert taken[term].default in (values | {None} if name == "explain" else values), name


def named_by_modules(tree: ast.Module) -> Iterator[ast.AST]:
    """Give the names that a module offers: that of a function may be that of a method."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            yield from ast.walk(node.value)
