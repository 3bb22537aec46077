"""Grounds for stop and search: the same estimators, single records, finite populations and their subgroups."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import cdi
from tests.reference import keys, reference, references

DATA = Path(__file__).resolve().parents[1] / "data" / "avon_and_somerset_2021_22"


def records(yes: int, n: int, **columns: object) -> pd.DataFrame:
    return pd.DataFrame({"grounds": ["yes"] * yes + ["no"] * (n - yes), **columns})


@pytest.mark.parametrize("key", keys("binom/159_of_182") + keys("binom/21_of_24"))
def test_goldens_of_single_records(key: str) -> None:
    """Ungrouped records are a simple sample: the intervals are those of the counts."""
    inputs, golden = references()[key]["inputs"], reference(key)
    found = cdi.grounds_rate(cdi.read_audit(records(inputs["x"], inputs["n"]), recorded="grounds"))
    assert found.estimate[0] == pytest.approx(golden["estimate"], rel=1e-12)
    interval = found.interval(inputs.get("conf", 0.95))
    assert [interval.low[0], interval.high[0]] == pytest.approx(golden["wilson"], rel=1e-12)


@pytest.mark.parametrize(("file", "rate", "half"), [("searches_2021.csv", 87.4, 4.8), ("searches_2019.csv", 86.5, 4.3)])
def test_published_figures(file: str, rate: float, half: float) -> None:
    row = cdi.grounds(DATA / file, style="published").table.rows[-1]
    assert row.estimate is not None
    assert row.high is not None
    assert round(100 * row.estimate, 1) == rate
    assert round(100 * (row.high - row.estimate), 1) == half


def test_published_pairs_are_the_shipped_counts() -> None:
    golden = reference("published/implied_x_n")
    for file, pair in (("searches_2021.csv", "87.4_4.8"), ("searches_2019.csv", "86.5_4.3")):
        row = cdi.grounds(DATA / file).table.rows[-1]
        assert [row.recorded, row.n] in golden[pair]


def test_twenty_one_of_twenty_four() -> None:
    found = cdi.grounds(DATA / "searches_2021.csv", by="ethnicity")
    row = next(row for row in found.table.rows if row.n == 24)
    assert (row.recorded, row.estimate) == (21, 0.875)
    # Wilson 69.0 to 95.7 (statistics.md, section 2)
    assert row.low == pytest.approx(0.690, abs=5e-4)
    assert row.high == pytest.approx(0.957, abs=5e-4)
    assert row.measure.key == "grounds"


def test_a_subgroup_of_unknown_size_takes_the_fraction_of_the_whole() -> None:
    """n_eff = n_g (N - 1) / (N - n): the correction of the sample, on the records of the group."""
    rows = records(27, 30, ethnicity=["white"] * 20 + ["black"] * 10)
    rates = cdi.grounds_rate(cdi.read_audit(rows, recorded="grounds", population=90), "ethnicity")
    assert rates.n_eff() == pytest.approx([10 * 89 / 60, 20 * 89 / 60, 30 * 89 / 60], rel=1e-12)


def test_population_of_each_group_makes_it_a_stratum() -> None:
    rows = records(27, 30, ethnicity=["white"] * 20 + ["black"] * 10)
    audit = cdi.read_audit(rows, recorded="grounds", stratum="ethnicity", population={"white": 60, "black": 11})
    interval = cdi.grounds_rate(audit).interval()
    for i, (yes, n, N) in enumerate([(7, 10, 11), (20, 20, 60)]):
        direct = cdi.count_interval(yes, n, population=N)
        assert [interval.low[i], interval.high[i]] == pytest.approx([float(direct.low), float(direct.high)], rel=1e-12)


def test_a_file_with_answers_under_another_name(tmp_path: Path) -> None:
    records(21, 24).rename(columns={"grounds": "reasonable"}).to_csv(tmp_path / "searches.csv", index=False)
    assert cdi.grounds(tmp_path / "searches.csv", recorded="reasonable").table.rows[0].estimate == 0.875
    with pytest.raises(cdi.DataError) as caught:
        cdi.grounds(tmp_path / "searches.csv")
    assert caught.value.faults[0].code == "no-column"
