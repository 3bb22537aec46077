"""The working of coverage: the sum over all samples that can come, and the counts of samples that were drawn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, hypergeom

import cdi
from cdi.explaining import coverage
from tests.pocket_calculator import wrong
from tests.test_cli import outcome
from tests.test_explanations import CRIME, CRIMES

SCENARIO = "data/examples/scenario.toml"

COVERED: dict[str, Callable[[], cdi.Coverage]] = {
    "rates": lambda: cdi.coverage(24, rates=[0.9, 0.97]),
    "a range": lambda: cdi.coverage(24, method=["wilson", "wald"]),
    "known records": lambda: cdi.coverage(20, population=60, rates=[0.85], method=["wilson", "exact", "mid-p"]),
    "a range of known records": lambda: cdi.coverage(20, population=60, rates="80%-90%"),
    "one side": lambda: cdi.coverage(24, rates=[0.9], side="lower"),
    "none and all": lambda: cdi.coverage(10, rates=[0.0, 1.0]),
    "an audit": lambda: cdi.coverage(CRIMES, by="crime_type", cluster="incident", draws=40, method=["wilson", "wald"]),
    "volumes": lambda: cdi.coverage(CRIMES, by="crime_type", cluster="incident", draws=40, volumes=CRIME),
    "samples without an interval": lambda: cdi.coverage(
        pd.DataFrame({"recorded": [1, 1, 0, 1, 1, 1], "crime_type": ["a"] * 4 + ["b"] * 2}), by="crime_type", draws=40
    ),
    "a scenario": lambda: cdi.coverage(SCENARIO, draws=20),
}


@pytest.mark.parametrize("name", COVERED)
def test_each_step_follows_and_leads_to_what_is_printed(name: str) -> None:
    found = COVERED[name]()
    printed = {cell.text for grid in found.page().grids for row in grid.cells for cell in row}
    told = set()
    for each in coverage.figures_of(found):
        if each.covered.coverage is None:
            continue
        working = found.explain(coverage.called(each)[-1])
        assert wrong(working.steps) == []
        assert working.said == ()
        assert {step.shown for step in working.steps if step.shown} <= printed
        values = np.array([step.value for step in working.steps])
        for row in working.table.rows:
            told.add((row.label, row.measure, row.method))
            for number in (row.estimate, row.low, row.se):
                kept = row.measure.key in ("no-interval", "count-no-interval") and not number
                assert kept or number is None or np.isclose(values, number, rtol=1e-7, atol=1e-9).any(), row
    known = {row.label for row in found.table.rows if row.measure.key == "coverage" and row.estimate is None}
    assert told == {(row.label, row.measure, row.method) for row in found.table.rows if row.label not in known}


def test_none_named_it_is_of_all_rates_or_of_the_whole() -> None:
    assert len(COVERED["rates"]().explain().table.of("coverage")) == 2
    assert {row.label for row in COVERED["an audit"]().explain().table.rows} == {("all",)}


class TestByHand:
    def test_the_chance_of_each_count_is_binomial_or_hypergeometric(self) -> None:
        for name, known in (("rates", binom(24, 0.9)), ("known records", hypergeom(60, 51, 20))):
            steps = COVERED[name]().explain().steps
            counts = [step.value for step in steps if step.symbol == "x"]
            chances = [step.value for step in steps if step.symbol == "c"]
            size = counts.index(max(counts)) + 1
            assert chances[:size] == pytest.approx([known.pmf(k) for k in counts[:size]])

    def test_the_shares_add_up_to_all_samples(self) -> None:
        values = {step.symbol: step.value for step in cdi.coverage(24, rates=[0.93]).explain().steps}
        assert values["coverage"] + values["too_low"] + values["too_high"] == pytest.approx(1)


class TestAnswers:
    def test_another_row_is_named_with_those_there_are(self) -> None:
        with pytest.raises(cdi.DataError, match=r"found 91%\. .*There are: 90%, 97%"):
            COVERED["rates"]().explain("91%")

    def test_small_categories_are_not_explained_in_public(self) -> None:
        rows = CRIMES.assign(victim_ethnicity=["a"] * 3 + ["b"] * (len(CRIMES) - 3))
        working = cdi.coverage(rows, by="victim_ethnicity", cluster="incident", draws=10).explain()
        with pytest.raises(cdi.DataError, match="expected sums that are large enough to publish"):
            cdi.protect(working, cdi.Disclosure())

    def test_the_command_line(self) -> None:
        code, text, err = outcome("explain", "coverage", "12", "--rates", "90%", "--format", "csv")
        assert (code, "BINOM.DIST(x, n, pi, FALSE)" in text) == (0, True), err
