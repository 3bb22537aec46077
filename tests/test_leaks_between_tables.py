"""What two tables of a report tell only together, by who knows how they hang together: each is found and not placed."""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cdi
from cdi.disclosure.findings import attacked
from cdi.disclosure.reading_published import read_published
from cdi.disclosure.rounding import rounded_count
from cdi.disclosure.rules import STEPS, Coarser, Disclosure
from cdi.disclosure.suppression import chosen, possible
from cdi.disclosure.tabulated import Nested
from cdi.report import assembling, deciding
from cdi.report.contents import Report
from cdi.report.making import listing
from cdi.report.nesting import nested_in
from cdi.report.weighing import told_by_weights
from cdi.survey.estimates import ALL
from tests.test_attack import folder, given_away
from tests.test_attack import listing as listed
from tests.test_disclosure import table
from tests.test_report_disclosure import AUDIT, made

Row = dict[str, str]


def crimes(counts: Mapping[str, tuple[int, int, int]], **same: str) -> list[Row]:
    """One row a crime: due, recorded and with a known time, by ward."""
    found = []
    for ward, (due, recorded, timed) in counts.items():
        for i in range(due):
            times = {"reported_at": "2024-03-05 10:00", "recorded_at": "2024-03-05 12:00" if i < timed else ""}
            found.append({"recorded": "yes" if i < recorded else "no", "ward": ward, **times, **same})
    return found


class TestParts:
    """Crimes with a known time are among those recorded: 267 of 268, so no ward lacks more than one."""

    FILES: ClassVar = {
        "recording.csv": listed("ward", {"X": (75, 55), "Y": (120, 110), "Z": (105, 105), "all": (300, 268)}),
        "times.csv": listed("ward", {"X": (50, 40), "Y": (110, 100), "Z": (105, 100), "all": (267, 240)},
                            '"recorded in time, of those recorded"'),
    }  # fmt: skip

    def test_are_found(self, tmp_path: Path) -> None:
        for name, text in self.FILES.items():
            assert given_away(folder(tmp_path / name, {name: text})) == {}
        found = given_away(folder(tmp_path / "out", self.FILES))
        assert found["ward X", "recorded"] == (53, 53)
        assert found["ward X", "base"] == (52, 52)

    @pytest.mark.long
    def test_are_not_placed(self, tmp_path: Path) -> None:
        counts = {"X": (73, 53, 52), "Y": (120, 110, 110), "Z": (107, 105, 105)}
        text = f'{AUDIT}by = "ward"\n[times]\nfiles = "audit.csv"\nby = "ward"\n'
        report = made(tmp_path, text, audit=crimes(counts))
        assert {each.table.rounded_to for each in report.exhibits} <= {5, 10, None}
        cdi.write_report(report, tmp_path / "out")
        assert cdi.attack(tmp_path / "out").safe

    def test_of_files_those_asked_are_among_all(self, tmp_path: Path) -> None:
        """173 files, of which 170 were asked whether the victim was told."""
        asked = {"A": (18, 17), "B": (95, 95), "C": (60, 58)}
        rows = [
            {"ward": ward, "seen": "yes" if i % 3 else "no", "told": ("yes" if i % 4 else "no") if i < told else "n/a"}
            for ward, (files, told) in asked.items()
            for i in range(files)
        ]
        text = 'force = "Exampleshire Constabulary"\n[reviews]\nfiles = "reviews.csv"\nby = "ward"\n'
        report = made(tmp_path, text, reviews=rows)
        cdi.write_report(report, tmp_path / "out")
        found = read_published(tmp_path / "out")
        assert attacked([found]).safe
        bases = {
            row.label: row.numbers["n"][0]
            for each in found.tables
            for row in each.rows
            if each.file == "estimates.csv" and "n" in row.numbers
        }
        assert (bases["A",], bases["all",]) != (15, 173)


