"""What is said under a table of several measures, of bounds, and of counts that rest on more than the sample."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import cdi
from cdi import wording
from cdi.printing.formats import FORMATS
from cdi.printing.layouts import lay_out
from cdi.printing.lines import lines_of, numbered
from cdi.printing.pages import Page
from cdi.printing.statements import statements

MEASURES = ("recording-rate", "classification", "over-recording")
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
        page = page_of(measures=MEASURES)
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
        text = said(page_of(measures=MEASURES))
        places = [text.index(words) for words in SUBJECTS.values()]
        assert places == sorted(places)
        assert text.count("An estimated") == 3

    @pytest.mark.parametrize("measure", MEASURES)
    def test_say_nothing_of_those_that_were_not_asked_for(self, measure: str) -> None:
        page = page_of(measures=[measure])
        assert [other for other, words in SUBJECTS.items() if words in said(page)] == [measure]
        assert len(page.grids) == 1

    def test_have_notes_of_their_own_and_share_the_rest(self) -> None:
        few = ROWS[~ROWS["decision"].isin(["wrong class", "over-recorded"])]
        page = page_of(few, measures=MEASURES)
        texts = [line.split("] ", 1)[1] for line in page.notes]
        assert len(set(texts)) == len(texts)
        assert "every crime was in the right class" in texts
        assert "no recorded crime was over-recorded" in texts
        assert texts.count(wording.NOTES["small-base"]) == 1
        used = {int(mark) for grid in page.grids for row in grid.rows for mark in row[-1].split()}
        assert used == set(range(1, len(texts) + 1))

    def test_notes_stand_in_the_grid_of_their_measure(self) -> None:
        few = ROWS[ROWS["decision"] != "over-recorded"]
        page = page_of(few, measures=MEASURES)
        number = next(
            line[1 : line.index("]")] for line in page.notes if line.endswith("no recorded crime was over-recorded")
        )
        assert [number in row[-1].split() for grid in page.grids for row in grid.rows] == [False] * 6 + [True] * 3

    def test_counts_stand_beside_the_recording_rate_only(self) -> None:
        page = page_of(measures=MEASURES, volumes=CRIME)
        assert ["not recorded" in grid.headings for grid in page.grids] == [True, False, False]
        assert said(page).count("were not recorded") == 1

    def test_are_all_written_in_every_format(self) -> None:
        page = page_of(measures=MEASURES, volumes=CRIME, bounds=True)
        for form in ("text", "markdown", "html"):
            plain = " ".join(FORMATS[form](page).split())
            assert all(words.split(" (95%")[0] in plain for words in SUBJECTS.values())
        assert max(map(len, FORMATS["text"](page).splitlines())) <= 80
        assert FORMATS["csv"](page).count("\n") == 1 + len(page.table.records)  # type: ignore[union-attr]

    def test_the_published_style_is_of_recording_rates(self) -> None:
        text = said(page_of(measures=MEASURES, style="published"))
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
            "The audit is of January to February 2024, recorded crime of 2023: the audited rate is assumed to hold "
            "there too."
        )
        assert sentence in said(page_of(rows, volumes=crime, period="month"))
        same = crime.assign(period="Jan 2024 to Feb 2024")
        assert "The audit is of" not in said(page_of(rows, volumes=same, period="month"))


def test_without_an_overall_line_the_last_one_is_said() -> None:
    table = cdi.estimate(ROWS, by="kind").table
    lines = lines_of(table, "recording-rate", numbered(table.records))
    for shown in (lines[:1], lines[:2], lines):
        first = statements(table, shown, "default", searches=False)[0]
        assert first.startswith(f"An estimated {float(shown[-1].rate.estimate or 0):.1%} of reported crimes")
