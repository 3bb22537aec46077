"""The file that describes an inspection: what is read of it, and that every fault is told at once, by line and key."""

from __future__ import annotations

import csv
import datetime as dt
import json
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdi import wording
from cdi.disclosure.rules import Exemption
from cdi.errors import CdiError, DataError
from cdi.inspecting import inspection as inspecting
from cdi.inspecting.inspection import Inspection, lines_of, read_inspection, read_toml
from cdi.inspecting.keys import INSPECTION, KINDS, Key, Section, every_key
from cdi.reading.sources import Workbook

ROOT = Path(__file__).parents[1]
WORKED = ROOT / "data" / "avon_and_somerset_2021_22" / "inspection.toml"
EXAMPLE = ROOT / "data" / "examples" / "inspection.toml"

AUDIT = "route,incident,crime_type,recorded\ncalls,1,violent,yes\ncalls,2,other,no\nonline,3,other,yes\n"
SEARCHES = "ethnicity,grounds\nwhite,yes\nblack,no\n"
REVIEWS = "file,outcome,effective\n1,15,yes\n2,16,no\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {"audit.csv": AUDIT, "searches.csv": SEARCHES, "reviews.csv": REVIEWS}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def read(folder: Path, text: str) -> Inspection:
    (folder / "inspection.toml").write_text(text, encoding="utf-8")
    return read_inspection(folder / "inspection.toml")


def faults(folder: Path, text: str) -> list[tuple[str, int | None, str]]:
    """Read what should be refused: the key, the line and the code of each fault."""
    with pytest.raises(DataError) as caught:
        read(folder, text)
    return [((each.where.key or "").removeprefix("key "), each.where.line, each.code) for each in caught.value.faults]


def rows_of(file: object) -> list[dict[str, str]]:
    assert isinstance(file, Path)
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


MINIMAL = 'force = "Kent Police"\n[audit]\nfiles = "audit.csv"\n'


class TestFirstMistakes:
    """What a new user meets first."""

    def test_a_force_that_nobody_named_is_refused(self, folder: Path) -> None:
        text = MINIMAL.replace("Kent Police", wording.PLACEHOLDER)
        assert faults(folder, text) == [("force", 1, "force-unnamed")]

    def test_an_earlier_result_that_is_called_like_this_one_is_refused(self, folder: Path) -> None:
        text = f'{MINIMAL}[[previous]]\nname = "This inspection"\nfigure = "211/244"\n'
        assert faults(folder, text) == [("previous[1].name", 5, "previous-is-this")]

    def test_a_folder_is_told_from_a_file_that_is_not_there(self, folder: Path) -> None:
        (folder / "rows").mkdir()
        for name, told in (
            ("rows", "The folder holds none."),
            ("row*", "rows/*.csv"),
            ("rows/a.csv", wording.NO_TABLES),
            ("rows/b/a.csv", wording.NO_FOLDER),
        ):
            with pytest.raises(DataError) as caught:
                read(folder, MINIMAL.replace("audit.csv", name))
            assert told in str(caught.value)

    @pytest.mark.parametrize("name", ["ref. no.", "ref\nno", "RECORDED", "_cdi_row", "_cdi_header"])
    def test_a_column_may_have_any_name(self, name: str, folder: Path) -> None:
        (folder / "audit.csv").write_text(f'"{name}",recorded\n1,yes\n2,no\n', encoding="utf-8")
        found = read(folder, f'{MINIMAL}[audit.columns]\ncluster = "{wording.one_line(name)}"\n')
        assert found.audit.roles["cluster"] == wording.one_line(name)


