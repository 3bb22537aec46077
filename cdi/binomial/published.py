"""Rates as reports print them: a percentage with its half width, taken as it stands."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cdi import wording
from cdi.arguments import checked, checked_class, is_number, truth_of
from cdi.binomial import intervals, normal
from cdi.binomial.intervals import Interval
from cdi.errors import DataError, fault
from cdi.facts import Facts, Scope
from cdi.measures import MEASURES
from cdi.parameters import LEVEL
from cdi.showing import Shown

if TYPE_CHECKING:
    from cdi.explaining.explanation import Explanation
    from cdi.printing.layout import Page
    from cdi.printing.tables import Table

__all__ = ["AS_PRINTED", "PRINTED_LEVEL", "PublishedRate", "has_half_width", "is_published", "parse_published"]

AS_PRINTED = "as printed"
"""What stands for the method of an interval that was printed."""

PRINTED_LEVEL = LEVEL
"""The level of the intervals that reports print."""

_Z = 1.96
_TEXT = re.compile(r"(\d+(?:\.\d+)?)\s*%\s*(?:(?:±|\+/?-)\s*(\d+(?:\.\d+)?)\s*(?:%|pp))?")


@checked_class
@dataclass(frozen=True, slots=True, repr=False)
class PublishedRate(Shown):
    """A published rate with the half width of its 95% interval, both as printed and therefore rounded.

    Parameters
    ----------
    rate : float
        The rate, as a proportion.
    half_width : float or None
        The half width, as a proportion. It is None for a census, whose figure is exact.
    label : str
        The name of the figure. If empty, it is the figure itself.

    Raises
    ------
    DataError
        If the rate is not between 0 and 1, or the half width is not above 0 and below 1.

    Examples
    --------
    >>> found = PublishedRate(0.865, 0.043).interval()
    >>> found.low.round(3).tolist(), found.high.round(3).tolist()
    (0.822, 0.908)
    """

    rate: float
    half_width: float | None = None
    label: str = ""

    def __post_init__(self) -> None:
        faults = []
        if not (is_number(self.rate) and 0 <= self.rate <= 1):
            faults.append(fault("not-a-proportion", got=self.rate))
        if self.half_width is not None and not (is_number(self.half_width) and 0 < self.half_width < 1):
            faults.append(fault("half-width", got=self.half_width))
        if faults:
            raise DataError(faults)

    @property
    def table(self) -> Table:
        """The figure with its interval, as it was printed."""
        from cdi.printing.tables import CATEGORY, Row, Table

        found = self.interval()
        low, high = (None if self.census else float(end) for end in (found.low, found.high))
        facts = Facts(Scope.OVERALL, census=self.census)
        row = Row(
            (wording.ALL,), MEASURES["published-figure"], self.rate, low, high, PRINTED_LEVEL, AS_PRINTED, facts=facts
        )
        return Table((CATEGORY,), (row,), PRINTED_LEVEL, AS_PRINTED, "both")

    def page(self, **_options: Any) -> Page:
        """Lay it out for people."""
        from cdi.printing.layouts import lay_out_published

        return lay_out_published(self.table)

    def explain(self, *, level: float = PRINTED_LEVEL) -> Explanation:
        """Work the interval out from the half width; see :func:`cdi.explain`.

        Examples
        --------
        >>> [step.working for step in PublishedRate(0.865, 0.043).explain().steps if step.symbol == "low"]
        ['low = p - h = 0.865 - 0.043 = 0.822']
        """
        from cdi.explaining.explanation import explain

        return explain(self, level=level)

    def __repr__(self) -> str:
        return f"<cdi.PublishedRate: {self.label or self.figure}>"

    @property
    def figure(self) -> str:
        """The figure as it is written, such as ``81% ± 1.9%``."""
        rate, half = (f"{(value or 0) * 100:.10g}%" for value in (self.rate, self.half_width))
        return rate if self.census else wording.plus_minus(rate, half)

    @property
    def census(self) -> bool:
        """Whether the figure is of a census, and therefore exact."""
        return self.half_width is None

    @property
    def size(self) -> float:
        """The effective sample size, in crimes, implied by the half width. It is nan for a census and at 0% or 100%."""
        if self.half_width is None or self.rate in (0, 1):
            return math.nan
        return self.rate * (1 - self.rate) * (_Z / self.half_width) ** 2

    def interval(self, level: float = PRINTED_LEVEL) -> Interval:
        """Give the interval as it was printed, rescaled by normal quantiles if the level is not 95%.

        Parameters
        ----------
        level : float
            Confidence level, between 0.5 and 1.

        Returns
        -------
        Interval
            Proportions, not clipped.
        """
        import numpy as np

        half = self.half_width_at(intervals.tail_of(level, "both"))
        return Interval(np.array(self.rate - half), np.array(self.rate + half), level, AS_PRINTED)

    def half_width_at(self, tail: float) -> float:
        """Scale the half width to another probability left out on each side; 0 for a census."""
        printed = (1 - PRINTED_LEVEL) / 2
        return (self.half_width or 0.0) * (
            1.0 if abs(tail - printed) < 1e-12 else normal.quantile(tail) / normal.quantile(printed)
        )


def is_published(text: str) -> bool:
    """Tell whether a text has the form of a published figure, with or without a half width.

    Examples
    --------
    >>> is_published("86.5% ± 4.3%"), is_published("69%"), is_published("86.5±4.3")
    (True, True, False)
    """
    return _TEXT.fullmatch(text.strip()) is not None


def has_half_width(text: str) -> bool:
    """Tell whether a text is a published figure with its half width.

    Examples
    --------
    >>> has_half_width("86.5% ± 4.3%"), has_half_width("69%")
    (True, False)
    """
    found = _TEXT.fullmatch(text.strip())
    return found is not None and found[2] is not None


@checked
def parse_published(text: str, *, census: bool = False) -> PublishedRate:
    """Read a published figure, such as 86.5%+-4.3% or 86.5% ± 4.3%, or 69% if it is of a census.

    Parameters
    ----------
    text : str
        The figure as it is printed.
    census : bool
        Whether the figure is of a census, so that it has no half width.

    Returns
    -------
    PublishedRate
        The rate and its half width as proportions, labelled with the text.

    Raises
    ------
    DataError
        If the text is not such a figure, a figure that is not of a census has no half width, or one of a census has
        one.

    Examples
    --------
    >>> parse_published("86.5%+-4.3%")
    <cdi.PublishedRate: 86.5% ± 4.3%>
    >>> parse_published("69%", census=True).half_width is None
    True
    """
    census = truth_of(census, "census")
    found = _TEXT.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        raise DataError.of("not-published", got=text)
    rate, half = found.groups()
    if (half is None) != census:
        raise DataError.of("census-width" if census else "no-half-width", got=text, rate=rate)
    if half is None:
        return PublishedRate(_proportion(rate), None, f"{rate}%")
    return PublishedRate(_proportion(rate), _proportion(half), wording.plus_minus(f"{rate}%", f"{half}%"))


def _proportion(percent: str) -> float:
    return float(Decimal(percent) / 100)
