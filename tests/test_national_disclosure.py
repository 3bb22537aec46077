"""What the figures of all forces give away, by themselves and beside what forces published of the same audits."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import cdi
from cdi.errors import DataError
from cdi.facts import Release
from cdi.report.nationwide import national_report
from tests.test_cli import run_here

OTHERS = ("Essex", "Surrey")


def rows_of(force: str, counts: Mapping[tuple[str, str], tuple[int, int]]) -> list[dict[str, Any]]:
    """Write a row a crime: by ward and type, how many were due and how many recorded."""
    return [
        {"force": force, "ward": ward, "crime_type": kind, "recorded": int(i < recorded)}
        for (ward, kind), (due, recorded) in counts.items()
        for i in range(due)
    ]


KENT = {
    ("Meadow", "violent"): (8, 5),
    ("Mill", "violent"): (92, 80),
    ("Meadow", "other"): (50, 44),
    ("Mill", "other"): (150, 141),
}


@pytest.fixture
def national(tmp_path: Path) -> pd.DataFrame:
    """Give the audits of three forces, without the wards."""
    rows = rows_of("Kent", KENT)
    for force in OTHERS:
        rows += rows_of(force, {("", "violent"): (90, 70), ("", "other"): (110, 101)})
    frame = pd.DataFrame(rows).drop(columns="ward")
    frame.to_csv(tmp_path / "audits.csv", index=False)
    return frame


def published(folder: Path, force: str | None, shown: Sequence[tuple[str, str]] = ()) -> Path:
    """Publish the wards of Kent by type, all counts of Meadow withheld: two that follow from no total of the force."""
    folder.mkdir()
    lines = ["ward,crime_type,measure,n,recorded"]
    for (ward, kind), (due, recorded) in KENT.items():
        held = ward == "Meadow" and (ward, kind) not in shown
        lines.append(f"{ward},{kind},recording rate,{'' if held else due},{'' if held else recorded}")
    due, recorded = (sum(each[i] for each in KENT.values()) for i in (0, 1))
    lines.append(f"all,all,recording rate,{due},{recorded}")
    (folder / "estimates.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if force is not None:
        (folder / "provenance.json").write_text(json.dumps({"force": force}), encoding="utf-8")
    return folder


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    done = run_here(*arguments, cwd=folder)
    return done.returncode, " ".join((done.stdout + done.stderr).split())


def gives(text: str) -> bool:
    """Tell whether it is told that the crimes of Meadow follow."""
    return re.search(r"the base of ward Meadow crime_type violent (in \S*kent )?as 8", text) is not None


class TestNationalFigures:
    def test_hold_nothing_that_is_protected(self, national: pd.DataFrame, tmp_path: Path) -> None:
        """Tables of people are refused, and others keep their counts: so nothing of them can be given away."""
        few = national.drop(index=national[national["crime_type"] == "violent"].index[4:100])
        report = national_report(cdi.national(few, "crime_type"), tmp_path / "out", cdi.Disclosure())
        tables = [exhibit.table for each in (report.whole, *report.forces.values()) for exhibit in each.exhibits]
        released = {row.facts.release for table in tables for row in table.rows}
        assert Release.COUNTS in released  # a cell of few, which has no rate
        assert released <= {Release.ALL, Release.COUNTS}
        cdi.write_national(cdi.national(few, "crime_type"), tmp_path / "out")
        found = cdi.attack(tmp_path / "out")
        assert (found.safe, found.protected, found.unread, found.passed_over) == (True, 0, (), ())

    @pytest.mark.long
    def test_that_give_a_count_of_a_force_away_are_not_written(self, national: pd.DataFrame, tmp_path: Path) -> None:
        earlier = published(tmp_path / "kent", "Kent Police")
        assert cdi.attack(earlier).safe
        with pytest.raises(DataError) as told:
            cdi.write_national(cdi.national(national, "crime_type"), tmp_path / "out", published=[earlier])
        assert {each.code for each in told.value.faults} == {"national-gives-away"}
        assert gives(str(told.value))
        assert not (tmp_path / "out").exists()
        # by force alone nothing follows, nor without that force
        cdi.write_national(cdi.national(national), tmp_path / "out", published=[earlier])
        more = pd.concat([national, national[national["force"] == "Essex"].assign(force="Dorset")])
        without = cdi.national(more, "crime_type", leave_out="Kent")
        cdi.write_national(without, tmp_path / "without", published=[earlier])

    def test_that_are_internal_are_written(self, national: pd.DataFrame, tmp_path: Path) -> None:
        earlier = published(tmp_path / "kent", "Kent Police")
        found, rules = cdi.national(national, "crime_type"), cdi.Disclosure(mode="internal")
        cdi.write_national(found, tmp_path / "out", published=[earlier], disclosure=rules)
        assert (tmp_path / "out" / "report.html").exists()

    @pytest.mark.long
    def test_are_held_against_folders_named_on_the_command_line(self, national: pd.DataFrame, tmp_path: Path) -> None:
        published(tmp_path / "kent", "Kent Police")
        asked = ("national", "audits.csv", "--by", "crime_type", "-o", "out", "--published", "kent")
        code, text = run(tmp_path, *asked)
        assert code == 2
        assert gives(text)
        # the remedy that the error names works
        assert "--by" in text
        code, text = run(tmp_path, "national", "audits.csv", "-o", "out", "--published", "kent")
        assert code == 0, text
        known = json.loads((tmp_path / "out" / "provenance.json").read_text(encoding="utf-8"))
        assert known["options"]["published"] == ["kent"]
        code, text = run(tmp_path, "report", "--verify", "out")
        assert code == 0, text

    def test_beside_a_folder_that_names_no_force_are_refused(self, national: pd.DataFrame, tmp_path: Path) -> None:
        with pytest.raises(DataError) as told:
            cdi.write_national(
                cdi.national(national, "crime_type"), tmp_path / "out",
                published=[published(tmp_path / "kent", None)],
            )  # fmt: skip
        assert {each.code for each in told.value.faults} == {"published-of-no-force"}


class TestTheAttack:
    @pytest.mark.long
    def test_holds_a_report_of_a_force_against_the_national_figures(
        self, national: pd.DataFrame, tmp_path: Path
    ) -> None:
        own = published(tmp_path / "kent", "Kent Police")
        cdi.write_national(cdi.national(national, "crime_type"), tmp_path / "out")
        assert cdi.attack(own).safe
        # whichever was published first
        for folder, earlier in ((own, tmp_path / "out"), (tmp_path / "out", own)):
            found = cdi.attack(folder, [earlier])
            assert any(gives(str(each)) for each in found.findings)
            # eight less the three withheld: what is given away of one type is of the other too
            assert {each.row for each in found.findings if "Mill" in each.row} == set()
        code, text = run(tmp_path, "attack", "kent", "--published", "out")
        assert code == 1
        assert gives(text)

    def test_takes_the_figures_of_that_force_alone(self, national: pd.DataFrame, tmp_path: Path) -> None:
        cdi.write_national(cdi.national(national, "crime_type"), tmp_path / "out")
        # the same numbers, of a force that the nation has other numbers of
        other = published(tmp_path / "essex", "Essex")
        assert cdi.attack(other, [tmp_path / "out"]).safe
        assert cdi.attack(tmp_path / "out", [other]).safe

    def test_names_a_folder_whose_force_is_not_known(self, national: pd.DataFrame, tmp_path: Path) -> None:
        own = published(tmp_path / "kent", None)
        cdi.write_national(cdi.national(national, "crime_type"), tmp_path / "out")
        found = cdi.attack(tmp_path / "out", [own])
        assert not found.safe
        assert found.unread == (str(own),)
