"""The whole job in one call gives what the long way gives, and every argument has an effect."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
import pytest

import cdi
from cdi import wording
from cdi.printing.tables import arrange
from cdi.results import estimate, grounds

DATA = Path(__file__).parents[1] / "data" / "avon_and_somerset_2021_22"
AUDIT, FRAME, VOLUMES = (DATA / f"{name}.csv" for name in ("audit", "frame", "volumes"))

ROWS = pd.DataFrame(
    [
        (f"r{i // 2}", f"c{i}", ("calls", "online", "post")[i // 2 % 3], ("x", "y")[i % 2],
         1 + i % 3, 1 + i % 3 - (i % 5 == 0), 1 + i // 2 % 4, 40 * (1 + i // 2 % 3))
        for i in range(60)
    ],
    columns=["report", "id", "route", "kind", "should", "did", "w", "drawn_from"],
)  # fmt: skip
ROLES: dict[str, Any] = {"cluster": "report", "due": "should", "recorded": "did", "stratum": "route"}
NUMBERS = {"x": 9_000, "y": 4_000}


CHANGES = {
    "reread": ROWS.assign(did=0),
    "by": "route", "volumes": {"x": 9_001, "y": 4_000}, "level": 0.9, "method": "jeffreys", "side": "upper",
    "joint": True,
    "style": "published", "cluster": "id", "due": None, "recorded": "should", "stratum": None, "weight": "w",
    "population": "drawn_from", "collapse": {"post": "online"}, "selection": "census",
    "over_recording": cdi.PublishedRate(0.02, 0.01), "prediction": True, "hundreds": "x",
}  # fmt: skip

DECIDED = pd.DataFrame(
    [
        (f"r{i // 2}", ("calls", "online")[i // 2 % 2], f"2024-0{1 + i // 20}-0{1 + i // 2 % 9}", *what)
        for i, what in enumerate(
            [
                ("x", "x", "recorded", "recorded"), ("x", None, "not recorded", "recorded"),
                ("y", "x", "wrong class", "wrong class"), ("y", None, "not auditable", "no crime"),
                ("y", "y", "recorded", "not recorded"), ("x", "x", "over-recorded", "recorded"),
            ] * 10
        )
    ],
    columns=["report", "route", "reported", "kind", "class", "decided", "again"],
)  # fmt: skip

OF_DECISIONS: dict[str, Any] = {
    "decision": "again", "recorded_as": "recorded_as", "category": "other", "classification": "lenient",
    "period": "reported", "period_as": "domain", "measures": ("over-recording",),
    "bounds": True, "route_share": 0.5,
}  # fmt: skip

OF_COUNTS: dict[str, Any] = {"layout": "counts", "count": "many", "reports": "few", "deff": 1.5}

OF_GROUNDS = {
    "by": "month", "level": 0.9, "method": "mid-p", "side": "lower", "style": "published", "population": 99,
    "cluster": "officer", "stratum": "month", "recorded": "other", "weight": "w",
}  # fmt: skip


PUBLISHED = pd.DataFrame(
    [
        (force, "2022/23", quarter, kind, 1_000 * quarter + 100 * (force == "North") + 10 * (kind == "x"))
        for force in ("North", "South") for quarter in (1, 2) for kind in ("x", "z")
    ],
    columns=["Force Name", "Financial Year", "Financial Quarter", "Offence group", "Offence count"],
)  # fmt: skip
OF_TABLES: dict[str, Any] = {"volumes_period": "2022/23 Q1", "force": "South", "groups": {"z": "x", "x": "y"}}


class TestEstimate:
    def test_is_the_long_way(self) -> None:
        audit = cdi.read_audit(AUDIT, population=FRAME)
        rates = cdi.recording_rate(audit, by="crime_type")
        missing = cdi.unrecorded(rates, recorded_crime=VOLUMES)
        for more in ({}, {"level": 0.9}, {"method": "wald"}, {"side": "lower"}):
            result = cdi.estimate(AUDIT, by="crime_type", volumes=[FRAME, VOLUMES], **more)
            assert result.table == arrange(rates, missing, **more)
            pd.testing.assert_frame_equal(result.table.to_pandas(), cdi.tabulate(rates, missing, **more))
        assert len(result.estimates) == 2
        assert result.audit.design.strata == audit.design.strata

    def test_without_recorded_crime_it_gives_rates(self) -> None:
        audit = cdi.read_audit(AUDIT, population=FRAME)
        result = cdi.estimate(AUDIT, volumes=FRAME)
        assert result.table == arrange(cdi.recording_rate(audit))
        assert len(result.estimates) == 1
        assert result.table == cdi.estimate(AUDIT, population=FRAME).table

    def test_volumes_may_be_numbers(self) -> None:
        result = cdi.estimate(ROWS, by="kind", volumes=NUMBERS, **ROLES)
        rates = cdi.recording_rate(cdi.read_audit(ROWS, **ROLES), by="kind")
        assert result.table == arrange(rates, cdi.unrecorded(rates, NUMBERS))

    def test_the_published_style_is_the_published_method(self) -> None:
        styled = cdi.estimate(AUDIT, by="crime_type", style="published").table
        assert styled == cdi.estimate(AUDIT, by="crime_type", method="published").table
        assert styled == cdi.estimate(AUDIT, by="crime_type", style="published", method="published").table
        assert {record.method for record in styled.rows} == {"published"}

    @pytest.mark.parametrize("call", [cdi.estimate, cdi.grounds])
    def test_the_published_style_with_another_method_is_refused(self, call: Any) -> None:
        with pytest.raises(cdi.MethodError) as caught:
            call(pd.DataFrame({"recorded": [1, 0], "grounds": [1, 0]}), style="published", method="wilson")
        assert caught.value.faults[0].code == "style-and-method"

    @pytest.mark.parametrize("name", CHANGES)
    def test_every_argument_changes_the_table(self, name: str) -> None:
        rows = ROWS.assign(did=ROWS["did"].clip(upper=1)) if name == "due" else ROWS
        given: dict[str, Any] = {"by": "kind", "volumes": NUMBERS, **ROLES}
        if name == "by":
            given["volumes"] = None
        full = cdi.estimate(rows, **given).table
        assert cdi.estimate(rows, **{**given, name: CHANGES[name]}).table != full

    def test_single_cluster_changes_the_table(self) -> None:
        rows = pd.concat([ROWS, ROWS.head(1).assign(route="visit", report="alone", did=0)])
        found = [cdi.estimate(rows, by="kind", single_cluster=rule, **ROLES).table for rule in ("adjust", "average")]
        assert found[0] != found[1]
        with pytest.raises(cdi.DesignError):
            cdi.estimate(rows, by="kind", **ROLES)

    def test_case_is_checked(self) -> None:
        cdi.estimate(ROWS, case="id", **ROLES)
        with pytest.raises(cdi.DataError):
            cdi.estimate(ROWS, case="report", **ROLES)

    def test_every_argument_is_tried(self) -> None:
        own = set(inspect.signature(estimate).parameters) - {"source", "roles"}
        roles = set(inspect.signature(cdi.Design).parameters)
        assert own | roles == {
            *CHANGES, *OF_DECISIONS, *OF_COUNTS, *OF_TABLES, "recorded_crime", "words", "single_cluster", "case",
            "nest",
        }  # fmt: skip

    @pytest.mark.parametrize("name", OF_COUNTS)
    def test_every_argument_of_counts_changes_the_table(self, name: str) -> None:
        rows = ROWS.drop(columns="report").assign(many=3, few=1)
        given: dict[str, Any] = {"by": "kind", "due": "should", "recorded": "did"}
        if name == "count":
            given = {"by": "kind", "recorded": "answer", "layout": "records"}
            rows = rows.assign(answer=(rows["did"] > 1).astype(int))
        elif name != "layout":
            given["layout"] = "counts"
        more = {**given, name: OF_COUNTS[name], **({"layout": "counts"} if name == "count" else {})}
        assert cdi.estimate(rows, **more).table != cdi.estimate(rows, **given).table

    def test_words_change_the_table(self) -> None:
        rows = pd.DataFrame({"decision": ["recorded", "recorded", "not recorded"] * 10})
        changed = cdi.estimate(rows, words={"not recorded": "no crime"}).table
        assert changed.rows[0].n == 20
        assert changed != cdi.estimate(rows).table

    @pytest.mark.parametrize("name", OF_TABLES)
    def test_every_term_of_a_published_table_changes_the_count(self, name: str) -> None:
        given: dict[str, Any] = {"by": "kind", "volumes": PUBLISHED, "force": "North", "groups": {"z": "y"}, **ROLES}
        full = cdi.estimate(ROWS, **given).table
        assert cdi.estimate(ROWS, **{**given, name: OF_TABLES[name]}).table != full

    def test_one_figure_gives_the_count_of_all(self) -> None:
        given = {**ROLES, "by": "kind", "population": {"calls": 900, "online": 300, "post": 80}}
        tables = [cdi.estimate(ROWS, recorded_crime=number, **given).table for number in (9_000, 9_001)]
        assert tables[0] != tables[1]
        assert [row.label for row in tables[0].rows if row.counted] == [("all",)]

    def test_no_count_follows_from_strata_as_they_were_sampled(self) -> None:
        with pytest.raises(cdi.DesignError, match="mixed as they were sampled") as caught:
            cdi.estimate(ROWS, by="kind", recorded_crime=9_000, **ROLES)
        assert [item.code for item in caught.value.faults] == ["count-of-sample"]
        # by category the mix is the one that recorded crime has
        assert [row.label for row in cdi.estimate(ROWS, by="kind", volumes=NUMBERS, **ROLES).table.rows if row.counted]
        assert cdi.estimate(ROWS, recorded_crime=9_000, weight="w", **ROLES).counts

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ({"style": "fancy"}, "no-style"),
            ({"measures": "speed"}, "no-measure"),
            ({"measures": ()}, "no-measure"),
            ({"measures": "classification", "bounds": True}, "needs-rate"),
            ({"measures": "classification", "by": "kind", "volumes": NUMBERS}, "needs-rate"),
            ({"period": "reported", "period_as": "monthly"}, "no-period-as"),
            ({"category": "kind"}, "category-alone"),
            ({"classification": "loose"}, "no-classification"),
            ({"route_share": 0.5}, "share-alone"),
            ({"hundreds": "x"}, "hundreds-alone"),
        ],
    )
    def test_an_argument_that_would_be_ignored_is_refused(self, given: dict[str, Any], code: str) -> None:
        with pytest.raises(cdi.CdiError) as caught:
            cdi.estimate(DECIDED, decision="decided", **given)
        assert [item.code for item in caught.value.faults] == [code]

    def test_one_measure_may_be_named_by_a_text(self) -> None:
        one = cdi.estimate(DECIDED, decision="decided", measures="classification").table
        assert one == cdi.estimate(DECIDED, decision="decided", measures=["classification"]).table
        assert {record.measure.key for record in one.rows} == {"classification"}

    @pytest.mark.parametrize("name", OF_DECISIONS)
    def test_every_argument_of_decisions_changes_the_table(self, name: str) -> None:
        roles = {"cluster": "report", "decision": "decided", "recorded_as": "class", "category": "kind"}
        given: dict[str, Any] = {"by": "kind", "stratum": "route", **roles}
        rows = DECIDED.assign(other=DECIDED["kind"].where(DECIDED.index % 12 != 0, "z"))
        if name == "route_share":
            given["volumes"] = NUMBERS
        if name == "period_as":
            given["period"] = "reported"
        if name == "decision":
            given |= {"recorded_as": None, "category": None}
        if name == "category":
            # zeros and ones, since the decisions hold for one category only
            rows = rows.assign(recorded=rows["class"].notna().astype(int))
            given |= {"decision": None, "recorded": "recorded", "by": ["kind", "other"]}
        if name == "recorded_as":
            given |= {"category": None, "recorded_as": None}
            rows = rows.assign(crime_type=rows["kind"], recorded_as=rows["class"])
            given["by"] = "crime_type"
        changed = {**given, name: OF_DECISIONS[name]}
        assert cdi.estimate(rows, **changed).table != cdi.estimate(rows, **given).table


class TestGrounds:
    def test_is_the_long_way(self) -> None:
        path = DATA / "searches_2021.csv"
        audit = cdi.read_audit(path, recorded="grounds", population=900)
        rates = cdi.grounds_rate(audit, by="ethnicity")
        result = cdi.grounds(path, by="ethnicity", population=900, level=0.9, method="jeffreys")
        assert result.table == arrange(rates, level=0.9, method="jeffreys")
        assert len(result.estimates) == 1
        assert result.audit.design.recorded == "grounds"

    def test_another_column_may_hold_the_answer(self) -> None:
        rows = pd.DataFrame({"reasonable": ["yes", "no", "yes"]})
        assert cdi.grounds(rows, recorded="reasonable").table.rows[0].recorded == 2
        with pytest.raises(cdi.DataError):
            cdi.grounds(rows)

    @pytest.mark.parametrize("name", OF_GROUNDS)
    def test_every_argument_changes_the_table(self, name: str) -> None:
        rows = pd.DataFrame(
            {
                "grounds": [1, 1, 0, 1, 1, 1] * 5,
                "other": [1, 0] * 15,
                "month": ["may", "june"] * 15,
                "officer": [f"o{i % 7}" for i in range(30)],
                "w": [1 + i % 7 % 3 for i in range(30)],
            }
        )
        assert cdi.grounds(rows, **{name: OF_GROUNDS[name]}).table != cdi.grounds(rows).table

    def test_own_arguments_are_tried(self) -> None:
        assert set(inspect.signature(grounds).parameters) - {"source", "roles"} <= {
            *OF_GROUNDS,
            "five_groups",
            "not_stated",
        }

    def test_words_for_no_group_need_groups(self) -> None:
        rows = pd.DataFrame({"ethnicity": ["W1", "B1", "none"] * 20, "grounds": [1, 0, 1, 1] * 15})
        with pytest.raises(cdi.DesignError, match="compared or gathered"):
            cdi.grounds(rows, by="ethnicity", not_stated="none")
        found = cdi.grounds(rows, by="ethnicity", not_stated="none", five_groups="ethnicity").table.rows
        assert [row.label[0] for row in found] == ["Black", "Not stated", "White", "all"]


def test_two_runs_are_equal() -> None:
    first, second = (cdi.estimate(AUDIT, by="crime_type", volumes=[FRAME, VOLUMES]).table for _ in range(2))
    assert first == second


def test_a_result_shows_no_row_of_the_audit() -> None:
    shown = repr(cdi.estimate(ROWS, by="kind", volumes=NUMBERS, **ROLES))
    assert "c59" not in shown
    assert "r29" not in shown


class TestHundreds:
    """Inspection reports print violence in hundreds, however few: it is a fact of the row, from what was declared."""

    ROWS = pd.DataFrame({"kind": ["violence"] * 10 + ["theft"] * 10, "recorded": [1] * 8 + [0] * 2 + [1] * 9 + [0]})
    CRIME: ClassVar = {"violence": 3_800, "theft": 8_200}

    def printed(self, rows: pd.DataFrame, crime: dict[str, int], **terms: Any) -> dict[str, str]:
        page = cdi.estimate(rows, by="kind", volumes=crime, style="published", **terms).page()
        place = page.grids[0].headings.index(wording.HEADINGS["more_than"])
        return {cells[0]: cells[place] for cells in page.grids[0].rows}

    def test_what_violence_is_called_unless_other_names_are_given(self) -> None:
        assert self.printed(self.ROWS, self.CRIME) == {"theft": "910", "violence": "900", "all": "1,800"}
        assert self.printed(self.ROWS, self.CRIME, hundreds=[])["violence"] == "950"
        named = self.printed(self.ROWS, self.CRIME, hundreds="Theft")
        assert (named["theft"], named["violence"]) == ("900", "950")

    def test_are_facts_of_counts_alone(self) -> None:
        rows = cdi.estimate(self.ROWS, by="kind", volumes=self.CRIME).table.rows
        assert [(row.label, row.measure.key) for row in rows if row.facts.hundreds] == [(("violence",), "unrecorded")]
