"""The working of each figure from its sums to what is printed; a count goes on from the rate that it follows from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cdi import wording
from cdi.binomial import intervals
from cdi.binomial.methods import UNBOUNDED
from cdi.explaining.counts import Chances, Crime, chance, count, error, limits, rate_of_volumes, volume
from cdi.explaining.designs import normal_score
from cdi.explaining.intervals import Limits, Wanted, interval
from cdi.explaining.published import as_published, limits_as_published, size_as_published, widened
from cdi.explaining.rates import Rate, Sample, rate_of_counts, rate_of_sums
from cdi.explaining.sums import Told, place_of
from cdi.explaining.terms import ROUNDING, Term, call, number, total
from cdi.facts import Scope
from cdi.measures import MEASURES, Measure
from cdi.printing import formats, lines
from cdi.printing.tables import with_overall
from cdi.survey.estimates import Counts, Estimates
from cdi.survey.extrapolation import PublishedCounts, PublishedRates

if TYPE_CHECKING:
    import numpy.typing as npt

    from cdi.audits.volumes import Label
    from cdi.explaining.steps import Working
    from cdi.printing.tables import Row, Table
    from cdi.survey.basis import Basis
    from cdi.survey.estimates import Parts
    from cdi.survey.recorded_crime import Held
    from cdi.survey.totals import Totals

__all__ = [
    "AGREES", "Asked", "Behind", "Figure", "NoWorkingError", "RowsGoneError", "Worked", "count_with_limits",
    "figures_of", "goes_on", "limits_of", "rate_of_figure", "rate_with_limits", "work_out",
]  # fmt: skip

SAID = wording.EXPLAINED

SIDES = {"both": ("low", "high"), "lower": ("low",), "upper": ("high",)}
"""Which limits are asked for -> the limits."""

FLIPPED = {"both": "both", "lower": "upper", "upper": "lower"}
"""Which limits of a count are asked for -> those of the rate that they follow from."""

AGREES = 1e-7
"""How near a working comes to what the engine found, as a share of it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How figures are estimated and printed."""

    level: float  # of each interval
    method: str
    side: str
    together: bool  # whether all intervals hold together at a level, and each is at a higher one
    published: bool  # whether they are printed as inspection reports do

    @property
    def tail(self) -> float:
        """The probability left out beyond each limit."""
        return intervals.tail_of(self.level, self.side)


@dataclass(frozen=True, slots=True)
class Behind:
    """The sums that a figure follows from, and the recorded crime of the categories where it adds these up."""

    sample: Sample
    crime: Crime | None = None

    @property
    def added_up(self) -> bool:
        """Whether several categories are added up, each by its recorded crime."""
        return self.crime is not None and len(self.crime.places) > 1


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of a table, with the estimate behind it."""

    row: Row
    part: Estimates
    place: int
    counts: Counts | None  # of categories, from which an overall rate may follow
    domains: tuple[int, ...] = ()  # the categories of its sums, where they are others than its place says
    of: str = ""  # which of several estimates of the row it is; empty: there is one

    @property
    def basis(self) -> Basis:
        """What the engine found, alone."""
        return self.part.basis.take([self.place])

    @property
    def measure(self) -> Measure:
        """What the rate is of, which for a count is that of the rate that it follows from."""
        return MEASURES[self.row.measure.of] if self.row.counted else self.row.measure

    @property
    def title(self) -> str:
        """What it is called."""
        label = ", ".join(lines.named(self.row))
        return wording.figure_of(self.row.measure.name, f"{label} ({self.of})" if self.of else label)

    @property
    def held(self) -> Held | None:
        """The sample as recorded crime holds it, where a figure follows from that and not from what was audited."""
        counts = self.counts
        return None if counts is None or counts.totals is not self.part.totals else counts.held

    def behind(self) -> Behind | None:
        """Choose the sums that the figure follows from; none where it has no sample with rows."""
        totals, counts = self.part.totals, self.counts
        if totals is None:
            return None
        counted = isinstance(self.part, Counts)
        follows = self.row.whole and self.row.facts.scope is not Scope.FRAME and (counted or len(self.part) == 1)
        if counts is not None and len(counts) > 1 and follows:
            parts = self.part.parts
            if self.row.measure.end and parts is not None:
                return self._of_bound(counts, parts)
            return self._of_categories(counts, totals.lenient)
        held = self.held if counted else None
        if self.row.whole:
            return Behind(self._whole(totals, "") if held is None else self._whole(held.any_class, "whole"))
        if held is None:
            return Behind(self._of_domains(totals, self.domains or [self.place], ""))
        return Behind(self._of_domains(held.own, [_places(held.own)[self.row.label]], "classes"))

    def _of_categories(self, counts: Counts, totals: Totals) -> Behind:
        """Choose the sums of the categories with recorded crime: what is held against it."""
        labels, used, words, surplus = [row.label for row in counts.rows[:-1]], counts.volumes[:-1] > 0, "", None
        held = self.held
        if held is not None and isinstance(self.part, Counts):
            totals, words = held.any_class, "classes"
        elif held is not None:
            totals, words = held.rightly, "rightly"
            used = used & (held.rightly_recorded(labels) > 0)
            surplus = None if held.rightly is held.any_class else held.any_class
        domains = _places(totals)
        places = {domains[labels[i]]: i for i in np.flatnonzero(used).tolist()}
        return Behind(self._of_domains(totals, list(places), words), Crime(places, counts, surplus))

    def _of_bound(self, counts: Counts, parts: Parts) -> Behind:
        """Choose the sums of an overall bound: those of categories as recorded crime holds them, with all filled in."""
        totals = parts.rates.totals
        if totals is None or counts.made is None:
            raise NoWorkingError
        totals, domains = totals.lenient, _places(totals.lenient)
        own = {row.label: i for i, row in enumerate(counts.rows)}
        used = [row.label for row, volume in zip(parts.rates.rows, parts.volumes, strict=True) if volume > 0]
        places = {domains[label]: own[label] for label in used}
        # a bound is of recorded crime as it was given, whatever share of it was over-recorded
        made = replace(counts, made=replace(counts.made, over=None))
        words = "" if counts.held is None else "rightly"
        return Behind(self._of_domains(totals, list(places), words), Crime(places, made))

    def _of_domains(self, totals: Totals, domains: Sequence[int], words: str) -> Sample:
        return Sample(totals, totals.cells, np.isin(totals.cells.domain, domains), self.basis, self._told(words))

    def _whole(self, totals: Totals, words: str) -> Sample:
        return Sample(totals, totals.whole, np.ones(len(totals.whole.due), dtype=bool), self.basis, self._told(words))

    def _told(self, words: str) -> Told:
        """Say what the sums are of."""
        due, recorded = wording.HELD_AS[words]
        heads = self.measure.headings
        return Told(
            self.measure.frame,
            due or wording.due_of(heads.get("n")),
            recorded or wording.recorded_of(heads.get("recorded")),
        )


