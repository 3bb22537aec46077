"""Two readings of the same reports: what each says of every crime, and which of their rows are the same crime.

Rows are matched by the crime's own number where both sides have one. Otherwise they are matched within their report, by
class and then by order. Where that leaves open which crime is which, and it matters, the files are refused.

The sides may be in different engines. So the few columns that tell crimes apart, and the answers, are brought together
here; no other column leaves its engine.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar

from cdi import wording
from cdi.audits import answers
from cdi.audits.answers import DECISIONS
from cdi.audits.audit import Audit
from cdi.audits.counting import DUE, RECORDED
from cdi.audits.design import NOT_COLUMNS
from cdi.audits.nesting import id_of, number_of
from cdi.audits.volumes import label_of
from cdi.errors import DataError, DesignError, Fault, Where, fault
from cdi.reading import engine
from cdi.reading.recognition import roles_by_name
from cdi.reading.sources import no_column

if TYPE_CHECKING:
    from cdi.audits.volumes import Label

__all__ = ["ANSWERS", "SIDES", "Answer", "Matched", "Side", "Way", "disagreements", "match"]

SIDES = ("first", "second")
"""The columns of a table that name what each of the two said."""

_CATEGORY = "crime_type"
"""The column of classes where no mapping names another."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an auditor can say of a crime."""

    name: str  # as people read it
    due: bool  # whether a crime should have been recorded
    recorded: bool  # whether it was
    auditable: bool = True  # whether anything could be decided


_OF_DECISIONS: Mapping[str, Answer] = {
    name: Answer(name, decision.due, decision.recorded, decision.auditable) for name, decision in DECISIONS.items()
}
_OF_CRIMES: Mapping[tuple[int, int], Answer] = {
    (1, 1): Answer(wording.READ_RECORDED, due=True, recorded=True),
    (1, 0): Answer(wording.READ_NOT_RECORDED, due=True, recorded=False),
    (0, 0): Answer(wording.READ_NOTHING_DUE, due=False, recorded=False),
}
_OF_SEARCHES: Mapping[tuple[int, int], Answer] = {
    (1, 1): Answer(wording.READ_GROUNDS, due=True, recorded=True),
    (1, 0): Answer(wording.READ_NO_GROUNDS, due=True, recorded=False),
}


ANSWERS: Mapping[str, Answer] = {
    each.name: each for each in (*_OF_DECISIONS.values(), *_OF_CRIMES.values(), *_OF_SEARCHES.values())
}
"""Every answer, by its name: those of one name are the same in decisions, crimes and searches."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: what it is called, and its audit."""

    name: str
    audit: Audit = field(repr=False, compare=False)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the numbers: what is saved holds no row of a victim's."""
        return type(self), (self.name, self.audit.without_rows())

    def emptied(self) -> Self:
        """Keep what it is, and nothing that was counted."""
        return replace(self, audit=self.audit.emptied())


Way: TypeAlias = str
"""How rows were matched: a key of ``cdi.wording.MATCHED_BY``."""


@dataclass(frozen=True, slots=True)
class Matched:
    """Crimes that both read and of which both decided, and the rows that are not among them."""

    way: Way
    known: tuple[Answer, ...]  # what either said of any crime, in the order in which answers are listed
    # one element a crime: what the first and the second said, by its place in ``known``
    first: tuple[int, ...]
    second: tuple[int, ...]
    reports: tuple[str, ...]  # the report of each
    strata: tuple[Label, ...]  # the stratum of each, as the first has it
    labels: tuple[Label, ...]  # its category, as the first has it
    weights: tuple[float, ...]  # the weight of its report, as the first has it; nothing where reports have none
    # only_first, only_second: rows that one alone has: in all, and those in reports that both read
    only_first: tuple[int, int]
    only_second: tuple[int, int]
    undecided: int  # crimes that both have, with a decision missing on one side or both
    reclassed: int  # crimes that the second puts into another class than the first


