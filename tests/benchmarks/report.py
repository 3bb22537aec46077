"""How long a whole report takes, as a ratio to loading what it is made with and drawing one empty figure.

Run: python tests/benchmarks/report.py [ROUNDS]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from startup import write_audit

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


def write_inspection(folder: Path) -> Path:
    """Write an audit of 1,500 rows, its frame and volumes, and the file that describes them."""
    write_audit(folder)
    volumes = "crime_type,recorded_crime\nviolent,50000\nsexual,5000\nother,80000\n"
    (folder / "volumes.csv").write_text(volumes, encoding="utf-8")
    path = folder / "inspection.toml"
    path.write_text(INSPECTION, encoding="utf-8")
    return path


def seconds(arguments: list[str]) -> float:
    """Time one cold process."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main(rounds: int) -> None:
    """Time both in turn and print the median ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        report = ["-m", "cdi", "report", str(write_inspection(folder)), "-o", str(folder / "out")]
        bare = ["-c", BARE, str(folder / "empty.svg")]
        pairs = [(seconds(report), seconds(bare)) for _ in range(rounds + 1)][1:]
        ours, empty = (statistics.median(times) for times in zip(*pairs, strict=True))
        ratio = statistics.median(a / b for a, b in pairs)
        print(
            "cdi report, 1,500 rows / import matplotlib, gptables and an empty SVG figure (target 3): "
            f"{ratio:.2f} ({ours:.3f} s / {empty:.3f} s, {rounds} rounds)"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
