"""The same calls give the same numbers on Dask and PySpark as on a laptop, and few rows come back.

A session of Spark and two processes of Dask are started where the extras ``spark`` and ``dask`` are installed;
``CDI_ENGINES=required`` makes it a failure if they are not.
"""

from __future__ import annotations

import importlib.util
import os
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import narwhals as nw
import numpy as np
import pandas as pd
import pytest

import cdi
from cdi.errors import SHOWN, CdiError
from cdi.reading import engine

Wrap: TypeAlias = Callable[[pd.DataFrame], Any]

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # of engines themselves
    pytest.mark.xdist_group("engines"),
]
ENGINES = {"dask": "dask", "spark": "pyspark"}
N = 600


def audit() -> pd.DataFrame:
    """Make an audit with all that verbs ask for."""
    random = np.random.default_rng(2)
    report = np.arange(N) // 2
    rows = pd.DataFrame({
        "force": (report % 5).astype(str),
        "crime_type": random.choice(list("abc"), N),
        "incident": report,
        "case": [f"r{i}" for i in range(N)],
        "month": [f"2024-{1 + i % 12:02d}" for i in report],
        "ethnicity": random.choice(["Asian", "Black", "White"], N),
        "recorded": (random.random(N) < 0.9).astype(int),
        "grounds": np.where(random.random(N) < 0.8, "yes", "no"),
    })  # fmt: skip
    decisions = np.where(rows["recorded"] == 1, "recorded", "not recorded").astype(object)
    decisions[[5, 77, 200]] = ["not auditable", "over-recorded", "not auditable"]
    rows["decision"] = decisions
    rows["reported_at"] = "2024-03-05 14:00"
    late = np.where(random.random(N) < 0.8, "2024-03-05 15:00", "2024-03-08 11:00")
    rows["recorded_at"] = np.where(rows["recorded"] == 1, late, None)
    return rows


def none_of(frame: Any) -> Any:
    """Leave no row of a frame."""
    return nw.from_native(frame).filter(nw.col("recorded") > 5).to_native()


ROWS = audit()
BASE = ROWS[["force", "crime_type", "incident", "recorded"]]
DECIDED = ROWS[["force", "crime_type", "incident", "decision"]]
VOLUMES = pd.DataFrame({"crime_type": list("abc"), "recorded_crime": [9_000, 8_000, 7_000]})
SEARCHES = ROWS[["ethnicity", "grounds"]]
TOLD = ROWS[["incident", "grounds"]].rename(columns={"grounds": "told"})
TIMED = ROWS[["incident", "crime_type", "recorded", "reported_at", "recorded_at"]]

KINDS_OF_FORCES = pd.DataFrame(
    [(force, kind, 1_000 * (1 + place)) for place, force in enumerate("01234") for kind in "abc"],
    columns=["force", "crime_type", "recorded_crime"],
)

VERBS: dict[str, Callable[[Wrap], Any]] = {
    "all forces": lambda f: cdi.national(f(BASE), by="crime_type", cluster="incident", volumes=KINDS_OF_FORCES),
    "decisions of all forces": lambda f: cdi.national(f(DECIDED), by="crime_type", cluster="incident"),
    "rates in strata": lambda f: cdi.estimate(f(BASE), by="crime_type", cluster="incident", stratum="force"),
    "counts": lambda f: cdi.estimate(f(BASE), by="crime_type", cluster="incident", volumes=VOLUMES),
    "decisions": lambda f: cdi.estimate(f(DECIDED), by="crime_type", cluster="incident"),
    "bounds": lambda f: cdi.estimate(f(DECIDED), by="crime_type", cluster="incident", bounds=True),
    "cases": lambda f: cdi.estimate(f(ROWS.drop(columns="decision")), by="crime_type", case="case"),
    "a name with a dot": lambda f: cdi.estimate(f(BASE.rename(columns={"force": "police.force"})), by="police.force"),
    "searches": lambda f: cdi.grounds(f(SEARCHES), by="ethnicity"),
    "disparity": lambda f: cdi.disparity(cdi.read_audit(f(SEARCHES), recorded="grounds"), "ethnicity"),
    "two audits": lambda f: cdi.compare(f(BASE[:300]), f(BASE[300:]), cluster="incident"),
    "months": lambda f: cdi.trend(
        cdi.read_audit(f(ROWS[["incident", "recorded", "month"]]), cluster="incident", period="month")
    ),
    "file review": lambda f: cdi.review(f(TOLD), cluster="incident"),
    "kinds": lambda f: cdi.read_audit(f(BASE), cluster="incident", stratum="force").kinds("crime_type"),
    "kinds of rows": lambda f: cdi.read_audit(f(BASE), cluster=None).kinds(["force", "crime_type"]),
    "second opinion": lambda f: cdi.resample(f(BASE), "crime_type", cluster="incident", volumes=VOLUMES, replicates=50),
    "times": lambda f: cdi.timeliness(f(TIMED), by="crime_type", cluster="incident"),
}
FAULTY: dict[str, Callable[[Wrap], Any]] = {
    "an answer that is none": lambda f: cdi.estimate(f(BASE.assign(recorded=[7] + [1] * (N - 1))), cluster="incident"),
    "a blank": lambda f: cdi.estimate(f(BASE.assign(force=[None] + ["1"] * (N - 1))), stratum="force"),
    "a case twice": lambda f: cdi.estimate(f(BASE.assign(case=["r1", "r1", *ROWS["case"][2:]])), case="case"),
    "no rows": lambda f: cdi.estimate(none_of(f(ROWS[["recorded", "case"]])), case="case"),
}


