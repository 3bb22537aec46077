"""An inspection whose rows hold a marker wherever a row, a person or a free text could be told by it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

__all__ = ["MARK", "NUMBER", "STAMPS", "marked_inspection"]

MARK = "Zqxjkv"
"""In ids, strata, free text, columns that nobody asks for, other sheets and comments."""

NUMBER = "1.73205081"
"""For the weights of rows, which have to be numbers."""

STAMPS = rb"20\d\d-\d\d-\d\d[ T]1\d:\d\d"
"""How times of reports and records are written: their own marker, since they have to be times."""

TOML = f"""\
# {MARK}: a remark in the file itself
force = "Exampleshire"
[audit]
files = "audit.csv"
by = "crime_type"
[volumes]
files = ["frame.csv", "volumes.csv"]
[searches]
files = "searches.xlsx#Records"
by = "ethnicity"
population = "searches_frame.csv"
[searches.columns]
recorded = "grounds"
[[previous]]
name = "2022"
files = "earlier_audit.csv"
by = "crime_type"
volumes = "earlier_volumes.csv"
[previous.columns]
category = "crime_type"
[[previous]]
name = "2021"
measure = "grounds"
files = "earlier_searches.csv"
population = "earlier_frame.csv"
[previous.columns]
recorded = "grounds"
[reviews]
files = "reviews.csv"
questions = "questions.csv"
by = "crime_type"
[reviews.columns]
case = "file"
[times]
files = "times.csv"
by = "crime_type"
[monthly]
files = "dip-*.csv"
period = "month"
[forces]
file = "forces.csv"
"""

CRIMES = ("violent", "other", "sexual")
FRAME = ["stratum,population,remark", f"{MARK}route0,4000,{MARK}", f"{MARK}route1,5000,{MARK}"]


def marked_inspection(folder: Path) -> Path:
    """Write an inspection of every kind of input, with the marker in every column of every file that can hold one.

    What is printed because it is the name of something holds none: categories that a table is by, questions, forces
    with the kind and period of their results, and the names of files and columns. Nor does what has to be a number or
    a word of a list: due, recorded, grounds, decision, the answers, population, recorded crime, and the class in which
    a crime was recorded. Beside each of them stands a column with the marker; weights and times have markers of their
    own. A file of questions is printed whole, and may have no other column.
    """
    for name, lines in _tables().items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    _workbook(folder / "searches.xlsx")
    (folder / "inspection.toml").write_text(TOML, encoding="utf-8")
    return folder / "inspection.toml"


def _tables() -> dict[str, Sequence[str]]:
    volumes = ["crime_type,recorded_crime,remark", *(f"{crime},9000,{MARK}" for crime in CRIMES)]
    return {
        "audit.csv": ["case,cluster,stratum,crime_type,due,recorded,free_text,officer", *_audit()],
        "frame.csv": FRAME,
        "volumes.csv": volumes,
        "searches_frame.csv": FRAME,
        "earlier_audit.csv": ["case,cluster,stratum,weight,crime_type,recorded_as,decision,remark", *_decisions()],
        "earlier_volumes.csv": volumes,
        "earlier_searches.csv": ["case,cluster,stratum,ethnicity,grounds,remark", *map(",".join, _searches())],
        "earlier_frame.csv": FRAME,
        "reviews.csv": ["file,cluster,stratum,weight,crime_type,told,closed,remark", *_reviews()],
        "questions.csv": [
            "question,text,counts,higher", "told,was the victim told?,yes,better", "closed,is it closed?,yes,better",
        ],
        "times.csv": ["case,cluster,stratum,crime_type,recorded,reported_at,recorded_at,remark", *_times()],
        **{f"dip-{half}.csv": ["case,cluster,month,due,recorded,remark", *_months(half)] for half in (1, 2)},
        "forces.csv": ["force,rate,half_width,period,inspection_type,source,remark", *_forces()],
    }  # fmt: skip


def _audit() -> Iterator[str]:
    for i in range(150):
        ids = f"{MARK}c{i},{MARK}r{i // 2},{MARK}route{i // 2 % 2}"
        yield f"{ids},{CRIMES[i % 3]},1,{i % 9 and 1},{MARK} note {i},{MARK}o{i}"


def _decisions() -> Iterator[str]:
    decisions = ("recorded", "recorded", "recorded", "wrong class", "not recorded", "no crime", "not auditable")
    for i in range(140):
        decision, own = decisions[i % 7], CRIMES[i % 3]
        seen = {"recorded": own, "wrong class": CRIMES[(i + 1) % 3]}.get(decision, "")
        ids = f"{MARK}c{i},{MARK}r{i},{MARK}route{i % 2}"
        yield f"{ids},{NUMBER},{own},{seen},{decision},{MARK} said"


def _searches() -> Iterator[tuple[str, ...]]:
    for i in range(120):
        group, grounds = ("white", "black")[i % 2], "no" if i % 5 == 0 else "yes"
        yield f"{MARK}s{i}", f"{MARK}r{i}", f"{MARK}route{i % 2}", group, grounds, f"{MARK} stopped"


def _reviews() -> Iterator[str]:
    for i in range(60):
        ids = f"{MARK}f{i},{MARK}r{i},{MARK}route{i % 2}"
        yield f"{ids},{NUMBER},{CRIMES[i % 3]},{'yes' if i % 4 else 'no'},{'yes' if i % 5 else 'no'},{MARK} wrote"


def _times() -> Iterator[str]:
    for i in range(150):
        day, ids = f"2024-03-{1 + i % 28:02}", f"{MARK}c{i},{MARK}r{i},{MARK}route{i % 2}"
        recorded = f"yes,{day} 10:{i % 60:02},{day} 1{2 + i % 7}:30" if i % 9 else f"no,{day} 10:{i % 60:02},"
        yield f"{ids},{CRIMES[i % 3]},{recorded},{MARK} rang"


def _months(half: int) -> Iterator[str]:
    for i in range(120):
        month = f"2024-{6 * half - 5 + i % 6:02}"
        yield f"{MARK}{half}c{i},{MARK}{half}r{i},{month},1,{i % 8 and 1},{MARK} looked"


def _forces() -> Iterator[str]:
    for i in range(12):
        name = "Exampleshire" if i == 0 else f"Force {i}"
        yield f"{name},{0.85 + i / 200},0.03,2024,crime data integrity,{MARK} report,{MARK}"


def _workbook(path: Path) -> None:
    """Write the searches into a workbook that says the marker wherever a workbook can."""
    from openpyxl import Workbook
    from openpyxl.comments import Comment

    book = Workbook()
    sheet = book.create_sheet("Records")
    for row in (("case", "cluster", "stratum", "ethnicity", "grounds", "remark"), *_searches()):
        sheet.append(row)
    sheet["E2"].comment = Comment(f"{MARK} checked this", MARK)
    book.worksheets[0].append((MARK, MARK))
    book.properties.creator = book.properties.title = book.properties.keywords = MARK
    book.save(path)
