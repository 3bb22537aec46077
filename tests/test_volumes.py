"""What is known beside the sample: read from files, frames, mappings and numbers, and refused where it cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import cdi
from cdi.errors import CdiError, DataError
from cdi.volume_files import read_volumes, sort_out
from cdi.volumes import POPULATION, RECORDED_CRIME, SAMPLE, Volumes, label_of


def write(folder: Path, text: str, name: str = "volumes.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def faults_of(call: Any, *args: Any, **kwargs: Any) -> list[tuple[str, int | None, str | None, str | None]]:
    with pytest.raises(CdiError) as caught:
        call(*args, **kwargs)
    return [(item.code, item.where.line, item.where.column, item.got) for item in caught.value.faults]


TEXT = "route,population,sample\ncalls,900,120\nonline,300,60\n"


def test_a_file_a_frame_and_a_mapping_say_the_same(tmp_path: Path) -> None:
    expected = {("calls",): 900, ("online",): 300}
    path = write(tmp_path, TEXT)
    sources = [path, str(path), pd.read_csv(path), {"calls": 900, "online": 300}, {("calls",): 900.0, "online": "300"}]
    for source in sources:
        assert read_volumes(source, ("route",), (POPULATION,)).counts == {POPULATION: expected}


def test_further_counts_are_read_where_they_are(tmp_path: Path) -> None:
    volumes = read_volumes(write(tmp_path, TEXT), ("route",), (POPULATION, SAMPLE, RECORDED_CRIME))
    assert volumes.counts[SAMPLE] == {("calls",): 120, ("online",): 60}
    assert (volumes.has(SAMPLE), volumes.has(RECORDED_CRIME)) == (True, False)


@pytest.mark.parametrize("number", [900, np.int64(900), np.uint8(200), 900.0])
def test_a_number_serves_where_there_are_no_strata(number: Any) -> None:
    assert read_volumes(number, (), (POPULATION,)).counts == {POPULATION: {(): int(number)}}


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        (-1, ["negative"]),
        (1.5, ["fractional"]),
        (float("inf"), ["infinite"]),
        (float("nan"), ["not-whole"]),
        (True, ["not-whole"]),
        ({"a": -1, "b": 0.5, "c": "x", "d": None}, ["negative", "fractional", *["not-whole"] * 2]),
        ({("a", "b"): 3}, ["label-parts"]),
    ],
)
def test_numbers_that_cannot_be(source: Any, codes: list[str]) -> None:
    keys = ("route",) if isinstance(source, dict) else ()
    assert [code for code, *_ in faults_of(read_volumes, source, keys, (POPULATION,))] == codes


def test_a_number_does_not_serve_strata() -> None:
    assert [code for code, *_ in faults_of(read_volumes, 900, ("route",), (POPULATION,))] == ["label-parts"]


BAD = {
    "counts": (
        'route,population\na,-1\nb,1.5\nc,inf\nd,yes\ne,\n,5\ng,"1,00"\n',
        [
            ("negative", 2, "population", "-1"),
            ("fractional", 3, "population", "1.5"),
            ("infinite", 4, "population", "inf"),
            ("not-whole", 5, "population", "yes"),
            ("missing", 7, "route", "a blank"),
            ("not-plain", 8, "population", "1,00"),
        ],
    ),
    "columns": ("Route,Population\na,1\n", [("no-column", 1, None, None)] * 2),
    "labels": ("route,population\na,1\nb,2\na,3\n", [("label-twice", None, "route", "a")]),
    "header only": ("route,population\n", [("header-only", 1, None, None)]),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_wrong_in_a_file_is_named_at_once(what: str, tmp_path: Path) -> None:
    text, expected = BAD[what]
    assert faults_of(read_volumes, write(tmp_path, text), ("route",), (POPULATION,)) == expected


def test_several_rows_without_a_name_say_what_to_name(tmp_path: Path) -> None:
    assert [code for code, *_ in faults_of(read_volumes, write(tmp_path, TEXT), (), (POPULATION,))] == ["one-row"]
    assert read_volumes(write(tmp_path, "population\n900\n"), (), (POPULATION,)).counts[POPULATION] == {(): 900}


def test_a_label_says_where_it_stands(tmp_path: Path) -> None:
    volumes = read_volumes(write(tmp_path, "\nroute,population\n\ncalls,900\nonline,300\n"), ("route",), (POPULATION,))
    where = volumes.where(("online",), POPULATION)
    assert (where.line, where.column, where.key) == (5, POPULATION, "online")
    assert volumes.where(("post",), POPULATION).line is None
    assert Volumes(("route",), {}).where(("calls",), POPULATION).line is None


@pytest.mark.parametrize(
    ("values", "label"),
    [(["violent ", 3.0], ("violent", "3")), ([None], ("(blank)",)), ([pd.NA, ""], ("(blank)", "(blank)")), ([], ())],
)
def test_labels_are_text(values: list[object], label: tuple[str, ...]) -> None:
    assert label_of(values) == label


# ---- several sources

SAMPLE_ROWS = pd.DataFrame(
    {"stratum": ["a"] * 6 + ["b"] * 6, "kind": ["x", "y"] * 6, "recorded": [1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1]}
)


def test_two_files_are_told_apart_by_their_columns(tmp_path: Path) -> None:
    frame = write(tmp_path, "stratum,population\na,600\nb,60\n", "frame.csv")
    crime = write(tmp_path, "kind,recorded_crime\nx,4000\ny,1000\n", "crime.csv")
    one = cdi.estimate(SAMPLE_ROWS, by="kind", volumes=[frame, crime]).table
    assert cdi.estimate(SAMPLE_ROWS, by="kind", volumes=(crime, frame)).table == one
    apart = {"by": "kind", "volumes": {"x": 4000, "y": 1000}, "population": {"a": 600, "b": 60}}
    assert cdi.estimate(SAMPLE_ROWS, **apart).table == one  # type: ignore[arg-type]
    assert {record.kind for record in one.records} == {"recording-rate", "recording-rate-frame", "unrecorded"}


def test_one_file_may_hold_both(tmp_path: Path) -> None:
    both = write(tmp_path, "stratum,population,recorded_crime\na,600,4000\nb,60,1000\n")
    parts = [{"a": 4000, "b": 1000}]
    expected = cdi.estimate(SAMPLE_ROWS, volumes=parts, population={"a": 600, "b": 60}).table
    assert cdi.estimate(SAMPLE_ROWS, volumes=both).table == expected


def test_the_categories_tell_which_file_is_meant(tmp_path: Path) -> None:
    both = write(tmp_path, "stratum,population,recorded_crime\na,600,1\nb,60,2\n", "both.csv")
    crime = write(tmp_path, "kind,recorded_crime\nx,4000\ny,1000\n", "crime.csv")
    for sources in ([both, crime], [crime, both]):
        table = cdi.estimate(SAMPLE_ROWS, by="kind", volumes=sources).table
        assert table == cdi.estimate(SAMPLE_ROWS, by="kind", volumes={"x": 4000, "y": 1000}, population=both).table
        assert [code for code, *_ in faults_of(sort_out, sources, [])] == ["volumes-twice"]


def test_of_two_files_of_one_kind_none_is_dropped_in_silence(tmp_path: Path) -> None:
    one = write(tmp_path, "stratum,population\na,600\nb,60\n", "one.csv")
    other = write(tmp_path, "stratum,population\na,900\nb,90\n", "other.csv")
    with pytest.raises(DataError) as caught:
        sort_out([one, other], [])
    assert [(item.code, item.where.file) for item in caught.value.faults] == [("volumes-twice", str(other))]
    assert [code for code, *_ in faults_of(sort_out, [{"x": 1}, {"x": 2}], ["kind"])] == ["volumes-twice"]


def test_a_file_of_neither_kind_is_named(tmp_path: Path) -> None:
    paths = [write(tmp_path, "stratum,N\na,1\n", name) for name in ("one.csv", "two.csv")]
    with pytest.raises(DataError) as caught:
        sort_out(paths, [])
    assert [(item.code, item.where.file, item.got) for item in caught.value.faults] == [
        ("volumes-unused", str(path), "stratum, N") for path in paths
    ]


def test_an_unknown_category_comes_with_a_suggestion(tmp_path: Path) -> None:
    crime = write(tmp_path, "kind,recorded_crime\nxx,4000\ny,1000\n")
    with pytest.raises(DataError) as caught:
        cdi.estimate(SAMPLE_ROWS, by="kind", volumes=crime)
    found = {item.code: item for item in caught.value.faults}
    assert set(found) == {"domain-not-in-volumes", "volume-not-audited"}
    assert {item.where.file for item in found.values()} == {str(crime)}
    assert found["domain-not-in-volumes"].got == "x"
    assert found["domain-not-in-volumes"].hint.startswith("Did you mean 'xx'?")
    assert found["volume-not-audited"].hint.startswith("Did you mean 'x'?")


def test_a_category_without_recorded_crime_needs_no_audit(tmp_path: Path) -> None:
    crime = write(tmp_path, "kind,recorded_crime\nx,4000\ny,1000\nz,0\n")
    table = cdi.estimate(SAMPLE_ROWS, by="kind", volumes=crime).table
    assert table == cdi.estimate(SAMPLE_ROWS, by="kind", volumes={"x": 4000, "y": 1000}).table
