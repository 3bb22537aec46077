"""The working of agreement: the pairs of answers, percent agreement, kappa and AC1, the two rates, their difference."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from cdi import wording
from cdi.agreeing.agreements import (
    AC1,
    AGREEMENT,
    FIRST,
    KAPPA,
    OF_ALL,
    ON_ANSWER,
    P_VALUE,
    PAIR,
    SECOND,
    SHIFT,
    coefficient,
    shares_of,
)
from cdi.agreeing.coefficients import FARTHEST
from cdi.agreeing.matching import ANSWERS
from cdi.comparing.comparison import chance, pairs_of_readings
from cdi.explaining.figures import AGREES, Asked, Figure, NoWorkingError, Worked, work_out
from cdi.explaining.limits import Between, difference, together
from cdi.explaining.steps import Section, Working
from cdi.explaining.terms import Term, call, number, total
from cdi.printing import formats
from cdi.printing.lines import level_text
from cdi.survey.estimates import ALL

if TYPE_CHECKING:
    from cdi.agreeing.agreements import Agreement
    from cdi.audits.volumes import Label
    from cdi.comparing.figures import Pair
    from cdi.measures import Measure
    from cdi.printing.tables import Row

__all__ = ["Agreed", "called", "figures_of", "said", "worked_out"]

SAID = wording.EXPLAINED

Pairs: TypeAlias = Mapping[tuple[str, str], Term]


@dataclass(frozen=True, slots=True)
class Agreed:
    """What is printed of one category, or of one answer against all others."""

    row: Row  # percent agreement
    beside: Mapping[Measure, Row]  # by what is measured of all answers, the other numbers
    pairs: tuple[Row, ...]  # the pairs of answers on its crimes
    figures: Mapping[Measure, Figure]  # the shares behind them, while their rows are there
    pair: Pair | None = None  # the two rates, the second first, and how they go together
    answer: str = ""  # the one answer; empty: all

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows that are worked out."""
        return (self.row, *self.beside.values(), *(() if self.answer else self.pairs))

    @property
    def title(self) -> str:
        """What it is called."""
        return self.title_of(self.row)

    def title_of(self, row: Row) -> str:
        """Name one of its figures."""
        name = self.answer or ", ".join(_category(row))
        return wording.figure_of(row.measure.name, name)


def _category(row: Row) -> tuple[str, ...]:
    """Name the category of a row, the overall one for what it is."""
    first, *rest = row.label[2:] or (ALL,)
    return (wording.label_in_scope(first, row.facts.scope.value), *rest)


def called(each: Agreed) -> tuple[str, ...]:
    """Say what a row may be called by: its category, as it is labelled or printed, or its answer."""
    if each.answer:
        return (each.answer,)
    return ", ".join(each.row.label[2:] or (ALL,)), ", ".join(_category(each.row))


def figures_of(found: Agreement) -> list[Agreed]:
    """Set each category, and each answer, beside what its numbers follow from."""
    shares = shares_of(found)
    rates = [shares.get((measure, OF_ALL)) for measure in (SECOND, FIRST)]
    joined: dict[Label | None, Pair] = {}  # by category; the whole has none
    if rates[0] is not None and rates[1] is not None and not found.whole(AGREEMENT).facts.alone:
        of_both = pairs_of_readings(rates[0], rates[1], level=found.table.level)
        joined = {None if pair.whole else pair.label: pair for pair in of_both}
    table, of_all = found.table, {one: each for each, one in ON_ANSWER.items()}
    made = []
    for row in (*table.of(AGREEMENT.key), *table.of(ON_ANSWER[AGREEMENT].key)):
        answer = "" if row.measure == AGREEMENT else row.label[0]
        own = [each for each in table.rows if each.label == row.label and each.measure != row.measure]
        beside = {of_all.get(each.measure, each.measure): each for each in own if each.measure in _SHOWN}
        pairs = tuple(each for each in table.of(PAIR.key) if each.label[2:] == row.label[2:])
        figures = {}
        for (measure, answers), part in shares.items():
            places, own_label = {one.label: i for i, one in enumerate(part.rows)}, row.label[2:] or (ALL,)
            place = 0 if answer else places.get(own_label)
            line = row if measure == row.measure else beside.get(measure)
            if answers == row.label[:2] and place is not None and line is not None:
                figures[measure] = Figure(replace(line, label=part.rows[place].label), part, place, None)
        pair = None if answer else joined.get(None if row.whole else row.label[2:])
        made.append(Agreed(row, beside, pairs, figures, pair, answer))
    return made


