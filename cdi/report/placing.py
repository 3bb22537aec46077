"""Files put into a folder in one step: at every moment, the old folder or the new one stands there, whole.

The files are written into a folder of their own beside the one that is meant, which nobody else may read. Where the
system can exchange two folders in one step (Linux, most file systems), it does. Elsewhere, the old folder is moved away
and the new one into its place: a run that is killed between the two leaves nothing there, and the next run puts the old
folder back. On Linux and macOS a lock on the folder above keeps two runs apart. Where nothing can be locked, as on
Windows, what a killed run left is not removed: it could be that of a run that goes on.

What is left is known by its name, which holds a digest by the key of the inspection, and by the journal in it. From the
old folder only the files go that were agreed on, if they are still the same; all else there moves into the new one.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import os
import re
import secrets
import stat
import sys
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from cdi.errors import DataError, Where
from cdi.keyed import Key
from cdi.report.folder import INNER, bytes_within, digest_within, of_system, own_name

__all__ = ["alone", "left_by_others", "place", "recover"]

_LEFT = re.compile(r"\.cdi-([0-9a-f]{16})-([0-9a-f]{32})")
_JOURNAL, _NEW, _OLD = "journal.json", "new", "old"
_PATIENCE = 30.0  # seconds that another run is waited for
_HERE, _KEEP, _EXCHANGE = -100, 1, 2  # AT_FDCWD, RENAME_NOREPLACE, RENAME_EXCHANGE
_CANNOT = frozenset([errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP])


# ---- one run at a time


@contextlib.contextmanager
def alone(above: Path) -> Iterator[bool]:
    """Keep other runs out of a folder; gives False where nothing can be locked. The lock ends with the process."""
    if sys.platform == "win32":
        yield False
        return
    try:
        number = os.open(above, os.O_RDONLY)
    except OSError:  # who may write there may not be allowed to look
        yield False
        return
    try:
        yield _locked(number, above)
    finally:
        os.close(number)


def _locked(number: int, above: Path) -> bool:
    """Lock an open folder, and wait for another run that has it."""
    import fcntl

    until = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise DataError.of("folder-busy", where=Where(str(above))) from None
            time.sleep(0.05)
        except OSError:
            return False
        else:
            return True


# ---- putting


@dataclass(frozen=True, slots=True)
class _Journal:
    """What a run meant to do, written before it did."""

    new: tuple[str, ...]  # the files that it writes
    agreed: Mapping[str, str]  # files of the old folder that may go -> SHA-256
    made: int  # the number that the system gives the new folder
    was: int | None  # that of the old one


def place(files: Mapping[str, bytes], target: Path, key: Key, agreed: Mapping[str, str]) -> None:
    """Write files, and put their folder in the place of another, from which the agreed ones go.

    Where this fails before the new folder stands, all is as it was. What fails later is told with where the rest is.
    """
    own = target.with_name(_name(target.name, secrets.token_hex(8), key))
    new = own / _NEW
    try:
        own.mkdir(mode=0o700)
        new.mkdir()
        was = target.stat() if target.exists() else None
        journal = _Journal(tuple(files), dict(agreed), new.stat().st_ino, None if was is None else was.st_ino)
        _write(own / _JOURNAL, json.dumps(_signed(journal, own.name, key)).encode("ascii"))
        for name, content in files.items():
            (new / name).parent.mkdir(exist_ok=True)
            _write(new / name, content)
        for folder in {new, *((new / name).parent for name in files)}:
            _flush(folder)
        if was is not None:
            new.chmod(stat.S_IMODE(was.st_mode))
        _put(new, target, own / _OLD)
        _flush(target.parent)
        _finish(own, target, key)
    except BaseException:
        with contextlib.suppress(OSError):
            _settle(own, target, key)
        raise


def _name(target: str, nonce: str, key: Key) -> str:
    """Name the folder of a run, so that only who holds the key can have made it, and for this place."""
    return f".cdi-{nonce}-{key.tag('left', target, nonce)[:32]}"


def _signed(journal: _Journal, name: str, key: Key) -> dict[str, object]:
    said = asdict(journal)
    return {**said, "seal": key.tag("journal", name, json.dumps(said, sort_keys=True))}


def _write(path: Path, content: bytes) -> None:
    """Write a file to the disk."""
    path.write_bytes(content)
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system lets a program do so."""
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _put(new: Path, target: Path, old: Path) -> None:
    """Put a folder in the place of another, or where there is none."""
    if not target.exists():
        new.rename(target)
    elif not _exchange(new, target):
        target.rename(old)
        new.rename(target)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where the system or the place cannot."""
    return _renamed(one, other, _EXCHANGE)


def _renamed(one: Path, other: Path, how: int) -> bool:
    """Rename as only Linux can; False where the system or the place cannot."""
    if sys.platform != "linux":
        return False
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    if call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), ctypes.c_uint(how)) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(one), None, str(other))


def _move(one: Path, other: Path) -> bool:
    """Move something to where nothing is; False where something is."""
    try:
        if _renamed(one, other, _KEEP):
            return True
    except FileExistsError:
        return False
    if os.path.lexists(other):
        return False
    one.rename(other)
    return True


# ---- what a run leaves


def recover(target: Path, key: Key) -> None:
    """Bring to an end what runs into this place left when they were killed; only one run at a time may do so."""
    for own in _left(target.parent):
        found = _LEFT.fullmatch(own.name)
        if found is not None and own.name == _name(target.name, found[1], key):
            _finish(own, target, key)


def left_by_others(target: Path, key: Key | None) -> tuple[str, ...]:
    """Name what lies beside a folder like what a killed run leaves, and is not proven to be of this inspection."""
    found = []
    for own in _left(target.parent):
        name = _LEFT.fullmatch(own.name)
        if name is not None and (key is None or own.name != _name(target.name, name[1], key)):
            found.append(str(own))
    return tuple(found)


def _left(above: Path) -> list[Path]:
    """List folders that are named like those of runs."""
    try:
        return sorted(each for each in above.iterdir() if _LEFT.fullmatch(each.name) and _is_folder(each))
    except OSError:  # who may write there may not be allowed to look
        return []


def _is_folder(path: Path) -> bool:
    """Tell a folder from a link to one."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def _finish(own: Path, target: Path, key: Key) -> None:
    """Bring a run to its end, and say where the rest is if that cannot be."""
    try:
        _settle(own, target, key)
    except OSError as error:
        raise DataError.of("folder-left", got=error.strerror, where=Where(str(own))) from error
    if own.exists():
        raise DataError.of("folder-left", where=Where(str(own)))


