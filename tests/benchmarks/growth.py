"""Time and memory as there is more of it: rows, categories, strata, groups, forces, months, plans, comparisons.

Each size runs in a process of its own, after a run of a few rows that loads what is needed. Time is that of processors.
Memory is the peak of the process above what it held before, of which the rows themselves are no part. The exponent is
the slope of log seconds over log sizes at the last step: 0 is flat, 1 grows with the size, 2 with its square.

Run: python -m tests.benchmarks.growth [--most ROWS] [JOB ...]

`--most 10000000` adds the largest number of rows to the jobs of rows. Jobs are named as in JOBS. How the opening of a
sheet grows with its columns is measured by growth_columns.py.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import cdi

ROWS = 400_000
FEW = 40_000
SEED = 20211231

Steps = Mapping[str, Callable[[], object]]
Make = Callable[[int, Path], Steps]


# ---- rows


def table_of(rows: int, start: int = 0) -> pd.DataFrame:
    """Make an audit of 43 forces by 3 crime types, with reports of 1 to 4 crimes, a row a crime."""
    from tests.benchmarks.million import columns

    part = pd.DataFrame(columns(rows, seed=SEED + start))
    # numbers go on from part to part; 43 divides neither, so that a report keeps its force
    return part.assign(case=part["case"] + start, incident=part["incident"] + start)


def written(rows: int, folder: Path) -> Path:
    """Write so many rows as Parquet, once, a million at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = folder / f"{rows}.parquet"
    if not path.exists():
        with contextlib.ExitStack() as stack:
            writer = None
            for start in range(0, rows, 1_000_000):
                part = pa.Table.from_pandas(table_of(min(rows - start, 1_000_000), start), preserve_index=False)
                writer = writer or stack.enter_context(pq.ParquetWriter(path, part.schema))
                writer.write_table(part)
    return path


def of_rows(held: Callable[[Path], object]) -> Make:
    """Estimate by force and type from rows as they are held."""

    def make(size: int, folder: Path) -> Steps:
        rows = held(written(size, folder))
        roles: dict[str, Any] = {"stratum": "force", "cluster": "incident", "case": "case"}
        return {"estimated": lambda: cdi.estimate(rows, by=["force", "crime_type"], **roles)}

    return make


def in_polars(path: Path) -> object:
    """Hold the rows in Polars."""
    import polars as pl

    return pl.read_parquet(path)


def in_duckdb(path: Path) -> object:
    """Hold the rows in a table of DuckDB."""
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"create table audit as select * from '{path}'")
    return connection.table("audit")


def as_csv(path: Path) -> object:
    """Write the rows as CSV."""
    import duckdb

    written_as = path.with_suffix(".csv")
    if not written_as.exists():
        duckdb.execute(f"copy (select * from '{path}') to '{written_as}' (header)")
    return written_as


# ---- categories and strata


def kinds(number: int, size: int) -> np.ndarray[Any, Any]:
    """Name the category of each row; every category has rows where there are rows enough."""
    names = np.array([f"kind {i:06d}" for i in range(number)], dtype=object)
    places = np.random.default_rng(SEED).permutation(np.arange(size) % number)
    found: np.ndarray[Any, Any] = names[places]
    return found


