"""The working of how soon crimes were recorded: shares in time, and delays with the limits that their test leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cdi import wording
from cdi.binomial.intervals import tail_of
from cdi.explaining.figures import (
    AGREES,
    Asked,
    Figure,
    NoWorkingError,
    RowsGoneError,
    rate_of_figure,
    rate_with_limits,
    work_out,
)
from cdi.explaining.limits import Between, product
from cdi.explaining.steps import Section, Working
from cdi.explaining.terms import Term, call, number
from cdi.measures import MEASURES, Role
from cdi.printing import lines
from cdi.printing.tables import arrange
from cdi.timing.delays import OF_DUE, OF_RECORDED, QUANTILES

if TYPE_CHECKING:
    from cdi.printing.tables import Row
    from cdi.timing.delays import Distribution, TimedSample
    from cdi.timing.timeliness import Timeliness

__all__ = ["Timed", "figures_of", "worked_out"]

SAID = wording.EXPLAINED

NEAR = 1e-12
"""What sums of weights that should meet a share miss it by."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A row of a table of times, with the figures behind it: one of a rate, two of a product, that at a quantile."""

    row: Row
    figures: tuple[Figure, ...]
    spread: tuple[Distribution, float] | None = None  # the delays, and the weight of all
    gone: bool = False  # whether it follows from rows that a saved result does not keep

    @property
    def title(self) -> str:
        """What it is called."""
        return wording.figure_of(self.row.measure.name, ", ".join(lines.named(self.row)))


def figures_of(found: Timeliness) -> list[Timed]:
    """Set each row beside the figures that it follows from."""
    sample, timely = found.sample(), found.estimates[OF_RECORDED]
    places = {row.label: i for i, row in enumerate(timely.rows)}
    made = [_of_rate(found, sample, row) for row in found.table.rows if row.measure.role is not Role.QUANTILE]
    quantiles = {key: rows for key in QUANTILES if (rows := found.table.of(key))}
    if not quantiles:
        return made
    if not found.audit.has_rows:
        return [*made, *(Timed(row, (), gone=True) for rows in quantiles.values() for row in rows)]
    spread = sample.spread(timely)
    parts = sample.by_quantiles([QUANTILES[key] for key in quantiles], spread)
    for rows, (by_domain, whole) in zip(quantiles.values(), parts, strict=True):
        for row in rows:
            place = places[row.label]
            part = whole if place == len(spread) - 1 else by_domain
            own = arrange(part, level=sample.level, method=sample.method).rows[place]
            made.append(Timed(row, (Figure(own, part, place, None),), (spread[place].of, spread[place].weight)))
    return made


def _of_rate(found: Timeliness, sample: TimedSample, row: Row) -> Timed:
    """Find the estimates of a share; of all due where some times are not known, it is a product of two."""
    part = found.estimates.get(row.measure.key)
    if part is None and row.measure == MEASURES[OF_DUE]:
        if not found.audit.has_rows:
            return Timed(row, (), gone=True)
        recorded, timely = sample.recorded_of_due(), found.estimates[OF_RECORDED]
        parts = [recorded, timely]
    else:
        parts = [part] if part is not None else []
    figures = []
    for each in parts:
        place = next((i for i, one in enumerate(each.rows) if one.label == row.label), None)
        if place is not None:
            own = row if len(parts) == 1 else arrange(each, level=sample.level, method=sample.method).rows[place]
            figures.append(Figure(own, each, place, None))
    return Timed(row, tuple(figures))


def worked_out(timed: Timed, found: Timeliness) -> tuple[Section, ...]:
    """Work a share or a delay out."""
    work = Working()
    asked = Asked(found.table.level, found.table.method, "both", together=False, published=False)
    work.figure(timed.title)
    if timed.spread is not None:
        _delay(work, timed, asked)
    elif len(timed.figures) == 2:
        _product(work, timed, asked)
    elif len(timed.figures) == 1:
        work_out(work, timed.figures[0], asked, None)
    else:
        raise RowsGoneError if timed.gone else NoWorkingError
    return work.finished()


def _product(work: Working, timed: Timed, asked: Asked) -> None:
    """Work out the share of all due: those recorded, times those of them in time."""
    sides: list[Between] = []
    for letter, figure in zip("ab", timed.figures, strict=True):
        worked = rate_with_limits(work, figure, asked)
        work.section("side")
        p = work.step(f"p_{letter}", worked.rate.p, SAID[f"share-{letter}"])
        low, high = (
            work.step(f"{side}_{letter}", worked.limits[side], SAID[f"{side}-side"]) if side in worked.limits else p
            for side in ("low", "high")
        )
        sides.append(Between(p, low, high))
    work.section("share-of-due")
    ends = product(work, *sides)
    row = timed.row
    work.section("printed")
    work.step("rate %", 100 * ends["estimate"], SAID["in-percent"], shown=lines.rate(row.estimate))
    for side, symbol, value in (("low", "from %", row.low), ("high", "to %", row.high)):
        if value is not None:
            work.step(symbol, 100 * ends[side], SAID[f"{side}-in-percent"], shown=lines.rate(value, side))
    told = [(ends["estimate"], row.estimate), (ends["low"], row.low), (ends["high"], row.high)]
    _verify([(term, value) for term, value in told if value is not None])


