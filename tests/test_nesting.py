"""Report numbers that begin anew: nested where that is said, asked about where it looks so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cdi
from cdi.errors import DataError, DesignError
from tests import (
    at_most,
    strategies,  # noqa: F401 - its settings profile
)
from tests.test_cli import run_here
from tests.test_frames import Make, every_engine

MONTHS = ("2024-04", "2024-05", "2024-06")


def sample(reports: int = 12, months: tuple[str, ...] = MONTHS) -> pd.DataFrame:
    """Make months of reports that are numbered from 1, of one or two crimes each."""
    rows = [
        (month, number, int((number + place + crime) % 4 > 0))
        for place, month in enumerate(months)
        for number in range(1, reports + 1)
        for crime in range(1 + (number + place) % 2)
    ]
    return pd.DataFrame(rows, columns=["month", "report", "recorded"])


def by_hand(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(report=frame["month"] + "/" + frame["report"].astype(str))


def numbers(audit: cdi.Audit) -> list[float]:
    rates = cdi.recording_rate(audit, ())
    return [float(each) for each in (rates.estimate[0], rates.se[0], rates.basis.df[0], rates.basis.reports[0])]


class TestNested:
    @every_engine
    def test_in_every_engine_as_by_hand(self, make: Make, tmp_path: Path) -> None:
        frame = sample()
        audit = cdi.read_audit(make(frame, tmp_path), cluster="report", nest="month")
        assert numbers(audit) == pytest.approx(numbers(cdi.read_audit(by_hand(frame), cluster="report")), rel=1e-13)

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["a", "b\x20of c", "c"]),
                st.sampled_from(["1", "2", "1\x20of b", "b"]),
                st.sampled_from(["x", "y"]),
                st.booleans(),
            ),
            min_size=4,
            max_size=40,
        )
    )
    @at_most(12)
    def test_variances_are_those_of_ids_made_unique_by_hand(self, rows: list[tuple[str, str, str, bool]]) -> None:
        frame = pd.DataFrame(rows, columns=["month", "report", "force", "recorded"]).astype({"recorded": int})
        unique = {place: str(i) for i, place in enumerate(dict.fromkeys(row[:3] for row in rows))}
        known = frame.assign(report=[unique[row[:3]] for row in rows])
        if len(unique) < 2:
            return
        nested = cdi.read_audit(frame, cluster="report", nest=["month", "force"])
        assert numbers(nested) == pytest.approx(numbers(cdi.read_audit(known, cluster="report", nest=())), nan_ok=True)

    def test_strata_comparisons_trends_and_models_take_them(self) -> None:
        frame, known = sample(), by_hand(sample())
        one = cdi.trend(frame, cluster="report", nest="month")
        other = cdi.trend(known, cluster="report")
        assert one.table == other.table
        terms = {"cluster": "report", "stratum": "month"}
        assert cdi.compare(frame, frame.copy(), nest="month", **terms).table == (
            cdi.compare(known, known.copy(), **terms).table
        )
        fits = [
            cdi.read_audit(data, cluster="report", **roles).model("recorded ~ month")
            for data, roles in ((frame, {"nest": "month"}), (known, {}))
        ]
        assert fits[0].to_pandas().equals(fits[1].to_pandas())

    def test_cases_begin_anew_too(self) -> None:
        frame = pd.DataFrame({"month": ["a", "a", "b", "b"], "case": [1, 2, 1, 2], "recorded": [1, 0, 1, 1]})
        assert cdi.read_audit(frame, nest="month").strata.sampled.sum() == 4
        with pytest.raises(DataError, match=r"1 \(2 times\)"):
            cdi.read_audit(pd.concat([frame, frame[:1]]), nest="month")

    def test_sheets_and_files_are_places_too(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sample().groupby("month"):
            sheet = book.create_sheet(str(name))
            sheet.append(["report", "recorded"])
            for row in rows[["report", "recorded"]].itertuples(index=False):
                sheet.append(list(row))
            rows[["report", "recorded"]].to_csv(tmp_path / f"{name}.csv", index=False)
        book.save(tmp_path / "dip.xlsx")
        known = numbers(cdi.read_audit(by_hand(sample()), cluster="report"))
        for source, nest in ((f"{tmp_path}/dip.xlsx#*", "SHEET"), (f"{tmp_path}/*.csv", "FILENAME")):
            assert numbers(cdi.read_audit(source, cluster="report", nest=nest)) == pytest.approx(known, rel=1e-13)
            with pytest.raises(DataError) as caught:
                cdi.read_audit(source, cluster="report")
            (item,) = caught.value.faults
            assert (item.code, dict(item.known)["into"]) == ("ids-anew-apart", nest)

    def test_a_mapping_can_say_it(self, tmp_path: Path) -> None:
        sample().to_csv(tmp_path / "dip.csv", index=False)
        text = '[reading]\n[reading.columns]\ncluster = "report"\nrecorded = "recorded"\nnest = "month"\n'
        (tmp_path / "dip.toml").write_text(text, encoding="utf-8")
        done = run_here("check", "dip.csv", "--mapping", "dip.toml", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "numbers begin anew in  month" in done.stdout

    @pytest.mark.parametrize(("nest", "reports"), [('"month"', 36), ('["month"]', 36), ('""', 12), ('"SHEET"', 12)])
    def test_an_inspection_can_say_it(self, tmp_path: Path, nest: str, reports: int) -> None:
        sample().to_csv(tmp_path / "dip.csv", index=False)
        text = (
            f'force = "Kent Police"\n[audit]\nfiles = "dip.csv"\n[audit.columns]\ncluster = "report"\nnest = {nest}\n'
        )
        (tmp_path / "inspection.toml").write_text(text, encoding="utf-8")
        read = cdi.read_inspection(tmp_path / "inspection.toml").audit
        assert read is not None
        assert cdi.read_audit(list(read.files), **read.roles).strata.sampled.sum() == reports

    def test_a_blank_place_is_a_fault(self) -> None:
        frame = sample()
        frame.loc[3, "month"] = None
        with pytest.raises(DataError) as caught:
            cdi.read_audit(frame, cluster="report", nest="month")
        assert [(item.code, item.where.column) for item in caught.value.faults] == [("missing", "month")]

    def test_a_column_that_is_not_there_is_named(self) -> None:
        with pytest.raises(DataError, match="Did you mean 'month'"):
            cdi.read_audit(sample(), cluster="report", nest="mnth")

    def test_without_numbers_nothing_begins_anew(self) -> None:
        with pytest.raises(DesignError, match="number of the report"):
            cdi.read_audit(sample(), nest="month")


class TestAsked:
    def test_where_each_month_is_numbered_from_1(self, tmp_path: Path) -> None:
        sample().to_csv(tmp_path / "dip.csv", index=False)
        asked = run_here("estimate", "dip.csv", "--cluster", "report", cwd=tmp_path)
        assert asked.returncode == 2
        assert "1 in 2024-04, 2024-05 and 2024-06. 12 of 12 numbers" in asked.stderr
        for remedy, reports in ((["--nest", "month"], 36), (["--nest", ""], 12)):
            assert f"--nest {remedy[1] or chr(34) * 2}" in asked.stderr
            done = run_here("estimate", "dip.csv", "--cluster", "report", *remedy, "--format", "csv", cwd=tmp_path)
            assert done.returncode == 0, done.stderr
            assert f",{reports}," in done.stdout

    @pytest.mark.parametrize("column", ["month", "Police force", "Reporting route", "Audit month"])
    def test_of_columns_that_say_where_a_report_was_drawn(self, column: str) -> None:
        with pytest.raises(DataError) as caught:
            cdi.read_audit(sample().rename(columns={"month": column}), cluster="report")
        assert [(item.code, dict(item.known)["into"]) for item in caught.value.faults] == [("ids-anew", column)]

    @every_engine
    def test_of_the_second_column_where_a_report_stands_in_several_of_the_first(
        self, make: Make, tmp_path: Path
    ) -> None:
        frame = sample().assign(route="phone")
        frame.loc[1, "route"] = "web"  # one report by two routes: chance, and no numbers that begin anew
        frame = frame[["route", "month", "report", "recorded"]]
        with pytest.raises(DataError) as caught:
            cdi.read_audit(make(frame, tmp_path), cluster="report")
        assert [(item.code, dict(item.known)["into"]) for item in caught.value.faults] == [("ids-anew", "month")]

    def test_of_unequal_months_that_each_begin_with_1(self) -> None:
        frame = pd.concat([sample(30, MONTHS[:1]), sample(4, MONTHS[1:2])])
        with pytest.raises(DataError, match="4 of 30 numbers"):
            cdi.read_audit(frame, cluster="report")

    @pytest.mark.parametrize("roles", [{"stratum": "month"}, {"period": "month"}])
    def test_of_strata_and_periods_with_the_one_remedy_that_works(self, roles: dict[str, Any]) -> None:
        with pytest.raises(DataError) as caught:
            cdi.read_audit(sample(), cluster="report", **roles)
        (item,) = caught.value.faults
        assert item.code == "ids-anew-apart"
        audit = cdi.read_audit(sample(), cluster="report", nest=dict(item.known)["into"], **roles)
        assert audit.strata.sampled.tolist() == [12, 12, 12]

    @pytest.mark.parametrize(
        "frame",
        [
            by_hand(sample()),
            sample().rename(columns={"month": "crime_type"}),
            sample(12, MONTHS[:1]),
            pd.DataFrame({"month": ["a", "b", "b", "a"], "report": [1, 1, 2, 3], "recorded": 1}),
        ],
    )
    def test_nothing_where_it_does_not_look_so(self, frame: pd.DataFrame) -> None:
        cdi.read_audit(frame, cluster="report")

    def test_of_cases_once_and_not_one_by_one(self) -> None:
        frame = pd.DataFrame({"month": ["a"] * 9 + ["b"] * 9, "case": [*range(1, 10)] * 2, "recorded": 1})
        with pytest.raises(DataError) as caught:
            cdi.read_audit(frame)
        assert [item.code for item in caught.value.faults] == ["ids-anew-apart"]
        assert cdi.read_audit(frame, nest="month").strata.sampled.sum() == 18

    def test_of_case_files_of_a_review(self) -> None:
        frame = pd.DataFrame(
            {"month": ["a"] * 12 + ["b"] * 12, "file": [*range(1, 13)] * 2, "effective": ["yes", "no"] * 12}
        )
        with pytest.raises(DataError, match="each number in one month"):
            cdi.review(frame, by="month")
        assert cdi.review(frame, by="month", nest="month").every == 24
        assert cdi.review(frame, nest="month").every == 24

    def test_with_the_other_faults_of_the_file(self) -> None:
        frame = sample().astype({"recorded": object})
        frame.loc[5, "recorded"] = "perhaps"
        with pytest.raises(DataError) as caught:
            cdi.read_audit(frame, cluster="report", stratum="month")
        assert {item.code for item in caught.value.faults} == {"ids-anew-apart", "word-no-answer"}
