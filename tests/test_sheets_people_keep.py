"""Sheets as forces keep them, in fifteen shapes: each is read rightly, or what it asks is answered by what it prints.

Nobody in them exists. The right numbers were counted by hand and stand beside each sheet.
"""

from __future__ import annotations

import csv
import io
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from cdi.cli.app import cli

Row = Sequence[object]


@dataclass(frozen=True)
class Sheet:
    """A sheet, how it is asked for, and what must come out."""

    verb: str  # the verb, with the options that a user would give
    rows: Sequence[Row]
    right: Mapping[str, tuple[int, int]]  # first label of a row of the result -> crimes (or files) and those recorded
    # word -> what it means, where nobody but the user can know
    answers: Mapping[str, str] = field(default_factory=dict)
    ending: str = "csv"


def every(n: int, words: Sequence[str], name: str = "R") -> list[Row]:
    """Make n rows, with words that take turns."""
    return [(f"{name}{i}", words[i % len(words)]) for i in range(n)]


def joined(rows: Iterable[Row], *more: Row) -> list[Row]:
    return [*rows, *more]


SHEETS = {
    # 40 rows: every fifth has nothing due; of the 32 others 21 are recorded
    "Y and N with a total": Sheet(
        "estimate",
        joined(
            [("Ref", "Offence", "Crime required?", "Crimed?")],
            *[(f"R{i}", "Theft", "NY"[i % 5 > 0], "NY"[i % 3 > 0] if i % 5 else "") for i in range(40)],
            ("Total", "", 32, 21),
        ),
        {"all": (32, 21)},
    ),
    # 6 outcomes in turn, ten of each: four of them are due, three recorded
    "outcomes with their reason": Sheet(
        "estimate",
        joined(
            [("Incident", "Decision")],
            *every(60, ["Recorded", "Recorded - late", "No crime - AVI", "Not recorded", "Recorded in time",
                        "Duplicate of earlier"]),
        ),
        {"all": (40, 30)},
        {"Recorded - late": "recorded", "No crime - AVI": "no crime", "Duplicate of earlier": "duplicate"},
    ),
    "wrong class in the answer": Sheet(
        "estimate",
        joined([("Incident", "Recorded")], *every(40, ["Yes", "Yes - wrong class", "No", "Yes"])),
        {"all": (40, 30)},
        {"Yes - wrong class": "yes"},
    ),
    "ticks and crosses": Sheet(
        "estimate", joined([("Log no", "Recorded?")], *every(40, ["✗", "✓", "✓", "✓"])), {"all": (40, 30)}
    ),
    "remarks beside yes": Sheet(
        "estimate",
        joined([("Incident", "Recorded")], *every(40, ["Yes*", "yes.", "No", "Yes (see note)"])),
        {"all": (40, 30)},
        {"Yes (see note)": "yes"},
    ),
    "a list of codes": Sheet(
        "estimate",
        joined([("Incident", "Recorded?", "Grade"), *[(*row, "a") for row in every(
            40, ["1 - Yes", "2 - No", "1 - Yes", "9 - N/K"])]]),
        {"all": (40, 20)},
        {"9 - N/K": "no"},
    ),
    "capitals, spaces and dots": Sheet(
        "estimate",
        joined([("Incident", "Auditor decision", "Auditor"), *[(*row, "JS") for row in every(
            40, ["recorded", "RECORDED", " Not\u00a0 Recorded ", "not recorded."])]]),
        {"all": (40, 20)},
    ),
    # of 120 searches, every sixth has insufficient grounds, and every sixth none
    "grounds that do not suffice": Sheet(
        "grounds",
        joined(
            [("Search ref", "Grounds recorded"),
             *every(120, ["Yes", "No", "Insufficient", "Yes", "Yes", "Yes"], "S")],
        ),
        {"all": (120, 80)},
    ),
    # codes, names and not stated: 24 of each; W1 twice, once with its name
    "ethnic groups of the 18+1": Sheet(
        "grounds --by Ethnicity --five-groups Ethnicity",
        joined(
            [("Ethnicity", "Grounds recorded")],
            *[(["W1", "a1", "B1 – Black Caribbean", "NS", "W1 - White British"][i % 5], "NY"[i % 4 > 0])
              for i in range(120)],
        ),
        {"White": (48, 36), "Asian": (24, 18), "Black": (24, 18), "Not stated": (24, 18), "all": (120, 90)},
    ),
    "ethnic groups of their own": Sheet(
        "grounds --by Ethnicity --five-groups Ethnicity",
        joined(
            [("Ethnicity", "grounds")],
            *[(["White British", "Dual heritage", "Eastern European"][i % 3], "yes" if i % 2 else "no")
              for i in range(60)],
        ),
        {"White": (40, 20), "Mixed": (20, 10), "all": (60, 30)},
        {"Dual heritage": "Mixed", "Eastern European": "White"},
    ),
    "a table of searches by group": Sheet(
        'grounds --by "Ethnic group" --layout counts --due Searches',
        [("Ethnic group", "Searches", "With grounds", "%"), ("White", 200, 160, "80%"), ("Black", 50, 41, "82%"),
         ("Asian", 30, 21, "70%"), ("Not stated", 20, 15, "75%"), ("Total", 300, 237, "79%")],
        {"White": (200, 160), "Black": (50, 41), "Asian": (30, 21), "Not stated": (20, 15), "all": (300, 237)},
    ),
    # 60 files: met in 20, partly in 20, and 20 that do not apply
    "a review in words": Sheet(
        "review --question Plan",
        joined([("File no", "Plan")], *every(60, ["Met", "Partly met", "N/A"], "F")),
        {"Plan": (40, 20)},
        {"Partly met": "no"},
    ),
    # every fifth of 60 was not recorded, so that nothing was to be timed; of the 48 others, 36 in time
    "late and on time": Sheet(
        'timeliness --timely "In 24 hrs?"',
        joined(
            [("Incident", "Recorded", "In 24 hrs?")],
            *[(f"R{i}", "NY"[i % 5 > 0], ["Late", "On time"][i % 4 > 0] if i % 5 else "-") for i in range(60)],
        ),
        {"all": (48, 36)},
    ),
    "a workbook with a title": Sheet(
        "estimate --header-row 3",
        joined(
            [("Dip sample", None), (None, None), ("NICL No", "Crimed?")],
            *every(40, ["Crimed", "Crimed", "Not crimed", "Crimed"], "N"),
        ),
        {"all": (40, 30)},
        ending="xlsx",
    ),
    "words for crimes due": Sheet(
        "estimate",
        joined(
            [("Incident", "Crime due", "Recorded")],
            *[(f"R{i}", "Crime" if i % 4 < 3 else "No crime", ["Done", "Missed", "Done", "n/a"][i % 4])
              for i in range(40)],
        ),
        {"all": (30, 20)},
        {"Missed": "no"},
    ),
}  # fmt: skip


