"""The files of a report: the workbook holds the numbers of the listing, all can be made again, none is half there."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

import cdi
from cdi.keyed import Key
from cdi.report.folder import PROVENANCE
from cdi.report.making import outputs
from cdi.report.workbook import workbook
from cdi.wording import METHODS_SHEET
from tests.test_cli import refused

ROOT = Path(__file__).parents[1]
EXAMPLES = {name: ROOT / "data" / name / "inspection.toml" for name in ("avon_and_somerset_2021_22", "examples")}
KEY = Key(bytes(range(32)))
FIXED = 14  # the columns from measure to notes
ABSENT = {"[c]", "[x]", "[z]", ""}
TEXTS = {"measure", "method", "notes", "sentence"}

Row = tuple[object, ...]


@pytest.fixture(scope="module", params=list(EXAMPLES))
def built(request: pytest.FixtureRequest) -> Mapping[str, bytes]:
    """Every file of a worked example."""
    return outputs(cdi.assemble(cdi.read_inspection(EXAMPLES[request.param])), KEY)


def number(text: object) -> float | None:
    return None if text in ABSENT or text is None else float(str(text))


def listed(files: Mapping[str, bytes]) -> list[Row]:
    """The rows of estimates.csv: printed name, measure, method and numbers."""
    rows = csv.DictReader(io.StringIO(files["estimates.csv"].decode("utf-8")))
    names = ["estimate", "low", "high", "level", "se", "n", "recorded", "clusters", "n_eff", "df", "deff"]
    return [(row["printed"], row["measure"], row["method"], *(number(row[name]) for name in names)) for row in rows]


def tables(book: openpyxl.Workbook) -> Iterator[tuple[str, list[tuple[object, ...]]]]:
    """The tables of a workbook, without its cover, contents and notes: name of the sheet, header and rows."""
    for sheet in (each for each in book.worksheets[3:] if each.title != METHODS_SHEET):
        (table,) = sheet.tables.values()
        yield sheet.title, [tuple(cell.value for cell in row) for row in sheet[table.ref]]


def sheeted(content: bytes) -> list[Row]:
    """The same rows, from a workbook."""
    found: list[Row] = []
    for _, (header, *rows) in tables(openpyxl.load_workbook(io.BytesIO(content))):
        keys = header.index("Measure")
        for row in rows:
            measure, *middle = row[keys : keys + FIXED - 1]
            method = middle.pop(4)
            found.append(("; ".join(map(str, row[:keys])), measure, method, *map(number, middle)))
    return found


def ordered(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=repr)


class TestWorkbook:
    @pytest.mark.long
    def test_holds_the_numbers_of_the_listing(self, built: Mapping[str, bytes]) -> None:
        rows = listed(built)
        assert len(rows) > 30
        assert ordered(sheeted(built["tables.xlsx"])) == ordered(rows)

    @pytest.mark.long
    def test_gives_them_to_libreoffice(self, built: Mapping[str, bytes], tmp_path: Path) -> None:
        program = shutil.which("soffice")
        if program is None:
            pytest.skip("LibreOffice (soffice) is not installed")
        (tmp_path / "tables.xlsx").write_bytes(built["tables.xlsx"])
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        there = tmp_path / "there"
        command = [program, profile, "--headless", "--convert-to", "ods", "--outdir", str(there)]
        subprocess.run([*command, str(tmp_path / "tables.xlsx")], check=True, capture_output=True, timeout=100)
        book = CalamineWorkbook.from_path(str(there / "tables.ods"))
        seen = [
            value
            for name in book.sheet_names[3:]
            for row in book.get_sheet_by_name(name).to_python()
            for value in row
            if isinstance(value, (int, float))
        ]
        ours = [value for row in sheeted(built["tables.xlsx"]) for value in row if isinstance(value, float)]
        assert len(seen) == len(ours) > 300
        assert all(math.isclose(a, b, rel_tol=1e-14) for a, b in zip(sorted(seen), sorted(ours), strict=True))

    @pytest.mark.long
    def test_is_printed_on_one_page_across_under_the_numbers_of_the_page(self, built: Mapping[str, bytes]) -> None:
        book = openpyxl.load_workbook(io.BytesIO(built["tables.xlsx"]))
        for sheet in book.worksheets:
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        on_page = re.findall(r"<span>Table (\d+)\. ", built["report.html"].decode("utf-8"))
        titles = [str(book[name]["A1"].value) for name, _ in tables(book)]
        heads = [title.partition(" of the page. ")[0] for title in titles if " of the page. " in title]
        assert list(dict.fromkeys(number for head in heads for number in re.findall(r"\d+", head))) == on_page

    def test_is_accessible(self, built: Mapping[str, bytes]) -> None:
        book = openpyxl.load_workbook(io.BytesIO(built["tables.xlsx"]))
        assert book.sheetnames[:3] == ["Cover", "Contents", "Notes"]
        assert len({name.casefold() for name in book.sheetnames}) == len(book.sheetnames)
        for sheet in book.worksheets:
            assert not sheet.merged_cells.ranges
            assert len(sheet.title) <= 31
            assert sheet.sheet_state == "visible"
        for name, (header, *rows) in tables(book):
            assert rows, name
            assert len(set(header)) == len(header)
            assert all(cell not in (None, "") for row in (header, *rows) for cell in row), name

    def test_has_no_formula_and_no_link_that_leads_out(self, built: Mapping[str, bytes]) -> None:
        with zipfile.ZipFile(io.BytesIO(built["tables.xlsx"])) as parts:
            assert not [name for name in parts.namelist() if "externalLink" in name]
            for name in parts.namelist():
                if name.startswith("xl/worksheets/"):
                    text = parts.read(name).decode("utf-8")
                    assert "<f>" not in text
                    assert "http://" not in text.replace("http://schemas.openxmlformats.org", "")

    def test_shows_no_rate_or_limit_as_100_percent_that_is_less(self, tmp_path: Path) -> None:
        rows = "recorded\n" + "yes\n" * 2_499 + "no\n"
        (tmp_path / "audit.csv").write_text(rows, encoding="utf-8")
        (tmp_path / "inspection.toml").write_text(
            'force = "Kent Police"\naudit.files = "audit.csv"\n', encoding="utf-8"
        )
        book = openpyxl.load_workbook(io.BytesIO(workbook(cdi.assemble(tmp_path / "inspection.toml"))))
        (row,) = [row for row in book.worksheets[3].iter_rows() if any(cell.value == 0.9996 for cell in row)]
        place = next(i for i, cell in enumerate(row) if cell.value == 0.9996)
        estimate, low, high = row[place : place + 3]
        assert [cell.number_format for cell in (estimate, low, high)] == ['">99.9%"', "0.0%", '">99.9%"']
        assert low.value < 0.9995 < high.value < 1
        assert estimate.alignment.horizontal == low.alignment.horizontal == "right"

    def test_tells_each_sign_for_what_is_not_there(self, built: Mapping[str, bytes]) -> None:
        book = openpyxl.load_workbook(io.BytesIO(built["tables.xlsx"]))
        cover = " ".join(str(cell.value) for row in book["Cover"].iter_rows() for cell in row if cell.value)
        signs = {cell for _, rows in tables(book) for row in rows for cell in row if cell in ABSENT}
        assert signs
        assert all(f"{sign}:" in cover for sign in signs)
        assert "Produced with cdi. Not official statistics." in cover

    @pytest.mark.parametrize(
        "text",
        ["=HYPERLINK(\"http://x.example\")", "@SUM(1)", "+1", "-1", "http://x.example", "<script>", "\u202ereversed",
         "x" * 200, "\x01\x0b", "'", "{=1}", "[all]", "a:b/c?d*e"],
    )  # fmt: skip
    def test_keeps_any_name_as_text(self, text: str) -> None:
        inspection = cdi.read_inspection(EXAMPLES["avon_and_somerset_2021_22"])
        names = {"crime_type": {**inspection.categories["crime_type"], "violent": text}}
        bare = replace(
            inspection, force=text, title=text, notes=(text,), categories=names,
            searches=None, previous=(), reviews=None, forces=None, disclosure=cdi.Disclosure(),
        )  # fmt: skip
        book = openpyxl.load_workbook(io.BytesIO(workbook(cdi.assemble(bare))))
        cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
        assert not [cell for cell in cells if cell.data_type == "f"]
        assert not [cell for cell in cells if cell.hyperlink is not None and cell.hyperlink.target]
        if text.isprintable():
            assert [cell for cell in cells if text in str(cell.value)]


class TestBytes:
    @pytest.mark.long
    def test_are_the_same_wherever_they_are_made(self, tmp_path: Path) -> None:
        """Another folder, time zone, order of hashes and language give the same files."""
        shutil.copytree(ROOT / "data", tmp_path / "data")  # the key is made there
        toml = tmp_path / EXAMPLES["examples"].relative_to(ROOT)
        runs = [
            (
                "one",
                tmp_path,
                str(toml.relative_to(tmp_path)),
                {"TZ": "UTC", "PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8"},
            ),
            ("two", ROOT, str(toml), {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "2", "LC_ALL": "C"}),
        ]
        for name, folder, path, env in runs:
            command = [sys.executable, "-m", "cdi", "report", path, "-o", str(tmp_path / name)]
            env = {**os.environ, **env, "PYTHONPATH": str(ROOT)}
            done = subprocess.run(command, cwd=folder, env=env, capture_output=True, check=False, encoding="utf-8")
            assert done.returncode == 0, done.stderr
        one, two = ({file.relative_to(tmp_path / name): file.read_bytes() for file in (tmp_path / name).rglob("*")
                     if file.is_file()} for name in ("one", "two"))  # fmt: skip
        assert len(one) > 15
        assert one == two

    def test_take_the_date_from_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        inspection = replace(
            cdi.read_inspection(EXAMPLES["avon_and_somerset_2021_22"]), forces=None, previous=(), reviews=None
        )
        files = outputs(cdi.assemble(inspection), KEY)
        assert json.loads(files[PROVENANCE])["date"] == "2023-11-14"
        assert "14 November 2023" in files["report.html"].decode("utf-8")
        book = openpyxl.load_workbook(io.BytesIO(files["tables.xlsx"]))
        assert str(book.properties.created)[:10] == "2023-11-14"


class TestProvenance:
    def test_says_what_went_in_and_what_came_out(self, built: Mapping[str, bytes]) -> None:
        known = json.loads(built[PROVENANCE])
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in built.items() if name != PROVENANCE}
        assert known["outputs"] == hashes
        assert known["schema"] == "cdi.provenance/2"
        assert known["command"] == "cdi report inspection.toml"
        assert known["cdi"] == cdi.__version__
        assert {"numpy", "pandas", "duckdb", "matplotlib", "gptables", "xlsxwriter"} <= set(
            map(str.casefold, known["libraries"])
        )
        assert known["options"]["seed"] == 1
        assert known["options"]["disclosure"]["mode"] == "public"

    @pytest.mark.parametrize("name", ["my inspection.toml", "-x.toml", "it's $HOME; `ls`.toml"])
    def test_holds_a_command_that_a_shell_takes(self, tmp_path: Path, name: str) -> None:
        path = small(tmp_path).rename(tmp_path / name)
        made = outputs(cdi.assemble(cdi.read_inspection(path)))
        command = json.loads(made[PROVENANCE])["command"].replace("cdi", f"{sys.executable} -m cdi", 1)
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(["sh", "-c", f"{command} -o out"], cwd=tmp_path, check=False, env=env)  # noqa: S607
        assert done.returncode == 0
        assert (tmp_path / "out" / PROVENANCE).read_bytes() == made[PROVENANCE]

    @pytest.mark.long
    @pytest.mark.parametrize("name", EXAMPLES)
    def test_says_of_each_file_that_was_read_what_only_the_key_tells(self, name: str) -> None:
        """Second derivation: HMAC as RFC 2104 has it, of the path and the SHA-256 of the content."""
        toml = EXAMPLES[name]
        known = json.loads(outputs(cdi.assemble(cdi.read_inspection(toml)), KEY)[PROVENANCE])
        assert {"inspection.toml", "volumes.csv"} & set(known["inputs"])
        for path, digest in known["inputs"].items():
            sha256 = hashlib.sha256((toml.parent / path).read_bytes()).hexdigest()
            said = json.dumps(["input", path, sha256]).encode()
            block = KEY.secret.ljust(64, b"\0")
            inner = hashlib.sha256(bytes(each ^ 0x36 for each in block) + said).digest()
            assert hashlib.sha256(bytes(each ^ 0x5C for each in block) + inner).hexdigest() == digest

    def test_names_every_library_that_is_loaded(self, tmp_path: Path) -> None:
        code = (
            "import json, sys\nfrom importlib import metadata\nimport cdi\n"
            f"found = cdi.assemble(cdi.read_inspection({str(small(tmp_path))!r}))\n"
            f"cdi.write_report(found, {str(tmp_path / 'out')!r})\n"
            "homes = metadata.packages_distributions()\n"
            "print(json.dumps(sorted({home for name in {key.partition('.')[0] for key in sys.modules}"
            " for home in homes.get(name, [])})))"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8")
        known = json.loads((tmp_path / "out" / PROVENANCE).read_text("utf-8"))
        named = {re.sub(r"[-_.]+", "-", name).casefold() for name in known["libraries"]}
        # what pandas or Python load where it is installed, and is not used
        aside = {"cdi", "setuptools", "pip", "pyarrow", "typing-extensions", "polars", "click"}
        assert {re.sub(r"[-_.]+", "-", name).casefold() for name in json.loads(done.stdout)} - named <= aside

    def test_names_no_machine(self, built: Mapping[str, bytes]) -> None:
        for name, content in built.items():
            assert str(ROOT).encode() not in content, name
            assert str(Path.home()).encode() not in content.replace(b"/root element", b""), name


def small(folder: Path, extra: str = "") -> Path:
    """Write a small inspection."""
    rows = "".join(f"R{i},{'violent' if i % 2 else 'other'},{'no' if i % 10 == 0 else 'yes'}\n" for i in range(80))
    (folder / "audit.csv").write_text("cluster,crime_type,recorded\n" + rows, encoding="utf-8")
    path = folder / "inspection.toml"
    path.write_text(f'force = "Exampleshire"\n{extra}audit.files = "audit.csv"\naudit.by = "crime_type"\n', "utf-8")
    return path


def report(path: Path, extra: str = "") -> cdi.Report:
    return cdi.assemble(cdi.read_inspection(small(path, extra)))


class TestFolder:
    def test_is_replaced_where_it_holds_a_report(self, tmp_path: Path) -> None:
        out = tmp_path / "out"
        first = cdi.write_report(report(tmp_path), out)
        second = cdi.write_report(report(tmp_path, 'grade = "good"\n'), out)
        assert first == second
        assert "is good at recording" in (out / "report.html").read_text("utf-8")
        assert sorted(path.name for path in tmp_path.iterdir()) == [
            "audit.csv",
            "inspection.key",
            "inspection.toml",
            "out",
        ]

    def test_of_somebody_else_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "letter.txt").write_text("mine", "utf-8")
        with pytest.raises(cdi.DataError, match=r"letter\.txt"):
            cdi.write_report(report(tmp_path), tmp_path / "out")
        assert [path.name for path in (tmp_path / "out").iterdir()] == ["letter.txt"]

    @pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "desktop.ini", "charts/.DS_Store"])
    def test_is_replaced_where_only_the_system_put_something_there(self, tmp_path: Path, name: str) -> None:
        out, found = tmp_path / "out", report(tmp_path)
        written = cdi.write_report(found, out)
        (out / name).write_bytes(b"where the icons stand")
        assert cdi.verify_report(out).agrees
        assert cdi.write_report(found, out) == written
        assert not (out / name).exists()

    def test_of_somebody_else_is_refused_whatever_the_system_put_there(self, tmp_path: Path) -> None:
        for place in (tmp_path / "out", tmp_path / "out" / "mine"):
            place.mkdir()
            (place / ".DS_Store").write_bytes(b"where the icons stand")
        with pytest.raises(cdi.DataError, match="out/mine: expected a folder that holds a report"):
            cdi.write_report(report(tmp_path), tmp_path / "out")

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no folder that is read-only")
    def test_that_is_read_only_in_part_is_refused_and_stays(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        out, found = tmp_path / "out", report(tmp_path)
        cdi.write_report(found, out)
        (out / "charts").chmod(0o500)
        # who runs the tests may be allowed everything
        monkeypatch.setattr(os, "access", lambda path, mode: bool(Path(path).stat().st_mode & 0o200))
        with pytest.raises(cdi.DataError, match="charts is read-only"):
            cdi.write_report(found, out)
        (out / "charts").chmod(0o700)
        assert sorted(path.name for path in tmp_path.iterdir()) == [
            "audit.csv",
            "inspection.key",
            "inspection.toml",
            "out",
        ]
        assert cdi.write_report(found, out)

    @pytest.mark.parametrize("name", ["audit.csv", "absent/out"])
    def test_that_cannot_be_is_refused(self, tmp_path: Path, name: str) -> None:
        found = report(tmp_path)
        before = (tmp_path / "audit.csv").read_bytes()
        with pytest.raises(cdi.DataError):
            cdi.write_report(found, tmp_path / name)
        assert (tmp_path / "audit.csv").read_bytes() == before

    def test_of_a_name_that_leads_nowhere_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "loop").symlink_to("loop")
        found = report(tmp_path)
        for name in ("loop", "x" * 300):
            with pytest.raises(cdi.DataError):
                cdi.write_report(found, tmp_path / name)
        assert (tmp_path / "loop").is_symlink()
        with pytest.raises(cdi.DataError, match=r"Create .*absent/deeper first"):
            cdi.write_report(found, tmp_path / "absent" / "deeper" / "out")

    @pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
    def test_is_as_it_was_after_a_failure(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
    ) -> None:
        out, found = tmp_path / "out", report(tmp_path)
        cdi.write_report(found, out)
        before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
        write, count = Path.write_bytes, iter(range(100))

        def fail(path: Path, content: bytes) -> int:
            if next(count) == 3:
                raise failure
            return write(path, content)

        monkeypatch.setattr(Path, "write_bytes", fail)
        with pytest.raises((cdi.DataError, KeyboardInterrupt)):
            cdi.write_report(found, out)
        assert next(count) > 3
        assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
        assert sorted(path.name for path in tmp_path.iterdir()) == [
            "audit.csv",
            "inspection.key",
            "inspection.toml",
            "out",
        ]

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
    def test_leaves_nothing_behind_when_asked_to_end(self, tmp_path: Path) -> None:
        """The request comes while files are written: the fifth of them waits for it."""
        code = (
            "import pathlib, sys, time\nfrom cdi.cli import main\n"
            "write, count = pathlib.Path.write_bytes, iter(range(100))\n"
            "def slow(path, content):\n    written = write(path, content)\n"
            "    if next(count) == 4: print('now', flush=True); time.sleep(60)\n    return written\n"
            "pathlib.Path.write_bytes = slow\n"
            f"sys.argv = ['cdi', 'report', {str(small(tmp_path))!r}, '-o', {str(tmp_path / 'out')!r}]\nmain()\n"
        )
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"now"
        assert any(path.name.startswith(".cdi-") for path in tmp_path.iterdir())
        process.send_signal(signal.SIGTERM)
        _, error = process.communicate(timeout=60)
        assert process.returncode == 128 + signal.SIGTERM
        assert error == b""
        assert sorted(path.name for path in tmp_path.iterdir()) == ["audit.csv", "inspection.key", "inspection.toml"]


class TestVerify:
    def test_agrees(self, tmp_path: Path) -> None:
        cdi.write_report(report(tmp_path), tmp_path / "out")
        found = cdi.verify_report(tmp_path / "out")
        assert found.agrees
        assert not found.disagreements

    def test_keeps_the_date_of_the_environment(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        cdi.write_report(report(tmp_path), tmp_path / "out")
        monkeypatch.delenv("SOURCE_DATE_EPOCH")
        assert cdi.verify_report(tmp_path / "out").agrees

    def test_finds_what_was_changed(self, tmp_path: Path) -> None:
        out = tmp_path / "out"
        cdi.write_report(report(tmp_path), out)
        page = out / "report.html"
        page.write_text(page.read_text("utf-8").replace("Exampleshire", "Elsewhere"), "utf-8")
        (out / "estimates.csv").unlink()
        text = "\n".join(cdi.verify_report(out).lines)
        assert "report.html" in text
        assert "estimates.csv" in text

    def test_finds_another_input(self, tmp_path: Path) -> None:
        cdi.write_report(report(tmp_path), tmp_path / "out")
        audit = tmp_path / "audit.csv"
        audit.write_text(audit.read_text("utf-8").replace("R1,violent,yes", "R1,violent,no"), "utf-8")
        found = cdi.verify_report(tmp_path / "out")
        assert not found.agrees
        text = "\n".join(found.lines)
        assert "audit.csv" in text
        assert "estimates.csv" in text

    def test_takes_the_file_that_the_report_was_made_from(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Another inspection in the current folder is not taken for it."""
        (tmp_path / "here").mkdir()
        (tmp_path / "there").mkdir()
        small(tmp_path / "here", 'grade = "good"\n')
        cdi.write_report(report(tmp_path / "there"), tmp_path / "there" / "out")
        monkeypatch.chdir(tmp_path / "here")
        assert cdi.verify_report(tmp_path / "there" / "out").agrees

    @pytest.mark.parametrize(
        ("key", "value"),
        [("date", "nonsense"), ("date", 5), ("libraries", {"numpy": [1]}), ("outputs", {"report.html": 3}),
         ("inputs", {"audit.csv": None}), ("inputs", [1]), ("cdi", 3), ("schema", "cdi.provenance/0"),
         ("inspection", None)],
        ids=str,
    )  # fmt: skip
    def test_refuses_a_provenance_that_was_changed(self, tmp_path: Path, key: str, value: object) -> None:
        cdi.write_report(report(tmp_path), tmp_path / "out")
        path = tmp_path / "out" / PROVENANCE
        path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), key: value}), "utf-8")
        with pytest.raises(cdi.DataError, match="as cdi writes it"):
            cdi.verify_report(tmp_path / "out")

    def test_finds_a_provenance_that_was_changed(self, tmp_path: Path) -> None:
        """The seal tells of a change that the form does not."""
        cdi.write_report(report(tmp_path), tmp_path / "out")
        path = tmp_path / "out" / PROVENANCE
        path.write_text(path.read_text("utf-8").replace('"seed": 1', '"seed": 2'), "utf-8")
        found = cdi.verify_report(tmp_path / "out")
        assert (PROVENANCE, "output-changed") in [(each.name, each.code) for each in found.disagreements]

    @pytest.mark.parametrize("text", ["", "[]", "[" * 100_000, "\x00\x00", "{}"], ids=lambda text: text[:4])
    def test_refuses_a_provenance_that_is_none(self, tmp_path: Path, text: str) -> None:
        cdi.write_report(report(tmp_path), tmp_path / "out")
        (tmp_path / "out" / PROVENANCE).write_text(text, "utf-8")
        with pytest.raises(cdi.DataError, match="as cdi writes it"):
            cdi.verify_report(tmp_path / "out")

    def test_finds_what_is_no_file_any_more(self, tmp_path: Path) -> None:
        """A pipe is not waited for, and a device not read to its end."""
        out = tmp_path / "out"
        cdi.write_report(report(tmp_path), out)
        for name in ("report.html", "tables.xlsx", "estimates.csv"):
            (out / name).unlink()
        (out / "report.html").mkdir()
        (out / "tables.xlsx").symlink_to("/dev/zero")
        os.mkfifo(out / "estimates.csv")
        found = cdi.verify_report(out)
        assert {line.partition(":")[0] for line in found.lines} == {"report.html", "tables.xlsx", "estimates.csv"}

    def test_takes_names_of_inputs_that_no_system_has(self, tmp_path: Path) -> None:
        cdi.write_report(report(tmp_path), tmp_path / "out")
        path = tmp_path / "out" / PROVENANCE
        known = json.loads(path.read_text("utf-8"))
        odd = dict.fromkeys(("a\0b", "x" * 300, ""), "x")
        path.write_text(json.dumps({**known, "inputs": {**known["inputs"], **odd}}), "utf-8")
        found = cdi.verify_report(tmp_path / "out")
        assert [each.name for each in found.disagreements] == [*odd, PROVENANCE]

    def test_refuses_what_is_no_report(self, tmp_path: Path) -> None:
        with pytest.raises(cdi.DataError):
            cdi.verify_report(tmp_path)


