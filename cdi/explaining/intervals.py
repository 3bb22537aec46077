"""The working of an interval: one for each method, at the rate and the size that the method's formula is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import pi
from typing import TYPE_CHECKING

import numpy as np

from cdi import wording
from cdi.binomial.exact import EXACT
from cdi.binomial.methods import FALLING_BACK, UNBOUNDED, mid_p
from cdi.explaining.terms import Term, call, number
from cdi.parameters import WILSON

if TYPE_CHECKING:
    from cdi.explaining.steps import Working

__all__ = ["EXPLAINED", "Limits", "Wanted", "interval"]

SAID = wording.EXPLAINED


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an interval is wanted of."""

    p: Term
    n: Term  # the size
    z: Term
    tail: float  # the probability beyond each limit
    sides: tuple[str, ...]  # of low and high those that are wanted
    # the limits as the engine found them, where a formula can only be solved by search
    low: float
    high: float
    # of single records drawn one by one: those with and those in all, and those on the frame
    recorded: Term
    due: Term
    frame: Term | None = None
    frames: Term | None = None  # the same of several strata, in all


Limits = dict[str, Term]
"""The limits that were wanted, by their names."""


def interval(work: Working, method: str, wanted: Wanted) -> Limits:
    """Work out the limits by a method, within what a known frame allows."""
    work.section("interval", method=method)
    edge = wanted.p.value in (0, 1)
    way = "korn-graubard" if edge and method in FALLING_BACK else method
    found = EXPLAINED[way](work, wanted)
    if wanted.frame is None or method in UNBOUNDED or method in EXACT:
        return found
    x, y, N = wanted.recorded, wanted.due, wanted.frame
    if "low" in found:
        found["low"] = work.step("low_p", call("max", found["low"], x / N), SAID["possible-low"], "oneill")
    if "high" in found:
        most = 1 - (y - x) / N
        found["high"] = work.step("high_p", call("min", found["high"], most), SAID["possible-high"], "oneill")
    return found


def _ends(work: Working, wanted: Wanted, low: Callable[[], Term], high: Callable[[], Term], reference: str) -> Limits:
    """Write down the limits that are wanted."""
    of = {"low": low, "high": high}
    return {side: work.step(side, of[side](), SAID[side], reference) for side in wanted.sides}


def _wilson(work: Working, wanted: Wanted) -> Limits:
    p, n, z = wanted.p, wanted.n, wanted.z
    k = work.step("k", z**2 / n, SAID["k"])
    centre = work.step("centre", (p + k / 2) / (1 + k), SAID["centre"])
    half = work.step("half", call("sqrt", k * (p * (1 - p) + k / 4)) / (1 + k), SAID["half"])
    return _ends(work, wanted, lambda: centre - half, lambda: centre + half, "score")


def _beta(work: Working, wanted: Wanted, added: float, reference: str) -> Limits:
    """Take quantiles of two beta distributions, to whose parameters ``added`` is added where the limit says so."""
    p, n, found = wanted.p, wanted.n, Limits()
    with_, without = work.step("s", n * p, SAID["with"]), work.step("f", n * (1 - p), SAID["without"])
    tail = round(wanted.tail, 12)
    if "low" in wanted.sides:
        if p.value == 0:
            found["low"] = work.given("low", 0, SAID["low-of-none"])
        else:
            first = with_ if added == 1 else with_ + added
            low = call("beta_quantile", number(tail), first, without + added)
            found["low"] = work.step("low", _no_further(low, p, "min"), SAID["low-beta"], reference)
    if "high" in wanted.sides:
        if p.value == 1:
            found["high"] = work.given("high", 1, SAID["high-of-all"])
        else:
            second = without if added == 1 else without + added
            high = call("beta_quantile", number(round(1 - tail, 12)), with_ + added, second)
            found["high"] = work.step("high", _no_further(high, p, "max"), SAID["high-beta"], reference)
    return found


def _no_further(limit: Term, p: Term, which: str) -> Term:
    """Hold a quantile back where it passes the rate itself, as one of about one crime can."""
    held = call(which, limit, p)
    return limit if held.value == limit.value else held


