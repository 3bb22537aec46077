"""Rates freed of the auditors' errors: laws, closed forms, every draw of a small frame, coverage, refusals."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, product
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import polars as pl
import pytest

import cdi
from cdi.rereading.classes import CLASSES, classes_of
from cdi.rereading.drawing import allocated
from cdi.rereading.readings import read_both
from cdi.rereading.receipts import drawn_by
from cdi.survey import second as second_phase
from cdi.survey.totals import combined_again
from tests.benchmarks.rereading import AUDITORS, NONE, SOME, Plan, Stratum, held, simulated
from tests.reference import reference
from tests.test_cli import outcome

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

    @pytest.mark.long
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


# ---- what reports may hold


def decided(rows: Sequence[tuple[str, str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["cluster", "crime_type", "decision"])


class TestReports:
    def test_a_panel_may_find_crimes_where_the_auditors_found_none(self) -> None:
        """Of 20 reports without crimes 10 are read, and 2 have an unrecorded crime: 4 stand for the 20."""
        first = decided(
            [(f"a{i}", "violent", "recorded") for i in range(30)] + [(f"n{i}", "", "no crime") for i in range(20)]
        )
        again = decided(
            [(f"a{i}", "violent", "recorded") for i in range(15)]
            + [(f"n{i}", "", "no crime") for i in range(8)]
            + [(f"n{i}", "other", "not recorded") for i in range(8, 10)]
        )
        found = cdi.estimate(first, BY, reread=again)
        rates = {row.label[0]: row for row in found.table.of("recording-rate")}
        assert rates["all"].estimate == pytest.approx(30 / 34, rel=1e-12)
        assert (rates["other"].n, rates["other"].estimate) == (4, 0)
        errors = {row.label[0]: row.estimate for row in found.table.of("auditors-error")}
        assert errors["all"] == pytest.approx(4 / 34, rel=1e-12)
        # the auditors have no rate of a type that they never found
        assert errors["other"] is None

    def test_crimes_in_records_of_nothing_due_count_in_volumes(self) -> None:
        """The panel overturns a third of the over-recorded ones that it reads, and the count follows the panel's."""
        first = decided(
            [(f"a{i}", "violent", "recorded") for i in range(40)]
            + [(f"m{i}", "violent", "not recorded") for i in range(10)]
            + [(f"o{i}", "violent", "over-recorded") for i in range(6)]
        )
        again = pd.concat(
            [first.iloc[:20], first.iloc[40:50], decided([("o0", "violent", "recorded")]), first.iloc[51:53]]
        )
        found = cdi.estimate(first, BY, reread=again, volumes={"violent": 1_000})
        # due: 40 + 10 + 2 of what was over-recorded, of which 42 recorded; 4 over-recorded stay
        assert found.table.of("recording-rate")[0].estimate == pytest.approx(42 / 52, rel=1e-12)
        assert found.table.of("unrecorded")[0].estimate == pytest.approx(1_000 * 10 / 46, rel=1e-12)

    def test_overall_rates_by_volumes_have_an_error_too(self) -> None:
        panel, auditors = readings(8, 200)
        kept = set(cdi.draw_panel(auditors, 90, seed="d", **ROLES).ids)
        found = cdi.estimate(auditors, BY, reread=panel[panel["cluster"].isin(kept)], volumes=VOLUMES, **ROLES)
        own = cdi.estimate(auditors, BY, volumes=VOLUMES, **ROLES)
        rates, mine = ([row for row in each.table.of("recording-rate") if row.whole] for each in (found, own))
        errors = [row for row in found.table.of("auditors-error") if row.whole]
        assert len(errors) == len(rates) == 2
        for rate, auditors_rate, error in zip(rates, mine, errors, strict=True):
            assert error.estimate == pytest.approx(auditors_rate.estimate - rate.estimate, abs=1e-12)
            assert error.low < error.estimate < error.high
            # the two rates are of one sample: their difference varies less than if they were not
            assert error.se < np.hypot(rate.se, auditors_rate.se)

    def test_one_report_read_of_a_class_takes_the_variance_of_its_class(self) -> None:
        panel, auditors = readings(9)
        classes = classes_of(cdi.read_audit(auditors, **ROLES))
        cells = classes.cells()
        kept = {classes.ids[np.flatnonzero(cells == cell)[0]] for cell in np.unique(cells)}
        row = cdi.estimate(auditors, (), reread=panel[panel["cluster"].isin(kept)], **ROLES).table.rows[0]
        assert 0 <= row.low < row.estimate < row.high <= 1

    def test_what_goes_beyond_a_rate_is_said(self) -> None:
        """Of two crimes that the panel turns, each stands for more than were found missing of their type."""
        first = decided(
            [(f"a{i}", "violent", "recorded") for i in range(30)]
            + [(f"m{i}", "violent", "not recorded") for i in range(10)]
            + [(f"x{i}", "other", "not recorded") for i in range(2)]
            + [("y0", "other", "recorded")]
        )
        again = pd.concat(
            [first.iloc[:10], first.iloc[30:34], decided([("x0", "other", "recorded"), ("x1", "other", "recorded")])]
        )
        rows = {row.label[0]: row for row in cdi.estimate(first, BY, reread=again).table.of("recording-rate")}
        assert (rows["other"].estimate, rows["other"].high) == (1.0, 1.0)
        assert "reread-beyond" in rows["other"].facts.reasons
        assert "reread-beyond" not in rows["all"].facts.reasons

    def test_rows_drawn_one_by_one_are_matched_by_their_own_number(self) -> None:
        first = pd.DataFrame({"case": [f"c{i}" for i in range(40)], "recorded": [1] * 30 + [0] * 10})
        again = first.iloc[[*range(12), *range(30, 36)]].assign(recorded=[1] * 10 + [0] * 2 + [0] * 6)
        found = cdi.estimate(first, reread=again)
        assert found.table.rows[0].estimate == pytest.approx(30 / 40 * 10 / 12, rel=1e-12)

    def test_yes_or_no_of_auditors_goes_with_counts_of_a_panel(self) -> None:
        """A yes or no has no word for a report in which nothing was due, so the worksheet asks for counts."""
        first = single([1] * 30 + [0] * 10)
        sheet = cdi.draw_panel(first, 20, seed="e").to_pandas()
        assert list(sheet.columns) == ["cluster", "order", "due", "recorded"]
        filled = sheet.assign(due=1, recorded=[int(int(each) < 30) for each in sheet["cluster"]])
        filled.loc[filled["recorded"] == 0, "due"] = 0
        assert cdi.estimate(first, reread=filled).table.rows[0].estimate == 1


