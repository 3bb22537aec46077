"""The folder of a report: written whole or not at all, never over what somebody else put there, and verified later."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeGuard

from cdi import wording
from cdi.arguments import path_of
from cdi.errors import CdiError, DataError, Where
from cdi.report.contents import Report
from cdi.report.outputs import PROVENANCE, PROVENANCE_SCHEMA, digest, outputs

__all__ = ["Verification", "refuse_folder", "verify_report", "write_report"]

_OF_SYSTEMS = frozenset([".ds_store", "thumbs.db", "desktop.ini"])


def write_report(report: Report, folder: str | Path) -> tuple[str, ...]:
    r"""Write every file of a report into a folder, whole or not at all.

    Parameters
    ----------
    report : Report
        From :func:`cdi.report.assembling.assemble`.
    folder : str or pathlib.Path
        A new folder in one that exists, an empty one, or one that holds a report of cdi and nothing else, which is
        replaced.

    Returns
    -------
    tuple of str
        The names of the files written.

    Raises
    ------
    DataError
        The folder is none of these, or it cannot be written; what was there before then stands as it was.

    Examples
    --------
    >>> import pathlib, tempfile, cdi
    >>> text = 'force = "Exampleshire Constabulary"\naudit.files = "audit.csv"\n'
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     rows = "cluster,recorded\n" + "".join(f"{i},{'no' if i % 10 == 0 else 'yes'}\n" for i in range(40))
    ...     _ = (pathlib.Path(folder) / "audit.csv").write_text(rows, encoding="utf-8")
    ...     _ = (pathlib.Path(folder) / "inspection.toml").write_text(text, encoding="utf-8")
    ...     report = cdi.assemble(cdi.read_inspection(pathlib.Path(folder) / "inspection.toml"))
    ...     cdi.write_report(report, pathlib.Path(folder) / "out")[:3]
    ('report.html', 'tables.xlsx', 'estimates.csv')
    """
    if not isinstance(report, Report):
        raise DataError.of("not-a-report", got=type(report).__name__)
    refuse_folder(folder)
    made = outputs(report)
    _write_folder(made, folder)
    return tuple(made)


def refuse_folder(folder: str | Path) -> None:
    """Refuse a folder that a report cannot go to, before there is work."""
    target, where = Path(os.path.realpath(folder)), Where(str(folder))
    with _answered(where):
        if os.path.lexists(target) and not target.is_dir():
            raise DataError.of("folder-is-file", where=where)
        if not target.parent.is_dir():
            raise DataError.of("no-folder-above", where=where, name=str(Path(folder).parent))
        if Path.cwd().resolve().is_relative_to(target):
            raise DataError.of("folder-in-use", where=where)
        others = sorted(set(_files_in(target)) - _own(target)) if target.exists() else []
        fixed = _read_only(target)
    if others:
        raise DataError.of("folder-of-others", where=where, name=others[0])
    if fixed:
        raise DataError.of("folder-read-only", where=where, name=fixed[0])


@contextlib.contextmanager
def _answered(where: Where) -> Iterator[None]:
    """Answer what the system refuses."""
    try:
        yield
    except OSError as error:
        raise DataError.of("cannot-write-folder", got=error.strerror, where=where) from error


def _write_folder(files: Mapping[str, bytes], folder: str | Path) -> None:
    """Write files into a folder beside the one that is meant, and put it in its place when all are there."""
    target = Path(os.path.realpath(folder))
    beside = target.with_name(f".cdi-{secrets.token_hex(8)}")
    try:
        with _answered(Where(str(folder))):
            for name, content in files.items():
                path = beside / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            _put(beside, target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _put(new: Path, target: Path) -> None:
    """Put a folder in the place of another, which goes only when the new one stands."""
    old = target.with_name(f"{new.name}-old")
    try:
        if target.exists():
            target.rename(old)
        new.rename(target)
    except BaseException:
        if old.exists() and not target.exists():
            old.rename(target)
        raise
    finally:
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)


def _read_only(folder: Path) -> list[str]:
    """Name the folders, this and those in it, of which nothing can be taken away."""
    places = [Path(place) for place, *_ in os.walk(folder)]
    return [str(place) for place in places if any(place.iterdir()) and not os.access(place, os.W_OK)]


def _files_in(folder: Path) -> tuple[str, ...]:
    """List what a folder holds at any depth: files, links and empty folders; not what the system put there."""

    def inside(place: Path) -> Iterator[str]:
        for entry in _put_there(place):
            deeper = entry.is_dir() and not entry.is_symlink() and any(_put_there(entry))
            yield from inside(entry) if deeper else [entry.relative_to(folder).as_posix()]

    return tuple(sorted(inside(folder)))


def _put_there(place: Path) -> Iterator[Path]:
    """List what somebody put into a folder: what systems leave there when it is looked at is nobody's."""
    return (entry for entry in place.iterdir() if entry.is_dir() or entry.name.casefold() not in _OF_SYSTEMS)


