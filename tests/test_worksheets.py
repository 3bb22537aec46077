"""Empty worksheets: what stands in them, and that what is filled in comes back as it was typed, through LibreOffice."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

import cdi
from cdi import wording, worksheets
from cdi.audits import answers, periods
from cdi.cli.app import cli
from tests.test_cli import run_here

KINDS = ("audit", "searches", "review", "volumes", "results", "trend")
IDS = ("0012", "1-2", "2021/03", "1e5", "123456789012345678", "TRUE", "=A1", "=1+1")
CLASSES = {
    "not recorded": None,
    "wrong class": "public order",
    "no crime": None,
    "transferred": None,
    "duplicate": None,
    "not auditable": None,
}
COLUMNS = {
    "audit": ["case", "cluster", "stratum", "crime_type", "recorded_as", "decision"],
    "searches": ["case", "stratum", "ethnicity", "grounds"],
    "review": ["file", "outcome", "question_1", "question_2", "question_3"],
    "volumes": ["crime_type", "recorded_crime", "route_share", "period"],
    "results": ["force", "rate", "half_width", "period", "inspection_type", "source"],
    "trend": ["month", "case", "cluster", "crime_type", "decision"],
}


@pytest.fixture(scope="module", params=KINDS)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Any]:
    """Write each template once and open it."""
    file = tmp_path_factory.mktemp("made") / "template.xlsx"
    cdi.write_template(request.param, file)
    return request.param, openpyxl.load_workbook(file)


def row_of(sheet: Any, number: int) -> list[object]:
    return [cell.value for cell in sheet[number]]


def checks_of(sheet: Any) -> dict[str, Any]:
    """Find the validation of each column, by its name."""
    found = {}
    for check in sheet.data_validations.dataValidation:
        (area,) = check.sqref.ranges
        assert (area.min_col, area.min_row) == (area.max_col, 2)
        found[sheet.cell(1, area.min_col).value] = check
    return found


class TestTable:
    def test_there_is_one_of_each_kind(self) -> None:
        assert tuple(worksheets.WORKSHEETS) == KINDS
        assert all(sheet.kind == kind for kind, sheet in worksheets.WORKSHEETS.items())

    def test_has_the_names_that_are_read_and_nothing_else(self, made: tuple[str, Any]) -> None:
        kind, book = made
        assert book.sheetnames == [kind, "guidance"]
        assert row_of(book[kind], 1) == COLUMNS[kind]
        assert book[kind].max_row == 1

    def test_is_pointed_to_by_a_name(self, made: tuple[str, Any]) -> None:
        kind, book = made
        assert {name: found.attr_text for name, found in book.defined_names.items()} == {
            worksheets.TABLE: f"'{kind}'!$A$1"
        }

    def test_columns_are_text_but_for_numbers(self, made: tuple[str, Any]) -> None:
        kind, book = made
        for cell, column in zip(book[kind][1], worksheets.WORKSHEETS[kind].columns, strict=True):
            style = book[kind].column_dimensions[cell.column_letter]
            assert style.number_format == {"count": "0", "proportion": "General"}.get(column.holds, "@")
            assert style.width > max(len(word) for word in (column.name, *column.choices))

    def test_lists_hold_the_words_to_choose(self, made: tuple[str, Any]) -> None:
        kind, book = made
        lists = {name: check for name, check in checks_of(book[kind]).items() if check.type == "list"}
        expected = {column.name: column.choices for column in worksheets.WORKSHEETS[kind].columns if column.choices}
        assert {name: tuple(check.formula1.strip('"').split(",")) for name, check in lists.items()} == expected

    def test_entries_are_checked_and_explained_within_the_limits_of_a_workbook(self, made: tuple[str, Any]) -> None:
        kind, book = made
        guarded = checks_of(book[kind])
        holds = {column.name: column.holds for column in worksheets.WORKSHEETS[kind].columns}
        assert set(guarded) == {name for name, held in holds.items() if held not in {"id", "text"}}
        for name, check in guarded.items():
            assert check.allow_blank
            assert check.showInputMessage
            assert check.prompt == wording.ENTRY_PROMPTS[holds[name]]
            assert bool(check.showErrorMessage) == (holds[name] != "period")
            assert len(check.formula1 or "") <= 255
            assert max(len(check.prompt), len(check.error or "")) <= 255
            assert len(check.promptTitle) <= 32

    def test_counts_are_whole_and_proportions_between_0_and_1(self, tmp_path: Path) -> None:
        for kind in ("volumes", "results"):
            cdi.write_template(kind, tmp_path / f"{kind}.xlsx")
        count = checks_of(openpyxl.load_workbook(tmp_path / "volumes.xlsx")["volumes"])["recorded_crime"]
        assert (count.type, count.operator, count.formula1) == ("whole", "greaterThanOrEqual", "0")
        rate = checks_of(openpyxl.load_workbook(tmp_path / "results.xlsx")["results"])["rate"]
        assert (rate.type, rate.operator, rate.formula1, rate.formula2) == ("decimal", "between", "0", "1")


class TestGuidance:
    def test_explains_every_column_word_rule_and_command(self, made: tuple[str, Any]) -> None:
        kind, book = made
        rows = [tuple(row) for row in book["guidance"].iter_rows(values_only=True)]
        assert rows[0] == wording.GUIDANCE_HEADINGS
        assert all(all(row) for row in rows)
        named = {
            about: [name for part, name, _ in rows if part == about] for about in dict.fromkeys(r[0] for r in rows)
        }
        assert named["column"] == COLUMNS[kind]
        chosen = {word: None for column in worksheets.WORKSHEETS[kind].columns for word in column.choices}
        assert named.get("word to choose", []) == list(chosen)
        assert len(named["rule"]) == len(wording.TEMPLATE_RULES[kind])
        assert [text for part, _, text in rows if part == "what to do next"] == list(wording.TEMPLATE_COMMANDS[kind])

    def test_says_what_is_needed(self, made: tuple[str, Any]) -> None:
        kind, book = made
        said = {name: text for part, name, text in book["guidance"].iter_rows(values_only=True) if part == "column"}
        for column in worksheets.WORKSHEETS[kind].columns:
            assert said[column.name].startswith("Required. " if column.needed else "Optional. ")

    @pytest.mark.parametrize(("word", "meaning"), answers.DECISIONS.items())
    def test_says_of_each_decision_what_it_counts_as(self, word: str, meaning: answers.Decision) -> None:
        said = wording.TEMPLATE_CHOICES["audit"][word]
        assert ("counts as due" in said) == meaning.due
        assert bool(re.search(r"due and as recorded", said)) == meaning.recorded
        assert ("as not recorded" in said) == (meaning.due and (not meaning.recorded or meaning.wrong_class))
        assert ("not as a crime" in said) == (meaning.auditable and not meaning.due)
        assert ("left out of the rate" in said) == (not meaning.auditable)

    @pytest.mark.parametrize("kind", ["audit", "searches", "review", "trend"])
    def test_forbids_names_of_people(self, kind: str) -> None:
        assert any("Do not enter people's names" in rule for rule in wording.TEMPLATE_RULES[kind])

    @pytest.mark.parametrize("kind", KINDS)
    def test_commands_exist_with_their_options(self, kind: str) -> None:
        for command in wording.TEMPLATE_COMMANDS[kind]:
            if command.startswith("cdi "):
                verb, *rest = command.split()[1:]
                assert {part for part in rest if part.startswith("--")} <= {
                    option for param in cli.commands[verb].params for option in param.opts
                }

    def test_examples_of_periods_are_read(self) -> None:
        texts = (wording.ENTRY_PROMPTS["period"], *(t for k in KINDS for t in wording.TEMPLATE_COLUMNS[k].values()))
        examples = [
            part for text in texts for part in re.findall(r"such as ((?:year to )?[^,;:.]*20\d\d[^,;:.]*)", text)
        ]
        assert len(examples) >= 5
        assert [example for example in examples if periods.parse_period(example) is None] == []

    def test_rows_are_high_enough_for_their_text(self, made: tuple[str, Any]) -> None:
        sheet = made[1]["guidance"]
        for cell in sheet["C"][1:]:
            assert cell.alignment.wrap_text
            lines = -(-len(cell.value) // sheet.column_dimensions["C"].width)
            assert sheet.row_dimensions[cell.row].height >= 15 * lines


class TestPages:
    def test_header_is_bold_and_stays_in_sight_and_on_every_page(self, made: tuple[str, Any]) -> None:
        for sheet in made[1].worksheets:
            assert all(cell.font.bold and cell.border.bottom.style for cell in sheet[1])
            assert sheet.freeze_panes == "A2"
            assert sheet.print_title_rows == "$1:$1"
            assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
            assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
            assert sheet.sheet_properties.pageSetUpPr.fitToPage

    def test_no_cells_are_merged_and_no_rows_hidden(self, made: tuple[str, Any]) -> None:
        for sheet in made[1].worksheets:
            assert not sheet.merged_cells.ranges
            assert not any(row.hidden for row in sheet.row_dimensions.values())
            assert sheet.sheet_state == "visible"


class TestFile:
    @pytest.mark.parametrize("kind", KINDS)
    def test_the_same_call_writes_the_same_bytes(self, kind: str, tmp_path: Path) -> None:
        written = []
        for name in ("one.xlsx", "two.xlsx"):
            cdi.write_template(kind, tmp_path / name)
            written.append((tmp_path / name).read_bytes())
        assert written[0] == written[1]

    def test_says_nothing_of_who_made_it_and_when(self, tmp_path: Path) -> None:
        cdi.write_template("audit", tmp_path / "audit.xlsx")
        properties = openpyxl.load_workbook(tmp_path / "audit.xlsx").properties
        assert (properties.creator, properties.lastModifiedBy) == ("cdi", None)
        assert (properties.title, properties.language) == ("cdi worksheet: audit", wording.LANGUAGE)
        assert properties.created == properties.modified == worksheets.WRITTEN
        with zipfile.ZipFile(tmp_path / "audit.xlsx") as packed:
            assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert packed.testzip() is None

    def test_is_never_written_over_another(self, tmp_path: Path) -> None:
        file = tmp_path / "audit.xlsx"
        file.write_bytes(b"filled in")
        with pytest.raises(cdi.DataError) as caught:
            cdi.write_template("audit", file)
        assert [fault.code for fault in caught.value.faults] == ["template-exists"]
        assert file.read_bytes() == b"filled in"

    @pytest.mark.parametrize("name", ["audit.xls", "audit.csv", "audit", "audit.xlsx.txt"])
    def test_has_no_other_ending(self, name: str, tmp_path: Path) -> None:
        with pytest.raises(cdi.DataError) as caught:
            cdi.write_template("audit", tmp_path / name)
        assert [fault.code for fault in caught.value.faults] == ["template-ending"]
        assert list(tmp_path.iterdir()) == []

    def test_is_written_whole_or_not_at_all(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(self: Path, _target: Path) -> Path:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "replace", full)
        with pytest.raises(cdi.DataError, match="No space left on device"):
            cdi.write_template("audit", tmp_path / "audit.xlsx")
        assert list(tmp_path.iterdir()) == []

    def test_in_a_folder_that_is_not_there_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(cdi.DataError) as caught:
            cdi.write_template("audit", tmp_path / "nowhere" / "audit.xlsx")
        assert [fault.code for fault in caught.value.faults] == ["cannot-write"]


class TestVerb:
    @pytest.mark.parametrize("kind", KINDS)
    def test_writes_what_the_function_writes(self, kind: str, tmp_path: Path) -> None:
        cdi.write_template(kind, tmp_path / "ours.xlsx")
        done = CliRunner().invoke(cli, ["template", kind, "-o", str(tmp_path / "new.xlsx")])
        assert (done.exit_code, done.stdout) == (0, "")
        assert done.stderr.startswith(f"{tmp_path / 'new.xlsx'}: empty worksheet written ({kind}).")
        assert (tmp_path / "new.xlsx").read_bytes() == (tmp_path / "ours.xlsx").read_bytes()

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            (["audti"], f"Did you mean 'audit'? There are: {', '.join(KINDS)}."),
            (["nonsense", "-o", "a.xlsx"], f"There are: {', '.join(KINDS)}."),
            (["searches"], "Name one: -o searches.xlsx."),
            (["audit", "-o", "a.csv"], "expected a file name that ends in .xlsx, but found .csv."),
        ],
    )
    def test_says_what_is_missing(
        self, given: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        done = CliRunner().invoke(cli, ["template", *given])
        assert list(tmp_path.iterdir()) == []
        assert (done.exit_code, done.stdout) == (2, "")
        assert said in done.stderr

    def test_help_lists_the_kinds(self) -> None:
        text = CliRunner().invoke(cli, ["template", "--help"]).stdout
        assert all(kind in text for kind in KINDS)


# ---- filled in, and saved by LibreOffice


TYPE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
Sub Main
 Dim hidden(0) As New com.sun.star.beans.PropertyValue
 hidden(0).Name = "Hidden"
 hidden(0).Value = True
 book = StarDesktop.loadComponentFromURL("SOURCE", "_blank", 0, hidden())
 words = Split("WORDS", "|")
 For i = 0 To UBound(words)
  book.Sheets.getByIndex(0).getCellByPosition(0, 1 + i).FormulaLocal = words(i)
  book.Sheets.getByIndex(0).getCellByPosition(0, 2001 + i).FormulaLocal = words(i)
 Next i
 Dim saved(0) As New com.sun.star.beans.PropertyValue
 saved(0).Name = "FilterName"
 saved(0).Value = "Calc MS Excel 2007 XML"
 book.storeToURL("TARGET", saved())
 book.close(True)
 StarDesktop.terminate()
End Sub
</script:module>
"""
"""What types words into the first column, below the header and far down, as a person at the keyboard does."""


