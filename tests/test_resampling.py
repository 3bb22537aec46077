"""Kinds of report stand for all of them; jackknife and bootstrap are what plain loops over reports give."""

from __future__ import annotations

import csv
import pickle
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cdi
from cdi.errors import DataError, DesignError, MethodError
from cdi.resampling.bootstrap import draw_again, spread_of
from cdi.resampling.jackknife import leave_out
from cdi.resampling.resampled import STILL
from cdi.resampling.units import Ratio, Units
from cdi.survey.basis import of_domains
from cdi.survey.kinds import kinds_of
from cdi.survey.totals import Totals, total
from tests import at_most
from tests.reference import reference
from tests.strategies import Report, Sample, samples
from tests.test_basis import incidents
from tests.test_cli import refused, said

Floats = npt.NDArray[np.float64]

ROOT = Path(__file__).parents[1]
DECISIONS = str(ROOT / "data" / "examples" / "decisions.csv")

EXACT = 1e-12
BOUND = 4.5
"""Standard errors of a simulation, at a fixed seed, that what it estimates may lie away."""


def by_type(sample: Sample) -> Totals:
    return total(sample.audit(), "type")


# ---- kinds of report


class TestKinds:
    @given(samples())
    def test_their_sums_are_those_of_the_reports(self, sample: Sample) -> None:
        totals = by_type(sample)
        kinds = kinds_of(totals)
        for name in (each.name for each in fields(totals.cells)):
            assert getattr(kinds.totals.cells, name).tolist() == getattr(totals.cells, name).tolist()
        assert kinds.reports.sum() == len(sample.reports)
        if totals.sharing:
            for name in (each.name for each in fields(totals.pairs())):
                assert getattr(kinds.totals.pairs(), name).tolist() == getattr(totals.pairs(), name).tolist()

    @given(samples())
    @at_most(12)
    def test_rates_of_them_are_rates_of_the_audit(self, sample: Sample) -> None:
        audit = sample.audit()
        for by in (None, (), "type", ["stratum", "type"]):
            one, other = audit.kinds(by).rates(), cdi.recording_rate(audit, by)
            assert one.rows == other.rows
            for name in ("rate", "se", "se_endless", "due", "recorded", "reports", "df", "largest", "largest_share"):
                assert np.array_equal(getattr(one.basis, name), getattr(other.basis, name), equal_nan=True), name
            assert np.array_equal(one.interval().low, other.interval().low, equal_nan=True)

    @given(samples(), st.randoms(use_true_random=False))
    @at_most(12)
    def test_the_order_of_rows_is_nothing_to_them(self, sample: Sample, random: Any) -> None:
        rows = sample.crime_rows()
        again = random.sample(rows, len(rows))
        one, other = (sample.audit(each).kinds("type") for each in (rows, again))
        assert one.to_pandas().equals(other.to_pandas())

    @given(samples())
    def test_each_stands_for_the_reports_that_are_alike(self, sample: Sample) -> None:
        held = [
            (report.stratum, sample.weight(report), report.due(), report.recorded())
            for report in sample.reports
        ]  # fmt: skip
        frame = sample.audit().kinds(()).to_pandas()
        listed = [
            (row["stratum"], row["due"], row["recorded"])
            for row in frame.to_dict("records")
            for _ in range(row["reports"])
        ]
        assert sorted(listed) == sorted((stratum, due, recorded) for stratum, _, due, recorded in held)

    @pytest.mark.parametrize("engine", ["pandas", "polars", "pyarrow", "duckdb"])
    @pytest.mark.parametrize("by", [(), "crime_type", ["force", "crime_type"]])
    def test_every_engine_gives_the_same(self, engine: str, by: Any) -> None:
        rows = SHARED
        made: dict[str, Callable[[], object]] = {
            "pandas": lambda: rows,
            "polars": lambda: pl.from_pandas(rows).lazy(),
            "pyarrow": lambda: pa.Table.from_pandas(rows),
            "duckdb": lambda: duckdb.from_df(rows),
        }
        roles: dict[str, Any] = {"cluster": "incident", "stratum": "force"}
        expected = cdi.read_audit(rows, **roles).kinds(by).to_pandas()
        assert cdi.read_audit(made[engine](), **roles).kinds(by).to_pandas().equals(expected)

    def test_a_pickle_holds_no_row_and_no_number_of_a_report(self) -> None:
        rows = SHARED.assign(incident=[f"SECRET{i}" for i in SHARED["incident"]])
        kinds = cdi.read_audit(rows, cluster="incident").kinds("crime_type")
        kept = pickle.dumps(kinds)
        assert b"SECRET" not in kept
        again = pickle.loads(kept)  # noqa: S301 - written a moment ago
        assert again.to_pandas().equals(kinds.to_pandas())
        one, other = (cdi.contrast(each.rates(), "other", "violent").table.rows[0] for each in (again, kinds))
        assert (one.estimate, one.low, one.high, one.se) == (other.estimate, other.low, other.high, other.se)

    def test_saved_rates_of_them_can_be_contrasted_and_those_of_rows_cannot(self) -> None:
        audit = cdi.read_audit(SHARED, cluster="incident")
        of_kinds, of_rows = (
            pickle.loads(pickle.dumps(each))  # noqa: S301 - written a moment ago
            for each in (audit.kinds("crime_type").rates(), cdi.recording_rate(audit, "crime_type"))
        )
        assert cdi.contrast(of_kinds, "other", "violent").table.rows[0].se
        with pytest.raises(DataError, match="an audit with its rows"):
            cdi.contrast(of_rows, "other", "violent")

    def test_classes_by_category_and_in_any_class_overall(self) -> None:
        audit = cdi.read_audit(DECISIONS)
        totals = total(audit, "crime_type")
        kinds = kinds_of(totals)
        assert kinds.totals.cells.recorded.tolist() == totals.cells.recorded.tolist()
        assert kinds.totals.lenient.cells.recorded.tolist() == totals.lenient.cells.recorded.tolist()
        assert kinds.totals.cells.recorded.tolist() != kinds.totals.lenient.cells.recorded.tolist()
        assert kinds.rates().estimate.tolist() == cdi.recording_rate(audit, "crime_type").estimate.tolist()
        assert "in own class" in kinds.to_pandas()

    def test_a_table_of_counts_is_of_single_records(self) -> None:
        table = pd.DataFrame({"type": ["a", "b"], "due": [120, 70], "recorded": [100, 65]})
        kinds = cdi.read_audit(table, due="due", layout="counts").kinds("type")
        listed = [tuple(row.values()) for row in kinds.to_pandas().to_dict("records")]
        assert listed == [("a", 1, 1, 0, 20), ("a", 2, 1, 1, 100), ("b", 3, 1, 0, 5), ("b", 4, 1, 1, 65)]

    def test_reports_stated_beside_the_file_hold_no_crime(self) -> None:
        rows = pd.DataFrame({"incident": ["A", "B"], "route": ["x", "y"], "recorded": [1, 0]})
        frame = pd.DataFrame({"route": ["x", "y"], "population": [90, 80], "sample": [5, 7]})
        kinds = cdi.read_audit(rows, cluster="incident", stratum="route", population=frame).kinds()
        listed = [(row["route"], row["due"], row["reports"]) for row in kinds.to_pandas().to_dict("records")]
        assert listed == [("x", 0, 4), ("x", 1, 1), ("y", 0, 6), ("y", 1, 1)]


