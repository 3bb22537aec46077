"""Files that are opened once, for all that is read of them: a report asks the same rows many questions.

A file that was changed since is opened anew. What is kept lives as long as the shelf, and is not pickled with it.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, TypeVar

from cdi.arguments import several
from cdi.reading import engine
from cdi.reading.sources import Workbook

__all__ = ["Shelf", "Shelved", "once", "shelf_of"]

Kept = TypeVar("Kept")

LARGEST = 1 << 28
"""The bytes of the largest file that is held in memory while it is looked through."""

_State: TypeAlias = tuple[int, int, int]
"""When a file was changed last, its size, and its number on the disk: another one is another file."""


class Shelf:
    """What was opened of some files, and the engine that holds it."""

    def __init__(self) -> None:
        self._connection: Any = None
        self._tables = 0
        self._kept: dict[Hashable, tuple[object, object]] = {}
        self._texts: dict[Path, tuple[_State, bytes]] = {}
        self._digests: dict[Path, str] = {}

    def __reduce__(self) -> tuple[type[Shelf], tuple[()]]:
        """Pickle an empty one: what is saved of a report holds no row of a victim's."""
        return Shelf, ()

    @property
    def connection(self) -> Any:
        """The engine, started once."""
        if self._connection is None:
            self._connection = engine.connect()
        return self._connection

    def close(self) -> None:
        """Let go of all that was opened, and close the engine; what is asked for later is opened anew."""
        for kept in (self._kept, self._texts, self._digests):
            kept.clear()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def table(self) -> str:
        """Name a table that is not there yet."""
        self._tables += 1
        return f"_cdi_part_{self._tables}"

    def book(self, file: str | Path | Workbook) -> Shelved:
        """Put a file, or a sheet of one, on the shelf."""
        if not isinstance(file, Workbook):
            return Shelved(str(file), shelf=self)
        return Shelved(file.path, file.sheet, file.header_row, file.mapping, self)

    def books(self, files: Iterable[str | Path | Workbook]) -> list[Shelved]:
        """Put files on the shelf."""
        return list(map(self.book, files))

    def roles(self, roles: Mapping[str, Any]) -> dict[str, Any]:
        """Put the files among the roles of a sample on the shelf."""
        return {
            role: self.book(given) if isinstance(given, (Path, Workbook)) else given for role, given in roles.items()
        }

    def once(self, key: Hashable, books: Sequence[Workbook], make: Callable[[], Kept]) -> Kept:
        """Make something of some files once, and again where one of them was changed since."""
        state = [_state(Path(book.path)) for book in books]
        known = self._kept.get(key)
        if known is not None and known[0] == state:
            return known[1]  # type: ignore[return-value]  # as it was made for this key
        made = make()
        self._kept[key] = state, made
        return made

    def text(self, path: Path) -> BinaryIO:
        """Give what a file holds, read once until it is :meth:`done` with; a very large one is opened each time."""
        place, state = path.resolve(), _state(path)
        if state is None or state[1] > LARGEST:
            return path.open("rb")
        known = self._texts.get(place)
        if known is None or known[0] != state:
            known = self._texts[place] = state, path.read_bytes()
            self.took(path, known[1])
        return io.BytesIO(known[1])

    def took(self, path: Path, content: bytes) -> None:
        """Keep the digest of what was read of a file."""
        self._digests[path.resolve()] = hashlib.sha256(content).hexdigest()

    def done(self, path: Path) -> None:
        """Let go of the text of a file that is in the engine."""
        self._texts.pop(path.resolve(), None)

    def digest(self, path: Path) -> str:
        """Give the SHA-256 of what was read of a file; of one that was not read here, of what it holds now."""
        known = self._digests.get(path.resolve())
        if known is not None:
            return known
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Shelved(Workbook):
    """A file, or a sheet of one, on a shelf."""

    shelf: Shelf = field(default_factory=Shelf, repr=False, compare=False)


def shelf_of(source: object) -> Shelf | None:
    """Give the shelf that some files are on; None of what is on none."""
    first = source[0] if isinstance(source, (list, tuple)) and source else source
    return first.shelf if isinstance(first, Shelved) else None


def once(source: object, key: Hashable, make: Callable[[], Kept]) -> Kept:
    """Make something of files that are on a shelf once; of anything else, each time. The first is what is read."""
    shelf = shelf_of(source)
    if shelf is None:
        return make()
    return shelf.once(key, [each for each in several(source) if isinstance(each, Workbook)], make)


def _state(path: Path) -> _State | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - twice as fast as of a path
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
