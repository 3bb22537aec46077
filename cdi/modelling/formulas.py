"""A model's formula, and the sample that it is fitted to: the audit's rows, added up by what the formula names of them.

A formula is names of columns joined by ``+``, ``:`` and ``*``, and nothing that runs. Formula engines evaluate Python:
what reaches them is written by us, of what was understood here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.audits.answers import show
from cdi.audits.counting import DUE, RECORDED, WEIGHT
from cdi.audits.volumes import Label, label_of
from cdi.errors import DataError, DesignError, Fault, MethodError, Where, fault, suggestion
from cdi.reading import engine, sources
from cdi.survey.totals import weights_of

if TYPE_CHECKING:
    from cdi.audits.audit import Audit

__all__ = ["RESPONSE", "Formula", "Sample", "Term", "Variable", "parse_formula", "sample_of"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

RESPONSE = "recorded"
"""What stands on the left: whether a crime was recorded, whatever the column is called."""

_QUOTED = r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'"
_TOKEN = re.compile(
    rf"\s*(?:C\(\s*(?P<category>Q\(\s*(?:{_QUOTED})\s*\)|\w+)\s*\)"
    rf"|(?P<quoted>Q\(\s*(?:{_QUOTED})\s*\))"
    r"|(?P<name>[^\W\d]\w*)|(?P<one>1(?![\w.]))|(?P<sign>[+:*]))\s*"
)


@dataclass(frozen=True, slots=True)
class Term:
    """A column, or two that act on each other."""

    columns: tuple[str, ...]

    @property
    def name(self) -> str:
        """How the term is written in tables."""
        return ":".join(self.columns)


@dataclass(frozen=True, slots=True)
class Formula:
    """What a formula says."""

    terms: tuple[Term, ...]  # single columns first, then pairs
    categories: frozenset[str]  # columns whose numbers name categories, written ``C(name)``

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column once, in the order of the formula."""
        return tuple(term.columns[0] for term in self.terms if len(term.columns) == 1)


def parse_formula(text: object) -> Formula:
    """Read a formula such as ``recorded ~ crime_type * route + C(year) + Q("first call")``."""
    if not isinstance(text, str) or "~" not in text:
        raise MethodError.of("model-formula", got=text)
    left, _, right = text.partition("~")
    if left.strip() != RESPONSE:
        raise MethodError.of("model-response", got=left.strip() or None)
    found: dict[tuple[str, ...], None] = {}
    pieces = _pieces(right, text)
    for factors, crossed in _terms(pieces, text):
        if len(factors) > 2:
            raise MethodError.of("model-interaction-of-many", got=" and ".join(factors))
        if len(factors) == 1 or crossed:
            found.update(dict.fromkeys((factor,) for factor in factors))
        if len(set(factors)) == 2:
            known = next((pair for pair in (factors, factors[::-1]) if pair in found), factors)
            found[known] = None
    return Formula(_ordered(list(found)), frozenset(piece.name for piece in pieces if piece.name and piece.category))


class _SignedName(NamedTuple):
    """A sign, or a name; neither: the constant, which is there in any case."""

    sign: str = ""
    name: str | None = None
    category: bool = False  # whether its numbers name categories


def _pieces(right: str, text: str) -> list[_SignedName]:
    """Cut the right side into names and signs."""
    pieces, at = [], 0
    while at < len(right):
        match = _TOKEN.match(right, at)
        if match is None or (match["name"] is not None and right[match.end() : match.end() + 1] == "("):
            raise MethodError.of("model-formula", got=text.strip())
        at = match.end()
        name = match["category"] or match["quoted"] or match["name"]
        if name is not None and name.startswith("Q("):
            quoted = name[2:-1].strip()
            name = quoted[1:-1].replace(quoted[0] * 2, quoted[0])  # a quotation mark inside it is written twice
        pieces.append(_SignedName(match["sign"] or "", name, category=match["category"] is not None))
    return pieces


def _terms(pieces: list[_SignedName], text: str) -> list[tuple[tuple[str, ...], bool]]:
    """Read names and signs in turn: the columns of each term, and whether ``*`` asks for each alone as well."""
    terms: list[tuple[tuple[str, ...], bool]] = []
    part: list[str | None] = []
    signs: list[str] = []
    for place, piece in enumerate([*pieces, _SignedName("+")]):
        if (place % 2 == 0) == bool(piece.sign):
            raise MethodError.of("model-formula", got=text.strip())
        if not piece.sign:
            part.append(piece.name)
        elif piece.sign != "+":
            signs.append(piece.sign)
        else:
            names = tuple(name for name in part if name is not None)
            if len(names) < len(part) > 1:  # the constant acts on nothing
                raise MethodError.of("model-formula", got=text.strip())
            if names:
                terms.append((names, "*" in signs))
            part, signs = [], []
    if not terms:
        raise MethodError.of("model-no-terms", got=text.strip())
    return terms


