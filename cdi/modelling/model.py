"""What goes with not recording: odds ratios and differences in the recording rate, allowing for each other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.binomial.intervals import tail_of
from cdi.errors import MethodError
from cdi.measures import MEASURES
from cdi.modelling.fitting import Fit, Parts, fit
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

__all__ = ["MARGINAL", "ODDS_RATIO", "Base", "Model", "model"]

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

    @property
    def names(self) -> tuple[str, ...]:
        """The coefficients: ``Intercept``, ``crime_type[violent]``, ``crime_type[violent]:route[online]``."""
        written = (":".join(_coefficient(*part) for part in parts) for parts in self.parts)
        return tuple(name or "Intercept" for name in written)

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
    return Model(formula.strip(), table, parts, fitted.estimates, fitted.covariance, assumed, bases)


def _bases(sample: Sample, formula: Formula) -> Iterator[Base]:
    """Count the crimes of all together, of each category, and of each pair in an interaction; numbers have none."""
    yield Base((), (), *_counts(sample))
    variables = {variable.column: variable for variable in sample.variables if not variable.is_number}
    for columns in dict.fromkeys(tuple(name for name in term.columns if name in variables) for term in formula.terms):
        if not columns:
            continue
        places = np.stack([variables[name].data for name in columns])
        cells, cell = np.unique(places, axis=1, return_inverse=True)
        due, recorded = (
            np.bincount(cell.ravel(), sample.times * values, cells.shape[1]) for values in (sample.due, sample.recorded)
        )
        for i, place in enumerate(cells.T.astype(int)):
            label = tuple(variables[name].categories[at] for name, at in zip(columns, place, strict=True))
            yield Base(columns, label, int(due[i]), int(recorded[i]))


def _counts(sample: Sample) -> tuple[int, int]:
    return int(sample.times @ sample.due), int(sample.times @ sample.recorded)


def _named(sample: Sample, parts: Parts) -> tuple[tuple[str, str | None], ...]:
    """Name columns and categories by their places."""
    named: list[tuple[str, str | None]] = []
    for i, at in parts:
        variable = sample.variables[i]
        named.append((variable.column, None if at is None else variable.categories[at]))
    return tuple(named)


def _coefficient(column: str, category: str | None) -> str:
    return column if category is None else f"{column}[{category}]"


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


def _said(found: Model) -> Iterator[str]:
    """Say each odds ratio, and where it is clear, the difference in the recording rate that goes with it."""
    at = level_text(found.table.level)
    differences = {row.label: row for row in found.table.rows if row.measure == MARGINAL}
    ratios = [row for row in found.table.rows if row.measure == ODDS_RATIO]
    columns = dict.fromkeys(parts[0][0] for parts in found.parts if len(parts) == 1)
    for row, parts in zip(ratios, filter(None, found.parts), strict=True):
        direction, numbers = _direction(row), _ratios(row)
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


def _points(value: float) -> str:
    """Write a difference in points, with its sign."""
    return f"{'+' if value > 0 else ''}{formats.percent(value)}"


def _page(found: Model) -> Page:
    ratios = [row for row in found.table.rows if row.measure == ODDS_RATIO]
    differences = {row.label: row for row in found.table.rows if row.measure == MARGINAL}

    def words(place: int) -> Column[Row]:
        return Column(wording.MODEL_HEADINGS[place], lambda row: row.label[place], kind=Kind.WORDS)

    def ratio(heading: int, place: int) -> Column[Row]:
        return Column(wording.MODEL_HEADINGS[heading], lambda row: _ratios(row)[place], always=True)

    def points(heading: int, end: str) -> Column[Row]:
        # an interaction has no difference of its own
        def value(row: Row) -> float | None:
            return getattr(differences.get(row.label), end, None)

        return Column(wording.MODEL_HEADINGS[heading], value, _points, always=True)

    columns = [
        *(words(0), words(1), words(2)),
        *(ratio(3, 0), ratio(4, 1), ratio(5, 2)),
        *(points(6, "estimate"), points(7, "low"), points(8, "high")),
    ]
    grid = grid_of(wording.MODEL_TITLE.format(level=level_text(found.table.level)), columns, ratios)
    clustered = found.assumed.cluster is not None
    counts = wording.model_counts(found.crimes, found.recorded, found.reports, found.formula, clustered=clustered)
    return Page(found.table, (grid,), statements=(counts, *found.said, *found.assumptions))
