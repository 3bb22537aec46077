"""Several files are one audit: the same numbers as one file, and each fault is named where it stands."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cdi
from cdi.errors import DataError
from cdi.reading import engine, opening
from cdi.reading.opening import is_workbook, open_files, open_source
from cdi.reading.sources import FILE, Workbook
from tests import (
    at_most,
    strategies,  # noqa: F401 - its settings profile
)

Rows = Sequence[Sequence[Any]]
Place = tuple[str, str, int | str | None]

HEADER = ("case", "cluster", "recorded")
ROWS = [(f"c{i}", f"r{i // 2}", "yes" if i % 3 else "no") for i in range(18)]


def as_csv(path: Path, header: Sequence[str], rows: Rows) -> Path:
    path = path.with_suffix(".csv")
    lines = [",".join("" if value is None else str(value) for value in row) for row in (header, *rows)]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def as_workbook(path: Path, header: Sequence[str], rows: Rows) -> Path:
    path = path.with_suffix(".xlsx")
    book = openpyxl.Workbook()
    book.active.title = "audit"
    for row in (header, *rows):
        book.active.append(list(row))
    book.save(path)
    return path


def as_parquet(path: Path, header: Sequence[str], rows: Rows) -> Path:
    path = path.with_suffix(".parquet")
    pd.DataFrame([list(row) for row in rows], columns=list(header)).to_parquet(path)
    return path


Write = Callable[[Path, Sequence[str], Rows], Path]
WRITERS: tuple[Write, ...] = (as_csv, as_workbook, as_parquet)


def text(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8", newline="")
    return path


def error_of(call: Callable[..., Any], *args: Any, **kwargs: Any) -> DataError:
    with pytest.raises(DataError) as caught:
        call(*args, **kwargs)
    return caught.value


def places(error: DataError) -> list[Place]:
    """Say of each fault its code, its file, and the cell or else the line or the row."""
    found = [(item.code, item.where) for item in error.faults]
    return [(code, Path(str(at.file)).name, at.cell or at.line or at.key) for code, at in found]


def table_of(*files: object, **options: Any) -> cdi.Table:
    return cdi.estimate(list(files), **options).table


# ---- the same numbers as one file


@pytest.mark.parametrize("first", WRITERS)
@pytest.mark.parametrize("second", WRITERS)
def test_files_of_any_kind_are_put_together(first: Write, second: Write, tmp_path: Path) -> None:
    whole = as_csv(tmp_path / "whole", HEADER, ROWS)
    parts = [first(tmp_path / "one", HEADER, ROWS[:8]), second(tmp_path / "two", HEADER, ROWS[8:])]
    assert table_of(*parts) == cdi.estimate(whole).table
    assert open_files(parts).files == tuple(map(str, parts))


@given(st.lists(st.sampled_from([3, 4, 5, 6]), min_size=2, max_size=3), st.permutations(range(3)))
@at_most(12)
def test_neither_the_cuts_nor_the_order_of_columns_matter(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], order: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    reports = [ROWS[i : i + 2] for i in range(0, len(ROWS), 2)]
    parts = []
    for i, cut in enumerate([*cuts, len(reports)]):
        taken, reports = reports[:cut], reports[cut:]
        rows = [row for report in taken for row in report]
        turned = order if i % 2 else range(3)
        if rows:
            header = [HEADER[place] for place in turned]
            parts.append(as_csv(folder / str(i), header, [[row[place] for place in turned] for row in rows]))
    assert table_of(*parts) == cdi.estimate(as_csv(folder / "whole", HEADER, ROWS)).table


def test_files_of_a_single_row_are_files(tmp_path: Path) -> None:
    parts = [as_csv(tmp_path / str(i), HEADER, [(f"c{i}", f"r{i}", row[2])]) for i, row in enumerate(ROWS)]
    apart = [(f"c{i}", f"r{i}", row[2]) for i, row in enumerate(ROWS)]
    assert table_of(*parts) == cdi.estimate(as_csv(tmp_path / "whole", HEADER, apart)).table


@pytest.mark.long
def test_sixty_files_are_one_audit_and_the_last_row_keeps_its_place(tmp_path: Path) -> None:
    parts = [as_csv(tmp_path / f"{i:02}", HEADER, [(f"c{i}", f"r{i}", "yes"), ("", "", "")]) for i in range(59)]
    good, bad = (as_csv(tmp_path / answer, HEADER, [("c59", "r59", answer)]) for answer in ("no", "maybe"))
    record = table_of(*parts, good).rows[0]
    assert (record.n, record.recorded, record.clusters) == (60, 59, 60)
    assert open_files([*parts, good]).name == f"60 files ({parts[0]} to {good})"
    assert places(error_of(cdi.read_audit, [*parts, bad])) == [("word-no-answer", "maybe.csv", 2)]


def test_one_file_in_a_list_is_that_file(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "one", HEADER, ROWS)
    assert table_of(path) == cdi.estimate(path).table
    assert open_files([path]).files == ()
    assert FILE not in open_files([path]).rows.collect_schema().names()


def test_no_file_at_all_is_no_audit() -> None:
    assert [item.code for item in error_of(open_source, []).faults] == ["not-a-frame"]


def test_numbers_of_parquet_and_text_meet(tmp_path: Path) -> None:
    header = ("case", "due", "recorded")
    one = as_parquet(tmp_path / "one", header, [(1, 2, 1), (2, 3, 3)])
    two = as_csv(tmp_path / "two", header, [(3, 1, 0), (4, 2, 2)])
    for parts in ((one, two), (two, one)):
        record = table_of(*parts).rows[0]
        assert (record.n, record.recorded) == (8, 6)
    again = as_csv(tmp_path / "again", header, [(2, 1, 0)])
    assert places(error_of(cdi.read_audit, [one, again])) == [("case-twice", "again.csv", 2)]


def test_values_that_no_column_can_hold_together(tmp_path: Path) -> None:
    one = as_parquet(tmp_path / "one", ("recorded", "when"), [(1, pd.Timestamp("2024-03-01"))])
    two = as_parquet(tmp_path / "two", ("recorded", "when"), [(1, 7)])
    error = error_of(open_files, [one, two])
    assert [(item.code, item.where.file) for item in error.faults] == [("kinds-differ", f"{one}, {two}")]


# ---- columns that differ, files that stand twice


def test_columns_that_differ_are_named_with_their_files(tmp_path: Path) -> None:
    first = as_csv(tmp_path / "first", HEADER, ROWS[:2])
    less = text(tmp_path / "less.csv", "\ncase,recorded\na,yes\n")
    more = as_workbook(tmp_path / "more", (*HEADER, "route", "kind"), [("b", "b", "no", "x", "y")])
    error = error_of(open_files, [first, less, more])
    assert places(error) == [("columns-differ", "less.csv", 2), ("columns-differ", "more.xlsx", 1)]
    assert [item.hint for item in error.faults] == [
        "It lacks cluster. Give all files the same columns.",
        "It also has route, kind. Give all files the same columns.",
    ]
    assert all(f"the columns of {first}" in item.expected for item in error.faults)


def test_capitals_make_another_name(tmp_path: Path) -> None:
    parts = [as_csv(tmp_path / "one", HEADER, ROWS[:2]), as_csv(tmp_path / "two", ("Case", *HEADER[1:]), ROWS[2:])]
    (found,) = error_of(open_files, parts).faults
    assert (found.code, found.hint) == (
        "columns-differ",
        "It lacks case. It also has Case. Give all files the same columns.",
    )


@pytest.mark.parametrize("name", ["crime.type", "no. of crimes", "CASE", "_cdi_file"])
def test_columns_of_any_name_are_columns_of_several_files(name: str, tmp_path: Path) -> None:
    plain = as_csv(tmp_path / "plain", HEADER, ROWS[:6])
    parts = [as_csv(tmp_path / str(i), (*HEADER, name), [(*row, "x") for row in ROWS[i : i + 6]]) for i in (6, 12)]
    assert open_files(parts).columns[-1] == name
    assert [(row.label, row.n) for row in table_of(*parts, by=name).rows] == [(("x",), 12), (("all",), 12)]
    for files in ([plain, parts[0]], [parts[0], plain]):
        assert [item.code for item in error_of(open_files, files).faults] == ["columns-differ"]


def test_a_file_given_twice_is_refused_by_whatever_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    as_csv(tmp_path / "a", HEADER, ROWS)
    (tmp_path / "sub").mkdir()
    for other in ("a.csv", "./a.csv", "sub/../a.csv", str(tmp_path / "a.csv")):
        error = error_of(open_files, ["a.csv", other])
        assert [(item.code, item.where.file) for item in error.faults] == [("file-twice", str(Path(other)))]


def test_a_mapping_keeps_the_sheet_that_was_named_where_there_are_others(tmp_path: Path) -> None:
    """It is for the workbook, which is refused without it."""
    path = as_workbook(tmp_path / "audit", ("ref", "Should be recorded", "Was recorded"), [("R1", 1, 1), ("R2", 1, 0)])
    assert cdi.open_sheets(f"{path}#audit").mapping.sheets == ()
    book = openpyxl.load_workbook(path)
    book.create_sheet("Notes").append(["who", "what"])
    book["Notes"].append(["a", "b"])
    book.save(path)
    found = cdi.open_sheets(f"{path}#audit")
    assert found.mapping.sheets == ("audit",)
    assert cdi.estimate(Workbook(str(path), mapping=found.mapping)).table == cdi.estimate(found).table


def test_a_sheet_that_every_verb_reads_needs_no_mapping_beside_its_name(tmp_path: Path) -> None:
    path = as_workbook(tmp_path / "audit", HEADER, ROWS)
    book = openpyxl.load_workbook(path)
    notes = book.create_sheet("Notes")
    notes.append(["who", "what"])
    notes.append(["a", "b"])
    book.save(path)
    assert cdi.open_sheets(f"{path}#audit").is_plain
    assert not cdi.open_sheets(path).is_plain


def test_two_sheets_of_one_workbook_are_two_files_and_one_is_one(tmp_path: Path) -> None:
    path = as_workbook(tmp_path / "audit", HEADER, ROWS[:8])
    book = openpyxl.load_workbook(path)
    sheet = book.create_sheet("June")
    for row in (HEADER, *ROWS[8:]):
        sheet.append(row)
    book.save(path)
    sheets = [Workbook(str(path), title) for title in ("audit", "June")]
    assert table_of(*sheets) == cdi.estimate(as_csv(tmp_path / "whole", HEADER, ROWS)).table
    error = error_of(open_files, [sheets[0], sheets[1], sheets[0]])
    assert [(item.code, item.where.sheet) for item in error.faults] == [("file-twice", "audit")]
    one = as_workbook(tmp_path / "one", HEADER, ROWS)
    assert [item.code for item in error_of(open_files, [one, Workbook(str(one), "audit")]).faults] == ["file-twice"]


# ---- faults


def test_a_faulty_row_is_found_in_its_own_file(tmp_path: Path) -> None:
    """Blank rows and line breaks inside quotation marks move the rows of each file, and of no other."""
    one = text(tmp_path / "one.csv", 'case,cluster,recorded\n\n"c\n1",r1,yes\n,,\nc2,r1,no\n\n')
    two = text(tmp_path / "two.csv", 'recorded,case,cluster\nno,"c\n3",r2\n\nmaybe,c4,r2\n')
    three = as_workbook(
        tmp_path / "three",
        ("cluster", "recorded", "case"),
        [("r3", "yes", "c5"), (None, None, None), ("r3", "perhaps", "c6"), ("r4", None, "c7")],
    )
    four = as_parquet(tmp_path / "four", HEADER, [("c8", "r5", "yes"), ("c9", "r5", "often")])
    error = error_of(cdi.read_audit, [one, two, three, four])
    assert places(error) == [
        ("word-no-answer", "two.csv", 5),
        ("word-no-answer", "three.xlsx", "B4"),
        ("missing-recorded", "three.xlsx", "B5"),
        ("word-no-answer", "four.parquet", "row 2 (counted from 1)"),
    ]
    assert [item.got for item in error.faults] == ["maybe", "perhaps", "a blank", "often"]


@pytest.mark.parametrize("write", WRITERS)
def test_the_first_and_the_last_row_of_every_file_are_its_own(write: Write, tmp_path: Path) -> None:
    parts = [write(tmp_path / f"{i}", HEADER, [(f"{i}{k}", f"r{i}", "maybe") for k in range(3)]) for i in range(4)]
    error = error_of(cdi.read_audit, parts)
    expected = {
        as_csv: [2, 3, 4],
        as_workbook: ["C2", "C3", "C4"],
        as_parquet: [f"row {row} (counted from 1)" for row in (1, 2, 3)],
    }[write]
    assert places(error) == [("word-no-answer", path.name, place) for path in parts for place in expected]


def test_a_value_of_nothing_but_spaces_is_a_blank_in_every_kind_of_file(tmp_path: Path) -> None:
    one = as_csv(tmp_path / "one", HEADER, [("c1", "r1", "yes"), ("c2", " ", "no")])
    two = as_parquet(tmp_path / "two", HEADER, [("c3", "r3", "yes"), ("c4", " ", "no"), ("c5", "", " ")])
    assert places(error_of(cdi.read_audit, [one, two])) == [
        ("missing-report", "one.csv", 3),
        ("missing-report", "two.parquet", "row 2 (counted from 1)"),
        ("missing-report", "two.parquet", "row 3 (counted from 1)"),
        ("missing-recorded", "two.parquet", "row 3 (counted from 1)"),
    ]


def test_of_many_faults_the_first_twenty_and_those_of_other_files_are_kept_and_all_counted(tmp_path: Path) -> None:
    parts = [as_csv(tmp_path / f"{i}", HEADER, [(f"{i}.{k}", f"r{i}", "x") for k in range(9)]) for i in range(5)]
    error = error_of(cdi.read_audit, parts)
    assert (len(error.faults), error.total) == (22, 45)
    assert [name for _, name, _ in places(error)] == ["0.csv"] * 9 + ["1.csv"] * 9 + ["2.csv"] * 2 + ["3.csv", "4.csv"]


def test_all_faulty_files_are_named_at_once(tmp_path: Path) -> None:
    files = [
        text(tmp_path / "empty.csv", ""),
        as_csv(tmp_path / "good", HEADER, ROWS),
        text(tmp_path / "ragged.csv", "case,cluster,recorded\n1,2\n3,4,yes,5\n"),
        tmp_path / "nowhere.csv",
        text(tmp_path / "blank.csv", "case,cluster,recorded\n,,\n"),
        text(tmp_path / "not.xlsx", "case,cluster,recorded\n"),
        tmp_path,
    ]
    error = error_of(open_files, files)
    assert places(error) == [
        ("empty-file", "empty.csv", None),
        ("ragged-row", "ragged.csv", 2),
        ("ragged-row", "ragged.csv", 3),
        ("no-file", "nowhere.csv", None),
        ("header-only", "blank.csv", 1),
        ("not-a-workbook", "not.xlsx", None),
        ("is-a-folder", tmp_path.name, None),
    ]
    assert error.total == 7


def test_a_case_that_stands_in_two_files_is_one_too_many(tmp_path: Path) -> None:
    one = as_csv(tmp_path / "one", HEADER, [("c1", "r1", "yes"), ("c2", "r2", "no")])
    two = as_workbook(tmp_path / "two", HEADER, [("c3", "r3", "yes"), ("c1", "r4", "no"), ("c2", "r5", "no")])
    error = error_of(cdi.read_audit, [one, two])
    assert places(error) == [("case-twice", "two.xlsx", "A3"), ("case-twice", "two.xlsx", "A4")]
    assert [item.got for item in error.faults] == ["c1 (2 times)", "c2 (2 times)"]


def test_a_report_that_lies_in_two_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    one = as_csv(Path("one"), HEADER, [("c1", "r1", "yes"), ("c2", "r2", "no")])
    two = as_csv(Path("two"), HEADER, [("c3", "r3", "yes"), ("c4", "r1", "no")])
    error = error_of(cdi.read_audit, [one, two])
    assert places(error) == [("cluster-files", "two.csv", 3)]
    assert (error.faults[0].got, error.faults[0].where.column) == ("one.csv and two.csv", "cluster")
    assert "report r1 in one file" in error.faults[0].expected


def test_split_reports_are_named_beside_other_faults(tmp_path: Path) -> None:
    one = as_csv(tmp_path / "one", HEADER, [("c1", "r1", "yes"), ("c2", "r2", "perhaps")])
    two = as_csv(tmp_path / "two", HEADER, [("c2", "r2", "yes")])
    assert sorted(places(error_of(cdi.read_audit, [one, two]))) == [
        ("case-twice", "two.csv", 2),
        ("cluster-files", "two.csv", 2),
        ("word-no-answer", "one.csv", 3),
    ]


def test_ids_that_a_workbook_changed_are_found_in_every_file(tmp_path: Path) -> None:
    one = as_csv(tmp_path / "one", HEADER, [("12", "0012", "yes")])
    two = as_workbook(tmp_path / "two", HEADER, [("A1", "0013", "yes"), (13, "0014", "yes")])
    three = as_workbook(tmp_path / "three", HEADER, [("A2", 0.5, "no")])
    assert places(error_of(cdi.read_audit, [one, two, three])) == [
        ("id-number-among-texts", "two.xlsx", "A3"),
        ("id-not-whole", "three.xlsx", "B2"),
    ]


def test_the_first_ids_that_are_numbers_are_pointed_out(tmp_path: Path) -> None:
    one = as_csv(tmp_path / "one", HEADER, [("a", "r1", "yes")])
    two = as_workbook(tmp_path / "two", HEADER, [(13, "r2", "yes"), (14, "r3", "no")])
    three = as_workbook(tmp_path / "three", HEADER, [(15, 4, "yes")])
    found = [(Path(str(at.file)).name, at.cell, at.column) for at in cdi.read_audit([one, two, three]).number_ids]
    assert found == [("two.xlsx", "A2", "case"), ("three.xlsx", "B2", "cluster")]


# ---- what is passed over


@pytest.mark.parametrize("write", [as_csv, as_workbook])
def test_more_columns_are_read_than_an_expression_may_be_deep(write: Write, tmp_path: Path) -> None:
    names = [f"question {i}" for i in range(1100)]
    rows = [[" yes", *("" if i % 3 else f"{row} " for i in range(len(names)))] for row in range(3)]
    blank = [None] * (len(names) + 1)
    source = open_source([write(tmp_path / "wide", ["recorded", *names], [*rows, blank, rows[0]])])
    assert (source.blank_rows, source.trimmed) == (1, 4 * (1 + 367))
    assert engine.count_rows(source.rows) == 4
    assert source.empty == tuple(name for i, name in enumerate(names) if i % 3)


def test_what_was_passed_over_adds_up(tmp_path: Path) -> None:
    one = text(tmp_path / "one.csv", "case,cluster,recorded\n 1,r1 ,yes\n,,\n , ,\n2,r2,no\n")
    two = as_workbook(
        tmp_path / "two", HEADER, [(" c3", "r3", "yes "), (None, None, None), ("c4", "r4", "no"), ("c5", "r5", "no")]
    )
    three = as_parquet(tmp_path / "three", HEADER, [("c6", "r6", "yes")])
    each = [open_source(path) for path in (one, two, three)]
    whole = open_files([one, two, three])
    assert [(source.blank_rows, source.trimmed) for source in each] == [(2, 4), (1, 2), (0, 0)]
    assert (whole.blank_rows, whole.trimmed) == (3, 6)
    assert engine.count_rows(whole.rows) == sum(engine.count_rows(source.rows) for source in each) == 6


def test_a_column_is_empty_where_no_file_fills_it(tmp_path: Path) -> None:
    header = (*HEADER, "stratum", "weight")
    one = as_csv(tmp_path / "one", header, [("c1", "r1", "yes", "", "")])
    two = as_workbook(tmp_path / "two", header, [("c2", "r2", "yes", "a", None)])
    assert [open_source(path).empty for path in (one, two)] == [("stratum", "weight"), ("weight",)]
    assert open_files([one, two]).empty == ("weight",)
    assert places(error_of(cdi.read_audit, [one, two])) == [("missing", "one.csv", 2)]
    also = as_csv(tmp_path / "also", header, [("c3", "r3", "no", "", "")])
    assert cdi.read_audit([one, also]).unplayed == ("stratum", "weight")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("June.XLSX", True), ("a.xlsm", True), ("a.ods", True), ("a.xls", True), ("xlsx", False), ("a.xlsx.csv", False)],
)
def test_a_workbook_is_told_by_its_ending(name: str, expected: bool) -> None:
    assert is_workbook(name) is is_workbook(Path("some") / name) is expected


class TestWhatSpreadsheetsDamage:
    """What a workbook is refused for is refused in the text that was saved from it."""

    @pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?"])
    def test_the_error_of_a_formula_is_no_value_in_any_column(self, error: str, tmp_path: Path) -> None:
        rows = [("c1", "r1", "yes"), (error, "r2", "no"), ("c3", "r3", error)]
        error_ = error_of(cdi.read_audit, as_csv(tmp_path / "one", HEADER, rows))
        assert places(error_) == [("value-error", "one.csv", 3), ("value-error", "one.csv", 4)]
        assert [item.where.column for item in error_.faults] == ["case", "recorded"]

    def test_shortened_ids_are_refused(self, tmp_path: Path) -> None:
        rows = [("c1", "5.223E+11", "yes"), ("c2", "5.223E+11", "no"), ("c3", "r+3", "no"), ("c4", "12E", "no")]
        assert places(error_of(cdi.read_audit, as_csv(tmp_path / "one", HEADER, rows))) == [
            ("id-scientific", "one.csv", 2), ("id-scientific", "one.csv", 3),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "ids", [("5223001234567890000", "5223001234567900000"), ("522300120000000", "522300130000000")]
    )
    def test_cut_ids_are_refused(self, ids: tuple[str, str], tmp_path: Path) -> None:
        rows = [("c1", ids[0], "yes"), ("c2", "short", "no"), ("c3", ids[1], "no")]
        assert places(error_of(cdi.read_audit, as_csv(tmp_path / "one", HEADER, rows))) == [
            ("id-cut", "one.csv", 2), ("id-cut", "one.csv", 4),
        ]  # fmt: skip

    def test_long_ids_of_which_some_end_in_other_digits_are_whole(self, tmp_path: Path) -> None:
        rows = [("c1", "5223001234567890", "yes"), ("c2", "5223001234567891", "no")]
        assert len(open_files([as_csv(tmp_path / "one", HEADER, rows)]).id_faults("cluster")[0]) == 0

    def test_dates_among_ranges_are_refused_where_they_stand(self, tmp_path: Path) -> None:
        rows = [("18-24", "yes"), ("Oct-17", "no"), ("25-34", "yes"), ("12-Nov", "no")]
        error = error_of(table_of, as_csv(tmp_path / "one", ("age", "recorded"), rows), by="age")
        assert places(error) == [("date-among-texts", "one.csv", 3), ("date-among-texts", "one.csv", 5)]

    def test_months_without_ranges_are_names(self, tmp_path: Path) -> None:
        rows = [("Oct-17", "yes"), ("Nov-17", "no"), ("Nov-17", "yes")]
        assert table_of(as_csv(tmp_path / "one", ("month", "recorded"), rows), by="month").rows[0].n == 2


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        ("sep=,\ncase,recorded\n1,yes\n", "separator-line", 1),
        ("SEP=;\r\ncase;recorded\r\n1;yes\r\n", "separator-line", 1),
        ("case,recorded\r1,yes\r2,no\r", "old-mac-lines", None),
        (
            "case,by,recorded\n1,a,yes\n2,b,no\n\nSource: the crime system\nNote: without fraud, see annex\n",
            "text-under-table",
            5,
        ),
    ],
)
def test_a_cause_is_named_once(content: str, code: str, line: int | None, tmp_path: Path) -> None:
    error = error_of(open_files, [text(tmp_path / "one.csv", content)])
    assert places(error) == [(code, "one.csv", line)]
    assert error.total == 1


def test_a_last_row_that_lacks_a_value_is_no_text_under_the_table(tmp_path: Path) -> None:
    content = "offence,due,recorded\nBurglary,3,3\nViolence against the person,5\n"
    assert places(error_of(open_files, [text(tmp_path / "one.csv", content)])) == [("ragged-row", "one.csv", 3)]


def test_text_between_rows_is_named_row_by_row(tmp_path: Path) -> None:
    content = "case,recorded,by\n1,yes,a\na text of several words\n2,no,a\nNote: a footnote, of two fields\n"
    error = error_of(open_files, [text(tmp_path / "one.csv", content)])
    assert places(error) == [("ragged-row", "one.csv", 3), ("text-under-table", "one.csv", 5)]


def untidy(path: Path, columns: int) -> Path:
    names = ["incident", "due", "recorded", *(f"note {i}" for i in range(columns))]
    rows = [
        [
            f"R{i}",
            "1",
            str(i % 2),
            *(["x", " x", "two  words", "R1.", "", "Total loss"][(i + j) % 6] for j in range(columns)),
        ]
        for i in range(30)
    ]
    path.write_text("\n".join(",".join(row) for row in [names, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("together", [1, 2, 7])
def test_columns_that_are_asked_about_in_parts_are_read_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    path = untidy(tmp_path / "audit.csv", 10)
    whole = opening.open_source(path)
    monkeypatch.setattr(opening, "_TOGETHER", together)
    parts = opening.open_source(path)
    assert parts.rows.to_native().fetchall() == whole.rows.to_native().fetchall()
    assert (parts.trimmed, parts.untidy) == (whole.trimmed, whole.untidy)
    assert whole.trimmed > 0
    assert whole.untidy > 0


class Listening:
    """A connection to the engine that notes how long its questions are."""

    def __init__(self, connection: Any) -> None:
        self.connection, self.signs = connection, 0

    def execute(self, query: str, *given: Any) -> Any:
        self.signs += len(query)
        return self.connection.execute(query, *given)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)


def test_what_the_engine_is_asked_grows_with_the_columns_and_not_with_their_square(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def signs(columns: int) -> int:
        names = ["incident", "due", "recorded", *(f"note {i}" for i in range(columns))]
        lines = [names, *([f"R{i}", "1", "1", *["x"] * columns] for i in range(20))]
        path = tmp_path / f"{columns}.csv"
        path.write_text("\n".join(map(",".join, lines)) + "\n", encoding="utf-8")
        heard = Listening(engine.connect())
        with monkeypatch.context() as patch:
            patch.setattr(engine, "connect", lambda: heard)
            cdi.open_sheets(path)
        return heard.signs

    assert signs(400) < 2.2 * signs(200)


# ---- sheets of hundreds of columns, whose texts are set below each other


def wide_lines(columns: int, **at: str) -> list[list[str]]:
    """Write six rows of an audit with remarks; ``at`` puts a text into the fourth row of a column, by its place."""
    lines = [["route", "recorded", *(f"note {i}" for i in range(columns - 2))]]
    lines += [["calls", str(i % 2), *(f"seen {i % 2}" for _ in range(columns - 2))] for i in range(6)]
    for place, said in at.items():
        lines[4][int(place.removeprefix("c"))] = said
    return lines


@pytest.mark.parametrize("said", ["plain", " loose ", "two  spaces", "#N/A", "50%", "tab\tinside", "a;", "", "é\u00a0"])
@pytest.mark.parametrize("place", [0, 35, 59])
def test_a_sheet_of_many_columns_is_read_as_one_of_few(
    said: str, place: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "wide.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(wide_lines(60, **{f"c{place}": said}))

    def read() -> object:
        try:
            source = opening.open_source(path)
        except cdi.CdiError as error:
            return str(error)
        held = engine.collect(source.rows)
        return {name: values.tolist() for name, values in held.items()}

    found = read()
    monkeypatch.setattr(engine, "MANY", 10)
    assert found == read()


@pytest.mark.long
def test_columns_take_no_questions_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine looks at all columns of a table for each question: one a column would grow with their square."""
    import duckdb

    def asked(columns: int) -> int:
        path = tmp_path / f"{columns}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(wide_lines(columns))
        calls = [0]
        connect = duckdb.connect

        class Counting:
            def __init__(self, connection: Any) -> None:
                self._connection = connection

            def __getattr__(self, name: str) -> Any:
                return getattr(self._connection, name)

            def execute(self, *given: Any, **named: Any) -> Any:
                calls[0] += 1
                return self._connection.execute(*given, **named)

        with monkeypatch.context() as patched:
            patched.setattr(duckdb, "connect", lambda *given, **named: Counting(connect(*given, **named)))
            cdi.draft_inspection(path, folder=tmp_path)
        return calls[0]

    few, many = asked(280), asked(560)
    assert few > 0
    assert many - few < 15


def test_words_of_many_columns_are_those_of_few() -> None:
    import duckdb
    import narwhals as nw

    names = [f"c{i}" for i in range(70)]
    columns = {
        name: [None if row % (i % 5 + 2) == 0 else str(row % (i + 1)) for row in range(50)]
        for i, name in enumerate(names)
    }
    frame = pd.DataFrame(columns)
    rows = nw.from_native(duckdb.from_df(frame)).lazy()
    found = engine.tallied(rows, names, 20)
    halves = (names[:35], names[35:])
    assert found == {name: words for half in halves for name, words in engine.tallied(rows, half, 20).items()}
    assert found["c1"] == {"0": 16, "1": 17}
    assert found["c60"] == {}
