"""What may not be published leaves by no door: every verb that prints numbers of samples prints them protected."""

from __future__ import annotations

import ast
import csv
import dataclasses
import gc
import io
import json
import pickle
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import cdi
from cdi.cli import options
from cdi.cli.app import cli
from cdi.disclosure.results import _BY_KIND, protected, without_sources
from cdi.showing import Shown
from tests.source import tree_of, walk
from tests.test_showing import RESULTS, subclasses

PRINTED = [name for name in RESULTS if name.split()[0] in set(_BY_KIND) - {"Estimates", "Counts", "Model"}]
"""The results that verbs print."""

VERBS = Path(cdi.__file__).parent / "cli"
WITHOUT_NUMBERS = {
    "__init__",
    "app",
    "attack",
    "options",
    "check",
    "draw",
    "init",
    "interval",
    "methods",
    "open",
    "plan",
    "reproduce",
    "template",
}
"""What prints counts that were typed in, words, or what a file looks like to whoever holds it."""
BY_THE_REPORT = {"report"}
"""What protects a whole inspection at once, and has tests of its own."""


def calls_of(path: Path) -> set[str]:
    tree = tree_of(path)
    return {ast.unparse(node.func) for node in walk(tree) if isinstance(node, ast.Call)}


class TestTheWayOut:
    @pytest.mark.parametrize(
        "name", sorted({path.stem for path in VERBS.glob("*.py")} - WITHOUT_NUMBERS - BY_THE_REPORT)
    )
    def test_of_every_verb_is_one(self, name: str) -> None:
        calls = calls_of(VERBS / f"{name}.py")
        assert "options.show" in calls
        assert "options.emit" not in calls

    def test_protects_what_it_is_given(self, capsys: pytest.CaptureFixture[str]) -> None:
        found = cdi.estimate(pd.DataFrame({"ward": ["a"] * 5, "recorded": [1] * 4 + [0]}), by="ward")
        written: list[Shown] = []
        options.show(found, {"disclosure": None, "personal": (), "not_personal": (), "format": "csv"}, [written.append])
        assert written[0].table.rows[0].withheld
        assert "0.8" not in capsys.readouterr().out

    def test_is_closed_for_kinds_that_it_does_not_know(self) -> None:
        with pytest.raises(cdi.DataError) as caught:
            protected(cdi.parse_published("86.5%+-4.3%"), cdi.Disclosure())
        assert [item.code for item in caught.value.faults] == ["not-protected"]

    def test_protects_every_kind_of_result_that_is_of_a_sample(self) -> None:
        for name in (*cdi.__all__, "Explanation"):  # which imports their rooms
            getattr(cdi, name)
        # what follows from figures alone is of no sample, or is protected as what it is a kind of; a table comes first
        unprinted = {"PublishedCounts", "PublishedRates", "AdditionalCrimes", "NetError", "PublishedRate", "Table"}
        unprinted |= {"Funnel", "Shrunken", "OutlierLines", "Standard"}
        assert set(_BY_KIND) == {kind.__name__ for kind in subclasses(Shown)} - unprinted

    @pytest.mark.parametrize("kind", PRINTED)
    def test_gives_the_same_kind_of_result(self, kind: str) -> None:
        found = RESULTS[kind]()
        shown = protected(found, cdi.Disclosure())
        assert type(shown) is type(found)
        assert shown.table.keys == found.table.keys
        assert protected(found, cdi.Disclosure("internal")).table.columns == found.table.columns


