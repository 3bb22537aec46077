"""The rows of a sample are gone through as seldom as can be, and what is found is the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cdi
from cdi.audits import audit as audits
from cdi.errors import CdiError
from cdi.reading import delimited, engine, opening
from cdi.survey.totals import total
from tests import strategies  # noqa: F401 - its settings profile

SIZE = 240
PLACE = np.arange(SIZE)
FORCES = np.array(["East", "North", "West"])
ROWS = {
    "incident": PLACE // 2,
    "force": FORCES[PLACE // 2 % 3],
    "crime_type": np.array(["other", "sexual", "violent", "burglary"])[PLACE * 7 % 11 % 4],
    "recorded": (PLACE * 13 % 17 > 2).astype(int),
}
CLASSED = {
    "incident": ROWS["incident"],
    "force": ROWS["force"],
    "crime_type": ROWS["crime_type"],
    "decision": np.where(PLACE * 13 % 17 > 2, np.where(PLACE % 9 == 0, "wrong class", "recorded"), "not recorded"),
    "recorded_as": np.where(PLACE * 13 % 17 > 2, np.where(PLACE % 9 == 0, "fraud", ROWS["crime_type"]), ""),
}
WEIGHTED = {**ROWS, "weight": 1.0 + PLACE // 2 % 3}
SAMPLES = {"answers": ROWS, "classes": CLASSED, "weights": WEIGHTED}


def written(path: Path, rows: dict[str, Any]) -> str:
    pd.DataFrame(rows).to_csv(path, index=False)
    return str(path)


def scanned(path: Path, rows: pd.DataFrame) -> pl.LazyFrame:
    pl.from_pandas(rows).write_parquet(path)
    return pl.scan_parquet(path)


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("brought", ["file", "pandas", "polars", "scan", "pyarrow", "duckdb"])
def test_reports_that_are_kept_give_what_the_rows_give(name: str, brought: str, tmp_path: Path) -> None:
    rows = pd.DataFrame(SAMPLES[name])
    if brought != "file":
        rows = rows.replace("", None)
    frames = {
        "file": lambda: written(tmp_path / "audit.csv", SAMPLES[name]),
        "pandas": lambda: rows,
        "polars": lambda: pl.from_pandas(rows),
        "scan": lambda: scanned(tmp_path / "audit.parquet", rows),
        "pyarrow": lambda: pa.Table.from_pandas(rows),
        "duckdb": lambda: duckdb.from_arrow(pa.Table.from_pandas(rows)),
    }
    source = frames[brought]()
    for stratum in ("force", None):
        known = audits.read_for(["crime_type", "force"], source, stratum=stratum, cluster="incident")
        plain = cdi.read_audit(source, stratum=stratum, cluster="incident")
        assert plain.reports is None
        assert (known.reports is not None) is (brought in {"file", "scan"})
        assert (known.held is not None) is (brought in {"pandas", "polars", "pyarrow"})
        for by in ("crime_type", ["force", "crime_type"], "force", None):
            one, other = total(known, by), total(plain, by)
            assert one.domains == other.domains
            for field in ("cells", "whole"):
                for column in getattr(one, field).__slots__:
                    np.testing.assert_array_equal(
                        getattr(getattr(one, field), column), getattr(getattr(other, field), column)
                    )
        shared = [total(each, "crime_type").pairs() for each in (known, plain)]
        for column in shared[0].__slots__:
            np.testing.assert_array_equal(getattr(shared[0], column), getattr(shared[1], column))


def test_reports_that_are_kept_are_of_no_other_rows(tmp_path: Path) -> None:
    known = audits.read_for(["crime_type"], written(tmp_path / "audit.csv", ROWS), cluster="incident")
    inner = known.source.inner_names(["crime_type"])
    assert known.kept_reports(inner) is not None
    assert known.kept_reports([*inner, known.source.inner("force")]) is None
    one = (nw.col("_cdi_due") == nw.col("_cdi_due")).cast(nw.Int64)
    assert known.measuring(one, one).kept_reports(inner) is None
    assert known.without_rows().reports is None


def test_an_estimate_from_a_file_asks_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One pass loads the rows, one counts what they hold, one reads the answers, one their faults, one adds them up."""
    asked: list[str] = []
    real = engine.connect

    class Counted:
        def __init__(self) -> None:
            self.inner = real()

        def execute(self, query: str) -> Any:
            asked.append(query)
            return self.inner.execute(query)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.inner, name)

    collected: list[int] = []
    collect = engine.collect

    def counted(rows: Any) -> Any:
        collected.append(1)
        return collect(rows)

    monkeypatch.setattr(engine, "connect", Counted)
    monkeypatch.setattr(engine, "collect", counted)
    path = written(tmp_path / "audit.csv", ROWS)
    cdi.estimate(path, by=["force", "crime_type"], stratum="force", cluster="incident")
    # the file into a table, its view, what it holds, its last and first rows, long numbers among the ids
    assert len(asked) <= 6
    # answers, faults, and of the reports that are kept the sums over all and by category
    assert len(collected) <= 4