def _ordered(found: list[tuple[str, ...]]) -> tuple[Term, ...]:
    """Put single columns before pairs; a pair needs both of its columns alone."""
    alone = [columns for columns in found if len(columns) == 1]
    pairs = [columns for columns in found if len(columns) == 2]
    for one, other in pairs:
        if (one,) not in alone or (other,) not in alone:
            raise MethodError.of("model-interaction-alone", got=f"{one}:{other}", one=one, other=other)
    return tuple(Term(columns) for columns in (*alone, *pairs))


# ---- what it names, in the rows

_TIMES = "_cdi_times"
_NUMBER = re.compile(r"[+-]?(0|[1-9][0-9]*)?(\.[0-9]+)?")
"""A text that is a number and no code: no zero stands before its digits."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A column of the formula: categories, the reference first, or a number."""

    column: str
    categories: tuple[str, ...]
    data: Floats
    """Positions in the categories, or the numbers; one a cell."""

    @property
    def is_number(self) -> bool:
        """Whether the column holds numbers."""
        return not self.categories


@dataclass(frozen=True, slots=True)
class Sample:
    """The crimes of each report, apart by what the formula names; one element a cell.

    ``times`` says how many reports a cell stands for: one, or rows that are alike and independent.
    """

    due: Floats
    recorded: Floats
    weight: Floats
    group: Ints
    report: Ints
    times: Floats
    variables: tuple[Variable, ...]
    reports: int
    """Reports with crimes."""
    freedom: int
    """The same less strata with crimes, of those strata that were not audited in full."""


def sample_of(audit: Audit, formula: Formula, reference: Mapping[str, str]) -> Sample:
    """Fetch the columns of a formula, and no others, added up in the rows' own engine."""
    _check(audit, formula.columns)
    found = _fetch(audit, formula.columns)
    held = np.asarray(found[DUE]).astype(np.float64) > 0
    found = {name: values[held] for name, values in found.items()}
    due, recorded = (np.asarray(found[name]).astype(np.float64) for name in (DUE, RECORDED))
    crimes, total = int((due * found[_TIMES]).sum()), int((recorded * found[_TIMES]).sum())
    if total in {0, crimes}:
        raise DataError.of(
            "model-all-alike", got=wording.all_alike(crimes, recorded=total > 0), where=Where(audit.name)
        )
    place = {label: i for i, label in enumerate(audit.strata.labels)}
    inner = audit.source.inner
    labels = _labels([found[inner(key)] for key in audit.strata.keys], len(due))
    stratum = np.array([place[label] for label in labels], dtype=np.int64)
    weight = weights_of(audit, found[WEIGHT]) if audit.design.weight else audit.strata.weight[stratum]
    times = np.asarray(found[_TIMES]).astype(np.float64)
    report = _codes(found[audit.cluster]) if audit.cluster else np.arange(len(due))
    schema = audit.rows.collect_schema()
    variables = tuple(
        _variable(audit, name, found[inner(name)], getattr(schema[inner(name)], "categories", ()), formula, reference)
        for name in formula.columns
    )
    _refuse_references(reference, variables)
    group = audit.strata.group[stratum]
    reports, freedom = _reports(audit, group, report, times)
    return Sample(due, recorded, weight / weight.mean(), group, report, times, variables, reports, freedom)


def _check(audit: Audit, columns: Sequence[str]) -> None:
    if audit.undecided:
        raise DataError.of("undecided", got=wording.undecided(audit.undecided), where=audit.first_undecided)
    design = audit.design
    absent = [name for name in columns if name not in audit.columns]
    if absent:
        raise DataError([sources.no_column(name, audit.source) for name in absent])
    if design.counts:
        raise DesignError.of("model-of-counts", where=Where(audit.name))
    ids = [name for name in columns if name in {design.cluster, design.case}]
    if ids:
        raise DesignError.of("by-id", got=wording.in_a_row(ids))
    answers = [name for name in columns if name == (design.decision or design.recorded)]
    if answers:
        raise MethodError.of("model-own-answer", got=wording.in_a_row(answers))
    if design.selection != "random" or not (audit.strata.left > 0).any():
        got = wording.selected_as(design.selection if design.selection != "random" else "census")
        raise DesignError.of("model-needs-sample", got=got, where=Where(audit.name))