def _places(totals: Totals) -> dict[Label, int]:
    """Find domains by their labels."""
    return {label: i for i, label in enumerate(totals.domains)}


def figures_of(estimates: Sequence[Estimates], table: Table) -> tuple[Figure, ...]:
    """Set each row of a table beside the estimate that it shows."""
    counts = next((part for part in estimates if isinstance(part, Counts)), None)
    places = [(part, i) for part in with_overall(estimates) for i in range(len(part))]
    return tuple(Figure(row, part, i, counts) for row, (part, i) in zip(table.rows, places, strict=True))


@dataclass(frozen=True, slots=True)
class Worked:
    """What was worked out of a rate, for the count that follows from it."""

    figure: Figure
    rate: Rate
    limits: Limits


class NoWorkingError(Exception):
    """A figure does not follow from the sums of its sample, as one of an estimator of the user's own."""


class RowsGoneError(NoWorkingError):
    """A figure follows from the rows of its sample, and what was saved keeps none."""


def work_out(work: Working, figure: Figure, asked: Asked, before: Worked | None) -> Worked | None:
    """Work one figure out, and give what a count may go on from."""
    if figure.row.facts.alone:
        _counted(work, figure)
        return None
    if isinstance(figure.part, PublishedCounts):
        _published_count(work, figure, figure.part, asked)
        return None
    if isinstance(figure.part, PublishedRates):
        _published_rate(work, figure, figure.part, asked)
        return None
    if isinstance(figure.part, Counts):
        _count(work, figure, figure.part, asked, before)
        return before
    return _rate(work, figure, asked)


def goes_on(one: Figure, other: Figure) -> bool:
    """Tell whether a count rests on what was worked out of a rate before it."""
    if not isinstance(other.part, Counts) or one.row.label != other.row.label or other.part.held is not None:
        return False
    a, b = one.basis, other.basis
    same = [(a.rate, b.rate), (a.se, b.se), (a.due, b.due), (a.recorded, b.recorded)]
    same += [(getattr(a.worth, name), getattr(b.worth, name)) for name in ("seen", "corrected", "expected", "left")]
    return all(np.array_equal(x, y, equal_nan=True) for x, y in same)


