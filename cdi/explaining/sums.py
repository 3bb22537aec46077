"""What a working begins with: the reports drawn, and the sums over them as the engine keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.audits.strata import stratum_name
from cdi.explaining.terms import Term

if TYPE_CHECKING:
    from cdi.audits.strata import Strata
    from cdi.explaining.steps import Working
    from cdi.survey.totals import Cells

__all__ = ["Counted", "Drawn", "Line", "Sums", "Told", "counted_of", "place_of"]

SAID = wording.EXPLAINED

Place: TypeAlias = tuple[int, str] | None
"""The number and the name of a line of a table; None where there is one only."""

COUNTED = ("due", "recorded", "due_due", "due_recorded", "recorded_recorded")
"""The sums over reports: of y, x, y y, x y and x x."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of the sums: what the frame holds, what a rate is a share of, and what it counts."""

    frame: str
    due: str
    recorded: str


@dataclass(frozen=True, slots=True)
class Line:
    """The sums of one category in one stratum, as they were counted and with weights."""

    domain: int
    stratum: int
    plain: Mapping[str, float]
    # with the weights of reports, once in the sums of y and x and squared in the others; ``squared_due`` and
    # ``fourth_due`` are sums of y with the second and the fourth power of the weight
    weighted: Mapping[str, float]
    with_crimes: int


@dataclass(frozen=True, slots=True)
class Sums:
    """The terms of one line. ``weighted`` says by what the plain sums are multiplied: nothing where weights cancel."""

    line: Line
    place: Place
    y: Term
    x: Term
    wy: Term  # y with weights
    wx: Term
    w: Term | None  # the weight of each report; None where weights cancel, or where they differ inside the line
    yy: Term  # of these three, those of reports with their own weights hold the squared weight
    xy: Term
    xx: Term
    b: Term  # y with the squared weight
    bb: Term  # y y with the squared weight


@dataclass(frozen=True, slots=True)
class Drawn:
    """The reports that share a variance: those of one stratum, or of several joined by declaration."""

    n: Term
    N: Term | None
    drawn: int
    left: float  # what the finite population correction leaves: 1 - n / N
    lines: tuple[int, ...]  # the positions of its lines
    place: Place
    with_crimes: int


@dataclass(frozen=True, slots=True)
class Counted:
    """All that was counted of a figure."""

    drawn: tuple[Drawn, ...]
    sums: tuple[Sums, ...]
    alike: bool  # whether all reports count the same
    most: float  # the largest of the weights that reports carry themselves, which count as shares of it; 0: none do
    unit: float  # what a weight of 1 stands for in the sums: all weights where they are alike


def place_of(several: int, i: int, name: str) -> Place:
    """Place what belongs to a line: nowhere where there is one only."""
    return None if several == 1 else (i + 1, name)


def counted_of(
    work: Working, strata: Strata, cells: Cells, chosen: npt.NDArray[np.bool_], told: Told,
    categories: Mapping[int, str] | None = None,
) -> Counted:  # fmt: skip
    """Write down what was drawn and counted of some cells; ``categories`` names those that are counted apart."""
    # a stratum without crimes adds nothing to any sum
    held = np.flatnonzero(chosen & (cells.due > 0))
    alike = float(cells.weight[held].max()) == float(cells.weight[held].min())
    own = strata.weighted and not alike
    lines = _lines(cells, held, alike=alike, own=own)
    by_stratum = categories is None and all(_alone(strata, line) for line in lines)
    work.section("sums", "strata" if len(lines) > 1 and by_stratum else "")
    if by_stratum:
        drawn = _drawn(work, strata, lines, told)
    else:
        groups = {int(strata.group[line.stratum]) for line in lines}
        work.section("drawn", "strata" if len(groups) > 1 else "")
        drawn = _drawn(work, strata, lines, told)
        work.section("sums", _heading(lines, categories))
    sums = []
    for i, line in enumerate(lines):
        place = place_of(len(lines), i, _named(strata, lines, line, categories))
        size = _size(work, strata, line, drawn, i, told, place)
        sums.append(_sums(work, line, told, place, None if alike or own else size, own=own))
    largest = float(cells.weight[held].max())
    return Counted(drawn, tuple(sums), alike, largest if own else 0.0, largest if own or alike else 1.0)


def _alone(strata: Strata, line: Line) -> bool:
    """Tell whether a stratum shares its variance with no other."""
    return int(np.bincount(strata.group)[strata.group[line.stratum]]) == 1


def _lines(cells: Cells, held: npt.NDArray[np.int64], *, alike: bool, own: bool) -> tuple[Line, ...]:
    """Add cells up by category and stratum."""
    weight = cells.weight[held]
    if alike:
        weight = np.ones(len(held))
    elif own:
        # only the ratios of weights count
        weight = weight / weight.max()
    found: dict[tuple[int, int], list[int]] = {}
    for i, cell in enumerate(held):
        found.setdefault((int(cells.domain[cell]), int(cells.stratum[cell])), []).append(i)
    return tuple(_line(cells, held[places], weight[places], key) for key, places in found.items())


