"""What people read of a comparison, and the verb that prints it."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

import cdi
from cdi.cli.app import cli
from cdi.comparing.comparison import lay_out_comparison, statement
from cdi.comparing.verdicts import parse_margin
from cdi.disclosure.results import protect_comparison
from cdi.disclosure.rules import noted
from cdi.printing.layout import SURFACES, Page

DATA = Path(__file__).parents[1] / "data" / "avon_and_somerset_2021_22"
THIS, LAST = cdi.of_counts(159, 182), cdi.of_counts(211, 244)


def run(*args: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(cli, ["compare", *args])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.stdout, done.stderr


def said(*args: str) -> str:
    """Run what should succeed, within 80 columns, and give its text in one line."""
    code, text, error = run(*args)
    assert (code, error) == (0, "")
    assert max(map(len, text.splitlines())) <= 80
    return " ".join(text.split())


def refused(*args: str) -> str:
    code, text, error = run(*args)
    assert (code, text) == (2, "")
    assert "Traceback" not in error
    return " ".join(error.split())


def page(a: Any, b: Any, **terms: Any) -> Page:
    return lay_out_comparison(cdi.compare(a, b, **terms))


def protected(a: str, b: str, *, style: str = "default", kind: str = "difference") -> Page:
    found = cdi.compare(*(cdi.of_counts(*map(int, text.split("/"))) for text in (a, b)), kind=kind)
    return lay_out_comparison(protect_comparison(found, cdi.Disclosure()), style=style)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for file in DATA.glob("*.csv"):
        shutil.copy(file, tmp_path)
    kinds = ["x", "y"] * 30
    for name, every in (("this.csv", 10), ("last.csv", 4), ("before.csv", 3)):
        rows = {
            "kind": kinds,
            "recorded": [int(i % every > 0) for i in range(60)],
            "report": [i // 2 for i in range(60)],
        }
        pd.DataFrame(rows).to_csv(tmp_path / name, index=False)
    (tmp_path / "volumes.csv").write_text("kind,recorded_crime\nx,900\ny,400\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


class TestSentences:
    def test_of_the_published_pair(self) -> None:
        text = said("159/182", "211/244")
        assert (
            "159/182 against 211/244: no clear change. The 95% confidence interval is from a fall of 5.9 to a rise of "
            "7.2 percentage points."
        ) in text
        assert "The margin is 3 percentage points for an overall rate" in text
        assert "Choose the margin before seeing results" in text
        assert "Published style" not in text

    @pytest.mark.parametrize(
        ("a", "b", "sentence"),
        [
            ((880, 1000), (780, 1000), "higher (10.0 percentage points; 95% confidence interval a rise of 6.7 to 13.3 "
             "percentage points)."),
            ((780, 1000), (880, 1000), "lower (10.0 percentage points; 95% confidence interval a fall of 6.7 to 13.3 "
             "percentage points)."),
            ((9100, 10000), (9000, 10000), "higher, but by less than the margin (1.0 percentage points; 95% confidence "
             "interval a rise of 0.2 to 1.8 percentage points)."),
            ((9010, 10000), (9000, 10000), "broadly unchanged (the 90% interval, a fall of 0.6 to a rise of 0.8 "
             "percentage points, lies inside the margin)."),
        ],
    )  # fmt: skip
    def test_of_each_verdict(self, a: tuple[int, int], b: tuple[int, int], sentence: str) -> None:
        row = cdi.compare(cdi.of_counts(*a), cdi.of_counts(*b)).rows[0]
        assert statement(row, 0.95) == f"{a[0]}/{a[1]} against {b[0]}/{b[1]}: {sentence}"

    def test_of_ratios(self) -> None:
        text = said("159/182", "211/244", "--kind", "ratio")
        assert "no clear change. The 95% confidence interval is from a ratio of 0.934 to 1.087." in text
        assert "The margin is a ratio of 0.970 to 1.031" in text

    def test_of_a_census_is_exact_and_speaks_of_no_interval(self) -> None:
        text = said("69%", "55%", "--selection", "census")
        assert "69% against 55%: higher by 14.0 percentage points. Figures from a census are exact" in text
        assert not any(word in text for word in ("margin", "confidence", "from %", "significant", "verdict:"))
        assert "89/90 against 89/90" not in said("89/90", "89/90", "--selection", "census")
        assert "this against last: the same." in said("89/90", "89/90", "--selection", "census")

    def test_of_the_published_style_is_labelled(self) -> None:
        text = said("87.4%±4.8%", "86.5%+-4.3%", "--style", "published")
        assert (
            "Published style: broadly unchanged (what inspection reports say where there is no significant difference)."
            in text
        )
        assert "[1] interval as printed, so it is rounded" in text
        assert "no clear change" not in text

    def test_of_coverage(self) -> None:
        text = said("159/182", "211/244", "--coverage")
        assert "in at least 94.8%, and in 95.3% on average. These figures are by exact enumeration." in text
        text = said("159/182", "211/244", "--coverage", "--method", "miettinen-nurminen")
        assert "in at least 94.2%" in text

    def test_of_samples_that_stand_for_themselves(self) -> None:
        rows = {"route": ["a", "b"] * 20, "recorded": [1, 1, 1, 0] * 10}
        sides = [cdi.recording_rate(cdi.read_audit(pd.DataFrame(rows), stratum="route")) for _ in range(2)]
        assert any("Strata are mixed as they were sampled" in line for line in page(*sides).statements)

    def test_of_figures_that_were_printed_name_no_method_of_ours(self) -> None:
        text = said("87.4%+-4.8%", "86.5%+-4.3%")
        assert "wilson" not in text
        assert text.count("(as printed)") == 2
        assert "wilson" in said("87.4%+-4.8%", "211/244")

    def test_of_a_printed_interval_at_another_level_say_that_it_was_scaled(self) -> None:
        assert "[1] interval as printed, so it is rounded" in said("87.4%+-4.8%", "211/244")
        assert "[1] interval printed at 95%, so it is rounded, and rescaled to this level" in said(
            "87.4%+-4.8%", "211/244", "--level", "90%"
        )

    def test_of_a_printed_interval_beyond_what_there_is_say_so(self) -> None:
        note = "the interval by this method goes below 0% or above 100%"
        assert f"[1] {note}" in said("98%+-4%", "86.5%+-4.3%")
        assert note in said("2%+-4%", "211/244")
        assert note not in said("96%+-4%", "86.5%+-4.3%")

    def test_of_categories_that_a_single_figure_leaves_out(self, folder: Path) -> None:
        assert "overall only: the other side has no categories" in said("this.csv", "211/244", "--by", "kind")
        assert "overall only" not in said("this.csv", "211/244", "--by", "")

    def test_of_an_overall_rate_that_volumes_weigh(self, folder: Path) -> None:
        volumes = ("--volumes", "volumes.csv") * 2
        note = "weighted: categories count by their recorded crime"
        assert said("this.csv", "last.csv", "--by", "kind", *volumes).count(note) == 1
        assert note not in said("this.csv", "last.csv", "--by", "kind")

    def test_a_category_spelled_in_other_capitals_is_named(self, folder: Path) -> None:
        text = Path("last.csv").read_text(encoding="utf-8").replace("x,", "X,")
        Path("last.csv").write_text(text, encoding="utf-8")
        assert "another category differs from this one only in capital letters" in said(
            "this.csv", "last.csv", "--by", "kind"
        )

    def test_the_verdict_in_words_is_never_that_of_a_category(self) -> None:
        rows = {"kind": [x for x in "xy" for _ in range(40)], "recorded": [1, 1, 1, 0] * 10 + [0] * 40}
        rates = cdi.recording_rate(cdi.read_audit(pd.DataFrame(rows)), by="kind")
        other = cdi.recording_rate(cdi.read_audit(pd.DataFrame(rows)), by="kind")
        found = cdi.compare(*(cdi.unrecorded(each, {"x": 900, "y": 400}) for each in (rates, other)), kind="ratio")
        assert found.rows[0].verdict is not None
        assert found.verdict is None
        assert not any("against" in line for line in lay_out_comparison(found).statements)

    def test_where_nothing_was_tested_nothing_is_said_to_stand_out(self) -> None:
        assert "stand" not in said("0/10", "0/11", "0/12", "--kind", "ratio")
        assert "1 of 2 changes stands out" in said("181/200", "152/200", "150/200")

    def test_a_margin_that_was_given_is_said_to_be(self) -> None:
        assert "The margin is 7.5 percentage points, as given." in said("159/182", "211/244", "--margin", "7.5pp")
        assert "The margin is 0.001 percentage points, as" in said("159/182", "211/244", "--margin", "0.001pp")
        assert "The margin is 20 percentage points, as given." in said("159/182", "211/244", "--margin", "20pp")


class TestGrids:
    def test_a_change_that_is_not_shown_has_no_grid(self) -> None:
        none = [{"cluster": f"R{i}", "recorded": 0} for i in range(20)]
        found = page(pd.DataFrame(none), pd.DataFrame(none[:15]).assign(cluster=range(15)), kind="ratio")
        assert [grid.name for grid in found.grids] == ["Recording rate"]
        assert found.statements[0].startswith("No change is shown for ")
        assert found.statements[0].endswith(" (no ratio: one side is 0).")
        assert "no ratio: one side is 0" not in found.notes.texts

    def test_one_line_a_side_then_the_change(self) -> None:
        found = page(THIS, LAST)
        assert [row[:4] for row in found.grids[0].rows] == [
            ("159/182", "87.4", "81.8", "91.4"), ("211/244", "86.5", "81.6", "90.2"),
        ]  # fmt: skip
        assert found.grids[1].rows == (("no clear change", "+0.9", "-5.9", "+7.2", "0.789"),)

    def test_categories_stand_together_and_the_overall_row_is_last(self, folder: Path) -> None:
        text = run("this.csv", "last.csv", "--by", "kind", "--format", "markdown")[1]
        lines = [line.split("|")[1:3] for line in text.splitlines() if line.startswith(("| x", "| y", "| all"))]
        assert [tuple(cell.strip() for cell in line) for line in lines[:6]] == [
            (kind, name) for kind in ("x", "y", "all") for name in ("this.csv", "last.csv")
        ]

    def test_what_stands_on_one_side_only_is_a_line_with_a_note(self) -> None:
        sides = [
            cdi.recording_rate(cdi.read_audit(pd.DataFrame({"kind": list(kinds), "recorded": [1, 0, 1, 1]})), by="kind")
            for kinds in ("xxyy", "xxzz")
        ]
        found = page(*sides)
        assert found.grids[1].rows[1][1:-1] == ("",) * (len(found.grids[1].rows[1]) - 2)
        assert any("on one side only" in note for note in found.notes.texts)

    @pytest.mark.parametrize("style", ["default", "published"])
    def test_of_a_base_under_ten_no_rate_is_shown_and_no_change(self, style: str) -> None:
        found = protected("7/8", "211/244", style=style)
        (sides,) = found.grids
        assert [row[1] for row in sides.rows] == ["", "86.5"]
        assert [row[4:6] for row in sides.rows] == [("8", "7"), ("244", "211")]
        assert found.statements[0].startswith("No change is shown for 7/8 against 211/244 (")

    def test_nor_is_a_ratio(self) -> None:
        found = protected("7/8", "5/9", kind="ratio")
        assert len(found.grids) == 1
        assert found.statements[0].startswith("No change is shown for 7/8 against 5/9 (")

    @pytest.mark.parametrize("write", SURFACES.values())
    def test_every_format_writes_it_without_nan(self, write: Any) -> None:
        for terms in ({}, {"kind": "ratio"}):
            for sides in (
                (THIS, LAST),
                (THIS, cdi.of_counts(0, 10)),
                (cdi.PublishedRate(0.69), cdi.PublishedRate(0.55)),
            ):
                text = write(page(*sides, **terms)).casefold()
                assert "nan" not in text.split()
                assert ",nan" not in text
                assert ": nan" not in text

    def test_the_numbers_are_unrounded_with_both_intervals_margin_and_p(self) -> None:
        code, text, _ = run("159/182", "211/244", "--format", "csv")
        table = list(csv.DictReader(io.StringIO(text)))
        row = cdi.compare(THIS, LAST).rows[0]
        assert code == 0
        found = [(line["measure"], line["level"], line["low"]) for line in table[2:4]]
        assert found == [("difference", "0.95", repr(row.low)), ("difference", "0.9", repr(row.inner[0]))]
        assert {line["measure"]: float(line["estimate"]) for line in table[4:]} == {"p-value": row.p, "margin": 0.03}
        assert table[2]["notes"] == "verdict: no clear change"


class TestVerb:
    def test_gives_what_python_gives(self, folder: Path) -> None:
        roles = ("--by", "kind", "--cluster", "report", "--disclosure", "internal")
        rows = json.loads(run("this.csv", "last.csv", *roles, "--format", "json")[1])["rows"]
        sides = [
            cdi.recording_rate(cdi.read_audit(name, cluster="report"), by="kind") for name in ("this.csv", "last.csv")
        ]
        found = cdi.compare(*sides, names=("this.csv", "last.csv"))
        assert [tuple(row.values()) for row in rows] == noted(found.table).values()

    def test_more_sides_go_back_in_time_and_are_each_held_against_the_one_before(self, folder: Path) -> None:
        text = said("this.csv", "last.csv", "before.csv", "--by", "", "--false-discovery", "20%")
        assert "this.csv against last.csv" in text
        assert "last.csv against before.csv" in text
        assert "The false discovery rate is held to 20%" in text
        sides = [cdi.recording_rate(cdi.read_audit(name), ()) for name in ("before.csv", "last.csv", "this.csv")]
        assert f"{cdi.changes(sides).rows[0].q:.3f}" in text

    def test_volumes_make_the_ratio_one_of_unrecorded_crimes(self, folder: Path) -> None:
        both = ("--volumes", "volumes.csv", "--volumes", "volumes.csv", "--by", "kind")
        text = said("this.csv", "last.csv", "--kind", "ratio", *both)
        assert "Unrecorded crimes, 95% confidence intervals (wilson)" in text
        rates = said("this.csv", "last.csv", *both)
        whole = cdi.overall_rate(cdi.unrecorded(cdi.recording_rate(cdi.read_audit("this.csv"), "kind"), "volumes.csv"))
        assert f"all this.csv {100 * whole.estimate[0]:.1f}" in rates
        assert "once for each of these sides" in refused("this.csv", "last.csv", "--volumes", "volumes.csv")

    def test_of_several_sides_the_rate_of_false_discoveries_is_10_percent_unless_given(self) -> None:
        sides = ("181/200", "152/200", "150/200")
        assert run(*sides) == run(*sides, "--false-discovery", "10%")
        assert "is held to 10%" in said(*sides)

    def test_coverage_stands_among_the_statements_of_json(self) -> None:
        document = json.loads(run("159/182", "211/244", "--coverage", "--format", "json")[1])
        assert "by exact enumeration." in document["statements"][-1]

    def test_searches(self, folder: Path) -> None:
        text = said("searches_2021.csv", "searches_2019.csv", "--searches", "--by", "")
        assert "The 95% confidence interval is from a fall of 5.9 to a rise of 7.2 percentage points." in text
        assert text.startswith("Reasonable grounds recorded, 95% confidence intervals (wilson)")

    def test_a_file_that_exists_wins(self, folder: Path) -> None:
        shutil.copy("this.csv", "100%.csv")
        assert "100%.csv against last.csv" in said("100%.csv", "last.csv", "--by", "")

    def test_sheets_of_a_workbook(self, folder: Path) -> None:
        with pd.ExcelWriter("audits.xlsx") as book:
            for name in ("this", "last"):
                pd.read_csv(f"{name}.csv").to_excel(book, sheet_name=name, index=False)
        sheets = said("audits.xlsx#this", "audits.xlsx#last", "--by", "")
        assert "audits.xlsx#this against audits.xlsx#last" in sheets
        files = said("this.csv", "last.csv", "--by", "")
        assert (
            sheets.replace("audits.xlsx#this", "this.csv").split("no clear")[-1].split("higher")[-1]
            == (files.split("no clear")[-1].split("higher")[-1])
        )

    @pytest.mark.parametrize(
        ("args", "message"),
        [
            (("159/182", "211/244", "--margin", "3"), "Write 3pp, 3% or 0.03"),
            (("159/182", "211/244", "--margin", "0"), "expected a margin above 0 and below 1"),
            (("159/182", "211/244", "86.5%"), "A published figure needs its half width."),
            (("69%", "55%+-3%", "--selection", "census"), "A census has no sampling error"),
            (("159/182",), "expected two or more sides"),
            (("159/182", "nosuch.csv"), "nosuch.csv: expected a file that exists"),
            (("9/10", "8/10", "--selection", "judgement"), "extrapolation or comparison"),
            (("69%+-3%", "55%+-3%", "--selection", "voluntary"), "extrapolation or comparison"),
            (("159/182", "211/244", "--style", "published", "--margin", "3pp"), "Leave out --margin or --style"),
            (("159/182", "211/244", "--style", "published", "--method", "wald"), "style"),
            (("159/182", "86.5%+-4.3%", "--coverage"), "two sides of counts"),
            (("159/182", "190/182"), "190/182: expected recorded no larger than due (182), but found 190"),
            (("0/0", "5/5"), "0/0: expected due as a whole number, 1 or more"),
            (("100%+-0%", "5/5"), "100%+-0%: expected a half width above 0"),
            (
                ("86.5±4.3", "5/5"),
                "expected counts such as 159/182, a published figure such as 86.5%+-4.3%, or a file",
            ),
            (("1,590/1,820", "5/5"), "no commas"),
            (("0.865", "5/5"), "Give the audit first and the standard last, such as 95%"),
            (("159/182", "211/244", "--coverage", "--kind", "ratio"), "Leave out --coverage or --kind ratio"),
            (("159/182", "211/244", "--false-discovery", "10%"), "expected no false discovery rate with two sides"),
            (("87%+-4%", "86%+-4%", "--method", "wald"), "Published figures keep the interval that was printed"),
            (("87%+-4%", "86%+-4%", "85%+-4%", "--method", "wilson"), "expected no method for published figures"),
            (("159/182", "211/244", "--coverage", "--format", "csv"), "Leave out --coverage, or choose another format"),
            (("159/182", "211/244", "--coverage", "-o", "found.csv"), "Leave out --coverage, or choose another format"),
            (("159/182", "211/244", "--level", "75%"), "expected a level above 75%"),
            (("9/10", "8/10", "--by", "x", "--sheet", "y"), "but found --sheet, --by. Leave them out"),
        ],
    )
    def test_refuses_with_what_to_write(self, args: tuple[str, ...], message: str) -> None:
        assert message in refused(*args)

    def test_refuses_one_sample_on_two_sides(self, folder: Path) -> None:
        assert "this.csv: expected two samples" in refused("this.csv", "this.csv")
        assert "this.csv: expected two samples" in refused("this.csv", "last.csv", "this.csv")
        assert "this.csv: expected two samples" in refused("./this.csv", "this.csv")
        assert "expected two samples" in refused("this.csv", "[bt]*[es].csv", "--by", "kind")

    def test_refuses_other_categories_and_names_the_two_sides(self, folder: Path) -> None:
        text = Path("before.csv").read_text(encoding="utf-8").replace("x,", "u,").replace("y,", "v,")
        Path("before.csv").write_text(text, encoding="utf-8")
        text = refused("this.csv", "last.csv", "before.csv", "--by", "kind")
        assert text.startswith("last.csv against before.csv, column kind: expected a category that both sides have")

    def test_refuses_volumes_of_searches(self, folder: Path) -> None:
        volumes = ("--volumes", "volumes.csv") * 2
        text = refused("searches_2021.csv", "searches_2019.csv", "--searches", *volumes)
        assert "Leave out --volumes or --searches" in text

    @pytest.mark.parametrize(
        "more",
        [("--level", "80%"), ("--method", "korn-graubard"), ("--kind", "ratio"), ("--margin", "10pp"), ("--coverage",),
         ("--style", "published"), ("--format", "csv"), ("--selection", "census")],
        ids=" ".join,
    )  # fmt: skip
    def test_every_option_changes_what_is_said(self, more: tuple[str, ...]) -> None:
        assert run("159/182", "211/244", *more) != run("159/182", "211/244")

    @pytest.mark.parametrize(
        "more", [("--cluster", "report"), ("--by", "kind"), ("--recorded", "report")], ids=" ".join
    )
    def test_every_role_changes_what_is_said(self, more: tuple[str, ...], folder: Path) -> None:
        assert run("this.csv", "last.csv", *more) != run("this.csv", "last.csv")


@pytest.mark.parametrize(
    ("text", "margin"), [("3pp", 0.03), ("3 %", 0.03), ("0.03", 0.03), (".05", 0.05), ("2.5pp", 0.025)]
)
def test_margins_are_read(text: str, margin: float) -> None:
    assert parse_margin(text) == margin


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("3", "A bare number is not clear. Write 3pp, 3% or 0.03."),
        ("2.50", "A bare number is not clear. Write 2.50pp, 2.50% or 0.025."),
        ("-3pp", "A margin is the largest change, up or down, that is broadly unchanged. Write it as 3pp."),
        ("+-0.03", "A margin is the largest change, up or down, that is broadly unchanged. Write it as 0.03."),
        ("± 5 %", "A margin is the largest change, up or down, that is broadly unchanged. Write it as 5%."),
        ("three", "Write it such as 3pp, 3% or 0.03."),
        ("3pt", "Write it such as 3pp, 3% or 0.03."),
        ("", "Write it such as 3pp, 3% or 0.03."),
    ],
)
def test_other_margins_are_refused_with_what_to_write(text: str, told: str) -> None:
    with pytest.raises(cdi.MethodError) as caught:
        parse_margin(text)
    assert str(caught.value).endswith(f"found {text or 'a blank'}. {told}")


@pytest.mark.parametrize(
    ("sides", "margin", "told"),
    [
        (
            ("159/182", "95%"),
            "-1pp",
            "expected no margin, because a standard is fixed, but found -1pp. Leave out --mar",
        ),
        (("159/182", "95%"), "1pp", "expected no margin, because a standard is fixed, but found 1pp. Leave out --marg"),
        (("159/182", "211/244"), "-1pp", "expected a margin without a sign, such as 3pp or 0.03, but found -1pp. A ma"),
        (("159/182", "211/244"), "150%", "expected a margin above 0 and below 1, but found 150%. Write a margin of 3 "),
    ],
)
def test_a_margin_is_refused_for_what_is_wrong_with_it(sides: tuple[str, str], margin: str, told: str) -> None:
    done = CliRunner().invoke(cli, ["compare", *sides, "--margin", margin])
    assert done.exit_code == 2
    assert done.stderr.startswith(told)
