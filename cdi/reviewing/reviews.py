"""File reviews: many questions asked of the same files, each a share of the files that it was asked of.

The file is read once. Every question is the same sample with other numbers in the place of crimes due and recorded, so
strata, clusters, weights and frames count for each as they do for a recording rate. The page shows all questions below
each other and, by groups, a table for each.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, TypeAlias, Unpack

import numpy as np

from cdi import wording
from cdi.arguments import checked, names_of
from cdi.audits import answers, checks
from cdi.audits.ambiguous import refuse_unread_counts
from cdi.audits.audit import Audit, check_audit, sample_of
from cdi.audits.checks import Check, Findings
from cdi.audits.counting import DRAWS
from cdi.audits.design import COUNTS, NOT_COLUMNS, PERIOD, Design, Roles, names_a_column, roles_of
from cdi.binomial.intervals import check_terms
from cdi.errors import DataError, DesignError
from cdi.measures import Role
from cdi.parameters import LEVEL, METHOD
from cdi.printing.layout import Column, Grid, Kind, Notes, Page, grid_of
from cdi.printing.lines import AS_RATE, are_weighted, of_sample, rate_heading, titled, weighted_once
from cdi.printing.tables import Row, Table, arrange
from cdi.reading import engine, opening
from cdi.reviewing.questions import COUNTED, Asked, Question, find_questions, questions_of, reply
from cdi.showing import Shown
from cdi.survey.estimates import Estimates
from cdi.survey.sampling import share

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cdi.explaining.explanation import Explanation
    from cdi.reading.engine import Expr
    from cdi.reading.sources import Source

__all__ = ["FILE", "QUESTION", "REVIEW", "Review", "review"]

REVIEW = "review"
"""The measure, by its key in ``cdi.measures.MEASURES``."""

QUESTION = "question"
"""The column of a table that names the question."""

FILE = "file"
"""The default name of the column with the file's own number."""

_COUNTS: Mapping[str, str] = {"yes": "counts-yes", "no": "counts-no"}
_HIGHER_IS: Mapping[str | None, str] = {
    "better": "higher-better",
    "worse": "higher-worse",
    "neither": "higher-neither",
    None: "higher-not-stated",
}
"""What is stated of a question -> the note that says it on each of its rows; on a page columns of its own do."""

Label: TypeAlias = tuple[str, ...]

_ASKED, _COUNTED, _ANY, _NO_WORD = "_cdi_asked_{}", "_cdi_counted_{}", "_cdi_any_{}", "_cdi_no_word"
_CLOSED = ("due", "recorded", "decision", "recorded_as", "category", "classification")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Review(Shown):
    """What a sample of case files shows, question by question. It prints as the page of ``cdi review``.

    Attributes
    ----------
    questions : tuple of Question
        The questions as they were understood, in the order of the table.
    table : Table
        One row for each question and group, and one over all groups, unrounded. ``n`` is the number of files asked.
    estimates : mapping of str to Estimates
        For the column of each question, its shares by group and overall.
    files : mapping of tuple of str to int
        The number of files reviewed in each group, asked or not.
    every : int
        The number of files reviewed in all.
    aside : tuple of str
        The columns that play no role and were not read as questions.
    audit : Audit
        The sample.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> files = pd.DataFrame({"updated": ["yes", "yes", "no", "n/a"], "needs_assessed": ["no", "yes", "yes", "yes"]})
    >>> found = cdi.review(files, questions=["updated:better", "needs_assessed=no:worse"])
    >>> [(row.label[0], row.recorded, row.n) for row in found.table.rows]
    [('updated', 2, 3), ('needs_assessed', 1, 4)]
    """

    questions: tuple[Question, ...]
    table: Table
    estimates: Mapping[str, Estimates] = field(repr=False)
    files: Mapping[Label, int]
    every: int
    aside: tuple[str, ...]
    audit: Audit = field(repr=False, compare=False)

    def explain(self, row: str | Sequence[str] | None = None) -> Explanation:
        """Work out the share of a question step by step; see :func:`cdi.explain`.

        Parameters
        ----------
        row : str or sequence of str, optional
            The question, by its column or as it is printed, and the group of files. A question alone is over all files.
            If None, every question is worked out over all files.

        Examples
        --------
        >>> import pandas as pd, cdi
        >>> found = cdi.review(pd.DataFrame({"updated": ["yes", "yes", "no", "n/a"]})).explain("updated")
        >>> [step.working for step in found.steps if step.symbol == "p"]
        ['p = x / y = 2 / 3 = 0.66666667']
        """
        from cdi.explaining.explanation import explain

        return explain(self, row)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the numbers: what is saved of a result holds no row of a victim's."""
        kept = replace(self, audit=self.audit.without_rows())
        return type(self), tuple(getattr(kept, each.name) for each in fields(kept))

    def not_asked(self, row: Row) -> int:
        """Count the files in the group of a row to which its question did not apply."""
        return (self.every if row.whole else self.files[row.label[1:]]) - (row.n or 0)

    def draw(self, axes: Axes) -> None:
        """Draw the share of each answer under its question, in words."""
        from cdi.charts.rate_charts import draw_rates

        asked = {question.column: question.wording for question in self.questions}
        rows = [replace(row, label=(asked[row.label[0]], *row.label[1:])) for row in self.table.rows]
        draw_rates(axes, replace(self.table, rows=tuple(rows)))

    def page(self, **_options: Any) -> Page:
        """Lay the questions out for people and, by groups, a table for each."""
        table, remarks = weighted_once(self.table, lambda row: row.measure.role is Role.RATE)
        notes = Notes.on(map(_unstated, table.rows))
        lines = [_line(self, question, row) for question in self.questions for row in table.rows
                 if row.label[0] == question.column]  # fmt: skip
        groups = [[line for line in lines if line.question is question] for question in self.questions]
        grids = [_overview(self, [group[-1] for group in groups], notes, remarks)]
        if len(self.table.keys) > 1:
            grids += [_by_group(self.table.keys[1:], group, notes, remarks) for group in groups]
        return Page(self.table, tuple(grids), notes, _statements(self, lines), remarks)


