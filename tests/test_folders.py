"""A folder or a pattern stands for the files of rows in it: one sample, with nothing passed over in silence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cdi
from cdi.errors import DataError
from cdi.reading import folders
from cdi.reading.opening import named_files
from tests import strategies  # noqa: F401 - its settings profile
from tests.test_cli import run_here
from tests.test_opening import HEADER, ROWS, WRITERS, as_csv, error_of, places, table_of, text

THIRDS = (ROWS[:6], ROWS[6:12], ROWS[12:])


def sample(folder: Path, names: Sequence[str] = ("april", "may", "june")) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in zip(names, THIRDS, strict=True):
        as_csv(folder / name, HEADER, rows)
    return folder


def told(*args: str, cwd: Path) -> tuple[int, str]:
    found = run_here(*args, cwd=cwd)
    return found.returncode, found.stderr


class TestAFolder:
    def test_is_one_sample_of_all_its_files(self, tmp_path: Path) -> None:
        whole = cdi.estimate(as_csv(tmp_path / "whole", HEADER, ROWS)).table
        folder = sample(tmp_path / "audits")
        assert cdi.estimate(folder).table == whole
        assert cdi.estimate(f"{folder}/").table == whole
        assert cdi.estimate([folder]).table == whole
        assert cdi.estimate(cdi.Workbook(str(folder), header_row=1)).table == whole
        assert cdi.read_audit(folder).source.files == tuple(
            str(folder / f"{name}.csv") for name in ("april", "june", "may")
        )

    def test_may_hold_files_of_all_kinds(self, tmp_path: Path) -> None:
        whole = cdi.estimate(as_csv(tmp_path / "whole", HEADER, ROWS)).table
        (tmp_path / "audits").mkdir()
        for i, (write, rows) in enumerate(zip(WRITERS, THIRDS, strict=True)):
            write(tmp_path / "audits" / str(i), HEADER, rows)
        assert cdi.estimate(tmp_path / "audits").table == whole

    def test_gives_rows_no_column_of_its_own(self, tmp_path: Path) -> None:
        assert cdi.read_audit(sample(tmp_path / "audits")).columns == HEADER

    def test_names_each_fault_in_its_own_file(self, tmp_path: Path) -> None:
        folder = sample(tmp_path / "audits")
        text(folder / "july.csv", "case,cluster,recorded\nc97,r97,yes\nc98,r98,maybe\n")
        text(folder / "late.csv", "case,report,recorded\nc99,r99,yes\n")
        (found,) = error_of(cdi.read_audit, folder).faults
        assert (found.code, Path(str(found.where.file)).name) == ("columns-differ", "late.csv")
        assert found.hint == "It lacks cluster. It also has report. Give all files the same columns."
        (folder / "late.csv").unlink()
        assert places(error_of(cdi.read_audit, folder)) == [("word-no-answer", "july.csv", 3)]

    def test_asks_whether_numbers_begin_anew(self, tmp_path: Path) -> None:
        for name in ("april", "may"):
            rows = [(f"{name}{i}", f"r{i}", "yes" if i % 3 else "no") for i in range(12)]
            (tmp_path / "audits").mkdir(exist_ok=True)
            as_csv(tmp_path / "audits" / name, HEADER, rows)
        (found,) = error_of(cdi.read_audit, tmp_path / "audits").faults
        assert found.code == "ids-anew-apart"
        assert "FILENAME" in str(found)
        (row,) = cdi.estimate(tmp_path / "audits", nest="FILENAME").table.rows
        assert (row.n, row.clusters) == (24, 24)

    def test_skips_what_programs_leave_behind(self, tmp_path: Path) -> None:
        whole = cdi.estimate(as_csv(tmp_path / "whole", HEADER, ROWS)).table
        folder = sample(tmp_path / "audits")
        for name in ("~$june.xlsx", ".~lock.june.csv#", ".DS_Store", "Thumbs.db", "desktop.ini", "_SUCCESS"):
            text(folder / name, "")
        assert cdi.estimate(folder).table == whole
        assert cdi.estimate(f"{folder}/*").table == whole

    def test_that_holds_anything_else_is_refused_with_all_of_it(self, tmp_path: Path) -> None:
        folder = sample(tmp_path / "audits")
        (folder / "2023").mkdir()
        for name in ("notes.docx", "june.toml", "june.receipt.json", "june-reserves.csv"):
            text(folder / name, "")
        error = error_of(cdi.read_audit, folder)
        assert places(error) == [
            ("folder-in-folder", "2023", None),
            ("folder-not-rows", "june.receipt.json", None),
            ("folder-not-rows", "june.toml", None),
            ("folder-not-rows", "notes.docx", None),
            ("folder-reserves", "june-reserves.csv", None),
        ]

    def test_without_files_of_rows_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "audits").mkdir()
        text(tmp_path / "audits" / ".hidden.csv", "a\n1\n")
        assert places(error_of(cdi.read_audit, tmp_path / "audits")) == [("folder-without-rows", "audits", None)]

    def test_and_a_file_in_it_are_that_file_twice(self, tmp_path: Path) -> None:
        folder = sample(tmp_path / "audits")
        assert places(error_of(cdi.read_audit, [folder, folder / "may.csv"])) == [("file-twice", "may.csv", None)]


class TestAPattern:
    def test_of_any_depth_finds_files_and_not_their_folders(self, tmp_path: Path) -> None:
        whole = cdi.estimate(as_csv(tmp_path / "whole", HEADER, ROWS)).table
        folder = sample(tmp_path / "audits", ("april", "b", "c"))
        (folder / "2024" / "q2").mkdir(parents=True)
        (folder / "b.csv").rename(folder / "2024" / "may.csv")
        (folder / "c.csv").rename(folder / "2024" / "q2" / "june.csv")
        # what the refusal of the folder advises
        (found,) = error_of(cdi.read_audit, folder).faults
        assert found.code == "folder-in-folder"
        assert f'by a pattern: "{folder}/**".' in str(found)
        assert cdi.estimate(f"{folder}/**").table == whole
        assert cdi.estimate(f"{folder}/**/*.csv").table == whole

    def test_that_finds_reserves_is_refused(self, tmp_path: Path) -> None:
        folder = sample(tmp_path)
        text(folder / "june-reserves.csv", "case,cluster,recorded\nc97,r97,\n")
        assert places(error_of(cdi.read_audit, f"{folder}/*.csv")) == [("folder-reserves", "june-reserves.csv", None)]
        assert cdi.estimate([folder / f"{name}.csv" for name in ("april", "may", "june")]).table == (
            cdi.estimate(f"{folder}/[amj]*[lye].csv").table
        )


@given(
    st.lists(st.sampled_from(["a.csv", "b.XLSX", "c.pq", "~$b.xlsx", ".x", "m.toml", "k.key", "z.doc"]), unique=True)
)
def test_each_file_of_a_folder_is_rows_or_is_told_or_was_left_behind(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    for name in names:
        text(folder / name, "")
    rows, readings, others = folders.files_of(folder)
    left = {name for name in names if folders.is_left_over(name) or name.endswith(".key")}
    assert {path.name for path in (*rows, *readings, *others)} == set(names) - left
    assert [path.suffix for path in readings] == [".toml"] * len(readings)
    if readings or others or not rows:
        with pytest.raises(DataError):
            folders.rows_of(folder)
    else:
        assert [name for name, _ in named_files(str(folder))] == [str(path) for path in rows]


class TestTheCommandLine:
    def test_takes_a_folder_wherever_it_takes_a_sample(self, tmp_path: Path) -> None:
        sample(tmp_path / "audits")
        as_csv(tmp_path / "whole", HEADER, ROWS)
        for verb in ("estimate", "explain"):
            whole, folder = (run_here(verb, name, cwd=tmp_path) for name in ("whole.csv", "audits"))
            assert (folder.returncode, folder.stdout) == (0, whole.stdout), verb
        whole, folder = (run_here("compare", "whole.csv", name, cwd=tmp_path) for name in ("whole.csv", "audits"))
        assert folder.stdout == whole.stdout.replace("whole.csv", "audits   ") or folder.returncode == 0
        assert run_here("check", "audits", cwd=tmp_path).stdout.count("6 rows, no faults found") == 3

    def test_writes_nothing_into_a_folder_that_it_reads(self, tmp_path: Path) -> None:
        sample(tmp_path / "audits")
        code, said = told("estimate", "audits", "-o", "audits/rates.csv", cwd=tmp_path)
        assert (code, said.startswith("audits/rates.csv: expected a file outside of audits")) == (2, True)
        assert not (tmp_path / "audits" / "rates.csv").exists()
        assert run_here("estimate", "audits", "-o", "rates.csv", cwd=tmp_path).returncode == 0

    def test_takes_one_file_where_one_is_asked_for(self, tmp_path: Path) -> None:
        sample(tmp_path / "audits")
        code, said = told("estimate", "audits", "--reread", "audits", cwd=tmp_path)
        assert (code, "expected one file, but found" in said) == (2, True)

    def test_reports_on_a_folder_and_names_the_digest_of_each_file(self, tmp_path: Path) -> None:
        sample(tmp_path / "audits")
        text(tmp_path / "inspection.toml", 'force = "Kent"\n[audit]\nfiles = "audits"\n')
        done = run_here("report", "inspection.toml", "-o", "out", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        said = (tmp_path / "out" / "provenance.json").read_text(encoding="utf-8")
        assert all(f"audits/{name}.csv" in said for name in ("april", "may", "june"))
        assert table_of(tmp_path / "audits").rows[0].n == 18
