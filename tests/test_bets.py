"""Bets against a standard: what is decided is wrong no more often than it says, in every order and every stratum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdi.watching.bets import ABOVE, BELOW, Game, Readings, sequence

Report = tuple[int, int]
"""Crimes due in a report, and those recorded."""

SIDES = (ABOVE, BELOW)

ALIKE = 1e-9
"""Sums of logarithms of up to a few hundred bets are off by less."""


def readings(strata: Sequence[int], reports: Sequence[Report], population: Sequence[int], most: int) -> Readings:
    due, recorded = (np.array([each[i] for each in reports], dtype=np.int64) for i in (0, 1))
    return Readings(np.array(strata, dtype=np.int64), due, recorded, np.array(population, dtype=np.int64), most)


def rate_of(reports: Sequence[Report]) -> Fraction | None:
    due = sum(each[0] for each in reports)
    return Fraction(sum(each[1] for each in reports), due) if due else None


def arrangements(frame: Sequence[Report]) -> Iterator[tuple[Report, ...]]:
    """Give every order of some reports; those that are alike have none between them."""
    if not frame:
        yield ()
    for first in sorted(set(frame)):
        rest = list(frame)
        rest.remove(first)
        for after in arrangements(rest):
            yield (first, *after)


def orders(*frames: Sequence[Report]) -> Iterator[tuple[list[int], list[Report]]]:
    """Give every order in which some strata can be read to the end, one report of each in turn."""
    for drawn in product(*map(arrangements, frames)):
        turns = [(i, h) for h, frame in enumerate(drawn) for i in range(len(frame))]
        strata = [h for _, h in sorted(turns)]
        yield strata, [drawn[h][i] for i, h in sorted(turns)]


def frames() -> dict[str, tuple[int, list[list[Report]]]]:
    """Frames that are small enough for every order of them: the most crimes of a report, and the reports by stratum."""
    found: dict[str, tuple[int, list[list[Report]]]] = {
        f"{missed} of 9 missed": (1, [[(1, 0)] * missed + [(1, 1)] * (9 - missed)]) for missed in range(1, 9)
    }
    found["2 of 20 missed"] = (1, [[(1, 0)] * 2 + [(1, 1)] * 18])
    found["reports of several crimes"] = (3, [[(3, 0), (1, 1), (1, 1), (2, 2), (1, 0), (0, 0)]])
    found["one heavy report"] = (4, [[(4, 0), (1, 1), (1, 1), (1, 1), (1, 1), (1, 1), (1, 1)]])
    found["two strata"] = (1, [[(1, 1)] * 4 + [(1, 0)], [(1, 0)] * 2 + [(1, 1)] * 3])
    found["two strata, all in one"] = (1, [[(1, 1)] * 6, [(1, 0)] * 3])
    found["three strata"] = (2, [[(2, 2), (1, 0), (1, 1)], [(1, 1), (1, 1)], [(2, 0), (1, 1), (1, 1)]])
    return found


FRAMES = frames()

STANDARDS = (Fraction(1, 4), Fraction(1, 2), Fraction(2, 3), Fraction(7, 10), Fraction(4, 5), Fraction(9, 10))

ALPHAS = (0.4, 0.2, 0.05)
"""Chances of a wrong decision that are allowed: large ones, so that small frames come near them."""


class TestEveryOrder:
    """The chance over all orders in which a small frame can be read, counted and not drawn."""

    @pytest.mark.parametrize("name", FRAMES)
    def test_a_wrong_decision_is_no_more_likely_than_is_said(self, name: str) -> None:
        most, frame = FRAMES[name]
        everything = [each for stratum in frame for each in stratum]
        rate, population = rate_of(everything), [len(stratum) for stratum in frame]
        assert rate is not None
        read = [readings(*order, population, most) for order in orders(*frame)]
        for standard in {*STANDARDS, rate}:
            for side in SIDES:
                if (rate > standard) if side == ABOVE else (rate < standard):
                    continue  # it is the truth
                games = [Game(each, side, float(standard)) for each in read]
                for alpha in ALPHAS:
                    wrong = sum(game.reached(1 / alpha) is not None for game in games) / len(games)
                    assert wrong <= alpha

    @pytest.mark.parametrize("name", FRAMES)
    def test_one_of_both_decisions_at_the_most_can_be_wrong(self, name: str) -> None:
        """So each is bet on with all of the chance: that it is below, and that it is at the standard or above it."""
        most, frame = FRAMES[name]
        rate, population = rate_of([each for stratum in frame for each in stratum]), [len(stratum) for stratum in frame]
        assert rate is not None
        read = [readings(*order, population, most) for order in orders(*frame)]
        for standard in {*STANDARDS, rate}:
            wrong = {ABOVE: rate < standard, BELOW: rate >= standard}
            assert sum(wrong.values()) == 1
            for alpha in ALPHAS:
                errors = sum(
                    any(Game(each, side, float(standard)).reached(1 / alpha) for side in SIDES if wrong[side])
                    for each in read
                )
                assert errors <= alpha * len(read)

    def test_they_are_wrong_at_times(self) -> None:
        """Else the frames were too small for the test above to say anything."""
        most, frame = FRAMES["2 of 20 missed"]
        read = [readings(*order, [20], most) for order in orders(*frame)]
        wrong = [np.mean([Game(each, side, 0.9).reached(1 / 0.4) is not None for each in read]) for side in SIDES]
        assert min(wrong) > 0.4 / 8

    @pytest.mark.parametrize("name", FRAMES)
    def test_the_mean_capital_stays_one_where_the_claim_is_just_true(self, name: str) -> None:
        """A game that is fair, neither better nor worse: the stakes lose nothing."""
        most, frame = FRAMES[name]
        everything = [each for stratum in frame for each in stratum]
        rate = float(rate_of(everything) or 0)
        for side in SIDES:
            capitals, fair = [], len(everything)
            for strata, reports in orders(*frame):
                game = Game(readings(strata, reports, [len(stratum) for stratum in frame], most), side, rate)
                totals = np.bincount(strata, game.pays)
                capitals.append(np.exp(game.path(np.repeat(totals[:, None], game.stakes.shape[1], axis=1))))
                # of a stratum of which nothing is left to be paid, no bet is fair: it loses what it stakes
                left = [totals[h] - game.pays[:i][np.equal(strata[:i], h)].sum() for i, h in enumerate(strata)]
                fair = min(fair, next((i for i, each in enumerate(left) if each < ALIKE), len(strata)))
            means = np.mean(capitals, axis=0)
            assert means[:fair] == pytest.approx(1.0, abs=ALIKE)
            assert (means <= 1 + ALIKE).all()

    @pytest.mark.parametrize("name", FRAMES)
    def test_a_frame_read_to_its_end_is_decided_by_the_truth(self, name: str) -> None:
        most, frame = FRAMES[name]
        everything = [each for stratum in frame for each in stratum]
        rate, population = rate_of(everything), [len(stratum) for stratum in frame]
        assert rate is not None
        strata, reports = next(orders(*frame))
        read = readings(strata, reports, population, most)
        for standard in STANDARDS:
            above, below = (Game(read, side, float(standard)).wealth() == np.inf for side in SIDES)
            assert (above, below) == (rate > standard, rate < standard)
        exactly = [Game(read, side, float(rate)).wealth() for side in SIDES]
        assert all(np.isfinite(exactly))


class TestStrata:
    def test_a_wrong_decision_is_rare_where_strata_differ(self) -> None:
        """The rate is the standard itself, all that is missed lies in one stratum, and one looks at every report."""
        population, alpha, draws = [60, 40], 0.1, 200
        recorded = [np.ones(60, dtype=np.int64), np.array([1] * 30 + [0] * 10)]
        turns = [0, 1, 0, 1, 0] * 12
        rng = np.random.default_rng(16)
        for side in SIDES:
            wrong = 0
            for _ in range(draws):
                drawn = [iter(rng.permutation(each).tolist()) for each in recorded]
                reports = [(1, next(drawn[h])) for h in turns]
                wrong += Game(readings(turns, reports, population, 1), side, 0.9).reached(1 / alpha) is not None
            # three standard errors of a share of alpha
            assert wrong / draws <= alpha + 3 * (alpha * (1 - alpha) / draws) ** 0.5

    @given(st.data())
    def test_no_way_to_share_out_gives_less_than_the_least(self, data: st.DataObject) -> None:
        strata = data.draw(st.integers(2, 4))
        turns = data.draw(st.lists(st.integers(0, strata - 1), min_size=4, max_size=30))
        reports = [(1, int(each)) for each in data.draw(st.lists(st.booleans(), min_size=len(turns),
                                                               max_size=len(turns)))]  # fmt: skip
        population = [turns.count(h) + data.draw(st.integers(1, 200)) for h in range(strata)]
        side, standard = data.draw(st.sampled_from(SIDES)), data.draw(st.floats(0.3, 0.97))
        game = Game(readings(turns, reports, population, 1), side, standard)
        found = game.least(len(turns))
        if found is None:
            assert game.certain is not None
            return
        assert (found.totals.sum(axis=0) <= game.budget * (1 + ALIKE)).all()
        shares = np.array(data.draw(st.lists(st.floats(0.01, 1), min_size=strata, max_size=strata)))
        paid = np.bincount(turns, game.pays, strata)
        other = paid + shares / shares.sum() * (game.budget - paid.sum())
        totals = np.repeat(other[:, None], game.stakes.shape[1], axis=1)
        assert (game.path(totals)[-1] >= found.bound - ALIKE).all()
        # and the bound is the least itself, to far below what decides
        assert game.path(found.totals)[-1] == pytest.approx(found.bound, abs=1e-6)

    def test_one_stratum_read_by_halves_is_bet_on_as_one(self) -> None:
        """Two strata that are alike need a few reports more than one, and not many."""
        rng = np.random.default_rng(2)
        reports = [(1, int(each)) for each in rng.random(400) < 0.87]
        one = Game(readings([0] * 400, reports, [4000], 1), BELOW, 0.95).reached(40)
        two = Game(readings([0, 1] * 200, reports, [2000, 2000], 1), BELOW, 0.95).reached(40)
        assert one is not None
        assert two is not None
        assert one <= two <= 2 * one


def reports_up_to(most: int) -> st.SearchStrategy[Report]:
    return st.integers(0, most).flatmap(lambda due: st.tuples(st.just(due), st.integers(0, due)))


@st.composite
def read_so_far(draw: st.DrawFn) -> Readings:
    most, strata = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    reports = draw(st.lists(reports_up_to(most), min_size=2, max_size=25))
    turns = [draw(st.integers(0, strata - 1)) for _ in reports]
    population = [max(turns.count(h), 1) + draw(st.integers(0, 60)) for h in range(strata)]
    return readings(turns, reports, population, most)


class TestLaws:
    @given(read_so_far(), st.floats(0.05, 0.95), st.floats(0.001, 0.999), st.sampled_from([2.0, 20.0, 40.0]))
    def test_what_is_above_a_standard_is_above_every_lower_one(
        self, read: Readings, standard: float, part: float, capital: float
    ) -> None:
        lower, higher = standard * part, 1 - (1 - standard) * part
        above, below = (Game(read, side, standard).reached(capital) for side in SIDES)
        if above is not None:
            sooner = Game(read, ABOVE, lower).reached(capital)
            assert sooner is not None
            assert sooner <= above
        if below is not None:
            sooner = Game(read, BELOW, higher).reached(capital)
            assert sooner is not None
            assert sooner <= below

    @given(read_so_far(), st.floats(0.05, 0.95), st.sampled_from(SIDES), st.data())
    def test_the_capital_does_not_depend_on_what_is_not_read_yet(
        self, read: Readings, standard: float, side: str, data: st.DataObject
    ) -> None:
        number = data.draw(st.integers(1, len(read)))
        now = Game(read.first(number), side, standard).wealth()
        later = Game(read, side, standard).wealth(number)
        assert now == later or now == pytest.approx(later, abs=1e-6)

    @given(read_so_far(), st.floats(0.05, 0.95))
    def test_missed_is_to_below_what_recorded_is_to_above(self, read: Readings, standard: float) -> None:
        """What a report pays depends on the share of what is counted alone; only the stakes differ."""
        turned = readings(read.stratum.tolist(), list(zip(read.due, read.due - read.recorded, strict=True)),
                          read.population.tolist(), read.most)  # fmt: skip
        one, other = Game(read, ABOVE, standard), Game(turned, BELOW, 1 - standard)
        assert one.pays == pytest.approx(other.pays)

    @given(read_so_far(), st.sampled_from(SIDES))
    def test_a_limit_only_moves_towards_the_other(self, read: Readings, side: str) -> None:
        limits = sequence(read, side, 20.0, list(range(1, len(read) + 1)), 0.02)
        assert (np.diff(limits) >= 0).all() if side == ABOVE else (np.diff(limits) <= 0).all()
        assert ((limits >= 0) & (limits <= 1)).all()


class TestLimits:
    def test_are_the_standards_that_are_not_ruled_out(self) -> None:
        rng = np.random.default_rng(5)
        reports = [(1, int(each)) for each in rng.random(120) < 0.9]
        read = readings([0] * 120, reports, [3000], 1)
        low, high = (sequence(read, side, 40.0, [120], 1e-6)[0] for side in SIDES)
        assert Game(read, ABOVE, low).reached(40.0) is not None
        assert Game(read, ABOVE, low + 1e-5).reached(40.0) is None
        assert Game(read, BELOW, high).reached(40.0) is not None
        assert Game(read, BELOW, high - 1e-5).reached(40.0) is None

    def test_are_the_rate_once_everything_was_read(self) -> None:
        read = readings([0] * 10, [(1, 1)] * 8 + [(1, 0)] * 2, [10], 1)
        low, high = (sequence(read, side, 40.0, [10], 1e-6)[0] for side in SIDES)
        assert low == pytest.approx(0.8, abs=2e-6)
        assert high == pytest.approx(0.8, abs=2e-6)
        assert low <= 0.8 <= high


def test_a_heavier_report_that_might_be_unread_needs_more_reports() -> None:
    rng = np.random.default_rng(9)
    reports = [(1, int(each)) for each in rng.random(600) < 0.87]
    needed = [Game(readings([0] * 600, reports, [6000], most), BELOW, 0.95).reached(40.0) or 600 for most in (1, 2, 6)]
    assert needed == sorted(needed)
