"""The working of a trend: the rate of a period, that of 12 months, and the limits of the control chart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from cdi import wording
from cdi.audits.periods import MONTHS, parse_period
from cdi.explaining.figures import AGREES, Asked, Figure, NoWorkingError, rate_of_figure, work_out
from cdi.explaining.rates import size_of_two
from cdi.explaining.scores import normal_score_of
from cdi.explaining.steps import Section, Working
from cdi.explaining.terms import Term, call, number, total
from cdi.measures import Role
from cdi.monitoring.control import RANGE_TO_SIGMA, SIGMAS
from cdi.monitoring.trends import LIMITS
from cdi.printing import lines
from cdi.survey.basis import of_groups

if TYPE_CHECKING:
    from cdi.audits.periods import Period
    from cdi.monitoring.trends import Trend
    from cdi.printing.tables import Row
    from cdi.survey.estimates import Estimates

__all__ = ["OfPeriod", "figures_of", "worked_out"]

SAID = wording.EXPLAINED


@dataclass(frozen=True, slots=True)
class OfPeriod:
    """A row of a trend, and the rate behind it."""

    row: Row
    figure: Figure

    @property
    def title(self) -> str:
        """What it is called."""
        return wording.figure_of(self.row.measure.name, ", ".join(lines.named(self.row)))


def figures_of(found: Trend) -> list[OfPeriod]:
    """Set each row beside the rate that it follows from."""
    rates = found.estimates
    places = {row.label: i for i, row in enumerate(rates.rows)}
    periods: dict[tuple[str, ...], Period] = {(period.label,): period for period in found.periods}
    by_label = {row.label: row for row in found.table.of(found.measure.key) if not row.whole}
    made = []
    for row in found.table.rows:
        period = periods.get(row.label)
        if row.whole or period is None:
            place = len(rates) - 1
            made.append(OfPeriod(row, Figure(row, rates, place, None)))
        elif row.measure.role is Role.WINDOW:
            own = _within(rates, period.last - MONTHS + 1, period.last)
            made.append(OfPeriod(row, Figure(row, _grouped(rates, own), 0, None, own)))
        else:
            own = _within(rates, period.first, period.last)
            made.append(OfPeriod(row, Figure(by_label[row.label], rates, places[row.label], None, own)))
    return made


def _within(rates: Estimates, first: int, last: int) -> tuple[int, ...]:
    """Find the periods of the sample that lie in some months."""
    if rates.totals is None:
        raise NoWorkingError
    read: list[Period | None] = [parse_period(label[0]) for label in rates.totals.domains]
    return tuple(i for i, each in enumerate(read) if each is not None and first <= each.first and each.last <= last)


def _grouped(rates: Estimates, domains: tuple[int, ...]) -> Estimates:
    """Estimate a rate over some periods of the sample."""
    if rates.totals is None:
        raise NoWorkingError
    members = np.isin(np.arange(len(rates.totals.domains)), domains)
    return replace(rates, rows=rates.rows[:1], basis=of_groups(rates.totals, members[None]))


def worked_out(each: OfPeriod, found: Trend) -> tuple[Section, ...]:
    """Work out a rate, or the control limits of a period."""
    work = Working()
    asked = Asked(found.table.level, found.table.method, "both", together=False, published=False)
    work.figure(each.title)
    if each.row.measure == LIMITS:
        _limits(work, each, found, asked)
    else:
        work_out(work, each.figure, asked, None)
    return work.finished()


def _limits(work: Working, each: OfPeriod, found: Trend, asked: Asked) -> None:
    """Work out the centre, the factor, and the limits: the rates that lie three sigmas from the centre."""
    row, rates = each.row, found.estimates
    baseline = found.periods[: found.baseline]
    held = _within(rates, baseline[0].first, baseline[-1].last)
    part = _grouped(rates, held)
    of_baseline = Figure(replace(each.figure.row, label=(wording.BASELINE,)), part, 0, None, held)
    centre = rate_of_figure(work, of_baseline, None).p
    limits = {line.label: line for line in found.table.of(LIMITS.key)}
    points = [period for period in baseline if (period.label,) in limits]
    centre = _off_the_ends(work, centre, [limits[(period.label,)] for period in points])
    work.section("centre")
    c = work.step("c", centre, SAID["chart-centre"], "laney")
    factor = _factor(work, found, points, c)
    rate = rate_of_figure(work, each.figure, asked.tail)
    if rate.size is None:
        raise NoWorkingError
    n = size_of_two(work, rate.size)
    work.section("chart-limits")
    told = [(c, row.estimate), (n, row.n_eff), (factor, found.widened)]
    if not all(value is not None and np.isclose(term.value, value, rtol=AGREES) for term, value in told):
        raise NoWorkingError
    work.given("sigmas", SIGMAS, SAID["sigmas"])
    ends = {}
    for side, end in (("low", row.low), ("high", row.high)):
        if end is None:
            continue
        ends[side] = limit = work.given(f"L_{side}", end, SAID[f"chart-{side}"])
        z = normal_score_of(work, (limit, n, c), f"_{side}")
        work.step(f"s_{side}", z / factor, SAID["chart-score"], "laney")
    work.section("printed")
    work.step("rate %", 100 * c, SAID["centre-in-percent"])
    for side, symbol, end in (("low", "from %", row.low), ("high", "to %", row.high)):
        if side in ends:
            work.step(symbol, 100 * ends[side], SAID[f"{side}-in-percent"], shown=lines.rate(end))


def _off_the_ends(work: Working, centre: Term, limits: list[Row]) -> Term:
    """Move a centre of 0 or 1, around which nothing could vary."""
    if 0 < centre.value < 1:
        return centre
    size = work.given("n_0", sum(row.n_eff or 0.0 for row in limits), SAID["size-of-baseline"])
    return (centre * size + 0.5) / (size + 1)


def _factor(work: Working, found: Trend, points: list[Period], c: Term) -> Term:
    """Work out by how much the periods vary more than sampling explains: by the mean range of neighbours."""
    rates = {row.label: row for row in found.table.of(found.measure.key)}
    limits = {row.label: row for row in found.table.of(LIMITS.key)}
    if len(points) < 2:
        return number(1)
    work.section("chart-scores", "periods")
    scores = []
    for i, period in enumerate(points):
        at = (i + 1, period.label)
        row, size = rates[(period.label,)], limits[(period.label,)].n_eff
        p = work.given("p_t", row.estimate or 0.0, SAID["rate-of-period"], at)
        n = work.given("n_t", size or 0.0, SAID["size-of-period"], at)
        scores.append(normal_score_of(work, (p, n, c), "_t", at))
    work.section("chart-ranges", "periods")
    ranges = []
    for i, (one, other) in enumerate(pairwise(scores)):
        apart = call("max", one - other, other - one)
        ranges.append(work.step("m", apart, SAID["moving-range"], "", (i + 2, points[i + 1].label)))
    work.section("factor")
    return work.step(
        "f", call("max", total(ranges) / len(ranges) / RANGE_TO_SIGMA, number(1)), SAID["chart-factor"], "laney"
    )
