"""The working of a rate: a ratio of totals, its variance, and the effective size of the sample behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.explaining.designs import Crimes, Design, Scores, Size, Variance, effective_size, normal_score, variance
from cdi.explaining.sums import Counted, Told, counted_of
from cdi.explaining.terms import Term, call, largest, number, total
from cdi.survey.basis import FEWEST

if TYPE_CHECKING:
    from cdi.audits.strata import Strata
    from cdi.explaining.steps import Working
    from cdi.measures import Measure
    from cdi.survey.basis import Basis
    from cdi.survey.totals import Cells, Totals

__all__ = [
    "Category",
    "Rate",
    "Sample",
    "degrees",
    "of_another_period",
    "rate_of_counts",
    "rate_of_sums",
    "size_of_two",
]

SAID = wording.EXPLAINED


@dataclass(frozen=True, slots=True)
class Sample:
    """What a rate is worked out from."""

    totals: Totals
    cells: Cells
    chosen: npt.NDArray[np.bool_]  # the cells of the rate
    basis: Basis  # of one row: what the engine found
    told: Told

    @property
    def was_census(self) -> bool:
        """Whether all of the frame was audited, and another period is meant."""
        left = self.totals.strata.left[self.cells.stratum[self.chosen & (self.cells.due > 0)]]
        return not bool(self.basis.census[0]) and not left.any()

    def design(self, rows: npt.NDArray[np.bool_]) -> Design:
        """Give the design, as far as the rate has one; ``rows`` are the cells whose strata it lies in."""
        strata, worth = self.totals.strata, self.basis.worth
        corrected = worth.corrected[0] != worth.seen[0] or worth.left[0] != 1
        finite = strata.population is not None and (corrected or bool(self.basis.census[0]))
        held = np.unique(strata.group[self.cells.stratum[rows]])
        lonely = (strata.drawn_together == 1) & (strata.left > 0)
        short = np.intersect1d(held, strata.group[lonely])
        return Design(
            strata, self.totals.audit.design.counts, endless=not finite, held=len(held), short=len(short)
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Category:
    """The terms of one category that counts by its recorded crime."""

    name: str
    R: Term  # recorded crime
    p: Term  # its rate
    a: Term  # recorded crime for each crime recorded in the sample, with weights
    m: Term  # crimes due, unweighted
    missing: Term  # those not recorded


@dataclass(frozen=True, slots=True)
class Rate:
    """The terms that intervals and counts follow from."""

    p: Term
    due: Term  # crimes due
    recorded: Term
    z: Term | None = None  # the normal quantile of the level
    se: Term | None = None  # None where there is no sampling error
    n_eff: Term | None = None
    df: Term | None = None
    frame: Term | None = None  # of single records drawn one by one: those on the frame
    frames: Term | None = None  # of single records drawn one by one from several strata: those on all of their frames
    size: Size | None = None  # of a sample with rows: what the effective size follows from
    categories: tuple[Category, ...] = ()  # where they count by their recorded crime
    volume: Term | None = None  # the recorded crime of these in all


def rate_of_sums(work: Working, sample: Sample, tail: float | None) -> Rate:
    """Work out a ratio of totals; ``tail`` is the probability beyond each limit, none where no interval follows."""
    counted = counted_of(work, sample.totals.strata, sample.cells, sample.chosen, sample.told)
    due, recorded, weighted, p = _ratio(work, counted)
    if tail is None or sample.basis.census[0]:
        return Rate(p, due, recorded)
    design = sample.design(sample.chosen)
    scores = _scores(work, counted, p)
    found = variance(work, design, counted, scores)
    if not sample.was_census:
        se = work.step("se", call("sqrt", found.corrected) / weighted, SAID["se"], "cochran")
        df = degrees(work, sample.totals.strata, sample.cells, sample.chosen)
    size = effective_size(work, design, counted, _crimes(work, counted, p, weighted, found), tail)
    if sample.was_census:
        se, df = of_another_period(work, sample, p, size)
    if 0 < p.value < 1:
        work.step("deff", due * found.endless / (weighted**2 * p * (1 - p)), SAID["deff"], "kish")
    frame = counted.drawn[0].N if bool(np.isfinite(sample.basis.frame[0])) else None
    return Rate(p, due, recorded, size.z, se, size.n_eff, df, frame, _frames(sample, counted), size)


def _frames(sample: Sample, counted: Counted) -> Term | None:
    """Add up the records on the frames of several strata, where single records were drawn from each."""
    if sample.basis.strata[0] is None:
        return None
    return total([each.N for each in counted.drawn if each.N is not None])


def _ratio(work: Working, counted: Counted) -> tuple[Term, Term, Term, Term]:
    """Work out the crimes due, those recorded, those due with weights, and the rate."""
    sums = counted.sums
    work.section("rate")
    due, recorded = total([each.y for each in sums]), total([each.x for each in sums])
    if len(sums) > 1:
        due = work.step("m", due, SAID["all-due"])
        recorded = work.step("X", recorded, SAID["all-recorded"])
    over, under = recorded, due
    if not counted.alike:
        under = work.step("W", total([each.wy for each in sums]), SAID["weighted-due"])
        over = work.step("W_x", total([each.wx for each in sums]), SAID["weighted-recorded"])
    return due, recorded, under, work.step("p", over / under, SAID["rate"], "cochran")


def _scores(work: Working, counted: Counted, p: Term) -> Scores:
    """Work out, stratum by stratum, how much more or less was recorded than the rate says."""
    sums = counted.sums
    work.section("scores", "strata" if len(sums) > 1 else "")
    first, squares = [], []
    for each in sums:
        if len(sums) > 1:
            first.append(work.step("e", each.wx - p * each.wy, SAID["score"], "cochran", each.place))
        else:
            first.append(number(0))
        plain = each.xx - 2 * p * each.xy + p**2 * each.yy
        squared = plain if each.w is None else each.w**2 * plain
        squares.append(work.step("q", squared, SAID["squared-score"], "cochran", each.place))
    return Scores(tuple(first), tuple(squares), {})


def of_another_period(work: Working, sample: Sample, p: Term, size: Size) -> tuple[Term, Term]:
    """Work out the standard error and the degrees of freedom where a census speaks for another period."""
    crimes = size_of_two(work, size)
    se = work.step("se", call("sqrt", p * (1 - p) / crimes), SAID["se"], "franco")
    reports = work.given("r", int(sample.basis.reports[0]), SAID["reports"])
    return se, work.step("df", call("max", reports - 1, number(1)), SAID["df-of-counts"])


def size_of_two(work: Working, size: Size) -> Term:
    """Work out the size with two crimes as if missed, whatever the level; the frame is taken to be endless."""
    few = work.step("c_2", number(FEWEST) * size.unit, SAID["missed-two"])
    of = size.crimes * (size.alone + few) / (size.seen + few * size.alike)
    return work.step("n_2", of, SAID["size-of-two"])


def degrees(work: Working, strata: Strata, cells: Cells, chosen: npt.NDArray[np.bool_]) -> Term:
    """Count the degrees of freedom: reports less strata, of those with crimes that were not audited in full."""
    open_ = chosen & (cells.with_crimes > 0) & (strata.left[cells.stratum] > 0)
    r = work.given("r", int(cells.with_crimes[open_].sum()), SAID["reports-with-crimes"])
    H = work.given("H", len(np.unique(strata.group[cells.stratum[open_]])), SAID["strata-with-crimes"])
    return work.step("df", call("max", r - H, number(1)), SAID["df"], "korn-graubard")


def _crimes(work: Working, counted: Counted, p: Term, weighted: Term, found: Variance) -> Crimes:
    """Work out how much each crime counts."""
    sums = counted.sums
    squared = tuple(each.b for each in sums)
    together = total([each.bb for each in sums])
    if counted.alike:
        return Crimes(p, weighted, squared, weighted, together, None, found.endless, found.corrected)
    summed = work.step("G", total(squared), SAID["squared-crimes"])
    size = work.step("m_w", weighted**2 / summed, SAID["size-of-weights"], "kish")
    weights = [each.w for each in sums if each.w is not None]
    heaviest = largest(weights) ** 2 if weights else None
    return Crimes(p, size, squared, summed, together, heaviest, found.endless, found.corrected)


def rate_of_counts(work: Working, basis: Basis, measure: Measure, tail: float | None) -> Rate:
    """Work out a rate of counts alone: a simple random sample of single records."""
    work.section("sums")
    n = work.given("n", int(basis.due[0]), wording.due_of(measure.headings.get("n")))
    x = work.given("x", int(basis.recorded[0]), wording.recorded_of(measure.headings.get("recorded")))
    known = bool(np.isfinite(basis.frame[0]))
    N = work.given("N", float(basis.frame[0]), wording.frame_units(measure.frame)) if known else None
    work.section("rate")
    p = work.step("p", x / n, SAID["rate"])
    if tail is None or basis.census[0]:
        return Rate(p, n, x)
    work.section("variance")
    least = n - 1 if n.value > 1 else number(1)
    spread = call("sqrt", p * (1 - p) / least)
    se = work.step("se", spread if N is None else spread * call("sqrt", 1 - n / N), SAID["se"], "cochran")
    df = work.step("df", least, SAID["df-of-counts"])
    work.section("size")
    z = normal_score(work, tail)
    size = n if N is None else n * (N - 1) / (N - n)
    n_eff = work.step("n_eff", size, SAID["n_eff-of-counts"], "" if N is None else "oneill")
    if 0 < p.value < 1:
        work.step("deff", n / least, SAID["deff"], "kish")
    return Rate(p, n, x, z, se, n_eff, df, N)
