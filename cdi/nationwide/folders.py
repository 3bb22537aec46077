"""What lies in a folder of forces: which files hold their rows, which say how these are read, and whose they are.

A force has a file of rows, or one that describes its inspection, as ``cdi report`` takes it. It may have a folder of
its own. A file is called after its force, unless its folder or its inspection names it.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cdi import wording
from cdi.audits.crime_tables import PLAIN_TERMS, CrimeTable, CrimeTerms, look_at, open_table
from cdi.audits.crime_tables import terms_of as crime_terms
from cdi.audits.design import NOT_COLUMNS, PERIOD
from cdi.audits.force_names import TERRITORIAL, usual
from cdi.audits.volumes import POPULATION, RECORDED_CRIME, SAMPLE, Label, Volumes, read_volumes
from cdi.errors import CdiError, DataError, Fault, Where, fault
from cdi.inspecting.inspection import Inspection, file_of, read_inspection
from cdi.reading import opening
from cdi.reading.folders import ROWS, files_of
from cdi.reading.mapping import MAPPED_ROLES, read_mapping
from cdi.reading.sources import Workbook

__all__ = [
    "STRATUM", "ForceFile", "FoundFolder", "KnownBeside", "called_after", "crime_by_force", "found_in",
    "known_of_inspections", "same_force", "telling", "terms_of",
]  # fmt: skip

_PROVENANCE = "provenance.json"

STRATUM = "stratum"

_TERMS = ("single_cluster", "collapse", "classification", "selection", "layout", "deff", "period", "period_as")
"""What an inspection says of a sample beside its columns: there is one for all forces."""


def same_force(name: str) -> str:
    """Give what is the same for all spellings of a force."""
    return usual(name) or " ".join(name.casefold().split())


@dataclass(frozen=True, slots=True)
class ForceFile:
    """A file of rows, the force that it is of, and how it is read."""

    book: Workbook
    force: str
    reading: Path | None = None  # the file that says how
    inspection: Inspection | None = None  # what that describes, where it is no mapping

    @property
    def path(self) -> Path:
        """The file of rows."""
        return Path(self.book.path)

    @property
    def owner(self) -> Path:
        """The file that stands for the force: that of its inspection, which may name several files of rows."""
        return self.path if self.inspection is None else self.inspection.path

    @property
    def books(self) -> list[Workbook]:
        """Give what is opened: a workbook may have several sheets that hold rows."""
        return opening.sheets_of([self.book])

    @property
    def by(self) -> tuple[str, ...]:
        """The columns of categories that its inspection names."""
        return () if self.inspection is None or self.inspection.audit is None else self.inspection.audit.by

    def roles(self, columns: Sequence[str]) -> dict[str, str]:
        """Say which column plays which role by its inspection, or by its own name beside that."""
        if self.inspection is None or self.inspection.audit is None:
            return {}
        given, found = self.inspection.audit.roles, dict[str, str]()
        for role in MAPPED_ROLES:
            names = given.get(role, role if role in columns and role not in _BESIDE else ())
            if isinstance(names, str):
                names = [names]
            listed = names if isinstance(names, (list, tuple)) else ()
            held = [name for name in listed if isinstance(name, str) and name in columns]
            found |= {role if not i else f"{role}_{i + 1}": name for i, name in enumerate(held)}
        return found

    def unplayed(self) -> frozenset[str]:
        """Name the roles that its inspection leaves out on purpose."""
        if self.inspection is None or self.inspection.audit is None:
            return frozenset()
        return frozenset(role for role, name in self.inspection.audit.roles.items() if name is None or name == ())


_BESIDE = (
    "category",
    "timely",
    "reported_at",
    "recorded_at",
    "population",
    "recorded_crime",
    "force",
    "period",
    "nest",
)
"""Roles that no column has by its name alone, or that are none of an audit."""


@dataclass(frozen=True, slots=True)
class FoundFolder:
    """What a folder holds."""

    files: tuple[ForceFile, ...]  # those that are read
    left: tuple[ForceFile, ...] = ()  # those of forces that are left out
    faults: tuple[Fault, ...] = ()


class telling:  # noqa: N801 (it reads as what it does)
    """Keep what is wrong with one file, and go on to the next."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if not isinstance(error, CdiError):
            return False
        self.faults += error.faults
        return True


