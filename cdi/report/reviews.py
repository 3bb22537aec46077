"""The part on case files: the share of each answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cdi import wording
from cdi.charts.rate_charts import Mark, rate_chart, without_mark
from cdi.disclosure.rules import noted
from cdi.facts import PLAIN
from cdi.parameters import METHOD
from cdi.printing.lines import counted_alone, percent
from cdi.reading.sources import Workbook
from cdi.report.contents import (
    Exhibit,
    Part,
    about_of,
    caption_of,
    counted_of,
    exhibit_of,
    printed,
    source_of,
    told_of,
    translated,
)
from cdi.report.parts import by_each
from cdi.report.sentences import sentences
from cdi.reviewing.questions import COUNTED, Question
from cdi.reviewing.reviews import QUESTION, REVIEW, Review, review
from cdi.survey.estimates import ALL

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection, SampleFiles
    from cdi.printing.layout import Page
    from cdi.printing.tables import Row, Table

__all__ = ["reviews_part", "reviews_results"]


def reviews_results(inspection: Inspection) -> tuple[Review, ...]:
    """Estimate the share of each answer of the file review, by each column of its sample."""
    reviews = inspection.reviews
    if reviews is None:
        return ()
    asked, sample = reviews.questions, reviews.sample

    def by(*column: str) -> Review:
        (found,) = by_each(
            replace(sample, by=column),
            review,
            inspection,
            questions=(inspection.shelf.book(asked) if isinstance(asked, (Path, Workbook)) else list(asked)) or None,
            # what another table is by is no question either
            ignore=[*reviews.ignore, *(each for each in sample.by if each not in column)],
            method=inspection.method or METHOD,
            **sample.roles,
        )
        return replace(found, table=noted(found.table))

    return tuple(map(by, sample.by)) or (by(),)


def reviews_part(inspection: Inspection, results: Sequence[Review]) -> Part | None:
    """Show the share of each answer of the file review."""
    reviews = inspection.reviews
    if reviews is None:
        return None
    exhibits = tuple(_of_reviews(inspection, reviews.sample, found) for found in results)
    first = results[0]
    wholes = {row.label[0]: row for row in first.table.rows if row.whole}
    marks = [_mark_of_good(question, wholes[question.column]) for question in first.questions]
    answers = [text for question in first.questions if (text := _found(question, wholes[question.column]))]
    chart = rate_chart("review_questions", wording.EXHIBITS["reviews"], marks, caption_of(exhibits[0]))
    title, tables = wording.REPORT_PARTS["reviews"], tuple(found.table for found in results)
    part = Part("reviews", title, (), exhibits, (chart,), tuple(answers), tables)
    return told_of(part, first.audit, _sized(first), REVIEW)


def _mark_of_good(question: Question, row: Row) -> Mark:
    """Draw the share of the answer of which more is better, so that all marks of a chart point one way."""
    if row.estimate is None:
        return Mark(question.wording, None, count=without_mark(row))
    good = row if question.good == question.counted else _other_answer(row)
    beside = wording.answered(question.good, counted_of(good))
    return Mark(question.wording, good.estimate, good.low, good.high, beside, places=row.facts.places)


def _found(question: Question, row: Row) -> str:
    """Say in how many files the answer is yes; nothing where that is not published."""
    yes = row if question.counted == COUNTED[0] else _other_answer(row)
    if not yes.n or yes.recorded is None:
        return ""
    said = question.wording, question.finding
    if counted_alone(yes) is None:
        return wording.found_in(*said, f"{yes.recorded:,}", f"{yes.n:,}")
    return wording.found_in_share(
        *said, percent(yes.estimate, places=yes.facts.places), counted_of(replace(yes, facts=PLAIN))
    )


def _other_answer(row: Row) -> Row:
    """Turn the share of one answer into that of the other."""

    def rest(value: float | None) -> float | None:
        return None if value is None else 1 - value

    counted = None if row.recorded is None or row.n is None else row.n - row.recorded
    return replace(row, estimate=rest(row.estimate), low=rest(row.high), high=rest(row.low), recorded=counted)


def _sized(found: Review) -> Table:
    """Take the sizes of all files for those of one question, where no answer of them all is withheld."""
    whole = [row for row in found.table.rows if row.whole]
    rows: tuple[Row, ...] = ()
    if all(row.n is not None for row in whole):
        rows = (replace(whole[0], label=(ALL,), n=found.every),)
    return replace(found.table, keys=(QUESTION,), rows=rows)


def _of_reviews(inspection: Inspection, sample: SampleFiles, found: Review) -> Exhibit:
    known = bool(_sized(found).rows)
    base = wording.files_base(found.every) if known else ""
    about = about_of("reviews", "reviews", found.table, source_of(sample), base)

    def lay(shown: Table) -> Page:
        """Lay out a review in printed names; its questions keep their columns."""
        keys, names = found.table.keys[1:], inspection.categories
        files = {translated(keys, group, names): number for group, number in found.files.items()}
        return replace(found, table=shown, files=files).page()

    exhibit = exhibit_of(found.table, about, inspection, lay)
    asked = {QUESTION: {question.column: question.wording for question in found.questions}}
    table = printed(exhibit.table, asked)
    return replace(exhibit, table=table, sentences=sentences(table))
