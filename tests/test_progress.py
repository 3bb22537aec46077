"""Who watches sees how far a large file is read; a file or a pipe sees nothing."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest

import cdi
from cdi import wording
from cdi.reading import engine, progress
from tests.test_opening import HEADER, ROWS, as_csv


class Terminal(io.StringIO):
    """A stream that says that a person watches."""

    def isatty(self) -> bool:
        return True


def drawn(stream: io.StringIO) -> None:
    """Wait until something was drawn, for as long as a line takes on a slow machine."""
    end = time.monotonic() + 30
    while not stream.getvalue() and time.monotonic() < end:
        time.sleep(0.01)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setattr(progress, "_EVERY", 0.001)


@pytest.mark.usefixtures("impatient")
class TestALine:
    def test_says_how_much_of_a_file_is_looked_through(self) -> None:
        stream = Terminal()
        with progress.watching(stream), progress.counting("look", "folder/audit.csv", 200) as done:
            done(20)
            done(30)
            drawn(stream)
        first = stream.getvalue().split("\r")[1]
        assert first.startswith("Looking through audit.csv [")
        assert "25%" in stream.getvalue()

    def test_is_gone_when_something_is_printed(self) -> None:
        stream = Terminal()
        with progress.watching(stream):
            with progress.counting("read", "audit.csv", 0):
                drawn(stream)
            *_, blank, rest = stream.getvalue().split("\r")
            assert (blank.strip(), rest) == ("", "")
            length = len(stream.getvalue())
            time.sleep(0.05)
            assert len(stream.getvalue()) == length

    def test_says_how_far_the_engine_is(self) -> None:
        stream = Terminal()
        with progress.watching(stream):
            connection = engine.connect()
            with progress.asking("count", ""):
                connection.execute("select count(*) from range(3000000) a, range(30) b").fetchall()
                drawn(stream)
        assert "Adding up the rows" in stream.getvalue()

    def test_says_what_is_under_way_around_what_has_ended(self) -> None:
        stream = Terminal()
        with progress.watching(stream), progress.asking("read", "audit.csv"):
            with progress.counting("look", "audit.csv", 1):
                pass
            stream.truncate(0)
            drawn(stream)
        assert "Reading audit.csv" in stream.getvalue()

    def test_fits_the_terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COLUMNS", "20")
        stream = Terminal()
        with progress.watching(stream), progress.counting("look", "a" * 90, 0):
            drawn(stream)
        assert max(map(len, stream.getvalue().split("\r"))) <= 19

    def test_changes_no_number(self, tmp_path: Path) -> None:
        path = as_csv(tmp_path / "audit", HEADER, ROWS)
        with progress.watching(Terminal()):
            found = cdi.estimate(path)
        assert found.table == cdi.estimate(path).table


@pytest.mark.usefixtures("impatient")
def test_nothing_is_drawn_where_nobody_watches(tmp_path: Path) -> None:
    stream = io.StringIO()
    with progress.watching(stream):
        cdi.estimate(as_csv(tmp_path / "audit", HEADER, ROWS))
    assert stream.getvalue() == ""


def test_nothing_is_drawn_of_what_is_quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 1e9)
    stream = Terminal()
    with progress.watching(stream):
        cdi.estimate(as_csv(tmp_path / "audit", HEADER, ROWS))
    assert "\r" not in stream.getvalue()


@pytest.mark.parametrize(("share", "bar"), [(0.0, "-" * 24), (0.5, "#" * 12 + "-" * 12), (1.0, "#" * 24)])
def test_a_bar_is_as_long_as_what_is_done(share: float, bar: str) -> None:
    assert wording.progress_line("read", "a.csv", share, 3.2) == f"Reading a.csv [{bar}] {share:.0%}, 3 s"
