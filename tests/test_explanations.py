"""Explanations: each printed step follows from those before it, and the last ones are what the page prints."""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cdi
from cdi import wording
from cdi.binomial.intervals import EXACT, METHODS
from cdi.explaining.explanation import Explanation
from cdi.explaining.intervals import EXPLAINED
from cdi.explaining.terms import FUNCTIONS, Spelling, call, spelled, symbol, total
from cdi.facts import Scope
from cdi.printing.layout import SURFACES
from cdi.printing.lines import named
from cdi.survey.estimates import Counts
from tests import pocket_calculator
from tests.pocket_calculator import wrong
from tests.strategies import KINDS, Sample, samples
from tests.test_cli import outcome

EXAMPLES = Path(__file__).parents[1] / "data" / "examples"
AUDIT = EXAMPLES / "exampleshire_audit.csv"
VOLUMES = EXAMPLES / "exampleshire_volumes.csv"

DRAW = np.random.default_rng(11)
N = 180
CRIMES = pd.DataFrame({
    "incident": [f"i{i // 2}" for i in range(N)],
    "crime_type": DRAW.choice(["violent", "sexual", "other"], N),
    "route": [f"r{(i // 2) % 3}" for i in range(N)],
    "recorded": (DRAW.random(N) < 0.85).astype(int),
})  # fmt: skip
MADE = ["recorded"] * 6 + ["not recorded", "wrong class", "over-recorded", "not auditable"]
DECIDED = pd.DataFrame({
    "incident": CRIMES["incident"], "crime_type": CRIMES["crime_type"], "decision": DRAW.choice(MADE, N),
})  # fmt: skip
WRONG = DECIDED["crime_type"].map({"violent": "other", "sexual": "other", "other": "violent"})
AS_OTHER = DECIDED.assign(
    recorded_as=DECIDED["crime_type"].where(DECIDED["decision"] != "wrong class", WRONG).where(
        ~DECIDED["decision"].isin(["not recorded", "not auditable"])
    )
)  # fmt: skip
IN_ROUTES = AS_OTHER.assign(route=CRIMES["route"])
FEW = CRIMES[:30].assign(recorded=[1] * 29 + [0])
FEWER = {"violent": 9_000, "sexual": 9_000, "other": 10}
RECORDS = {"r0": 400, "r1": 300, "r2": 90}
CRIME = {"violent": 9_000, "sexual": 800, "other": 7_000}
FRAME = {"r0": 400, "r1": 300, "r2": 40}
SEARCHES = pd.DataFrame({"grounds": ["yes"] * 42 + ["no"] * 6})
OVER_AUDIT = pd.DataFrame({"decision": ["recorded"] * 180 + ["over-recorded"] * 6})
COUNTED = pd.DataFrame({"crime_type": ["violent", "other"], "due": [120, 80], "recorded": [100, 77]})


def estimated(frame: pd.DataFrame = CRIMES, by: str | list[str] | None = "crime_type", **terms: Any) -> cdi.Result:
    return cdi.estimate(frame, by=by, cluster="incident", **terms)


