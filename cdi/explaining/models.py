"""The working of a model: what follows from each coefficient and its standard error, which come from the fit.

The fit is a search over all crimes, and its sandwich a product of matrices: neither is followed with a calculator. A
model of one term is: its coefficients are the logarithms of the odds of its categories.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.explaining.figures import AGREES, NoWorkingError
from cdi.explaining.steps import Section, Working
from cdi.explaining.terms import Term, call, number, total
from cdi.modelling.model import MARGINAL, ODDS_RATIO, odds_as_printed
from cdi.printing import formats

if TYPE_CHECKING:
    from cdi.modelling.model import Base, Fit, Model
    from cdi.printing.tables import Row

__all__ = ["MOST_KINDS", "OfTerm", "called", "figures_of", "said", "worked_out"]

SAID = wording.EXPLAINED

MOST_KINDS = 40
"""Kinds of crime over which an average is written down, at most."""


@dataclass(frozen=True, slots=True)
class OfTerm:
    """A coefficient, with the rows that follow from it: its odds ratio and, of a single column, the difference."""

    place: int  # among the coefficients
    rows: tuple[Row, ...]

    @property
    def row(self) -> Row:
        """The row of the odds ratio."""
        return self.rows[0]

    @property
    def title(self) -> str:
        """What it is called."""
        return _title(self.row)

    @property
    def difference(self) -> Row | None:
        """The row of the average difference."""
        return self.rows[1] if len(self.rows) > 1 else None


def figures_of(found: Model) -> list[OfTerm]:
    """Set each coefficient but the constant beside its rows."""
    places = [i for i, parts in enumerate(found.parts) if parts]
    ratios = found.table.of(ODDS_RATIO.key)
    differences = {row.label: row for row in found.table.of(MARGINAL.key)}
    return [
        OfTerm(place, (row, *([differences[row.label]] if row.label in differences else [])))
        for place, row in zip(places, ratios, strict=True)
    ]


def called(each: OfTerm) -> tuple[str, ...]:
    """Say what it may be called by: term and category, or either alone."""
    term, category, reference = each.row.label
    return f"{term}, {category}", term, category, f"{term}, {category}, {reference}"


def _title(row: Row) -> str:
    term, category, reference = row.label
    return wording.figure_of(row.measure.name, ", ".join(part for part in (term, category, reference) if part))


def worked_out(found: Model, each: OfTerm) -> tuple[Section, ...]:
    """Work out the odds ratio of a coefficient, and the average difference."""
    work = Working()
    work.figure(_title(each.row))
    b, se = _fitted(work, found, each)
    df, t = _t(work, found)
    _odds(work, each.row, (b, se, t))
    _test(work, df, b, se)
    _closed(work, found, each, b)
    if each.difference is not None:
        work.figure(_title(each.difference))
        _average(work, found, each, each.difference, t)
    return work.finished()


def said(found: Model, each: OfTerm) -> Iterator[str]:
    """Say why an average difference is not followed over the crimes."""
    if each.difference is not None and not _kinds(found):
        kinds = 0 if found.fitted is None else len(found.fitted.frame)
        yield wording.model_not_followed(_title(each.difference), kinds)


def _fitted(work: Working, found: Model, each: OfTerm) -> tuple[Term, Term]:
    """Write down what the fit found."""
    work.section("fit")
    value, variance = found.coefficients[each.place], found.covariance[each.place, each.place]
    b = work.given("b", float(value), SAID["coefficient-fitted"], reference="binder")
    return b, work.given("se", math.sqrt(variance), SAID["se-fitted"], reference="binder")


def _t(work: Working, found: Model) -> tuple[Term, Term]:
    """Work out the degrees of freedom of the design, and their quantile."""
    work.section("freedom")
    coefficients = len(found.coefficients)
    m = work.given("m", found.df - 1 + coefficients, SAID["reports-less-strata"])
    k = work.given("k", coefficients, SAID["coefficients-fitted"])
    df = work.step("df", m + 1 - k, SAID["df-of-model"], "binder")
    share = number(round((1 + found.table.level) / 2, 12))
    return df, work.step("t", call("t_quantile", share, df), SAID["t"], "student")


def _odds(work: Working, row: Row, given: tuple[Term, Term, Term]) -> None:
    """Work out the odds ratio and its limits, made on logarithms."""
    b, se, t = given
    work.section("odds")
    low, high = (work.step(f"b_{side}", end, SAID[f"{side}-coefficient"], "binder")
                 for side, end in (("low", b - t * se), ("high", b + t * se)))  # fmt: skip
    ratio = work.step("OR", call("exp", b), SAID["odds-ratio"])
    ends = [work.step(f"OR_{side}", call("exp", end), SAID[side]) for side, end in (("low", low), ("high", high))]
    work.step("se_OR", ratio * se, SAID["se-odds-ratio"], "delta")
    work.section("printed")
    for name, term, words, shown in zip(
        ("OR_p", "low_p", "high_p"), (ratio, *ends), ("number-as-printed", "low-as-printed", "high-as-printed"),
        odds_as_printed(row), strict=True,
    ):  # fmt: skip
        work.step(name, term, SAID[words], shown=shown)
    _agree([(ratio, row.estimate), (ends[0], row.low), (ends[1], row.high)])


def _test(work: Working, df: Term, b: Term, se: Term) -> None:
    """Work out the p-value of no difference, which the page leaves to the interval."""
    work.section("model-test")
    t_b = work.step("t_b", b / se, SAID["t-of-coefficient"])
    share = call("beta_share", df / (df + t_b**2), df / 2, number(0.5))
    work.step("p_b", share, SAID["p-of-coefficient"], "student")


def _closed(work: Working, found: Model, each: OfTerm, b: Term) -> None:
    """Show that the coefficient of a model of one term is the logarithm of the odds of its two categories."""
    pair = _two_categories(found, each)
    if pair is None:
        return
    work.section("odds-closed")
    odds = []
    for letter, base, words in zip("ab", pair, ("category", "reference"), strict=True):
        y = work.given(f"y_{letter}", base.weighted_due, SAID["due-weighted"])
        x = work.given(f"x_{letter}", base.weighted_recorded, SAID["recorded-weighted"])
        odds.append(work.step(f"o_{letter}", x / (y - x), SAID[f"odds-of-{words}"]))
    closed = work.step("b_ab", call("log", odds[0] / odds[1]), SAID["odds-closed"])
    if abs(closed.value - b.value) > CLOSED:
        raise NoWorkingError


CLOSED = 1e-6
"""How near the fit comes to the closed form of a model of one term."""


def _two_categories(found: Model, each: OfTerm) -> tuple[Base, Base] | None:
    """Give the category and the reference of a model with one column of categories and nothing else."""
    columns = {column for parts in found.parts for column, _ in parts}
    ((column, category), *more) = found.parts[each.place]
    if len(columns) > 1 or more or category is None:
        return None
    bases = {base.label: base for base in found.bases if base.columns == (column,)}
    return bases[(category,)], bases[(each.row.label[2],)]


# ---- the average difference


def _kinds(found: Model) -> Fit | None:
    """Give the fit where there are few kinds of crime."""
    return found.fitted if found.fitted is not None and len(found.fitted.frame) <= MOST_KINDS else None


def _average(work: Working, found: Model, each: OfTerm, row: Row, t: Term) -> None:
    """Work out the average difference over all crimes, and its interval."""
    fitted = _kinds(found)
    if fitted is None:
        work.section("average-difference")
        D = work.given("D", row.estimate or 0.0, SAID["difference-fitted"], reference="binder")
    else:
        D = _over_kinds(work, found, each, fitted)
    se = work.given("se_D", row.se or 0.0, SAID["se-difference"], reference="delta")
    low = work.step("D_low", D - t * se, SAID["low"], "delta")
    high = work.step("D_high", D + t * se, SAID["high"], "delta")
    work.section("printed")
    for name, term, words, value in (
        ("D pp", D, "change-in-points", row.estimate),
        ("low pp", low, "low-change-in-points", row.low),
        ("high pp", high, "high-change-in-points", row.high),
    ):
        work.step(name, 100 * term, SAID[words], shown=formats.signed_points(value or 0.0))
    _agree([(D, row.estimate), (low, row.low), (high, row.high)])


def _over_kinds(work: Working, found: Model, each: OfTerm, fitted: Fit) -> Term:
    """Average the difference over the kinds of crime that there are."""
    place, at = fitted.parts[each.place][0]
    work.section("coefficients")
    names = ("", *found.names[1:]) if not found.parts[0] else found.names
    of = [
        work.given(f"b_{i}", float(value), wording.coefficient_of(name) if name else SAID["constant"])
        for i, (value, name) in enumerate(zip(found.coefficients, names, strict=True))
    ]
    work.section("kinds-of-crime", "kinds-of-crime")
    words = ("more", "now") if at is None else ("there", "reference")
    masses, parts = [], []
    for i, (upper, lower) in enumerate(zip(*fitted.pair(place, at), strict=True)):
        spot = (i + 1, _named(found, fitted, i))
        m = work.given("m", float(fitted.mass[i]), SAID["crimes-of-kind"], spot)
        chances = []
        for design, letter, log_odds, chance in (
            (upper, "", words[0], "there"), (lower, "'", words[1], "reference"),
        ):  # fmt: skip
            e = work.step(f"e{letter and '_0'}", _sum(of, design), SAID[f"log-odds-{log_odds}"], "", spot)
            p = 1 / (1 + call("exp", 0 - e))
            chances.append(work.step(f"p{letter and '_0'}", p, SAID[f"chance-{chance}"], "", spot))
        masses.append(m)
        parts.append(work.step("v", m * (chances[0] - chances[1]), SAID["difference-of-kind"], "", spot))
    work.section("average-difference")
    return work.step("D", total(parts) / total(masses), SAID["average-difference"], "binder")


def _sum(of: list[Term], design: npt.NDArray[np.float64]) -> Term:
    """Add the coefficients up that a kind of crime has."""
    held = [b if x == 1 else b * number(float(x)) for b, x in zip(of, design.tolist(), strict=True) if x]
    return reduce(operator.add, held) if held else number(0)


def _named(found: Model, fitted: Fit, i: int) -> str:
    """Name a kind of crime by what it is in each column."""
    row = fitted.frame.iloc[i]
    labels: list[str] = []
    for place, column in enumerate(_columns(found, fitted)):
        value = row[f"x{place}"]
        labels.append(column[int(value[1:])] if column else f"{float(value):.10g}")
    return ", ".join(labels)


def _columns(found: Model, fitted: Fit) -> list[tuple[str, ...]]:
    """List the categories of each column of the fit; none of a number."""
    known: list[dict[int, str]] = [{} for _ in fitted.frame.columns]
    for parts, named, row in zip(fitted.parts, found.parts, _labels(found), strict=True):
        if len(parts) == 1 and parts[0][1] is not None and named[0][1] is not None:
            known[parts[0][0]] |= {parts[0][1]: named[0][1], 0: row[2]}
    return [tuple(names[i] for i in sorted(names)) for names in known]


def _labels(found: Model) -> list[tuple[str, ...]]:
    """Give the label of each coefficient; nothing of the constant."""
    labels = iter([row.label for row in found.table.of(ODDS_RATIO.key)])
    return [next(labels) if parts else () for parts in found.parts]


def _agree(told: list[tuple[Term, float | None]]) -> None:
    """Refuse a working that does not lead to what is printed."""
    if not all(value is not None and np.isclose(term.value, value, rtol=AGREES, atol=1e-9) for term, value in told):
        raise NoWorkingError
