"""The texts as a reader meets them: short sentences, the terms of the field, and a glossary of each heading."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import cdi
from cdi import wording
from cdi.measures import MEASURES
from tests.source import tree_of

ROOM = Path(cdi.__file__).parent / "wording"
ROOT = ROOM.parents[1]
MOST_WORDS = 25
HELD = (
    "sentences", "labels", "comparing", "monitoring", "disparities", "forces", "reviewing", "checking", "modelling",
    "disclosing", "charting", "inspecting", "proposing", "templates", "reporting", "agreeing", "disputing", "watching",
)  # fmt: skip
"""The modules whose sentences are held to so many words."""

BANNED = (
    "weighed", "weighs the sample", "told apart", "as it were", "by estimate", "had nothing", "had all not",
    "had everything", "all there were", "nothing follows", "is no finding by itself", "held against", "in none of",
    "the rest of 100%", "reports frame", "nobody publishes", "in addition", "e.g.", "i.e.", "etc.", "! ",
)  # fmt: skip
"""What no statistician or content designer would write."""


def written(node: ast.AST) -> Iterator[str]:
    """Give each text of a module whole, with one word in the place of each value."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue  # a docstring
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield re.sub(r"\{[^}]*\}", "value", child.value)
        elif isinstance(child, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else "value" for part in child.values)
            for part in child.values:
                if isinstance(part, ast.FormattedValue):
                    yield from written(part)
        elif isinstance(child, ast.Assign | ast.AnnAssign) and _is_of_faults(child):
            continue
        else:
            yield from written(child)


def _is_of_faults(node: ast.Assign | ast.AnnAssign) -> bool:
    """Faults are what was expected and what to do, in parts; `__all__` and patterns are no texts."""
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    name = getattr(target, "id", "")
    return name.endswith("FAULTS") or name in {"__all__", "_HOW", "_FORMAT"}


def texts(name: str) -> list[str]:
    return list(written(tree_of(ROOM / f"{name}.py")))


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.?])\s+(?=[A-Z])", text)


class TestSentences:
    def test_are_found(self) -> None:
        assert sum(len(texts(name)) for name in HELD) > 600

    @pytest.mark.parametrize("name", HELD)
    def test_have_at_most_25_words(self, name: str) -> None:
        long = [said for text in texts(name) for said in sentences(text) if len(said.split()) > MOST_WORDS]
        assert long == []

    @pytest.mark.parametrize("name", HELD)
    def test_use_the_terms_of_the_field(self, name: str) -> None:
        found = [(word, text) for text in texts(name) for word in BANNED if word in text.casefold()]
        assert found == []

    def test_of_measures_are_as_short_and_in_the_same_terms(self) -> None:
        said = [text for entry in MEASURES.values() for text in (entry.name, entry.subject, *entry.notes.values())]
        assert [text for text in said if len(text.split()) > MOST_WORDS] == []
        assert [(word, text) for text in said for word in BANNED if word in text.casefold()] == []

    def test_that_are_long_or_banned_would_be_found(self) -> None:
        tree = ast.parse('"""Doc."""\ndef f(x):\n    """Doc."""\n    return f"{x} is weighed " + "a " * 30')
        assert list(written(tree)) == ["value is weighed ", "a "]
        assert sentences("One thing. Another thing: see here. And (a third)") == [
            "One thing.", "Another thing: see here.", "And (a third)"
        ]  # fmt: skip


def explained(part: str) -> set[str]:
    """Give the first column of a table of the glossary."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    table = text.split(f"\n## {part}\n")[1].split("\n## ")[0]
    return set(re.findall(r"^\| (.+?) \| .+ \|$", table, re.MULTILINE)[1:])


def plainly(heading: str) -> str:
    return heading.replace("\u00a0", " ").replace("- ", "-" if "over" in heading else "")


TABLES = (
    "COLUMNS", "HEADINGS", "BOUNDS_HEADINGS", "TREND_HEADINGS", "PERIOD_HEADINGS", "TIMELY_HEADINGS",
    "FORCE_HEADINGS", "REVIEW_HEADINGS", "GROUP_HEADINGS", "CONTRAST_HEADINGS", "ALLOCATED_HEADINGS",
    "SEARCH_HEADINGS", "SIDE_HEADINGS", "CHANGE_HEADINGS", "AGREEMENT_HEADINGS", "RATES_READ_HEADINGS",
    "ANSWER_HEADINGS", "DISAGREEMENT_HEADINGS", "DISPUTE_HEADINGS", "COVERAGE_HEADINGS",
    "KINDS_HEADINGS", "RESAMPLED_HEADINGS", "RESAMPLED_COUNT_HEADINGS",
)  # fmt: skip


def headings_of_measures() -> set[str]:
    """Give what heads the counts of measures that are not of crimes due and recorded, and those of descriptions."""
    described = (wording.CHECK_OF_CRIMES.headings, wording.CHECK_OF_SEARCHES.headings)
    counted = [*(entry.headings for entry in MEASURES.values()), *described]
    return {plainly(text) for headings in counted for text in headings.values()}


class TestGlossary:
    @pytest.mark.parametrize("name", TABLES)
    def test_explains_each_heading(self, name: str) -> None:
        assert {plainly(text) for text in getattr(wording, name).values()} - explained("Column headings") == set()

    def test_explains_each_heading_of_a_measure(self) -> None:
        assert headings_of_measures() - explained("Column headings") == set()

    def test_explains_each_measure_and_no_other(self) -> None:
        assert explained("Measures") == {entry.name for entry in MEASURES.values()}

    def test_explains_no_heading_that_is_gone(self) -> None:
        shown = {plainly(text) for name in TABLES for text in getattr(wording, name).values()}
        assert explained("Column headings") - shown - headings_of_measures() == set()

    @pytest.mark.parametrize(
        "term",
        ["recording rate", "crimes due", "report", "sampling frame", "stratum", "census", "base", "confidence interval",
         "weighted", "suppressed", "design effect", "effective sample size", "degrees of freedom", "unrecorded crimes",
         "over-recording", "classification accuracy", "broadly unchanged", "funnel"],
    )  # fmt: skip
    def test_explains_each_term(self, term: str) -> None:
        assert term in explained("Terms")

    def test_terms_stand_in_alphabetical_order(self) -> None:
        text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").split("\n## ")[1]
        terms = re.findall(r"^\| (.+?) \| .+ \|$", text, re.MULTILINE)[1:]
        assert terms == sorted(terms, key=lambda term: term.replace(",", ""))

    def test_is_linked_from_the_readme(self) -> None:
        assert "(docs/glossary.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
