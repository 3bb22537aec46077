"""Sheets as auditors keep them: titles, totals, further rows of a report, footnotes. Every row is of one kind."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias
from xml.sax.saxutils import escape
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cdi
from cdi.errors import DataError
from cdi.reading import workbooks
from cdi.reading.mapping import SheetMapping, read_mapping
from cdi.reading.recognition import Header, find_header, roles_by_name
from cdi.reading.set_aside import RowKind, is_share_label, is_total_label
from tests import (
    at_most,
    strategies,  # noqa: F401 - its settings profile
)
from tests.test_cli import run_here

CASES = Path(__file__).parent / "cases"
COUNTS = {"cluster": "NICL No", "due": "Crimes required", "recorded": "Crimes recorded"}


def write(folder: Path, text: str, name: str = "audit.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


class TestTotals:
    @pytest.mark.parametrize("name", ["tot.csv", "tot_grand.csv", "tot_first_col.xlsx", "tot_label_in_notes.xlsx"])
    def test_a_total_that_adds_up_is_left_out(self, name: str) -> None:
        plain = cdi.read_audit(CASES / "tot_clean.csv", **COUNTS)
        audit = cdi.read_audit(CASES / name, **COUNTS)
        assert [(row.kind, dict(row.sums)) for row in audit.source.set_aside] == [
            (RowKind.TOTAL, {"Crimes required": 35, "Crimes recorded": 30})
        ]
        assert cdi.estimate(audit).table.rows == cdi.estimate(plain).table.rows
        assert int(audit.strata.sampled.sum()) == 30

    def test_it_is_said(self) -> None:
        done = run_here("estimate", "tot.csv", *(f"--{role}={name}" for role, name in COUNTS.items()), cwd=CASES)
        assert "tot.csv: the total in line 32 adds up and is left out (35 in Crimes required and 30 in" in done.stderr
        assert "85.7 69.6 94.0" in done.stdout

    def test_a_total_that_does_not_add_up_is_refused_with_both_numbers(self, tmp_path: Path) -> None:
        path = write(tmp_path, "cluster,due,recorded\nA,1,1\nB,2,1\nTotal,4,2\n")
        with pytest.raises(DataError) as caught:
            cdi.read_audit(path)
        found = [
            (item.code, item.where.line, item.where.column, item.got, item.values["added"])
            for item in caught.value.faults
        ]
        assert found == [("total-row-differs", 4, "due", "4", 3)]

    @pytest.mark.parametrize(
        ("rows", "kinds"),
        [
            ("A,1,1,x\nB,2,1,y\n,3,2,\n", ["total"]),  # without a label
            ("A,1,1,\nB,2,1,\nSub-total,3,2,\nC,1,0,\nD,1,1,\nSubtotal,2,1,\nTotal,5,3,\n", ["total"] * 3),
            ("A,1,1,\nB,2,1,\nTotal crimes,3,2,\nAverage,1.5,1,\n%,,66.7%,\n", ["total", "share", "share"]),
            ("A,1,1,\nB,2,1,\nNote: two reports,,,\n", ["note"]),
            ("A,1,1,\nB,2,1,\nTotal (2),3,2,\nSource: crime system,,,\n* sample,,,\n", ["total", "note", "note"]),
            ("A,1,1,\nB,2,1,\n,,,\nTOTAL:,3,2,\n", ["total"]),
        ],
    )
    def test_rows_that_are_no_data(self, tmp_path: Path, rows: str, kinds: list[str]) -> None:
        audit = cdi.read_audit(write(tmp_path, f"cluster,due,recorded,notes\n{rows}"))
        assert [str(row.kind) for row in audit.source.set_aside] == kinds
        plain = [line.split(",") for line in rows.splitlines() if line[:2] in ("A,", "B,", "C,", "D,")]
        assert int(audit.counted["_cdi_sum_due"].sum()) == sum(int(row[1]) for row in plain)
        assert int(audit.strata.sampled.sum()) == len(plain)

    @pytest.mark.parametrize(
        "rows",
        [
            "A,1,1,total loss of the vehicle\nB,2,1,\n",  # a word of the auditor's
            "A,1,1,Total\nB,2,1,\n",  # beside a report: no total of a row above
            "Totally lost,1,1,\nB,2,1,\n",
            "7,1,1,\n8,2,2,\n",  # ids that are numbers
            "A,3,3,\nB,1,1,\nC,2,2,\n",  # the first is the sum of the others
        ],
    )
    def test_rows_that_are_data(self, tmp_path: Path, rows: str) -> None:
        audit = cdi.read_audit(write(tmp_path, f"cluster,due,recorded,notes\n{rows}"))
        assert audit.source.set_aside == ()
        assert int(audit.strata.sampled.sum()) == len(rows.splitlines())

    @pytest.mark.parametrize(
        ("rows", "totals"),
        [
            ("Total,3,2\nA,1,1\nB,2,1\n", [2]),
            (",3,2\nA,1,1\nB,2,1\n", [2]),  # without a label
            ("All offences,3,2\nA,1,1\nB,2,1\n", [2]),
            ("Total,10,7\nApril total,3,2\nA,1,1\nB,2,1\nMay total,7,5\nC,3,3\nD,4,2\n", [2, 3, 6]),
            ("Total,3,2\nA,1,1\nB,2,1\nTotal,3,2\n", [2, 5]),
            ("A,1,1\nB,2,1\n,3,2\nC,1,0\nD,1,1\n,2,1\nTotal,5,3\n", [4, 7, 8]),  # subtotals without a label
        ],
    )
    def test_totals_over_their_rows(self, tmp_path: Path, rows: str, totals: list[int]) -> None:
        audit = cdi.read_audit(write(tmp_path, f"cluster,due,recorded\n{rows}"))
        assert [row.where.line for row in audit.source.set_aside] == totals
        assert all(row.kind is RowKind.TOTAL and len(row.sums) == 2 for row in audit.source.set_aside)
        plain = [line.split(",") for line in rows.splitlines() if line[:2] in ("A,", "B,", "C,", "D,")]
        assert int(audit.counted["_cdi_sum_due"].sum()) == sum(int(row[1]) for row in plain)

    @pytest.mark.parametrize(
        ("rows", "faults"),
        [
            ("Total,4,2\nA,1,1\nB,2,1\n", [("total-head-differs", 2, "4", {"added": 3})]),
            ("A,1,1\nB,2,1\nSubtotal,9,2\nC,3,1\nD,4,1\n", [("total-fits-neither", 4, "9", {"above": 3, "below": 7})]),
            # as many as there are rows, and not what they add up to
            ("A,1,1\nB,2,1\nTotal,2,2\n", [("total-row-differs", 4, "2", {"added": 3})]),
            # each fits one side, and they would stand on different sides of their rows
            (
                "A,2,1\nB,2,1\nSubtotal,3,2\nC,3,2\nSubtotal,3,2\nD,1,1\n",
                [("total-row-differs", 4, "3", {"added": 4})],
            ),
        ],
    )
    def test_totals_that_add_up_no_side(
        self, tmp_path: Path, rows: str, faults: list[tuple[str, int, str, dict[str, int]]]
    ) -> None:
        with pytest.raises(DataError) as caught:
            cdi.read_audit(write(tmp_path, f"cluster,due,recorded\n{rows}"))
        assert [(item.code, item.where.line, item.got, dict(item.values)) for item in caught.value.faults] == faults

    def test_a_row_that_may_be_a_total_or_a_further_row_is_asked_about(self, tmp_path: Path) -> None:
        head = "Incident,Due,Recorded\nA,1,1\n,1,1\nB,1,1\n"
        with pytest.raises(DataError) as caught:
            cdi.open_sheets(write(tmp_path, f"{head},3,3\n"))
        assert [(item.code, item.where.line) for item in caught.value.faults] == [("total-or-further", 5)]
        # both remedies
        for row, totals in (("Total,3,3", 1), ("B,3,3", 0)):
            rows = cdi.open_sheets(write(tmp_path, f"{head}{row}\n")).sheets[0].rows
            assert rows.get("total", 0) == totals
        # what stands apart, or holds many times what a row does, is a total
        for row in (",,\n,3,3", "C,1,1\n,1,1\nD,1,1\n,6,6"):
            assert cdi.open_sheets(write(tmp_path, f"{head}{row}\n")).sheets[0].rows["total"] == 1

    def test_a_report_whose_number_adds_up_the_others_is_a_report(self, tmp_path: Path) -> None:
        found = cdi.open_sheets(write(tmp_path, "Incident,Due,Recorded\n1,1,1\n2,1,1\n3,,2\n"))
        assert found.sheets[0].rows["data"] == 3
        assert [item.where.line for item in found.faults] == [4]

    def test_a_total_among_thousands_of_remarks(self, tmp_path: Path) -> None:
        rows = [f"R{i},1,1,the total of 5 % was lost" for i in range(2500)]
        rows = [*rows[:2300], "Violence Total,2300,2300,", *rows[2300:], "Theft Total,200,200,"]
        rows += [f"Note {i}: see the log of that day,,," for i in range(12)]  # the last total is none of the last rows
        found = cdi.open_sheets(write(tmp_path, "\n".join(["Incident,Due,Recorded,Notes", *rows, ""])))
        assert dict(found.sheets[0].rows) == {"header": 1, "data": 2500, "total": 2, "note": 12}

    def test_labels(self) -> None:
        assert all(map(is_total_label, ["Total", "GRAND TOTAL", "sub-total:", "Totals", "All", "Total crimes due"]))
        assert not any(map(is_total_label, ["Totally", "Allotment", "violence", "Overall rate of"]))
        assert all(map(is_share_label, ["%", "Average", "Compliance", "Compliance %", "Recording rate"]))
        assert not any(map(is_share_label, ["Rated", "Compliant", "Meaning"]))

    def test_a_formula_without_a_value_in_a_total_is_no_fault(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        for row in (["cluster", "due", "recorded"], ["A", 1, 1], ["B", 2, 1], ["Total", "=SUM(B2:B3)", "=SUM(C2:C3)"]):
            book.active.append(row)
        book.save(tmp_path / "audit.xlsx")
        audit = cdi.read_audit(tmp_path / "audit.xlsx")
        assert [(row.label, dict(row.sums)) for row in audit.source.set_aside] == [("Total", {})]
        assert int(audit.counted["_cdi_sum_due"].sum()) == 3


class TestOddRows:
    """Thirty reports of one crime each, of which twenty are recorded, with something odd under them."""

    HEAD = "Ref,Incident,Due,Recorded,Notes\n"
    ROWS = "".join(f"{i},N{i},1,{int(i % 3 > 0)},\n" for i in range(1, 31))

    @pytest.mark.parametrize(
        ("under", "kind"),
        [
            (",TTL,30,20,", "total"),
            (",n = 30,30,20,", "total"),
            (",\u03a3,30,20,", "total"),
            (",,30,20,Total for the month", "total"),  # a label in a column that plays no role
            (",,30,20,", "total"),
            (",Total: 30,30,20,", "total"),
            (',"Total",30,"20",', "total"),
            (",Average,1,1,", "share"),  # whole numbers, but no report is called so
            (",,,66.7%,", "share"),
            (",Recording rate (%),,66.7,", "share"),
            (",Auditor: A Smith,,,", "note"),
        ],
    )
    def test_it_is_no_report(self, tmp_path: Path, under: str, kind: str) -> None:
        found = cdi.open_sheets(write(tmp_path, f"{self.HEAD}{self.ROWS}{under}\n"))
        assert dict(found.sheets[0].rows) == {"header": 1, "data": 30, kind: 1}
        assert found.audit is not None
        sums = [int(found.audit.counted[f"_cdi_sum_{name}"].sum()) for name in ("due", "recorded")]
        assert sums == [30, 20]

    @pytest.mark.parametrize(
        ("under", "code"),
        [
            (",Total,31,20,", "total-row-differs"),
            (",Total,30,20,\n,Last month,28,25,", "row-under-total"),
            (",Total,30,20,\n,Target,,95%,", "row-under-total"),
        ],
    )
    def test_it_is_asked_about(self, tmp_path: Path, under: str, code: str) -> None:
        with pytest.raises(DataError) as caught:
            cdi.open_sheets(write(tmp_path, f"{self.HEAD}{self.ROWS}{under}\n"))
        assert [item.code for item in caught.value.faults] == [code]

    @pytest.mark.parametrize("under", ["31,N31,4,4,", "31,N31,30,20,x", ",Total,30,20,\n31,N31,1,1,", "31,Stray,1,1,"])
    def test_it_is_a_report(self, tmp_path: Path, under: str) -> None:
        found = cdi.open_sheets(write(tmp_path, f"{self.HEAD}{self.ROWS}{under}\n"))
        assert found.sheets[0].rows["data"] == 31

    def test_a_report_named_like_the_others_is_one_whatever_it_holds(self, tmp_path: Path) -> None:
        rows = "".join(f"N{i},1,1\n" for i in range(30))
        for last, kinds in (("N30,30,30", {"data": 31}), ("Nos,30,30", {"data": 30, "total": 1})):
            found = cdi.open_sheets(write(tmp_path, f"Incident,Due,Recorded\n{rows}{last}\n"))
            assert dict(found.sheets[0].rows) == {"header": 1, **kinds}

    def test_three_reports_of_which_one_holds_as_much_as_the_others(self, tmp_path: Path) -> None:
        for rows in ("A,1,1\nB,1,1\nC,2,2\n", "1,1,1\n2,1,1\n3,2,2\n"):
            assert cdi.open_sheets(write(tmp_path, f"Incident,Due,Recorded\n{rows}")).sheets[0].rows["data"] == 3

    def test_percentages_are_not_added_up(self, tmp_path: Path) -> None:
        rows = "".join(f"N{i},2,1,50\n" for i in range(20))
        found = cdi.open_sheets(write(tmp_path, f"Incident,Due,Recorded,% recorded\n{rows}Total,40,20,50\n"))
        assert dict(found.sheets[0].rows) == {"header": 1, "data": 20, "total": 1}

    def test_merged_cells_in_a_header_of_two_rows(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        for row in (["Incident", "Crimes", None], [None, "due", "recorded"], ["N1", 1, 1], ["N2", 2, 1]):
            book.active.append(row)
        book.active.merge_cells("A1:A2")
        book.active.merge_cells("B1:C1")
        book.save(tmp_path / "book.xlsx")
        found = cdi.open_sheets(tmp_path / "book.xlsx")
        assert found.faults == ()
        assert dict(found.mapping.columns) == {
            "cluster": "Incident",
            "due": "Crimes due",
            "recorded": "Crimes recorded",
        }


class TestHeaders:
    def test_titles_stand_above(self) -> None:
        rows = [(1, ["NCRS dip sample", None, None]), (3, ["Incident", "due", "recorded"]), (4, ["11", "1", "1"])]
        assert find_header(rows) == Header(3, None, (1,))

    def test_two_rows(self) -> None:
        rows = [
            (1, ["Incident", "Crimes", None, "Notes"]),
            (2, [None, "required", "recorded", None]),
            (3, ["11", "1", "1", "ok"]),
            (4, ["12", "2", "1", "ok"]),
        ]
        assert find_header(rows) == Header(2, 1, ())

    def test_rows_of_words_are_no_second_header(self) -> None:
        rows = [(1, ["id", "decision", None]), (2, ["A", "recorded", "x"]), (3, ["B", "recorded", "y"])]
        assert find_header(rows) == Header(1, None, ())

    def test_numbers_are_no_header(self) -> None:
        assert find_header([(1, ["1", "2"]), (2, ["3", "4"])]) is None

    def test_names_and_their_roles(self) -> None:
        names = ["Ref", "Incident No.", "Number of crimes required", "Crimes recorded?", "Crime type"]
        found = {role: name for role, (name, _) in roles_by_name(names).items()}
        assert found == {
            "cluster": "Incident No.",
            "due": "Number of crimes required",
            "recorded": "Crimes recorded?",
            "category": "Crime type",
        }


class TestDipSample:
    """A workbook of three months: titles, merged and blank ids, Y / N / N/A, totals that were never computed."""

    BOOK = CASES / "dip_sample_2024.xlsx"

    def test_every_row_is_of_one_kind(self) -> None:
        found = cdi.open_sheets(self.BOOK)
        assert [(each.sheet, each.use) for each in found.sheets] == [
            ("Summary", "other"), ("Apr 24", "data"), ("May 24", "data"), ("Jun 24", "data"), ("Lists", "empty"),
        ]  # fmt: skip
        book = openpyxl.load_workbook(self.BOOK)
        for each in found.sheets:
            if each.rows:
                assert sum(each.rows.values()) == book[str(each.sheet)].max_row

    def test_the_numbers(self) -> None:
        found = cdi.open_sheets(self.BOOK)
        audit = found.audit
        assert audit is not None
        assert audit.strata.labels == (("2024-04",), ("2024-05",), ("2024-06",))
        months = audit.counted[audit.source.inner("period")].tolist()  # in the order of the engine
        due, recorded = (audit.counted[f"_cdi_sum_{name}"].tolist() for name in ("due", "recorded"))
        counted = dict(zip(months, zip(due, recorded, strict=True), strict=True))
        assert counted == {"2024-04": (49, 41), "2024-05": (48, 42), "2024-06": (38, 30)}
        assert int(audit.strata.sampled.sum()) == 120
        assert sum(row.kind is RowKind.TOTAL for row in audit.source.set_aside) == 3
        assert sum(row.kind is RowKind.SHARE for row in audit.source.set_aside) == 3
        assert cdi.estimate(found) == cdi.estimate(audit)

    def test_from_open_to_estimate_trend_and_report(self, tmp_path: Path) -> None:
        (tmp_path / "dip.xlsx").write_bytes(self.BOOK.read_bytes())
        opened = run_here("open", "dip.xlsx", "-o", "dip.toml", cwd=tmp_path)
        assert opened.returncode == 0, opened.stderr
        assert max(map(len, opened.stdout.splitlines())) <= 80
        estimate = run_here("estimate", "dip.xlsx", "--mapping", "dip.toml", cwd=tmp_path)
        assert "    135      113     120" in estimate.stdout, estimate.stderr
        trend = run_here("trend", "dip.xlsx", "--mapping", "dip.toml", cwd=tmp_path)
        assert "2024-06 78.9 63.3 89.1     38       30" in trend.stdout, trend.stderr
        mapping = (tmp_path / "dip.toml").read_text(encoding="utf-8").replace("[reading", "[audit.reading")
        head = 'force = "Northshire Constabulary"\n[audit]\nfiles = "dip.xlsx"\n'
        write(tmp_path, f"{head}{mapping}\n[monthly]\n", "inspection.toml")
        report = run_here("report", "inspection.toml", "-o", "out", cwd=tmp_path)
        assert report.returncode == 0, report.stderr
        assert "2024-04" in (tmp_path / "out" / "estimates.csv").read_text(encoding="utf-8")

    def test_next_month_is_read_by_the_same_mapping(self, tmp_path: Path) -> None:
        cdi.open_sheets(self.BOOK).save(tmp_path / "dip.toml")
        book = openpyxl.load_workbook(self.BOOK)
        del book["Apr 24"]
        book["Jun 24"].title = "Jul 24"
        book.save(tmp_path / "next.xlsx")
        found = cdi.open_sheets(tmp_path / "next.xlsx", mapping=tmp_path / "dip.toml")
        assert found.audit is not None
        assert found.audit.strata.labels == (("2024-05",), ("2024-07",))

    def test_what_no_longer_fits_names_the_sheet(self, tmp_path: Path) -> None:
        cdi.open_sheets(self.BOOK).save(tmp_path / "dip.toml")
        book = openpyxl.load_workbook(self.BOOK)
        book["May 24"]["F5"] = "Crime needed?"
        book.save(tmp_path / "next.xlsx")
        found = cdi.open_sheets(tmp_path / "next.xlsx", mapping=tmp_path / "dip.toml")
        assert [(item.code, item.where.sheet, item.where.line) for item in found.faults] == [("no-column", "May 24", 5)]

    def test_a_further_row_without_a_report_above_it(self, tmp_path: Path) -> None:
        rows = "cluster,due,recorded\n,1,1\nA,1,1\n,1,0\n"
        mapping = SheetMapping(
            fill_down=("cluster",), columns={"cluster": "cluster", "due": "due", "recorded": "recorded"}
        )
        with pytest.raises(DataError) as caught:
            cdi.read_audit(cdi.Workbook(str(write(tmp_path, rows)), mapping=mapping))
        assert [(item.code, item.where.line) for item in caught.value.faults] == [("continuation-alone", 2)]

    def test_rows_keep_their_lines_where_others_are_filled_down_and_left_out(self, tmp_path: Path) -> None:
        """The engine keeps rows in groups of 122,880, and changes them where they lie."""
        size, wrong = 123_000, (7, 70_000, 122_999)
        lines = [f"{'' if i % 5 == 4 else f'R{i}'},1,{'wrong' if i in wrong else 1}" for i in range(size)]
        path = write(tmp_path, "\n".join(["cluster,due,recorded", *lines, f"Total,{size},{size - 3}", ""]))
        with pytest.raises(DataError) as caught:
            cdi.read_audit(cdi.Workbook(str(path), mapping=SheetMapping(fill_down=("cluster",))))
        assert [item.where.line for item in caught.value.faults] == [line + 2 for line in wrong]


class TestLooks:
    """`cdi open` reads a file once: what was looked at is what is read."""

    def test_each_sheet_is_read_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        read: list[str | None] = []
        cells_of = workbooks.cells_of

        def counting(book: Any, sheet: str | None, *rows: Any) -> Any:
            read.append(sheet)
            return cells_of(book, sheet, *rows)

        monkeypatch.setattr(workbooks, "cells_of", counting)
        found = cdi.open_sheets(CASES / "dip_sample_2024.xlsx")
        assert found.audit is not None
        assert read == ["Summary", "Apr 24", "May 24", "Jun 24"]

    def test_what_was_proposed_can_be_read_again(self) -> None:
        found = cdi.open_sheets(CASES / "dip_sample_2024.xlsx")
        assert cdi.estimate(found).table == cdi.estimate(found.audit).table

    def test_damage_below_the_first_rows_is_told(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        for row in (["Incident", "Due", "Recorded"], *([f"R{i}", 1, 1] for i in range(200))):
            book.active.append(row)
        book.save(tmp_path / "whole.xlsx")
        with ZipFile(tmp_path / "whole.xlsx") as whole, ZipFile(tmp_path / "cut.xlsx", "w") as cut:
            for name in whole.namelist():
                part = whole.read(name)
                cut.writestr(name, part[:-3000] if name.endswith("sheet1.xml") else part)
        with pytest.raises(DataError) as caught:
            cdi.open_sheets(tmp_path / "cut.xlsx")
        assert [item.code for item in caught.value.faults] == ["workbook-damaged"]


class TestMappings:
    def test_it_comes_back(self, tmp_path: Path) -> None:
        mapping = SheetMapping(
            ("* 24",),
            header_row=5,
            upper_row=4,
            fill_down=("Incident No.", 'a "b"'),
            layout="counts",
            columns={"cluster": "Incident No.", "period": "SHEET"},
            words={"Crimed": "recorded"},
        )
        path = write(tmp_path, mapping.text(["What it is"]), "m.toml")
        assert read_mapping(path) == replace(mapping, name=str(path))

    def test_all_faults_at_once(self, tmp_path: Path) -> None:
        path = write(tmp_path, '[reading]\nheader_row = "5"\nsheet = "x"\n[reading.columns]\nreport = "A"\n', "m.toml")
        with pytest.raises(DataError) as caught:
            read_mapping(path)
        assert [(item.code, item.where.key) for item in caught.value.faults] == [
            ("mapping-value", "reading.header_row"), ("mapping-key", "reading.sheet"),
            ("mapping-key", "reading.columns.report"),
        ]  # fmt: skip

    def test_a_meaning_that_was_left_open_is_asked_for_where_it_stands(self, tmp_path: Path) -> None:
        path = write(tmp_path, '[reading]\n[reading.words]\n"N/C" = "MEANING"\nCrimed = "recorded"\n', "m.toml")
        with pytest.raises(DataError) as caught:
            read_mapping(path)
        assert [(item.code, item.where.key, item.got) for item in caught.value.faults] == [
            ("mapping-value", "reading.words.N/C", "MEANING")
        ]

    def test_words_of_ones_own(self, tmp_path: Path) -> None:
        path = write(tmp_path, "cluster,decision\nA,Crimed\nB,not crimed\nC,CRIMED\n")
        columns = {"cluster": "cluster", "decision": "decision"}
        mapping = SheetMapping(columns=columns, words={"Crimed": "recorded", "Not crimed": "not recorded"})
        audit = cdi.read_audit(cdi.Workbook(str(path), mapping=mapping))
        assert int(audit.counted["_cdi_sum_recorded"].sum()) == 2
        assert int(audit.counted["_cdi_sum_due"].sum()) == 3

    def test_not_applicable_where_nothing_was_due(self, tmp_path: Path) -> None:
        audit = cdi.read_audit(write(tmp_path, "cluster,due,recorded\nA,Y,Y\nB,N,N/A\nC,N,-\nD,N,\nE,Y,N\n"))
        assert [int(audit.counted[f"_cdi_sum_{name}"].sum()) for name in ("due", "recorded")] == [2, 1]
        with pytest.raises(DataError, match="how many of the Y crimes due were recorded"):
            cdi.read_audit(write(tmp_path, "cluster,due,recorded\nA,Y,N/A\nB,Y,Y\n"))


# ---- whatever is accepted gives the sums of a plain reading


Line: TypeAlias = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Sheet:
    """Lines of a sheet, each with its kind."""

    lines: tuple[Line, ...]

    def count(self, kind: str) -> int:
        return sum(of == kind for of, _ in self.lines)


SHARES = ("Compliance", "Average", "%", "")


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    """Compose a sheet: titles, reports with further rows, blanks, totals under or over rows, shares, notes."""
    titles = draw(st.lists(st.sampled_from(["Dip sample", "Audit team", "June 2024"]), max_size=2, unique=True))
    blocks = draw(st.lists(blocks_of_rows(), min_size=1, max_size=3))
    heads = draw(st.booleans())  # whether subtotals head their rows: then each block has one
    headed = draw(st.booleans())
    shares = draw(st.booleans())
    body: list[Line] = []
    number, fresh = 0, 0  # fresh: the row of the first block that no subtotal has added up yet
    for rows in blocks:
        named: list[Line] = []
        for kind, cells in rows:
            number += kind == "data"
            named.append((kind, (f"R{number}" if kind == "data" else "", *cells)))
        total = headed if heads else draw(st.booleans())
        word = draw(st.sampled_from(["Subtotal", "Sub-total:", f"Route {number} total", "Total"]))
        if total and heads:
            body += [total_of(word, named), *named]
        elif total:
            body += [*named, total_of(word, [*body[fresh:], *named])]
            fresh = len(body)
        else:
            body += named
        if total and not heads and shares:
            body.append(share_of(draw(st.sampled_from(SHARES)), named))
        if draw(st.booleans()):
            body.append(("blank", ("", "", "", "")))
    above, below = draw(st.booleans()), draw(st.booleans())
    grand = draw(st.sampled_from(["Total", "GRAND TOTAL", "Totals:", "All"]))
    lines: list[Line] = [("title", (title, "", "", "")) for title in titles]
    lines.append(("header", ("Incident", "Crimes due", "Crimes recorded", "Remark")))
    lines += [total_of(draw(st.sampled_from([grand, ""])), body)] if above else []
    lines += body
    if below:
        apart = draw(st.booleans())  # without a label it stands apart, or is called a total
        lines += [("blank", ("", "", "", "")), total_of("", body)] if apart else [total_of(grand, body)]
    if draw(st.booleans()):
        lines.append(share_of(draw(st.sampled_from(SHARES)), body))
    if draw(st.booleans()):
        lines.append(("note", ("Source: crime system of the force", "", "", "")))
    return Sheet(tuple(lines))


@st.composite
def blocks_of_rows(draw: st.DrawFn) -> list[tuple[str, tuple[str, str, str]]]:
    """Draw some reports, each with its further rows: kind, crimes due, crimes recorded and a remark."""
    rows = []
    for _ in range(draw(st.integers(2, 4))):
        for further in range(draw(st.integers(1, 3))):
            due = draw(st.integers(0, 3))
            recorded = draw(st.integers(0, due))
            # what the auditor says of a further row tells it from a total of the rows above it
            remark = draw(st.sampled_from(["ok", "see log", "total loss of the vehicle"] if further else ["", "ok"]))
            rows.append(("continuation" if further else "data", (str(due), str(recorded), remark)))
    return rows


def sums_of(lines: Sequence[Line]) -> tuple[int, int]:
    data = [cells for kind, cells in lines if kind in ("data", "continuation")]
    return sum(int(cells[1]) for cells in data), sum(int(cells[2]) for cells in data)


def total_of(label: str, lines: Sequence[Line]) -> Line:
    return ("total", (label, *map(str, sums_of(lines)), ""))


def share_of(label: str, lines: Sequence[Line]) -> Line:
    due, recorded = sums_of(lines)
    share = f"{100 * recorded / due:.1f}%" if due else "0.0%"
    return ("share", (label, f"{due / len(lines):.2f}" if label == "Average" else "", share, ""))


def plainly(path: Path) -> tuple[int, int, int]:
    """Read reports, crimes due and recorded with csv alone: a row names its report, or is blank beside a remark."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    start = next(i for i, row in enumerate(rows) if row[0] == "Incident")
    data = [row for row in rows[start + 1 :] if row[1] and (re.fullmatch("R[0-9]+", row[0]) or (not row[0] and row[3]))]
    return sum(row[0] != "" for row in data), sum(int(row[1]) for row in data), sum(int(row[2]) for row in data)