DESIGNS: dict[str, Callable[[], cdi.Result]] = {
    "reports": lambda: estimated(volumes=CRIME),
    "strata on a frame": lambda: estimated(by=None, stratum="route", population=FRAME),
    "strata with volumes": lambda: estimated(volumes=CRIME, stratum="route", population=FRAME),
    "categories that are strata": lambda: estimated(by="route", stratum="route", population=FRAME,
                                                    volumes={"r0": 500, "r1": 400, "r2": 30}),
    "two columns": lambda: estimated(by=["crime_type", "route"]),
    "strata joined": lambda: estimated(volumes=CRIME, stratum="route", population=FRAME, single_cluster="collapse",
                                       collapse={"r2": "r1"}),
    "one figure of recorded crime": lambda: estimated(recorded_crime=9_999, route_share=0.9),
    "one category with recorded crime": lambda: estimated(volumes={**CRIME, "sexual": 0, "other": 0}),
    "audited routes": lambda: estimated(volumes=CRIME, route_share=0.87),
    "another period": lambda: estimated(volumes=CRIME, prediction=True, stratum="route", population=FRAME),
    "net of over-recorded": lambda: estimated(volumes=CRIME, over_recording="2.1%+-0.8%"),
    "net and another period": lambda: estimated(volumes=CRIME, over_recording="2.1%+-0.8%", prediction=True),
    "a census": lambda: estimated(volumes=CRIME, selection="census"),
    "a census, net": lambda: estimated(volumes=CRIME, selection="census", over_recording="2.1%+-0.8%"),
    "a census, another period": lambda: estimated(volumes=CRIME, selection="census", prediction=True),
    "a judgement": lambda: estimated(selection="judgement"),
    "the published style": lambda: estimated(volumes=CRIME, style="published"),
    "a lower limit": lambda: estimated(volumes=CRIME, side="lower"),
    "an upper limit": lambda: estimated(volumes=CRIME, side="upper"),
    "every measure": lambda: estimated(DECIDED, volumes=CRIME, bounds=True,
                                       measures=["recording-rate", "classification", "over-recording"]),
    "classes": lambda: estimated(AS_OTHER, volumes=CRIME, measures=["recording-rate", "over-recording"]),
    "classes, lenient": lambda: estimated(AS_OTHER, volumes=CRIME, classification="lenient", bounds=True),
    "classes, as inspection reports print them": lambda: estimated(AS_OTHER, volumes=CRIME, style="published"),
    "classes in strata": lambda: estimated(IN_ROUTES, volumes=CRIME, stratum="route", population=FRAME),
    "classes in strata, another period": lambda: estimated(IN_ROUTES, volumes=CRIME, stratum="route", population=FRAME,
                                                           prediction=True, route_share="87%+-3%"),
    "classes of one category": lambda: estimated(AS_OTHER, volumes={**CRIME, "sexual": 0, "other": 0}),
    "over-recorded": lambda: estimated(DECIDED, volumes=CRIME),
    "over-recorded, one figure of recorded crime": lambda: estimated(DECIDED, recorded_crime=9_999),
    "audited routes with an error": lambda: estimated(volumes=CRIME, route_share="87%+-3%"),
    "all that is uncertain": lambda: estimated(AS_OTHER, volumes=CRIME, route_share="87%+-3%",
                                               over_recording="2.1%+-0.8%", prediction=True),
    "a total that takes the limit of a category": lambda: estimated(FEW, volumes=FEWER),
    "the same, another period": lambda: estimated(FEW, volumes=FEWER, prediction=True, route_share="87%+-3%"),
    "net, of an audit of its own": lambda: estimated(volumes=CRIME, over_recording=cdi.over_recording(OVER_AUDIT)),
    "net, of an audit of its own, another period": lambda: estimated(
        volumes=CRIME, over_recording=cdi.over_recording(OVER_AUDIT), prediction=True, route_share="87%+-3%"),
    "net, nothing over-recorded": lambda: estimated(
        volumes=CRIME, over_recording=cdi.over_recording(OVER_AUDIT[OVER_AUDIT["decision"] == "recorded"])),
    "net, more over-recorded than missing": lambda: estimated(volumes=CRIME, over_recording="42%+-0.8%"),
    "net, at another level": lambda: estimated(AS_OTHER, volumes=CRIME, over_recording="2.1%+-0.8%", level=0.9,
                                               prediction=True, joint=True),
    "net, a lower limit": lambda: estimated(volumes=CRIME, over_recording="2.1%+-0.8%", side="lower", level=0.9),
    "net, one figure of recorded crime": lambda: estimated(recorded_crime=9_999, over_recording="2.1%+-0.8%"),
    "bounds of classes": lambda: estimated(AS_OTHER, volumes=CRIME, bounds=True),
    "bounds of classes, net, in audited routes": lambda: estimated(
        AS_OTHER, volumes=CRIME, bounds=True, over_recording="2.1%+-0.8%", route_share=0.9),
    "bounds of classes in strata": lambda: estimated(IN_ROUTES, volumes=CRIME, stratum="route", population=FRAME,
                                                     bounds=True),
    "joint": lambda: estimated(volumes=CRIME, joint=True),
    "joint, the limit of a category": lambda: estimated(FEW, volumes=FEWER, joint=True, method="jeffreys"),
    "a limit held at the rate": lambda: cdi.estimate(pd.DataFrame({"recorded": [1, 0, 0, 0], "weight": [1, 500, 1, 1]}),
                                                     weight="weight", method="jeffreys", level=0.8),
    "exact over strata": lambda: cdi.estimate(CRIMES, by=[], stratum="route", population=RECORDS, method="exact"),
    "exact over strata, one limit": lambda: cdi.estimate(CRIMES, by=[], stratum="route", population=RECORDS,
                                                         method="exact-equal-tailed", side="lower"),
    "counts": lambda: cdi.estimate(COUNTED, by="crime_type", layout="counts"),
    "counts with a design effect": lambda: cdi.estimate(COUNTED, by="crime_type", layout="counts", deff=1.3),
    "counts in reports": lambda: cdi.estimate(COUNTED.assign(reports=[90, 60]), by="crime_type", layout="counts",
                                              stratum="crime_type", reports="reports"),
    "searches": lambda: cdi.grounds(SEARCHES, population=300),
    "searches of groups": lambda: cdi.grounds(SEARCHES.assign(group=["a", "b"] * 24), by="group", population=300),
}  # fmt: skip


