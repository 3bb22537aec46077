"""Disclosure control of a whole report: no part gives back what another withholds."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

import cdi
from cdi.inspecting.inspection import read_inspection
from cdi.report.assembling import assemble
from cdi.report.contents import Report
from cdi.report.files import estimates_csv, estimates_json, outputs

Rows = Sequence[Mapping[str, str]]
HEAD = 'force = "Kent Police"\n'
AUDIT = f'{HEAD}[audit]\nfiles = "audit.csv"\n'
EXCEPTION = 'reason = "already published"\napprover = "the registrar"\n'


def rows(recorded: int, due: int, **columns: str) -> list[dict[str, str]]:
    return [{"recorded": "yes" if i < recorded else "no", **columns} for i in range(due)]


def made(folder: Path, text: str, **files: Rows) -> Report:
    """Make a report of an inspection whose files stand beside it."""
    for name, content in files.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(key for row in content for key in row)), restval="")
            writer.writeheader()
            writer.writerows(content)
    (folder / "inspection.toml").write_text(text, encoding="utf-8")
    return assemble(read_inspection(folder / "inspection.toml"))


def gone(report: Report, key: str) -> set[str]:
    """Name the rows of a table of which nothing is shown."""
    table = next(exhibit.table for exhibit in report.exhibits if exhibit.key == key)
    return {", ".join(record.label) for record in table.rows if record.withheld}


def told(report: Report, key: str) -> set[str]:
    table = next(exhibit.table for exhibit in report.exhibits if exhibit.key == key)
    return {", ".join(record.label) for record in table.rows} - gone(report, key)


class TestOneSample:
    def test_categories_that_lie_in_others_are_not_given_back_by_them(self, tmp_path: Path) -> None:
        """50 of 63 asian less 24 of 30 and 20 of 26 leave 6 of 7."""
        audit = [
            *rows(24, 30, ethnicity="asian", ethnic_group="Pakistani"),
            *rows(20, 26, ethnicity="asian", ethnic_group="Bangladeshi"),
            *rows(6, 7, ethnicity="asian", ethnic_group="Indian"),
            *rows(90, 110, ethnicity="white", ethnic_group="British"),
            *rows(34, 40, ethnicity="white", ethnic_group="Irish"),
            *rows(33, 39, ethnicity="black", ethnic_group="African"),
        ]
        report = made(tmp_path, f'{AUDIT}by = ["ethnicity", "ethnic_group"]\n', audit=audit)
        hidden = gone(report, "recording_by_ethnic_group")
        assert "Indian" in hidden
        assert len(hidden & {"Pakistani", "Bangladeshi"}) == 1 or "asian" in gone(report, "recording_by_ethnicity")

    def test_categories_that_come_to_the_same_as_several_others_neither(self, tmp_path: Path) -> None:
        """Two beats lie in two wards: what the wards come to, less the other beat, is the small one."""
        audit = [
            *rows(30, 40, ward="A", beat="1"),
            *rows(15, 20, ward="B", beat="1"),
            *rows(5, 6, ward="B", beat="2"),
            *rows(50, 60, ward="C", beat="3"),
            *rows(42, 50, ward="C", beat="4"),
        ]
        report = made(tmp_path, f'{AUDIT}by = ["ward", "beat"]\n', audit=audit)
        shown = told(report, "recording_by_ward") & {"A", "B"}, told(report, "recording_by_beat") & {"1", "2"}
        assert "2" in gone(report, "recording_by_beat")
        assert shown != ({"A", "B"}, {"1"})

    def test_a_whole_that_is_withheld_is_withheld_in_every_part(self, tmp_path: Path) -> None:
        audit = [
            {
                **row,
                "reported_at": "2024-03-05 10:00",
                "recorded_at": "2024-03-05 12:00" if row["recorded"] == "yes" else "",
                "month": f"2024-0{1 + i % 3}",
            }
            for i, row in enumerate([*rows(58, 70, ethnicity="white"), *rows(3, 5, ethnicity="black")])
        ]
        text = (
            f'{AUDIT}by = "ethnicity"\n[times]\nby = "month"\n[monthly]\n'
            f'[[disclosure.exceptions]]\ncolumn = "ethnicity"\ncategory = "white"\n{EXCEPTION}'
        )
        report = made(tmp_path, text, audit=audit)
        assert gone(report, "recording_by_ethnicity") == {"black", "all"}
        assert "all" in gone(report, "times_by_month")
        assert "all" in gone(report, "monthly")
        assert not any("75" in text for text in report.audited)

    def test_months_are_withheld_alike_wherever_they_stand(self, tmp_path: Path) -> None:
        drawn = {"01": (18, 20), "02": (3, 5), "03": (20, 25), "04": (10, 12), "05": (24, 30)}
        audit = [row for month, counts in drawn.items() for row in rows(*counts, month=f"2024-{month}")]
        report = made(tmp_path, f'{AUDIT}by = "month"\n[monthly]\nbaseline = 3\n', audit=audit)
        assert gone(report, "recording_by_month") == gone(report, "monthly")
        assert "2024-02" in gone(report, "monthly")

    def test_what_was_due_and_not_recorded_is_a_small_number_too(self, tmp_path: Path) -> None:
        """Of 40 due 38 were recorded, of which some in time: the bases of the two shares tell of two people."""
        times = {"reported_at": "2024-03-05 10:00", "recorded_at": "2024-03-05 12:00"}
        counts = {"asian": (38, 40), "white": (60, 80), "black": (30, 40), "mixed": (40, 60)}
        audit = [{**row, **times} for name, each in counts.items() for row in rows(*each, ethnicity=name, kind="x")]
        for row in audit:
            row["recorded_at"] = row["recorded_at"] if row["recorded"] == "yes" else ""
        report = made(tmp_path, f'{AUDIT}by = "kind"\n[times]\nby = "ethnicity"\n', audit=audit)
        assert "asian" in gone(report, "times_by_ethnicity")

    @pytest.mark.parametrize("counts", [{"a": (5, 5), "b": (12, 12)}, {"a": (0, 5), "b": (0, 12)}])
    def test_what_is_left_is_not_all_recorded_nor_none(
        self, tmp_path: Path, counts: Mapping[str, tuple[int, int]]
    ) -> None:
        audit = [
            row
            for name, each in {**counts, "c": (33, 40), "d": (30, 50)}.items()
            for row in rows(*each, crime_type=name)
        ]
        report = made(tmp_path, f'{AUDIT}by = "crime_type"\n', audit=audit)
        assert gone(report, "recording_by_crime_type") & {"c", "d"}

    def test_of_which_audit_and_searches_are_of_one_file(self, tmp_path: Path) -> None:
        audit = [
            {**row, "grounds": "yes" if i % 3 else "no"}
            for name, each in {"a": (3, 5), "b": (30, 40), "c": (50, 60)}.items()
            for i, row in enumerate(rows(*each, ethnicity=name))
        ]
        text = f'{AUDIT}by = "ethnicity"\n[searches]\nfiles = "./audit.csv"\nby = "ethnicity"\n'
        report = made(tmp_path, text, audit=audit)
        assert gone(report, "recording_by_ethnicity") == gone(report, "searches_by_ethnicity") == {"a", "b"}

    def test_of_which_case_files_are_reviewed_too(self, tmp_path: Path) -> None:
        """107 less 12, 60 and 30: what one part withholds no other gives back."""
        counts = {"A": (5, 3), "B": (12, 7), "C": (30, 27), "D": (60, 40)}
        audit = [
            {**row, "q1": "yes" if i < {"A": 3, "B": 6, "C": 20, "D": 30}[name] else "no"}
            for name, (n, x) in counts.items()
            for i, row in enumerate(rows(x, n, ethnicity=name))
        ]
        text = (
            f'{AUDIT}by = "ethnicity"\n[reviews]\nfiles = "audit.csv"\nby = "ethnicity"\nquestions = ["q1"]\n'
            'ignore = ["recorded"]\n'
        )
        report = made(tmp_path, text, audit=audit)
        hidden = gone(report, "recording_by_ethnicity")
        assert {f"q1, {name}" for name in hidden} <= gone(report, "reviews_by_ethnicity")
        assert len(hidden) > 1

    def test_with_withheld_months_and_recorded_crime(self, tmp_path: Path) -> None:
        drawn = {"2024-01": 60, "2024-02": 8, "2024-03": 40, "2024-04": 12}
        audit = [
            {**row, "route": "ab"[i % 2]}
            for month, n in drawn.items()
            for i, row in enumerate(rows(n - 1, n, month=month))
        ]
        crime = [{"route": "a", "recorded_crime": "900"}, {"route": "b", "recorded_crime": "700"}]
        text = f'{AUDIT}by = "route"\n[volumes]\nfiles = "volumes.csv"\n[monthly]\n'
        report = made(tmp_path, text, audit=audit, volumes=crime)
        assert "2024-02" in gone(report, "monthly")

    def test_is_described_as_it_was_drawn(self, tmp_path: Path) -> None:
        """Not as it is estimated, with withheld wards put together."""
        report = TestStrata().report(tmp_path, slice(0, 8))
        assert any("4 strata" in text for text in report.audited)


class TestInternal:
    def test_everything_but_the_plain_columns_says_that_it_is_not_for_publication(self, tmp_path: Path) -> None:
        audit = [*rows(58, 70, crime_type="violent"), *rows(3, 5, crime_type="other")]
        text = f'{AUDIT}by = "crime_type"\n[disclosure]\nmode = "internal"\n'
        made_of = outputs(made(tmp_path, text, audit=audit))
        said = "Not for publication"
        svg = [content.decode() for name, content in made_of.items() if name.endswith(".svg")]
        assert svg
        assert all(said in content for content in svg)
        assert said in made_of["report.html"].decode()
        assert json.loads(made_of["estimates.json"])["marking"] == said
        public = outputs(made(tmp_path, f'{AUDIT}by = "crime_type"\n', audit=audit))
        assert not any(said.encode() in content for name, content in public.items() if not name.endswith("xlsx"))
        assert json.loads(public["estimates.json"])["marking"] is None


class TestVolumes:
    TEXT = f'{AUDIT}by = ["crime_type", "ward"]\n[volumes]\nfiles = "volumes.csv"\n'
    CRIME = tuple(
        {"crime_type": name, "recorded_crime": count}
        for name, count in (("violent", "9000"), ("sexual", "800"), ("other", "5000"), ("theft", "3000"))
    )

    def audit(self, sexual: tuple[int, int], theft: tuple[int, int]) -> Rows:
        counts = {"violent": (50, 60), "sexual": sexual, "other": (33, 40), "theft": theft}
        return [row for name, each in counts.items() for row in rows(*each, crime_type=name, ward="A")]

    def test_no_output_tells_apart_what_is_withheld(self, tmp_path: Path) -> None:
        made_of = []
        text = f'{self.TEXT}[[previous]]\nname = "2021"\nfigure = "80.4%+-3.1%"\n'
        for parts in (((6, 8), (11, 12)), ((8, 9), (9, 11)), ((5, 7), (12, 13))):
            report = made(tmp_path, text, audit=self.audit(*parts), volumes=self.CRIME)
            assert gone(report, "recording_by_crime_type") == {"sexual", "theft"}
            drawn = [(chart.name, chart.title, chart.description) for part in report.parts for chart in part.charts]
            made_of.append((estimates_csv(report), estimates_json(report), report.headlines, report.audited, drawn))
        assert made_of[0] == made_of[1] == made_of[2]

    def test_the_total_is_the_same_in_every_part(self, tmp_path: Path) -> None:
        audit = self.audit((6, 8), (11, 12))
        text = f'{self.TEXT}[[previous]]\nname = "2021"\nfiles = "audit2.csv"\nby = "crime_type"\n'
        report = made(tmp_path, text, audit=audit, audit2=self.audit((60, 80), (110, 120)), volumes=self.CRIME)
        of = {exhibit.key: exhibit.table for exhibit in report.exhibits}
        whole = next(r for r in of["recording_by_crime_type"].rows if r.label == ("all",) and not r.counted)
        side = next(
            r
            for r in of["previous_recording_rate"].rows
            if r.label == (report.exhibits and "this inspection", "all") and r.measure.key == "recording-rate"
        )
        assert (side.estimate, side.low, side.high) == (whole.estimate, whole.low, whole.high)


class TestStrata:
    FRAME = tuple({"ward": ward, "population": str(n)} for ward, n in zip("ABCD", (900, 400, 700, 300), strict=True))
    TEXT = f"""{AUDIT}by = ["ward", "crime_type"]
