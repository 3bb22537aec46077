"""Workings of other results than rates: what changed, delays, trends, groups; each printed step follows from others."""

from __future__ import annotations

import pickle
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta, binom, false_discovery_control, norm

import cdi
from cdi.comparing.comparison import is_side
from cdi.explaining.explanation import Explanation
from cdi.measures import Role
from cdi.printing import layout
from tests.pocket_calculator import wrong
from tests.test_cli import outcome
from tests.test_explanations import CRIME, CRIMES, FRAME, N

DRAW = np.random.default_rng(3)
LATER = CRIMES.assign(incident=[f"j{i // 2}" for i in range(N)], recorded=(DRAW.random(N) < 0.7).astype(int))
AGAIN = CRIMES.assign(recorded=LATER["recorded"])
BY: dict[str, Any] = {"by": "crime_type", "cluster": "incident"}

COMPARED: dict[str, Callable[[], cdi.Comparison]] = {
    "counts": lambda: cdi.compare("159/182", "211/244"),
    "counts, a ratio": lambda: cdi.compare("159/182", "211/244", kind="ratio"),
    "counts, by score": lambda: cdi.compare("159/182", "211/244", method="miettinen-nurminen"),
    "counts, as published": lambda: cdi.compare("159/182", "211/244", method="published"),
    "all and none": lambda: cdi.compare("182/182", "0/244"),
    "none, a ratio": lambda: cdi.compare("0/182", "182/244", kind="ratio"),
    "a published figure": lambda: cdi.compare("88/90", "86.7%+-7%"),
    "two published figures": lambda: cdi.compare("86.5%+-4.3%", "81%+-1.9%", level=0.9),
    "a standard": lambda: cdi.compare("159/182", "95%"),
    "grades": lambda: cdi.compare("159/182", {"Excellent": 0.95, "Good": 0.9}),
    "an audit and a standard": lambda: cdi.compare(CRIMES, "90%", **BY),
    "two audits": lambda: cdi.compare(CRIMES, LATER, **BY),
    "two audits, by variance": lambda: cdi.compare(CRIMES, LATER, method="wald", level=0.9, **BY),
    "two audits, with volumes": lambda: cdi.compare(CRIMES, LATER, volumes=[CRIME, CRIME], **BY),
    "two audits, crimes not recorded": lambda: cdi.compare(CRIMES, LATER, volumes=[CRIME, CRIME], kind="ratio", **BY),
    "the same reports": lambda: cdi.compare(CRIMES, AGAIN, **BY),
    "three periods": lambda: cdi.changes(["150/200", "152/200", "181/200"], names=["2021", "2022", "2023"]),
    "two categories": lambda: cdi.contrast(CRIMES, "violent", "sexual", **BY),
    "two categories, a ratio": lambda: cdi.contrast(CRIMES, "violent", "sexual", kind="ratio", **BY),
    "two categories, counts": lambda: cdi.contrast(
        cdi.estimate(CRIMES, volumes=CRIME, **BY), "violent", "other", kind="ratio"),
    "two categories in strata": lambda: cdi.contrast(
        cdi.recording_rate(cdi.read_audit(CRIMES, cluster="incident", stratum="route", population=FRAME),
                           by="crime_type"), "violent", "sexual"),
    "exact limits": lambda: cdi.compare(cdi.of_counts(42, 48, population=300), cdi.of_counts(40, 50, population=200),
                                        method="exact"),
    "two censuses": lambda: cdi.compare("42/48", "43/49", selection="census"),
}  # fmt: skip

AT = pd.Timestamp("2024-01-10 08:00")
HOURS = np.random.default_rng(5).exponential(20, N)
TIMED = CRIMES.assign(
    reported_at=str(AT),
    recorded_at=[
        str(AT + pd.Timedelta(minutes=int(60 * hours))) if recorded else None
        for hours, recorded in zip(HOURS, CRIMES["recorded"], strict=True)
    ],
)
SOME = TIMED.assign(recorded_at=TIMED["recorded_at"].where(np.arange(N) % 9 > 0))

