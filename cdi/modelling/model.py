"""What goes with not recording: odds ratios and differences in the recording rate, allowing for each other."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.binomial.intervals import tail_of
from cdi.errors import MethodError
from cdi.measures import MEASURES, Measure
from cdi.modelling.fitting import Fit, fit
from cdi.modelling.formulas import Formula, parse_formula
from cdi.modelling.samples import Sample, sample_of
from cdi.printing import formats
from cdi.printing.layout import Column, Kind, Page, grid_of
from cdi.printing.lines import level_text
from cdi.printing.tables import Row, Table
from cdi.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

    from cdi.audits.audit import Audit

__all__ = ["MARGINAL", "ODDS_RATIO", "Model", "model"]

Floats: TypeAlias = npt.NDArray[np.float64]

ODDS_RATIO, MARGINAL = MEASURES["odds-ratio"], MEASURES["marginal-difference"]

METHOD = "survey logistic regression"
_NEAR = 0.05
ENOUGH = 10
"""Crimes of the rarer outcome for each term, below which odds ratios lean away from 1 (Peduzzi and others 1996)."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Model(Shown):
    """What goes with recording and not recording: a logistic regression under the audit's design.

    Attributes
    ----------
    formula : str
        As it was given.
    table : Table
        One row an odds ratio and one an average difference in the recording rate (a proportion); unrounded. The
        standard error of an odds ratio is that of its logarithm times the odds ratio.
    said : tuple of str
        The same in words.
    assumptions : tuple of str
        What is taken to be so, and how the intervals were made.
    names : tuple of str
        The coefficients: ``Intercept``, ``crime_type[violent]``, ``crime_type[violent]:route[online]``.
    coefficients : float array
        Log odds ratios.
    covariance : float array
        Of the coefficients, under the design.
    df : int
        Degrees of freedom: reports with crimes, less strata, plus 1, less coefficients.
    crimes, recorded, reports : int
        What it was fitted to.
    clustered : bool
        Whether a column names the reports.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> rows = {"kind": ["a", "b"] * 20, "recorded": [1, 1, 1, 0, 0, 1, 1, 1] * 5}
    >>> cdi.read_audit(pd.DataFrame(rows)).model("recorded ~ kind")
    <cdi.Model: recorded ~ kind, 40 crimes, 95%>
    """

    formula: str
    table: Table
    said: tuple[str, ...]
    assumptions: tuple[str, ...]
    names: tuple[str, ...]
    coefficients: Floats = field(compare=False)
    covariance: Floats = field(compare=False)
    df: int
    crimes: int
    recorded: int
    reports: int
    clustered: bool = field(repr=False)

    @property
    def params(self) -> pd.Series:
        """The coefficients as statsmodels gives them: log odds ratios by name."""
        import pandas as pd

        return pd.Series(self.coefficients, index=list(self.names))

    def cov_params(self) -> pd.DataFrame:
        """Give the covariance of the coefficients, by name."""
        import pandas as pd

        return pd.DataFrame(self.covariance, index=list(self.names), columns=list(self.names))

    def page(self, **_options: Any) -> Page:
        """Lay the model out for people: the table, what it says, what it assumes."""
        return _page(self)

    def __repr__(self) -> str:
        return f"<cdi.Model: {self.formula}, {self.crimes:,} crimes, {level_text(self.table.level)}>"


def model(audit: Audit, formula: str, *, reference: Mapping[str, str] | None = None, level: float = 0.95) -> Model:
    """Fit what goes with recording and not recording.

    Notes
    -----
    The estimates are those of generalised estimating equations with independence as the working correlation; the
    variance is that of R's ``survey::svyglm`` (Binder 1983, International Statistical Review 51:279-292).
    """
    tail_of(level, "both")
    read = parse_formula(formula)
    if reference is not None and not isinstance(reference, Mapping):
        raise MethodError.of("model-reference-column", got=type(reference).__name__)
    sample = sample_of(audit, read, reference or {})
    fitted = fit(sample, read, audit.strata, audit.name)
    made = _rows(sample, fitted, level)
    table = Table(wording.MODEL_KEYS, tuple(made), level, METHOD, "both")
    crimes, recorded = _counts(sample)
    return Model(
        formula=formula.strip(),
        table=table,
        said=tuple(_sentences(sample, fitted, made, level)),
        assumptions=tuple(_assumptions(audit, sample, read, fitted, level)),
        names=tuple(_name(sample, parts.parts) for parts in fitted.coefficients),
        coefficients=fitted.estimates,
        covariance=fitted.covariance,
        df=fitted.df,
        crimes=crimes,
        recorded=recorded,
        reports=sample.reports,
        clustered=audit.design.cluster is not None,
    )


