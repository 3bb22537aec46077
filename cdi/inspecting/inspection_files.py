"""Reads the file that describes an inspection: every key checked, all faults at once, each with its line and key."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeGuard

from cdi import wording
from cdi.disclosure.rules import Disclosure, Exemption
from cdi.errors import CdiError, DataError, Fault, Surface, fault, suggestion
from cdi.inspecting.consistency import absent_columns, contradictions, design_of, volumes_known_twice
from cdi.inspecting.inspection import (
    ForceResults,
    Inspection,
    Monthly,
    Previous,
    Reviews,
    Sample,
    Times,
    Volumes,
    place_of,
)
from cdi.inspecting.keys import INSPECTION, KINDS, Key, Section, meaning_of
from cdi.inspecting.toml import TomlFile, read_toml
from cdi.parameters import PARAMETERS, TIMES, keys_of
from cdi.peers.force_results import usual
from cdi.reading.sources import path_of

__all__ = ["in_terms_of_keys", "of_keys", "read_inspection"]

_HEAD = ("title", "date", "grade", "notes", *keys_of(""))


def read_inspection(path: str | Path) -> Inspection:
    r"""Read the file that describes one inspection.

    Parameters
    ----------
    path : str or pathlib.Path
        A TOML file in UTF-8, as ``cdi init`` writes it; the files that it names lie relative to its folder.

    Returns
    -------
    Inspection
        What is read, in which roles, and what is to be said. Proportions. Nothing is estimated yet.

    Raises
    ------
    DataError
        The file is no TOML; or keys that are unknown, missing or wrong, files and columns that are not there, terms
        that contradict each other: all at once, each with its line and key.

    Examples
    --------
    >>> import tempfile, pathlib, cdi
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "audit.csv").write_text("crime_type,recorded\nviolent,yes\nother,no\n", encoding="utf-8")
    >>> text = 'force = "Kent Police"\n[audit]\nfiles = "audit.csv"\nby = "crime_type"\n'
    >>> _ = (folder / "inspection.toml").write_text(text, encoding="utf-8")
    >>> found = cdi.read_inspection(folder / "inspection.toml")
    >>> found.force, found.level, found.audit.by
    ('Kent Police', 0.95, ('crime_type',))
    """
    file = read_toml(path_of(path))
    walk = _Walk(file)
    read = walk.table(INSPECTION, file.values, "")
    faults = [*walk.faults, *contradictions(read), *absent_columns(read), *volumes_known_twice(read)]
    if faults:
        raise DataError(_placed(faults, file))
    return _inspection(read, file)


def _placed(faults: Iterable[tuple[str, Fault]], file: TomlFile) -> list[Fault]:
    """Give each fault the place of its key, in the order of the file."""
    placed = [replace(of_keys(each), where=place_of(key, file.path, file.lines)) for key, each in faults]
    return sorted(dict.fromkeys(placed), key=lambda each: each.where.line or 0)


@dataclass(frozen=True, slots=True)
class _Walk:
    """Goes through the tables of a file, and collects what is wrong with each key."""

    file: TomlFile
    faults: list[tuple[str, Fault]] = field(default_factory=list)

    def table(self, section: Section, given: object, place: str) -> dict[str, Any]:
        """Read one table; a value at fault is None."""
        if not isinstance(given, Mapping):
            code = "toml-once" if _are_tables(given) else "toml-table"
            self.faults.append((place, fault(code, got=_headed(given, place), name=place)))
            return {}
        read: dict[str, Any] = {}
        for name, value in given.items():
            item, key = section.item(name), f"{place}.{name}" if place else name
            if item is None:
                self.faults.append((key, fault("toml-unknown", got=name, hint=suggestion(name, section.names))))
            elif isinstance(item, Key):
                read[name] = self.value(item if item.name else replace(item, name=name), value, key)
            else:
                read[name] = (self.tables if item.repeated else self.table)(item, value, key)
        for lacking in (key for key in section.keys if key.required and key.name not in given):
            name = f"{place}.{lacking.name}" if place else lacking.name
            self.faults.append((name, self.missing(lacking, place)))
        return read

    def tables(self, section: Section, given: object, place: str) -> list[dict[str, Any]]:
        """Read the tables of one heading, which can stand several times."""
        if not _are_tables(given):
            self.faults.append((place, fault("toml-tables", got=_headed(given, place), name=place)))
            return []
        return [self.table(section, each, f"{place}[{i}]") for i, each in enumerate(given, 1)]

    def value(self, key: Key, given: object, name: str) -> Any:
        """Read one value."""
        try:
            return KINDS[key.kind](given, key, self.file.path.parent)
        except CdiError as error:
            self.faults.extend((name, each) for each in error.faults)
            return None

    def missing(self, key: Key, place: str) -> Fault:
        name = ".".join(part.partition("[")[0] for part in (*place.split("."), key.name) if part)
        return fault("toml-missing", name=key.name, meaning=meaning_of(name, key), example=key.example)


def _are_tables(given: object) -> TypeGuard[list[Mapping[str, Any]]]:
    return isinstance(given, list) and all(isinstance(each, Mapping) for each in given)


def _headed(given: object, place: str) -> object:
    """Show a table by its heading, and anything else as it is."""
    is_table = isinstance(given, Mapping) or (given and _are_tables(given))
    return wording.table_of(place, repeated=isinstance(given, list)) if is_table else given


def _inspection(read: Mapping[str, Any], file: TomlFile) -> Inspection:
    periods = read.get("periods", {})
    audit = _sample(read.get("audit"), periods.get("audit"))
    return Inspection(
        path=file.path,
        force=read["force"],
        **{name: read[name] for name in _HEAD if name in read},
        audit=audit,
        volumes=_volumes(read, periods),
        searches=_sample(read.get("searches"), periods.get("searches")),
        previous=tuple(map(_previous, read.get("previous", ()))),
        reviews=_reviews(read, periods),
        times=_times(read, audit),
        monthly=_monthly(read, audit),
        forces=_forces(read),
        categories=read.get("categories", {}),
        disclosure=_disclosure(read.get("disclosure", {})),
        lines=file.lines,
    )


def _sample(given: Mapping[str, Any] | None, period: str | None = None) -> Sample | None:
    if given is None or "files" not in given:
        return None
    return Sample(given["files"], given.get("by", ()), design_of(given), period, given.get("source"))


def _volumes(read: Mapping[str, Any], periods: Mapping[str, str]) -> Volumes | None:
    if "volumes" not in read:
        return None
    return Volumes(period=periods.get("volumes"), counted=periods.get("count"), **read["volumes"])


def _previous(given: Mapping[str, Any]) -> Previous:
    plain = {name: given[name] for name in ("name", "measure", "figure", "period", "source") if name in given}
    volumes = Volumes(given["volumes"]) if "volumes" in given else None
    return Previous(sample=_sample(given, given.get("period")), volumes=volumes, **plain)


def _reviews(read: Mapping[str, Any], periods: Mapping[str, str]) -> Reviews | None:
    given = read.get("reviews", {})
    sample = _sample(given, periods.get("reviews"))
    return None if sample is None else Reviews(sample, given.get("questions", ()), given.get("ignore", ()))


def _borrowed(given: Mapping[str, Any] | None, audit: Sample | None) -> Sample | None:
    """Give the rows of times or months: their own, or else those of the audit, in its design."""
    if given is None or "files" in given or audit is None:
        return _sample(given)
    return replace(audit, by=given.get("by", ()), source=given.get("source", audit.source))


def _times(read: Mapping[str, Any], audit: Sample | None) -> Times | None:
    given = read.get("times", {})
    sample = _borrowed(read.get("times"), audit)
    return (
        None
        if sample is None
        else Times(sample, {name: given[name] for name in keys_of("times", TIMES) if name in given})
    )


def _monthly(read: Mapping[str, Any], audit: Sample | None) -> Monthly | None:
    given = read.get("monthly", {})
    sample = _borrowed(read.get("monthly"), audit)
    if sample is None:
        return None
    roles = {**sample.roles, "period": given.get("period", PARAMETERS["month"].default)}
    return Monthly(replace(sample, roles=roles), given.get("baseline"))


def _forces(read: Mapping[str, Any]) -> ForceResults | None:
    if "forces" not in read:
        return None
    given = read["forces"]
    terms = {name: given[name] for name in keys_of("forces") if name in given}
    marked = given.get("marked") or usual(read["force"]) or read["force"]
    return ForceResults(given["file"], terms, marked, given.get("source"))


def _disclosure(given: Mapping[str, Any]) -> Disclosure:
    plain = {name: given[name] for name in keys_of("disclosure") if name in given}
    return Disclosure(exemptions=tuple(Exemption(**each) for each in given.get("exceptions", ())), **plain)


# ---- faults of what is made of the file, told at its keys


def of_keys(each: Fault) -> Fault:
    """Tell of a fault what to do in the inspection's file."""
    return replace(each, terms=Surface.TOML)


