"""The command line: what is printed where, exit statuses, the effect of every option; processes where they matter."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import cdi
from cdi.cli.app import cli
from cdi.disclosure.rules import noted

DATA = Path(__file__).parents[1] / "data" / "avon_and_somerset_2021_22"
VERBS = (
    "agree", "attack", "check", "compare", "coverage", "dispute", "draw", "estimate", "explain", "forces", "grounds",
    "init", "interval", "methods", "national", "open", "plan", "report", "reproduce", "resample", "review",
    "template", "timeliness", "trend", "watch",
)  # fmt: skip


def run(*args: str, cwd: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "cdi", *args]
    return subprocess.run(command, cwd=cwd, env={**os.environ, **(env or {})}, capture_output=True, check=False)


def outcome(*args: str) -> tuple[int, str, str]:
    """Run the command in this process: many runs, without the time that Python takes to start."""
    done = CliRunner().invoke(cli, args)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.stdout, done.stderr


def run_here(*args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command in this process as if it were another, in its folder."""
    with contextlib.chdir(cwd):
        code, out, err = outcome(*args)
    return subprocess.CompletedProcess(args, code, out, err)


def said(*args: str, cwd: Path) -> str:
    """Run what should succeed, and give what it printed."""
    done = run_here(*args, cwd=cwd)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def refused(*args: str, cwd: Path) -> str:
    """Run what should be refused, and give what it said: nothing on stdout, no traceback."""
    done = run_here(*args, cwd=cwd)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hold the files that ship with the project and a small audit of every role."""
    path = tmp_path_factory.mktemp("cli")
    for file in DATA.glob("*.csv"):
        shutil.copy(file, path)
    routes = ("calls", "online", "post")
    rows = [(f"c{i}", f"r{i // 2}", routes[i // 2 % 3], 40, "xy"[i % 2], i % 3, i % 3 - (i == 5)) for i in range(48)]
    rows.append(("c99", "r99", "visit", 3, "x", 2, 1))
    with (path / "small.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "report", "route", "w", "kind", "should", "did"])
        writer.writerows(rows)
    (path / "routes.csv").write_text("route,population\ncalls,700\nonline,300\npost,90\nvisit,20\n", encoding="utf-8")
    (path / "crime.csv").write_text("kind,recorded_crime\nx,9000\ny,4000\n", encoding="utf-8")
    return path


INTERNAL = ("--disclosure", "internal")
FULL = ("audit.csv", "--by", "crime_type", "--volumes", "frame.csv", "--volumes", "volumes.csv")


def test_the_main_table_fits_a_screen_and_says_what_it_means(folder: Path) -> None:
    text = said("estimate", *FULL, cwd=folder)
    assert max(map(len, text.splitlines())) <= 80
    plain = " ".join(text.split())
    assert "An estimated 91.4% of reported crimes were recorded (95% confidence interval" in plain
    assert "reported crimes were not recorded (95% confidence interval" in plain
    assert "This excludes crimes never reported to the police." in plain


def test_two_runs_give_the_same_bytes_and_no_case_appears(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    with (folder / "audit.csv").open(encoding="utf-8", newline="") as file:
        ids = {row[name] for row in csv.DictReader(file) for name in ("case", "cluster")}
    assert len(ids) > 900
    args = ("estimate", *FULL, "--detail", "--format")
    prints = {form: outcome(*args, form)[1] for form in ("text", "csv", "json", "markdown", "html")}
    assert not [name for name in ids for text in prints.values() if name in text]
    for form in ("text", "json"):
        for _ in range(2):
            done = run(*args, form, cwd=folder)
            assert (done.returncode, done.stderr, done.stdout.decode("utf-8")) == (0, b"", prints[form])


def test_csv_and_json_hold_the_numbers_of_the_python_call(folder: Path) -> None:
    volumes = [folder / "frame.csv", folder / "volumes.csv"]
    table = noted(cdi.estimate(folder / "audit.csv", by="crime_type", volumes=volumes).table)
    rows = list(csv.reader(io.StringIO(said("estimate", *FULL, "--format", "csv", cwd=folder))))
    assert tuple(rows[0]) == table.columns
    read = [
        tuple(
            None if text == "" else type(value)(text) if value is not None else text
            for text, value in zip(row, known, strict=True)
        )
        for row, known in zip(rows[1:], table.values(), strict=True)
    ]
    known = [tuple(None if value == "" else value for value in row) for row in table.values()]
    assert read == known
    document = json.loads(said("estimate", *FULL, "--format", "json", cwd=folder))
    assert [tuple(row.values()) for row in document["rows"]] == table.values()


def test_what_cannot_be_estimated_is_null_and_blank(folder: Path) -> None:
    (folder / "none.csv").write_text("kind,due,recorded\nx,1,1\nx,2,1\ny,0,\n", encoding="utf-8")
    document = json.loads(said("estimate", "none.csv", *INTERNAL, "--by", "kind", "--format", "json", cwd=folder))
    row = next(row for row in document["rows"] if row["kind"] == "y")
    assert (row["estimate"], row["low"], row["high"], row["se"]) == (None, None, None, None)
    assert row["notes"] == "no crimes in the sample, so there is no rate"
    text = said("estimate", "none.csv", *INTERNAL, "--by", "kind", "--format", "csv", cwd=folder)
    row = next(row for row in csv.DictReader(io.StringIO(text)) if row["kind"] == "y")
    assert (row["estimate"], row["low"]) == ("", "")
    assert "NaN" not in text


def test_parquet_prints_what_csv_prints(folder: Path) -> None:
    import pandas as pd

    for name in ("audit", "frame", "volumes"):
        pd.read_csv(folder / f"{name}.csv").to_parquet(folder / f"{name}.parquet")
    args = [arg.replace(".csv", ".parquet") for arg in FULL]
    assert said("estimate", *args, cwd=folder) == said("estimate", *FULL, cwd=folder)


def test_output_in_a_pipe_is_utf_8_whatever_the_locale(folder: Path) -> None:
    (folder / "é.csv").write_text("crime,recorded\nKörper,yes\nKörper,no\n犯罪,yes\n", encoding="utf-8")
    env = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}
    done = run("estimate", "é.csv", "--by", "crime", cwd=folder, env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Körper" in done.stdout.decode("utf-8")
    assert "犯罪" in done.stdout.decode("utf-8")
    done = run("estimate", "ü.csv", cwd=folder, env=env)
    assert (done.returncode, done.stdout) == (2, b"")
    assert ": expected a file that exists" in done.stderr.decode("utf-8")


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are text elsewhere")
def test_the_name_of_a_file_may_be_no_text(folder: Path) -> None:
    name = os.fsdecode(b"a\xff.csv")
    shutil.copy(folder / "audit.csv", folder / name)
    assert "expected a file name in UTF-8" in refused("estimate", name, cwd=folder)
    (folder / name).unlink()


# ---- what is loaded


@pytest.mark.parametrize("code", ["import cdi", "import cdi.cli", "from cdi.cli import main; main(['--help'])"])
def test_little_is_loaded_before_there_is_work(code: str, folder: Path) -> None:
    heavy = "numpy pandas scipy duckdb narwhals polars pyarrow rich jinja2 openpyxl matplotlib afcharts"
    if "main" in code:
        code = (
            "import sys; sys.argv = ['cdi', '--help']\nfrom cdi.cli import main\ntry: main()\nexcept SystemExit: pass"
        )
    check = f"{code}\nimport sys; print([name for name in {heavy.split()} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "words",
    [
        "interval 159/182",
        "interval 21/24 --population 200 --method exact",
        "interval 21/24 --method agresti-coull",
        "compare 150/200 160/200",
    ],
)
def test_an_interval_of_counts_loads_nothing_heavy(words: str, folder: Path) -> None:
    code = (
        f"import sys; sys.argv = ['cdi', *{words.split()!r}]\nfrom cdi.cli import main\n"
        "try: main()\nexcept SystemExit as end: print(end.code)\n"
        "print([name for name in ('scipy', 'pandas', 'duckdb', 'narwhals') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-2:] == ["0", "[]"]


def test_an_estimate_from_a_csv_does_without_pandas(folder: Path) -> None:
    code = (
        "import sys; sys.argv = ['cdi', 'estimate', *sys.argv[1:]]\nfrom cdi.cli import main\n"
        "try: main()\nexcept SystemExit as end: print(end.code, 'pandas' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *FULL], cwd=folder, capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stdout.splitlines()[-1] == "0 False"


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_every_verb_explains_itself(verb: str, folder: Path) -> None:
    text = said(*filter(None, [verb]), "--help", cwd=folder)
    assert text.startswith("Usage: ")
    assert not verb or "In Python: cdi." in " ".join(text.split())


def test_every_verb_is_listed(folder: Path) -> None:
    assert tuple(cli.commands) == VERBS
    listed = said("--help", cwd=folder).partition("Commands:")[2].splitlines()
    assert tuple(line.split()[0] for line in listed if line.startswith("  ") and line[2] != " ") == VERBS


def test_the_version_is_that_of_the_package(folder: Path) -> None:
    assert cdi.__version__ in said("--version", cwd=folder)


# ---- wrong input

AUDIT = "cluster,recorded\n"
WRONG = {
    "missing column": (
        "cluster,Recorded\n1,yes\n",
        "bad.csv, line 1: expected a column named 'recorded'. Did you mean 'Recorded'?",
    ),
    "above due": (
        "due,recorded\n1,2\n",
        "bad.csv, line 2, column recorded: expected 0 to 1, the number of crimes due, but found 2.",
    ),
    "negative": (
        AUDIT + "1,-1\n",
        "bad.csv, line 2, column recorded: expected yes or no (or y/n, true/false, 1/0), but found -1.",
    ),
    "infinite": ("due,recorded\ninf,1\n", "bad.csv, line 2, column due: expected a finite number, but found inf."),
    "maybe": (AUDIT + '"1\n2",yes\n\n3,maybe\n', "bad.csv, line 5, column recorded: expected yes or no"),
    "missing": (
        AUDIT + "1,\n2,no\n",
        "bad.csv, line 2, column recorded: expected yes or no for each crime, but found a blank.",
    ),
    "case twice": (
        "case,recorded\na,yes\na,no\n",
        "bad.csv, line 3, column case: expected each case once, but found a (2 times).",
    ),
    "two strata": (
        "cluster,stratum,recorded\n1,a,yes\n1,b,no\n",
        "bad.csv, line 3, column stratum: expected one stratum for all rows of report 1, but found a and b.",
    ),
    "one report": (
        "stratum,recorded\na,yes\nb,no\nb,no\n",
        "bad.csv, a, column stratum: expected two or more reports in each stratum, to show how they vary, but found 1.",
    ),
    "empty": ("", "bad.csv: expected a line of column names and a line for each row."),
    "header only": (AUDIT, "bad.csv, line 1: expected rows under the header."),
    "nul": (AUDIT + "1,y\0es\n", "bad.csv, line 2: expected text."),
    "semicolons": ("cluster;recorded\n1;yes\n", "bad.csv, line 1: expected commas between the columns."),
    "ragged": (AUDIT + "1,yes,x\n2,no\n", "bad.csv, line 2: expected 2 values, one for each column, but found 3."),
    "mixed line ends": (
        "cluster,recorded\r\n1,yes\n2,no\r\n",
        "bad.csv, line 2: expected the same line ends throughout.",
    ),
    "column twice": (
        "recorded,x,recorded\nyes,1,no\n",
        "bad.csv, line 1: expected each column name once, but found recorded. Column 3 has the name of column 1.",
    ),
    "workbook": ("PK\x03\x04", "bad.csv: expected a CSV file. This is an Excel workbook."),
}


@pytest.mark.parametrize("what", ["missing column", "maybe", "two strata", "one report", "empty"])
def test_wrong_files_are_refused(what: str, tmp_path: Path) -> None:
    text, message = WRONG[what]
    (tmp_path / "bad.csv").write_text(text, encoding="utf-8", newline="")
    first, *answer = refused("estimate", "bad.csv", cwd=tmp_path).splitlines()
    assert first.startswith(message)
    typed = {"maybe": "--words maybe=ANSWER", "missing column": "--recorded Recorded"}
    assert answer[1:2] == ([f"cdi estimate bad.csv {typed[what]}"] if what in typed else [])


def test_many_wrong_files_are_checked_in_one_go(tmp_path: Path) -> None:
    for i, (text, _) in enumerate(WRONG.values()):
        (tmp_path / f"bad{i}.csv").write_text(text, encoding="utf-8", newline="")
    lines = refused("check", *(f"bad{i}.csv" for i in range(len(WRONG))), cwd=tmp_path).splitlines()
    lines = [line for line in lines if line.startswith("bad")]  # one of them is followed by what answers it
    assert len(lines) == len(WRONG)
    for i, (line, (_, message)) in enumerate(zip(lines, WRONG.values(), strict=True)):
        assert line.startswith(message.replace("bad.csv", f"bad{i}.csv", 1))


def test_all_faults_of_a_file_are_shown_at_once(tmp_path: Path) -> None:
    rows = ["a,1,1,2", "a,2,-1,0", "b,3,1,maybe", *[f"c{i},{i},1,5" for i in range(4, 30)]]
    (tmp_path / "bad.csv").write_text("\n".join(["case,cluster,due,recorded", *rows]), encoding="utf-8")
    lines = refused("estimate", "bad.csv", cwd=tmp_path).splitlines()
    assert [line.partition(": expected")[0] for line in lines] == [
        "bad.csv, line 2, column recorded",
        "bad.csv, line 3, column due",
        "bad.csv, line 3, column case",
        "bad.csv, line 4, column recorded",
        "bad.csv, 26 rows (lines 5, 6, 7, ...), column recorded",
    ]


WRONG_ARGUMENTS = {
    "a file that is not there": (("nope.csv",), "nope.csv: expected a file that exists."),
    "a folder": ((".",), "crime.csv, line 1: expected the columns of audit.csv."),
    "a workbook that is not there": (("a.xlsx",), "a.xlsx: expected a file that exists."),
    "volumes that are not there": (("audit.csv", "--volumes", "no.csv"), "no.csv: expected a file that exists."),
    "volumes without counts": (
        ("audit.csv", "--volumes", "audit.csv"),
        "audit.csv, line 1: expected a column population",
    ),
    "volumes twice": (
        ("audit.csv", "--volumes", "frame.csv", "--volumes", "frame.csv"),
        "frame.csv, line 1: expected one source of population.",
    ),
    "columns": (
        ("audit.csv", "--cluster", "clustr", "--stratum", "route"),
        "audit.csv, line 1: expected a column named 'route'.",
    ),
    "a category": (
        ("audit.csv", "--by", "crimetype"),
        "audit.csv, line 1: expected a column named 'crimetype'. Did you mean 'crime_type'?",
    ),
    "weight and population": (
        ("small.csv", "--recorded", "did", "--due", "should", "--weight", "w", "--population", "99"),
        "expected either a weight",
    ),
    "a negative population": (
        ("audit.csv", "--stratum", "", "--population", "-5"),
        "column population: expected a whole number, 0 or more, but found -5.",
    ),
    "half a population": (
        ("audit.csv", "--stratum", "", "--population", "5.5"),
        "column population: expected a whole number, but found 5.5.",
    ),
    "a small population": (
        ("audit.csv", "--stratum", "", "--population", "455"),
        "column population: expected at least the 456 reports",
    ),
    "a rule": (("audit.csv", "--single-cluster", "drop"), "Usage:"),
    "a join of nothing": (("audit.csv", "--collapse", "control"), "Usage:"),
    "a join of strangers": (
        ("audit.csv", "--collapse", "control=control room"),
        "expected a stratum of the audit, but found control. Did you mean 'control room'?",
    ),
    "a method": (("audit.csv", "--method", "wilsn"), "Usage:"),
    "an exact method": (("audit.csv", "--method", "exact"), "control room: expected a method that fits this sample"),
    "two styles": (
        ("audit.csv", "--style", "published", "--method", "wald"),
        "expected no method with the published style, but found wald. Leave out --method.",
    ),
    "an ending": (
        ("audit.csv", "-o", "rates.xyz"),
        "expected a format: text, csv, json, markdown, html, but found rates.xyz.",
    ),
    "a folder that is not there": (
        ("audit.csv", "-o", "no/rates.csv"),
        "no/rates.csv: expected a place where the file can be written",
    ),
    "its own input": (
        ("audit.csv", "-o", "./audit.csv", "--format", "csv"),
        "audit.csv: expected a new file to write to.",
    ),
    "its own volumes": (
        ("audit.csv", "--volumes", "frame.csv", "-o", "frame.csv"),
        "frame.csv: expected a new file to write to.",
    ),
    "no file": ((), "Usage:"),
    "an option": (("audit.csv", "--confidence", "95%"), "Usage:"),
}


@pytest.mark.parametrize("what", WRONG_ARGUMENTS)
def test_wrong_arguments_are_refused(what: str, folder: Path) -> None:
    before = {path.name: path.stat().st_size for path in folder.iterdir()}
    args, message = WRONG_ARGUMENTS[what]
    assert refused("estimate", *args, cwd=folder).startswith(message)
    assert {path.name: path.stat().st_size for path in folder.iterdir()} == before


def test_a_bare_percentage_shows_both_spellings(folder: Path) -> None:
    assert "Write 95% or 0.95." in refused("estimate", "audit.csv", "--level", "95", cwd=folder)
    assert "Write 91.4% or 0.914." in outcome("interval", "159/182", "--level", "91.4")[2]


@pytest.mark.parametrize("level", ["95%", "0.95", " 95 %", ".95"])
def test_a_level_may_be_written_either_way(level: str) -> None:
    assert outcome("interval", "159/182", "--level", level) == outcome("interval", "159/182")


@pytest.mark.parametrize("level", ["95%%", "95,0%", "nan", "-5%", "0.4", "40%", "1", "100%", "x"])
def test_a_level_that_cannot_be(level: str) -> None:
    code, out, err = outcome("interval", "159/182", "--level", level)
    assert (code, out) == (2, "")
    assert "expected" in err


@pytest.mark.parametrize(
    "counts", ["182/159", "1.5/3", "-1/3", "0/0", "3", "a/b", "5/", "1/2/3", "1 of 2", f"1/{10**30}"]
)
def test_counts_that_cannot_be(counts: str) -> None:
    code, out, err = outcome("interval", "--", counts)
    assert (code, out) == (2, "")
    assert "expected" in err


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a file that may not be read")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "audit.csv"
    path.write_text(AUDIT + "1,yes\n", encoding="utf-8")
    path.chmod(0)
    assert refused("estimate", "audit.csv", cwd=tmp_path).startswith("audit.csv: expected a file that can be read")
    path.chmod(stat.S_IRWXU)


def test_check_goes_on_after_a_faulty_file(folder: Path) -> None:
    done = run("check", "nope.csv", "audit.csv", "volumes.csv", cwd=folder)
    assert done.returncode == 2
    assert done.stdout.decode().startswith("audit.csv: 548 rows, no faults found")
    assert [line.split(":")[0] for line in done.stderr.decode().splitlines()] == ["nope.csv", "volumes.csv, line 1"]


def test_what_was_ignored_is_said(tmp_path: Path) -> None:
    (tmp_path / "loose.csv").write_text("cluster,recorded\n1 ,yes\n2, no\n3,yes\n,\n,\n", encoding="utf-8")
    done = run("estimate", "loose.csv", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr.decode().strip() == "loose.csv: 2 blank rows and spaces around 2 values ignored."
    assert done.stdout
    assert "2 blank rows and spaces around 2 values ignored" in " ".join(
        said("check", "loose.csv", cwd=tmp_path).split()
    )


# ---- files that are written


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("r.csv", "csv"),
        ("r.JSON", "json"),
        ("r.md", "markdown"),
        ("r.html", "html"),
        ("r.htm", "html"),
        ("r.txt", "text"),
    ],
)
def test_the_ending_tells_the_format(name: str, form: str, tmp_path: Path) -> None:
    assert outcome("interval", "159/182", "-o", str(tmp_path / name)) == (0, "", "")
    printed = outcome("interval", "159/182", "--format", form)[1]
    assert (tmp_path / name).read_bytes().decode("utf-8") == printed


def test_a_format_that_is_named_goes_before_the_ending(tmp_path: Path) -> None:
    assert outcome("interval", "159/182", "-o", str(tmp_path / "r.xyz"), "--format", "json") == (0, "", "")
    assert json.loads((tmp_path / "r.xyz").read_text(encoding="utf-8"))["rows"]


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text(AUDIT + "1,maybe\n", encoding="utf-8")
    (tmp_path / "good.csv").write_text(AUDIT + "1,yes\n2,no\n", encoding="utf-8")
    (tmp_path / "rates.csv").write_text("what was there\n", encoding="utf-8")
    refused("estimate", "bad.csv", "-o", "rates.csv", cwd=tmp_path)
    assert (tmp_path / "rates.csv").read_text(encoding="utf-8") == "what was there\n"
    said("estimate", "good.csv", "-o", "rates.csv", cwd=tmp_path)
    assert (tmp_path / "rates.csv").read_text(encoding="utf-8").startswith("category,measure,estimate")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.csv", "good.csv", "rates.csv"]


# ---- every option has an effect

SMALL = (
    "small.csv",
    "--stratum",
    "route",
    "--cluster",
    "report",
    "--case",
    "id",
    "--due",
    "should",
    "--recorded",
    "did",
    "--by",
    "kind",
    "--volumes",
    "routes.csv",
    "--volumes",
    "crime.csv",
    "--single-cluster",
    "adjust",
)


def without(option: str) -> list[str]:
    """Leave an option out of the full command, wherever it stands."""
    pairs = [SMALL[i : i + 2] for i in range(1, len(SMALL), 2)]
    return [SMALL[0], *(word for pair in pairs if pair[0] != option for word in pair)]


@pytest.mark.parametrize(
    "more",
    [
        ("--level", "90%"),
        ("--method", "wald"),
        ("--method", "korn-graubard"),
        ("--side", "lower"),
        ("--side", "upper"),
        ("--style", "published"),
        ("--detail",),
        ("--format", "csv"),
        ("--format", "json"),
        ("--format", "markdown"),
        ("--format", "html"),
        ("--collapse", "visit=post"),
        ("--single-cluster", "average"),
        ("--by", "route"),
        ("--cluster", "id"),
        ("--population", "9999"),
        ("--weight", "w"),
    ],
    ids=" ".join,
)
def test_an_option_that_is_added_changes_what_is_said(
    more: tuple[str, ...], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    full = outcome("estimate", *SMALL)
    assert full[0] == 0
    assert outcome("estimate", *SMALL, *more) != full


@pytest.mark.parametrize("option", ["--stratum", "--cluster", "--due", "--by", "--volumes", "--recorded"])
def test_an_option_that_is_left_out_changes_what_is_said(
    option: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    assert outcome("estimate", *without(option)) != outcome("estimate", *SMALL)


def test_case_ids_are_checked_where_they_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,recorded\n1,yes\n1,no\n", encoding="utf-8")
    said("estimate", "a.csv", cwd=tmp_path)
    assert "expected each case once" in refused("estimate", "a.csv", "--case", "id", cwd=tmp_path)


def test_an_empty_name_leaves_a_role_out(folder: Path) -> None:
    text = said("estimate", "audit.csv", "--stratum", "", "--format", "csv", cwd=folder)
    assert text.splitlines()[1].startswith("all,recording rate,")
    frame = "category,recorded,case,cluster,weight\n" + "".join(
        f"x,{i % 2},c{i // 2},r{i // 2},{1 + i % 2}\n" for i in range(8)
    )
    (folder / "roles.csv").write_text(frame, encoding="utf-8")
    refused("estimate", "roles.csv", cwd=folder)
    none = ("--case", "", "--cluster", "", "--weight", "")
    text = said("estimate", "roles.csv", *none, *INTERNAL, "--format", "csv", cwd=folder)
    row = next(csv.DictReader(io.StringIO(text)))
    assert (row["estimate"], row["n"], row["clusters"]) == ("0.5", "8", "8")


def test_the_ways_out_that_an_error_names_all_work(folder: Path) -> None:
    message = refused("estimate", *without("--single-cluster"), cwd=folder)
    assert message.startswith("small.csv, visit, column route: expected two or more reports in each stratum")
    assert "--single-cluster adjust, --single-cluster average or --collapse THIS=OTHER" in message
    for way in (("--single-cluster", "adjust"), ("--single-cluster", "average"), ("--collapse", "visit=post")):
        assert "recording rate" in said("estimate", *without("--single-cluster"), *way, "--format", "csv", cwd=folder)


def test_weights_and_population_options_reach_the_estimate(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    plain = ("small.csv", "--due", "should", "--recorded", "did", "--cluster", "report")
    prints = {
        outcome("estimate", *plain, *more, "--format", "csv")
        for more in ((), ("--weight", "w"), ("--population", "1,000"), ("--population", "100000"))
    }
    assert len(prints) == 4
    assert {code for code, _, _ in prints} == {0}


GROUNDS = ("searches_2021.csv", "--by", "ethnicity")


@pytest.mark.parametrize(
    "more",
    [
        ("--population", "500"),
        ("--level", "99%"),
        ("--method", "jeffreys"),
        ("--side", "lower"),
        ("--style", "published"),
        ("--detail",),
        ("--format", "json"),
        ("--cluster", "ethnicity"),
        ("--stratum", "ethnicity"),
        ("--recorded", "ethnicity"),
        ("--weight", "case"),
        ("--due", "grounds"),
        ("--case", "grounds"),
    ],
    ids=" ".join,
)
def test_options_of_grounds_change_what_is_said(
    more: tuple[str, ...], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    plain = outcome("grounds", *GROUNDS)
    assert plain[0] == 0
    assert outcome("grounds", *GROUNDS, *more) != plain


def test_grounds_says_what_it_does_not_measure(folder: Path) -> None:
    text = " ".join(said("grounds", *GROUNDS, cwd=folder).split())
    assert "87.4" in text
    assert "It does not measure whether the grounds were reasonable at the time" in text


@pytest.mark.parametrize(
    "more",
    [
        ("--population", "500"),
        ("--level", "99%"),
        ("--method", "all"),
        ("--method", "wald"),
        ("--side", "upper"),
        ("--format", "csv"),
    ],
    ids=" ".join,
)
def test_options_of_interval_change_what_is_said(more: tuple[str, ...]) -> None:
    changed = outcome("interval", "159/182", *more)
    assert changed[0] == 0
    assert changed != outcome("interval", "159/182")


def test_interval_knows_every_method(folder: Path) -> None:
    text = said("interval", "21/24", "--population", "200", "--method", "all", "--format", "csv", cwd=folder)
    assert {row["method"] for row in csv.DictReader(io.StringIO(text))} == {*cdi.METHODS, *cdi.EXACT}


def test_methods_have_a_card_each(folder: Path) -> None:
    text = said("methods", cwd=folder)
    assert {line for line in text.splitlines() if line in {*cdi.METHODS, *cdi.EXACT}} == {*cdi.METHODS, *cdi.EXACT}


def test_the_installed_script_is_the_same_command(folder: Path) -> None:
    script = Path(sys.executable).with_name("cdi.exe" if os.name == "nt" else "cdi")
    done = subprocess.run([script, "interval", "159/182"], cwd=folder, capture_output=True, check=True)
    assert done.stdout.decode() == said("interval", "159/182", cwd=folder)


# ---- what auditors keep: decisions, classes, workbooks, months, totals

DECIDED = ("recorded",) * 5 + ("not recorded", "wrong class", "over-recorded", "no crime", "not auditable")


def decided_rows() -> list[tuple[str, ...]]:
    """Make 80 crimes of two routes, two categories and four months, with every kind of decision."""
    rows = []
    for i in range(80):
        decision, kind = DECIDED[i % 10], ("violence", "theft")[i // 10 % 2]
        due = decision in {"recorded", "wrong class", "not recorded"}
        written = {"recorded": kind, "wrong class": "other"}.get(decision, "")
        month = f"2024-{1 + i // 20:02}-{1 + i % 20:02}"
        rows.append(
            (
                f"c{i}",
                f"r{i // 2}",
                "ab"[i // 2 % 2],
                kind if due else "",
                written,
                decision,
                month,
                f"{decision.upper()}",
            )
        )
    return rows


NAMES = ("case", "cluster", "stratum", "crime_type", "recorded_as", "decision", "day", "second")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hold decisions as CSV, as a workbook of several sheets, and as a file a month."""
    import openpyxl

    path = tmp_path_factory.mktemp("kept")
    rows = decided_rows()
    (path / "months").mkdir()
    parts = {"decided.csv": rows} | {
        f"months/dip 2024-{month:02}.csv": [row for row in rows if int(row[6][5:7]) == month] for month in range(1, 5)
    }
    for name, part in parts.items():
        with (path / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([NAMES, *part])
    book = openpyxl.Workbook()
    book.active.title = "notes"
    book.active.append(["decided in June"])
    for title, above in (("audit", []), ("below", [["Audit of June"], []]), ("half", [])):
        sheet = book.create_sheet(title)
        for row in (*above, NAMES, *(rows[:40] if title == "half" else rows)):
            sheet.append([value or None for value in row])
    book.save(path / "decided.xlsx")
    book = openpyxl.Workbook()
    for sheet, counts in ((book.active, (9_000, 4_000)), (book.create_sheet("2023"), (90, 40))):
        for row in (("crime_type", "recorded_crime"), *zip(("violence", "theft"), counts, strict=True)):
            sheet.append(row)
    book.active.title = "2024"
    book.save(path / "crime.xlsx")
    files = {
        "crime.csv": "crime_type,recorded_crime\nviolence,9000\ntheft,4000\n",
        "total.csv": 'crime_type,recorded_crime\nviolence,"9,000"\nALL,"13,000"\n',
        "wrong.csv": "crime_type,recorded_crime\nviolence,9000\ntheft,4000\nall,13500\n",
        "shares.csv": "crime_type,recorded_crime,route_share\nviolence,9000,80%\ntheft,4000,\n",
        "year.csv": "crime_type,recorded_crime,period\nviolence,9000,2024\ntheft,4000,2024\n",
        "frame.csv": "stratum,population\na,900\nb,500\n",
        "undecided.csv": "cluster,decision\n1,recorded\n2,\n3,no crime\n4,\n",
    }
    for name, text in files.items():
        (path / name).write_text(text, encoding="utf-8")
    return path


SHEET = ("decided.xlsx", "--sheet", "audit")
BY = ("--by", "crime_type")
PLAIN: dict[str, tuple[str, ...]] = {
    "estimate": ("estimate", "decided.csv", *BY),
    "volumes": ("estimate", "decided.csv", *BY, "--volumes", "crime.csv"),
    "workbook": ("estimate", *SHEET, *BY),
    "check": ("check", "decided.csv"),
    "check a workbook": ("check", *SHEET),
    "trend": ("trend", "decided.csv", "--period", "day"),
    "trend of a workbook": ("trend", *SHEET, "--period", "day"),
}
CHANGES: list[tuple[str, tuple[str, ...]]] = [
    ("estimate", ("--decision", "second", "--recorded-as", "")),
    ("estimate", ("--recorded-as", "")),
    ("estimate", ("--recorded-as", "second")),
    ("estimate", ("--category", "recorded_as")),
    ("estimate", ("--classification", "lenient")),
    ("estimate", ("--measure", "classification")),
    ("estimate", ("--measure", "over-recording")),
    ("estimate", ("--measure", "recording-rate", "--measure", "classification")),
    ("estimate", ("--bounds",)),
    ("estimate", ("--period-from", "day")),
    ("estimate", ("--period-from", "day", "--by", "period")),
    ("estimate", ("--volumes", "crime.csv")),
    ("volumes", ("--route-share", "80%")),
    ("volumes", ("--volumes", "frame.csv")),
    ("volumes", ("--bounds",)),
    ("workbook", ("--sheet", "half")),
    ("workbook", ("--sheet", "below", "--header-row", "3", "--classification", "lenient")),
    ("workbook", ("--header-row", "2")),
    ("check", ("--decision", "second", "--recorded-as", "")),
    ("check", ("--recorded-as", "")),
    ("check", ("--category", "recorded_as")),
    ("check", ("--period-from", "day")),
    ("check", ("--classification", "lenient")),
    ("check", ("--searches", "--recorded", "second", "--decision", "", "--recorded-as", "")),
    ("check a workbook", ("--sheet", "half")),
    ("check a workbook", ("--header-row", "2")),
    ("trend", ("--level", "80%")),
    ("trend", ("--method", "wald")),
    ("trend", ("--baseline", "2")),
    ("trend", ("--searches",)),
    ("trend", ("--cluster", "")),
    ("trend", ("--stratum", "crime_type")),
    ("trend", ("--format", "json")),
    ("trend", ("--period", "stratum")),
    ("trend", ("--decision", "crime_type")),
    ("trend of a workbook", ("--sheet", "half")),
    ("trend of a workbook", ("--header-row", "2")),
]


def test_searches_are_checked_by_their_grounds() -> None:
    checked = said("check", "--searches", "searches.csv", cwd=DATA.parent / "examples")
    assert "300 rows, no faults found" in checked
    assert "grounds recorded  grounds" in checked
    assert "no column gives the number due" not in checked


@pytest.mark.parametrize(("what", "more"), CHANGES, ids=lambda part: part if isinstance(part, str) else " ".join(part))
def test_a_newer_option_changes_what_is_said(
    what: str, more: tuple[str, ...], kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(kept)
    plain, changed = outcome(*PLAIN[what]), outcome(*PLAIN[what], *more)
    assert plain[0] == 0
    assert changed[0] in {0, 2}
    assert changed != plain


@pytest.mark.parametrize("more", [("--period-from", "day"), ("--sheet", "June"), ("--header-row", "3")], ids=" ".join)
def test_newer_options_of_grounds_change_what_is_said(
    more: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import openpyxl

    monkeypatch.chdir(tmp_path)
    book = openpyxl.Workbook()
    for row in (("day", "grounds"), *((f"2024-0{1 + i % 2}-01", "yes" if i % 5 else "no") for i in range(20))):
        book.active.append(row)
    june = book.create_sheet("June")
    june.append(["grounds"])
    june.append(["yes"])
    june.append(["no"])
    book.save("searches.xlsx")
    plain = ("grounds", "searches.xlsx", "--sheet", "Sheet")
    assert outcome(*plain)[0] == 0
    assert outcome(*plain, *more) != outcome(*plain)


def test_decisions_and_classes_are_what_python_gives(kept: Path) -> None:
    args = ("--measure", "recording-rate", "--measure", "classification", "--measure", "over-recording", "--bounds")
    args += (*INTERNAL, "--format", "json")
    text = said("estimate", "decided.csv", *BY, "--volumes", "crime.csv", *args, cwd=kept)
    result = cdi.estimate(
        kept / "decided.csv",
        by="crime_type",
        volumes=kept / "crime.csv",
        measures=("recording-rate", "classification", "over-recording"),
        bounds=True,
    )
    assert [tuple(row.values()) for row in json.loads(text)["rows"]] == noted(result.table).values()
    assert {record.measure.key.split("-in-")[0] for record in result.table.rows} == {
        "recording-rate", "unrecorded", "classification", "over-recording", "recording-rate-lowest",
        "recording-rate-highest",
    }  # fmt: skip


def test_a_workbook_prints_what_its_csv_prints(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(kept)
    plain = outcome(*PLAIN["estimate"])
    assert plain[0] == 0
    assert outcome(*PLAIN["workbook"]) == plain
    assert outcome("estimate", "decided.xlsx", "--sheet", "below", "--header-row", "3", *BY) == plain
    code, text, _ = outcome("check", *SHEET)
    assert (code, text.splitlines()[0]) == (0, "decided.xlsx, sheet audit: 80 rows, no faults found")


def test_a_pattern_is_the_files_that_fit_it(kept: Path) -> None:
    for verb in (("estimate", "--period-from", "FILENAME"), ("trend", "--period", "FILENAME")):
        args = (*verb[1:], "--single-cluster", "adjust", "--format", "csv")
        files = sorted(f"months/{path.name}" for path in (kept / "months").iterdir())
        assert len(files) == 4
        expected = said(verb[0], *files, *args, cwd=kept)
        assert said(verb[0], "months/*.csv", *args, cwd=kept) == expected
        assert said(verb[0], "months/dip 2024-0[1-4].csv", *args, cwd=kept) == expected
    checked = said("check", "months/*.csv", cwd=kept)
    assert [line for line in checked.splitlines() if "no faults found" in line] == [
        f"months/dip 2024-{month:02}.csv: 20 rows, no faults found" for month in range(1, 5)
    ]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(kept: Path) -> None:
    shutil.copy(kept / "decided.csv", kept / "a[1].csv")
    shutil.copy(kept / "undecided.csv", kept / "a1.csv")
    assert said("estimate", "a[1].csv", *BY, cwd=kept) == said("estimate", "decided.csv", *BY, cwd=kept)


def test_months_in_files_are_months_in_a_column(kept: Path) -> None:
    args = ("--by", "period", "--format", "csv")
    by_name = said("estimate", "months/*.csv", "--period-from", "FILENAME", *args, cwd=kept)
    by_date = said("estimate", "decided.csv", "--period-from", "day", *args, cwd=kept)
    assert by_name == by_date
    assert [row["period"] for row in csv.DictReader(io.StringIO(by_date))][:4] == [f"2024-0{i}" for i in range(1, 5)]


def test_a_sheet_of_volumes_is_named_behind_the_file(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(kept)
    plain = ("estimate", "decided.csv", *BY, "--volumes")
    assert outcome(*plain, "crime.xlsx#2024") == outcome(*plain, "crime.csv")
    assert outcome(*plain, "crime.xlsx#2023") != outcome(*plain, "crime.csv")
    shutil.copy("crime.csv", "crime#2024.csv")
    assert outcome(*plain, "crime#2024.csv") == outcome(*plain, "crime.csv")


def test_a_total_is_no_category(kept: Path) -> None:
    text = said(*PLAIN["estimate"], "--volumes", "total.csv", "--format", "csv", cwd=kept)
    whole = said(*PLAIN["volumes"], "--format", "csv", cwd=kept)
    found, expected = (list(csv.DictReader(io.StringIO(part))) for part in (text, whole))
    assert [row["estimate"] for row in found] == [row["estimate"] for row in expected]
    noted = [
        row["crime_type"] for row in found if "recorded crime is the total less the other categories" in row["notes"]
    ]
    assert noted == ["theft"]


def test_what_is_said_of_volumes(kept: Path) -> None:
    text = " ".join(said(*PLAIN["volumes"], "--route-share", "0.8", cwd=kept).split())
    assert "The count covers 80.0% of recorded crime" in text
    year = ("--volumes", "year.csv", "--period-from", "day", "--single-cluster", "adjust")
    text = " ".join(said(*PLAIN["estimate"], *year, cwd=kept).split())
    assert (
        "The audit is of January to April 2024, and recorded crime of 2024. The audited rate is assumed to hold "
        "for both." in text
    )


def test_undecided_rows_are_progress_for_check_and_refused_by_estimate(kept: Path) -> None:
    text = " ".join(said("check", "undecided.csv", cwd=kept).split())
    assert "2 of 4 rows have a decision, 2 do not. Estimates need one on every row." in text
    message = refused("estimate", "undecided.csv", cwd=kept)
    assert "expected a decision in every row, but found 2 rows without one" in message


REFUSALS: dict[str, tuple[tuple[str, ...], str]] = {
    "a pattern without files": (
        ("estimate", "none/*.csv"),
        "expected files that match the pattern, but found none/*.csv.",
    ),
    "a pattern of months": (("trend", "none/*.csv", "--period", "FILENAME"), "expected files that match the pattern"),
    "a pattern to check": (("check", "none/*.csv"), "expected files that match the pattern"),
    "a sheet of text": (
        ("estimate", "decided.csv", "--sheet", "audit"),
        "expected a workbook, since a sheet is named",
    ),
    "a header row of text": (
        ("check", "decided.csv", "--header-row", "3"),
        "decided.csv, line 3: expected each column name once",
    ),
    "several sheets": (
        ("estimate", "decided.xlsx"),
        "decided.xlsx: expected one sheet to read, but found notes, audit, below, half.",
    ),
    "several sheets of volumes": (
        (*PLAIN["estimate"], "--volumes", "crime.xlsx"),
        "crime.xlsx: expected one table of recorded crime",
    ),
    "another sheet": (
        ("check", "decided.xlsx", "--sheet", "Audit"),
        "decided.xlsx: expected the name of a worksheet, or a pattern that fits some, but found Audit.",
    ),
    "another sheet of volumes": (
        (*PLAIN["estimate"], "--volumes", "crime.xlsx#2022"),
        "crime.xlsx: expected the name of a worksheet, or a pattern that fits some, but found 2022.",
    ),
    "another header row": (("check", "decided.xlsx", "--sheet", "below"), "decided.xlsx, sheet below, "),
    "a header row of nothing": (("check", *SHEET, "--header-row", "0"), "Usage:"),
    "a file twice": (("estimate", "decided.csv", "./decided.csv"), "decided.csv: expected each file once."),
    "other columns": (
        ("estimate", "decided.csv", "undecided.csv"),
        "undecided.csv, line 1: expected the columns of decided.csv. It lacks case, ",
    ),
    "a total that differs": (
        (*PLAIN["estimate"], "--volumes", "wrong.csv"),
        "wrong.csv, line 4, all, column recorded_crime: expected a total of 13,000, the sum of its categories",
    ),
    "two shares": (
        (*PLAIN["estimate"], "--volumes", "shares.csv", "--route-share", "80%"),
        "shares.csv, column route_share: expected the share of audited routes from one source.",
    ),
    "a share alone": (
        (*PLAIN["estimate"], "--route-share", "80%"),
        "expected no share of audited routes without recorded crime",
    ),
    "a share above all": ((*PLAIN["volumes"], "--route-share", "120%"), "Usage:"),
    "a bare share": ((*PLAIN["volumes"], "--route-share", "80"), "Usage:"),
    "a measure": ((*PLAIN["estimate"], "--measure", "grounds"), "Usage:"),
    "a classification": ((*PLAIN["estimate"], "--classification", "loose"), "Usage:"),
    "a category that is not there": (
        (*PLAIN["estimate"], "--category", "kind"),
        "decided.csv, line 1: expected a column named 'kind'.",
    ),
    "bounds of counts": (
        ("estimate", "decided.csv", "--decision", "", "--recorded-as", "", "--recorded", "crime_type", "--bounds"),
        "decided.csv, 28 rows (lines 2, 3, 4, ...), column crime_type: expected yes or no",
    ),
    "no decisions": (
        ("estimate", "decided.csv", "--decision", "crime_type"),
        "decided.csv, line 2, column crime_type: expected a decision (rows with this word: ",
    ),
    "a period that is none": (
        (*PLAIN["estimate"], "--period-from", "dy"),
        "decided.csv, line 1: expected a column named 'dy'. Did you mean 'day'?",
    ),
    "a trend without months": (
        ("trend", "decided.csv", "--period", "stratum"),
        "decided.csv, column period: expected a period in each row",
    ),
    "a trend without a period": (("trend", "decided.csv"), "decided.csv, line 1: expected a column named 'month'."),
    "a baseline": (
        ("trend", "decided.csv", "--period", "day", "--baseline", "1"),
        "expected a baseline of 2 to 4 points, but found 1.",
    ),
    "a chart of no kind": (
        ("trend", "decided.csv", "--period", "day", "--chart", "t.gif"),
        "expected a chart file that ends in .svg or .png",
    ),
    "a chart over its input": (
        ("trend", "decided.csv", "--period", "day", "--chart", "decided.csv"),
        "decided.csv: expected a new file to write to.",
    ),
    "a kind of worksheet": (
        ("template", "audits"),
        "expected a kind of worksheet, but found audits. Did you mean 'audit'?",
    ),
    "a worksheet without a name": (
        ("template", "audit"),
        "expected a file to write the worksheet to. Name one: -o audit.xlsx.",
    ),
    "a worksheet of another ending": (
        ("template", "audit", "-o", "a.csv"),
        "a.csv: expected a file name that ends in .xlsx",
    ),
    "a worksheet over a file": (
        ("template", "audit", "-o", "decided.xlsx"),
        "decided.xlsx: expected a new file to write to.",
    ),
    "no kind": (("template",), "Usage:"),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_what_auditors_get_wrong_is_refused(what: str, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(kept)
    before = {path.name: path.read_bytes() for path in kept.iterdir() if path.is_file()}
    args, message = REFUSALS[what]
    code, text, error = outcome(*args)
    assert (code, text) == (2, "")
    assert error.startswith(message)
    assert {path.name: path.read_bytes() for path in kept.iterdir() if path.is_file()} == before


@pytest.mark.parametrize(
    "what", ["a pattern without files", "several sheets", "a total that differs", "a trend without months", "no kind"]
)
def test_refusals_of_newer_options_are_no_tracebacks(what: str, kept: Path) -> None:
    args, message = REFUSALS[what]
    assert refused(*args, cwd=kept).startswith(message)


@pytest.mark.parametrize("kind", ["audit", "searches", "review", "volumes", "results", "trend"])
def test_a_worksheet_of_every_kind_is_written(kind: str, tmp_path: Path) -> None:
    code, text, error = outcome("template", kind, "-o", str(tmp_path / f"{kind}.xlsx"))
    assert (code, text) == (0, "")
    assert error.startswith(f"{tmp_path / kind}.xlsx: empty worksheet written ({kind}).")
    assert [path.name for path in tmp_path.iterdir()] == [f"{kind}.xlsx"]
    assert "expected rows under the column names" in outcome("check", str(tmp_path / f"{kind}.xlsx"))[2]


def test_a_chart_is_written_beside_the_table(kept: Path, tmp_path: Path) -> None:
    plain = said("trend", "decided.csv", "--period", "day", cwd=kept)
    for name, start in (("t.svg", b"<svg "), ("t.PNG", b"\x89PNG")):
        assert said("trend", "decided.csv", "--period", "day", "--chart", str(tmp_path / name), cwd=kept) == plain
        assert (tmp_path / name).read_bytes().startswith(start)


def test_an_estimate_from_csv_loads_neither_workbooks_nor_charts(kept: Path) -> None:
    code = (
        "import sys; sys.argv = ['cdi', *sys.argv[1:]]\nfrom cdi.cli import main\n"
        "try: main()\nexcept SystemExit as end: "
        "print(end.code, [name for name in ('openpyxl', 'matplotlib', 'afcharts') if name in sys.modules])"
    )
    for args in (PLAIN["volumes"], ("trend", "decided.csv", "--period", "day")):
        done = subprocess.run(
            [sys.executable, "-c", code, *args], cwd=kept, capture_output=True, text=True, check=True, encoding="utf-8"
        )
        assert done.stdout.splitlines()[-1] == "0 []"


class TestCheckOfSeveralFiles:
    @pytest.fixture
    def months(self, tmp_path: Path) -> Path:
        for month in ("2024-01", "2024-02"):
            rows = "".join(f"{month}/{i},{'yes' if i else 'no'}\n" for i in range(4))
            (tmp_path / f"{month}.csv").write_text(f"cluster,recorded\n{rows}", encoding="utf-8")
        return tmp_path

    def test_right_files_fit_together(self, months: Path) -> None:
        assert said("check", "2024-*.csv", "--period-from", "FILENAME", cwd=months).count("no faults found") == 2

    def test_a_report_in_two_files_is_found(self, months: Path) -> None:
        (months / "2024-03.csv").write_text("cluster,recorded\n2024-01/1,yes\nx,no\n", encoding="utf-8")
        for more in ((), ("--period-from", "FILENAME")):
            done = run("check", "2024-01.csv", "2024-03.csv", *more, cwd=months)
            assert done.returncode == 2
            assert done.stdout.decode().count("no faults found") == 2
            message = done.stderr.decode()
            assert message.startswith("These files cannot be estimated together:\n2024-03.csv, line 2, column cluster:")
            assert len(message.splitlines()) == 2

    def test_files_of_other_columns_are_apart_unless_they_are_months(self, months: Path) -> None:
        (months / "2024-03.csv").write_text("report,recorded\n1,yes\n2,no\n", encoding="utf-8")
        done = run("check", "2024-01.csv", "2024-03.csv", cwd=months)
        assert (done.returncode, done.stderr.decode().count("Each can be estimated separately")) == (0, 1)
        done = run("check", "2024-01.csv", "2024-03.csv", "--period-from", "FILENAME", cwd=months)
        assert (done.returncode, "It lacks cluster. It also has report." in done.stderr.decode()) == (2, True)

    def test_a_word_that_is_no_decision_brings_the_list_of_those_that_are(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("decision\nrecorded\nmaybe\n", encoding="utf-8")
        done = run("check", "a.csv", cwd=tmp_path)
        assert done.returncode == 2
        assert "a.csv, line 3, column decision: expected a decision" in done.stderr.decode()
        assert "verifiable" in done.stdout.decode()
        assert max(map(len, done.stdout.decode().splitlines())) <= 80


def test_two_names_of_one_sheet_are_refused(tmp_path: Path) -> None:
    message = refused("check", "a.xlsx#June", "--sheet", "May", cwd=tmp_path)
    assert message.startswith("expected one sheet name, but found May, June.")


def test_rounding_is_named_only_where_there_are_rows_about_people() -> None:
    assert "rounded to the nearest 5" not in outcome("compare", "7/8", "5/9")[1]
    audit = str(DATA.parent / "examples" / "exampleshire_audit.csv")
    assert "rounded to the nearest 5" in " ".join(outcome("estimate", audit, "--by", "ward")[1].split())
