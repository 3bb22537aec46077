"""What a file holds: counts add up to the rows, and each assumption stands where it is made and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given

import cdi
from cdi import wording
from cdi.formats import FORMATS
from cdi.overviews import lay_out_description
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
    assert set(found.roles) <= set(wording.CHECK_ROLES)


def test_what_was_passed_over_is_counted(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("cluster,recorded\n1 ,yes\n2, no\n3,yes\n,\n\n", encoding="utf-8")
    found = cdi.describe(cdi.read_audit(tmp_path / "a.csv"))
    assert (found.rows, found.trimmed) == (3, 2)
    assert found.blank_rows >= 1
    assert any("ignored" in line for line in lay_out_description(found).notes)


def test_no_row_appears_in_what_is_said() -> None:
    audit = cdi.read_audit(DATA / "audit.csv")
    found = cdi.describe(audit)
    shown = FORMATS["text"](lay_out_description(found)) + repr(found)
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
    text = FORMATS["text"](lay_out_description(found))
    assert max(map(len, text.splitlines())) <= 80
