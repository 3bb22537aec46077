"""The folder of a report as it stands: read without being led out of it, and each file judged by its provenance.

What a provenance says is believed of names that cdi gives to files, and of nothing else. Only one that is sealed with
the key of the inspection proves that cdi wrote what it lists.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeGuard

from cdi.arguments import path_of
from cdi.errors import DataError, Where, fault
from cdi.keyed import MARK, Key, digest

__all__ = [
    "INNER", "LARGEST", "PROVENANCE", "PROVENANCE_SCHEMA", "ReportFolder", "Standing", "bytes_within", "digest_within",
    "files_in", "holds_key", "is_sealed", "of_system", "own_name", "read_provenance", "read_report_folder", "sealed",
    "standing",
]  # fmt: skip

PROVENANCE = "provenance.json"
"""The file's name in the folder of a report."""

PROVENANCE_SCHEMA = "cdi.provenance/2"
"""Name and version of what the provenance says."""

LARGEST = 64 * 1024 * 1024
"""The bytes of the largest file of a report that is read: the charts of a force take less than one million."""

INNER = ("charts", "forces")
"""The folders in that of a report."""

_OLDER = "cdi.provenance/1"  # with plain digests of inputs, and without a seal
_MOST_FILES = 2_000
_NAMES = re.compile(
    r"report\.(?:html|pdf)|tables\.xlsx|estimates\.(?:csv|json)|provenance\.json|charts/[\w-]{1,120}\.(?:svg|png)"
    r"|forces/[\w-]{1,120}\.html"
)
_OF_SYSTEMS = frozenset([".ds_store", "thumbs.db", "desktop.ini"])
_AS_IT_IS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def own_name(name: str) -> bool:
    """Tell whether a name is one that cdi gives to a file of a report."""
    return _NAMES.fullmatch(name) is not None


def of_system(name: str) -> bool:
    """Tell what systems leave in a folder when it is looked at: it is nobody's."""
    return name.casefold() in _OF_SYSTEMS


def files_in(folder: Path) -> tuple[str, ...]:
    """List what a folder holds at any depth: files, links and empty folders; not what the system put there."""

    def inside(place: Path) -> Iterator[str]:
        for entry in _put_there(place):
            deeper = entry.is_dir() and not entry.is_symlink() and any(_put_there(entry))
            yield from inside(entry) if deeper else [entry.relative_to(folder).as_posix()]

    return tuple(sorted(inside(folder)))


def _put_there(place: Path) -> Iterator[Path]:
    """List what somebody put into a folder."""
    return (entry for entry in place.iterdir() if entry.is_dir() or not of_system(entry.name))


# ---- a file, without being led elsewhere


def bytes_within(folder: Path, name: str, most: int = LARGEST) -> bytes | None:
    """Read a file of a folder; None where it is no plain file there, or larger than any of cdi."""
    with _opened(folder, name) as number:
        if number is None:
            return None
        with os.fdopen(number, "rb", closefd=False) as file:
            content = file.read(most + 1)
    return content if len(content) <= most else None


def digest_within(folder: Path, name: str) -> str | None:
    """Give the SHA-256 of a file of a folder; None where it is no plain file there."""
    with _opened(folder, name) as number:
        if number is None:
            return None
        with os.fdopen(number, "rb", closefd=False) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def _opened(folder: Path, name: str) -> Iterator[int | None]:
    """Open a plain file by its name in a folder, through no link and out of no door; None where that is not one."""
    parts = name.split("/")
    if "" in parts or ".." in parts or "." in parts or "\0" in name or (os.name == "nt" and re.search(r"[\\:]", name)):
        yield None
        return
    number = None
    try:
        above = [folder.joinpath(*parts[:depth]) for depth in range(1, len(parts))]
        if all(stat.S_ISDIR(place.lstat().st_mode) for place in above):
            number = _plain(folder.joinpath(*parts))
    except OSError:
        number = None
    try:
        yield number
    finally:
        if number is not None:
            os.close(number)


def _plain(path: Path) -> int | None:
    """Open a file that is no link, pipe or device: those have no end."""
    if not stat.S_ISREG(path.lstat().st_mode):
        return None
    number = os.open(path, os.O_RDONLY | _AS_IT_IS)
    if stat.S_ISREG(os.fstat(number).st_mode):
        return number
    os.close(number)
    return None


def holds_key(folder: Path, name: str) -> bool:
    """Tell whether a file of a folder is the private key of an inspection."""
    if not name.casefold().endswith(".key"):
        return False
    with _opened(folder, name) as number:
        return number is not None and MARK.encode() in os.read(number, 4_096)


# ---- the provenance


def read_provenance(folder: str | Path) -> dict[str, Any]:
    """Read where a report comes from."""
    path = path_of(folder) / PROVENANCE
    where = Where(os.fspath(path))
    if not os.path.lexists(path):
        raise DataError.of("no-report", where=Where(str(folder)))
    found = _provenance(path_of(folder))
    if found is None:
        raise DataError.of("report-unreadable", where=where)
    if found["schema"] != PROVENANCE_SCHEMA:
        raise DataError.of("report-of-older", got=found["schema"], where=where)
    return found