def rows_of(found: cdi.Result) -> list[str]:
    """Every row by its label, and the overall rows as they are printed."""
    return list(dict.fromkeys(", ".join(names) for row in found.table.rows for names in (row.label, named(row))))


def has_figure(found: cdi.Result, row: str) -> bool:
    """Tell whether a row has a figure to work out; the rate by the frame is no figure of the overall row."""
    rows = [each for each in found.table.rows if ", ".join(each.label) == row and each.facts.scope is not Scope.FRAME]
    return any(each.estimate is not None for each in rows)


def shown(found: Explanation) -> list[str]:
    return [step.shown for step in found.steps if step.shown]


def printed(found: cdi.Result) -> set[str]:
    """What the page of the result prints, in tables and in the sentence on crimes net of over-recorded ones."""
    cells = {cell.text for grid in found.page().grids for row in grid.cells for cell in row}
    said = [text for text in found.page().statements if "should not have been recorded. Net of these" in text]
    return cells | {number.rstrip(".,") for text in said for number in re.findall(r"[\d,.]+", text)}


# ---- each step, and the last ones


class TestSteps:
    @pytest.mark.parametrize("design", DESIGNS)
    def test_follow_from_the_printed_ones_and_lead_to_the_page_and_the_table(self, design: str) -> None:
        """Every estimate, limit, standard error, effective size, df and design effect of the row is some step."""
        found = DESIGNS[design]()
        on_page = printed(found)
        for row in rows_of(found):
            working = found.explain(row)
            assert wrong(working.steps) == []
            assert set(shown(working)) - {"0"} <= on_page
            values = np.array([step.value for step in working.steps])
            for each in working.table.rows:
                numbers = [each.estimate, each.low, each.high, each.n_eff, each.df or None, each.se or None]
                # of a census nothing rests on the design effect
                numbers.append(None if each.facts.census else each.deff)
                for number in numbers:
                    assert number is None or np.isclose(values, number, rtol=1e-7, atol=1e-9).any(), (row, number)

    @pytest.mark.parametrize("method", [*METHODS, *EXACT])
    @pytest.mark.parametrize("counts", ["159/182", "42/48", "7/7", "0/5", "1/2"])
    @pytest.mark.parametrize("population", [None, 1_000])
    def test_of_every_method(self, method: str, counts: str, population: int | None) -> None:
        if method in EXACT and population is None:
            return
        recorded, due = map(int, counts.split("/"))
        found = cdi.of_counts(recorded, due, population=population)
        working = cdi.explain(found, method=method)
        assert wrong(working.steps) == []
        (row,) = working.table.rows
        assert {step.value for step in working.steps} >= {row.estimate}
        values = np.array([step.value for step in working.steps])
        for limit in (row.low, row.high):
            assert limit is not None
            assert np.isclose(values, limit, rtol=1e-9, atol=1e-12).any()

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        sample=samples(),
        method=st.sampled_from(sorted(METHODS)),
        by=st.sampled_from([None, "type"]),
        crime=st.booleans(),
        prediction=st.booleans(),
        rule=st.sampled_from(["adjust", "average"]),
    )
    def test_of_every_sample(
        self, sample: Sample, method: str, by: str | None, crime: bool, prediction: bool, rule: str
    ) -> None:
        audit = replace(sample, by_hand={"single_cluster": rule}).audit()
        terms: dict[str, Any] = {"by": by, "method": method}
        if crime and by is not None:
            kinds = {kind for report in sample.reports for kind, _ in report.crimes}
            terms |= {"volumes": {kind: 300 * (i + 2) for i, kind in enumerate(sorted(kinds))}}
            terms["prediction"] = prediction
        found = cdi.estimate(audit, **terms)
        for row in rows_of(found):
            if not has_figure(found, row):
                continue
            working = found.explain(row)
            assert wrong(working.steps) == []
            assert set(shown(working)) - {"0"} <= printed(found)

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        sample=samples(crimes=(1, 3)),
        made=st.lists(st.sampled_from(MADE), min_size=81, max_size=81),
        others=st.lists(st.sampled_from(KINDS), min_size=81, max_size=81),
        classes=st.sampled_from([None, "strict", "lenient"]),
        uncertain=st.fixed_dictionaries({
            "prediction": st.booleans(),
            "route_share": st.sampled_from([None, 0.9, "87%+-3%"]),
            "over_recording": st.sampled_from([None, "2.1%+-0.8%"]),
            "joint": st.booleans(),
        }),
        method=st.sampled_from(["wilson", "jeffreys"]),
    )  # fmt: skip
    @pytest.mark.long
    def test_of_every_sample_of_decisions(
        self, sample: Sample, made: list[str], others: list[str], classes: str | None, uncertain: dict[str, Any],
        method: str,
    ) -> None:  # fmt: skip
        rows = pd.DataFrame(sample.crime_rows()).drop(columns=["due", "recorded"])
        kinds = sorted(set(rows["type"]))
        # a class is wrong only beside another one, and only where classes are compared
        wrong_class = "not recorded" if classes is None or len(kinds) == 1 else "wrong class"
        rows["decision"] = [wrong_class if each == "wrong class" else each for each in made[: len(rows)]]
        # what is not auditable may leave one report of a stratum
        roles: dict[str, Any] = {"cluster": "incident", "stratum": "stratum", "single_cluster": "adjust"}
        if classes is not None:
            as_other = [
                next(kind for kind in (other, *kinds) if kind != own and kind in kinds) if len(kinds) > 1 else own
                for own, other in zip(rows["type"], others, strict=False)
            ]
            own = rows["type"].where(rows["decision"] != "wrong class", pd.Series(as_other))
            rows["recorded_as"] = own.where(~rows["decision"].isin(["not recorded", "not auditable"]))
            roles |= {"category": "type", "classification": classes}
        if sample.weighted:
            roles["weight"] = "weight"
        else:
            rows = rows.drop(columns="weight")
        if sample.population is not None:
            roles["population"] = sample.population
        volumes = {kind: 300 * (i + 2) for i, kind in enumerate(kinds)}
        found = cdi.estimate(rows, by="type", volumes=volumes, method=method, **uncertain, **roles)
        for row in rows_of(found):
            if not has_figure(found, row):
                continue
            working = found.explain(row)
            assert wrong(working.steps) == []
            assert set(shown(working)) - {"0"} <= printed(found)
            assert not any("it has no working" in said for said in working.said)

    def test_of_shares_beside_audits(self) -> None:
        times = {"reported_at": "2024-03-05 14:00", "recorded_at": [f"2024-03-0{5 + i % 3} 15:00" for i in range(N)]}
        timed = cdi.timeliness(CRIMES.assign(recorded=1, row=range(N), **times), by="crime_type", cluster="incident")
        review = cdi.review(CRIMES.assign(told=["yes", "no", "yes"] * 60)[["incident", "told"]], cluster="incident")
        for rates in (*timed.estimates.values(), *review.estimates.values()):
            assert wrong(cdi.explain(rates).steps) == []

    @pytest.mark.parametrize("level", [0.95, 0.9])
    @pytest.mark.parametrize(
        "figure",
        [
            cdi.PublishedRate(0.81, 0.019),
            cdi.PublishedRate(0.99, 0.019),
            cdi.PublishedRate(1.0, 0.019),
            cdi.PublishedRate(0.69),
            cdi.unrecorded("81%+-1.9%", 9_000),
            cdi.unrecorded("81%+-1.9%", 9_000, prediction=True, route_share="87%+-3%", over_recording="2.1%+-0.8%"),
            cdi.unrecorded(cdi.PublishedRate(0.99, 0.019), 9_000),
            cdi.unrecorded(cdi.PublishedRate(1.0, 0.019), 9_000),
            cdi.unrecorded(cdi.PublishedRate(0.03, 0.04), 9_000),
            cdi.unrecorded(cdi.PublishedRate(0.81), 9_000),
            cdi.unrecorded(cdi.PublishedRate(0.81), 9_000, over_recording="2.1%+-0.8%"),
        ],
        ids=str,
    )
    def test_of_published_figures(self, figure: cdi.PublishedRate | Counts, level: float) -> None:
        working = cdi.explain(figure, level=level)
        assert wrong(working.steps) == []
        assert working.said == ()
        (row,) = working.table.rows
        values = np.array([step.value for step in working.steps])
        for number in (row.estimate, row.low, row.high, row.se or None, row.n_eff):
            assert number is None or np.isclose(values, number, rtol=1e-9, atol=1e-12).any(), number
        cells = [cell.text for part in figure.page().grids for line in part.cells for cell in line]
        assert level != 0.95 or set(shown(working)) <= set(cells)

    def test_of_counts_alone(self) -> None:
        missing = cdi.unrecorded(cdi.recording_rate(CRIMES, "crime_type", cluster="incident"), CRIME)
        working = cdi.explain(missing, "violent")
        assert wrong(working.steps) == []
        assert missing.estimate[2] == pytest.approx(next(each.value for each in working.steps if each.name == "U"))