def _read_provenance(folder: str | Path) -> dict[str, Any]:
    """Read where a report comes from."""
    path = path_of(folder) / PROVENANCE
    where = Where(os.fspath(path))
    try:
        found = json.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise DataError.of("no-report", got=error.strerror, where=Where(str(folder))) from error
    except (ValueError, RecursionError) as error:
        raise DataError.of("report-unreadable", where=where) from error
    if not _is_provenance(found):
        raise DataError.of("report-unreadable", where=where)
    return found


def _is_provenance(found: Any) -> TypeGuard[dict[str, Any]]:
    """Tell whether what was read has the form that cdi writes."""
    if not isinstance(found, dict) or found.get("schema") != PROVENANCE_SCHEMA:
        return False
    tables = [found.get(name) for name in ("libraries", "inputs", "outputs")]
    texts = [found.get(name) for name in ("cdi", "python", "inspection")]
    texts += [text for table in tables if isinstance(table, dict) for text in table.values()]
    return (
        all(isinstance(table, dict) for table in tables)
        and all(isinstance(text, str) for text in texts)
        and _is_date(found.get("date"))
    )


def _is_date(text: Any) -> bool:
    with contextlib.suppress(TypeError, ValueError):
        return text is None or bool(dt.date.fromisoformat(text))
    return False


def _own(folder: Path) -> set[str]:
    """Name the files that cdi wrote into a folder, by what is said of them there."""
    with contextlib.suppress(DataError):
        return {PROVENANCE, *_read_provenance(folder)["outputs"]}
    return set()


_OF_MACHINE = ("cdi", "python", "libraries")
"""What may differ without the report being another."""


@dataclass(frozen=True, slots=True)
class _Disagreement:
    """A file that is not as it was: a key of DISAGREEMENTS, and its name."""

    code: str
    name: str

    def __str__(self) -> str:
        return wording.DISAGREEMENTS[self.code].format(name=self.name)


@dataclass(frozen=True, slots=True)
class Verification:
    """What became of making a report again.

    Attributes
    ----------
    disagreements : tuple
        What is not as it was: inputs, files of the report, and files that come out different.
    versions : mapping of str to tuple
        Library -> its version then and now, where they differ. By itself that is no disagreement.
    fault : str
        Why the report could not be made again; empty where it could.
    """

    disagreements: tuple[_Disagreement, ...]
    versions: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    fault: str = ""

    @property
    def agrees(self) -> bool:
        """Whether everything is as it was."""
        return not self.disagreements and not self.fault

    @property
    def lines(self) -> tuple[str, ...]:
        """What is to be said of it, a line each."""
        versions = [wording.library_differs(name, *both) for name, both in self.versions.items()]
        said = [wording.LIBRARIES_DIFFER, *versions] if versions else []
        fault = [wording.NOT_MADE_AGAIN, self.fault] if self.fault else []
        return (*map(str, self.disagreements), *fault, *said, *([wording.VERIFIED] if self.agrees else []))


