"""File reviews: what is a question, how answers are read, that each is a share like any other, and what people read."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cdi
from cdi.audits import answers
from cdi.facts import Presentation, Scope
from cdi.printing.layout import SURFACES
from cdi.reviewing.questions import Question
from cdi.reviewing.reviews import Review
from tests import at_most
from tests.test_cli import outcome

DATA = Path(__file__).parents[1] / "data"
CASE, EXAMPLES = DATA / "avon_and_somerset_2021_22", DATA / "examples"
FILES = pd.DataFrame(
    {
        "file": ["1", "2", "3", "4", "5", "6"],
        "outcome": ["15", "15", "16", "16", "21", "21"],
        "updated": ["yes", "no", "Yes", "y", "TRUE", "1"],
        "needs": ["n/a", "no", "Not Applicable", "no", "yes", "not-asked"],
    }
)

LONG = "Is there an auditable record, such as a signed statement, of whether the victim supports the investigation?"
PAGED = pd.DataFrame({"outcome": ["15", "16"] * 20, "a": ["yes"] * 30 + ["no"] * 10, "b": ["no", "n/a"] * 20})


def counts(found: Review) -> dict[tuple[str, ...], tuple[int | None, int | None]]:
    return {record.label: (record.recorded, record.n) for record in found.table.rows}


def refused(frame: object, **terms: Any) -> list[cdi.Fault]:
    with pytest.raises((cdi.DataError, cdi.DesignError)) as caught:
        cdi.review(frame, **terms)
    return list(caught.value.faults)


class TestPublished:
    """The table of Avon and Somerset 2021/22, from files that were built to hold its counts."""

    def test_counts_are_those_printed(self) -> None:
        found = cdi.review(CASE / "reviews.csv", questions=CASE / "questions.csv")
        with (CASE / "file_reviews.csv").open(encoding="utf-8", newline="") as file:
            printed = {row["question"]: row for row in csv.DictReader(file)}
        assert len(found.questions) == 6
        for question, record in zip(found.questions, found.table.rows, strict=True):
            row = printed[question.text]
            assert (str(record.recorded), str(record.n), question.counted) == (
                row["n_counted"], row["n_asked"], row["counted"],
            )  # fmt: skip
            assert (Presentation.SMALL_BASE in record.facts.short_of) == (record.n == 12)
            assert found.not_asked(record) == 90 - int(row["n_asked"])

    def test_plans_are_a_review_of_their_own(self) -> None:
        assert counts(cdi.review(CASE / "plans.csv")) == {("sufficient_quality",): (49, 102)}

    def test_intervals_are_those_of_the_counts(self) -> None:
        found = cdi.review(CASE / "reviews.csv", questions=CASE / "questions.csv", level=0.9)
        for record in found.table.rows:
            alone = cdi.of_counts(record.recorded or 0, record.n or 0).interval(level=0.9)
            assert (record.low, record.high) == pytest.approx((alone.low[0], alone.high[0]), rel=1e-12)

    def test_by_outcome_the_groups_add_up(self) -> None:
        found = cdi.review(CASE / "reviews.csv", by="outcome")
        assert found.files == {("15",): 20, ("16",): 20, ("21",): 20, ("other",): 30}
        assert found.every == 90
        for question in found.questions:
            rows = [record for record in found.table.rows if record.label[0] == question.column]
            for name in ("n", "recorded"):
                assert sum(getattr(record, name) for record in rows[:-1]) == getattr(rows[-1], name)


class TestAnswers:
    def test_are_read_as_elsewhere_and_not_applicable_is_no_part_of_the_rate(self) -> None:
        found = cdi.review(FILES, questions=["updated:better", "needs=no:worse"], by="outcome")
        assert counts(found) == {
            ("updated", "15"): (1, 2), ("updated", "16"): (2, 2), ("updated", "21"): (2, 2), ("updated", "all"): (5, 6),
            ("needs", "15"): (1, 1), ("needs", "16"): (1, 1), ("needs", "21"): (0, 1), ("needs", "all"): (2, 3),
        }  # fmt: skip

    @pytest.mark.parametrize("word", ["Not applicable", "NOT-APPLICABLE", "not_applicable", " N/A", "na", "not asked"])
    def test_not_applicable_has_several_spellings(self, word: str) -> None:
        assert answers.parse_reply(word) is None

    @pytest.mark.parametrize("word", ["", "2", "none", "unknown", "yes/no", "n.a"])
    def test_nothing_else_is_read(self, word: str) -> None:
        assert answers.parse_reply(word) == "not-an-answer"

    @pytest.mark.parametrize("make", [pl.from_pandas, pa.Table.from_pandas, pd.DataFrame, duckdb.from_df, None])
    def test_are_the_same_in_every_engine(self, make: Any, tmp_path: Path) -> None:
        source: Any = tmp_path / "files.csv"
        FILES.to_csv(source, index=False)
        source = source if make is None else make(FILES)
        found = cdi.review(source, questions=["updated", "needs=no"], by="outcome")
        assert found.table.values() == cdi.review(FILES, questions=["updated", "needs=no"], by="outcome").table.values()

    @pytest.mark.parametrize(
        "values", [[True, False, True], [1, 0, 1], [1.0, 0.0, 1.0], pd.Categorical(["y", "n", "y"])]
    )
    @pytest.mark.parametrize("make", [pd.DataFrame, pl.from_pandas, duckdb.from_df])
    def test_may_be_truth_values_or_numbers(self, values: Any, make: Any) -> None:
        frame = make(pd.DataFrame({"updated": values, "needs": values}))
        assert counts(cdi.review(frame, questions=["updated", "needs=no"])) == {
            ("updated",): (2, 3),
            ("needs",): (1, 3),
        }

    def test_at_fault_are_told_all_at_once_with_their_cells(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        for row in [
            ("file", "outcome", "a", "b"), ("1", "15", "yes", None), ("1", "16", "maybe", "no"), ("3", "16", "no", "x"),
            ("4", None, "yes", "n/a"),
        ]:  # fmt: skip
            sheet.append(row)
        book.save(tmp_path / "review.xlsx")
        faults = refused(tmp_path / "review.xlsx", stratum="outcome")
        assert [(fault.code, fault.where.cell) for fault in faults] == [
            ("missing-answer", "D2"),
            ("word-no-answer", "C3"),
            ("case-twice", "A3"),
            ("word-no-answer", "D4"),
            ("missing", "B5"),
        ]

    def test_at_fault_in_a_text_file_have_their_lines(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text('file,a\n"1\n2",yes\n3,perhaps\n4,\n5,yes\n', encoding="utf-8")
        assert [(fault.code, fault.where.line) for fault in refused(tmp_path / "a.csv")] == [
            ("word-no-answer", 4),
            ("missing-answer", 5),
        ]

    def test_the_rest_of_many_faults_is_counted(self) -> None:
        with pytest.raises(cdi.DataError) as caught:
            cdi.review(pd.DataFrame({"a": ["yes"] * 60 + ["x"] * 30, "b": ["yes"] * 60 + [None] * 30}))
        assert (len(caught.value.faults), caught.value.total) == (20, 60)


class TestQuestions:
    def test_are_the_columns_of_answers_that_play_no_role(self) -> None:
        found = cdi.review(FILES)
        assert found.questions == (Question("updated"), Question("needs"))
        assert found.aside == ("outcome",)
        assert found.audit.design.case == "file"

    def test_are_not_groups_strata_weights_or_frames(self) -> None:
        frame = FILES.assign(weight=1, one="yes", two=[1, 1, 1, 1, 0, 0], many=60)
        found = cdi.review(frame, by=["outcome", "one"], cluster="two", weight="weight", ignore="many")
        assert [question.column for question in found.questions] == ["updated", "needs"]
        assert found.aside == ("many",)
        found = cdi.review(frame, population="many", weight=None, ignore=["one", "two", "weight"])
        assert [question.column for question in found.questions] == ["updated", "needs"]

    def test_a_bare_text_is_one_name(self) -> None:
        found = cdi.review(FILES.assign(many=60), questions="needs=no", ignore="many")
        assert [question.column for question in found.questions] == ["needs"]
        assert found.aside == ("outcome", "updated", "many")

    def test_may_have_the_names_of_crimes(self) -> None:
        frame = pd.DataFrame({"recorded": ["yes", "no"], "due": ["yes", "yes"], "decision": ["no", "n/a"]})
        assert counts(cdi.review(frame)) == {("recorded",): (1, 2), ("due",): (2, 2), ("decision",): (0, 1)}

    def test_another_column_is_refused_by_name(self) -> None:
        faults = refused(FILES.assign(score=[1, 2, 3, 4, 5, 6], note=list("abcdef")))
        assert [(fault.code, fault.where.column) for fault in faults] == [
            ("not-a-question", "score"),
            ("not-a-question", "note"),
        ]
        assert 'ignore="COL"' in faults[0].hint

    def test_that_are_named_leave_the_others_aside(self) -> None:
        found = cdi.review(FILES.assign(note=list("abcdef")), questions=["needs"])
        assert (found.questions, found.aside) == ((Question("needs"),), ("outcome", "updated", "note"))

    def test_without_any_answer_are_taken_as_not_there(self) -> None:
        found = cdi.review(FILES.assign(third=None))
        assert [question.column for question in found.questions] == ["updated", "needs"]
        assert found.audit.unplayed == ("third",)

    def test_that_are_named_must_be_there_and_answered(self) -> None:
        assert [fault.code for fault in refused(FILES, questions=["updatd", "needs"], ignore=["non"])] == [
            "no-column"
        ] * 2
        assert {fault.code for fault in refused(FILES.assign(third=None), questions=["third"])} == {"missing-answer"}
        assert {fault.code for fault in refused(FILES, questions=["outcome"])} == {"not-an-answer"}

    @pytest.mark.parametrize("terms", [{"by": "updated"}, {"stratum": "updated"}, {"case": "updated"}])
    def test_that_are_named_play_no_role(self, terms: dict[str, str]) -> None:
        assert [fault.code for fault in refused(FILES, questions=["updated"], **terms)] == ["question-role"]

    def test_there_must_be_some(self) -> None:
        assert [fault.code for fault in refused(FILES[["file", "outcome"]])] == ["no-questions"]

    @pytest.mark.parametrize("terms", [{"due": "updated"}, {"decision": "updated"}, {"recorded": "updated"}])
    def test_roles_of_counts_and_decisions_are_refused(self, terms: dict[str, str]) -> None:
        assert [fault.code for fault in refused(FILES, **terms)] == ["roles-of-review"]

    def test_a_group_named_question_is_refused(self) -> None:
        assert [fault.code for fault in refused(FILES.assign(question="a"), by="question")] == ["column-name-taken"]


class TestTable:
    def test_says_on_each_row_what_is_counted_and_what_higher_is(self) -> None:
        found = cdi.review(FILES, questions=["updated:better", "needs=no:worse"])
        said = [str(row[-1]) for row in found.table.values()]
        assert "counted: yes; higher is better" in said[0]
        assert "counted: no; higher is worse" in said[1]
        assert found.table.columns[:3] == ("question", "measure", "estimate")

    def test_a_question_that_no_file_was_asked_has_no_rate_and_a_note(self) -> None:
        found = cdi.review(pd.DataFrame({"a": ["yes", "no"], "b": ["n/a", "n/a"]}), questions=["a", "b"])
        last = found.table.rows[-1]
        assert (last.n, last.estimate, last.low, last.high) == (0, None, None, None)
        assert "this question applied to no file" in str(found.table.values()[-1][-1])
        assert found.not_asked(last) == 2

    def test_notes_speak_of_files(self) -> None:
        frame = pd.DataFrame({"a": ["yes"] * 40, "b": ["no"] * 40, "c": ["yes"] * 39 + ["no"], "g": ["x", "y"] * 20})
        found = cdi.review(frame, stratum="g")
        said = " ".join(str(row[-1]) for row in found.table.values())
        assert "crime" not in said
        assert "records" not in said
        for text in (
            "every file had the answer counted",
            "no file had the answer counted",
            "fewer than 30 files asked",
        ):
            assert text in said

    def test_by_the_strata_unless_groups_are_named(self) -> None:
        found = cdi.review(FILES, stratum="outcome")
        assert found.table.keys == ("question", "outcome")
        assert found.table.rows[3].facts.scope is Scope.SAMPLE

    def test_a_judgement_sample_gives_counts_and_no_rates(self) -> None:
        found = cdi.review(FILES, selection="judgement")
        assert counts(found) == {("updated",): (5, 6), ("needs",): (1, 3)}
        assert {(record.estimate, record.low, record.high) for record in found.table.rows} == {(None, None, None)}

    def test_prints_as_the_verb_does_and_is_short_in_a_shell(self) -> None:
        found = cdi.review(FILES, questions=["updated:better", "needs=no:worse"])
        assert str(found) == SURFACES["text"](found.page()).rstrip("\n")
        assert repr(found).startswith("<cdi.Review: share of files with the answer counted")

    def test_a_census_is_exact(self) -> None:
        record = cdi.review(FILES, selection="census").table.rows[1]
        assert (record.estimate, record.low, record.high) == (pytest.approx(1 / 3), None, None)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["15", "16"]), st.sampled_from(["A", "B", "C", "D"]), st.sampled_from(["yes", "no", "n/a"])
        ),
        min_size=8,
        max_size=30,
    ).filter(lambda rows: len({cluster for _, cluster, _ in rows}) >= 2),
    st.sampled_from(["yes", "no"]),
)
@at_most(10)
def test_a_question_is_the_share_of_an_audit_with_its_counts(rows: list[tuple[str, str, str]], counted: str) -> None:
    """The same rows, with 1 due where the question was asked and 1 recorded where the answer is the one counted."""
    frame = pd.DataFrame(rows, columns=["outcome", "officer", "asked"])
    due = (frame.asked != "n/a").astype(int)
    same = frame.assign(due=due, recorded=(frame.asked == counted).astype(int)).drop(columns="asked")
    terms: dict[str, Any] = {"cluster": "officer", "population": 50}
    found = cdi.review(frame, questions=[f"asked={counted}"], by="outcome", **terms).estimates["asked"]
    share = cdi.share(cdi.read_audit(same, **terms), by="outcome")
    assert found.basis.due.tolist() == share.basis.due.tolist()
    assert found.estimate.tolist() == pytest.approx(share.estimate.tolist(), nan_ok=True)
    assert found.se.tolist() == pytest.approx(share.se.tolist(), nan_ok=True)


def grids(**terms: Any) -> tuple[Any, ...]:
    return cdi.review(PAGED, **terms).page().grids


class TestPage:
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
        page = cdi.review(PAGED, stratum="outcome").page()
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
        page = cdi.review(PAGED, selection=selection).page()
        assert page.grids[0].title == f"Share of files with the answer counted{ending}"
        assert any("no rate or interval" in sentence for sentence in page.statements) == (selection == "judgement")

    @pytest.mark.parametrize("by", [None, "outcome", ["outcome", "kind"]])
    @pytest.mark.parametrize("selection", ["random", "judgement", "census"])
    def test_fit_a_screen(self, by: Any, selection: str) -> None:
        frame = PAGED.assign(kind="domestic abuse with a child present")
        asked = [Question("a", LONG, higher="better"), Question("b", LONG.upper(), "no")]
        page = cdi.review(frame, questions=asked, by=by, selection=selection).page()
        assert max(map(len, SURFACES["text"](page).splitlines())) <= 80

    @pytest.mark.parametrize("form", ["text", "csv", "json", "markdown", "html"])
    def test_are_written_in_every_format(self, form: str) -> None:
        page = cdi.review(CASE / "reviews.csv", questions=CASE / "questions.csv", by="outcome").page()
        text = SURFACES[form](page)
        assert "nan" not in text.casefold()
        assert "pursued" in text


class TestWhatIsSaid:
    def test_what_is_assumed_is_said(self) -> None:
        said = cdi.review(PAGED).page().statements
        assert "The answer counted was not stated, so yes is counted: a, b." in said
        assert "It was not stated whether higher is better, worse or neither: a, b." in said
        said = cdi.review(PAGED, questions=["a:better", "b=no"]).page().statements
        assert not any("so yes is counted" in sentence for sentence in said)
        assert "It was not stated whether higher is better, worse or neither: b." in said

    def test_what_is_stated_is_not_said_again(self) -> None:
        page = cdi.review(PAGED, questions=["a=yes:better"]).page()
        assert page.statements == ("Not read as questions: outcome, b.",)
        assert page.notes.texts == ()

    def test_a_rate_that_weighs_files_is_said_not_to_be_that_of_its_counts(self) -> None:
        frame = PAGED.assign(known=[100, 900] * 20, weight=[1, 9] * 20)
        ignore = ["known", "weight"]
        for terms in ({"stratum": "outcome", "population": "known"}, {"weight": "weight"}):
            roles: Any = {"weight": None, **terms}
            page = cdi.review(frame, ignore=ignore, **roles).page()
            assert "weighted: files count for as many as they stand for" in SURFACES["text"](page)
        for terms in ({}, {"population": 900}, {"stratum": "outcome"}):
            page = cdi.review(frame, ignore=ignore, **{"weight": None, **terms}).page()
            assert "weighted: " not in SURFACES["text"](page)

    def test_of_groups_that_are_strata_the_whole_alone_is_weighted(self) -> None:
        frame = PAGED.assign(known=[100, 900] * 20)
        found = cdi.review(frame, questions="a", stratum="outcome", population="known")
        weighted = [row.label[1] for row in found.table.rows if "weighted: " in " ".join(row.notes)]
        assert weighted == ["all"]
        assert found.page().remarks == ()

    def test_notes_are_numbered_below(self) -> None:
        page = cdi.review(PAGED, questions=["b=no:worse"]).page()
        assert page.grids[0].rows[0][-1] == "1 2"
        assert page.notes.texts == ("every file had the answer counted", "small base: fewer than 30 files asked")


class TestVerb:
    def test_prints_the_table_of_the_function(self) -> None:
        given = ["review", str(CASE / "reviews.csv"), "--questions", str(CASE / "questions.csv"), "--by", "outcome"]
        printed = outcome(*given, "--format", "csv")
        found = cdi.review(CASE / "reviews.csv", questions=CASE / "questions.csv", by="outcome")
        lines = list(csv.reader(printed[1].splitlines()))
        assert lines[0] == list(found.table.columns)
        assert len(lines) == len(found.table.rows) + 1
        assert [row[:2] for row in lines[1:]] == [list(record.label) for record in found.table.rows]

    def test_gives_json_with_nulls_and_no_nan(self, tmp_path: Path) -> None:
        file = tmp_path / "a.csv"
        file.write_text("file,a,b\n1,yes,n/a\n2,no,n/a\n", encoding="utf-8")
        text = outcome("review", str(file), "--format", "json")[1]
        assert "NaN" not in text
        assert json.loads(text)

    def test_refuses_questions_from_two_places(self) -> None:
        given = [
            "review",
            str(CASE / "reviews.csv"),
            "--questions",
            str(CASE / "questions.csv"),
            "--question",
            "thrive",
        ]
        code, printed, said = outcome(*given)[:3]
        assert (code, printed) == (2, "")
        assert "expected the questions from one source" in said

    def test_does_not_write_over_the_questions(self) -> None:
        file = str(CASE / "questions.csv")
        assert outcome("review", str(CASE / "reviews.csv"), "--questions", file, "-o", file)[0] == 2

    def test_says_what_was_passed_over(self, tmp_path: Path) -> None:
        file = tmp_path / "a.csv"
        file.write_text("file,a,b\n1,yes,\n2,no,\n", encoding="utf-8")
        code, printed, said = outcome("review", str(file), "--disclosure", "internal")[:3]
        assert (code, said) == (0, "Empty columns, which are ignored: b.\n")
        assert "1 of 2" in printed


def test_the_examples_are_what_their_script_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import runpy

    monkeypatch.setattr(sys, "argv", ["build.py", str(tmp_path)])
    runpy.run_path(str(EXAMPLES / "build.py"), run_name="__main__")
    for name in ("cancelled.csv", "cancelled_questions.csv", "n100.csv"):
        assert (tmp_path / name).read_bytes() == (EXAMPLES / name).read_bytes()
