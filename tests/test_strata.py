"""The strata that reports were drawn from: set beside the frame, and the ways out of a stratum of one report."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import cdi
from cdi import read_audit
from cdi.errors import CdiError, DataError, DesignError
from cdi.measures import told
from cdi.reading import delimited

ROWS = pd.DataFrame(
    {
        "cluster": [f"r{i}" for i in range(11)],
        "stratum": ["calls"] * 6 + ["online"] * 4 + ["station"],
        "recorded": [1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1],
    }
)
TWO = ROWS[ROWS["stratum"] != "station"]
POPULATION = {"calls": 600, "online": 100, "station": 50}


def error_of(source: object, **roles: Any) -> CdiError:
    with pytest.raises(CdiError) as caught:
        read_audit(source, **roles)
    return caught.value


def write(folder: Path, text: str) -> Path:
    path = folder / "frame.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_strata_are_sorted_and_set_beside_the_frame() -> None:
    drawn = read_audit(TWO, population={"online": 100, "calls": 600}).strata
    assert drawn.labels == (("calls",), ("online",))
    assert drawn.sampled.tolist() == [6, 4]
    assert drawn.population is not None
    assert drawn.population.tolist() == [600, 100]
    assert drawn.weight.tolist() == [100, 25]
    assert drawn.left.tolist() == [1 - 6 / 600, 1 - 4 / 100]


def test_the_population_may_be_a_column_of_the_audit() -> None:
    frame = TWO.assign(N=TWO["stratum"].map(POPULATION))
    assert (
        cdi.estimate(frame, population="N").table == cdi.estimate(TWO, population={"calls": 600, "online": 100}).table
    )


def test_a_population_column_must_be_the_same_all_over_a_stratum() -> None:
    frame = TWO.assign(N=range(100, 110))
    with pytest.raises(
        DataError, match="calls, column N: expected one number for the whole stratum, but found 100 and 105"
    ):
        read_audit(frame, population="N")


def test_strata_may_be_crossed() -> None:
    frame = ROWS.assign(month=[6, 7] * 5 + [6], stratum=["a"] * 8 + ["b"] * 3)
    population = {("a", "6"): 50, ("a", "7"): 60, ("b", "6"): 70, ("b", "7"): 1}
    drawn = read_audit(frame, stratum=["stratum", "month"], population=population).strata
    assert drawn.labels == (("a", "6"), ("a", "7"), ("b", "6"), ("b", "7"))
    assert drawn.sampled.tolist() == [4, 4, 2, 1]


def test_a_month_is_named_alike_whatever_its_type(tmp_path: Path) -> None:
    frame = ROWS.assign(month=pd.to_datetime(["2021-06-01", "2021-07-01"] * 5 + ["2021-06-01"])).drop(columns="stratum")
    frame.to_csv(tmp_path / "audit.csv", index=False)
    expected = (("2021-06-01",), ("2021-07-01",))
    for source in (frame, tmp_path / "audit.csv"):
        assert read_audit(source, stratum="month").strata.labels == expected
    arrow = pytest.importorskip("pyarrow").Table.from_pandas(frame)
    assert read_audit(arrow, stratum="month").strata.labels == expected
    polars = pytest.importorskip("polars").from_pandas(frame)
    assert read_audit(polars, stratum="month").strata.labels == expected


def test_what_does_not_fit_the_frame_is_named_at_once_with_its_line(tmp_path: Path) -> None:
    frame = write(tmp_path, "stratum,population\ncalls,5\nonlin,100\npost,70\n")
    found = [
        (item.code, item.where.line, item.where.key, item.where.column, item.got)
        for item in error_of(TWO, population=frame).faults
    ]
    assert found == [
        ("stratum-not-audited", 3, "onlin", "population", "100"),
        ("stratum-not-audited", 4, "post", "population", "70"),
        ("population-below-sample", 2, "calls", "population", "5"),
        ("stratum-not-in-volumes", None, None, "stratum", "online"),
    ]


def test_an_unknown_stratum_comes_with_a_suggestion(tmp_path: Path) -> None:
    frame = write(tmp_path, "stratum,population\ncalls,600\nonlin,0\n")
    (found,) = error_of(TWO, population=frame).faults
    assert found.hint == "Add the row, or correct the name. Did you mean 'onlin'? There are: calls, onlin."


def test_a_stratum_of_the_frame_without_reports_needs_none(tmp_path: Path) -> None:
    frame = write(tmp_path, "stratum,population\ncalls,600\nonline,100\npost,0\n")
    assert read_audit(TWO, population=frame).strata.labels == (("calls",), ("online",))


def test_population_below_sample_without_strata() -> None:
    (found,) = error_of(TWO, stratum=None, population=9).faults
    assert (found.code, found.got, found.expected) == (
        "population-below-sample",
        "9",
        "at least the 10 reports that were audited",
    )
    assert read_audit(TWO, stratum=None, population=10).strata.left.tolist() == [0]


def test_reports_audited_may_be_stated_beside_the_file(tmp_path: Path) -> None:
    frame = write(tmp_path, "stratum,population,sample\ncalls,600,60\nonline,100,40\n")
    drawn = read_audit(TWO, population=frame).strata
    assert (drawn.sampled.tolist(), drawn.stated) == ([60, 40], True)


def test_reports_audited_cannot_be_fewer_than_the_file_holds(tmp_path: Path) -> None:
    frame = write(tmp_path, "stratum,population,sample\ncalls,600,5\nonline,100,\n")
    found = [
        (item.code, item.where.line, item.where.column, item.got) for item in error_of(TWO, population=frame).faults
    ]
    assert found == [("sample-below-rows", 2, "sample", "5"), ("missing", 3, "sample", "a blank")]


# ---- a stratum of one report


def test_a_stratum_of_one_report_is_refused_with_the_ways_out() -> None:
    error = error_of(ROWS)
    assert isinstance(error, DesignError)
    (found,) = error.faults
    assert (found.code, found.where.key, found.got) == ("single-cluster", "station", "1")
    for way in ('single_cluster="adjust"', 'single_cluster="average"', 'collapse={"THIS": "OTHER"}'):
        assert way in found.hint


def test_every_stratum_of_one_report_is_named() -> None:
    frame = pd.DataFrame({"stratum": list("aabcd"), "recorded": [1, 0, 1, 1, 0]})
    assert [item.where.key for item in error_of(frame).faults] == ["b", "c", "d"]


def test_each_way_out_works_and_says_so_on_the_row() -> None:
    ways: dict[str, dict[str, Any]] = {
        "single-adjust": {"single_cluster": "adjust"},
        "single-average": {"single_cluster": "average"},
        "collapsed": {"collapse": {"station": "online"}},
    }
    spread = []
    for note, way in ways.items():
        last = cdi.estimate(ROWS, population=POPULATION, **way).table.rows[-1]
        assert note in told(last.facts)
        assert last.estimate == pytest.approx((600 * 5 / 6 + 100 * 3 / 4 + 50) / 750, abs=1e-12)
        assert last.se is not None
        spread.append(last.se)
    assert len(set(spread)) == 3


def test_a_stratum_that_was_audited_in_full_needs_no_way_out() -> None:
    drawn = read_audit(ROWS, population={**POPULATION, "station": 1}).strata
    assert drawn.left[2] == 0


def test_no_rule_helps_where_every_stratum_has_one_report() -> None:
    frame = pd.DataFrame({"stratum": list("ab"), "recorded": [1, 0]})
    for rule in ("error", "adjust", "average"):
        assert {item.code for item in error_of(frame, single_cluster=rule).faults} == {"single-cluster-all"}
    assert read_audit(frame, collapse={"a": "b"}).strata.drawn_together.tolist() == [2, 2]


@pytest.mark.parametrize(
    ("collapse", "code", "got"),
    [
        ({"station": "onlin"}, "no-stratum", "onlin"),
        ({"statio": "online"}, "no-stratum", "statio"),
        ({"station": "online", "online": "calls"}, "collapse-chain", "station=online"),
        ({"station": "station"}, "collapse-chain", "station=station"),
    ],
)
def test_joins_that_cannot_be(collapse: dict[str, str], code: str, got: str) -> None:
    (found, *_) = error_of(ROWS, collapse=collapse).faults
    assert (found.code, found.got) == (code, got)
    if code == "no-stratum":
        assert "Did you mean" in found.hint


def test_joins_without_strata_are_told_that_there_are_none() -> None:
    for found in error_of(ROWS.drop(columns="stratum"), collapse={"a": "b"}).faults:
        assert str(found).endswith("There are none.")


def test_a_stratum_that_was_not_audited_may_join_another() -> None:
    population = {"calls": 600, "online": 100, "post": 40}
    assert [item.code for item in error_of(TWO, population=population).faults] == ["stratum-not-audited"]
    drawn = read_audit(TWO, population=population, collapse={"post": "online"}).strata
    assert drawn.population is not None
    assert drawn.population.tolist() == [600, 140]
    assert np.array_equal(drawn.sampled, [6, 4])


def test_weights_give_what_the_population_gives() -> None:
    weighted = TWO.assign(weight=TWO["stratum"].map({"calls": 100, "online": 25}))
    by_weight = cdi.estimate(weighted).table.rows[-1]
    by_frame = cdi.estimate(TWO, population={"calls": 600, "online": 100}).table.rows[-1]
    assert by_weight.estimate == pytest.approx(by_frame.estimate, abs=1e-12)


def _counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count how often the text of a file is gone through for the lines of its rows, and for how many of them."""
    asked: list[int] = []
    look_up = delimited.physical_lines

    def counting(layout: delimited.Layout, rows: Collection[int]) -> dict[int, int]:
        asked.append(len(rows))
        return look_up(layout, rows)

    monkeypatch.setattr(delimited, "physical_lines", counting)
    return asked


def test_no_line_is_looked_up_where_nothing_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _counted(monkeypatch)
    frame = write(tmp_path, "stratum,population,sample\ncalls,600,60\n\nonline,100,40\n")
    assert read_audit(TWO, population=frame).strata.sampled.tolist() == [60, 40]
    assert asked == []


def test_lines_of_all_faults_are_looked_up_in_one_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _counted(monkeypatch)
    frame = write(tmp_path, "stratum,population\ncalls,5\n\nonline,1\npost,70\n")
    found = [(item.code, item.where.line) for item in error_of(TWO, population=frame).faults]
    assert found == [
        ("stratum-not-audited", 5),
        ("population-below-sample", 2),
        ("population-below-sample", 4),
    ]
    assert asked == [3]
