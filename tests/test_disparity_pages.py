"""What people read of groups held against each other, and the verb that prints it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import cdi
from cdi import wording
from cdi.cli.app import cli
from cdi.grouping.disparities import lay_out_disparity
from cdi.measures import MEASURES
from cdi.printing import layout
from cdi.printing.layout import Page
from tests.test_disparities import EXAMPLES, RESIDENTS, SEARCHES, THREE, Counts, found, people

ALWAYS = (wording.RESIDENTS_STATEMENT, wording.DISPARITY_STATEMENT, wording.GROUNDS_STATEMENT)


def page_of(counts: Counts, residents: object = None, *, contrasts: bool = True, **roles: Any) -> Page:
    return lay_out_disparity(found(counts, residents, **roles), contrasts=contrasts)


def said(page: Page) -> str:
    return " ".join(page.statements)


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["grounds", *map(str, arguments)])
    return done.exit_code, done.output


def says(verdict: str, points: wording.Points, ends: tuple[wording.Points, wording.Points] | None = None) -> str:
    return wording.contrast_statement("B", "W", verdict, points, ends, "5")


class TestContrasts:
    """What a difference comes to is said by its numbers, never by how they are written."""

    less, more, none = wording.Points("3.0", -1), wording.Points("1.5", 1), wording.Points("0.0", 0)

    def test_name_the_way_once_where_both_ends_go_it(self) -> None:
        assert says("higher", self.more, (wording.Points("0.1", 1), self.more)) == (
            "Grounds were recorded 1.5 percentage points more often in records of B than of W. "
            "The difference could be anything from 0.1 to 1.5 percentage points more often."
        )

    def test_name_both_ways_where_the_ends_go_apart(self) -> None:
        assert says("no-clear-change", self.more, (self.less, self.none)) == (
            "Records of B and of W show no clear difference in grounds recorded. The difference could be anything "
            "from 3.0 percentage points less often to as often."
        )

    def test_within_the_margin_say_so(self) -> None:
        said = says("lower-within-margin", self.less, (self.less, wording.Points("0.2", -1)))
        assert "3.0 percentage points less often in records of B than of W, by less than the margin of 5 points" in said

    def test_of_exact_figures_that_are_the_same_are_as_often(self) -> None:
        assert says("same", self.none) == (
            "Grounds were recorded as often in records of B as of W. There is no sampling error."
        )

    def test_a_difference_too_small_to_print_keeps_its_way(self) -> None:
        few = {"black": (50_000, 100_010), "white": (50_010, 100_020)}
        page = page_of(few, selection="census")
        assert "<0.1 percentage points less often in records of black than of white. There is no samp" in said(page)


class TestGrids:
    def test_show_rates_contrasts_searches_and_bounds(self) -> None:
        rates, contrasts, searches, bounds = page_of(THREE, RESIDENTS, population=2_000).grids
        assert [row[0] for row in rates.rows] == ["black", "white", "not stated", "all"]
        assert rates.rows[2][1] == "5.2"
        assert contrasts.rows == (("black", "+0.2", "-17.7", "+10.0", "1.00", "0.80", "1.12"),)
        assert [row[0] for row in searches.rows] == ["black", "white"]
        assert searches.rows[0][1:4] == ("21,000", "250", "11.90")
        assert bounds.rows == (("black", "-12.8", "+4.8", "0.85", "1.06", "3.44", "5.17"),)

    def test_leave_out_what_is_not_there(self) -> None:
        page = page_of({"black": (21, 24), "white": (138, 158)})
        assert len(page.grids) == 2
        assert wording.all_stated("ethnicity") in page.statements

    def test_of_a_census_say_so_in_the_place_of_intervals(self) -> None:
        """As `cdi estimate --selection census` does: there are no columns for ends that there are not."""
        rates, contrasts, searches, _ = page_of(THREE, RESIDENTS, selection="census").grids
        assert rates.title == "Reasonable grounds recorded by ethnicity (census)"
        assert contrasts.title == "Each group against white: reasonable grounds recorded (census)"
        assert searches.title == (
            "Searches per 1,000 residents, and their ratio to that of white (all searches counted)"
        )
        assert not {"from", "to", "from %", "to %"} & {*rates.headings, *contrasts.headings, *searches.headings}
        assert (rates.name, len(searches.headings)) == ("Reasonable grounds recorded by ethnicity", 6)

    def test_without_contrasts_hold_searches_only(self) -> None:
        page = page_of(THREE, RESIDENTS, contrasts=False)
        assert [grid.title.split(",")[0].split(" (")[0] for grid in page.grids][1] == "Searches per 1"
        assert {record.measure.key for record in page.numbers.rows} == {
            "search-share", "grounds", "search-ratio", "search-ratio-allocated",
        }  # fmt: skip
        assert "clear difference" not in said(page)

    def test_mark_their_notes(self) -> None:
        page = page_of(THREE, people(white=505_000, mixed=10), population=2_000)
        text = layout.SURFACES["text"](page)
        for code in ("no-residents", "no-searches", "small-base"):
            note = next(line for line in page.lines if line.endswith(wording.NOTES[code]))
            assert any(note[1] in row[-1].split() for grid in page.grids for row in grid.rows), code
        assert "nan" not in text
        contrast = {row[0]: row[-1] for row in page.grids[1].rows}
        assert contrast["mixed"] == next(row[-1] for row in page.grids[0].rows if row[0] == "mixed")

    @pytest.mark.parametrize("by", ["white", "Black, Black British, Caribbean or African: any other background"])
    def test_fit_a_screen(self, by: str) -> None:
        counts = {by: (21, 24), "Mixed or multiple ethnic groups": (138, 158), "not stated": (6, 10)}
        lives = people(**{by: 1_234_567, "Mixed or multiple ethnic groups": 12_345_678})
        text = layout.SURFACES["text"](page_of(counts, lives, population=200_000))
        assert max(map(len, text.splitlines())) <= 80

    @pytest.mark.parametrize("residents", [10**9, 5])
    def test_fit_a_screen_whatever_the_residents(self, residents: int) -> None:
        page = page_of({"black": (21, 24), "white": (138, 158)}, people(black=1_000, white=residents), population=5_000)
        text = layout.SURFACES["text"](page)
        assert max(map(len, text.splitlines())) <= 80
        assert " 0.00" not in text.split("Searches per")[1]

    def test_of_a_group_without_records_count_none(self) -> None:
        grid = page_of(THREE, people(white=505_000, mixed=10)).grids[0]
        mixed = next(row for row in grid.rows if row[0] == "mixed")
        assert mixed[grid.headings.index("records")] == mixed[grid.headings.index("with grounds")] == "0"

    def test_of_a_census_are_headed_without_intervals(self) -> None:
        page = page_of(THREE, RESIDENTS, selection="census")
        assert not any("confidence" in grid.title for grid in page.grids)
        assert "comes on top" not in said(page)
        assert all("confidence" in grid.title for grid in page_of(THREE, RESIDENTS, population=2_000).grids[:3])


class TestStatements:
    @pytest.mark.parametrize("residents", [None, RESIDENTS])
    def test_that_must_stand_always_do(self, residents: object) -> None:
        assert page_of(THREE, residents).statements[-3:] == ALWAYS

    def test_name_reference_source_and_share(self) -> None:
        text = said(page_of(THREE, RESIDENTS))
        assert "against white, the group with the most records" in text
        assert "Residents: made up (2021)." in text
        assert "The group is 'not stated' in 5.2% of records." in text
        assert "--population N" in text
        assert "the most records" not in said(page_of(THREE, reference="black"))

    def test_of_a_small_group(self) -> None:
        assert (
            "Records of black and of white show no clear difference in grounds recorded. The difference could be "
            "anything from 17.7 percentage points less often to 10.0 percentage points more often."
        ) in page_of(THREE, population=2_000).statements

    def test_of_a_clear_difference(self) -> None:
        text = said(page_of({"black": (50, 100), "white": (190, 200)}))
        assert (
            "Grounds were recorded 45.0 percentage points less often in records of black than of white. The difference "
            "could be anything from 54.9 to 34.6 percentage points less often."
        ) in text

    def test_of_large_groups_that_are_alike(self) -> None:
        text = said(page_of({"black": (9_010, 10_000), "white": (9_000, 10_000)}, reference="white"))
        assert "are alike to within 5 percentage points. The difference could be anything from 0.7 percentage" in text

    def test_of_a_census(self) -> None:
        page = page_of(THREE, RESIDENTS, selection="census")
        text = said(page)
        assert wording.ALL_SEARCHES in page.statements
        assert "0.2 percentage points more often in records of black than of white" in text
        assert "There is no sampling error." in text
        assert "confidence interval)" not in text

    def test_bounds_are_said_to_be_of_the_estimate(self) -> None:
        assert "The bounds are for the estimate" in said(page_of(THREE))


class TestVerb:
    def test_prints_the_published_case(self) -> None:
        status, text = run(SEARCHES, "--by", "ethnicity", "--contrast", "--disclosure", "internal")
        assert status == 0
        assert "+0.2  -18.8  +10.3   1.00  0.79  1.12" in text

    def test_writes_what_the_api_gives(self) -> None:
        searches, residents = EXAMPLES / "searches.csv", EXAMPLES / "residents.csv"
        status, text = run(
            searches, "--by", "ethnicity", "--contrast", "--residents", residents, "--population", "6,180",
            "--disclosure", "internal", "--format", "csv",
        )  # fmt: skip
        assert status == 0
        audit = cdi.read_audit(searches, recorded="grounds", population=6_180)
        table = cdi.disparity(audit, residents=residents).table
        lines = list(csv.reader(io.StringIO(text)))
        assert lines[0] == list(table.columns)
        assert [line[:2] for line in lines[1:]] == [list(row[:2]) for row in table.values()]
        assert [line[2] for line in lines[1:]] == ["" if row[2] is None else repr(row[2]) for row in table.values()]

    @pytest.mark.parametrize("form", ["json", "markdown", "html"])
    def test_prints_every_format(self, form: str) -> None:
        searches = EXAMPLES / "searches.csv"
        status, text = run(searches, "--by", "ethnicity", "--contrast", "--format", form)
        assert status == 0
        assert "discrimination" in text
        if form == "json":
            kinds = {row["measure"] for row in json.loads(text)["rows"]}
            assert MEASURES["grounds-difference-allocated"].name in kinds

    def test_residents_alone_print_searches(self) -> None:
        searches, residents = EXAMPLES / "searches.csv", EXAMPLES / "residents.csv"
        status, text = run(searches, "--by", "ethnicity", "--residents", residents, "--selection", "census")
        assert status == 0
        assert "Searches per 1,000 residents" in text
        assert "Each group against" not in text

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (["--contrast"], "exactly one group column with --contrast"),
            (["--contrast", "--by", "ethnicity", "--by", "case"], "but found ethnicity, case"),
            (["--contrast", "--by", "ethnicity", "--style", "published", "--detail"], "but found --style, --detail"),
            (
                ["--by", "ethnicity", "--reference", "white"],
                "--contrast or --residents beside it, but found --reference",
            ),
            (["--by", "ethnicity", "--contrast", "--reference", "White"], "Did you mean 'white'?"),
            (["--by", "ethnicity", "--contrast", "--selection", "voluntary"], "a random sample or a census"),
            (["--by", "ethnicity", "--residents", "nowhere.csv"], "nowhere.csv"),
        ],
    )
    def test_refuses(self, options: list[str], words: str) -> None:
        status, text = run(SEARCHES, *options)
        assert status == 2
        assert words in " ".join(text.split())
        assert "Traceback" not in text

    def test_refuses_to_write_over_the_residents(self, tmp_path: Path) -> None:
        residents = tmp_path / "residents.csv"
        residents.write_text((EXAMPLES / "residents.csv").read_text(encoding="utf-8"), encoding="utf-8")
        status, _ = run(EXAMPLES / "searches.csv", "--by", "ethnicity", "--residents", residents, "-o", residents)
        assert status == 2
        assert residents.read_text(encoding="utf-8").startswith("ethnicity,")
