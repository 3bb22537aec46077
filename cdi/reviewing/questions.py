"""The questions of a file review: which column holds the answers, which answer is counted, and what higher means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cdi.arguments import checked_class
from cdi.audits import answers, checks
from cdi.audits.checks import Findings
from cdi.errors import DataError, Fault, Where, fault, suggestion
from cdi.parameters import HIGHER
from cdi.reading import engine, opening
from cdi.reading.opening import is_workbook
from cdi.reading.sources import Workbook, no_column

if TYPE_CHECKING:
    from cdi.reading.sources import Source

__all__ = [
    "COUNTED", "OUTCOME", "Asked", "Question", "find_questions", "parse_question", "questions_of", "reply",
]  # fmt: skip

COUNTED = ("yes", "no")
"""The answers that can be counted."""

OUTCOME = "outcome"
"""The default name of the column with how a case ended, which is no question."""

_TABLES = (".csv", ".txt", ".tsv", ".parquet", ".pq")
_QUESTION = "question"
_COLUMNS = (_QUESTION, "text", "counts", "higher", "finding")


@checked_class
@dataclass(frozen=True, slots=True)
class Question:
    """A question that was asked of each case file.

    Attributes
    ----------
    column : str
        The column with the answers.
    text : str
        The question as it is printed. If empty, it is the name of the column.
    counts : {"yes", "no"} or None
        The answer that is counted. If None, it was not stated, and yes is counted.
    higher : {"better", "worse", "neither"} or None
        What a higher rate means. If None, it was not stated.
    finding : str
        What an answer of yes says of a case, for the sentences of a report: "vulnerability was assessed". If empty, the
        question is printed with its answer.

    Examples
    --------
    >>> Question("effective", "Was the investigation effective?", higher="better").counted
    'yes'
    """

    column: str
    text: str = ""
    counts: str | None = None
    higher: str | None = None
    finding: str = ""

    def __post_init__(self) -> None:
        faults = _faults(self, Where(column=self.column))
        if faults:
            raise DataError(faults)

    @property
    def counted(self) -> str:
        """The answer that is counted."""
        return self.counts or COUNTED[0]

    @property
    def good(self) -> str:
        """The answer of which more is better; where that is not stated, the one that is counted."""
        other = COUNTED[self.counted == COUNTED[0]]
        return other if self.higher == "worse" else self.counted

    @property
    def wording(self) -> str:
        """The question as it is printed."""
        return self.text or self.column


def parse_question(text: str) -> Question:
    """Read a question as it is written on the command line: COLUMN, COLUMN=no, COLUMN=no:worse or COLUMN:better."""
    name, higher, counts = text, None, None
    if ":" in name:
        name, _, higher = name.rpartition(":")
        higher = higher.strip().casefold()
    if "=" in name:
        name, _, counts = name.rpartition("=")
        counts = counts.strip().casefold()
    return Question(name.strip(), counts=counts, higher=higher)


def questions_of(questions: object) -> tuple[Question, ...]:
    """Take questions as they are given: one a text, or all in a file."""
    if questions is None:
        return ()
    if isinstance(questions, Question) or (isinstance(questions, str) and not _names_a_file(questions)):
        questions = [questions]
    if isinstance(questions, (Path, Workbook)):
        return _from_file(opening.open_source([questions]))
    if isinstance(questions, str) or not isinstance(questions, Sequence):
        return _from_file(opening.open_source(questions))
    found = tuple(each if isinstance(each, Question) else parse_question(str(each)) for each in questions)
    times = Counter(question.column for question in found)
    twice = [fault("question-twice", got=name) for name, count in times.items() if count > 1]
    if twice:
        raise DataError(twice)
    return found


def _names_a_file(text: str) -> bool:
    """Tell the name of a file, be it there or not, from a question."""
    return Path(text).exists() or is_workbook(text) or Path(text).suffix.casefold() in _TABLES


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions of a file, as they were found."""

    opened: Source  # the rows
    questions: tuple[Question, ...]  # in the order in which they were named, or else of the columns
    words: Mapping[str, Mapping[object, int]]  # column -> its words, with the number of rows of each
    # aside, empty: columns that are no questions and play no role, and columns without any answer
    aside: tuple[str, ...]
    empty: tuple[str, ...]
    faults: Findings  # columns that nothing says anything of, and that hold no answers


def find_questions(
    opened: Source,
    named: Sequence[Question],
    playing: Collection[str],
    ignore: Collection[str],
    *,
    as_counts: bool = False,
) -> Asked:
    """Find the questions of a file: those named, or else every column of answers that plays no role.

    Columns of counts say of how many files the answer is yes.
    """
    names = [question.column for question in named]
    _refuse_named(opened, names, playing, ignore)
    if not named:
        passed = {*playing, *ignore, OUTCOME}
        names = [name for name in opened.columns if name not in passed]
    words: dict[str, Mapping[object, int]] = {}
    for name in names:
        opened, words[name] = checks.words(opened, name)
    aside = tuple(name for name in opened.columns if name not in {*playing, *names})
    if named:
        return Asked(opened, tuple(named), words, aside, (), Findings())
    questions, empty, faults = _questions_among(opened, words, _count if as_counts else reply)
    return Asked(opened, questions, words, aside, empty, Findings([(0, each) for each in faults], len(faults)))


