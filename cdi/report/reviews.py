"""The part on case files: the share of each answer, over all files and by groups of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cdi import wording
from cdi.charts.rate_charts import Caption, Mark, rate_chart
from cdi.charts.style import Chart
from cdi.disclosure.rules import noted
from cdi.reading.sources import Workbook
from cdi.report.contents import Chapter, Exhibit, Part
from cdi.report.exhibits import (
    Names,
    columns_of,
    counted_of,
    exhibit_of,
    interval_of,
    key_by,
    source_of,
    translated,
    without_mark,
)
from cdi.report.sentences import described, noticed
from cdi.reviewing.reviews import QUESTION, REVIEW, Review, review
from cdi.survey.estimates import ALL

if TYPE_CHECKING:
    from cdi.inspecting.inspection import Inspection, Reviews
    from cdi.printing.tables import Row, Table

__all__ = ["reviews_part", "reviews_results"]


def reviews_results(inspection: Inspection) -> tuple[Review, ...]:
    """Estimate the share of each answer of the file review, by each column of its sample."""
    reviews = inspection.reviews
    return () if reviews is None else tuple(_reviewed(inspection, reviews, each) for each in reviews.sample.by or ("",))


def reviews_part(inspection: Inspection, found: Sequence[Review]) -> Chapter | None:
    """Show the share of each answer of the file review."""
    reviews = inspection.reviews
    if reviews is None:
        return None
    exhibits = tuple(_exhibit(inspection, reviews, each) for each in found)
    part = Part(
        "reviews",
        wording.REPORT_PARTS["reviews"],
        (),
        exhibits,
        (_chart(found[0], exhibits[0]),),
        tuple(_answers(found[0])),
    )
    tables = tuple(each.table for each in found)
    return Chapter(
        part,
        described("reviews", found[0].audit, _sized(found[0]), REVIEW),
        noticed(found[0].audit, _sized(found[0]), REVIEW),
        tables,
    )


def _reviewed(inspection: Inspection, reviews: Reviews, column: str) -> Review:
    asked = reviews.questions
    found = review(
        list(reviews.sample.files),
        questions=(asked if isinstance(asked, (Path, Workbook)) else list(asked)) or None,
        by=column or None,
        ignore=reviews.ignore,
        level=inspection.level,
        method=inspection.method or "wilson",
        **reviews.sample.roles,
    )
    return replace(found, table=noted(found.table))


def _sized(found: Review) -> Table:
    """Take the sizes of all files for those of one question, where no answer of them all is withheld."""
    overall = [record for record in found.table.rows if record.whole]
    known = all(record.n is not None for record in overall)
    records = tuple(
        replace(record, label=(ALL,), n=found.files[(ALL,) * max(len(record.label) - 1, 1)])
        for record in overall[:1]
        if known
    )
    return replace(found.table, keys=(QUESTION,), rows=records)


def _words(found: Review) -> Mapping[str, Mapping[str, str]]:
    return {QUESTION: {question.column: question.wording for question in found.questions}}


def _exhibit(inspection: Inspection, reviews: Reviews, found: Review) -> Exhibit:
    sized = _sized(found).rows
    return exhibit_of(
        key_by("reviews", found.table),
        found.table,
        inspection,
        lambda printed: _named(found, printed, inspection.categories).page(),
        title=wording.all_by(wording.EXHIBITS["reviews"], columns_of(found.table)),
        source=source_of(reviews.sample),
        base=wording.files_base(sized[0].n or 0) if sized else "",
        group=lambda record: record.label[0],
        words=_words(found),
    )


def _named(found: Review, shown: Table, names: Names) -> Review:
    """Write a review in printed names; its questions keep their columns."""
    keys = found.table.keys[1:]
    files = {translated(keys, label, names) if keys else label: number for label, number in found.files.items()}
    return replace(found, table=shown, files=files)


def _overall(found: Review) -> Iterator[tuple[Row, str, str]]:
    """Take the row over all files of each question, with its words and the answer counted."""
    questions = {question.column: question for question in found.questions}
    for record in found.table.rows:
        if record.whole:
            question = questions[record.label[0]]
            yield record, question.wording, question.counted


def _chart(found: Review, exhibit: Exhibit) -> Chart:
    """Draw the share of the answer counted, question by question."""
    marks = [
        Mark(
            text,
            record.estimate,
            record.low,
            record.high,
            without_mark(record) if record.estimate is None else wording.answered(counted, counted_of(record)),
        )
        for record, text, counted in _overall(found)
    ]
    caption = Caption(interval_of(found.table), exhibit.base, exhibit.source)
    return rate_chart("review_questions", wording.EXHIBITS["reviews"], marks, caption)


def _answers(found: Review) -> Iterator[str]:
    for record, text, counted in _overall(found):
        if record.n is not None and record.recorded is not None and record.n:
            yield wording.counted_in(text, counted, f"{record.recorded:,}", f"{record.n:,}")
