"""A small inspection with every kind of input, for the tests of a report's files."""

from __future__ import annotations

from pathlib import Path

INSPECTION = """\
force = "Kent Police"
date = 2024-11-30
notes = ["Rows made for tests."]

[audit]
files = "audit.csv"
by = ["crime_type"]
source = "rows made for tests"

[audit.columns]
case = "case"
cluster = "cluster"
recorded = "recorded"

[volumes]
files = "volumes.csv"

[searches]
files = "searches.csv"
by = ["ethnicity"]

[searches.columns]
case = "case"
recorded = "grounds"

[reviews]
files = "reviews.csv"
questions = ["closed_well=yes:better"]
ignore = ["free_text"]

[reviews.columns]
case = "file"

[disclosure]
personal = ["ethnicity"]
"""


def small_inspection(folder: Path, mark: str = "free") -> Path:
    """Write an inspection and its files; every cell that nobody asks for holds the mark."""
    kinds = ("violent", "sexual", "other")
    audit = [
        f"{mark}-{i},{mark}-report-{i},{kinds[i % 3]},{'no' if i % 8 == 0 else 'yes'},{mark} was told,{mark}"
        for i in range(90)
    ]
    groups = ["white"] * 40 + ["black"] * 20 + ["asian"] * 6
    searches = [f"{mark}-{i},{group},{'no' if i % 7 == 3 else 'yes'},{mark} said" for i, group in enumerate(groups)]
    reviews = [f"{mark}-{i},{'no' if i % 5 == 0 else 'yes'},{mark} wrote" for i in range(40)]
    tables = {
        "audit.csv": (f"case,cluster,crime_type,recorded,free_text,{mark}", audit),
        "volumes.csv": (f"crime_type,recorded_crime,{mark}", [f"{kind},1000,{mark}" for kind in kinds]),
        "searches.csv": ("case,ethnicity,grounds,free_text", searches),
        "reviews.csv": ("file,closed_well,free_text", reviews),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, (header, rows) in tables.items():
        (folder / name).write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    (folder / "inspection.toml").write_text(INSPECTION, encoding="utf-8")
    return folder / "inspection.toml"
