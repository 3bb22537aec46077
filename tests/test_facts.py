"""What is true of a row: typed facts that decisions rest on, and reasons that only notes are made of."""

from __future__ import annotations

import ast
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

import cdi
from cdi import wording
from cdi.facts import PLAIN, Facts, Release, Scope

HOUSE = Path(cdi.__file__).parent
OTHERS: dict[str, Any] = {
    "census": True, "alone": "judgement", "by_volumes": True, "mixed": True, "net": True, "chance": True,
    "routes": True, "partial": True, "release": Release.NOTHING, "pooled": True,
    "found": ("well-below",), "reasons": ("small-base",),
}  # fmt: skip


def test_of_a_plain_row_nothing_is_said() -> None:
    assert PLAIN.codes == ()
    assert not PLAIN.whole


@pytest.mark.parametrize("name", OTHERS)
def test_each_is_told_by_a_note_of_its_own(name: str) -> None:
    (code,) = replace(PLAIN, **{name: OTHERS[name]}).codes
    assert code in wording.NOTES
    apart = {replace(PLAIN, **{other: value}).codes for other, value in OTHERS.items()}
    assert len(apart) == len(OTHERS)


def test_none_is_left_out_of_these_tests() -> None:
    # the scope is in the name of the measure, and that rates are weighted is said once under the table;
    # a census of what is known only has one note instead of another
    assert {each.name for each in fields(Facts)} == {*OTHERS, "scope", "known_only", "weighted"}
    assert Facts(census=True, known_only=True).codes == ("census-known",)


@pytest.mark.parametrize(("scope", "whole"), [(each, each is not Scope.CATEGORY) for each in Scope])
def test_the_whole_is_a_matter_of_scope(scope: Scope, whole: bool) -> None:
    assert Facts(scope).whole is whole


@pytest.mark.parametrize(
    ("release", "withheld", "coarse"),
    [
        (Release.ALL, False, False),
        (Release.ROUNDED, False, True),
        (Release.COUNTS, False, True),
        (Release.NOTHING, True, False),
    ],
)
def test_how_much_is_published(release: Release, withheld: bool, coarse: bool) -> None:
    facts = Facts(release=release)
    assert (facts.withheld, facts.coarse) == (withheld, coarse)


def test_reasons_are_kept_once_and_taken_back() -> None:
    facts = PLAIN.because(["small-base", "few-df", "small-base"]).because(["few-df"])
    assert facts.reasons == ("small-base", "few-df")
    assert facts.without(["few-df", "no-crimes"]).reasons == ("small-base",)
    assert facts.without(["few-df"]).because(["few-df"]) == facts


def test_no_decision_rests_on_a_reason() -> None:
    """What code depends on has a field; a reason is asked for nowhere by its name."""
    tested = [
        f"{path.name}:{node.lineno}"
        for path in sorted(HOUSE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Compare)
        and any(isinstance(op, (ast.In, ast.NotIn, ast.Eq)) for op in node.ops)
        and any(ast.unparse(each).endswith((".reasons", ".notes", ".codes")) for each in node.comparators)
        and isinstance(node.left, ast.Constant)
    ]
    assert tested == []
