"""How many people live in an area, by group: read from a file that names its source and its year."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cdi.audits import answers, checks
from cdi.audits.volumes import Volumes, read_volumes
from cdi.errors import DataError, Fault, Where, fault
from cdi.reading import engine, opening
from cdi.reading.sources import Source, no_column, refuse_spelling

__all__ = ["RESIDENTS", "SOURCE", "YEAR", "Residents", "read_residents"]

RESIDENTS, SOURCE, YEAR = "residents", "source", "year"
"""The columns of the file beside that of the group."""

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


def read_residents(source: object, by: str) -> Residents:
    """Read a resident population."""
    if isinstance(source, Residents):
        return source
    if isinstance(source, Mapping):
        return _from_mapping(source, by)
    opened = opening.open_source(source)
    refuse_spelling(opened, {RESIDENTS, SOURCE, YEAR}, "volume-spelling", apart=(by,))
    absent = [name for name in (by, RESIDENTS) if name not in opened.columns]
    unsourced = [name for name in (SOURCE, YEAR) if name not in opened.columns]
    if absent or unsourced:
        where = Where(opened.name, opened.header, sheet=opened.sheet)
        faults = [no_column(name, opened) for name in absent]
        raise DataError([*faults, *(fault("residents-unsourced", where=where, column=name) for name in unsourced)])
    checks.refuse(opened, [checks.missing(name, opened, "residents-unsourced") for name in (SOURCE, YEAR)])
    return _settled(read_volumes(opened, (by,), (RESIDENTS,)), _values(opened, SOURCE), _values(opened, YEAR))


def _from_mapping(source: Mapping[object, object], by: str) -> Residents:
    unsourced = [name for name in (SOURCE, YEAR) if answers.show(source.get(name)) == answers.show(None)]
    if unsourced:
        raise DataError([fault("residents-unsourced", where=Where(key=name), column=name) for name in unsourced])
    counts = {name: value for name, value in source.items() if name not in {SOURCE, YEAR}}
    words = ((answers.show(source[name]),) for name in (SOURCE, YEAR))
    return _settled(read_volumes(counts, (by,), (RESIDENTS,)), *words)


def _values(opened: Source, column: str) -> tuple[str, ...]:
    """List what a column says, in the order of the file where there is one."""
    found = (answers.show(value) for value in engine.collect(opened.rows.select(column))[column])
    return tuple(dict.fromkeys(found))


def _settled(volumes: Volumes, sources: Sequence[str], years: Sequence[str]) -> Residents:
    """Check what no single cell shows: that people live there, that the total is one, that a year is a year."""
    counts, _ = volumes.filled(RESIDENTS, [])
    known = {label[0]: count for label, count in counts.items()}
    empty = [((group,), fault("residents-none", got=0)) for group, count in known.items() if not count]
    faults: list[Fault] = volumes.put(empty, RESIDENTS)
    where = Where(volumes.name, column=YEAR)
    faults += [fault("residents-year", got=year, where=where) for year in years if not _YEAR.search(year)]
    if faults:
        raise DataError(faults)
    return Residents(known, tuple(sources), tuple(years), volumes.name)
