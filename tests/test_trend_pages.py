"""What people read of a trend: its lines, its notes, and the statement whether a change is signalled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest

import cdi
from cdi.monitoring.trend_pages import lay_out_trend, statement
from cdi.printing import formats
from cdi.printing.pages import Page
from tests.test_trends import counts, decided, follow, months, rows


def page_of(pairs: Sequence[tuple[int, int]], **terms: Any) -> Page:
    return lay_out_trend(follow(counts(pairs), **terms))


def said(page: Page) -> str:
    return " ".join(page.statements)


STEADY = [(18, 20), (19, 20), (17, 20), (18, 20)]


class TestGrid:
    def test_shows_each_month_and_leaves_a_line_blank_where_there_is_no_sample(self) -> None:
        grid = lay_out_trend(follow(rows(months(5, without=[2])))).grids[0]
        assert [row[0] for row in grid.rows] == months(5)
        assert set(grid.rows[2][1:-1]) == {""}
        assert all(row[1] for i, row in enumerate(grid.rows) if i != 2)
        assert grid.headings[-1] == "notes"

    @pytest.mark.parametrize("count", [2, 3, 12, 36])
    def test_fits_a_screen(self, count: int) -> None:
        pairs = [(20, 20) if i % 3 else (11, 20) for i in range(count)]
        text = formats.FORMATS["text"](page_of(pairs))
        assert max(map(len, text.splitlines())) <= 80

    def test_never_claims_all_or_none_where_some_are_not(self) -> None:
        grid = page_of([(2999, 3000), (3000, 3000), (1, 3000)]).grids[0]
        assert [row[1] for row in grid.rows] == [">99.9", "100.0", "<0.1"]
        assert [row[2] for row in grid.rows] == ["99.8", "99.9", "0.0"]

    def test_holds_what_the_trend_holds(self) -> None:
        found = follow(rows(months(13)), level=0.9)
        page = lay_out_trend(found)
        last, point = dict(zip(page.grids[0].headings, page.grids[0].rows[-1], strict=True)), found.points[-1]
        assert point.rolling is not None
        assert last["12 months %"] == formats.percent(point.rolling.estimate or 0)
        assert last["crimes due"] == str(point.rate.n)
        assert page.grids[0].title == "Recording rate by month, 90% confidence intervals (wilson)"
        assert page.table is found.table

    def test_has_no_columns_that_stay_empty(self) -> None:
        headings = page_of(STEADY).grids[0].headings
        assert "12 months %" not in headings
        assert "signal" not in headings
        assert "limits from %" in headings
        assert "limits from %" not in page_of([(0, 0)] * 3).grids[0].headings

    def test_marks_the_signals_and_words_them_below(self) -> None:
        page = page_of([*STEADY, (8, 20)], baseline=4)
        assert [row[page.grids[0].headings.index("signal")] for row in page.grids[0].rows] == [*[""] * 4, "signal"]
        number = page.grids[0].rows[-1][-1].split()
        note = next(line for line in page.notes if "outside the control limits" in line)
        assert note.split()[0].strip("[]") in number

    @pytest.mark.parametrize("form", ["markdown", "html", "json", "csv"])
    def test_is_written_in_every_format(self, form: str) -> None:
        assert "2022-01" in formats.FORMATS[form](page_of(STEADY))


class TestStatements:
    def test_of_a_change(self) -> None:
        assert page_of([*STEADY, (8, 20)], baseline=4).statements[0] == (
            "A change is signalled in 2022-05: outside the limits. Find out why before acting."
        )

    def test_of_several_signals(self) -> None:
        text = page_of([*STEADY, (8, 20), (8, 20), (18, 20), (8, 20)], baseline=4).statements[0]
        assert text == (
            "A change is signalled in 2022-05 to 2022-06 and 2022-08: outside the limits (2022-05 to 2022-06, "
            "2022-08); two of three months beyond two standard errors on one side (2022-06, 2022-08). Find out why "
            "before acting."
        )

    def test_of_no_change(self) -> None:
        assert page_of(STEADY).statements[0] == (
            "No change is signalled: the months differ no more than samples of this size do."
        )

    def test_of_no_change_where_months_vary_more_than_samples(self) -> None:
        page = page_of([(20, 30), (29, 30)] * 7)
        assert page.statements[0] == ("No change is signalled: the months differ no more than is usual in this series.")
        assert "times as much as sampling alone explains" in said(page)

    @pytest.mark.parametrize(("months_held", "is_short"), [(11, True), (12, False)])
    def test_of_a_short_baseline(self, months_held: int, is_short: bool) -> None:
        page = page_of([(18, 20)] * months_held + [(17, 20)] * 3, baseline=months_held)
        assert (f"The limits rest on {months_held} months" in said(page)) == is_short

    def test_of_no_limits(self) -> None:
        page = page_of([(0, 0)] * 3)
        assert page.statements[0].startswith("There are no control limits: the baseline has no crimes")
        assert "signal" not in said(page)

    def test_of_the_centre(self) -> None:
        assert "The centre of the chart is 90.0%, the rate over 2022-01 to 2022-04. By chance, a month" in said(
            page_of([*STEADY, (17, 20)], baseline=4)
        )

    @pytest.mark.parametrize(("recorded", "rate", "centre"), [(10, "100.0%", "98.4%"), (0, "0.0%", "1.6%")])
    def test_of_a_centre_beside_everything_or_nothing(self, recorded: int, rate: str, centre: str) -> None:
        assert (
            f"The rate over 2022-01 to 2022-03 is {rate}. The centre of the chart is {centre}, which adds half a crime "
            "on each side. By chance, a month falls"
        ) in said(page_of([(recorded, 10)] * 3))

    @pytest.mark.parametrize(
        ("months_held", "baseline", "beginning"),
        [
            (12, None, "Chance alone makes 1 to 2 in 100 charts of 12 months signal"),
            (13, 12, "With a baseline of 12 months, chance alone makes 6 to 9 in 100 charts of 18 months"),
            (12, 12, "Chance alone makes 1 to 2 in 100 charts of 12 months signal"),
            (11, None, None),
            (24, 11, None),
        ],
    )
    def test_of_false_alarms_where_it_is_true(
        self, months_held: int, baseline: int | None, beginning: str | None
    ) -> None:
        page = page_of([(18, 20)] * months_held, baseline=baseline)
        found = [text for text in page.statements if "hance alone makes" in text]
        assert [text[: len(beginning or "")] for text in found] == ([beginning] if beginning else [])

    def test_of_months_without_a_sample(self) -> None:
        assert "There is no sample in 2022-03 and 2022-04." in said(
            lay_out_trend(follow(rows(months(6, without=[2, 3]))))
        )

    def test_of_months_of_which_nothing_could_be_audited(self) -> None:
        data = pd.DataFrame(decided(months(6, without=[4]), {"2022-03": "not auditable"}))
        page = lay_out_trend(cdi.trend(cdi.read_audit(data, stratum="period")))
        assert "There is no sample in 2022-05. Nothing could be audited in 2022-03." in said(page)
        marks = {row[0]: row[-1] for row in page.grids[0].rows}
        notes = {number: line for line in page.notes for number in [line.split()[0].strip("[]")]}
        assert notes[marks["2022-03"]].endswith("nothing could be audited in this month")
        assert notes[marks["2022-05"]].endswith("no sample in this month")

    def test_of_pooled_rates_only_where_the_frame_is_not_known(self) -> None:
        data = rows(months(3))
        known = cdi.read_audit(
            pd.DataFrame(data), cluster="id", stratum="month", population=dict.fromkeys(months(3), 500)
        )
        assert "Rates over several months are not weighted" in said(lay_out_trend(follow(data)))
        assert "Rates over several months are not weighted" not in said(lay_out_trend(cdi.trend(known, "month")))

    def test_of_searches_do_not_speak_of_crimes(self) -> None:
        searches = pd.DataFrame(
            [{"m": m, "grounds": int(i % 5 > 0)} for m in months(13, without=[4]) for i in range(9)]
        )
        audit = cdi.read_audit(searches, stratum="m", recorded="grounds")
        page = lay_out_trend(cdi.trend(audit, "m", measure="grounds"))
        assert "crime" not in formats.FORMATS["text"](page)
        assert "records" in page.grids[0].headings

    def test_the_first_is_that_of_the_chart(self) -> None:
        found = follow(counts(STEADY))
        assert statement(found) == lay_out_trend(found).statements[0]
