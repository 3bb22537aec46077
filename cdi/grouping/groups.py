"""The groups that records are of: who lives in the area of each, and which one the others are held against."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cdi.arguments import names_of
from cdi.audits import answers, checks
from cdi.audits.ethnicity import Lacking, plain_label
from cdi.audits.volumes import Volumes, ranked, read_volumes
from cdi.errors import DataError, Fault, Where, fault, suggestion
from cdi.reading import engine, opening
from cdi.reading.sources import Source, no_column, refuse_spelling

if TYPE_CHECKING:
    from cdi.survey.estimates import Estimates

__all__ = ["RESIDENTS", "SOURCE", "YEAR", "Groups", "Residents", "groups_of", "read_residents"]

RESIDENTS, SOURCE, YEAR = "residents", "source", "year"
"""The columns of a file of residents beside that of the group."""

_YEAR = re.compile(r"\b(18|19|20|21)[0-9]{2}\b")


@dataclass(frozen=True, slots=True)
class Residents:
    """A resident population by group."""

    counts: Mapping[str, int]  # group -> people who live in the area
    # sources, years: where the numbers come from and which year they are of, as the file says; one each where it is the
    # same throughout
    sources: tuple[str, ...]
    years: tuple[str, ...]
    name: str | None = None  # the file


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


def read_residents(source: object, by: str) -> Residents:
    """Read a resident population."""
    if isinstance(source, Residents):
        return source
    if isinstance(source, Mapping):
        return _from_mapping(source, by)
    opened = opening.open_source(source)
    refuse_spelling(opened, {RESIDENTS, SOURCE, YEAR}, "volume-spelling", apart=(by,))
    faults = [no_column(name, opened) for name in (opened.written(by), RESIDENTS) if name not in opened.columns]
    where = Where(opened.name, opened.header, sheet=opened.sheet)
    unsourced = [name for name in (SOURCE, YEAR) if name not in opened.columns]
    faults += [fault("residents-unsourced", where=where, column=name) for name in unsourced]
    if faults:
        raise DataError(faults)
    checks.refuse(opened, [checks.missing(name, opened, "residents-unsourced") for name in (SOURCE, YEAR)])
    return _settled(read_volumes(opened, (by,), (RESIDENTS,)), _values(opened, SOURCE), _values(opened, YEAR))


def _from_mapping(source: Mapping[object, object], by: str) -> Residents:
    unsourced = [name for name in (SOURCE, YEAR) if answers.show(source.get(name)) == answers.show(None)]
    if unsourced:
        raise DataError([fault("residents-unsourced", where=Where(key=name), column=name) for name in unsourced])
    counts = {name: value for name, value in source.items() if name not in {SOURCE, YEAR}}
    sources, years = (answers.show(source[SOURCE]),), (answers.show(source[YEAR]),)
    return _settled(read_volumes(counts, (by,), (RESIDENTS,)), sources, years)


def _values(opened: Source, column: str) -> tuple[str, ...]:
    """List what a column says, in the order of the file where there is one."""
    inner = opened.inner(column)
    found = engine.collect(opened.rows.select(inner))[inner]
    return tuple(dict.fromkeys(answers.show(value) for value in found))


def _settled(volumes: Volumes, sources: tuple[str, ...], years: tuple[str, ...]) -> Residents:
    """Check what no single cell shows: that people live there, that the total is one, that a year is a year."""
    counts, _ = volumes.filled(RESIDENTS, [])
    known = {label[0]: count for label, count in counts.items()}
    empty = [((group,), fault("residents-none", got=0)) for group, count in known.items() if not count]
    faults: list[Fault] = volumes.put(empty, RESIDENTS)
    where = Where(volumes.name, column=YEAR)
    faults += [fault("residents-year", got=year, where=where) for year in years if not _YEAR.search(year)]
    if faults:
        raise DataError(faults)
    return Residents(known, sources, years, volumes.name)


def groups_of(
    rates: Estimates, residents: Residents | None, reference: str | None, not_stated: Sequence[str], name: str | None
) -> Groups:
    """Tell groups from the lack of one and choose the reference; ``not_stated`` are further words for the lack."""
    lacking = Lacking(names_of(not_stated, "not_stated"))
    records = {row.label[0]: int(n) for row, n in zip(rates.rows, rates.basis.due, strict=True) if not row.whole}
    names = {group for group in records if group not in lacking}
    held = [group for group, n in records.items() if n and group in names]
    unstated = tuple(group for group, n in records.items() if n and group not in names)
    where = Where(name, column=rates.keys[0])
    faults = _alike(held, where)
    if residents is not None:
        names |= set(residents.counts)
        faults = faults or _misfits(residents, held, lacking, where)
    if len(names) < 2 or not held:
        faults.append(fault("one-group", got=", ".join(held) or None, where=where, column=where.column))
    elif reference is not None:
        faults += _unfit(reference, held, lacking, where)
    if faults:
        raise DataError(faults)
    if reference is None:
        reference = max(held, key=records.__getitem__)
    order = {} if rates.totals is None else rates.totals.order
    return Groups(rates.keys[0], ranked(names, order.get(rates.keys[0], ())), unstated, reference, residents)


def _alike(held: Sequence[str], where: Where) -> list[Fault]:
    """Find groups that differ from another in capitals, hyphens or spaces only: parts of one group, each too small."""
    first: dict[str, str] = {}
    for group in held:
        first.setdefault(plain_label(group), group)
    twice = [(group, first[plain_label(group)]) for group in held if first[plain_label(group)] != group]
    return [fault("groups-alike", got=group, where=where, group=other) for group, other in twice]


def _misfits(residents: Residents, held: Sequence[str], lacking: Container[str], of: Where) -> list[Fault]:
    """Find residents of no group, and groups that are spelled in another way than the records spell them."""
    faults: list[Fault] = []
    where = Where(residents.name, column=of.column)
    spelled = {plain_label(group): group for group in held}
    for group in residents.counts:
        alike = spelled.get(plain_label(group), group)
        if group in lacking:
            faults.append(fault("residents-unstated", got=group, where=where))
        elif alike != group and group not in held:
            faults.append(fault("residents-alike", got=group, where=where, group=alike))
    if not faults and not set(residents.counts) & set(held):
        got = ", ".join(residents.counts) or None
        faults.append(fault("residents-of-none", got=got, where=where, groups=tuple(held)))
    return faults


def _unfit(reference: str, held: Sequence[str], lacking: Container[str], where: Where) -> list[Fault]:
    """Say why the others cannot be held against what was named."""
    if reference in lacking:
        return [fault("reference-unstated", got=reference, where=where, groups=tuple(held))]
    if reference not in held:
        hint = suggestion(reference, held)
        return [fault("no-group", got=reference, where=where, column=where.column, hint=hint)]
    return []