class TestAgreement:
    def test_kappa_and_ac1_are_those_of_other_software(self) -> None:
        """Where a panel reads all, each report with one crime, they are of the table of both readings."""
        known = reference("agree/audit_140_6_4_32")
        table = np.array(known["table"])
        pairs = [(1 - i, 1 - j) for i in range(2) for j in range(2) for _ in range(int(table[i, j]))]
        first, again = (single([pair[side] for pair in pairs]) for side in (0, 1))
        rows = {row.measure.key: row for row in cdi.estimate(first, reread=again).table.rows}
        assert rows["kappa"].estimate == pytest.approx(known["fleiss_cohen_everitt"]["kappa"], rel=1e-12)
        assert rows["ac1"].estimate == pytest.approx(known["gwet2008"]["ac1"], rel=1e-12)
        assert rows["reread-alike"].estimate == pytest.approx(known["observed"], rel=1e-12)
        # all of the audit's reports were read: nothing is left to chance
        assert rows["reread-alike"].low is None

    def test_reports_count_for_those_of_their_class(self) -> None:
        """Half of the 20 with something missing are confirmed, 9 of 10 of the 80 others: (10 + 72) / 100."""
        first = single([0] * 20 + [1] * 80)
        again = first.iloc[[*range(10), *range(20, 40)]].assign(recorded=[0] * 5 + [1] * 5 + [1] * 18 + [0] * 2)
        found = cdi.estimate(first, reread=again)
        assert found.reread.found == ((20, 10, 5, 5, 0), (80, 20, 2, 18, 0), (0, 0, 0, 0, 0))
        assert found.table.of("reread-alike")[0].estimate == pytest.approx(0.82, rel=1e-12)