class TestContradictions:
    """A table that counts otherwise does not keep the others from being put together."""

    NOTE = "by category, recorded means recorded in the right class; overall, any class counts"

    def listing(self, *tables: tuple[str, str, str, Mapping[str, tuple[int, int]]], note: str = "") -> dict[str, str]:
        text = "part,exhibit,domain,category,measure,n,recorded,notes\n"
        for part, column, measure, counts in tables:
            for word, (n, recorded) in counts.items():
                said = note if column == "crime_type" and measure == "recording rate" else ""
                text += f'{part},{part}_by_{column},{column},{word},"{measure}",{n},{recorded},"{said}"\n'
        return {"estimates.csv": text}

    SEX = ("recording", "sex", "recording rate", {"male": (100, 80), "female": (55, 40), "all": (159, 121)})
    # of other crimes 59 were recorded, of which 50 as such
    TYPES = ("recording", "crime_type", "recording rate", {"violent": (79, 57), "other": (80, 50), "all": (159, 121)})
    CLASSES = ("recording", "crime_type", "classification accuracy",
               {"violent": (62, 57), "other": (59, 50), "all": (121, 107)})  # fmt: skip
    TIMED = ("times", "crime_type", "recorded in time, of those recorded",
             {"violent": (62, 50), "other": (58, 45), "all": (120, 95)})  # fmt: skip

    @pytest.mark.parametrize("note", [NOTE, ""])
    def test_of_sums_leave_those_of_other_tables(self, tmp_path: Path, note: str) -> None:
        path = folder(tmp_path / "out", self.listing(self.TYPES, self.CLASSES, self.SEX, note=note))
        assert given_away(path)["sex male", "base"] == (102, 102)
        assert cdi.attack(path).contradictory == (() if note else ("estimates.csv",))

    def test_of_parts_leave_those_of_other_tables(self, tmp_path: Path) -> None:
        wards = [
            (part, "ward", measure, counts)
            for part, measure, counts in (
                ("recording", "recording rate", {"X": (75, 55), "Y": (120, 110), "Z": (105, 105), "all": (300, 268)}),
                ("times", "recorded in time, of those recorded",
                 {"X": (50, 40), "Y": (110, 100), "Z": (105, 100), "all": (267, 240)}),
            )
        ]  # fmt: skip
        types = (*self.TYPES[:3], {"violent": (150, 130), "other": (150, 120), "all": (300, 268)})
        timed = (*self.TIMED[:3], {"violent": (136, 120), "other": (131, 120), "all": (267, 240)})
        found = given_away(folder(tmp_path / "out", self.listing(types, timed, *wards)))
        assert found["ward X", "recorded"] == (53, 53)

    def test_of_differences_are_of_no_counts(self, tmp_path: Path) -> None:
        """A rate that fell is no share of anything, and a row that is shown has crimes."""
        text = self.listing(self.SEX)["estimates.csv"].splitlines()
        lines = [f"{text[0]},estimate,low,high,sentence", *(f"{line},,,,0" for line in text[1:])]
        for word, (rate, low, high) in {"male": (-0.17, -0.39, 0.2), "female": (0.05, -0.1, 0.2),
                                        "all": (-0.08, -0.1, 0.01)}.items():  # fmt: skip
            said = f"The difference is {100 * rate:+.0f} percentage points (90% confidence interval)."
            lines.append(f"previous,difference,sex,{word},difference,,,,{rate},{low},{high},{said}")
        found = cdi.attack(folder(tmp_path / "out", {"estimates.csv": "\n".join(lines)}))
        assert {each.table.split(",")[0] for each in found.findings} == {"recording rate"}
        assert found.contradictory == ()

    def test_of_one_class_are_not_in_the_sum_of_all(self, tmp_path: Path) -> None:
        """By sex 121 were recorded, and in the right class 107: neither is taken for the other."""
        found = cdi.attack(folder(tmp_path / "out", self.listing(self.TYPES, self.CLASSES, self.TIMED, note=self.NOTE)))
        assert (found.safe, found.contradictory) == (True, ())


class TestOverRecording:
    def test_less_than_all_recorded_is_what_was_rightly_recorded(self, tmp_path: Path) -> None:
        """Of 118 to 120 crimes 5 to 7 should not have been recorded, and 111 or 112 were rightly."""
        wards = {"recording rate": {"X": (120, 110), "Y": (120, 95), "all": (240, 206)},
                 "over-recording": {"X": (120, 5), "Y": (100, 5), "all": (218, 12)}}  # fmt: skip
        text = "part,exhibit,domain,category,measure,n,recorded\n"
        for measure, counts in wards.items():
            for ward, (n, recorded) in counts.items():
                text += f"recording,recording_by_ward,ward,{ward},{measure},{n},{recorded}\n"
        given = cdi.attack(folder(tmp_path / "out", {"estimates.csv": text})).findings
        found = {(each.table.split(",")[0], each.row, each.count): each.possible for each in given}
        fits = {
            (x, n, over)
            for x, n, over in itertools.product(range(108, 113), range(118, 123), range(3, 8))
            if 206 - x in range(93, 98) and 218 - n in range(98, 103) and 12 - over in range(3, 8) and n - over == x
        }
        told = (("recording rate", "recorded"), ("over-recording", "base"), ("over-recording", "recorded"))
        for place, (measure, count) in enumerate(told):
            assert found[measure, "ward X", count] == tuple(sorted({each[place] for each in fits}))