# ---- by a second hand


class TestByHand:
    def test_a_rate_and_its_effective_size(self) -> None:
        """Three reports: 2 of 2 crimes recorded, 1 of 2, 0 of 1. Worked out in fractions, by docs/statistics.md."""
        rows = pd.DataFrame({"incident": list("aabbc"), "recorded": [1, 1, 1, 0, 0]})
        values = {step.name: step.value for step in cdi.estimate(rows, cluster="incident").explain().steps}
        y, x = (2, 2, 1), (2, 1, 0)
        p = Fraction(sum(x), sum(y))
        e = [a - p * b for a, b in zip(x, y, strict=True)]
        A = Fraction(3, 2) * sum(each**2 for each in e)
        B = p * (1 - p) * Fraction(3, 2) * sum(y)
        d0 = Fraction(sum(b * b for b in y), sum(y))
        z = NormalDist().inv_cdf(0.975)
        c = max(2, z * z - 1) * float(d0)
        D = (float(A) + c * (1 + 0.6 * (float(d0) - 1))) / (float(B) + c)
        expected = {"p": p, "q": sum(each**2 for each in e), "A": A, "B": B, "d_0": d0, "c": c, "D": D, "n_eff": 5 / D}
        for name, value in expected.items():
            assert values[name] == pytest.approx(float(value), rel=1e-12), name

    def test_a_count_of_what_was_recorded_as_a_class(self) -> None:
        """U = R M / A: missing of the class, and recorded as it, counted from the rows."""
        steps = estimated(AS_OTHER, volumes=CRIME).explain("violent").steps
        last = {step.symbol: step.value for step in steps}
        recorded_as = int((AS_OTHER["recorded_as"] == "violent").sum())
        missing = int((
            (AS_OTHER["crime_type"] == "violent") & AS_OTHER["decision"].isin(["not recorded", "wrong class"])
        ).sum())  # fmt: skip
        assert (last["x"], last["y"]) == (recorded_as, recorded_as + missing)
        assert last["U"] == pytest.approx(9_000 * missing / recorded_as, rel=1e-12)
        words = {step.symbol: step.words for step in steps}
        assert words["x"] == "of these recorded as the class (A)"
        assert words["y"] == "counted as due: recorded as the class (A), and missing of it (M)"

    def test_an_overall_rate_without_records_of_nothing_due(self) -> None:
        """R / (R + U): R_k times the share of the records of the class of which something was due."""
        found = estimated(AS_OTHER, volumes=CRIME)
        recorded = AS_OTHER[AS_OTHER["decision"].isin(["recorded", "wrong class", "over-recorded"])]
        due = recorded[recorded["decision"] != "over-recorded"]
        missing = AS_OTHER[AS_OTHER["decision"] == "not recorded"]
        R = U = 0.0
        for kind, volume in CRIME.items():
            held, rightly = ((rows["recorded_as"] == kind).sum() for rows in (recorded, due))
            R += volume * rightly / held
            U += volume * (missing["crime_type"] == kind).sum() / held
        of_rate = [
            step for part in found.explain().sections if part.figure == "Recording rate, all" for step in part.steps
        ]
        values = {step.name: step.value for step in of_rate}
        assert values["p"] == pytest.approx(R / (R + U), rel=1e-12)
        assert values["R"] == pytest.approx(R, rel=1e-12)

    def test_a_total_that_takes_the_limit_of_a_category(self) -> None:
        """The limit of the category is the one that its own row comes to, and the total has as many crimes missing."""
        found = estimated(FEW, volumes=FEWER)
        steps = found.explain().steps
        own = next(step for step in steps if step.symbol == "p_low")
        category = own.words.removeprefix("lower limit of the rate of ").removesuffix(" alone, by the same steps")
        low = next(step.value for step in found.explain(category).steps if step.symbol == "low")
        assert own.value == pytest.approx(low, rel=1e-12)
        R = sum(FEWER.values())
        taken = next(step for step in steps if step.symbol == "low_c")
        assert taken.value == pytest.approx(R / (R + FEWER[category] * (1 - low) / low), rel=1e-12)
        assert taken.value < next(step.value for step in steps if step.symbol == "low")

    def test_the_error_of_a_share_in_audited_routes(self) -> None:
        steps = {step.symbol: step for step in estimated(volumes=CRIME, route_share="87%+-3%").explain("violent").steps}
        p = steps["p"].value
        assert steps["g_g"].value == pytest.approx(p * (1 - p) * (0.03 / 1.96 / 0.87) ** 2, rel=1e-12)
        assert steps["n_c"].value == pytest.approx(1 / (1 / steps["n_eff"].value + steps["g_g"].value), rel=1e-12)

    def test_intervals_that_hold_together_begin_with_their_level(self) -> None:
        found = estimated(volumes=CRIME, joint=True)
        steps = {step.symbol: step.value for step in found.explain("violent").steps}
        assert steps["l"] == found.table.each
        assert steps["z"] == pytest.approx(NormalDist().inv_cdf((1 + steps["l"]) / 2), rel=1e-9)

    def test_exact_limits_over_strata_are_shares_of_all_frames(self) -> None:
        steps = {step.symbol: step for step in DESIGNS["exact over strata"]().explain().steps}
        assert steps["N_all"].value == sum(RECORDS.values())
        assert "without a short check" in steps["M_low"].words
        assert steps["low"].value == steps["M_low"].value / sum(RECORDS.values())

    def test_limits_as_they_were_printed_elsewhere(self) -> None:
        """Newcombe (1998), Statistics in Medicine 17, 857-872, table I: 81 of 263, score and Clopper-Pearson."""
        for method, low, high in (("wilson", 0.2553, 0.3662), ("clopper-pearson", 0.2527, 0.3676)):
            values = {step.name: step.value for step in cdi.explain("81/263", method=method).steps}
            assert (round(values["low"], 4), round(values["high"], 4)) == (low, high)


