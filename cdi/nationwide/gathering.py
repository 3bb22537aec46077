"""The audits of all forces as one source: a frame or file with a column ``force``, or a folder with a file of each.

A force is named by its file, unless a column says it. Nothing is dropped in silence: every file that cannot be read is
told with what is wrong, all at once, and a force is left out only where somebody names it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from cdi import wording
from cdi.audits import answers
from cdi.audits.force_names import TERRITORIAL, is_national, usual
from cdi.audits.volumes import Label, Volumes
from cdi.errors import CdiError, DataError, Fault, Where, Worded, fault, suggestion
from cdi.peers.force_results import FORCE, LEAVE_OUT, others_of, refuse_others, refuse_spellings
from cdi.reading import engine, opening
from cdi.reading.mapping import NO_COLUMN, SheetMapping, read_mapping
from cdi.reading.sources import FILE, Source, Workbook, no_column

__all__ = ["Gathered", "files_of", "gathered", "known_of", "same_force"]

_ROWS = frozenset([".csv", ".tsv", ".txt", ".parquet", ".pq", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"])
"""Endings of files of rows."""

CRIME_TYPE = "crime_type"
"""What categories are called where nothing else is said."""

_READING, _KEYS = ".toml", ".key"
_ROLES = (
    "stratum", "cluster", "nest", "case", "due", "recorded", "decision", "recorded_as", "weight", "count", "reports",
    "period", FORCE,
)  # fmt: skip
"""Columns whose name alone gives them a role: of all forces or of none."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The audits of all forces as they were opened."""

    source: Source
    forces: tuple[str, ...]  # as the rows name them, sorted
    left_out: tuple[str, ...] = ()  # those that somebody asked to leave out
    met: frozenset[str] = frozenset()  # which of them have an audit
    files: tuple[Path, ...] = ()  # every file that was read, mappings among them
    origin: tuple[Path, ...] = ()  # the folder or the files that were named


def same_force(name: str) -> str:
    """Give what is the same for all spellings of a force."""
    return usual(name) or " ".join(name.casefold().split())


# ---- what is opened


def gathered(
    source: object,
    *,
    by: Sequence[str] = (),
    leave_out: Sequence[str] = (),
    other_forces: str | None = None,
    named: Collection[str] = (),
) -> Gathered:
    """Open the audits of all forces; ``named`` are the columns that roles name."""
    folder, mapping = _folder(source)
    out = {same_force(name): name for name in leave_out}
    met: dict[str, str] = {}
    files: tuple[Path, ...] = ()
    if folder is None:
        opened = source if isinstance(source, Source) else opening.open_source(source)
        files = tuple(sorted({place for place, _ in opened.places}))
    else:
        opened, met, files = _of_folder(folder, by, mapping, out, named)
    if FORCE not in opened.columns:
        raise DataError([no_column(FORCE, opened)])
    _refuse_blank(opened)
    forces = answers.values_of(opened.rows, opened.inner(FORCE))
    if other_forces == LEAVE_OUT:
        out |= {same_force(name): name for name in others_of(forces)}
    kept = [name for name in forces if same_force(name) not in out]
    met |= {same_force(name): name for name in forces if name not in kept}
    if len(kept) < len(forces):
        opened = _without(opened, [name for name in forces if name not in kept])
    refuse_spellings(kept, opened)
    if other_forces is None:
        refuse_others(kept, opened, added_up=True)
    names = tuple(met.get(key, name) for key, name in out.items())
    return Gathered(opened, tuple(kept), names, frozenset(met), files, files if folder is None else (folder,))


def _folder(source: object) -> tuple[Path | None, SheetMapping | None]:
    """Give the folder that a source names, if it names one, and how all its files are read."""
    if isinstance(source, (list, tuple)) and len(source) == 1:
        (source,) = source
    mapping = source.mapping if isinstance(source, Workbook) else None
    name = source.path if isinstance(source, Workbook) else source
    return (Path(name), mapping) if isinstance(name, (str, Path)) and Path(name).is_dir() else (None, None)