[audit.columns]
stratum = "ward"
[volumes]
files = "frame.csv"
"""

    def report(self, folder: Path, small: slice) -> Report:
        """Let some of 20 reports lie in ward A, and the others in B."""
        both = [{**row, "crime_type": ("violent", "other")[i % 2]} for i, row in enumerate(rows(14, 20))]
        places = [i in range(*small.indices(20)) for i in range(20)]
        audit = [{**row, "ward": "A" if here else "B"} for row, here in zip(both, places, strict=True)]
        for ward, counts in {"C": (50, 60), "D": (33, 40)}.items():
            audit += [
                {**row, "crime_type": ("violent", "other")[i % 2]} for i, row in enumerate(rows(*counts, ward=ward))
            ]
        return made(folder, self.TEXT, audit=audit, frame=self.FRAME)

    def test_numbers_that_weigh_withheld_strata_tell_nothing_of_them(self, tmp_path: Path) -> None:
        """Whichever reports lie in which of the two withheld wards, every number that is shown is the same."""
        several = [self.report(tmp_path, slice(start, start + size)) for start, size in ((0, 8), (9, 8), (11, 9))]
        assert all(gone(each, "recording_by_ward") == {"A", "B"} for each in several)
        listed = [estimates_csv(each) for each in several]
        assert listed[0] == listed[1] == listed[2]
        assert b"rounded as printed" not in listed[0]

    def test_strata_that_no_table_is_by_are_not_told_either(self, tmp_path: Path) -> None:
        """Ward A is all of district D1: the total weighs the district, and would tell of the ward."""
        frame = [{"district": name, "population": str(n)} for name, n in {"D1": 2600, "D2": 4100, "D3": 7300}.items()]
        text = f'{AUDIT}by = "ward"\n[audit.columns]\nstratum = "district"\n[volumes]\nfiles = "frame.csv"\n'
        listed = []
        for a, b in (((5, 8), (11, 14)), ((6, 9), (10, 13)), ((7, 8), (9, 14))):
            audit = [
                row
                for ward, district, each in (
                    ("A", "D1", a),
                    ("B", "D2", b),
                    ("C", "D2", (31, 40)),
                    ("D", "D3", (49, 60)),
                )
                for row in rows(*each, ward=ward, district=district)
            ]
            report = made(tmp_path, text, audit=audit, frame=frame)
            assert {"A", "B"} <= gone(report, "recording_by_ward")
            listed.append(estimates_csv(report))
        assert listed[0] == listed[1] == listed[2]

    def test_strata_that_hold_several_wards_are_not_told_either(self, tmp_path: Path) -> None:
        """D1 holds C and B, D2 holds D and A: with the districts' sums, C and D would leave B and A."""
        frame = [{"district": "D1", "population": "2600"}, {"district": "D2", "population": "4100"}]
        text = f'{AUDIT}by = "ward"\n[audit.columns]\nstratum = "district"\n[volumes]\nfiles = "frame.csv"\n'
        listed = []
        for a, d in (((4, 5), (31, 40)), ((5, 6), (30, 39)), ((6, 8), (29, 37))):
            parts = (("C", "D1", (49, 60)), ("B", "D1", (12, 17)), ("D", "D2", d), ("A", "D2", a))
            audit = [row for ward, district, each in parts for row in rows(*each, ward=ward, district=district)]
            report = made(tmp_path, text, audit=audit, frame=frame)
            # D and not B, which is smaller: A and D are all of a district, whose sum the total tells
            assert gone(report, "recording_by_ward") == {"A", "D"}
            listed.append(estimates_csv(report))
        assert listed[0] == listed[1] == listed[2]

    def test_months_that_weigh_withheld_strata_keep_their_counts_alone(self, tmp_path: Path) -> None:
        frame = [
            {"ward": ward, "population": str(n)} for ward, n in {"A": 900, "B": 1700, "C": 4100, "D": 7300}.items()
        ]
        text = (
            f'{AUDIT}by = "ward"\n[audit.columns]\nstratum = "ward"\n[volumes]\nfiles = "frame.csv"\n'
            '[monthly]\nfiles = "audit.csv"\n[monthly.columns]\nstratum = ["ward", "month"]\n'
        )
        parts = {"A": (5, 8), "B": (11, 14), "C": (31, 40), "D": (49, 60)}
        audit = [
            {**row, "month": f"2024-0{1 + i % 2}"}
            for ward, each in parts.items()
            for i, row in enumerate(rows(*each, ward=ward))
        ]
        report = made(tmp_path, text, audit=audit, frame=frame)
        assert gone(report, "recording_by_ward") == {"A", "B"}
        table = next(exhibit.table for exhibit in report.exhibits if exhibit.key == "monthly")
        assert {record.se for record in table.rows} == {None}
        assert not any("monthly" in text for text in report.headlines)