def _line(cells: Cells, own: npt.NDArray[np.int64], weight: npt.NDArray[np.float64], key: tuple[int, int]) -> Line:
    columns = {name: np.asarray(getattr(cells, name)[own], dtype=np.float64) for name in COUNTED}
    plain = {name: float(values.sum()) for name, values in columns.items()}
    powers = dict(zip(COUNTED, (1, 1, 2, 2, 2), strict=True))
    weighted = {name: float((weight ** powers[name] * values).sum()) for name, values in columns.items()}
    for name, power in {"squared_due": 2, "fourth_due": 4}.items():
        weighted[name] = float((weight**power * columns["due"]).sum())
    return Line(*key, plain, weighted, int(cells.with_crimes[own].sum()))


def _heading(lines: Sequence[Line], categories: Mapping[int, str] | None) -> str:
    if len(lines) == 1:
        return ""
    if categories is None:
        return "strata"
    return "categories" if len({line.stratum for line in lines}) == 1 else "categories-in-strata"


def _named(strata: Strata, lines: Sequence[Line], line: Line, categories: Mapping[int, str] | None) -> str:
    stratum = stratum_name(strata.labels[line.stratum])
    if categories is None:
        return stratum
    several = len({each.stratum for each in lines}) > 1
    return wording.in_stratum(categories[line.domain], stratum) if several else categories[line.domain]


def _drawn(work: Working, strata: Strata, lines: Sequence[Line], told: Told) -> tuple[Drawn, ...]:
    """Write down what was drawn of the strata that share a variance."""
    groups = tuple(dict.fromkeys(int(strata.group[line.stratum]) for line in lines))
    found = []
    for i, group in enumerate(groups):
        members = np.flatnonzero(strata.group == group)
        place = place_of(len(groups), i, wording.joined_strata([stratum_name(strata.labels[h]) for h in members]))
        drawn = int(strata.sampled[members].sum())
        n = work.given("n", drawn, wording.drawn_units(told.frame), place)
        N = None
        if strata.population is not None:
            N = work.given("N", float(strata.population[members].sum()), wording.frame_units(told.frame), place)
        held = tuple(j for j, line in enumerate(lines) if int(strata.group[line.stratum]) == group)
        with_crimes = sum(lines[j].with_crimes for j in held)
        found.append(Drawn(n, N, drawn, float(strata.left[members[0]]), held, place, with_crimes))
    return tuple(found)


def _size(
    work: Working, strata: Strata, line: Line, drawn: Sequence[Drawn], i: int, told: Told, place: Place
) -> tuple[Term, Term] | None:
    """Give the reports drawn and those on the frame of the stratum of a line; None where the frame is not known."""
    if strata.population is None:
        return None
    if _alone(strata, line):
        own = next(each for each in drawn if i in each.lines)
        return None if own.N is None else (own.n, own.N)
    n = work.given("n_s", float(strata.sampled[line.stratum]), wording.drawn_units(told.frame), place)
    return n, work.given("N_s", float(strata.population[line.stratum]), wording.frame_units(told.frame), place)


def _sums(work: Working, line: Line, told: Told, place: Place, size: tuple[Term, Term] | None, *, own: bool) -> Sums:
    """Write down the sums of one line, and the weight of its reports where they count by the frame."""
    y = work.given("y", line.plain["due"], told.due, place)
    x = work.given("x", line.plain["recorded"], told.recorded, place)
    source = line.weighted if own else line.plain
    yy, xy, xx = (
        work.given(name, source[key], SAID[f"weighted-{name}" if own else name], place)
        for name, key in (("yy", "due_due"), ("xy", "due_recorded"), ("xx", "recorded_recorded"))
    )
    if own:
        wy = work.given("wy", line.weighted["due"], SAID["wy"], place)
        wx = work.given("wx", line.weighted["recorded"], SAID["wx"], place)
        b = work.given("b", line.weighted["squared_due"], SAID["b"], place)
        return Sums(line, place, y, x, wy, wx, None, yy, xy, xx, b, yy)
    if size is None:
        return Sums(line, place, y, x, y, x, None, yy, xy, xx, y, yy)
    n, N = size
    w = work.step("w", N / n, SAID["weight"], "", place)
    wy = work.step("wy", w * y, SAID["wy"], "", place)
    wx = work.step("wx", w * x, SAID["wx"], "", place)
    b = work.step("b", w**2 * y, SAID["b"], "", place)
    bb = work.step("bb", w**2 * yy, SAID["weighted-yy"], "", place)
    return Sums(line, place, y, x, wy, wx, w, yy, xy, xx, b, bb)
