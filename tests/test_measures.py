"""The registry of measures: a new one is one entry and one estimator, and no room tells them apart by their keys."""

from __future__ import annotations

import ast
import inspect
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from importlib import import_module
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import cdi
from cdi import wording
from cdi.arguments import measure_of
from cdi.facts import Facts, Release, Scope
from cdi.measures import MEASURES, Bearing, Role, Unit, estimated, told
from cdi.parameters import PARAMETERS
from cdi.survey.sampling import shares
from tests.own_measure import ENTRY
from tests.source import tree_of, walk

HOUSE = Path(cdi.__file__).parent
PATHS = sorted(HOUSE.rglob("*.py"))
SAMPLE = pd.DataFrame({"kind": ["a", "b"] * 30, "recorded": [1, 1, 1, 0, 1, 1] * 10})


def trees() -> Iterator[tuple[Path, ast.Module]]:
    yield from ((path, tree_of(path)) for path in PATHS)


def texts(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def named_keys(tree: ast.Module) -> Iterator[str]:
    """Find what stands in the code where a key of a measure stands."""
    for node in walk(tree):
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
        found = {(path.name, key) for path, tree in trees() for key in named_keys(tree)}
        assert len({key for _, key in found}) > 20
        assert sorted((name, key) for name, key in found if key not in MEASURES) == []

    def test_holds_no_key_that_nothing_uses(self) -> None:
        """A bound and a rolling rate are found by the measure that they are of."""
        named = {text for path, tree in trees() if path.name != "measures.py" for text in texts(tree)}
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
            for path, tree in trees()
            for node in walk(tree)
            if isinstance(node, ast.Attribute)
            and node.attr in parts
            and isinstance(node.value, ast.Attribute)
            and ast.unparse(node.value).endswith("measure.key")
        ]
        assert parsed == []


class TestEntries:
    """What an entry refers to is there."""

    def test_name_estimators_of_an_audit_and_columns(self) -> None:
        for measure in estimated().values():
            module, _, name = measure.estimator.partition(":")
            taken = inspect.signature(getattr(import_module(module), name)).parameters
            needed = [
                each.name for each in taken.values() if each.default is each.empty and each.kind is not each.VAR_KEYWORD
            ]
            assert list(taken)[:2] == ["audit", "by"], measure.key
            assert needed == ["audit"], measure.key
            assert measure.subject, measure.key
            assert measure.shares, measure.key

    def test_offer_their_estimators_wherever_a_measure_is_asked_for(self) -> None:
        asked = PARAMETERS["measures"]
        assert asked.choices == tuple(estimated())
        assert asked.default == asked.choices[0] == inspect.signature(cdi.estimate).parameters["measures"].default
        assert all(each.name in asked.help for each in estimated().values())

    def test_are_told_in_the_annex_by_entries_that_are_there(self) -> None:
        named = [key for measure in MEASURES.values() for key in measure.methods]
        assert set(named) <= set(wording.REPORT_METHODS)
        assert all(
            measure.methods or measure.role is Role.RATE
            for measure in MEASURES.values()
            if measure.sentence and not measure.role.of_change
        )

    def test_have_sentences_of_what_is_known_of_a_row(self) -> None:
        known = {"estimate", "interval", "low", "high", "among", "scale"}
        for measure in MEASURES.values():
            slots = {name for _, name, _, _ in string.Formatter().parse(measure.sentence) if name is not None}
            assert slots <= known, measure.key
            assert ("estimate" in slots) == bool(measure.sentence), measure.key

    def test_are_worded_as_earlier_results_where_reports_print_them(self) -> None:
        for key, measure in MEASURES.items():
            there = {f"previous-{key}" in wording.EXHIBITS, f"sequence-{key}" in wording.EXHIBITS}
            assert there == {measure.published}, key
            if measure.published:
                assert wording.period_of_earlier("2022", None, key)
                assert wording.not_earlier("2022", "2022-01", "2021-01", key)

    def test_bear_on_recorded_crime_as_what_they_are_of(self) -> None:
        derived = [each for each in MEASURES.values() if each.of and each.role in (Role.BOUND, Role.WINDOW, Role.COUNT)]
        assert len(derived) > 10
        assert all(each.bearing is MEASURES[each.of].bearing for each in derived)
        assert {key for key, each in MEASURES.items() if each.bearing is Bearing.SURPLUS} == {"over-recording"}
        assert {each.end for each in MEASURES.values() if each.role is not Role.BOUND} == {""}


