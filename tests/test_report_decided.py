"""A report is placed only where an attack on its files finds nothing: each leak is planted, found and not placed."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import pytest
from click.testing import CliRunner, Result

import cdi
from cdi.cli.app import cli
from cdi.disclosure import suppression
from cdi.disclosure.rules import Coarser
from cdi.keyed import Key
from cdi.report import assembling, deciding, verifying
from cdi.report.contents import Report
from cdi.report.making import listing
from tests.test_report_disclosure import AUDIT, EXCEPTION, made, rows

BY_WARD = f'{AUDIT}by = "ward"\n'
BY_SEX = f'{AUDIT}by = "sex"\n'
WARDS = {"Harbour": (60, 73), "Hilltop": (30, 34), "Mill": (19, 22), "Riverside": (110, 121)}


def audit(counts: Mapping[str, tuple[int, int]], column: str = "ward") -> list[dict[str, str]]:
    return [row for word, (recorded, due) in counts.items() for row in rows(recorded, due, **{column: word})]


def shown(out: Path) -> dict[str, tuple[str, str]]:
    """Give the base and the number recorded of each row in the listing of a report."""
    with (out / "estimates.csv").open(encoding="utf-8", newline="") as file:
        return {row["category"]: (row["n"], row["recorded"]) for row in csv.DictReader(file)}


def stated(out: Path) -> dict[str, object]:
    told: dict[str, object] = json.loads((out / "provenance.json").read_text(encoding="utf-8"))["options"]
    return told


def run(*given: str) -> Result:
    return CliRunner().invoke(cli, ["report", *given])


def undrawn(report: Report, key: Key, printer: str = "") -> Mapping[str, bytes]:
    """Make the files that are soon made: what is tested is what becomes of them."""
    return listing(report, key)


@pytest.fixture(autouse=True)
def without_lot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Round only as far as must be: what is rounded further by lot has tests of its own."""
    monkeypatch.setattr(assembling, "_lot", lambda _inspection: "")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for room in (deciding, verifying):
        monkeypatch.setattr(room, "outputs", undrawn)


@pytest.mark.usefixtures("quick")
class TestTwoReleases:
    """A crime more: Mill had at most 22 and has at least 23, by two reports each of which gives nothing away."""

    def make(self, folder: Path, text: str = BY_WARD) -> tuple[Report, Path]:
        report = made(folder, BY_WARD, audit=audit(WARDS))
        cdi.write_report(report, folder / "first")
        both = text.replace('"audit.csv"', '["audit.csv", "more.csv"]')
        return made(folder, both, audit=audit(WARDS), more=rows(1, 1, ward="Mill")), folder / "first"

    @pytest.mark.long
    def test_of_one_sample_that_grew_are_attacked_together(self, tmp_path: Path) -> None:
        report, first = self.make(tmp_path)
        cdi.write_report(report, tmp_path / "alone")
        assert shown(tmp_path / "alone")["Mill"] == ("25", "20")
        assert cdi.attack(tmp_path / "alone").safe
        assert not cdi.attack(tmp_path / "alone", [first]).safe
        cdi.write_report(report, tmp_path / "second", published=[first])
        # to 10, Harbour would be 65 to 74, and was 73 to 77: one row less loses least
        assert {word: n for word, (n, _) in shown(tmp_path / "second").items()} == {
            "Harbour": "75", "Hilltop": "35", "Mill": "", "Riverside": "120", "all": "251"
        }  # fmt: skip
        assert cdi.attack(tmp_path / "second", [first]).safe
        assert stated(tmp_path / "second")["published"] == ["first"]
        assert cdi.verify_report(tmp_path / "second").agrees

    def test_named_in_the_file_are_attacked_too(self, tmp_path: Path) -> None:
        text = f'{BY_WARD}[disclosure]\npublished = ["first"]\n'
        _, first = self.make(tmp_path, text)
        done = run(str(tmp_path / "inspection.toml"), "-o", str(tmp_path / "second"))
        assert done.exit_code == 0, done.output
        assert "further than the rules ask" in done.output
        assert "Mill in " in done.output
        assert "together give" not in (tmp_path / "second" / "estimates.csv").read_text(encoding="utf-8")
        assert cdi.attack(tmp_path / "second", [first]).safe

    @pytest.mark.long
    def test_named_on_the_command_line_are_attacked_too(self, tmp_path: Path) -> None:
        _, first = self.make(tmp_path)
        done = run(str(tmp_path / "inspection.toml"), "-o", str(tmp_path / "second"), "--published", str(first))
        assert done.exit_code == 0, done.output
        assert cdi.attack(tmp_path / "second", [first]).safe

    def test_that_cannot_be_read_are_refused_with_a_remedy_that_works(self, tmp_path: Path) -> None:
        report, first = self.make(tmp_path)
        (first / "broken.xlsx").write_bytes(b"\x00 no workbook")
        with pytest.raises(cdi.DataError, match=r"all files of which can be read, but found broken\.xlsx") as caught:
            cdi.write_report(report, tmp_path / "second", published=[first])
        assert "take it out of a copy of the folder" in str(caught.value)
        (first / "broken.xlsx").unlink()
        cdi.write_report(report, tmp_path / "second", published=[first])

    def test_that_are_not_there_are_told_at_their_key(self, tmp_path: Path) -> None:
        with pytest.raises(cdi.DataError, match="a folder that exists") as caught:
            made(tmp_path, f'{BY_WARD}[disclosure]\npublished = ["nowhere"]\n', audit=audit(WARDS))
        assert "disclosure.published" in str(caught.value.faults[0].where.key)


