"""Write dip_sample.csv, which is synthetic: 18 monthly dip samples of 22 reports each, from a seed.

    python data/examples/build.py [FOLDER]

writes to FOLDER (default: this folder). The chances come from SHA-256 of the seed and a name, so that the same seed
gives the same bytes on every machine and in every version of Python. From month 16 on fewer crimes are recorded.
"""

from __future__ import annotations

import csv
import hashlib
import sys
from pathlib import Path

SEED = "dip sample"
FIRST = 2023 * 12  # January 2023
MONTHS, REPORTS = 18, 22
CRIMES = (0, 1, 1, 1, 1, 1, 1, 2, 2, 3)  # due in a report, each as likely
BEFORE, AFTER, CHANGE = 0.94, 0.74, 15


def chance(*names: object) -> float:
    """Give a number from 0 to 1 that goes with some names."""
    text = "/".join(map(str, (SEED, *names)))
    return int(hashlib.sha256(text.encode()).hexdigest()[:13], 16) / 16**13


def rows() -> list[tuple[str, str, int, object]]:
    """One row a report, with its counts; a report without crimes has no count of those recorded."""
    found = []
    for month in range(MONTHS):
        label = f"{(FIRST + month) // 12}-{(FIRST + month) % 12 + 1:02}"
        rate = BEFORE if month < CHANGE else AFTER
        for report in range(REPORTS):
            due = CRIMES[int(chance("due", month, report) * len(CRIMES))]
            recorded = sum(chance("recorded", month, report, crime) < rate for crime in range(due))
            found.append((label, f"{label}/{report + 1:02}", due, recorded if due else ""))
    return found


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    with (folder / "dip_sample.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("month", "cluster", "due", "recorded"))
        writer.writerows(rows())


if __name__ == "__main__":
    main()