class Office:
    """LibreOffice with a profile of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.program = shutil.which("soffice")
        if self.program is None:
            pytest.skip("LibreOffice (soffice) is not installed")

    def run(self, *args: str) -> None:
        profile = f"-env:UserInstallation={(self.home / 'profile').as_uri()}"
        subprocess.run([str(self.program), profile, "--headless", *args], check=True, capture_output=True, timeout=100)

    def save(self, file: Path) -> Path:
        """Open a workbook and save it again."""
        folder = self.home / file.stem
        self.run("--convert-to", "xlsx", "--outdir", str(folder), str(file))
        return folder / file.name

    def type(self, words: Sequence[str], file: Path) -> Path:
        """Open a workbook, type words into its first column, and save it."""
        module = self.home / "profile" / "user" / "basic" / "Standard" / "Module1.xba"
        assert module.exists()
        target = file.with_name("typed.xlsx")
        text = TYPE.replace("SOURCE", file.as_uri()).replace("TARGET", target.as_uri())
        module.write_text(text.replace("WORDS", "|".join(words)), encoding="utf-8")
        self.run("macro:///Standard.Module1.Main")
        return target


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("office"))


def fill(kind: str, rows: Sequence[dict[str, object]], file: Path) -> Path:
    """Fill in a template as a user would: row by row, below the header."""
    cdi.write_template(kind, file)
    book = openpyxl.load_workbook(file)
    names = row_of(book[kind], 1)
    for number, row in enumerate(rows, 2):
        for name, value in row.items():
            cell = book[kind].cell(number, names.index(name) + 1, value)
            if isinstance(value, str):
                cell.data_type = "s"  # as typed into a cell that is formatted as text: no formula
    book.save(file)
    return file


def audit_rows() -> list[dict[str, object]]:
    """Twelve reports in two strata: every decision, and every id that a spreadsheet would like to change."""
    words = [*answers.DECISIONS, "recorded", "recorded", "recorded"]
    rows = []
    for i, word in enumerate(words):
        due = answers.DECISIONS[word].due
        rows.append(
            {
                "case": f"0{i:02}-1",
                "cluster": IDS[i] if i < len(IDS) else f"00{i}",
                "stratum": ("1-2", "2021/03")[i % 2],
                "crime_type": ("violent", "other")[i % 3 == 0] if due else None,
                "recorded_as": CLASSES.get(word, ("violent", "other")[i % 3 == 0]),
                "decision": word,
            }
        )
    return rows


@pytest.fixture(scope="module")
def saved(office: Office, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Fill in what leads to a number, and save it by LibreOffice."""
    folder = tmp_path_factory.mktemp("filled")
    searches = [
        {"case": f"00{i:02}", "ethnicity": ("white", "Black")[i % 2], "grounds": "no" if i == 7 else "yes"}
        for i in range(20)
    ]
    months = [
        {
            "month": f"2024-{1 + i // 6:02}",
            "cluster": f"00{i}",
            "decision": "not recorded" if i % 7 == 5 else "recorded",
        }
        for i in range(24)
    ]
    volumes = [{"crime_type": "violent", "recorded_crime": 900}, {"crime_type": "other", "recorded_crime": 2_500}]
    files = [
        {
            "file": f"00{i}",
            "outcome": "charged" if i % 2 else "closed",
            "question_1": "no" if i == 3 else "yes",
            "question_2": "not applicable" if i % 2 else "yes" if i > 3 else "no",
        }
        for i in range(12)
    ]
    filled = {"audit": audit_rows(), "searches": searches, "review": files, "trend": months, "volumes": volumes}
    return {kind: office.save(fill(kind, rows, folder / f"{kind}.xlsx")) for kind, rows in filled.items()}