DELAYED: dict[str, Callable[[], cdi.Timeliness]] = {
    "known": lambda: cdi.timeliness(TIMED, **BY),
    "strata": lambda: cdi.timeliness(TIMED, stratum="route", population=FRAME, level=0.9, **BY),
    "some not known": lambda: cdi.timeliness(SOME, **BY),
    "some not known, in strata": lambda: cdi.timeliness(SOME, stratum="route", **BY),
    "a census": lambda: cdi.timeliness(SOME, selection="census", **BY),
    "few": lambda: cdi.timeliness(TIMED[:12], **BY),
    "a judgement": lambda: cdi.timeliness(SOME, selection="judgement", **BY),
}

MONTHS = [f"20{23 + i // 12}-{i % 12 + 1:02d}" for i in range(18)]
MONTHLY = pd.DataFrame(
    {"month": month, "incident": f"{month}-{i // 2}", "recorded": int(DRAW.random() < 0.85 - 0.2 * (month > "2024"))}
    for month in MONTHS
    for i in range(24)
)
FULL = MONTHLY.assign(recorded=[1] * (len(MONTHLY) - 5) + [0] * 5)

FOLLOWED: dict[str, Callable[[], cdi.Trend]] = {
    "months": lambda: cdi.trend(MONTHLY, cluster="incident"),
    "a baseline": lambda: cdi.trend(MONTHLY, cluster="incident", baseline=12, level=0.9),
    "quarters": lambda: cdi.trend(MONTHLY, cluster="incident", every="quarter"),
    "all recorded in the baseline": lambda: cdi.trend(FULL, cluster="incident", baseline=12),
    "a frame": lambda: cdi.trend(MONTHLY, cluster="incident", population=dict.fromkeys(MONTHS, 300)),
}

ANSWERED = pd.DataFrame({
    "outcome": DRAW.choice(["15", "16", "21"], 90), "stratum": DRAW.choice(["a", "b"], 90),
    "told": DRAW.choice(["yes", "no", "n/a"], 90), "asked": DRAW.choice(["yes", "no"], 90),
})  # fmt: skip
ASKED = ["told:better", "asked=no:worse"]

REVIEWED: dict[str, Callable[[], cdi.Review]] = {
    "strata": lambda: cdi.review(ANSWERED, questions=ASKED),
    "groups": lambda: cdi.review(ANSWERED, questions=ASKED, by="outcome", level=0.9),
    "a frame": lambda: cdi.review(ANSWERED, questions=ASKED, by="outcome", population={"a": 900, "b": 300}),
    "a census": lambda: cdi.review(ANSWERED, questions=ASKED, selection="census"),
}  # fmt: skip


def audited(rates: list[float], size: int = 60) -> pd.DataFrame:
    return pd.DataFrame(
        {"force": f"F{i}", "recorded": int(k < round(rate * size))} for i, rate in enumerate(rates) for k in range(size)
    )


PRINTED = {"force": ["Kent", "Essex", "Surrey", "Dorset", "Gwent"], "rate": [0.9, 0.91, 0.8, 0.95, 0.5],
           "half_width": [0.02, 0.04, 0.02, 0.01, None]}  # fmt: skip

SET_OUT: dict[str, Callable[[], cdi.Forces]] = {
    "published": lambda: cdi.forces(pd.DataFrame(PRINTED)),
    "published, at another level": lambda: cdi.forces(pd.DataFrame(PRINTED), level=0.9),
    "an audit": lambda: cdi.forces(audited([0.9, 0.8, 0.85, 0.95, 0.6])),
    "chance alone": lambda: cdi.forces(audited([0.9, 0.88, 0.9, 0.92])),
    "all equal": lambda: cdi.forces(audited([1, 1, 1])),
    "none and all": lambda: cdi.forces(audited([1, 0, 1, 0.5])),
    "far apart": lambda: cdi.forces(audited([0.999, 0.01, 0.999], 3000)),
    "on logs": lambda: cdi.forces(audited([0.01, 0.012, 0.011, 0.013, 0.05, 0.3], 1000)),
}

