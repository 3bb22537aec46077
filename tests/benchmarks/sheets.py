"""How long `cdi open` takes to look at a file, as a ratio to openpyxl's own iteration and to a plain read by DuckDB.

Run: python tests/benchmarks/sheets.py [ROWS] [ROUNDS]
"""

from __future__ import annotations

import csv
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path


def rows_of(count: int) -> list[list[object]]:
    """Make a dip sample: two title rows, a header, reports of which every fifth has a further row, and a total."""
    rows: list[list[object]] = [["NCRS dip sample"], ["Audit team"], ["Incident", "Route", "Required", "Recorded"]]
    due = recorded = 0
    for i in range(count):
        further = i % 5 == 4
        rows.append([None if further else f"R{i}", None if further else "Online", 1, i % 7 and 1])
        due, recorded = due + 1, recorded + bool(i % 7)
    return [*rows, ["Total", None, due, recorded]]


def write(folder: Path, count: int) -> tuple[Path, Path]:
    """Write it as a workbook and as CSV."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Apr 24")
    rows = rows_of(count)
    for row in rows:
        sheet.append(row)
    book.save(folder / "dip.xlsx")
    with (folder / "dip.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([*row, *[""] * (4 - len(row))] for row in rows)
    return folder / "dip.xlsx", folder / "dip.csv"


def opened(path: Path) -> int:
    """Look at a file as `cdi open` does."""
    import cdi

    return cdi.open_sheets(path).sheets[0].rows["data"]


def with_openpyxl(path: Path) -> int:
    """Iterate over the rows of a workbook, and do nothing with them."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    rows = sum(1 for _ in book.worksheets[0].iter_rows(values_only=True))
    book.close()
    return rows


def with_duckdb(path: Path) -> int:
    """Read a CSV file into a table, and do nothing with it."""
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"create table t as select * from read_csv('{path}', all_varchar = true, skip = 2)")
    return int(connection.execute("select count(*) from t").fetchall()[0][0])


def seconds(work: Callable[[Path], int], path: Path) -> float:
    """Time one reading, by processors."""
    start = time.process_time()
    work(path)
    return time.process_time() - start


def main(rows: int, rounds: int) -> None:
    """Time both kinds of file in turn with their peers and print the median ratios."""
    with tempfile.TemporaryDirectory() as folder:
        book, text = write(Path(folder), rows)
        for name, path, peer, target in (
            ("a workbook / openpyxl", book, with_openpyxl, 1.5),
            ("CSV / DuckDB", text, with_duckdb, 2),
        ):
            pairs = [(seconds(opened, path), seconds(peer, path)) for _ in range(rounds + 1)][1:]
            ours, bare = (statistics.median(times) for times in zip(*pairs, strict=True))
            ratio = statistics.median(a / b for a, b in pairs)
            print(
                f"{name}, {rows:,} rows (target {target}): {ratio:.2f} "
                f"({ours:.3f} s / {bare:.3f} s of processors, {rounds} rounds)"
            )


if __name__ == "__main__":
    main(*(int(value) for value in (sys.argv[1:] + ["50000", "5"][len(sys.argv) - 1 :])))
