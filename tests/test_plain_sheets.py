"""The fast road to the cells of a workbook gives what openpyxl gives: each value, each mark, each refusal."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Font

from cdi.errors import DataError
from cdi.reading.sheets import Columns, SheetMarks, columns_of, words
from cdi.reading.workbooks import Book, open_book
from tests import strategies  # noqa: F401 - its settings profile

SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
Road = Callable[[Book, str, SheetMarks], Columns]
AT_ONCE = Book.columns


def one_by_one(book: Book, title: str, marks: SheetMarks) -> Columns:
    """Read the columns as openpyxl gives the rows."""
    return columns_of(book.rows(title, marks))


def is_plain(content: bytes, *, stale: bool = False) -> bool:
    """Tell whether calamine reads the first sheet."""
    with open_book(Path("audit.xlsx"), "audit.xlsx", lambda _: io.BytesIO(content)) as book:
        assert isinstance(book, Book)
        title, marks = next(iter(book.parts)), SheetMarks()
        with mock.patch.object(Book, "rows", return_value=[]) as rows:
            replace(book, stale=stale).columns(title, marks)
        return not rows.called


def read(content: bytes, road: Road, *, stale: bool = False) -> tuple[object, ...]:
    """Read the first sheet by one road: the text and the kind of each cell, and what else is found."""
    with open_book(Path("audit.xlsx"), "audit.xlsx", lambda _: io.BytesIO(content)) as book:
        assert isinstance(book, Book)
        title, marks = next(iter(book.parts)), SheetMarks()
        rows, columns = road(replace(book, stale=stale), title, marks)
    read = {place: words(column) for place, column in columns.items()}
    # a blank text is a value to neither
    held = {place: (texts, kinds) for place, (texts, kinds) in read.items() if any(kinds)}
    return rows, held, marks.hidden, marks.struck, marks.struck_cells, [area.coord for area in marks.merged]


def either(content: bytes, road: Road, *, stale: bool = False) -> Any:
    """Tell what a road gives, or that it refuses."""
    try:
        return read(content, road, stale=stale)
    except DataError as error:
        return [item.code for item in error.faults]


def alike(content: bytes, *, stale: bool = False) -> None:
    assert either(content, AT_ONCE, stale=stale) == either(content, one_by_one, stale=stale)


def changed(content: bytes, change: Callable[[str], str], part: str = SHEET) -> bytes:
    """Change the text of a part."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(held, "w") as archive:
        for name in source.namelist():
            whole = source.read(name)
            archive.writestr(name, change(whole.decode()).encode() if name == part else whole)
    return held.getvalue()


texts = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=8),
    st.text("ab <>&\"'];=_x0D5F\n\t", max_size=8),
    st.sampled_from(["a_x000D_b", "_x005F_x", "x005F_", "]]>", "<row>", "0012", "#N/A", "TRUE", "1E3", " ", "\u00a0"]),
).filter(lambda text: not text.startswith("="))
moments = st.datetimes(dt.datetime(1900, 3, 1), dt.datetime(2100, 1, 1))
cells = st.one_of(
    st.none(),
    texts,
    st.integers(-(10**22), 10**22),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    moments,
    moments.map(dt.datetime.date),
    st.times(),
    st.timedeltas(dt.timedelta(days=-9), dt.timedelta(days=999)),
    st.sampled_from(["#N/A", "#DIV/0!", "=A1&B1", "=1+1", "=SUM(A1:A3)"]),
)
grids = st.lists(st.lists(cells, max_size=4), min_size=1, max_size=6)
spots = st.sets(st.integers(1, 6), max_size=3)


def written(grid: list[list[Any]], hidden: set[int], struck: set[int], merged: set[int]) -> bytes:
    book, held = openpyxl.Workbook(), io.BytesIO()
    sheet: Any = book.active
    for row in grid:
        sheet.append(row)
    for row in hidden:
        sheet.row_dimensions[row].hidden = True
    for row in struck:
        for cell in sheet[row][: row % 2 + 1]:
            cell.font = Font(strike=True)
    for row in merged:
        sheet.merge_cells(start_row=row * 9, end_row=row * 9 + 1, start_column=1, end_column=2)
    book.save(held)
    return held.getvalue()


@given(grid=grids, hidden=spots, struck=spots, merged=spots, stale=st.booleans())
def test_both_roads_read_alike(
    grid: list[list[Any]], hidden: set[int], struck: set[int], merged: set[int], stale: bool
) -> None:
    content = written(grid, hidden, struck, merged)
    alike(content, stale=stale)


