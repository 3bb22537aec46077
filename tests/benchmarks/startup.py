"""How long a cold start takes, as ratios to bare imports timed in turn in the same run.

Run: python tests/benchmarks/startup.py [ROUNDS]
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PAIRS = {
    "import cdi / import numpy (target 1.3)": (["-c", "import cdi"], ["-c", "import numpy"]),
    "cdi --help / import numpy": (["-m", "cdi", "--help"], ["-c", "import numpy"]),
    "cdi interval 159/182 / import numpy": (["-m", "cdi", "interval", "159/182"], ["-c", "import numpy"]),
    "cold cdi estimate, 1,500 rows / import pandas, duckdb (target 1.5)": (
        ["-m", "cdi", "estimate", "{audit}", "--by", "crime_type", "--volumes", "{frame}"],
        ["-c", "import pandas, duckdb"],
    ),
}


def write_audit(folder: Path, rows: int = 1_500, seed: int = 20211231) -> dict[str, str]:
    """Write an audit of about as many rows as an inspection reads, and its frame."""
    rng = random.Random(seed)
    lines, report = ["case,cluster,stratum,crime_type,recorded"], 0
    routes = ("calls", "direct", "online")
    for case in range(rows):
        report += rng.random() < 0.75 or case == 0
        crime_type = rng.choice(("violent", "sexual", "other"))
        lines.append(f"C{case},R{report},{routes[report % 3]},{crime_type},{'yes' if rng.random() < 0.9 else 'no'}")
    audit, frame = folder / "audit.csv", folder / "frame.csv"
    audit.write_text("\n".join(lines) + "\n", encoding="utf-8")
    frame.write_text("stratum,population\n" + "".join(f"{route},40000\n" for route in routes), encoding="utf-8")
    return {"audit": str(audit), "frame": str(frame)}


def seconds(arguments: list[str]) -> float:
    """Time one cold process; its modules are compiled, as those of the peers are."""
    room = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=room)
    return time.perf_counter() - start


def main(rounds: int) -> None:
    """Time each pair in turn and print the median ratio."""
    with tempfile.TemporaryDirectory() as folder:
        paths = write_audit(Path(folder))
        for name, (ours, bare) in PAIRS.items():
            command = [part.format(**paths) for part in ours]
            pairs = [(seconds(command), seconds(bare)) for _ in range(rounds + 1)][1:]
            ratios = [a / b for a, b in pairs]
            a, b = (statistics.median(times) for times in zip(*pairs, strict=True))
            print(f"{name}: {statistics.median(ratios):.2f} ({a:.3f} s / {b:.3f} s, {rounds} rounds)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
