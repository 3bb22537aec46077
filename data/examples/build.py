"""Write dip_sample.csv and decisions.csv, which are synthetic, from a seed.

    python data/examples/build.py [FOLDER]

writes to FOLDER (default: this folder). The chances come from SHA-256 of the seed and a name, so that the same seed
gives the same bytes on every machine and in every version of Python. The first holds 18 monthly dip samples of 22
reports each; from month 16 on fewer crimes are recorded. The second holds the decisions on 200 reports in words.
"""

from __future__ import annotations

import csv
import hashlib
import sys
from collections.abc import Sequence
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


CLASSES = ("violent", "violent", "sexual", "other", "other", "other")
DECISIONS = {  # decision -> how often in 1,000
    "recorded": 838, "not recorded": 52, "wrongly cancelled": 14, "wrong class": 30, "no crime": 36,
    "duplicate": 8, "over-recorded": 10, "not auditable": 12,
}  # fmt: skip


def decisions() -> list[tuple[str, str, str, str, str]]:
    """One row a crime, or a report without any; the class is blank where nothing was due, or nothing recorded."""
    found = []
    for report in range(200):
        for crime in range(1 + int(chance("crimes", report) * 1.6)):
            name = f"D{report + 1:03}"
            own = CLASSES[int(chance("class", report, crime) * len(CLASSES))]
            drawn, decision = chance("decision", report, crime) * sum(DECISIONS.values()), ""
            for word, share in DECISIONS.items():
                decision, drawn = (word, drawn - share) if drawn >= 0 else (decision, drawn)
            others = [kind for kind in ("violent", "sexual", "other") if kind != own]
            written = {"recorded": own, "over-recorded": own, "wrong class": others[int(chance("as", name, crime) * 2)]}
            due = decision not in ("no crime", "duplicate")
            found.append((f"{name}-{crime + 1}", name, own if due else "", written.get(decision, ""), decision))
    return found


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    tables: dict[str, tuple[tuple[str, ...], Sequence[tuple[object, ...]]]] = {
        "dip_sample.csv": (("month", "cluster", "due", "recorded"), rows()),
        "decisions.csv": (("case", "cluster", "crime_type", "recorded_as", "decision"), decisions()),
    }
    for name, (header, body) in tables.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(body)


if __name__ == "__main__":
    main()
