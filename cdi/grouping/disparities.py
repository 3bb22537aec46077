"""Groups of people held against each other: grounds recorded, and searches for each of those who live in an area.

Both are described, not explained: residents are not the people available to be searched, and a disparity alone does not
show discrimination. Records that do not state a group are held against none; how far they could move a difference or a
ratio is worked out instead, by taking each to be of the group or of the reference. These extremes are of the estimate:
sampling variation comes on top.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self, TypeAlias, Unpack

import numpy as np

from cdi import wording
from cdi.arguments import checked, names_of, text_of
from cdi.audits.audit import audit_of, naming_answers
from cdi.audits.design import Roles
from cdi.audits.ethnicity import gathered
from cdi.binomial.intervals import check_terms
from cdi.comparing.comparison import contrast
from cdi.comparing.verdicts import MARGINS
from cdi.facts import PLAIN, Facts, Scope
from cdi.grouping.groups import (
    RATE,
    RATIO,
    SHARE,
    Groups,
    Searched,
    frame_of,
    groups_of,
    per_thousand,
    read_residents,
    search_ratio,
    share_among,
)
from cdi.measures import MEASURES, Measure, Role
from cdi.parameters import LEVEL, METHOD
from cdi.printing import formats
from cdi.printing.layout import Column, Grid, Kind, Notes, Page, grid_of
from cdi.printing.lines import (
    AS_RATE,
    BLANK,
    level_text,
    named,
    of_sample,
    percent,
    weighted_once,
    whole,
)
from cdi.printing.tables import Row, Table, arrange, wide_of
from cdi.showing import Shown
from cdi.survey.sampling import grounds_rate

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from cdi.comparing.verdicts import Change
    from cdi.explaining.explanation import Explanation
    from cdi.survey.estimates import Estimates
    from cdi.survey.totals import Totals

__all__ = [
    "ALLOCATED",
    "Counted",
    "Disparity",
    "Extremes",
    "Group",
    "allocated",
    "as_ratio",
    "counted",
    "disparity",
    "lay_out_disparity",
]

GROUNDS, DIFFERENCE, GROUNDS_RATIO = (MEASURES[key] for key in ("grounds", "grounds-difference", "grounds-ratio"))
ALLOCATED: Mapping[Measure, Measure] = {
    MEASURES[each.of]: each for each in MEASURES.values() if each.role is Role.BOUND and each.of_searches
}
"""What is computed -> its bounds over allocations of the records that state no group."""


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one group: a view of the rows of the table; None where there is nothing to say."""

    name: str  # the group, as the searches spell it
    share: Row  # its share of all records
    grounds: Row | None  # the share of its records with reasonable grounds recorded; None where there is no record
    # difference, ratio: that share less, and over, the share of the reference; proportions
    difference: Row | None
    ratio: Row | None
    verdict: str | None  # what the difference comes to: a key of ``cdi.wording.VERDICTS``
    residents: int | None  # people of the group who live in the area
    # searches, search_ratio: searches per 1,000 residents, and that over the number of the reference
    searches: Row | None
    search_ratio: Row | None
    # between what the difference and the ratios could lie, had the records that state no group stated one
    bounds: tuple[Row, ...]
    stated: bool  # whether it is a group, and not the lack of one


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Disparity(Shown):
    """Groups compared with one of them. It prints as the page of ``cdi grounds --contrast``.

    Attributes
    ----------
    held : Groups
        The groups, the reference that the others are compared with, and the resident population.
    chosen : bool
        Whether the reference was named. Otherwise it is the group with the most records.
    frame : Searched
        The number of searches, as far as it is known.
    table : Table
        All numbers, unrounded: shares of records, grounds, differences, ratios, searches per 1,000 residents and
        bounds.
    verdicts : mapping of str to str
        The verdict on the difference of each group, as a key of ``cdi.wording.VERDICTS``.
    rates : Estimates
        The share with grounds recorded, by group and overall.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> rows = {"ethnicity": ["white"] * 158 + ["black"] * 24, "grounds": [1] * 138 + [0] * 20 + [1] * 21 + [0] * 3}
    >>> found = cdi.disparity(pd.DataFrame(rows))
    >>> found.reference, round(found.groups[0].difference.low, 3), round(found.groups[0].difference.high, 3)
    ('white', -0.188, 0.103)
    """

    held: Groups
    chosen: bool
    frame: Searched
    table: Table
    verdicts: Mapping[str, str]
    rates: Estimates = field(repr=False)

    @property
    def reference(self) -> str:
        """The group that the others are compared with."""
        return self.held.reference

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups in order of name, with those that state none last."""
        rows = {(row.label, row.measure): row for row in self.table.rows if not row.whole}

        def group(name: str) -> Group:
            def of(measure: Measure) -> Row | None:
                return rows.get(((name,), measure))

            difference = of(DIFFERENCE)
            known = difference is not None and difference.estimate is not None
            bounds = (of(each) for each in ALLOCATED.values())
            return Group(
                name,
                rows[(name,), SHARE],
                of(GROUNDS),
                difference,
                of(GROUNDS_RATIO),
                self.verdicts.get(name) if known else None,
                self.held.residents_of(name) if name in self.held.stated else None,
                of(RATE),
                of(RATIO),
                tuple(row for row in bounds if row is not None and not row.withheld),
                name in self.held.stated,
            )

        return tuple(group(name) for name in (*self.held.stated, *self.held.unstated))

    @property
    def others(self) -> tuple[Group, ...]:
        """The groups that are compared with the reference."""
        return tuple(group for group in self.groups if group.stated and group.name != self.reference)

    @property
    def unstated(self) -> float | None:
        """The share of records that state no group. It is None if all state one, or if it is suppressed."""
        shares = [group.share.estimate for group in self.groups if not group.stated]
        known = [share for share in shares if share is not None]
        return sum(known) if known and len(known) == len(shares) else None

    def explain(self, row: str | Sequence[str] | None = None) -> Explanation:
        """Work out the rate of a group and its difference from the reference step by step; see :func:`cdi.explain`.

        Examples
        --------
        >>> import pandas as pd, cdi
        >>> rows = {"ethnicity": ["white"] * 158 + ["black"] * 24, "grounds": [1] * 138 + [0] * 20 + [1] * 21 + [0] * 3}
        >>> found = cdi.disparity(pd.DataFrame(rows)).explain("black")
        >>> [step.working for step in found.steps if step.symbol == "d"]
        ['d = p_a - p_b = 0.875 - 0.87341772152 = 0.0015822785']
        """
        from cdi.explaining.explanation import explain

        return explain(self, row)

    def wide(self) -> pd.DataFrame:
        """Give one row for each group, with its rate and its difference from the reference.

        Returns
        -------
        pandas.DataFrame
            The group column; ``rate``, ``low``, ``high``, ``due``, ``recorded`` of grounds; ``share`` of the records;
            ``difference`` and ``ratio`` against the reference; with residents ``per_1000`` and ``search_ratio``. Each
            has its ends, such as ``difference_low``. Last ``notes``. Proportions and ratios, unrounded.
        """
        parts = {
            "rate": GROUNDS, "share": SHARE, "difference": DIFFERENCE, "ratio": GROUNDS_RATIO, "per_1000": RATE,
            "search_ratio": RATIO,
        }  # fmt: skip
        return wide_of(self.table, parts)

    def draw(self, axes: Axes) -> None:
        """Draw the share with grounds recorded for each group, with its interval."""
        from cdi.charts.rate_charts import draw_rates

        draw_rates(axes, replace(self.table, rows=self.table.of(GROUNDS.key)))

    def __repr__(self) -> str:
        against = f"{len(self.held.stated):,} groups by {self.held.by} against {self.reference}"
        return f"<cdi.Disparity: {against}, {self.table.method} {self.table.level * 100:.10g}%>"

    def page(self, *, contrasts: bool = True, **_: Any) -> Page:
        """Lay the comparison of groups out for people, as a page."""
        return lay_out_disparity(self, contrasts=contrasts)


def _one_column(by: object) -> str:
    """Take the one column that groups are by, alone or in a list."""
    named = names_of(by)
    return named[0] if len(named) == 1 else text_of(by, "by")


@checked
def disparity(
    searches: object,
    by: str = "ethnicity",
    *,
    reference: str | None = None,
    residents: object = None,
    not_stated: Sequence[str] = (),
    five_groups: Sequence[str] = (),
    level: float = LEVEL,
    method: str = METHOD,
    **roles: Unpack[Roles],
) -> Disparity:
    """Compare groups with each other: grounds recorded, and searches per 1,000 residents.

    Parameters
    ----------
    searches : path, Workbook, a list of them, data frame or Audit
        Stop and search records, with one row for each and a column ``grounds``. An audit must have been read with
        ``recorded="grounds"``.
    by : str
        The group column.
    reference : str, optional
        The group that the others are compared with. If None, it is the one with the most records.
    residents : path, Workbook, data frame or mapping, optional
        The resident population of each group, with its source and year, in the columns ``by``, ``residents``,
        ``source`` and ``year``. Searches per 1,000 residents and their ratios need it.
    not_stated : sequence of str
        The words that mean that a record states no group, beside those that are known:
        ``cdi.audits.ethnicity.NOT_STATED``.
    five_groups : str or sequence of str
        The columns whose ethnic groups are combined into five: Asian, Black, Mixed, Other and White.
    level, method : float, str
        See :meth:`Estimates.interval`.
    **roles
        The fields of :class:`cdi.Design`, if the searches are not an audit yet.

    Returns
    -------
    Disparity
        One row for each group. Rates are proportions, and searches are per 1,000 residents. Searches need a census
        (``selection="census"``) or the number that the sample was drawn from (``population``). Their ratio needs
        neither.

    Raises
    ------
    DataError
        If the reference has no record, there is only one group, or the residents cannot be read.
    DesignError
        If the sample was chosen by judgement or is of those who answered.
    MethodError
        As for :meth:`Estimates.interval`.

    Notes
    -----
    Differences and ratios of grounds use MOVER on the interval of each group, with the covariance where one unit drawn
    holds records of both (Zou and Donner 2008; Donner and Zou 2012). The interval of searches follows from that of the
    group's share of all records, or of its own records and those of the reference. A group of residents without any
    record has the rate 0, with an upper limit. A group without residents has no rate, and a note.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> rows = pd.DataFrame({"ethnicity": ["white"] * 60 + ["black"] * 20, "grounds": ["yes"] * 80})
    >>> people = {"white": 90_000, "black": 10_000, "source": "made up", "year": 2021}
    >>> searches = cdi.read_audit(rows, recorded="grounds", selection="census")
    >>> found = cdi.disparity(searches, residents=people)
    >>> found.groups[0].searches.estimate, round(found.groups[0].search_ratio.estimate, 6)
    (2.0, 3.0)
    """
    check_terms(level, method)
    roles = naming_answers(searches, GROUNDS.key, roles)
    further = names_of(not_stated, "not_stated")
    audit = audit_of(searches, **roles)
    if gather := names_of(five_groups, "five_groups"):
        audit = gathered(audit, gather, further)
    rates = grounds_rate(audit, _one_column(by))
    rates.refuse_unrepresentative()
    if reference is not None:
        text_of(reference, "reference")
    people = None if residents is None else read_residents(residents, by)
    held = groups_of(rates, people, reference, further, audit.name)
    work = _Work.of(held, rates, level, method)
    found = [row for name in (*held.stated, *held.unstated) for row in work.rows_of(name)]
    rows = sorted((*found, work.table.rows[-1]), key=lambda row: _ORDER.index(row.measure))
    table = replace(work.table, rows=tuple(rows))
    return Disparity(held, reference is not None, work.frame, table, work.verdicts, rates)


_ORDER = (SHARE, GROUNDS, DIFFERENCE, GROUNDS_RATIO, RATE, RATIO, *ALLOCATED.values())
_NOTHING: Mapping[str, Any] = dict.fromkeys(("estimate", "low", "high", "se", "n_eff", "df", "deff"))
_WITHOUT_COUNTS: Mapping[str, Any] = dict.fromkeys(("n", "recorded", "clusters", "n_eff", "df", "deff"))
_PLUG_IN: Mapping[str, Any] = {
    "method": "allocation", "facts": PLAIN, **dict.fromkeys(("se", "n_eff", "df", "deff")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Work:
    """What every group is worked out from."""

    groups: Groups
    rates: Estimates
    table: Table
    frame: Searched
    counted: Mapping[str, Counted]
    verdicts: dict[str, str]

    @classmethod
    def of(cls, groups: Groups, rates: Estimates, level: float, method: str) -> Self:
        if rates.totals is None:
            raise TypeError("no totals")
        frame = frame_of(rates.totals, census=bool(rates.basis.census[-1]))
        table = arrange(rates, level=level, method=method)
        return cls(groups, rates, table, frame, counted(rates.totals), {})

    def rows_of(self, name: str) -> list[Row]:
        """Work out all rows of one group."""
        grounds = next((row for row in self.table.rows[:-1] if row.label == (name,)), None)
        share = self._share([name])
        if grounds is None:
            share = share.because("no-searches")
        found = [share] if grounds is None else [share, grounds]
        if name in self.groups.unstated:
            return found
        per_resident = self._searches(share, self.groups.residents_of(name))
        if per_resident is not None:
            found.append(per_resident)
        if name == self.groups.reference:
            return found
        against: list[Row] = []
        if grounds is not None:
            change = self._change(name, "difference")
            if change.verdict is not None:
                self.verdicts[name] = change.verdict
            against = [
                _of_change(grounds, change, DIFFERENCE),
                _of_change(grounds, self._change(name, "ratio"), GROUNDS_RATIO),
            ]
        ratio = self._ratio(share, name)
        if ratio is not None:
            against.append(ratio)
        return [*found, *against, *self._bounds(name, against)]

    def _share(self, names: Sequence[str], among: Collection[str] | None = None) -> Row:
        if self.rates.totals is None:
            raise TypeError("no totals")
        return share_among(self.rates.totals, names, among, level=self.table.level, method=self.table.method)

    def _change(self, name: str, kind: str) -> Change:
        level, method = self.table.level, self.table.method
        return contrast(self.rates, name, self.groups.reference, kind=kind, level=level, method=method).rows[0]

    def _searches(self, share: Row, residents: int | None) -> Row | None:
        """Give the searches per 1,000 residents, or say why there are none."""
        if self.groups.residents is None or (self.frame.total is None and not self.frame.drawn_by_group):
            return None
        if self.frame.drawn_by_group:
            return _without_number(share, RATE, "drawn-by-group")
        if residents is None:
            return _without_number(share, RATE, "no-residents")
        return per_thousand(share, residents, self.frame)

    def _ratio(self, share: Row, name: str) -> Row | None:
        """Give the searches per 1,000 residents over those of the reference, or say why that cannot be done."""
        if self.groups.residents is None:
            return None
        reference = self.groups.reference
        residents, of_reference = self.groups.residents_of(name), self.groups.residents_of(reference)
        if self.frame.drawn_by_group:
            return _without_number(share, RATIO, "drawn-by-group")
        if residents is None:
            return _without_number(share, RATIO, "no-residents")
        if of_reference is None:
            return _without_number(share, RATIO, "no-reference-residents")
        pair = name, reference
        counts = None if self.frame.counts is None else [self.frame.counts.get(each, 0) for each in pair]
        return search_ratio(self._share([name], pair), (residents, of_reference), counts)

    def _bounds(self, name: str, against: Sequence[Row]) -> list[Row]:
        """Give what the difference and the ratios could be, had the records that state no group stated one."""
        held = self.groups
        if not held.unstated or self.frame.drawn_by_group:
            return []
        own, reference = (self.counted.get(each, Counted()) for each in (name, held.reference))
        found = allocated(own, reference, [self.counted[each] for each in held.unstated])
        searches, residents = found.searches, held.residents_of(name)
        if searches is not None and residents:
            times = (held.residents_of(held.reference) or 0) / residents
            searches = searches[0] * times, searches[1] * times
        ends = {DIFFERENCE: found.difference, GROUNDS_RATIO: found.ratio, RATIO: searches}
        bounds = []
        for row in against:
            end = ends[row.measure]
            if row.estimate is not None and end is not None:
                measure = ALLOCATED[row.measure]
                bounds.append(replace(row, measure=measure, low=end[0], high=end[1], level=1.0, **_PLUG_IN))
        return bounds


def _without_number(share: Row, measure: Measure, reason: str) -> Row:
    return replace(share, measure=measure, facts=Facts(reasons=(reason,)), **_NOTHING)


def _of_change(grounds: Row, change: Change, measure: Measure) -> Row:
    """Write a change as a row of its group; of a census it has no interval."""
    low, high = (None, None) if change.exact else (change.low, change.high)
    row = replace(grounds, measure=measure, estimate=change.estimate, low=low, high=high, **_WITHOUT_COUNTS)
    return replace(row, se=change.se, facts=replace(change.facts, scope=Scope.CATEGORY, found=()))


# ---- records that state no group

Ends: TypeAlias = tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Counted:
    """Records of a group, each weighted as the sample weighs it."""

    records: float = 0.0  # all of them
    yes: float = 0.0  # those with grounds recorded

    @property
    def no(self) -> float:
        """Those without."""
        return self.records - self.yes


@dataclass(frozen=True, slots=True)
class Extremes:
    """The lowest and the highest value over all allocations; None where an end cannot be computed."""

    # difference, ratio: of the rate of the group less, and over, that of the reference
    difference: Ends
    ratio: Ends
    searches: Ends  # of the searches of the group over those of the reference


def counted(totals: Totals) -> Mapping[str, Counted]:
    """Count the records of each group, weighted."""
    cells, size = totals.cells, len(totals.domains)
    records = np.bincount(cells.domain, cells.weight * cells.due, size).tolist()
    yes = np.bincount(cells.domain, cells.weight * cells.recorded, size).tolist()
    return {label[0]: Counted(*pair) for label, *pair in zip(totals.domains, records, yes, strict=True)}


def allocated(group: Counted, reference: Counted, unstated: Collection[Counted]) -> Extremes:
    """Find the extremes over all ways to share out the records without a group between two."""
    yes, no = sum(part.yes for part in unstated), sum(part.no for part in unstated)
    least, most = _over(group.records, reference.records + yes + no), _over(group.records + yes + no, reference.records)
    searches = _both(least, most)
    # lowest: all without grounds are of the group, all with them of the reference; highest: the other way round
    low, low_reference = _over(group.yes, group.records + no), _over(reference.yes + yes, reference.records + yes)
    high, high_reference = _over(group.yes + yes, group.records + yes), _over(reference.yes, reference.records + no)
    if low is None or low_reference is None or high is None or high_reference is None:
        return Extremes(None, None, searches)
    ratio = _both(_over(low, low_reference), _over(high, high_reference))
    return Extremes((low - low_reference, high - high_reference), ratio, searches)


def _over(value: float, base: float) -> float | None:
    return value / base if base > 0 else None


def _both(low: float | None, high: float | None) -> Ends:
    return None if low is None or high is None else (low, high)


# ---- the page


_CONTRASTS = frozenset([DIFFERENCE, GROUNDS_RATIO, ALLOCATED[DIFFERENCE], ALLOCATED[GROUNDS_RATIO]])
"""The measures that hold the grounds of a group against those of the reference."""


def lay_out_disparity(found: Disparity, *, contrasts: bool = True) -> Page:
    """Lay the comparison of groups out for people, as a page."""
    numbers = found.table if contrasts else _without_contrasts(found.table)
    marked, remarks = weighted_once(found.table, lambda row: row.measure == GROUNDS)
    found = replace(found, table=marked)
    table = marked if contrasts else _without_contrasts(marked)
    notes = Notes.on(table.rows)
    grids = [_rates(found, table, notes)]
    if contrasts:
        grids.append(_differences(found, notes))
    if found.held.residents is not None:
        grids.append(_searches(found, notes))
    bounded = [
        group for group in found.others if any(contrasts or row.measure not in _CONTRASTS for row in group.bounds)
    ]
    if bounded:
        grids.append(_bounds(found, bounded, contrasts=contrasts))
    said = tuple(_said(found, contrasts=contrasts, bounded=bool(bounded)))
    return Page(numbers, tuple(grids), notes, tuple(dict.fromkeys(said)), remarks)


def _without_contrasts(table: Table) -> Table:
    return replace(table, rows=tuple(row for row in table.rows if row.measure not in _CONTRASTS))


def _intervals(found: Disparity, rows: Iterable[Row | None]) -> str:
    """Say in a title what the intervals are, or why there are none: a table without them has no columns for them."""
    there = [row for row in rows if row is not None]
    if any(row.low is not None or row.high is not None for row in there):
        return wording.group_intervals(level_text(found.table.level), found.table.method)
    if any(row.facts.census for row in there):
        return wording.GROUPS_OF_CENSUS
    return BLANK


@dataclass(frozen=True, slots=True)
class _GroupLine:
    """A group, or all together: its share of the records, and the share of its records with grounds."""

    name: str
    share: Row | None  # none of all together
    grounds: Row | None  # none of a group without a record


def _rates(found: Disparity, table: Table, notes: Notes) -> Grid:
    """Show each group, those that state none, and all together."""
    heads = wording.GROUP_HEADINGS
    rows = [row for row in table.rows if row.measure == GROUNDS]
    rates = {row.label: row for row in rows if not row.whole}
    shares = {row.label: row for row in table.rows if row.measure == SHARE}
    names = [group.name for group in found.groups]
    lines = [_GroupLine(name, shares[(name,)], rates.get((name,))) for name in names]
    lines += [_GroupLine(named(row)[0], None, row) for row in rows if row.whole]

    def of_rate(end: str, write: Callable[[Any], str], heading: str) -> Column[_GroupLine]:
        return Column(heads[heading], lambda line: getattr(line.grounds, end, None), write, lambda line: line.grounds)

    def count(heading: str) -> Column[_GroupLine]:
        # a group without a record has none, which is known
        return Column(heads[heading], lambda line: getattr(line.grounds, heading, 0), whole, lambda line: line.grounds)

    columns: list[Column[_GroupLine]] = [
        Column(found.held.by, lambda line: line.name, kind=Kind.WORDS),
        Column(
            heads["share"],
            lambda line: getattr(line.share, "estimate", None),
            AS_RATE["estimate"],
            lambda line: line.share,
        ),
        of_rate("estimate", AS_RATE["estimate"], "rate"),
        of_rate("low", AS_RATE["low"], "low"),
        of_rate("high", AS_RATE["high"], "high"),
        count("n"),
        count("recorded"),
        Notes.column(lambda line: notes.marks(row for row in (line.share, line.grounds) if row is not None)),
    ]
    title = wording.groups_title(found.held.by, _intervals(found, rows))
    return grid_of(title, columns, lines, name=wording.groups_title(found.held.by, ""))


def _three(
    headings: Sequence[str], row: Callable[[Group], Row | None], write: Callable[[Any], str], *, cut: bool = False
) -> list[Column[Group]]:
    """Describe the columns of an estimate with its interval."""
    name = headings[0]

    def column(heading: str, end: str) -> Column[Group]:
        def value(group: Group) -> object:
            found = row(group)
            return None if found is None else getattr(found, end)

        if end == "estimate":
            return Column(heading, value, write, row, name=name, cut=cut)
        return Column(heading, value, write, row, within=name)

    return [column(heading, end) for heading, end in zip(headings, ("estimate", "low", "high"), strict=True)]


def _name(found: Disparity) -> Column[Group]:
    return Column(found.held.by, lambda group: group.name, kind=Kind.WORDS)


def _differences(found: Disparity, notes: Notes) -> Grid:
    """Show the grounds recorded for each group against the reference."""
    heads = wording.CONTRAST_HEADINGS
    ends = (heads["low"], heads["high"])

    def marks(group: Group) -> tuple[int, ...]:
        rows = [row for row in (group.difference, group.ratio) if row is not None]
        return notes.marks(rows or [group.share])

    columns = [
        _name(found),
        *_three((heads["difference"], *ends), lambda group: group.difference, formats.SIGNED),
        *_three((heads["ratio"], *ends), lambda group: group.ratio, as_ratio),
        Notes.column(marks),
    ]
    both = (row for group in found.others for row in (group.difference, group.ratio))
    title = wording.contrast_title(found.reference, _intervals(found, both))
    return grid_of(title, columns, found.others)


def _searches(found: Disparity, notes: Notes) -> Grid:
    """Show the searches for each resident, and their ratio to that of the reference."""
    heads = wording.SEARCH_HEADINGS
    ends = (heads["low"], heads["high"])

    def marks(group: Group) -> tuple[int, ...]:
        return notes.marks(row for row in (group.searches, group.search_ratio) if row is not None)

    columns = [
        _name(found),
        Column(heads["residents"], lambda group: group.residents, whole),
        Column(heads["searches"], _counted, lambda count: f"{count:,.0f}", lambda group: group.searches),
        *_three((heads["rate"], *ends), lambda group: group.searches, as_ratio),
        *_three((heads["ratio"], *ends), lambda group: group.search_ratio, as_ratio, cut=True),
        Notes.column(marks),
    ]
    groups = [group for group in found.groups if group.stated]
    intervals = wording.OF_ALL_SEARCHES
    if not found.frame.exact:
        intervals = _intervals(found, (row for group in groups for row in (group.searches, group.search_ratio)))
    return grid_of(wording.searches_title(found.reference, intervals), columns, groups)


def _counted(group: Group) -> float | None:
    """Give how many searches there were of a group, by count or by estimate."""
    if group.searches is None or group.searches.estimate is None or group.residents is None:
        return None
    return group.searches.estimate * group.residents / 1000


def _bounds(found: Disparity, groups: Sequence[Group], *, contrasts: bool) -> Grid:
    """Show between what the differences and ratios could lie."""
    described: Mapping[Measure, tuple[str, Callable[[float], str]]] = {
        DIFFERENCE: ("difference", formats.signed_points),
        GROUNDS_RATIO: ("ratio", as_ratio),
        RATIO: ("searches", as_ratio),
    }

    def column(measure: Measure, end: str) -> Column[Group]:
        name, write = described[measure]

        def value(group: Group) -> object:
            row = next((row for row in group.bounds if row.measure == ALLOCATED[measure]), None)
            return None if row is None else getattr(row, end)

        return Column(wording.ALLOCATED_HEADINGS[f"{name}_{end}"], value, write)

    measures = [measure for measure in described if contrasts or measure not in _CONTRASTS]
    columns = [_name(found), *(column(measure, end) for measure in measures for end in ("low", "high"))]
    return grid_of(wording.allocated_title(found.held.unstated, found.reference), columns, groups)


def as_ratio(value: float) -> str:
    """Write a ratio, or a number for each resident, as the page does."""
    if 0 < value < 0.005:
        return wording.BELOW_HUNDREDTH
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.2f}"


def _said(found: Disparity, *, contrasts: bool, bounded: bool) -> Iterator[str]:
    held, residents, rows = found.held, found.held.residents, found.table.rows
    yield wording.reference_statement(found.reference, chosen=found.chosen)
    if contrasts:
        for group in found.others:
            if group.verdict is not None and group.difference is not None:
                yield _contrast(group.name, found.reference, group.verdict, group.difference)
    if not held.unstated:
        yield wording.all_stated(held.by)
    elif found.unstated is not None:
        share = percent(found.unstated, places=found.groups[-1].share.facts.places)
        yield wording.unstated_statement(held.unstated, share)
    if bounded:
        exact = all(row.low is row.high is None for row in rows if row.measure not in ALLOCATED.values())
        yield wording.allocation_statement(held.unstated, found.reference, exact=exact)
    if residents is not None:
        yield wording.residents_statement(residents.sources, residents.years)
        yield from _said_of_frame(found)
    yield from _said_of_rates(found.table)
    yield from (wording.RESIDENTS_STATEMENT, wording.DISPARITY_STATEMENT, wording.GROUNDS_STATEMENT)


def _said_of_rates(table: Table) -> Iterator[str]:
    """Say how the rates of grounds came about."""
    yield from of_sample((row for row in table.rows if row.facts.mixed), GROUNDS.frame)
    if table.method == "published":
        yield wording.published_formula(searches=True)


def _said_of_frame(found: Disparity) -> Iterator[str]:
    """Say whether rates per resident have a sampling error, or why there are none."""
    if found.frame.exact:
        yield wording.ALL_SEARCHES
    elif found.frame.total is None and not found.frame.drawn_by_group:
        yield wording.NO_SEARCH_FRAME


def _contrast(name: str, reference: str, verdict: str, difference: Row) -> str:
    """Say whether grounds were recorded more or less often than for the reference."""
    ends = None
    if difference.low is not None and difference.high is not None:
        ends = _points(difference, difference.low), _points(difference, difference.high)
    margin = formats.percent(MARGINS["category"], 0)
    middle = _points(difference, difference.estimate or 0.0)
    return wording.contrast_statement(name, reference, verdict, middle, ends, margin)


def _points(row: Row, value: float) -> wording.Points:
    """Part a difference into its size and which way it goes, as far as it is shown."""
    return formats.points(value, row.facts.places)