class TestValuesOfTheirOwn:
    @pytest.mark.parametrize(
        ("values", "unique"),
        [
            (["1", "2", "3"], True),
            (["3", "1", "2"], True),
            (["1", "01"], True),
            (["1", "1.0", "2"], True),
            (["1", "2", "1"], False),
            (["A1", "A2"], True),
            (["A1", "A1"], False),
            (["1", "A1"], True),
            (["0", "9000000000000000000", "-9000000000000000000"], True),
            (["9223372036854775807", "-9223372036854775808", "0"], True),
            ([1, 2, 3], True),
            ([1, 2, 2], False),
            ([5], True),
        ],
    )
    def test_are_told(self, values: list[Any], unique: bool) -> None:
        frame = pa.table({"c0": values})
        for rows in (duckdb.from_arrow(frame), frame):
            for held in (False, not hasattr(rows, "fetchall")):
                assert engine.is_unique(nw.from_native(rows).lazy(), "c0", held=held) is unique

    @given(st.lists(st.integers(-5, 200).map(str) | st.sampled_from(["01", " 1", "1e1", "x", ""]), min_size=1))
    def test_are_told_of_any_texts(self, values: list[str]) -> None:
        rows = nw.from_native(duckdb.from_arrow(pa.table({"c0": values}))).lazy()
        assert engine.is_unique(rows, "c0") is (len(set(values)) == len(values))


def test_reports_in_two_places_are_told_while_they_are_added_up() -> None:
    frame = pa.table({"c0": ["a", "a", "b"], "c1": ["x", "y", "x"], "c2": [1, 1, 1], "n": [1, 2, 3]})
    rows = nw.from_native(duckdb.from_arrow(frame)).lazy()
    found = engine.collect(engine.by_key(rows, "c0", ["c1"], ["n"], "split").sort("c0"))
    assert list(zip(found["c1"], found["n"], found["split"], strict=True)) == [("x", 3, 1), ("x", 3, 0)]
    found = engine.collect(engine.by_key(rows, "c0", [], ["n"], "split", ["c2"]).sort("c0"))
    assert found["split"].tolist() == [0, 0]


ODD = st.text(alphabet='aT \t\n\x0b\x1e\x1f\xa0\u2003.,;:%#+-01"é', max_size=6) | st.sampled_from(
    ["Total", "TOTAL 5", "average", "PERCENT", "compliance", "#N/A", "1-Jan", "10-17", "123456789012345", "1.5E+15", ""]
)


def cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\n') else text


@given(st.lists(st.tuples(ODD, ODD), min_size=1, max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_what_a_text_does_not_hold_is_not_in_its_rows(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], end: str
) -> None:
    """A look for what the text may hold finds what a look for everything does, and leaves the same table."""
    path = tmp_path_factory.mktemp("odd") / "odd.csv"
    lines = ["one,two", *(f"{cell(one)},{cell(other)}" for one, other in rows)]
    path.write_text("".join(line + end for line in lines), encoding="utf-8", newline="")
    try:
        layout = delimited.examine(path, sought=opening.SOUGHT)
    except CdiError:
        return
    found = []
    for each in (layout, replace(layout, found=None)):
        connection = engine.connect()
        opening.load_text(connection, each, "t")
        signs, held = opening.looked_through(connection, "t", each)
        text = opening.TableText(connection, "t", "odd.csv", each)
        table = connection.execute("select * from t order by all").fetchall()
        faults = [of(name) for of in (text.id_faults, text.date_faults) for name in each.columns]
        found.append((signs, held, table, str(faults)))
    assert found[0] == found[1]


def test_a_text_is_found_where_two_chunks_meet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "audit.csv"
    path.write_text("name,n\nGrand Total,1\n1 2 3,2\n", encoding="utf-8")
    for chunk in range(1, 30):
        monkeypatch.setattr(delimited, "CHUNK", chunk)
        assert delimited.examine(path, sought=["otal", "nd T", "  ", "%"]).found == {"otal", "nd T"}
    assert delimited.examine(path).found is None
