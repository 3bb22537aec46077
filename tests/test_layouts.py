"""What people are shown: lines, columns, notes, the sentences under a table, and 80 columns that never cut a number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest
from rich.cells import cell_len

import cdi
from cdi import wording
from cdi.disclosure.rounding import as_printed
from cdi.disclosure.suppression import FEW, blanked, without_estimate
from cdi.facts import PLAIN, Facts, Scope
from cdi.measures import MEASURES, told
from cdi.printing.layout import SURFACES, Notes, Page, text, words_of
from cdi.printing.layouts import lay_out, lay_out_method_cards, lay_out_methods
from cdi.printing.lines import count, end, half, level_text, lines_of, more_than, percent, rate
from cdi.printing.tables import Table, compare_methods

DATA = Path(__file__).parents[1] / "data" / "avon_and_somerset_2021_22"
VOLUMES = [DATA / "frame.csv", DATA / "volumes.csv"]
EXCLUDES = "This excludes crimes never reported to the police."


def avon(**more: Any) -> Page:
    style, detail = more.get("style", "default"), more.pop("detail", False)
    table = cdi.estimate(DATA / "audit.csv", by="crime_type", volumes=VOLUMES, **more).table
    return lay_out(table, style=style, detail=detail)


def sample(kinds: dict[str, tuple[int, int]], **columns: Sequence[object]) -> pd.DataFrame:
    """Make rows of crimes: kind -> (recorded, due)."""
    rows = [(kind, i < recorded) for kind, (recorded, due) in kinds.items() for i in range(due)]
    return pd.DataFrame({"kind": [kind for kind, _ in rows], "recorded": [int(x) for _, x in rows], **columns})


def estimated(kinds: dict[str, tuple[int, int]], volumes: dict[str, int] | None = None, **more: Any) -> Page:
    table = cdi.estimate(sample(kinds), by="kind", volumes=volumes, **more).table
    return lay_out(table, style=more.get("style", "default"))


class TestSentences:
    def test_of_the_main_table(self) -> None:
        said = avon().statements
        assert said[0] == (
            "An estimated 91.4% of reported crimes were recorded (95% confidence interval 88.2% to 93.7%)."
        )
        assert said[1] == (
            "An estimated 13,200 reported crimes were not recorded (95% confidence interval 9,200 to 18,700). "
            + EXCLUDES
        )
        assert said[2:] == (wording.assumption(partial=False), wording.FRAME_EXPLAINED)

    def test_of_the_task(self) -> None:
        said = wording.unrecorded("13,100", "9,400", "18,200", "95%", bound=False)
        assert f"{said} {wording.EXCLUDES}" == (
            "An estimated 13,100 reported crimes were not recorded (95% confidence interval 9,400 to 18,200). "
            + EXCLUDES
        )

    def test_at_least_only_one_sided_and_more_than_only_published(self) -> None:
        pages = {
            (style, side): " ".join(avon(style=style, side=side).statements)
            for style, side in [("default", "both"), ("default", "lower"), ("default", "upper"), ("published", "both")]
        }
        assert [key for key, text in pages.items() if "t least" in text] == [("default", "lower")]
        assert [key for key, text in pages.items() if "t most" in text] == [("default", "upper")]
        assert [key for key, text in pages.items() if "more than" in text] == [("published", "both")]
        assert [key for key, text in pages.items() if "+/-" in text] == [("published", "both")]
        assert (
            "At least 9,800 reported crimes were not recorded (one-sided 95% confidence limit). " + EXCLUDES
            in pages["default", "lower"]
        )
        assert "91.4% of reported crimes were recorded, at least 88.8% (one-sided 95%" in pages["default", "lower"]
        assert "We estimate that the force didn't record more than 13,100 crimes." in pages["published", "both"]

    def test_the_level_is_the_one_asked_for(self) -> None:
        assert "(90% confidence interval" in avon(level=0.9).statements[0]
        assert avon(level=0.999).grids[0].title == "Recording rate, 99.9% confidence intervals (wilson)"

    @pytest.mark.parametrize(
        ("level", "text"), [(0.9, "90%"), (0.95, "95%"), (0.999, "99.9%"), (0.9999999, "99.99999%"), (0.6, "60%")]
    )
    def test_levels_are_never_rounded(self, level: float, text: str) -> None:
        assert level_text(level) == text

    def test_of_a_sample_are_not_said_of_the_force(self) -> None:
        """Strata without a frame: no sentence of any style may speak of the force."""
        for style in ("default", "published"):
            table = cdi.estimate(DATA / "audit.csv", by="crime_type", style=style).table
            said = lay_out(table, style=style).statements
            assert said[0] == "In the sample, 90.9% of reported crimes were recorded."  # a fact has no interval
            assert any("describes the sample, not the force" in line for line in said)
            assert not any("We estimate" in line or "An estimated" in line for line in said)
        table = cdi.estimate(DATA / "audit.csv", side="lower").table
        assert lay_out(table).statements[0] == "In the sample, 90.9% of reported crimes were recorded."

    def test_of_nearly_all_do_not_claim_all(self) -> None:
        """2,999 of 3,000 is 99.97%: neither the table nor the sentence may say 100.0 of it."""
        table = cdi.estimate(pd.DataFrame({"recorded": [1] * 2999 + [0]})).table
        page = lay_out(table)
        assert page.grids[0].rows[0][1:4] == (">99.9", "99.8", ">99.9")
        assert page.statements[0].startswith("We estimate that more than 99.9% of reported crimes were recorded (95% ")
        found = lay_out(cdi.grounds(pd.DataFrame({"grounds": [0] * 2999 + [1]})).table)
        assert found.grids[0].rows[0][1:4] == ("<0.1", "<0.1", "0.2")
        assert found.statements[0].startswith("We estimate that less than 0.1% of searches had ")

    def test_reports_are_said_where_they_are_named(self) -> None:
        """Without a column that names reports, nobody knows how many were audited."""
        plain = pd.DataFrame({"recorded": [1, 1, 0, 1], "incident": list("AABC"), "due": [1, 1, 1, 2]})
        headings = {
            "crimes, taken as independent": cdi.estimate(plain[["recorded"]]),
            "reports audited": cdi.estimate(plain[["recorded", "incident"]], cluster="incident"),
            "rows, taken as independent": cdi.estimate(
                pd.DataFrame({"decision": ["recorded", "not recorded", "no crime"]}), decision="decision"
            ),
        }
        for heading, result in headings.items():
            assert lay_out(result.table).grids[0].headings[6] == heading
        counted = cdi.estimate(plain[["recorded", "due"]], due="due")
        assert "reports audited" in lay_out(counted.table).grids[0].headings

    def test_of_searches_speak_of_searches(self) -> None:
        rows = pd.DataFrame({"grounds": [1] * 6 + [0] * 2 + [1] * 8, "month": ["may"] * 8 + ["june"] * 8})
        for style in ("default", "published"):
            page = lay_out(cdi.grounds(rows, stratum="month", style=style).table, style=style)
            text = " ".join((*page.lines, *page.statements, *page.grids[0].headings))
            assert "crime" not in text
            assert "--volumes" not in text
            assert "unrecorded" not in text
            assert "records on the sampling frame (--population)" in text
            assert "every record had grounds" in text

    def test_of_shares_say_what_they_are_of(self) -> None:
        found = cdi.of_counts(159, 182)
        assert found.sentences == (
            "An estimated 87.4% of cases are of the kind counted (95% confidence interval 81.8% to 91.4%).",
        )
        assert found.page().grids[0].headings == ("counts", "rate %", "from %", "to %", "n", "counted", "notes")
        chosen = cdi.of_counts(5, 9, selection="voluntary")
        assert chosen.sentences[0] == "In the sample, 5 of 9 cases are of the kind counted."

    def test_a_count_that_rounds_to_nothing(self) -> None:
        said = estimated({"a": (998, 1000)}, {"a": 1000}).statements[1]
        assert said.startswith(
            "We estimate that fewer than 10 reported crimes were not recorded (95% confidence interval 0 to"
        )

    def test_where_all_were_recorded_none_is_claimed_to_be_missing_or_not(self) -> None:
        page = estimated({"a": (24, 24)}, {"a": 5000})
        assert page.statements[1] == (
            "No unrecorded crime was found in the sample, but there may be some outside it "
            "(95% confidence interval 0 to 810 reported crimes). " + EXCLUDES
        )
        assert "[1] every crime found was recorded" in page.lines
        assert "more than" not in " ".join(estimated({"a": (24, 24)}, {"a": 5000}, style="published").statements)

    def test_without_an_upper_limit_none_is_printed(self) -> None:
        page = estimated({"a": (1, 4)}, {"a": 1000}, method="wald")
        assert "confidence interval from -100, with no upper limit)" in page.statements[1]
        page = estimated({"a": (1, 4)}, {"a": 1000}, method="wald", side="upper")
        assert not any("At most" in line for line in page.statements)

    def test_where_none_was_recorded_no_count_is_given(self) -> None:
        page = estimated({"a": (0, 24)}, {"a": 5000})
        assert not any("not recorded" in line for line in page.statements)

    def test_the_published_formula_is_called_inferred(self) -> None:
        assert any(
            "the formula is inferred, as none has been published" in line for line in avon(style="published").statements
        )
        assert any("formula is inferred" in line for line in avon(method="published").statements)
        assert not any("inferred" in line for line in avon().statements)


class TestWeighted:
    """Beside counts that are not what a rate was computed from stands "weighted", on its row or once for all rows."""

    ROWS = pd.DataFrame(
        {"route": ["a"] * 20 + ["b"] * 20, "kind": ["x", "y"] * 20, "recorded": [1] * 25 + [0] * 15}
    )  # fmt: skip
    UNEVEN: ClassVar[dict[str, int]] = {"a": 100, "b": 900}
    VOLUMES: ClassVar[dict[str, int]] = {"x": 900, "y": 50}
    NOTE, BY_VOLUMES = (wording.NOTES[code] for code in ("weighted", "volumes-weigh"))

    def result(self, by: str | None = "kind", population: Any = UNEVEN, **more: Any) -> cdi.Result:
        return cdi.estimate(self.ROWS, stratum="route", population=population, by=by, **more)

    @staticmethod
    def marked(page: Page) -> dict[str, set[str]]:
        """Give the notes of each line."""
        assert page.grids[0].headings[-1] == "notes"
        return {row[0]: {page.notes.texts[int(mark) - 1] for mark in row[-1].split()} for row in page.grids[0].rows}

    def test_where_some_are_they_have_a_note(self) -> None:
        page = self.result(by=None).page()
        assert [name for name, texts in self.marked(page).items() if self.NOTE in texts] == ["all"]
        assert page.remarks == ()

    def test_where_all_are_it_is_said_once(self) -> None:
        page = self.result().page()
        assert page.remarks == (f"The rates are {self.NOTE}.",)
        assert self.NOTE not in page.notes.texts
        assert self.result(by=()).page().remarks == (f"The rate is {self.NOTE}.",)
        for surface in ("text", "markdown", "html"):
            assert " ".join(SURFACES[surface](page).split()).count("weighted:") == 1

    def test_in_data_each_row_has_its_note(self) -> None:
        found = self.result()
        for frame in (found.to_pandas(), found.wide()):
            assert [text.split("; ").count(self.NOTE) for text in frame["notes"]] == [1, 1, 1]
        assert SURFACES["csv"](found.page()).count(self.NOTE) == 3
        assert SURFACES["json"](found.page()).count("weighted:") == 3

    def test_where_all_reports_count_alike_nothing_is_said(self) -> None:
        for by in (None, "kind"):
            assert "weighted" not in str(self.result(by=by, population={"a": 500, "b": 500}))
            assert "weighted" not in str(self.result(by=by, population={"a": 20, "b": 20}))

    def test_by_volumes_the_overall_row_has_a_note_of_its_own(self) -> None:
        kinds = {"x": (9, 10), "y": (5, 10)}
        page = estimated(kinds, self.VOLUMES)
        assert [name for name, texts in self.marked(page).items() if self.BY_VOLUMES in texts] == ["all"]
        assert "weighted" not in str(estimated(kinds).notes)
        no_total = estimated({"x": (9, 10), "y": (0, 10)}, self.VOLUMES)
        assert self.BY_VOLUMES not in no_total.notes.texts
        assert self.BY_VOLUMES not in estimated(kinds, {"x": 900, "y": 0}).notes.texts

    def test_by_volumes_in_uneven_strata_both_are_said_once(self) -> None:
        found = self.result(volumes=self.VOLUMES)
        page = found.page()
        told = self.marked(page)
        assert page.remarks == (f"The rates are {self.NOTE}.",)
        assert [name for name, texts in told.items() if self.BY_VOLUMES in texts] == ["all"]
        assert [(name, self.NOTE in texts) for name, texts in told.items()] == [
            ("x", False), ("y", False), ("all", False), ("by reports audited, without recorded crime", False),
        ]  # fmt: skip
        notes = {(row.label[0], row.facts.scope, row.counted): row.notes for row in found.table.rows}
        assert self.NOTE in notes["x", Scope.CATEGORY, False]
        assert self.NOTE in notes["all", Scope.FRAME, False]
        assert self.NOTE not in notes["all", Scope.OVERALL, False]
        # crimes not recorded are no rate
        assert not any("weighted:" in text for (*_, counted), texts in notes.items() if counted for text in texts)

    def test_of_rates_without_their_counts_nothing_is_said(self) -> None:
        rows = pd.DataFrame(
            {"route": ["a"] * 20 + ["b"] * 20, "decision": ["recorded"] * 9 + ["not recorded"] * 30 + ["not auditable"]}
        )  # fmt: skip
        page = cdi.estimate(rows, stratum="route", population=self.UNEVEN, by=(), bounds=True).page()
        assert page.remarks == (f"The rate is {self.NOTE}.",)
        assert len(page.grids) == 2
        assert self.NOTE not in page.notes.texts

    def test_of_what_is_suppressed_nothing_is_said(self) -> None:
        row = self.result().table.rows[0]
        assert self.NOTE in row.notes
        assert blanked(row).notes == (wording.NOTES["suppressed"],)
        assert self.NOTE not in without_estimate(row, FEW).notes
        assert self.NOTE in as_printed(row).notes


class TestColumns:
    def test_of_the_main_table(self) -> None:
        grid = avon().grids[0]
        assert grid.headings == (
            "crime_type", "rate %", "from %", "to %", "crimes due", "of these recorded", "reports audited",
            "not recorded", "from", "to", "notes",
        )  # fmt: skip
        assert grid.rows[2] == ("violent", "86.6", "81.4", "90.5", "209", "181", "178", "8,300", "5,600", "12,300", "")

    def test_published_style_has_half_widths_and_rounds_down(self) -> None:
        grid = avon(style="published").grids[0]
        headings = ("rate %", "± %", "crimes due", "of these recorded", "not recorded, more than", "notes")
        assert grid.headings[1:] == headings
        assert [row[-2] for row in grid.rows] == ["4,400", "420", "8,300", "13,100", ""]

    def test_more_than_is_left_out_at_0(self) -> None:
        page = estimated({"a": (24, 24), "b": (20, 24)}, {"a": 5000, "b": 1000}, style="published")
        column = page.grids[0].headings.index("not recorded, more than")
        assert [row[column] for row in page.grids[0].rows] == ["", "200", "200"]

    @pytest.mark.parametrize(("side", "gone"), [("lower", "to"), ("upper", "from")])
    def test_an_end_that_is_not_there_has_no_column(self, side: str, gone: str) -> None:
        assert not {gone, f"{gone} %"} & set(avon(side=side).grids[0].headings)
        page = lay_out_methods(compare_methods(21, 24, population=200, method="wilson", side=side), 200)
        assert not [heading for heading in page.grids[0].headings if heading.startswith(gone)]
        assert len(page.grids[0].headings) == len(page.grids[0].rows[0]) == 6

    def test_an_end_of_a_count_stands_behind_the_column_of_the_count(self) -> None:
        """Where no count is known its least end would seem to be one of the reports audited."""
        (grid,) = estimated({"a": (0, 24)}, {"a": 5000}).grids
        assert "from" in grid.headings
        assert grid.headings[grid.headings.index("from") - 1] == "not recorded"

    def test_an_end_names_its_column_in_one_piece(self) -> None:
        recorded_at = [f"2024-03-{5 + i // 12:02} {10 + i % 12}:{i:02}" for i in range(60)]
        times = {"reported_at": ["2024-03-05 09:00"] * 60, "recorded_at": recorded_at}
        found = cdi.timeliness(pd.DataFrame({"recorded": [1] * 60, **times}))
        assert "90th percentile" in {head.owner for grid in found.page().grids for head in grid.heads}

    def test_ends_of_counts_and_units_follow_the_estimate(self) -> None:
        rows = {row[0]: row for row in avon().grids[0].rows}
        assert rows["sexual"][-4:] == ("420", "210", "820", "")
        assert rows["all"][-4:] == ("13,200", "9,200", "18,700", "1")

    def test_detail_adds_the_design(self) -> None:
        plain, full = avon(), avon(detail=True)
        assert full.grids[0] == plain.grids[0]
        assert full.grids[1].title == wording.DESIGN_TITLE
        assert [row[:2] for row in full.grids[1].rows][3:5] == [
            ("all", "recording rate"),
            ("all", "recording rate (weighted by frame)"),
        ]

    def test_a_census_of_counts_has_its_figure_and_no_interval(self) -> None:
        page = lay_out_methods(compare_methods(55, 100, population=100, method="wilson"), 100)
        assert page.grids[0].rows == (("55/100", "55.0", "1"),)
        assert page.grids[0].title == "Share (census)"
        ends = cdi.count_interval(159, 182, population=2000, method="exact")
        page = lay_out_methods(compare_methods(159, 182, population=2000, method="exact"), 2000)
        assert page.grids[0].rows[0][5:7] == (f"{round(ends.low * 2000):,}", f"{round(ends.high * 2000):,}")


class TestNotes:
    def test_are_numbered_in_order_and_each_is_explained(self) -> None:
        page = estimated({"a": (2, 2), "b": (3, 4), "c": (50, 60)})
        marks = [row[-1] for row in page.grids[0].rows]
        seen = sorted({int(mark) for cell in marks for mark in cell.split()})
        assert seen == list(range(1, len(page.lines) + 1))
        assert all(cell.split() == sorted(cell.split(), key=int) for cell in marks)
        assert all(line.startswith(f"[{i}] ") for i, line in enumerate(page.lines, start=1))

    def test_stand_on_their_row(self) -> None:
        page = estimated({"a": (29, 29), "b": (60, 70)})
        texts = {row[0]: {page.lines[int(mark) - 1][4:] for mark in row[-1].split()} for row in page.grids[0].rows}
        assert texts["a"] == {wording.NOTES["all-recorded"], wording.NOTES["small-base"]}
        assert texts["b"] == set()


# ---- 80 columns

LONG = ["violence against the person", "sexual offences", "miscellaneous crimes against society", "theft"]
FORCES = ["Avon and Somerset", "Dyfed-Powys"]


def crowded(crimes_a_report: int) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    rows = [(force, kind) for force in FORCES for kind in LONG for _ in range(12)]
    due = rng.integers(1, 2 * crimes_a_report, len(rows))
    frame = pd.DataFrame(rows, columns=["force", "crime_type"]).assign(district="North East Somerset", due=due)
    frame["recorded"] = (frame["due"] * rng.uniform(0.7, 1, len(rows))).astype(int)
    frame.loc[frame["crime_type"] == "theft", "recorded"] = frame["due"]
    return frame


def crowded_text(by: list[str], crimes: int, volume: int, *, style: str = "default", side: str = "both") -> str:
    rows = crowded(crimes)
    volumes = rows[by].drop_duplicates().assign(recorded_crime=volume)
    result = cdi.estimate(rows, by=by, volumes=volumes, population=5_000, style=style, side=side, due="due")
    return SURFACES["text"](lay_out(result.table, style=style, detail=True))


@pytest.mark.parametrize("by", [["crime_type"], ["force", "crime_type"]], ids=["one", "two"])
@pytest.mark.parametrize(("crimes", "volume"), [(2, 30_000), (20_000, 900_000)], ids=["plain", "six digits"])
@pytest.mark.parametrize(
    ("style", "side"), [("default", "both"), ("default", "lower"), ("default", "upper"), ("published", "both")]
)
def test_usual_tables_fit_80_columns_and_keep_every_number(
    by: list[str], crimes: int, volume: int, style: str, side: str
) -> None:
    rows = crowded(crimes)
    volumes = rows[by].drop_duplicates().assign(recorded_crime=volume)
    result = cdi.estimate(rows, by=by, volumes=volumes, population=5_000, style=style, side=side, due="due")
    page = lay_out(result.table, style=style, detail=True)
    text = SURFACES["text"](page)
    assert max(map(len, text.splitlines())) <= 80
    assert whole_numbers_missing(page, text) == []


def whole_numbers_missing(page: Page, text: str) -> list[str]:
    """Name the numbers of the page that stand less often in the text."""
    cells = [cell for grid in page.grids for row in grid.rows for cell in row[grid.words :] for cell in cell.split()]
    return list((Counter(cells) - Counter(text.split())).elements())


@pytest.mark.parametrize("style", ["default", "published"])
def test_a_table_that_cannot_fit_loses_neither_a_digit_nor_a_name(style: str) -> None:
    rows = crowded(400_000).assign(month="January to March", route="control room")
    by = ["force", "district", "crime_type", "month", "route"]
    volumes = rows[by].drop_duplicates().assign(recorded_crime=2_000_000_000)
    result = cdi.estimate(rows, by=by, volumes=volumes, population=5_000, style=style, due="due")
    page = lay_out(result.table, style=style, detail=True)
    text = SURFACES["text"](page)
    assert whole_numbers_missing(page, text) == []
    for name in ("Somerset", "miscellane", "January to", "control", "Dyfed-Powy"):
        assert text.count(name) >= 8


def test_the_columns_of_words_never_vanish() -> None:
    text = crowded_text(["crime_type"], 400_000, 2_000_000_000)
    for name in LONG:
        assert text.count(name.split()[0]) >= 3  # rates, counts, design


class TestDrawing:
    def test_a_wide_table_is_cut_where_its_layout_says(self) -> None:
        numbers = tuple(f"{10**i:,}" for i in range(1, 9))
        headings = ("kind", *(f"n{i}" for i in range(1, 9)))
        grid = words_of("Wide", headings, (("theft and so on", *numbers), ("all", *numbers[:5], "", "", "")), cut=6)
        lines = text(Page(None, (grid,))).splitlines()
        assert max(map(len, lines)) <= 80
        assert lines[2].split() == ["kind", "n1", "n2", "n3", "n4", "n5"] or "n6" in lines[2]
        narrow = words_of("Wide", headings, (("theft " * 8, *("1" * 12,) * 8),), cut=6)
        lines = text(Page(None, (narrow,))).splitlines()
        heads = [line.split() for line in lines if line.startswith("kind")]
        assert heads == [["kind", "n1", "n2", "n3", "n4", "n5"], ["kind", "n6", "n7", "n8"]]

    def test_rows_without_numbers_are_left_out_of_the_second_part(self) -> None:
        grid = words_of("W", ("kind", "a", "b"), (("x", "1" * 60, "2" * 60), ("y", "3" * 60, "")), cut=2)
        lines = text(Page(None, (grid,))).splitlines()
        assert len([line for line in lines if line.startswith("y")]) == 1

    def test_wide_characters_are_measured_as_they_are_shown(self) -> None:
        grid = words_of("W", ("kind", "n"), (("犯罪" * 30, "123,456"), ("e\u0301" * 5, "7")))
        lines = text(Page(None, (grid,))).splitlines()
        assert max(map(cell_len, lines)) <= 80
        assert sum(line.count("犯") for line in lines) == 30

    def test_lines_under_a_table_wrap_at_80_even_under_a_wide_one(self) -> None:
        grid = words_of("W", ("kind", "n"), (("x", "9" * 100),))
        lines = text(Page(None, (grid,), statements=("word " * 60,))).splitlines()
        assert max(map(len, lines[5:])) <= 80
        assert "9" * 100 in lines[4]

    def test_ends_with_its_last_line(self) -> None:
        assert text(Page(None, (words_of("W", ("a",), (("b",),)),))).endswith("b\n")


class TestOverviews:
    def test_of_a_file(self) -> None:
        page = cdi.describe(cdi.read_audit(DATA / "audit.csv")).page()
        assert page.grids[1].headings == ("stratum", "reports audited", "crimes due", "recorded")
        framed = cdi.read_audit(DATA / "audit.csv", population=DATA / "frame.csv")
        assert cdi.describe(framed).page().grids[1].headings[2] == "on the frame"

    def test_of_the_methods(self) -> None:
        page = lay_out_method_cards(cdi.describe_methods())
        assert [grid.title for grid in page.grids] == [*cdi.METHODS, *cdi.EXACT]
        text = SURFACES["text"](page)
        assert max(map(len, text.splitlines())) <= 80

    def test_have_no_numbers_for_machines(self) -> None:
        page = lay_out_method_cards(cdi.describe_methods())
        with pytest.raises(TypeError):
            SURFACES["csv"](page)


# ---- several measures, bounds, and counts that rest on more than the sample

ASKED = ("recording-rate", "classification", "over-recording")
SUBJECTS = {
    "recording-rate": "of reported crimes were recorded (95%",
    "classification": "of recorded crimes were recorded in the right class (95%",
    "over-recording": "of recorded crimes should not have been recorded (95%",
}
DECIDED = (
    ["recorded"] * 30 + ["not recorded"] * 5 + ["wrong class"] * 4 + ["over-recorded"] * 3 + ["no crime"] * 2
    + ["not auditable"] * 6
)  # fmt: skip
ROWS = pd.DataFrame({"kind": ["x", "y"] * 25, "decision": DECIDED})
CLASSED = ROWS.assign(
    crime_type=ROWS["kind"].where(~ROWS["decision"].isin(["no crime", "over-recorded", "not auditable"])),
    recorded_as=[
        kind if what == "recorded" else {"x": "y", "y": "x"}[kind] if what == "wrong class" else None
        for kind, what in zip(ROWS["kind"], ROWS["decision"], strict=True)
    ],
)
CRIME = {"x": 8_000, "y": 900}


def page_of(rows: pd.DataFrame = ROWS, by: str = "kind", style: str = "default", **options: Any) -> Page:
    result = cdi.estimate(rows, by=by, style=style, **options)
    return lay_out(result.table, style=style, extra=result.said)


def said(page: Page) -> str:
    return " ".join(page.statements)


class TestMeasures:
    def test_have_a_grid_each_in_their_own_words(self) -> None:
        page = page_of(measures=ASKED)
        assert [grid.title for grid in page.grids] == [
            "Recording rate, 95% confidence intervals (wilson)",
            "Classification accuracy, 95% confidence intervals (wilson)",
            "Over-recording, 95% confidence intervals (wilson)",
        ]
        assert [grid.headings[4:6] for grid in page.grids] == [
            ("crimes due", "of these recorded"),
            ("crimes recorded", "in the right class"),
            ("all recorded", "over- recorded"),
        ]
        assert [grid.rows[-1][:6:5] for grid in page.grids] == [("all", "34"), ("all", "30"), ("all", "3")]

    def test_are_said_one_after_the_other(self) -> None:
        text = said(page_of(measures=ASKED))
        places = [text.index(words) for words in SUBJECTS.values()]
        assert places == sorted(places)
        assert text.count("An estimated") == 3

    @pytest.mark.parametrize("measure", ASKED)
    def test_say_nothing_of_those_that_were_not_asked_for(self, measure: str) -> None:
        page = page_of(measures=[measure])
        assert [other for other, words in SUBJECTS.items() if words in said(page)] == [measure]
        assert len(page.grids) == 1

    def test_have_notes_of_their_own_and_share_the_rest(self) -> None:
        few = ROWS[~ROWS["decision"].isin(["wrong class", "over-recorded"])]
        page = page_of(few, measures=ASKED)
        texts = [line.split("] ", 1)[1] for line in page.lines]
        assert len(set(texts)) == len(texts)
        assert "every crime was in the right class" in texts
        assert "no recorded crime was over-recorded" in texts
        assert texts.count(wording.NOTES["small-base"]) == 1
        used = {int(mark) for grid in page.grids for row in grid.rows for mark in row[-1].split()}
        assert used == set(range(1, len(texts) + 1))

    def test_notes_stand_in_the_grid_of_their_measure(self) -> None:
        few = ROWS[ROWS["decision"] != "over-recorded"]
        page = page_of(few, measures=ASKED)
        number = next(
            line[1 : line.index("]")] for line in page.lines if line.endswith("no recorded crime was over-recorded")
        )
        assert [number in row[-1].split() for grid in page.grids for row in grid.rows] == [False] * 6 + [True] * 3

    def test_counts_stand_beside_the_recording_rate_only(self) -> None:
        page = page_of(measures=ASKED, volumes=CRIME)
        assert ["not recorded" in grid.headings for grid in page.grids] == [True, False, False]
        assert said(page).count("were not recorded") == 1

    def test_are_all_written_in_every_format(self) -> None:
        page = page_of(measures=ASKED, volumes=CRIME, bounds=True)
        for form in ("text", "markdown", "html"):
            plain = " ".join(SURFACES[form](page).split())
            assert all(words.split(" (95%")[0] in plain for words in SUBJECTS.values())
        assert max(map(len, SURFACES["text"](page).splitlines())) <= 80
        assert SURFACES["csv"](page).count("\n") == 1 + len(page.table.rows)  # type: ignore[union-attr]

    def test_the_published_style_is_of_recording_rates(self) -> None:
        text = said(page_of(measures=ASKED, style="published"))
        assert text.count("We estimate that the force is recording") == 1
        assert SUBJECTS["classification"] in text
        assert SUBJECTS["over-recording"] in text


class TestBounds:
    def test_stand_side_by_side_in_one_grid(self) -> None:
        page = page_of(bounds=True)
        assert len(page.grids) == 2
        grid = page.grids[1]
        assert "as unrecorded and as recorded" in grid.title.casefold()
        assert grid.headings == ("kind", "lowest rate %", "from %", "to %", "highest rate %", "from %", "to %")
        # 34 of 39 were recorded, and 6 could not be audited
        assert (grid.rows[-1][0], grid.rows[-1][1], grid.rows[-1][4]) == ("all", "75.6", "88.9")
        assert page.grids[0].rows[-1][1] == "87.2"

    def test_are_said_once_with_both_rates(self) -> None:
        text = said(page_of(bounds=True))
        assert text.count("If every crime had been auditable, the rate would be between 75.6% (") == 1
        assert "and 88.9% (all of the rest recorded)" in text
        assert text.count("An estimated") == 1

    def test_bracket_the_rate_with_recorded_crime_too(self) -> None:
        page = page_of(bounds=True, volumes=CRIME)
        for row, line in zip(page.grids[1].rows, page.grids[0].rows, strict=True):
            assert row[0] == line[0]
            assert float(row[1]) <= float(line[1]) <= float(row[4])

    def test_are_not_there_unless_asked_for(self) -> None:
        assert len(page_of().grids) == 1
        assert "Had everything" not in said(page_of())

    def test_need_decisions(self) -> None:
        with pytest.raises(cdi.DesignError) as caught:
            page_of(pd.DataFrame({"kind": ["x", "x"], "recorded": [1, 0]}), bounds=True)
        assert [item.code for item in caught.value.faults] == ["no-bounds"]


class TestWhatTheInputWas:
    def test_rows_that_were_left_out_are_counted(self) -> None:
        assert "6 of 50 rows could not be audited and are left out." in said(page_of())
        assert "left out" not in said(page_of(ROWS[ROWS["decision"] != "not auditable"]))
        one = ROWS.iloc[:45]
        assert "1 of 45 rows could not be audited and is left out." in said(page_of(one))

    def test_classes_are_explained_where_they_matter(self) -> None:
        strict = "By crime_type, a crime recorded in another class counts as not recorded in its own"
        assert strict in said(page_of(CLASSED, by="crime_type"))
        assert strict not in said(page_of(CLASSED, by="kind"))
        assert strict not in said(page_of(CLASSED, by="crime_type", classification="lenient"))

    def test_the_routes_that_a_count_covers_are_said(self) -> None:
        text = said(page_of(volumes=CRIME, route_share=0.8))
        assert "The count covers 80.0% of recorded crime" in text
        assert "The count covers" not in said(page_of(volumes=CRIME))

    def test_periods_that_differ_are_said(self) -> None:
        rows = ROWS.assign(month=["2024-01", "2024-02"] * 25)
        crime = pd.DataFrame({"kind": ["x", "y"], "recorded_crime": [8_000, 900], "period": ["2023", "2023"]})
        sentence = (
            "The audit is of January to February 2024, and recorded crime of 2023. The audited rate is assumed to hold "
            "for both."
        )
        assert sentence in said(page_of(rows, volumes=crime, period="month"))
        same = crime.assign(period="Jan 2024 to Feb 2024")
        assert "The audit is of" not in said(page_of(rows, volumes=same, period="month"))


def test_without_an_overall_line_the_last_one_is_said() -> None:
    table = cdi.estimate(ROWS, by="kind").table
    for rows in (table.rows[:1], table.rows[:2], table.rows):
        first = lay_out(replace(table, rows=rows)).statements[0]
        assert first.startswith(f"An estimated {float(rows[-1].estimate or 0):.1%} of reported crimes")


# ---- lines: a rate beside its count, and numbers as text

EVERY = (
    ["recorded"] * 14 + ["not recorded"] * 3 + ["wrong class"] * 4 + ["over-recorded"] * 5 + ["no crime"] * 2
    + ["not auditable"] * 2
)  # fmt: skip
MIXED = pd.DataFrame({"kind": ["x", "y"] * 15, "decision": EVERY})
RECORDED_CRIME = {"x": 8_000, "y": 90}


def table_of(**options: object) -> Table:
    return cdi.estimate(MIXED, by="kind", **options).table  # type: ignore[arg-type]


class TestLines:
    def test_have_their_own_lines(self) -> None:
        table = table_of(measures=ASKED)
        for measure in ASKED:
            lines = lines_of(table, MEASURES[measure])
            assert [line.label for line in lines] == [("x",), ("y",), ("all",)]
            assert {line.rate.measure.key for line in lines} == {measure}
        assert lines_of(table, MEASURES["grounds"]) == []


class TestCounts:
    def test_stand_beside_the_rate_they_follow_from_and_no_other(self) -> None:
        table = table_of(measures=ASKED, volumes=RECORDED_CRIME, bounds=True)
        found = {record.label: record for record in table.rows if record.counted}
        assert set(found) == {("x",), ("y",), ("all",)}
        lines = lines_of(table, MEASURES["recording-rate"])
        assert [line.missing for line in lines] == [found[line.label] for line in lines]
        others = {record.measure.key for record in table.rows if not record.counted} - {"recording-rate"}
        assert len(others) == 4
        assert not [line for measure in others for line in lines_of(table, MEASURES[measure]) if line.missing]

    def test_do_not_stand_beside_the_rate_on_the_frame(self) -> None:
        rows = MIXED.assign(stratum=["a", "b"] * 15)
        table = cdi.estimate(rows, by="kind", volumes=[RECORDED_CRIME], population={"a": 300, "b": 200}).table
        lines = {line.label: line for line in lines_of(table, MEASURES["recording-rate"])}
        assert set(lines) == {("x",), ("y",), ("all",), ("by reports audited, without recorded crime",)}
        assert [label for label, line in lines.items() if line.missing is None] == [
            ("by reports audited, without recorded crime",)
        ]

    def test_of_a_sample_are_named_for_what_they_are(self) -> None:
        rows = MIXED.assign(stratum=["a", "b"] * 15, again=["u"] * 30)
        table = cdi.estimate(rows, by=["kind", "again"]).table
        last = lines_of(table, MEASURES["recording-rate"])[-1]
        assert last.label == ("all (in the sample, not an estimate for the force)", "all")
        assert last.in_sample
        assert not lines_of(table, MEASURES["recording-rate"])[0].in_sample


class TestNotesOfLines:
    def test_are_numbered_as_they_come_up_and_once_for_each_wording(self) -> None:
        table = table_of(measures=ASKED)
        notes = Notes.on(table.rows)
        codes = {code for row in table.rows for code in told(row.facts)}
        said = [row.measure.note(code) for row in table.rows for code in told(row.facts)]
        assert notes.texts == tuple(dict.fromkeys(said))
        assert len(notes.texts) > len(codes)
        assert MEASURES["recording-rate"].note("small-base") == MEASURES["over-recording"].note("small-base")
        assert Page(table, (), notes).lines == tuple(f"[{i}] {said}" for i, said in enumerate(notes.texts, start=1))

    def test_carry_the_number_of_their_own_measure(self) -> None:
        table = table_of(measures=ASKED)
        notes = Notes.on(table.rows)
        for measure in ASKED:
            for line in lines_of(table, MEASURES[measure]):
                texts = [notes.texts[number - 1] for number in notes.marks(line.rows)]
                assert sorted(texts) == sorted(MEASURES[measure].note(code) for code in told(line.rate.facts))

    def test_of_a_rate_and_its_count_are_joined_in_order(self) -> None:
        table = table_of(volumes={"x": 8_000, "all": 8_090})
        notes = Notes.on(table.rows)
        line = lines_of(table, MEASURES["recording-rate"])[1]
        assert line.missing is not None
        only = set(told(line.missing.facts)) - set(told(line.rate.facts))
        assert "volume-remainder" in only
        written = notes.marks(line.rows)
        assert list(written) == sorted(written)
        assert notes.texts.index(wording.NOTES["volume-remainder"]) + 1 in written
        assert notes.marks([line.rate]) != written == notes.marks([line.missing, line.rate])


class TestNumbers:
    RECORD = next(record for record in table_of(volumes=RECORDED_CRIME).rows if record.counted)

    @pytest.mark.parametrize(
        ("value", "in_a_column", "in_a_sentence"),
        [
            (None, "", ""),
            (0.0, "0.0", "0.0%"),
            (0.91449, "91.4", "91.4%"),
            (1.0, "100.0", "100.0%"),
            (1.05, "105.0", "105.0%"),
        ],
    )
    def test_of_rates(self, value: float | None, in_a_column: str, in_a_sentence: str) -> None:
        assert (rate(value), percent(value)) == (in_a_column, in_a_sentence)

    @pytest.mark.parametrize(
        ("estimate", "low", "high", "expected"),
        [
            (13_149.9, 9_389.0, 18_201.0, ("13,100", "9,300", "18,300")),
            (423.4, 211.0, 829.0, ("420", "210", "830")),
            (4.0, 1.2, 9.9, ("fewer than 10", "0", "10")),
            (0.0, 0.0, 805.0, ("0", "0", "810")),
            (None, None, None, ("", "", "")),
            (700.0, None, None, ("700", "", "")),
        ],
    )
    def test_of_counts_are_rounded_and_their_ends_outward(
        self, estimate: float | None, low: float | None, high: float | None, expected: tuple[str, str, str]
    ) -> None:
        record = replace(self.RECORD, estimate=estimate, low=low, high=high)
        assert (count(record), end(record, low=True), end(record, low=False)) == expected

    def test_of_a_count_that_is_not_there(self) -> None:
        assert (count(None), end(None, low=True), end(None, low=False)) == ("", "", "")

    def test_of_a_half_width_need_both_ends(self) -> None:
        record = replace(table_of().rows[0], low=0.85, high=0.95)
        assert half(record) == "5.0"
        assert half(replace(record, low=None)) == half(replace(record, high=None)) == ""

    @pytest.mark.parametrize(
        ("facts", "estimate", "expected"),
        [
            (Facts(Scope.OVERALL), 13_190.0, "13,100"),
            (Facts(hundreds=True), 990.0, "900"),
            (PLAIN, 429.9, "420"),
            (Facts(Scope.OVERALL), 99.0, ""),
            (PLAIN, 0.0, ""),
            (PLAIN, None, ""),
        ],
    )
    def test_more_than_is_rounded_down(self, facts: Facts, estimate: float | None, expected: str) -> None:
        assert more_than(replace(self.RECORD, estimate=estimate, facts=facts)) == expected
        assert more_than(None) == ""

    def test_of_levels(self) -> None:
        assert [level_text(level) for level in (0.5, 0.95, 0.999)] == ["50%", "95%", "99.9%"]
