"""The private key of an inspection or a draw: digests made with it tell nothing to whoever lacks it.

A plain digest of a file lets anybody check a guess of what the file holds, and a sorted or counted file can be guessed.
The key is 32 random bytes in a file beside the inspection's, or the draw's receipt. It also proves what
cdi wrote: a provenance, and the folder that a run leaves behind when it is ended half-way.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import re
import secrets
import stat
from dataclasses import dataclass, field
from operator import xor
from pathlib import Path

from cdi import wording
from cdi.errors import DataError, Where

__all__ = ["MARK", "Key", "digest", "found_key", "hash_of", "key_file", "key_of_draw", "made_key"]

MARK = "cdi-key-1"
"""What stands before the key in its file: a name and version."""

_LINE = re.compile(rf"{MARK} ([0-9a-f]{{64}})")
_HEX = re.compile(r"[0-9a-f]{64}(?:[0-9a-f]{2})+")
_HIDDEN = 512  # a hidden text is as long as some multiple of it
_MOST = 4_096  # bytes of a file that holds a key and a few comments
_ONLY_THERE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def digest(content: bytes) -> str:
    """Give the SHA-256 of bytes, for what is public."""
    return hashlib.sha256(content).hexdigest()


def hash_of(file: Path) -> str | None:
    """Hash a file; None where there is none, or what can be read is no file: a device has no end."""
    try:
        return digest(file.read_bytes()) if file.is_file() else None
    except OSError:
        return None


@dataclass(frozen=True, slots=True)
class Key:
    """What only the people of an inspection know."""

    secret: bytes = field(repr=False)

    def tag(self, purpose: str, *texts: str) -> str:
        """Give the HMAC-SHA-256 of some texts; those of one purpose say nothing of another's."""
        return hmac.new(self.secret, json.dumps([purpose, *texts]).encode("ascii"), hashlib.sha256).hexdigest()

    @property
    def name(self) -> str:
        """What is published of the key, so that another one is told from files that changed."""
        return self.tag("name")

    def of_input(self, path: str, sha256: str) -> str:
        """Give the digest that is published of a file that was read: of its path and its content."""
        return self.tag("input", path, sha256)

    def agrees(self, given: object, purpose: str, *texts: str) -> bool:
        """Tell whether a digest is the one that this key gives."""
        own = self.tag(purpose, *texts).encode("ascii")
        return isinstance(given, str) and given.isascii() and hmac.compare_digest(given.encode("ascii"), own)

    def hidden(self, text: str, beside: str) -> str:
        """Write a text so that only this key reads it, and its length tells nothing; ``beside`` is what it stands with.

        A synthetic initialisation vector, as in Rogaway and Shrimpton (2006, EUROCRYPT): the same text beside the same
        is written alike, so that a report can be made again.
        """
        plain = text.encode("utf-8")
        plain += b" " * (-len(plain) % _HIDDEN)
        mark = self.tag("hidden", text, beside)
        return mark + bytes(map(xor, plain, self._stream(mark, len(plain)))).hex()

    def uncovered(self, hidden: object, beside: str) -> str | None:
        """Read a hidden text; None where another key wrote it, or somebody changed it."""
        if not isinstance(hidden, str) or not _HEX.fullmatch(hidden):
            return None
        mark, written = hidden[:64], bytes.fromhex(hidden[64:])
        text = bytes(map(xor, written, self._stream(mark, len(written)))).decode("utf-8", errors="replace").rstrip(" ")
        return text if self.agrees(mark, "hidden", text, beside) else None

    def _stream(self, mark: str, length: int) -> bytes:
        return b"".join(bytes.fromhex(self.tag("stream", mark, str(i))) for i in range(-(-length // 32)))


def key_file(inspection: Path) -> Path:
    """Name the file of the key: beside that of the inspection, and called like it."""
    own = f"{inspection.stem}.key"
    return inspection.with_name(own if own.casefold() != inspection.name.casefold() else f"{inspection.name}.key")


def found_key(inspection: Path, damaged: str = "key-damaged") -> Key | None:
    """Read the key of an inspection, or of a receipt; None where none was made yet.

    What is said of one that is ``damaged`` is a fault: an inspection can have a new key, and a receipt cannot.
    """
    path = key_file(inspection)
    try:
        kind = path.lstat().st_mode
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DataError.of("key-unreadable", got=error.strerror, where=Where(str(path))) from error
    if not stat.S_ISREG(kind):
        raise DataError.of("key-is-link" if stat.S_ISLNK(kind) else "key-is-no-file", where=Where(str(path)))
    try:
        content = _content(path)
    except OSError as error:
        raise DataError.of("key-unreadable", got=error.strerror, where=Where(str(path))) from error
    lines = [line.strip() for line in content.decode("utf-8-sig", errors="replace").splitlines()]
    held = [_LINE.fullmatch(line) for line in lines if line and not line.startswith("#")]
    if len(held) != 1 or held[0] is None:
        raise DataError.of(damaged, where=Where(str(path)))
    return Key(bytes.fromhex(held[0][1]))


def _content(path: Path) -> bytes:
    """Read what a small file holds, and no more of a large one than shows that it is no key."""
    with os.fdopen(os.open(path, os.O_RDONLY | _ONLY_THERE), "rb") as file:
        return file.read(_MOST)


def made_key(inspection: Path) -> Key:
    """Give the key of an inspection, and make it where there is none."""
    return _made(inspection, wording.KEY_FILE, "key-damaged", "key-not-made")


def key_of_draw(receipt: Path) -> Key:
    """Make the key of a receipt, or give the one that stands beside it."""
    return _made(receipt, wording.DRAW_KEY_FILE, "draw-key-damaged", "cannot-write")


def _made(inspection: Path, words: str, damaged: str, not_made: str) -> Key:
    """Give a key, and make it where there is none; the words stand above it in its file."""
    known = found_key(inspection, damaged)
    if known is not None:
        return known
    path = key_file(inspection)
    try:
        _make(path, f"{words}{MARK} {secrets.token_hex(32)}\n".encode())
    except OSError as error:
        raise DataError.of(not_made, got=error.strerror, where=Where(str(path))) from error
    made = found_key(inspection, damaged)  # of two runs that make it, both use the one that stands
    if made is None:
        raise DataError.of(not_made, where=Where(str(path)))
    return made


def _make(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all, and never over another."""
    draft = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _ONLY_THERE, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _name_it(draft, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()


def _name_it(draft: Path, path: Path) -> None:
    """Give a file a name that no other has."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    except (OSError, NotImplementedError):  # a place without hard links
        if not os.path.lexists(path):
            draft.rename(path)
