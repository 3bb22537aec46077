"""What is read of several forces: published rates with their half widths, or one audit of all."""

from __future__ import annotations

import math
from pathlib import Path

import openpyxl
import pandas as pd
import polars as pl
import pytest

import cdi
from cdi.audits.design import Selection
from cdi.audits.force_names import APART, TERRITORIAL, near, usual
from cdi.errors import CdiError, DataError, DesignError
from cdi.measures import told
from cdi.peers.force_results import read_forces

HEADER = "force,rate,half_width,period,inspection_type,source\n"


def file_of(folder: Path, rows: str, header: str = HEADER) -> Path:
    file = folder / "results.csv"
    file.write_text(header + rows, encoding="utf-8")
    return file


def faults_of(source: object) -> list[tuple[str, int | None, str | None]]:
    with pytest.raises(DataError) as error:
        read_forces(source)
    return [(each.code, each.where.line, each.where.column) for each in error.value.faults]


class TestNames:
    def test_are_the_43_of_the_recorded_volumes(self) -> None:
        volumes = pd.read_csv("data/published/recorded_volumes.csv")
        assert sorted(TERRITORIAL) == sorted(volumes[volumes.area_type == "force"].force.unique())
        assert len(TERRITORIAL) == 43

    @pytest.mark.parametrize(
        ("written", "name"),
        [
            ("Metropolitan Police Service", "Metropolitan Police"),
            ("metropolitan", "Metropolitan Police"),
            ("Devon & Cornwall Police", "Devon and Cornwall"),
            ("  Durham   Constabulary ", "Durham"),
            ("british transport police", APART),
            ("BTP", APART),
            ("the Met", "Metropolitan Police"),
            ("GMP", "Greater Manchester"),
            ("Dyfed Powys", "Dyfed-Powys"),
            ("Heddlu Gwent", "Gwent"),
            ("Hampshire and Isle of Wight Constabulary", "Hampshire"),
            ("Police Scotland", None),
            ("East Midlands", None),
        ],
    )
    def test_are_known_in_their_usual_spellings(self, written: str, name: str | None) -> None:
        assert usual(written) == name

    def test_near_ones_are_hints_only(self) -> None:
        assert (usual("Leicestershre"), near("Leicestershre")) == (None, "Leicestershire")