def as_csv(path: Path, sheet: Sheet) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(cells for _, cells in sheet.lines)
    return path


def as_workbook(path: Path, sheet: Sheet) -> Path:
    book = openpyxl.Workbook()
    for _, cells in sheet.lines:
        book.active.append([int(cell) if cell.isdigit() else cell or None for cell in cells])
    book.save(path)
    return path


MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"


def as_open_document(path: Path, sheet: Sheet) -> Path:
    """Write what LibreOffice writes, as far as a reader needs it."""
    cell = '<table:table-cell office:value-type="{}"><text:p>{}</text:p></table:table-cell>'
    number = '<table:table-cell office:value-type="float" office:value="{0}"><text:p>{0}</text:p></table:table-cell>'
    rows = [
        "".join(
            number.format(text)
            if text.isdigit()
            else cell.format("string", escape(text))
            if text
            else "<table:table-cell/>"
            for text in cells
        )
        for _, cells in sheet.lines
    ]
    names = " ".join(
        f'xmlns:{each}="urn:oasis:names:tc:opendocument:xmlns:{each}:1.0"' for each in ("office", "table", "text")
    )
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    with ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<?xml version="1.0"?><manifest xmlns="{MANIFEST}"/>')
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {names}><office:body><office:spreadsheet>'
            f'<table:table table:name="Apr">{body}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