# ---- the draw


class TestDraw:
    def audit(self) -> pd.DataFrame:
        return readings(2, 150)[1]

    def test_is_by_tickets_that_anybody_can_work_out(self) -> None:
        audit = self.audit()
        panel = cdi.draw_panel(audit, 50, seed="4 6 1 3 2", **ROLES)
        totals = audit.groupby(["stratum", "cluster"])[["due", "recorded"]].sum().reset_index()
        kinds = np.where(
            totals["recorded"] < totals["due"], "missing", np.where(totals["due"] > 0, "recorded", "nothing")
        )
        for (stratum, kind), part in totals.groupby([totals["stratum"], kinds]):
            tickets = {
                each: hashlib.sha256(f'["4 6 1 3 2","{stratum}","{kind}","{each}"]'.encode()).hexdigest()
                for each in part["cluster"]
            }
            reports, drawn = panel.drawn[(stratum,), kind]
            assert reports == len(part)
            assert set(sorted(tickets, key=tickets.__getitem__)[:drawn]) == set(panel.ids) & set(part["cluster"])
        order = [row[1] for row in panel.rows]
        assert order == sorted(
            order, key=lambda each: hashlib.sha256(f'["4 6 1 3 2","worksheet","{each}"]'.encode()).hexdigest()
        )

    def test_half_are_of_reports_with_something_missing(self) -> None:
        panel = cdi.draw_panel(self.audit(), 40, seed="a", **ROLES)
        assert sum(drawn for (_, kind), (_, drawn) in panel.drawn.items() if kind == "missing") == 20
        share = cdi.draw_panel(self.audit(), 40, seed="a", missing_share=0.25, **ROLES)
        assert sum(drawn for (_, kind), (_, drawn) in share.drawn.items() if kind == "missing") == 10

    def test_does_not_depend_on_the_order_of_rows_or_the_engine(self) -> None:
        audit = self.audit()
        one = cdi.draw_panel(audit, 40, seed="a", **ROLES)
        other = cdi.draw_panel(pl.from_pandas(audit[::-1]), 40, seed="a", **ROLES)
        assert one.rows == other.rows

    def test_a_longer_draw_holds_the_shorter(self) -> None:
        """As long as no class needs fewer of the longer: each takes the first of one list."""
        audit = self.audit()
        one, more = (cdi.draw_panel(audit, n, seed="a", **ROLES) for n in (40, 80))
        assert all(one.drawn[cell][1] <= more.drawn[cell][1] for cell in one.drawn)
        assert set(one.ids) < set(more.ids)

    def test_the_worksheet_tells_nothing_of_the_class(self) -> None:
        """Over many seeds the mean place of reports with something missing is the middle of the list."""
        audit = cdi.read_audit(self.audit(), **ROLES)
        known = classes_of(audit)
        kind = dict(zip(known.ids, known.kind.tolist(), strict=True))
        places = []
        for seed in range(60):
            panel = cdi.draw_panel(audit, 50, seed=seed)
            places += [int(row[2]) for row in panel.rows if CLASSES[kind[row[1]]] == "missing"]
            assert panel.columns == ("stratum", "cluster", "order", "crime_type", "due", "recorded")
            assert all(row[3:] == ("", "", "") for row in panel.rows)
        # a place is uniform on 1 to 50, with a standard deviation of 14.4
        assert abs(np.mean(places) - 25.5) < 4 * 14.4 / np.sqrt(len(places))

    def test_each_report_of_a_class_is_drawn_as_often(self) -> None:
        """Of 12 reports of a class 3 are drawn; over 400 seeds each is drawn 100 times, within five standard errors."""
        classes = classes_of(cdi.read_audit(single([1] * 12 + [0] * 3)))
        times = sum(drawn_by(classes, str(seed), {((), "recorded"): 3}).astype(int) for seed in range(400))
        assert times.sum() == 1_200
        assert np.abs(times[:12] - 100).max() < 5 * np.sqrt(400 * 0.25 * 0.75)

    @pytest.mark.parametrize(
        ("sizes", "n", "share", "expected"),
        [
            ({0: 10, 1: 90}, 40, 0.5, {0: 10, 1: 30}),  # fewer with something missing than half
            ({0: 30, 1: 5}, 20, 0.5, {0: 15, 1: 5}),  # fewer others than half
            ({0: 30, 1: 5}, 34, 0.5, {0: 29, 1: 5}),
            ({0: 50, 1: 1, 2: 50}, 10, 0.9, {0: 7, 1: 1, 2: 2}),  # two of each class, or its only one
            ({1: 60, 4: 30}, 9, 0.5, {1: 6, 4: 3}),  # nothing missing: by what reports stand for
            ({0: 3, 1: 4}, 7, 0.5, {0: 3, 1: 4}),
        ],
    )
    def test_shares_out(self, sizes: dict[int, int], n: int, share: float, expected: dict[int, int]) -> None:
        stands = {cell: float(size) for cell, size in sizes.items()}
        assert allocated(stands, sizes, n, share) == expected


