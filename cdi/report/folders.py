"""The folder of a report: written whole or not at all, and never over what somebody else put there."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeGuard

from cdi.errors import DataError, Where
from cdi.report.contents import Report
from cdi.report.outputs import outputs
from cdi.report.provenance import PROVENANCE, SCHEMA

__all__ = ["files_in", "read_provenance", "refuse_folder", "write_report"]

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
    refuse_folder(folder)
    made = outputs(report)
    _write_folder(made, folder)
    return tuple(made)


def refuse_folder(folder: str | Path) -> None:
    """Refuse a folder that a report cannot go to, before there is work.

    Raises
    ------
    DataError
        It is a file, holds what is no report of cdi, is the one that the user is in, or the one above is not there.
    """
    target, where = Path(os.path.realpath(folder)), Where(str(folder))
    with _answered(where):
        if os.path.lexists(target) and not target.is_dir():
            raise DataError.of("folder-is-file", where=where)
        if not target.parent.is_dir():
            raise DataError.of("no-folder-above", where=where, name=str(Path(folder).parent))
        if Path.cwd().resolve().is_relative_to(target):
            raise DataError.of("folder-in-use", where=where)
        others = sorted(set(files_in(target)) - _own(target)) if target.exists() else []
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


def files_in(folder: Path) -> tuple[str, ...]:
    """List what a folder holds at any depth: files, links, and folders that are empty; not what the system put there.

    Returns
    -------
    tuple of str
        Names with forward strokes, in order.
    """

    def inside(place: Path) -> Iterator[str]:
        for entry in _put_there(place):
            deeper = entry.is_dir() and not entry.is_symlink() and any(_put_there(entry))
            yield from inside(entry) if deeper else [entry.relative_to(folder).as_posix()]

    return tuple(sorted(inside(folder)))


def _put_there(place: Path) -> Iterator[Path]:
    """List what somebody put into a folder: what systems leave there when it is looked at is nobody's."""
    return (entry for entry in place.iterdir() if entry.is_dir() or entry.name.casefold() not in _OF_SYSTEMS)


def read_provenance(folder: str | Path) -> dict[str, Any]:
    """Read where a report comes from.

    Raises
    ------
    DataError
        There is no such file, or it is not as cdi writes it.
    """
    path = Path(folder) / PROVENANCE
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
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
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
        return {PROVENANCE, *read_provenance(folder)["outputs"]}
    return set()
