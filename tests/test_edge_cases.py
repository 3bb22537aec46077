"""Every row of the table of edge cases (statistics.md, section 11): blank where nothing can be said, and why."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from scipy import stats

import cdi
from cdi.facts import Scope
from cdi.measures import told
from cdi.printing.layout import SURFACES
from cdi.printing.layouts import lay_out
from cdi.printing.tables import Row, arrange

NUMBERS = ("estimate", "low", "high", "se", "n_eff", "df", "deff")


def rows_of(**strata: list[tuple[int, int]]) -> pd.DataFrame:
    """One row a report: stratum -> (due, recorded) of each."""
    return pd.DataFrame(
        [{"stratum": h, "due": due, "recorded": x} for h, reports in strata.items() for due, x in reports]
    )


def table_of(rows: pd.DataFrame, volumes: Any = None, by: Any = None, **roles: Any) -> dict[tuple[str, str], Row]:
    """The rows of a table by label and measure, after a look at what is written of them."""
    rates = cdi.recording_rate(cdi.read_audit(rows, **roles), by)
    table = arrange(rates, *([] if volumes is None else [cdi.unrecorded(rates, volumes)]))
    page = lay_out(table)
    json.loads(SURFACES["json"](page), parse_constant=pytest.fail)
    assert "nan" not in SURFACES["csv"](page).casefold().replace("reports", "")
    frame = table.to_pandas()
    for record, (_, line) in zip(table.rows, frame.iterrows(), strict=True):
        for name in NUMBERS:
            assert (getattr(record, name) is None) == (line[name] is pd.NA)
    return {(row.label[0], spelled(row)): row for row in table.rows}


def spelled(row: Row) -> str:
    """Name a measure with the scope of its row, where that is not plain."""
    scope = {Scope.FRAME: "-frame", Scope.SAMPLE: "-in-sample"}.get(row.facts.scope, "")
    return f"{row.measure.key}{scope}"


def code_of(error: pytest.ExceptionInfo[Any]) -> list[str]:
    return [item.code for item in error.value.faults]


MANY = [(1, 1)] * 30 + [(1, 0)] * 5


class TestNoCrimes:
    """sum y = 0: blank, never 0% or 100%; its U blank; (a) defined, (b) refused unless R = 0."""

    ROWS = rows_of(a=MANY, b=[(0, 0)] * 9)

    def test_of_a_stratum(self) -> None:
        found = table_of(self.ROWS, {"a": 900, "b": 0}, population={"a": 500, "b": 90})
        row = found["b", "recording-rate"]
        assert [getattr(row, name) for name in NUMBERS] == [None] * 7
        assert (row.n, row.recorded, row.clusters) == (0, 0, 9)
        assert "no-crimes" in told(row.facts)
        assert found["b", "unrecorded"].estimate is None
        assert "no-crimes" in told(found["b", "unrecorded"].facts)

    def test_overall_by_the_frame_is_that_of_the_others(self) -> None:
        found = table_of(self.ROWS, population={"a": 500, "b": 90})
        assert found["all", "recording-rate"].estimate == pytest.approx(30 / 35, rel=1e-14)

    def test_overall_by_volumes_is_refused_unless_there_is_no_volume(self) -> None:
        refused = table_of(self.ROWS, {"a": 900, "b": 70})
        for kind in ("recording-rate", "unrecorded"):
            assert refused["all", kind].estimate is None
        assert "total-refused" in told(refused["all", "unrecorded"].facts)
        given = table_of(self.ROWS, {"a": 900, "b": 0})
        assert given["all", "unrecorded"].estimate == pytest.approx(900 * 5 / 30, rel=1e-14)
        assert "total-refused" not in told(given["all", "unrecorded"].facts)

    def test_in_the_whole_sample(self) -> None:
        found = table_of(rows_of(a=[(0, 0)] * 5), by=())
        (row,) = found.values()
        assert row.estimate is None
        assert "no-crimes" in told(row.facts)


class TestStratumNotAudited:
    def test_is_an_error(self) -> None:
        with pytest.raises(cdi.DataError) as caught:
            table_of(rows_of(a=MANY), population={"a": 500, "b": 90})
        assert code_of(caught) == ["stratum-not-audited"]

    def test_unless_its_reports_join_another(self) -> None:
        roles: dict[str, Any] = {"population": {"a": 500, "b": 90, "c": 40}, "single_cluster": "collapse"}
        found = table_of(rows_of(a=MANY, c=MANY[10:]), collapse={"b": "a"}, **roles)
        assert "collapsed" in told(found["a", "recording-rate"].facts)
        expected = table_of(rows_of(a=MANY, c=MANY[10:]), population={"a": 590, "c": 40})
        for name in NUMBERS:
            assert getattr(found["all", "recording-rate"], name) == getattr(expected["all", "recording-rate"], name)

    def test_and_an_empty_stratum_of_the_frame_is_none(self) -> None:
        assert table_of(rows_of(a=MANY), population={"a": 500, "b": 0})


class TestAllRecorded:
    """p = 1: only crimes as if missed speak; upper 1, U and its lower end 0, its upper end R(1/low - 1)."""

    def test(self) -> None:
        found = table_of(rows_of(a=[(2, 2)] * 20 + [(1, 1)] * 10), 9_000, by=())
        row, missing = found["all", "recording-rate"], found["all", "unrecorded"]
        d = 29
        size = 50 / (1 + 0.6 * (90 / 50 - 1))
        low = size / (size + stats.norm.ppf(0.975) ** 2)  # (4) at p = 1
        assert (row.estimate, row.high, row.df) == (1, 1, d)
        assert row.n_eff == pytest.approx(size, rel=1e-10)
        assert row.low == pytest.approx(low, rel=1e-10)
        assert (missing.estimate, missing.low) == (0, 0)
        assert missing.high == pytest.approx(9_000 * (1 / low - 1), rel=1e-10)
        assert "all-recorded" in told(row.facts)
        assert "all-recorded" in told(missing.facts)

    def test_of_single_records_is_the_textbook(self) -> None:
        row = table_of(rows_of(a=[(1, 1)] * 24), by=())["all", "recording-rate"]
        assert row.low == pytest.approx(24 / (24 + stats.norm.ppf(0.975) ** 2), rel=1e-12)


class TestNoneRecorded:
    """p = 0: lower 0, U not estimable, its lower end R(1/high - 1)."""

    def test(self) -> None:
        found = table_of(rows_of(a=[(1, 0)] * 24), 900, by=())
        row, missing = found["all", "recording-rate"], found["all", "unrecorded"]
        high = 1 - 24 / (24 + stats.norm.ppf(0.975) ** 2)
        assert (row.estimate, row.low) == (0, 0)
        assert row.high == pytest.approx(high, rel=1e-12)
        assert (missing.estimate, missing.high, missing.se) == (None, None, None)
        assert missing.low == pytest.approx(900 * (1 / high - 1), rel=1e-10)
        assert "none-recorded" in told(missing.facts)


class TestFallbacks:
    """At 0 and 1 logit, arcsine and wald give the korn-graubard interval with a note."""

    @pytest.mark.parametrize("method", ["logit", "arcsine", "wald"])
    @pytest.mark.parametrize("recorded", [0, 1])
    def test(self, method: str, recorded: int) -> None:
        rates = cdi.recording_rate(cdi.read_audit(rows_of(a=[(1, recorded)] * 24)), by=())
        found, cautious = rates.interval(method=method), rates.interval(method="korn-graubard")
        assert (found.low[0], found.high[0]) == (cautious.low[0], cautious.high[0])
        assert "fallback" in told(arrange(rates, method=method).rows[0].facts)
        assert "fallback" not in told(arrange(rates).rows[0].facts)

    def test_published_has_no_width_there_and_says_so(self) -> None:
        row = arrange(cdi.recording_rate(cdi.read_audit(rows_of(a=[(1, 1)] * 24)), by=()), method="published").rows[0]
        assert (row.low, row.high) == (1, 1)
        assert "no-width" in told(row.facts)

    def test_what_leaves_the_bounds_is_shown_and_noted(self) -> None:
        rates = cdi.recording_rate(cdi.read_audit(rows_of(a=[(1, 1)] * 23 + [(1, 0)])), by=())
        for method in ("wald", "published", "agresti-coull"):
            row = arrange(rates, method=method).rows[0]
            assert row.high is not None
            assert row.high > 1
            assert "beyond" in told(row.facts)


class TestOneReport:
    """n_h = 1 and N_h > 1: an error, unless a rule was chosen; a census of one is none."""

    ROWS = rows_of(a=MANY, b=[(1, 1)])

    def test_is_an_error_that_names_the_ways_out(self) -> None:
        with pytest.raises(cdi.DesignError) as caught:
            table_of(self.ROWS, population={"a": 500, "b": 90})
        assert code_of(caught) == ["single-cluster"]
        assert "adjust" in caught.value.faults[0].hint
        assert "average" in caught.value.faults[0].hint

    @pytest.mark.parametrize("rule", ["adjust", "average"])
    def test_rules_are_noted(self, rule: Any) -> None:
        found = table_of(self.ROWS, population={"a": 500, "b": 90}, single_cluster=rule)
        assert f"single-{rule}" in told(found["all", "recording-rate"].facts)

    def test_collapse_must_be_declared(self) -> None:
        with pytest.raises(cdi.DesignError) as caught:
            table_of(self.ROWS, population={"a": 500, "b": 90}, single_cluster="collapse")
        assert code_of(caught) == ["collapse-undeclared"]

    def test_audited_in_full_it_is_a_census(self) -> None:
        found = table_of(self.ROWS, population={"a": 500, "b": 1})
        assert "census" in told(found["b", "recording-rate"].facts)

    def test_nothing_else_shows_no_variation_at_all(self) -> None:
        with pytest.raises(cdi.DesignError) as caught:
            table_of(rows_of(a=[(1, 1)]), by=())
        assert code_of(caught) == ["single-cluster-all"]


class TestCensus:
    def test_of_a_stratum(self) -> None:
        """Variance 0, df 0, counted in the estimate."""
        rows = rows_of(a=MANY, b=[(1, 1)] * 9 + [(1, 0)])
        found = table_of(rows, population={"a": 500, "b": 10})
        row, whole = found["b", "recording-rate"], found["all", "recording-rate"]
        assert (row.estimate, row.se) == (0.9, 0)
        assert (row.low, row.high, row.n_eff, row.df, row.deff) == (None,) * 5
        assert "census" in told(row.facts)
        assert whole.df == 34  # of stratum a alone
        assert whole.estimate == pytest.approx((500 * 30 / 35 + 9) / 510, rel=1e-14)
        assert whole.se == pytest.approx((found["a", "recording-rate"].se or 0) * 500 / 510, rel=1e-12)

    def test_of_everything(self) -> None:
        found = table_of(rows_of(a=MANY), {"a": 30}, population={"a": 35})
        for kind in ("recording-rate", "unrecorded"):
            row = found["all", kind]
            assert (row.low, row.high, row.n_eff, row.df) == (None,) * 4
            assert "census" in told(row.facts)
        assert found["all", "unrecorded"].estimate == pytest.approx(5, rel=1e-12)

    def test_where_all_was_recorded_claims_nothing_about_others(self) -> None:
        row = table_of(rows_of(a=[(1, 1)] * 9), population={"a": 9})["a", "recording-rate"]
        assert (row.estimate, row.low, row.high) == (1, None, None)
        assert "all-recorded" not in told(row.facts)


class TestRefusals:
    def test_a_report_that_could_not_be_audited_is_no_blank(self) -> None:
        """A blank answer is an error: it is neither recorded nor missed, and is not left out in silence."""
        with pytest.raises(cdi.DataError) as caught:
            cdi.read_audit(pd.DataFrame({"recorded": [1, None, 0]}))
        assert code_of(caught) == ["missing-recorded"]

    def test_weight_and_population_together(self) -> None:
        with pytest.raises(cdi.DesignError) as caught:
            cdi.read_audit(pd.DataFrame({"recorded": [1, 0], "weight": [1, 2]}), weight="weight", population=9)
        assert code_of(caught) == ["weight-and-population"]

    def test_two_stages(self) -> None:
        with pytest.raises(cdi.DesignError) as caught:
            cdi.Design(cluster=["force", "incident"])  # type: ignore[arg-type]
        assert code_of(caught) == ["two-stages"]

    @pytest.mark.parametrize(
        ("rows", "roles", "code"),
        [
            ({"recorded": [1, 0, 1]}, {"population": 2}, "population-below-sample"),
            ({"due": [1, 1], "recorded": [2, 1]}, {}, "above-due"),
            ({"due": [-1, 1], "recorded": [0, 1]}, {}, "negative"),
            ({"due": [1.5, 1], "recorded": [1, 1]}, {}, "fractional"),
            ({"recorded": [1, 0], "case": ["A", "A"]}, {}, "case-twice"),
            ({"recorded": [1, 0], "cluster": ["A", "A"], "stratum": ["a", "b"]}, {}, "cluster-strata"),
        ],
    )
    def test_rows_that_cannot_be(self, rows: dict[str, Any], roles: dict[str, Any], code: str) -> None:
        with pytest.raises(cdi.DataError) as caught:
            cdi.read_audit(pd.DataFrame(rows), **roles)
        assert code in code_of(caught)


class TestFewReportsWithCrimes:
    def test_one_leaves_one_degree_of_freedom(self) -> None:
        """d = max(1, 1 - 1): the row is flagged. No variance is seen: crimes as if missed speak nearly alone."""
        row = table_of(rows_of(a=[(3, 2)] + [(0, 0)] * 9), by=())["all", "recording-rate"]
        assert row.df == 1
        assert "few-df" in told(row.facts)
        alone, missed = 10 / 9 * 2 / 3 * 1 / 3 * 3, 3 * (stats.norm.ppf(0.975) ** 2 - 1)
        assert row.n_eff == pytest.approx(3 * (alone + missed) / (missed * (1 + 0.6 * 2)), rel=1e-10)


class TestCategoryAbsentInSomeStrata:
    ROWS = pd.DataFrame(
        {
            "stratum": ["a"] * 12 + ["b"] * 10,
            "type": ["x"] * 8 + ["y"] * 4 + ["y"] * 10,
            "recorded": [1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0] + [1] * 8 + [0] * 2,
        }
    )

    def test_keeps_all_reports_and_counts_its_own_strata(self) -> None:
        found = table_of(self.ROWS, by="type", population={"a": 90, "b": 70})
        x = found["x", "recording-rate"]
        assert x.df == 7  # 8 reports in one stratum
        # 12 reports, of which 4 hold no x: they have no residual and stay in n
        e = [1 - 0.75 if answer else -0.75 for answer in (1, 1, 1, 0, 1, 1, 1, 0)]
        v = (1 - 12 / 90) * 12 / 11 * sum(u * u for u in e) / 8**2
        assert (x.se or 0) ** 2 == pytest.approx(v, rel=1e-12)
        assert found["y", "recording-rate"].df == 14 - 2
        assert found["all", "recording-rate"].df == 22 - 2

    def test_in_one_stratum_it_takes_the_recipe_of_a_stratum(self) -> None:
        found = table_of(self.ROWS, {"x": 3_000, "y": 0}, by="type", population={"a": 90, "b": 70})
        x, whole = found["x", "unrecorded"], found["all", "unrecorded"]
        assert [whole.estimate, whole.low, whole.high, whole.n_eff] == pytest.approx(
            [x.estimate, x.low, x.high, x.n_eff], rel=1e-12
        )
        # 8 crimes, bounded below by Kish's 8: the raw size is smaller, 8 * 11 / 12
        assert x.n_eff == pytest.approx(8 * 89 / (90 - 12), rel=1e-10)


class TestNoFrame:
    """N_h unknown: a rate of the sample, no claim for the force."""

    def test(self) -> None:
        found = table_of(rows_of(a=MANY, b=MANY[:20]))
        assert ("all", "recording-rate") not in found
        row = found["all", "recording-rate-in-sample"]
        assert "sample-only" in told(row.facts)
        assert "not an estimate for the force" in row.name
        assert row.estimate == pytest.approx(50 / 55, rel=1e-14)


@pytest.mark.parametrize("level", [0.51, 0.8, 0.95, 0.999])
def test_any_level_between_a_half_and_one(level: float) -> None:
    """z and t from the level: Wilson of 30 of 35, textbook."""
    interval = cdi.recording_rate(cdi.read_audit(rows_of(a=MANY)), by=()).interval(level)
    p, k = 30 / 35, stats.norm.ppf(0.5 + level / 2) ** 2 / 35
    centre, half = (p + k / 2) / (1 + k), (k * (p * (1 - p) + k / 4)) ** 0.5 / (1 + k)
    assert [interval.low[0], interval.high[0]] == pytest.approx([centre - half, centre + half], rel=1e-12)


@pytest.mark.parametrize("due", [4_000_000_000, "4000000000", 4e9])
def test_a_row_cannot_hold_more_crimes_than_engines_can_square(due: object) -> None:
    with pytest.raises(cdi.DataError, match="at most 1,000,000 crimes in one row"):
        cdi.read_audit(pd.DataFrame({"due": [due, 1], "recorded": [1, 1]}))


def test_volumes_of_nothing_give_no_total_and_say_so() -> None:
    sample = pd.DataFrame({"kind": ["a", "a", "b", "b"], "recorded": [1, 0, 1, 1]})
    missing = cdi.unrecorded(cdi.recording_rate(cdi.read_audit(sample), by="kind"), {"a": 0, "b": 0})
    assert "no-volume" in told(missing.rows[-1].facts)
    assert "total-refused" not in told(missing.rows[-1].facts)


def test_the_reports_audited_may_be_stated_without_the_frame() -> None:
    sample = pd.DataFrame({"stratum": ["x", "x"], "cluster": ["1", "2"], "recorded": [1, 0]})
    stated = pd.DataFrame({"stratum": ["x"], "sample": [5]})
    audit = cdi.read_audit(sample, population=stated)
    assert audit.strata.sampled.tolist() == [5]
    assert audit.strata.population is None
    assert audit.counts_empty_reports


def test_reports_and_rows_are_no_categories() -> None:
    audit = cdi.read_audit(pd.DataFrame({"case": ["1", "2"], "cluster": ["a", "b"], "recorded": [1, 0]}))
    for name in ("case", "cluster"):
        with pytest.raises(cdi.DesignError, match="a category"):
            cdi.recording_rate(audit, by=name)


def test_the_frame_comes_from_one_place() -> None:
    sample = pd.DataFrame({"cluster": ["1", "2"], "recorded": [1, 0]})
    with pytest.raises(cdi.DesignError, match="from one source"):
        cdi.estimate(sample, population=10, volumes=pd.DataFrame({"population": [12]}))


def test_a_category_without_crimes_needs_no_volume() -> None:
    sample = pd.DataFrame({"kind": ["a", "a", "none"], "due": [1, 1, 0], "recorded": [1, 0, 0]})
    missing = cdi.unrecorded(cdi.recording_rate(cdi.read_audit(sample), by="kind"), {"a": 100})
    assert missing.estimate[-1] == pytest.approx(100)


@pytest.mark.parametrize("power", [-1000, -565, -540, -1, 1, 500, 532, 1000])
def test_weights_count_by_their_ratios_whatever_their_size(power: int) -> None:
    frame = pd.DataFrame(
        {
            "cluster": range(40),
            "kind": ["a", "b"] * 20,
            "recorded": [i % 5 > 0 for i in range(40)],
            "weight": [1.0, 2.5] * 20,
        }
    )
    scaled = frame.assign(weight=frame["weight"] * 2.0**power)
    plain, other = (cdi.estimate(each, by="kind", cluster="cluster", weight="weight") for each in (frame, scaled))
    assert plain.table == other.table
    models = [
        cdi.read_audit(each, cluster="cluster", weight="weight").model("recorded ~ kind") for each in (frame, scaled)
    ]
    assert models[0].table == models[1].table


def test_weights_beside_which_others_count_nothing_are_refused() -> None:
    frame = pd.DataFrame({"recorded": [1, 0, 1], "weight": [1e-170, 1.0, 2.0]})
    with pytest.raises(cdi.DataError) as caught:
        cdi.estimate(frame, weight="weight")
    assert [item.code for item in caught.value.faults] == ["weights-apart"]
