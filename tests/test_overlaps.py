"""Samples that share reports: how many, and the covariance of their rates through the reports that both hold."""

from __future__ import annotations

import itertools
import pickle
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.special import gammaln

import cdi
from cdi.binomial.differences import WithLimits, difference
from cdi.comparing import overlaps
from cdi.printing.layout import SURFACES
from tests import at_most
from tests.strategies import Report, Sample, samples

CASES = Path(__file__).parent / "cases"
FIRST, AGAIN, HALF = (CASES / f"{name}.csv" for name in ("first_audit", "same_reports_again", "half_the_same_reports"))


def audit(numbers: list[str], **columns: object) -> pd.DataFrame:
    return pd.DataFrame({"cluster": numbers, "recorded": [int(i % 4 > 0) for i in range(len(numbers))], **columns})


def pairs(both: int, first: int, second: int, neither: int) -> list[pd.DataFrame]:
    """Two readings of the same reports of one crime: recorded by both, by the first, by the second, by neither."""
    found = [(1, 1)] * both + [(1, 0)] * first + [(0, 1)] * second + [(0, 0)] * neither
    names = [f"R{i}/24" for i in range(len(found))]
    return [pd.DataFrame({"cluster": names, "recorded": [pair[side] for pair in found]}) for side in (0, 1)]


def codes(call: Callable[[], object]) -> list[str]:
    with pytest.raises(cdi.CdiError) as caught:
        call()
    return [fault.code for fault in caught.value.faults]


class TestWhatIsSaid:
    def test_of_the_same_reports_read_twice(self) -> None:
        found = cdi.compare(AGAIN, FIRST, by="crime_type")
        assert [(each.shared, each.audited, each.paired) for each in found.overlaps] == [(90, (90, 90), True)]
        assert all("shared-reports" in change.row.facts.reasons for change in found.rows)
        text = " ".join(SURFACES["text"](found.page()).split())
        assert f"All 90 reports are in both {AGAIN.name} and {FIRST.name}. They are compared as pairs." in text
        assert "the interval allows for what they share" in SURFACES["csv"](found.page())

    def test_of_half_of_the_reports(self) -> None:
        found = cdi.compare(HALF, FIRST, by="crime_type")
        assert [(each.shared, each.paired) for each in found.overlaps] == [(45, False)]
        text = " ".join(SURFACES["text"](found.page()).split())
        assert f"45 reports are in both {HALF.name} (95) and {FIRST.name} (90). The comparison allows for" in text
        assert "such as --nest month." in text
        assert 'such as nest="month".' in found.sentences[-1]

    def test_of_each_of_several_comparisons(self) -> None:
        found = cdi.changes([FIRST, HALF, AGAIN])
        assert [each.shared for each in found.overlaps] == [45, 45]
        assert sum("reports are in both" in each for each in found.page().statements) == 2

    def test_of_cases_where_there_are_no_reports(self) -> None:
        one, other = (audit([f"C{i}" for i in range(start, 20 + start)]) for start in (0, 15))
        found = cdi.compare(*(frame.rename(columns={"cluster": "case"}) for frame in (one, other)))
        assert (found.overlaps[0].shared, found.overlaps[0].cases) == (5, True)
        assert "5 cases are in both this (20) and last (20)." in found.sentences[-1]

    @pytest.mark.parametrize(
        ("a", "b"),
        [
            (audit([f"A{i}" for i in range(20)]), audit([f"B{i}" for i in range(20)])),
            (audit([str(i + 1) for i in range(20)]), audit([str(i + 1) for i in range(24)])),
            (audit([f"A{i}" for i in range(20)]), "80%+-5%"),
            (audit([f"A{i}" for i in range(20)]), "80/100"),
            ("150/200", "152/200"),
        ],
    )
    def test_nothing_where_none_is_known(self, a: object, b: object) -> None:
        found = cdi.compare(a, b)
        assert found.overlaps[0].shared == 0
        assert not any("in both" in each for each in found.page().statements)

    def test_numbers_that_count_from_one_alike_are_told_of(self) -> None:
        """They may be the same reports, as ``agreement`` takes them, or those of another month."""
        one = audit([str(i + 1) for i in range(20)])
        found = cdi.compare(one.copy(), one)
        assert (found.overlaps[0].shared, found.overlaps[0].from_one) == (0, True)
        assert "this and last both number their reports from 1 to 20." in found.sentences[-1]
        assert not cdi.compare(audit([str(i + 1) for i in range(24)]), one).overlaps[0].from_one

    def test_it_outlives_protection_and_pickling(self) -> None:
        found = cdi.compare(AGAIN, FIRST, by="crime_type")
        kept = pickle.loads(pickle.dumps(cdi.protect(found, cdi.Disclosure())))  # noqa: S301 - its own
        assert kept.overlaps[0].shared == 90
        assert any("All 90 reports" in each for each in kept.page().statements)

    def test_at_the_command_line(self) -> None:
        run = [sys.executable, "-m", "cdi", "compare", str(AGAIN), str(FIRST), "--by", "crime_type"]
        done = subprocess.run(run, capture_output=True, text=True, check=False, encoding="utf-8")
        assert (done.returncode, done.stderr) == (0, "")
        assert max(map(len, done.stdout.splitlines())) <= 80
        assert "compared as pairs" in " ".join(done.stdout.split())
        json = subprocess.run([*run, "--format", "json"], capture_output=True, text=True, check=True, encoding="utf-8")
        assert "the interval allows for what they share" in json.stdout