_SHOWN = (KAPPA, AC1, FIRST, SECOND, SHIFT, P_VALUE, ON_ANSWER[KAPPA], ON_ANSWER[AC1])


def said(each: Agreed) -> Iterator[str]:
    """Say what has no working, and why."""
    for row in each.beside.values():
        if row.estimate is None and not row.facts.alone:
            yield wording.nothing_to_explain(each.title_of(row), "; ".join(row.notes))
    if not each.figures:
        yield wording.AGREEMENT_NOT_KEPT


def worked_out(each: Agreed, found: Agreement) -> tuple[Section, ...]:
    """Work out the agreement on a category or on one answer."""
    work = Working()
    work.figure(each.title_of(each.row))
    pairs, N = _pairs(work, each)
    if each.row.facts.alone:
        return work.finished()
    if each.answer:
        pairs = _against_the_rest(work, pairs, each.answer)
    work.section("alike")
    alike = _sum([term for (one, other), term in pairs.items() if one == other])
    a = work.step("p_o", alike / N, SAID["decided-alike"])
    _verify([(a, each.row.estimate)])
    _interval_of_share(work, each, each.row.measure, found)
    _coefficients(work, each, (pairs, N, a))
    sides: list[Worked] = []
    for measure in (FIRST, SECOND):
        if measure in each.beside and each.beside[measure].estimate is not None:
            work.figure(each.title_of(each.beside[measure]))
            worked = _interval_of_share(work, each, measure, found)
            sides += [] if worked is None else [worked]
    shift = each.beside.get(SHIFT)
    if shift is not None and shift.estimate is not None:
        work.figure(each.title_of(shift))
        if len(sides) == len(SIDES_OF_SHIFT) and each.pair is not None:
            _shift(work, sides[::-1], each.pair, shift, each.beside.get(P_VALUE))
        elif not found.weighted:  # with weights it does not follow from the pairs of answers
            _shift_of_pairs(work, pairs, shift)
    return work.finished()


def _pairs(work: Working, each: Agreed) -> tuple[Pairs, Term]:
    """Write down how often each pair of answers stands."""
    work.section("pairs-of-answers", "answers")
    pairs, shares = {}, []
    for i, row in enumerate(each.pairs):
        one, other = row.label[:2]
        at = (i + 1, wording.pair_of_answers(one, other))
        pairs[one, other] = work.given("n_ij", row.recorded or 0, SAID["pair-count"], at)
        shares.append((row, at))
    work.section("pairs-in-all")
    N = work.step("N", total(list(pairs.values())), SAID["read-by-both"])
    if not each.answer and not each.row.facts.alone:
        work.section("pair-shares", "answers")
        for row, at in shares:
            work.step("s_ij", pairs[row.label[0], row.label[1]] / N, SAID["pair-share"], "", at)
    return pairs, N


def _against_the_rest(work: Working, pairs: Pairs, answer: str) -> Pairs:
    """Gather all answers but one."""
    work.section("against-the-rest")
    gathered = {}
    for first in (answer, wording.ANY_OTHER_ANSWER):
        for second in (answer, wording.ANY_OTHER_ANSWER):
            of = [
                term
                for (one, other), term in pairs.items()
                if (one == answer) == (first == answer) and (other == answer) == (second == answer)
            ]
            name = f"n_{1 + (first != answer)}{1 + (second != answer)}"
            gathered[first, second] = work.step(name, _sum(of), wording.pair_of_answers(first, second))
    return gathered


def _interval_of_share(work: Working, each: Agreed, measure: Measure, found: Agreement) -> Worked | None:
    """Work out the interval of a share of the crimes that both read, as that of every share."""
    figure = each.figures.get(measure)
    if figure is None:
        return None
    asked = Asked(found.table.level, found.table.method, "both", together=False, published=False)
    return work_out(work, figure, asked, None)


# ---- beyond chance