def _settle(own: Path, target: Path, key: Key) -> None:
    """Undo a run that did not come to its end, or end it: by which folder stands where."""
    if not _is_folder(own):
        return
    journal = _read_journal(own, key)
    if journal is not None:
        if _is_numbered(own / _OLD, journal.was) and not os.path.lexists(target):
            (own / _OLD).rename(target)
        for place in (own / _NEW, own / _OLD):
            if _is_numbered(place, journal.made):
                _remove(place, [name for name in journal.new if own_name(name)])
            elif _is_numbered(place, journal.was):
                _remove(place, [name for name, was in journal.agreed.items() if _may_go(place, name, was)])
                _keep(place, target)
    for place in (own / _NEW, own / _OLD):
        _without(place)
    # a journal that cannot be read was not written to its end: nothing had begun, and no folder is there
    if not any(os.path.lexists(own / name) for name in (_NEW, _OLD)):
        with contextlib.suppress(FileNotFoundError):
            (own / _JOURNAL).unlink()
    _without(own)


def _read_journal(own: Path, key: Key) -> _Journal | None:
    """Read what a run meant to do; None where it did not come to write it."""
    try:
        known = json.loads((bytes_within(own, _JOURNAL) or b"").decode("ascii"))
        seal = known.pop("seal")
        if not key.agrees(seal, "journal", own.name, json.dumps(known, sort_keys=True)):
            return None
        return _Journal(**{**known, "new": tuple(known["new"])})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _is_numbered(place: Path, number: int | None) -> bool:
    """Tell whether this is the folder that a journal speaks of, and not another in its place."""
    return _is_folder(place) and place.lstat().st_ino == number


def _may_go(place: Path, name: str, was: str) -> bool:
    """Tell whether a file is still the one that was agreed on: somebody may have changed it since."""
    return own_name(name) and digest_within(place, name) == was


def _remove(place: Path, names: Collection[str]) -> None:
    """Remove files of a report, and what the system put beside them."""
    folders = [each for each in (place, *(place / inner for inner in INNER)) if _is_folder(each)]
    for name in names:
        if (place / name).parent in folders:
            with contextlib.suppress(FileNotFoundError):
                (place / name).unlink()
    for folder in folders:
        for each in list(folder.iterdir()):
            if of_system(each.name) and not each.is_dir():
                each.unlink()
    for inner in INNER:
        _without(place / inner)


def _keep(old: Path, target: Path) -> None:
    """Move what stays from the old folder into the new one; what has no room there remains where it is."""
    for each in sorted(old.iterdir()):
        there = target / each.name
        if not _move(each, there) and _is_folder(each) and _is_folder(there):
            _keep(each, there)
            _without(each)


def _without(folder: Path) -> None:
    """Remove a folder that holds nothing."""
    if not _is_folder(folder):
        return
    try:
        folder.rmdir()
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
