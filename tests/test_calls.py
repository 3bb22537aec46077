"""Natural calls of Python: whatever makes sense is taken, and misuse is told in Python's terms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pytest

import cdi
from cdi.arguments import checked
from cdi.errors import Surface
from cdi.showing import in_python

N = 120
ROWS = pd.DataFrame({
    "kind": np.array(["a", "b"])[np.arange(N) % 2],
    "month": [f"2024-{1 + i % 12:02}" for i in range(N)],
    "force": [f"Force {'ABCD'[i % 4]}" for i in range(N)],
    "recorded": [int(i % 7 != 0) for i in range(N)],
    "told": ["yes" if i % 3 else "no" for i in range(N)],
    "audit": "2024",
})  # fmt: skip
TIMES = ROWS.assign(
    reported_at="2024-03-05 14:00", recorded_at=[f"2024-03-0{5 + i % 3} 15:00" if i % 7 else None for i in range(N)]
)

ON_AUDITS: dict[str, Callable[[Any], Any]] = {
    "estimate": lambda source: cdi.estimate(source, by="kind"),
    "recording_rate": lambda source: cdi.recording_rate(source, "kind"),
    "trend": cdi.trend,
    "timeliness": lambda source: cdi.timeliness(source, by="kind"),
    "dispute": lambda source: cdi.dispute(source, by="kind", column="told"),
    "review": lambda source: cdi.review(source, questions=["told:better"], by="kind"),
    "forces": cdi.forces,
    "coverage": lambda source: cdi.coverage(source, by="kind", draws=5),
    "describe": cdi.describe,
    "model": lambda source: cdi.read_audit(source).model("recorded ~ kind"),
}


class TestSources:
    @pytest.mark.parametrize("verb", ON_AUDITS)
    def test_rows_an_audit_and_a_result_give_the_same(self, verb: str) -> None:
        """A column named audit is a column, and no sample that a result keeps."""
        call, roles = ON_AUDITS[verb], {"period": "month"} if verb == "trend" else {}
        found = [call(TIMES), call(cdi.read_audit(TIMES, **roles)), call(cdi.estimate(TIMES, **roles))]
        tables = [getattr(each, "table", each) for each in found]
        assert tables[0] == tables[1] == tables[2]

    def test_times_can_be_read_again_of_their_own_result(self) -> None:
        found = cdi.timeliness(TIMES)
        assert cdi.timeliness(found, within=48).table != found.table
        assert cdi.timeliness(found) == found

    def test_what_an_audit_counts_is_no_question(self) -> None:
        audit = cdi.read_audit(ROWS[["kind", "recorded", "told"]])
        found = cdi.review(audit, by="kind")
        assert [question.column for question in found.questions] == ["told"]


class TestMisuse:
    @pytest.mark.parametrize(
        "verb", ["estimate", "trend", "timeliness", "review", "dispute", "forces", "compare", "read_audit"]
    )
    def test_a_misspelt_role_is_an_error_with_the_name_meant(self, verb: str) -> None:
        call: Any = getattr(cdi, verb)
        sides = [ROWS, TIMES] if verb == "compare" else [TIMES]
        with pytest.raises(cdi.DesignError) as caught:
            call(*sides, strtum="kind")
        assert "found strtum=. Did you mean 'stratum'?" in str(caught.value)

    @pytest.mark.parametrize("by", [5, 1.5, [1], [None], pd.DataFrame(), object()])
    def test_by_is_names(self, by: Any) -> None:
        for call in (cdi.estimate, cdi.recording_rate):
            with pytest.raises(cdi.CdiError):
                call(ROWS, by=by)

    def test_no_columns_is_the_whole_alone(self) -> None:
        assert [row.whole for row in cdi.estimate(ROWS, by=[], stratum="kind", weight=None).table.rows] == [True]

    @pytest.mark.parametrize(
        ("call", "code"),
        [
            (lambda: cdi.tabulate(ROWS), "no-estimates"),
            (lambda: cdi.tabulate(), "no-estimates"),
            (lambda: cdi.protect(ROWS, cdi.Disclosure()), "not-protected"),
            (lambda: cdi.protect(cdi.estimate(ROWS), "public"), "no-rules"),
            (lambda: cdi.parse_published(81), "not-published"),
            (lambda: cdi.net_unrecorded(81, 0.1), "not-net"),
            (lambda: cdi.write_template(["audit"], "a.xlsx"), "no-template"),
            (lambda: cdi.read_inspection(None), "not-a-path"),
            (lambda: cdi.reproduce(3), "not-a-path"),
            (lambda: cdi.read_audit(ROWS, {"stratum": "kind"}), "no-design"),
            (lambda: cdi.estimate(ROWS, method=["wilson"]), "not-text"),
            (lambda: cdi.unrecorded(ROWS, {"a": 3}), "one-row"),
        ],
    )
    def test_of_types_is_an_error_that_can_be_mended(self, call: Callable[[], Any], code: str) -> None:
        with pytest.raises(cdi.CdiError) as caught:
            call()
        assert [fault.code for fault in caught.value.faults] == [code]
        assert " --" not in str(caught.value)

    @pytest.mark.parametrize("code", ["figures-only", "volumes-a-side", "searches-with-volumes", "counts-need-ratio"])
    def test_of_sides_is_told_in_the_terms_of_both(self, code: str) -> None:
        fault = cdi.Fault(code)
        assert "--" not in fault.told(Surface.PYTHON)
        assert fault.told(Surface.COMMAND_LINE)


class TestDesigns:
    def test_with_frames_are_held_against_each_other(self) -> None:
        frame = pd.DataFrame({"kind": ["a", "b"], "population": [90, 80]})
        one = cdi.Design(stratum="kind", population=frame)
        assert one == cdi.Design(stratum="kind", population=frame.copy())
        assert one != cdi.Design(stratum="kind", population=frame.assign(population=9))
        assert one != cdi.Design(stratum="kind", population=90)
        assert one != "kind"
        assert hash(one) == hash(cdi.Design(stratum="kind", population=frame.copy()))


class TestTerms:
    def test_sentences_name_arguments_in_python_and_options_at_the_command_line(self) -> None:
        found = cdi.compare("159/182", "211/244")
        page = found.page()
        assert any("--margin" in text for text in page.statements)
        for text in (str(found), found._repr_html_(), " ".join(found.sentences)):
            assert "--margin" not in text
            assert "margin=" in text
        assert in_python(page).grids == page.grids

    def test_everything_protects(self) -> None:
        rules = cdi.Disclosure()
        assert cdi.protect(cdi.estimate(ROWS[:5]), rules).table.rows[0].estimate is None
        assert cdi.protect(cdi.estimate(ROWS[:5]).table, rules).rows[0].estimate is None
        assert cdi.protect(cdi.recording_rate(ROWS).table, rules).rows == cdi.recording_rate(ROWS).table.rows
        assert cdi.protect(cdi.trend(ROWS[:48]), rules).table.rows[0].estimate is None

    def test_descriptions_and_reproductions_print_as_pages(self) -> None:
        found = cdi.describe(ROWS)
        assert "recorded" in str(found)
        assert "<table" in found._repr_html_()
        assert cdi.reproduce().summary() == str(cdi.reproduce())


def test_an_argument_of_another_name_is_suggested_whoever_takes_it() -> None:
    rows = pd.DataFrame({"kind": ["a", "b"] * 4, "recorded": [1, 0] * 4})
    with pytest.raises(cdi.CdiError) as caught:
        cdi.estimate(rows, bye="kind")  # type: ignore[call-arg]
    assert "Did you mean 'by'?" in str(caught.value)


def test_a_classification_that_would_change_nothing_is_refused() -> None:
    rows = pd.DataFrame({"recorded": [1, 0] * 4})
    with pytest.raises(cdi.DesignError) as caught:
        cdi.estimate(rows, classification="lenient")
    assert [item.code for item in caught.value.faults] == ["classification-idle"]


def test_rates_take_the_roles_of_columns_as_read_audit_does() -> None:
    rows = pd.DataFrame({"way": ["a", "b"] * 8, "incident": list(range(8)) * 2, "recorded": [1, 0, 1, 1] * 4})
    for rate in (cdi.recording_rate, cdi.share):
        read = rate(cdi.read_audit(rows, cluster="incident"), "way")
        assert rate(rows, "way", cluster="incident").estimate.tolist() == read.estimate.tolist()
        assert (
            rate(cdi.read_audit(rows, cluster=None), "way", cluster="incident").basis.reports.tolist()
            == read.basis.reports.tolist()
        )
    searches = pd.DataFrame({"beat": ["a", "b"] * 8, "grounds": ["yes", "no"] * 8})
    assert cdi.grounds_rate(searches, stratum="beat").keys == ("beat",)


def test_groups_are_by_one_column_alone_or_in_a_list() -> None:
    searches = pd.DataFrame({"ethnicity": ["white", "black"] * 20, "grounds": ["yes", "yes", "no", "yes"] * 10})
    assert cdi.disparity(searches, by=["ethnicity"]) == cdi.disparity(searches, by="ethnicity")


def test_an_argument_that_a_call_does_not_take_is_not_suggested_for_itself() -> None:
    with pytest.raises(cdi.DesignError) as caught:
        cdi.recording_rate(pd.DataFrame({"recorded": [1, 0]}), level=0.9)  # type: ignore[call-arg]
    assert "Did you mean" not in str(caught.value)


def test_a_comparison_beside_its_figures_says_what_is_noted_of_them() -> None:
    audit = pd.DataFrame({"cluster": range(40), "recorded": [1] * 38 + [0] * 2})
    found = cdi.compare(audit, "86.5%+-4.3%")
    noted = {note for row in found.table.rows for note in row.notes}
    assert all(note in found.wide()["notes"].iloc[0] for note in noted if note not in found.rows[0].row.notes)


def test_frames_in_a_list_stand_below_each_other() -> None:
    june = pd.DataFrame({"month": ["2024-06"] * 4, "recorded": [1, 0, 1, 1]})
    july = pd.DataFrame({"recorded": [1, 1], "month": ["2024-07"] * 2})
    assert cdi.estimate([june, july], by="month").table.rows[-1].n == 6
    assert cdi.estimate([pl.from_pandas(june), pl.from_pandas(july)]).table.rows[-1].n == 6
    for wrong in ([june, july.drop(columns="month")], [june, pl.from_pandas(july)]):
        with pytest.raises(cdi.DataError) as caught:
            cdi.read_audit(wrong)
        assert [item.code for item in caught.value.faults] == ["frames-differ"]
    with pytest.raises(cdi.DataError) as caught:
        cdi.read_audit([june, "july.csv"])
    assert [item.code for item in caught.value.faults] == ["not-a-frame"]


JUNE = pd.DataFrame({"month": ["2024-06"] * 4, "recorded": [1, 0, 1, 1]})
JULY = pd.DataFrame({"month": ["2024-07"] * 2, "recorded": np.array([1, 1], dtype=np.int8)})


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda frame: pl.from_pandas(frame),
        lambda frame: pl.from_pandas(frame).lazy(),
        lambda frame: pl.from_pandas(frame).with_columns(pl.col("month").cast(pl.Enum(list(set(frame["month"]))))),
        lambda frame: pa.Table.from_pandas(frame),
        lambda frame: pa.table({"month": pa.array(frame["month"]).dictionary_encode(), "recorded": frame["recorded"]}),
        lambda frame: ds.dataset(pa.Table.from_pandas(frame)),
    ],
    ids=["polars", "lazy", "enums", "pyarrow", "dictionaries", "datasets"],
)
def test_frames_in_a_list_may_hold_numbers_and_categories_of_several_types(
    wrapped: Callable[[pd.DataFrame], Any],
) -> None:
    found = cdi.estimate([wrapped(JUNE), wrapped(JULY)], by="month").to_pandas()
    wanted = cdi.estimate(pd.concat([JUNE, JULY]), by="month").to_pandas()
    pd.testing.assert_frame_equal(found, wanted, check_dtype=False, check_categorical=False)


@pytest.mark.parametrize("wrapped", [pl.from_pandas, lambda frame: pl.from_pandas(frame).lazy(), pa.Table.from_pandas])
def test_texts_in_one_frame_and_numbers_in_another_are_refused_by_their_column(wrapped: Callable[..., Any]) -> None:
    with pytest.raises(cdi.DataError, match="recorded \\(Int64, String\\)") as caught:
        cdi.estimate([wrapped(JUNE), wrapped(JULY.assign(recorded="yes"))])
    assert [item.code for item in caught.value.faults] == ["frames-differ"]


def test_a_printed_rate_is_taken_where_a_published_one_is() -> None:
    printed, parsed = (
        cdi.unrecorded(each, recorded_crime=3_454_000) for each in ("81%+-1.9%", cdi.parse_published("81%+-1.9%"))
    )
    assert printed == parsed


def test_a_result_is_tabulated_as_its_estimates_are() -> None:
    rows = pd.DataFrame({"kind": ["a", "b"] * 20, "recorded": [1, 1, 1, 0] * 10})
    found = cdi.estimate(rows, by="kind", volumes={"a": 900, "b": 500})
    pd.testing.assert_frame_equal(cdi.tabulate(found), cdi.tabulate(*found.estimates))
    with pytest.raises(cdi.DataError):
        cdi.tabulate(cdi.protect(cdi.estimate(rows.iloc[:8], by="kind"), cdi.Disclosure()))


def test_a_description_prints_as_a_line_where_it_is_looked_at() -> None:
    described = cdi.describe(cdi.read_audit(pd.DataFrame({"recorded": [1, 0]})))
    assert repr(described) == "<cdi.Description: data frame, 2 rows>"


VOLUMES = {"a": 900, "b": 800}
RATES = cdi.recording_rate(ROWS, "kind")
FOUND = cdi.estimate(ROWS, by="kind", volumes=VOLUMES)
FORCES = cdi.forces(ROWS)

TAKEN: dict[str, Callable[[], Any]] = {
    "a result by force in a funnel": lambda: cdi.funnel(FORCES),
    "any result in a funnel": lambda: cdi.funnel(cdi.estimate(ROWS, by="force")),
    "estimates in a funnel": lambda: cdi.funnel(cdi.recording_rate(ROWS, "force")),
    "a result by force drawn to the mean": lambda: cdi.shrink(FORCES),
    "a result by force between lines": lambda: cdi.outlier_lines(FORCES),
    "counts as text": lambda: cdi.of_counts("159/182"),
    "counts with spaces": lambda: cdi.of_counts("159 / 182"),
    "columns without their name": lambda: cdi.estimate(ROWS, "kind"),
    "columns of searches": lambda: cdi.grounds(ROWS.rename(columns={"recorded": "grounds"}), "kind"),
    "a column as volumes": lambda: cdi.estimate(ROWS, "kind", volumes=pd.Series(VOLUMES)),
    "a column as recorded crime": lambda: cdi.unrecorded(RATES, pd.Series(VOLUMES)),
    "counts as text with recorded crime": lambda: cdi.unrecorded("159/182", 9_000),
    "a printed share over-recorded": lambda: cdi.unrecorded(RATES, VOLUMES, over_recording="2%+-1%"),
    "a printed share in an estimate": lambda: cdi.estimate(ROWS, "kind", volumes=VOLUMES, over_recording="2%+-1%"),
    "estimates as their sample": lambda: cdi.recording_rate(RATES, "force"),
    "estimates in an estimate": lambda: cdi.estimate(RATES, "force"),
    "the overall rate of a result": lambda: cdi.overall_rate(FOUND),
    "the bias of a result": lambda: cdi.bias_estimate(FOUND),
    "a net count of a result": lambda: cdi.net_unrecorded(
        cdi.estimate(ROWS, "kind", volumes=VOLUMES, over_recording="2%+-1%"), "2%+-1%"
    ),
    "one method described": lambda: cdi.describe_methods("wilson"),
    "estimates protected": lambda: cdi.protect(RATES, cdi.Disclosure()),
    "a model protected": lambda: cdi.protect(cdi.read_audit(ROWS).model("recorded ~ kind"), cdi.Disclosure()),
}

REFUSED: dict[str, tuple[Callable[..., Any], str]] = {
    "one side": (lambda: cdi.compare("159/182"), "cdi.compare(a, b)"),  # type: ignore[call-arg]
    "three sides": (lambda: cdi.compare("1/2", "1/2", "1/2"), "cdi.compare(a, b)"),  # type: ignore[call-arg,misc]
    "sides apart": (lambda: cdi.changes("1/2", "1/2"), "cdi.changes(sides)"),  # type: ignore[call-arg,misc]
    "no source": (lambda: cdi.estimate(), "cdi.estimate(source)"),  # type: ignore[call-arg]
    "no rules": (lambda: cdi.protect(FOUND), "cdi.protect(found, disclosure)"),  # type: ignore[call-arg]
    "a misspelt argument": (lambda: cdi.interval(0.9, 9, lvel=1), "Did you mean 'level'?"),  # type: ignore[call-arg]
    "a misspelt role of a design": (lambda: cdi.Design(strtum="a"), "Did you mean 'stratum'?"),  # type: ignore[call-arg]
    "no formula": (lambda: cdi.read_audit(ROWS).model(), "audit.model(formula)"),  # type: ignore[call-arg]
    "no path of a chart": (lambda: cdi.draw_forces(FORCES), "cdi.draw_forces(found, path, source)"),  # type: ignore[call-arg]
    "other axes": (lambda: FOUND.plot(axes=None), "found.plot()"),  # type: ignore[call-arg]
    "rates without sizes": (lambda: cdi.funnel([0.9, 0.8, 0.7]), "cdi.forces(rows)"),
    "rows in a funnel": (lambda: cdi.funnel(ROWS), "cdi.forces(rows)"),  # type: ignore[arg-type]
    "one count": (lambda: cdi.of_counts(159), 'cdi.of_counts("159/182")'),
    "no counts": (lambda: cdi.of_counts("abc"), 'cdi.of_counts("159/182")'),
    "another result described": (lambda: cdi.describe_forces(FOUND), "cdi.forces(...)"),  # type: ignore[arg-type]
    "another result drawn": (lambda: cdi.describe_trend(FOUND), "cdi.trend(...)"),  # type: ignore[arg-type]
    "frames in a draft": (lambda: cdi.draft_inspection(ROWS), "text or a pathlib.Path"),  # type: ignore[arg-type]
    "a workbook of no path": (lambda: cdi.Workbook(5), "text or a pathlib.Path"),  # type: ignore[arg-type]
    "what a file holds": (lambda: cdi.estimate("recorded\n" + "yes\n" * 3_000), "a file that exists"),
    "a folder without figures": (lambda: cdi.reproduce("nowhere"), "a file that exists"),
    "counts without crime": (lambda: cdi.overall_rate(cdi.estimate(ROWS)), "cdi.unrecorded()"),
}


@pytest.mark.parametrize("call", TAKEN)
def test_natural_calls_are_taken(call: str) -> None:
    assert len(repr(TAKEN[call]()))


@pytest.mark.parametrize("call", REFUSED)
def test_calls_that_cannot_be_say_how_they_are_written(call: str) -> None:
    made, remedy = REFUSED[call]
    with pytest.raises(cdi.CdiError) as caught:
        made()
    assert remedy in str(caught.value)
    assert "Recording rate, 95%" not in str(caught.value)


def test_what_goes_wrong_further_in_is_no_fault_of_the_call() -> None:
    def add(a: int, b: int) -> int:
        return a + b

    with pytest.raises(TypeError, match="unsupported operand"):
        checked(add)(1, None)  # type: ignore[arg-type]
    with pytest.raises(cdi.DesignError):
        checked(add)(1)  # type: ignore[call-arg]


def test_functions_are_still_what_they_are() -> None:
    import inspect
    import pickle

    assert pickle.loads(pickle.dumps(cdi.estimate)) is cdi.estimate  # noqa: S301 - written a moment ago
    assert list(inspect.signature(cdi.estimate).parameters)[:3] == ["source", "by", "volumes"]
    assert (cdi.estimate.__doc__ or "").startswith("Estimate recording rates")


def test_a_result_in_a_funnel_is_its_rates_and_sizes() -> None:
    rates = cdi.recording_rate(ROWS, "force")
    apart = cdi.funnel(rates.estimate[:-1], rates.n_eff()[:-1], [row.label[0] for row in rates.rows[:-1]])
    assert cdi.funnel(rates) == apart == cdi.funnel(cdi.estimate(ROWS, "force"))


class TestProtection:
    ROWS = pd.DataFrame({
        "ethnicity": ["a"] * 100 + ["b"] * 90 + ["c"] * 7,
        "kind": (["x", "y", "y"] * 66)[:197],
        "recorded": ([1, 1, 1, 0] * 50)[:197],
    })  # fmt: skip

    def test_of_estimates_is_that_of_a_result(self) -> None:
        rates = cdi.recording_rate(self.ROWS, "ethnicity")
        shown = cdi.protect(rates, cdi.Disclosure())
        assert shown.table == cdi.protect(cdi.estimate(self.ROWS, "ethnicity"), cdi.Disclosure()).table
        assert [row.withheld for row in shown.table.rows][2:] == [True, False]
        assert cdi.protect(cdi.of_counts(3, 5), cdi.Disclosure()).table.rows[0].estimate is None

    def test_of_counts_alone_is_that_of_a_result(self) -> None:
        counts = cdi.unrecorded(cdi.recording_rate(self.ROWS, "ethnicity"), {"a": 900, "b": 800, "c": 70})
        shown = cdi.protect(counts, cdi.Disclosure())
        assert all(row.withheld for row in shown.table.rows if row.label == ("c",))
        large = cdi.unrecorded(cdi.recording_rate(self.ROWS, "kind"), {"x": 900, "y": 800})
        assert cdi.protect(large, cdi.Disclosure()).wide()["unrecorded"].notna().all()

    def test_of_a_model_is_all_or_nothing(self) -> None:
        audit = cdi.read_audit(self.ROWS)
        for formula, label in (("recorded ~ ethnicity", "c"), ("recorded ~ ethnicity + kind", "c")):
            with pytest.raises(cdi.DataError) as caught:
                cdi.protect(audit.model(formula), cdi.Disclosure())
            assert [(fault.code, fault.got) for fault in caught.value.faults] == [("model-small", label)]
        alone = audit.model("recorded ~ kind")
        assert cdi.protect(alone, cdi.Disclosure()) == alone
        assert [(base.label, base.due) for base in alone.bases] == [((), 197), (("x",), 66), (("y",), 131)]
        small = audit.model("recorded ~ ethnicity")
        assert cdi.protect(small, cdi.Disclosure("internal")) == small
