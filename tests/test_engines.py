"""The same calls give the same numbers on every engine, with the same faults, and few rows leave it.

Frames of Polars, PyArrow and DuckDB are tried everywhere. A session of Spark, two processes of Dask and a database of
Ibis are started where the extras of these names are installed; ``CDI_ENGINES=required`` makes it a failure if they are
not.
"""

from __future__ import annotations

import contextlib
import datetime
import functools
import gc
import importlib.util
import inspect
import itertools
import os
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pytest

import cdi
from cdi.audits import checks
from cdi.errors import SHOWN, CdiError
from cdi.reading import engine

Wrap: TypeAlias = Callable[[pd.DataFrame], Any]

pytestmark = pytest.mark.filterwarnings("ignore")  # of engines themselves

STARTED = {"dask": "dask", "spark": "pyspark", "ibis": "ibis"}
"""Engines that are started first, each with the package that it needs."""

LOCAL = ("polars", "polars lazy", "polars streaming", "pyarrow", "duckdb")
ENGINES = [*LOCAL, *(pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in STARTED)]
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
TYPED = TIMED.assign(**{name: pd.to_datetime(TIMED[name]) for name in ("reported_at", "recorded_at")})
SOON = BASE.assign(soon=np.where(BASE["recorded"] == 1, np.where(np.arange(N) % 4, "yes", "No"), None))
CLASSED = BASE.assign(recorded_as=np.where(BASE["recorded"] == 1, np.roll(BASE["crime_type"], 0), None))
CLASSED.loc[CLASSED.index[CLASSED["recorded"] == 1][::9], "recorded_as"] = "d"
WEIGHTED = BASE.assign(weight=1.0 + ROWS["incident"] % 5)
READ = pd.DataFrame({"recorded": ROWS["recorded"][:60], "order": range(1, 61)})
DISPUTED = DECIDED.assign(
    disputed=np.where(DECIDED["decision"].eq("not recorded") & (np.arange(N) % 2 > 0), "yes", "no")
)
PEERS = pd.DataFrame({"force": ["Kent", "Essex", "Surrey"], "due": [90, 120, 80], "recorded": [81, 99, 77]})
BANDS = pd.DataFrame({"incident": [f"i{i}" for i in range(N)], "recorded crimes": np.arange(N) % 4})

KINDS_OF_FORCES = pd.DataFrame(
    [(force, kind, 1_000 * (1 + place)) for place, force in enumerate("01234") for kind in "abc"],
    columns=["force", "crime_type", "recorded_crime"],
)


def before_and_after(wrap: Wrap) -> Any:
    """Estimate what was recorded in addition since the first half of the rows."""
    return cdi.additionally_recorded(9_000, wrap(BASE[:300]), wrap(BASE[300:]))


