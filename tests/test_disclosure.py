"""Disclosure control of tables: what is of people, what is withheld of it, and what the rounded rest tells."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cdi
from cdi.binomial.intervals import count_interval
from cdi.disclosure.rounding import as_printed, rounded, rounded_count
from cdi.disclosure.rules import Disclosure, Exemption, disclosure_statements, noted, unused_exemptions
from cdi.disclosure.suppression import chosen, possible, protect
from cdi.facts import PLAIN, Facts, Release, Scope
from cdi.measures import MEASURES, told
from cdi.printing.formats import proportion
from cdi.printing.tables import Row, Table

PUBLIC, INTERNAL = Disclosure(), Disclosure("internal")
NUMBERS = ("estimate", "low", "high", "se", "n", "recorded", "clusters", "n_eff", "df", "deff")
Counts = tuple[int, int]  # a base, and how many of it were recorded


def record(label: Sequence[str], counts: Counts, **more: object) -> Row:
    n, x = counts
    rate = x / n if n else None
    facts = Facts(Scope.OVERALL) if tuple(label) == ("all",) else PLAIN
    row = Row(
        tuple(label), MEASURES["recording-rate"], rate, rate, rate, 0.95, "wilson", 0.01, n, x, n, float(n), n - 1.0,
        1.0, facts,
    )  # fmt: skip
    return replace(row, **more)  # type: ignore[arg-type]


def table(column: str, rows: Mapping[str, Counts], **more: object) -> Table:
    """Make a table of one column, with its total last."""
    whole = (sum(n for n, _ in rows.values()), sum(x for _, x in rows.values()))
    records = [record([name], counts, **more) for name, counts in rows.items()]
    return Table((column,), (*records, record(["all"], whole, **more)), 0.95, "wilson", "both")


def shown(found: Table) -> dict[str, Counts | None]:
    return {
        row.label[-1]: None if row.n is None or row.recorded is None else (row.n, row.recorded) for row in found.rows
    }


def gone(found: Table) -> set[str]:
    return {row.label[-1] for row in found.rows if "suppressed" in told(row.facts)}


def counted(n: int) -> st.SearchStrategy[Counts]:
    """Draw how many of a base were recorded: often few, or all but few."""
    few = st.integers(0, min(n, 6))
    return st.one_of(few, few.map(lambda left: n - left), st.integers(0, n)).map(lambda x: (n, x))


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Counts]:
    """Draw one to six rows, many of them small."""
    sizes = draw(st.lists(st.one_of(st.integers(0, 14), st.integers(10, 60)), min_size=1, max_size=6))
    return {name: draw(counted(n)) for name, n in zip("abcdef", sizes, strict=False)}


class TestRules:
    @pytest.mark.parametrize(
        "column",
        ["ethnicity", "victim_ethnicity", "Age band", "AgeBand", "sexual orientation", "Sexual_Orientation", "SEX",
         "LSOA21CD", "msoa11nm", "ward name", "postCode", "religion/belief", "Self-defined Ethnicity", "OA"],
    )  # fmt: skip
    def test_known_columns_are_sensitive(self, column: str) -> None:
        assert PUBLIC.sensitive([column])

    @pytest.mark.parametrize(
        "column", ["crime_type", "stage", "agency", "route", "forward", "month", "outcome", "trace"]
    )
    def test_others_are_not(self, column: str) -> None:
        assert not PUBLIC.sensitive([column])

    def test_a_table_is_as_sensitive_as_its_most_sensitive_column(self) -> None:
        assert PUBLIC.sensitive(["crime_type", "ward"])
        assert Disclosure(personal=("crime type",)).sensitive(["crime_type"])
        assert Disclosure(small_areas=("sector",)).sensitive(["Sector"])

    def test_modes_are_two(self) -> None:
        with pytest.raises(cdi.DesignError, match="'public' or 'internal'"):
            Disclosure("publc")
        assert (PUBLIC.marking, INTERNAL.marking) == ("", "Not for publication")


class TestOfPeople:
    """Tables by a personal characteristic or a small area."""

    @pytest.mark.parametrize(("n", "withheld"), [(0, True), (9, True), (12, True), (13, False)])
    def test_a_base_under_thirteen_is_withheld_in_all_its_numbers(self, n: int, *, withheld: bool) -> None:
        found = protect(table("ethnicity", {"a": (n, n // 2), "b": (60, 50), "c": (81, 60)}), PUBLIC)
        assert ("a" in gone(found)) == withheld
        if withheld:
            assert {getattr(found.rows[0], name) for name in NUMBERS} == {None}

    def test_so_is_a_row_of_fewer_than_five_reports(self) -> None:
        found = protect(table("ethnicity", {"a": (16, 9), "b": (60, 50)}, clusters=4), PUBLIC)
        assert gone(found) == {"a", "b"}

    def test_any_small_base_of_a_category_withholds_all_of_its_rows(self) -> None:
        rates = table("ward", {"a": (30, 20), "b": (400, 300)})
        classes = table("ward", {"a": (7, 6), "b": (300, 200)})
        more = tuple(replace(row, measure=MEASURES["classification"]) for row in classes.rows)
        found = protect(replace(rates, rows=(*rates.rows, *more)), PUBLIC)
        assert gone(found) == {"a"}
        assert [row.withheld for row in found.rows] == [True, False, False, True, False, False]

    def test_nothing_else_is_withheld(self) -> None:
        """A total less the rows beside it is no exact count, since these are rounded."""
        found = protect(table("ethnicity", {"a": (5, 2), "b": (23, 19), "c": (41, 36)}), PUBLIC)
        assert gone(found) == {"a"}
        assert shown(found) == {"a": None, "b": (25, 20), "c": (40, 35), "all": (69, 57)}

    def test_rates_are_those_of_the_counts_beside_them(self) -> None:
        found = protect(table("ethnicity", {"a": (23, 19), "b": (96, 90), "c": (52, 41)}), PUBLIC)
        a, b, *_ = found.rows
        assert (a.estimate, b.estimate) == (0.80, 0.95)  # 20 of 25, 90 of 95
        assert {getattr(row, name) for row in (a, b) for name in ("se", "n_eff", "df", "deff")} == {None}
        assert all(row.facts.release is Release.ROUNDED for row in (a, b))

    def test_the_whole_is_the_force_without_its_precision(self) -> None:
        whole = protect(table("ethnicity", {"a": (23, 19), "b": (96, 90)}), PUBLIC).rows[-1]
        assert (whole.n, whole.recorded, whole.estimate) == (119, 109, 0.916)
        assert whole.se is whole.n_eff is whole.df is whole.deff is None

    def test_counts_are_rounded_more_where_the_total_would_tell_them(self) -> None:
        """102 and 57 are shown as 100 and 55, and only they add up to 159: to tens, there are several such pairs."""
        found = protect(table("sex", {"male": (102, 80), "female": (57, 41)}), PUBLIC)
        assert shown(found) == {"male": (100, 80), "female": (60, 40), "all": (159, 121)}

    @given(rows())
    def test_five_values_are_left_of_each_count(self, counts: dict[str, Counts]) -> None:
        """Every filling of the rows that rounds as shown and adds up to the total."""
        found = protect(table("ethnicity", counts), PUBLIC)
        _, step = chosen([table("ethnicity", counts)], PUBLIC)
        known = shown(found)
        total = known["all"]
        left = {name: known[name] for name in counts}
        if total is None or len(counts) < 2 or all(value is None for value in left.values()):
            return
        ends = {name: possible("n", value[0], step) for name, value in left.items() if value is not None}
        # a row of 13 or more that is withheld is the smallest
        most = min(high for _, high in ends.values())
        ends |= {name: (0, 12 if counts[name][0] <= 12 else most) for name, value in left.items() if value is None}
        for name in left:
            others = [ends[other] for other in left if other != name]
            low = max(ends[name][0], total[0] - sum(high for _, high in others))
            high = min(ends[name][1], total[0] - sum(low for low, _ in others))
            assert low <= counts[name][0] <= high
            assert high - low + 1 >= min(5, total[0] + 1)

    def test_a_total_that_follows_from_the_rows_keeps_its_counts_alone(self) -> None:
        sample = pd.DataFrame({"ward": ["a"] * 40 + ["b"] * 60, "recorded": [1, 1, 1, 0] * 25})
        found = protect(cdi.estimate(sample, by="ward", volumes={"a": 900, "b": 4_000}).table, PUBLIC)
        whole = [row for row in found.rows if row.whole and row.facts.scope is Scope.OVERALL]
        assert {row.estimate for row in whole} == {None}
        assert "would reveal rows" in "; ".join(whole[0].notes)

    def test_crimes_not_recorded_follow_from_the_rounded_rate(self) -> None:
        sample = pd.DataFrame({"ward": ["a"] * 43 + ["b"] * 57, "recorded": [1] * 31 + [0] * 12 + [1] * 50 + [0] * 7})
        found = protect(cdi.estimate(sample, by="ward", volumes={"a": 900, "b": 4_000}).table, PUBLIC)
        rate, count = (row for row in found.rows if row.label == ("a",))
        assert rate.estimate is not None
        assert count.estimate == pytest.approx(900 * (1 - rate.estimate) / rate.estimate)

    def test_a_weighted_rate_is_rounded_as_the_count_that_it_implies(self) -> None:
        row = record(["a"], (40, 30), estimate=0.62)
        assert rounded(row, 1.0, "both").estimate == 0.62  # 25 of 40 are 62.5%

    def test_delays_are_in_whole_hours_without_limits(self) -> None:
        row = record(["a"], (12, 6), measure=MEASURES["delay-median"], estimate=5.4, low=2.7, high=8.2)
        found = rounded(row, 1.0, "both")
        assert (found.estimate, found.low, found.high) == (5.0, None, None)

    @pytest.mark.parametrize("known", [75, 90])
    def test_of_unknown_times_the_share_of_those_recorded_is_shown_alone(self, known: int) -> None:
        wards = [ward for ward in "AB" for _ in range(100)]
        times = ["2024-03-05 12:00" if i % 100 < known else "" for i in range(200)]
        recorded = ["yes" if i % 100 < 90 else "no" for i in range(200)]
        frame = pd.DataFrame({"ward": wards, "recorded": recorded, "reported_at": "2024-03-05 10:00",
                              "recorded_at": times})  # fmt: skip
        found = cdi.protect(cdi.timeliness(frame, by="ward"), PUBLIC).table
        shown_of = {row.measure.key for row in found.rows if not row.whole and row.estimate is not None}
        assert ("timely-due" in shown_of) == (known == 90)
        assert "timely" in shown_of
        assert not any("est" in key for key in shown_of if key.startswith("timely"))

    @pytest.mark.parametrize("note", ["all-recorded", "few-unrecorded"])
    def test_notes_on_its_own_counts_go(self, note: str) -> None:
        row = record(["a"], (40, 40)).because(note)
        assert rounded(row, 1.0, "both").facts.reasons == ()

    @given(rows())
    def test_what_is_shown_is_the_same_for_all_counts_that_round_alike(self, counts: dict[str, Counts]) -> None:
        """Rates, intervals and all else tell nothing that the rounded counts do not."""
        for n, x in counts.values():
            if n < 13:
                continue
            alike = [
                (m, y)
                for m in range(max(13, n - 4), n + 5)
                for y in range(max(0, x - 4), min(m, x + 4) + 1)
                if (rounded_count(m), rounded_count(y)) == (rounded_count(n), rounded_count(x))
            ]
            found = {rounded(record(["a"], each), 1.3, "both").values() for each in alike}
            assert len(found) == 1

    @given(st.integers(13, 400), st.data())
    def test_the_interval_holds_that_of_the_counts_before_rounding(self, n: int, data: st.DataObject) -> None:
        x = data.draw(st.integers(0, n))
        before = count_interval(x, n)
        row = record(["a"], (n, x), low=float(before.low), high=float(before.high))
        after = rounded(row, 1.0, "both")
        assert after.low is not None
        assert after.high is not None
        assert after.low <= before.low + 1e-12
        assert after.high >= before.high - 1e-12
        assert all(math.isclose(end * 100, round(end * 100)) for end in (after.low, after.high))

    @given(st.integers(0, 100_000))
    def test_counts_go_to_the_nearest_five(self, count: int) -> None:
        assert rounded_count(count) % 5 == 0
        assert abs(rounded_count(count) - count) <= 2

    @given(rows(), st.sampled_from("abcdef"))
    def test_an_exempt_cell_stays_and_is_untouched(self, counts: dict[str, Counts], name: str) -> None:
        held = Disclosure(exemptions=(Exemption("ethnicity", name, "published", "the inspectorate"),))
        found = protect(table("ethnicity", counts), held)
        if name in counts:
            place = list(counts).index(name)
            assert found.rows[place] == table("ethnicity", counts).rows[place]
        else:
            assert unused_exemptions(held, [found]) == held.exemptions

    @given(rows(), st.sampled_from(["kind", "ethnicity"]))
    def test_internal_changes_nothing(self, counts: dict[str, Counts], column: str) -> None:
        assert protect(table(column, counts), INTERNAL) == table(column, counts)


class TestOfTheForce:
    """Tables of the force and of offences."""

    def test_keep_their_counts(self) -> None:
        before = table("crime_type", {"a": (23, 19), "b": (96, 90)})
        assert protect(before, PUBLIC) == before

    def test_show_no_rate_of_fewer_than_ten(self) -> None:
        found = protect(table("crime_type", {"a": (9, 7), "b": (10, 7)}), PUBLIC)
        assert shown(found) == {"a": (9, 7), "b": (10, 7), "all": (19, 14)}
        assert [row.estimate for row in found.rows] == [None, 0.7, 14 / 19]
        assert found.rows[0].notes == ("no rate: the base is under 10",)

    def test_of_which_the_whole_is_small_show_none(self) -> None:
        found = protect(table("crime_type", {"a": (4, 2), "b": (5, 2)}), PUBLIC)
        assert {row.estimate for row in found.rows} == {None}

    def test_whose_strata_are_of_people_have_no_further_digits(self) -> None:
        rows_ = pd.DataFrame({"ward": ["a", "b"] * 40, "recorded": [1, 1, 1, 0] * 20})
        found = cdi.protect(cdi.estimate(rows_, by=[], stratum="ward", population={"a": 90, "b": 70}), PUBLIC)
        whole = found.table.rows[-1]
        assert whole.estimate == round(whole.estimate, 3)
        assert whole.se is None


class TestPrinted:
    """Numbers without more digits than are printed."""

    @pytest.mark.parametrize("method", ["wilson", "published"])
    @pytest.mark.parametrize(("rate", "text"), [(0.9996, ">99.9"), (0.0003, "<0.1"), (1.0, "100.0"), (0.0, "0.0")])
    def test_all_and_none_are_left_of_all_and_none_only(self, rate: float, text: str, method: str) -> None:
        row = record(["a"], (40, 30), estimate=rate, low=rate, high=rate, method=method)
        found = as_printed(row)
        assert found.estimate is not None
        assert (proportion(found.estimate), found.low, found.high) == (text, found.estimate, found.estimate)

    @given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
    def test_print_as_before(self, one: float, other: float, third: float) -> None:
        low, rate, high = sorted([one, other, third])
        found = as_printed(record(["a"], (40, 30), estimate=rate, low=low, high=high))
        assert found.estimate is not None
        assert proportion(found.estimate) == proportion(rate)
        assert found.se is None

    @given(st.floats(0, 1e6))
    def test_counts_print_as_before(self, count: float) -> None:
        from cdi.printing import lines

        row = record(["a"], (40, 30), measure=MEASURES["unrecorded"], estimate=count, low=count, high=count)
        found = as_printed(row)
        assert lines.count(found) == lines.count(row)
        assert (lines.end(found, low=True), lines.end(found, low=False)) == (
            lines.end(row, low=True), lines.end(row, low=False),
        )  # fmt: skip


class TestStandards:
    @pytest.mark.parametrize(
        ("n", "n_eff", "rate", "low", "high", "note"),
        [
            (29, 40.0, 0.5, 0.48, 0.52, "small-base"),
            (40, 29.9, 0.5, 0.48, 0.52, "nchs-size"),
            (30, 400.0, 0.01, 0.0, 0.05, ""),
            (30, 30.0, 0.5, 0.35, 0.65, "nchs-wide"),
            (30, 30.0, 0.1, 0.05, 0.19, "nchs-relative"),
            (30, 30.0, 0.9, 0.81, 0.95, "nchs-complement"),
            (90, 80.0, 0.5, 0.4, 0.6, ""),
        ],
    )
    def test_the_first_that_applies_is_noted(
        self, n: int, n_eff: float, rate: float, low: float, high: float, note: str
    ) -> None:
        row = record(["a"], (n, 1), n_eff=n_eff, estimate=rate, low=low, high=high)
        found = noted(Table(("kind",), (row,), 0.95, "wilson", "both")).rows[0]
        assert told(found.facts) == ((note,) if note else ())

    def test_a_size_beyond_the_sample_counts_as_the_sample(self) -> None:
        row = record(["a"], (29, 20), n_eff=400.0, low=0.6, high=0.62)
        assert told(noted(Table(("kind",), (row,), 0.95, "wilson", "both")).rows[0].facts) == ("small-base",)

    def test_few_degrees_of_freedom_are_noted_beside(self) -> None:
        row = record(["a"], (90, 45), n_eff=80.0, low=0.4, high=0.6, df=7.0)
        assert told(noted(Table(("kind",), (row,), 0.95, "wilson", "both")).rows[0].facts) == ("few-df",)

    def test_only_rates_with_an_interval_are_judged(self) -> None:
        hours = record(["a"], (12, 6), measure=MEASURES["delay-median"], estimate=0.5, low=0.1, high=0.9)
        counted = record(["a"], (12, 6), low=None, high=None)
        found = Table(("kind",), (hours, counted), 0.95, "wilson", "both")
        assert noted(found) == found

    def test_a_note_is_given_once(self) -> None:
        found = noted(cdi.estimate(pd.DataFrame({"recorded": [1] * 15 + [0] * 5})).table)
        assert told(found.rows[0].facts).count("small-base") == 1
        assert noted(found) == found


class TestStatements:
    def test_say_how_much_and_by_which_rule(self) -> None:
        found = protect(table("ethnicity", {"a": (5, 2), "b": (30, 9), "c": (40, 20)}), PUBLIC)
        taken, said = disclosure_statements(PUBLIC, [found])
        assert taken == "Treated as personal characteristics or small areas: ethnicity."
        assert said.startswith("In tables by ethnicity, counts are rounded to the nearest 5")
        assert said.endswith("suppressed, marked [c]: 1 row here.")
        taken, said = disclosure_statements(PUBLIC, [protect(table("kind", {"a": (5, 2), "b": (30, 9)}), PUBLIC)])
        assert taken == "Not treated as personal characteristics or small areas: kind."
        assert said == "No rate is shown where the base is under 10."

    def test_nothing_is_said_where_nothing_is_changed(self) -> None:
        assert disclosure_statements(PUBLIC, [table("category", {"a": (50, 20)})]) == ()
        exempt = (Exemption("a", "b", "Already out.", "someone"),)
        assert disclosure_statements(Disclosure("internal", exemptions=exempt), []) == ()
        assert disclosure_statements(Disclosure(exemptions=exempt), []) == ()
        shown_ = [table("a", {"b": (5, 4), "c": (50, 20)})]
        assert disclosure_statements(Disclosure(exemptions=exempt), shown_)[-1].endswith(
            "a, b. Reason: Already out. Approved by: someone."
        )


class TestWhatNotesAndRatesTell:
    def test_beside_counts_shown_as_all_a_weighted_rate_is_of_all(self) -> None:
        """One of 31 was missed, and weighs much: 30 of 30 at 83% would leave one to four as those that were."""
        heavy = record(("Harbour",), (31, 30), estimate=0.83, low=0.6, high=0.95)
        shown = rounded(heavy, 1.0, "both")
        assert (shown.n, shown.recorded, shown.estimate) == (30, 30, 1.0)
        none = rounded(record(("Harbour",), (31, 1), estimate=0.2, low=0.1, high=0.4), 1.0, "both")
        assert (none.n, none.recorded, none.estimate) == (30, 0, 0.0)

    def test_a_row_that_is_listed_is_not_none(self) -> None:
        """Of 133, rows shown as 35, 45 and 55 leave 0 to 4: four values, since there is a row."""
        counts = {"Harbour": (36, 36), "Hilltop": (43, 43), "Old Town": (53, 53), "Meadow": (1, 1)}
        shown = protect(table("ward", counts), PUBLIC)
        assert shown.rounded_to != 5 or sum(row.withheld for row in shown.rows) > 1

    @pytest.mark.parametrize("rule", ["single-average", "single-adjust"])
    def test_a_lone_report_is_said_of_no_ward(self, rule: str) -> None:
        counts = {"Harbour": (60, 50), "Hilltop": (60, 55), "Old Town": (47, 40), "Meadow": (1, 1)}
        given = table("ward", counts)
        noting = replace(given, rows=tuple(replace(row, facts=row.facts.because([rule])) for row in given.rows))
        for shown in (protect(noting, PUBLIC, strata=["ward"]), protect(noting, PUBLIC)):
            assert not any(rule in row.facts.reasons for row in shown.rows)
        assert any(rule in row.facts.reasons for row in protect(noting, INTERNAL).rows)
