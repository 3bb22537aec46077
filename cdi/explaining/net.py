"""The working of crimes not recorded, net of those that should not have been: the ratio of two shares with limits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cdi import wording
from cdi.binomial.published import PRINTED_LEVEL, PublishedRate
from cdi.explaining.counts import Chances, chance, volume
from cdi.explaining.figures import (
    AGREES,
    Asked,
    Figure,
    NoWorkingError,
    Worked,
    limits_of,
    rate_of_figure,
)
from cdi.explaining.limits import Between, ratio, scaled_half
from cdi.explaining.terms import Term, call, number
from cdi.measures import MEASURES
from cdi.printing import formats
from cdi.printing.tables import arrange
from cdi.survey.extrapolation import PRINTED

if TYPE_CHECKING:
    from cdi.explaining.rates import Rate
    from cdi.explaining.steps import Working
    from cdi.survey.estimates import Counts, Estimates
    from cdi.survey.extrapolation import NetError, NetSides

__all__ = ["Net", "net_of", "work_out_net"]

SAID = wording.EXPLAINED

BOTH = ("low", "high")


@dataclass(frozen=True, slots=True)
class Net:
    """A net count, with what it follows from."""

    found: NetError
    sides: NetSides
    figure: Figure  # the overall rate
    over: Figure | None  # the share over-recorded, where an audit of its own estimates it
    counts: Counts
    asked: Asked  # how its sides have their limits

    @property
    def titles(self) -> tuple[str, ...]:
        """What its parts are called."""
        own = [wording.figure_of(MEASURES[key].name, wording.ALL) for key in ("over-recorded", "net-unrecorded")]
        return (self.share, *own)

    @property
    def share(self) -> str:
        """What the share over-recorded is called."""
        return wording.figure_of(MEASURES["over-recording"].name, wording.ALL) if self.over is None else self.over.title

    @property
    def prediction(self) -> bool:
        """Whether the chance of another period's crimes is in."""
        return self.counts.rows[-1].facts.chance


def net_of(found: NetError | None, counts: Counts | None) -> Net | None:
    """Take a net count that has a figure, with all that it follows from."""
    if found is None or found.estimate is None or found.sides is None or counts is None:
        return None
    sides = found.sides
    row = arrange(sides.rates, level=found.level, method=sides.method).rows[0]
    figure = Figure(row, sides.rates, 0, counts)
    asked = Asked(found.level, sides.method, "both", together=False, published=False)
    source = sides.over.source
    over = None if isinstance(source, PublishedRate) else _of_audit(source, sides, asked)
    return Net(found, sides, figure, over, counts, asked)


def _of_audit(source: Estimates, sides: NetSides, asked: Asked) -> Figure:
    part = replace(source, realised=np.full(len(source), sides.by_chance))
    row = arrange(part, level=asked.level, method=asked.method).rows[-1]
    return Figure(row, part, len(part) - 1, None)


def work_out_net(work: Working, net: Net, before: Worked | None) -> None:
    """Work a net count out, from the overall rate that was worked out before where it is the same."""
    found = net.found
    share, c_low, c_high = _share(work, net)
    _, over_recorded, net_of_them = net.titles
    work.figure(over_recorded)
    rate = rate_of_figure(work, net.figure, net.asked.tail) if before is None else before.rate
    R = rate.volume
    if R is None:
        work.section("volume")
        R = volume(work, net.counts, len(net.counts) - 1)
    work.section("over")
    all_ = work.step("R_a", R / (1 - share), SAID["with-over"])
    over = work.step("O_r", all_ * share, SAID["over-count"])
    unit = work.given("unit", formats.unit_of(found.over_recorded), SAID["unit"])
    shown = formats.count(found.over_recorded, int(unit.value))
    work.step("O_u", over / unit, SAID["in-units"], shown=shown)
    work.figure(net_of_them)
    p = _rate(work, net, rate, R, before)
    work.section("net")
    kept = work.step("k_p", 1 - share, SAID["kept"])
    low = work.step("k_low", 1 - call("min", c_high, number(1)), SAID["kept-low"])
    high = work.step("k_high", 1 - call("max", c_low, number(0)), SAID["kept-high"])
    estimate = work.step("N_n", all_ * (kept / p.estimate - 1), SAID["net"])
    ends = ratio(work, Between(kept, low, high), p)
    mapped = {
        side: work.step(f"N_{side}", all_ * (end - 1), SAID[f"net-{side}"], "mover") for side, end in ends.items()
    }
    _print(work, found, estimate, mapped)
    told = [(estimate, found.estimate), (over, found.over_recorded)]
    told += [(mapped[side], end) for side, end in (("low", found.low), ("high", found.high)) if side in mapped]
    if not all(end is not None and np.isclose(term.value, end, rtol=AGREES, atol=1e-6) for term, end in told):
        raise NoWorkingError


