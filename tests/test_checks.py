"""Counts, answers and weights: what is read, what is refused and under which name."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdi.audits import answers, checks
from cdi.audits.answers import (
    ANSWERS,
    MOST,
    MOST_COUNTED,
    parse_answer,
    parse_count,
    parse_counted,
    parse_volume,
    parse_weight,
    parse_whole,
)
from cdi.errors import DataError
from cdi.reading import engine, opening

YES = ["yes", "y", "true", "1"]
NO = ["no", "n", "false", "0"]


def cases(word: str) -> set[str]:
    return {word, word.upper(), word.capitalize(), word.swapcase(), "".join(map(str.upper, word[:1])) + word[1:]}


@pytest.mark.parametrize(("words", "value"), [(YES, 1), (NO, 0)])
def test_yes_and_no_are_read_in_every_spelling_and_case(words: list[str], value: int) -> None:
    assert {parse_answer(spelt) for word in words for spelt in cases(word)} == {value}
    assert {parse_count(spelt) for word in words for spelt in cases(word)} == {value}
    assert {parse_answer("YeS"), parse_answer("TRUE"), parse_answer("1")} == {1}


@pytest.mark.parametrize(
    "word",
    ["maybe", "ja", "yes,no", "yes.0", "no.0", "ye", "yess", "t", "f", "on", "off", "2", "-1", "1.5", "01",
     "1.00", "1.0", "0.0", "+1", "x", "✓", "yeſ", "１", "oui", "none", "null", "nan"],
)  # fmt: skip
def test_nothing_else_is_yes_or_no(word: str) -> None:
    assert parse_answer(word) == "not-yes-no"


@given(st.text())
def test_no_other_text_is_an_answer(word: str) -> None:
    known = word.lower() in {*ANSWERS}
    assert (parse_answer(word) in (0, 1)) == known


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("0", 0), ("3", 3), ("007", 7), ("3.0", 3), ("3.", 3), ("999999999999999", 999_999_999_999_999),
        ("-1", "negative"), ("-1.5", "negative"), ("-0", "negative"),
        ("1.5", "fractional"), (".5", "fractional"), ("1.0000001", "fractional"), ("1e-3", "fractional"),
        ("inf", "infinite"), ("-Infinity", "infinite"), ("+INF", "infinite"),
        ("1e3", "not-plain"), ("+1", "not-plain"), ("1,000", "not-plain"), ("1 000", "not-plain"),
        ("9999999999999999", "not-plain"), ("1e999", "not-plain"),
        ("nan", "not-whole"), ("maybe", "not-whole"), ("٣", "not-whole"), ("yes", "not-whole"), ("1/2", "not-whole"),
        ("0x10", "not-whole"), ("1_000", "not-whole"), ("#N/A", "not-whole"),
    ],
)  # fmt: skip
def test_whole_numbers(word: str, expected: int | str) -> None:
    assert parse_whole(word) == expected


@given(st.integers(0, 10**15 - 1))
def test_every_whole_number_is_read(number: int) -> None:
    assert parse_whole(str(number)) == number
    assert parse_count(str(number)) == (number if number <= MOST else "too-many")
    assert parse_volume(str(number)) == (number if number <= MOST_COUNTED else "too-large")


@given(st.text())
def test_any_text_is_read_or_refused_by_a_name_in_the_catalogue(word: str) -> None:
    from cdi.wording import FAULTS

    for parse in (parse_answer, parse_count, parse_whole, parse_weight):
        found = parse(word)
        assert found in FAULTS if isinstance(found, str) else found >= 0


def test_a_count_that_is_no_number_may_have_been_an_answer() -> None:
    assert parse_count("maybe") == "not-a-number"
    assert parse_count("1.5") == "fractional"


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("12.5", 12.5), ("1e3", 1000.0), ("+2", 2.0), (".5", 0.5), ("0", "not-positive"), ("-1", "not-positive"),
        ("-0.0", "not-positive"), ("inf", "infinite"), ("1e999", "infinite"), ("-1e999", "infinite"),
        ("many", "not-a-weight"), ("yes", "not-a-weight"), ("nan", "not-a-weight"), ("1,5", "not-plain"),
    ],
)  # fmt: skip
def test_weights(word: str, expected: float | str) -> None:
    assert parse_weight(word) == expected


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (3.0, "3"), (3, "3"), (np.float32(3), "3"), (np.float64(2.5), "2.5"), (True, "True"), (np.bool_(0), "False"),
        ("3.0", "3.0"), (" calls ", "calls"), ("", "a blank"), ("  ", "a blank"), (None, "a blank"),
        (float("nan"), "a blank"), (pd.NA, "a blank"), (pd.NaT, "a blank"), (float("-inf"), "-inf"),
        (np.datetime64("2021-06-01"), "2021-06-01"), (np.datetime64("2021-06-01T00:00:00.000000000"), "2021-06-01"),
        (pd.Timestamp("2021-06-01"), "2021-06-01"), (datetime.date(2021, 6, 1), "2021-06-01"),
        (datetime.datetime(2021, 6, 1, 12), "2021-06-01 12:00:00"),
    ],
)  # fmt: skip
def test_a_value_is_shown_as_its_user_wrote_it(value: object, shown: str) -> None:
    assert answers.show(value) == shown


@pytest.mark.parametrize(
    ("column", "parse", "codes"),
    [
        ([1, 2, -1], parse_answer, {"negative", "not-yes-no"}),
        ([1.0, 0.5, float("inf")], parse_count, {"fractional", "infinite"}),
        ([1.0, -1.0, float("-inf")], parse_count, {"negative", "infinite"}),
        ([1.0, 0.0, float("inf")], parse_weight, {"not-positive", "infinite"}),
        ([True, False], parse_answer, set()),
        ([True, False], parse_whole, {"not-whole"}),
        ([True, False], parse_weight, {"not-a-weight"}),
        (["yes", "perhaps", "-1"], parse_count, {"word-no-count", "negative"}),
        (["yes", "required", "-1"], parse_count, {"word-like-a-count", "negative"}),
        (["2", "perhaps", "#N/A"], parse_count, {"not-a-number"}),
        (["no", "#N/A", "2024 ok"], parse_answer, {"not-yes-no"}),
        ([10**15, 10], parse_count, {"too-many"}),
        ([10**15, 10], parse_whole, set()),
        ([10**12, 10**12 + 1], parse_volume, {"too-large"}),
        ([1e12, 2e12], parse_counted, {"too-large"}),
        (["1,000,000,000,000", "1,000,000,000,001"], parse_volume, {"too-large"}),
        (["1", "99999999999999999"], parse_volume, {"too-large"}),
    ],
)
def test_a_column_is_checked_in_its_engine(column: list[Any], parse: Any, codes: set[str]) -> None:
    source = opening.open_source(pd.DataFrame({"k": column}))
    source, read = checks.read(source, "k", parse)
    counts, rows = engine.tally(source.rows, {check.code: check.wrong for check in read.checks})
    assert rows == len(column)
    assert {code for code, count in counts.items() if count} == codes


def test_faults_come_in_the_order_of_the_rows_whatever_found_them() -> None:
    source = opening.open_source(pd.DataFrame({"a": [0, -1, 0, -2], "b": [-3, 0, -4, 0]}))
    found = []
    for name in ("a", "b"):
        source, column = checks.read(source, name, parse_whole)
        found += column.checks
    with pytest.raises(DataError) as caught:
        checks.refuse(source, found)
    assert [item.got for item in caught.value.faults] == ["-3", "-1", "-4", "-2"]


def test_right_rows_raise_nothing() -> None:
    source, column = checks.read(opening.open_source(pd.DataFrame({"a": [0, 1]})), "a", parse_whole)
    checks.refuse(source, [*column.checks, checks.missing("a", source)])
