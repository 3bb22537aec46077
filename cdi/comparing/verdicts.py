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

from cdi.errors import MethodError, is_number, suggestion
from cdi.survey.estimates import ALL

if TYPE_CHECKING:
    from cdi.audits.volumes import Label
    from cdi.printing.tables import Record

__all__ = [
    "KINDS", "MARGINS", "NULL", "Change", "check_kind", "check_margin", "exact_verdict", "margin_of", "parse_margin",
    "published_of", "verdict_of",
]  # fmt: skip

KINDS = ("difference", "ratio")
"""How a change is measured."""

MARGINS: Mapping[str, float] = {"overall": 0.03, "category": 0.05}
"""The margins that samples are designed for: of an overall rate, and of a category."""

NULL: Mapping[str, float] = {"difference": 0.0, "ratio": 1.0}
"""What no change is."""

ROUNDING = 1e-12
_MARGIN = re.compile(r"\s*(\d+(?:\.\d+)?|\.\d+)\s*(pp|%)?\s*")


@dataclass(frozen=True, slots=True)
class Change:
    """One row of a comparison: a less b, or a over b.

    Attributes
    ----------
    label : tuple of str
        Its domain; ``all`` overall.
    names : tuple of str
        The two sides, a and b.
    kind : {"difference", "ratio"}
        How it is measured.
    estimate, low, high : float or None
        A difference of proportions, or a ratio, with its interval; None where there is none, and for an end without
        limit.
    inner : tuple of float, or None
        The interval at 1 - 2 (1 - level), which the margin is held against.
    se : float or None
        The standard error of a difference of rates.
    p : float or None
        The smallest 1 - level at which the interval excludes no change.
    q : float or None
        The same adjusted for many changes; None where one comparison was asked for.
    margin : float
        What a difference, or a ratio less 1, must keep within to be broadly unchanged.
    verdict : str or None
        A key of ``cdi.wording.VERDICTS``; None where nothing can be compared.
    published : str or None
        The same as reports read it: without a significant difference broadly unchanged.
    a, b : Record or None
        The two sides; None where a side has no such row.
    notes : tuple of str
        Keys of ``cdi.wording.NOTES``.
    """

    label: Label
    names: tuple[str, str]
    kind: str
    estimate: float | None
    low: float | None
    high: float | None
    inner: tuple[float | None, float | None] | None
    se: float | None
    p: float | None
    margin: float
    verdict: str | None
    published: str | None
    a: Record | None
    b: Record | None
    notes: tuple[str, ...] = ()
    q: float | None = None

    @property
    def overall(self) -> bool:
        """Whether it is of the whole."""
        return set(self.label) == {ALL}

    @property
    def exact(self) -> bool:
        """Whether both figures are of a census, so that there is nothing to be unsure of."""
        return self.estimate is not None and "census" in self.notes


def check_kind(kind: str) -> None:
    """Refuse what is no way to measure a change."""
    if kind not in KINDS:
        raise MethodError.of("no-comparison-kind", got=kind, hint=suggestion(str(kind), KINDS))


def check_margin(margin: float | None) -> None:
    """Refuse a margin that is no proportion."""
    if margin is not None and not (is_number(margin) and 0 < margin < 1):
        raise MethodError.of("margin", got=margin)


def parse_margin(text: str) -> float:
    """Read a margin: 3pp, 3% or 0.03.

    Parameters
    ----------
    text : str
        What the user wrote.

    Returns
    -------
    float
        A proportion.

    Raises
    ------
    MethodError
        A bare number that may mean either, or no number.

    Examples
    --------
    >>> parse_margin("3pp"), parse_margin("3%"), parse_margin("0.03")
    (0.03, 0.03, 0.03)
    """
    found = _MARGIN.fullmatch(text)
    if found is None:
        raise MethodError.of("margin-text", got=text)
    number, sign = Decimal(found[1]), found[2]
    if not sign and number >= 1:
        raise MethodError.of("margin-text", got=text)
    return float(number / 100 if sign else number)


def margin_of(label: Label, margin: float | None) -> float:
    """Give the margin of a row: the one asked for, or the usual one."""
    return MARGINS["overall" if set(label) == {ALL} else "category"] if margin is None else margin


def verdict_of(ends: tuple[float, float], inner: tuple[float, float], margin: float, kind: str = "difference") -> str:
    """Say what an interval comes to.

    Parameters
    ----------
    ends : tuple of float
        The interval of the change.
    inner : tuple of float
        The interval at 1 - 2 (1 - level).
    margin : float
        A proportion; for a ratio the interval must lie between 1 - margin and 1 / (1 - margin).
    kind : {"difference", "ratio"}
        How the change is measured.

    Returns
    -------
    str
        A key of ``cdi.wording.VERDICTS``. A wider margin leaves it, or turns ``no-clear-change`` into
        ``broadly-unchanged``, ``higher`` into ``higher-within-margin`` and ``lower`` into ``lower-within-margin``;
        nothing else.

    Examples
    --------
    >>> verdict_of((-0.01, 0.02), (-0.008, 0.018), 0.03), verdict_of((-0.059, 0.072), (-0.048, 0.062), 0.03)
    ('broadly-unchanged', 'no-clear-change')
    """
    within = (-margin, margin) if kind == "difference" else (1 - margin, 1 / (1 - margin))
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
    return "same" if abs(beyond) < ROUNDING else "higher" if beyond > 0 else "lower"


def published_of(ends: tuple[float, float], kind: str) -> str:
    """Read an interval as reports do: broadly unchanged unless it excludes no change."""
    return "higher" if ends[0] > NULL[kind] else "lower" if ends[1] < NULL[kind] else "broadly-unchanged"