def run(*args: str, empty: str = "") -> str:
    """Run what should succeed; optional columns that were left empty are named, and nothing else is said."""
    done = run_here(*args, cwd=Path())
    said = f"Empty columns, which are ignored: {empty}.\n" if empty else ""
    assert (done.returncode, done.stderr) == (0, said)
    return done.stdout


class TestLibreOffice:
    @pytest.mark.parametrize("kind", KINDS)
    def test_keeps_the_table_its_formats_and_its_lists(self, kind: str, office: Office, tmp_path: Path) -> None:
        file = tmp_path / f"empty_{kind}.xlsx"
        cdi.write_template(kind, file)
        before, after = openpyxl.load_workbook(file)[kind], openpyxl.load_workbook(office.save(file))
        sheet = after[kind]
        assert re.fullmatch(rf"\$?'?{kind}'?\.?!?\$A\$1", after.defined_names[worksheets.TABLE].attr_text)
        assert after.sheetnames == [kind, "guidance"]
        assert row_of(sheet, 1) == COLUMNS[kind]
        formats = [formats_of(page) for page in (before, sheet)]
        assert formats[0] == formats[1]
        checks = [
            {name: (c.type, c.formula1, c.error, c.prompt) for name, c in checks_of(page).items() if c.type}
            for page in (before, sheet)
        ]
        assert checks[0] == checks[1]

    @pytest.mark.long
    def test_takes_ids_as_they_are_typed(self, office: Office, tmp_path: Path) -> None:
        cdi.write_template("audit", tmp_path / "audit.xlsx")
        office.save(tmp_path / "audit.xlsx")  # makes the profile
        sheet = openpyxl.load_workbook(office.type(IDS, tmp_path / "audit.xlsx"))["audit"]
        for first in (2, 2002):
            assert tuple(sheet.cell(first + i, 1).value for i in range(len(IDS))) == IDS

    @pytest.mark.long
    def test_keeps_ids_as_they_were_entered(self, saved: dict[str, Path]) -> None:
        sheet = openpyxl.load_workbook(saved["audit"])["audit"]
        typed = audit_rows()
        names = row_of(sheet, 1)
        for name in ("case", "cluster", "stratum", "decision"):
            column = [cell.value for cell in list(sheet.columns)[names.index(name)][1:]]
            assert column == [row[name] for row in typed]

    @pytest.mark.long
    def test_audit_is_estimated_without_options(self, saved: dict[str, Path]) -> None:
        assert "recorded" in run("check", str(saved["audit"]))
        form = ("--disclosure", "internal", "--format", "csv")
        printed = run("estimate", str(saved["audit"]), "--by", "crime_type", *form)
        overall = dict(
            zip(*[line.split(",") for line in (printed.splitlines()[0], printed.splitlines()[-1])], strict=False)
        )
        due = sum(answers.DECISIONS[str(row["decision"])].due for row in audit_rows())
        recorded = sum(answers.DECISIONS[str(row["decision"])].recorded for row in audit_rows())
        assert (overall["n"], overall["recorded"]) == (str(due), str(recorded))
        assert overall["clusters"] == str(len(audit_rows()) - 1)  # one report could not be audited

    def test_volumes_are_read_with_it(self, saved: dict[str, Path]) -> None:
        printed = run(
            "estimate", str(saved["audit"]), "--by", "crime_type", "--volumes", str(saved["volumes"]), "--format", "csv"
        )
        assert "unrecorded crimes" in printed

    def test_searches_are_estimated_without_options(self, saved: dict[str, Path]) -> None:
        overall = run(
            "grounds", str(saved["searches"]), "--by", "ethnicity", "--format", "csv", empty="stratum"
        ).splitlines()[-1]
        assert overall.startswith("all,reasonable grounds recorded,0.95,")

    def test_a_review_is_read_by_the_command_that_the_guidance_names(self, saved: dict[str, Path]) -> None:
        command = next(text for text in wording.TEMPLATE_COMMANDS["review"] if text.startswith("cdi "))
        assert command == "cdi review review.xlsx --by outcome"
        given = ["review", str(saved["review"]), "--by", "outcome", "--disclosure", "internal", "--format", "csv"]
        lines = [line.split(",") for line in run(*given, empty="question_3").splitlines()]
        counts = {(row[0], row[1]): (row[10], row[9]) for row in lines[1:]}
        assert lines[0][9:11] == ["n", "recorded"]
        assert counts == {
            ("question_1", "charged"): ("5", "6"),
            ("question_1", "closed"): ("6", "6"),
            ("question_1", "all"): ("11", "12"),
            ("question_2", "charged"): ("0", "0"),
            ("question_2", "closed"): ("4", "6"),
            ("question_2", "all"): ("4", "6"),
        }

    def test_trend_is_read_month_by_month(self, saved: dict[str, Path]) -> None:
        printed = run("trend", str(saved["trend"]), empty="case")
        assert all(month in printed for month in ("2024-01", "2024-02", "2024-03", "2024-04"))


def formats_of(sheet: Any) -> list[str]:
    """List the format of each column of the table; openpyxl keeps columns of one style together."""
    found: dict[int, str] = {}
    for style in sheet.column_dimensions.values():
        found |= dict.fromkeys(range(style.min, style.max + 1), style.number_format)
    return [found[place] for place in range(1, sheet.max_column + 1)]