class TestReceipt:
    def written(self, folder: Path) -> tuple[Path, Path, pd.DataFrame]:
        """Write an audit and a panel's worksheet, and fill it in."""
        panel, auditors = readings(6)
        audit, sheet = folder / "audit.csv", folder / "panel.csv"
        auditors.to_csv(audit, index=False)
        drawn = cdi.draw_panel(audit, 40, seed="a", **self.roles())
        drawn.write(sheet)
        filled = panel[panel["cluster"].isin(drawn.ids)]
        filled.to_csv(sheet, index=False)
        return audit, sheet, filled

    def roles(self) -> dict[str, Any]:
        return {**ROLES, "population": {"calls": 900, "online": 300}}

    def test_shows_that_reports_are_those_drawn(self, tmp_path: Path) -> None:
        audit, sheet, _ = self.written(tmp_path)
        found = cdi.estimate(audit, reread=sheet, **self.roles())
        assert found.reread.standing.receipt
        assert found.reread.standing.key
        (tmp_path / "panel.receipt.key").unlink()
        without = cdi.estimate(audit, reread=sheet, **self.roles())
        assert (without.reread.standing.receipt, without.reread.standing.key) == (True, False)
        (tmp_path / "panel.receipt.json").unlink()
        assert not cdi.estimate(audit, reread=sheet, **self.roles()).reread.standing.receipt

    def test_holds_no_number_of_a_report(self, tmp_path: Path) -> None:
        self.written(tmp_path)
        text = (tmp_path / "panel.receipt.json").read_text(encoding="utf-8")
        assert json.loads(text)["seed"] == "a"
        assert "R0" not in text

    def test_its_numbers_count_reports_of_each_class(self, tmp_path: Path) -> None:
        self.written(tmp_path)
        held_ = json.loads((tmp_path / "panel.receipt.json").read_text(encoding="utf-8"))["classes"]
        assert sum(each["read"] for each in held_) == 40
        assert sum(each["reports"] for each in held_) == 120

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (lambda _audit, panel: panel.iloc[1:], "lacking: 1"),
            (
                lambda _audit, panel: panel.assign(cluster=panel["cluster"].replace(panel["cluster"].iloc[0], "R999")),
                "others: 1",
            ),
        ],
        ids=["a report dropped", "a report that is not in the audit"],
    )
    def test_finds_a_panel_of_other_reports(
        self, change: Callable[..., pd.DataFrame], said: str, tmp_path: Path
    ) -> None:
        audit, sheet, filled = self.written(tmp_path)
        # one row a report, so that what is dropped is a report
        change(audit, filled.drop_duplicates("cluster")).to_csv(sheet, index=False)
        with pytest.raises(cdi.DataError, match=said):
            cdi.estimate(audit, reread=sheet, **self.roles())

    def test_finds_a_report_that_was_not_drawn(self, tmp_path: Path) -> None:
        audit, sheet, filled = self.written(tmp_path)
        rows = pd.read_csv(audit)
        other = rows[~rows["cluster"].isin(filled["cluster"])].iloc[:1]
        pd.concat([filled, other]).to_csv(sheet, index=False)
        with pytest.raises(cdi.DataError, match="only reports that were drawn"):
            cdi.estimate(audit, reread=sheet, **self.roles())

    @pytest.mark.parametrize("kept", [False, True], ids=["in another class", "in the same class"])
    def test_finds_an_audit_that_was_changed(self, kept: bool, tmp_path: Path) -> None:
        audit, sheet, _ = self.written(tmp_path)
        rows = pd.read_csv(audit)
        if kept:
            rows.loc[rows.index[(rows["due"] == 1) & (rows["recorded"] == 1)][0], ["due", "recorded"]] = 2
        else:
            rows.loc[rows.index[(rows["due"] == 1) & (rows["recorded"] == 0)], "recorded"] = 1
        rows.to_csv(audit, index=False)
        with pytest.raises(cdi.DataError, match="as it was when the panel's reports were drawn"):
            cdi.estimate(audit, (), reread=sheet, **self.roles())

    def test_that_was_changed_is_refused_by_its_key(self, tmp_path: Path) -> None:
        audit = pd.DataFrame({"cluster": [f"R{i}" for i in range(90)], "recorded": [int(i % 5 > 0) for i in range(90)]})
        panel, proof, _ = cdi.draw_panel(audit, 30, seed="1 2 3").write(tmp_path / "panel.csv")
        pd.read_csv(panel, dtype=str).assign(due=1, recorded=1).to_csv(panel, index=False)
        assert cdi.estimate(audit, reread=panel).reread is not None
        proof.write_text(proof.read_text(encoding="utf-8").replace("1 2 3", "3 2 1"), encoding="utf-8")
        with pytest.raises(cdi.CdiError, match="expected the receipt as it was written"):
            cdi.estimate(audit, reread=panel)

    def test_is_never_written_over(self, tmp_path: Path) -> None:
        audit, sheet, _ = self.written(tmp_path)
        with pytest.raises(cdi.DataError, match="expected a new file"):
            cdi.draw_panel(audit, 40, seed="b", **self.roles()).write(sheet)

    @pytest.mark.parametrize("text", ["", "{}", "[]", '{"receipt": "cdi-reread-receipt-1"}', "\ufffd"])
    def test_that_is_damaged_is_refused(self, text: str, tmp_path: Path) -> None:
        audit, sheet, _ = self.written(tmp_path)
        (tmp_path / "panel.receipt.json").write_text(text, encoding="utf-8")
        with pytest.raises(cdi.DataError, match="expected a receipt of a draw for a panel"):
            cdi.estimate(audit, reread=sheet, **self.roles())


