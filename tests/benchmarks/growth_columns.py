"""How the time to open a sheet grows with its columns: seconds for each size, and the exponent of the growth.

Run: python tests/benchmarks/growth_columns.py [COLUMNS] [ROWS]
"""

from __future__ import annotations

import csv
import math
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SHORTEST = 375  # columns of the first sheet; each further one has twice as many


def write(folder: Path, columns: int, rows: int, seed: int = 20211231) -> tuple[Path, Path]:
    """Write an audit with remarks in all columns but four, as CSV and as a workbook."""
    import openpyxl

    rng = random.Random(seed)
    remarks = ["", "x", "seen by sergeant", *map(str, range(9))]
    lines = [["incident", "route", "due", "recorded", *(f"note {i}" for i in range(columns - 4))]]
    for i in range(rows):
        answers = [f"R{i}", rng.choice(["calls", "online"]), "1", rng.choice("01111")]
        lines.append([*answers, *rng.choices(remarks, k=columns - 4)])
    with (folder / f"{columns}.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(lines)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("audit")
    for line in lines:
        sheet.append([cell or None for cell in line])
    book.save(folder / f"{columns}.xlsx")
    return folder / f"{columns}.csv", folder / f"{columns}.xlsx"


def opened(path: Path) -> None:
    """Look at a file as `cdi open` does."""
    import cdi

    cdi.open_sheets(path)


def drafted(path: Path) -> None:
    """Draft what describes an inspection, as `cdi init` does."""
    import cdi

    cdi.draft_inspection(path)


def estimated(path: Path) -> None:
    """Read a file and estimate, as `cdi estimate` does."""
    import cdi

    cdi.estimate(cdi.read_audit(path))


def seconds(work: Callable[[Path], None], path: Path) -> tuple[float, float]:
    """Time one opening by the clock, and by processors, which other work on the machine disturbs less."""
    clock, processors = time.perf_counter(), time.process_time()
    work(path)
    return time.perf_counter() - clock, time.process_time() - processors


def exponent(sizes: list[int], times: list[float]) -> float:
    """Give the slope of the times in the sizes, both in logarithms: 1 is growth in proportion."""
    x, y = [math.log(size) for size in sizes], [math.log(each) for each in times]
    middle = sum(x) / len(x)
    return sum((a - middle) * b for a, b in zip(x, y, strict=True)) / sum((a - middle) ** 2 for a in x)


def main(columns: int, rows: int) -> None:
    """Open and estimate sheets of more and more columns, each kind of file in turn."""
    sizes = [SHORTEST << i for i in range(1 + int(math.log2(columns / SHORTEST)))]
    with tempfile.TemporaryDirectory() as folder:
        files = [write(Path(folder), size, rows) for size in sizes]
        for name, work in (("init", drafted), ("open", opened), ("estimate", estimated)):
            for kind in (0, 1):
                work(files[0][kind])  # the first loads modules
                found = [seconds(work, several[kind]) for several in files]
                shown = ", ".join(
                    f"{size:,}: {clock:.1f} s ({processors:.1f} s of processors)"
                    for size, (clock, processors) in zip(sizes, found, strict=True)
                )
                growth = exponent(sizes, [processors for _, processors in found])
                print(f"{name}, {('CSV', 'workbook')[kind]}, {rows} rows by columns: {shown}; exponent {growth:.2f}")


if __name__ == "__main__":
    main(*(int(value) for value in (sys.argv[1:] + ["3000", "300"][len(sys.argv) - 1 :])))