def _coefficients(work: Working, each: Agreed, given: tuple[Pairs, Term, Term]) -> None:
    """Work out kappa and AC1: how far the two agree beyond what each takes chance for."""
    pairs, N, a = given
    rows = [each.beside[measure] for measure in (KAPPA, AC1) if measure in each.beside]
    if all(row.estimate is None for row in rows):
        return
    names = list(dict.fromkeys(name for pair in pairs for name in pair))
    work.section("answers", "each-answer")
    firsts, seconds, products, guesses = [], [], [], []
    for i, name in enumerate(names):
        at = (i + 1, name)
        of_first = [term for (one, _), term in pairs.items() if one == name]
        of_second = [term for (_, other), term in pairs.items() if other == name]
        firsts.append(work.step("f", _sum(of_first) / N, SAID["share-by-first"], "", at))
        seconds.append(work.step("s", _sum(of_second) / N, SAID["share-by-second"], "", at))
        products.append(work.step("f_s", firsts[-1] * seconds[-1], SAID["both-by-chance"], "cohen", at))
        m = work.step("m", (firsts[-1] + seconds[-1]) / 2, SAID["mean-share"], "", at)
        guesses.append(work.step("g", m * (1 - m), SAID["hard-to-tell"], "gwet", at))
    chances = {
        KAPPA: ("p_e", total(products), "chance-of-kappa", "cohen", "kappa"),
        AC1: ("p_g", total(guesses) / max(len(names) - 1, 1), "chance-of-ac1", "gwet", "AC1"),
    }
    for measure, (name, of, words, source, symbol) in chances.items():
        row = each.beside.get(measure)
        if row is None or row.estimate is None:
            continue
        work.figure(each.title_of(row))
        work.section("coefficient")
        c = work.step(name, of, SAID[words], source)
        found = work.step(symbol, (a - c) / (1 - c), SAID["beyond-chance"], source)
        _verify([(found, row.estimate)])
        ends = _limits_below_one(work, found, row)
        work.section("printed")
        for own, words, term, value in (
            (f"{symbol}_p", "number-as-printed", found, row.estimate),
            ("low_p", "low-as-printed", ends.get("low"), row.low),
            ("high_p", "high-as-printed", ends.get("high"), row.high),
        ):
            if term is not None and value is not None:
                work.step(own, term, SAID[words], shown=coefficient(value))


def _limits_below_one(work: Working, found: Term, row: Row) -> Mapping[str, Term]:
    """Work out the limits on the scale of log(1 - number)."""
    h = _reach(work, row)
    if h is None:
        return {}
    factor = work.step("r", call("exp", call("min", h / (1 - found), number(FARTHEST))), SAID["factor-of-lack"])
    low = work.step("low", 1 - (1 - found) * factor, SAID["low"], "jackknife")
    high = work.step("high", 1 - (1 - found) / factor, SAID["high"], "jackknife")
    _verify([(low, row.low), (high, row.high)])
    return {"low": low, "high": high}


def _reach(work: Working, row: Row) -> Term | None:
    """Write the jackknife's standard error down, and work out half the width of the interval."""
    if row.low is None or row.se is None or row.df is None:
        return None
    work.section("jackknife")
    se = work.given("se", row.se, SAID["jackknife"], reference="jackknife")
    df = work.given("df", row.df, SAID["df-of-jackknife"])
    t = work.step("t", call("t_quantile", number(round((1 + row.level) / 2, 12)), df), SAID["t"], "jackknife")
    return work.step("h", t * se, SAID["half"])


# ---- the difference of the two rates


SIDES_OF_SHIFT = ("a", "b")
"""The letters of the second and of the first, in the order in which one is taken from the other."""


def _shift(work: Working, worked: Sequence[Worked], pair: Pair, row: Row, tested: Row | None) -> None:
    """Work out the rate by the second less that by the first, with its limits, from both rates and theirs."""
    work.section("side")
    sides = []
    for side, letter in zip(worked, SIDES_OF_SHIFT, strict=True):
        own = work.step(f"p_{letter}", side.rate.p, SAID[f"rate-by-{'2' if letter == 'a' else '1'}"])
        ends = [
            own if end is None else work.step(f"{name}_{letter}", end, SAID[f"{name}-side"])
            for name in ("low", "high")
            for end in (side.limits.get(name),)
        ]
        sides.append(Between(own, *ends))
    a, b = sides
    if row.low is None:
        work.section("change")
        ends_of = {"estimate": work.step("d", a.estimate - b.estimate, SAID["difference"])}
    else:
        correlation = _correlation(work, worked, pair, row)
        work.section("change")
        ends_of = difference(work, a, b, correlation)
        if tested is not None:
            _test(work, (a, b), ends_of["estimate"], (pair, correlation), tested)
    work.section("printed")
    for side_, value in (("estimate", row.estimate), ("low", row.low), ("high", row.high)):
        if side_ in ends_of and value is not None:
            words = "change-in-points" if side_ == "estimate" else f"{side_}-change-in-points"
            work.step(f"{side_} pp", 100 * ends_of[side_], SAID[words], shown=formats.signed_points(value))
    _verify([(ends_of[each], getattr(row, each)) for each in ends_of])