def verify_report(folder: str | Path, inspection: str | Path | None = None) -> Verification:
    r"""Make a report again from its inputs, and compare.

    Parameters
    ----------
    folder : str or pathlib.Path
        The folder of the report.
    inspection : str or pathlib.Path, optional
        The file that it was made from. None: the one of the recorded name in the folder that holds the report, or in
        the current one; where there are two, the one that it was made from.

    Returns
    -------
    Verification
        What does not agree.

    Raises
    ------
    DataError
        The folder holds no report, or the file of the inspection is not found.

    Examples
    --------
    >>> import pathlib, tempfile, cdi
    >>> text = 'force = "Exampleshire Constabulary"\naudit.files = "audit.csv"\n'
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     rows = "cluster,recorded\n" + "".join(f"{i},{'no' if i % 10 == 0 else 'yes'}\n" for i in range(40))
    ...     _ = (pathlib.Path(folder) / "audit.csv").write_text(rows, encoding="utf-8")
    ...     _ = (pathlib.Path(folder) / "inspection.toml").write_text(text, encoding="utf-8")
    ...     report = cdi.assemble(cdi.read_inspection(pathlib.Path(folder) / "inspection.toml"))
    ...     _ = cdi.write_report(report, pathlib.Path(folder) / "out")
    ...     cdi.verify_report(pathlib.Path(folder) / "out").agrees
    True
    """
    known = _read_provenance(folder)
    path = _inspection(Path(folder), known, inspection)
    found = [*_inputs(known["inputs"], path.parent), *_files(known["outputs"], Path(folder))]
    try:
        made = _made_again(path, known)
    except CdiError as error:
        return Verification(tuple(found), fault=str(error))
    now = json.loads(made[PROVENANCE])
    added = [_Disagreement("input-added", name) for name in now["inputs"] if name not in known["inputs"]]
    found = [*added, *found, *_differing(known, now)]
    return Verification(tuple(found), _versions(known, now))


def _inspection(folder: Path, known: Mapping[str, Any], given: str | Path | None) -> Path:
    """Find the file that a report was made from: of two, the one that holds the same."""
    name = Path(known["inspection"]).name
    places = [Path(given)] if given is not None else [folder.resolve().parent / name, Path(name)]
    there = [place for place in places if place.is_file()]
    if not there:
        raise DataError.of("inspection-not-found", got=None if given else name, where=Where(str(given or folder)))
    same = (place for place in there if digest(place.read_bytes()) == known["inputs"].get(name))
    return next(same, there[0])


def _inputs(known: Mapping[str, Any], above: Path) -> Iterator[_Disagreement]:
    """Say which inputs are not as they were, or not there."""
    for name, was in known.items():
        now = _hash_of(above / name)
        if now != was:
            yield _Disagreement("input-missing" if now is None else "input-changed", name)


def _files(known: Mapping[str, Any], folder: Path) -> Iterator[_Disagreement]:
    """Say which files of a report are not as they were written, not there, or no part of it."""
    there = _files_in(folder)
    for name in dict.fromkeys((*known, *there)):
        if name not in there:
            yield _Disagreement("output-missing", name)
        elif name != PROVENANCE and name not in known:
            yield _Disagreement("output-added", name)
        elif name != PROVENANCE and _hash_of(folder / name) != known[name]:
            yield _Disagreement("output-changed", name)


def _hash_of(file: Path) -> str | None:
    """Hash a file; None where there is none, or what can be read is no file: a device has no end."""
    try:
        return digest(file.read_bytes()) if file.is_file() else None
    except OSError:
        return None


def _made_again(path: Path, known: Mapping[str, Any]) -> Mapping[str, bytes]:
    """Make the files of a report again, with the date that it had where its file states none."""
    from cdi.inspecting.inspection_files import read_inspection
    from cdi.report.assembling import assemble
    from cdi.report.outputs import outputs

    inspection = read_inspection(path)
    report = assemble(inspection)
    if inspection.date is None:
        date = known.get("date")
        report = replace(report, date=dt.date.fromisoformat(date) if date else None)
    return outputs(report)


def _differing(known: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[_Disagreement]:
    """Say which files come out different, and whether what is said of where they come from does."""
    names = dict.fromkeys((*known["outputs"], *now["outputs"]))
    for name in names:
        if known["outputs"].get(name) != now["outputs"].get(name):
            yield _Disagreement("output-differs", name)
    apart = {*_OF_MACHINE, "inputs", "outputs"}
    if any(known.get(key) != now.get(key) for key in {*known, *now} - apart):
        yield _Disagreement("output-differs", PROVENANCE)


def _versions(known: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Say which versions are not those that the report was made with."""
    was, are = (
        {**found["libraries"], **{name: found.get(name, "") for name in _OF_MACHINE[:2]}} for found in (known, now)
    )
    return {
        name: (was.get(name, ""), are.get(name, "")) for name in sorted({*was, *are}) if was.get(name) != are.get(name)
    }
