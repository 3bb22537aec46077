"""The samples of many forces, checked: rates, sizes and names, one element a force."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from cdi.arguments import chosen, listed, shown
from cdi.errors import DataError, Fault, Where, fault
from cdi.measures import Role
from cdi.showing import Shown

__all__ = ["FEWEST", "FORCE", "Samples", "choose", "name_forces", "of_result", "read_numbers", "read_samples"]

Floats: TypeAlias = npt.NDArray[np.float64]

FORCE = "force"
"""The column that names the forces in a table of them."""

FEWEST = 3
"""Forces without which their spread cannot be told from chance."""

_NUMBERS = "biuf"  # kinds of arrays that hold them


@dataclass(frozen=True, slots=True)
class Samples:
    """What is known of each force; arrays have one element a force."""

    rates: Floats  # proportions
    sizes: Floats  # effective sizes, above 0; they need not be whole
    names: tuple[str, ...]  # the forces

    @property
    def pooled(self) -> float:
        """The rate of all samples taken together."""
        counted, rest = float(self.rates @ self.sizes), float((1 - self.rates) @ self.sizes)
        return counted / (counted + rest)  # 1 where all are, which rounding could keep a sum over sizes from

    @property
    def pooled_within(self) -> float:
        """The pooled rate, or where it is 0 or 1 that with half a success and half a failure added."""
        pooled, size = self.pooled, float(self.sizes.sum())
        return pooled if 0 < pooled < 1 else (pooled * size + 0.5) / (size + 1)

    @property
    def usual_size(self) -> float:
        """The harmonic mean of the sizes."""
        return len(self.sizes) / float((1 / self.sizes).sum())

    @property
    def at_ends(self) -> npt.NDArray[np.bool_]:
        """The forces whose rate is 0 or 1."""
        return np.asarray((self.rates <= 0) | (self.rates >= 1))

    @property
    def within(self) -> Floats:
        """The rates, those of 0 and 1 with half a success and half a failure added."""
        ends = self.at_ends
        return (
            np.where(ends, (self.rates * self.sizes + 0.5) / (self.sizes + 1), self.rates) if ends.any() else self.rates
        )


def of_result(found: Shown) -> tuple[list[float], list[float | None], list[str]]:
    """Take the rates of a result with the effective sizes of their samples and what they are of, without the whole."""
    found.refuse_suppressed()
    rows = [row for row in found.table.rows if row.measure.role is Role.RATE and not row.whole]
    held = [row for row in rows if row.measure == rows[0].measure and row.estimate is not None]
    return [row.estimate or 0.0 for row in held], [row.n_eff for row in held], [", ".join(row.label) for row in held]


def read_samples(
    rates: ArrayLike | Shown, sizes: ArrayLike | None = None, names: Sequence[str] | None = None
) -> Samples:
    """Check the rates and effective sizes of many forces, and refuse fewer than three; all faults at once."""
    if sizes is None and isinstance(rates, Shown):
        rates, known, own = of_result(rates)
        sizes, names = np.array(known, dtype=float), own if names is None else names
    if sizes is None:
        raise DataError.of("force-sizes", got=shown(rates))
    listed, counted = _listed(rates), _listed(sizes)
    if len(counted) != len(listed):
        raise DataError.of("force-lengths", got=len(counted), name="sizes", values=len(listed))
    called = name_forces(names, len(listed))
    (p, faults), (n, more) = _numbers(listed, called), _numbers(counted, called)
    if faults or more:
        raise DataError([*faults, *more])
    if len(p) < FEWEST:
        raise DataError.of("few-forces", got=len(p))
    # written so that nan, of which every comparison is false, is a fault as well
    rated, sized = (p >= 0) & (p <= 1), (n > 0) & (n < np.inf)
    if not (rated & sized).all():
        faults = [fault("not-a-proportion", got=p[i], where=Where(key=called[i])) for i in np.flatnonzero(~rated)]
        faults += [fault("effective-size", got=n[i], where=Where(key=called[i])) for i in np.flatnonzero(~sized)]
        raise DataError(faults)
    return Samples(p, n, called)


def read_numbers(values: object, names: Sequence[str] | None = None) -> tuple[Floats, tuple[str, ...]]:
    """Take one number a force, nan where it has none, with the names of the forces; numbers as text are refused."""
    if isinstance(values, Shown):
        values, _, own = of_result(values)
        names = own if names is None else names
    given = _listed(values)
    called = name_forces(names, len(given))
    numbers, faults = _numbers(given, called)
    if faults:
        raise DataError(faults)
    return numbers, called


def _numbers(given: Sequence[object] | npt.NDArray[np.generic], called: tuple[str, ...]) -> tuple[Floats, list[Fault]]:
    """Take the numbers, and say which values are none."""
    if isinstance(given, np.ndarray) and given.ndim == 1 and given.dtype.kind in _NUMBERS:
        return given.astype(float), []
    found = [_number(value) for value in given]
    wrong = [i for i, number in enumerate(found) if number is None]
    faults = [fault("force-value", got=given[i], where=Where(key=called[i])) for i in wrong]
    return np.array(found, dtype=float), faults


def _number(value: object) -> float | None:
    if value is None:
        return math.nan
    try:
        return float(value) if isinstance(value, Real | Decimal) else None
    except (OverflowError, ValueError):  # a whole number beyond all floats, a nan that signals
        return None


def _listed(values: object) -> Sequence[object] | npt.NDArray[np.generic]:
    if hasattr(values, "__array__"):
        given = np.asarray(values)
        if given.ndim:
            return given
    elif isinstance(values, Sequence) and not isinstance(values, str | bytes):
        return values
    raise DataError.of("force-values", got=type(values).__name__)


def name_forces(names: Sequence[str] | None, forces: int) -> tuple[str, ...]:
    """Name each force, by its number from 1 unless names are given."""
    if names is None:
        return tuple(map(str, range(1, forces + 1)))
    given = listed(names, "names")
    if len(given) != forces:
        raise DataError.of("force-lengths", got=len(given), name="names", values=forces)
    return given


def choose(name: str, value: str, choices: Collection[str]) -> None:
    """Refuse an option that does not exist."""
    chosen(value, choices, "force-option", name=name)
