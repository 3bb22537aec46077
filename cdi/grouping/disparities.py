"""Groups of people held against each other: grounds recorded, and searches for each of those who live in an area.

Both are described, not explained: residents are not the people available to be searched, and a disparity alone does not
show discrimination. Records that do not state a group are held against none; how far they could move a difference or a
ratio is worked out instead.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from cdi.comparing.comparison import contrast
from cdi.grouping.allocations import Counted, allocated, counted
from cdi.grouping.groups import NOT_STATED, Groups, groups_of
from cdi.grouping.residents import read_residents
from cdi.grouping.search_rates import RATE, RATIO, SHARE, Frame, frame_of, per_thousand, search_ratio, share_among
from cdi.printing.tables import Record, Table, arrange
from cdi.survey.stop_search import grounds_rate

if TYPE_CHECKING:
    from cdi.audits.audit import Audit
    from cdi.comparing.verdicts import Change
    from cdi.survey.estimates import Estimates

__all__ = ["Disparity", "Group", "disparity"]

DIFFERENCE, GROUNDS_RATIO = "grounds-difference", "grounds-ratio"
ALLOCATED: Mapping[str, str] = {
    DIFFERENCE: "grounds-difference-allocated",
    GROUNDS_RATIO: "grounds-ratio-allocated",
    RATIO: "search-ratio-allocated",
}
"""What is computed -> its bounds over allocations of the records that state no group."""


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one group; None where there is nothing to say, and the notes of a record say why.

    Attributes
    ----------
    name : str
        The group, as the searches spell it.
    share : Record
        Its share of all records.
    grounds : Record or None
        The share of its records with reasonable grounds recorded; None where there is no record.
    difference, ratio : Record or None
        That share less, and over, the share of the reference; proportions.
    change : Change or None
        The difference with its verdict.
    residents : int or None
        People of the group who live in the area.
    searches, search_ratio : Record or None
        Searches per 1,000 residents, and that over the number of the reference.
    bounds : tuple of Record
        Between what the difference and the ratios could lie, had the records that state no group stated one.
    stated : bool
        Whether it is a group, and not the lack of one.
    """

    name: str
    share: Record
    grounds: Record | None
    difference: Record | None = None
    ratio: Record | None = None
    change: Change | None = None
    residents: int | None = None
    searches: Record | None = None
    search_ratio: Record | None = None
    bounds: tuple[Record, ...] = ()
    stated: bool = True

    @property
    def records(self) -> tuple[Record, ...]:
        """All of it as rows of a table."""
        own = (self.share, self.grounds, self.difference, self.ratio, self.searches, self.search_ratio)
        return (*(record for record in own if record is not None), *self.bounds)


@dataclass(frozen=True, slots=True)
class Disparity:
    """Groups held against one of them.

    Attributes
    ----------
    held : Groups
        Which groups there are, what the others are held against, and the resident population.
    chosen : bool
        Whether the reference was named; otherwise it is the group with the most records.
    groups : tuple of Group
        By name, those that state none last.
    unstated : Record or None
        The share of records that state no group; None where all do.
    frame : Frame
        How many searches there were, as far as it is known.
    table : Table
        All numbers, unrounded: shares of records, grounds, differences, ratios, searches per 1,000 residents, bounds.
    rates : Estimates
        Grounds by group and overall.

    Examples
    --------
    >>> import pandas as pd, cdi
    >>> rows = {"ethnicity": ["white"] * 158 + ["black"] * 24, "grounds": [1] * 138 + [0] * 20 + [1] * 21 + [0] * 3}
    >>> found = cdi.disparity(cdi.read_audit(pd.DataFrame(rows), recorded="grounds"))
    >>> found.reference, round(found.groups[0].difference.low, 3), round(found.groups[0].difference.high, 3)
    ('white', -0.188, 0.103)
    """

    held: Groups
    chosen: bool
    groups: tuple[Group, ...]
    unstated: Record | None
    frame: Frame
    table: Table
    rates: Estimates = field(repr=False)

    @property
    def reference(self) -> str:
        """The group that the others are held against."""
        return self.held.reference

    @property
    def others(self) -> tuple[Group, ...]:
        """The groups that are held against the reference."""
        return tuple(group for group in self.groups if group.stated and group.name != self.reference)


