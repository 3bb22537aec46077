"""Rows and where they stand: faults are put in their place, and names that cannot serve are refused at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import FrozenInstanceError
from typing import Any

import pandas as pd
import pytest

from cdi.errors import DataError, Fault, Where, fault
from cdi.reading.opening import open_source
from cdi.reading.sources import Source, Workbook, no_column, refuse_names, row_keys

ROWS = open_source(pd.DataFrame({"recorded": [1]})).rows


def blank(column: str | None = "recorded", **where: Any) -> Fault:
    return fault("missing", where=Where("a.csv", column=column, **where), column=column)


def in_lines(rows: Sequence[int]) -> Mapping[int, Where]:
    """Know the lines of the first ten rows."""
    return {row: Where("a.csv", row + 1) for row in rows if row <= 10}


class TestPut:
    def test_adds_the_line_and_leaves_the_rest(self) -> None:
        source = Source(ROWS, ("recorded",), place=in_lines)
        (found,) = source.put([(3, blank())])
        assert found.where == Where("a.csv", 4, "recorded")
        assert (found.code, found.expected, found.hint) == (blank().code, blank().expected, blank().hint)

    def test_leaves_a_fault_without_a_row_or_without_a_place(self) -> None:
        source = Source(ROWS, ("recorded",), place=in_lines)
        assert source.put([(0, blank()), (11, blank())]) == [blank(), blank()]
        assert Source(ROWS, ("recorded",)).put([(1, blank())]) == [blank()]

    def test_asks_for_the_places_of_all_rows_at_once(self) -> None:
        asked: list[list[int]] = []

        def place(rows: Sequence[int]) -> Mapping[int, Where]:
            asked.append(list(rows))
            return in_lines(rows)

        found = Source(ROWS, ("recorded",), place=place).put([(2, blank()), (0, blank()), (1, blank()), (2, blank())])
        assert asked == [[2, 1, 2]]
        assert [item.where.line for item in found] == [3, None, 2, 3]

    def test_names_the_cell_of_the_column_at_fault(self) -> None:
        def place(rows: Sequence[int]) -> Mapping[int, Where]:
            return {row: Where("b.xlsx", row + 1, sheet="June") for row in rows}

        def cell(row: int, column: str | None) -> str | None:
            return f"B{row + 1}" if column == "recorded" else None

        source = Source(ROWS, ("recorded",), place=place, cell=cell)
        found = source.put([(1, blank()), (1, blank(None))])
        assert [item.where for item in found] == [
            Where("b.xlsx", 2, "recorded", sheet="June", cell="B2"),
            Where("b.xlsx", 2, sheet="June"),
        ]

    def test_keeps_the_file_that_a_fault_names_where_the_place_names_none(self) -> None:
        source = Source(ROWS, ("recorded",), place=row_keys)
        (found,) = source.put([(5, blank(key="report 7"))])
        assert found.where == Where("a.csv", column="recorded", key="row 5 (counted from 1)")

    def test_of_nothing_is_nothing(self) -> None:
        assert Source(ROWS, ("recorded",), place=in_lines).put([]) == []


class TestSource:
    def test_knows_no_place_of_its_own(self) -> None:
        source = Source(ROWS, ("recorded",))
        assert (source.place([1, 2]), source.cell(1, "recorded"), source.first_number("recorded")) == ({}, None, None)
        assert source.id_faults("recorded") == ([], 0)

    def test_cannot_be_changed(self) -> None:
        with pytest.raises(FrozenInstanceError):
            Source(ROWS, ()).name = "b.csv"  # type: ignore[misc]


class TestNoColumn:
    def test_comes_with_the_nearest_name_and_the_place_of_the_header(self) -> None:
        source = Source(ROWS, ("cluster", "recorded"), "b.xlsx", header=3, sheet="June")
        found = no_column("Recorded", source)
        assert (found.code, found.where) == ("no-column", Where("b.xlsx", 3, sheet="June"))
        assert found.hint == "Did you mean 'recorded'? There are: cluster, recorded."
        assert no_column("x", source).hint == "There are: cluster, recorded."


class TestNames:
    SOURCE = Source(ROWS, ("a.b", "A.B", "_cdi_row", "crime type"))

    def test_are_known_to_the_engine_by_their_position(self) -> None:
        assert self.SOURCE.inner_names(self.SOURCE.columns) == ["c0", "c1", "c2", "c3"]

    def test_of_columns_that_were_added_stay(self) -> None:
        assert self.SOURCE.inner("_cdi_due") == "_cdi_due"

    def test_make_room_at_the_end_and_once(self) -> None:
        more = self.SOURCE.adding("period")
        assert (more.inner("period"), more.adding("period"), more.adding("a.b")) == ("c4", more, more)

    def test_are_written_on_one_line(self) -> None:
        written = [self.SOURCE.written(name) for name in ("crime\ntype", " crime \r\n type", "a.b", "other\nname")]
        assert written == ["crime type", "crime type", "a.b", "other\nname"]
        assert Source(ROWS, ("crime\ntype",)).written("crime\ntype") == "crime\ntype"


REFUSED: dict[str, tuple[list[Any], list[tuple[str, str]]]] = {
    "nothing": (["case", "recorded", "Case", "straße", "STRASSE", "_cdi_row"], []),
    "twice": (["case", "x", "case"], [("repeated-column", "case, case")]),
    "numbers": (["case", 2, None], [("column-not-text", "2, None")]),
    "all at once": (["_cdi_a", 1, "b", "b"], [("column-not-text", "1"), ("repeated-column", "b, b")]),
}


@pytest.mark.parametrize("what", REFUSED)
def test_names_that_cannot_serve_are_refused_at_once(what: str) -> None:
    columns, expected = REFUSED[what]
    where = Where("a.csv", 1)
    if not expected:
        refuse_names(columns, where)
        return
    with pytest.raises(DataError) as caught:
        refuse_names(columns, where)
    assert [(item.code, item.got) for item in caught.value.faults] == expected
    assert {item.where for item in caught.value.faults} == {where}


def test_rows_without_lines_are_named_by_their_position() -> None:
    assert row_keys([1, 2_000]) == {
        1: Where(key="row 1 (counted from 1)"),
        2_000: Where(key="row 2,000 (counted from 1)"),
    }
    assert row_keys([7], "a.parquet")[7].file == "a.parquet"
    assert row_keys([]) == {}


def test_a_workbook_is_a_file_with_a_sheet_and_a_row() -> None:
    assert Workbook("a.xlsx") == Workbook("a.xlsx", None, None) != Workbook("a.xlsx", "June")
    assert len({Workbook("a.xlsx", "June", 3), Workbook("a.xlsx", "June", 3)}) == 1
