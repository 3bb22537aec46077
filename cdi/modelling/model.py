"""What goes with not recording: odds ratios and differences in the recording rate, allowing for each other.

The estimates are those of generalised estimating equations with an independent working correlation, which for it are
those of the weighted regression. statsmodels' sandwich knows clusters; strata and the finite population correction are
added here, as in R's ``survey::svyglm`` (Binder 1983).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.binomial.intervals import tail_of
from cdi.errors import DataError, DesignError, Fault, MethodError, Where, fault
from cdi.measures import MEASURES
from cdi.modelling.formulas import Formula, Sample, parse_formula, sample_of
from cdi.parameters import LEVEL
from cdi.printing import formats
from cdi.printing.layout import Column, Kind, Page, grid_of
from cdi.printing.lines import level_text
from cdi.printing.tables import Row, Table
from cdi.showing import Shown

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from cdi.audits.audit import Audit
    from cdi.audits.strata import Strata
    from cdi.explaining.explanation import Explanation
    from cdi.modelling.formulas import Variable

__all__ = ["MARGINAL", "ODDS_RATIO", "Base", "Fit", "Model", "Parts", "fit", "model", "odds_as_printed"]

Floats: TypeAlias = npt.NDArray[np.float64]

ODDS_RATIO, MARGINAL = MEASURES["odds-ratio"], MEASURES["marginal-difference"]

METHOD = "survey logistic regression"
_NEAR = 0.05
ENOUGH = 10
"""Crimes of the rarer outcome for each term, below which odds ratios lean away from 1 (Peduzzi and others 1996)."""


@dataclass(frozen=True, slots=True)
class Base:
    """The crimes that a category of the model rests on, or a pair of categories that act on each other."""

    columns: tuple[str, ...]
    label: tuple[str, ...]
    due: int
    recorded: int
    # the same with weights, which are 1 on average
    weighted_due: float = 0.0
    weighted_recorded: float = 0.0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Model(Shown):
    """What goes with recording and not recording: a logistic regression under the sample design.

    Attributes
    ----------
    formula : str
        The formula as it was given.
    table : Table
        The odds ratios and the average differences in the recording rate (as proportions), unrounded, with one row for
        each. The standard error of an odds ratio is that of its logarithm times the odds ratio.
    parts : tuple
        For each coefficient, the columns that it is about, each with its category, or None for a number. The constant
        has none.
    coefficients : float array
        The log odds ratios.
    covariance : float array
        The covariance of the coefficients under the design.
    assumed : cdi.wording.Assumed
        What the model assumes. ``assumptions`` says it in words.
    bases : tuple of Base
        The crimes of each category and pair: :func:`cdi.protect` tells by them whether the model may be published.
    fitted : Fit or None
        The fit, for the working. A pickle holds none.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> rows = {"kind": ["a", "b"] * 20, "recorded": [1, 1, 1, 0, 0, 1, 1, 1] * 5}
    >>> cdi.read_audit(pd.DataFrame(rows)).model("recorded ~ kind")
    <cdi.Model: recorded ~ kind, 40 crimes, 95%>
    """

    formula: str
    table: Table
    parts: tuple[tuple[tuple[str, str | None], ...], ...]
    coefficients: Floats = field(compare=False)
    covariance: Floats = field(compare=False)
    assumed: wording.Assumed = field(repr=False)
    bases: tuple[Base, ...] = field(repr=False)
    fitted: Fit | None = field(default=None, repr=False, compare=False)  # the fit, while it is there

    @property
    def names(self) -> tuple[str, ...]:
        """The coefficients: ``Intercept``, ``crime_type[violent]``, ``crime_type[violent]:route[online]``."""
        names = []
        for parts in self.parts:
            written = [column if category is None else f"{column}[{category}]" for column, category in parts]
            names.append(":".join(written) or "Intercept")
        return tuple(names)

    @property
    def df(self) -> int:
        """The degrees of freedom: reports with crimes, less strata, plus 1, less coefficients."""
        return self.assumed.df

    @property
    def crimes(self) -> int:
        """The number of crimes that the model was fitted to."""
        return self.table.rows[0].n or 0

    @property
    def recorded(self) -> int:
        """The number of these crimes that were recorded."""
        return self.table.rows[0].recorded or 0

    @property
    def reports(self) -> int:
        """The number of reports that these crimes come from."""
        return self.table.rows[0].clusters or 0

    @property
    def said(self) -> tuple[str, ...]:
        """What the odds ratios and differences say, in words."""
        return tuple(_said(self))

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What the model assumes, and how the intervals were made."""
        return tuple(wording.model_assumptions(self.assumed, level_text(self.table.level)))

    @property
    def params(self) -> pd.Series:
        """The coefficients as statsmodels gives them: log odds ratios by name."""
        import pandas as pd

        return pd.Series(self.coefficients, index=list(self.names))

    def cov_params(self) -> pd.DataFrame:
        """Give the covariance of the coefficients, by name."""
        import pandas as pd

        return pd.DataFrame(self.covariance, index=list(self.names), columns=list(self.names))

    def explain(self, row: str | Sequence[str] | None = None) -> Explanation:
        """Work odds ratios and differences out, from the coefficients and standard errors of the fit.

        Parameters
        ----------
        row : str or sequence of str, optional
            The term, or the term and the category, as they are printed. If None, all.

        Examples
        --------
        >>> import pandas as pd, cdi
        >>> rows = pd.DataFrame({"kind": ["a", "b"] * 20, "recorded": [1, 1, 1, 0, 0, 1, 1, 0] * 5})
        >>> found = cdi.read_audit(rows).model("recorded ~ kind").explain("kind")
        >>> [step.working for step in found.steps if step.symbol == "OR"]
        ['OR = exp(b) = exp(-1.09861229) = 0.33333333']
        """
        from cdi.explaining.explanation import explain

        return explain(self, row)

    def page(self, **_options: Any) -> Page:
        """Lay the model out for people: the table, what it says, what it assumes."""
        return _page(self)

    def draw(self, axes: Axes) -> None:
        """Draw the odds ratios with their intervals about 1, where there is no difference."""
        from matplotlib.ticker import LogLocator, NullLocator

        from cdi.charts.rate_charts import draw_rates

        rows = [replace(row, label=(wording.model_tick(*row.label),)) for row in self.table.of(ODDS_RATIO.key)]
        draw_rates(axes, replace(self.table, rows=tuple(rows)))
        axes.axvline(1.0, color="black", linewidth=1, zorder=0)
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")

    def wide(self) -> pd.DataFrame:
        """Give one row for each category, with its odds ratio and the difference in the recording rate.

        Returns
        -------
        pandas.DataFrame
            ``term``, ``category``, ``reference``, ``odds_ratio``, ``low``, ``high``, ``due``, ``recorded``,
            ``difference``, ``difference_low``, ``difference_high``, ``notes``; unrounded, differences as proportions.
        """
        from cdi.printing.tables import wide_of

        return wide_of(self.table, {"odds_ratio": ODDS_RATIO, "difference": MARGINAL})

    def __repr__(self) -> str:
        return f"<cdi.Model: {self.formula}, {self.crimes:,} crimes, {level_text(self.table.level)}>"