def _refuse_named(opened: Source, names: Sequence[str], playing: Collection[str], ignore: Collection[str]) -> None:
    """Refuse columns that are not there, and questions that say something else of a file."""
    absent = [no_column(name, opened) for name in dict.fromkeys((*names, *ignore)) if name not in opened.columns]
    if absent:
        raise DataError(absent)
    taken = [fault("question-role", got=name, where=_header(opened, name)) for name in names if name in playing]
    if taken:
        raise DataError(taken)


def _questions_among(
    opened: Source, words: Mapping[str, Mapping[object, int]], read: Callable[[object], int | str | None]
) -> tuple[tuple[Question, ...], tuple[str, ...], list[Fault]]:
    """Tell columns of answers from those without any, and from those of something else, which are faults."""
    questions: list[Question] = []
    empty: list[str] = []
    faults: list[Fault] = []
    for name, found in words.items():
        if not found:
            empty.append(name)
        elif _are_answers(found, read):
            questions.append(Question(name))
        else:
            faults.append(fault("not-a-question", where=_header(opened, name)))
    if not questions:
        raise DataError(faults or [fault("no-questions", where=Where(opened.name))])
    return tuple(questions), tuple(empty), faults


def reply(word: object) -> int | str | None:
    """Read an answer as it stands in some engine, as :func:`cdi.audits.answers.parse_reply` reads a word."""
    return answers.parse_reply(answers.show(word))


def _count(word: object) -> int | str | None:
    return answers.parse_counted(answers.show(word))


def _are_answers(words: Mapping[object, int], read: Callable[[object], int | str | None]) -> bool:
    """Tell a column of answers, some of them misspelled, from one of something else."""
    right = sum(times for word, times in words.items() if not isinstance(read(word), str))
    return 2 * right >= sum(words.values())


def _header(opened: Source, column: str) -> Where:
    return Where(opened.name, opened.header, column, sheet=opened.sheet)


def _from_file(opened: Source) -> tuple[Question, ...]:
    """Read the questions of a file or frame, one a row, in their order."""
    _refuse_columns(opened)
    names = [name for name in _COLUMNS if name in opened.columns]
    rows = engine.numbered(opened.rows)
    inner = {name: opened.inner(name) for name in names}
    found: dict[str, Any] = engine.collect(rows.select(*inner.values(), engine.ROW).sort(engine.ROW))
    questions: dict[str, Question] = {}
    faults: list[tuple[int, Fault]] = []
    for i, row in enumerate(map(int, found[engine.ROW])):
        cells = {name: _cell(found[inner[name]][i]) for name in names}
        where = Where(opened.name, column=_QUESTION, sheet=opened.sheet)
        column = cells[_QUESTION]
        if column is None:
            faults.append((row, fault("missing", got=answers.show(None), where=where, column=_QUESTION)))
            continue
        if column in questions:
            faults.append((row, fault("question-twice", got=column, where=where)))
        stated = {name: cell.casefold() for name in ("counts", "higher") if (cell := cells.get(name)) is not None}
        wrong = _faults_of(column, stated, replace(where, column=None))
        faults += [(row, each) for each in wrong]
        if not wrong:
            said = cells.get("text") or "", stated.get("counts"), stated.get("higher"), cells.get("finding") or ""
            questions[column] = Question(column, *said)
    if faults:
        raise DataError(opened.put(faults))
    return tuple(questions.values())


def _cell(value: object) -> str | None:
    return answers.cell_text(value) or None


def _refuse_columns(opened: Source) -> None:
    """Refuse a file without questions, and one that holds what is not read: it would be missed without a word."""
    faults = [] if _QUESTION in opened.columns else [no_column(_QUESTION, opened)]
    where = Where(opened.name, opened.header, sheet=opened.sheet)
    faults += [
        fault("question-column", got=name, where=where, hint=suggestion(name, _COLUMNS))
        for name in opened.columns
        if name not in _COLUMNS
    ]
    if faults:
        raise DataError(faults)


def _faults(question: Question, where: Where) -> list[Fault]:
    stated = {"counts": question.counts, "higher": question.higher}
    return _faults_of(question.column, {name: word for name, word in stated.items() if word is not None}, where)


def _faults_of(column: str, stated: dict[str, str], where: Where) -> list[Fault]:
    """Find what is stated of a question and is none of the words that can be; in a file, each in its own column."""
    return [
        fault(code, got=str(stated[name]) or None, where=replace(where, column=where.column or name), example=column)
        for name, (code, words) in _WORDS.items()
        if name in stated and not (isinstance(stated[name], str) and stated[name] in words)
    ]


_WORDS = {"counts": ("question-counts", COUNTED), "higher": ("question-higher", HIGHER)}
"""What can be stated of a question -> the fault of another word, and the words there are."""
