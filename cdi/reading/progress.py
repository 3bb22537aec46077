"""How far the reading of large files is, for a person who watches; nothing where nobody does.

The rooms say what is under way. Who watches draws it: a line on the terminal, once it takes its time.
"""

from __future__ import annotations

import contextlib
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import PurePath
from typing import Any, TextIO

from cdi import wording

__all__ = ["PATIENCE", "Line", "asking", "counting", "follow", "watching"]

PATIENCE = 2.0
"""Seconds after which who watches is shown how far it is."""

_EVERY = 0.25  # seconds from one drawing to the next


class Line:
    """A line on a terminal that says what is under way, drawn by a thread of its own."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._start = time.monotonic()
        self._doing: tuple[str, str, Callable[[], float | None]] | None = None
        self._drawn = 0
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.engine: Any = None  # the one that was started last
        self._thread.start()

    def close(self) -> None:
        """End it, and leave the terminal as it was."""
        self._ended.set()
        self._thread.join()

    @contextlib.contextmanager
    def doing(self, what: str, name: str, share: Callable[[], float | None]) -> Iterator[None]:
        """Say what is under way; at the end the line is empty, for what is printed next."""
        before, self._doing = self._doing, (what, name, share)
        try:
            yield
        finally:
            with self._lock:
                self._doing = before
                self._wipe()

    def asked(self) -> float | None:
        """Tell how far the engine is with what it was asked last."""
        with contextlib.suppress(Exception):  # an engine that is closed, or was asked nothing yet
            share = float(self.engine.query_progress()) / 100
            return share if 0 <= share <= 1 else None
        return None

    def _run(self) -> None:
        while not self._ended.wait(_EVERY):
            with self._lock:
                seconds = time.monotonic() - self._start
                if self._doing is not None and seconds >= PATIENCE:
                    self._draw(*self._doing, seconds)

    def _draw(self, what: str, name: str, share: Callable[[], float | None], seconds: float) -> None:
        text = wording.progress_line(what, name, share(), seconds)[: shutil.get_terminal_size().columns - 1]
        self._stream.write("\r" + text.ljust(self._drawn))
        self._stream.flush()
        self._drawn = len(text)

    def _wipe(self) -> None:
        if self._drawn:
            self._stream.write("\r" + " " * self._drawn + "\r")
            self._stream.flush()
            self._drawn = 0


_LINE: ContextVar[Line | None] = ContextVar("line", default=None)


@contextlib.contextmanager
def watching(stream: TextIO) -> Iterator[None]:
    """Show how far it is on a terminal, while something runs; on anything else, nothing."""
    if not stream.isatty():
        yield
        return
    line = Line(stream)
    token = _LINE.set(line)
    try:
        yield
    finally:
        _LINE.reset(token)
        line.close()


def follow(connection: Any) -> None:
    """Let an engine that was started tell how far it is, where somebody watches."""
    line = _LINE.get()
    if line is not None:
        line.engine = connection
        connection.execute(
            "set enable_progress_bar = true; set enable_progress_bar_print = false; set progress_bar_time = 0"
        )


def asking(what: str, name: str) -> contextlib.AbstractContextManager[None]:
    """Say that the engine is at work on a file."""
    line = _LINE.get()
    return contextlib.nullcontext() if line is None else line.doing(what, PurePath(name).name, line.asked)


@contextlib.contextmanager
def counting(what: str, name: str, whole: int) -> Iterator[Callable[[int], None]]:
    """Say that a file is looked through, and take the number of each part that is done."""
    line, done = _LINE.get(), 0

    def add(part: int) -> None:
        nonlocal done
        done += part

    if line is None:
        yield add
        return
    with line.doing(what, PurePath(name).name, lambda: min(done / whole, 1.0) if whole else None):
        yield add
