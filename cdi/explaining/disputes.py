"""The working of disputed decisions: rates both ways, what one decision does, and why no fewer change a result.

What follows from a rate alone can be followed to the end: a rate X / Y reaches t where X - t Y is 0, each decision adds
to that whatever else is turned, and so the furthest rate of some decisions is that of those that add most. What follows
from an interval was found by trying, and the limits with the decisions turned, and with one fewer, are worked out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from cdi import wording
from cdi.disputing.disputes import (
    Behind,
    Disputes,
    Least,
    Outcome,
    Single,
    outcomes_of_rate,
    row_of_least,
    rows_of_single,
)
from cdi.disputing.least import furthest_of, state_of, strongest
from cdi.explaining.counts import Crime, rate_of_volumes
from cdi.explaining.figures import (
    AGREES,
    SIDES,
    Asked,
    Figure,
    NoWorkingError,
    figures_of,
    limits_of,
)
from cdi.explaining.rates import Rate, Sample, rate_of_sums
from cdi.explaining.steps import Section, Working
from cdi.explaining.sums import Place, Told, place_of
from cdi.explaining.terms import Term, total
from cdi.explaining.working import worked_out as figures_worked_out
from cdi.facts import Scope
from cdi.printing import formats, lines
from cdi.printing.tables import arrange

if TYPE_CHECKING:
    from cdi.audits.volumes import Label
    from cdi.disputing.sums import Dispute, Effect, Line, State
    from cdi.printing.tables import Row
    from cdi.results import Result
    from cdi.survey.estimates import Estimates

__all__ = ["Part", "called", "figures_in", "others_of", "parts_of", "worked_out"]

SAID = wording.EXPLAINED

Turned: TypeAlias = Mapping["Effect", int]


@dataclass(frozen=True, slots=True)
class Part:
    """What is worked out in one go: an estimate of one row, what one decision does, or a least number."""

    rows: tuple[Row, ...]  # of the table of all numbers
    label: Label  # the category
    # one of these
    result: Result | None = None
    single: Single | None = None
    least: Least | None = None

    @property
    def short(self) -> bool:
        """Whether it is worked out with its category: not one of many alike, and no interval is worked out anew."""
        return self.single is None and (self.least is None or self.least.outcome not in ("grades", "verdict"))

    @property
    def name(self) -> str:
        """What its rows are called."""
        return self.rows[0].label[0]

    @property
    def title(self) -> str:
        """What it is called."""
        return wording.figure_of(self.name, _named(self.rows[0]))


def _named(row: Row) -> str:
    """Name the category of a row, the overall one for what it is."""
    return ", ".join(lines.named(replace(row, label=row.label[1:])))


def parts_of(found: Disputes) -> list[Part]:
    """List what can be worked out, in the order in which it is printed."""
    made = []
    for (name, table), result in zip(found.parts.items(), _results(found), strict=True):
        for label in dict.fromkeys(row.label for row in table.rows):
            own = [row for row in table.rows if row.label == label and row.facts.scope is not Scope.FRAME]
            made.append(Part(tuple(replace(row, label=(name, *label)) for row in own), label, result=result))
    for single in found.singles:
        rows = tuple(rows_of_single(single, found.audited))
        for label in dict.fromkeys(row.label[1:] for row in rows):
            own_rows = tuple(row for row in rows if row.label[1:] == label)
            made.append(Part(own_rows, label, single=single))
    made += [Part((row_of_least(each, found.audited),), each.label, least=each) for each in found.least]
    return made


def _results(found: Disputes) -> tuple[Result, ...]:
    """Take the results behind the tables: the other way is one of them only where something is disputed."""
    audited, other, *decided = found.results
    return (audited, *([other] if found.number else []), *decided)


def called(part: Part) -> tuple[str, ...]:
    """Say what it may be called by: its category, if it is short; what its rows are called; or both."""
    category = tuple(dict.fromkeys((", ".join(part.label), _named(part.rows[0]))))
    return (*(category if part.short else ()), *(f"{part.name}, {each}" for each in category), part.name)


def others_of(every: Sequence[Part], chosen: Sequence[Part]) -> Iterator[str]:
    """Say what more is printed of a category that was asked for, which is worked out by its own name."""
    labels = {part.label for part in chosen}
    names = [called(part)[0] for part in every if not part.short and part.label in labels]
    if names and all(part.short for part in chosen):
        yield wording.worked_by_name(names)


def figures_in(part: Part) -> tuple[Figure, ...]:
    """Give the estimates of a row as audited or otherwise."""
    if part.result is None:
        return ()
    figures = figures_of(part.result.estimates, part.result.table)
    return tuple(
        replace(each, of=part.name)
        for each in figures
        if each.row.label == part.label and each.row.facts.scope is not Scope.FRAME and each.row.estimate is not None
    )


def worked_out(found: Disputes, part: Part) -> tuple[tuple[Section, ...], tuple[str, ...]]:
    """Work a part out, and say what has no working."""
    table = found.audited
    asked = Asked(table.level, table.method, "both", together=False, published=False)
    if part.result is not None:
        own = part.result.table
        empty = [row for row in own.rows if row.label == part.label and row.estimate is None and not row.facts.alone]
        said = [wording.nothing_to_explain(_titled(part, row), "; ".join(row.notes)) for row in empty]
        sections, without = figures_worked_out(figures_in(part), asked)
        return sections, (*said, *map(wording.no_working, without))
    work, told = Working(), tuple[str, ...]()
    try:
        if part.single is not None:
            _single(work, found, part, part.single, asked)
        if part.least is not None:
            told = _least(work, found, part.least, asked)
    except NoWorkingError:
        return (), (wording.no_working(part.title),)
    return work.finished(), told


def _titled(part: Part, row: Row) -> str:
    return wording.figure_of(row.measure.name, f"{', '.join(lines.named(row))} ({part.name})")


def _behind(found: Disputes) -> Behind:
    if found.behind is None:
        raise NoWorkingError
    return found.behind


def _line(found: Disputes, label: Label) -> Line:
    """Find the line of a category, or of the whole."""
    every = _behind(found).lines.lines
    return next(each for each in every if each.label == label)


# ---- an estimate with some decisions turned


def _rate(work: Working, found: Disputes, line: Line, state: State, tail: float | None) -> Rate:
    """Work a rate out from its sums, with some decisions turned."""
    totals, basis = line.turned(state), line.estimated(state).basis
    told, counts = _told(found, line), found.results[0].counts
    if line.volumes is None:
        cells = totals.whole if line.domain < 0 else totals.cells
        sample = Sample(totals, cells, np.ones(len(cells.due), dtype=bool), basis, told)
        return rate_of_sums(work, sample, tail)
    if counts is None:
        raise NoWorkingError
    places = {label: i for i, label in enumerate(line.labels)}
    used = {
        domain: places[label]
        for domain, label in enumerate(totals.domains)
        if label in places and line.volumes[places[label]] > 0
    }
    with_surplus = None if line.holding is None else line.holding.turned(state)
    sample = Sample(totals, totals.cells, np.isin(totals.cells.domain, list(used)), basis, told)
    return rate_of_volumes(work, sample, Crime(used, counts, with_surplus), tail)


def _told(found: Disputes, line: Line) -> Told:
    """Say what the sums of a line are of: of crimes as audited, or as recorded crime holds them."""
    counts, measure = found.results[0].counts, found.audited.rows[0].measure
    words = ""
    if counts is not None and counts.held is not None and not counts.held.as_audited:
        if line.counted is not None:
            words = "" if line.volumes is None else "rightly"
        elif line.volumes is None and line.domain < 0:
            words = "whole"
        else:
            words = "classes"
    due, recorded = wording.HELD_AS[words]
    heads = measure.headings
    return Told(
        measure.frame,
        due or wording.due_of(heads.get("n")),
        recorded or wording.recorded_of(heads.get("recorded")),
    )


def _estimated(
    work: Working, found: Disputes, line: Line, state: State, asked: Asked
) -> tuple[Rate, Mapping[str, Term], Estimates]:
    """Work a rate and its limits out, with some decisions turned; in a census there are no limits."""
    made = line.estimated(state)
    if not np.isfinite(made.basis.rate[0]):
        raise NoWorkingError
    exact = bool(made.exact[0])
    rate = _rate(work, found, line, state, None if exact else asked.tail)
    row = arrange(made, level=asked.level, method=asked.method).rows[0]
    ends = {} if exact else limits_of(work, Figure(row, made, 0, None), rate, asked, SIDES["both"])
    _verify(rate.p, row.estimate)
    for side, end in ends.items():
        _verify(end, getattr(row, side))
    return rate, ends, made


def _verify(term: Term, printed: float | None) -> None:
    """Refuse a working that does not lead to what is printed."""
    if printed is None or not np.isclose(term.value, printed, rtol=AGREES, atol=1e-9):
        raise NoWorkingError


# ---- one decision


def _single(work: Working, found: Disputes, part: Part, single: Single, asked: Asked) -> None:
    """Work out the rate of a row with one decision the other way: at the ends, where decisions do not all do alike."""
    line = _line(found, part.label)
    row, *counts = part.rows
    chosen = _at_the_ends(line, single, asked)
    alike = len(chosen) == 1
    for each in chosen:
        work.figure(_titled(part, row))
        rate, ends, _ = _estimated(work, found, line, line.one_turned(each.report, each.place), asked)
        work.section("printed")
        work.step("rate %", 100 * rate.p, SAID["in-percent"], shown=lines.rate(row.estimate) if alike else "")
        for side, symbol, value in (("low", "from %", row.low), ("high", "to %", row.high)):
            if side in ends:
                text = lines.rate(value, side) if alike else ""
                work.step(symbol, 100 * ends[side], SAID[f"{side}-in-percent"], shown=text)
        if counts:
            work.figure(_titled(part, counts[0]))
            counted = line.count_line
            if counted is not line:  # what was recorded as each class, and not what was found of each
                rate = _rate(work, found, counted, counted.one_turned(each.report, each.place), None)
            U = _missing(work, counted, rate.p, rate.volume)
            work.section("printed")
            unit = work.given("unit", formats.unit_of(U.value), SAID["unit"])
            text = formats.count(U.value, formats.unit_of(U.value)) if alike else ""
            work.step("U_u", U / unit, SAID["in-units"], shown=text)


def _missing(work: Working, line: Line, p: Term, R: Term | None = None) -> Term:
    """Work out the crimes not recorded that follow from a rate."""
    work.section("count")
    if R is None:
        R = work.given("R", line.recorded_crime or 0.0, SAID["recorded-crime"])
    return work.step("U", R * (1 - p) / p, SAID["unrecorded"], "cochran")


def _at_the_ends(line: Line, single: Single, asked: Asked) -> list[Dispute]:
    """Choose decisions of a kind whose rate, limit or count is the least or the greatest; one where all do alike."""
    known: dict[frozenset[Any], Dispute] = {}
    for each in single.disputes:
        states = (of.one_turned(each.report, each.place) for of in (line, line.count_line))
        known.setdefault(frozenset((i, *pair) for i, state in enumerate(states) for pair in state.items()), each)
    numbers = []
    for each in known.values():
        made = line.estimated(line.one_turned(each.report, each.place))
        counted = line.count_line.estimated(line.count_line.one_turned(each.report, each.place))
        ends = made.interval(level=asked.level, method=asked.method)
        numbers.append([float(of[0]) for of in (made.basis.rate, ends.low, ends.high, counted.basis.rate)])
    table = np.round(np.array(numbers), 12)
    chosen = sorted({int(of(column)) for column in table.T for of in (np.nanargmin, np.nanargmax)})
    return [list(known.values())[i] for i in chosen]


# ---- the least number


def _least(work: Working, found: Disputes, least: Least, asked: Asked) -> tuple[str, ...]:
    """Work out what the least number of decisions does, and what one fewer does at the most; say what was not tried."""
    line, title = _line(found, least.label), _of_outcome(least)
    of_rate = {each.name: (counted, each) for counted, each in outcomes_of_rate(line, _behind(found).asked)}
    work.figure(title)
    by_rate = least.outcome in of_rate
    if by_rate:
        _of_rate(work, _Leading(found, *of_rate[least.outcome], least))
    else:
        _of_interval(work, found, line, least, asked)
    if not least.exact:
        return (wording.not_all_tried(title, least.number),)
    return () if by_rate else (wording.all_tried(title, least.number),)


def _of_outcome(least: Least) -> str:
    """Name what would change, and of what."""
    first, *rest = least.label
    label = ", ".join((wording.label_in_scope(first, least.facts.scope.value), *rest))
    return wording.figure_of(wording.OUTCOMES[least.outcome], label)


@dataclass(frozen=True, slots=True)
class _Leading:
    """A least number that follows from a rate alone."""

    found: Disputes
    line: Line  # whose rate it is
    outcome: Outcome[float]
    least: Least

    def said(self, rate: float) -> str:
        """Say what the outcome is at a rate."""
        return self.outcome.said(self.outcome.of(rate))


@dataclass(frozen=True, slots=True)
class _Sums:
    """The sums of the categories that a rate follows from; one where it is a ratio of two sums."""

    names: tuple[str, ...]
    places: tuple[int, ...]  # among the categories of the line
    X: tuple[Term, ...]
    Y: tuple[Term, ...]
    H: tuple[Term, ...]  # what recorded crime holds; X where all of it was due
    R: tuple[Term, ...]  # recorded crime; none where the rate is a ratio of two sums

    @property
    def heading(self) -> str:
        """What a table of them has a line for."""
        return "categories" if len(self.places) > 1 else ""

    @property
    def sure(self) -> bool:
        """Whether all that recorded crime holds was due."""
        return self.H is self.X

    def at(self, i: int) -> Place:
        """Place what is of one category."""
        return place_of(len(self.places), i, self.names[i])


def _of_rate(work: Working, lead: _Leading) -> None:
    """Work out the rate with the decisions turned, and the furthest with one fewer, or where none do with all."""
    least, line = lead.least, lead.line
    sums = _as_audited(work, lead)
    _outcome(work, lead, _rate_of(work, sums, "0"), "0", least.now)
    number = line.number if least.number is None else least.number - 1
    if least.number is not None:
        after = _turned(work, lead, sums, least.turned, "n")
        if min(each.value for each in (after.H if sums.R else after.Y)) > 0:
            _outcome(work, lead, _rate_of(work, after, "n"), "n", least.then)
    for sign, side in ((1, "highest"), (-1, "lowest")) if number else ():
        t, turned = furthest_of(line, number, sign)
        own = side[0]
        work.section("furthest-of-all" if least.number is None else "furthest")
        rate = work.given(f"t_{own}", t, wording.furthest_rate(side, number), reference="dinkelbach")
        after = _turned(work, lead, sums, turned, own, rate)
        p = _outcome(work, lead, _rate_of(work, after, own), own, lead.said(t))
        _verify(p, t)


def _as_audited(work: Working, lead: _Leading) -> _Sums:
    """Write down the sums that the rate follows from."""
    line, told = lead.line, _told(lead.found, lead.line)
    recorded, due = line.sums()
    places = np.flatnonzero(line.volume_of > 0).tolist() if line.volumes is not None else [0]
    names = tuple(", ".join(line.totals.domains[place]) for place in places) if line.volumes is not None else ("",)
    empty = _Sums(names, tuple(places), (), (), (), ())
    work.section("as-audited", empty.heading)
    X, Y, H, R = [], [], [], []
    for i, place in enumerate(places):
        at = empty.at(i)
        Y.append(work.given("Y", float(due[place]), wording.with_weights(told.due), at))
        X.append(work.given("X", float(recorded[place]), wording.with_weights(told.recorded), at))
        if line.holding is not None:
            held = line.holding.sums_of(line.totals.domains)[place]
            H.append(work.given("H", float(held), SAID["with-surplus"], at))
        if line.volumes is not None:
            R.append(work.given("R", float(line.volume_of[place]), SAID["recorded-crime"], at))
    own = tuple(X)
    return replace(empty, X=own, Y=tuple(Y), H=tuple(H) or own, R=tuple(R))


def _turned(
    work: Working, lead: _Leading, sums: _Sums, turned: Turned, name: str, rate: Term | None = None
) -> _Sums:  # fmt: skip
    """Add what decisions add that go the other way.

    With the furthest ``rate``, decisions that are left as they are stand beside those turned, each with what it adds to
    X - t Y: of a ratio, those that are turned add most.
    """
    line, ratio = lead.line, not sums.R
    shown = [each for each in line.effects() if turned.get(each) or (rate is not None and ratio)]
    each_line = [(effect, add) for effect in shown for add in effect.adds if add[0] in sums.places]
    if not any(turned.values()):
        return sums
    work.section("turned" if rate is None else f"turned-{_side(name)}", "turns")
    held = line.effects()
    parts: dict[str, dict[int, list[Term]]] = {of: {place: [] for place in sums.places} for of in "XYH"}
    numbers = []
    for i, (effect, (place, dx, dy, dh)) in enumerate(each_line):
        at = (i + 1, _effect(lead, effect, place))
        weight = None if effect.weight == 1 else work.given("w", effect.weight, SAID["weight-of-report"], at)
        adds = {}
        for of, value in (("X", dx), ("Y", dy), *((("H", dh),) if not sums.sure else ())):
            adds[of] = work.given(f"d{of}", value, SAID[f"adds-{of}"], at)
        if rate is not None and ratio:
            work.given("m", held[effect], SAID["decisions-alike"], at)
            gain = adds["X"] - rate * adds["Y"]
            work.step("g", gain if weight is None else weight * gain, SAID["gain"], "dinkelbach", at)
        k = work.given("k", turned.get(effect, 0), SAID["decisions-of-these"], at)
        if place == next(add[0] for add in effect.adds if add[0] in sums.places):
            numbers.append(k)
        for of, add in adds.items():
            parts[of][place].append(
                work.step(f"a{of}", k * add if weight is None else k * weight * add, SAID[f"add-{of}"], "", at)
            )
    work.section("turned-number")
    work.step(f"n_{name}", total(numbers), SAID["decisions-turned"])
    work.section("turned-sums", sums.heading)
    after = {of: list(getattr(sums, of)) for of in "XYH"}
    for i, place in enumerate(sums.places):
        for of in parts:
            if parts[of][place]:
                before = after[of][i]
                after[of][i] = work.step(
                    f"{of}_{name}", before + total(parts[of][place]), SAID[f"sum-{of}"], "", sums.at(i)
                )
    X = tuple(after["X"])
    return replace(sums, X=X, Y=tuple(after["Y"]), H=X if sums.sure else tuple(after["H"]))


def _side(name: str) -> str:
    """Name the side of a furthest rate."""
    return "highest" if name == "h" else "lowest"


def _effect(lead: _Leading, effect: Effect, place: int) -> str:
    """Name the decisions that do alike, with their stratum and category where there are several."""
    turn, line = _behind(lead.found).turns[effect.turn], lead.line
    labels = line.totals.strata.labels
    stratum = ", ".join(labels[effect.stratum]) if len(labels) > 1 else ""
    category = ", ".join(line.totals.domains[place]) if line.volumes is not None else ""
    return wording.turns_alike(turn.before, turn.after, [category, stratum])


def _rate_of(work: Working, sums: _Sums, name: str) -> Term:
    """Give the formula of the rate from its sums."""
    if not sums.R:
        return sums.X[0] / sums.Y[0]
    work.section("turned-shares", sums.heading)
    of_due, of_recorded = [], []
    for i, R in enumerate(sums.R):
        of_due.append(work.step(f"D_{name}", R * sums.Y[i] / sums.H[i], SAID["due-of-category"], "cochran", sums.at(i)))
        kept = R
        if not sums.sure:
            kept = work.step(f"E_{name}", R * sums.X[i] / sums.H[i], SAID["recorded-crime-rightly"], "", sums.at(i))
        of_recorded.append(kept)
    return total(of_recorded) / total(of_due)


def _outcome(work: Working, lead: _Leading, rate: Term, name: str, shown: str) -> Term:
    """Work the rate out, and what is printed that follows from it."""
    work.section("turned-rate")
    outcome, R = lead.least.outcome, lead.line.recorded_crime
    words = SAID[f"rate-{name}"]
    if outcome == "rate":
        p = work.step(f"p_{name}", rate, words)
        work.step(f"rate_{name} %", 100 * p, SAID["in-percent"], shown=shown)
    elif outcome in ("count", "more-than") and R is not None and rate.value > 0:
        p = work.step(f"p_{name}", rate, words)
        crime = work.given("R", R, SAID["recorded-crime"])
        work.step(f"U_{name}", crime * (1 - p) / p, SAID["unrecorded"], "cochran", shown=shown)
    else:
        p = work.step(f"p_{name}", rate, words, shown=shown)
    return p


def _of_interval(work: Working, found: Disputes, line: Line, least: Least, asked: Asked) -> None:
    """Work out the one-sided limits with the decisions turned, and with one fewer: those that move the rate most.

    Where no number of them is enough, with all that move the rate up, and with all that move it down.
    """
    # both limits are one-sided at the level, as those at twice the tail are
    one_sided = replace(asked, level=1 - 2 * (1 - asked.level))
    states: list[tuple[State, str, str]] = []
    if least.number is None:
        furthest = [(strongest(line, line.number, sign), side) for sign, side in ((1, "up"), (-1, "down"))]
        moved = [(state, least.now, side) for state, side in furthest if state]
        states += moved or [({}, least.now, "")]
    else:
        last = state_of(line, least.turned)
        states.append((last, least.then, ""))
        rate = line.estimated(last).basis.rate[0]
        up = not np.isfinite(rate) or rate >= line.found.basis.rate[0]
        fewer = least.number - 1
        states.append((strongest(line, fewer, 1 if up else -1) if fewer else {}, least.now, ""))
    title = _of_outcome(least)
    for state, outcome, side_moved in states:
        if not np.isfinite(line.estimated(state).basis.rate[0]):
            continue
        # it may be fewer than were asked for: not every decision moves the rate this way
        turned = sum(number * sum(places) for (_, places), number in state.items())
        work.figure(wording.outcome_with(title, outcome, turned, side_moved))
        work.section("turned-number")
        work.given("n_d", turned, SAID["decisions-turned"])
        _, ends, _ = _estimated(work, found, line, state, one_sided)
        work.section("printed")
        for side, symbol in (("low", "from %"), ("high", "to %")):
            if side in ends:
                work.step(symbol, 100 * ends[side], SAID[f"{side}-one-sided"])
