"""The working of coverage: of a number of records the sum over all samples, of other designs a count of draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.binomial import intervals
from cdi.binomial.chances import binomial, hypergeometric
from cdi.binomial.coverage import ROUNDING
from cdi.explaining.figures import AGREES, NoWorkingError
from cdi.explaining.steps import Section, Working
from cdi.explaining.terms import Term, call, total
from cdi.facts import Scope
from cdi.printing import formats
from cdi.printing.lines import rate
from cdi.simulating.results import ERRORS

if TYPE_CHECKING:
    from cdi.printing.tables import Row
    from cdi.simulating.results import Coverage, Covered

__all__ = ["OfRow", "called", "figures_of", "worked_out"]

SAID = wording.EXPLAINED

RAREST = 1e-13
"""How probable a count is that still moves a sum; rarer ones are left out."""


@dataclass(frozen=True, slots=True)
class OfRow:
    """How one rate or count fares by one method, with the rows of the table that say it."""

    covered: Covered
    rows: tuple[Row, ...]

    @property
    def row(self) -> Row:
        """The row of the share of intervals that hold the truth."""
        return self.rows[0]

    @property
    def title(self) -> str:
        """What it is called."""
        return _title(self.covered)


def figures_of(found: Coverage) -> list[OfRow]:
    """Set each line beside its rows of the table."""
    made = []
    for covered in found.rows:
        measures = set(covered.measures.values())
        own = [
            row
            for row in found.table.rows
            if row.label == covered.label and row.method == covered.method and row.measure in measures
            and row.facts.scope == covered.facts.scope and row.facts.by_volumes == covered.facts.by_volumes
        ]  # fmt: skip
        made.append(OfRow(covered, tuple(own)))
    return made


def called(each: OfRow) -> tuple[str, ...]:
    """Say what it may be called by: its label, with the method or without; the rate of the frame by that alone."""
    label = ", ".join(each.covered.label)
    names = (label, f"{label}, {each.covered.method}")
    return names if each.covered.facts.scope is not Scope.FRAME else (each.covered.name,)


def worked_out(each: OfRow, found: Coverage) -> tuple[Section, ...]:
    """Work out the shares, the width and the error of one line."""
    work, covered = Working(), each.covered
    work.figure(each.title)
    if covered.se is not None:
        _of_draws(work, covered, found)
    elif covered.least is not None:
        _over_range(work, covered, found)
    else:
        _of_counts(work, covered, found, covered.truth, _printed(covered))
    return work.finished()


def _printed(covered: Covered) -> dict[str, float | None]:
    return {name: getattr(covered, name) for name in ("coverage", "above", "below", "width")}


_SYMBOLS = {"coverage": "coverage", "above": "too_low", "below": "too_high", "width": "width"}
"""What a result calls a share -> what a working does, as its table: an interval below the true rate is too low."""


# ---- all samples that can come


def _over_range(work: Working, covered: Covered, found: Coverage) -> None:
    """Write down the averages over the range, and work out the least, which is at one true rate."""
    curve = found.curves[covered.method]
    work.section("range")
    rates = work.given("m", len(curve.rate), wording.true_rates(curve.rate[0], curve.rate[-1]))
    for name, words in (("coverage", "holds"), ("above", "too-low"), ("below", "too-high"), ("width", "width")):
        value = getattr(covered, name)
        if value is not None:
            summed = work.given(f"S_{_SYMBOLS[name]}", float(getattr(curve, name).sum()), SAID[f"{words}-summed"])
            share = work.step(_SYMBOLS[name], summed / rates, SAID[f"{words}-mean"])
            work.step(f"{_SYMBOLS[name]} %", 100 * share, SAID["in-percent-of-samples"], shown=rate(value))
            _agree(share, value)
    work.figure(wording.least_at(_title(covered), rate(covered.least_at)))
    _of_counts(work, covered, found, covered.least_at, {"coverage": covered.least})


def _title(covered: Covered) -> str:
    """Name a line."""
    return wording.figure_of(covered.measures["coverage"].name, f"{', '.join(covered.label)} ({covered.method})")


def _of_counts(
    work: Working, covered: Covered, found: Coverage, truth: float | None, printed: Mapping[str, float | None]
) -> None:
    """Add up the probability of each count whose interval holds the true rate, and of those that miss it."""
    if truth is None:
        raise NoWorkingError
    n, population = found.drawn.records, found.drawn.population
    work.section("records")
    of = work.given("n", n, SAID["records-drawn"])
    if population is None:
        pi = work.given("pi", truth, SAID["true-rate"])
        chances = binomial(n, np.array([truth]))[0]

        def chance(x: Term) -> Term:
            return call("binomial_chance", x, of, pi)

    else:
        N = work.given("N", population, SAID["records-known"])
        M = work.given("M", round(truth * population), SAID["records-recorded"])
        pi = work.step("pi", M / N, SAID["true-rate"])
        chances = hypergeometric(n, np.array([float(round(truth * population))]), population)[0]

        def chance(x: Term) -> Term:
            return call("hypergeometric_chance", x, of, M, N)

    limits = intervals.count_interval(
        np.arange(n + 1), n, population=population, level=found.level, method=covered.method, side=found.side
    )
    sums = _summed(work, chance, pi, (chances, limits.low, limits.high), both=found.side == "both")
    work.section("shares")
    for name, words in (("coverage", "holds"), ("above", "too-low"), ("below", "too-high"), ("width", "width")):
        value = printed.get(name)
        if name in sums and value is not None:
            share = work.step(_SYMBOLS[name], total(sums[name]), SAID[f"{words}-exact"], "enumerated")
            work.step(f"{_SYMBOLS[name]} %", 100 * share, SAID["in-percent-of-samples"], shown=rate(value))
            _agree(share, value)


def _summed(
    work: Working,
    chance: Callable[[Term], Term],
    pi: Term,
    numbers: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]],
    *,
    both: bool,
) -> dict[str, list[Term]]:
    """Write down each count that can come, its probability, its interval and whether that holds the true rate."""
    chances, lows, highs = numbers
    work.section("counts", "counts")
    sums: dict[str, list[Term]] = {"coverage": [], "above": [], "below": [], **({"width": []} if both else {})}
    for i, k in enumerate(np.flatnonzero(chances > RAREST).tolist()):
        at = (i + 1, f"{k:,}")
        x = work.given("x", k, SAID["count-recorded"], at)
        c = work.step("c", chance(x), SAID["chance-of-count"], "enumerated", at)
        low = work.given("low", float(lows[k]), SAID["low-of-count"], at)
        high = work.given("high", float(highs[k]), SAID["high-of-count"], at)
        misses = {"above": highs[k] < pi.value - ROUNDING, "below": lows[k] > pi.value + ROUNDING}
        held = {"coverage": not any(misses.values()), **misses}
        for name, symbol in (("coverage", "h"), ("above", "a"), ("below", "b")):
            is_so = work.given(symbol, float(held[name]), SAID[f"{name}-of-count"], at)
            sums[name].append(work.step(f"c_{symbol}", c * is_so, SAID[f"chance-{name}"], "", at))
        if both:
            sums["width"].append(work.step("c_w", c * (high - low), SAID["chance-width"], "", at))
    return sums


# ---- samples that were drawn


def _of_draws(work: Working, covered: Covered, found: Coverage) -> None:
    """Work out shares of the samples drawn that have an interval, and the error of the simulation."""
    draws = found.drawn.draws
    with_interval = round((1 - covered.blank) * draws)
    share, above, below = (float(each or 0.0) for each in (covered.coverage, covered.above, covered.below))
    work.section("draws")
    S = work.given("S", draws, SAID["samples-drawn"])
    h = work.given("h", round(share * with_interval), SAID["samples-holding"])
    a = work.given("a", round(above * with_interval), SAID["samples-too-low"])
    b = work.given("b", round(below * with_interval), SAID["samples-too-high"])
    n = work.step("n", h + a + b, SAID["samples-with-interval"])
    if covered.truth is not None:
        truth = work.given("truth", covered.truth, SAID["true-count" if covered.counts else "true-rate-drawn"])
        of = truth if covered.counts else 100 * truth
        work.step("truth_p", of, SAID["number-as-printed"], shown=_written(covered, covered.truth))
    work.section("shares")
    for name, part, words in (("coverage", h, "holds"), ("above", a, "too-low"), ("below", b, "too-high")):
        own = work.step(_SYMBOLS[name], part / n, SAID[f"{words}-drawn"])
        value = getattr(covered, name)
        work.step(f"{_SYMBOLS[name]} %", 100 * own, SAID["in-percent-of-samples"], shown=rate(value))
        _agree(own, value)
    if covered.blank:
        blank = work.step("blank", (S - n) / S, SAID["samples-without"])
        work.step("blank %", 100 * blank, SAID["in-percent-of-samples"], shown=rate(covered.blank))
        _agree(blank, covered.blank)
    if covered.width is not None:
        summed = work.given("W", covered.width * with_interval, SAID["width-summed"])
        width = work.step("width", summed / n, SAID["width-mean"])
        of = width if covered.counts else 100 * width
        work.step("width_p", of, SAID["number-as-printed"], shown=_written(covered, covered.width))
    work.section("simulation-error")
    likely = work.step("q", (h + 0.5) / (n + 1), SAID["likely-share"])
    se = work.step("se", call("sqrt", likely * (1 - likely) / n), SAID["se-of-share"], "binomial-error")
    work.step("error %", 100 * ERRORS * se, SAID["three-errors"], shown=rate(ERRORS * (covered.se or 0.0)))
    _agree(se, covered.se)


def _written(covered: Covered, value: float) -> str:
    """Write a rate, or a number of crimes, as the page does."""
    return formats.count(value, 1) if covered.counts else rate(value)


def _agree(term: Term, value: float | None) -> None:
    """Refuse a working that does not lead to what is printed."""
    if value is None or not np.isclose(term.value, value, rtol=AGREES, atol=1e-9):
        raise NoWorkingError