class TestNoRoom:
    """No code outside the registry asks which measure it holds by a key."""

    def test_compares_keys_with_words(self) -> None:
        found = [
            f"{path.relative_to(HOUSE)}:{node.lineno}: {ast.unparse(node)}"
            for path, tree in trees()
            for node in walk(tree)
            if isinstance(node, ast.Compare) and path.name != "measures.py" and asks_for_a_key(node)
        ]
        assert found == []

    @pytest.mark.parametrize(
        ("code", "asks"),
        [
            ('row.measure.key == "margin"', True),
            ('"recording-rate" in (found.measure.key, found.measure.of)', True),
            ('measure == "grounds"', True),
            ('"over-recording" in measures', True),
            ("row.measure.key in OPENING", True),
            ("row.measure.role is Role.MARGIN", False),
            ("row.measure.key == key", False),
            ("row.measure == MEASURES[OF_DUE]", False),
            ('kind == "difference"', False),
        ],
    )
    def test_is_found_where_one_would(self, code: str, asks: bool) -> None:
        (node,) = (each for each in ast.walk(ast.parse(code)) if isinstance(each, ast.Compare))
        assert asks_for_a_key(node) is asks


def asks_for_a_key(node: ast.Compare) -> bool:
    """Tell whether a comparison is of a measure with a word or a constant that names one."""
    sides = [node.left, *node.comparators]
    named = [
        each
        for each in sides
        if re.search(r"measures?(\.key|\.of)?\b", ast.unparse(each)) and "MEASURES" not in ast.unparse(each)
    ]
    keys = any(text in MEASURES for each in sides for text in texts(each))
    by_constant = any(".key" in ast.unparse(each) for each in named) and any(
        isinstance(each, ast.Name) and each.id.isupper() for each in sides
    )
    return bool(named) and (keys or by_constant)