@given(sheet=sheets())
@at_most(12)
def test_sums_are_those_of_a_plain_reading(tmp_path_factory: pytest.TempPathFactory, sheet: Sheet) -> None:
    folder = tmp_path_factory.mktemp("sheet")
    plain = as_csv(folder / "audit.csv", sheet)
    holds_the_plain_sums(plain, plain, sheet)


@settings(max_examples=20)
@given(sheet=sheets(), as_book=st.sampled_from([as_workbook, as_open_document]))
def test_and_so_are_those_of_workbooks(
    tmp_path_factory: pytest.TempPathFactory, sheet: Sheet, as_book: Callable[[Path, Sheet], Path]
) -> None:
    folder = tmp_path_factory.mktemp("sheet")
    ending = "xlsx" if as_book is as_workbook else "ods"
    if sheet.lines[-1][0] == "blank":  # a workbook ends with its last value
        sheet = Sheet(sheet.lines[:-1])
    book = as_book(folder / f"audit.{ending}", sheet)
    holds_the_plain_sums(book, as_csv(folder / "audit.csv", sheet), sheet)


def holds_the_plain_sums(path: Path, plain: Path, sheet: Sheet) -> None:
    found = cdi.open_sheets(path)
    assert found.faults == ()
    assert found.audit is not None
    kinds = ("title", "header", "data", "continuation", "total", "share", "note", "blank")
    assert dict(found.sheets[0].rows) == {kind: sheet.count(kind) for kind in kinds if sheet.count(kind)}
    counted = found.audit.counted
    reports = int(found.audit.strata.sampled.sum())
    assert (reports, int(counted["_cdi_sum_due"].sum()), int(counted["_cdi_sum_recorded"].sum())) == plainly(plain)
