"""The face of every result: it prints, shows in a notebook, becomes data frames, is drawn, compared and saved."""

from __future__ import annotations

import copy
import pickle
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

import cdi
from cdi import wording
from cdi.showing import Shown, in_python
from cdi.simulating.scenarios import read_scenario

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
    line=np.arange(len(AUDIT)),  # no two rows are alike
    reported_at="2024-03-05 14:00",
    recorded_at=[
        f"2024-03-0{5 + i % 3} {15 + i % 7}:00" if x else None for i, x in enumerate(AUDIT["recorded"])
    ],
)  # fmt: skip
SEARCHES = AUDIT.rename(columns={"recorded": "grounds", "crime_type": "ethnicity"})
LATER = AUDIT.assign(recorded=(np.random.default_rng(8).random(N) < 0.9).astype(int))

FORCES: Any = ([0.9, 0.91, 0.89, 1.0, 0.3], [1000, 2000, 1500, 120, 1000], list("ABCDE"))

AUDITED = ["Avon and Somerset", "Dorset", "Kent"]

RESULTS: dict[str, Callable[[], Shown]] = {
    "National": lambda: cdi.national(AUDIT.assign(force=[AUDITED[i % 3] for i in range(N)]), by="crime_type"),
    "Result": lambda: cdi.estimate(AUDIT, by="crime_type", volumes=CRIME),
    "Result of searches": lambda: cdi.grounds(SEARCHES, by="ethnicity"),
    "Estimates": lambda: cdi.recording_rate(AUDIT, "crime_type"),
    "Estimates of counts": lambda: cdi.of_counts(159, 182),
    "Counts": lambda: cdi.unrecorded(cdi.recording_rate(AUDIT, "crime_type"), CRIME),
    "PublishedCounts": lambda: cdi.unrecorded(cdi.PublishedRate(0.914, 0.026), 140_000),
    "Comparison": lambda: cdi.compare(cdi.estimate(AUDIT, by="crime_type"), cdi.estimate(LATER, by="crime_type")),
    "Comparison of figures": lambda: cdi.compare("159/182", "86.5%+-4.3%"),
    "AdditionalCrimes": lambda: cdi.additionally_recorded(9_500, cdi.of_counts(160, 200), cdi.of_counts(190, 200)),
    "Agreement": lambda: cdi.agreement(AUDIT.assign(case=range(N)), LATER.assign(case=range(N)), "crime_type"),
    "Trend": lambda: cdi.trend(AUDIT),
    "Timeliness": lambda: cdi.timeliness(TIMES, by="crime_type"),
    "Review": lambda: cdi.review(AUDIT, questions=["told:better"], by="crime_type"),
    "Disputes": lambda: cdi.dispute(
        AUDIT.assign(disputed=["yes" if i % 9 == 0 else "" for i in range(N)]), by="crime_type", volumes=CRIME
    ),
    "Forces": lambda: cdi.forces(AUDIT),
    "Watch": lambda: cdi.watch(AUDIT[["recorded"]].assign(order=range(1, N + 1)), 0.9, most=1, population=9_000),
    "Disparity": lambda: cdi.disparity(SEARCHES),
    "Coverage": lambda: cdi.coverage(AUDIT, "crime_type", draws=10),
    "Resampled": lambda: cdi.resample(AUDIT, "crime_type", volumes=CRIME, replicates=50),
    "Model": lambda: cdi.read_audit(AUDIT).model("recorded ~ crime_type"),
    "Funnel": lambda: cdi.funnel(*FORCES),
    "Shrunken": lambda: cdi.shrink(*FORCES),
    "Shrunken on logits": lambda: cdi.shrink(*FORCES, model="logit-normal"),
    "OutlierLines": lambda: cdi.outlier_lines([*FORCES[0], None], [*FORCES[2], "F"]),
    "NetError": lambda: cdi.net_unrecorded(
        cdi.unrecorded(cdi.recording_rate(AUDIT), 9_000, over_recording="2%+-1%"), "2%+-1%"
    ),
    "PublishedRate": lambda: cdi.parse_published("86.5%+-4.3%"),
    "Standard": lambda: cdi.Standard(0.95),
    "PublishedRate of a census": lambda: cdi.parse_published("69%", census=True),
    "Explanation": lambda: cdi.estimate(AUDIT, by="crime_type", volumes=CRIME).explain("violent"),
    "Table": lambda: cdi.estimate(AUDIT, by="crime_type", volumes=CRIME).table,
    "Table of groups": lambda: cdi.disparity(SEARCHES).table,
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
    public = {each.__name__ for each in subclasses(Shown)} - {"PublishedRates"}
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
        assert result.sentences or kind == "Table of groups"  # which says nothing without its result
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
        assert {"low", "limit_low", "coverage"} & set(frame.columns)
        # of counts alone the rate that they follow from is none of the table
        first = ("agreement", "change", "unrecorded", "additional", "rate", "odds_ratio", "z", "net", "coverage")
        numbers = frame[next(name for name in first if name in frame)].dropna()
        assert len(numbers)
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
    def test_rows_follow_the_order_of_the_users_categories_wherever_they_are_shown(self, make: str) -> None:
        order = ["violent", "sexual", "other", "unseen"]
        kinds = pd.Categorical(AUDIT["crime_type"], categories=order, ordered=make == "ordered")
        source: Any = AUDIT.assign(crime_type=kinds)
        if make == "polars":
            source = pl.DataFrame(AUDIT.to_dict("list")).with_columns(pl.col("crime_type").cast(pl.Enum(order)))
        result = cdi.estimate(source, by="crime_type", volumes=CRIME)
        shown = [*order[:3], "all"]
        for frame in (result.wide(), saved(result).rates.wide(), result.to_pandas()[:4], result.rates.to_pandas()):
            assert frame["crime_type"].tolist() == shown
            assert frame["crime_type"].dtype == pd.CategoricalDtype([*order, "all"], ordered=True)
            assert frame.sort_values("crime_type")["crime_type"].tolist() == shown
        assert [tick.get_text() for tick in result.plot().get_yticklabels()] == shown
        assert [row[0] for row in result.page().grids[0].rows] == shown
        assert [row.label[0] for row in result.rates.rows] == shown
        # the numbers are the same
        plain = cdi.estimate(AUDIT, by="crime_type", volumes=CRIME)
        assert sorted(result.table.rows, key=str) == sorted(plain.table.rows, key=str)
        assert plain.wide()["crime_type"].tolist() == [*sorted(order[:3]), "all"]
        assert plain.wide()["crime_type"].dtype == "string"

    def test_categories_of_both_sides_of_a_comparison_are_in_order(self) -> None:
        order = ["violent", "sexual", "other"]
        now, then = (
            each.assign(crime_type=pd.Categorical(each["crime_type"], categories=order))
            for each in (AUDIT[AUDIT["crime_type"] != "sexual"], LATER)
        )
        found = cdi.compare(now, then, by="crime_type")
        assert found.wide()["crime_type"].tolist() == [*order, "all"]
        assert found.wide()["crime_type"].cat.categories.tolist() == [*order, "all"]

    @pytest.mark.parametrize("kind", ["numbers", "text", "file"])
    def test_whole_numbers_are_in_their_own_order(self, tmp_path: Path, kind: str) -> None:
        ward = [1 + i % 12 for i in range(N)]
        rows: Any = AUDIT.assign(ward=list(map(str, ward)) if kind == "text" else ward)
        if kind == "file":
            rows.to_csv(tmp_path / "audit.csv", index=False)
            rows = tmp_path / "audit.csv"
        shown = [*map(str, range(1, 13)), "all"]
        result = cdi.estimate(rows, by="ward")
        assert result.wide()["ward"].tolist() == shown
        assert [row[0] for row in result.page().grids[0].rows] == shown
        described = cdi.describe(cdi.read_audit(rows, stratum="ward"))
        assert [stratum.label for stratum in described.strata] == [(name,) for name in shown[:-1]]
        assert cdi.estimate(rows, stratum="ward").wide()["ward"].tolist() == shown

    def test_one_category_that_is_no_number_makes_them_all_text(self) -> None:
        ward = [["1", "2", "10", "A"][i % 4] for i in range(N)]
        assert cdi.estimate(AUDIT.assign(ward=ward), by="ward").wide()["ward"].tolist() == ["1", "10", "2", "A", "all"]

    def test_the_overall_row_of_a_wide_frame_is_called_as_in_the_tidy_one(self) -> None:
        frame = cdi.estimate(AUDIT, stratum="crime_type").wide()
        assert frame["crime_type"].tolist() == ["other", "sexual", "violent", "all"]
        assert frame["measure"].tolist()[:3] == ["recording rate"] * 3
        assert "in the sample" in frame["measure"].iloc[-1]

    def test_counts_alone_stand_beside_the_rate_that_they_follow_from(self) -> None:
        rates = cdi.recording_rate(AUDIT, "crime_type")
        frame = cdi.unrecorded(rates, CRIME).wide()
        columns = ["crime_type", "rate", "low", "high", "due", "recorded"]
        pd.testing.assert_frame_equal(frame[columns].iloc[:-1], rates.wide()[columns].iloc[:-1])
        whole = cdi.estimate(AUDIT, by="crime_type", volumes=CRIME).wide()
        pd.testing.assert_frame_equal(frame.drop(columns="notes"), whole.drop(columns="notes"))
        printed = cdi.unrecorded("81%+-1.9%", recorded_crime=3_454_000).wide().iloc[0]
        assert [round(printed[name], 3) for name in ("rate", "low", "high")] == [0.81, 0.791, 0.829]
        assert round(printed["unrecorded"]) == 810_198

    def test_wide_keeps_the_order_of_each_of_two_columns(self) -> None:
        kinds = pd.Categorical(AUDIT["crime_type"], categories=["violent", "sexual", "other"])
        frame = cdi.estimate(AUDIT.assign(crime_type=kinds), by=["told", "crime_type"]).wide()
        assert frame[["told", "crime_type"]].to_numpy().tolist() == [
            ["no", "violent"], ["no", "sexual"], ["no", "other"],
            ["yes", "violent"], ["yes", "sexual"], ["yes", "other"], ["all", "all"],
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("kind", "columns"),
        [
            ("Trend", "rate low high due recorded rolling rolling_low rolling_high centre limit_low limit_high signal"),
            (
                "Timeliness",
                "rate low high recorded in_time of_due of_due_low of_due_high median median_low median_high latest "
                "latest_low latest_high",
            ),
            ("Forces", "rate low high due recorded adjusted adjusted_low adjusted_high z lines funnel"),
            (
                "Disparity",
                "rate low high due recorded share share_low share_high difference difference_low difference_high "
                "ratio ratio_low ratio_high",
            ),
            ("Model", "category reference odds_ratio low high due recorded difference difference_low difference_high"),
        ],
    )
    def test_wide_sets_what_belongs_together_side_by_side(
        self, found: dict[str, Shown], kind: str, columns: str
    ) -> None:
        result = found[kind]
        frame = result.wide()
        assert list(frame.columns)[1:] == [*columns.split(), "notes"]
        first = [row for row in result.table.rows if row.measure == result.table.rows[0].measure]
        assert len(frame) >= len(first)
        beside = {"Trend": ("rolling", "recording-rate-rolling"), "Timeliness": ("median", "delay-median"),
                  "Forces": ("adjusted", "adjusted-rate"), "Disparity": ("ratio", "grounds-ratio"),
                  "Model": ("difference", "marginal-difference")}  # fmt: skip
        name, key = beside[kind]
        for number, end in ((name, "estimate"), (f"{name}_low", "low"), (f"{name}_high", "high")):
            held = [getattr(row, end) for row in result.table.of(key) if row.estimate is not None]
            assert sorted(frame[number].dropna()) == sorted(held)

    def test_wide_of_groups_is_ordered_too(self) -> None:
        kinds = pd.Categorical(SEARCHES["ethnicity"], categories=["violent", "sexual", "other"])
        found = cdi.disparity(SEARCHES.assign(ethnicity=kinds))
        assert found.wide()["ethnicity"].tolist() == ["violent", "sexual", "other", "all"]

    def test_wide_of_a_suppressed_group_holds_no_number(self) -> None:
        people = {"violent": 100, "sexual": 100, "other": 100, "source": "made up", "year": 2021}
        rows = pd.concat([SEARCHES[SEARCHES["ethnicity"] != "other"], SEARCHES[SEARCHES["ethnicity"] == "other"][:6]])
        found = cdi.disparity(rows, residents=people, population=5_000)
        frame = cdi.protect(found, cdi.Disclosure()).wide().set_index("ethnicity")
        assert found.wide().set_index("ethnicity").loc["other"].notna().all()
        assert frame.loc["other"].drop("notes").isna().all()
        assert "suppressed" in frame.loc["other", "notes"]

    def test_wide_of_a_group_without_a_record_has_its_residents_rate(self) -> None:
        people = {"violent": 100, "sexual": 100, "other": 100, "else": 50, "source": "made up", "year": 2021}
        frame = cdi.disparity(SEARCHES, residents=people, population=5_000).wide().set_index("ethnicity")
        assert frame.loc["else", "rate"] is pd.NA
        assert frame.loc["else", "per_1000"] == 0
        assert frame.index[-1].startswith("all")

    def test_wide_of_reviews_and_times_is_ordered_too(self) -> None:
        kinds = pd.Categorical(AUDIT["crime_type"], categories=["violent", "sexual", "other"])
        found = cdi.review(AUDIT.assign(crime_type=kinds), questions=["told:better"], by="crime_type")
        assert found.wide()["crime_type"].tolist() == ["violent", "sexual", "other", "all"]
        times = cdi.timeliness(TIMES.assign(crime_type=kinds), by="crime_type").wide()
        assert times["crime_type"].tolist()[:4] == ["violent", "sexual", "other", "all"]


class TestForcesAlone:
    """What is computed of rates and sizes alone speaks for itself as well."""

    def test_funnel(self, found: dict[str, Shown]) -> None:
        result = found["Funnel"]
        assert repr(result) == "<cdi.Funnel: 5 forces about 79.6%, additive>"
        frame = result.wide().set_index("force")
        assert not frame["funnel"].any()
        assert not frame["notes"].any()
        assert (frame["limit_low"] < 0.796).all()
        assert "no force differs" in result.sentences[0]
        alone = cdi.funnel(*FORCES, dispersion="none")
        assert alone.wide()["funnel"].tolist() == ["above", "above", "above", "above", "below"]
        assert "by more than chance explains (false discovery rate 10%). Lower: E." in alone.sentences[0]
        moved = cdi.funnel([1.0, 1.0, 1.0], [20, 30, 40])
        assert moved.sentences[1:] == (wording.force_note("target-moved"),)
        assert "false discovery rate 5%" in cdi.funnel(*FORCES, fdr=0.05).sentences[0]

    def test_shrunken(self, found: dict[str, Shown]) -> None:
        result = found["Shrunken"]
        assert re.fullmatch(r"<cdi.Shrunken: 5 forces, mean \d\d\.\d%, beta-binomial>", repr(result))
        frame = result.wide()
        assert list(frame.columns) == ["force", "rate", "size", "adjusted", "low", "high", "notes"]
        assert (frame["low"] < frame["adjusted"]).all()
        assert (frame["adjusted"] < frame["high"]).all()
        assert [grid.headings for grid in result.page().grids] == [("force", "rate %", "adjusted %", "from %", "to %")]

    def test_lines(self, found: dict[str, Shown]) -> None:
        result = found["OutlierLines"]
        assert result.wide()["lines"].tolist() == ["", "", "", "", "below"]
        assert "Well below average: E." in result.sentences
        assert "No value is given for F. Forces without one are not in the lines." in result.sentences
        assert wording.LINES_BY_CONSTRUCTION in result.sentences
        alike = cdi.outlier_lines([2.0, 2.0, 2.0])
        assert alike.sentences[-1] == wording.force_note("all-equal")
        assert not alike.wide()["lines"].any()

    def test_lines_are_in_the_unit_of_their_values(self) -> None:
        calls = cdi.outlier_lines([1_200.0, 1_350.0, 1_100.0, 2_900.0])
        assert "of 4 forces" in calls.sentences[0]
        assert "%" not in calls.sentences[0]
        assert calls.plot().get_title(loc="left") == wording.lines_title()


class TestPlots:
    @pytest.fixture(autouse=True)
    def closed(self) -> Iterator[None]:
        """Close what pyplot keeps open, where another test has loaded it."""
        yield
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close("all")

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
        if isinstance(found[kind], (cdi.NetError, cdi.PublishedRate, cdi.Table)):
            assert hash(found[kind]) == hash(RESULTS[kind]())  # plain values, and no array
            return
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

    @ALL
    def test_hold_no_row_where_they_are_saved(self, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
        for name, frame in {"AUDIT": AUDIT, "TIMES": TIMES, "SEARCHES": SEARCHES, "LATER": LATER}.items():
            monkeypatch.setitem(globals(), name, frame.assign(victim="Jane Doe"))
        result = RESULTS[kind]()
        assert saved(result) == result
        assert b"Jane Doe" not in pickle.dumps(result)

    def test_of_files_are_saved(self, tmp_path: Path) -> None:
        TIMES.to_csv(tmp_path / "audit.csv", index=False)
        pd.DataFrame({"crime_type": list(CRIME), "recorded_crime": list(CRIME.values())}).to_csv(
            tmp_path / "volumes.csv", index=False
        )
        made = [
            cdi.estimate(tmp_path / "audit.csv", by="crime_type", volumes=tmp_path / "volumes.csv"),
            cdi.timeliness(tmp_path / "audit.csv", by="crime_type"),
        ]
        for result in made:
            again = saved(result)
            assert again == result
            assert str(again) == str(result)

    def test_are_protected_after_they_were_saved(self) -> None:
        ward = ["A"] * 100 + ["B"] * 100 + ["C"] * 31 + ["D"] * 9
        result = cdi.estimate(AUDIT.assign(ward=ward), by="ward")
        assert cdi.protect(saved(result), cdi.Disclosure()) == cdi.protect(result, cdi.Disclosure())
        crime = {"A": 900, "B": 800, "C": 300, "D": 90}
        counted = cdi.estimate(AUDIT.assign(ward=ward), by="ward", volumes=crime)
        assert cdi.protect(saved(counted), cdi.Disclosure()).table == cdi.protect(counted, cdi.Disclosure()).table

    def test_what_needs_the_rows_says_that_they_are_gone(self) -> None:
        result = cdi.estimate(duckdb.connect().from_df(AUDIT), by="crime_type")
        again = saved(result)
        with pytest.raises(cdi.DataError) as caught:
            again.audit.model("recorded ~ crime_type")
        assert [fault.code for fault in caught.value.faults] == ["rows-not-kept"]


ROOT = Path(__file__).parent.parent

READ_AGAIN = {"incident": list("abcdefghijkl"), "due": [1] * 12, "recorded": [0, 0, 0, *[1] * 9]}
"""An audit of which a panel reads some reports again."""

MADE: dict[str, Callable[[], Any]] = {
    "Audit": lambda: cdi.read_audit(AUDIT, stratum="force"),
    "Description": lambda: cdi.describe(AUDIT),
    "Kinds": lambda: cdi.read_audit(AUDIT).kinds("crime_type"),
    "Reproduction": cdi.reproduce,
    "Report": lambda: cdi.assemble(cdi.read_inspection(ROOT / "data" / "examples" / "inspection.toml")),
    "Interval": lambda: cdi.interval([0.5, 0.9], [100, 200]),
    "Verification": lambda: cdi.Verification((), {}),
    "MethodCard": lambda: cdi.describe_methods("wilson")[0],
    "Draw": lambda: cdi.draw(pd.DataFrame({"incident": ["a", "b", "c"]}), n=2, seed="4 6"),
    "DrawVerification": lambda: cdi.DrawVerification((), 200, 9_000, 0),
    "Plan": lambda: cdi.plan(population=900, rate=0.9),
    "Panel": lambda: cdi.draw_panel(pd.DataFrame(READ_AGAIN), 8, seed="4 6", cluster="incident", due="due"),
    "SecondReading": lambda: (
        cdi.estimate(
            pd.DataFrame(READ_AGAIN), cluster="incident", due="due", reread=pd.DataFrame(READ_AGAIN)[:8]
        ).reread
    ),
    "Draft": lambda: cdi.Draft("force = 1", ()),
    "Change": lambda: cdi.compare("159/182", "211/244").rows[0],
    "Row": lambda: cdi.of_counts(159, 182).table.rows[0],
    "Design": lambda: cdi.Design(stratum="force"),
    "Disclosure": cdi.Disclosure,
    "Exemption": lambda: cdi.Exemption("a", "b", "c", "d"),
    "Question": lambda: cdi.Question("told"),
    "Workbook": lambda: cdi.Workbook("a.xlsx"),
    "SheetMapping": lambda: cdi.SheetMapping(header_row=3, columns={"cluster": "Incident"}),
    "Proposal": lambda: cdi.open_sheets(ROOT / "data" / "examples" / "dip_sample_2024.xlsx"),
    "Where": lambda: cdi.Where("a.csv", 3),
    "Step": lambda: cdi.explain("159/182").steps[0],
    "Fault": lambda: cdi.Fault("no-file"),
    "Finding": lambda: cdi.Finding("table 3", "ward Meadow", "n", (8,), ("report.html",)),
    "Attack": lambda: cdi.Attack((), (), 0),
    "Stratum": lambda: read_scenario(ROOT / "data" / "examples" / "scenario.toml").strata[0],
    "Scenario": lambda: read_scenario(ROOT / "data" / "examples" / "scenario.toml"),
    "Inspection": lambda: cdi.read_inspection(ROOT / "data" / "examples" / "inspection.toml"),
}


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return {name: make() for name, make in MADE.items()}


class TestWhatIsNoTableOfRates:
    """Reports, audits, descriptions, limits and drafts show themselves as results do, as far as they can."""

    def test_every_public_class_is_looked_at(self) -> None:
        held = {
            name
            for name in cdi._HOME  # noqa: SLF001 - the list of what can be named
            if isinstance(getattr(cdi, name), type)
        }
        kinds = {name for name in held if not issubclass(getattr(cdi, name), Exception)}
        assert kinds <= {kind.split()[0] for kind in RESULTS} | set(MADE)

    @pytest.mark.parametrize("name", sorted(set(MADE) - {"Audit"}))
    def test_are_compared_and_saved(self, made: dict[str, Any], name: str) -> None:
        value = made[name]
        assert saved(value) == value
        assert repr(saved(value)) == repr(value)
        assert copy.deepcopy(value) == value
        assert value != 1
        assert all(value != other for key, other in made.items() if key != name)

    @pytest.mark.parametrize(
        "name", ["Audit", "Description", "Kinds", "Proposal", "Reproduction", "Report", "Interval", "Verification"]
    )
    def test_are_printed_and_become_frames(self, made: dict[str, Any], name: str) -> None:
        value = made[name]
        assert re.fullmatch(rf"<cdi\.{name}: [^\n]+>", repr(value))
        assert value.summary() == str(value) != repr(value)
        assert isinstance(value.sentences, tuple)
        assert "<" in value._repr_html_()
        assert len(value.to_pandas()) >= (name != "Verification")
        with pytest.raises(cdi.DataError) as caught:
            value.plot()
        assert [item.code for item in caught.value.faults] == ["no-chart"]

    def test_a_report_holds_every_number_that_is_published(self, made: dict[str, Any]) -> None:
        report = made["Report"]
        frame = report.to_pandas()
        assert len(frame) == sum(len(each.table.rows) for each in report.exhibits)
        assert frame["exhibit"].unique().tolist() == [each.key for each in report.exhibits]
        assert frame["estimate"].dtype == "Float64"
        text = str(report)
        assert all(each.grids[0].title.split(",")[0] in text for each in report.exhibits)
        assert report._repr_html_().count("<table") == 1 + sum(len(each.grids) for each in report.exhibits)
        assert set(report.headlines) <= set(report.sentences)

    def test_tables_of_a_report_are_made_wide_one_by_one(self, made: dict[str, Any]) -> None:
        with pytest.raises(cdi.DataError) as caught:
            made["Report"].wide()
        assert "report.exhibits[0].table.wide()" in str(caught.value)
        assert "rate" in made["Report"].exhibits[0].table.wide()

    @pytest.mark.long
    def test_a_saved_report_is_written_as_it_was(self, made: dict[str, Any], tmp_path: Path) -> None:
        shutil.copytree(ROOT / "data", tmp_path / "data")  # the key of the inspection is made there
        report = cdi.assemble(cdi.read_inspection(tmp_path / "data" / "examples" / "inspection.toml"))
        again = saved(report)
        names = cdi.write_report(report, tmp_path / "one")
        cdi.write_report(again, tmp_path / "other")
        assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes() for name in names)
        with pytest.raises(cdi.DataError):
            next(iter(again.charts.values())).figure()

    def test_limits_of_many_are_equal_where_their_numbers_are(self) -> None:
        one = cdi.interval([0.5, 0.9], [100, 200])
        assert one == cdi.interval([0.5, 0.9], [100, 200])
        assert one != cdi.interval([0.5, 0.8], [100, 200])
        assert one.to_pandas()["low"].tolist() == one.low.tolist()
        assert repr(one) == "<cdi.Interval: [0.4038 0.8506] to [0.5962 0.9343], wilson 95%>"


class TestNetCounts:
    def test_say_both_counts_and_what_they_come_to(self) -> None:
        found = cdi.NetError(21.0, 80.0, 20.0, 160.0, 0.95)
        assert repr(found) == "<cdi.NetError: 80 crimes (20 to 160), mover 95%>"
        assert found.wide().iloc[0].tolist() == ["all", 80.0, 20.0, 160.0, 21.0, ""]
        assert found.sentences[0].startswith("An estimated 20 recorded crimes should not have been recorded.")
        assert repr(cdi.NetError(21.0, None, None, None, 0.95)) == "<cdi.NetError: no total, mover 95%>"
