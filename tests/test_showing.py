"""The face of every result: it prints, shows in a notebook, becomes data frames, is drawn, compared and saved."""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

import cdi
from cdi import wording
from cdi.showing import Shown, in_python

DRAW = np.random.default_rng(7)
N = 240
AUDIT = pd.DataFrame({
    "crime_type": np.array(["violent", "sexual", "other"])[np.arange(N) % 3],
    "month": [f"2024-{1 + i % 12:02}" for i in range(N)],
    "force": [f"Force {'ABCD'[i % 4]}" for i in range(N)],
    "recorded": (DRAW.random(N) < 0.85).astype(int),
    "told": np.where(DRAW.random(N) < 0.7, "yes", "no"),
})  # fmt: skip
CRIME = {"violent": 9_000, "sexual": 800, "other": 7_000}
TIMES = AUDIT.assign(
    reported_at="2024-03-05 14:00",
    recorded_at=[
        f"2024-03-0{5 + i % 3} {15 + i % 7}:00" if x else None for i, x in enumerate(AUDIT["recorded"])
    ],
)  # fmt: skip
SEARCHES = AUDIT.rename(columns={"recorded": "grounds", "crime_type": "ethnicity"})
LATER = AUDIT.assign(recorded=(np.random.default_rng(8).random(N) < 0.9).astype(int))

RESULTS: dict[str, Callable[[], Shown]] = {
    "Result": lambda: cdi.estimate(AUDIT, by="crime_type", volumes=CRIME),
    "Result of searches": lambda: cdi.grounds(SEARCHES, by="ethnicity"),
    "Estimates": lambda: cdi.recording_rate(AUDIT, "crime_type"),
    "Estimates of counts": lambda: cdi.of_counts(159, 182),
    "Counts": lambda: cdi.unrecorded(cdi.recording_rate(AUDIT, "crime_type"), CRIME),
    "PublishedCounts": lambda: cdi.unrecorded(cdi.PublishedRate(0.914, 0.026), 140_000),
    "Comparison": lambda: cdi.compare(cdi.estimate(AUDIT, by="crime_type"), cdi.estimate(LATER, by="crime_type")),
    "Comparison of figures": lambda: cdi.compare("159/182", "86.5%+-4.3%"),
    "AdditionalCrimes": lambda: cdi.additionally_recorded(9_500, cdi.of_counts(160, 200), cdi.of_counts(190, 200)),
    "Trend": lambda: cdi.trend(AUDIT),
    "Timeliness": lambda: cdi.timeliness(TIMES, by="crime_type"),
    "Review": lambda: cdi.review(AUDIT, questions=["told:better"], by="crime_type"),
    "Forces": lambda: cdi.forces(AUDIT),
    "Disparity": lambda: cdi.disparity(SEARCHES),
    "Model": lambda: cdi.read_audit(AUDIT).model("recorded ~ crime_type"),
}
ALL = pytest.mark.parametrize("kind", RESULTS)


@pytest.fixture(scope="module")
def found() -> dict[str, Shown]:
    return {kind: make() for kind, make in RESULTS.items()}


def saved(result: Any) -> Any:
    return pickle.loads(pickle.dumps(result))  # noqa: S301 - written a moment ago


def subclasses(kind: type) -> set[type]:
    below = {each for each in kind.__subclasses__() if each.__module__.startswith("cdi.")}
    return below | {each for one in below for each in subclasses(one)}


def test_every_kind_of_result_is_looked_at(found: dict[str, Shown]) -> None:
    public = {each.__name__ for each in subclasses(Shown)} - {"_PublishedRates"}
    assert {type(each).__name__ for each in found.values()} == public


