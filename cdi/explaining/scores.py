"""The working of a normal score: how far a proportion is from a rate that it is held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdi import wording
from cdi.binomial.scores import LEAST
from cdi.explaining.terms import Term, call, number

if TYPE_CHECKING:
    from cdi.explaining.steps import Working
    from cdi.explaining.sums import Place

__all__ = ["normal_score_of"]

SAID = wording.EXPLAINED


def _by_deviance(work: Working, given: tuple[Term, Term, Term], name: str, at: Place) -> Term:
    """Work out the root of the deviance, which stands for a score where its tail is no number any more."""
    rate, size, centre = given
    parts = [part * call("log", part / of) for part, of in ((rate, centre), (1 - rate, 1 - centre)) if part.value > 0]
    deviance = 2 * size * (parts[0] + parts[1] if len(parts) > 1 else parts[0])
    root = call("sqrt", call("max", deviance, call("normal_quantile", number(LEAST)) ** 2))
    return work.step(
        f"z{name}", root if rate.value > centre.value else 0 - root, SAID["score-by-deviance"], "lancaster", at
    )


def normal_score_of(work: Working, given: tuple[Term, Term, Term], name: str, at: Place = None) -> Term:
    """Work out the normal value whose tail is the binomial mid-P of a rate and a size at a centre."""
    rate, size, centre = given
    above = rate.value > centre.value
    count, rest = (rate * size, (1 - rate) * size) if above else ((1 - rate) * size, rate * size)
    chance = centre if above else 1 - centre
    x = work.step(f"x{name}", count, SAID["count-above" if above else "count-below"], "", at)
    r = work.step(f"r{name}", rest, SAID["count-rest"], "", at)
    at_least = call("beta_share", chance, x, r + 1) if x.value > 0 else number(1)
    beyond = call("beta_share", chance, x + 1, r) if r.value > 0 else number(0)
    tail = work.step(f"t{name}", (at_least + beyond) / 2, SAID["mid-p"], "lancaster", at)
    if tail.value <= LEAST:
        return _by_deviance(work, given, name, at)
    found = call("normal_quantile", tail)
    return work.step(f"z{name}", 0 - found if above else found, SAID["score-of-rate"], "normal", at)