def written(sheet: Sheet, folder: Path) -> Path:
    path = folder / f"as kept.{sheet.ending}"
    if sheet.ending == "xlsx":
        book = openpyxl.Workbook()
        tab = book.active
        assert tab is not None
        for row in sheet.rows:
            tab.append(list(row))
        book.save(path)
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(sheet.rows)
    return path


def filled(typed: str, answers: Mapping[str, str]) -> list[str]:
    """Take what was printed as it stands, but for what is plainly to be filled in."""
    words = shlex.split(typed)[1:]
    for i, word in enumerate(words):
        left, sign, right = word.rpartition("=")
        if words[i - 1] == "--words" and sign and right.isupper() and right.isalpha():
            words[i] = f"{left}={answers[left]}"
    return words


@pytest.mark.parametrize("name", SHEETS)
def test_what_a_sheet_asks_is_answered_by_what_is_printed(name: str, tmp_path: Path) -> None:
    sheet = SHEETS[name]
    verb, *options = shlex.split(sheet.verb)
    words = [verb, str(written(sheet, tmp_path)), *options, "--format", "csv", "--disclosure", "internal"]
    for _ in range(3):  # the columns, and then their words
        done = CliRunner().invoke(cli, words)
        if done.exit_code == 0:
            break
        typed = [line for line in done.stderr.splitlines() if line.startswith("cdi ")]
        assert typed, done.stderr
        words = filled(typed[-1], sheet.answers)
    assert done.exit_code == 0, done.stderr
    text = "".join(line for line in done.stdout.splitlines(keepends=True) if not line.startswith("#"))
    found: dict[str, tuple[int, int]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        found.setdefault(next(iter(row.values())), (int(row["n"]), int(row["recorded"])))
    assert {label: found[label] for label in sheet.right} == dict(sheet.right)
    assert len(found) == len(sheet.right)
