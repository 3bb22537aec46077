"""Every engine, and every kind of file, gives the same numbers and names the same faults."""

from __future__ import annotations

import contextlib
import datetime
import functools
import io
import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.io.plugins import register_io_source

import cdi
from cdi.errors import DataError
from cdi.printing.tables import Table
from cdi.reading import engine, opening

Frame = pd.DataFrame


def to_pandas(frame: Frame, _folder: Path) -> object:
    return frame


def to_arrow_types(frame: Frame, _folder: Path) -> object:
    return pa.Table.from_pandas(frame, preserve_index=False).to_pandas(types_mapper=pd.ArrowDtype)


def to_polars(frame: Frame, _folder: Path) -> object:
    return pl.from_pandas(frame)


def to_lazy(frame: Frame, _folder: Path) -> object:
    return pl.from_pandas(frame).lazy()


def to_arrow(frame: Frame, _folder: Path) -> object:
    return pa.Table.from_pandas(frame, preserve_index=False)


def to_duckdb(frame: Frame, _folder: Path) -> object:
    return duckdb.connect().from_arrow(pa.Table.from_pandas(frame, preserve_index=False))


def to_dataset(frame: Frame, _folder: Path) -> object:
    return ds.dataset(pa.Table.from_pandas(frame, preserve_index=False))


def to_parquet(frame: Frame, folder: Path) -> object:
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), folder / "audit.parquet")
    return folder / "audit.parquet"


def to_csv(frame: Frame, folder: Path) -> object:
    frame.to_csv(folder / "audit.csv", index=False)
    return str(folder / "audit.csv")


IN_ORDER = [to_pandas, to_arrow_types, to_polars, to_arrow, to_parquet]
LAZY = [to_lazy, to_duckdb, to_dataset]
FRAMES = [*IN_ORDER, *LAZY]
ALL = [*FRAMES, to_csv]
Make = Callable[[Frame, Path], object]


def named(make: Make) -> str:
    return make.__name__.removeprefix("to_")


every_engine = pytest.mark.parametrize("make", ALL, ids=named)
every_frame = pytest.mark.parametrize("make", FRAMES, ids=named)


def faults_of(source: object, **roles: Any) -> list[tuple[str, str | None, str | None, str | None]]:
    with pytest.raises(DataError) as caught:
        cdi.read_audit(source, **roles)
    return [(item.code, item.where.column, item.where.key, item.got) for item in caught.value.faults]


def faults_of_estimate(source: object, **options: Any) -> list[tuple[str, str | None, str | None, str | None]]:
    with pytest.raises(DataError) as caught:
        cdi.estimate(source, **options)
    return [(item.code, item.where.column, item.where.key, item.got) for item in caught.value.faults]


