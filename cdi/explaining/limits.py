"""The working of limits that follow from others: of a difference, a ratio and a product, by MOVER; of printed ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cdi import wording
from cdi.explaining.terms import Term, call, number

if TYPE_CHECKING:
    from cdi.explaining.steps import Working

__all__ = ["Between", "difference", "difference_of_logs", "product", "ratio", "scaled_half", "together"]

SAID = wording.EXPLAINED


@dataclass(frozen=True, slots=True)
class Between:
    """An estimate with its limits; one without any error has no width."""

    estimate: Term
    low: Term
    high: Term


def difference(work: Working, a: Between, b: Between, correlation: Term | None = None) -> dict[str, Term]:
    """Work out the limits of a - b; ``correlation`` is that of the two estimates, none where they share nothing."""
    d = work.step("d", a.estimate - b.estimate, SAID["difference"])
    down, up = a.estimate - a.low, a.high - a.estimate
    if b.low is not b.estimate:
        down = call("sqrt", together(down, b.high - b.estimate, correlation))
        up = call("sqrt", together(up, b.estimate - b.low, correlation))
    return {
        "estimate": d,
        "low": work.step("d_low", d - down, SAID["low"], "zou-donner"),
        "high": work.step("d_high", d + up, SAID["high"], "zou-donner"),
    }


def together(one: Term, other: Term, correlation: Term | None) -> Term:
    """Add the squares of two distances, less what the two estimates share."""
    summed = one**2 + other**2
    if correlation is None:
        return summed
    return call("max", summed - 2 * correlation * one * other, number(0))


def difference_of_logs(work: Working, a: Between, b: Between, correlation: Term | None = None) -> dict[str, Term]:
    """Work out the limits of a / b by those of the difference of their logarithms; an end without limit is left out."""
    found: dict[str, Term] = {}
    l_a, l_b = (
        work.step(f"l_{letter}", call("log", each.estimate), SAID["log-side"]) for letter, each in (("a", a), ("b", b))
    )
    for side, one, other in (("low", a.low, b.high), ("high", a.high, b.low)):
        if one.value <= 0 or other.value <= 0:
            continue
        away, back = (l_a - call("log", one), call("log", other) - l_b)
        if side == "high":
            away, back = call("log", one) - l_a, l_b - call("log", other)
        half = call("sqrt", together(away, back, correlation))
        middle = l_a - l_b
        found[side] = work.step(
            f"r_{side}", call("exp", middle - half if side == "low" else middle + half), SAID[f"ratio-{side}"], "mover"
        )
    if "low" not in found:
        found["low"] = work.given("r_low", 0, SAID["ratio-of-none"])
    return found


def product(work: Working, a: Between, b: Between) -> dict[str, Term]:
    """Work out the limits of a b, both above or at 0."""
    m = work.step("m_ab", a.estimate * b.estimate, SAID["product"])
    down = (b.estimate * (a.estimate - a.low)) ** 2 + (a.estimate * (b.estimate - b.low)) ** 2
    up = (b.estimate * (a.high - a.estimate)) ** 2 + (a.estimate * (b.high - b.estimate)) ** 2
    return {
        "estimate": m,
        "low": work.step("m_low", call("max", m - call("sqrt", down), number(0)), SAID["low"], "zou-donner"),
        "high": work.step("m_high", m + call("sqrt", up), SAID["high"], "zou-donner"),
    }


def ratio(work: Working, a: Between, b: Between, correlation: Term | None = None) -> dict[str, Term]:
    """Work out the limits of a / b, both above or at 0; an end that has none is left out."""
    found = {"low": _quotient(work, ("low", a.estimate, a.low, b.estimate, b.high), correlation)}
    turned = _quotient(work, ("high", b.estimate, b.low, a.estimate, a.high), correlation)
    if turned.value > 0:
        found["high"] = work.step("q_high", 1 / turned, SAID["ratio-high"], "mover")
    return found


def _quotient(work: Working, given: tuple[str, Term, Term, Term, Term], correlation: Term | None) -> Term:
    """Solve for the ratio at which the difference has its lower limit at 0."""
    side, over, low, under, high = given
    name = "q_low" if side == "low" else "q_turned"
    if low.value <= 0:
        return work.given(name, 0, SAID["ratio-of-none"])
    shared = over * under
    if correlation is not None:
        shared = shared - correlation * (over - low) * (high - under)
    e = work.step(f"e_{side}", shared, SAID["ratio-product"])
    one = work.step(f"e_{side}1", low * (2 * over - low), SAID["ratio-first"])
    other = work.step(f"e_{side}2", high * (2 * under - high), SAID["ratio-second"])
    root = call("sqrt", call("max", e**2 - one * other, number(0)))
    return work.step(name, one / (e + root), SAID["ratio-low" if side == "low" else "ratio-turned"], "mover")


def scaled_half(work: Working, half: Term, tail: float, level: float) -> Term:
    """Take a half width that was printed to another level, in the ratio of normal quantiles."""
    printed = (1 - level) / 2
    if abs(tail - printed) < 1e-12:
        return half
    z, z_0 = (call("normal_quantile", number(round(1 - each, 12))) for each in (tail, printed))
    return work.step("h_l", half * z / z_0, SAID["half-scaled"], "normal")
