"""The registry of measures: a new one is one entry, and no room tells measures apart by how a key is spelled."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import cdi
from cdi import wording
from cdi.facts import Facts, Release, Scope
from cdi.measures import MEASURES, Measure, Role, Unit, measure_of, told
from cdi.survey import sampling

HOUSE = Path(cdi.__file__).parent
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(HOUSE.rglob("*.py"))}
SAMPLE = pd.DataFrame({"kind": ["a", "b"] * 30, "recorded": [1, 1, 1, 0, 1, 1] * 10})


def texts(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def named_keys(tree: ast.Module) -> Iterator[str]:
    """Find what stands in the code where a key of a measure stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called == "measure_of" or called.endswith((".whole", "table.of")):
                yield from (text for each in node.args[:1] for text in texts(each))
            yield from (text for each in node.keywords if each.arg == "measure" for text in texts(each.value))
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "MEASURES":
            yield from texts(node.slice)
        elif isinstance(node, ast.comprehension | ast.GeneratorExp) and "MEASURES[" in ast.unparse(node):
            yield from texts(node)
        elif isinstance(node, ast.Compare) and ast.unparse(node.left).endswith("measure.key"):
            yield from (text for other in node.comparators for text in texts(other))
        elif isinstance(node, ast.arguments):
            named = dict(zip(reversed([each.arg for each in node.args]), reversed(node.defaults), strict=False))
            named |= dict(zip([each.arg for each in node.kwonlyargs], node.kw_defaults, strict=True))
            default = named.get("measure")
            yield from texts(default) if default is not None else ()


class TestRegistry:
    def test_holds_every_key_that_the_code_names(self) -> None:
        found = {(path.name, key) for path, tree in TREES.items() for key in named_keys(tree)}
        assert len({key for _, key in found}) > 20
        assert sorted((name, key) for name, key in found if key not in MEASURES) == []

    def test_holds_no_key_that_nothing_uses(self) -> None:
        """A bound and a rolling rate are found by the measure that they are of."""
        named = {text for path, tree in TREES.items() if path.name != "measures.py" for text in texts(tree)}
        derived = {Role.BOUND, Role.WINDOW}
        unused = {key for key, entry in MEASURES.items() if (entry.of if entry.role in derived else key) not in named}
        assert unused == set()

    def test_is_keyed_by_the_keys_of_its_entries(self) -> None:
        assert all(key == entry.key for key, entry in MEASURES.items())
        assert all(entry.of == "" or entry.of in MEASURES for entry in MEASURES.values())

    def test_words_no_note_that_there_is_not(self) -> None:
        assert {code for entry in MEASURES.values() for code in entry.notes} <= set(wording.NOTES)

    def test_names_no_two_alike(self) -> None:
        names = [entry.name for entry in MEASURES.values()]
        assert len(set(names)) == len(names)

    def test_a_count_follows_from_a_rate(self) -> None:
        counts = [entry for entry in MEASURES.values() if entry.counted]
        assert [entry.key for entry in counts] == ["unrecorded"]
        assert all(MEASURES[entry.of].role is Role.RATE and entry.unit is Unit.CRIMES for entry in counts)

    def test_nothing_depends_on_how_a_key_is_spelled(self) -> None:
        """Nor on what the overall row is called: both were parsed once."""
        parts = {"startswith", "endswith", "removeprefix", "removesuffix", "split", "partition"}
        parsed = [
            f"{path.name}:{node.lineno}"
            for path, tree in TREES.items()
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and node.attr in parts
            and isinstance(node.value, ast.Attribute)
            and ast.unparse(node.value).endswith("measure.key")
        ]
        assert parsed == []


class TestANewMeasure:
    """One entry, and every surface knows its name, its headings and its notes."""

    ENTRY = Measure(
        "own-class", "recorded in its own class", subject="crimes were recorded in their own class",
        headings={"n": "crimes seen", "recorded": "in their class"}, notes={"all-recorded": "none found elsewhere"},
    )  # fmt: skip

    @pytest.fixture(autouse=True)
    def registered(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sampling.RATES, self.ENTRY.key, self.ENTRY)

    def test_is_one_entry(self) -> None:
        rows = pd.DataFrame({"kind": ["a", "b"] * 30, "recorded": [1, 1, 1, 0, 1, 0] * 10})
        found = cdi.share(rows, by="kind", measure="own-class")
        assert found.to_pandas()["measure"].tolist() == ["recorded in its own class"] * 3
        grid = found.page().grids[0]
        assert grid.title == "Recorded in its own class, 95% confidence intervals (wilson)"
        assert grid.headings[4:6] == ("crimes seen", "in their class")
        assert "of crimes were recorded in their own class" in found.sentences[0]
        assert "none found elsewhere" in found.page().notes.texts
        assert repr(found) == "<cdi.Estimates: recorded in its own class by kind, 3 rows, wilson 95%>"