def model(audit: Audit, formula: str, *, reference: Mapping[str, str] | None = None, level: float = LEVEL) -> Model:
    """Fit what goes with recording and not recording.

    Notes
    -----
    The estimates are those of generalised estimating equations with independence as the working correlation; the
    variance is that of R's ``survey::svyglm`` (Binder 1983, International Statistical Review 51:279-292).
    """
    tail_of(level, "both")
    read = parse_formula(formula)
    if reference is not None and not isinstance(reference, Mapping):
        raise MethodError.of(
            "model-reference-column", got=reference if isinstance(reference, str) else type(reference).__name__
        )
    sample = sample_of(audit, read, reference or {})
    fitted = fit(sample, read, audit.strata, audit.name)
    table = Table(wording.MODEL_KEYS, tuple(_rows(sample, fitted, level)), level, METHOD, "both")
    parts = tuple(_named(sample, each) for each in fitted.parts)
    assumed = _assumed(audit, sample, read, fitted)
    bases = tuple(_bases(sample, read))
    return Model(formula.strip(), table, parts, fitted.estimates, fitted.covariance, assumed, bases, fitted)


def _bases(sample: Sample, formula: Formula) -> Iterator[Base]:
    """Count the crimes of all together, of each category, and of each pair in an interaction; numbers have none."""
    yield Base((), (), *_counts(sample))
    variables = {variable.column: variable for variable in sample.variables if not variable.is_number}
    for columns in dict.fromkeys(tuple(name for name in term.columns if name in variables) for term in formula.terms):
        if not columns:
            continue
        places = np.stack([variables[name].data for name in columns])
        cells, cell = np.unique(places, axis=1, return_inverse=True)
        due, recorded, weighted_due, weighted_recorded = (
            np.bincount(cell.ravel(), times * values, cells.shape[1])
            for times in (sample.times, sample.times * sample.weight)
            for values in (sample.due, sample.recorded)
        )
        for i, place in enumerate(cells.T.astype(int)):
            label = tuple(variables[name].categories[at] for name, at in zip(columns, place, strict=True))
            weighted = float(weighted_due[i]), float(weighted_recorded[i])
            yield Base(columns, label, int(due[i]), int(recorded[i]), *weighted)