# ---- what is asked for


class TestRows:
    def test_none_named_are_those_of_the_whole(self) -> None:
        found = DESIGNS["reports"]()
        assert [row.label for row in found.explain().table.rows] == [("all",)] * 2
        assert found.explain() == found.explain("all")

    def test_a_row_is_named_as_it_is_printed(self) -> None:
        found = DESIGNS["strata with volumes"]()
        (row,) = found.explain("by reports audited, without recorded crime").table.rows
        assert row.name == "recording rate (weighted by frame)"

    def test_of_two_columns_by_both_labels(self) -> None:
        found = DESIGNS["two columns"]()
        assert found.explain(["violent", "r1"]) == found.explain("violent, r1")

    def test_another_is_refused_with_what_there_is(self) -> None:
        with pytest.raises(cdi.DataError, match=r"found violnt\. Did you mean 'violent'"):
            DESIGNS["reports"]().explain("violnt")

    def test_without_a_figure_says_why(self) -> None:
        frame = pd.DataFrame({"incident": list("ab"), "due": [0, 1], "recorded": [0, 1], "kind": ["x", "y"]})
        found = cdi.estimate(frame, by="kind", cluster="incident", due="due")
        with pytest.raises(cdi.DataError, match="no crimes in the sample"):
            found.explain("x")

    def test_a_count_without_a_total_is_named_beside_the_rate(self) -> None:
        rows = CRIMES.assign(recorded=CRIMES["recorded"] * (CRIMES["crime_type"] != "sexual"))
        found = estimated(rows, volumes=CRIME).explain("sexual")
        assert found.said == (
            "Unrecorded crimes, sexual: there is no figure. No crime found was recorded: the number of unrecorded "
            "crimes has no upper limit; reports audited include only those with a crime due.",
        )

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            (lambda: cdi.explain(3), "expected a result that has a working"),
            (lambda: cdi.explain(DESIGNS["reports"](), level=0.9), "expected a level, method and side in the call"),
            (lambda: cdi.explain("81%+-1.9%", method="wilson"), "no method for published figures"),
            (lambda: cdi.explain("81%"), "half width"),
            (lambda: cdi.explain("5/4"), "recorded no larger than due"),
            (lambda: cdi.explain("4/5", method="wlson"), "wlson"),
        ],
    )
    def test_what_has_no_working_is_refused(self, given: Callable[[], object], said: str) -> None:
        with pytest.raises(cdi.CdiError, match=said):
            given()


