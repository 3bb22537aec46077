"""Sums by domain and stratum, on every engine, and the variance of a total."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given

import cdi
from cdi.audits.strata import Strata
from cdi.survey.totals import Cells, blocks, spread, total
from tests.strategies import Sample, samples

ROWS = pd.DataFrame(
    {
        "route": ["calls", "calls", "calls", "calls", "online", "online", "online"],
        "incident": ["A", "A", "A", "B", "C", "D", "D"],
        "type": ["violent", "violent", "other", "other", None, "violent", "other"],
        "due": [1, 1, 1, 2, 0, 1, 1],
        "recorded": [1, 0, 1, 1, 0, 1, 0],
    }
)
ENGINES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": lambda rows: rows,
    "polars": pl.from_pandas,
    "polars lazy": lambda rows: pl.from_pandas(rows).lazy(),
    "pyarrow": pa.Table.from_pandas,
    "duckdb": lambda rows: duckdb.from_arrow(pa.Table.from_pandas(rows)),
}


def cells_of(rows: Any = ROWS, by: Any = "type", **roles: Any) -> tuple[Any, Cells]:
    totals = total(cdi.read_audit(rows, **{"stratum": "route", "cluster": "incident", "due": "due", **roles}), by)
    return totals, totals.cells


def listed(cells: Cells) -> list[tuple[Any, ...]]:
    return list(zip(*(getattr(cells, name).tolist() for name in Cells.__slots__), strict=True))


class TestSums:
    @pytest.mark.parametrize("engine", ENGINES)
    def test_by_domain_and_stratum(self, engine: str) -> None:
        """By hand. A has two violent crimes (one recorded) and one other; B two others, one recorded; D one of each."""
        totals, cells = cells_of(ENGINES[engine](ROWS))
        assert totals.domains == (("other",), ("violent",))
        assert totals.strata.labels == (("calls",), ("online",))
        # domain, stratum, weight, y, x, yy, xy, xx, reports, with crimes, largest y
        assert listed(cells) == [
            (0, 0, 1.0, 3, 2, 5, 3, 2, 2, 2, 2),
            (0, 1, 1.0, 1, 0, 1, 0, 0, 1, 1, 1),
            (1, 0, 1.0, 2, 1, 4, 2, 1, 1, 1, 2),
            (1, 1, 1.0, 1, 1, 1, 1, 1, 1, 1, 1),
        ]
        assert listed(totals.whole) == [(0, 0, 1.0, 5, 3, 13, 8, 5, 2, 2, 3), (0, 1, 1.0, 2, 1, 4, 2, 1, 2, 1, 2)]

    @pytest.mark.parametrize("engine", ENGINES)
    def test_pairs_of_domains_that_share_reports(self, engine: str) -> None:
        totals, _ = cells_of(ENGINES[engine](ROWS))
        pairs = totals.pairs()
        found = list(zip(*(getattr(pairs, name).tolist() for name in type(pairs).__slots__), strict=True))
        # one, other, stratum, weight, y y', y x', x x'
        assert found == [
            (0, 1, 0, 1.0, 2, 1, 1),
            (0, 1, 1, 1.0, 1, 1, 0),
            (1, 0, 0, 1.0, 2, 2, 1),
            (1, 0, 1, 1.0, 1, 0, 0),
        ]
        assert totals.sharing
        assert not totals.by_strata

    def test_strata_are_the_domains_unless_others_are_named(self) -> None:
        totals, cells = cells_of(by=None)
        assert totals.by_strata
        assert not totals.sharing
        assert [(row[0], row[1], row[3], row[4]) for row in listed(cells)] == [(0, 0, 5, 3), (1, 1, 2, 1)]
        assert cells_of(by=())[0].domains == ()

    def test_weight_of_the_frame(self) -> None:
        totals, _ = cells_of(population={"calls": 50, "online": 12})
        assert totals.whole.weight.tolist() == [25.0, 6.0]

    def test_weights_of_reports_keep_their_cells_apart(self) -> None:
        rows = ROWS.assign(w=ROWS["incident"].map({"A": 2.0, "B": 3.0, "C": 1.0, "D": 1.0}))
        totals, _ = cells_of(rows, weight="w")
        expected = [(0, 0.5, 3), (0, 0.75, 2), (1, 0.25, 2)]  # in units of a power of two: 4
        assert [(row[1], row[2], row[3]) for row in listed(totals.whole)] == expected

    def test_an_absent_column(self) -> None:
        with pytest.raises(cdi.DataError) as caught:
            cells_of(by="typ")
        assert [item.code for item in caught.value.faults] == ["no-column"]
        assert "'type'" in caught.value.faults[0].hint

    @pytest.mark.parametrize("engine", ["pandas", "polars", "pyarrow", "duckdb"])
    @pytest.mark.parametrize("alike", ["violent ", " violent"])
    def test_spaces_do_not_split_a_category(self, engine: str, alike: str) -> None:
        """Two spellings in one report are still one report, with two crimes."""
        rows = ROWS.assign(type=["violent", alike, *ROWS["type"][2:]])
        totals, cells = cells_of(ENGINES[engine](rows))
        expected, plain = cells_of()
        assert totals.domains == expected.domains
        assert listed(cells) == listed(plain)
        assert totals.pairs().due_due.tolist() == expected.pairs().due_due.tolist()

    def test_every_kind_of_blank_is_one_category(self) -> None:
        rows = ROWS.assign(type=["", None, float("nan"), "other", None, " ", "other"])
        totals, cells = cells_of(rows)
        assert totals.domains == (("(blank)",), ("other",))
        assert [(row[1], row[3], row[4], row[8]) for row in listed(cells)][:2] == [(0, 3, 2, 1), (1, 1, 1, 1)]

    @given(samples())
    def test_against_loops(self, sample: Sample) -> None:
        found = total(sample.audit(), "type")
        for i, (kind,) in enumerate(found.domains):
            for h, stratum in enumerate(sorted(sample.strata)):
                reports = sample.strata[stratum]
                here = (found.cells.domain == i) & (found.cells.stratum == h)
                y, x = [r.due(kind) for r in reports], [r.recorded(kind) for r in reports]
                assert found.cells.due[here].sum() == sum(y)
                assert found.cells.due_recorded[here].sum() == sum(a * b for a, b in zip(y, x, strict=True))
                assert found.cells.recorded_recorded[here].sum() == sum(b * b for b in x)
                assert found.cells.with_crimes[here].sum() == sum(a > 0 for a in y)


class TestSpread:
    """The variance of a total of scores, from sums of scores and of their squares."""

    @staticmethod
    def strata(**changes: Any) -> Strata:
        labels = (("a",), ("b",), ("c",))
        usual = {"population": np.array([40.0, 30.0, 3.0]), "weighted": False, "group": np.arange(3)}
        return Strata(
            ("h",),
            labels,
            np.array([4, 3, 3]),
            **{**usual, "single_cluster": "error", **changes},  # type: ignore[arg-type]
        )

    SCORES = ([1.0, 2.0, 3.0, 6.0], [0.0, 0.0, 9.0], [1.0, 5.0, 7.0])

    def found(self, strata: Strata, *scores: list[float]) -> Any:
        zeros = np.zeros(len(scores), dtype=np.int64)
        where = blocks(strata, zeros, np.arange(len(scores)))
        first = np.array([sum(u) for u in scores])
        second = np.array([sum(v * v for v in u) for u in scores])
        return spread(strata, where, first, second, 1)

    def test_of_three_strata_of_which_one_is_a_census(self) -> None:
        found = self.found(self.strata(), *self.SCORES)
        parts = [len(u) * float(np.var(u, ddof=1)) for u in self.SCORES]
        assert found.without[0] == pytest.approx(sum(parts), rel=1e-14)
        assert found.corrected[0] == pytest.approx(0.9 * parts[0] + 0.9 * parts[1], rel=1e-14)

    def test_without_a_frame(self) -> None:
        found = self.found(self.strata(population=None), *self.SCORES)
        assert found.corrected[0] == found.without[0]

    def test_joined_strata_share_a_mean(self) -> None:
        found = self.found(self.strata(group=np.array([0, 0, 1])), *self.SCORES)
        together = [*self.SCORES[0], *self.SCORES[1]]
        assert found.corrected[0] == pytest.approx(0.9 * 7 * float(np.var(together, ddof=1)), rel=1e-14)

    def test_scores_that_are_all_alike_have_no_variance(self) -> None:
        strata = self.strata(population=None)
        assert self.found(strata, [0.1] * 4, [0.7] * 3, [1 / 3] * 3).without[0] == 0