def _counts(sample: Sample) -> tuple[int, int]:
    return int(sample.times @ sample.due), int(sample.times @ sample.recorded)


def _named(sample: Sample, parts: Parts) -> tuple[tuple[str, str | None], ...]:
    """Name columns and categories by their places."""
    named: list[tuple[str, str | None]] = []
    for i, at in parts:
        variable = sample.variables[i]
        named.append((variable.column, None if at is None else variable.categories[at]))
    return tuple(named)


def _assumed(audit: Audit, sample: Sample, formula: Formula, fitted: Fit) -> wording.Assumed:
    crimes, recorded = _counts(sample)
    rarer, terms = min(recorded, crimes - recorded), len(fitted.estimates) - 1
    return wording.Assumed(
        cluster=audit.design.cluster,
        strata=audit.strata.keys,
        weight=audit.design.weight,
        frame=audit.strata.population is not None,
        df=fitted.df,
        numbers=tuple(variable.column for variable in sample.variables if variable.is_number),
        pairs=any(len(term.columns) > 1 for term in formula.terms),
        sparse=rarer if rarer < ENOUGH * terms else None,
        classes=audit.design.recorded_as is not None,
    )


# ---- the fit: a logistic regression by statsmodels, and the variance of its coefficients under the design

Ints: TypeAlias = npt.NDArray[np.int64]

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

    def without_rows(self) -> None:
        """Keep nothing where it is saved: crimes that are alike in numbers may be one crime."""

    def design(self, changes: Mapping[str, Any]) -> Floats:
        """Give what each coefficient is multiplied by, a row for each kind of crime, had they these values."""
        rows = self.frame.copy()
        for name, column in changes.items():
            rows[name] = column
        return np.asarray(_regression(self.formula, rows.assign(recorded=0.0)).exog)

    def pair(self, place: int, at: int | None) -> tuple[Floats, Floats]:
        """Give that of a category and of the reference, or of a number that is one more and as it is."""
        import pandas as pd

        name, rows = f"x{place}", len(self.frame)
        if at is None:
            now = self.frame[name].to_numpy(dtype=np.float64)
            return self.design({name: now + 1}), self.design({name: now})
        names = list(self.frame[name].cat.categories)
        high, low = (pd.Categorical([names[code]] * rows, categories=names) for code in (at, 0))
        return self.design({name: high}), self.design({name: low})

    def mean(self, design: Floats) -> tuple[float, Floats]:
        """Average the chance to be recorded over all crimes, had they these values, with its gradient."""
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


# ---- from the fit to rows


def _rows(sample: Sample, fitted: Fit, level: float) -> list[Row]:
    """Make the rows: odds ratios in the order of the coefficients, each difference after its odds ratio."""
    (crimes, recorded), df = _counts(sample), fitted.df
    found = []
    for j, parts in enumerate(fitted.parts):
        if not parts:
            continue
        label = _label(sample, parts)
        log, se = fitted.estimates[j], math.sqrt(fitted.covariance[j, j])
        low, high = _ends(log, se, df, level)
        numbers = [(ODDS_RATIO, math.exp(log), math.exp(low), math.exp(high), math.exp(log) * se)]
        if len(parts) == 1:
            estimate, se = _difference(fitted, *parts[0])
            numbers.append((MARGINAL, estimate, *_ends(estimate, se, df, level), se))
        found += [
            Row(label, measure, value, low, high, level, METHOD, se, crimes, recorded, sample.reports, df=float(df))
            for measure, value, low, high, se in numbers
        ]
    return found


def _label(sample: Sample, parts: Parts) -> tuple[str, str, str]:
    """Name a row by its column, its category, and what that is held against; an interaction by both."""
    term = ":".join(column for column, _ in _named(sample, parts))
    category = ":".join(category or wording.ONE_MORE for _, category in _named(sample, parts))
    chosen = [sample.variables[i] for i, _ in parts]
    reference = ":".join(variable.categories[0] for variable in chosen if not variable.is_number)
    return term, category, reference