def _delay(work: Working, timed: Timed, asked: Asked) -> None:
    """Work out a quantile, and its limits: the delays that would not be rare, were they the quantile."""
    (figure,), row = timed.figures, timed.row
    if timed.spread is None or row.estimate is None:
        raise NoWorkingError
    of, weight = timed.spread
    portion = QUANTILES[row.measure.key]
    work.section("delays")
    W = work.given("W_d", weight, SAID["delays-known"])
    q = work.given("hours", row.estimate, SAID["quantile-least"].format(share=f"{portion:g}"))
    place = int(np.searchsorted(of.values, row.estimate))
    _share_by(work, of, place, W, "q")
    if place:
        _share_by(work, of, place - 1, W, "before")
    n = None if row.n_eff is None else _size(work, figure, asked)
    if n is not None and (row.low is not None or row.high is not None):
        tail = tail_of(asked.level, "both")
        work.section("interval", method=row.method)
        work.given("tail", round(tail, 12), SAID["tail"])
        if row.low is not None:
            _low(work, of, (portion, W, n), row.low)
        if row.high is not None:
            _high(work, of, (portion, W, n), row.high)
    work.section("printed")
    work.step("hours_p", q, SAID["hours-printed"], shown=wording.tenths(row.estimate))
    for side, value in (("low", row.low), ("high", row.high)):
        if value is not None:
            end = work.given(f"hours_{side}", value, SAID[f"{side}-delay"])
            work.step(f"hours_{side}_p", end, SAID["hours-printed"], shown=wording.tenths(value))


def _size(work: Working, figure: Figure, asked: Asked) -> Term:
    """Work out the effective size of the share recorded by the quantile."""
    rate = rate_of_figure(work, figure, asked.tail)
    if rate.n_eff is None or not np.isclose(rate.n_eff.value, figure.row.n_eff or 0.0, rtol=AGREES):
        raise NoWorkingError
    return rate.n_eff


def _share_by(work: Working, of: Distribution, place: int, W: Term, name: str) -> Term:
    """Work out the share recorded by one of the delays; before the first it is 0."""
    if place < 0:
        return number(0)
    w = work.given(f"w_{name}", float(of.shares[place]) * W.value, SAID[f"recorded-by-{name}"])
    return work.step(f"F_{name}", w / W, SAID[f"share-by-{name}"])


def _low(work: Working, of: Distribution, given: tuple[float, Term, Term], low: float) -> None:
    """Show that so small a share by the lower limit is not rare, and that by the delay before it is."""
    portion, W, n = given
    place = int(np.searchsorted(of.values, low))
    F = _share_by(work, of, place, W, "low")
    work.step("P_low", _as_few(F, portion, n), SAID["share-low"], "woodruff")
    if place:
        before = _share_by(work, of, place - 1, W, "low_before")
        work.step("P_low_before", _as_few(before, portion, n), SAID["share-low-before"], "woodruff")


def _high(work: Working, of: Distribution, given: tuple[float, Term, Term], high: float) -> None:
    """Show that so large a share before the upper limit is not rare, and that before the next delay it is."""
    portion, W, n = given
    place = int(np.searchsorted(of.values, high))
    F = _share_by(work, of, place - 1, W, "high_before")
    work.step("P_high", _as_few(1 - F, 1 - portion, n), SAID["share-high"], "woodruff")
    if place < len(of.values) - 1:
        next_ = _share_by(work, of, place, W, "high")
        work.step("P_high_next", _as_few(1 - next_, 1 - portion, n), SAID["share-high-next"], "woodruff")


def _as_few(found: Term, share: float, n: Term) -> Term:
    """Give the probability of a share as small as was found, by the binomial."""
    if found.value > 1 - NEAR:
        return number(1)
    count = n * found
    return call("beta_share", number(round(1 - share, 12)), n - count, count + 1)


def _verify(told: Sequence[tuple[Term, float]]) -> None:
    """Refuse a working that does not lead to what is printed."""
    if not all(np.isclose(term.value, value, rtol=AGREES, atol=1e-9) for term, value in told):
        raise NoWorkingError
