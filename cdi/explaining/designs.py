"""The part of a working that the design of the sample decides: the variance, and the effective size that it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cdi import wording
from cdi.explaining.sums import Counted, Drawn
from cdi.explaining.terms import Term, call, number, total
from cdi.survey.basis import ALIKE, FEWEST

if TYPE_CHECKING:
    from cdi.audits.strata import Strata
    from cdi.explaining.steps import Working

__all__ = ["Crimes", "Design", "Scores", "Size", "Variance", "effective_size", "normal_score", "variance"]

SAID = wording.EXPLAINED


@dataclass(frozen=True, slots=True)
class Design:
    """What a working has to know of a sample beside its sums."""

    strata: Strata
    counts: bool  # whether it is a table of counts, which states how alike the crimes of a report fare
    endless: bool  # whether the frame counts as endless: it is not known, or another period is meant
    held: int  # strata that hold rows of the figure
    short: int  # of these, strata of one report of several, which show no variation

    @property
    def borrowed(self) -> bool:
        """Whether strata of one report get the average variance of the others."""
        return self.strata.single_cluster == "average" and 0 < self.short < self.held


@dataclass(frozen=True, slots=True)
class Scores:
    """Sums over reports by line: of their scores, and of the squares of these."""

    first: tuple[Term, ...]
    squares: tuple[Term, ...]
    # squares of reports that hold crimes of two categories, by the position of what was drawn together
    shared: dict[int, tuple[Term, ...]]


@dataclass(frozen=True, slots=True)
class Variance:
    """The variance of a total of scores, as if the frame were endless, and with its correction."""

    endless: Term
    corrected: Term


def variance(
    work: Working, design: Design, counted: Counted, scores: Scores, names: tuple[str, str] = ("A", "A_f")
) -> Variance:
    """Work out the variance of a total, stratum by stratum; ``names`` are its symbols, without and with correction."""
    drawn = counted.drawn
    several = len(drawn) > 1
    work.section("variance", "strata" if several else "")
    name = "S" if several or design.borrowed else names[0]
    parts, corrected = [], []
    for i, each in enumerate(drawn):
        squares = total([*(scores.squares[j] for j in each.lines), *scores.shared.get(i, ())])
        first = total([scores.first[j] for j in each.lines])
        if not squares.shown:
            squares = work.step("Q", squares, SAID["squares-together"], "", each.place)
        if several and not first.shown:
            first = work.step("E", first, SAID["scores-together"], "", each.place)
        # over all that was drawn the scores of a ratio add up to nothing
        part = _part(work, design, each, first if several else None, squares, name)
        parts.append(part)
        if several and not design.endless:
            corrected.append(work.step("V", _left(each) * part, SAID["corrected-part"], "cochran", each.place))
    if several:
        return _added(work, design, parts, corrected, names)
    (endless,) = parts
    if design.borrowed:
        endless = work.step(names[0], endless * _borrowing(work, design), SAID["endless-variance"])
    if design.endless:
        return Variance(endless, endless)
    return Variance(endless, work.step(names[1], _left(drawn[0]) * endless, SAID["corrected-variance"], "cochran"))


def _lonely(each: Drawn) -> bool:
    """Tell whether a stratum has one report of several, which shows no variation."""
    return each.drawn == 1 and each.left > 0


def _left(each: Drawn) -> Term:
    """Give what the finite population correction leaves, of a frame that is known."""
    return 1 - each.n / (each.N or each.n)


def _part(work: Working, design: Design, each: Drawn, first: Term | None, squares: Term, name: str) -> Term:
    """Work out what a stratum adds to the variance."""
    if each.drawn == 1 and _lonely(each) and not design.borrowed:
        return work.step(name, squares, SAID["part-about-rate"], "", each.place)
    if each.drawn == 1:
        return work.given(name, 0, SAID["part-borrowed" if _lonely(each) else "part-in-full"], each.place)
    within = squares
    if first is not None:
        within = squares - (first**2 / each.n if design.strata.deff == 1 else first**2 * design.strata.deff / each.n)
    return work.step(name, each.n / (each.n - 1) * within, SAID["part"], "cochran", each.place)


def _borrowing(work: Working, design: Design) -> Term:
    """Give the factor by which strata of one report get the average of the others."""
    held = work.given("h", design.held, SAID["strata-held"])
    return held / (held - work.given("s", design.short, SAID["strata-of-one"]))


def _added(
    work: Working, design: Design, parts: Sequence[Term], corrected: Sequence[Term], names: tuple[str, str]
) -> Variance:
    """Add up what the strata add."""
    work.section("variance-added")
    endless, finite = total(parts), total(corrected) if corrected else None
    if design.borrowed:
        factor = _borrowing(work, design)
        endless, finite = endless * factor, None if finite is None else finite * factor
    endless = work.step(names[0], endless, SAID["endless-variance"])
    if finite is None:
        return Variance(endless, endless)
    return Variance(endless, work.step(names[1], finite, SAID["corrected-variance"]))


# ---- the effective size


@dataclass(frozen=True, slots=True)
class Crimes:
    """What the effective size needs of the crimes: how much each of them counts."""

    rate: Term
    size: Term  # the crimes due, fewer where they count differently
    squared: tuple[Term, ...]  # the crimes due by line, each with the square of what it counts
    summed: Term  # these in all
    together: Term  # the squares of crimes due over reports, with the same
    heaviest: Term | None  # the squared weight of a crime as if missed; None where it is 1
    # the variances on the scale of the weighted crimes
    seen: Term
    corrected: Term


def normal_score(work: Working, tail: float) -> Term:
    """Work out the quantile at the level that was chosen."""
    return work.step("z", call("normal_quantile", number(round(1 - tail, 12))), SAID["z"], "normal")


@dataclass(frozen=True, slots=True)
class Size:
    """The effective size, and what the chance of another period needs of it."""

    n_eff: Term
    z: Term  # the quantile at the level chosen
    crimes: Term  # the crimes due, fewer where they count differently
    seen: Term
    alone: Term
    unit: Term  # what one more missed crime adds
    alike: Term


def effective_size(work: Working, design: Design, counted: Counted, crimes: Crimes, tail: float) -> Size:
    """Work out how many crimes drawn one by one tell as much as the sample."""
    drawn = counted.drawn
    several = len(drawn) > 1
    finite = not design.endless
    expected, left = _by_stratum(work, counted, crimes, finite=finite and several)
    work.section("size")
    z = normal_score(work, tail)
    squared, size = crimes.summed, crimes.size
    together = work.step("d_0", crimes.together / squared, SAID["crimes-of-report"])
    p = crimes.rate
    alone = work.step("B", p * (1 - p) * expected, SAID["expected"])
    missed = work.step("C", call("max", number(FEWEST), z**2 - 1), SAID["missed"], "franco")
    unit = together if crimes.heaviest is None else together * crimes.heaviest
    added = work.step("c", missed * unit, SAID["missed-variance"])
    alike = together if design.counts else 1 + number(ALIKE) * (together - 1)
    alike = work.step("a", alike, SAID["alike-of-counts"] if design.counts else SAID["alike"])
    effect = work.step("D", (crimes.seen + added * alike) / (alone + added), SAID["design-effect"], "franco")
    words = SAID["n_eff-finite" if finite else "n_eff"]
    if not finite:
        n_eff = work.step("n_eff", size / effect, words, "korn-graubard")
    elif several:
        over = work.step("L", total(left) / squared, SAID["mean-correction"])
        of = size * (alone + added) / (crimes.corrected + added * alike * over)
        n_eff = work.step("n_eff", of, words, "korn-graubard")
    else:
        n, N = drawn[0].n, drawn[0].N or drawn[0].n
        n_eff = work.step("n_eff", size / effect * (N - 1) / (N - n), words, "oneill")
    return Size(n_eff, z, size, crimes.seen, alone, unit, alike)


def _by_stratum(
    work: Working, counted: Counted, crimes: Crimes, *, finite: bool
) -> tuple[Term, tuple[Term, ...]]:  # fmt: skip
    """Work out what each stratum adds to the variance of crimes drawn one by one, and to the mean correction."""
    drawn = counted.drawn
    several = len(drawn) > 1
    expected, left = [], []
    if several:
        work.section("size-strata", "strata")
    for each in drawn:
        squared = total([crimes.squared[j] for j in each.lines])
        factor = each.n / (each.n - 1) if each.drawn > 1 else number(1)
        expected.append(
            work.step("g", factor * squared, SAID["expected-part"], "", each.place) if several else factor * squared
        )
        if finite:
            left.append(work.step("l", _left(each) * squared, SAID["left-part"], "", each.place))
    return total(expected), tuple(left)