SMALL = 5
COUNTS = {"a": SMALL, "b": 43, "c": 61}
NUMBERS = ("estimate", "low", "high", "se", "n", "recorded", "clusters", "n_eff", "df", "deff")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a file for each verb, in which one category rests on five."""
    path = tmp_path_factory.mktemp("small")
    rows = [(name, i) for name, n in COUNTS.items() for i in range(n)]
    kinds, places = [name for name, _ in rows], [i for _, i in rows]
    recorded = [int(i % 4 > 0) for i in places]
    frame = pd.DataFrame({"kind": kinds, "recorded": recorded})
    frame.to_csv(path / "audit.csv", index=False)
    frame.assign(disputed=["yes" if i % 7 == 0 else "" for i in places]).to_csv(path / "disputed.csv", index=False)
    frame.assign(recorded=[int(i % 5 > 0) for i in places]).to_csv(path / "last.csv", index=False)
    numbered = frame.assign(case=range(len(frame)))
    numbered.to_csv(path / "first.csv", index=False)
    numbered.assign(recorded=[int(i % 5 > 0) for i in places]).to_csv(path / "second.csv", index=False)
    frame.rename(columns={"recorded": "grounds"}).to_csv(path / "searches.csv", index=False)
    frame.rename(columns={"recorded": "told"}).to_csv(path / "files.csv", index=False)
    frame.assign(
        reported_at="2024-03-05 14:00",
        recorded_at=[f"2024-03-05 {15 + i % 7}:30" if x else None for i, x in zip(places, recorded, strict=True)],
    ).to_csv(path / "times.csv", index=False)
    months = {"a": "2024-01", "b": "2024-02", "c": "2024-03"}
    frame.assign(month=[months[name] for name in kinds]).to_csv(path / "months.csv", index=False)
    more = [("d", i) for i in range(37)]
    forces = pd.DataFrame({"force": [*kinds, *(name for name, _ in more)],
                           "recorded": [*recorded, *(int(i % 3 > 0) for _, i in more)]})  # fmt: skip
    forces.to_csv(path / "forces.csv", index=False)
    return path


RUNS: dict[str, tuple[str, ...]] = {
    "estimate": ("estimate", "audit.csv", "--by", "kind"),
    "grounds": ("grounds", "searches.csv", "--by", "kind"),
    "contrast": ("grounds", "searches.csv", "--by", "kind", "--contrast"),
    "review": ("review", "files.csv", "--question", "told", "--by", "kind"),
    "dispute": ("dispute", "disputed.csv", "--by", "kind"),
    "compare": ("compare", "audit.csv", "last.csv", "--by", "kind"),
    "agree": ("agree", "first.csv", "second.csv", "--by", "kind"),
    "timeliness": ("timeliness", "times.csv", "--by", "kind"),
    "coverage": ("coverage", "audit.csv", "--by", "kind", "--draws", "20", "--processes", "1"),
    "trend": ("trend", "months.csv"),
    "forces": ("forces", "forces.csv"),
    "national": ("national", "forces.csv"),
}
FIRST = {"trend": "2024-01"}
DRAWN = {"trend", "forces"}
OF_NO_PEOPLE = {*DRAWN, "national"}


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, *args: str) -> str:
    monkeypatch.chdir(folder)
    done = CliRunner().invoke(cli, list(args))
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize("verb", RUNS)
class TestABaseOfFive:
    def test_is_withheld_on_every_surface(self, verb: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        if verb in OF_NO_PEOPLE:
            pytest.skip("months and forces are no people")
        people = ("--personal", "kind")
        text = run(folder, monkeypatch, *RUNS[verb], *people)
        lines = [line.split() for line in text.splitlines() if "a" in line.split() and "[c]" in line]
        assert lines
        assert not any(str(SMALL) in line[:-1] for line in lines)
        assert "Rows with a base under 13" in " ".join(text.split())
        for row in csv.DictReader(io.StringIO(run(folder, monkeypatch, *RUNS[verb], *people, "--format", "csv"))):
            if "a" in row.values():
                assert {row[number] for number in NUMBERS} == {""}
        document = json.loads(run(folder, monkeypatch, *RUNS[verb], *people, "--format", "json"))
        held = [row for row in document["rows"] if "a" in row.values()]
        assert held
        assert {row[number] for row in held for number in NUMBERS} == {None}

    def test_has_no_rate_where_it_is_of_no_people(
        self, verb: str, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        name = FIRST.get(verb, "a")
        document = json.loads(run(folder, monkeypatch, *RUNS[verb], "--format", "json"))
        held = [row for row in document["rows"] if name in row.values() and row["n"] == SMALL]
        assert verb == "coverage" or held
        assert {row[number] for row in held for number in ("estimate", "low", "high", "se")} <= {None}

    def test_is_shown_internally_on_a_page_that_says_so(
        self, verb: str, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        name = FIRST.get(verb, "a")
        text = run(folder, monkeypatch, *RUNS[verb], "--disclosure", "internal")
        assert text.startswith("Not for publication\n\n")
        assert "[c]" not in text
        document = json.loads(run(folder, monkeypatch, *RUNS[verb], "--disclosure", "internal", "--format", "json"))
        assert SMALL in {row["n"] for row in document["rows"] if name in row.values()}

    def test_is_drawn_in_no_chart(
        self, verb: str, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        if verb not in DRAWN:
            pytest.skip("draws nothing")
        run(folder, monkeypatch, *RUNS[verb], "--chart", str(tmp_path / "all.svg"))
        run(folder, monkeypatch, *RUNS[verb], "--chart", str(tmp_path / "internal.svg"), "--disclosure", "internal")
        assert (tmp_path / "all.svg").read_bytes() != (tmp_path / "internal.svg").read_bytes()


def test_a_curve_of_delays_is_of_what_is_shown(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    run(folder, monkeypatch, *RUNS["timeliness"], "--curve", str(tmp_path / "curve.csv"))
    run(folder, monkeypatch, *RUNS["timeliness"], "--curve", str(tmp_path / "in.csv"), "--disclosure", "internal")
    shown, internal = (len(pd.read_csv(tmp_path / name)) for name in ("curve.csv", "in.csv"))
    assert shown <= internal


def test_a_kind_made_of_another_is_protected_as_that_is() -> None:
    class Titled(cdi.Result):
        """A result with a title of its user's."""

    found = cdi.estimate(pd.DataFrame({"ward": ["a"] * 5, "recorded": [1] * 5}), by="ward")
    titled = Titled(*(getattr(found, field.name) for field in dataclasses.fields(found)))
    shown = cdi.protect(titled, cdi.Disclosure())
    assert shown.table.rows[0].withheld
    del titled, shown, Titled
    gc.collect()  # other tests list the kinds of results that there are


