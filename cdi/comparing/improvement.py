"""Crimes that were recorded in addition because the recording rate improved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cdi import wording
from cdi.arguments import checked
from cdi.audits.volumes import RECORDED_CRIME
from cdi.comparing.comparison import Comparison, compare, crimes
from cdi.comparing.figures import Wanted, read_sides
from cdi.comparing.verdicts import Change
from cdi.errors import DataError, DesignError, Where, Worded, suggestion
from cdi.measures import MEASURES
from cdi.parameters import LEVEL, METHOD
from cdi.printing import formats
from cdi.printing.layout import Column, Kind, Notes, Page, grid_of
from cdi.printing.lines import level_text, titled
from cdi.printing.tables import CATEGORY, Row, Table, wide_of
from cdi.showing import Shown
from cdi.survey.estimates import Counts

if TYPE_CHECKING:
    import pandas as pd

    from cdi.explaining.explanation import Explanation

__all__ = ["AdditionalCrimes", "additionally_recorded"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class AdditionalCrimes(Shown):
    """Crimes recorded in addition since the rate improved; negative where it fell.

    Attributes
    ----------
    table : Table
        One row a category with recorded crime, unrounded; n, recorded and clusters are None, since two samples stand
        behind it.
    ratios : Comparison or None
        The earlier rates over the later ones.
    crimes : mapping of str to int
        The recorded crime of each row.

    Examples
    --------
    >>> import cdi
    >>> found = cdi.additionally_recorded(9_000, "80%+-3%", "90%+-2%")
    >>> found.said
    ('An estimated 1,000 more crimes were recorded than at the earlier rate (95% confidence interval 600 to 1,400).',)
    """

    table: Table
    ratios: Comparison | None = field(default=None, repr=False, compare=False)  # what the crimes follow from
    crimes: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of the table."""
        return self.table.rows

    @property
    def said(self) -> tuple[str, ...]:
        """Each row in a sentence."""
        return tuple(sentence for row in self.rows if (sentence := _said(row)))

    def explain(self, row: str | Sequence[str] | None = None) -> Explanation:
        """Work the crimes of a row out, from both rates and their ratio; see :func:`cdi.explain`.

        Examples
        --------
        >>> import cdi
        >>> found = cdi.additionally_recorded(9_000, "80%+-3%", "90%+-2%").explain()
        >>> [step.working for step in found.steps if step.symbol == "extra"]
        ['extra = R × (1 - r) = 9,000 × (1 - 0.888888889) = 1,000']
        """
        from cdi.explaining.explanation import explain

        return explain(self, row)

    def wide(self) -> pd.DataFrame:
        """Give one row a category: ``category``, ``additional`` crimes with ``low`` and ``high``, ``notes``."""
        return wide_of(self.table, {"additional": MEASURES["additionally-recorded"]})

    def page(self, **_options: Any) -> Page:
        """Lay the result out for people."""
        notes, measure = Notes.on(self.rows), self.rows[0].measure
        columns: list[Column[Row]] = [
            Column(CATEGORY, lambda row: row.label[0], kind=Kind.WORDS),
            *crimes(measure.plural, "crimes"),
            Notes.column(lambda row: notes.marks([row])),
        ]
        title = titled(measure.name, self.table, alone=False, exact=all(row.exact for row in self.rows))
        grid = grid_of(title, columns, self.rows, name=wording.capital(measure.name))
        return Page(self.table, (grid,), notes, self.said)


@checked
def additionally_recorded(
    recorded_crime: int | Mapping[str, int],
    before: object,
    after: object,
    *,
    level: float = LEVEL,
    method: str = METHOD,
) -> AdditionalCrimes:
    """Estimate how many more crimes were recorded because the rate improved, R (1 - p_before / p_after).

    Parameters
    ----------
    recorded_crime : int or mapping of str to int
        Recorded crime R of the later period: one number, or one for each category, where ``all`` is the total.
    before, after : Estimates, Result, Audit, PublishedRate, str, path, Workbook, a list of them, or data frame
        The recording rates of two audits, as :func:`cdi.compare` takes them. Categories are matched by
        name.
    level, method : float, str
        See :meth:`Estimates.interval`.

    Returns
    -------
    AdditionalCrimes
        The number of crimes. Its interval follows from that of the ratio of the two rates, by MOVER (Donner and Zou
        2012). There is none where the later rate may be 0.

    Raises
    ------
    DataError
        If one audit lacks a category, a volume is not a count, or the measures differ.
    DesignError
        If counts are given instead of rates, or a sample is not representative.

    Examples
    --------
    >>> import cdi
    >>> before, after = cdi.of_counts(160, 200), cdi.of_counts(190, 200)
    >>> found = cdi.additionally_recorded(9_500, before, after).rows[0]
    >>> round(found.estimate), round(found.low), round(found.high)
    (1500, 888, 2133)
    """
    wanted = _wanted(recorded_crime)
    sides = read_sides((before, after), Wanted())
    for side in sides:
        if isinstance(side.figures, Counts):
            raise DesignError.of("not-rates", got=side.figures.measure.key)
    ratios = compare(*sides, kind="ratio", level=level, method=method)
    changed: dict[str | None, Change] = {}
    for change in ratios.rows:
        changed[None if change.overall else ", ".join(change.label)] = change
    if not wanted:
        raise DataError.of("not-in-both", got=None, hint=suggestion("", list(map(_said_of, changed))))
    rows = tuple(_row(name, crime, changed, level, method) for name, crime in wanted.items())
    return AdditionalCrimes(
        Table((CATEGORY,), rows, level, method, "both"),
        ratios,
        {_said_of(name): crime for name, crime in wanted.items()},
    )


def _wanted(recorded_crime: int | Mapping[str, int]) -> dict[str | None, int]:
    """Set recorded crime beside the name of its category, that of the whole beside None: a caller calls it ``all``."""
    if not isinstance(recorded_crime, Mapping):
        return {None: recorded_crime}
    return {None if name == wording.ALL else name: crime for name, crime in recorded_crime.items()}


def _said_of(name: str | None) -> str:
    return wording.ALL if name is None else name


def _row(name: str | None, crime: int, changed: Mapping[str | None, Change], level: float, method: str) -> Row:
    said = _said_of(name)
    if name not in changed:
        raise DataError.of("not-in-both", got=said, hint=suggestion(said, list(map(_said_of, changed))))
    if not isinstance(crime, (int, np.integer)) or isinstance(crime, bool) or crime < 0:
        hint = Worded(wording.count_remedy, (crime, RECORDED_CRIME, 0))
        raise DataError.of("not-a-count", got=crime, where=Where(key=said), name=RECORDED_CRIME, least=0, hint=hint)
    ratio = changed[name]
    estimate, high, low = (None if x is None else crime * (1 - x) for x in (ratio.estimate, ratio.low, ratio.high))
    # the verdict is that of the ratio the other way round
    facts = replace(ratio.facts, found=())
    return Row((said,), MEASURES["additionally-recorded"], estimate, low, high, level, method, facts=facts)


def _said(row: Row) -> str:
    if row.estimate is None:
        return ""
    fewer = row.estimate < 0
    unit = formats.unit_of(row.estimate)
    size = abs(row.estimate)
    count, bound = formats.count(size, unit), formats.is_few(size, unit)
    if row.low is None or row.high is None:
        return wording.additional(count, None, "", fewer=fewer, bound=bound)
    ends = formats.outward(*((-row.high, -row.low) if fewer else (row.low, row.high)), unit)
    return wording.additional(count, ends, level_text(row.level), fewer=fewer, bound=bound)
