"""What rates could have been: bounds that hold the estimate, and every way in which the rest could have turned out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cdi
from cdi.facts import Scope
from cdi.printing.tables import Row, arrange
from cdi.reading import engine
from cdi.survey.kinds import kinds_of
from cdi.survey.totals import Pairs
from tests import at_most, strategies

KINDS = strategies.KINDS[:2]


def bounds_of(rows: list[dict[str, Any]], **given_: Any) -> dict[tuple[str, str], Row]:
    table = cdi.estimate(pl.DataFrame(rows, schema_overrides={"crime_type": pl.String}), bounds=True, **given_).table
    return {(row.label[0], spelled(row, row.measure.key)): row for row in table.rows if not row.counted}


def spelled(row: Row, key: str) -> str:
    """Name a measure with the scope of a row, where two overall rates stand in a table."""
    return f"{key}-frame" if row.facts.scope is Scope.FRAME else key


@st.composite
def audits(draw: st.DrawFn, *, blanks: bool = True) -> list[dict[str, Any]]:
    """Two strata with an audited crime of each kind in two reports, and more of any decision in any report."""
    rows = [
        {"cluster": f"{h}{i}", "stratum": h, "crime_type": kind, "decision": "recorded"}
        for h in "AB"
        for i in range(2)
        for kind in KINDS
    ]
    decision = st.sampled_from(["recorded", "not recorded", "not auditable", "no crime"])
    for _ in range(draw(st.integers(1, 20))):
        h, said = draw(st.sampled_from("AB")), draw(decision)
        open_ = said == "no crime" or (said == "not auditable" and blanks)
        kind = draw(st.sampled_from([*KINDS, None] if open_ else KINDS))
        rows.append({"cluster": f"{h}{draw(st.integers(0, 5))}", "stratum": h, "crime_type": kind, "decision": said})
    return rows


FRAMES = [{}, {"population": {"A": 900, "B": 50}}]
VOLUMES = [None, {KINDS[0]: 500, KINDS[1]: 9_000}]
ENDS = {"lowest": "not recorded", "highest": "recorded"}


@given(audits(blanks=False), st.sampled_from(FRAMES), st.sampled_from(VOLUMES))
@at_most(12)
def test_they_are_the_estimates_of_the_same_rows_decided_either_way(
    rows: list[dict[str, Any]], frame: dict[str, Any], volumes: dict[str, int] | None
) -> None:
    """Every number: the rate, its interval, standard error, sizes and counts, by category, overall and on the frame."""
    found = bounds_of(rows, by="crime_type", volumes=volumes, **frame)
    for end, decision in ENDS.items():
        decided = [{**row, "decision": decision} if row["decision"] == "not auditable" else row for row in rows]
        table = pl.DataFrame(decided, schema_overrides={"crime_type": pl.String})
        again = cdi.estimate(table, by="crime_type", volumes=volumes, **frame).table.rows
        for record in again:
            if record.counted:
                continue
            ours = found[record.label[0], spelled(record, f"{record.measure.key}-{end}")]
            assert ours == replace(record, measure=ours.measure, facts=ours.facts)


@given(audits(), st.sampled_from(VOLUMES))
@at_most(12)
def test_in_one_stratum_the_estimate_lies_between_them(
    rows: list[dict[str, Any]], volumes: dict[str, int] | None
) -> None:
    rows = [{name: value for name, value in row.items() if name != "stratum"} for row in rows]
    found = bounds_of(rows, by="crime_type", volumes=volumes)
    for label, kind in [key for key in found if "lowest" not in key[1] and "highest" not in key[1]]:
        low, high = (found[label, kind.replace("recording-rate", f"recording-rate-{end}")] for end in ENDS)
        estimate = found[label, kind].estimate
        assert low.estimate is not None
        assert high.estimate is not None
        assert estimate is not None
        assert low.estimate <= estimate * (1 + 1e-12)
        assert estimate <= high.estimate * (1 + 1e-12)
        assert high.recorded - low.recorded == low.n - found[label, kind].n == high.n - found[label, kind].n


def test_a_row_without_a_category_could_be_of_any() -> None:
    rows = [
        *({"crime_type": kind, "decision": said} for kind in KINDS for said in ("recorded", "not recorded")),
        {"crime_type": None, "decision": "not auditable"},
    ]
    found = bounds_of(rows, by="crime_type")
    assert {label for label, _ in found} == {*KINDS, "all"}
    ends = [found[KINDS[0], f"recording-rate-{end}"].estimate for end in ("lowest", "highest")]
    assert ends == pytest.approx([1 / 3, 2 / 3])
    assert [found["all", f"recording-rate-{end}"].estimate for end in ("lowest", "highest")] == pytest.approx(
        [0.4, 0.6]
    )


def test_a_category_of_which_nothing_was_audited_could_be_anything() -> None:
    rows = [{"crime_type": "x", "decision": said} for said in ("recorded", "recorded", "not recorded")]
    rows.append({"crime_type": "y", "decision": "not auditable"})
    found = bounds_of(rows, by="crime_type")
    assert [found["y", f"recording-rate-{end}"].estimate for end in ENDS] == [0, 1]
    projected = bounds_of(rows, by="crime_type", volumes={"x": 100})
    assert [projected["all", f"recording-rate-{end}"].estimate for end in ENDS] == pytest.approx([2 / 3, 2 / 3])


def test_what_is_strict_by_category_is_not_overall() -> None:
    rows = [
        {"crime_type": "x", "recorded_as": "x", "decision": "recorded"},
        {"crime_type": "x", "recorded_as": "y", "decision": "wrong class"},
        {"crime_type": "y", "recorded_as": "y", "decision": "recorded"},
        {"crime_type": "y", "recorded_as": None, "decision": "not recorded"},
        {"crime_type": "x", "recorded_as": None, "decision": "not auditable"},
    ]
    found = bounds_of(rows, by="crime_type")
    assert [found["x", f"recording-rate-{end}"].estimate for end in ENDS] == pytest.approx([1 / 3, 2 / 3])
    assert [found["all", f"recording-rate-{end}"].estimate for end in ENDS] == pytest.approx([3 / 5, 4 / 5])
    projected = bounds_of(rows, by="crime_type", volumes={"x": 100, "y": 100})
    assert projected["x", "recording-rate-lowest"].estimate == pytest.approx(1 / 3)
    assert [projected["all", f"recording-rate-{end}"].estimate for end in ENDS] == pytest.approx(
        [200 / (100 * 2 / 1 + 100 * 3 / 2), 200 / (100 + 100 * 3 / 2)]
    )


def test_reports_that_could_not_be_audited_are_of_the_frame_too() -> None:
    rows = [{"cluster": str(i), "decision": "recorded" if i < 2 else "not auditable"} for i in range(4)]
    assert cdi.read_audit(pl.DataFrame(rows), population=4).drawn().tolist() == [4]
    with pytest.raises(cdi.DataError) as caught:
        cdi.read_audit(pl.DataFrame(rows), population=3)
    assert [(item.code, item.got) for item in caught.value.faults] == [("population-below-sample", "3")]


@pytest.mark.parametrize("make", ["pandas", "polars", "pyarrow", "duckdb", "csv"])
def test_every_engine_gives_them(make: str, tmp_path: Path) -> None:
    import duckdb

    frame = pd.DataFrame(
        {
            "stratum": ["a", "a", "a", "b", "b", "b"],
            "kind": ["x", "x", None, "x", "y", "y"],
            "decision": ["recorded", "not recorded", "not auditable", "recorded", "recorded", "not auditable"],
        }
    )
    frame.to_csv(tmp_path / "a.csv", index=False)
    sources: dict[str, Any] = {
        "pandas": frame, "polars": pl.from_pandas(frame), "pyarrow": pl.from_pandas(frame).to_arrow(),
        "duckdb": duckdb.sql("select * from frame"), "csv": str(tmp_path / "a.csv"),
    }  # fmt: skip
    table = cdi.estimate(sources[make], by="kind", bounds=True, population={"a": 30, "b": 60}).table
    expected = cdi.estimate(frame, by="kind", bounds=True, population={"a": 30, "b": 60}).table
    assert [(r.label, r.measure.key, r.estimate, r.low, r.high) for r in table.rows] == [
        (r.label, r.measure.key, r.estimate, r.low, r.high) for r in expected.rows
    ]
    assert {record.label[0] for record in table.rows} == {"x", "y", "all"}


def test_a_row_without_a_category_counts_once_in_each_though_several_strata_hold_it() -> None:
    rows = [{"stratum": h, "kind": k, "decision": "recorded"} for h in "AB" for k in "xy" for _ in range(4)]
    rows.append({"stratum": "A", "kind": None, "decision": "not auditable"})
    table = cdi.estimate(pd.DataFrame(rows), by=["stratum", "kind"], stratum="stratum", bounds=True).table
    found = {row.label: row.n for row in table.rows if row.measure.key == "recording-rate-lowest" and not row.whole}
    assert found == {("A", "x"): 5, ("A", "y"): 5, ("B", "x"): 4, ("B", "y"): 4}


@pytest.mark.parametrize("make", ["pandas", "polars", "pyarrow", "duckdb", "dask"])
def test_rows_stand_beside_each_label_in_every_engine(make: str) -> None:
    import duckdb
    import narwhals as nw

    frame = pd.DataFrame({"c0": ["it's", "b"], "c1": [None, "old"], "c2": [1, 2]})
    makes: dict[str, Callable[[], Any]] = {
        "pandas": lambda: frame,
        "polars": lambda: pl.from_pandas(frame),
        "pyarrow": lambda: pl.from_pandas(frame).to_arrow(),
        "duckdb": lambda: duckdb.from_df(frame),
        "dask": lambda: pytest.importorskip("dask.dataframe").from_pandas(frame, npartitions=1),
    }
    rows = nw.from_native(makes[make]()).lazy()
    found = engine.beside_each(rows, ["c1"], [["x"], ["y'y"]])
    assert found.collect_schema().names() == ["c0", "c1", "c2"]
    held = engine.collect(found)
    assert sorted(zip(*(held[name].tolist() for name in ("c0", "c1", "c2")), strict=True)) == [
        ("b", "x", 2), ("b", "y'y", 2), ("it's", "x", 1), ("it's", "y'y", 1),
    ]  # fmt: skip


def test_the_sentence_speaks_of_the_headline() -> None:
    from cdi.printing.layouts import lay_out

    rows = [
        *({"crime_type": KINDS[0], "decision": said} for said in ["recorded"] * 9 + ["not recorded", "not auditable"]),
        *({"crime_type": KINDS[1], "decision": said} for said in ["recorded"] * 5 + ["not recorded"] * 5),
    ]
    result = cdi.estimate(
        pl.DataFrame(rows), by="crime_type", volumes={KINDS[0]: 9_000, KINDS[1]: 10}, bounds=True, population=500
    )
    page = lay_out(result.table, extra=result.said)
    found = {(r.label[0], r.measure.key): r for r in result.table.rows if r.facts.scope is not Scope.FRAME}
    ends = [100 * (found["all", f"recording-rate-{end}"].estimate or 0) for end in ("lowest", "highest")]
    assert any(f"between {ends[0]:.1f}% (" in line and f"and {ends[1]:.1f}% (" in line for line in page.statements)


def test_where_nothing_was_due_nothing_is_said() -> None:
    from cdi.printing.layouts import lay_out

    for more, said in (([], False), (["not auditable"], True)):
        rows = pl.DataFrame({"decision": ["no crime", "no crime", *more]})
        lines = lay_out(cdi.estimate(rows, bounds=True).table).statements
        assert any("between 0.0% (none" in line and "100.0% (all" in line for line in lines) is said
        assert any("between" in line for line in lines) is said


def test_counts_have_no_bounds() -> None:
    with pytest.raises(cdi.DesignError) as caught:
        cdi.estimate(pl.DataFrame({"recorded": [1, 0]}), bounds=True)
    assert caught.value.faults[0].code == "no-bounds"


@pytest.mark.parametrize("make", ["text", "objects", "categories", "polars categories", "numbers"])
def test_a_category_is_one_whatever_holds_it(make: str) -> None:
    """A row without a category counts in each, also where categories are no plain text."""
    kinds: list[Any] = [1, 1, None, 2, 2, 2] if make == "numbers" else ["1", "1", None, "2", "2", "2"]
    decisions = ["recorded", "not recorded", "not auditable", "recorded", "recorded", "not auditable"]
    frame = pd.DataFrame({"kind": kinds, "decision": decisions})
    sources: dict[str, Any] = {
        "text": frame, "numbers": frame, "objects": frame.astype({"kind": object}),
        "categories": frame.astype({"kind": "category"}),
        "polars categories": pl.DataFrame({"kind": pl.Series(kinds, strict=False).cast(pl.String).cast(pl.Categorical),
                                           "decision": decisions}),
    }  # fmt: skip
    table = cdi.estimate(sources[make], by="kind", bounds=True, volumes={"1": 100, "2": 300}).table
    found = {(r.label[0], r.measure.key): r.estimate for r in table.rows if not r.counted}
    assert {label for label, _ in found} == {"1", "2", "all"}
    assert [found["1", f"recording-rate-{end}"] for end in ENDS] == pytest.approx([1 / 3, 2 / 3])
    assert [found["2", f"recording-rate-{end}"] for end in ENDS] == pytest.approx([1 / 2, 1])


def by_rows(audit: cdi.Audit, keys: tuple[str, ...], measure: str) -> Any:
    """Estimate a bound from rows that are set beside each category."""
    from cdi.bounds import _filled
    from cdi.survey.sampling import share

    return share(_filled(audit, keys, None, recorded=measure.endswith("highest")), keys, measure=measure)


@given(audits(), st.sampled_from(FRAMES), st.sampled_from([("crime_type",), ("crime_type", "stratum")]))
@at_most(10)
def test_rows_without_a_category_are_added_up_as_if_they_stood_beside_each(
    rows: list[dict[str, Any]], frame: dict[str, Any], keys: tuple[str, ...]
) -> None:
    sample = pl.DataFrame(rows, schema_overrides={"crime_type": pl.String})
    audit = cdi.read_audit(sample, stratum="stratum", cluster="cluster", **frame)
    for found in cdi.estimate(audit, by=list(keys), bounds=True).estimates[1:]:
        expected = by_rows(audit, keys, found.measure.key)
        assert found.rows == expected.rows
        assert arrange(found) == arrange(expected)
        assert found.totals is not None
        pairs, others = (each.totals.pairs() for each in (found, expected))
        assert [getattr(pairs, name).tolist() for name in Pairs.__slots__] == [
            getattr(others, name).tolist() for name in Pairs.__slots__
        ]
        assert kinds_of(found.totals).to_pandas().equals(kinds_of(expected.totals).to_pandas())


@pytest.mark.parametrize("make", ["pandas", "polars", "pyarrow", "duckdb", "dask"])
def test_rows_are_not_set_beside_each_category(make: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """They would be as many as rows without a category times categories."""
    import duckdb

    frame = pd.DataFrame(
        {
            "cluster": ["a", "a", "b", "b", "c", "c", "d"],
            "kind": ["x", None, "x", "y", None, None, "z"],
            "decision": ["recorded", "not auditable", "not recorded", "recorded", *["not auditable"] * 3],
        }
    )
    makes: dict[str, Callable[[], Any]] = {
        "pandas": lambda: frame,
        "polars": lambda: pl.from_pandas(frame),
        "pyarrow": lambda: pl.from_pandas(frame).to_arrow(),
        "duckdb": lambda: duckdb.from_df(frame),
        "dask": lambda: pytest.importorskip("dask.dataframe").from_pandas(frame, npartitions=2),
    }
    monkeypatch.setattr(engine, "beside_each", lambda *_: pytest.fail("rows were repeated"))
    table = cdi.estimate(makes[make](), by="kind", cluster="cluster", bounds=True).table
    found = {(row.label[0], row.measure.end): (row.n, row.recorded, row.clusters) for row in table.rows}
    # report a holds x and one of any; c holds two of any
    assert found["x", "lowest"] == (5, 1, 3)
    assert found["x", "highest"] == (5, 4, 3)
    assert found["y", "highest"] == (4, 4, 3)
    assert found["z", "highest"] == (1, 1, 1)
    assert found["all", "highest"] == (7, 6, 4)