class TestTexts:
    @ALL
    def test_print_shows_the_page(self, found: dict[str, Shown], kind: str) -> None:
        result = found[kind]
        text = str(result)
        assert result.page().grids[0].title.split(",")[0] in text
        assert result.summary() == text
        assert not text.endswith("\n")
        assert max(map(len, text.splitlines())) <= 80
        assert f"{result}" == text

    @ALL
    def test_repr_is_one_short_line_that_names_the_kind(self, found: dict[str, Shown], kind: str) -> None:
        text = repr(found[kind])
        assert re.fullmatch(rf"<cdi\.{kind.split()[0]}: [^\n]+>", text)
        assert len(text) <= 120

    @ALL
    def test_sentences_are_those_of_the_page(self, found: dict[str, Shown], kind: str) -> None:
        result = found[kind]
        assert result.sentences == in_python(result.page()).statements
        assert result.sentences
        folded = " ".join(str(result).split())
        assert all(" ".join(sentence.split()) in folded for sentence in result.sentences)

    @ALL
    def test_a_notebook_shows_tables_with_captions(self, found: dict[str, Shown], kind: str) -> None:
        result = found[kind]
        page = result._repr_html_()
        assert page.count("<table") == page.count("</table>") == len(result.page().grids)
        assert "<html" not in page
        assert "<caption>" in page

    def test_an_audit_shows_how_it_was_understood(self) -> None:
        audit = cdi.read_audit(AUDIT, stratum="force")
        assert str(audit) == audit.summary() == str(cdi.describe(audit))
        assert audit._repr_html_() == cdi.describe(audit)._repr_html_()
        assert repr(audit).startswith("<cdi.Audit: data frame, 240 crimes")


class TestFrames:
    @ALL
    def test_to_pandas_holds_all_numbers_unrounded(self, found: dict[str, Shown], kind: str) -> None:
        table = found[kind].table
        frame = found[kind].to_pandas()
        assert list(frame.columns) == [*table.keys, *wording.COLUMNS]
        assert len(frame) == len(table.rows)
        for name in ("estimate", "low", "high"):
            held = [getattr(row, name) for row in table.rows]
            assert [None if value is pd.NA else value for value in frame[name]] == held

    @ALL
    def test_wide_has_one_row_a_category(self, found: dict[str, Shown], kind: str) -> None:
        result = found[kind]
        frame = result.wide()
        by = [name for name in (*result.table.keys, "a", "b", "measure") if name in frame]
        assert by
        assert not frame.duplicated(by).any()
        assert {"low", "high", "notes"} <= set(frame.columns)
        numbers = frame["change" if "change" in frame else "rate"].dropna()
        assert {*numbers} <= {row.estimate for row in result.table.rows}

    def test_wide_sets_counts_beside_their_rates(self, found: dict[str, Shown]) -> None:
        result = found["Result"]
        frame = result.wide().set_index("crime_type")
        assert list(frame.columns) == [
            "rate", "low", "high", "due", "recorded", "unrecorded", "unrecorded_low", "unrecorded_high", "notes",
        ]  # fmt: skip
        assert frame.index.tolist() == ["other", "sexual", "violent", "all"]
        for row in result.table.rows:
            name = "unrecorded" if row.counted else "rate"
            assert frame.loc[row.label[0], name] == row.estimate

    @pytest.mark.parametrize("make", ["ordered", "unordered", "polars"])
    def test_wide_follows_the_order_of_the_users_categories(self, make: str) -> None:
        order = ["violent", "sexual", "other"]
        kinds = pd.Categorical(AUDIT["crime_type"], categories=order, ordered=make == "ordered")
        source: Any = AUDIT.assign(crime_type=kinds)
        if make == "polars":
            source = pl.DataFrame(AUDIT.to_dict("list")).with_columns(pl.col("crime_type").cast(pl.Enum(order)))
        result = cdi.estimate(source, by="crime_type", volumes=CRIME)
        assert result.wide()["crime_type"].tolist() == [*order, "all"]
        assert [tick.get_text() for tick in result.plot().get_yticklabels()] == [*order, "all"]
        assert saved(result).rates.wide()["crime_type"].tolist() == [*order, "all"]
        # the table itself stays sorted, whatever holds the rows
        plain = cdi.estimate(AUDIT, by="crime_type", volumes=CRIME)
        assert result.table == plain.table
        assert plain.wide()["crime_type"].tolist() == [*sorted(order), "all"]

    def test_wide_keeps_the_order_of_each_of_two_columns(self) -> None:
        kinds = pd.Categorical(AUDIT["crime_type"], categories=["violent", "sexual", "other"])
        frame = cdi.estimate(AUDIT.assign(crime_type=kinds), by=["told", "crime_type"]).wide()
        assert frame[["told", "crime_type"]].to_numpy().tolist() == [
            ["no", "violent"], ["no", "sexual"], ["no", "other"],
            ["yes", "violent"], ["yes", "sexual"], ["yes", "other"], ["all", "all"],
        ]  # fmt: skip

    def test_wide_of_reviews_and_times_is_ordered_too(self) -> None:
        kinds = pd.Categorical(AUDIT["crime_type"], categories=["violent", "sexual", "other"])
        found = cdi.review(AUDIT.assign(crime_type=kinds), questions=["told:better"], by="crime_type")
        assert found.wide()["crime_type"].tolist() == ["violent", "sexual", "other", "all"]
        times = cdi.timeliness(TIMES.assign(crime_type=kinds), by="crime_type").wide()
        assert times["crime_type"].tolist()[:4] == ["violent", "sexual", "other", "all"]


