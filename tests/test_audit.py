"""The door: what comes through is right, and what is wrong is reported at once, each fault on its line."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cdi
from cdi import Design, read_audit
from cdi.errors import CdiError, DataError, DesignError, Fault
from cdi.measures import told


def write(folder: Path, text: str | bytes, name: str = "audit.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def error_of(source: object, **roles: Any) -> CdiError:
    with pytest.raises(CdiError) as caught:
        read_audit(source, **roles)
    return caught.value


def faults_of(source: object, **roles: Any) -> list[tuple[str, int | None, str | None, str | None]]:
    return [brief(item) for item in error_of(source, **roles).faults]


def brief(item: Fault) -> tuple[str, int | None, str | None, str | None]:
    return item.code, item.where.line, item.where.column, item.got


BAD: dict[str, tuple[str, list[tuple[str, int | None, str | None, str | None]]]] = {
    "missing column": ("cluster,Recordd\n1,yes\n", [("no-column", 1, None, None)]),
    "above due": (
        "due,recorded\n2,2\n1,2\n0,1\n",
        [("above-due", 3, "recorded", "2"), ("above-due", 4, "recorded", "1")],
    ),
    "negative": ("due,recorded\n-1,0\n1,-3\n", [("negative", 2, "due", "-1"), ("negative", 3, "recorded", "-3")]),
    "fractional": (
        "due,recorded\n1.5,1\n1,.5\n",
        [("fractional", 2, "due", "1.5"), ("fractional", 3, "recorded", ".5")],
    ),
    "infinite": (
        "due,recorded\ninf,0\n1,-Infinity\n",
        [("infinite", 2, "due", "inf"), ("infinite", 3, "recorded", "-Infinity")],
    ),
    "no number": (
        "due,recorded\nnan,0\n1,NULL\n",
        [("not-a-number", 2, "due", "nan"), ("not-a-number", 3, "recorded", "NULL")],
    ),
    "odd number": (
        'due,recorded\n"1,000",1\n1e1,+1\n',
        [("not-plain", 2, "due", "1,000"), ("not-plain", 3, "due", "1e1"), ("not-plain", 3, "recorded", "+1")],
    ),
    "missing": (
        "cluster,stratum,due,recorded\n1,a,,\n2,,1,\n,a,0,\n",
        [
            ("missing", 2, "due", "a blank"),
            ("missing", 3, "stratum", "a blank"),
            ("missing-recorded-due", 3, "recorded", "a blank"),
            ("missing-report", 4, "cluster", "a blank"),
        ],
    ),
    "missing answer": ("cluster,recorded\n1,\n2,yes\n", [("missing-recorded", 2, "recorded", "a blank")]),
    "maybe": (
        "recorded,x\nyes,\nmaybe,\n2,\n-1,\n1.5,\nja,\n",
        [
            ("word-no-answer" if word.isalpha() else "not-yes-no", n, "recorded", word)
            for n, word in enumerate(["maybe", "2", "-1", "1.5", "ja"], start=3)
        ],
    ),
    "yes of several": ("due,recorded\n1,yes\n2,Y\n2,no\n0,no\n", [("yes-of-several", 3, "recorded", "Y")]),
    "case twice": (
        "case,recorded\na,yes\nb,no\na,no\nb,no\na,no\n",
        [("case-twice", 5, "case", "b (2 times)"), ("case-twice", 6, "case", "a (3 times)")],
    ),
    "report in two strata": (
        "cluster,stratum,recorded\n1,a,yes\n2,b,no\n1,b,yes\n",
        [("cluster-strata", 4, "stratum", "a and b")],
    ),
    "report with two weights": (
        "cluster,weight,recorded\n1,2,yes\n2,2.0,no\n1,3,yes\n2,2,no\n",
        [("cluster-weights", 4, "weight", "2 and 3")],
    ),
    "weights": (
        "weight,recorded\n0,yes\n-1,no\ninf,yes\nmany,yes\n,yes\n2.5,no\n1e999,no\n",
        [
            ("not-positive", 2, "weight", "0"),
            ("not-positive", 3, "weight", "-1"),
            ("infinite", 4, "weight", "inf"),
            ("not-a-weight", 5, "weight", "many"),
            ("missing", 6, "weight", "a blank"),
            ("infinite", 8, "weight", "1e999"),
        ],
    ),
    "semicolons": ("cluster;recorded\n1;yes\n", [("semicolons", 1, None, None)]),
    "ragged": ("cluster,recorded\n1,yes,3\n2\n3,no\n", [("ragged-row", 2, None, "3"), ("ragged-row", 3, None, "1")]),
    "column twice": ("cluster,recorded,recorded\n1,yes,yes\n", [("column-twice", 1, None, "recorded")]),
    "empty": ("", [("empty-file", None, None, None)]),
    "header only": ("cluster,recorded\n", [("header-only", 1, None, None)]),
    "blank rows only": ("cluster,recorded\n,\n , \n", [("header-only", 1, None, None)]),
    "nul": ("cluster,recorded\n1,yes\0\n", [("nul-bytes", 2, None, None)]),
    "mixed line ends": ("cluster,recorded\r\n1,yes\n2,no\r\n", [("mixed-line-ends", 2, None, None)]),
    "unclosed quote": ('cluster,recorded\n"1,yes\n2,no\n', [("unclosed-quote", 2, None, None)]),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_wrong_is_named_with_its_line(what: str, tmp_path: Path) -> None:
    text, expected = BAD[what]
    path = write(tmp_path, text)
    error = error_of(path)
    assert [brief(item) for item in error.faults] == expected
    assert error.total == len(expected)
    for item, line in zip(error.faults, str(error).splitlines(), strict=False):
        assert item.where.file == str(path)
        assert line.startswith(str(path))
        assert item.hint


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("cluster,recorded\ncafé,yes\n".encode("cp1252"), "not-utf-8"),
        ("cluster,recorded\n1,yes\n".encode("utf-16"), "is-utf-16"),
        (b"%PDF-1.7 ...", "is-document"),
        (b"PK\x03\x04....", "is-workbook"),
        (b'{"recorded": 1}', "is-json"),
        (b"<html><table>", "is-web-page"),
    ],
)
def test_what_is_not_csv_says_so(text: bytes, code: str, tmp_path: Path) -> None:
    assert [found for found, *_ in faults_of(write(tmp_path, text))] == [code]


def test_wrong_encoding_says_how_to_save(tmp_path: Path) -> None:
    path = write(tmp_path, "cluster,recorded\nA,yes\ncafé,yes\n".encode("cp1252"))
    assert str(error_of(path)) == (
        f"{path}, line 3, column cluster: expected text in UTF-8, but found 0xe9. Save the file as CSV UTF-8."
    )


def test_a_line_that_never_ends_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "cluster,recorded\n1,yes\n" + "x" * 20_000_000)
    assert ("row-too-long", 3) in [(code, line) for code, line, *_ in faults_of(path)]


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_byte_order_mark_and_either_line_end_are_accepted(bom: bytes, end: bytes, tmp_path: Path) -> None:
    audit = read_audit(write(tmp_path, bom + end.join([b"cluster,recorded", b"1,yes", b"2,no", b""])))
    assert audit.columns == ("cluster", "recorded")
    assert audit.strata.sampled.tolist() == [2]


def test_all_faults_of_a_file_come_together_in_the_order_of_its_lines(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "case,cluster,stratum,due,recorded\na,1,x,1,1\na,1,y,-1,0\nb,2,,1,2\nc,3,x,1.5,1\nd,4,x,1,maybe\ne,5,x,,\n",
    )
    assert faults_of(path) == [
        ("negative", 3, "due", "-1"),
        ("case-twice", 3, "case", "a (2 times)"),
        ("cluster-strata", 3, "stratum", "x and y"),
        ("missing", 4, "stratum", "a blank"),
        ("above-due", 4, "recorded", "2"),
        ("fractional", 5, "due", "1.5"),
        ("not-a-number", 6, "recorded", "maybe"),
        ("missing", 7, "due", "a blank"),
    ]


MANY = {
    "rows": ("recorded,x\n" + "".join(f"maybe {i},\n" for i in range(33)), 33, 2),
    "cases": ("case,recorded\n" + "".join(f"c{i // 2},yes\n" for i in range(66)), 33, 3),
    "reports": (
        "cluster,stratum,recorded\n"
        + "".join(f"c{i // 2},{'ab'[i % 2]},1\n" for i in range(66))
        + "".join(f"d{i},a,1\n" for i in range(40)),
        33,
        3,
    ),
    "cases and rows": ("case,recorded\n" + "".join(f"c{i // 2},maybe {i}\n" for i in range(66)), 99, 2),
}


@pytest.mark.parametrize("what", MANY)
def test_the_first_twenty_are_shown_and_the_rest_is_counted(what: str, tmp_path: Path) -> None:
    text, total, first = MANY[what]
    error = error_of(write(tmp_path, text))
    lines = str(error).splitlines()
    assert (len(lines), lines[-1], error.total) == (21, f"... and {total - 20} more.", total)
    places = [item.where.line or 0 for item in error.faults]
    assert places == sorted(places)
    assert places[0] == first


WORDS = [*["maybe"] * 400, *["yes"] * 9, *["partly"] * 30, "no", "nearly"]


@pytest.mark.parametrize("files", [1, 2])
def test_a_value_that_stands_in_many_rows_is_told_once_with_their_number(files: int, tmp_path: Path) -> None:
    paths = [tmp_path / f"{i}.csv" for i in range(files)]
    for i, path in enumerate(paths):
        rows = [f"{i}-{n},{word}" for n, word in enumerate(WORDS)]
        path.write_text("\n".join(["cluster,recorded", *rows, ""]), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        cdi.read_audit(paths)
    error = caught.value
    assert error.total == 431 * files
    *lines, answer, _ = str(error).splitlines()
    assert answer.endswith('words={"maybe": "ANSWER", "partly": "ANSWER", "nearly": "ANSWER"}')
    told = [line.removeprefix(f"{tmp_path}/").partition(": expected") for line in lines]
    assert [place for place, _, _ in told] == [
        place
        for i in range(files)
        for place in (
            f"{i}.csv, 400 rows{' (lines 2, 3, 4, ...)' if i == 0 else ', such as line 2'}, column recorded",
            f"{i}.csv, 30 rows, such as line 411, column recorded",
            f"{i}.csv, line 442, column recorded",
        )
    ]
    assert [rest.count("Say what it means, or correct it.") for _, _, rest in told] == [1, *[0] * (3 * files - 1)]


row = st.tuples(st.booleans(), st.sampled_from(["", "a", '"x\ny"', '"\n\n"', '"say ""hi"""']), st.integers(0, 2))


