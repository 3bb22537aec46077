"""The lines of a table: a rate beside its count, the numbers of its notes, and numbers as text."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

import cdi
from cdi import wording
from cdi.printing.lines import (
    count,
    end,
    half,
    level_text,
    lines_of,
    marks,
    measure_of,
    more_than,
    note_lines,
    numbered,
    percent,
    rate,
)  # fmt: skip
from cdi.printing.tables import Table

MEASURES = ("recording-rate", "classification", "over-recording")
DECIDED = (
    ["recorded"] * 14 + ["not recorded"] * 3 + ["wrong class"] * 4 + ["over-recorded"] * 5 + ["no crime"] * 2
    + ["not auditable"] * 2
)  # fmt: skip
ROWS = pd.DataFrame({"kind": ["x", "y"] * 15, "decision": DECIDED})
CRIME = {"x": 8_000, "y": 90}


def table_of(**options: object) -> Table:
    return cdi.estimate(ROWS, by="kind", **options).table  # type: ignore[arg-type]


class TestMeasures:
    @pytest.mark.parametrize("kind", [*wording.MEASURES])
    def test_of_a_kind_are_kinds_that_say_nothing_of_the_whole(self, kind: str) -> None:
        measure = measure_of(kind)
        assert measure in wording.MEASURES
        assert measure_of(measure) == measure
        assert kind == measure or kind.removeprefix(measure) in wording.WHOLE

    def test_have_their_own_lines(self) -> None:
        table = table_of(measures=MEASURES)
        numbers = numbered(table.records)
        for measure in MEASURES:
            lines = lines_of(table, measure, numbers)
            assert [line.label for line in lines] == [("x",), ("y",), ("all",)]
            assert {line.rate.kind for line in lines} == {measure}
        assert lines_of(table, "grounds", numbers) == []


class TestCounts:
    def test_stand_beside_the_rate_they_follow_from_and_no_other(self) -> None:
        table = table_of(measures=MEASURES, volumes=CRIME, bounds=True)
        numbers = numbered(table.records)
        found = {record.label: record for record in table.records if record.is_count}
        assert set(found) == {("x",), ("y",), ("all",)}
        lines = lines_of(table, "recording-rate", numbers)
        assert [line.missing for line in lines] == [found[line.label] for line in lines]
        others = {measure_of(record.kind) for record in table.records if not record.is_count} - {"recording-rate"}
        assert len(others) == 4
        assert not [line for measure in others for line in lines_of(table, measure, numbers) if line.missing]

    def test_do_not_stand_beside_the_rate_on_the_frame(self) -> None:
        rows = ROWS.assign(stratum=["a", "b"] * 15)
        table = cdi.estimate(rows, by="kind", volumes=[CRIME], population={"a": 300, "b": 200}).table
        lines = {line.label: line for line in lines_of(table, "recording-rate", numbered(table.records))}
        assert set(lines) == {("x",), ("y",), ("all",), ("all (weighted by frame)",)}
        assert [label for label, line in lines.items() if line.missing is None] == [("all (weighted by frame)",)]

    def test_of_a_sample_are_named_for_what_they_are(self) -> None:
        rows = ROWS.assign(stratum=["a", "b"] * 15, again=["u"] * 30)
        table = cdi.estimate(rows, by=["kind", "again"]).table
        last = lines_of(table, "recording-rate", numbered(table.records))[-1]
        assert last.label == ("all (in the sample, not an estimate for the force)", "all")
        assert last.in_sample
        assert not lines_of(table, "recording-rate", numbered(table.records))[0].in_sample


class TestNotes:
    def test_are_numbered_as_they_come_up_and_once_for_each_wording(self) -> None:
        table = table_of(measures=MEASURES)
        numbers = numbered(table.records)
        assert list(numbers.values()) == list(range(1, len(numbers) + 1))
        codes = {code for record in table.records for code in record.notes}
        said = {wording.note(code, record.kind) for record in table.records for code in record.notes}
        assert set(numbers) == said
        assert len(said) > len(codes)
        assert wording.note("small-base", "recording-rate") == wording.note("small-base", "over-recording")
        assert note_lines(numbers) == tuple(f"[{number}] {text}" for text, number in numbers.items())

    def test_carry_the_number_of_their_own_measure(self) -> None:
        table = table_of(measures=MEASURES)
        numbers = numbered(table.records)
        by_number = {number: text for text, number in numbers.items()}
        for measure in MEASURES:
            for line in lines_of(table, measure, numbers):
                texts = [by_number[int(mark)] for mark in line.marks.split()]
                assert sorted(texts) == sorted(wording.note(code, measure) for code in line.rate.notes)

    def test_of_a_rate_and_its_count_are_joined_in_order(self) -> None:
        table = table_of(volumes={"x": 8_000, "all": 8_090})
        numbers = numbered(table.records)
        line = lines_of(table, "recording-rate", numbers)[1]
        assert line.missing is not None
        only = set(line.missing.notes) - set(line.rate.notes)
        assert "volume-remainder" in only
        written = line.marks.split()
        assert written == sorted(written, key=int)
        assert str(numbers[wording.NOTES["volume-remainder"]]) in written
        assert marks((line.rate,), numbers) != line.marks == marks((line.missing, line.rate), numbers)


class TestNumbers:
    RECORD = next(record for record in table_of(volumes=CRIME).records if record.is_count)

    @pytest.mark.parametrize(
        ("value", "in_a_column", "in_a_sentence"),
        [
            (None, "", ""),
            (0.0, "0.0", "0.0%"),
            (0.91449, "91.4", "91.4%"),
            (1.0, "100.0", "100.0%"),
            (1.05, "105.0", "105.0%"),
        ],
    )
    def test_of_rates(self, value: float | None, in_a_column: str, in_a_sentence: str) -> None:
        assert (rate(value), percent(value)) == (in_a_column, in_a_sentence)

    @pytest.mark.parametrize(
        ("estimate", "low", "high", "expected"),
        [
            (13_149.9, 9_389.0, 18_201.0, ("13,100", "9,300", "18,300")),
            (423.4, 211.0, 829.0, ("420", "210", "830")),
            (4.0, 1.2, 9.9, ("fewer than 10", "0", "10")),
            (0.0, 0.0, 805.0, ("0", "0", "810")),
            (None, None, None, ("", "", "")),
            (700.0, None, None, ("700", "", "")),
        ],
    )
    def test_of_counts_are_rounded_and_their_ends_outward(
        self, estimate: float | None, low: float | None, high: float | None, expected: tuple[str, str, str]
    ) -> None:
        record = replace(self.RECORD, estimate=estimate, low=low, high=high)
        assert (count(record), end(record, low=True), end(record, low=False)) == expected

    def test_of_a_count_that_is_not_there(self) -> None:
        assert (count(None), end(None, low=True), end(None, low=False)) == ("", "", "")

    def test_of_a_half_width_need_both_ends(self) -> None:
        line = lines_of(table_of(), "recording-rate", numbered(table_of().records))[0]
        record = replace(line.rate, low=0.85, high=0.95)
        assert half(replace(line, rate=record)) == "5.0"
        assert (
            half(replace(line, rate=replace(record, low=None)))
            == half(replace(line, rate=replace(record, high=None)))
            == ""
        )

    @pytest.mark.parametrize(
        ("label", "estimate", "expected"),
        [
            (("all",), 13_190.0, "13,100"),
            (("violence",), 990.0, "900"),
            (("theft",), 429.9, "420"),
            (("all",), 99.0, ""),
            (("x",), 0.0, ""),
            (("x",), None, ""),
        ],
    )
    def test_more_than_is_rounded_down(self, label: tuple[str, ...], estimate: float | None, expected: str) -> None:
        table = table_of(volumes=CRIME)
        line = lines_of(table, "recording-rate", numbered(table.records))[0]
        changed = replace(line, label=label, missing=replace(self.RECORD, estimate=estimate))
        assert more_than(changed) == expected
        assert more_than(replace(line, missing=None)) == ""

    def test_of_levels(self) -> None:
        assert [level_text(level) for level in (0.5, 0.95, 0.999)] == ["50%", "95%", "99.9%"]
