"""Settles which column of a file plays which role: as named, and else by the names that columns have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from cdi.audits import strata
from cdi.audits.design import FILENAME, PERIOD, Design, Roles
from cdi.errors import DataError, DesignError, Where
from cdi.reading import sources

if TYPE_CHECKING:
    from cdi.reading.sources import Source

__all__ = ["roles_of"]

_BY_NAME = ("stratum", "cluster", "case", "due", "recorded", "decision", "recorded_as", "weight")

_MAY_BE_EMPTY = frozenset(["stratum", "case", "recorded_as", "weight"])
"""Roles whose column may hold nothing at all, as in a worksheet with more columns than were needed."""

_CATEGORY = "crime_type"


def roles_of(opened: Source, design: Design | None, roles: Roles) -> tuple[Design, tuple[str, ...]]:
    """Settle the roles, and refuse columns that are not there.

    Parameters
    ----------
    opened : Source
        The rows.
    design : Design, optional
        The role of each column; without it columns play the role of their name.
    roles : mapping
        Roles that were named.

    Returns
    -------
    tuple of Design and tuple of str
        The roles, and the columns of a role's name that hold nothing.

    Raises
    ------
    DataError
        A column is not there, or its name is that of a role in other capitals.
    DesignError
        There are decisions and counts, or a class that each crime was recorded in and none that it belongs to.
    """
    if design is None:
        named, unplayed = _by_name(opened, roles)
        design = Design(**{**named, **roles})  # type: ignore[arg-type]
    else:
        design, unplayed = replace(design, **roles) if roles else design, ()
    if design.recorded_as is not None and design.category is None:
        if _CATEGORY not in opened.columns:
            raise DesignError.of("no-category", where=Where(opened.name, column=design.recorded_as, sheet=opened.sheet))
        design = replace(design, category=_CATEGORY)
    if design.category is not None and design.recorded_as is None and "recorded_as" not in unplayed:
        raise DesignError.of("category-alone", got=None, where=Where(opened.name), category=design.category)
    _refuse_absent(opened, design)
    return design, unplayed


def _by_name(opened: Source, roles: Roles) -> tuple[dict[str, str], tuple[str, ...]]:
    """Give each role that was not named the column of its name."""
    taken = {name for value in roles.values() for name in ([value] if isinstance(value, str) else [])}
    named = {name: name for name in _BY_NAME if name in opened.columns and name not in roles and name not in taken}
    free = [name for name in _open_roles(roles) if name not in named]
    sources.refuse_spelling(opened, free, "role-spelling", apart=taken)
    empty = {role for role in named if role in opened.empty and role in _MAY_BE_EMPTY}
    return _without_rivals(opened, {role: name for role, name in named.items() if role not in empty}, roles), tuple(
        sorted(empty)
    )


def _open_roles(roles: Mapping[str, object]) -> list[str]:
    """List the roles that a column may still play by its name: decisions beside counts are played by neither's."""
    counts = {"due", "recorded"}
    closed = counts if roles.get("decision") else {"decision"} if any(roles.get(role) for role in counts) else set()
    # without its column recorded is refused anyway, with the nearest name
    return [name for name in _BY_NAME if name not in roles and name not in {*closed, "recorded"}]


def _without_rivals(opened: Source, named: dict[str, str], roles: Mapping[str, object]) -> dict[str, str]:
    """Take decisions or counts, whichever was asked for; where both are there and neither was, nobody can tell."""
    counts = {"due", "recorded"}
    if roles.get("decision"):
        return {role: name for role, name in named.items() if role not in counts}
    if any(roles.get(role) for role in counts):
        return {role: name for role, name in named.items() if role != "decision"}
    both = sorted(counts & set(named))
    if "decision" in named and both:
        raise DesignError.of("decision-and-counts", got=", ".join(["decision", *both]), where=Where(opened.name))
    return named


def _refuse_absent(opened: Source, design: Design) -> None:
    population = [design.population] if strata.names_a_column(design.population, opened.columns) else []
    counts = (design.due, design.recorded) if design.decision is None else ()
    others = (design.cluster, design.case, *counts, design.decision, design.recorded_as, design.category, design.weight)
    drawn = [name for name in design.strata if name != PERIOD or design.period is None]
    wanted = dict.fromkeys([*drawn, *(name for name in others if name is not None), *population])
    if design.period not in (None, FILENAME):
        wanted[design.period] = None
    faults = [sources.no_column(str(name), opened) for name in wanted if name not in opened.columns]
    if faults:
        raise DataError(faults)