@pytest.mark.long
@settings(max_examples=60, deadline=None)
@given(st.lists(row, min_size=1, max_size=30), st.sampled_from(["\n", "\r\n"]), st.integers(0, 2))
def test_the_physical_line_is_right_after_blank_lines_and_line_breaks_in_values(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[bool, str, int]], end: str, before: int
) -> None:
    text, line, wrong = end * before + "note,recorded" + end, before + 2, []
    for right, note, blank in rows:
        if not right:
            wrong.append(line)
        record = f"{note},{'yes' if right else 'maybe'}{end}" + end * blank
        text += record
        line += record.count("\n")
    path = write(tmp_path_factory.mktemp("lines"), text)
    if wrong:
        error = error_of(path)
        assert [item.where.line for item in error.faults] == wrong[:20]
        assert error.total == len(wrong)
    elif len(rows) > 1:
        assert read_audit(path).strata.sampled.tolist() == [len(rows)]


def test_blank_rows_and_spaces_are_ignored_and_counted(tmp_path: Path) -> None:
    audit = read_audit(write(tmp_path, "cluster , recorded\n 1, yes \n,\n2,no\n3 ,\u00a0no\t\n,\n , \n"))
    assert (audit.source.blank_rows, audit.source.trimmed) == (3, 6)
    assert audit.strata.sampled.tolist() == [3]
    assert audit.columns == ("cluster", "recorded")
    plain = read_audit(write(tmp_path, "cluster,recorded\n1,yes\n2,no\n3,no\n"))
    assert (plain.source.blank_rows, plain.source.trimmed) == (0, 0)