# ---- what one side says


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one side; one element a row, in their order where they have one."""

    cases: Sequence[str]  # the crime's own number; empty where none is used
    reports: Sequence[str]  # the report; the crime's own number where none is named
    named: bool  # whether reports are named
    classes: Sequence[str]  # its class, in small letters; blank where there is none
    said: Sequence[Answer | None]  # None: not decided
    labels: Sequence[Label]
    strata: Sequence[Label]
    weights: Sequence[float]  # nothing where reports have none
    ordered: bool

    def numbers(self, row: int) -> tuple[str, ...]:
        """Give the numbers of a row as people wrote them: of its report, and its own where it is used."""
        numbers = (self.reports[row] if self.named else "", self.cases[row] if self.cases else "")
        return tuple(", ".join(number.split(engine.APART)) for number in numbers)

    def told(self, row: int) -> str:
        """Write what is said of a row."""
        said = self.said[row]
        return "" if said is None else said.name

    def same(self, rows: Sequence[int]) -> bool:
        """Tell whether the same is said in some rows, so that it does not matter which is which."""
        return len({self.said[i] for i in rows}) <= 1


def _refuse_unmatchable(first: Audit, second: Audit, by: Sequence[str]) -> None:
    """Refuse sides whose rows cannot be matched, or whose answers cannot be held against each other; all at once."""
    faults: list[Fault] = []
    for audit in (first, second):
        design, where = audit.design, Where(audit.name, audit.source.header, sheet=audit.source.sheet)
        if design.counts:
            faults.append(fault("agree-counts", got=design.due or design.count, where=where))
        elif design.cluster is None and design.case is None:
            found = roles_by_name([name for name in audit.columns if name not in design.playing])
            likely = [(role, found[role][0]) for role in ("cluster", "case") if role in found]
            faults.append(fault("agree-no-id", where=where, roles=tuple(likely)))
        if NOT_COLUMNS & set(design.nest or ()):
            faults.append(fault("agree-nest", got=wording.in_a_row(design.nest or ()), where=where))
    if (first.design.decision is None) != (second.design.decision is None):
        got = wording.listed_both(*(audit.design.decision or audit.design.recorded for audit in (first, second)))
        faults.append(fault("agree-other-answers", got=got, where=Where(second.name)))
    faults += [no_column(name, first.source) for name in by if name not in first.columns]
    if faults:
        raise DataError(faults)
    taken = [name for name in by if name in SIDES or name in wording.COLUMNS]
    if taken:
        raise DesignError.of("column-name-taken", got=wording.in_a_row(taken))
    ids = [name for name in by if name in {first.design.cluster, first.design.case}]
    if ids:
        raise DesignError.of("by-id", got=wording.in_a_row(ids))
    both = [audit.design for audit in (first, second)]
    if not (all(each.case for each in both) or all(each.cluster for each in both)):
        got = wording.listed_both(*(str(each.cluster or each.case) for each in both))
        raise DataError.of("agree-ids-differ", got=got, where=Where(second.name))


def _class_of(audit: Audit) -> str | None:
    """Name the column with the class of a crime."""
    name = audit.source.roles.get("category", _CATEGORY)
    return name if name in audit.columns else None


def _rows_of(audit: Audit, by: Sequence[str], classed: Sequence[str], *, cases: bool, searches: bool) -> _Rows:
    """Bring the columns of one side together that tell its crimes apart, and what it says of them."""
    import narwhals as nw

    design, source = audit.design, audit.source
    # the rows that could not be audited are an answer too, and are in the source alone
    rows = audit.rows if design.decision is None else source.rows
    answered = (DUE, RECORDED) if design.decision is None else (source.inner(design.decision),)
    wanted = {
        **{f"_cdi_said_{i}": name for i, name in enumerate(answered)},
        **{f"_cdi_by_{i}": name for i, name in enumerate(source.inner_names(by))},
        **{f"_cdi_class_{i}": name for i, name in enumerate(source.inner_names(classed))},
        **{f"_cdi_stratum_{i}": name for i, name in enumerate(source.inner_names(design.strata))},
        **{f"_cdi_{name}": id_of(source, design, column) for name, column in _ids(audit, cases=cases).items()},
    }
    if design.weight is not None:
        wanted["_cdi_weight"] = source.inner(design.weight)
    if source.ordered:
        rows, wanted = engine.numbered(rows), {**wanted, engine.ROW: engine.ROW}
    taken = rows.select(**{alias: nw.col(name) for alias, name in wanted.items()})
    found = engine.collect(taken.sort(engine.ROW) if source.ordered else taken)
    size = len(found["_cdi_said_0"])

    def texts(name: str) -> list[str]:
        return list(map(answers.show, found[name])) if name in found else []

    def labels(name: str, width: int) -> list[Label]:
        parts = [found[f"_cdi_{name}_{i}"] for i in range(width)]
        return _each(zip(*parts, strict=True), _label) if parts else [()] * size

    reports = texts("_cdi_report") or texts("_cdi_case")
    classes = _each(labels("class", len(classed)), _plain)
    said = _said(audit, [found[f"_cdi_said_{i}"] for i in range(len(answered))], searches=searches)
    by_labels, strata = labels("by", len(by)), labels("stratum", len(design.strata))
    named = design.cluster is not None
    weights = _each(texts("_cdi_weight"), _weight)
    return _Rows(texts("_cdi_case"), reports, named, classes, said, by_labels, strata, weights, source.ordered)


_Value = TypeVar("_Value")


def _each(values: Iterable[Any], write: Callable[[Any], _Value]) -> list[_Value]:
    """Write each of some values, those that stand often once."""
    known: dict[Any, _Value] = {}
    return [known[value] if value in known else known.setdefault(value, write(value)) for value in values]


def _label(values: Sequence[object]) -> Label:
    return tuple(map(answers.spaced, label_of(values)))


def _weight(text: str) -> float:
    """Read a weight; NaN where there is none, as a row that could not be audited may have."""
    found = answers.parse_weight(text)
    return found if isinstance(found, float) else math.nan


def _plain(label: Label) -> str:
    return " ".join(map(answers.plain_word, label))


def _ids(audit: Audit, *, cases: bool) -> dict[str, str]:
    """Name the columns that tell reports apart, and crimes where their own numbers are used."""
    named = {"report": audit.design.cluster, "case": audit.design.case if cases else None}
    return {name: column for name, column in named.items() if column is not None}


def _said(audit: Audit, columns: Sequence[Iterable[Any]], *, searches: bool) -> list[Answer | None]:
    """Read what is said of each crime; a blank decision is none."""
    if audit.design.decision is not None:
        return _each(columns[0], _decided)
    known = _OF_SEARCHES if searches else _OF_CRIMES
    pairs = [(int(due), int(recorded)) for due, recorded in zip(*columns, strict=True)]
    several = [pair for pair in pairs if pair not in known]
    if several:
        where = Where(audit.name, column=audit.design.due, sheet=audit.source.sheet)
        raise DataError.of("agree-several", got=max(several)[0], where=where, rows=len(several))
    return [known[pair] for pair in pairs]


def _decided(value: object) -> Answer | None:
    word = answers.parse_decision(answers.show(value))
    return None if word is None else _OF_DECISIONS[word]


# ---- which rows are the same crime


def match(first: Audit, second: Audit, by: Sequence[str], *, searches: bool = False) -> Matched:
    """Match the rows of two sides; every row is either of a crime that both have, or of one alone."""
    return _matched(_paired(first, second, by, searches=searches))


def disagreements(first: Audit, second: Audit, by: Sequence[str], *, searches: bool = False) -> list[tuple[str, ...]]:
    """List what must be resolved: crimes that the two decided differently, and those that one alone found.

    Each has the number of its report, its own number where it has one, and what each of them said. The reports are read
    by both.
    """
    paired = _paired(first, second, by, searches=searches)
    ours, theirs = paired.ours, paired.theirs
    shared = _shared(ours, theirs)
    found = [
        (*ours.numbers(i), ours.told(i), theirs.told(j))
        for i, j in paired.pairs
        if None not in (ours.said[i], theirs.said[j]) and ours.said[i] != theirs.said[j]
    ]
    for place, rows in enumerate((ours, theirs)):
        taken = {pair[place] for pair in paired.pairs}
        for i in range(len(rows.said)):
            if i not in taken and rows.reports[i] in shared:
                told = (rows.told(i), wording.NOT_THERE)
                found.append((*rows.numbers(i), *(told if place == 0 else reversed(told))))
    return sorted(found)


@dataclass(frozen=True, slots=True)
class _Paired:
    """Both sides, and which of their rows are the same crime."""

    ours: _Rows
    theirs: _Rows
    pairs: Sequence[tuple[int, int]]
    way: Way


def _paired(first: Audit, second: Audit, by: Sequence[str], *, searches: bool) -> _Paired:
    _refuse_unmatchable(first, second, by)
    cases = first.design.case is not None and second.design.case is not None
    classed = [_class_of(audit) for audit in (first, second)]
    common = [name for name in by if name in second.columns]
    columns = [[name] if name is not None and None not in classed else common for name in classed]
    ours, theirs = (
        _rows_of(audit, by if audit is first else (), own, cases=cases, searches=searches)
        for audit, own in zip((first, second), columns, strict=True)
    )
    if cases:
        pairs, way = _by_case(first, second, ours, theirs), "case"
    else:
        pairs, way = _by_report(second, ours, theirs, classed=bool(columns[0]))
    if not pairs:
        numbers = wording.listed_both(*(next(iter(side.cases or side.reports), "") for side in (ours, theirs)))
        raise DataError.of("agree-nothing-shared", got=numbers, where=Where(second.name))
    return _Paired(ours, theirs, pairs, way)


def _by_case(first: Audit, second: Audit, ours: _Rows, theirs: _Rows) -> list[tuple[int, int]]:
    """Match rows by the crime's own number, which stands once on each side and under one report."""
    place = {case: j for j, case in enumerate(theirs.cases)}
    pairs = [(i, place[case]) for i, case in enumerate(ours.cases) if case in place]
    if first.design.cluster is None or second.design.cluster is None:
        return pairs
    apart = [(i, j) for i, j in pairs if ours.reports[i] != theirs.reports[j]]
    if apart:
        i, j = apart[0]
        got = wording.listed_both(number_of(ours.reports[i]), number_of(theirs.reports[j]))
        where = Where(second.name, column=second.design.cluster, key=wording.case_called(number_of(ours.cases[i])))
        raise DataError.of("agree-report-of-case", got=got, where=where, crimes=len(apart))
    return pairs