def test_a_workbook_is_read_back(tmp_path: Path) -> None:
    first = decided([(f"00{i}", "violent", "recorded" if i % 3 else "not recorded") for i in range(30)])
    sheet = tmp_path / "panel.xlsx"
    cdi.draw_panel(first, 12, seed="a").write(sheet)
    book = openpyxl.load_workbook(sheet)
    rows = book["panel"]
    assert [cell.value for cell in rows[1]] == ["cluster", "order", "crime_type", "decision"]
    for row in range(2, rows.max_row + 1):
        rows.cell(row, 3).value, rows.cell(row, 4).value = "violent", "recorded"
    book.save(sheet)
    found = cdi.estimate(first, reread=sheet)
    assert found.table.rows[0].estimate == 1
    assert found.reread.standing.receipt


# ---- what is refused


class TestRefusals:
    FIRST = single([1] * 20 + [0] * 8)

    def again(self) -> pd.DataFrame:
        return self.FIRST.iloc[[*range(6), *range(20, 26)]]

    @pytest.mark.parametrize(
        ("panel", "said"),
        [
            (lambda rows: rows.assign(cluster="9999"), "expected reports of the audit"),
            (lambda rows: pd.concat([rows.assign(due=1), rows.iloc[:1].assign(due=1)]), "one row for each report"),
            (lambda rows: rows.assign(recorded=None), "recorded"),
            (lambda rows: rows.iloc[:6], "at least 1 report read again of the 8"),
            (lambda rows: rows.drop(columns="cluster"), "cluster"),
            (lambda _rows: TestRefusals.FIRST, "These are the same rows twice"),
        ],
        ids=["unknown", "twice", "blank", "a class unread", "no numbers", "the audit itself"],
    )
    def test_of_panels(self, panel: Callable[[pd.DataFrame], pd.DataFrame], said: str) -> None:
        first = cdi.read_audit(self.FIRST)
        given = panel(self.again())
        with pytest.raises(cdi.CdiError, match=said):
            cdi.estimate(first, reread=first if given is self.FIRST else given)

    def test_of_another_stratum(self) -> None:
        panel, auditors = readings(7)
        again = panel[panel["cluster"].isin(cdi.draw_panel(auditors, 40, seed="a", **ROLES).ids)]
        with pytest.raises(cdi.DataError, match=r"expected the stratum of the audit, \w+, but found post"):
            cdi.estimate(auditors, reread=again.assign(stratum="post"), **ROLES)

    @pytest.mark.parametrize(
        ("terms", "said"),
        [
            ({"joint": True}, "intervals one by one"),
            ({"measures": ["recording-rate", "over-recording"]}, "the recording rate alone"),
            ({"style": "published"}, "the recording rate alone"),
            ({"selection": "judgement"}, "drawn by chance"),
        ],
    )
    def test_of_what_does_not_go_with_it(self, terms: dict[str, Any], said: str) -> None:
        with pytest.raises(cdi.CdiError, match=said):
            cdi.estimate(self.FIRST, reread=self.again(), **terms)

    @pytest.mark.parametrize(
        ("terms", "said"),
        [
            ({"n": 3}, "expected at least 4 reports"),
            ({"n": 29}, "no more reports than the 28"),
            ({"n": 0}, "1 or more"),
            ({"seed": " "}, "a seed that is not blank"),
            ({"missing_share": 1.0}, "a share between 0 and 1"),
            ({"missing_share": "half"}, "a share between 0 and 1"),
        ],
    )
    def test_of_draws(self, terms: dict[str, Any], said: str) -> None:
        given: dict[str, Any] = {"n": 10, "seed": "a", **terms}
        with pytest.raises(cdi.CdiError, match=said):
            cdi.draw_panel(self.FIRST, given.pop("n"), **given)

    def test_of_reports_that_stand_as_a_number_alone(self) -> None:
        audit = pd.DataFrame({
            "cluster": [f"R{i}" for i in range(60)], "route": ["a", "b"] * 30,
            "decision": [{0: "not auditable", 1: "not recorded"}.get(i % 30, "recorded") for i in range(60)],
        })  # fmt: skip
        stated = pd.DataFrame({"route": ["a", "b"], "population": 900, "sample": [30, 30]})
        # rows that could not be audited are rows of the reports that were stated
        assert cdi.draw_panel(audit, 30, seed="a", population=stated, stratum="route").ids
        more = stated.assign(sample=[30, 31])
        with pytest.raises(cdi.DesignError, match="Reports that stand only as a number"):
            cdi.draw_panel(audit, 30, seed="a", population=more, stratum="route")

    def test_of_audits_without_numbers_of_reports(self) -> None:
        with pytest.raises(cdi.DesignError, match="a column with report numbers"):
            cdi.draw_panel(self.FIRST.drop(columns="cluster"), 10, seed="a")

    def test_of_calls_that_would_read_the_auditors_rows_alone(self) -> None:
        found = cdi.estimate(self.FIRST, reread=self.again())
        for call in (cdi.read_audit, cdi.recording_rate, cdi.dispute, cdi.coverage):
            with pytest.raises(cdi.CdiError, match="no result freed of its auditors' errors"):
                call(found)
        with pytest.raises(cdi.DesignError, match="a figure that follows from one reading"):
            cdi.explain(found)

    def test_of_people(self) -> None:
        rows = [(f"{i:03d}", ["Asian", "White"][i % 2], ["recorded", "not recorded"][i % 5 == 0]) for i in range(80)]
        first = pd.DataFrame(rows, columns=["cluster", "ethnicity", "decision"])
        found = cdi.estimate(first, "ethnicity", reread=first.iloc[:40])
        with pytest.raises(cdi.DataError, match="Rounded counts do not give a rate freed of errors"):
            cdi.protect(found, cdi.Disclosure())
        with pytest.raises(cdi.DataError, match="Rounded counts do not give a rate freed of errors"):
            cdi.protect(found.rates, cdi.Disclosure())
        shown = cdi.protect(found, cdi.Disclosure("internal"))
        assert [row.estimate for row in shown.table.rows] == [row.estimate for row in found.table.rows]


