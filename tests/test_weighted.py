"""In every kind of result a rate that its counts do not give says that it is weighted, and says so once on a page."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

import cdi
from cdi import wording
from cdi.facts import Scope
from cdi.inspecting.inspection import Inspection
from cdi.measures import MEASURES
from cdi.printing.layout import SURFACES
from cdi.report.contents import About, Report, exhibit_of
from cdi.report.workbook import sheets_of

REPORTS, VOLUMES = (wording.NOTES[code] for code in ("weighted", "volumes-weigh"))
RECORDS = MEASURES["grounds"].note("weighted")
UNEVEN = {"calls": 4_000, "web": 90}
EVEN = {"calls": 400, "web": 300}  # 10 for each that was audited


def sample(**columns: Any) -> pd.DataFrame:
    """40 crimes by phone and 30 on the web; violent ones by both, others by phone alone."""
    rows = [("calls", "violent", i % 4 > 0) for i in range(20)] + [("calls", "other", i % 5 > 0) for i in range(20)]
    rows += [("web", "violent", i % 2 > 0) for i in range(30)]
    frame = pd.DataFrame(rows, columns=["route", "kind", "recorded"]).astype({"recorded": int})
    return frame.assign(**columns)


def noted(found: Any, note: str = REPORTS) -> list[tuple[str, ...]]:
    return [row.label for row in found.table.rows if note in row.notes]


def in_text(found: Any) -> int:
    return " ".join(SURFACES["text"](found.page()).split()).count("weighted: ")


class TestComparison:
    def test_of_sides_only_those_that_are_weighted_have_the_note(self) -> None:
        sides = [cdi.estimate(sample(), by="kind", stratum="route", population=known) for known in (UNEVEN, EVEN)]
        found = cdi.compare(*sides)
        assert noted(found) == [("this", "violent"), ("this", "all")]
        assert found.page().remarks == ()
        assert in_text(found) == 1

    def test_of_sides_that_all_are_it_is_said_once(self) -> None:
        sides = [cdi.estimate(sample(), by=(), stratum="route", population=UNEVEN) for _ in range(2)]
        found = cdi.compare(*sides)
        assert noted(found) == [("this",), ("last",)]
        assert found.page().remarks == (f"The rates are {REPORTS}.",)
        assert in_text(found) == 1

    def test_crimes_not_recorded_are_no_rates(self) -> None:
        terms: dict[str, Any] = {"by": "kind", "stratum": "route", "population": UNEVEN}
        sides = [cdi.estimate(sample(), volumes={"violent": 9_000, "other": n}, **terms) for n in (400, 900)]
        assert in_text(cdi.compare(*(each.counts for each in sides), kind="ratio")) == 0
        # of one category, in both strata, every figure follows from weighted rates
        violent = sample().query("kind == 'violent'")
        counted = [cdi.estimate(violent, volumes={"violent": n}, **terms).counts for n in (400, 900)]
        assert in_text(cdi.compare(*counted, kind="ratio")) == 0
        assert noted(cdi.compare(*sides), VOLUMES) == [("this", "all"), ("last", "all")]


class TestTrend:
    @staticmethod
    def found() -> cdi.Trend:
        """The first of 13 months counts twice: of the windows of 12 months only the first holds it."""
        months = [f"{2022 + (i // 12)}-{i % 12 + 1:02}" for i in range(13)]
        rows = [(month, i % 3 > 0, 2 if month == "2022-01" else 1) for month in months for i in range(12)]
        return cdi.trend(pd.DataFrame(rows, columns=["month", "recorded", "weight"]), weight="weight")

    def test_a_window_is_weighted_where_its_own_months_are(self) -> None:
        told = [(row.label[0], row.measure.key) for row in self.found().table.rows if REPORTS in row.notes]
        assert told == [("all", "recording-rate"), ("2022-12", "recording-rate-rolling")]

    def test_the_page_shows_months_alone(self) -> None:
        assert in_text(self.found()) == 0

    def test_of_months_that_all_are_it_is_said_once(self) -> None:
        rows = pd.DataFrame({"month": ["2024-01"] * 8 + ["2024-02"] * 8, "recorded": [1, 0, 1, 1] * 4})
        found = cdi.trend(rows.assign(weight=[1, 2] * 8), weight="weight")
        assert {("2024-01",), ("2024-02",), ("all",)} <= set(noted(found))
        assert found.page().remarks == (f"The rates are {REPORTS}.",)
        assert [REPORTS in text for text in found.wide()["notes"]].count(True) == 3


class TestGroups:
    def test_grounds_of_groups(self) -> None:
        searches = sample().rename(columns={"recorded": "grounds", "kind": "ethnicity"})
        found = cdi.disparity(searches, stratum="route", population=UNEVEN)
        told = [(row.label[0], row.measure.key) for row in found.table.rows if RECORDS in row.notes]
        shares = [("other", "search-share"), ("violent", "search-share")]
        assert told == [*shares, ("violent", "grounds"), ("all", "grounds")]
        assert found.page().notes.texts.count(RECORDS) == 1
        marks = {row[0]: row[-1] for row in found.page().grids[0].rows}
        assert marks["all"] in marks["violent"].split()
        assert marks["all"] not in marks["other"].split()

    def test_where_records_count_alike_nothing_is_said(self) -> None:
        searches = sample().rename(columns={"recorded": "grounds", "kind": "ethnicity"})
        found = cdi.disparity(searches, stratum="route", population=EVEN)
        assert not noted(found, RECORDS)
        assert in_text(found) == 0


class TestForces:
    def test_data_hold_the_note_and_the_page_without_counts_does_not(self) -> None:
        rows = pd.concat([sample(force=name, weight=[1, 3] * 35) for name in ("Kent", "Essex", "Surrey")])
        found = cdi.forces(rows.drop(columns="route"), weight="weight")
        assert noted(found) == [("Essex",), ("Kent",), ("Surrey",)]
        assert all(REPORTS in text for text in found.wide()["notes"])
        assert in_text(found) == 0


class TestReport:
    @pytest.mark.parametrize("volumes", [None, {"violent": 9_000, "other": 400}])
    def test_each_row_of_a_sheet_has_its_note_and_the_page_says_it_once(
        self, tmp_path: Any, volumes: dict[str, int] | None
    ) -> None:
        rows = pd.concat([sample(), sample(route="web", kind="other").head(4)])
        found = cdi.estimate(rows, by="kind", stratum="route", population=UNEVEN, volumes=volumes)
        inspection = Inspection(path=tmp_path / "inspection.toml", force="Kent")
        shown = exhibit_of(found.table, About("key", "Title", "", ""), inspection, lambda table: found.page())
        assert shown.remarks == (f"The rates are {REPORTS}.",)
        assert REPORTS not in shown.notes.texts
        part = SimpleNamespace(key="recording", exhibits=(shown,), grids=None)
        sheet, *_ = sheets_of(cast("Report", SimpleNamespace(exhibits=(shown,), parts=(part,))))
        told = [wording.capital(VOLUMES if volumes and row.facts.scope is Scope.OVERALL else REPORTS)
                for row in found.table.rows if not row.counted]  # fmt: skip
        assert [note for row in sheet.rows for note in row.notes if note.startswith("Weighted")] == told
        assert not any("weighted" in text for text in sheet.said)
