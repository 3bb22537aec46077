"""Resident populations: read from whatever names its source and year, and refused with every fault at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import cdi
from cdi.grouping.groups import Residents, read_residents

EXAMPLE = Path(__file__).resolve().parents[1] / "data" / "examples" / "residents.csv"


def table(**columns: Any) -> pd.DataFrame:
    usual = {"ethnicity": ["white", "black"], "residents": [500, 20], "source": ["A", "A"], "year": [2021, 2021]}
    return pd.DataFrame({name: values for name, values in {**usual, **columns}.items() if values is not None})


def refused(source: object) -> list[cdi.Fault]:
    with pytest.raises(cdi.DataError) as caught:
        read_residents(source, "ethnicity")
    return list(caught.value.faults)


class TestReading:
    def test_of_a_frame(self) -> None:
        assert read_residents(table(), "ethnicity") == Residents({"white": 500, "black": 20}, ("A",), ("2021",))

    def test_of_a_file(self) -> None:
        found = read_residents(EXAMPLE, "ethnicity")
        assert found.counts["white"] == 505_000
        assert (found.sources, found.years, found.name) == (("made up for this example",), ("2021",), str(EXAMPLE))

    def test_of_a_workbook(self, tmp_path: Path) -> None:
        table().to_excel(tmp_path / "residents.xlsx", index=False)
        assert read_residents(tmp_path / "residents.xlsx", "ethnicity").counts == {"white": 500, "black": 20}

    def test_of_a_mapping(self) -> None:
        found = read_residents({"white": 500, "black": "1,020", "source": "A", "year": 2021}, "ethnicity")
        assert found == Residents({"white": 500, "black": 1_020}, ("A",), ("2021",))

    def test_of_what_was_read_before(self) -> None:
        found = read_residents(table(), "ethnicity")
        assert read_residents(found, "ethnicity") is found

    def test_each_row_may_have_its_own_source_and_year(self) -> None:
        found = read_residents(table(source=["A", "B"], year=["mid-2021", "2022"]), "ethnicity")
        assert (found.sources, found.years) == (("A", "B"), ("mid-2021", "2022"))

    def test_a_blank_is_a_number_that_is_not_known(self) -> None:
        assert read_residents(table(residents=["500", None]), "ethnicity").counts == {"white": 500}

    def test_a_row_all_is_the_total(self) -> None:
        more = table(ethnicity=["white", "black", "all"], residents=[500, 20, 520], source=["A"] * 3, year=["2021"] * 3)
        assert read_residents(more, "ethnicity").counts == {"white": 500, "black": 20}
        wrong = more.assign(residents=[500, 20, 510])
        assert [fault.code for fault in refused(wrong)] == ["total-differs"]


class TestRefusals:
    @pytest.mark.parametrize("name", ["source", "year"])
    def test_a_population_without_source_or_year_cannot_be_checked(self, name: str) -> None:
        for source in (table(**{name: None}), table(**{name: [None, None]}), {"white": 5, "source": "A", "year": 2021}):
            if isinstance(source, dict):
                del source[name]
            found = refused(source)
            assert {fault.code for fault in found} == {"residents-unsourced"}
            assert "cannot be checked" in found[0].hint
            assert name in str(found[0])

    def test_what_is_missing_is_told_at_once(self) -> None:
        found = refused(table(source=None, year=None, residents=None).rename(columns={"ethnicity": "ethnic"}))
        assert [fault.code for fault in found] == [
            "no-column",
            "no-column",
            "residents-unsourced",
            "residents-unsourced",
        ]
        assert "Did you mean 'ethnic'?" in found[0].hint

    @pytest.mark.parametrize(
        ("residents", "code"), [(-5, "negative"), (0, "residents-none"), (1.5, "fractional"), ("many", "not-whole")]
    )
    def test_of_what_is_no_count_of_people(self, residents: object, code: str) -> None:
        assert [fault.code for fault in refused(table(residents=[500, residents]))] == [code]

    @pytest.mark.parametrize("year", ["last", "21", "20210"])
    def test_of_what_is_no_year(self, year: str) -> None:
        assert [fault.code for fault in refused(table(year=[year, year]))] == ["residents-year"]

    def test_of_a_group_that_stands_twice(self) -> None:
        assert [fault.code for fault in refused(table(ethnicity=["white", "white"]))] == ["label-twice"]

    def test_of_a_name_in_capitals(self) -> None:
        assert [fault.code for fault in refused(table().rename(columns={"year": "Year"}))] == ["volume-spelling"]

    def test_faults_name_the_line(self, tmp_path: Path) -> None:
        (tmp_path / "r.csv").write_text(
            "ethnicity,residents,source,year\nwhite,500,A,2021\nblack,-1,A,2021\n", encoding="utf-8"
        )
        fault = refused(tmp_path / "r.csv")[0]
        assert (fault.where.line, fault.where.column, fault.got) == (3, "residents", "-1")
