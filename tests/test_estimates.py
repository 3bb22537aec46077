"""Estimates: columns, intervals at any level and by any method, the maps from rates to counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import cdi
from cdi.facts import Facts, Scope
from cdi.measures import MEASURES, told
from cdi.survey.estimates import ALL, Estimates, Subject


def of_rows(recorded: list[int], **roles: Any) -> Estimates:
    return cdi.recording_rate(cdi.read_audit(pd.DataFrame({"recorded": recorded}), **roles))


TWENTY_ONE = [1] * 21 + [0] * 3


class TestInterval:
    @pytest.mark.parametrize("method", [name for name in cdi.METHODS if name != "wald"])
    @pytest.mark.parametrize("population", [None, 200])
    def test_single_records_have_the_interval_of_their_counts(self, method: str, population: int | None) -> None:
        found = of_rows(TWENTY_ONE, population=population).interval(method=method)
        direct = cdi.count_interval(21, 24, population=population, method=method)
        assert [found.low[0], found.high[0]] == pytest.approx([float(direct.low), float(direct.high)], rel=1e-12)

    def test_wald_takes_the_error_of_the_design_and_t(self) -> None:
        found = of_rows(TWENTY_ONE, population=200).interval(method="wald")
        se = np.sqrt(0.875 * 0.125 / 23 * (1 - 24 / 200))
        t = 2.068657610419041  # t with 23 degrees of freedom at .975, R 4.2.2 qt
        assert [found.low[0], found.high[0]] == pytest.approx([0.875 - t * se, 0.875 + t * se], rel=1e-10)

    @pytest.mark.parametrize("method", cdi.EXACT)
    def test_exact_methods_serve_a_simple_sample_from_a_frame(self, method: str) -> None:
        found = of_rows(TWENTY_ONE, population=200).interval(method=method)
        direct = cdi.count_interval(21, 24, population=200, method=method)
        assert (found.low[0], found.high[0]) == (direct.low, direct.high)

    @pytest.mark.parametrize("side", ["lower", "upper"])
    def test_exact_one_sided(self, side: str) -> None:
        found = of_rows(TWENTY_ONE, population=200).interval(method="exact-equal-tailed", side=side)
        direct = cdi.count_interval(21, 24, population=200, method="exact-equal-tailed", side=side)
        assert [found.low[0], found.high[0]] == pytest.approx([float(direct.low), float(direct.high)], rel=1e-12)

    @pytest.mark.parametrize(
        ("rows", "roles", "code"),
        [
            ({"recorded": TWENTY_ONE}, {}, "exact-population"),
            ({"recorded": [1, 0, 1, 1], "cluster": [1, 1, 2, 3]}, {"population": 9}, "exact-needs-simple"),
            ({"recorded": [1, 0, 1, 1], "stratum": ["a", "a", "b", "b"]}, {}, "exact-needs-simple"),
            (
                {"recorded": [1, 0, 1, 1, 1], "stratum": list("aabbb"), "cluster": [1, 2, 3, 3, 4]},
                {"population": {"a": 9, "b": 9}},
                "exact-needs-simple",
            ),
            (
                {"recorded": [1, 0, 1, 1] * 20, "stratum": ["a", "a", "b", "b"] * 20},
                {"population": {"a": 900_000, "b": 9_000}},
                "exact-sums",
            ),
            ({"recorded": [1, 0, 1, 1], "weight": [1, 2, 3, 4]}, {}, "exact-needs-simple"),
        ],
    )
    def test_exact_methods_refuse_other_designs(self, rows: dict[str, Any], roles: dict[str, Any], code: str) -> None:
        rates = cdi.recording_rate(cdi.read_audit(pd.DataFrame(rows), **roles))
        with pytest.raises(cdi.MethodError) as caught:
            rates.interval(method="exact")
        assert caught.value.faults[0].code == code

    @pytest.mark.parametrize("side", ["lower", "upper"])
    def test_one_side_is_an_end_of_twice_the_tail(self, side: str) -> None:
        rates = of_rows(TWENTY_ONE)
        one, both = rates.interval(0.95, side=side), rates.interval(0.90)
        assert getattr(one, {"lower": "low", "upper": "high"}[side])[0] == pytest.approx(
            getattr(both, {"lower": "low", "upper": "high"}[side])[0], rel=1e-12
        )
        assert (one.high[0] == 1) if side == "lower" else (one.low[0] == 0)

    @pytest.mark.parametrize("level", [0.5, 1, 95, 0, -1, float("nan")])
    def test_levels_out_of_range(self, level: float) -> None:
        with pytest.raises(cdi.MethodError) as caught:
            of_rows(TWENTY_ONE).interval(level)
        assert caught.value.faults[0].code == "level"

    def test_unknown_names(self) -> None:
        with pytest.raises(cdi.MethodError, match="wilson"):
            of_rows(TWENTY_ONE).interval(method="wilsn")
        with pytest.raises(cdi.MethodError, match="lower"):
            of_rows(TWENTY_ONE).interval(side="larger")

    def test_any_level_takes_its_own_quantiles(self) -> None:
        """Only the published style knows 1.96. The higher the level, the less a design effect that was seen counts."""
        rows = pd.DataFrame({"recorded": [1, 0, 1, 1, 1, 1], "cluster": [1, 1, 2, 3, 3, 4]})
        rates = cdi.recording_rate(cdi.read_audit(rows))
        sizes = [rates.n_eff(level=level)[0] for level in (0.9, 0.95, 0.99)]
        assert sizes == sorted(sizes, reverse=True)
        assert len(set(sizes)) == 3
        # two crimes as if missed are the fewest
        assert rates.n_eff(level=0.8)[0] == rates.n_eff(level=0.9)[0]
        with pytest.raises(cdi.MethodError) as caught:
            rates.interval(0.9, "published")
        assert caught.value.faults[0].code == "published-terms"


@pytest.mark.parametrize("each", [11, 12, 40, 128, 300])
@pytest.mark.parametrize("by", [None, "kind"])
def test_reports_of_many_crimes_have_the_same_error_however_they_are_counted(each: int, by: str | None) -> None:
    """Of a data frame with one row a crime, the sums of a report are squared in a type that holds the square."""
    row = np.arange(4 * each)
    rows = pd.DataFrame({"report": row % 4, "kind": np.where(row % 3, "x", "y"), "recorded": (row % 7 > 0).astype(int)})
    words = rows.assign(decision=np.where(rows.recorded, "recorded", "not recorded")).drop(columns="recorded")
    one, other, decided = (
        cdi.recording_rate(cdi.read_audit(frame, cluster="report"), by=by)
        for frame in (rows, rows.assign(due=1), words)
    )
    for found in (one, decided):
        assert found.se.tolist() == other.se.tolist()
        assert found.n_eff().tolist() == other.n_eff().tolist()


class TestRows:
    def test_notes_are_added_and_nothing_else_changes(self) -> None:
        rates = of_rows(TWENTY_ONE)
        noted = rates.because([("few-df",)])
        assert told(noted.rows[0].facts) == (*told(rates.rows[0].facts), "few-df")
        assert noted.estimate.tolist() == rates.estimate.tolist()

    def test_the_overall_row(self) -> None:
        share = MEASURES["share"]
        assert Subject((ALL,), share, Facts(Scope.OVERALL)).whole
        assert Subject((ALL, ALL), share, Facts(Scope.SAMPLE)).whole
        assert not Subject((ALL, "calls"), share).whole
        # what a category is called decides nothing
        assert not Subject((ALL,), share).whole

    def test_is_frozen_and_knows_its_length(self) -> None:
        rates = of_rows(TWENTY_ONE)
        assert len(rates) == 1
        with pytest.raises(AttributeError):
            rates.keys = ()  # type: ignore[misc]

    def test_a_count_has_the_error_of_the_delta_method(self) -> None:
        rates = of_rows(TWENTY_ONE)
        missing = cdi.unrecorded(rates, 7_000)
        assert missing.se[0] == pytest.approx(7_000 * rates.se[0] / 0.875**2, rel=1e-14)
        assert missing.n_eff().tolist() == rates.n_eff().tolist()
