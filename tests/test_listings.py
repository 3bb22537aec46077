"""The listings of a report: the same rows in CSV and JSON, equal in every number, and inert in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cdi import wording
from cdi.inspecting.inspection import Inspection, SampleFiles, read_inspection
from cdi.report.assembling import assemble
from cdi.report.contents import Report
from cdi.report.making import COLUMNS, ESTIMATES_SCHEMA, estimates_csv, estimates_json

DATA = Path(__file__).parents[1] / "data"
TEXTS = ("part", "exhibit", "domain", "category", "printed", "measure", "method", "notes", "sentence")
NASTY = ('=HYPERLINK("http://a.b")', "+1", "-2", "@SUM(A1)", "plain", "a,b", 'say "so"', "＝1")


@pytest.fixture(scope="module")
def report() -> Report:
    return assemble(read_inspection(DATA / "examples" / "inspection.toml"))


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("nasty")
    with (folder / "audit.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["kind", "recorded"])
        writer.writerows([(name, int(i % 6 > 0)) for name in NASTY for i in range(30)])
    sample = SampleFiles((folder / "audit.csv",), ("kind",))
    inspection = Inspection(folder / "inspection.toml", "=1+1", audit=sample)
    return assemble(replace(inspection, categories={"kind": {"plain": "=cmd|' /C calc'!A0"}}))


def rows_of(report: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(estimates_csv(report).decode("utf-8"), newline="")))


def document(report: Report) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(estimates_json(report).decode("utf-8"))
    return found


class TestDocumentation:
    TEXT = (Path(__file__).parents[1] / "docs" / "report.md").read_text(encoding="utf-8")

    def table(self, heading: str) -> list[str]:
        """Take the names in the first column of a table of the documentation."""
        lines = self.TEXT.partition(f"| {heading} |")[2].splitlines()[2:]
        cells = [line.split("|")[1] for line in lines[: lines.index("")]]
        return re.findall(r"`(\w+)`", " ".join(cells))

    def test_lists_every_field_of_the_document(self, report: Report) -> None:
        assert self.table("field of `estimates.json`") == list(document(report))

    def test_lists_every_column(self) -> None:
        of_tables = COLUMNS.index("measure"), COLUMNS.index("notes")
        named = self.table("column")
        assert [*COLUMNS[: of_tables[0]], "measure", "notes", "sentence"] == named
        assert all(f"`{name}`" in self.TEXT for name in COLUMNS[of_tables[0] : of_tables[1] + 1])


class TestColumns:
    def test_are_these_in_this_order(self, report: Report) -> None:
        head = estimates_csv(report).decode("utf-8").splitlines()[0]
        assert head == (
            "schema,part,exhibit,domain,category,printed,measure,estimate,low,high,level,method,se,n,recorded,clusters,"
            "n_eff,df,deff,notes,sentence"
        )
        assert tuple(head.split(",")) == COLUMNS
        assert set(wording.COLUMNS) < set(COLUMNS)

    def test_name_their_version_on_each_row(self, report: Report) -> None:
        assert {row["schema"] for row in rows_of(report)} == {ESTIMATES_SCHEMA}
        assert document(report)["schema"] == ESTIMATES_SCHEMA

    def test_hold_a_category_as_in_the_data_and_as_printed(self, report: Report) -> None:
        found = {
            (row["category"], row["printed"]) for row in rows_of(report) if row["exhibit"] == "recording_by_crime_type"
        }
        assert ("violent", "violence against the person") in found
        reviewed = next(row for row in rows_of(report) if row["part"] == "reviews")
        assert (reviewed["domain"], reviewed["category"]) == ("question; crime_type", "rightly; violent")
        assert reviewed["printed"] == "was the crime rightly cancelled?; violence against the person"


class TestRows:
    def test_are_all_of_the_report(self, report: Report) -> None:
        assert len(rows_of(report)) == sum(len(each.table.rows) for each in report.exhibits) > 100

    def test_are_the_same_in_both_to_the_last_digit(self, report: Report) -> None:
        lines, objects = rows_of(report), document(report)["rows"]
        assert len(lines) == len(objects)
        for line, found in zip(lines, objects, strict=True):
            assert list(found) == list(COLUMNS[1:])
            for name, value in found.items():
                if name in TEXTS:
                    assert line[name] == value
                elif value is None:
                    assert line[name] == ""
                else:
                    assert float(line[name]) == value

    def test_have_the_digits_of_the_page(self, report: Report) -> None:
        table = report.exhibits[0].table
        line = rows_of(report)[0]
        assert float(line["estimate"]) == table.rows[0].estimate
        assert len(line["estimate"]) <= 5

    def test_are_blank_where_withheld(self, report: Report) -> None:
        gone = [row for row in rows_of(report) if "suppressed" in row["notes"] and not row["estimate"]]
        assert gone
        numbers = ("estimate", "low", "high", "se", "n", "recorded", "clusters", "n_eff", "df", "deff", "sentence")
        assert all(row[name] == "" for row in gone for name in numbers)

    def test_are_the_same_bytes_each_time(self, report: Report) -> None:
        again = assemble(read_inspection(DATA / "examples" / "inspection.toml"))
        assert estimates_csv(again) == estimates_csv(report)
        assert estimates_json(again) == estimates_json(report)

    def test_headlines_and_the_force_stand_beside_them(self, report: Report) -> None:
        found = document(report)
        assert (found["force"], found["date"]) == ("Exampleshire Constabulary", "2024-11-30")
        assert found["headlines"] == list(report.headlines)


class TestSpreadsheets:
    def test_run_no_text_of_the_user(self, nasty: Report) -> None:
        cells = [cell for row in rows_of(nasty) for name, cell in row.items() if name in TEXTS]
        assert any(cell == '\'=HYPERLINK("http://a.b")' for cell in cells)
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))]

    def test_can_still_add_up_what_is_negative(self, report: Report) -> None:
        lows = [row["low"] for row in rows_of(report) if row["measure"] == "difference"]
        assert any(low.startswith("-") and float(low) < 0 for low in lows)

    def test_texts_are_kept_as_they_are_in_json(self, nasty: Report) -> None:
        found = document(nasty)
        assert set(NASTY) <= {row["category"] for row in found["rows"]}
        assert found["force"] == "=1+1"