def test_every_method_has_a_working_and_no_other() -> None:
    assert set(EXPLAINED) == {*METHODS, *EXACT}


def test_every_function_of_a_formula_is_on_the_calculator() -> None:
    assert set(FUNCTIONS) == set(pocket_calculator.FUNCTIONS)


class TestCalculator:
    """It finds what does not follow: a test that could not fail would show nothing."""

    STEPS = cdi.explain("159/182").steps

    @pytest.mark.parametrize("name", ["p", "se", "z", "k", "centre", "half", "low", "high"])
    def test_finds_a_wrong_digit(self, name: str) -> None:
        steps = [
            replace(step, printed=step.printed[:-2] + str((int(step.printed[-2]) + 3) % 10) + step.printed[-1])
            if step.name == name else step
            for step in self.STEPS
        ]  # fmt: skip
        assert wrong(steps) != []

    def test_finds_a_wrong_formula(self) -> None:
        steps = [replace(step, expression=step.expression.replace("+", "-")) for step in self.STEPS]
        assert wrong(steps) != []

    def test_finds_a_number_from_nowhere(self) -> None:
        assert wrong(self.STEPS[3:]) != []


class TestFormulas:
    """Brackets stand where reading from left to right would not do, on every surface."""

    @settings(deadline=None)
    @given(st.recursive(
        st.sampled_from([symbol("a", 2.0), symbol("b", 3.5), symbol("c_1", 0.25, "c")]),
        lambda parts: st.tuples(st.sampled_from("+-*/"), parts, parts).map(
            lambda pair: {"+": pair[1] + pair[2], "-": pair[1] - pair[2], "*": pair[1] * pair[2],
                          "/": pair[1] / (pair[2] ** 2 + 1)}[pair[0]]),
        max_leaves=12,
    ))  # fmt: skip
    def test_are_worth_what_they_say(self, term: Any) -> None:
        values = {"a": 2.0, "b": 3.5, "c_1": 0.25}
        told = pocket_calculator.work_out(spelled(term, Spelling.PYTHON), values)
        assert told == pytest.approx(term.value, rel=1e-9, abs=1e-9)
        printed = {"a": "2", "b": "3.5", "c_1": "0.25"}
        put_in = spelled(term, Spelling.NUMBERS, printed).replace("×", "*").replace("^", "**")
        assert pocket_calculator.work_out(put_in, {}) == pytest.approx(term.value, rel=1e-9, abs=1e-9)

    def test_over_lines_name_the_column(self) -> None:
        lines = [symbol(f"v_{i}", float(i), "v") for i in range(6)]
        texts = {symbol_.name: str(i) for i, symbol_ in enumerate(lines)}
        term = total(lines) / call("sqrt", symbol("n", 4.0))
        assert spelled(term, Spelling.FORMULA) == "(sum of v) / sqrt(n)"
        assert spelled(term, Spelling.NUMBERS, {**texts, "n": "4"}) == "(sum of v) / sqrt(4)"
        assert spelled(total(lines[:2]), Spelling.NUMBERS, texts) == "0 + 1"