# ---- roles


def test_columns_of_the_default_names_play_their_roles(tmp_path: Path) -> None:
    path = write(tmp_path, "case,cluster,stratum,due,recorded,weight\na,1,x,1,1,2\nb,2,x,2,1,2\n")
    assert read_audit(path).design == Design("stratum", "cluster", "case", "due", "recorded", weight="weight")


def test_none_switches_a_role_off(tmp_path: Path) -> None:
    path = write(tmp_path, "case,cluster,stratum,due,recorded,weight\na,1,x,1,1,2\na,1,y,1,1,2\n")
    audit = read_audit(path, case=None, cluster=None, stratum=None, due=None, weight=None)
    assert audit.design == Design()
    assert audit.strata.sampled.tolist() == [2]


def test_a_column_plays_one_role_when_it_is_named_for_one() -> None:
    frame = pd.DataFrame({"stratum": ["a", "a", "b"], "recorded": [1, 0, 1]})
    assert read_audit(frame, cluster="stratum").design == Design(cluster="stratum")


def test_a_design_may_be_given_whole_and_altered() -> None:
    frame = pd.DataFrame({"route": ["a", "a"], "incident": [1, 2], "recorded": [1, 0]})
    design = Design(stratum="route", cluster="incident")
    assert read_audit(frame, design).design == design
    assert read_audit(frame, design, stratum=None).design == Design(cluster="incident")


