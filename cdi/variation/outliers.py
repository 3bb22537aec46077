"""Outlier lines as inspection reports draw them: one standard deviation about the unweighted mean of the forces.

Such lines flag about 32% of forces whatever is measured, and take no account of chance; :mod:`cdi.variation.funnel`
does. Whether values look normal is tested after Royston (1995), "Remark AS R94: a remark on algorithm AS 181, the
W-test for normality", Applied Statistics 44, 547-551, which R and scipy follow too; scipy.stats takes longer to load
than all that is done with many forces.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.arguments import checked
from cdi.errors import DataError, Where, fault
from cdi.facts import Facts, Scope
from cdi.measures import MEASURES
from cdi.showing import Shown
from cdi.variation.samples import FORCE, choose, read_numbers

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from cdi.printing.layout import Page
    from cdi.printing.tables import Table

__all__ = [
    "LOOKS_NORMAL", "RULES", "TESTED", "WITHIN_ONE_SD", "Normality", "OutlierLines", "outlier_lines", "shapiro_wilk",
    "tests_said", "weights",
]  # fmt: skip

Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]

TESTED = (3, 5000)
"""The least and the most values that Royston's p-values were made for."""

_LEAST = 1e-300

# polynomials of Royston (1995), the constant first
_LAST_WEIGHT = (0.0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056)
_LAST_BUT_ONE = (0.0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633)
_FEW = 11
_FEW_BOUND = (-2.273, 0.459)
_FEW_MEAN, _FEW_LOG_SD = (0.5440, -0.39978, 0.025054, -6.714e-4), (1.3822, -0.77857, 0.062767, -0.0020322)
_MEAN, _LOG_SD = (-1.5861, -0.31082, -0.083751, 0.0038915), (-0.4803, -0.082676, 0.0030302)


@dataclass(frozen=True, slots=True)
class Normality:
    """A test of Shapiro and Wilk."""

    W: float  # the statistic; 1 is as normal as can be
    p: float  # its p-value (Royston 1995)