READ = pd.DataFrame({
    "cluster": [f"r{i // 2}" for i in range(120)], "crime_type": DRAW.choice(["violent", "other"], 120),
    "decision": DRAW.choice(["recorded", "not recorded", "no crime"], 120, p=[0.6, 0.3, 0.1]),
})  # fmt: skip
SECOND = READ.assign(decision=np.where(DRAW.random(120) < 0.8, READ["decision"],
                                       DRAW.choice(["recorded", "not recorded", "no crime"], 120)))  # fmt: skip
TWO = READ[READ["decision"] != "no crime"].reset_index(drop=True)

AGREED: dict[str, Callable[[], cdi.Agreement]] = {
    "three answers": lambda: cdi.agreement(READ, SECOND, by="crime_type"),
    "a census": lambda: cdi.agreement(READ, SECOND, selection="census"),
    "two answers": lambda: cdi.agreement(TWO, TWO.assign(decision=["not recorded", *TWO["decision"][1:]]), level=0.9),
    "all alike": lambda: cdi.agreement(TWO, TWO.assign(note="")),
    "weights": lambda: cdi.agreement(
        READ.assign(size=[1 + i // 2 % 3 for i in range(120)]), SECOND.assign(size=1), by="crime_type", weight="size"
    ),
    "strata and a frame": lambda: cdi.agreement(
        READ.assign(route=[f"r{i // 2 % 2}" for i in range(120)]), SECOND, stratum="route",
        population={"r0": 300, "r1": 90}, level=0.9,
    ),
}  # fmt: skip

EVERY: dict[str, Callable[[], Any]] = {
    f"{kind}: {name}": made
    for kind, several in {
        "changes": COMPARED,
        "delays": DELAYED,
        "trends": FOLLOWED,
        "reviews": REVIEWED,
        "forces": SET_OUT,
        "agreement": AGREED,
    }.items()
    for name, made in several.items()
}


def rows_of(found: Any) -> list[str]:
    if isinstance(found, cdi.Comparison):
        return list(dict.fromkeys(", ".join(change.label) for change in found.rows))
    if isinstance(found, cdi.Agreement):
        answers = [row.label[0] for row in found.table.of("answer-agreement")]
        return [*(", ".join(row.label[2:] or ("all",)) for row in found.table.of("agreement")), *answers]
    labels = list(dict.fromkeys(", ".join(row.label) for row in found.table.rows))
    return [labels[0], labels[-2], labels[-1]] if isinstance(found, cdi.Trend) else labels


def numbers_of(working: Explanation) -> Iterator[tuple[str, float]]:
    """Every number of the rows that are worked out; beside a standard the limits of both sides are not printed."""
    fixed = isinstance(working.source, cdi.Comparison) and working.source.against_standard
    for row in working.table.rows:
        alone = fixed and is_side(row)
        for number in (row.estimate, *(() if alone else (row.low, row.high))):
            if number is not None:
                yield row.measure.key, number


@pytest.mark.parametrize("name", EVERY)
def test_each_step_follows_and_leads_to_the_numbers_of_the_table_and_the_page(name: str) -> None:
    found = EVERY[name]()
    printed = {cell.text for grid in found.page().grids for row in grid.cells for cell in row}
    for row in rows_of(found):
        working = found.explain(row)
        assert wrong(working.steps) == []
        assert not any("it has no working" in said for said in working.said)
        values = np.array([step.value for step in working.steps])
        for measure, number in numbers_of(working):
            assert np.isclose(values, number, rtol=1e-7, atol=1e-9).any(), (row, measure, number)
        if not isinstance(found, (cdi.Trend, cdi.Forces)):
            assert {step.shown for step in working.steps if step.shown} <= printed


@pytest.mark.parametrize("name", SET_OUT)
def test_what_a_step_of_forces_shows_stands_on_their_page(name: str) -> None:
    found = SET_OUT[name]()
    text = layout.text(found.page(detail=True))
    for row in rows_of(found):
        assert all(step.shown in text for step in found.explain(row).steps)


class TestByHand:
    """The same numbers, worked out from the rows in other ways."""

    def test_a_difference_of_counts(self) -> None:
        """Newcombe (1998), Statistics in Medicine 17, 873-890, table II: 56/70 less 48/80 by method 10."""
        working = cdi.compare("56/70", "48/80").explain()
        values = {step.symbol: step.value for step in working.steps}
        assert (round(values["d_low"], 4), round(values["d_high"], 4)) == (0.0524, 0.3339)

    def test_a_p_value_adjusted_for_several_changes(self) -> None:
        working = COMPARED["three periods"]().explain()
        q = [step.value for step in working.steps if step.symbol == "q"]
        p = [step.value for step in working.steps if step.symbol == "p_value"]
        assert q == pytest.approx([min(2 * p[0], p[1]), p[1]])

    def test_the_limits_of_a_median(self) -> None:
        """Of delays drawn one by one: the values whose ranks the binomial does not rule out."""
        rows = TIMED[TIMED["recorded"] == 1].drop(columns="incident")
        found = cdi.timeliness(rows.assign(row=range(len(rows))), by=[], cluster="row")
        values = {step.symbol: step.value for step in found.explain().steps}
        delays = np.sort([(pd.Timestamp(late) - AT).total_seconds() / 3600 for late in rows["recorded_at"]])
        n = len(delays)
        fewest = next(k for k in range(n) if binom.cdf(k, n, 0.5) > 0.025)
        median = next(row for row in found.table.rows if row.measure.key == "delay-median")
        assert median.low == pytest.approx(delays[fewest - 1])
        assert median.high == pytest.approx(delays[n - fewest])
        assert values["hours_low"] > 0

    def test_the_factor_of_a_control_chart(self) -> None:
        """The mean range of normal scores of mid-P, of whole counts, over 1.128."""
        rows = MONTHLY.drop(columns="incident")
        found = cdi.trend(rows)
        steps = found.explain(MONTHS[3]).steps
        centre = rows["recorded"].mean()
        by_month = rows.groupby("month")["recorded"].agg(["sum", "size"])
        sizes = [step.value for step in steps if step.symbol == "n_t"]
        assert sizes == pytest.approx([row.n_eff for row in found.table.of("control-limits")])
        if all(abs(size - 24) < 1e-9 for size in sizes):
            tails = [
                binom.cdf(x - 1, n, centre) + binom.pmf(x, n, centre) / 2 for x, n in by_month.itertuples(index=False)
            ]
            z = norm.ppf(tails)
            factor = max(np.abs(np.diff(z)).mean() / 1.128, 1)
            assert next(step.value for step in steps if step.symbol == "f") == pytest.approx(factor)
        assert next(step.value for step in steps if step.symbol == "f") == pytest.approx(found.widened)
        assert next(step.value for step in steps if step.symbol == "s_low") == pytest.approx(-3, abs=1e-9)


class TestForcesByHand:
    """The funnel and the lines, worked out from the rates in other ways."""

    FOUND = SET_OUT["an audit"]()

    def steps(self, row: str | None) -> dict[str, float]:
        return {step.symbol: step.value for step in self.FOUND.explain(row).steps}

    def test_the_lines_are_mean_and_standard_deviation(self) -> None:
        rates = [force.rate.rate for force in self.FOUND.rows]
        steps = self.steps(None)
        mean, sd = statistics.mean(rates), statistics.stdev(rates)
        assert (steps["line_low"], steps["line_high"]) == pytest.approx((mean - sd, mean + sd))
        assert self.steps("F3")["z_f"] == pytest.approx((rates[3] - mean) / sd)

    def test_the_score_is_that_of_the_mid_p_of_whole_counts(self) -> None:
        found = cdi.funnel([0.9, 0.8, 0.85, 0.95, 0.6], [60] * 5)
        x = np.array([54, 48, 51, 57, 36])
        centre = x.sum() / 300
        tails = binom.cdf(x - 1, 60, centre) + binom.pmf(x, 60, centre) / 2
        assert found.z == pytest.approx(norm.ppf(tails))
        scores = [step for step in self.FOUND.explain("F0").steps if step.symbol == "z_j"]
        sizes = {step.value for step in self.FOUND.explain("F0").steps if step.symbol == "n_j"}
        if sizes == {60.0}:
            assert [step.value for step in scores] == pytest.approx(norm.ppf(tails))
        assert [step.value for step in scores] == pytest.approx(self.FOUND.funnel.z)

    def test_the_variance_between_forces_makes_the_squares_what_chance_gives(self) -> None:
        steps = self.steps("F0")
        assert steps["tau2"] > 0
        a = [step.value for step in self.FOUND.explain("F0").steps if step.symbol == "a_j"]
        low, high = np.quantile(a, [0.1, 0.9])
        assert steps["S_w"] == pytest.approx((np.clip(a, low, high) ** 2).sum()) == pytest.approx(steps["E_w"])

    def test_q_is_that_of_benjamini_and_hochberg(self) -> None:
        p = [self.steps(f"F{i}")["P"] for i in range(5)]
        assert [self.steps(f"F{i}")["q"] for i in range(5)] == pytest.approx(false_discovery_control(p))

    def test_beyond_each_limit_lies_the_tail(self) -> None:
        steps = self.steps("F2")
        assert (steps["b_low"], steps["b_high"]) == pytest.approx((0.025, 0.025))
        # with chance alone that is the binomial mid-P at the limit
        alone = {step.symbol: step.value for step in SET_OUT["chance alone"]().explain("F0").steps}
        assert alone["tau2"] == 0
        assert alone["t_low"] == pytest.approx(0.025)

    def test_the_adjusted_rate_has_the_mean_and_variance_of_a_mixture(self) -> None:
        found = self.FOUND.shrunken
        assert found is not None
        low, high = (self.steps("F4")[name] for name in ("low_a", "high_a"))
        steps = self.steps("F4")
        mean, variance = beta.stats(steps["a_b"], steps["b_b"])
        assert (float(mean), float(variance)) == pytest.approx((steps["p_a"], float(found.se[4]) ** 2))
        assert beta.cdf(high, steps["a_b"], steps["b_b"]) - beta.cdf(low, steps["a_b"], steps["b_b"]) == pytest.approx(
            0.95
        )

    def test_a_force_without_an_interval_has_lines_alone(self) -> None:
        working = SET_OUT["published"]().explain("Gwent")
        assert "Gwent has no funnel limits and no adjusted rate" in working.said[0]
        assert not any(step.symbol == "tau2" for step in working.steps)

    def test_a_force_apart_says_that_it_takes_no_part(self) -> None:
        more = {name: [*values, extra] for (name, values), extra in
                zip(PRINTED.items(), ("British Transport Police", 0.9, 0.02), strict=True)}  # fmt: skip
        said = cdi.forces(pd.DataFrame(more)).explain("British Transport Police").said
        assert said == ("British Transport Police takes no part in the lines, the funnel and the adjusted rates.",)


class TestAgreementByHand:
    def test_kappa_and_ac1_are_those_of_loops_over_the_crimes(self) -> None:
        found = AGREED["three answers"]()
        steps = {step.symbol: step.value for step in found.explain().steps}
        one, other = READ["decision"], SECOND["decision"]
        names = sorted({*one, *other})
        alike = sum(a == b for a, b in zip(one, other, strict=True)) / len(one)
        shares = [(sum(one == name) / 120, sum(other == name) / 120) for name in names]
        chance = sum(a * b for a, b in shares)
        guessed = sum((a + b) / 2 * (1 - (a + b) / 2) for a, b in shares) / (len(names) - 1)
        assert steps["kappa"] == pytest.approx((alike - chance) / (1 - chance))
        assert steps["AC1"] == pytest.approx((alike - guessed) / (1 - guessed))

    def test_the_difference_of_the_rates_is_that_of_a_comparison(self) -> None:
        found = AGREED["three answers"]()
        steps = {step.symbol: step.value for step in found.explain().steps}
        change = cdi.compare(SECOND, READ).newest
        assert (steps["d"], steps["d_low"], steps["d_high"], steps["P"]) == pytest.approx(
            (change.estimate, change.low, change.high, change.p)
        )
        # at 1 less the p-value the limit that lies towards no change is no change
        assert steps["d_at_p"] == pytest.approx(abs(steps["d"]), rel=1e-6)

    def test_one_answer_is_held_against_all_others(self) -> None:
        steps = {step.symbol: step.value for step in AGREED["three answers"]().explain("no crime").steps}
        both = ((READ["decision"] == "no crime") & (SECOND["decision"] == "no crime")).sum()
        neither = ((READ["decision"] != "no crime") & (SECOND["decision"] != "no crime")).sum()
        assert (steps["n_11"], steps["n_22"], steps["p_o"]) == pytest.approx((both, neither, (both + neither) / 120))


class TestSaved:
    """What is saved keeps no rows: what follows from them is named, and all else is worked out."""

    @pytest.mark.parametrize("name", ["known", "some not known"])
    def test_a_delay_says_that_rows_are_not_kept(self, name: str) -> None:
        working = again(DELAYED[name]()).explain()
        assert wrong(working.steps) == []
        assert any(said.startswith("Median delay") and said.endswith("a saved result keeps none.")
                   for said in working.said)  # fmt: skip

    def test_a_force_says_that_its_rate_is_not_worked_out(self) -> None:
        working = again(SET_OUT["an audit"]()).explain("F0")
        assert wrong(working.steps) == []
        assert "The rate of F0 is not worked out from its sums" in working.said[0]
        assert any(step.symbol == "p_a" for step in working.steps)

    def test_agreement_says_which_intervals_are_not_worked_out(self) -> None:
        working = again(AGREED["three answers"]()).explain()
        assert wrong(working.steps) == []
        assert any("as a saved result keeps no rows" in said for said in working.said)
        assert any(step.symbol == "kappa" for step in working.steps)

    def test_a_review_is_worked_out_as_before(self) -> None:
        found = REVIEWED["groups"]()
        assert again(found).explain("told, 15").steps == found.explain("told, 15").steps


def again(found: Any) -> Any:
    return pickle.loads(pickle.dumps(found))  # noqa: S301 - written a moment ago


PEOPLE = {"white": 90_000, "black": 10_000, "asian": 8_000, "source": "made up", "year": 2021}
SEARCHED = pd.DataFrame({
    "ethnicity": ["white"] * 158 + ["black"] * 24 + ["not stated"] * 10,
    "grounds": [1] * 138 + [0] * 20 + [1] * 21 + [0] * 3 + [1] * 6 + [0] * 4,
    "area": ["north", "south", "east"] * 64,
})  # fmt: skip

GROUPED: dict[str, Callable[[], cdi.Disparity]] = {
    "grounds": lambda: cdi.disparity(SEARCHED),
    "residents": lambda: cdi.disparity(SEARCHED, residents=PEOPLE, population=4_000),
    "strata": lambda: cdi.disparity(
        SEARCHED, residents=PEOPLE, stratum="area", population={"north": 900, "south": 400, "east": 2_000}, level=0.9
    ),
    "a census": lambda: cdi.disparity(SEARCHED, residents=PEOPLE, selection="census"),
    "the ratio alone": lambda: cdi.disparity(SEARCHED, residents=PEOPLE),
    "drawn by group": lambda: cdi.disparity(SEARCHED, residents=PEOPLE, stratum="ethnicity"),
}


class TestGroups:
    @pytest.mark.parametrize("name", GROUPED)
    def test_each_step_follows_and_leads_to_the_numbers_of_the_page(self, name: str) -> None:
        found = GROUPED[name]()
        printed = {cell.text for grid in found.page().grids for row in grid.cells for cell in row}
        for row in (None, *(group.name for group in found.groups)):
            if name == "drawn by group" and row == "asian":
                continue  # there is no figure of a group without a record
            working = found.explain(row)
            assert wrong(working.steps) == []
            assert not any("it has no working" in said for said in working.said)
            assert {step.shown for step in working.steps if step.shown} <= printed
            values = np.array([step.value for step in working.steps])
            assert working.table.rows
            for own in working.table.rows:
                for number in () if own.estimate is None else (own.estimate, own.low, own.high):
                    bound = own.measure.role is Role.BOUND and number == own.estimate
                    assert bound or number is None or np.isclose(values, number, rtol=1e-7, atol=1e-9).any(), own

    def test_searches_by_hand(self) -> None:
        steps = {step.symbol: step.value for step in GROUPED["residents"]().explain("black").steps}
        assert steps["s"] == pytest.approx(24 / 192 * 4_000 / 10_000 * 1_000)
        assert steps["r"] == pytest.approx(24 / 10_000 / (158 / 90_000))
        assert (steps["d_low"], steps["d_high"]) == pytest.approx((21 / 28 - 144 / 164, 27 / 30 - 138 / 162))

    def test_what_was_saved_says_what_is_not_kept(self) -> None:
        working = again(GROUPED["residents"]()).explain("black")
        assert "Searches per 1,000 residents, black: it has no working, as it follows from the rows" in "".join(
            working.said
        )


class TestRefusals:
    def test_another_row_is_named_with_those_there_are(self) -> None:
        for found in (COMPARED["two audits"](), DELAYED["known"](), FOLLOWED["months"]()):
            with pytest.raises(cdi.DataError, match="expected the label of a row of the result, but found violnt"):
                found.explain("violnt")

    def test_a_change_without_a_figure_says_why(self) -> None:
        with pytest.raises(cdi.DataError, match="no ratio: one side is 0"):
            cdi.compare("182/182", "0/244", kind="ratio").explain()

    def test_a_published_rate_of_0_says_why_it_has_no_count(self) -> None:
        with pytest.raises(cdi.DataError, match="the number of unrecorded crimes has no upper limit"):
            cdi.explain(cdi.unrecorded("0%+-2%", 900))

    def test_small_forces_and_questions_are_not_explained_in_public(self) -> None:
        forces = cdi.forces(pd.concat([audited([0.9, 0.8, 0.85, 0.95]), audited([0.5], 4).assign(force="small")]))
        files = cdi.review(ANSWERED.assign(outcome=["z"] * 2 + ["y"] * 88), by="outcome", questions=ASKED)
        for working in (forces.explain("F0"), files.explain("told")):
            with pytest.raises(cdi.DataError, match="expected sums that are large enough to publish"):
                cdi.protect(working, cdi.Disclosure())

    def test_terms_are_those_of_the_result(self) -> None:
        with pytest.raises(cdi.MethodError, match="expected a level, method and side in the call"):
            cdi.explain(COMPARED["counts"](), level=0.9)

    def test_what_is_protected_is_not_explained(self) -> None:
        small = CRIMES.assign(victim_ethnicity=["a"] * 3 + ["b"] * 4 + ["c"] * (N - 7))
        found = cdi.contrast(small, "a", "c", by="victim_ethnicity", cluster="incident")
        with pytest.raises(cdi.DataError, match="expected sums that are large enough to publish"):
            cdi.protect(found.explain(), cdi.Disclosure())
        assert cdi.protect(found, cdi.Disclosure()).sample is None

    def test_a_saved_working_is_the_same(self) -> None:
        working = COMPARED["two audits"]().explain("violent")
        assert pickle.loads(pickle.dumps(working)) == working  # noqa: S301 - written a moment ago


class TestCommandLine:
    def test_explain_before_another_command_explains_what_it_prints(self, tmp_path: Path) -> None:
        for name, rows in (("this.csv", CRIMES), ("last.csv", LATER)):
            rows.to_csv(tmp_path / name, index=False)
        files = [str(tmp_path / name) for name in ("this.csv", "last.csv")]
        code, text, _ = outcome("explain", "compare", *files, "--by", "crime_type", "--cluster", "incident",
                                "--row", "violent")  # fmt: skip
        assert code == 0
        assert text.startswith("Recording rate, violent (this.csv): sums over reports")
        assert "printed +9.5" in text.replace("\n", " ")

    @pytest.mark.parametrize("rest", [("timeliness", "timed.csv"), ("trend", "monthly.csv", "--row", "2023-03")])
    def test_delays_and_trends(self, rest: tuple[str, ...], tmp_path: Path) -> None:
        TIMED.to_csv(tmp_path / "timed.csv", index=False)
        MONTHLY.to_csv(tmp_path / "monthly.csv", index=False)
        verb, name, *more = rest
        code, text, _ = outcome("explain", verb, str(tmp_path / name), "--cluster", "incident", *more)
        assert code == 0
        assert ("median delay" if verb == "timeliness" else "control limits") in text.casefold()

    def test_reviews_forces_and_agreement(self, tmp_path: Path) -> None:
        for name, rows in (("files.csv", ANSWERED), ("forces.csv", pd.DataFrame(PRINTED)), ("one.csv", READ),
                           ("two.csv", SECOND)):  # fmt: skip
            rows.to_csv(tmp_path / name, index=False)
        files, forces, one, two = (str(tmp_path / name) for name in ("files.csv", "forces.csv", "one.csv", "two.csv"))
        for args, begins in (
            (("review", files, "--question", "asked", "--by", "outcome", "--row", "asked"), "Share of files"),
            (("forces", forces, "--row", "Kent"), "Recording rate, Kent: as it was published"),
            (("agree", one, two), "Agreement of two auditors, all: pairs of answers"),
        ):
            code, text, err = outcome("explain", *args, "--disclosure", "internal")
            assert (code, begins in text) == (0, True), err

    def test_a_published_figure_and_the_count_that_follows(self) -> None:
        code, text, err = outcome("explain", "81%+-1.9%", "--recorded-crime", "9000", "--level", "90%")
        assert (code, err) == (0, "")
        assert text == str(cdi.explain(cdi.unrecorded("81%+-1.9%", 9_000), level=0.9)) + "\n"

    @pytest.mark.parametrize(
        ("args", "said"),
        [
            (("compare", "159/182", "95%", "--row", "nix"), "found nix. There are: all"),
            (("trend", "nofile.csv", "--chart", "x.png"), "expected a file that exists"),
            (("forces", "nofile.csv"), "expected a file that exists"),
            (("dispute", "nofile.csv"), "expected a file that exists"),
            (("coverage", "nofile.csv"), "expected a file that exists"),
        ],
    )
    def test_answers_wrong_input(self, args: tuple[str, ...], said: str) -> None:
        code, out, err = outcome("explain", *args)
        assert (code, out) == (2, "")
        assert said in err

    def test_writes_no_chart_beside_a_working(self, tmp_path: Path) -> None:
        MONTHLY.to_csv(tmp_path / "monthly.csv", index=False)
        chart = tmp_path / "chart.png"
        code, _, err = outcome("explain", "trend", str(tmp_path / "monthly.csv"), "--cluster", "incident",
                               "--chart", str(chart))  # fmt: skip
        assert code == 2
        assert "no chart or other file beside a working" in err
        assert not chart.exists()