VERBS: dict[str, Callable[[Wrap], Any]] = {
    "all forces": lambda f: cdi.national(f(BASE), by="crime_type", cluster="incident", volumes=KINDS_OF_FORCES),
    "decisions of all forces": lambda f: cdi.national(f(DECIDED), by="crime_type", cluster="incident"),
    "rates in strata": lambda f: cdi.estimate(f(BASE), by="crime_type", cluster="incident", stratum="force"),
    "rates with weights": lambda f: cdi.estimate(f(WEIGHTED), by="crime_type", cluster="incident", weight="weight"),
    "counts": lambda f: cdi.estimate(f(BASE), by="crime_type", cluster="incident", volumes=VOLUMES),
    "counts by two columns": lambda f: cdi.estimate(
        f(BASE), by=["force", "crime_type"], cluster="incident", volumes=KINDS_OF_FORCES
    ),
    "decisions": lambda f: cdi.estimate(f(DECIDED), by="crime_type", cluster="incident"),
    "bounds": lambda f: cdi.estimate(f(DECIDED), by="crime_type", cluster="incident", bounds=True),
    "cases": lambda f: cdi.estimate(f(ROWS.drop(columns="decision")), by="crime_type", case="case"),
    "classes": lambda f: cdi.estimate(f(CLASSED), by="crime_type", cluster="incident", volumes=VOLUMES),
    "a name with a dot": lambda f: cdi.estimate(f(BASE.rename(columns={"force": "police.force"})), by="police.force"),
    "a rate": lambda f: cdi.recording_rate(f(BASE), by="crime_type", cluster="incident"),
    "a share": lambda f: cdi.share(f(BASE), by="crime_type", cluster="incident"),
    "right classes": lambda f: cdi.classification_accuracy(f(CLASSED), by="crime_type", cluster="incident"),
    "over-recording": lambda f: cdi.over_recording(f(DECIDED), by="crime_type", cluster="incident"),
    "not recorded": lambda f: cdi.unrecorded(
        cdi.recording_rate(f(BASE), by="crime_type", cluster="incident"), VOLUMES
    ),
    "searches": lambda f: cdi.grounds(f(SEARCHES), by="ethnicity"),
    "a rate of searches": lambda f: cdi.grounds_rate(f(SEARCHES), by="ethnicity"),
    "searches contrasted": lambda f: cdi.contrast(f(SEARCHES), "Asian", "White", by="ethnicity", searches=True),
    "disparity": lambda f: cdi.disparity(cdi.read_audit(f(SEARCHES), recorded="grounds"), "ethnicity"),
    "two audits": lambda f: cdi.compare(f(BASE[:300]), f(BASE[300:]), cluster="incident"),
    "audits that share reports": lambda f: cdi.compare(
        f(BASE[:320]), f(BASE[280:]), by="crime_type", cluster="incident"
    ),
    "three audits": lambda f: cdi.changes([f(BASE[:200]), f(BASE[200:400]), f(BASE[400:])], cluster="incident"),
    "a contrast": lambda f: cdi.contrast(f(BASE), "a", "b", by="crime_type", cluster="incident"),
    "recorded in addition": before_and_after,
    "months": lambda f: cdi.trend(
        cdi.read_audit(f(ROWS[["incident", "recorded", "month"]]), cluster="incident", period="month")
    ),
    "file review": lambda f: cdi.review(f(TOLD), cluster="incident"),
    "kinds": lambda f: cdi.read_audit(f(BASE), cluster="incident", stratum="force").kinds("crime_type"),
    "kinds of rows": lambda f: cdi.read_audit(f(BASE), cluster=None).kinds(["force", "crime_type"]),
    "second opinion": lambda f: cdi.resample(f(BASE), "crime_type", cluster="incident", volumes=VOLUMES, replicates=50),
    "times": lambda f: cdi.timeliness(f(TIMED), by="crime_type", cluster="incident"),
    "times with a type": lambda f: cdi.timeliness(f(TYPED), by="crime_type", cluster="incident", clock="fixed"),
    "answers of times": lambda f: cdi.timeliness(f(SOON), by="crime_type", cluster="incident", timely="soon"),
    "what it holds": lambda f: cdi.describe(cdi.read_audit(f(BASE), cluster="incident")),
    "a model": lambda f: cdi.read_audit(f(BASE), cluster="incident").model("recorded ~ crime_type"),
    "disputed decisions": lambda f: cdi.dispute(f(DISPUTED), by="crime_type", cluster="incident"),
    "two auditors": lambda f: cdi.agreement(
        f(ROWS[["case", "recorded"]]), f(ROWS[["case", "recorded"]].assign(recorded=np.roll(ROWS["recorded"], 3))),
        case="case",
    ),
    "forces side by side": lambda f: cdi.forces(f(PEERS), layout="counts"),
    "a sample that is watched": lambda f: cdi.watch(f(READ), 0.9, most=1, population=9_000),
    "a plan": lambda f: cdi.plan(frame=f(BANDS), bands="recorded crimes", rate=0.93, correlation=0.1),
    "reports for a panel": lambda f: cdi.draw_panel(f(BASE), 8, seed="4 6", cluster="incident"),
    "coverage": lambda f: cdi.coverage(cdi.estimate(f(BASE), cluster="incident"), rate=0.9, correlation=0.1),
}  # fmt: skip
"""Calls that take rows, each public verb at least once."""

ELSEWHERE = {
    "assemble": "takes the file of an inspection",
    "attack": "takes published files",
    "count_interval": "takes counts",
    "coverage_of_difference": "takes counts",
    "describe_methods": "takes names of methods",
    "draft_inspection": "takes files",
    "draw": "has tests of its own below",
    "explain": "takes a result",
    "funnel": "takes rates",
    "interval": "takes rates",
    "limits": "takes no rows",
    "net_unrecorded": "takes results",
    "of_counts": "takes counts",
    "open_sheets": "takes files",
    "outlier_lines": "takes rates",
    "overall_rate": "takes a result",
    "parse_published": "takes a text",
    "protect": "takes a result",
    "read_inspection": "takes a file",
    "replace_drawn": "takes files",
    "reproduce": "takes published files",
    "shrink": "takes rates",
    "tabulate": "takes results",
    "verify_draw": "has a test of its own below",
    "verify_report": "takes a folder",
    "write_draw": "takes a draw",
    "write_national": "takes a result",
    "write_report": "takes a report",
    "write_template": "takes the name of a file",
}
"""Public calls that take no rows, or are tried below: why."""


