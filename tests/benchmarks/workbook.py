"""How long a workbook takes to read, as a ratio to what openpyxl needs to iterate over its rows.

Run: python tests/benchmarks/workbook.py [ROWS] [ROUNDS]
"""

from __future__ import annotations

import datetime
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

NAMES = ["case", "cluster", "stratum", "crime_type", "recorded", "due", "reported_on"]


def write_workbook(folder: Path, rows: int, seed: int = 20211231) -> Path:
    """Write an audit of seven columns, one row a crime, 1 to 2 crimes a report, with texts that the sheets share."""
    import openpyxl

    rng = random.Random(seed)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(NAMES)
    routes, report = ("calls", "direct", "online"), 0
    for case in range(rows):
        report += rng.random() < 0.75 or case == 0
        day = datetime.date(2021, 1, 1) + datetime.timedelta(days=report % 365)
        kind, answer = rng.choice(("violent", "sexual", "other")), "yes" if rng.random() < 0.9 else "no"
        sheet.append([f"C{case}", f"R{report}", routes[report % 3], kind, answer, 1, day])
    path = folder / "audit.xlsx"
    book.save(path)
    return path


def with_openpyxl(path: Path) -> int:
    """Iterate over the rows, and do nothing with them."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    rows = sum(1 for _ in book.worksheets[0].iter_rows(values_only=True))
    book.close()
    return rows


def as_sheet(path: Path) -> int:
    """Read the table with everything that is checked."""
    from cdi.reading.workbooks import read_sheet

    return len(read_sheet(path).rows)


def as_audit(path: Path) -> int:
    """Read the audit."""
    import cdi

    audit = cdi.read_audit(path, case="case", cluster="cluster", stratum="stratum", due="due", recorded="recorded")
    return len(audit.columns)


def seconds(work: Callable[[Path], int], path: Path) -> float:
    """Time one reading, by processors."""
    start = time.process_time()
    work(path)
    return time.process_time() - start


def main(rows: int, rounds: int) -> None:
    """Time each kind of reading in turn with openpyxl and print the median ratio."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_workbook(Path(folder), rows)
        for name, work, target in (("read_sheet", as_sheet, " (target 0.28)"), ("read_audit", as_audit, "")):
            pairs = [(seconds(work, path), seconds(with_openpyxl, path)) for _ in range(rounds + 1)][1:]
            ours, bare = (statistics.median(times) for times in zip(*pairs, strict=True))
            ratio = statistics.median(a / b for a, b in pairs)
            print(
                f"{name}, {rows:,} rows / openpyxl{target}: {ratio:.2f} ({ours:.3f} s / {bare:.3f} s, {rounds} rounds)"
            )


if __name__ == "__main__":
    main(*(int(value) for value in (sys.argv[1:] + ["50000", "7"][len(sys.argv) - 1 :])))