def _ends(estimate: float, se: float, df: int, level: float) -> tuple[float, float]:
    from scipy.special import stdtrit

    reach = float(stdtrit(df, (1 + level) / 2)) * se
    return estimate - reach, estimate + reach


def _difference(fitted: Fit, place: int, at: int | None) -> tuple[float, float]:
    """Average the difference that a category makes to the chance, over all crimes as they are otherwise."""
    (one, upper), (other, lower) = map(fitted.mean, fitted.pair(place, at))
    slope = upper - lower
    return one - other, math.sqrt(max(float(slope @ fitted.covariance @ slope), 0.0))


# ---- in words


def _said(found: Model) -> Iterator[str]:
    """Say each odds ratio, and where it is clear, the difference in the recording rate that goes with it."""
    at = level_text(found.table.level)
    differences = {row.label: row for row in found.table.rows if row.measure == MARGINAL}
    ratios = [row for row in found.table.rows if row.measure == ODDS_RATIO]
    columns = dict.fromkeys(parts[0][0] for parts in found.parts if len(parts) == 1)
    for row, parts in zip(ratios, filter(None, found.parts), strict=True):
        direction, numbers = _direction(row), odds_as_printed(row)
        if len(parts) == 2:
            yield wording.model_interaction(*parts, numbers, at, clear=direction != 0)
            continue
        term, category, reference = row.label
        others = wording.listed([name for name in columns if name != term])
        said = wording.model_sentence(term, category, reference, numbers, at, direction, others)
        difference = _in_points(differences[row.label], direction, at)
        yield f"{said} {difference}" if difference else said


def _direction(row: Row) -> int:
    """Tell whether an odds ratio is clearly below 1 (-1), clearly above (1), or neither (0)."""
    if row.high is not None and row.high < 1:
        return -1
    return 1 if row.low is not None and row.low > 1 else 0


def _in_points(row: Row, direction: int, level: str) -> str:
    """Say an average difference in the recording rate; nothing where the odds ratio is not clear."""
    if direction == 0 or row.estimate is None or row.low is None or row.high is None:
        return ""
    ends = (row.low, row.high) if direction > 0 else (-row.high, -row.low)
    low, high = (formats.percent(end) for end in ends)
    return wording.model_difference(formats.percent(abs(row.estimate)), low, high, level, lower=direction < 0)


def odds_as_printed(row: Row) -> tuple[str, str, str]:
    """Write an odds ratio and its limits, with four decimals where they are that near to each other."""
    found = [value for value in (row.estimate, row.low, row.high) if value is not None]
    if found[2] - found[1] < _NEAR:
        return f"{found[0]:.4f}", f"{found[1]:.4f}", f"{found[2]:.4f}"
    return _ratio(found[0]), _ratio(found[1]), _ratio(found[2])


def _ratio(value: float) -> str:
    """Write an odds ratio with two decimals, and where it is small or large with what tells."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value >= 0.1 else f"{value:.2g}"


def _page(found: Model) -> Page:
    ratios = [row for row in found.table.rows if row.measure == ODDS_RATIO]
    differences = {row.label: row for row in found.table.rows if row.measure == MARGINAL}

    def words(place: int) -> Column[Row]:
        return Column(wording.MODEL_HEADINGS[place], lambda row: row.label[place], kind=Kind.WORDS)

    def ratio(heading: int, place: int) -> Column[Row]:
        return Column(wording.MODEL_HEADINGS[heading], lambda row: odds_as_printed(row)[place], always=True)

    def points(heading: int, end: str) -> Column[Row]:
        # an interaction has no difference of its own
        def value(row: Row) -> float | None:
            return getattr(differences.get(row.label), end, None)

        return Column(wording.MODEL_HEADINGS[heading], value, formats.signed_points, always=True)

    columns = [
        *(words(0), words(1), words(2)),
        *(ratio(3, 0), ratio(4, 1), ratio(5, 2)),
        *(points(6, "estimate"), points(7, "low"), points(8, "high")),
    ]
    grid = grid_of(wording.MODEL_TITLE.format(level=level_text(found.table.level)), columns, ratios)
    clustered = found.assumed.cluster is not None
    counts = wording.model_counts(found.crimes, found.recorded, found.reports, found.formula, clustered=clustered)
    return Page(found.table, (grid,), statements=(counts, *found.said, *found.assumptions))
