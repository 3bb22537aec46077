"""What a file holds: counts add up to the rows, and each assumption stands where it is made and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cdi
from cdi import wording
from cdi.audits.answers import DECISIONS, SYNONYMS, UNDECIDED
from cdi.printing.layout import SURFACES
from tests import at_most
from tests.strategies import Sample, samples

DATA = Path(__file__).parents[1] / "data" / "avon_and_somerset_2021_22"


@given(samples())
def test_counts_add_up(sample: Sample) -> None:
    found = cdi.describe(sample.audit())
    assert found.rows == len(sample.crime_rows())
    assert sum(found.crimes.values()) == len(sample.reports) == sum(stratum.reports for stratum in found.strata)
    assert sum(held * reports for held, reports in found.crimes.items()) == sum(stratum.due for stratum in found.strata)
    assert list(found.crimes) == sorted(found.crimes)
    by_stratum = {stratum.label: (stratum.reports, stratum.due, stratum.recorded) for stratum in found.strata}
    assert by_stratum == {
        (name,): (len(reports), sum(r.due() for r in reports), sum(r.recorded() for r in reports))
        for name, reports in sample.strata.items()
    }
    known = {stratum.label[0]: stratum.population for stratum in found.strata}
    assert known == (sample.population or dict.fromkeys(sample.strata))


@given(samples(strata=(1, 1)))
@at_most(12)
def test_one_row_a_crime_and_one_row_a_report_are_described_alike(sample: Sample) -> None:
    by_crime, by_report = (cdi.describe(sample.audit(rows)) for rows in (sample.crime_rows(), sample.report_rows()))
    assert (by_crime.crimes, by_crime.strata, by_crime.assumed) == (
        by_report.crimes,
        by_report.strata,
        by_report.assumed,
    )


ROWS = pd.DataFrame(
    {
        "route": ["a", "a", "b", "b"],
        "report": [1, 2, 3, 4],
        "due": [1, 2, 1, 0],
        "recorded": [1, 1, 1, None],
        "w": [1.0, 1.0, 2.0, 2.0],
    }
)


def headings_of(rows: pd.DataFrame, **roles: Any) -> list[tuple[str, ...]]:
    return [grid.headings for grid in cdi.describe(cdi.read_audit(rows, **roles)).page().grids[1:]]


def test_reports_are_counted_where_they_are_named() -> None:
    plain = pd.DataFrame({"recorded": [1, 0, 1], "incident": list("AAB")})
    assert [names[1] for names in headings_of(plain[["recorded"]])] == ["rows, taken as independent", "rows"]
    assert [names[1] for names in headings_of(plain, cluster="incident")] == ["reports audited", "reports"]
    assert [names[1] for names in headings_of(ROWS, **{**NONE, "due": "due"})] == ["reports audited", "reports"]


NONE: dict[str, Any] = {"stratum": None, "cluster": None, "due": None, "weight": None}


@pytest.mark.parametrize(
    ("code", "without", "given_"),
    [
        ("one-a-row", {}, {"due": "due"}),
        ("row-drawn", {}, {"cluster": "report"}),
        ("unstratified", {}, {"stratum": "route"}),
        ("no-frame", {}, {"population": 90}),
        ("no-overall", {"stratum": "route"}, {"stratum": "route", "weight": "w"}),
        ("only-reports-with-crimes", {"cluster": "report"}, {"cluster": "report", "due": "due"}),
    ],
)
def test_an_assumption_stands_where_it_is_made_and_nowhere_else(
    code: str, without: dict[str, Any], given_: dict[str, Any]
) -> None:
    rows = ROWS.assign(recorded=[1, 1, 1, 0]) if not {*without, *given_} & {"due"} else ROWS
    plain = ROWS.assign(recorded=[1, 1, 1, 0])
    assert code in cdi.describe(cdi.read_audit(plain, **{**NONE, **without})).assumed
    assert code not in cdi.describe(cdi.read_audit(rows, **{**NONE, **given_})).assumed


def test_weights_are_said() -> None:
    weighted = cdi.describe(cdi.read_audit(ROWS, cluster="report", due="due", weight="w"))
    assert "weighted" in weighted.assumed
    assert weighted.roles["weight"] == "w"
    assert "weighted" not in cdi.describe(cdi.read_audit(ROWS, cluster="report", due="due")).assumed


def test_roles_are_those_that_are_played() -> None:
    found = cdi.describe(cdi.read_audit(ROWS, stratum="route", cluster="report"))
    assert found.roles == {"stratum": "route", "cluster": "report", "due": "due", "recorded": "recorded"}
    assert set(found.roles) <= set(wording.CHECK_OF_CRIMES.roles)


def test_what_was_passed_over_is_counted(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("cluster,recorded\n1 ,yes\n2, no\n3,yes\n,\n\n", encoding="utf-8")
    found = cdi.describe(cdi.read_audit(tmp_path / "a.csv"))
    assert (found.rows, found.trimmed) == (3, 2)
    assert found.blank_rows >= 1
    assert any("ignored" in line for line in found.page().remarks)


def test_no_row_appears_in_what_is_said() -> None:
    audit = cdi.read_audit(DATA / "audit.csv")
    found = cdi.describe(audit)
    shown = SURFACES["text"](found.page()) + repr(found)
    ids = set(pd.read_csv(DATA / "audit.csv")["case"])
    assert len(ids) > 500
    assert not [case for case in ids if str(case) in shown]


def test_of_the_file_that_ships() -> None:
    found = cdi.describe(cdi.read_audit(DATA / "audit.csv", population=DATA / "frame.csv"))
    assert (found.rows, found.blank_rows, found.trimmed, found.assumed) == (548, 0, 0, ())
    assert [stratum.label for stratum in found.strata] == [
        ("control room",),
        ("recorded directly",),
        ("specialist unit",),
    ]
    assert found.crimes == {0: 42, 1: 338, 2: 60, 3: 16}
    text = SURFACES["text"](found.page())
    assert max(map(len, text.splitlines())) <= 80


def shown(audit: cdi.Audit) -> str:
    """Print what is said of an audit, on one line."""
    return " ".join(SURFACES["text"](cdi.describe(audit).page()).split())


# ---- what the auditors decided


@given(st.lists(st.sampled_from([*DECISIONS, None]), min_size=1, max_size=30))
@at_most(12)
def test_every_row_lies_under_one_decision(words: list[str | None]) -> None:
    rows = pd.DataFrame({"decision": pd.Series(["recorded", *words, "no crime"], dtype="string")})
    found = cdi.describe(cdi.read_audit(rows))
    assert found.decisions is not None
    assert list(found.decisions) == [*DECISIONS, UNDECIDED]
    assert sum(found.decisions.values()) == found.rows == len(rows)
    counted = {word: words.count(word) for word in DECISIONS}
    assert {word: found.decisions[word] for word in DECISIONS} == {
        word: n + (word in {"recorded", "no crime"}) for word, n in counted.items()
    }
    assert found.decisions[UNDECIDED] == words.count(None)
    due = sum(stratum.due for stratum in found.strata)
    assert due == sum(n for word, n in found.decisions.items() if word in DECISIONS and DECISIONS[word].due)


def test_without_decisions_none_are_counted() -> None:
    found = cdi.describe(cdi.read_audit(ROWS, cluster="report"))
    assert found.decisions is None
    assert wording.DECISIONS_TITLE not in [grid.title for grid in found.page().grids]


def test_the_decisions_are_listed_with_what_they_count_as_and_how_else_they_are_written() -> None:
    rows = pd.DataFrame({"decision": ["Recorded", "crime recorded", "N100", "AVI", "missed crime", "Misclassified"]})
    page = cdi.describe(cdi.read_audit(rows)).page()
    (grid,) = (grid for grid in page.grids if grid.title == wording.DECISIONS_TITLE)
    assert [row[0] for row in grid.rows] == [*DECISIONS, "all"]
    assert [int(row[3]) for row in grid.rows if row[3] != "0"] == [2, 1, 1, 2, 6]
    for decision, counts_as, written, _ in grid.rows[:-1]:
        assert counts_as == wording.DECISIONS[decision]
        assert written.split("; ") == list(SYNONYMS[decision])
    text = SURFACES["text"](page)
    assert max(map(len, text.splitlines())) <= 80
    assert "All 6 rows have a decision." in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["recorded", "not recorded"], "All 2 rows have a decision."),
        (["recorded", None, None], "1 of 3 rows have a decision, 2 do not. Estimates need one on every row."),
        (["recorded", None, "no crime"], "2 of 3 rows have a decision, 1 "),
        ([None, None], "0 of 2 rows have a decision, 2 do not. Estimates need one on every row."),
        (["not auditable", "recorded", " "], "2 of 3 rows have a decision, 1 "),
    ],
)
def test_how_far_the_auditors_are(words: list[str | None], said: str) -> None:
    audit = cdi.read_audit(pd.DataFrame({"decision": pd.Series(words, dtype="string")}))
    assert said in shown(audit)
    undecided = sum(word is None or not word.strip() for word in words)
    assert audit.undecided == undecided
    rows = cdi.describe(audit).page().grids[1].rows
    assert [row[0] for row in rows].count(UNDECIDED) == bool(undecided)
    if undecided:
        with pytest.raises(cdi.CdiError, match="expected a decision in every row"):
            cdi.recording_rate(audit)


def test_what_could_not_be_audited_is_counted_among_the_rows() -> None:
    rows = pd.DataFrame({"decision": ["recorded"] * 3 + ["not auditable"] * 2})
    found = cdi.describe(cdi.read_audit(rows))
    assert (found.rows, sum(stratum.reports for stratum in found.strata)) == (5, 3)


def test_roles_of_decisions_are_those_that_are_played() -> None:
    rows = pd.DataFrame(
        {"day": ["2024-03-01"] * 4, "crime_type": ["x"] * 4, "recorded_as": ["x"] * 4, "decision": ["recorded"] * 4}
    )
    found = cdi.describe(cdi.read_audit(rows, period="day"))
    assert found.roles == {
        "stratum": "period",
        "decision": "decision",
        "recorded_as": "recorded_as",
        "category": "crime_type",
        "classification": "strict",
        "period": "day",
    }
    assert set(found.roles) <= set(wording.CHECK_OF_CRIMES.roles)
    assert "one-a-row" not in found.assumed
    assert "category" not in cdi.describe(cdi.read_audit(rows, recorded_as=None)).roles


# ---- what plays no role, and ids that a workbook holds as numbers


def test_columns_that_hold_nothing_are_named(tmp_path: Path) -> None:
    path = tmp_path / "audit.csv"
    path.write_text("case,cluster,stratum,crime_type,recorded_as,decision\n,r1,,,,recorded\n,r2,,,,no crime\n", "utf-8")
    audit = cdi.read_audit(path)
    assert cdi.describe(audit).unplayed == ("case", "recorded_as", "stratum")
    assert "Empty columns, which are ignored: case, recorded_as, stratum." in shown(audit)
    path.write_text("case,cluster,decision\nc1,r1,recorded\nc2,r2,no crime\n", "utf-8")
    assert cdi.describe(cdi.read_audit(path)).unplayed == ()
    assert "Empty columns" not in shown(cdi.read_audit(path))


def workbook(path: Path, rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "June"
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_ids_that_are_numbers_in_a_workbook_are_pointed_out(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["case", "cluster", "recorded"], [12, "r1", "yes"], [13, "r2", "no"]]
    audit = cdi.read_audit(workbook(tmp_path / "a.xlsx", rows))
    found = cdi.describe(audit)
    assert found.sheet == "June"
    assert [(place.sheet, place.cell, place.column) for place in found.number_ids] == [("June", "A2", "case")]
    assert "sheet June, cell A2, column case: the ids in this column are numbers" in shown(audit)
    assert f"{tmp_path / 'a.xlsx'}, sheet June: 2 rows, no faults found".replace(" ", "") in shown(audit).replace(
        " ", ""
    )


@pytest.mark.parametrize(
    ("rows", "roles", "cells"),
    [
        ([["case", "cluster", "recorded"], ["12", "r1", "yes"], ["13", "r2", "no"]], {}, []),
        ([["case", "cluster", "recorded"], [12, 7, "yes"], [13, 8, "no"]], {}, ["A2", "B2"]),
        ([["case", "cluster", "recorded"], [12, 7, "yes"], [13, 8, "no"]], {"case": None}, ["B2"]),
        ([["n", "recorded"], [1, "yes"], [2, "no"]], {}, []),
        ([["n", "recorded"], [1, "yes"], [2, "no"]], {"cluster": "n"}, ["A2"]),
        ([["n", "recorded"], [1, "yes"], [2, "no"]], {"cluster": "n", "case": "n"}, ["A2"]),
    ],
)
def test_only_ids_are_looked_at(rows: list[list[Any]], roles: dict[str, Any], cells: list[str], tmp_path: Path) -> None:
    audit = cdi.read_audit(workbook(tmp_path / "a.xlsx", rows), **roles)
    assert [place.cell for place in cdi.describe(audit).number_ids] == cells


def test_ids_that_are_numbers_in_a_file_of_text_are_no_matter(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("case,recorded\n12,yes\n0013,no\n", "utf-8")
    assert cdi.describe(cdi.read_audit(tmp_path / "a.csv")).number_ids == ()


class TestSearches:
    FILE = Path(__file__).parents[1] / "data" / "examples" / "searches.csv"

    def test_are_described_as_searches(self) -> None:
        page = cdi.describe(cdi.read_audit(self.FILE, recorded="grounds"), searches=True).page()
        text = SURFACES["text"](page)
        assert ("grounds recorded", "grounds") in page.grids[0].rows
        assert page.grids[1].rows == (("all", "300", "300", "259"),)
        assert page.statements[0].startswith("Rows are read as stop and search records.")
        assert "crime" not in text
        assert "report" not in text

    def test_that_were_drawn_by_officer_are_counted_by_officer(self) -> None:
        rows = pd.DataFrame({"officer": list("AAB"), "grounds": ["yes", "no", "yes"], "n": [2, 3, 1]})
        audit = cdi.read_audit(rows, recorded="grounds", cluster="officer")
        page = cdi.describe(audit, searches=True).page()
        assert [grid.headings[-2:] for grid in page.grids[1:]] == [
            ("records", "with grounds"),
            ("records", "units drawn"),
        ]
        assert page.grids[1].headings[1] == "units drawn"
        assert "Units without a search are not in the file, so they are not among the units drawn." in page.statements

    def test_every_word_of_a_crime_has_one_of_a_search(self) -> None:
        crimes, searches = wording.CHECK_OF_CRIMES, wording.CHECK_OF_SEARCHES
        for name in ("roles", "headings", "titles", "assumptions"):
            assert set(getattr(crimes, name)) == set(getattr(searches, name))
        said = [*searches.headings.values(), *searches.titles.values(), *searches.assumptions.values()]
        assert [text for text in said if "crime" in text or "eports" in text] == []
