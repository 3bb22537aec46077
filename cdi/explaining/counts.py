"""The working of crimes not recorded: of one category, and in total over several, with what these share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.audits.strata import stratum_name
from cdi.explaining.designs import Crimes, Scores, effective_size, variance
from cdi.explaining.rates import Category, Rate, Sample, degrees, of_another_period
from cdi.explaining.sums import Counted, Place, Sums, counted_of, place_of
from cdi.explaining.terms import Term, call, number, total
from cdi.survey.basis import FEWEST
from cdi.survey.estimates import NOTHING
from cdi.survey.extrapolation import PRINTED

if TYPE_CHECKING:
    from cdi.explaining.steps import Working
    from cdi.survey.estimates import Counts
    from cdi.survey.totals import Totals

__all__ = ["Chances", "Crime", "chance", "count", "error", "limits", "rate_of_volumes", "volume"]

SAID = wording.EXPLAINED

Floats: TypeAlias = npt.NDArray[np.float64]


# ---- the overall rate that known volumes imply


@dataclass(frozen=True, slots=True)
class Shared:
    """What the reports add that hold crimes of two categories, by the position of what was drawn together."""

    squares: Mapping[int, tuple[Term, ...]]
    together: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Crime:
    """The recorded crime of the categories that a total adds up."""

    places: Mapping[int, int]  # the domain of each that has any -> its place among the categories
    counts: Counts  # which know it, and what it was made of
    # of the sums that it is held against, where these leave out records of which nothing was due: those with them
    with_surplus: Totals | None = None


def rate_of_volumes(work: Working, sample: Sample, crime: Crime, tail: float | None) -> Rate:
    """Work out R / (R + U) over categories, with the covariance between those that share reports."""
    totals, basis = sample.totals, sample.basis
    # a category without recorded crime lies in no total, and its strata do
    design = sample.design(np.ones(len(sample.cells.due), dtype=bool))
    names = {k: ", ".join(totals.domains[k]) for k in sorted(crime.places)}
    counted = counted_of(work, totals.strata, sample.cells, sample.chosen, sample.told, names)
    held = _categories(work, counted, names, crime)
    categories = list(held.values())
    work.section("overall")
    due = work.given("m", int(basis.due[0]), wording.in_all_categories(sample.told.due))
    recorded = work.given("X", int(basis.recorded[0]), wording.in_all_categories(sample.told.recorded))
    R = work.step("R", total([each.R for each in categories]), SAID["recorded-crime"])
    U = work.step("U_0", total([each.missing for each in categories]), SAID["missing-of-all"], "cochran")
    p = work.step("p", R / (R + U), SAID["overall"], "cochran")
    if tail is None or basis.census[0]:
        return Rate(p, due, recorded, volume=R)
    first, squares = _scores(work, counted, held)
    shared = _shared(work, sample, counted, held)
    scores = Scores(first, squares, dict(shared.squares))
    found = variance(work, design, counted, scores, ("V_u", "V_f"))
    work.section("variance-rate")
    if not sample.was_census:
        se = work.step("se", p**2 / R * call("sqrt", found.corrected), SAID["se-overall"], "cochran")
    seen = work.step("A", p**2 * found.endless, SAID["seen"])
    corrected = seen if design.endless else work.step("A_f", p**2 * found.corrected, SAID["seen-corrected"])
    if not sample.was_census:
        df = degrees(work, totals.strata, totals.whole, np.ones(len(totals.whole.due), dtype=bool))
    crimes = _crimes(work, counted, held, shared, (p, seen, corrected))
    size = effective_size(work, design, counted, crimes, tail)
    if sample.was_census:
        se, df = of_another_period(work, sample, p, size)
    if 0 < p.value < 1:
        work.step("deff", due * (p**2 / R) ** 2 * found.endless / (p * (1 - p)), SAID["deff"], "kish")
    return Rate(p, due, recorded, size.z, se, size.n_eff, df, size=size, categories=tuple(categories), volume=R)


def _categories(work: Working, counted: Counted, names: Mapping[int, str], crime: Crime) -> dict[int, Category]:
    """Work out the rate of each category, and for how many recorded crimes each one of the sample stands."""
    work.section("categories", "categories")
    found = {}
    for i, (domain, name) in enumerate(names.items()):
        place = place_of(len(names), i, name)
        own = [each for each in counted.sums if each.line.domain == domain]
        due, recorded, m = (total([get(each) for each in own]) for get in (_wy, _wx, _y))
        if len(own) > 1:
            due = work.step("W", due, SAID["weighted-due"], "", place)
            recorded = work.step("W_x", recorded, SAID["weighted-recorded"], "", place)
            m = due if counted.alike else work.step("m", m, SAID["all-due"], "", place)
        p = work.step("p", recorded / due, SAID["rate"], "cochran", place)
        with_surplus = _with_surplus(counted, names[domain], crime)
        rightly = (
            None if with_surplus is None else recorded / work.given("A", with_surplus, SAID["with-surplus"], place)
        )
        R = volume(work, crime.counts, crime.places[domain], place, rightly)
        a = work.step("a", R / recorded, SAID["crime-for-each"], "", place)
        missing = work.step("u", R * (1 - p) / p, SAID["missing"], "cochran", place)
        found[domain] = Category(name, R, p, a, m, missing)
    return found


def _with_surplus(counted: Counted, name: str, crime: Crime) -> float | None:
    """Count what was recorded as a category, due or not, with the weights of its sums; None where all of it was due."""
    totals = crime.with_surplus
    if totals is None:
        return None
    cells = totals.cells
    held = np.array([", ".join(label) for label in totals.domains])[cells.domain] == name
    recorded = float((cells.weight * cells.recorded)[held].sum())
    return recorded / counted.unit


def _y(each: Sums) -> Term:
    return each.y


def _wy(each: Sums) -> Term:
    return each.wy


def _wx(each: Sums) -> Term:
    return each.wx


def _scores(work: Working, counted: Counted, held: Mapping[int, Category]) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """Work out, by category and stratum, how many more crimes are missing than the rates say."""
    several = len(counted.drawn) > 1
    work.section("scores", "categories-in-strata" if several else "categories")
    first, squares = [], []
    for each in counted.sums:
        own = held[each.line.domain]
        if several:
            score = own.a * (each.wy - each.wx / own.p)
            first.append(work.step("e", score, SAID["score-missing"], "cochran", each.place))
        else:
            first.append(number(0))
        plain = each.yy - 2 * each.xy / own.p + each.xx / own.p**2
        scale = own.a**2 if each.w is None else each.w**2 * own.a**2
        squares.append(work.step("q", scale * plain, SAID["squared-score-missing"], "cochran", each.place))
    return tuple(first), tuple(squares)


def _shared(work: Working, sample: Sample, counted: Counted, held: Mapping[int, Category]) -> Shared:
    """Work out what reports add that hold crimes of two categories: twice the products of the two."""
    totals = sample.totals
    if not totals.sharing:
        return Shared({}, ())
    pairs = totals.pairs()
    products: dict[tuple[int, int, int], dict[str, float]] = {}
    for i, (one, other) in enumerate(zip(pairs.one.tolist(), pairs.other.tolist(), strict=True)):
        if one not in held or other not in held:
            continue
        key = (min(one, other), max(one, other), int(pairs.stratum[i]))
        # reports that carry their own weights are in the sums with them
        weight = (float(pairs.weight[i]) / counted.most) ** 2 if counted.most else 1.0
        sums = products.setdefault(key, dict.fromkeys(("YY", "YX", "XY", "XX"), 0.0))
        sums["YX" if one < other else "XY"] += weight * float(pairs.due_recorded[i])
        if one < other:
            sums["YY"] += weight * float(pairs.due_due[i])
            sums["XX"] += weight * float(pairs.recorded_recorded[i])
    return _of_products(work, sample.totals, counted, held, products)


def _of_products(
    work: Working, totals: Totals, counted: Counted, held: Mapping[int, Category],
    products: Mapping[tuple[int, int, int], Mapping[str, float]],
) -> Shared:  # fmt: skip
    """Write down the products of two categories in one report, and what they add."""
    squares: dict[int, tuple[Term, ...]] = {}
    together = []
    work.section("shared", "pairs" if len(products) > 1 else "")
    for i, ((one, other, stratum), sums) in enumerate(products.items()):
        first, second = held[one], _second(held[other])
        names = (", ".join(totals.domains[one]), ", ".join(totals.domains[other]))
        label = wording.pair_in_stratum(names[0], names[1], stratum_name(totals.strata.labels[stratum]))
        place = place_of(len(products), i, label)
        YY, YX, XY, XX = (work.given(name, value, SAID[name], place) for name, value in sums.items())
        weight = next(each.w for each in counted.sums if each.line.stratum == stratum)
        scale = 2 * first.a * second.a if weight is None else 2 * weight**2 * first.a * second.a
        both = YY - YX / second.p - XY / first.p + XX / (first.p * second.p)
        group = next(j for j, each in enumerate(counted.drawn) if _holds(each.lines, counted, stratum))
        squares[group] = (*squares.get(group, ()), work.step("QQ", scale * both, SAID["QQ"], "cochran", place))
        together.append(work.step("BB", scale * YY, SAID["BB"], "", place))
    return Shared(squares, tuple(together))


def _second(category: Category) -> Category:
    """Spell what is of the second of two categories with a dash."""
    return replace(category, a=replace(category.a, shown="a'"), p=replace(category.p, shown="p'"))


def _holds(lines: Sequence[int], counted: Counted, stratum: int) -> bool:
    return any(counted.sums[j].line.stratum == stratum for j in lines)


def _crimes(
    work: Working, counted: Counted, held: Mapping[int, Category], shared: Shared, found: tuple[Term, Term, Term]
) -> Crimes:
    """Work out how much each crime counts: with the weight of its report, and the recorded crime that it stands for."""
    several = len(counted.drawn) > 1
    work.section("crimes", "categories-in-strata" if several else "categories")
    weighted, squared, fourth, together = [], [], [], []
    for each in counted.sums:
        a = held[each.line.domain].a
        weighted.append(work.step("v", a * each.wy, SAID["crimes-stood-for"], "", each.place))
        squared.append(work.step("k", a**2 * each.b, SAID["crimes-squared"], "", each.place))
        if counted.most:
            own = work.given("w4", each.line.weighted["fourth_due"], SAID["fourth"], each.place)
            fourth.append(work.step("t", a**4 * own, SAID["crimes-fourth"], "", each.place))
        else:
            weight = a**4 if each.w is None else each.w**4 * a**4
            fourth.append(work.step("t", weight * each.y, SAID["crimes-fourth"], "", each.place))
        together.append(work.step("o", a**2 * each.bb, SAID["together-squared"], "", each.place))
    work.section("crimes-added")
    W = work.step("V_w", total(weighted), SAID["stood-for"])
    G = work.step("G", total(squared), SAID["squared-crimes"])
    size = work.step("m_w", W**2 / G, SAID["size-of-weights"], "kish")
    typical = work.step("T", total(fourth) / G, SAID["typical"])
    in_reports = total(together)
    if shared.together:
        in_reports = work.step("O", in_reports + total(shared.together), SAID["together-all"])
    p, seen, corrected = found
    return Crimes(p, size, tuple(squared), G, in_reports, typical, seen, corrected)


# ---- what else than sampling is uncertain


@dataclass(frozen=True, slots=True)
class Chances:
    """What is added to 1 / n_eff of a count."""

    prediction: bool  # the chance of the crimes of another period
    over: tuple[float, float] | None  # a share over-recorded and its standard error
    routes: tuple[float, float] | None = None  # a share in audited routes and the half width of its 95% interval


def chance(work: Working, rate: Rate, R: Term, chances: Chances) -> Term | None:
    """Work out what the chance of another period's crimes, and the error of a share over-recorded, add to 1 / n_eff."""
    if not chances.prediction and chances.over is None and chances.routes is None:
        return None
    work.section("chance")
    p, added = rate.p, []
    if chances.prediction:
        added.append(_of_crimes(work, rate, R))
    if chances.over is not None:
        c = work.given("c_o", chances.over[0], SAID["over-share"])
        error = work.given("s_o", chances.over[1], SAID["over-error"])
        added.append(work.step("g_o", p * (1 - p) * (error / (1 - c)) ** 2, SAID["chance-of-share"], "delta"))
    if chances.routes is not None:
        g = work.given("g_0", chances.routes[0], SAID["route-share"])
        half = work.given("h_g", chances.routes[1], SAID["route-half"])
        error = work.step("s_g", half / PRINTED, SAID["route-error"])
        added.append(work.step("g_g", p * (1 - p) * (error / g) ** 2, SAID["chance-of-routes"], "delta"))
    if len(added) == 1:
        return added[0]
    return work.step("g_c", reduce(add, added), SAID["chance"])


