"""The PDF of a report: tagged, an alternative for each chart, undated, held to the page that it was printed from."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest

import cdi
from cdi.report.pdf import NAMES, PDF
from tests.browser import missing

ROWS = "cluster,crime_type,recorded\n" + "".join(
    f"R{i},{'violent' if i % 3 else 'other'},{'no' if i % 9 == 0 else 'yes'}\n" for i in range(120)
)
INSPECTION = 'force = "Exampleshire Constabulary"\ngrade = "good"\n[audit]\nfiles = "audit.csv"\nby = ["crime_type"]\n'
STAND_IN = """#!{python}
import sys
from pathlib import Path
target = next(each.partition("=")[2] for each in sys.argv if each.startswith("--print-to-pdf="))
if {printing}:
    Path(target).write_bytes(b"%PDF-1.4 /CreationDate (D:20300101) /StructTreeRoot " + " ".join(sys.argv).encode())
sys.exit({status})
"""


def small(folder: Path) -> cdi.Report:
    """Assemble a report with one chart."""
    (folder / "audit.csv").write_text(ROWS, encoding="utf-8")
    (folder / "inspection.toml").write_text(INSPECTION, encoding="utf-8")
    return cdi.assemble(cdi.read_inspection(folder / "inspection.toml"))


def stand_in(folder: Path, *, printing: str = "True", status: int = 0) -> Path:
    """Write a program that is called as a browser is, and prints next to nothing."""
    path = folder / "browser"
    path.write_text(STAND_IN.format(python=sys.executable, printing=printing, status=status), encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture(scope="module")
def chromium() -> str:
    """The browser of this computer."""
    found = os.environ.get("CDI_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    return found or missing("Chromium is not installed")


@pytest.fixture(scope="module")
def folders(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """One report, written twice."""
    place = tmp_path_factory.mktemp("printed")
    report = small(place)
    for name in ("one", "other"):
        assert PDF in cdi.write_report(report, place / name, pdf=True)
    return {name: place / name for name in ("one", "other")}


class Pictures(HTMLParser):
    """Collects the alternatives of the pictures of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.told.append(dict(attrs)["alt"] or "")


def elements(pdf: bytes, kind: str) -> list[bytes]:
    """The elements of a kind in the tree of tags, as they stand in the file."""
    objects = re.findall(rb"\d+ 0 obj\n(.*?)\nendobj", pdf, re.DOTALL)
    return [each for each in objects if b"/StructElem" in each and re.search(rb"/S /" + kind.encode() + rb"\s", each)]


class TestPrinted:
    def test_is_tagged_and_each_chart_has_its_alternative(self, folders: Mapping[str, Path]) -> None:
        pdf = (folders["one"] / PDF).read_bytes()
        page = Pictures()
        page.feed((folders["one"] / "report.html").read_text(encoding="utf-8"))
        told = [re.search(rb"/Alt \(((?:[^()\\]|\\.)*)\)", each) for each in elements(pdf, "Figure")]
        said = [re.sub(rb"\\(.)", rb"\1", each[1]).decode("latin-1") for each in told if each]
        assert re.search(rb"/MarkInfo <</Type /MarkInfo\s+/Marked true", pdf)
        assert re.search(rb"/Lang \(en", pdf)
        assert len(page.told) > 0
        # a figure is its chart with the caption of it: both are named
        assert len(said) == len(told) == 2 * len(page.told)
        assert [text for text in said if not text.startswith("Figure ")] == page.told
        for kind in ("H1", "H2", "Table", "TH", "TD", "L", "Caption"):
            assert elements(pdf, kind), kind

    def test_is_the_same_whenever_it_is_printed(self, folders: Mapping[str, Path]) -> None:
        one, other = (folder / PDF for folder in folders.values())
        assert one.read_bytes() == other.read_bytes()
        assert b"CreationDate" not in one.read_bytes()
        assert b"file:///" not in one.read_bytes()

    def test_agrees_until_it_is_changed(self, folders: Mapping[str, Path]) -> None:
        assert cdi.verify_report(folders["one"]).agrees
        with (folders["other"] / PDF).open("ab") as file:
            file.write(b"%")
        found = cdi.verify_report(folders["other"])
        assert [each.name for each in found.disagreements] == [PDF]


class TestVerified:
    @pytest.fixture
    def out(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A report that a stand-in printed."""
        monkeypatch.setenv("CDI_CHROMIUM", str(stand_in(tmp_path)))
        cdi.write_report(small(tmp_path), tmp_path / "out", pdf=True)
        monkeypatch.delenv("CDI_CHROMIUM")
        return tmp_path / "out"

    def test_names_the_page_that_it_was_printed_from(self, out: Path) -> None:
        known = json.loads((out / "provenance.json").read_text(encoding="utf-8"))
        assert known["printed"]["from"] == known["outputs"]["report.html"]

    def test_needs_no_browser(self, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "")
        assert cdi.verify_report(out).agrees

    def test_differs_where_the_page_does(self, out: Path) -> None:
        text = INSPECTION.replace("good", "adequate")
        (out.parent / "inspection.toml").write_text(text, encoding="utf-8")
        names = [each.name for each in cdi.verify_report(out).disagreements]
        assert {"report.html", PDF} <= {*names}

    def test_goes_with_the_report_that_it_is_of(self, out: Path) -> None:
        names = cdi.write_report(small(out.parent), out)
        assert PDF not in names
        assert not (out / PDF).exists()

    def test_shows_no_network_and_no_script_to_the_browser(self, out: Path) -> None:
        called = (out / PDF).read_text(encoding="utf-8")
        assert "MAP * ~NOTFOUND" in called
        assert "--export-tagged-pdf" in called


class TestRefused:
    def codes(self, folder: Path) -> list[str]:
        with pytest.raises(cdi.CdiError) as caught:
            cdi.write_report(small(folder), folder / "out", pdf=True)
        assert not (folder / "out").exists()
        return [each.code for each in caught.value.faults]

    def test_without_a_browser(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("CDI_CHROMIUM", raising=False)
        monkeypatch.setenv("PATH", str(tmp_path))
        assert self.codes(tmp_path) == ["no-chromium"]

    def test_a_name_of_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CDI_CHROMIUM", str(tmp_path / "absent"))
        assert self.codes(tmp_path) == ["chromium-not-there"]

    @pytest.mark.parametrize(("printing", "status"), [("False", 0), ("False", 3)])
    def test_a_program_that_prints_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, printing: str, status: int
    ) -> None:
        monkeypatch.setenv("CDI_CHROMIUM", str(stand_in(tmp_path, printing=printing, status=status)))
        assert self.codes(tmp_path) == ["pdf-not-printed"]

    def test_where_the_first_way_fails_the_second_is_tried(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("cdi.report.pdf._is_root", lambda: False)
        monkeypatch.setenv("CDI_CHROMIUM", str(stand_in(tmp_path, printing='"--no-sandbox" in sys.argv')))
        assert PDF in cdi.write_report(small(tmp_path), tmp_path / "out", pdf=True)

    def test_a_pdf_of_somebody_else(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CDI_CHROMIUM", str(stand_in(tmp_path)))
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / PDF).write_bytes(b"mine")
        with pytest.raises(cdi.CdiError) as caught:
            cdi.write_report(small(tmp_path), tmp_path / "out", replace=True, pdf=True)
        assert [each.code for each in caught.value.faults] == ["folder-name-taken"]
        assert (tmp_path / "out" / PDF).read_bytes() == b"mine"