class TestVerb:
    def run(self, *args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "cdi", "report", *args]
        return subprocess.run(command, cwd=cwd, capture_output=True, check=False, encoding="utf-8")

    def test_writes_and_verifies(self, tmp_path: Path) -> None:
        small(tmp_path)
        done = self.run("inspection.toml", "-o", "out", cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert "report.html" in done.stdout
        assert self.run("--verify", "out", cwd=tmp_path).returncode == 0
        with (tmp_path / "audit.csv").open("a", encoding="utf-8") as file:
            file.write("R99,violent,no\n")
        changed = self.run("--verify", "out", cwd=tmp_path)
        assert changed.returncode == 1
        assert "audit.csv" in changed.stdout

    def test_answers_a_date_that_is_none(self, tmp_path: Path) -> None:
        command = [sys.executable, "-m", "cdi", "report", str(small(tmp_path)), "-o", str(tmp_path / "out")]
        env = {**os.environ, "SOURCE_DATE_EPOCH": "abc"}
        done = subprocess.run(command, env=env, capture_output=True, check=False, encoding="utf-8")
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        assert "SOURCE_DATE_EPOCH" in done.stderr

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
    def test_answers_that_what_it_says_has_no_room(self, tmp_path: Path) -> None:
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "cdi", "methods"], stdout=full, stderr=subprocess.PIPE, check=False, text=True
            )
        assert done.returncode == 2
        assert done.stderr.startswith("expected a file or place that this system can use, but found No space left")

    @pytest.mark.skipif(sys.platform != "linux", reason="names of files are text there")
    def test_answers_a_name_that_is_no_text(self, tmp_path: Path) -> None:
        path = small(tmp_path).rename(tmp_path / os.fsdecode(b"i\xff.toml"))
        done = self.run(str(path), "-o", "out", cwd=tmp_path)
        assert done.returncode == 2
        assert "expected a file name in UTF-8" in done.stderr

    @pytest.mark.parametrize("verb", ["report", "init", "estimate"])
    def test_answers_paths_that_no_system_can_use(self, tmp_path: Path, verb: str) -> None:
        small(tmp_path)
        (tmp_path / "loop").symlink_to("loop")
        given = "inspection.toml" if verb == "report" else "audit.csv"
        for args in (
            ("x" * 300, "-o", "out"),
            ("loop", "-o", "out"),
            (given, "-o", "loop"),
            (given, "-o", f"{'x' * 300}.csv"),
        ):
            assert "expected" in refused(verb, *args, cwd=tmp_path)
        refused("report", "--verify", "x" * 300, cwd=tmp_path)

    @pytest.mark.parametrize(
        "args", [(), ("inspection.toml",), ("absent.toml", "-o", "out"), ("--verify", "absent"), ("-o", "out"),
                 ("inspection.toml", "-o", "out", "--verify", "out")],
    )  # fmt: skip
    def test_answers_wrong_use(self, tmp_path: Path, args: tuple[str, ...]) -> None:
        small(tmp_path)
        assert "expected" in refused("report", *args, cwd=tmp_path)
        assert not (tmp_path / "out").exists()
