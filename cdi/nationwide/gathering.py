"""The audits of all forces as one source: a frame or file with a column ``force``, or a folder with a file of each.

A force is named by its file, unless a column says it. Nothing is dropped in silence: every file that cannot be read is
told with what is wrong, all at once, and a force is left out only where somebody names it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from cdi import wording
from cdi.audits import answers
from cdi.audits.force_names import is_national, usual
from cdi.audits.volumes import Label, Volumes
from cdi.errors import DataError, Fault, Where, Worded, fault, suggestion
from cdi.nationwide.folders import STRATUM, ForceFile, called_after, found_in, same_force, telling
from cdi.peers.force_results import FORCE, LEAVE_OUT, others_of, refuse_others, refuse_spellings
from cdi.reading import engine, opening
from cdi.reading.mapping import CRIME_TYPE, NO_COLUMN
from cdi.reading.sources import FILE, Source, Workbook, no_column

__all__ = ["STRATA", "Gathered", "gathered", "known_of"]

STRATA = re.compile(rf"{STRATUM}_[0-9]+")
"""What further columns of strata are called, where an inspection names several."""

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
    of_forces: tuple[ForceFile, ...] = ()  # the files of a folder, each with how it is read


# ---- what is opened


def gathered(
    source: object,
    *,
    by: Sequence[str] = (),
    leave_out: Sequence[str] = (),
    other_forces: str | None = None,
    named: Mapping[str, Sequence[str]] | None = None,
) -> Gathered:
    """Open the audits of all forces; ``named`` gives the columns that the caller names for roles."""
    folder = _folder(source)
    out = {same_force(name): name for name in leave_out}
    met: dict[str, str] = {}
    files: tuple[Path, ...] = ()
    of_forces: tuple[ForceFile, ...] = ()
    if folder is None:
        opened = _named_by_files(source if isinstance(source, Source) else opening.open_source(source))
        files = tuple(sorted({place for place, _ in opened.places}))
    else:
        opened, met, of_forces = _of_folder(folder, by, out, named or {})
        owned = (part for each in of_forces for part in (each.path, each.reading) if part is not None)
        files = tuple(dict.fromkeys(owned))
    if FORCE not in opened.columns:
        raise DataError([no_column(FORCE, opened)])
    forces = _forces(opened)
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
    origin = files if folder is None else (Path(folder.path),)
    books = [each for each in (source if isinstance(source, (list, tuple)) else [source]) if isinstance(each, Workbook)]
    said = (Path(book.mapping.name) for book in books if book.mapping is not None and book.mapping.name)
    files = tuple(dict.fromkeys((*files, *said)))
    return Gathered(opened, tuple(kept), names, frozenset(met), files, origin, of_forces)


def _folder(source: object) -> Workbook | None:
    """Give the folder that a source names, if it names one, with how all its files are read."""
    if isinstance(source, (list, tuple)) and len(source) == 1:
        (source,) = source
    if not isinstance(source, (str, Path, Workbook)):
        return None
    named = source if isinstance(source, Workbook) else Workbook(str(source))
    return named if Path(named.path).is_dir() else None


def _named_by_files(opened: Source) -> Source:
    """Add a column for the force to rows of several files that have none: each is called after its force."""
    if FORCE in opened.columns or not opened.files:
        return opened
    return _labelled(opened, [each.force for each in called_after(opened.files)])


def _labelled(opened: Source, forces: Sequence[str]) -> Source:
    """Add a column for the force of each file."""
    labels: dict[object, str] = dict(enumerate(forces))
    opened = replace(opened, **_told_by(opened, {name: name for name in opened.columns})).adding(FORCE)
    return replace(opened, rows=engine.relabelled(opened.rows, FILE, labels, opened.inner(FORCE)))


def _forces(opened: Source) -> list[str]:
    """List the forces, and refuse rows that name none."""
    from cdi.audits import checks

    column = opened.inner(FORCE)
    found = engine.collect(engine.sums(opened.rows, [column], (), count="_cdi_n"))[column]
    if not len(found) or not all(map(answers.cell_text, found)):
        checks.refuse(opened, [checks.missing(FORCE, opened)])
    return sorted(answers.show(value) for value in found)


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


def _of_folder(
    folder: Workbook, by: Sequence[str], out: Mapping[str, str], named: Mapping[str, Sequence[str]]
) -> tuple[Source, dict[str, str], tuple[ForceFile, ...]]:
    """Open all files of a folder below each other, with a column for the force; give those that are left out too."""
    found = found_in(folder, out)
    faults = [*found.faults]
    for each in found.left:
        if each.path != each.reading:
            # what cannot be read is left out by its name, and needs no mending
            with telling([]):
                faults += _of_another(each, opening.open_part(engine.connect(), "_cdi_part", each.book).source)
    opened = _opened(found.files, by, named, faults)
    return opened, {same_force(each.force): each.force for each in found.left}, found.files


def _of_another(file: ForceFile, source: Source) -> Iterator[Fault]:
    """Find a file that is called after a force, and whose rows name others only: one of the two is wrong."""
    if FORCE not in source.columns or usual(file.force) is None:
        return
    named = answers.values_of(source.rows, source.inner(FORCE))
    if named and same_force(file.force) not in map(same_force, named):
        where = Where(str(file.path), column=FORCE)
        yield fault("force-of-another-file", got=wording.in_a_row(named), where=where, force=file.force)


def _opened(
    files: Sequence[ForceFile], by: Sequence[str], named: Mapping[str, Sequence[str]], faults: list[Fault]
) -> Source:
    """Open files with the faults of all, and put their rows below each other."""
    connection = engine.connect()
    parts, of = list[opening.LoadedFile](), list[ForceFile]()
    for number, each in enumerate(files):
        with telling(faults):
            for sheet, book in enumerate(each.books):
                # what a file left that could not be read keeps its name
                parts.append(opening.open_part(connection, f"_cdi_part_{number}_{sheet}", book))
                of.append(each)
                faults += _of_another(each, parts[-1].source)
    if faults:
        raise DataError(faults)
    alike = _with_same_columns(connection, parts, of, by, named)
    opened = opening.together(connection, "_cdi_all", alike)
    if FORCE in opened.columns:
        return opened
    return _labelled(opened, [each.force for each in of])


# ---- files that name their columns differently


def _with_same_columns(
    connection: Any,
    parts: Sequence[opening.LoadedFile],
    of: Sequence[ForceFile],
    by: Sequence[str],
    named: Mapping[str, Sequence[str]],
) -> list[opening.LoadedFile]:
    """Give the files the same columns: those that play a role by their mapping are called by it."""
    described = any(each.inspection is not None for each in of)
    if not described and len({(part.source.columns, tuple(_roles(part))) for part in parts}) == 1:
        return [replace(part, source=replace(part.source, words={})) for part in parts]
    # a name that no file has is a slip, and none that columns of a role are called by
    known = {column for part in parts for column in part.source.columns}
    meant = {role: [name if name in known else role for name in some] for role, some in named.items()}
    names = [_renamed(part, each, by, meant) for part, each in zip(parts, of, strict=True)]
    wanted = {*by, *(name for some in named.values() for name in some)} | {
        new for each in names for old, new in each.items() if new in _ROLES or STRATA.fullmatch(new) or old != new
    }
    lacking = [sorted(wanted - {*each.values()}) for each in names]
    full = next((i for i, missing in enumerate(lacking) if not missing), None)
    if full is None:  # there is no file whose columns the others could be given
        raise DataError([
            no_column(name, part.source) for part, missing in zip(parts, lacking, strict=True) for name in missing
        ])  # fmt: skip
    if any(lacking):
        raise DataError([
            fault(
                "columns-differ",
                where=Where(part.source.name, part.source.header, sheet=part.source.sheet),
                first=parts[full].source.name,
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


def _renamed(
    part: opening.LoadedFile, file: ForceFile, by: Sequence[str], named: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Name each column of a file as all forces name it: by its role, where a mapping or an inspection gives it one.

    Where the caller names a column for the role, that is its name.
    """
    columns = part.source.columns
    roles = {**part.source.roles, **file.roles(columns)}
    said = {"category": CRIME_TYPE}
    for role, some in named.items():
        said |= {role if not i else f"{role}_{i + 1}": name for i, name in enumerate(some)}
    if by:
        said["category"] = by[0]
    found = {name: name for name in columns if name not in file.unplayed()}
    for role, column in roles.items():
        if column in NO_COLUMN or column not in found:
            continue
        meant = said.get(role, role)
        if role != "category" and meant != column and meant in found:
            meant = role  # a file that has the column that the caller names is read by that one
        found[column] = meant
    own = [name for name in file.by if found.get(name) == name and name not in by]
    asked = [name for name in by if name not in found.values()]
    found |= dict(zip(own, asked, strict=False))
    taken = set(found.values()) - {old for old, new in found.items() if old == new}
    # a column that has the name of a role that another one plays is none of all forces
    return {old: new for old, new in found.items() if old != new or new not in taken}


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