class TestPairsOfOneCrime:
    """The same reports of one crime, read twice: a table of four numbers."""

    @pytest.mark.parametrize(
        ("table", "printed", "near"),
        [
            # Altman and others (2000), Statistics with Confidence, table 6.2
            ((14, 5, 0, 22), (0.011, 0.226), 5e-4),
            # Newcombe (1998c), Statistics in Medicine 17:2635-2650, method 10; typed from memory
            ((36, 12, 2, 0), (0.0569, 0.3404), 5e-5),
            # Cavo and others (2012), as R contingencytables prints it
            ((59, 6, 16, 80), (-0.1186, -0.0046), 5e-5),
        ],
    )
    def test_with_one_pair_more_it_is_method_10_of_newcombe(
        self, table: tuple[int, int, int, int], printed: tuple[float, float], near: float, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr(overlaps, "DIFFERING", 1.0)
        row = cdi.compare(*pairs(*table)).rows[0]
        assert (row.low, row.high) == pytest.approx(printed, abs=near)

    @staticmethod
    def by_hand(table: Any) -> tuple[Any, Any]:
        """Give the limits of tables by the closed form of method 10, with two pairs more in the place of one."""
        both, first, second, neither = (np.asarray(each, dtype=float) for each in table)
        n = both + first + second + neither
        one, other = both + first, both + second
        sides = []
        for x in (one, other):
            found = cdi.interval(x / n, n)
            sides.append(WithLimits(x / n, found.low, found.high))
        products = both * neither - first * second
        corrected = np.where(products > 0, np.maximum(products - n, 0), products)
        root = np.sqrt(one * (n - one) * other * (n - other))
        with np.errstate(divide="ignore", invalid="ignore"):
            phi = np.where(root > 0, corrected / root, 0.0)
        return difference(sides[0], sides[1], np.clip(phi, -1, 1))

    @pytest.mark.parametrize(
        "table",
        [(70, 2, 1, 17), (80, 0, 0, 10), (88, 1, 0, 1), (90, 0, 0, 0), (20, 8, 9, 3), (40, 0, 5, 45), (1, 9, 9, 1)],
    )
    def test_is_what_the_closed_form_gives(self, table: tuple[int, int, int, int]) -> None:
        row = cdi.compare(*pairs(*table)).rows[0]
        assert (row.low, row.high) == pytest.approx(tuple(map(float, self.by_hand(table))), abs=1e-12)
        n, first, second = sum(table), table[1], table[2]
        variance = (first + second - (first - second) ** 2 / n) / (n * (n - 1))
        assert row.se == pytest.approx(variance**0.5, abs=1e-12)

    def test_where_all_agree_there_is_no_change_and_something_is_left_to_be_unsure_of(self) -> None:
        row = cdi.compare(*pairs(80, 0, 0, 10)).rows[0]
        assert (row.estimate, row.se, row.p, row.verdict) == (0.0, 0.0, 1.0, "no-clear-change")
        # as many as 4.0 in 100 pairs may differ in one direction where none of 90 does: 1 - .025 ** (1 / 90)
        assert row.low == pytest.approx(-float(row.high), abs=1e-12)
        assert 0.040 < float(row.high) < 0.050

    @pytest.mark.parametrize(("n", "most"), [(30, 30), (60, 34), (90, 36), (200, 44)])
    def test_holds_the_true_change_where_few_pairs_differ(self, n: int, most: int) -> None:
        """Every table of n pairs, with its probability: the share of those whose interval holds the true change."""
        tables = []
        for first, second in itertools.product(range(most + 1), repeat=2):
            if first + second <= most:
                neither = np.arange(n - first - second + 1)
                same = np.full_like(neither, 1)
                tables.append(np.stack([n - first - second - neither, first * same, second * same, neither]))
        table = np.concatenate(tables, axis=1)
        low, high = self.by_hand(table)
        ways = gammaln(n + 1) - gammaln(table + 1).sum(axis=0)
        found = []
        for first, second, both in itertools.product(
            (0, 0.005, 0.01, 0.02, 0.03, 0.05), (0, 0.01, 0.03), (0.5, 0.8, 0.9)
        ):
            true = np.array([both, first, second, 1 - both - first - second])
            with np.errstate(divide="ignore", invalid="ignore"):
                logs = np.where(table > 0, table * np.log(true)[:, None], 0.0).sum(axis=0)
            chance = np.exp(ways + logs)
            held = (low - 1e-12 <= first - second) & (first - second <= high + 1e-12)
            assert chance.sum() > 0.999  # tables with more pairs that differ are left out
            found.append(float(chance[held].sum()))
        assert min(found) > 0.935
        assert np.mean(found) > 0.95


# ---- any design, worked out report by report


Scores = dict[str, float]


def scores_of(sample: Sample, kind: str | None) -> tuple[float, Scores]:
    """Give the rate of a category, or of all, and the score of each report: by the definition, in a loop."""
    due = sum(float(sample.weight(each)) * each.due(kind) for each in sample.reports)
    rate = sum(float(sample.weight(each)) * each.recorded(kind) for each in sample.reports) / due
    return rate, {
        each.name: float(sample.weight(each)) * (each.recorded(kind) - rate * each.due(kind)) / due
        for each in sample.reports
    }


def fraction(sample: Sample, stratum: str) -> float:
    return 0.0 if sample.population is None else len(sample.strata[stratum]) / sample.population[stratum]


def covariance_of(one: Sample, other: Sample, kind: str | None) -> float:
    """Give the covariance of two rates, stratum by stratum of either side, in loops over reports."""
    scores = [scores_of(sample, kind)[1] for sample in (one, other)]
    theirs = {each.name: each for each in other.reports}
    shared = [(each, theirs[each.name]) for each in one.reports if each.name in theirs]
    total = 0.0
    for a, b in itertools.product(one.strata, other.strata):
        cell = [pair for pair in shared if (pair[0].stratum, pair[1].stratum) == (a, b)]
        if not cell:
            continue
        sides = []
        for sample, stratum, found in ((one, a, scores[0]), (other, b, scores[1])):
            values = [found[each.name] for each in sample.strata[stratum]]
            sides.append(
                (len(values), sum(values) / len(values), np.var(values) * len(values) ** 2 / (len(values) - 1))
            )
        (n, mean_a, variance_a), (m, mean_b, variance_b) = sides
        products = sum((scores[0][x.name] - mean_a) * (scores[1][y.name] - mean_b) for x, y in cell)
        held_a, held_b = (sum(pair[side].stratum == of for pair in shared) for side, of in ((0, a), (1, b)))
        left = 1 - max(n / held_a * fraction(other, b), m / held_b * fraction(one, a))
        if fraction(one, a) == 1 or fraction(other, b) == 1:
            left = 0.0
        part = left * products / (1 - 1 / n - 1 / m + len(cell) / (n * m))
        most = abs(left) * len(cell) * (variance_a * variance_b / (n * m)) ** 0.5
        total += min(max(part, -most), most)
    return total


def variance_of(sample: Sample, scores: Scores) -> float:
    total = 0.0
    for stratum, reports in sample.strata.items():
        values = [scores[each.name] for each in reports]
        total += (1 - fraction(sample, stratum)) * np.var(values) * len(values) ** 2 / (len(values) - 1)
    return total


def reread(sample: Sample, seed: int, share: float = 0.2) -> Sample:
    """Read the same reports again: some crimes are found otherwise."""
    chance = random.Random(seed)  # noqa: S311 - of a test
    return sample.mapped(
        lambda report: replace(
            report, crimes=tuple((kind, x if chance.random() > share else 1 - x) for kind, x in report.crimes)
        )
    )


def renamed(sample: Sample, seed: int, share: float = 0.5) -> Sample:
    """Let some of the reports be others."""
    chance = random.Random(seed)  # noqa: S311 - of a test
    return sample.mapped(
        lambda report: replace(report, name=report.name if chance.random() > share else f"other {report.name}")
    )


def rates_of(sample: Sample, frame: Callable[..., Any] | None = None) -> cdi.Estimates:
    return cdi.recording_rate(sample.audit(frame=frame), by="type")


def changed(one: Sample, other: Sample) -> dict[str | None, Any]:
    found = cdi.compare(rates_of(one), rates_of(other))
    return {None if row.overall else row.label[0]: row for row in found.rows if row.estimate is not None}


SEEDS = st.integers(0, 10**6)
DESIGNS = samples(reports=(3, 9))


class TestAnyDesign:
    @at_most(8)
    @given(DESIGNS, SEEDS)
    def test_of_pairs_the_variance_is_that_of_the_differences(self, sample: Sample, seed: int) -> None:
        """Cochran (1977), chapter 6: of all reports read twice, that of a total of each report's difference."""
        again = reread(sample, seed)
        for kind, row in changed(again, sample).items():
            (_, one), (_, other) = scores_of(again, kind), scores_of(sample, kind)
            direct = variance_of(sample, {name: one[name] - other[name] for name in one})
            assert (row.se or 0.0) ** 2 == pytest.approx(direct, rel=1e-9, abs=1e-14)

    @at_most(8)
    @given(DESIGNS, SEEDS, st.sampled_from([0.3, 0.6]))
    def test_of_some_that_are_shared_the_covariance_is_that_of_a_loop(
        self, sample: Sample, seed: int, share: float
    ) -> None:
        other = renamed(reread(sample, seed), seed + 1, share)
        assume(any(each.name == its.name for each, its in zip(sample.reports, other.reports, strict=True)))
        for kind, row in changed(other, sample).items():
            apart = sum(variance_of(side, scores_of(side, kind)[1]) for side in (other, sample))
            direct = apart - 2 * covariance_of(other, sample, kind)
            assert (row.se or 0.0) ** 2 == pytest.approx(max(direct, 0.0), rel=1e-8, abs=1e-13)

    @at_most(8)
    @given(DESIGNS, SEEDS)
    def test_strata_of_one_side_alone_are_its_own(self, sample: Sample, seed: int) -> None:
        other = renamed(reread(sample, seed), seed + 1, 0.3)
        population = None if other.population is None else {"route 0": sum(other.population.values())}
        plain = replace(other.mapped(lambda report: replace(report, stratum="route 0")), population=population)
        assume(any(each.name == its.name for each, its in zip(sample.reports, plain.reports, strict=True)))
        for kind, row in changed(plain, sample).items():
            apart = sum(variance_of(side, scores_of(side, kind)[1]) for side in (plain, sample))
            direct = apart - 2 * covariance_of(plain, sample, kind)
            assert (row.se or 0.0) ** 2 == pytest.approx(max(direct, 0.0), rel=1e-8, abs=1e-13)

    @at_most(8)
    @given(DESIGNS, SEEDS, st.sampled_from(["difference", "ratio"]))
    def test_a_swap_turns_the_change_round(self, sample: Sample, seed: int, kind: str) -> None:
        sides = rates_of(renamed(reread(sample, seed), seed + 1, 0.3)), rates_of(sample)
        this, last = cdi.compare(*sides, kind=kind).rows, cdi.compare(*sides[::-1], kind=kind).rows
        for one in this:
            other = next(row for row in last if row.label == one.label)
            if one.estimate is None or other.estimate is None or one.low is None:
                continue
            assert one.p == pytest.approx(other.p, rel=1e-6, abs=1e-9)
            if kind == "difference":
                assert one.low == pytest.approx(-float(other.high), abs=1e-12)

    @at_most(8)
    @given(DESIGNS, SEEDS)
    def test_the_order_of_rows_is_nothing(self, sample: Sample, seed: int) -> None:
        other = renamed(reread(sample, seed), seed + 1, 0.3)
        turned = replace(other, reports=other.reports[::-1])
        one, same = (cdi.compare(rates_of(side), rates_of(sample)) for side in (other, turned))
        for row, again in zip(one.rows, same.rows, strict=True):
            assert (row.low, row.high, row.se) == pytest.approx(
                (again.low, again.high, again.se), abs=1e-12, nan_ok=True
            )

    @given(DESIGNS, SEEDS)
    @at_most(8)
    def test_without_shared_reports_both_are_independent(self, sample: Sample, seed: int) -> None:
        other = renamed(reread(sample, seed), 0, 1.0)
        for kind, row in changed(other, sample).items():
            ends = []
            for side in (other, sample):
                rates = rates_of(side)
                place = next(i for i, each in enumerate(rates.rows) if each.label == ((kind or "all"),))
                found = rates.interval()
                ends.append(WithLimits(*(each[[place]] for each in (rates.estimate, found.low, found.high))))
            if row.exact:
                continue
            assert (row.low, row.high) == pytest.approx([float(end[0]) for end in difference(*ends)], abs=1e-14)

    @pytest.mark.parametrize("engine", ["pandas", "pyarrow", "duckdb"])
    def test_engines_agree(self, engine: str) -> None:
        rows = [
            {"incident": f"{i // 2}/24", "stratum": "ab"[i % 4 // 2], "type": "xyz"[i % 3], "recorded": int(i % 7 > 0)}
            for i in range(240)
        ]
        others = [{**row, "recorded": int((i + i // 50) % 7 > 0)} for i, row in enumerate(rows)][40:]
        makers: dict[str, Callable[[pl.DataFrame], Any]] = {
            "pandas": lambda frame: frame.to_pandas(),
            "pyarrow": lambda frame: frame.to_arrow(),
            "duckdb": lambda frame: duckdb.from_arrow(frame.to_arrow()),
        }
        roles: dict[str, Any] = {"cluster": "incident", "stratum": "stratum", "by": "type"}
        usual, found = (
            cdi.compare(make(pl.DataFrame(rows)), make(pl.DataFrame(others)), population={"a": 300, "b": 400}, **roles)
            for make in (lambda frame: frame, makers[engine])
        )
        assert usual.overlaps == found.overlaps
        assert usual.overlaps[0].shared == 100
        for one, other in zip(usual.rows, found.rows, strict=True):
            assert (one.low, one.high, one.se) == pytest.approx((other.low, other.high, other.se), abs=1e-12)

    def test_two_engines_and_numbers_beside_texts(self) -> None:
        numbers = [7 * i + 3 for i in range(40)]
        one = pd.DataFrame({"cluster": numbers, "recorded": [int(i % 5 > 0) for i in range(40)]})
        other = pl.DataFrame({"cluster": [str(n) for n in numbers], "recorded": [int(i % 6 > 0) for i in range(40)]})
        assert cdi.compare(one, other).overlaps[0].paired


class TestAgainstOtherMethods:
    @staticmethod
    def samples() -> tuple[dict[str, tuple[int, int]], dict[str, tuple[int, int]]]:
        """Two readings: 260 and 240 reports of 1 to 3 crimes, 150 of them shared."""
        chance = np.random.default_rng(11)
        due = {f"R{i}/24": int(chance.integers(1, 4)) for i in range(350)}
        hard = {name: chance.beta(8, 1.5) for name in due}
        one, other = (
            {name: (int(chance.binomial(due[name], hard[name])), due[name]) for name in list(due)[start:end]}
            for start, end in ((0, 260), (110, 350))
        )
        return one, other

    @staticmethod
    def frame(reports: dict[str, tuple[int, int]]) -> pd.DataFrame:
        rows = [{"cluster": name, "recorded": x, "due": y} for name, (x, y) in reports.items()]
        return pd.DataFrame(rows)

    def test_the_jackknife_over_the_union_agrees(self) -> None:
        one, other = self.samples()
        row = cdi.compare(self.frame(one), self.frame(other), due="due").rows[0]
        union = sorted({*one, *other})

        def change(left_out: str) -> float:
            rates = []
            for side in (one, other):
                kept = [pair for name, pair in side.items() if name != left_out]
                rates.append(sum(x for x, _ in kept) / sum(y for _, y in kept))
            return rates[0] - rates[1]

        values = np.array([change(name) for name in union])
        jackknife = ((values - values.mean()) ** 2).sum() ** 0.5
        assert row.se == pytest.approx(jackknife, rel=0.02)
        rates = [cdi.recording_rate(cdi.read_audit(self.frame(side), due="due")) for side in (one, other)]
        assert row.se < 0.97 * float(np.hypot(*(each.se[0] for each in rates)))

    @pytest.mark.long
    def test_a_finite_frame_takes_its_share(self) -> None:
        """Draw 60 of 200 reports, keep 30, draw 40 others: the covariance of the means, over and over."""
        chance = np.random.default_rng(5)
        size, n, kept, m = 200, 60, 30, 70
        first = (chance.random(size) < 0.8).astype(int)
        second = np.where(chance.random(size) < 0.85, first, 1 - first)
        names = np.array([f"R{i}/24" for i in range(size)])
        means, found = [], []
        for draw in range(3000):
            order = chance.permutation(size)
            a, b = order[:n], np.r_[order[n - kept : n], order[n : n + m - kept]]
            means.append((first[a].mean(), second[b].mean()))
            if draw < 30:
                sides = (
                    cdi.read_audit(pd.DataFrame({"cluster": names[at], "recorded": of[at]}), population=size)
                    for at, of in ((a, first), (b, second))
                )
                rates = [cdi.recording_rate(each) for each in sides]
                row = cdi.compare(*rates).rows[0]
                found.append((float((rates[0].se[0] ** 2 + rates[1].se[0] ** 2)) - float(row.se or 0) ** 2) / 2)
        pairs_ = np.array(means)
        products = (pairs_[:, 0] - first.mean()) * (pairs_[:, 1] - second.mean())
        # b is drawn from what a left: the covariance is (kept / (n m) - 1 / N) S
        exact = (kept / (n * m) - 1 / size) * float(np.cov(first, second)[0, 1])
        error = products.std(ddof=1) / len(products) ** 0.5
        assert abs(products.mean() - exact) < 3 * error
        assert abs(np.mean(found) - exact) < 3 * np.std(found, ddof=1) / len(found) ** 0.5


class TestVolumes:
    VOLUMES = ({"x": 4000, "y": 900}, {"x": 3500, "y": 1200})

    @staticmethod
    def rows(seed: int, share: float) -> pd.DataFrame:
        """Reports that hold crimes of both categories, read with errors of their own."""
        chance, own = np.random.default_rng(3), np.random.default_rng(seed)
        rows = []
        for i in range(150):
            for kind in ("x", "y")[: 1 + int(chance.random() < 0.5)]:
                true = int(chance.random() < 0.85)
                rows.append(
                    {"cluster": f"R{i}/24", "kind": kind, "recorded": true if own.random() > share else 1 - true}
                )
        return pd.DataFrame(rows)

    @staticmethod
    def rate(rows: pd.DataFrame, volumes: dict[str, int]) -> float:
        rates = rows.groupby("kind")["recorded"].mean()
        return sum(volumes.values()) / sum(crime / rates[kind] for kind, crime in volumes.items())

    def test_the_overall_rate_that_they_weight_has_its_covariance(self) -> None:
        sides = [self.rows(seed, 0.06) for seed in (1, 2)]
        found = cdi.compare(*sides, by="kind", volumes=list(self.VOLUMES))
        names = sorted({*sides[0]["cluster"]})

        def change(left_out: str) -> float:
            one, other = (
                self.rate(side[side["cluster"] != left_out], volumes)
                for side, volumes in zip(sides, self.VOLUMES, strict=True)
            )
            return one - other

        values = np.array([change(name) for name in names])
        assert found.rows[-1].se == pytest.approx(((values - values.mean()) ** 2).sum() ** 0.5, rel=0.03)

    def test_crimes_not_recorded_are_compared_with_it_too(self) -> None:
        sides = [self.rows(seed, 0.06) for seed in (1, 2)]
        apart = [sides[0], sides[1].assign(cluster="other " + sides[1]["cluster"])]
        terms: dict[str, Any] = {"by": "kind", "volumes": list(self.VOLUMES), "kind": "ratio"}
        together, alone = cdi.compare(*sides, **terms), cdi.compare(*apart, **terms)
        for one, other in zip(together.rows, alone.rows, strict=True):
            assert one.estimate == pytest.approx(other.estimate)
            assert float(one.high) / float(one.low) < 0.8 * float(other.high) / float(other.low)

    def test_one_category_alone_is_its_own_rate(self) -> None:
        sides = [rows[rows["kind"] == "x"] for rows in (self.rows(1, 0.06), self.rows(2, 0.06))]
        found = cdi.compare(*sides, by="kind", volumes=[{"x": 4000}] * 2)
        assert found.rows[0].se == pytest.approx(found.rows[1].se, rel=1e-12)

    def test_an_overall_rate_without_its_volumes_is_refused(self) -> None:
        results = [
            cdi.estimate(self.rows(seed, 0.06), by="kind", volumes=volumes)
            for seed, volumes in zip((1, 2), self.VOLUMES, strict=True)
        ]
        alone = [cdi.overall_rate(each) for each in results]
        assert codes(lambda: cdi.compare(*alone)) == ["shared-without-volumes"]
        assert cdi.compare(*results).overlaps[0].paired


class TestWhatCannotBeKnown:
    def test_rows_that_were_not_kept_are_asked_for(self) -> None:
        result = pickle.loads(pickle.dumps(cdi.estimate(pairs(70, 2, 1, 17)[0])))  # noqa: S301 - its own
        assert codes(lambda: cdi.compare(result, pairs(70, 2, 1, 17)[1])) == ["shared-unknown"]
        assert codes(lambda: cdi.compare(pairs(70, 2, 1, 17)[1], result)) == ["shared-unknown"]

    def test_and_are_not_where_the_other_side_names_no_reports(self) -> None:
        result = pickle.loads(pickle.dumps(cdi.estimate(pairs(70, 2, 1, 17)[0])))  # noqa: S301 - its own
        assert cdi.compare(result, "150/200").overlaps[0].shared == 0
        assert cdi.compare(result, pd.DataFrame({"recorded": [1, 1, 0] * 20})).overlaps[0].shared == 0

    def test_the_score_method_is_for_independent_samples(self) -> None:
        sides = pairs(70, 2, 1, 17)
        assert codes(lambda: cdi.compare(*sides, method="miettinen-nurminen")) == ["score-needs-simple"]
        sides[1]["cluster"] += "b"
        assert cdi.compare(*sides, method="miettinen-nurminen").rows[0].p is not None

    def test_a_result_that_was_suppressed_is_refused(self) -> None:
        shown = cdi.protect(cdi.estimate(audit([f"A{i}x" for i in range(5)])), cdi.Disclosure())
        assert codes(lambda: cdi.compare(shown, audit([f"A{i}x" for i in range(20)]))) == ["suppressed-result"]


class TestCensus:
    def test_beside_a_sample_of_it_shares_nothing(self) -> None:
        """A census has no sampling error to share: its rate is what it is, whatever the sample."""
        every = audit([f"A{i}x" for i in range(120)])
        whole = cdi.recording_rate(cdi.read_audit(every, selection="census"))
        part = cdi.recording_rate(cdi.read_audit(every[::4]))
        row, own = cdi.compare(part, whole).rows[0], part.interval()
        assert row.se == pytest.approx(float(part.se[0]))
        assert (row.low, row.high) == pytest.approx((float(own.low[0]) - 0.75, float(own.high[0]) - 0.75))

    def test_of_both_is_exact(self) -> None:
        sides = [cdi.recording_rate(cdi.read_audit(side, selection="census")) for side in pairs(70, 2, 1, 17)]
        assert cdi.compare(*sides).rows[0].exact


def test_a_side_is_a_sequence_of_reports() -> None:
    """The strategies of this module make what they say: reports with names of their own."""
    report = Report("A", "s", (("violent", 1),))
    sample: Sequence[Report] = renamed(Sample((report,)), 0, 1.0).reports
    assert [each.name for each in sample] == ["other A"]