class TestPlots:
    @ALL
    def test_are_drawn_on_axes_of_their_own_or_on_those_given(self, found: dict[str, Shown], kind: str) -> None:
        from matplotlib.figure import Figure

        result = found[kind]
        axes = result.plot()
        assert axes.has_data()
        own = Figure().add_subplot()
        assert result.plot(own) is own
        assert own.has_data()


class TestValues:
    @ALL
    def test_are_equal_where_their_numbers_are(self, found: dict[str, Shown], kind: str) -> None:
        result = found[kind]
        assert result == result
        assert RESULTS[kind]() == result
        others = [other for name, other in found.items() if name != kind]
        assert all(result != other for other in others)
        assert result != 1

    def test_differ_where_a_number_differs(self) -> None:
        rows = AUDIT.assign(recorded=[1 - AUDIT["recorded"][0], *AUDIT["recorded"][1:]])
        for make in (cdi.recording_rate, cdi.estimate):
            assert make(AUDIT) != make(rows)

    @ALL
    def test_are_not_hashed(self, found: dict[str, Shown], kind: str) -> None:
        with pytest.raises(TypeError):
            hash(found[kind])

    @ALL
    def test_are_saved_and_read_again(self, found: dict[str, Shown], kind: str) -> None:
        result = found[kind]
        again = saved(result)
        assert again == result
        assert str(again) == str(result)
        assert again.to_pandas().equals(result.to_pandas())
        assert copy.deepcopy(result) == result

    @pytest.mark.parametrize("kind", ["Result", "Estimates", "Timeliness", "Review", "Trend"])
    def test_of_a_database_are_saved_without_its_rows(self, kind: str) -> None:
        frame = TIMES
        rows = duckdb.connect().from_df(frame)
        make: dict[str, Callable[[], Shown]] = {
            "Result": lambda: cdi.estimate(rows, by="crime_type", volumes=CRIME),
            "Estimates": lambda: cdi.recording_rate(rows, "crime_type"),
            "Timeliness": lambda: cdi.timeliness(rows, by="crime_type"),
            "Review": lambda: cdi.review(rows, questions=["told:better"], by="crime_type"),
            "Trend": lambda: cdi.trend(rows),
        }
        result = make[kind]()
        again = saved(result)
        assert again == result
        assert str(again) == str(result)

    def test_what_needs_the_rows_says_that_they_are_gone(self) -> None:
        result = cdi.estimate(duckdb.connect().from_df(AUDIT), by="crime_type")
        again = saved(result)
        with pytest.raises(cdi.DataError) as caught:
            again.audit.model("recorded ~ crime_type")
        assert [fault.code for fault in caught.value.faults] == ["rows-not-kept"]