def _refuse_blank(opened: Source) -> None:
    """Refuse rows that name no force."""
    from cdi.audits import checks

    checks.refuse(opened, [checks.missing(FORCE, opened)])


def _without(opened: Source, names: Sequence[str]) -> Source:
    """Leave the rows of some forces out, however the rows write their names: as numbers, or with spaces at an end."""
    import narwhals as nw

    column = opened.inner(FORCE)
    found = engine.collect(engine.sums(opened.rows, [column], (), count="_cdi_n"))[column]
    written = [value for value in found if not engine.absent(value) and answers.show(value) in names]
    if opened.rows.collect_schema()[column].is_numeric():
        return replace(opened, rows=opened.rows.filter(~nw.col(column).is_in(written)))
    return replace(opened, rows=opened.rows.filter(~engine.as_text(column).is_in([str(value) for value in written])))


# ---- a folder


@dataclass(frozen=True, slots=True)
class _File:
    """A file of rows, the force that it is called after, and how it is read."""

    path: Path
    force: str
    mapping: SheetMapping | None = None
    reading: Path | None = None  # the file of the mapping

    @property
    def books(self) -> list[Workbook]:
        """Give what is opened: a workbook may have several sheets that hold rows."""
        return opening.sheets_of([Workbook(str(self.path), mapping=self.mapping)])


def files_of(folder: Path) -> tuple[list[Path], list[Path], list[Path]]:
    """List the files of a folder: those of rows, their mappings, and all else that somebody put there."""
    rows, readings, others = list[Path](), list[Path](), list[Path]()
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$")) or path.name.casefold() in {"thumbs.db", "desktop.ini"}:
            continue
        ending = path.suffix.casefold()
        if path.is_file() and ending == _KEYS:
            continue
        if path.is_dir():
            others.append(path)
        elif ending in _ROWS:
            rows.append(path)
        elif ending == _READING:
            readings.append(path)
        else:
            others.append(path)
    return rows, readings, others


def _of_folder(
    folder: Path,
    by: Sequence[str],
    mapping: SheetMapping | None,
    out: Mapping[str, str],
    named: Collection[str],
) -> tuple[Source, dict[str, str], tuple[Path, ...]]:
    """Open all files of a folder below each other, with a column for the force; give those that are left out too."""
    paths, readings, others = files_of(folder)
    faults = [fault("folder-other-file", got=path.name, where=Where(str(path))) for path in others]
    stems = {path.stem.casefold() for path in paths}
    faults += [
        fault("mapping-of-no-file", got=path.name, where=Where(str(path)))
        for path in readings
        if path.stem.casefold() not in stems
    ]
    met = {same_force(name): name for name in map(_force_of, paths) if same_force(name) in out}
    kept = [path for path in paths if same_force(_force_of(path)) not in met]
    if not kept and not faults:
        faults.append(fault("folder-without-audits", where=Where(str(folder))))
    found = list[_File]()
    own = {path.stem.casefold(): path for path in readings}
    for path in kept:
        reading = own.get(path.stem.casefold())
        with _telling(faults):
            found.append(_File(path, _force_of(path), mapping if reading is None else read_mapping(reading), reading))
    faults += _twice(found)
    for path in paths:
        if path not in kept:
            # what cannot be read is left out by its name, and needs no mending
            with _telling([]):
                part = opening.open_part(engine.connect(), "_cdi_part", Workbook(str(path), mapping=mapping))
                faults += _of_another(_File(path, _force_of(path)), part.source)
    opened = _opened(found, by, named, faults)
    return opened, met, tuple(part for each in found for part in (each.path, each.reading) if part is not None)


class _telling:  # noqa: N801 (it reads as what it does)
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


def _force_of(path: Path) -> str:
    """Name the force that a file is called after: ``kent_2024.csv`` is of Kent."""
    words = " ".join(re.sub(r"[\W_\d]+", " ", path.stem).split())
    known = usual(words)
    if known is not None:
        return known
    plain = f" {words.casefold()} "
    held = [name for name in TERRITORIAL if f" {name.casefold().replace('-', ' ')} " in plain]
    if len(held) == 1:
        return held[0]
    return (words.title() if words.islower() else words) or path.stem


