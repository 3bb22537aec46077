"""What a sample is to reach, as it is asked for: half-widths by name, a fall, a standard."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from cdi import wording
from cdi.arguments import is_number, names_of, shown
from cdi.comparing.standards import standard_of
from cdi.comparing.verdicts import margin_from
from cdi.errors import DesignError, MethodError, suggestion
from cdi.planning.expected import COUNT, FALL, RATE, STANDARD, Target
from cdi.planning.outlooks import Outlook
from cdi.planning.strata import Read

__all__ = ["EACH", "OVERALL", "Asked", "asked_of", "targets_of"]

Bools: TypeAlias = npt.NDArray[np.bool_]

OVERALL, EACH = 0.03, 0.05
"""The half-width that is wanted overall, and of each category, unless another is asked for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for.

    Attributes
    ----------
    widths : mapping
        Name -> half-width of a rate, as a proportion.
    count : float or None
        The half-width of the unrecorded crimes.
    fall, standard : float or None
        What is to be found, as proportions.
    by : tuple of str
        The columns whose categories each have a target.
    """

    widths: Mapping[str, float]
    count: float | None
    fall: float | None
    standard: float | None
    by: tuple[str, ...]


def asked_of(targets: object, by: object, fall: float | str | None, standard: float | str | None) -> Asked:
    """Read what is asked for; where nothing is asked of the whole, its rate is to be within three points."""
    given = _pairs(targets)
    columns = names_of(by)
    count = given.pop(wording.PLAN_UNRECORDED, None)
    widths = {name: _half_width(value) for name, value in given.items()}
    widths |= {name: EACH for name in columns if name not in widths}
    found = Asked(
        widths,
        None if count is None else _crimes(count),
        None if fall is None else _half_width(fall, "plan-fall"),
        None if standard is None else standard_of(standard),
        columns,
    )
    if wording.PLAN_ALL in widths or (found.count, found.fall, found.standard) != (None, None, None):
        return found
    return Asked({wording.PLAN_ALL: OVERALL, **widths}, *(None,) * 3, columns)


def _pairs(targets: object) -> dict[str, object]:
    """Take targets by their names: one alone is of the whole."""
    if targets is None:
        return {}
    if isinstance(targets, Mapping):
        return {str(name): value for name, value in targets.items()}
    if isinstance(targets, (list, tuple)):
        found: dict[str, object] = {}
        for each in targets:
            more = _pairs(each)
            twice = sorted(found.keys() & more.keys())
            if twice:
                raise DesignError.of("plan-target-twice", got=twice[0])
            found |= more
        return found
    if isinstance(targets, str):
        name, sign, value = targets.rpartition("=")
        if sign and name.strip() and value.strip():
            return {name.strip(): value.strip()}
    return {wording.PLAN_ALL: targets}


def _half_width(given: object, code: str = "plan-target") -> float:
    """Take a half-width or a fall as a proportion, or as it is written: 3pp."""
    found = None
    with contextlib.suppress(MethodError):
        if isinstance(given, str):
            plain = given.strip().removeprefix("±").removeprefix("+-").strip()
            found = margin_from(f"{plain.removesuffix('points').strip()}pp" if plain.endswith("points") else plain)
        elif is_number(given) and not isinstance(given, bool):
            found = margin_from(given)  # type: ignore[arg-type]
    if found is None or found >= _WIDEST:
        raise MethodError.of(code, got=shown(given))
    return found


_WIDEST = 0.5
"""A half-width that no interval of a share has."""


def _crimes(given: object) -> float:
    """Take a half-width in crimes."""
    if isinstance(given, str):
        plain = given.strip().removeprefix("±").replace(",", "").strip()
        if plain.isdecimal() and int(plain):
            return float(plain)
    elif is_number(given) and not isinstance(given, bool) and 1 <= given < np.inf:  # type: ignore[operator]
        return float(given)  # type: ignore[arg-type]
    raise MethodError.of("plan-count", got=shown(given))


def targets_of(asked: Asked, read: Read, *, counted: bool) -> tuple[Target, ...]:
    """Find the strata and categories that targets are of."""
    outlooks = [each.outlook for each in read.strata]
    everything = tuple(np.ones(len(each.chance), dtype=bool) for each in outlooks)
    found: list[Target] = []
    for name, wanted in asked.widths.items():
        if name == wording.PLAN_ALL:
            found.append(Target(name, RATE, wanted, everything))
        else:
            found += [Target(of, RATE, wanted, members) for of, members in _members(name, read, outlooks)]
    if asked.count is not None:
        if not counted:
            raise DesignError.of("plan-no-recorded-crime", got=f"{asked.count:,.10g}")
        found.append(Target(wording.PLAN_UNRECORDED, COUNT, asked.count, everything))
    if asked.fall is not None:
        found.append(Target(FALL, FALL, asked.fall, everything))
    if asked.standard is not None:
        found.append(Target(STANDARD, STANDARD, asked.standard, everything))
    # one that is named itself takes the place of one that its column brought
    own = {target.name: target for target in found if target.name in asked.widths}
    once = {target.name: own.get(target.name, target) for target in found}
    return tuple(sorted(once.values(), key=lambda each: each.name != wording.PLAN_ALL))


def _members(name: str, read: Read, outlooks: Sequence[Outlook]) -> list[tuple[str, tuple[Bools, ...]]]:
    """Give what a name is of: a category, each category of a column, or a stratum's."""
    if name in read.keys:
        at = read.keys.index(name)
        values = dict.fromkeys(each.label[at] for each in read.strata)
        return [(value, _of_strata(value, at, read, outlooks)) for value in values]
    if name in read.by:
        at = read.by.index(name)
        values = dict.fromkeys(label[at] for label in read.categories)
        return [(value, _of_categories(value, at, read, outlooks)) for value in values]
    for label in read.categories:
        if name in label:
            return [(name, _of_categories(name, label.index(name), read, outlooks))]
    for each in read.strata:
        if name in each.label:
            return [(name, _of_strata(name, each.label.index(name), read, outlooks))]
    known = [*read.keys, *read.by, *(part for label in read.categories for part in label)]
    known += [part for each in read.strata for part in each.label]
    raise DesignError.of(
        "plan-no-target", got=name, hint=suggestion(name, list(dict.fromkeys([wording.PLAN_ALL, *known])))
    )


def _of_strata(value: str, at: int, read: Read, outlooks: Sequence[Outlook]) -> tuple[Bools, ...]:
    return tuple(
        np.full(len(each.chance), stratum.label[at] == value)
        for stratum, each in zip(read.strata, outlooks, strict=True)
    )


def _of_categories(value: str, at: int, read: Read, outlooks: Sequence[Outlook]) -> tuple[Bools, ...]:
    places = [place for place, label in enumerate(read.categories) if label[at] == value]
    return tuple(np.isin(each.category, places) for each in outlooks)
