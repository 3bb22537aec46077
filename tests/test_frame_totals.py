"""Totals among the rows of frames and Parquet files: found, checked and left out in every engine, and said."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cdi
from cdi.errors import DataError
from tests import at_most
from tests.test_frames import IN_ORDER, LAZY, Frame, Make, every_engine, named

CASES = Path(__file__).parent / "cases"
ROLES = {"cluster": "NICL No", "due": "Crimes required", "recorded": "Crimes recorded"}

in_order = pytest.mark.parametrize("make", IN_ORDER, ids=named)
without_order = pytest.mark.parametrize("make", LAZY, ids=named)


def sheet(*more: tuple[object, ...]) -> Frame:
    """Make three reports and what stands under them."""
    rows = [("A", 1, 1, "x"), ("B", 2, 1, "y"), ("C", 1, 1, "x"), *more]
    return pd.DataFrame(rows, columns=["incident", "due", "recorded", "kind"])


def read(source: object) -> cdi.Audit:
    return cdi.read_audit(source, cluster="incident", due="due", recorded="recorded")


def counted(audit: cdi.Audit) -> tuple[int, int, int]:
    return (
        int(audit.strata.sampled.sum()),
        int(audit.counted["_cdi_sum_due"].sum()),
        int(audit.counted["_cdi_sum_recorded"].sum()),
    )


@every_engine
def test_a_total_is_left_out_and_said(make: Make, tmp_path: Path) -> None:
    found = cdi.estimate(make(pd.read_csv(CASES / "tot.csv"), tmp_path), **ROLES)
    assert found.table == cdi.estimate(CASES / "tot_clean.csv", **ROLES).table
    (row,) = found.audit.source.set_aside
    assert (row.kind, row.label, dict(row.sums)) == ("total", "Total", {"Crimes required": 35, "Crimes recorded": 30})
    assert "adds up and is left out" in str(found)


@every_engine
def test_a_total_that_does_not_add_up_is_refused_with_both_numbers(make: Make, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read(make(sheet(("Total", 5, 3, None)), tmp_path))
    (item,) = caught.value.faults
    assert (item.code, item.got, item.where.column, dict(item.known)["added"]) == ("total-row-differs", "5", "due", 4)


@every_engine
def test_a_total_without_a_label_is_known_by_what_it_holds(make: Make, tmp_path: Path) -> None:
    audit = read(make(sheet((None, 4, 3, None)), tmp_path))
    assert counted(audit) == (3, 4, 3)
    with pytest.raises(DataError) as caught:
        read(make(sheet((None, 5, 3, None)), tmp_path))
    assert [item.code for item in caught.value.faults] == ["missing-report"]


@in_order
def test_a_total_is_found_above_rows_that_are_blank(make: Make, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read(make(sheet((None, 4, 3, None), *[(None, None, None, None)] * 20), tmp_path))
    assert {item.where.key for item in caught.value.faults} == {f"row {row} (counted from 1)" for row in range(5, 15)}


@in_order
def test_subtotals_shares_and_labels_of_any_kind_are_left_out(make: Make, tmp_path: Path) -> None:
    frame = sheet(("Sub-total", 4, 3, None), ("D", 1, 0, "y"), ("Grand total", 5, 3, None), ("Average", 1.2, 0.8, None))
    audit = read(make(frame, tmp_path))
    assert counted(audit) == (4, 5, 3)
    found = [(row.kind, row.where.key) for row in audit.source.set_aside]
    assert found == [(kind, f"row {row} (counted from 1)") for kind, row in (("total", 4), ("total", 6), ("share", 7))]


@in_order
def test_a_fault_in_a_row_behind_a_total_is_placed_where_it_stands(make: Make, tmp_path: Path) -> None:
    frame = sheet(("Total", 4, 3, None), ("D", 1, 2, "y"))
    with pytest.raises(DataError) as caught:
        read(make(frame, tmp_path))
    assert [(item.code, item.where.key) for item in caught.value.faults] == [("above-due", "row 5 (counted from 1)")]


@without_order
def test_rows_without_an_order_are_named_by_their_label(make: Make, tmp_path: Path) -> None:
    assert read(make(sheet(("Total", 4, 3, None)), tmp_path)).source.set_aside[0].where.key == "the row 'Total'"
    assert read(make(sheet((None, 4, 3, None)), tmp_path)).source.set_aside[0].where.key == "a row without a name"


@every_engine
def test_what_only_speaks_of_a_total_is_data(make: Make, tmp_path: Path) -> None:
    frame = sheet(("Totally", 1, 1, "total loss"), ("D", 1, 1, "Total"))
    audit = read(make(frame, tmp_path))
    assert (counted(audit), audit.source.set_aside) == ((5, 6, 5), ())


class TestColumnsOfEveryKind:
    def test_ids_as_numbers_beside_the_word(self) -> None:
        frame = pd.DataFrame({"incident": [11, 12, "Total"], "due": [1, 1, 2], "recorded": [1, 0, 1]})
        assert counted(read(frame)) == (2, 2, 1)

    def test_ids_as_categories(self) -> None:
        frame = pd.DataFrame({"incident": pd.Categorical(["A", "B", "Total"]), "due": [1, 1, 2], "recorded": [1, 0, 1]})
        assert counted(read(frame)) == (2, 2, 1)
        assert counted(read(pl.from_pandas(frame))) == (2, 2, 1)

    def test_answers_that_are_counted_by_a_total(self) -> None:
        frame = pd.DataFrame({"incident": ["A", "B", "C", "Total"], "recorded": ["yes", "no", "yes", "2"]})
        audit = cdi.read_audit(frame, cluster="incident")
        assert (audit.strata.sampled.tolist(), dict(audit.source.set_aside[0].sums)) == ([3], {"recorded": 2})

    def test_blank_texts_before_the_word(self) -> None:
        frame = pd.DataFrame({"note": ["", "", ""], "incident": ["A", "B", "Total"], "recorded": [1, 1, 2]})
        assert counted(cdi.read_audit(frame, cluster="incident"))[0] == 2


class TestSeveral:
    def test_frames_have_totals_of_their_own(self) -> None:
        one, other = sheet(("Total", 4, 3, None)), sheet(("Total", 4, 3, None))
        other["incident"] = other["incident"].replace({"A": "D", "B": "E", "C": "F"})
        for make in (pd.DataFrame, pl.from_pandas):
            audit = read([make(one), make(other)])
            assert counted(audit) == (6, 8, 6)
            assert [row.where.key for row in audit.source.set_aside] == [f"row {n} (counted from 1)" for n in (4, 8)]
        wrong = other.assign(recorded=[1, 1, 3, 5])
        with pytest.raises(DataError) as caught:
            read([one.iloc[:3], wrong.iloc[:3]])
        assert [item.where.key for item in caught.value.faults] == ["row 6 (counted from 1)"]

    def test_parquet_files_have_totals_of_their_own(self, tmp_path: Path) -> None:
        paths = [tmp_path / "one.parquet", tmp_path / "other.parquet"]
        for path, ids in zip(paths, ("ABC", "DEF"), strict=True):
            frame = sheet(("Total", 4, 3, None)).assign(incident=[*ids, "Total"])
            pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path)
        audit = read(paths)
        assert counted(audit) == (6, 8, 6)
        assert [row.where.file for row in audit.source.set_aside] == [str(path) for path in paths]


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[tuple[str | None, int, int]], list[bool]]:
    """Compose rows of reports with subtotals and a total that add up, each labelled or not; True where it is data."""
    rows: list[tuple[str | None, int, int]] = []
    data: list[bool] = []
    behind, number = 0, 0
    for _ in range(draw(st.integers(1, 3))):
        for _ in range(draw(st.integers(2, 4))):
            due = draw(st.integers(1, 4))
            rows.append((f"r{number}", due, draw(st.integers(0, due))))
            data.append(True)
            number += 1
        if draw(st.booleans()):
            own = [row for row, kept in zip(rows[behind:], data[behind:], strict=True) if kept]
            label = draw(st.sampled_from(["Subtotal", "Sub-total", "total"]))
            rows.append((label, sum(row[1] for row in own), sum(row[2] for row in own)))
            data.append(False)
            behind = len(rows)
    own = [row for row, kept in zip(rows, data, strict=True) if kept]
    label = draw(st.sampled_from([None, "Total", "GRAND TOTAL", "All", "Totals:"]))
    rows.append((label, sum(row[1] for row in own), sum(row[2] for row in own)))
    data.append(False)
    return rows, data


@given(tables())
@at_most(12)
def test_every_row_is_data_or_a_total(composed: tuple[list[tuple[str | None, int, int]], list[bool]]) -> None:
    rows, data = composed
    frame = pd.DataFrame(rows, columns=["incident", "due", "recorded"])
    kept = [row for row, is_data in zip(rows, data, strict=True) if is_data]
    expected = (len(kept), sum(row[1] for row in kept), sum(row[2] for row in kept))
    lines = [f"row {i} (counted from 1)" for i, is_data in enumerate(data, start=1) if not is_data]
    for source in (frame, pl.from_pandas(frame), pa.Table.from_pandas(frame, preserve_index=False)):
        audit = read(source)
        assert counted(audit) == expected
        assert [row.where.key for row in audit.source.set_aside] == lines


def test_a_relation_is_read_without_its_total() -> None:
    relation = duckdb.connect().sql(
        "select * from (values ('A', 1, 1), ('B', 2, 0), ('Total', 3, 1)) as t(incident, due, recorded)"
    )
    assert counted(read(relation)) == (2, 3, 1)