class TestReading:
    def test_of_little_leaves_the_rest_at_what_is_usual(self, folder: Path) -> None:
        found = read(folder, MINIMAL)
        assert found.audit is not None
        assert found.audit.files == (folder / "audit.csv",)
        assert (found.style, found.level, found.method, found.seed, found.date) == ("default", 0.95, None, 1, None)
        assert (found.volumes, found.searches, found.previous, found.reviews, found.times) == (
            None,
            None,
            (),
            None,
            None,
        )
        assert found.disclosure.mode == "public"

    def test_of_a_sample_gives_its_roles(self, folder: Path) -> None:
        found = read(
            folder,
            MINIMAL + 'by = "crime_type"\nsource = "an\\naudit"\npopulation = 900\nselection = "census"\n'
            '[audit.columns]\nstratum = "route"\ncluster = "incident"\nweight = ""\n'
            '[audit.collapse]\nonline = "calls"\n[periods]\naudit = "Jan 2024 to Jun 2024"\n',
        )  # fmt: skip
        assert found.audit is not None
        assert found.audit.by == ("crime_type",)
        assert found.audit.roles == {
            "stratum": ("route",), "cluster": "incident", "weight": None, "population": 900, "selection": "census",
            "collapse": {"online": "calls"},
        }  # fmt: skip
        assert (found.audit.source, found.audit.period) == ("an audit", "Jan 2024 to Jun 2024")

    @pytest.mark.parametrize(
        ("written", "measures"),
        [
            ("", ()),
            ('measures = "over-recording"', ("over-recording",)),
            ('measures = ["over-recording", "classification", "over-recording"]', ("over-recording", "classification")),
        ],
    )
    def test_of_an_audit_takes_what_else_is_estimated(
        self, folder: Path, written: str, measures: tuple[str, ...]
    ) -> None:
        found = read(folder, f"{MINIMAL}{written}\n")
        assert found.audit is not None
        assert found.audit.measures == measures

    @pytest.mark.parametrize(("written", "level"), [("0.9", 0.9), ('"90%"', 0.9), ('"0.99"', 0.99)])
    def test_of_a_level_takes_both_spellings(self, folder: Path, written: str, level: float) -> None:
        assert read(folder, f"level = {written}\n{MINIMAL}").level == level

    def test_of_patterns_and_sheets(self, folder: Path) -> None:
        for name in ("2024-01.csv", "2024-02.csv", "book.xlsx"):
            (folder / name).write_text(AUDIT, encoding="utf-8")
        found = read(folder, 'force = "x"\n[audit]\nfiles = ["2024-*.csv", "book.xlsx#June"]\n').audit
        assert found is not None
        assert found.files == (
            folder / "2024-01.csv",
            folder / "2024-02.csv",
            Workbook(str(folder / "book.xlsx"), "June"),
        )

    def test_of_a_population_tells_number_file_and_column_apart(self, folder: Path) -> None:
        (folder / "frame.csv").write_text("route,population\ncalls,10\n", encoding="utf-8")
        for written, meant in (("12", 12), ('"frame.csv"', folder / "frame.csv"), ('"incident"', "incident")):
            found = read(folder, f"{MINIMAL}population = {written}\n").audit
            assert found is not None
            assert found.roles["population"] == meant

    def test_of_times_and_months_borrows_the_audit(self, folder: Path) -> None:
        found = read(
            folder,
            MINIMAL + 'by = "crime_type"\ncolumns = {cluster = "incident"}\n'
            '[times]\nreported_at = "incident"\nrecorded_at = "recorded"\nwithin = 48\nby = "route"\n'
            '[monthly]\nperiod = "FILENAME"\nbaseline = 8\n',
        )  # fmt: skip
        assert found.times is not None
        assert found.monthly is not None
        assert (found.times.sample.files, found.times.sample.by) == ((folder / "audit.csv",), ("route",))
        assert found.times.terms == {"reported_at": "incident", "recorded_at": "recorded", "within": 48}
        assert found.monthly.sample.roles == {"cluster": "incident", "period": "FILENAME"}
        assert found.monthly.baseline == 8

    def test_of_times_and_months_takes_files_of_their_own(self, folder: Path) -> None:
        (folder / "times.csv").write_text("reported_at,recorded_at,recorded\n", encoding="utf-8")
        found = read(folder, 'force = "x"\n[searches]\nfiles = "searches.csv"\n[times]\nfiles = "times.csv"\n')
        assert found.times is not None
        assert (found.times.sample.files, found.times.sample.roles) == ((folder / "times.csv",), {})

    def test_of_earlier_results_keeps_their_order(self, folder: Path) -> None:
        found = read(
            folder,
            MINIMAL + '[[previous]]\nname = "2022"\nfigure = "86.5%+-4.3%"\nperiod = "2022"\n'
            '[[previous]]\nname = "2019"\nfiles = "audit.csv"\nby = "crime_type"\n',
        )
        assert [(each.name, each.figure, each.period) for each in found.previous] == [
            ("2022", "86.5%+-4.3%", "2022"),
            ("2019", None, None),
        ]
        assert found.previous[1].sample is not None
        assert found.previous[1].sample.by == ("crime_type",)

    def test_of_reviews_takes_questions_from_a_list_or_a_file(self, folder: Path) -> None:
        (folder / "questions.csv").write_text("question\neffective\n", encoding="utf-8")
        for written, meant in (
            ('["effective=no:worse"]', ("effective=no:worse",)),
            ('"questions.csv"', folder / "questions.csv"),
        ):
            text = f'force = "x"\n[reviews]\nfiles = "reviews.csv"\nquestions = {written}\nignore = "outcome"\n'
            found = read(folder, text).reviews
            assert found is not None
            assert (found.questions, found.ignore) == (meant, ("outcome",))

    @pytest.mark.parametrize(
        ("force", "marked"), [("Avon & Somerset Constabulary", "Avon and Somerset"), ("Border Patrol", "Border Patrol")]
    )
    def test_of_forces_marks_this_one(self, folder: Path, force: str, marked: str) -> None:
        (folder / "forces.csv").write_text("force,rate\nKent,0.9\n", encoding="utf-8")
        found = read(folder, f'force = "{force}"\n[forces]\nfile = "forces.csv"\nhigher = "worse"\n').forces
        assert found is not None
        assert (found.marked, found.terms) == (marked, {"higher": "worse"})

    def test_of_printed_names_keeps_their_order(self, folder: Path) -> None:
        text = f'{MINIMAL}by = "crime_type"\n[categories.crime_type]\nviolent = "Violence"\n"o.t,h" = "Other"\n'
        found = read(folder, text)
        assert list(found.categories["crime_type"].items()) == [("violent", "Violence"), ("o.t,h", "Other")]
        assert found.where("categories.crime_type.o.t,h").line == 7

    def test_of_disclosure_keeps_who_answers_for_it(self, folder: Path) -> None:
        found = read(
            folder,
            MINIMAL + 'by = ["crime_type", "route"]\n[disclosure]\nmode = "internal"\nsmall_areas = ["route"]\n'
            '[[disclosure.exceptions]]\ncolumn = "crime_type"\ncategory = "other"\nreason = "r"\napprover = "a"\n',
        ).disclosure
        assert (found.mode, found.small_areas) == ("internal", ("route",))
        assert found.exemptions == (Exemption("crime_type", "other", "r", "a"),)

    def test_takes_a_byte_order_mark_and_windows_line_ends(self, folder: Path) -> None:
        text = "\ufeff" + MINIMAL.replace("\n", "\r\n")
        (folder / "inspection.toml").write_bytes(text.encode("utf-8"))
        assert read_inspection(folder / "inspection.toml").lines["audit.files"] == 3

    @pytest.mark.parametrize("path", [WORKED, EXAMPLE], ids=lambda path: path.parent.name)
    def test_of_what_ships(self, path: Path) -> None:
        found = read_inspection(path)
        assert all(file.is_file() for file in found.inputs)
        assert found.notes
        assert "synthetic" in " ".join((*found.notes, str(found.audit and found.audit.source)))

    def test_of_the_example_has_groups_too_small_to_be_published(self) -> None:
        found = read_inspection(EXAMPLE)
        assert found.audit is not None
        wards = Counter(row["ward"] for row in rows_of(found.audit.files[0]))
        assert min(wards.values()) < 10 < max(wards.values())
        assert found.searches is not None
        groups = Counter(row["ethnicity"] for row in rows_of(found.searches.files[0]) if row["grounds"] == "no")
        assert 0 < min(groups.values()) < 5

    def test_of_the_example_reads_what_its_script_writes(self, tmp_path: Path) -> None:
        subprocess.run([sys.executable, "-B", EXAMPLE.with_name("build.py"), tmp_path], check=True, timeout=60)
        made = sorted(path.name for path in tmp_path.glob("exampleshire_*.csv"))
        assert len(made) == 7
        for name in made:
            assert (tmp_path / name).read_bytes() == EXAMPLE.with_name(name).read_bytes()

    def test_of_the_worked_example_states_what_was_published_and_no_more(self) -> None:
        found = read_inspection(WORKED)
        assert (found.style, found.grade) == ("published", "requires improvement")
        assert found.audit is not None
        assert found.audit.period is None
        assert found.searches is not None
        assert found.searches.period == "1 January 2021 to 31 December 2021"
        assert found.disclosure.exemptions[0].category == "ethnic minority"


