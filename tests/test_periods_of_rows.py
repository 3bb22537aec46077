"""The period of each row: from a column however it is written, or from the names of files; as stratum or category."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cdi
from cdi import wording
from cdi.audits.design import FILENAME, PERIOD
from cdi.audits.periods import Period, with_period
from cdi.errors import CdiError, DataError, DesignError
from cdi.facts import Scope
from cdi.measures import told
from cdi.reading import engine
from cdi.reading.opening import open_source
from tests import strategies  # noqa: F401 - its settings profile

Frame = pd.DataFrame
Make = Callable[[Frame], Any]

ENGINES: dict[str, Make] = {
    "pandas": lambda frame: frame,
    "polars": pl.from_pandas,
    "lazy": lambda frame: pl.from_pandas(frame).lazy(),
    "arrow": lambda frame: pa.Table.from_pandas(frame, preserve_index=False),
    "duckdb": lambda frame: duckdb.connect().from_arrow(pa.Table.from_pandas(frame, preserve_index=False)),
}
every_engine = pytest.mark.parametrize("make", ENGINES.values(), ids=ENGINES)


def dated(source: object, column: str = "when") -> list[str | None]:
    """Give the period of each row, in the order of their numbers or of the column n, where there is one."""
    opened = with_period(open_source(source), column)
    rows = engine.collect(opened.rows)
    assert PERIOD in opened.columns
    found = rows[opened.inner(PERIOD)]
    for key in (engine.ROW, opened.inner("n")):
        if key in rows:
            found = found[np.argsort(rows[key])]
            break
    return [None if engine.absent(value) else value for value in found]


def faults_of(kind: type[CdiError], call: Callable[..., Any], *args: Any, **kwargs: Any) -> list[tuple[Any, ...]]:
    with pytest.raises(kind) as caught:
        call(*args, **kwargs)
    return [(item.code, item.where.line, item.where.column, item.got) for item in caught.value.faults]


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


# ---- from a column

MARCH, APRIL = "2024-03", "2024-04"
FIRST, QUARTER = "2024-01 to 2024-03", "2024 Q1"
TIMES = ("2024-03-05", "2024-04-30 23:59:59.5", "2024-03-31 08:00")
SPELLINGS: dict[str, tuple[list[Any], list[str | None]]] = {
    "dates as text": (["2024-03-05", " 2024-04-30 ", "2024-03"], [MARCH, APRIL, MARCH]),
    "day first": (["05/03/2024", "1.4.2024", "31-03-2024"], [MARCH, APRIL, MARCH]),
    "names of months": (["March 2024", "Apr-24", "mar 2024"], [MARCH, APRIL, MARCH]),
    "quarters": (["2024 Q1", "Q2 2024", "2024Q1"], [QUARTER, "2024 Q2", QUARTER]),
    "financial quarters": (["Q1 2024/25", "2024/25 Q2", "2024-25 Q1"], ["2024/25 Q1", "2024/25 Q2", "2024/25 Q1"]),
    "quarters of both kinds": (["2024 Q1", "Q4 2023/24", "2024 Q2"], [QUARTER, QUARTER, "2024 Q2"]),
    "a quarter by its months": (["2024 Q1", "Jan to Mar 2024", FIRST], [QUARTER] * 3),
    "financial years": (["2023/24", "2023-24", "Apr-23 to Mar-24"], ["2023/24"] * 3),
    "months of short years": (["Mar 24", "Apr '24", "April 24"], [MARCH, APRIL, APRIL]),
    "months in numbers": (["202403", "2024M04", "2024-M03"], [MARCH, APRIL, MARCH]),
    "years and months": (["2024", MARCH, "2023"], ["2024", MARCH, "2023"]),
    "spans": (["Apr-23 to Mar-24", "year to Mar 2024", "2023-04 / 2024-03"], [f"2023-04 to {MARCH}"] * 3),
    "other words": (["spring", " summer", "spring"], ["spring", "summer", "spring"]),
    "blanks": ([MARCH, None, ""], [MARCH, None, None]),
    "nothing": ([None, "", " "], [None] * 3),
    "dates": ([dt.date(2024, 3, 5), dt.date(2024, 4, 30), dt.date(2024, 3, 31)], [MARCH, APRIL, MARCH]),
    "dates and none": ([dt.date(2024, 3, 5), None, dt.date(2024, 4, 30)], [MARCH, None, APRIL]),
    "times": (list(map(pd.Timestamp, TIMES)), [MARCH, APRIL, MARCH]),
    "times and none": ([pd.Timestamp(2024, 3, 5), pd.NaT, pd.Timestamp(2024, 4, 1)], [MARCH, None, APRIL]),
    "times of a zone": ([pd.Timestamp("2024-03-31 23:30", tz="UTC")] * 2 + [pd.NaT], [MARCH, MARCH, None]),
    "years beside a blank": ([2024.0, None, 2023.0], ["2024", None, "2023"]),
    "whole numbers": ([2024, 2023, 2024], ["2024", "2023", "2024"]),
    "categories": (pd.Categorical([MARCH, "Apr 2024", "2024-03"]), [MARCH, APRIL, MARCH]),
}  # type: ignore[dict-item]


@pytest.mark.parametrize("what", SPELLINGS)
@every_engine
def test_a_column_is_read_however_it_is_written(make: Make, what: str) -> None:
    values, expected = SPELLINGS[what]
    assert dated(make(pd.DataFrame({"when": values, "n": [1, 2, 4]}))) == expected


def test_pandas_objects_of_several_kinds_are_read() -> None:
    values = pd.Series([dt.date(2024, 3, 5), "April 2024", 2023, None], dtype=object)
    assert dated(pd.DataFrame({"when": values})) == [MARCH, APRIL, "2023", None]


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_a_column_of_a_file_is_read(ending: str, tmp_path: Path) -> None:
    days = ["2024-03-05", "2024-04-30", "2024-03-31"]
    path = tmp_path / f"audit.{ending}"
    if ending == "csv":
        pd.DataFrame({"when": days}).to_csv(path, index=False)
    elif ending == "parquet":
        pd.DataFrame({"when": pd.to_datetime(days)}).to_parquet(path)
    else:
        pd.DataFrame({"when": pd.to_datetime(days)}).to_excel(path, index=False)
    assert dated(path) == [MARCH, APRIL, MARCH]


@given(st.lists(st.builds(Period, st.just(24_290), st.integers(24_290, 24_330)), min_size=1, max_size=4))
def test_labels_are_read_as_themselves(periods: list[Period]) -> None:
    labels = [period.label for period in periods]
    assert dated(pd.DataFrame({"when": labels})) == labels


@every_engine
def test_the_column_that_was_read_stays_as_it_was(make: Make) -> None:
    frame = pd.DataFrame({"when": [dt.date(2024, 3, 5)], "recorded": [1]})
    opened = with_period(open_source(make(frame)), "when")
    assert opened.columns == ("when", "recorded", PERIOD)
    assert [str(value)[:10] for value in opened.rows.collect()[opened.inner("when")].to_list()] == ["2024-03-05"]


@every_engine
def test_a_column_period_is_read_in_its_place(make: Make) -> None:
    frame = pd.DataFrame({PERIOD: ["5/3/2024", "Apr 2024"], "n": [1, 2]})
    assert dated(make(frame), PERIOD) == [MARCH, APRIL]
    assert with_period(open_source(make(frame)), PERIOD).columns == (PERIOD, "n")


MIXED = {
    "a word among months": ([MARCH, "spring", APRIL, None, "autumn"], {2: "spring", 5: "autumn"}),
    "month first among dates": (
        ["2024-03-05", "03/15/2024", "2024-02-30", APRIL, ""],
        {2: "03/15/2024", 3: "2024-02-30"},
    ),
    "what may mean two things": (
        ["2023-25", "2024", "2023/2024", "March", "2022"],
        {1: "2023-25", 3: "2023/2024", 4: "March"},
    ),
}


@pytest.mark.parametrize("what", MIXED)
def test_periods_beside_other_words_are_refused(what: str, tmp_path: Path) -> None:
    values, wrong = MIXED[what]
    path = tmp_path / "audit.csv"
    pd.DataFrame({"n": range(5), "when": values}).to_csv(path, index=False)
    for source in (path, [path]):
        assert faults_of(DataError, dated, source) == [
            ("not-a-period", row + 1, "when", got) for row, got in wrong.items()
        ]
    for make in ENGINES.values():
        found = faults_of(DataError, dated, make(pd.DataFrame({"when": values})))
        assert sorted(got for *_, got in found) == sorted(wrong.values())


def test_periods_beside_other_words_are_refused_in_the_file_that_holds_them(tmp_path: Path) -> None:
    one = write(tmp_path / "one.csv", "when,recorded\n2024-03,yes\n")
    two = write(tmp_path / "two.csv", "recorded,when\nno,2024-04\n\nno,spring\n")
    with pytest.raises(DataError) as caught:
        cdi.read_audit([one, two], period="when")
    assert [(item.where.file, item.where.line) for item in caught.value.faults] == [(str(two), 4)]


def test_a_column_that_is_not_there_comes_with_a_suggestion(tmp_path: Path) -> None:
    path = write(tmp_path / "audit.csv", "when,recorded\n2024-03,yes\n")
    with pytest.raises(DataError, match=r"line 1: expected a column named 'When'\. Did you mean 'when'\?"):
        dated(path, "When")
    assert [code for code, *_ in faults_of(DataError, cdi.read_audit, path, period="When")] == ["no-column"]


@pytest.mark.parametrize("column", ["when", FILENAME])
def test_a_column_period_is_never_written_over(column: str, tmp_path: Path) -> None:
    path = write(tmp_path / "2024-05.csv", "when,period,recorded\n2024-03,2024-04,yes\n")
    assert faults_of(DesignError, dated, path, column) == [("period-column", 1, None, PERIOD)]
    assert dated(path, PERIOD) == [APRIL]


# ---- from the names of files


def files_of(folder: Path, names: Sequence[str]) -> list[Path]:
    return [write(folder / name, f"recorded\n{'yes' if i % 2 else 'no'}\nyes\n") for i, name in enumerate(names)]


NAMES: dict[str, tuple[list[str], list[str]]] = {
    "dated": (["dip 2024-03.csv", "2024_04_audit.csv"], [MARCH, APRIL]),
    "written in words": (["March 2024.csv", "Audit (Apr 2024) v2.csv"], [MARCH, APRIL]),
    "in the other order": (["2024-04.csv", "2024-03.csv"], [APRIL, MARCH]),
    "of one month": (["north 2024-03.csv", "south 2024-03.csv"], [MARCH, MARCH]),
    "of one month in two folders": (["north/2024-03.csv", "south/2024-03.csv"], [MARCH, MARCH]),
    "undated": (["north.csv", "south.csv"], ["north", "south"]),
    "of financial years": (["audit 2023-24.csv", "audit 2024-25.csv"], ["2023/24", "2024/25"]),
    "of two meanings": (["audit 2023-2024.csv", "audit 2024-2025.csv"], ["audit 2023-2024", "audit 2024-2025"]),
    "with quotation marks": (["it's.csv", 'a"b.csv'], ["it's", 'a"b']),
    "alone": (["dip 2024-03.csv"], [MARCH]),
    "alone and undated": (["it's.csv"], ["it's"]),
}


@pytest.mark.parametrize("what", NAMES)
def test_the_name_of_a_file_tells_its_period(what: str, tmp_path: Path) -> None:
    names, expected = NAMES[what]
    files = files_of(tmp_path, names)
    assert dated(files, FILENAME) == [label for label in expected for _ in range(2)]
    if len(files) == 1:
        assert dated(files[0], FILENAME) == expected * 2


def test_files_of_one_name_in_two_folders_cannot_be_told_apart(tmp_path: Path) -> None:
    files = files_of(tmp_path, ["north/audit.csv", "south/audit.csv", "south/pilot.csv"])
    with pytest.raises(DataError) as caught:
        dated(files, FILENAME)
    assert [(item.code, item.where.file) for item in caught.value.faults] == [
        ("file-names-alike", str(path)) for path in files[:2]
    ]


def test_a_file_without_a_period_among_others_is_named(tmp_path: Path) -> None:
    files = files_of(tmp_path, ["2024-03.csv", "pilot.csv"])
    with pytest.raises(DataError) as caught:
        dated(files, FILENAME)
    assert [(item.code, item.where.file) for item in caught.value.faults] == [("file-without-period", str(files[1]))]


@pytest.mark.parametrize("text", ["24/03/21", "1/3/24", "202413", "45302", "2024-13", "2023-25"])
def test_dates_that_are_not_understood_are_refused(text: str) -> None:
    with pytest.raises(DataError) as caught:
        dated(pd.DataFrame({"when": [text, text]}), "when")
    assert {item.code for item in caught.value.faults} == {"not-a-period"}


@pytest.mark.parametrize("text", ["2023/2024", "wave 2", "Spring 2024", "3", "Q1"])
def test_names_of_periods_stay_as_they_are(text: str) -> None:
    assert dated(pd.DataFrame({"when": [text, text]}), "when") == [text, text]


def test_dates_that_could_be_month_first_are_said_to_be_read_day_first(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("when,recorded\n13/05/2024,1\n03/05/2024,0\n04/06/2024,1\n", encoding="utf-8")
    audit = cdi.read_audit(tmp_path / "a.csv", period="when", period_as="domain")
    assert audit.source.day_first == "03/05/2024"
    assert "Dates are read day first: 03/05/2024 as day 3 of month 5." in wording.passed_over(audit.source, (), ())
    (tmp_path / "b.csv").write_text("when,recorded\n13/05/2024,1\n2024-05-03,0\n", encoding="utf-8")
    assert cdi.read_audit(tmp_path / "b.csv", period="when", period_as="domain").source.day_first is None


@every_engine
def test_a_frame_has_no_file_to_take_a_name_from(make: Make) -> None:
    assert faults_of(DesignError, dated, make(pd.DataFrame({"when": [MARCH]})), FILENAME) == [
        ("no-file-names", None, None, FILENAME)
    ]


# ---- as stratum and as category


def monthly(months: Sequence[str] = (MARCH, APRIL)) -> Frame:
    """Rows of two routes and several months; month i has recorded 5 + i of 8 a route."""
    rows = [
        {"route": route, "when": f"{month}-{1 + k:02}", "recorded": int(k < 5 + i)}
        for i, month in enumerate(months)
        for route in ("calls", "online")
        for k in range(8)
    ]
    return pd.DataFrame(rows).assign(cluster=[f"r{i:03}" for i in range(len(rows))])


RATES = {MARCH: 10 / 16, APRIL: 12 / 16}


@every_engine
def test_a_period_is_a_stratum(make: Make) -> None:
    audit = cdi.read_audit(make(monthly()), period="when", stratum="route")
    assert audit.strata.keys == ("route", PERIOD)
    assert audit.strata.labels == tuple((route, month) for route in ("calls", "online") for month in (MARCH, APRIL))
    assert audit.strata.sampled.tolist() == [8] * 4
    assert audit.periods() == (MARCH, APRIL)
    records = cdi.estimate(make(monthly()), period="when").table.rows
    assert {record.label[0]: record.estimate for record in records[:-1]} == RATES
    assert (records[-1].measure.key, records[-1].facts.scope) == ("recording-rate", Scope.SAMPLE)


@every_engine
def test_a_period_that_is_asked_for_as_category_is_one_and_no_stratum(make: Make) -> None:
    result = cdi.estimate(make(monthly()), period="when", by=PERIOD)
    assert result.audit.strata.keys == ()
    assert {record.label[0]: record.estimate for record in result.table.rows} == {**RATES, "all": 22 / 32}
    assert result.table.rows[-1].facts.scope is Scope.OVERALL
    both = cdi.estimate(make(monthly()), period="when", by=["route", PERIOD], stratum="route", population=None)
    assert both.audit.strata.keys == ("route",)
    assert [record.label for record in both.table.rows[:-1]] == [
        (route, month) for route in ("calls", "online") for month in (MARCH, APRIL)
    ]


def test_a_category_period_rests_on_all_reports_and_a_stratum_on_its_own() -> None:
    """As a category the number of reports in a month is itself a matter of chance."""
    of_domain, of_stratum = (
        cdi.estimate(monthly(), period="when", stratum=None, **more).table.rows[0]
        for more in ({"by": PERIOD}, {})
    )  # fmt: skip
    assert of_domain.estimate == of_stratum.estimate == RATES[MARCH]
    p, n = RATES[MARCH], 16
    assert of_stratum.se == pytest.approx(np.sqrt(p * (1 - p) / (n - 1)))
    assert of_domain.se == pytest.approx(np.sqrt(p * (1 - p) / n * 32 / 31))


def test_searches_take_periods_too() -> None:
    rows = monthly().rename(columns={"recorded": "grounds"})
    for more in ({"by": PERIOD}, {}):
        records = cdi.grounds(rows, period="when", **more).table.rows
        assert {record.label[0]: record.estimate for record in records[:-1]} == RATES


def test_files_of_a_month_each_are_strata_by_their_names(tmp_path: Path) -> None:
    rows = monthly().assign(month=lambda frame: frame["when"].str[:7])
    files = []
    for month, part in rows.groupby("month"):
        files.append(tmp_path / f"dip {month}.csv")
        part.drop(columns="month").to_csv(files[-1], index=False)
    records = cdi.estimate(files, period=FILENAME).table.rows
    assert records == cdi.estimate(rows, period="month").table.rows


def test_a_row_without_a_period_lies_in_no_stratum_and_is_a_category_of_its_own(tmp_path: Path) -> None:
    path = write(tmp_path / "audit.csv", "when,recorded\n2024-03-01,yes\n2024-03-02,no\n,yes\n2024-04,yes\n")
    assert [(code, line) for code, line, *_ in faults_of(DataError, cdi.estimate, path, period="when")] == [
        ("missing", 4)
    ]
    labels = [record.label[0] for record in cdi.estimate(path, period="when", by=PERIOD).table.rows]
    assert labels == ["(blank)", MARCH, APRIL, "all"]


# ---- beside known counts

FRAME = pd.DataFrame(
    {
        "route": ["calls", "calls", "online", "online"],
        "period": [MARCH, APRIL, MARCH, APRIL],
        "population": [800, 400, 80, 40],
    }
)


def test_reports_on_the_frame_are_known_by_stratum_and_period(tmp_path: Path) -> None:
    FRAME.to_csv(tmp_path / "frame.csv", index=False)
    for volumes in (FRAME, tmp_path / "frame.csv"):
        result = cdi.estimate(monthly(), period="when", stratum="route", volumes=volumes)
        assert dict(zip(result.audit.strata.labels, result.audit.strata.population.tolist(), strict=True)) == {
            ("calls", MARCH): 800.0, ("calls", APRIL): 400.0, ("online", MARCH): 80.0, ("online", APRIL): 40.0,
        }  # fmt: skip
        whole = result.table.rows[-1]
        assert (whole.measure.key, whole.facts.scope) == ("recording-rate", Scope.OVERALL)
        assert whole.estimate == pytest.approx((880 * RATES[MARCH] + 440 * RATES[APRIL]) / 1320)
    faults = faults_of(DataError, cdi.estimate, monthly(), period="when", stratum="route", volumes=FRAME.iloc[:-1])
    assert [(code, got) for code, _, _, got in faults] == [("stratum-not-in-volumes", f"online, {APRIL}")]


def test_recorded_crime_is_known_by_period() -> None:
    crime = pd.DataFrame({"period": [MARCH, APRIL], "recorded_crime": [1_000, 3_000]})
    records = cdi.estimate(monthly(), period="when", by=PERIOD, volumes=crime).table.rows
    missing = {record.label[0]: record for record in records if record.counted}
    assert {label: record.estimate for label, record in missing.items()} == pytest.approx(
        {MARCH: 600.0, APRIL: 1_000.0, "all": 1_600.0}
    )
    assert "period-differs" not in {code for record in records for code in told(record.facts)}
