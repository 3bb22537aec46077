"""The working of groups held against each other: shares of records, searches per 1,000 residents, and their bounds.

The searches of a group are its share of the records times a known number. The ratio of two groups is a map of the share
of one among both, and so are its limits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cdi import wording
from cdi.explaining.figures import AGREES, SIDES, Asked, Figure, NoWorkingError, RowsGoneError, limits_of
from cdi.explaining.rates import Rate, rate_of_sums
from cdi.explaining.steps import Section, Step, Working
from cdi.explaining.sums import Told
from cdi.explaining.terms import Term, number
from cdi.grouping.disparities import ALLOCATED, DIFFERENCE, Counted, as_ratio, counted
from cdi.grouping.groups import RATE, RATIO, SHARE, shares_among
from cdi.printing import formats, lines
from cdi.printing.tables import arrange

if TYPE_CHECKING:
    from collections.abc import Collection

    from cdi.grouping.disparities import Disparity
    from cdi.measures import Measure
    from cdi.printing.tables import Row

__all__ = ["as_printed", "called", "worked_out"]

SAID = wording.EXPLAINED

THOUSAND = number(1_000)


@dataclass(frozen=True, slots=True)
class _Group:
    """A group of a comparison, with the row that is worked out."""

    found: Disparity
    name: str
    row: Row

    @property
    def asked(self) -> Asked:
        """How it was estimated."""
        table = self.found.table
        return Asked(table.level, table.method, "both", together=False, published=False)

    def residents(self, name: str) -> int:
        """Give the residents of a group."""
        return self.found.held.residents_of(name) or 0

    @property
    def counts(self) -> Mapping[str, int] | None:
        """The searches of each group, where all of them are known."""
        return self.found.frame.counts


def called(row: Row) -> str:
    """Name a row of a group."""
    return wording.figure_of(row.measure.name, ", ".join(lines.named(row)))


def worked_out(found: Disparity, name: str, row: Row) -> tuple[Section, ...]:
    """Work out a row of a group that is no share with grounds and no contrast of two."""
    work = Working()
    work.figure(called(row))
    _OF[row.measure](work, _Group(found, name, row))
    return work.finished()


def as_printed(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """Write what the page of groups shows of a contrast: no p-value, and ratios with fewer decimals."""

    def written(step: Step) -> Step:
        if step.symbol == _P_VALUE:
            return replace(step, shown="")
        return replace(step, shown=as_ratio(step.value)) if step.shown and step.symbol in _RATIOS else step

    return tuple(replace(section, steps=tuple(map(written, section.steps))) for section in sections)


_P_VALUE = "P"
_RATIOS = ("estimate_r", "low_r", "high_r")
"""What the working of a comparison calls the p-value, and the ratio and its limits, where it rounds them."""


# ---- a share of the records


def _share_with_limits(
    work: Working, group: _Group, told: Told, among: Collection[str] | None = None
) -> tuple[Rate, Mapping[str, Term]]:
    """Work out the share of a group among all records, or among those of two groups."""
    totals = group.found.rates.totals
    if totals is None or not totals.audit.has_rows:
        raise RowsGoneError
    part = shares_among(totals.audit, group.found.held.by, [group.name], among)
    asked = group.asked
    figure = Figure(arrange(part, level=asked.level, method=asked.method).rows[-1], part, len(part) - 1, None)
    behind, exact = figure.behind(), bool(part.exact[-1])
    if behind is None:
        raise NoWorkingError
    rate = rate_of_sums(work, replace(behind.sample, told=told), None if exact else asked.tail)
    return rate, {} if exact else limits_of(work, figure, rate, asked, SIDES["both"])


def _share(work: Working, group: _Group) -> None:
    rate, ends = _share_with_limits(work, group, Told("records", wording.RECORDS, wording.records_of(group.name)))
    work.section("printed")
    row = group.row
    work.step("share %", 100 * rate.p, SAID["in-percent"], shown=lines.rate(row.estimate))
    _verify(row, rate.p, ends)


# ---- searches for each resident


def _searches(work: Working, group: _Group) -> None:
    """Work out searches per 1,000 residents: a known number, or a share of all searches."""
    if group.counts is not None:
        work.section("searches")
        searches = work.given("S", group.counts.get(group.name, 0), wording.searches_of(group.name))
        people = work.given("R", group.residents(group.name), wording.residents_of(group.name))
        found, ends = work.step("s", searches / people * THOUSAND, SAID["searches-per-resident"]), {}
    else:
        told = Told("records", wording.RECORDS, wording.records_of(group.name))
        rate, of_share = _share_with_limits(work, group, told)
        work.section("searches")
        all_ = work.given("S", group.found.frame.total or 0, SAID["all-searches"])
        people = work.given("R", group.residents(group.name), wording.residents_of(group.name))
        f = work.step("f", all_ / people * THOUSAND, SAID["searches-for-resident"])
        found = work.step("s", rate.p * f, SAID["searches-per-resident"])
        ends = {side: work.step(f"s_{side}", end * f, SAID[side]) for side, end in of_share.items()}
    _print(work, group.row, found, ends, as_ratio)


def _search_ratio(work: Working, group: _Group) -> None:
    """Work out the searches per 1,000 residents over those of the reference."""
    reference = group.found.reference
    if group.counts is not None:
        work.section("searches")
        own = work.given("S_a", group.counts.get(group.name, 0), wording.searches_of(group.name))
        other = work.given("S_b", group.counts.get(reference, 0), wording.searches_of(reference))
        times = _residents(work, group, reference)
        found, ends = work.step("r", own / other * times, SAID["search-ratio"]), {}
    else:
        told = Told("records", wording.records_of_two(group.name, reference), wording.records_of(group.name))
        rate, of_share = _share_with_limits(work, group, told, (group.name, reference))
        work.section("searches")
        times = _residents(work, group, reference)
        found = work.step("r", rate.p / (1 - rate.p) * times, SAID["search-ratio"])
        ends = {
            side: work.step(f"r_{side}", end / (1 - end) * times, SAID[side])
            for side, end in of_share.items()
            if end.value < 1
        }
    _print(work, group.row, found, ends, as_ratio)


def _residents(work: Working, group: _Group, reference: str) -> Term:
    """Work out how many residents the reference has for each of the group."""
    own = work.given("R_a", group.residents(group.name), wording.residents_of(group.name))
    other = work.given("R_b", group.residents(reference), wording.residents_of(reference))
    return work.step("v", other / own, SAID["residents-ratio"])


# ---- had the records that state no group stated one


def _bounds(work: Working, group: _Group) -> None:
    """Work out the ends of a contrast over all ways to share out the records that state no group."""
    found, reference = group.found, group.found.reference
    if found.rates.totals is None:
        raise NoWorkingError
    known = counted(found.rates.totals)
    work.section("stated")
    m, g = _counts(work, "a", known.get(group.name, Counted()), group.name)
    n, h = _counts(work, "b", known.get(reference, Counted()), reference)
    unstated = [known[each] for each in found.held.unstated]
    y = work.given("y_u", sum(each.yes for each in unstated), SAID["unstated-with"])
    o = work.given("o_u", sum(each.no for each in unstated), SAID["unstated-without"])
    work.section("allocated")
    if group.row.measure == ALLOCATED[RATIO]:
        times = _residents(work, group, reference)
        low = work.step("r_low", m / (n + y + o) * times, SAID["all-to-reference"])
        high = work.step("r_high", (m + y + o) / n * times, SAID["all-to-group"])
        _print_ends(work, group.row, low, high, as_ratio)
        return
    least = work.step("p_al", g / (m + o), SAID["group-least"])
    most_other = work.step("p_bl", (h + y) / (n + y), SAID["reference-most"])
    most = work.step("p_ah", (g + y) / (m + y), SAID["group-most"])
    least_other = work.step("p_bh", h / (n + o), SAID["reference-least"])
    if group.row.measure == ALLOCATED[DIFFERENCE]:
        low = work.step("d_low", least - most_other, SAID["lowest-difference"])
        high = work.step("d_high", most - least_other, SAID["highest-difference"])
        _print_ends(work, group.row, low, high, formats.signed_points, 100)
    else:
        low = work.step("q_low", least / most_other, SAID["lowest-ratio"])
        high = work.step("q_high", most / least_other, SAID["highest-ratio"])
        _print_ends(work, group.row, low, high, as_ratio)


def _counts(work: Working, letter: str, known: Counted, name: str) -> tuple[Term, Term]:
    """Write down the records of a group, and those of them with grounds."""
    records = work.given(f"n_{letter}", known.records, wording.records_of(name))
    return records, work.given(f"g_{letter}", known.yes, wording.grounds_of(name))


# ---- as printed


def _print(
    work: Working, row: Row, found: Term, ends: Mapping[str, Term], write: Callable[[float], str]
) -> None:  # fmt: skip
    """Round a number and its limits as the page does."""
    work.section("printed")
    for side, value in (("estimate", row.estimate), ("low", row.low), ("high", row.high)):
        term = found if side == "estimate" else ends.get(side)
        if term is not None and value is not None:
            words = SAID["number-as-printed" if side == "estimate" else f"{side}-as-printed"]
            work.step(f"{side}_p", term, words, shown=write(value))
    _verify(row, found, ends)


def _print_ends(
    work: Working, row: Row, low: Term, high: Term, write: Callable[[float], str], times: int = 1
) -> None:  # fmt: skip
    work.section("printed")
    for side, term, value in (("low", low, row.low), ("high", high, row.high)):
        if value is not None:
            of = times * term if times != 1 else term
            work.step(f"{side}_p", of, SAID[f"{side}-as-printed"], shown=write(value))
    _agree([(low, row.low), (high, row.high)])


def _verify(row: Row, found: Term, ends: Mapping[str, Term]) -> None:
    told = [(found, row.estimate), *((ends[side], getattr(row, side)) for side in ends)]
    _agree(told)


def _agree(told: list[tuple[Term, float | None]]) -> None:
    """Refuse a working that does not lead to what is printed."""
    if not all(value is not None and np.isclose(term.value, value, rtol=AGREES, atol=1e-9) for term, value in told):
        raise NoWorkingError


_OF: Mapping[Measure, Callable[[Working, _Group], None]] = {
    SHARE: _share,
    RATE: _searches,
    RATIO: _search_ratio,
    **dict.fromkeys(ALLOCATED.values(), _bounds),
}
"""What is measured -> its working."""
