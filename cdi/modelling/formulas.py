"""Reads a model's formula: names of columns joined by ``+``, ``:`` and ``*``, and nothing that runs.

Formula engines evaluate Python. What reaches them here is written by us, of what this module understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cdi.errors import MethodError

__all__ = ["RESPONSE", "Formula", "Term", "parse_formula"]

RESPONSE = "recorded"
"""What stands on the left: whether a crime was recorded, whatever the column is called."""

_QUOTED = r"\"[^\"]*\"|'[^']*'"
_TOKEN = re.compile(
    rf"\s*(?:C\(\s*(?P<category>Q\(\s*(?:{_QUOTED})\s*\)|\w+)\s*\)"
    rf"|(?P<quoted>Q\(\s*(?:{_QUOTED})\s*\))"
    r"|(?P<name>[^\W\d]\w*)|(?P<one>1(?![\w.]))|(?P<sign>[+:*]))\s*"
)


@dataclass(frozen=True, slots=True)
class Term:
    """A column, or two that act on each other."""

    columns: tuple[str, ...]

    @property
    def name(self) -> str:
        """How the term is written in tables."""
        return ":".join(self.columns)


@dataclass(frozen=True, slots=True)
class Formula:
    """What a formula says."""

    terms: tuple[Term, ...]  # single columns first, then pairs
    categories: frozenset[str]  # columns whose numbers name categories, written ``C(name)``

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column once, in the order of the formula."""
        return tuple(term.columns[0] for term in self.terms if len(term.columns) == 1)


def parse_formula(text: object) -> Formula:
    """Read a formula such as ``recorded ~ crime_type * route + C(year) + Q("first call")``."""
    if not isinstance(text, str) or text.count("~") != 1:
        raise MethodError.of("model-formula", got=text)
    left, right = text.split("~")
    if left.strip() != RESPONSE:
        raise MethodError.of("model-response", got=left.strip() or None)
    categories: set[str] = set()
    found: dict[tuple[str, ...], None] = {}
    for factors, crossed in _terms(_pieces(right, text, categories), text):
        if len(factors) > 2:
            raise MethodError.of("model-interaction-of-many", got=" and ".join(factors))
        if len(factors) == 1 or crossed:
            found.update(dict.fromkeys((factor,) for factor in factors))
        if len(set(factors)) == 2:
            known = next((pair for pair in (factors, factors[::-1]) if pair in found), factors)
            found[known] = None
    return Formula(_ordered(list(found)), frozenset(categories))


def _pieces(right: str, text: str, categories: set[str]) -> list[str]:
    """Cut the right side into names, each after a space to tell it from a sign, and signs."""
    pieces, at = [], 0
    while at < len(right):
        match = _TOKEN.match(right, at)
        if match is None or (match["name"] is not None and right[match.end() : match.end() + 1] == "("):
            raise MethodError.of("model-formula", got=text.strip())
        at = match.end()
        if match["sign"]:
            pieces.append(match["sign"])
        elif match["one"]:
            pieces.append("1")
        else:
            name = _unquoted(match["category"] or match["quoted"] or match["name"])
            if match["category"]:
                categories.add(name)
            pieces.append(f" {name}")
    return pieces


def _unquoted(written: str) -> str:
    return written[2:-1].strip()[1:-1] if written.startswith("Q(") else written


def _terms(pieces: list[str], text: str) -> list[tuple[tuple[str, ...], bool]]:
    """Read names and signs in turn: the columns of each term, and whether ``*`` asks for each alone as well."""
    terms: list[tuple[tuple[str, ...], bool]] = []
    part: list[str] = []
    signs: list[str] = []
    for place, piece in enumerate([*pieces, "+"]):
        if (place % 2 == 0) == (piece in "+:*"):
            raise MethodError.of("model-formula", got=text.strip())
        if piece == "+":
            if "1" in part and len(part) > 1:
                raise MethodError.of("model-formula", got=text.strip())
            if part != ["1"]:
                terms.append((tuple(name[1:] for name in part), "*" in signs))
            part, signs = [], []
        elif piece in ":*":
            signs.append(piece)
        else:
            part.append(piece)
    if not terms:
        raise MethodError.of("model-no-terms", got=text.strip())
    return terms


def _ordered(found: list[tuple[str, ...]]) -> tuple[Term, ...]:
    """Put single columns before pairs; a pair needs both of its columns alone."""
    alone = [columns for columns in found if len(columns) == 1]
    pairs = [columns for columns in found if len(columns) == 2]
    for one, other in pairs:
        if (one,) not in alone or (other,) not in alone:
            raise MethodError.of("model-interaction-alone", got=f"{one}:{other}", one=one, other=other)
    return tuple(Term(columns) for columns in (*alone, *pairs))
