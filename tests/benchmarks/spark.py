"""Parquet files of a million rows and more in a local session of Spark, against a job written by hand.

Both sides compute the sums of y, x, yy, xy and xx over reports by force and type and over all, and the products between
types that share reports, which the interval of a count needs. Both check the input: answers are 0 or 1 and not missing,
and no report lies in two forces. The job by hand reads the files for each of these, as one writes it who looks at the
time of no query. Ours looks for totals among the rows too, and goes on to the counts and their intervals.

Run: python -m tests.benchmarks.spark [ROWS] [ROUNDS]
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tests.benchmarks.million import columns

KEYS = ["force", "crime_type"]
BLOCK = 1_000_000


def write(folder: Path, rows: int) -> None:
    """Write the rows to files of a million each."""
    for start in range(0, rows, BLOCK):
        data = columns(min(BLOCK, rows - start), seed=start)
        data["incident"] += start
        del data["case"]
        pq.write_table(pa.table(data), folder / f"part-{start // BLOCK}.parquet")


def by_hand(frame: Any) -> Any:
    """Run a job written by hand."""
    from pyspark.sql import functions as f

    x, one = f.col("recorded"), f.lit(1)
    absent = [f.col(name).isNull() for name in ("recorded", "incident", *KEYS)]
    wrong = ~x.isin(0, 1) | absent[0] | absent[1] | absent[2] | absent[3]
    [[faults]] = frame.agg(f.sum(wrong.cast("int"))).collect()
    assert faults == 0
    y, recorded = f.count(one).alias("y"), f.sum("recorded").alias("x")
    cells = frame.groupBy("incident", *KEYS).agg(y, recorded)
    reports = frame.groupBy("incident", "force").agg(y, recorded)
    products = [f.sum("y"), f.sum("x"), *(f.sum(f.col(a) * f.col(b)) for a, b in ("yy", "xy", "xx")), f.count(one)]
    [[parts, single]] = reports.agg(f.count(one), f.countDistinct("incident")).collect()
    assert parts == single
    other = cells.select("incident", "force", *(f.col(c).alias(f"other_{c}") for c in ("crime_type", "y", "x")))
    met = cells.join(other, ["incident", "force"]).where("crime_type <> other_crime_type")
    between = [f.sum(f.col(a) * f.col(f"other_{b}")) for a, b in ("yy", "yx", "xx")]
    return [
        cells.groupBy(*KEYS).agg(*products).collect(),
        reports.groupBy("force").agg(*products).collect(),
        met.groupBy(*KEYS, "other_crime_type").agg(*between).collect(),
    ]


def ours(frame: Any) -> Any:
    """Estimate counts by force and type."""
    import cdi

    volumes = pd.DataFrame(
        [(f"Force {i:02d}", kind, 90_000) for i in range(43) for kind in ("other", "sexual", "violent")],
        columns=[*KEYS, "recorded_crime"],
    )
    return cdi.estimate(frame, by=KEYS, cluster="incident", volumes=volumes)


def started() -> Any:
    """Start a session on this machine."""
    from pyspark.sql import SparkSession

    settings = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "8", "spark.driver.memory": "4g"}
    builder = SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session


def _processors() -> float:
    """Give the seconds of processors of this process and of Java; Linux only."""
    ticks = 0
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, told = place.read_text(encoding="ascii").split("(", 1)[1].rsplit(")", 1)
        except OSError:
            continue
        if name == "java":
            ticks += sum(map(int, told.split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK") + time.process_time()


def _timed(work: Callable[[Any], Any], frame: Any) -> tuple[float, float]:
    before, start = _processors(), time.perf_counter()
    work(frame)
    return _processors() - before, time.perf_counter() - start


def compare(rows: int, rounds: int) -> None:
    """Time both sides in turn, after one round that warms Java up."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), rows)
        session = started()
        frame = session.read.parquet(folder)
        pairs = [(_timed(ours, frame), _timed(by_hand, frame)) for _ in range(rounds + 1)][1:]
        for place, name in enumerate(("processors", "the clock")):
            a, b = (statistics.median(each[place] for each in side) for side in zip(*pairs, strict=True))
            ratio = statistics.median(one[place] / other[place] for one, other in pairs)
            print(f"Spark, {rows:,} rows: {ratio:.2f} ({a:.1f} s / {b:.1f} s of {name} by hand, {rounds} rounds)")
        session.stop()


if __name__ == "__main__":
    given = [int(value) for value in sys.argv[1:]]
    compare(*(given + [1_000_000, 3][len(given) :]))