class TestForces:
    def test_fewer_than_three_that_may_be_shown_are_refused_by_name_of_the_rule(self, tmp_path: Path) -> None:
        counts = {"Kent": (30, 40), "Surrey": (33, 40), "Essex": (7, 9)}
        results = [row for name, each in counts.items() for row in rows(*each, force=name)]
        text = f'{HEAD}[forces]\nfile = "forces.csv"\nhigher = "better"\n'
        with pytest.raises(cdi.DataError, match="Smaller bases are suppressed"):
            made(tmp_path, text, forces=results)


class TestMonths:
    def test_of_which_none_is_shown_have_no_headline(self, tmp_path: Path) -> None:
        audit = [row for month in range(1, 7) for row in rows(4, 6, month=f"2024-0{month}")]
        report = made(tmp_path, f"{AUDIT}[monthly]\n", audit=audit)
        assert all(text.strip().endswith((".", ")")) for text in report.headlines)
        assert not any("monthly" in text for text in report.headlines)


class TestReviews:
    def test_questions_do_not_tell_of_each_other(self, tmp_path: Path) -> None:
        """The files of a group are the same for all questions: 107 less 12, 60 and 30 are 5."""
        answers = {"A": (5, 3, 3), "B": (12, 7, 6), "C": (30, 3, 20), "D": (60, 40, 30)}
        files = [
            {"ethnicity": name, "q1": "yes" if i < one else "no", "q2": "yes" if i < two else "no"}
            for name, (n, one, two) in answers.items()
            for i in range(n)
        ]
        text = f'{HEAD}[reviews]\nfiles = "reviews.csv"\nby = "ethnicity"\nquestions = ["q1", "q2"]\n'
        report = made(tmp_path, text, reviews=files)
        hidden = gone(report, "reviews_by_ethnicity")
        shown = {name for name in answers if not {f"q1, {name}", f"q2, {name}"} <= hidden}
        assert len(answers) - len(shown) > 1
        assert "A" not in shown

    def test_who_was_not_asked_does_not_tell_of_an_answer(self, tmp_path: Path) -> None:
        """Whether it is good is asked of the files that were assessed: 3 not asked are 3 not assessed."""
        files = []
        for name, (assessed, n) in {"asian": (37, 40), "white": (70, 90), "black": (40, 50), "mixed": (45, 60)}.items():
            for i in range(n):
                good = "n/a" if i >= assessed else ("yes" if i % 2 else "no")
                files.append({"ethnicity": name, "assessed": "yes" if i < assessed else "no", "good": good})
        text = f'{HEAD}[reviews]\nfiles = "reviews.csv"\nby = "ethnicity"\nquestions = ["assessed", "good"]\n'
        report = made(tmp_path, text, reviews=files)
        hidden = gone(report, "reviews_by_ethnicity")
        assert {"assessed, asian", "good, asian"} <= hidden


