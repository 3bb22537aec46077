"""Disclosure control of reviews, comparisons, months, times, groups and forces, and of the pages they are shown on."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import cdi
from cdi.cli.app import cli
from cdi.comparing.comparison import lay_out_comparison
from cdi.disclosure.results import protect_comparison, protect_forces, protected
from cdi.disclosure.rules import Disclosure, Exemption, noted
from cdi.facts import Release
from cdi.grouping.disparities import lay_out_disparity
from cdi.measures import MEASURES, told
from cdi.peers.side_by_side import lay_out_forces
from cdi.printing.layout import SURFACES, Page
from cdi.printing.tables import Row

PUBLIC, INTERNAL = Disclosure(), Disclosure("internal")
NUMBERS = ("estimate", "low", "high", "se", "n", "recorded", "clusters", "n_eff", "df", "deff")
CASE = Path(__file__).parents[1] / "data" / "avon_and_somerset_2021_22"
EXAMPLES = Path(__file__).parents[1] / "data" / "examples"


def sample(column: str, counts: Mapping[str, tuple[int, int]], recorded: str = "recorded") -> pd.DataFrame:
    """Make rows: category -> (recorded, due)."""
    rows = [(name, int(i < x)) for name, (x, n) in counts.items() for i in range(n)]
    return pd.DataFrame(rows, columns=[column, recorded])


def is_blank(record: Row | None) -> bool:
    return record is None or (
        all(getattr(record, name) is None for name in NUMBERS) and told(record.facts)[-1] == "suppressed"
    )


def row(page: Page, name: str, grid: int = 0) -> tuple[str, ...]:
    return next(cells for cells in page.grids[grid].rows if name in cells)


class TestReviews:
    FILES = pd.DataFrame({
        "victim_group": ["15"] * 12 + ["16"] * 4 + ["21"] * 20,
        "updated": ["yes", "no"] * 18,
        "told": ["n/a"] * 12 + ["yes", "no"] * 12,
    })  # fmt: skip
    PEOPLE = Disclosure(personal=("victim_group",))

    def found(self) -> cdi.Review:
        return cdi.review(self.FILES, questions=["updated:better", "told:better"], by="victim_group")

    def test_groups_with_few_files_go_and_the_others_are_rounded(self) -> None:
        shown = protected(self.found(), self.PEOPLE)
        hidden = {r.label for r in shown.table.rows if is_blank(r)}
        # nobody of the first group was asked the second question, which is a base of 0
        assert hidden == {("updated", "15"), ("updated", "16"), ("told", "15"), ("told", "16")}
        assert {r.label: (r.n, r.recorded) for r in shown.table.rows if not r.withheld and not r.whole} == {
            ("updated", "21"): (20, 10), ("told", "21"): (20, 10),
        }  # fmt: skip
        assert shown.files == {("15",): 10, ("16",): 5, ("21",): 20}

    def test_its_page_tells_no_number_of_it(self) -> None:
        page = protected(self.found(), self.PEOPLE).page()
        assert row(page, "16", 1)[1:-1] == ("[c]",) * 4

    def test_of_no_people_it_keeps_its_counts(self) -> None:
        files = self.FILES.rename(columns={"victim_group": "outcome_group"})
        found = cdi.review(files, questions=["updated:better"], by="outcome_group")
        assert [r.n for r in protected(found, PUBLIC).table.rows] == [12, 4, 20, 36]


class TestComparisons:
    def sides(self, *counts: Mapping[str, tuple[int, int]], by: str = "ward") -> list[cdi.Estimates]:
        return [cdi.recording_rate(cdi.read_audit(sample(by, each)), by=by) for each in counts]

    THIS: Mapping[str, tuple[int, int]] = {"a": (4, 5), "b": (31, 43), "c": (30, 40)}
    LAST: Mapping[str, tuple[int, int]] = {"a": (20, 25), "b": (11, 22), "c": (31, 40)}

    def test_a_row_of_either_side_takes_what_changed(self) -> None:
        shown = protect_comparison(cdi.compare(*self.sides(self.THIS, self.LAST)), PUBLIC)
        change = {change.label[0]: change for change in shown.rows}["a"]
        assert is_blank(change.a)
        assert change.b is not None
        assert change.b.n == 25
        assert (change.estimate, change.low, change.high, change.inner, change.se, change.p) == (None,) * 6
        assert (change.verdict, change.published, told(change.facts)) == (None, None, ("suppressed",))

    def test_changes_follow_from_the_rounded_sides(self) -> None:
        shown = protect_comparison(cdi.compare(*self.sides(self.THIS, self.LAST)), PUBLIC)
        change = {change.label[0]: change for change in shown.rows}["b"]
        assert change.a is not None
        assert change.b is not None
        assert (change.a.estimate, change.b.estimate) == (0.67, 0.5)  # 30 of 45, 10 of 20
        assert (change.estimate, change.se, change.p) == (0.17, None, None)
        assert change.verdict == "no-clear-change"
        # sides that round alike have the same change
        other = protect_comparison(
            cdi.compare(*self.sides({**self.THIS, "b": (29, 46)}, {**self.LAST, "b": (11, 19)})), PUBLIC
        )
        again = {change.label[0]: change for change in other.rows}["b"]
        assert (again.estimate, again.low, again.high) == (change.estimate, change.low, change.high)

    def test_of_offences_it_keeps_everything(self) -> None:
        found = cdi.compare(*self.sides(self.LAST, self.LAST, by="kind"))
        assert protect_comparison(found, PUBLIC).table == found.table

    def test_a_base_under_ten_shows_no_rate_and_no_change(self) -> None:
        shown = protect_comparison(cdi.compare(*self.sides(self.THIS, self.LAST, by="kind")), PUBLIC)
        change = {change.label[0]: change for change in shown.rows}["a"]
        assert change.a is not None
        assert (change.a.n, change.a.estimate, change.estimate, change.verdict) == (5, None, None, None)
        assert protect_comparison(cdi.compare(cdi.of_counts(8, 9), cdi.of_counts(8, 10)), PUBLIC).verdict is None

    def test_figures_obey_the_base_only(self) -> None:
        shown = protect_comparison(cdi.compare(cdi.of_counts(88, 90), cdi.PublishedRate(0.867, 0.07)), PUBLIC)
        assert shown.verdict == "higher"

    def test_a_standard_is_told_by_the_rounded_rate(self) -> None:
        (rates,) = self.sides({"b": (100, 300), "c": (290, 300)})
        shown = protect_comparison(cdi.compare(rates, "80%"), PUBLIC)
        assert {change.label[0]: change.verdict for change in shown.rows} == {
            "b": "below-standard", "c": "above-standard", "all": "below-standard",
        }  # fmt: skip

    def test_more_than_two_sides(self) -> None:
        found = cdi.changes(self.sides(self.LAST, self.LAST, self.THIS), names=["1", "2", "3"])
        shown = protect_comparison(found, PUBLIC)
        assert [change.label[0] for change in shown.rows if told(change.facts) == ("suppressed",)] == ["a"]
        assert all(change.q is None for change in shown.rows if not change.overall)
        page = lay_out_comparison(shown)
        assert row(page, "a", 1)[2:-1] == ("[c]",) * 6

    def test_its_page(self) -> None:
        page = lay_out_comparison(protect_comparison(cdi.compare(*self.sides(self.THIS, self.LAST)), PUBLIC))
        assert row(page, "a")[2:7] == ("[c]",) * 5
        assert row(page, "a", 1)[1:-1] == ("[c]",) * 5


class TestMonths:
    DRAWN: Mapping[str, int] = {f"{2023 + i // 12}-{1 + i % 12:02}": 20 + i for i in range(18)}

    def trend(self, small: Mapping[str, int], baseline: int | None = None) -> cdi.Trend:
        counts = {month: (n - n // 4, n) for month, n in {**self.DRAWN, **small}.items()}
        return cdi.trend(cdi.read_audit(sample("month", counts), stratum="month"), "month", baseline=baseline)

    def test_are_no_people_and_keep_their_counts(self) -> None:
        found = self.trend({"2023-03": 5})
        shown = protected(found, PUBLIC)
        march = next(point for point in shown.points if point.period.label == "2023-03")
        assert (march.rate.n, march.rate.estimate) == (5, None)
        assert [point.rolling for point in shown.points] == [point.rolling for point in found.points]

    def test_its_page(self) -> None:
        page = protected(self.trend({"2023-03": 5}), PUBLIC).page()
        assert "5" in row(page, "2023-03")
        for write in SURFACES.values():
            assert "None" not in write(page)


class TestTimes:
    def test_labels_go_in_all_measures(self) -> None:
        rows = pd.read_csv(EXAMPLES / "times.csv", dtype=str)
        few = rows[rows["crime_type"] != "sexual"]
        some = pd.concat([few, rows[rows["crime_type"] == "sexual"][:6]]).rename(columns={"crime_type": "ward"})
        shown = protected(cdi.timeliness(some, by="ward"), PUBLIC)
        # of unknown times the others have the share of those recorded, and delays
        left = {MEASURES["timely"], MEASURES["delay-median"], MEASURES["delay-90th"]}
        assert {r.label[0] for r in shown.table.rows if is_blank(r) and r.measure in left} == {"sexual"}
        assert all(is_blank(r) for r in shown.table.rows if r.label == ("sexual",))
        hours = [r for r in shown.table.rows if r.measure.key.startswith("delay") and not r.whole and not r.withheld]
        assert hours
        assert all(r.estimate is None or r.estimate == round(r.estimate) for r in hours)
        assert set(row(shown.page(), "sexual")[1:-1]) == {"[c]"}

    def test_a_small_whole_has_no_sentence(self) -> None:
        rows = pd.read_csv(EXAMPLES / "times.csv", dtype=str)[:7]
        shown = protected(cdi.timeliness(rows), PUBLIC)
        assert not any("%" in text for text in shown.page().statements)


class TestGroups:
    def searches(self, counts: Mapping[str, tuple[int, int]], **more: object) -> cdi.Disparity:
        audit = cdi.read_audit(sample("ethnicity", counts, "grounds"), recorded="grounds")
        return cdi.disparity(audit, **more)  # type: ignore[arg-type]

    COUNTS: Mapping[str, tuple[int, int]] = {
        "white": (138, 161), "black": (6, 8), "asian": (26, 34), "not stated": (20, 31),
    }  # fmt: skip

    def test_a_group_goes_with_all_that_is_held_against_it(self) -> None:
        shown = protected(self.searches(self.COUNTS), PUBLIC)
        groups = {group.name: group for group in shown.groups}
        assert all(is_blank(r) for r in shown.table.rows if r.label == ("black",))
        assert groups["black"].verdict is None
        assert groups["asian"].verdict is not None
        text = SURFACES["text"](lay_out_disparity(shown))
        assert "Records of asian" in text
        assert "Records of black" not in text

    def test_all_follows_from_the_rounded_counts(self) -> None:
        """Groups that round alike are shown alike, whatever the counts were."""
        people = {"white": 90_000, "black": 10_000, "asian": 20_000, "source": "made up", "year": 2021}
        both = []
        for counts in (
            {"white": (138, 161), "black": (21, 24), "asian": (26, 34), "not stated": (20, 31)},
            {"white": (142, 158), "black": (18, 26), "asian": (25, 36), "not stated": (20, 30)},
        ):
            audit = cdi.read_audit(sample("ethnicity", counts, "grounds"), recorded="grounds", population=2500)
            shown = protected(cdi.disparity(audit, residents=people), PUBLIC)
            both.append([r.values() for r in shown.table.rows if not r.whole])
        assert both[0] == both[1]

    def test_without_the_reference_nothing_is_held_against_it(self) -> None:
        counts = {"white": (140, 160), "black": (6, 8), "asian": (26, 34)}
        shown = protected(self.searches(counts, reference="black"), PUBLIC)
        groups = {group.name: group for group in shown.groups}
        assert groups["white"].grounds is not None
        assert groups["white"].grounds.n == 160
        assert is_blank(groups["white"].difference)
        assert is_blank(groups["white"].ratio)
        assert groups["white"].verdict is None

    def test_without_those_who_state_none_nothing_is_bounded(self) -> None:
        shown = protected(self.searches({**self.COUNTS, "not stated": (3, 7)}), PUBLIC)
        assert shown.unstated is None
        assert not [r for r in shown.table.rows if r.measure.key.endswith("-allocated") and not r.withheld]

    def test_searches_of_a_census_are_rounded_too(self) -> None:
        people = {"white": 90_000, "black": 10_000, "asian": 20_000, "source": "made up", "year": 2021}
        audit = cdi.read_audit(sample("ethnicity", self.COUNTS, "grounds"), recorded="grounds", selection="census")
        shown = protected(cdi.disparity(audit, residents=people), PUBLIC)
        page = lay_out_disparity(shown)
        assert page.grids[2].headings[1:-1] == ("residents", "searches", "per 1,000", "ratio")
        assert row(page, "black", 2)[1:-1] == ("10,000", "[c]", "[c]", "[c]")
        assert row(page, "asian", 2)[2] == "35"

    def test_the_exception_of_the_published_case(self) -> None:
        audit = cdi.read_audit(CASE / "searches_2021.csv", recorded="grounds")
        held = Disclosure(exemptions=(Exemption("ethnicity", "ethnic minority", "already published", "HMICFRS"),))
        shown = protected(cdi.disparity(audit), held)
        exempt = next(group for group in shown.groups if group.name == "ethnic minority")
        assert exempt.grounds is not None
        assert (exempt.grounds.n, exempt.grounds.facts.release) == (24, Release.ALL)


class TestForces:
    COUNTS: Mapping[str, tuple[int, int]] = {"A": (16, 18), "B": (17, 19), "C": (5, 10), "D": (2, 9)}

    def test_lines_and_averages_are_made_without_it(self) -> None:
        shown = protect_forces(cdi.forces(sample("force", self.COUNTS)), PUBLIC)
        without = cdi.forces(sample("force", {name: self.COUNTS[name] for name in "ABC"}))
        assert (shown.lines.centre, shown.lines.low, shown.lines.high) == (
            without.lines.centre, without.lines.low, without.lines.high,
        )  # fmt: skip
        assert [row.adjusted for row in shown.rows[:3]] == [row.adjusted for row in without.rows]
        last = shown.rows[-1]
        assert (last.z, last.side, last.adjusted, last.funnel) == (None, "", None, "")
        assert (last.rate.row.n, last.rate.row.estimate) == (9, None)

    def test_by_value_it_stands_last(self) -> None:
        shown = protect_forces(cdi.forces(sample("force", {**self.COUNTS, "D": (9, 9)}), sort="value"), PUBLIC)
        assert [row.name for row in shown.rows] == ["B", "A", "C", "D"]

    def test_its_page(self) -> None:
        page = lay_out_forces(protect_forces(cdi.forces(sample("force", self.COUNTS)), PUBLIC), detail=True)
        assert not any("." in cell for cell in row(page, "D")[1:-1])
        assert "British Transport" not in " ".join(page.statements)

    def test_a_published_rate_has_no_base(self) -> None:
        found = cdi.forces(pd.DataFrame({"force": list("ABC"), "rate": [0.9, 0.8, 0.85]}))
        assert protect_forces(found, PUBLIC) is found

    def test_of_two_forces_nothing_is_said(self) -> None:
        with pytest.raises(cdi.DataError, match="three or more forces"):
            protect_forces(cdi.forces(sample("force", {"A": (16, 18), "B": (17, 19), "C": (5, 9)})), PUBLIC)


def test_internal_leaves_everything_as_it_is() -> None:
    sides = TestComparisons().sides(TestComparisons.THIS, TestComparisons.LAST)
    compared, months = cdi.compare(*sides), TestMonths().trend({"2023-03": 5})
    groups, forces = TestGroups().searches(TestGroups.COUNTS), cdi.forces(sample("force", TestForces.COUNTS))
    review = cdi.review(TestReviews.FILES, questions=["updated"], by="victim_group")
    assert protect_comparison(compared, INTERNAL) == compared
    assert protected(months, INTERNAL).table == months.table
    assert protected(groups, INTERNAL).table == noted(groups.table)
    assert protect_forces(forces, INTERNAL) is forces
    assert protected(review, INTERNAL).table == noted(review.table)
    assert math.isfinite(months.centre)


def run(*args: object) -> str:
    done = CliRunner().invoke(cli, [str(arg) for arg in args])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hold one file for each verb; in all of them the category a is small."""
    path = tmp_path_factory.mktemp("disclosed")
    counts = {"a": (4, 7), "b": (31, 43), "c": (47, 61)}
    sample("ward", counts).to_csv(path / "audit.csv", index=False)
    sample("ward", {**counts, "a": (20, 41)}).to_csv(path / "last.csv", index=False)
    sample("ward", counts, "grounds").to_csv(path / "searches.csv", index=False)
    sample("ward", counts, "updated").to_csv(path / "files.csv", index=False)
    (path / "volumes.csv").write_text("ward,recorded_crime\na,1000\nb,5000\nc,9000\n", encoding="utf-8")
    return path