@pytest.mark.usefixtures("quick")
class TestRounding:
    SEX: ClassVar = {"female": (45, 57), "male": (80, 102)}

    def test_whose_total_is_extreme_is_coarser_by_the_rules(self, tmp_path: Path) -> None:
        cdi.write_report(made(tmp_path, BY_SEX, audit=audit(self.SEX, "sex")), tmp_path / "out")
        told = stated(tmp_path / "out")["disclosure"]
        assert isinstance(told, dict)
        assert told["rounded_to"] == {"recording_by_sex": 10}

    def test_that_the_rules_overlook_is_made_coarser(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(suppression, "_leaves_enough", lambda _ends, _total: True)
        report = made(tmp_path, BY_SEX, audit=audit(self.SEX, "sex"))
        assert report.exhibits[0].table.rounded_to == 5
        cdi.write_report(report, tmp_path / "out")
        told = stated(tmp_path / "out")["disclosure"]
        assert isinstance(told, dict)
        assert told["rounded_to"] == {"recording_by_sex": 10}
        assert cdi.attack(tmp_path / "out").safe
        assert cdi.verify_report(tmp_path / "out").agrees

    @pytest.mark.long
    def test_of_many_tables_is_made_coarser_in_each(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Five tables, each of which has to change: not all ways to change some of them are tried before."""
        monkeypatch.setattr(suppression, "_leaves_enough", lambda _ends, _total: True)
        words = {"sex": "female male", "ethnicity": "Asian White", "age_band": "16-24 25-34", "ward": "Mill Quay",
                 "religion": "Jewish Sikh"}  # fmt: skip
        crimes = [
            {column: pair.split()[(i + 31 * k) % 159 >= 57] for k, (column, pair) in enumerate(words.items())}
            | {"recorded": "no" if i % 5 == 0 else "yes"}
            for i in range(159)
        ]
        report = made(tmp_path, f"{AUDIT}by = {json.dumps(list(words))}\n", audit=crimes)
        cdi.write_report(report, tmp_path / "out")
        told = stated(tmp_path / "out")["disclosure"]
        assert isinstance(told, dict)
        assert len(told["rounded_to"]) == 5
        assert 5 not in told["rounded_to"].values()


@pytest.mark.usefixtures("quick")
class TestRefused:
    """What no rounding mends is not placed, and what stood there stays."""

    @pytest.fixture
    def out(self, tmp_path: Path) -> Path:
        report = made(tmp_path, BY_WARD, audit=audit(WARDS))
        cdi.write_report(report, tmp_path / "out")
        return tmp_path / "out"

    def plant(self, monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
        monkeypatch.setattr(deciding, "_TRIES", 3)
        monkeypatch.setattr(
            deciding, "outputs", lambda report, key, _printer: {**undrawn(report, key), name: text.encode()}
        )

    def refused(self, out: Path) -> list[tuple[str, str]]:
        before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
        done = run(str(out.parent / "inspection.toml"), "-o", str(out))
        assert done.exit_code == 2, done.output
        assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
        report = cdi.assemble(out.parent / "inspection.toml")
        with pytest.raises(cdi.DataError) as caught:
            cdi.write_report(report, out)
        return [(each.code, str(each)) for each in caught.value.faults]

    def test_another_table_of_the_same_rows(self, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        text = "part,exhibit,domain,category,printed,measure,n,recorded\n"
        text += "times,times_by_ward,ward,Mill,Mill,recording rate,22,19\n"
        text += "times,times_by_ward,ward,all,all,recording rate,250,219\n"
        self.plant(monkeypatch, "times.csv", text)
        told = self.refused(out)
        assert {code for code, _ in told} == {"report-gives-away"}
        assert any("times.csv gives the base of ward Mill as 22." in text for _, text in told)
        assert "Take ward out of by in the inspection's file." in told[0][1]

    def test_a_chart_that_can_be_measured(self, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        ticks = "".join(f'<text x="{x}" y="220">{tick}%</text>' for x, tick in ((100, 0), (300, 100)))
        bar = '<path clip-path="url(#p)" d="M 100 40 L 272.7273 40 L 272.7273 50 L 100 50 z"/>'
        text = (
            '<svg xmlns="http://www.w3.org/2000/svg"><clipPath id="p"><rect x="100" y="20" width="200" height="180"/>'
        )
        self.plant(monkeypatch, "charts/rates.svg", f"{text}</clipPath>{ticks}{bar}</svg>")
        assert [code for code, _ in self.refused(out)] == ["report-too-fine"]

    def test_not_where_it_is_not_for_publication(self, tmp_path: Path) -> None:
        report = made(tmp_path, f'{BY_WARD}[disclosure]\nmode = "internal"\n', audit=audit(WARDS))
        cdi.write_report(report, tmp_path / "out")
        assert shown(tmp_path / "out")["Mill"] == ("22", "19")


@pytest.mark.usefixtures("quick")
class TestExceptions:
    """An exception is known to everybody: what follows from it and the total alone was approved, unless it is small."""

    def text(self, *categories: str) -> str:
        head = '[[disclosure.exceptions]]\ncolumn = "ethnicity"\n'
        return f'{AUDIT}by = "ethnicity"\n' + "".join(f'{head}category = "{each}"\n{EXCEPTION}' for each in categories)

    def test_leave_what_follows_and_is_not_small(self, tmp_path: Path) -> None:
        counts = {"white": (138, 158), "minority": (21, 24)}
        cdi.write_report(made(tmp_path, self.text("minority"), audit=audit(counts, "ethnicity")), tmp_path / "out")
        assert shown(tmp_path / "out")["minority"] == ("24", "21")
        assert shown(tmp_path / "out")["white"] == ("160", "140")
        assert cdi.attack(tmp_path / "out").following == 4

    def test_that_reveal_a_small_number_are_refused_with_a_remedy_that_works(self, tmp_path: Path) -> None:
        files = {"audit": audit({"white": (138, 158), "minority": (6, 8)}, "ethnicity")}
        report = made(tmp_path, self.text("white"), **files)
        with pytest.raises(cdi.DataError) as caught:
            cdi.write_report(report, tmp_path / "out")
        assert {each.code for each in caught.value.faults} == {"exception-gives-away"}
        assert "publish ethnicity minority as an exception too" in str(caught.value)
        assert not (tmp_path / "out").exists()
        cdi.write_report(made(tmp_path, self.text("white", "minority"), **files), tmp_path / "out")
        assert shown(tmp_path / "out")["minority"] == ("8", "6")


@pytest.mark.usefixtures("quick")
class TestGoodRecording:
    def test_a_small_total_not_recorded_is_published_and_hides_nothing(self, tmp_path: Path) -> None:
        """Two crimes in 250 were not recorded: that no ward has more than two of them is told by the total."""
        counts = {"Harbour": (72, 73), "Hilltop": (34, 34), "Mill": (22, 22), "Riverside": (120, 121)}
        cdi.write_report(made(tmp_path, BY_WARD, audit=audit(counts)), tmp_path / "out")
        assert cdi.attack(tmp_path / "out").safe
        assert all(n for n, _ in shown(tmp_path / "out").values())


class TestLargeSteps:
    """Rounded to 50, 44 of 60 are 50 of 50, and 12 of 60 are 0 of 50: neither is a rate worth saying."""

    COUNTS: ClassVar = {"Harbour": (12, 60), "Hilltop": (44, 60), "Mill": (130, 260), "Riverside": (300, 310)}

    def report(self, folder: Path) -> Report:
        report = made(folder, BY_WARD, audit=audit(self.COUNTS))
        return deciding._made_with(report, (Coarser.of(["ward"], 50),))  # noqa: SLF001

    def test_suppress_a_row_that_would_be_none_or_all_of_one(self, tmp_path: Path) -> None:
        table = self.report(tmp_path).exhibits[0].table
        assert table.rounded_to == 50
        shown = {row.label[0]: (row.n, row.recorded) for row in table.rows if not row.whole}
        assert shown["Harbour"] == shown["Hilltop"] == (None, None)
        assert shown["Mill"] == (250, 150)

    def test_say_no_rate_of_none_or_all(self, tmp_path: Path) -> None:
        report = self.report(tmp_path)
        (riverside,) = [row for row in report.exhibits[0].table.rows if row.label == ("Riverside",)]
        assert riverside.estimate == 1
        said = [*report.parts[0].details, *report.parts[0].findings, *report.exhibits[0].sentences]
        assert any("Mill" in text for text in said)
        assert not any("Riverside" in text for text in said)


def test_all_files_of_a_report_are_attacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[set[str]] = []
    from cdi.disclosure import reading_published

    def seen(files: object, name: str = "") -> reading_published.Published:
        pairs = list(files)  # type: ignore[call-overload]
        read.append({each for each, _ in pairs})
        return whole(pairs, name)

    whole = reading_published.read_files
    monkeypatch.setattr(reading_published, "read_files", seen)
    names = cdi.write_report(made(tmp_path, BY_WARD, audit=audit(WARDS)), tmp_path / "out")
    assert read == [{"estimates.csv", "provenance.json"}, set(names)]
