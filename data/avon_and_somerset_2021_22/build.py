"""Write the case-level files of this folder, which are synthetic, from the figures in published.csv.

    python data/avon_and_somerset_2021_22/build.py [FOLDER]

reads published.csv beside this script and writes audit.csv, frame.csv, volumes.csv, searches_2021.csv,
searches_2019.csv, file_reviews.csv, reviews.csv, questions.csv and plans.csv to FOLDER (default: this folder). Nothing
is random: what has to look shuffled is put in the order of SHA-256, so the same figures give the same bytes on every
machine and in every version of Python.
"""

from __future__ import annotations

import csv
import hashlib
import io
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from pathlib import Path

from solve import TYPES, Band, Sample, Solution, category_samples, implied, solve

HERE = Path(__file__).resolve().parent
UNITS = {"all": 100, "violent": 100, "sexual": 10}  # to which "more than" is rounded down

# Everything from here to the blank line is invented. A word is one report and a letter one crime in it, in the order in
# which the auditor found them: v violent, s sexual, o other; a capital was recorded. All the remaining crimes of the
# solved samples stand alone in their report. 32 of the 46 missed crimes are further crimes in a report of which
# something was recorded: 42 of 62 were so in Dyfed-Powys in 2021, the only force for which the split was printed.
LETTERS = {"v": "violent", "s": "sexual", "o": "other"}
SHARED = {
    "VV": 9, "Vv": 9, "VO": 9, "Vo": 2, "VS": 2, "OV": 3, "Ov": 4, "OO": 5, "Oo": 1, "OS": 1, "SS": 5, "Ss": 3, "SV": 3,
    "Sv": 2, "vv": 1, "vo": 1, "VVV": 2, "VVv": 2, "VVO": 2, "VOv": 1, "Vvo": 1, "VSs": 1, "SSS": 1, "SSs": 1, "SSV": 1,
    "SVs": 1, "Svs": 1, "OOo": 1, "OOO": 1,
}  # fmt: skip
EMPTY = 42  # audited reports in which no crime should have been recorded
ROUTES = ("control room", "recorded directly", "specialist unit")
SHARES = {"sexual": (40, 15, 45), "no crime": (70, 20, 10), "rest": (66, 28, 6)}  # percent of reports by route

FINDINGS = {
    "appropriate_service": "the victim received an appropriate service",
    "effective": "the investigation was effective",
    "appropriate_team": "the crime was allocated to an appropriate team",
    "pursued": "the investigation was pursued after the victim withdrew support",
    "thrive": "vulnerability was assessed with a structured process (THRIVE)",
    "needs_assessment": "a victim needs assessment was carried out and recorded",
}  # column -> what an answer of yes says, for sentences; ours

# Also invented: which files a question arose for. The report says how many files were reviewed of each outcome, and
# how many were asked each question. Category in published.csv -> column, what a higher rate is, outcomes it arises in.
OUTCOMES = {"15": 20, "16": 20, "21": 20, "other": 30}
QUESTIONS = {
    "victim received an appropriate service": ("appropriate_service", "better", tuple(OUTCOMES)),
    "investigation effective": ("effective", "better", tuple(OUTCOMES)),
    "crime allocated to an appropriate team": ("appropriate_team", "better", tuple(OUTCOMES)),
    "investigation pursued after the victim withdrew support": ("pursued", "better", ("16",)),
    "vulnerability assessed with a structured process (THRIVE)": ("thrive", "worse", tuple(OUTCOMES)),
    "victim needs assessment carried out and recorded": ("needs_assessment", "worse", tuple(OUTCOMES)),
}
PLANS = ("problem-solving plan of sufficient quality (the force's own audit)", "sufficient_quality")

Row = Sequence[object]