# ---- what lies there


@dataclass(slots=True)
class _Listed:
    """The files of a folder and of those in it, by what they are."""

    rows: list[Path] = field(default_factory=list)
    mappings: dict[Path, Path] = field(default_factory=dict)  # file of rows -> the mapping beside it
    inspections: list[Path] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def found_in(folder: Workbook, out: Mapping[str, str]) -> FoundFolder:
    """Find the files of each force in a folder, which says how those are read that have no mapping of their own.

    ``out`` are the forces that are left out.
    """
    top = Path(folder.path)
    listed = _Listed()
    _list(top, listed, top=True)
    faults, files, left = listed.faults, list[ForceFile](), list[ForceFile]()
    claimed, unread = set[Path](), set[Path]()
    for path in listed.inspections:
        force = str(_values(path).get("force", ""))
        # where the file of an inspection cannot be read, or is not, its rows are still not those of another force
        claimed |= {path.with_suffix(ending).resolve() for ending in ROWS}
        if same_force(force) in out:
            left.append(ForceFile(Workbook(str(path)), usual(force) or force, path))
            continue
        unread.add(path.parent)
        with telling(faults):
            inspection = read_inspection(path)
            claimed |= {each.resolve() for each in inspection.inputs}
            files += _of_inspection(inspection)
            unread.discard(path.parent)
    # which of the files beside an inspection are its own is not known where that cannot be read
    rows = [path for path in listed.rows if path.resolve() not in claimed and path.parent not in unread]
    stems = Counter(path.stem.casefold() for path in rows)
    for path in rows:
        force = _force_of(path, top, alone=stems[path.stem.casefold()] == 1)
        own = listed.mappings.get(path)
        if same_force(force) in out:
            left.append(ForceFile(_read_as(path, folder), force))
            continue
        with telling(faults):
            book = _read_as(path, folder) if own is None else Workbook(str(path), mapping=read_mapping(own))
            files.append(ForceFile(book, force, own))
    if not files and not faults:
        faults.append(fault("folder-without-audits", where=Where(folder.path)))
    faults += _twice(files)
    return FoundFolder(tuple(files), tuple(left), tuple(faults))


def _read_as(path: Path, folder: Workbook) -> Workbook:
    """Read a file as is said of all in its folder; what is no workbook has no sheets."""
    return replace(folder, path=str(path), sheet=folder.sheet if opening.is_workbook(path) else None)


def called_after(names: Sequence[str]) -> tuple[ForceFile, ...]:
    """Take files that are named one by one as those of the forces that they are called after."""
    paths = [Path(name) for name in names]
    stems = Counter(path.stem.casefold() for path in dict.fromkeys(paths))
    found = tuple(
        ForceFile(Workbook(str(path)), _force_of(path, Path(), alone=stems[path.stem.casefold()] == 1))
        for path in paths
    )
    faults = _twice(found)
    if faults:
        raise DataError(faults)
    return found


def _list(folder: Path, listed: _Listed, *, top: bool) -> None:
    """List a folder and those in it; of one with an inspection only what that names is read."""
    rows, readings, left = files_of(folder)
    folders, others = [path for path in left if path.is_dir()], [path for path in left if not path.is_dir()]
    inspections = [path for path in readings if _is_inspection(path)]
    listed.inspections += inspections
    if inspections and not top:
        return
    before = len(listed.rows) + len(listed.inspections)
    listed.rows += rows
    _pair(rows, [path for path in readings if path not in inspections], listed, top=top)
    # the tables of a report of cdi are no rows
    others += [path for path in folders if (path / _PROVENANCE).is_file()]
    for path in folders:
        if path not in others:
            _list(path, listed, top=False)
    if not top and len(listed.rows) + len(listed.inspections) == before and not others:
        others.append(folder)
    listed.faults += [fault("folder-other-file", got=path.name, where=Where(str(path))) for path in others]