def _of_crimes(work: Working, rate: Rate, R: Term) -> Term:
    """Work out what the chance of the crimes themselves adds."""
    p, effect = rate.p, number(1)
    if rate.size is not None:
        size = rate.size
        few = work.step("c_p", number(FEWEST) * size.unit, SAID["missed-two"])
        of = call("max", (size.seen + few * size.alike) / (size.alone + few), number(1))
        effect = work.step("D_p", of, SAID["effect-of-chance"], "franco")
    if not rate.categories or p.value == 1:
        return work.step("g_p", p * effect / R, SAID["chance-of-crimes"], "negative-binomial")
    work.section("chance-categories", "categories")
    several = len(rate.categories)
    variances = [
        work.step(
            "j", each.R * (1 - each.p) / each.p**2, SAID["variance-of-chance"], "negative-binomial",
            place_of(several, i, each.name),
        )
        for i, each in enumerate(rate.categories)
    ]  # fmt: skip
    work.section("chance")
    return work.step("g_p", effect * p**3 / (R**2 * (1 - p)) * total(variances), SAID["chance-of-total"], "delta")


# ---- the count


def count(work: Working, rate: Rate, R: Term) -> Term:
    """Work out the crimes not recorded."""
    work.section("count")
    return work.step("U", R * (1 - rate.p) / rate.p, SAID["unrecorded"], "cochran")


