"""How long a whole report takes: of a sample, beside what it is made with; of many rows, beside the calls it rests on.

Both are measured in time of processors, which other work on the machine hardly changes.

Run: python -m tests.benchmarks.report [ROUNDS] [ROWS]
"""

from __future__ import annotations

import datetime as dt
import os
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.startup import write_audit

BARE = """
import sys, gptables
from matplotlib.figure import Figure
Figure().savefig(sys.argv[1], format="svg")
"""
INSPECTION = """
force = "Exampleshire Constabulary"

[audit]
files = "audit.csv"
by = ["crime_type"]

[audit.columns]
stratum = "stratum"
cluster = "cluster"

[volumes]
files = ["frame.csv", "volumes.csv"]
"""
TIMES = """
[times]
within = 24
by = ["crime_type"]
"""
LOADED = "import sys, time, cdi, matplotlib.figure, gptables; import cdi.timing.timeliness, cdi.report.files\n"
CALLS = (
    LOADED
    + """
start = time.process_time()
roles = {"stratum": "stratum", "cluster": "cluster", "population": "frame.csv", "by": "crime_type"}
cdi.timeliness("audit.csv", within=24, **roles)
cdi.estimate("audit.csv", volumes="volumes.csv", **roles)
print(time.process_time() - start)
"""
)
WHOLE = (
    LOADED
    + """
start = time.process_time()
cdi.write_report(cdi.assemble(cdi.read_inspection("inspection.toml")), sys.argv[1])
print(time.process_time() - start)
"""
)


def write_inspection(folder: Path, more: str = "") -> Path:
    """Write volumes beside an audit and its frame, and the file that describes them."""
    volumes = "crime_type,recorded_crime\nviolent,50000\nsexual,5000\nother,80000\n"
    (folder / "volumes.csv").write_text(volumes, encoding="utf-8")
    path = folder / "inspection.toml"
    path.write_text(INSPECTION + more, encoding="utf-8")
    return path


def write_timed_audit(folder: Path, rows: int, seed: int = 20211231) -> None:
    """Write an audit with the times of its reports, and its frame."""
    rng, start = random.Random(seed), dt.datetime(2024, 5, 1)
    lines, report = ["case,cluster,stratum,crime_type,recorded,reported_at,recorded_at"], 0
    routes = ("calls", "direct", "online")
    for case in range(rows):
        report += rng.random() < 0.75 or case == 0
        at = start + dt.timedelta(minutes=rng.randrange(100 * 24 * 60))
        after = at + dt.timedelta(minutes=round(rng.expovariate(1 / 600)))
        recorded = rng.random() < 0.9
        cells = (
            f"C{case}", f"R{report}", routes[report % 3], rng.choice(("violent", "sexual", "other")),
            "yes" if recorded else "no", f"{at:%Y-%m-%d %H:%M}", f"{after:%Y-%m-%d %H:%M}" if recorded else "",
        )  # fmt: skip
        lines.append(",".join(cells))
    (folder / "audit.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    frame = "stratum,population\n" + "".join(f"{route},4000000\n" for route in routes)
    (folder / "frame.csv").write_text(frame, encoding="utf-8")


def seconds(arguments: list[str]) -> float:
    """Measure one cold process, whose modules are compiled, by its time of processors."""
    room = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = os.times()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=room)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def inside(code: str, folder: Path, *arguments: str) -> float:
    """Let a process measure itself, from when all is loaded."""
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, check=True, cwd=folder, capture_output=True, text=True)
    return float(done.stdout)


def told(name: str, pairs: list[tuple[float, float]]) -> None:
    """Print the median ratio of pairs, and the median times."""
    ours, bare = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"{name}: {ratio:.2f} ({ours:.3f} s / {bare:.3f} s, {len(pairs)} rounds)")


def main(rounds: int, rows: int) -> None:
    """Measure both in turn and print the median ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_audit(folder)
        report = ["-m", "cdi", "report", str(write_inspection(folder)), "-o", str(folder / "out")]
        bare = ["-c", BARE, str(folder / "empty.svg")]
        pairs = [(seconds(report), seconds(bare)) for _ in range(rounds + 1)][1:]
        told("cdi report, 1,500 rows / import matplotlib, gptables and an empty SVG figure (target 2)", pairs)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_timed_audit(folder, rows)
        write_inspection(folder, TIMES)
        pairs = [(inside(WHOLE, folder, "out"), inside(CALLS, folder)) for _ in range(rounds + 1)][1:]
        told(f"a report with times, {rows:,} rows / one timeliness call and one estimate call (target 1.5)", pairs)


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[1:]]
    main(numbers[0] if numbers else 9, numbers[1] if len(numbers) > 1 else 150_000)