class TestANewMeasure:
    """One entry and one estimator, and nothing else edited: ``tests/own_measure.py``."""

    ROWS = pd.DataFrame(
        {
            "kind": ["a", "b"] * 40,
            "recorded": (["yes"] * 4 + ["no"]) * 16,
            "officer": (["same"] * 3 + ["other"]) * 20,
        }
    )
    SENTENCE = (
        "An estimated 75.0% of recorded crimes were recorded by the officer who attended "
        "(95% confidence interval 63.2% to 84.0%)."
    )

    @pytest.fixture
    def found(self, monkeypatch: pytest.MonkeyPatch) -> cdi.Result:
        monkeypatch.setitem(MEASURES, ENTRY.key, ENTRY)
        return cdi.estimate(self.ROWS, by="kind", measures=ENTRY.key)

    def test_is_estimated(self, found: cdi.Result) -> None:
        assert [(row.label[0], row.recorded, row.n, row.estimate) for row in found.table.rows] == [
            ("a", 32, 32, 1.0), ("b", 16, 32, 0.5), ("all", 48, 64, 0.75),
        ]  # fmt: skip
        assert {row.measure for row in found.table.rows} == {ENTRY}
        assert repr(found) == "<cdi.Result: recorded by the officer who attended by kind, 3 rows, wilson 95%>"

    def test_stands_beside_others(self, found: cdi.Result) -> None:
        both = cdi.estimate(self.ROWS, by="kind", measures=[ENTRY.key, "recording-rate"])
        assert list(dict.fromkeys(row.measure.key for row in both.table.rows)) == ["recording-rate", ENTRY.key]
        assert both.table.of(ENTRY.key) == found.table.rows
        assert both.wide()["measure"].unique().tolist() == ["recording rate", ENTRY.name]

    def test_is_a_page_with_its_headings_notes_and_sentence(self, found: cdi.Result) -> None:
        (grid,) = found.page().grids
        assert grid.title == "Recorded by the officer who attended, 95% confidence intervals (wilson)"
        assert grid.headings[4:6] == ("crimes recorded", "by that officer")
        assert "every crime was recorded by that officer" in found.page().notes.texts
        assert found.sentences == (self.SENTENCE,)
        assert self.SENTENCE in " ".join(str(found).split())

    def test_is_data(self, found: cdi.Result) -> None:
        assert found.to_pandas()["measure"].tolist() == [ENTRY.name] * 3
        assert found.wide()[["kind", "rate", "due", "recorded"]].to_numpy().tolist() == [
            ["a", 1.0, 32, 32], ["b", 0.5, 32, 16], ["all", 0.75, 64, 48],
        ]  # fmt: skip
        assert cdi.tabulate(found)["estimate"].tolist() == [1.0, 0.5, 0.75]

    def test_is_drawn(self, found: cdi.Result) -> None:
        from matplotlib.figure import Figure

        axes = found.plot(Figure().subplots())
        assert " ".join(axes.get_title(loc="left").split()).startswith("Recorded by the officer who attended")

    def test_is_refused_where_it_cannot_be_counted_from(self, found: cdi.Result) -> None:
        with pytest.raises(cdi.MethodError) as caught:
            cdi.estimate(self.ROWS, by="kind", measures=ENTRY.key, volumes={"a": 100, "b": 200})
        assert [fault.code for fault in caught.value.faults] == ["needs-rate"]

    def command(self, folder: Path, *given: str) -> str:
        self.ROWS.to_csv(folder / "audit.csv", index=False)
        done = subprocess.run(
            [sys.executable, "-m", "tests.own_measure", *given],
            cwd=HOUSE.parent, capture_output=True, text=True, check=False, encoding="utf-8",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def test_is_a_choice_of_the_command_line(self, tmp_path: Path) -> None:
        told = " ".join(self.command(tmp_path, "estimate", "--help").split())
        assert f"|{ENTRY.key}]" in told
        assert f"over-recording or {ENTRY.name}." in told

    def test_is_estimated_at_the_command_line(self, tmp_path: Path) -> None:
        asked = ["estimate", str(tmp_path / "audit.csv"), "--by", "kind", "--measure", ENTRY.key]
        assert self.SENTENCE in " ".join(self.command(tmp_path, *asked).split())
        lines = self.command(tmp_path, *asked, "--format", "csv").splitlines()
        assert [line.split(",")[:3] for line in lines[1:]] == [
            ["a", ENTRY.name, "1.0"], ["b", ENTRY.name, "0.5"], ["all", ENTRY.name, "0.75"],
        ]  # fmt: skip

    def test_is_in_a_report_with_its_sentence_and_its_method(self, tmp_path: Path) -> None:
        keys = ['force = "Exampleshire Constabulary"', "[audit]", 'files = "audit.csv"', 'by = "kind"']
        text = "\n".join([*keys, f'measures = ["{ENTRY.key}"]'])
        (tmp_path / "inspection.toml").write_text(text, encoding="utf-8")
        self.command(tmp_path, "report", str(tmp_path / "inspection.toml"), "-o", str(tmp_path / "made"))
        page = (tmp_path / "made" / "report.html").read_text(encoding="utf-8")
        said = " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
        assert said.count(self.SENTENCE) == 1
        assert "Recorded by the officer who attended, 95% confidence intervals" in said
        assert "Every crime was recorded by that officer" in said
        formula = "p = Σ w x / Σ w y; y: crimes recorded, x: of these, by that officer"
        book = openpyxl.load_workbook(tmp_path / "made" / "tables.xlsx")
        methods = {str(cell.value) for row in book["Methods"].iter_rows() for cell in row}
        assert formula in methods
        rows = pd.read_csv(tmp_path / "made" / "estimates.csv")
        own = rows[rows["measure"] == ENTRY.name]
        assert own["estimate"].tolist() == [1.0, 0.5, 0.75]
        assert own["sentence"].tolist()[-1] == self.SENTENCE
        assert rows["measure"].tolist()[0] == "recording rate"


class TestMeasureOf:
    def test_of_an_unknown_name_lists_those_there_are(self) -> None:
        with pytest.raises(cdi.MethodError) as caught:
            cdi.share(cdi.read_audit(SAMPLE), measure="recording rate")
        (fault,) = caught.value.faults
        assert (fault.code, fault.got) == ("no-measure", "recording rate")
        assert len(shares()) > 10
        assert all(key in str(caught.value) for key in shares())
        assert "Did you mean 'recording-rate'?" in str(caught.value)
        # what is no share of a sample cannot be estimated as one
        assert "unrecorded" not in str(caught.value).replace(" ", ",").split(",")

    @pytest.mark.parametrize("name", ["", "Recording-rate", "unrecorded", None, 3])
    def test_takes_keys_only(self, name: object) -> None:
        with pytest.raises(cdi.MethodError) as caught:
            cdi.share(cdi.read_audit(SAMPLE), measure=name)  # type: ignore[arg-type]
        assert [fault.code for fault in caught.value.faults] == ["no-measure"]

    def test_gives_the_entry_itself(self) -> None:
        assert all(measure_of(key, MEASURES) is entry for key, entry in MEASURES.items())


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
