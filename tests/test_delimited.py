"""The text of a file is judged before an engine sees it; what is accepted, DuckDB reads as Python's csv does."""

from __future__ import annotations

import csv
import io
import sqlite3
import tracemalloc
import zipfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cdi.errors import DataError, Fault
from cdi.reading import delimited
from cdi.reading.delimited import Layout, body_of, examine, physical_lines, ragged

Rows = list[tuple[str, ...]]


def write(folder: Path, text: bytes | str) -> Path:
    path = folder / "audit.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def faults_of(path: Path) -> list[Fault]:
    with pytest.raises(DataError) as caught:
        examine(path, name="audit.csv")
    return list(caught.value.faults)


def places(path: Path) -> list[tuple[str, int | None]]:
    return [(item.code, item.where.line) for item in faults_of(path)]


def with_engine(layout: Layout, **options: object) -> Rows:
    """Read the body as the engine's room does: row number first, no NULLs."""
    shape = ", ".join(f"'c{n}': 'VARCHAR'" for n in range(len(layout.columns)))
    more = "".join(f", {key} = {value}" for key, value in {"parallel": str(layout.plain).lower(), **options}.items())
    query = (
        f"select row_number() over () as row, * from read_csv(?, header = false, skip = {layout.skip}, "  # noqa: S608
        f"auto_detect = false, columns = {{{shape}}}, delim = ',', quote = '\"', escape = '\"', "
        f"null_padding = false, strict_mode = true{more})"
    )
    found = duckdb.connect().execute(query, [str(layout.path)]).fetchall()
    assert [row[0] for row in found] == list(range(1, len(found) + 1))
    return [tuple(value or "" for value in row[1:]) for row in found]


def with_csv(path: Path) -> Rows:
    """Read the body with Python's csv; an empty line is a row only where there is one column."""
    reader = csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True)
    header, *rows = [row for row in reader if row or reader.line_num > 1] or [[]]
    while not "".join(header).strip():
        header, *rows = rows
    return [tuple(row or [""]) for row in rows if row or len(header) == 1]


