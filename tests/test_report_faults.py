"""What a report answers where its inputs do not serve it: in terms of the inspection's file."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import cdi
from cdi.inspecting.inspection import in_terms_of_keys, read_inspection
from cdi.report.assembling import assemble
from cdi.report.contents import Report
from cdi.report.making import outputs

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


def told(folder: Path, text: str, **files: str) -> list[tuple[str, int | None, str]]:
    """Make what should be refused: the key, the line and the code of each fault, which name no option."""
    found = refused(folder, text, **files)
    assert "--" not in str(found)
    return [((each.where.key or "").removeprefix("key "), each.where.line, each.code) for each in found.faults]


FRAME = "stratum,population\nNorth,500\nSouth,900\n"
CRIME = "crime_type,recorded_crime\nviolent,5000\nother,9000\n"
DRAWN = AUDIT.replace("ward", "stratum", 1)


class TestPlaces:
    """What is wrong with the keys of the file is told at the key, not at a data file."""

    @pytest.mark.parametrize("population", ["900", '"other.csv"'])
    def test_of_a_frame_that_is_known_twice(self, tmp_path: Path, population: str) -> None:
        text = f'{MINIMAL}population = {population}\n[volumes]\nfiles = "frame.csv"\n'
        found = told(tmp_path, text, audit=DRAWN, frame=FRAME, other=FRAME)
        assert found == [("audit.population", 5, "population-twice")]

    def test_of_the_frame_of_an_earlier_result_that_is_known_twice(self, tmp_path: Path) -> None:
        text = f'{MINIMAL}[[previous]]\nname = "2022"\nfiles = "old.csv"\npopulation = 900\nvolumes = "frame.csv"\n'
        found = told(tmp_path, text, old=DRAWN, frame=FRAME)
        assert found == [("previous[1].population", 8, "population-twice")]

    @pytest.mark.parametrize(("one", "other"), [(FRAME, FRAME), (CRIME, CRIME)])
    def test_of_volumes_that_hold_the_same_count(self, tmp_path: Path, one: str, other: str) -> None:
        text = f'{MINIMAL}[volumes]\nfiles = ["one.csv", "other.csv"]\n'
        found = refused(tmp_path, text, audit=DRAWN, one=one, other=other)
        assert [each.code for each in found.faults] == ["volumes-twice"]
        assert found.faults[0].where == cdi.Where(str(tmp_path / "inspection.toml"), 6, key="key volumes.files")
        assert "one.csv" in str(found)
        assert "other.csv" in str(found)

    def test_of_volumes_by_other_columns_are_no_fault(self, tmp_path: Path) -> None:
        text = MINIMAL.replace('"crime_type"', '["crime_type", "ward"]')
        wards = "ward,recorded_crime\nNorth,6000\nSouth,8000\n"
        report = made(tmp_path, f'{text}[volumes]\nfiles = ["one.csv", "other.csv"]\n', one=CRIME, other=wards)
        measures = [next(row.measure.key for row in each.table.rows if not row.counted) for each in report.exhibits]
        assert measures == ["recording-rate"] * 2

    @pytest.mark.parametrize("twice", ['["NAME", "NAME"]', '["NAME", "./NAME"]', '["NAME", "*NAME"]'])
    @pytest.mark.parametrize("line", [3, 6, 9, 10])
    def test_of_a_file_that_is_named_twice(self, tmp_path: Path, line: int, twice: str) -> None:
        text = f'''{HEAD}[audit]
files = "rows.csv"
by = "crime_type"
[volumes]
files = "crime.csv"
[[previous]]
name = "2022"
files = "old.csv"
volumes = "then.csv"'''.splitlines()
        key, name = text[line - 1].split(" = ")
        text[line - 1] = f"{key} = {twice.replace('NAME', name.strip(chr(34)))}"
        found = told(tmp_path, "\n".join(text), rows=AUDIT, crime=CRIME, old=AUDIT, then=CRIME)
        table = {3: "audit", 6: "volumes"}.get(line, "previous[1]")
        assert found == [(f"{table}.{key}", line, "file-twice")]

    def test_of_a_column_that_the_usual_name_stands_for(self, tmp_path: Path) -> None:
        found = told(tmp_path, f"{MINIMAL}[times]\nwithin = 24\n[monthly]\nbaseline = 12\n")
        assert found == [
            ("times.reported_at", 5, "toml-no-column"),
            ("times.recorded_at", 5, "toml-no-column"),
            ("monthly.period", 7, "toml-no-column"),
        ]

    @pytest.mark.parametrize(
        ("joins", "key", "code"),
        [
            ('Nort = "South"', "audit.collapse.Nort", "no-stratum"),
            ('North = "Sout"', "audit.collapse.North", "no-stratum"),
            ('North = "South"\nSouth = "North"', "audit.collapse.North", "collapse-chain"),
        ],
    )
    def test_of_a_stratum_that_is_not_there(self, tmp_path: Path, joins: str, key: str, code: str) -> None:
        text = f"{MINIMAL}[audit.collapse]\n{joins}\n"
        with pytest.raises(cdi.CdiError) as caught:
            refused_by_keys(tmp_path, text, audit=DRAWN)
        first = caught.value.faults[0]
        assert (first.code, first.where.line, first.where.key) == (code, 6, f"key {key}")

    @pytest.mark.parametrize(
        ("text", "key", "code"),
        [
            (f'{MINIMAL}[monthly]\nperiod = "ward"\nbaseline = 12\n', "monthly.baseline", "baseline"),
            (f"{MINIMAL}population = 3\n", "audit.population", "population-below-sample"),
            (f'{MINIMAL}single_cluster = "collapse"\n', "audit.single_cluster", "collapse-undeclared"),
            (
                f'{MINIMAL}[volumes]\nfiles = "crime.csv"\nroute_share = 0.8\n',
                "volumes.route_share",
                "share-twice",
            ),
        ],
    )
    def test_of_what_only_the_data_show(self, tmp_path: Path, text: str, key: str, code: str) -> None:
        rows = AUDIT.replace("North", "2024-01").replace("South", "2024-02")
        crime = "crime_type,recorded_crime,route_share\nviolent,5000,0.8\nother,9000,0.9\n"
        with pytest.raises(cdi.CdiError) as caught:
            refused_by_keys(tmp_path, text, audit=rows, crime=crime)
        assert [(each.code, each.where.key) for each in caught.value.faults] == [(code, f"key {key}")]


def refused_by_keys(folder: Path, text: str, **files: str) -> None:
    """Make what should be refused, told in terms of its file."""
    for name, content in files.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    (folder / "inspection.toml").write_text(text, encoding="utf-8")
    found = read_inspection(folder / "inspection.toml")
    with in_terms_of_keys(found):
        assemble(found)


class TestVolumes:
    def test_of_nothing_that_is_known_are_refused(self, tmp_path: Path) -> None:
        text = f'{MINIMAL}[volumes]\nfiles = "volumes.csv"\n'
        found = refused(tmp_path, text, volumes="crime_type,sum of them\nviolent,10\nother,20\n")
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
