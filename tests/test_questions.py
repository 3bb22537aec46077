"""The questions of a review: as they are written on the command line, and in a file."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import polars as pl
import pytest

import cdi
from cdi.reviewing.questions import Question, parse_question, questions_of

GOOD = "question,text,counts,higher\nupdated,Was the victim updated?,,Better\nneeds,,NO,worse\n"


def codes(caught: pytest.ExceptionInfo[cdi.DataError]) -> list[str]:
    return [fault.code for fault in caught.value.faults]


class TestText:
    @pytest.mark.parametrize(
        ("text", "question"),
        [
            ("updated", Question("updated")),
            ("updated:better", Question("updated", higher="better")),
            ("needs=no", Question("needs", counts="no")),
            (" needs = No : Worse ", Question("needs", counts="no", higher="worse")),
            ("a=b:c=yes:neither", Question("a=b:c", counts="yes", higher="neither")),
        ],
    )
    def test_is_a_column_an_answer_and_a_direction(self, text: str, question: Question) -> None:
        assert parse_question(text) == question

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("needs=maybe", "question-counts"),
            ("needs=", "question-counts"),
            ("needs=not applicable", "question-counts"),
            ("needs:bad", "question-higher"),
            ("needs=no:", "question-higher"),
        ],
    )
    def test_with_another_word_is_refused(self, text: str, code: str) -> None:
        with pytest.raises(cdi.DataError) as caught:
            parse_question(text)
        assert codes(caught) == [code]
        assert caught.value.faults[0].where.column == "needs"

    def test_counts_yes_where_nothing_is_stated_and_knows_that(self) -> None:
        assert (Question("updated").counted, Question("updated").counts) == ("yes", None)
        assert Question("updated").wording == "updated"

    def test_twice_is_refused(self) -> None:
        with pytest.raises(cdi.DataError) as caught:
            questions_of(["a", "b", Question("a", counts="no")])
        assert [(fault.code, fault.got) for fault in caught.value.faults] == [("question-twice", "a")]

    def test_one_text_is_one_question_and_a_file_is_named_by_its_ending(self) -> None:
        assert questions_of("needs=no:worse") == (Question("needs", "", "no", "worse"),)
        assert questions_of(Question("needs")) == (Question("needs"),)
        with pytest.raises(cdi.DataError) as caught:
            questions_of("nosuch.csv")
        assert codes(caught) == ["no-file"]


class TestFile:
    EXPECTED = (
        Question("updated", "Was the victim updated?", None, "better"),
        Question("needs", "", "no", "worse"),
    )

    def test_holds_one_a_row_in_their_order(self, tmp_path: Path) -> None:
        file = tmp_path / "questions.csv"
        file.write_text(GOOD, encoding="utf-8")
        assert questions_of(file) == questions_of(str(file)) == questions_of(cdi.Workbook(str(file))) == self.EXPECTED

    def test_is_a_workbook_or_a_frame_too(self, tmp_path: Path) -> None:
        table = pd.DataFrame(
            {"question": ["updated", "needs"], "text": ["Was the victim updated?", None],
             "counts": [None, "no"], "higher": ["better", "worse"]}
        )  # fmt: skip
        assert questions_of(table) == questions_of(pl.from_pandas(table)) == self.EXPECTED
        table.to_excel(tmp_path / "questions.xlsx", index=False)
        assert questions_of(tmp_path / "questions.xlsx") == self.EXPECTED

    def test_needs_nothing_but_the_column(self) -> None:
        assert questions_of(pd.DataFrame({"question": ["needs"]})) == (Question("needs"),)

    def test_with_faults_names_them_all_with_their_places(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        for row in [
            ("question", "counts", "higher"), ("a", "perhaps", "good"), (None, "yes", None), ("b", None, None),
            ("b", None, None),
        ]:  # fmt: skip
            sheet.append(row)
        book.save(tmp_path / "questions.xlsx")
        with pytest.raises(cdi.DataError) as caught:
            questions_of(tmp_path / "questions.xlsx")
        assert [(fault.code, fault.where.cell) for fault in caught.value.faults] == [
            ("question-counts", "B2"),
            ("question-higher", "C2"),
            ("missing", "A3"),
            ("question-twice", "A5"),
        ]

    def test_with_a_column_that_is_not_read_is_refused(self) -> None:
        with pytest.raises(cdi.DataError) as caught:
            questions_of(pd.DataFrame({"questions": ["a"], "direction": ["better"]}))
        assert [(fault.code, fault.got) for fault in caught.value.faults] == [
            ("no-column", None),
            ("question-column", "questions"),
            ("question-column", "direction"),
        ]
        assert "Did you mean 'question'?" in caught.value.faults[1].hint
