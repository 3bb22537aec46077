"""Groups held against each other: worked out again by hand, laws of swapping and scaling, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields
from math import inf, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

import cdi
from cdi.grouping.disparities import Group
from cdi.grouping.groups import cells_among, shares_among
from cdi.measures import told
from cdi.printing.tables import Row
from cdi.survey.totals import total
from tests import at_most
from tests.strategies import counts as pairs

ROOT = Path(__file__).resolve().parents[1]
SEARCHES = ROOT / "data" / "avon_and_somerset_2021_22" / "searches_2021.csv"
EXAMPLES = ROOT / "data" / "examples"
Z = 1.959963984540054

Counts = dict[str, tuple[int, int]]
"""Group -> (with grounds, records)."""


def rows(counts: Counts) -> pd.DataFrame:
    found = [(group, int(i < yes)) for group, (yes, n) in counts.items() for i in range(n)]
    return pd.DataFrame(found, columns=["ethnicity", "grounds"])


def read(counts: Counts, **roles: Any) -> cdi.Audit:
    return cdi.read_audit(rows(counts), recorded="grounds", **roles)


def people(**counts: int) -> dict[str, object]:
    return {**counts, "source": "made up", "year": 2021}


def found(counts: Counts, residents: object = None, *, reference: str | None = None, **roles: Any) -> cdi.Disparity:
    return cdi.disparity(read(counts, **roles), residents=residents, reference=reference)


def of(result: cdi.Disparity, name: str) -> Group:
    return next(group for group in result.groups if group.name == name)


def known(record: Row | None) -> tuple[float, float, float]:
    assert record is not None
    assert record.estimate is not None
    assert record.low is not None
    assert record.high is not None
    return record.estimate, record.low, record.high


def bound(group: Group, kind: str) -> tuple[float, float]:
    return known(next(record for record in group.bounds if record.measure.key == kind))[1:]


def wilson(x: float, n: float, size: float | None = None) -> tuple[float, float]:
    """Wilson's limits, from his formula."""
    size, p = size or n, x / n
    middle, half = p + Z * Z / (2 * size), Z * sqrt(p * (1 - p) / size + Z * Z / (4 * size * size))
    return (middle - half) / (1 + Z * Z / size), (middle + half) / (1 + Z * Z / size)


THREE: Counts = {"black": (21, 24), "white": (138, 158), "not stated": (6, 10)}
RESIDENTS = people(black=21_000, white=505_000)


