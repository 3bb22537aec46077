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
from cdi.disclosure.results import (
    protect_comparison,
    protect_disparity,
    protect_forces,
    protect_review,
    protect_timeliness,
    protect_trend,
)
from cdi.disclosure.rules import Disclosure, Exemption
from cdi.grouping.disparities import lay_out_disparity
from cdi.measures import told
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
        "outcome": ["15"] * 12 + ["16"] * 4 + ["21"] * 20,
        "updated": ["yes", "no"] * 18,
        "told": ["n/a"] * 12 + ["yes", "no"] * 12,
    })  # fmt: skip

    def test_each_question_adds_up_by_itself(self) -> None:
        found = cdi.review(self.FILES, questions=["updated:better", "told:better"], by="outcome")
        shown = protect_review(found, PUBLIC)
        hidden = {r.label for r in shown.table.rows if is_blank(r)}
        assert hidden == {
            ("updated", "15"), ("updated", "16"), ("told", "15"), ("told", "16"), ("told", "21"),
        }  # fmt: skip
        assert told(shown.table.rows[0].facts)[:2] == ("counts-yes", "higher-better")
        assert [r.label for r in shown.table.rows] == [r.label for r in found.table.rows]

    def test_its_page_tells_no_number_of_it(self) -> None:
        found = cdi.review(self.FILES, questions=["told:better"], by="outcome")
        page = protect_review(found, PUBLIC).page()
        assert row(page, "16", 1) == ("16", "[c]", "[c]", "[c]", "[c]", "[c]", "1")
        assert page.lines[0].startswith("[1] [c] suppressed")
        assert "4" not in row(page, "16", 1)

    def test_without_groups_the_question_is_its_own_whole(self) -> None:
        found = protect_review(cdi.review(self.FILES[:8], questions=["updated"]), PUBLIC)
        assert is_blank(found.table.rows[0])
        assert found.page().grids[0].rows == (("updated", "yes", "not stated", "[c]", "1"),)


class TestComparisons:
    def sides(self, *counts: Mapping[str, tuple[int, int]], by: str = "kind") -> list[cdi.Estimates]:
        return [cdi.recording_rate(cdi.read_audit(sample(by, each)), by=by) for each in counts]

    THIS: Mapping[str, tuple[int, int]] = {"a": (4, 5), "b": (15, 20), "c": (30, 40)}
    LAST: Mapping[str, tuple[int, int]] = {"a": (20, 25), "b": (12, 20), "c": (31, 40)}

    def test_a_row_of_either_side_takes_what_changed(self) -> None:
        shown = protect_comparison(cdi.compare(*self.sides(self.THIS, self.LAST)), PUBLIC)
        changes = {change.label[0]: change for change in shown.rows}
        for name in "ab":
            change = changes[name]
            assert is_blank(change.a)
            assert change.b is not None
            assert change.b.n == self.LAST[name][1]
            assert (change.estimate, change.low, change.high, change.inner, change.se, change.p) == (None,) * 6
            assert (change.verdict, change.published, told(change.facts)) == (None, None, ("suppressed",))
        assert changes["c"].verdict is not None
        rows = [r for r in shown.table.rows if r.label[1:] == ("a",) and r.label[0] != shown.names[1]]
        assert len(rows) == 5
        assert all(is_blank(r) for r in rows)

    def test_what_changed_overall_has_no_more_digits_than_its_sides(self) -> None:
        sides = [
            cdi.recording_rate(cdi.read_audit(sample("kind", each), stratum="kind")) for each in (self.THIS, self.LAST)
        ]
        found = cdi.compare(*sides)
        whole, shown = found.rows[-1], protect_comparison(found, PUBLIC).rows[-1]
        assert "rounded" in told(shown.facts)
        assert (shown.estimate, shown.se) == (round(whole.estimate or 0, 3), None)
        assert shown.a is not None
        assert "rounded" in told(shown.a.facts)

    def test_figures_obey_the_base_only(self) -> None:
        shown = protect_comparison(cdi.compare(cdi.of_counts(88, 90), cdi.PublishedRate(0.867, 0.07)), PUBLIC)
        assert shown.verdict == "higher"
        assert protect_comparison(cdi.compare(cdi.of_counts(8, 9), cdi.of_counts(8, 10)), PUBLIC).verdict is None

    def test_more_than_two_sides(self) -> None:
        found = cdi.changes(self.sides(self.LAST, self.LAST, self.THIS), names=["1", "2", "3"])
        shown = protect_comparison(found, PUBLIC)
        assert [change.label[0] for change in shown.rows if told(change.facts) == ("suppressed",)] == ["a", "b"]
        assert all(change.q is None for change in shown.rows if told(change.facts) == ("suppressed",))
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

    def test_nothing_changes_where_no_month_is_small(self) -> None:
        found = self.trend({})
        assert protect_trend(found, PUBLIC) is found

    def test_months_windows_and_limits_go_together(self) -> None:
        found = protect_trend(self.trend({"2023-03": 5}), PUBLIC)
        hidden = [point.period.label for point in found.points if is_blank(point.rate)]
        assert hidden == ["2023-01", "2023-03"]
        assert all(point.limits is None for point in found.points if is_blank(point.rate))
        windows = {point.period.label: is_blank(point.rolling) for point in found.points if point.rolling}
        assert windows == {"2023-12": True, "2024-01": True, "2024-02": True, "2024-03": False, "2024-04": False,
                           "2024-05": False, "2024-06": False}  # fmt: skip
        assert {record.estimate for record in found.table.rows if record.measure.key == "control-limits"} == {
            None, found.centre,
        }  # fmt: skip
        assert found.centre == round(found.centre, 3)

    def test_a_baseline_is_a_sum_too(self) -> None:
        # January makes up for March in the first four months; May for June 2024 in what the whole leaves beside them
        found = self.trend({"2023-03": 5, "2024-06": 5}, baseline=4)
        hidden = [point.period.label for point in protect_trend(found, PUBLIC).points if is_blank(point.rate)]
        assert hidden == ["2023-01", "2023-03", "2023-05", "2024-06"]

    def test_its_page(self) -> None:
        found = protect_trend(self.trend({"2023-03": 5}), PUBLIC)
        page = found.page()
        march = row(page, "2023-03")
        assert march[1:6] == ("[c]",) * 5
        assert not any(sign.isdigit() for cell in march[1:-1] for sign in cell)
        assert row(page, "2023-12")[6] == "[c]"
        for write in SURFACES.values():
            assert "None" not in write(page)