def _counts(sample: Sample) -> tuple[int, int]:
    return int(sample.times @ sample.due), int(sample.times @ sample.recorded)


def _name(sample: Sample, parts: tuple[tuple[int, int | None], ...]) -> str:
    written = []
    for i, at in parts:
        variable = sample.variables[i]
        written.append(variable.column if at is None else f"{variable.column}[{variable.categories[at]}]")
    return ":".join(written) or "Intercept"


# ---- from the fit to rows


def _rows(sample: Sample, fitted: Fit, level: float) -> list[Row]:
    """Make the rows: odds ratios in the order of the coefficients, each difference after its odds ratio."""
    found = []
    for j, coefficient in enumerate(fitted.coefficients):
        parts = coefficient.parts
        if not parts:
            continue
        label = _label(sample, parts)
        se = math.sqrt(fitted.covariance[j, j])
        low, high = _ends(fitted.estimates[j], se, fitted.df, level)
        ratio, low, high = (math.exp(value) for value in (fitted.estimates[j], low, high))
        found.append(_row(sample, fitted, label, ODDS_RATIO, (ratio, low, high, ratio * se), level))
        if len(parts) == 1:
            estimate, se = _difference(fitted, *parts[0])
            ends = _ends(estimate, se, fitted.df, level)
            found.append(_row(sample, fitted, label, MARGINAL, (estimate, *ends, se), level))
    return found


def _row(
    sample: Sample, fitted: Fit, label: tuple[str, str, str], measure: Measure, numbers: tuple[float, ...], level: float
) -> Row:
    """Put the numbers of one row into the project's table."""
    crimes, recorded = _counts(sample)
    estimate, low, high, se = numbers
    return Row(
        label, measure, estimate, low, high, level, METHOD, se, crimes, recorded, sample.reports, df=float(fitted.df)
    )


def _label(sample: Sample, parts: tuple[tuple[int, int | None], ...]) -> tuple[str, str, str]:
    """Name a row by its column, its category, and what that is held against; an interaction by both."""
    chosen = [(sample.variables[i], at) for i, at in parts]
    term = ":".join(variable.column for variable, _ in chosen)
    category = ":".join(wording.ONE_MORE if at is None else variable.categories[at] for variable, at in chosen)
    reference = ":".join(variable.categories[0] for variable, _ in chosen if not variable.is_number)
    return term, category, reference


def _ends(estimate: float, se: float, df: int, level: float) -> tuple[float, float]:
    from scipy.special import stdtrit

    reach = float(stdtrit(df, (1 + level) / 2)) * se
    return estimate - reach, estimate + reach


def _difference(fitted: Fit, place: int, at: int | None) -> tuple[float, float]:
    """Average the difference that a category makes to the chance, over all crimes as they are otherwise."""
    import pandas as pd

    name, rows = f"x{place}", len(fitted.frame)
    if at is None:
        now = fitted.frame[name].to_numpy(dtype=np.float64)
        pair: tuple[Any, Any] = (now + 1, now)
    else:
        names = list(fitted.frame[name].cat.categories)
        high, low = (pd.Categorical([names[code]] * rows, categories=names) for code in (at, 0))
        pair = (high, low)
    (one, upper), (other, lower) = (fitted.mean({name: values}) for values in pair)
    slope = upper - lower
    return one - other, math.sqrt(max(float(slope @ fitted.covariance @ slope), 0.0))


# ---- in words