def test_a_design_that_is_given_takes_no_default_names() -> None:
    frame = pd.DataFrame({"stratum": ["a", "b"], "recorded": [1, 0]})
    assert read_audit(frame, Design()).strata.labels == ((),)


def test_all_missing_columns_are_named_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, "\nincident,Recorded\n1,yes\n2,no\n")
    error = error_of(path, cluster="incidnt", stratum=["route", "month"], population="N_h")
    assert [item.expected for item in error.faults] == [
        f"a column named '{name}'" for name in ("route", "month", "incidnt", "recorded", "N_h")
    ]
    assert {item.where.line for item in error.faults} == {2}
    assert "Did you mean 'incident'?" in str(error)
    assert "Did you mean 'Recorded'? There are: incident, Recorded." in str(error)


def test_a_stratum_named_twice_counts_once() -> None:
    frame = pd.DataFrame({"route": ["a", "a"], "recorded": [1, 0]})
    assert read_audit(frame, stratum=["route", "route"]).strata.keys == ("route",)


@pytest.mark.parametrize(
    ("roles", "code"),
    [
        ({"cluster": ["area", "incident"]}, "two-stages"),
        ({"weight": "w", "population": 100}, "weight-and-population"),
        ({"single_cluster": "adjst"}, "no-rule"),
        ({"single_cluster": "collapse"}, "collapse-undeclared"),
    ],
)
def test_contradictions_of_the_design(roles: dict[str, Any], code: str) -> None:
    frame = pd.DataFrame({"area": [1, 1], "incident": [1, 2], "w": [2, 2], "recorded": [1, 0]})
    error = error_of(frame, **roles)
    assert isinstance(error, DesignError)
    assert [item.code for item in error.faults] == [code]


def test_a_weight_column_beside_a_population_is_not_dropped_in_silence(tmp_path: Path) -> None:
    path = write(tmp_path, "weight,recorded\n1,yes\n3,no\n1,yes\n")
    assert [code for code, *_ in faults_of(path, population=100)] == ["weight-and-population"]
    assert read_audit(path, population=100, weight=None).strata.population == pytest.approx([100])
    assert read_audit(path, population=None).strata.weighted


def test_files_that_are_not_there(tmp_path: Path) -> None:
    assert [code for code, *_ in faults_of(tmp_path / "audit.csv")] == ["no-file"]
    assert [code for code, *_ in faults_of(tmp_path)] == ["folder-without-rows"]


# ---- two spellings of one audit

REPORTS = [
    ("r1", "calls", 2, 1),
    ("r2", "calls", 1, 1),
    ("r3", "calls", 0, 0),
    ("r4", "calls", 3, 2),
    ("r5", "online", 1, 0),
    ("r6", "online", 0, 0),
    ("r7", "online", 2, 2),
    ("r8", "online", 1, 1),
]


def by_report(*, blank: bool = True) -> pd.DataFrame:
    frame = pd.DataFrame(REPORTS, columns=["cluster", "stratum", "due", "recorded"])
    return frame.assign(recorded=frame["recorded"].where(frame["due"] > 0)) if blank else frame


def by_crime(*, empty: bool) -> pd.DataFrame:
    rows = [
        (cluster, stratum, 1, float(i < recorded)) for cluster, stratum, due, recorded in REPORTS for i in range(due)
    ]
    if empty:
        rows += [(cluster, stratum, 0, float("nan")) for cluster, stratum, due, _ in REPORTS if due == 0]
    return pd.DataFrame(rows, columns=["cluster", "stratum", "due", "recorded"])


VOLUMES = pd.DataFrame({"stratum": ["calls", "online"], "population": [400, 100], "recorded_crime": [900, 200]})