@pytest.fixture(scope="module", params=ENGINES)
def wrap(request: pytest.FixtureRequest) -> Iterator[Wrap]:
    """Start an engine."""
    if importlib.util.find_spec(ENGINES[request.param]) is None:
        if os.environ.get("CDI_ENGINES") == "required":
            pytest.fail(f"{ENGINES[request.param]} is not installed")
        pytest.skip(f"{ENGINES[request.param]} is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield from _dask() if request.param == "dask" else _spark()


def _dask() -> Iterator[Wrap]:
    import dask.dataframe as dd
    from distributed import Client, LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster):
        yield lambda frame: dd.from_pandas(frame, npartitions=2)


def _spark() -> Iterator[Wrap]:
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    yield lambda frame: session.createDataFrame(frame)
    session.stop()


FETCHED = {"times": N, "two audits": N // 4, "kinds": N, "second opinion": N}
"""Verbs that fetch more than sums: of times each, and of two audits the numbers of the reports that both may hold.

Of kinds of report, the rows of reports that hold several categories.
"""


@pytest.mark.parametrize("verb", VERBS)
def test_gives_the_same_numbers_and_fetches_few_rows(wrap: Wrap, verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = VERBS[verb](lambda frame: frame).to_pandas()
    fetched: list[int] = []
    collect = engine.collect

    def counted(rows: Any) -> Any:
        found = collect(rows)
        fetched.append(max((len(column) for column in found.values()), default=0))
        return found

    monkeypatch.setattr(engine, "collect", counted)
    pd.testing.assert_frame_equal(VERBS[verb](wrap).to_pandas(), wanted, rtol=1e-12, atol=0)
    assert fetched
    # as many as there are cells of sums, and a few rows to look at
    assert max(fetched) <= FETCHED.get(verb, 60)


@pytest.mark.parametrize("fault", FAULTY)
def test_names_the_same_faults(wrap: Wrap, fault: str) -> None:
    told = []
    for each in (lambda frame: frame, wrap):
        with pytest.raises(CdiError) as caught:
            FAULTY[fault](each)
        told.append([(item.code, item.got, item.where.column) for item in caught.value.faults])
    assert told[0] == told[1]


# ---- draws

FRAME = pd.DataFrame({
    "incident": [f"2024/{i:04}" for i in range(N)],
    "route": [("calls", "online", 'desk "west", a\\b')[i % 7 % 3] for i in range(N)],
    "found": [i * i % 9 for i in range(N)],
    "area": [f"Area {i % 5} " for i in range(N)],
    "size": np.exp(np.arange(N) % 41 / 5),
})  # fmt: skip
FRAME.loc[[3, 4, 5], "incident"] = [' é"quo\\te\x01\t犯 ', "z\x7f😀", "\u3000a\u2028b\u3000"]
ROUTES = pd.DataFrame({"route": list(dict.fromkeys(FRAME["route"])), "sample": [12, 7, 5]})
BANDED = ROUTES[["route"]].merge(pd.DataFrame({"found": ["0", "1", "2 to 5", "6 or more"], "sample": 3}), how="cross")

DRAWS: dict[str, dict[str, Any]] = {
    "strata": {"plan": ROUTES, "keep": "area", "reserves": 0.3},
    "bands": {"plan": BANDED, "keep": "area"},
    "a simple sample": {"n": 20},
    "a sample by size": {"n": 20, "size": "size"},
    "strata by size": {"plan": ROUTES, "size": "size", "keep": ["found", "area"]},
}
FAULTY_FRAMES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "ids that stand twice": lambda f: f.assign(incident=[*f["incident"][:-30], *f["incident"][100:130]]),
    "a blank id": lambda f: f.assign(incident=[" ", *f["incident"][1:]]),
    "ids that a spreadsheet changed": lambda f: f.assign(
        incident=["1.2E+05", "12-Mar", "01/03/2024", *f["incident"][3:]]
    ),
    "strata that are not planned": lambda f: f.assign(route=[None, "post", *f["route"][2:]]),
    "a stratum too small": lambda f: f.assign(route=[*f["route"][:9], *["calls"] * (N - 9)]),
    "no size": lambda f: f.assign(size=[0.0, -1.0, np.inf, *f["size"][3:]]),
}


def spied(monkeypatch: pytest.MonkeyPatch, native: Any) -> list[int]:
    """Count the rows that leave Spark, by whichever way."""
    fetched: list[int] = []
    for name in ("collect", "toPandas", "toArrow", "toLocalIterator"):
        for kind in type(native).__mro__:
            if name in vars(kind):
                monkeypatch.setattr(kind, name, _counting(getattr(kind, name), fetched))
    return fetched


def _counting(call: Callable[..., Any], fetched: list[int]) -> Callable[..., Any]:
    def counted(*args: Any, **given: Any) -> Any:
        found = call(*args, **given)
        found = found if hasattr(found, "num_rows") or hasattr(found, "__len__") else list(found)
        fetched.append(found.num_rows if hasattr(found, "num_rows") else len(found))
        return found

    return counted


def parts_of(found: cdi.Draw) -> tuple[Any, ...]:
    """Give all that a receipt covers."""
    return found.sample, found.reserves, found.strata, found.rows, found.digest, found.checksum


@pytest.mark.parametrize("name", DRAWS)
def test_draws_the_same_and_leaves_the_rows_where_they_are(
    wrap: Wrap, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in ("records", "embedded", "spark"):
        monkeypatch.setattr(f"cdi.selection.{room}.BLOCK", 100)  # several blocks are digested
    wanted = cdi.draw(FRAME, seed="4 6", **DRAWS[name])
    frame = wrap(FRAME)
    spark = nw.from_native(frame).implementation.is_spark_like()
    fetched = spied(monkeypatch, frame) if spark else []
    found = cdi.draw(frame, seed="4 6", **DRAWS[name])
    assert parts_of(found) == parts_of(wanted)
    if spark:  # frames of Dask hand over the columns that the draw asks for
        assert fetched
        powers = len(set(zip(FRAME["route"], np.frexp(FRAME["size"])[1], strict=True)))  # sizes are added up by these
        assert max(fetched) <= max(len(found.sample) + len(found.reserves), SHOWN, powers if found.size else 0)
        assert sum(fetched) < N / 2  # by all questions together, each counted on every way out that it takes


@pytest.mark.parametrize("name", FAULTY_FRAMES)
def test_names_the_same_faults_of_a_frame(wrap: Wrap, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = FAULTY_FRAMES[name](FRAME)
    other = wrap(frame)
    fetched = spied(monkeypatch, other) if nw.from_native(other).implementation.is_spark_like() else []
    told = []
    for each in (frame, other):
        with pytest.raises(CdiError) as caught:
            cdi.draw(each, ROUTES, seed=1, size="size")
        told.append(
            ([(item.code, item.got, item.where, item.known) for item in caught.value.faults], str(caught.value))
        )
    assert told[0] == told[1]
    assert max(fetched, default=0) <= SHOWN


def test_a_receipt_proves_a_draw_from_either(wrap: Wrap, tmp_path: Path) -> None:
    frame = wrap(FRAME)
    for name, drawn_from, held_against in (("one", frame, FRAME), ("other", FRAME, frame)):
        found = cdi.draw(drawn_from, ROUTES, seed=1, size="size", keep="area")
        sample, _, receipt, _ = cdi.write_draw(found, tmp_path / f"{name}.csv")
        assert cdi.verify_draw(receipt, held_against, sample).agrees
        assert not cdi.verify_draw(receipt, wrap(FRAME.assign(size=FRAME["size"] * 2)), sample).agrees
