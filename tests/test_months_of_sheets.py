"""The month of each sheet, by its name or by a title above its table, and patterns that name sheets."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, ClassVar

import openpyxl
import pandas as pd
import pytest

import cdi
from cdi.audits.periods import in_titles
from cdi.errors import DataError
from tests.test_cli import run_here
from tests.test_sheets_of_auditors import write


def titled_book(path: Path, sheets: dict[str, list[list[Any]]], column: str = "Incident") -> Path:
    """Write sheets of thirty reports, each under its titles; every fifth crime is not recorded."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, titles in sheets.items():
        sheet = book.create_sheet(name)
        for row in [["Northshire dip sample"], *titles, [], [column, "Due", "Recorded"]]:
            sheet.append(row)
        for i in range(30):
            sheet.append([f"{name}{i}", 1, int(i % 5 > 0)])
    book.save(path)
    return path


TITLED = {
    "A": [["Audit month:", "April 2024"], ["Printed 3 July 2024"]],
    "B": [["Audit month: May 24"], ["Printed 3 July 2024"]],
    "C": [["Month", dt.date(2024, 6, 1)], ["Printed 3 July 2024"]],
}
ROLES: dict[str, Any] = {"cluster": "Incident", "due": "Due", "recorded": "Recorded"}


class TestMonthsOfTitles:
    @pytest.mark.parametrize(
        ("titles", "label"),
        [
            ([["Audit month: April 2024"]], "2024-04"),
            ([["Audit month:", "Apr 24"]], "2024-04"),
            ([["Dip sample, April 2024"]], "2024-04"),
            ([["Northshire"], ["Period: 01/04/2024"]], "2024-04"),
            ([["Month: 2024-04-01 00:00:00"]], "2024-04"),
            ([["Quarter: Q1 2024/25"]], "2024/25 Q1"),
            ([["Audit for Q1 2024/25"]], "2024/25 Q1"),
            ([["Audit year: 2024/25"], ["NCRS 2011"]], "2024/25"),
            ([["Month: April 2024"], ["Printed 3 May 2024"]], "2024-04"),
            ([["Printed 3 May 2024"]], None),
            ([["Sample of April 2024 and May 2024"]], None),
            ([["Month: April 2024"], ["Month: May 2024"]], None),
            ([["Dip sample"], ["Month:"]], None),
            ([], None),
        ],
    )
    def test_the_one_period_that_titles_speak_of(self, titles: list[list[str]], label: str | None) -> None:
        found = in_titles(titles)
        assert (found.label if found else None) == label

    def test_they_are_proposed_kept_and_read(self, tmp_path: Path) -> None:
        path = titled_book(tmp_path / "dip.xlsx", TITLED)
        found = cdi.open_sheets(path)
        assert found.mapping.columns["period"] == "TITLE"
        assert "title above the table" in found.page().grids[1].rows[-1]
        found.save(tmp_path / "dip.toml")
        done = run_here("trend", "dip.xlsx", "--mapping", "dip.toml", "--format", "csv", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert [line.split(",")[0] for line in done.stdout.splitlines()[1:4]] == ["2024-04", "2024-05", "2024-06"]

    @pytest.mark.parametrize("pattern", ["*", "[AB]*", "[a-c]"])
    def test_they_are_read_without_a_mapping(self, tmp_path: Path, pattern: str) -> None:
        path = titled_book(tmp_path / "dip.xlsx", TITLED)
        found = cdi.estimate(cdi.Workbook(str(path), pattern, 5), by="period", period="TITLE", **ROLES)
        labels = ["2024-04", "2024-05", "2024-06"][: 2 if pattern == "[AB]*" else 3]
        assert [row.label[0] for row in found.table.rows[:-1]] == labels

    def test_a_csv_file_has_titles_too(self, tmp_path: Path) -> None:
        path = write(tmp_path, "Audit month: April 2024,\n,\ncluster,recorded\nA,1\nB,0\n")
        audit = cdi.read_audit(cdi.Workbook(str(path), header_row=3), period="TITLE")
        assert audit.periods() == ("2024-04",)

    def test_each_sheet_without_one_is_named(self, tmp_path: Path) -> None:
        path = titled_book(tmp_path / "dip.xlsx", {**TITLED, "D": [["Month"], []], "E": [["Dip"], []]})
        with pytest.raises(DataError) as caught:
            cdi.read_audit(cdi.Workbook(str(path), "*", 5), period="TITLE", **ROLES)
        assert [(item.code, item.where.sheet) for item in caught.value.faults] == [
            ("title-without-period", "D"),
            ("title-without-period", "E"),
        ]

    def test_a_frame_has_none(self) -> None:
        with pytest.raises(cdi.DesignError, match="titles above the table"):
            cdi.read_audit(pd.DataFrame({"recorded": [1, 0]}), period="TITLE")

    def test_a_sheet_that_is_headed_by_another_month_is_named(self, tmp_path: Path) -> None:
        titles = {"Apr 24": [["Audit month: April 2024"]], "May 24": [["Audit month: April 2024"]]}
        page = cdi.open_sheets(titled_book(tmp_path / "dip.xlsx", titles)).page()
        named = [each for each in page.statements if each.startswith("Please check")]
        assert named == [
            "Please check: sheet May 24 is headed April 2024. The period is taken from the name of the sheet."
        ]


class TestTrends:
    """Where no column is called month, a trend takes the period that every sheet or file names."""

    def test_of_sheets_called_by_months(self, tmp_path: Path) -> None:
        path = titled_book(tmp_path / "dip.xlsx", {"Apr 24": [[]], "May 24": [[]]})
        found = cdi.trend(cdi.Workbook(str(path), "*", 4), **ROLES)
        assert [point.period.label for point in found.points] == ["2024-04", "2024-05"]

    def test_of_sheets_headed_by_months(self, tmp_path: Path) -> None:
        path = titled_book(tmp_path / "dip.xlsx", TITLED)
        found = cdi.trend(cdi.Workbook(str(path), "*", 5), **ROLES)
        assert [point.period.label for point in found.points] == ["2024-04", "2024-05", "2024-06"]

    def test_of_files_called_by_quarters(self, tmp_path: Path) -> None:
        for name in ("audit 2024-25 Q1", "audit 2024-25 Q2"):
            write(tmp_path, "recorded\n" + "1\n" * 12 + "0\n", f"{name}.csv")
        found = cdi.trend(str(tmp_path / "*.csv"))
        assert [point.period.label for point in found.points] == ["2024/25 Q1", "2024/25 Q2"]

    def test_of_sheets_that_name_none_ask_for_a_column(self, tmp_path: Path) -> None:
        path = titled_book(tmp_path / "dip.xlsx", {"North": [[]], "South": [[]]})
        with pytest.raises(DataError, match="expected a column named 'month'"):
            cdi.trend(cdi.Workbook(str(path), "*", 4), **ROLES)


class TestPatterns:
    BOOK: ClassVar[dict[str, list[list[Any]]]] = {"Apr 24": [[]], "May 24": [[]], "Notes 23": [[]]}

    @pytest.mark.parametrize(
        ("pattern", "reports"), [("*", 90), ("* 24", 60), ("Apr*", 30), ("apr*", 30), ("*y 24", 30), ("[AM]* 24", 60)]
    )
    def test_name_sheets_in_python_the_command_line_and_an_inspection(
        self, tmp_path: Path, pattern: str, reports: int
    ) -> None:
        path = titled_book(tmp_path / "dip.xlsx", self.BOOK, "cluster")
        roles = {"due": "Due", "recorded": "Recorded"}
        assert cdi.read_audit(cdi.Workbook(str(path), pattern, 4), **roles).strata.sampled.sum() == reports
        args = ("check", f"dip.xlsx#{pattern}", "--header-row", "4", "--due", "Due", "--recorded", "Recorded")
        done = run_here(*args, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert f" {reports} " in done.stdout

    def test_name_sheets_in_an_inspection(self, tmp_path: Path) -> None:
        titled_book(tmp_path / "dip.xlsx", self.BOOK, "cluster")
        text = (
            'force = "Northshire Police"\n[audit]\nfiles = ["dip.xlsx#* 24"]\n[audit.columns]\ndue = "Due"\n'
            'recorded = "Recorded"\n[audit.reading]\nheader_row = 4\n'
        )
        inspection = cdi.read_inspection(write(tmp_path, text, "inspection.toml"))
        assert inspection.audit is not None
        assert cdi.read_audit(list(inspection.audit.files), **inspection.audit.roles).strata.sampled.sum() == 60

    def test_that_fit_nothing_name_the_sheets_there_are(self, tmp_path: Path) -> None:
        path = titled_book(tmp_path / "dip.xlsx", self.BOOK)
        with pytest.raises(DataError, match="There are: Apr 24, May 24, Notes 23"):
            cdi.read_audit(f"{path}#* 25")
