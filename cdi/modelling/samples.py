"""What a model is fitted to: the audit's rows, added up by report and by what the formula names of them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.audits.answers import show
from cdi.audits.counting import DUE, RECORDED, WEIGHT
from cdi.audits.volumes import Label, label_of
from cdi.errors import DataError, DesignError, Fault, MethodError, Where, fault, suggestion
from cdi.parameters import names_of
from cdi.reading import engine, sources

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.modelling.formulas import Formula

__all__ = ["Sample", "Variable", "sample_of"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

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
    keys = audit.strata.keys
    labels = _labels([found[key] for key in keys], len(due))
    stratum = np.array([place[label] for label in labels], dtype=np.int64)
    weight = np.asarray(found[WEIGHT]).astype(np.float64) if audit.design.weight else audit.strata.weight[stratum]
    times = np.asarray(found[_TIMES]).astype(np.float64)
    report = _codes(found[audit.design.cluster]) if audit.design.cluster else np.arange(len(due))
    schema = audit.rows.collect_schema()
    variables = tuple(
        _variable(audit, name, found[name], getattr(schema[name], "categories", ()), formula, reference)
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
    ids = [name for name in columns if name in {design.cluster, design.case}]
    if ids:
        raise DesignError.of("by-id", got=", ".join(ids))
    answers = [name for name in columns if name == (design.decision or design.recorded)]
    if answers:
        raise MethodError.of("model-own-answer", got=", ".join(answers))
    if design.selection != "random" or not (audit.strata.left > 0).any():
        got = wording.selected_as(design.selection if design.selection != "random" else "census")
        raise DesignError.of("model-needs-sample", got=got, where=Where(audit.name))


def _fetch(audit: Audit, columns: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
    cluster = audit.design.cluster
    apart = list(dict.fromkeys([*([cluster] if cluster else []), *audit.apart, *columns]))
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
    wrong = [name for name in names_of(reference) if name not in known]
    if wrong:
        raise MethodError.of("model-reference-column", got=", ".join(map(str, wrong)))
