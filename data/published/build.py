"""Write forces.csv, the results of the forces that can be set side by side, from audit_results.csv.

    python data/published/build.py [FOLDER]

reads audit_results.csv and recorded_volumes.csv beside this script and writes forces.csv to FOLDER (default: this
folder). One row a territorial force of England and Wales: its latest result for all reported crime excluding fraud
that was printed with an interval. A result from the inspectorate's own pages goes before one that others quote,
however late that is. Forces without such a result have no row.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CATEGORY = "all reported crime excl. fraud"
COLUMNS = ("force", "rate", "half_width", "period", "inspection_type", "source")
SOURCES = ("secondary", "primary")  # from the weaker to the stronger
YEAR = re.compile(r"20\d\d")


def table(name: str) -> list[dict[str, str]]:
    """Rows of a file beside this script."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rank(row: dict[str, str]) -> tuple[int, str]:
    """What a result is chosen by: its source, then when it ends, or the last year that its period names in full."""
    return SOURCES.index(row["source_type"]), row["period_end"] or max(YEAR.findall(row["period"]), default="")


def result(row: dict[str, str]) -> tuple[str, ...]:
    """A row in the columns of the worksheet results; a period that is not read without guessing stays as printed."""
    period = " to ".join(day[:7] for day in (row["period_start"], row["period_end"]) if day) or row["period"]
    kind = "PEEL" if "PEEL" in row["period"] else "crime data integrity"
    return row["force"], row["rate"], row["half_width"], period, kind, row["source_title"]


def build() -> str:
    """The text of forces.csv."""
    territorial = {row["force"] for row in table("recorded_volumes.csv") if row["area_type"] == "force"}
    chosen: dict[str, dict[str, str]] = {}
    for row in sorted(table("audit_results.csv"), key=rank):
        if row["category"] == CATEGORY and row["half_width"] and row["force"] in territorial:
            chosen[row["force"]] = row
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(result(chosen[force]) for force in sorted(chosen))
    return out.getvalue()


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    target.mkdir(parents=True, exist_ok=True)
    (target / "forces.csv").write_text(build(), encoding="utf-8", newline="")
