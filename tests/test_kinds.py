"""What files hold: recognised, shown with the numbers that follow, and read by the commands that are printed."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

import cdi
from cdi import wording
from cdi.cli.app import cli
from cdi.proposing.numbers import lines_of
from cdi.reading.mapping import read_mapping
from cdi.worksheets import WORKSHEETS

CASES = Path(__file__).parent / "cases"

Numbers = dict[str | None, tuple[int | None, ...]]

READ: dict[str, tuple[str, str, Numbers]] = {
    "first_audit.csv": ("audit", "", {None: (90, 90, 73)}),
    "dip_sample_2024.xlsx": (
        "audit", "",
        {"2024-04": (40, 49, 41), "2024-05": (40, 48, 42), "2024-06": (40, 38, 30), None: (120, 135, 113)},
    ),
    "tot.csv": ("audit", "", {None: (30, 35, 30)}),
    "titled.csv": ("audit", "", {None: (2, 2, 2)}),
    "dots.csv": ("audit", "", {None: (3, 3, 2)}),
    "header_with_line_break.csv": ("audit", "", {None: (60, 60, 48)}),
    "months_yyyymm.csv": ("audit", "", {None: (360, 360, 320)}),
    "weights_1e160.csv": ("audit", "", {None: (200, 200, 150)}),
    "bycat.csv": (
        "audit", "--layout counts",
        {"Other": (1, 60, 57), "Sexual": (1, 20, 17), "Violence": (1, 40, 36), None: (3, 120, 110)},
    ),
    "decisions_pass_fail.csv": ("audit", '--words Pass=recorded --words "Fail=not recorded"', {None: (20, 20, 18)}),
    "police_uk_northshire.csv": (
        "searches", "", {"Other ethnic group - Not stated": (62, 62, 42), None: (420, 420, 350)},
    ),
    "one_record_many_times.csv": ("searches", "", {"asian": (23, 23, 21), None: (132, 132, 108)}),
    "counts_long.csv": ("searches", "", {"Asian": (4, 564, 114), "Black": (4, 1305, 275), None: (12, 3559, 759)}),
    "counts_wide.csv": ("searches", "--layout counts", {"Asian": (1, 564, 114), None: (3, 3559, 759)}),
    "names.csv": ("forces", "", {}),
    "frame_total.csv": ("volumes", "", {"Online": (5200,), None: (32000,)}),
    "ho_wide.csv": ("volumes", "", {"Violence against the person": (43552,), None: (120819,)}),
    "long.csv": ("volumes", "", {"Sexual offences": (2000,), None: (47000,)}),
    "offence_codes_long.csv": (
        "volumes", "", {"Violence": (34664,), "Sexual offences": (1280,), "Other": (16000,), None: (51944,)},
    ),
    "accessible_title_rows.xlsx": ("volumes", "", {"Violence": (54321,), None: (148518,)}),
    "accessible_notes.xlsx": ("volumes", "", {"Sexual offences": (5432,), None: (148518,)}),
    "accessible.ods": ("volumes", "", {"Other": (88765,), None: (148518,)}),
}  # fmt: skip
"""File -> what it holds, the options that answer what it asks, and some of the numbers that follow."""

REFUSED = {
    "bycat.csv": "either-layout",
    "month_counts.csv": "either-layout",
    "counts_wide.csv": "either-layout",
    "capitals.csv": "categories-alike",
    "sci.csv": "id-scientific",
    "err.csv": "value-error",
    "with_another_body.csv": "other-force",
    "thin_space_blanks.csv": "missing-recorded",
    "empty_texts.parquet": "missing-recorded",
    "decisions_crimed.csv": "words-asked",
    "decisions_own_words.csv": "words-asked",
}
"""File -> the one fault that keeps it from being read."""


def opened(folder: Path, name: str, options: str = "") -> Result:
    shutil.copy(CASES / name, folder)
    return CliRunner().invoke(cli, ["open", name, *shlex.split(options)])


def terms(options: str) -> dict[str, object]:
    given = shlex.split(options)
    pairs = list(zip(given[::2], given[1::2], strict=True))
    words = dict(value.split("=") for flag, value in pairs if flag == "--words")
    plain: dict[str, object] = {flag.removeprefix("--"): value for flag, value in pairs if flag != "--words"}
    return {**plain, **({"words": words} if words else {})}


def commands(found: cdi.Proposal) -> list[list[str]]:
    said = [re.search(r"(?:run|as [a-z ]+|here): cdi (.*)", text) for text in found.page().statements]
    return [shlex.split(each[1]) for each in said if each is not None]


class TestFiles:
    @pytest.mark.parametrize("name", READ)
    def test_what_they_hold_and_the_numbers(self, name: str) -> None:
        kind, options, numbers = READ[name]
        found = cdi.open_sheets(CASES / name, **terms(options))  # type: ignore[arg-type]
        assert found.faults == ()
        assert found.holds == kind
        assert found.read is not None
        by = found.groups[0] if found.groups and (kind == "searches" or "counts" in options) else None
        lines = {line.label: line.numbers for line in lines_of(found.read, by)}
        assert {label: lines[label] for label in numbers} == numbers

    @pytest.mark.parametrize("name", READ)
    def test_the_commands_work_as_they_are_printed(
        self, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kind, options, _ = READ[name]
        monkeypatch.chdir(tmp_path)
        shutil.copy(CASES / name, tmp_path)
        rows = "".join(f"{i},{kind_},{i % 3 != 0:d}\n" for i, kind_ in enumerate(["Violence", "Other"] * 20))
        (tmp_path / "AUDIT.csv").write_text(f"cluster,crime_type,recorded\n{rows}", encoding="utf-8")
        found = cdi.open_sheets(name, **terms(options))  # type: ignore[arg-type]
        assert commands(found)
        for command in commands(found):
            if name == "weights_1e160.csv" or kind == "volumes":
                continue  # what these verbs ask next is no question of how the file is read
            done = CliRunner().invoke(cli, command)
            assert done.exit_code == 0, (command, done.output)

    @pytest.mark.parametrize("name", [name for name in READ if name != "weights_1e160.csv"])
    def test_the_calls_work_as_they_are_printed(self, name: str) -> None:
        _, options, _ = READ[name]
        found = cdi.open_sheets(CASES / name, **terms(options))  # type: ignore[arg-type]
        calls = [re.search(r"cdi\.[a-z]+\(found.*\)", text) for text in found.sentences]
        assert any(calls) or found.holds == "volumes"
        for call in filter(None, calls):
            assert str(eval(call[0], {"cdi": cdi, "found": found}))  # noqa: S307 - it is what was printed

    @pytest.mark.parametrize("name", REFUSED)
    def test_what_is_refused(self, name: str) -> None:
        found = cdi.open_sheets(CASES / name)
        assert {item.code for item in found.faults} == {REFUSED[name]}
        assert found.read is None
        assert commands(found) == []

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("corrupt.parquet", "not-parquet"),
            ("sep_line.csv", "separator-line"),
            ("old_mac_lines.csv", "old-mac-lines"),
        ],
    )
    def test_what_cannot_be_looked_at(self, name: str, code: str) -> None:
        with pytest.raises(cdi.DataError) as caught:
            cdi.open_sheets(CASES / name)
        assert [item.code for item in caught.value.faults] == [code]

    def test_a_parquet_file_is_read_by_a_mapping(self, tmp_path: Path) -> None:
        import pandas as pd

        rows = {"Log No": ["A", "B", None], "Crimes due": [1.0, 2.0, 3.0], "Crimes recorded": [1, 1, 2]}
        pd.DataFrame(rows).to_parquet(tmp_path / "audit.parquet")
        found = cdi.open_sheets(tmp_path / "audit.parquet")
        assert [line.numbers for line in lines_of(found.read)] == [(2, 3, 2)]  # type: ignore[arg-type]
        assert dict(found.sheets[0].rows) == {"data": 2, "total": 1}

    def test_a_frame_alone_gives_no_count_of_crimes(self) -> None:
        """It was offered for the crimes not recorded, which do not follow from it."""
        said = cdi.open_sheets(CASES / "frame_total.csv").sentences[-1]
        assert said.startswith("For rates weighted by the sampling frame, with your audit in place of AUDIT.csv: ")
        said = cdi.open_sheets(CASES / "ho_wide.csv").sentences[-1]
        assert said.startswith("For the crimes not recorded, with your audit in place of AUDIT.csv: ")

    def test_the_records_that_state_no_group(self) -> None:
        said = cdi.open_sheets(CASES / "police_uk_northshire.csv").sentences
        assert said[0] == (
            "74 of 420 records state no group in Self-defined ethnicity: 62 Other ethnic group - Not stated and "
            "12 blank."
        )


class TestQuestions:
    def test_a_word_beside_yes_and_no_is_one_question_too(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It was told a second time as a fault of its cell."""
        monkeypatch.chdir(tmp_path)
        text = "Northshire,,\nOccurrence No,Crimes due,Recorded?\nA1,1,Y\nA2,2,N\n,1,Crimed\nA3,1,Y\nTotal,5,\n"
        (tmp_path / "messy.csv").write_text(text, encoding="utf-8")
        found = cdi.open_sheets("messy.csv")
        assert [item.code for item in found.faults] == ["words-asked"]
        assert "1 row names no report in Occurrence No and is taken as a further crime of the report" in str(
            found
        ).replace("\n", " ")
        done = CliRunner().invoke(cli, ["open", "messy.csv"])
        run = re.search(r"run: cdi (.*)", done.stderr)
        assert run is not None
        assert CliRunner().invoke(cli, shlex.split(run[1])).exit_code == 0
        audit = cdi.read_audit(cdi.open_sheets("messy.csv", mapping="mapping.toml"))
        assert audit.strata.sampled.tolist() == [3]

    def test_words_are_asked_for_once_and_the_answer_is_kept(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        done = opened(tmp_path, "decisions_crimed.csv")
        assert done.exit_code == 2
        assert done.stderr.count("decisions_crimed.csv, column") == 1
        run = re.search(r"run: cdi (.*)", done.stderr)
        assert run is not None
        answer = shlex.split(run[1].replace("MEANING", "no crime").replace("N/C=no crime", '"N/C=no crime"'))
        again = CliRunner().invoke(cli, answer)
        assert again.exit_code == 0, again.output
        assert '"N/C" = "no crime"' in (tmp_path / "mapping.toml").read_text(encoding="utf-8")
        estimate = ["estimate", "decisions_crimed.csv", "--mapping", "mapping.toml", "--format", "csv"]
        assert "all,recording rate,0.88" in CliRunner().invoke(cli, estimate).output

    def test_a_word_without_a_meaning_is_still_asked_for(self) -> None:
        found = cdi.open_sheets(CASES / "decisions_pass_fail.csv", words={"Pass": "recorded", "Fail": "MEANING"})
        assert [each.word for each in found.asked] == ["Fail"]

    @pytest.mark.parametrize(("name", "options", "by"), [
        ("tot.csv", "", "--mapping"), ("titled.csv", "--header-row 3", "--mapping"), ("ho_wide.csv", "", None),
    ])  # fmt: skip
    def test_what_is_kept_is_what_the_next_command_reads(
        self, name: str, options: str, by: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The commands named a file that nobody had written."""
        monkeypatch.chdir(tmp_path)
        before = opened(tmp_path, name, options).stdout
        after = opened(tmp_path, name, f"{options} -o dip.toml").stdout
        assert ("-o mapping.toml" in before, "mapping.toml" in after) == (by is not None, False)
        assert (f"{by} dip.toml" in after) == (by is not None)
        again = opened(tmp_path, name, "--mapping dip.toml").stdout
        assert [line for line in again.splitlines() if "cdi " in line] == [
            line for line in after.splitlines() if "cdi " in line
        ]

    @pytest.mark.parametrize("meaning", ["MEANING", "perhaps"])
    def test_what_says_nothing_of_a_word_is_no_part_of_the_answer(
        self, meaning: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        done = opened(tmp_path, "decisions_crimed.csv", f"--words Crimed=recorded --words N/C={meaning} -o m.toml")
        assert done.stderr.count("--words N/C=") == done.stderr.count("--words N/C=MEANING") == 1
        assert dict(read_mapping("m.toml").words) == {"Crimed": "recorded"}

    @pytest.mark.parametrize(("layout", "sums"), [("counts", (3, 120, 110)), ("records", (3, 120, 110))])
    def test_the_layout_is_kept(self, layout: str, sums: tuple[int, ...], tmp_path: Path) -> None:
        found = cdi.open_sheets(CASES / "bycat.csv", layout=layout)  # type: ignore[arg-type]
        assert found.mapping.layout == layout
        assert lines_of(found.read, found.groups[0] if found.groups else None)[-1].numbers == sums  # type: ignore[arg-type]
        found.save(tmp_path / "m.toml")
        again = cdi.open_sheets(CASES / "bycat.csv", mapping=tmp_path / "m.toml")
        assert again.mapping.layout == layout
        assert again.faults == ()

    def test_categories_in_two_spellings_are_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "audit.csv"
        path.write_text("cluster,crime_type,recorded\n1,Violent,1\n2,violent,0\n3,other,1\n", encoding="utf-8")
        found = cdi.open_sheets(path)
        assert [item.code for item in found.faults] == ["categories-alike"]
        words = [(each.word, each.meaning) for each in found.meanings if each.role == "category"]
        assert words == [("Violent", "category"), ("violent", "category"), ("other", "category")]

    def test_a_file_of_two_kinds_is_asked_about(self, tmp_path: Path) -> None:
        path = tmp_path / "both.csv"
        rows = "".join(f"{i},recorded,yes\n" for i in range(20))
        path.write_text(f"cluster,decision,grounds\n{rows}", encoding="utf-8")
        with pytest.raises(cdi.DataError, match='holds="searches" or holds="audit"'):
            cdi.open_sheets(path)
        assert cdi.open_sheets(path, holds="searches").mapping.columns["recorded"] == "grounds"
        assert cdi.open_sheets(path, holds="audit").mapping.columns["decision"] == "decision"

    def test_columns_of_other_names_are_named(self, tmp_path: Path) -> None:
        path = tmp_path / "own.csv"
        path.write_text("Ref,Got it?\n1,yes\n2,no\n", encoding="utf-8")
        with pytest.raises(cdi.DataError, match="Say what the file holds"):
            cdi.open_sheets(path)
        found = cdi.open_sheets(path, holds="audit", cluster="Ref", recorded="Got it?")
        assert [line.numbers for line in lines_of(found.read)] == [(2, 2, 1)]  # type: ignore[arg-type]

    def test_the_force_of_a_table_of_several(self, tmp_path: Path) -> None:
        path = tmp_path / "long.csv"
        rows = "".join(f"2022/23,{q},{f},{n}\n" for q in (1, 2, 3, 4) for f, n in (("Northshire", 5), ("Kent", 7)))
        path.write_text(f"Financial Year,Financial Quarter,Force Name,Recorded crime\n{rows}", encoding="utf-8")
        assert [item.code for item in cdi.open_sheets(path).faults] == ["several-forces"]
        found = cdi.open_sheets(path, force="kent")
        assert [line.numbers for line in lines_of(found.read)][-1] == (28,)  # type: ignore[arg-type]

    @pytest.mark.parametrize(("given", "code"), [
        ({"holds": "audits"}, "no-kind-of-file"), ({"layout": "wide"}, "no-layout"),
        ({"stratum": "route"}, "no-argument"), ({"words": ["Pass"]}, "words-pairs"),
    ])  # fmt: skip
    def test_what_is_no_answer(self, given: dict[str, object], code: str) -> None:
        with pytest.raises(cdi.CdiError) as caught:
            cdi.open_sheets(CASES / "tot.csv", **given)  # type: ignore[arg-type]
        assert [item.code for item in caught.value.faults] == [code]

    def test_an_answer_in_words_of_ones_own(self, tmp_path: Path) -> None:
        path = tmp_path / "stops.csv"
        rows = "".join(f"S{i},{'White' if i % 2 else 'NS'},{'Poor' if i % 5 == 0 else 'OK'}\n" for i in range(20))
        path.write_text(f"Review of searches,,\n,,\nForm No,Ethnicity,Grounds ok?\n{rows}", encoding="utf-8")
        found = cdi.open_sheets(path)
        assert found.holds == "searches"
        assert [(each.word, each.rows) for each in found.asked] == [("OK", 16), ("Poor", 4)]
        answered = cdi.open_sheets(path, words={"ok": "yes", "poor": "no"})
        assert [line.numbers for line in lines_of(answered.read)] == [(20, 20, 16)]  # type: ignore[arg-type]
        assert cdi.grounds(answered).table.rows[-1].recorded == 16

    def test_next_months_new_word_is_asked_for_beside_the_mapping(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        Path("june.csv").write_text("cluster,decision\n1,Pass\n2,Fail\n", encoding="utf-8")
        Path("july.csv").write_text("cluster,decision\n3,Pass\n4,Late\n", encoding="utf-8")
        words = ["--words", "Pass=recorded", "--words", "Fail=not recorded"]
        assert CliRunner().invoke(cli, ["open", "june.csv", *words, "-o", "mapping.toml"]).exit_code == 0
        asked = CliRunner().invoke(cli, ["open", "july.csv", "--mapping", "mapping.toml"])
        run = re.search(r"run: cdi (.*)", asked.stderr)
        assert run is not None
        assert CliRunner().invoke(cli, shlex.split(run[1])).exit_code == 0
        for month in ("june.csv", "july.csv"):
            assert CliRunner().invoke(cli, ["estimate", month, "--mapping", "mapping.toml"]).exit_code == 0

    def test_sheets_of_other_kinds_are_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        book = openpyxl.Workbook()
        tables = {
            "Audit": [["Incident", "due", "recorded"], *([f"I{i}", 1, i % 2] for i in range(9))],
            "Crime": [["Offence group", "Recorded crime"], ["Violence", 900], ["Other", 800]],
            "Stops": [["Form", "Ethnicity", "Grounds?"], *([f"S{i}", "White", "YN"[i % 2]] for i in range(8))],
        }
        del book["Sheet"]
        for name, rows in tables.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        book.save("mix.xlsx")
        found = cdi.open_sheets("mix.xlsx")
        assert [(each.sheet, each.use, each.kinds) for each in found.sheets] == [
            ("Audit", "data", ("audit",)), ("Crime", "other", ("volumes",)), ("Stops", "other", ("searches",)),
        ]  # fmt: skip
        for command in commands(found):
            done = CliRunner().invoke(cli, command)
            assert done.exit_code == 0, (command, done.output)
        assert cdi.open_sheets("mix.xlsx#Stops").holds == "searches"
        assert cdi.open_sheets("mix.xlsx", holds="volumes").read is not None


READING = """force = "Kent Police"
[audit]
files = "first_audit.csv"
by = "crime_type"
[volumes]
files = "crimes.csv"
[volumes.reading]
header_row = 2
[volumes.reading.columns]
category = "Kind"
recorded_crime = "How many"
[searches]
files = "stops.csv"
by = "Ethnicity"
[searches.reading]
header_row = 2
[searches.reading.columns]
recorded = "Grounds ok?"
[searches.reading.words]
OK = "yes"
Poor = "no"
[reviews]
files = "files.csv"
[reviews.reading]
header_row = 3
[reviews.reading.columns]
case = "File No"
"""


class TestInspections:
    """A mapping stands in the file of an inspection, for searches, reviews and volumes as for audits."""

    def written(self, folder: Path, header: str = "File No,Victim updated?,Needs assessed?") -> Path:
        shutil.copy(CASES / "first_audit.csv", folder)
        (folder / "crimes.csv").write_text("Our crimes,\nKind,How many\nviolent,900\nother,800\n", encoding="utf-8")
        stops = "".join(f"S{i},{'White' if i % 2 else 'NS'},{'Poor' if i % 3 == 0 else 'OK'}\n" for i in range(60))
        (folder / "stops.csv").write_text(f"Searches,,\nForm No,Ethnicity,Grounds ok?\n{stops}", encoding="utf-8")
        rows = "".join(f"F{i},{'Yes' if i % 4 else 'No'},N/A\n" for i in range(40))
        (folder / "files.csv").write_text(f"Reviews,,\nJune,,\n{header}\n{rows}F99,Yes,No\n", encoding="utf-8")
        (folder / "inspection.toml").write_text(READING, encoding="utf-8")
        return folder / "inspection.toml"

    def test_a_report_is_made_by_them(self, tmp_path: Path) -> None:
        report = cdi.assemble(self.written(tmp_path))
        assert [part.key for part in report.parts] == ["recording", "searches", "reviews"]
        whole = {
            row.measure.key: row for part in report.parts for table in part.tables for row in table.rows if row.whole
        }
        assert (whole["recording-rate"].n, whole["recording-rate"].recorded) == (90, 73)
        assert 0 < (whole["unrecorded"].estimate or 0) < 1700
        assert (whole["grounds"].n, whole["grounds"].recorded) == (60, 40)

    def test_what_no_longer_fits_names_its_place(self, tmp_path: Path) -> None:
        path = self.written(tmp_path, "Case,Victim updated?,Needs assessed?")
        with pytest.raises(cdi.DataError) as caught:
            cdi.assemble(path)
        assert [(item.code, item.where.line) for item in caught.value.faults] == [("no-column", 3)]


FILLED: dict[str, list[dict[str, object]]] = {
    "audit": [{"case": f"{i}-1", "cluster": f"{i}", "stratum": "xy"[i % 2], "crime_type": "violent",
               "decision": ("recorded", "no crime", "not recorded")[i % 3]} for i in range(12)],
    "searches": [{"case": f"{i}", "ethnicity": "white", "grounds": ("yes", "no")[i % 2]} for i in range(8)],
    "review": [{"file": f"{i}", "outcome": "15", "question_1": ("yes", "no")[i % 2], "question_2": "not applicable"}
               for i in range(8)],
    "volumes": [{"crime_type": name, "recorded_crime": 100 + i} for i, name in enumerate(["violent", "other"])],
    "results": [{"force": name, "rate": 0.9, "half_width": 0.02, "period": "2024-01 to 2024-06",
                 "inspection_type": "x", "source": "made up"} for name in ("Kent", "Essex", "Surrey")],
}  # fmt: skip


class TestWorksheets:
    @pytest.mark.parametrize("kind", FILLED)
    def test_a_worksheet_that_was_filled_in_opens_without_a_question(self, kind: str, tmp_path: Path) -> None:
        path = tmp_path / f"{kind}.xlsx"
        cdi.write_template(kind, path)
        book = openpyxl.load_workbook(path)
        names = [column.name for column in WORKSHEETS[kind].columns]
        for i, row in enumerate(FILLED[kind], 2):
            for j, name in enumerate(names, 1):
                book[kind].cell(i, j).value = row.get(name)  # type: ignore[union-attr]
        book.save(path)
        found = cdi.open_sheets(path)
        assert found.faults == ()
        assert found.holds == {"results": "forces"}.get(kind, kind)
        assert found.is_plain

    def test_an_empty_one_is_refused_as_in_every_verb(self, tmp_path: Path) -> None:
        cdi.write_template("audit", tmp_path / "audit.xlsx")
        with pytest.raises(cdi.DataError) as caught:
            cdi.open_sheets(tmp_path / "audit.xlsx")
        assert [item.code for item in caught.value.faults] == ["sheet-without-rows"]


class TestSurfaces:
    @pytest.mark.parametrize("name", ["counts_long.csv", "ho_wide.csv", "names.csv", "dip_sample_2024.xlsx"])
    def test_it_shows_itself(self, name: str) -> None:
        found = cdi.open_sheets(CASES / name)
        assert "What follows" in str(found)
        assert "cdi open" not in str(found)
        assert re.search(r"run: |--[a-z]", str(found)) is None
        assert "<table" in found._repr_html_()
        assert set(found.to_pandas().columns) == {"file", "sheet", "use", "kind", "rows"}
        assert repr(found).startswith("<cdi.Proposal: ")

    def test_check_says_the_same(self) -> None:
        found = cdi.open_sheets(CASES / "dip_sample_2024.xlsx")
        described = cdi.describe(cdi.read_audit(found))
        mapped = {role: name for role, name in found.mapping.columns.items() if role != "period"}
        assert {role: described.roles[role] for role in mapped} == mapped
        reports, due, recorded = lines_of(found.read)[-1].numbers  # type: ignore[arg-type]
        assert sum(each.reports for each in described.strata) == reports
        assert sum(each.due for each in described.strata) == due
        assert sum(each.recorded for each in described.strata) == recorded
        assert found.page().remarks == described.page().remarks
        assert any("28 rows name no report" in text for text in found.sentences)
        assert described.filled_down
        assert wording.ROWS_FILLED in described.sentences

    @pytest.mark.parametrize("name", ["tot.csv", "dots.csv", "header_with_line_break.csv", "decisions_stray_signs.csv"])
    def test_check_passes_over_the_same(self, name: str) -> None:
        found = cdi.open_sheets(CASES / name)
        assert found.page().remarks == cdi.describe(cdi.read_audit(found)).page().remarks