class TestGrounds:
    def test_at_24_records_the_interval_is_newcombes(self) -> None:
        """Method 10 of Newcombe (1998b), written out."""
        result = cdi.disparity(cdi.read_audit(SEARCHES, recorded="grounds"))
        (l1, u1), (l2, u2) = wilson(21, 24), wilson(138, 158)
        a, b = 21 / 24, 138 / 158
        expected = (a - b, a - b - sqrt((a - l1) ** 2 + (u2 - b) ** 2), a - b + sqrt((u1 - a) ** 2 + (b - l2) ** 2))
        assert known(of(result, "ethnic minority").difference) == pytest.approx(expected, rel=1e-9)
        assert (result.reference, result.chosen, result.unstated) == ("white", False, None)

    def test_ratio_solves_what_it_is_defined_by(self) -> None:
        """MOVER-R (Donner and Zou 2012): a - R b has an end of its interval at 0."""
        ratio, low, high = known(of(found(THREE), "black").ratio)
        (l1, u1), (l2, u2) = wilson(21, 24), wilson(138, 158)
        a, b = 21 / 24, 138 / 158
        assert ratio == pytest.approx(a / b, rel=1e-12)
        assert a - low * b == pytest.approx(sqrt((a - l1) ** 2 + low**2 * (u2 - b) ** 2), rel=1e-9)
        assert high * b - a == pytest.approx(sqrt((u1 - a) ** 2 + high**2 * (b - l2) ** 2), rel=1e-9)

    def test_bounds_allocate_those_with_and_without_grounds(self) -> None:
        group = of(found(THREE), "black")
        least, most = (21 / 28, 144 / 164), (27 / 30, 138 / 162)
        assert bound(group, "grounds-difference-allocated") == pytest.approx(
            (least[0] - least[1], most[0] - most[1]), rel=1e-12
        )
        assert bound(group, "grounds-ratio-allocated") == pytest.approx(
            (least[0] / least[1], most[0] / most[1]), rel=1e-12
        )

    def test_bounds_are_the_extremes_of_every_allocation(self) -> None:
        group, every = of(found(THREE), "black"), []
        for yes in range(7):
            for no in range(5):
                a, b = (21 + yes) / (24 + yes + no), (138 + 6 - yes) / (158 + 10 - yes - no)
                every.append(a - b)
        assert bound(group, "grounds-difference-allocated") == pytest.approx((min(every), max(every)), rel=1e-12)

    def test_a_group_without_records_has_no_grounds(self) -> None:
        group = of(found(THREE, people(black=21_000, white=505_000, mixed=10_000)), "mixed")
        assert (group.grounds, group.difference, group.ratio, group.verdict) == (None, None, None, None)
        assert "no-searches" in told(group.share.facts)

    def test_a_group_whose_rows_count_no_record_stays_a_row(self) -> None:
        table = pd.DataFrame({"ethnicity": ["a", "b", "c"], "n": [20, 30, 0], "grounds": [15, 20, 0]})
        result = cdi.disparity(
            cdi.read_audit(table, recorded="grounds", due="n", layout="counts"), residents=people(a=5, b=5, c=5)
        )
        group = of(result, "c")
        assert group.grounds is not None
        assert group.difference is not None
        assert (group.grounds.estimate, group.difference.estimate) == (None, None)
        assert known(group.search_ratio)[:2] == (0, 0)

    def test_rates_are_those_of_grounds_rate(self) -> None:
        result = found(THREE)
        direct = cdi.grounds_rate(read(THREE), "ethnicity").interval()
        assert known(of(result, "black").grounds)[1:] == pytest.approx((direct.low[0], direct.high[0]), rel=1e-12)

    def test_a_draw_that_holds_records_of_both_groups_makes_them_related(self) -> None:
        """With each draw holding one of each and the same answer, the difference cannot vary."""
        answers = [1] * 15 + [0] * 5
        table = pd.DataFrame(
            [(i, group, x) for i, x in enumerate(answers) for group in ("a", "b")],
            columns=["officer", "ethnicity", "grounds"],
        )
        apart = known(of(cdi.disparity(cdi.read_audit(table, recorded="grounds")), "b").difference)
        joined = cdi.disparity(cdi.read_audit(table, recorded="grounds", cluster="officer"))
        together = known(of(joined, "b").difference)
        assert together[2] - together[1] < (apart[2] - apart[1]) / 3

    def test_at_24_and_158_records_it_covers_as_documented(self) -> None:
        """By enumeration, for rates of .800, .802 ... .990 in each group; docs/disparity.md and docs/statistics.md."""
        x, y = np.arange(25)[:, None], np.arange(159)[None, :]
        low, high = cdi.mover(x / 24, cdi.count_interval(x, 24), y / 158, cdi.count_interval(y, 158))
        rates = np.arange(400, 496) / 500
        few, many = (np.asarray(binom.pmf(np.arange(n + 1)[:, None], n, rates)).T for n in (24, 158))
        covered = [
            one @ ((low <= p - q) & (p - q <= high)) @ other
            for p, one in zip(rates, few, strict=True)
            for q, other in zip(rates, many, strict=True)
        ]
        assert (round(float(np.mean(covered)), 3), round(float(min(covered)), 3)) == (0.958, 0.941)


