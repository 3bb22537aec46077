"""The files of a draw: what is written, what is read back, and what the receipt proves or refutes."""

from __future__ import annotations

import csv
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import cdi
from cdi.cli.app import cli
from cdi.errors import CdiError, DataError, DesignError
from cdi.selection.files import read_sample

N = 400
FRAME = pd.DataFrame({
    "incident no": [f"{i:05}" for i in range(N)],
    "route": [("calls", "online", "front desk, west")[i % 3] for i in range(N)],
    "area": [f"Area  {i % 5}" for i in range(N)],
    "size": [1 + i % 7 for i in range(N)],
    "opened": [f"2024-03-{1 + i % 28:02}" for i in range(N)],
})  # fmt: skip
PLAN = pd.DataFrame({
    "route": ["calls", "online", "front desk, west"], "population": [134, 133, 133], "sample": [12, 6, 5], "rate": 0.9,
})  # fmt: skip
SEED = "4 6 1 3 2"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a frame and its plan, in which the verb is called."""
    monkeypatch.chdir(tmp_path)
    FRAME.to_csv("frame.csv", index=False)
    PLAN.to_csv("plan.csv", index=False)
    return tmp_path


def run(*args: str) -> Result:
    return CliRunner().invoke(cli, ["draw", *args])


def drawn(*more: str, output: str = "sample.csv") -> Result:
    found = run("frame.csv", "--plan", "plan.csv", "--seed", SEED, "--keep", "area", "-o", output, *more)
    assert found.exit_code == 0, found.output
    return found


def rows_of(path: str) -> list[list[str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def write_rows(path: str, rows: list[list[str]]) -> None:
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def verified(sample: str = "sample.csv", frame: str = "frame.csv") -> Result:
    return run("--verify", "sample.receipt.json", frame, sample)


class TestWriting:
    def test_writes_the_sample_its_reserves_and_the_receipt(self, folder: Path) -> None:
        said = drawn()
        assert "23 of 400 records drawn" in said.stdout
        assert "Keep sample.receipt.key private" in said.stderr
        head, *rows = rows_of("sample.csv")
        assert head == ["route", "incident no", "order", "area", "due", "recorded"]
        assert len(rows) == 23
        assert all(row[4:] == ["", ""] for row in rows)
        assert [row[2] for row in rows_of("sample-reserves.csv")[1:]] == ["13", "14", "7", "6"]

    def test_the_receipt_holds_positions_and_no_text_of_a_row(self, folder: Path) -> None:
        drawn()
        text = Path("sample.receipt.json").read_text(encoding="utf-8")
        proof = json.loads(text)
        assert {"schema", "version", "date", "seed", "method", "columns", "rows", "strata", "digests"} <= set(proof)
        assert not any(unit in text for unit in FRAME["incident no"])
        assert "Area" not in text
        for stratum in proof["strata"]:
            own = [row for row in rows_of("sample.csv")[1:] if [row[0]] == stratum["values"]]
            by_order = [row[1] for row in sorted(own, key=lambda row: int(row[2]))]
            assert by_order == [FRAME["incident no"][position - 1] for position in stratum["positions"]]
            assert len(stratum["positions"]) == stratum["sample"]
            assert len(stratum["reserve_positions"]) == stratum["reserves"]

    @pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
    def test_the_key_is_read_by_its_owner_only(self, folder: Path) -> None:
        drawn()
        assert stat.S_IMODE(Path("sample.receipt.key").stat().st_mode) == 0o600

    def test_digests_differ_from_key_to_key(self, folder: Path) -> None:
        drawn()
        drawn(output="other.csv")
        one, other = (json.loads(Path(f"{name}.receipt.json").read_text())["digests"] for name in ("sample", "other"))
        assert not set(one.values()) & set(other.values())

    @pytest.mark.parametrize("there", ["sample.csv", "sample-reserves.csv", "sample.receipt.json"])
    def test_overwrites_nothing(self, folder: Path, there: str) -> None:
        Path(there).write_text("mine", encoding="utf-8")
        found = run("frame.csv", "--n", "5", "--seed", "1", "-o", "sample.csv")
        assert found.exit_code == 2
        assert f"{there}: expected a new file" in found.stderr
        assert Path(there).read_text(encoding="utf-8") == "mine"

    @pytest.mark.parametrize("output", ["frame.csv", "plan.csv"])
    def test_does_not_write_over_its_inputs(self, folder: Path, output: str) -> None:
        before = Path(output).read_bytes()
        found = run("frame.csv", "--plan", "plan.csv", "--seed", "1", "-o", output)
        assert found.exit_code == 2
        assert Path(output).read_bytes() == before

    def test_wants_an_ending_that_it_writes(self, folder: Path) -> None:
        assert "ends in .csv or .xlsx" in run("frame.csv", "--n", "5", "--seed", "1", "-o", "sample.txt").stderr

    def test_without_a_file_says_what_would_be_drawn(self, folder: Path) -> None:
        found = run("frame.csv", "--n", "5", "--seed", "1", "--format", "json")
        assert found.exit_code == 0
        assert json.loads(found.stdout)["rows"] == [{"stratum": "all", "population": 400, "sample": 5, "reserves": 1}]
        assert "No file was written" in found.stderr
        assert sorted(path.name for path in folder.iterdir()) == ["frame.csv", "plan.csv"]

    def test_text_that_a_spreadsheet_would_run_comes_back_as_it_was(self, folder: Path) -> None:
        units = [f"={i}" if i % 2 else f"'-{i}" for i in range(50)]
        found = cdi.draw(pd.DataFrame({"incident": units}), n=20, seed=1)
        for ending in ("csv", "xlsx"):
            sample, *_ = cdi.write_draw(found, f"{ending}-sample.{ending}")
            held = read_sample(sample)
            assert {row[held.columns.index("incident")] for row in held.rows} == {r.unit for r in found.sample}
            receipt = f"{ending}-sample.receipt.json"
            assert cdi.verify_draw(receipt, pd.DataFrame({"incident": units}), sample).agrees


class TestWorksheet:
    def test_holds_ids_as_text_lists_of_decisions_guidance_and_reserves(self, folder: Path) -> None:
        drawn(output="sample.xlsx")
        assert sorted(path.name for path in folder.iterdir() if path.name.startswith("sample")) == [
            "sample.receipt.json", "sample.receipt.key", "sample.xlsx",
        ]  # fmt: skip
        book = openpyxl.load_workbook("sample.xlsx")
        assert book.sheetnames == ["sample", "guidance", "reserves"]
        sheet: Any = book["sample"]
        assert [cell.value for cell in sheet[1]] == ["route", "incident no", "order", "area", "decision"]
        assert {(cell.data_type, cell.number_format) for cell in sheet["B"][1:]} == {("s", "@")}
        (check,) = sheet.data_validations.dataValidation
        assert (check.type, str(check.sqref).split(":")[0]) == ("list", "E2")
        assert "not recorded" in check.formula1
        said = " ".join(str(cell.value) for row in book["guidance"] for cell in row)
        assert "cdi estimate sample.xlsx --cluster" in said
        assert [cell.value for cell in book["reserves"]["C"]] == ["order", 13, 14, 7, 6]

    def test_filled_in_is_estimated_and_still_verified(self, folder: Path) -> None:
        drawn(output="sample.xlsx")
        book = openpyxl.load_workbook("sample.xlsx")
        sheet: Any = book["sample"]
        for row in range(2, sheet.max_row + 1):
            sheet.cell(row, 5).value = "not recorded" if row % 5 == 0 else "recorded"
        sheet.insert_rows(4)  # a second crime of the report above
        for column in range(1, 5):
            sheet.cell(4, column).value = sheet.cell(3, column).value
        sheet.cell(4, 5).value = "recorded"
        book.save("sample.xlsx")
        assert verified("sample.xlsx").output.startswith("Proved: the seed draws these 23 records")
        found = cdi.estimate("sample.xlsx", cluster="incident no", stratum="route", volumes="plan.csv")
        assert found.table.rows[-1].n == 24

    def test_counts_can_be_asked_for(self, folder: Path) -> None:
        drawn("--answers", "counts", output="sample.xlsx")
        sheet: Any = openpyxl.load_workbook("sample.xlsx")["sample"]
        assert [cell.value for cell in sheet[1]][-2:] == ["due", "recorded"]
        assert {check.type for check in sheet.data_validations.dataValidation} == {"whole"}

    def test_a_sign_that_no_cell_holds_is_refused(self, folder: Path) -> None:
        with pytest.raises(DataError, match="a cell of a workbook"):
            cdi.write_draw(
                cdi.draw(pd.DataFrame({"incident": [f"a\x01{i}" for i in range(9)]}), n=9, seed=1), "sample.xlsx"
            )


def filled() -> None:
    head, *rows = rows_of("sample.csv")
    write_rows("sample.csv", [head, *([*row[:4], "1", str(i % 3 and 1)] for i, row in enumerate(rows))])


Change = Callable[[list[list[str]]], list[list[str]]]


def changed(row: int, column: int, text: str) -> Change:
    return lambda rows: [
        [text if (i, j) == (row, column) else cell for j, cell in enumerate(cells)] for i, cells in enumerate(rows)
    ]


def swapped(one: int, other: int) -> Change:
    def swap(rows: list[list[str]]) -> list[list[str]]:
        rows[one], rows[other] = rows[other], rows[one]
        return rows

    return swap


IN_SAMPLE: dict[str, tuple[Change, str]] = {
    "an id": (changed(4, 1, "00399x"), "which was not drawn"),
    "a stratum": (changed(4, 0, "post"), "was changed: route"),
    "an order": (changed(4, 2, "77"), "was changed: order"),
    "what is kept": (changed(4, 3, "Area 9"), "was changed: area"),
    "a row added": (
        lambda rows: [*rows[:5], ["calls", "00398", "9", "Area 3", "1", "1"], *rows[5:]], "which was not drawn"),
    "a row dropped": (lambda rows: rows[:7] + rows[8:], "was drawn, and is not in the sample"),
    "the last row dropped": (lambda rows: rows[:-1], "was drawn, and is not in the sample"),
    "a row twice": (lambda rows: [*rows, rows[4]], "again"),
    "a row twice on end": (lambda rows: [*rows[:5], *rows[4:]], "again"),
    "rows swapped": (swapped(3, 9), "in another order"),
    "neighbours swapped": (swapped(3, 4), "in another order"),
}  # fmt: skip

IN_FRAME: dict[str, tuple[Change, str]] = {
    "an id": (changed(4, 0, "00399x"), "A row of the frame was changed"),
    "the last id": (changed(N, 0, "00399x"), "A row of the frame was changed"),
    "a stratum": (changed(4, 1, "online"), "At the draw it had 134"),
    "a row added": (lambda rows: [*rows, ["x", *rows[4][1:]]], "The frame has 401 rows. At the draw it had 400."),
    "a row dropped": (lambda rows: rows[:7] + rows[8:], "The frame has 399 rows"),
    "a row twice": (lambda rows: [*rows, rows[4]], "each id once"),
    "rows swapped": (swapped(3, 9), "stand in another order"),
    "neighbours swapped": (swapped(N - 1, N), "stand in another order"),
    "a column": (changed(0, 1, "way"), "a column of the frame for each column of strata"),
}  # fmt: skip


class TestVerification:
    def test_proves_a_draw_filled_in_or_not(self, folder: Path) -> None:
        drawn()
        assert verified().exit_code == 0
        filled()
        found = verified()
        assert (found.exit_code, found.output) == (0, "Proved: the seed draws these 23 records from these 400 rows.\n")

    @pytest.mark.parametrize("name", IN_SAMPLE)
    def test_refutes_a_sample_that_was_changed(self, folder: Path, name: str) -> None:
        change, said = IN_SAMPLE[name]
        drawn()
        filled()
        write_rows("sample.csv", change(rows_of("sample.csv")))
        found = verified()
        assert found.exit_code == 1, found.output
        assert found.output.startswith("Refuted")
        assert said in found.output

    @pytest.mark.parametrize("name", IN_FRAME)
    def test_refutes_a_frame_that_was_changed(self, folder: Path, name: str) -> None:
        change, said = IN_FRAME[name]
        drawn()
        write_rows("frame.csv", change(rows_of("frame.csv")))
        found = verified()
        assert found.exit_code == 1, found.output
        assert said in found.output

    def test_refutes_what_was_kept_of_another_frame(self, folder: Path) -> None:
        drawn()
        unit = rows_of("sample.csv")[1][1]
        place = FRAME.index[FRAME["incident no"] == unit][0]
        write_rows("frame.csv", changed(place + 1, 2, "Area 77")(rows_of("frame.csv")))
        assert "was changed: area" in verified().output

    @pytest.mark.parametrize("kind", ["parquet", "xlsx"])
    def test_proves_from_a_frame_that_was_saved_otherwise(self, folder: Path, kind: str) -> None:
        drawn()
        if kind == "parquet":
            FRAME.to_parquet("frame.parquet")
        else:
            FRAME.to_excel("frame.xlsx", index=False)
        assert verified(frame=f"frame.{kind}").exit_code == 0

    @pytest.mark.parametrize("name", ["seed", "positions", "date", "rows", "digest", "reason"])
    def test_refutes_a_receipt_that_was_changed(self, folder: Path, name: str) -> None:
        drawn()
        proof = json.loads(Path("sample.receipt.json").read_text(encoding="utf-8"))
        if name == "seed":
            proof["seed"] = "1"
        elif name == "positions":
            proof["strata"][0]["positions"][:2] = reversed(proof["strata"][0]["positions"][:2])
        elif name == "date":
            proof["date"] = "2020-01-01"
        elif name == "rows":
            proof["rows"] += 1
        elif name == "digest":
            proof["digests"]["frame"] = "0" * 64
        else:
            proof["replacements"].append({"position": 1, "by": 2, "reason": "inconvenient", "date": "2024-01-01"})
        Path("sample.receipt.json").write_text(json.dumps(proof), encoding="utf-8")
        found = verified()
        assert found.exit_code == 1
        assert "The receipt was changed" in found.output
        assert ("inconvenient" in found.output) is (name == "reason")

    @pytest.mark.parametrize(
        "text", ["", "[]", "{}", '{"schema": "cdi.receipt/1"}', "{", '{"schema": "cdi.receipt/9"}']
    )
    def test_says_what_is_no_receipt(self, folder: Path, text: str) -> None:
        drawn()
        Path("sample.receipt.json").write_text(text, encoding="utf-8")
        found = verified()
        assert found.exit_code == 2
        assert "the receipt of a draw, as cdi writes it" in found.stderr

    def test_needs_the_key(self, folder: Path) -> None:
        drawn()
        Path("sample.receipt.key").rename("elsewhere.key")
        assert "sample.receipt.key: expected the private key of the receipt" in verified().stderr
        drawn(output="other.csv")
        Path("sample.receipt.key").write_bytes(Path("other.receipt.key").read_bytes())
        assert "the private key that the receipt was made with" in verified().stderr

    def test_needs_a_frame_and_a_sample(self, folder: Path) -> None:
        drawn()
        assert "expected the frame and the sample" in run("--verify", "sample.receipt.json", "sample.csv").stderr
        assert "no such option" in run("--verify", "sample.receipt.json", "frame.csv", "sample.csv", "--n", "3").stderr
        assert run("--verify", "none.json", "frame.csv", "sample.csv").exit_code == 2

    def test_covers_sizes_and_weights(self, folder: Path) -> None:
        found = run("frame.csv", "--n", "20", "--size", "size", "--seed", SEED, "-o", "sample.csv")
        assert found.exit_code == 0, found.output
        assert verified().exit_code == 0
        write_rows("frame.csv", changed(N, 3, "99")(rows_of("frame.csv")))
        assert verified().exit_code == 1

    def test_columns_that_auditors_add_are_not_covered(self, folder: Path) -> None:
        drawn()
        head, *rows = rows_of("sample.csv")
        write_rows("sample.csv", [[*head, "note"], *([*row, "seen"] for row in rows)])
        assert verified().exit_code == 0


NO_PROOF: dict[str, tuple[list[str], str]] = {
    "a frame that is not there": (["sample.receipt.json", "none.csv", "sample.csv"], "none.csv: expected a file that"),
    "a frame of other signs": (["sample.receipt.json", "utf16.csv", "sample.csv"], "This is UTF-16"),
    "a sample that is not there": (["sample.receipt.json", "frame.csv", "none.csv"], "none.csv: expected a file that"),
    "a sample that is a folder": (["sample.receipt.json", "frame.csv", "."], ".: expected a file. This is a folder."),
    "a sample of another kind": (["sample.receipt.json", "frame.csv", "a.txt"], "a.txt: expected the sample that cdi"),
    "a sample of other signs": (["sample.receipt.json", "frame.csv", "utf16.csv"], "This is UTF-16"),
    "a sample with semicolons": (["sample.receipt.json", "frame.csv", "semi.csv"], "This file has semicolons"),
    "a column that is gone": (
        ["sample.receipt.json", "frame.csv", "gone.csv"], "gone.csv: expected the column order of the sample"),
    "no file": (["sample.receipt.json"], "expected the frame and the sample. Name both"),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_PROOF)
def test_what_cannot_be_read_refutes_nothing(folder: Path, name: str) -> None:
    drawn()
    rows = rows_of("sample.csv")
    Path("utf16.csv").write_text(Path("frame.csv").read_text(encoding="utf-8"), encoding="utf-16")
    Path("semi.csv").write_text("\n".join(";".join(row) for row in rows), encoding="utf-8")
    Path("a.txt").write_text("", encoding="utf-8")
    write_rows("gone.csv", [row[:2] for row in rows])
    args, said = NO_PROOF[name]
    found = run("--verify", *args)
    assert (found.exit_code, found.stdout) == (2, "")
    assert said in found.stderr


def test_a_place_that_cannot_be_written_is_told_before_anything_is_said(folder: Path) -> None:
    found = run("frame.csv", "--plan", "plan.csv", "--seed", SEED, "-o", "nowhere/sample.csv")
    assert (found.exit_code, found.stdout) == (2, "")
    assert "expected a place where the file can be written" in found.stderr
    assert "Check the folder and its permissions." in found.stderr
    assert "inspection" not in found.stderr


def test_a_damaged_key_of_a_draw_has_no_successor(folder: Path) -> None:
    drawn()
    Path("sample.receipt.key").write_text("nothing", encoding="utf-8")
    said = verified().stderr
    assert "sample.receipt.key: expected the private key of the receipt, as cdi wrote it" in said
    assert "new key" not in said


def test_a_plan_with_titles_is_told_in_its_own_terms(folder: Path) -> None:
    rows = 'calls,12\nonline,6\n"front desk, west",5\n'
    Path("titled.csv").write_text(f"Plan for 2025,\n,\nroute,sample\n{rows}", encoding="utf-8")
    said = run("frame.csv", "--plan", "titled.csv", "--seed", SEED).stderr
    assert "They seem to stand in row 3. Save a copy of the plan without the rows above it" in said
    assert "--header-row" not in said
    Path("copy.csv").write_text("".join(Path("titled.csv").read_text(encoding="utf-8").splitlines(keepends=True)[2:]))
    assert run("frame.csv", "--plan", "copy.csv", "--seed", SEED).exit_code == 0


def test_a_plan_on_one_of_several_sheets_is_named_as_the_advice_says(folder: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "2024"
    for sheet in (book.active, book.create_sheet("2025")):
        for row in [list(PLAN.columns), *PLAN.to_numpy().tolist()]:
            sheet.append(row)
    book.save("plan.xlsx")
    said = run("frame.csv", "--plan", "plan.xlsx", "--seed", SEED).stderr
    assert "Say which to read: --plan PLAN.xlsx#NAME." in said
    assert run("frame.csv", "--plan", "plan.xlsx#2025", "--seed", SEED).exit_code == 0


def test_a_total_of_a_plan_that_does_not_add_up_is_refused(folder: Path) -> None:
    text = 'route,sample\ncalls,12\nonline,6\n"front desk, west",5\nTotal,{}\n'
    Path("total.csv").write_text(text.format(23), encoding="utf-8")
    assert run("frame.csv", "--plan", "total.csv", "--seed", SEED).exit_code == 0
    Path("total.csv").write_text(text.format(24), encoding="utf-8")
    said = run("frame.csv", "--plan", "total.csv", "--seed", SEED).stderr
    assert "total.csv, line 5, column sample: expected a total of the rows above it" in said


def test_a_plan_that_counts_the_frame_otherwise_is_said(folder: Path) -> None:
    assert "front desk, west" not in drawn().stdout.partition("tickets")[2]
    PLAN.assign(population=[134, 133, 140]).to_csv("plan.csv", index=False)
    said = " ".join(drawn(output="other.csv").stdout.split())
    assert "The plan has 140 records of front desk, west, and the frame 133." in said
    assert "Correct the population in the plan before you estimate with it." in said


class TestReplacing:
    def unit(self, row: int = 3, path: str = "sample.csv") -> str:
        return rows_of(path)[row][1]

    def test_puts_the_next_reserve_in_its_place_and_logs_it(self, folder: Path) -> None:
        drawn()
        before, unit = rows_of("sample.csv"), self.unit()
        stratum = before[3][0]
        standby = next(row for row in rows_of("sample-reserves.csv") if row[0] == stratum)
        found = run("--replace", unit, "--reason", "not found", "sample.csv")
        assert found.exit_code == 0, found.output
        assert found.output == f"{unit} is replaced by {standby[1]} (not found). The receipt logs it.\n"
        after = rows_of("sample.csv")
        assert after[3] == standby
        assert [row for i, row in enumerate(after) if i != 3] == [row for i, row in enumerate(before) if i != 3]
        (logged,) = json.loads(Path("sample.receipt.json").read_text(encoding="utf-8"))["replacements"]
        assert FRAME["incident no"][logged["position"] - 1] == unit
        assert FRAME["incident no"][logged["by"] - 1] == standby[1]
        assert logged["reason"] == "not found"
        assert "in the place of records that could not be audited: 1" in verified().output

    def test_keeps_the_answers_of_others(self, folder: Path) -> None:
        drawn()
        filled()
        rows = rows_of("sample.csv")
        rows[3][4:] = ["", ""]
        write_rows("sample.csv", rows)
        assert run("--replace", rows[3][1], "--reason", "damaged", "sample.csv").exit_code == 0
        assert [row[4:] for row in rows_of("sample.csv")] == [row[4:] for row in rows]
        assert verified().exit_code == 0

    def test_replaces_a_reserve_by_the_next(self, folder: Path) -> None:
        drawn()
        place = next(i for i, row in enumerate(rows_of("sample.csv")) if row[0] == "calls")
        for _ in range(2):
            assert run("--replace", self.unit(place), "--reason", "duplicate", "sample.csv").exit_code == 0
        assert rows_of("sample.csv")[place][2] == "14"
        assert verified().exit_code == 0
        found = run("--replace", self.unit(place), "--reason", "duplicate", "sample.csv")
        assert found.exit_code == 2
        assert "(reserves: 2)" in found.stderr

    def test_works_in_a_worksheet(self, folder: Path) -> None:
        drawn(output="sample.xlsx")
        sheet: Any = openpyxl.load_workbook("sample.xlsx")["sample"]
        unit = sheet.cell(4, 2).value
        assert run("--replace", unit, "--reason", "no access", "sample.xlsx").exit_code == 0
        book = openpyxl.load_workbook("sample.xlsx")
        sheet = book["sample"]
        assert sheet.cell(4, 2).value != unit
        assert (sheet.cell(4, 2).data_type, sheet.cell(4, 3).data_type) == ("s", "n")
        assert len(sheet.data_validations.dataValidation) == 1
        assert verified("sample.xlsx").exit_code == 0

    @pytest.mark.parametrize("reason", ["inconvenient", "", "Not Found"])
    def test_takes_reasons_of_the_list_only(self, folder: Path, reason: str) -> None:
        drawn()
        assert run("--replace", self.unit(), "--reason", reason, "sample.csv").exit_code == 2 or reason == "Not Found"
        with pytest.raises(DesignError, match="a reason why a record cannot be audited"):
            cdi.replace_drawn("sample.csv", self.unit(), reason=reason)

    def test_refuses_a_record_that_was_answered(self, folder: Path) -> None:
        drawn()
        filled()
        found = run("--replace", self.unit(), "--reason", "not found", "sample.csv")
        assert "sample.csv, line 4, column due: expected a record that nobody has answered" in found.stderr

    def test_refuses_a_record_that_was_not_drawn(self, folder: Path) -> None:
        drawn()
        said = run("--replace", "7", "--reason", "damaged", "sample.csv").stderr
        assert "expected an id of the sample, but found 7" in said
        # another record is not the one that was meant
        assert "Did you mean" not in said

    def test_a_record_that_was_replaced_before_is_gone(self, folder: Path) -> None:
        drawn()
        unit = self.unit()
        assert run("--replace", f" {unit} ", "--reason", "damaged", "sample.csv").stdout.startswith(f"{unit} is rep")
        said = run("--replace", unit, "--reason", "damaged", "sample.csv").stderr
        assert "A record that was replaced is no longer in it." in said

    @pytest.mark.parametrize("file", ["sample.csv", "sample-reserves.csv", "sample.receipt.json"])
    def test_refuses_files_that_were_changed(self, folder: Path, file: str) -> None:
        drawn()
        unit = self.unit()
        text = Path(file).read_text(encoding="utf-8")
        Path(file).write_text(text.replace("calls", "call"), encoding="utf-8")
        before = Path("sample.csv").read_bytes()
        assert run("--replace", unit, "--reason", "damaged", "sample.csv").exit_code == 2
        assert Path("sample.csv").read_bytes() == before

    def test_wants_id_reason_and_one_sample(self, folder: Path) -> None:
        drawn()
        for args in (["--replace", "7", "sample.csv"], ["--reason", "damaged", "sample.csv"],
                     ["--replace", "7", "--reason", "damaged", "a.csv", "b.csv"]):  # fmt: skip
            assert "the id, the reason and one sample" in run(*args).stderr
        # a reason alone takes part in no draw, and a record to replace is no frame
        assert "the id, the reason and one sample" in run("frame.csv", "--n", "3", "--reason", "damaged").stderr
        assert "the id, the reason and one sample" in run("--replace", "7", "--reason", "damaged").stderr

    def test_without_reserves_says_so(self, folder: Path) -> None:
        drawn("--reserves", "0")
        found = run("--replace", self.unit(), "--reason", "damaged", "sample.csv")
        assert "(reserves: 0)" in found.stderr


def test_a_sample_of_counts_is_what_estimate_reads(folder: Path) -> None:
    drawn()
    filled()
    found = cdi.estimate("sample.csv", cluster="incident no", stratum="route", volumes="plan.csv")
    assert found.table.rows[-1].n == 23


def test_a_plan_serves_simulated_coverage_too(folder: Path) -> None:
    assert cdi.coverage("plan.csv", draws=20, processes=1).table.rows


def test_the_same_draw_is_the_same_text(folder: Path) -> None:
    drawn()
    drawn(output="other.csv")
    assert Path("sample.csv").read_bytes() == Path("other.csv").read_bytes()
    drawn(output="one.xlsx")
    drawn(output="two.xlsx")
    assert Path("one.xlsx").read_bytes() == Path("two.xlsx").read_bytes()


def test_a_sample_as_a_spreadsheet_saves_it_is_read(folder: Path) -> None:
    """With a mark of UTF-8, Windows line ends, and blank lines at its end."""
    drawn()
    text = Path("sample.csv").read_text(encoding="utf-8")
    Path("sample.csv").write_bytes(("\ufeff" + text.replace("\n", "\r\n") + ",,,,,\r\n\r\n").encode())
    assert verified().exit_code == 0


def test_an_id_that_a_spreadsheet_changed_is_told(folder: Path) -> None:
    drawn()
    write_rows(
        "sample.csv",
        [[cell.lstrip("0") if j == 1 else cell for j, cell in enumerate(row)] for row in rows_of("sample.csv")],
    )
    assert verified().exit_code == 1


def test_errors_are_errors_of_cdi(folder: Path) -> None:
    for call in (
        lambda: cdi.verify_draw("none.json", FRAME, "none.csv"),
        lambda: cdi.verify_draw("frame.csv", FRAME, "frame.csv"),
        lambda: cdi.replace_drawn("none.csv", "1", reason="damaged"),
        lambda: cdi.write_draw(cdi.draw(FRAME, n=3, seed=1), "sample"),
        lambda: cdi.write_draw(cdi.draw(FRAME, n=3, seed=1), np.int64(3)),  # type: ignore[arg-type]
    ):
        with pytest.raises(CdiError):
            call()
