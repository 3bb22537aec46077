"""A folder takes the place of another in one step: a run that is killed anywhere leaves the old or the new."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cdi.errors import DataError
from cdi.keyed import Key
from cdi.report import placing

KEY = Key(b"k" * 32)
OLD = {
    "report.html": b"old page",
    "charts/gone.svg": b"old chart",
    "charts/stays.svg": b"old",
    "provenance.json": b"{}",
}
NEW = {"report.html": b"new page", "charts/stays.svg": b"new", "estimates.csv": b"new rows", "provenance.json": b"{ }"}
FOREIGN = {"letter.txt": b"mine", "charts/mine.png": b"mine too", "notes/deep/one.txt": b"mine as well"}
ROOT = Path(__file__).parents[1]


def filled(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def held(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def agreed(files: Mapping[str, bytes] = OLD) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def without_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "_renamed", lambda *_: False)


@pytest.fixture(params=["exchange", "two steps"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to put a folder in the place of another."""
    if request.param == "two steps":
        without_exchange(monkeypatch)
    elif sys.platform != "linux":
        pytest.skip("only Linux exchanges two folders in one step")
    return str(request.param)


class TestPlace:
    def test_replaces_what_was_agreed_on_and_keeps_all_else(self, tmp_path: Path, way: str) -> None:
        out = filled(tmp_path / "out", {**OLD, **FOREIGN, ".DS_Store": b"icons", "charts/Thumbs.db": b"icons"})
        (out / "leads-away").symlink_to("/etc/hostname")
        (out / "empty").mkdir()
        placing.place(NEW, out, KEY, agreed())
        assert held(out) == {**NEW, **FOREIGN, "leads-away": Path("/etc/hostname").read_bytes()}
        assert (out / "leads-away").is_symlink()
        assert (out / "empty").is_dir()
        assert [path.name for path in tmp_path.iterdir()] == ["out"]

    def test_makes_a_folder_where_there_was_none(self, tmp_path: Path, way: str) -> None:
        placing.place(NEW, tmp_path / "out", KEY, {})
        assert held(tmp_path / "out") == NEW
        assert [path.name for path in tmp_path.iterdir()] == ["out"]

    def test_leaves_files_with_the_rights_of_their_folder(self, tmp_path: Path, way: str) -> None:
        out = filled(tmp_path / "out", OLD)
        out.chmod(0o750)
        placing.place(NEW, out, KEY, agreed())
        assert stat.S_IMODE(out.stat().st_mode) == 0o750

    def test_keeps_a_file_that_was_changed_after_it_was_agreed_on(self, tmp_path: Path, way: str) -> None:
        """Where the new report has no such file, it stays in the folder; else it is said where it lies."""
        out = filled(tmp_path / "out", {**OLD, "charts/gone.svg": b"edited just now"})
        placing.place(NEW, out, KEY, agreed())
        assert held(out) == {**NEW, "charts/gone.svg": b"edited just now"}
        (out / "report.html").write_bytes(b"edited just now")
        with pytest.raises(DataError) as caught:
            placing.place(OLD, out, KEY, agreed({**NEW, "charts/gone.svg": b"edited just now"}))
        assert [each.code for each in caught.value.faults] == ["folder-left"]
        left = Path(str(caught.value.faults[0].where.file))
        assert [path.read_bytes() for path in left.rglob("report.html")] == [b"edited just now"]
        assert held(out) == OLD

    @pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
    def test_is_old_or_new_whichever_call_fails(
        self, tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch, failure: BaseException
    ) -> None:
        """Every call that changes the disk is made to fail once; what follows works again."""
        number, failed = 0, True
        while failed:
            above = tmp_path / str(number)
            out = filled(above / "out", {**OLD, **FOREIGN})
            with monkeypatch.context() as patch:
                count = failing(patch, number, failure)
                try:
                    placing.place(NEW, out, KEY, agreed())
                except (OSError, KeyboardInterrupt, DataError):
                    now = held(out)
                    assert now in ({**OLD, **FOREIGN}, {**NEW, **FOREIGN}), number
                failed = count() > number
            placing.recover(out, KEY)
            assert held(out) in ({**OLD, **FOREIGN}, {**NEW, **FOREIGN}), number
            assert [path.name for path in above.iterdir()] == ["out"], number
            number += 1
        assert number > 25

    def test_says_where_the_rest_is_that_cannot_be_removed(
        self, tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        out = filled(tmp_path / "out", OLD)
        with monkeypatch.context() as patch:
            patch.setattr(os, "unlink", refusing(errno.EACCES))
            with pytest.raises(DataError) as caught:
                placing.place(NEW, out, KEY, agreed())
        assert [each.code for each in caught.value.faults] == ["folder-left"]
        assert held(out) == NEW
        placing.recover(out, KEY)
        assert [path.name for path in tmp_path.iterdir()] == ["out"]


def refusing(number: int) -> Callable[..., Any]:
    def refuse(*_args: object, **_more: object) -> None:
        raise OSError(number, os.strerror(number))

    return refuse


def failing(patch: pytest.MonkeyPatch, at: int, failure: BaseException) -> Callable[[], int]:
    """Let one of the calls that change the disk fail: the one of this number; gives how many there were."""
    count = [0]

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def once(*args: Any, **more: Any) -> Any:
            count[0] += 1
            if count[0] - 1 == at:
                raise failure
            return call(*args, **more)

        return once

    patch.setattr(os, "fsync", lambda _: None)  # takes most of the time
    for name in ("mkdir", "rename", "chmod", "fsync", "unlink", "rmdir"):
        patch.setattr(os, name, counted(getattr(os, name)))
    patch.setattr(Path, "write_bytes", counted(Path.write_bytes))
    patch.setattr(placing, "_renamed", counted(placing._renamed))  # noqa: SLF001 - the one call that is not of os
    return lambda: count[0]


KILLED = """
import json, os, pathlib, shutil, signal, sys
sys.path.insert(0, {root!r})
from cdi.report import placing
from cdi.keyed import Key
from tests.test_report_placing import FOREIGN, KEY, NEW, OLD, agreed, filled, held

above, exchange = pathlib.Path(sys.argv[1]), sys.argv[2] == "exchange"
os.fsync = lambda _: None  # a kill loses nothing that was written, and each line is tried
if not exchange:
    placing._renamed = lambda *_: False
CALLS = {{"write_bytes", "open", "mkdir", "rename", "unlink", "rmdir", "chmod"}}


def is_watched(code):
    return code.co_filename == placing.__file__ or (code.co_filename == pathlib.__file__ and code.co_name in CALLS)


def killed_at(number, call):
    '''Run in a process of its own, killed before the line of this number; False where it came to its end.'''
    child = os.fork()
    if child:
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])
    count = 0

    def trace(frame, event, _):
        nonlocal count
        if not is_watched(frame.f_code):
            return None
        if event == "line":
            count += 1
            if count > number:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)
    call()
    sys.settrace(None)
    os._exit(0)


old, new = {{**OLD, **FOREIGN}}, {{**NEW, **FOREIGN}}
said, number, going = [], 0, True
while going:
    out = filled(above / "out", old)
    going = killed_at(number, lambda: placing.place(NEW, out, KEY, agreed()))
    there = held(out) if out.exists() else None
    mine = {{name: content for name, content in (there or {{}}).items() if name not in FOREIGN}}
    private = [path.stat().st_mode & 0o077 for path in above.glob(".cdi-*")]
    # the run that cleans up is killed too, twice
    for again in (number * 7 % 50, number * 3 % 90):
        killed_at(again, lambda: placing.recover(out, KEY))
    placing.recover(out, KEY)
    said.append({{
        "there": None if there is None else "old" if mine == OLD and there == old else "new" if mine == NEW else "else",
        "after": "old" if held(out) == old else "new" if held(out) == new else "else",
        "private": not any(private), "beside": [path.name for path in above.iterdir()],
    }})
    shutil.rmtree(out)
    number += int(sys.argv[3])
print(json.dumps(said))
"""


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no such signal")
class TestKilled:
    """Killed before each line of the room, and of the library that calls the system for it."""

    def told(self, folder: Path, way: str) -> list[dict[str, Any]]:
        code = KILLED.format(root=str(ROOT))
        command = [sys.executable, "-c", code, str(folder), way, "2"]
        done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8", cwd=ROOT)
        assert done.returncode == 0, done.stderr
        found: list[dict[str, Any]] = json.loads(done.stdout)
        assert len(found) > 100
        assert found[0]["there"] == "old"
        assert found[-1]["there"] == "new"
        assert {each["after"] for each in found} == {"old", "new"}
        assert all(each["private"] for each in found)
        assert {tuple(each["beside"]) for each in found} == {("out",)}
        return found

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux exchanges two folders in one step")
    def test_the_old_or_the_new_report_stands_at_every_moment(self, tmp_path: Path) -> None:
        assert {each["there"] for each in self.told(tmp_path, "exchange")} == {"old", "new"}

    def test_the_old_one_comes_back_where_the_system_cannot_exchange(self, tmp_path: Path) -> None:
        """Between two steps nothing stands there; the next run puts the old one back."""
        found = self.told(tmp_path, "two steps")
        assert {each["there"] for each in found} <= {"old", "new", None}
        assert {each["after"] for each in found if each["there"] is None} <= {"old"}


class TestLeftovers:
    def left(self, above: Path, monkeypatch: pytest.MonkeyPatch, key: Key = KEY) -> Path:
        """What a run leaves that is killed before its folder is put in place."""
        with monkeypatch.context() as patch:
            patch.setattr(placing, "_put", refusing(errno.EIO))
            patch.setattr(placing, "_settle", lambda *_: None)
            with pytest.raises(OSError, match="Input/output"):
                placing.place(NEW, above / "out", key, {})
        (left,) = above.glob(".cdi-*")
        return left

    def test_of_this_place_are_removed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left(tmp_path, monkeypatch)
        placing.recover(tmp_path / "out", KEY)
        assert list(tmp_path.iterdir()) == []

    def test_of_another_place_or_key_stay_and_are_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        left = self.left(tmp_path, monkeypatch, Key(b"x" * 32))
        placing.recover(tmp_path / "out", KEY)
        assert held(left / "new") == NEW
        assert placing.left_by_others(tmp_path / "out", KEY) == (str(left),)
        placing.recover(tmp_path / "elsewhere", Key(b"x" * 32))
        assert held(left / "new") == NEW
        placing.recover(tmp_path / "out", Key(b"x" * 32))
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("name", [".cdi-letters", ".cdi-0123456789abcdef", f".cdi-{'a' * 16}-{'b' * 32}"])
    def test_that_are_only_named_alike_stay(self, tmp_path: Path, name: str) -> None:
        filled(tmp_path / name, {"new/report.html": b"mine", "journal.json": b"{}"})
        placing.recover(tmp_path / "out", KEY)
        assert held(tmp_path / name) == {"new/report.html": b"mine", "journal.json": b"{}"}

    @pytest.mark.parametrize("planted", ["journal", "folder", "file", "link"])
    def test_that_were_tampered_with_keep_what_is_not_proven(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, planted: str
    ) -> None:
        left = self.left(tmp_path, monkeypatch)
        elsewhere = filled(tmp_path / "elsewhere", {"report.html": b"mine", "a.svg": b"mine"})
        if planted == "journal":
            known = json.loads((left / "journal.json").read_bytes())
            known["new"] = ["../../elsewhere/report.html", *known["new"]]
            (left / "journal.json").write_text(json.dumps(known))
        elif planted == "folder":
            (left / "new").rename(tmp_path / "moved")
            filled(left / "new", {"report.html": b"mine"})
        elif planted == "file":
            filled(left / "new", {"letter.txt": b"mine"})
        else:
            (left / "new" / "charts" / "stays.svg").unlink()
            (left / "new" / "charts").rmdir()
            (left / "new" / "charts").symlink_to(elsewhere)
        with pytest.raises(DataError) as caught:
            placing.recover(tmp_path / "out", KEY)
        assert [each.code for each in caught.value.faults] == ["folder-left"]
        assert held(elsewhere) == {"report.html": b"mine", "a.svg": b"mine"}
        if planted != "link":
            assert b"mine" in held(left).values() or planted == "journal"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such lock")
class TestAlone:
    def test_one_run_waits_for_another(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(placing, "_PATIENCE", 0.2)
        with placing.alone(tmp_path) as first:
            assert first
            with pytest.raises(DataError) as caught, placing.alone(tmp_path):
                pass
        assert [each.code for each in caught.value.faults] == ["folder-busy"]
        with placing.alone(tmp_path) as again:
            assert again

    def test_a_place_that_cannot_be_locked_is_used_all_the_same(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import fcntl

        monkeypatch.setattr(fcntl, "flock", refusing(errno.ENOLCK))
        with placing.alone(tmp_path) as found:
            assert not found