class TestShares:
    def test_not_stated_is_a_row_of_its_own_with_its_share(self) -> None:
        result = found(THREE)
        assert [group.name for group in result.groups] == ["black", "white", "not stated"]
        group = result.groups[-1]
        assert not group.stated
        assert known(group.share) == pytest.approx((10 / 192, *wilson(10, 192)), rel=1e-9)
        assert (group.difference, group.search_ratio, group.bounds) == (None, None, ())
        assert result.unstated is not None
        assert result.unstated == group.share.estimate

    @pytest.mark.parametrize("word", ["Not stated", "NOT-STATED", "not_known", "Unknown", "NS", None, "  "])
    def test_it_may_be_spelled_in_many_ways(self, word: str | None) -> None:
        table = rows({"black": (21, 24), "white": (138, 158)})
        more = pd.DataFrame({"ethnicity": [word] * 10, "grounds": [1] * 6 + [0] * 4})
        result = cdi.disparity(cdi.read_audit(pd.concat([table, more], ignore_index=True), recorded="grounds"))
        assert len(result.held.unstated) == 1
        assert bound(of(result, "black"), "grounds-difference-allocated") == pytest.approx(
            bound(of(found(THREE), "black"), "grounds-difference-allocated"), rel=1e-12
        )

    def test_several_spellings_are_taken_together(self) -> None:
        result = found({"black": (21, 24), "white": (138, 158), "not stated": (4, 6), "unknown": (2, 4)})
        assert [group.name for group in result.groups if not group.stated] == ["not stated", "unknown"]
        assert result.unstated is not None
        assert result.unstated == pytest.approx(10 / 192)
        assert of(result, "black").bounds == of(found(THREE), "black").bounds

    def test_other_words_can_be_named(self) -> None:
        result = cdi.disparity(read({"black": (2, 4), "white": (3, 4), "no entry": (1, 2)}), not_stated=["no entry"])
        assert result.held.unstated == ("no entry",)

    @pytest.mark.parametrize("kind", ["polars", "categorical", "duckdb"])
    def test_of_every_engine(self, kind: str) -> None:
        table = rows(THREE)
        if kind == "duckdb":
            duckdb = pytest.importorskip("duckdb")
            frame: Any = duckdb.from_df(table)
        else:
            frame = pl.from_pandas(table) if kind == "polars" else table.astype({"ethnicity": "category"})
        result = cdi.disparity(cdi.read_audit(frame, recorded="grounds"), residents=RESIDENTS)
        assert result.table.values() == found(THREE, RESIDENTS).table.values()

    @pytest.mark.parametrize("kind", ["whole", "broken", "polars", "duckdb"])
    def test_of_groups_that_are_numbers(self, kind: str) -> None:
        table = rows(THREE)
        codes = table.ethnicity.map({"black": 1, "white": 2, "not stated": 9})
        frame: Any = table.assign(ethnicity=codes.where(codes < 9) if kind == "broken" else codes)
        if kind == "polars":
            frame = pl.from_pandas(frame)
        if kind == "duckdb":
            frame = pytest.importorskip("duckdb").from_df(frame)
        residents = people(**{"1": 21_000, "2": 505_000})
        result = cdi.disparity(
            cdi.read_audit(frame, recorded="grounds"), residents=residents, not_stated=["9", "(blank)"]
        )
        for own, name in (("1", "black"), ("2", "white")):
            assert of(result, own).share.estimate == of(found(THREE), name).share.estimate
        assert known(of(result, "1").search_ratio) == known(of(found(THREE, RESIDENTS), "black").search_ratio)