class TestPublished:
    def test_gives_the_interval_as_printed_and_the_size_that_it_implies(self, tmp_path: Path) -> None:
        read = read_forces(file_of(tmp_path, "Kent,0.914,0.026,2024,PEEL,report\nEssex,91.4%,2.6%,,,\n"))
        first, second = read.rates
        assert (first.row.low, first.row.high) == pytest.approx((0.888, 0.940), abs=1e-12)
        assert first.size == pytest.approx(0.914 * 0.086 * (1.96 / 0.026) ** 2)
        assert second.row.estimate == first.row.estimate
        assert (first.period, first.inspection_type, first.source) == ("2024", "PEEL", "report")
        assert read.published

    def test_a_rate_without_a_half_width_has_no_interval(self, tmp_path: Path) -> None:
        (rate,) = read_forces(file_of(tmp_path, "Kent,0.9,,,,\n")).rates
        assert rate.row.low is rate.row.high is rate.row.n_eff is None
        assert math.isnan(rate.size)
        assert told(rate.row.facts) == ("no-interval",)

    def test_a_blank_rate_is_a_force_without_data(self, tmp_path: Path) -> None:
        read = read_forces(file_of(tmp_path, "Kent,,,,,\nEssex,0.9,,,,\n"))
        assert (read.blank, [rate.force for rate in read.rates]) == (("Kent",), ["Essex"])

    def test_tells_all_faults_at_once_with_their_lines(self, tmp_path: Path) -> None:
        rows = "Kent,91.4,0.02,,,\nKent Police,0.9,2,,,\n,0.8,,,,\nEssex,x,,,,\nSurrey,0.9,0,,,\n"
        assert faults_of(file_of(tmp_path, rows)) == [
            ("bare-percent", 2, "rate"),
            ("force-twice", 3, "force"),
            ("bare-percent", 3, "half_width"),
            ("missing", 4, "force"),
            ("not-a-proportion-text", 5, "rate"),
            ("half-width-of-force", 6, "half_width"),
        ]

    @pytest.mark.parametrize(("rate", "half_width", "beyond"), [
        ("98%", "2%", False), ("99%", "2%", True), ("1%", "2%", True), ("50%", "2%", False),
    ])  # fmt: skip
    def test_an_interval_that_reaches_beyond_100_percent_says_so(
        self, rate: str, half_width: str, *, beyond: bool, tmp_path: Path
    ) -> None:
        (found,) = read_forces(file_of(tmp_path, f"Kent,{rate},{half_width},,,\n")).rates
        assert ("beyond" in told(found.row.facts)) is beyond

    @pytest.mark.parametrize("half_width", ["0", "0.00000001", "0.00009", "1", "100%"])
    def test_a_half_width_that_no_interval_has_is_refused(self, half_width: str, tmp_path: Path) -> None:
        assert faults_of(file_of(tmp_path, f"Kent,0.9,{half_width},,,\n")) == [("half-width-of-force", 2, "half_width")]

    def test_is_told_of_no_sample(self, tmp_path: Path) -> None:
        with pytest.raises(DesignError) as error:
            read_forces(file_of(tmp_path, "Kent,0.9,,,,\n"), selection="judgement", stratum="force")
        assert [(each.code, each.got) for each in error.value.faults] == [("roles-of-rates", "selection, stratum")]

    def test_a_percentage_is_told_both_spellings(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match=r"Write 91\.4% or 0\.914"):
            read_forces(file_of(tmp_path, "Kent,91.4,,,,\n"))

    def test_needs_the_column_force(self, tmp_path: Path) -> None:
        assert faults_of(file_of(tmp_path, "Kent,0.9\n", "Force,rate\n")) == [("no-column", 1, None)]

    def test_frames_of_any_engine_say_the_same(self) -> None:
        columns = {"force": ["Kent", "Essex"], "rate": [0.9, 0.8], "half_width": [0.02, None]}
        frames = [pd.DataFrame(columns), pl.DataFrame(columns), pl.DataFrame(columns).lazy()]
        found = [{rate.force: rate.row for rate in read_forces(frame).rates} for frame in frames]
        assert found[0] == found[1] == found[2]
        assert list(found[0]) == ["Kent", "Essex"]

    def test_a_worksheet_that_was_filled_in_is_read(self, tmp_path: Path) -> None:
        file = tmp_path / "results.xlsx"
        cdi.write_template("results", file)
        book = openpyxl.load_workbook(file)
        for row in (
            ["Kent", 0.914, 0.026, "2023-01 to 2023-06", "PEEL", "a report"],
            ["Essex", 0.9, None, "", "", "b"],
        ):
            book["results"].append(row)
        book.save(file)
        read = read_forces(str(file))
        assert [(rate.force, rate.rate, rate.period) for rate in read.rates] == [
            ("Kent", 0.914, "2023-01 to 2023-06"),
            ("Essex", 0.9, ""),
        ]


