"""Draws: uniform over seeds, the same from every engine and in every order, a prefix of longer ones."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]
import pytest
from scipy import stats

import cdi
from cdi import wording
from cdi.errors import CdiError, DataError, DesignError
from cdi.reading import progress
from cdi.selection import embedded
from cdi.selection.draws import Draw
from cdi.selection.tickets import share_of, tickets

N = 600
FRAME = pd.DataFrame({
    "incident": [f"2024/{i:04}" for i in range(N)],
    "route": [("calls", "online", 'desk "west", a\\b')[i % 7 % 3] for i in range(N)],
    "found": [i * i % 9 for i in range(N)],
    "area": [f"Area {i % 5}" for i in range(N)],
})  # fmt: skip
ROUTES = list(dict.fromkeys(FRAME["route"]))
PLAN = pd.DataFrame({"route": ROUTES, "sample": [12, 7, 5]})
BANDS = ["0", "1", "2 to 5", "6 or more"]


def drawn(found: Draw) -> list[tuple[str, int]]:
    return [(record.unit, record.order) for record in (*found.sample, *found.reserves)]


def by_hand(
    frame: pd.DataFrame, seed: str, keys: list[str], sizes: dict[tuple[str, ...], int]
) -> dict[tuple[str, ...], list[str]]:
    """Draw in a dozen lines, with nothing of cdi's: what an outsider would write."""

    def hashed(label: tuple[str, ...], unit: str) -> str:
        array = json.dumps([seed, *label, unit], ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(array.encode("utf-8")).hexdigest()

    found = {}
    for label, n in sizes.items():
        rows = frame
        for key, value in zip(keys, label, strict=True):
            rows = rows[rows[key].astype(str) == value]
        found[label] = sorted(rows["incident"].astype(str), key=lambda unit: hashed(label, unit))[:n]
    return found


class TestDraw:
    def test_takes_the_smallest_tickets_of_each_stratum(self) -> None:
        found = cdi.draw(FRAME, PLAN, seed="4 6 1 3 2", reserves=0)
        wanted = by_hand(
            FRAME, "4 6 1 3 2", ["route"], {(route,): n for route, n in zip(ROUTES, (12, 7, 5), strict=True)}
        )
        for code, stratum in enumerate(found.strata):
            own = sorted((r.order, r.unit) for r in found.sample if r.stratum == code)
            assert [unit for _, unit in own] == wanted[stratum.label]
            assert [order for order, _ in own] == list(range(1, stratum.sample + 1))

    def test_of_a_simple_sample_takes_no_stratum(self) -> None:
        found = cdi.draw(FRAME, n=9, seed=3, reserves=0)
        assert [record.unit for record in found.sample] == by_hand(FRAME, "3", [], {(): 9})[()]
        assert list(found.to_pandas()) == ["incident", "order", "due", "recorded"]

    def test_puts_whole_numbers_into_the_bands_of_the_plan(self) -> None:
        plan = pd.DataFrame(list(itertools.product(ROUTES, BANDS)), columns=["route", "found"]).assign(sample=3)
        found = cdi.draw(FRAME, plan, seed="s", reserves=0)
        cut = pd.cut(FRAME["found"], [-1, 0, 1, 5, 99], labels=BANDS).astype(str)
        wanted = by_hand(
            FRAME.assign(found=cut), "s", ["route", "found"], dict.fromkeys(itertools.product(ROUTES, BANDS), 3)
        )
        for code, stratum in enumerate(found.strata):
            assert {r.unit for r in found.sample if r.stratum == code} == set(wanted[stratum.label])
            assert stratum.population == int(((FRAME["route"] == stratum.label[0]) & (cut == stratum.label[1])).sum())

    def test_interleaves_strata_so_that_each_beginning_is_near_proportional(self) -> None:
        sample = cdi.draw(FRAME, PLAN, seed=1).sample
        for most in range(1, len(sample) + 1):
            held = Counter(record.stratum for record in sample[:most])
            for code, n in enumerate((12, 7, 5)):
                assert abs(held[code] - most * n / 24) < 1.5  # half a record of each of the three strata

    def test_reads_in_full_where_sample_and_stratum_are_of_one_size(self) -> None:
        counts = FRAME["route"].value_counts()
        plan = pd.DataFrame({"route": ROUTES, "sample": [int(counts[ROUTES[0]]), 2, 2]})
        found = cdi.draw(FRAME, plan, seed=1)
        assert found.strata[0].reserves == 0
        assert {r.unit for r in found.sample if r.stratum == 0} == set(FRAME["incident"][FRAME["route"] == ROUTES[0]])

    def test_rounds_reserves_up_and_counts_on(self) -> None:
        found = cdi.draw(FRAME, PLAN, seed=1, reserves=0.3)
        assert [stratum.reserves for stratum in found.strata] == [4, 3, 2]
        assert [r.order for r in found.reserves] == [13, 14, 15, 16, 8, 9, 10, 6, 7]
        assert cdi.draw(FRAME, PLAN, seed=1, reserves="30%").reserves == found.reserves

    def test_keeps_columns(self) -> None:
        found = cdi.draw(FRAME, PLAN, seed=1, keep=["area", "found", "route"])
        areas = dict(zip(FRAME["incident"], zip(FRAME["area"], FRAME["found"].astype(str), strict=True), strict=True))
        assert found.keep == ("area", "found")
        assert all(record.kept == areas[record.unit] for record in found.sample)

    def test_is_laid_out(self) -> None:
        found = cdi.draw(FRAME, PLAN, seed="dice 4 6")
        assert "24 of 600 records drawn" in str(found)
        assert "dice 4 6" in str(found)
        assert found._repr_html_().count("<table") == 1
        assert repr(found) == "<cdi.Draw: 24 of 600 records>"
        assert found.to_pandas()["order"].tolist() == [record.order for record in found.sample]
        assert len(found.reserves_to_pandas()) == len(found.reserves)


class TestOrder:
    @pytest.mark.parametrize("shuffle", range(3))
    def test_of_rows_changes_nothing(self, shuffle: int) -> None:
        mixed = FRAME.sample(frac=1, random_state=shuffle)
        assert drawn(cdi.draw(mixed, PLAN, seed=5)) == drawn(cdi.draw(FRAME, PLAN, seed=5))

    @pytest.mark.parametrize("more", [1, 5, 40])
    def test_a_sample_is_the_beginning_of_a_longer_one(self, more: int) -> None:
        longer = cdi.draw(FRAME, PLAN.assign(sample=PLAN["sample"] + more), seed=5)
        shorter = cdi.draw(FRAME, PLAN, seed=5, reserves=0)
        for code, n in enumerate(PLAN["sample"]):
            first = {r.order: r.unit for r in longer.sample if r.stratum == code and r.order <= n}
            assert first == {r.order: r.unit for r in shorter.sample if r.stratum == code}

    def test_reserves_are_whom_a_longer_sample_takes_next(self) -> None:
        found, longer = cdi.draw(FRAME, n=20, seed=5), cdi.draw(FRAME, n=22, seed=5, reserves=0)
        assert [r.unit for r in (*found.sample, *found.reserves)] == [r.unit for r in longer.sample]

    def test_another_seed_draws_another_sample(self) -> None:
        assert drawn(cdi.draw(FRAME, n=20, seed=5)) != drawn(cdi.draw(FRAME, n=20, seed=6))


def csv(frame: pd.DataFrame, folder: Path) -> str:
    frame.to_csv(folder / "frame.csv", index=False)
    return str(folder / "frame.csv")


def spaced(frame: pd.DataFrame, folder: Path) -> str:
    frame.assign(incident=frame["incident"].astype(str) + " ", route="\t" + frame["route"]).to_csv(
        folder / "spaced.csv", index=False
    )
    return str(folder / "spaced.csv")


def parquet(frame: pd.DataFrame, folder: Path) -> str:
    frame.to_parquet(folder / "frame.parquet")
    return str(folder / "frame.parquet")


def workbook(frame: pd.DataFrame, folder: Path) -> str:
    frame.astype(dict.fromkeys(set(frame) & {"incident"}, str)).to_excel(folder / "frame.xlsx", index=False)
    return str(folder / "frame.xlsx")


def parts(frame: pd.DataFrame, folder: Path) -> list[str]:
    names = [str(folder / f"part-{i}.csv") for i in range(2)]
    for name, rows in zip(names, (frame[:250], frame[250:]), strict=True):
        rows.to_csv(name, index=False)
    return names


ENGINES: dict[str, Callable[[pd.DataFrame, Path], Any]] = {
    "pandas": lambda frame, _: frame,
    "pandas objects": lambda frame, _: frame.astype(object),
    "categories": lambda frame, _: frame.astype({"route": "category", "area": "category"}),
    "polars": lambda frame, _: pl.from_pandas(frame),
    "lazy polars": lambda frame, _: pl.from_pandas(frame).lazy(),
    "arrow": lambda frame, _: pa.Table.from_pandas(frame),
    "duckdb": lambda frame, _: duckdb.from_df(frame),
    "csv": csv, "csv with spaces": spaced, "parquet": parquet, "xlsx": workbook, "files": parts,
}  # fmt: skip


@pytest.mark.parametrize("ids", ["texts", "whole numbers"])
@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_draws_the_same(engine: str, ids: str, tmp_path: Path) -> None:
    frame = FRAME if ids == "texts" else FRAME.assign(incident=np.arange(N) + 10**12)
    plan = pd.DataFrame(list(itertools.product(ROUTES, BANDS)), columns=["route", "found"]).assign(sample=3)
    found = cdi.draw(ENGINES[engine](frame, tmp_path), plan, seed="4 6", cluster="incident", keep="area")
    wanted = cdi.draw(frame, plan, seed="4 6", cluster="incident", keep="area")
    assert (found.sample, found.reserves, found.strata) == (wanted.sample, wanted.reserves, wanted.strata)
    assert found.digest == wanted.digest  # so that a receipt holds whatever the frame is saved as


class TestChance:
    def test_every_record_is_drawn_equally_often(self) -> None:
        """A chi-square test over 2,000 seeds; at a level of one in 10,000, so that it tells a draw that is not fair."""
        small = FRAME[:40]
        seeds = 2_000
        counts: Counter[str] = Counter()
        opened = [f"seed {i}" for i in range(seeds)]
        for seed in opened:
            counts.update(np.array(small["incident"])[np.argsort(tickets(seed, (), small["incident"]))[:10]].tolist())
        # without replacement, the statistic is (N - 1) / (N - n) times Pearson's
        pearson = sum((counts[unit] - seeds / 4) ** 2 for unit in small["incident"]) / (seeds / 4)
        assert stats.chi2.sf(pearson * 39 / 30, 39) > 1e-4

    def test_pairs_are_drawn_equally_often(self) -> None:
        seeds, units = 3_000, FRAME["incident"][:6]
        counts = Counter(
            tuple(sorted(np.argsort(tickets(f"s{i}", ["calls"], units))[:2].tolist())) for i in range(seeds)
        )
        expected = seeds / 15
        assert len(counts) == 15
        assert stats.chi2.sf(sum((n - expected) ** 2 for n in counts.values()) / expected, 14) > 1e-4

    def test_the_draw_is_that_of_the_tickets(self) -> None:
        """What was tested above is what the verb draws."""
        for seed in range(3):
            units = list(FRAME["incident"][:40])
            order = np.argsort(tickets(seed, (), units))[:10]
            assert [r.unit for r in cdi.draw(FRAME[:40], n=10, seed=seed).sample] == [units[i] for i in order]


class TestSizes:
    SIZED = FRAME.assign(size=1 + FRAME["found"])

    def test_take_the_smallest_tickets_by_size(self) -> None:
        found = cdi.draw(self.SIZED, n=30, seed=7, size="size", reserves=0)
        sizes = dict(zip(self.SIZED["incident"], self.SIZED["size"], strict=True))
        ranks = {unit: (int(cdi.ticket(7, (), unit)[:13], 16) + 0.5) / 16**13 / size for unit, size in sizes.items()}
        assert [r.unit for r in found.sample] == sorted(ranks, key=ranks.__getitem__)[:30]
        total = sum(sizes.values())
        for record in found.sample:
            assert record.weight == pytest.approx(total / (30 * sizes[record.unit]), rel=1e-12)

    def test_draw_in_proportion(self) -> None:
        """Over 1,500 seeds, records of each size are drawn about n x / X times, within five standard errors."""
        small = self.SIZED[:40]
        seeds, n = 1_500, 8
        x = small["size"].to_numpy()
        counts = np.zeros(40)
        for i in range(seeds):
            u = np.array([share_of(each) for each in tickets(f"s{i}", (), small["incident"])])
            counts[np.argsort(u / x)[:n]] += 1
        for size in np.unique(x):
            share = counts[x == size].mean() / seeds
            wanted = n * size / x.sum()
            error = (wanted * (1 - wanted) / seeds / (x == size).sum()) ** 0.5
            # sequential Poisson sampling keeps its chances to about a hundredth of themselves at this size
            assert abs(share - wanted) < 5 * error + 0.02 * wanted

    def test_take_what_is_very_large_for_certain(self) -> None:
        frame = self.SIZED.assign(size=[10_000, 5_000] + [1] * (N - 2))
        found = cdi.draw(frame, n=10, seed=1, size="size")
        certain = [r for r in found.sample if r.weight == 1]
        assert {r.unit for r in certain} == set(FRAME["incident"][:2])
        assert {r.order for r in certain} == {1, 2}
        assert {round(r.weight or 0, 9) for r in found.sample if r not in certain} == {(N - 2) / 8}

    def test_weigh_up_to_the_frame_where_all_is_drawn(self) -> None:
        found = cdi.draw(self.SIZED, n=N, seed=1, size="size")
        assert {r.weight for r in found.sample} == {1.0}

    @pytest.mark.parametrize("wrong", [0, -1, None, float("inf"), "many"])
    def test_refuse_what_is_no_size(self, wrong: object) -> None:
        sizes: list[Any] = [2] * N
        sizes[4] = wrong
        with pytest.raises(DataError, match="row 5"):
            cdi.draw(FRAME.assign(size=pd.Series(sizes, dtype=object)), n=5, seed=1, size="size")

    def test_estimate_reads_the_weights(self, tmp_path: Path) -> None:
        """A total over all seeds would be unbiased; here the weights of one draw add up to about the frame."""
        found = cdi.draw(self.SIZED, n=100, seed=1, size="size")
        sample = found.to_pandas().assign(due=1, recorded=1)
        rates = cdi.estimate(sample, cluster="incident", weight="weight")
        assert rates.table.rows[-1].estimate == 1
        assert sum(r.weight or 0 for r in found.sample) == pytest.approx(N, rel=0.25)


# ---- bad input

PLANNED = {"plan": PLAN, "seed": 1}
REFUSED: dict[str, tuple[Callable[[], pd.DataFrame], dict[str, Any], str]] = {
    "a repeated id": (lambda: pd.concat([FRAME, FRAME[3:4]]), PLANNED, "draw-id-twice"),
    "a blank id": (
        lambda: FRAME.assign(incident=FRAME["incident"].where(FRAME.index != 9, " ")), PLANNED, "draw-id-blank"),
    "floats": (lambda: FRAME.assign(incident=np.arange(N) / 2), PLANNED, "draw-id-kind"),
    "a float among texts": (
        lambda: FRAME.assign(incident=[*FRAME["incident"][:-1], 2.5]), PLANNED, "draw-id-kind"),
    "dates": (lambda: FRAME.assign(incident=pd.date_range("2024-01-01", periods=N)), PLANNED, "draw-id-kind"),
    "yes and no": (lambda: FRAME.assign(incident=True), PLANNED, "draw-id-kind"),
    "a shortened id": (lambda: FRAME.assign(incident=["1.23E+05", *FRAME["incident"][1:]]), PLANNED, "id-scientific"),
    "a date among ids": (lambda: FRAME.assign(incident=["12-Mar", *FRAME["incident"][1:]]), PLANNED, "draw-id-date"),
    "a day among ids": (lambda: FRAME.assign(incident=["01/03/2024", *FRAME["incident"][1:]]), PLANNED, "draw-id-date"),
    "a cut id": (lambda: FRAME.assign(incident=["20240123456789000", *FRAME["incident"][1:]]), PLANNED, "id-cut"),
    "a total": (lambda: FRAME.assign(incident=[*FRAME["incident"][:-1], "Total"]), PLANNED, "draw-total"),
    "a stratum that is not planned": (
        lambda: FRAME.assign(route=FRAME["route"].where(FRAME.index != 9, "Calls")), PLANNED, "draw-stratum-unplanned"),
    "a blank stratum": (
        lambda: FRAME.assign(route=FRAME["route"].where(FRAME.index != 9)), PLANNED, "draw-stratum-blank"),
    "no such column": (lambda: FRAME.drop(columns="route"), PLANNED, "draw-key-missing"),
    "no ids": (lambda: FRAME[["route"]], PLANNED, "draw-no-id"),
    "a column of the sample": (
        lambda: FRAME.rename(columns={"area": "due"}), {**PLANNED, "keep": "due"}, "draw-name-taken"),
    "a plan of another frame": (
        lambda: FRAME, {"plan": pd.DataFrame({"route": [*ROUTES, "post"], "sample": 3}), "seed": 1},
        "draw-stratum-empty"),
    "a plan that is too large": (
        lambda: FRAME, {"plan": PLAN.assign(sample=[12, 7, 5_000]), "seed": 1}, "draw-stratum-short"),
    "too many": (lambda: FRAME, {"n": 601, "seed": 1}, "draw-frame-short"),
    "half a record": (lambda: FRAME, {"plan": PLAN.assign(sample=2.5), "seed": 1}, "draw-plan-count"),
    "none of a stratum": (lambda: FRAME, {"plan": PLAN.assign(sample=[0, 1, 1]), "seed": 1}, "draw-plan-none"),
    "a stratum twice": (lambda: FRAME, {"plan": pd.concat([PLAN, PLAN]), "seed": 1}, "draw-plan-twice"),
    "a plan without a stratum": (
        lambda: FRAME, {"plan": pd.DataFrame({"route": ["calls", None], "sample": 2}), "seed": 1},
        "plan-stratum-blank"),
    "a plan without a sample": (
        lambda: FRAME, {"plan": PLAN.rename(columns={"sample": "n"}), "seed": 1}, "draw-plan-sample"),
    "a plan and a number": (lambda: FRAME, {"plan": PLAN, "n": 3, "seed": 1}, "draw-plan-or-n"),
    "neither": (lambda: FRAME, {"seed": 1}, "draw-plan-or-n"),
    "no seed": (lambda: FRAME, {"n": 3, "seed": " "}, "draw-seed"),
    "n of none": (lambda: FRAME, {"n": 0, "seed": 1}, "draw-n"),
    "n of true": (lambda: FRAME, {"n": True, "seed": 1}, "draw-n"),
    "n of text": (lambda: FRAME, {"n": "many", "seed": 1}, "draw-n"),
    "n of infinity": (lambda: FRAME, {"n": float("inf"), "seed": 1}, "draw-n"),
    "reserves": (lambda: FRAME, {"n": 3, "seed": 1, "reserves": 2}, "draw-reserves"),
    "answers": (lambda: FRAME, {"n": 3, "seed": 1, "answers": "both"}, "draw-answers"),
}  # fmt: skip


@pytest.mark.parametrize("engine", ["pandas", "csv", "parquet", "xlsx"])
@pytest.mark.parametrize("name", REFUSED)
def test_refuses(name: str, engine: str, tmp_path: Path) -> None:
    make, given, code = REFUSED[name]
    frame = make()
    typed = {"floats", "a float among texts", "dates", "yes and no"}
    if engine != "pandas" and name in typed:
        pytest.skip("a file holds texts, or refuses it while it is written")
    with pytest.raises(CdiError) as caught:
        cdi.draw(ENGINES[engine](frame, tmp_path), **given)
    found = {item.code for item in caught.value.faults}
    # workbooks and frames have their own words for a total that does not add up
    assert code in found or (name == "a total" and found == {"total-row-differs"}), found


def test_names_the_line_of_an_id_that_stands_twice_far_apart(tmp_path: Path) -> None:
    units = [f"r{i}" for i in range(120_000)]
    units[100_007] = "r3"
    (tmp_path / "a.csv").write_text("incident,x\n" + "".join(f"{unit},1\n" for unit in units), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        cdi.draw(str(tmp_path / "a.csv"), n=5, seed=1)
    (item,) = caught.value.faults
    assert (item.code, item.got, item.where.line, dict(item.known)["first"]) == (
        "draw-id-twice",
        "r3",
        100_009,
        "line 5",
    )


def test_large_frames_keep_their_rows_in_order(tmp_path: Path) -> None:
    """Rows are read by several threads, and positions count them as they stand."""
    rows = 300_000
    path = tmp_path / "a.csv"
    pd.DataFrame({"incident": [f"r{i}" for i in range(rows)]}).to_csv(path, index=False)
    found = cdi.draw(str(path), n=500, seed=1)
    assert all(record.unit == f"r{record.position - 1}" for record in (*found.sample, *found.reserves))
    assert found.rows == rows


def test_rows_that_several_threads_read_keep_their_places(tmp_path: Path) -> None:
    """A part of the query that is answered by a join would lose the order of the rows, and the receipt its meaning."""
    rows, path = 400_000, tmp_path / "a.parquet"
    made = f"select 'r' || i as incident, ['calls', 'online'][1 + i % 2] as route from range({rows}) _(i)"  # noqa: S608
    duckdb.execute(f"copy ({made}) to '{path}' (row_group_size 2048)")
    plan = pd.DataFrame({"route": ["calls", "online"], "sample": [300, 200]})
    found = [cdi.draw(str(path), plan, seed=1) for _ in range(3)]
    for each in found:
        assert all(record.unit == f"r{record.position - 1}" for record in (*each.sample, *each.reserves))
    assert len({each.digest for each in found}) == 1


def test_reads_texts_again_where_the_plan_was_wrong_about_populations(tmp_path: Path) -> None:
    plan = PLAN.assign(population=10**9)
    found = cdi.draw(csv(FRAME, tmp_path), plan, seed=5, keep="area")
    assert drawn(found) == drawn(cdi.draw(FRAME, PLAN, seed=5))


def test_a_plan_with_a_total_is_read_without_it() -> None:
    plan = pd.concat([PLAN, pd.DataFrame({"route": ["Total"], "sample": [24]})])
    assert drawn(cdi.draw(FRAME, plan, seed=5)) == drawn(cdi.draw(FRAME, PLAN, seed=5))


def test_a_stratum_of_the_plan_that_holds_nothing_is_passed_over() -> None:
    plan = pd.concat([PLAN.assign(population=200), pd.DataFrame({"route": ["post"], "sample": [0], "population": [0]})])
    assert drawn(cdi.draw(FRAME, plan, seed=5)) == drawn(cdi.draw(FRAME, PLAN, seed=5))


def test_columns_may_have_any_name() -> None:
    names = {"incident": "N_h", "route": "c0", "area": "select"}
    found = cdi.draw(FRAME.rename(columns=names), PLAN.rename(columns=names), seed=5, cluster="N_h", keep="select")
    assert drawn(found) == drawn(cdi.draw(FRAME, PLAN, seed=5))


@pytest.mark.parametrize("size", ["", "1,200", "many", "-3", "0"])
def test_a_size_is_told_as_it_stands(size: str, tmp_path: Path) -> None:
    frame = FRAME.assign(size=["5", size, *["7"] * (N - 2)])
    with pytest.raises(DataError) as caught:
        cdi.draw(csv(frame, tmp_path), n=3, seed=1, size="size")
    (item,) = caught.value.faults
    assert (item.code, item.got, item.where.line) == ("draw-size", size or None, 3)


@pytest.mark.parametrize("engine", ["pandas", "csv", "parquet", "xlsx"])
def test_a_stratum_without_a_plan_is_told_with_its_first_row(engine: str, tmp_path: Path) -> None:
    frame = FRAME.assign(route=["calls", "post", None, "Calls", *["calls"] * 500, *["post"] * (N - 504)])
    plan = pd.DataFrame({"route": ["calls"], "sample": [5]})
    with pytest.raises(DataError) as caught:
        cdi.draw(ENGINES[engine](frame, tmp_path), plan, seed=1)
    found = {(item.code, item.got): item.where for item in caught.value.faults}
    assert len(found) == 3
    beyond = {"pandas": 0, "parquet": 0, "csv": 1, "xlsx": 1}[engine]  # the row of headings
    rows = [re.sub(r"\D*(\d+).*", r"\1", str(place.line or place.cell or place.key)) for place in found.values()]
    assert sorted(map(int, rows)) == [2 + beyond, 3 + beyond, 4 + beyond]


def test_design_errors_are_told_as_such() -> None:
    with pytest.raises(DesignError):
        cdi.draw(FRAME, seed=1)


class TestHashes:
    """Ids whose hashes are the same by chance are told apart, in texts at hand and in texts that are read again."""

    @pytest.fixture(autouse=True)
    def few(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(embedded, "hash_sql", lambda text: f"(hash({text}) % 5)")

    @pytest.mark.parametrize("population", [200, 10**9, None])
    def test_that_ids_share_change_nothing(
        self, population: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plan = PLAN if population is None else PLAN.assign(population=population)
        found = cdi.draw(csv(FRAME, tmp_path), plan, seed=5, keep="area")
        monkeypatch.undo()
        wanted = cdi.draw(FRAME, PLAN, seed=5, keep="area")
        assert (found.sample, found.reserves) == (wanted.sample, wanted.reserves)

    def test_that_ids_share_are_no_id_that_stands_twice(self, tmp_path: Path) -> None:
        frame = pd.concat([FRAME, FRAME[3:4], FRAME[90:91], FRAME[3:4]])
        with pytest.raises(DataError) as caught:
            cdi.draw(csv(frame, tmp_path), PLAN, seed=1)
        told = [(item.got, item.where.line, dict(item.known)["first"]) for item in caught.value.faults]
        assert told == [
            ("2024/0003", N + 2, "line 5"), ("2024/0090", N + 3, "line 92"), ("2024/0003", N + 4, "line 5"),
        ]  # fmt: skip


def test_counts_all_ids_that_stand_twice(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        cdi.draw(csv(pd.concat([FRAME, FRAME]), tmp_path), PLAN, seed=1)
    assert (len(caught.value.faults), caught.value.total) == (20, N)


def test_a_frame_that_changes_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, kinds = csv(FRAME, tmp_path), embedded.EmbeddedRecords.kinds

    def changing(records: embedded.EmbeddedRecords) -> list[tuple[int | None, int, int]]:
        csv(FRAME.assign(incident=FRAME["incident"].str.replace("2024", "2025")), tmp_path)
        return kinds(records)

    monkeypatch.setattr(embedded.EmbeddedRecords, "kinds", changing)
    with pytest.raises(DataError) as caught:
        cdi.draw(path, PLAN.assign(population=10**9), seed=1)
    assert [item.code for item in caught.value.faults] == ["draw-frame-changing"]


def test_a_line_shows_how_far_it_is_where_a_person_watches(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said = []
    doing = progress.Line.doing

    def told(self: progress.Line, what: str, name: str, share: Any) -> Any:
        said.append((what, name))
        return doing(self, what, name, share)

    monkeypatch.setattr(progress.Line, "doing", told)
    stream = io.StringIO()
    stream.isatty = lambda: True  # type: ignore[method-assign]
    path = csv(FRAME, tmp_path)
    with progress.watching(stream):
        cdi.draw(path, PLAN, seed=1)
    assert ("draw", Path(path).name) in said


def sized(n: int = 3_000) -> pd.DataFrame:
    weights = np.random.default_rng(1).lognormal(0, 1, n).astype("float32")
    return pd.DataFrame({"incident": [f"A/{i}" for i in range(n)], "w": weights})


def test_sizes_of_single_precision_are_the_same_from_every_source(tmp_path: Path) -> None:
    frame = sized()
    frame.to_parquet(tmp_path / "f.parquet")
    frame.to_csv(tmp_path / "f.csv", index=False)
    sources = [frame, pl.from_pandas(frame), pa.Table.from_pandas(frame), tmp_path / "f.parquet", tmp_path / "f.csv"]
    draws = [cdi.draw(source, n=40, seed="5 1", size="w") for source in sources]
    assert len({each.digest for each in draws}) == 1
    sample, _, receipt, _ = cdi.write_draw(draws[3], tmp_path / "s.csv")
    for source in sources:
        assert not cdi.verify_draw(receipt, source, sample).findings


def test_sizes_that_were_changed_are_no_other_order(tmp_path: Path) -> None:
    frame = pd.DataFrame({"incident": [f"A/{i}" for i in range(300)], "w": [(i * 37) % 101 + 1 for i in range(300)]})
    sample, _, receipt, _ = cdi.write_draw(cdi.draw(frame, n=10, seed="5 1", size="w"), tmp_path / "s.csv")
    drawn = set(pd.read_csv(sample)["incident"])
    first, second = [i for i in range(300) if frame["incident"][i] not in drawn][:2]
    frame.loc[first, "w"] += 1
    frame.loc[second, "w"] -= 1
    found = cdi.verify_draw(receipt, frame, sample).findings
    assert wording.FRAME_SWAPPED_OR_RESIZED in found
    assert wording.FRAME_SWAPPED not in found
