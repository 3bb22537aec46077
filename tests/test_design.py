"""Which column plays which role: as named, else by its name, and never two that contradict each other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import cdi
from cdi.audits.design import FILENAME, Design, roles_of
from cdi.errors import CdiError, DataError, DesignError
from cdi.reading.opening import open_source
from cdi.reading.sources import Source

BY_NAME = ("stratum", "cluster", "case", "due", "recorded", "decision", "recorded_as", "weight")


def opened(*columns: str, empty: Sequence[str] = ()) -> Source:
    return Source(
        open_source(pd.DataFrame({name: ["1"] for name in columns})).rows, columns, "a.csv", empty=tuple(empty)
    )


def played(*columns: str, empty: Sequence[str] = (), design: Design | None = None, **roles: Any) -> dict[str, Any]:
    """Give the roles that columns play, of those that have a column."""
    found, _ = roles_of(opened(*columns, empty=empty), design, roles)
    named = {role: getattr(found, role) for role in (*BY_NAME, "category", "period")}
    return {role: column for role, column in named.items() if column and (role, column) != ("recorded", "recorded")}


def faults_of(kind: type[CdiError], *columns: str, **more: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(kind) as caught:
        played(*columns, **more)
    assert {item.where.file for item in caught.value.faults} == {"a.csv"}
    return [(item.code, item.got or item.expected) for item in caught.value.faults]


COUNTS = ("stratum", "cluster", "case", "due", "recorded", "weight", "note")
DECISIONS = ("cluster", "case", "crime_type", "recorded_as", "decision")

CASES: dict[str, tuple[tuple[str, ...], dict[str, Any], dict[str, Any]]] = {
    "by their names": (
        COUNTS,
        {},
        {"stratum": ("stratum",), "cluster": "cluster", "case": "case", "due": "due", "weight": "weight"},
    ),
    "decisions by their names": (
        DECISIONS,
        {},
        {
            "cluster": "cluster",
            "case": "case",
            "decision": "decision",
            "recorded_as": "recorded_as",
            "category": "crime_type",
        },
    ),
    "as named": (
        ("route", "incident", "id", "recorded"),
        {"stratum": "route", "cluster": "incident", "case": "id"},
        {"stratum": ("route",), "cluster": "incident", "case": "id"},
    ),
    "one role each": (("cluster", "case", "recorded"), {"cluster": "case"}, {"cluster": "case"}),
    "of several strata": (
        ("stratum", "month", "recorded"),
        {"stratum": ["stratum", "month"]},
        {"stratum": ("stratum", "month")},
    ),
    "none where it is switched off": (
        ("stratum", "cluster", "case", "recorded"),
        {"stratum": None, "case": None},
        {"cluster": "cluster"},
    ),
    "the counts that were asked for": (("decision", "due", "recorded"), {"due": "due"}, {"due": "due"}),
    "the answers that were asked for": (("decision", "recorded"), {"recorded": "recorded"}, {}),
    "the answers once decisions are switched off": (
        ("decision", "due", "recorded"),
        {"decision": None},
        {"due": "due"},
    ),
    "the decisions that were asked for": (
        ("decision", "due", "recorded"),
        {"decision": "decision"},
        {"decision": "decision"},
    ),
    "decisions of another name": (("verdict", "recorded"), {"decision": "verdict"}, {"decision": "verdict"}),
    "a category of another name": (
        ("recorded", "recorded_as", "crime_type", "class"),
        {"category": "class"},
        {"recorded_as": "recorded_as", "category": "class"},
    ),
    "no class once it is switched off": (("recorded", "recorded_as"), {"recorded_as": None}, {}),
    "a period": (("recorded", "month"), {"period": "month"}, {"period": "month"}),
    "a period from file names": (("recorded",), {"period": FILENAME}, {"period": FILENAME}),
    "a period among the strata": (
        ("recorded", "m"),
        {"period": "m", "stratum": ["period"]},
        {"period": "m", "stratum": ("period",)},
    ),
}


@pytest.mark.parametrize("what", CASES)
def test_columns_play_roles(what: str) -> None:
    columns, roles, expected = CASES[what]
    assert played(*columns, **roles) == expected


def test_a_design_says_it_all() -> None:
    assert played(*COUNTS, design=Design(cluster="case")) == {"cluster": "case"}
    assert played(*COUNTS, design=Design(cluster="case", due="due"), cluster="cluster", due=None) == {
        "cluster": "cluster"
    }
    with_class = Design(recorded_as="recorded_as")
    assert played("recorded", "recorded_as", "crime_type", design=with_class) == {
        "recorded_as": "recorded_as",
        "category": "crime_type",
    }


# ---- names in another spelling


@pytest.mark.parametrize("name", ["Stratum", "CASE", "Recorded As", "recorded-as", "Weight", " cluster"])
def test_a_role_in_another_spelling_is_refused_and_not_missed(name: str) -> None:
    assert faults_of(DataError, "recorded", name) == [("role-spelling", name)]


def told(*columns: str, **roles: Any) -> list[str]:
    with pytest.raises(DataError) as caught:
        roles_of(opened(*columns), None, roles)  # type: ignore[arg-type]
    return caught.value.told("command_line", "cdi estimate a.csv").splitlines()


@pytest.mark.parametrize(
    ("columns", "roles", "typed"),
    [
        (("Ref", "Crime required?", "Crimed?"), {}, '--cluster Ref --due "Crime required?" --recorded "Crimed?"'),
        (("Incident No", "Due", "Recorded"), {}, '--cluster "Incident No" --due Due --recorded Recorded'),
        (("Incident", "Decision"), {}, "--cluster Incident --decision Decision"),
        (("Incident", "Auditor decision"), {}, '--cluster Incident --decision "Auditor decision"'),
        (("incident", "recorded", "Weight", "Stratum"), {}, "--cluster incident --weight Weight --stratum Stratum"),
        (("Incident", "Recorded"), {"cluster": None}, "--recorded Recorded"),
        (("Search", "Grounds recorded"), {"recorded": "grounds"}, '--recorded "Grounds recorded"'),
    ],
)
def test_columns_of_other_names_are_named_in_one_line(
    columns: tuple[str, ...], roles: dict[str, Any], typed: str
) -> None:
    *_, begin, line = told(*columns, **roles)
    assert begin == "If these are the columns that are meant, type:"
    assert line == f"cdi estimate a.csv {typed}"


@pytest.mark.parametrize(
    ("columns", "roles"),
    [(("a", "b"), {}), (("Incident", "note"), {}), (("Incident", "Recorded"), {"recorded": "was it"})],
)
def test_nothing_is_proposed_where_nothing_is_like_it(columns: tuple[str, ...], roles: dict[str, Any]) -> None:
    assert "type:" not in "".join(told(*columns, **roles))


def test_a_role_in_another_spelling_may_be_named_switched_off_or_played_by_another_column() -> None:
    assert played("recorded", "Stratum", stratum="Stratum") == {"stratum": ("Stratum",)}
    assert played("recorded", "Stratum", stratum=None) == {}
    assert played("recorded", "Stratum", "stratum") == {"stratum": ("stratum",)}
    assert played("recorded", "Due", decision="recorded") == {"decision": "recorded"}


# ---- columns that hold nothing


def test_a_column_that_holds_nothing_plays_no_role_where_it_may() -> None:
    optional = ("stratum", "case", "recorded_as", "weight")
    found, unplayed = roles_of(opened("decision", "cluster", *optional, empty=(*optional, "cluster")), None, {})
    assert unplayed == tuple(sorted(optional))
    assert (found.strata, found.case, found.recorded_as, found.weight) == ((), None, None, None)
    assert (found.decision, found.cluster, found.category) == ("decision", "cluster", None)


def test_a_column_that_was_named_plays_its_role_empty_or_not() -> None:
    found, unplayed = roles_of(opened("recorded", "case", empty=["case"]), None, {"case": "case"})
    assert (found.case, unplayed) == ("case", ())
    found, unplayed = roles_of(opened("recorded", "case", empty=["case"]), Design(case="case"), {})
    assert (found.case, unplayed) == ("case", ())


def test_an_empty_worksheet_column_is_passed_over_and_one_that_is_needed_is_not(tmp_path: Path) -> None:
    path = tmp_path / "audit.csv"
    path.write_text(
        "case,cluster,stratum,crime_type,recorded_as,decision\n,r1,,x,,recorded\n,r2,,x,,no crime\n", "utf-8"
    )
    audit = cdi.read_audit(path)
    assert audit.unplayed == ("case", "recorded_as", "stratum")
    path.write_text("cluster,recorded\n,yes\n,no\n", "utf-8")
    with pytest.raises(DataError) as caught:
        cdi.read_audit(path)
    assert [(item.code, item.where.line) for item in caught.value.faults] == [
        ("missing-report", 2),
        ("missing-report", 3),
    ]


# ---- contradictions


def test_decisions_beside_counts_are_a_question(tmp_path: Path) -> None:
    for columns in (("decision", "recorded"), ("decision", "due"), ("decision", "due", "recorded")):
        assert faults_of(DesignError, *columns) == [("decision-and-counts", ", ".join(columns))]
    path = tmp_path / "audit.csv"
    path.write_text("decision,recorded\nrecorded,no\nnot recorded,no\n", "utf-8")
    ways: list[dict[str, Any]] = [{"decision": None}, {"decision": "decision"}, {"recorded": "recorded"}]
    assert [cdi.estimate(path, **way).table.rows[0].estimate for way in ways] == [0.0, 0.5, 0.0]


def test_decisions_and_crimes_due_cannot_both_be_named() -> None:
    with pytest.raises(DesignError) as caught:
        played("decision", "due", decision="decision", due="due")
    assert [item.code for item in caught.value.faults] == ["decision-and-counts"]


def test_a_class_needs_the_class_it_is_compared_with() -> None:
    assert [code for code, _ in faults_of(DesignError, "recorded", "recorded_as", "kind")] == ["no-category"]
    assert played("recorded", "recorded_as", "kind", category="kind")["category"] == "kind"


# ---- columns that are not there


def test_every_column_that_is_not_there_is_named_at_once() -> None:
    roles = {
        "stratum": ["route", "month"], "cluster": "incident", "case": "id", "due": "crimes", "recorded": "did",
        "weight": "w", "period": "day",
    }  # fmt: skip
    expected = ["route", "month", "incident", "id", "crimes", "did", "w", "day"]
    assert faults_of(DataError, "note", **roles) == [("no-column", f"a column named '{name}'") for name in expected]


@pytest.mark.parametrize(
    ("columns", "roles", "missing"),
    [
        (("note",), {}, ["recorded"]),
        (("note",), {"decision": "verdict"}, ["verdict"]),
        (("decision",), {"recorded_as": "class", "category": "own"}, ["class", "own"]),
        (("recorded",), {"population": "N_h"}, ["N_h"]),
        (("recorded",), {"stratum": "period", "period": "month"}, ["month"]),
        (("recorded",), {"stratum": "period"}, ["period"]),
        (("recorded", "x"), {"case": "x", "cluster": "y", "stratum": "y"}, ["y"]),
    ],
)
def test_what_is_not_there(columns: tuple[str, ...], roles: dict[str, Any], missing: list[str]) -> None:
    assert faults_of(DataError, *columns, **roles) == [("no-column", f"a column named '{name}'") for name in missing]


@pytest.mark.parametrize("population", [900, {"a": 3}, "frame.csv", "N_h"])
def test_a_population_is_looked_for_among_the_columns_only_where_it_names_one(population: object) -> None:
    found, _ = roles_of(opened("recorded", "N_h"), None, {"population": population})
    assert found.population == population