class TestMixed:
    @pytest.mark.parametrize(
        ("rows", "codes"),
        [
            ([("2024-01 to 2024-06", "PEEL"), ("2024-06 to 2024-12", "peel ")], []),
            ([("2024", ""), ("2024-06", "")], []),
            ([("2024-01", "PEEL"), ("2024-02", "PEEL")], ["mixed-periods"]),
            ([("2024", "PEEL"), ("2024", "CDI")], ["mixed-kinds"]),
            ([("2024", "PEEL"), ("2024", "")], ["mixed-kinds"]),
            ([("2024", ""), ("spring", "")], ["unknown-periods"]),
            ([("", ""), ("", "")], []),
            ([("2023", "PEEL"), ("2024", "CDI"), ("", "")], ["mixed-kinds", "mixed-periods", "unknown-periods"]),
        ],
    )
    def test_says_in_what_way(self, rows: list[tuple[str, str]], codes: list[str]) -> None:
        columns = {"force": list("ABC"[: len(rows)]), "rate": [0.9] * len(rows)}
        periods, kinds = zip(*rows, strict=True)
        read = read_forces(pd.DataFrame({**columns, "period": periods, "inspection_type": kinds}))
        assert list(read.mixed) == codes

    def test_names_the_first_period_and_the_last_in_full(self) -> None:
        periods = ["2023-09 to 2023-12", "2024-09 to 2024-12"]
        frame = pd.DataFrame({"force": ["A", "B"], "rate": [0.9, 0.8], "period": periods})
        with pytest.raises(DataError) as caught:
            read_forces(frame, mixed_periods=False)
        assert [item.got for item in caught.value.faults if item.code == "mixed-periods"] == [
            "the first is September to December 2023 and the last is September to December 2024"
        ]


def audit_of(**recorded: int) -> pd.DataFrame:
    return pd.DataFrame([{"force": f, "recorded": int(i < n)} for f, n in recorded.items() for i in range(20)])


class TestAudit:
    def test_gives_the_rate_of_each_force_as_the_engine_does(self) -> None:
        frame = audit_of(Kent=18, Essex=15)
        read = read_forces(frame, level=0.9, method="jeffreys")
        rates = cdi.recording_rate(cdi.read_audit(frame, stratum="force"))
        interval = rates.interval(0.9, "jeffreys")
        for rate in read.rates:
            i = [row.label for row in rates.rows].index((rate.force,))
            assert (rate.rate, rate.row.low) == (rates.estimate[i], interval.low[i])
            assert rate.size == 20
        assert not read.published
        assert read.mixed == {}

    def test_keeps_the_strata_within_a_force(self) -> None:
        frame = audit_of(Kent=18, Essex=15).assign(stratum=["calls", "online"] * 20)
        assert read_forces(frame).rates[0].row.df == 20 - 2

    def test_of_searches(self) -> None:
        read = read_forces(audit_of(Kent=18, Essex=15).rename(columns={"recorded": "grounds"}), measure="grounds")
        assert {rate.row.measure.key for rate in read.rates} == {"grounds"}

    @pytest.mark.parametrize(("selection", "reason"), [("judgement", "judgement"), ("voluntary", "chose to answer")])
    def test_is_refused_where_the_sample_stands_for_nothing_else(self, selection: Selection, reason: str) -> None:
        with pytest.raises(DesignError, match=reason) as error:
            read_forces(audit_of(Kent=18, Essex=15), selection=selection)
        assert error.value.faults[0].code == "not-representative"

    @pytest.mark.parametrize(
        ("names", "code"),
        [
            (("Kent", "KENT"), "categories-alike"),
            (("Met", "Metropolitan Police"), "force-spelled"),
            (("Mine", "mine"), "categories-alike"),
        ],
    )
    def test_of_one_force_in_two_spellings_is_refused(self, names: tuple[str, str], code: str) -> None:
        with pytest.raises(DataError, match="Use one spelling") as error:
            read_forces(audit_of(**dict.fromkeys((*names, "Essex"), 15)))
        assert [each.code for each in error.value.faults] == [code]
        assert any(name in str(error.value) for name in names)

    def test_a_force_without_crimes_is_one_without_data(self) -> None:
        frame = audit_of(Kent=18, Essex=0).assign(due=[1] * 20 + [0] * 20)
        assert read_forces(frame).blank == ("Essex",)


