"""Which rates are shown with a note, since they rest on few or say little: the standards of the NCHS."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cdi.measures import Role, Unit

if TYPE_CHECKING:
    from cdi.facts import Facts
    from cdi.printing.tables import Row, Table

__all__ = ["falls_short", "noted"]

SMALL_BASE, FEW_DF = 30, 8
NARROW, WIDE, RELATIVE = 0.05, 0.30, 1.30
"""Widths of intervals: shown whatever the rate; too wide; too wide as a multiple of the rate."""

_STANDARDS = frozenset(["small-base", "nchs-size", "nchs-wide", "nchs-relative", "nchs-complement", "few-df"])


def noted(table: Table) -> Table:
    """Note on each rate that its base is small, or that it falls short of the NCHS standard for showing proportions.

    References
    ----------
    Parker and others (2017), National Center for Health Statistics data presentation standards for proportions, Vital
    and Health Statistics 2(175).
    """
    return replace(table, rows=tuple(map(_noted, table.rows)))


def falls_short(facts: Facts) -> bool:
    """Tell whether it is noted that a rate falls short of a standard."""
    return not _STANDARDS.isdisjoint(facts.reasons)


def _noted(record: Row) -> Row:
    of_sample = record.measure.role is Role.RATE and record.measure.unit is Unit.PROPORTION
    if not of_sample or record.withheld or not record.n:
        return record
    if record.estimate is None or record.low is None or record.high is None:
        return record
    found = _standing(record, record.estimate, record.high - record.low, record.n)
    few = ["few-df"] if record.df is not None and 0 < record.df < FEW_DF else []
    return record.because(*found, *few)


def _standing(record: Row, rate: float, width: float, n: int) -> list[str]:
    """Name the first of the standards that the rate falls short of."""
    size = n if record.n_eff is None else min(record.n_eff, n)
    conditions = {
        "small-base": n < SMALL_BASE,
        "nchs-size": size < SMALL_BASE,
        "": width <= NARROW,
        "nchs-wide": width >= WIDE,
        "nchs-relative": width > RELATIVE * rate,
        "nchs-complement": width > RELATIVE * (1 - rate),
    }
    first = next((code for code, holds in conditions.items() if holds), "")
    return [first] if first else []