def test_every_public_verb_that_takes_rows_is_tried() -> None:
    tried = {name for each in VERBS.values() for name in (*each.__code__.co_names, *before_and_after.__code__.co_names)}
    verbs = {name for name in cdi.__all__ if inspect.isfunction(getattr(cdi, name))}
    assert verbs - tried == set(ELSEWHERE)


STAMPS = ("reported_at", "recorded_at")
ONES = [1] * (N - 1)


def estimated(
    wrap: Wrap,
    *,
    stratum: str | None = None,
    cluster: str | None = "incident",
    by: str | None = "crime_type",
    **columns: Any,
) -> Any:
    """Estimate rates of the rows with some columns changed."""
    roles = {"weight": "weight"} if "weight" in columns else {"case": "case"} if "case" in columns else {}
    return cdi.estimate(wrap(BASE.assign(**columns)), by=by, stratum=stratum, cluster=cluster, **roles)


def timely(wrap: Wrap, **columns: Any) -> Any:
    """Estimate how soon crimes were recorded with some columns changed."""
    return cdi.timeliness(wrap(TIMED.assign(**columns)), by="crime_type", cluster="incident")


LARGE = BASE[["crime_type"]].assign(due=np.int32(2_000_000_000), recorded=np.int32(1_999_999_998))
"""Counts near the largest whole number of 32 bits, whose sums are none of these."""

HUGE = np.array([2**64 - 1, *[5] * (N - 1)], dtype=np.uint64)