def _fetch(audit: Audit, columns: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
    cluster = audit.cluster
    apart = list(dict.fromkeys([*([cluster] if cluster else []), *audit.apart, *audit.source.inner_names(columns)]))
    if cluster:
        found = engine.collect(engine.sums(audit.rows, apart, [DUE, RECORDED]))
        return {**found, _TIMES: np.ones(len(found[DUE]))}
    return engine.collect(engine.sums(audit.rows, [*apart, DUE, RECORDED], (), count=_TIMES))


def _codes(values: npt.NDArray[Any]) -> Ints:
    known: dict[object, int] = {}
    return np.array([known.setdefault(value, len(known)) for value in values], dtype=np.int64)


def _labels(columns: Sequence[npt.NDArray[Any]], rows: int) -> list[Label]:
    """Name each row by the values of some columns; a value that comes again is written once."""
    known: dict[tuple[object, ...], Label] = {}
    found = []
    for values in zip(*columns, strict=True) if columns else [()] * rows:
        if values not in known:
            known[values] = label_of(values)
        found.append(known[values])
    return found


def _reports(audit: Audit, group: Ints, report: Ints, times: Floats) -> tuple[int, int]:
    """Count reports with crimes, and these less strata with crimes; strata audited in full show no variation."""
    open_ = np.bincount(audit.strata.group, audit.strata.left) > 0
    _, first = np.unique(report, return_index=True)
    reports = np.bincount(group[first], times[first], len(open_))
    return int(reports.sum()), int((reports[open_ & (reports > 0)] - 1).sum())


def _variable(
    audit: Audit, name: str, found: npt.NDArray[Any], order: Sequence[object], formula: Formula,
    reference: Mapping[str, str],
) -> Variable:  # fmt: skip
    """Read a column as numbers where all of it is, else as categories: ordered as the user's are, or by name."""
    if name not in formula.categories and not len(order):
        numbers = _numbers(audit, name, found)
        if numbers is not None:
            if len(np.unique(numbers)) == 1:
                raise DataError.of("model-one-category", got=show(found[0]), where=Where(audit.name), column=name)
            return Variable(name, (), numbers)
    labels = [label[0] for label in _labels([found], len(found))]
    present = set(labels)
    ordered = [label for label in (str(value) for value in order) if label in present]
    categories = [*ordered, *sorted(present - set(ordered))]
    if len(categories) == 1:
        raise DataError.of("model-one-category", got=categories[0], where=Where(audit.name), column=name)
    if name in reference:
        first = str(reference[name])
        if first not in categories:
            hint = suggestion(first, categories)
            raise MethodError.of("model-reference", got=first, column=name, hint=hint)
        categories = [first, *(label for label in categories if label != first)]
    place = {label: float(i) for i, label in enumerate(categories)}
    return Variable(name, tuple(categories), np.array([place[label] for label in labels]))


def _numbers(audit: Audit, name: str, found: npt.NDArray[Any]) -> Floats | None:
    """Give the numbers of a column; None where it holds categories."""
    texts = found.dtype.kind in "OTU"
    if found.dtype.kind == "b" or not (texts or found.dtype.kind in "iuf"):
        return None
    known = [value for value in found if not engine.absent(value)]
    if not known or any(isinstance(value, bool) or not _is_number(value) for value in known):
        return None
    wrong: list[Fault] = [
        fault("model-number", got=wording.numbers_missing(count, first), where=Where(audit.name), column=name)
        for first, count in _unusable(found)
    ]
    if wrong:
        raise DataError(wrong)
    return np.array([float(value) for value in found])


def _is_number(value: object) -> bool:
    if isinstance(value, str):
        return bool(value.strip()) and _NUMBER.fullmatch(value.strip()) is not None
    try:
        float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
    return True


def _unusable(found: npt.NDArray[Any]) -> list[tuple[str, int]]:
    wrong = [value for value in found if engine.absent(value) or not math.isfinite(float(value))]
    return [(show(wrong[0]), len(wrong))] if wrong else []


def _refuse_references(reference: Mapping[str, str], variables: Sequence[Variable]) -> None:
    known = {variable.column for variable in variables if not variable.is_number}
    wrong = [name for name in reference if name not in known]
    if wrong:
        raise MethodError.of("model-reference-column", got=wording.in_a_row(map(str, wrong)))
