"""A million rows in memory, 43 forces by 3 crime types, against a hand-written query of the same sums in each engine.

Both sides compute the sums of y, x, yy, xy and xx over reports by force and type and over all, and check the input:
answers are 0 or 1 and not missing, case ids are unique, no report lies in two forces. Ours goes on to the intervals.

Run: python tests/benchmarks/million.py [ROWS] [ROUNDS]
"""

from __future__ import annotations

import gc
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

KEYS = ["force", "crime_type"]


def columns(rows: int, seed: int = 20211231) -> dict[str, Any]:
    """Make an audit: one row a crime, 1 to 4 crimes a report, each report in one force."""
    rng = np.random.default_rng(seed)
    sizes = rng.choice([1, 2, 3, 4], p=[0.7, 0.18, 0.08, 0.04], size=rows)
    report = np.repeat(np.arange(rows), sizes)[:rows]
    forces = np.array([f"Force {i:02d}" for i in range(43)])
    types = np.array(["other", "sexual", "violent"])
    return {
        "case": np.arange(rows),
        "incident": report,
        "force": forces[report % 43],
        "crime_type": types[rng.integers(0, 3, rows)],
        "recorded": (rng.random(rows) < 0.92).astype(np.int64),
    }


def by_hand_pandas(frame: Any) -> Any:
    """Query by hand in pandas."""
    assert frame["recorded"].isin([0, 1]).all()
    assert frame[["incident", *KEYS]].notna().all().all()
    assert frame["case"].is_unique
    cells = frame.groupby([*KEYS, "incident"], sort=False)["recorded"].agg(["size", "sum"]).reset_index()
    reports = cells.groupby(["force", "incident"], sort=False)[["size", "sum"]].sum().reset_index()
    assert reports["incident"].is_unique
    return [_products_pandas(part, keys) for part, keys in ((cells, KEYS), (reports, ["force"]))]


def _products_pandas(part: Any, keys: list[str]) -> Any:
    y, x = part["size"], part["sum"]
    return part.assign(yy=y * y, xy=x * y, xx=x * x, n=1).groupby(keys)[["size", "sum", "yy", "xy", "xx", "n"]].sum()


def by_hand_polars(frame: Any) -> Any:
    """Query by hand in Polars."""
    import polars as pl

    x = pl.col("recorded")
    faults = frame.select(
        x.is_in([0, 1]).not_().sum().alias("a"), *(pl.col(c).null_count() for c in ["recorded", "incident", *KEYS])
    )
    assert sum(faults.row(0)) == 0
    assert frame["case"].n_unique() == len(frame)
    cells = frame.group_by([*KEYS, "incident"]).agg(pl.len().cast(pl.Int64).alias("y"), x.sum().alias("x"))
    reports = cells.group_by(["force", "incident"]).agg(pl.col("y").sum(), pl.col("x").sum())
    assert reports["incident"].n_unique() == len(reports)
    y, x = pl.col("y"), pl.col("x")
    sums = [y.sum(), x.sum(), (y * y).sum().alias("yy"), (x * y).sum().alias("xy"), (x * x).sum().alias("xx"), pl.len()]
    return [cells.group_by(KEYS).agg(sums), reports.group_by("force").agg(sums)]


def by_hand_duckdb(relation: Any) -> Any:
    """Query by hand in DuckDB."""

    def ask(sql: str) -> Any:
        return relation.query("audit", sql).fetchall()

    checks = "count(*) filter (recorded not in (0, 1) or recorded is null or force is null or crime_type is null)"
    [(faults, rows, cases)] = ask(f'select {checks}, count(*), count(distinct "case") from audit')
    assert faults == 0
    assert rows == cases
    products = "sum(y), sum(x), sum(y*y), sum(x*y), sum(x*x), count(*)"
    cells = "select force, crime_type, incident, count(*) y, sum(recorded) x from audit group by all"
    by_type = ask(f"select force, crime_type, {products} from ({cells}) group by all")
    reports = "select force, incident, count(*) y, sum(recorded) x from audit group by all"
    whole = ask(f"select force, {products} from ({reports}) group by all")
    [(parts, single)] = ask(f"select count(*), count(distinct incident) from ({reports})")
    assert parts == single
    return by_type, whole


def ours(frame: Any) -> Any:
    """Estimate and make the intervals."""
    import cdi

    audit = cdi.read_audit(frame, stratum="force", cluster="incident", case="case")
    return cdi.recording_rate(audit, by=KEYS).interval()


def engines(data: dict[str, Any]) -> dict[str, tuple[Any, Callable[[Any], Any]]]:
    """Put the same rows into each engine."""
    import duckdb
    import pandas as pd
    import polars as pl

    frame = pd.DataFrame(data)
    connection = duckdb.connect()
    connection.register("source", frame)
    connection.execute("create table held as select * from source")
    return {
        "pandas": (frame, by_hand_pandas),
        "polars": (pl.DataFrame(frame.to_dict("list")), by_hand_polars),
        "duckdb": (connection.table("held"), by_hand_duckdb),
    }


def compare(rows: int, rounds: int) -> None:
    """Time both sides in turn and print the median ratio for each engine."""
    for name, (frame, by_hand) in engines(columns(rows)).items():
        pairs = [(_seconds(ours, frame), _seconds(by_hand, frame)) for _ in range(rounds + 1)][1:]
        a, b = (statistics.median(times) for times in zip(*pairs, strict=True))
        ratio = statistics.median(x / y for x, y in pairs)
        print(f"{name}, {rows:,} rows: {ratio:.2f} ({a:.3f} s / {b:.3f} s of processors by hand, {rounds} rounds)")


def _seconds(work: Callable[[Any], Any], frame: Any) -> float:
    start = time.process_time()
    work(frame)
    return time.process_time() - start


def memory(rows: int, engine: str, side: str) -> None:
    """Print the memory that one side adds, as a ratio to the frame; Linux only, in a process of its own."""
    import pandas as pd
    import polars as pl

    make = {"pandas": pd.DataFrame, "polars": lambda data: pl.DataFrame(pd.DataFrame(data).to_dict("list"))}[engine]
    work = {"ours": ours, "by hand": {"pandas": by_hand_pandas, "polars": by_hand_polars}[engine]}[side]
    work(make(columns(1_000)))  # what imports take is not the frame's
    frame = make(columns(rows))
    size = int(frame.memory_usage(deep=True).sum() if engine == "pandas" else frame.estimated_size())
    gc.collect()
    before = _from_now()
    work(frame)
    grown = (_peak() - before) / size
    print(f"{engine}, {side}: the peak grows by {grown:.2f} times the frame's {size / 1e6:.0f} MB (target 2)")


def _from_now() -> int:
    """Forget the peak so far, and give the memory in use, in bytes."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _peak()


def _peak() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024  # type: ignore[index]


if __name__ == "__main__":
    if sys.argv[1:2] == ["memory"]:
        memory(int(sys.argv[2]), sys.argv[3], sys.argv[4])
    else:
        size, times = (int(value) for value in (sys.argv[1:] + ["1000000", "5"][len(sys.argv) - 1 :]))
        compare(size, times)
        for one in ("pandas", "polars"):
            for side in ("ours", "by hand"):
                subprocess.run([sys.executable, __file__, "memory", str(size), one, side], check=True)