@checked
def review(
    source: object,
    *,
    questions: object = None,
    by: str | Sequence[str] | None = None,
    ignore: str | Sequence[str] = (),
    level: float = LEVEL,
    method: str = METHOD,
    **roles: Unpack[Roles],
) -> Review:
    """Estimate the share of case files with the answer counted, for each question of a file review.

    Parameters
    ----------
    source : path, Workbook, a list of them, data frame, Audit or Result
        The case files, with one row for each and one column for each question. Answers are yes, no or not applicable. A
        column ``file`` holds the number of the file.
    questions : str, Question, a sequence of them, path, Workbook or data frame, optional
        Texts such as ``"needs_assessed=no:worse"``, or a file with the columns ``question`` (the column with the
        answers), ``text``, ``counts`` (yes or no) and ``higher`` (better, worse or neither). If None, every column that
        plays no role is a question, and yes is counted.
    by : str or sequence of str, optional
        The group columns, such as the outcome of the case. If None, there is one row for each stratum, or only the
        overall result.
    ignore : str or sequence of str
        Columns that are not questions.
    level, method : float, str
        See :meth:`Estimates.interval`.
    **roles
        The fields of :class:`cdi.Design` that say how the files were sampled. A column ``file`` plays ``case``. In a
        table of counts, ``count`` says how many files have the answers of a row; or ``due`` says how many files it is
        of, and each question of how many of them the answer is yes.

    Returns
    -------
    Review
        The questions as they were understood, the table and the estimates. Shares are proportions of the files asked.

    Raises
    ------
    DataError
        If cells are blank or hold no answer, all at once, or a column holds no answers and plays no role.
    DesignError, MethodError
        As for :func:`cdi.estimate`, and if a role of counts or decisions is given.

    Notes
    -----
    The share is a ratio of totals: files with the answer counted over files asked (Cochran 1977, Sampling Techniques,
    chapter 6). Files to which a question does not apply stay in the sample, as a domain does, and are not part of the
    rate.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> files = pd.DataFrame({"outcome": ["16", "16", "15", "21"], "wishes_recorded": ["no", "yes", "n/a", "yes"]})
    >>> found = cdi.review(files, by="outcome")
    >>> [(row.label[1], row.estimate) for row in found.table.rows]
    [('15', None), ('16', 0.5), ('21', 1.0), ('all', 0.6666666666666666)]
    """
    import narwhals as nw

    check_terms(level, method)
    named = questions_of(questions)
    keys = None if by is None else list(names_of(by))
    sample = sample_of(source)
    known = sample.design if isinstance(sample, Audit) else None
    opened = sample.source if isinstance(sample, Audit) else opening.open_source(source)
    design, unplayed = _roles(opened, known, roles, keys or ())
    playing = _playing(opened, design, keys or ()) | {*unplayed, *_counting(known)}
    refuse_unread_counts(opened, design)
    if design.words or opened.words:  # a mapping puts its words into columns that play a role, and questions play none
        free = [name for name in opened.columns if name not in playing]
        opened = checks.with_meanings(opened, free, {**opened.words, **(design.words or {})}, answers.is_answer)
    asked = find_questions(opened, named, playing, names_of(ignore, "ignore"), as_counts=design.due is not None)
    key = design.case or design.cluster
    read, found = _read(asked, key) if design.due is None else _read_counts(asked, design.due, key)
    # nothing is counted before a question is, so that any count serves; its name must be no name of the user's
    recorded = next(name for name in map(_ANY.format, itertools.count()) if name not in read.columns)
    read = replace(read, rows=read.rows.with_columns(nw.col(_ASKED.format(0)).alias(recorded)))
    design = replace(design, recorded=recorded, words=None)
    empty = tuple(dict.fromkeys((*unplayed, *asked.empty)))
    audit = check_audit(read, design, empty, [asked.faults, found])
    if audit.lost:
        raise DataError(audit.lost)
    everything = share(audit, keys, measure=REVIEW)
    estimates = {question.column: _share(audit, keys, i) for i, question in enumerate(asked.questions)}
    if QUESTION in everything.keys:
        raise DesignError.of("column-name-taken", got=QUESTION)
    *groups, every = zip(everything.rows, everything.basis.due, strict=True)
    files = {row.label: int(n) for row, n in groups}
    table = _table(asked.questions, estimates, everything.keys, level, method)
    return Review(asked.questions, table, estimates, files, int(every[1]), asked.aside, audit)