def figures(path: Path) -> list[dict[str, str]]:
    """Rows of published.csv."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def solve_audit(printed: Mapping[str, str]) -> Solution:
    """Samples and volumes for the nine printed figures of the crime audit."""
    bands: dict[str, Band] = {}
    for category, unit in UNITS.items():
        for part in ("rate", "half_width"):
            bands[f"{category}.{part}"] = Band.rounded(printed[f"crime.{category}.{part}"])
        bands[f"{category}.unrecorded"] = Band.cut(printed[f"crime.{category}.unrecorded"], unit)
    violent, sexual, total = (
        implied(printed[f"crime.{c}.rate"], printed[f"crime.{c}.unrecorded"]) for c in ("violent", "sexual", "all")
    )
    return solve(bands, (violent, sexual, total))


def solve_searches(printed: Mapping[str, str], year: int) -> Sample:
    """The smallest sample of searches, or that of the printed size, which prints the year's rate and half width."""
    bands = [Band.rounded(printed[f"searches_{year}.{part}"]) for part in ("rate", "half_width")]
    size = printed.get(f"searches_{year}.sample")
    return next(s for s in category_samples(bands[0], bands[1]) if size is None or s.due == int(size))


def shuffled(items: Iterable[str], purpose: str) -> list[str]:
    """The items in the order of the SHA-256 of purpose, place and item: fixed, and looks like chance."""
    numbered = [(hashlib.sha256(f"{purpose} {i} {item}".encode()).digest(), item) for i, item in enumerate(items)]
    return [item for _, item in sorted(numbered)]


def reports(samples: Mapping[str, Sample]) -> list[str]:
    """One word a report: the shared reports, then one report for each crime left over, then those without a crime."""
    words = [word for word, times in SHARED.items() for _ in range(times)]
    used = Counter(letter for word in words for letter in word)
    for letter, crime_type in LETTERS.items():
        sample = samples[crime_type]
        for spelling, due in ((letter.upper(), sample.recorded), (letter, sample.due - sample.recorded)):
            if due < used[spelling]:
                msg = f"SHARED uses {used[spelling]} crimes {spelling!r} but the sample has {due}"
                raise ValueError(msg)
            words += [spelling] * (due - used[spelling])
    return words + [""] * EMPTY


def kind(word: str) -> str:
    """Which of SHARES applies to a report."""
    if not word:
        return "no crime"
    return "sexual" if "s" in word.lower() else "rest"


def routed(words: Iterable[str]) -> list[tuple[str, str]]:
    """Every report with its one route, shuffled: within a kind, the shares are met to the nearest report."""
    pairs: list[str] = []
    groups: dict[str, list[str]] = {}
    for word in words:
        groups.setdefault(kind(word), []).append(word)
    for name, members in groups.items():
        ends = [round(len(members) * share / 100) for share in accumulate(SHARES[name])]
        for route, start, end in zip(ROUTES, [0, *ends], ends, strict=False):
            pairs += [f"{route}|{word}" for word in shuffled(members, f"route {name}")[start:end]]
    return [(pair.split("|")[0], pair.split("|")[1]) for pair in shuffled(pairs, "incident number")]


def audit_rows(drawn: Sequence[tuple[str, str]]) -> list[Row]:
    """One row a crime, and one row for a report without a crime."""
    rows: list[Row] = []
    for number, (route, word) in enumerate(drawn, start=1):
        cluster = f"AS-{number:05d}"
        if not word:
            rows.append((f"{cluster}-1", cluster, route, "", 0, ""))
        for place, letter in enumerate(word, start=1):
            crime_type = LETTERS[letter.lower()]
            rows.append((f"{cluster}-{place}", cluster, route, crime_type, 1, int(letter.isupper())))
    return rows


def frame_rows(drawn: Sequence[tuple[str, str]], solution: Solution) -> list[Row]:
    """Reports on the frame by route: reports audited times one whole factor, so that all weights are equal.

    The factor is the crimes behind the volumes over the crimes in the sample, to the nearest whole number.
    """
    true = sum(solution.recorded_crime[t] / s.rate for t, s in solution.samples.items())
    factor = round(true / sum(s.due for s in solution.samples.values()))
    audited = Counter(route for route, _ in drawn)
    return [(route, audited[route] * factor) for route in ROUTES]


def search_rows(year: int, sample: Sample, group: tuple[int, int] | None) -> list[Row]:
    """One row a search; `group` is (grounds recorded, searches) of people from ethnic minority backgrounds."""
    yes, size = group or (0, 0)
    rest = "white" if group else "not stated"
    items = ["ethnic minority|yes"] * yes + ["ethnic minority|no"] * (size - yes)
    items += [f"{rest}|yes"] * (sample.recorded - yes)
    items += [f"{rest}|no"] * (sample.due - len(items))
    order = shuffled(items, f"searches {year}")
    return [(f"SS{year % 100}-{i:03d}", *item.split("|")) for i, item in enumerate(order, start=1)]


