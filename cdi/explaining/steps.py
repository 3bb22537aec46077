"""The working of a figure as it is written down, step by step; the digits of each number follow from what needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from cdi import wording
from cdi.explaining.terms import Spelling, Term, again, spelled, symbol, symbols_of

__all__ = ["DIGITS", "Section", "Step", "Working", "printed"]

DIGITS = 8
"""The significant digits of a number, unless a step needs more."""

MOST_DIGITS = 15

CLOSE = 5e-7
"""How near a step comes that is worked out from printed numbers, as a share of it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One number of a working: what it is, and how it follows from numbers before it.

    Attributes
    ----------
    symbol : str
        What formulas call it. In a table with a line for each stratum or category, all lines share it.
    words : str
        What it is.
    value : float
        The number, unrounded.
    printed : str
        The number as it is printed: a whole one in full, and others without the zeros that end them.
    digits : int
        The significant digits that it is printed with: eight, or more where a later step needs them.
    formula : str
        How it follows from other symbols. Empty: it was counted or given.
    numbers : str
        The formula with the printed numbers put in.
    expression : str
        The formula as an expression of Python over the names of ``inputs``.
    inputs : tuple of (str, str)
        The names in the expression, each with its printed number.
    name : str
        Its own name in expressions.
    line : str
        The stratum or category that it is of. Empty: the working has one such number.
    reference : str
        The source of the formula.
    shown : str
        What the page of results prints of it. Empty: it stands in the working alone.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> found = cdi.estimate(pd.DataFrame({"recorded": [1] * 159 + [0] * 23})).explain()
    >>> next(step.working for step in found.steps if step.symbol == "p")
    'p = x / y = 159 / 182 = 0.873626374'
    """

    symbol: str
    words: str
    value: float
    printed: str
    formula: str = ""
    numbers: str = ""
    expression: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    name: str = ""
    line: str = ""
    reference: str = ""
    shown: str = ""
    digits: int = DIGITS

    @property
    def rule(self) -> str:
        """The step without its numbers: symbol and formula."""
        return f"{self.symbol} = {self.formula}" if self.formula else self.symbol

    @property
    def working(self) -> str:
        """The step as one writes it down: symbol, formula, numbers put in, and what they come to."""
        numbers = "" if self.numbers in (self.formula, self.printed) else self.numbers
        written = " = ".join(part for part in (self.symbol, self.formula, numbers, self.printed) if part)
        return wording.printed_as(written, self.shown) if self.shown else written


@dataclass(frozen=True, slots=True)
class Section:
    """Steps that belong together.

    Attributes
    ----------
    figure : str
        The figure that is worked out.
    title : str
        What is worked out of it.
    steps : tuple of Step
        The steps, in order.
    lines : str
        What the lines of a table of steps are: strata or categories. Empty: the steps stand one below the other.
    """

    figure: str
    title: str
    steps: tuple[Step, ...]
    lines: str = ""


@dataclass(frozen=True, slots=True)
class _Made:
    """A step before its digits are known."""

    term: Term  # its symbol
    of: Term | None  # what it follows from
    words: str
    line: str
    reference: str
    shown: str


class Working:
    """Writes steps down, one after the other."""

    def __init__(self) -> None:
        self._sections: list[tuple[str, str, str, list[_Made]]] = []
        self._figure = ""
        self._names: set[str] = set()

    def figure(self, title: str) -> None:
        """Begin the working of another figure, which may go on from what was worked out before."""
        self._figure = title

    def discard(self, title: str) -> None:
        """Take back what was written of a figure."""
        self._sections = [each for each in self._sections if each[0] != title]

    def section(self, part: str, lines: str = "", method: str = "") -> None:
        """Begin a section, by its key; ``lines`` is that of what it has a line for, where it is a table."""
        title = wording.EXPLAINED_PARTS[part].format(method=method)
        self._sections.append((self._figure, title, wording.EXPLAINED_LINES[lines], []))

    def given(
        self, name: str, value: float, words: str, at: tuple[int, str] | None = None, reference: str = ""
    ) -> Term:
        """Write down what was counted or is known; ``at`` is the number and the name of its line in a table."""
        return self._write(name, None, float(value), words, at, wording.SOURCES[reference], "")

    def step(
        self, name: str, of: Term, words: str, reference: str = "", at: tuple[int, str] | None = None, shown: str = ""
    ) -> Term:
        """Write down what follows from numbers before it; ``reference`` is the key of its source."""
        return self._write(name, of, of.value, words, at, wording.SOURCES[reference], shown)

    def _write(
        self, name: str, of: Term | None, value: float, words: str, at: tuple[int, str] | None, reference: str,
        shown: str,
    ) -> Term:  # fmt: skip
        own = name if at is None else f"{name}_{at[0]}"
        while own in self._names:  # worked out anew, it takes the place of the one before it
            own += "_"
        self._names.add(own)
        term = symbol(own, value, name)
        self._sections[-1][3].append(_Made(term, of, words, "" if at is None else at[1], reference, shown))
        return term

    def finished(self) -> tuple[Section, ...]:
        """Give the sections that hold steps, with their numbers printed."""
        made_all = [made for *_, several in self._sections for made in several]
        digits = _digits_of(made_all)
        texts = {made.term.name: printed(made.term.value, digits[made.term.name]) for made in made_all}
        return tuple(
            Section(figure, title, tuple(_step(made, texts, digits) for made in several), lines)
            for figure, title, lines, several in self._sections
            if several
        )


def _step(made: _Made, texts: Mapping[str, str], digits: Mapping[str, int]) -> Step:
    own = made.term
    step = Step(
        own.shown, made.words, own.value, texts[own.name], name=own.name, line=made.line, reference=made.reference,
        shown=made.shown, digits=digits[own.name],
    )  # fmt: skip
    if made.of is None:
        return step
    return replace(
        step,
        formula=spelled(made.of, Spelling.FORMULA),
        numbers=spelled(made.of, Spelling.NUMBERS, texts),
        expression=spelled(made.of, Spelling.PYTHON),
        inputs=tuple((each.name, texts[each.name]) for each in symbols_of(made.of)),
    )


def _digits_of(steps: Sequence[_Made]) -> dict[str, int]:
    """Give each number as many digits as the steps that follow from it need."""
    digits = {made.term.name: DIGITS for made in steps}
    for made in steps:
        if made.of is None or made.of.value == 0:
            continue
        inputs = symbols_of(made.of)
        for each in inputs:
            while digits[each.name] < MOST_DIGITS and _moves(made.of, each, digits[each.name]) > CLOSE / len(inputs):
                digits[each.name] += 1
    for made in reversed(steps):
        # what is called by another name is the same number
        if made.of is not None and made.of.shown and not made.of.parts:
            digits[made.of.name] = max(digits[made.of.name], digits[made.term.name])
    return digits


def _moves(of: Term, each: Term, digits: int) -> float:
    """Tell by what share of it a formula can be moved by what a number loses where it is printed."""
    values = {one.name: one.value for one in symbols_of(of)}
    lost = 0.0 if each.value == int(each.value) else abs(each.value) * 5 * 10.0**-digits
    return max(abs(again(of, {**values, each.name: each.value + way * lost}) / of.value - 1) for way in (-1, 1))


def printed(value: float, digits: int) -> str:
    """Write a number with so many significant digits; a whole one as it is, and no other without a decimal point.

    Examples
    --------
    >>> printed(254 / 309, 8), printed(139226.0, 8), printed(0.0000123456789, 3), printed(4.99999, 3)
    ('0.82200647', '139,226', '0.0000123', '5.0')
    """
    if value == int(value) and abs(value) < 10**MOST_DIGITS:
        return f"{int(value):,}"
    before = len(str(abs(int(value))))
    written = f"{Decimal(f'{value:.{max(digits, before + 1)}g}'):,f}"
    whole, _, decimals = written.partition(".")
    return f"{whole}.{decimals.rstrip('0') or '0'}"