def _korn_graubard(work: Working, wanted: Wanted) -> Limits:
    return _beta(work, wanted, 1, "korn-graubard")


def _clopper_pearson(work: Working, wanted: Wanted) -> Limits:
    return _beta(work, wanted, 1, "newcombe")


def _jeffreys(work: Working, wanted: Wanted) -> Limits:
    return _beta(work, wanted, 0.5, "brown")


def _wald(work: Working, wanted: Wanted) -> Limits:
    p, n, z = wanted.p, wanted.n, wanted.z
    half = work.step("half", z * call("sqrt", p * (1 - p) / n), SAID["half"])
    return _ends(work, wanted, lambda: p - half, lambda: p + half, "brown")


def _published(work: Working, wanted: Wanted) -> Limits:
    p, n = wanted.p, wanted.n
    half = work.step("half", number(1.96) * call("sqrt", p * (1 - p) / n), SAID["half-published"])
    return _ends(work, wanted, lambda: p - half, lambda: p + half, "inferred")


def _logit(work: Working, wanted: Wanted) -> Limits:
    p, n, z = wanted.p, wanted.n, wanted.z
    odds = work.step("o", call("log", p / (1 - p)), SAID["log-odds"])
    half = work.step("half", z / call("sqrt", n * p * (1 - p)), SAID["half-log-odds"])
    # a power that a calculator holds, however few crimes the sample is worth
    least = call("exp", odds - half)
    return _ends(work, wanted, lambda: least / (1 + least), lambda: 1 / (1 + call("exp", 0 - odds - half)), "svyciprop")


def _arcsine(work: Working, wanted: Wanted) -> Limits:
    p, n, z = wanted.p, wanted.n, wanted.z
    angle = work.step("angle", call("asin", call("sqrt", p)), SAID["angle"])
    half = work.step("half", z / (2 * call("sqrt", n)), SAID["half-angle"])
    right = number(pi / 2)
    return _ends(
        work, wanted, lambda: call("sin", call("max", angle - half, number(0))) ** 2,
        lambda: call("sin", call("min", angle + half, right)) ** 2, "svyciprop",
    )  # fmt: skip


def _agresti_coull(work: Working, wanted: Wanted) -> Limits:
    p, n, z = wanted.p, wanted.n, wanted.z
    size = work.step("n_a", n + z**2, SAID["size-added"])
    centre = work.step("centre", (n * p + z**2 / 2) / size, SAID["centre"])
    half = work.step("half", z * call("sqrt", centre * (1 - centre) / size), SAID["half"])
    return _ends(work, wanted, lambda: centre - half, lambda: centre + half, "brown")


def _mid_p(work: Working, wanted: Wanted) -> Limits:
    """Give what a search found, and show that it solves the equation; the upper limit is what the lower one leaves."""
    p, n, found = wanted.p, wanted.n, Limits()
    with_, without = work.step("s", n * p, SAID["with"]), work.step("f", n * (1 - p), SAID["without"])
    if "low" in wanted.sides:
        low = _searched(p.value, n.value, wanted.tail)
        found["low"] = work.given("low", low, SAID["low-of-none" if p.value == 0 else "low-mid-p"])
        if p.value > 0:
            work.step("t_low", _mid(found["low"], with_, without), SAID["check-low"], "newcombe")
    if "high" in wanted.sides:
        left = work.given("v", _searched(1 - p.value, n.value, wanted.tail), SAID["left-mid-p"])
        if p.value < 1:
            work.step("t_high", _mid(left, without, with_), SAID["check-high"], "newcombe")
        found["high"] = work.step("high", 1 - left, SAID["high"])
    return found


def _searched(rate: float, size: float, tail: float) -> float:
    return float(mid_p(np.array(rate), np.array(size), tail)[0])


def _mid(rate: Term, count: Term, rest: Term) -> Term:
    """Give the probability of more than a count, and half of that of the count itself."""
    reached = call("beta_share", rate, count, rest + 1)
    if rest.value == 0:
        return reached / 2
    return (reached + call("beta_share", rate, count + 1, rest)) / 2


