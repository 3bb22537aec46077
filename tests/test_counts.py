"""Tables of counts: every number is that of the single records that they count."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cdi
from cdi.audits.ambiguous import FEW
from cdi.errors import CdiError
from cdi.printing.tables import Row
from tests import at_most

COUNTS = {"counts", "counts-in-reports", "counts-deff"}

Cell = tuple[str, str, int, int]


def cells(most: int = 60) -> st.SearchStrategy[list[Cell]]:
    """Counts by month and group: crimes due, one at the least, and those recorded."""

    def counted(keys: Sequence[tuple[str, str]]) -> st.SearchStrategy[list[Cell]]:
        each = st.integers(1, most).flatmap(lambda due: st.tuples(st.just(due), st.integers(0, due)))
        numbers = st.lists(each, min_size=len(keys), max_size=len(keys))
        return numbers.map(lambda found: [(*key, *pair) for key, pair in zip(keys, found, strict=True)])

    months, groups = ["2024-01", "2024-02", "2024-03"], ["Asian", "Black", "White"]
    every = [(month, group) for month in months for group in groups]
    return st.permutations(every).flatmap(lambda keys: counted(keys[: max(len(keys) - 2, 1)]))


def wide(found: Sequence[Cell], **more: str) -> pd.DataFrame:
    return pd.DataFrame(found, columns=["month", "group", "due", "recorded"]).rename(columns=more)


def long(found: Sequence[Cell], answer: str = "recorded") -> pd.DataFrame:
    rows = [(m, g, word, n) for m, g, due, k in found for word, n in (("yes", k), ("no", due - k))]
    return pd.DataFrame(rows, columns=["month", "group", answer, "count"])


def singles(found: Sequence[Cell], answer: str = "recorded") -> pd.DataFrame:
    """The same, a row a crime."""
    rows = [(m, g, int(i < k)) for m, g, due, k in found for i in range(due)]
    return pd.DataFrame(rows, columns=["month", "group", answer])


def plain(rows: Sequence[Row]) -> list[Row]:
    """Take off what is said of tables of counts, and nothing else."""
    return [replace(row, facts=row.facts.without(COUNTS)) for row in rows]


def outcome(call: Callable[..., Any], source: pd.DataFrame, **options: Any) -> object:
    """The rows that a verb finds, or the codes of the faults that it refuses with."""
    try:
        return plain(call(source, **options).table.rows)
    except CdiError as error:
        return sorted({item.code for item in error.faults})


def compared(call: Callable[..., Any], found: Sequence[Cell], answer: str = "recorded", **options: Any) -> None:
    expected = outcome(call, singles(found, answer), **options)
    assert outcome(call, wide(found, recorded=answer), layout="counts", due="due", **options) == expected
    assert outcome(call, long(found, answer), layout="counts", **options) == expected


BY: Mapping[str, dict[str, Any]] = {
    "overall": {"by": ()},
    "by group": {"by": "group"},
    "by month, drawn by month": {"stratum": "month"},
    "by group, drawn by month": {"by": "group", "stratum": "month"},
    "by two": {"by": ["group", "month"]},
    "lone": {"by": "group", "stratum": "month", "single_cluster": "average"},
    "census": {"by": "group", "selection": "census"},
}


class TestEqualsSingleRecords:
    @pytest.mark.parametrize("options", BY.values(), ids=BY)
    @given(found=cells())
    @at_most(4)
    def test_in_an_estimate(self, options: dict[str, Any], found: list[Cell]) -> None:
        compared(cdi.estimate, found, **options)

    @given(found=cells())
    @at_most(4)
    def test_with_a_frame_and_volumes(self, found: list[Cell]) -> None:
        compared(cdi.estimate, found, by="group", population=100_000)
        volumes = {group: 5_000 for _, group, _, _ in found}
        compared(cdi.estimate, found, by="group", volumes=volumes)

    @pytest.mark.long
    @given(found=cells())
    @at_most(6)
    def test_in_grounds_and_between_groups(self, found: list[Cell]) -> None:
        compared(cdi.grounds, found, "grounds", by="group")
        compared(cdi.disparity, found, "grounds", by="group", recorded="grounds")
        people = {**{group: 90_000 for _, group, _, _ in found}, "source": "made up", "year": 2021}
        compared(cdi.disparity, found, "grounds", by="group", recorded="grounds", residents=people, population=100_000)

    @given(found=cells())
    @at_most(6)
    def test_in_a_trend(self, found: list[Cell]) -> None:
        compared(cdi.trend, found)

    @given(one=cells(), other=cells())
    @at_most(6)
    def test_in_a_comparison(self, one: list[Cell], other: list[Cell]) -> None:
        def sides(read: Callable[[Sequence[Cell]], pd.DataFrame], **roles: Any) -> object:
            try:
                a, b = (cdi.estimate(read(each), by="group", **roles) for each in (one, other))
                return plain(cdi.compare(a, b).table.rows)
            except CdiError as error:
                return sorted({item.code for item in error.faults})

        expected = sides(singles)
        assert sides(wide, layout="counts") == sides(long, layout="counts") == expected

    @given(found=cells())
    @at_most(6)
    def test_of_forces(self, found: list[Cell]) -> None:
        named = [
            (month, {"Asian": "Kent", "Black": "Essex", "White": "Surrey"}[group], *n) for month, group, *n in found
        ]

        def forces(source: pd.DataFrame, **roles: Any) -> Any:
            return cdi.forces(source.rename(columns={"group": "force"}), **roles)

        compared(forces, named)

    @given(found=cells(30))
    @at_most(6)
    def test_under_disclosure_control(self, found: list[Cell]) -> None:
        for verb, options in ((cdi.estimate, {"by": "group"}), (cdi.trend, {})):

            def protected(source: pd.DataFrame, verb: Any = verb, **roles: Any) -> Any:
                return cdi.protect(verb(source, **roles), cdi.Disclosure(personal=["group", "month"]))

            compared(protected, found, **options)

    @given(found=cells())
    @at_most(6)
    def test_in_a_review(self, found: list[Cell]) -> None:
        expected = outcome(cdi.review, singles(found, "effective").drop(columns="month"), by="group")
        counted = long(found, "effective").drop(columns="month")
        assert outcome(cdi.review, counted, by="group", layout="counts") == expected
        table = wide(found, recorded="effective").drop(columns="month")
        assert outcome(cdi.review, table, by="group", layout="counts", due="due") == expected
        named = {"by": "group", "questions": ["effective=no:worse"]}
        expected = outcome(cdi.review, singles(found, "effective").drop(columns="month"), **named)
        assert outcome(cdi.review, table, layout="counts", due="due", **named) == expected

    @pytest.mark.long
    @given(found=cells(), decisions=st.lists(st.sampled_from(["no crime", "not auditable", "over-recorded"])))
    @at_most(6)
    def test_of_decisions(self, found: list[Cell], decisions: list[str]) -> None:
        counted = long(found, "decision")
        counted["decision"] = counted["decision"].map({"yes": "recorded", "no": "not recorded"})
        more = pd.DataFrame([("2024-01", "Asian", word, 3) for word in decisions], columns=counted.columns)
        counted = pd.concat([counted, more], ignore_index=True)
        records = counted.loc[counted.index.repeat(counted["count"])].drop(columns="count")
        for options in ({"by": "group"}, {"by": "group", "bounds": True}, {"measures": "over-recording"}):
            assert outcome(cdi.estimate, counted, layout="counts", **options) == outcome(
                cdi.estimate, records, **options
            )
        held = [cdi.read_audit(counted, layout="counts"), cdi.read_audit(records)]
        assert held[0].decisions == held[1].decisions
        assert cdi.describe(held[0]).crimes == cdi.describe(held[1]).crimes


OFFENCES = "Offence,Required,Recorded\nViolence,40,36\nSexual,20,17\nOther,60,57\nTotal,120,110\n"
"""Made up after the shape of a table in an answer to a request for information."""

PLAYED: dict[str, Any] = {"due": "Required", "recorded": "Recorded"}


@pytest.fixture
def offences(tmp_path: Path) -> Path:
    path = tmp_path / "offences.csv"
    path.write_text(OFFENCES, encoding="utf-8")
    return path


def searches() -> pd.DataFrame:
    return pd.DataFrame({"ethnicity": ["Asian", "Black"], "searches": [564, 1305], "grounds": [114, 275]})


class TestTables:
    def test_a_total_that_adds_up_is_left_out(self, offences: Path) -> None:
        found = cdi.estimate(offences, by="Offence", layout="counts", **PLAYED)
        assert [(*row.label, row.recorded, row.n) for row in found.table.rows] == [
            ("Other", 57, 60), ("Sexual", 17, 20), ("Violence", 36, 40), ("all", 110, 120),
        ]  # fmt: skip
        assert all("counts" in row.facts.reasons for row in found.table.rows)
        assert [row.label for row in found.audit.source.set_aside] == ["Total"]

    def test_a_check_says_what_is_taken(self, offences: Path) -> None:
        said = str(cdi.describe(cdi.read_audit(offences, layout="counts", **PLAYED)))
        assert "taken as independent" in " ".join(said.split())
        assert "Crimes in each report" not in said

    def test_numbers_may_have_commas(self, tmp_path: Path) -> None:
        path = tmp_path / "searches.csv"
        path.write_text('ethnicity,n,yes\nAsian,564,114\nBlack,"1,305",275\n', encoding="utf-8")
        found = cdi.grounds(path, by="ethnicity", due="n", recorded="yes", layout="counts").table.rows
        low, high = found[0].low or 0, found[0].high or 0
        assert (round(low, 3), round(high, 3), found[1].n) == (0.171, 0.237, 1305)

    def test_a_design_effect_divides_the_effective_size(self) -> None:
        rows = cdi.grounds(
            searches(), by="ethnicity", due="searches", recorded="grounds", layout="counts", deff=1.3
        ).table.rows
        alone = cdi.interval(114 / 564, 564 / 1.3)
        assert rows[0].n_eff == pytest.approx(564 / 1.3, abs=1e-9)
        assert (rows[0].low, rows[0].high) == (pytest.approx(alone.low), pytest.approx(alone.high))
        assert "counts-deff" in rows[0].facts.reasons

    def test_a_design_effect_widens_differences_and_strata_alike(self) -> None:
        """A variance is multiplied by it, whatever it is of."""
        table = wide([("2024-01", "Asian", 40, 30), ("2024-02", "Asian", 50, 45), ("2024-02", "Black", 60, 41)])
        for options in ({"by": "group"}, {"by": "group", "stratum": "month"}):
            one, more = (cdi.estimate(table, layout="counts", deff=deff, **options) for deff in (1.0, 1.7))
            for a, b in zip(one.table.rows, more.table.rows, strict=True):
                assert (b.se or 0) ** 2 == pytest.approx(1.7 * (a.se or 0) ** 2, rel=1e-12)

    def test_reports_are_the_draws_where_they_are_known(self) -> None:
        table = searches().assign(draws=[188, 435])
        found = cdi.grounds(
            table, by="ethnicity", due="searches", recorded="grounds", layout="counts", reports="draws"
        ).table.rows
        one_each = cdi.grounds(
            table.assign(draws=table["searches"]), by="ethnicity", due="searches", recorded="grounds",
            layout="counts", reports="draws",
        ).table.rows  # fmt: skip
        plain_ = cdi.grounds(searches(), by="ethnicity", due="searches", recorded="grounds", layout="counts").table.rows
        assert [row.clusters for row in found] == [188, 435, 623]
        # as many draws as there are reports; t with their degrees of freedom makes it a little less
        assert [row.n_eff for row in found] == [pytest.approx(n, rel=0.02) for n in (188, 435, 623)]
        assert [(row.low, row.high) for row in one_each] == [(row.low, row.high) for row in plain_]

    def test_a_month_without_crimes_is_no_stratum(self) -> None:
        table = pd.DataFrame({"month": ["2024-01", "2024-02", "2024-03"], "due": [30, 0, 40], "recorded": [20, 0, 39]})
        assert [each.label for each in cdi.trend(table, layout="counts").gaps] == ["2024-02"]

    def test_a_group_without_crimes_is_shown(self) -> None:
        table = pd.DataFrame({"kind": ["a", "b"], "due": [30, 0], "recorded": [20, 0]})
        rows = cdi.estimate(table, by="kind", layout="counts").table.rows
        assert [(row.label[0], row.n, row.estimate is None) for row in rows][1] == ("b", 0, True)


class TestWhichLayout:
    @pytest.mark.parametrize("verb", [cdi.estimate, cdi.trend, cdi.read_audit])
    def test_what_could_be_either_is_refused(self, verb: Callable[..., Any]) -> None:
        table = pd.DataFrame({"month": ["2024-01", "2024-02", "2024-03"], "due": [30, 28, 40], "recorded": [20, 9, 39]})
        with pytest.raises(cdi.DesignError) as caught:
            verb(table)
        (found,) = caught.value.faults
        assert found.code == "either-layout"
        assert "--layout records" in found.told("command_line")
        assert "--layout counts" in found.told("command_line")
        verb(table, layout="records") if verb is not cdi.trend else None
        verb(table, layout="counts")

    @pytest.mark.parametrize(
        ("verb", "options"),
        [(cdi.grounds, {"recorded": "found"}), (cdi.review, {"questions": "found"}), (cdi.review, {})],
    )
    def test_a_column_of_counts_is_not_passed_over(self, verb: Callable[..., Any], options: dict[str, Any]) -> None:
        table = pd.DataFrame(
            {"by": ["a", "a", "b", "b"], "found": ["yes", "no"] * 2, "No of searches": [30, 40, 50, 8]}
        )
        with pytest.raises(cdi.DesignError) as caught:
            verb(table, by="by", **options)
        assert [item.code for item in caught.value.faults] == ["either-layout-of-answers"]
        assert '--layout counts and --count "No of searches"' in caught.value.told("command_line")
        assert verb(table, by="by", count="No of searches", **options).table.rows[-1].n == 128

    @pytest.mark.parametrize(
        "more",
        [
            {"cluster": "ref"},  # rows with ids are records
            {"due": "few"},  # reports have few crimes
            {"stratum": "route", "due": "few"},
        ],
    )
    def test_records_are_not_asked_about(self, more: dict[str, str]) -> None:
        rows = 40
        table = pd.DataFrame(
            {
                "ref": [f"R{i}" for i in range(rows)],
                "route": ["call", "walk-in"] * (rows // 2),
                "due": [9] * rows,
                "few": [1, 2] * (rows // 2),
                "recorded": [1] * rows,
            }
        )
        assert cdi.read_audit(table, **{"due": "due", **more}).design.layout is None

    def test_nor_is_a_long_list(self) -> None:
        rows = FEW + 1
        table = pd.DataFrame({"note": [f"n{i}" for i in range(rows)], "due": [9] * rows, "recorded": [8] * rows})
        assert int(cdi.read_audit(table).strata.sampled.sum()) == rows


class TestFaults:
    @pytest.mark.parametrize(
        ("roles", "code"),
        [
            ({"deff": 1.3}, "counts-only"),
            ({"reports": "due"}, "counts-only"),
            ({"layout": "count"}, "no-layout"),
            ({"layout": "counts", "due": None}, "no-counts"),
            ({"layout": "counts", "cluster": "month"}, "cluster-of-counts"),
            ({"layout": "counts", "due": "due", "count": "due"}, "count-and-due"),
            ({"layout": "counts", "count": "due", "due": None, "reports": "due"}, "count-and-reports"),
            ({"layout": "counts", "reports": "due", "deff": 1.3}, "deff-and-reports"),
            ({"layout": "counts", "deff": 0.9}, "deff"),
            ({"layout": "counts", "deff": "2"}, "deff"),
            ({"layout": "counts", "reports": "more"}, "reports-above-due"),
            ({"layout": "counts", "reports": "none"}, "no-reports"),
            ({"layout": "counts", "due": "none", "recorded": "none"}, "nothing-counted"),
        ],
    )
    def test_what_contradicts_itself_is_refused(self, roles: dict[str, Any], code: str) -> None:
        table = pd.DataFrame(
            {"month": ["2024-01", "2024-02"], "due": [30, 40], "recorded": [20, 30], "more": [31, 41], "none": [0, 0]}
        )
        with pytest.raises(CdiError) as caught:
            cdi.read_audit(table, **roles)
        assert {item.code for item in caught.value.faults} == {code}
        for surface in ("command_line", "python", "toml"):
            assert caught.value.told(surface)

    def test_what_needs_records_is_refused(self) -> None:
        table = searches().rename(columns={"searches": "due", "grounds": "recorded"})
        audit = cdi.read_audit(table, layout="counts")
        with pytest.raises(cdi.DesignError, match="model needs to know"):
            audit.model("recorded ~ ethnicity")
        with pytest.raises(cdi.DesignError, match="when its crimes were recorded"):
            cdi.timeliness(table.assign(in_time=1), timely="in_time", layout="counts")

    def test_a_review_of_counts_names_its_files_and_holds_no_more(self) -> None:
        table = pd.DataFrame({"outcome": ["15", "16"], "files": [40, 50], "effective": [30, 51], "note": ["a", "b"]})
        with pytest.raises(cdi.DesignError):
            cdi.review(table, by="outcome", due="files", ignore="note")
        with pytest.raises(cdi.DataError) as caught:
            cdi.review(table, by="outcome", due="files", layout="counts")
        assert {item.code for item in caught.value.faults} == {"above-due", "not-a-question"}
