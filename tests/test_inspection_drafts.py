"""A new inspection's file: what a header tells is filled in, the rest is a comment, and all of it is read back."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from cdi import wording
from cdi.cli.app import cli
from cdi.errors import DataError
from cdi.inspecting.drafts import draft_inspection, recognise
from cdi.inspecting.inspection import read_inspection
from cdi.inspecting.keys import every_key, meaning_of
from cdi.reading.sources import Workbook
from cdi.report.assembling import assemble

DATA = Path(__file__).parents[1] / "data"
CASE, EXAMPLES = DATA / "avon_and_somerset_2021_22", DATA / "examples"


def written(folder: Path, name: str, *lines: str) -> Path:
    (folder / name).write_text("\n".join([*lines, ""]), encoding="utf-8")
    return folder / name


def values(text: str) -> dict[str, object]:
    return tomllib.loads(text)


def named(text: str) -> str:
    return text.replace(wording.PLACEHOLDER, "Kent Police")


class TestRecognition:
    def test_of_roles_ignores_how_names_are_spelled(self, tmp_path: Path) -> None:
        file = written(
            tmp_path, "a.csv", "Stratum,CLUSTER,Recorded As,Crime_Type,Decision", "a,1,x,x,recorded", "b,2,y,y,recorded"
        )
        assert recognise([file]).roles == {
            "stratum": "Stratum",
            "cluster": "CLUSTER",
            "decision": "Decision",
            "recorded_as": "Recorded As",
        }

    @pytest.mark.parametrize("name", ["Recorded?", "Recorded (Y/N)", " recorded: "])
    def test_of_roles_ignores_signs_and_remarks(self, tmp_path: Path, name: str) -> None:
        file = written(tmp_path, "a.csv", f"id,{name}", "1,yes", "2,no")
        assert recognise([file]).roles == {"recorded": name.strip()}

    def test_of_roles_takes_decisions_before_counts(self, tmp_path: Path) -> None:
        file = written(tmp_path, "a.csv", "due,recorded,decision", "1,1,recorded")
        assert recognise([file]).roles == {"decision": "decision"}

    def test_of_roles_leaves_out_what_holds_nothing(self, tmp_path: Path) -> None:
        file = written(tmp_path, "a.csv", "stratum,case,recorded", ",,yes", ",,no")
        assert recognise([file]).roles == {"recorded": "recorded"}

    def test_of_searches_takes_grounds(self, tmp_path: Path) -> None:
        file = written(tmp_path, "s.csv", "case,Grounds,decision", "1,yes,x", "2,no,y")
        assert recognise([file], searches=True).roles == {"case": "case", "recorded": "Grounds"}

    def test_of_categories_is_of_few_short_words_that_come_back(self, tmp_path: Path) -> None:
        rows = [
            f"{i},{i % 25},{'ab'[i % 2]},{'ab'[i % 2] * 41},one,{'yn'[i % 2]},2024-0{i % 2 + 1},{i % 3},yes"
            for i in range(60)
        ]
        file = written(tmp_path, "a.csv", "id,many,ward,text,same,told,month,outcome,recorded", *rows)
        found = recognise([file])
        assert found.domains == {"ward": ("a", "b"), "outcome": ("0", "1", "2"), "told": ("n", "y")}
        assert found.others == ("id", "many", "text", "same", "month")

    def test_of_volumes_says_what_reports_were_drawn_by(self, tmp_path: Path) -> None:
        audit = written(tmp_path, "a.csv", "crime_type,route,class,recorded", *["v,c,x,yes", "o,d,y,no"] * 3)
        frame = written(tmp_path, "f.csv", "route,population", "c,9", "d,8")
        crime = written(tmp_path, "v.csv", "class,recorded_crime", "x,90", "y,80")
        found = recognise([audit], volumes=[frame, crime])
        assert found.roles == {"stratum": "route", "recorded": "recorded"}
        assert list(found.domains) == ["class", "crime_type"]

    def test_of_a_force_takes_the_only_one(self, tmp_path: Path) -> None:
        assert recognise([written(tmp_path, "a.csv", "force,recorded", "Kent,yes", "Kent,no")]).force == "Kent"
        assert recognise([written(tmp_path, "b.csv", "force,recorded", *["Kent,yes", "Essex,no"] * 2)]).force is None

    def test_of_no_table_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(DataError):
            recognise([tmp_path / "none.csv"])


class TestDrafts:
    def test_fill_in_what_the_header_tells(self) -> None:
        draft = draft_inspection(
            [EXAMPLES / "exampleshire_audit.csv"],
            searches=[EXAMPLES / "searches.csv"],
            volumes=[EXAMPLES / "exampleshire_frame.csv", EXAMPLES / "exampleshire_volumes.csv"],
            folder=EXAMPLES,
        )
        assert draft.lacking == ()
        found = values(draft.text)
        assert found["audit"] == {
            "files": ["exampleshire_audit.csv"],
            "by": ["crime_type"],
            "columns": {"stratum": "route", "cluster": "cluster", "case": "case", "recorded": "recorded"},
        }
        assert '    # "ward",\n' in draft.text
        assert found["volumes"] == {"files": ["exampleshire_frame.csv", "exampleshire_volumes.csv"]}
        assert found["searches"] == {
            "files": ["searches.csv"],
            "by": ["ethnicity"],
            "columns": {"case": "case", "recorded": "grounds"},
        }
        assert found["times"] == {"reported_at": "reported_at", "recorded_at": "recorded_at"}
        categories = found["categories"]
        assert isinstance(categories, dict)
        assert categories["crime_type"] == {"other": "other", "sexual": "sexual", "violent": "violent"}
        assert list(categories["ethnicity"]) == ["asian", "black", "mixed", "not stated", "white"]

    def test_explain_every_key_that_may_be_needed(self) -> None:
        text = draft_inspection([EXAMPLES / "decisions.csv"]).text
        shown = [
            (name, meaning_of(name, key))
            for name, key in every_key()
            # how sheets are read is written by cdi open
            if not re.match(r"(searches|previous|reviews|times|monthly)\.co(lumns|llapse)\.|\w+\.reading\.", name)
        ]
        design = ("selection", "population", "single_cluster", "classification")
        for name, meaning in shown:
            if not name.endswith(design) or name.startswith("audit."):
                assert f"  # {meaning}" in text or "NAME.NAME" in name, name
        for table, meaning in wording.TABLES.items():
            if not re.search(r"(searches|previous|reviews|times|monthly)\.|reading", table):
                assert f"# {meaning}" in text

    def test_show_examples_that_can_be_used(self, tmp_path: Path) -> None:
        """Every commented line, taken into use, is TOML."""
        text = draft_inspection([EXAMPLES / "decisions.csv"]).text
        used = "\n".join(line.removeprefix("#") if re.match(r"#[^ ]", line) else line for line in text.splitlines())
        found = values(used)
        assert found["date"]
        assert set(found) >= {
            "audit",
            "volumes",
            "searches",
            "previous",
            "reviews",
            "times",
            "monthly",
            "forces",
            "periods",
            "disclosure",
        }

    def test_are_short_enough_to_be_read(self) -> None:
        lines = draft_inspection([EXAMPLES / "decisions.csv"]).text.splitlines()
        assert len(lines) < 160
        assert max(map(len, lines)) <= 150

    def test_say_what_is_lacking(self, tmp_path: Path) -> None:
        file = written(tmp_path, "a.csv", "incident,written down?", "1,yes", "2,no", "3,no")
        draft = draft_inspection([file], folder=tmp_path)
        assert draft.lacking == (wording.draft_lacks("audit"),)
        assert 'cluster = "incident"' in draft.text
        written(tmp_path, "inspection.toml", draft.text)
        with pytest.raises(DataError) as caught:
            read_inspection(tmp_path / "inspection.toml")
        assert [each.code for each in caught.value.faults] == ["force-unnamed"]

    def test_write_odd_names_as_they_are(self, tmp_path: Path) -> None:
        words = ['a "quoted"', "=HYPERLINK(1)", "a.b", "caf\u00e9 \u2067\U0001f600", "back\\slash", "#"]
        quoted = ['"' + word.replace('"', '""') + '"' for word in words]
        file = written(tmp_path, "a #1 [x].csv", "crime_type,recorded", *[f"{word},yes" for word in quoted * 2])
        draft = draft_inspection([file], folder=tmp_path / "below")
        (tmp_path / "below").mkdir()
        written(tmp_path / "below", "inspection.toml", named(draft.text))
        found = read_inspection(tmp_path / "below" / "inspection.toml")
        assert found.categories["crime_type"] == {word: word for word in words}
        assert [file.name for file in found.inputs[1:]] == ["a #1 [x].csv"]

    def test_name_columns_on_one_line(self, tmp_path: Path) -> None:
        names = ["crime\nnumber", "force = 'x'\ngrade", "crime\ntype", "ward"]
        head = ",".join(f'"{name}"' for name in names)
        rows = [f"{i},text of {i},{'ab'[i % 2]},{'cd'[i % 2]},yes" for i in range(40)]
        file = written(tmp_path, "a.csv", f"{head},recorded", *rows)
        draft = draft_inspection([file], folder=tmp_path)
        audit = values(draft.text)["audit"]
        assert isinstance(audit, dict)
        assert audit["by"] == ["crime type"]
        written(tmp_path, "inspection.toml", named(draft.text))
        assert assemble(read_inspection(tmp_path / "inspection.toml")).exhibits

    def test_name_a_sheet(self, tmp_path: Path) -> None:
        from openpyxl import Workbook as Book

        book = Book()
        sheet = book.create_sheet("June")
        for row in (("recorded",), ("yes",), ("no",)):
            sheet.append(row)
        book.save(tmp_path / "book.xlsx")
        draft = draft_inspection([Workbook(str(tmp_path / "book.xlsx"), "June")], folder=tmp_path)
        assert 'files = ["book.xlsx#June"]' in draft.text

    def test_of_one_sheet_of_a_workbook_make_a_report(self, tmp_path: Path) -> None:
        """However it is named: behind each file, or for the audit as an option; also with the sign in its own name."""
        name = book_of(tmp_path, "June", "Stop & search #2")
        target = str(tmp_path / "inspection.toml")
        searches = ("--searches", f"{name}#Stop & search #2", "-o", target)
        assert outcome(f"{name}#June", *searches)[0] == 0
        text = Path(target).read_text(encoding="utf-8")
        assert 'files = ["book.xlsx#June"]' in text
        assert 'files = ["book.xlsx#Stop & search #2"]' in text
        Path(target).write_text(named(text), encoding="utf-8")
        found = read_inspection(target)
        assert found.searches is not None
        assert found.searches.files == (Workbook(name, "Stop & search #2"),)
        assert [path.name for path in found.inputs] == ["inspection.toml", "book.xlsx"]
        assert assemble(found).exhibits
        assert outcome(name, "--sheet", "June", *searches, "--overwrite")[0] == 0
        assert Path(target).read_text(encoding="utf-8") == text

    def test_hold_no_ids_and_no_free_text(self, tmp_path: Path) -> None:
        rows = [f"MARKER{i},the victim MARKER said so on day {i},{'ab'[i % 2]},yes" for i in range(40)]
        file = written(tmp_path, "a.csv", "cluster,remarks,ward,recorded", *rows)
        text = draft_inspection([file], folder=tmp_path).text
        assert "MARKER" not in text
        assert "# columns not used: remarks" in text

    @pytest.mark.parametrize(
        ("audit", "searches", "volumes"),
        [
            (["exampleshire_audit.csv"], ["searches.csv"], ["exampleshire_frame.csv", "exampleshire_volumes.csv"]),
            (["decisions.csv"], [], []),
        ],
    )
    def test_make_a_report(self, tmp_path: Path, audit: list[str], searches: list[str], volumes: list[str]) -> None:
        for name in (*audit, *searches, *volumes):
            shutil.copy(EXAMPLES / name, tmp_path)
        sources = [[tmp_path / name for name in names] for names in (audit, searches, volumes)]
        draft = draft_inspection(sources[0], searches=sources[1], volumes=sources[2], folder=tmp_path)
        written(tmp_path, "inspection.toml", named(draft.text))
        report = assemble(read_inspection(tmp_path / "inspection.toml"))
        assert report.exhibits
        assert "Kent Police" in report.title


def outcome(*args: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(cli, ["init", *args])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.stdout, done.stderr


def book_of(folder: Path, *names: str) -> str:
    """Write a workbook with a table on each of several sheets."""
    from openpyxl import Workbook as Book

    book = Book()
    for name in names:
        sheet = book.create_sheet(name)
        sheet.append(("case", "ward", "recorded", "grounds"))
        for i in range(60):
            sheet.append((i, "ab"[i % 2], "no" if i % 5 == 0 else "yes", "no" if i % 4 == 0 else "yes"))
    book.save(folder / "book.xlsx")
    return str(folder / "book.xlsx")


class TestVerb:
    def test_prints_without_a_file(self) -> None:
        status, out, err = outcome(str(CASE / "audit.csv"), "--searches", str(CASE / "searches_2021.csv"))
        assert (status, err) == (0, "")
        assert values(out)["force"] == wording.PLACEHOLDER

    def test_writes_paths_from_where_the_file_stands(self, tmp_path: Path) -> None:
        (tmp_path / "data").mkdir()
        (tmp_path / "reports").mkdir()
        audit = written(tmp_path / "data", "audit.csv", "recorded", "yes", "no")
        target = tmp_path / "reports" / "inspection.toml"
        status, out, err = outcome(str(audit), "-o", str(target))
        assert (status, out) == (0, "")
        assert f"cdi report {target} -o out/" in err
        text = target.read_text(encoding="utf-8")
        assert 'files = ["../data/audit.csv"]' in text
        target.write_text(text.replace("Name of the force", "Kent Police"), encoding="utf-8")
        assert read_inspection(target).audit is not None

    def test_quotes_a_name_with_spaces_in_the_next_command(self, tmp_path: Path) -> None:
        target = tmp_path / "my inspection.toml"
        err = outcome(str(written(tmp_path, "audit.csv", "recorded", "yes", "no")), "-o", str(target))[2]
        assert f'cdi report "{target}" -o out/' in err

    def test_never_overwrites_without_being_told(self, tmp_path: Path) -> None:
        audit = written(tmp_path, "audit.csv", "recorded", "yes", "no")
        target = written(tmp_path, "inspection.toml", "mine")
        status, _, err = outcome(str(audit), "-o", str(target))
        assert status == 2
        assert "--overwrite" in err
        assert target.read_text(encoding="utf-8") == "mine\n"
        assert outcome(str(audit), "-o", str(target), "--overwrite")[0] == 0
        assert "[audit]" in target.read_text(encoding="utf-8")

    def test_never_overwrites_what_it_reads(self, tmp_path: Path) -> None:
        audit = written(tmp_path, "audit.csv", "recorded", "yes", "no")
        assert outcome(str(audit), "-o", str(audit), "--overwrite")[0] == 2
        assert audit.read_text(encoding="utf-8").startswith("recorded")

    def test_takes_patterns_and_says_what_is_lacking(self, tmp_path: Path) -> None:
        for name in ("2024-01.csv", "2024-02.csv"):
            written(tmp_path, name, "kept", "yes", "no")
        status, out, err = outcome(str(tmp_path / "2024-*.csv"))
        assert status == 0
        assert "2024-01.csv" in out
        assert "2024-02.csv" in out
        assert err.strip() == wording.draft_lacks("audit")

    def test_says_that_searches_have_no_column_of_grounds(self, tmp_path: Path) -> None:
        audit = written(tmp_path, "audit.csv", "recorded", "yes", "no")
        searches = written(tmp_path, "searches.csv", "case,why", "1,smell", "2,seen", "3,none")
        target = tmp_path / "inspection.toml"
        status, out, err = outcome(str(audit), "--searches", str(searches), "-o", str(target))
        assert (status, out) == (0, "")
        assert err.splitlines()[1:] == [wording.draft_lacks("searches")]
        assert "[searches.columns]" in err

    def test_says_which_sheets_are_read_and_refuses_two(self, tmp_path: Path) -> None:
        name = book_of(tmp_path, "June", "July")
        status, out, err = outcome(name)
        assert (status, err) == (0, "")
        assert 'sheets = ["June", "July"]' in out
        status, _, err = outcome(f"{name}#June", "--sheet", "July")
        assert status == 2
        assert "June" in err
        audit = written(tmp_path, "audit.csv", "recorded", "yes", "no")
        assert outcome(str(audit), "--sheet", "June")[0] == 2

    def test_refuses_what_is_no_table(self, tmp_path: Path) -> None:
        status, out, err = outcome(str(tmp_path / "none.csv"))
        assert (status, out) == (2, "")
        assert "none.csv" in err


class TestSheetsAsTheyAreKept:
    """What is drafted follows from what cdi open finds."""

    BOOK = Path(__file__).parent / "cases" / "dip_sample_2024.xlsx"

    @pytest.mark.long
    def test_the_draft_makes_a_report_once_the_force_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "dip.xlsx").write_bytes(self.BOOK.read_bytes())
        draft = draft_inspection([tmp_path / "dip.xlsx"], folder=tmp_path)
        assert draft.lacking == ()
        found = values(draft.text)
        audit = found["audit"]
        assert isinstance(audit, dict)
        assert audit["files"] == ["dip.xlsx"]
        assert audit["reading"]["sheets"] == ["* [0-9][0-9]"]
        assert audit["reading"]["header_row"] == 5
        assert audit["reading"]["columns"] == {
            "cluster": "NICL No", "due": "Crime required? (Y/N)", "recorded": "Crime recorded? (Y/N)",
            "period": "SHEET",
        }  # fmt: skip
        assert found["times"] == {"reported_at": "Date Reported", "recorded_at": "Date recorded"}
        assert found["monthly"] == {"period": "SHEET"}
        text = draft.text.replace(wording.PLACEHOLDER, "Northshire Constabulary")
        (tmp_path / "inspection.toml").write_text(text, encoding="utf-8")
        report = assemble(read_inspection(tmp_path / "inspection.toml"))
        assert [part.key for part in report.parts] == ["recording", "times", "monthly"]
        assert "In the sample, 83.7% of reported crimes were recorded." in report.headlines

    def test_words_that_are_not_known_are_asked_for(self, tmp_path: Path) -> None:
        file = written(tmp_path, "a.csv", "Log No,Outcome", "1,Crimed", "2,N/C", "3,Crimed")
        draft = draft_inspection([file], folder=tmp_path)
        assert draft.lacking == (wording.draft_words("audit", ["Crimed", "N/C"]),)
        assert '\n#Crimed = "recorded"\n#"N/C" = "MEANING"\n' in draft.text

    def test_columns_of_other_names_are_found(self, tmp_path: Path) -> None:
        file = written(tmp_path, "a.csv", "Log No.,Crime created?", "1,Y", "2,N")
        found = values(draft_inspection([file], folder=tmp_path).text)
        assert found["audit"] == {"files": ["a.csv"], "columns": {"cluster": "Log No.", "recorded": "Crime created?"}}
