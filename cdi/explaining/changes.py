"""The working of what changed between two figures: both sides with their limits, and the limits that follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cdi import wording
from cdi.binomial.differences import likeliest
from cdi.binomial.published import PublishedRate
from cdi.comparing.comparison import WRITTEN, chance
from cdi.explaining.designs import normal_score
from cdi.explaining.figures import AGREES, Asked, Figure, NoWorkingError, count_with_limits, rate_with_limits
from cdi.explaining.limits import Between, difference, difference_of_logs, ratio
from cdi.explaining.published import as_published, limits_as_published
from cdi.explaining.steps import Section, Working
from cdi.explaining.terms import Term, call, number
from cdi.parameters import METHOD, SCORE
from cdi.printing import formats, lines
from cdi.printing.lines import level_text, rate
from cdi.printing.tables import with_overall
from cdi.survey.estimates import Counts
from cdi.survey.extrapolation import PublishedRates

if TYPE_CHECKING:
    from cdi.comparing.comparison import Comparison
    from cdi.comparing.figures import Compared, Figures, Pair
    from cdi.comparing.verdicts import Change
    from cdi.printing.tables import Row

__all__ = ["Sides", "changes_of", "of_additional", "rows_of", "worked_out"]

SAID = wording.EXPLAINED


@dataclass(frozen=True, slots=True)
class Sides:
    """A change, the two rows that it is of, and the figures behind them; none where a side was only printed."""

    found: Comparison
    change: Change
    pair: Pair
    figures: tuple[Figure | None, Figure | None]

    @property
    def label(self) -> str:
        """What it is of."""
        return ", ".join(self.change.label)

    @property
    def title(self) -> str:
        """What it is called."""
        of = wording.against(self.pair.names)
        name = of if self.label == of else f"{self.label} ({of})"
        return wording.figure_of(self.change.row.measure.name, name)

    def title_of(self, side: int) -> str:
        """Name a side."""
        row, name = self.pair.rows[side], self.pair.names[side]
        measure = "" if row is None else row.measure.name
        return wording.figure_of(measure, name if name in self.label else f"{self.label} ({name})")


def changes_of(found: Comparison) -> list[Sides]:
    """Set each change beside the pair of rows that it is of."""
    pairs = found.pairs()
    if len(pairs) != len(found.rows):
        raise NoWorkingError
    sides = dict(zip(found.names, found.sides, strict=True)) if found.sides else {}
    return [
        Sides(found, change, pair, (_figure(found, sides, pair, 0), _figure(found, sides, pair, 1)))
        for change, pair in zip(found.rows, pairs, strict=True)
    ]


def _figure(found: Comparison, sides: dict[str, Compared], pair: Pair, side: int) -> Figure | None:
    """Find the estimates behind a row: of an overall rate that volumes imply, the counts that it follows from."""
    held: Figures = (pair.a, pair.b)[side]
    row, place = pair.rows[side], (pair.i, pair.j)[side]
    if row is None or place is None or held.estimates is None:
        return None
    part, own = held.estimates, sides.get(pair.names[side])
    if found.sample is not None:
        part, place = found.sample, found.places[side]
    if isinstance(part, Counts):
        return Figure(replace(row, label=part.rows[place].label), part, place, part)
    result = None if own is None else own.result
    counts = None if result is None else result.counts
    if row.whole and counts is not None and result is not None and len(result.rates) > 1:
        part, place = next((each, 0) for each in with_overall(result.estimates)[1:] if len(each) == 1)
    return Figure(replace(row, label=part.rows[place].label), part, place, counts)


def worked_out(sides: Sides, further: Callable[[Working, dict[str, Term]], None] | None = None) -> tuple[Section, ...]:
    """Work a change out: each side, what changed, and its limits; and what is ``further`` made of these."""
    work, found = Working(), sides.found
    fixed = sides.pair.b.standard is not None
    # the limits of a rate that is held against a standard are one-sided
    level = found.table.level if not fixed else 1 - 2 * (1 - found.table.level)
    own = METHOD if found.table.method == SCORE else found.table.method
    asked = Asked(level, own, "both", together=False, published=False)
    a, b = _side(work, sides, 0, asked), _side(work, sides, 1, asked)
    work.figure(sides.title)
    by_score = found.table.method == SCORE
    ends = _score_limits(work, sides, asked, a, b) if by_score else _limits(work, sides, a, b)
    _tests(work, sides)
    if fixed:
        _print_standing(work, sides, a, b, ends)
    else:
        _print(work, sides, ends)
    _verify(sides.change, ends)
    if further is not None:
        further(work, ends)
    return work.finished()


def of_additional(sides: Sides, row: Row, crimes: int) -> tuple[Section, ...]:
    """Work out the crimes recorded in addition since a rate was another one: R (1 - its ratio to the later rate)."""

    def further(work: Working, ends: dict[str, Term]) -> None:
        work.figure(wording.figure_of(row.measure.name, ", ".join(row.label)))
        work.section("additional")
        R = work.given("R", crimes, SAID["recorded-crime"])
        found = {"estimate": work.step("extra", R * (1 - ends["estimate"]), SAID["additional"])}
        for side, of in (("low", "high"), ("high", "low")):
            if of in ends:
                found[side] = work.step(f"extra_{side}", R * (1 - ends[of]), SAID[f"{side}-additional"], "mover")
        work.section("printed")
        unit = work.given("unit", formats.unit_of(found["estimate"].value), SAID["unit"])
        work.step("extra_u", found["estimate"] / unit, SAID["in-units"], shown=lines.count(row))
        for side in ("low", "high"):
            if side in found and getattr(row, side) is not None:
                work.step(
                    f"{side}_u", found[side] / unit, SAID[f"{side}-in-units"], shown=lines.end(row, low=side == "low")
                )

    return worked_out(sides, further)


def _side(work: Working, sides: Sides, side: int, asked: Asked) -> Between:
    """Work out a side, and call it and its limits by its own letter."""
    work.figure(sides.title_of(side))
    held = (sides.pair.a, sides.pair.b)[side]
    letter = "ab"[side]
    if held.standard is not None:
        work.section("standard")
        p = work.given(f"p_{letter}", held.standard, SAID["standard"])
        return Between(p, p, p)
    figure = sides.figures[side]
    estimate, low, high = _printed(work, sides, side, asked) if figure is None else _estimated(work, figure, asked)
    work.section("side")
    name = "U" if sides.pair.a.measure.counted else "p"
    own = work.step(f"{name}_{letter}", estimate, SAID[f"side-{letter}"])
    ends = [
        own if end is None else work.step(f"{end_name}_{letter}", end, SAID[f"{end_name}-side"])
        for end_name, end in (("low", low), ("high", high))
    ]
    return Between(own, *ends)


def _estimated(work: Working, figure: Figure, asked: Asked) -> tuple[Term, Term | None, Term | None]:
    if isinstance(figure.part, PublishedRates):
        raise NoWorkingError
    if isinstance(figure.part, Counts):
        U, ends, _ = count_with_limits(work, figure, figure.part, asked)
        return U, ends.get("low"), ends.get("high")
    if asked.method == "published" and abs(asked.tail - 0.025) > 1e-12:
        raise NoWorkingError
    worked = rate_with_limits(work, figure, asked)
    return worked.rate.p, worked.limits.get("low"), worked.limits.get("high")


def _printed(work: Working, sides: Sides, side: int, asked: Asked) -> tuple[Term, Term | None, Term | None]:
    """Write down a side as it was printed."""
    published = next(
        (each.figures for name, each in zip(sides.found.names, sides.found.sides, strict=False)
         if name == sides.pair.names[side]), None,
    )  # fmt: skip
    if not isinstance(published, PublishedRate):
        raise NoWorkingError
    found = as_published(work, published, asked.tail)
    ends = limits_as_published(work, found, found.half, possible=False)
    return found.rate.p, ends.get("low"), ends.get("high")


def _limits(work: Working, sides: Sides, a: Between, b: Between) -> dict[str, Term]:
    """Work out the change and its limits from those of the sides."""
    pair, kind = sides.pair, sides.change.kind
    work.section("change")
    if all(row is not None and row.exact for row in pair.rows) or (pair.b.standard is not None and a.low is a.estimate):
        if kind == "difference":
            return {"estimate": work.step("d", a.estimate - b.estimate, SAID["difference"])}
        return {"estimate": work.step("r", a.estimate / b.estimate, SAID["ratio"])}
    correlation = _correlation(work, sides)
    if kind == "difference":
        return difference(work, a, b, correlation)
    estimate = work.step("r", a.estimate / b.estimate, SAID["ratio"])
    of = difference_of_logs if pair.a.measure.counted else ratio
    return {"estimate": estimate, **of(work, a, b, correlation)}


def _correlation(work: Working, sides: Sides) -> Term | None:
    """Work out how two rates go together that share reports: what they share makes their difference vary less."""
    together = sides.pair.shared
    if np.isnan(together.se) or together.correlation == 0:
        return None
    se_a, se_b = (None if row is None else row.se for row in sides.pair.rows)
    figures = [figure for figure in sides.figures if figure is not None]
    if se_a and se_b and sides.found.sample is not None and not isinstance(figures[0].part, Counts):
        one, other = work.given("s_a", se_a, SAID["se-side"]), work.given("s_b", se_b, SAID["se-side"])
        se = work.given("s_d", together.se, SAID["se-together"])
        r = (one**2 + other**2 - se**2) / (2 * one * other)
        if np.isclose(r.value, together.correlation, rtol=AGREES, atol=1e-9):
            return work.step("c_ab", r, SAID["correlation"], "zou-donner")
    return work.given("c_ab", together.correlation, SAID["correlation-given"])


def _score_limits(work: Working, sides: Sides, asked: Asked, a: Between, b: Between) -> dict[str, Term]:
    """Give the limits that a search found, and show that the score of each is the normal quantile."""
    work.section("change")
    normal_score(work, asked.tail)
    found = {"estimate": work.step("d", a.estimate - b.estimate, SAID["difference"])}
    counts = [
        float(getattr(figure.basis, name)[0])
        for figure in sides.figures if figure is not None for name in ("recorded", "due")
    ]  # fmt: skip
    m, n = (work.given(f"n_{letter}", counts[i], SAID["size-side"]) for letter, i in (("a", 1), ("b", 3)))
    for side, end in (("low", sides.change.low), ("high", sides.change.high)):
        if end is None:
            continue
        found[side] = limit = work.given(f"d_{side}", end, SAID[f"score-{side}"])
        x_a, m_a, x_b, m_b = counts
        one = work.given(
            f"v_{side}", float(likeliest(x_a, m_a, x_b, m_b, end)), SAID["likeliest"], reference="miettinen"
        )
        other = work.step(f"w_{side}", one - limit, SAID["likeliest-other"])
        variance = (one * (1 - one) / m + other * (1 - other) / n) * (m + n) / (m + n - 1)
        spread = work.step(f"V_{side}", variance, SAID["variance-there"], "miettinen")
        if spread.value > 0 and abs(end) < 1:
            away = found["estimate"] - limit if side == "low" else limit - found["estimate"]
            work.step(f"z_{side}", away / call("sqrt", spread), SAID["score-there"], "miettinen")
    return found


def _tests(work: Working, sides: Sides) -> None:
    """Write down what is found by search: the limits that the margin is held against, and the p-value."""
    change = sides.change
    if change.inner is not None and change.held is not None:
        work.section("margin")
        work.given("margin", change.margin or 0.0, SAID["margin"])
        for side, end in zip(("low", "high"), change.inner, strict=True):
            if end is not None:
                work.given(f"inner_{side}", end, wording.limit_at(side, level_text(change.held.level)))
    if change.p is not None:
        work.section("test")
        p = work.given("p_value", change.p, SAID["p-value"])
        # beside grades no p-value is printed
        work.step("P", p, SAID["p-printed"], shown="" if sides.found.graded else chance(change.p))
    if change.q is not None:
        _discovery(work, sides)


def _discovery(work: Working, sides: Sides) -> None:
    """Work out a p-value adjusted for all changes: the least of p m / rank among those that are no smaller."""
    tested = sorted(each.p for each in sides.found.rows if each.p is not None)
    m = len(tested)
    rank, p = min(
        ((i + 1, p) for i, p in enumerate(tested) if sides.change.p is not None and p >= sides.change.p),
        key=lambda pair: pair[1] * m / pair[0],
    )
    own = work.given("p_j", p, SAID["p-next"])
    count, j = work.given("m_t", m, SAID["changes-tested"]), work.given("j", rank, SAID["rank"])
    q = work.step("q", call("min", own * count / j, number(1)), SAID["q-value"], "benjamini-hochberg")
    work.step("Q", q, SAID["p-printed"], shown=chance(sides.change.q or 0.0))


def _print(work: Working, sides: Sides, ends: dict[str, Term]) -> None:
    """Round the change as the page does."""
    work.section("printed")
    kind = sides.change.kind
    write, times = (formats.signed_points, 100) if kind == "difference" else (WRITTEN["ratio"], 1)
    words = "change-in-points" if kind == "difference" else "change-printed"
    for side, value in (("estimate", sides.change.estimate), ("low", sides.change.low), ("high", sides.change.high)):
        if side in ends and value is not None:
            end = "" if side == "estimate" else f"{side}-"
            work.step(f"{side} %" if times > 1 else f"{side}_r", times * ends[side], SAID[f"{end}{words}"],
                      shown=write(value))  # fmt: skip


def _print_standing(work: Working, sides: Sides, a: Between, b: Between, ends: dict[str, Term]) -> None:
    """Round the rate and its one-sided limits, as they are printed beside a standard."""
    work.section("printed")
    change, standard = sides.change, b.estimate
    row = change.a
    work.step("rate %", 100 * a.estimate, SAID["in-percent"], shown=rate(None if row is None else row.estimate))
    for side, symbol, value in (("low", "from %", change.low), ("high", "to %", change.high)):
        if side in ends and value is not None:
            shown = rate(min(max(value + standard.value, 0.0), 1.0), side)
            work.step(symbol, 100 * (ends[side] + standard), SAID[f"{side}-in-percent"], shown=shown)


def _verify(change: Change, ends: dict[str, Term]) -> None:
    """Refuse a working that does not lead to the change."""
    for side, value in (("estimate", change.estimate), ("low", change.low), ("high", change.high)):
        if value is None or (side not in ends and change.exact):
            continue
        if side not in ends or not np.isclose(ends[side].value, value, rtol=AGREES, atol=1e-9):
            raise NoWorkingError


def rows_of(chosen: Sequence[Sides]) -> frozenset[tuple[str, ...]]:
    """Name the rows of the table that some changes are."""
    return frozenset(
        row.label
        for each in chosen
        for row in (each.change.row, each.change.a, each.change.b)
        if row is not None
    )  # fmt: skip
