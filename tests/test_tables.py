"""The table that every result becomes: its columns, its overall rows, nothing rounded, nothing that is no number."""

from __future__ import annotations

import csv
import io
import json
import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import cdi
from cdi import wording
from cdi.measures import told
from cdi.printing.layout import SURFACES
from cdi.printing.layouts import lay_out
from cdi.printing.tables import arrange, compare_methods
from tests.strategies import Report, Sample, samples

COLUMNS = [
    "measure", "estimate", "low", "high", "level", "method", "se", "n", "recorded", "clusters", "n_eff", "df", "deff",
    "notes",
]  # fmt: skip

ROWS = pd.DataFrame({"type": ["violent"] * 40 + ["other"] * 50, "recorded": [1] * 35 + [0] * 5 + [1] * 46 + [0] * 4})


ALL_RECORDED = Sample((Report("A", "calls", ()), Report("B", "calls", (("violent", 1), ("sexual", 1)))), weighted=True)
"""The total of two categories in one report has a standard error, although its rate is 1."""


def rates_of(by: Any = "type", **roles: Any) -> cdi.Estimates:
    return cdi.recording_rate(cdi.read_audit(ROWS, **roles), by)


class TestColumns:
    def test_are_fixed(self) -> None:
        assert list(cdi.tabulate(rates_of()).columns) == ["type", *COLUMNS]
        assert list(cdi.tabulate(rates_of(())).columns) == ["category", *COLUMNS]
        assert list(wording.COLUMNS) == COLUMNS

    def test_have_the_same_types_whatever_is_in_them(self) -> None:
        full, blank = cdi.tabulate(rates_of()), cdi.tabulate(no_crimes())
        assert full.dtypes[COLUMNS].astype(str).tolist() == blank.dtypes[COLUMNS].astype(str).tolist()

    @pytest.mark.parametrize("name", ["measure", "n", "notes"])
    def test_may_not_be_the_name_of_a_category_column(self, name: str) -> None:
        rates = cdi.recording_rate(cdi.read_audit(ROWS.rename(columns={"type": name})), by=name)
        with pytest.raises(cdi.DesignError) as caught:
            cdi.tabulate(rates)
        assert caught.value.faults[0].code == "column-name-taken"

    def test_of_several_estimates_must_have_the_same_categories(self) -> None:
        with pytest.raises(cdi.DesignError) as caught:
            cdi.tabulate(rates_of(), rates_of(()))
        assert caught.value.faults[0].code == "domains-differ"


VOLUMES = {"violent": 8_000, "other": 9_000}


class TestOverallRows:
    def test_with_volumes_the_overall_rate_is_theirs(self) -> None:
        rates = rates_of()
        table = cdi.tabulate(rates, cdi.unrecorded(rates, VOLUMES))
        assert table["type"].tolist() == ["other", "violent", "all"] * 2
        assert table["measure"].tolist() == ["recording rate"] * 3 + ["unrecorded crimes"] * 3
        implied = 17_000 / (8_000 / (35 / 40) + 9_000 / (46 / 50))
        assert table["estimate"][2] == pytest.approx(implied, rel=1e-12)
        assert table["estimate"][5] == pytest.approx(17_000 * (1 / implied - 1), rel=1e-12)

    def test_with_a_frame_too_the_weighted_rate_stands_second(self) -> None:
        rates = rates_of(population=900)
        table = cdi.tabulate(rates, cdi.unrecorded(rates, VOLUMES))
        assert table["measure"].tolist()[2:4] == ["recording rate", "recording rate (weighted by frame)"]
        assert table["estimate"][3] == pytest.approx(81 / 90, rel=1e-12)

    def test_the_overall_row_comes_last_and_is_called_all(self) -> None:
        assert cdi.tabulate(rates_of(["type"]))["type"].tolist() == ["other", "violent", "all"]