def of_categories(size: int) -> pd.DataFrame:
    """Make rows in so many categories, two to a report on average."""
    rng = np.random.default_rng(SEED)
    return pd.DataFrame(
        {
            "incident": rng.integers(0, ROWS // 2, ROWS),
            "kind": kinds(size, ROWS),
            "recorded": (rng.random(ROWS) < 0.9).astype(np.int64),
        }
    )


def of_strata(size: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make rows in so many strata, with the number of reports that each was drawn from."""
    rng = np.random.default_rng(SEED)
    rows = pd.DataFrame({"stratum": kinds(size, ROWS), "recorded": (rng.random(ROWS) < 0.9).astype(np.int64)})
    names = rows["stratum"].unique()
    frame = pd.DataFrame({"stratum": names, "population": rng.integers(500_000, 900_000, len(names))})
    return rows, frame


def shown(found: dict[str, Any], result: Callable[[], Any]) -> Steps:
    """Estimate, and show what was found as text, data frame and wide."""

    def estimated() -> None:
        found["result"] = result()

    return {
        "estimated": estimated,
        "printed": lambda: str(found["result"]),
        "as a data frame": lambda: found["result"].to_pandas(),
        "wide": lambda: found["result"].wide(),
    }


def categories(size: int, _: Path) -> Steps:
    """Estimate by so many categories."""
    rows = of_categories(size)
    return shown({}, lambda: cdi.estimate(rows, by="kind", cluster="incident"))


def strata(size: int, _: Path) -> Steps:
    """Estimate by so many strata, each with its frame."""
    rows, frame = of_strata(size)
    return shown({}, lambda: cdi.estimate(rows, stratum="stratum", population=frame, single_cluster="average"))


def command(*words: str) -> None:
    """Run a command, and throw away what it prints."""
    from cdi.cli.app import cli

    with contextlib.redirect_stdout(io.StringIO()):
        cli(list(words), standalone_mode=False)


def categories_by_command(size: int, folder: Path) -> Steps:
    """Estimate by so many categories of a CSV file, from the command line."""
    path = folder / "categories.csv"
    of_categories(size).to_csv(path, index=False)
    return {
        "as text": lambda: command("estimate", str(path), "--by", "kind", "--cluster", "incident"),
        "as CSV": lambda: command("estimate", str(path), "--by", "kind", "--cluster", "incident", "--format", "csv"),
    }


def strata_by_command(size: int, folder: Path) -> Steps:
    """Estimate by so many strata of a CSV file, from the command line."""
    rows, frame = of_strata(size)
    rows.to_csv(folder / "strata.csv", index=False)
    frame.to_csv(folder / "frame.csv", index=False)
    words = ["--stratum", "stratum", "--volumes", str(folder / "frame.csv"), "--single-cluster", "average"]
    return {"as text": lambda: command("estimate", str(folder / "strata.csv"), *words)}


# ---- bounds


def bounded(*, bounds: bool, blank: float = 0.0) -> Make:
    """Estimate rates by so many categories of as many rows, of which one in twenty could not be audited."""

    def make(size: int, _: Path) -> Steps:
        rng = np.random.default_rng(SEED)
        said = rng.choice(["recorded", "not recorded", "not auditable"], FEW, p=[0.85, 0.1, 0.05])
        kind = np.array([f"kind {i}" for i in range(size)], dtype=object)[rng.integers(0, size, FEW)]
        kind[(said == "not auditable") & (rng.random(FEW) < blank)] = None
        rows = pd.DataFrame({"cluster": rng.integers(0, FEW // 2, FEW), "kind": kind, "decision": said})
        audit = cdi.read_audit(rows, cluster="cluster")
        return {"estimated": lambda: cdi.estimate(audit, by="kind", bounds=bounds)}

    return make


def unplaced(size: int, _: Path) -> Steps:
    """Give bounds where so many rows that could not be audited are in no category."""
    rng = np.random.default_rng(SEED)
    rows = ROWS // 2
    said = rng.choice(["recorded", "not recorded"], rows, p=[0.9, 0.1]).astype(object)
    kind = np.array([f"kind {i}" for i in range(1_000)], dtype=object)[rng.integers(0, 1_000, rows)]
    said[:size], kind[:size] = "not auditable", None
    audit = cdi.read_audit(
        pd.DataFrame({"cluster": rng.integers(0, rows // 2, rows), "kind": kind, "decision": said}), cluster="cluster"
    )
    return {"estimated": lambda: cdi.estimate(audit, by="kind", bounds=True)}


# ---- forces, groups, months


def forces(number: int, _: Path) -> Steps:
    """Set so many forces side by side, and lay them out."""
    rng = np.random.default_rng(SEED)
    rates = {"rate": np.clip(rng.normal(0.88, 0.03, number), 0.6, 0.99), "half_width": rng.uniform(0.01, 0.05, number)}
    rows = pd.DataFrame({"force": [f"Force {i}" for i in range(number)], **rates})
    return {"read and laid out": lambda: cdi.forces(rows).page()}


def forces_of_rows(number: int, _: Path) -> Steps:
    """Set so many forces side by side that are read from their audits, 40 crimes each."""
    rng = np.random.default_rng(SEED)
    rows = pd.DataFrame(
        {
            "force": np.repeat([f"Force {i}" for i in range(number)], 40),
            "recorded": (rng.random(40 * number) < 0.9).astype(np.int64),
        }
    )
    return {"read and printed": lambda: str(cdi.forces(rows))}


def groups(*, residents: bool) -> Make:
    """Hold so many groups against one of them, of records that lie in clusters."""

    def make(size: int, _: Path) -> Steps:
        rng = np.random.default_rng(SEED)
        names = [f"group {i}" for i in range(size)]
        rows = pd.DataFrame(
            {
                "cluster": rng.integers(0, FEW // 4, FEW // 2),
                "ethnicity": np.array([*names, "not stated"], dtype=object)[rng.integers(0, size + 1, FEW // 2)],
                "grounds": np.where(rng.random(FEW // 2) < 0.85, "yes", "no"),
            }
        )
        people = None
        if residents:
            people = {**dict.fromkeys(names, 1000), "source": "made up", "year": 2021}
        return {"compared and printed": lambda: str(cdi.disparity(rows, cluster="cluster", residents=people))}

    return make


def months(size: int, _: Path) -> Steps:
    """Follow so many months, of as many rows, with reports of two crimes on average."""
    rng = np.random.default_rng(SEED)
    places = rng.integers(0, size, FEW // 2)
    report = rng.integers(0, FEW // 2, FEW)
    names = np.array([f"{1900 + i // 12}-{i % 12 + 1:02d}" for i in range(size)], dtype=object)
    rows = pd.DataFrame(
        {"incident": report, "month": names[places[report]], "recorded": (rng.random(FEW) < 0.9).astype(np.int64)}
    )
    return {
        "followed": lambda: cdi.trend(rows, cluster="incident"),
        "followed and printed": lambda: str(cdi.trend(rows, cluster="incident")),
        "as strata of an estimate": lambda: str(
            cdi.estimate(rows, period="month", cluster="incident", single_cluster="average")
        ),
    }


def planned(number: int, _: Path) -> Steps:
    """Plan the least reports of so many strata for an overall rate within 2 points."""
    rng = np.random.default_rng(SEED)
    known = {"population": rng.integers(200, 5_000, number), "rate": rng.uniform(0.8, 0.97, number)}
    rows = pd.DataFrame({"stratum": [f"stratum {i}" for i in range(number)], **known})
    return {"planned": lambda: cdi.plan(rows, 0.02)}


def compared(size: int, _: Path) -> Steps:
    """Compare so many categories of two audits, three crimes each, and of two readings of one."""
    rng = np.random.default_rng(SEED)
    number = np.arange(3 * size)
    one = pd.DataFrame(
        {"cluster": number, "kind": kinds(size, len(number)), "recorded": rng.integers(0, 2, len(number))}
    )
    other = one.assign(recorded=np.where(rng.random(len(one)) < 0.1, 1 - one["recorded"], one["recorded"]))
    apart = other.assign(cluster=number + len(one))
    return {
        "two audits": lambda: str(cdi.compare(one, apart, by="kind")),
        "two readings": lambda: str(cdi.agreement(one, other, by="kind")),
    }


def exact(frame: int, _: Path) -> Steps:
    """Give exact limits of 129 samples of 200 from as many frames."""
    x = np.random.default_rng(SEED).binomial(200, 0.9, 129)
    return {"limits": lambda: cdi.count_interval(x, 200, population=frame + np.arange(129), method="exact")}


def exact_by_strata(frame: int, _: Path) -> Steps:
    """Give exact limits of 129 strata of one audit, 50 crimes each."""
    rng = np.random.default_rng(SEED)
    names = [f"stratum {i}" for i in range(129)]
    rows = pd.DataFrame({"stratum": np.repeat(names, 50), "recorded": (rng.random(129 * 50) < 0.9).astype(np.int64)})
    population = {name: frame + i for i, name in enumerate(names)}
    rates = cdi.recording_rate(cdi.read_audit(rows, stratum="stratum", population=population)).take(range(129))
    return {"limits": lambda: rates.interval(method="exact")}


# ---- the jobs


@dataclass(frozen=True, slots=True)
class Job:
    """What is done with how much."""

    what: str
    sizes: tuple[int, ...]
    make: Make
    first: int = 0  # the size of the run that loads what is needed; the smallest unless given
    grows: bool = False  # whether a size is added by --most


_OF_ROWS = (100_000, 1_000_000)

JOBS: Mapping[str, Job] = {
    "polars": Job("rows in Polars", _OF_ROWS, of_rows(in_polars), 1_000, grows=True),
    "duckdb": Job("rows in DuckDB", _OF_ROWS, of_rows(in_duckdb), 1_000, grows=True),
    "parquet": Job("rows of Parquet", _OF_ROWS, of_rows(lambda path: path), 1_000, grows=True),
    "csv": Job("rows of CSV", _OF_ROWS, of_rows(as_csv), 1_000, grows=True),
    "categories": Job(f"categories of {ROWS:,} rows", (100, 1_000, 10_000, 100_000), categories),
    "strata": Job(f"strata of {ROWS:,} rows", (50, 500, 5_000, 50_000), strata),
    "categories-by-command": Job(f"categories of {ROWS:,} rows of CSV", (100, 10_000, 100_000), categories_by_command),
    "strata-by-command": Job(f"strata of {ROWS:,} rows of CSV", (50, 5_000, 50_000), strata_by_command),
    "unbounded": Job(f"categories of {FEW:,} rows, without bounds", (625, 2_500, 10_000), bounded(bounds=False)),
    "bounds": Job("the same with bounds", (625, 2_500, 10_000), bounded(bounds=True)),
    "bounds-blank": Job(
        "the same, a tenth of the rows not audited in none", (625, 2_500, 10_000), bounded(bounds=True, blank=0.1)
    ),
    "bounds-unplaced": Job("rows not audited and in none of 1,000 categories", (1_000, 10_000, 100_000), unplaced),
    "forces": Job("forces by their rates", (1_250, 2_500, 5_000), forces),
    "forces-of-rows": Job("forces by their rows", (1_250, 2_500, 5_000), forces_of_rows),
    "contrasts": Job("groups in clusters", (25, 50, 100), groups(residents=False)),
    "residents": Job("groups in clusters, with residents", (25, 50, 100), groups(residents=True)),
    "months": Job(f"months of {FEW:,} rows", (12, 120, 1_200), months),
    "plans": Job("strata that are planned", (10, 100, 800), planned),
    "comparisons": Job("categories of two audits, and of two readings of one", (250, 1_000, 4_000), compared),
    "exact": Job("records on each of 129 frames", (1_000, 10_000, 100_000), exact),
    "exact-strata": Job("records in each of 129 strata of an audit", (1_000, 10_000, 100_000), exact_by_strata),
}


def held() -> tuple[float, float]:
    """Give the memory that this process holds and its peak, in MB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    found = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines if line.startswith(("VmRSS", "VmHWM"))}
    return found["VmRSS"], found["VmHWM"]


def once(name: str, size: int, folder: Path) -> dict[str, tuple[float, float]]:
    """Give the seconds of processors and the megabytes of each step, in this process."""
    job = JOBS[name]
    for work in job.make(job.first or job.sizes[0], folder).values():
        work()
    steps = job.make(size, folder)
    found = {}
    for step, work in steps.items():
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
        before, start = held()[0], time.process_time()
        work()
        found[step] = time.process_time() - start, held()[1] - before
    return found


def apart(name: str, size: int, folder: str) -> dict[str, tuple[float, float]]:
    """Measure one size in a process of its own."""
    words = [sys.executable, "-m", "tests.benchmarks.growth", "--one", name, str(size), folder]
    said = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, tuple[float, float]] = json.loads(said)
    return found


