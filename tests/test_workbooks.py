"""Workbooks are read as the same table in CSV would be, or refused with the address of each cell."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import re
import shutil
import subprocess
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName

import cdi
from cdi.errors import DataError, Fault
from cdi.reading.workbooks import SheetTable, date_faults, id_faults, read_sheet, where
from tests import strategies  # noqa: F401 - its settings profile

Rows = list[list[Any]]
TABLE: Rows = [["case", "recorded"], ["A1", "yes"], ["A2", "no"], ["A3", "yes"]]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def save(
    folder: Path, rows: Rows = TABLE, change: Callable[[Any], None] | None = None, name: str = "audit.xlsx"
) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "audit"
    book.calculation.fullCalcOnLoad = False
    for row in rows:
        book.active.append(row)
    if change:
        change(book)
    path = folder / name
    book.save(path)
    return path


def patch(path: Path, *changes: tuple[str, str], part: str = "xl/worksheets/sheet1.xml") -> Path:
    """Change the XML of a part, as another program would have written it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = parts[part].decode("utf-8")
    for pattern, new in changes:
        assert re.search(pattern, text)
        text = re.sub(pattern, new, text)
    parts[part] = text.encode("utf-8")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def without(path: Path, part: str) -> Path:
    """Leave out a part."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != part}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def error_of(path: Path, **options: Any) -> DataError:
    with pytest.raises(DataError) as caught:
        read_sheet(path, **options)
    return caught.value


def faults_of(path: Path, **options: Any) -> list[Fault]:
    return list(error_of(path, **options).faults)


def places(path: Path, **options: Any) -> list[tuple[str, str | None]]:
    return [(item.code, item.where.cell) for item in faults_of(path, **options)]


def column(values: list[Any], folder: Path, change: Callable[[Any], None] | None = None) -> list[str | None]:
    return read_sheet(save(folder, [["n", "x"], *([1, value] for value in values)], change)).values[1]


# --- what is read


def test_a_table(tmp_path: Path) -> None:
    path = save(tmp_path)
    found = read_sheet(path)
    assert found == SheetTable(
        str(path),
        "audit",
        1,
        ("case", "recorded"),
        ("A", "B"),
        (["A1", "A2", "A3"], ["yes", "no", "yes"]),
        [2, 3, 4],
        kinds=(b"\1\1\1", b"\1\1\1"),
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (" a b \n", "a b"),
        ("two\nlines", "two\nlines"),
        ("a_x000D_\nb", "a\r\nb"),
        ("   ", None),
        ("\u00a0", None),
        ("0012", "0012"),
        ("=", "="),
        (3, "3"),
        (0, "0"),
        (-7, "-7"),
        (3.0, "3"),
        (0.1, "0.1"),
        (1e-7, "1e-07"),
        (1234567890123456, "1234567890123456"),
        (1e20, "100000000000000000000"),
        (True, "true"),
        (False, "false"),
        (dt.date(2021, 3, 1), "2021-03-01"),
        (dt.datetime(2021, 3, 1), "2021-03-01"),
        (dt.datetime(2021, 3, 1, 14, 30), "2021-03-01T14:30:00"),
        (dt.time(14, 30), "14:30:00"),
        (dt.timedelta(hours=26, minutes=30), "26:30:00"),
        (dt.timedelta(hours=-1.5), "-1:30:00"),
    ],
)
def test_values_as_text(tmp_path: Path, value: Any, text: str | None) -> None:
    assert column([value, "z"], tmp_path) == [text, "z"]


def test_equal_numbers_of_different_kinds_stay_apart(tmp_path: Path) -> None:
    assert column([1, True, 1.5, 0, False], tmp_path) == ["1", "true", "1.5", "0", "false"]


def test_days_from_1904(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    assert column([dt.date(2021, 3, 1)], tmp_path, change) == ["2021-03-01"]


def test_rich_text_is_its_text(tmp_path: Path) -> None:
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont

    assert column([CellRichText("Avon ", TextBlock(InlineFont(b=True), "and Somerset"))], tmp_path) == [
        "Avon and Somerset"
    ]


def test_blank_rows_and_spaces_are_counted(tmp_path: Path) -> None:
    path = save(tmp_path, [[], ["case ", None, "due"], [], ["A1", None, " 1"], [" ", None, " "], [None] * 3, ["A2"]])
    found = read_sheet(path)
    assert (found.header_row, found.columns, found.letters) == (2, ("case", "due"), ("A", "C"))
    assert found.values == (["A1", "A2"], ["1", None])
    assert (list(found.rows), found.blank_rows, found.trimmed) == ([4, 7], 3, 1)
    assert where(found, 1, "due").cell == "C7"
    assert (where(found, 1).line, where(found, 1).cell) == (7, None)


def test_a_place_is_worded_with_its_sheet() -> None:
    table = SheetTable("audit.xlsx", "audit", 1, ("case", "due"), ("A", "C"), ([], []), [7])
    from cdi.errors import fault

    assert str(fault("negative", got=-1, where=where(table, 0, "due"))) == (
        "audit.xlsx, sheet audit, cell C7, column due: expected a whole number, 0 or more, but found -1. "
        "Correct the count in this row."
    )
    assert str(fault("negative", where=where(table, 0))).startswith("audit.xlsx, sheet audit, row 7: expected")


def test_the_same_table_as_csv_has_the_same_texts(tmp_path: Path) -> None:
    import cdi.reading.delimited

    texts = [["case", "on", "n"], ["A1", "2021-03-01", "3"], ["0012", "2021-12-31", "0.25"], ["b, c", "", "-1"]]
    with (tmp_path / "audit.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(texts)
    typed: Rows = [
        texts[0],
        ["A1", dt.date(2021, 3, 1), 3],
        ["0012", dt.datetime(2021, 12, 31), 0.25],
        ["b, c", None, -1.0],
    ]
    found = read_sheet(save(tmp_path, typed))
    assert found.columns == cdi.reading.delimited.examine(tmp_path / "audit.csv").columns
    assert [[text or "" for text in row] for row in zip(*found.values, strict=True)] == texts[1:]


def test_hidden_columns_are_read(tmp_path: Path) -> None:
    path = save(tmp_path, change=lambda book: setattr(book.active.column_dimensions["B"], "hidden", True))
    assert read_sheet(path).columns == ("case", "recorded")


def test_macros_play_no_role(tmp_path: Path) -> None:
    assert read_sheet(save(tmp_path, name="audit.xlsm")).columns == ("case", "recorded")


def test_names_with_a_prefix_and_cells_without_an_address(tmp_path: Path) -> None:
    path = patch(save(tmp_path), (r"<(/?)(?=[a-z])", r"<\1x:"), ("xmlns=", "xmlns:x="))
    assert read_sheet(path).values[0] == ["A1", "A2", "A3"]
    bare = patch(save(tmp_path), (r'<(row|c) r="\w+"', r"<\1"))
    assert list(read_sheet(bare).rows) == [2, 3, 4]


@pytest.mark.parametrize("size", ["A1", "A1:A2", "A1:XFD1048576"])
def test_what_a_sheet_says_of_its_size_is_not_believed(tmp_path: Path, size: str) -> None:
    path = patch(save(tmp_path), ('<dimension ref="[^"]*"', f'<dimension ref="{size}"'))
    assert read_sheet(path).values == (["A1", "A2", "A3"], ["yes", "no", "yes"])


texts = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=8).filter(
    lambda text: not text.startswith("=") and "_x" not in text and text not in openpyxl.cell.cell.ERROR_CODES
)
# openpyxl writes 16 digits of a number, and Excel keeps 15
fractions = st.integers(-(10**12), 10**12).map(lambda number: number / 1000)
dates = st.dates(dt.date(1900, 3, 1), dt.date(2100, 1, 1))
cells = st.one_of(st.none(), texts, st.integers(-(10**15), 10**15), fractions, st.booleans(), dates)


def expected(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else repr(value)
    return str(value)


@given(
    grid=st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(cells, min_size=n, max_size=n), min_size=1, max_size=6))
)
def test_grids_come_back(tmp_path_factory: pytest.TempPathFactory, grid: Rows) -> None:
    names: list[Any] = [f"c{place}" for place in range(len(grid[0]))]
    rows = [["row", *names], *([f"r{number}", *row] for number, row in enumerate(grid))]
    found = read_sheet(save(tmp_path_factory.mktemp("grid"), rows))
    assert [list(row[1:]) for row in zip(*found.values, strict=True)] == [[expected(v) for v in row] for row in grid]


# --- which sheet and which row


def with_sheets(**states: str) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        for title, state in states.items():
            sheet = book[title] if title in book.sheetnames else book.create_sheet(title)
            sheet.sheet_state = state
            if title != "audit":
                sheet.append(["other"])
                sheet.append([title])

    return change


def test_the_only_filled_visible_sheet_is_read(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        with_sheets(aside="hidden", deep="veryHidden")(book)
        book.create_sheet("empty", 0)
        book.create_chartsheet("chart").add_chart(openpyxl.chart.BarChart())

    path = save(tmp_path, change=change)
    assert read_sheet(path).title == "audit"
    assert read_sheet(path, sheet="aside").values == (["aside"],)
    assert places(path, sheet="empty") == [("no-filled-sheet", None)]
    (found,) = faults_of(path, sheet="chart")
    assert found.code == "no-sheet"


def test_several_filled_sheets_are_a_question(tmp_path: Path) -> None:
    path = save(tmp_path, change=with_sheets(notes="visible"))
    (found,) = faults_of(path)
    assert (found.code, found.got) == ("several-sheets", "audit, notes")
    assert 'cdi.Workbook("FILE.xlsx", sheet="NAME")' in found.hint
    assert read_sheet(path, sheet="notes").columns == ("other",)


def test_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    (found,) = faults_of(save(tmp_path), sheet="Audit")
    assert (found.code, found.got) == ("no-sheet", "Audit")
    assert found.hint == "Did you mean 'audit'? There are: audit."


def test_a_hidden_sheet_is_only_read_by_name(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book.create_sheet("front", 0)
        book["audit"].sheet_state = "hidden"

    path = save(tmp_path, change=change)
    (found,) = faults_of(path)
    assert (found.code, found.got) == ("hidden-sheet", "audit")
    assert read_sheet(path, sheet="audit").columns == ("case", "recorded")


def test_an_empty_workbook(tmp_path: Path) -> None:
    assert places(save(tmp_path, [])) == [("no-filled-sheet", None)]
    assert places(save(tmp_path, [["  "]])) == [("no-filled-sheet", None)]


@pytest.mark.parametrize("reference", ["'my table'!$A$3", "'my table'!$A$3:$B$9", "$'my table'.$A$3", "='my table'!A3"])
def test_the_defined_name_says_where_the_table_is(tmp_path: Path, reference: str) -> None:
    def change(book: Any) -> None:
        sheet = book.create_sheet("my table")
        for row in (["How to fill this in"], [], *TABLE):
            sheet.append(row)
        book.defined_names["CDI_table"] = DefinedName("CDI_table", attr_text=reference)

    path = save(tmp_path, [["guidance"], ["text"]], change)
    found = read_sheet(path)
    assert (found.title, found.header_row, found.values[0]) == ("my table", 3, ["A1", "A2", "A3"])
    assert read_sheet(path, sheet="my table") == found
    assert read_sheet(path, sheet="audit").header_row == 1
    assert read_sheet(path, header_row=4).columns == ("A1", "yes")


@pytest.mark.parametrize("reference", ["#REF!", "gone!$A$1", "[1]audit!$A$1"])
def test_a_defined_name_that_leads_nowhere_is_no_answer(tmp_path: Path, reference: str) -> None:
    def change(book: Any) -> None:
        with_sheets(notes="visible")(book)
        book.defined_names["cdi_table"] = DefinedName("cdi_table", attr_text=reference)

    assert places(save(tmp_path, change=change)) == [("several-sheets", None)]


def test_the_row_of_the_names(tmp_path: Path) -> None:
    path = save(tmp_path, [["Audit 2021"], [], *TABLE])
    assert places(path) == [("header-unnamed", "B1")]
    assert 'cdi.Workbook("FILE.xlsx", header_row=N)' in faults_of(path)[0].hint
    assert read_sheet(path, header_row=3).values[0] == ["A1", "A2", "A3"]
    assert places(path, header_row=2) == [("header-blank", None)]
    assert places(path, header_row=99) == [("header-blank", None)]
    assert places(path, header_row=6) == [("sheet-without-rows", None)]
    assert places(path, header_row=0) == [("header-row", None)]


def test_names_that_cannot_be(tmp_path: Path) -> None:
    path = save(tmp_path, [["n", 2021, dt.date(2021, 1, 1), " n ", None, None], [1, 2, 3, 4, 5, None]])
    assert places(path) == [
        ("header-not-text", "B1"),
        ("header-not-text", "C1"),
        ("column-twice", "D1"),
        ("header-unnamed", "E1"),
    ]
    assert "Column D has the name of column A." in faults_of(path)[2].hint


# --- what cannot be read as it stands


def test_merged_cells(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        for area in ("A1:B1", "A3:B3", "B5:B6", "G1:H9", "A20:B21"):
            book.active.merge_cells(area)

    rows: Rows = [["Audit 2021", None], *TABLE, ["A4", None]]
    path = save(tmp_path, rows, change)
    found = faults_of(path)
    assert [(item.code, item.where.cell, item.got) for item in found] == [
        ("header-merged", "A1", "A1:B1"),
        ("header-unnamed", "B1", None),
        ("cells-merged", "A3", "A3:B3, B5:B6"),
    ]
    assert places(path, header_row=2) == [("cells-merged", "A3")]


@pytest.mark.parametrize(
    ("attributes", "hides"),
    [
        ('hidden="1"', True),
        ('outlineLevel="1" hidden="true"', True),
        ('ht="0" customHeight="1"', True),
        ('ht="15.75"', False),
        ('hidden="0"', False),
        ('collapsed="1"', False),
    ],
)
def test_rows_that_do_not_show(tmp_path: Path, attributes: str, hides: bool) -> None:
    path = patch(save(tmp_path), ('<row r="3"', f'<row {attributes} r="3"'))
    if hides:
        assert [(item.code, item.where.line) for item in faults_of(path)] == [("rows-hidden", 3)]
    else:
        assert list(read_sheet(path).rows) == [2, 3, 4]


def test_hidden_rows_without_a_value_are_nothing(tmp_path: Path) -> None:
    blank = '<row r="6" hidden="1"/><row r="7" hidden="1"><c r="A7"/></row></sheetData>'
    assert list(read_sheet(patch(save(tmp_path), ("</sheetData>", blank))).rows) == [2, 3, 4]


def test_hidden_and_filtered_rows(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book.active.auto_filter.ref = "A1:B12"
        for row in (*range(3, 10), 40):
            book.active.row_dimensions[row].hidden = True

    (found,) = faults_of(save(tmp_path, [TABLE[0], *(["A", "yes"] for _ in range(11))], change))
    assert (found.code, found.where.line, found.got) == ("rows-hidden", 3, "3, 4, 5, 6, 7, ...")
    assert found.hint.startswith("Hidden or filtered rows with values: 7.")


def strike(*cells: str) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        for cell in cells:
            book.active[cell].font = Font(strike=True)

    return change


AUDITED = [["cluster", "recorded", "notes"], *([f"R{i}", "yes", f"note {i}"] for i in range(2, 13))]


def test_rows_that_are_struck_through_are_refused(tmp_path: Path) -> None:
    cells = [f"{letter}{row}" for row in (3, 5) for letter in "ABC"]
    path = save(tmp_path, AUDITED, strike(*cells, "C40"))  # C40 holds nothing
    (found,) = faults_of(path)
    assert (found.code, found.where.line, found.got, found.values["count"]) == ("rows-struck", 3, "3, 5", 2)
    with pytest.raises(DataError, match="3, 5"):
        cdi.read_audit(path)


@pytest.mark.parametrize("remedy", ["delete", "unstrike"])
def test_either_remedy_for_struck_rows_works(tmp_path: Path, remedy: str) -> None:
    path = save(tmp_path, AUDITED, strike("A3", "B3", "C3"))
    book = openpyxl.load_workbook(path)
    if remedy == "delete":
        book.active.delete_rows(3)
    else:
        for cell in book.active[3]:
            cell.font = Font(strike=False)
    book.save(path)
    assert int(cdi.read_audit(path).strata.sampled.sum()) == (10 if remedy == "delete" else 11)


def test_a_struck_value_counts_where_it_plays_a_role(tmp_path: Path) -> None:
    path = save(tmp_path, AUDITED, strike("C3", "B4"))
    assert list(read_sheet(path).rows) == list(range(2, 13))
    with pytest.raises(DataError) as caught:
        cdi.read_audit(path)
    assert [(item.code, item.where.cell, item.got) for item in caught.value.faults] == [("cell-struck", "B4", "yes")]
    assert cdi.read_audit(save(tmp_path, AUDITED, strike("C3"))).source.set_aside == ()


def test_a_struck_total_is_a_total(tmp_path: Path) -> None:
    rows = [["cluster", "due", "recorded"], ["A", 1, 1], ["B", 2, 1], ["Total", 3, 2]]
    audit = cdi.read_audit(save(tmp_path, rows, strike("A4", "B4", "C4")))
    assert [row.label for row in audit.source.set_aside] == ["Total"]


def test_errors_and_formulas_without_a_value(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet = book.active
        sheet["B2"], sheet["F3"], sheet["B4"] = "#N/A", "=A1&A2", "#REF!"

    path = save(tmp_path, change=change)
    found = faults_of(path)
    assert [(item.code, item.where.cell, item.where.column, item.got) for item in found] == [
        ("header-unnamed", "F1", None, None),
        ("cell-error", "B2", "recorded", "#N/A"),
        ("formula-without-value", "F3", None, None),
        ("cell-error", "B4", "recorded", "#REF!"),
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="B2"><f>1+1</f><v>2</v></c>', "2"),
        ('<c r="B2" t="str"><f>"y"&amp;"es"</f><v>yes</v></c>', "yes"),
        ('<c r="B2" t="str"><f>""</f><v></v></c>', None),
        ('<c r="B2" t="str"><f>""</f><v/></c>', None),
        ('<c r="B2"><f t="shared" si="0"/><v>2</v></c>', "2"),
        ('<c r="B2"><f t="array" ref="B2:B3">A1</f><v>2</v></c>', "2"),
        ('<c r="B2" t="b"><f>TRUE()</f><v>1</v></c>', "true"),
        ('<c r="B2" t="str"><v>#N/A</v></c>', "#N/A"),
        ('<c r="B2" t="inlineStr"><is><t>&lt;f&gt;&lt;row hidden="1"</t></is></c>', '<f><row hidden="1"'),
        ('<c r="B2" t="inlineStr"><is><t><![CDATA[<f/>&]]></t></is></c>', "<f/>&"),
        (
            '<c r="B2" t="inlineStr"><is><r><t>y</t></r><r><t>es</t></r><rPh sb="0" eb="1"><t>ie</t></rPh></is></c>',
            "yes",
        ),
        ('<c r="B2"><!-- <f>1+1</f> --><v>1<!-- -->2</v></c>', "12"),
        ('<c r="B2" t="d"><v>2021-03-01</v></c>', "2021-03-01"),
        ('<c r="B2"><v>-0.0</v></c>', "0"),
        ("<c><v>7</v></c>", "7"),
        ('<c r="B2"/>', None),
        ('<c r="B2" t="inlineStr"/>', None),
        ('<c r="B2"><v/></c>', None),
    ],
)
def test_cells_as_programs_write_them(tmp_path: Path, cell: str, text: str | None) -> None:
    path = patch(save(tmp_path), (r'<c r="B2"[^>]*>.*?</c>', cell.replace("\\", r"\\")))
    assert read_sheet(path).values[1][0] == text


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="B2"><f>1+1</f></c>',
        '<c r="B2"><f>1+1</f><v/></c>',
        '<c r="B2" s="0"><f>1+1</f><v></v></c>',
        '<c r="B2" t="str"><f>""</f></c>',
        "<c r='B2'>\n<f t='shared' si='0'/>\n<v />\n</c>",
    ],
)
def test_formulas_without_a_value(tmp_path: Path, cell: str) -> None:
    path = patch(save(tmp_path), (r'<c r="B2"[^>]*>.*?</c>', cell))
    assert places(path) == [("formula-without-value", "B2")]
    prefixed = patch(path, (r"<(/?)(?=[a-z])", r"<\1x:"), ("xmlns=", "xmlns:x="))
    assert places(prefixed) == [("formula-without-value", "B2")]


def test_formulas_that_are_to_be_computed_anew(tmp_path: Path) -> None:
    """Some writers store 0 for every formula, and ask Excel to compute them."""
    path = patch(save(tmp_path), (r'<c r="B2"[^>]*>.*?</c>', '<c r="B2"><f>1+1</f><v>0</v></c>'))
    assert read_sheet(path).values[1][0] == "0"
    stale = patch(path, ("<calcPr", '<calcPr fullCalcOnLoad="1"'), (' fullCalcOnLoad="0"', ""), part="xl/workbook.xml")
    assert places(stale) == [("formula-without-value", "B2")]


@pytest.mark.parametrize(
    ("cell", "got"),
    [
        ('<c r="B2"><v>abc</v></c>', "abc"),
        ('<c r="B2"><v>NaN</v></c>', "NaN"),
        ('<c r="B2" t="d"><v>2021-13-01</v></c>', "2021-13-01"),
        ('<c r="B2" t="b"><v>maybe</v></c>', "maybe"),
        ('<c r="B2" t="s"><v>999999</v></c>', None),
        ('<c r="B2" s="x"><v>5</v></c>', "5"),
        ('<c t="d"><v>soon</v></c>', "soon"),
        ('<c r="B2" t="inlineStr"><v>aside</v></c>', "aside"),
        ('<c r="B2" t="str"><is><t>aside</t></is></c>', "aside"),
        ('<c r="B2" xmlns="urn:other"><v>7</v></c>', "7"),
    ],
)
def test_cells_that_cannot_be_read_are_named(tmp_path: Path, cell: str, got: str | None) -> None:
    path = patch(save(tmp_path), (r'<c r="B2"[^>]*>.*?</c>', cell), (r'<c r="B4"[^>]*>.*?</c>', '<c r="B4" t="e"/>'))
    assert [(item.code, item.where.cell, item.got) for item in faults_of(path)] == [
        ("cell-unreadable", "B2", got),
        ("cell-error", "B4", None),
    ]


def test_cells_of_a_row_in_any_order(tmp_path: Path) -> None:
    path = patch(save(tmp_path), (r'(<c r="A3".*?</c>)(<c r="B3".*?</c>)', r"\2\1"))
    assert read_sheet(path).values == (["A1", "A2", "A3"], ["yes", "no", "yes"])


def test_a_cell_far_aside_takes_no_room(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book.active["XFD1"] = "aside"

    path = save(tmp_path, [["case"], *(["A"] for _ in range(500))], change)
    tracemalloc.start()
    found = read_sheet(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (found.columns, found.letters) == (("case", "aside"), ("A", "XFD"))
    assert peak < 8_000_000  # a pointer for each cell up to XFD would take 65 MB


def test_a_name_that_is_an_empty_formula_is_not_passed_over(tmp_path: Path) -> None:
    assert places(save(tmp_path, [["=A9", "=B9"], *TABLE[1:]])) == [
        ("formula-without-value", "A1"),
        ("formula-without-value", "B1"),
    ]


@pytest.mark.parametrize(("number", "code"), [("-5", "cell-unreadable"), ("99999999", "cell-unreadable")])
def test_dates_that_are_none(tmp_path: Path, number: str, code: str) -> None:
    path = save(tmp_path, [["n", "on"], [1, dt.date(2021, 3, 1)]])
    path = patch(path, (r'(<c r="B2"[^>]*>)<v>.*?</v>', rf"\1<v>{number}</v>"))
    assert places(path) == [(code, "B2")]


def test_numbers_that_are_none(tmp_path: Path) -> None:
    path = patch(save(tmp_path, [["n"], [1]]), ("<v>1</v>", "<v>1E999</v>"))
    assert places(path) == [("cell-unreadable", "A2")]


def test_twenty_faults_in_the_order_of_the_cells_and_the_number_of_all(tmp_path: Path) -> None:
    rows: Rows = [["a", "b"], *(["#N/A", "=1"] for _ in range(30))]
    error = error_of(save(tmp_path, rows))
    assert error.total == 60
    assert [item.where.cell for item in error.faults] == [f"{letter}{row}" for row in range(2, 12) for letter in "AB"]


# --- what is no workbook


def test_other_files(tmp_path: Path) -> None:
    assert places(tmp_path / "none.xlsx") == [("no-file", None)]
    assert places(tmp_path) == [("is-a-folder", None)]
    path = tmp_path / "audit.xlsx"
    for content, code in {
        b"": "not-a-workbook",
        b"case,recorded\nA1,yes\n": "not-a-workbook",
        b"\xd0\xcf\x11\xe0" + bytes(600): "workbook-damaged",
        b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"): "workbook-locked",
        b"PK\x03\x04" + bytes(40): "workbook-damaged",
    }.items():
        path.write_bytes(content)
        assert places(path) == [(code, None)]
        assert "Traceback" not in str(error_of(path))


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("word/document.xml", "not-a-workbook"),
        ("content.xml", "not-a-workbook"),
        ("xl/workbook.bin", "workbook-damaged"),
    ],
)
def test_other_archives(tmp_path: Path, part: str, code: str) -> None:
    path = tmp_path / "audit.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, "<a/>")
    assert places(path) == [(code, None)]


@pytest.mark.parametrize("ending", [".xls", ".XLSB", ".ods"])
def test_a_format_is_known_by_the_contents(tmp_path: Path, ending: str) -> None:
    expected = read_sheet(save(tmp_path)).values
    assert read_sheet(save(tmp_path).rename(tmp_path / f"audit{ending}")).values == expected


@pytest.mark.parametrize(
    ("part", "content", "code"),
    [
        ("content.xml", b"<a/>", "workbook-damaged"),
        ("content.xml", b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "workbook-damaged"),
        ("content.xml", bytes(300_000_000), "workbook-damaged"),
    ],
    ids=["without cells", "entities", "swollen"],
)
def test_a_damaged_or_swollen_document_is_refused(tmp_path: Path, part: str, content: bytes, code: str) -> None:
    path = tmp_path / "audit.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(part, content)
    assert places(path) == [(code, None)]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_file_that_was_cut_off(tmp_path: Path, share: float) -> None:
    path = save(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    assert places(path) == [("workbook-damaged", None)]


@pytest.mark.parametrize(
    "change",
    [
        ("</row>", ""),
        (r'<row r="3"', '<row r="2"'),
        (r'<row r="4"', '<row r="1048577"'),
        (r'<row r="4"', '<row r="x"'),
        (r'<c r="A3"', '<c r="1A"'),
        (r'<c r="A3"', '<c r="A4"'),
        (r'<c r="B3"', '<c r="A3"'),
        (r'<row r="3"[^>]*>', '<row r="3"><row r="4"/>'),
        (r"<worksheet", '<!DOCTYPE worksheet [<!ENTITY a "b">]><worksheet'),
        (r"<worksheet", "<other/><worksheet"),
        (MAIN, "urn:other"),
    ],
)
def test_damaged_sheets(tmp_path: Path, change: tuple[str, str]) -> None:
    assert places(patch(save(tmp_path), change)) == [("workbook-damaged", None)]


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
def test_damaged_parts(tmp_path: Path, part: str) -> None:
    assert places(patch(save(tmp_path), (r"(?s)^(.*)$", r"spreadsheetml"), part=part)) == [("workbook-damaged", None)]


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_parts_that_are_missing_are_not_passed_over(tmp_path: Path, part: str) -> None:
    path = save(tmp_path, [["on"], [dt.date(2021, 3, 1)]])
    assert places(without(path, part)) == [("workbook-damaged", None)]


@pytest.mark.parametrize("part", ["docProps/core.xml", "docProps/app.xml", "xl/theme/theme1.xml"])
def test_parts_that_play_no_role_may_be_damaged(tmp_path: Path, part: str) -> None:
    path = save(tmp_path)
    whole = read_sheet(path)
    assert read_sheet(patch(path, (r"(?s)^.*$", "<"), part=part)) == whole
    assert read_sheet(without(path, part)) == whole


def test_what_is_set_on_a_sheet_plays_no_role(tmp_path: Path) -> None:
    path = patch(
        save(tmp_path),
        ("<sheetData>", '<cols><col min="x"/></cols><sheetProtection sheet="1" password="x"/><sheetData>'),
        ("</sheetData>", '</sheetData><conditionalFormatting sqref="?"><cfRule type="?"/></conditionalFormatting>'),
        ("<pageMargins", '<dataValidations count="?"/><hyperlinks><hyperlink ref="?"/></hyperlinks><pageMargins'),
    )
    assert read_sheet(path).values == (["A1", "A2", "A3"], ["yes", "no", "yes"])


@given(place=st.integers(0, 10**6), bits=st.integers(1, 255), cut=st.booleans())
def test_a_byte_that_changed_is_found_or_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, place: int, bits: int, cut: bool
) -> None:
    path = save(tmp_path_factory.mktemp("bytes"), [["case", "on", "n"], ["A1", dt.date(2021, 3, 1), 1.5]])
    whole, content = read_sheet(path), bytearray(path.read_bytes())
    place %= len(content)
    content[place] ^= bits
    path.write_bytes(content[:place] if cut else content)
    with contextlib.suppress(DataError):
        assert read_sheet(path) == whole


def test_a_part_that_swells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cdi.reading import workbooks

    path = patch(save(tmp_path), ("</sheetData>", f"{' ' * 1_000_000}</sheetData>"))
    assert read_sheet(path).columns == ("case", "recorded")
    monkeypatch.setattr(workbooks, "LARGEST", 100_000)
    assert places(path) == [("workbook-damaged", None)]


@pytest.mark.parametrize("comment", [10, 100_000])
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_entities_do_not_swell(tmp_path: Path, part: str, comment: int) -> None:
    entities = '<!ENTITY e0 "eeeeeeeeee">'
    entities += "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    head = f"<!--{' ' * comment}--><!DOCTYPE x [{entities}]>"
    path = patch(save(tmp_path), (r"(?s)^(<\?xml[^>]*>)?(.*)(</[^<]*)$", rf"\1{head}\2&e11;\3"), part=part)
    assert places(path) == [("workbook-damaged", None)]


def test_deep_nesting_is_no_traceback(tmp_path: Path) -> None:
    deep = "<r>" * 50_000 + "</r>" * 50_000
    path = patch(save(tmp_path), ("<t>A1</t>", deep), ("</sheetData>", f"</sheetData>{deep}"))
    assert read_sheet(path).values[0] == [None, "A2", "A3"]


def test_the_strict_variant_is_saved_again(tmp_path: Path) -> None:
    transitional = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    strict = "http://purl.oclc.org/ooxml/officeDocument/relationships"
    path = patch(save(tmp_path), (transitional, strict), part="_rels/.rels")
    assert places(path) == [("workbook-strict", None)]


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(tmp_path)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    (found,) = faults_of(path)
    assert (found.code, found.got) == ("cannot-read", "Permission denied")


# --- ids


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2.0, None, 30], []),
        (["A1", " A2 ", "0012"], []),
        (["A1", 12, 1.5], [("id-number-among-texts", "A3", "12"), ("id-number-among-texts", "A4", "1.5")]),
        ([1, 1.5], [("id-not-whole", "A3", "1.5")]),
        ([1, 123456789012345, 1234567890123456], [("id-too-long", "A4", "1234567890123456")]),
        (["A1", True], [("id-is-boolean", "A3", "true")]),
        ([dt.date(2021, 3, 1), 1], [("id-is-date", "A2", "2021-03-01")]),
        ([dt.time(14, 30)], [("id-is-date", "A2", "14:30:00")]),
    ],
)
def test_ids(tmp_path: Path, values: list[Any], expected: list[tuple[str, str, str]]) -> None:
    table = read_sheet(save(tmp_path, [["case", "x"], *([value, "x"] for value in values)]))
    found, total = id_faults(table, "case")
    assert [(item.code, item.where.cell, item.got) for _, item in found] == expected
    assert [f"A{row + 1}" for row, _ in found] == [item.where.cell for _, item in found]
    assert total == len(expected)


def test_many_ids_are_counted(tmp_path: Path) -> None:
    table = read_sheet(save(tmp_path, [["case"], ["A"], *([number] for number in range(50))]))
    found, total = id_faults(table, "case")
    assert (len(found), total, found[0][1].where.cell, found[-1][1].where.cell) == (20, 50, "A3", "A22")


# --- another program


@pytest.fixture(scope="module")
def saved_again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save a workbook with everything in it as LibreOffice does."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("office")

    def change(book: Any) -> None:
        sheet = book.create_sheet("table")
        for row in (["Fill in below"], [], ["case", "on", "n", "twice"], ["A1", dt.date(2021, 3, 1), 1.5, "=C4*2"]):
            sheet.append(row)
        sheet.append([" 0012", dt.datetime(2021, 3, 1, 14, 30), True, "=C4*4"])
        book.defined_names["cdi_table"] = DefinedName("cdi_table", attr_text="'table'!$A$3")
        bad = book.create_sheet("bad")
        for row in (["a", "b"], [1, "=1/0"], [2, 2], [3, 3]):
            bad.append(row)
        bad.row_dimensions[3].hidden = True
        bad.merge_cells("A4:B4")

    path = save(folder, [["guidance"], ["text"]], change)
    (folder / "out").mkdir()
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder / "out"), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / "out" / "audit.xlsx"


def test_what_libreoffice_saves_is_read(saved_again: Path) -> None:
    found = read_sheet(saved_again)
    assert (found.title, found.header_row, found.columns) == ("table", 3, ("case", "on", "n", "twice"))
    assert found.values == (["A1", "0012"], ["2021-03-01", "2021-03-01T14:30:00"], ["1.5", "true"], ["3", "6"])


def test_every_cell_that_libreoffice_saves_is_read(saved_again: Path) -> None:
    with zipfile.ZipFile(saved_again) as archive:
        cells = re.findall(rb"<c [^>]*[^/]>.*?</c>", archive.read("xl/worksheets/sheet2.xml"))
    found = read_sheet(saved_again, header_row=3)
    filled = [cell for cell in cells if b"<v>" in cell and b'r="A1"' not in cell]
    assert len(filled) == len(found.columns) + sum(text is not None for texts in found.values for text in texts)


def test_what_libreoffice_hides_merges_and_fails_to_compute_is_found(saved_again: Path) -> None:
    found = faults_of(saved_again, sheet="bad")
    assert [(item.code, item.where.cell, item.where.line) for item in found] == [
        ("cell-error", "B2", 2),
        ("rows-hidden", None, 3),
        ("cells-merged", "A4", 4),
    ]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["calls", "online", dt.date(2024, 2, 1)], ["A4"]),
        ([dt.date(2024, 2, 1), dt.date(2024, 2, 2), "Feb 2024"], ["A4"]),
        ([dt.date(2024, 2, 1), dt.date(2024, 2, 2), None], []),
        (["calls", 3, None], []),
    ],
)
def test_dates_and_texts_in_one_column(tmp_path: Path, values: list[Any], expected: list[str]) -> None:
    """The odd ones are named: whichever are fewer."""
    table = read_sheet(save(tmp_path, [["route", "x"], *([value, "x"] for value in values)]))
    found, total = date_faults(table, "route")
    assert [(item.code, item.where.cell) for _, item in found] == [("date-among-texts", cell) for cell in expected]
    assert total == len(expected)


def test_the_total_row_of_a_table_is_refused(tmp_path: Path) -> None:
    from openpyxl.worksheet.table import Table, TableColumn

    def change(book: Any) -> None:
        table = Table(displayName="cases", ref="A1:B4", totalsRowCount=1)
        table.tableColumns = [TableColumn(id=1, name="case"), TableColumn(id=2, name="recorded")]
        book.active.add_table(table)

    file = save(tmp_path, [["case", "recorded"], ["A1", 1], ["A2", 0], ["Total", 1]])
    assert len(read_sheet(file).rows) == 3
    book = openpyxl.load_workbook(file)
    change(book)
    book.save(file)
    with pytest.raises(DataError) as caught:
        read_sheet(file)
    assert [(item.code, item.where.line) for item in caught.value.faults] == [("totals-row", 4)]