SOURCES = {
    "compare": lambda found: cdi.compare(found, "86.5%+-4.3%"),
    "contrast": lambda found: cdi.contrast(found, "tiny", "b"),
    "unrecorded": lambda found: cdi.unrecorded(found, {"a": 100, "b": 100, "tiny": 50}),
    "estimate": lambda found: cdi.estimate(found, by="ward"),
    "recording_rate": lambda found: cdi.recording_rate(found, "ward"),
    "grounds": lambda found: cdi.grounds(found, by="ward"),
}


class TestWhatIsProtected:
    """A result that is handed on holds no number that it does not show, and nothing follows from what it hides."""

    ROWS = pd.DataFrame({"ward": ["a"] * 30 + ["b"] * 30 + ["tiny"] * 4, "recorded": [1] * 26 + [0] * 6 + [1] * 32})

    @pytest.mark.parametrize("verb", SOURCES)
    def test_nothing_follows_from_it(self, verb: str) -> None:
        found = cdi.protect(cdi.estimate(self.ROWS, by="ward"), cdi.Disclosure())
        with pytest.raises(cdi.DataError) as caught:
            SOURCES[verb](found)
        assert [item.code for item in caught.value.faults] == ["suppressed-result"]

    def test_it_holds_nothing_that_was_counted(self) -> None:
        found = cdi.protect(cdi.estimate(self.ROWS, by="ward"), cdi.Disclosure())
        for each in (found, pickle.loads(pickle.dumps(found))):  # noqa: S301 - our own
            assert [len(part) for part in each.estimates] == [0]
            assert all(len(values) == 0 for values in each.audit.counted.values())
            assert len(each.audit.strata.sampled) == 0

    @pytest.mark.parametrize("kind", PRINTED)
    def test_it_shows_what_it_showed(self, kind: str) -> None:
        whole = protected(RESULTS[kind](), cdi.Disclosure())
        bare = without_sources(whole)
        assert (str(bare), bare.sentences, bare._repr_html_()) == (str(whole), whole.sentences, whole._repr_html_())
        pd.testing.assert_frame_equal(bare.wide(), whole.wide())

    def test_files_of_groups_are_rounded(self) -> None:
        files = pd.DataFrame({"ward": ["a"] * 31 + ["b"] * 29 + ["c"] * 4, "told": ["yes", "no"] * 32})
        found = cdi.protect(cdi.review(files, questions=["told:better"], by="ward"), cdi.Disclosure())
        assert found.files == {("a",): 30, ("b",): 30, ("c",): 5}