@contextlib.contextmanager
def in_terms_of_keys(inspection: Inspection | None = None) -> Iterator[None]:
    """Tell the errors of what runs inside in terms of the inspection's file."""
    try:
        yield
    except CdiError as error:
        told = [of_keys(each) for each in error.faults]
        placed = told if inspection is None else [_at_its_key(each, inspection) for each in told]
        raise type(error)(placed, error.total) from error


def _at_its_key(each: Fault, inspection: Inspection) -> Fault:
    """Give a fault that is of a key the place of the key; another keeps its own, in a data file."""
    key = next(_KEYS.get(each.code, _nowhere)(each, inspection), None)
    return each if key is None else replace(each, where=inspection.where(key))


def _nowhere(_each: Fault, _inspection: Inspection) -> Iterator[str]:
    yield from ()


def _roles_of(inspection: Inspection) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Go through the roles of all samples, each under the table that they stand in."""
    for name, sample in (("audit", inspection.audit), ("searches", inspection.searches)):
        if sample is not None:
            yield name, sample.roles
    for i, previous in enumerate(inspection.previous, 1):
        if previous.sample is not None:
            yield f"previous[{i}]", previous.sample.roles
    # those that borrow the rows of the audit come after it
    for name, held in (("reviews", inspection.reviews), ("times", inspection.times), ("monthly", inspection.monthly)):
        if held is not None:
            yield name, held.sample.roles


def _joins(each: Fault, inspection: Inspection) -> Iterator[str]:
    for table, roles in _roles_of(inspection):
        for name, other in (roles.get("collapse") or {}).items():
            if each.got in (name, other, f"{name}={other}"):
                yield f"{table}.collapse.{name}"


def _role(name: str, holds: Callable[[Fault, Any], bool]) -> Callable[[Fault, Inspection], Iterator[str]]:
    """Find the tables in which a role is as the fault says."""
    return lambda each, inspection: (
        f"{table}.{name}" for table, roles in _roles_of(inspection) if holds(each, roles.get(name))
    )


_KEYS: Mapping[str, Callable[[Fault, Inspection], Iterator[str]]] = {
    "no-stratum": _joins,
    "collapse-chain": _joins,
    "collapse-undeclared": _role("single_cluster", lambda _, rule: rule == "collapse"),
    "population-below-sample": _role("population", lambda each, size: isinstance(size, int) and str(size) == each.got),
    "baseline": lambda _, inspection: iter(["monthly.baseline"] if inspection.monthly is not None else []),
    "share-twice": lambda _, inspection: iter(["volumes.route_share"] if inspection.volumes is not None else []),
}
"""Code of a fault -> the keys that it can be of."""