class TestSearches:
    def test_a_census_is_exact(self) -> None:
        result = found(THREE, RESIDENTS, selection="census")
        black, white = of(result, "black"), of(result, "white")
        assert black.searches is not None
        assert white.searches is not None
        assert black.search_ratio is not None
        assert black.searches.estimate == pytest.approx(24 / 21, rel=1e-12)
        assert white.searches.estimate == pytest.approx(158 / 505, rel=1e-12)
        assert black.search_ratio.estimate == pytest.approx(24 / 158 * 505 / 21, rel=1e-12)
        for record in (black.searches, black.search_ratio):
            assert (record.low, record.high, record.se, told(record.facts)) == (None, None, None, ("all-searches",))

    def test_a_population_of_all_rows_is_a_census(self) -> None:
        assert (
            found(THREE, RESIDENTS, population=192).groups[0].searches
            == found(THREE, RESIDENTS, selection="census").groups[0].searches
        )

    def test_a_sample_of_a_known_number_is_multiplied_up(self) -> None:
        """N times the share, whose Wilson interval has n_eff = n (N - 1) / (N - n)."""
        group = of(found(THREE, RESIDENTS, population=2_000), "black")
        ends = wilson(24, 192, 192 * 1999 / (2000 - 192))
        expected = [share * 2_000 / 21 for share in (24 / 192, *ends)]
        assert known(group.searches) == pytest.approx(expected, rel=1e-9)

    def test_the_ratio_is_the_share_among_two_mapped(self) -> None:
        group = of(found(THREE, RESIDENTS), "black")
        assert group.searches is None
        times = 505 / 21
        expected = [p / (1 - p) * times for p in (24 / 182, *wilson(24, 182))]
        assert known(group.search_ratio) == pytest.approx(expected, rel=1e-9)

    def test_bounds_of_the_ratio_give_all_to_one_and_all_to_the_other(self) -> None:
        group = of(found(THREE, RESIDENTS), "black")
        expected = 24 / 168 * 505 / 21, 34 / 158 * 505 / 21
        assert bound(group, "search-ratio-allocated") == pytest.approx(expected, rel=1e-12)

    def test_residents_without_a_search_have_rate_0_and_an_upper_limit(self) -> None:
        residents = people(black=21_000, white=505_000, mixed=10_000)
        group = of(found(THREE, residents, population=2_000), "mixed")
        rate, low, high = known(group.searches)
        assert (rate, low) == (0, 0)
        assert high > 0
        ratio, least, most = known(group.search_ratio)
        assert (ratio, least) == (0, 0)
        assert most > 0
        exact = of(found(THREE, residents, selection="census"), "mixed").search_ratio
        assert exact is not None
        assert exact.estimate == 0

    def test_a_group_without_residents_has_a_note_and_no_rate(self) -> None:
        residents = people(white=505_000, asian=5)
        group = of(found(THREE, residents, population=2_000), "black")
        assert group.searches is not None
        assert group.search_ratio is not None
        assert (group.searches.estimate, told(group.searches.facts)) == (None, ("no-residents",))
        assert (group.search_ratio.estimate, told(group.search_ratio.facts)) == (None, ("no-residents",))
        assert "search-ratio-allocated" not in {record.measure.key for record in group.bounds}

    def test_a_reference_without_residents_leaves_no_ratio(self) -> None:
        group = of(found(THREE, people(black=21_000), population=2_000), "black")
        assert group.search_ratio is not None
        assert told(group.search_ratio.facts) == ("no-reference-residents",)
        assert known(group.searches)[0] > 0

    def test_groups_drawn_by_themselves_at_an_unknown_rate_say_nothing_of_searches(self) -> None:
        group = of(found(THREE, RESIDENTS, stratum="ethnicity"), "black")
        assert group.search_ratio is not None
        assert (group.search_ratio.estimate, told(group.search_ratio.facts)) == (None, ("drawn-by-group",))
        assert group.bounds == ()

    def test_groups_drawn_by_themselves_from_known_numbers_are_counted(self) -> None:
        frame = {"black": 600, "white": 3_000, "not stated": 200}
        group = of(found(THREE, RESIDENTS, stratum="ethnicity", population=frame), "black")
        assert group.searches is not None
        assert group.searches.estimate == pytest.approx(600 / 21)
        assert group.search_ratio is not None
        assert group.search_ratio.estimate == pytest.approx(600 / 3000 * 505 / 21)
        assert group.search_ratio.low is None
        assert bound(group, "search-ratio-allocated") == pytest.approx((600 / 3200 * 505 / 21, 800 / 3000 * 505 / 21))

    def test_strata_weigh(self) -> None:
        """Two stations, 100 and 900 searches, of each of which 20 were drawn."""
        drawn = {"north": (["black"] * 10 + ["white"] * 10, 100), "south": (["black"] * 2 + ["white"] * 18, 900)}
        table = pd.DataFrame(
            [(station, group, 1) for station, (held, _) in drawn.items() for group in held],
            columns=["station", "ethnicity", "grounds"],
        )
        frame = {station: n for station, (_, n) in drawn.items()}
        audit = cdi.read_audit(table, recorded="grounds", stratum="station", population=frame)
        group = of(cdi.disparity(audit, residents=people(black=1_000, white=10_000)), "black")
        # 10 x 5 and 2 x 45 of 1,000 searches
        assert known(group.searches)[0] == pytest.approx(140, rel=1e-12)
        assert known(group.search_ratio)[0] == pytest.approx(140 / 86, rel=1e-12)

    def test_an_end_that_reaches_a_reference_without_searches_is_no_limit(self) -> None:
        result = cdi.disparity(
            read({"a": (1, 9), "b": (1, 1)}), reference="b", residents=people(a=5, b=5), method="wald"
        )
        record = of(result, "a").search_ratio
        assert record is not None
        assert record.estimate == pytest.approx(9)
        assert record.high is None
        assert "no-search-limit" in told(record.facts)

    def test_strata_of_unknown_frames_are_said_to_be_mixed_as_sampled(self) -> None:
        table = rows(THREE).assign(station=["north", "south"] * 96)
        audit = cdi.read_audit(table, recorded="grounds", stratum="station")
        record = of(cdi.disparity(audit, residents=RESIDENTS), "black").search_ratio
        assert record is not None
        assert "sample-only" in told(record.facts)

    def test_draws_that_hold_several_records_give_ratios_only(self) -> None:
        table = rows(THREE).assign(officer=[f"O{i % 60}" for i in range(192)])
        result = cdi.disparity(cdi.read_audit(table, recorded="grounds", cluster="officer"), residents=RESIDENTS)
        single = of(found(THREE, RESIDENTS), "black")
        assert of(result, "black").searches is None
        assert known(of(result, "black").search_ratio)[0] == pytest.approx(known(single.search_ratio)[0], rel=1e-12)


