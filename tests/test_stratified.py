"""The exact limits of several strata against their promise: by enumeration of every sample and every population."""

from __future__ import annotations

import csv
import io
import pickle
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import comb, floor, prod
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cdi
from cdi.binomial.exact import EXACT
from cdi.binomial.stratified import EXACT_IN_STRATA, MOST_STATES, states

SMALL = [
    ((5, 8), (12, 20)),
    ((7, 7), (15, 15)),
    ((2, 9), (20, 12)),
    ((1, 6), (9, 14)),
    ((3, 4, 5), (7, 8, 9)),
    ((2, 6, 3), (12, 8, 9)),
    ((2, 3, 2, 3), (5, 6, 4, 6)),
    ((2, 2, 1, 3, 2), (3, 4, 3, 4, 4)),
    ((4, 5, 5), (9, 5, 11)),
]
LEVELS = {0.025: Fraction(19, 20), 0.05: Fraction(9, 10), 0.005: Fraction(99, 100)}


def samples(n: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    return product(*(range(size + 1) for size in n))


def limits_of(name: str, n: tuple[int, ...], N: tuple[int, ...], tail: float) -> dict[tuple[int, ...], tuple[int, int]]:
    return {x: EXACT_IN_STRATA[name](x, n, N, tail) for x in samples(n)}


@pytest.mark.parametrize(("n", "N"), SMALL)
@pytest.mark.parametrize("tail", LEVELS)
@pytest.mark.parametrize("name", EXACT_IN_STRATA)
def test_coverage_never_falls_below_the_level_whatever_the_strata_hold(
    name: str, tail: float, n: tuple[int, ...], N: tuple[int, ...]
) -> None:
    """Every population is tried, and every sample counted in whole numbers."""
    found = limits_of(name, n, N, tail)
    ways = [
        {(M, k): comb(M, k) * comb(size - M, sampled - k) for M in range(size + 1) for k in range(sampled + 1)}
        for sampled, size in zip(n, N, strict=True)
    ]
    every = prod(comb(size, sampled) for sampled, size in zip(n, N, strict=True))
    for held in product(*(range(size + 1) for size in N)):
        total = sum(held)
        covered = sum(
            prod(way[M, k] for way, M, k in zip(ways, held, x, strict=True))
            for x, (low, high) in found.items()
            if low <= total <= high
        )
        assert covered >= LEVELS[tail] * every, held


@pytest.mark.parametrize(("n", "N"), [((20, 30), (60, 100)), ((30, 10), (60, 120)), ((10, 60), (160, 60))])
@pytest.mark.parametrize("name", EXACT_IN_STRATA)
def test_coverage_in_strata_of_60_to_160(name: str, n: tuple[int, ...], N: tuple[int, ...]) -> None:
    """Again every population and every sample, with the probabilities of scipy."""
    from scipy.stats import hypergeom

    found = limits_of(name, n, N, 0.025)
    low, high = (np.array([ends[i] for ends in found.values()]).reshape([size + 1 for size in n]) for i in (0, 1))
    first, second = (
        hypergeom.pmf(np.arange(sampled + 1)[None, :], size, np.arange(size + 1)[:, None], sampled)
        for sampled, size in zip(n, N, strict=True)
    )
    for total in range(sum(N) + 1):
        of_first = np.arange(max(0, total - N[1]), min(N[0], total) + 1)
        holding = ((low <= total) & (total <= high)).astype(float)
        covered = np.einsum("ai,ij,aj->a", first[of_first], holding, second[total - of_first])
        assert covered.min() > 0.95 - 1e-10, total


@pytest.mark.parametrize(
    ("n", "N"),
    [((20, 30, 15), (60, 100, 120)), ((6, 9, 10, 8), (200, 70, 80, 90)), ((5, 6, 7, 5, 6), (60, 80, 100, 120, 200))],
)
def test_the_worst_population_that_a_search_finds_is_covered(n: tuple[int, ...], N: tuple[int, ...]) -> None:
    """Records are moved between strata as long as that raises how often a limit is wrong; every sample is counted."""
    from scipy.stats import hypergeom

    rng = np.random.default_rng(20211231)
    chances = [
        hypergeom.pmf(np.arange(sampled + 1)[None, :], size, np.arange(size + 1)[:, None], sampled)
        for sampled, size in zip(n, N, strict=True)
    ]
    found = np.array([EXACT_IN_STRATA["exact"](x, n, N, 0.025) for x in samples(n)])
    low, high = found.T.reshape(2, *(size + 1 for size in n))

    def wrong(held: list[int]) -> float:
        missed = ((sum(held) < low) | (high < sum(held))).astype(float)
        for of, M in zip(chances, held, strict=True):
            missed = np.tensordot(of[M], missed, axes=1)
        return float(missed)

    worst = 0.0
    for rate in (0.5, 0.8, 0.9, 0.95, 0.98):
        held = [round(size * rate) for size in N]
        now = wrong(held)
        for _ in range(200):
            give, take = rng.choice(len(N), 2, replace=False)
            moved = int(min(rng.integers(1, 12), held[give], N[take] - held[take]))
            tried = [M + moved * (int(i == take) - int(i == give)) for i, M in enumerate(held)]
            if (then := wrong(tried)) >= now:
                held, now = tried, then
        worst = max(worst, now)
    assert 0.03 < worst < 0.05


@pytest.mark.parametrize(("n", "N"), SMALL)
@pytest.mark.parametrize("name", EXACT_IN_STRATA)
def test_monotone_in_each_count_mirrored_and_possible(name: str, n: tuple[int, ...], N: tuple[int, ...]) -> None:
    found = limits_of(name, n, N, 0.025)
    for x, (low, high) in found.items():
        for i, count in enumerate(x):
            more = (*x[:i], count + 1, *x[i + 1 :])
            if more in found:
                assert low <= found[more][0]
                assert high <= found[more][1]
        swapped = found[tuple(sampled - count for sampled, count in zip(n, x, strict=True))]
        assert (low, high) == (sum(N) - swapped[1], sum(N) - swapped[0])
        assert sum(x) <= low <= high <= sum(N) - sum(n) + sum(x)
        estimate = sum(Fraction(count * size, sampled) for count, sampled, size in zip(x, n, N, strict=True))
        assert low <= -floor(-estimate)
        assert floor(estimate) <= high


sizes = st.lists(st.tuples(st.integers(1, 25), st.integers(0, 60)), min_size=2, max_size=4)


@settings(max_examples=25, deadline=None)
@given(sizes, st.sampled_from([0.9, 0.95, 0.99]), st.data())
def test_laws_in_any_strata(drawn: list[tuple[int, int]], level: float, data: st.DataObject) -> None:
    n, N = tuple(size for size, _ in drawn), tuple(size + more for size, more in drawn)
    x = tuple(data.draw(st.integers(0, size)) for size in n)
    i = data.draw(st.integers(0, len(n) - 1))
    tail = (1 - level) / 2
    for name, limits in EXACT_IN_STRATA.items():
        low, high = limits(x, n, N, tail)
        assert sum(x) <= low <= high <= sum(N) - sum(n) + sum(x)
        # the order of strata is no part of the sample
        assert limits(x[::-1], n[::-1], N[::-1], tail) == (low, high)
        missed = tuple(sampled - count for sampled, count in zip(n, x, strict=True))
        assert limits(missed, n, N, tail) == (sum(N) - high, sum(N) - low), name
        if x[i] < n[i]:
            more = limits((*x[:i], x[i] + 1, *x[i + 1 :]), n, N, tail)
            assert low <= more[0]
            assert high <= more[1]


@pytest.mark.parametrize("name", EXACT_IN_STRATA)
def test_one_stratum_has_the_limits_of_a_simple_sample(name: str) -> None:
    for x in range(25):
        assert EXACT_IN_STRATA[name]((x,), (24,), (200,), 0.025) == EXACT[name](x, 24, 200, 0.025)


@pytest.mark.parametrize("name", EXACT_IN_STRATA)
def test_a_stratum_sampled_in_full_adds_its_count_and_no_doubt(name: str) -> None:
    low, high = EXACT[name](21, 24, 200, 0.025)
    assert EXACT_IN_STRATA[name]((9, 21), (12, 24), (12, 200), 0.025) == (9 + low, 9 + high)
    assert EXACT_IN_STRATA[name]((9, 21), (12, 24), (12, 24), 0.025) == (30, 30)


def test_with_equal_tails_a_higher_level_is_never_narrower() -> None:
    n, N = (20, 30), (80, 120)
    for x in [(18, 27), (20, 30), (10, 29), (0, 4)]:
        wide, usual = (EXACT_IN_STRATA["exact-equal-tailed"](x, n, N, tail) for tail in (0.005, 0.025))
        assert wide[0] <= usual[0] <= usual[1] <= wide[1]


@pytest.mark.parametrize("tail", [1e-13, 1e-17])
def test_at_levels_beyond_what_sums_can_tell_nothing_is_ruled_out(tail: float) -> None:
    n, N, x = (20, 30), (80, 120), (18, 27)
    low, high = EXACT_IN_STRATA["exact-equal-tailed"](x, n, N, tail)
    ruled_out = EXACT_IN_STRATA["exact-equal-tailed"](x, n, N, 1e-9)
    assert low <= ruled_out[0] < ruled_out[1] <= high
    if tail < 1e-15:
        assert (low, high) == (sum(x), sum(N) - sum(n) + sum(x))


def test_the_cost_is_known_before_anything_is_done() -> None:
    assert states((24,), (200,)) == states((24, 12), (200, 12)) == 0
    assert states((20, 30), (80, 120)) == 81 * 121 * 31 * 401 == states((30, 20), (120, 80))
    # the sizes up to which the documentation promises limits
    for strata in (2, 3, 4, 5):
        assert states((100,) * strata, (200,) * strata) <= MOST_STATES
    assert states((100, 100), (500, 500)) <= MOST_STATES
    assert states((60,) * 3, (600,) * 3) <= MOST_STATES
    assert states((200,) * 2, (1000,) * 2) > MOST_STATES
    assert states((60,) * 4, (600,) * 4) > MOST_STATES


def test_the_documentation_says_where_the_limits_end() -> None:
    """One record more on the frame of each stratum, and the sample is refused."""
    page = (Path(__file__).parent.parent / "docs" / "exact.md").read_text(encoding="utf-8")
    table = page.partition("| sampled in each |")[2].partition("\n\n")[0].splitlines()[2:]
    stated = 0
    for line in table:
        sampled, *frames = (int(cell.replace(",", "") or 0) for cell in line.strip("|").split("|") if cell.strip(" ,"))
        for strata, frame in zip((2, 3, 4, 5), frames, strict=False):
            assert states((sampled,) * strata, (frame,) * strata) <= MOST_STATES
            assert states((sampled,) * strata, (frame + 1,) * strata) > MOST_STATES
            stated += 1
        for strata in range(2 + len(frames), 6):
            assert states((sampled,) * strata, (sampled + 1,) * strata) > MOST_STATES
    assert stated == 14


AREAS = {"North": (27, 30, 120), "South": (18, 20, 80), "West": (33, 40, 160)}
FRAME = {area: size for area, (_, _, size) in AREAS.items()}
YES, DRAWN, SIZES = (tuple(held[i] for held in AREAS.values()) for i in range(3))


def searches(**columns: Any) -> pd.DataFrame:
    rows = [(area, int(i < yes)) for area, (yes, drawn, _) in AREAS.items() for i in range(drawn)]
    return pd.DataFrame(rows, columns=["area", "recorded"]).assign(**columns)


def rates_of(rows: pd.DataFrame, by: Any = None, **roles: Any) -> cdi.Estimates:
    return cdi.recording_rate(cdi.read_audit(rows, **{"stratum": "area", "population": FRAME, **roles}), by)


class TestRates:
    @pytest.mark.parametrize("name", EXACT_IN_STRATA)
    @pytest.mark.parametrize("level", [0.9, 0.95])
    def test_the_overall_row_has_the_limits_of_its_strata(self, name: str, level: float) -> None:
        rates = rates_of(searches())
        found = rates.interval(level, name)
        low, high = EXACT_IN_STRATA[name](YES, DRAWN, SIZES, (1 - level) / 2)
        assert (found.low[-1] * 360, found.high[-1] * 360) == pytest.approx((low, high), rel=1e-12)
        for i, (yes, drawn, size) in enumerate(AREAS.values()):
            alone = cdi.count_interval(yes, drawn, population=size, level=level, method=name)
            assert (found.low[i], found.high[i]) == (alone.low, alone.high)

    def test_one_limit_takes_the_whole_tail_and_the_other_end_is_what_is_possible(self) -> None:
        rates, name = rates_of(searches(), ()), "exact-equal-tailed"
        low, high = EXACT_IN_STRATA[name](YES, DRAWN, SIZES, 0.05)
        lower, upper = (rates.interval(method=name, side=side) for side in ("lower", "upper"))
        assert [float(end[0]) * 360 for end in (lower.low, lower.high)] == pytest.approx([low, 360 - 90 + 78])
        assert [float(end[0]) * 360 for end in (upper.low, upper.high)] == pytest.approx([78, high])

    def test_a_category_of_several_whole_strata_has_limits_over_those(self) -> None:
        rows = searches(part=["coast"] * 50 + ["moor"] * 40)
        roles = {"stratum": ["part", "area"], "population": {("coast", "North"): 120, ("coast", "South"): 80,
                                                             ("moor", "West"): 160}}  # fmt: skip
        found = rates_of(rows, "part", **roles).interval(method="exact")
        low, high = EXACT_IN_STRATA["exact"](YES[:2], DRAWN[:2], SIZES[:2], 0.025)
        assert (found.low[0] * 200, found.high[0] * 200) == pytest.approx((low, high), rel=1e-12)
        assert found.low[1] * 160 == pytest.approx(EXACT["exact"](33, 40, 160, 0.025)[0])

    def test_limits_stay_those_of_the_rows_taken_and_of_what_was_pickled(self) -> None:
        rates = rates_of(searches())
        whole = rates.interval(method="exact").low[-1]
        assert rates.take([3, 0]).interval(method="exact").low[0] == whole
        assert pickle.loads(pickle.dumps(rates)).interval(method="exact").low[-1] == whole  # noqa: S301 (our own)

    @pytest.mark.parametrize(
        ("columns", "by", "roles"),
        [
            ({"officer": [0, 1] * 45}, "officer", {}),
            ({}, None, {"collapse": {"South": "North"}}),
            ({"incident": [*range(89), 88]}, None, {"cluster": "incident"}),
            ({"own": [1.0, 2.0] * 45}, None, {"population": None, "weight": "own"}),
        ],
    )
    def test_what_is_no_sample_of_whole_strata_is_refused(
        self, columns: dict[str, Any], by: str | None, roles: dict[str, Any]
    ) -> None:
        rates = rates_of(searches(**columns), by, **roles)
        with pytest.raises(cdi.MethodError) as caught:
            rates.take([len(rates) - 2, len(rates) - 1]).interval(method="exact")
        assert caught.value.faults[0].code == "exact-needs-simple"

    def test_the_rate_that_recorded_crime_implies_is_no_share_of_the_frame(self) -> None:
        volumes = {"North": 900, "South": 700, "West": 1_500}
        found = cdi.overall_rate(cdi.unrecorded(rates_of(searches()), volumes))
        with pytest.raises(cdi.MethodError) as caught:
            found.interval(method="exact")
        assert caught.value.faults[0].code == "exact-needs-simple"

    def test_strata_that_would_take_too_long_are_refused_before_anything_is_summed(self) -> None:
        with pytest.raises(cdi.MethodError, match="3 strata with 90 of 36,000 records sampled") as caught:
            rates_of(searches(), population={area: 100 * size for area, size in FRAME.items()}).interval(method="exact")
        assert caught.value.faults[0].code == "exact-sums"

    def test_a_frame_too_large_for_a_table_is_refused(self) -> None:
        frame = {"North": 30, "South": 21, "West": 20_000}
        assert 0 < states(DRAWN, tuple(frame.values())) < MOST_STATES
        with pytest.raises(cdi.MethodError) as caught:
            rates_of(searches(), (), population=frame).interval(method="exact")
        assert caught.value.faults[0].code == "exact-sums"
        # of one stratum and of others that were sampled in full no table is made
        found = rates_of(searches(), (), population={**frame, "South": 20}).interval(method="exact")
        assert found.low[0] * 20_050 == pytest.approx(27 + 18 + EXACT["exact"](33, 40, 20_000, 0.025)[0])

    def test_the_command_line_prints_them(self, tmp_path: Path) -> None:
        searches().rename(columns={"recorded": "grounds"}).replace({"grounds": {1: "yes", 0: "no"}}).to_csv(
            tmp_path / "searches.csv", index=False
        )
        pd.Series(FRAME, name="population").rename_axis("area").to_csv(tmp_path / "frame.csv")
        terms = ["--stratum", "area", "--population", "frame.csv", "--method", "exact", "--format", "csv"]
        done = subprocess.run(
            [sys.executable, "-m", "cdi", "grounds", "searches.csv", *terms],
            cwd=tmp_path, capture_output=True, check=True, encoding="utf-8",
        )  # fmt: skip
        *_, overall = csv.DictReader(io.StringIO(done.stdout))
        assert overall["method"] == "exact"
        ends = EXACT_IN_STRATA["exact"](YES, DRAWN, SIZES, 0.025)
        assert [float(overall[end]) * 360 for end in ("low", "high")] == pytest.approx(ends)