# ---- what it is to whoever holds it


class TestExplanation:
    def test_is_saved_and_compared(self) -> None:
        found = DESIGNS["strata with volumes"]().explain("violent")
        again = pickle.loads(pickle.dumps(found))  # noqa: S301 - written a moment ago
        assert again == found
        assert str(again) == str(found)
        assert found != DESIGNS["strata with volumes"]().explain("other")

    def test_becomes_a_frame_of_steps_and_a_wide_row(self) -> None:
        found = DESIGNS["reports"]().explain("violent")
        frame = found.steps_to_pandas()
        assert list(frame.columns) == list(wording.EXPLAINED_COLUMNS)
        assert frame["value"].tolist() == [step.value for step in found.steps]
        assert found.wide()["crime_type"].tolist() == ["violent"]

    def test_names_each_source_once(self) -> None:
        page = DESIGNS["reports"]().explain().page()
        assert len(set(page.remarks)) == len(page.remarks) > 3

    @pytest.mark.parametrize("surface", SURFACES)
    def test_is_written_on_every_surface(self, surface: str) -> None:
        text = SURFACES[surface](DESIGNS["strata with volumes"]().explain().page())
        assert "n_eff" in text.replace("\\", "")

    def test_fits_80_columns_but_for_tables_of_many_numbers(self) -> None:
        text = SURFACES["text"](DESIGNS["reports"]().explain("violent").page())
        assert max(map(len, text.splitlines())) <= 80


# ---- what may be published


