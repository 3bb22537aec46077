"""Disclosure control of a whole report: no part gives back what another withholds."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

import cdi
from cdi.inspecting.inspection import read_inspection
from cdi.report import assembling
from cdi.report.assembling import assemble
from cdi.report.contents import Report
from cdi.report.making import estimates_csv, estimates_json, outputs

Rows = Sequence[Mapping[str, str]]
HEAD = 'force = "Kent Police"\n'
AUDIT = f'{HEAD}[audit]\nfiles = "audit.csv"\n'
DIGEST = re.compile(rb"[0-9a-f]{64}")
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


@pytest.fixture(autouse=True)
def without_lot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Round only as far as must be: what is rounded further by lot has tests of its own."""
    monkeypatch.setattr(assembling, "_lot", lambda _inspection: "")


class TestPeople:
    PEOPLE = tuple(
        {**row, "ethnicity": "white" if i % 3 else "asian", "crime_type": ("violent", "other")[i % 2]}
        for ward, counts in {"A": (21, 28), "B": (31, 43), "C": (52, 61), "D": (6, 8)}.items()
        for i, row in enumerate(rows(*counts, ward=ward))
    )
    TEXT = f'{AUDIT}by = ["crime_type", "ward", "ethnicity"]\n'

    def test_hold_rounded_counts_in_every_file(self, tmp_path: Path) -> None:
        report = made(tmp_path, self.TEXT, audit=self.PEOPLE)
        assert gone(report, "recording_by_ward") == {"D"}
        assert gone(report, "recording_by_ethnicity") == set()
        listed = csv.DictReader(estimates_csv(report).decode("utf-8").splitlines())
        people = [row for row in listed if row["domain"] in {"ward", "ethnicity"} and row["category"] != "all"]
        assert people
        for row in people:
            assert all(not row[name] or int(row[name]) % 5 == 0 for name in ("n", "recorded", "clusters"))
            assert all(not row[name] or len(row[name]) <= 4 for name in ("estimate", "low", "high"))
            assert {row[name] for name in ("se", "n_eff", "df", "deff")} == {""}

    def test_offences_and_the_force_keep_theirs(self, tmp_path: Path) -> None:
        report = made(tmp_path, self.TEXT, audit=self.PEOPLE)
        for key in ("recording_by_crime_type", "recording_by_ward"):
            table = next(exhibit.table for exhibit in report.exhibits if exhibit.key == key)
            assert (table.rows[-1].n, table.rows[-1].recorded) == (140, 110)

    def test_that_round_alike_give_the_same_files(self, tmp_path: Path) -> None:
        """A recorded crime more in one ward and one less in another changes no byte of what is published."""
        moved = list(self.PEOPLE)
        here = next(i for i, row in enumerate(moved) if row["ward"] == "B" and row["recorded"] == "no")
        there = next(
            i
            for i, row in enumerate(moved)
            if row["ward"] == "C"
            and row["recorded"] == "yes"
            and all(row[name] == moved[here][name] for name in ("ethnicity", "crime_type"))
        )
        moved[here], moved[there] = {**moved[here], "ward": "C"}, {**moved[there], "ward": "B"}
        both = [outputs(made(tmp_path, self.TEXT, audit=audit)) for audit in (self.PEOPLE, moved)]
        assert moved != list(self.PEOPLE)
        for name, content in both[0].items():
            if name not in {"provenance.json", "tables.xlsx"}:
                # but for what tells one file of rows from another
                assert DIGEST.sub(b"", content) == DIGEST.sub(b"", both[1][name]), name

    def test_no_number_has_more_digits_than_the_page(self, tmp_path: Path) -> None:
        frame = [{"crime_type": name, "recorded_crime": n} for name, n in (("violent", "9137"), ("other", "5011"))]
        text = f'{AUDIT}by = "crime_type"\n[volumes]\nfiles = "volumes.csv"\n'
        report = made(tmp_path, text, audit=self.PEOPLE, volumes=frame)
        for row in json.loads(estimates_json(report))["rows"]:
            counted = "crimes not recorded" in row["measure"]
            for name in ("estimate", "low", "high"):
                number = row[name]
                assert number is None or number == round(number, -1 if counted else 3)

    def test_of_which_audit_times_and_case_files_are_of_one_file(self, tmp_path: Path) -> None:
        """Tables of the same rows by other names: no difference between two of them is an exact count."""
        audit = [
            {**row, "reported_at": "2024-03-05 10:00", "q1": "yes" if i % 2 else "no",
             "recorded_at": "2024-03-05 12:00" if row["recorded"] == "yes" else ""}
            for i, row in enumerate(self.PEOPLE)
        ]  # fmt: skip
        text = (
            f'{AUDIT}by = "ward"\n[times]\nfiles = "./audit.csv"\nby = "ward"\n'
            '[reviews]\nfiles = "audit.csv"\nby = "ward"\nquestions = ["q1"]\n'
            'ignore = ["recorded", "ethnicity", "crime_type", "reported_at", "recorded_at"]\n'
        )
        report = made(tmp_path, text, audit=audit)
        for key in ("recording_by_ward", "times_by_ward", "reviews_by_ward"):
            table = next(exhibit.table for exhibit in report.exhibits if exhibit.key == key)
            assert any("D" in record.label for record in table.rows if record.withheld)
            counts = [record.n for record in table.rows if not record.whole and record.n is not None]
            assert counts
            assert all(n % 5 == 0 for n in counts)


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


class TestForces:
    def test_fewer_than_three_with_a_rate_are_refused_by_name_of_the_rule(self, tmp_path: Path) -> None:
        counts = {"Kent": (30, 40), "Surrey": (33, 40), "Essex": (7, 9)}
        results = [row for name, each in counts.items() for row in rows(*each, force=name)]
        text = f'{HEAD}[forces]\nfile = "forces.csv"\nhigher = "better"\n'
        with pytest.raises(cdi.DataError, match="three or more forces"):
            made(tmp_path, text, forces=results)


class TestMonths:
    def test_of_few_have_no_rates_and_every_headline_is_a_sentence(self, tmp_path: Path) -> None:
        audit = [row for month in range(1, 7) for row in rows(4, 6, month=f"2024-0{month}")]
        report = made(tmp_path, f"{AUDIT}[monthly]\n", audit=audit)
        assert all(text.strip().endswith((".", ")")) for text in report.headlines)


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