def _provenance(folder: Path) -> dict[str, Any] | None:
    """Read a provenance of this version or the one before; None where there is none as cdi writes it."""
    content = bytes_within(folder, PROVENANCE)
    try:
        found = None if content is None else json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return found if _is_provenance(found) else None


def _is_provenance(found: Any) -> TypeGuard[dict[str, Any]]:
    """Tell whether what was read has the form that cdi writes."""
    if not isinstance(found, dict) or found.get("schema") not in (PROVENANCE_SCHEMA, _OLDER):
        return False
    tables = [found.get(name) for name in ("libraries", "inputs", "outputs")]
    texts = [found.get(name) for name in ("cdi", "python", "inspection")]
    if found["schema"] == PROVENANCE_SCHEMA:
        texts += [found.get("key"), found.get("seal")]
    texts += [text for table in tables if isinstance(table, dict) for text in table.values()]
    return (
        all(isinstance(table, dict) for table in tables)
        and all(isinstance(text, str) for text in texts)
        and len(found["outputs"]) <= _MOST_FILES
        and _is_date(found.get("date"))
    )


def _is_date(text: Any) -> bool:
    with contextlib.suppress(TypeError, ValueError):
        return text is None or bool(dt.date.fromisoformat(text))
    return False


def sealed(document: Mapping[str, Any], key: Key) -> dict[str, Any]:
    """Add to a provenance what proves that who holds the key wrote it."""
    named = {**document, "key": key.name}
    return {**named, "seal": key.tag("provenance", _canonical(named))}


def is_sealed(known: Mapping[str, Any], key: Key) -> bool:
    """Tell whether a provenance is as it was sealed with a key."""
    with contextlib.suppress(RecursionError):  # what was planted can be nested deeper than can be written
        return key.agrees(known.get("seal"), "provenance", _canonical(known))
    return False


def _canonical(document: Mapping[str, Any]) -> str:
    """Write a provenance without its seal, in one way however its file is laid out."""
    return json.dumps({name: value for name, value in document.items() if name != "seal"}, sort_keys=True)


# ---- what stands there


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in a folder that a report is to go to: paths in it, with forward strokes."""

    proven: bool = False  # whether its provenance is sealed with the key of the inspection
    damaged: bool = False  # whether a provenance is there that cannot be read
    # as cdi wrote them, changed since: path -> SHA-256
    intact: Mapping[str, str] = field(default_factory=dict)  # the provenance by its name: what proves it is above
    edited: Mapping[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()  # what cdi did not write, as far as can be told


def standing(folder: Path, key: Key | None) -> Standing:
    """Judge each file of a folder by the provenance in it; there may be no folder yet."""
    if not folder.exists():
        return Standing()
    known = _provenance(folder)
    proven = known is not None and key is not None and is_sealed(known, key)
    listed: Mapping[str, str] = {} if known is None else {**known["outputs"], PROVENANCE: ""}
    intact, edited, others = dict[str, str](), dict[str, str](), list[str]()
    for name in files_in(folder):
        now = digest_within(folder, name) if own_name(name) and name in listed else None
        if now is None:
            if name not in INNER or (folder / name).is_symlink() or not (folder / name).is_dir():
                others.append(name)  # an empty folder of charts is left where somebody took them away
        elif name == PROVENANCE or now == listed[name]:
            intact[name] = now
        else:
            edited[name] = now
    damaged = known is None and PROVENANCE in others
    return Standing(proven, damaged, intact, edited, tuple(others))


# ---- for whoever reads a report


@dataclass(frozen=True, slots=True)
class ReportFolder:
    """The files of a report, each as its provenance says."""

    provenance: Mapping[str, Any]
    files: Mapping[str, bytes]  # by their names in the folder, without the provenance
    proven: bool  # whether the provenance is sealed with the key that was given; never without one


def read_report_folder(folder: str | Path, key: Key | None = None, most: int = LARGEST) -> ReportFolder:
    """Read all files of a report, safely: through no link, of limited size, and none that differs from its provenance.

    What else lies in the folder is not looked at. Without the key of the inspection, the provenance says that the
    files belong together, and not who wrote them.
    """
    known = read_provenance(folder)
    place, files, faults = path_of(folder), dict[str, bytes](), []
    left = 8 * most  # of all files together
    for name, was in known["outputs"].items():
        where = Where(str(place / name) if own_name(name) else os.fspath(place / PROVENANCE))
        content = bytes_within(place, name, min(most, left)) if own_name(name) and name != PROVENANCE else None
        if not own_name(name) or name == PROVENANCE:
            faults.append(fault("report-names-other", got=name, where=where))
        elif content is None:
            faults.append(fault("report-lacks-file", where=where, largest=most // 1024 // 1024))
        elif digest(content) != was:
            faults.append(fault("report-file-changed", where=where))
        else:
            files[name] = content
            left -= len(content)
    if faults:
        raise DataError(faults)
    return ReportFolder(known, files, key is not None and is_sealed(known, key))
