"""The regression net: what holds for every sample, whatever its numbers."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import cdi
from cdi import wording
from cdi.facts import Scope
from cdi.printing.tables import Row, arrange
from tests import at_most
from tests.strategies import Report, Sample, counts, counts_on_a_frame, crimes_by_kind, levels, samples

LAWFUL = [name for name in cdi.METHODS if name not in {"wald", "published", "agresti-coull"}]
# logit and arcsine give korn-graubard at 0 and n: above a level of 95% the limits are not monotone there
MONOTONE = [name for name in LAWFUL if name not in {"logit", "arcsine"}]


def numbers(rates: cdi.Estimates, level: float = 0.95) -> np.ndarray[Any, Any]:
    """All that a row says, as one array."""
    interval = rates.interval(level)
    rests = rates.basis
    columns = [rates.estimate, rates.se, interval.low, interval.high, rates.n_eff(level=level), rests.df, rests.deff]
    return np.array([*columns, rests.due, rests.recorded, rests.reports], dtype=float)


def same(found: np.ndarray[Any, Any], expected: np.ndarray[Any, Any]) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


def parted(sample: Sample, most: Fraction | None) -> Sample:
    """Record crimes in the reports that count for most, and in no other: a weighted rate is then not their share."""

    def of(report: Report) -> Report:
        return replace(report, crimes=tuple((kind, int(sample.weight(report) == most)) for kind, _ in report.crimes))

    return sample.mapped(of)


NOTE_OF_WEIGHTS = wording.NOTES["weighted"]


def rows_of(sample: Sample, by: Any) -> tuple[Row, ...]:
    return arrange(cdi.recording_rate(sample.audit(), by)).rows


def is_plain(row: Row) -> bool:
    """Tell whether a rate is the ratio of the counts beside it."""
    return row.estimate == pytest.approx((row.recorded or 0) / (row.n or 1), rel=1e-12)


def held_in(sample: Sample, by: str, label: str | None) -> list[tuple[Report, int]]:
    """Give the reports with the crimes due that a row is of; a row without a label is of all."""
    if label is None:
        return [(report, report.due()) for report in sample.reports]
    if by == "type":
        return [(report, report.due(label)) for report in sample.reports]
    return [(report, report.due()) for report in sample.reports if report.stratum == label]


class TestSamples:
    @at_most(12)
    @given(samples(), st.randoms(use_true_random=False), st.sampled_from([None, "type"]))
    def test_row_order_does_not_matter(self, sample: Sample, shuffle: random.Random, by: str | None) -> None:
        rows = sample.crime_rows()
        mixed = rows.copy()
        shuffle.shuffle(mixed)
        expected = cdi.recording_rate(sample.audit(), by)
        found = cdi.recording_rate(sample.audit(mixed), by)
        assert found.rows == expected.rows
        np.testing.assert_array_equal(numbers(found), numbers(expected))

    @at_most(12)
    @given(samples())
    def test_names_of_strata_and_reports_do_not_matter(self, sample: Sample) -> None:
        renamed = sample.mapped(lambda r: replace(r, stratum=f"{r.stratum}, so called", name=f"no. {r.name}"))
        if sample.population:
            renamed = replace(renamed, population={f"{h}, so called": N for h, N in sample.population.items()})
        same(numbers(cdi.recording_rate(renamed.audit())), numbers(cdi.recording_rate(sample.audit())))

    @at_most(12)
    @given(samples(), st.integers(2, 1000), st.sampled_from([None, "type"]))
    def test_scale_of_weights_does_not_matter(self, sample: Sample, scale: int, by: str | None) -> None:
        sample = replace(sample, population=None, weighted=True)
        heavier = sample.mapped(lambda r: replace(r, weight=scale * r.weight))
        found, expected = cdi.recording_rate(heavier.audit(), by), cdi.recording_rate(sample.audit(), by)
        same(numbers(found), numbers(expected))

    @at_most(12)
    @given(samples())
    def test_one_row_a_crime_is_one_row_a_report(self, sample: Sample) -> None:
        found = cdi.recording_rate(sample.audit(sample.report_rows(), pl.DataFrame))
        np.testing.assert_array_equal(numbers(found), numbers(cdi.recording_rate(sample.audit())))

    @at_most(12)
    @given(samples(frame=True))
    def test_reports_without_crimes_may_be_stated_beside_the_file(self, sample: Sample) -> None:
        """One row a crime, the rest in a ``sample`` column of the volumes."""
        held = [row for row in sample.crime_rows() if row["due"]]
        assume({row["stratum"] for row in held} == set(sample.strata))
        volumes = pd.DataFrame(
            [
                {"stratum": h, "population": (sample.population or {})[h], "sample": len(reports)}
                for h, reports in sample.strata.items()
            ]
        )
        audit = cdi.read_audit(pl.DataFrame(held), cluster="incident", due=None, weight=None, population=volumes)
        same(numbers(cdi.recording_rate(audit)), numbers(cdi.recording_rate(sample.audit())))

    @at_most(12)
    @given(samples(), st.sampled_from([None, "type"]), levels())
    def test_swapping_recorded_and_unrecorded_mirrors(self, sample: Sample, by: str | None, level: float) -> None:
        rates, mirrored = cdi.recording_rate(sample.audit(), by), cdi.recording_rate(sample.swapped().audit(), by)
        np.testing.assert_allclose(mirrored.estimate, 1 - rates.estimate, atol=1e-12)
        np.testing.assert_allclose(mirrored.se, rates.se, atol=1e-12)
        for method in LAWFUL:
            here, there = rates.interval(level, method), mirrored.interval(level, method)
            np.testing.assert_allclose(there.low, 1 - here.high, atol=1e-9, err_msg=method)
            np.testing.assert_allclose(there.high, 1 - here.low, atol=1e-9, err_msg=method)

    @at_most(12)
    @given(samples(), st.sampled_from([None, "type"]))
    def test_intervals_nest_hold_the_estimate_and_stay_in_bounds(self, sample: Sample, by: str | None) -> None:
        rates = cdi.recording_rate(sample.audit(), by)
        known = np.isfinite(rates.estimate)
        for method in MONOTONE:
            inner, outer = rates.interval(0.8, method), rates.interval(0.95, method)
            for interval in (inner, outer):
                assert (interval.low[known] >= 0).all()
                assert (interval.high[known] <= 1).all()
                assert (interval.low[known] <= rates.estimate[known] + 1e-12).all()
                assert (interval.high[known] >= rates.estimate[known] - 1e-12).all()
            assert (outer.low[known] <= inner.low[known] + 1e-12).all(), method
            assert (outer.high[known] >= inner.high[known] - 1e-12).all(), method
        assert np.isnan(rates.interval().low[~known]).all()

    @at_most(12)
    @given(samples())
    def test_domains_add_up_to_the_whole(self, sample: Sample) -> None:
        for by in (None, "type", ("stratum", "type")):
            rates = cdi.recording_rate(sample.audit(), by)
            totals = rates.totals
            assert totals is not None
            for name in ("due", "recorded"):
                parts = (totals.cells.weight * getattr(totals.cells, name)).sum()
                whole = (totals.whole.weight * getattr(totals.whole, name)).sum()
                assert parts == pytest.approx(whole, rel=1e-12)
            assert rates.basis.due[:-1].sum() == rates.basis.due[-1]
            assert rates.basis.recorded[:-1].sum() == rates.basis.recorded[-1]

    @at_most(12)
    @given(samples(), st.sampled_from([None, "type"]))
    def test_pandas_and_polars_agree(self, sample: Sample, by: str | None) -> None:
        expected, found = (
            cdi.recording_rate(sample.audit(), by),
            cdi.recording_rate(sample.audit(frame=pd.DataFrame), by),
        )
        assert found.rows == expected.rows
        np.testing.assert_array_equal(numbers(found), numbers(expected))

    @at_most(12)
    @given(samples())
    def test_a_stratum_named_in_two_columns_is_the_same_stratum(self, sample: Sample) -> None:
        rows = [{**row, "force": row["stratum"][:5], "route": row["stratum"][5:]} for row in sample.crime_rows()]
        two = replace(sample, by_hand={"stratum": ["force", "route"]})
        if sample.population:
            two = replace(two, population={(h[:5], h[5:]): N for h, N in sample.population.items()})
        types = {"type": pl.String, "recorded": pl.Int64}
        audit = two.audit(rows, lambda data: pl.DataFrame(data, schema_overrides=types))
        same(numbers(cdi.recording_rate(audit)), numbers(cdi.recording_rate(sample.audit())))
        same(numbers(cdi.recording_rate(audit, "type")), numbers(cdi.recording_rate(sample.audit(), "type")))

    @at_most(12)
    @given(samples(strata=(1, 1), frame=False))
    def test_a_report_without_crimes_changes_n_alone(self, sample: Sample) -> None:
        n = len(sample.reports)
        more = replace(sample, reports=(*sample.reports, replace(sample.reports[0], name="empty", crimes=())))
        before = cdi.recording_rate(sample.audit(), "type")
        after = cdi.recording_rate(more.audit(), "type")
        np.testing.assert_array_equal(after.estimate, before.estimate)
        np.testing.assert_array_equal(after.basis.df, before.basis.df)
        np.testing.assert_array_equal(after.basis.due, before.basis.due)
        assert after.basis.reports[-1] == n + 1
        # n / (n - 1) is all that knows of it
        same(after.se**2 * n / (n + 1), before.se**2 * (n - 1) / n)

    @at_most(12)
    @given(samples(strata=(1, 1), reports=(4, 9), crimes=(1, 3), frame=False), st.integers(2, 5))
    def test_copies_of_the_sample_shrink_the_error(self, sample: Sample, times: int) -> None:
        n = len(sample.reports)
        copies = tuple(replace(r, name=f"{r.name}/{i}") for i in range(times) for r in sample.reports)
        once = cdi.recording_rate(sample.audit(), by=())
        often = cdi.recording_rate(replace(sample, reports=copies).audit(), by=())
        assert often.estimate[0] == pytest.approx(once.estimate[0], rel=1e-12)
        factor = (n - 1) / (times * n - 1)  # 1 / times, but for n / (n - 1)
        assert often.se[0] == pytest.approx(once.se[0] * np.sqrt(factor), rel=1e-9)
        narrow, wide = often.interval(), once.interval()
        assert narrow.high[0] - narrow.low[0] < wide.high[0] - wide.low[0]

    @at_most(12)
    @given(samples(frame=True))
    def test_a_census_has_no_width(self, sample: Sample) -> None:
        everything = {h: len(reports) for h, reports in sample.strata.items()}
        rates = cdi.recording_rate(replace(sample, population=everything).audit(), "type")
        for method in LAWFUL:
            interval = rates.interval(method=method)
            np.testing.assert_array_equal(interval.low, rates.estimate)
            np.testing.assert_array_equal(interval.high, rates.estimate)
        assert (rates.se == 0).all()
        assert np.isnan(rates.n_eff()).all()
        assert (rates.basis.df == 0).all()

    @at_most(12)
    @given(samples(frame=True), st.integers(1, 500))
    def test_a_larger_frame_is_never_narrower(self, sample: Sample, more: int) -> None:
        assume(len(sample.strata) == 1)
        larger = replace(sample, population={h: N + more for h, N in (sample.population or {}).items()})
        near, far = cdi.recording_rate(sample.audit(), ()), cdi.recording_rate(larger.audit(), ())
        assert far.se[0] >= near.se[0]
        assert far.interval().low[0] <= near.interval().low[0] + 1e-12
        assert far.interval().high[0] >= near.interval().high[0] - 1e-12


class TestWeighted:
    """A row says that its rate is weighted if, and only if, other answers could make it another than recorded / due."""

    @at_most(12)
    @given(samples(), st.sampled_from(["stratum", "type"]))
    def test_is_noted_where_weights_can_part_a_rate_from_its_counts(self, sample: Sample, by: str) -> None:
        for place, row in enumerate(rows_of(sample, by)):
            label = None if row.whole else row.label[0]
            weights = [sample.weight(report) for report, due in held_in(sample, by, label) if due]
            if weights:
                again = rows_of(parted(sample, max(weights)), by)[place]
                assert (NOTE_OF_WEIGHTS in row.notes) is not is_plain(again)
                assert again.notes.count(NOTE_OF_WEIGHTS) == int(not is_plain(again))
            else:
                assert NOTE_OF_WEIGHTS not in row.notes

    @at_most(12)
    @given(samples(), st.sampled_from(["stratum", "type", []]))
    def test_is_the_ratio_of_its_counts_where_nothing_is_noted(self, sample: Sample, by: Any) -> None:
        assert all(NOTE_OF_WEIGHTS in row.notes or not row.n or is_plain(row) for row in rows_of(sample, by))

    @at_most(12)
    @given(samples(frame=True), st.sampled_from(["stratum", "type", []]), st.integers(1, 9))
    def test_is_noted_nowhere_where_all_reports_count_alike(self, sample: Sample, by: Any, times: int) -> None:
        """A census is one of these: each of its reports counts for itself."""
        alike = {h: times * len(reports) for h, reports in sample.strata.items()}
        rows = rows_of(replace(sample, population=alike), by)
        assert not any(NOTE_OF_WEIGHTS in row.notes for row in rows)
        assert all(row.facts.census for row in rows if row.n) is (times == 1)

    @at_most(12)
    @given(samples(strata=(1, 1), frame=True), st.sampled_from(["type", []]))
    def test_is_noted_nowhere_in_one_stratum(self, sample: Sample, by: Any) -> None:
        assert not any(NOTE_OF_WEIGHTS in row.notes for row in rows_of(sample, by))

    @at_most(12)
    @given(samples(), st.lists(st.sampled_from([0, 400, 9_000]), min_size=3, max_size=3))
    def test_by_volumes_is_noted_where_two_categories_have_some(self, sample: Sample, known: list[int]) -> None:
        rates = cdi.recording_rate(sample.audit(), by="type")
        volumes = {row.label: known[i] for i, row in enumerate(rates.rows[:-1])}
        rows = cdi.estimate(sample.audit(), by="type", volumes={label[0]: n for label, n in volumes.items()}).table.rows
        (overall,) = [row for row in rows if row.facts.scope is not Scope.FRAME and row.whole and not row.counted]
        several = sum(n > 0 for n in volumes.values()) > 1
        assert (wording.NOTES["volumes-weigh"] in overall.notes) is (several and overall.estimate is not None)
        assert (NOTE_OF_WEIGHTS in overall.notes) <= (not several and overall.estimate is not None)
        assert several or overall.estimate is None or NOTE_OF_WEIGHTS in overall.notes or is_plain(overall)
        assert not any("weighted:" in note for row in rows if row.counted for note in row.notes)


class TestUnrecorded:
    @at_most(12)
    @given(samples(), st.integers(1_000, 100_000), levels())
    def test_count_and_rate_tell_the_same_story(self, sample: Sample, R: int, level: float) -> None:
        rates = cdi.recording_rate(sample.audit(), by="type")
        missing = cdi.unrecorded(rates, {row.label: R for row in rates.rows[:-1]})
        overall, counted = cdi.overall_rate(missing), missing.interval(level)
        rate = overall.interval(level)
        total = missing.volumes[-1]
        if overall.estimate[0] > 0:  # from a rate of 0, or none, no count follows
            assert missing.estimate[-1] == pytest.approx(total * (1 / overall.estimate[0] - 1), rel=1e-9, abs=1e-6)
            assert counted.low[-1] == pytest.approx(total * (1 / rate.high[0] - 1), rel=1e-9, abs=1e-6)
            assert missing.estimate[-1] == pytest.approx(missing.estimate[:-1].sum(), rel=1e-9, abs=1e-6)

    @at_most(12)
    @given(samples(), st.integers(2, 50))
    def test_counts_are_proportional_to_recorded_crime(self, sample: Sample, times: int) -> None:
        rates = cdi.recording_rate(sample.audit(), by="type")
        labels = [row.label for row in rates.rows[:-1]]
        once = cdi.unrecorded(rates, dict.fromkeys(labels, 1_000))
        often = cdi.unrecorded(rates, dict.fromkeys(labels, 1_000 * times))
        for name in ("estimate", "se"):
            np.testing.assert_allclose(getattr(often, name), times * getattr(once, name), rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(often.interval().high, times * once.interval().high, rtol=1e-9, atol=1e-9)

    @at_most(12)
    @given(samples(), st.data())
    def test_falls_as_the_rate_rises(self, sample: Sample, data: st.DataObject) -> None:
        missed = [(r, i) for r in sample.reports for i, (_, x) in enumerate(r.crimes) if not x]
        assume(missed)
        report, place = data.draw(st.sampled_from(missed))
        crimes = tuple((kind, 1 if i == place else x) for i, (kind, x) in enumerate(report.crimes))
        better = sample.mapped(lambda r: replace(r, crimes=crimes) if r is report else r)
        before, after = (cdi.recording_rate(one.audit(), by=()) for one in (sample, better))
        assert after.estimate[0] > before.estimate[0]
        if before.estimate[0] > 0:
            assert cdi.unrecorded(after, 1_000).estimate[0] < cdi.unrecorded(before, 1_000).estimate[0]


class TestCounts:
    @given(counts(), levels())
    def test_monotone_in_the_count(self, pair: tuple[int, int], level: float) -> None:
        x, n = pair
        assume(x < n)
        for method in MONOTONE:
            here, more = (cdi.of_counts(k, n).interval(level, method) for k in (x, x + 1))
            assert more.low[0] >= here.low[0]
            assert more.high[0] >= here.high[0]

    @given(counts())
    def test_nest_in_the_level(self, pair: tuple[int, int]) -> None:
        for method in LAWFUL:
            ends = [cdi.of_counts(*pair).interval(level, method) for level in (0.6, 0.8, 0.9, 0.95)]
            assert all(a.low[0] >= b.low[0] and a.high[0] <= b.high[0] for a, b in pairwise(ends))

    @given(counts_on_a_frame(), levels())
    def test_rows_and_counts_say_the_same(self, triple: tuple[int, int, int], level: float) -> None:
        x, n, N = triple
        assume(n > 1 or N == 1)
        audit = cdi.read_audit(pl.DataFrame({"recorded": [1] * x + [0] * (n - x)}), population=N)
        for method in ("wilson", "korn-graubard", "jeffreys"):
            by_rows = cdi.share(audit).interval(level, method)
            by_counts = cdi.of_counts(x, n, population=N).interval(level, method)
            direct = cdi.count_interval(x, n, population=N, level=level, method=method)
            same(np.array([by_rows.low[0], by_rows.high[0]]), np.array([direct.low, direct.high]))
            same(np.array([by_counts.low[0], by_counts.high[0]]), np.array([direct.low, direct.high]))

    @given(counts_on_a_frame(), st.sampled_from(["wilson", "korn-graubard", "jeffreys", "mid-p"]), levels())
    def test_stay_within_what_the_frame_allows(self, triple: tuple[int, int, int], method: str, level: float) -> None:
        x, n, N = triple
        interval = cdi.of_counts(x, n, population=N).interval(level, method)
        assert interval.low[0] >= x / N - 1e-12
        assert interval.high[0] <= (N - n + x) / N + 1e-12


ROWS = pd.DataFrame(
    {
        "stratum": ["a"] * 6 + ["b"] * 6,
        "cluster": [1, 1, 2, 3, 4, 5, 6, 6, 7, 8, 9, 10],
        "type": ["x", "y", "x", "y", "x", "x", "y", "x", "x", "y", "x", "y"],
        "case": range(12),
        "due": [2, 1, 1, 1, 1, 2, 1, 1, 2, 1, 1, 1],
        "recorded": [1, 1, 1, 1, 0, 2, 1, 0, 2, 1, 1, 1],
        "timely": [1, 0, 1, 0, 0, 2, 1, 0, 1, 1, 0, 1],
        "weight": [3.0] * 6 + [1.0] * 6,
    }
)
PLAIN = {"stratum": None, "cluster": None, "case": None, "due": "due", "weight": None}


def answer(rows: pd.DataFrame = ROWS, by: Any = (), **roles: Any) -> Any:
    """The whole table of an audit, as text."""
    return cdi.tabulate(cdi.recording_rate(cdi.read_audit(rows, **{**PLAIN, **roles}), by=by)).to_csv()


@st.composite
def one_more_recorded(draw: st.DrawFn) -> tuple[Sample, Sample]:
    """A sample, and the same with one of its missed crimes recorded."""
    sample = draw(samples())
    missed = [(i, j) for i, r in enumerate(sample.reports) for j, (_, x) in enumerate(r.crimes) if not x]
    assume(missed)
    i, j = draw(st.sampled_from(missed))
    crimes = list(sample.reports[i].crimes)
    crimes[j] = (crimes[j][0], 1)
    reports = list(sample.reports)
    reports[i] = replace(reports[i], crimes=tuple(crimes))
    return sample, replace(sample, reports=tuple(reports))


class TestOneMoreRecorded:
    """Whatever the design, recording one more crime lowers no limit."""

    @staticmethod
    def lowers(before: cdi.Estimates, after: cdi.Estimates, level: float, method: str) -> bool:
        one, other = (rates.interval(level, method) for rates in (before, after))
        falls = [np.nanmin(np.r_[new - old, 0.0]) for old, new in ((one.low, other.low), (one.high, other.high))]
        return min(falls) < -1e-9

    @at_most(12)
    @given(one_more_recorded(), levels(), st.sampled_from(["wilson", "korn-graubard"]), st.sampled_from([None, "type"]))
    def test_of_rates(self, pair: tuple[Sample, Sample], level: float, method: str, by: str | None) -> None:
        before, after = (cdi.recording_rate(sample.audit(), by=by) for sample in pair)
        assert not self.lowers(before, after, level, method)

    @at_most(12)
    @given(one_more_recorded(), levels())
    def test_of_the_rate_that_volumes_imply(self, pair: tuple[Sample, Sample], level: float) -> None:
        volumes = dict(zip(crimes_by_kind(pair[0]), (54_000, 900, 20), strict=False))
        rates = [cdi.recording_rate(sample.audit(), by="type") for sample in pair]
        before, after = (cdi.overall_rate(cdi.unrecorded(each, volumes)) for each in rates)
        assert not self.lowers(before, after, level, "wilson")


class TestEveryArgument:
    """Each argument changes some result."""

    @pytest.mark.parametrize(
        "role",
        [
            {"stratum": "stratum"},
            {"cluster": "cluster"},
            {"due": None, "recorded": "late"},
            {"recorded": "timely"},
            {"population": 40},
            {"weight": "weight"},
        ],
        ids=lambda role: "-".join(role),
    )
    def test_of_the_design(self, role: dict[str, Any]) -> None:
        rows = ROWS.assign(late=ROWS["recorded"] > ROWS["timely"])
        assert answer(rows, **role) != answer(rows)

    def test_population_by_stratum_and_as_a_column(self) -> None:
        by_name = answer(stratum="stratum", population={"a": 90, "b": 20})
        assert by_name != answer(stratum="stratum", population={"a": 20, "b": 90})
        rows = ROWS.assign(N=ROWS["stratum"].map({"a": 90, "b": 20}))
        assert answer(rows, stratum="stratum", population="N") == by_name

    def test_case(self) -> None:
        rows = ROWS.assign(case=1)
        assert answer(rows)
        with pytest.raises(cdi.DataError):
            answer(rows, case="case")

    def test_single_cluster(self) -> None:
        roles = {"stratum": "stratum", "cluster": "cluster", "population": {"a": 50, "b": 30}}
        given_rules: list[dict[str, Any]] = [
            {"single_cluster": "adjust"},
            {"single_cluster": "average"},
            {"single_cluster": "collapse", "collapse": {"b": "a"}},
        ]
        rows = pd.concat([ROWS[ROWS["stratum"] == "a"], ROWS[ROWS["cluster"] == 8]])
        with pytest.raises(cdi.DesignError):
            answer(rows, **roles)
        assert len({answer(rows, **roles, **rule) for rule in given_rules}) == 3

    def test_by(self) -> None:
        found = {answer(stratum="stratum", by=by) for by in (None, (), "type", ("type", "stratum"), ("stratum",))}
        assert len(found) == 4  # None is the strata

    def test_design_and_roles_say_the_same(self) -> None:
        design = cdi.Design(stratum="stratum", cluster="cluster", due="due")
        roles = cdi.read_audit(ROWS, stratum="stratum", cluster="cluster", due="due", weight=None)
        same(numbers(cdi.share(cdi.read_audit(ROWS, design))), numbers(cdi.share(roles)))

    @pytest.mark.parametrize(
        "change",
        [{"level": 0.9}, {"side": "lower"}, {"side": "upper"}] + [{"method": m} for m in cdi.METHODS if m != "wilson"],
        ids=str,
    )
    def test_of_an_interval(self, change: dict[str, Any]) -> None:
        rates = cdi.recording_rate(cdi.read_audit(ROWS, **{**PLAIN, "cluster": "cluster"}))
        usual, other = rates.interval(), rates.interval(**change)
        assert (usual.low[0], usual.high[0]) != (other.low[0], other.high[0])
        table = cdi.tabulate(rates, **change)
        assert not table.equals(cdi.tabulate(rates))

    def test_of_n_eff(self) -> None:
        rates = cdi.recording_rate(cdi.read_audit(ROWS, **{**PLAIN, "cluster": "cluster"}))
        found = {float(rates.n_eff(level=level, side=side)[0]) for level in (0.97, 0.99) for side in ("both", "lower")}
        assert len(found) == 4

    @pytest.mark.parametrize(
        "change", [{"due": 25}, {"recorded": 20}, {"population": 60}, {"measure": "grounds"}], ids=str
    )
    def test_of_counts(self, change: dict[str, Any]) -> None:
        given_ = {"recorded": 21, "due": 24}
        assert not cdi.tabulate(cdi.of_counts(**{**given_, **change})).equals(cdi.tabulate(cdi.of_counts(**given_)))

    @pytest.mark.parametrize(
        "change",
        [
            {"by": "type"},
            {"volumes": {"x": 50, "y": 60}, "by": "type"},
            {"volumes": pd.DataFrame({"population": [900]})},
            {"level": 0.9},
            {"method": "jeffreys"},
            {"side": "lower"},
            {"style": "published"},
            {"cluster": "cluster"},
        ],
        ids=str,
    )
    def test_of_estimate(self, change: dict[str, Any]) -> None:
        usual = cdi.estimate(ROWS, **PLAIN)
        other = cdi.estimate(ROWS, **{**PLAIN, **change})
        assert other.table.values() != usual.table.values()

    @pytest.mark.parametrize(
        "change",
        [
            {"by": "type"},
            {"level": 0.9},
            {"method": "wald"},
            {"side": "upper"},
            {"style": "published"},
            {"population": 50},
        ],
        ids=str,
    )
    def test_of_grounds(self, change: dict[str, Any]) -> None:
        rows = ROWS.assign(grounds=ROWS["recorded"] > 0)
        roles = {**PLAIN, "due": None}
        assert cdi.grounds(rows, **{**roles, **change}).table.values() != cdi.grounds(rows, **roles).table.values()

    @pytest.mark.parametrize("function", [cdi.recording_rate, cdi.share, cdi.grounds_rate])
    def test_of_the_measures(self, function: Callable[..., cdi.Estimates]) -> None:
        audit = cdi.read_audit(ROWS, **PLAIN)
        assert len(function(audit, "type")) > len(function(audit))
        assert {row.measure.key for row in function(audit).rows} != {"unrecorded"}
        measures = {
            function(audit).rows[0].measure.key for function in (cdi.recording_rate, cdi.share, cdi.grounds_rate)
        }
        assert len(measures) == 3