def shapiro_wilk(ordered: Floats, weight: Floats | None = None) -> Normality:
    """Test whether values look normal: three or more, in ascending order and not all equal.

    ``weight`` are their :func:`weights`, where several tests are of as many values. p is rough beyond 5,000 values.
    """
    k = len(ordered)
    weight = weights(k) if weight is None else weight
    x = (ordered - ordered[k // 2]) / (ordered[-1] - ordered[0])
    away = x - x.sum() / k
    spread = math.sqrt(float(away @ away))
    fit = float(weight @ (x[::-1][: k // 2] - x[: k // 2])) / math.sqrt(2 * float(weight @ weight))
    # W is close to 1: what it lacks is computed without taking it from 1, and is never 0 since its log is needed
    lacking = max((spread - fit) * (spread + fit) / (spread * spread), _LEAST)
    return Normality(1 - lacking, _p_value(lacking, k))


def weights(k: int) -> Floats:
    """Give the weights of the highest half of k values, the highest first; the lowest have the same with a minus."""
    from scipy.special import ndtri

    if k == TESTED[0]:
        return np.array([math.sqrt(0.5)])
    expected = -ndtri((np.arange(1, k // 2 + 1) - 0.375) / (k + 0.25))
    squares, unit = 2 * float(expected @ expected), 1 / math.sqrt(k)
    ends = [_polynomial(_LAST_WEIGHT, unit) + float(expected[0]) / math.sqrt(squares)]
    if k > 5:
        ends.append(_polynomial(_LAST_BUT_ONE, unit) + float(expected[1]) / math.sqrt(squares))
    rest = squares - 2 * float(expected[: len(ends)] @ expected[: len(ends)])
    weight = expected / math.sqrt(rest / (1 - 2 * sum(end * end for end in ends)))
    weight[: len(ends)] = ends
    return np.asarray(weight)


def _p_value(lacking: float, k: int) -> float:
    if k == TESTED[0]:
        return max(6 / math.pi * (math.asin(math.sqrt(1 - lacking)) - math.asin(math.sqrt(0.75))), 0.0)
    y = math.log(lacking)
    if k > _FEW:
        mean, log_sd = _polynomial(_MEAN, math.log(k)), _polynomial(_LOG_SD, math.log(k))
    else:
        bound = _polynomial(_FEW_BOUND, k)
        if y >= bound:
            return 0.0
        y, mean, log_sd = -math.log(bound - y), _polynomial(_FEW_MEAN, k), _polynomial(_FEW_LOG_SD, k)
    return math.erfc((y - mean) / math.exp(log_sd) / math.sqrt(2)) / 2


def _polynomial(coefficients: tuple[float, ...], x: float) -> float:
    total = 0.0
    for coefficient in reversed(coefficients):
        total = total * x + coefficient
    return total


LOOKS_NORMAL = 0.05  # and above, of p-values
LEAST_P = 0.001
WITHIN_ONE_SD = math.erf(math.sqrt(0.5))
FOUND: Mapping[str, tuple[str, ...]] = {"above": ("well-above",), "below": ("well-below",)}
_ROUNDING = 1e-10  # a range, as a part of the values, that says nothing


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OutlierLines(Shown):
    """Lines one standard deviation from the mean, and the forces outside them.

    Attributes
    ----------
    low, high : float
        The lines, in the unit of the values.
    centre : float
        The unweighted mean; on logs the geometric mean.
    scale : {"raw", "log"}
        What the standard deviation is of.
    raw_test, log_test : Normality or None
        The tests of the values and of their logs, of which the second counts only where raw_test.p < 0.05; None where
        there was none to make.
    names : tuple of str
        The forces that have a value; arrays have one element for each.
    values : float array
        Their values.
    z : float array
        The distance of each from the centre in standard deviations, on the scale; 0 where all are equal.
    above, below : bool array
        The forces with z above 1 and below -1.
    missing : tuple of str
        The forces without a value, which take no part.
    notes : tuple of str
        "too-few" (fewer than three values: no test), "all-equal" (but for rounding), "no-logs" (values of 0 or less),
        "many-values" (more than 5,000: p-values are rough), "missing".
    """

    low: float
    high: float
    centre: float
    scale: str
    raw_test: Normality | None
    log_test: Normality | None
    names: tuple[str, ...]
    values: Floats
    z: Floats
    above: Bools
    below: Bools
    missing: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def all_equal(self) -> bool:
        """Whether the values are the same, but for rounding: the lines are then one."""
        return self.low == self.high

    @property
    def sides(self) -> tuple[str, ...]:
        """Outside which line each force lies: "above", "below", or empty within."""
        outside = zip(self.above.tolist(), self.below.tolist(), strict=True)
        return tuple("above" * above + "below" * below for above, below in outside)

    @property
    def table(self) -> Table:
        """The distances from the centre, and the lines; unrounded."""
        from cdi.printing.tables import Row, Table

        method = f"one-sd-{self.scale}"
        rows = [
            Row((name,), MEASURES["z-score"], float(z), None, None, WITHIN_ONE_SD, method,
                facts=Facts(found=FOUND.get(side, ())))
            for name, z, side in zip(self.names, self.z, self.sides, strict=True)
        ]  # fmt: skip
        noted = tuple(code for code in self.notes if code != "missing")
        rows.append(
            Row(
                (wording.ALL,), MEASURES["outlier-lines"], self.centre, self.low, self.high, WITHIN_ONE_SD, method,
                facts=Facts(Scope.OVERALL, reasons=noted),
            )
        )  # fmt: skip
        return Table((FORCE,), tuple(rows), WITHIN_ONE_SD, method, "both")

    def wide(self) -> pd.DataFrame:
        """Give one row for each force, with its value, its distance from the centre, and the line that it lies outside.

        Returns
        -------
        pandas.DataFrame
            ``force``, ``value``, ``z``, ``lines`` ("above", "below" or empty), ``low`` and ``high``, the lines.
        """
        import pandas as pd

        columns = {
            FORCE: list(self.names), "value": self.values, "z": self.z, "lines": list(self.sides), "low": self.low,
            "high": self.high,
        }  # fmt: skip
        return pd.DataFrame(columns)

    def page(self, **_options: Any) -> Page:
        """Lay the forces out for people, with one line for each."""
        from cdi.printing.layout import Column, Kind, Page, grid_of

        heads = wording.FORCE_HEADINGS
        columns: list[Column[int]] = [
            Column(heads["force"], lambda i: self.names[i], kind=Kind.WORDS),
            Column(heads["value"], lambda i: float(self.values[i]), _written),
            Column(heads["z"], lambda i: float(self.z[i]), lambda z: f"{round(z, 2) + 0.0:.2f}"),
            Column(heads["flag"], lambda i: self.sides[i] or None, always=True),
        ]
        grid = grid_of(wording.lines_title(), columns, range(len(self.names)))
        return Page(self.table, (grid,), statements=tuple(self._said()))

    def _said(self) -> Iterator[str]:
        low, centre, high = (_written(value) for value in (self.low, self.centre, self.high))
        yield wording.published_lines(low, high, centre, len(self.names), logs=self.scale == "log")
        yield from tests_said(self)
        for side in ("above", "below"):
            forces = [name for name, held in zip(self.names, self.sides, strict=True) if held == side]
            if forces:
                yield wording.by_label(wording.WELL[side, ""], forces)
        if not self.all_equal:
            yield wording.LINES_BY_CONSTRUCTION
        yield from (wording.force_note(code) for code in self.notes if code != "missing")
        if self.missing:
            yield wording.no_values(self.missing)

    def draw(self, axes: Axes) -> None:
        """Draw the values and the lines."""
        from cdi.charts.force_charts import draw_lines
        from cdi.charts.style import BLUE, ORANGE

        outside = self.above | self.below
        for shape, colour, chosen in (("o", BLUE, ~outside), ("D", ORANGE, outside)):
            axes.plot(self.values[chosen], np.flatnonzero(chosen), shape, color=colour)
        axes.set_yticks(range(len(self.names)), list(self.names))
        axes.set_ylim(len(self.names) - 0.5, -0.5)
        draw_lines(axes, self)
        axes.set_title(wording.lines_title(), loc="left")
        axes.legend(fontsize="small")

    def __repr__(self) -> str:
        ends = f"{_written(self.low)} to {_written(self.high)}"
        return f"<cdi.OutlierLines: {len(self.names):,} forces, lines {ends}, {self.scale}>"


def _written(value: float) -> str:
    """Write a value in whatever unit."""
    return f"{value:,.4g}"


def tests_said(lines: OutlierLines) -> list[str]:
    """Say what the tests of normality said, where there were any."""
    if lines.raw_test is None:
        return []
    normal = lines.raw_test.p >= LOOKS_NORMAL
    logs = None if normal or lines.log_test is None else _test(lines.log_test)
    return [wording.normality(_test(lines.raw_test), logs, normal=normal, chosen=lines.scale == "log")]


def _test(test: Normality) -> tuple[str, str]:
    return f"{test.W:.3f}", f"{test.p:.3f}" if test.p >= LEAST_P else f"< {LEAST_P}"


@checked
def outlier_lines(
    values: Sequence[float | None] | Floats | Shown, names: Sequence[str] | None = None, *, rule: str = "published"
) -> OutlierLines:
    """Compute the lines beyond which inspection reports call a force well above or well below average.

    Parameters
    ----------
    values : sequence of float, or a result
        One value for each force, in any unit. It is None or nan where a force supplied none. Of a result, such as of
        :func:`cdi.forces`, the rates are taken.
    names : sequence of str, optional
        The names of the forces. If None, they are numbered from 1.
    rule : {"published", "p05"}
        When values that do not look normal (p < 0.05) are taken on logs: if the logs look more normal (a higher W), or
        only if the logs look normal themselves (p >= 0.05).

    Returns
    -------
    OutlierLines
        The lines, the tests behind them, and the forces outside. The lines are in the unit of the values.

    Raises
    ------
    DataError
        If there are fewer than two values, or a value is not a finite number.
    MethodError
        If the rule is unknown.

    Notes
    -----
    The order of the forces does not matter, nor does a positive factor common to all values: z stays the same, except
    for rounding. A constant added to all values leaves z unchanged only if the values are not taken on logs.

    References
    ----------
    Royston (1995), "Remark AS R94: a remark on algorithm AS 181, the W-test for normality", Applied Statistics 44,
    547-551.

    Examples
    --------
    >>> lines = outlier_lines([0.91, 0.93, None, 0.92, 0.80], ["A", "B", "C", "D", "E"])
    >>> lines.scale, [name for name, low in zip(lines.names, lines.below) if low], lines.missing
    ('raw', ['E'], ('C',))
    """
    choose("rule", rule, RULES)
    given, called = read_numbers(values, names)
    there = np.isfinite(given)
    x, kept, missing = (given, called, ()) if there.all() else _without_missing(given, there, called)
    if len(x) < 2:
        raise DataError.of("few-values", got=len(x))
    ordered = np.sort(x)  # sums then do not depend on the order of the forces
    equal = _equal(ordered)
    raw, log = (None, None) if equal else _tests(ordered)
    on_logs = raw is not None and log is not None and raw.p < LOOKS_NORMAL and RULES[rule](raw, log)
    if equal:
        z, centre, sd = np.zeros(len(x)), float(ordered[0]), 0.0
    else:
        z, centre, sd = _distances(np.log(x), np.log(ordered)) if on_logs else _distances(x, ordered)
    low, middle, high = (float(np.exp(end)) if on_logs else end for end in (centre - sd, centre, centre + sd))
    notes = _notes(ordered, equal, bool(missing))
    scale = "log" if on_logs else "raw"
    return OutlierLines(low, high, middle, scale, raw, log, kept, x, z, z > 1, z < -1, missing, notes)


def _without_missing(
    given: Floats, there: Bools, names: tuple[str, ...]
) -> tuple[Floats, tuple[str, ...], tuple[str, ...]]:
    """Part the forces without a value from the others, and refuse what is no number."""
    faults = [fault("force-value", got=given[i], where=Where(key=names[i])) for i in np.flatnonzero(np.isinf(given))]
    if faults:
        raise DataError(faults)
    return given[there], tuple(compress(names, there)), tuple(compress(names, ~there))


def _equal(ordered: Floats) -> bool:
    """Say whether values differ by no more than rounding: 0.1 + 0.2 is not 0.3."""
    low, high = float(ordered[0]), float(ordered[-1])
    return high - low <= _ROUNDING * max(abs(low), abs(high))


def _distances(values: Floats, ordered: Floats) -> tuple[Floats, float, float]:
    k = len(ordered)
    mean = float(ordered.sum()) / k
    away = ordered - mean
    sd = math.sqrt(float(away @ away) / (k - 1))
    return (values - mean) / sd, mean, sd


def _tests(ordered: Floats) -> tuple[Normality | None, Normality | None]:
    """Test the values, and where there are such their logs."""
    if len(ordered) < TESTED[0]:
        return None, None
    weight = weights(len(ordered))
    return shapiro_wilk(ordered, weight), shapiro_wilk(np.log(ordered), weight) if ordered[0] > 0 else None


def _notes(ordered: Floats, equal: bool, missing: bool) -> tuple[str, ...]:
    holds = {
        "too-few": len(ordered) < TESTED[0],
        "all-equal": equal,
        "no-logs": bool(ordered[0] <= 0),
        "many-values": len(ordered) > TESTED[1],
        "missing": missing,
    }
    return tuple(code for code, said in holds.items() if said)


def _more_normal(raw: Normality, log: Normality) -> bool:
    return log.W > raw.W


def _normal(_: Normality, log: Normality) -> bool:
    return log.p >= LOOKS_NORMAL


RULES: Mapping[str, Callable[[Normality, Normality], bool]] = {"published": _more_normal, "p05": _normal}
"""Name of a rule -> whether values that do not look normal are taken on logs."""