def _by_report(second: Audit, ours: _Rows, theirs: _Rows, *, classed: bool) -> tuple[list[tuple[int, int]], Way]:
    """Match rows within their report."""
    held, found = _in_reports(ours), _in_reports(theirs)
    pairs: list[tuple[int, int]] = []
    unclear: list[str] = []
    several = False
    for report, rows in held.items():
        others = found.get(report, [])
        if len(rows) > 1 or len(others) > 1:
            several = several or bool(others)
        own = _in_report(ours, theirs, rows, others)
        if own is None:
            unclear.append(number_of(report))
        else:
            pairs += own
    if unclear:
        where = Where(second.name, column=second.design.cluster)
        raise DataError.of("agree-unclear", got=wording.first_few(unclear), where=where, reports=len(unclear))
    if not several:
        return pairs, "report"
    return pairs, "report-class-order" if classed else "report-order"


def _in_reports(rows: _Rows) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for i, report in enumerate(rows.reports):
        found.setdefault(report, []).append(i)
    return found


def _in_report(ours: _Rows, theirs: _Rows, rows: Sequence[int], others: Sequence[int]) -> list[tuple[int, int]] | None:
    """Match the rows of one report; None where that is not clear.

    Crimes of one class are matched first. As many rows on both sides are the same crimes, one of them in another class.
    """
    alike = len(rows) == len(others)
    left = list(rows)
    free = list(others)
    pairs: list[tuple[int, int]] = []
    for name in dict.fromkeys(ours.classes[i] for i in rows) if len(rows) + len(others) > 2 else ():
        one = [i for i in rows if ours.classes[i] == name]
        other = [j for j in others if theirs.classes[j] == name]
        own = _in_order(ours, theirs, one, other)
        if own is None:
            return None
        pairs += own
        left = [i for i in left if i not in {a for a, _ in own}]
        free = [j for j in free if j not in {b for _, b in own}]
    if not alike:
        return pairs
    own = _in_order(ours, theirs, left, free)
    return None if own is None else [*pairs, *own]