def _sentences(sample: Sample, fitted: Fit, rows: Sequence[Row], level: float) -> list[str]:
    """Say each odds ratio, and where it is clear, the difference in the recording rate that goes with it."""
    said, at = [], level_text(level)
    differences = {row.label: row for row in rows if row.measure == MARGINAL}
    ratios = [row for row in rows if row.measure == ODDS_RATIO]
    parts = [coefficient.parts for coefficient in fitted.coefficients if coefficient.parts]
    columns = [variable.column for variable in sample.variables]
    for row, part in zip(ratios, parts, strict=True):
        direction = _direction(row)
        numbers = _ratios(row)
        if len(part) == 2:
            one, other = ((columns[i], "" if j is None else sample.variables[i].categories[j]) for i, j in part)
            said.append(wording.model_interaction(one, other, numbers, at, clear=direction != 0))
            continue
        term, category, reference = row.label
        others = wording.listed([name for name in columns if name != term])
        sentence = wording.model_sentence(term, category, reference, numbers, at, direction, others)
        said.append(" ".join([sentence, *_in_points(differences[row.label], direction, at)]))
    return said


def _direction(row: Row) -> int:
    """Tell whether an odds ratio is clearly below 1 (-1), clearly above (1), or neither (0)."""
    if row.high is not None and row.high < 1:
        return -1
    return 1 if row.low is not None and row.low > 1 else 0


def _in_points(row: Row, direction: int, level: str) -> list[str]:
    if direction == 0 or row.estimate is None or row.low is None or row.high is None:
        return []
    ends = (row.low, row.high) if direction > 0 else (-row.high, -row.low)
    low, high = (formats.percent(end) for end in ends)
    return [wording.model_difference(formats.percent(abs(row.estimate)), low, high, level, lower=direction < 0)]


def _ratios(row: Row) -> tuple[str, str, str]:
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


def _points(value: float | None) -> str:
    return "" if value is None else f"{'+' if value > 0 else ''}{formats.percent(value)}"


def _assumptions(audit: Audit, sample: Sample, formula: Formula, fitted: Fit, level: float) -> list[str]:
    crimes, recorded = _counts(sample)
    rarer, terms = min(recorded, crimes - recorded), len(fitted.estimates) - 1
    weighted = "weight" if audit.design.weight else "none"
    if audit.strata.population is not None:
        weighted = "population"
    return wording.model_assumptions(
        cluster=audit.design.cluster,
        strata=audit.strata.keys,
        weighted=weighted,
        column=audit.design.weight,
        corrected=audit.strata.population is not None,
        df=fitted.df,
        level=level_text(level),
        numbers=[variable.column for variable in sample.variables if variable.is_number],
        pairs=any(len(term.columns) > 1 for term in formula.terms),
        sparse=rarer if rarer < ENOUGH * terms else None,
        classes=audit.design.recorded_as is not None,
    )


def _page(found: Model) -> Page:
    rows = {(row.label, row.measure): row for row in found.table.rows}
    ratios = [row for row in found.table.rows if row.measure == ODDS_RATIO]

    def points(end: str) -> Callable[[Row], float | None]:
        def value(row: Row) -> float | None:
            beside = rows.get((row.label, MARGINAL))
            return None if beside is None else getattr(beside, end)

        return value

    words = len(wording.MODEL_KEYS)
    values: list[tuple[Callable[[Row], object], Callable[[Any], str]]] = [
        *((lambda row, i=i: _ratios(row)[i], str) for i in range(len(_ENDS))),
        *((points(end), _points) for end in _ENDS),
    ]
    columns: list[Column[Row]] = [
        Column(heading, lambda row, i=i: row.label[i], kind=Kind.WORDS)  # type: ignore[misc]
        for i, heading in enumerate(wording.MODEL_HEADINGS[:words])
    ]
    columns += [
        Column(heading, value, write, always=True)
        for heading, (value, write) in zip(wording.MODEL_HEADINGS[words:], values, strict=True)
    ]
    title = wording.MODEL_TITLE.format(level=level_text(found.table.level))
    counts = wording.model_counts(found.crimes, found.recorded, found.reports, found.formula, clustered=found.clustered)
    grid = grid_of(title, columns, ratios)
    return Page(found.table, (grid,), statements=(counts, *found.said, *found.assumptions))


_ENDS = ("estimate", "low", "high")