def _counted(work: Working, figure: Figure) -> None:
    """Write down the counts of a sample that stands for nothing else."""
    work.section("sums")
    work.given("y", int(figure.basis.due[0]), wording.due_of(figure.measure.headings.get("n")))
    work.given("x", int(figure.basis.recorded[0]), wording.recorded_of(figure.measure.headings.get("recorded")))


# ---- rates


def _rate(work: Working, figure: Figure, asked: Asked) -> Worked:
    """Work out a rate, its interval, and what is printed of them."""
    worked = rate_with_limits(work, figure, asked)
    found, ends = worked.rate, worked.limits
    _print_rate(work, figure, found, ends, asked)
    exact = bool(figure.part.exact[figure.place])
    _verify(figure, found.p, figure.row.estimate, found.n_eff if not exact else None, ends)
    return worked


def rate_with_limits(work: Working, figure: Figure, asked: Asked) -> Worked:
    """Work out a rate and its interval."""
    exact = bool(figure.part.exact[figure.place])
    if not exact:
        _level(work, asked)
    found = rate_of_figure(work, figure, None if exact else asked.tail)
    return Worked(figure, found, {} if exact else limits_of(work, figure, found, asked, SIDES[asked.side]))


def limits_of(
    work: Working, figure: Figure, rate: Rate, asked: Asked, sides: tuple[str, ...], added: Term | None = None
) -> Limits:
    """Work out the limits of a rate; ``added`` is what it is uncertain by beside sampling."""
    size = _size(work, figure, rate, asked)
    if added is not None:
        size = _lowered(work, "n_c", size, added)
    ends = interval(work, asked.method, _wanted(work, figure, rate, size, asked, sides))
    return _holding(work, figure, rate, ends, asked)


def rate_of_figure(work: Working, figure: Figure, tail: float | None) -> Rate:
    """Work out the rate that a figure rests on, from the sums that it was counted by."""
    behind = figure.behind()
    if behind is None:
        if not figure.part.sampled:
            raise NoWorkingError
        return rate_of_counts(work, figure.basis, figure.measure, tail)
    if behind.crime is not None and behind.added_up:
        return rate_of_volumes(work, behind.sample, behind.crime, tail)
    return rate_of_sums(work, behind.sample, tail)


def _level(work: Working, asked: Asked) -> None:
    """Write down the level of each interval, where all of them hold together at another."""
    if not asked.together:
        return
    work.section("level")
    level = work.given("l", asked.level, SAID["level-of-each"], reference="max-t")
    work.step("q_l", (1 + level) / 2, SAID["level-beyond"])


def _size(work: Working, figure: Figure, rate: Rate, asked: Asked) -> Term | None:
    """Work out the size that a method's formula is asked for; None where all was audited."""
    if rate.n_eff is None:
        return None
    if asked.method == "published":
        return _independent(work, rate)
    if asked.method == "wald" and figure.part.totals is not None:
        return _implied(work, rate, asked.tail)
    return rate.n_eff


def _implied(work: Working, rate: Rate, tail: float) -> Term | None:
    """Work out the size at which z standard errors of a simple sample are t of this one."""
    if rate.se is None or rate.z is None or rate.df is None or rate.se.value == 0:
        return rate.n_eff
    work.section("size-wald")
    t = work.step("t", call("t_quantile", number(round(1 - tail, 12)), rate.df), SAID["t"], "korn-graubard")
    p = rate.p
    return work.step("n_t", p * (1 - p) / rate.se**2 * (rate.z / t) ** 2, SAID["size-wald"])


def _independent(work: Working, rate: Rate) -> Term:
    """Work out the size that the published style takes: crimes as if independent."""
    p, categories = rate.p, rate.categories
    if not categories or p.value in (0, 1):
        return rate.due
    work.section("size-published-parts", "categories")
    places = [place_of(len(categories), i, each.name) for i, each in enumerate(categories)]
    reported = [
        work.step("f", each.R / each.p, SAID["reported"], "", at) for each, at in zip(categories, places, strict=True)
    ]
    parts = []
    for each, own, at in zip(categories, reported, places, strict=True):
        share = work.step("W_k", own / total(reported), SAID["share-of-category"], "inferred", at)
        part = share**2 * each.p * (1 - each.p) / each.m
        parts.append(work.step("v_k", part, SAID["part-published"], "inferred", at))
    work.section("size-published")
    return work.step("n_i", p * (1 - p) / total(parts), SAID["size-published"], "inferred")