class TestFaults:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", [("force", None, "toml-missing"), ("", None, "no-contents")]),
            ('force = "x"\n', [("", None, "no-contents")]),
            (f"forse = 1\n{MINIMAL}", [("forse", 1, "toml-unknown")]),
            (f"{MINIMAL}fils = 1\n", [("audit.fils", 4, "toml-unknown")]),
            (f"{MINIMAL}columns = {{clustr = 'x'}}\n", [("audit.columns.clustr", 4, "toml-unknown")]),
            ('force = "x"\naudit = 3\n', [("audit", 2, "toml-table")]),
            (MINIMAL.replace("[audit]", "[[audit]]"), [("audit", 2, "toml-once")]),
            (
                f'{MINIMAL}[[audit.columns]]\nrecorded = "recorded"\n[[audit.columns]]\n',
                [("audit.columns", 4, "toml-once")],
            ),
            (f"{MINIMAL}[previous]\nname = 'x'\n", [("previous", 4, "toml-tables")]),
            (f"title = 3\n{MINIMAL}", [("title", 1, "toml-kind")]),
            (f'title = "  "\n{MINIMAL}', [("title", 1, "toml-blank")]),
            (f'title = "a\\u0007b"\n{MINIMAL}', [("title", 1, "toml-control")]),
            (f'date = "2024-01-01"\n{MINIMAL}', [("date", 1, "toml-kind")]),
            (f"date = 2024-01-01T10:00:00\n{MINIMAL}", [("date", 1, "toml-kind")]),
            (f'style = "pretty"\n{MINIMAL}', [("style", 1, "toml-choice")]),
            (f'method = "wilsn"\n{MINIMAL}', [("method", 1, "toml-choice")]),
            (f'{MINIMAL}measures = "clasification"\n', [("audit.measures", 4, "toml-choice")]),
            (
                f'{MINIMAL}measures = ["unrecorded", "classification", 3]\n',
                [("audit.measures", 4, "toml-choice"), ("audit.measures", 4, "toml-kind")],
            ),
            (f"level = 95\n{MINIMAL}", [("level", 1, "bare-percent")]),
            (f"level = 0.4\n{MINIMAL}", [("level", 1, "level")]),
            (f"level = nan\n{MINIMAL}", [("level", 1, "toml-kind")]),
            (f"level = true\n{MINIMAL}", [("level", 1, "toml-kind")]),
            (f"seed = -1\n{MINIMAL}", [("seed", 1, "toml-kind")]),
            (f"seed = 1.5\n{MINIMAL}", [("seed", 1, "toml-kind")]),
            (f"notes = []\n{MINIMAL}", [("notes", 1, "toml-kind")]),
            (f"notes = ['a', 2, '']\n{MINIMAL}", [("notes", 1, "toml-kind"), ("notes", 1, "toml-blank")]),
            (MINIMAL.replace("audit.csv", "audits.csv"), [("audit.files", 3, "toml-no-file")]),
            (MINIMAL.replace("audit.csv", "no/audit.csv"), [("audit.files", 3, "toml-no-file")]),
            (MINIMAL.replace("audit.csv", "x-*.csv"), [("audit.files", 3, "no-match")]),
            (MINIMAL.replace("audit.csv", "data\\tables.csv"), [("audit.files", 3, "toml-control")]),
            ('force = "x"\n[audit]\nby = "a"\n', [("audit.files", 2, "toml-missing")]),
            ('force = "x"\n[forces]\nfile = "*.csv"\n', [("forces.file", 3, "toml-one-file")]),
            (f'{MINIMAL}by = ["crime_typ"]\n', [("audit.by", 4, "toml-no-column")]),
            (f'{MINIMAL}population = "reports"\n', [("audit.population", 4, "toml-no-column")]),
            (f'{MINIMAL}[audit.columns]\nrecorded = ""\n', [("audit.columns.recorded", 5, "toml-blank")]),
            (
                f'{MINIMAL}[audit.columns]\ndue = "route"\ndecision = "recorded"\n',
                [("audit", 2, "decision-and-counts")],
            ),
            (f'style = "published"\nlevel = 0.9\n{MINIMAL}', [("level", 2, "toml-published")]),
            (f'style = "published"\nmethod = "wald"\n{MINIMAL}', [("method", 2, "toml-published")]),
            (f'{MINIMAL}[periods]\naudit = "spring"\n', [("periods.audit", 5, "toml-period")]),
            (f'{MINIMAL}[periods]\nreviews = "2024"\n', [("periods.reviews", 5, "toml-needs")]),
            (
                'force = "x"\n[volumes]\nfiles = "audit.csv"\n[forces]\nfile = "audit.csv"\n',
                [("volumes", 2, "toml-needs")],
            ),
            (
                f'{MINIMAL}[volumes]\nfiles = "audit.csv"\nroute_share = 87\n',
                [("volumes.route_share", 6, "bare-percent")],
            ),
            (
                f'{MINIMAL}[volumes]\nfiles = "audit.csv"\nover_recorded = "2%"\n',
                [("volumes.over_recorded", 6, "no-half-width")],
            ),
            (f'{MINIMAL}[[previous]]\nname = "a"\n', [("previous[1]", 4, "figure-or-files")]),
            (
                f'{MINIMAL}[[previous]]\nname = "a"\nfigure = "9/10"\nby = "route"\n',
                [("previous[1].by", 7, "toml-needs")],
            ),
            (
                f'{MINIMAL}[[previous]]\nfigure = "11/10"\n',
                [("previous[1].name", 4, "toml-missing"), ("previous[1].figure", 5, "recorded-above-due")],
            ),
            (
                f'{MINIMAL}[[previous]]\nname = "a"\nfigure = "9/10"\nmeasure = "grounds"\n',
                [("previous[1]", 4, "toml-needs")],
            ),
            (
                f'{MINIMAL}[[previous]]\nname = "a"\nfigure = "9/10"\n[[previous]]\nname = "a"\nfigure = "8/10"\n',
                [("previous[2].name", 8, "previous-twice")],
            ),
            (
                f"{MINIMAL}[times]\nwithin = 0\nreported_at = 'route'\nrecorded_at = 'recorded'\n",
                [("times.within", 5, "within")],
            ),
            (f'{MINIMAL}[times]\ntimely = "recorded"\nclock = "uk"\n', [("times.clock", 6, "timely-and-times")]),
            (f"{MINIMAL}[times]\ntimely = 'recorded'\nselection = 'census'\n", [("times.selection", 6, "toml-needs")]),
            (f"{MINIMAL}[monthly]\nbaseline = 1\nperiod = 'route'\n", [("monthly.baseline", 5, "toml-kind")]),
            ('force = "x"\n[times]\n[forces]\nfile = "audit.csv"\n', [("times", 2, "toml-needs")]),
            (f'{MINIMAL}[categories.crime_type]\nviolent = "V"\n', [("categories.crime_type", 4, "no-such-domain")]),
            (
                f'{MINIMAL}by = "crime_type"\n[categories.crime_type]\nviolent = "V"\nother = "V"\n',
                [("categories.crime_type.other", 7, "printed-twice")],
            ),
            (f'{MINIMAL}[disclosure]\npersonal = ["etnicity"]\n', [("disclosure.personal", 5, "no-such-domain")]),
            (f'{MINIMAL}[disclosure]\nmode = "secret"\n', [("disclosure.mode", 5, "toml-choice")]),
            (
                f'{MINIMAL}by = "route"\n'
                '[[disclosure.exceptions]]\ncolumn = "route"\ncategory = "calls"\nreason = " "\n',
                [
                    ("disclosure.exceptions[1].approver", 5, "toml-missing"),
                    ("disclosure.exceptions[1].reason", 8, "toml-blank"),
                ],
            ),
            (
                'force = "x"\n[reviews]\nfiles = "reviews.csv"\nquestions = ["a=maybe", "b:good", "effective", "c"]\n',
                [
                    ("reviews.questions", 4, "question-counts"),
                    ("reviews.questions", 4, "question-higher"),
                ],
            ),
            (
                'force = "x"\n[reviews]\nfiles = "reviews.csv"\nquestions = ["effective", "c"]\nignore = "officer"\n',
                [("reviews.questions", 4, "toml-no-column"), ("reviews.ignore", 5, "toml-no-column")],
            ),
        ],
    )  # fmt: skip
    def test_name_line_and_key(self, folder: Path, text: str, expected: list[tuple[str, int | None, str]]) -> None:
        assert faults(folder, text) == expected

    def test_are_told_together_in_the_order_of_the_file(self, folder: Path) -> None:
        text = 'force = 1\nlevel = 2\n[audit]\nfiles = "no.csv"\n[periods]\naudit = "x"\n[categories.a]\nb = "c"\n'
        found = faults(folder, text)
        assert [line for _, line, _ in found] == [1, 2, 4, 6, 7]

    def test_say_what_was_probably_meant(self, folder: Path) -> None:
        with pytest.raises(DataError) as caught:
            read(
                folder,
                'forse = "x"\nforce = "y"\n[audit]\nfiles = "audits.csv"\n'
                '[searches]\nfiles = "searches.csv"\nby = "etnicity"\n',
            )
        first, second, third = map(str, caught.value.faults)
        assert "line 1, key forse: expected a key that is known here, but found forse. Did you mean 'force'?" in first
        assert "but found audits.csv. Did you mean 'audit.csv'?" in second
        assert "expected a column 'etnicity' in searches.csv. Did you mean 'ethnicity'?" in third

    @pytest.mark.parametrize(
        ("heading", "line"),
        [
            ("[[audit]]", "line 2, key audit: expected one table, headed by a line [audit], but found [[audit]]."),
            (
                "[audit]\nfiles = 'audit.csv'\n[previous]",
                "expected tables, each headed by a line [[previous]], but found [pre",
            ),
        ],
    )
    def test_show_a_heading_as_it_is_written(self, folder: Path, heading: str, line: str) -> None:
        with pytest.raises(DataError) as caught:
            read(folder, f"force = \"x\"\n{heading}\nfiles = 'audit.csv'\n")
        assert line in str(caught.value.faults[0])

    def test_speak_of_the_file_and_not_of_the_command_line(self, folder: Path) -> None:
        texts = (
            f'{MINIMAL}[audit.columns]\ndue = "route"\ndecision = "recorded"\n',
            f'{MINIMAL}[times]\ntimely = "recorded"\nclock = "uk"\n',
            f'{MINIMAL}[volumes]\nfiles = "audit.csv"\nover_recorded = "2"\n',
            f'{MINIMAL}population = 9\n[audit.columns]\nweight = "incident"\n',
        )
        for text in texts:
            with pytest.raises(DataError) as caught:
                read(folder, text)
            assert "--" not in str(caught.value)

    @pytest.mark.parametrize(
        ("content", "code", "line", "said"),
        [
            (b"force = Kent\n", "toml-syntax", 1, "straight quotation marks"),
            ("force = \u201cKent\u201d\n".encode(), "toml-syntax", 1, "straight quotation marks"),
            (b'force = "a\n', "toml-syntax", 1, "not closed"),
            (b'a = 1\nforce = "C:\\data"\n', "toml-syntax", 2, "forward slashes"),
            (b"a = 1\nb = 2\na = 3\n", "toml-syntax", 3, "in its table twice"),
            (b"[audit]\n[audit]\n", "toml-syntax", 2, "in the file twice"),
            (b"force\n", "toml-syntax", 1, "Put ="),
            (b"force = 'a\nb = 1\n", "toml-syntax", 1, "not closed"),
            (b'force = "C:\\data\\"\n', "toml-syntax", 1, "forward slashes"),
            (b"a = 1\n[a]\n", "toml-syntax", 2, "in its table twice"),
            (b"a = {b = 1, b = 2}\n", "toml-syntax", 1, "in its table twice"),
            (b"[[previous]]\n[previous]\n", "toml-syntax", 2, "in the file twice"),
            (b"a = {b}\n", "toml-syntax", 1, "Put ="),
            (b"a = {b = 1 c = 2}\n", "toml-syntax", 1, "} at its end"),
            (b"a = [1\n", "toml-syntax", None, "Add ]"),
            (b"a = [1 2]\n", "toml-syntax", 1, "commas between its values"),
            (b"a = [yes]\n", "toml-syntax", 1, "true and false"),
            (b"a = 01\n", "toml-syntax", 1, "Begin a number"),
            (b"[audit\n", "toml-syntax", 1, "Close the heading"),
            (b"[audit] x\n", "toml-syntax", 1, "one key on a line"),
            (b'a = "x" y\n', "toml-syntax", 1, "one key on a line"),
            (b"a = 1\n= 2\n", "toml-syntax", 2, "Write a heading in brackets"),
            (b"date = 2024-02-30\n", "toml-syntax", 1, "no such day"),
            (b"date = 2024-6-30\n", "toml-syntax", 1, "Write a date as"),
            (b'a = "\x01"\n', "toml-syntax", 1, "cannot be printed"),
            (b"a = 1\nforce = 'Caf\xe9'\n", "toml-encoding", 2, "UTF-8"),
            ('force = "x"'.encode("utf-16"), "toml-encoding", None, "UTF-8"),
        ],
    )  # fmt: skip
    def test_of_the_text_say_where_and_what_to_do(
        self, folder: Path, content: bytes, code: str, line: int | None, said: str
    ) -> None:
        (folder / "inspection.toml").write_bytes(content)
        with pytest.raises(DataError) as caught:
            read_inspection(folder / "inspection.toml")
        found = caught.value.faults[0]
        assert (found.code, found.where.line) == (code, line)
        assert said in found.hint

    def test_of_the_text_do_not_rest_on_the_words_of_the_reader(self) -> None:
        """Only the place is taken from them."""
        said = wording.TOML_REMEDIES
        for text, cause in (("a = x\n", "value"), ("a = 1 2\n", "newline"), ("[a]\n[a]\n", "heading-twice")):
            try:
                tomllib.loads(text)
            except tomllib.TOMLDecodeError as error:
                place = str(error).partition(" (")[2]
                other = tomllib.TOMLDecodeError(f"Anything ({place}")
                found = inspecting._syntax(other, text, "inspection.toml").faults[0]  # noqa: SLF001
                assert found.hint == said[cause]

    def test_of_a_path(self, folder: Path) -> None:
        for path, code in ((folder / "none.toml", "no-file"), (folder, "is-a-folder")):
            with pytest.raises(DataError) as caught:
                read_inspection(path)
            assert caught.value.faults[0].code == code


