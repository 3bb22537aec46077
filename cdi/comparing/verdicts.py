"""What a comparison comes to: a change, and whether it is clear, small, or none to speak of.

The verdict has three ways and one more: the interval excludes no change (higher, lower), the interval at twice the
probability left out lies inside the margin (broadly unchanged; two one-sided tests), neither, or both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from cdi.arguments import is_number
from cdi.errors import MethodError
from cdi.facts import Facts
from cdi.survey.estimates import ALL

if TYPE_CHECKING:
    from cdi.audits.volumes import Label
    from cdi.printing.tables import Row

__all__ = [
    "AS_READ", "MARGINS", "NULL", "Change", "exact_verdict", "margin_from", "parse_margin", "verdict_of",
]  # fmt: skip

MARGINS: Mapping[str, float] = {"overall": 0.03, "category": 0.05}
"""The margins that samples are designed for: of an overall rate, and of a category."""

NULL: Mapping[str, float] = {"difference": 0.0, "ratio": 1.0}
"""What no change is."""

AS_READ: Mapping[str, str] = {
    "higher": "higher",
    "lower": "lower",
    "higher-within-margin": "higher",
    "lower-within-margin": "lower",
    "broadly-unchanged": "broadly-unchanged",
    "no-clear-change": "broadly-unchanged",
    "same": "same",
    "below-standard": "below-standard",
    "above-standard": "above-standard",
    "at-standard": "at-standard",
    "not-told": "not-told",
}
"""A verdict -> the same as reports read it, which call broadly unchanged whatever is not significant."""

ROUNDING = 1e-12
_MARGIN = re.compile(r"\s*([+±−-]+)?\s*(\d+(?:\.\d+)?|\.\d+)\s*(pp|%)?\s*")


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a comparison, a less b or a over b: a view of the rows of its table.

    Attributes
    ----------
    names : tuple of str
        The two sides, a and b.
    row : Row
        The change with its interval.
    a, b : Row or None
        The two sides; None where a side has no such row.
    held : Row or None
        The interval at 1 - 2 (1 - level), which the margin is held against.
    p : float or None
        The smallest 1 - level at which the interval excludes no change.
    q : float or None
        The same adjusted for many changes; None where one comparison was asked for.
    margin : float or None
        What a difference, or a ratio less 1, must keep within to be broadly unchanged; None of exact figures.
    """

    names: tuple[str, str]
    row: Row
    a: Row | None = None
    b: Row | None = None
    held: Row | None = None
    p: float | None = None
    q: float | None = None
    margin: float | None = None

    @property
    def label(self) -> Label:
        """Its domain; ``all`` overall."""
        if len(self.row.label) > 1:
            return self.row.label[1:]
        return (ALL,) if self.overall else self.row.label

    @property
    def kind(self) -> str:
        """How it is measured: ``difference`` or ``ratio``."""
        return self.row.measure.key

    @property
    def estimate(self) -> float | None:
        """A difference of proportions, or a ratio."""
        return self.row.estimate

    @property
    def low(self) -> float | None:
        """The lower end of its interval; None where there is none, or no limit."""
        return self.row.low

    @property
    def high(self) -> float | None:
        """The upper end of its interval; None where there is none, or no limit."""
        return self.row.high

    @property
    def inner(self) -> tuple[float | None, float | None] | None:
        """The interval that the margin is held against."""
        held = self.held
        return None if held is None or held.withheld else (held.low, held.high)

    @property
    def se(self) -> float | None:
        """The standard error of a difference of rates."""
        return self.row.se

    @property
    def facts(self) -> Facts:
        """What is true of it."""
        return self.row.facts

    @property
    def notes(self) -> tuple[str, ...]:
        """What people are told of it, in words."""
        return self.row.notes

    @property
    def overall(self) -> bool:
        """Whether it is of the whole."""
        return self.row.whole

    @property
    def verdict(self) -> str | None:
        """A key of ``cdi.wording.VERDICTS``; None where nothing can be compared."""
        return None if self.row.estimate is None else next(iter(self.row.facts.found), None)

    @property
    def published(self) -> str | None:
        """The verdict as reports read it: without a significant difference broadly unchanged."""
        return None if self.verdict is None else AS_READ[self.verdict]

    @property
    def exact(self) -> bool:
        """Whether both figures are of a census, so that there is nothing to be unsure of."""
        return self.row.estimate is not None and self.row.facts.census

    @property
    def in_samples(self) -> bool:
        """Whether a side describes its sample only, so that the change is none of the force."""
        return any(side is not None and side.facts.scope.of_sample for side in (self.a, self.b))

    @property
    def withheld(self) -> bool:
        """Whether its numbers are not published."""
        return self.row.withheld


def margin_from(given: float | str | None) -> float | None:
    """Take a margin as a proportion or as text, and refuse what is no proportion."""
    margin = parse_margin(given) if isinstance(given, str) else given
    if margin is not None and not (is_number(margin) and 0 < margin < 1):
        raise MethodError.of("margin", got=given)
    return margin


def parse_margin(text: str) -> float:
    """Read a margin: 3pp, 3% or 0.03."""
    found = _MARGIN.fullmatch(text)
    if found is None:
        raise MethodError.of("margin-text", got=text)
    number, unit = Decimal(found[2]), found[3] or ""
    if found[1]:
        raise MethodError.of("margin-sign", got=text, number=found[2], unit=unit)
    if not unit and 1 <= number < 100:
        raise MethodError.of("margin-bare", got=text, number=found[2], share=format((number / 100).normalize(), "f"))
    return float(number / 100 if unit else number)


def verdict_of(ends: tuple[float, float], inner: tuple[float, float], margin: float, kind: str = "difference") -> str:
    """Say what an interval comes to."""
    within = (-margin, margin)
    if kind == "ratio":
        within = (1 - margin, 1 / (1 - margin))
    close = within[0] < inner[0] and inner[1] < within[1]
    null = NULL[kind]
    if ends[0] > null:
        return "higher-within-margin" if close else "higher"
    if ends[1] < null:
        return "lower-within-margin" if close else "lower"
    return "broadly-unchanged" if close else "no-clear-change"


def exact_verdict(change: float, kind: str) -> str:
    """Say how two exact figures differ; rounding of the last digits is no difference."""
    beyond = change - NULL[kind]
    if abs(beyond) < ROUNDING:
        return "same"
    return "higher" if beyond > 0 else "lower"