def _wanted(
    work: Working, figure: Figure, rate: Rate, size: Term | None, asked: Asked, sides: tuple[str, ...]
) -> Wanted:
    """Say what an interval is wanted of; what only a search finds is taken from the engine."""
    side = FLIPPED[asked.side] if figure.row.counted else asked.side
    low, high = _limits_of_rate(figure, asked, side)
    z = rate.z or normal_score(work, asked.tail)
    # without a size the method is exact, and takes none
    return Wanted(
        rate.p, size or rate.due, z, asked.tail, sides, low, high, rate.recorded, rate.due,
        None if bool(figure.part.chance[figure.place] > 0) else rate.frame, rate.frames,
    )  # fmt: skip


def _holding(work: Working, figure: Figure, rate: Rate, ends: Limits, asked: Asked) -> Limits:
    """Let a total be what a category alone may be: it holds no fewer crimes not recorded than any of them."""
    parts = figure.part.parts
    if parts is None or rate.volume is None or asked.method in UNBOUNDED or asked.method in intervals.EXACT:
        return ends
    side = FLIPPED[asked.side] if figure.row.counted else asked.side
    within = parts.rates.interval(asked.level, asked.method, side)
    of_categories = {"low": within.low, "high": within.high}
    return {
        name: _no_fewer(work, rate, rate.volume, end, _Further(name, parts, of_categories[name]))
        for name, end in ends.items()
    }


@dataclass(frozen=True, slots=True)
class _Further:
    """The limits of categories, of which a total takes one that is further out than its own."""

    name: str  # low or high
    parts: Parts
    ends: npt.NDArray[np.float64]


def _no_fewer(work: Working, rate: Rate, R: Term, end: Term, given: _Further) -> Term:
    """Take the limit of a category for the total, where it makes the total of crimes not recorded larger."""
    parts, name = given.parts, given.name
    with np.errstate(divide="ignore", invalid="ignore"):
        missing = np.where(parts.volumes > 0, parts.volumes * (1 / given.ends - 1), 0.0)
    most = int(np.nanargmax(missing))
    # what differs by rounding alone is its own limit
    if R.value / (R.value + missing[most]) >= end.value * (1 - ROUNDING):
        return end
    category = ", ".join(parts.rates.rows[most].label)
    own = work.given(f"p_{name}", float(given.ends[most]), wording.limit_of_category(category, name))
    words = SAID[f"{name}-as-category"]
    if own.value == 0:
        return work.given(f"{name}_c", 0, words)
    R_k = next(each.R for each in rate.categories if each.name == category)
    return work.step(f"{name}_c", R / (R + R_k * (1 - own) / own), words)


def _limits_of_rate(figure: Figure, asked: Asked, side: str) -> tuple[float, float]:
    part = figure.part.take([figure.place])
    rates = Estimates(part.keys, part.rows, part.basis, part.totals, part.selection, part.realised)
    found = rates.interval(asked.level, asked.method, side)
    return float(found.low[0]), float(found.high[0])


def _print_rate(work: Working, figure: Figure, rate: Rate, ends: Limits, asked: Asked) -> None:
    """Round a rate and its limits as the page does."""
    work.section("printed")
    row = figure.row
    work.step("rate %", 100 * rate.p, SAID["in-percent"], shown=lines.rate(row.estimate))
    if asked.published and row.measure.published and len(ends) > 1:
        half = 100 * (ends["high"] - ends["low"]) / 2
        work.step("± %", half, SAID["half-in-percent"], shown=lines.half(row))
        return
    for side, symbol, value in (("low", "from %", row.low), ("high", "to %", row.high)):
        if side in ends:
            work.step(symbol, 100 * ends[side], SAID[f"{side}-in-percent"], shown=lines.rate(value, side))


# ---- figures as they were published


def _published_rate(work: Working, figure: Figure, part: PublishedRates, asked: Asked) -> None:
    """Work out the interval of a published rate, and the size that it implies."""
    found = as_published(work, part.published, asked.tail)
    ends = limits_as_published(work, found, found.half, possible=False)
    size = size_as_published(work, found)
    _print_rate(work, figure, found.rate, ends, asked)
    _verify(figure, found.rate.p, figure.row.estimate, size if figure.row.n_eff is not None else None, ends)