class TestInputs:
    def test_are_each_named_once_the_file_itself_first(self, folder: Path) -> None:
        text = (
            f"{MINIMAL}[times]\nreported_at = 'route'\nrecorded_at = 'route'\n[searches]\nfiles = './searches.csv'\n"
            "[[previous]]\nname = 'a'\nmeasure = 'grounds'\nfiles = 'searches.csv'\n[reviews]\nfiles = 'reviews.csv'\n"
        )
        names = [path.name for path in read(folder, text).inputs]
        assert names == ["inspection.toml", "audit.csv", "reviews.csv", "searches.csv"]

    def test_are_all_files_of_the_examples(self) -> None:
        names = {path.name for path in read_inspection(WORKED).inputs}
        assert names == {
            "inspection.toml", "audit.csv", "frame.csv", "volumes.csv", "searches_2021.csv", "reviews.csv",
            "questions.csv", "forces.csv",
        }  # fmt: skip


# ---- the table of keys


def sections(section: Section = INSPECTION, above: str = "") -> Iterator[str]:
    for table in section.tables:
        yield f"{above}{table.name}"
        yield from sections(table, f"{above}{table.name}.")


class TestKeys:
    def test_are_each_explained(self) -> None:
        assert {name for name, key in every_key() if not key.meaning} == set(wording.KEYS)
        assert set(sections()) == set(wording.TABLES)
        assert {key.kind for _, key in every_key()} == set(KINDS) == set(wording.KEY_KINDS)

    @pytest.mark.parametrize(("name", "key"), list(every_key()), ids=[name for name, _ in every_key()])
    def test_have_an_example_and_a_default_that_are_read(self, tmp_path: Path, name: str, key: Key) -> None:
        here = tmp_path / "2024"
        for folder in (here, tmp_path / "2023" / "report"):
            folder.mkdir(parents=True)
        for file in ("audit", "volumes", "searches", "audit_2022", "volumes_2022", "reviews", "questions", "times"):
            (here / f"{file}.csv").touch()
        for file in ("2024-01.csv", "forces.csv", "plan.csv", "frame.csv", "sample.receipt.json", "panel.csv"):
            (here / file).touch()
        for written in filter(None, (key.example, key.default)):
            given = tomllib.loads(f"value = {written}")["value"]
            assert KINDS[key.kind](given, key, here) is not None
            assert not key.choices or {*(given if isinstance(given, list) else [given])} <= {*key.choices}
        assert key.default != key.example or key.kind == "column", name