def _correlation(work: Working, worked: Sequence[Worked], pair: Pair, row: Row) -> Term | None:
    """Work out how the two rates go together, from the standard error of their difference."""
    shared = pair.shared
    if shared.correlation == 0 or row.se is None:
        return None
    work.section("together")
    s_a, s_b = (each.rate.se for each in worked)
    if s_a is None or s_b is None or s_a.value == 0 or s_b.value == 0:
        return work.given("c_ab", shared.correlation, SAID["correlation-given"])
    s_d = work.given("s_d", row.se, SAID["se-of-readings"], reference="zou-donner")
    seen = work.step("C", (s_a**2 + s_b**2 - s_d**2) / 2, SAID["covariance"])
    unseen = seen.value - shared.correlation * s_a.value * s_b.value
    if unseen < -1e-12:
        return work.given("c_ab", shared.correlation, SAID["correlation-given"])
    u = work.given("u", max(unseen, 0.0), SAID["covariance-unseen"], reference="newcombe-pairs")
    found = call("max", seen - u, call("min", seen, number(0))) / (s_a * s_b)
    if not np.isclose(found.value, shared.correlation, rtol=AGREES, atol=1e-9):
        return work.given("c_ab", shared.correlation, SAID["correlation-given"])
    return work.step("c_ab", found, SAID["correlation"], "newcombe-pairs")


def _test(
    work: Working, sides: tuple[Between, Between], d: Term, between: tuple[Pair, Term | None], tested: Row
) -> None:
    """Show that at 1 less the p-value a limit of the difference lies at no change; then write p as printed."""
    (a, b), (pair, correlation) = sides, between
    work.section("test")
    p = work.given("p_value", tested.estimate or 0.0, SAID["p-value"])
    if SMALLEST_P < p.value < 1 and d.value != 0 and pair.i is not None and pair.j is not None:
        at = [held.of([place])(p.value / 2) for held, place in ((pair.a, pair.i), (pair.b, pair.j))]
        down = d.value > 0
        # the distances of both rates to their limits that lie towards each other
        ends = [float((each.low if lower else each.high)[0]) for each, lower in zip(at, (down, not down), strict=True)]
        level = level_text(1 - p.value)
        low, high = (
            work.given(f"{letter}_at_p", end, wording.limit_at("low" if lower else "high", level))
            for letter, end, lower in zip(SIDES_OF_SHIFT, ends, (down, not down), strict=True)
        )
        one, other = (a.estimate - low, high - b.estimate) if down else (low - a.estimate, b.estimate - high)
        work.step("d_at_p", call("sqrt", together(one, other, correlation)), SAID["distance-at-p"], "zou-donner")
    work.step("P", p, SAID["p-printed"], shown=chance(p.value))


SMALLEST_P = 1e-12
"""Below it the limits at 1 less a p-value lie too far out for a check to show anything."""


def _shift_of_pairs(work: Working, pairs: Pairs, row: Row) -> None:
    """Work out the rate by the second less that by the first, from the pairs of answers alone."""
    work.section("two-rates")
    rates = []
    for place, name in enumerate(("1", "2")):
        due = [term for pair, term in pairs.items() if ANSWERS[pair[place]].due]
        counted = [term for pair, term in pairs.items() if ANSWERS[pair[place]].recorded]
        said_ = [answer for answer in dict.fromkeys(pair[place] for pair in pairs) if ANSWERS[answer].due]
        y = work.step(f"y_{name}", _sum(due), wording.due_by(place, said_))
        said_ = [answer for answer in said_ if ANSWERS[answer].recorded]
        x = work.step(f"x_{name}", _sum(counted), wording.recorded_by(place, said_))
        rates.append(work.step(f"p_{name}", x / y, SAID[f"rate-by-{name}"]))
    d = work.step("d", rates[1] - rates[0], SAID["difference"])
    _verify([(d, row.estimate)])
    work.section("printed")
    work.step("d pp", 100 * d, SAID["change-in-points"], shown=formats.signed_points(row.estimate or 0.0))


def _sum(terms: Sequence[Term]) -> Term:
    """Add up some counts of pairs, one by one: they are not all lines of a table."""
    return reduce(operator.add, terms) if terms else number(0)


def _verify(told: Sequence[tuple[Term, float | None]]) -> None:
    """Refuse a working that does not lead to what is printed."""
    if not all(value is not None and np.isclose(term.value, value, rtol=AGREES, atol=1e-9) for term, value in told):
        raise NoWorkingError
