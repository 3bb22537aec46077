"""The fit: a logistic regression by statsmodels, and the variance of its coefficients under the design.

The estimates are those of generalised estimating equations with an independent working correlation, which for it are
those of the weighted regression. statsmodels' sandwich knows clusters; strata and the finite population correction are
added here, as in R's ``survey::svyglm`` (Binder 1983).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.errors import DataError, DesignError, Fault, Where, fault

if TYPE_CHECKING:
    import pandas as pd

    from cdi.audits.strata import Strata
    from cdi.modelling.formulas import Formula, Sample, Variable

__all__ = ["Fit", "Parts", "fit"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

_SEPARATED = 1e-7
_NAMED = re.compile(r"x(\d+)(?:\[T\.L(\d+)\])?")


Parts: TypeAlias = tuple[tuple[int, int | None], ...]
"""What a coefficient is of: a column of the user's and its category, or two; none: the constant.

Both are places, of the column in the formula and of the category in the column; the category of a number is None."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted model; ``frame`` holds what its crimes are, once each, and ``mass`` their weight."""

    parts: tuple[Parts, ...]  # one a coefficient
    estimates: Floats
    covariance: Floats
    df: int
    formula: str
    frame: pd.DataFrame
    mass: Floats

    def mean(self, changes: Mapping[str, Any]) -> tuple[float, Floats]:
        """Average the chance to be recorded over all crimes, had they these values, with its gradient."""
        rows = self.frame.copy()
        for name, column in changes.items():
            rows[name] = column
        design = np.asarray(_regression(self.formula, rows.assign(recorded=0.0)).exog)
        chance = _chance(design @ self.estimates)
        slope = (self.mass * chance * (1 - chance)) @ design
        return float(self.mass @ chance / self.mass.sum()), np.asarray(slope / self.mass.sum())


def fit(sample: Sample, formula: Formula, strata: Strata, name: str | None) -> Fit:
    """Fit the model, or say why there is none."""
    frame, pattern = _frame(sample)
    weight = sample.weight * sample.times
    mass, of_recorded, crimes, recorded = (
        np.bincount(pattern, values, len(frame)).astype(np.float64)
        for values in (
            weight * sample.due,
            weight * sample.recorded,
            sample.times * sample.due,
            sample.times * sample.recorded,
        )
    )
    text = _written(formula)
    described = _regression(text, frame.assign(recorded=0.0))
    design = np.asarray(described.exog)
    _refuse(sample, formula, design, list(described.exog_names), crimes, recorded, name)
    df = sample.freedom + 1 - design.shape[1]
    if df < 1:
        needed = sample.reports - sample.freedom + design.shape[1]
        raise DesignError.of("model-few-reports", got=f"{sample.reports:,}", where=Where(name), needed=needed)
    estimates = _estimates(text, frame, mass, of_recorded)
    chance = _chance(design @ estimates)
    bread = np.linalg.inv((design.T * (mass * chance * (1 - chance))) @ design)
    residual = sample.weight * (sample.recorded - sample.due * chance[pattern])
    meat = _meat(sample, residual[:, None] * design[pattern], strata)
    parts = tuple(_parts(each) for each in described.exog_names)
    return Fit(parts, estimates, bread @ meat @ bread, df, text, frame, mass)


