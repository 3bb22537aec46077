"""Write the files of this folder, which are synthetic, from a seed.

    python data/examples/build.py [FOLDER]

writes to FOLDER (default: this folder). The chances come from SHA-256 of the seed and a name, so that the same seed
gives the same bytes on every machine and in every version of Python. The first holds 18 monthly dip samples of 22
reports each; from month 16 on fewer crimes are recorded. The second holds the decisions on 200 reports in words, and
the third what a panel decides on the first 120 of these. The others are reviews of records: 120 of 840 cancelled
crimes, with the questions asked of them, and 24 of 61 decisions that a report of rape is no crime (N100). Last come
300 of 6,180 searches, and how many people live in the area; and when the crimes of 180 reports were reported and
recorded. The files of Exampleshire, a force that does not exist, belong to inspection.toml: an audit of 240 reports
in which some groups are too small to be published. half_read.csv is a sample that is still being read, with the
receipt of its draw. forces/ holds the audits of five forces that do not exist.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import json
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


OTHERWISE = {  # decision -> what else a panel may say
    "recorded": ("not recorded", "wrong class", "over-recorded"), "not recorded": ("recorded", "no crime"),
    "no crime": ("not recorded", "duplicate"), "wrong class": ("recorded", "recorded"),
}  # fmt: skip


def moderated() -> list[tuple[str, str, str, str]]:
    """One row a crime of the first 120 reports, as a panel decides it; the panel finds a few crimes more."""
    found = []
    for case, name, own, _, decision in decisions():
        if name > "D120":
            continue
        others = OTHERWISE.get(decision, (decision,))
        other = others[int(chance("otherwise", case) * len(others))]
        found.append((case, name, own, other if chance("moderated", case) < 0.07 else decision))
        if chance("more", case) < 0.02:
            found.append((f"{case}b", name, "other", "not recorded"))
    return found


CANCELLED = {  # question -> its wording, the answer counted, what higher is, how often yes and not applicable in 100
    "rightly": ("was the crime rightly cancelled?", "no", "worse", 84, 0),
    "evidence": ("is the evidence for the cancellation recorded?", "yes", "better", 78, 0),
    "told": ("was the victim told of the cancellation?", "yes", "better", 62, 18),
}
N100 = {"rightly": (79, 0), "reason": (88, 0), "supervised": (70, 0), "told": (60, 12)}


def answer(yes: int, nothing: int, *names: object) -> str:
    """Give the answer to a question that arises, and is answered yes, so often in 100."""
    drawn = chance("answer", *names) * 100
    return "not applicable" if drawn < nothing else "yes" if drawn < nothing + (100 - nothing) * yes / 100 else "no"


def cancelled() -> list[tuple[str, ...]]:
    """One row a cancelled crime."""
    found = []
    for number in range(120):
        name = f"X{number + 1:03}"
        own = CLASSES[int(chance("class", name) * len(CLASSES))]
        found.append((name, own, *(answer(*stated[3:], name, column) for column, stated in CANCELLED.items())))
    return found


def n100() -> list[tuple[str, ...]]:
    """One row a report of rape that was decided to be no crime."""
    names = [f"N{number + 1:02}" for number in range(24)]
    return [(name, *(answer(*often, name, column) for column, often in N100.items())) for name in names]


GROUPS = {  # group -> how often in 100 among the searches, with grounds in 100, residents
    "asian": (11, 86, 58_000), "black": (13, 83, 21_000), "mixed": (5, 88, 16_000), "white": (60, 88, 505_000),
    "not stated": (11, 80, 0),
}  # fmt: skip


def searches() -> list[tuple[str, str, str]]:
    """One row a record of 300 drawn by chance from a year's searches."""
    found = []
    for number in range(300):
        name, group = f"S{number + 1:03}", ""
        drawn = chance("group", name) * 100
        for each, (often, _, _) in GROUPS.items():
            group, drawn = (each, drawn - often) if drawn >= 0 else (group, drawn)
        found.append((name, group, "yes" if chance("grounds", name) * 100 < GROUPS[group][1] else "no"))
    return found