N = 400
PLACE = np.arange(N)
SHARED = pd.DataFrame({
    "incident": PLACE * 2 // 3,
    "force": np.array(["East", "North"])[PLACE * 2 // 3 % 2],
    "crime_type": np.array(["other", "violent", "sexual"])[PLACE * 7 % 11 % 3],
    "recorded": (PLACE * 13 % 17 > 2).astype(int),
})  # fmt: skip


# ---- plain loops over reports


def plain_jackknife(sample: Sample, figure: Callable[[dict[str, Floats]], float]) -> float:
    """Leave out each report in turn, with exact weights; the variance of Wolter, chapter 4."""
    found = 0.0
    for stratum, reports in sample.strata.items():
        n = len(reports)
        left = 1.0 if sample.population is None else 1 - n / sample.population[stratum]
        if not left:
            continue
        values = [figure(sums_of(sample, report, n / (n - 1))) for report in reports]
        mean = sum(values) / n
        found += left * (n - 1) / n * sum((value - mean) ** 2 for value in values)
    return found


def sums_of(sample: Sample, without: Report | None, factor: float) -> dict[str, Floats]:
    """Add up due and recorded by kind, without one report; the others of its stratum count for more."""
    kinds = sorted({kind for report in sample.reports for kind, _ in report.crimes})
    found = {kind: np.zeros(2) for kind in [*kinds, "all"]}
    for report in sample.reports:
        if report is without:
            continue
        weight = float(sample.weight(report))
        if without is not None and report.stratum == without.stratum:
            weight *= factor
        for kind in kinds:
            own = weight * np.array([report.due(kind), report.recorded(kind)], dtype=float)
            found[kind] += own
            found["all"] += own
    return found


def rate_of(kind: str) -> Callable[[dict[str, Floats]], float]:
    def rate(sums: dict[str, Floats]) -> float:
        due, recorded = sums[kind]
        return recorded / due if due else np.nan

    return rate


def by_volumes(volumes: dict[str, float]) -> Callable[[dict[str, Floats]], float]:
    def rate(sums: dict[str, Floats]) -> float:
        if any(sums[kind][1] <= 0 for kind in volumes):
            return np.nan
        crimes = sum(volume * sums[kind][0] / sums[kind][1] for kind, volume in volumes.items())
        return sum(volumes.values()) / crimes

    return rate


class TestJackknife:
    @given(samples(reports=(2, 7)))
    def test_each_report_left_out_by_itself(self, sample: Sample) -> None:
        totals = by_type(sample)
        units = Units.of(kinds_of(totals))
        for i, name in enumerate([*(label[0] for label in totals.domains), "all"]):
            found = leave_out(units, Ratio.of_column(i)).variance()
            assert found == pytest.approx(plain_jackknife(sample, rate_of(name)), rel=EXACT, abs=1e-25, nan_ok=True)

    @given(samples(reports=(2, 7)), st.integers(1, 9))
    def test_of_a_rate_that_recorded_crime_implies(self, sample: Sample, crime: int) -> None:
        totals = by_type(sample)
        names = [label[0] for label in totals.domains]
        volumes = {name: 1000.0 * (crime + i) for i, name in enumerate(names)}
        if len(names) < 2 or not all(of_domains(totals).rate > 0):
            return
        ratio = Ratio(np.arange(len(names)), np.array(list(volumes.values())))
        found = leave_out(Units.of(kinds_of(totals)), ratio).variance()
        expected = plain_jackknife(sample, by_volumes(volumes))
        assert found == pytest.approx(expected, rel=1e-11, abs=1e-24, nan_ok=True)

    @given(samples(crimes=(1, 1), kinds=["violent"]))
    def test_of_a_sum_it_is_linearisation(self, sample: Sample) -> None:
        """Where each report holds one crime, the overall rate is a sum of reports whatever is left out."""
        if sample.weighted:
            sample = sample.mapped(lambda report: replace(report, weight=3))
        rates = cdi.recording_rate(sample.audit(), by=())
        found = leave_out(Units.of(kinds_of(rates.totals)), Ratio.of_column(0)).variance()  # type: ignore[arg-type]
        assert found == pytest.approx(rates.se[0] ** 2, rel=EXACT, abs=1e-25)

    @given(samples(crimes=(1, 2), kinds=["violent"], reports=(2, 6)), st.integers(2, 5))
    def test_a_report_beside_its_copies_is_that_many(self, sample: Sample, times: int) -> None:
        """Kinds with many reports give what as many reports give by themselves."""
        copied = replace(
            sample,
            population=None,
            reports=tuple(
                replace(report, name=f"{report.name}/{i}") for report in sample.reports for i in range(times)
            ),
        )
        units = Units.of(kinds_of(by_type(copied)))
        found = leave_out(units, Ratio.of_column(units.columns - 1)).variance()
        assert found == pytest.approx(plain_jackknife(copied, rate_of("all")), rel=1e-11, abs=1e-25)

    def test_r_centres_at_the_mean_of_all(self) -> None:
        """``survey`` holds replicates against the mean of all of them, and we against that of their stratum."""
        rates = cdi.recording_rate(incidents(), by=())
        found = leave_out(Units.of(kinds_of(rates.totals)), Ratio.of_column(0))  # type: ignore[arg-type]
        golden = reference("audit/jackknife_JKn")
        assert found.estimate == pytest.approx(golden["p"], rel=EXACT)
        assert found.variance() ** 0.5 == pytest.approx(golden["se"], rel=1e-6)
        centre = (found.times * found.rate).sum() / found.times.sum()
        n = found.drawn[found.group]
        theirs = (found.left[found.group] * (n - 1) / n * found.times * (found.rate - centre) ** 2).sum()
        assert theirs**0.5 == pytest.approx(golden["se"], rel=EXACT)

    def test_no_variance_where_leaving_a_report_out_leaves_no_crime(self) -> None:
        sample = Sample((
            Report("A", "x", (("violent", 1),)), Report("B", "x", (("other", 1),)), Report("C", "x", (("other", 0),)),
        ))  # fmt: skip
        units = Units.of(kinds_of(by_type(sample)))
        assert np.isnan(leave_out(units, Ratio.of_column(1)).variance())
        assert leave_out(units, Ratio.of_column(0)).variance() > 0


# ---- samples drawn again


def drawn(units: Units, ratio: Ratio, replicates: int, seed: int) -> Floats:
    return draw_again(units, [ratio], replicates, np.random.default_rng(seed))[0]


class _Every:
    """Stands for a generator of random numbers: gives every sample that can be drawn, each as often as it comes."""

    def __init__(self, size: int) -> None:
        self.size = size

    def multinomial(self, n: int, chances: Sequence[float], size: int) -> npt.NDArray[np.int64]:
        reports = np.repeat(np.arange(len(chances)), np.rint(np.array(chances) * self.size).astype(int))
        draws = list(product(reports, repeat=n))
        assert len(draws) == size
        return np.array([np.bincount(each, minlength=len(chances)) for each in draws])


class TestBootstrap:
    @pytest.mark.parametrize("frame", [None, 9, 40])
    @pytest.mark.parametrize("answers", [(1, 0, 0), (1, 1, 0, 1), (0, 1, 0, 1)])
    def test_over_all_samples_that_can_be_drawn_the_variance_of_a_sum_is_exact(
        self, answers: Sequence[int], frame: int | None
    ) -> None:
        n = len(answers)
        rates = cdi.recording_rate(pd.DataFrame({"recorded": answers}), by=(), population=frame)
        units = Units.of(kinds_of(rates.totals))  # type: ignore[arg-type]
        every: Any = _Every(n)
        found = np.concatenate([draw_again(units, [Ratio.of_column(0)], n ** (n - 1), every)[0]])
        assert found.mean() == pytest.approx(rates.estimate[0], rel=EXACT)
        assert found.var() == pytest.approx(rates.se[0] ** 2, rel=EXACT)

    @pytest.mark.parametrize("seed", range(5))
    @given(sample=samples(crimes=(1, 1), kinds=["violent"], strata=(1, 4), reports=(3, 12)))
    def test_of_a_sum_it_is_linearisation_within_the_error_of_the_simulation(self, seed: int, sample: Sample) -> None:
        if sample.weighted:
            sample = sample.mapped(lambda report: replace(report, weight=3))
        rates = cdi.recording_rate(sample.audit(), by=())
        found = spread_of(drawn(Units.of(kinds_of(rates.totals)), Ratio.of_column(0), 2_000, seed), 0.95)  # type: ignore[arg-type]
        assert found is not None
        if rates.se[0] <= STILL:
            assert found.se <= STILL
            return
        assert abs(found.se - rates.se[0]) <= BOUND * found.error

    def test_of_a_ratio_it_is_near(self) -> None:
        rates = cdi.recording_rate(incidents(), by=())
        found = spread_of(drawn(Units.of(kinds_of(rates.totals)), Ratio.of_column(0), 10_000, 4), 0.95)  # type: ignore[arg-type]
        assert found is not None
        golden = reference("audit/rao_wu_bootstrap_4000")["se"]
        # theirs has an error of its own, which is that of 4,000 samples
        assert abs(found.se - golden) <= BOUND * found.error * (1 + 10_000 / 4_000) ** 0.5

    def test_its_error_is_that_of_as_many_samples(self) -> None:
        units = Units.of(kinds_of(cdi.recording_rate(incidents(), by=()).totals))  # type: ignore[arg-type]
        spreads = [spread_of(drawn(units, Ratio.of_column(0), 500, seed), 0.95) for seed in range(200)]
        found = np.array([each.se for each in spreads if each is not None])
        errors = np.array([each.error for each in spreads if each is not None])
        assert errors.mean() == pytest.approx(found.std(ddof=1), rel=BOUND * (1 / 2 / 200) ** 0.5)

    def test_a_report_alone_stands_for_its_square(self) -> None:
        rows = pd.DataFrame({
            "route": ["x"] * 30 + ["y"], "recorded": [1] * 25 + [0] * 6,
        })  # fmt: skip
        audit = cdi.read_audit(rows, stratum="route", single_cluster="adjust", population={"x": 300, "y": 10})
        rates = cdi.recording_rate(audit, by=())
        units = Units.of(kinds_of(rates.totals))  # type: ignore[arg-type]
        jackknife = leave_out(units, Ratio.of_column(0)).variance() ** 0.5
        spread = spread_of(drawn(units, Ratio.of_column(0), 20_000, 1), 0.95)
        assert spread is not None
        # a ratio of two sums, since leaving the only report out leaves fewer crimes
        assert jackknife == pytest.approx(rates.se[0], rel=0.05)
        assert spread.se == pytest.approx(rates.se[0], rel=0.05)

    def test_strata_audited_in_full_are_not_drawn_again(self) -> None:
        rows = pd.DataFrame({"route": ["x"] * 20 + ["y"] * 20, "recorded": [1, 1, 1, 0] * 10})
        audit = cdi.read_audit(rows, stratum="route", population={"x": 20, "y": 400})
        units = Units.of(kinds_of(total(audit, None)))
        found = draw_again(units, [Ratio.of_column(0), Ratio.of_column(1)], 50, np.random.default_rng(1))
        assert set(found[0].tolist()) == {0.75}
        assert len(set(found[1].tolist())) > 5

    def test_no_sample_is_held_by_its_reports(self) -> None:
        rng = np.random.default_rng(3)
        reports, replicates = 20_000, 2_000
        rows = pd.DataFrame(
            {"route": rng.integers(0, 40, reports), "recorded": (rng.random(reports) < 0.9).astype(int)}
        )
        units = Units.of(kinds_of(total(cdi.read_audit(rows, stratum="route"), None)))
        ratios = [Ratio.of_column(i) for i in range(units.columns)]
        tracemalloc.start()
        draw_again(units, ratios, replicates, np.random.default_rng(1))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 0.05 * 8 * reports * replicates


# ---- the call


class TestCoverage:
    def test_of_kinds_is_that_of_the_audit(self) -> None:
        audit = cdi.read_audit(SHARED, cluster="incident", stratum="force")
        crime = {"other": 9_000, "violent": 4_000, "sexual": 700}
        kept = pickle.loads(pickle.dumps(audit.kinds("crime_type")))  # noqa: S301 - written a moment ago
        one = cdi.coverage(kept, volumes=crime, draws=200)
        assert one == cdi.coverage(audit, "crime_type", volumes=crime, draws=200)
        of_kinds, of_rows = (cdi.coverage(each, recorded_crime=900, draws=50) for each in (audit.kinds(), audit))
        assert of_kinds == of_rows

    def test_of_kinds_takes_nothing_that_needs_the_rows(self) -> None:
        kinds = cdi.read_audit(SHARED, cluster="incident").kinds("crime_type")
        frame = pd.DataFrame({"crime_type": ["other"], "population": [900]})
        given: list[dict[str, Any]] = [{"by": "force"}, {"cluster": "incident"}, {"volumes": frame}]
        for each in given:
            with pytest.raises(MethodError, match="no such options with kinds of report"):
                cdi.coverage(kinds, draws=5, **each)
        classes = cdi.read_audit(DECISIONS).kinds("crime_type")
        with pytest.raises(DataError, match="an audit with its rows"):
            cdi.coverage(classes, draws=5)


class TestCall:
    def test_numbers_are_those_of_the_estimate_with_two_more_beside(self) -> None:
        audit = incidents()
        crime = {"violence": 30_100, "sexual": 2_450, "other": 33_900}
        estimated = cdi.estimate(audit, volumes=crime)
        found = cdi.resample(estimated, replicates=2_000, seed=4)
        assert found.bases.rows == estimated.table.rows
        for line in found.rows:
            assert line.row.se is not None
            assert line.jackknife.se == pytest.approx(line.row.se, rel=0.03)
            assert line.bootstrap.se == pytest.approx(line.row.se, rel=0.2)
            assert line.jackknife.low == pytest.approx(line.row.low, rel=0.03)
        assert found.to_pandas()["method"].value_counts().to_dict() == {"wilson": 9, "jackknife": 9, "bootstrap": 18}

    def test_the_same_however_it_is_asked_for(self) -> None:
        rows = incidents()
        asked = [rows, cdi.estimate(rows), cdi.recording_rate(rows), rows.kinds()]
        one, *others = (cdi.resample(each, replicates=300, seed=4).table for each in asked)
        assert all(other == one for other in others)
        kept = pickle.loads(pickle.dumps(rows.kinds()))  # noqa: S301 - written a moment ago
        assert cdi.resample(kept, replicates=300, seed=4).table == one

    def test_a_generator_is_drawn_on_and_the_order_of_rows_is_nothing(self) -> None:
        sample = SHARED.sample(frac=1, random_state=1)
        roles: dict[str, Any] = {"by": "crime_type", "cluster": "incident", "replicates": 200}
        one = cdi.resample(SHARED, seed=np.random.default_rng(8), **roles)
        assert cdi.resample(sample, seed=8, **roles).table == one.table
        assert cdi.resample(sample, seed=9, **roles).table != one.table
        generator = np.random.default_rng(8)
        assert cdi.resample(SHARED, seed=generator, **roles).table == one.table
        assert cdi.resample(SHARED, seed=generator, **roles).table != one.table
        assert "seed" not in " ".join(one.sentences)

    def test_recorded_crime_with_kinds(self) -> None:
        audit = cdi.read_audit(SHARED, cluster="incident")
        crime = {"other": 9_000, "violent": 4_000, "sexual": 700}
        kinds = cdi.resample(audit.kinds("crime_type"), volumes=crime, replicates=200)
        assert kinds.table == cdi.resample(audit, "crime_type", volumes=crime, replicates=200).table
        one = cdi.resample(audit.kinds(()), recorded_crime=13_700, replicates=200)
        assert one.table == cdi.resample(audit, (), recorded_crime=13_700, replicates=200).table

    def test_classes_of_records(self) -> None:
        crime = {"other": 9_000, "violent": 4_000, "sexual": 700}
        found = cdi.resample(DECISIONS, "crime_type", volumes=crime, replicates=4_000)
        assert found.bases.rows == cdi.estimate(DECISIONS, "crime_type", volumes=crime).table.rows
        for line in found.rows:
            assert line.jackknife.se == pytest.approx(line.row.se, rel=0.05)
            assert line.bootstrap.se == pytest.approx(line.row.se, rel=0.1)

    def test_where_nothing_can_be_said_a_note_says_why(self) -> None:
        rows = pd.DataFrame({
            "type": ["a"] * 2 + ["b"] * 40 + ["c"] * 20, "recorded": [1, 0, *([1, 1, 1, 0] * 10), *([1] * 20)],
        })  # fmt: skip
        found = {line.row.label[0]: line for line in cdi.resample(rows, "type", replicates=400).rows}
        assert (found["a"].bootstrap.se, found["a"].error, found["a"].agree) == (None, None, None)
        assert "no bootstrap: in some samples drawn again there is no such figure" in found["a"].row.notes
        assert found["a"].jackknife.se is not None
        assert found["c"].row.se == found["c"].jackknife.se == found["c"].bootstrap.se == 0
        assert any(note.startswith("all standard errors are 0") for note in found["c"].row.notes)
        assert found["b"].agree is True

    def test_pages_say_what_was_done_and_whether_it_agrees(self) -> None:
        said = " ".join(cdi.resample(incidents(), by=(), replicates=500, seed=4).sentences)
        assert "500 samples are drawn again from the 480 reports, from seed 4." in said
        assert "in each stratum" in said
        assert "by the size of the frame" in said
        assert "Bootstrap and linearisation agree within the error of the simulation." in said

    def test_people_are_refused_in_public_and_small_rows_withheld(self) -> None:
        rows = SHARED.assign(ethnicity=np.array(["x", "y"])[PLACE * 2 // 3 % 2])
        found = cdi.resample(rows, "ethnicity", cluster="incident", replicates=50)
        with pytest.raises(DataError, match="a column of people"):
            cdi.protect(found, cdi.Disclosure())
        assert cdi.protect(found, cdi.Disclosure("internal")) == found
        few = pd.DataFrame({"type": ["a"] * 4 + ["b"] * 60 + ["c"] * 60, "recorded": [1, 1, 1, 0] * 31})
        shown = cdi.protect(cdi.resample(few, "type", replicates=50), cdi.Disclosure())
        for line, row in zip(shown.rows, shown.bases.rows, strict=True):
            assert line.row.label == row.label
            assert not row.withheld or (line.jackknife.se, line.bootstrap.se, line.error) == (None, None, None)


class TestCommandLine:
    AUDIT = str(ROOT / "data" / "examples" / "exampleshire_audit.csv")

    def test_prints_what_python_gives(self, tmp_path: Path) -> None:
        args = ("resample", self.AUDIT, "--by", "crime_type", "--replicates", "200", "--seed", "4")
        printed = said(*args, cwd=tmp_path)
        found = cdi.resample(self.AUDIT, "crime_type", replicates=200, seed=4)
        page = cdi.protect(found, cdi.Disclosure()).page()
        assert all(" ".join(text.split()) in " ".join(printed.split()) for text in page.statements)
        assert printed == said(*args, cwd=tmp_path)
        assert printed != said(*args[:-1], "5", cwd=tmp_path)
        said(*args, "-o", "a.csv", cwd=tmp_path)
        with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
            held = [float(row["se"]) for row in csv.DictReader(file) if row["se"]]
        assert held == [row.se for row in found.table.rows if row.se is not None]

    @pytest.mark.parametrize(
        ("args", "told"),
        [
            (("--by", "ward"), "expected rates that are not by a column of people, but found ward."),
            (("--replicates", "1"), "expected replicates as a whole number, 2 or more, but found 1."),
            (("--replicates", "90000000"), "Ask for fewer samples, such as --replicates 1000"),
            (("--population", "240"), "A census has no sampling error"),
            (("--selection", "judgement"), "judgement"),
        ],
    )
    def test_refuses_in_its_own_terms(self, args: tuple[str, ...], told: str, tmp_path: Path) -> None:
        assert told in " ".join(refused("resample", self.AUDIT, *args, cwd=tmp_path).split())


COUNTS = pd.DataFrame({"type": ["a", "b"], "due": [120, 70], "recorded": [100, 65]})
LONELY = pd.DataFrame({"route": ["x"] * 30 + ["y"], "recorded": [1] * 25 + [0] * 6})

REFUSED: dict[str, Callable[[], Any]] = {
    "kinds-of-counts": lambda: cdi.read_audit(COUNTS, due="due", layout="counts", deff=1.5).kinds("type"),
    "undecided": lambda: cdi.read_audit(
        pd.DataFrame({"case": range(3), "decision": ["recorded", "", "no crime"]})
    ).kinds(),
    "resample-idle": lambda: cdi.resample(cdi.estimate(SHARED, cluster="incident"), "crime_type"),
    "kinds-with-a-frame": lambda: cdi.resample(
        cdi.read_audit(SHARED, cluster="incident").kinds("crime_type"),
        volumes=pd.DataFrame({"crime_type": ["other"], "population": [900]}),
    ),
    "resample-measures": lambda: cdi.resample(cdi.estimate(DECISIONS, measures=["recording-rate", "classification"])),
    "resample-chance": lambda: cdi.resample(
        cdi.estimate(SHARED, cluster="incident", by=(), recorded_crime=9_000, prediction=True)
    ),
    "resample-method": lambda: cdi.resample(SHARED, method="exact"),
    "unknown-method": lambda: cdi.resample(SHARED, method="wilso"),
    "resample-many": lambda: cdi.resample(SHARED, replicates=50_000_000),
    "resample-census": lambda: cdi.resample(SHARED.head(20), population=20),
    "resample-average": lambda: cdi.resample(LONELY, stratum="route", single_cluster="average"),
    "not-representative": lambda: cdi.resample(SHARED, selection="judgement"),
    "rows-not-kept": lambda: cdi.resample(
        pickle.loads(pickle.dumps(cdi.estimate(SHARED, cluster="incident")))  # noqa: S301 - written a moment ago
    ),
}


CODES = {"kinds-with-a-frame": "resample-idle"}


@pytest.mark.parametrize("code", REFUSED)
def test_what_cannot_be_drawn_again_is_refused(code: str) -> None:
    with pytest.raises((DataError, DesignError, MethodError)) as caught:
        REFUSED[code]()
    assert [item.code for item in caught.value.faults] == [CODES.get(code, code)]