def _rate(work: Working, net: Net, rate: Rate, R: Term, before: Worked | None) -> Between:
    """Work out the limits of the overall rate, with the chance of the crimes and the error of a share in routes."""
    if bool(net.figure.part.exact[0]):
        return Between(rate.p, rate.p, rate.p)
    made = net.counts.made
    added = chance(work, rate, R, Chances(net.prediction, None, None if made is None else made.routes))
    if added is None and before is not None:
        ends = before.limits
    else:
        ends = limits_of(work, net.figure, rate, net.asked, BOTH, added)
    return Between(rate.p, ends["low"], ends["high"])


def _share(work: Working, net: Net) -> tuple[Term, Term, Term]:
    """Work out the share over-recorded with its limits: from its own audit, or as it was published."""
    work.figure(net.share)
    source, figure = net.sides.over.source, net.over
    if isinstance(source, PublishedRate):
        return _printed(work, net, source)
    if figure is None:
        raise NoWorkingError
    rate = rate_of_figure(work, figure, net.asked.tail)
    if bool(figure.part.exact[-1]):
        c = work.step("c", rate.p, SAID["over-share"])
        return c, c, c
    added = None
    if net.sides.by_chance:
        work.section("chance")
        added = work.step("g_s", 1 / work.given("R_s", 1 / net.sides.by_chance, SAID["with-over"]), SAID["chance"])
    ends = limits_of(work, figure, rate, net.asked, BOTH, added)
    work.section("over-share")
    c = work.step("c", rate.p, SAID["over-share"])
    return c, work.step("c_low", ends["low"], SAID["low"]), work.step("c_high", ends["high"], SAID["high"])


def _printed(work: Working, net: Net, source: PublishedRate) -> tuple[Term, Term, Term]:
    """Widen a printed interval by the chance of another period's crimes, and to another level, where asked."""
    work.section("as-published")
    c = work.given("c", source.rate, SAID["over-share"])
    if source.half_width is None:
        if not net.sides.by_chance or not source.rate:
            return c, c, c
        half = number(0)
    else:
        half = work.given("h", source.half_width, SAID["half-printed"])
    if net.sides.by_chance and source.rate:
        R = work.given("R_s", 1 / net.sides.by_chance, SAID["with-over"])
        spread = c * (1 - c) / R
        if source.half_width is not None:
            spread = work.step("s_c", half / PRINTED, SAID["over-error"]) ** 2 + spread
        half = work.step("h_c", number(PRINTED) * call("sqrt", spread), SAID["half-with-chance"])
    half = scaled_half(work, half, net.asked.tail, PRINTED_LEVEL)
    return c, work.step("c_low", c - half, SAID["low"]), work.step("c_high", c + half, SAID["high"])


def _print(work: Working, found: NetError, estimate: Term, ends: dict[str, Term]) -> None:
    """Round a net count and its limits as the sentence does, which says how much too high or too low."""
    value = found.estimate or 0.0
    too_high = value < 0
    work.section("printed")
    unit = work.given("unit", formats.unit_of(value), SAID["unit"])
    u = int(unit.value)
    work.step("N_u", _turned(estimate, too_high=too_high) / unit, SAID["in-units"], shown=formats.count(abs(value), u))
    if found.low is None or found.high is None:
        return
    low, high = formats.outward(*((-found.high, -found.low) if too_high else (found.low, found.high)), u)
    first, last = ("high", "low") if too_high else ("low", "high")
    for side, end, shown in (("low", first, low), ("high", last, high)):
        term = _turned(ends[end], too_high=too_high) / unit
        work.step(f"N_{side}_u", term, SAID[f"{side}-in-units"], shown=f"{abs(shown):,}")


def _turned(term: Term, *, too_high: bool) -> Term:
    return number(0) - term if too_high else term