@pytest.mark.parametrize("spelling", [by_report(), by_report(blank=False), by_crime(empty=True)])
def test_one_row_a_crime_is_one_row_a_report(spelling: pd.DataFrame) -> None:
    expected = cdi.estimate(by_report(), volumes=VOLUMES).table
    assert cdi.estimate(spelling, volumes=VOLUMES).table == expected
    assert [record.clusters for record in expected.rows[:3]] == [4, 4, 8]


def test_reports_without_crimes_may_be_counted_beside_the_file() -> None:
    expected = cdi.estimate(by_report(), volumes=VOLUMES).table
    volumes = VOLUMES.assign(sample=[4, 4])
    assert cdi.estimate(by_crime(empty=False), volumes=volumes).table == expected
    only_crimes = by_crime(empty=False)[["cluster", "stratum", "recorded"]]
    assert cdi.estimate(only_crimes, volumes=volumes).table == expected


def test_where_reports_without_crimes_are_not_counted_every_row_says_so() -> None:
    table = cdi.estimate(by_crime(empty=False), volumes=VOLUMES).table
    assert all("only-reports-with-crimes" in told(record.facts) for record in table.rows)
    assert not any(
        "only-reports-with-crimes" in told(r.facts) for r in cdi.estimate(by_report(), volumes=VOLUMES).table.rows
    )


def test_the_order_of_rows_does_not_matter() -> None:
    shuffled = by_crime(empty=True).sample(frac=1, random_state=3)
    assert cdi.estimate(shuffled, volumes=VOLUMES).table == cdi.estimate(by_report(), volumes=VOLUMES).table


def test_an_error_shows_the_offending_field_and_nothing_else_of_its_row(tmp_path: Path) -> None:
    path = write(
        tmp_path, "name,case,cluster,due,recorded\nJane Doe,SECRET-1,REPORT-9,1,7\nJohn Roe,SECRET-2,REPORT-8,x,1\n"
    )
    said = str(error_of(path))
    assert len(said.splitlines()) == 4  # two faults, and what answers the second
    assert not [word for word in ("Jane", "John", "SECRET", "REPORT") if word in said]


def test_errors_of_rows_are_data_errors(tmp_path: Path) -> None:
    assert isinstance(error_of(write(tmp_path, BAD["maybe"][0])), DataError)


# ---- the audit as an object of Python

FRAME = pd.DataFrame({"cluster": ["A", "A", "B", "C"], "crime_type": list("vovo"), "recorded": [1, 0, 1, 1]})


