"""What a report answers where its inputs do not serve it: in terms of the inspection's file."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import cdi
from cdi import wording
from cdi.inspecting.inspection_files import read_inspection
from cdi.report.assembling import assemble
from cdi.report.contents import Report
from cdi.report.outputs import outputs

AUDIT = "cluster,crime_type,ward,recorded\n" + "".join(
    f"{i},{('violent', 'other')[i % 2]},{('North', 'South')[i % 3 == 0]},{'no' if i % 9 == 0 else 'yes'}\n"
    for i in range(90)
)
HEAD = 'force = "Kent Police"\n'
MINIMAL = f'{HEAD}[audit]\nfiles = "audit.csv"\nby = "crime_type"\n'


def made(folder: Path, text: str, **files: str) -> Report:
    """Make a report of an inspection whose files stand beside it."""
    for name, content in {"audit": AUDIT, **files}.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    (folder / "inspection.toml").write_text(text, encoding="utf-8")
    return assemble(read_inspection(folder / "inspection.toml"))


def refused(folder: Path, text: str, **files: str) -> cdi.CdiError:
    with pytest.raises(cdi.CdiError) as caught:
        made(folder, text, **files)
    return caught.value


class TestDate:
    @pytest.mark.parametrize("text", ["yesterday", "99999999999999999", "1.5"])
    def test_of_the_build_is_refused_before_anything_else(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
    ) -> None:
        """Libraries that are imported later end with a fault of their own, also where the file has a date."""
        monkeypatch.setenv("SOURCE_DATE_EPOCH", text)
        found = refused(tmp_path, f"date = 2024-11-30\n{MINIMAL}", audit="recorded\n")
        assert [each.code for each in found.faults] == ["not-an-epoch"]


class TestHints:
    def test_name_keys_and_no_options(self, tmp_path: Path) -> None:
        found = refused(tmp_path, MINIMAL.replace("crime_type", "ward"), audit=AUDIT.replace("recorded", "Seen", 1))
        assert "Seen" in str(found)
        assert "[audit.columns]" in str(found)
        assert "--" not in str(found)

    def test_of_questions_name_keys(self, tmp_path: Path) -> None:
        text = f'{HEAD}[reviews]\nfiles = "reviews.csv"\n'
        found = refused(tmp_path, text, reviews="id,well\n" + "".join(f"R{i},yes\n" for i in range(20)))
        assert [each.code for each in found.faults] == ["not-a-question"]
        assert "ignore" in str(found)
        assert "--" not in str(found)

    def test_of_what_is_told_on_the_command_line_too_name_no_option(self) -> None:
        assert not [code for code, hint in wording.TOML_HINTS.items() if "--" in hint]
        assert set(wording.TOML_HINTS) <= set(wording.FAULTS)


class TestVolumes:
    def test_of_nothing_that_is_known_are_refused(self, tmp_path: Path) -> None:
        text = f'{MINIMAL}[volumes]\nfiles = "volumes.csv"\n'
        found = refused(tmp_path, text, volumes="crime_type,crimes\nviolent,10\nother,20\n")
        assert [each.code for each in found.faults] == ["volumes-unused"]
        assert "volumes.csv" in str(found)


class TestEarlierResults:
    def test_are_named_as_a_source_where_they_have_none(self, tmp_path: Path) -> None:
        report = made(tmp_path, f'{MINIMAL}[[previous]]\nname = "2022"\nfigure = "84.6%+-3.1%"\n')
        source = {each.key: each.source for each in report.exhibits}["previous_recording_rate"]
        assert "84.6%" not in source
        assert "2022" in source

    @pytest.mark.parametrize(
        ("period", "said"),
        [("2024-04 to 2024-09", True), ("year to June 2024", True), ("2023", False), ("2025", True)],
    )
    def test_of_months_that_are_not_earlier_are_told(self, tmp_path: Path, period: str, said: bool) -> None:
        text = f'{MINIMAL}[[previous]]\nname = "last"\nfigure = "84.6%+-3.1%"\nperiod = "{period}"\n'
        report = made(tmp_path, f'{text}[periods]\naudit = "2024-01 to 2024-06"\n')
        assert any(text.startswith("Mismatch: the earlier result last") for text in report.assumptions) == said


class TestPublishedStyle:
    def test_says_that_it_has_no_interval_where_all_were_recorded(self, tmp_path: Path) -> None:
        report = made(tmp_path, f'style = "published"\n{MINIMAL}', audit=AUDIT.replace(",no\n", ",yes\n"))
        assert "100.0 percent" in report.headlines[0]
        assert "+/- 0.0" not in report.headlines[0]
        assert "no interval" in report.headlines[0]


class TestNamesOfFiles:
    def test_are_plain_whatever_columns_are_called(self, tmp_path: Path) -> None:
        columns = ["a/b", "a\\b", "c:d*?", "e f", "e_f", "\u202eg", "h" * 250, "Stra\u00dfe"]
        rows = "".join(f"{','.join(['xy'[i % 2]] * len(columns))},yes\n" for i in range(60))
        text = f'{HEAD}[audit]\nfiles = "audit.csv"\nby = {json.dumps(columns, ensure_ascii=False)}\n'
        report = made(tmp_path, text, audit=f"{','.join(columns)},recorded\n{rows}")
        names = [name for name in outputs(report) if name.startswith("charts/")]
        assert len(names) == len({name.casefold() for name in names}) == 2 * len(columns)
        assert all(re.fullmatch(r"charts/[\w-]{1,80}\.(svg|png)", name) for name in names)
        assert len({each.key for each in report.exhibits}) == len(columns)
