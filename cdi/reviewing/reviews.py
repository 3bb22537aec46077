"""File reviews: many questions asked of the same files, each a share of the files that it was asked of.

The file is read once. Every question is the same sample with other numbers in the place of crimes due and recorded, so
strata, clusters, weights and frames count for each as they do for a recording rate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias, Unpack

import numpy as np

from cdi.audits import answers, checks
from cdi.audits.audit import Audit, check_audit
from cdi.audits.checks import Check, Findings
from cdi.audits.design import FILENAME, PERIOD, Design, Roles, names_a_column, roles_of
from cdi.errors import SHOWN, DataError, DesignError
from cdi.parameters import names_of
from cdi.printing.tables import Record, Table, arrange
from cdi.reading import engine, opening
from cdi.reviewing.questions import Asked, Question, find_questions, questions_of, reply
from cdi.survey.estimates import Estimates
from cdi.survey.sampling import share

if TYPE_CHECKING:
    from cdi.reading.engine import Expr
    from cdi.reading.sources import Source

__all__ = ["COUNTS", "FILE", "HIGHER_IS", "QUESTION", "REVIEW", "Review", "review"]

REVIEW = "review"
"""The measure, by its key in ``cdi.wording.MEASURES``."""

QUESTION = "question"
"""The column of a table that names the question."""

FILE = "file"
"""The default name of the column with the file's own number."""

COUNTS: Mapping[str, str] = {"yes": "counts-yes", "no": "counts-no"}
HIGHER_IS: Mapping[str | None, str] = {
    "better": "higher-better",
    "worse": "higher-worse",
    "neither": "higher-neither",
    None: "higher-not-stated",
}
"""What is stated of a question -> the note that says it on each of its rows."""

Label: TypeAlias = tuple[str, ...]

_ASKED, _COUNTED, _NO_WORD = "_cdi_asked_{}", "_cdi_counted_{}", "_cdi_no_word"
_CLOSED = ("due", "recorded", "decision", "recorded_as", "category", "classification")


@dataclass(frozen=True, slots=True)
class Review:
    """What a sample of files says, question by question.

    Attributes
    ----------
    questions : tuple of Question
        As they were understood, in the order of the table.
    table : Table
        One row a question and group, and one over all; unrounded. ``n`` is the number of files asked.
    estimates : mapping of str to Estimates
        Column of the question -> its shares by group and overall.
    files : mapping of tuple of str to int
        Group -> files reviewed, asked or not; ``("all",)`` for all.
    aside : tuple of str
        Columns that play no role and were not read as questions.
    audit : Audit
        The sample.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> files = pd.DataFrame({"updated": ["yes", "yes", "no", "n/a"], "needs_assessed": ["no", "yes", "yes", "yes"]})
    >>> found = cdi.review(files, questions=["updated:better", "needs_assessed=no:worse"])
    >>> [(record.label[0], record.recorded, record.n) for record in found.table.records]
    [('updated', 2, 3), ('needs_assessed', 1, 4)]
    """

    questions: tuple[Question, ...]
    table: Table
    estimates: Mapping[str, Estimates] = field(repr=False)
    files: Mapping[Label, int]
    aside: tuple[str, ...]
    audit: Audit = field(repr=False)

    def not_asked(self, record: Record) -> int:
        """Count the files of a row's group for which its question did not arise."""
        return self.files[record.label[1:] or _EVERYTHING] - (record.n or 0)


_EVERYTHING: Label = ("all",)


def review(
    source: object,
    *,
    questions: object = None,
    by: str | Sequence[str] | None = None,
    ignore: str | Sequence[str] = (),
    level: float = 0.95,
    method: str = "wilson",
    **roles: Unpack[Roles],
) -> Review:
    """Estimate the share of files with the answer counted, for each question of a file review.

    Parameters
    ----------
    source : path, Workbook, a list of them, or data frame
        One row a file, one column a question, answered yes, no or not applicable; a column ``file`` with its number.
    questions : sequence of str or Question, path, Workbook or data frame, optional
        Texts such as ``"needs_assessed=no:worse"``, or a file with the columns ``question`` (the column with the
        answers), ``text``, ``counts`` (yes or no) and ``higher`` (better, worse or neither). None: every column that
        plays no role, with yes counted.
    by : str or sequence of str, optional
        Group columns, such as the outcome of the case. None: the strata, or overall only.
    ignore : str or sequence of str
        Columns that are no questions.
    level, method
        As in :meth:`Estimates.interval`.
    **roles
        The fields of :class:`cdi.Design` that say how files were drawn; a column ``file`` plays ``case``.

    Returns
    -------
    Review
        The questions as understood, the table and the estimates. Proportions of the files asked.

    Raises
    ------
    DataError
        Cells that are no answers or blank, all at once; a column that holds no answers and plays no role.
    DesignError, MethodError
        As :func:`cdi.estimate`; a role of counts or decisions.

    Notes
    -----
    A ratio of totals, files with the answer counted over files asked (Cochran 1977, chapter 6): files to which a
    question does not apply stay in the sample, as a domain does, and are no part of its rate.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> files = pd.DataFrame({"outcome": ["16", "16", "15", "21"], "wishes_recorded": ["no", "yes", "n/a", "yes"]})
    >>> found = cdi.review(files, by="outcome")
    >>> [(record.label[1], record.estimate) for record in found.table.records]
    [('15', None), ('16', 0.5), ('21', 1.0), ('all', 0.6666666666666666)]
    """
    named = questions_of(questions)
    keys = None if by is None else [by] if isinstance(by, str) else list(by)
    opened = opening.open_source(source)
    design, unplayed = _roles(opened, roles, keys or ())
    asked = find_questions(opened, named, _playing(opened, design, keys or ()) | {*unplayed}, names_of(ignore))
    read, found = _read(asked, design.case or design.cluster)
    design = replace(design, recorded=_ASKED.format(0))
    empty = tuple(dict.fromkeys((*unplayed, *asked.empty)))
    audit = check_audit(read, design, empty, [asked.faults, found])
    if audit.lost:
        raise DataError(audit.lost)
    everything = share(audit, keys, measure=REVIEW)
    estimates = {question.column: _share(audit, keys, i) for i, question in enumerate(asked.questions)}
    if QUESTION in everything.keys:
        raise DesignError.of("column-name-taken", got=QUESTION)
    files = {row.label: int(n) for row, n in zip(everything.rows, everything.basis.due, strict=True)}
    table = _table(asked.questions, estimates, everything.keys, level, method)
    return Review(asked.questions, table, estimates, files, asked.aside, audit)