def saved(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - what was pickled a moment ago


class TestAudit:
    def test_its_name_its_size_and_its_strata_are_all_that_it_shows(self, tmp_path: Path) -> None:
        FRAME.to_csv(tmp_path / "audit.csv", index=False)
        audit = read_audit(tmp_path / "audit.csv", stratum="crime_type", cluster=None)
        assert repr(audit) == "<cdi.Audit: audit.csv, 4 crimes, taken as independent, 2 strata>"
        assert repr(read_audit(FRAME)) == "<cdi.Audit: data frame, 4 crimes in 3 reports, 1 stratum>"
        due = pd.DataFrame({"due": [2_000, 1], "recorded": [1, 0]})
        assert repr(read_audit(due)) == "<cdi.Audit: data frame, 2,001 crimes in 2 rows, 1 stratum>"

    def test_compares_without_raising_and_copies_to_itself(self) -> None:
        one, other = read_audit(FRAME), read_audit(FRAME)
        assert one == one
        assert one != other
        assert copy.copy(one) is copy.deepcopy(one) is one

    @pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
    def test_pickles_with_the_rows_of_a_frame(self, kind: str) -> None:
        frame: Any = {
            "pandas": lambda: FRAME,
            "polars": lambda: pytest.importorskip("polars").from_pandas(FRAME),
            "pyarrow": lambda: pytest.importorskip("pyarrow").Table.from_pandas(FRAME),
        }[kind]()
        back = saved(read_audit(frame))
        assert cdi.recording_rate(back, by="crime_type").estimate.tolist() == [0.5, 1.0, 0.75]
        assert error_of(back, cluster="no").faults[0].code == "no-column"

    def test_pickles_without_the_rows_of_a_file_and_says_so_where_they_are_needed(self, tmp_path: Path) -> None:
        path = write(tmp_path, "cluster,crime_type,decision\nA,v,recorded\nB,o,not auditable\nB,v,recorded\n")
        back = saved(read_audit(path))
        assert cdi.recording_rate(back).estimate.tolist() == [1.0]
        assert (back.left_out, back.columns, back.name) == (1, ("cluster", "crime_type", "decision"), str(path))
        for needs_rows in (lambda: cdi.recording_rate(back, by="crime_type"), lambda: read_audit(back, cluster=None)):
            with pytest.raises(DataError) as caught:
                needs_rows()
            assert [item.code for item in caught.value.faults] == ["rows-not-kept"]

    def test_a_frame_with_a_population_that_cannot_be_saved_leaves_its_rows_behind(self) -> None:
        import duckdb

        volumes = duckdb.sql("select 9 as population")
        back = saved(read_audit(FRAME, population=volumes))
        assert back.strata.population.tolist() == [9.0]
        with pytest.raises(DataError):
            cdi.recording_rate(back, by="crime_type")

    def test_what_is_saved_of_a_result_holds_no_row(self) -> None:
        rates = cdi.recording_rate(read_audit(FRAME.assign(note="Jane Doe")), by="crime_type")
        assert b"Jane Doe" not in pickle.dumps(rates)
        assert saved(rates).interval().low.tolist() == rates.interval().low.tolist()

    def test_is_read_again_in_other_roles(self, tmp_path: Path) -> None:
        rows = "2024-03-01,A,yes\n2024-03-09,A,no\n2024-03-09,B,no\n2024-04-01,C,yes\n2024-04-02,D,yes\n"
        audit = read_audit(write(tmp_path, f"month,ref,recorded\n{rows}"), cluster="ref", period="month")
        assert read_audit(audit) is audit
        again = read_audit(audit, cluster=None)
        assert (again.strata.labels, again.design.period) == (audit.strata.labels, "month")
        assert (audit.strata.sampled.tolist(), again.strata.sampled.tolist()) == ([2, 2], [3, 2])
        assert read_audit(audit, period=None).strata.labels == ((),)
        assert read_audit(audit, Design(recorded="recorded")).strata.sampled.tolist() == [5]


class TestWhatEveryVerbTakes:
    @pytest.mark.parametrize("name", ["audit-*.csv", "audit-1.csv", "book.xlsx#June"])
    def test_names_are_read_as_on_the_command_line(
        self, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        FRAME.to_csv(tmp_path / "audit-1.csv", index=False)
        with pd.ExcelWriter(tmp_path / "book.xlsx") as book:
            FRAME.to_excel(book, sheet_name="May", index=False)
            FRAME.to_excel(book, sheet_name="June", index=False)
        monkeypatch.chdir(tmp_path)
        expected = cdi.recording_rate(read_audit(FRAME), by="crime_type").estimate.tolist()
        for source in (name, Path(name), [name]):
            assert cdi.recording_rate(source, by="crime_type").estimate.tolist() == expected

    def test_a_pattern_that_fits_nothing_is_said(self, tmp_path: Path) -> None:
        assert error_of(str(tmp_path / "2024-*.csv")).faults[0].code == "no-match"

    def test_a_frame_among_files_is_not_passed_over(self, tmp_path: Path) -> None:
        FRAME.to_csv(tmp_path / "audit.csv", index=False)
        assert error_of([tmp_path / "audit.csv", FRAME]).faults[0].code == "not-a-frame"

    @pytest.mark.parametrize(
        "verb",
        [cdi.recording_rate, cdi.share, cdi.classification_accuracy, cdi.over_recording, cdi.grounds_rate],
    )
    def test_misuse_is_an_error_that_says_what_to_pass(self, verb: Any) -> None:
        for wrong in (None, 3):
            with pytest.raises(DataError, match=r"pass what cdi\.read_audit returned"):
                verb(wrong)

    def test_frames_serve_as_audits(self) -> None:
        decided = pd.DataFrame({"decision": ["recorded", "wrong class", "over-recorded"]})
        assert cdi.share(FRAME).estimate.tolist() == [0.75]
        assert cdi.classification_accuracy(decided).estimate.tolist() == [0.5]
        assert cdi.over_recording(decided).estimate.round(3).tolist() == [0.333]
        searches = pd.DataFrame({"grounds": ["yes", "no"], "recorded": ["x", "y"]})
        assert cdi.grounds_rate(searches).estimate.tolist() == [0.5]