class TestOtherBodies:
    """A body that is none of the 43 forces takes no part until it is said that it does."""

    RESULTS = Path(__file__).parent / "cases" / "forces_with_another_body.csv"

    def test_are_asked_about_beside_forces(self) -> None:
        with pytest.raises(DataError) as caught:
            cdi.forces(self.RESULTS, mixed_periods=True)
        assert [(item.code, item.got) for item in caught.value.faults] == [
            ("other-force", "Police Scotland"),
            ("other-force", "PSNI"),
        ]

    def test_are_told_with_whatever_else_keeps_results_apart(self) -> None:
        with pytest.raises(DataError) as caught:
            cdi.forces(self.RESULTS)
        assert {"other-force", "mixed-kinds", "mixed-periods"} <= {item.code for item in caught.value.faults}

    def test_are_shown_and_left_out_where_that_is_said(self) -> None:
        found = cdi.forces(self.RESULTS, mixed_periods=True, other_forces="leave-out")
        assert [row.name for row in found.apart] == ["British Transport Police", "Police Scotland", "PSNI"]
        assert len(found.lines.names) == 11
        assert found.sentences[:2] == (
            "British Transport Police is not in the totals for England and Wales. It is shown, but left out of the "
            "lines and the funnel.",
            "These are not among the 43 territorial forces of England and Wales: Police Scotland and PSNI. They are "
            "shown, but left out of the lines and the funnel.",
        )

    def test_are_counted_where_that_is_said(self) -> None:
        found = cdi.forces(self.RESULTS, mixed_periods=True, other_forces="include")
        assert [row.name for row in found.apart] == ["British Transport Police"]
        assert "but are counted: Police Scotland and PSNI." in found.sentences[1]

    def test_alone_are_no_question(self) -> None:
        frame = pd.DataFrame({"force": ["North", "South", "East"], "rate": [0.8, 0.9, 0.85]})
        assert len(cdi.forces(frame).lines.names) == 3

    def test_of_an_audit_are_asked_about_too(self) -> None:
        rows = [{"force": f, "recorded": i % 3 > 0} for f in ("Kent", "Essex", "Surrey", "PSNI") for i in range(9)]
        with pytest.raises(DataError) as caught:
            cdi.forces(pd.DataFrame(rows))
        assert [(item.code, item.got) for item in caught.value.faults] == [("other-force", "PSNI")]
        found = cdi.forces(pd.DataFrame(rows), other_forces="leave-out")
        assert [row.name for row in found.apart] == ["PSNI"]

    def test_a_slip_names_the_force_that_is_near(self) -> None:
        frame = pd.DataFrame({"force": ["Kentt", "Essex Polic", "Surrey", "Sussex"], "rate": [0.8, 0.9, 0.85, 0.9]})
        with pytest.raises(DataError) as caught:
            cdi.forces(frame)
        found = [(item.code, dict(item.known)["force"]) for item in caught.value.faults]
        assert found == [("force-like-another", "Kent"), ("force-like-another", "Essex")]

    def test_names_in_other_spellings_are_known(self) -> None:
        found = cdi.forces(self.RESULTS.with_name("forces_names.csv"))
        assert not found.rates.counted_in
        assert "City of London" not in found.missing

    def test_rows_of_all_forces_are_left_out_and_said(self) -> None:
        names = ["Kent", "England and Wales", "Essex", "Surrey", "Average"]
        found = cdi.forces(pd.DataFrame({"force": names, "rate": [0.8, 0.86, 0.9, 0.85, 0.85]}))
        assert len(found.lines.names) == 3
        assert "These rows are not of a single force, and are left out: England and Wales." in found.sentences
        assert "A row of averages or percentages is left out: row 5 (counted from 1)." in found.sentences

    def test_what_becomes_of_them_is_one_of_two_words(self) -> None:
        with pytest.raises(CdiError) as caught:
            cdi.forces(self.RESULTS, other_forces="drop")
        assert caught.value.faults[0].code == "no-other-forces"
