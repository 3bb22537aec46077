"""Groups of rows in memory by number: what they add up to is what a group-by of the engine adds up to."""

from __future__ import annotations

import datetime as dt
import pickle
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
from cdi.audits.counting import DUE, LARGEST, RECORDED, SUM, SUMS, HeldReports, by_report, reports_of, sum_products
from cdi.reading import engine
from cdi.reading.grouped import Groups, grouped
from tests import strategies  # noqa: F401 - its settings profile

KINDS = {
    "texts": ["a", "b", "", "é", None],
    "numbers": [0, 1, 7, -3, 10**12],
    "numbers with blanks": [0, 1, None],
    "points": [0.0, 1.5, -2.0, None],
    "truth": [True, False, None],
    "dates": [dt.date(2024, 1, 1), dt.date(2024, 2, 1), None],
}
FRAMES = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}


def rows_of(name: str, columns: dict[str, list[Any]]) -> engine.Rows:
    return engine.from_relation(FRAMES[name](columns))


def sums(found: Any, keys: list[str]) -> set[tuple[Any, ...]]:
    names = [*keys, *(SUM + each for each in (*SUMS, LARGEST))]
    columns = [[None if engine.absent(value) else value for value in found[each]] for each in names]
    return set(zip(*columns, strict=True))


@st.composite
def samples(draw: st.DrawFn) -> tuple[dict[str, list[Any]], list[str]]:
    size = draw(st.integers(1, 30))
    kinds = draw(st.lists(st.sampled_from(sorted(KINDS)), max_size=3))
    columns = {f"c{i}": [draw(st.sampled_from(KINDS[kind])) for _ in range(size)] for i, kind in enumerate(kinds)}
    keys = list(columns)
    columns["report"] = [draw(st.integers(0, 9)) for _ in range(size)]
    columns[DUE] = [draw(st.sampled_from([0, 1, 1, 3])) for _ in range(size)]
    columns[RECORDED] = [draw(st.integers(0, due)) for due in columns[DUE]]
    return columns, keys


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("cluster", ["report", None])
@given(samples())
def test_sums_are_those_of_a_group_by(
    name: str, cluster: str | None, sample: tuple[dict[str, list[Any]], list[str]]
) -> None:
    columns, keys = sample
    rows = rows_of(name, columns)
    reports = reports_of(rows, keys, cluster, held=grouped(rows, [*keys, "report"]))
    # a column of Polars without any value has no kind that numbers are given for
    blank = any(set(columns[key]) == {None} for key in keys)
    assert isinstance(reports, HeldReports) == (name != "polars" or not blank)
    found = sum_products(reports, keys)
    assert sums(found, keys) == sums(sum_products(by_report(rows, keys, cluster), keys), keys)


@pytest.mark.parametrize("name", FRAMES)
def test_sums_beyond_whole_numbers_are_as_large(name: str) -> None:
    columns = {"report": list(range(40)), "c0": ["a"] * 40, DUE: [2**31 - 1] * 40, RECORDED: [2**31 - 2] * 40}
    rows = rows_of(name, columns)
    for keys in ([], ["c0"]):
        found = sum_products(reports_of(rows, keys, "report", held=grouped(rows, ["report", *keys])), keys)
        assert float(found[SUM + "due_due"][0]) == pytest.approx(40 * (2.0**31 - 1) ** 2, rel=1e-15)
        assert found[SUM + "due"].tolist() == [40 * (2**31 - 1)]


@pytest.mark.parametrize(
    "values",
    [
        np.array([-100, 100, 5, 100], dtype=np.int8),
        np.array([2**64 - 1, 2**64 - 2, 2**64 - 1], dtype=np.uint64),
        np.array([0, 2**64 - 1, 0], dtype=np.uint64),
        np.array([-(2**63), 2**63 - 1, 0]),
        np.zeros(0, dtype=np.int64),
        np.zeros(3, dtype=np.uint8),
    ],
)
def test_numbers_at_the_ends_of_their_type_are_told_apart(values: np.ndarray[Any, Any]) -> None:
    groups = Groups.by(values)
    assert len(groups) == len(set(values.tolist()))
    assert values[groups.one][groups.of].tolist() == values.tolist()


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=40))
def test_groups_that_are_parted_are_those_of_pairs(pairs: list[tuple[int, int]]) -> None:
    one, other = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    found = Groups.by(one).apart(Groups.by(other))
    assert len(found) == len(set(pairs))
    assert [pairs[i] for i in found.one[found.of]] == pairs


@pytest.mark.parametrize("name", FRAMES)
def test_categories_are_grouped_by_what_they_say(name: str) -> None:
    words = ["b", "a", None, "b"]
    frames: dict[str, Any] = {
        "pandas": pd.DataFrame({"c0": pd.Categorical(words, ["a", "b", "never"])}),
        "polars": pl.DataFrame({"c0": pl.Series(words, dtype=pl.Enum(["never", "a", "b"]))}),
        "pyarrow": pa.table({"c0": pa.chunked_array([pa.array(words[:2]), pa.array(words[2:])]).dictionary_encode()}),
    }
    known = grouped(engine.from_relation(frames[name]), ["c0"])
    assert known is not None
    groups = known.by(["c0"])
    assert len(groups) == 3
    assert groups.of[0] == groups.of[3]


def test_rows_elsewhere_are_not_fetched(tmp_path: Path) -> None:
    sample = pl.DataFrame({"incident": ["A", "A", "B"], "recorded": [1, 0, 1]})
    sample.write_parquet(tmp_path / "sample.parquet")
    for frame in (sample.lazy(), pl.scan_parquet(tmp_path / "sample.parquet"), duckdb.from_arrow(sample.to_arrow())):
        assert cdi.read_audit(frame, cluster="incident").held is None
    # Polars gives no numbers for these
    assert grouped(engine.from_relation(pl.DataFrame({"c0": [dt.timedelta(1)]})), ["c0"]) is None


def test_a_pickle_holds_no_groups() -> None:
    sample = pd.DataFrame({"incident": ["A", "A", "B"], "crime_type": ["x", "y", "x"], "recorded": [1, 0, 1]})
    audit = cdi.read_audit(sample, cluster="incident")
    assert audit.held is not None
    again = pickle.loads(pickle.dumps(audit))  # noqa: S301 - our own
    assert again.held is None
    one, other = (cdi.recording_rate(each, "crime_type") for each in (audit, again))
    assert one == other
