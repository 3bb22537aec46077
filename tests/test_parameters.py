"""One declaration an option: what is declared, and that every surface says what is declared."""

from __future__ import annotations

from collections import Counter

import pytest

import cdi
from cdi.audits import design
from cdi.binomial import intervals
from cdi.parameters import METHODS, PARAMETERS, REGISTRY, SIDES, Parameter, argument, flag, key, names_of, parameters_of

VERBS = {verb for each in PARAMETERS.values() for verb in each.verbs}


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

    def test_holds_the_choices_of_those_who_use_them(self) -> None:
        assert {*METHODS} == {*intervals.METHODS, *intervals.EXACT}
        assert SIDES == intervals.SIDES
        assert design.RULES is PARAMETERS["single_cluster"].choices

    def test_spells_an_option_on_each_surface(self) -> None:
        assert [flag("decision"), argument("decision"), key("decision")] == ["--decision", "decision", "decision"]
        assert [flag("small_areas"), argument("small_areas"), key("small_areas")] == [
            None, "small_areas", "small_areas",
        ]  # fmt: skip
        with pytest.raises(KeyError):
            flag("no_such_option")


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
        assert names_of(value) == names  # type: ignore[arg-type]

    def test_strata_of_a_design(self) -> None:
        assert cdi.Design(stratum="route").stratum == cdi.Design(stratum=["route"]).stratum == ("route",)
        assert cdi.Design(stratum="").strata == ()