def residents() -> list[tuple[str, int, str, int]]:
    """One row a group of people."""
    counts = {group: count for group, (_, _, count) in GROUPS.items() if count}
    return [(group, count, "made up for this example", 2021) for group, count in counts.items()]


WAITS = (0.4, 0.8, 1.5, 2.5, 3.5, 5, 8, 14, 21, 40, 90)  # hours from report to record, each as likely


def timed() -> list[tuple[object, ...]]:
    """One row a crime: when it was reported and recorded; a few times are not known."""
    found = []
    for report in range(180):
        name = f"T{report + 1:03}"
        reported = datetime.datetime(2024, 9, 1) + datetime.timedelta(minutes=int(chance("at", name) * 90 * 24 * 60))
        hours = WAITS[int(chance("wait", name) * len(WAITS))] * (0.5 + chance("more", name))
        recorded_at = reported + datetime.timedelta(minutes=int(hours * 60))
        for crime in range(1 + int(chance("timed crimes", name) * 1.4)):
            own = CLASSES[int(chance("class", name, crime) * len(CLASSES))]
            recorded = chance("timed", name, crime) < 0.91
            known = recorded and chance("known", name, crime) < 0.96
            times = f"{reported:%d/%m/%Y %H:%M}", f"{recorded_at:%d/%m/%Y %H:%M}" if known else ""
            found.append((f"{name}-{crime + 1}", name, own, "yes" if recorded else "no", *times))
    return found


ROUTES = {"control room": (66, 9_150), "online": (22, 3_480), "station": (12, 1_610)}  # in 100, on the frame
WARDS = {"Riverside": 37, "Old Town": 27, "Harbour": 20, "Hilltop": 11, "Meadow": 3, "Mill Lane": 2}  # in 100
RECORDED = {"violent": (86, 9_420), "sexual": (93, 1_180), "other": (94, 12_650)}  # in 100 of the due, in 12 months


def pick(shares: dict[str, int], *names: object) -> str:
    """Choose a word by its share in 100."""
    found, drawn = "", chance("pick", *names) * 100
    for word, share in shares.items():
        found, drawn = (word, drawn - share) if drawn >= 0 else (found, drawn)
    return found


def exampleshire() -> list[tuple[object, ...]]:
    """One row a crime of an audit by route, with its ward and its times."""
    found = []
    for report in range(240):
        name = f"E{report + 1:03}"
        place = pick({route: share for route, (share, _) in ROUTES.items()}, "route", name), pick(WARDS, "ward", name)
        reported = datetime.datetime(2024, 1, 1) + datetime.timedelta(minutes=int(chance("at", name) * 182 * 24 * 60))
        hours = WAITS[int(chance("wait", name) * len(WAITS))] * (0.5 + chance("more", name))
        recorded_at = reported + datetime.timedelta(minutes=int(hours * 60))
        for crime in range(1 + int(chance("crimes of", name) * 1.4)):
            own = CLASSES[int(chance("class", name, crime) * len(CLASSES))]
            recorded = chance("kept", name, crime) * 100 < RECORDED[own][0]
            times = f"{reported:%d/%m/%Y %H:%M}", f"{recorded_at:%d/%m/%Y %H:%M}" if recorded else ""
            found.append((f"{name}-{crime + 1}", name, *place, own, "yes" if recorded else "no", *times))
    return found


def disputed() -> list[tuple[str, ...]]:
    """The same audit, with the decision that the force holds where it disputes that of the auditors."""
    found = []
    for case, cluster, route, _, own, recorded, *_ in exampleshire():
        said = ""
        if recorded == "no" and chance("disputed", case) < 0.3:
            said = "recorded" if chance("says", case) < 0.6 else "no crime"
        found.append((str(case), str(cluster), str(route), str(own), str(recorded), said))
    return found


