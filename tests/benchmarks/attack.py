"""How long the attack on a report takes, as a ratio to making the report without it.

Run: python tests/benchmarks/attack.py [ROUNDS]
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from cdi.disclosure.findings import attacked
from cdi.disclosure.reading_published import read_files
from cdi.inspecting.inspection import read_inspection
from cdi.keyed import made_key
from cdi.report.assembling import assemble
from cdi.report.making import listing, outputs

DATA = Path(__file__).parents[2] / "data"
INSPECTIONS = ("examples/inspection.toml", "avon_and_somerset_2021_22/inspection.toml")


def timed(path: Path) -> tuple[float, float]:
    """Time the making of a report, and then both attacks on it: on the listing, and on all files."""
    start = time.perf_counter()
    report = assemble(read_inspection(path))
    key = made_key(path)
    files = outputs(report, key)
    made = time.perf_counter()
    for each in (listing(report, key), files):
        attacked([read_files(each.items())])
    return made - start, time.perf_counter() - made


def main(rounds: int) -> None:
    """Time both parts in turn and print the median ratio."""
    with tempfile.TemporaryDirectory() as name:
        data = Path(shutil.copytree(DATA, Path(name) / "data"))
        for inspection in INSPECTIONS:
            pairs = [timed(data / inspection) for _ in range(rounds + 1)][1:]
            making, attack = (statistics.median(times) for times in zip(*pairs, strict=True))
            ratio = statistics.median(b / a for a, b in pairs)
            print(f"{inspection}: attack / making {ratio:.2f} ({attack:.3f} s / {making:.3f} s, {rounds} rounds)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
