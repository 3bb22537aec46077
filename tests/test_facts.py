"""What is true of a row: typed facts that decisions rest on, and reasons that only notes are made of."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

import cdi
from cdi import wording
from cdi.facts import PLAIN, Facts, Presentation, Release, Scope
from tests.source import tree_of, walk

HOUSE = Path(cdi.__file__).parent
OTHERS: dict[str, Any] = {
    "census": True, "alone": "judgement", "weighted": True, "by_volumes": True, "mixed": True, "net": True,
    "chance": True, "routes": True, "largest": (14, 30), "partial": True, "release": Release.NOTHING,
    "short_of": (Presentation.FEW_DF,), "stated": ("counts-no",), "found": ("well-below",), "reasons": ("small-base",),
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
    # the scope is in the name of the measure; what is printed in hundreds, and how many forces a chance is of, shows in
    # the numbers; a census of what is known only has one note instead of another
    assert {each.name for each in fields(Facts)} == {*OTHERS, "scope", "known_only", "hundreds", "among"}
    assert Facts(census=True, known_only=True).codes == ("census-known",)


def test_a_rate_is_said_to_be_weighted_once_and_only_where_it_is_shown() -> None:
    assert Facts(weighted=True, by_volumes=True).codes == ("volumes-weigh",)
    shown = {release: Facts(weighted=True, release=release).codes for release in Release}
    assert [release for release, codes in shown.items() if "weighted" in codes] == [Release.ALL, Release.ROUNDED]


@pytest.mark.parametrize(("scope", "whole"), [(each, each is not Scope.CATEGORY) for each in Scope])
def test_the_whole_is_a_matter_of_scope(scope: Scope, whole: bool) -> None:
    assert Facts(scope).whole is whole


@pytest.mark.parametrize(
    ("release", "withheld", "places"),
    [
        (Release.ALL, False, 1),
        (Release.ROUNDED, False, 0),
        (Release.COUNTS, False, 1),
        (Release.NOTHING, True, 1),
    ],
)
def test_how_much_is_published(release: Release, withheld: bool, places: int) -> None:
    facts = Facts(release=release)
    assert (facts.withheld, facts.places) == (withheld, places)


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
        if not path.relative_to(HOUSE).as_posix().startswith(OF_PUBLISHED)
        for node in walk(tree_of(path))
        if isinstance(node, ast.Compare)
        and any(isinstance(op, (ast.In, ast.NotIn, ast.Eq)) for op in node.ops)
        and any(ast.unparse(each).endswith((".reasons", ".notes", ".codes")) for each in node.comparators)
        and isinstance(node.left, ast.Constant)
    ]
    assert tested == []


WORDED = frozenset([
    "note", "notes", "label", "labels", "text", "texts", "said", "sentence", "sentences", "statement", "statements",
    "title", "heading", "headings", "caption", "hint", "reasons", "codes",
])  # fmt: skip
"""What names hold that were worded here, or are to be."""

PARSING = frozenset([
    "startswith", "endswith", "removeprefix", "removesuffix", "split", "rsplit", "partition", "rpartition", "replace",
    "find", "index", "isdecimal", "isdigit", "isalpha", "isnumeric", "match", "fullmatch", "search", "sub", "findall",
])  # fmt: skip

OF_PUBLISHED = ("disclosure/reading_published", "disclosure/tabulated", "disclosure/unknowns", "disclosure/findings")
"""Rooms that read finished files, as anybody who has them does."""

INPUT = (
    *OF_PUBLISHED,
    "reading/", "audits/", "inspecting/", "cli/", "modelling/formulas", "binomial/published", "comparing/figures",
    "peers/force_results", "timing/times", "reviewing/questions", "disclosure/columns",
)  # fmt: skip
"""Rooms that read what users write."""


def nodes(*, but: tuple[str, ...] = ()) -> Iterator[tuple[str, ast.AST]]:
    for path in sorted(HOUSE.rglob("*.py")):
        name = path.relative_to(HOUSE).as_posix()
        if not name.startswith(but or ("/",)):
            yield from ((name.removesuffix(".py"), node) for node in walk(tree_of(path)))


def last_name(node: ast.AST) -> str:
    """Name what a text is taken from: ``row.label`` and ``row.label[0]`` are labels."""
    if isinstance(node, ast.Subscript):
        return last_name(node.value)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def worded(node: ast.AST) -> bool:
    """Tell whether an expression is of the words of the catalogues; what is a key of one of them is no word."""
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and each.id in ("ALL", "NO_LABEL"):
            return True
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == "wording":
            return not (each is node and isinstance(getattr(wording, each.attr), Mapping))
    return False


COMPARED = {
    "audits/volumes: word == wording.BLANK": "a cell as it was read",
    "audits/volumes: rest - numbered <= {wording.NO_LABEL}": "the label that a blank cell is given as it is read",
    "inspecting/consistency: read.get('force') == wording.PLACEHOLDER": "a key as the user left it",
    "inspecting/consistency: str(each.get('name')).casefold() == wording.THIS": "a name that the user gives",
    "reading/mapping: meaning == wording.OPEN_MEANING": "a meaning as the user left it",
    "comparing/improvement: name == wording.ALL": "a key as the caller writes it",
    "report/sentences: code in wording.ASSUMED_OF_SAMPLES[frame]": "a key of a catalogue in a catalogue",
    "bounds: wording.NO_LABEL not in label": "the label that a blank cell is given as it is read",
    "disputing/sums: name == NO_LABEL": "the label that a blank cell is given as it is read",
    "survey/totals: NO_LABEL in label": "the label that a blank cell is given as it is read",
    "survey/kinds: NO_LABEL in label": "the label that a blank cell is given as it is read",
    "planning/targets: each.name != wording.PLAN_ALL": "a key as the caller writes it",
    "planning/targets: name == wording.PLAN_ALL": "a key as the caller writes it",
    "planning/targets: wording.PLAN_ALL in widths": "a key as the caller writes it",
    "rereading/phases: NO_LABEL not in label": "the label that a blank cell is given as it is read",
    "rereading/phases: NO_LABEL not in self.labels[i]": "the label that a blank cell is given as it is read",
    "rereading/worksheet: name != wording.ORDER_COLUMN": "the heading of a column that is looked up",
    "rereading/worksheet: name == wording.ORDER_COLUMN": "the heading of a column that is looked up",
    "planning/strata: label[i] == wording.NO_LABEL": "the label that a blank cell is given as it is read",
    "planning/strata: value == wording.NO_LABEL": "the label that a blank cell is given as it is read",
    "nationwide/figures: row.label[0] == ALL": "the label that rows of all forces are given",
    "disclosure/rules: name != wording.ALL": "the label that rows of all categories of a column are given",
    "report/sentences: part != ALL": "the label that rows of all categories of a column are given",
    "grouping/groups: NO_LABEL in groups": "the label that a blank cell is given as it is read",
}
"""Comparisons with words that are no decision by what cdi wrote -> why."""


def test_nothing_is_compared_with_words() -> None:
    found = {
        f"{name}: {ast.unparse(node)}"
        for name, node in nodes(but=("wording/", *OF_PUBLISHED))
        if isinstance(node, ast.Compare) and any(map(worded, (node.left, *node.comparators)))
    }
    assert found == set(COMPARED)


def test_no_label_of_the_whole_is_a_key() -> None:
    """The whole is told by its facts, and a total by what was read."""
    looked_up = [
        f"{name}:{node.lineno}"
        for name, node in nodes()
        if isinstance(node, (ast.Subscript, ast.Call))
        and any(
            (isinstance(each, ast.Name) and each.id == "ALL") or ast.unparse(each) == "wording.ALL"
            for key in (
                [node.slice]
                if isinstance(node, ast.Subscript)
                else node.args[:1]
                if isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "pop", "index", "setdefault")
                else []
            )
            for each in ast.walk(key)
        )
    ]
    assert looked_up == []


PARSED = {
    "arguments: said.partition('() ')": "what Python says of a wrong call",
    "proposal: _MONTH.fullmatch(title)": "the name of a sheet, as its user writes it",
    "charts/style: text.index('<svg')": "a picture as matplotlib writes it",
    "charts/style: text.split('>', 1)": "a picture as matplotlib writes it",
    "charts/style: text.split()": "words are set on lines",
    "printing/columns: _WORD.findall(text)": "words are set on lines",
    "comparing/comparison: sums.domains.index(row.label)": "the place of a category among the others",
    "comparing/overlaps: totals.domains.index(subject.label)": "the place of a category among the others",
    "comparing/standards: _TEXT.fullmatch(text)": "a standard as the user writes it",
    "comparing/standards: text.rpartition('=')": "a grade as the user writes it",
    "disputing/sums: space.totals.domains.index(label)": "the place of a category among the others",
    "comparing/verdicts: _MARGIN.fullmatch(text)": "a margin as the user writes it",
    "explaining/forces: found.names.index(row.label[0])": "the place of a force among the others",
    "printing/layouts: text.split()": "the line ends of a description are spaces",
    "report/contents: re.sub('[^\\\\w-]+', '_', text)": "what is no letter does not stand in the name of a file",
    "report/making: 'Name' not in said": "the metadata of a library",
    "report/making: 'Version' not in said": "the metadata of a library",
    "report/workbook: text.replace('$$', '$ $')": "signs that the workbook's library would read",
    "planning/strata: label[-1].isdecimal()": "a number of the user's frame",
    "planning/targets: each.label.index(name)": "the place of a category among the others",
    "planning/targets: label.index(name)": "the place of a category among the others",
    "report/quoting: _NO_COUNT.sub(' ', text)": "a text as the inspector writes it",
    "report/quoting: _named(name).search(text)": "a text as the inspector writes it",
    "report/quoting: _named(name).sub(' ', text)": "a text as the inspector writes it",
    "report/quoting: re.search(f'\\\\b{re.escape(word[:_STEM])}', text)": "a text as the inspector writes it",
    "simulating/plans: ':' not in text": "the shares of reports as the user writes them",
    "simulating/plans: text.split(',')": "the shares of reports as the user writes them",
    "simulating/plans: text.replace(',', '')": "a number as the user writes it",
    "wording/charting: label.endswith('?')": "a question as the user writes it",
    'printing/layout: text.startswith("\'")': "a text of the user's is taken back as it was",
    "selection/replacing: text.split()": "spaces in a text of the user's",
    "wording/faults: _BREAK.sub(' ', text)": "a line break in a text of the user's is a space",
    "wording/reporting: ' to ' in said": "a period as the user writes it",
    "wording/reporting: _QUARTER.fullmatch(said)": "a period as the user writes it",
    "wording/reporting: said.split(' ')": "a period as the user writes it",
    "wording/reporting: said.startswith('the ')": "a period as the user writes it",
    "wording/sentences: _NUMBERED.sub(_named, text)": "a period as the user writes it",
}
"""Texts that are looked into, outside the rooms that read input -> why."""


def test_no_text_that_was_worded_is_parsed() -> None:
    found = {
        f"{name}: {ast.unparse(node)}"
        for name, node in nodes(but=INPUT)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in PARSING
        and (last_name(node.func.value) in WORDED or any(last_name(each) in WORDED for each in node.args))
    }
    found |= {
        f"{name}: {ast.unparse(node)}"
        for name, node in nodes(but=INPUT)
        if isinstance(node, ast.Compare)
        and isinstance(node.ops[0], (ast.In, ast.NotIn))
        and isinstance(node.left, ast.Constant)
        and isinstance(node.left.value, str)
        and last_name(node.comparators[0]) in WORDED
    }
    assert found == set(PARSED)
