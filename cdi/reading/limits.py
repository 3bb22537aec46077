"""How much of a machine the embedded engine takes, and where it puts the rows that do not fit into memory.

What is not said is a share that leaves other programs their room. More rows than that are written to a folder which
only this user can read, and which goes when the work is done or fails.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from numbers import Integral
from pathlib import Path
from typing import Any

from cdi import wording
from cdi.arguments import checked
from cdi.errors import CdiError, DataError, DesignError

__all__ = [
    "LEAST", "Spills", "let_out", "letting_out", "limited", "limits", "on_engine", "parse_memory", "written_amount",
]  # fmt: skip

_UNITS = {
    "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12,
    "KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40,
}  # fmt: skip
_AMOUNT = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([KMGT]i?B)", re.IGNORECASE)

LEAST = 200 * 10**6
"""The bytes below which the engine cannot read a file: its buffers for the text alone take a good part of them."""

_USUAL, _OF_A_THREAD = 750 * 10**6, 128 * 10**6
"""The bytes that the engine takes where nothing is said, or as many for each of its threads, if these are more."""

_SHARE = 0.8  # of the memory of a machine, that the engine takes by itself


class Spills:
    """A folder for what does not fit into memory: made when an engine is started, beside what is written."""

    def __init__(self, beside: Path | None = None) -> None:
        self._beside = beside
        self._folder: Path | None = None
        self._engines = 0

    def place(self) -> str:
        """Name a folder for one more engine, which makes it when it needs it: two would take each other's files."""
        if self._folder is None:
            self._folder = self._made()
        self._engines += 1
        return str(self._folder / f"{os.getpid()}-{self._engines}")

    def _made(self) -> Path:
        atexit.register(self.clear)
        if self._beside is not None:
            # what is wrong with the folder of the output is told where the output is written
            with contextlib.suppress(OSError):
                return Path(tempfile.mkdtemp(prefix=_PREFIX, dir=self._beside)).absolute()
        return Path(tempfile.mkdtemp(prefix=_PREFIX))

    def clear(self) -> None:
        """Remove all that was put there."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None


_PREFIX = "cdi-spill-"


@dataclass(frozen=True, slots=True)
class _Limits:
    memory: int | None = None
    threads: int | None = None
    spills: Spills = field(default_factory=Spills)


_OF_PROCESS = _Limits()
_LIMITS: ContextVar[_Limits] = ContextVar("limits", default=_OF_PROCESS)


@checked
def limits(*, memory: str | None = None, threads: int | None = None) -> contextlib.AbstractContextManager[None]:
    """Limit what the embedded engine, which reads files, takes of the machine while a block of code runs.

    Frames that you bring keep their own engine, with its own settings.

    Parameters
    ----------
    memory : str, optional
        The most memory for rows and sums, with its unit, such as ``"1GB"`` or ``"500 MB"``. What does not fit is
        written to the temporary folder, and removed at the end of the process. If None, it is 750 MB, or 128 MB for
        each thread if these are more.
    threads : int, optional
        The number of processors that work at once. If None, it is all that there are.

    Returns
    -------
    context manager
        For a ``with`` block. What is read inside keeps the limits.

    Raises
    ------
    DesignError
        If the amount has no unit, or the machine has less.

    Examples
    --------
    >>> import cdi
    >>> with cdi.limits(memory="500MB", threads=1):
    ...     found = cdi.estimate("data/examples/exampleshire_audit.csv")
    >>> found.audit
    <cdi.Audit: exampleshire_audit.csv, 309 crimes in 240 reports, 1 stratum>
    """
    return limited(None if memory is None else parse_memory(memory), _whole(threads))


def _whole(threads: object) -> int | None:
    if threads is None:
        return None
    if isinstance(threads, bool) or not isinstance(threads, Integral) or threads < 1:
        raise DesignError.of("threads", got=wording.shorten(repr(threads)))
    return int(threads)


@contextlib.contextmanager
def limited(memory: int | None = None, threads: int | None = None, spills: Spills | None = None) -> Iterator[None]:
    """Limit the engines that are started inside; what they spilled into a place of their own is removed at the end."""
    token = _LIMITS.set(_Limits(memory, threads, spills or _OF_PROCESS.spills))
    try:
        yield
    finally:
        _LIMITS.reset(token)
        if spills is not None:
            spills.clear()


def parse_memory(text: object) -> int:
    """Read an amount of memory as people write it, in bytes.

    Examples
    --------
    >>> parse_memory("1GB"), parse_memory("1.5 gib")
    (1000000000, 1610612736)
    """
    found = _AMOUNT.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        raise DesignError.of("memory-unit", got=text if isinstance(text, str) else wording.shorten(repr(text)))
    amount = round(float(found[1]) * _UNITS[found[2].upper()])
    if amount < LEAST:
        raise DesignError.of("memory-too-little", got=found[0], least=written_amount(LEAST))
    return amount


def written_amount(amount: int) -> str:
    """Write bytes as an option takes them, no more than there are."""
    if amount >= 10**9:
        whole, tenths = divmod(amount // 10**8, 10)
        return f"{whole}.{tenths}GB" if tenths else f"{whole}GB"
    return f"{amount // 10**6}MB"


def on_engine(duckdb: Any) -> Any:
    """Start an engine within the limits."""
    wanted = _LIMITS.get()
    connection = duckdb.connect(config={"temp_directory": wanted.spills.place()})
    free, threads = _settings(connection)
    if wanted.threads is not None and wanted.threads > threads:
        raise DesignError.of("threads-beyond", got=wanted.threads, most=threads)
    whole = round(free / _SHARE)
    if wanted.memory is not None and wanted.memory > whole:
        raise DesignError.of("memory-beyond", got=written_amount(wanted.memory), most=written_amount(whole))
    given = wanted.memory or _usual(free, wanted.threads or threads)
    connection.execute(f"set memory_limit = '{given}B'")
    if wanted.threads is not None:
        connection.execute(f"set threads = {wanted.threads}")
    return connection


def _usual(free: int, threads: int) -> int:
    return min(free, max(_USUAL, _OF_A_THREAD * threads))


def _settings(connection: Any) -> tuple[int, int]:
    """Give the memory and the threads that an engine takes by itself."""
    query = "select current_setting('memory_limit'), current_setting('threads')"
    memory, threads = connection.execute(query).fetchall()[0]
    number, unit = memory.split()
    return round(float(number) * {**_UNITS, "BYTES": 1}[unit.upper()]), int(threads)


@contextlib.contextmanager
def letting_out() -> Iterator[None]:
    """Tell what an engine has no more room for, wherever it is asked."""
    try:
        yield
    except CdiError:
        raise
    except Exception as error:
        let_out(error)
        raise


def let_out(error: Exception) -> None:
    """Say what to do where an engine came to the end of its memory, or of the disk to which it writes the rest.

    What stopped it from outside goes on as what it was.
    """
    if isinstance(error.__cause__, (KeyboardInterrupt, SystemExit)):
        raise error.__cause__ from None
    text = str(error)
    if "No space left" in text or "max_temp_directory_size" in text:
        raise DataError.of("spills-full", got=text.splitlines()[0]) from error
    if type(error).__name__ != "OutOfMemoryException":
        return
    import duckdb

    wanted = _LIMITS.get()
    free, threads = _settings(duckdb.connect())
    given = wanted.memory or _usual(free, wanted.threads or threads)
    got = written_amount(given)
    if given < free:
        raise DataError.of("out-of-memory", got=got, more=written_amount(min(4 * given, free))) from error
    raise DataError.of("out-of-memory-here", got=got) from error
