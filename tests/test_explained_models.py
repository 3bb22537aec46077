"""The working of models: each printed step follows, the odds of a single factor close it, and the page is reached."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

import cdi
from cdi.explaining.models import MOST_KINDS
from tests.pocket_calculator import wrong

DRAW = np.random.default_rng(6)
N = 240
ROWS = pd.DataFrame({
    "report": [f"r{i // 2}" for i in range(N)],
    "route": [f"s{i // 2 % 2}" for i in range(N)],
    "crime_type": DRAW.choice(["violent", "sexual", "other"], N),
    "victims": DRAW.integers(1, 4, N),
    "size": [1 + i // 2 % 3 for i in range(N)],
    "recorded": (DRAW.random(N) < 0.8).astype(int),
})  # fmt: skip

AUDIT = cdi.read_audit(ROWS, cluster="report", weight="size")
IN_STRATA = cdi.read_audit(ROWS.drop(columns="size"), cluster="report", stratum="route", population={
    "s0": 300, "s1": 150,
})  # fmt: skip

FITTED: dict[str, Callable[[], cdi.Model]] = {
    "one factor": lambda: AUDIT.model("recorded ~ crime_type"),
    "another reference and level": lambda: AUDIT.model(
        "recorded ~ crime_type", reference={"crime_type": "violent"}, level=0.9
    ),
    "two factors": lambda: IN_STRATA.model("recorded ~ crime_type + route"),
    "a number": lambda: AUDIT.model("recorded ~ crime_type + victims"),
    "an interaction": lambda: IN_STRATA.model("recorded ~ route * victims"),
}


@pytest.mark.parametrize("name", FITTED)
def test_each_step_follows_and_leads_to_what_is_printed(name: str) -> None:
    found = FITTED[name]()
    printed = {cell.text for grid in found.page().grids for row in grid.cells for cell in row}
    told = 0
    for row in dict.fromkeys(row.label for row in found.table.rows):
        working = found.explain(row)
        assert wrong(working.steps) == []
        assert working.said == ()
        assert {step.shown for step in working.steps if step.shown} <= printed
        values = np.array([step.value for step in working.steps])
        for own in working.table.rows:
            told += 1
            for number in (own.estimate, own.low, own.high, own.se):
                assert number is not None
                assert np.isclose(values, number, rtol=1e-7, atol=1e-9).any()
    assert told == len(found.table.rows)
    assert len(found.explain().table.rows) == told


class TestByHand:
    def test_a_single_factor_is_the_odds_of_its_categories(self) -> None:
        steps = {step.symbol: step.value for step in FITTED["one factor"]().explain("violent").steps}
        odds = {
            name: (own["size"] * own["recorded"]).sum() / (own["size"] * (1 - own["recorded"])).sum()
            for name, own in ROWS.groupby("crime_type")
        }
        assert steps["b_ab"] == pytest.approx(math.log(odds["violent"] / odds["other"]))
        assert steps["b"] == pytest.approx(steps["b_ab"])

    def test_the_average_difference_of_a_single_factor_is_that_of_the_rates(self) -> None:
        steps = {step.symbol: step.value for step in FITTED["one factor"]().explain("violent").steps}
        rates = {
            name: (own["size"] * own["recorded"]).sum() / own["size"].sum() for name, own in ROWS.groupby("crime_type")
        }
        assert steps["D"] == pytest.approx(rates["violent"] - rates["other"])

    def test_the_p_value_is_that_of_both_tails_of_student(self) -> None:
        found = FITTED["two factors"]()
        steps = {step.symbol: step.value for step in found.explain("route").steps}
        assert steps["p_b"] == pytest.approx(2 * student.sf(abs(steps["b"] / steps["se"]), found.df))


class TestAnswers:
    def test_what_comes_from_the_fit_says_so(self) -> None:
        steps = FITTED["two factors"]().explain("route").steps
        given = {step.symbol: step.words for step in steps if not step.formula}
        assert all("from the fit" in given[name] for name in ("b", "se", "se_D"))

    def test_a_saved_model_says_that_kinds_of_crime_are_not_kept(self) -> None:
        found = pickle.loads(pickle.dumps(FITTED["one factor"]()))  # noqa: S301 - written a moment ago
        working = found.explain("violent")
        assert wrong(working.steps) == []
        assert "as a saved result keeps none" in working.said[0]

    def test_many_kinds_of_crime_are_not_written_down(self) -> None:
        rows = ROWS.assign(age=range(N))
        working = cdi.read_audit(rows, cluster="report").model("recorded ~ crime_type + age").explain("violent")
        assert f"{N} kinds of crime" in working.said[0]
        assert MOST_KINDS < N
        assert wrong(working.steps) == []

    def test_another_row_is_named_with_those_there_are(self) -> None:
        with pytest.raises(cdi.DataError, match="found voilent"):
            FITTED["one factor"]().explain("voilent")

    def test_small_categories_of_people_are_not_explained_in_public(self) -> None:
        rows = ROWS.assign(victim_sex=["f"] * 6 + ["m"] * (N - 6), recorded=[1, 0] * (N // 2))
        working = cdi.read_audit(rows, cluster="report").model("recorded ~ victim_sex").explain()
        with pytest.raises(cdi.DataError):
            cdi.protect(working, cdi.Disclosure())
