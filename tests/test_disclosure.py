"""Disclosure control of tables: what is small, what gives it back, and an attacker who knows all that is shown."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cdi
from cdi.disclosure.rules import Disclosure, Exemption, disclosure_statements, noted, unused_exemptions
from cdi.disclosure.suppression import RowCounts, Sum, withheld
from cdi.disclosure.tables import as_printed, protect, protect_all
from cdi.facts import PLAIN, Facts, Scope
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


def is_small(counts: Counts, *, personal: bool) -> bool:
    n, x = counts
    return n < 10 or (personal and (1 <= x <= 4 or 1 <= n - x <= 4))


def counted(n: int) -> st.SearchStrategy[Counts]:
    """Draw how many of a base were recorded: often few, or all but few."""
    few = st.integers(0, min(n, 6))
    return st.one_of(few, few.map(lambda left: n - left), st.integers(0, n)).map(lambda x: (n, x))


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Counts]:
    """Draw one to six rows, many of them small."""
    sizes = draw(st.lists(st.one_of(st.integers(0, 14), st.integers(10, 60)), min_size=1, max_size=6))
    return {name: draw(counted(n)) for name, n in zip("abcdef", sizes, strict=False)}


COLUMNS = st.sampled_from(["kind", "ethnicity"])


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


class TestSmallCells:
    @pytest.mark.parametrize(
        ("counts", "kind", "ethnicity"),
        [((9, 5), True, True), ((10, 5), False, False), ((20, 4), False, True), ((20, 5), False, False),
         ((20, 16), False, True), ((20, 15), False, False), ((20, 20), False, False), ((20, 0), False, False),
         ((20, 1), False, True), ((0, 0), True, True)],
    )  # fmt: skip
    def test_by_base_and_for_people_by_counts(self, counts: Counts, *, kind: bool, ethnicity: bool) -> None:
        others = {"x": (60, 30), "y": (70, 30)}
        assert ("a" in gone(protect(table("kind", {"a": counts, **others}), PUBLIC))) == kind
        assert ("a" in gone(protect(table("ethnicity", {"a": counts, **others}), PUBLIC))) == ethnicity

    def test_the_whole_is_the_force_and_nobodys_characteristic(self) -> None:
        found = protect(table("ethnicity", {"a": (20, 20), "b": (20, 18)}), PUBLIC)
        assert gone(found) == {"a", "b"}
        assert shown(found)["all"] == (40, 38)

    def test_a_small_whole_takes_everything(self) -> None:
        assert gone(protect(table("kind", {"a": (4, 2), "b": (5, 2)}), PUBLIC)) == {"a", "b", "all"}

    def test_a_withheld_row_has_no_number_in_any_measure(self) -> None:
        sample = pd.DataFrame({"kind": ["a"] * 5 + ["b"] * 20 + ["c"] * 30, "recorded": [1, 1, 0, 1, 1] * 11})
        volumes = {"a": 500, "b": 900, "c": 4_000}
        found = protect(cdi.estimate(sample, by="kind", volumes=volumes).table, PUBLIC)
        rows = [row for row in found.rows if row.label in {("a",), ("b",)}]
        assert len(rows) == 4
        assert {getattr(row, name) for row in rows for name in NUMBERS} == {None}
        assert {told(row.facts) for row in rows} == {("suppressed",)}
        frame = found.to_pandas()
        assert frame.loc[frame["kind"] == "a", "n"].isna().all()

    def test_any_base_of_a_row_withholds_all_of_them(self) -> None:
        rates = table("kind", {"a": (30, 20), "b": (40, 30), "c": (50, 30)})
        classes = table("kind", {"a": (7, 6), "b": (30, 20), "c": (40, 30)})
        both = replace(
            rates,
            rows=(*rates.rows, *(replace(row, measure=MEASURES["classification"]) for row in classes.rows)),
        )
        found = protect(both, PUBLIC)
        assert gone(found) == {"a", "b"}
        assert all(row.n is None for row in found.rows if row.label == ("a",))

    def test_notes_on_the_sample_stay_and_those_on_the_numbers_go(self) -> None:
        found = protect(table("kind", {"a": (5, 5)}, facts=Facts(census=True, reasons=("all-recorded",))), PUBLIC)
        assert told(found.rows[0].facts) == ("census", "suppressed")


class TestSecondary:
    def test_the_smallest_that_is_enough_goes_too(self) -> None:
        assert gone(protect(table("kind", {"a": (5, 2), "b": (30, 9), "c": (12, 7), "d": (12, 6)}), PUBLIC)) == {
            "a",
            "c",
        }

    def test_one_that_is_enough_is_better_than_two(self) -> None:
        # with b, the smallest, the two would leave 4 recorded; c alone is enough
        counts = {"a": (20, 4), "b": (25, 0), "c": (30, 8), "d": (60, 30)}
        assert gone(protect(table("ethnicity", counts), PUBLIC)) == {"a", "c"}

    def test_what_is_withheld_together_is_not_small(self) -> None:
        assert gone(protect(table("kind", {"a": (3, 2), "b": (4, 2), "c": (20, 9), "d": (30, 9)}), PUBLIC)) == {
            "a", "b", "c",
        }  # fmt: skip
        assert gone(protect(table("kind", {"a": (6, 2), "b": (4, 2), "c": (20, 9)}), PUBLIC)) == {"a", "b"}

    def test_without_a_total_nothing_gives_it_back(self) -> None:
        found = table("kind", {"a": (5, 2), "b": (30, 9)})
        assert gone(protect(replace(found, rows=found.rows[:-1]), PUBLIC)) == {"a"}

    def test_the_total_goes_where_there_is_nothing_else(self) -> None:
        assert gone(protect(table("ethnicity", {"a": (50, 47), "b": (5, 4)}), PUBLIC)) == {"a", "b"}
        assert gone(protect(table("kind", {"a": (5, 4)}), PUBLIC)) == {"a", "all"}

    def test_a_category_that_is_the_whole_tells_no_more_than_it(self) -> None:
        assert gone(protect(table("ethnicity", {"a": (50, 47)}), PUBLIC)) == set()

    def test_the_total_stays_where_another_row_will_do(self) -> None:
        """Crime types in wards: what keeps the small one from being worked out is another part, not the whole."""
        cells = [RowCounts({"rate": counts}) for counts in ((11, 10), (27, 26), (5, 5), (7, 7), (35, 35), (65, 62))]
        cells += [RowCounts({"rate": counts}) for counts in ((50, 48), (100, 97), (150, 145))]
        sums = [Sum("rate", 6, (0, 1, 2, 3)), Sum("rate", 7, (4, 5)), Sum("rate", 8, (6, 7))]
        gone = withheld(cells, [*sums, Sum("rate", 8, (0, 1, 2, 3, 4, 5))])
        assert {2, 3} <= gone
        assert 8 not in gone

    def test_a_total_of_which_all_was_recorded_tells_so_of_each_row(self) -> None:
        counts = {"a": (5, 5), "b": (40, 40), "c": (60, 60), "d": (80, 80)}
        assert gone(protect(table("kind", counts), PUBLIC)) == {"a", "b"}

    def test_small_parts_of_withheld_rows_of_another_table_are_not_left(self) -> None:
        """All less one route and one crime type of another leave 6 of two crime types, all recorded."""
        routes = {"r2": (105, 94), "r0": (42, 38), "r1": (3, 3)}
        kinds = {"c0": (84, 74), "c4": (5, 5), "c5": (16, 15), "c2": (39, 35), "c3": (3, 3), "c1": (3, 3)}
        tables = [table("route", routes), table("crime_type", kinds)]
        pairs = [("r2", "c0"), ("r2", "c4"), ("r2", "c5"), ("r0", "c2"), ("r0", "c3"), ("r1", "c1")]
        shown = protect_all(tables, PUBLIC, together={("route", "crime_type"): pairs})
        hidden = gone(shown[0]) | gone(shown[1])
        assert {"c1", "c3", "c4"} <= hidden
        # what is left of the whole when shown routes, and crime types of withheld ones, are taken away
        told = {name for name in ("r2", "r0", "r1") if name not in hidden}
        left = [name for route, name in pairs if route not in told and name in hidden]
        assert "all" in hidden or sum(kinds[name][0] for name in left) >= 10 or not left

    def test_an_exempt_cell_stays_and_others_make_up_for_it(self) -> None:
        held = Disclosure(exemptions=(Exemption("ethnicity", "b", "already published", "the inspectorate"),))
        counts = {"a": (24, 3), "b": (24, 21), "c": (80, 40), "d": (90, 40)}
        assert gone(protect(table("ethnicity", counts), held)) == {"a", "c"}
        alone = Disclosure(exemptions=tuple(Exemption("ethnicity", name, "r", "who") for name in "bcd"))
        assert gone(protect(table("ethnicity", counts), alone)) == {"a", "all"}

    def test_the_published_case(self) -> None:
        counts = {"ethnic minority": (24, 21), "white": (158, 138)}
        assert gone(protect(table("ethnicity", counts), PUBLIC)) == {"ethnic minority", "white"}
        held = Disclosure(exemptions=(Exemption("ethnicity", "ethnic minority", "already published", "HMICFRS"),))
        assert gone(protect(table("ethnicity", counts), held)) == set()

    def test_tables_that_share_a_row_are_held_together(self) -> None:
        by_kind = table("kind", {"a": (5, 2), "b": (30, 9), "c": (40, 20)})
        both = protect_all([by_kind, table("area", {"x": (35, 11), "y": (40, 20)})], PUBLIC)
        assert [gone(each) for each in both] == [{"a", "b"}, set()]
        # y of the second is c of the first, so the rest of both is known
        crossed = Table(
            ("kind", "area"),
            tuple(record(label, counts) for label, counts in {
                ("a", "x"): (5, 2), ("b", "x"): (30, 9), ("c", "y"): (40, 20),
            }.items()), 0.95, "wilson", "both",
        )  # fmt: skip
        found = protect_all([by_kind, crossed], PUBLIC)
        assert gone(found[0]) == {"a", "b"}
        assert shown(found[1])["y"] == (40, 20)
        assert [row.n for row in found[1].rows] == [None, None, 40]


class TestRounding:
    SAMPLE = pd.DataFrame({"kind": ["a"] * 5 + ["b"] * 20 + ["c"] * 30, "recorded": [1, 1, 0, 1, 1] * 11})
    VOLUMES: Mapping[str, int] = {"a": 500, "b": 900, "c": 14_000}

    def test_a_total_that_weighs_withheld_rows_keeps_its_counts_alone(self) -> None:
        found = protect(cdi.estimate(self.SAMPLE, by="kind", volumes=dict(self.VOLUMES)).table, PUBLIC).rows
        for record in (r for r in found if r.label == ("all",)):
            assert (record.n, record.recorded, told(record.facts)[-1]) == (55, 44, "unsafe")
            numbers = ("estimate", "low", "high", "se", "n_eff", "df", "deff")
            assert {getattr(record, name) for name in numbers} == {None}

    def weighed(self, style: str = "default") -> Table:
        """Estimate over all, of a sample whose strata are weighed by their reports on the frame."""
        frame = pd.DataFrame({"kind": list(self.VOLUMES), "population": list(self.VOLUMES.values())})
        return cdi.estimate(self.SAMPLE, by=[], stratum="kind", volumes=frame, style=style).table

    def test_what_is_rounded_has_no_more_digits_than_are_printed(self) -> None:
        exact = self.weighed().rows[0]
        rate = as_printed(exact)
        assert told(rate.facts)[-1] == "rounded"
        assert (rate.estimate, rate.low, rate.high) == tuple(
            round(float(end), 3) for end in (exact.estimate or 0, exact.low or 0, exact.high or 0)
        )
        assert rate.low != exact.low
        assert {getattr(rate, name) for name in ("se", "n_eff", "df", "deff")} == {None}
        assert (rate.n, rate.recorded) == (55, 44)

    def test_the_published_style_keeps_rate_and_half_width(self) -> None:
        from cdi.printing.layouts import lay_out

        exact = self.weighed("published")
        rounded = replace(exact, rows=tuple(map(as_printed, exact.rows)))
        assert told(rounded.rows[0].facts)[-1] == "rounded"
        plain, held = (lay_out(each, style="published").grids[0].rows[-1] for each in (exact, rounded))
        assert plain[:-1] == held[:-1]

    @pytest.mark.parametrize("method", ["wilson", "published"])
    @pytest.mark.parametrize(("rate", "shown"), [(0.9996, ">99.9"), (0.0003, "<0.1"), (1.0, "100.0"), (0.0, "0.0")])
    def test_all_and_none_are_left_of_all_and_none_only(self, rate: float, shown: str, method: str) -> None:
        row = replace(self.weighed().rows[0], estimate=rate, low=rate, high=rate, method=method)
        rounded = as_printed(row)
        assert rounded.estimate is not None
        assert (proportion(rounded.estimate), rounded.low, rounded.high) == (shown, rounded.estimate, rounded.estimate)

    def test_a_plain_ratio_stays_as_it_is(self) -> None:
        table = cdi.estimate(self.SAMPLE, by="kind").table
        assert protect(table, PUBLIC).rows[-1] == table.rows[-1]

    def test_strata_that_are_the_rows_are_not_told_by_the_variance(self) -> None:
        table = cdi.estimate(self.SAMPLE, stratum="kind").table
        assert table.rows[-1].estimate == pytest.approx(44 / 55)
        assert protect(table, PUBLIC).rows[-1].se is None

    def test_nothing_is_rounded_where_nothing_is_withheld(self) -> None:
        sample = self.SAMPLE[5:]
        table = cdi.estimate(sample, by="kind", volumes={"b": 900, "c": 14_000}).table
        assert protect(table, PUBLIC) == table


class TestLaws:
    @given(rows(), COLUMNS)
    def test_an_attacker_finds_no_withheld_number(self, counts: dict[str, Counts], column: str) -> None:
        """What is left of the total, shared out in all ways that whole numbers allow."""
        known = shown(protect(table(column, counts), PUBLIC))
        hidden = [name for name in counts if known[name] is None]
        if known["all"] is None or not hidden:
            assert known["all"] is not None or hidden == list(counts)
            return
        left = [known["all"][0], known["all"][1]]
        for name in counts:
            seen = known[name]
            if seen is not None:
                left = [left[0] - seen[0], left[1] - seen[1]]
        quantities = {"n": left[0], "recorded": left[1], "not recorded": left[0] - left[1]}
        for name in hidden:
            n, x = counts[name]
            own = {"n": n, "recorded": x, "not recorded": n - x}
            for what, rest in quantities.items():
                possible = [v for v in range(rest + 1) if len(hidden) > 1 or v == rest]
                assert own[what] in possible
                small = own[what] < 10 if what == "n" else column == "ethnicity" and 1 <= own[what] <= 4
                assert not small or len(possible) > 1, (what, name)
                if len(hidden) < len(counts):  # and not only small ones are possible
                    assert not small or max(possible) > (9 if what == "n" else 4), (what, name)

    @given(rows(), COLUMNS)
    def test_what_is_small_goes_and_no_more_than_is_needed(self, counts: dict[str, Counts], column: str) -> None:
        personal = column == "ethnicity"
        found = gone(protect(table(column, counts), PUBLIC))
        small = {name for name, each in counts.items() if is_small(each, personal=personal)}
        whole = (sum(n for n, _ in counts.values()), sum(x for _, x in counts.values()))
        assert small <= found
        if whole[0] < 10 or "all" in found:
            assert small == set(counts)
            return

        def leaks(hidden: set[str]) -> bool:
            together = (sum(counts[name][0] for name in hidden), sum(counts[name][1] for name in hidden))
            return len(hidden) == 1 or (hidden != set(counts) and is_small(together, personal=personal))

        assert not found or not leaks(found)
        assert all(leaks(found - {name}) for name in found - small)

    @given(rows(), COLUMNS)
    def test_once_is_enough(self, counts: dict[str, Counts], column: str) -> None:
        once = protect(table(column, counts), PUBLIC)
        assert protect(once, PUBLIC) == once

    @given(rows(), COLUMNS)
    def test_internal_withholds_nothing(self, counts: dict[str, Counts], column: str) -> None:
        assert protect(table(column, counts), INTERNAL) == table(column, counts)

    @given(rows(), st.sampled_from("abcdef"))
    def test_an_exempt_cell_stays_and_is_untouched(self, counts: dict[str, Counts], name: str) -> None:
        held = Disclosure(exemptions=(Exemption("ethnicity", name, "published", "the inspectorate"),))
        found = protect(table("ethnicity", counts), held)
        if name in counts:
            place = list(counts).index(name)
            assert found.rows[place] == table("ethnicity", counts).rows[place]
        else:
            assert unused_exemptions(held, [found]) == held.exemptions

    @given(rows())
    def test_what_is_personal_is_withheld_no_less_where_it_is_small(self, counts: dict[str, Counts]) -> None:
        plain = {name for name, each in counts.items() if is_small(each, personal=False)}
        assert plain <= gone(protect(table("kind", counts), Disclosure(personal=("kind",))))

    @given(st.lists(st.tuples(st.integers(0, 25), st.integers(0, 25)), min_size=6, max_size=6), st.integers(1, 2))
    def test_crossed_tables_do_not_solve_each_other(self, cells: list[tuple[int, int]], margins: int) -> None:
        """Two columns, their margins and the whole: no withheld number is the solution of what is shown."""
        counts = {
            label: (max(pair), min(pair)) for label, pair in zip(itertools.product("ab", "xyz"), cells, strict=True)
        }

        def added(place: int) -> dict[str, Counts]:
            found: dict[str, Counts] = {}
            for label, (n, x) in counts.items():
                before = found.get(label[place], (0, 0))
                found[label[place]] = (before[0] + n, before[1] + x)
            return found

        crossed = Table(
            ("kind", "area"), tuple(record(label, each) for label, each in counts.items()), 0.95, "", "both"
        )
        tables = protect_all([crossed, table("kind", added(0)), table("area", added(1))][: margins + 1], PUBLIC)

        def summed(found: Table, row: Row) -> list[int]:
            named = dict(zip(found.keys, row.label, strict=True))
            return [int(named.get("kind", "all") in {"all", kind} and named.get("area", "all") in {"all", area})
                    for kind, area in counts]  # fmt: skip

        known = [summed(found, row) for found in tables for row in found.rows if row.n is not None]
        for found in tables:
            for row in found.rows:
                assert row.n is not None or rank([*known, summed(found, row)]) > rank(known), row.label


def rank(rows: list[list[int]]) -> int:
    """Count independent rows by elimination in fractions."""
    left = [[Fraction(value) for value in row] for row in rows]
    found = 0
    for column in range(len(left[0]) if left else 0):
        pivot = next((i for i in range(found, len(left)) if left[i][column]), None)
        if pivot is None:
            continue
        left[found], left[pivot] = left[pivot], left[found]
        for i in range(found + 1, len(left)):
            times = left[i][column] / left[found][column]
            left[i] = [a - times * b for a, b in zip(left[i], left[found], strict=True)]
        found += 1
    return found


class TestSums:
    def test_cells_of_several_sums_are_solved_together(self) -> None:
        # 0 + 1 = 4, 0 + 2 = 5 and 1 + 2 = 6 give each of the three, though none of the sums does alone
        cells = [
            RowCounts({"m": (5, 2)}),
            RowCounts({"m": (6, 2)}),
            RowCounts({"m": (7, 2)}),
            *(RowCounts({"m": (n, 4)}) for n in (11, 12, 13)),
        ]
        sums = [Sum("m", 3, (0, 1)), Sum("m", 4, (0, 2)), Sum("m", 5, (1, 2))]
        assert withheld(cells, sums[:2]) == {0, 1, 2}
        assert withheld(cells, sums) == {0, 1, 2, 3}

    def test_many_rows_are_quick(self) -> None:
        cells = [RowCounts({"m": (1 + i % 40, 1)}) for i in range(5_000)]
        whole = RowCounts({"m": (sum(cell.counts["m"][0] for cell in cells), 5_000)})
        assert len(withheld([*cells, whole], [Sum("m", 5_000, tuple(range(5_000)))])) == 5_000 * 9 // 40


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
        (said,) = disclosure_statements(PUBLIC, [found])
        assert said.startswith(
            "2 rows are suppressed, marked [c]. Rows with a base under 10 are not published. In tables by ethnicity,"
        )
        (said,) = disclosure_statements(PUBLIC, [protect(table("kind", {"a": (5, 2)}), PUBLIC)])
        assert said.startswith("2 rows are suppressed")
        assert "tables by" not in said
        assert "totals" in said

    def test_nothing_is_said_where_nothing_is_withheld(self) -> None:
        assert disclosure_statements(PUBLIC, [table("kind", {"a": (50, 20)})]) == ()
        exempt = (Exemption("a", "b", "Already out.", "someone"),)
        assert disclosure_statements(Disclosure("internal", exemptions=exempt), []) == ()
        assert disclosure_statements(Disclosure(exemptions=exempt), []) == ()
        shown = [table("a", {"b": (5, 4), "c": (50, 20)})]
        assert disclosure_statements(Disclosure(exemptions=exempt), shown)[0].endswith(
            "a, b. Reason: Already out. Approved by: someone."
        )
