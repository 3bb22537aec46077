"""Crimes recorded in addition since the rate improved."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cdi
from cdi.binomial.differences import WithLimits, ratio

BEFORE, AFTER = cdi.of_counts(160, 200), cdi.of_counts(190, 200)


def by_type(**recorded: int) -> cdi.Estimates:
    rows = [(name, int(i < x)) for name, x in recorded.items() for i in range(100)]
    return cdi.recording_rate(cdi.read_audit(pd.DataFrame(rows, columns=["type", "recorded"])), by="type")


def test_overall_is_all_by_whatever_columns() -> None:
    rows = [{"t": t, "r": r, "recorded": x} for t in "ab" for r in "pq" for x in [1] * 8 + [0] * 2]
    sides = [cdi.recording_rate(cdi.read_audit(pd.DataFrame(rows)), by=["t", "r"]) for _ in range(2)]
    found = cdi.additionally_recorded({"all": 1_000, "a, p": 200}, sides[0], sides[1])
    assert [(row.label, row.estimate) for row in found.rows] == [(("all",), 0), (("a, p",), 0)]
    assert cdi.additionally_recorded(1_000, sides[0], sides[1]).rows[0].label == ("all",)
    with pytest.raises(cdi.DataError, match=r"expected a category of both audits\. There are: a, p"):
        cdi.additionally_recorded({}, sides[0], sides[1])


class TestAdditional:
    def test_is_recorded_crime_less_what_the_old_rate_would_have_recorded(self) -> None:
        row = cdi.additionally_recorded(9_500, BEFORE, AFTER).rows[0]
        one, other = (WithLimits(side.estimate, side.interval().low, side.interval().high) for side in (BEFORE, AFTER))
        low, high = ratio(one, other)
        assert row.estimate == pytest.approx(9_500 * (1 - 0.8 / 0.95), rel=1e-12)
        assert row.low == pytest.approx(9_500 * (1 - high[0]), rel=1e-12)
        assert row.high == pytest.approx(9_500 * (1 - low[0]), rel=1e-12)
        assert (row.n, row.recorded, row.clusters) == (None, None, None)

    def test_by_category(self) -> None:
        found = cdi.additionally_recorded({"violent": 1_000, "all": 5_000}, by_type(violent=60, other=80),
                                          by_type(other=90, violent=80))  # fmt: skip
        assert [row.label for row in found.rows] == [("violent",), ("all",)]
        assert found.rows[0].estimate == pytest.approx(250, rel=1e-12)
        assert found.table.to_pandas()["measure"].unique().tolist() == ["additional crimes recorded"]

    def test_of_published_rates(self) -> None:
        rates = cdi.PublishedRate(0.836, 0.018), cdi.PublishedRate(0.966, 0.014)
        row = cdi.additionally_recorded(189_432, *rates).rows[0]
        assert round(row.estimate or 0) == 25_493
        assert (row.low or 0) < 25_493 < (row.high or 0)

    def test_of_texts_results_and_frames_as_they_are_compared(self) -> None:
        rows = [pd.DataFrame({"recorded": [1] * x + [0] * (200 - x)}) for x in (160, 190)]
        known = cdi.additionally_recorded(9_500, BEFORE, AFTER)
        assert cdi.additionally_recorded(9_500, "160/200", "190/200") == known
        for sides in (rows, [cdi.estimate(each) for each in rows]):
            found = cdi.additionally_recorded(9_500, *sides).rows[0]
            assert (found.estimate, found.low) == pytest.approx((known.rows[0].estimate, known.rows[0].low))

    def test_prints_as_a_table_with_its_sentence(self) -> None:
        found = cdi.additionally_recorded(9_000, AFTER, BEFORE)
        assert found.page().grids[0].rows == (("all", "-1,700", "-2,700", "-900"),)
        assert found.said[0] in " ".join(str(found).split())

    def test_fewer_are_said_in_words(self) -> None:
        found = cdi.additionally_recorded(9_000, AFTER, BEFORE)
        assert (found.rows[0].estimate or 0) < 0
        assert found.said == (
            "An estimated 1,700 fewer crimes were recorded than at the earlier rate "
            "(95% confidence interval 900 to 2,700).",
        )

    def test_an_interval_that_goes_both_ways_names_them(self) -> None:
        sides = cdi.PublishedRate(0.8, 0.03), cdi.PublishedRate(0.82, 0.02)
        assert cdi.additionally_recorded(9_000, *sides).said == (
            "An estimated 220 more crimes were recorded than at the earlier rate "
            "(95% confidence interval 180 fewer to 610 more).",
        )
        (sentence,) = cdi.additionally_recorded(9_000, *sides[::-1]).said
        assert "fewer crimes were recorded" in sentence
        assert " more to " in sentence

    def test_counts_of_other_libraries_are_counts(self) -> None:
        found = cdi.additionally_recorded(np.int64(9_000), BEFORE, AFTER)
        assert found.rows == cdi.additionally_recorded(9_000, BEFORE, AFTER).rows

    def test_of_two_censuses_is_exact(self) -> None:
        found = cdi.additionally_recorded(9_500, *(cdi.of_counts(x, 200, selection="census") for x in (160, 190)))
        assert (found.rows[0].low, found.rows[0].high) == (None, None)
        assert found.said == ("An estimated 1,500 more crimes were recorded than at the earlier rate.",)

    @given(st.integers(1, 200), st.integers(1, 200))
    def test_the_interval_holds_the_estimate(self, one: int, other: int) -> None:
        row = cdi.additionally_recorded(1_000, cdi.of_counts(one, 200), cdi.of_counts(other, 200)).rows[0]
        assert row.estimate is not None
        assert row.high is not None
        assert row.high >= row.estimate - 1e-9
        assert row.low is None or row.low <= row.estimate + 1e-9

    @pytest.mark.parametrize(
        ("crime", "before", "after", "code"),
        [
            ({"sexual": 10}, by_type(violent=60, other=80), by_type(violent=60, other=80), "not-in-both"),
            (-1, BEFORE, AFTER, "not-a-count"),
            (10.5, BEFORE, AFTER, "not-a-count"),
            (True, BEFORE, AFTER, "not-a-count"),
            (10, cdi.of_counts(5, 9, selection="voluntary"), AFTER, "not-representative"),
            (10, cdi.unrecorded(by_type(violent=60), {"violent": 5_000}), AFTER, "not-rates"),
        ],
    )
    def test_what_cannot_be_is_refused(self, crime: Any, before: Any, after: Any, code: str) -> None:
        with pytest.raises(cdi.CdiError) as caught:
            cdi.additionally_recorded(crime, before, after)
        assert caught.value.faults[0].code == code