@given(grid=grids)
def test_texts_that_are_shared_are_alike(grid: list[list[Any]]) -> None:
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True})
    sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
    dated = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for row, values in enumerate(grid):
        for column, value in enumerate(values):
            if isinstance(value, (dt.date, dt.time, dt.timedelta)):
                sheet.write_datetime(row, column, value, dated)
            elif isinstance(value, str) and value.startswith("="):
                sheet.write_formula(row, column, value, None, "yes" if row % 2 else 3)
            elif isinstance(value, int) and not isinstance(value, bool):
                sheet.write_number(row, column, value)
            else:
                sheet.write(row, column, value)
    sheet.write_rich_string(8, 0, "Avon ", bold, "and Somerset")
    book.close()
    content = held.getvalue()
    alike(content)


PLAIN = written(
    [["case", "on", "n"], ["A&B", dt.date(2021, 3, 1), 1.5], ["A]", True, "=A1&A2"], ["#N/A", " x ", 12]], {3}, {2}, {1}
)
SOUND = written([["case", "on", "n"], ["A&B", dt.date(2021, 3, 1), 1.5], ["A]", True, 7]], set(), set(), {1})
SIGNS = [*"<>&\"'/ =]!-rcvtsf01239AX\r\n\0", "<v>", "</v>", "</c>", "<!--", "-->", "<![CDATA[", "]]>", "&amp;", "&#0;"]
SIGNS += ["<row ", "</row>", "<c/>", ' t="s"', ' s="1"', ' hidden="1"', "\ud7ff", "\ufffe", "<f>1</f>", ' x:a="b"']


@given(place=st.integers(0, 10**6), sign=st.sampled_from(SIGNS), length=st.integers(0, 3))
def test_a_sheet_that_was_changed_is_read_or_refused_alike(place: int, sign: str, length: int) -> None:
    def change(text: str) -> str:
        at = place % len(text)
        return text[:at] + sign + text[at + length :]

    alike(changed(SOUND, change))


def with_shared_texts() -> bytes:
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held)
    sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
    for row, text in enumerate(["case", "A&B", "A]", " x ", "x005F_", "R1"]):
        sheet.write_string(row, 0, text)
    sheet.write_rich_string(1, 1, "Avon ", bold, "and Somerset")
    book.close()
    return held.getvalue()


def with_texts_only() -> bytes:
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held)
    sheet = book.add_worksheet()
    for row, text in enumerate(["case", "A&B", "A]", " x ", "R1"]):
        sheet.write_string(row, 0, text)
    book.close()
    return held.getvalue()


SHARED, WORDS_ONLY = with_shared_texts(), with_texts_only()


@given(place=st.integers(0, 10**6), sign=st.sampled_from([*SIGNS, "<si>", "</si>", "<t/>"]), length=st.integers(0, 3))
def test_a_table_of_texts_that_was_changed_is_read_or_refused_alike(place: int, sign: str, length: int) -> None:
    def change(text: str) -> str:
        at = place % len(text)
        return text[:at] + sign + text[at + length :]

    alike(changed(SHARED, change, TEXTS))
    alike(changed(WORDS_ONLY, change, TEXTS))


@pytest.mark.parametrize(
    ("pattern", "new"),
    [
        ("<sheetData>", "<!-- <sheetData> --><sheetData>"),
        ("<sheetData>", "<extLst><sheetData></extLst><sheetData>"),
        ("</sheetData>", '</sheetData><sheetData><row r="9"><c r="A9"><v>1</v></c></row></sheetData>'),
        ("</sheetData>", '</sheetData><extLst><row r="9"><c r="A9"><v>1</v></c></row></extLst>'),
        ("<sheetData>", '<row r="1"><c r="A1"><v>1</v></c></row><sheetData>'),
        ("<worksheet", "<!DOCTYPE worksheet [<!ATTLIST c t CDATA 'str'>]><worksheet"),
        ("<worksheet", "<?xml version='1.0' encoding='latin-1'?><worksheet"),
        ("<worksheet", "<?xml version='1.0' encoding='UTF-8'?>\r\n<worksheet"),
        ("<worksheet", "\ufeff<worksheet"),
        ('<row r="3"', '<row x:dyDescent="0.25" r="3"'),
        ('<row r="3"', '<row r="3" x:dyDescent="0.25"'),
        ('<row r="3"', '<row r="3" ht="none"'),
        ('<row r="3"', '<row r="3" r="3"'),
        ('<row r="3"', '<row r="03"'),
        ('<row r="3"', '<row r="3" xmlns="urn:other"'),
        ("</sheetData>", "</sheetData><mergeCells><mergeCell ref='?'/></mergeCells>"),
        ('<c r="A3"[^>]*>.*?</c>', '<c r="A3" t="str"><f t="shared" t="shared">A1</f><v>x</v></c>'),
        ('<c r="A3"[^>]*>.*?</c>', '<c r="A3" t="str"><f>A1&other;A2</f><v>x</v></c>'),
        ('<c r="A3"[^>]*>.*?</c>', '<c r="A3" t="str"><f>T[a]&amp;]</f><v>x</v></c>'),
        ('<c r="A3"[^>]*>.*?</c>', '<c r="A3" s="1"><v>99999999</v></c>'),
        ('<c r="A3"[^>]*>.*?</c>', '<c r="A3" s="-1"><v>1</v></c>'),
        ('<c r="A3"[^>]*>.*?</c>', '<c r="A3"><v> 1_000 </v></c>'),
        ('<c r="A3"[^>]*>.*?</c>', '<c r="A3" t="d"><v>2021-03-01T10:00:00Z</v></c>'),
        ('<c r="A3"[^>]*>.*?</c>', '<c r="A3" t="s"><v>0</v></c>'),
        ('<c r="A3"[^>]*>.*?</c>', '<c r="A3" t="e"/>'),
        ('<c r="B3"', '<c r="A3"><v>1</v></c><c r="B3"'),
        ('<c r="B3"', '<c r="A3"/><c r="B3"'),
        ('<c r="A3"', '<c r="A3"/><c r="A3"'),
        ('<c r="A3"', '<c r="C3"><v>1</v></c><c r="A3"'),
        ('<c r="A3"[^>]*>.*?</c>', '<c r="A3" t="inlineStr"><is><t></t></is></c>'),
        ('<row r="3"', '<row r="2"><c r="A2"><v>1</v></c></row><row r="3"'),
    ],
)
@pytest.mark.parametrize("sheet", [PLAIN, SOUND], ids=["marked", "plain"])
def test_what_is_rarely_written_is_alike(sheet: bytes, pattern: str, new: str) -> None:
    def change(text: str) -> str:
        assert re.search(pattern, text)
        return re.sub(pattern, lambda _: new, text, count=1)

    alike(changed(sheet, change))
    declared = changed(sheet, lambda text: change(text).replace(f'xmlns="{MAIN}"', f'xmlns="{MAIN}" xmlns:x="urn:x"'))
    alike(declared)
    alike(changed(declared, lambda text: re.sub(r"<(/?)(?=[a-z])", r"<\1x:", text).replace("xmlns=", "xmlns:x=", 1)))


