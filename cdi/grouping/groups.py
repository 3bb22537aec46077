"""Which groups the records hold, which of them the others are held against, and which words state no group."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cdi.arguments import names_of
from cdi.errors import DataError, Fault, Where, fault, suggestion
from cdi.wording import NO_LABEL

if TYPE_CHECKING:
    from cdi.grouping.residents import Residents
    from cdi.survey.estimates import Estimates

__all__ = ["NOT_STATED", "Groups", "groups_of"]

NOT_STATED: tuple[str, ...] = (
    "not stated", "not known", "not recorded", "not given", "unknown", "unstated", "prefer not to say", "refused", "ns",
    NO_LABEL,
)  # fmt: skip
"""How it may be written that a record does not state a group, in any case, with spaces, hyphens or underscores."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of people, as the records spell them."""

    by: str  # the group column
    stated: tuple[str, ...]  # the groups of the records and of the residents, sorted
    unstated: tuple[str, ...]  # what stands in records that state no group
    reference: str  # the group that the others are held against
    residents: Residents | None = None  # the resident population, with its source and year

    def residents_of(self, group: str) -> int | None:
        """Give the people of a group who live in the area, where that is known."""
        return None if self.residents is None else self.residents.counts.get(group)


def groups_of(
    rates: Estimates, residents: Residents | None, reference: str | None, not_stated: Sequence[str], name: str | None
) -> Groups:
    """Tell groups from the lack of one and choose the reference."""
    by, lacking = rates.keys[0], {_plain(word) for word in names_of(not_stated, "not_stated")}
    due = {row.label[0]: int(n) for row, n in zip(rates.rows, rates.basis.due, strict=True) if not row.whole}
    groups = [group for group in due if _plain(group) not in lacking]
    held = [group for group in groups if due[group]]
    where = Where(name, column=by)
    stated = tuple(sorted({*groups, *(residents.counts if residents else ())}))
    faults = _alike(held, where) or ([] if residents is None else _misfits(residents, held, lacking, by))
    if len(stated) < 2 or not held:
        faults.append(fault("one-group", got=", ".join(held) or None, where=where, column=by))
    elif reference is not None and _plain(reference) in lacking:
        faults.append(fault("reference-unstated", got=reference, where=where, groups=tuple(held)))
    elif reference is not None and reference not in held:
        faults.append(fault("no-group", got=reference, where=where, column=by, hint=suggestion(reference, held)))
    if faults:
        raise DataError(faults)
    unstated = tuple(group for group in due if _plain(group) in lacking and due[group])
    return Groups(by, stated, unstated, reference or max(held, key=due.__getitem__), residents)


def _alike(held: Sequence[str], where: Where) -> list[Fault]:
    """Find groups that differ from another in capitals, hyphens or spaces only: parts of one group, each too small."""
    first: dict[str, str] = {}
    for group in held:
        first.setdefault(_plain(group), group)
    twice = [(group, first[_plain(group)]) for group in held if first[_plain(group)] != group]
    return [fault("groups-alike", got=group, where=where, group=other) for group, other in twice]


def _misfits(residents: Residents, held: Sequence[str], lacking: Collection[str], by: str) -> list[Fault]:
    """Find residents of no group, and groups that are spelled in another way than the records spell them."""
    faults: list[Fault] = []
    spelled = {_plain(group): group for group in held}
    for group in residents.counts:
        where = Where(residents.name, column=by)
        alike = spelled.get(_plain(group), group)
        if _plain(group) in lacking:
            faults.append(fault("residents-unstated", got=group, where=where))
        elif alike != group and group not in held:
            faults.append(fault("residents-alike", got=group, where=where, group=alike))
    if not faults and not set(residents.counts) & set(held):
        got, where = ", ".join(residents.counts) or None, Where(residents.name, column=by)
        faults.append(fault("residents-of-none", got=got, where=where, groups=tuple(held)))
    return faults


def _plain(label: str) -> str:
    return " ".join(label.casefold().replace("-", " ").replace("_", " ").split())