def review_rows(published: Iterable[Mapping[str, str]]) -> list[Row]:
    """The file-review questions with their printed counts; blank where none was printed."""
    rows: list[Row] = []
    for row in published:
        if row["file"] == "file_reviews.csv":
            counts = row["printed"].split(" of ") if row["kind"] == "count" else ["", ""]
            rows.append((row["category"], row["answer"], *counts))
    return rows


def answers(printed: Row, files: Sequence[str], purpose: str, size: int) -> list[str]:
    """The answers of `size` files, in their order: as printed among some of the files, and not applicable elsewhere."""
    _, counted, yes_or_no, asked = printed
    other = {"yes": "no", "no": "yes"}[str(counted)]
    given = [str(counted)] * int(str(yes_or_no)) + [other] * (int(str(asked)) - int(str(yes_or_no)))
    found = dict(zip(shuffled(files, purpose), given, strict=False))
    return [found.get(str(number), "not applicable") for number in range(size)]


def file_rows(counts: Iterable[Row]) -> list[Row]:
    """One row a case file, one column a question."""
    printed = {str(row[0]): row for row in counts}
    outcomes = shuffled([word for word, times in OUTCOMES.items() for _ in range(times)], "case files")
    columns = []
    for category, (column, _, arises) in QUESTIONS.items():
        files = [str(number) for number, outcome in enumerate(outcomes) if outcome in arises]
        columns.append(answers(printed[category], files, column, len(outcomes)))
    return [(f"CF-{i:03d}", *row) for i, row in enumerate(zip(outcomes, *columns, strict=True), start=1)]


def question_rows(counts: Iterable[Row]) -> list[Row]:
    """What is asked of the case files: the column, its wording, the answer counted, what a higher rate is, and says."""
    printed = {str(row[0]): row for row in counts}
    return [
        (column, category, printed[category][1], higher, FINDINGS[column])
        for category, (column, higher, _) in QUESTIONS.items()
    ]


def plan_rows(counts: Iterable[Row]) -> list[Row]:
    """One row a problem-solving plan."""
    printed = {str(row[0]): row for row in counts}[PLANS[0]]
    size = int(str(printed[3]))
    given = answers(printed, [str(number) for number in range(size)], PLANS[1], size)
    return [(f"PSP-{i:03d}", answer) for i, answer in enumerate(given, start=1)]


def write(path: Path, header: str, rows: Iterable[Row]) -> None:
    """A CSV file in UTF-8 with LF, the same bytes on every system."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header.split(","))
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode("utf-8"))


def build(folder: Path) -> None:
    """Write all nine files to the folder, which is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    published = figures(HERE / "published.csv")
    printed = {row["figure"]: row["printed"] for row in published}
    solution = solve_audit(printed)
    drawn = routed(reports(solution.samples))
    yes, size = printed["searches_2021.ethnic_minority"].split(" of ")
    write(folder / "audit.csv", "case,cluster,stratum,crime_type,due,recorded", audit_rows(drawn))
    write(folder / "frame.csv", "stratum,population", frame_rows(drawn, solution))
    write(folder / "volumes.csv", "crime_type,recorded_crime", [(t, solution.recorded_crime[t]) for t in TYPES])
    for year, group in ((2021, (int(yes), int(size))), (2019, None)):
        rows = search_rows(year, solve_searches(printed, year), group)
        write(folder / f"searches_{year}.csv", "case,ethnicity,grounds", rows)
    counts = review_rows(published)
    write(folder / "file_reviews.csv", "question,counted,n_counted,n_asked", counts)
    columns = ",".join(column for column, _, _ in QUESTIONS.values())
    write(folder / "reviews.csv", f"file,outcome,{columns}", file_rows(counts))
    write(folder / "questions.csv", "question,text,counts,higher,finding", question_rows(counts))
    write(folder / "plans.csv", f"file,{PLANS[1]}", plan_rows(counts))


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