def _roles(opened: Source, roles: Roles, keys: Sequence[str]) -> tuple[Design, tuple[str, ...]]:
    """Settle how files were drawn; what is counted of them follows from the questions."""
    closed = [name for name in _CLOSED if roles.get(name) is not None]
    if closed:
        raise DesignError.of("roles-of-review", got=", ".join(closed))
    given: dict[str, Any] = {**roles, "due": None, "recorded": None, "decision": None, "recorded_as": None}
    if FILE in opened.columns and "case" not in opened.columns:
        given.setdefault("case", FILE)
    if PERIOD in keys:
        given.setdefault("period_as", "domain")
    settled: Any = given
    return roles_of(opened, None, settled)


def _playing(opened: Source, design: Design, keys: Sequence[str]) -> set[str]:
    """Name the columns that cannot be questions, since they say something else of a file."""
    population = {str(design.population)} if names_a_column(design.population, opened.columns) else set()
    period = {design.period} - {None, FILENAME}
    return {*design.strata, *keys, *population, *(str(name) for name in period)} | {
        name for name in (design.cluster, design.case, design.weight) if name
    }


def _plain(word: object) -> object:
    """Take a number out of numpy, whose numbers the embedded engine does not know."""
    return word.item() if isinstance(word, np.generic) else word


def _read(asked: Asked, key: str | None) -> tuple[Source, Findings]:
    """Add to the rows, for each question, whether it was asked and whether its answer is the one counted."""
    import narwhals as nw

    opened, faulty = asked.opened, list[Check]()
    columns: dict[str, Expr] = {}
    for i, question in enumerate(asked.questions):
        column, words = question.column, asked.words[question.column]
        replies = {word: reply(word) for word in words}
        faulty.append(checks.missing(column, opened, "missing-answer"))
        wrong = [_plain(word) for word, code in replies.items() if isinstance(code, str)]
        if wrong:
            faulty.append(Check("not-an-answer", column, nw.col(column).is_in(wrong)))
        given = [_plain(word) for word, answer in replies.items() if answer in (0, 1)]
        counted = [word for word in given if reply(word) == answers.ANSWERS[question.counted]]
        for name, holding in ((_ASKED, given), (_COUNTED, counted)):
            opened, columns[name.format(i)] = _flagged(opened, column, holding, name.format(i))
    found = _findings(opened, faulty, key)
    return replace(opened, rows=opened.rows.with_columns(**columns)), found


def _flagged(opened: Source, column: str, words: Sequence[object], name: str) -> tuple[Source, Expr]:
    """Mark the rows whose answer is one of some words, by 1 and the others by 0."""
    import narwhals as nw

    if str(opened.rows.collect_schema()[column]) == "String":
        rows = engine.mapped(opened.rows, column, dict.fromkeys(words, 1) or {_NO_WORD: 1}, name)
        return replace(opened, rows=rows), (~nw.col(name).is_null()).cast(nw.Int8)
    return opened, nw.col(column).is_in(list(words)).fill_null(value=False).cast(nw.Int8)


def _findings(opened: Source, faulty: Sequence[Check], key: str | None) -> Findings:
    """Find the cells at fault in all questions, the first of them with their rows."""
    counts, _ = engine.tally(opened.rows, {f"_cdi_{i}": check.wrong for i, check in enumerate(faulty)})
    first = [
        pair for name, count in counts.items() if count for pair in checks.first_of(opened, faulty[int(name[5:])], key)
    ]
    return Findings(sorted(first, key=lambda pair: pair[0])[:SHOWN], sum(counts.values()))


def _share(audit: Audit, keys: Sequence[str] | None, i: int) -> Estimates:
    import narwhals as nw

    return share(audit.measuring(nw.col(_ASKED.format(i)), nw.col(_COUNTED.format(i))), keys, measure=REVIEW)


def _table(
    questions: Sequence[Question], estimates: Mapping[str, Estimates], keys: Sequence[str], level: float, method: str
) -> Table:
    """Put the questions below each other, each row with what is stated of its question."""
    records = [
        replace(
            record,
            label=(question.column, *(record.label if keys else ())),
            notes=(COUNTS[question.counted], HIGHER_IS[question.higher], *record.notes),
        )
        for question in questions
        for record in arrange(estimates[question.column], level=level, method=method).records
    ]
    return Table((QUESTION, *keys), tuple(records), level, method, "both")