# ---- what is kept and shown


class TestResult:
    def found(self) -> cdi.Result:
        panel, auditors = readings(6)
        kept = set(cdi.draw_panel(auditors, 40, seed="a", **ROLES).ids)
        return cdi.estimate(auditors, BY, reread=panel[panel["cluster"].isin(kept)], volumes=VOLUMES, **ROLES)

    def test_a_saved_one_holds_no_rows_and_shows_the_same(self) -> None:
        found = self.found()
        saved = pickle.dumps(found)
        assert b"R001" not in saved
        again = pickle.loads(saved)  # noqa: S301 (it was made here)
        assert again.table == found.table
        assert str(again) == str(found)

    def test_the_page_says_which_way_the_auditors_erred(self) -> None:
        lenient, strict = (
            str(cdi.estimate(single(first), reread=single(again)))
            for first, again in (([1] * 36 + [0] * 4, [1] * 20 + [0] * 20), ([1] * 20 + [0] * 20, [1] * 36 + [0] * 4))
        )
        assert "too high: they were lenient" in " ".join(lenient.split())
        assert "too low: they were strict" in " ".join(strict.split())

    def test_an_error_that_may_be_none_is_not_called_one(self) -> None:
        found = " ".join(str(cdi.estimate(single([1] * 9 + [0]), reread=single([1] * 8 + [0] * 2))).split())
        assert "they were" not in found.partition("The auditors' rate")[2].partition(".")[0]
        assert "So it is not clear whether they were lenient or strict." in found

    def test_where_the_panel_finds_nothing_due_there_is_no_error(self) -> None:
        audit = pd.DataFrame({
            "cluster": [f"R{i}" for i in range(210)], "route": ["calls", "calls", "online"] * 70,
            "due": 1, "recorded": [int(i % 5 > 0) for i in range(210)],
        })  # fmt: skip
        sheet = cdi.draw_panel(audit, 60, seed="1 2 3", stratum="route").to_pandas()
        panel = sheet.assign(due=0, recorded=0)
        population = pd.DataFrame({"route": ["calls", "online"], "population": [6_000, 3_000]})
        found = cdi.estimate(audit, reread=panel, stratum="route", population=population)
        errors = [row for row in found.table.rows if row.measure.key == "auditors-error"]
        assert [row.estimate for row in errors] == [None] * len(errors)

    def test_compares_with_another_year(self) -> None:
        one, other = self.found(), cdi.estimate(readings(30)[0], BY, volumes=VOLUMES, **ROLES)
        change = cdi.compare(one, other)
        assert change.table.whole("difference").estimate == pytest.approx(
            one.table.whole("recording-rate").estimate - other.table.whole("recording-rate").estimate
        )

    def test_the_command_line_draws_reads_and_estimates(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        panel, auditors = readings(6)
        auditors.to_csv("audit.csv", index=False)
        code, text, err = outcome(
            "draw", "--reread", "audit.csv", "--n", "40", "--seed", "a", "--due", "due", "-o", "panel.csv"
        )
        assert (code, "40 of the 120 reports were drawn" in text) == (0, True), err
        sheet = pd.read_csv("panel.csv", dtype=str)
        panel[panel["cluster"].isin(sheet["cluster"])].to_csv("panel.csv", index=False)
        code, text, err = outcome("estimate", "audit.csv", "--due", "due", "--by", BY, "--reread", "panel.csv")
        assert code == 0, err
        assert "The receipt shows that the panel's reports are those drawn" in " ".join(text.split())
