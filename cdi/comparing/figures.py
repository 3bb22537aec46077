"""The two sides of a comparison on one footing: estimates of a sample, and figures as they were printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.audits.volumes import Label
from cdi.binomial.differences import SCORE, WithLimits
from cdi.binomial.published import AS_PRINTED, PRINTED_LEVEL, PublishedRate
from cdi.errors import DataError, DesignError, MethodError, Where, fault
from cdi.printing.lines import measure_of
from cdi.printing.tables import Record, arrange
from cdi.survey.chance import same_sample
from cdi.survey.estimates import ALL, Estimates

__all__ = [
    "ANY",
    "SIDE",
    "Figures",
    "Limits",
    "Pair",
    "figures_of",
    "names_of",
    "paired",
    "refuse_complex",
    "refuse_others",
    "refuse_unlike",
]

Floats: TypeAlias = npt.NDArray[np.float64]

Limits: TypeAlias = Callable[[float], WithLimits]
Pair: TypeAlias = tuple[Label, int | None, int | None]

ANY = "share"
"""The measure of a figure that does not say what it measures: it goes with all rates."""

SIDE = "side"
"""The column of a table that names the side."""

_MIDDLE = (1 - PRINTED_LEVEL) / 2


@dataclass(frozen=True, slots=True)
class Figures:
    """One side of a comparison; one element a row.

    Attributes
    ----------
    keys : tuple of str
        The domain columns.
    measure : str
        What is measured, without what the overall row is called.
    labels : tuple of tuple of str
        The domain of each row.
    records : tuple of Record
        Each row with its own interval.
    exact : tuple of bool
        Whether each row is of a census.
    of : function
        Takes some rows, and gives a function from the probability left out on each side to their estimates and limits.
    estimates : Estimates or None
        Where they come from; None for a printed figure.
    """

    keys: tuple[str, ...]
    measure: str
    labels: tuple[Label, ...]
    records: tuple[Record, ...]
    exact: tuple[bool, ...]
    of: Callable[[Sequence[int]], Limits]
    estimates: Estimates | None

    @property
    def single(self) -> bool:
        """Whether it is one figure, which stands for the whole."""
        return len(self.labels) == 1

    @property
    def counts(self) -> bool:
        """Whether it counts crimes."""
        return self.estimates is not None and self.estimates.volumes is not None

    @property
    def whole(self) -> int:
        """The row that stands for the whole: the first overall one, or the only one."""
        overall = [i for i, label in enumerate(self.labels) if set(label) == {ALL}]
        return overall[0] if overall else len(self.labels) - 1


def figures_of(side: Estimates | PublishedRate, level: float, method: str) -> Figures:
    """Put a side on the common footing.

    Parameters
    ----------
    side : Estimates or PublishedRate
        What is compared.
    level, method
        As in :meth:`Estimates.interval`; a printed figure keeps its own interval.

    Returns
    -------
    Figures
        Its rows.

    Raises
    ------
    DesignError
        A sample that stands for nothing but itself.
    MethodError
        As :meth:`Estimates.interval`.
    """
    if isinstance(side, PublishedRate):
        return _of_printed(side, level)
    side.refuse_unrepresentative()
    table = arrange(side, level=level, method=method)
    labels = tuple(row.label for row in side.rows) if len(side) > 1 else ((ALL,) * max(len(side.keys), 1),)
    return Figures(
        side.keys if len(side) > 1 else (),
        measure_of(side.rows[-1].measure),
        labels,
        table.records,
        tuple(side.exact.tolist()),
        lambda rows: partial(_limits, side.take(rows), method),
        side,
    )


def _limits(side: Estimates, method: str, tail: float) -> WithLimits:
    """Give the limits for any probability left out, the one-sided ones of that probability."""
    if method == "published":
        return _scaled(side, tail)
    if method == "exact":
        both = side.interval(1 - 2 * tail, method)
        return WithLimits(side.estimate, both.low, both.high)
    low = side.interval(1 - tail, method, "lower").low
    high = side.interval(1 - tail, method, "upper").high
    return WithLimits(side.estimate, low, high)


def _scaled(side: Estimates, tail: float) -> WithLimits:
    """Scale the published style, which exists at 95% only, by the ratio of normal quantiles."""
    from scipy.special import ndtri

    if side.volumes is not None:
        raise MethodError.of("published-terms", got="ratio")
    found = side.interval(PRINTED_LEVEL, "published")
    half = (found.high - found.low) / 2 * float(ndtri(tail) / ndtri(_MIDDLE))
    return WithLimits(side.estimate, side.estimate - half, side.estimate + half)


def _of_printed(side: PublishedRate, level: float) -> Figures:
    found = side.interval(level)
    low, high = (None if side.census else float(end) for end in (found.low, found.high))
    printed = "as-printed" if level == PRINTED_LEVEL else "as-printed-scaled"
    beyond = ("beyond",) if low is not None and high is not None and not 0 <= low <= high <= 1 else ()
    notes = ("census",) if side.census else (printed, *beyond)
    size = None if np.isnan(side.size) else side.size
    method = AS_PRINTED
    record = Record(
        (ALL,), ANY, side.rate, low, high, level, method, None, None, None, None, size, None, None, notes
    )  # fmt: skip

    def limits(tail: float) -> WithLimits:
        half = side.half_width_at(tail)
        return WithLimits(*(np.array([end]) for end in (side.rate, side.rate - half, side.rate + half)))

    return Figures((), ANY, ((ALL,),), (record,), (side.census,), lambda _rows: limits, None)


def refuse_others(sides: Sequence[object]) -> None:
    """Refuse what is no figure, and a sample that stands on two sides: the two would not be independent."""
    estimates = [side for side in sides if isinstance(side, Estimates)]
    faults = [
        fault("no-figure", got=type(side).__name__)
        for side in sides
        if not isinstance(side, (Estimates, PublishedRate))
    ]
    if faults:
        raise DataError(faults)
    for i, side in enumerate(estimates):
        if side.totals is not None and any(same_sample(side, other) for other in estimates[:i]):
            raise DesignError.of("same-sample", where=Where(side.totals.audit.name))


def refuse_unlike(a: Figures, b: Figures, kind: str, names: Sequence[str]) -> None:
    """Refuse sides that measure different things, or have different categories; all at once."""
    faults, where = [], Where(key=wording.against(names))
    if a.counts != b.counts or (a.measure != b.measure and ANY not in (a.measure, b.measure)):
        got = " and ".join(wording.MEASURES[side.measure] for side in (a, b))
        faults.append(fault("measures-differ", got=got, where=where))
    elif a.counts and kind == "difference":
        raise MethodError.of("counts-need-ratio", got=kind, where=where)
    single = a.single or b.single
    if not single and a.keys != b.keys:
        got = " and ".join(", ".join(side.keys) for side in (a, b))
        faults.append(fault("categories-differ", got=got, where=where))
    elif not single and not _domains(a) & _domains(b):
        got = " and ".join(", ".join(sorted(" ".join(label) for label in _domains(side))) for side in (a, b))
        faults.append(fault("no-shared-category", got=got, where=replace(where, column=", ".join(a.keys))))
    if SIDE in (*a.keys, *b.keys):
        faults.append(fault("side-column", got=SIDE, name=SIDE))
    if faults:
        raise DataError(faults)


def refuse_complex(sides: Sequence[Estimates | PublishedRate]) -> None:
    """Refuse the score method where a side is no simple random sample from an endless frame."""
    for side in sides:
        if isinstance(side, PublishedRate) or side.volumes is not None:
            raise MethodError.of("score-needs-simple", got=SCORE)
        side.refuse_unrepresentative()
        complex_ = ~side.basis.simple | np.isfinite(side.basis.frame)
        if complex_.any():
            row = side.rows[int(np.argmax(complex_))]
            raise MethodError.of("score-needs-simple", got=SCORE, where=Where(key=", ".join(row.label)))


def _domains(side: Figures) -> set[Label]:
    return {label for label in side.labels if set(label) != {ALL}}


def paired(a: Figures, b: Figures) -> list[Pair]:
    """Put the rows of two sides together by their label; those of one side only stay alone, and the whole is last."""
    if a.single or b.single:
        return [((ALL,), a.whole, b.whole)]
    places = [{label: side.labels.index(label) for label in side.labels if set(label) != {ALL}} for side in (a, b)]
    found: list[Pair] = [(label, places[0].get(label), places[1].get(label)) for label in {**places[0], **places[1]}]
    return [*found, (a.labels[a.whole], a.whole, b.whole)]


def names_of(sides: Sequence[Estimates | PublishedRate], usual: Sequence[str]) -> tuple[str, ...]:
    """Call sides by the figures they are, where that tells them apart, or as usual."""
    own = [_own_name(side) or name for side, name in zip(sides, usual, strict=True)]
    return tuple(own if len(set(own)) == len(own) else usual)


def _own_name(side: Estimates | PublishedRate) -> str:
    if isinstance(side, PublishedRate):
        return side.label
    return side.rows[0].label[0] if side.totals is None and len(side) == 1 else ""