class TestFiles:
    """No question is asked of more case files than there are, and some only where the first was answered no."""

    HEAD = "part,exhibit,domain,category,measure,n,recorded,clusters\n"

    def listing(self, *rows: tuple[str, str, int, int]) -> dict[str, str]:
        files = {"A": 100, "B": 150, "C": 110, "all": 361}
        text = self.HEAD
        for question, ward, n, yes in rows:
            text += f"reviews,reviews_by_ward,question; ward,{question}; {ward},share,{n},{yes},{files[ward]}\n"
        return {"estimates.csv": text}

    def test_that_were_asked_are_among_all(self, tmp_path: Path) -> None:
        asked = [("told", "A", 95, 80), ("told", "B", 150, 90), ("told", "C", 110, 70), ("told", "all", 360, 241)]
        found = given_away(folder(tmp_path / "out", self.listing(*asked)))
        # one of 361 was not asked: of A 98 to 102 files, and 93 to 97 asked
        assert found["ward A", "base"] == (97, 97)

    def test_that_were_asked_where_the_first_was_answered_no(self, tmp_path: Path) -> None:
        first = [("seen", "A", 100, 80), ("seen", "B", 150, 100), ("seen", "C", 110, 75), ("seen", "all", 361, 254)]
        then = [("why", "A", 15, 10), ("why", "B", 50, 30), ("why", "C", 40, 20), ("why", "all", 107, 61)]
        alone = given_away(folder(tmp_path / "first", self.listing(*first)))
        both = given_away(folder(tmp_path / "both", self.listing(*first, *then)))
        assert ("ward A", "base") not in alone
        assert set(both) > set(alone)

    @pytest.mark.parametrize(("yes", "left"), [(True, (17,)), (False, (15, 16, 17))])
    def test_that_were_asked_of_all_but_one_of_those(self, tmp_path: Path, left: tuple[int, ...], *, yes: bool) -> None:
        """113 were answered so, and 112 were asked why: of each ward as many, or one less.

        Of A at least 18 had yes for an answer, and at least 98 - 82 had no.
        """
        answers = {"A": (100, 20), "B": (150, 50), "C": (110, 45), "all": (361, 113)}
        first = [("seen", ward, n, so if yes else n - so) for ward, (n, so) in answers.items()]
        then = [("why", "A", 15, 10), ("why", "B", 50, 30), ("why", "C", 45, 20), ("why", "all", 112, 60)]
        assert ("ward A", "base") not in given_away(folder(tmp_path / "then", self.listing(*then)))
        found = cdi.attack(folder(tmp_path / "both", self.listing(*first, *then))).findings
        given = {(each.table.split(",")[0], each.row, each.count): each.possible for each in found}
        assert given["share: why", "ward A", "base"] == left