def _of_another(file: _File, source: Source) -> Iterator[Fault]:
    """Find a file that is called after a force, and whose rows name others only: one of the two is wrong."""
    if FORCE not in source.columns or usual(file.force) is None:
        return
    named = answers.values_of(source.rows, source.inner(FORCE))
    if named and same_force(file.force) not in map(same_force, named):
        where = Where(str(file.path), column=FORCE)
        yield fault("force-of-another-file", got=wording.in_a_row(named), where=where, force=file.force)


def _twice(files: Sequence[_File]) -> Iterator[Fault]:
    """Find two files of one force."""
    first: dict[str, _File] = {}
    for each in files:
        other = first.setdefault(same_force(each.force), each)
        if other is not each:
            yield fault("force-two-files", got=each.path.name, where=Where(str(each.path)), other=other.path.name)


def _opened(files: Sequence[_File], by: Sequence[str], named: Collection[str], faults: list[Fault]) -> Source:
    """Open files with the faults of all, and put their rows below each other."""
    connection = engine.connect()
    parts, of = list[opening.LoadedFile](), list[str]()
    for each in files:
        with _telling(faults):
            for book in each.books:
                parts.append(opening.open_part(connection, f"_cdi_part_{len(parts)}", book))
                of.append(each.force)
                faults += _of_another(each, parts[-1].source)
    if faults:
        raise DataError(faults)
    alike = _with_same_columns(connection, parts, by, named)
    opened = opening.together(connection, "_cdi_all", alike)
    if FORCE in opened.columns:
        return opened
    labels: dict[object, str] = dict(enumerate(of))
    opened = replace(opened, **_told_by(opened, {name: name for name in opened.columns})).adding(FORCE)
    return replace(opened, rows=engine.relabelled(opened.rows, FILE, labels, opened.inner(FORCE)))


# ---- files that name their columns differently


def _with_same_columns(
    connection: Any, parts: Sequence[opening.LoadedFile], by: Sequence[str], named: Collection[str]
) -> list[opening.LoadedFile]:
    """Give the files the same columns: those that play a role by their mapping are called by it."""
    if len({part.source.columns for part in parts}) == 1 and len({tuple(_roles(part)) for part in parts}) == 1:
        return list(parts)
    names = [_renamed(part, by) for part in parts]
    wanted = {*by, *named} | {new for each in names for old, new in each.items() if new in _ROLES or old != new}
    lacking = [sorted(wanted - {*each.values()}) for each in names]
    full = next((i for i, missing in enumerate(lacking) if not missing), None)
    if any(lacking):
        raise DataError([
            fault(
                "columns-differ",
                where=Where(part.source.name, part.source.header, sheet=part.source.sheet),
                first=parts[0 if full is None else full].source.name,
                hint=Worded(wording.columns_differ, (tuple(missing), ())),
            )
            for part, missing in zip(parts, lacking, strict=True)
            if missing
        ])  # fmt: skip
    common = [name for name in names[0].values() if all(name in each.values() for each in names)]
    return [
        _taking(connection, f"_cdi_alike_{i}", part, {new: old for old, new in each.items()}, common)
        for i, (part, each) in enumerate(zip(parts, names, strict=True))
    ]


def _roles(part: opening.LoadedFile) -> list[tuple[str, str]]:
    return sorted(part.source.roles.items())


def _renamed(part: opening.LoadedFile, by: Sequence[str]) -> dict[str, str]:
    """Name each column of a file as all forces name it: by its role, where a mapping gives it one."""
    found = {name: name for name in part.source.columns}
    for role, column in part.source.roles.items():
        if column in NO_COLUMN or column not in found:
            continue
        category = by[0] if by else CRIME_TYPE
        found[column] = category if role == "category" else role
    return found


