"""Formulas that know their value: written with Python's signs, and spelled for people, for a calculator and as Python.

A formula stands once in the code. Its value, its text, its text with the numbers put in and the expression that a
program can check are all made of it, so that none can differ from the others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import reduce
from typing import TypeAlias

import numpy as np

from cdi import wording
from cdi.binomial import normal

__all__ = [
    "FUNCTIONS",
    "Spelling",
    "Term",
    "again",
    "call",
    "largest",
    "number",
    "spelled",
    "symbol",
    "symbols_of",
    "total",
]

ROUNDING = 1e-13
"""What a sum that cancels leaves behind, as a share of its terms."""

MOST = 4
"""The terms of a sum that are written out with their numbers; of more the column is named."""


def _hypergeometric(x: float, drawn: float, marked: float, population: float) -> float:
    """Give P(X <= x) for a sample that is drawn without replacement."""
    n, m, N = int(drawn), int(marked), int(population)
    ways = sum(math.comb(m, k) * math.comb(N - m, n - k) for k in range(max(0, n - (N - m)), int(x) + 1))
    return ways / math.comb(N, n)


def _hypergeometric_chance(x: float, drawn: float, marked: float, population: float) -> float:
    """Give P(X = x) for a sample that is drawn without replacement."""
    n, m, N = int(drawn), int(marked), int(population)
    return math.comb(m, int(x)) * math.comb(N - m, n - int(x)) / math.comb(N, n)


def _binomial_chance(x: float, drawn: float, rate: float) -> float:
    """Give P(X = x) for records that are drawn one by one."""
    from cdi.binomial.chances import binomial

    return float(binomial(int(drawn), np.array([rate]))[0, int(x)])


def _normal_share(value: float) -> float:
    return normal.beyond(-value)


def _t_quantile(share: float, df: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(df, share))


def _beta_quantile(share: float, a: float, b: float) -> float:
    from scipy.special import betaincinv

    return float(betaincinv(a, b, share))


def _beta_share(value: float, a: float, b: float) -> float:
    from scipy.special import betainc

    return float(betainc(a, b, value))


@dataclass(frozen=True, slots=True)
class _Function:
    """A function of a formula."""

    value: Callable[..., float]
    shown: str  # its name on a calculator or in a spreadsheet
    closing: str = ""  # what a spreadsheet wants after its arguments


FUNCTIONS: Mapping[str, _Function] = {
    "sqrt": _Function(math.sqrt, "sqrt"),
    "exp": _Function(math.exp, "exp"),
    "log": _Function(math.log, "ln"),
    "sin": _Function(math.sin, "sin"),
    "asin": _Function(math.asin, "arcsin"),
    "max": _Function(max, "max"),
    "min": _Function(min, "min"),
    "normal_quantile": _Function(normal.quantile, "NORM.S.INV"),
    "normal_share": _Function(_normal_share, "NORM.S.DIST", ", TRUE"),
    "t_quantile": _Function(_t_quantile, "T.INV"),
    "beta_quantile": _Function(_beta_quantile, "BETA.INV"),
    "beta_share": _Function(_beta_share, "BETA.DIST", ", TRUE"),
    "binomial_chance": _Function(_binomial_chance, "BINOM.DIST", ", FALSE"),
    "hypergeometric_chance": _Function(_hypergeometric_chance, "HYPGEOM.DIST", ", FALSE"),
    "hypergeometric_share": _Function(_hypergeometric, "HYPGEOM.DIST", ", TRUE"),
}
"""Name in an expression -> the function; those of probability are called as spreadsheets call them."""


class _Sign(Enum):
    """What joins two terms, and how tightly."""

    PLUS = ("+", "+", 1)
    MINUS = ("-", "-", 1)
    TIMES = ("*", "×", 2)
    OVER = ("/", "/", 2)
    POWER = ("**", "^", 3)

    def __init__(self, python: str, shown: str, order: int) -> None:
        self.python = python
        self.shown = shown
        self.order = order


@dataclass(frozen=True, slots=True)
class Term:
    """A formula, or a part of one, with its value."""

    value: float
    name: str = ""  # of a symbol: as expressions spell it; of a function: its name in them; of a number: how it reads
    shown: str = ""  # of a symbol: as formulas spell it, where each line of a table has one of its own
    sign: _Sign | None = None  # of two terms that are joined
    parts: tuple[Term, ...] = ()

    def __add__(self, other: Term | float) -> Term:
        return _joined(_Sign.PLUS, self, other)

    def __radd__(self, other: float) -> Term:
        return _joined(_Sign.PLUS, other, self)

    def __sub__(self, other: Term | float) -> Term:
        return _joined(_Sign.MINUS, self, other)

    def __rsub__(self, other: float) -> Term:
        return _joined(_Sign.MINUS, other, self)

    def __mul__(self, other: Term | float) -> Term:
        return _joined(_Sign.TIMES, self, other)

    def __rmul__(self, other: float) -> Term:
        return _joined(_Sign.TIMES, other, self)

    def __truediv__(self, other: Term | float) -> Term:
        return _joined(_Sign.OVER, self, other)

    def __rtruediv__(self, other: float) -> Term:
        return _joined(_Sign.OVER, other, self)

    def __pow__(self, power: int) -> Term:
        return _joined(_Sign.POWER, self, power)


def number(value: float) -> Term:
    """Make a number that stands in a formula as it is.

    Examples
    --------
    >>> number(0.7).name
    '0.7'
    """
    return Term(value, f"{value:.15g}")


def symbol(name: str, value: float, shown: str = "") -> Term:
    """Name a value; ``shown`` is how formulas call it, where each line of a table has one of that name.

    Examples
    --------
    >>> spelled(symbol("x", 254) / symbol("y", 309), Spelling.FORMULA)
    'x / y'
    """
    return Term(value, name, shown or name)


def call(name: str, *arguments: Term | float) -> Term:
    """Take a function of terms.

    Examples
    --------
    >>> spelled(call("sqrt", symbol("v", 4.0)), Spelling.FORMULA), call("sqrt", symbol("v", 4.0)).value
    ('sqrt(v)', 2.0)
    """
    return _made(Term(0.0, name, parts=tuple(map(_term, arguments))))


def total(terms: Sequence[Term]) -> Term:
    """Add terms up, one for each line of a table.

    Examples
    --------
    >>> lines = [symbol("v_1", 2.0, "v"), symbol("v_2", 3.0, "v")]
    >>> [spelled(total(lines), each) for each in (Spelling.FORMULA, Spelling.PYTHON)], total(lines).value
    (['sum of v', 'v_1 + v_2'], 5.0)
    """
    terms = tuple(terms)
    if len(terms) == 1:
        return terms[0]
    return _made(Term(0.0, _SUM, terms[0].shown, parts=terms))


def largest(terms: Sequence[Term]) -> Term:
    """Take the largest of terms, one for each line of a table."""
    terms = tuple(terms)
    if len(terms) == 1:
        return terms[0]
    return _made(Term(0.0, _LARGEST, terms[0].shown, parts=terms))


_SUM, _LARGEST = "sum of lines", "largest of lines"


def _term(given: Term | float) -> Term:
    return given if isinstance(given, Term) else number(given)


def _added(one: float, other: float) -> float:
    """Add, and take what is left of terms that cancel for the nothing that it is."""
    found = one + other
    return 0.0 if abs(found) <= ROUNDING * max(abs(one), abs(other)) else found


def _joined(sign: _Sign, one: Term | float, other: Term | float) -> Term:
    return _made(Term(0.0, sign=sign, parts=(_term(one), _term(other))))


def _made(term: Term) -> Term:
    """Give a formula the value that it has."""
    value = _of_parts(term, [part.value for part in term.parts])
    nearest = float(round(value))
    # what is whole but for the noise of its terms is whole
    return replace(term, value=nearest if 0 < abs(value - nearest) <= ROUNDING * abs(nearest) else value)


def _of_parts(term: Term, values: Sequence[float]) -> float:
    """Work a formula out from the values of its parts."""
    if term.sign is not None:
        return float(_JOINING[term.sign](*values))
    if term.name == _SUM:
        return reduce(_added, values)
    if term.name == _LARGEST:
        return max(values)
    return float(FUNCTIONS[term.name].value(*values))


_JOINING: Mapping[_Sign, Callable[[float, float], float]] = {
    _Sign.PLUS: _added,
    _Sign.MINUS: lambda a, b: _added(a, -b),
    _Sign.TIMES: lambda a, b: a * b,
    _Sign.OVER: lambda a, b: a / b,
    _Sign.POWER: lambda a, b: a**b,
}


def again(term: Term, values: Mapping[str, float]) -> float:
    """Work a formula out with other values of its symbols, such as those that are printed.

    Examples
    --------
    >>> again(symbol("x", 2.0) / 3, {"x": 6.0})
    2.0
    """
    if not term.parts:
        return values[term.name] if term.shown else term.value
    return _of_parts(term, [again(part, values) for part in term.parts])


def symbols_of(term: Term) -> tuple[Term, ...]:
    """List the symbols of a formula, each once, in the order in which they come up."""
    if not term.parts:
        return (term,) if term.shown else ()
    return tuple({each.name: each for part in term.parts for each in symbols_of(part)}.values())


# ---- how it is spelled


Printed: TypeAlias = Mapping[str, str]


class Spelling(Enum):
    """Whom a formula is written for."""

    FORMULA = "formula"
    """People, with its symbols."""
    NUMBERS = "numbers"
    """Whoever has a calculator, with the numbers put in."""
    PYTHON = "python"
    """A program."""


def spelled(term: Term, spelling: Spelling, printed: Printed | None = None) -> str:
    """Write a formula; ``printed`` gives the numbers of its symbols, where they are put in.

    Examples
    --------
    >>> p = symbol("p", 0.5)
    >>> spelled(p * (1 - p) / 4, Spelling.NUMBERS, {"p": "0.5"})
    '0.5 × (1 - 0.5) / 4'
    """
    if term.sign is not None:
        return _pair(term, term.sign, spelling, printed)
    if term.parts:
        return _call(term, spelling, printed)
    if not term.shown or spelling is Spelling.PYTHON:
        return term.name
    return term.shown if spelling is Spelling.FORMULA else (printed or {})[term.name]


def _pair(term: Term, sign: _Sign, spelling: Spelling, printed: Printed | None) -> str:
    """Write two terms that are joined, with brackets where reading from left to right would not do."""
    left, right = term.parts
    one, other = (spelled(part, spelling, printed) for part in term.parts)
    if _order(left, one, spelling) < sign.order or (sign is _Sign.POWER and left.sign is _Sign.POWER):
        one = f"({one})"
    loosest = sign.order + (sign in (_Sign.MINUS, _Sign.OVER, _Sign.POWER))
    if _order(right, other, spelling) < loosest or other.startswith("-"):
        other = f"({other})"
    if sign is _Sign.POWER:
        return f"{one}{sign.python if spelling is Spelling.PYTHON else sign.shown}{other}"
    return f"{one} {sign.python if spelling is Spelling.PYTHON else sign.shown} {other}"


_TIGHT = 9


def _order(term: Term, written: str, spelling: Spelling) -> int:
    """Say how tightly the parts of a text hold together."""
    if term.sign is not None:
        return term.sign.order
    written_out = spelling is Spelling.PYTHON or (spelling is Spelling.NUMBERS and len(term.parts) <= MOST)
    if term.name == _SUM:
        return 1 if written_out else 0
    if term.name == _LARGEST:
        return _TIGHT if written_out else 0
    # a number below zero, before a power or a sign
    return 1 if written.startswith("-") else _TIGHT


def _call(term: Term, spelling: Spelling, printed: Printed | None) -> str:
    """Write a function of terms, or what is taken over the lines of a table."""
    if term.name in (_SUM, _LARGEST):
        return _over_lines(term, spelling, printed)
    arguments = ", ".join(spelled(part, spelling, printed) for part in term.parts)
    if spelling is Spelling.PYTHON:
        return f"{term.name}({arguments})"
    function = FUNCTIONS[term.name]
    return f"{function.shown}({arguments}{function.closing})"


def _over_lines(term: Term, spelling: Spelling, printed: Printed | None) -> str:
    summed = term.name == _SUM
    long = spelling is Spelling.NUMBERS and len(term.parts) > MOST
    if spelling is Spelling.FORMULA or long:
        return wording.sum_of(term.shown) if summed else wording.largest_of(term.shown)
    texts = [spelled(part, spelling, printed) for part in term.parts]
    if not summed:
        return f"max({', '.join(texts)})"
    return " + ".join(f"({one})" if one.startswith("-") and i else one for i, one in enumerate(texts))