def _exact(work: Working, wanted: Wanted) -> Limits:
    """Show of each end that its run of likely counts holds the count seen, and that of the next one does not."""
    if wanted.frames is not None:
        return _exact_in_strata(work, wanted, wanted.frames)
    found = Limits()
    for side in wanted.sides:
        least = side == "low"
        M, N = _of_frame(work, wanted, side)
        for name, marked in (("", M), ("_beyond", M - 1 if least else M + 1)):
            if not 0 <= marked.value <= N.value:
                continue
            first, last = _run(wanted, int(marked.value))
            low = work.given(f"a_{side}{name}", first, SAID[f"run-first{name}"])
            high = work.given(f"b_{side}{name}", last, SAID[f"run-last{name}"])
            share = _at_most(high, wanted.due, marked, N)
            if first > 0:
                share = share - _at_most(low - 1, wanted.due, marked, N)
            work.step(f"P_{side}{name}", share, SAID["run-share"], "bartroff")
        found[side] = work.step(side, M / N, SAID[side])
    return found


def _run(wanted: Wanted, marked: int) -> tuple[int, int]:
    """Give the run of counts with which so many on the frame are accepted."""
    n, N = int(wanted.due.value), int((wanted.frame or wanted.due).value)
    ends = [EXACT["exact"](x, n, N, wanted.tail) for x in range(n + 1)]
    accepted = [x for x, (low, high) in enumerate(ends) if low <= marked <= high]
    return accepted[0], accepted[-1]


def _exact_equal_tailed(work: Working, wanted: Wanted) -> Limits:
    """Show of each end that the count seen is just likely enough with it, and not with the next one."""
    if wanted.frames is not None:
        return _exact_in_strata(work, wanted, wanted.frames)
    found, x, n = Limits(), wanted.recorded, wanted.due
    for side in wanted.sides:
        M, N = _of_frame(work, wanted, side)
        least = side == "low"
        for name, marked in (("", M), ("_beyond", M - 1 if least else M + 1)):
            # with none or all seen, no number on the frame is too small or too large
            if not 0 <= marked.value <= N.value or (least and x.value == 0):
                continue
            share = 1 - _at_most(x - 1, n, marked, N) if least else _at_most(x, n, marked, N)
            work.step(f"P_{side}{name}", share, SAID[f"tail-{side}{name}"], "wang")
        found[side] = work.step(side, M / N, SAID[side])
    return found


def _exact_in_strata(work: Working, wanted: Wanted, frames: Term) -> Limits:
    """Give the ends that a search over all ways in which a total can fall on strata found; no short step shows them."""
    found, N = Limits(), work.step("N_all", frames, SAID["frames"])
    for side in wanted.sides:
        marked = round((wanted.low if side == "low" else wanted.high) * N.value)
        M = work.given(f"M_{side}", marked, SAID[f"frames-{side}"], reference="wendell-schmee")
        found[side] = work.step(side, M / N, SAID[side])
    return found


def _of_frame(work: Working, wanted: Wanted, side: str) -> tuple[Term, Term]:
    """Write down an end as so many records of the frame, as a search in whole numbers found it."""
    N = wanted.frame or wanted.due
    marked = round((wanted.low if side == "low" else wanted.high) * N.value)
    return work.given("M_low" if side == "low" else "M_high", marked, SAID[f"frame-{side}"]), N


def _at_most(count: Term, drawn: Term, marked: Term, frame: Term) -> Term:
    """Give the probability of a count or fewer in a sample without replacement."""
    return call("hypergeometric_share", count, drawn, marked, frame)


EXPLAINED: Mapping[str, Callable[[Working, Wanted], Limits]] = {
    WILSON: _wilson,
    "korn-graubard": _korn_graubard,
    "wald": _wald,
    "published": _published,
    "logit": _logit,
    "arcsine": _arcsine,
    "jeffreys": _jeffreys,
    "agresti-coull": _agresti_coull,
    "clopper-pearson": _clopper_pearson,
    "mid-p": _mid_p,
    "exact": _exact,
    "exact-equal-tailed": _exact_equal_tailed,
}
"""Method -> its working."""