def _taking(
    connection: Any, table: str, part: opening.LoadedFile, own: Mapping[str, str], common: Sequence[str]
) -> opening.LoadedFile:
    """Take columns of a file under the names that all forces have; faults are told by its own names."""
    source = part.source
    columns = ", ".join(f"{source.inner(own[name])} as {engine.inner(place)}" for place, name in enumerate(common))
    connection.execute(f"create temp table {table} as select {engine.ROW}, {columns} from {part.table}")  # noqa: S608 (names of ours)
    taken = replace(
        source,
        rows=engine.from_relation(connection.table(table)),
        columns=tuple(common),
        roles={name: name for name in common if name in _ROLES},
        words={},
        empty=tuple(name for name in common if own[name] in source.empty),
        **_told_by(source, own),
    )
    return opening.LoadedFile(taken, table, part.last)


def _told_by(source: Source, own: Mapping[str, str]) -> dict[str, Any]:
    """Give what tells of cells by the names that a file has for columns; one that it does not have has no faults."""
    none: tuple[list[tuple[int, Fault]], int] = ([], 0)

    def faults(name: str) -> Callable[[str], tuple[list[tuple[int, Fault]], int]]:
        held = getattr(source, name)
        return lambda column: held(own[column]) if column in own else none

    def cell(row: int, column: str | None) -> str | None:
        return source.cell(row, None if column is None else own.get(column))

    def first(column: str) -> Where | None:
        return source.first_number(own[column]) if column in own else None

    named = ("id_faults", "date_faults", "struck_faults")
    return {"cell": cell, "first_number": first, **{name: faults(name) for name in named}}


# ---- what is known beside the audits


def known_of(volumes: Volumes, found: Gathered) -> Volumes:
    """Give known counts the spelling that the audits have of each force; one that has no audit is refused.

    Forces that are left out are left out here too, and so is a row of all forces together.
    """
    audited = {same_force(name): name for name in found.forces}
    out = {same_force(name) for name in found.left_out}
    own: dict[Label, Label] = {}
    faults = list[tuple[Label, Fault]]()
    strange: dict[str, Label] = {}
    for label in sorted(volumes.labels):
        key = same_force(label[0])
        if key in audited:
            new = (audited[key], *label[1:])
            if new in own:
                faults.append((label, fault("force-spelled", got=label[0], other=own[new][0])))
            own[new] = label
        elif key not in out and not is_national(label[0]):
            strange.setdefault(label[0], label)
    faults += [(label, _not_audited(name, found)) for name, label in strange.items()]
    there = {same_force(label[0]) for label in own}
    lacking = [name for key, name in audited.items() if key not in there]
    placed = volumes.put(faults, FORCE)
    placed += [fault("force-not-in-volumes", got=name, where=Where(volumes.name, column=FORCE)) for name in lacking]
    if placed:
        raise DataError(placed)
    counts = {
        name: {new: known[old] for new, old in own.items() if old in known} for name, known in volumes.counts.items()
    }
    return replace(
        volumes,
        counts=counts,
        place=partial(_places, volumes, own),
        totals={} if out or len(own) < len(volumes.labels) else volumes.totals,
        shares={new: volumes.shares[old] for new, old in own.items() if old in volumes.shares},
        marks={
            name: {new: marks[old] for new, old in own.items() if old in marks} for name, marks in volumes.marks.items()
        },
    )


def _not_audited(name: str, found: Gathered) -> Fault:
    """Say that a force has known counts and no audit, or that its name is a slip."""
    return fault("force-not-audited", got=name, hint=suggestion(name, list(found.forces)))


def _places(
    volumes: Volumes, own: Mapping[Label, Label], wanted: Sequence[Label | None], column: str
) -> Mapping[Label | None, Where]:
    """Say where counts stand, by the spelling of the file."""
    meant = {label: None if label is None else own.get(label, label) for label in wanted}
    found = volumes.place([*meant.values()], column)
    return {label: found[old] for label, old in meant.items() if old in found}