def _in_order(ours: _Rows, theirs: _Rows, rows: Sequence[int], others: Sequence[int]) -> list[tuple[int, int]] | None:
    """Match rows in their order; None where they have none, or one side has more, and it matters which is which."""
    if not rows or not others:
        return []
    clear = len(rows) == 1 == len(others)
    if len(rows) == len(others):
        clear = clear or (ours.ordered and theirs.ordered) or ours.same(rows) or theirs.same(others)
    else:
        clear = ours.same(rows) if len(rows) > len(others) else theirs.same(others)
    return list(zip(rows, others, strict=False)) if clear else None


def _shared(ours: _Rows, theirs: _Rows) -> set[str]:
    """Name the reports that both read, where both name them."""
    return set(ours.reports) & set(theirs.reports) if ours.named and theirs.named else set()


def _matched(paired: _Paired) -> Matched:
    """Put together what both said of the crimes that both have, and count all other rows."""
    ours, theirs, pairs = paired.ours, paired.theirs, paired.pairs
    shared = _shared(ours, theirs)
    taken = {i for i, _ in pairs}, {j for _, j in pairs}

    def alone(rows: _Rows, own: set[int]) -> tuple[int, int]:
        rest = [i for i in range(len(rows.said)) if i not in own]
        return len(rest), sum(rows.reports[i] in shared for i in rest)

    decided = [(i, j) for i, j in pairs if ours.said[i] is not None and theirs.said[j] is not None]
    said = {each for i, j in decided for each in (ours.said[i], theirs.said[j])}
    listed: Sequence[Answer] = (*_OF_DECISIONS.values(), *_OF_CRIMES.values(), *_OF_SEARCHES.values())
    known = tuple(answer for answer in dict.fromkeys(listed) if answer in said)
    place: Mapping[Answer | None, int] = {answer: i for i, answer in enumerate(known)}
    return Matched(
        paired.way,
        known,
        tuple(place[ours.said[i]] for i, _ in decided),
        tuple(place[theirs.said[j]] for _, j in decided),
        tuple(ours.reports[i] if ours.named or not theirs.named else theirs.reports[j] for i, j in decided),
        tuple(ours.strata[i] for i, _ in decided),
        tuple(ours.labels[i] for i, _ in decided),
        tuple(ours.weights[i] for i, _ in decided) if ours.weights else (),
        alone(ours, taken[0]),
        alone(theirs, taken[1]),
        len(pairs) - len(decided),
        sum(ours.classes[i] != theirs.classes[j] for i, j in decided),
    )