BAD: dict[str, Callable[[Wrap], Any]] = {
    "an answer that is none": lambda f: estimated(f, recorded=[7, *ONES]),
    "dates for answers": lambda f: estimated(f, recorded=pd.Timestamp("2024-03-05")),
    "lengths of time for answers": lambda f: estimated(f, recorded=pd.Timedelta("1h")),
    "NaN": lambda f: estimated(f, recorded=[np.nan, *ONES]),
    "null": lambda f: estimated(f, recorded=pd.array([None, *ONES], dtype="Int64")),
    "None among words": lambda f: estimated(f, recorded=[None, "no", *["yes"] * (N - 2)]),
    "None among truths": lambda f: estimated(f, recorded=pd.array([None, True, *[False] * (N - 2)], dtype="boolean")),
    "no number due": lambda f: estimated(f, due=[np.nan, 2.0, *[1.0] * (N - 2)]),
    "no end": lambda f: estimated(f, recorded=[np.inf, -np.inf, *[1.0] * (N - 2)]),
    "half a crime": lambda f: estimated(f, recorded=[0.5, *ONES]),
    "too many crimes": lambda f: estimated(f, due=[1_000_001, *[5] * (N - 1)], recorded=1),
    "more recorded than due": lambda f: estimated(f, due=[2, *ONES], recorded=[3, *ONES]),
    "categories for answers": lambda f: estimated(f, recorded=pd.Categorical(np.where(BASE["recorded"], "yes", "no"))),
    "categories that are no answers": lambda f: estimated(f, recorded=pd.Categorical(["pass", *["yes"] * (N - 1)])),
    "an absent category": lambda f: estimated(
        f, crime_type=pd.Categorical([None, *BASE["crime_type"][1:]]), stratum="crime_type", cluster=None, by=None
    ),
    "decimals": lambda f: estimated(f, recorded=[Decimal(int(each)) for each in BASE["recorded"]]),
    "half a decimal": lambda f: estimated(f, recorded=[Decimal("0.5"), *[Decimal("1.0")] * (N - 1)]),
    "decimal weights": lambda f: estimated(f, weight=[Decimal("1.5")] * N),
    "a negative decimal": lambda f: estimated(f, weight=[Decimal("-1.5"), *[Decimal("1.5")] * (N - 1)]),
    "bytes": lambda f: estimated(f, due=np.int8(100), recorded=np.int8(90)),  # whose squares are no bytes
    "counts near 2^31": lambda f: cdi.estimate(f(LARGE), by="crime_type", layout="counts"),
    "counts near 10^12": lambda f: cdi.estimate(
        f(BASE[["crime_type"]].assign(due=10**12, recorded=10**12 - 1)), by="crime_type", layout="counts"
    ),
    "a count beyond 10^12": lambda f: cdi.estimate(
        f(BASE[["crime_type"]].assign(due=[10**15, *[10] * (N - 1)], recorded=10)), by="crime_type", layout="counts"
    ),
    "counts whose sum is beyond 2^63": lambda f: cdi.estimate(
        f(BASE[["crime_type"]].assign(due=2**62, recorded=0)), by="crime_type", layout="counts"
    ),
    "counts beyond 2^63": lambda f: cdi.estimate(
        f(BASE[["crime_type"]].assign(due=np.uint64(2**64 - 1), recorded=0)), by="crime_type", layout="counts"
    ),
    "counts of 64 bits that are beyond": lambda f: cdi.estimate(
        f(BASE[["crime_type"]].assign(due=HUGE, recorded=HUGE)), by="crime_type", layout="counts"
    ),
    "the most crimes in a row": lambda f: estimated(f, due=1_000_000, recorded=999_999),
    "weights that add up beyond 2^53": lambda f: estimated(f, weight=2.0**51 * (1 + ROWS["incident"] % 2)),
    "whole weights beyond 2^53": lambda f: estimated(f, weight=(2**53 + 1) * (1 + ROWS["incident"] % 2)),
    "a weight without end": lambda f: estimated(f, weight=[np.inf, *[1.0] * (N - 1)]),
    "no weight": lambda f: estimated(f, weight=[np.nan, *[1.0] * (N - 1)]),
    "a blank stratum": lambda f: estimated(f, force=[None, *BASE["force"][1:]], stratum="force", by=None),
    "no report": lambda f: estimated(f, incident=[None, *[f"i{each}" for each in BASE["incident"][1:]]]),
    "a report in two strata": lambda f: estimated(f, force=["9", *BASE["force"][1:]], stratum="force", by=None),
    "a case twice": lambda f: estimated(f, case=["r1", "r1", *ROWS["case"][2:]], cluster=None),
    "no rows": lambda f: cdi.estimate(none_of(f(ROWS[["recorded", "case"]])), case="case"),
    "no rows to plan by": lambda f: cdi.plan(frame=none_of(f(ROWS[["recorded"]])), bands="recorded", rate=0.9),
    "rows that are all wrong": lambda f: estimated(f, case=ROWS["case"], recorded=range(2, N + 2), cluster=None),
    "an answer of searches": lambda f: cdi.grounds(f(SEARCHES.assign(grounds=["maybe", *SEARCHES["grounds"][1:]]))),
    "no month": lambda f: cdi.trend(
        f(ROWS[["incident", "recorded", "month"]].assign(month=[None, None, *ROWS["month"][2:]])),
        cluster="incident", period="month",
    ),
    "times of a zone": lambda f: timely(f, **{name: TYPED[name].dt.tz_localize("Europe/London") for name in STAMPS}),
    "one time of a zone": lambda f: timely(f, reported_at=TYPED["reported_at"].dt.tz_localize("UTC")),
    "times as categories": lambda f: timely(f, reported_at=pd.Categorical(TIMED["reported_at"])),
    "dates without times": lambda f: timely(f, reported_at=datetime.date(2024, 3, 5)),
    "numbers for times": lambda f: timely(f, reported_at=45356.5),
    "midnights": lambda f: timely(f, reported_at="2024-03-05 00:00"),
    "times of two kinds": lambda f: timely(f, reported_at=["05/03/2024 14:00", *TIMED["reported_at"][1:]]),
    "no such times": lambda f: timely(f, reported_at=["2024-02-30 14:00", "soon", *TIMED["reported_at"][2:]]),
    "records before reports": lambda f: timely(f, reported_at="2024-03-06 14:00"),
    "records of nothing": lambda f: timely(f, recorded=0),
    "answers of no kind": lambda f: cdi.timeliness(
        f(SOON.assign(soon=["perhaps", "late", *SOON["soon"][2:]])), cluster="incident", timely="soon"
    ),
    "half an answer": lambda f: cdi.timeliness(f(SOON.assign(soon=[0.5, *[1.0] * (N - 1)])), timely="soon"),
}  # fmt: skip
"""Frames that are odd or wrong: the same numbers, or the same faults."""