# ---- laws


NAMES = sorted({name for found, _ in every_key() for name in found.split(".")} | {"x y", "a.b", "=HYPERLINK()"})
PLAIN = (
    st.text(st.characters(codec="utf-8"), max_size=8)
    | st.integers(-3, 120)
    | st.floats()
    | st.booleans()
    | st.dates()
    | st.sampled_from(["audit.csv", "searches.csv", "crime_type", "grounds", "public", "2024", "9/10", "95%", "yes"])
)
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
)


def toml(value: Any) -> str:
    """Write a value as TOML, on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)} = {toml(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, dt.date):
        return value.isoformat()
    return json.dumps(value).replace("NaN", "nan").replace("Infinity", "inf").replace("\x7f", "\\u007f")


def escaped(text: str) -> str:
    """Write signs beyond the first plane as TOML does, which knows no pairs of surrogates."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


class TestLaws:
    @given(st.dictionaries(st.sampled_from([table.name for table in INSPECTION.tables] + NAMES), VALUES, max_size=6))
    def test_whatever_is_written_is_read_or_refused(self, tmp_path_factory: Any, values: dict[str, Any]) -> None:
        folder = tmp_path_factory.getbasetemp()
        for name, text in {"audit.csv": AUDIT, "searches.csv": SEARCHES}.items():
            (folder / name).write_text(text, encoding="utf-8")
        lines = [f"{json.dumps(name)} = {toml(value)}" for name, value in values.items()]
        (folder / "law.toml").write_text("\n".join(lines), encoding="utf-8")
        try:
            found = read_inspection(folder / "law.toml")
        except CdiError:
            return
        assert found.samples or found.forces

    @given(
        st.lists(
            st.tuples(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=9), PLAIN),
            max_size=9,
            unique_by=lambda pair: pair[0],
        )
    )
    def test_each_key_is_found_on_its_line(self, pairs: list[tuple[str, Any]]) -> None:
        pairs = [(name, value) for name, value in pairs if not isinstance(value, str) and name not in {"long", "list"}]
        head = '# "a = 1"\n[t] # x\nlong = """\nfalse = 1\n[no]\n""" # \'\nlist = [ # ]\n  "]", # =\n]\n'
        body = "".join(f"{escaped(name)}={toml(value)}\n\n" for name, value in pairs)
        found = lines_of(f"{head}{body}")
        expected = {"t": 2, "t.long": 3, "t.list": 7} | {f"t.{name}": 10 + 2 * i for i, (name, _) in enumerate(pairs)}
        assert tomllib.loads(f"{head}{body}")["t"].keys() == {"long", "list", *(name for name, _ in pairs)}
        assert found == expected

    def test_lines_of_repeated_tables_go_by_their_number(self, tmp_path: Path) -> None:
        text = "[[a]]\nb=1\n[a.c]\nd=2\n[[a]]\nb.e=3\n[[a.f]]\ng=4\n[[a.f]]\n[h]\n'i' . \"j\" = 5\n"
        (tmp_path / "a.toml").write_text(text, encoding="utf-8")
        assert read_toml(tmp_path / "a.toml").lines == {
            "a[1]": 1, "a[1].b": 2, "a[1].c": 3, "a[1].c.d": 4, "a[2]": 5, "a[2].b.e": 6, "a[2].f[1]": 7,
            "a[2].f[1].g": 8, "a[2].f[2]": 9, "h": 10, "h.i.j": 11,
        }  # fmt: skip
