"""A report reads each of its files once: counted by the system, and by Python."""

from __future__ import annotations

import hashlib
import json
import pickle
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from openpyxl import Workbook as NewWorkbook

import cdi
from cdi.reading.opening import open_source
from cdi.reading.shelf import Shelf, shelf_of
from cdi.timing import stamps
from tests.report_inputs import small_inspection

DATA = Path(__file__).parent.parent / "data"
EXAMPLES = [
    pytest.param(DATA / "examples", id="examples", marks=pytest.mark.long),
    pytest.param(DATA / "avon_and_somerset_2021_22", id="avon_and_somerset_2021_22"),
]

BY_CDI, WITH_ENGINE = 1, 2
"""How often a file is opened: once by cdi, and a file of text once more by the engine, which takes no bytes."""

COUNTED = """
import ctypes, json, os, struct, sys
from collections import Counter
from pathlib import Path
import cdi

toml, out = map(Path, sys.argv[1:])
inputs = {os.path.realpath(path): path.name for path in cdi.read_inspection(toml).inputs}
by_python, by_all = Counter(), Counter()

def seen(event, given):
    if event == "open" and isinstance(given[0], (str, bytes)):
        name = inputs.get(os.path.realpath(os.fsdecode(given[0])))
        by_python[name] += name is not None

libc, opened, closed = ctypes.CDLL(None), 0x20, 0x18
number = libc.inotify_init1(os.O_NONBLOCK)
# where closing is told too, no two events in a row are alike: those would be told as one
watched = {libc.inotify_add_watch(number, os.fsencode(path), opened | closed): inputs[path] for path in inputs}
sys.addaudithook(seen)
cdi.write_report(cdi.assemble(cdi.read_inspection(toml)), out)
told = os.read(number, 1 << 20)
while told:
    watch, mask, _, more = struct.unpack_from("iIII", told)
    by_all[watched[watch]] += bool(mask & opened)
    told = told[16 + more:]
print(json.dumps([by_python, by_all], default=dict, skipkeys=True))
"""
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who opens a file")


def opens(toml: Path, out: Path) -> Iterator[dict[str, int]]:
    """Count how often each input is opened while a report is read, assembled and written: by Python, by anybody."""
    command = [sys.executable, "-c", COUNTED, str(toml), str(out)]
    done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")
    return ({name: times for name, times in each.items() if times} for each in json.loads(done.stdout))


@linux
@pytest.mark.parametrize("folder", EXAMPLES)
def test_each_file_of_an_example_is_read_once(folder: Path, tmp_path: Path) -> None:
    toml = Path(shutil.copytree(DATA, tmp_path / "data")) / folder.name / "inspection.toml"
    names = {path.name for path in cdi.read_inspection(toml).inputs}
    by_python, by_all = opens(toml, tmp_path / "out")
    assert by_python == dict.fromkeys(names, BY_CDI)
    assert by_all == {name: BY_CDI if name == toml.name else WITH_ENGINE for name in names}


@pytest.mark.long
@linux
def test_a_workbook_is_opened_once(tmp_path: Path) -> None:
    toml = small_inspection(tmp_path)
    for name in ("audit", "volumes"):
        book = NewWorkbook()
        for line in (tmp_path / f"{name}.csv").read_text("utf-8").splitlines():
            book.worksheets[0].append([int(cell) if cell.isdigit() else cell for cell in line.split(",")])
        book.save(tmp_path / f"{name}.xlsx")
    text = toml.read_text("utf-8")
    toml.write_text(text.replace('"audit.csv"', '"audit.xlsx"').replace('"volumes.csv"', '"volumes.xlsx"'), "utf-8")
    by_python, by_all = opens(toml, tmp_path / "out")
    assert {name: by_python[name] for name in ("audit.xlsx", "volumes.xlsx")} == dict.fromkeys(
        ("audit.xlsx", "volumes.xlsx"), BY_CDI
    )
    assert by_all["audit.xlsx"] == by_all["volumes.xlsx"] == BY_CDI