@pytest.fixture(scope="module")
def started() -> Iterator[Callable[[str], Wrap]]:
    """Start each engine once, when it is asked for, and stop all of them at the end."""
    with contextlib.ExitStack() as stack:

        @functools.cache
        def start(name: str) -> Wrap:
            if name in LOCAL:
                connection = stack.enter_context(duckdb.connect())
                return {
                    "polars": pl.from_pandas,
                    "pyarrow": table_of,
                    "duckdb": lambda frame: connection.from_arrow(table_of(frame)),
                }.get(name, lambda frame: pl.from_pandas(frame).lazy())
            package = STARTED[name]
            if importlib.util.find_spec(package) is None:
                if os.environ.get("CDI_ENGINES") == "required":
                    pytest.fail(f"{package} is not installed")
                pytest.skip(f"{package} is not installed")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return stack.enter_context({"dask": _dask, "spark": _spark, "ibis": _ibis}[name]())

        yield start


@pytest.fixture(params=ENGINES)
def wrap(request: pytest.FixtureRequest, started: Callable[[str], Wrap]) -> Iterator[Wrap]:
    """Give what makes frames of an engine."""
    pl.Config.set_engine_affinity("streaming" if request.param == "polars streaming" else "auto")
    yield started(request.param)
    pl.Config.set_engine_affinity("auto")


def of_each_engine(table: Mapping[str, object], local_only: Collection[str]) -> list[Any]:
    """Pair engines with entries of a table; a cluster takes seconds for each, and is spared some.

    So is Polars where it streams: the questions that it gets are those of its lazy frames.
    """
    return [
        pytest.param(name, entry, marks=pytest.mark.xdist_group(name) if name in STARTED else (), id=f"{name}-{entry}")
        for name in (*LOCAL, *STARTED)
        for entry in table
        if (name in LOCAL and name != "polars streaming") or entry not in local_only
    ]


def table_of(frame: pd.DataFrame) -> pa.Table:
    """Make a table of PyArrow."""
    return pa.Table.from_pandas(frame, preserve_index=False)


@contextlib.contextmanager
def _dask() -> Iterator[Wrap]:
    import dask.dataframe as dd
    from distributed import Client, LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster):
        yield lambda frame: dd.from_pandas(frame, npartitions=2)


@contextlib.contextmanager
def _ibis() -> Iterator[Wrap]:
    import ibis

    database, number = ibis.duckdb.connect(), itertools.count()
    yield lambda frame: database.create_table(f"held_{next(number)}", table_of(frame))
    database.disconnect()


