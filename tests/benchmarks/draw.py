"""A draw from a large frame, against DuckDB that makes the same tickets and the same check for ids that stand twice.

The peer writes the JSON arrays without escapes, hashes them, keeps id, stratum and ticket in a table, groups by the id,
and takes the smallest tickets of each stratum. Ours also looks for ids that a spreadsheet changed, looks through the
text of a CSV file for what is wrong with it, and makes the digest of the receipt. Each run is a process of its own, so
that its peak memory can be told.

Run: python tests/benchmarks/draw.py [ROWS] [ROUNDS] [csv|parquet]
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SEED = "4 6 1 3 2"
ROUTES = ("calls", "online", "front desk", "third party")
DRAWN = 300


def make(folder: Path, rows: int) -> None:
    """Write a frame as CSV and as Parquet: an id, a stratum, the crimes recorded, an area and a day."""
    import duckdb

    routes = ", ".join(f"'{route}'" for route in ROUTES)
    step = 7919  # a prime, so that ids come in no order
    query = (
        f"select '2024/' || lpad(((i * {step}) % {rows})::varchar, 9, '0') as incident, "
        f"[{routes}][1 + (i * 31) % 4] as route, (i * 17) % 9 as found, 'Area ' || (i % 12) as area, "
        f"date '2024-01-01' + (i % 365)::int as reported_on from range({rows}) _(i)"
    )
    connection = duckdb.connect()
    connection.execute(f"copy ({query}) to '{folder / 'frame.csv'}' (header)")
    connection.execute(f"copy (select * from '{folder / 'frame.csv'}') to '{folder / 'frame.parquet'}'")
    plan = [f"{route},{rows // 4},{DRAWN}\n" for route in ROUTES]
    (folder / "plan.csv").write_text("route,population,sample\n" + "".join(plan), encoding="utf-8")


def ours(frame: str, plan: str) -> None:
    """Draw with cdi."""
    import cdi

    found = cdi.draw(frame, plan, seed=SEED, cluster="incident", keep="area")
    assert len(found.sample) == DRAWN * len(ROUTES)


def by_hand(frame: str, _plan: str) -> None:
    """Make the same tickets and the same check in DuckDB."""
    import duckdb

    connection = duckdb.connect(config={"temp_directory": tempfile.gettempdir()})
    rows = f"read_csv('{frame}', all_varchar = true)" if frame.endswith(".csv") else f"'{frame}'"
    ticket = f"sha256('[\"{SEED}\",\"' || route || '\",\"' || incident || '\"]')"
    connection.execute(f"create temp table hashed as select incident, route, area, {ticket} as ticket from {rows}")
    twice = "select count(*) from (select incident from hashed group by incident having count(*) > 1)"
    assert connection.execute(twice).fetchall() == [(0,)]
    ranked = "row_number() over (partition by route order by ticket) <= 330"
    limit = "select max(t) from (select arg_min(ticket, ticket, 330) as l, unnest(l) as t from hashed group by route)"
    drawn = f"select * from (select * from hashed where ticket <= ({limit})) qualify {ranked}"
    assert len(connection.execute(drawn).fetchall()) == 330 * len(ROUTES)


def once(way: str, frame: str, plan: str) -> tuple[float, float, float]:
    """Give the seconds, those of processors and the peak memory in MB of one run in a process of its own."""
    done = subprocess.run([sys.executable, __file__, way, frame, plan], capture_output=True, text=True, check=True)
    seconds, processors, memory = map(float, done.stdout.split())
    return seconds, processors, memory


def main(rows: int, rounds: int, kinds: tuple[str, ...]) -> None:
    """Compare in turn, and print medians."""
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), rows)
        for kind in kinds:
            frame, plan = f"{folder}/frame.{kind}", f"{folder}/plan.csv"
            both = [(once("ours", frame, plan), once("by_hand", frame, plan)) for _ in range(rounds)]
            own, peer = (
                [statistics.median(value) for value in zip(*side, strict=True)] for side in zip(*both, strict=True)
            )
            ratio, of_processors = (statistics.median(one[i] / other[i] for one, other in both) for i in (0, 1))
            print(
                f"{rows:,} rows of {kind}: ratio {ratio:.2f} ({own[0]:.2f} s / {peer[0]:.2f} s), of processors "
                f"{of_processors:.2f} ({own[1]:.2f} s / {peer[1]:.2f} s), peak {own[2]:,.0f} MB "
                f"(by hand {peer[2]:,.0f} MB)",
                flush=True,
            )


if __name__ == "__main__":
    if sys.argv[1:2] in (["ours"], ["by_hand"]):
        import duckdb  # noqa: F401

        start = time.perf_counter(), time.process_time()
        {"ours": ours, "by_hand": by_hand}[sys.argv[1]](*sys.argv[2:])
        took = time.perf_counter() - start[0], time.process_time() - start[1]
        print(*took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    else:
        given = sys.argv[1:]
        main(
            int(given[0]) if given else 2_000_000,
            int(given[1]) if len(given) > 1 else 5,
            tuple(given[2:]) or ("csv", "parquet"),
        )
