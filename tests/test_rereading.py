"""Rates freed of the auditors' errors: laws, closed forms, every draw of a small frame, coverage, refusals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import cdi
from cdi.rereading.classes import classes_of
from cdi.rereading.readings import read_both
from cdi.survey import second as second_phase
from cdi.survey.totals import combined_again
from tests.benchmarks.rereading import AUDITORS, NONE, SOME, Plan, Stratum, held, simulated

# ---- samples: what a panel would find in every report, and what the auditors found


def readings(seed: int = 1, reports: int = 120, *, errors: float = 0.15) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make the panel's rows of all reports and the auditors': strata, types of crime, reports without crimes."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(reports):
        stratum = ["calls", "online"][i % 3 == 0]
        for _ in range(max(int(rng.choice([0, 1, 2, 3], p=[0.15, 0.6, 0.15, 0.1])), 1)):
            due = int(rng.random() < 0.9)
            rows.append(
                (stratum, f"R{i:03d}", str(rng.choice(["violent", "other"])), due, due * int(rng.random() < 0.88))
            )
    panel = pd.DataFrame(rows, columns=["stratum", "cluster", "crime_type", "due", "recorded"])
    auditors = panel.copy()
    wrong = rng.random(len(panel)) < errors
    auditors.loc[wrong, "recorded"] = auditors.loc[wrong, "due"] - auditors.loc[wrong, "recorded"]
    return panel, auditors


ROLES: dict[str, Any] = {
    "stratum": "stratum",
    "cluster": "cluster",
    "due": "due",
    "population": {"calls": 900, "online": 300},
}
BY = "crime_type"
VOLUMES = {"violent": 8_000, "other": 9_000}


def of_measures(found: cdi.Result, *keys: str) -> list[tuple[Any, ...]]:
    """Take the numbers of some measures."""
    rows = [row for row in found.table.rows if row.measure.key in keys]
    return [
        (row.label, row.estimate, row.low, row.high, row.se, row.n, row.recorded, row.clusters, row.n_eff)
        for row in rows
    ]


def numbers(row: tuple[Any, ...]) -> list[float]:
    """Take the numbers of a row that are known."""
    return [each for each in row[1:] if each is not None]


class TestLaws:
    @pytest.mark.parametrize("by", [(), BY, None])
    @pytest.mark.parametrize("method", ["wilson", "korn-graubard"])
    def test_a_panel_that_reads_all_is_what_counts(self, by: Any, method: str) -> None:
        panel, auditors = readings()
        volumes = VOLUMES if by == BY else None
        terms: dict[str, Any] = {"by": by, "volumes": volumes, "method": method, **ROLES}
        freed, own = cdi.estimate(auditors, reread=panel, **terms), cdi.estimate(panel, **terms)
        measures = ("recording-rate", "unrecorded")
        for one, other in zip(of_measures(freed, *measures), of_measures(own, *measures), strict=True):
            assert one[0] == other[0]
            # products of two categories are added up in another order
            assert numbers(one) == pytest.approx(numbers(other), rel=1e-13)
        assert [row.facts for row in freed.table.of("recording-rate")] == [
            row.facts for row in own.table.of("recording-rate")
        ]

    @pytest.mark.parametrize("by", [(), BY, None])
    def test_a_panel_that_agrees_everywhere_changes_no_estimate(self, by: Any) -> None:
        _, auditors = readings()
        kept = set(cdi.draw_panel(auditors, 60, seed="a", **ROLES).ids)
        volumes = VOLUMES if by == BY else None
        freed = cdi.estimate(auditors, by, reread=auditors[auditors["cluster"].isin(kept)], volumes=volumes, **ROLES)
        own = cdi.estimate(auditors, by, volumes=volumes, **ROLES)
        for measure in ("recording-rate", "unrecorded"):
            for one, other in zip(freed.table.of(measure), own.table.of(measure), strict=True):
                assert one.estimate == pytest.approx(other.estimate, rel=1e-12)
                # that nothing differs in those that were read does not show that nothing would
                assert one.low < other.low
                assert one.high > other.high
        errors = [row.estimate for row in freed.table.of("auditors-error")]
        assert errors == pytest.approx([0] * len(errors), abs=1e-12)
        assert freed.table.of("reread-alike")[0].estimate == 1

    def test_crimes_of_categories_add_up(self) -> None:
        panel, auditors = readings(3)
        kept = set(cdi.draw_panel(auditors, 60, seed="a", **ROLES).ids)
        second = read_both(cdi.read_audit(auditors, **ROLES), panel[panel["cluster"].isin(kept)])
        totals = second.totals([BY])
        for name in ("due", "recorded"):
            apart, whole = (
                float((cells.weight * getattr(cells, name)).sum()) for cells in (totals.cells, totals.whole)
            )
            assert apart == pytest.approx(whole, rel=1e-12)

    def test_more_read_again_is_never_refused_and_ends_at_the_panel(self) -> None:
        panel, auditors = readings(4)
        widths = []
        for n in (20, 60, 100, 120):
            kept = set(cdi.draw_panel(auditors, n, seed="b", **ROLES).ids)
            row = cdi.estimate(auditors, (), reread=panel[panel["cluster"].isin(kept)], **ROLES).table.rows[0]
            widths.append(row.high - row.low)
        assert widths[-1] == min(widths)
        assert widths[0] == max(widths)

    def test_is_the_same_in_every_engine_and_order(self) -> None:
        panel, auditors = readings(5)
        kept = set(cdi.draw_panel(auditors, 60, seed="c", **ROLES).ids)
        mine = panel[panel["cluster"].isin(kept)]
        first = of_measures(cdi.estimate(auditors, BY, reread=mine, **ROLES), "recording-rate", "auditors-error")
        turned = cdi.estimate(auditors[::-1], BY, reread=pl.from_pandas(mine[::-1]), **ROLES)
        for one, other in zip(first, of_measures(turned, "recording-rate", "auditors-error"), strict=True):
            assert one[0] == other[0]
            assert numbers(one) == pytest.approx(numbers(other), rel=1e-9)


# ---- one crime a report and a simple sample: Tenenbein (1970), Journal of the American Statistical Association 65


def single(recorded: Sequence[int]) -> pd.DataFrame:
    return pd.DataFrame({"cluster": [f"{i:04d}" for i in range(len(recorded))], "recorded": list(recorded)})


class TestTenenbein:
    """Of 300 reports 60 missing: 40 are read again, 8 of them recorded; of the 240 others 80, 70 of them recorded."""

    N, N2, TRUE = np.array([60, 240]), np.array([40, 80]), np.array([8, 70])

    def readings(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        first = single([0] * self.N[0] + [1] * self.N[1])
        second = first.iloc[[*range(self.N2[0]), *range(self.N[0], self.N[0] + self.N2[1])]].copy()
        second["recorded"] = [1] * 8 + [0] * 32 + [1] * 70 + [0] * 10
        return first, second

    def test_the_estimate_is_his(self) -> None:
        first, second = self.readings()
        weights, shares = self.N / self.N.sum(), self.TRUE / self.N2
        found = cdi.estimate(first, reread=second)
        assert found.table.rows[0].estimate == pytest.approx(float(weights @ shares), rel=1e-14)

    def test_the_variance_is_his_without_its_bias(self) -> None:
        """His is that of large samples; with n - 1 for n, and cells of known size, it is unbiased."""
        first, second = self.readings()
        n, n1, n2, q = self.N.sum(), self.N, self.N2, self.TRUE / self.N2
        p = float(n1 @ q / n)
        within = n1**2 * (1 / n2 - 1 / n1) * q * (1 - q) * n2 / (n2 - 1)
        squares = float((n1 * (q * (1 - p) ** 2 + (1 - q) * p**2)).sum())
        drawing = (squares + within.sum() / n) / (n - 1) * n
        found = cdi.estimate(first, reread=second).table.rows[0]
        assert found.se == pytest.approx(float(np.sqrt(drawing + within.sum()) / n), rel=1e-12)
        his = float((n1 / n) ** 2 @ (q * (1 - q) / n2) + (n1 / n @ q**2 - p**2) / n)
        # the two differ by terms of the order of one in the reports read again of a class
        assert found.se**2 == pytest.approx(his, rel=1.5 / n2.min())

    def test_he_ends_where_all_are_read_again(self) -> None:
        truth = single([0, 1] * 30)
        found = cdi.estimate(single([1, 1] * 30), reread=truth).table.rows[0]
        assert (found.low, found.high) == tuple(map(float, _wilson(30, 60)))


def _wilson(recorded: int, due: int) -> tuple[Any, Any]:
    ends = cdi.of_counts(recorded, due).interval()
    return ends.low[0], ends.high[0]


# ---- every draw of a small frame: the mean of estimates is the truth, and the mean of their variances theirs


def every_draw(
    frame: pd.DataFrame, auditors: pd.DataFrame, sizes: dict[str, int]
) -> Iterator[tuple[float, cdi.Audit, Any]]:
    """Give each audit and panel that can be drawn, with its probability: of a class two are read, or its only ones."""
    strata = {name: sorted(set(frame.loc[frame["stratum"] == name, "cluster"])) for name in sizes}
    population = {name: len(reports) for name, reports in strata.items()}
    firsts = list(product(*(combinations(strata[name], n) for name, n in sizes.items())))
    for chosen in firsts:
        kept = {report for part in chosen for report in part}
        audit = cdi.read_audit(
            auditors[auditors["cluster"].isin(kept)],
            stratum="stratum",
            cluster="cluster",
            due="due",
            population=population,
        )
        classes = classes_of(audit)
        cells = [np.flatnonzero(classes.cells() == cell) for cell in np.unique(classes.cells())]
        ways = list(product(*(combinations(cell.tolist(), min(2, len(cell))) for cell in cells)))
        for way in ways:
            again = {classes.ids[i] for part in way for i in part}
            yield 1 / len(firsts) / len(ways), audit, frame[frame["cluster"].isin(again)]


SMALL = {
    # report: stratum, then of two types of crime due and recorded by the panel, and by the auditors
    "a": ("s", (2, 1, 1, 1), (2, 2, 1, 1)),
    "b": ("s", (1, 0, 0, 0), (1, 1, 0, 0)),
    "c": ("s", (1, 1, 2, 1), (1, 1, 2, 2)),
    "d": ("s", (0, 0, 1, 0), (0, 0, 1, 0)),
    "e": ("s", (3, 2, 0, 0), (3, 1, 0, 0)),
    "f": ("t", (1, 1, 1, 1), (1, 1, 0, 0)),
    "g": ("t", (1, 0, 1, 1), (0, 0, 1, 1)),
    "h": ("t", (2, 2, 0, 0), (2, 1, 0, 0)),
}


def small(which: int) -> pd.DataFrame:
    rows = []
    for report, parts in SMALL.items():
        counts = parts[1:][which]
        rows += [
            (parts[0], report, kind, *pair) for kind, pair in zip(("x", "y"), (counts[:2], counts[2:]), strict=True)
        ]
    return pd.DataFrame(rows, columns=["stratum", "cluster", "kind", "due", "recorded"])


class TestEveryDraw:
    COEFFICIENTS = (((-0.8, -0.8), (1.0, 1.0)), ((-0.7, 2.0), (1.0, -2.5)))
    """What a crime due and one recorded of each type count: one rate, and a contrast of two."""

    def test_mean_and_variance_are_right(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The least variance of a class is left out: it is above what is unbiased."""
        monkeypatch.setattr(second_phase, "UNSEEN", 0.0)
        frame, auditors = small(0), small(1)
        scores = [tuple(map(np.array, each)) for each in self.COEFFICIENTS]
        counts = [frame.groupby("kind")[name].sum().to_numpy() for name in ("due", "recorded")]
        truth = [float(a @ counts[0] + b @ counts[1]) for a, b in scores]
        sums = np.zeros((len(scores), 3))
        for chance, audit, panel in every_draw(frame, auditors, {"s": 4, "t": 2}):
            totals = read_both(audit, panel).totals(["kind"])
            for place, (a, b) in enumerate(scores):
                total = float(totals.cells.scores(a, b)[0].sum())
                sums[place] += chance * np.array([total, total**2, _unbiased(totals, a, b)])
        mean, square, variance = sums.T
        assert mean == pytest.approx(truth, rel=1e-9)
        assert variance == pytest.approx(square - mean**2, rel=1e-9)