class TestNumbers:
    def test_are_not_rounded(self) -> None:
        rates = rates_of()
        table = cdi.tabulate(rates)
        assert table["low"].tolist() == rates.interval().low.tolist()
        assert table["n_eff"].tolist() == rates.n_eff().tolist()

    def test_read_back_to_the_same(self) -> None:
        table = arrange(rates_of())
        page = lay_out(table)
        rows = json.loads(SURFACES["json"](page))["rows"]
        lines = list(csv.DictReader(io.StringIO(SURFACES["csv"](page))))
        for record, row, line in zip(table.rows, rows, lines, strict=True):
            for name in ("estimate", "low", "high", "se", "n_eff", "df", "deff"):
                assert row[name] == getattr(record, name) == float(line[name])

    @pytest.mark.parametrize("side", ["lower", "upper"])
    def test_of_a_bound_stand_alone(self, side: str) -> None:
        table = cdi.tabulate(rates_of(), side=side)
        blank, filled = ("high", "low") if side == "lower" else ("low", "high")
        assert table[blank].isna().all()
        assert table[filled].notna().all()
        assert table["notes"].str.contains(f"{side} limit only").all()

    @given(samples(), st.sampled_from([*cdi.METHODS]), st.integers(0, 5))
    @example(ALL_RECORDED, "wald", 1)
    def test_are_numbers_or_nothing(self, sample: Sample, method: str, R: int) -> None:
        """Never NaN or infinite; and what is blank says why."""
        rates = cdi.recording_rate(sample.audit(), "type")
        missing = cdi.unrecorded(rates, {row.label: 1_000 * R for row in rates.rows[:-1]})
        for row in arrange(rates, missing, method=method).rows:
            values = [row.estimate, row.low, row.high, row.se, row.n_eff, row.df, row.deff]
            assert all(value is None or math.isfinite(value) for value in values)
            if row.estimate is None and R:
                assert {"no-crimes", "none-recorded", "total-refused"} & set(told(row.facts))
        frame = cdi.tabulate(rates, missing, method=method)
        assert not any(value != value for value in frame["estimate"] if value is not pd.NA)


def no_crimes() -> cdi.Estimates:
    rows = pd.DataFrame({"type": ["a", "a", "b"], "due": [1, 1, 0], "recorded": [1, 0, None]})
    return cdi.recording_rate(cdi.read_audit(rows), by="type")


class TestBlanks:
    def test_are_na_in_pandas(self) -> None:
        table = cdi.tabulate(no_crimes())
        row = table.iloc[1]
        for name in ("estimate", "low", "high", "se", "n_eff", "df", "deff"):
            assert row[name] is pd.NA, name
        assert (row["n"], row["recorded"]) == (0, 0)
        assert row["notes"] == "no crimes in the sample, so there is no rate"

    def test_are_empty_in_csv_and_null_in_json(self) -> None:
        page = lay_out(arrange(no_crimes()))
        line = list(csv.DictReader(io.StringIO(SURFACES["csv"](page))))[1]
        row = json.loads(SURFACES["json"](page))["rows"][1]
        for name in ("estimate", "low", "high", "se", "n_eff", "df", "deff"):
            assert line[name] == ""
            assert row[name] is None
        assert not {"nan", "inf"} & set(SURFACES["csv"](page).casefold().replace("\n", ",").split(","))


class TestCompareMethods:
    def test_all_that_serve(self) -> None:
        framed = [row.method for row in compare_methods(21, 24, population=200).rows]
        assert framed == [*cdi.METHODS, *cdi.EXACT]
        assert [row.method for row in compare_methods(21, 24).rows] == list(cdi.METHODS)

    def test_one_side_or_level_leaves_out_what_cannot_answer(self) -> None:
        found = [row.method for row in compare_methods(21, 24, population=200, side="lower").rows]
        assert "published" not in found
        assert "exact" not in found
        assert "exact-equal-tailed" in found
        assert "published" not in [row.method for row in compare_methods(21, 24, level=0.9).rows]

    def test_each_is_the_interval_of_the_counts(self) -> None:
        for row in compare_methods(21, 24, population=200).rows:
            direct = cdi.count_interval(21, 24, population=200, method=row.method)
            if row.method == "wald":  # bare counts have z; a sample has the error of its design, and t
                continue
            assert [row.low, row.high] == pytest.approx([float(direct.low), float(direct.high)], rel=1e-12), row.method
