"""The working of a figure as it was published: a rate with its half width, and the count that follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cdi import wording
from cdi.binomial.published import PRINTED_LEVEL
from cdi.explaining.limits import scaled_half
from cdi.explaining.rates import Rate
from cdi.explaining.terms import Term, call, number
from cdi.survey.extrapolation import PRINTED

if TYPE_CHECKING:
    from cdi.binomial.published import PublishedRate
    from cdi.explaining.intervals import Limits
    from cdi.explaining.steps import Working

__all__ = ["AsPublished", "as_published", "limits_as_published", "size_as_published", "widened"]

SAID = wording.EXPLAINED


@dataclass(frozen=True, slots=True)
class AsPublished:
    """The terms of a published rate."""

    rate: Rate
    printed: Term | None  # half the width of its interval at 95%; None of a census
    half: Term | None  # the same at the level that is asked for


def as_published(work: Working, published: PublishedRate, tail: float) -> AsPublished:
    """Write down a rate as it was published, and half the width of its interval at another level."""
    work.section("as-published")
    p = work.given("p", published.rate, SAID["printed-rate"])
    rate = Rate(p, number(0), number(0))
    if published.half_width is None:
        return AsPublished(rate, None, None)
    h = work.given("h", published.half_width, SAID["half-printed"])
    return AsPublished(rate, h, scaled_half(work, h, tail, PRINTED_LEVEL))


def size_as_published(work: Working, found: AsPublished) -> Term | None:
    """Work out the size of a simple sample whose interval is as wide."""
    p = found.rate.p
    if found.printed is None or p.value in (0, 1):
        return None
    return work.step("n_eff", p * (1 - p) * (PRINTED / found.printed) ** 2, SAID["size-as-published"], "normal")


def widened(work: Working, found: AsPublished, added: Term | None, tail: float) -> tuple[Term | None, Term | None]:
    """Widen the interval by what else is uncertain; give also the standard error, on the scale of the rate."""
    p, se = found.rate.p, None
    if found.printed is not None:
        z = call("normal_quantile", number((1 + PRINTED_LEVEL) / 2))
        se = work.step("se", found.printed / z, SAID["error-as-published"], "normal")
    if added is None:
        return found.half, se
    variance = added * p * (1 - p) if se is None else se**2 + added * p * (1 - p)
    spread = work.step("se_c", call("sqrt", variance), SAID["error-widened"], "delta")
    z = call("normal_quantile", number(round(1 - tail, 12)))
    return work.step("h_c", z * spread, SAID["half-widened"], "normal"), spread


def limits_as_published(work: Working, found: AsPublished, half: Term | None, *, possible: bool) -> Limits:
    """Work out the limits; ``possible`` says whether they stop at 0 and 1."""
    p = found.rate.p
    if half is None:
        return {"low": p, "high": p} if possible else {}
    low, high = p - half, p + half
    if possible:
        low, high = call("max", low, number(0)), call("min", high, number(1))
    return {"low": work.step("low", low, SAID["low"]), "high": work.step("high", high, SAID["high"])}
