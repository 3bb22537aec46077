"""Periods as people write them: what is read, what is refused, and that labels read back."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tests.strategies  # noqa: F401 (the profile of Hypothesis)
from cdi.audits.periods import Period, around, in_file_name, parse_period


def month(year: int, number: int) -> int:
    return year * 12 + number - 1


def span(*ends: int) -> Period:
    return Period(month(*ends[:2]), month(*ends[-2:]))


MARCH = span(2024, 3)

READ = {
    "2024-03": MARCH,
    " 2024-03 ": MARCH,
    "2024-03-15": MARCH,
    "2024-03-15T08:30": MARCH,
    "2024-03-15T08:30:59.123Z": MARCH,
    "2024-03-15 08:30:00": MARCH,
    "2024-03-15 08:30:00+01:00": MARCH,
    "2024-02-29": span(2024, 2),
    "15/03/2024": MARCH,
    "03/2024": MARCH,
    "2024/03/15": MARCH,
    "5/3/2024": MARCH,
    "15/03/2024 23:59": MARCH,
    "15.03.2024": MARCH,
    "15 March 2024": MARCH,
    "15-Mar-2024": MARCH,
    "Mar 2024": MARCH,
    "MARCH  2024": MARCH,
    "march-2024": MARCH,
    "Mar-24": MARCH,
    "Sept 2024": span(2024, 9),
    "2024 Q1": span(2024, 1, 2024, 3),
    "2024-Q4": span(2024, 10, 2024, 12),
    "q3 2024": span(2024, 7, 2024, 9),
    "2024": span(2024, 1, 2024, 12),
    "202403": MARCH,
    "2024M03": MARCH,
    "2024-M03": MARCH,
    "2023/24": span(2023, 4, 2024, 3),
    "2023-24": span(2023, 4, 2024, 3),
    "FY2023/24": span(2023, 4, 2024, 3),
    "2011-12": span(2011, 12),
    "2011/12": span(2011, 4, 2012, 3),
    "Q1 2023/24": span(2023, 4, 2023, 6),
    "2023/24 Q4": span(2024, 1, 2024, 3),
    "2024-01 to 2024-06": span(2024, 1, 2024, 6),
    "2024-01/2024-06": span(2024, 1, 2024, 6),
    "2024-01 - 2024-06": span(2024, 1, 2024, 6),
    "01/01/2024 - 30/06/2024": span(2024, 1, 2024, 6),
    "01/01/2024/30/06/2024": span(2024, 1, 2024, 6),
    "Apr-23 to Mar-24": span(2023, 4, 2024, 3),
    "April 2023 to Q1 2024": span(2023, 4, 2024, 3),
    "2022 to 2023": span(2022, 1, 2023, 12),
    "year to Mar 2024": span(2023, 4, 2024, 3),
    "Year ending March 2024": span(2023, 4, 2024, 3),
    "year ending 31 March 2024": span(2023, 4, 2024, 3),
    "12 months to Dec-23": span(2023, 1, 2023, 12),
}

NOT_READ = [
    "", "March", "Mar", "15 March", "03/15/2024", "2024-13", "2024-00", "2024-02-30", "30/02/2024", "2024-3",
    "2024/03", "2023/25", "2023-25", "202413", "2024M13", "2023/2024", "2023-2024", "2023 - 2024", "Mar 24",
    "15-03/2024",
    "2024-06 to 2024-01", "2024 Q5", "Q1", "year to 2024", "year to March", "1824-03", "24-03",
    "March to April 2024", "2024-03 2024-04", "2024-03 to", "to 2024-03", "soon", "2024-03-15x",
    "2024-01 to 2024-02 to 2024-03", "٢٠٢٤-٠٣",
]  # fmt: skip


@pytest.mark.parametrize("text", READ)
def test_is_read(text: str) -> None:
    assert parse_period(text) == READ[text]


@pytest.mark.parametrize("text", NOT_READ)
def test_is_not_read(text: str) -> None:
    assert parse_period(text) is None


KINDS = ("month", "quarter", "financial-quarter", "year", "financial-year")


@pytest.mark.parametrize(
    ("text", "kind", "label", "in_words"),
    [
        ("202404", "month", "2024-04", "April 2024"),
        ("Q2 2024", "quarter", "2024 Q2", "Q2 2024"),
        ("2024/25 Q1", "financial-quarter", "2024/25 Q1", "Q1 2024/25"),
        ("Q4 2024/25", "financial-quarter", "2024/25 Q4", "Q4 2024/25"),
        ("2024-25", "financial-year", "2024/25", "2024/25"),
        ("2024", "year", "2024", "2024"),
        ("2024-04 to 2024-06", "quarter", "2024-04 to 2024-06", "April to June 2024"),
        ("year to March 2024", "financial-year", "2023-04 to 2024-03", "April 2023 to March 2024"),
        ("2024-05 to 2024-07", "", "2024-05 to 2024-07", "May to July 2024"),
    ],
)
def test_a_period_keeps_the_kind_that_it_was_written_as(text: str, kind: str, label: str, in_words: str) -> None:
    found = parse_period(text)
    assert found is not None
    assert (found.kind, found.label, found.in_words) == (kind, label, in_words)


MONTHS = st.integers(month(1900, 1), month(2099, 12))
PERIODS = st.tuples(MONTHS, MONTHS).map(lambda pair: Period(min(pair), max(pair)))


@given(PERIODS)
def test_a_label_reads_back(period: Period) -> None:
    assert parse_period(period.label) == period


# of financial years that can be written: the first begins in 1900
@given(st.integers(month(1900, 4), month(2099, 12)), st.sampled_from(KINDS))
def test_a_month_lies_in_one_period_of_each_kind(number: int, kind: str) -> None:
    found = around(Period(number, number), kind)
    assert found is not None
    assert found.first <= number <= found.last
    assert found.kind == kind
    again = parse_period(found.label)
    assert again == found
    assert again.written in {found.written, ""}
    assert {around(Period(each, each), kind) for each in range(found.first, found.last + 1)} == {found}
    assert around(Period(found.first, found.last + 1), kind) is None


@given(MONTHS, MONTHS, st.sampled_from(KINDS))
def test_labels_of_a_kind_sort_as_their_periods_do(one: int, other: int, kind: str) -> None:
    pair = [around(Period(each, each), kind) for each in (one, other)]
    assert (pair[0].label < pair[1].label) == (pair[0] < pair[1])  # type: ignore[union-attr, operator]


@given(PERIODS)
def test_a_label_is_found_in_the_name_of_a_file(period: Period) -> None:
    assert in_file_name(f"dip sample {period.label} v2") == period
    assert in_file_name(f"{period.label.replace(' ', '_')}_audit") == period


@given(PERIODS, PERIODS)
def test_two_periods_in_the_name_of_a_file_are_none(one: Period, other: Period) -> None:
    found = in_file_name(f"{one.label} against {other.label}")
    assert found == (one if one == other else None)


@given(MONTHS, MONTHS)
def test_labels_of_months_sort_as_the_months_do(one: int, other: int) -> None:
    labels = Period(one, one).label, Period(other, other).label
    assert (labels[0] < labels[1]) == (one < other) == (Period(one, one) < Period(other, other))


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)))
def test_a_date_is_in_its_month_however_it_is_written(day: datetime.date) -> None:
    label = f"{day.year:04}-{day.month:02}"
    forms = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y", "%d %B %Y", "%b %Y", "%B %Y", "%Y-%m")
    read = {parse_period(day.strftime(form)) for form in forms}
    read.add(parse_period(str(datetime.datetime.combine(day, datetime.time(8, 30)))))
    assert {period and period.label for period in read} == {label}


@given(st.text())
def test_any_text_is_read_or_not(text: str) -> None:
    for found in (parse_period(text), in_file_name(text)):
        assert found is None or found.first <= found.last


def test_a_period_counts_its_months() -> None:
    assert [READ[text].months for text in ("2024-03", "2024 Q1", "2024", "Apr-23 to Mar-24")] == [1, 3, 12, 12]


NAMES = {
    "dip sample 2024-03": MARCH,
    "2024_03_audit": MARCH,
    "Mar 2024": MARCH,
    "dip-sample-2024-03": MARCH,
    "2024-03-audit-v2": MARCH,
    "audit.2024.03": MARCH,
    "Audit (March 2024) final": MARCH,
    "audit_march_2024": MARCH,
    "audit-Mar-24": MARCH,
    "Mar-24-audit": MARCH,
    "mar2024": MARCH,
    "sample 15-03-2024": MARCH,
    "sample 2024-03-15": MARCH,
    "15 March 2024 sample": MARCH,
    "2024-03 copy of 2024-03": MARCH,
    "audit 2024 Q1": span(2024, 1, 2024, 3),
    "audit_2024-Q1": span(2024, 1, 2024, 3),
    "audit 2024": span(2024, 1, 2024, 12),
    "audit April 2023 to March 2024": span(2023, 4, 2024, 3),
    "2024-01 - 2024-06": span(2024, 1, 2024, 6),
    "audit_year_to_march_2024": span(2023, 4, 2024, 3),
}

NOT_IN_NAMES = [
    "", "audit", "audit 12", "march", "2024-03 2024-04", "2024-03_2024-04", "audit 2023-25", "audit 2023-2024",
    "Jan-Mar 2024", "January to March 2024", "03-15-2024", "2024-13", "Mar 2024 audit of 2023", "incident 120243",
    "year to 2024 may",
]  # fmt: skip


@pytest.mark.parametrize("stem", NAMES)
def test_the_name_of_a_file_holds_a_period(stem: str) -> None:
    assert in_file_name(stem) == NAMES[stem]


@pytest.mark.parametrize("stem", NOT_IN_NAMES)
def test_the_name_of_a_file_holds_none_or_no_single_one(stem: str) -> None:
    assert in_file_name(stem) is None
