"""Crimes that were recorded in addition because the recording rate improved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cdi import wording
from cdi.audits.volumes import RECORDED_CRIME
from cdi.binomial.published import PublishedRate
from cdi.comparing.comparison import compare
from cdi.comparing.verdicts import Change
from cdi.errors import DataError, DesignError, Where, suggestion
from cdi.printing import formats
from cdi.printing.lines import level_text
from cdi.printing.tables import CATEGORY, Record, Table
from cdi.survey.estimates import ALL, Estimates

__all__ = ["AdditionalCrimes", "additionally_recorded"]

KIND = "additionally-recorded"


@dataclass(frozen=True, slots=True)
class AdditionalCrimes:
    """Crimes recorded in addition since the rate improved; negative where it fell.

    Attributes
    ----------
    rows : tuple of Record
        One a category with recorded crime; n, recorded and clusters are None, since two samples stand behind it.
    table : Table
        The same in the fixed columns, unrounded.

    Examples
    --------
    >>> import cdi
    >>> found = cdi.additionally_recorded(9_000, cdi.PublishedRate(0.8, 0.03), cdi.PublishedRate(0.9, 0.02))
    >>> found.said
    ('An estimated 1,000 more crimes were recorded than at the earlier rate (95% confidence interval 600 to 1,400).',)
    """

    rows: tuple[Record, ...]
    table: Table

    @property
    def said(self) -> tuple[str, ...]:
        """Each row in a sentence."""
        return tuple(sentence for row in self.rows if (sentence := _said(row)))


def additionally_recorded(
    recorded_crime: int | Mapping[str, int],
    before: Estimates | PublishedRate,
    after: Estimates | PublishedRate,
    *,
    level: float = 0.95,
    method: str = "wilson",
) -> AdditionalCrimes:
    """Estimate the crimes recorded in addition because the rate improved, R (1 - p_before / p_after).

    Parameters
    ----------
    recorded_crime : int or mapping of str to int
        Recorded crime R of the period after: overall, or by category, where ``all`` is overall.
    before, after : Estimates or PublishedRate
        Recording rates of two independent audits; categories go together by their label.
    level, method
        As in :meth:`Estimates.interval`.

    Returns
    -------
    AdditionalCrimes
        Crimes. The interval is that of the ratio of the two rates, by MOVER (Donner and Zou 2012), mapped; None where
        the later rate may be 0.

    Raises
    ------
    DataError
        A category that one of the audits does not have, a volume that is no count, or measures that differ.
    DesignError
        Counts instead of rates, or a sample that is not representative.

    Examples
    --------
    >>> import cdi
    >>> before, after = cdi.of_counts(160, 200), cdi.of_counts(190, 200)
    >>> found = cdi.additionally_recorded(9_500, before, after).rows[0]
    >>> round(found.estimate), round(found.low), round(found.high)
    (1500, 888, 2133)
    """
    wanted = recorded_crime if isinstance(recorded_crime, Mapping) else {ALL: recorded_crime}
    for side in (before, after):
        if isinstance(side, Estimates) and side.volumes is not None:
            raise DesignError.of("not-rates", got=side.rows[-1].measure)
    ratios = compare(before, after, kind="ratio", level=level, method=method).rows
    changed = {ALL if row.overall else ", ".join(row.label): row for row in ratios}
    if not wanted:
        raise DataError.of("not-in-both", got=None, hint=suggestion("", list(changed)))
    rows = tuple(_row(name, crime, changed, level, method) for name, crime in wanted.items())
    return AdditionalCrimes(rows, Table((CATEGORY,), rows, level, method, "both"))


def _row(name: str, crime: int, changed: Mapping[str, Change], level: float, method: str) -> Record:
    if name not in changed:
        raise DataError.of("not-in-both", got=name, hint=suggestion(name, list(changed)))
    if not isinstance(crime, (int, np.integer)) or isinstance(crime, bool) or crime < 0:
        raise DataError.of("not-a-count", got=crime, where=Where(key=name), name=RECORDED_CRIME, least=0)
    ratio = changed[name]
    estimate, high, low = (None if x is None else crime * (1 - x) for x in (ratio.estimate, ratio.low, ratio.high))
    return Record(
        (name,), KIND, estimate, low, high, level, method, None, None, None, None, None, None, None, ratio.notes
    )


def _said(row: Record) -> str:
    if row.estimate is None:
        return ""
    fewer = row.estimate < 0
    unit = formats.unit_of(row.estimate)
    count = formats.count(abs(row.estimate), unit)
    if row.low is None or row.high is None:
        return wording.additional(count, "", "", "", fewer=fewer)
    low, high = formats.outward(*((-row.high, -row.low) if fewer else (row.low, row.high)), unit)
    return wording.additional(count, low, high, level_text(row.level), fewer=fewer)