def lines_by_csv(path: Path, layout: Layout) -> list[int]:
    """Count on which line each record starts, from the line on which Python's csv ends the one before."""
    reader = csv.reader(
        io.StringIO(path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n"), newline=""), strict=True
    )
    starts, end = [], 0
    for row in reader:
        start, end = end + 1, reader.line_num
        if start > layout.header_lines and (row or len(layout.columns) == 1):
            starts.append(start)
    return starts


SHAPES = {
    "simple": "a,b\n1,2\n3,4\n",
    "blank lines": "\n\na,b\n\n1,2\n\n\n3,4\n\n",
    "spaces before the header": "  \na,b\n1,2\n",
    "line break in quotes": 'a,b\n"1\n2",3\n"4\n\n5",""\n6,7\n',
    "line break in the header": 'a,"b\nc"\n1,2\n3,4\n',
    "doubled quotes": 'a,b\n"say ""hi""",""""\n1,""""""\n',
    "comma in quotes": 'a,b\n"1,2",3\n',
    "stray quotes": 'a,b\n5\'10",2\nsay "hi",3\n',
    "stray quotes and comma": 'a,b\n6"x",y\n"1,2",3\n',
    "spaces": "a , b\n 1 , 2 \n  ,  \n",
    "empty values": 'a,b\n,\n"",""\n1,\n',
    "words for nothing": "a,b\nNULL,NA\nnan,\\N\n",
    "comment and backslash": 'a,b\n#1,"2\\"\n3,4\n',
    "unicode": "a,b\né,日本\n😀,z\n",
    "one column": "a\n1\n2\n",
    "one column, blank": 'a\n1\n\n""\n \n2\n\n\n',
    "odd spaces": "a,b\n1\u2028,\x0c2\n\u00a03,4\x85\n",
}


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["", "bom"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("final", [True, False], ids=["", "no final"])
@pytest.mark.parametrize("shape", SHAPES)
def test_engine_reads_what_csv_reads(tmp_path: Path, shape: str, line_end: str, final: bool, bom: bytes) -> None:
    text = SHAPES[shape].replace("\n", line_end)
    path = write(tmp_path, bom + (text if final else text.removesuffix(line_end)).encode())
    layout = examine(path)
    expected = with_csv(path)
    assert with_engine(layout) == expected
    assert layout.records == len(expected)
    assert (layout.has_bom, layout.line_end) == (bool(bom), line_end)
    starts = lines_by_csv(path, layout)
    assert physical_lines(layout, range(1, len(expected) + 1)) == dict(enumerate(starts, start=1))
    assert ragged(layout) == ([], 0)


def test_names_are_stripped_and_line_breaks_in_them_are_spaces(tmp_path: Path) -> None:
    layout = examine(write(tmp_path, '\n a ,"b\nc","d,"" e"\n1,2,3\n'))
    assert layout.columns == ("a", "b c", 'd," e')
    assert (layout.header_lines, layout.skip, layout.body, layout.plain) == (3, 2, 20, False)
    with body_of(layout) as body:
        assert (body.path.read_text(encoding="utf-8"), body.skip) == ("\n1,2,3\n", 1)
    assert not body.path.exists()


def test_physical_lines_of_a_plain_file_and_of_rows_that_are_not_there(tmp_path: Path) -> None:
    layout = examine(write(tmp_path, "a,b\n1,2\n3,4\n"))
    assert layout.plain
    assert physical_lines(layout, [2, 9, 0]) == {2: 3}
    assert physical_lines(layout, []) == {}


# texts of few characters meet every rule of quoting within a few dozen of them
few = st.text(st.sampled_from('ab,," \n\n'), min_size=1, max_size=24)


@settings(max_examples=400, deadline=None)
@given(columns=st.integers(1, 3), body=few, end=st.sampled_from(["\n", ""]))
@example(columns=2, body='"a" "b",1', end="\n")
@example(columns=2, body='1, "b"', end="\n")
@example(columns=2, body='1,  "b"', end="\n")
@example(columns=2, body='"1" ,2', end="\n")
@example(columns=2, body="1,2,\n3,4", end="\n")
@example(columns=2, body='1,2,""\n3,4', end="\n")
@example(columns=2, body="1,2,\n\n3,4", end="\n")
@example(columns=1, body="1,\n2", end="\n")
def test_what_is_accepted_is_read_alike_or_refused_aloud(
    tmp_path_factory: pytest.TempPathFactory, columns: int, body: str, end: str
) -> None:
    path = write(tmp_path_factory.mktemp("few"), ",".join("xyz"[:columns]) + "\n" + body + end)
    try:
        layout = examine(path)
    except DataError:
        return
    try:
        found = with_engine(layout)
    except duckdb.Error:
        assert ragged(layout)[1] > 0  # the engine's refusal can be explained
        return
    assert found == with_csv(path)
    assert layout.records == len(found)
    assert physical_lines(layout, range(1, len(found) + 1)) == dict(enumerate(lines_by_csv(path, layout), start=1))


@settings(max_examples=300, deadline=None)
@given(text=st.text(st.sampled_from('ab,," \n\n\r\r\0é'), min_size=1, max_size=40), chunk=st.integers(1, 7))
@example(text='a,b\n"1""2",3\n', chunk=7)
@example(text='""\ra', chunk=1)
@example(text='aaaaaaa\n"""', chunk=2)
@example(text='a,b\r\n"1\r\n2",3\r\n', chunk=4)
def test_chunks_do_not_matter(tmp_path_factory: pytest.TempPathFactory, text: str, chunk: int) -> None:
    def outcome() -> object:
        try:
            return examine(path)
        except DataError as error:
            return error.faults, error.total

    for encoding in ("utf-8", "cp1252"):
        path = write(tmp_path_factory.mktemp("chunks"), text.encode(encoding))
        whole = outcome()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(delimited, "CHUNK", chunk)
            assert outcome() == whole


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("quoted", [False, True], ids=["plain", "quoted"])
def test_order_and_lines_of_a_file_of_many_buffers(tmp_path: Path, line_end: str, quoted: bool) -> None:
    note = f'"one{line_end}two, ""three"""' if quoted else "a note"
    body = "".join(f"{n},{note if n % 3 == 0 else 'plain' * (n % 9)}{line_end}" for n in range(120_000))
    path = write(tmp_path, f"id,note{line_end}{body}")
    layout = examine(path)
    rows = with_engine(layout, max_line_size=100_000, buffer_size=400_000)
    assert path.stat().st_size > 2_000_000
    assert rows == with_csv(path)
    assert layout.plain is not quoted
    assert physical_lines(layout, [120_000])[120_000] == 120_001 + (40_000 if quoted else 0) - (0 if 119_999 % 3 else 1)


# --- faults


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    assert places(tmp_path / "none.csv") == [("no-file", None)]
    assert places(tmp_path) == [("is-a-folder", None)]


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(delimited, "open_text", refuse)
    (found,) = faults_of(write(tmp_path, "a\n1\n"))
    assert (found.code, found.got) == ("cannot-read", "Permission denied")


@pytest.mark.parametrize("text", ["", "\n", "\r\n\r\n", "\ufeff", "  \n\t\n"])
def test_empty(tmp_path: Path, text: str) -> None:
    assert places(write(tmp_path, text)) == [("empty-file", None)]


@pytest.mark.parametrize("text", ["a,b", "a,b\n", "\r\na,b\r\n\r\n", "a\n", "a\n\n\n"])
def test_header_only(tmp_path: Path, text: str) -> None:
    assert [code for code, _ in places(write(tmp_path, text))] == ["header-only"]


def test_other_formats(tmp_path: Path) -> None:
    path = tmp_path / "audit.csv"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
    assert places(path) == [("is-workbook", None)]
    duckdb.sql("select 1 as a").write_parquet(str(path))
    assert places(path) == [("is-parquet", None)]
    path.unlink()
    with sqlite3.connect(path) as database:
        database.execute("create table t (a)")
    database.close()
    assert places(path) == [("is-database", None)]
    for start, code in {
        b"%PDF-1.7\n": "is-document",
        b"\x1f\x8b\x08\x00": "is-packed",
        b"<!DOCTYPE html><table>": "is-web-page",
        b'{"a": 1}': "is-json",
        bytes(range(256)): "is-binary",
    }.items():
        assert places(write(tmp_path, start + b"\n1,2\n")) == [(code, None)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16(tmp_path: Path, encoding: str) -> None:
    (found,) = faults_of(write(tmp_path, "incident,recorded\n1,yes\n".encode(encoding)))
    assert found.code == "is-utf-16"
    assert "CSV UTF-8" in found.hint


def test_nul_bytes(tmp_path: Path) -> None:
    assert places(write(tmp_path, b"a,b\n1,2\n3,\0\n\0,4\n")) == [("nul-bytes", 3)]


def test_wrong_encoding_names_line_column_and_byte(tmp_path: Path) -> None:
    path = write(tmp_path, 'a,note\n1,"two\nlines, and"\n2,x \N{EN DASH} y\n'.encode("cp1252"))
    (found,) = faults_of(path)
    assert (found.code, found.where.line, found.where.column, found.got) == ("not-utf-8", 4, "note", "0x96")
    assert str(found) == (
        "audit.csv, line 4, column note: expected text in UTF-8, but found 0x96. Save the file as CSV UTF-8."
    )


def test_wrong_encoding_at_the_very_end(tmp_path: Path) -> None:
    assert places(write(tmp_path, b"a,b\n1,2\n3,\xc3")) == [("not-utf-8", 3)]


@pytest.mark.parametrize(("mark", "code"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
def test_other_delimiters(tmp_path: Path, mark: str, code: str) -> None:
    assert places(write(tmp_path, f"a{mark}b\n1,5{mark}2\n")) == [(code, 1)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\n1,2\r\n3,4\n", ("mixed-line-ends", 2)),
        ("a,b\r\n1,2\r\n3,4\n", ("mixed-line-ends", 3)),
        ('a,b\r\n"1\n\n2",2\r\n3,4\n5,6\r\n', ("mixed-line-ends", 5)),
        ("a,b\n1,2\r3,4\n", ("lone-return", 2)),
        ("a,b\r1,2\r3,4\r", ("old-mac-lines", None)),
        ("a,b\r\n1,2\r\n3,4\r", ("lone-return", 3)),
        ("a,b\n1,2\n3,4\r", ("lone-return", 3)),
    ],
)
def test_line_ends(tmp_path: Path, text: str, expected: tuple[str, int]) -> None:
    assert expected in places(write(tmp_path, text))


def test_line_ends_inside_quotes_may_be_anything(tmp_path: Path) -> None:
    assert examine(write(tmp_path, 'a,b\r\n"1\n2\r3\r\n4",5\r\n')).records == 1


def test_columns_twice_and_unnamed(tmp_path: Path) -> None:
    found = faults_of(write(tmp_path, "n,,N , n,\n1,2,3,4,5\n"))
    assert [(item.code, item.got) for item in found] == [
        ("column-twice", "n"),
        ("column-unnamed", None),
    ]
    assert "position 2, 5," in found[1].hint
    assert "Column 4 has the name of column 1." in found[0].hint


@pytest.mark.parametrize(
    "text",
    ["a,b\n1,2,\n3,4\n", "a,b\n1,2,,\n3,4\n", 'a,b\n1,2,""\n3,4\n', "a,b\n1,2,\n\n3,4\n", "a,b\r\n1,2,\r\n3,4\r\n"],
)
def test_surplus_empty_fields_that_the_engine_drops(tmp_path: Path, text: str) -> None:
    assert places(write(tmp_path, text)) == [("ragged-row", 2)]


def test_ragged_rows_have_their_lines_and_are_counted(tmp_path: Path) -> None:
    path = write(tmp_path, 'a,b\n"1\n2",3\n\n4\n' + "5,6,7\n" * 30)
    layout = Layout(path, "audit.csv", ("a", "b"), 1, 1, 4, 33, has_bom=False, line_end="\n", plain=False)
    found, total = ragged(layout)
    assert total == 31
    assert [(item.where.line, item.got) for item in found] == [(5, "1")] + [(line, "3") for line in range(6, 25)]
    with pytest.raises(DataError) as caught:
        examine(path)
    assert caught.value.total == 31
    assert len(caught.value.faults) == 20


@pytest.mark.parametrize(
    "text",
    ['a,b\n1,2\n3, "4"\n', 'a,b\n1,2\n3,"4" \n', 'a,b\n1,2\n"3"x,4\n', 'a,b\n1,2\n"3\n" ,4\n', 'a,b\n1,2\n"3" "4",5\n'],
)
def test_misplaced_quotation_marks(tmp_path: Path, text: str) -> None:
    assert places(write(tmp_path, text)) == [("misplaced-quote", 3)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a,b\n1,2\n"3,4\n5,6\n', 3),
        ('a,b\n"1\n2","3\n4\n', 3),
        ('a,b\n1,"x ""y""\n\n"" z\n', 2),
        ('"a,b\n1,2\n', 1),
    ],
)
def test_an_unclosed_quotation_mark_is_placed_where_it_opens(tmp_path: Path, text: str, line: int) -> None:
    assert places(write(tmp_path, text)) == [("unclosed-quote", line)]


def test_rows_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "LONGEST_ROW", 100)
    fits, over = "1," + "x" * 98, "1," + "x" * 99
    assert examine(write(tmp_path, f"a,b\n{fits}\n2,3\n")).records == 2
    assert places(write(tmp_path, f"a,b\n{fits}\n{over}\n2,3\n")) == [("row-too-long", 3)]
    assert places(write(tmp_path, 'a,b\n1,2\n3,"' + "y\n" * 200 + '"\n')) == [("row-too-long", 3)]
    assert places(write(tmp_path, 'a,b\n1,2\n3,"' + "y\n" * 200)) == [("unclosed-quote", 3)]
    assert places(write(tmp_path, "z" * 500)) == [("row-too-long", 1)]


@pytest.mark.parametrize("unit", [b"a", b'"', b'"a",', b"a, "], ids=["letters", "marks", "fields", "commas"])
def test_one_enormous_line_needs_little_memory(tmp_path: Path, unit: bytes) -> None:
    path = tmp_path / "audit.csv"
    with path.open("wb") as stream:
        stream.write(b"a,b\n1,2\n3,")
        for _ in range(32):
            stream.write(unit * (2**20 // len(unit)))
    tracemalloc.start()
    codes = [code for code, _ in places(path)]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "row-too-long" in codes
    assert peak < 20_000_000


def test_all_faults_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, b"a,b,a\r\n1,2,\x00\r\n3,4,\x96\r\n5,6\n7,8,9\r\n")
    assert places(path) == [
        ("column-twice", 1),
        ("nul-bytes", 2),
        ("not-utf-8", 3),
        ("mixed-line-ends", 4),
        ("ragged-row", 4),
    ]


TEXTS_OF_SIGNS = st.lists(st.sampled_from([b"a", b"\n", b" ", b"ta", b"otal", b",,", "£".encode()]), max_size=40)


@given(TEXTS_OF_SIGNS, st.sampled_from([b"\n", b"\n\n", b"  ", b"otal", b"ta", b",", "£".encode()]), st.integers(0, 3))
def test_what_is_sought_in_a_large_text_is_what_python_finds(parts: list[bytes], sought: bytes, shift: int) -> None:
    large = b"x" * (delimited.LARGE + shift) + b"".join(parts) + b"x" * shift
    assert delimited.holds(large, sought) == (sought in large)
    assert delimited.count_of(large, sought[:1]) == large.count(sought[:1])