class TestExceptions:
    AUDITED = tuple(
        row for name, each in {"a": (3, 5), "b": (30, 40), "c": (50, 60)}.items() for row in rows(*each, ethnicity=name)
    )
    SEARCHED = tuple({"grounds": row["recorded"], "ethnicity": row["ethnicity"]} for row in AUDITED)
    BOTH = f'{AUDIT}by = "ethnicity"\n[searches]\nfiles = "searches.csv"\nby = "ethnicity"\n'

    def exception(self, category: str, sample: str = "") -> str:
        named = f'sample = "{sample}"\n' if sample else ""
        return f'[[disclosure.exceptions]]\ncolumn = "ethnicity"\ncategory = "{category}"\n{named}{EXCEPTION}'

    def test_are_of_one_sample(self, tmp_path: Path) -> None:
        text = self.BOTH + self.exception("a", "searches")
        report = made(tmp_path, text, audit=self.AUDITED, searches=self.SEARCHED)
        assert "a" in gone(report, "recording_by_ethnicity")
        assert "a" in told(report, "searches_by_ethnicity")
        assert any("ethnicity, a (searches)" in text for text in report.disclosure)

    def test_say_of_which_where_there_are_several(self, tmp_path: Path) -> None:
        with pytest.raises(cdi.DataError, match=r'Add sample = "audit" or "searches"'):
            made(tmp_path, self.BOTH + self.exception("a"), audit=self.AUDITED, searches=self.SEARCHED)

    def test_of_what_is_not_small_do_not_say_that_it_is(self, tmp_path: Path) -> None:
        report = made(tmp_path, f'{AUDIT}by = "ethnicity"\n{self.exception("c")}', audit=self.AUDITED)
        assert any(text.startswith("Published by exception: ethnicity, c.") for text in report.disclosure)

    def test_that_give_back_what_is_withheld_are_refused(self, tmp_path: Path) -> None:
        text = f'{AUDIT}by = "ethnicity"\n[[previous]]\nname = "2021"\nfigure = "80%+-3%"\n'
        exceptions = self.exception("b") + self.exception("c")
        audit = [*self.AUDITED, *rows(2, 3, ethnicity="d")]
        report = made(tmp_path, text + exceptions, audit=audit)
        assert gone(report, "recording_by_ethnicity") >= {"a", "d", "all"}
