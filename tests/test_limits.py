"""What the embedded engine takes of a machine: the limits are kept, and what does not fit is removed again."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cdi
from cdi.errors import CdiError, DataError, DesignError, Surface
from cdi.reading import engine, limits
from tests import strategies  # noqa: F401 - its settings profile
from tests.test_cli import run
from tests.test_opening import HEADER, ROWS, as_csv, text


def setting(name: str, connection: Any = None) -> Any:
    connection = engine.connect() if connection is None else connection
    return connection.execute(f"select current_setting('{name}')").fetchall()[0][0]


def memory_of(connection: Any = None) -> float:
    number, unit = str(setting("memory_limit", connection)).split()
    return float(number) * {"MiB": 2**20, "GiB": 2**30}[unit]


class TestAmounts:
    @pytest.mark.parametrize(
        ("said", "amount"),
        [("1GB", 10**9), ("1.5 GiB", 3 * 2**29), ("500 mb", 5 * 10**8), ("300000KB", 3 * 10**8), ("2tb", 2 * 10**12)],
    )
    def test_are_read_as_people_write_them(self, said: str, amount: int) -> None:
        assert limits.parse_memory(said) == amount

    @pytest.mark.parametrize("said", ["", "1", "GB", "1 G", "-1GB", "1,5GB", "50%", "1e3MB", "lots", None, 10**9])
    def test_without_a_unit_are_none(self, said: object) -> None:
        with pytest.raises(DesignError) as caught:
            limits.parse_memory(said)
        assert caught.value.faults[0].code == "memory-unit"

    @given(st.integers(min_value=limits.LEAST, max_value=10**14))
    def test_that_are_printed_are_read_again_and_no_larger(self, amount: int) -> None:
        again = limits.parse_memory(limits.written_amount(amount))
        assert 0 <= amount - again < 10**8

    def test_that_are_too_small_are_refused_with_one_that_is_not(self) -> None:
        with pytest.raises(DesignError) as caught:
            limits.parse_memory("10MB")
        (found,) = caught.value.faults
        assert found.code == "memory-too-little"
        assert limits.parse_memory(found.values["least"]) == limits.LEAST


class TestLimits:
    def test_hold_inside_and_no_longer(self) -> None:
        usual = memory_of(), setting("threads")
        with cdi.limits(memory="300MB", threads=1):
            connection = engine.connect()
            assert setting("threads", connection) == 1
            assert abs(memory_of(connection) - 300e6) < 2**20
        assert (memory_of(), setting("threads")) == usual
        assert setting("threads", connection) == 1

    def test_are_below_what_the_engine_takes_by_itself(self) -> None:
        own = duckdb.connect()
        assert memory_of() <= max(750e6, 128e6 * setting("threads", own)) + 2**20
        assert memory_of() <= memory_of(own) + 2**20

    def test_change_no_number(self, tmp_path: Path) -> None:
        path = as_csv(tmp_path / "audit", HEADER, ROWS)
        with cdi.limits(memory="200MB", threads=1):
            found = cdi.estimate(path)
        assert found.table == cdi.estimate(path).table

    def test_beyond_the_machine_are_refused_with_what_it_has(self, tmp_path: Path) -> None:
        path = as_csv(tmp_path / "audit", HEADER, ROWS)
        for given_, code in (({"memory": "900TB"}, "memory-beyond"), ({"threads": 9999}, "threads-beyond")):
            with pytest.raises(DesignError) as caught, cdi.limits(**given_):  # type: ignore[arg-type]
                cdi.estimate(path)
            (found,) = caught.value.faults
            assert found.code == code
            least = {"memory": str(found.values["most"])} if "memory" in given_ else {"threads": found.values["most"]}
            with cdi.limits(**least):  # type: ignore[arg-type]
                cdi.estimate(path)

    @pytest.mark.parametrize("threads", [0, -1, 1.5, "2", True])
    def test_of_threads_are_whole_numbers(self, threads: Any) -> None:
        with pytest.raises(DesignError) as caught:
            cdi.limits(threads=threads)
        assert caught.value.faults[0].code == "threads"


class TestSpills:
    def test_go_beside_what_is_written_for_this_user_only(self, tmp_path: Path) -> None:
        spills = limits.Spills(tmp_path)
        with limits.limited(spills=spills):
            places = {setting("temp_directory") for _ in range(2)}
            assert len(places) == 2  # two engines would take each other's files
            (folder,) = tmp_path.iterdir()
            assert {Path(place).parent for place in places} == {folder}
            if os.name == "posix":
                assert folder.stat().st_mode & 0o077 == 0
        assert list(tmp_path.iterdir()) == []

    def test_go_to_the_temporary_folder_where_nothing_is_written(self, tmp_path: Path) -> None:
        assert Path(setting("temp_directory")).parent.parent == Path(tempfile.gettempdir())
        with limits.limited(spills=limits.Spills(tmp_path / "nowhere")):
            assert Path(setting("temp_directory")).parent.parent == Path(tempfile.gettempdir())

    def test_are_removed_after_an_error(self, tmp_path: Path) -> None:
        def failing() -> None:
            with limits.limited(spills=limits.Spills(tmp_path)):
                rows = "create temp table t as select range a from range(20000000)"
                connection = engine.connect()
                connection.execute(f"set memory_limit = '50MB'; {rows}")
                assert [*tmp_path.rglob("*.tmp")]
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            failing()
        assert list(tmp_path.iterdir()) == []

    def test_of_python_are_removed_with_the_process(self, tmp_path: Path) -> None:
        code = "import cdi; cdi.estimate('data/examples/exampleshire_audit.csv')"
        room = {**os.environ, "TMPDIR": str(tmp_path), "TEMP": str(tmp_path), "TMP": str(tmp_path)}
        subprocess.run([sys.executable, "-c", code], check=True, env=room, cwd=Path(__file__).parents[1])
        assert list(tmp_path.iterdir()) == []


class TestWhatDoesNotFit:
    def test_is_told_with_more_memory_to_allow(self) -> None:
        error = duckdb.OutOfMemoryException("Out of Memory Error: could not allocate block")
        with pytest.raises(DataError) as caught, limits.limited(memory=limits.LEAST):
            limits.let_out(error)
        (found,) = caught.value.faults
        assert found.code == "out-of-memory"
        more = limits.parse_memory(found.values["more"])
        assert more > limits.LEAST
        assert f"--memory {found.values['more']}" in caught.value.told(Surface.COMMAND_LINE)
        assert f'cdi.limits(memory="{found.values["more"]}")' in str(caught.value)

    def test_is_told_of_the_machine_where_it_has_no_more(self) -> None:
        error = duckdb.OutOfMemoryException("Out of Memory Error: could not allocate block")
        with pytest.raises(DataError) as caught, limits.limited(memory=10**15):
            limits.let_out(error)
        assert caught.value.faults[0].code == "out-of-memory-here"

    def test_on_the_disk_is_told_of_the_disk(self) -> None:
        error = duckdb.IOException("IO Error: Could not write file: No space left on device")
        with pytest.raises(DataError) as caught:
            limits.let_out(error)
        assert caught.value.faults[0].code == "spills-full"

    def test_is_what_it_was_where_it_is_something_else(self) -> None:
        limits.let_out(duckdb.BinderException("Binder Error"))
        limits.let_out(ValueError("x"))

    @pytest.mark.parametrize("stop", [KeyboardInterrupt(), SystemExit(143)])
    def test_is_no_query_that_was_stopped(self, stop: BaseException) -> None:
        error = RuntimeError("Query interrupted")
        error.__cause__ = stop
        with pytest.raises(type(stop)):
            limits.let_out(error)

    def test_reaches_who_called(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_args: object, **_kwargs: object) -> None:
            raise duckdb.OutOfMemoryException("Out of Memory Error: could not allocate block")

        path = as_csv(tmp_path / "audit", HEADER, ROWS)
        monkeypatch.setattr("cdi.reading.opening.load_text", full)
        for call in (cdi.read_audit, cdi.estimate):
            with pytest.raises(CdiError) as caught:
                call(path)
            assert caught.value.faults[0].code == "out-of-memory"


class TestTheCommandLine:
    def test_keeps_limits_and_leaves_nothing_beside_the_output(self, tmp_path: Path) -> None:
        as_csv(tmp_path / "audit", HEADER, ROWS)
        (tmp_path / "out").mkdir()
        plain = run("estimate", "audit.csv", cwd=tmp_path)
        done = run("estimate", "audit.csv", "--memory", "300MB", "--threads", "1", "-o", "out/rates.txt", cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, plain.stderr)
        assert [path.name for path in (tmp_path / "out").iterdir()] == ["rates.txt"]
        assert (tmp_path / "out" / "rates.txt").read_bytes() == plain.stdout
        text(tmp_path / "wrong.csv", "cluster,recorded\nr1,maybe\n")
        assert run("estimate", "wrong.csv", "-o", "out/none.txt", cwd=tmp_path).returncode == 2
        assert [path.name for path in (tmp_path / "out").iterdir()] == ["rates.txt"]

    @pytest.mark.parametrize(
        ("option", "value", "said"),
        [
            ("--memory", "1", "--memory 1GB"),
            ("--memory", "0GB", "--memory 200MB"),
            ("--memory", "900TB", "than this machine has"),
            ("--threads", "0", "not in the range"),
            ("--threads", "9999", "processors"),
        ],
    )
    def test_refuses_what_cannot_be(self, option: str, value: str, said: str, tmp_path: Path) -> None:
        as_csv(tmp_path / "audit", HEADER, ROWS)
        done = run("estimate", "audit.csv", option, value, cwd=tmp_path)
        assert done.returncode == 2
        assert said in done.stderr.decode()

    def test_takes_limits_with_what_is_explained(self, tmp_path: Path) -> None:
        as_csv(tmp_path / "audit", HEADER, ROWS)
        plain, limited = (
            run("explain", "estimate", "audit.csv", *more, cwd=tmp_path) for more in ((), ("--memory", "300MB"))
        )
        assert (plain.returncode, plain.stdout) == (limited.returncode, limited.stdout)