class TestWeights:
    """Wards are strata: the overall rate is weighted by the reports on their frames, which are known."""

    TEXT = f'{AUDIT}by = "ward"\n[volumes]\nfiles = "frame.csv"\n'
    DRAWN: ClassVar = {"A": (73, 58, 9_000), "B": (122, 110, 800), "C": (141, 124, 900)}

    def report(self, folder: Path, drawn: Mapping[str, tuple[int, int, int]]) -> Report:
        rows = [
            {"ward": ward, "stratum": ward, "cluster": f"{ward}{i}", "recorded": "yes" if i < x else "no"}
            for ward, (n, x, _) in drawn.items()
            for i in range(n)
        ]
        frame = [{"stratum": ward, "population": f"{N:,}"} for ward, (_, _, N) in drawn.items()]
        return made(folder, self.TEXT, audit=rows, frame=frame)

    def test_leave_a_large_stratum_one_value(self, tmp_path: Path) -> None:
        """By hand: of all counts that round as these do, those of A alone give 81.0% with any of the others."""
        report = self.report(tmp_path, self.DRAWN)
        (table,) = [each.table for each in report.exhibits if each.table.rounded_to]
        assert table.rounded_to == 10
        ranges = [range(*_to(possible("n", each, 10))) for each in (70, 120, 140)]
        found = [range(*_to(possible("recorded", each, 10))) for each in (60, 110, 120)]
        fits = {
            (a, x)
            for a, b in itertools.product(*ranges[:2])
            for x, y in itertools.product(*found[:2])
            if 336 - a - b in ranges[2] and 292 - x - y in found[2] and x <= a and y <= b
            if abs((9_000 * x / a + 800 * y / b + 900 * (292 - x - y) / (336 - a - b)) / 10_700 - 0.81) <= 0.0005
        }
        told = {each.count: each.possible for each in told_by_weights(report) if each.row == "ward A"}
        assert told["base"] == tuple(sorted({a for a, _ in fits}))
        assert told["recorded"] == tuple(sorted({x for _, x in fits}))

    def test_are_not_placed_where_they_do(self, tmp_path: Path) -> None:
        cdi.write_report(self.report(tmp_path, self.DRAWN), tmp_path / "out")
        rows = [
            row for each in read_published(tmp_path / "out").tables if each.columns == ("ward",) for row in each.rows
        ]
        assert any(row.withheld for row in rows)

    def test_leave_enough_in_an_ordinary_sample(self, tmp_path: Path) -> None:
        drawn = {ward: (n, n * 9 // 10, 20 * n) for ward, n in zip("ABCDE", (410, 330, 250, 160, 95), strict=True)}
        assert list(told_by_weights(self.report(tmp_path, drawn))) == []


class TestWeightsOfAnySample:
    """Every rate that is weighted over strata of people is one, whatever was asked of the rows."""

    GROUPS: ClassVar = {"white": (242, 218, 5_500), "minority": (58, 52, 300)}
    FRAME: ClassVar = [{"ethnicity": group, "population": f"{N:,}"} for group, (_, _, N) in GROUPS.items()]
    SEARCHES = """force = "Exampleshire"
[searches]
files = "sample.csv"
by = "ethnicity"
population = "frame.csv"
columns.stratum = "ethnicity"
columns.case = "case"
columns.recorded = "grounds"
"""
    REVIEWS = """force = "Exampleshire"
[reviews]
files = "sample.csv"
questions = ["grounds=yes:better"]
by = "ethnicity"
population = "frame.csv"
columns.stratum = "ethnicity"
columns.case = "case"
"""

    def report(self, folder: Path, text: str) -> Report:
        rows = [
            {"case": f"{group}{i}", "ethnicity": group, "grounds": "yes" if i < x else "no"}
            for group, (n, x, _) in self.GROUPS.items()
            for i in range(n)
        ]
        return made(folder, text, sample=rows, frame=self.FRAME)

    def left(self, shown: Mapping[str, tuple[int, int]], step: int, rate: float) -> set[tuple[int, int]]:
        """By hand: the bases and numbers of the first group that round so, add up and give the rate."""
        (n, x), (m, y) = (
            (range(*_to(possible("n", n, step))), range(*_to(possible("recorded", x, step)))) for n, x in shown.values()
        )
        return {
            (a, b)
            for a, b in itertools.product(n, x)
            if b <= a and 300 - a in m and 270 - b in y and 270 - b <= 300 - a
            if abs((5_500 * b / a + 300 * (270 - b) / (300 - a)) / 5_800 - rate) <= 0.0005 + 1e-9
        }

    @pytest.mark.parametrize("text", [SEARCHES, REVIEWS])
    def test_is_found(self, tmp_path: Path, text: str) -> None:
        report = self.report(tmp_path, text)
        (table,) = [each.table for each in report.exhibits]
        assert table.rounded_to is not None
        shown = {row.label[-1]: (row.n or 0, row.recorded or 0) for row in table.rows}
        (whole,) = [row.estimate for row in table.rows if row.whole]
        assert whole == 0.901
        fits = self.left({group: shown[group] for group in self.GROUPS}, table.rounded_to, whole)
        assert 0 < len(fits) < 5
        told = {each.count: each.possible for each in told_by_weights(report) if each.row.endswith("white")}
        assert told["base"] == tuple(sorted({n for n, _ in fits}))
        assert told["not recorded"] == tuple(sorted({n - x for n, x in fits}))

    @pytest.mark.parametrize("text", [SEARCHES, REVIEWS])
    def test_is_not_placed(self, tmp_path: Path, text: str) -> None:
        cdi.write_report(self.report(tmp_path, text), tmp_path / "out")
        told = json.loads((tmp_path / "out" / "provenance.json").read_text(encoding="utf-8"))["options"]["disclosure"]
        (step,) = told["rounded_to"].values()
        with (tmp_path / "out" / "estimates.csv").open(encoding="utf-8", newline="") as file:
            shown = {row["printed"].split("; ")[-1]: row for row in csv.DictReader(file)}
        if all(shown[group]["n"] for group in self.GROUPS):
            counts = {group: (int(shown[group]["n"]), int(shown[group]["recorded"])) for group in self.GROUPS}
            assert len({n for n, _ in self.left(counts, step, 0.901)}) >= 5


class TestEndsOfWeightedRates:
    """Beside the rate, ends to 0.1 points would leave few of the counts that give it."""

    def wholes(self, folder: Path, stratum: str) -> list[tuple[float, float]]:
        rows = [
            {"ward": ward, "route": route, "report": f"{ward}{i}", "crime_type": "violent",
             "recorded": "yes" if i < x else "no", "reported_at": "2024-03-05 10:00",
             "recorded_at": "2024-03-05 12:00" if i < x else ""}
            for ward, route, n, x in (("A", "call", 620, 571), ("B", "web", 392, 346))
            for i in range(n)
        ]  # fmt: skip
        text = f"""{AUDIT}by = "crime_type"
columns.stratum = "{stratum}"
columns.cluster = "report"
population = "frame.csv"
[times]
within = 24
by = "crime_type"
"""
        pairs = (("A", "call", 58_000), ("B", "web", 9_000))
        frame = [{"ward": ward, "route": route, "population": str(N)} for ward, route, N in pairs]
        kept = [{stratum: row[stratum], "population": row["population"]} for row in frame]
        report = made(folder, text, audit=rows, frame=kept)
        found = [row for each in report.exhibits for row in each.table.rows if row.whole and row.facts.weighted]
        return [(row.low, row.high) for row in found if row.low is not None and row.high is not None]

    def test_are_whole_percents_where_strata_are_of_people(self, tmp_path: Path) -> None:
        ends = self.wholes(tmp_path, "ward")
        assert len(ends) >= 2
        assert all(round(end * 100, 9).is_integer() for pair in ends for end in pair)

    def test_are_wider_and_no_narrower(self, tmp_path: Path) -> None:
        (tmp_path / "a").mkdir()
        (tmp_path / "b").mkdir()
        for coarse, fine in zip(self.wholes(tmp_path / "a", "ward"), self.wholes(tmp_path / "b", "route"), strict=True):
            assert coarse[0] <= fine[0] < coarse[0] + 0.01
            assert coarse[1] - 0.01 < fine[1] <= coarse[1]


class TestWeightsOfSeveralRates:
    """The share in time of those recorded, and of all due: each leaves more than both do together."""

    TEXT = """force = "Exampleshire"
[audit]
files = "audit.csv"
by = "crime_type"
population = "frame.csv"
columns.stratum = "ward"
columns.cluster = "report"
columns.recorded = "recorded"
[times]
within = 24
by = "ward"
"""
    DRAWN: ClassVar = {"A": (620, 571, 532, 58_000), "B": (92, 86, 79, 1_500)}

    def report(self, folder: Path) -> Report:
        rows = [
            {
                "report": f"{ward}{i}", "ward": ward, "crime_type": "violent",
                "recorded": "yes" if i < recorded else "no",
                "reported_at": "2024-03-05 10:00",
                "recorded_at": ("2024-03-05 12:00" if i < soon else "2024-03-09 12:00") if i < recorded else "",
            }
            for ward, (due, recorded, soon, _) in self.DRAWN.items()
            for i in range(due)
        ]  # fmt: skip
        frame = [{"ward": ward, "population": str(N)} for ward, (*_, N) in self.DRAWN.items()]
        return made(folder, self.TEXT, audit=rows, frame=frame)

    def test_is_found_in_both_together(self, tmp_path: Path) -> None:
        report = self.report(tmp_path)
        (table,) = [each.table for each in report.exhibits if each.table.rounded_to]
        step = table.rounded_to or 1
        timely, due = ({row.label[0]: row for row in table.of(key)} for key in ("timely", "timely-due"))
        ends = {
            "n": [_to(possible("n", due[ward].n or 0, step)) for ward in "AB"],
            "r": [_to(possible("n", timely[ward].n or 0, step)) for ward in "AB"],
            "x": [_to(possible("recorded", due[ward].recorded or 0, step)) for ward in "AB"],
        }
        n_all, r_all, x_all = due[ALL].n or 0, timely[ALL].n or 0, due[ALL].recorded or 0
        fits = set()
        for n, r, x in itertools.product(*(range(*ends[key][0]) for key in "nrx")):
            m, s, y = n_all - n, r_all - r, x_all - x
            beside = all(value in range(*ends[key][1]) for key, value in zip("nrx", (m, s, y), strict=True))
            if beside and x <= r <= n and y <= s <= m:
                v, w = 58_000 / n, 1_500 / m
                rates = (
                    (v * x + w * y) / (v * r + w * s),
                    (v * x + w * y) / (v * n + w * m),
                    (v * r + w * s) / (v * n + w * m),
                )
                printed = (timely[ALL].estimate, due[ALL].estimate, report.exhibits[0].table.rows[-1].estimate)
                if all(abs(rate - (given or 0)) <= 0.0005 + 1e-9 for rate, given in zip(rates, printed, strict=True)):
                    fits.add((n, r, x))
        told = {(each.count, each.possible) for each in told_by_weights(report) if each.row == "ward A"}
        left = {"base": {n for n, _, _ in fits}, "not recorded": {n - x for n, _, x in fits}}
        assert any(len(values) < 5 for values in left.values())
        for count, values in left.items():
            assert (len(values) >= 5) or (count, tuple(sorted(values))) in told


def test_a_table_has_one_step_with_others_by_its_columns(tmp_path: Path) -> None:
    """Searches and case files of one file: 73 shown as 75 and as 70 would be 73 or 74."""
    groups = {"white": (73, 60), "asian": (41, 30), "black": (32, 20)}
    rows = [
        {"ethnicity": group, "grounds": "yes" if i < yes else "no", "told": "yes" if i < 2 else "no"}
        for group, (n, yes) in groups.items()
        for i in range(n)
    ]
    text = 'force = "Exampleshire Constabulary"\n[searches]\nfiles = "s.csv"\nby = "ethnicity"\n'
    text += '[reviews]\nfiles = "s.csv"\nby = "ethnicity"\nignore = ["grounds"]\n'
    report = made(tmp_path, text, s=rows)
    assert len({each.table.rounded_to for each in report.exhibits if "ethnicity" in each.table.keys}) == 1


def test_a_rate_shown_as_a_bound_is_not_too_fine(tmp_path: Path) -> None:
    rows = [{"crime_type": "violent", "recorded": "no" if i == 0 else "yes"} for i in range(2_400)]
    cdi.write_report(made(tmp_path, f'{AUDIT}by = "crime_type"\n', audit=rows), tmp_path / "out")
    assert ">99.9" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8").replace("&gt;", ">")


class TestNested:
    """Each ward lies in one district, in a table of its own: the wards of a district add up to it."""

    PLACES: ClassVar = {
        "Harbour": "north",
        "Hilltop": "north",
        "Mill": "south",
        "Riverside": "south",
        "Meadow": "south",
    }
    COUNTS: ClassVar = {"Harbour": 62, "Hilltop": 32, "Mill": 43, "Riverside": 108, "Meadow": 38}

    @pytest.fixture
    def rows(self) -> list[Row]:
        return [
            {"ward": ward, "district": self.PLACES[ward], "recorded": "no" if i % 6 == 0 else "yes"}
            for ward, n in self.COUNTS.items()
            for i in range(n)
        ]

    TEXT = f'{AUDIT}by = ["ward", "district"]\n[disclosure]\nnot_personal = {{district = "districts are large"}}\n'

    def test_is_seen_in_the_rows(self, tmp_path: Path, rows: list[Row]) -> None:
        (found,) = nested_in(made(tmp_path, self.TEXT, audit=rows))
        assert (found.fine, found.coarse, dict(found.within)) == ("ward", "district", self.PLACES)

    @pytest.mark.parametrize("sample", ["audit", "times", "searches", "reviews"])
    def test_is_seen_in_every_sample(self, tmp_path: Path, rows: list[Row], sample: str) -> None:
        """A file review by two columns takes neither for a question."""
        answers = {"audit": "recorded", "times": "recorded", "searches": "grounds", "reviews": "told"}
        for row in rows:
            row[answers[sample]] = row.pop("recorded")
            if sample == "times":
                row |= {"reported_at": "2024-03-05 10:00", "recorded_at": ""}
                row["recorded_at"] = "2024-03-05 12:00" if row["recorded"] == "yes" else ""
        text = f'force = "Exampleshire Constabulary"\n[{sample}]\nfiles = "rows.csv"\nby = ["ward", "district"]\n'
        text += '[audit]\nfiles = "rows.csv"\n' if sample == "times" else ""
        (found,) = nested_in(made(tmp_path, text, rows=rows))
        assert (found.fine, found.coarse, dict(found.within)) == ("ward", "district", self.PLACES)

    def test_is_seen_of_the_other_wards_where_one_lies_in_two(self, tmp_path: Path, rows: list[Row]) -> None:
        rows[0]["district"] = "south"
        (found,) = nested_in(made(tmp_path, self.TEXT, audit=rows))
        assert (found.within, set(found.across)) == ({}, {"Harbour"})
        assert dict(found.inside) == {ward: place for ward, place in self.PLACES.items() if ward != "Harbour"}

    def test_is_not_seen_where_columns_cross(self, tmp_path: Path, rows: list[Row]) -> None:
        """Most wards lie in both; of those with few crimes, some have them in one by chance."""
        for i, row in enumerate(rows):
            row["district"] = "north" if i % 2 else "south"
        rows += [{"ward": ward, "district": "north", "recorded": "yes"} for ward in "ABCDEF" for _ in range(2)]
        assert nested_in(made(tmp_path, self.TEXT, audit=rows)) == ()

    BANDS: ClassVar = {"0-15": "child", "25-34": "adult", "35-64": "adult", "65+": "adult"}

    def test_is_seen_of_ages_in_broader_ones_that_overlap(self, tmp_path: Path) -> None:
        ages = {"0-15": 40, "16-24": 50, "25-34": 100, "35-64": 100, "65+": 30}
        rows = [
            {"age_band": band, "age_group": self.BANDS.get(band, "child" if i % 3 else "adult"), "recorded": "yes"}
            for band, n in ages.items()
            for i in range(n)
        ]
        (found,) = nested_in(made(tmp_path, f'{AUDIT}by = ["age_band", "age_group"]\n', audit=rows))
        assert (found.fine, found.within, dict(found.inside)) == ("age_band", {}, self.BANDS)
        assert dict(found.across) == {"16-24": frozenset(["child", "adult"])}

    def test_of_ages_bounds_the_broader_ones(self, tmp_path: Path) -> None:
        """Of 0 to 15 years are 73 or more, and children are 74 or fewer: shown to the next 5, and to the next 10."""
        files = {
            "bands.csv": listed("age_band", {"0-15": (75, 55), "16-24": (90, 70), "25-34": (90, 70), "35-64": (120, 90),
                                             "65+": (65, 45), "all": (440, 330)}),
            "groups.csv": listed("age_group", {"child": (70, 50), "adult": (370, 280), "all": (440, 330)}),
        }  # fmt: skip
        for name, text in files.items():
            assert given_away(folder(tmp_path / name, {name: text})) == {}
        across = {"16-24": frozenset(["child", "adult"])}
        ages = Nested("age_band", "age_group", {}, self.BANDS, across)
        published = [read_published(folder(tmp_path / "out", files))]
        told = {(each.row, each.count): each.possible for each in attacked(published, [ages]).findings}
        for row in ("age_band 0-15", "age_group child"):
            assert (told[row, "base"], told[row, "recorded"]) == ((73, 74), (53, 54))
        assert told["age_group adult", "base"] == (366, 367)

    def test_is_seen_of_the_districts_that_are_whole(self, tmp_path: Path, rows: list[Row]) -> None:
        rows += [{"ward": ward, "district": "west", "recorded": "yes"} for ward in ("Quay", "Mill") for _ in range(20)]
        (found,) = nested_in(made(tmp_path, self.TEXT, audit=rows))
        assert dict(found.within) == {"Harbour": "north", "Hilltop": "north"}

    def test_is_seen_across_the_samples_of_one_file(self, tmp_path: Path, rows: list[Row]) -> None:
        """Wards stand in the audit's table, and districts in that of times."""
        for row in rows:
            row |= {"reported_at": "2024-03-05 10:00", "recorded_at": ""}
            row["recorded_at"] = "2024-03-05 12:00" if row["recorded"] == "yes" else ""
        text = f'{AUDIT}by = "ward"\n[times]\nfiles = "audit.csv"\nby = "district"\n'
        found = {(each.fine, each.coarse) for each in nested_in(made(tmp_path, text, audit=rows))}
        assert found == {("ward", "district")}

    def test_is_seen_of_a_column_that_is_another_one_by_a_second_name(self, tmp_path: Path, rows: list[Row]) -> None:
        for row in rows:
            row["place"] = row["ward"].upper()
        report = made(
            tmp_path, self.TEXT.replace('"district"]', '"place"]').replace("district = ", "place = "), audit=rows
        )
        assert {(each.fine, each.coarse) for each in nested_in(report)} == {("ward", "place"), ("place", "ward")}

    def test_is_known_to_the_attack(self, tmp_path: Path, rows: list[Row]) -> None:
        report = made(tmp_path, self.TEXT, audit=rows)
        for name, content in listing(report, cdi_key()).items():
            (tmp_path / "first").mkdir(exist_ok=True)
            (tmp_path / "first" / name).write_bytes(content)
        published = [read_published(tmp_path / "first")]
        assert attacked(published).safe
        # 94 of the north, shown as 60 and 30: each is at its upper end
        given = {(each.row, each.count) for each in attacked(published, nested_in(report)).findings}
        assert ("ward Harbour", "base") in given
        cdi.write_report(report, tmp_path / "out")
        assert attacked([read_published(tmp_path / "out")], nested_in(report)).safe

    def test_has_exact_counts_where_it_is_declared_of_no_people(self, tmp_path: Path) -> None:
        """190 of the south are 190, and its wards are shown as 195: each is below what is shown."""
        shown = {"Harbour": 60, "Hilltop": 35, "Mill": 45, "Riverside": 110, "Meadow": 40, "all": 285}
        files = {
            f"{column}.csv": listed(column, {word: (n, n - 10) for word, n in rows.items()})
            for column, rows in (("ward", shown), ("locality", {"north": 95, "south": 190, "all": 285}))
        }
        told = {"options": {"disclosure": {"not_personal": {"locality": "localities are large"}}}}
        path = folder(tmp_path / "out", {**files, "provenance.json": json.dumps(told)})
        places = Nested("ward", "locality", self.PLACES)
        given = {(each.row, each.count): each.possible for each in attacked([read_published(path)], [places]).findings}
        assert given["ward Mill", "base"] == (43, 44)

    def test_has_as_many_reports_as_its_wards(self, tmp_path: Path) -> None:
        """94 reports of the north, by wards of 62 and 32 that are shown as 60 and 30."""
        shown = {"Harbour": 60, "Hilltop": 30, "Mill": 45, "Riverside": 110, "Meadow": 40}
        districts = {"north": 94, "south": 195}
        text = "part,exhibit,domain,category,measure,n,recorded,clusters\n"
        for column, rows in (("ward", shown), ("district", districts)):
            for word, reports in {**rows, "all": 289}.items():
                n = 2 * reports
                text += f"recording,by_{column},{column},{word},recording rate,{n},{n - 20},{reports}\n"
        places = Nested("ward", "district", self.PLACES)
        published = [read_published(folder(tmp_path / "out", {"estimates.csv": text}))]
        told = {(each.row, each.count): each.possible for each in attacked(published, [places]).findings}
        assert told["ward Harbour", "reports"] == (62,)
        assert told["ward Hilltop", "reports"] == (32,)
        assert ("ward Mill", "reports") not in told


def cdi_key() -> deciding.Key:
    return deciding.Key(b"k" * 32)


class TestLots:
    """A table is rounded further only where it must, or by lot: so that it was tells of no count."""

    def test_are_as_many_as_is_said(self) -> None:
        drawn = [Coarser.drawn(["ward"], f"{i}") for i in range(4_000)]
        # three standard errors of a binomial share
        for share, wanted in (
            (sum(each.step > 5 for each in drawn) / 4_000, 1 / 8),
            (sum(each.rows > 0 for each in drawn) / 4_000, 1 / 32),
            (sum(each.step > 10 for each in drawn) / 4_000, 1 / 64),
        ):
            assert abs(share - wanted) < 3 * (wanted * (1 - wanted) / 4_000) ** 0.5
        assert {each.step for each in drawn} <= set(STEPS)

    def test_are_alike_for_tables_by_the_same_columns(self) -> None:
        assert Coarser.drawn(["Ward name"], "x") == Coarser.drawn(["ward_name"], "x")
        assert Coarser.drawn(["question", "ward"], "x") == Coarser.drawn(["ward"], "x")

    def test_without_one_nothing_is_done(self) -> None:
        assert Coarser.drawn(["ward"], "") == Coarser.of(["ward"])

    def test_of_the_same_files_are_the_same(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.undo()
        rows = crimes({"X": (73, 53, 52), "Y": (227, 217, 217)})
        one, again = (made(tmp_path, f'{AUDIT}by = "ward"\n', audit=rows).inspection.disclosure.lot for _ in range(2))
        other = made(tmp_path, f'{AUDIT}by = "ward"\n', audit=rows[1:]).inspection.disclosure.lot
        assert one == again != other

    def test_every_count_keeps_its_values_by_who_knows_how_steps_are_chosen(self) -> None:
        """Three groups of 158 crimes, shown as 40, 50 and 60: 10 is the step by need or by lot, whatever they were."""
        shown, total = (40, 50, 60), 158
        fits = [
            counts
            for counts in itertools.product(*(range(*_to(possible("n", each, 10))) for each in shown))
            if sum(counts) == total
        ]
        by_need = [each for each in fits if _step(each) == 10]
        by_lot = [each for each in fits if _step(each, lot=10) == 10]
        # by need alone some could be told apart: that is what the lot is for
        assert {each[0] for each in by_need} < {each[0] for each in by_lot}
        for place in range(3):
            assert len({each[place] for each in by_lot}) >= 5


@given(st.lists(st.tuples(st.integers(9, 60), st.sampled_from([0.03, 0.5, 0.9, 1.0])), min_size=2, max_size=3))
def test_every_count_of_a_table_keeps_five_values_by_the_rules_and_the_lot(rows: list[tuple[int, float]]) -> None:
    """Every filling that is published alike, by the rules and by some lot, taken together: nothing else is known."""
    counts = {name: (n, round(n * rate)) for name, (n, rate) in zip("abc", rows, strict=False)}
    withheld, step = chosen([table("ethnicity", counts)], _report())
    if len(withheld) == len(counts):
        return
    n, x = (sum(pair[i] for pair in counts.values()) for i in (0, 1))
    left = {name: (set[int](), set[int](), set[int]()) for name in counts}
    needed = [min(5, total + 1) for total in (n, x, n - x)]
    for bases, recorded in _alike(counts, withheld, step):
        alike = dict(zip(counts, zip(bases, recorded, strict=True), strict=True))
        told = {name: (base, found, base - found) for name, (base, found) in alike.items()}
        if all(value in values for name in told for value, values in zip(told[name], left[name], strict=True)):
            continue  # tells nothing new
        if any(chosen([table("ethnicity", alike)], rules) == (withheld, step) for rules in _lots(step)):
            for name in told:
                for values, value in zip(left[name], told[name], strict=True):
                    values.add(value)
        if all(len(values) >= least for each in left.values() for values, least in zip(each, needed, strict=True)):
            return
    raise AssertionError(f"{counts} to {step}: {left}")


def _report(step: int = 0, rows: int = 0) -> Disclosure:
    """The rules of a report with a lot that rounds its tables to a step, and leaves so many rows out."""
    return Disclosure(coarser=(Coarser.of(["ethnicity"], step, rows),), lot="known to nobody")


def _lots(step: int) -> list[Disclosure]:
    """What can be done to a table: nothing, or by lot as much as was done."""
    return [_report(least, rows) for rows in (0, 1) for least in dict.fromkeys((0, step))]


def _alike(
    counts: Mapping[str, tuple[int, int]], withheld: Collection[tuple[str, ...]], step: int
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Give the bases and numbers recorded that are rounded as these are, and add up to the same."""
    both = []
    for i, key in enumerate(("n", "recorded")):
        ranges = []
        for name, pair in counts.items():
            ends = possible(key, rounded_count(pair[i], step), step)
            ranges.append(range(1 - i, 70) if (name,) in withheld else range(*_to(ends)))
        total = sum(pair[i] for pair in counts.values())
        fits = [values for values in itertools.product(*ranges) if sum(values) == total]
        np.random.default_rng(1).shuffle(fits)
        both.append([tuple(map(int, values)) for values in fits])
    # each of one with each of the other, so that soon all are met
    for turn in range(len(both[1])):
        for i, bases in enumerate(both[0]):
            recorded = both[1][(i + turn) % len(both[1])]
            if all(found <= base for base, found in zip(bases, recorded, strict=True)):
                yield bases, recorded


def _to(ends: tuple[int, int]) -> tuple[int, int]:
    return ends[0], ends[1] + 1


def _step(counts: tuple[int, ...], lot: int = 0) -> int:
    groups = {name: (n, n - 4) for name, n in zip("abc", counts, strict=True)}
    rules = Disclosure(coarser=(Coarser.of(["ethnicity"], lot),) if lot else ())
    withheld, step = chosen([table("ethnicity", groups)], rules)
    assert not withheld
    assert all(rounded_count(n, step) for n in counts)
    return step


class TestWhatIsPublishedOfIt:
    @pytest.mark.long
    def test_that_a_table_had_to_be_rounded_is_told_to_nobody(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A report that was rounded by need is, but for the keyed digests, the one that was rounded by lot."""
        counts = {"X": (73, 53, 52), "Y": (120, 110, 110), "Z": (107, 105, 105)}
        text = f'{AUDIT}by = "ward"\n[times]\nfiles = "audit.csv"\nby = "ward"\n'
        written = []
        for lot in (False, True):
            home = tmp_path / str(lot)
            home.mkdir()
            if lot:
                monkeypatch.setattr(
                    Coarser, "drawn", classmethod(lambda cls, columns, _lot: cls.of(columns, step=written[0][1]))
                )
            cdi.write_report(made(home, text, audit=crimes(counts)), home / "out")
            told = json.loads((home / "out" / "provenance.json").read_text(encoding="utf-8"))
            step = max(told["options"]["disclosure"]["rounded_to"].values())
            written.append(((home / "out" / "report.html").read_bytes(), step, told["options"]))
            assert len(told["decided"]) == 64 + 2 * 512
            assert cdi.verify_report(home / "out").agrees
        assert written[0] == written[1]


@pytest.fixture(autouse=True)
def without_lot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Round only as far as must be, but where the lot is what is tested."""
    monkeypatch.setattr(assembling, "_lot", lambda _inspection: "")