def volume(work: Working, counts: Counts, i: int, at: Place = None, rightly: Term | None = None) -> Term:
    """Write down the recorded crime that a count goes by, and what it was made of where that is known.

    ``rightly`` is the share of it of which something was due, where the rest is left out.
    """
    made = counts.made
    limited = made is not None and bool(made.limits.min() < 1)
    over = None if made is None else made.over
    given = float(counts.volumes[i] if made is None else made.recorded[i])
    if not limited and over is None and rightly is None:
        return work.given("R", given, SAID["recorded-crime"], at)
    R = work.given("R_0", given, SAID["recorded-crime-given"], at)
    if made is not None and limited:
        R = R * work.given("g", float(made.limits[i]), SAID["route-share"], at)
    if over is not None:
        R = R * (1 - work.given("c_r", over[0], SAID["over-share"], at))
    if rightly is None:
        return work.step("R", R, SAID["recorded-crime"], "", at)
    return work.step("R", R * rightly, SAID["recorded-crime-rightly"], "", at)


def limits(
    work: Working, rate: Rate, R: Term, U: Term, found: Mapping[str, Term], *, seen: bool
) -> dict[str, Term]:  # fmt: skip
    """Map the limits of the rate; ``seen`` says whether those seen missing are among the crimes counted."""
    mapped = {}
    if "high" in found:
        low = R * (1 - found["high"]) / found["high"]
        if seen:
            low = call("max", low, call("min", rate.due - rate.recorded, U))
        mapped["low"] = work.step("U_low", low, SAID["count-low-seen" if seen else "count-low"], "cochran")
    if "low" in found and found["low"].value > NOTHING:
        high = R * (1 - found["low"]) / found["low"]
        mapped["high"] = work.step("U_high", high, SAID["count-high"], "cochran")
    return mapped


def error(work: Working, rate: Rate, R: Term, added: Term | None) -> None:
    """Work out the standard error of a count, by the delta method."""
    p = rate.p
    if added is None:
        if rate.se is not None:
            work.step("se_U", R * rate.se / p**2, SAID["se-count"], "delta")
        return
    spread = added * p * (1 - p)
    if rate.se is not None:
        spread = rate.se**2 + spread
    work.step("se_U", R * call("sqrt", spread) / p**2, SAID["se-count"], "delta")