def timed(folder: Path) -> Path:
    """Write an inspection with times by two columns, which no crime of the first hour keeps to."""
    rows = [
        f"R{i},{'violent' if i % 2 else 'other'},{'north' if i % 3 else 'south'},yes,"
        f"2024-03-{i % 28 + 1:02d} 10:00,2024-03-{i % 28 + 1:02d} {11 + i % 9}:30"
        for i in range(90)
    ]
    header = "cluster,crime_type,area,recorded,reported_at,recorded_at"
    (folder / "audit.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    toml = folder / "inspection.toml"
    by = 'by = ["crime_type", "area"]'
    toml.write_text(f'force = "Kent Police"\n[audit]\nfiles = "audit.csv"\n{by}\n[times]\nwithin = 5\n{by}\n', "utf-8")
    return toml


def test_times_are_parsed_once_however_many_tables_are_made_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, columns = stamps.read_stamps, list[tuple[str, str]]()
    monkeypatch.setattr(
        stamps, "read_stamps", lambda opened, *names, **terms: columns.append(names) or read(opened, *names, **terms)
    )
    found = cdi.assemble(timed(tmp_path))
    assert columns == [("reported_at", "recorded_at")]
    tables = [exhibit.table for exhibit in found.exhibits if exhibit.key.startswith("times")]
    alone = cdi.timeliness(tmp_path / "audit.csv", within=5, by="area").table
    assert [table.keys for table in tables] == [("crime_type",), ("area",)]
    assert [row.n for row in tables[1].rows] == [row.n for row in alone.rows]
    assert [row.estimate for row in tables[1].rows] == [pytest.approx(row.estimate, abs=0.0005) for row in alone.rows]


def test_a_sample_is_checked_once_for_its_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cdi.audits import audit

    check, checked = audit.check_audit, list[object]()
    monkeypatch.setattr(audit, "check_audit", lambda *given: checked.append(given[1]) or check(*given))
    cdi.assemble(timed(tmp_path))
    assert len(checked) == 1  # times are checked beside what they are the times of, in memory


def test_a_file_that_was_changed_since_is_read_anew(tmp_path: Path) -> None:
    toml = small_inspection(tmp_path)
    inspection = cdi.read_inspection(toml)
    first = cdi.assemble(inspection)
    file = tmp_path / "audit.csv"
    file.write_text(file.read_text("utf-8").replace(",no,", ",yes,"), encoding="utf-8")
    second = cdi.assemble(inspection)
    rates = [rates_of(found) for found in (first, second)]
    assert rates == [[round(1 - 12 / 90, 3)], [1.0]]
    assert digests(second)["audit.csv"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert digests(first)["audit.csv"] != digests(second)["audit.csv"]
    assert digests(first)["volumes.csv"] == digests(second)["volumes.csv"]


def test_a_digest_is_of_what_was_read(tmp_path: Path) -> None:
    toml = small_inspection(tmp_path)
    inspection, was = cdi.read_inspection(toml), toml.read_bytes()
    toml.write_bytes(was + b"# said later\n")
    assert digests(cdi.assemble(inspection))[toml.name] == hashlib.sha256(was).hexdigest()


def rates_of(found: cdi.Report) -> list[float | None]:
    return [row.estimate for row in found.exhibits[0].table.of("recording-rate") if row.whole]


def digests(found: cdi.Report) -> Mapping[str, str]:
    return {each.path: each.sha256 for each in found.inputs}


class TestShelf:
    def files(self, folder: Path) -> list[Path]:
        paths = [folder / "a.csv", folder / "b.csv"]
        for path in paths:
            path.write_text(f"cluster,recorded\n{path.stem}1,yes\n{path.stem}2,no\n", encoding="utf-8")
        return paths

    def test_gives_the_same_rows_each_time(self, tmp_path: Path) -> None:
        books = Shelf().books(self.files(tmp_path))
        assert open_source(books) is open_source(books)
        assert open_source(books[0]) is open_source([books[0]])
        assert open_source(books) is not open_source(books[0])

    def test_keeps_totals_and_data_apart(self, tmp_path: Path) -> None:
        file = tmp_path / "a.csv"
        file.write_text("stratum,population\ncalls,10\ndirect,20\ntotal,30\n", encoding="utf-8")
        book = Shelf().book(file)
        assert len(open_source(book).set_aside) == 1
        assert not open_source(book, with_totals=True).set_aside

    def test_tries_again_what_could_not_be_read(self, tmp_path: Path) -> None:
        file, shelf = tmp_path / "a.csv", Shelf()
        file.write_text("cluster,recorded\nR1\n", encoding="utf-8")
        for _ in range(2):
            with pytest.raises(cdi.DataError, match="2 values"):
                open_source(shelf.book(file))
        file.write_text("cluster,recorded\nR1,yes\n", encoding="utf-8")
        assert open_source(shelf.book(file)).columns == ("cluster", "recorded")

    def test_reads_a_sample_anew_where_its_frame_was_changed(self, tmp_path: Path) -> None:
        shelf, frame = Shelf(), tmp_path / "frame.csv"
        books, known = shelf.books(self.files(tmp_path)), list[list[int]]()
        for population in (90, 9_000):
            frame.write_text(f"population\n{population}\n", encoding="utf-8")
            found, again = (cdi.read_audit(books, cluster="cluster", population=shelf.book(frame)) for _ in range(2))
            assert found is again
            known.append(found.strata.population.tolist())
        assert known == [[90], [9_000]]

    def test_opens_anew_what_it_let_go_of(self, tmp_path: Path) -> None:
        shelf = Shelf()
        books = shelf.books(self.files(tmp_path))
        first = open_source(books)
        shelf.close()
        assert open_source(books) is not first
        assert cdi.read_audit(books, cluster="cluster").strata.sampled.tolist() == [4]

    def test_holds_no_row_once_it_is_pickled(self, tmp_path: Path) -> None:
        inspection = cdi.read_inspection(small_inspection(tmp_path, "Zyxw"))
        cdi.assemble(inspection)
        saved = pickle.dumps(inspection)
        assert b"Zyxw" not in saved
        assert cdi.assemble(pickle.loads(saved)).parts  # noqa: S301 - made here

    def test_holds_no_very_large_file_in_memory(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("cdi.reading.shelf.LARGEST", 1)
        file, shelf = self.files(tmp_path)[0], Shelf()
        assert open_source(shelf.book(file)).columns == ("cluster", "recorded")
        with shelf.text(file) as stream:
            assert stream.name == str(file)
        assert shelf.digest(file) == hashlib.sha256(file.read_bytes()).hexdigest()

    def test_is_that_of_files_on_it_alone(self, tmp_path: Path) -> None:
        shelf = Shelf()
        assert shelf_of(shelf.books([tmp_path / "a.csv"])) is shelf
        assert shelf_of(tmp_path / "a.csv") is None
        assert shelf_of([]) is None
