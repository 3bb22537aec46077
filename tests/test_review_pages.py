"""What people read of a review: each question with its count, and nothing wider than a screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import cdi
from cdi.printing import formats
from cdi.reviewing.questions import Question
from cdi.reviewing.review_pages import lay_out_review

CASE = Path(__file__).parents[1] / "data" / "avon_and_somerset_2021_22"
LONG = "Is there an auditable record, such as a signed statement, of whether the victim supports the investigation?"
FRAME = pd.DataFrame({"outcome": ["15", "16"] * 20, "a": ["yes"] * 30 + ["no"] * 10, "b": ["no", "n/a"] * 20})


def grids(**terms: Any) -> tuple[Any, ...]:
    return lay_out_review(cdi.review(FRAME, **terms)).grids


class TestGrids:
    def test_a_question_is_a_row_with_its_count_rate_and_interval(self) -> None:
        (grid,) = grids(questions=[Question("a", LONG, higher="better"), "b=no:worse"])
        assert grid.headings == (
            "question", "counted", "higher is", "files, of asked", "rate %", "from %", "to %", "not asked", "notes",
        )  # fmt: skip
        assert grid.rows[0] == (LONG, "yes", "better", "30 of 40", "75.0", "59.8", "85.8", "", "")
        assert grid.rows[1][:4] == ("b", "no", "worse", "20 of 20")
        assert grid.rows[1][7] == "20"

    def test_by_groups_each_question_has_a_table_under_its_wording(self) -> None:
        overall, first, second = grids(questions=[Question("a", LONG, higher="neither"), "b=no"], by="outcome")
        assert first.title == f"{LONG} (counted: yes; higher is neither)"
        assert second.title == "b (counted: no; higher is not stated)"
        assert first.headings[0] == "outcome"
        assert [row[0] for row in first.rows] == ["15", "16", "all"]
        assert first.rows[-1][1] == overall.rows[0][3] == "30 of 40"
        assert second.rows[1][1:4] == ("0 of 0", "", "")

    def test_without_files_not_asked_has_no_such_column(self) -> None:
        (grid,) = grids(questions=["a"])
        assert "not asked" not in grid.headings

    def test_in_the_sample_only_is_said(self) -> None:
        page = lay_out_review(cdi.review(FRAME, stratum="outcome"))
        assert "in the sample (not an estimate for the force)" in page.grids[0].title
        assert page.grids[1].rows[-1][0] == "all (in the sample, not an estimate for the force)"
        assert any("--population" in sentence for sentence in page.statements)

    @pytest.mark.parametrize(
        ("selection", "ending"),
        [
            ("random", ", 95% confidence intervals (wilson)"),
            ("census", " (census)"),
            ("judgement", ": counts only, from a sample that is not representative"),
        ],
    )
    def test_the_title_says_what_there_is(self, selection: str, ending: str) -> None:
        page = lay_out_review(cdi.review(FRAME, selection=selection))
        assert page.grids[0].title == f"Share of files with the answer counted{ending}"
        assert any("no rate or interval" in sentence for sentence in page.statements) == (selection == "judgement")

    @pytest.mark.parametrize("by", [None, "outcome", ["outcome", "kind"]])
    @pytest.mark.parametrize("selection", ["random", "judgement", "census"])
    def test_fit_a_screen(self, by: Any, selection: str) -> None:
        frame = FRAME.assign(kind="domestic abuse with a child present")
        asked = [Question("a", LONG, higher="better"), Question("b", LONG.upper(), "no")]
        page = lay_out_review(cdi.review(frame, questions=asked, by=by, selection=selection))
        assert max(map(len, formats.FORMATS["text"](page).splitlines())) <= 80

    @pytest.mark.parametrize("form", ["text", "csv", "json", "markdown", "html"])
    def test_are_written_in_every_format(self, form: str) -> None:
        page = lay_out_review(cdi.review(CASE / "reviews.csv", questions=CASE / "questions.csv", by="outcome"))
        text = formats.FORMATS[form](page)
        assert "nan" not in text.casefold()
        assert "pursued" in text


class TestLines:
    def test_what_is_assumed_is_said(self) -> None:
        said = lay_out_review(cdi.review(FRAME)).statements
        assert "The answer counted was not stated, so yes is counted: a, b." in said
        assert "It was not stated whether higher is better, worse or neither: a, b." in said
        said = lay_out_review(cdi.review(FRAME, questions=["a:better", "b=no"])).statements
        assert not any("is taken as yes" in sentence for sentence in said)
        assert "It was not stated whether higher is better, worse or neither: b." in said

    def test_what_is_stated_is_not_said_again(self) -> None:
        page = lay_out_review(cdi.review(FRAME, questions=["a=yes:better"]))
        assert page.statements == ("Not read as questions: outcome, b.",)
        assert page.notes == ()

    def test_a_rate_that_weighs_files_is_said_not_to_be_that_of_its_counts(self) -> None:
        frame = FRAME.assign(known=[100, 900] * 20, weight=[1, 9] * 20)
        ignore = ["known", "weight"]
        for terms in ({"stratum": "outcome", "population": "known"}, {"weight": "weight"}):
            roles: Any = {"weight": None, **terms}
            page = lay_out_review(cdi.review(frame, ignore=ignore, **roles))
            assert any("Rates over all files are weighted" in sentence for sentence in page.statements)
        for terms in ({}, {"population": 900}, {"stratum": "outcome"}):
            page = lay_out_review(cdi.review(frame, ignore=ignore, **{"weight": None, **terms}))
            assert not any("Rates over all files are weighted" in sentence for sentence in page.statements)

    def test_notes_are_numbered_below(self) -> None:
        page = lay_out_review(cdi.review(FRAME, questions=["b=no:worse"]))
        assert page.grids[0].rows[0][-1] == "1 2"
        assert page.notes == ("[1] every file had the answer counted", "[2] small base: fewer than 30 files asked")