class TestTimes:
    def test_labels_go_in_all_measures(self) -> None:
        rows = pd.read_csv(EXAMPLES / "times.csv", dtype=str)
        few = rows[rows["crime_type"] != "sexual"]
        some = pd.concat([few, rows[rows["crime_type"] == "sexual"][:6]])
        found = cdi.timeliness(some, by="crime_type")
        shown = protect_timeliness(found, PUBLIC)
        hidden = {r.label[0] for r in shown.table.rows if is_blank(r)}
        assert "sexual" in hidden
        assert len(hidden) >= 2
        assert all(is_blank(r) for r in shown.table.rows if r.label[0] in hidden)
        assert all(point.even for point in shown.curve)
        page = shown.page()
        assert set(row(page, "sexual")[1:-1]) == {"[c]"}

    def test_a_small_whole_has_no_curve_and_no_sentence(self) -> None:
        rows = pd.read_csv(EXAMPLES / "times.csv", dtype=str)[:7]
        shown = protect_timeliness(cdi.timeliness(rows), PUBLIC)
        assert shown.curve == ()
        page = shown.page()
        assert not any("%" in text for text in page.statements)


class TestGroups:
    def searches(self, counts: Mapping[str, tuple[int, int]], **more: object) -> cdi.Disparity:
        audit = cdi.read_audit(sample("ethnicity", counts, "grounds"), recorded="grounds")
        return cdi.disparity(audit, **more)  # type: ignore[arg-type]

    COUNTS: Mapping[str, tuple[int, int]] = {
        "white": (140, 160), "black": (21, 24), "asian": (26, 34), "not stated": (20, 30),
    }  # fmt: skip

    def test_a_group_goes_with_all_that_is_held_against_it(self) -> None:
        shown = protect_disparity(self.searches(self.COUNTS), PUBLIC)
        groups = {group.name: group for group in shown.groups}
        for name in ("black", "not stated"):
            assert all(is_blank(r) for r in shown.table.rows if r.label == (name,))
            assert groups[name].verdict is None
        assert groups["asian"].verdict is not None
        # what the records that state no group could move tells how many there are
        assert groups["asian"].bounds == ()
        assert shown.unstated is None
        assert is_blank(groups["not stated"].share)
        assert not [r for r in shown.table.rows if r.measure.key.endswith("-allocated")]
        text = SURFACES["text"](lay_out_disparity(shown))
        assert "Records of asian" in text
        assert "Records of black" not in text
        assert "21" not in text

    def test_without_the_reference_nothing_is_held_against_it(self) -> None:
        counts = {"white": (140, 160), "black": (21, 24), "asian": (26, 34)}
        shown = protect_disparity(self.searches(counts, reference="black"), PUBLIC)
        groups = {group.name: group for group in shown.groups}
        assert groups["white"].grounds is not None
        assert groups["white"].grounds.n == 160
        assert is_blank(groups["white"].difference)
        assert is_blank(groups["white"].ratio)
        assert groups["white"].verdict is None

    def test_searches_for_residents_go_too(self) -> None:
        people = {"white": 90_000, "black": 10_000, "asian": 20_000, "source": "made up", "year": 2021}
        audit = cdi.read_audit(sample("ethnicity", self.COUNTS, "grounds"), recorded="grounds", selection="census")
        shown = protect_disparity(cdi.disparity(audit, residents=people), PUBLIC)
        page = lay_out_disparity(shown)
        assert page.grids[2].headings[1:-1] == ("residents", "searches", "per 1,000", "ratio")
        assert row(page, "black", 2)[1:-1] == ("10,000", "[c]", "[c]", "[c]")

    def test_the_exception_of_the_published_case(self) -> None:
        audit = cdi.read_audit(CASE / "searches_2021.csv", recorded="grounds")
        found = cdi.disparity(audit)
        held = Disclosure(exemptions=(Exemption("ethnicity", "ethnic minority", "already published", "HMICFRS"),))
        assert protect_disparity(found, held) == found


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
        assert is_blank(last.rate.row)

    def test_by_value_it_stands_last(self) -> None:
        shown = protect_forces(cdi.forces(sample("force", {**self.COUNTS, "D": (9, 9)}), sort="value"), PUBLIC)
        assert [row.name for row in shown.rows] == ["B", "A", "C", "D"]

    def test_its_page(self) -> None:
        page = lay_out_forces(protect_forces(cdi.forces(sample("force", self.COUNTS)), PUBLIC), detail=True)
        assert set(row(page, "D")[1:4]) == {"[c]"}
        assert not any(sign.isdigit() for cell in row(page, "D")[1:-1] for sign in cell)
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
    review = cdi.review(TestReviews.FILES, questions=["updated"], by="outcome")
    assert protect_comparison(compared, INTERNAL) == compared
    assert protect_trend(months, INTERNAL) is months
    assert protect_disparity(groups, INTERNAL).table == groups.table
    assert protect_forces(forces, INTERNAL) is forces
    assert protect_review(review, INTERNAL).table == review.table
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
    sample("kind", counts).to_csv(path / "audit.csv", index=False)
    sample("kind", {**counts, "a": (20, 41)}).to_csv(path / "last.csv", index=False)
    sample("kind", counts, "grounds").to_csv(path / "searches.csv", index=False)
    sample("kind", counts, "updated").to_csv(path / "files.csv", index=False)
    (path / "volumes.csv").write_text("kind,recorded_crime\na,1000\nb,5000\nc,9000\n", encoding="utf-8")
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
        text = run(*VERBS[verb], "--by", "kind")
        assert text == run(*VERBS[verb], "--by", "kind", "--disclosure", "public")
        assert "suppressed, marked [c]. Rows with a base under 10 are not published." in " ".join(text.split())
        assert "Not for publication" not in text
        line = next(line for line in text.splitlines() if line.startswith("a "))
        assert set(line.split()[1:-1]) - {"audit.csv"} == {"[c]"}

    @pytest.mark.parametrize("verb", VERBS)
    def test_csv_and_json_hold_no_number_of_it(self, verb: str) -> None:
        rows = list(csv.DictReader(io.StringIO(run(*VERBS[verb], "--by", "kind", "--format", "csv"))))
        held = [r for r in rows if r["kind"] == "a" and r.get("side") != "last.csv"]
        assert held
        for r in held:
            assert {r[name] for name in NUMBERS} == {""}
            assert "[c] suppressed" in r["notes"]
        document = json.loads(run(*VERBS[verb], "--by", "kind", "--format", "json"))
        assert "marking" not in document
        held = [r for r in document["rows"] if r["kind"] == "a" and r.get("side") != "last.csv"]
        assert {r[name] for r in held for name in NUMBERS} == {None}

    @pytest.mark.parametrize("verb", VERBS)
    def test_internal_withholds_nothing_and_heads_every_page(self, verb: str) -> None:
        internal = (*VERBS[verb], "--by", "kind", "--disclosure", "internal")
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
        args = [f"p_{arg}" if arg in {"audit.csv", "searches.csv", "files.csv"} else arg for arg in VERBS[verb]]
        assert "[c]" not in run(*args, "--by", "kind")
        assert "In tables by kind, rows with 1 to 4" in " ".join(
            run(*args, "--by", "kind", "--personal", "Kind").split()
        )

    @pytest.mark.parametrize("verb", VERBS)
    def test_a_declared_column_that_no_table_is_by_is_refused(self, verb: str) -> None:
        """A slip of its name would publish what it was to protect."""
        done = CliRunner().invoke(cli, [*map(str, VERBS[verb]), "--by", "kind", "--personal", "knid"])
        assert done.exit_code == 2
        assert "expected a column that some table is by, but found knid. Did you mean 'kind'?" in done.output

    def test_the_published_case_needs_its_exception(self) -> None:
        text = run("grounds", CASE / "searches_2021.csv", "--by", "ethnicity")
        assert "87.5" not in text
        assert "87.4" in text

    @pytest.mark.parametrize("verb", VERBS)
    def test_small_bases_and_the_standards_are_noted(self, verb: str) -> None:
        text = run(*VERBS[verb], "--by", "kind", "--disclosure", "internal")
        assert "small base" in text or verb == "published"


def test_a_page_without_marking_is_headed_by_nothing() -> None:
    page = lay_out_comparison(cdi.compare(cdi.of_counts(88, 90), cdi.of_counts(80, 90)))
    assert page.marking == ""
    marked = replace(page, marking="Not for publication")
    for name in ("text", "markdown", "html", "json"):
        assert "Not for publication" not in SURFACES[name](page)
        assert "Not for publication" in SURFACES[name](marked)
    assert SURFACES["csv"](marked) == SURFACES["csv"](page)
