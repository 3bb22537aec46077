"""A million rows in memory: against queries by hand in each engine, against svy and R, and as domains grow.

Both sides of the queries compute the sums of y, x, yy, xy and xx over reports by category and over all, and check the
input: answers are 0 or 1 and not missing, case ids are unique, no report lies in two forces. Ours goes on to the
intervals. svy and R make the design and estimate the same rates, which are held against ours with their standard
errors.

Run: python tests/benchmarks/million.py [ROWS] [ROUNDS] [--svy PYTHON] [--r RSCRIPT]

``--svy`` names a Python with svy (``pip install svy``, in an environment of its own), ``--r`` the Rscript of an R with
the package survey (Debian: r-base-core, r-cran-survey). What is not there is left out, and said so.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

FORCE, BOTH = ["force"], ["force", "crime_type"]
BEATS = 10_019  # 233 in each of 43 forces


def columns(rows: int, seed: int = 20211231) -> dict[str, Any]:
    """Make an audit: one row a crime, 1 to 4 crimes a report, each report in one force and one beat of it."""
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


def beats(data: dict[str, Any]) -> dict[str, Any]:
    """Add the beat of each report."""
    names = np.array([f"Beat {i:05d}" for i in range(BEATS)])
    return {**data, "beat": names[data["incident"] % BEATS]}


# ---- queries by hand


def by_hand_pandas(frame: Any, keys: list[str]) -> Any:
    """Query by hand in pandas."""
    assert frame["recorded"].isin([0, 1]).all()
    assert frame[["incident", *keys]].notna().all().all()
    assert frame["case"].is_unique
    cells = frame.groupby([*keys, "incident"], sort=False)["recorded"].agg(["size", "sum"]).reset_index()
    reports = cells
    if keys != FORCE:
        reports = cells.groupby(["force", "incident"], sort=False)[["size", "sum"]].sum().reset_index()
    assert reports["incident"].is_unique
    parts = [(reports, FORCE)] if keys == FORCE else [(cells, keys), (reports, FORCE)]
    return [_products_pandas(part, of) for part, of in parts]


def _products_pandas(part: Any, keys: list[str]) -> Any:
    y, x = part["size"], part["sum"]
    return part.assign(yy=y * y, xy=x * y, xx=x * x, n=1).groupby(keys)[["size", "sum", "yy", "xy", "xx", "n"]].sum()


def by_hand_polars(frame: Any, keys: list[str]) -> Any:
    """Query by hand in Polars."""
    import polars as pl

    x = pl.col("recorded")
    faults = frame.select(
        x.is_in([0, 1]).not_().sum().alias("a"), *(pl.col(c).null_count() for c in ["recorded", "incident", *keys])
    )
    assert sum(faults.row(0)) == 0
    assert frame["case"].n_unique() == len(frame)
    cells = frame.group_by([*keys, "incident"]).agg(pl.len().cast(pl.Int64).alias("y"), x.sum().alias("x"))
    reports = cells
    if keys != FORCE:
        reports = cells.group_by(["force", "incident"]).agg(pl.col("y").sum(), pl.col("x").sum())
    assert reports["incident"].n_unique() == len(reports)
    y, x = pl.col("y"), pl.col("x")
    sums = [y.sum(), x.sum(), (y * y).sum().alias("yy"), (x * y).sum().alias("xy"), (x * x).sum().alias("xx"), pl.len()]
    parts = [(reports, FORCE)] if keys == FORCE else [(cells, keys), (reports, FORCE)]
    return [part.group_by(of).agg(sums) for part, of in parts]


def by_hand_pyarrow(table: Any, keys: list[str]) -> Any:
    """Query by hand in PyArrow."""
    import pyarrow as pa
    import pyarrow.compute as pc

    assert pc.all(pc.is_in(table["recorded"], pa.array([0, 1]))).as_py()
    assert sum(table[name].null_count for name in ["recorded", "incident", *keys]) == 0
    assert pc.count_distinct(table["case"]).as_py() == len(table)
    cells = table.group_by([*keys, "incident"]).aggregate([("recorded", "count"), ("recorded", "sum")])
    cells = cells.rename_columns([*keys, "incident", "y", "x"])
    reports = cells
    if keys != FORCE:
        reports = cells.group_by(["force", "incident"]).aggregate([("y", "sum"), ("x", "sum")])
        reports = reports.rename_columns(["force", "incident", "y", "x"])
    assert pc.count_distinct(reports["incident"]).as_py() == len(reports)
    parts = [(reports, FORCE)] if keys == FORCE else [(cells, keys), (reports, FORCE)]
    return [_products_pyarrow(part, of) for part, of in parts]


def _products_pyarrow(part: Any, keys: list[str]) -> Any:
    import pyarrow.compute as pc

    y, x = part["y"], part["x"]
    for name, product in (("yy", pc.multiply(y, y)), ("xy", pc.multiply(x, y)), ("xx", pc.multiply(x, x))):
        part = part.append_column(name, product)
    sums = [(name, "sum") for name in ("y", "x", "yy", "xy", "xx")]
    return part.group_by(keys).aggregate([*sums, ([], "count_all")])


def by_hand_duckdb(relation: Any, keys: list[str]) -> Any:
    """Query by hand in DuckDB."""

    def ask(sql: str) -> Any:
        return relation.query("audit", sql).fetchall()

    blank = " or ".join(f"{name} is null" for name in ("recorded", "incident", *keys))
    checks = f"count(*) filter (recorded not in (0, 1) or {blank})"
    [(faults, rows, cases)] = ask(f'select {checks}, count(*), count(distinct "case") from audit')
    assert faults == 0
    assert rows == cases
    products = "sum(y), sum(x), sum(y*y), sum(x*y), sum(x*x), count(*)"
    found = []
    if keys != FORCE:
        cells = "select force, crime_type, incident, count(*) y, sum(recorded) x from audit group by all"
        found.append(ask(f"select force, crime_type, {products} from ({cells}) group by all"))
    reports = "select force, incident, count(*) y, sum(recorded) x from audit group by all"
    found.append(ask(f"select force, {products} from ({reports}) group by all"))
    [(parts, single)] = ask(f"select count(*), count(distinct incident) from ({reports})")
    assert parts == single
    return found


def ours(frame: Any, by: list[str]) -> Any:
    """Estimate and make the intervals."""
    import cdi

    audit = cdi.read_audit(frame, stratum="force", cluster="incident", case="case")
    rates = cdi.recording_rate(audit, by=by)
    rates.interval()
    return rates


def to_polars(data: dict[str, Any]) -> Any:
    """Make a frame of Polars."""
    import polars as pl

    return pl.DataFrame({name: values.tolist() for name, values in data.items()})


def engines(data: dict[str, Any]) -> Iterator[tuple[str, Any, Callable[[Any, list[str]], Any], float]]:
    """Put the same rows into each engine; the last is the target."""
    import duckdb
    import pandas as pd
    import pyarrow as pa

    frame = pd.DataFrame(data)
    connection = duckdb.connect()
    connection.register("source", frame)
    connection.execute("create table held as select * from source")
    yield "pandas", frame, by_hand_pandas, 1.1
    yield "polars", to_polars(data), by_hand_polars, 1.0
    yield "pyarrow", pa.Table.from_pandas(frame, preserve_index=False), by_hand_pyarrow, 1.0
    yield "duckdb", connection.table("held"), by_hand_duckdb, 1.0


# ---- what is measured


def compare(rows: int, rounds: int) -> None:
    """Time both sides in turn and print the median ratio for each engine."""
    for name, frame, by_hand, target in engines(columns(rows)):
        for keys in (FORCE, BOTH):
            pairs = in_turn(lambda: ours(frame, keys), lambda: by_hand(frame, keys), rounds)  # noqa: B023
            told(f"{name}, {rows:,} rows by {' and '.join(keys)} / by hand", pairs, f"target {target}")


def domains(rows: int, rounds: int) -> None:
    """Time many categories in turn with the overall rate alone."""
    for name, frame, _, _ in engines(beats(columns(rows))):
        for number, by, target in ((129, BOTH, 1.2), (BEATS, ["beat"], 1.5)):
            pairs = in_turn(lambda: ours(frame, by), lambda: ours(frame, []), rounds)  # noqa: B023
            told(f"{name}, {number:,} categories / one", pairs, f"target {target}")


def peers(rows: int, rounds: int, svy: str | None, r: str | None) -> None:
    """Time svy and R in turn with ours on the same rows, in the frame that each takes or is nearest to."""
    import pandas as pd

    data = columns(rows)
    frame, table = pd.DataFrame(data), to_polars(data)
    here = Path(__file__).parent
    with tempfile.TemporaryDirectory() as folder:
        if svy is None:
            print("svy: not found, left out (pip install svy, and --svy PYTHON)")
        else:
            table.write_parquet(f"{folder}/sample.parquet")
            with asked([svy, str(here / "peer_svy.py"), f"{folder}/sample.parquet"]) as ask:
                for by, target in ((FORCE, 14), (BOTH, 30)):
                    against("svy, its estimate alone", ask, table, by, rounds, f"target {target}", design=False)
                    against("svy with its design", ask, table, by, rounds, "", design=True)
        if r is None:
            print("R's survey: not found, left out (--r RSCRIPT)")
        else:
            frame.assign(one=1).to_csv(f"{folder}/sample.csv", index=False)
            with asked([r, str(here / "peer_survey.R"), f"{folder}/sample.csv"]) as ask:
                for by in (FORCE, BOTH):
                    against("R's survey with its design", ask, frame, by, min(rounds, 3), "target 50", design=True)


def against(
    name: str, ask: Callable[[str], list[float]], frame: Any, by: list[str], rounds: int, target: str, *, design: bool
) -> None:
    """Time a peer in turn with ours, and say how far both differ."""
    pairs, differ = [], 0.0
    for _ in range(rounds + 1):
        of_design, of_estimate, *numbers = ask(",".join(by))
        start = time.process_time()
        rates = ours(frame, by)
        pairs.append((of_estimate + design * of_design, time.process_time() - start))
        size = len(numbers) // 2  # the overall rate comes last, which the peers do not give
        found = np.array([rates.estimate[:size], rates.se[:size]])
        differ = max(differ, float(np.max(np.abs(found - np.reshape(numbers, (2, size))))))
    told(f"{name}, by {' and '.join(by)} / ours from {type(frame).__module__.split('.')[0]}", pairs[1:], target)
    print(f"    rates and standard errors differ by {differ:.1e} at the most")


@contextmanager
def asked(command: list[str]) -> Iterator[Callable[[str], list[float]]]:
    """Start a peer that answers each line with a line of numbers, and stop it at the end."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(line: str) -> list[float]:
        assert process.stdin is not None
        assert process.stdout is not None
        print(line, file=process.stdin, flush=True)
        return [float(each) for each in process.stdout.readline().split()]

    try:
        yield ask
    finally:
        process.communicate()