QUARTERS = ("2023/24 Q2", "2023/24 Q3", "2023/24 Q4", "2024/25 Q1")
PUBLISHED = {
    "Violence against the person": (2301, 2388, 2340, 2391),
    "Sexual offences": (290, 301, 288, 301),
    "Robbery": (80, 76, 71, 83),
    "Theft offences": (2010, 2105, 1987, 2098),
    "Criminal damage and arson": (620, 611, 598, 611),
    "Public order offences": (421, 430, 419, 430),
}


def published() -> list[tuple[object, ...]]:
    """The same recorded crime as the Home Office lays it out, with the total of each quarter first."""
    total = [sum(counts) for counts in zip(*PUBLISHED.values(), strict=True)]
    found = {"Total recorded crime (excluding fraud)": total, **PUBLISHED}
    return [(group, *(f"{count:,}" for count in counts)) for group, counts in found.items()]


def reports() -> list[tuple[object, ...]]:
    """List the reports of one month, in the order of their numbers: what a sample is drawn from."""
    found: list[tuple[object, ...]] = []
    routes = [route for route, (_, n) in ROUTES.items() for _ in range(n // 10)]
    for i in range(len(routes)):
        route = routes[(i * 617) % len(routes)]
        crimes = pick({"0": 31, "1": 55, "2": 8, "3": 4, "4": 1, "7": 1}, "report", i)
        found.append((f"2024/{i + 1:05}", route, crimes, f"2024-03-{1 + i * 31 // len(routes):02}"))
    return found


HALF_READ = {"phone": (1840, 90), "web": (960, 60)}  # route -> reports on the frame, and in the sample
DICE, HALF = "4 6 1 3 2", 84


def tickets() -> dict[str, list[tuple[str, str, int]]]:
    """The tickets of the frame by route, in their order: each with its report and its row in the frame."""
    found: dict[str, list[tuple[str, str, int]]] = {}
    row = 0
    for route, (population, _) in HALF_READ.items():
        held = []
        for number in range(1, population + 1):
            row += 1
            report = f"{route[0].upper()}{number:04}"
            text = json.dumps([DICE, route, report], separators=(",", ":"))
            held.append((hashlib.sha256(text.encode()).hexdigest(), report, row))
        found[route] = sorted(held)
    return found


def half_read() -> list[tuple[object, ...]]:
    """The sample in the order to be read, with the first rows filled in."""
    turns = [
        ((place + 0.5) / HALF_READ[route][1], route, place + 1, report)
        for route, held in tickets().items()
        for place, (_, report, _) in enumerate(held[: HALF_READ[route][1]])
    ]
    found: list[tuple[object, ...]] = []
    for i, (_, route, order, report) in enumerate(sorted(turns)):
        due = CRIMES[int(chance("due", report) * len(CRIMES))]
        recorded = sum(chance("recorded", report, crime) < 0.87 for crime in range(due))
        found.append((route, report, order, *((due, recorded) if i < HALF else ("", ""))))
    return found


def receipt() -> dict[str, object]:
    """The receipt of its draw, as far as it can be checked without a private key."""
    strata = [
        {
            "values": [route], "population": HALF_READ[route][0], "sample": HALF_READ[route][1], "reserves": 0,
            "positions": [row for _, _, row in held[: HALF_READ[route][1]]], "reserve_positions": [],
        }
        for route, held in tickets().items()
    ]  # fmt: skip
    columns = {"strata": ["route"], "id": "incident", "keep": [], "size": None, "answers": "counts"}
    rows_ = sum(population for population, _ in HALF_READ.values())
    return {
        "schema": "cdi.receipt/1", "version": "0.1.0", "date": "2026-01-05", "seed": DICE, "method": "SHA-256 tickets",
        "columns": columns, "rows": rows_, "strata": strata, "digests": {}, "key": "", "replacements": [], "seal": "",
    }  # fmt: skip


FORCES = {"Ashshire": 0.84, "Brookshire": 0.88, "Coastshire": 0.9, "Daleshire": 0.93, "Exampleshire": 0.95}
OF_FORCES = {"online": 30, "phone": 50}  # reports audited, of each force


def audit_of(force: str) -> list[tuple[object, ...]]:
    """Give the audit of one of five forces, one row a crime; report numbers begin anew in each."""
    found: list[tuple[object, ...]] = []
    for route, reports_ in OF_FORCES.items():
        for report in range(reports_):
            number = f"{route[0]}{report + 1:02}"
            for crime in range(1 + int(chance("forces", force, number) * 1.6)):
                kind = CLASSES[int(chance("kind of", force, number, crime) * len(CLASSES))]
                rate = FORCES[force] - (0.06 if kind == "violent" else 0)
                recorded = chance("recorded of", force, number, crime) < rate
                found.append((route, number, kind, "yes" if recorded else "no"))
    return found


def of_forces(counts: Sequence[str], least: int, most: int) -> list[tuple[object, ...]]:
    """Give a known count of each force and route, or force and type of crime."""
    return [
        (force, name, round(least + chance("count", force, name) * (most - least)))
        for force in FORCES
        for name in counts
    ]


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    tables: dict[str, tuple[tuple[str, ...], Sequence[tuple[object, ...]]]] = {
        "dip_sample.csv": (("month", "cluster", "due", "recorded"), rows()),
        "decisions.csv": (("case", "cluster", "crime_type", "recorded_as", "decision"), decisions()),
        "moderation.csv": (("case", "cluster", "crime_type", "decision"), moderated()),
        "cancelled.csv": (("case", "crime_type", *CANCELLED), cancelled()),
        "cancelled_questions.csv": (
            ("question", "text", "counts", "higher"),
            [(column, *stated[:3]) for column, stated in CANCELLED.items()],
        ),
        "times.csv": (("case", "cluster", "crime_type", "recorded", "reported_at", "recorded_at"), timed()),
        "n100.csv": (("case", *N100), n100()),
        "searches.csv": (("case", "ethnicity", "grounds"), searches()),
        "exampleshire_audit.csv": (
            ("case", "cluster", "route", "ward", "crime_type", "recorded", "reported_at", "recorded_at"),
            exampleshire(),
        ),
        "exampleshire_disputed.csv": (("case", "cluster", "route", "crime_type", "recorded", "disputed"), disputed()),
        "exampleshire_frame.csv": (("route", "population"), [(route, n) for route, (_, n) in ROUTES.items()]),
        "exampleshire_volumes.csv": (("crime_type", "recorded_crime"), [(own, n) for own, (_, n) in RECORDED.items()]),
        "exampleshire_published.csv": (("Offence group", *QUARTERS), published()),
        "exampleshire_reports.csv": (("incident", "route", "recorded_crimes", "reported_on"), reports()),
        "exampleshire_plan.csv": (
            ("route", "population", "sample", "rate"),
            [(route, n // 10, n // 90, "0.9") for route, (_, n) in ROUTES.items()],
        ),
        "residents.csv": (("ethnicity", "residents", "source", "year"), residents()),
        "forces_frame.csv": (("force", "stratum", "population"), of_forces(tuple(OF_FORCES), 2_000, 9_000)),
        "forces_volumes.csv": (
            ("force", "crime_type", "recorded_crime"),
            of_forces(("other", "sexual", "violent"), 3_000, 30_000),
        ),
        **{
            f"forces/{force.casefold()}.csv": (("stratum", "cluster", "crime_type", "recorded"), audit_of(force))
            for force in FORCES
        },
        "half_read.csv": (("route", "incident", "order", "due", "recorded"), half_read()),
    }
    (folder / "forces").mkdir(exist_ok=True)
    for name, (header, body) in tables.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(body)
    (folder / "half_read.receipt.json").write_text(json.dumps(receipt()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
