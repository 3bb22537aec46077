"""Disclosure control of all that is published of one sample: no number tells withheld categories apart."""

from __future__ import annotations

import copy
import datetime as dt
import itertools
import json
import pickle
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl
import pytest
from click.testing import CliRunner
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import cdi
from cdi.cli.app import cli
from cdi.disclosure.results import protect_result
from cdi.disclosure.rules import Disclosure
from cdi.facts import PLAIN
from cdi.measures import told
from cdi.printing.tables import Row, Table

PUBLIC = Disclosure()
Counts = Mapping[str, tuple[int, int]]
NUMBERS = ("estimate", "low", "high", "se", "n", "recorded", "clusters", "n_eff", "df", "deff")


def rows(counts: Counts, column: str = "kind") -> pd.DataFrame:
    """Make rows: category -> (recorded, due)."""
    each = [(name, int(i < x)) for name, (x, n) in counts.items() for i in range(n)]
    return pd.DataFrame(each, columns=[column, "recorded"])


def gone(table: Table) -> set[tuple[str, ...]]:
    return {record.label for record in table.rows if "suppressed" in told(record.facts)}


def rows_told(table: Table) -> list[Row]:
    return [record for record in table.rows if "suppressed" not in told(record.facts)]


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
        whole = [record for record in self.shown(self.COUNTS).rows if record.label == ("all",)]
        assert [told(record.facts)[-1] for record in whole] == ["pooled", "pooled"]
        for record, other in zip(whole, [r for r in plain.rows if r.label == ("all",)], strict=True):
            assert [getattr(record, name) for name in NUMBERS] == [getattr(other, name) for name in NUMBERS]

    def test_of_both_overall_rates_are_their_own(self) -> None:
        """By recorded crime and by the sampling frame: one label, two rates."""
        sample = rows(self.COUNTS).assign(route=lambda frame: ["calls", "desk"] * (len(frame) // 2))
        terms: dict[str, Any] = {"stratum": "route", "population": {"calls": 900, "desk": 100}}

        def overall(frame: pd.DataFrame, crime: Mapping[str, int]) -> list[list[float | None]]:
            found = cdi.estimate(frame, by="kind", volumes=dict(crime), **terms)
            shown = protect_result(found, PUBLIC).table
            return [[getattr(row, name) for name in NUMBERS] for row in shown.rows if row.whole and not row.counted]

        together = sample.replace({"kind": {"sexual": "zz", "theft": "zz"}})
        by_crime, by_frame = overall(sample, self.CRIME)
        assert by_crime[0] != by_frame[0]
        assert [by_crime, by_frame] == overall(together, {"violent": 9_000, "other": 5_000, "zz": 3_800})

    def test_are_as_they_were_where_nothing_is_withheld(self) -> None:
        counts = {name: (10 * x, 10 * n) for name, (x, n) in self.COUNTS.items()}
        found = cdi.estimate(rows(counts), by="kind", volumes=dict(self.CRIME))
        shown = protect_result(found, PUBLIC)
        assert [replace(r, facts=PLAIN) for r in shown.table.rows] == [
            replace(r, facts=PLAIN) for r in found.table.rows
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
        assert gone(shown(other)) != gone(here) or rows_told(shown(other)) == rows_told(here)

    @pytest.mark.parametrize(
        "names",
        [
            {"sexual": 2, "theft": 4, "violent": 1, "other": 3},
            {"sexual": 2.0, "theft": 4.5, "violent": 1.0, "other": 3.0},
            {name: dt.datetime(2024, month, 1, 3) for month, name in enumerate(COUNTS, 1)},
            {"sexual": "s'x\"", "theft": "t%", "violent": "withheld", "other": "withheld_"},
            {"sexual": " s ", "theft": None, "violent": "v", "other": "o"},
        ],
        ids=["whole", "float", "time", "odd", "blank"],
    )
    @pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb"])
    def test_whatever_categories_are_made_of(self, names: Mapping[str, object], engine: str) -> None:
        sample = rows(self.COUNTS)
        sample["kind"] = [names[kind] for kind in sample["kind"]]
        source: Any = sample
        if engine == "polars":
            source = pl.from_pandas(sample)
        if engine == "duckdb":
            source = duckdb.connect().from_df(sample)
        labels = {record.n: record.label[0] for record in cdi.estimate(source, by="kind").table.rows}
        crime = {labels[n]: self.CRIME[name] for name, (_, n) in self.COUNTS.items()}
        shown = protect_result(cdi.estimate(source, by="kind", volumes=crime), PUBLIC).table
        assert gone(shown) == {(labels[8],), (labels[12],)}
        here = [record for record in self.shown(self.COUNTS).rows if record.label == ("all",)]
        whole = [record for record in shown.rows if record.label == ("all",)]
        assert [(r.estimate, told(r.facts)[-1]) for r in whole] == [
            (pytest.approx(r.estimate, rel=1e-12), told(r.facts)[-1]) for r in here
        ]


class TestDesigns:
    def test_a_total_that_cannot_be_made_again_keeps_its_counts_alone(self) -> None:
        """Crime types in wards, wards being strata: put together they would be moved from ward to ward."""
        sample = pd.concat([
            rows({"x": (5, 8), "y": (30, 40)}, "kind").assign(ward="A"),
            rows({"x": (20, 30), "y": (11, 12)}, "kind").assign(ward="B"),
        ])  # fmt: skip
        frame = pd.DataFrame({"ward": ["A", "B"], "population": [900, 500]})
        found = cdi.estimate(sample, by=["ward", "kind"], stratum="ward", volumes=frame)
        shown = protect_result(found, PUBLIC).table
        assert gone(shown)
        whole = shown.rows[-1]
        assert (whole.estimate, whole.n, told(whole.facts)[-1]) == (None, 90, "unsafe")

    def test_strata_that_share_a_variance_are_put_together_too(self) -> None:
        counts = {"A": (5, 8), "B": (11, 14), "C": (31, 40), "D": (49, 60), "E": (1, 1)}
        frame = pd.DataFrame({"ward": list(counts), "population": [900, 1_700, 4_100, 7_300, 50]})
        joined = {"single_cluster": "collapse", "collapse": {"E": "D"}}
        tables = []
        for a, b in (((5, 8), (11, 14)), ((6, 9), (10, 13))):
            sample = rows({**counts, "A": a, "B": b}, "ward")
            found = cdi.estimate(sample, by="ward", stratum="ward", volumes=frame, **joined)  # type: ignore[arg-type]
            tables.append(protect_result(found, PUBLIC).table)
        assert gone(tables[0]) == gone(tables[1]) >= {("A",), ("E",)}
        assert rows_told(tables[0]) == rows_told(tables[1])
        assert tables[0].rows[-1].estimate is not None

    def test_strata_that_lie_in_each_other_are_put_together(self) -> None:
        """Wards in routes: what is put together has other names, and is as many strata as before."""
        parts = {"w1": ("r1", (5, 8)), "w2": ("r2", (11, 14)), "w3": ("r3", (31, 40)), "w4": ("r3", (49, 60))}
        sample = pd.concat([rows({ward: each}, "ward").assign(route=route) for ward, (route, each) in parts.items()])
        frame = pd.DataFrame(
            [(ward, route, 1_000 * i) for i, (ward, (route, _)) in enumerate(parts.items(), 1)],
            columns=["ward", "route", "population"],
        )
        for by in ("route", "ward"):
            found = cdi.estimate(sample, by=by, stratum=("ward", "route"), volumes=frame)
            shown = protect_result(found, PUBLIC).table
            assert len(gone(shown)) > 1

    def test_two_reports_are_two_people(self) -> None:
        """However many crimes they tell of."""
        sample = rows({"asian": (12, 12), "white": (50, 60), "black": (33, 40)}, "ethnicity")
        sample["cluster"] = [i % 2 if i < 12 else i for i in range(len(sample))]
        shown = protect_result(cdi.estimate(sample, by="ethnicity", cluster="cluster"), PUBLIC).table
        assert ("asian",) in gone(shown)


class TestComparisons:
    THIS: ClassVar[Counts] = {"violent": (50, 60), "sexual": (6, 8), "other": (33, 40), "theft": (11, 12)}
    LAST: ClassVar[Counts] = {"violent": (50, 70), "sexual": (16, 28), "other": (37, 49), "theft": (21, 32)}
    BEFORE: ClassVar[Counts] = {"violent": (44, 61), "sexual": (5, 7), "other": (35, 42), "theft": (14, 19)}
    NAMES = ("this.csv", "last.csv", "before.csv")

    @pytest.fixture
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        for name, counts in zip(self.NAMES, (self.THIS, self.LAST, self.BEFORE), strict=True):
            rows(counts).to_csv(tmp_path / name, index=False)
        crime = pd.DataFrame({"kind": list(TestVolumes.CRIME), "recorded_crime": list(TestVolumes.CRIME.values())})
        crime.to_csv(tmp_path / "crime.csv", index=False)
        monkeypatch.chdir(tmp_path)
        return tmp_path

    def printed(self, *args: str) -> list[dict[str, Any]]:
        done = CliRunner().invoke(cli, ["compare", *args, "--by", "kind", "--format", "json"])
        assert done.exit_code == 0, done.output
        found: list[dict[str, Any]] = json.loads(done.output)["rows"]
        return found

    def protected(self, found: cdi.Comparison) -> list[dict[str, Any]]:
        table = cdi.protect(found, PUBLIC).table
        return [dict(zip(table.columns, row, strict=True)) for row in table.values()]

    def test_keep_each_interval_at_its_level(self, folder: Path) -> None:
        found = self.printed(*self.NAMES[:2], "--volumes", "crime.csv", "--volumes", "crime.csv")
        found = [row for row in found if row["measure"] == "difference"]
        of = {(row["kind"], row["level"]): row for row in found}
        assert len(of) == len(found)
        for kind in ("violent", "all"):
            assert of[kind, 0.95]["low"] < of[kind, 0.9]["low"]
        assert of["sexual", 0.95]["estimate"] is None
        assert "combined into one" not in of["violent", 0.95]["notes"]
        assert "combined into one" in of["all", 0.95]["notes"]

    @pytest.mark.parametrize("volumes", [True, False])
    @pytest.mark.parametrize("kind", ["difference", "ratio"])
    def test_are_protected_alike_in_python_and_by_the_command_line(
        self, folder: Path, kind: str, *, volumes: bool
    ) -> None:
        names = self.NAMES[:2]
        known = ["crime.csv", "crime.csv"] if volumes else None
        options = ["--kind", kind, *(["--volumes", "crime.csv"] * 2 if volumes else [])]
        printed = self.printed(*names, *options)
        assert any("combined into one" in row["notes"] for row in printed) == volumes
        of_files = cdi.compare(*names, by="kind", kind=kind, volumes=known, names=names)
        assert self.protected(of_files) == printed
        assert cdi.protect(of_files, PUBLIC).sides == ()
        crime = "crime.csv" if volumes else None
        results = [cdi.estimate(name, by="kind", volumes=crime) for name in names]
        assert self.protected(cdi.compare(*results, kind=kind, names=names)) == printed

    def test_are_protected_alike_where_there_are_several(self, folder: Path) -> None:
        known = ["--volumes", "crime.csv"] * 3
        found = cdi.changes(self.NAMES[::-1], by="kind", volumes=["crime.csv"] * 3, names=self.NAMES[::-1])
        printed = self.printed(*self.NAMES, *known)
        assert any("combined into one" in row["notes"] for row in printed)
        assert self.protected(found) == printed

    def test_are_as_they_were_internally(self, folder: Path) -> None:
        found = cdi.compare(*self.NAMES[:2], by="kind", names=self.NAMES[:2])
        internal = cdi.protect(found, Disclosure("internal")).table
        assert [replace(row, facts=PLAIN) for row in internal.rows] == [
            replace(row, facts=PLAIN) for row in found.table.rows
        ]

    def test_that_are_saved_hold_no_row(self) -> None:
        sides = [rows(counts).assign(name="Jane Doe") for counts in (self.THIS, self.LAST)]
        found = cdi.compare(*sides, by="kind", volumes=[dict(TestVolumes.CRIME)] * 2)
        assert copy.deepcopy(found).sides == found.sides
        kept = pickle.dumps(found)
        assert b"Jane Doe" not in kept
        back = pickle.loads(kept)  # noqa: S301 - written a moment ago
        assert back == found
        assert [side.name for side in back.sides] == [side.name for side in found.sides]
        # what has to be estimated again needs the rows, and says so
        with pytest.raises(cdi.DataError) as caught:
            cdi.protect(back, PUBLIC)
        assert [fault.code for fault in caught.value.faults] == ["rows-not-kept"]