def read_by(wrap: Wrap) -> tuple[Wrap, Callable[[], int]]:
    """Count the rows that are read of frames of Spark, however often each is."""
    session: Any = wrap(BASE[:1]).sparkSession
    read = session.sparkContext.accumulator(0)

    def counted(parts: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for part in parts:
            read.add(len(part))
            yield part

    def make(frame: pd.DataFrame) -> Any:
        made = wrap(frame)
        return made.mapInPandas(counted, made.schema)

    return make, lambda: int(read.value)


@contextlib.contextmanager
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


CELLS = 60
"""As many rows as there are cells of sums, and a few rows to look at, are fewer than this."""

FETCHED = {
    "audits that share reports": 80,  # what 20 reports hold, on either side, is set side by side
    "disputed decisions": 120,  # each combination of disputed decisions of a report
    "two auditors": 2 * N,  # rows are matched one by one: two auditors read a few hundred reports
    "a sample that is watched": 200,  # likewise, in the order of the draw
    "reports for a panel": N // 2,  # a report is drawn by its number
    "a model": N,  # a model is fitted to the reports
    "kinds": N,  # of kinds of report, the rows of reports that hold several categories
    "second opinion": N,
}
"""Verbs that fetch more than sums, and why."""

VARIANTS = (
    "decisions of all forces", "rates with weights", "decisions", "cases", "classes", "counts by two columns",
    "searches contrasted",
)  # fmt: skip
"""Second calls of verbs, on engines of this machine alone."""

ON_CLUSTERS = {
    "lengths of time for answers", "null", "an absent category", "decimals", "bytes", "counts near 2^31",
    "weights that add up beyond 2^53", "a blank stratum", "a case twice", "no rows", "no such times",
}  # fmt: skip
"""Odd rows that are told on clusters too: what their types, keys and order may alter."""

IN_ORDER = ("a sample that is watched",)
"""Verbs that need rows in an order, which a lazy frame has not."""


@functools.cache
def by_pandas(verb: str) -> pd.DataFrame:
    """Give what a verb gives of frames of pandas."""
    found: pd.DataFrame = VERBS[verb](lambda frame: frame).to_pandas()
    return found


@pytest.mark.parametrize(("wrap", "verb"), of_each_engine(VERBS, VARIANTS), indirect=["wrap"])
def test_gives_the_same_numbers_and_fetches_few_rows(wrap: Wrap, verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = by_pandas(verb)
    in_memory = isinstance(nw.from_native(wrap(BASE)), nw.DataFrame)
    fetched = spied(monkeypatch, wrap(BASE))
    if verb in IN_ORDER and not in_memory:
        with pytest.raises(CdiError, match="rows in an order"):
            VERBS[verb](wrap)
        return
    found = VERBS[verb](wrap).to_pandas()
    pd.testing.assert_frame_equal(found, wanted, rtol=1e-12, atol=0)
    assert fetched
    # columns in memory are read where they lie
    assert in_memory or max(fetched) <= FETCHED.get(verb, CELLS)


SCANS = {
    "counts by two columns": 2,
    "rates in strata": 2,
    "a rate": 2,
    "searches": 3,  # words are counted first, to be understood
    "decisions": 3,
    "all forces": 3,
}
"""How often Spark reads all rows for a verb."""


@pytest.mark.xdist_group("spark")
def test_spark_reads_the_rows_few_times_and_keeps_nothing(started: Callable[[str], Wrap]) -> None:
    wrap, read = read_by(started("spark"))
    times = {}
    for verb in SCANS:
        before = read()
        found = VERBS[verb](wrap)
        times[verb] = (read() - before) / N
    assert times == SCANS
    held = wrap(BASE[:1]).sparkSession.sparkContext._jsc.sc().getPersistentRDDs  # noqa: SLF001 (asked of Spark itself)
    assert held().size() > 0  # what the last result was made of, of which more may be asked
    del found
    gc.collect()
    assert held().size() == 0


def told(call: Callable[[], Any]) -> pd.DataFrame | list[tuple[object, ...]]:
    """Give what a call gives, or its faults, in an order of their own."""
    try:
        found: pd.DataFrame = call().to_pandas()
    except CdiError as error:
        return sorted((item.code, str(item.got), str(item.where.column)) for item in error.faults)
    return found.astype(dict.fromkeys(found.columns[:1], object))


@pytest.mark.parametrize(("wrap", "name"), of_each_engine(BAD, set(BAD) - ON_CLUSTERS), indirect=["wrap"])
def test_odd_and_wrong_rows_are_told_as_pandas_tells_them(wrap: Wrap, name: str) -> None:
    wanted, found = told(lambda: BAD[name](lambda frame: frame)), told(lambda: BAD[name](wrap))
    if isinstance(wanted, pd.DataFrame):
        pd.testing.assert_frame_equal(found, wanted, rtol=1e-12, atol=0)
    else:
        assert found == wanted


def _texts(frame: pd.DataFrame) -> list[str]:
    return [name for name in frame.columns if pl.from_pandas(frame[[name]]).schema[name] == pl.String]


def _in_parts(frame: pd.DataFrame) -> pa.Table:
    """Make a table of several parts, each of which numbers its categories by itself."""
    parts = [table_of(part) for part in (frame[:7], frame[7:90], frame[90:])]
    return pa.concat_tables(
        pa.table(
            {
                name: part[name].dictionary_encode() if name in _texts(frame) else part[name]
                for name in part.column_names
            }
        )
        for part in parts
    )


def _of_kind(frame: pd.DataFrame, kind: pa.DataType, numbers: pa.DataType | None = None) -> pa.Table:
    table, texts = table_of(frame), _texts(frame)
    kinds = [
        (each.name, kind if each.name in texts else (numbers if each.name == "recorded" and numbers else each.type))
        for each in table.schema
    ]
    return table.cast(pa.schema(kinds))


OTHER_KINDS: dict[str, Wrap] = {
    "categories of pandas": lambda frame: frame.astype(dict.fromkeys(_texts(frame), "category")),
    "columns of PyArrow in pandas": lambda frame: frame.convert_dtypes(dtype_backend="pyarrow"),
    "enums": lambda frame: pl.from_pandas(frame).with_columns(
        pl.col(name).cast(pl.Enum(sorted(set(frame[name].dropna())))) for name in _texts(frame)
    ),
    "categories of Polars": lambda frame: pl.from_pandas(frame).lazy().cast(
        dict.fromkeys(_texts(frame), pl.Categorical)
    ),
    "numbers of 128 bits": lambda frame: pl.from_pandas(frame).cast({pl.Int64: pl.Int128}),
    "dictionaries of several parts": _in_parts,
    "half the bits": lambda frame: _of_kind(frame, pa.large_string(), pa.float16()),
    "decimals of 256 bits": lambda frame: pa.table(
        {
            name: column.cast(pa.decimal256(50, 2)) if name in ("recorded", "weight") else column
            for name, column in zip(frame.columns, table_of(frame).columns, strict=True)
        }
    ),
    "runs": lambda frame: pa.table(
        {
            name: pc.run_end_encode(column.combine_chunks()) if name == "incident" else column
            for name, column in zip(frame.columns, table_of(frame).columns, strict=True)
        }
    ),
    "a dataset": lambda frame: ds.dataset(table_of(frame)),
}  # fmt: skip
"""What else an engine may hold the same values as."""
if hasattr(pa, "decimal32"):  # older versions of PyArrow make no views of texts
    OTHER_KINDS["views of texts"] = lambda frame: _of_kind(frame, pa.string_view())

IN_OTHER_KINDS = (
    "all forces", "counts by two columns", "rates in strata", "decisions", "classes", "times", "two audits",
)  # fmt: skip
"""Verbs whose questions differ by the kinds of columns."""


@pytest.mark.parametrize("kind", OTHER_KINDS)
@pytest.mark.parametrize("verb", IN_OTHER_KINDS)
def test_gives_the_same_numbers_whatever_values_are_held_as(verb: str, kind: str) -> None:
    found = VERBS[verb](OTHER_KINDS[kind]).to_pandas()
    pd.testing.assert_frame_equal(
        found, by_pandas(verb), rtol=1e-12, atol=0, check_dtype=False, check_categorical=False
    )


@pytest.mark.skipif(not hasattr(pa, "list_view"), reason="this PyArrow makes no such views")
def test_views_of_lists_are_told_as_lists_are() -> None:
    rows = pa.table({"recorded": [1, 0] * 20, "kind": pa.array([["a"]] * 40, pa.list_view(pa.string()))})
    with pytest.raises(CdiError) as caught:
        cdi.estimate(rows, by="kind")
    assert [item.code for item in caught.value.faults] == ["column-nested"]


@pytest.mark.parametrize("kind", ["hugeint", "uhugeint", "bignum"])
def test_numbers_of_duckdb_may_be_of_any_width(kind: str) -> None:
    with duckdb.connect() as connection:
        try:
            held = connection.sql("select (i % 4 > 0)::int as recorded, 1 as due from range(40) as t(i)")
            rows = held.project(f"recorded::{kind} as recorded, due")
        except duckdb.Error:
            pytest.skip(f"this DuckDB has no {kind}")
        assert cdi.estimate(rows).table.rows[-1].estimate == 0.75


@pytest.mark.parametrize("wrapped", [lambda frame: frame, pl.from_pandas], ids=["pandas", "polars"])
def test_a_category_of_nothing_but_spaces_is_blank(wrapped: Wrap) -> None:
    rows = wrapped(BASE.assign(force=pd.Categorical(["  ", *BASE["force"][1:]])))
    with pytest.raises(CdiError) as caught:
        cdi.estimate(rows, stratum="force")
    assert [item.code for item in caught.value.faults] == ["missing"]


def test_rows_without_a_line_are_named_by_their_key_and_few_are_fetched(
    wrap: Wrap, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched = spied(monkeypatch, wrap(BASE))
    with pytest.raises(CdiError) as caught:
        BAD["rows that are all wrong"](wrap)
    in_memory = isinstance(nw.from_native(wrap(BASE)), nw.DataFrame)
    known = "row" if in_memory else "case r"
    assert all(str(item.where.key).startswith(known) for item in caught.value.faults)
    assert caught.value.total == N
    assert len(caught.value.faults) <= SHOWN
    if not in_memory:
        assert max(fetched) <= checks.MOST_VALUES  # of values that differ each is counted


def test_sums_beyond_64_bits_do_not_begin_anew(wrap: Wrap) -> None:
    """A report of 4,000 million crimes in each of two categories has the error of one a thousandth as large."""
    crimes = pd.DataFrame({
        "incident": ["R1"] * 8_000 + [f"i{each}" for each in range(40)],
        "crime_type": ["a", "b"] * 4_020,
        "due": 1_000_000,
        "recorded": [999_000] * 8_000 + [900_000] * 40,
    })  # fmt: skip
    fewer = crimes.assign(due=crimes["due"] // 1_000, recorded=crimes["recorded"] // 1_000)
    large, small = (
        cdi.contrast(each, "a", "b", by="crime_type", cluster="incident").to_pandas() for each in (wrap(crimes), fewer)
    )
    assert large["high"].iloc[2] == pytest.approx(small["high"].iloc[2], rel=1e-6)  # which were wrong in two digits


def failing(wrap: Wrap) -> Any:
    """Make a frame whose query fails half-way."""
    frame = wrap(BASE.assign(recorded=["a word", *["1"] * (N - 1)]))
    if isinstance(frame, pl.LazyFrame):
        return frame.with_columns(pl.col("recorded").cast(pl.Int64))
    if isinstance(frame, duckdb.DuckDBPyRelation):
        return frame.project("* replace (cast(recorded as integer) as recorded)")
    if hasattr(frame, "map_partitions"):
        return frame.map_partitions(lambda part: part.assign(recorded=part["recorded"].astype(int)), meta=BASE[:0])
    if hasattr(frame, "mutate"):
        return frame.mutate(recorded=frame.recorded.cast("int64"))
    if hasattr(frame, "selectExpr"):
        return frame.selectExpr(
            "force", "crime_type", "incident", "assert_true(recorded != 'a word') is null as recorded"
        )
    return None


def test_a_query_that_fails_half_way_is_the_fault_of_the_engine(wrap: Wrap) -> None:
    frame = failing(wrap)
    if frame is None:
        assert isinstance(nw.from_native(wrap(BASE)), nw.DataFrame)  # which asks nothing
        return
    with pytest.raises(CdiError) as caught:
        cdi.estimate(frame, by="crime_type", cluster="incident")
    assert [item.code for item in caught.value.faults] == ["engine-failed"]


def test_a_table_that_was_altered_since_is_the_fault_of_the_engine() -> None:
    with duckdb.connect() as connection:
        connection.execute("create table held as select 1 as recorded, 'a' as force from range(40)")
        asked = connection.table("held")
        connection.execute("alter table held drop column force")
        with pytest.raises(CdiError) as caught:
            cdi.estimate(asked, by="force")
    assert [item.code for item in caught.value.faults] == ["engine-failed"]


@pytest.mark.parametrize("verb", VERBS)
def test_a_query_that_may_answer_otherwise_each_time_is_asked_once(verb: str) -> None:
    if verb in IN_ORDER:
        pytest.skip("takes no lazy frame")
    asked: list[int] = []

    def wrapped(frame: pd.DataFrame) -> pl.LazyFrame:
        place = len(asked)
        asked.append(0)

        def counted(held: pl.DataFrame) -> pl.DataFrame:
            asked[place] += 1
            return held.sample(fraction=1.0, shuffle=True)

        return pl.from_pandas(frame).lazy().map_batches(counted)

    found = VERBS[verb](wrapped).to_pandas()
    if verb not in {"two auditors", "a model", "reports for a panel"}:  # which follow the order of the rows
        pd.testing.assert_frame_equal(found, by_pandas(verb), rtol=1e-9, atol=0)
    assert asked
    assert set(asked) == {1}


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


WAYS_OUT = (
    "collect", "toPandas", "toArrow", "toLocalIterator", "compute", "fetchnumpy", "fetchall", "fetchone", "fetchmany",
    "df", "arrow", "pl", "to_arrow_table", "execute", "to_pandas", "to_pyarrow",
)  # fmt: skip


def spied(monkeypatch: pytest.MonkeyPatch, native: Any) -> list[int]:
    """Count the rows that leave an engine, by whichever way; those of engines in memory as they become numpy's."""
    fetched: list[int] = []
    if isinstance(native, (pl.DataFrame, pl.LazyFrame, pa.Table)):
        monkeypatch.setattr(engine, "collect", _counting(engine.collect, fetched))
        return fetched
    for name in WAYS_OUT:
        for kind in type(native).__mro__:
            if name in vars(kind):
                monkeypatch.setattr(kind, name, _counting(getattr(kind, name), fetched))
    return fetched


def _counting(call: Callable[..., Any], fetched: list[int]) -> Callable[..., Any]:
    def counted(*args: Any, **given: Any) -> Any:
        found = call(*args, **given)
        if isinstance(found, dict):
            fetched.append(max((len(column) for column in found.values()), default=0))
        elif isinstance(found, Iterator):
            found = list(found)
            fetched.append(len(found))
        elif found is not None:
            fetched.append(
                found.num_rows if hasattr(found, "num_rows") else np.shape(found)[0] if np.ndim(found) else 1
            )
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
