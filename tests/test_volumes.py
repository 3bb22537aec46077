"""What is known beside the sample: read from files, frames, mappings and numbers, and refused where it cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import cdi
from cdi.audits.volumes import (
    POPULATION,
    RECORDED_CRIME,
    ROUTE_SHARE,
    SAMPLE,
    Volumes,
    label_of,
    read_volumes,
    sort_out,
)
from cdi.errors import CdiError, DataError
from cdi.facts import Scope
from cdi.measures import told


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
    "columns": ("place,people\na,1\n", [("no-column", 1, None, None)] * 2),
    "spellings": (
        "route,Sample,SAMPLE_,population\na,1,2,3\n",
        [("volume-spelling", 1, None, "Sample")],
    ),
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
    assert {(row.measure.key, row.facts.scope) for row in one.rows if row.whole} == {
        ("recording-rate", Scope.OVERALL), ("recording-rate", Scope.FRAME), ("unrecorded", Scope.OVERALL),
    }  # fmt: skip
    assert {row.measure.key for row in one.rows} == {"recording-rate", "unrecorded"}


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


# ---- the row all


VOLUME_NOTES = ("volume-remainder", "route-share", "period-differs")


def missing_of(volumes: object, **options: Any) -> dict[str, tuple[float, tuple[str, ...]]]:
    """Give the unrecorded crimes by kind, with the notes that the volumes added; both rates are 5 in 6."""
    table = cdi.estimate(SAMPLE_ROWS, by="kind", volumes=volumes, **options).table
    return {
        record.label[0]: (
            round(record.estimate or 0, 6),
            tuple(code for code in told(record.facts) if code in VOLUME_NOTES),
        )
        for record in table.rows
        if record.counted
    }


CRIME = "kind,recorded_crime\nx,4000\ny,1000\n"
ALONE = {"x": (800.0, ()), "y": (200.0, ()), "all": (1_000.0, ())}


@pytest.mark.parametrize("word", ["all", "ALL", "All", " all "])
def test_a_row_all_is_the_total_in_any_capitals(word: str, tmp_path: Path) -> None:
    path = write(tmp_path, f"{CRIME}{word},5000\n")
    volumes = read_volumes(path, ("kind",), (RECORDED_CRIME,))
    assert volumes.counts == {RECORDED_CRIME: {("x",): 4000, ("y",): 1000}}
    assert volumes.totals == {RECORDED_CRIME: 5000}
    assert missing_of(path) == ALONE
    for source in (pd.read_csv(path), {"x": 4000, word: 5000, "y": "1,000"}):
        assert missing_of(source) == ALONE


@pytest.mark.parametrize(
    "text", ["kind,recorded_crime\nall,5000\nx,4000\n", "kind,recorded_crime\nx,4000\ny,\nall,5000\n"]
)
def test_one_category_without_a_number_gets_the_remainder_with_a_note(text: str, tmp_path: Path) -> None:
    expected = {**ALONE, "y": (200.0, ("volume-remainder",))}
    assert missing_of(write(tmp_path, text)) == expected
    assert missing_of({"x": 4000, "All": 5000}) == expected


def test_a_remainder_of_nothing_is_a_count_too(tmp_path: Path) -> None:
    assert missing_of(write(tmp_path, "kind,recorded_crime\nx,5000\nall,5000\n"))["y"] == (0.0, ("volume-remainder",))


def test_a_category_of_another_name_has_no_remainder(tmp_path: Path) -> None:
    """What other categories use up leaves nothing for one that is not among them: it is called otherwise there."""
    with pytest.raises(cdi.DataError) as caught:
        missing_of(write(tmp_path, "kind,recorded_crime\nx,4000\nwhy,1000\nall,5000\n"))
    assert ("domain-not-in-volumes", "y") in [(item.code, item.got) for item in caught.value.faults]


TOTALS = {
    "more than the total": ("x,4000\ny,1000\nall,4999\n", [("total-differs", 4, "4,999")]),
    "less than the total": ("x,4000\ny,1000\nall,5001\n", [("total-differs", 4, "5,001")]),
    "more without a category": ("all,3999\nx,4000\n", [("total-differs", 2, "3,999")]),
    "a category too many": ("x,4000\ny,1000\nz,7\nall,5000\n", [("total-differs", 5, "5,000")]),
    "two without a number": (
        "all,5000\n",
        [("domain-not-in-volumes", None, "x"), ("domain-not-in-volumes", None, "y")],
    ),
    "two totals": ("x,4000\nall,5000\nALL,5000\n", [("label-twice", None, "all")]),
    "a blank without a total": ("x,4000\ny,\n", [("volume-blank", 3, "y")]),
}


@pytest.mark.parametrize("what", TOTALS)
def test_categories_that_are_not_their_total_are_refused(what: str, tmp_path: Path) -> None:
    text, expected = TOTALS[what]
    path = write(tmp_path, f"kind,recorded_crime\n{text}")
    found = faults_of(cdi.estimate, SAMPLE_ROWS, by="kind", volumes=path)
    assert [(code, line, got) for code, line, _, got in found] == expected


def test_the_sum_is_said_beside_the_total(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"line 4, all, column recorded_crime: expected a total of 5,000, .* but found 5,100"
    ):
        cdi.estimate(SAMPLE_ROWS, by="kind", volumes=write(tmp_path, f"{CRIME}all,5100\n"))


SUBTOTALS = "stratum,kind,recorded_crime\na,x,1\na,y,2\na,ALL,3\nb,x,4\nAll,x,5\n"


def test_subtotals_are_no_totals(tmp_path: Path) -> None:
    path = write(tmp_path, SUBTOTALS)
    found = faults_of(read_volumes, path, ("stratum", "kind"), (RECORDED_CRIME,))
    assert [(code, column, got) for code, _, column, got in found] == [
        ("partly-all", "stratum, kind", "a, all"),
        ("partly-all", "stratum, kind", "all, x"),
    ]
    mapping = {("a", "x"): 1, ("a", "ALL"): 3, ("All", "x"): 5}
    assert faults_of(read_volumes, mapping, ("stratum", "kind"), (RECORDED_CRIME,)) == found


@pytest.mark.parametrize("name", ["Total", "All", "overall"])
def test_a_category_called_like_the_total_is_never_taken_for_it(name: str, tmp_path: Path) -> None:
    """Its row was read as the total, and the category got what the others left of it."""
    rows = SAMPLE_ROWS.assign(kind=SAMPLE_ROWS["kind"].replace("y", name))
    path = write(tmp_path, f"kind,recorded_crime\nx,4000\n{name},5000\n")
    for volumes in (path, {"x": 4000, name: 5000}):
        found = faults_of(cdi.estimate, rows, by="kind", volumes=volumes)
        assert [(code, column, got) for code, _, column, got in found] == [("total-or-label", RECORDED_CRIME, name)]
    without = cdi.estimate(rows, by="kind").table.rows
    assert [(row.label[0], row.whole) for row in without if row.whole or row.label[0] == name] == [
        (name, False),
        ("all", True),
    ]


def test_a_stratum_called_like_the_total_is_never_taken_for_it(tmp_path: Path) -> None:
    rows = pd.DataFrame({"recorded": [1, 0] * 4, "route": ["calls"] * 4 + ["total"] * 4})
    path = write(tmp_path, "route,population\ncalls,40\ntotal,90\n")
    found = faults_of(cdi.estimate, rows, stratum="route", volumes=path)
    assert [(code, column, got) for code, _, column, got in found] == [("total-or-label", POPULATION, "total")]


def test_a_total_over_several_columns_stands_in_each(tmp_path: Path) -> None:
    path = write(tmp_path, "stratum,kind,recorded_crime\na,x,10\na,y,20\nb,x,30\nAll,ALL,100\n")
    volumes = read_volumes(path, ("stratum", "kind"), (RECORDED_CRIME,))
    assert volumes.totals == {RECORDED_CRIME: 100}
    labels = [(stratum, kind) for stratum in "ab" for kind in "xy"]
    assert volumes.filled(RECORDED_CRIME, labels)[0][("b", "y")] == 40


@pytest.mark.parametrize(
    ("mapping", "label"), [({"x": 1, "x ": 2}, "x"), ({"All": 1, "ALL": 1}, "all"), ({1: 5, "1": 6}, "1")]
)
def test_a_label_of_a_mapping_stands_once(mapping: dict[object, int], label: str) -> None:
    found = faults_of(read_volumes, mapping, ("kind",), (RECORDED_CRIME,))
    assert [(code, got) for code, _, _, got in found] == [("label-twice", label)]


# ---- counts as they are printed


@pytest.mark.parametrize("number", ["139,226", "139226", '"139,226"', " 139,226 "])
def test_counts_may_be_written_with_commas(number: str, tmp_path: Path) -> None:
    cell = number if number.startswith('"') else f'"{number.strip()}"'
    volumes = read_volumes(write(tmp_path, f"kind,recorded_crime\nx,{cell}\n"), ("kind",), (RECORDED_CRIME,))
    assert volumes.counts == {RECORDED_CRIME: {("x",): 139_226}}
    assert read_volumes({"x": number.strip('"')}, ("kind",), (RECORDED_CRIME,)).counts == volumes.counts


@pytest.mark.parametrize("number", ["1,39,226", "139,22", ",139", "139,", "139,226,5", "139.226,0", "1 000", "1e5"])
def test_other_commas_are_no_thousands(number: str, tmp_path: Path) -> None:
    path = write(tmp_path, f'kind,recorded_crime\nx,"{number}"\n')
    found = faults_of(read_volumes, path, ("kind",), (RECORDED_CRIME,))
    assert [(line, got) for _, line, _, got in found] == [(2, number)]


def test_a_blank_is_a_count_that_is_not_known(tmp_path: Path) -> None:
    path = write(tmp_path, "stratum,population,sample\na,600,\nb,,9\n")
    volumes = read_volumes(path, ("stratum",), (POPULATION, SAMPLE))
    assert volumes.counts == {POPULATION: {("a",): 600}, SAMPLE: {("b",): 9}}
    assert volumes.labels == {("a",), ("b",)}


# ---- the frame


def test_the_frame_of_one_stratum_may_be_what_the_others_leave(tmp_path: Path) -> None:
    known = write(tmp_path, "stratum,population\na,600\nb,60\n", "known.csv")
    path = write(tmp_path, "stratum,population\na,600\nALL,660\n")
    result, expected = (cdi.estimate(SAMPLE_ROWS, volumes=volumes) for volumes in (path, known))
    assert result.audit.strata.population is not None
    assert result.audit.strata.population.tolist() == [600, 60]
    assert (result.audit.strata.remainder, expected.audit.strata.remainder) == (True, False)
    for one, other in zip(result.table.rows, expected.table.rows, strict=True):
        assert (one.estimate, one.low, one.high, one.se) == (other.estimate, other.low, other.high, other.se)
        assert set(told(one.facts)) - set(told(other.facts)) == {"frame-remainder"}


def test_the_totals_of_frame_and_sample_are_checked(tmp_path: Path) -> None:
    rows = "stratum,population,sample\na,600,8\nb,60,7\n"
    assert cdi.read_audit(SAMPLE_ROWS, population=write(tmp_path, f"{rows}all,660,15\n")).strata.sampled.tolist() == [
        8,
        7,
    ]
    for total, column in (("all,661,15", POPULATION), ("all,660,16", SAMPLE), ("all,659,15", POPULATION)):
        found = faults_of(cdi.read_audit, SAMPLE_ROWS, population=write(tmp_path, f"{rows}{total}\n"))
        assert [(code, line, name) for code, line, name, _ in found] == [("total-differs", 4, column)]


def test_the_reports_audited_of_one_stratum_may_be_what_the_others_leave(tmp_path: Path) -> None:
    path = write(tmp_path, "stratum,sample\na,8\nall,15\n")
    strata = cdi.read_audit(SAMPLE_ROWS, population=path).strata
    assert (strata.sampled.tolist(), strata.population, strata.stated) == ([8, 7], None, True)


def test_a_remainder_below_what_was_audited_is_refused(tmp_path: Path) -> None:
    found = faults_of(cdi.read_audit, SAMPLE_ROWS, population=write(tmp_path, "stratum,population\na,600\nall,605\n"))
    assert [(code, got) for code, _, _, got in found] == [("population-below-sample", "5")]


# ---- the share of audited routes

SHARED = {
    "of each": ("x,4000,80%\ny,1000,0.5\n", {"x": 640.0, "y": 100.0, "all": 740.0}),
    "of one": ("x,4000,0.8\ny,1000,\n", {"x": 640.0, "y": 200.0, "all": 840.0}),
    "of all": ("x,4000,\ny,1000,\nall,5000,0.8\n", {"x": 640.0, "y": 160.0, "all": 800.0}),
    "of all but one": ("x,4000,1\ny,1000,\nall,,50%\n", {"x": 800.0, "y": 100.0, "all": 900.0}),
    "of nobody": ("x,4000,\ny,1000,\n", {"x": 800.0, "y": 200.0, "all": 1_000.0}),
    "of everything": ("x,4000,1\ny,1000,100%\n", {"x": 800.0, "y": 200.0, "all": 1_000.0}),
}


@pytest.mark.parametrize("what", SHARED)
def test_a_share_limits_the_count(what: str, tmp_path: Path) -> None:
    text, expected = SHARED[what]
    found = missing_of(write(tmp_path, f"kind,recorded_crime,route_share\n{text}"))
    assert {label: count for label, (count, _) in found.items()} == expected
    limited = {label for label, count in expected.items() if count < ALONE[label][0]}
    assert {label for label, (_, notes) in found.items() if "route-share" in notes} == limited


def test_a_share_given_once_for_all_is_that_of_each(tmp_path: Path) -> None:
    column = write(tmp_path, "kind,recorded_crime,route_share\nx,4000,0.8\ny,1000,80%\n")
    assert missing_of(write(tmp_path, CRIME, "crime.csv"), route_share=0.8) == missing_of(column)
    assert missing_of({"x": 4000, "y": 1000}, route_share=1.0) == ALONE


def test_a_share_scales_the_interval_of_the_count_and_leaves_the_rate() -> None:
    half, whole = (
        cdi.estimate(SAMPLE_ROWS, by="kind", volumes={"x": 40_000, "y": 10_000}, **more).table.rows  # type: ignore[arg-type]
        for more in ({"route_share": 0.5}, {})
    )
    for one, other in zip(half, whole, strict=True):
        scale = 0.5 if one.counted else 1.0
        for name in ("estimate", "low", "high", "se"):
            assert getattr(one, name) == pytest.approx(scale * getattr(other, name), rel=1e-12)


@pytest.mark.parametrize("word", ["80", "0", "-0.5", "120%", "1.5", "0%", "many", "yes", "inf", "nan"])
def test_what_is_no_share_is_named(word: str, tmp_path: Path) -> None:
    path = write(tmp_path, f"kind,recorded_crime,route_share\nx,4000,0.5\ny,1000,{word}\n")
    assert faults_of(read_volumes, path, ("kind",), (RECORDED_CRIME,)) == [("not-a-share", 3, ROUTE_SHARE, word)]


@pytest.mark.parametrize(
    ("word", "share"), [("80%", 0.8), ("0.8", 0.8), (" .5 ", 0.5), ("1", 1), ("1.0", 1), ("0.1%", 0.001)]
)
def test_what_is_a_share_is_read(word: str, share: float, tmp_path: Path) -> None:
    path = write(tmp_path, f"kind,recorded_crime,route_share\nx,4000,{word}\n")
    assert read_volumes(path, ("kind",), (RECORDED_CRIME,)).shares == {("x",): share}


@pytest.mark.parametrize(
    ("volumes", "share", "code"),
    [
        ("kind,recorded_crime,route_share\nx,4000,0.5\ny,1000,\n", 0.8, "share-twice"),
        ("kind,recorded_crime,route_share\nx,4000,\ny,1000,\n", 0.8, None),
        (CRIME, 0.0, "not-a-share"),
        (CRIME, 1.2, "not-a-share"),
        ("stratum,population\na,600\nb,60\n", 0.8, "share-alone"),
        (None, 0.8, "share-alone"),
    ],
)
def test_a_share_comes_from_one_place_and_with_recorded_crime(
    volumes: str | None, share: float, code: str | None, tmp_path: Path
) -> None:
    source = None if volumes is None else write(tmp_path, volumes)
    if code is None:
        assert missing_of(source, route_share=share)["all"] == (800.0, ("route-share",))
        return
    assert [
        found for found, *_ in faults_of(cdi.estimate, SAMPLE_ROWS, by="kind", volumes=source, route_share=share)
    ] == [code]


# ---- the period of the counts


def test_counts_of_several_periods_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "kind,recorded_crime,period\nx,4000,2024-02\ny,1000,2024-03\n")
    assert faults_of(read_volumes, path, ("kind",), (RECORDED_CRIME,)) == [
        ("periods-differ", None, "period", "2024-02; 2024-03")
    ]


MONTHS = SAMPLE_ROWS.assign(month=["2024-01", "2024-01", "2024-02"] * 4, stratum=None).drop(columns="stratum")


@pytest.mark.parametrize(
    ("periods", "audited", "said"),
    [
        (("2024-01 to 2024-02",) * 2, "month", False),
        (("Jan 2024 to Feb 2024", "2024-01 to 2024-02"), "month", False),
        (("2024", "2024"), "month", True),
        (("2024-02", "February 2024"), "month", True),
        (("2024-01 to 2024-02", ""), "month", False),
        (("2024", "2024"), None, False),
        (("", ""), "month", False),
    ],
)
def test_periods_that_differ_are_noted(
    periods: tuple[str, str], audited: str | None, said: bool, tmp_path: Path
) -> None:
    path = write(tmp_path, f"kind,recorded_crime,period\nx,4000,{periods[0]}\ny,1000,{periods[1]}\n")
    for source in (path, pd.read_csv(path)):
        result = cdi.estimate(MONTHS, by="kind", volumes=source, period=audited)
        noted = {"period-differs" in told(record.facts) for record in result.table.rows if record.counted}
        assert noted == {said}
        counted = "February 2024" if periods[0] == "2024-02" else "2024"
        expected = f"The audit is of January to February 2024, and recorded crime of {counted}."
        assert any(line.startswith(expected) for line in result.said) is said


@pytest.mark.parametrize("months", [("Jan 2024", "Feb-24"), ("2024-01-01", "2024-02-01"), ("01/2024", "15/02/2024")])
def test_months_of_volumes_are_written_as_the_audit_writes_them(months: tuple[str, str], tmp_path: Path) -> None:
    frame = write(tmp_path, f"period,population\n{months[0]},900\n{months[1]},800\n")
    found = cdi.read_audit(MONTHS, stratum=None, cluster=None, period="month", population=frame)
    assert found.strata.labels == (("2024-01",), ("2024-02",))
    assert found.strata.population is not None
    assert found.strata.population.tolist() == [900, 800]


@pytest.mark.parametrize("name", ["Route_Share", "route share", "ROUTE SHARE [note 1]"])
def test_a_column_in_other_capitals_is_read(name: str, tmp_path: Path) -> None:
    path = write(tmp_path, f"Kind,Recorded crime,{name}\nx,4000,50%\ny,1000,1\n")
    found = read_volumes(path, ("kind",), (RECORDED_CRIME,))
    assert (found.counts, found.shares) == ({RECORDED_CRIME: {("x",): 4000, ("y",): 1000}}, {("x",): 0.5, ("y",): 1})
    assert missing_of(path)["all"] == (600.0, ("route-share",))


@pytest.mark.parametrize("name", ["all", "Total", "TOTALS", "Grand  total", "Overall", "total all"])
def test_a_total_by_any_of_its_names_is_checked_and_no_category(name: str, tmp_path: Path) -> None:
    rows = pd.DataFrame({"route": ["calls"] * 6 + ["online"] * 4, "recorded": [1, 1, 0, 1, 1, 1, 0, 1, 1, 1]})
    frame = tmp_path / "frame.csv"
    frame.write_text(f"route,population\ncalls,600\nonline,200\n{name},800\n", encoding="utf-8")
    plain = cdi.estimate(rows, stratum="route", population={"calls": 600, "online": 200})
    assert cdi.estimate(rows, stratum="route", population=str(frame)).table.rows == plain.table.rows
    frame.write_text(f"route,population\ncalls,600\nonline,200\n{name},900\n", encoding="utf-8")
    with pytest.raises(cdi.DataError) as caught:
        cdi.estimate(rows, stratum="route", population=str(frame))
    assert [item.code for item in caught.value.faults] == ["total-differs"]
    assert "900" in str(caught.value)
    assert "800" in str(caught.value)