def _counting(known: Design | None) -> set[str]:
    """Name the columns that say what an audit counts: they are no questions."""
    if known is None:
        return set()
    return {name for name in (known.due, known.recorded, known.decision, known.recorded_as) if name}


def _roles(opened: Source, known: Design | None, roles: Roles, keys: Sequence[str]) -> tuple[Design, tuple[str, ...]]:
    """Settle how files were drawn; what is counted of them follows from the questions."""
    layout = roles.get("layout") or opened.layout
    due = roles.get("due") if layout == COUNTS else None  # files, where each question has a count
    closed = [name for name in _CLOSED if roles.get(name) is not None and not (name == "due" and due)]
    if closed:
        raise DesignError.of("roles-of-review", got=wording.in_a_row(closed))
    given: dict[str, Any] = {**roles, "due": due, "recorded": None, "decision": None, "recorded_as": None}
    if FILE in opened.columns and "case" not in opened.columns:
        given.setdefault("case", FILE)
    if PERIOD in keys:
        given.setdefault("period_as", "domain")
    if known is not None:  # its column of periods has been made
        given = {"period": PERIOD if known.period else None, **given, "category": None}
        given["case"] = roles.get("case", known.case)
    settled: Any = given
    return roles_of(opened, known, settled)


def _playing(opened: Source, design: Design, keys: Sequence[str]) -> set[str]:
    """Name the columns that cannot be questions, since they say something else of a file."""
    population = {str(design.population)} if names_a_column(design.population, opened.columns) else set()
    period = {design.period} - NOT_COLUMNS
    return {*design.strata, *keys, *(design.nest or ()), *population, *(str(name) for name in period)} | {
        name for name in (design.cluster, design.case, design.weight, design.count, design.due) if name
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
        column, counted = question.column, answers.ANSWERS[question.counted]
        replies = [(_plain(word), reply(word)) for word in asked.words[column]]
        faulty.append(checks.missing(column, opened, "missing-answer"))
        wrong = {word: answer for word, answer in replies if isinstance(answer, str)}
        values = nw.col(opened.inner(column))
        own = checks.checks_of_words(column, values, wrong)
        faulty += own.values()
        mistyped = [word for word in wrong if word not in own]
        if mistyped:
            faulty.append(Check("not-an-answer", column, values.is_in(mistyped)))
        asked_name, counted_name = _ASKED.format(i), _COUNTED.format(i)
        given = [word for word, answer in replies if answer in (0, 1)]
        opened, columns[asked_name] = _flagged(opened, column, given, asked_name)
        agreeing = [word for word, answer in replies if answer == counted]
        opened, columns[counted_name] = _flagged(opened, column, agreeing, counted_name)
    found = _findings(opened, faulty, key)
    return replace(opened, rows=opened.rows.with_columns(**columns)), found


def _read_counts(asked: Asked, due: str, key: str | None) -> tuple[Source, Findings]:
    """Add the same of counts: of how many files each question was asked, and how many have the answer counted."""
    import narwhals as nw

    opened, files = checks.read(asked.opened, due, answers.parse_volume)
    faulty = [checks.missing(due, opened), *files.checks]
    columns: dict[str, Expr] = {}
    for i, question in enumerate(asked.questions):
        opened, yes = checks.read(opened, question.column, answers.parse_counted)
        faulty += [checks.missing(question.column, opened, "missing-answer"), *yes.checks]
        faulty.append(Check("above-due", question.column, yes.value > files.value, {"due": f"={due}"}))
        counted = yes.value if question.counted == COUNTED[0] else files.value - yes.value
        columns[_ASKED.format(i)] = files.value.cast(nw.Int64)
        columns[_COUNTED.format(i)] = counted.cast(nw.Int64)
    found = _findings(opened, faulty, key)
    return replace(opened, rows=opened.rows.with_columns(**columns)), found


def _flagged(opened: Source, column: str, words: Sequence[object], name: str) -> tuple[Source, Expr]:
    """Mark the rows whose answer is one of some words, by 1 and the others by 0."""
    import narwhals as nw

    column = opened.inner(column)
    if str(opened.rows.collect_schema()[column]) == "String":
        rows = engine.mapped(opened.rows, column, dict.fromkeys(words, 1) or {_NO_WORD: 1}, name)
        return replace(opened, rows=rows), (~nw.col(name).is_null()).cast(nw.Int8)
    return opened, nw.col(column).is_in(list(words)).fill_null(value=False).cast(nw.Int8)


def _findings(opened: Source, faulty: Sequence[Check], key: str | None) -> Findings:
    """Find the cells at fault in all questions, the first of them with their rows."""
    named = {f"_cdi_{i}": check for i, check in enumerate(faulty)}
    counts, _ = engine.tally(opened.rows, {name: check.wrong for name, check in named.items()})
    found = [checks.first_of(opened, check, key, counts[name]) for name, check in named.items() if counts[name]]
    return Findings(checks.first_rows([pair for group in found for pair in group]), sum(counts.values()))


def _share(audit: Audit, keys: Sequence[str] | None, i: int) -> Estimates:
    import narwhals as nw

    asked, counted = nw.col(_ASKED.format(i)), nw.col(_COUNTED.format(i))
    if audit.design.count is not None:  # each row is so many files with the same answers
        asked, counted = (each.cast(nw.Int64) * nw.col(DRAWS) for each in (asked, counted))
    return share(audit.measuring(asked, counted), keys, measure=REVIEW)


def _table(
    questions: Sequence[Question], estimates: Mapping[str, Estimates], keys: Sequence[str], level: float, method: str
) -> Table:
    """Put the questions below each other, each row with what is stated of its question."""
    tables = [arrange(estimates[question.column], level=level, method=method) for question in questions]
    rows = [
        replace(row, label=(question.column, *(row.label if keys else ()))).stating(stated=_stated(question))
        for question, table in zip(questions, tables, strict=True)
        for row in table.rows
    ]
    order = tables[0].order if tables else {}
    return Table((QUESTION, *keys), tuple(rows), level, method, "both", order=order)


def _stated(question: Question) -> tuple[str, str]:
    return _COUNTS[question.counted], _HIGHER_IS[question.higher]


@dataclass(frozen=True, slots=True)
class _QuestionLine:
    """A row of the table with its question, and the files not asked it."""

    question: Question
    row: Row
    not_asked: int


def _line(found: Review, question: Question, row: Row) -> _QuestionLine:
    return _QuestionLine(question, row, 0 if row.withheld else found.not_asked(row))


def _unstated(row: Row) -> Row:
    """Leave out what the columns of the page say of a question."""
    return replace(row, facts=replace(row.facts, stated=()))


def _overview(found: Review, lines: Sequence[_QuestionLine], notes: Notes, remarks: tuple[str, ...]) -> Grid:
    """Lay all questions out below each other, with what is stated of each."""
    heading, last = wording.REVIEW_HEADINGS, lines[0].row
    columns: list[Column[_QuestionLine]] = [
        Column(heading["question"], lambda line: line.question.wording, kind=Kind.WORDS),
        Column(heading["answer"], lambda line: line.question.counted, kind=Kind.WORDS),
        Column(heading["higher"], lambda line: wording.higher_is(line.question.higher), kind=Kind.WORDS),
    ]
    alone = not found.audit.design.representative
    name = last.measure.name if alone else last.name
    title = titled(name, found.table, alone=alone, exact=found.audit.design.selection == "census")
    numbers = _numbers(lines, remarks)
    return grid_of(title, [*columns, *numbers, _marks(notes)], lines, name=wording.capital(name))


def _by_group(keys: Sequence[str], lines: Sequence[_QuestionLine], notes: Notes, remarks: tuple[str, ...]) -> Grid:
    """Lay one question out, a line a group of files."""
    question = lines[0].question
    columns: list[Column[_QuestionLine]] = [
        Column(key, lambda line, i=i: _named(line.row)[i], kind=Kind.WORDS)  # type: ignore[misc]
        for i, key in enumerate(keys)
    ]
    title = wording.question_title(question.wording, question.counted, question.higher)
    return grid_of(title, [*columns, *_numbers(lines, remarks), _marks(notes)], lines)


def _named(row: Row) -> Label:
    """Name a group of files, the overall one for what it is."""
    _, first, *rest = row.label
    return (wording.label_in_scope(first, row.facts.scope.value), *rest)


def _marks(notes: Notes) -> Column[_QuestionLine]:
    return Notes.column(lambda line: notes.marks([_unstated(line.row)]), always=True)


def _row(line: _QuestionLine) -> Row:
    return line.row


_NUMBERS: Sequence[Column[_QuestionLine]] = (
    Column(
        wording.REVIEW_HEADINGS["count"],
        lambda line: wording.count_of(line.row.recorded or 0, line.row.n or 0),
        row=_row,
        always=True,
    ),
    Column(wording.REVIEW_HEADINGS["rate"], lambda line: line.row.estimate, AS_RATE["estimate"], _row, name="rate"),
    Column(wording.REVIEW_HEADINGS["low"], lambda line: line.row.low, AS_RATE["low"], _row, within="rate"),
    Column(wording.REVIEW_HEADINGS["high"], lambda line: line.row.high, AS_RATE["high"], _row, within="rate"),
    Column(wording.REVIEW_HEADINGS["not_asked"], lambda line: line.not_asked or None, "{:,}".format, _row),
)


def _numbers(lines: Sequence[_QuestionLine], remarks: tuple[str, ...]) -> list[Column[_QuestionLine]]:
    """Give the columns of numbers, that of the rates headed as weighted where all of them are."""
    weighted = bool(remarks) or are_weighted(line.row for line in lines)
    return [
        replace(each, heading=rate_heading(each.heading, weighted=weighted and each.name == "rate"))
        for each in _NUMBERS
    ]


def _statements(found: Review, lines: Sequence[_QuestionLine]) -> tuple[str, ...]:
    """Say what was not stated of the questions, and what must be known to read their shares."""
    unsaid = [question for question in found.questions if question.higher is None]
    assumed = [question.wording for question in unsaid if question.counts is None]
    said = list(of_sample((line.row for line in lines), lines[0].row.measure.frame))
    if any(line.not_asked for line in lines):
        said.append(wording.NOT_ASKED)
    if assumed:
        said.append(wording.counted_assumed(assumed))
    if unsaid:
        said.append(wording.higher_assumed([question.wording for question in unsaid]))
    if found.aside:
        said.append(wording.columns_aside(found.aside))
    return tuple(said)
