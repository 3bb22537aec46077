"""The working of a file review: the share of each question, in a group of files or over all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cdi import wording
from cdi.explaining.figures import Asked, Figure, work_out
from cdi.explaining.steps import Section, Working

if TYPE_CHECKING:
    from cdi.printing.tables import Row
    from cdi.reviewing.questions import Question
    from cdi.reviewing.reviews import Review

__all__ = ["OfQuestion", "called", "figures_of", "worked_out"]


@dataclass(frozen=True, slots=True)
class OfQuestion:
    """A row of a review, with its question and the rate behind it."""

    row: Row
    question: Question
    figure: Figure

    @property
    def title(self) -> str:
        """What it is called."""
        return wording.figure_of(self.row.measure.name, ", ".join((self.question.wording, *_group(self.row))))


def _group(row: Row) -> tuple[str, ...]:
    """Name the group of files of a row, the overall one for what it is; nothing where there are no groups."""
    _, *group = row.label
    return (wording.label_in_scope(group[0], row.facts.scope.value), *group[1:]) if group else ()


def called(each: OfQuestion) -> tuple[str, ...]:
    """Say what a row may be called by: its question, by column or in words, and its group; over all files, by that."""
    questions = (each.row.label[0], each.question.wording)
    groups = dict.fromkeys((each.row.label[1:], _group(each.row), *([()] if each.row.whole else [])))
    return tuple(", ".join((question, *group)) for group in groups for question in questions)


def figures_of(found: Review) -> list[OfQuestion]:
    """Set each row beside its rate."""
    questions = {question.column: question for question in found.questions}
    made = []
    for name, part in found.estimates.items():
        rows = [row for row in found.table.rows if row.label[0] == name]
        for place, row in enumerate(rows):
            # a rate knows its category by the label without the question
            own = replace(row, label=part.rows[place].label)
            made.append(OfQuestion(row, questions[name], Figure(own, part, place, None)))
    return made


def worked_out(each: OfQuestion, found: Review) -> tuple[Section, ...]:
    """Work out the share of files with the answer counted."""
    work = Working()
    work.figure(each.title)
    work_out(
        work, each.figure, Asked(found.table.level, found.table.method, "both", together=False, published=False), None
    )
    return work.finished()