def _unbiased(totals: Any, of_due: Any, of_recorded: Any) -> float:
    """Work the variance out by the formula of docs/reread.md, nothing rounded up to 0."""
    cells, pairs, strata = totals.cells, totals.pairs(), totals.strata
    a, b = of_due, of_recorded
    first = cells.weight * (a[cells.domain] * cells.due + b[cells.domain] * cells.recorded)
    second = cells.weight**2 * (
        a[cells.domain] ** 2 * cells.due_due
        + 2 * a[cells.domain] * b[cells.domain] * cells.due_recorded
        + b[cells.domain] ** 2 * cells.recorded_recorded
    )
    met = pairs.weight**2 * (
        a[pairs.one] * a[pairs.other] * pairs.due_due
        + a[pairs.one] * b[pairs.other] * pairs.due_recorded
        + b[pairs.one] * a[pairs.other] * _turned(pairs)
        + b[pairs.one] * b[pairs.other] * pairs.recorded_recorded
    )
    found = float(combined_again(totals, a, b)[0])
    for h, n in enumerate(strata.sampled):
        mine, theirs = cells.stratum == h, pairs.stratum == h
        squares = second[mine].sum() + met[theirs].sum()
        found += float(strata.left[h] * n / (n - 1) * (squares - first[mine].sum() ** 2 / n))
    return found


