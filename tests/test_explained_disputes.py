"""The working of disputed decisions: each printed step follows from others, and leads to what the page prints."""

from __future__ import annotations

import itertools
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import cdi
from cdi.explaining import disputes
from tests.pocket_calculator import wrong
from tests.test_cli import outcome

DRAW = np.random.default_rng(8)
N = 80
ROWS = pd.DataFrame({
    "cluster": [f"r{i // 2}" for i in range(N)],
    "route": ["call" if (i // 2) % 3 else "web" for i in range(N)],
    "crime_type": DRAW.choice(["violent", "other"], N),
    "decision": DRAW.choice(["recorded", "not recorded", "no crime"], N, p=[0.75, 0.2, 0.05]),
    "disputed": ["yes" if i in (3, 11, 12, 30, 31, 52) else None for i in range(N)],
    "size": [1 + (i // 2) % 3 / 2 for i in range(N)],
})  # fmt: skip
ROWS.loc[[3, 11, 30, 52], "decision"] = "not recorded"
ROWS.loc[[12, 31], "decision"] = "recorded"
MISSING = ROWS.assign(decision=ROWS["decision"].where(~ROWS.index.isin([5, 44])))
CLASSED = ROWS.assign(
    decision=ROWS["decision"].where(~ROWS.index.isin([6, 40]), "wrong class").where(ROWS.index != 20, "over-recorded"),
).assign(
    recorded_as=lambda rows: rows["crime_type"].where(
        rows["decision"] != "wrong class", rows["crime_type"].map({"violent": "other", "other": "violent"})
    ).where(~rows["decision"].isin(["not recorded", "no crime"]))
)  # fmt: skip
VOLUMES = {"violent": 9_000, "other": 4_000}
FRAME = {"call": 400, "web": 150}
TERMS: dict[str, Any] = {"standard": 0.9, "grades": "Excellent=95%,Good=90%,Fair=80%"}

DISPUTED: dict[str, Callable[[], cdi.Disputes]] = {
    "a ratio": lambda: cdi.dispute(ROWS, **TERMS),
    "categories in strata": lambda: cdi.dispute(ROWS, by="crime_type", stratum="route", population=FRAME, **TERMS),
    "volumes": lambda: cdi.dispute(ROWS, by="crime_type", volumes=VOLUMES, **TERMS),
    "one figure": lambda: cdi.dispute(ROWS, recorded_crime=13_000, level=0.9, **TERMS),
    "weights": lambda: cdi.dispute(ROWS, weight="size", by="crime_type", **TERMS),
    "a census": lambda: cdi.dispute(ROWS, selection="census", by="crime_type", **TERMS),
    "single records": lambda: cdi.dispute(ROWS.drop(columns="cluster"), method="mid-p", **TERMS),
    "decisions that are missing": lambda: cdi.dispute(MISSING, by="crime_type", volumes=VOLUMES, **TERMS),
    "classes": lambda: cdi.dispute(CLASSED, by="crime_type", volumes=VOLUMES, grades="Good=90%"),
    "all recorded": lambda: cdi.dispute(
        pd.DataFrame({"recorded": [1] * 20, "disputed": ["yes"] * 3 + [None] * 17}), **TERMS
    ),
    "none left": lambda: cdi.dispute(
        pd.DataFrame({"recorded": [1, 1, 1, 0], "disputed": ["yes", "yes", "yes", None]}), recorded_crime=100, **TERMS
    ),
}


@pytest.mark.parametrize("name", DISPUTED)
def test_each_step_follows_and_leads_to_what_is_printed(name: str) -> None:
    found = DISPUTED[name]()
    printed = {cell.text for grid in found.page().grids for row in grid.cells for cell in row}
    told = set()
    for part in disputes.parts_of(found):
        working = found.explain(disputes.called(part)[-2])
        assert wrong(working.steps) == []
        assert not any("it has no working" in said for said in working.said)
        assert {step.shown for step in working.steps if step.shown} <= printed
        values = np.array([step.value for step in working.steps])
        for row in part.rows:
            told.add((row.label, row.measure))
            if part.result is not None and row.estimate is None:
                continue  # there is no figure, as the working says
            for number in (row.estimate, row.low, row.high):
                assert number is None or np.isclose(values, number, rtol=1e-7, atol=1e-9).any(), (row.label, number)
    # every row is of some part
    assert {(row.label, row.measure) for row in found.table.rows} == told


@pytest.mark.parametrize("name", ["a ratio", "volumes"])
def test_a_category_has_both_ways_and_what_follows_from_the_rate(name: str) -> None:
    found = DISPUTED[name]()
    working = found.explain()
    assert wrong(working.steps) == []
    assert {row.label[0] for row in working.table.rows} >= {"as audited", "the other way", "grade", "printed rate"}
    assert working.said[-1].startswith("More is worked out by its own name as the row: one ")
    for other in working.said[-1].partition("row: ")[2].rstrip(".").split("; "):
        assert found.explain(other).sections


class TestByHand:
    """The same, worked out by turning rows."""

    def test_the_furthest_rate_with_one_fewer_is_that_of_the_best_subset(self) -> None:
        found = cdi.dispute(ROWS, standard=0.9, grades="Good=88%")
        least = next(each for each in found.least if each.outcome == "grade")
        assert least.number is not None
        assert least.number > 1
        steps = {step.symbol: step.value for step in found.explain("grade, all").steps}
        kept = ROWS[ROWS["decision"] != "no crime"]
        due, recorded = len(kept), int((kept["decision"] == "recorded").sum())
        up = [1 if ROWS.loc[i, "decision"] == "not recorded" else -1 for i in np.flatnonzero(ROWS["disputed"] == "yes")]
        rates = [
            (recorded + sum(subset)) / due
            for size in range(least.number)
            for subset in itertools.combinations(up, size)
        ]
        assert (steps["t_h"], steps["t_l"]) == pytest.approx((max(rates), min(rates)))
        assert (steps["X"], steps["Y"], steps["p_0"]) == (recorded, due, recorded / due)
        assert steps["t_h"] < 0.88 <= steps["p_n"]

    def test_those_that_are_turned_add_most_and_make_it_nothing(self) -> None:
        steps = DISPUTED["weights"]().explain("grade, all").steps
        for side in "hl":
            values = {step.name: step.value for step in steps}
            if f"t_{side}" not in values:
                continue
            assert values[f"X_{side}"] - values[f"t_{side}"] * values[f"Y_{side}"] == pytest.approx(0, abs=1e-9)


class TestNoneDoes:
    """What is said of one fewer has a place only where there is one fewer."""

    @pytest.mark.parametrize("row", ["grade, all", "verdict, all"])
    @pytest.mark.parametrize(("standard", "number"), [(0.5, None), (0.75, 1), (0.78, 2)])
    def test_one_fewer_is_said_where_there_is_one(self, row: str, standard: float, number: int | None) -> None:
        found = cdi.dispute(ROWS, standard=standard, grades="Good=50%" if number is None else "Good=85%,Fair=82%")
        outcome_ = row.partition(",")[0]
        (least,) = (each.number for each in found.least if each.outcome == outcome_ and each.label == ("all",))
        assert outcome_ == "grade" or least == number
        working = found.explain(row)
        said = [*working.said, *(part.title for part in working.sections)]
        assert any("one fewer" in each for each in said) is (least is not None and least > 1)

    def test_the_number_said_is_that_of_those_turned(self) -> None:
        up_only = ROWS.assign(disputed=ROWS["disputed"].where(ROWS["decision"] == "not recorded"))
        found = cdi.dispute(up_only, standard=0.5)
        (figure,) = {part.figure for part in found.explain("verdict, all").sections}
        assert figure == "Verdict, all (above the standard, with 4 decisions the other way, which move the rate up)"
        both = {part.figure for part in cdi.dispute(ROWS, standard=0.5).explain("verdict, all").sections}
        assert {each.partition("with ")[2] for each in both} == {
            "4 decisions the other way, which move the rate up)",
            "2 decisions the other way, which move the rate down)",
        }


class TestAnswers:
    def test_what_was_saved_is_explained_as_before(self) -> None:
        found = DISPUTED["a ratio"]()
        saved = pickle.loads(pickle.dumps(found))  # noqa: S301 - written a moment ago
        assert saved.explain("grade, all").steps == found.explain("grade, all").steps

    def test_an_upper_limit_says_that_not_all_was_tried(self) -> None:
        rows = pd.DataFrame({"recorded": [int(i % 8 > 0) for i in range(4_000)]})
        rows["cluster"] = [f"r{i}" for i in np.random.default_rng(4).integers(0, 1_500, len(rows))]
        rows["disputed"] = np.where(rows["recorded"] == 1, "", "yes")
        said = cdi.dispute(rows, standard="90%").explain("verdict, all").said
        assert any("Not all ways were tried, and fewer decisions may do." in each for each in said)

    def test_another_row_is_named_with_those_there_are(self) -> None:
        with pytest.raises(cdi.DataError, match="expected the label of a row of the result, but found violnt"):
            DISPUTED["volumes"]().explain("violnt")

    def test_sums_of_people_are_not_shown_in_public(self) -> None:
        rows = ROWS.assign(victim_ethnicity=ROWS["crime_type"])
        working = cdi.dispute(rows, by="victim_ethnicity").explain()
        with pytest.raises(cdi.DataError, match="expected sums that are large enough to publish"):
            cdi.protect(working, cdi.Disclosure())

    def test_the_command_line(self, tmp_path: Any) -> None:
        ROWS.to_csv(tmp_path / "disputed.csv", index=False)
        args = ("explain", "dispute", str(tmp_path / "disputed.csv"), "--grades", "Good=88%", "--row", "grade, all")
        code, text, err = outcome(*args)
        assert (code, text.startswith("Grade, all: sums as audited")) == (0, True), err
        assert "Dinkelbach (1967)" in text
