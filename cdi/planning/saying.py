"""A plan in sentences: what is read, how likely it reaches its targets, what it rests on, and what is asked."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from cdi import wording
from cdi.planning.expected import COUNT, FALL, STANDARD
from cdi.planning.outlooks import Outlook
from cdi.planning.results import Plan, Reached, days_text, half_text, target_name, wanted_text
from cdi.planning.search import Problem
from cdi.planning.strata import DEFF, FEWEST, Read, Said
from cdi.printing import formats
from cdi.printing.lines import level_text, percent

__all__ = ["best_of", "said_of"]


def best_of(missed: Sequence[Reached], power: float, *, by_chance: bool) -> tuple[str, str]:
    """Say what was asked too much, and the best that is possible: what every report that may be read comes to."""
    asked = wording.in_a_row([wording.target_with(target_name(each), wanted_text(each, power)) for each in missed])
    best = [
        (target_name(each), _chance_at_best(each) if each.expected is None or by_chance else _half_at_best(each))
        for each in missed
    ]
    return asked, wording.best_possible(best)


def _half_at_best(each: Reached) -> str:
    """Write the narrowest half-width, rounded so that it can be had."""
    step = 1.0 if each.kind == COUNT else 0.001
    return half_text(each.kind, math.ceil((each.expected or 0.0) / step - _LITTLE) * step)


def _chance_at_best(each: Reached) -> str:
    """Write the highest chance, rounded so that it can be had."""
    return wording.found_with(f"{math.floor(each.chance * 1000 + _LITTLE) / 10:.1f}%")


def said_of(found: Plan, problem: Problem, read: Read, said: Said) -> Iterator[str]:
    """Say the plan in sentences, and what it rests on."""
    known = [each.population for each in found.strata]
    population = None if None in known else sum(each or 0 for each in known)
    yield wording.read_reports(found.sample, population, len(found.strata))
    yield from _said_of_targets(found, problem)
    costs = next(each for each in found.costs if each.planned)
    if costs.reports > found.sample:
        more = costs.reports - found.sample
        yield wording.cannot_audit(percent(more / costs.reports), found.sample, more)
    if costs.days is not None:
        yield wording.plan_costs(days_text(costs.days), costs.reports)
    if found.simple is not None and found.worth is not None:
        yield wording.simple_worth(found.simple, found.sample, f"{found.worth:.1f}")
    yield from read.left_out
    if read.new:
        yield wording.strata_are_new([", ".join(each) for each in read.new])
    if read.deff and "deff" not in said.values:
        yield wording.took_deff(f"{DEFF:.10g}")
    yield from _said_of_bands(found, problem, read)
    yield wording.check_the_plan()


def _said_of_targets(found: Plan, problem: Problem) -> Iterator[str]:
    """Say how likely each target is met."""
    widths = [each for each in found.targets if each.expected is not None]
    missed = [target_name(each) for each in found.targets if not each.met]
    if missed:
        yield wording.targets_missed(missed)
    elif widths:
        chance = found.every if len(widths) > 1 else widths[0].chance
        planned = problem.assurance is not None
        yield wording.chance_of_widths(percent(chance, "low"), every=len(widths) > 1, planned=planned)
    for each in found.targets:
        likely = percent(each.chance, "low")
        if each.kind == FALL:
            before = problem.field.before is not None
            yield wording.chance_of_fall(formats.percent(each.wanted), likely, before=before)
        if each.kind == STANDARD:
            yield wording.chance_of_standard(percent(problem.field.rate), level_text(each.wanted), likely)


def _said_of_bands(found: Plan, problem: Problem, read: Read) -> Iterator[str]:
    """Say what strata by recorded crimes assume, and ask about heavy reports."""
    if not read.banded:
        if any(size > 1 for each in found.strata for size in each.sizes):
            yield wording.asks_of_sizes()
        return
    for each, planned in zip(read.strata, found.strata, strict=True):
        if each.in_full:
            yield wording.reads_in_full(planned.sample, ", ".join(each.label))
    yield from wording.PLAN_BANDS
    heavy = _heavy(found, problem, read)
    if heavy is not None:
        yield wording.asks_heavy(*heavy)


def _heavy(found: Plan, problem: Problem, read: Read) -> tuple[int, int, str, int] | None:
    """Find reports of so many crimes that all of them would be read, had they a stratum of their own."""
    counts: dict[int, int] = {}
    for each in read.strata:
        for recorded, reports in each.counts.items():
            counts[recorded] = counts.get(recorded, 0) + reports
    if any(each.in_full for each in read.strata) or not counts:
        return None
    # a stratum has as large a part of its reports read as they differ: from some difference on, all
    rate = problem.field.rate
    part = min(
        planned.sample / (planned.population or np.inf) / max(each.outlook.spread(rate), _LITTLE)
        for each, planned in zip(read.strata, found.strata, strict=True)
    )
    for least in sorted(counts):
        reports = sum(number for recorded, number in counts.items() if recorded >= least)
        heavy = least >= HEAVY or (least > 1 and _spread_from(least, read, rate) * part >= 1)
        if heavy and reports >= FEWEST:
            held = sum(recorded * number for recorded, number in counts.items() if recorded >= least)
            everything = sum(recorded * number for recorded, number in counts.items())
            return reports, least, percent(held / everything), max(counts)
    return None


HEAVY = 12
"""Recorded crimes of a report that is asked about however few there are: its crimes may be missed all together."""

_LITTLE = 1e-9


def _spread_from(least: int, read: Read, rate: float) -> float:
    """Give how far reports of so many recorded crimes, or more, differ in what they have against the rate."""
    parts = [
        (int(y), int(x), 0, float(chance) * float(each.population or 0))
        for each in read.strata
        for y, x, chance in zip(each.outlook.due, each.outlook.recorded, each.outlook.chance, strict=True)
        if x >= least
    ]
    return Outlook.of(parts).spread(rate) if parts else 0.0
