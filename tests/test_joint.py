"""Intervals that hold together: their correlations, the level of each, and how often all of them are right."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import multivariate_normal, norm

import cdi
from cdi.survey.joint import correlations, level_of_each, level_together

Floats = npt.NDArray[np.float64]
VOLUMES = {"a": 9_000, "b": 2_500, "c": 6_000}


def drawn(rng: np.random.Generator, reports: int = 120) -> pd.DataFrame:
    """Draw reports of one to three crimes of three kinds, which fare alike within a report."""
    sizes = rng.integers(1, 4, reports)
    report = np.repeat(np.arange(reports), sizes)
    ease = np.repeat(rng.normal(0, 0.8, reports), sizes)
    kind = rng.choice(["a", "b", "c"], len(report))
    hard = norm.ppf([{"a": 0.9, "b": 0.85, "c": 0.8}[each] for each in kind]) * np.sqrt(1 + 0.8**2)
    recorded = (rng.normal(0, 1, len(report)) < hard + ease).astype(int)
    route = np.where(report % 3, "call", "web")
    return pd.DataFrame({"cluster": report.astype(str), "kind": kind, "recorded": recorded, "route": route})


def linearised(rows: pd.DataFrame, volumes: dict[str, int] | None, population: dict[str, int] | None) -> Floats:
    """Work the correlations out of scores of reports, by the formulas of the docs and none of the package's code."""
    strata = rows.groupby("cluster")["route"].first() if population else None
    sizes = rows.groupby("route")["cluster"].nunique()
    weight = 1.0 if strata is None else strata.map({key: population[key] / sizes[key] for key in sizes.index})
    x, y = (
        rows.assign(due=1).pivot_table(index="cluster", columns="kind", values=each, aggfunc="sum", fill_value=0)
        for each in ("recorded", "due")
    )
    x, y = x.mul(weight, axis=0) if strata is not None else x, y.mul(weight, axis=0) if strata is not None else y
    p = x.sum() / y.sum()
    scores = {kind: (x[kind] - p[kind] * y[kind]) / y[kind].sum() for kind in x.columns}
    if volumes is None:
        everything = x.sum(axis=1), y.sum(axis=1)
        overall = everything[0].sum() / everything[1].sum()
        scores["all"] = everything[0] - overall * everything[1]
    else:
        # u = sum of R ((y - x) - B x) / sum of x; a rate falls where the crimes not recorded rise
        scores["all"] = -sum(volumes[k] * ((y[k] - x[k]) - (1 - p[k]) / p[k] * x[k]) / x[k].sum() for k in x.columns)
        if population:
            everything = x.sum(axis=1), y.sum(axis=1)
            scores["frame"] = everything[0] - everything[0].sum() / everything[1].sum() * everything[1]
    table = pd.DataFrame(scores)
    found = np.zeros((table.shape[1],) * 2)
    for route in [None] if strata is None else sizes.index:
        part = table if route is None else table[strata == route]
        left = 1.0 if route is None else 1 - sizes[route] / population[route]
        centred = (part - part.mean()).to_numpy()
        found += left * len(part) / (len(part) - 1) * centred.T @ centred
    spread = np.sqrt(np.diag(found))
    return found / np.outer(spread, spread)


class TestCorrelations:
    @pytest.mark.parametrize("volumes", [None, VOLUMES], ids=["rates", "volumes"])
    @pytest.mark.parametrize("population", [None, {"call": 700, "web": 250}], ids=["simple", "stratified"])
    def test_are_those_of_the_linearised_rates(self, volumes: Any, population: Any) -> None:
        rows = drawn(np.random.default_rng(5))
        roles = {"stratum": "route", "population": population} if population else {"stratum": None}
        found = cdi.estimate(rows, by="kind", volumes=volumes, **roles)
        want = linearised(rows, volumes, population)
        assert correlations(found.rates, found.counts) == pytest.approx(want, abs=1e-9)

    def test_of_a_rate_without_spread_are_none(self) -> None:
        rows = drawn(np.random.default_rng(5)).assign(recorded=lambda rows: rows["recorded"] | (rows["kind"] == "a"))
        found = cdi.estimate(rows, by="kind")
        assert correlations(found.rates, None)[0].tolist() == [1, 0, 0, 0]

    def test_of_very_many_categories_are_taken_as_none(self) -> None:
        places = range(400)
        rows = pd.DataFrame({"kind": [f"k{i % 80}" for i in places], "recorded": [int(i % 7 > 0) for i in places]})
        found = cdi.estimate(rows, by="kind", joint=True)
        assert found.table.each == pytest.approx(0.95 ** (1 / 81))

    def test_of_classes_apart_leave_the_whole_alone(self) -> None:
        """By category a crime must be in its own class, and overall in any: their sums are not of the same crimes."""
        rows = drawn(np.random.default_rng(5)).rename(columns={"kind": "crime_type"})
        rows["recorded_as"] = np.where(rows["recorded"] == 1, np.where(rows.index % 9, rows["crime_type"], "c"), None)
        found = cdi.estimate(rows, by="crime_type")
        table = correlations(found.rates, None)
        assert table[-1].tolist() == [0, 0, 0, 1]
        assert abs(table[0, 1]) > 0


