"""A million rows in a file, 43 forces by 3 crime types, through `cdi estimate`, against DuckDB with the same sums.

Each run is a process of its own, start and imports included, so that its processors' time and its peak memory can be
told. The peer is written for this one question. It loads the columns as they are written, looks for blanks and for
answers that are neither 0 nor 1, for cases that stand twice and for reports in two forces, and sums y, x, yy, xy and xx
over reports by force and type and over all. Ours also examines the text, looks for totals among the rows and for what a
spreadsheet damaged, and goes on to the intervals and the printed table.

Run: python tests/benchmarks/files.py [ROWS] [ROUNDS] [csv|parquet]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS_AT_ONCE = 1_000_000


def make(folder: Path, rows: int) -> None:
    """Write the audit as CSV and as Parquet: one row a crime, reports of 1 to 4 crimes, 43 forces, 3 types."""
    import duckdb
    import pandas as pd
    from million import columns  # type: ignore[import-not-found]

    connection = duckdb.connect()
    for start in range(0, rows, ROWS_AT_ONCE):
        part = columns(min(ROWS_AT_ONCE, rows - start), seed=start)
        # numbers go on from part to part; 43 divides neither, so a report keeps its force
        part["case"] = part["case"] + start
        part["incident"] = part["incident"] + start
        connection.register("part", pd.DataFrame(part))
        connection.execute(f"{'insert into audit' if start else 'create table audit as'} select * from part")
    connection.execute(f"copy audit to '{folder / 'audit.csv'}' (header)")
    connection.execute(f"copy audit to '{folder / 'audit.parquet'}'")


def by_hand(file: str) -> None:
    """Make the same sums and checks in DuckDB."""
    import duckdb

    connection = duckdb.connect(config={"temp_directory": tempfile.gettempdir()})
    rows = f"read_csv('{file}')" if file.endswith(".csv") else f"'{file}'"
    connection.execute(f"create temp table audit as select * from {rows}")

    def ask(sql: str) -> list[tuple[int, ...]]:
        found: list[tuple[int, ...]] = connection.execute(sql).fetchall()
        return found

    wrong = " or ".join(["recorded not in (0, 1)", *(f"{name} is null" for name in COLUMNS)])
    [(faults, number, cases)] = ask(f'select count(*) filter ({wrong}), count(*), count(distinct "case") from audit')
    assert faults == 0
    assert number == cases
    products = "sum(y), sum(x), sum(y*y), sum(x*y), sum(x*x), count(*), max(y)"
    cells = "select force, crime_type, incident, count(*) y, sum(recorded) x from audit group by all"
    reports = "select force, incident, sum(y) y, sum(x) x from cells group by all"
    connection.execute(f"create temp table cells as {cells}")
    ask(f"select force, crime_type, {products} from cells group by all")
    ask(f"select force, {products} from ({reports}) group by all")
    [(parts, single)] = ask(f"select count(*), count(distinct incident) from ({reports})")
    assert parts == single


COLUMNS = ('"case"', "incident", "force", "crime_type", "recorded")


def command(side: str, file: str) -> list[str]:
    """Write the command of one side."""
    if side == "by hand":
        return [sys.executable, __file__, side, file]
    roles = ["--stratum", "force", "--cluster", "incident", "--by", "force", "--by", "crime_type"]
    return [sys.executable, "-m", "cdi", "estimate", file, *roles]


def once(side: str, file: str) -> tuple[float, float, float]:
    """Give the seconds, those of processors and the peak memory in MB of one run in a process of its own.

    Its modules are compiled, as those of the peer are.
    """
    room = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    with subprocess.Popen(command(side, file), stdout=subprocess.DEVNULL, env=room) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main(rows: int, rounds: int, kinds: tuple[str, ...]) -> None:
    """Compare in turn, and print medians."""
    with tempfile.TemporaryDirectory() as folder:
        # apart, since what a process begins with counts into its peak
        subprocess.run([sys.executable, __file__, "make", folder, str(rows)], check=True)
        for kind in kinds:
            file = f"{folder}/audit.{kind}"
            both = [(once("ours", file), once("by hand", file)) for _ in range(rounds)]
            own, peer = (
                [statistics.median(value) for value in zip(*side, strict=True)] for side in zip(*both, strict=True)
            )
            clock, processors = (statistics.median(one[i] / other[i] for one, other in both) for i in (0, 1))
            print(
                f"{rows:,} rows of {kind}: ratio {clock:.2f} ({own[0]:.2f} s / {peer[0]:.2f} s), of processors "
                f"{processors:.2f} ({own[1]:.2f} s / {peer[1]:.2f} s), peak {own[2]:,.0f} MB "
                f"(by hand {peer[2]:,.0f} MB)",
                flush=True,
            )


if __name__ == "__main__":
    given = sys.argv[1:]
    if given[:1] == ["by hand"]:
        by_hand(given[1])
    elif given[:1] == ["make"]:
        make(Path(given[1]), int(given[2]))
    else:
        main(
            int(given[0]) if given else 1_000_000,
            int(given[1]) if len(given) > 1 else 5,
            tuple(given[2:]) or ("csv", "parquet"),
        )