VERBS: dict[str, tuple[str, ...]] = {
    "estimate": ("estimate", "audit.csv", "--volumes", "volumes.csv", "--detail"),
    "published": ("estimate", "audit.csv", "--volumes", "volumes.csv", "--style", "published"),
    "grounds": ("grounds", "searches.csv"),
    "contrast": ("grounds", "searches.csv", "--contrast"),
    "review": ("review", "files.csv", "--question", "updated"),
    "compare": ("compare", "audit.csv", "last.csv"),
}


class TestVerbs:
    @pytest.fixture(autouse=True)
    def inside(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(folder)

    @pytest.mark.parametrize("verb", VERBS)
    def test_public_is_the_default_and_says_what_is_withheld(self, verb: str) -> None:
        text = run(*VERBS[verb], "--by", "ward")
        assert text == run(*VERBS[verb], "--by", "ward", "--disclosure", "public")
        assert "Rows with a base under 13" in " ".join(text.split())
        assert "Not for publication" not in text
        line = next(line for line in text.splitlines() if line.startswith("a "))
        assert set(line.split()[1:-1]) - {"audit.csv"} == {"[c]"}

    @pytest.mark.parametrize("verb", VERBS)
    def test_csv_and_json_hold_no_number_of_it(self, verb: str) -> None:
        rows = list(csv.DictReader(io.StringIO(run(*VERBS[verb], "--by", "ward", "--format", "csv"))))
        held = [r for r in rows if r["ward"] == "a" and r.get("side") != "last.csv"]
        assert held
        for r in held:
            assert {r[name] for name in NUMBERS} == {""}
            assert "[c] suppressed" in r["notes"]
        document = json.loads(run(*VERBS[verb], "--by", "ward", "--format", "json"))
        assert "marking" not in document
        held = [r for r in document["rows"] if r["ward"] == "a" and r.get("side") != "last.csv"]
        assert {r[name] for r in held for name in NUMBERS} == {None}

    @pytest.mark.parametrize("verb", VERBS)
    def test_internal_withholds_nothing_and_heads_every_page(self, verb: str) -> None:
        internal = (*VERBS[verb], "--by", "ward", "--disclosure", "internal")
        text = run(*internal)
        assert text.startswith("Not for publication\n\n")
        assert "[c]" not in text
        assert run(*internal, "--format", "markdown").startswith("**Not for publication**\n\n")
        page = run(*internal, "--format", "html")
        assert "<title>Not for publication: " in page
        assert "<p><strong>Not for publication</strong></p>" in page.partition("<main>")[2][:200]
        assert json.loads(run(*internal, "--format", "json"))["marking"] == "Not for publication"

    @pytest.mark.parametrize("verb", VERBS)
    def test_a_declared_column_is_personal(self, verb: str, folder: Path) -> None:
        counts = {"a": (17, 21), "b": (31, 43), "c": (47, 61)}
        for name, column in (("audit", "recorded"), ("searches", "grounds"), ("files", "updated")):
            sample("kind", counts, column).to_csv(folder / f"p_{name}.csv", index=False)
        sample("kind", counts).to_csv(folder / "p_last.csv", index=False)
        (folder / "p_volumes.csv").write_text("kind,recorded_crime\na,1000\nb,5000\nc,9000\n", encoding="utf-8")
        args = [f"p_{arg}" if arg.endswith(".csv") else arg for arg in VERBS[verb]]
        assert "rounded to the nearest 5" not in " ".join(run(*args, "--by", "kind").split())
        assert "In tables by kind, counts are rounded to the nearest 5" in " ".join(
            run(*args, "--by", "kind", "--personal", "Kind").split()
        )

    @pytest.mark.parametrize("verb", VERBS)
    def test_a_declared_column_that_no_table_is_by_is_refused(self, verb: str) -> None:
        """A slip of its name would publish what it was to protect."""
        done = CliRunner().invoke(cli, [*map(str, VERBS[verb]), "--by", "ward", "--personal", "wrad"])
        assert done.exit_code == 2
        assert "expected a column that some table is by, but found wrad. Did you mean 'ward'?" in done.output

    def test_the_published_case_needs_its_exception(self) -> None:
        text = run("grounds", CASE / "searches_2021.csv", "--by", "ethnicity")
        assert "87.5" not in text

    @pytest.mark.parametrize("verb", VERBS)
    def test_small_bases_and_the_standards_are_noted(self, verb: str) -> None:
        text = run(*VERBS[verb], "--by", "ward", "--disclosure", "internal")
        assert "small base" in text or verb == "published"


def test_a_page_without_marking_is_headed_by_nothing() -> None:
    page = lay_out_comparison(cdi.compare(cdi.of_counts(88, 90), cdi.of_counts(80, 90)))
    assert page.marking == ""
    marked = replace(page, marking="Not for publication")
    for name in ("text", "markdown", "html", "json"):
        assert "Not for publication" not in SURFACES[name](page)
        assert "Not for publication" in SURFACES[name](marked)
    assert SURFACES["csv"](marked) == SURFACES["csv"](page)


def test_two_categories_of_people_are_rounded_wherever_they_are_compared() -> None:
    rates = cdi.recording_rate(cdi.read_audit(sample("ward", {"a": (31, 43), "b": (12, 22), "c": (3, 8)})), by="ward")
    shown = protect_comparison(cdi.contrast(rates, "a", "b"), PUBLIC)
    change = shown.rows[0]
    assert change.a is not None
    assert change.b is not None
    assert (change.a.n, change.b.n, change.estimate) == (45, 20, 0.17)
    assert is_blank(protect_comparison(cdi.contrast(rates, "a", "c"), PUBLIC).rows[0].row)
