"""Disclosure control of all that is published of one sample: no number tells withheld categories apart."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import cdi
from cdi.disclosure.rules import Disclosure
from cdi.disclosure.samples import protect_result
from cdi.printing.tables import Record, Table

PUBLIC = Disclosure()
Counts = Mapping[str, tuple[int, int]]
NUMBERS = ("estimate", "low", "high", "se", "n", "recorded", "clusters", "n_eff", "df", "deff")


def rows(counts: Counts, column: str = "kind") -> pd.DataFrame:
    """Make rows: category -> (recorded, due)."""
    each = [(name, int(i < x)) for name, (x, n) in counts.items() for i in range(n)]
    return pd.DataFrame(each, columns=[column, "recorded"])


def gone(table: Table) -> set[tuple[str, ...]]:
    return {record.label for record in table.records if "suppressed" in record.notes}


def told(table: Table) -> list[Record]:
    return [record for record in table.records if "suppressed" not in record.notes]


class TestVolumes:
    COUNTS: ClassVar[Counts] = {"violent": (50, 60), "sexual": (6, 8), "other": (33, 40), "theft": (11, 12)}
    CRIME: ClassVar[Mapping[str, int]] = {"violent": 9_000, "sexual": 800, "other": 5_000, "theft": 3_000}

    def shown(self, counts: Counts, **terms: Any) -> Table:
        found = cdi.estimate(rows(counts), by="kind", volumes=dict(self.CRIME), **terms)
        return protect_result(found, PUBLIC).table

    def others(self) -> Iterator[Counts]:
        """Part what is left, 17 of 20, in every way that has the same two categories withheld."""
        for n, x in itertools.product(range(1, 10), range(10)):
            if x <= n and 0 <= 17 - x <= 20 - n:
                yield {**self.COUNTS, "sexual": (x, n), "theft": (17 - x, 20 - n)}

    @pytest.mark.parametrize("style", ["default", "published"])
    def test_tell_nothing_of_how_what_is_withheld_is_parted(self, style: str) -> None:
        here = self.shown(self.COUNTS, style=style)
        assert gone(here) == {("sexual",), ("theft",)}
        alike = [self.shown(counts, style=style) for counts in self.others()]
        assert len(alike) > 30
        assert all(table == here for table in alike)

    def test_keep_all_digits_of_a_total_that_follows_from_what_is_shown(self) -> None:
        together = {"violent": (50, 60), "other": (33, 40), "zz": (17, 20)}
        crime = {"violent": 9_000, "other": 5_000, "zz": 3_800}
        plain = cdi.estimate(rows(together), by="kind", volumes=crime).table
        whole = [record for record in self.shown(self.COUNTS).records if record.label == ("all",)]
        assert [record.notes[-1] for record in whole] == ["pooled", "pooled"]
        for record, other in zip(whole, [r for r in plain.records if r.label == ("all",)], strict=True):
            assert [getattr(record, name) for name in NUMBERS] == [getattr(other, name) for name in NUMBERS]

    def test_are_as_they_were_where_nothing_is_withheld(self) -> None:
        counts = {name: (10 * x, 10 * n) for name, (x, n) in self.COUNTS.items()}
        found = cdi.estimate(rows(counts), by="kind", volumes=dict(self.CRIME))
        shown = protect_result(found, PUBLIC)
        assert [replace(r, notes=()) for r in shown.table.records] == [
            replace(r, notes=()) for r in found.table.records
        ]

    @settings(max_examples=30)
    @given(seed=st.integers(0, 10**6))
    def test_tell_nothing_of_it_whatever_the_sample(self, seed: int) -> None:
        """Whose label is which, among the rows that are withheld, changes no number that is shown."""
        draw = np.random.default_rng(seed)
        size = int(draw.integers(60, 120))
        kind = draw.choice(list("abcde"), size, p=[0.35, 0.35, 0.18, 0.06, 0.06])
        recorded, cluster = draw.random(size) < 0.85, draw.integers(0, size // 2, size)
        crime = {name: 1_000 + 700 * i for i, name in enumerate(sorted(set(kind)))}

        def shown(kinds: npt.NDArray[np.str_]) -> Table:
            sample = pd.DataFrame({"kind": kinds, "recorded": recorded, "cluster": cluster})
            return protect_result(cdi.estimate(sample, by="kind", volumes=crime, cluster="cluster"), PUBLIC).table

        here = shown(kind)
        hidden = np.isin(kind, [label[0] for label in gone(here)])
        assume(("all",) not in gone(here) and len(set(kind[hidden])) > 1)
        other = kind.copy()
        other[hidden] = draw.permutation(kind[hidden])
        assert gone(shown(other)) != gone(here) or told(shown(other)) == told(here)