def disparity(
    searches: Audit,
    by: str = "ethnicity",
    *,
    reference: str | None = None,
    residents: object = None,
    not_stated: Sequence[str] = NOT_STATED,
    level: float = 0.95,
    method: str = "wilson",
) -> Disparity:
    """Hold groups against each other: grounds recorded, and searches per 1,000 residents.

    Parameters
    ----------
    searches : Audit
        One row a record, from ``cdi.read_audit(..., recorded="grounds")``.
    by : str
        The group column.
    reference : str, optional
        The group that the others are held against. None: the one with the most records.
    residents : path, Workbook, data frame or mapping, optional
        The resident population by group, with its source and year: columns ``by``, ``residents``, ``source``, ``year``.
        Needed for searches per 1,000 residents and their ratios.
    not_stated : sequence of str
        How it is written that a record states no group.
    level, method
        As in :meth:`Estimates.interval`.

    Returns
    -------
    Disparity
        A row a group. Searches per 1,000 residents need all searches (``selection="census"``) or the number that the
        sample was drawn from (``population``); the ratio of two groups needs neither.

    Raises
    ------
    DataError
        The reference has no record, there is a single group, or the residents cannot be read.
    DesignError
        The sample was chosen by judgement, or is of those who answered.
    MethodError
        As :meth:`Estimates.interval`.

    Notes
    -----
    Differences and ratios of grounds: MOVER on the interval of each group, with the covariance where one draw holds
    records of both (Zou and Donner 2008; Donner and Zou 2012). Searches: the interval of the share of the group among
    all records, or among its own and those of the reference, mapped. A group of residents without any record has rate
    0, with an upper limit; one without residents has no rate, and a note.

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
    rates = grounds_rate(searches, by)
    rates.refuse_unrepresentative()
    people = None if residents is None else read_residents(residents, by)
    held = groups_of(rates, people, reference, not_stated, searches.name)
    work = _Work.of(searches, held, rates, level, method)
    groups = tuple(_group(work, name) for name in (*held.stated, *held.unstated))
    unstated = work.share(held.unstated) if held.unstated else None
    whole = work.table.records[-1]
    records = sorted((*(record for group in groups for record in group.records), whole), key=_place)
    table = replace(work.table, records=tuple(records))
    return Disparity(held, reference is not None, groups, unstated, work.frame, table, rates)


_ORDER = (SHARE, "grounds", DIFFERENCE, GROUNDS_RATIO, RATE, RATIO, *ALLOCATED.values())


def _place(record: Record) -> int:
    return _ORDER.index(record.kind.removesuffix("-in-sample"))


@dataclass(frozen=True, slots=True)
class _Work:
    """What every group is worked out from."""

    searches: Audit
    groups: Groups
    rates: Estimates
    table: Table
    frame: Frame
    counted: Mapping[str, Counted]

    @classmethod
    def of(cls, searches: Audit, groups: Groups, rates: Estimates, level: float, method: str) -> Self:
        if rates.totals is None:
            raise TypeError("no totals")
        frame = frame_of(rates.totals, census=bool(rates.basis.census[-1]))
        return cls(searches, groups, rates, arrange(rates, level=level, method=method), frame, counted(rates.totals))

    def share(self, names: Sequence[str], among: Collection[str] | None = None) -> Record:
        level, method = self.table.level, self.table.method
        return share_among(self.searches, self.groups.by, names, among, level=level, method=method)

    def grounds(self, name: str) -> Record | None:
        return next((record for record in self.table.records[:-1] if record.label == (name,)), None)

    def change(self, name: str, kind: str) -> Change:
        level, method = self.table.level, self.table.method
        return contrast(self.rates, name, self.groups.reference, kind=kind, level=level, method=method).rows[0]


def _group(work: _Work, name: str) -> Group:
    share, grounds, residents = work.share([name]), work.grounds(name), work.groups.residents_of(name)
    if grounds is None:
        share = replace(share, notes=(*share.notes, "no-searches"))
    if name in work.groups.unstated:
        return Group(name, share, grounds, stated=False)
    found = Group(name, share, grounds, residents=residents, searches=_searches(work, share, residents))
    if name == work.groups.reference:
        return found
    if grounds is not None:
        change = work.change(name, "difference")
        difference = _of_change(grounds, change, DIFFERENCE)
        ratio = _of_change(grounds, work.change(name, "ratio"), GROUNDS_RATIO)
        found = replace(found, change=change, difference=difference, ratio=ratio)
    found = replace(found, search_ratio=_ratio(work, found))
    return replace(found, bounds=_bounds(work, found))


_ALONE: Mapping[str, Any] = dict.fromkeys(("n", "recorded", "clusters", "n_eff", "df", "deff"))
_NOTHING: Mapping[str, Any] = dict.fromkeys(("estimate", "low", "high", "se", "n_eff", "df", "deff"))


def _of_change(record: Record, change: Change, kind: str) -> Record:
    ends: Mapping[str, Any] = {
        "low": None if change.exact else change.low,
        "high": None if change.exact else change.high,
    }
    return replace(record, kind=kind, estimate=change.estimate, se=change.se, notes=change.notes, **ends, **_ALONE)


def _searches(work: _Work, share: Record, residents: int | None) -> Record | None:
    """Give the searches per 1,000 residents, or say why there are none."""
    if work.groups.residents is None or (work.frame.total is None and not work.frame.drawn_by_group):
        return None
    blank = replace(share, kind=RATE, **_NOTHING)
    if work.frame.drawn_by_group:
        return replace(blank, notes=("drawn-by-group",))
    return replace(blank, notes=("no-residents",)) if residents is None else per_thousand(share, residents, work.frame)


def _ratio(work: _Work, group: Group) -> Record | None:
    """Give the searches per 1,000 residents over those of the reference, or say why that cannot be done."""
    if work.groups.residents is None:
        return None
    of_reference = work.groups.residents_of(work.groups.reference)
    blank = replace(group.share, kind=RATIO, **_NOTHING)
    if work.frame.drawn_by_group:
        return replace(blank, notes=("drawn-by-group",))
    if group.residents is None:
        return replace(blank, notes=("no-residents",))
    if of_reference is None:
        return replace(blank, notes=("no-reference-residents",))
    pair = group.name, work.groups.reference
    counts = None if work.frame.counts is None else [work.frame.counts.get(name, 0) for name in pair]
    return search_ratio(work.share([group.name], pair), (group.residents, of_reference), counts)


def _bounds(work: _Work, group: Group) -> tuple[Record, ...]:
    """Give what the difference and the ratios could be, had the records that state no group stated one."""
    held = work.groups
    if not held.unstated or work.frame.drawn_by_group:
        return ()
    own, reference = (work.counted.get(name, Counted()) for name in (group.name, held.reference))
    found = allocated(own, reference, [work.counted[name] for name in held.unstated])
    searches = found.searches
    if searches is not None and group.residents:
        times = (held.residents_of(held.reference) or 0) / group.residents
        searches = searches[0] * times, searches[1] * times
    ends = ((group.difference, found.difference), (group.ratio, found.ratio), (group.search_ratio, searches))
    return tuple(
        replace(record, kind=ALLOCATED[record.kind], low=end[0], high=end[1], level=1.0, **_PLUG_IN)
        for record, end in ends
        if record is not None and record.estimate is not None and end is not None
    )


_PLUG_IN: Mapping[str, Any] = {"method": "allocation", "notes": (), **dict.fromkeys(("se", "n_eff", "df", "deff"))}