def _turned(pairs: Any) -> Any:
    """Give the products of recorded crimes of the first domain by due ones of the second: those of the pair turned."""
    value = {(int(i), int(j), int(h)): 0.0 for i, j, h in zip(pairs.one, pairs.other, pairs.stratum, strict=True)}
    for i, j, h, each in zip(pairs.one, pairs.other, pairs.stratum, pairs.due_recorded, strict=True):
        value[int(i), int(j), int(h)] += float(each)
    count: dict[tuple[int, int, int], int] = {}
    for i, j, h in zip(pairs.one, pairs.other, pairs.stratum, strict=True):
        count[int(i), int(j), int(h)] = count.get((int(i), int(j), int(h)), 0) + 1
    return np.array(
        [
            value[int(j), int(i), int(h)] / count[int(i), int(j), int(h)]
            for i, j, h in zip(pairs.one, pairs.other, pairs.stratum, strict=True)
        ]
    )


# ---- coverage


DRAWS = 400


@pytest.mark.parametrize("auditors", ["usual", "lenient", "strict", "blind"])
def test_intervals_hold_the_truth(auditors: str) -> None:
    """The benchmark holds .94 at the least; of so few draws three standard errors less are no sign of a fault."""
    rng = np.random.default_rng([7, list(AUDITORS).index(auditors)])
    of = simulated(
        Plan("test", [Stratum(9_000, 200, 0.87), Stratum(3_000, 150, 0.94, NONE)], 120), AUDITORS[auditors], rng
    )
    found = held(of, DRAWS, rng, alone=False)
    least = 0.94 - 3 * np.sqrt(0.94 * 0.06 / DRAWS)
    assert min(found.coverage.values()) >= least
    # the standard error of the mean of so many estimates is at the most a quarter of the width by their root
    assert abs(found.bias) < 3 * found.width / 4 / np.sqrt(DRAWS)


def test_the_auditors_alone_would_mislead() -> None:
    """What the correction is for: lenient auditors' own intervals hold the truth in fewer than nine of ten draws."""
    rng = np.random.default_rng(11)
    of = simulated(Plan("test", [Stratum(9_000, 350, 0.90, SOME)], 120), AUDITORS["lenient"], rng)
    due, _, seen, counted = of.frames[0]
    within = 0
    for _ in range(200):
        places = rng.choice(len(due), 350, replace=False)
        ends = cdi.of_counts(int(counted[places].sum()), int(seen[places].sum())).interval(method="korn-graubard")
        within += int(ends.low[0] <= of.truth <= ends.high[0])
    assert within / 200 < 0.9