class TestTable:
    def test_holds_every_number_once(self) -> None:
        table = found(THREE, RESIDENTS, population=2_000).table
        pairs = [(record.label, record.measure.key) for record in table.rows]
        assert len(pairs) == len(set(pairs)) == 3 + 4 + 2 + 2 + 1 + 3
        assert table.keys == ("ethnicity",)

    def test_has_no_nan_and_no_infinity(self) -> None:
        tables = [
            found({"a": (0, 4), "b": (0, 5), "not stated": (0, 2)}, people(a=5, b=6)).table,
            found({"a": (4, 4), "b": (0, 5), "unknown": (2, 2)}, people(a=5, c=6), population=30).table,
            found({"a": (1, 1), "b": (5, 5)}, people(a=5, b=6), selection="census").table,
        ]
        for table in tables:
            for row in table.values():
                assert all(value not in (inf, -inf) and value == value for value in row if isinstance(value, float))


counts_of = pairs(40)
residents_of = st.integers(50, 10_000)


class TestLaws:
    @given(counts_of, counts_of, residents_of, residents_of)
    @at_most(12)
    def test_swapping_group_and_reference_turns_everything_over(
        self, a: tuple[int, int], b: tuple[int, int], lives_a: int, lives_b: int
    ) -> None:
        counts, lives = {"a": a, "b": b, "not stated": (2, 5)}, people(a=lives_a, b=lives_b)
        one, other = (of(found(counts, lives, reference=name), group) for name, group in (("b", "a"), ("a", "b")))
        d, low, high = known(one.difference)
        assert known(other.difference) == pytest.approx((-d, -high, -low), abs=1e-9)
        r, low, high = known(one.search_ratio)
        assert known(other.search_ratio) == pytest.approx((1 / r, 1 / high, 1 / low), rel=1e-9)
        least, most = bound(one, "search-ratio-allocated")
        assert bound(other, "search-ratio-allocated") == pytest.approx((1 / most, 1 / least), rel=1e-9)
        if a[0] and b[0]:
            assert one.ratio is not None
            assert other.ratio is not None
            assert one.ratio.estimate == pytest.approx(1 / (other.ratio.estimate or 0), rel=1e-9)

    @given(counts_of, counts_of, counts_of)
    @at_most(12)
    def test_bounds_hold_the_estimate(self, a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> None:
        group = of(found({"a": a, "b": b, "unknown": c}, people(a=70, b=90), reference="b"), "a")
        estimates = {
            "grounds-difference-allocated": group.difference,
            "grounds-ratio-allocated": group.ratio,
            "search-ratio-allocated": group.search_ratio,
        }
        assert group.bounds
        for record in group.bounds:
            estimate = (
                known(estimates[record.measure.key])[0]
                if record.measure.key != "grounds-ratio-allocated"
                else record.estimate
            )
            low, high = bound(group, record.measure.key)
            assert low <= (estimate or 0) + 1e-12
            assert (estimate or 0) <= high + 1e-12

    @given(counts_of, st.integers(1, 30))
    @at_most(12)
    def test_a_group_like_the_reference_does_not_differ(self, a: tuple[int, int], times: int) -> None:
        group = of(found({"a": a, "b": (a[0] * times, a[1] * times)}, people(a=50, b=50 * times), reference="b"), "a")
        d, low, high = known(group.difference)
        assert d == pytest.approx(0, abs=1e-12)
        assert low <= 0 <= high
        assert known(group.search_ratio)[0] == pytest.approx(1, rel=1e-12)

    @given(counts_of, counts_of, residents_of, residents_of)
    @at_most(12)
    def test_ten_times_as_many_residents_change_no_ratio(
        self, a: tuple[int, int], b: tuple[int, int], lives_a: int, lives_b: int
    ) -> None:
        counts = {"a": a, "b": b, "unknown": (1, 3)}
        one = of(found(counts, people(a=lives_a, b=lives_b), reference="b", selection="census"), "a")
        ten = of(found(counts, people(a=10 * lives_a, b=10 * lives_b), reference="b", selection="census"), "a")
        assert one.search_ratio is not None
        assert ten.search_ratio is not None
        assert one.searches is not None
        assert ten.searches is not None
        assert ten.search_ratio.estimate == pytest.approx(one.search_ratio.estimate, rel=1e-12)
        assert (ten.searches.estimate or 0) * 10 == pytest.approx(one.searches.estimate, rel=1e-12)
        assert bound(ten, "search-ratio-allocated") == pytest.approx(bound(one, "search-ratio-allocated"), rel=1e-12)


class TestRefusals:
    @pytest.mark.parametrize("selection", ["judgement", "voluntary"])
    def test_of_samples_that_stand_for_nothing_else(self, selection: str) -> None:
        with pytest.raises(cdi.DesignError) as caught:
            found(THREE, RESIDENTS, selection=selection)
        assert caught.value.faults[0].code == "not-representative"

    @pytest.mark.parametrize(
        ("reference", "code", "hint"),
        [
            ("White", "no-group", "Did you mean 'white'?"),
            ("purple", "no-group", "There are: black, white."),
            ("Not stated", "reference-unstated", "There are: black, white."),
            ("(blank)", "reference-unstated", "No group can be compared with"),
        ],
    )
    def test_of_a_reference_that_is_no_group(self, reference: str, code: str, hint: str) -> None:
        with pytest.raises(cdi.DataError) as caught:
            found(THREE, reference=reference)
        assert caught.value.faults[0].code == code
        assert hint in caught.value.faults[0].hint

    @pytest.mark.parametrize(
        ("other", "code"),
        [
            ("White british", "categories-alike"),
            ("WHITE  BRITISH", "categories-alike"),
            ("white-british", "groups-alike"),
        ],
    )
    def test_of_a_group_in_two_spellings(self, other: str, code: str) -> None:
        with pytest.raises(cdi.DataError) as caught:
            found({"black": (9, 10), "white british": (8, 10), other: (7, 10)})
        assert {fault.code for fault in caught.value.faults} == {code}

    def test_of_a_reference_without_any_record(self) -> None:
        with pytest.raises(cdi.DataError) as caught:
            found(THREE, people(black=5, white=5, mixed=5), reference="mixed")
        assert caught.value.faults[0].code == "no-group"

    @pytest.mark.parametrize("counts", [{"white": (3, 4)}, {"white": (3, 4), "unknown": (1, 2)}, {"unknown": (1, 2)}])
    def test_of_a_single_group(self, counts: Counts) -> None:
        with pytest.raises(cdi.DataError) as caught:
            found(counts)
        assert caught.value.faults[0].code == "one-group"

    def test_of_a_column_that_is_not_there(self) -> None:
        with pytest.raises(cdi.DataError) as caught:
            cdi.disparity(read(THREE), by="ethnic")
        assert caught.value.faults[0].code == "no-column"

    @pytest.mark.parametrize(
        ("residents", "codes"),
        [
            (people(White=5, black=6), ["residents-alike"]),
            (people(White=5, Black=6, unknown=3), ["residents-alike", "residents-alike", "residents-unstated"]),
            (people(asian=5, mixed=6), ["residents-of-none"]),
        ],
    )
    def test_of_residents_that_do_not_fit(self, residents: object, codes: list[str]) -> None:
        with pytest.raises(cdi.DataError) as caught:
            found(THREE, residents)
        assert [fault.code for fault in caught.value.faults] == codes

    def test_of_a_single_group_and_of_residents_at_once(self) -> None:
        with pytest.raises(cdi.DataError) as caught:
            found({"white": (3, 4)}, people(WHITE=5, unknown=6))
        assert {fault.code for fault in caught.value.faults} >= {"residents-alike", "residents-unstated"}


RECORDS = st.fixed_dictionaries(
    {
        "cluster": st.integers(0, 6),
        "area": st.sampled_from("ab"),
        "weight": st.sampled_from([1.0, 2.5]),
        "ethnicity": st.sampled_from(["w", "x", "y", None]),
        "due": st.integers(0, 2),
    }
)


@given(
    st.lists(RECORDS, min_size=4, max_size=30),
    st.sampled_from(
        [
            {},
            {"cluster": "cluster"},
            {"cluster": "cluster", "weight": "weight"},
            {"stratum": "area", "population": {"a": 900, "b": 500}},
            {"cluster": "cluster", "stratum": "area", "population": {"a": 900, "b": 500}},
        ]
    ),
    st.sampled_from([None, ["w", "x"], ["x", "not stated"], ["x"], ["w", "x", "y"]]),
)
def test_sums_of_groups_give_the_shares_that_another_pass_over_the_rows_would(
    rows: list[dict[str, Any]], roles: dict[str, Any], among: list[str] | None
) -> None:
    # two reports in each area at the least
    both = [{"cluster": 7 + i, "area": "ab"[i % 2], "weight": 1.0, "ethnicity": "y", "due": 1} for i in range(4)]
    frame = pl.DataFrame([*rows, *both], schema_overrides={"ethnicity": pl.String}).with_columns(
        grounds=pl.col("due"),
        # one weight and one area for each report
        weight=pl.col("weight").first().over("cluster"),
        area=pl.col("area").first().over("cluster"),
    )
    roles = {"cluster": None, "stratum": None, "weight": None, **roles}
    totals = total(cdi.read_audit(frame, recorded="grounds", due="due", case=None, **roles), "ethnicity")
    found = cells_among(totals, ["x"], among)
    if found is None:
        assert among == ["w", "x", "y"]
        assert totals.sharing
        return
    expected = shares_among(totals.audit, "ethnicity", ["x"], among).totals
    assert expected is not None
    for column in fields(found):
        one, other = getattr(found, column.name), getattr(expected.whole, column.name)
        assert one.tolist() == other.tolist(), column.name


def test_no_group_takes_a_pass_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever reports groups share: what is in two of them is added up once, for all groups."""
    from cdi.grouping import groups
    from cdi.survey import totals
    from cdi.survey.totals import _meeting

    asked: list[str] = []

    def counting(name: str, of: Any) -> Any:
        return lambda *given, **named: (asked.append(name), of(*given, **named))[1]

    monkeypatch.setattr(groups, "shares_among", counting("rows", groups.shares_among))
    monkeypatch.setattr(totals, "_meeting", counting("reports of two groups", _meeting))
    names = [f"group {i}" for i in range(12)]
    rows = {"ethnicity": names * 4, "grounds": ["yes", "no", "yes"] * 16, "cluster": list(range(16)) * 3}
    people = {**dict.fromkeys(names, 1_000), "source": "made up", "year": 2021}
    found = cdi.disparity(pd.DataFrame(rows), cluster="cluster", residents=people)
    assert found.rates.totals is not None
    assert found.rates.totals.sharing
    assert asked == ["reports of two groups"]


def test_the_example_is_what_its_script_writes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-B", EXAMPLES / "build.py", tmp_path], check=True, timeout=60)
    for name in ("searches.csv", "residents.csv"):
        assert (tmp_path / name).read_bytes() == (EXAMPLES / name).read_bytes()
    assert "made up" in (EXAMPLES / "residents.csv").read_text(encoding="utf-8")
