"""Columns may have any name: it reaches no engine, and changes no number."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cdi
from cdi import wording
from cdi.audits.ethnicity import gathered
from cdi.errors import DataError
from tests.test_frames import ALL, Make, named, to_csv, to_duckdb, to_pandas

COLUMNS = ("route", "report", "case", "due", "done", "kind", "frame", "weight")
"""What the columns of the sample are called where names are plain."""

AWKWARD = [
    "a.b", "Crime Ref. No.", 'say "x"', "it's", "crime\ntype", "; drop table x", "select", "from", "a/b", "  lead",
    "two  spaces", "N", "n", "N_h", "n_h", "_cdi_row", "_cdi_due", "_CDI_DUE", "_cdi_n", "_cdi_sum_due", "_cdi_file",
    "_cdi_loose", "c0", "c1", "C1", "*", "^.*$", "#1", "file_row_number", "filename", "rowid", "period", "population",
    "weight", "stratum", "🚓", "é", "e\u0301", "=due", "a,b", "a\\b", "{x}", "%s", "$1", "?", "all", "None", "nan", "0",
    "犯罪", "x" * 300,
]  # fmt: skip
NAMES = st.sampled_from(AWKWARD) | st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), min_size=1, max_size=8
)
"""Names as people write them, and as nobody does."""


def fit(names: Sequence[str], make: Make) -> bool:
    """Tell whether names are several in an engine: a file trims them, and DuckDB knows no capitals by itself.

    Those of categories stand beside the columns of the tables, which have names of their own.
    """
    if set(wording.COLUMNS) & {names[COLUMNS.index("kind")], names[COLUMNS.index("route")]}:
        return False
    if make is to_csv:
        plain = [wording.one_line(name).strip() for name in names]
        return all(plain) and len(set(plain)) == len(plain)
    if make is to_duckdb:
        return len({name.casefold() for name in names}) == len(names)
    return True


def sample(names: Sequence[str]) -> pd.DataFrame:
    rows = range(36)
    due = [i % 3 for i in rows]
    columns: list[list[Any]] = [
        [("calls", "online", "desk")[(i // 2) % 3] for i in rows],
        [f"r{i // 2}" for i in rows],
        [f"c{i}" for i in rows],
        due,
        [max(due[i] - (i % 5 == 0), 0) for i in rows],
        [("violent", "other", "sexual")[i % 3] for i in rows],
        [(400, 900, 1_600)[(i // 2) % 3] for i in rows],
        [(1.5, 2.5, 4.0)[(i // 2) % 3] for i in rows],
    ]
    return pd.DataFrame(dict(zip(names, columns, strict=True)))


def numbers(source: object, names: Sequence[str]) -> list[Any]:
    """Estimate by a column, framed by a column and then weighted by one, apart by strata and over reports."""
    route, report, case, due, done, kind, frame, weight = names
    roles: dict[str, Any] = {"stratum": route, "cluster": report, "case": case, "due": due, "recorded": done}
    roles |= {"decision": None, "recorded_as": None}
    found = [
        cdi.estimate(source, by=[kind, route], population=frame, weight=None, **roles),
        cdi.estimate(source, by=kind, weight=weight, **roles),
    ]
    return [each.table.rows for each in found]


@functools.cache
def plain() -> list[Any]:
    return numbers(sample(COLUMNS), COLUMNS)


@pytest.mark.parametrize("make", ALL, ids=named)
@settings(max_examples=12)
@given(names=st.lists(NAMES, min_size=len(COLUMNS), max_size=len(COLUMNS), unique=True))
@pytest.mark.long
def test_any_names_give_the_numbers_of_plain_ones(make: Make, names: list[str]) -> None:
    if not fit(names, make):
        return
    with TemporaryDirectory() as folder:
        assert numbers(make(sample(names), Path(folder)), names) == plain()


def test_capitals_tell_columns_of_a_query_apart() -> None:
    source = duckdb.connect().sql(
        'select (i % 2)::varchar as "N_h", (i % 3)::varchar as n_h, i % 2 as recorded, i % 5 as "a.b" '
        "from range(30) _(i)"
    )
    labels = {
        name: [row.label[0] for row in cdi.estimate(source, by=name).table.rows] for name in ("N_h", "n_h", "a.b")
    }
    assert labels == {"N_h": ["0", "1", "all"], "n_h": ["0", "1", "2", "all"], "a.b": ["0", "1", "2", "3", "4", "all"]}


def test_a_role_is_played_by_the_column_of_exactly_its_name(tmp_path: Path) -> None:
    rows = "Recorded,recorded,RECORDED\nyes,no,yes\nno,no,yes\nyes,yes,yes\n"
    (tmp_path / "a.csv").write_text(rows, encoding="utf-8")
    assert [row.recorded for row in cdi.estimate(tmp_path / "a.csv").table.rows] == [1]
    assert [row.recorded for row in cdi.estimate(tmp_path / "a.csv", recorded="Recorded").table.rows] == [2]


BROKEN = {
    "as Excel saves it": b'cluster,recorded,"crime\ntype"\r\n{rows}',
    "throughout": b'cluster,recorded,"crime\r\ntype"\r\n{rows}',
    "the other way round": b'cluster,recorded,"crime\r\ntype"\n{rows}',
    "with spaces": b'"cluster ","recorded\n"," crime \n type"\r\n{rows}',
    "under titles": b'"An audit\nof 2024"\r\n\r\ncluster,recorded,"crime\ntype"\r\n{rows}',
    "with a byte order mark": b'\xef\xbb\xbfcluster,recorded,"crime\ntype"\r\n{rows}',
}


@pytest.mark.parametrize("how", BROKEN)
@pytest.mark.parametrize("asked", ["crime type", "crime\ntype"])
def test_a_line_break_in_a_name_is_a_space(how: str, asked: str, tmp_path: Path) -> None:
    end = b"\n" if how == "the other way round" else b"\r\n"
    lines = [f"r{i},{'yes' if i % 4 else 'no'},k{i % 3}".encode() for i in range(60)]
    lines[0] = b'"r\n0",no,k0'
    path = tmp_path / "a.csv"
    path.write_bytes(BROKEN[how].replace(b"{rows}", end.join([*lines, b""])))
    source = cdi.Workbook(str(path), header_row=4 if how == "under titles" else None)
    found = cdi.estimate(source, by=asked)
    assert found.table.keys == ("crime type",)
    assert [(row.label[0], row.recorded, row.n) for row in found.table.rows] == [
        ("k0", 15, 20), ("k1", 15, 20), ("k2", 15, 20), ("all", 45, 60)
    ]  # fmt: skip


def test_a_fault_under_a_header_with_line_breaks_is_found_on_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b'cluster,"was it\nrecorded\n?"\r\n1,yes\r\n2,maybe\r\n')
    with pytest.raises(DataError) as caught:
        cdi.read_audit(tmp_path / "a.csv", recorded="was it recorded ?")
    (fault,) = caught.value.faults
    assert (fault.code, fault.where.line, fault.where.column) == ("word-no-answer", 5, "was it recorded ?")


def test_a_line_break_in_the_name_of_a_sheet_s_column_is_a_space(tmp_path: Path) -> None:
    frame = pd.DataFrame({"crime\ntype": ["a", "b"] * 5, "recorded": [1, 0] * 5})
    frame.to_excel(tmp_path / "a.xlsx", index=False)
    assert (
        cdi.estimate(tmp_path / "a.xlsx", by="crime type").table.rows
        == cdi.estimate(frame, by="crime\ntype").table.rows
    )


def test_a_name_of_a_frame_is_shown_on_one_line() -> None:
    frame = pd.DataFrame({"crime\ntype": ["a", "b"] * 5, "recorded": [1, 0] * 5})
    assert "\ncrime type " in str(cdi.estimate(frame, by="crime\ntype"))
    with pytest.raises(DataError, match=r"expected a column named 'x'\. There are: crime type, recorded\.\Z"):
        cdi.estimate(frame, by="x")


def folder(within: Path, name: str) -> Path:
    made = within / name
    made.mkdir()
    return made


NAMED = {"route": "a.b", "kind": "_cdi_due", "report": 'the "no."', "done": "_cdi_recorded", "class": "_cdi_placed"}


class TestOtherVerbs:
    """What every other verb gives where columns have such names."""

    @pytest.mark.parametrize("make", [to_csv, to_duckdb, to_pandas], ids=named)
    def test_decisions_and_their_classes(self, make: Make, tmp_path: Path) -> None:
        own = ("violent", "other")
        words = ("recorded", "not recorded", "wrong class", "over-recorded", "not auditable", "no crime", "recorded")
        rows = pd.DataFrame(
            {
                "report": [f"r{i // 2}" for i in range(42)],
                "route": [("calls", "desk")[(i // 2) % 2] for i in range(42)],
                "done": [words[i % 7] for i in range(42)],
                "kind": [own[i % 2] for i in range(42)],
                "class": [(own[i % 2], None, "x", "x", None, None, own[i % 2])[i % 7] for i in range(42)],
            }
        )  # fmt: skip
        found = []
        for names in (dict.fromkeys(NAMED, ""), NAMED):
            of = {name: names[name] or name for name in NAMED}
            roles: Any = {
                "stratum": of["route"], "cluster": of["report"], "decision": of["done"],
                "recorded_as": of["class"], "category": of["kind"],
            }  # fmt: skip
            audit = cdi.read_audit(make(rows.rename(columns=of), tmp_path), **roles)
            parts = [cdi.recording_rate(audit, of["kind"]), cdi.over_recording(audit, of["kind"])]
            parts += [cdi.classification_accuracy(audit, of["kind"])]
            bounds = cdi.estimate(audit, by=of["kind"], bounds=True)
            model = audit.model(f'recorded ~ Q("{of["kind"]}")')
            shown = cdi.protect(cdi.estimate(audit, by=of["kind"]), cdi.Disclosure())
            found.append(
                [
                    *(cdi.tabulate(part).iloc[:, 1:].to_dict("list") for part in parts),
                    bounds.table.rows, shown.table.rows, [row.estimate for row in model.table.rows],
                    cdi.describe(audit).decisions,
                ]
            )  # fmt: skip
        assert repr(found[0]) == repr(found[1])

    def test_a_review(self, tmp_path: Path) -> None:
        rows = pd.DataFrame({"file": range(8), "q": ["yes", "no", "n/a", "yes"] * 2, "group": ["a", "b"] * 4})
        names = {"file": "_cdi_any_0", "q": "_cdi_asked_0", "group": "_cdi_counted_0"}
        plain = cdi.review(rows, by="group", questions="q")
        found = cdi.review(
            to_csv(rows.rename(columns=names), tmp_path), by=names["group"], questions=names["q"], case=names["file"]
        )
        assert [(row.label[1:], row.estimate, row.n) for row in found.table.rows] == [
            (row.label[1:], row.estimate, row.n) for row in plain.table.rows
        ]

    def test_times_and_months(self, tmp_path: Path) -> None:
        rows = pd.DataFrame(
            {
                "made": [f"2024-0{1 + i % 6}-05 10:0{i % 10}" for i in range(60)],
                "done": [f"2024-0{1 + i % 6}-0{5 + i % 3} 09:00" for i in range(60)],
                "month": [f"2024-0{1 + i % 6}" for i in range(60)],
                "recorded": [1] * 60,
            }
        )
        names = {"made": "_cdi_at", "done": "rec'd at (date/time)", "month": "_cdi_file"}
        source = to_csv(rows.rename(columns=names), tmp_path)
        plain = cdi.timeliness(rows, reported_at="made", recorded_at="done", negative_delay="missing")
        found = cdi.timeliness(source, reported_at=names["made"], recorded_at=names["done"], negative_delay="missing")
        assert found.table.rows == plain.table.rows
        assert cdi.trend(source, period=names["month"]).table.rows == cdi.trend(rows, period="month").table.rows

    @pytest.mark.parametrize("make", [to_csv, to_duckdb, to_pandas], ids=named)
    def test_counts(self, make: Make, tmp_path: Path) -> None:
        names = {"kind": "c1", "crimes": "c0", "done": 'a."b"', "decision": "_cdi_draws"}
        rows = pd.DataFrame({"kind": ["x", "y", "z"], "crimes": [50, 60, 70], "done": [40, 55, 66]})
        decided = pd.DataFrame(
            {"kind": ["x", "y"] * 2, "decision": ["Crimed.", "missed", "missed", "Crimed"], "crimes": [50, 6, 7, 80]}
        )
        words = {"crimed": "recorded", "missed": "not recorded"}
        found = []
        for of in ({name: name for name in names}, names):
            counts = make(rows.rename(columns=of), folder(tmp_path, f"counts{len(found)}"))
            records = make(decided.rename(columns=of), folder(tmp_path, f"records{len(found)}"))
            layout: Any = {"layout": "counts", "by": of["kind"]}
            parts = [
                cdi.estimate(counts, due=of["crimes"], recorded=of["done"], **layout),
                cdi.estimate(records, decision=of["decision"], count=of["crimes"], words=words, **layout),
                cdi.review(counts, due=of["crimes"], questions=of["done"], **layout),
            ]
            found.append([[(row.label[-1], row.estimate, row.n) for row in part.table.rows] for part in parts])
        assert found[0] == found[1]
        assert found[0][0][0] == ("x", 0.8, 50)

    @pytest.mark.parametrize("make", [to_csv, to_duckdb, to_pandas], ids=named)
    def test_recorded_crime(self, make: Make, tmp_path: Path) -> None:
        rows = pd.DataFrame({"c1": ["x", "y"] * 8, "recorded": [1, 0, 1, 1] * 4})
        plain = pd.DataFrame({"note": ["", "", "!"], "c1": ["x", "y", "all"], "recorded_crime": [100, 200, 300]})
        published = pd.DataFrame(
            {
                "c1": ["x", "y"] * 4,
                "Force Name": ["Exampleshire"] * 8,
                "Offence Count [note 1]": range(10, 18),
                "Financial Quarter": [1, 1, 2, 2, 3, 3, 4, 4],
                "Financial Year": ["2023/24"] * 8,
            }
        )
        found = []
        for i, known in enumerate((plain, published)):
            result = cdi.estimate(
                rows, by="c1", volumes=make(known.rename(columns={"note": "c0"}), folder(tmp_path, f"{i}"))
            )
            found += [row.estimate for row in result.table.rows][-3:]
        # every x and half of each y was recorded; the quarters of y are 11, 13, 15 and 17
        assert found == pytest.approx([0, 200, 200, 0, 56, 56])

    @pytest.mark.parametrize("make", [to_csv, to_duckdb, to_pandas], ids=named)
    def test_ethnic_groups(self, make: Make, tmp_path: Path) -> None:
        rows = pd.DataFrame({"c1": ["W1", "A1", "B1", "W2"] * 5, "c0": [1, 0, 1, 1] * 5})
        five = gathered(cdi.read_audit(make(rows, tmp_path), recorded="c0"), ["c1"])
        found = cdi.estimate(five, by="c1").table.rows
        assert [(row.label[0], row.recorded, row.n) for row in found] == [
            ("Asian", 0, 5), ("Black", 5, 5), ("White", 10, 10), ("all", 15, 20)
        ]  # fmt: skip