def audit(n: int = 60) -> Frame:
    rows = range(n)
    due = [i % 4 for i in rows]
    return pd.DataFrame(
        {
            "case": [f"c{i}" for i in rows],
            "cluster": [f"r{i // 2}" for i in rows],
            "stratum": [("calls", "online", "station")[(i // 2) % 3] for i in rows],
            "kind": [("violent", "other")[i % 2] if due[i] else None for i in rows],
            "due": due,
            "recorded": pd.array([max(due[i] - (i % 5 == 0), 0) if due[i] else None for i in rows], dtype="Int64"),
        }
    )


VOLUMES = [{"violent": 9_000, "other": 20_000}]


@every_engine
def test_every_engine_gives_exactly_the_same_numbers(make: Make, tmp_path: Path) -> None:
    population = {"calls": 900, "online": 300, "station": 150}
    expected = cdi.estimate(audit(), by="kind", volumes=VOLUMES, population=population).table
    found = cdi.estimate(make(audit(), tmp_path), by="kind", volumes=VOLUMES, population=population).table
    assert found == expected
    assert {record.label for record in found.rows} == {("violent",), ("other",), ("all",)}


@every_engine
def test_volumes_come_from_every_engine(make: Make, tmp_path: Path) -> None:
    volumes = pd.DataFrame({"kind": ["violent", "other"], "recorded_crime": [9_000, 20_000]})
    expected = cdi.estimate(audit(), by="kind", volumes=VOLUMES).table
    assert cdi.estimate(audit(), by="kind", volumes=make(volumes, tmp_path)).table == expected


SAME = {
    "boolean": [True, False, True, True],
    "nullable integer": pd.array([1, 0, 1, 1], dtype="Int64"),
    "small integer": pd.array([1, 0, 1, 1], dtype="int8"),
    "unsigned": pd.array([1, 0, 1, 1], dtype="uint64"),
    "float": [1.0, 0.0, 1.0, 1.0],
    "text": ["yes", "No", " TRUE ", "1"],
    "category": pd.Categorical(["y", "n", "y", "y"], categories=["n", "y", "maybe"]),
    "nullable boolean": pd.array([True, False, True, True], dtype="boolean"),
}


@pytest.mark.parametrize("kind", SAME)
@every_engine
def test_an_answer_may_be_of_any_type(make: Make, kind: str, tmp_path: Path) -> None:
    frame = pd.DataFrame({"cluster": ["A", "B", "C", "D"], "recorded": SAME[kind]})
    if (named(make), kind) == ("csv", "float"):  # as text it is 1.0, which is neither yes nor no
        with pytest.raises(DataError, match="expected yes or no"):
            cdi.estimate(make(frame, tmp_path))
        return
    record = cdi.estimate(make(frame, tmp_path)).table.rows[0]
    assert (record.estimate, record.n, record.recorded, record.clusters) == (0.75, 4, 3, 4)


@pytest.mark.parametrize(
    "recorded", [[1, 0, True, "yes"], [1, 0, None, 1], [True, False, None, True], [1.0, 0, None, "Y"]]
)
def test_pandas_objects_of_several_kinds_are_read(recorded: list[object]) -> None:
    due = [1, 1, int(recorded[2] is not None), 1]
    frame = pd.DataFrame({"cluster": list("ABCD"), "due": due, "recorded": pd.Series(recorded, dtype=object)})
    record = cdi.estimate(frame).table.rows[0]
    assert (record.n, record.recorded) == (sum(due), 2 + due[2])


def test_pandas_objects_of_several_kinds_are_checked() -> None:
    frame = pd.DataFrame({"recorded": pd.Series([1, "maybe", None, 2], dtype=object)})
    assert [(code, got) for code, _, _, got in faults_of(frame)] == [
        ("word-no-answer", "maybe"), ("missing-recorded", "a blank"), ("not-yes-no", "2"),
    ]  # fmt: skip


@every_frame
def test_a_blank_is_allowed_where_nothing_was_due(make: Make, tmp_path: Path) -> None:
    frame = pd.DataFrame({"due": [1, 0, 2], "recorded": [1.0, float("nan"), 1.0]})
    record = cdi.estimate(make(frame, tmp_path)).table.rows[0]
    assert (record.n, record.recorded, record.clusters) == (3, 2, 3)


BAD: dict[str, tuple[dict[str, Any], list[tuple[str, str, int, str]]]] = {
    "maybe": ({"recorded": ["yes", "maybe", "no"]}, [("word-no-answer", "recorded", 2, "maybe")]),
    "category": ({"recorded": pd.Categorical(["yes", "no", "maybe"])}, [("word-no-answer", "recorded", 3, "maybe")]),
    "two": ({"recorded": [1, 0, 2]}, [("not-yes-no", "recorded", 3, "2")]),
    "missing": ({"recorded": ["yes", None, " "]}, [("missing-recorded", "recorded", n, "a blank") for n in (2, 3)]),
    "nullable boolean": (
        {"recorded": pd.array([True, None, False], dtype="boolean")},
        [("missing-recorded", "recorded", 2, "a blank")],
    ),
    "nan": ({"due": [1, float("nan"), 1], "recorded": [1, 1, 0]}, [("missing", "due", 2, "a blank")]),
    "nullable integer": (
        {"due": pd.array([1, None, 1], dtype="Int64"), "recorded": pd.array([None, None, 1], dtype="Int64")},
        [("missing-recorded-due", "recorded", 1, "a blank"), ("missing", "due", 2, "a blank")],
    ),
    "fractional": ({"due": [1, 2.5, 1], "recorded": [1, 1, 0.5]},
                   [("fractional", "due", 2, "2.5"), ("fractional", "recorded", 3, "0.5")]),
    "infinite": ({"due": [1.0, float("inf"), 1], "recorded": [1.0, 1, float("-inf")]},
                 [("infinite", "due", 2, "inf"), ("infinite", "recorded", 3, "-inf")]),
    "negative": ({"due": [1, -1, 1], "recorded": [1, 0, -2]},
                 [("negative", "due", 2, "-1"), ("negative", "recorded", 3, "-2")]),
    "above due": ({"due": [1, 2, 1], "recorded": [1, 3, 1]}, [("above-due", "recorded", 2, "3")]),
    "yes of several": ({"due": [1, 2, 1], "recorded": ["yes", "yes", "no"]},
                       [("yes-of-several", "recorded", 2, "yes")]),
    "true of several": ({"due": [1, 2, 1], "recorded": [True, True, False]},
                        [("yes-of-several", "recorded", 2, "True")]),
    "weight": ({"weight": [1.5, 0, -2], "recorded": [1, 1, 1]},
               [("not-positive", "weight", 2, "0"), ("not-positive", "weight", 3, "-2")]),
    "cluster": ({"cluster": ["A", None, ""], "recorded": [1, 1, 1]},
                [("missing-report", "cluster", n, "a blank") for n in (2, 3)]),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize("make", IN_ORDER, ids=named)
def test_a_fault_names_the_row(make: Make, what: str, tmp_path: Path) -> None:
    columns, expected = BAD[what]
    frame = pd.DataFrame({"cluster": ["A", "B", "C"], **columns})
    found = faults_of(make(frame, tmp_path))
    assert found == [(code, column, f"row {row} (counted from 1)", got) for code, column, row, got in expected]


@pytest.mark.parametrize("what", [what for what in BAD if what != "cluster"])
@pytest.mark.parametrize("make", LAZY, ids=named)
def test_where_rows_have_no_order_a_fault_names_the_report(make: Make, what: str, tmp_path: Path) -> None:
    columns, expected = BAD[what]
    frame = pd.DataFrame({"cluster": ["A", "B", "C"], **columns})
    found = faults_of(make(frame, tmp_path))
    assert sorted(found) == sorted(
        (code, column, f"cluster {'ABC'[row - 1]}", got) for code, column, row, got in expected
    )


@every_frame
def test_cases_that_stand_twice_and_reports_in_two_strata_are_named(make: Make, tmp_path: Path) -> None:
    frame = pd.DataFrame({"case": [7, 8, 8, 9], "cluster": [1, 2, 3, 3], "stratum": list("aaab"), "recorded": [1] * 4})
    found = [(code, column, got) for code, column, _, got in faults_of(make(frame, tmp_path))]
    assert sorted(found) == [("case-twice", "case", "8 (2 times)"), ("cluster-strata", "stratum", "a and b")]
    with pytest.raises(DataError, match="for all rows of report 3, but found a and b"):
        cdi.read_audit(make(frame, tmp_path), case=None)


@every_frame
def test_a_report_with_two_weights_is_named(make: Make, tmp_path: Path) -> None:
    frame = pd.DataFrame({"cluster": ["A", "A", "B"], "weight": [1, 2.5, 2], "recorded": [1, 0, 1]})
    assert [(code, column, got) for code, column, _, got in faults_of(make(frame, tmp_path))] == [
        ("cluster-weights", "weight", "1 and 2.5")
    ]


@every_frame
def test_a_frame_without_rows_is_refused(make: Make, tmp_path: Path) -> None:
    frame = pd.DataFrame({"cluster": pd.Series([], dtype=str), "recorded": pd.Series([], dtype=int)})
    assert [code for code, *_ in faults_of(make(frame, tmp_path))] == ["empty-frame"]


@every_frame
def test_a_missing_column_has_no_line_in_a_frame(make: Make, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        cdi.read_audit(make(pd.DataFrame({"Recorded": [1, 0]}), tmp_path))
    (found,) = caught.value.faults
    assert (found.code, found.where.line) == ("no-column", None)
    assert found.hint.startswith("Did you mean 'Recorded'?")


NAMES = [
    "crime type", "it's", "Kriminalität", "犯罪", "select", "group", "order by", "a,b", "{x}",
    "[x]", "a\\b", "%s", "count(*)", "*", "^.*$", "crime.type", 'the "real" type', "Recorded (Y/N)", "no. 1 / 2",
    "a  b", "_cdi_row", "_CDI_due", "_cdi_sum_due", "c0", "c1", "file_row_number", "_row", "row", "rows", "🚓",
    "; drop table loaded", "null", "1", "x" * 300, "n_",
]  # fmt: skip


@functools.cache
def plainly_named() -> Table:
    return cdi.estimate(audit(), by="kind", volumes=VOLUMES).table


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("make", [to_pandas, to_polars, to_duckdb, to_csv], ids=named)
def test_a_column_may_have_any_name(make: Make, name: str, tmp_path: Path) -> None:
    frame = audit().rename(columns={"kind": name, "stratum": name + " s", "cluster": name + " c", "due": name + " d"})
    roles = {"stratum": name + " s", "cluster": name + " c", "due": name + " d"}
    found = cdi.estimate(make(frame, tmp_path), by=name, volumes=VOLUMES, **roles).table  # type: ignore[arg-type]
    assert (found.keys, found.rows) == ((name,), plainly_named().rows)


@pytest.mark.parametrize("recorded", ["due", "_recorded", "row", "loose", "number_due", "Recorded"])
def test_roles_may_be_played_by_columns_of_confusing_names(recorded: str, tmp_path: Path) -> None:
    names = {"recorded": recorded, "due": "recorded" if recorded == "due" else "due"}
    source = to_csv(audit().rename(columns=names), tmp_path)
    assert cdi.estimate(source, due=names["due"], recorded=recorded).table == cdi.estimate(audit()).table


@every_engine
def test_a_count_that_is_too_large_is_told_once(make: Make, tmp_path: Path) -> None:
    """Whatever a number of more than 64 bits is read as, no more is recorded than is due."""
    most = 2**64 - 1
    counts = pd.DataFrame({"due": [most, 5, most], "recorded": [5, 4, most]}, dtype="uint64")
    frame = counts.assign(kind=["a", "b", "c"])
    with pytest.raises(DataError) as caught:
        cdi.estimate(make(frame, tmp_path), by="kind", layout="counts")
    told = sorted((item.code, item.where.column or "", item.got) for item in caught.value.faults)
    assert told == [("too-large", name, str(most)) for name in ("due", "due", "recorded")]


@every_engine
def test_capitals_tell_columns_apart(make: Make, tmp_path: Path) -> None:
    frame = pd.DataFrame({"recorded": [1, 0], "Recorded": [1, 1]})
    if make is to_duckdb:
        return  # the engine itself knows no capitals
    source = make(frame, tmp_path)
    shares = [cdi.estimate(source, **roles).table.rows[0].estimate for roles in ({}, {"recorded": "Recorded"})]
    assert shares == [0.5, 1.0]


def test_a_dataset_of_files_is_read_by_verbs_that_tell_rows_from_figures(tmp_path: Path) -> None:
    frame = audit()
    for part in (0, 1):
        folder = tmp_path / f"part {part}"
        folder.mkdir()
        to_parquet(frame[part::2], folder)
    source, half = ds.dataset(tmp_path), ds.dataset(tmp_path / "part 1")
    assert cdi.estimate(source, by="kind").table == cdi.estimate(frame, by="kind").table
    assert cdi.compare(source, half).rows == cdi.compare(frame, frame[1::2]).rows


@pytest.mark.parametrize("value", [b"yes", [1], {"a": 1}], ids=["bytes", "list", "structure"])
@every_frame
def test_a_column_of_several_values_in_a_row_is_refused_and_beside_others_passed_over(
    make: Make, value: object, tmp_path: Path
) -> None:
    """pandas has no type for them: bytes were asked about as words, and each list was told as a wrong number."""
    frame = pd.DataFrame(
        {"cluster": ["r1", "r2", "r3"], "recorded": [None, value, value], "said": ["yes", "no", "yes"]}
    )
    source = make(frame, tmp_path)
    assert [fault[0] for fault in faults_of(source)] == ["column-nested"]
    assert cdi.estimate(source, recorded="said").table.rows[-1].n == 3


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (pd.DataFrame([[1, 0]], columns=["recorded", "recorded"]), "repeated-column"),
        (pa.table([[1], [0]], names=["recorded", "recorded"]), "repeated-column"),
        (pd.DataFrame({0: [1], "recorded": [1]}), "column-not-text"),
        (pd.DataFrame([[1, 0]], columns=pd.MultiIndex.from_tuples([("a", "b"), ("c", "d")])), "column-not-text"),
        ({"recorded": [1, 0]}, "not-a-frame"),
        ([1, 0], "not-a-frame"),
        (None, "not-a-frame"),
        (3, "not-a-frame"),
        (pd.Series([1, 0]), "not-a-frame"),
    ],
)
def test_what_is_no_frame_is_refused(frame: object, code: str) -> None:
    assert [found for found, *_ in faults_of(frame)] == [code]


def test_nested_parquet_columns_do_not_confuse_the_names(tmp_path: Path) -> None:
    table = pa.table({"deep": [{"recorded": 1, "more": [{"due": 3}]}] * 2, "recorded": [1, 0], "last": [[1], [2]]})
    pq.write_table(table, tmp_path / "audit.parquet")
    source = opening.open_source(tmp_path / "audit.parquet")
    assert (source.columns, source.nested) == (("recorded",), ("deep", "last"))
    assert cdi.estimate(tmp_path / "audit.parquet").table.rows[0].estimate == 0.5


@pytest.mark.parametrize(
    "name", ["a[1]", "a'b", "é ü", "a*", "a?", "~a", "{a}", "a%20b", "$HOME", "a\\b", "a;b", 'a"b', " a ", "-a"]
)
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_file_may_have_any_name_and_no_other_is_read(
    name: str, ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, wrong = pd.DataFrame({"recorded": [1, 0]}), pd.DataFrame({"recorded": [1, 1]})
    for file, frame in (("a1", wrong), ("ab", wrong), ("a", wrong), (name, right)):
        if ending == "csv":
            frame.to_csv(tmp_path / f"{file}.csv", index=False)
        else:
            pq.write_table(pa.Table.from_pandas(frame), tmp_path / f"{file}.parquet")
    monkeypatch.chdir(tmp_path)
    for source in (f"{name}.{ending}", Path(f"{name}.{ending}"), tmp_path / f"{name}.{ending}"):
        assert cdi.estimate(source).table.rows[0].estimate == 0.5


def test_parquet_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"recorded\nyes\n")
    (tmp_path / "y.parquet").mkdir()
    assert [code for code, *_ in faults_of(tmp_path / "x.parquet")] == ["not-parquet"]
    for name, said in (("y.parquet", "folder-without-rows"), ("z.parquet", "no-file")):
        assert [code for code, *_ in faults_of(tmp_path / name)] == [said]


def test_a_header_with_a_line_break_loses_no_row(tmp_path: Path) -> None:
    (tmp_path / "audit.csv").write_text('\n"rec\norded",note\nyes,1\nno,"2\n3"\nyes,\nperhaps,\n', encoding="utf-8")
    with pytest.raises(DataError) as caught:
        cdi.read_audit(tmp_path / "audit.csv", recorded="rec\norded")
    assert [item.where.line for item in caught.value.faults] == [8]
    source = opening.open_source(tmp_path / "audit.csv")
    assert engine.count_rows(source.rows) == 4


@pytest.mark.parametrize("quoted", [False, True])
def test_rows_of_a_large_file_keep_their_numbers(quoted: bool, tmp_path: Path) -> None:
    note = '"a\nb"' if quoted else "ab"
    rows = [f"r{n},{note},{'maybe' if n in (7, 150_000) else 'yes'}" for n in range(160_000)]
    (tmp_path / "audit.csv").write_text("\n".join(["cluster,note,recorded", *rows]), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        cdi.read_audit(tmp_path / "audit.csv", cluster=None)
    lines = 2 if quoted else 1
    assert [item.where.line for item in caught.value.faults] == [2 + 7 * lines, 2 + 150_000 * lines]


def test_a_result_of_a_frame_is_plain_data() -> None:
    table = cdi.estimate(audit(), by="kind").table
    assert json.loads(json.dumps(table.values()))[0][0] == "other"


SPACES = [chr(point) for point in range(0x110000) if chr(point).isspace()]


def to_workbook(frame: Frame, folder: Path) -> object:
    frame.to_excel(folder / "audit.xlsx", index=False)
    return folder / "audit.xlsx"


def spaces_in(make: Callable[[Frame, Path], object]) -> list[str]:
    """Leave out the signs that a CSV file or a workbook is refused for."""
    refused = {to_csv: "\r\x1c\x1d\x1e\x1f", to_workbook: "\x0b\x0c\x1c\x1d\x1e\x1f"}.get(make, "")
    return [space for space in SPACES if space not in refused]


def test_the_spaces_are_those_of_unicode() -> None:
    assert sorted(engine.SPACES) == SPACES


@pytest.mark.parametrize("make", [*FRAMES, to_csv, to_workbook])
@pytest.mark.parametrize("role", ["recorded", "due", "cluster", "route"])
def test_a_value_of_any_spaces_alone_is_a_blank_in_every_role(
    make: Callable[[Frame, Path], object], role: str, tmp_path: Path
) -> None:
    blanks = [space * 2 for space in spaces_in(make)]
    rows = len(blanks) + 4
    frame = pd.DataFrame(
        {"cluster": [f"c{i}" for i in range(rows)], "route": "calls", "due": "1", "recorded": ["1", "0"] * (rows // 2)
         + ["1"] * (rows % 2)}
    )  # fmt: skip
    frame.loc[: len(blanks) - 1, role] = blanks
    with pytest.raises(DataError) as caught:
        cdi.read_audit(make(frame, tmp_path), stratum="route", cluster="cluster", due="due", recorded="recorded")
    assert caught.value.total == len(blanks)
    assert {item.got for item in caught.value.faults} == {"a blank"}


MOMENT = st.text(st.sampled_from([*engine.SPACES, "0", "7", "-", "a", "\u0665"]), max_size=7)


def related(columns: dict[str, list[str | None]]) -> object:
    return duckdb.connect().from_arrow(pa.table(columns))


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table, related])
@given(st.lists(st.one_of(st.none(), MOMENT), min_size=1, max_size=8))
def test_texts_are_trimmed_and_their_digits_seen_alike_in_every_engine(
    make: Callable[[Any], object], texts: list[str | None]
) -> None:
    """A shape has a 0 for each of the digits 0 to 9, and for no other sign."""
    rows = engine.from_relation(make({"text": [*texts, "x"]}))
    found = engine.collect(engine.shaped(rows, "text", "shape"))
    held = [[None if engine.absent(value) else value for value in found[name]] for name in ("text", "shape")]
    tidy = [text and text.strip("".join(engine.SPACES)) for text in [*texts, "x"]]
    assert held == [tidy, [text and re.sub("[0-9]", "0", text) for text in tidy]]


@pytest.mark.parametrize("make", [*FRAMES, to_csv, to_workbook])
def test_spaces_at_the_ends_of_a_category_make_no_other_category(
    make: Callable[[Frame, Path], object], tmp_path: Path
) -> None:
    found = spaces_in(make)
    kinds = [f"{space}violent{space}" for space in found] + ["violent", "other", *found]
    frame = pd.DataFrame({"kind": kinds, "recorded": ["yes", "no"] * (len(kinds) // 2) + ["yes"] * (len(kinds) % 2)})
    counts = {row.label[0]: row.n for row in cdi.estimate(make(frame, tmp_path), by="kind").table.rows}
    assert counts == {"(blank)": len(found), "other": 1, "violent": len(found) + 1, "all": len(kinds)}


KINDS = {
    "time": pa.array([1, 2], pa.time64("us")),
    "date": pa.array([datetime.date(2024, 1, 1), datetime.date(2024, 1, 2)]),
    "moment": pa.array([datetime.datetime(2024, 1, 1, 5), datetime.datetime(2024, 1, 2)]),
    "moment with a zone": pa.array([1, 2], pa.timestamp("us", "UTC")),
    "duration": pa.array([1, 2], pa.duration("us")),
    "decimal": pa.array([Decimal(1), Decimal(0)]),
    "nothing": pa.nulls(2),
    "bytes": pa.array([b"yes", b"no"]),
    "list": pa.array([["yes"], ["no"]]),
    "structure": pa.array([{"a": 1}, {"a": 2}]),
}


@pytest.mark.parametrize("role", ["recorded", "due", "weight", "decision", "population"])
@pytest.mark.parametrize("kind", KINDS)
def test_columns_of_odd_kinds_are_refused_alike_in_every_engine(kind: str, role: str) -> None:
    table = pa.table({"recorded": ["yes", "no"], role: KINDS[kind]} if role != "recorded" else {role: KINDS[kind]})
    frames: list[object] = [table, pl.from_arrow(table), pl.DataFrame(table).lazy(), duckdb.from_arrow(table)]
    if kind not in {"bytes", "list", "structure"}:  # to pandas these are objects like any other
        frames.append(table.to_pandas())
    codes = []
    for frame in frames:
        try:
            cdi.estimate(frame, **{} if role == "recorded" else {role: role})
            codes.append("read")
        except cdi.CdiError as error:
            codes.append(error.faults[0].code)
    assert len(set(codes)) == 1, codes
    assert codes[0] != "read" or kind == "decimal"


@given(data=st.data())
def test_a_damaged_parquet_file_is_refused_or_read_never_a_traceback(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.parquet"
    buffer = io.BytesIO()
    pq.write_table(pa.table({"cluster": [f"c{i}" for i in range(300)], "recorded": ["yes", "no", "no"] * 100}), buffer)
    content = bytearray(buffer.getvalue())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=60)):
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    with contextlib.suppress(DataError):
        cdi.estimate(path)


class TestLazyFrames:
    """What a lazy frame asks for is computed once: the next time, it could be other rows."""

    ROWS = pd.DataFrame({
        "force": [str(i // 2 % 7) for i in range(9_000)],
        "kind": ["abc"[i % 3] for i in range(9_000)],
        "incident": [i // 2 for i in range(9_000)],
        "recorded": [int(i % 11 > 0) for i in range(9_000)],
    })  # fmt: skip
    ASKED = (
        "select * from frame using sample 1500 rows", "select * from frame using sample 20% (bernoulli)",
        "select * from frame order by random() limit 1500", "select * from frame where random() < 0.2",
        "with few as (select * from frame using sample 1500 rows) select kind as kind, * exclude kind from few",
    )  # fmt: skip

    def adds_up(self, frame: Any) -> None:
        found = cdi.estimate(frame, by="kind", stratum="force", cluster="incident").to_pandas()
        parts, whole = found[found["kind"] != "all"], found[found["kind"] == "all"]
        assert parts[["n", "recorded"]].sum().tolist() == whole[["n", "recorded"]].iloc[0].tolist()

    @pytest.mark.parametrize("query", ASKED)
    def test_of_duckdb_that_draw_rows_are_one_sample(self, query: str) -> None:
        connection = duckdb.connect()
        connection.from_df(self.ROWS).create("frame")
        self.adds_up(connection.sql(query))

    def test_of_duckdb_are_read_where_they_are_if_they_are_tables(self) -> None:
        connection = duckdb.connect()
        connection.from_df(self.ROWS).create("frame")
        for query in ("select * from frame", "select * from frame where force = '1'"):
            self.adds_up(connection.sql(query))
        assert connection.sql("select count(*) from duckdb_tables() where temporary").fetchall() == [(0,)]

    @pytest.mark.parametrize(
        "drawn",
        [
            lambda frame: frame.map_batches(lambda rows: rows.sample(1_500)),
            lambda frame: frame.with_columns(pl.col("recorded").shuffle()),
            lambda frame: frame.filter(pl.int_range(pl.len()).shuffle() < 1_500),
        ],
    )
    def test_of_polars_that_draw_rows_are_one_sample(self, drawn: Callable[[pl.LazyFrame], pl.LazyFrame]) -> None:
        self.adds_up(drawn(pl.from_pandas(self.ROWS).lazy()))

    def test_of_polars_that_python_gives_are_read_once(self) -> None:
        held = pl.from_pandas(self.ROWS)

        def drawn(columns: list[str] | None, predicate: pl.Expr | None, *_: int | None) -> Iterator[pl.DataFrame]:
            found = held.sample(1_500)
            found = found if predicate is None else found.filter(predicate)
            yield found if columns is None else found.select(columns)

        self.adds_up(register_io_source(drawn, schema=held.schema))

    def test_of_duckdb_that_are_a_stream_are_refused_and_its_table_is_read(self) -> None:
        connection, table = duckdb.connect(), pa.Table.from_pandas(self.ROWS)
        stream = table.to_reader()
        with pytest.raises(DataError, match="found 9,000 rows, and 0 when asked again") as caught:
            self.adds_up(connection.from_arrow(stream))
        assert [item.code for item in caught.value.faults] == ["read-once"]
        assert len(stream.read_all()) == 0  # what was read is gone: only a new one holds the rows
        self.adds_up(connection.from_arrow(table.to_reader().read_all()))

    @pytest.mark.parametrize("make", [to_pandas, to_polars, to_arrow])
    def test_a_part_without_rows_adds_none(self, make: Make, tmp_path: Path) -> None:
        parts = [make(rows, tmp_path) for rows in (self.ROWS, self.ROWS.iloc[:0])]
        found = cdi.estimate(parts, by="kind", cluster="incident").table.rows[-1]
        assert (found.n, found.recorded) == (9_000, int(self.ROWS["recorded"].sum()))

    def test_of_polars_are_computed_once(self) -> None:
        times: list[int] = []

        def seen(rows: pl.DataFrame) -> pl.DataFrame:
            times.append(1)
            return rows

        self.adds_up(pl.from_pandas(self.ROWS).lazy().map_batches(seen))
        assert len(times) == 1

    def query_fails(self, frame: Any) -> None:
        with pytest.raises(DataError, match="expected rows from the engine that the frame belongs to, but found"):
            cdi.estimate(frame, by="kind")

    def test_that_fail_half_way_are_the_fault_of_their_query(self) -> None:
        rows = pl.DataFrame({"kind": ["a", "b"] * 20, "recorded": ["1"] * 39 + ["x"]})
        connection = duckdb.connect()
        connection.register("frame", rows.to_arrow())
        self.query_fails(connection.sql("select kind, cast(recorded as integer) as recorded from frame"))
        self.query_fails(rows.lazy().with_columns(pl.col("recorded").cast(pl.Int64)))
        self.query_fails(rows.lazy().select("kind", "nothing"))
        self.query_fails(rows.lazy().map_batches(lambda _: 1 / 0))  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table, lambda rows: pl.DataFrame(rows).lazy(),
                                  lambda rows: duckdb.connect().from_arrow(pa.table(rows))])  # fmt: skip
def test_products_beyond_64_bits_are_right(make: Callable[[Any], object]) -> None:
    """Of three reports of 2,000 million crimes the squares add up to 12e18, more than whole numbers of 64 bits hold."""
    number, held = 2_000, 1_000_000
    rows = {
        "incident": [i for i in range(3) for _ in range(number)],
        "due": [held] * 3 * number,
        "recorded": [held - missed for missed in (1_000, 50_000, 300_000) for _ in range(number)],
    }
    found = cdi.recording_rate(cdi.read_audit(make(rows), cluster="incident", due="due"))
    missed = [Fraction(each, held) for each in (1_000, 50_000, 300_000)]
    mean = sum(missed) / 3
    right = float(sum((each - mean) ** 2 for each in missed) * Fraction(3, 2)) ** 0.5 / 3
    assert float(found.se[-1]) == pytest.approx(right, rel=1e-9)
