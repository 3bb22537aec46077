"""The length of the sentences as they are written: 25 words at most, with one word in the place of each value.

`test_rendered_words` measures them as they are printed, with their values.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import cdi

LONGEST = 25
ROOM = Path(cdi.__file__).parent / "wording"
MODULES = (
    "sentences", "labels", "comparing", "monitoring", "disparities", "forces", "reviewing", "checking", "modelling",
    "disclosing", "charting", "inspecting", "templates", "reporting",
)  # fmt: skip
"""The formulas of the methods annex stand beside references, and are measured as they are printed."""

AS_PUBLISHED = ("Based on this sample, we estimate that",)
"""How a sentence begins whose words are those of inspection reports."""


def _text(node: ast.AST) -> str | None:
    """Write a text as it stands in the code, each value as one word."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "X" for part in node.values)  # type: ignore[misc]
    return None


def sentences(source: str) -> Iterator[str]:
    """Take every sentence out of a module of texts, but for docstrings."""
    tree = ast.parse(source)
    skipped = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in node.values}
    for node in ast.walk(tree):
        text = None if id(node) in skipped else _text(node)
        if text is not None:
            yield from re.split(r"(?<=[.?]) +|\n\n", text)


def words(sentence: str) -> int:
    return len(re.findall(r"[^\s()]*\w[^\s()]*", sentence))


@pytest.mark.parametrize("module", MODULES)
def test_no_sentence_is_longer_than_25_words(module: str) -> None:
    source = (ROOM / f"{module}.py").read_text(encoding="utf-8")
    found = list(sentences(source))
    assert len(found) > 20
    long = [text for text in found if words(text) > LONGEST and not text.startswith(AS_PUBLISHED)]
    assert long == []


def test_what_is_counted() -> None:
    assert list(sentences('"""No."""\nA = f"One {b} two. Three" "!"\n')) == ["One X two.", "Three!"]
    assert words("An estimated 91.4% of crimes (95% interval 88.2% to 93.7%).") == 10