class TestDisclosure:
    def test_nothing_is_told_of_a_result_that_withholds(self) -> None:
        rows = CRIMES.assign(victim_ethnicity=["a"] * 3 + ["b"] * 4 + ["c"] * (N - 7))
        found = estimated(rows, by="victim_ethnicity")
        for row in ("a", "c", None):
            with pytest.raises(cdi.DataError, match="expected sums that are large enough to publish"):
                cdi.protect(found.explain(row), cdi.Disclosure())
        assert cdi.protect(found.explain("c"), cdi.Disclosure("internal")) == found.explain("c")

    def test_a_small_stratum_of_a_row_that_is_large_is_not_told(self) -> None:
        rows = CRIMES.assign(route=["r0"] * 6 + ["r1"] * (N - 6))
        found = estimated(rows, by=[], stratum="route")
        assert cdi.protect(found, cdi.Disclosure()) is not None
        with pytest.raises(cdi.DataError, match="found r0"):
            cdi.protect(found.explain(), cdi.Disclosure())

    def test_a_small_sample_is_named_as_the_whole(self) -> None:
        found = estimated(CRIMES.iloc[:6], by=[])
        with pytest.raises(cdi.DataError, match="found all\\. "):
            cdi.protect(found.explain(), cdi.Disclosure())

    def test_what_is_protected_is_not_explained(self) -> None:
        rows = CRIMES.assign(victim_ethnicity=["a"] * 3 + ["b"] * 4 + ["c"] * (N - 7))
        shown_ = cdi.protect(estimated(rows, by="victim_ethnicity"), cdi.Disclosure())
        with pytest.raises(cdi.DataError, match="before suppression"):
            shown_.explain("c")

    def test_a_result_with_nothing_small_is_explained(self) -> None:
        found = DESIGNS["reports"]().explain("violent")
        assert cdi.protect(found, cdi.Disclosure()) == found


# ---- the command line


class TestCommandLine:
    OF = ("explain", str(AUDIT), "--by", "crime_type", "--volumes", str(VOLUMES))

    def test_prints_the_working_of_a_row(self) -> None:
        code, text, err = outcome(*self.OF, "--row", "violent")
        assert (code, err) == (0, "")
        assert "p = x / y = 89 / 108 = 0.82407407" in text
        assert "printed 82.4" in text
        taken = "\nNot treated as personal characteristics or small areas: crime_type.\n"
        assert text == str(cdi.estimate(AUDIT, by="crime_type", volumes=VOLUMES).explain("violent")) + "\n" + taken

    def test_writes_the_steps_as_json(self, tmp_path: Path) -> None:
        target = tmp_path / "steps.json"
        assert outcome(*self.OF, "-o", str(target)) == (0, "", "")
        document = json.loads(target.read_text("utf-8"))
        assert document["schema"] == "cdi.explanation/1"
        steps = {step["symbol"]: step for step in document["rows"]}
        assert steps["p"]["expression"] == "R / (R + U_0)"
        assert steps["p"]["inputs"].startswith("R = ")

    def test_explains_intervals_that_hold_together(self) -> None:
        code, text, err = outcome(*self.OF, "--row", "violent", "--joint")
        assert (code, err) == (0, "")
        found = cdi.estimate(AUDIT, by="crime_type", volumes=VOLUMES, joint=True)
        assert text.startswith(str(found.explain("violent")) + "\n")
        assert text.startswith("Recording rate, violent: level\n")

    def test_explains_counts_and_searches(self) -> None:
        assert "centre = (p + k / 2) / (1 + k)" in outcome("explain", "159/182")[1].replace("\n", " ")
        code, text, _ = outcome(
            "explain", str(EXAMPLES / "searches.csv"), "--searches", "--by", "", "--population", "2000"
        )
        assert code == 0
        assert text.startswith("Reasonable grounds recorded, all: sums over reports")

    @pytest.mark.parametrize(
        ("args", "said"),
        [
            (("159/182", "--by", "x", "--prediction"), "found --by, --prediction. Leave it out, or give an audit file"),
            (("81%+-1.9%", "--by", "x"), "found --by. Leave it out, or give an audit file"),
            (("81%+-1.9%", "--prediction"), "found --prediction. Leave it out, or add the recorded crime"),
            (("81%",), "expected"),
            ((str(EXAMPLES / "searches.csv"), "--searches", "--prediction"), "found --prediction. Leave it out"),
            ((str(AUDIT), "--by", "crime_type", "--row", "violnt"), "Did you mean 'violent'?"),
            (("nofile.csv",), "expected a file that exists"),
            ((str(AUDIT), "--by", "nothing"), "nothing"),
        ],
    )
    def test_answers_wrong_input(self, args: tuple[str, ...], said: str) -> None:
        code, out, err = outcome("explain", *args)
        assert (code, out) == (2, "")
        assert said in err

    def test_refuses_what_may_not_be_published(self, tmp_path: Path) -> None:
        file = tmp_path / "small.csv"
        file.write_text("ethnicity,recorded\n" + "a,1\n" * 3 + "b,1\nb,0\n" * 20, encoding="utf-8")
        code, out, err = outcome("explain", str(file), "--by", "ethnicity", "--row", "b")
        assert (code, out) == (2, "")
        assert "For internal use only: --disclosure internal." in err
        code, out, _ = outcome("explain", str(file), "--by", "ethnicity", "--row", "b", "--disclosure", "internal")
        assert code == 0
        assert out.startswith("Not for publication")