class TestLevels:
    @settings(max_examples=20, deadline=None)
    @given(seed=st.integers(0, 10**6), size=st.integers(2, 8), level=st.sampled_from([0.6, 0.9, 0.95, 0.99]))
    def test_lie_between_that_of_one_and_bonferroni(self, seed: int, size: int, level: float) -> None:
        loadings = np.random.default_rng(seed).normal(size=(size, 3))
        spread = loadings @ loadings.T + 0.1 * np.eye(size)
        scale = np.sqrt(np.diag(spread))
        each = level_together(spread / np.outer(scale, scale), level)
        assert level <= each <= 1 - (1 - level) / size

    @pytest.mark.parametrize("correlation", [-0.9, -0.3, 0.4, 0.8])
    @pytest.mark.parametrize("level", [0.9, 0.95])
    def test_of_two_are_those_of_the_normal_integral(self, correlation: float, level: float) -> None:
        spread = np.array([[1, correlation], [correlation, 1]])

        def inside(c: float) -> float:
            below = multivariate_normal([0, 0], spread).cdf
            return float(below([c, c]) - 2 * below([c, -c]) + below([-c, -c]))

        c = brentq(lambda c: inside(c) - level, 0.5, 4)
        assert level_together(spread, level) == pytest.approx(2 * norm.cdf(c) - 1, abs=5e-4)

    def test_of_one_row_is_the_level(self) -> None:
        rows = drawn(np.random.default_rng(2))
        alone, joint = (cdi.estimate(rows, by="", stratum=None, joint=each).table for each in (False, True))
        assert joint.each == pytest.approx(0.95)
        assert joint.rows[0].low == pytest.approx(alone.rows[0].low)

    def test_of_the_same_sample_are_the_same(self) -> None:
        rows = drawn(np.random.default_rng(2))
        found = [cdi.estimate(rows, by="kind", stratum=None) for _ in range(2)]
        assert len({level_of_each(each.rates, each.counts, 0.95) for each in found}) == 1


class TestTables:
    @pytest.mark.parametrize("method", ["wilson", "korn-graubard", "wald", "logit"])
    def test_hold_the_interval_of_the_method_at_that_level(self, method: str) -> None:
        found = cdi.estimate(drawn(np.random.default_rng(3)), by="kind", stratum=None, joint=True, method=method)
        each = found.table.each
        assert each is not None
        plain = found.rates.interval(level=each, method=method)
        assert [row.low for row in found.table.rows] == plain.low.tolist()
        assert {row.level for row in found.table.rows} == {0.95}
        assert all(any("joint" in note for note in row.notes) for row in found.table.rows)

    def test_map_counts_from_the_same_intervals(self) -> None:
        found = cdi.estimate(drawn(np.random.default_rng(3)), by="kind", stratum=None, volumes=VOLUMES, joint=True)
        for rate, count in zip(found.table.of("recording-rate"), found.table.of("unrecorded"), strict=True):
            volume = VOLUMES.get(rate.label[0], sum(VOLUMES.values()))
            assert count.high == pytest.approx(volume * (1 / rate.low - 1))
            assert count.low == pytest.approx(volume * (1 / rate.high - 1))

    def test_say_that_they_hold_together(self) -> None:
        text = str(cdi.estimate(drawn(np.random.default_rng(3)), by="kind", stratum=None, joint=True))
        assert text.startswith("Recording rate, joint 95% confidence intervals (wilson)")
        assert "hold together with 95% confidence" in " ".join(text.split())

    @pytest.mark.parametrize(
        ("terms", "code"),
        [
            ({"method": "published"}, "joint-published"),
            ({"style": "published"}, "joint-published"),
            ({"side": "lower"}, "joint-side"),
            ({"bounds": True}, "joint-measures"),
            ({"selection": "judgement"}, "not-representative"),
            ({"level": 2}, "level"),
        ],
    )
    def test_are_refused_where_there_are_none(self, terms: dict[str, Any], code: str) -> None:
        with pytest.raises(cdi.CdiError) as caught:
            cdi.estimate(drawn(np.random.default_rng(3)), by="kind", joint=True, **terms)
        assert [fault.code for fault in caught.value.faults] == [code]


@pytest.mark.long
def test_all_intervals_hold_as_often_as_they_say() -> None:
    """In 250 samples all four intervals hold the truth in 95% or more, less three standard errors of the simulation;
    each at 95% by itself would all hold less often."""
    rng, samples = np.random.default_rng(11), 250
    truth = {"a": 0.9, "b": 0.85, "c": 0.8}
    overall = sum(truth.values()) / 3  # each kind is as frequent
    held = {True: 0, False: 0}
    for _ in range(samples):
        rates = cdi.recording_rate(cdi.read_audit(drawn(rng), stratum=None), "kind")
        for joint in held:
            ends = rates.interval(level=level_of_each(rates, None, 0.95) if joint else 0.95)
            values = np.array([*truth.values(), overall])
            held[joint] += bool(np.all((ends.low <= values) & (values <= ends.high)))
    assert held[True] / samples >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / samples)
    assert held[False] < held[True]