def in_turn(one: Callable[[], Any], other: Callable[[], Any], rounds: int) -> list[tuple[float, float]]:
    """Time two calls in turn, by processors; the first of each is not counted."""
    return [(_seconds(one), _seconds(other)) for _ in range(rounds + 1)][1:]


def told(name: str, pairs: Sequence[tuple[float, float]], target: str) -> None:
    """Print the median ratio."""
    a, b = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(x / y for x, y in pairs)
    said = f"{a:.3f} s / {b:.3f} s of processors, {len(pairs)} rounds"
    print(f"{name}: {ratio:.2f} ({said}{'; ' if target else ''}{target})", flush=True)


def _seconds(work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def memory(rows: int, engine: str, side: str) -> None:
    """Print the memory that one side adds, as a ratio to the frame; Linux only, in a process of its own."""
    import pandas as pd

    make = {"pandas": pd.DataFrame, "polars": to_polars}[engine]
    work = {"ours": ours, "by hand": {"pandas": by_hand_pandas, "polars": by_hand_polars}[engine]}[side]
    work(make(columns(1_000)), BOTH)  # what imports take is not the frame's
    frame = make(columns(rows))
    size = int(frame.memory_usage(deep=True).sum() if engine == "pandas" else frame.estimated_size())
    gc.collect()
    before = _from_now()
    held = work(frame, BOTH)
    grown = (_peak() - before) / size
    print(f"{engine}, {side}: the peak grows by {grown:.2f} times the frame's {size / 1e6:.0f} MB (target 2)")
    del held


def _from_now() -> int:
    """Forget the peak so far, and give the memory in use, in bytes."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _peak()


def _peak() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024  # type: ignore[index]


def main() -> None:
    """Measure all of it, or the memory of one side."""
    if sys.argv[1:2] == ["memory"]:
        memory(int(sys.argv[2]), sys.argv[3], sys.argv[4])
        return
    own = sys.executable if importlib.util.find_spec("svy") else None
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("rows", nargs="?", type=int, default=1_000_000)
    options.add_argument("rounds", nargs="?", type=int, default=5)
    options.add_argument("--svy", default=own, metavar="PYTHON")
    options.add_argument("--r", default=shutil.which("Rscript"), metavar="RSCRIPT")
    given = options.parse_args()
    compare(given.rows, given.rounds)
    domains(given.rows, given.rounds)
    peers(given.rows, given.rounds, given.svy, given.r)
    for one in ("pandas", "polars"):
        for side in ("ours", "by hand"):
            subprocess.run([sys.executable, __file__, "memory", str(given.rows), one, side], check=True)


if __name__ == "__main__":
    main()
