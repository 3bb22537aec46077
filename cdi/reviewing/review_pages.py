"""What people are shown of a file review: all questions together, and each by groups of files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cdi import wording
from cdi.audits.design import REPRESENTATIVE
from cdi.printing.lines import marks, measure_of, named, note_lines, numbered, rate, shown, titled, withheld
from cdi.printing.pages import Grid, Page, telling
from cdi.reviewing.reviews import COUNTS, HIGHER_IS

if TYPE_CHECKING:
    from cdi.printing.tables import Record
    from cdi.reviewing.questions import Question
    from cdi.reviewing.reviews import Review

__all__ = ["lay_out_review"]

_STATED = {*COUNTS.values(), *HIGHER_IS.values()}
"""What is stated of a question: on a page its own columns say it."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the table with its question, the files not asked it, and the numbers of its notes."""

    question: Question
    record: Record
    not_asked: int
    marks: str


def lay_out_review(found: Review) -> Page:
    """Lay a review out for people: the questions below each other and, by groups, a table for each.

    Parameters
    ----------
    found : Review
        From :func:`cdi.review`.

    Returns
    -------
    Page
        What the formats write.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> found = cdi.review(pd.DataFrame({"updated": ["yes"] * 30 + ["no"] * 10}), questions=["updated:better"])
    >>> lay_out_review(found).grids[0].rows
    (('updated', 'yes', 'better', '30 of 40', '75.0', '59.8', '85.8', ''),)
    """
    numbers = numbered(map(_unstated, found.table.records))
    columns = {question.column: question for question in found.questions}
    lines = [
        _Line(columns[record.label[0]], record, _not_asked(found, record), marks((_unstated(record),), numbers))
        for record in found.table.records
    ]
    whole = [group[-1] for group in _by_question(found.questions, lines)]
    grids = [_grid(_title(found, whole), [wording.REVIEW_HEADINGS[name] for name in _STATEMENT], whole, _stated)]
    if len(found.table.keys) > 1:
        keys = found.table.keys[1:]
        grids += [_grid(_head(group[0]), keys, group, _label) for group in _by_question(found.questions, lines)]
    return Page(found.table, tuple(grids), note_lines(numbers), _statements(found, lines))


def _not_asked(found: Review, record: Record) -> int:
    return 0 if withheld(record) else found.not_asked(record)


def _title(found: Review, whole: Sequence[_Line]) -> str:
    """Head the table of all questions: with its intervals, unless the sample gives none."""
    measure, selection = wording.MEASURES[whole[0].record.kind], found.audit.design.selection
    alone = selection not in REPRESENTATIVE
    name = wording.MEASURES[measure_of(whole[0].record.kind)] if alone else measure
    return titled(name, found.table, alone=alone, exact=selection == "census")


_STATEMENT = ("question", "answer", "higher")


def _stated(line: _Line) -> tuple[str, ...]:
    return (line.question.wording, line.question.counted, wording.higher_is(line.question.higher))


def _label(line: _Line) -> tuple[str, ...]:
    return named(line.record.kind, line.record.label[1:])


def _head(line: _Line) -> str:
    return wording.question_title(line.question.wording, line.question.counted, line.question.higher)


def _by_question(questions: Sequence[Question], lines: Sequence[_Line]) -> list[list[_Line]]:
    return [[line for line in lines if line.question is question] for question in questions]


def _grid(title: str, keys: Sequence[str], lines: Sequence[_Line], label: Callable[[_Line], tuple[str, ...]]) -> Grid:
    cells = {name: [show(line) for line in lines] for name, show in _COLUMNS.items()}
    names = telling(cells, _ALWAYS)
    rows = tuple(
        (*label(line), *(shown(line.record if name != "notes" else None, cells[name][i]) for name in names))
        for i, line in enumerate(lines)
    )
    return Grid(title, (*keys, *(wording.REVIEW_HEADINGS[name] for name in names)), rows, words=len(keys))


_COLUMNS: Mapping[str, Callable[[_Line], str]] = {
    "count": lambda line: wording.count_of(line.record.recorded or 0, line.record.n or 0),
    "rate": lambda line: rate(line.record.estimate),
    "low": lambda line: rate(line.record.low, "low"),
    "high": lambda line: rate(line.record.high, "high"),
    "not_asked": lambda line: f"{line.not_asked:,}" if line.not_asked else "",
    "notes": lambda line: line.marks,
}

_ALWAYS = ("count", "notes")


def _unstated(record: Record) -> Record:
    """Leave out the notes that the columns of the page say."""
    return replace(record, notes=tuple(code for code in record.notes if code not in _STATED))


def _statements(found: Review, lines: Sequence[_Line]) -> tuple[str, ...]:
    unsaid = [question for question in found.questions if question.higher is None]
    assumed = [question.wording for question in unsaid if question.counts is None]
    conditions = {
        wording.WHY_ALONE.get(found.audit.design.selection, ""): found.audit.design.selection in wording.WHY_ALONE,
        wording.NOT_ASKED: any(line.not_asked for line in lines),
        wording.counted_assumed(assumed): bool(assumed),
        wording.higher_assumed([question.wording for question in unsaid]): bool(unsaid),
        wording.REVIEW_WEIGHED: _weighed(found),
        wording.REVIEW_IN_SAMPLE: any("sample-only" in line.record.notes for line in lines),
        wording.columns_aside(found.aside): bool(found.aside),
    }
    return tuple(sentence for sentence, holds in conditions.items() if holds)


def _weighed(found: Review) -> bool:
    """Tell whether a rate over all need not be the ratio of its counts."""
    drawn = found.audit.strata
    return found.audit.design.selection == "random" and drawn.weighs and (drawn.weighted or len(drawn.labels) > 1)