def _pair(rows: Sequence[Path], readings: Sequence[Path], listed: _Listed, *, top: bool) -> None:
    """Give each file of rows the mapping of its name, or the only one in the folder of a force."""
    if not top and len(rows) == len(readings) == 1:
        listed.mappings[rows[0]] = readings[0]
        return
    own = {path.stem.casefold(): path for path in readings}
    listed.mappings |= {path: own[path.stem.casefold()] for path in rows if path.stem.casefold() in own}
    used = {*listed.mappings.values()}
    listed.faults += [
        fault("mapping-of-no-file", got=path.name, where=Where(str(path))) for path in readings if path not in used
    ]


def _values(path: Path) -> Mapping[str, Any]:
    """Read what a file says; nothing where it cannot be read, which is told when it is opened."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return {}


_OF_INSPECTIONS = re.compile(r"^\s*(?:(?:force|audit)\b|\[\s*audit\b)", re.MULTILINE)


def _is_inspection(path: Path) -> bool:
    """Tell a file that describes an inspection from a mapping, also where it cannot be read as TOML."""
    return _OF_INSPECTIONS.search(path.read_text(encoding="utf-8-sig", errors="replace")) is not None


def _of_inspection(inspection: Inspection) -> list[ForceFile]:
    """Take the files of the audit that an inspection names, each with how it is read."""
    if inspection.audit is None:
        raise DataError.of("inspection-without-audit", where=Where(str(inspection.path)))
    return [
        ForceFile(
            file if isinstance(file, Workbook) else Workbook(str(file)),
            usual(inspection.force) or inspection.force,
            inspection.path,
            inspection,
        )
        for file in inspection.audit.files
    ]


def _force_of(path: Path, top: Path, *, alone: bool) -> str:
    """Name the force that a file is called after, or its folder: ``kent_2024.csv``, ``Kent/audit.csv``."""
    name, known = _named_in(path.stem)
    if known or path.parent == top:
        return name
    folder, is_force = _named_in(path.parent.name)
    return folder if is_force or not alone else name


def _named_in(stem: str) -> tuple[str, bool]:
    """Name the force that a name holds, and say whether it is one that is known."""
    words = " ".join(re.sub(r"[\W_\d]+", " ", stem).split())
    known = usual(words)
    if known is not None:
        return known, True
    plain = f" {words.casefold()} "
    held = [name for name in TERRITORIAL if f" {name.casefold().replace('-', ' ')} " in plain]
    if len(held) == 1:
        return held[0], True
    return (words.title() if words.islower() else words) or stem, False


def _twice(files: Sequence[ForceFile]) -> list[Fault]:
    """Find two files of one force."""
    first: dict[str, ForceFile] = {}
    told = dict[Path, Fault]()
    for each in files:
        other = first.setdefault(same_force(each.force), each)
        if other.owner != each.owner:
            where = Where(str(each.owner))
            told[each.owner] = fault("force-two-files", got=each.owner.name, where=where, other=other.owner.name)
    return [*told.values()]


# ---- what inspections say beside their columns


def _inspections(files: Iterable[ForceFile]) -> list[tuple[str, Inspection]]:
    found = {each.owner: (each.force, each.inspection) for each in files}
    return [(force, inspection) for force, inspection in found.values() if inspection is not None]


def terms_of(files: Sequence[ForceFile], given: Mapping[str, Any]) -> dict[str, Any]:
    """Take from inspections what is said of a sample beside its columns, and is not said of all; they must agree."""
    inspections = [inspection for _, inspection in _inspections(files)]
    found, faults = dict[str, Any](), list[Fault]()
    for name in (name for name in _TERMS if name not in given and inspections):
        said = [_said(inspection, name) for inspection in inspections]
        found |= {} if said[0] is None else {name: said[0]}
        faults += [
            fault("inspections-differ", got=_shown(own), where=Where(str(inspection.path), key=name),
                  name=name, other=inspections[0].path.name, theirs=_shown(said[0]))
            for inspection, own in zip(inspections, said, strict=True)
            if own != said[0]
        ]  # fmt: skip
    if faults:
        raise DataError(faults)
    return found


def _said(inspection: Inspection, name: str) -> object:
    """Give what an inspection says of its sample; a column of periods is called after its role."""
    own = None if inspection.audit is None else inspection.audit.roles.get(name)
    return None if name == PERIOD and own not in NOT_COLUMNS else own


def _shown(value: object) -> str:
    return wording.NOT_SAID if value is None else str(value)


@dataclass(frozen=True, slots=True)
class KnownBeside:
    """What inspections name as known: the reports on the frame and recorded crime, of all forces together."""

    frame: Volumes | None = None
    crime: Volumes | None = None
    files: tuple[Path, ...] = ()
    said: tuple[str, ...] = ()


def known_of_inspections(files: Sequence[ForceFile], by: Sequence[str], force: str) -> KnownBeside:
    """Read the volumes that inspections name, each by its own columns, and put them below each other."""
    inspections = _inspections(files)
    faults, said = list[Fault](), list[str]()
    frames, crimes = dict[str, Volumes](), dict[str, Volumes]()
    for name, inspection in inspections:
        with telling(faults):
            frame, crime = _known(inspection, by)
            frames |= {} if frame is None else {name: frame}
            crimes |= {} if crime is None else {name: crime}
        if inspection.volumes is not None and inspection.volumes.over_recorded is not None:
            said.append(wording.over_recorded_of_one(name))
    if faults:
        raise DataError(faults)
    read = [file for _, inspection in inspections for file in _named_volumes(inspection)]
    widest = max((len(each.keys) for each in frames.values()), default=0)
    strata = [STRATUM if not i else f"{STRATUM}_{i + 1}" for i in range(widest)]
    return KnownBeside(
        _together(frames, (force, *strata)), _together(crimes, (force, *by)), tuple(map(file_of, read)), tuple(said)
    )


def crime_by_force(source: object, forces: Sequence[str], by: Sequence[str], force: str, terms: CrimeTerms) -> Volumes:
    """Read a table of recorded crime as it is published, force by force, and put them below each other."""
    opened, _ = look_at(source, by)
    parts, faults = dict[str, Volumes](), list[Fault]()
    for name in forces:
        with telling(faults):
            parts[name] = _crime(open_table(opened, by, replace(terms, force=name)), by)
    if faults:
        raise DataError(faults)
    found = _together(parts, (force, *by))
    if found is None:
        raise DataError.of("volumes-unused", where=Where(opened.name))
    return found


def _named_volumes(inspection: Inspection) -> list[Path | Workbook]:
    """List the files of known counts that an inspection names."""
    population = None if inspection.audit is None else inspection.audit.roles.get(POPULATION)
    beside = [] if inspection.volumes is None else [*inspection.volumes.files]
    return [*([population] if isinstance(population, (Path, Workbook)) else []), *beside]


def _own_columns(inspection: Inspection, by: Sequence[str]) -> tuple[str, ...]:
    """Name the columns of one force that play the part of those that are asked for: by role, by name or in order."""
    if inspection.audit is None:
        return ()
    said = inspection.audit.by
    others = [name for name in said if name not in by]
    found = []
    for name in by:
        if name in MAPPED_ROLES:
            found.append(next(iter(_playing(inspection, name)), name))
        else:
            found.append(others.pop(0) if name not in said and others else name)
    return tuple(found)


def _playing(inspection: Inspection, role: str) -> tuple[str, ...]:
    """Name the columns that play a role by an inspection: as said, or as mapped; none where it says nothing."""
    if inspection.audit is None:
        return ()
    books = (file for file in inspection.audit.files if isinstance(file, Workbook))
    mapped = (book.mapping.columns.get(role) for book in books if book.mapping is not None)
    said = inspection.audit.roles.get(role, next((name for name in mapped if name), None))
    if said is None:
        return ()
    return (said,) if isinstance(said, str) else tuple(said)


def _known(inspection: Inspection, by: Sequence[str]) -> tuple[Volumes | None, Volumes | None]:
    """Read the frame of one force, and its recorded crime by the categories that are asked for."""
    roles: Mapping[str, Any] = {} if inspection.audit is None else inspection.audit.roles
    own = _own_columns(inspection, by)
    frame = crime = None
    if isinstance(roles.get(POPULATION), int):
        frame = read_volumes(roles[POPULATION], (), (POPULATION,))
    meant = inspection.volumes
    terms = crime_terms(meant.period or meant.counted, meant.force, meant.reading) if meant is not None else PLAIN_TERMS
    for file in _named_volumes(inspection):
        book = file if isinstance(file, Workbook) else Workbook(str(file))
        table = open_table(book, own, terms)
        if POPULATION in table.source.columns:
            frame = read_volumes(table, _strata(inspection, table.source.columns), (POPULATION, SAMPLE))
        if RECORDED_CRIME in table.source.columns:
            crime = _crime(table, own)
    if meant is not None and meant.recorded_crime is not None:
        if by:
            where = inspection.where("volumes.recorded_crime")
            raise DataError.of("one-figure-by-category", got=meant.recorded_crime, where=where, columns=own)
        crime = read_volumes(meant.recorded_crime, (), (RECORDED_CRIME,))
    if crime is not None and meant is not None and meant.route_share is not None:
        if not isinstance(meant.route_share, float):
            where = inspection.where("volumes.route_share")
            raise DataError.of("share-of-one-force", got=meant.route_share, where=where)
        crime = replace(crime, shares=dict.fromkeys(crime.labels, meant.route_share))
    return frame, crime


def _strata(inspection: Inspection, columns: Sequence[str]) -> tuple[str, ...]:
    """Name the columns that the reports of one force were drawn by: as said, as mapped, or by their usual name."""
    return _playing(inspection, STRATUM) or ((STRATUM,) if inspection.audit is not None and STRATUM in columns else ())


def _crime(table: CrimeTable, own: Sequence[str]) -> Volumes:
    """Read recorded crime by the categories that are asked for, or added up over those that it is by."""
    if own or table.is_one_figure or set(table.source.columns) <= {RECORDED_CRIME, PERIOD}:
        return read_volumes(table, own, (RECORDED_CRIME,))
    others = [name for name in table.source.columns if name not in {RECORDED_CRIME, POPULATION, SAMPLE, PERIOD}]
    read = read_volumes(table, others, (RECORDED_CRIME,))
    total = read.totals.get(RECORDED_CRIME, sum(read.counts[RECORDED_CRIME].values()))
    return replace(read, keys=(), counts={RECORDED_CRIME: {(): total}}, totals={}, shares={}, marks={})


def _together(parts: Mapping[str, Volumes], keys: tuple[str, ...]) -> Volumes | None:
    """Put the known counts of several forces below each other."""
    if not parts:
        return None
    names = dict.fromkeys(name for each in parts.values() for name in each.counts)

    def place(wanted: Sequence[Label | None], column: str) -> dict[Label | None, Where]:
        own = [label for label in wanted if label is not None and label[0] in parts]
        return {label: parts[label[0]].where(label[1:], column) for label in own}

    return Volumes(
        keys,
        {
            count: {
                (name, *label): number
                for name, each in parts.items()
                for label, number in each.counts.get(count, {}).items()
            }
            for count in names
        },
        wording.several_files(list(dict.fromkeys(each.name for each in parts.values() if each.name))),
        place,
        shares={(name, *label): share for name, each in parts.items() for label, share in each.shares.items()},
        periods=tuple(dict.fromkeys(text for each in parts.values() for text in each.periods)),
        marks={
            count: {
                (name, *label): mark
                for name, each in parts.items()
                for label, mark in each.marks.get(count, {}).items()
            }
            for count in names
        },
    )