def lines_of(name: str, most: int) -> Iterator[str]:
    """Say the seconds and megabytes of each size, and how fast they grow, a line a step."""
    job = JOBS[name]
    sizes = [*job.sizes, most] if job.grows and most > job.sizes[-1] else list(job.sizes)
    with tempfile.TemporaryDirectory() as folder:
        if job.grows:
            # written apart, since what a process begins with counts into its peak
            for size in (job.first, *sizes):
                subprocess.run(
                    [sys.executable, "-m", "tests.benchmarks.growth", "--write", str(size), folder], check=True
                )
        found = [apart(name, size, folder) for size in sizes]
    for step in found[0]:
        seconds, memory = ([each[step][i] for each in found] for i in (0, 1))
        over = math.log(sizes[-1] / sizes[-2])
        slope, of_memory = (math.log(max(each[-1], 0.01) / max(each[-2], 0.01)) / over for each in (seconds, memory))
        said = ", ".join(
            f"{size:,}: {each:.2f} s {megabytes:,.0f} MB"
            for size, each, megabytes in zip(sizes, seconds, memory, strict=True)
        )
        yield f"{name}: {job.what}, {step}: {said}; exponent {slope:.2f}, of memory {of_memory:.2f}"


def main(words: Sequence[str]) -> None:
    """Print what was measured of the jobs that are named, or of all."""
    named = list(words)
    if named[:1] == ["--one"]:
        print(json.dumps(once(named[1], int(named[2]), Path(named[3]))))
        return
    if named[:1] == ["--write"]:
        as_csv(written(int(named[1]), Path(named[2])))
        return
    most = 0
    if named[:1] == ["--most"]:
        most, named = int(named[1]), named[2:]
    for name in named or list(JOBS):
        for line in lines_of(name, most):
            print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
