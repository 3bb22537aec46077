"""Outlier lines as inspection reports draw them: one standard deviation about the unweighted mean of the forces.

Such lines flag about 32% of forces whatever is measured, and take no account of chance;
:mod:`cdi.variation.funnels` does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from cdi.errors import DataError, Where, fault
from cdi.variation.force_samples import choose, read_numbers
from cdi.variation.normality import TESTED, Normality, shapiro_wilk, weights

__all__ = ["RULES", "OutlierLines", "outlier_lines"]

Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]

_LOOKS_NORMAL = 0.05
_ROUNDING = 1e-10  # a range, as a part of the values, that says nothing


@dataclass(frozen=True, slots=True)
class OutlierLines:
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
    z: Floats
    above: Bools
    below: Bools
    missing: tuple[str, ...]
    notes: tuple[str, ...]


def outlier_lines(
    values: Sequence[float | None] | Floats, names: Sequence[str] | None = None, *, rule: str = "published"
) -> OutlierLines:
    """Draw the lines beyond which inspection reports call a force well above or well below average.

    Parameters
    ----------
    values : sequence of float
        One value a force, in any unit; None or nan where a force supplied none.
    names : sequence of str, optional
        The forces; their numbers from 1 unless given.
    rule : {"published", "p05"}
        When values that do not look normal (p < 0.05) are taken on logs: where the logs look more normal (a higher W),
        or only where the logs look normal themselves (p >= 0.05).

    Returns
    -------
    OutlierLines
        The lines, the tests behind them, and the forces outside.

    Raises
    ------
    DataError
        Fewer than two values, or a value that is no finite number.
    MethodError
        An unknown rule.

    Notes
    -----
    Flags do not depend on the order of the forces, nor on a positive factor common to all values: z is the same, but
    for rounding. A constant added to all leaves z as it is only while the scale stays raw.

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
    on_logs = raw is not None and log is not None and raw.p < _LOOKS_NORMAL and RULES[rule](raw, log)
    if equal:
        z, centre, sd = np.zeros(len(x)), float(ordered[0]), 0.0
    else:
        z, centre, sd = _distances(np.log(x), np.log(ordered)) if on_logs else _distances(x, ordered)
    low, middle, high = (float(np.exp(end)) if on_logs else end for end in (centre - sd, centre, centre + sd))
    notes = _notes(ordered, equal, bool(missing))
    scale = "log" if on_logs else "raw"
    return OutlierLines(low, high, middle, scale, raw, log, kept, z, z > 1, z < -1, missing, notes)


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
    return log.p >= _LOOKS_NORMAL


RULES: Mapping[str, Callable[[Normality, Normality], bool]] = {"published": _more_normal, "p05": _normal}
"""Name of a rule -> whether values that do not look normal are taken on logs."""