def _published_count(work: Working, figure: Figure, part: PublishedCounts, asked: Asked) -> None:
    """Work out the crimes not recorded that follow from a published rate, its interval mapped."""
    found = as_published(work, part.published, asked.tail)
    rate, made = found.rate, part.made
    size = size_as_published(work, found)
    work.section("volume")
    R = volume(work, part, figure.place)
    U = count(work, rate, R)
    ends: Limits = {}
    if not bool(part.exact[figure.place]) and made is not None:
        added = chance(work, rate, R, Chances(figure.row.facts.chance, made.over, made.routes))
        work.section("interval", method=part.interval(asked.level).method)
        half, spread = widened(work, found, added, asked.tail)
        of_rate = limits_as_published(work, found, half, possible=True)
        if spread is not None:
            work.step("se_U", R * spread / rate.p**2, SAID["se-count"], "delta")
        if added is not None and rate.p.value < 1:
            size = _lowered(work, "n_ec", size, added)
        ends = limits(work, rate, R, U, of_rate, seen=False)
    _print_count(work, figure, U, ends, asked)
    _verify(figure, U, figure.row.estimate, size if figure.row.n_eff is not None else None, ends)


# ---- counts


def _count(work: Working, figure: Figure, part: Counts, asked: Asked, before: Worked | None) -> None:
    """Work out the crimes not recorded, and what is printed of them."""
    U, ends, size = count_with_limits(work, figure, part, asked, before)
    _print_count(work, figure, U, ends, asked)
    _verify(figure, U, figure.row.estimate, size, ends)


def count_with_limits(
    work: Working, figure: Figure, part: Counts, asked: Asked, before: Worked | None = None
) -> tuple[Term, Limits, Term | None]:
    """Work out the crimes not recorded, from the rate that was worked out before where it is the same.

    The limits and the effective size follow; in a census there are none.
    """
    exact = bool(part.exact[figure.place])
    if before is None and not exact:
        _level(work, asked)
    rate = before.rate if before is not None else rate_of_figure(work, figure, None if exact else asked.tail)
    R = rate.volume
    if R is None:
        work.section("volume")
        R = volume(work, part, figure.place)
    U = count(work, rate, R)
    if exact:
        return U, {}, None
    ends, size = _ends(work, figure, part, asked, (rate, before), (R, U))
    return U, ends, size


def _ends(
    work: Working,
    figure: Figure,
    part: Counts,
    asked: Asked,
    found: tuple[Rate, Worked | None],
    terms: tuple[Term, Term],
) -> tuple[Limits, Term | None]:
    """Work out the limits of a count: those of its rate, mapped; and the effective size with all that is uncertain."""
    (rate, before), (R, U) = found, terms
    facts = figure.row.facts
    made = part.made
    if made is None:
        raise NoWorkingError
    added = chance(work, rate, R, Chances(facts.chance, made.over, made.routes))
    sides = SIDES[FLIPPED[asked.side]]
    if added is None and before is not None and set(sides) <= set(before.limits):
        of_rate = before.limits
    else:
        of_rate = limits_of(work, figure, rate, asked, sides, added)
    error(work, rate, R, added)
    seen = asked.method not in UNBOUNDED and not facts.chance
    mapped = limits(work, rate, R, U, of_rate, seen=seen)
    return mapped, rate.n_eff if added is None else _lowered(work, "n_ec", rate.n_eff, added)


def _lowered(work: Working, name: str, size: Term | None, added: Term) -> Term:
    """Lower a size for what else than sampling is uncertain; of a census nothing else is."""
    words = SAID["size-with-chance" if name == "n_c" else "n_eff-with-chance"]
    return work.step(name, 1 / (added if size is None else 1 / size + added), words)


def _print_count(work: Working, figure: Figure, U: Term, ends: Limits, asked: Asked) -> None:
    """Round a count and its limits as the page does."""
    work.section("printed")
    row = figure.row
    if asked.published:
        of = 100 if row.whole or row.facts.hundreds or U.value >= 1000 else 10
        unit = work.given("unit", of, SAID["unit-down"])
        work.step("U_u", U / unit, SAID["down-in-units"], shown=lines.more_than(row) or "0")
        return
    unit = work.given("unit", formats.unit_of(U.value), SAID["unit"])
    work.step("U_u", U / unit, SAID["in-units"], shown=lines.count(row))
    for side in ("low", "high"):
        if side in ends:
            shown = lines.end(row, low=side == "low")
            work.step(f"{side}_u", ends[side] / unit, SAID[f"{side}-in-units"], shown=shown)


# ---- whether it is the figure that was printed


def _verify(figure: Figure, estimate: Term, printed: float | None, size: Term | None, ends: Limits) -> None:
    """Refuse a working that does not lead to the figure: an estimator of the user's own is no ratio of these sums."""
    found = [(estimate.value, printed)]
    if size is not None:
        found.append((size.value, figure.row.n_eff))
    found += [(ends[side].value, getattr(figure.row, side)) for side in ("low", "high") if side in ends]
    if not all(known is not None and np.isclose(value, known, rtol=AGREES, atol=1e-9) for value, known in found):
        raise NoWorkingError