class TestMeasureOf:
    def test_of_an_unknown_name_lists_those_there_are(self) -> None:
        with pytest.raises(cdi.MethodError) as caught:
            cdi.share(cdi.read_audit(SAMPLE), measure="recording rate")
        (fault,) = caught.value.faults
        assert (fault.code, fault.got) == ("no-measure", "recording rate")
        rates = [key for key, entry in MEASURES.items() if entry.role in (Role.RATE, Role.BOUND)]
        assert all(key in str(caught.value) for key in rates)
        assert "Did you mean 'recording-rate'?" in str(caught.value)
        # what is no share of a sample cannot be estimated as one
        assert "unrecorded" not in str(caught.value).replace(" ", ",").split(",")

    @pytest.mark.parametrize("name", ["", "Recording-rate", "unrecorded", None, 3])
    def test_takes_keys_only(self, name: object) -> None:
        with pytest.raises(cdi.MethodError) as caught:
            cdi.share(cdi.read_audit(SAMPLE), measure=name)  # type: ignore[arg-type]
        assert [fault.code for fault in caught.value.faults] == ["no-measure"]

    def test_gives_the_entry_itself(self) -> None:
        assert all(measure_of(key) is entry for key, entry in MEASURES.items())


class TestNames:
    @pytest.mark.parametrize(
        ("key", "scope", "name"),
        [
            ("recording-rate", Scope.CATEGORY, "recording rate"),
            ("recording-rate", Scope.OVERALL, "recording rate"),
            ("recording-rate", Scope.FRAME, "recording rate (weighted by frame)"),
            ("recording-rate", Scope.SAMPLE, "recording rate in the sample (not an estimate for the force)"),
            ("grounds", Scope.FRAME, "reasonable grounds recorded (weighted by frame)"),
            ("review", Scope.FRAME, "share of files with the answer counted (weighted by frame)"),
            ("share", Scope.FRAME, "share (weighted by frame)"),
        ],
    )
    def test_say_what_part_of_the_sample_a_row_is_of(self, key: str, scope: Scope, name: str) -> None:
        assert MEASURES[key].name_of(scope) == name

    def test_stand_in_the_column_of_measures(self) -> None:
        rows = SAMPLE.assign(stratum=["a", "b"] * 30)
        table = cdi.estimate(rows, by="kind", volumes={"a": 900, "b": 800}, population={"a": 90, "b": 70}).table
        assert [row.name for row in table.rows if row.whole] == [
            "recording rate", "recording rate (weighted by frame)", "unrecorded crimes",
        ]  # fmt: skip
        assert {row.measure.key for row in table.rows} == {"recording-rate", "unrecorded"}


class TestNotes:
    def test_come_in_the_order_of_the_catalogue_after_what_was_found(self) -> None:
        places = {code: place for place, code in enumerate(wording.NOTES)}
        reasons = ("few-df", "small-base", "all-recorded")
        facts = Facts(Scope.SAMPLE, census=True, mixed=True, release=Release.ROUNDED, reasons=reasons)
        assert told(facts) == tuple(sorted(facts.codes, key=places.__getitem__))
        assert told(facts)[:2] == ("all-recorded", "census")
        found = replace(facts, found=("well-below", "no-interval"))
        assert told(found) == ("well-below", "no-interval", *told(facts))

    def test_are_the_same_in_whatever_order_reasons_were_given(self) -> None:
        one, other = (Facts(reasons=each) for each in (("few-df", "small-base"), ("small-base", "few-df")))
        assert told(one) == told(other) == ("small-base", "few-df")

    def test_are_in_the_words_of_their_measure(self) -> None:
        facts = Facts(reasons=("all-recorded", "not-auditable"))
        shared = wording.NOTES["not-auditable"]
        assert MEASURES["recording-rate"].notes_of(facts) == ("every crime found was recorded", shared)
        assert MEASURES["grounds"].notes_of(facts) == ("every record had grounds", shared)