def _estimates(text: str, frame: pd.DataFrame, mass: Floats, of_recorded: Floats) -> Floats:
    """Fit one row for the crimes recorded of each pattern and one for those not recorded, by their weight."""
    import pandas as pd

    of_missing = mass - of_recorded
    rows = pd.concat([frame.assign(recorded=1.0)[of_recorded > 0], frame.assign(recorded=0.0)[of_missing > 0]])
    weights = np.r_[of_recorded[of_recorded > 0], of_missing[of_missing > 0]]
    regression = _regression(text, rows.reset_index(drop=True), weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        # on the way a residual scale is computed, for which there may be no row to spare
        found = regression.fit(maxiter=100, tol=1e-13, tol_criterion="params")
    return np.asarray(found.params)


def _chance(odds: Floats) -> Floats:
    from scipy.special import expit

    return np.asarray(expit(odds))


def _frame(sample: Sample) -> tuple[pd.DataFrame, Ints]:
    """List what the crimes are, once each, under names that no formula can trip over."""
    import pandas as pd

    stacked = np.column_stack([variable.data for variable in sample.variables])
    known, pattern = np.unique(stacked, axis=0, return_inverse=True)
    columns = {f"x{i}": _column(variable, known[:, i]) for i, variable in enumerate(sample.variables)}
    return pd.DataFrame(columns), pattern.ravel()


def _column(variable: Variable, values: Floats) -> Any:
    import pandas as pd

    if variable.is_number:
        return values
    names = [f"L{i}" for i in range(len(variable.categories))]
    return pd.Categorical([names[int(value)] for value in values], categories=names)


def _written(formula: Formula) -> str:
    place = {column: f"x{i}" for i, column in enumerate(formula.columns)}
    return "recorded ~ " + " + ".join(":".join(place[column] for column in term.columns) for term in formula.terms)


def _regression(formula: str, frame: pd.DataFrame, mass: Floats | None = None) -> Any:
    """Hand a model to statsmodels' formula interface."""
    # neither ships types
    from statsmodels.genmod.families import Binomial  # type: ignore[import-untyped]
    from statsmodels.genmod.generalized_linear_model import GLM  # type: ignore[import-untyped]

    return GLM.from_formula(formula, frame, family=Binomial(), var_weights=mass)


def _parts(name: str) -> Parts:
    """Read what a column of the regression stands for, as the formula interface names those of ours."""
    found = [_NAMED.fullmatch(part) for part in name.split(":")]
    return tuple((int(part[1]), None if part[2] is None else int(part[2])) for part in found if part is not None)


def _meat(sample: Sample, scores: Floats, strata: Strata) -> Floats:
    """Compute the variance of the sum of scores over reports: stratified, with the finite population correction."""
    size, groups = scores.shape[1], int(strata.group.max()) + 1
    drawn, left = np.zeros(groups), np.zeros(groups)
    drawn[strata.group], left[strata.group] = strata.drawn_together, strata.left
    report = np.unique(sample.report, return_inverse=True)[1].ravel()
    count = int(report.max()) + 1
    of_report = np.column_stack([np.bincount(report, scores[:, j], count) for j in range(size)])
    group, times = np.zeros(count, dtype=np.int64), np.zeros(count)
    group[report], times[report] = sample.group, sample.times
    met = np.unique(group)
    lonely = (drawn[met] == 1) & (left[met] > 0)
    total = np.zeros((size, size))
    for one in met:
        scored, n = of_report[group == one], drawn[one]
        weighted = scored * times[group == one, None]
        squares, sums = scored.T @ weighted, weighted.sum(axis=0)
        if n > 1:
            total += left[one] * n / (n - 1) * (squares - np.outer(sums, sums) / n)
        elif strata.single_cluster == "adjust":
            total += left[one] * squares
    if strata.single_cluster == "average" and lonely.any():
        single = int(((drawn == 1) & (left > 0)).sum())
        total *= groups / (groups - single)
    return total


# ---- what no model fits


def _refuse(
    sample: Sample, formula: Formula, design: Floats, names: list[str], crimes: Floats, recorded: Floats,
    name: str | None,
) -> None:  # fmt: skip
    """Refuse samples in which some odds ratio has no finite value, and say where."""
    where = Where(name)
    places = {variable.column: i for i, variable in enumerate(sample.variables)}
    for term in formula.terms:
        chosen = [sample.variables[places[column]] for column in term.columns]
        if not any(variable.is_number for variable in chosen):
            faults = _alike(sample, chosen, where)
            if faults:
                raise DataError(faults)
    scaled = design / np.abs(design).max(axis=0)
    known = 0
    for j in range(design.shape[1]):
        rank = int(np.linalg.matrix_rank(scaled[:, : j + 1]))
        if rank == known:
            column = ":".join(sample.variables[i].column for i, _ in _parts(names[j]))
            raise DataError.of("model-collinear", where=where, got=column, column=column)
        known = rank
    if _separates(scaled, crimes, recorded):
        raise DataError.of("model-separated-together", where=where)


def _alike(sample: Sample, chosen: Sequence[Variable], where: Where) -> list[Fault]:
    """Find the categories, or pairs of them, in which there is no crime, or all or none were recorded."""
    sizes = [len(variable.categories) for variable in chosen]
    cell = np.ravel_multi_index([variable.data.astype(np.int64) for variable in chosen], sizes)
    count = int(np.prod(sizes))
    crimes = np.bincount(cell, sample.times * sample.due, count)
    recorded = np.bincount(cell, sample.times * sample.recorded, count)
    faults = []
    column = ":".join(variable.column for variable in chosen)
    for i in np.flatnonzero((recorded == 0) | (recorded == crimes)):
        places = np.unravel_index(i, sizes)
        key = ", ".join(variable.categories[int(at)] for variable, at in zip(chosen, places, strict=True))
        if not crimes[i]:
            faults.append(fault("model-empty-pair", got=f"none in {key}", where=where, column=column))
            continue
        got = wording.all_alike(int(crimes[i]), recorded=bool(recorded[i] > 0))
        place = replace(where, key=wording.category_key(key), column=column)
        faults.append(fault("model-separated", got=got, where=place, column=column))
    return faults


def _separates(design: Floats, crimes: Floats, recorded: Floats) -> bool:
    """Tell whether some sum of the terms has crimes recorded on one side only and not recorded on the other.

    A linear programme (Konis 2007): coefficients within -1 and 1 under which no crime is on the wrong side, and some
    are not on the border.
    """
    from scipy.optimize import linprog

    sign = np.where(recorded == crimes, 1.0, np.where(recorded == 0, -1.0, 0.0))
    sided, mixed = design[sign != 0] * sign[sign != 0, None], design[sign == 0]
    if not len(sided):
        return False
    found = linprog(
        -sided.sum(axis=0),
        A_ub=-sided,
        b_ub=np.zeros(len(sided)),
        A_eq=mixed if len(mixed) else None,
        b_eq=np.zeros(len(mixed)) if len(mixed) else None,
        bounds=(-1, 1),
    )
    return bool(found.status == 0 and float(found.fun or 0) < -_SEPARATED)