def test_what_programs_write_takes_the_fast_road() -> None:
    """Attributes of rows that one program or another sets, shared texts, dates, formulas with values."""
    rows = "".join(
        f'<row r="{row}" spans="1:2" x14ac:dyDescent="0.25">'
        f'<c r="A{row}" s="0" t="str"><f>B{row}</f><v>r{row}</v></c></row>'
        for row in range(1, 3_000)
    )
    ac = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"

    def change(text: str) -> str:
        text = re.sub("<sheetData>.*</sheetData>", f"<sheetData>{rows}</sheetData>", text)
        return text.replace("<worksheet ", f'<worksheet xmlns:x14ac="{ac}" ')

    content = changed(SOUND, change)
    assert is_plain(SOUND)
    assert is_plain(content)
    assert not is_plain(content, stale=True)
    assert is_plain(with_texts_only())
    alike(content)


@pytest.mark.parametrize(
    "far",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c><c r="A1048576"><v>1</v></c></row>',
    ],
    ids=["last", "before another"],
)
def test_places_that_would_fill_the_memory_are_left_to_openpyxl(far: str) -> None:
    """calamine keeps a place for each cell between the first and the last."""
    content = changed(SOUND, lambda text: text.replace("</sheetData>", f"{far}</sheetData>"))
    assert not is_plain(content)
    alike(content)


def test_a_cell_that_stands_twice_is_left_to_openpyxl() -> None:
    twice = changed(SOUND, lambda text: text.replace('<c r="B3"', '<c r="A3"><v>1</v></c><c r="B3"'))
    assert not is_plain(twice)
    with pytest.raises(DataError, match="damaged"):
        read(twice, AT_ONCE)


def test_rows_and_columns_that_hold_nothing_are_left_out() -> None:
    rows = [[None, None], [None, "case", None, "n"], [None, None, None, None], [None, "R1", " ", 0], [None, "  ", " "]]
    content = written(rows, set(), set(), set())
    numbers, columns, *_ = read(content, AT_ONCE)
    assert numbers == [2, 4]
    assert columns == {2: (["case", "R1"], b"\1\1"), 4: (["n", "0"], b"\1\3")}
    alike(content)


STYLES = ["0*d", '0\\"d\\"', "[hhh]:m", "[h]:mm", "A/P", "yyyy-mm-dd", "0.00", '"day "0']


@given(values=st.lists(st.tuples(st.sampled_from(STYLES), st.sampled_from([0, 0.25, 5, 44927, 44927.5])), max_size=6))
def test_what_is_a_date_to_one_reader_alone_is_left_to_openpyxl(values: list[tuple[str, float]]) -> None:
    book, held = openpyxl.Workbook(), io.BytesIO()
    sheet: Any = book.active
    for row, (style, value) in enumerate(values, start=1):
        sheet.cell(row, 1, value).number_format = style
    book.save(held)
    alike(held.getvalue())
